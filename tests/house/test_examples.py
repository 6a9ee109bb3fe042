"""The examples in docstrings run."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module

import pytest

import cratedig

MODULES = [
    found.name
    for found in pkgutil.walk_packages(cratedig.__path__, "cratedig.")
    if ".migrations" not in found.name and not found.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_true(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0
