"""The environment variables and the command line of a function's process."""

import json
from pathlib import Path

from localstack.services.lambda_.invocation.lambda_models import FunctionVersion

from tandem_localstack.dynamodb import items_port
from tandem_localstack.settings import settings

RUNTIME_FOLDER = Path(__file__).parent.parent / "lambda-runtime"
NODE_OWN_MB = 72
"""What Node.js itself takes; the heap gets the rest of the memory size, so that it collects before it is killed."""
EMULATOR_ONLY = ("LOCALSTACK_", "EDGE_PORT")
"""What LocalStack adds for its own runtime: a function must not be able to tell where it runs."""


def process_environment(
    function_version: FunctionVersion, given: dict[str, str], opt: Path | None, tmp: Path
) -> dict[str, str]:
    """The variables of the developer guide, with the folders that stand for /var/task, /opt and /tmp here.

    `given` is LocalStack's list, which ends with the function's own variables: those win.
    """
    own = function_version.config.environment or {}
    task = str(function_version.config.code.get_unzipped_code_location())
    opt_path = str(opt) if opt else "/opt"
    defaults = {
        "LANG": "en_US.UTF-8",
        "PATH": f"{Path(settings().node_path).parent}:/usr/local/bin:/usr/bin:/bin:{opt_path}/bin",
        "LD_LIBRARY_PATH": f"{task}:{task}/lib:{opt_path}/lib",
        "NODE_PATH": f"{opt_path}/nodejs/node24/node_modules:{opt_path}/nodejs/node_modules",
        "TMPDIR": str(tmp),
        # Where a layer's files are read by path; on AWS it is not set, and they are under /opt.
        "LAMBDA_LAYER_ROOT": opt_path,
    }
    fixed = {
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function_version.config.runtime}",
        "LAMBDA_TASK_ROOT": task,
        "LAMBDA_RUNTIME_DIR": str(RUNTIME_FOLDER),
        **{f"AWS_ENDPOINT_URL_{name}": url for name, url in settings().service_endpoints.items()},
    }
    kept = {
        name: str(value)
        for name, value in given.items()
        if name in own or not name.startswith(EMULATOR_ONLY)
    }
    return {**defaults, **kept, **fixed, **own}


def process_command(memory_mb: int, opt: Path | None) -> list[str]:
    """Node.js with the heap that the memory size leaves, and the runtime with its settings."""
    runtime_settings = json.dumps(
        {
            "channelFd": "CHANNEL_FD",
            "optFolder": str(opt) if opt else None,
            "sdkFolder": settings().sdk_folder or None,
            "emulatorPort": settings().emulator_port,
            "itemsPort": items_port(),
            "diversion": settings().diversion,
        }
    ).replace('"CHANNEL_FD"', "{channel_fd}")
    return [
        settings().node_path,
        f"--max-semi-space-size={max(1, memory_mb // 20)}",
        f"--max-old-space-size={max(memory_mb // 2, memory_mb - NODE_OWN_MB)}",
        str(RUNTIME_FOLDER / "lambda-runtime.mjs"),
        runtime_settings,
    ]
