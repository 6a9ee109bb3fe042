"""What commands about MIDI files share: the kit their notes are of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cratedig.music.drums.kit import Kit

KitName = Annotated[str, typer.Option("--kit", help="How its notes are numbered: general midi, roland td.")]


def kit_named(name: str) -> Kit:
    """Raises UsageError where there is no such kit."""
    from cratedig.errors import UsageError
    from cratedig.music.drums.kit import KITS

    if name not in KITS:
        raise UsageError(f"There is no kit {name!r}.", hint=f"Known: {', '.join(KITS)}.")
    return KITS[name]
