"""What a drummer hits: the instruments of General MIDI's percussion, and how other kits number them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, get_args

Voice = Literal["kick", "snare", "hat", "ride", "crash", "tom", "percussion"]
"""What an instrument is for in a groove."""

VOICES: Final[tuple[Voice, ...]] = get_args(Voice)


@dataclass(frozen=True, slots=True, order=True)
class Drum:
    """One instrument of General MIDI level 1 (RP-003, "Percussion Key Map"): note 35..81, its name, its voice."""

    note: int
    name: str = field(compare=False)
    voice: Voice = field(compare=False)

    def __post_init__(self) -> None:
        if not FIRST_NOTE <= self.note <= LAST_NOTE:
            raise ValueError(f"note {self.note} is outside {FIRST_NOTE}..{LAST_NOTE}")


FIRST_NOTE, LAST_NOTE = 35, 81

_NAMES: Final = (
    "acoustic bass drum", "bass drum", "side stick", "acoustic snare", "hand clap", "electric snare", "low floor tom",
    "closed hi-hat", "high floor tom", "pedal hi-hat", "low tom", "open hi-hat", "low-mid tom", "hi-mid tom",
    "crash cymbal", "high tom", "ride cymbal", "chinese cymbal", "ride bell", "tambourine", "splash cymbal",
    "cowbell", "second crash cymbal", "vibraslap", "second ride cymbal", "hi bongo", "low bongo", "mute hi conga",
    "open hi conga", "low conga", "high timbale", "low timbale", "high agogo", "low agogo", "cabasa", "maracas",
    "short whistle", "long whistle", "short guiro", "long guiro", "claves", "hi wood block", "low wood block",
    "mute cuica", "open cuica", "mute triangle", "open triangle",
)  # fmt: skip
_VOICES: Final[Mapping[Voice, tuple[int, ...]]] = {
    "kick": (35, 36),
    "snare": (37, 38, 39, 40),
    "hat": (42, 44, 46),
    "ride": (51, 53, 59),
    "crash": (49, 52, 55, 57),
    "tom": (41, 43, 45, 47, 48, 50),
}


def _voice(note: int) -> Voice:
    return next((voice for voice, notes in _VOICES.items() if note in notes), "percussion")


DRUMS: Final[Mapping[int, Drum]] = MappingProxyType(
    {note: Drum(note, name, _voice(note)) for note, name in enumerate(_NAMES, FIRST_NOTE)}
)
"""Every instrument by its General MIDI note."""

KICK, SIDE_STICK, SNARE = DRUMS[36], DRUMS[37], DRUMS[38]
CLOSED_HAT, PEDAL_HAT, OPEN_HAT = DRUMS[42], DRUMS[44], DRUMS[46]
LOW_TOM, MID_TOM, HIGH_TOM = DRUMS[43], DRUMS[47], DRUMS[50]
CRASH, RIDE, RIDE_BELL = DRUMS[49], DRUMS[51], DRUMS[53]


@dataclass(frozen=True)
class Kit:
    """How a kit numbers what it plays. `notes`: where its notes differ from General MIDI's, its note -> theirs."""

    name: str
    notes: Mapping[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for own, general in self.notes.items():
            if not 0 <= own <= 127 or general not in DRUMS:
                raise ValueError(f"note {own} cannot stand for {general} in the kit {self.name!r}")

    def drum(self, note: int) -> Drum | None:
        """What a note of this kit plays, None where it plays nothing that General MIDI knows.

        >>> ROLAND.drum(22).name
        'closed hi-hat'
        """
        return DRUMS.get(self.notes.get(note, note))


GENERAL_MIDI: Final = Kit("general midi")
ROLAND: Final = Kit("roland td", {22: 42, 26: 46, 58: 43})
"""Roland's V-Drums play a hat's edge on 22 (closed) and 26 (open), and a floor tom's rim on 58 (TD-11, MIDI notes)."""

KITS: Final[Mapping[str, Kit]] = MappingProxyType({kit.name: kit for kit in (GENERAL_MIDI, ROLAND)})
