"""The ONNX graph of one fitted entry: its features, its estimator, its calibration."""

from typing import Any

import features
import graph
import numpy as np
import onnx
import scores
from catalogue import Entry
from datasets import Dataset
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType

# Prices are learnt in units of 100,000 USD, where the estimators' default tolerances make sense.
VALUE_SCALE = 100_000.0


def sigmoid_pair(decision: np.ndarray) -> np.ndarray:
    """Probabilities [rows, 2] whose log-odds are the decision values; calibration makes them meaningful."""
    return scores.softmax(np.column_stack([np.zeros_like(decision), decision]))


def _estimator_graph(entry: Entry, estimator: Any, width: int) -> onnx.ModelProto:
    if entry.export is not None:
        return entry.export(estimator, width)
    inputs = [("features", FloatTensorType([None, width]))]
    options = {"zipmap": False} if hasattr(estimator, "predict_proba") else None
    return to_onnx(estimator, initial_types=inputs, options=options, target_opset=graph.OPSETS)


def to_graph(
    entry: Entry, dataset: Dataset, estimator: Any, calibration: scores.Calibration | None
) -> onnx.ModelProto:
    """One graph from `columns` float32 [rows, arguments] to `probabilities` [rows, classes] or `value` [rows, 1]."""
    parts = [] if entry.features is None else [features.GRAPHS[entry.features]()]
    width = parts[0].graph.output[0].type.tensor_type.shape.dim[1].dim_value if parts else len(dataset.arguments)
    names = [parts[0].graph.output[0].name] if parts else []
    parts.append(_estimator_graph(entry, estimator, width))
    if dataset.labels is None:
        parts.append(graph.value_tail(VALUE_SCALE, dataset.limits))
        names += ["variable", "value"]
    else:
        parts.append(graph.calibration_tail(calibration, len(dataset.labels)))
        names += ["probabilities", "probabilities"]
    return graph.chain(parts, names, {"name": entry.name, "version": entry.version, "licence": "Apache-2.0"})
