"""A style between two others: every number on the way from one to the other, and bars of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from cratedig.music.drums.feel import Feel, Touch
from cratedig.music.drums.kit import Voice
from cratedig.music.drums.style import Claim, Passage, Source, StyleProfile
from cratedig.music.text import fold

T = TypeVar("T")
Key = tuple[Voice, int | None]


def blend(a: StyleProfile, b: StyleProfile, share: float) -> StyleProfile:
    """The style that is `share` (0..1) of `b` and the rest of `a`: 0 is `a` itself, 1 is `b`.

    Claims, swings and touches move evenly from one to the other; of the bars to learn from, `share` are `b`'s, and the
    more they are the fewer of `a`'s are left. What only one profile claims is kept, the less sure the less there is of
    it. Nobody is blended with themselves: that is `a`.
    """
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"a share of {share:g} is outside 0..1")
    if share in (0.0, 1.0) or fold(a.artist) == fold(b.artist):
        return b if share == 1.0 else a
    sources: dict[Source, int] = {**a.sources}
    for source, pieces in b.sources.items():
        sources[source] = sources.get(source, 0) + pieces
    return StyleProfile(
        artist=f"{a.artist} with {share:.0%} {b.artist}",
        description=_described(a, b, share),
        claims=_claims(a.claims, b.claims, share),
        feel=_feel(a.feel, b.feel, share),
        passages=_passages(a.passages, b.passages, share),
        typical=_typical(a.typical, b.typical, share),
        sources=sources,
        confidence=_between(a.confidence, b.confidence, share),
        titles=tuple(dict.fromkeys((*a.titles, *b.titles))),
        heard=a.heard | b.heard,
    )


def _described(a: StyleProfile, b: StyleProfile, share: float) -> str:
    return f"Between two: {1 - share:.0%} {a.artist} - {a.description} {share:.0%} {b.artist} - {b.description}"


def _between(one: float, other: float, share: float) -> float:
    """Never beyond either, however sums are rounded."""
    return min(max(one + share * (other - one), min(one, other)), max(one, other))


def _claims(a: Mapping[str, Claim], b: Mapping[str, Claim], share: float) -> dict[str, Claim]:
    return {name: _claim(a.get(name), b.get(name), share) for name in (*a, *(name for name in b if name not in a))}


def _claim(one: Claim | None, other: Claim | None, share: float) -> Claim:
    if one is None or other is None:
        known, of_it = (one, 1 - share) if one else (other, share)
        assert known is not None
        return Claim(known.value, known.low, known.high, known.confidence * of_it, known.pieces)
    value = _between(one.value, other.value, share)
    return Claim(
        value=value,
        low=min(_between(one.low, other.low, share), value),
        high=max(_between(one.high, other.high, share), value),
        confidence=_between(one.confidence, other.confidence, share),
        pieces=round(_between(one.pieces, other.pieces, share)),
    )


def _feel(a: Feel, b: Feel, share: float) -> Feel:
    keys: list[Key] = [*a.touches, *(key for key in b.touches if key not in a.touches)]
    return Feel(
        swing_8=_between(a.swing_8, b.swing_8, share),
        swing_16=_between(a.swing_16, b.swing_16, share),
        touches={key: _touch(_known(a, key), _known(b, key), share) for key in keys},
    )


def _known(feel: Feel, key: Key) -> Touch | None:
    """The touch of a place; where it is not known, that of the voice anywhere."""
    return feel.touches.get(key, feel.touches.get((key[0], None)))


def _touch(one: Touch | None, other: Touch | None, share: float) -> Touch:
    if one is None or other is None:
        known = one or other
        assert known is not None
        return known
    return Touch(
        push=_between(one.push, other.push, share),
        push_spread=_between(one.push_spread, other.push_spread, share),
        velocity=_between(one.velocity, other.velocity, share),
        velocity_spread=_between(one.velocity_spread, other.velocity_spread, share),
        hits=round(_between(one.hits, other.hits, share)),
    )


def _passages(a: Sequence[Passage], b: Sequence[Passage], share: float) -> tuple[Passage, ...]:
    """As many bars as the longer profile has, `share` of them b's; the shorter one's are repeated."""
    most = max(sum(len(passage.bars) for passage in passages) for passages in (a, b))
    from_b = round(share * most)
    return (*_bars(a, most - from_b), *_bars(b, from_b))


def _bars(passages: Sequence[Passage], most: int) -> Iterator[Passage]:
    """Passages of `most` bars in all, from all over the profile; of fewer always the same ones."""
    scattered = [passages[at] for at in _scattered(len(passages))]
    while most > 0 and scattered:
        for passage in scattered:
            bars, roles = passage.bars[:most], passage.roles[:most]
            if bars:
                yield Passage(bars, roles, passage.tempo_bpm, passage.source)
            most -= len(bars)


def _scattered(count: int) -> list[int]:
    """The numbers below `count` in such an order that the first few are spread evenly (van der Corput 1935)."""
    digits = max((count - 1).bit_length(), 1)
    return sorted(range(count), key=lambda at: int(f"{at:0{digits}b}"[::-1], 2))


def _typical(a: Sequence[T], b: Sequence[T], share: float) -> tuple[T, ...]:
    """The first of both, those of the greater share first."""
    most = max(len(a), len(b))
    from_b = round(share * most)
    ours, theirs = a[: most - from_b], b[:from_b]
    return tuple(dict.fromkeys((*theirs, *ours) if share > 0.5 else (*ours, *theirs)))
