"""How much each group of terms counts, by the kind of query: the specification's table, or what playlists taught.

The learned weights (models/heads/blend.json, a card that holds them) come from `cratedig lab train blend`; whether they
are better is in docs/evaluation.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, Self, get_args

from cratedig.errors import ModelUnavailable
from cratedig.find.query import QueryType
from cratedig.models.arrays import HEADS
from cratedig.publish import sha256

Weighing = Literal["spec", "learned"]
GROUPS: Final = ("text", "sound", "mood", "heard")


@dataclass(frozen=True, slots=True)
class Weights:
    """Every number is 0 or more; each row is scaled to 1 over the terms a query has.

    groups: query type -> weight by group.  named: beside meaning and words, which share 1 as in search, what names,
    years and style have of the text group's weight; liked: the same for tracks like given ones.  unnamed_mood: what is
    left of the weight of a mood that no word named.  sound_of_a_genre: what is left of the weight of sound where a
    genre is named, which says more about it than "dance" does.
    """

    groups: Mapping[QueryType, Mapping[str, float]]
    named: Mapping[str, float]
    liked: Mapping[str, float]
    unnamed_mood: float
    sound_of_a_genre: float

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Self:
        """From plain values, as `as_dict` gives them. Raises ValueError or KeyError for anything else."""
        found = cls(
            groups={kind: _numbers(table["groups"][kind], GROUPS) for kind in get_args(QueryType)},
            named=_numbers(table["named"], SPEC.named),
            liked=_numbers(table["liked"], SPEC.liked),
            unnamed_mood=_number(table["unnamed_mood"]),
            sound_of_a_genre=_number(table["sound_of_a_genre"]),
        )
        if any(sum(row.values()) <= 0.0 for row in found.groups.values()):
            raise ValueError("a kind of query has no weight at all")
        return found

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


SPEC: Final = Weights(
    groups={
        "attribute": {"text": 0.50, "sound": 0.25, "mood": 0.15, "heard": 0.10},
        "mood": {"text": 0.15, "sound": 0.35, "mood": 0.35, "heard": 0.10},
        "genre": {"text": 0.35, "sound": 0.30, "mood": 0.20, "heard": 0.10},
        "artist": {"text": 0.40, "sound": 0.30, "mood": 0.15, "heard": 0.10},
        "default": {"text": 0.20, "sound": 0.35, "mood": 0.30, "heard": 0.10},
    },
    named={"names": 1.0, "years": 2.0, "style": 1.5},
    liked={"names": 2.0, "years": 2.0, "style": 0.5},
    unnamed_mood=0.3,
    sound_of_a_genre=0.5,
)
"""The recommender's specification, section 5.2; what it does not say was set on playlists (docs/find.md)."""


def weights(weighing: Weighing) -> Weights:
    """The weights of that name. Raises ModelUnavailable where the learned ones cannot be read."""
    return SPEC if weighing == "spec" else learned()


@cache
def learned(folder: Path = HEADS) -> Weights:
    """The shipped learned weights. Raises ModelUnavailable where they are absent, damaged or not their card's."""
    try:
        card = json.loads((folder / "blend.json").read_text(encoding="utf-8"))
        if digest(card["weights"]) != card["sha256"]:
            raise ValueError("their SHA-256 is not their card's")
        return Weights.of(card["weights"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnavailable(
            f"The learned weights cannot be read: {error}.", hint='Set find.blend to "spec", or install Cratedig again.'
        ) from error


def digest(table: Mapping[str, Any]) -> str:
    """SHA-256 of a table of weights, whatever the order of its keys."""
    return sha256(json.dumps(table, sort_keys=True).encode())


def _numbers(row: Mapping[str, Any], names: Mapping[str, float] | tuple[str, ...]) -> dict[str, float]:
    return {name: _number(row[name]) for name in names}


def _number(value: Any) -> float:
    number = float(value)
    if not (math.isfinite(number) and number >= 0.0):
        raise ValueError(f"{value!r} is no weight")
    return number
