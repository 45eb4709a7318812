"""Deploying a changed table: LocalStack 4.14 takes the change and does nothing; here the table is changed.

What CloudFormation can change without a new table: indexes, stream, billing and expiry (AWS::DynamoDB::Table).
"""

import time
from collections.abc import Iterator
from typing import Any

from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceRequest,
)
from localstack.services.dynamodb.resource_providers.aws_dynamodb_table import DynamoDBTableProvider

ACTIVE_TIMEOUT_S = 60
POLL_INTERVAL_S = 0.05


def _indexes(model: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {index["IndexName"]: index for index in model.get("GlobalSecondaryIndexes") or []}


def _index_changes(model: dict[str, Any], before: dict[str, Any]) -> Iterator[dict[str, Any]]:
    wanted, present = _indexes(model), _indexes(before)
    for name in present.keys() - wanted.keys():
        yield {"Delete": {"IndexName": name}}
    for name in wanted.keys() - present.keys():
        kept = ("IndexName", "KeySchema", "Projection", "ProvisionedThroughput")
        yield {"Create": {key: wanted[name][key] for key in kept if key in wanted[name]}}


def _changes(model: dict[str, Any], before: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The arguments of UpdateTable, one call at a time: it takes one change of an index in each."""
    billing = {key: model.get(key) for key in ("BillingMode", "ProvisionedThroughput")}
    if billing != {key: before.get(key) for key in billing}:
        yield {key: value for key, value in billing.items() if value}
    stream = model.get("StreamSpecification")
    if stream != before.get("StreamSpecification"):
        if before.get("StreamSpecification"):
            yield {"StreamSpecification": {"StreamEnabled": False}}
        if stream:
            yield {"StreamSpecification": {"StreamEnabled": True, **stream}}
    for change in _index_changes(model, before):
        attributes = {"AttributeDefinitions": model["AttributeDefinitions"]} if "Create" in change else {}
        yield {**attributes, "GlobalSecondaryIndexUpdates": [change]}


def _refusal(model: dict[str, Any], before: dict[str, Any]) -> str | None:
    """What needs another table, on AWS too: CloudFormation replaces it there, and the items are gone."""
    if model["KeySchema"] != before["KeySchema"]:
        return "The key of a table cannot change: give the table another logical id or name."
    wanted, present = _indexes(model), _indexes(before)
    for name in wanted.keys() & present.keys():
        if wanted[name]["KeySchema"] != present[name]["KeySchema"]:
            return f"The key of the index {name} cannot change: give the index another name."
    return None


def _wait_until_active(client: Any, name: str) -> None:
    deadline = time.monotonic() + ACTIVE_TIMEOUT_S
    while True:
        table = client.describe_table(TableName=name)["Table"]
        statuses = [index["IndexStatus"] for index in table.get("GlobalSecondaryIndexes", [])]
        if all(status == "ACTIVE" for status in [table["TableStatus"], *statuses]):
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"The table {name} was not active within {ACTIVE_TIMEOUT_S} s.")
        time.sleep(POLL_INTERVAL_S)


def _update_expiry(client: Any, name: str, model: dict[str, Any], before: dict[str, Any]) -> None:
    wanted, present = model.get("TimeToLiveSpecification"), before.get("TimeToLiveSpecification")
    if wanted == present:
        return
    if present and present.get("Enabled"):
        client.update_time_to_live(
            TableName=name, TimeToLiveSpecification={**present, "Enabled": False}
        )
    if wanted and wanted.get("Enabled"):
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=wanted)


def _update_table(_provider: Any, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
    model, before = request.desired_state, request.previous_state
    client = request.aws_client_factory.dynamodb
    name = before["TableName"]
    model["TableName"] = name
    if refusal := _refusal(model, before):
        return ProgressEvent(status=OperationStatus.FAILED, resource_model=model, message=refusal)
    for change in _changes(model, before):
        client.update_table(TableName=name, **change)
        _wait_until_active(client, name)
    _update_expiry(client, name, model, before)
    table = client.describe_table(TableName=name)["Table"]
    model["Arn"] = table["TableArn"]
    if table.get("LatestStreamArn") and model.get("StreamSpecification"):
        model["StreamArn"] = table["LatestStreamArn"]
    return ProgressEvent(
        status=OperationStatus.SUCCESS, resource_model=model, custom_context=request.custom_context
    )


def mend_table_updates() -> None:
    """Give the provider of tables an update."""
    DynamoDBTableProvider.update = _update_table  # type: ignore[method-assign]
