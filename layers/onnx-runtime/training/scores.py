"""Calibration on held-out folds, scores per fold, and conformal quantiles."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from sklearn.metrics import log_loss, roc_auc_score

# Keeps the logarithm of a probability finite; the same value stands in the exported graph.
PROBABILITY_MIN = 1e-7
LEVEL = 0.9
PRICE_BINS = 5


def log_probabilities(probabilities: np.ndarray) -> np.ndarray:
    return np.log(np.clip(probabilities, PROBABILITY_MIN, 1))


def softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Calibration:
    """softmax(slope · log p + offsets): temperature scaling (Guo et al. 2017), with offsets Platt's scaling."""

    slope: float
    offsets: np.ndarray

    def apply(self, probabilities: np.ndarray) -> np.ndarray:
        return softmax(self.slope * log_probabilities(probabilities) + self.offsets)


def fit_calibration(method: str, held_out: np.ndarray, y: np.ndarray) -> Calibration:
    """Fits the calibration to probabilities of rows that the model did not see, by log-loss."""
    logits, classes = log_probabilities(held_out), held_out.shape[1]

    def unpack(parameters: np.ndarray) -> Calibration:
        offsets = np.zeros(classes)
        if method == "platt":
            offsets[1:] = parameters[1:]
        return Calibration(float(np.exp(parameters[0])), offsets)

    def loss(parameters: np.ndarray) -> float:
        calibration = unpack(parameters)
        return log_loss(y, softmax(calibration.slope * logits + calibration.offsets), labels=range(classes))

    start = np.zeros(classes if method == "platt" else 1)
    return unpack(minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-9}).x)


def classification_scores(y: np.ndarray, p: np.ndarray) -> dict[str, float]:
    classes = p.shape[1]
    scores = {
        "accuracy": float((p.argmax(axis=1) == y).mean()),
        "logLoss": float(log_loss(y, p, labels=range(classes))),
        "brier": float(((p - np.eye(classes)[y]) ** 2).sum(axis=1).mean() / 2),
    }
    if classes == 2:
        scores["auc"] = float(roc_auc_score(y, p[:, 1]))
    return scores


def regression_scores(y: np.ndarray, value: np.ndarray) -> dict[str, float]:
    residual = value - y
    return {
        "r2": float(1 - (residual**2).sum() / ((y - y.mean()) ** 2).sum()),
        "rmse": float(np.sqrt((residual**2).mean())),
        "mae": float(np.abs(residual).mean()),
        "medianAbsoluteError": float(np.median(np.abs(residual))),
    }


def scores_by_fold(y: np.ndarray, answers: np.ndarray, fold: np.ndarray) -> list[dict[str, float]]:
    score = classification_scores if answers.ndim == 2 else regression_scores
    return [{"fold": int(k), **score(y[fold == k], answers[fold == k])} for k in np.unique(fold)]


def mean_scores(by_fold: list[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([f[name] for f in by_fold])) for name in by_fold[0] if name != "fold"}


def _quantile(scores: np.ndarray) -> float:
    """The ⌈(n + 1) level⌉-th smallest score, which makes split conformal prediction valid (Vovk et al. 2005)."""
    place = min(int(np.ceil((len(scores) + 1) * LEVEL)), len(scores))
    return float(np.sort(scores)[place - 1])


def conformal_set(y: np.ndarray, p: np.ndarray) -> dict:
    """A label belongs to the set when 1 − p(label) ≤ quantile (Sadinle et al. 2019); the likeliest always does."""
    return {"level": LEVEL, "quantile": _quantile(1 - p[np.arange(len(y)), y])}


def conformal_interval(y: np.ndarray, value: np.ndarray) -> dict:
    """value ± quantile, a quantile for each fifth of the predicted values, as errors grow with the price."""
    edges = np.quantile(value, np.arange(1, PRICE_BINS) / PRICE_BINS)
    place = np.searchsorted(edges, value, side="left")
    residual = np.abs(value - y)
    bins = [{"upTo": float(e), "quantile": _quantile(residual[place == i])} for i, e in enumerate(edges)]
    return {"level": LEVEL, "bins": [*bins, {"quantile": _quantile(residual[place == PRICE_BINS - 1])}]}


def covered_sets(uncertainty: dict, y: np.ndarray, p: np.ndarray) -> np.ndarray:
    inside = (1 - p <= uncertainty["quantile"]) | (p == p.max(axis=1, keepdims=True))
    return inside[np.arange(len(y)), y]


def covered_intervals(uncertainty: dict, y: np.ndarray, value: np.ndarray) -> np.ndarray:
    edges = [b["upTo"] for b in uncertainty["bins"][:-1]]
    quantiles = np.array([b["quantile"] for b in uncertainty["bins"]])
    return np.abs(value - y) <= quantiles[np.searchsorted(edges, value, side="left")]


def coverage(y: np.ndarray, answers: np.ndarray, fold: np.ndarray) -> float:
    """Share of rows inside, each fold judged by quantiles of the nine others."""
    if answers.ndim == 2:
        fit, covered = conformal_set, covered_sets
    else:
        fit, covered = conformal_interval, covered_intervals
    inside = np.zeros(len(y), dtype=bool)
    for k in np.unique(fold):
        other, own = fold != k, fold == k
        inside[own] = covered(fit(y[other], answers[other]), y[own], answers[own])
    return float(inside.mean())
