"""Which kind of index a space gets: by how many vectors there are, their dimensions, and the recall that is wanted.

Measured with benchmarks/index.py (docs/find.md, "Indices"): where everything can be looked at in about a millisecond,
nothing else is as good. Above that an ivf with one byte a dimension finds the nearest 500 faster than a graph, because
a graph has to weigh 500 candidates one after the other, takes a quarter of the graph's space, and is built many times
as fast. Product quantisation halves the space again, at a recall that even the widest search does not bring back: it is
taken only where that is enough. A graph is for the few nearest.
"""

from __future__ import annotations

from math import sqrt

from cratedig.models.index.contract import Metric, Params

EXACT_NUMBERS = 2_000_000
"""Numbers (vectors x dimensions) that are looked through in about a millisecond."""
PRODUCT_FROM = 2_000_000
"""Vectors from which space matters more than the last per cents of recall."""
PRODUCT_RECALL = 0.90
"""What product quantisation with half a byte a dimension reaches of the nearest 500."""
CODES = 256
"""Vectors that product quantisation needs at least to learn its code from."""
_MOST_LISTS = 4096


def choose(n: int, dim: int, metric: Metric, *, recall: float, into: int | None = None) -> Params:
    """The params for `n` vectors of `dim` (compared in `into`, where given) of which the `recall` (0 .. 1) of the
    nearest 500 is wanted; the breadth of a search is found when it is built."""
    inner = into or dim
    if n * inner <= EXACT_NUMBERS or recall >= 1.0:
        return Params("exact", dim, metric, into=into)
    lists = min(_MOST_LISTS, max(1, round(4 * sqrt(n)), CODES // 4))
    if n >= PRODUCT_FROM and recall <= PRODUCT_RECALL and inner % 2 == 0 and inner > 2:
        return Params("ivf_pq", dim, metric, into=into, lists=lists, code=inner // 2)
    return Params("ivf_sq", dim, metric, into=into, lists=lists)
