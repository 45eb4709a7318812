"""Model cards, golden answers and out-of-fold answers, as the repository keeps them."""

import csv
import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import scores
from datasets import Dataset, Table
from fit import Fitted

HERE = Path(__file__).parent
MODELS = HERE.parent / "models"
TOOLS = ("scikit-learn", "lightgbm", "skl2onnx", "onnxmltools", "onnx", "onnxruntime", "numpy", "scipy")
GOLDEN_ROWS = 40
DIGITS = 6


def rounded(value: Any) -> Any:
    """Numbers to six significant digits, so that a card reads well and retraining agrees."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return [rounded(v) for v in value] if isinstance(value, list) else value


def _plain(number: float) -> float | int:
    return int(number) if float(number).is_integer() else float(number)


def _arguments(dataset: Dataset, x: np.ndarray, defaults: np.ndarray) -> list[dict]:
    arguments = []
    for j, a in enumerate(dataset.arguments):
        row = {"name": a.name, "description": a.description, "type": a.type, "required": a.required}
        if a.unit:
            row["unit"] = a.unit
        if a.values:
            row["values"] = list(a.values)
        else:
            row |= {"minimum": a.minimum, "maximum": a.maximum}
            row["trainingRange"] = [_plain(np.nanmin(x[:, j])), _plain(np.nanmax(x[:, j]))]
        if not a.required:
            row["default"] = a.values[int(defaults[j])] if a.values else _plain(defaults[j])
        arguments.append(row)
    return arguments


def loss_scale(table: Table, fitted: list[Fitted]) -> dict:
    """The median absolute error of the best model by RMSE: one scale of losses for all models of a data set."""
    best = min(fitted, key=lambda f: scores.mean_scores(scores.scores_by_fold(table.y, f.answers, table.fold))["rmse"])
    return {"medianAbsoluteError": float(np.median(np.abs(best.answers - table.y))), "of": best.entry.name}


def card(fitted: Fitted, table: Table, content: bytes, together: list[Fitted]) -> dict:
    """Everything about one model that a caller, a member of a group or an auditor may ask."""
    entry, dataset, y = fitted.entry, fitted.dataset, table.y
    by_fold = scores.scores_by_fold(y, fitted.answers, table.fold)
    conformal = scores.conformal_set if dataset.labels else scores.conformal_interval
    output = {"output": "probabilities", "labels": list(dataset.labels)} if dataset.labels else {"output": "value"}
    if not dataset.labels:
        output |= {"unit": dataset.unit, "limits": list(dataset.limits)}
        output |= {"consensus": rounded(loss_scale(table, together))}
    return {
        "name": entry.name,
        "version": entry.version,
        "dataset": dataset.name,
        "title": dataset.title,
        "task": "classification" if dataset.labels else "regression",
        "family": entry.family,
        "licence": "Apache-2.0",
        "file": {"name": "model.onnx", "sha256": hashlib.sha256(content).hexdigest(), "sizeBytes": len(content)},
        "data": {
            "file": f"{dataset.name}.csv",
            "sha256": table.sha256,
            "rows": len(y),
            "source": dataset.source,
            "licence": dataset.licence,
        },
        "trainedWith": {"python": platform.python_version(), **{tool: version(tool) for tool in TOOLS}},
        "calibration": entry.calibration or "none",
        "arguments": _arguments(dataset, table.x, fitted.defaults),
        "target": dataset.target,
        **output,
        "uncertainty": rounded(
            {
                **conformal(y, fitted.answers),
                "coverage": scores.coverage(y, fitted.answers, table.fold),
            }
        ),
        "scores": {"mean": rounded(scores.mean_scores(by_fold)), "byFold": rounded(by_fold)},
    }


def _pretty(document: dict) -> str:
    """JSON with one line for each item of a list of objects: a card is read by people too."""
    lines = json.dumps(document, indent=2, ensure_ascii=False)
    for key in ("arguments", "byFold", "bins"):
        for holder in (document, document.get("scores", {}), document.get("uncertainty", {})):
            for item in holder.get(key, []):
                for indent in ("    ", "      "):
                    long = json.dumps(item, indent=2, ensure_ascii=False).replace("\n", f"\n{indent}")
                    lines = lines.replace(f"{indent}{long}", f"{indent}{json.dumps(item, ensure_ascii=False)}")
    return lines + "\n"


def write_model(fitted: Fitted, table: Table, together: list[Fitted]) -> None:
    """Writes models/<name>/model.onnx and card.json; `together` are all models of the data set."""
    folder = MODELS / fitted.entry.name
    folder.mkdir(parents=True, exist_ok=True)
    content = fitted.model.SerializeToString(deterministic=True)
    (folder / "model.onnx").write_bytes(content)
    (folder / "card.json").write_text(_pretty(card(fitted, table, content, together)))


def golden_rows(dataset: Dataset, x: np.ndarray) -> np.ndarray:
    """Rows of the data, gaps included, and as many made of columns shuffled apart, which no model has seen."""
    random = np.random.default_rng(7)
    seen = x[random.choice(len(x), GOLDEN_ROWS // 2, replace=False)]
    mixed = np.column_stack([random.choice(x[:, j], GOLDEN_ROWS // 2) for j in range(x.shape[1])])
    return np.vstack([seen, mixed])


def _answer_columns(dataset: Dataset, name: str, answers: np.ndarray, form: str) -> dict[str, list[str]]:
    """Values under the model's name; probabilities under model:label, of two classes the second's."""
    if not dataset.labels:
        return {name: [format(v, form) for v in answers]}
    classes = range(1, 2) if len(dataset.labels) == 2 else range(len(dataset.labels))
    return {f"{name}:{dataset.labels[c]}": [format(p, form) for p in answers[:, c]] for c in classes}


def _write_csv(path: Path, columns: dict[str, list]) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def write_golden(dataset: Dataset, table: Table, fitted: list[Fitted]) -> None:
    """golden/<dataset>.csv: arguments, empty where not given, and what the training tool itself answers for them."""
    x = golden_rows(dataset, table.x)
    columns: dict[str, list] = {}
    for j, a in enumerate(dataset.arguments):
        columns[a.name] = ["" if np.isnan(v) else a.values[int(v)] if a.values else _plain(v) for v in x[:, j]]
    for f in fitted:
        columns |= _answer_columns(dataset, f.entry.name, f.answer(x), ".9f" if dataset.labels else ".4f")
    _write_csv(HERE / "golden" / f"{dataset.name}.csv", columns)


def write_out_of_fold(dataset: Dataset, table: Table, fitted: list[Fitted]) -> None:
    """out-of-fold/<dataset>.csv: for each row of the data its fold, the truth, and each model's answer."""
    columns: dict[str, list] = {"fold": table.fold.tolist(), "truth": [_plain(v) for v in table.y]}
    for f in fitted:
        columns |= _answer_columns(dataset, f.entry.name, f.answers, ".6f" if dataset.labels else ".0f")
    _write_csv(HERE / "out-of-fold" / f"{dataset.name}.csv", columns)
