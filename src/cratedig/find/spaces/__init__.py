"""The spaces in which tracks are near each other, and the index of each: built, opened, kept up to date, asked."""
