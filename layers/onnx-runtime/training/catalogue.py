"""Which models are trained: one entry each. Adding one is adding an entry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boosting
import kernels
import quadratic
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier, RandomForestRegressor, VotingClassifier
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.svm import SVC

SEED = 1


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


def _scaled(*steps: Any) -> Any:
    return make_pipeline(StandardScaler(), *steps)


def _passenger_trees(seed: int) -> LGBMClassifier:
    """One of ten that differ by their random rows and columns: 891 passengers make a single one unsteady."""
    return LGBMClassifier(
        n_estimators=170,
        learning_rate=0.04,
        num_leaves=12,
        min_child_samples=4,
        subsample=0.7,
        subsample_freq=1,
        colsample_bytree=0.6,
        random_state=seed,
        n_jobs=1,
        deterministic=True,
        force_col_wise=True,
        verbose=-1,
    )


# How much each of features.california_smooth counts when districts are compared: where they lie most of all.
DISTRICT_LIKENESS = (4, 4, 0.5, *(0.3,) * 4, *(0.6,) * 3, 1.5, 1.5, *(0.5,) * 5, *(1,) * 5)

IRIS = (
    Entry(
        "iris",
        "lda",
        "linear discriminant analysis",
        # Centring changes no answer, but keeps float32 from losing digits of large logits.
        lambda: make_pipeline(
            StandardScaler(with_std=False), LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.02)
        ),
    ),
    Entry("iris", "qda", "quadratic discriminant analysis", QuadraticDiscriminantAnalysis),
    Entry(
        "iris",
        "logistic",
        "logistic regression",
        lambda: _scaled(LogisticRegression(C=10, max_iter=5000)),
        calibration="temperature",
    ),
    Entry("iris", "bayes", "naive Bayes", GaussianNB, calibration="temperature"),
    Entry(
        "iris",
        "neighbours",
        "k-nearest neighbours",
        lambda: _scaled(KNeighborsClassifier(15, weights=kernels.fading)),
        calibration="temperature",
        export=kernels.nearest_neighbours,
    ),
    Entry(
        "iris",
        "forest",
        "extremely randomised trees",
        lambda: ExtraTreesClassifier(100, min_samples_leaf=2, random_state=SEED),
        calibration="temperature",
    ),
    Entry(
        "iris",
        "network",
        "neural network",
        lambda: _scaled(
            MLPClassifier((16,), activation="tanh", alpha=0.5, solver="lbfgs", max_iter=2000, random_state=SEED)
        ),
        calibration="temperature",
    ),
)

TITANIC = (
    Entry(
        "titanic",
        "forest",
        "random forest",
        lambda: RandomForestClassifier(
            500, criterion="log_loss", max_depth=9, max_features=3, min_samples_leaf=2, random_state=SEED
        ),
        features="titanic_trees",
    ),
    Entry(
        "titanic",
        "boosting",
        "gradient boosting",
        lambda: VotingClassifier(
            [(f"seed-{seed}", _passenger_trees(seed)) for seed in range(SEED, SEED + 10)],
            voting="soft",
            flatten_transform=False,
        ),
        features="titanic_trees",
        export=boosting.boosted_vote,
    ),
    Entry(
        "titanic",
        "logistic",
        "logistic regression",
        lambda: _scaled(
            PolynomialFeatures(2, interaction_only=True, include_bias=False),
            StandardScaler(),
            LogisticRegression(C=0.05, max_iter=5000),
        ),
        calibration="temperature",
        features="titanic_smooth",
        export=quadratic.quadratic_form,
    ),
    Entry(
        "titanic",
        "network",
        "neural network",
        lambda: _scaled(MLPClassifier((8,), alpha=5, solver="lbfgs", max_iter=3000, random_state=SEED)),
        calibration="temperature",
        features="titanic_smooth",
    ),
    Entry(
        "titanic",
        "vectors",
        "support vector machine",
        lambda: _scaled(SVC(C=0.5, gamma=0.1)),
        calibration="platt",
        features="titanic_smooth",
        export=kernels.support_vectors,
    ),
    Entry(
        "titanic",
        "neighbours",
        "k-nearest neighbours",
        lambda: _scaled(KNeighborsClassifier(40, weights=kernels.fading)),
        features="titanic_smooth",
        export=kernels.nearest_neighbours,
    ),
)

CALIFORNIA = (
    Entry(
        "california-housing",
        "boosting",
        "gradient boosting",
        lambda: LGBMRegressor(
            n_estimators=900,
            learning_rate=0.04,
            num_leaves=48,
            min_child_samples=10,
            subsample=0.8,
            subsample_freq=1,
            colsample_bytree=0.3,
            random_state=SEED,
            n_jobs=1,
            deterministic=True,
            force_col_wise=True,
            verbose=-1,
        ),
        features="california_trees",
        export=boosting.boosted_values,
    ),
    Entry(
        "california-housing",
        "forest",
        "random forest",
        lambda: RandomForestRegressor(40, max_leaf_nodes=1200, max_features=0.3, random_state=SEED),
        features="california_trees",
    ),
    Entry(
        "california-housing",
        "neighbours",
        "k-nearest neighbours",
        lambda: _scaled(
            kernels.Stretch(DISTRICT_LIKENESS),
            KNeighborsRegressor(15, weights=kernels.fading),
        ),
        features="california_smooth",
        export=kernels.nearest_neighbours,
    ),
    Entry(
        "california-housing",
        "kernel",
        "kernel ridge regression",
        lambda: _scaled(Nystroem(gamma=0.03, n_components=600, random_state=SEED), Ridge(0.01)),
        features="california_smooth",
        export=kernels.kernel_ridge,
    ),
    Entry(
        "california-housing",
        "network",
        "neural network",
        lambda: _scaled(
            MLPRegressor(
                hidden_layer_sizes=(64, 32),
                alpha=1e-3,
                early_stopping=True,
                learning_rate_init=2e-3,
                max_iter=200,
                random_state=SEED,
            )
        ),
        features="california_smooth",
    ),
    Entry(
        "california-housing",
        "linear",
        "linear regression on squares and products",
        lambda: _scaled(PolynomialFeatures(2, include_bias=False), StandardScaler(), Ridge(3)),
        features="california_smooth",
        export=quadratic.quadratic_form,
    ),
)

ENTRIES = (*IRIS, *TITANIC, *CALIFORNIA)
