"""From bytes to rows, streamed: one bad row spoils one row, and memory stays flat whatever stands in the file."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from cratedig.collect.sniff import CHUNK, Contents, Format, read_chunks

if TYPE_CHECKING:
    from typing_extensions import Buffer

SHOWN_CHARS = 1000
"""How much of a rejected row is kept."""

MAX_ROW_LINES = 5000
"""A quoted cell with more lines than this is a quote that somebody forgot to close."""

BLOCK_CHARS = 1 << 16
"""How much text is split into lines at once."""

UNCLOSED = "a quote is never closed"


class Row(NamedTuple):
    """One row as it stands: `cells` is a list (table) or a dict (JSON). `error` says why it cannot be one."""

    line: int
    cells: Any
    error: str | None = None


def shown(cells: Any) -> str:
    """A row as it is kept beside its reason."""
    if isinstance(cells, str):
        return cells[:SHOWN_CHARS]
    return json.dumps(cells, ensure_ascii=False, default=str)[:SHOWN_CHARS]


class _Unpacked(io.RawIOBase):
    """The unpacked bytes as a stream that ends, without an error, where a damaged gzip breaks off."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        if not self._rest:
            self._rest = memoryview(next(self._chunks, b""))
        room = memoryview(buffer).cast("B")
        taken = min(len(room), len(self._rest))
        room[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken


def open_text(contents: Contents) -> io.TextIOWrapper:
    """The file as text; line ends are left as they are, so that \\r, \\n and \\r\\n all end a line."""
    raw = _Unpacked(read_chunks(contents.path, packed=contents.packed))
    return io.TextIOWrapper(
        io.BufferedReader(raw, CHUNK), encoding=contents.encoding, errors=contents.errors, newline=""
    )


class _Line(NamedTuple):
    """A physical line. `length` is set when it was too long to be loaded; then `text` is only its beginning."""

    number: int
    text: str
    length: int = 0


class _Lines:
    """The physical lines of a file, one by one or as many as are at hand. NULs are left out."""

    def __init__(self, stream: io.TextIOWrapper, max_chars: int) -> None:
        self._stream = stream
        self._max_chars = max_chars
        self.number = 0  # of the line that was given last
        self._ready: list[str] = []
        self._at = 0
        self._rest = ""  # the last line that was loaded: it may go on, even behind a \r
        self._skipped = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> _Line:
        if self._at == len(self._ready) and not self._load():
            raise StopIteration
        text = self._ready[self._at]
        self._at += 1
        self.number += 1
        if self._is_short(text):
            return _Line(self.number, text)
        length = len(text) + (self._skipped if self._at == len(self._ready) else 0)
        return _Line(self.number, text[: min(SHOWN_CHARS, self._max_chars)], length)

    def block(self) -> tuple[int, list[str]]:
        """The number of the next line, and lines from there on, at least one; none where one is too long or at the end.

        What is given is not gone: `pass_by` moves on.
        """
        if self._at == len(self._ready):
            self._load()
        lines = self._ready[self._at :]
        return self.number + 1, lines if max(map(len, lines), default=0) < self._max_chars else []

    def pass_by(self, n: int) -> None:
        """Moves on by `n` lines of the block."""
        self._at += n
        self.number += n

    def _is_short(self, text: str) -> bool:
        return len(text) < self._max_chars or (len(text) == self._max_chars and text[-1] in "\r\n")

    def _load(self) -> bool:
        """Loads more lines; False at the end of the file. A line that is too long is loaded alone, and not whole."""
        lines, self._at, self._skipped = [self._rest] if self._rest else [], 0, 0
        self._rest = ""
        while more := self._stream.read(BLOCK_CHARS):
            text = (lines[0] if lines else "") + more
            lines = io.StringIO(text, newline="").readlines()
            if len(lines) > 1:
                self._rest = lines.pop()
                break
            if len(text) > self._max_chars:
                self._skipped = 0 if text[-1] in "\r\n" else _skip_line(self._stream, self._max_chars)
                break
        self._ready = [line.replace("\0", "") for line in lines] if any("\0" in line for line in lines) else lines
        return bool(lines)


def _skip_line(stream: io.TextIOWrapper, max_chars: int) -> int:
    """Reads to the end of the line, keeping nothing; gives how much that was."""
    length = 0
    while more := stream.readline(max_chars):
        length += len(more)
        if more[-1] in "\r\n":
            break
    return length


def read_rows(contents: Contents, form: Format, *, max_chars: int) -> Iterator[Row]:
    """Every row of the file, the header of a table first. No row is left out: what cannot be read has an `error`.

    max_chars: longer lines, cells and JSON objects are errors; they are never held in memory.
    """
    if form.layout == "json array":
        return _json_items(contents, max_chars=max_chars)
    return _rows_of_lines(contents, form, max_chars=max_chars)


def _rows_of_lines(contents: Contents, form: Format, *, max_chars: int) -> Iterator[Row]:
    with open_text(contents) as stream:
        lines = _Lines(stream, max_chars)
        if form.layout == "table":
            yield from _Table(lines, form, max_chars=max_chars).rows()
        else:
            yield from _json_lines(lines, max_chars=max_chars)


def _too_long(length: int, max_chars: int) -> str:
    return f"a line of {length:,} characters (at most {max_chars:,} are read)"


class _Feed:
    """Gives csv.reader its lines, and remembers those of the row it is in. Ends where a row must not go on."""

    def __init__(self, lines: _Lines, max_chars: int) -> None:
        self._lines = lines
        self._max_chars = max_chars
        self._again: deque[_Line] = deque()
        self._chars = 0
        self.row: list[_Line] = []
        self.cut = False
        self.overlong: _Line | None = None
        self.ended = False

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines, None)
        if line is None:
            self.ended, self.cut = True, bool(self.row)
            raise StopIteration
        if line.length:
            self.overlong, self.cut = line, bool(self.row)
            raise StopIteration
        self._chars += len(line.text)
        if self.row and (self._chars > self._max_chars or len(self.row) >= MAX_ROW_LINES):
            self._again.appendleft(line)
            self.cut = True
            raise StopIteration
        self.row.append(line)
        return line.text

    def block(self) -> tuple[int, list[str]]:
        """The number of the next line, and lines that may be read together from there on, if there are any."""
        return (0, []) if self._again else self._lines.block()

    def pass_by(self, n: int) -> None:
        self._lines.pass_by(n)

    def is_past(self, line: int) -> bool:
        """True when every line up to `line` was taken and none waits to be read again."""
        return not self._again and self._lines.number >= line

    def next_row(self) -> None:
        self.row = []
        self._chars = 0
        self.cut = False

    def push_back(self, lines: list[_Line]) -> None:
        self._again.extendleft(reversed(lines))
        self.ended = False

    def take_overlong(self) -> _Line | None:
        taken, self.overlong = self.overlong, None
        return taken


_END = "end of block"


class _Table:
    """Rows of a separated table. The header's width says what a row looks like.

    A block of lines that are one row each is read in one go; other blocks row by row, with care.
    """

    def __init__(self, lines: _Lines, form: Format, *, max_chars: int) -> None:
        self.max_chars = max_chars
        self.feed = _Feed(lines, max_chars)
        self.separator = form.separator
        self.dialect: dict[str, Any] = {"delimiter": form.separator}
        if form.backslash:
            self.dialect |= {"escapechar": "\\", "doublequote": False}
        self.width = 0
        if csv.field_size_limit() < 2 * max_chars:
            csv.field_size_limit(2 * max_chars)

    def rows(self) -> Iterator[Row]:
        while not self.feed.ended:
            first, lines = self.feed.block()
            if (plain := self._plain(lines)) is not None:
                self.feed.pass_by(len(lines))
                self.width = self.width or next(map(len, filter(None, plain)), 0)
                yield from [Row(number, cells) for number, cells in enumerate(plain, first) if cells]
            else:
                yield from self._careful_rows(first + len(lines) - 1)

    def _plain(self, lines: list[str]) -> list[list[str]] | None:
        """The cells of lines that are one row each; None when some are not.

        A row takes at least one line, so as many rows as lines are one line each; the end shows that the last is whole.
        """
        if not lines:
            return None
        cells = list(csv.reader([*lines, _END], **self.dialect))
        return cells[:-1] if len(cells) == len(lines) + 1 and cells[-1] == [_END] else None

    def _careful_rows(self, until: int) -> Iterator[Row]:
        """Rows up to the line `until`, and those that begin before its end, read one by one."""
        feed = self.feed
        while not feed.ended:
            for cells in csv.reader(feed, **self.dialect):
                lines = feed.row
                if len(lines) == 1 and not feed.cut:
                    if cells:
                        yield self._seen(Row(lines[0].number, cells))
                elif lines:
                    yield self._seen(self._careful(lines, cells))
                feed.next_row()
                if feed.overlong or feed.is_past(until) or feed.ended:
                    break
            if (line := feed.take_overlong()) is not None:
                yield Row(line.number, line.text, _too_long(line.length, self.max_chars))
            if feed.is_past(until):
                return

    def _seen(self, row: Row) -> Row:
        if not self.width and row.error is None:
            self.width = len(row.cells)
        return row

    def _careful(self, lines: list[_Line], cells: list[str]) -> Row:
        """A row over several lines: believed when its quotes are right, else read again line by line."""
        first = lines[0]
        if not self.feed.cut and self._is_sound(lines, cells):
            return Row(first.number, cells)
        self.feed.push_back(lines[1:])
        alone = self._cells_alone(first.text)
        if self.width and len(alone) == self.width:
            return Row(first.number, alone)
        return Row(first.number, first.text.rstrip("\r\n"), UNCLOSED)

    def _is_sound(self, lines: list[_Line], cells: list[str]) -> bool:
        if self._is_strict(lines) and len(cells) == self.width:
            return True
        return self.width > 2 and not any(len(self._cells_alone(line.text)) >= self.width for line in lines[1:])

    def _is_strict(self, lines: list[_Line]) -> bool:
        """True when every quote in the row stands where a quote may stand."""
        try:
            return len(list(csv.reader([line.text for line in lines], **self.dialect, strict=True))) == 1
        except csv.Error:
            return False

    def _cells_alone(self, line: str) -> list[str]:
        """The cells of one line with every quote read as a letter."""
        return line.rstrip("\r\n").split(self.separator)


def _json_lines(lines: Iterator[_Line], *, max_chars: int) -> Iterator[Row]:
    for line in lines:
        if line.length:
            yield Row(line.number, line.text, _too_long(line.length, max_chars))
        elif bare := line.text.strip().rstrip(","):
            yield _json_row(line.number, bare)


_LONG_NUMBER = re.compile(r"\d{19}")  # orjson rounds integers beyond 64 bits, and ids may be longer


def _json_row(number: int, text: str) -> Row:
    try:
        value = json.loads(text) if _LONG_NUMBER.search(text) else orjson.loads(text)
    except ValueError:
        try:  # NaN, lone surrogates and raw tabs are common in dumps, and orjson rightly refuses them
            value = json.loads(text, strict=False)
        except (ValueError, RecursionError) as error:
            return Row(number, text[:SHOWN_CHARS], f"broken JSON: {str(error).split(':')[0].lower()}")
    if not isinstance(value, dict):
        return Row(number, text[:SHOWN_CHARS], "not a JSON object")
    return Row(number, flat(value))


_WHOLE = frozenset({"audio_features", "spotify_data"})
_FLAT_DEPTH = 4


def flat(item: dict[Any, Any], *, prefix: str = "", depth: int = _FLAT_DEPTH) -> dict[str, str]:
    """A JSON object as named cells; objects in it are taken apart, lists stay one cell.

    >>> flat({"id": 1, "user": {"name": "Ann"}, "tags": ["a"], "year": None})
    {'id': '1', 'user.name': 'Ann', 'tags': '["a"]', 'year': ''}
    """
    cells: dict[str, str] = {}
    for key, value in item.items():
        name = f"{prefix}{_clean(str(key))}"
        if isinstance(value, dict) and depth > 1 and name not in _WHOLE:
            cells |= flat(value, prefix=f"{name}.", depth=depth - 1)
        else:
            cells[name] = _as_cell(value)
    return cells


def _as_cell(value: Any) -> str:
    if isinstance(value, str):
        return _clean(value)
    if value is None:
        return ""
    return _clean(json.dumps(value, ensure_ascii=False)) if isinstance(value, dict | list) else str(value)


def _clean(text: str) -> str:
    """Without what PostgreSQL cannot hold: NULs, and halves of surrogate pairs."""
    if text.isascii():
        return text.replace("\0", "")
    return text.replace("\0", "").encode("utf-8", "replace").decode()


_WRAPPED = re.compile(r'\s*\{(?:\s*"[^"]*"\s*:\s*(?:"[^"]*"|[\w.+-]+)\s*,)*\s*"[^"]*"\s*:\s*\[(?=\s*\{)')
_BETWEEN = re.compile(r"[\s,]*")
_NEXT_ITEM = re.compile(r"[\n,]\s*(?=\{)")
_DECODER = json.JSONDecoder(strict=False)


class _Items:
    """The items of one JSON array (or of objects that follow each other), read piece by piece."""

    def __init__(self, stream: io.TextIOWrapper, max_chars: int) -> None:
        self.stream, self.max_chars = stream, max_chars
        self.buffer = ""
        self.at = 0
        self.done = False

    def more(self) -> bool:
        """Reads on; False at the end of the file."""
        text = self.stream.read(CHUNK)
        self.buffer = self.buffer[self.at :] + text.replace("\0", "")
        self.at = 0
        self.done = not text
        return bool(text)

    def begin(self) -> None:
        self.more()
        if match := _WRAPPED.match(self.buffer):
            self.at = match.end()
        else:
            start = len(self.buffer) - len(self.buffer.lstrip())
            self.at = start + (self.buffer[start : start + 1] == "[")

    def at_item(self) -> bool:
        """Moves to the next item; False when there is none."""
        while True:
            match = _BETWEEN.match(self.buffer, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.buffer):
                return self.buffer[self.at] != "]"
            if not self.more():
                return False

    def item(self) -> tuple[Any, str | None]:
        """The item here and None, or its beginning and what is wrong with it."""
        while True:
            try:
                value, self.at = _DECODER.raw_decode(self.buffer, self.at)
            except RecursionError:
                return self._skip(self.at + 1, "nested too deeply")
            except json.JSONDecodeError as error:
                cut_off = error.msg.startswith("Unterminated") or error.pos > len(self.buffer) - 12
                if not cut_off or self.done:
                    return self._skip(error.pos, f"broken JSON: {error.msg.lower()}")
            else:
                if isinstance(value, dict):
                    return value, None
                return str(value)[:SHOWN_CHARS], "not a JSON object"
            if len(self.buffer) - self.at > self.max_chars:
                return self._skip(self.at + 1, f"a JSON object of more than {self.max_chars:,} characters")
            self.more()

    def _skip(self, after: int, reason: str) -> tuple[str, str]:
        """Goes on at the next thing that begins like an object."""
        beginning = self.buffer[self.at : self.at + SHOWN_CHARS]
        after = max(after, self.at + 1)
        while True:
            if match := _NEXT_ITEM.search(self.buffer, after):
                self.at = match.end()
                return beginning, reason
            self.at = after = max(self.at, len(self.buffer) - 2)
            after = 0 if self.more() else len(self.buffer)
            if self.done:
                self.at = len(self.buffer)
                return beginning, reason


def _json_items(contents: Contents, *, max_chars: int) -> Iterator[Row]:
    """Rows of a JSON array; their `line` is the item's number, as an array may stand on one line."""
    with open_text(contents) as stream:
        items = _Items(stream, max_chars)
        items.begin()
        number = 0
        while items.at_item():
            number += 1
            value, error = items.item()
            yield Row(number, value if error else flat(value), error)
