"""The reader of Hugging Face classifiers, on a tiny RoBERTa with random weights made here: `make test-transformers`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast, RobertaConfig, RobertaForSequenceClassification

from cratedig.errors import ModelUnavailable
from cratedig.models.hugging_face import HuggingFaceReader
from cratedig.music.finding import EMOTIONS
from cratedig.music.lyric import Lyric
from cratedig.settings import Settings
from cratedig.understand.lyrics.emotion.analyzer import EmotionAnalyzer

LABELS = ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
TEXTS = ["I left the light on", "the rain", "", "hold on " * 400]


def made(folder: Path, labels: tuple[str, ...] = LABELS, *, safetensors: bool = True) -> Path:
    """A classifier as the hub keeps them: config, tokenizer, weights."""
    words = ["<s>", "<pad>", "</s>", "<unk>", "I", "left", "the", "light", "on", "rain", "hold"]
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    marks = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **marks).save_pretrained(folder)
    config = RobertaConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=34,
        type_vocab_size=1,
        id2label=dict(enumerate(labels)),
        label2id={label: at for at, label in enumerate(labels)},
    )
    torch.manual_seed(6)
    model = RobertaForSequenceClassification(config)
    model.save_pretrained(folder)
    if not safetensors:
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
        (folder / "model.safetensors").unlink()
    return folder


def test_labels_become_six_and_love_is_not_judged(tmp_path: Path) -> None:
    reader = HuggingFaceReader.open(str(made(tmp_path)))
    found = reader.read(TEXTS)
    assert reader.judged == ("joy", "sadness", "anger", "fear", "surprise")
    assert found.names == LABELS
    np.testing.assert_allclose(found.labels.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(found.six[:, EMOTIONS.index("anger")], found.labels[:, :2].sum(axis=1), atol=1e-6)
    assert not found.six[:, EMOTIONS.index("love")].any()


def test_a_text_is_judged_alike_alone_and_among_others(tmp_path: Path) -> None:
    reader = HuggingFaceReader.open(str(made(tmp_path)))
    together = reader.read(TEXTS).labels
    for text, row in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(reader.read([text]).labels[0], row, atol=1e-5)
    assert reader.read([]).six.shape == (0, 6)


async def test_the_analyzer_says_which_emotion_nobody_judged(tmp_path: Path) -> None:
    analyzer = EmotionAnalyzer(HuggingFaceReader.open(str(made(tmp_path))))
    finding = await analyzer.analyze(Lyric.of("I left the light on for you\nand the rain came in"))
    assert set(finding.emotions) == set(EMOTIONS) - {"love"}
    assert finding.data["not_judged"] == ["love"]
    assert finding.version == analyzer.version


def test_other_weights_are_another_version(tmp_path: Path) -> None:
    one = HuggingFaceReader.open(str(made(tmp_path / "one"))).version
    other = HuggingFaceReader.open(str(made(tmp_path / "other", (*LABELS, "love")))).version
    assert one.split("@")[1] != other.split("@")[1]


def test_weights_in_another_format_than_safetensors_are_not_read(tmp_path: Path) -> None:
    folder = made(tmp_path, safetensors=False)
    with pytest.raises(ModelUnavailable, match="safetensors"):
        HuggingFaceReader.open(str(folder))


def test_a_classifier_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="names no emotion"):
        HuggingFaceReader.open(str(made(tmp_path, ("spam", "ham"))))


def test_a_model_that_is_not_here_is_not_fetched(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="CRATEDIG_EMOTION__DOWNLOAD"):
        HuggingFaceReader.open("nobody/has-this-model")
    with pytest.raises(ModelUnavailable, match=r"config\.json"):
        HuggingFaceReader.open(str(tmp_path))


def test_settings_name_the_model_and_download_nothing_by_themselves() -> None:
    assert Settings().emotion.model == ""
    assert Settings().emotion.download is False
