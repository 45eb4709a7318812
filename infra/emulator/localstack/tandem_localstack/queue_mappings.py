"""How event source mappings of queues receive: side by side as Lambda does, and without a pause when a queue is empty.

LocalStack's poller waits for each batch before it receives the next.
"""

import functools
import logging
from threading import BoundedSemaphore
from typing import Any

from localstack.services.lambda_.event_source_mapping import esm_worker
from localstack.services.lambda_.event_source_mapping.esm_worker import EsmWorker
from localstack.services.lambda_.event_source_mapping.pollers.sqs_poller import SqsPoller
from localstack.utils.backoff import ExponentialBackoff
from localstack.utils.threads import start_worker_thread

log = logging.getLogger(__name__)


@functools.cache
def honour_maximum_concurrency() -> None:
    """Let a mapping with a `MaximumConcurrency` have so many invocations under way; without one it has one, as before."""
    init = EsmWorker.__init__

    def init_concurrent(self: EsmWorker, esm_config: Any, poller: Any, *args: Any, **kwargs: Any) -> None:
        init(self, esm_config, poller, *args, **kwargs)
        maximum = (esm_config.get("ScalingConfig") or {}).get("MaximumConcurrency")
        if maximum is not None and isinstance(poller, SqsPoller):
            _handle_side_by_side(poller, maximum)

    EsmWorker.__init__ = init_concurrent  # type: ignore[method-assign]


@functools.cache
def bound_first_backoff() -> None:
    """Keep to the longest pause from the first one on.

    LocalStack bounds those after it, and the first is up to 1.5 s. A queue that is often empty has one after each batch.
    """

    def bounded(initial_interval: float, max_interval: float) -> ExponentialBackoff:
        return ExponentialBackoff(initial_interval=min(initial_interval, max_interval), max_interval=max_interval)

    esm_worker.ExponentialBackoff = bounded  # type: ignore[assignment,misc]


def _handle_side_by_side(poller: SqsPoller, maximum: int) -> None:
    """The poller waits for a free place instead of for the batch: one batch at most has been received and waits."""
    free = BoundedSemaphore(maximum)
    handle = poller.handle_messages

    def handle_then_leave(messages: list[dict]) -> None:
        try:
            handle(messages)
        except Exception as error:
            log.warning("A batch of %s failed: %s", poller.source_arn, error)
        finally:
            free.release()

    def start(messages: list[dict]) -> None:
        free.acquire()
        start_worker_thread(handle_then_leave, messages)

    poller.handle_messages = start  # type: ignore[method-assign]
