"""How words are said."""

from __future__ import annotations

import pytest

from cratedig.understand.lyrics.phonemes import LONGEST, pronounce


def said(word: str) -> list[str]:
    return [" ".join(one.phones) for one in pronounce(word)]


def test_a_word_is_said_in_every_way_the_dictionary_knows() -> None:
    assert {"W IH1 N D", "W AY1 N D"} <= set(said("wind"))


@pytest.mark.parametrize(
    ("slang", "careful"),
    [("flexin'", "flexing"), ("flexin", "flexing"), ("THUGGIN", "thugging")],
)
def test_a_clipped_ending_loses_its_g_and_nothing_else(slang: str, careful: str) -> None:
    whole = said(careful)[0]
    assert said(slang)[0] == whole.removesuffix("NG") + "N"


@pytest.mark.parametrize("word", ["gonna", "ya", "'em", "'til", "finna", "o'er", "ain't", "’cause"])
def test_short_forms_are_known(word: str) -> None:
    assert said(word)


@pytest.mark.parametrize(
    ("written", "same"), [("looooove", "love"), ("sooo", "so"), ("foule", "foul"), ("café", "cafe")]
)
def test_a_word_written_otherwise_is_said_the_same(written: str, same: str) -> None:
    assert said(written)[0] == said(same)[0]


@pytest.mark.parametrize(("number", "syllables"), [("7", 2), ("21", 3), ("1994", 5), ("808", 3), ("24/7", 5)])
def test_numbers_are_read_out(number: str, syllables: int) -> None:
    assert len(pronounce(number)[0].syllables) == syllables


def test_parts_of_a_joined_word_are_said_one_after_the_other() -> None:
    assert said("door-hinge")[0] == f"{said('door')[0]} {said('hinge')[0]}"


def test_an_accent_makes_an_ending_sound() -> None:
    assert len(pronounce("belovèd")[0].syllables) == len(pronounce("beloved")[0].syllables) + 1


def test_an_invented_word_is_guessed_from_its_letters() -> None:
    (one,) = pronounce("zorbletronic")
    assert one.source == "letters"
    assert one.phones[-2:] == ("IH0", "K")


@pytest.mark.parametrize("nothing", ["", "🔥", "---", "!?", "\x00", "‮", "שלום"])
def test_what_cannot_be_said_is_not(nothing: str) -> None:
    assert pronounce(nothing) == ()


def test_of_an_endless_word_the_end_is_said() -> None:
    assert pronounce("x" * 500_000 + "ing") == pronounce("x" * (LONGEST - 3) + "ing")


def test_syllables_hold_all_phones_in_order_and_their_stress() -> None:
    for word in ("strengths", "extra", "anxious", "rhythm", "twelfth", "orange", "любовь"):
        for one in pronounce(word):
            phones = [phone for part in one.syllables for phone in (*part.onset, part.nucleus, *part.coda)]
            assert phones == [phone.rstrip("012") for phone in one.phones]
            assert all(stress in (0, 1, 2) for stress in one.stresses)


def test_consonants_begin_a_syllable_as_far_as_a_word_could() -> None:
    assert [part.onset for part in pronounce("instruct")[0].syllables] == [(), ("S", "T", "R")]
    assert [part.coda for part in pronounce("singing")[0].syllables] == [("NG",), ("NG",)]
