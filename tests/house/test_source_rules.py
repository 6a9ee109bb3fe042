"""Rules no linter knows: nothing that runs code from data, no registry's address, no room whose name says nothing."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "cratedig"
RUNS_DATA = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
SAYS_NOTHING = {"util", "utils", "helper", "helpers", "manager", "handler", "handlers", "common", "base", "misc",
                "engine", "service", "services"}  # fmt: skip
# Put together here, so that this file does not name them either.
REGISTRIES = [".".join(parts) for parts in (
    ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("debian", "org"), ("unpkg", "com"),
    ("jsdelivr", "net"), ("cloudflare", "com"), ("yarnpkg", "com"),
)]  # fmt: skip
OF_ONE_MACHINE = re.compile(r"(?<![\w./}])/(?:work|root)/")


def tracked() -> list[Path]:
    """The files of the repository; in an unpacked archive, all that are text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    folders = ("src", "tests", "docs", "benchmarks", "evals")
    found = [*(file for folder in folders for file in (ROOT / folder).rglob("*.*")), *ROOT.glob("*.*")]
    return [file for file in found if file.is_file() and "vendor" not in file.parts]


@cache
def texts() -> list[tuple[str, str]]:
    """The tracked text files, each with what it says."""
    contents = ((str(file.relative_to(ROOT)), file.read_bytes()) for file in tracked())
    return [(name, content.decode("utf-8", "replace")) for name, content in contents if b"\0" not in content]


def trees(folder: Path) -> Iterator[tuple[str, ast.AST]]:
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_bytes())):
            yield f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", node


def called(node: ast.AST) -> str:
    """The dotted name of what a call calls: "np.load"."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def keyword(node: ast.AST, name: str) -> str:
    """A keyword argument of a call as it is written; "" where it is not given."""
    given = node.keywords if isinstance(node, ast.Call) else []
    return next((ast.unparse(argument.value) for argument in given if argument.arg == name), "")


def test_nothing_is_imported_that_runs_code_from_data() -> None:
    found = [
        where
        for where, node in trees(SRC)
        if (isinstance(node, ast.Import) and {name.name.partition(".")[0] for name in node.names} & RUNS_DATA)
        or (isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in RUNS_DATA)
    ]
    assert found == []


def test_nothing_is_called_that_runs_code_from_data() -> None:
    forbidden = {"eval", "exec", "yaml.load", "yaml.unsafe_load", "yaml.full_load", "torch.load"}
    assert [where for where, node in trees(SRC) if called(node) in forbidden] == []


def test_arrays_are_loaded_without_pickle() -> None:
    loads = [(where, node) for where, node in trees(SRC) if called(node) in {"np.load", "numpy.load"}]
    assert [where for where, node in loads if keyword(node, "allow_pickle") != "False"] == []
    assert [where for where, node in trees(SRC) if keyword(node, "allow_pickle") == "True"] == []


def test_a_shell_never_sees_a_command_of_ours() -> None:
    assert [
        where for where, node in trees(SRC) if keyword(node, "shell") == "True" or called(node) == "os.system"
    ] == []


def test_tests_patch_none_of_our_code() -> None:
    found = [
        where
        for where, node in trees(ROOT / "tests")
        if (isinstance(node, ast.ImportFrom) and node.module == "unittest.mock")
        or called(node) in {"monkeypatch.setattr", "mocker.patch", "mock.patch"}
    ]
    assert found == []


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_file_names_the_host_of_a_package_registry(host: str) -> None:
    assert [name for name, text in texts() if host in text] == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert [name for name, text in texts() if OF_ONE_MACHINE.search(text)] == []


def test_every_room_says_what_is_in_it() -> None:
    rooms = {file.stem for file in SRC.rglob("*.py")} | {folder.name for folder in SRC.rglob("*") if folder.is_dir()}
    assert not rooms & SAYS_NOTHING
