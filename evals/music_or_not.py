"""Does "music or not" agree with a person? Labels by hand against the verdicts; writes evals/results/music_or_not.json.

    python evals/music_or_not.py [../shared/data/soundcloud] [--train]

The crawls go through the product's own intake into a scratch catalogue. With --train the talk head is learned anew from
the training side first (extra [lab]).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from datetime import date
from pathlib import Path

from cratedig.catalogue import Catalogue, healing
from cratedig.collect.heal.rows import Row
from cratedig.collect.healing import row_of
from cratedig.collect.intake import collect_file
from cratedig.lab.music_or_not import Key, agreement, read_labels, train
from cratedig.lab.soundcloud import tables_below
from cratedig.models.talk import TalkHead

LABELS = Path(__file__).parent / "music_or_not.csv"
RESULT = Path(__file__).parent / "results" / "music_or_not.json"


async def rows_of(data: Path, folder: Path) -> tuple[dict[Key, Row], dict[Key, Row]]:
    """Tracks and playlists of the crawls, as healing reads them, by (source, source_id)."""
    async with Catalogue.open(data_dir=folder, upgrade=False) as server, server.scratch() as catalogue:
        for path in tables_below(data):
            await collect_file(catalogue, path, today=date(2026, 11, 21))
        async with catalogue.begin() as session:
            tracks = await healing.tracks_by_source(session)
            lists = await healing.playlists_by_source(session)
    return (
        {key: row_of(given) for key, given in tracks.items()},
        {key: Row(-number, title=title, description=prose) for key, (number, title, prose) in lists.items()},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--train", action="store_true")
    asked = parser.parse_args()
    data = asked.data / "soundcloud" if (asked.data / "soundcloud").is_dir() else asked.data
    labels = read_labels(LABELS)
    with tempfile.TemporaryDirectory() as folder:
        rows, lists = asyncio.run(rows_of(data, Path(folder)))
    head = train(rows, lists, labels, None) if asked.train else TalkHead.load()
    found = agreement(rows, labels.validation, head)
    RESULT.write_text(json.dumps({"name": "music_or_not", **found}, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
