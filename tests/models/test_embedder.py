"""The text embedder: the published model's numbers, whatever the text, from files that are whole or built anew."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cratedig.errors import ModelUnavailable
from cratedig.models.embedder import DIMENSIONS, MAX_CHARS, TextEmbedder
from cratedig.models.weights_source import MODEL_FILE, TOKENIZER_FILE, installed_folder

# First five numbers of each vector, by sentence-transformers 6.2.0 on PyTorch 2.13.0 from the same weights.
REFERENCE = {
    "i miss my ex": [-0.032884, -0.042329, 0.09053, 0.030037, 0.092798],
    "A slow piano ballad about a love that ended.": [-0.051028, 0.05726, 0.114779, 0.058973, -0.009097],
    "Upbeat electronic dance music with a driving bass.": [-0.058326, -0.072667, -0.003696, 0.004882, -0.083334],
    "": [-0.118838, 0.048299, -0.002548, -0.011011, 0.051951],
    "Nước mắt em lau bằng tình yêu mới 😀": [-0.065947, -0.002779, 0.009806, -0.034705, -0.072217],
    "la " * 600: [0.033025, 0.022374, 0.044178, -0.031501, -0.027098],  # cut after 256 tokens, as there
}
TITLES = [
    f"{mood} {sound} number {n}" for n in range(12) for mood in ("sad", "wildly happy") for sound in ("song", "jam")
]
OPEN = (
    "import sys, pathlib; from cratedig.models.embedder import TextEmbedder; "
    "TextEmbedder.open(pathlib.Path(sys.argv[1]))"
)


@pytest.fixture(scope="module")
def exact(tmp_path_factory: pytest.TempPathFactory) -> TextEmbedder:
    return TextEmbedder.open(tmp_path_factory.mktemp("exact"), precision="fp32")


@pytest.fixture(scope="module")
def built(embedder: TextEmbedder, server_dir: Path) -> Path:
    """The folder where the session's embedder was built (int8)."""
    (folder,) = (server_dir / "models").glob("all-MiniLM-L6-v2-int8-*")
    return folder


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    """A data folder with a built model that a test may damage; gives the model's folder."""
    return Path(shutil.copytree(built, tmp_path / "models" / built.name))


def leftovers(folder: Path) -> list[str]:
    return sorted(
        path.name for path in folder.rglob("*") if path.name.endswith(".part") or path.name.startswith(".fetch")
    )


def test_fp32_gives_the_published_models_numbers(exact: TextEmbedder) -> None:
    vectors = exact.embed(list(REFERENCE))
    assert np.allclose(vectors[:, :5], list(REFERENCE.values()), atol=2e-6)
    assert vectors[0] @ vectors[1] == pytest.approx(0.276764, abs=1e-5)


def test_int8_stays_close_to_fp32(embedder: TextEmbedder, exact: TextEmbedder) -> None:
    texts = [*REFERENCE, *TITLES]
    cosines = (embedder.embed(texts) * exact.embed(texts)).sum(axis=1)
    assert cosines.mean() > 0.985
    assert cosines.min() > 0.96


def test_the_version_names_model_precision_and_build(embedder: TextEmbedder, exact: TextEmbedder) -> None:
    assert embedder.version.startswith("all-MiniLM-L6-v2/int8/")
    assert exact.version.startswith("all-MiniLM-L6-v2/fp32/")


def test_likeness_of_meaning_is_likeness_of_vectors(embedder: TextEmbedder) -> None:
    query, like, unlike = embedder.embed(
        ["i miss my ex", "heartbroken after the breakup", "fast drum and bass workout"]
    )
    assert query @ like > query @ unlike + 0.1


def test_no_texts_give_no_rows(embedder: TextEmbedder) -> None:
    vectors = embedder.embed([])
    assert vectors.shape == (0, DIMENSIONS)
    assert vectors.dtype == np.float32


def test_rows_come_in_the_order_of_the_texts(exact: TextEmbedder) -> None:
    order = np.random.default_rng(4).permutation(len(TITLES))
    straight = exact.embed(TITLES)
    assert np.allclose(exact.embed([TITLES[at] for at in order]), straight[order], atol=1e-5)


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_a_text_means_the_same_alone_and_in_a_batch(
    precision: str, embedder: TextEmbedder, exact: TextEmbedder
) -> None:
    model = exact if precision == "fp32" else embedder
    texts = [*REFERENCE, *TITLES]
    together, alone = model.embed(texts), np.concatenate([model.embed([text]) for text in texts])
    # int8 scales a whole batch's activations by its largest, so companions move a vector a little.
    assert (together * alone).sum(axis=1).min() > (0.99999 if precision == "fp32" else 0.97)


@given(st.lists(st.text(max_size=300), max_size=5))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_has_a_finite_row_of_length_one(embedder: TextEmbedder, texts: list[str]) -> None:
    vectors = embedder.embed(texts)
    assert vectors.shape == (len(texts), DIMENSIONS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "\0\0",
        "a\0b",
        "\ud800 alone",
        "🎹" * 500,
        "[CLS] [SEP] [PAD] [MASK]",
        "x" * 5_000_000,
        "‏שיר",
        "\x1b[2J",
    ],
    ids=[
        "empty",
        "blank",
        "nul",
        "nul_within",
        "surrogate",
        "emoji",
        "special_tokens",
        "5 MB word",
        "hebrew",
        "escape",
    ],
)
def test_odd_texts_have_a_finite_row_of_length_one(embedder: TextEmbedder, text: str) -> None:
    assert np.linalg.norm(embedder.embed([text])[0]) == pytest.approx(1, abs=1e-5)


def test_what_follows_the_limit_is_not_read(exact: TextEmbedder) -> None:
    song = "word " * (MAX_CHARS // 5)
    assert np.array_equal(exact.embed([song]), exact.embed([song + "and ten megabytes more " * 400_000]))


def test_threads_may_share_one_embedder(embedder: TextEmbedder) -> None:
    parts = [TITLES[at::6] for at in range(6)]
    expected = [embedder.embed(part) for part in parts]
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(embedder.embed, parts * 5))
    assert all(np.array_equal(row, expected[at % 6]) for at, row in enumerate(found))


def test_opening_a_built_model_needs_no_weights_and_little_time(copied: Path, tmp_path: Path) -> None:
    start = time.process_time()
    opened = TextEmbedder.open(tmp_path, weights=tmp_path / "nowhere")
    assert time.process_time() - start < 3  # of processor time; building takes more
    assert opened.embed(["song"]).shape == (1, DIMENSIONS)


def test_opening_a_built_model_imports_neither_onnx_nor_torch(copied: Path, tmp_path: Path) -> None:
    script = f"{OPEN}; print([name for name in ('onnx', 'torch', 'sentence_transformers') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "manifest.json"])
@pytest.mark.parametrize("damage", ["flipped", "cut", "emptied", "gone"])
def test_a_damaged_file_is_built_anew(
    copied: Path, tmp_path: Path, embedder: TextEmbedder, name: str, damage: str
) -> None:
    path = copied / name
    whole = path.read_bytes()
    half = len(whole) // 2
    if damage == "gone":
        path.unlink()
    else:
        flipped = whole[:half] + bytes([whole[half] ^ 1]) + whole[half + 1 :]
        path.write_bytes({"flipped": flipped, "cut": whole[:half], "emptied": b""}[damage])
    opened = TextEmbedder.open(tmp_path)
    assert path.read_bytes() == whole
    assert np.array_equal(opened.embed(["song"]), embedder.embed(["song"]))


def test_a_manifest_that_is_json_but_not_ours_is_built_anew(copied: Path, tmp_path: Path) -> None:
    (copied / "manifest.json").write_text("[1, 2]")
    TextEmbedder.open(tmp_path)
    assert json.loads((copied / "manifest.json").read_text())["model"] == "all-MiniLM-L6-v2"


def test_other_weights_are_refused_and_nothing_is_built(tmp_path: Path) -> None:
    source = installed_folder()
    assert source is not None
    given = tmp_path / "given"
    given.mkdir()
    shutil.copy(source / TOKENIZER_FILE, given)
    (given / MODEL_FILE).write_bytes((source / MODEL_FILE).read_bytes()[:-1] + b"\0")
    with pytest.raises(ModelUnavailable, match=r"is not the published all-MiniLM-L6-v2 file") as caught:
        TextEmbedder.open(tmp_path / "data", weights=given)
    assert "\n" not in str(caught.value)
    assert not list((tmp_path / "data").rglob("*.onnx"))


def test_weights_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"nowhere/model.safetensors': No such file") as caught:
        TextEmbedder.open(tmp_path, weights=tmp_path / "nowhere")
    assert "CRATEDIG_TEXT__WEIGHTS" in caught.value.hint


def test_a_data_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(ModelUnavailable, match="cannot be built") as caught:
        TextEmbedder.open(tmp_path)
    assert "\n" not in str(caught.value)


def test_two_processes_may_build_at_once(tmp_path: Path, embedder: TextEmbedder, built: Path) -> None:
    builders = [subprocess.Popen([sys.executable, "-c", OPEN, tmp_path]) for _ in range(2)]
    assert [builder.wait(120) for builder in builders] == [0, 0]
    folder = tmp_path / "models" / built.name
    assert (folder / "model.onnx").read_bytes() == (built / "model.onnx").read_bytes()
    assert leftovers(tmp_path) == []


def test_a_full_disk_leaves_no_half_model(tmp_path: Path) -> None:
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000)); {OPEN}"
    done = subprocess.run([sys.executable, "-c", limited, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ModelUnavailable: The text model cannot be built" in done.stderr.splitlines()[-1]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [".lock"]


def test_a_builder_killed_while_writing_is_cleaned_up_after(tmp_path: Path, embedder: TextEmbedder) -> None:
    builder = subprocess.Popen([sys.executable, "-c", OPEN, tmp_path])
    while builder.poll() is None and not leftovers(tmp_path):
        time.sleep(0.001)
    builder.kill()
    builder.wait()
    opened = TextEmbedder.open(tmp_path)
    assert np.array_equal(opened.embed(["song"]), embedder.embed(["song"]))
    assert leftovers(tmp_path) == []
