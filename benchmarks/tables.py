"""Writes the figures of the documents from the committed results; a test fails when they differ.

    python benchmarks/tables.py [--check]

A document holds `<!-- figures: PATTERN -->` and `<!-- end of figures -->`; what stands between them is replaced by the
tables of each result the pattern names, below a heading each where it holds a star. `<!-- headlines -->` takes the
table of what was promised and what was measured, `<!-- table: MODULE:FUNCTION -->` what that function of ours gives.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import intervals

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("README.md", "docs/*.md")
_BLOCK = re.compile(
    r"(<!-- (?:figures: (?P<pattern>\S+)|(?P<headlines>headlines)|table: (?P<module>[\w.]+):(?P<function>\w+)) -->\n)"
    r".*?(<!-- end of figures -->)",
    re.DOTALL,
)
_BESIDES = frozenset({"name", "benchmark", "machine", "seconds"})  # said in the sentence below a table

APART = frozenset({"ablation", "groove_midi", "lastfm_hetrec", "mood_queries", "spotify_songs"})
"""Results that docs/evaluation.md shows by themselves: no list of many repeats them."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Headline:
    """A promise and where its figure stands: `result` is the file, `path` leads to the number inside it."""

    claim: str
    result: str
    path: str
    promise: str
    unit: str = ""


EMOBANK = "src/cratedig/models/heads/emobank.json"  # five folds: the shared rows are what the head learned from
MUSICCAPS, SPOTIFY, SOUNDCLOUD, MOODS, LASTFM = (
    f"evals/results/{name}.json"
    for name in ("musiccaps", "spotify_songs", "soundcloud", "mood_queries", "lastfm_hetrec")
)
EMBEDDING, INTAKE, RECOMMEND, MMR, START, JOBS, BOX, SOAK = (
    f"benchmarks/results/{name}.json"
    for name in ("embedding", "intake", "recommend", "mmr", "start", "jobs", "box", "soak")
)
HEAL, AUDIO, LYRICS, CHAT, SEARCH, DRUMS, DRUMMERS = (
    f"benchmarks/results/{name}.json"
    for name in ("heal", "audio", "lyrics", "chat", "lyric_search", "drums", "drums_profile")
)
RHYME, EMOTIONS, VERSE = (  # folds without common authors, comments, poems: the shared rows are what heads learned from
    f"src/cratedig/models/heads/{name}.json" for name in ("rhyme", "goemotions", "poetry_emotion")
)
RAP, SONGS, ODD, GROOVES = (
    f"evals/results/{name}.json" for name in ("rap_rhymes", "multitrack_midi", "odd_midi", "groove_midi")
)

HEADLINES = (
    Headline(
        "mood of left-out sentences: valence, Pearson r", EMOBANK, "figures.held_out_sentences.r_valence", ">= 0.70"
    ),
    Headline(
        "mood of left-out sentences: arousal, Pearson r", EMOBANK, "figures.held_out_sentences.r_arousal", ">= 0.48"
    ),
    Headline("a description finds music like it: nDCG@10", MUSICCAPS, "metrics.ndcg_at_10", ">= 0.16"),
    Headline("a list of words finds its clip: recall@1", MUSICCAPS, "metrics.r_at_1_easy", ">= 0.85"),
    Headline(
        "a playlist's name finds tracks of artists nothing was learned from: nDCG@20, as a multiple of meaning alone",
        SPOTIFY,
        "metrics.unheard_playlist_ndcg_over_sbert_only",
        ">= 1.6 x",
        "x",
    ),
    Headline(
        "half a playlist of such tracks finds the other: recall@20",
        SPOTIFY,
        "metrics.unheard_continuation_recall_at_20",
        "> the nearest by sound",
    ),
    Headline(
        "the same by the nearest on the same 12 features",
        SPOTIFY,
        "baselines.unheard_item_knn_continuation_recall_at_20",
        "",
    ),
    Headline("500 mood queries: alignment with the mood", MOODS, "metrics.mood_alignment", "> 0.80"),
    Headline("the same: different artists among 50", MOODS, "metrics.artist_diversity_at_50", "> 0.75"),
    Headline("artists a listener plays, held back: recall@20", LASTFM, "metrics.recall_at_20", "> 0.26"),
    Headline(
        "how poems of authors not learned from rhyme: pairs of lines, F1",
        RHYME,
        "figures.author_disjoint_pair_f1",
        ">= 0.88",
    ),
    Headline("the same: stanzas with the exact scheme", RHYME, "figures.author_disjoint_exact_scheme", ">= 0.60"),
    Headline("rap verses marked by ear: words that rhyme, precision", RAP, "metrics.test_pair_precision", ""),
    Headline("the same: recall", RAP, "metrics.test_pair_recall", ""),
    Headline("28 emotions of left-out comments: macro F1", EMOTIONS, "figures.held_out.macro_f1_28", ">= 0.45"),
    Headline("six emotions of them: macro F1", EMOTIONS, "figures.held_out.macro_f1_6", ">= 0.62"),
    Headline("feelings of lines of left-out poems: kappa", VERSE, "figures.poems_left_out.kappa", ">= 0.30"),
    Headline("style of drummed pieces not learned from", GROOVES, "metrics.style_accuracy", ">= 0.55"),
    Headline("the same: of sessions not learned from", GROOVES, "metrics.sessions_apart_style_accuracy", ""),
    Headline("drummer of pieces not learned from", GROOVES, "metrics.drummer_accuracy", ">= 0.72"),
    Headline("the same: of sessions not learned from", GROOVES, "metrics.sessions_apart_drummer_accuracy", ""),
    Headline("beat or fill", GROOVES, "metrics.beat_fill_accuracy", ">= 0.98"),
    Headline(
        "made parts heard as the right one of five drummers", GROOVES, "metrics.generated_drummer_accuracy", ">= 0.6"
    ),
    Headline("bars of made parts that somebody played", GROOVES, "metrics.copied_bars", "0"),
    Headline(
        "swing asked for against swing in the MIDI, at most", GROOVES, "metrics.swing_error_ticks", "< 1 tick", "ticks"
    ),
    Headline("1,000 MIDI files to the styles of nine drummers", DRUMMERS, "all_s", "<= 10 s", "s"),
    Headline("four bars drawn in four variations", DRUMS, "learned_profile.p50_ms", "<= 20 ms", "ms"),
    Headline("the same over HTTP, written to files", DRUMS, "http.p50_ms", "<= 60 ms", "ms"),
    Headline("songs whose drum hits are all found in their MIDI", SONGS, "metrics.drum_hits_exact", "1"),
    Headline("odd and broken MIDI files: crashes", ODD, "metrics.crashes", "0"),
    Headline("rows lost from three messy dumps (39,123 rows)", SOUNDCLOUD, "metrics.lost", "0"),
    Headline("intake, 1,000,000 rows, without embedding", INTAKE, "intake.rows_per_s", ">= 20,000 rows/s", "rows/s"),
    Headline("recommend over HTTP at 100,000 tracks, p50", RECOMMEND, "sizes.1.p50_ms", "<= 12 ms", "ms"),
    Headline("the same, p95", RECOMMEND, "sizes.1.p95_ms", "<= 25 ms", "ms"),
    Headline("the same, four clients at once", RECOMMEND, "sizes.1.per_s", ">= 80 requests/s", "requests/s"),
    Headline(
        "the same, kept answers, sixteen clients at once",
        RECOMMEND,
        "sizes.1.cached_per_s",
        ">= 800 requests/s",
        "requests/s",
    ),
    Headline("recommend over HTTP at 1,000,000 tracks, p95", RECOMMEND, "sizes.2.p95_ms", "<= 60 ms", "ms"),
    Headline("the same, memory of the server", RECOMMEND, "sizes.2.memory_mb", "<= 3,072 MiB", "MiB"),
    Headline("diversifying 1,000 candidates (MMR, 50 places)", MMR, "median_ms", "<= 3 ms", "ms"),
    Headline("the same against the specification's loop", MMR, "speedup", "", "x"),
    Headline("embedding against sentence-transformers, batch", EMBEDDING, "batch.cratedig-int8.speedup", ">= 4 x", "x"),
    Headline("the same, one query", EMBEDDING, "one_query.cratedig-int8.speedup", ">= 5 x", "x"),
    Headline("`cratedig up` to the first page, second start", START, "first_page_again.median_s", "<= 5 s", "s"),
    Headline("`cratedig --help`", START, "help.median_s", "< 0.3 s", "s"),
    Headline(
        "lyrics read by rules, two processes", LYRICS, "rules.two processes.songs_per_s", ">= 500 songs/s", "songs/s"
    ),
    Headline(
        "reading a lyric over HTTP by rules, p95",
        "benchmarks/results/findings.json",
        "http.fresh_ms.p95",
        "<= 40 ms",
        "ms",
    ),
    Headline("lines of 57,718 songs searched over HTTP, p95", SEARCH, "p95_ms", "<= 25 ms", "ms"),
    Headline("the same: of the ten songs with the nearest lines, found", SEARCH, "recall_at_10", ">= 0.98"),
    Headline("1,000 lyrics through a chat model of 0.6 s, 20 at a time", CHAT, "batch.seconds", "<= 35 s", "s"),
    Headline("tiny jobs through one worker, best of three", JOBS, "tiny.best_per_s", ">= 500 jobs/s", "jobs/s"),
    Headline("work for the processor: two workers against one", JOBS, "chunks.ratio", ">= 1.8 x", "x"),
    Headline("57,718 tracks enqueued as parts", JOBS, "into_parts.seconds", "< 2 s", "s"),
    Headline("a 30 s MP3 in the box, on top of its decoding", BOX, "mp3_30_s.overhead_median_ms", "<= 10 ms", "ms"),
    Headline(
        "hearing a clip, against the specification's librosa recipe",
        AUDIO,
        "ways.cratedig.times_as_fast_as_librosa",
        ">= 5 x",
        "x",
    ),
    Headline("healing 1,000,000 rows without network", HEAL, "minutes_to_heal", "<= 10 min", "min"),
    Headline("the same: memory, without shared buffers", HEAL, "peak_gib_without_shared_buffers", "< 4 GiB", "GiB"),
    Headline("10 minutes while parts are killed: wrong answers", SOAK, "wrong_answers", "0"),
    Headline("the same: acknowledged writes lost", SOAK, "writes_lost", "0"),
    Headline("the same: growth of memory", SOAK, "memory_slope.mib_per_minute", "about 0", "MiB a minute"),
)


def look_up(result: Any, path: str) -> Any:
    """The value at a dotted path; None where the path leads nowhere.

    >>> look_up({"sizes": [{"p95_ms": 21.5}]}, "sizes.0.p95_ms")
    21.5
    """
    for step in path.split("."):
        if isinstance(result, list):
            result = result[int(step)] if int(step) < len(result) else None
        else:
            result = result.get(step) if isinstance(result, dict) else None
    return result


def figure(value: Any) -> str:
    """A number as people read it: four significant digits, whole numbers with separators.

    >>> figure(0.70712345), figure(24000), figure(1234.5), figure("int8"), figure(0.0)
    ('0.7071', '24,000', '1,234', 'int8', '0')
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def table(columns: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; every column but the first is read as numbers."""
    lines = [columns, ["---", *["---:"] * (len(columns) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}, {_words(key)}" if name else _words(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from _flat(inner, f"{name} {number}")
    else:
        yield name, value


def _side_by_side(named: dict[str, Json]) -> str:
    """Several results of one shape: their figures as rows, they as columns."""
    rows = list(dict.fromkeys(name for result in named.values() for name, _ in _flat(result)))
    flat = {name: dict(_flat(result)) for name, result in named.items()}
    return table(["", *map(_words, named)], [[row, *(figure(flat[n].get(row, "")) for n in named)] for row in rows])


def _by_shape(parts: dict[str, Json]) -> list[dict[str, Json]]:
    """The parts in groups of equal keys, so that what can be compared stands side by side."""
    groups: dict[tuple[str, ...], dict[str, Json]] = {}
    for name, part in parts.items():
        groups.setdefault(tuple(part), {})[name] = part
    return list(groups.values())


def _runs(rows: list[Json]) -> dict[str, Json]:
    """Runs of one benchmark, named by their first field: `{"tracks": 24000, ...}` is "24,000 tracks"."""
    head = next(iter(rows[0]))
    return {f"{figure(row[head])} {_words(head)}": {k: v for k, v in row.items() if k != head} for row in rows}


def render(result: Json) -> str:
    """A result as tables: what has one shape side by side, the rest as name and figure; then where it was measured."""
    if "intervals" in result:
        return "\n".join([intervals.render(result, table, figure), *_where(result)])
    shown = {key: value for key, value in result.items() if key not in _BESIDES}
    shown |= shown.pop("metrics", {})
    shown |= {f"{name}_baseline": value for name, value in shown.pop("baselines", {}).items()}
    listed = {
        key: value for key, value in shown.items() if isinstance(value, list) and value and isinstance(value[0], dict)
    }
    nested = {key: value for key, value in shown.items() if isinstance(value, dict)}
    alone = {key: value for key, value in shown.items() if key not in listed and key not in nested}
    groups = [*map(_runs, listed.values()), *_by_shape(nested)]
    parts = [_side_by_side(group) for group in groups]
    parts += [table(["", "value"], [[name, figure(value)] for name, value in _flat(alone)])] if alone else []
    return "\n".join([*parts, *_where(result)])


def _where(result: Json) -> list[str]:
    """The sentence below a result's tables, when there is something to say."""
    told = []
    if machine := result.get("machine"):
        told.append(
            f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, Python {machine['python']}"
        )
    if "seconds" in result:
        told.append(f"measured in {figure(result['seconds'])} s")
    return [f"{'; '.join(told)}.\n"] if told else []


def headlines(root: Path) -> str:
    rows = []
    for headline in HEADLINES:
        file = root / headline.result
        value = look_up(json.loads(file.read_text(encoding="utf-8")), headline.path) if file.is_file() else None
        if value is not None:
            rows.append([headline.claim, f"{figure(value)} {headline.unit}".strip(), headline.promise])
    return table(["what", "measured", "promised"], rows)


def figures(root: Path, pattern: str) -> str:
    files = sorted(file for file in root.glob(pattern) if "*" not in pattern or file.stem not in APART)
    rendered = {file: render(json.loads(file.read_text(encoding="utf-8"))) for file in files}
    if "*" not in pattern:
        return "".join(rendered.values())
    return "\n".join(f"### {_words(file.stem)}\n\n{text}" for file, text in rendered.items())


def written(text: str, root: Path) -> str:
    """The document with its figures brought up to date."""

    def fill(block: re.Match[str]) -> str:
        if block["module"]:
            body = getattr(import_module(block["module"]), block["function"])()
        else:
            body = headlines(root) if block["headlines"] else figures(root, block["pattern"])
        return f"{block[1]}\n{body}\n{block[block.lastindex or 1]}"

    return _BLOCK.sub(fill, text)


def outdated(root: Path = ROOT) -> dict[Path, str]:
    """The documents whose figures are not those of the results, with what they should say."""
    documents = [path for pattern in DOCUMENTS for path in sorted(root.glob(pattern))]
    texts = {path: path.read_text(encoding="utf-8") for path in documents}
    return {path: new for path, old in texts.items() if (new := written(old, root)) != old}


def main() -> int:
    changed = outdated()
    for path, text in changed.items():
        print(path.relative_to(ROOT))
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    return 1 if changed and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
