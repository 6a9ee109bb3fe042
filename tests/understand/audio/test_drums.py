"""The ear for drums, on kits it never heard: which drum, when; and what it must not hear."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cratedig.errors import ModelUnavailable
from cratedig.lab.drum_kit import RATE, Strike, kit, rendered
from cratedig.lab.events import Tally, tally
from cratedig.models.drums import DRUMS, DrumHead, in_context, shipped
from cratedig.understand.audio.drums import drum_bands, drum_hits, peaks
from tests.understand.audio.sounds import Samples, noise

BEAT_S = 0.55
ROCK = [
    Strike(time_s=0.3 + at * BEAT_S / 2, piece=piece, velocity=velocity)
    for at in range(24)
    for piece, velocity, sounds in (
        ("kick", 110, at % 4 == 0),
        ("snare", 105, at % 4 == 2),
        ("closed hat", 80 if at % 2 else 95, True),
    )
    if sounds
]


def played(seed: int) -> Samples:
    random = np.random.default_rng(seed)
    return rendered(ROCK, kit(random), length_s=7.2, random=random)


def times_of(piece: str) -> np.ndarray:
    return np.array([strike.time_s for strike in ROCK if strike.piece == piece])


@pytest.mark.parametrize(("drum", "piece"), [("kick", "kick"), ("snare", "snare"), ("hat", "closed hat")])
def test_most_hits_of_unheard_kits_are_found(drum: str, piece: str) -> None:
    total = Tally()
    for seed in range(900, 908):
        hits = drum_hits(played(seed), RATE, shipped())
        found = np.array([hit.time_s for hit in hits if hit.drum == drum])
        total += tally(times_of(piece), found, within_s=0.05)
    assert total.f >= 0.75


def test_hits_come_in_order_with_a_chance_and_a_known_name() -> None:
    hits = drum_hits(played(900), RATE, shipped())
    assert [hit.time_s for hit in hits] == sorted(hit.time_s for hit in hits)
    assert all(hit.drum in DRUMS and 0 < hit.chance <= 1 for hit in hits)


def test_silence_holds_no_drum() -> None:
    assert drum_hits(np.zeros(RATE, np.float32), RATE, shipped()) == ()


def test_loudness_does_not_decide_what_is_heard() -> None:
    sound = played(901)
    one, other = drum_bands(sound), drum_bands(sound * np.float32(0.1))
    assert np.abs(one - other).max() < 0.02


def test_of_two_near_peaks_the_higher_is_kept() -> None:
    chances = np.zeros(30, np.float32)
    chances[[5, 7, 20]] = 0.6, 0.9, 0.7
    assert peaks(chances, least=0.5) == [7, 20]
    assert peaks(chances, least=0.8) == [7]


def test_a_frame_is_seen_with_what_surrounds_it() -> None:
    rows = in_context(np.arange(20, dtype=np.float32)[:, None])
    assert rows.shape == (20, 12)
    assert rows[10].tolist() == [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]
    assert rows[0, :5].tolist() == [0, 0, 0, 0, 0]


def test_a_head_that_is_not_its_cards_is_refused(tmp_path: Path) -> None:
    (tmp_path / "drums-1.npz").write_bytes(b"other bytes")
    (tmp_path / "drums.json").write_text(json.dumps({"file": "drums-1.npz", "sha256": "0" * 64}))
    with pytest.raises(ModelUnavailable, match="SHA-256"):
        DrumHead.load(tmp_path)


def test_a_kit_is_the_same_for_the_same_seed_and_never_too_loud() -> None:
    assert (played(3) == played(3)).all()
    assert np.abs(played(4)).max() <= 1
    assert len(rendered([], kit(np.random.default_rng(0)), length_s=1.0, random=np.random.default_rng(0))) == RATE


def test_noise_is_not_a_drum_kit() -> None:
    assert len(drum_hits(noise(4.0), RATE, shipped())) < 12
