"""How a site wants to be asked, and who says who is asking."""

from __future__ import annotations

from dataclasses import dataclass

from cratedig import __version__
from cratedig.errors import UsageError

PRODUCT = "Cratedig"  # the token robots.txt files name (RFC 9309, section 2.2.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What a source may be asked at once. The defaults are for a page nobody invited us to.

    interval_s: between two requests to one host. connections: at once to one host. robots: False for an official API,
    which says in its own terms how it may be used.
    """

    interval_s: float = 1.0
    connections: int = 1
    robots: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.interval_s <= 3600:
            raise ValueError(f"interval_s {self.interval_s} is outside 0..3600")
        if not 1 <= self.connections <= 8:
            raise ValueError(f"connections {self.connections} is outside 1..8")


def user_agent(contact: str) -> str:
    """ "Cratedig/1.2.0 (+contact)": a site's owner can see who asks and whom to write to. Raises UsageError."""
    if not (contact.isascii() and contact.isprintable()):
        raise UsageError(
            "The contact in the User-Agent must be plain ASCII on one line.",
            hint="See net.contact in docs/settings.md.",
        )
    shown = contact.replace("(", "").replace(")", "").strip()
    return f"{PRODUCT}/{__version__} (+{shown})" if shown else f"{PRODUCT}/{__version__}"
