"""Which environment an invocation gets: a free one, a new one within the bound, or a place in a queue.

LocalStack starts as many as are asked for, and two invocations at once can trip over each other in its list.
"""

import collections
import contextlib
import functools
import threading
import time
from collections.abc import Iterator
from typing import Any

from localstack.aws.api.lambda_ import TooManyRequestsException
from localstack.services.lambda_.invocation.assignment import AssignmentException, AssignmentService
from localstack.services.lambda_.invocation.execution_environment import (
    ExecutionEnvironment,
    InvalidStatusException,
    RuntimeStatus,
)
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InitializationType

from tandem_localstack.settings import settings


class EnvironmentPool:
    """At most `environments_max` processes. Those who wait are served in the order they came."""

    def __init__(self, environments_max: int, queue_timeout_ms: int) -> None:
        self._environments_max = environments_max
        self._queue_timeout_s = queue_timeout_ms / 1000
        self._changed = threading.Condition()
        self._running = 0
        self._waiting: collections.deque[object] = collections.deque()

    def released(self) -> None:
        """A process has ended for good."""
        with self._changed:
            self._running -= 1
            self._changed.notify_all()

    @contextlib.contextmanager
    def environment(
        self, service: AssignmentService, manager_id: str, function_version: FunctionVersion
    ) -> Iterator[ExecutionEnvironment]:
        """An environment of the function, for one invocation. TooManyRequestsException when none is free in time."""
        environment = self._take(service, manager_id)
        if environment is None:
            environment = self._start(service, manager_id, function_version)
        try:
            yield environment
        except BaseException:
            # It may still answer what nobody waits for any more.
            service.stop_environment(environment)
            raise
        self._give_back(service, environment)

    def _take(self, service: AssignmentService, manager_id: str) -> ExecutionEnvironment | None:
        """A free environment, reserved; or None, with room counted for a new one."""
        ticket = object()
        deadline = time.monotonic() + self._queue_timeout_s
        with self._changed:
            self._waiting.append(ticket)
            try:
                while True:
                    if self._waiting[0] is ticket:
                        if (free := self._reserve(service, manager_id)) is not None:
                            return free
                        if self._running < self._environments_max:
                            self._running += 1
                            return None
                        if self._end_an_idle_one(service):
                            continue
                    left = deadline - time.monotonic()
                    if left <= 0:
                        raise TooManyRequestsException(
                            "Rate Exceeded.", Reason="ConcurrentInvocationLimitExceeded", Type="User"
                        )
                    self._changed.wait(left)
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()

    def _reserve(self, service: AssignmentService, manager_id: str) -> ExecutionEnvironment | None:
        for environment in list(service.environments[manager_id].values()):
            if environment.status == RuntimeStatus.READY and not environment.runtime_executor.is_usable:
                service.stop_environment(environment)
                continue
            try:
                environment.reserve()
            except InvalidStatusException:
                continue
            return environment
        return None

    def _end_an_idle_one(self, service: AssignmentService) -> bool:
        """Make room: the environment of another function that has been idle for the longest time."""
        idle = [
            environment
            for environments in list(service.environments.values())
            for environment in list(environments.values())
            if environment.status == RuntimeStatus.READY
        ]
        if not idle:
            return False
        service.stop_environment(min(idle, key=lambda environment: environment.last_returned))
        return True

    def _start(
        self, service: AssignmentService, manager_id: str, function_version: FunctionVersion
    ) -> ExecutionEnvironment:
        try:
            environment = ExecutionEnvironment(
                function_version, InitializationType.on_demand, service.on_timeout, manager_id
            )
        except BaseException:
            self.released()
            raise
        try:
            # One that cannot start stops itself, which releases its place.
            environment.start()
        except Exception as error:
            raise AssignmentException(f"Could not start new environment: {error}") from error
        # Reserved before others can see it.
        environment.reserve()
        service.environments[manager_id][environment.id] = environment
        return environment

    def _give_back(self, service: AssignmentService, environment: ExecutionEnvironment) -> None:
        """Ready for the next invocation, unless its process is gone or its function was deployed anew."""
        if environment.status == RuntimeStatus.INVOKING:
            if environment.runtime_executor.is_usable:
                environment.release()
            else:
                service.stop_environment(environment)
        with self._changed:
            self._changed.notify_all()


@functools.cache
def environment_pool() -> EnvironmentPool:
    """The one pool of this LocalStack."""
    return EnvironmentPool(settings().environments_max, settings().queue_timeout_ms)


@functools.cache
def bound_environments() -> None:
    """Let LocalStack take environments from the pool. Cached: the plug-in is loaded once for each function."""
    unbounded = AssignmentService.get_environment

    @contextlib.contextmanager
    def get_environment(
        self: AssignmentService, manager_id: str, function_version: FunctionVersion, provisioning_type: Any
    ) -> Iterator[ExecutionEnvironment]:
        if provisioning_type == InitializationType.on_demand:
            taken = environment_pool().environment(self, manager_id, function_version)
        else:
            taken = unbounded(self, manager_id, function_version, provisioning_type)
        with taken as environment:
            yield environment

    AssignmentService.get_environment = get_environment  # type: ignore[method-assign]
