"""Which kind of index a space gets."""

from __future__ import annotations

import pytest

from cratedig.models.index.choice import choose
from cratedig.models.index.contract import Metric


@pytest.mark.parametrize(
    ("n", "dim", "metric", "recall", "kind"),
    [
        (0, 384, "direction", 0.97, "exact"),
        (10_000, 384, "direction", 0.97, "exact"),
        (100_000, 384, "direction", 0.97, "ivf_sq"),
        (100_000, 384, "direction", 1.0, "exact"),
        (1_000_000, 384, "direction", 0.97, "ivf_sq"),
        (1_000_000, 2, "distance", 0.97, "exact"),
        (5_000_000, 2, "distance", 0.9, "ivf_sq"),
        (5_000_000, 384, "direction", 0.97, "ivf_sq"),
        (5_000_000, 384, "direction", 0.9, "ivf_pq"),
    ],
)
def test_the_kind_follows_from_size_and_recall(n: int, dim: int, metric: Metric, recall: float, kind: str) -> None:
    assert choose(n, dim, metric, recall=recall).kind == kind


def test_an_ivf_has_lists_for_its_size_and_codes_that_fit() -> None:
    small, large = choose(20_000, 384, "direction", recall=0.9), choose(4_000_000, 384, "direction", recall=0.9)
    assert (small.lists, large.lists, large.code) == (566, 4096, 192)
    assert large.inner_dim % large.code == 0


def test_main_axes_count_as_the_dimensions() -> None:
    assert choose(50_000, 128, "direction", recall=0.97).kind == "ivf_sq"
    assert choose(50_000, 128, "direction", recall=0.97, into=64).kind == "exact"


@pytest.mark.parametrize(("n", "kind"), [(30_000, "exact"), (32_000, "codes"), (5_000_000, "codes")])
def test_of_vectors_that_lie_elsewhere_too_codes_are_kept(n: int, kind: str) -> None:
    params = choose(n, 128, "direction", recall=0.97, coded=1)
    assert (params.kind, params.code) == (kind, 64 if kind == "codes" else 0)


@pytest.mark.parametrize(("n", "kind"), [(10_000, "exact"), (400_000, "scan"), (5_000_000, "scan")])
def test_what_is_asked_from_afar_is_scanned(n: int, kind: str) -> None:
    """In groups of which each is known by its number."""
    params = choose(n, 384, "direction", recall=0.98, group=128, is_asked_from_afar=True)
    assert (params.kind, params.group) == (kind, 128)
    assert kind == "exact" or params.code == 96
