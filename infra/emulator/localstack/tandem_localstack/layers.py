"""A function's layers as one folder, which stands for /opt: later layers lie over earlier ones, as on Lambda."""

import hashlib
import os
import shutil
import threading
from pathlib import Path

from localstack.services.lambda_.invocation.lambda_models import FunctionVersion

from tandem_localstack.settings import settings

_merge_lock = threading.Lock()


def prepare_layers(function_version: FunctionVersion) -> None:
    """Unpack each layer's archive, and merge them where there are several."""
    for layer in function_version.config.layers:
        if layer.code is None:
            raise ValueError(f"The layer {layer.layer_version_arn} is in no account of this emulator.")
        layer.code.prepare_for_execution()
    _merge([_folder(layer) for layer in function_version.config.layers])


def opt_folder(function_version: FunctionVersion) -> Path | None:
    """What is /opt for this function; None without layers."""
    folders = [_folder(layer) for layer in function_version.config.layers]
    if len(folders) < 2:
        return folders[0] if folders else None
    return _merged(folders)


def _folder(layer: object) -> Path:
    return Path(layer.code.get_unzipped_code_location())  # type: ignore[attr-defined]


def _merged(folders: list[Path]) -> Path:
    name = hashlib.sha256("\n".join(map(str, folders)).encode()).hexdigest()[:16]
    return settings().state_folder / "opt" / name


def _link(source: str, target: str) -> None:
    """A hard link where it can be, because layers are large."""
    Path(target).unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _merge(folders: list[Path]) -> None:
    if len(folders) < 2:
        return
    target = _merged(folders)
    with _merge_lock:
        if target.exists():
            return
        unfinished = target.with_name(f"{target.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        for folder in folders:
            shutil.copytree(
                folder, unfinished, copy_function=_link, dirs_exist_ok=True, ignore_dangling_symlinks=True
            )
        unfinished.rename(target)
