"""Learning many labels at once: logistic regression, a small network, calibration, thresholds. numpy and scipy only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from cratedig.models.emotion import Network, logit, odds

RESAMPLES: Final = 25
DROPPED: Final = (0.3, 0.5)  # of inputs, of hidden neurons (Srivastava et al. 2014, "Dropout")

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Linear:
    """weights: (features, labels); bias: (labels,)."""

    weights: Matrix
    bias: Matrix


def logistic(rows: Any, labels: Matrix, *, penalty: float, rounds: int) -> Linear:
    """Logistic regression per label on sparse rows, all labels in one run of L-BFGS (Liu & Nocedal 1989).

    penalty: on half the squared weights, against the summed loss of all rows.
    """
    count, width, outputs = rows.shape[0], rows.shape[1], labels.shape[1]
    turned, size = rows.T.tocsr(), rows.shape[1] * outputs

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat[:size].reshape(width, outputs).astype(np.float32)
        judged = rows @ weights + flat[size:].astype(np.float32)
        missed = (odds(judged) - labels) / count
        cost = (np.logaddexp(0, judged) - labels * judged).sum(dtype=np.float64)
        slope = turned @ missed + penalty / count * weights
        whole = (float(cost) + penalty / 2 * float((weights**2).sum())) / count
        return whole, np.concatenate([slope.ravel(), missed.sum(axis=0)]).astype(np.float64)

    start = np.concatenate([np.zeros(size), logit(labels.mean(axis=0))])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": rounds, "maxcor": 8}).x
    return Linear(found[:size].reshape(width, outputs).astype(np.float32), found[size:].astype(np.float32))


@dataclass(frozen=True)
class Recipe:
    """How a network is trained: AdamW (Loshchilov & Hutter 2019) with a rate that rises and falls once."""

    neurons: int = 256
    epochs: int = 8
    batch: int = 256
    rate: float = 1.5e-3
    decay: float = 1e-2
    seed: int = 2020


def network(inputs: Matrix, labels: Matrix, recipe: Recipe) -> Network:
    """A network of one hidden layer with dropout, log loss summed over the labels."""
    centre, scale = inputs.mean(axis=0), 1 / (inputs.std(axis=0) + 1e-6)
    random = np.random.default_rng(recipe.seed)
    trained = _Training(inputs.shape[1], labels, recipe, random)
    batches = [
        rows
        for _ in range(recipe.epochs)
        for rows in np.array_split(random.permutation(len(inputs)), max(1, len(inputs) // recipe.batch))
    ]
    for at, rows in enumerate(batches):
        trained.step((inputs[rows] - centre) * scale, labels[rows], _rate(at / len(batches), recipe.rate))
    return Network(centre, scale, *trained.values)


def _rate(done: float, peak: float) -> float:
    """Linear up over the first 0.3, then down a cosine (Smith & Topin 2019, "Super-convergence")."""
    return peak * (0.04 + 0.96 * done / 0.3) if done < 0.3 else peak * (1 + np.cos(np.pi * (done - 0.3) / 0.7)) / 2


class _Training:
    """The weights while they are learned: hidden, hidden bias, output, output bias."""

    def __init__(self, width: int, labels: Matrix, recipe: Recipe, random: np.random.Generator) -> None:
        outputs, spread = labels.shape[1], (6 / width) ** 0.5
        self.values: list[Any] = [
            random.uniform(-spread, spread, (width, recipe.neurons)).astype(np.float32) / 2,
            np.zeros(recipe.neurons, np.float32),
            random.uniform(-1, 1, (recipe.neurons, outputs)).astype(np.float32) / np.float32(recipe.neurons**0.5),
            logit(labels.mean(axis=0)),
        ]
        self._mean = [np.zeros_like(value) for value in self.values]
        self._square = [np.zeros_like(value) for value in self.values]
        self._steps, self._decay, self._random = 0, recipe.decay, random

    def step(self, inputs: Matrix, labels: Matrix, rate: float) -> None:
        self._steps += 1
        for at, slope in enumerate(self._slopes(inputs, labels)):
            self._move(at, slope, rate)

    def _slopes(self, inputs: Matrix, labels: Matrix) -> tuple[Any, ...]:
        hidden, hidden_bias, output, output_bias = self.values
        seen = inputs * self._kept(inputs.shape, DROPPED[0])
        kept = self._kept((len(inputs), hidden.shape[1]), DROPPED[1])
        before = seen @ hidden + hidden_bias
        active = np.maximum(before, 0) * kept
        missed = (odds(active @ output + output_bias) - labels) / np.float32(len(inputs))
        back = (missed @ output.T) * kept * (before > 0)
        return seen.T @ back, back.sum(axis=0), active.T @ missed, missed.sum(axis=0)

    def _kept(self, shape: tuple[int, ...], dropped: float) -> Matrix:
        kept = self._random.random(shape, dtype=np.float32) >= dropped
        return (kept / np.float32(1 - dropped)).astype(np.float32)

    def _move(self, at: int, slope: Matrix, rate: float) -> None:
        mean, square, value = self._mean[at], self._square[at], self.values[at]
        mean += np.float32(0.1) * (slope - mean)
        square += np.float32(0.001) * (slope * slope - square)
        tall, wide = 1 - 0.9**self._steps, 1 - 0.999**self._steps  # means that began at 0 are too small
        value *= np.float32(1 - rate * self._decay)
        value -= np.float32(rate / tall) * mean / (np.sqrt(square / np.float32(wide)) + np.float32(1e-8))


def platt(judged: Matrix, labels: Matrix) -> tuple[Matrix, Matrix]:
    """Slope and shift per label that turn log odds into calibrated ones, fitted on rows not learned from."""
    found = [_platt(judged[:, at].astype(np.float64), labels[:, at]) for at in range(labels.shape[1])]
    slope, shift = np.asarray(found, dtype=np.float32).T
    return slope, shift


def _platt(judged: NDArray[np.float64], label: Matrix) -> NDArray[np.float64]:
    def loss(pair: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        values = pair[0] * judged + pair[1]
        missed = odds(values) - label
        cost = float((np.logaddexp(0, values) - label * values).mean())
        return cost, np.array([(missed * judged).mean(), missed.mean()])

    found: NDArray[np.float64] = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B").x
    return found


def thresholds(probabilities: Matrix, labels: Matrix, *, seed: int = 1) -> Matrix:
    """Per label the probability from which naming it gives the best F1: the median over resamples, in log odds."""
    random = np.random.default_rng(seed)
    drawn = [random.integers(len(labels), size=len(labels)) for _ in range(RESAMPLES)]
    found = [[_best(probabilities[rows, at], labels[rows, at]) for rows in drawn] for at in range(labels.shape[1])]
    middle: Matrix = odds(np.median(logit(np.asarray(found)), axis=1))
    return middle


def _best(probabilities: Matrix, label: Matrix) -> float:
    order = np.argsort(-probabilities)
    right = np.cumsum(label[order])
    f1 = 2 * right / (np.arange(1, len(order) + 1) + label.sum())
    at = int(f1.argmax())
    return float(probabilities[order[at : at + 2]].mean())


def f1_of(named: NDArray[np.bool_], labels: NDArray[Any]) -> NDArray[np.float64]:
    """(labels,): F1 of each; 0 where it is neither given nor true."""
    true = labels > 0
    return np.asarray(2 * (named & true).sum(axis=0) / np.maximum(named.sum(axis=0) + true.sum(axis=0), 1))
