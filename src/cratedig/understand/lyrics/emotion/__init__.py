"""The analyzer of six emotions."""
