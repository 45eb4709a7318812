"""Which models are trained: one entry each. Adding one is adding an entry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sklearn.discriminant_analysis import LinearDiscriminantAnalysis


@dataclass(frozen=True)
class Entry:
    """
    `build` makes the unfitted estimator; `calibration` is None, "temperature" or "platt"; `features` names a graph
    in features.py that turns the data's columns into the estimator's; `export` replaces the usual converter.
    """

    dataset: str
    short: str
    family: str
    build: Callable[[], Any]
    calibration: str | None = None
    features: str | None = None
    export: Callable[[Any, int], Any] | None = None
    version: str = "1.0.0"

    @property
    def name(self) -> str:
        return f"{self.dataset}-{self.short}"


ENTRIES = (
    Entry(
        "iris",
        "lda",
        "linear discriminant analysis",
        lambda: LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.02),
    ),
)
