"""Many who ask at once are answered by one question, and never by one that was asked before theirs."""

from __future__ import annotations

import asyncio

import pytest

from cratedig.cache import Together


class Source:
    """Counts up, slowly."""

    def __init__(self) -> None:
        self.asked = 0
        self.at_once = 0

    async def __call__(self) -> int:
        self.asked += 1
        number = self.asked
        self.at_once += 1
        assert self.at_once == 1, "two questions at a time"
        await asyncio.sleep(0.01)
        self.at_once -= 1
        return number


async def test_who_asks_at_once_is_answered_together() -> None:
    source, together = Source(), Together[int]()
    assert set(await asyncio.gather(*(together.ask("one", source) for _ in range(50)))) == {1}
    assert await together.ask("one", source) == 2


async def test_who_comes_while_it_is_asked_gets_the_next_answer() -> None:
    source, together = Source(), Together[int]()
    first = asyncio.create_task(together.ask("one", source))
    await asyncio.sleep(0.005)
    assert source.asked == 1
    later = [asyncio.create_task(together.ask("one", source)) for _ in range(10)]
    assert await first == 1
    assert set(await asyncio.gather(*later)) == {2}


async def test_different_questions_do_not_wait_for_each_other() -> None:
    together = Together[str]()
    never = asyncio.Event()
    stuck = asyncio.create_task(together.ask("stuck", lambda: _after(never, "stuck")))
    assert await asyncio.wait_for(together.ask("quick", lambda: _now("quick")), 1) == "quick"
    never.set()
    assert await stuck == "stuck"


async def test_an_error_reaches_all_who_wait_and_nobody_after() -> None:
    together = Together[str]()
    failed = await asyncio.gather(*(together.ask("one", _fail) for _ in range(3)), return_exceptions=True)
    assert [str(error) for error in failed] == ["no"] * 3
    assert await together.ask("one", lambda: _now("yes")) == "yes"


async def test_who_goes_away_takes_the_answer_from_nobody() -> None:
    source, together = Source(), Together[int]()
    leaver, stayer = [asyncio.create_task(together.ask("one", source)) for _ in range(2)]
    await asyncio.sleep(0)
    leaver.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaver
    assert await stayer == 1


async def _after(event: asyncio.Event, answer: str) -> str:
    await event.wait()
    return answer


async def _now(answer: str) -> str:
    return answer


async def _fail() -> str:
    raise ValueError("no")
