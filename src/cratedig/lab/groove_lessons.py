"""What the heads for grooves learn from pieces: features and labels, and forests grown on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.lab.groove_excerpts import COPIES, excerpts
from cratedig.lab.groove_files import Piece
from cratedig.lab.trees import Grown, laid_out
from cratedig.models.grooves import GrooveHead, Namer
from cratedig.models.trees import Forest
from cratedig.understand.drums.features.hands import hands, windows
from cratedig.understand.drums.features.whole import extent, features

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

TREES, LEAST, ASKED = 150, 4, 0.3
"""Of the forests for style and drummer: how many, rows in a leaf, share of the columns a node looks at."""
EAR_TREES, EAR_LEAST, EAR_ASKED = 150, 3, 0.2
BOOSTS: Final = {"max_iter": 120, "learning_rate": 0.08, "max_leaf_nodes": 15, "max_features": 0.6}
"""Of the trees for beat or fill; leaves of 20 pieces and more."""


@dataclass(frozen=True, eq=False)
class Lessons:
    """One row a piece: features (n, 523), extents (n, 58), and what is to be told."""

    features: Floats
    extents: Floats
    styles: NDArray[np.str_]
    drummers: NDArray[np.str_]
    are_beats: NDArray[np.bool_]
    sessions: NDArray[np.str_]

    @classmethod
    def of(cls, pieces: Sequence[Piece]) -> Lessons:
        return cls(
            features=np.array([features(piece.played) for piece in pieces]),
            extents=np.array([extent(piece.played) for piece in pieces]),
            styles=np.array([piece.style for piece in pieces]),
            drummers=np.array([piece.drummer for piece in pieces]),
            are_beats=np.array([piece.is_beat for piece in pieces]),
            sessions=np.array([piece.session for piece in pieces]),
        )


@dataclass(frozen=True, eq=False)
class Course:
    """Lessons, and features of excerpts of the same pieces, plain and retouched; (COPIES, n, 523) each.

    trees: in each forest for style and drummer.
    """

    lessons: Lessons
    plain: Floats
    retouched: Floats
    trees: int = TREES

    @classmethod
    def of(cls, pieces: Sequence[Piece], *, seed: int = 0) -> Course:
        performances = [piece.played for piece in pieces]
        plain, retouched = (excerpts(performances, seed=seed, retouched=way) for way in (False, True))
        return cls(Lessons.of(pieces), plain, retouched)

    def head(self, rows: Positions, *, seed: int) -> GrooveHead:
        """Learned from these rows: style and drummer from the beats among them, as they are judged on."""
        lessons = self.lessons
        beats = rows[lessons.are_beats[rows]]
        return GrooveHead(
            styles=self._namer(self.plain, lessons.styles, beats, seed),
            drummers=self._namer(self.retouched, lessons.drummers, beats, seed),
            beats=boosted(lessons.extents[rows], lessons.are_beats[rows], seed=seed),
        )

    def _namer(self, parts: Floats, labels: NDArray[np.str_], rows: Positions, seed: int) -> Namer:
        """Learned from the pieces in these rows and from their parts."""
        inputs = np.concatenate([self.lessons.features[rows], *parts[:, rows]])
        return namer(inputs, np.tile(labels[rows], COPIES + 1), seed=seed, trees=self.trees)


@dataclass(frozen=True, eq=False)
class Windows:
    """Stretches of four bars: (n, 163) of `hands`; who plays, and which piece and session each is of."""

    hands: Floats
    drummers: NDArray[np.str_]
    pieces: NDArray[np.str_]
    sessions: NDArray[np.str_]

    @classmethod
    def of(cls, pieces: Sequence[Piece]) -> Windows:
        rows = [(hands(part), piece) for piece in pieces if piece.is_beat for part in windows(piece.played)]
        return cls(
            hands=np.array([row for row, _ in rows]),
            drummers=np.array([piece.drummer for _, piece in rows]),
            pieces=np.array([piece.name for _, piece in rows]),
            sessions=np.array([piece.session for _, piece in rows]),
        )

    def ear(self, rows: Positions, *, seed: int) -> Namer:
        """Long pieces count for more than short ones, but not as often as they are longer."""
        _, piece, many = np.unique(self.pieces[rows], return_inverse=True, return_counts=True)
        weights = 1 / np.sqrt(many[piece])
        forest = _extra_trees(EAR_TREES, EAR_LEAST, EAR_ASKED, "balanced", seed)
        return _namer(forest.fit(self.hands[rows], self.drummers[rows], weights))


def namer(inputs: Floats, labels: NDArray[np.str_], *, seed: int, trees: int = TREES) -> Namer:
    """Trees that let rare labels count as much as common ones."""
    return _namer(_extra_trees(trees, LEAST, ASKED, "balanced_subsample", seed).fit(inputs, labels))


def boosted(inputs: Floats, labels: NDArray[np.bool_], *, seed: int) -> Forest:
    """Trees whose mean is the log odds. One thread grows them: for so few rows others only get in the way."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # type: ignore[import-untyped]
    from sklearn.utils.parallel import _get_threadpool_controller  # type: ignore[import-untyped]

    with _get_threadpool_controller().limit(limits=1):
        model = HistGradientBoostingClassifier(**BOOSTS, random_state=seed).fit(inputs.astype(np.float32), labels)
    trees = [
        Grown.depth_first(one.nodes) for (one,) in model._predictors
    ]  # neither trees nor threads are in a public place
    begin = float(model._baseline_prediction.ravel()[0])
    return laid_out(trees, [begin + len(trees) * tree.value for tree in trees])


def _extra_trees(trees: int, least: int, asked: float, weights: str, seed: int) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier

    return ExtraTreesClassifier(
        trees, min_samples_leaf=least, max_features=asked, class_weight=weights, random_state=seed
    )


def _namer(grown: Any) -> Namer:
    trees = [one.tree_ for one in grown.estimators_]
    values = [np.where(_leaf(tree), tree.value[:, 0], 0.0) for tree in trees]
    return Namer(tuple(str(name) for name in grown.classes_), laid_out(trees, values))


def _leaf(tree: Any) -> NDArray[np.bool_]:
    return np.asarray(tree.children_left < 0)[:, None]
