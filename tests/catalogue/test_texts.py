"""What makes a text worth studying again, and what does not."""

from __future__ import annotations

from sqlalchemy import text

from cratedig.catalogue import Catalogue
from cratedig.catalogue.texts import READ_FEATURES
from cratedig.lab.crate import fill
from cratedig.models.embedder import TextEmbedder
from cratedig.models.style import FEATURES
from cratedig.understand.study import study_text

TRACKS: list[dict[str, object]] = [
    {"title": "Song", "artist": "Ana"},
    {"title": "Tune", "audio_features": {"energy": 0.5, "tempo": 120.0}},
]


async def changed(catalogue: Catalogue, features: str) -> None:
    async with catalogue.begin() as session:
        await session.execute(
            text("update tracks set audio_features = coalesce(audio_features, '{}') || cast(:more as jsonb)"),
            {"more": features},
        )


def test_the_digest_covers_the_features_that_the_style_head_reads() -> None:
    assert READ_FEATURES == FEATURES


async def test_hearing_a_track_leaves_its_text_as_it_was(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    await fill(catalogue, TRACKS, source="test")
    await study_text(catalogue, embedder)
    await changed(catalogue, '{"tempo_bpm": 121.0, "key_tonic": 3, "rms_mean": 0.1}')
    assert (await study_text(catalogue, embedder)).done == 0


async def test_features_that_the_style_rests_on_change_it(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    await fill(catalogue, TRACKS, source="test")
    await study_text(catalogue, embedder)
    await changed(catalogue, '{"energy": 0.9}')
    assert (await study_text(catalogue, embedder)).done == 2
