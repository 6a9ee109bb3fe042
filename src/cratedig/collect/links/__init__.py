"""Links: which of them still lead to music, and what stands in for those that do not."""
