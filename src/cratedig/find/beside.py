"""Where the parts of a question that do not wait for each other are computed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Protocol, TypeVar

T = TypeVar("T")


class Beside(Protocol):
    """`in_threads` where cores are free, for the shortest answer; `in_line` where all have work, for the least work:
    handing over costs about 1 ms a question."""

    def __call__(self, function: Callable[..., T], *given: object) -> Callable[[], T]:
        """What gives the function's result, as often as it is asked for."""
        ...


_THREADS = ThreadPoolExecutor(3, thread_name_prefix="beside")


def in_threads(function: Callable[..., T], *given: object) -> Callable[[], T]:
    """It begins now: NumPy, FAISS and ONNX Runtime leave each other the cores."""
    return _THREADS.submit(function, *given).result


def in_line(function: Callable[..., T], *given: object) -> Callable[[], T]:
    """It is computed when it is asked for, by who asks."""
    return cache(partial(function, *given))
