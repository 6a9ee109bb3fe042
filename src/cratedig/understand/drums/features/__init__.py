"""A performance as numbers by which its style, its drummer and what it is for can be told."""
