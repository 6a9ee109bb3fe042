"""Evaluations and trainings by the names the contract gives them."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from importlib import import_module, resources
from pathlib import Path
from typing import Any, Final

from cratedig.errors import InputRejected, UsageError
from cratedig.lab.evaluation import Evaluation, Lab

Evaluate = Callable[[Path, Lab], Awaitable[Evaluation]]
Train = Callable[[Path, Lab, Path | None], Awaitable[dict[str, Any]]]

EVALUATIONS: Final = {
    "ablation": "cratedig.lab.ablation",
    "audio_clips": "cratedig.lab.audio_clips",
    "audio_imputation": "cratedig.lab.audio_imputation",
    "bandit": "cratedig.lab.bandit",
    "deezer_mood": "cratedig.lab.deezer_mood",
    "drum_audio_mdb": "cratedig.lab.drum_audio_mdb",
    "emobank": "cratedig.lab.emobank",
    "goemotions": "cratedig.lab.goemotions",
    "groove_midi": "cratedig.lab.groove_midi",
    "heal": "cratedig.lab.heal",
    "heal_songs": "cratedig.lab.heal_songs",
    "jamendo_mood": "cratedig.lab.jamendo_mood",
    "lastfm_hetrec": "cratedig.lab.lastfm_hetrec",
    "lyric_search": "cratedig.lab.lyric_search",
    "mood_queries": "cratedig.lab.mood_queries",
    "multitrack_midi": "cratedig.lab.multitrack_midi",
    "musiccaps": "cratedig.lab.musiccaps",
    "rap_rhymes": "cratedig.lab.rap_rhymes",
    "odd_midi": "cratedig.lab.odd_midi",
    "poetry_emotion": "cratedig.lab.poetry_emotion",
    "rhyme_poems": "cratedig.lab.rhyme_poems",
    "sentiment": "cratedig.lab.sentiment",
    "soundcloud": "cratedig.lab.soundcloud",
    "spotify_songs": "cratedig.lab.spotify",
}
TRAININGS: Final = {
    "audio": "cratedig.lab.train_audio",
    "blend": "cratedig.lab.train_blend",
    "deezer_mood": "cratedig.lab.train_deezer_mood",
    "drums": "cratedig.lab.train_drums",
    "emobank": "cratedig.lab.train_emobank",
    "goemotions": "cratedig.lab.train_emotion",
    "groove_midi": "cratedig.lab.train_grooves",
    "jamendo_mood": "cratedig.lab.train_jamendo_mood",
    "letters": "cratedig.lab.train_letters",
    "poetry_emotion": "cratedig.lab.train_poetry",
    "sentiment": "cratedig.lab.train_sentiment",
    "rhyme": "cratedig.lab.train_rhyme",
    "sound_target": "cratedig.lab.train_sound_target",
    "spotify_songs": "cratedig.lab.train_spotify",
    "themes": "cratedig.lab.train_themes",
}


def evaluation(name: str) -> Evaluate:
    """The evaluation of that name, imported now. Raises UsageError for an unknown name."""
    evaluate: Evaluate = import_module(_known(name, EVALUATIONS)).evaluate
    return evaluate


def training(name: str) -> Train:
    """The training of that name, imported now. Raises UsageError for an unknown name."""
    train: Train = import_module(_known(name, TRAININGS)).train
    return train


def _known(name: str, names: dict[str, str]) -> str:
    if name not in names:
        raise UsageError(f"There is no {name!r} here.", hint=f"Known: {', '.join(names)}.")
    return names[name]


def check_folder(data: Path) -> None:
    """Raises InputRejected when `data` is not a readable folder."""
    if not data.is_dir():
        raise InputRejected(f"{str(data)!r} is not a folder that can be read.")


async def timed(evaluate: Evaluate, data: Path, lab: Lab) -> dict[str, Any]:
    """Runs an evaluation and gives the document the contract describes."""
    started = time.monotonic()
    result = await evaluate(data, lab)
    return result.as_dict(time.monotonic() - started)


def cards() -> list[dict[str, Any]]:
    """The cards of the models that ship with Cratedig: name, summary, data, licence, command, figures."""
    folder = resources.files("cratedig.models") / "heads"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".json")), key=lambda file: file.name)
    return [json.loads(file.read_text()) for file in files]
