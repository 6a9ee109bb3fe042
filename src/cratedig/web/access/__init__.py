"""Who may do what, and how often: keys, roles, limits, and answers that are given once."""
