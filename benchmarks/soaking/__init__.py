"""The parts of the soak: who asks, who strikes, and what memory does meanwhile."""
