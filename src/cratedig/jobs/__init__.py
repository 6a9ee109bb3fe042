"""Work later: one queue, thin jobs, progress, recovery (docs/decisions/0005, 0015)."""
