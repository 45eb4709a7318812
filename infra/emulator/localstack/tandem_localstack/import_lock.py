"""One import at a time: LocalStack loads a service with its first request, and the requests come at once.

Python locks each module by itself. Two threads that enter a circle of modules from different ends (moto has such circles)
wait for each other, one gives up with "deadlock detected by _ModuleLock" (github.com/python/cpython/issues/83065), and
LocalStack keeps that error for the service until it ends.
"""

import threading
from collections.abc import Callable
from importlib import _bootstrap  # type: ignore[attr-defined]
from types import ModuleType


def import_one_at_a_time() -> None:
    """Put one lock before all of them; modules that are loaded are found without it."""
    lock = threading.RLock()
    find_and_load = _bootstrap._find_and_load

    def find_and_load_alone(name: str, import_: Callable[..., ModuleType]) -> ModuleType:
        with lock:
            return find_and_load(name, import_)  # type: ignore[no-any-return]

    _bootstrap._find_and_load = find_and_load_alone
