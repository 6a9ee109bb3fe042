"""The form of the drummers' page: its fields as text, and the request they make."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from cratedig.create.compose import Commission
from cratedig.web.drums.shapes import GenerateRequest

EMPTY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "artist": "", "bars": "4", "tempo": "", "meter": "4/4", "variations": "4", "fill_every": "", "density": "0",
        "complexity": "0", "swing_8": "", "swing_16": "", "timing": "1", "velocity": "1", "blend_with": "",
        "blend_share": "0.5", "provider": "auto", "seed": "0",
    }
)  # fmt: skip

MAX_FIELD_CHARS: Final = 200
_ELSEWHERE: Final = frozenset({"meter", "blend_with", "blend_share"})


def read(given: Mapping[str, Any]) -> dict[str, str]:
    """The fields that the form has, as they were sent; those that were not, as they stand in an empty form."""
    sent = {name: str(given[name]).strip()[:MAX_FIELD_CHARS] for name in EMPTY if name in given}
    return {**EMPTY, **sent}


def request_of(fields: Mapping[str, str]) -> GenerateRequest:
    """Raises pydantic.ValidationError."""
    asked: dict[str, Any] = {name: value for name, value in fields.items() if value and name not in _ELSEWHERE}
    asked["time_signature"] = fields["meter"].split("/")
    if fields["blend_with"]:
        asked["blend"] = {"artist": fields["blend_with"], "share": fields["blend_share"]}
    return GenerateRequest.model_validate(asked)


def of(commission: Commission) -> dict[str, str]:
    """The form with which the same would be asked for again."""
    wish, (other, share) = commission.wish, commission.blend or ("", 0.5)
    said = {name: getattr(wish, name) for name in EMPTY if hasattr(wish, name)}
    said |= {"artist": commission.artist, "provider": commission.provider, "tempo": wish.tempo_bpm}
    said |= {"meter": wish.meter, "blend_with": other, "blend_share": share}
    return {**EMPTY, **{name: _written(value) for name, value in said.items() if value is not None}}


def _written(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
