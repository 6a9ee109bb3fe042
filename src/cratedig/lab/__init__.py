"""How good is it: evaluations on data nobody here wrote, training of the small heads, the benchmarks' workloads."""
