"""rhyme_poems: does the engine hear how poems rhyme, and does a title find its poem?

The Chicago Rhyming Poetry Corpus (lab/rhyme_data.py). Schemes are found from the lines alone; stanzas of a poem are
read together, as sections of a lyric are, and again each alone. The shipped head has learned from the shared folder:
there the figures of its card, of authors it had not learned from, are the honest ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.lexical import Bm25
from cratedig.lab.rhyme_data import Poem, Titled, read_poems, read_titles
from cratedig.lab.rhyme_judged import Tally, stanza_schemes
from cratedig.models.embedder import TextEmbedder
from cratedig.models.rhyme import shipped
from cratedig.music.text import fold
from cratedig.understand.lyrics.rhyme.ends import shipped_coder
from cratedig.understand.lyrics.rhyme.naming import partition
from cratedig.understand.lyrics.rhyme.tokens import end_words

TITLE_WORDS: Final = 2
PART_LINES: Final = 6
"""Lines of a part of a poem that is embedded by itself."""
MEANING_SHARE: Final = 0.5

Floats = NDArray[np.float64]


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """Pairs, schemes and titles, with the rule of the last two letters and TF-IDF beside them.

    Raises InputRejected where the folder has no poems.
    """
    return await anyio.to_thread.run_sync(_evaluate, data, lab.embedder)


def _evaluate(data: Path, embedder: TextEmbedder) -> Evaluation:
    poems = read_poems(data)
    together, alone, letters = Tally(), Tally(), Tally()
    for poem in poems:
        _judge(poem, together, alone, letters)
    rule = {f"last_two_letters_{name}": value for name, value in letters.figures().items()}
    by_itself = {f"stanza_alone_{name}": value for name, value in alone.figures().items()}
    titled = [one for one in read_titles(data) if len(fold(one.title).split()) >= TITLE_WORDS]
    found, plain = found_by_title(titled, embedder)
    metrics = {**together.figures(), "title_r_at_1": found, "titles": len(titled)}
    return Evaluation("rhyme_poems", together.stanzas, metrics, {**rule, **by_itself, "tfidf_title_r_at_1": plain})


def _judge(poem: Poem, together: Tally, alone: Tally, letters: Tally) -> None:
    head, coder = shipped(), shipped_coder()
    schemes = (stanza_schemes(head, coder, poem), stanza_schemes(head, coder, poem, alone=True))
    for stanza, one, other in zip(poem.stanzas, *schemes, strict=True):
        together.add(stanza.groups, partition(one))
        alone.add(stanza.groups, partition(other))
        letters.add(stanza.groups, last_letters(stanza.lines))


def last_letters(lines: Sequence[str]) -> list[str]:
    """The baseline: lines rhyme where their last words end in the same two letters."""
    return [word[-2:] or f"line {line}" for line, word in enumerate(end_words(lines))]


def found_by_title(poems: Sequence[Titled], embedder: TextEmbedder) -> tuple[float, float]:
    """The share of titles whose poem comes first: by words and meaning fused, and by TF-IDF."""
    texts, titles = [poem.text for poem in poems], [poem.title for poem in poems]
    if not poems:
        return 0.0, 0.0
    meant = _likeness(titles, texts, embedder)
    index, rare = Bm25(texts), tfidf(texts)
    fused, plain = 0, 0
    for at, title in enumerate(titles):
        said = index.scores(title)
        score = said / max(1e-9, float(said.max())) + MEANING_SHARE * meant[at] / max(1e-9, float(meant[at].max()))
        fused += int(np.argmax(score)) == at
        plain += int(np.argmax(rare(title))) == at
    return round(fused / len(poems), 4), round(plain / len(poems), 4)


def _likeness(titles: Sequence[str], texts: Sequence[str], embedder: TextEmbedder) -> Floats:
    """Cosine of each title with the part of each poem that is nearest to it, shape (titles, poems)."""
    parts = [(at, part) for at, text in enumerate(texts) for part in _parts(text)]
    owner = np.array([at for at, _ in parts])
    near = embedder.embed(list(titles)) @ embedder.embed([part for _, part in parts]).T
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    best: Floats = np.maximum.reduceat(near, starts, axis=1).astype(np.float64)
    return best


def _parts(text: str) -> list[str]:
    lines = text.splitlines()
    return ["\n".join(lines[at : at + PART_LINES]) for at in range(0, len(lines), PART_LINES)]


def tfidf(texts: Sequence[str]) -> Callable[[str], Floats]:
    """Cosines of tf-idf vectors (counts times log(n / df) + 1), as a plain library has them."""
    counts = [Counter(fold(text).split()) for text in texts]
    among = Counter(word for words in counts for word in words)
    rareness = {word: float(np.log((1 + len(texts)) / (1 + number)) + 1) for word, number in among.items()}
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    lengths = np.zeros(len(texts))
    for at, words in enumerate(counts):
        for word, count in words.items():
            weight = count * rareness[word]
            postings[word].append((at, weight))
            lengths[at] += weight**2

    def scores(query: str) -> Floats:
        found = np.zeros(len(texts))
        for word, count in Counter(fold(query).split()).items():
            for at, weight in postings.get(word, ()):
                found[at] += count * rareness[word] * weight
        return np.asarray(found / np.sqrt(np.maximum(lengths, 1e-9)), dtype=np.float64)

    return scores
