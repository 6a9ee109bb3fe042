"""What Cratedig is made of: its dependencies' licences, and what is known against them."""
