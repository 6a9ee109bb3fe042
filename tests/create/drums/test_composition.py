"""A commission survives being written down, and what is kept of a composition is enough to hear it again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cratedig.create.drums.composition import Commission, Composition, fidelity_kept, grooves_kept
from cratedig.create.drums.request import Wish
from cratedig.create.drums.template import Template
from cratedig.music.drums.fidelity import Fidelity
from cratedig.music.drums.meter import Meter
from create.drums.written import ROCKER

ODD = Wish(bars=7, tempo_bpm=88.5, meter=Meter(7, 8), seed=2**40, fill_every=0, swing_8=61.5, density=0.5)
STIFF = Wish(timing=0.0, velocity=0.0, verbatim=True)
ASKED = [
    Commission("John Bonham"),
    Commission("Ada", ODD),
    Commission("Ada", STIFF, "openai", ("Bea", 0.25), "roland td"),
]


@pytest.mark.parametrize("asked", ASKED)
def test_a_commission_is_read_as_it_was_written(asked: Commission) -> None:
    assert Commission.of(json.loads(json.dumps(asked.plain()))) == asked


def test_as_much_as_takes_minutes_is_not_played() -> None:
    longest = Wish(bars=64, meter=Meter(64, 1), variations=4)
    with pytest.raises(ValueError, match="fewer bars or variations"):
        replace(longest, variations=5)


def test_a_commission_is_written_in_the_specifications_names() -> None:
    plain = ASKED[1].plain()
    assert [plain[name] for name in ("bars", "tempo", "time_signature", "variations")] == [7, 88.5, [7, 8], 4]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"artist": " "}, "needs a name"),
        ({"provider": "bard"}, "no provider 'bard'"),
        ({"kit": "pots and pans"}, "no kit"),
        ({"blend": ("Bea", 1.5)}, r"by 0\.\.1"),
        ({"blend": ("", 0.5)}, "with somebody"),
    ],
)
def test_nonsense_is_no_commission(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Commission(**({"artist": "Ada"} | wrong))  # type: ignore[arg-type]


def test_what_is_kept_is_what_was_made() -> None:
    grooves = tuple(Template().parts(ROCKER, Wish(bars=2, variations=3)))
    heard = (Fidelity(0.8, {"velocity": 0.9}, {"Ada": 0.7, "Bea": 0.3}, claims_artist=False, says="Near."), None, None)
    part = Composition(1, "Ada", ROCKER, ASKED[0], grooves, (Path("a.mid"),), "template", ("So.",), 0.3, heard, 12)
    kept = json.loads(json.dumps(part.kept()))
    assert (grooves_kept(kept), fidelity_kept(kept), kept["remarks"]) == (grooves, heard, ["So."])
    distances = part.distances
    assert [distances[at][at] for at in range(3)] == [0.0] * 3
    assert distances[0][1] == distances[1][0] > 0
