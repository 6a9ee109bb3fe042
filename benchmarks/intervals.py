"""Tables of evaluations that say how sure they are: a figure and its 95 % interval in one cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Json = Mapping[str, Any]
Table = Callable[[list[str], list[list[str]]], str]
Figure = Callable[[Any], str]


def render(result: Json, table: Table, figure: Figure) -> str:
    """Variations side by side where every figure has some (`random_ndcg`, `hidden_ndcg` beside `ndcg`), else a list."""
    named = {**result["metrics"], **result["baselines"]}
    cells = {name: _cell(name, value, result["intervals"], figure) for name, value in named.items()}
    variations = varied(result)
    if not variations:
        rows = [[_words(name), *cell] for name, cell in cells.items()]
        return table(["", "value", "95 % interval"], rows)
    columns = list(next(iter(variations.values())))
    rows = [[_words(name), *(_joined(cells[of[one]]) for one in columns)] for name, of in variations.items()]
    alone = [[_words(name), _joined(cell)] for name, cell in cells.items() if not _is_in(name, variations)]
    return table(["", *map(_words, columns)], rows) + "\n" + table(["", "value"], [["n", figure(result["n"])], *alone])


def varied(result: Json) -> dict[str, dict[str, str]]:
    """Variation -> figure -> its full name; {} where not every figure has every variation.

    >>> varied({"metrics": {"ndcg": 0.4, "hidden_ndcg": 0.2}, "baselines": {"random_ndcg": 0.1}})
    {'find': {'ndcg': 'ndcg'}, 'hidden': {'ndcg': 'hidden_ndcg'}, 'random': {'ndcg': 'random_ndcg'}}
    """
    names = [*result["metrics"], *result["baselines"]]
    figures = [name for name in names if any(other.endswith(f"_{name}") for other in names)]
    figures = [name for name in figures if not any(name.endswith(f"_{other}") for other in figures)]
    found: dict[str, dict[str, str]] = {"find": {name: name for name in figures}}
    for name in names:
        figure = next((one for one in figures if name.endswith(f"_{one}")), None)
        if figure is not None:
            found.setdefault(name.removesuffix(f"_{figure}"), {})[figure] = name
    return found if figures and all(of.keys() == set(figures) for of in found.values()) else {}


def _is_in(name: str, variations: Mapping[str, Mapping[str, str]]) -> bool:
    return any(name in of.values() for of in variations.values())


def _cell(name: str, value: Any, intervals: Json, figure: Figure) -> tuple[str, str]:
    low_high = intervals.get(name)
    return figure(value), "" if low_high is None else f"({figure(low_high[0])} to {figure(low_high[1])})"


def _joined(cell: tuple[str, str]) -> str:
    return " ".join(part for part in cell if part)


def _words(name: str) -> str:
    return name.replace("_", " ")
