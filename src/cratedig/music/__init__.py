"""What music is: frozen values that refuse to be wrong. Standard library only."""
