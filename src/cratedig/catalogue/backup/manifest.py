"""What a backup says of itself: the first file in it, and what a restore is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import orjson

from cratedig.errors import BackupRefused

FORMAT = 1
DUMP = "catalogue.dump"  # the member pg_dump wrote


@dataclass(frozen=True, slots=True)
class TableRows:
    """What a table held: `rows`, and a hash of them in which their order does not count (32 hexadecimal digits)."""

    rows: int
    hash: str


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the backup: `name` there, its size in bytes and SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """`left_out`: published files that were not as their rows say when the backup was made, or gone."""

    created: str  # ISO 8601, UTC
    program: str  # Cratedig's version
    revision: str  # of the schema
    postgresql: int  # the server's major version
    tables: Mapping[str, TableRows]
    dump: Member
    files: tuple[Member, ...]
    left_out: tuple[str, ...]
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """Rows in all tables together."""
        return sum(table.rows for table in self.tables.values())

    @property
    def members(self) -> tuple[Member, ...]:
        return self.dump, *self.files

    def to_json(self) -> bytes:
        return orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Raises BackupRefused for what is no manifest, or one of a format this program does not know."""
        try:
            found: dict[str, Any] = orjson.loads(data)
            if found["format"] != FORMAT:
                raise BackupRefused(
                    f"The backup has format {found['format']!r}; this Cratedig reads {FORMAT}.",
                    hint="Restore it with the version that made it.",
                )
            tables = {name: TableRows(**table) for name, table in found.pop("tables").items()}
            dump, files = Member(**found.pop("dump")), tuple(Member(**file) for file in found.pop("files"))
            return cls(tables=tables, dump=dump, files=files, left_out=tuple(found.pop("left_out")), **found)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise BackupRefused(f"The backup's manifest cannot be read: {type(error).__name__}.") from error
