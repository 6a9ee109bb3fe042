"""A classifier of emotions from the Hugging Face hub, for who installed the extra [transformers].

`j-hartmann/emotion-english-distilroberta-base` (Hartmann 2022) tells anger, disgust, fear, joy, neutral, sadness and
surprise apart; love is none of them, so it is not judged. Only safetensors are read and no code of a model is run;
nothing is fetched unless `download` says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.errors import ModelUnavailable
from cratedig.models.emotion_reader import Emotions
from cratedig.music.finding import EMOTIONS

MODEL: Final = "j-hartmann/emotion-english-distilroberta-base"
MAPPED: Final = {
    "anger": "anger",
    "disgust": "anger",
    "fear": "fear",
    "joy": "joy",
    "love": "love",
    "sadness": "sadness",
    "surprise": "surprise",
}
"""A label of such a model -> one of EMOTIONS; other labels (neutral) are none. Groups as in models/emotion.py."""
MAX_TOKENS: Final = 512
BATCH: Final = 32
FETCHED: Final = ["*.json", "*.txt", "*.safetensors"]
INSTALL: Final = "Install Cratedig with its extra [transformers]."


class HuggingFaceReader:
    """Texts to the softmax of a sequence classifier whose labels are names of emotions."""

    def __init__(self, model: Any, tokenizer: Any, *, version: str) -> None:
        self._torch, self._model, self._tokenizer = _module("torch"), model.eval(), tokenizer
        self._names = _labels(model.config)
        self.judged: tuple[str, ...] = tuple(one for one in EMOTIONS if one in {MAPPED.get(it) for it in self._names})
        if not self.judged:
            raise ModelUnavailable(
                f"{version} names no emotion: its labels are {', '.join(self._names[:8])}.",
                hint=f"Name a classifier of emotions, such as {MODEL}.",
            )
        self.version = version
        self._limit = min(MAX_TOKENS, int(model.config.max_position_embeddings) - 2)  # RoBERTa counts from 2

    @classmethod
    def open(cls, name: str = MODEL, *, download: bool = False) -> HuggingFaceReader:
        """name: a folder with config, tokenizer and model.safetensors, or a model of the hub (whose files lie in the
        hub's cache, or are fetched where `download` holds).

        Raises ModelUnavailable where the extra, the files, or safetensors among them are missing.
        """
        transformers = _module("transformers")
        kept = {"local_files_only": True, "trust_remote_code": False}
        try:
            folder = str(_folder(name, download=download))
            tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **kept)
            classifiers = transformers.AutoModelForSequenceClassification
            model = classifiers.from_pretrained(folder, use_safetensors=True, **kept)
        except (OSError, ValueError, KeyError) as error:
            said = next(iter(str(error).splitlines()), type(error).__name__)
            raise ModelUnavailable(f"The emotion model {name!r} cannot be opened: {said}", hint=_hint(name)) from error
        return cls(model, tokenizer, version=f"{Path(name).name}@{_mark(Path(folder))}")

    def read(self, texts: Sequence[str]) -> Emotions:
        """As the model says; a text is read up to its tokens' limit."""
        found = np.vstack([np.zeros((0, len(self._names)), np.float32), *map(self._softmax, _batches(texts))])
        six = np.zeros((len(texts), len(EMOTIONS)), np.float32)
        for at, name in enumerate(self._names):
            if name in MAPPED:
                six[:, EMOTIONS.index(MAPPED[name])] += found[:, at]
        return Emotions(six=np.clip(six, 0, 1), labels=found, names=self._names)

    def _softmax(self, texts: list[str]) -> NDArray[np.float32]:
        options = {"padding": True, "truncation": True, "max_length": self._limit, "return_tensors": "pt"}
        with self._torch.inference_mode():
            logits = self._model(**self._tokenizer(texts, **options)).logits
            shares: NDArray[np.float32] = logits.softmax(dim=-1).numpy().astype(np.float32)
        return shares


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise ModelUnavailable(f"The emotion model needs {name}.", hint=INSTALL) from error


def _labels(config: Any) -> tuple[str, ...]:
    return tuple(str(config.id2label[at]).lower() for at in range(len(config.id2label)))


def _folder(name: str, *, download: bool) -> Path:
    """Where the model's files lie. A name of the hub is looked up in its cache here: given to transformers, even with
    `local_files_only`, it has the hub's client call home. Raises FileNotFoundError where they are not there."""
    if Path(name).is_dir():
        return Path(name)
    hub = _module("huggingface_hub")
    if download:
        return Path(hub.snapshot_download(name, allow_patterns=FETCHED))
    config = hub.try_to_load_from_cache(name, "config.json")
    if not isinstance(config, str):
        raise FileNotFoundError("its files are not on this machine")
    return Path(config).parent


def _mark(folder: Path) -> str:
    """Twelve digits that stand for the weights."""
    digest = hashlib.sha256()
    for weights in sorted(folder.glob("*.safetensors")):
        digest.update(weights.read_bytes())
    return digest.hexdigest()[:12]


def _hint(name: str) -> str:
    if Path(name).exists():
        return "The folder needs config.json, a tokenizer and model.safetensors (other formats are not read)."
    return "Name a folder that holds the model, or allow the download (CRATEDIG_EMOTION__DOWNLOAD=true)."


def _batches(texts: Sequence[str]) -> list[list[str]]:
    return [list(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
