"""The page's assets: fetched by the lock, never half there, and never in the way of a start.

npm is played by a small script on PATH (the seam is the program, not our code), so no test asks a registry.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cratedig.errors import Unavailable
from cratedig.web.assets import FILES, ensure, ensure_assets, has_assets

# Does what `npm ci` does, for the files this product takes.
WORKING = f"""#!{sys.executable}
import pathlib, sys
assert sys.argv[1] == "ci" and "--ignore-scripts" in sys.argv, sys.argv
assert pathlib.Path("package-lock.json").is_file()
for path in {sorted(FILES.values())!r}:
    file = pathlib.Path("node_modules") / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("// " + path)
"""
REFUSING = """#!/bin/sh
echo "npm warn something of no interest" >&2
echo "npm error code E404" >&2
echo "npm error 404 Not Found: echarts" >&2
exit 1
"""
EMPTY = "#!/bin/sh\nmkdir node_modules\n"


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The npm found first; the Node wheel's, tried second, is pointed at a closed port of this machine."""
    program = tmp_path / "bin" / "npm"
    program.parent.mkdir()
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    for name, value in {
        "registry": "http://127.0.0.1:9/",
        "fetch_retries": "0",
        "cache": str(tmp_path / "cache"),
    }.items():
        monkeypatch.setenv(f"npm_config_{name}", value)
    return program


def plays(npm: Path, script: str) -> None:
    npm.write_text(script, encoding="utf-8")
    npm.chmod(0o755)


def test_every_file_is_brought(npm: Path, tmp_path: Path) -> None:
    plays(npm, WORKING)
    target = ensure_assets(tmp_path / "vendor")
    assert {file.name for file in target.glob("[!.]*")} == set(FILES)
    assert (target / "echarts.min.js").read_text() == "// echarts/dist/echarts.min.js"
    assert has_assets(target)


def test_the_second_time_nothing_is_run(npm: Path, tmp_path: Path) -> None:
    plays(npm, WORKING)
    target = ensure_assets(tmp_path / "vendor")
    plays(npm, REFUSING)
    assert ensure_assets(target) == target


@pytest.mark.parametrize("damage", ["a file is gone", "the lock was another", "the marker is gone"])
def test_what_is_not_whole_is_brought_again(damage: str, npm: Path, tmp_path: Path) -> None:
    plays(npm, WORKING)
    target = ensure_assets(tmp_path / "vendor")
    match damage:
        case "a file is gone":
            (target / "echarts.min.js").unlink()
        case "the lock was another":
            (target / ".lock").write_text("0" * 64)
        case "the marker is gone":
            (target / ".lock").unlink()
    assert not has_assets(target)
    ensure_assets(target)
    assert has_assets(target)


def test_an_npm_that_refuses_is_one_clear_line(npm: Path, tmp_path: Path) -> None:
    plays(npm, REFUSING)
    with pytest.raises(Unavailable) as raised:
        ensure_assets(tmp_path / "vendor")
    assert raised.value.exit_code == 5
    assert "404 Not Found: echarts" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "vendor").exists()


def test_packages_without_our_files_are_a_fault_of_ours(npm: Path, tmp_path: Path) -> None:
    plays(npm, EMPTY)
    with pytest.raises(Unavailable, match="hold no echarts"):
        ensure_assets(tmp_path / "vendor")


def test_a_failed_renewal_keeps_what_was_there(npm: Path, tmp_path: Path) -> None:
    plays(npm, WORKING)
    target = ensure_assets(tmp_path / "vendor")
    (target / ".lock").write_text("an older lock")
    plays(npm, REFUSING)
    with pytest.raises(Unavailable):
        ensure_assets(target)
    assert {file.name for file in target.glob("[!.]*")} == set(FILES)


def test_a_target_that_cannot_be_written_is_one_clear_line(npm: Path, tmp_path: Path) -> None:
    plays(npm, WORKING)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable, match="cannot be written"):
        ensure_assets(tmp_path / "file" / "vendor")


def test_set_up_says_it_in_one_line_and_exits_5(npm: Path, tmp_path: Path) -> None:
    """As `make setup` runs it: from a checkout whose assets are absent."""
    plays(npm, REFUSING)
    checkout = tmp_path / "checkout"
    root = Path(__file__).resolve().parents[2]
    package = checkout / "src" / "cratedig"
    (package / "web").mkdir(parents=True)
    for name in ("__init__.py", "errors.py", "publish.py", "web/__init__.py", "web/assets.py"):
        (package / name).write_bytes((root / "src" / "cratedig" / name).read_bytes())
    for name in ("package.json", "package-lock.json"):
        (checkout / name).write_bytes((root / name).read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "cratedig.web.assets"],
        env=os.environ | {"PYTHONPATH": str(checkout / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (5, 1)


def test_a_start_does_without_where_it_must() -> None:
    """In this checkout set-up has run: the assets are there, and `up` finds nothing to do."""
    assert ensure() is has_assets()
