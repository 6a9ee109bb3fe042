"""Templates and the page's own files, both read from the package."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import jinja2
from starlette.responses import HTMLResponse

import cratedig
from cratedig.web.colour import mood_colour

PAGES = Path(__file__).parent / "pages"
STATIC = PAGES / "static"


def safe_link(url: str | None) -> str | None:
    """`url` where a browser may follow it: http or https with a host. Anything else is text, never a link.

    >>> safe_link("https://example.org/a"), safe_link("javascript:alert(1)"), safe_link(" \\tjavascript:x")
    ('https://example.org/a', None, None)
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def query_string(**fields: Any) -> str:
    """A query string without its empty fields.

    >>> query_string(q="rain", k=None, genre="")
    'q=rain'
    """
    return urlencode({name: value for name, value in fields.items() if value not in (None, "", [], ())}, doseq=True)


def signed(number: float, digits: int = 2) -> str:
    """A number with its sign, the typographic minus included.

    >>> signed(-0.5), signed(0.25), signed(0.0)
    ('−0.50', '+0.25', '0.00')
    """
    rounded = round(number, digits)
    sign = "−" if rounded < 0 else "+" if rounded > 0 else ""
    return f"{sign}{abs(rounded):.{digits}f}"


class Pages:
    """The templates of one application."""

    def __init__(self) -> None:
        self._addresses: dict[str, str] = {}
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(PAGES / "templates"),
            autoescape=True,
            auto_reload=False,  # a template changed under a running program belongs to another program
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {
            "asset": self.asset,
            "mood_colour": mood_colour,
            "query_string": query_string,
            "safe_link": safe_link,
            "version": cratedig.__version__,
        }
        self._environment.filters["signed"] = signed

    def asset(self, name: str) -> str | None:
        """The address of a static file, changing with its content; None where it is absent.

        What lies under vendor/ may be (web/assets.py): the pages do without.
        """
        if name not in self._addresses:
            path = STATIC / name
            if not path.is_file():
                return None
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            self._addresses[name] = f"/static/{name}?v={digest}"
        return self._addresses[name]

    def page(
        self, template: str, context: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> HTMLResponse:
        """A page. Browsers ask again before they show it from their cache; one address may answer JSON or HTML."""
        text = self._environment.get_template(template).render(context)
        shown = {"Cache-Control": "no-cache", "Vary": "Accept", **(headers or {})}
        return HTMLResponse(text, status, headers=shown)
