"""A style in words, from its numbers: what a language model is told, and what is embedded to find styles like it.

Nobody is named in it. What rests on little says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from cratedig.music.drums.style import Claim

Claims = Mapping[str, Claim]

SURE_OF: Final = 0.25
"""Claims less sure than this are left out of the words."""
THIN: Final = 0.5
"""A profile less sure than this says that it rests on little."""


def described(claims: Claims, *, pieces: int, confidence: float) -> str:
    """A paragraph over what is sure enough, over `pieces` performances."""
    parts = [sentence for write in _SENTENCES if (sentence := write(claims))]
    if confidence < THIN:
        parts.append(f"This rests on little: {pieces} {'piece' if pieces == 1 else 'pieces'} of evidence.")
    return " ".join(parts)


def _tempo(claims: Claims) -> str:
    low, high, mean = (claims[name].value for name in ("tempo_min", "tempo_max", "tempo_avg"))
    if high - low < 5:
        return f"{_pace(mean)} at about {mean:.0f} bpm."
    return f"{_pace(mean)}, from {low:.0f} to {high:.0f} bpm, {mean:.0f} on average."


def _pace(bpm: float) -> str:
    return _graded(bpm, ((80, "Slow"), (105, "Medium slow"), (130, "Medium fast"), (160, "Fast")), "Very fast")


def _swing(claims: Claims) -> str:
    said = [
        f"{name} swung at {claims[key].value:.0f} %"
        for key, name in (("swing_percent", "eighths"), ("swing_16_percent", "sixteenths"))
        if _sure(claims, key) and claims[key].value >= 53
    ]
    if said:
        return f"{' and '.join(said).capitalize()}."
    return "Straight eighths and sixteenths." if _sure(claims, "swing_percent") else ""


def _time(claims: Claims) -> str:
    if not _sure(claims, "ride_share"):
        return ""
    ride = claims["ride_share"].value
    on = _graded(ride, ((0.15, "the hi-hat"), (0.45, "the hi-hat, at times on the ride"),
                        (0.8, "the ride and the hi-hat")), "the ride cymbal")  # fmt: skip
    names = {"pulse_4_share": "quarters", "pulse_8_share": "eighths", "pulse_16_share": "sixteenths",
             "pulse_3_share": "triplets"}  # fmt: skip
    usual = max(names, key=lambda name: claims[name].value)
    opened = _of(claims, "hat_open_share", ((0.1, ""), (0.3, ", sometimes opened")), ", often opened")
    pedal = _of(claims, "hat_pedal_share", ((0.35, ""),), ", with the foot on the hi-hat's pedal")
    return f"Keeps time on {on} in {names[usual]}{opened}{pedal}."


def _beat(claims: Claims) -> str:
    back = _of(
        claims, "backbeat_share",
        ((0.25, "no plain backbeat"), (0.6, "a backbeat that comes and goes")), "a firm backbeat",
    )  # fmt: skip
    against = _of(
        claims, "syncopation_level",
        ((0.05, "kick and snare on the beat"), (0.12, "some syncopation of kick and snare"),
         (0.2, "syncopated kick and snare")), "highly syncopated kick and snare",
    )  # fmt: skip
    repeat = _of(
        claims, "repeat_share",
        ((0.2, "bars that hardly ever repeat"), (0.5, "bars that vary")), "bars that repeat steadily",
    )  # fmt: skip
    return _listed(back, against, repeat)


def _ghosts(claims: Claims) -> str:
    return _of(
        claims, "ghost_note_prob",
        ((0.05, "No ghost notes on the snare."), (0.3, "Few ghost notes on the snare."),
         (0.7, "Ghost notes around the backbeat.")), "Dense ghost notes all over the snare.",
    )  # fmt: skip


def _touch(claims: Claims) -> str:
    loud = _of(
        claims, "velocity_mean", ((50, "Plays softly"), (75, "Plays at medium loudness"), (95, "Plays loudly")),
        "Plays very loudly",
    )  # fmt: skip
    range_ = _of(
        claims, "velocity_std", ((12, " and evenly"), (25, " with clear accents")), " with a wide range of loudness"
    )
    return f"{loud}{range_}." if loud else ""


def _density(claims: Claims) -> str:
    return _of(
        claims, "density",
        ((2.5, "Sparse, with much room."), (4.0, "Moderately busy."), (6.0, "Busy.")), "Very dense.",
    )  # fmt: skip


def _pushes(claims: Claims) -> str:
    said = []
    for voice in ("kick", "snare", "hat", "ride"):
        claim = claims.get(f"push_{voice}")
        if claim and claim.confidence >= SURE_OF and abs(claim.value) >= 4:
            said.append(f"the {voice} {'late' if claim.value > 0 else 'early'} by {abs(claim.value):.0f} ticks")
    return f"Lies off the grid: {', '.join(said)}." if said else ""


def _fills(claims: Claims) -> str:
    if not _sure(claims, "fill_every"):
        return ""
    every = claims["fill_every"].value
    if every > 24:
        return "Hardly any fills."
    on = _of(claims, "fill_tom_share", ((0.15, " on the snare"), (0.35, " on snare and toms")), " around the toms")
    crash = _of(claims, "fill_crash_share", ((0.5, ""),), " that end in a crash")
    return f"A fill about every {every:.0f} bars{on}{crash}."


_SENTENCES: Final[Sequence[Callable[[Claims], str]]] = (
    _tempo, _swing, _time, _beat, _ghosts, _density, _touch, _pushes, _fills,
)  # fmt: skip


def _sure(claims: Claims, name: str) -> bool:
    return claims[name].confidence >= SURE_OF


def _of(claims: Claims, name: str, grades: Sequence[tuple[float, str]], most: str) -> str:
    return _graded(claims[name].value, grades, most) if _sure(claims, name) else ""


def _graded(value: float, grades: Sequence[tuple[float, str]], most: str) -> str:
    """The words of the first grade that the value is below."""
    return next((words for bound, words in grades if value < bound), most)


def _listed(*parts: str) -> str:
    said = ", ".join(part for part in parts if part)
    return f"{said[:1].upper()}{said[1:]}." if said else ""
