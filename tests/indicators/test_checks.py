"""Definitions that make no sense are refused with code, place and hint, all of them at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from world import NAMES, World

from ceyuan.pipeline.checking import check_workspace

COUNT = {"id": "n", "type": "count", "unit": "件", "records": "document"}
SUM = {"id": "rd", "type": "sum", "unit": "亿元", "records": "account", "value": "amount"}
PEOPLE = {"id": "people", "type": "sum", "unit": "人", "records": "account", "value": "amount"}
RANK = {"id": "rank", "type": "published", "unit": "位"}


@pytest.mark.parametrize(
    ("definitions", "code", "words"),
    [
        ([{**COUNT, "unit": "亿元"}], "wrong-unit", "counts"),
        ([{**COUNT, "unit": "furlongs"}], "unknown-unit", "furlongs"),
        ([{**COUNT, "records": "documents"}], "unknown-kind", "Did you mean 'document'"),
        ([{**COUNT, "where": "typ = 'paper'"}], "bad-filter", "Did you mean 'type'"),
        ([{**COUNT, "where": "type = 'papers'"}], "bad-filter", "Did you mean 'paper'?"),
        ([{**COUNT, "where": "citations = 'many'"}], "bad-filter", "integer"),
        ([{**COUNT, "where": "type = 'paper'; DROP TABLE x"}], "bad-filter", "unexpected"),
        ([{**COUNT, "counting": "fractional"}], "bad-counting", "fractional"),
        ([{**COUNT, "over_periods": "last"}], "bad-aggregation", "events"),
        ([{**SUM, "over_periods": "sum"}], "bad-aggregation", "figures"),
        ([{**SUM, "value": "item"}], "bad-value", "item is text"),
        ([{**SUM, "value": "amounts"}], "unknown-field", "Did you mean 'amount'"),
        ([{**SUM, "by": ["colour"]}], "unknown-field", "colour"),
        ([{**SUM, "over_places": {"rule": "complete"}}], "missing-key", "level"),
        ([{**SUM, "over_places": {"rule": "total", "min_coverage": 0.5}}], "bad-aggregation", "min_coverage"),
        ([{**SUM, "shown": ["published", "yearbook"]}], "unknown-source", "yearbook"),
        ([PEOPLE, SUM, {"id": "r", "type": "ratio", "unit": "%", "numerator": "people", "denominator": "rd"}], "wrong-unit", "人/元"),
        ([SUM, {"id": "r", "type": "ratio", "unit": "元", "numerator": "rd", "denominator": "rd"}], "wrong-unit", "%"),
        ([SUM, {"id": "g", "type": "growth", "unit": "亿元", "of": "rd"}], "wrong-unit", "growth"),
        ([SUM, {"id": "c", "type": "change", "unit": "个百分点", "of": "rd"}], "wrong-unit", "money"),
        ([RANK, {"id": "m", "type": "membership", "unit": "强", "of": "m2", "top": 100}], "unknown-indicator", "m2"),
        ([SUM, {"id": "m", "type": "membership", "unit": "强", "of": "rd", "top": 100}], "wrong-unit", "no rank"),
        ([RANK, {"id": "s", "type": "streak", "unit": "年", "of": "rank"}], "wrong-unit", "no membership"),
        ([SUM, {"id": "s", "type": "share", "unit": "%", "part": "rd"}], "missing-key", "whole"),
        ([SUM, {"id": "s", "type": "share", "unit": "%", "part": "rd", "whole_place": "chine"}], "unknown-place", "chine"),
        ([SUM, {"id": "k", "type": "rank", "unit": "位", "of": "rd", "among": {}}], "missing-key", "among"),
        ([SUM, {"id": "k", "type": "rank", "unit": "位", "of": "rd", "among": {"kind": "citys"}}], "bad-value", "Did you mean 'city'"),
        ([SUM, {"id": "c", "type": "change", "unit": "亿元", "of": "rd", "against": "then"}], "bad-period", "then"),
        ([{"id": "a", "type": "growth", "unit": "%", "of": "b"}, {"id": "b", "type": "growth", "unit": "%", "of": "a"}],
         "indicator-cycle", "a → b → a"),
        ([{**COUNT, "type": "cuont"}], "bad-value", "Did you mean 'count'?"),
        ([{**COUNT, "wehre": "x"}], "unknown-key", "Did you mean 'where'?"),
        ([{k: v for k, v in COUNT.items() if k != "unit"}], "missing-key", "unit"),
        ([COUNT, COUNT], "duplicate-id", "defined already at indicators/all.yaml:"),
    ],
)  # fmt: skip
def test_each_fault_is_named_where_it_stands(
    world: World, definitions: list[dict[str, Any]], code: str, words: str
) -> None:
    world.write(
        definitions,
        {
            "document": [],
            "account": [{"item": "rd", "place": "macao", "period": "2023", "amount": 1}],
        },
    )
    _, problems = check_workspace(world.root)
    found = [p for p in problems if p.code == code]
    assert found, [str(p) for p in problems]
    assert any(words in str(p) for p in found), [str(p) for p in found]
    assert all(p.file and p.line for p in found)


def test_all_faults_are_collected_at_once(world: World) -> None:
    bad = [{**COUNT, "unit": "亿元"}, {**SUM, "value": "amounts"}, {**PEOPLE, "where": "item ="}]
    world.write(bad, {})
    _, problems = check_workspace(world.root)
    assert {"wrong-unit", "unknown-field", "bad-filter"} <= {p.code for p in problems}


def test_persons_over_money_is_allowed_where_it_is_declared(world: World) -> None:
    ratio = {
        "id": "r",
        "type": "ratio",
        "unit": "人/亿元",
        "numerator": "people",
        "denominator": "rd",
    }
    world.write([PEOPLE, SUM, ratio], {})
    assert check_workspace(world.root)[1] == []


def test_a_topic_is_declared_by_the_workspace(world: World) -> None:
    stated = {"id": "rate", "type": "published", "unit": "%", "topic": "fundng"}
    world.write([stated], {})
    config = world.root / "ceyuan.yaml"
    (problem,) = check_workspace(world.root)[1]
    assert problem.code == "unknown-topic"
    topics = [{"id": name, "name": NAMES} for name in ("talent", "funding", "talent")]
    config.write_text(
        json.dumps({**json.loads(config.read_text(encoding="utf-8")), "topics": topics}),
        encoding="utf-8",
    )
    twice, unknown = check_workspace(world.root)[1]
    assert (twice.code, unknown.code) == ("duplicate-id", "unknown-topic")
    assert unknown.hint is not None
    assert "funding" in unknown.hint
