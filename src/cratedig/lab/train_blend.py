"""Learns the weights of find's score: `cratedig lab train blend --data ../shared/data/spotify_songs`.

From playlists: their names as queries, half of their tracks as what the others should be like, on the part of the crate
by artists that the style head never learned from (one that knows the tracks would be trusted too much). Coordinate
ascent from the specification's table: each weight in turn is multiplied by what helps most, as long as it helps. The
row of moods stays: whose query says a mood wants that mood, and playlists that merely have such a word in their name
("Gangster Rap Workout") would teach to look away from it.
Judged on halves of the playlists that were not learned from, and on the mood queries, which are never learned from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import anyio
import numpy as np

from cratedig.find.blend import Values, blend, find_weights
from cratedig.find.candidates import Candidates
from cratedig.find.finder import Manner
from cratedig.find.query import Query
from cratedig.find.recommend import Judged, ranked
from cratedig.find.request import Request
from cratedig.find.signals import find_signals
from cratedig.find.weights import SPEC, Weights, digest
from cratedig.lab.bootstrap import mean_interval
from cratedig.lab.evaluation import Lab
from cratedig.lab.finding import Crated, crated
from cratedig.lab.mood_queries import Ruler, asked_of, crate_of
from cratedig.lab.mood_questions import questions
from cratedig.lab.ranking import bucket, ndcg
from cratedig.lab.spotify import LEAST_CONTINUED, LEAST_NAMED, Crate, read_crate, split, unheard
from cratedig.lab.spotify_data import read_songs
from cratedig.models.arrays import HEADS
from cratedig.publish import publish

VERSION = 1
FACTORS: Final = (0.5, 0.7, 1.4, 2.0)
ROUNDS: Final = 2
LEAST_GAIN: Final = 0.001
"""Of the objective, that a step must bring: less is chance among a hundred queries."""
KEPT: Final = (("groups", "mood"), ("groups", "default"))
GUARDED: Final = ("ndcg_at_20", "artist_diversity_at_50", "mood_alignment")

Way = tuple[str, ...]
"""The way to one number of a table of weights: ("groups", "mood", "text")."""


@dataclass(frozen=True)
class Case:
    """One query with what its candidates say. relevant: positions among them, and how many there are in all.

    playlist: whose it is; continued: it is a half to be continued.
    """

    playlist: str
    continued: bool
    query: Query
    found: Candidates
    signals: Mapping[str, Values]
    relevant: frozenset[int]
    out_of: int

    def value(self, weights: Weights) -> float:
        """nDCG at 20 of a name, recall at 20 of a half."""
        wanted = find_weights(self.query, self.signals, weights)
        order = ranked(self.found, blend(wanted, self.signals, heard=self.signals["heard"]).scores)[:20]
        if self.continued:
            return len(self.relevant & set(order)) / min(20, self.out_of)
        gains = dict.fromkeys((*self.relevant, *range(-1, -1 - (self.out_of - len(self.relevant)), -1)), 1.0)
        return ndcg(order, gains, k=20)

    def rests_on(self, path: Way) -> bool:
        """Can this number change anything here?"""
        if path[0] == "groups":
            return path[1] == self.query.type or (self.query.names_a_genre and path[1] == "genre")
        return path[0] != ("liked" if self.query.liked is None else "named")


async def train(data: Path, lab: Lab, out: Path | None) -> dict[str, Any]:
    """Learns, judges, and writes the card with its weights to `out` (the shipped folder when None)."""
    async with lab.scratch() as catalogue:
        crate = unheard(read_crate(data))
        uncapped = Manner(artist_cap=max(1, len(crate.tracks)))
        cases = await _cases((await crated(catalogue, lab, crate.tracks)).in_manner(uncapped), crate)
    found = await anyio.to_thread.run_sync(fitted, cases)
    figures = await anyio.to_thread.run_sync(judged_in_halves, cases)
    figures["mood_queries"] = await _guarded(data, lab, {"spec": SPEC, "learned": found})
    return _published(found, out or HEADS, figures | {"cases": len(cases)})


def fitted(cases: Sequence[Case]) -> Weights:
    """The weights that coordinate ascent reaches from the specification's."""
    table, values = SPEC.as_dict(), [case.value(SPEC) for case in cases]
    usual = _means(cases, values)
    best = objective(cases, values, usual)
    for _ in range(ROUNDS):
        for path in [one for one in _paths(table) if one[:2] not in KEPT]:
            for factor in FACTORS:
                tried = _multiplied(table, path, factor)
                new = _revalued(cases, values, path, Weights.of(tried))
                if (reached := objective(cases, new, usual)) > best + LEAST_GAIN:
                    table, values, best = tried, new, reached
    return Weights.of(_scaled(table))


def objective(cases: Sequence[Case], values: Sequence[float], usual: Mapping[bool, float]) -> float:
    """The mean over both kinds of cases of their mean value, as a multiple of the specification's."""
    means = _means(cases, values)
    return float(np.mean([means[kind] / max(usual[kind], 1e-12) for kind in means]))


def judged_in_halves(cases: Sequence[Case]) -> dict[str, Any]:
    """What weights from one half of the playlists bring on the other: mean values, and the interval of the change."""
    spec, learned, kinds = [], [], []
    for half in (0, 1):
        here = [case for case in cases if _half(case) == half]
        weights = fitted([case for case in cases if _half(case) != half])
        spec += [case.value(SPEC) for case in here]
        learned += [case.value(weights) for case in here]
        kinds += [case.continued for case in here]
    found: dict[str, Any] = {}
    for name, kind in (("playlist_ndcg_at_20", False), ("continuation_recall_at_20", True)):
        of = [at for at, one in enumerate(kinds) if one is kind]
        if not of:
            continue
        change = [learned[at] - spec[at] for at in of]
        found[name] = {
            "spec": round(float(np.mean([spec[at] for at in of])), 4),
            "learned_on_the_other_half": round(float(np.mean([learned[at] for at in of])), 4),
            "change_95": list(mean_interval(change)),
        }
    return found


async def _cases(crate: Crated, held: Crate) -> list[Case]:
    names = held.named(LEAST_NAMED)
    halves = {name: split(held, name) for name in held.named(LEAST_CONTINUED)}
    ids = crate.ids
    likes = [Request(like=tuple(ids[at] for at in sorted(seeds))) for seeds, _ in halves.values()]
    asked = [(name, held.playlists[name], False) for name in names]
    asked += [(name, rest, True) for name, (_, rest) in halves.items()]
    judged = await crate.of_each([*(Request(query=name) for name in names), *likes], lambda _, one: one)
    return [
        _case(name, continued, one, {ids[at] for at in wanted})
        for one, (name, wanted, continued) in zip(judged, asked, strict=True)
    ]


def _case(playlist: str, continued: bool, judged: Judged, wanted: set[int]) -> Case:
    relevant = frozenset(at for at, track_id in enumerate(judged.found.ids.tolist()) if track_id in wanted)
    signals = find_signals(judged.query, judged.found)
    return Case(playlist, continued, judged.query, judged.found, signals, relevant, len(wanted))


def _half(case: Case) -> int:
    """0 or 1; a playlist's name and its continuation are in one half."""
    return int(bucket(f"blend {case.playlist}") * 2)


def _means(cases: Sequence[Case], values: Sequence[float]) -> dict[bool, float]:
    kinds = {case.continued for case in cases}
    pairs = list(zip(cases, values, strict=True))
    return {kind: float(np.mean([value for case, value in pairs if case.continued is kind])) for kind in kinds}


def _revalued(cases: Sequence[Case], values: Sequence[float], path: Way, weights: Weights) -> list[float]:
    pairs = zip(cases, values, strict=True)
    return [case.value(weights) if case.rests_on(path) else value for case, value in pairs]


def _paths(table: Mapping[str, Any], before: Way = ()) -> Iterator[Way]:
    """The ways to all numbers of a table."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _paths(value, (*before, name))
        else:
            yield (*before, name)


def _multiplied(table: Mapping[str, Any], path: Way, factor: float) -> dict[str, Any]:
    found = inner = deepcopy(dict(table))
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] *= factor
    return found


def _scaled(table: dict[str, Any]) -> dict[str, Any]:
    """Each row of groups to the specification's sum, to four digits, so that people can compare them."""
    for kind, row in table["groups"].items():
        by = sum(SPEC.groups[kind].values()) / sum(row.values())
        table["groups"][kind] = {name: round(weight * by, 4) for name, weight in row.items()}
    return table


async def _guarded(data: Path, lab: Lab, tables: Mapping[str, Weights]) -> dict[str, dict[str, float]]:
    """The figures that learned weights must not spoil, of mood queries nothing was learned from."""
    songs = crate_of(read_songs(data))
    texts = await anyio.to_thread.run_sync(lab.embedder.embed, [song.text for song in songs])
    ruler = Ruler(songs, questions(songs), texts)
    found: dict[str, dict[str, float]] = {}
    async with lab.scratch() as catalogue:
        crate = await crated(catalogue, lab, songs)
        moods = await crate.moods()
        for name, weights in tables.items():
            shown = await asked_of(crate.in_manner(Manner(weights=weights)), ruler)
            figures = ruler.measured(shown, moods).figures
            found[name] = {figure: float(figures[figure]) for figure in GUARDED if figure in figures}
    return found


def _published(weights: Weights, out: Path, figures: dict[str, Any]) -> dict[str, Any]:
    table = weights.as_dict()
    card = {
        "name": "blend",
        "version": VERSION,
        "summary": "Weights of find's terms by kind of query, learned from playlists; used where find.blend is learned",
        "command": "cratedig lab train blend --data ../shared/data/spotify_songs",
        "data": ["322 playlists of Spotify songs (FEM-modena/D4SI), internal: only these 28 numbers ship"],
        "licence": "undecided: the training data states none and is internal",
        "sha256": digest(table),
        "weights": table,
        "figures": figures,
    }
    publish(out / "blend.json", (json.dumps(card, indent=2) + "\n").encode(), mode=0o644)
    return card
