"""How much more often than usual a mood is named beside a genre or instrument, in what others wrote of other music.

Two sources beside the data folder: the tags of Last.fm's listeners (lastfm_hetrec, an artist is a document) and the
descriptions of musicians (musiccaps, a clip is one). Neither knows a track of Jamendo.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.lab.tables import rows_with
from cratedig.music.text import fold

CAUTION = 30.0  # documents by which every label is held to be as usual
SELDOM = 5.0  # a mood in fewer documents is not judged
CERTAIN = 2.0  # from so many listeners on a tag counts in full, from one 0.75

SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "acousticguitar": ("acoustic",), "ambiental": ("ambient", "ambientmusic"), "ballad": ("ballads",),
    "calm": ("calming",), "children": ("kids", "childrensmusic"), "christmas": ("xmas",), "dream": ("dreamy",),
    "drummachine": ("electronic",), "electricguitar": ("guitar",), "emotional": ("emotion",), "energetic": ("energy",),
    "film": ("soundtrack", "cinematic"), "fun": ("funny",), "funny": ("comedy", "humor"),
    "game": ("videogame", "videogames"), "groovy": ("groove",), "happy": ("feelgood",), "holiday": ("holidays",),
    "hopeful": ("hope",), "inspiring": ("inspirational",), "love": ("lovesong", "lovesongs"),
    "meditative": ("meditation",), "melancholic": ("melancholy",), "motivational": ("motivation",),
    "movie": ("movies", "cinematic"), "party": ("partymusic",), "positive": ("feelgood",), "powerful": ("power",),
    "relaxing": ("relax", "relaxed", "relaxation"), "romantic": ("romance",), "sad": ("sadness",),
    "slow": ("slowjams",), "soundscape": ("soundscapes",), "space": ("spacey",), "sport": ("sports", "workout"),
    "travel": ("roadtrip", "driving"), "uplifting": ("uplift",),
}  # fmt: skip
"""Other words that mean a label of Jamendo."""

Matrix = NDArray[np.float64]
Document = Mapping[str, float]

_WORD = re.compile(r"[a-z0-9]+")


def associations(shared: Path, labels: Sequence[str], moods: Sequence[str]) -> Matrix:
    """(2, labels, moods): of listeners' tags and of musicians' descriptions. Raises InputRejected without them."""
    documents = (listeners_tags(shared / "lastfm_hetrec"), descriptions(shared / "musiccaps"))
    return np.stack([more_than_usual(mentions(each, labels), mentions(each, moods)) for each in documents])


def listeners_tags(folder: Path) -> list[Document]:
    """Each artist's tags, as one word each, and how many gave them."""
    names = {row["tagID"]: fold(row["tagValue"]).replace(" ", "") for row in rows_with(folder, "tagID", "tagValue")}
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for row in rows_with(folder, "artistID", "tagID", "n_users"):
        found[row["artistID"]][names.get(row["tagID"], "")] = float(row["n_users"])
    return list(found.values())


def descriptions(folder: Path) -> list[Document]:
    """Each clip's words, plurals also without their s, and every two or three that follow each other as one."""
    return [dict.fromkeys(_runs(f"{row['aspect_list']} {row['caption']}"), CERTAIN)
            for row in rows_with(folder, "aspect_list", "caption")]  # fmt: skip


def _runs(text: str) -> Iterable[str]:
    words = _WORD.findall(text.lower())
    pairs = [first + second for first, second in pairwise(words)]
    triples = [pair + word for pair, word in zip(pairs, words[2:], strict=False)]
    return [*words, *(word.removesuffix("s") for word in words), *pairs, *triples]


def mentions(documents: Sequence[Document], labels: Sequence[str]) -> Matrix:
    """(documents, labels), 0..1: how surely a document names a label."""
    columns: defaultdict[str, list[int]] = defaultdict(list)
    for at, label in enumerate(labels):
        for spelling in (label, *SPELLINGS.get(label, ())):
            columns[spelling].append(at)
    table = np.zeros((len(documents), len(labels)))
    for row, document in enumerate(documents):
        for word in columns.keys() & document.keys():
            table[row, columns[word]] += document[word]
    return np.where(table > 0, np.minimum(1.0, 0.5 + table / (2 * CERTAIN)), 0.0)


def more_than_usual(labels: Matrix, moods: Matrix) -> Matrix:
    """(labels, moods): the logarithm of how often the mood is named with the label, over how often at all (pointwise
    mutual information, Church & Hanks 1990, Computational Linguistics 16); 0 for what is hardly ever named."""
    usual = (moods.sum(axis=0) + 0.5) / len(moods)
    number = labels.sum(axis=0)[:, None]
    share = (labels.T @ moods + CAUTION * usual) / (number + CAUTION)
    return np.where(moods.sum(axis=0) < SELDOM, 0.0, np.log(share / usual))
