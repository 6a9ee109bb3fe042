"""The documents are true: links lead somewhere, decisions are whole, commands exist, figures are the results'."""

from __future__ import annotations

import re
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import cratedig

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PARTS = ["Context", "Decision", "Consequences", "Enforced by"]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(text: str) -> set[str]:
    """The addresses of a document's headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_and_picture_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        target, _, anchor = link.partition("#")
        if "://" in target:
            continue
        file = (document.parent / target).resolve() if target else document
        if not file.exists() or (anchor and anchor not in anchors(file.read_text(encoding="utf-8"))):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("decision", DECISIONS, ids=named)
class TestEveryDecision:
    def test_has_its_four_parts_in_order(self, decision: Path) -> None:
        assert re.findall(r"^## (.+)$", decision.read_text(encoding="utf-8"), re.MULTILINE) == PARTS

    def test_can_be_quoted_in_one_line(self, decision: Path) -> None:
        said = decision.read_text(encoding="utf-8").split("## Decision")[1].split("## Consequences")[0]
        assert len(re.findall(r"^> .+\.$", said, re.MULTILINE)) == 1

    def test_names_enforcers_that_exist(self, decision: Path) -> None:
        enforced = decision.read_text(encoding="utf-8").split("## Enforced by")[1]
        files = re.findall(r"`([\w./-]+\.(?:py|toml|in|lock))`", enforced)
        assert files
        assert [file for file in files if not (ROOT / file).is_file()] == []

    def test_is_numbered_like_its_file(self, decision: Path) -> None:
        number = re.match(r"# (\d+)\. ", decision.read_text(encoding="utf-8"))
        assert number is not None
        assert decision.name.startswith(f"{int(number[1]):04}-")


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(decision.name[:4]) for decision in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def commands() -> set[str]:
    from cratedig.cli import app

    return {str(entry.name) for entry in (*app.registered_commands, *app.registered_groups)}


def test_the_readme_lists_every_command_and_no_other() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.split("## Commands")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `cratedig (\w+)", table, re.MULTILINE)) == commands()


def test_the_readme_starts_with_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.match(r"# Cratedig\n\n```\nmake run .*\nmake test .*\n```\n", text)


def test_the_version_is_said_once() -> None:
    assert version("cratedig") == cratedig.__version__


def test_the_figures_are_those_of_the_results() -> None:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import tables
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    assert [named(path) for path in tables.outdated(ROOT)] == [], "run: make docs"
