"""`heal --only audio`: features only where none were given, never as measured, and gone when real ones come."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from cratedig.catalogue import Catalogue
from cratedig.collect.healing import heal
from cratedig.lab.crate import fill
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.understand.study import study_mood

KINDS = (("deep house", "club night", 0.9), ("classical", "sonata for piano", 0.15))


def crate() -> list[dict[str, Any]]:
    """400 tracks of 200 artists in two genres; every eighth has no audio features."""
    rows = []
    for at in range(400):
        genre, words, energy = KINDS[at // 2 % 2]
        features = {"energy": energy + at % 7 / 100, "tempo": 80 + 50 * energy + at % 5, "key": 3}
        row = {"title": f"{words} {at}", "artist": f"{genre} artist {at // 2}", "genre": genre}
        rows.append(row if at % 8 == 0 else row | {"audio_features": features})
    return rows


async def stored(catalogue: Catalogue) -> list[Any]:
    async with catalogue.begin() as session:
        return list(await session.execute(text("select genre, audio_features, receipts from tracks order by id")))


async def test_only_what_is_absent_is_imputed_and_never_as_measured(
    catalogue: Catalogue, embedder: TextEmbedder, head: MoodHead
) -> None:
    given = crate()
    await fill(catalogue, given, source="test")
    account = await heal(catalogue, embedder, only=["audio"])
    rows = await stored(catalogue)
    assert account.imputed_audio == 50
    for row, (genre, features, receipts) in zip(given, rows, strict=True):
        if "audio_features" in row:
            assert features == row["audio_features"]
            assert "audio_features" not in receipts
        else:
            receipt = receipts["audio_features"]
            assert receipt["kind"] == "imputed"
            assert "key" not in features
            assert (features["energy"] > 0.5) == (genre == "deep house")
            assert all(low <= features[name] <= high for name, (low, high) in receipt["intervals"].items())
    again = await heal(catalogue, embedder, only=["audio"])
    assert again.total == 0
    await heal(catalogue, embedder, only=["audio"], redo=True)
    assert await stored(catalogue) == rows

    await study_mood(catalogue, embedder, head)
    async with catalogue.begin() as session:
        moods = list(await session.execute(text("select sound_valence, receipts->'mood' from tracks order by id")))
    for row, (sound, receipt) in zip(given, moods, strict=True):
        assert (sound is not None) == ("audio_features" in row)
        if sound is None:
            assert receipt["kind"] == "imputed"


async def test_sounds_happy_is_sad_can_be_asked_for(catalogue: Catalogue) -> None:
    from cratedig.catalogue.texts import sounding_unlike_words

    await fill(catalogue, [{"title": f"song {at}", "artist": "one"} for at in range(3)], source="test")
    async with catalogue.begin() as session:
        await session.execute(
            text(
                """update tracks t set sound_valence = m.sound, words_valence = m.words
                from (values ('song 0', 0.6, -0.5), ('song 1', 0.3, -0.3),
                ('song 2', 0.6, 0.5)) as m(title, sound, words) where t.title = m.title"""
            )
        )
        titles = dict(tuple(row) for row in await session.execute(text("select id, title from tracks")))
        found = await sounding_unlike_words(session, apart=0.5, limit=9)
    assert [titles[one] for one in found] == ["song 0", "song 1"]
