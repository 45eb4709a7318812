"""Out-of-fold answers, the fitted model and its ONNX graph, of one entry of the catalogue."""

from dataclasses import dataclass
from typing import Any

import convert
import features
import graph
import numpy as np
import onnx
import scores
from catalogue import Entry
from datasets import Dataset, Table, impute_values, imputed


@dataclass(frozen=True)
class Fitted:
    """`answers`: out-of-fold probabilities [rows, classes] or values [rows]; `defaults`: imputation of each column."""

    entry: Entry
    dataset: Dataset
    estimator: Any
    calibration: scores.Calibration | None
    defaults: np.ndarray
    answers: np.ndarray
    model: onnx.ModelProto

    def answer(self, x: np.ndarray) -> np.ndarray:
        """What the training tool itself answers for rows with gaps, in float64."""
        raw = _predict(self.estimator, self.dataset, _features(self.entry, imputed(x, self.defaults)))
        return self.calibration.apply(raw) if self.calibration else raw


def _features(entry: Entry, x: np.ndarray) -> np.ndarray:
    """The estimator's features, computed by the very graph that will be served, so that none can differ."""
    if entry.features is None:
        return x.astype(np.float64)
    return graph.run(features.GRAPHS[entry.features](), x).astype(np.float64)


def _predict(estimator: Any, dataset: Dataset, f: np.ndarray) -> np.ndarray:
    if dataset.labels is None:
        return np.clip(estimator.predict(f) * convert.VALUE_SCALE, *dataset.limits)
    if hasattr(estimator, "predict_proba"):
        return estimator.predict_proba(f)
    return convert.sigmoid_pair(estimator.decision_function(f))


def _train(entry: Entry, dataset: Dataset, x: np.ndarray, y: np.ndarray) -> tuple[Any, np.ndarray]:
    defaults = impute_values(dataset, x)
    target = y / convert.VALUE_SCALE if dataset.labels is None else y
    return entry.build().fit(_features(entry, imputed(x, defaults)), target), defaults


def _held_out(entry: Entry, dataset: Dataset, table: Table) -> np.ndarray:
    """Uncalibrated answers of each fold by a model of the others."""
    shape = (len(table.y), len(dataset.labels)) if dataset.labels else (len(table.y),)
    answers = np.zeros(shape)
    for k in np.unique(table.fold):
        own = table.fold == k
        estimator, defaults = _train(entry, dataset, table.x[~own], table.y[~own])
        answers[own] = _predict(estimator, dataset, _features(entry, imputed(table.x[own], defaults)))
    return answers


def _out_of_fold(entry: Entry, dataset: Dataset, table: Table, raw: np.ndarray) -> np.ndarray:
    """Calibrates each fold by what models of eight folds answer for the ninth, so that no row calibrates itself."""
    if entry.calibration is None:
        return raw
    answers = np.zeros_like(raw)
    for k in np.unique(table.fold):
        own = table.fold == k
        rest = Table(table.x[~own], table.y[~own], table.fold[~own], table.sha256)
        inner = _held_out(entry, dataset, rest)
        answers[own] = scores.fit_calibration(entry.calibration, inner, rest.y).apply(raw[own])
    return answers


def fit(entry: Entry, dataset: Dataset, table: Table) -> Fitted:
    """Cross-validates the entry over the given folds, then fits it to all rows and exports it."""
    raw = _held_out(entry, dataset, table)
    answers = _out_of_fold(entry, dataset, table, raw)
    calibration = scores.fit_calibration(entry.calibration, raw, table.y) if entry.calibration else None
    estimator, defaults = _train(entry, dataset, table.x, table.y)
    model = convert.to_graph(entry, dataset, estimator, calibration)
    return Fitted(entry, dataset, estimator, calibration, defaults, answers, model)
