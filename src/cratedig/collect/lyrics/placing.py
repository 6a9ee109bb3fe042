"""The lyrics of a batch of rows: cleaned and judged as they are read, kept beside their tracks as those are stored."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from cratedig.catalogue import Session
from cratedig.catalogue import lyrics as stored
from cratedig.catalogue.lyrics import LyricText
from cratedig.collect.drafts import TrackDraft
from cratedig.collect.lyrics.clean import Cleaned, clean
from cratedig.collect.lyrics.fingerprint import fingerprint
from cratedig.collect.mapping import Reading
from cratedig.collect.match import Settled
from cratedig.collect.reading import Parsed, Rejected
from cratedig.collect.rows import shown
from cratedig.errors import InputRejected

COLUMN: Final = "lyrics"
HAS_OTHERS: Final = "its track has other lyrics, which were kept"
REPLACED: Final = "the other lyrics its track had were replaced"
ALIKE: Final = "nearly the same words as another track"
SET_ASIDE: Final = "lyrics_set_aside"
"""The key in `extra` of what stood in a column of lyrics and is none."""
SET_ASIDE_CHARS: Final = 20_000

Sung = list[tuple[TrackDraft, Cleaned]]


class Manner(StrEnum):
    """What is wanted of a file's lyrics.

    ALONG: a row is a track, with or without a lyric; what is no lyric is set aside.
    ASKED: a row is a lyric; what is none is rejected. REPLACING: the same, and known tracks get the new words.
    """

    ALONG = "along"
    ASKED = "asked"
    REPLACING = "replacing"


def check_column(reading: Reading, name: str, manner: Manner) -> None:
    """Raises InputRejected where lyrics are asked of a file that has no column of them."""
    if manner is Manner.ALONG or (reading.kind == "tracks" and COLUMN in reading.fields.values()):
        return
    raise InputRejected(
        f"{name!r} has no column of lyrics: nothing brought in.",
        hint="Name it: --map their=lyrics, or use `collect csv`.",
    )


def read_lyrics(parsed: Parsed, manner: Manner) -> None:
    """Cleans the lyrics of a batch's drafts, and parts them from what is none."""
    kept: list[TrackDraft] = []
    for draft in parsed.drafts:
        reason = _read(draft)
        if reason is None or (manner is Manner.ALONG and draft.lyrics is None):
            kept.append(draft)
        elif manner is Manner.ALONG:
            _set_aside(draft, reason, parsed)
            kept.append(draft)
        else:
            names = {"title": draft.title, "artist": draft.artist, COLUMN: draft.lyrics}
            parsed.rejected.append(Rejected(draft.line, COLUMN, reason, shown(names)))
    parsed.drafts[:] = kept
    parsed.rejected.sort(key=lambda one: one.line)


def _read(draft: TrackDraft) -> str | None:
    """Why the draft's lyrics are none; None where they are, and now clean."""
    if draft.lyrics is None:
        return "no lyrics in this row"
    cleaned = clean(draft.lyrics)
    if not cleaned.verdict.is_lyric:
        return f"not a lyric but {cleaned.verdict.kind}: {cleaned.verdict.reason}"
    _ = cleaned.languages  # told now, in the thread that reads, and not while a transaction is open
    draft.lyrics, draft.cleaned = cleaned.text, cleaned
    return None


def _set_aside(draft: TrackDraft, reason: str, parsed: Parsed) -> None:
    given = draft.lyrics or ""
    parsed.note(COLUMN, reason, draft.line, f"{len(given):,} characters")  # an account quotes no lyric
    draft.extra = draft.extra | {SET_ASIDE: given[:SET_ASIDE_CHARS]}
    draft.lyrics = None


def settle_lyrics(
    placed: Sequence[tuple[TrackDraft, TrackDraft]], settled: Settled, parsed: Parsed, manner: Manner
) -> Sung:
    """Which tracks now have which cleaned words. placed: (draft, the track that stands for it).

    Nothing that a track has is overwritten, unless that was asked for; either way the account says so.
    """
    sung: dict[int, tuple[TrackDraft, Cleaned]] = {}
    for draft, track in placed:
        if draft.cleaned is None:
            continue
        if track.lyrics != draft.lyrics:
            replacing = manner is Manner.REPLACING
            parsed.note(COLUMN, REPLACED if replacing else HAS_OTHERS, draft.line, draft.title or "(no title)")
            if not replacing:
                continue
            track.lyrics = draft.lyrics
            if track.id is not None:
                settled.changed[track.id] = track
        sung[id(track)] = (track, draft.cleaned)
    return list(sung.values())


async def keep_lyrics(session: Session, source: str, sung: Sung, parsed: Parsed) -> None:
    """Writes what is known of the words of stored tracks, and notes whose words another track has already."""
    rows = [_row(track, cleaned, source) for track, cleaned in sung]
    await stored.save(session, rows)
    alike = await stored.alike(session, [row.track_id for row in rows])
    for track, _ in sung:
        before = next((other for other in alike.get(track.id or 0, ()) if other.track_id < (track.id or 0)), None)
        if before is not None:
            parsed.note(COLUMN, ALIKE, track.line, f"{track.title} / {before.title}")


def _row(track: TrackDraft, cleaned: Cleaned, source: str) -> LyricText:
    assert track.id is not None, "a placed track was stored"
    languages = cleaned.languages
    return LyricText(
        track_id=track.id,
        digest=stored.digest(track.lyrics or ""),
        starts_s=stored.starts_of(cleaned.lyric),
        language=languages.main,
        languages={"shares": dict(languages.shares), "cyrillic": languages.cyrillic},
        verdict=cleaned.verdict.as_dict(),
        changes=[change.as_dict() for change in cleaned.changes],
        fingerprint=fingerprint(cleaned.lyric),
        source=source,
    )
