"""What can be claimed of how somebody drums: every quantity with its unit and range, and how much pieces differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cratedig.music.drums.kit import VOICES, Voice


@dataclass(frozen=True, slots=True)
class Quantity:
    """low, high: what values can be. otherwise: what is said without evidence.

    spread: the standard deviation over the pieces of one player (about the median of the shared groove_midi drummers
    with at least five pieces): what a single piece is trusted by. meaning: one sentence.
    """

    name: str
    unit: str
    low: float
    high: float
    otherwise: float
    spread: float
    meaning: str

    def within(self, value: float) -> float:
        """The value, or the end of the range it is beyond."""
        return min(max(value, self.low), self.high)


PLAYED: Final[tuple[Voice, ...]] = tuple(voice for voice in VOICES if voice != "percussion")
"""Voices of which loudness and pushes are claimed."""


def _each_voice() -> Iterator[Quantity]:
    for voice in PLAYED:
        yield Quantity(f"velocity_{voice}", "velocity", 1, 127, 80, 15, f"Mean velocity of the {voice}.")
        yield Quantity(f"velocity_std_{voice}", "velocity", 0, 63, 22, 8, f"Spread of the {voice}'s velocities.")
        yield Quantity(
            f"push_{voice}", "ticks", -120, 120, 0, 7.5, f"How late (+) or early (-) of the swung grid the {voice} is."
        )
        yield Quantity(f"push_std_{voice}", "ticks", 0, 120, 20, 4.8, f"Spread of the {voice}'s pushes.")


_ALL: Final = (
    Quantity("tempo_min", "bpm", 20, 400, 120, 18, "The slower end of the tempi played: a twentieth lies below."),
    Quantity("tempo_max", "bpm", 20, 400, 120, 18, "The faster end of the tempi played: a twentieth lies above."),
    Quantity("tempo_avg", "bpm", 20, 400, 120, 18, "Mean tempo, in quarters a minute."),
    Quantity("swing_percent", "percent", 50, 75, 50, 4.3, "How much of a quarter the first of two eighths lasts."),
    Quantity(
        "swing_16_percent", "percent", 50, 75, 50, 4.6, "How much of an eighth the first of two sixteenths lasts."
    ),
    Quantity("swung_share", "share", 0, 1, 0.2, 0.3, "Pieces whose eighths swing by 56 % or more."),
    Quantity(
        *("ghost_note_prob", "share", 0, 1, 0.25, 0.21),
        "Ghost notes of the snare's strokes: those softer than six tenths of the piece's backbeats.",
    ),
    Quantity("ghost_density", "strokes", 0, 8, 0.4, 0.45, "Ghost notes a quarter."),
    Quantity("ghost_velocity", "share", 0, 1, 0.36, 0.1, "Velocity of ghost notes, of the backbeats'."),
    Quantity(
        *("syncopation_level", "share", 0, 1, 0.1, 0.08),
        "How much kick and snare avoid heavy places (Longuet-Higgins & Lee 1984): 0 never, 1 as much as can be.",
    ),
    Quantity("velocity_mean", "velocity", 1, 127, 75, 10.5, "Mean velocity of all strokes."),
    Quantity("velocity_std", "velocity", 0, 63, 30, 5, "Spread of the velocities within a piece."),
    Quantity("density", "strokes", 0, 24, 4.5, 1.25, "Strokes a quarter."),
    Quantity("ride_share", "share", 0, 1, 0.4, 0.38, "Bars in which time is kept on the ride rather than the hat."),
    Quantity("hat_open_share", "share", 0, 1, 0.3, 0.28, "Open strokes of those a stick plays on the hat."),
    Quantity("hat_pedal_share", "share", 0, 1, 0.3, 0.35, "Strokes of the pedal, of all of the hat's."),
    Quantity("pulse_4_share", "share", 0, 1, 0.25, 0.25, "Bars in which hat or ride are played in quarters or less."),
    Quantity("pulse_8_share", "share", 0, 1, 0.45, 0.31, "Bars in which hat or ride are played in eighths."),
    Quantity("pulse_16_share", "share", 0, 1, 0.15, 0.22, "Bars in which hat or ride are played in sixteenths."),
    Quantity("pulse_3_share", "share", 0, 1, 0.15, 0.25, "Bars in which hat or ride are played in triplets."),
    Quantity("backbeat_share", "share", 0, 1, 0.4, 0.35, "Bars with an accent of the snare on every second beat."),
    Quantity("crash_share", "share", 0, 1, 0.1, 0.11, "Bars that begin with a crash."),
    Quantity("repeat_share", "share", 0, 1, 0.12, 0.14, "Bars whose kick and accented snare repeat the bar before."),
    Quantity(
        *("vocabulary", "patterns", 1, 1000, 17, 10),
        "How many half bars of kick and accented snare are in use, as many as were used alike (exp of entropy).",
    ),
    Quantity("fill_every", "bars", 1, 64, 16, 16, "From one fill to the next."),
    Quantity("fill_bars", "bars", 1, 8, 1, 0.3, "How long a fill is."),
    Quantity("fill_phrase_share", "share", 0, 1, 0.4, 0.4, "Fills in the last bar of four."),
    Quantity("fill_crash_share", "share", 0, 1, 0.3, 0.37, "Fills that lead into a crash."),
    Quantity("fill_snare_share", "share", 0, 1, 0.5, 0.15, "Strokes of the snare, of those in fills."),
    Quantity("fill_tom_share", "share", 0, 1, 0.25, 0.15, "Strokes of toms, of those in fills."),
    *_each_voice(),
)

QUANTITY: Final[Mapping[str, Quantity]] = MappingProxyType({one.name: one for one in _ALL})
"""Every quantity by its name."""


def table() -> str:
    """The list as a table of Markdown."""
    rows = [
        f"| `{one.name}` | {one.unit} | {one.low:g} to {one.high:g} | {one.spread:g} | {one.meaning} |" for one in _ALL
    ]
    return "\n".join(["| claim | unit | range | one piece | what it says |", "|---|---|---|---|---|", *rows, ""])
