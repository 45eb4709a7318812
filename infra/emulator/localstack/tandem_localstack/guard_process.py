"""The last process to end: kills every process group it was told of when LocalStack is gone, however it went.

A process of its own, because LocalStack can be killed without a chance to clean up, and a function in a busy
loop or Java notices nothing. Reads lines from stdin, `+<group>` and `-<group>`; its end is LocalStack's end.
Run with `python -I -S`, so it uses the standard library alone.
"""

import os
import signal
import sys


def main() -> None:
    """Keep the list until stdin closes, then kill what is on it."""
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line[0] == "+":
            groups.add(group)
        else:
            groups.discard(group)
    for group in groups:
        try:
            os.killpg(group, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass


main()
