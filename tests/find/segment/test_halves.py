"""Products with halves are those with the same numbers in single precision."""

from __future__ import annotations

import numpy as np

from cratedig.find.segment.halves import BLOCK, products, widened


def test_every_finite_half_is_widened_exactly() -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)]
    assert np.array_equal(widened(finite).view(np.uint32), finite.astype(np.float32).view(np.uint32))


def test_products_are_those_of_the_widened_rows() -> None:
    rng = np.random.default_rng(3)
    kept, vector = rng.normal(size=(500, 24)).astype(np.float16), rng.normal(size=24).astype(np.float32)
    for count in (0, 1, BLOCK, 2 * BLOCK + 1):
        rows = rng.integers(0, len(kept), count)
        assert np.allclose(products(kept, rows, vector), kept[rows].astype(np.float32) @ vector, atol=1e-5)
