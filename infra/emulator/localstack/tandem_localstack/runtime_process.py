"""The Node.js process that is one Lambda environment, and the socket to it (../lambda-runtime).

A message is a line of JSON and then `length` bytes of body, in both directions.
"""

import json
import os
import queue
import selectors
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import psutil

from tandem_localstack.guard import guard

READ_BYTES = 65_536
LINE_BYTES_MAX = 262_144
"""A longer line is cut into several, as CloudWatch Logs limits an event."""
MEMORY_CHECK_INTERVAL_S = 0.1
MEBIBYTE = 1_048_576


@dataclass(frozen=True)
class Message:
    """From the process: ready, response or error (`is_fatal` when it ends itself after it); `exit` with its code."""

    type: str
    body: bytes = b""
    error_type: str | None = None
    is_fatal: bool = False
    code: int | None = None


class MemoryExceeded(Exception):
    """The process used more than the function's memory size."""


class RuntimeProcess:
    """Start it, exchange messages with it, kill it. Its output goes to `on_line(stream, line)`."""

    def __init__(
        self,
        command: list[str],
        cwd: str,
        env: dict[str, str],
        memory_mb: int,
        on_line: Callable[[str, str], None],
    ) -> None:
        """Start the command; `{channel_fd}` in it becomes the number of the socket in the process."""
        self._memory_mb = memory_mb
        self._on_line = on_line
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._received = bytearray()
        self._lines = {"stdout": bytearray(), "stderr": bytearray()}
        self.memory_used_mb_max = 0
        self._end_lock = threading.Lock()
        self._is_ended = False
        self._socket, theirs = socket.socketpair()
        fd = str(theirs.fileno())
        self._process = subprocess.Popen(
            [part.replace("{channel_fd}", fd) for part in command],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[theirs.fileno()],
            # A group of its own, so that what the function started ends with it; the session stays LocalStack's.
            process_group=0,
        )
        guard().add(self._process.pid)
        theirs.close()
        self._watched = psutil.Process(self._process.pid)
        threading.Thread(target=self._read, name=f"lambda-{self._process.pid}", daemon=True).start()

    @property
    def pid(self) -> int:
        """The process's id, and its group's."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can still answer."""
        return self._process.poll() is None

    def send(self, header: dict[str, object], body: bytes, timeout_s: float) -> None:
        """Send one message. TimeoutError when the process does not read it in time, OSError when it is gone."""
        head = json.dumps({**header, "length": len(body)}).encode()
        self._socket.settimeout(max(timeout_s, 0.001))
        self._socket.sendall(head + b"\n" + body)

    def receive(self, timeout_s: float) -> Message:
        """The next message. TimeoutError after the time, MemoryExceeded when it grows beyond its memory size."""
        deadline = time.monotonic() + timeout_s
        while True:
            left = deadline - time.monotonic()
            try:
                message = self._messages.get(timeout=max(0.0, min(left, MEMORY_CHECK_INTERVAL_S)))
            except queue.Empty:
                self._check_memory()
                if left <= MEMORY_CHECK_INTERVAL_S:
                    raise TimeoutError from None
                continue
            if message.type != "exit":
                self.measure_memory()
            return message

    def measure_memory(self) -> int:
        """MiB in use now: the resident set, Node.js's own code included, as in Lambda's virtual machine."""
        try:
            used = ceil(self._watched.memory_info().rss / MEBIBYTE)
        except psutil.Error:
            return 0
        self.memory_used_mb_max = max(self.memory_used_mb_max, used)
        return used

    def _check_memory(self) -> None:
        if self.measure_memory() > self._memory_mb:
            raise MemoryExceeded

    def kill(self) -> None:
        """End it and everything that it started, at once."""
        with self._end_lock:
            if self._is_ended:
                return
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass
            self._process.wait()
            guard().remove(self._process.pid)
            # Its number may be given to another process from now on.
            self._is_ended = True

    def _read(self) -> None:
        """Until the process has ended: its messages to the queue, its output to the log."""
        selector = selectors.DefaultSelector()
        streams = {"stdout": self._process.stdout, "stderr": self._process.stderr}
        for name, stream in streams.items():
            assert stream is not None
            os.set_blocking(stream.fileno(), False)
            selector.register(stream, selectors.EVENT_READ, name)
        selector.register(self._socket, selectors.EVENT_READ, "socket")
        is_open = True
        while is_open:
            for key, _ in selector.select():
                if key.data == "socket":
                    is_open = self._read_socket(streams)
                elif not self._read_output(key.data, key.fileobj):
                    selector.unregister(key.fileobj)
        self._finish(streams)
        selector.close()

    def _finish(self, streams: dict[str, object]) -> None:
        """The socket has closed, so the process is ending; something it started may hold its output open."""
        try:
            self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            pass
        self.kill()
        self._drain(streams)
        for name, rest in self._lines.items():
            if rest:
                self._on_line(name, rest.decode(errors="replace"))
        for stream in streams.values():
            stream.close()  # type: ignore[attr-defined]
        self._socket.close()
        self._messages.put(Message("exit", code=self._process.returncode))

    def _read_socket(self, streams: dict[str, object]) -> bool:
        try:
            data = self._socket.recv(READ_BYTES)
        except TimeoutError:
            return True
        except OSError:
            return False
        self._received += data
        while (message := self._take_message()) is not None:
            # What was written before the answer belongs to it.
            self._drain(streams)
            self._messages.put(message)
        return bool(data)

    def _take_message(self) -> Message | None:
        end = self._received.find(b"\n")
        if end < 0:
            return None
        header = json.loads(self._received[:end])
        stop = end + 1 + header["length"]
        if len(self._received) < stop:
            return None
        body = bytes(self._received[end + 1 : stop])
        del self._received[:stop]
        return Message(header["type"], body, header.get("errorType"), header.get("isFatal", False))

    def _drain(self, streams: dict[str, object]) -> None:
        for name, stream in streams.items():
            while self._read_output(name, stream):
                pass

    def _read_output(self, name: str, stream: object) -> bool:
        """Pass on finished lines; False when there is nothing more to read now."""
        try:
            data = os.read(stream.fileno(), READ_BYTES)  # type: ignore[attr-defined]
        except BlockingIOError:
            return False
        pending = self._lines[name]
        pending += data
        *lines, rest = bytes(pending).split(b"\n")
        while len(rest) > LINE_BYTES_MAX:
            lines.append(rest[:LINE_BYTES_MAX])
            rest = rest[LINE_BYTES_MAX:]
        self._lines[name] = bytearray(rest)
        for line in lines:
            self._on_line(name, line.decode(errors="replace"))
        return bool(data)
