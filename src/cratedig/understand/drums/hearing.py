"""An ear for drum parts: how near they are to a profile, whom they sound like, and what may be said of that."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

import numpy as np

from cratedig.errors import InputRejected
from cratedig.models.grooves import Namer, shipped_ear
from cratedig.music.drums.fidelity import Fidelity
from cratedig.music.drums.groove import Groove
from cratedig.music.drums.style import StyleProfile
from cratedig.understand.drums.features.hands import hands
from cratedig.understand.drums.measured import Performance, measured
from cratedig.understand.drums.nearness import off_claims, off_places, patterns, terms
from cratedig.understand.drums.played import Played
from cratedig.understand.drums.replayed import replayed
from cratedig.understand.drums.strokes import Floats

FEWEST_PIECES: Final = 5
SURE: Final = 0.5
"""Performances, and confidence of the profile, below which nobody's name is put to a part."""
NEAR: Final = 0.5
"""Nearness below which it is not."""
MOST_KNOWN: Final = 32
MOST_NAMED: Final = 3
_SILENT: Final = Fidelity(0.0, {}, {}, False, "Nothing is struck in it.")
_UNLIKE_ANYTHING: Final = Fidelity(0.0, {}, {}, False, "Nothing that is struck in it can be compared with the profile.")


class Hearing:
    """An Ear (create/drums/request.py). What it has worked out of the last MOST_KNOWN profiles it keeps.

    names: who names drummers, by what `hands` makes of bars; the shipped one where None, read when it is first asked.
    """

    def __init__(self, names: Namer | None = None) -> None:
        self._names = names
        self._known: OrderedDict[int, tuple[StyleProfile, Floats]] = OrderedDict()

    def hear(self, groove: Groove, profile: StyleProfile) -> Fidelity:
        """About 3 ms for four bars. Raises ModelUnavailable where the shipped ear cannot be read."""
        try:
            played = replayed(groove)
        except InputRejected:
            return _SILENT
        near = terms(self._distances(groove, played, profile))
        if not near:
            return _UNLIKE_ANYTHING
        nearness = float(np.mean(list(near.values())))
        heard = self._heard(played, profile.artist)
        claims, says = _judged(profile, nearness, heard)
        return Fidelity(nearness, near, heard, claims, says)

    def _distances(self, groove: Groove, played: Played, profile: StyleProfile) -> dict[str, float]:
        values = measured(Performance("", played)).values
        return off_claims(values, profile.claims) | off_places(groove.bars, self._patterns(profile))

    def _patterns(self, profile: StyleProfile) -> Floats:
        """Of this very value, which is not compared with others."""
        kept = self._known.get(id(profile)) or (profile, patterns(profile.passages))
        self._known[id(profile)] = kept
        self._known.move_to_end(id(profile))
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return kept[1]

    def _heard(self, played: Played, artist: str) -> dict[str, float]:
        """The likeliest drummers and their chances, where the artist is one that can be named."""
        self._names = self._names or shipped_ear()
        if artist not in self._names.names:
            return {}
        chances = self._names.chances(hands(played)[None])[0]
        first = np.argsort(-chances, kind="stable")[:MOST_NAMED]
        return {self._names.names[at]: round(float(chances[at]), 4) for at in first.tolist()}


def _judged(profile: StyleProfile, nearness: float, heard: Mapping[str, float]) -> tuple[bool, str]:
    """Whether the artist's name may be put to it, and a sentence."""
    artist = profile.artist
    if why := _too_thin(profile):
        return False, f"Too little is known to say that {artist} plays like this: {why}."
    if nearness < NEAR:
        return False, f"Too far from how {artist} plays to be called that: {nearness:.2f} of 1."
    if not heard:
        return True, f"Near to how {artist} plays: {nearness:.2f} of 1."
    first = max(heard, key=lambda name: heard[name])
    if first == artist:
        return True, f"Near to how {artist} plays: {nearness:.2f} of 1, and heard as {artist}."
    return False, f"Near to how {artist} plays, {nearness:.2f} of 1, but heard as {first}."


def _too_thin(profile: StyleProfile) -> str:
    """Why the evidence is, "" where it is not."""
    pieces = sum(many for source, many in profile.sources.items() if source in ("midi", "audio"))
    if not pieces:
        return "the profile is written in words, no performance was heard"
    if pieces < FEWEST_PIECES:
        return f"{pieces} {'performance was' if pieces == 1 else 'performances were'} heard"
    if profile.confidence < SURE:
        return f"its numbers are unsure, with a confidence of {profile.confidence:.2f}"
    return ""
