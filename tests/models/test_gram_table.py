"""Tables over hashed n-grams."""

from __future__ import annotations

import numpy as np

from cratedig.models.gram_table import GramTable, gram_counts, gram_rows

BITS = 10


def test_rows_have_unit_length_and_texts_without_known_grams_none() -> None:
    idf = np.ones(1 << BITS, dtype=np.float32)
    rows = gram_rows(["hold on", "hold on hold on", ""], idf)
    lengths = np.sqrt(rows.multiply(rows).sum(axis=1))
    np.testing.assert_allclose(lengths, [1, 1, 0], atol=1e-6)
    assert gram_rows(["hold on"], idf * 0).sum() == 0


def test_capitals_do_not_matter() -> None:
    assert (gram_counts(["HOLD on"], BITS) != gram_counts(["hold ON"], BITS)).nnz == 0


def test_a_row_is_its_grams_times_their_weights() -> None:
    random = np.random.default_rng(1)
    table = GramTable(
        idf=random.random(1 << BITS, dtype=np.float32),
        weights=random.integers(-127, 128, (1 << BITS, 3)).astype(np.int8),
        step=np.array([0.1, 0.01, 1.0], dtype=np.float32),
    )
    texts = ["the morning", "is a thief"]
    expected = gram_rows(texts, table.idf).toarray() @ (table.weights * table.step)
    np.testing.assert_allclose(table.rows(texts), expected, rtol=1e-4)
    assert table.rows([]).shape == (0, 3)
