"""One file with every function's finished log lines, as lines of JSON: what `npm start` shows."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path


class FunctionsLog:
    """Appends, and puts the file aside once (as `<name>.1`) when it is full, so that it stays bounded."""

    def __init__(self, path: Path, bytes_max: int) -> None:
        self._path = path
        self._bytes_max = bytes_max
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab")

    def append(self, function: str, request_id: str | None, stream: str, line: str) -> None:
        """Write one line. `stream` is stdout, stderr or platform (START, END, REPORT)."""
        time = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record = {"time": time, "function": function, "requestId": request_id, "stream": stream, "line": line}
        data = json.dumps(record, ensure_ascii=False).encode() + b"\n"
        with self._lock:
            if self._file.tell() + len(data) > self._bytes_max:
                self._file.close()
                self._path.replace(self._path.with_name(f"{self._path.name}.1"))
                self._file = self._path.open("ab")
            self._file.write(data)
            self._file.flush()
