"""Engineered features as ONNX graphs: one definition for training and for serving."""

from collections.abc import Callable

import onnx

GRAPHS: dict[str, Callable[[], onnx.ModelProto]] = {}
