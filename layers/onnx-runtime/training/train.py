"""Trains every model of the catalogue, or with --check shows that retraining agrees with the committed cards."""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # one thread: sums in one order, hence the same model each time

import argparse
import json
import sys
import time
import warnings

import cards
import scores
from catalogue import ENTRIES, Entry
from datasets import DATASETS, Dataset, Table, load
from fit import Fitted, fit

# Relative difference allowed between a retrained and a committed score: other processors round differently.
CHECK_TOLERANCE = 0.01
SHOWN = {"accuracy": "{:.4f}", "logLoss": "{:.4f}", "brier": "{:.4f}", "auc": "{:.4f}", "r2": "{:.4f}"}


def _line(name: str, mean: dict[str, float], rest: str) -> str:
    shown = "  ".join(f"{k} {SHOWN.get(k, '{:,.0f}').format(v)}" for k, v in mean.items())
    return f"  {name:34s} {shown}  {rest}"


def _differences(name: str, mean: dict[str, float]) -> list[str]:
    committed = json.loads((cards.MODELS / name / "card.json").read_text())["scores"]["mean"]
    return [
        f"{name}: {key} is {mean[key]:.6g}, the card says {value:.6g}"
        for key, value in committed.items()
        if abs(mean[key] - value) > CHECK_TOLERANCE * abs(value)
    ]


def _train_dataset(dataset: Dataset, entries: list[Entry], options: argparse.Namespace) -> list[str]:
    table, differences, fitted = load(dataset), [], []
    print(f"{dataset.name}: {len(table.y)} rows, folds 0 to {table.fold.max()}", flush=True)
    for entry in entries:
        start = time.monotonic()
        one = fit(entry, dataset, table)
        mean = scores.mean_scores(scores.scores_by_fold(table.y, one.answers, table.fold))
        fitted.append(one)
        if options.check:
            differences += _differences(entry.name, mean)
        size = one.model.ByteSize() / 1000
        print(_line(entry.name, mean, f"{size:,.0f} kB  {time.monotonic() - start:.1f} s"), flush=True)
    if not options.check and not options.model:
        _write(dataset, table, fitted)
    return differences


def _write(dataset: Dataset, table: Table, fitted: list[Fitted]) -> None:
    for one in fitted:
        cards.write_model(one, table, fitted)
    cards.write_golden(dataset, table, fitted)
    cards.write_out_of_fold(dataset, table, fitted)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="retrain, compare with the committed cards, write nothing")
    parser.add_argument("--dataset", choices=sorted(DATASETS), help="only this data set")
    parser.add_argument("--model", choices=sorted(e.name for e in ENTRIES), help="show its scores, write nothing")
    return parser.parse_args()


def main() -> int:
    options = _options()
    warnings.filterwarnings("ignore", category=UserWarning)
    differences = []
    for dataset in DATASETS.values():
        entries = [e for e in ENTRIES if e.dataset == dataset.name and options.model in (None, e.name)]
        if entries and options.dataset in (None, dataset.name):
            differences += _train_dataset(dataset, entries, options)
    for difference in differences:
        print(f"differs: {difference}", file=sys.stderr)
    if options.check and not differences:
        print(f"every score agrees with its card within {CHECK_TOLERANCE:.0%}")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
