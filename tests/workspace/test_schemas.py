"""Schemas and kinds: everything that an analyst may write is described, with an example that is right and one that is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from ceyuan.indicators.types import INDICATOR
from ceyuan.workspace.checks import check_references
from ceyuan.workspace.reader import builtin_kinds, load_workspace
from ceyuan.workspace.schemas import schemas
from small_workspace import MakeWorkspace

# Examples that show the idea and are not complete, and names that are described where they are defined.
LANGUAGES = {"en", "zh-Hans", "zh-Hant"}


def properties() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for name, schema in schemas().items():
        parts = {name: schema, **{f"{name}/{k}": v for k, v in schema.get("$defs", {}).items()}}
        for part, content in parts.items():
            for key, prop in content.get("properties", {}).items():
                if (
                    "const" not in prop
                    and key not in LANGUAGES
                    and key not in ("sources", "indicators")
                ):
                    yield f"{part}.{key}", prop, schema


ALL = list(properties())


@pytest.mark.parametrize("name", sorted(schemas()))
def test_a_schema_is_valid(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schemas()[name])


@pytest.mark.parametrize(("where", "prop", "schema"), ALL, ids=[where for where, _, _ in ALL])
def test_a_property_is_described_with_a_good_and_a_bad_example(
    where: str, prop: dict[str, Any], schema: dict[str, Any]
) -> None:
    assert prop["description"].endswith((".", "…")), where
    (good,) = prop["examples"]
    (bad,) = prop["badExamples"]
    assert good != bad
    validator = jsonschema.Draft202012Validator({**prop, "$defs": schema.get("$defs", {})})
    complete = not any(
        "required" in e.message or e.validator == "anyOf"
        for e in _leaves(validator.iter_errors(good))
    )
    assert validator.is_valid(good) or not complete, [
        e.message for e in validator.iter_errors(good)
    ]


def _leaves(errors: Any) -> Iterator[jsonschema.ValidationError]:
    for error in errors:
        if error.context:
            yield from _leaves(error.context)
        else:
            yield error


def test_most_bad_examples_are_refused_by_the_schema_already() -> None:
    refused = [
        not jsonschema.Draft202012Validator({**prop, "$defs": schema.get("$defs", {})}).is_valid(
            prop["badExamples"][0]
        )
        for _, prop, schema in ALL
    ]
    assert sum(refused) > len(refused) / 2


def test_every_builtin_kind_says_what_it_is_in_three_languages(
    make_workspace: MakeWorkspace,
) -> None:
    kinds = builtin_kinds()
    assert {"document", "contribution", "deal", "account", "organisation", "laboratory", "facility", "facility_use", "open_sharing",
            "platform", "programme", "project", "participation", "payment", "permit", "talent", "listing", "joint_scheme", "event",
            "figure"} <= set(kinds)  # fmt: skip
    for kind in kinds.values():
        assert kind.name is not None, kind.kind
        assert kind.description, kind.kind
        assert kind.key, kind.kind
        for field in kind.fields:
            assert all(field.name.get(language) for language in LANGUAGES), (kind.kind, field.id)
            assert any("\u4e00" <= c <= "\u9fff" for c in field.name.zh_hans), (kind.kind, field.id)
    workspace, problems = load_workspace(make_workspace(), INDICATOR)
    assert workspace is not None
    assert [*problems, *check_references(workspace)] == []
