"""Laws of the measures: what must not change them, and what must move them which way."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cratedig.music.lyric import Lyric, Section
from cratedig.understand.lyrics.measures import complexity, readability
from cratedig.understand.lyrics.measures.devices import Device, devices
from cratedig.understand.lyrics.measures.flow import bars_a_line, flow, measured_rate, rate_at
from cratedig.understand.lyrics.measures.sentiment import felt
from cratedig.understand.lyrics.measures.structure import structure
from cratedig.understand.lyrics.measures.themes import themes
from cratedig.understand.lyrics.words.taken import Words, taken_apart

WORDS = "love money night broken street mother gun dance river alone happy the of a my never very sad".split()  # noqa: SIM905
LINES = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join), min_size=1, max_size=14)
IDS = st.lists(st.integers(0, 60), min_size=60, max_size=300).map(np.array)


def read(*lines: str) -> Words:
    return taken_apart(Lyric((Section(lines),)))


def found(*lines: str) -> dict[str, Device]:
    words = read(*lines)
    return devices(words, structure(words).groups)


@settings(max_examples=40, deadline=None)
@given(LINES)
def test_doubling_a_text_does_not_lower_its_repetition(lines: list[str]) -> None:
    once, twice = (structure(read(*text)) for text in (lines, lines + lines))
    assert twice.repeated_share >= once.repeated_share
    assert twice.hook is not None or not any(len(line.split()) > 0 for line in lines)


@settings(max_examples=40, deadline=None)
@given(LINES)
def test_doubling_a_text_leaves_its_valence(lines: list[str]) -> None:
    assert felt(read(*lines, *lines)).valence == pytest.approx(felt(read(*lines)).valence)


@settings(max_examples=40, deadline=None)
@given(LINES, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_change_how_many_types_there_are(lines: list[str], chance: random.Random) -> None:
    shuffled = list(lines)
    chance.shuffle(shuffled)
    once, again = (complexity.complexity(read(*text)) for text in (lines, shuffled))
    assert (once.types, once.hapax_share, once.yules_k, once.hdd) == (
        again.types,
        again.hapax_share,
        again.yules_k,
        again.hdd,
    )


@settings(max_examples=40, deadline=None)
@given(LINES)
def test_the_shares_of_themes_stay_below_one_together(lines: list[str]) -> None:
    shares = themes(read(*lines)).shares
    assert (shares >= 0).all()
    assert shares.sum() < 1


@settings(max_examples=60, deadline=None)
@given(IDS)
def test_the_moving_average_is_that_of_windows_that_move(ids: np.ndarray) -> None:
    window = complexity.MATTR_WINDOW
    slowly = np.mean([len(set(ids[at : at + window].tolist())) / window for at in range(len(ids) - window + 1)])
    assert complexity.mattr(ids) == pytest.approx(float(slowly))


@settings(max_examples=60, deadline=None)
@given(IDS)
def test_mtld_is_that_of_counting_word_by_word(ids: np.ndarray) -> None:
    def one_way(listed: list[int]) -> float:
        factors, seen, length = 0.0, set[int](), 0
        for one in listed:
            seen.add(one)
            length += 1
            if len(seen) < complexity.MTLD_FACTOR * length:
                factors, seen, length = factors + 1, set(), 0
        if length:
            factors += (1 - len(seen) / length) / (1 - complexity.MTLD_FACTOR)
        return len(listed) / factors if factors else float(len(listed))

    listed = ids.tolist()
    assert complexity.mtld(ids) == pytest.approx((one_way(listed) + one_way(listed[::-1])) / 2)


def test_length_alone_leaves_mtld_mattr_and_hdd() -> None:
    chance = np.random.default_rng(7)
    weights = 1 / np.arange(1, 801)
    drawn = chance.choice(800, size=4000, p=weights / weights.sum())
    for measure in (
        complexity.mtld,
        complexity.mattr,
        lambda ids: complexity.hdd(np.unique(ids, return_counts=True)[1]),
    ):
        short = float(np.mean([measure(drawn[at : at + 400]) for at in range(0, 4000, 400)]))
        assert measure(drawn) == pytest.approx(short, rel=0.08)


@given(st.integers(0, 200), st.integers(0, 30))
def test_more_syllables_never_read_easier(syllables: int, long_words: int) -> None:
    easy = readability.Counts(words=100, sentences=10, syllables=100 + syllables, letters=400, long_words=long_words)
    hard = replace(easy, syllables=easy.syllables + 1, long_words=long_words + 1)
    assert readability.flesch_reading_ease(hard) < readability.flesch_reading_ease(easy)
    assert readability.flesch_kincaid_grade(hard) > readability.flesch_kincaid_grade(easy)
    assert readability.smog_grade(hard) > readability.smog_grade(easy)


@given(st.floats(1, 30), st.floats(40, 220))
def test_nobody_raps_faster_than_people_do_where_bars_are_left(syllables: float, tempo_bpm: float) -> None:
    assert rate_at(syllables, tempo_bpm) <= 9.0 or bars_a_line(syllables, tempo_bpm) == 4


def test_a_line_that_takes_twice_as_long_is_half_as_fast() -> None:
    lines = ("one two three four", "five six", "ten")
    of_line = flow(read(*lines)).of_line
    fast, slow = (
        measured_rate([Section(lines, starts_s=tuple(pace * at for at in range(3)))], of_line) for pace in (1.0, 2.0)
    )
    assert fast is not None
    assert slow is not None
    assert fast == pytest.approx(2 * slow)


def test_lines_of_one_foot_are_heard_as_it() -> None:
    heard = flow(
        read("the river runs below the hill", "the lantern burns upon the sill", "a window waits behind the door")
    )
    assert heard.foot == "iambic"
    assert heard.fits["trochaic"] < 0.3
    assert heard.regularity == 1.0


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("i love you", "i see you"),
        ("i love you so", "i do not love you"),
        ("very happy", "happy"),
        ("sad", "very sad"),
        ("a stone in the road", "a grave in the road"),
        ("i like you", "you move like you"),
        ("i hated it but now i love it", "i loved it but now i hate it"),
        ("я люблю тебя", "я не люблю тебя"),
        ("счастье", "смерть"),
    ],
)
def test_what_sounds_better_has_the_higher_valence(better: str, worse: str) -> None:
    assert felt(read(better)).valence > felt(read(worse)).valence


def test_confidence_grows_with_what_was_said_and_ends_below_one() -> None:
    little, much = (felt(read(*["a good day came by", "and we sang"] * times)) for times in (1, 20))
    assert 0.0 < little.confidence < much.confidence <= 0.95


@pytest.mark.parametrize(
    ("device", "lines", "has"),
    [
        ("alliteration", ("the knight knows nothing new",), True),
        ("alliteration", ("the knight keeps the old gate",), False),
        ("anaphora", ("we will run tonight", "we will rise again"), True),
        ("anaphora", ("we will run tonight", "they may rise again"), False),
        ("anaphora", ("we will run tonight", "we will run tonight"), False),
        ("epistrophe", ("they came for the gold", "we died over gold"), True),
        ("simile", ("you burn like a match",), True),
        ("simile", ("i like you",), False),
        ("simile", ("cold as ice", "as cold as ice"), True),
        ("doubling", ("no no no",), True),
        ("names", ("we met in Memphis after dark",), True),
        ("names", ("It rained. Then I went home",), False),
        ("questions", ("where were you?",), True),
        ("neologisms", ("the night is glimmerous and the blorptide is mine",), True),
        ("neologisms", ("walking talking laughed windows",), False),
        ("profanity", ("what the hell",), True),
        ("sound_words", ("boom goes the drum",), True),
    ],
)
def test_a_device_is_found_where_it_stands(device: str, lines: tuple[str, ...], has: bool) -> None:
    assert (found(*lines)[device].count > 0) is has


def test_a_chorus_without_a_heading_is_known_by_its_return() -> None:
    song = "one lamp is lit tonight\nthe rest are gone\na third line stands alone\n\ncome home to me\ncome home\n\n"
    lyric = Lyric.of(
        song + "the second verse begins\nand ends with rain\nand after that it stops\n\ncome home to me\ncome home"
    )
    assert [part.kind for part in structure(taken_apart(lyric)).parts] == ["verse", "chorus", "verse", "chorus"]


def test_a_heading_is_believed() -> None:
    parts = structure(taken_apart(Lyric.of("[Bridge]\ncome home\n\n[Outro]\ncome home"))).parts
    assert [(part.kind, part.inferred) for part in parts] == [("bridge", False), ("outro", False)]


def test_the_hook_is_what_comes_back_most() -> None:
    words = read(
        "a b c d", "hold on to me now", "and never let go", "x y z", "hold on to me now", "and never let go", "q"
    )
    assert structure(words).hook == (1, 3, 2)


def test_lines_sung_nearly_alike_are_one_line_sung_twice() -> None:
    assert structure(read("hold on to me tonight my love", "hold on to me tonight my dear love")).repeated_share == 0.5


@pytest.mark.parametrize(
    ("theme", "line"),
    [
        ("money", "stacks of cash and diamonds in the bank"),
        ("grief", "we carried the coffin to the grave and mourned"),
        ("night", "midnight moon and stars in the dark"),
        ("faith", "pray to the lord in heaven, amen"),
        ("night", "полночь, луна и звёзды"),
    ],
)
def test_what_is_said_of_a_theme_makes_it_the_first(theme: str, line: str) -> None:
    assert themes(read(line)).shown()[0].name == theme


def test_no_theme_is_named_where_nothing_is_said_of_any() -> None:
    assert themes(read("it is what it is and so it was")).shown() == ()


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("and you know that i was there", "en"),
        ("Я помню чудное мгновенье", "ru"),
        ("вона зірвала квітку і пішла у ніч", "other"),
        ("je ne veux pas dormir sans toi ce soir", "other"),
        ("ich will nicht ohne dich durch diese nacht gehen", "other"),
        ("雨が降る夜に", "other"),
    ],
)
def test_a_language_is_told_by_its_script_and_small_words(line: str, language: str) -> None:
    assert read(line).language == language
