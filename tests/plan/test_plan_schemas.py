"""Every key of a plan's files is described for editors, with an example that is right and one that is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from ceyuan.plan.schemas import plan_schemas

LANGUAGES = {"en", "zh-Hans", "zh-Hant"}


def properties() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for name, schema in plan_schemas().items():
        parts = {name: schema, **{f"{name}/{k}": v for k, v in schema["$defs"].items()}}
        for part, content in parts.items():
            for key, prop in content.get("properties", {}).items():
                if key not in LANGUAGES:
                    yield f"{part}.{key}", prop, schema


ALL = list(properties())


@pytest.mark.parametrize("name", sorted(plan_schemas()))
def test_a_schema_of_the_plan_is_valid(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(plan_schemas()[name])


@pytest.mark.parametrize(("where", "prop", "schema"), ALL, ids=[where for where, _, _ in ALL])
def test_a_key_of_the_plan_is_described_with_a_good_and_a_bad_example(
    where: str, prop: dict[str, Any], schema: dict[str, Any]
) -> None:
    assert prop["description"].endswith((".", "…")), where
    (good,), (bad,) = prop["examples"], prop["badExamples"]
    assert good != bad
    whole = jsonschema.Draft202012Validator({**prop, "$defs": schema["$defs"]})
    # Examples of whole entries may leave out what is required; a plain one is complete.
    if not isinstance(good, dict) and not (
        isinstance(good, list) and good and isinstance(good[0], dict)
    ):
        assert whole.is_valid(good), where


def test_most_bad_examples_of_the_plan_are_refused_by_the_schema() -> None:
    refused = [
        not jsonschema.Draft202012Validator({**prop, "$defs": schema["$defs"]}).is_valid(
            prop["badExamples"][0]
        )
        for _, prop, schema in ALL
    ]
    assert sum(refused) > len(refused) / 2
