"""What an answer says about a link. Nothing here asks anybody.

A link is DEAD only by a definite answer to a GET: 404 or 410 (RFC 9110, sections 15.5.5 and 15.5.11), or a page that
stands for everything that is gone (a soft 404). Whatever kept us from looking is UNKNOWN.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit

from cratedig.errors import CircuitOpen, CratedigError, NotYet, RemoteMalformed, RemoteUnavailable, UnknownHost
from cratedig.net import Answer
from cratedig.net.target import without_secrets


class Outcome(StrEnum):
    """What is known about a link after a look at it."""

    VALID = "VALID"
    MOVED = "MOVED"
    REQUIRES_AUTH = "REQUIRES_AUTH"
    DEAD = "DEAD"
    UNKNOWN = "UNKNOWN"


TROUBLES_TO_LEAVE = 5
"""Links of one site that fail on end before the rest of them is left for another day."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """reason: in a few words. address: where a link that moved leads now.

    trouble: 0 where the site answered; 1 for a failure that may pass, TROUBLES_TO_LEAVE for one of the whole site.
    """

    outcome: Outcome
    reason: str
    address: str | None = None
    trouble: int = 0


@dataclass(frozen=True, slots=True)
class Habits:
    """What a site does with an address that cannot exist. head_lies: HEAD says it is there, GET that it is not.

    says_yes: it answers GET as if the page were there. absent: the address it sends everybody to instead.
    """

    head_lies: bool = False
    says_yes: bool = False
    absent: str | None = None


NO_HOST = "no such host"
_MALFORMED = RemoteMalformed.code.replace("_", " ")
_NOT_FOR_ALL = frozenset({401, 402, 403})
_GONE = frozenset({404, 410})
_EMPTY = 416  # nothing has a first byte: a page of length zero, which is there (RFC 9110, section 15.5.17)
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_SURE_OF_HEAD = frozenset({401, 429, 502, 503, 504})
_FRONT_PAGES = (
    "home",
    "index",
    "index.html",
    "index.htm",
    "index.php",
    "discover",
    "explore",
    "feed",
    "stream",
    "search",
)
_ERROR_PAGES = ("error", "404", "404.html", "notfound", "not-found", "not_found", "page-not-found", "gone", "removed")
_LOCALE = re.compile(r"[a-z]{2}([-_][a-z]{2})?")
_LOGIN = re.compile(r"(?:^|/)(?:log-?in|sign-?in|sign-?up|auth|authorize|sso)(?:[/.]|$)")


def judged(url: str, answer: Answer, habits: Habits) -> Verdict:
    """What `answer` says about `url`."""
    if not (200 <= answer.status < 300 or answer.status == _EMPTY):
        return _of_refusal(answer.status)
    if answer.redirects and (verdict := _of_place(url, answer, habits)):
        return verdict
    if habits.says_yes:
        return Verdict(Outcome.UNKNOWN, "its site answers every address alike")
    address = new_address(url, answer)
    if address is not None:
        return Verdict(Outcome.MOVED, f"moved permanently ({answer.redirects[0].status})", address)
    return Verdict(Outcome.VALID, f"answers {answer.status}")


def _of_refusal(status: int) -> Verdict:
    if status in _GONE:
        return Verdict(Outcome.DEAD, f"answers {status}")
    if status in _NOT_FOR_ALL:
        return Verdict(Outcome.REQUIRES_AUTH, f"answers {status}")
    is_trouble = status in _BUSY or status >= 500
    return Verdict(Outcome.UNKNOWN, f"answers {status}", trouble=1 if is_trouble else 0)


def _of_place(url: str, answer: Answer, habits: Habits) -> Verdict | None:
    """What the page says that a link was led to; None where it may be the one that was meant."""
    if is_login(answer.url) and not is_login(url):
        return Verdict(Outcome.REQUIRES_AUTH, "leads to a login page")
    if answer.url == habits.absent:
        return Verdict(Outcome.DEAD, "leads where made-up addresses lead")
    if is_home(answer.url) and not is_home(url):
        return Verdict(Outcome.DEAD, "leads to a home page")
    return None


def new_address(url: str, answer: Answer) -> str | None:
    """The last address reached by permanent redirects alone; after a temporary one the address before it still holds.

    None where it is the old one, or holds what looks like a credential: that is nobody's address but ours, today.
    """
    found = None
    for step in answer.redirects:
        if not step.is_permanent:
            break
        found = step.url
    return None if found is None or found == url or without_secrets(found) != found else found


def is_home(url: str) -> bool:
    """True for pages that are no particular track's: a site's root, in any language, its front pages and error pages.

    >>> is_home("https://a.example/"), is_home("https://a.example/en-us/home"), is_home("https://a.example/ana/rain")
    (True, True, False)
    """
    parts = urlsplit(url)
    steps = [step for step in parts.path.lower().split("/") if step]
    if steps and _LOCALE.fullmatch(steps[0]):
        steps = steps[1:]
    return (not steps and not parts.query) or (len(steps) == 1 and steps[0] in _FRONT_PAGES + _ERROR_PAGES)


def is_login(url: str) -> bool:
    """True for a page that asks who you are.

    >>> is_login("https://a.example/signin?next=/ana/rain"), is_login("https://a.example/ana/login-blues")
    (True, False)
    """
    return bool(_LOGIN.search(urlsplit(url).path.lower()))


def site_of(url: str) -> str:
    """The host without the words for its web and mobile pages, which come and go.

    >>> site_of("http://www.a.example/x") == site_of("https://m.a.example/y") == "a.example"
    True
    """
    host = (urlsplit(url).hostname or "").lower()
    return host.removeprefix("www.").removeprefix("m.").removeprefix("mobile.")


def of_error(error: CratedigError) -> Verdict:
    """What it says about a link that it could not be looked at: nothing, and something about its site."""
    if isinstance(error, UnknownHost):
        return Verdict(Outcome.UNKNOWN, NO_HOST, trouble=TROUBLES_TO_LEAVE)
    if isinstance(error, CircuitOpen | NotYet):
        return Verdict(Outcome.UNKNOWN, "its site is to be left alone", trouble=TROUBLES_TO_LEAVE)
    is_trouble = isinstance(error, RemoteUnavailable | RemoteMalformed)
    return Verdict(Outcome.UNKNOWN, error.code.replace("_", " "), trouble=1 if is_trouble else 0)


def is_final(verdict: Verdict, answer: Answer | None) -> bool:
    """False where the verdict on a HEAD must not stand before a GET has said the same.

    Servers refuse HEAD, or answer it without looking (404 and 500 among what they say); none of them can be believed to
    have nothing there.
    """
    if answer is None:
        return verdict.reason != _MALFORMED
    if verdict.outcome is Outcome.DEAD:
        return False
    return 200 <= answer.status < 300 or answer.status in _SURE_OF_HEAD


def settled(verdict: Verdict, *, before: str | None, is_online: bool) -> Verdict:
    """A name that leads nowhere is dead when it led nowhere the last time too, and others are answering now."""
    if verdict.reason == NO_HOST and before == NO_HOST and is_online:
        return replace(verdict, outcome=Outcome.DEAD)
    return verdict
