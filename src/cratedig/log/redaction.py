"""What must never be read in a log: secrets by value, by name and by form, and the texts people gave us.

The values are those the process was started with (`hide`). Names and forms catch what came in since: a key in a header,
a password in a collected address. A text is known by its field's name only, so no message of ours quotes one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote

MASK = "***"
SHORTEST_SECRET = 6  # characters; a shorter value is part of too many words to be masked wherever it stands
LONGEST_VALUE = 2_000  # characters of one value; what follows is cut
LONGEST_LINE = 500  # characters of one line of a traceback
DEEPEST = 8  # levels of nesting that are looked into

SECRET_NAME = re.compile(
    r"pass(word|wd|phrase)|secret|token|api_?-?key|authori[sz]ation|cookie|pepper|credential|private_?-?key"
    r"|idempotency_?-?key|(^|_)(pwd|dsn|sig|signature)$",
    re.IGNORECASE,
)
FOLDERS = ("PWD", "OLDPWD")
"""Variables of every shell: not a password, but where one is."""
TEXT_NAME = re.compile(r"^(lyrics?|lyrics_text|text|texts|body|content|prompt|rows?|params|parameters|args|kwargs)$")

_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(form), replacement)
    for form, replacement in (
        # scheme://user:password@host, and scheme://token@host
        (r"(\b[A-Za-z][\w+.-]*://[^\s/:@'\"]*):[^\s/'\"]*@", rf"\1:{MASK}@"),
        (r"(\b[A-Za-z][\w+.-]*://)(?![^\s/@'\"]*:\*\*\*@)[^\s/@'\"]+@", rf"\1{MASK}@"),
        # ?token=..., &api_key=...
        (
            r"(?i)([?&;][\w.%-]*(?:token|key|secret|pass|pwd|auth|sig|session|credential)[\w.%-]*=)[^&\s#'\"<>]+",
            rf"\1{MASK}",
        ),
        # Authorization: Bearer ..., as a line, a tuple of bytes or JSON
        (
            r"(?i)\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key|idempotency-key)"
            r"(b?['\"]?\s*[:=,]\s*)(b?'[^'\n]*'|b?\"[^\"\n]*\"|[^\n'\"]+)",
            rf"\1\2{MASK}",
        ),
        (r"(?i)\b(bearer)\s+[^\s'\",;]+", rf"\1 {MASK}"),
        (r"\b(Basic)\s+[A-Za-z0-9+/]{12,}={0,2}", rf"\1 {MASK}"),
        # password=..., "api_key": "..."
        (
            r"(?i)((?:pass(?:word|wd|phrase)|secret|token|api[_-]?key|pepper|credentials?|private[_-]?key)"
            r"['\"]?\s*[:=]\s*)(b?'[^'\n]*'|b?\"[^\"\n]*\"|[^\s'\",;)}\]&]+)",
            rf"\1{MASK}",
        ),
        # keys that say by their first letters what they are: ours, then those of providers, then JSON web tokens
        (r"\bcd_[0-9a-f]{12}_[A-Za-z0-9_-]{20,}", f"cd_{MASK}"),
        (r"\b(?:sk-|AIza|AKIA|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|hf_)[A-Za-z0-9_-]{12,}", MASK),
        (r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*", MASK),
        # what PostgreSQL and SQLAlchemy quote of a row
        (r"(DETAIL:\s+)[^\n]*", rf"\1{MASK}"),
        (r"(CONTEXT:\s+COPY )[^\n]*", rf"\1{MASK}"),
        (r"(?s)\[parameters: .*?\]\s*(?=\n|$)", f"[parameters: {MASK}]"),
    )
)


_HARMLESS = re.compile(r"[0-9a-fTZ:.-]*")
"""Digits, times and random ids. Every one of the forms needs a character that is not among these."""
_MOST_CLEAN, _LONGEST_CLEAN = 2_000, 200
_CLEAN: set[str] = set()
"""Short texts in which nothing was found, which are the greater part of what a log says again and again."""


class Known:
    """Secrets known by value, masked wherever they stand: as they are, as an address spells them, as `repr` does."""

    def __init__(self) -> None:
        self._spelt: set[str] = set()
        self._form: re.Pattern[str] | None = None

    def hide(self, values: Iterable[str]) -> None:
        """Of an address with a password, the password too. Values below SHORTEST_SECRET are left to the forms."""
        for value in values:
            for secret in (value, *_passwords(value)):
                spelt = secret, quote(secret, safe=""), repr(secret)[1:-1]
                self._spelt.update(each for each in spelt if len(each) >= SHORTEST_SECRET)
        longest_first = sorted(self._spelt, key=len, reverse=True)
        self._form = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def mask(self, text: str) -> str:
        return text if self._form is None else self._form.sub(MASK, text)


_KNOWN = Known()


def hide(values: Iterable[str]) -> None:
    """From now on, until this process ends, these values are masked in all it logs."""
    _KNOWN.hide(values)
    _CLEAN.clear()


def secrets_of(environment: Mapping[str, str]) -> list[str]:
    """The values of the environment's variables whose names say that they are secret."""
    return [value for name, value in environment.items() if name not in FOLDERS and _is_secret(name)]


def _is_secret(variable: str) -> bool:
    return bool(SECRET_NAME.search(variable)) or variable.endswith(("_KEY", "_DSN"))


def redacted(text: str) -> str:
    """The text without any known secret, and without what has a secret's form."""
    if text in _CLEAN:
        return text
    masked = _KNOWN.mask(text)
    if not _HARMLESS.fullmatch(masked):
        for form, replacement in _FORMS:
            masked = form.sub(replacement, masked)
        if masked == text and len(text) <= _LONGEST_CLEAN:
            _remember(text)
    return masked


def _remember(clean: str) -> None:
    if len(_CLEAN) >= _MOST_CLEAN:
        _CLEAN.clear()
    _CLEAN.add(clean)


def redacted_value(value: Any, *, name: str = "", depth: int = 0) -> Any:
    """A value of a log line as it may be read: numbers as they are, texts redacted and cut, containers looked into."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if SECRET_NAME.search(name):
        return MASK
    if TEXT_NAME.match(name):
        return f"{MASK} ({len(value)} long)" if hasattr(value, "__len__") else MASK
    if depth >= DEEPEST:
        return MASK
    return _looked_into(value, depth + 1)


def _looked_into(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping):
        return {_key(key): redacted_value(each, name=str(key), depth=depth) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redacted_value(each, name=_pair_name(value, at), depth=depth) for at, each in enumerate(value)]
    if isinstance(value, bytes | bytearray | memoryview):
        return _cut(redacted(bytes(value).decode("utf-8", "backslashreplace")))
    return _cut(redacted(value if isinstance(value, str) else _said(value)))


def _pair_name(value: Any, at: int) -> str:
    """The name a pair gives to its second: ("authorization", "Bearer ...")."""
    first = next(iter(value))
    is_pair = isinstance(value, tuple) and len(value) == 2 and at == 1 and isinstance(first, str | bytes)
    return (first.decode("latin-1") if isinstance(first, bytes) else str(first)) if is_pair else ""


def _key(key: Any) -> Any:
    return redacted(key) if isinstance(key, str) else _cut(redacted(_said(key)))


def _said(value: Any) -> str:
    """`repr`, which a broken object may refuse."""
    try:
        return value if isinstance(value, str) else repr(value)
    except Exception as error:
        return f"<{type(value).__name__} whose repr raises {type(error).__name__}>"


def redacted_traceback(text: str) -> str:
    """A traceback without secrets, each line cut: a message may quote a whole text."""
    return "\n".join(_cut(line, LONGEST_LINE) for line in redacted(text).splitlines())


def _cut(text: str, longest: int = LONGEST_VALUE) -> str:
    return text if len(text) <= longest else f"{text[:longest]}... ({len(text) - longest} more)"


def _passwords(value: str) -> Iterable[str]:
    """The password of an address, as it is spelt and as it is meant."""
    found = re.match(r"[A-Za-z][\w+.-]*://[^\s/]*?:(.*)@", value)
    return {found[1], unquote(found[1])} if found else ()
