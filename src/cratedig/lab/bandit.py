"""bandit: would choosing the weights of an answer by what came of earlier ones have been better than any one choice?

On a folder of the shape of lastfm_hetrec, split as there. Every judged pair is one answer: an arm (a weighing of
find/taste/bandit.py) is drawn evenly, and its reward is 1 where the pair's artist is among the first 20 that the arm
shows the listener. On that log the policies are replayed (Li et al. 2011). As every arm's answer to every pair can be
worked out here, the mean reward of each arm alone is known, and says how right a replay of it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.find.taste.bandit import POLICIES, WEIGHINGS, Bandit, reweighed
from cratedig.find.taste.factors import factorise
from cratedig.find.taste.replay import Logged, Replay, replay
from cratedig.find.taste.tagged import by_tags, standard
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.lastfm_hetrec import CHOSEN, first, shared_folder
from cratedig.lab.plays import Judging, prepared, read_plays, split

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]

WEIGHTS: Final = {"taste": 1.0, "meaning": 0.9, "heard": 0.1}
"""The terms there are for artists: factors of listeners, tags, and how many listeners there are."""


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """Mean rewards of the policies by replay, and of each arm alone as they are."""
    return await anyio.to_thread.run_sync(evaluated, data, shared_folder())


def evaluated(data: Path, shared: Path | None) -> Evaluation:
    """The figures of a folder, given the folder to learn from if it is another. Raises InputRejected without pairs."""
    learned, judged = split(read_plays(data), read_plays(shared) if shared else {})
    return judged_arms(prepared(learned, judged, [data, *([shared] if shared else [])]))


def judged_arms(judging: Judging, *, seed: int = 0) -> Evaluation:
    """The figures of a table. seed: of the order of the answers and the arms that were drawn."""
    hits = {name: hits_of(scores, judging) for name, scores in arms(judging).items()}
    log = logged(hits, contexts(judging)[judging.judged.tocoo().row], seed=seed)
    dimensions = len(log[0].context) if log else 1
    policies = {name: Bandit.fresh(WEIGHINGS, dimensions=dimensions, policy=name) for name in POLICIES}
    found = {name: replay(bandit, log, seed=seed) for name, bandit in policies.items()}
    alone = {name: replay(Bandit.fresh({name: {}}, dimensions=dimensions), log) for name in WEIGHINGS}
    truth = {name: float(rewards.mean()) for name, rewards in hits.items()}
    return Evaluation(
        name="bandit",
        n=len(log),
        metrics=_figures(found) | {"replay_z": round(max(_z(alone[name], truth[name]) for name in truth), 2)},
        baselines={
            **{f"{name.replace(' ', '_')}_reward": round(reward, 4) for name, reward in truth.items()},
            "even_reward": round(float(np.mean(list(truth.values()))), 4),
            "best_of_each_answer": round(float(np.max(list(hits.values()), axis=0).mean()), 4),
        },
    )


def arms(judging: Judging) -> dict[str, Floats]:
    """Arm -> its scores (n, m)."""
    factors = factorise(judging.learned, CHOSEN.fit)
    listeners = np.log1p(np.asarray((judging.learned > 0).sum(axis=0), dtype=np.float64).ravel())
    terms = {
        "taste": standard(factors.rows @ factors.columns.T),
        "meaning": standard(by_tags(judging.learned, judging.tags)),
        "heard": standard(np.tile(listeners, (judging.learned.shape[0], 1))),
    }
    weighed = {name: reweighed(WEIGHTS, factors) for name, factors in WEIGHINGS.items()}
    return {
        name: np.sum([weight * terms[term] for term, weight in weights.items()], axis=0)
        for name, weights in weighed.items()
    }


def hits_of(scores: Floats, judging: Judging) -> Floats:
    """(pairs,): 1 for each judged pair whose artist is among the first 20 shown to its listener."""
    shown = first(scores, judging.learned)
    cells = judging.judged.tocoo()
    return np.asarray((shown[cells.row] == cells.col[:, None]).any(axis=1), dtype=np.float64)


def contexts(judging: Judging) -> Floats:
    """(n, 4): 1, how many artists a listener has, how widely known they are, and how much of them is tagged, 0..1."""
    heard = judging.learned > 0
    count = np.maximum(1, np.asarray(heard.sum(axis=1), dtype=np.float64).ravel())
    listeners = np.asarray(heard.sum(axis=0), dtype=np.float64).ravel()
    known = np.asarray(heard @ (np.log1p(listeners) / np.log1p(max(1.0, listeners.max(initial=1.0))))).ravel() / count
    tagged = np.asarray(heard @ _has_tags(judging.tags)).ravel() / count
    return np.column_stack([np.ones(len(count)), count / count.max(initial=1.0), known, tagged])


def logged(hits: dict[str, Floats], of: Floats, *, seed: int) -> list[Logged]:
    """An answer for each pair, in a drawn order, by an arm that was drawn evenly. of: (pairs, d) contexts."""
    draw = np.random.default_rng(seed)
    names = list(hits)
    drawn = draw.integers(len(names), size=len(of))
    return [
        Logged(of[at], names[drawn[at]], float(hits[names[drawn[at]]][at]), 1.0 / len(names))
        for at in draw.permutation(len(of))
    ]


def _has_tags(tags: csr_matrix) -> Floats:
    return np.asarray(tags.getnnz(axis=0) > 0, dtype=np.float64)


def _figures(found: dict[str, Replay]) -> dict[str, float | int]:
    figures: dict[str, float | int] = {}
    for name, one in found.items():
        figures |= {
            f"{name}_reward": round(one.reward, 4),
            f"{name}_error": round(one.error, 4),
            f"{name}_answers": one.agreed,
        }
    return figures


def _z(replayed: Replay, truth: float) -> float:
    """How many of its standard errors a replay is off."""
    return abs(replayed.reward - truth) / replayed.error if replayed.error > 0.0 else 0.0
