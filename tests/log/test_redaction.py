"""No secret survives redaction, in whatever shape it comes; what is no secret does."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.log.redaction import (
    _FORMS,
    Known,
    hide,
    redacted,
    redacted_traceback,
    redacted_value,
    secrets_of,
)

CANARY = "cAnAry-9f3e"


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://me:{CANARY}@host/db",
        f"cannot reach redis://:{CANARY}@cache:6379/0",
        f"GET https://{CANARY}@example.org/feed",
        f"https://example.org/a?x=1&token={CANARY}#end",
        f"https://example.org/a?access_key={CANARY}",
        f"https://example.org/a?X-Amz-Signature={CANARY}",
        f"Authorization: Bearer {CANARY}",
        f"authorization: Token {CANARY}",
        f"headers=[(b'authorization', b'Bearer {CANARY}'), (b'accept', b'*/*')]",
        f'{{"Cookie": "session={CANARY}; a=b"}}',
        f"Set-Cookie: id={CANARY}; HttpOnly",
        f"Idempotency-Key: {CANARY}",
        f"X-API-Key={CANARY}",
        f'{{"api_key": "{CANARY}"}}',
        f"password='{CANARY} with a space'",
        f"PGPASSWORD={CANARY} pg_dump",
        f"Basic {'Q2FuYXJ5' * 3}{CANARY[:0]}",
        f"curl -H 'bearer {CANARY}'",
        f"sk-{CANARY}12345678",
        f"eyJhbGciOiJI.{CANARY}.abc",
        f"duplicate key\nDETAIL:  Key (title)=({CANARY}) already exists.",
        f"[SQL: insert into tracks]\n[parameters: {{'lyrics': '{CANARY}'}}]\n(Background)",
    ],
)
def test_a_form_that_says_secret_is_masked(text: str) -> None:
    assert CANARY not in redacted(text)
    assert "Q2FuYXJ5" not in redacted(text)
    assert "***" in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "12,345 tracks studied in 3.2 s",
        "https://example.org/track/12?page=2",
        "mailto: ann@example.org",
        "the key of the song is C sharp minor",
        "1:30 of silence @ 120 bpm",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


def test_our_keys_are_known_by_their_form() -> None:
    assert redacted("key cd_0123456789ab_" + "A" * 43 + " is wrong") == "key cd_*** is wrong"


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=6, max_size=40))
def test_a_known_value_is_masked_wherever_it_stands(secret: str) -> None:
    known = Known()
    known.hide([secret])
    assert known.mask(f"<{secret}>") == known.mask(f"<{quote(secret, safe='')}>") == "<***>"
    assert known.mask(repr(secret)) in {"'***'", '"***"'}


def test_of_an_address_the_password_is_hidden_by_itself() -> None:
    known = Known()
    known.hide([f"postgresql://me:{quote('p@ss/' + CANARY, safe='')}@host/db"])
    assert known.mask(f"FATAL: p@ss/{CANARY} refused") == "FATAL: *** refused"
    assert known.mask(quote("p@ss/" + CANARY, safe="")) == "***"


@pytest.mark.parametrize(
    "value",
    [
        {"headers": {"Authorization": CANARY}},
        {"pairs": [("Authorization", CANARY), (b"cookie", CANARY.encode())]},
        [{"deep": [{"lyrics": f"{CANARY} la la"}]}],
        {"redis_token": [CANARY]},
        {"url": f"https://u:{CANARY}@h/"},
        {f"https://u:{CANARY}@h/": 1},
        [[[[[[[[[[[CANARY]]]]]]]]]]],
        ValueError(f"token={CANARY}"),
    ],
    ids=str,
)
def test_containers_are_looked_into(value: Any) -> None:
    assert CANARY not in repr(redacted_value(value, name="event"))


def test_a_text_is_never_quoted_but_its_length_is() -> None:
    assert redacted_value("la la la", name="lyrics") == "*** (8 long)"
    assert redacted_value(12, name="rows") == 12
    assert redacted_value(256, name="max_tokens") == 256


def test_long_values_are_cut() -> None:
    assert len(redacted_value("word " * 100_000, name="event")) < 2_100
    assert max(map(len, redacted_traceback("x" * 9_000 + "\nshort").splitlines())) < 600


def test_an_object_that_refuses_to_be_shown_does_no_harm() -> None:
    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError(CANARY)

    assert redacted_value(Broken(), name="thing") == "<Broken whose repr raises RuntimeError>"


def test_the_environments_secrets_are_known_by_name() -> None:
    environment = {"OPENAI_API_KEY": "a", "SPOTIFY_CLIENT_SECRET": "b", "GENIUS_TOKEN": "c", "PATH": "d", "LANG": "e"}
    assert secrets_of(environment) == ["a", "b", "c"]


def test_the_working_folder_is_no_secret() -> None:
    assert secrets_of({"PWD": "/home/me/music", "OLDPWD": "/home/me", "DB_PWD": "a"}) == ["a"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda each: st.lists(each) | st.dictionaries(st.text(), each),
        max_leaves=20,
    )
)
def test_any_value_can_be_logged(value: Any) -> None:
    json.dumps(redacted_value(value, name="event"))


@given(st.from_regex(r"[0-9a-fTZ:.-]*", fullmatch=True))
def test_what_is_not_searched_holds_no_form(text: str) -> None:
    for form, _ in _FORMS:
        assert form.search(text) is None


def test_a_text_that_was_said_before_is_masked_once_it_is_a_secret() -> None:
    text = "a-word-of-this-test-only-7f3k"
    assert redacted(text) == redacted(text) == text
    hide([text])
    assert redacted(text) == "***"
