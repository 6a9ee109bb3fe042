"""Which walls stand around a decoding child, as it reported them (`await cratedig.box.box.isolation()`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wall:
    """One part of the isolation. `why` says what the system answered where it does not hold."""

    name: str
    holds: bool
    why: str = ""


@dataclass(frozen=True)
class Isolation:
    """All walls of one child, in the order in which they were put up."""

    walls: tuple[Wall, ...]

    @property
    def missing(self) -> tuple[Wall, ...]:
        return tuple(wall for wall in self.walls if not wall.holds)

    @property
    def is_complete(self) -> bool:
        return bool(self.walls) and not self.missing

    @property
    def has_no_network(self) -> bool:
        """Either of two walls is enough: a network of its own without any link, or no call that opens a socket."""
        return any(wall.holds for wall in self.walls if wall.name in {"own network", "few system calls"})

    def __str__(self) -> str:
        """One line for people: what holds, then what does not and why.

        >>> print(Isolation((Wall("own network", True), Wall("no files", False, "EPERM"))))
        own network; without: no files (EPERM)
        """
        held = ", ".join(wall.name for wall in self.walls if wall.holds) or "nothing"
        lost = ", ".join(f"{wall.name} ({wall.why})" for wall in self.missing)
        return f"{held}; without: {lost}" if lost else held

    def as_lines(self) -> str:
        """As a child reports it: one wall a line, `name=why`, an empty why for a wall that holds."""
        return "\n".join(f"{wall.name}={wall.why}" for wall in self.walls)

    @classmethod
    def of_lines(cls, text: str) -> Isolation:
        parts = (line.partition("=") for line in text.splitlines())
        return cls(tuple(Wall(name, not why, why) for name, _, why in parts))
