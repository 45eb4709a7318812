"""LocalStack's hooks: what is repaired or replaced before its services start."""

from localstack.runtime import hooks


@hooks.on_runtime_create()
def patch_runtime() -> None:
    """Before the gateway exists."""
    from tandem_localstack.gateway import listen_on_the_given_address

    listen_on_the_given_address()


@hooks.on_infra_start()
def patch_services() -> None:
    """Before the first service is loaded. Lambda's own patches come with the executor (executor_plugin)."""
    from tandem_localstack.dynamodb import run_dynamodb_from_jars
    from tandem_localstack.no_downloads import refuse_downloads
    from tandem_localstack.redeploy import mend_updates, poll_resources_quickly
    from tandem_localstack.s3_storage import keep_objects_in_the_state_folder
    from tandem_localstack.table_update import mend_table_updates

    refuse_downloads()
    run_dynamodb_from_jars()
    keep_objects_in_the_state_folder()
    mend_updates()
    mend_table_updates()
    poll_resources_quickly()


@hooks.on_infra_shutdown(priority=1000)
def bound_shutdown() -> None:
    """Before the services' own hooks, which may wait: everything is in memory, so nothing is worth waiting for long."""
    from tandem_localstack.guard import end_within_stop_timeout

    end_within_stop_timeout()
