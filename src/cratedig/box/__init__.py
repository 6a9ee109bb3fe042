"""Hostile files: each is decoded in a child process of its own, which can reach nothing and is thrown away."""
