"""`cratedig analyze`: one lyric read, nothing stored, no database started; what is no lyric is refused in one line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from commands import Cratedig, one_line
from running import SLOW_S

LYRIC = "I left the porch light burning for the moth\nand the moth came home in a coat of smoke\n"


def piped(raw: bytes, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "cratedig", "analyze", "-", *arguments],
        input=raw,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "CRATEDIG_DATA_DIR": str(folder / "data")},
        capture_output=True,
        timeout=2 * SLOW_S,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_file_is_read_and_no_database_starts(cratedig: Cratedig, tmp_path: Path) -> None:
    file, data = tmp_path / "moth.txt", tmp_path / "data"
    file.write_text(LYRIC)
    shown = cratedig("analyze", file, "--analyzer", "algorithmic", "--data-dir", data)
    assert shown.returncode == 0, shown.stderr
    assert "sure" in shown.stdout
    assert not (data / "postgres").exists()


def test_the_rhymes_are_written_as_a_page(cratedig: Cratedig, tmp_path: Path) -> None:
    file, page = tmp_path / "moth.txt", tmp_path / "moth.html"
    file.write_text(LYRIC + "you said that a promise is only a cloth\nand I wore it until every stitch of it broke\n")
    shown = cratedig("analyze", file, "--analyzer", "algorithmic", "--html", page)
    assert shown.returncode == 0, shown.stderr
    assert "ABAB" in shown.stdout
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    nowhere = cratedig("analyze", file, "--html", tmp_path / "none" / "moth.html")
    assert nowhere.returncode == 5
    assert "cannot be written" in one_line(nowhere.stderr)


def test_standard_input_is_read_into_one_json_document(tmp_path: Path) -> None:
    done = piped(LYRIC.encode("utf-16"), "--analyzer", "algorithmic", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    assert (read["asked"], read["analyzer"], read["fallback"]) == ("algorithmic", "algorithmic", "")
    assert read["data"]["complexity"]["words"] == 19


def test_who_cannot_answer_is_stood_in_for_and_it_is_said(tmp_path: Path) -> None:
    done = piped(LYRIC.encode(), "--analyzer", "ollama", "--json", folder=tmp_path)
    read = json.loads(done.stdout)
    assert (done.returncode, read["asked"], read["analyzer"]) == (0, "ollama", "algorithmic")
    assert "ollama" in read["fallback"]


@pytest.mark.parametrize(
    "raw",
    [b"", b" \n\t\n", b"[Chorus]\n", b"\x89PNG\r\n\x1a\n\x00\x00", b"la la la\n" * 200_000],
    ids=["empty", "spaces", "only a heading", "binary", "too large"],
)
def test_what_is_no_lyric_is_refused_in_one_line(tmp_path: Path, raw: bytes) -> None:
    done = piped(raw, folder=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert "Standard input" in one_line(done.stderr)


@pytest.mark.parametrize("arguments", [("none.txt",), ("moth.txt", "--analyzer", "oracle")], ids=["file", "analyzer"])
def test_what_is_not_there_is_said_in_one_line(cratedig: Cratedig, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "moth.txt").write_text(LYRIC)
    done = cratedig("analyze", *arguments)
    assert done.returncode == 2
    assert "There is no" in one_line(done.stderr)


def test_ctrl_c_ends_the_waiting_for_input(tmp_path: Path) -> None:
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; print('up', flush=True); from cratedig.cli import main; main()",
            "analyze",
            "-",
        ],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "CRATEDIG_DATA_DIR": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        while process.poll() is None:  # until it has come to where it waits, Ctrl-C may end it earlier, in its own way
            os.kill(process.pid, signal.SIGINT)
            try:
                process.wait(0.5)
            except subprocess.TimeoutExpired:
                continue
        assert process.returncode != 0
