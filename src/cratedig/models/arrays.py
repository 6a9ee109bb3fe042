"""Heads as they ship: arrays in an .npz that is the one its card names."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cratedig.errors import ModelUnavailable
from cratedig.publish import publish, sha256

HEADS = Path(__file__).parent / "heads"

Arrays = dict[str, NDArray[Any]]


def read_head(name: str, folder: Path = HEADS) -> Arrays:
    """The arrays of `NAME.json`'s file. Raises ModelUnavailable where one is absent, damaged or not its card's."""
    try:
        card = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        data = (folder / str(card["file"])).read_bytes()
        if sha256(data) != card["sha256"]:
            raise ValueError("its SHA-256 is not its card's")
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            return {key: file[key] for key in file.files}
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ModelUnavailable(f"The {name} head cannot be read: {error}.", hint="Install Cratedig again.") from error


def publish_head(arrays: Arrays, card: dict[str, Any], folder: Path = HEADS) -> dict[str, Any]:
    """Writes the file, then the card `NAME.json` with the file's name, size and digest; the card is given back."""
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    data = packed.getvalue()
    file = f"{card['name']}-{card['version']}.npz"
    complete = card | {"file": file, "sha256": sha256(data), "bytes": len(data)}
    publish(folder / file, data, mode=0o644)
    publish(folder / f"{card['name']}.json", json.dumps(complete, indent=2).encode(), mode=0o644)
    return complete
