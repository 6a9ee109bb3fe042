"""Which kind of index a space gets: by how many vectors there are, their dimensions, and the recall that is wanted.

Measured with benchmarks/index.py (docs/find.md, "Indices"): where everything can be looked at in about a millisecond,
nothing else is as good. Above that an ivf with one byte a dimension is asked in about the time of a graph, takes a
quarter of its space on disk and in memory, and is built in half its time, because the nearest 500 make a graph weigh
500 candidates one after the other. A graph pays where a few nearest are wanted; retrieval always wants 500. Product
quantisation halves the space again, and is slower to build and to ask for the same recall: it is taken for catalogues
whose size in memory matters most.

All these leave out what lies far from the centres that are looked at, and questions lie far from everything. Where
nearly all of the nearest to a question are wanted, a scan of short codes leaves nothing out: 400,000 parts of lyrics in
2 ms, and 0.98 of the nearest 200 are among the best 1,100 by their codes. It takes three times the space of an ivf, as
the vectors lie beside their codes, and its time grows with their number. Where who searches has the vectors himself,
codes alone take a quarter of the space of an ivf.
"""

from __future__ import annotations

from math import sqrt

from cratedig.models.index.contract import Metric, Params

EXACT_NUMBERS = 4_000_000
"""Numbers (vectors x dimensions) that are looked through in about a millisecond on one core."""
PRODUCT_FROM = 2_000_000
"""Vectors from which space matters more than time."""
PRODUCT_RECALL = 0.95
"""What product quantisation with half a byte a dimension reaches of the nearest 500, whatever lies in it."""
CODES = 256
"""Vectors that product quantisation needs at least to learn its code from."""
_MOST_LISTS = 4096
SCANNED_DIMENSIONS = 2
"""To half a byte of a scan's code; with three, two and a half times as many vectors have to be looked at again."""


def choose(
    n: int,
    dim: int,
    metric: Metric,
    *,
    recall: float,
    into: int | None = None,
    group: int = 1,
    is_asked_from_afar: bool = False,
    coded: int | None = None,
) -> Params:
    """The params for `n` vectors of `dim` (compared in `into`, where given; in groups as Params has them) of which the
    `recall` (0 .. 1) of the nearest 500 is wanted; the breadth of a search is found when it is built.

    is_asked_from_afar: the recall is wanted of questions that lie elsewhere than the vectors, whatever the space costs.
    Vectors in groups want it.  coded: dimensions to half a byte of a code, where who searches compares vectors of his
    own again: then none are kept here.
    """
    inner = into or dim
    if n * inner <= EXACT_NUMBERS or recall >= 1.0:
        return Params("exact", dim, metric, into=into, group=group)
    if coded is not None:
        return Params("codes", dim, metric, into=into, lists=1, code=inner // coded // 2)
    if is_asked_from_afar:
        return Params("scan", dim, metric, into=into, code=inner // SCANNED_DIMENSIONS // 2, group=group)
    lists = min(_MOST_LISTS, max(1, round(4 * sqrt(n)), CODES // 4))
    if n >= PRODUCT_FROM and recall <= PRODUCT_RECALL and inner % 2 == 0 and inner > 2:
        return Params("ivf_pq", dim, metric, into=into, lists=lists, code=inner // 2)
    return Params("ivf_sq", dim, metric, into=into, lists=lists)
