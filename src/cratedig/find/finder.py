"""What finding is done with, and in which manner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cratedig.find.beside import Beside, in_threads
from cratedig.find.query import QueryType
from cratedig.find.rerank import LAMBDAS
from cratedig.find.spread import CAP, GAP
from cratedig.find.store import Store
from cratedig.find.weights import SPEC, Weights
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead


@dataclass(frozen=True, slots=True)
class Manner:
    """How results are weighed and arranged.

    weights: of the score's terms.  lambdas: query type -> relevance against variety, 1 is relevance alone.  gap:
    positions between two tracks of an artist, 1 is none.  artist_cap: tracks of one artist among those that are
    scored, and among those shown first.
    """

    weights: Weights = SPEC
    lambdas: Mapping[QueryType, float] = field(default_factory=lambda: LAMBDAS)
    gap: int = GAP
    artist_cap: int = CAP


@dataclass(frozen=True, slots=True)
class Finder:
    """The parts every question needs, open and ready. beside: where a question's parts are computed."""

    store: Store
    embedder: TextEmbedder
    head: MoodHead
    manner: Manner = Manner()
    beside: Beside = in_threads
