"""Deploying again: LocalStack 4.14 cannot update a RestApi, a Stage or a permission; here they can.

Without this a changed route loses the stage, or fails with "Stage already exists".
"""

import copy
import json
from typing import Any

from localstack import config
from localstack.services.apigateway.resource_providers.aws_apigateway_restapi import (
    ApiGatewayRestApiProvider,
)
from localstack.services.apigateway.resource_providers.aws_apigateway_stage import (
    ApiGatewayStageProvider,
)
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProviderExecutor,
    ResourceRequest,
)
from localstack.services.lambda_.resource_providers.aws_lambda_permission import (
    LambdaPermissionProvider,
)

POLL_INTERVAL_S = 0.05
WAIT_MAX_S = 120


def poll_resources_quickly() -> None:
    """LocalStack asks each resource once a second whether it is ready; most are within milliseconds."""
    config.BOTO_WAITER_DELAY = POLL_INTERVAL_S  # type: ignore[assignment]
    config.BOTO_WAITER_MAX_ATTEMPTS = int(WAIT_MAX_S / POLL_INTERVAL_S)
    wait_a_second = ResourceProviderExecutor.deploy_loop

    def deploy_loop(*args: Any, **kwargs: Any) -> ProgressEvent[Any]:
        return wait_a_second(*args, **{"sleep_time": POLL_INTERVAL_S, **kwargs})

    ResourceProviderExecutor.deploy_loop = deploy_loop  # type: ignore[method-assign]


def _done(request: ResourceRequest[Any], model: dict[str, Any]) -> ProgressEvent[Any]:
    return ProgressEvent(
        status=OperationStatus.SUCCESS, resource_model=model, custom_context=request.custom_context
    )


def _body_of(request: ResourceRequest[Any], model: dict[str, Any]) -> bytes | None:
    """The OpenAPI document, from the template or from the bucket the template names."""
    if body := model.get("Body"):
        return (json.dumps(body) if isinstance(body, dict) else body).encode()
    if not (location := model.get("BodyS3Location")):
        return None
    names = {"Bucket": location["Bucket"], "Key": location["Key"]}
    if version := location.get("Version"):
        names["VersionId"] = version
    return request.aws_client_factory.s3.get_object(**names)["Body"].read()


def _update_rest_api(_provider: Any, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
    """Import the document anew under the same id; a stage goes on serving the deployment it points to."""
    model = request.desired_state
    api = request.aws_client_factory.apigateway
    rest_api_id = request.previous_state["RestApiId"]
    model["RestApiId"] = rest_api_id
    if body := _body_of(request, model):
        parameters = {"basepath": "ignore", **(model.get("Parameters") or {})}
        api.put_rest_api(restApiId=rest_api_id, mode="overwrite", body=body, parameters=parameters)
    resources = api.get_resources(restApiId=rest_api_id, limit=500)["items"]
    roots = [resource["id"] for resource in resources if resource["path"] == "/"]
    model["RootResourceId"] = roots[0] if roots else request.previous_state.get("RootResourceId")
    return _done(request, model)


def _update_stage(_provider: Any, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
    """Point the stage to the new deployment, and bring its variables up to date."""
    model = request.desired_state
    before = request.previous_state
    # CloudFormation replaces a stage of another name or API, but may not be told the name again.
    model.setdefault("StageName", before.get("StageName", "default"))
    operations = [
        {"op": "replace", "path": "/deploymentId", "value": model["DeploymentId"]},
        *[
            {"op": "remove", "path": f"/variables/{name}"}
            for name in (before.get("Variables") or {})
            if name not in (model.get("Variables") or {})
        ],
        *[
            {"op": "replace", "path": f"/variables/{name}", "value": str(value)}
            for name, value in (model.get("Variables") or {}).items()
        ],
    ]
    request.aws_client_factory.apigateway.update_stage(
        restApiId=model["RestApiId"], stageName=model["StageName"], patchOperations=operations
    )
    return _done(request, model)


def _update_permission(_provider: Any, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
    """Take the old statement away from the function it was given for, and add the new one."""
    model = request.desired_state
    before = request.previous_state
    client = request.aws_client_factory.lambda_
    model["Id"] = before["Id"]
    try:
        client.remove_permission(FunctionName=before["FunctionName"], StatementId=before["Id"])
    except client.exceptions.ResourceNotFoundException:
        pass
    names = ("FunctionName", "Action", "Principal", "SourceArn")
    given = {name: model[name] for name in names if model.get(name)}
    client.add_permission(StatementId=model["Id"], **given)
    return _done(request, model)


def mend_updates() -> None:
    """Give the providers an update, and let CloudFormation use it instead of creating before deleting."""
    ApiGatewayRestApiProvider.update = _update_rest_api  # type: ignore[method-assign]
    ApiGatewayStageProvider.update = _update_stage  # type: ignore[method-assign]
    LambdaPermissionProvider.update = _update_permission  # type: ignore[method-assign]
    for provider in (ApiGatewayStageProvider, LambdaPermissionProvider):
        provider.SCHEMA = {**copy.deepcopy(provider.SCHEMA), "createOnlyProperties": []}
