"""`cratedig keys` as a person uses it, and a start that would let everybody in."""

from __future__ import annotations

import json
import re

import pytest

from commands import Cratedig, one_line
from cratedig.web.access.keys import FORM


def test_a_key_is_shown_once_listed_without_itself_and_revoked(cratedig: Cratedig) -> None:
    refused = cratedig("up", "--host", "0.0.0.0", "--port", "0")
    assert refused.returncode == 2
    assert "cratedig keys create" in one_line(refused.stderr)
    assert "open to this machine only" in cratedig("keys", "list").stdout

    made = cratedig("keys", "create", "phone", "--role", "reader")
    assert made.returncode == 0, made.stderr
    key = made.stdout.strip()
    assert FORM.fullmatch(key)
    assert "once" in made.stderr

    made = cratedig("keys", "create", "owner", "--role", "admin", "--days", "3", "--json")
    shown = json.loads(made.stdout)
    assert made.stderr == ""
    assert (shown["name"], shown["role"], shown["state"]) == ("owner", "admin", "living")

    listed = cratedig("keys", "list")
    assert key not in listed.stdout
    assert re.search(r"phone +reader +living", listed.stdout)
    rows = json.loads(cratedig("keys", "list", "--json").stdout)
    assert [row["name"] for row in rows] == ["owner", "phone"]
    assert "digest" not in rows[0]

    assert cratedig("keys", "revoke", shown["id"]).returncode == 0
    assert re.search(r"owner +admin +revoked", cratedig("keys", "list").stdout)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("create", "a", "--role", "king"), 2),
        (("create", "a", "--role", "reader", "--days", "0"), 2),
        (("create", "a"), 2),
        (("create", "a\nb", "--role", "reader"), 2),
        (("revoke", "nothing"), 1),
    ],
)
def test_wrong_usage_has_its_exit_code(cratedig: Cratedig, arguments: tuple[str, ...], code: int) -> None:
    assert cratedig("keys", *arguments).returncode == code


def test_a_pepper_that_is_too_short_is_one_line(cratedig: Cratedig) -> None:
    answer = cratedig("keys", "create", "a", "--role", "reader", env={"CRATEDIG_API__PEPPER": "short"})
    assert answer.returncode == 2
    assert "api.pepper" in one_line(answer.stderr)
