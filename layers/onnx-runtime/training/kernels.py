"""Estimators that compare a row with stored rows, and their ONNX graphs, in double precision."""

from typing import Any

import graph
import numpy as np
import onnx
from sklearn.pipeline import Pipeline

# Keeps weights from being all zero when the nearest rows lie equally far.
_LEAST_WEIGHT = 1e-6
_LEAST_DISTANCE = 1e-9


class Stretch:
    """Multiplies each feature by how much it counts in a distance: a last step of scaling, without state."""

    def __init__(self, factors: tuple[float, ...]) -> None:
        self.factors = factors

    def fit(self, x: np.ndarray, y: np.ndarray | None = None) -> "Stretch":
        return self

    def transform(self, x: np.ndarray) -> np.ndarray:
        return x * np.array(self.factors)

    def get_params(self, deep: bool = True) -> dict:
        return {"factors": self.factors}


def fading(distances: np.ndarray) -> np.ndarray:
    """
    Weights that fall to zero at the farthest neighbour, so that an answer does not jump when rounding changes which
    rows are the nearest.
    """
    farthest = np.maximum(distances.max(axis=1, keepdims=True), _LEAST_DISTANCE)
    return 1 - distances / farthest + _LEAST_WEIGHT


_SQUARED_DISTANCES = """
    exact = Cast<to = 11>(features)
    centred = Sub(exact, centre)
    scaled = Mul(centred, factor)
    scaled_2 = Mul(scaled, scaled)
    own_2 = ReduceSum<keepdims = 1>(scaled_2, across)
    products = MatMul(scaled, stored_twice)
    with_stored = Add(own_2, stored_2)
    differences = Sub(with_stored, products)
    squared = Max(differences, zero)
"""


def _stored(pipeline: Pipeline, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Constants of the squared distances between scaled features and stored rows, which are scaled already."""
    scaler = pipeline.named_steps["standardscaler"]
    stretch = pipeline.named_steps.get("stretch")
    factor = (np.array(stretch.factors) if stretch else 1) / scaler.scale_
    return {
        "centre": scaler.mean_,
        "factor": factor,
        "across": np.array([1], np.int64),
        "stored_twice": 2 * rows.T,
        "stored_2": (rows**2).sum(axis=1)[None, :],
        "zero": np.array(0.0),
    }


def nearest_neighbours(pipeline: Pipeline, width: int) -> onnx.ModelProto:
    """A k-nearest-neighbours pipeline with `fading` weights, for classes or values."""
    model = pipeline[-1]
    is_classifier = hasattr(model, "classes_")
    targets = np.eye(len(model.classes_))[model._y] if is_classifier else model._y.reshape(-1, 1)
    output = "probabilities" if is_classifier else "variable"
    return graph.parse(
        f"""neighbours (float[N,{width}] features) => (float[N,{targets.shape[1]}] {output}) {{
            {_SQUARED_DISTANCES}
            distances = Sqrt(squared)
            near, places = TopK<axis = 1, largest = 0, sorted = 1>(distances, count)
            last = ReduceMax<axes = [1], keepdims = 1>(near)
            farthest = Max(last, least_distance)
            share = Div(near, farthest)
            fallen = Sub(one, share)
            weights = Add(fallen, least_weight)
            total = ReduceSum<keepdims = 1>(weights, across)
            portions = Div(weights, total)
            each = Unsqueeze(portions, last_axis)
            answers = Gather<axis = 0>(targets, places)
            weighted = Mul(answers, each)
            sum = ReduceSum<keepdims = 0>(weighted, across)
            {output} = Cast<to = 1>(sum)
        }}""",
        {
            **_stored(pipeline, np.asarray(model._fit_X)),
            "count": np.array([model.n_neighbors], np.int64),
            "least_distance": np.array(_LEAST_DISTANCE),
            "least_weight": np.array(_LEAST_WEIGHT),
            "one": np.array(1.0),
            "last_axis": np.array([2], np.int64),
            "targets": targets.astype(np.float64),
        },
    )


def _radial(
    pipeline: Pipeline, width: int, rows: np.ndarray, gamma: float, weights: np.ndarray, offset: float, end: str
) -> onnx.ModelProto:
    """Σ weight · exp(−γ · squared distance) + offset, then the lines of `end`."""
    output = "float[N,2] probabilities" if "probabilities" in end else "float[N,1] variable"
    return graph.parse(
        f"""radial (float[N,{width}] features) => ({output}) {{
            {_SQUARED_DISTANCES}
            exponents = Mul(squared, minus_gamma)
            similar = Exp(exponents)
            sums = MatMul(similar, weights)
            decision = Add(sums, offset)
            {end}
        }}""",
        {
            **_stored(pipeline, rows),
            "minus_gamma": np.array(-gamma),
            "weights": weights.reshape(-1, 1),
            "offset": np.array(offset),
        },
    )


def support_vectors(pipeline: Pipeline, width: int) -> onnx.ModelProto:
    """A support vector machine with two classes and a radial kernel; its decision value becomes log-odds."""
    model: Any = pipeline[-1]
    weights, offset = model.dual_coef_[0], float(model.intercept_[0])
    return _radial(pipeline, width, model.support_vectors_, model._gamma, weights, offset, graph.LOG_ODDS)


def kernel_ridge(pipeline: Pipeline, width: int) -> onnx.ModelProto:
    """Nyström's approximation of a radial kernel, then ridge regression: both are one weight a stored row."""
    nystroem, ridge = pipeline.named_steps["nystroem"], pipeline[-1]
    weights = nystroem.normalization_.T @ ridge.coef_
    end = "variable = Cast<to = 1>(decision)"
    return _radial(pipeline, width, nystroem.components_, nystroem.gamma, weights, float(ridge.intercept_), end)
