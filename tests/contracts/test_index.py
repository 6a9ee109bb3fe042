"""What every kind of index does, whatever is behind it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from cratedig.models.index.building import Building
from cratedig.models.index.contract import DEPTH, FLAT, Hits, Ids, Kind, Params, Vectors
from cratedig.models.index.layered import LayeredIndex
from cratedig.models.index.recall import best, scores
from cratedig.publish import publishing

DIM = 48
N = 3000
PARAMS = {
    "exact": Params("exact", DIM, "direction"),
    "codes": Params("codes", DIM, "direction", lists=1, code=DIM // 2),
    "scan": Params("scan", DIM, "direction", code=DIM // 4),
    "scan, of a distance": Params("scan", DIM, "distance", code=DIM // 4),
    "ivf_sq": Params("ivf_sq", DIM, "direction", lists=64),
    "ivf_pq": Params("ivf_pq", DIM, "direction", lists=64, code=DIM),
    "hnsw": Params("hnsw", DIM, "direction", links=16),
    "exact, of a plane": Params("exact", 2, "distance"),
    "ivf_sq, of a plane": Params("ivf_sq", 2, "distance", lists=64),
    "hnsw, of a plane": Params("hnsw", 2, "distance", links=16),
    "hnsw, on main axes": Params("hnsw", DIM, "direction", into=24, links=16),
    "ivf_sq, on main axes": Params("ivf_sq", DIM, "direction", into=24, lists=64),
}
APPROXIMATE = [name for name in PARAMS if not name.startswith("exact")]


def clustered(n: int, dim: int, seed: int = 1) -> Vectors:
    """Vectors as catalogues have them: groups of kinds of music, few real dimensions."""
    rng = np.random.default_rng(seed)
    axes, centres = rng.normal(size=(min(16, dim), dim)), rng.normal(size=(40, min(16, dim)))
    laid = centres[rng.integers(0, 40, n)] + 0.6 * rng.normal(size=(n, min(16, dim)))
    vectors = laid @ axes + 0.3 * rng.normal(size=(n, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True) if dim > 2 else vectors).astype(np.float32)


def ids_of(n: int) -> Ids:
    """Not 0 .. n - 1, so that a place is never taken for an id."""
    return np.arange(n, dtype=np.int64) * 3 + 7


def built(params: Params, n: int = N, *, recall: float = 0.98) -> LayeredIndex:
    vectors, ids = clustered(N, params.dim), ids_of(n)
    building = Building(params, vectors)
    for start in range(0, n, 1000):
        building.add(ids[start : start + 1000], vectors[start : min(n, start + 1000)])
    return building.done(recall=recall)[0]


@pytest.fixture(scope="module", params=list(PARAMS))
def params(request: pytest.FixtureRequest) -> Params:
    return PARAMS[request.param]


@pytest.fixture(scope="module")
def written(params: Params, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Params]:
    """The file of an index of the vectors, and its params."""
    path = tmp_path_factory.mktemp("built") / "of.index"
    index = built(params)
    with publishing(path) as draft:
        index.write(draft.write)
    return path, index.params


@pytest.fixture
def index(written: tuple[Path, Params]) -> LayeredIndex:
    """As it comes from its file."""
    return LayeredIndex.read(*written)


def exact(params: Params, query: Vectors, k: int) -> Hits:
    """The nearest of the first 3,000, worked out here."""
    return best(ids_of(N), scores(query[None], clustered(N, params.dim), params.metric)[0], k)


def same(one: Hits, other: Hits) -> bool:
    return bool(np.array_equal(one.ids, other.ids) and np.array_equal(one.scores, other.scores))


def test_scores_fall_and_ids_are_those_that_were_added(index: LayeredIndex, params: Params) -> None:
    hits = index.search(clustered(N, params.dim)[5], 100)
    assert len(hits) == len(np.unique(hits.ids)) == 100
    assert np.isin(hits.ids, ids_of(N)).all()
    assert (np.diff(hits.scores) <= 0).all()


def test_the_scores_are_those_of_the_metric(index: LayeredIndex, params: Params) -> None:
    """Up to what quantisation takes from them."""
    query = clustered(N, params.dim)[11]
    hits = index.search(query, 20)
    true = dict(
        zip(*(part.tolist() for part in (exact(params, query, N).ids, exact(params, query, N).scores)), strict=True)
    )
    off = [abs(true[one] - score) for one, score in zip(hits.ids.tolist(), hits.scores.tolist(), strict=True)]
    assert max(off) < (0.12 if params.into or params.kind in ("ivf_pq", "codes") else 0.03)


def test_more_than_there_are_gives_all(index: LayeredIndex, params: Params) -> None:
    assert set(index.search(clustered(1, params.dim)[0], N + 10).ids.tolist()) == set(ids_of(N).tolist())


def test_an_empty_index_finds_nothing_and_can_be_filled(params: Params) -> None:
    empty = built(params, 0)
    vectors = clustered(N, params.dim)
    assert (len(empty), len(empty.search(vectors[0], 10))) == (0, 0)
    empty.add(ids_of(3), vectors[:3])
    assert empty.search(vectors[1], 1).ids.tolist() == [ids_of(3)[1]]


def test_what_is_added_is_found_at_once(index: LayeredIndex, params: Params) -> None:
    new = clustered(50, params.dim, seed=9)
    index.add(np.arange(900_000, 900_050), new)
    assert len(index) == N + 50
    assert [index.search(one, 1).ids[0] for one in new] == list(range(900_000, 900_050))


def test_an_id_added_again_has_the_new_vector(index: LayeredIndex, params: Params) -> None:
    vectors = clustered(N, params.dim)
    far = -vectors[0]
    index.add(np.array([7, 7]), np.stack([vectors[3], far]))
    assert len(index) == N
    assert index.search(far, 1).ids.tolist() == [7]
    assert 7 not in index.search(vectors[3], 30).ids[:1]


def test_equal_vectors_are_all_found_the_smaller_id_first(index: LayeredIndex, params: Params) -> None:
    index.add(np.array([30, 12, 21]) + 10**6, np.repeat(clustered(1, params.dim, seed=4), 3, axis=0))
    found = index.search(clustered(1, params.dim, seed=4)[0], 3).ids - 10**6
    assert found.tolist() == [12, 21, 30]


def test_what_is_removed_is_gone_and_may_come_back(index: LayeredIndex, params: Params) -> None:
    vectors = clustered(N, params.dim)
    nearest = index.search(vectors[8], 200).ids
    assert index.remove(np.append(nearest, 10**9)) == 200
    assert len(index) == N - 200
    assert not np.isin(index.search(vectors[8], 500).ids, nearest).any()
    assert index.remove(nearest) == 0
    index.add(ids_of(N)[8:9], vectors[8:9])
    assert index.search(vectors[8], 1).ids.tolist() == [ids_of(N)[8]]


def test_only_and_without_choose_before_the_nearest_are_counted(index: LayeredIndex, params: Params) -> None:
    query = clustered(N, params.dim)[20]
    index.add(np.array([10**6]), query[None])
    some = np.append(ids_of(N)[::40], 10**6)
    assert index.search(query, 1, only=some).ids.tolist() == [10**6]
    assert set(index.search(query, 500, only=some).ids.tolist()) == set(some.tolist())
    left = index.search(query, 60, only=some, without=some[50:])
    assert set(left.ids.tolist()) == set(some[:50].tolist())


@pytest.mark.parametrize("kind", FLAT)
@pytest.mark.parametrize("share", [2, 60])
def test_of_a_grouped_index_groups_are_chosen(kind: Kind, share: int) -> None:
    """Seven ids to a group; half of the groups are looked for among all codes, a sixtieth by their vectors alone."""
    index = built(Params(kind, DIM, "direction", code=DIM // 4, group=21))
    vectors, groups = clustered(N, DIM), ids_of(N) // 21
    assert index.groups == len(np.unique(groups))
    gone = ids_of(N)[::5]
    index.remove(gone)
    index.add(np.array([0, 10**6]), vectors[:2])
    some = np.append(np.arange(0, groups.max() + 1, share), 10**6 // 21)
    here = np.isin(groups, some) & ~np.isin(ids_of(N), gone)
    held, held_ids = np.concatenate([vectors[here], vectors[:2]]), np.append(ids_of(N)[here], [0, 10**6])
    for query in clustered(N + 5, DIM)[N:]:
        found = index.search(query, 20, only=some)
        true = best(held_ids, scores(query[None], held, "direction")[0], 20)
        assert len(np.intersect1d(found.ids, true.ids)) >= 19
        assert np.isin(found.ids, held_ids).all()


def test_lists_and_graphs_know_no_groups() -> None:
    with pytest.raises(ValueError, match="no groups"):
        Params("ivf_sq", DIM, "direction", lists=64, group=2)


def test_a_scan_looks_on_where_what_is_near_is_left_out() -> None:
    """Of the two thirds that are left none is among the nearest."""
    index, query = built(PARAMS["scan"]), clustered(N, DIM)[3]
    nearest = exact(PARAMS["scan"], query, N // 3).ids
    found = index.search(query, 30, only=np.setdiff1d(ids_of(N), nearest))
    assert len(found) == 30
    assert not np.isin(found.ids, nearest).any()


@pytest.mark.parametrize("name", APPROXIMATE)
def test_of_the_500_nearest_it_finds_95_per_cent(name: str) -> None:
    """Asked for vectors it was neither built from nor tuned on."""
    params = PARAMS[name]
    index = built(params)
    queries = clustered(N + 40, params.dim)[N:]
    shares = []
    for query in queries:
        laid = index._structure.projected(np.concatenate([query[None], clustered(N, params.dim)]))
        true = best(ids_of(N), scores(laid[:1], laid[1:], params.metric)[0], DEPTH)
        wide = max(DEPTH, index.params.breadth) if params.kind == "codes" else DEPTH
        shares.append(len(np.intersect1d(true.ids, index.search(query, wide).ids)) / DEPTH)
    assert np.mean(shares) >= 0.95


def test_a_file_holds_the_same_index(index: LayeredIndex, params: Params) -> None:
    before = built(params)
    assert Params.of(before.params.as_dict()) == index.params
    assert len(before) == len(index) == N
    for query in clustered(10, params.dim, seed=3):
        assert same(index.search(query, 50), before.search(query, 50))


def test_a_changed_index_is_built_anew_rather_than_written(index: LayeredIndex) -> None:
    index.remove(ids_of(1))
    with pytest.raises(ValueError, match="built anew"):
        index.write(len)


def test_the_same_vectors_make_the_same_file(params: Params) -> None:
    files = [io.BytesIO(), io.BytesIO()]
    for file in files:
        built(params, 1500).write(file.write)
    assert files[0].getvalue() == files[1].getvalue()


def test_what_is_no_vector_is_refused(index: LayeredIndex, params: Params) -> None:
    right = clustered(1, params.dim)
    with pytest.raises(ValueError, match="shape"):
        index.add(ids_of(2), right)
    with pytest.raises(ValueError, match="shape"):
        index.search(np.zeros(params.dim + 1, dtype=np.float32), 5)
    with pytest.raises(ValueError, match="finite"):
        index.search(np.full(params.dim, np.nan, dtype=np.float32), 5)
    with pytest.raises(ValueError, match="1 or more"):
        index.search(right[0], 0)
