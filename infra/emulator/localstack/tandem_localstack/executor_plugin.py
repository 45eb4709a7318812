"""The entry point by which LocalStack finds the executor (LAMBDA_RUNTIME_EXECUTOR=process)."""

from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    """Loaded with the Lambda service, and not before: its imports cost LocalStack's start nothing."""

    name = "process"

    def load(self, *_args: object, **_kwargs: object) -> type[RuntimeExecutor]:
        """The executor's class, after the service's own bounds are in place."""
        from tandem_localstack.environment_pool import bound_environments
        from tandem_localstack.executor import ProcessExecutor
        from tandem_localstack.finished_threads import forget_finished_threads
        from tandem_localstack.queue_mappings import bound_first_backoff, honour_maximum_concurrency
        from tandem_localstack.request_limit import refuse_large_requests

        bound_environments()
        refuse_large_requests()
        forget_finished_threads()
        honour_maximum_concurrency()
        bound_first_backoff()
        return ProcessExecutor
