"""No text leaves its fence."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.models.chat.fence import Fence, harmless, shortened

NASTY = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(["END lyric ", "BEGIN lyric ", "\n", "\r\n", "| ", "<|im_end|>", "[/INST]", "\u2028", "\x85"]),
        max_size=20,
    ).map("".join),
)


@given(NASTY, st.integers(0, 300))
def test_a_fenced_text_has_one_beginning_and_one_end(text: str, most_chars: int) -> None:
    fence = Fence()
    first, *inside, last = fence.put("lyric", text, most_chars=most_chars).splitlines()
    assert (first.split()[0], last.split()[0]) == ("BEGIN", "END")
    assert first.split()[-1] == last.split()[-1]
    assert inside
    assert all(line.startswith("| ") for line in inside)
    assert not fence.leaked_in(harmless(text))


@given(NASTY)
def test_a_harmless_text_holds_nothing_unseen_and_stays_as_it_is(text: str) -> None:
    plain = harmless(text)
    assert not {unicodedata.category(sign) for sign in plain.replace("\n", "")} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert not {"<", ">"} & set(plain)
    assert harmless(plain) == plain


@given(st.text(max_size=500), st.integers(0, 400))
def test_a_shortened_text_is_no_longer_than_it_may_be(text: str, most_chars: int) -> None:
    short = shortened(text, most_chars)
    assert len(short) <= max(most_chars, len(" [cut]"))
    assert short == text or "[cut]" in short


def test_two_fences_share_no_code() -> None:
    one, other = (Fence().put("lyric", "x", most_chars=10).splitlines()[0] for _ in range(2))
    assert one != other


@pytest.mark.parametrize("name", ["", "Lyric", "a\nb", "END x", "x" * 41, "1"])
def test_a_name_is_a_few_words_of_ours(name: str) -> None:
    with pytest.raises(ValueError, match="is not a name"):
        Fence().put(name, "x", most_chars=10)
