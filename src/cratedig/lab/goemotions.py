"""GoEmotions: does the emotion head name the emotions that raters named?

Demszky et al. 2020, "GoEmotions: A Dataset of Fine-Grained Emotions", ACL. `macro_f1_28`: the mean F1 of the 28
labels. `macro_f1_6`: the mean F1 of joy, sadness, anger, fear, surprise and love, each true where a rater named one
label of its group (models/emotion.py, GROUPS). `macro_f1_6_labels`: of the six labels of those names alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.goemotions_data import id_digests, read_comments
from cratedig.lab.multilabel import f1_of
from cratedig.models.emotion import LABELS, EmotionHead, with_six
from cratedig.models.layers import LayerReader
from cratedig.music.finding import EMOTIONS


def figures_of(named: NDArray[np.bool_], labels: NDArray[Any]) -> dict[str, float]:
    """The figures of the evaluation; both (n, 34): LABELS, then EMOTIONS."""
    f1 = f1_of(named, labels)
    alone = [LABELS.index(name) for name in EMOTIONS]
    figures = {"macro_f1_28": f1[:28].mean(), "macro_f1_6": f1[28:].mean(), "macro_f1_6_labels": f1[alone].mean()}
    by_name = {f"f1_{name}": value for name, value in zip(EMOTIONS, f1[28:], strict=True)}
    return {name: round(float(value), 4) for name, value in (figures | by_name).items()}


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """The shipped head's. Rows it learned from are left out where the folder has others; `trained_on` is their share,
    and `n` counts what was judged. A folder of nothing but such rows is judged whole: then `trained_on` is 1."""
    return await anyio.to_thread.run_sync(_evaluate, data, lab)


def _evaluate(data: Path, lab: Lab) -> Evaluation:
    comments, head = read_comments(data), EmotionHead.load()
    seen = np.isin(id_digests(comments.ids), head.trained_on)
    comments = comments.part(~seen) if not seen.all() else comments
    judged = head.probabilities(comments.texts, LayerReader(lab.embedder).read(comments.texts))
    labels = with_six(comments.labels)
    metrics = figures_of(head.named(judged), labels) | {"trained_on": round(float(seen.mean()), 4)}
    every = figures_of(np.ones(labels.shape, dtype=bool), labels)
    baselines = {f"every_label_{name}": every[name] for name in ("macro_f1_28", "macro_f1_6")}
    return Evaluation(name="goemotions", n=len(comments.texts), metrics=dict(metrics), baselines=dict(baselines))
