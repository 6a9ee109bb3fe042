"""What a caller is told of its limit; that the limit is exact is in tests/faults/test_limits_are_exact.py."""

from __future__ import annotations

from cratedig.web.access.window import Windows

SECOND = 1_000_000_000


class Clock:
    """Nanoseconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 5 * SECOND

    def __call__(self) -> int:
        return self.now


def test_a_caller_is_told_what_is_left_and_when_there_is_more() -> None:
    clock = Clock()
    windows = Windows(limit=2, clock_ns=clock)
    assert (windows.take("a").remaining, windows.look("a").reset_s) == (1, 60)
    clock.now += 20 * SECOND
    assert windows.take("a").remaining == 0
    refused = windows.take("a")
    assert (refused.admitted, refused.limit, refused.wait_s) == (False, 2, 40)


def test_who_waits_as_long_as_told_is_admitted() -> None:
    clock = Clock()
    windows = Windows(limit=5, clock_ns=clock)
    for _ in range(4):
        windows.take("a")
        clock.now += 3 * SECOND
    for cost in (1, 3, 5):
        waited = Windows(limit=5, clock_ns=clock)
        waited._logs = {**windows._logs}  # type: ignore[assignment]
        verdict = windows.look("a", cost)
        clock.now += verdict.wait_s * SECOND
        assert windows.look("a", cost).admitted
    assert windows.take("a", 5).admitted


def test_callers_do_not_take_from_one_another() -> None:
    windows = Windows(limit=1)
    assert all(windows.take(f"caller {n}").admitted for n in range(100))
    assert not windows.take("caller 7").admitted


def test_a_cost_over_the_limit_is_the_whole_limit() -> None:
    windows = Windows(limit=3)
    assert windows.take("a", 8).admitted
    assert not windows.take("a").admitted


def test_looking_takes_nothing() -> None:
    windows = Windows(limit=1)
    assert windows.look("a").admitted
    assert windows.look("a").admitted
    assert windows.take("a").admitted


def test_memory_is_bounded_by_letting_newcomers_share() -> None:
    clock = Clock()
    windows = Windows(limit=2, clock_ns=clock, most=10)
    admitted = [windows.take(f"caller {n}").admitted for n in range(1000)]
    assert sum(admitted) == 10 + 2
    assert len(windows._logs) <= 11
    clock.now += 61 * SECOND
    assert windows.take("caller 999").remaining == 1
    assert len(windows._logs) == 1
