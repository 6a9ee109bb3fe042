"""A feel as a document of its own, to keep and to give to others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cratedig.music.drums.feel import Feel
from cratedig.music.drums.kit import VOICES
from cratedig.music.drums.style_shape import feel_from_plain, feel_plain

KIND: Final = "cratedig feel 1"


def feel_document(feel: Feel) -> dict[str, Any]:
    """What `feel_of_document` reads; touches are as in a profile (music.drums.style_shape)."""
    return {"kind": KIND, **feel_plain(feel)}


def feel_of_document(document: object) -> Feel:
    """The feel a document holds. Raises ValueError for anything else, saying why."""
    if not isinstance(document, Mapping) or document.get("kind") != KIND:
        raise ValueError(f"it does not say that it is {KIND!r}")
    try:
        feel = feel_from_plain(document)
    except (KeyError, TypeError) as error:
        raise ValueError(f"something is missing or has the wrong form: {error}") from error
    places: list[tuple[object, object]] = list(feel.touches)
    for voice, step in places:
        if voice not in VOICES or not (step is None or (isinstance(step, int) and step >= 0)):
            raise ValueError(f"there is no place {step!r} of a voice {voice!r}")
    return feel
