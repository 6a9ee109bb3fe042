"""Cleaning: what is lyric stays, what is not goes with a receipt, and a cleaned lyric is clean."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cratedig.collect.lyrics.changes import PIECES_KEPT, SNIPPET_WORDS
from cratedig.collect.lyrics.clean import clean
from cratedig.music.lyric import Lyric

PIECES = (
    *("[Chorus]", "Chorus:", "(x2)", "x3", "(x9)", "[Verse 1]", "[00:12.3]", "[00:50]", "<00:13.2>", "I came home"),
    *("\n", "\n\n", "\r\n", " ", "\t", "come on", "&amp;", "&lt;b&gt;", "<br>", "<i>", "</div>", "Ã©", "â€™", "Привет"),
    *(
        "РџСЂРёРІРµС‚",
        "\u200b",
        "\u200d",
        "\u202e",
        "12Embed",
        "You might also like",
        "3 Contributors",
        "Lyrics",
        "Embed",
    ),
    *("Produced by: Ada", "Written by Ada Bo", "http://x.example", "(", "[", "]", ")", "[ti: Home]", "[offset:100]"),
    *("00:00:01,000 --> 00:00:02,000", "1", "Repeat Chorus", "[Chorus x2]", "*Bridge*", "KING:", "e\u0301", "\u2028"),
    *("\ufeff", "Translations", "English", "&#10;", "&#x200b;", "[?]", "(Hook)", "Припев:", ":", "-", "A: b", "2x"),
    *("&amp;amp;lt;", "\x00", "\ud800", "\U000e0041", "Intro", "verse 2", "See Ada Live", "{", "}", "*"),
)
messy = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=30).map("".join)


@given(messy)
@settings(max_examples=250)
def test_a_cleaned_lyric_is_cleaned_without_a_change(text: str) -> None:
    cleaned = clean(text)
    again = clean(cleaned.text)
    assert again.text == cleaned.text
    assert again.changes == ()


@given(messy)
@settings(max_examples=150)
def test_what_is_stored_is_read_back_as_the_same_sections(text: str) -> None:
    lyric = clean(text).lyric
    read = Lyric.of(lyric.marked_text)
    assert read.lines == lyric.lines
    assert [(one.kind, one.label) for one in read.sections] == [(one.kind, one.label) for one in lyric.sections]


@given(messy)
@settings(max_examples=150)
def test_every_receipt_is_short_and_counts_something(text: str) -> None:
    for change in clean(text).changes:
        assert change.count >= 1
        assert change.line >= 1
        assert len(change.removed) <= PIECES_KEPT
        for shown in (change.before, change.after, *change.removed):
            assert len(shown.split()) <= SNIPPET_WORDS
            assert shown.isprintable()


CLEANED = {
    "HTML": ("<p>one <b>two</b><br/>three</p><script>alert(1)</script>", "one two\nthree", "HTML"),
    "an entity escaped twice": ("Tom &amp;amp; I", "Tom & I", "HTML entities"),
    "no markup": ("I <3 you, a < b", "I <3 you, a < b", None),
    "zero-width characters": ("co\u200bme ho\ufeffme", "come home", "invisible characters"),
    "an emoji's joiner stays": ("love 👩\u200d🚀 you", "love 👩\u200d🚀 you", None),
    "hidden tag characters": ("come home\U000e0049\U000e0047", "come home", "invisible characters"),
    "UTF-8 read as Windows-1252": ("l'Ã©tÃ© donâ€™t end", "l'été don’t end", "encoding mended"),
    "a shout and a quote": ("he said “JÄ“", "he said “JÄ“", None),
    "UTF-8 read as Windows-1251": ("РџСЂРёРІРµС‚, РјРёСЂ", "Привет, мир", "encoding mended"),
    "Russian": ("Рёв моря и ёлка №5", "Рёв моря и ёлка №5", None),
    "letters in two": ("cafe\u0301", "café", "letters composed"),
    "spaces": ("come \t  home", "come home", "spaces"),
    "a heading with a colon": ("CHORUS:\ncome home", "[Chorus]\ncome home", "headings"),
    "a starred heading": ("*Verse 2*\ncome home", "[Verse 2]\ncome home", "headings"),
    "a heading before its line": ("[Hook] come home", "[Hook]\ncome home", "headings"),
    "a Russian heading": ("Припев:\nдомой", "[Припев]\nдомой", "headings"),
    "a line about a bridge": ("bridge over the river", "bridge over the river", None),
    "stage directions": ("one\n[laughs]\ntwo", "one\ntwo", "stage directions"),
    "a line sung thrice": ("come home (x3)", "come home\ncome home\ncome home", "repeats written out"),
    "a section sung twice": ("[Hook x2]\na b\nc d", "[Hook]\na b\nc d\na b\nc d", "repeats written out"),
    "a name for a section": (
        "[Hook]\na b\n\n[Verse]\nc d\n\n[Hook]",
        "[Hook]\na b\n\n[Verse]\nc d\n\n[Hook]\na b",
        "sections written out",
    ),
    "a car": ("I drive an X5", "I drive an X5", None),
    "a credit above": ("Produced by Ada Bo\n\ncome home", "come home", "credits"),
    "a credit with a colon": ("come home\n\nСлова: Ада Бо", "come home", "credits"),
    "what a river wrote": ("it was\nWritten by the river\nin sand", "it was\nWritten by the river\nin sand", None),
    "a page's title": ("Come Home Lyrics\n\n[Verse 1]\nI came", "[Verse 1]\nI came", None),
    "a first line like a title": ("Come Home Lyrics\nI came", "Come Home Lyrics\nI came", None),
    "a page's head": ("12 ContributorsTranslationsEspañolCome Home Lyrics[Verse 1]\nI came", "[Verse 1]\nI came", None),
    "a page's foot": ("I came\nback home7Embed", "I came\nback home", "the page around it"),
    "a page's suggestions": ("one\nYou might also like\ntwo", "one\ntwo", "the page around it"),
    "tickets": ("one\nSee Ada Bo LiveGet tickets as low as $40\ntwo", "one\ntwo", "the page around it"),
    "an address": ("one\nmore at www.lyrics.example.com\ntwo", "one\ntwo", "advertising and addresses"),
    "times": ("[00:01.00]one\n[00:02.00]two", "one\ntwo", "times"),
    "subtitles": ("1\n00:00:01,000 --> 00:00:02,500\none", "one", "times"),
}


@pytest.mark.parametrize("name", CLEANED)
def test_cleaning(name: str) -> None:
    text, expected, rule = CLEANED[name]
    cleaned = clean(text)
    assert cleaned.text == expected
    if rule is not None:
        assert rule in {change.rule for change in cleaned.changes}
    elif text == expected:
        assert cleaned.changes == ()


def test_what_was_taken_out_stands_in_the_receipt() -> None:
    [change] = clean("one\nYou might also like\ntwo\nYou might also like\nthree").changes
    assert (change.count, change.line, change.removed) == (2, 2, ("You might also like",) * 2)


def test_a_timed_file_keeps_its_times_in_the_order_in_which_it_is_sung() -> None:
    cleaned = clean(
        "[ti:Desk Lamp]\n[ar:Quiet Stapler]\n[length: 03:20]\n[offset:+500]\n"
        "[00:10.50][00:40.00]come home\n[00:12.5]<00:12.50>I <00:13.00>left\n[00:60.00]\n[01:10.250]again"
    )
    assert cleaned.tags["title"] == "Desk Lamp"
    assert cleaned.tags["artist"] == "Quiet Stapler"
    assert cleaned.length_s == 200.0
    assert cleaned.lyric.lines == ("come home", "I left", "come home", "again")
    starts = [at_s for section in cleaned.lyric.sections for at_s in section.starts_s]
    assert starts == [10.0, 12.0, 39.5, 69.75]
    assert len(cleaned.lyric.sections) == 3  # a pause of 27.5 s, and a blank line


def test_an_offset_longer_than_any_song_moves_nothing() -> None:
    cleaned = clean(f"[offset:-{'9' * 290}]\n[00:02]come home")
    assert [section.starts_s for section in cleaned.lyric.sections] == [(2.0,)]


@pytest.mark.parametrize("text", ["", " \n\t", "[Chorus]", "(x2)", "\u200b", "<br>", "[00:01.00]"])
def test_what_holds_no_words_is_no_lyric(text: str) -> None:
    cleaned = clean(text)
    assert not cleaned.lyric
    assert not cleaned.verdict.is_lyric


@pytest.mark.parametrize(
    "text",
    [
        "la la la\n" * 20_000,
        "(x8) " * 50_000,
        "<" * 200_000,
        "&" * 200_000,
        "[" * 200_000,
        "a" * 500_000,
        "😀" * 50_000,
        "[00:01.00]" * 20_000 + "come home",
        "[Hook x8]\n" + "come home\n" * 200 + "[Hook]\n" * 5000,
        "Produced by " * 20_000,
        bytes(range(256)).decode("latin-1") * 500,
        "<x" + " " * 200_000 + "b",
        "<!--" * 50_000,
        ("[0:01]" * 50 + "gone " * 900 + "\n") * 100,
        "[Hook]\n" + "gone " * 9000 + "\n\n" + "[Hook]\n\n" * 300,
    ],
    ids=lambda text: f"{text[:12]!r} of {len(text):,}",
)
def test_half_a_megabyte_of_anything_is_cleaned_without_growing_much(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned.text) <= len(text) + 20_000
    assert clean(cleaned.text).text == cleaned.text
    assert cleaned.verdict.kind
