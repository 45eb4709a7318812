"""The three data sets: their arguments, targets, sources, and how a file becomes numbers."""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Argument:
    """One column a caller gives. `minimum` and `maximum` are the limits of what makes sense at all."""

    name: str
    description: str
    type: str
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    values: tuple[str, ...] | None = None
    required: bool = True


@dataclass(frozen=True)
class Dataset:
    """`labels` are the classes in the order of the target's codes; None makes it a regression."""

    name: str
    title: str
    source: str
    licence: str
    target: str
    arguments: tuple[Argument, ...]
    labels: tuple[str, ...] | None = None
    unit: str | None = None
    limits: tuple[float, float] | None = None


@dataclass(frozen=True)
class Table:
    """x: float64 [rows, arguments], NaN where missing; y: codes or values [rows]; fold: int [rows]."""

    x: np.ndarray
    y: np.ndarray
    fold: np.ndarray
    sha256: str


def _length(name: str, what: str) -> Argument:
    return Argument(name, what, "number", "cm", 0.01, 100)


IRIS = Dataset(
    name="iris",
    title="Iris species from four lengths",
    source="R. A. Fisher 1936, as shipped with scikit-learn",
    licence="BSD-3-Clause",
    target="species",
    labels=("setosa", "versicolor", "virginica"),
    arguments=(
        _length("sepalLengthCm", "length of the sepal"),
        _length("sepalWidthCm", "width of the sepal"),
        _length("petalLengthCm", "length of the petal"),
        _length("petalWidthCm", "width of the petal"),
    ),
)

TITANIC = Dataset(
    name="titanic",
    title="Survival of a passenger of the Titanic",
    source="Kaggle's training passengers, as shipped with nannyml",
    licence="Apache-2.0",
    target="survived",
    labels=("died", "survived"),
    arguments=(
        Argument("pclass", "class of the ticket", "integer", None, 1, 3),
        Argument("sex", "sex", "category", values=("male", "female")),
        Argument("age", "age", "number", "years", 0, 120, required=False),
        Argument("sibsp", "siblings and spouse aboard", "integer", None, 0, 20, required=False),
        Argument("parch", "parents and children aboard", "integer", None, 0, 20, required=False),
        Argument("fare", "fare of the ticket", "number", "GBP of 1912", 0, 10_000, required=False),
        Argument(
            "embarked",
            "port: C Cherbourg, Q Queenstown, S Southampton",
            "category",
            values=("C", "Q", "S"),
            required=False,
        ),
    ),
)

CALIFORNIA = Dataset(
    name="california-housing",
    title="Median house value of a Californian district in 1990",
    source="1990 census of the United States; R. K. Pace and R. Barry 1997",
    licence="published statistics of the US government",
    target="medianHouseValueUsd",
    unit="USD",
    limits=(14_999, 500_001),
    arguments=(
        Argument("longitude", "longitude of the district", "number", "degrees", -180, 180),
        Argument("latitude", "latitude of the district", "number", "degrees", -90, 90),
        Argument("housingMedianAge", "median age of the houses", "number", "years", 0, 500),
        Argument("totalRooms", "rooms of all houses", "number", "rooms", 1, 1_000_000),
        Argument("totalBedrooms", "bedrooms of all houses", "number", "rooms", 1, 1_000_000, required=False),
        Argument("population", "people living there", "number", "people", 1, 10_000_000),
        Argument("households", "households", "number", "households", 1, 1_000_000),
        Argument("medianIncome", "median income of a household", "number", "10,000 USD", 0, 1_000),
        Argument(
            "oceanProximity",
            "where the district lies",
            "category",
            values=("<1H OCEAN", "INLAND", "ISLAND", "NEAR BAY", "NEAR OCEAN"),
        ),
    ),
)

DATASETS = {dataset.name: dataset for dataset in (IRIS, TITANIC, CALIFORNIA)}


def _expected_hash(file: str) -> str:
    for line in (DATA / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        if name == file:
            return digest
    raise SystemExit(f"{file} is not listed in {DATA / 'SHA256SUMS'}: add its line with sha256sum")


def _number(argument: Argument, text: str) -> float:
    if text == "":
        return np.nan
    return float(argument.values.index(text)) if argument.values else float(text)


def load(dataset: Dataset) -> Table:
    """Reads the data set's file; a category becomes its place in `values`. Refuses a file with another hash."""
    file = f"{dataset.name}.csv"
    content = (DATA / file).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != _expected_hash(file):
        raise SystemExit(f"{file} has the hash {digest}, not the one in SHA256SUMS: restore it with git checkout")
    rows = list(csv.DictReader(content.decode().splitlines()))
    x = np.array([[_number(a, row[a.name]) for a in dataset.arguments] for row in rows])
    y = np.array([_target(dataset, row[dataset.target]) for row in rows])
    return Table(x, y, np.array([int(row["fold"]) for row in rows]), digest)


def _target(dataset: Dataset, text: str) -> float:
    if dataset.labels is None:
        return float(text)
    return dataset.labels.index(text) if text in dataset.labels else int(text)


def impute_values(dataset: Dataset, x: np.ndarray) -> np.ndarray:
    """What stands in for a missing value of each column: the median of numbers, the commonest category."""
    defaults = []
    for j, argument in enumerate(dataset.arguments):
        column = x[~np.isnan(x[:, j]), j]
        if argument.type == "number":
            defaults.append(float(np.median(column)))
        else:
            values, counts = np.unique(column, return_counts=True)
            defaults.append(float(values[counts.argmax()]))
    return np.array(defaults)


def imputed(x: np.ndarray, defaults: np.ndarray) -> np.ndarray:
    """x as float32, the type every model is asked with, its gaps filled."""
    return np.where(np.isnan(x), defaults, x).astype(np.float32)
