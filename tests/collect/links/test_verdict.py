"""What an answer says about a link, for every answer there is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cratedig import errors
from cratedig.collect.links.verdict import (
    NO_HOST,
    Habits,
    Outcome,
    Verdict,
    is_final,
    is_home,
    judged,
    of_error,
    settled,
)
from cratedig.net import Answer, Redirect

URL = "https://a.example/ana/rain"
PATHS = st.sampled_from(["/", "/ana/rain", "/ana/new-rain", "/login", "/en-us", "/404", "/discover", "/ana"])
HOSTS = st.sampled_from(["https://a.example", "https://www.a.example", "https://b.example"])
STEPS = st.lists(
    st.builds(
        lambda status, host, path: Redirect(status, host + path),
        st.sampled_from([301, 302, 303, 307, 308]),
        HOSTS,
        PATHS,
    ),
    max_size=4,
)
ANSWERS = st.builds(
    lambda status, steps: Answer(steps[-1].url if steps else URL, status, {}, b"", len(steps), False, tuple(steps)),
    st.integers(200, 599),
    STEPS,
)
HABITS = st.builds(Habits, st.booleans(), st.booleans(), st.none() | st.just("https://a.example/ana"))
ALL_ERRORS = [
    one
    for one in vars(errors).values()
    if isinstance(one, type) and issubclass(one, errors.Refused | errors.Unavailable)
]


@given(ANSWERS, HABITS)
def test_dead_is_said_only_by_404_410_or_a_page_that_stands_for_all_that_is_gone(
    answer: Answer, habits: Habits
) -> None:
    verdict = judged(URL, answer, habits)
    is_soft_404 = (
        200 <= answer.status < 300 and bool(answer.redirects) and (is_home(answer.url) or answer.url == habits.absent)
    )
    if verdict.outcome is Outcome.DEAD:
        assert answer.status in (404, 410) or is_soft_404
        assert verdict.address is None
    if answer.status in (404, 410):
        assert verdict.outcome is Outcome.DEAD


@given(ANSWERS, HABITS)
def test_a_head_alone_never_makes_a_link_dead(answer: Answer, habits: Habits) -> None:
    verdict = judged(URL, answer, habits)
    assert not (verdict.outcome is Outcome.DEAD and is_final(verdict, answer))


@given(st.sampled_from(ALL_ERRORS))
def test_what_kept_us_from_looking_is_never_more_than_unknown(kind: type[errors.CratedigError]) -> None:
    assert of_error(kind("it went wrong")).outcome is Outcome.UNKNOWN


@given(ANSWERS)
def test_moved_is_said_only_where_every_step_to_the_new_address_is_permanent(answer: Answer) -> None:
    verdict = judged(URL, answer, Habits())
    if verdict.outcome is not Outcome.MOVED:
        return
    way = [step.url for step in answer.redirects]
    last = len(way) - way[::-1].index(verdict.address) - 1 if verdict.address in way else -1
    assert last >= 0
    assert answer.redirects[0].is_permanent
    assert verdict.address != URL
    assert any(
        all(step.is_permanent for step in answer.redirects[: place + 1])
        for place, step in enumerate(answer.redirects)
        if step.url == verdict.address
    )


def _moved(*steps: tuple[int, str], status: int = 200) -> Verdict:
    way = tuple(Redirect(code, url) for code, url in steps)
    return judged(URL, Answer(way[-1].url, status, {}, b"", len(way), False, way), Habits())


def test_after_a_temporary_redirect_the_address_before_it_still_holds() -> None:
    new = "https://a.example/ana/new-rain"
    assert _moved((301, new), (302, "https://cdn.example/x")).address == new
    assert _moved((302, new), (301, "https://a.example/y")).outcome is Outcome.VALID
    assert _moved((301, new), (308, "https://a.example/z")).address == "https://a.example/z"


def test_an_address_with_a_credential_is_no_new_address() -> None:
    verdict = _moved((301, "https://a.example/ana/rain?signature=abc"))
    assert (verdict.outcome, verdict.address) == (Outcome.VALID, None)


def test_a_way_to_a_login_page_is_for_members_even_when_it_is_permanent() -> None:
    assert _moved((301, "https://a.example/login?next=/ana/rain")).outcome is Outcome.REQUIRES_AUTH


def test_a_moved_page_that_is_gone_is_dead() -> None:
    assert _moved((301, "https://a.example/ana/new-rain"), status=404).outcome is Outcome.DEAD


def test_a_name_that_leads_nowhere_is_dead_the_second_time_while_others_answer() -> None:
    lost = of_error(errors.UnknownHost("There is no host."))
    assert settled(lost, before=None, is_online=True).outcome is Outcome.UNKNOWN
    assert settled(lost, before=NO_HOST, is_online=False).outcome is Outcome.UNKNOWN
    assert settled(lost, before="remote timeout", is_online=True).outcome is Outcome.UNKNOWN
    assert settled(lost, before=NO_HOST, is_online=True).outcome is Outcome.DEAD
    late = of_error(errors.RemoteTimeout("It took too long."))
    assert settled(late, before=NO_HOST, is_online=True).outcome is Outcome.UNKNOWN
