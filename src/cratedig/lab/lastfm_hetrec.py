"""lastfm_hetrec: which artists does a listener play that were held back? (Cantador et al., HetRec 2011)

On the shared folder: learned from its pairs less a fifth by a stable hash, judged on that fifth. On a folder of other
pairs: learned from all shared pairs (`../shared/data/lastfm_hetrec` beside the checkout), judged on the folder's. Where
the shared folder is not there, any folder is split like the shared one. Constants were chosen on parts of the pairs
that are learned from, never on pairs that are judged.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.find.taste.factors import Fit
from cratedig.find.taste.neighbours import by_neighbours
from cratedig.find.taste.tagged import Mix, likings
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.measured import Measured, means
from cratedig.lab.plays import Judging, prepared, read_plays, split

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]

FIRST = 20
CHOSEN: Final = Mix(Fit(rank=160, pull=40.0, confidence=10.0, rounds=7), tags_as_rows=3.0, by_tags=0.9)
SHARED: Final = Path("shared", "data", "lastfm_hetrec")


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """Recall at 20 of plays and tags together, coverage, and how well known the shown artists are."""
    return await anyio.to_thread.run_sync(evaluated, data, shared_folder())


def evaluated(data: Path, shared: Path | None) -> Evaluation:
    """The figures of a folder, given the folder to learn from if it is another. Raises InputRejected without pairs."""
    learned, judged = split(read_plays(data), read_plays(shared) if shared else {})
    judging = prepared(learned, judged, [data, *([shared] if shared else [])])
    ours = judge(likings(judging.learned, judging.tags, CHOSEN), judging)
    others = judge(by_neighbours(judging.learned), judging).named("item_knn")
    others += judge(by_popularity(judging.learned), judging).named("popularity")
    return Evaluation(
        name="lastfm_hetrec",
        n=judging.judged.nnz,
        metrics={**ours.figures, "listeners": int(_judged_counts(judging).astype(bool).sum())},
        baselines=others.figures,
        intervals=ours.intervals | others.intervals,
    )


def shared_folder() -> Path | None:
    """Beside the checkout this module stands in, or the one the command was started in; None where neither has it."""
    checkouts = (Path(__file__).resolve().parents[3], Path.cwd())
    return next((checkout.parent / SHARED for checkout in checkouts if (checkout.parent / SHARED).is_dir()), None)


def by_popularity(learned: csr_matrix) -> Floats:
    """The baseline: the artists with the most listeners, the same for everybody."""
    return np.tile(_listeners(learned), (learned.shape[0], 1))


def judge(scores: Floats, judging: Judging) -> Measured:
    """The figures of a way of scoring, over listeners with judged pairs.

    recall_at_20: the mean share of judged artists shown, of those that could be.  coverage_at_20: the share of artists
    that anybody is shown.  popularity_bias: mean listeners of a shown artist over those of a played one; 1 is no bias.
    """
    there = _judged_counts(judging) > 0
    shown = first(scores, judging.learned)[there]
    wanted = judging.judged[there]
    hits = np.take_along_axis(wanted.toarray(), shown, axis=1).sum(axis=1)
    listeners = _listeners(judging.learned)
    played = listeners[judging.learned.nonzero()[1]].mean()
    whole = {
        "coverage_at_20": round(len(np.unique(shown)) / len(listeners), 4),
        "popularity_bias": round(float(listeners[shown].mean() / played), 4),
    }
    recalls = (hits / np.minimum(FIRST, _judged_counts(judging)[there])).tolist()
    return means({"recall_at_20": recalls}) + Measured(whole)


def first(scores: Floats, learned: csr_matrix) -> NDArray[np.intp]:
    """(n, 20) artists by falling score, without those learned from; ties by position."""
    left = np.array(scores)
    left[learned.nonzero()] = -np.inf
    return np.argsort(-left, axis=1, kind="stable")[:, :FIRST]


def _judged_counts(judging: Judging) -> Floats:
    return np.asarray(judging.judged.sum(axis=1), dtype=np.float64).ravel()


def _listeners(learned: csr_matrix) -> Floats:
    """How many listeners each artist has."""
    return np.asarray((learned > 0).sum(axis=0), dtype=np.float64).ravel()
