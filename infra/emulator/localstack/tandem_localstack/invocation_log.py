"""The log of an environment, in the words of Lambda: START, END, REPORT around what the function wrote.

Text, or JSON where the function's LoggingConfig says so.
"""

import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil

from localstack.services.lambda_.invocation.lambda_models import FunctionVersion

from tandem_localstack.functions_log import FunctionsLog

LOG_CHARACTERS_MAX = 4_194_304
"""Of one invocation; what is beyond is dropped and said to be."""


@dataclass(frozen=True)
class Report:
    """How an invocation went. Milliseconds and MiB; `init_ms` only where the environment is new."""

    status: str
    error_type: str | None
    duration_ms: float
    memory_used_mb: int
    init_ms: float | None = None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class InvocationLog:
    """Collects the lines of one environment and hands them out invocation by invocation."""

    def __init__(self, function_version: FunctionVersion, functions_log: FunctionsLog) -> None:
        config = function_version.config
        self._function = function_version.id.function_name
        self._version = function_version.id.qualifier
        self._runtime = str(config.runtime)
        self._timeout_s = config.timeout
        self._memory_mb = config.memory_size
        logging_config = config.logging_config or {}
        self._is_json = logging_config.get("LogFormat") == "JSON"
        self._system_level = str(logging_config.get("SystemLogLevel") or "INFO").upper()
        self._functions_log = functions_log
        self._lock = threading.Lock()
        self._lines: list[str] = []
        self._characters = 0
        self._request_id: str | None = None

    def write(self, stream: str, line: str) -> None:
        """A line of the function's own, or (stream `platform`) one of Lambda's."""
        with self._lock:
            if not line or self._characters > LOG_CHARACTERS_MAX:
                return
            self._characters += len(line)
            if self._characters > LOG_CHARACTERS_MAX:
                line = f"The log of this invocation is cut here, at {LOG_CHARACTERS_MAX} characters."
            self._lines.append(line)
            request_id = self._request_id
        self._functions_log.append(self._function, request_id, stream, line)

    def init_start(self) -> None:
        """A new process begins."""
        runtime = self._runtime.replace("nodejs", "nodejs:").replace(".x", "")
        self._platform(
            "initStart",
            {"initializationType": "on-demand", "phase": "init", "runtimeVersion": runtime},
            f"INIT_START Runtime Version: {runtime}",
        )

    def init_report(self, phase: str, status: str, error_type: str | None, duration_ms: float) -> None:
        """An init that failed; one that succeeds is told in the first REPORT."""
        record = {"initializationType": "on-demand", "phase": phase, "status": status}
        if error_type:
            record["errorType"] = error_type
        text = f"INIT_REPORT Init Duration: {duration_ms:.2f} ms\tPhase: {phase}\tStatus: {status}"
        self._platform(
            "initReport",
            {**record, "metrics": {"durationMs": round(duration_ms, 3)}},
            f"{text}\tError Type: {error_type}" if error_type else text,
            failed=True,
        )

    def start(self, request_id: str) -> None:
        """An invocation begins; what was logged before (the init phase) belongs to it."""
        with self._lock:
            self._request_id = request_id
        self._platform(
            "start",
            {"requestId": request_id, "version": self._version},
            f"START RequestId: {request_id} Version: {self._version}",
        )

    def timed_out(self, request_id: str) -> None:
        """The line before END where the time was up."""
        if not self._is_json:
            self.write("platform", f"{_now()} {request_id} Task timed out after {self._timeout_s:.2f} seconds")

    def exited(self, request_id: str, reason: str) -> None:
        """The line before END where the process ended."""
        if not self._is_json:
            self.write("platform", f"RequestId: {request_id} Error: {reason}\rRuntime.ExitError")

    def finish(self, request_id: str, report: Report) -> str:
        """Write END and REPORT, and return all lines since the last invocation."""
        failed = report.status != "success"
        if not self._is_json:
            self.write("platform", f"END RequestId: {request_id}")
        self._platform("report", self._report_record(request_id, report), self._report_text(request_id, report), failed)
        with self._lock:
            text = "\n".join(self._lines) + "\n"
            self._lines = []
            self._characters = 0
            self._request_id = None
        return text

    def _platform(self, kind: str, record: dict[str, object], text: str, failed: bool = False) -> None:
        if not self._is_json:
            self.write("platform", text)
        elif failed or self._system_level != "WARN":
            event = {"time": _now(), "type": f"platform.{kind}", "record": record}
            self.write("platform", json.dumps(event, separators=(",", ":")))

    def _billed_ms(self, report: Report) -> int:
        # Since 2025-08-01 the init phase is billed for managed runtimes, too.
        return ceil(report.duration_ms + (report.init_ms or 0))

    def _report_record(self, request_id: str, report: Report) -> dict[str, object]:
        metrics: dict[str, object] = {
            "durationMs": round(report.duration_ms, 3),
            "billedDurationMs": self._billed_ms(report),
            "memorySizeMB": self._memory_mb,
            "maxMemoryUsedMB": report.memory_used_mb,
        }
        if report.init_ms is not None:
            metrics["initDurationMs"] = round(report.init_ms, 3)
        record = {"requestId": request_id, "metrics": metrics, "status": report.status}
        return {**record, "errorType": report.error_type} if report.error_type else record

    def _report_text(self, request_id: str, report: Report) -> str:
        parts = [
            f"REPORT RequestId: {request_id}",
            f"Duration: {report.duration_ms:.2f} ms",
            f"Billed Duration: {self._billed_ms(report)} ms",
            f"Memory Size: {self._memory_mb} MB",
            f"Max Memory Used: {report.memory_used_mb} MB",
        ]
        if report.init_ms is not None:
            parts.append(f"Init Duration: {report.init_ms:.2f} ms")
        if report.status != "success":
            parts.append(f"Status: {report.status}")
        if report.status == "error" and report.error_type:
            parts.append(f"Error Type: {report.error_type}")
        return "\t".join(parts)
