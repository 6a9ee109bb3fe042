"""A pytest plugin: in tests no pickle may name a class or a function, which is how a data file would run code.

An audit hook sees every unpickling in the process, numpy's, joblib's and torch's included. Messages between our own
processes (multiprocessing) are no data files. Pickles of plain values name nothing and can do nothing.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

_BETWEEN_OUR_PROCESSES = ("multiprocessing", "concurrent.futures.process")


class CodeFromData(BaseException):
    """Not an Exception, so that code which rides out damaged files cannot take this for one and go on."""


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    if event == "pickle.find_class" and not _is_between_processes(sys._getframe(1)):
        raise CodeFromData(f"a pickle asked for {args[0]}.{args[1]}; no code runs from a data file")


def _is_between_processes(frame: FrameType | None) -> bool:
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith(_BETWEEN_OUR_PROCESSES):
            return True
        frame = frame.f_back
    return False


def pytest_configure() -> None:
    sys.addaudithook(_refuse)
