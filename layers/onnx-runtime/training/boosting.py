"""LightGBM's trees as ONNX, exact where a feature lies right at a threshold."""

from collections.abc import Iterator
from typing import Any

import graph
import numpy as np
import onnx
import onnxmltools
from lightgbm import LGBMClassifier
from onnxmltools.convert.common.data_types import FloatTensorType as FloatColumns
from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm
from skl2onnx import to_onnx, update_registered_converter
from skl2onnx.common.data_types import FloatTensorType
from skl2onnx.common.shape_calculator import calculate_linear_classifier_output_shapes
from sklearn.ensemble import VotingClassifier

# Trees summed in float32 before sums are added up in double precision: over all trees it would lose half a dollar.
TREES_A_SUM = 50


def _thresholds(node: dict[str, Any]) -> Iterator[float]:
    if "split_index" in node:
        yield node["threshold"]
        yield from _thresholds(node["left_child"])
        yield from _thresholds(node["right_child"])


def _round_down(model: onnx.ModelProto, thresholds: set[float]) -> None:
    """x ≤ t for a float32 x is x ≤ the greatest float32 not above t; the converter takes the nearest one."""
    nearest = {np.float32(t): t for t in thresholds}
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.name == "nodes_values":
                values = np.array(attribute.floats, np.float32)
                exact = np.array([nearest.get(v, v) for v in values])
                lower = np.nextafter(values, np.float32(-np.inf))
                attribute.floats[:] = np.where(values.astype(np.float64) > exact, lower, values).tolist()


def _thresholds_of(estimator: Any) -> set[float]:
    trees = estimator.booster_.dump_model()["tree_info"]
    return {t for tree in trees for t in _thresholds(tree["tree_structure"])}


def boosted_values(estimator: Any, width: int) -> onnx.ModelProto:
    """A fitted LGBMRegressor; its answer is named `variable`."""
    inputs = [("features", FloatColumns([None, width]))]
    model = onnxmltools.convert_lightgbm(
        estimator, initial_types=inputs, target_opset=graph.OPSETS[""], split=TREES_A_SUM
    )
    _round_down(model, _thresholds_of(estimator))
    return model


def boosted_vote(estimator: VotingClassifier, width: int) -> onnx.ModelProto:
    """A soft vote of fitted LGBMClassifiers; its answer is named `probabilities`."""
    model = to_onnx(
        estimator,
        initial_types=[("features", FloatTensorType([None, width]))],
        options={"zipmap": False},
        target_opset=graph.OPSETS,
    )
    _round_down(model, set().union(*(_thresholds_of(e) for e in estimator.estimators_)))
    return model


update_registered_converter(
    LGBMClassifier,
    "LightGbmLGBMClassifier",
    calculate_linear_classifier_output_shapes,
    convert_lightgbm,
    options={"nocl": [True, False], "zipmap": [True, False, "columns"], "raw_scores": [True, False]},
)
