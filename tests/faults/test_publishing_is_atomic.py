"""Promise 7: temp file, fsync, rename, fsync of the folder, then the row; killed at any step, nothing is ever half."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from cratedig.publish import sweep
from tests.faults.sizes import size

OLD, NEW = b"old" * 50_000, b"new" * 50_000
STEPS = ("write", "fsync", "rename", "renameat", "renameat2", "openat", "close", "fchmod", "unlink")
PUBLISH = "import os, sys; from pathlib import Path; from cratedig.publish import publish; os.write(1, b'go'); \
publish(Path(sys.argv[1]), b'new' * 50_000); os.write(1, b'row')"
AGAIN_AND_AGAIN = """import sys; from pathlib import Path; from cratedig.publish import publish; print(flush=True)
while True:
    for word in (b'new', b'old'):
        publish(Path(sys.argv[1]), word * 50_000)"""


FAILURES = (
    ("openat", "EROFS"), ("openat", "EACCES"), ("write", "ENOSPC"), ("fchmod", "EPERM"), ("fsync", "EIO"),
    ("fsync", "ENOSPC"), ("rename", "EACCES"), ("rename", "EXDEV"),
)  # fmt: skip


@dataclass(frozen=True)
class Call:
    """A system call as strace wrote it."""

    name: str
    arguments: str


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "index.faiss"
    path.write_bytes(OLD)
    return path


def strace() -> str:
    """CI installs it (.ci/run)."""
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not installed")
    return found


def traced(target: Path, *inject: str) -> tuple[int, list[Call]]:
    """Publishes NEW in a child under strace; its exit code and its calls from "go" on."""
    log = target.parent.parent / "trace"
    command = [strace(), "-qq", "-s", "64", "-e", f"trace={','.join(f'?{step}' for step in STEPS)}", *inject]
    done = subprocess.run(
        [*command, "-o", str(log), sys.executable, "-c", PUBLISH, str(target)],
        capture_output=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    found = re.findall(r"^(\w+)\((.*)", log.read_text(errors="replace"), re.MULTILINE)
    calls = [Call(name, arguments) for name, arguments in found]
    said = next(at for at, call in enumerate(calls) if call.name == "write" and '"go' in call.arguments)
    return done.returncode, calls[said + 1 :]


def descriptor(call: Call) -> str:
    """The number a call's answer or first argument names."""
    return call.arguments.rsplit("= ", 1)[1].split()[0] if call.name == "openat" else re.split(r"\D", call.arguments)[0]


def test_the_order_is_write_fsync_rename_fsync_of_the_folder_then_the_row(target: Path) -> None:
    code, calls = traced(target)
    assert code == 0
    temporary = next(call for call in calls if call.name == "openat" and ".index.faiss." in call.arguments)
    assert "O_EXCL" in temporary.arguments
    folder = next(call for call in calls if call.name == "openat" and f'"{target.parent}",' in call.arguments)
    parts = [
        (call.name, descriptor(call)) if call.name != "rename" else ("rename", "")
        for call in calls
        if call.name in {"write", "fsync", "rename"}
    ]
    order = [part for at, part in enumerate(parts) if at == 0 or part != parts[at - 1]]
    file = descriptor(temporary)
    assert order == [
        ("write", file), ("fsync", file), ("rename", ""), ("fsync", descriptor(folder)), ("write", "1"),
    ]  # fmt: skip
    (renamed,) = (call for call in calls if call.name == "rename")
    assert re.search(rf'"{target.parent}/\.index\.faiss\.\w+\.part", "{target}"', renamed.arguments)


def test_killed_at_any_system_call_the_file_is_the_old_one_or_the_new_one(target: Path) -> None:
    _, calls = traced(target)
    target.write_bytes(OLD)
    seen = []
    for at, call in enumerate(calls):
        before = _calls_before_go(target, call.name)
        nth = before + sum(1 for earlier in calls[: at + 1] if earlier.name == call.name)
        code, _ = traced(target, "-e", f"inject={call.name}:signal=KILL:when={nth}")
        assert code == -signal.SIGKILL
        found = target.read_bytes()
        assert found in {OLD, NEW}
        seen.append(found == NEW)
        _start_again(target)
    assert seen == sorted(seen), "once new, always new"
    assert {True, False} == set(seen)


def test_a_call_that_fails_leaves_the_old_file_and_nothing_beside_it(target: Path) -> None:
    for step, error in FAILURES:
        nth = _calls_before_go(target, step) + 1
        code, _ = traced(target, "-e", f"inject={step}:error={error}:when={nth}")
        assert code == 1, step
        assert target.read_bytes() == OLD
        assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_killed_at_random_points_the_file_is_the_old_one_or_the_new_one(target: Path) -> None:
    chance, seen = random.Random(7), set()
    for _ in range(size(p=40, r=500)):
        writer = subprocess.Popen([sys.executable, "-c", AGAIN_AND_AGAIN, str(target)], stdout=subprocess.PIPE)
        with writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(chance.uniform(0, 0.02))
            writer.kill()
        seen.add(target.read_bytes())
        sweep(target.parent)
    assert seen <= {OLD, NEW}
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_disk_that_fills_up_while_writing_is_one_clear_error(target: Path) -> None:
    code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (70_000, 70_000)); {PUBLISH}"
    done = subprocess.run([sys.executable, "-c", code, str(target)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "NotPublished" in done.stderr.splitlines()[-1]
    assert "What was there before is kept" in done.stderr.splitlines()[-1]
    assert [(path.name, path.read_bytes()) for path in target.parent.iterdir()] == [(target.name, OLD)]


def _start_again(target: Path) -> None:
    for path in target.parent.iterdir():
        path.unlink()
    target.write_bytes(OLD)


_BEFORE: dict[str, int] = {}


def _calls_before_go(target: Path, name: str) -> int:
    """How often Python's start, to "go" and with it, makes this call: the same every time (no bytecode is written)."""
    if not _BEFORE:
        traced(target)
        target.write_bytes(OLD)
        whole = (target.parent.parent / "trace").read_text(errors="replace")
        started = re.findall(r"^(\w+)\(", whole[: whole.index('"go')], re.MULTILINE)
        _BEFORE.update({step: started.count(step) for step in STEPS})
    return _BEFORE[name]
