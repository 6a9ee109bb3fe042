"""A backup is one tar file whose last member is the SHA-256 of every byte before it.

So a flipped bit is found wherever it is, in padding too, and a cut anywhere; `tar xf` opens it all the same.
"""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cratedig.catalogue.backup.manifest import Manifest, Member
from cratedig.errors import BackupRefused
from cratedig.publish import Draft, Published, publishing

MANIFEST = "manifest.json"
DIGEST = "SHA256"
CHUNK_BYTES = 1024 * 1024
MOST_MANIFEST_BYTES = 64 * 1024 * 1024


def write(path: Path, manifest: Manifest, sources: Iterable[tuple[Member, Path]]) -> Published:
    """Publishes the backup at `path`. Raises NotPublished, and BackupRefused where a source has changed meanwhile."""
    with publishing(path) as draft:
        _add(draft, MANIFEST, manifest.to_json())
        for member, source in sources:
            _add_file(draft, member, source)
        draft.write(_end(draft.published.sha256))
    return draft.published


def verified(path: Path) -> Manifest:
    """The manifest of a backup of which every byte is as it was written. Raises BackupRefused."""
    try:
        with path.open("rb") as file:
            _verify(file)
        with _opened(path) as archive:
            found = {entry.name: entry for entry in archive}
            manifest = Manifest.from_json(_manifest(archive, found.get(MANIFEST)))
    except OSError as error:
        raise BackupRefused(f"{str(path)!r} cannot be read: {error.strerror or error}.") from error
    listed = {member.name: member.size for member in manifest.members}
    if {name: entry.size for name, entry in found.items() if name not in {MANIFEST, DIGEST}} != listed:
        raise BackupRefused("The backup does not hold the files its manifest lists.")
    if not all(entry.isreg() for entry in found.values()):
        raise BackupRefused("The backup holds something that is not a plain file.")
    return manifest


def extract(path: Path, members: Iterable[tuple[Member, Path]]) -> None:
    """Publishes members of a verified backup at these places. Raises BackupRefused where one is not as listed."""
    with _opened(path) as archive:
        for member, place in members:
            content = archive.extractfile(member.name)
            if content is None:
                raise BackupRefused(f"The backup's {member.name!r} is not a plain file.")
            with content, publishing(place) as draft:
                for chunk in _chunks(content, member.size):
                    draft.write(chunk)
                _refuse_other(member, draft.published)


def _add(draft: Draft, name: str, data: bytes) -> None:
    draft.write(_header(name, len(data)))
    draft.write(data + _padding(len(data)))


def _add_file(draft: Draft, member: Member, source: Path) -> None:
    draft.write(_header(member.name, member.size))
    seen = hashlib.sha256()
    with source.open("rb") as file:
        for chunk in _chunks(file, member.size):
            seen.update(chunk)
            draft.write(chunk)
    if seen.hexdigest() != member.sha256:
        raise BackupRefused(f"{str(source)!r} changed while the backup was made.", hint="Make it again.")
    draft.write(_padding(member.size))


def _header(name: str, size: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry.tobuf(tarfile.GNU_FORMAT)


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


def _end(digest: str) -> bytes:
    """What closes the file: the digest as a member, and tar's two empty blocks."""
    data = digest.encode("ascii")
    return _header(DIGEST, len(data)) + data + _padding(len(data)) + bytes(2 * tarfile.BLOCKSIZE)


def _verify(file: IO[bytes]) -> None:
    end_bytes = len(_end("0" * 64))
    size = file.seek(0, 2)
    file.seek(0)
    seen = hashlib.sha256()
    if size > end_bytes:
        for chunk in _chunks(file, size - end_bytes):
            seen.update(chunk)
    if file.read() != _end(seen.hexdigest()):
        raise BackupRefused(
            "The file is damaged, cut short or no backup: it does not end with its own SHA-256. Nothing was changed.",
            hint="Take another backup.",
        )


def _manifest(archive: tarfile.TarFile, entry: tarfile.TarInfo | None) -> bytes:
    content = archive.extractfile(entry) if entry and entry.size <= MOST_MANIFEST_BYTES else None
    if content is None:
        raise BackupRefused("The file holds no manifest: it is no backup.")
    with content:
        return content.read()


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:") as archive:
            yield archive
    except (tarfile.TarError, KeyError) as error:
        raise BackupRefused(f"The backup cannot be read as a tar file: {error}.") from error


def _chunks(file: IO[bytes], size: int) -> Iterator[bytes]:
    """`size` bytes; fewer where the file has fewer."""
    while size > 0 and (chunk := file.read(min(CHUNK_BYTES, size))):
        size -= len(chunk)
        yield chunk


def _refuse_other(member: Member, found: Published) -> None:
    if (found.size, found.sha256) != (member.size, member.sha256):
        raise BackupRefused(f"The backup's {member.name!r} is damaged: its SHA-256 is not the listed one.")
