"""Lambda refuses an invocation whose payload is too large before any environment sees it; LocalStack does not."""

import functools
from typing import Any

from localstack.aws.api.lambda_ import InvocationType, RequestTooLargeException
from localstack.services.lambda_.invocation.lambda_service import LambdaService

REQUEST_BYTES_MAX = 6_291_456
"""6 MiB, of a synchronous invocation (AWS, Lambda quotas)."""
EVENT_BYTES_MAX = 1_048_576
"""1 MiB, of an asynchronous one."""


@functools.cache
def refuse_large_requests() -> None:
    """Answer 413, as AWS does. Cached: LocalStack loads the executor's plug-in once for each function."""
    invoke_unbounded = LambdaService.invoke

    def invoke(self: LambdaService, *args: Any, **kwargs: Any) -> Any:
        payload = kwargs.get("payload") or b""
        is_event = kwargs.get("invocation_type") == InvocationType.Event
        limit = EVENT_BYTES_MAX if is_event else REQUEST_BYTES_MAX
        if len(payload) > limit:
            operation = "InvokeAsync" if is_event else "InvokeFunction"
            raise RequestTooLargeException(
                f"Request must be smaller than {limit} bytes for the {operation} operation", Type="User"
            )
        return invoke_unbounded(self, *args, **kwargs)

    LambdaService.invoke = invoke  # type: ignore[method-assign]
