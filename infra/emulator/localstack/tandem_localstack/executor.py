"""Lambda environments as processes: what LocalStack calls instead of Docker, with the limits it leaves to us."""

import json
import shutil
import threading
import time
from dataclasses import dataclass
from functools import cache

from localstack import config
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from tandem_localstack.environment_pool import environment_pool
from tandem_localstack.function_environment import process_command, process_environment
from tandem_localstack.functions_log import FunctionsLog
from tandem_localstack.invocation_log import InvocationLog, Report
from tandem_localstack.layers import opt_folder, prepare_layers
from tandem_localstack.runtime_process import MemoryExceeded, Message, RuntimeProcess
from tandem_localstack.settings import settings


@cache
def _functions_log() -> FunctionsLog:
    return FunctionsLog(settings().functions_log, settings().functions_log_bytes_max)


@dataclass(frozen=True)
class Outcome:
    """What Invoke answers. `status` is success, error or timeout."""

    payload: bytes
    status: str = "success"
    error_type: str | None = None


def _failure(error_type: str, message: str, status: str = "error") -> Outcome:
    payload = json.dumps({"errorType": error_type, "errorMessage": message}).encode()
    return Outcome(payload, status, error_type)


def _exit_reason(code: int | None) -> str:
    """How AWS words the end of a process."""
    signals = {6: "aborted", 9: "killed", 11: "segmentation fault"}
    if code is None or code == 0:
        return "Runtime exited without providing a reason"
    if code < 0:
        return f"Runtime exited with error: signal: {signals.get(-code, str(-code))}"
    return f"Runtime exited with error: exit status {code}"


class ProcessExecutor(RuntimeExecutor):
    """One environment: a process that is started once, answers one invocation at a time, and is not mended.

    After a timeout, a crash or a failed init the process is gone; the pool then drops the environment, so the
    next invocation gets a fresh one.
    """

    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id, function_version)
        self._timeout_s = float(function_version.config.timeout)
        self._memory_mb = int(function_version.config.memory_size)
        self._tmp = settings().state_folder / "environments" / id
        self._log = InvocationLog(function_version, _functions_log())
        self._environment: dict[str, str] = {}
        self._process: RuntimeProcess | None = None
        self._is_ready = False
        self._init_ms: float | None = None
        self._lock = threading.Lock()
        self._is_invoking = False
        self._is_stopped = False
        self._has_ended = False

    @property
    def is_usable(self) -> bool:
        """Whether the next invocation may come to this environment."""
        return self._is_ready and self._process is not None and self._process.is_alive

    # What LocalStack calls

    def start(self, env_vars: dict[str, str]) -> None:
        """The init phase. One that fails is not an error yet: it is repeated within the invocation, as on AWS."""
        self._tmp.mkdir(parents=True, exist_ok=True)
        opt = opt_folder(self.function_version)
        self._environment = process_environment(self.function_version, env_vars, opt, self._tmp)
        self._log.init_start()
        started = time.monotonic()
        outcome = self._init("", settings().init_timeout_ms / 1000)
        self._init_ms = (time.monotonic() - started) * 1000
        if outcome is not None:
            self._log.init_report("init", outcome.status, outcome.error_type, self._init_ms)
            self._init_ms = None

    def stop(self) -> None:
        """End the environment; a running invocation is finished first, as when a function is deployed anew."""
        with self._lock:
            self._is_stopped = True
            if self._is_invoking:
                return
        self._end()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Run one invocation within the function's timeout and memory size; never raises for the function."""
        with self._lock:
            self._is_invoking = True
        try:
            return self._invoke(payload)
        finally:
            with self._lock:
                self._is_invoking = False
                is_stopped = self._is_stopped
            if is_stopped:
                self._end()

    def get_logs(self) -> str:
        """Nothing: each invocation's log is in its result."""
        return ""

    def get_address(self) -> str:
        """Processes share the machine's loopback address."""
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        """LocalStack, as the function reaches it."""
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        """Not used: the process talks over a socket of its own."""
        return f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}"

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Unpack code and layers. Refuses what cannot run here; LocalStack shows it as the function's state."""
        runtime = str(function_version.config.runtime)
        if not runtime.startswith("nodejs"):
            raise ValueError(f"The process executor runs Node.js functions, and {runtime} is none.")
        function_version.config.code.prepare_for_execution()
        prepare_layers(function_version)

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Nothing: LocalStack removes the code it unpacked."""

    # The invocation

    def _invoke(self, payload: dict[str, str]) -> InvocationResult:
        request_id = payload["invoke-id"]
        self._log.start(request_id)
        started = time.monotonic()
        outcome = self._init_again(request_id, started) or self._exchange(request_id, payload, started)
        report = Report(
            outcome.status,
            outcome.error_type,
            (time.monotonic() - started) * 1000,
            self._process.memory_used_mb_max if self._process else 0,
            self._init_ms,
        )
        self._init_ms = None
        logs = self._log.finish(request_id, report)
        return InvocationResult(request_id, outcome.payload, outcome.status != "success", logs)

    def _init_again(self, request_id: str, started: float) -> Outcome | None:
        """Where the init phase failed: once more, on the invocation's time."""
        if self._is_ready:
            return None
        outcome = self._init(request_id, self._timeout_s)
        if outcome is not None:
            duration_ms = (time.monotonic() - started) * 1000
            self._log.init_report("invoke", outcome.status, outcome.error_type, duration_ms)
        return outcome

    def _init(self, request_id: str, timeout_s: float) -> Outcome | None:
        """Start the process and wait until the handler is loaded; what went wrong, or None."""
        self._process = RuntimeProcess(
            process_command(self._memory_mb, opt_folder(self.function_version)),
            str(self.function_version.config.code.get_unzipped_code_location()),
            self._environment,
            self._memory_mb,
            self._log.write,
        )
        outcome = self._receive(self._process, request_id, timeout_s)
        self._is_ready = outcome.status == "success"
        if self._is_ready:
            return None
        self._process.kill()
        return outcome

    def _exchange(self, request_id: str, payload: dict[str, str], started: float) -> Outcome:
        process = self._process
        assert process is not None
        left_s = self._timeout_s - (time.monotonic() - started)
        header = {
            "requestId": request_id,
            "arn": payload["invoked-function-arn"],
            "traceId": payload["trace-id"],
            "deadlineMs": int((time.time() + left_s) * 1000),
        }
        try:
            process.send(header, payload["payload"].encode(), left_s)
        except TimeoutError:
            return self._timed_out(process, request_id)
        except OSError:
            pass  # It ended between two invocations; receive says how.
        return self._receive(process, request_id, self._timeout_s - (time.monotonic() - started))

    def _receive(self, process: RuntimeProcess, request_id: str, timeout_s: float) -> Outcome:
        """Wait for the answer; a process that gives none is killed."""
        try:
            message = process.receive(timeout_s)
        except TimeoutError:
            return self._timed_out(process, request_id)
        except MemoryExceeded:
            process.kill()
            return self._exited(request_id, -9)
        return self._outcome_of(process, message, request_id)

    def _outcome_of(self, process: RuntimeProcess, message: Message, request_id: str) -> Outcome:
        if message.type == "exit":
            return self._exited(request_id, message.code)
        if message.is_fatal:
            process.kill()
        if message.type == "error":
            return Outcome(message.body, "error", message.error_type)
        return Outcome(message.body)

    def _timed_out(self, process: RuntimeProcess, request_id: str) -> Outcome:
        process.kill()
        if request_id:
            self._log.timed_out(request_id)
        message = f"RequestId: {request_id} Error: Task timed out after {self._timeout_s:.2f} seconds"
        return _failure("Sandbox.Timedout", message, "timeout")

    def _exited(self, request_id: str, code: int | None) -> Outcome:
        reason = _exit_reason(code)
        if request_id:
            self._log.exited(request_id, reason)
        return _failure("Runtime.ExitError", f"RequestId: {request_id} Error: {reason}")

    def _end(self) -> None:
        with self._lock:
            if self._has_ended:
                return
            self._has_ended = True
        if self._process is not None:
            self._process.kill()
        shutil.rmtree(self._tmp, ignore_errors=True)
        environment_pool().released()
