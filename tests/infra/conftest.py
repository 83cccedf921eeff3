"""What the tests of the infrastructure share: the package, built once, and its template."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.package import Package, build


@pytest.fixture(scope="session")
def package() -> Package:
    return build()


@pytest.fixture(scope="session")
def template(package: Package) -> dict[str, Any]:
    return package.template("artefacts")


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    return template["Resources"]


@pytest.fixture(scope="session")
def policies(resources: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The statements of each function's role, by the function's logical id."""
    found = {}
    for name, resource in resources.items():
        if resource["Type"] == "AWS::Serverless::Function":
            role = resources[resource["Properties"]["Role"]["Fn::GetAtt"][0]]
            found[name] = [
                statement
                for policy in role["Properties"]["Policies"]
                for statement in policy["PolicyDocument"]["Statement"]
            ]
    return json.loads(json.dumps(found))
