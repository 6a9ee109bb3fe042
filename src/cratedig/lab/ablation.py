"""`lab evaluate ablation`: what each channel, term and stage of find is good for, on the queries of mood_queries.

Every query is understood and fetched once. Then its candidates are scored and arranged anew with one thing left out: a
channel (what it alone brought is gone), a term (its weight moves to the others), or a step of the arrangement.

Two parts are left out otherwise. The phrase model: queries are understood anew by a head that hears the middle of the
plane in every phrase. The space of sounds: as no song of this folder can be heard, songs are placed in it by what their
own features say, and scattered as real sounds are around what those say of them; `heard` is the whole find in that
crate, `heard_no_audio_space` the same without the channel, its change against `heard`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import anyio
import numpy as np
from numpy.typing import NDArray

from cratedig.find.arrangement import arrange
from cratedig.find.blend import Blend, blend, find_weights
from cratedig.find.finder import Manner
from cratedig.find.recommend import Judged
from cratedig.find.request import Request
from cratedig.find.signals import find_signals
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.finding import Shown, crated
from cratedig.lab.measured import Measured, means
from cratedig.lab.mood_queries import SHOWN, Ruler, crate_of
from cratedig.lab.mood_questions import SEED, questions
from cratedig.lab.mood_questions import Judged as Asked
from cratedig.lab.spotify_data import Song, read_songs
from cratedig.lab.train_sound_target import quantities_of_songs
from cratedig.models.mood import MoodHead
from cratedig.models.sound_target import FURTHEST, shipped
from cratedig.music.mood import Mood

FIGURES: Final = ("ndcg_at_20", "intra_list_diversity", "artist_diversity_at_50", "mood_alignment")


@dataclass(frozen=True)
class Variation:
    """What is left out."""

    channels: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()
    manner: Manner = field(default_factory=Manner)


def _varying(trade: float) -> Manner:
    return Manner(lambdas=dict.fromkeys(Manner().lambdas, trade))


VARIATIONS: Final[Mapping[str, Variation]] = {
    "no_text_space": Variation(channels=frozenset({"text"})),
    "no_mood_space": Variation(channels=frozenset({"mood"})),
    "no_words_channel": Variation(channels=frozenset({"words"})),
    "no_style_channel": Variation(channels=frozenset({"likely"})),
    "no_meaning": Variation(terms=frozenset({"meaning"})),
    "no_words": Variation(terms=frozenset({"words"})),
    "no_years": Variation(terms=frozenset({"years"})),
    "no_style": Variation(terms=frozenset({"style"})),
    "no_sound": Variation(terms=frozenset({"sound"})),
    "no_mood": Variation(terms=frozenset({"mood"})),
    "no_sound_nor_mood": Variation(terms=frozenset({"mood", "sound"}), channels=frozenset({"mood"})),
    "no_heard": Variation(terms=frozenset({"heard"})),
    "no_mmr": Variation(manner=_varying(1.0)),
    "lambda_070": Variation(manner=_varying(0.7)),
    "lambda_050": Variation(manner=_varying(0.5)),
    "no_spacing": Variation(manner=Manner(gap=1)),
}
WHOLE: Final = "whole"
UNCAPPED: Final = "no_artist_cap"
"""Left out before candidates are scored, so it is found anew."""
DEAF: Final = "no_phrase_model"
HEARD: Final = "heard"
SOUNDLESS: Final = "heard_no_audio_space"
SCATTER: Final = 1.75
"""Of each of the 128 coordinates of a sound around what four quantities say of it, in standard deviations: so that
likeness to what they say orders 130 songs as it orders 130 sounds that were measured (rank correlation 0.42)."""
Listed = tuple[list[int], Mood | None]
"""Track ids in order, and the mood that was understood."""


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """The whole find's figures, and those with each thing left out; `..._change` is the mean change of nDCG@20."""
    songs = crate_of(read_songs(data))
    return await ablated(songs, questions(songs), lab)


async def ablated(songs: Sequence[Song], asked: Sequence[Asked], lab: Lab) -> Evaluation:
    """The same for these queries."""
    ruler = Ruler(songs, asked, await anyio.to_thread.run_sync(lab.embedder.embed, [song.text for song in songs]))
    async with lab.scratch() as catalogue:
        crate = await crated(catalogue, lab, songs)
        moods = await crate.moods()
        requests = [Request(query=one.question.text, top_k=SHOWN) for one in asked]
        every = await crate.of_each(requests, _varied)
        uncapped = await crate.in_manner(Manner(artist_cap=max(1, len(songs)))).shown(requests)
        deaf = await crate.read_by(hearing_nothing(crate.finder.head)).shown(requests)
        heard = await (await crate.sounding(sounds_of(songs))).of_each(requests, _heard)
    places = crate.places
    lists = {name: [_shown(*found[name], places) for found in every] for name in (WHOLE, *VARIATIONS)}
    lists |= {name: [_shown(*found[name], places) for found in heard] for name in (HEARD, SOUNDLESS)}
    lists |= {UNCAPPED: uncapped, DEAF: deaf}
    values = {name: ruler.by_query(shown, moods) for name, shown in lists.items()}
    found = Measured()
    for name, of in values.items():
        kept = means({figure: of[figure] for figure in FIGURES})
        kept += _change(of, values[HEARD if name == SOUNDLESS else WHOLE])
        found += kept if name == WHOLE else kept.named(name)
    return Evaluation("ablation", len(songs), {"queries": len(asked), **found.figures}, intervals=found.intervals)


def hearing_nothing(head: MoodHead) -> MoodHead:
    """A head to which every text is in the middle of the plane."""
    return replace(head, music_spread=np.full_like(head.music_spread, np.inf))


def sounds_of(songs: Sequence[Song]) -> NDArray[np.float64]:
    """(n, 128): where the songs' own features place them in the space of sounds, scattered."""
    head = shipped()
    quantities = (quantities_of_songs(songs) - head.centre) / head.spread
    points = np.clip(quantities @ head.sound_weights, -FURTHEST, FURTHEST)
    return np.asarray(points + SCATTER * np.random.default_rng(SEED).normal(size=points.shape))


def _heard(request: Request, judged: Judged) -> dict[str, Listed]:
    without = _without(judged, Variation(channels=frozenset({"audio"})))
    return {HEARD: _arranged(judged, request, Manner()), SOUNDLESS: _arranged(without, request, Manner())}


def _varied(request: Request, judged: Judged) -> dict[str, Listed]:
    """The list of the whole find, and one for each thing left out."""
    listed = {WHOLE: _arranged(judged, request, Manner())}
    for name, variation in VARIATIONS.items():
        listed[name] = _arranged(_without(judged, variation), request, variation.manner)
    return listed


def _arranged(judged: Judged, request: Request, manner: Manner) -> Listed:
    arranged = arrange(judged.query, judged.found, judged.blend.scores, request, manner)
    return judged.found.ids[list(arranged.shown)].tolist(), judged.query.mood


def _without(judged: Judged, variation: Variation) -> Judged:
    """The candidates that another channel brought as well, scored without the terms."""
    left = [brought for name, brought in judged.found.channels.items() if name not in variation.channels]
    found = judged.found.take(np.any(left, axis=0))
    return replace(judged, found=found, blend=_scored(replace(judged, found=found), variation.terms))


def _scored(judged: Judged, without: frozenset[str]) -> Blend:
    signals = find_signals(judged.query, judged.found)
    heard = signals["heard"]
    counted = {name: values for name, values in signals.items() if name not in without}
    weights = {name: weight for name, weight in find_weights(judged.query, counted).items() if name in counted}
    return blend(weights, counted, heard=heard)


def _shown(ids: Sequence[int], mood: Mood | None, places: Mapping[int, int]) -> Shown:
    return Shown([places[track_id] for track_id in ids], mood)


def _change(of: Mapping[str, Sequence[float]], whole: Mapping[str, Sequence[float]]) -> Measured:
    """By how much nDCG@20 differs from the whole find's, over the same queries."""
    return means({"ndcg_at_20_change": (np.array(of["ndcg_at_20"]) - np.array(whole["ndcg_at_20"])).tolist()})
