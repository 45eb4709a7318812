"""Forgetting the threads of invocations that are over.

LocalStack counts each invocation in a thread and keeps the thread in a list until it ends itself. Since Python 3.13 a
thread that is kept keeps its stack: after some 32,000 invocations Linux grants no further mapping (vm.max_map_count), and
nothing is answered any more.
"""

from localstack.services.lambda_.invocation import version_manager
from localstack.utils.threads import start_worker_thread


def forget_finished_threads() -> None:
    """Let the Lambda service start its threads in LocalStack's other way, which keeps none."""
    version_manager.start_thread = start_worker_thread  # type: ignore[attr-defined]
