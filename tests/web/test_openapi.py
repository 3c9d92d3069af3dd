"""The interface does what its own description says, whatever is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from ceyuan.web.resources.registry import RESOURCES

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, negative_data_rejection, unsupported_method,
]  # fmt: skip
BOUNDED = settings(
    max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)  # fmt: skip


@pytest.fixture(scope="session")
def described(client: httpx.Client) -> dict[str, Any]:
    schema: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return schema


def test_every_resource_is_described(described: dict[str, Any]) -> None:
    assert {f"/api/v1/{e.path}" for e in RESOURCES} <= set(described["paths"])


def test_everything_described_says_what_it_means(described: dict[str, Any]) -> None:
    for path, methods in described["paths"].items():
        for one in methods.values():
            assert one["summary"], path
            assert "200" in one["responses"]
            assert all(r["description"] for r in one["responses"].values())
            for parameter in one.get("parameters", []):
                assert parameter["description"], (path, parameter["name"])
                if parameter["in"] == "path":
                    assert parameter["schema"]["examples"], (path, parameter["name"])
    for name, model in described["components"]["schemas"].items():
        assert model["description"], name
        assert not re.search(r"Attributes:|Args:", model["description"]), name
        for field, about in model.get("properties", {}).items():
            assert about.get("description") or "$ref" in about, (name, field)


def references(part: Any) -> Iterator[str]:
    """Every `$ref` below a part of a document."""
    if isinstance(part, dict):
        yield from (
            value for key, value in part.items() if key == "$ref" and isinstance(value, str)
        )
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from references(inner)


def test_every_reference_leads_somewhere_and_every_shape_is_referred_to(
    described: dict[str, Any],
) -> None:
    found = set(references(described))
    assert {"#/components/schemas/PlacesGeo", "#/components/schemas/Fault"} <= found
    assert found == {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}


def test_wrong_parameters_are_answered_with_one_form_of_error(described: dict[str, Any]) -> None:
    for path, methods in described["paths"].items():
        for one in methods.values():
            faults = {
                media
                for status, r in one["responses"].items()
                if status >= "400"
                for media in r["content"]
            }
            assert faults <= {"application/problem+json"}, path


def test_examples_of_identifiers_are_answered(
    described: dict[str, Any], client: httpx.Client
) -> None:
    for path, methods in described["paths"].items():
        address = path
        for parameter in methods.get("get", {}).get("parameters", []):
            if parameter["in"] == "path":
                address = address.replace(
                    f"{{{parameter['name']}}}", parameter["schema"]["examples"][0]
                )
        # the text of the example is not part of the package
        if "{" in path and "communiques" not in address:
            assert client.get(address).status_code == 200, address


def test_whatever_is_asked_the_answer_is_one_that_is_described(client: httpx.Client) -> None:
    schema = schemathesis.openapi.from_url(f"{client.base_url}/api/v1/openapi.json")
    count = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @BOUNDED
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            nonlocal count
            count += 1
            case.call_and_validate(checks=CHECKS)

        ask()
    assert count > 200
