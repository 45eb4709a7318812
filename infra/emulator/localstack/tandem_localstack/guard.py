"""LocalStack's side of the guard process (guard_process.py), and the watch on LocalStack's own parent."""

import functools
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

STOP_TIMEOUT_S = 1.5
"""How long LocalStack may take to stop in good order before it ends at once."""


class Guard:
    """Process groups that end with LocalStack."""

    def __init__(self) -> None:
        script = str(Path(__file__).with_name("guard_process.py"))
        # A group of its own: Ctrl-C in the terminal must not end the guard before what it guards.
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", script],
            stdin=subprocess.PIPE,
            text=True,
            process_group=0,
        )
        self._lock = threading.Lock()

    def add(self, group: int) -> None:
        """Have the group killed when LocalStack ends."""
        self._tell(f"+{group}\n")

    def remove(self, group: int) -> None:
        """The group has ended; its number may be given to another."""
        self._tell(f"-{group}\n")

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        with self._lock:
            self._process.stdin.write(line)
            self._process.stdin.flush()


@functools.cache
def guard() -> Guard:
    """The one guard of this LocalStack, started when first needed."""
    return Guard()


def end_with_parent() -> None:
    """Stop LocalStack when its stdin closes, which is when the program that started it is gone."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        # Before LocalStack's own handler is in place, this ends the process at once, which is right, too.
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def end_within_stop_timeout() -> None:
    """LocalStack waits for each thread that still works on a request; this bounds it."""

    def wait_and_end() -> None:
        time.sleep(STOP_TIMEOUT_S)
        os._exit(0)

    threading.Thread(target=wait_and_end, name="end-within-stop-timeout", daemon=True).start()
