"""Promise 22: no pickle, joblib, allow_pickle, yaml.load.

What the linter reads (ruff's S, tests/house/test_source_rules) is tried here: files that would run code are given to
everything that reads files, and nothing is run.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from cratedig.catalogue import Catalogue
from cratedig.catalogue.backup import verified
from cratedig.collect.intake import collect_file
from cratedig.errors import CratedigError, ModelUnavailable, SettingsError
from cratedig.models.mood import MoodHead
from cratedig.settings import Settings
from no_code_from_data import CodeFromData

ROOT = Path(__file__).resolve().parents[2]
FORBIDS = {"S301": "pickle", "S302": "marshal", "S307": "eval", "S102": "exec", "S506": "yaml.load"}


class Payload:
    """Unpickled, it makes the file `canary`."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch {self.canary}",)


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Path]:
    """A file that every payload would make, and none may."""
    yield tmp_path / "canary"
    assert not (tmp_path / "canary").exists()


def payloads(canary: Path) -> dict[str, bytes]:
    """Files that run code where somebody reads them carelessly."""
    objects, archive = io.BytesIO(), io.BytesIO()
    np.save(objects, np.array([Payload(canary)], dtype=object), allow_pickle=True)
    np.savez(archive, vocabulary=np.array([Payload(canary)], dtype=object), idf=np.zeros(3, np.float32))
    tag = f'!!python/object/apply:os.system ["touch {canary}"]'
    return {
        "pickle": pickle.dumps(Payload(canary)),
        "npy": objects.getvalue(),
        "npz": archive.getvalue(),
        "yaml": f"data_dir: {tag}\n".encode(),
        "csv": f'title,artist\n"=cmd|\'/C touch {canary}\'!A0",{tag}\n__import__("os"),x\n'.encode(),
        "json": json.dumps({"py/object": "os.system", "__reduce__": [f"touch {canary}"]}).encode(),
    }


def test_the_payloads_are_real_and_the_hook_stops_them(canary: Path) -> None:
    for name in ("pickle", "npz", "npy"):
        data = payloads(canary)[name]
        with pytest.raises(CodeFromData, match="a pickle asked for"):
            _careless(data)
    assert pickle.loads(pickle.dumps({"plain": [1, "two"]})) == {"plain": [1, "two"]}


def _careless(data: bytes) -> list[object]:
    """`np.load` reads plain pickles too."""
    loaded = np.load(io.BytesIO(data), allow_pickle=True)
    return [loaded[name] for name in loaded.files] if isinstance(loaded, np.lib.npyio.NpzFile) else [loaded]


@pytest.mark.parametrize("name", payloads(Path("x")))
def test_a_model_file_that_would_run_code_is_refused(name: str, canary: Path, tmp_path: Path) -> None:
    """Even where its card vouches for it."""
    data = payloads(canary)[name]
    card = {"name": "mood", "version": 1, "file": "head.npz", "sha256": hashlib.sha256(data).hexdigest()}
    (tmp_path / "head.npz").write_bytes(data)
    (tmp_path / "emobank.json").write_text(json.dumps(card))
    with pytest.raises(ModelUnavailable):
        MoodHead.load(tmp_path)


@pytest.mark.parametrize("name", payloads(Path("x")))
async def test_a_dump_that_would_run_code_is_rows_or_refused(
    name: str, canary: Path, catalogue: Catalogue, tmp_path: Path
) -> None:
    path = tmp_path / f"dump.{name}"
    path.write_bytes(payloads(canary)[name])
    try:
        account = await collect_file(catalogue, path, rejects_dir=tmp_path, today=date(2026, 11, 20))
    except CratedigError:
        account = None
    assert account is None or account.rows_in == account.accepted + account.merged + account.rejected


@pytest.mark.parametrize("name", payloads(Path("x")))
async def test_a_backup_that_would_run_code_is_refused(name: str, canary: Path, tmp_path: Path) -> None:
    path = tmp_path / "backup.tar"
    path.write_bytes(payloads(canary)[name])
    with pytest.raises(CratedigError):
        await verified(path)


def test_a_configuration_that_would_run_code_is_refused(
    canary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_bytes(payloads(canary)["yaml"])
    with pytest.raises(SettingsError):
        Settings.load()


def test_the_linter_forbids_what_runs_data() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    let_off = {rule for pattern, rules in lint["per-file-ignores"].items() if "src" in pattern for rule in rules}
    assert not (let_off | set(lint["ignore"])) & (FORBIDS.keys() | {"S"})
    found = subprocess.run(
        ["grep", "-rnE", f"noqa: *({'|'.join(FORBIDS)})", "src"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.stdout == ""
