"""The secret under which keys are kept: it lies outside the database, so that a stolen database gives no keys."""

from __future__ import annotations

import secrets
from pathlib import Path

from cratedig import publish
from cratedig.errors import SettingsError
from cratedig.log import hide
from cratedig.settings import Settings

LEAST_BYTES = 16


def pepper_of(settings: Settings) -> bytes:
    """`api.pepper`; unset, that of the data folder, made the first time (32 random bytes, for the owner only).

    Raises SettingsError for one that is too short or cannot be read, NotPublished where none can be written.
    """
    given = settings.api.pepper
    pepper = given.get_secret_value().encode() if given else _of_folder(settings.data_dir)
    if len(pepper) < LEAST_BYTES:
        where = "api.pepper" if given else f"The pepper in {str(settings.data_dir)!r}"
        raise SettingsError(f"{where} is shorter than {LEAST_BYTES} characters.", hint="Use 32 random ones.")
    hide([pepper.decode("utf-8", "replace")])
    return pepper


def _of_folder(folder: Path) -> bytes:
    path = folder / "pepper"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with publish.only_one(folder):
            if not path.exists():
                publish.publish(path, secrets.token_hex(32).encode(), mode=0o600)
            return path.read_bytes().strip()
    except OSError as error:
        raise SettingsError(
            f"The pepper {str(path)!r} cannot be used: {error.strerror}.", hint="Set CRATEDIG_API__PEPPER instead."
        ) from error
