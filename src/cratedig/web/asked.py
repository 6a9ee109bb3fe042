"""What the Find page was asked: read from its address, and written back into addresses.

The address is the whole state of the page, so every view of it can be shared, bookmarked and gone back to. What cannot
be read is passed over: a person mending an address by hand gets an answer, not an error.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from starlette.datastructures import QueryParams

from cratedig.music.mood import Mood
from cratedig.web.schemas import LARGEST_ID, MAX_QUERY_CHARS, MAX_TOP_K
from cratedig.web.templating import query_string

PAGE_K = 20
_MOST = 50  # values of one repeated field


@dataclass(frozen=True, slots=True)
class Asked:
    query: str = ""
    mood: Mood | None = None
    min_year: int | None = None
    max_year: int | None = None
    genres: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    like: tuple[int, ...] = ()
    exclude: tuple[int, ...] = ()
    top_k: int = PAGE_K

    @classmethod
    def read(cls, params: QueryParams) -> Self:
        """From an address's fields: q valence arousal from to genre without like exclude k."""
        return cls(
            query=_clean(params.get("q", ""))[:MAX_QUERY_CHARS],
            mood=_mood(params),
            min_year=_whole(params.get("from"), 1000, 2100),
            max_year=_whole(params.get("to"), 1000, 2100),
            genres=_names(params.getlist("genre")),
            without=_names(params.getlist("without")),
            like=_ids(params.getlist("like")),
            exclude=_ids(params.getlist("exclude")),
            top_k=_whole(params.get("k"), 1, MAX_TOP_K) or PAGE_K,
        )

    @property
    def nothing(self) -> bool:
        """True where the page was just opened."""
        return replace(self, top_k=PAGE_K) == Asked()

    @property
    def filters(self) -> int:
        """How many conditions narrow the answer."""
        return len(self.genres) + len(self.without) + sum(year is not None for year in (self.min_year, self.max_year))

    def only_known(self, known: Container[int]) -> Self:
        """Without likes that name no track: an old address still gets an answer."""
        return replace(self, like=tuple(one for one in self.like if one in known))

    def fields(self) -> dict[str, Any]:
        """By the names they have in an address."""
        return {
            "q": self.query,
            "valence": None if self.mood is None else f"{self.mood.valence:.2f}",
            "arousal": None if self.mood is None else f"{self.mood.arousal:.2f}",
            "from": self.min_year,
            "to": self.max_year,
            "genre": list(self.genres),
            "without": list(self.without),
            "like": list(self.like),
            "exclude": list(self.exclude),
            "k": None if self.top_k == PAGE_K else self.top_k,
        }

    def url(self, **changes: Any) -> str:
        """The address of this question with some of it changed."""
        return "/?" + query_string(**replace(self, **changes).fields())

    def kept(self, *but: str) -> Iterator[tuple[str, Any]]:
        """(name, value) of every field except those named: the hidden fields of a form that asks for those."""
        for name, value in self.fields().items():
            if name in but or value in (None, "", []):
                continue
            for one in value if isinstance(value, list) else [value]:
                yield name, one


def _clean(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "ignore").decode().strip()


def _names(values: Sequence[str]) -> tuple[str, ...]:
    """Repeated fields and semicolons both separate; a comma may stand in an artist's name."""
    split = (_clean(part)[:500] for value in values for part in value.split(";"))
    return tuple(dict.fromkeys(part for part in split if part))[:_MOST]


def _ids(values: Sequence[str]) -> tuple[int, ...]:
    read = (_whole(value, 1, LARGEST_ID) for value in values)
    return tuple(dict.fromkeys(value for value in read if value is not None))[:_MOST]


def _whole(value: str | None, low: int, high: int) -> int | None:
    if value is None or not value.strip().isdecimal() or len(value) > 12:
        return None
    number = int(value)
    return number if low <= number <= high else None


def _mood(params: QueryParams) -> Mood | None:
    try:
        valence, arousal = float(params.get("valence", "")), float(params.get("arousal", ""))
    except ValueError:
        return None
    return Mood.clipped(valence, arousal) if math.isfinite(valence) and math.isfinite(arousal) else None
