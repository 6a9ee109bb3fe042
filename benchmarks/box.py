"""What the box costs: a file decoded in a child behind its walls, against the same decoder called in this process.

    python benchmarks/box.py [DATA] [--rounds 30]

Both in turns in one run, so that both meet the same machine; both give the same checked value. The overhead is the
median of the differences of the pairs. DATA is not used; every benchmark takes it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from machine import machine

from cratedig.box import midi, sound
from cratedig.box.audio import Audio, read_audio
from cratedig.box.box import Box
from cratedig.box.limits import BoxLimits
from cratedig.box.notes import read_score
from cratedig.box.source import memory, opened
from cratedig.music.score import Score

RESULT = Path(__file__).parent / "results" / "box.json"
RATE, SECONDS, NOTES = 44_100, 30, 4000
LIMITS = BoxLimits()


def bare_audio(path: Path) -> Audio:
    task = sound.AudioTask(0, 0, LIMITS.max_audio_s, LIMITS.max_channels, LIMITS.max_rate_hz)
    with opened(path) as source, memory("samples") as result:
        return read_audio(sound.decode(task, source, result), result, max_bytes=LIMITS.max_output_bytes)


def bare_midi(path: Path) -> Score:
    task = midi.MidiTask(LIMITS.max_midi_bytes, LIMITS.max_notes)
    with opened(path) as source, memory("notes") as result:
        return read_score(midi.decode(task, source, result), result, max_notes=LIMITS.max_notes)


def files(folder: Path) -> dict[str, Path]:
    """Half a minute of tones and noise in stereo, and a song of 4,000 notes."""
    time_s = np.arange(RATE * SECONDS) / RATE
    tones = sum(np.sin(2 * np.pi * hz * time_s) for hz in (110, 220.5, 442)) / 6
    noise = np.random.default_rng(0).normal(0, 0.05, (len(time_s), 2))
    made = {name: folder / f"half_a_minute.{name}" for name in ("wav", "flac", "mp3")}
    for path in made.values():
        soundfile.write(path, (tones[:, None] + noise).astype(np.float32), RATE)
    track = b"".join(b"\x18\x90%c\x50\x18\x80%c\0" % (36 + n % 48, 36 + n % 48) for n in range(NOTES))
    song = b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk" + (len(track) + 4).to_bytes(4, "big") + track + b"\0\xff\x2f\0"
    made["mid"] = folder / "song.mid"
    made["mid"].write_bytes(song)
    return made


async def compared(
    path: Path, rounds: int, bare: Callable[[Path], Any], boxed: Callable[[Path], Awaitable[Any]]
) -> Any:
    """Milliseconds of both and of the difference; the first rounds warm the caches. Between two decodes the next
    child gets ready, as it does between two files that come one by one.
    """
    pairs = []
    for _ in range(rounds + 3):
        started = time.perf_counter()
        bare(path)
        between = time.perf_counter()
        await boxed(path)
        pairs.append((1000 * (between - started), 1000 * (time.perf_counter() - between)))
        await asyncio.sleep(0.05)
    alone, inside = ([pair[n] for pair in pairs[3:]] for n in (0, 1))
    return {
        "bare_median_ms": round(statistics.median(alone), 2),
        "bare_p95_ms": round(p95(alone), 2),
        "box_median_ms": round(statistics.median(inside), 2),
        "box_p95_ms": round(p95(inside), 2),
        "overhead_median_ms": round(statistics.median(b - a for a, b in pairs[3:]), 2),
        "ratio_of_medians": round(statistics.median(inside) / statistics.median(alone), 2),
    }


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


async def one_by_one(box: Box, song: Path, count: int) -> float:
    """Small files a second, with none waited for between them."""
    started = time.perf_counter()
    await asyncio.gather(*(box.decode_midi(song) for _ in range(count)))
    return round(count / (time.perf_counter() - started), 1)


async def measured(rounds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        made = files(Path(folder))
        async with Box.open(LIMITS) as box:
            await box.isolation()
            sounds = {f"{name}_30_s": await compared(made[name], rounds, bare_audio, box.decode_audio)
                      for name in ("wav", "flac", "mp3")}  # fmt: skip
            song = await compared(made["mid"], rounds, bare_midi, box.decode_midi)
            return {
                **sounds,
                "midi_4000_notes": song,
                "midi_files_per_s": await one_by_one(box, made["mid"], 100),
                "isolation": str(await box.isolation()),
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    began = time.perf_counter()
    result = {"benchmark": "box", "machine": machine(), "rounds": rounds, **asyncio.run(measured(rounds))}
    result["seconds"] = round(time.perf_counter() - began, 1)
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
