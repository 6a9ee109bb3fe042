"""What a file is, from its bytes: packed or plain, encoding, separator, quoting, table or JSON."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cratedig.errors import InputRejected, UsageError

CHUNK = 1 << 20
SAMPLE_CHARS = 256_000
SEPARATORS = (",", ";", "\t", "|")
BINARY_SHARE = 0.1
"""More control bytes than this in the first megabyte (NUL apart, which damaged tables hold) is no table; a fifth of it
where the bytes are no UTF-8 either. Random bytes hold 0.098."""

Layout = Literal["table", "json lines", "json array"]
_MAGIC = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a zip archive (or a spreadsheet: save it as CSV)",
    b"\xd0\xcf\x11\xe0": "an old office document (save it as CSV)",
    b"\x7fELF": "a program",
    b"SQLite format 3": "an SQLite database",
    b"PAR1": "a Parquet file",
    b"RIFF": "a sound or video file",
    b"ID3": "an MP3 file",
    b"OggS": "an Ogg file",
    b"fLaC": "a FLAC file",
    b"MThd": "a MIDI file",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
}
_CONTROL = bytes(set(range(1, 32)) - {9, 10, 12, 13, 26, 27})


def _byte_as_is(error: UnicodeError) -> tuple[str, int]:
    """The five bytes that Windows-1252 leaves open, read as Latin-1 reads them."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("cratedig-as-is", _byte_as_is)


@dataclass(frozen=True, slots=True)
class Contents:
    """What the whole file showed. `stopped_at`: bytes that could be unpacked where a damaged gzip broke off."""

    path: Path
    packed: bool
    encoding: str
    sha256: str
    bytes_on_disk: int
    wrong_bytes: int
    nul_bytes: int
    sample: str
    stopped_at: int | None = None

    @property
    def errors(self) -> str:
        """How the decoder treats what the encoding does not hold."""
        return "cratedig-as-is" if self.encoding == "cp1252" else "replace"


@dataclass(frozen=True, slots=True)
class Format:
    """How the text is cut into rows and cells."""

    layout: Layout
    separator: str = ","
    backslash: bool = False  # quotes inside quotes are written \" and not ""

    def __str__(self) -> str:
        named = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
        return f"{named[self.separator]}-separated table" if self.layout == "table" else self.layout


def read_chunks(path: Path, *, packed: bool, on_break: Callable[[], None] = lambda: None) -> Iterator[bytes]:
    """The unpacked bytes, up to the end; or, after `on_break`, to where a damaged gzip breaks off."""
    with gzip.open(path, "rb") if packed else path.open("rb") as stream:
        while True:
            try:
                chunk = stream.read1(CHUNK)
            except (EOFError, zlib.error, gzip.BadGzipFile):
                on_break()
                return
            if not chunk:
                return
            yield chunk


def look(path: Path, *, on_bytes: Callable[[int], None] = lambda _: None) -> Contents:
    """Reads the whole file once: its hash, its encoding, whether it is whole.

    Raises UsageError (no such file, a folder, not readable) and InputRejected (empty, not a text).
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise UsageError(f"{str(path)!r} is a folder.", hint="Name the files in it.")
        with path.open("rb") as stream:
            head = stream.read(16)
    except FileNotFoundError:
        raise UsageError(f"There is no file {str(path)!r}.") from None
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be read: {error.strerror}.") from None
    if not head:
        raise InputRejected(f"{path.name!r} is empty: 0 bytes, nothing brought in.")
    packed = head.startswith(b"\x1f\x8b")
    if not packed:
        _refuse_magic(head, path)
    return _Look(path, packed=packed, size=size).run(on_bytes)


def _refuse_magic(head: bytes, path: Path) -> None:
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            raise InputRejected(f"{path.name!r} is {name}, not a table: nothing brought in.")


class _Look:
    """One pass over the bytes."""

    def __init__(self, path: Path, *, packed: bool, size: int) -> None:
        self.path, self.packed, self.size = path, packed, size
        self.digest = hashlib.sha256()
        self.first = b""
        self.nul = 0
        self.unpacked = 0
        self.utf8 = _Utf8Count()
        self.broken = False

    def _break(self) -> None:
        self.broken = True

    def run(self, on_bytes: Callable[[int], None]) -> Contents:
        for chunk in read_chunks(self.path, packed=self.packed, on_break=self._break):
            if len(self.first) < CHUNK:
                self.first += chunk
            self.unpacked += len(chunk)
            self.nul += chunk.count(0)
            self.digest.update(chunk)
            self.utf8.feed(chunk)
            on_bytes(len(chunk))
        self.utf8.close()
        if not self.unpacked:
            raise InputRejected(f"{self.path.name!r} is an empty or damaged gzip file: nothing brought in.")
        if self.packed:
            _refuse_magic(self.first[:16], self.path)
        encoding = self._encoding()
        sample = codecs.decode(self.first, encoding, "replace") if encoding else ""
        wrong = self.utf8.wrong if encoding.startswith("utf-8") else 0
        return Contents(
            path=self.path,
            packed=self.packed,
            encoding=encoding,
            sha256=self.digest.hexdigest(),
            bytes_on_disk=self.size,
            wrong_bytes=wrong,
            nul_bytes=0 if encoding.startswith("utf-16") else self.nul,
            sample=sample[:SAMPLE_CHARS].replace("\0", "").removeprefix("\ufeff"),
            stopped_at=self.unpacked if self.broken else None,
        )

    def _encoding(self) -> str:
        """The encoding's codec name. Raises InputRejected for bytes that are no text."""
        first = self.first
        if first.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if (guess := _utf16_without_mark(first)) is not None:
            return guess
        controls = len(first) - len(first.translate(None, _CONTROL))
        limit = BINARY_SHARE if self.utf8.wrong <= self.utf8.right else BINARY_SHARE / 5
        if controls > limit * len(first) or first.count(0) > 0.5 * len(first):
            raise InputRejected(f"{self.path.name!r} is not a text file: nothing brought in.")
        return "utf-8" if self.utf8.right >= self.utf8.wrong else "cp1252"


def _utf16_without_mark(first: bytes) -> str | None:
    """UTF-16 gives every second byte of western text a zero."""
    pairs = len(first) // 2
    if pairs < 4:
        return None
    even, odd = first[0 : 2 * pairs : 2].count(0), first[1 : 2 * pairs : 2].count(0)
    if odd > 0.4 * pairs and even < 0.05 * pairs:
        return "utf-16-le"
    if even > 0.4 * pairs and odd < 0.05 * pairs:
        return "utf-16-be"
    return None


class _Utf8Count:
    """Counts the multi-byte characters that are right UTF-8, and the bytes that are not."""

    def __init__(self) -> None:
        self.right = self.wrong = 0
        self._rest = b""

    def feed(self, chunk: bytes) -> None:
        data = self._rest + chunk
        if data.isascii():
            self._rest = b""
            return
        cut = _last_start(data)
        self._rest = data[cut:]
        self._count(data[:cut])

    def close(self) -> None:
        self._count(self._rest)

    def _count(self, data: bytes) -> None:
        text = data.decode("utf-8", "surrogateescape")
        if text.isascii():
            return
        wrong = len(_ESCAPED.findall(text))
        self.wrong += wrong
        self.right += len(_BEYOND_ASCII.findall(text)) - wrong


_ESCAPED = re.compile(r"[\udc80-\udcff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


def _last_start(data: bytes) -> int:
    """Where the last character begins, when it may go on in the next chunk."""
    for back in range(1, min(4, len(data)) + 1):
        if data[-back] >= 0xC0:
            return len(data) - back
        if data[-back] < 0x80:
            break
    return len(data)


def guess_format(contents: Contents) -> Format:
    """How the sample is cut: JSON lines, a JSON array, or a table and its separator."""
    sample = contents.sample.lstrip()
    if sample.startswith("["):
        return Format("json array")
    if sample.startswith("{"):
        return Format("json lines" if _first_line_is_an_object(sample) else "json array")
    lines = list(io.StringIO(sample, newline=""))  # not splitlines, which also splits at form feeds and U+0085
    if len(contents.sample) >= SAMPLE_CHARS and len(lines) > 1:
        lines.pop()  # cut in the middle
    separator = max(SEPARATORS, key=lambda mark: _fit(lines, mark))
    return Format("table", separator, backslash=_escapes_by_backslash(lines, separator))


def _first_line_is_an_object(sample: str) -> bool:
    line = sample.split("\n", 1)[0].rstrip()
    return line.endswith("}") or len(line) >= SAMPLE_CHARS - 1


def _fit(lines: list[str], separator: str) -> tuple[float, int]:
    """How well a separator cuts the lines into rows of one width: (share of rows as wide as the header, width)."""
    if not lines or separator not in lines[0]:
        return (0.0, 0)
    try:
        widths = [len(row) for row, _ in zip(csv.reader(lines, delimiter=separator), range(200), strict=False) if row]
    except csv.Error:
        return (0.0, 0)
    header = widths[0]
    agree = sum(width == header for width in widths) / len(widths)
    common = Counter(widths).most_common(1)[0][0]
    return (agree if common > 1 else 0.0, header)


def _escapes_by_backslash(lines: list[str], separator: str) -> bool:
    text = "".join(lines)
    if '\\"' not in text:
        return False
    plain = _right_rows(lines, separator, backslash=False)
    return _right_rows(lines, separator, backslash=True) > plain


def _right_rows(lines: list[str], separator: str, *, backslash: bool) -> int:
    """How many rows a strict reading finds that are as wide as the header."""
    escape = "\\" if backslash else None
    reader = csv.reader(lines, delimiter=separator, escapechar=escape, doublequote=not backslash, strict=True)
    right, width = 0, 0
    try:
        for row in reader:
            width = width or len(row)
            right += len(row) == width
    except csv.Error:
        return right
    return right
