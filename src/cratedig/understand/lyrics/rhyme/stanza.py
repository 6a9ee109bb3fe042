"""The rhyme scheme of each section: the partition of its lines that evidence and custom make likeliest together.

Evidence is the sum of log-odds over rhyming pairs; custom is the prior of schemes (models/rhyme_scheme.py). Sections of
one lyric with as many lines are read together: a scheme is the likelier the more of the others have it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cratedig.models.rhyme import COUNT_AT, Codes, RhymeHead, something_in_common
from cratedig.models.rhyme_scheme import ORDER, REACH, TOGETHER, Links, SchemePrior

BEAM: Final = 4  # 2 is as good on the poems, worse on rap
TEMPLATES_UP_TO: Final = 40
"""Lines of a section for which whole schemes are tried."""
CANDIDATES: Final = 6
SHARED: Final = 2.0
"""How many sections the prior counts for against the other sections of the same lyric."""
WEIGHT: Final = 0.7
"""Of the evidence: pairs of one group are not independent."""
RARITY: Final = 1.0
"""Added to the head's log-odds: the prior says itself how rare rhymes are."""
NOTHING: Final = -9.0
"""Log-odds of words whose last syllables have neither vowel nor end in common, in sound or spelling."""
SAME_WORD: Final = 3.0
"""Log-odds at least, of two lines that end with the same word."""
HOPELESS: Final = -3.0
PAIRS_AT_ONCE: Final = 16_384
"""Pairs of lines that are weighed together: of more, the memory would grow with the lyric (1 KB a pair)."""
_ROUNDS: Final = 2

Floats = NDArray[np.float64]


def evidence_of(head: RhymeHead, codes: Codes, sections: Sequence[int]) -> list[Floats]:
    """For each section, the log-odds of each of its lines with each of the REACH lines before, shape (n, REACH).

    codes: of the line ends of all sections, one after the other. sections: their numbers of lines. Column k is the line
    k + 1 before; -inf where there is none.
    """
    section = np.repeat(np.arange(len(sections)), sections)
    later, back = np.nonzero(_within(section))
    found = np.full((len(section), REACH), -math.inf)
    for first in range(0, len(later), PAIRS_AT_ONCE):
        at, to = later[first : first + PAIRS_AT_ONCE], back[first : first + PAIRS_AT_ONCE]
        found[at, to] = _odds(head, codes[at], codes[at - to - 1])
    return np.split(found, np.cumsum(sections)[:-1]) if len(sections) else []


def _odds(head: RhymeHead, one: Codes, other: Codes) -> Floats:
    """Log-odds that pairs of line ends rhyme, shape (p,)."""
    odds = np.full(len(one), NOTHING)
    hopeful = np.flatnonzero(something_in_common(one, other))
    odds[hopeful] = head.evidence(one[hopeful], other[hopeful])
    same = (one[:, -1] == other[:, -1]) & (one[:, COUNT_AT] > 0)
    return np.where(same, np.maximum(odds, SAME_WORD), odds)


def _within(section: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which of the REACH lines before each belong to the same section, shape (n, REACH)."""
    before = np.arange(len(section))[:, None] - np.arange(1, REACH + 1)[None, :]
    same: NDArray[np.bool_] = section[np.maximum(before, 0)] == section[:, None]
    return same & (before >= 0)


def schemes(prior: SchemePrior, evidence: Sequence[Floats]) -> list[Links]:
    """The likeliest scheme of each section, as links."""
    weighed = [WEIGHT * (odds + RARITY) for odds in evidence]
    found = [_candidates(prior, odds) for odds in weighed]
    alike: defaultdict[int, list[int]] = defaultdict(list)
    for at, odds in enumerate(weighed):
        alike[len(odds)].append(at)
    for sections in alike.values():
        if len(sections) > 1:
            for at, agreed in zip(sections, _agreed(prior, [found[at] for at in sections]), strict=True):
                found[at] = agreed
    return [max(chances.items(), key=lambda pair: (pair[1], pair[0]))[0] for chances in found]


def _candidates(prior: SchemePrior, odds: Floats) -> dict[Links, float]:
    """Schemes that may be, with the logarithm of their unscaled chance."""
    found = {links: said + prior.log_prior(links) for links, said in _search(prior, odds)}
    lines = len(odds)
    templates = prior.templates(lines) if lines <= TEMPLATES_UP_TO else None
    if templates is None or not templates.schemes:
        return found
    square = np.zeros(lines * lines, dtype=np.float32)
    later, back = templates.within
    square[later * lines + later - back - 1] = odds[later, back]
    scores = templates.matrix @ square + templates.log_priors
    best = np.argsort(-scores, kind="stable")[:CANDIDATES].tolist()
    return found | {templates.schemes[at]: float(scores[at]) for at in best}


def _agreed(prior: SchemePrior, found: Sequence[dict[Links, float]]) -> list[dict[Links, float]]:
    """The same candidates after each section has heard what the others think."""
    priors = {links: prior.log_prior(links) for chances in found for links in chances}
    usual = {links: SHARED * math.exp(chance) for links, chance in priors.items()}
    heard, others = list(found), len(found) - 1
    for _ in range(_ROUNDS):
        shares = [_shares(chances) for chances in heard]
        told = _sums(shares)
        heard = [_heard(*pair, told, priors, usual, others) for pair in zip(found, shares, strict=True)]
    return heard


def _sums(shares: Iterable[dict[Links, float]]) -> dict[Links, float]:
    sums: dict[Links, float] = {}
    for share in shares:
        for links, chance in share.items():
            sums[links] = sums.get(links, 0) + chance
    return sums


def _heard(
    chances: dict[Links, float],
    own: dict[Links, float],
    told: dict[Links, float],
    priors: dict[Links, float],
    usual: dict[Links, float],
    others: int,
) -> dict[Links, float]:
    return {
        links: chance
        - priors[links]
        + math.log((max(0.0, told[links] - own[links]) + usual[links]) / (others + SHARED) + 1e-300)
        for links, chance in chances.items()
    }


def _shares(chances: dict[Links, float]) -> dict[Links, float]:
    most = max(chances.values())
    raised = {links: math.exp(chance - most) for links, chance in chances.items()}
    total = sum(raised.values())
    return {links: share / total for links, share in raised.items()}


_Traced = tuple[int, "_Traced | None"]
_Open = tuple[tuple[int, ...] | None, ...]


class _Way(NamedTuple):
    """A scheme so far. before: its last links, latest first. open: for each line in reach, latest first, its rhyme
    partners and itself, None where a later line rhymes with it. traced: all its links, latest first."""

    score: float
    evidence: float
    before: Links
    open: _Open
    traced: _Traced | None


_Step = tuple[float, float, int, _Way]
"""What a way scores with one more link, its evidence then, the link, and the way."""


def _search(prior: SchemePrior, odds: Floats) -> Iterable[tuple[Links, float]]:
    """Schemes found line by line, the BEAM likeliest kept at each; with the evidence for each."""
    ways = [_Way(0.0, 0.0, (), (), None)]
    for at, row in enumerate(odds.tolist()):
        hopeful = [link for link in range(REACH, 0, -1) if row[link - 1] > HOPELESS]
        steps = [step for way in ways for step in _steps(prior, way, at, row, hopeful)]
        if len(steps) > BEAM:
            steps.sort(key=_score, reverse=True)
        ways = [_taken(step, at) for step in steps[:BEAM]]
    return [(_links(way.traced), way.evidence) for way in ways]


def _score(step: _Step) -> float:
    return step[0]


def _steps(prior: SchemePrior, way: _Way, at: int, row: list[float], hopeful: Sequence[int]) -> list[_Step]:
    """How a way may go on: with a new rhyme, or with one of those that there is hope for."""
    score, evidence, before, still, _ = way
    chances = prior.log_chances(before)
    found = [(score + chances[0], evidence, 0, way)]
    for link in hopeful:
        group = still[link - 1]
        if group is not None:
            said = row[link - 1]
            said += sum([row[at - line - 1] for line in group[:-1] if at - line <= REACH])
            found.append((score + said + chances[link], evidence + said, link, way))
    return found


def _taken(step: _Step, at: int) -> _Way:
    score, evidence, link, way = step
    before, still = (link, *way.before[: ORDER - 1]), way.open[: REACH - 1]
    if not link:
        return _Way(score, evidence, before, ((at,), *still), (0, way.traced))
    grown = (*(way.open[link - 1] or ()), at)[-TOGETHER:]
    still = (grown, *way.open[: link - 1], None, *still[link:])
    return _Way(score, evidence, before, still, (link, way.traced))


def _links(traced: _Traced | None) -> Links:
    links = []
    while traced is not None:
        link, traced = traced
        links.append(link)
    return tuple(links[::-1])
