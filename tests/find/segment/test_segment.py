"""Laws of segments: however one came about, it is the segment of its tracks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cratedig.find.known import known
from cratedig.find.saying import Sayings
from cratedig.find.segment import container
from cratedig.find.segment.container import Column
from cratedig.find.segment.joining import columns_of, joined
from cratedig.find.segment.layers import STEP, Layer, Layers, added
from cratedig.find.segment.reading import segment_of
from cratedig.find.segment.segment import Segment
from cratedig.find.segment.snapshot import Snapshot
from tests.find.segment.rows import WORDS, row

ids = st.lists(st.integers(1, 10_000), max_size=12, unique=True)
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def of(track_ids: Iterable[int]) -> Segment:
    return segment_of([row(one) for one in sorted(track_ids)])


def same(one: Segment, other: Segment) -> bool:
    """Shares of styles to a bit of their halves: products of one row and of several may round differently."""
    exact = other.arrays.keys() - {"styles"}
    return all(np.array_equal(one[name], other[name], equal_nan=name not in _CODES) for name in exact) and np.allclose(
        one["styles"], other["styles"], rtol=2e-3, atol=1e-6, equal_nan=True
    )


_CODES = ("tie", "keys")


@quick
@given(ids, st.integers(0, 12))
def test_joined_parts_are_the_segment_of_all(track_ids: list[int], cut: int) -> None:
    ordered = sorted(track_ids)
    assert same(joined([of(ordered[:cut]), of(ordered[cut:])]), of(ordered))


@quick
@given(ids, st.lists(st.tuples(st.sets(st.integers(1, 40), max_size=6), st.booleans()), max_size=8))
def test_layers_hold_what_is_there_now(base: list[int], changes: list[tuple[set[int], bool]]) -> None:
    """Each change writes its tracks, or deletes them."""
    layers, now = Layers((Layer.of(of(base)),)), set(base)
    for changed, is_written in changes:
        layers = added(layers, sorted(changed), [of(changed if is_written else ())])
        now = now | changed if is_written else now - changed
        sizes = [len(layer.visible) for layer in layers.layers]
        assert not is_written or len(sizes) == 1 or sizes[-2] >= STEP * sizes[-1]
    snapshot = Snapshot(layers.parts)
    assert snapshot.tracks == len(now)
    rows = snapshot.rows_of(np.array(sorted(now), dtype=np.int64))
    assert (rows >= 0).all()
    assert snapshot.counts(WORDS) == [len(of(now).posting(word).rows) for word in WORDS]


@quick
@given(ids)
def test_a_file_gives_back_what_was_written(tmp_path: Path, track_ids: list[int]) -> None:
    segment, path = of(track_ids), tmp_path / "file"
    with path.open("wb") as file:
        container.write(file.write, columns_of([segment]))
    read = Segment(container.read(path))
    assert same(read, segment)
    assert all(array.flags.writeable is False for array in read.arrays.values() if array.size)


def snapshot_of(base: Sequence[int], gone: Sequence[int], fresh: Sequence[int]) -> Snapshot:
    segment = of(base)
    layers = (Layer(segment, np.isin(segment["ids"], gone)), Layer.of(of(fresh)))
    return Snapshot(Layers(layers).parts)


@quick
@given(ids, ids)
def test_a_snapshot_counts_and_finds_like_one_segment(base: list[int], changed: list[int]) -> None:
    """Half of what changed is gone, the other half is new or another."""
    gone, fresh = changed[::2], [one for one in changed[1::2] if one not in changed[::2]]
    whole = of((set(base) - set(gone)) | set(fresh))
    snapshot = snapshot_of(base, [*gone, *fresh], fresh)
    assert snapshot.tracks == len(whole)
    assert snapshot.counts(WORDS) == [len(whole.posting(word).rows) for word in WORDS]
    rows = snapshot.rows_of(whole["ids"])
    assert (rows >= 0).all()
    assert (snapshot.rows_of(np.array(gone, dtype=np.int64)) == -1).all()
    np.testing.assert_array_equal(snapshot.text(rows), whole.vectors("text", np.arange(len(whole))))
    for word in WORDS:
        having = snapshot.column("ids", snapshot.having(word))
        assert sorted(having.tolist()) == whole["ids"][whole.posting(word).rows].tolist()


@quick
@given(ids, st.integers(0, 30))
def test_words_score_the_same_however_much_is_gathered_first(track_ids: list[int], gathered: int) -> None:
    snapshot = Snapshot(Layers((Layer.of(of(track_ids)),)).parts)
    found = known(snapshot, wanted=WORDS)
    rows = np.arange(len(track_ids))
    few, all_ = (Sayings(snapshot, found, gathered=budget) for budget in (gathered, 10**6))
    np.testing.assert_allclose(few.on(rows), all_.on(rows), rtol=1e-5)
    assert ((all_.on(rows) >= 0) & (all_.on(rows) <= 1)).all()
    best = all_.most(3, None)
    assert len(best) == min(3, int((all_.on(rows) > 0).sum()))


@pytest.mark.parametrize("missing", ["ids", "rows", "text", "styles"])
def test_a_segment_without_a_column_is_refused(missing: str) -> None:
    arrays = dict(of([1, 2]).arrays)
    del arrays[missing]
    with pytest.raises(ValueError, match="no column"):
        Segment(arrays)


def test_a_segment_whose_columns_disagree_is_refused() -> None:
    arrays = dict(of([1, 2]).arrays)
    with pytest.raises(ValueError, match="another length or type"):
        Segment(arrays | {"year": arrays["year"][:1]})
    with pytest.raises(ValueError, match="another length or type"):
        Segment(arrays | {"year": arrays["year"].astype(np.float64)})


def test_a_column_that_is_shorter_than_announced_is_not_written() -> None:
    whole = np.arange(4, dtype=np.int64)
    with pytest.raises(ValueError, match="were announced"):
        container.write(len, {"ids": Column(whole.dtype, (5,), lambda: (whole,))})


@quick
@given(ids, st.lists(st.integers(-5, 10_010), max_size=20), st.integers(1, 400))
def test_a_track_is_where_its_id_is_however_far_ids_are_apart(held: list[int], asked: list[int], apart: int) -> None:
    close = [1 + one // apart for one in held]
    for there in (sorted(set(held)), sorted(set(close))):
        segment = of(there)
        rows = segment.rows_of(np.array(asked, dtype=np.int64)).tolist()
        assert rows == [there.index(one) if one in there else -1 for one in asked]
