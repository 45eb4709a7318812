"""The plug-in's settings, given by ../settings.ts in the environment of the LocalStack process."""

import functools
import json
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Where things are, and the bounds of what may run at once."""

    state_folder: Path
    """Everything that is written goes below it."""
    node_path: str
    """The Node.js that runs the functions."""
    sdk_folder: str
    """A folder whose node_modules holds the AWS SDK, which Lambda's own runtime supplies; may be empty."""
    jars_folder: Path
    """The files of ../dynamodb-local.json."""
    environments_max: int
    """Lambda environments at once, of all functions together."""
    queue_timeout_ms: int
    """How long an invocation waits for an environment before it is answered 429."""
    init_timeout_ms: int
    """Lambda gives the init phase 10 s; an init that fails is repeated within the invocation."""
    functions_log_bytes_max: int
    """The size at which functions.log is put aside as functions.log.1."""
    service_endpoints: dict[str, str]
    """AWS_ENDPOINT_URL_<SERVICE> of the functions, so that a proxy can stand before a service."""

    emulator_port: int
    """Where the functions send what they ask of AWS."""
    diversion: dict[str, object] | None
    """The fault proxy that the functions' runtime turns to while its flag file exists; None without one."""

    @property
    def functions_log(self) -> Path:
        """Each finished log line of every function, as lines of JSON."""
        return self.state_folder / "functions.log"

    @property
    def items_port_file(self) -> Path:
        """The port of DynamoDB Local, once it has been started."""
        return self.state_folder / "dynamodb-port"


@functools.cache
def settings() -> Settings:
    """Read the environment once; a KeyError names the setting that is missing."""
    prefix = "TANDEM_ENDPOINT_URL_"
    return Settings(
        state_folder=Path(os.environ["TANDEM_STATE_FOLDER"]),
        node_path=os.environ["TANDEM_NODE_PATH"],
        sdk_folder=os.environ.get("TANDEM_SDK_FOLDER", ""),
        jars_folder=Path(os.environ["TANDEM_JARS_FOLDER"]),
        environments_max=int(os.environ["TANDEM_ENVIRONMENTS_MAX"]),
        queue_timeout_ms=int(os.environ["TANDEM_QUEUE_TIMEOUT_MS"]),
        init_timeout_ms=int(os.environ["TANDEM_INIT_TIMEOUT_MS"]),
        functions_log_bytes_max=int(os.environ["TANDEM_FUNCTIONS_LOG_BYTES_MAX"]),
        service_endpoints={
            name.removeprefix(prefix): url
            for name, url in os.environ.items()
            if name.startswith(prefix)
        },
        emulator_port=int(os.environ["TANDEM_EMULATOR_PORT"]),
        diversion=json.loads(os.environ.get("TANDEM_DIVERSION", "null")),
    )
