"""What the words of a query ask for: feelings, sounds, occasions, years, names, and what they do not want."""
