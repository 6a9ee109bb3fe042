"""Schemes of stanzas against marked ones: pairs of lines, and whole stanzas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cratedig.lab.rhyme_data import Poem
from cratedig.models.rhyme import RhymeHead
from cratedig.models.rhyme_scheme import Links
from cratedig.understand.lyrics.rhyme.ends import EndCoder
from cratedig.understand.lyrics.rhyme.stanza import evidence_of, schemes
from cratedig.understand.lyrics.rhyme.tokens import end_words


@dataclass
class Tally:
    """Counts of pairs of lines and of stanzas."""

    both: int = 0
    said: int = 0
    marked: int = 0
    exact: int = 0
    stanzas: int = 0

    def add(self, marked: Sequence[object], said: Sequence[object]) -> None:
        """One stanza: the group of each line, as marked and as said."""
        right, guess = _pairs(marked), _pairs(said)
        self.both += len(right & guess)
        self.said += len(guess)
        self.marked += len(right)
        self.exact += right == guess
        self.stanzas += 1

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.both + other.both,
            self.said + other.said,
            self.marked + other.marked,
            self.exact + other.exact,
            self.stanzas + other.stanzas,
        )

    def figures(self) -> dict[str, float | int]:
        """Precision, recall and F1 of pairs; the share of stanzas whose every pair is right."""
        return {
            "pair_precision": round(self.both / max(1, self.said), 4),
            "pair_recall": round(self.both / max(1, self.marked), 4),
            "pair_f1": round(2 * self.both / max(1, self.said + self.marked), 4),
            "exact_scheme": round(self.exact / max(1, self.stanzas), 4),
        }


def _pairs(groups: Sequence[object]) -> set[tuple[int, int]]:
    members: dict[object, list[int]] = {}
    pairs: set[tuple[int, int]] = set()
    for at, group in enumerate(groups):
        earlier = members.setdefault(group, [])
        pairs.update((before, at) for before in earlier)
        earlier.append(at)
    return pairs


def stanza_schemes(head: RhymeHead, coder: EndCoder, poem: Poem, *, alone: bool = False) -> list[Links]:
    """The scheme of each stanza of a poem, read together, or each alone."""
    lines = [line for stanza in poem.stanzas for line in stanza.lines]
    evidence = evidence_of(head, coder.codes(end_words(lines)), [len(stanza.lines) for stanza in poem.stanzas])
    if alone:
        return [schemes(head.prior, [odds])[0] for odds in evidence]
    return schemes(head.prior, evidence)
