"""English counts: the noun that an indicator declares stands for its unit, and says what is counted where it alone does."""

from __future__ import annotations

import pytest

from ceyuan.claims.nouns import with_units
from ceyuan.indicators.types import INDICATOR
from ceyuan.reader import Statement, read_bytes, read_text
from ceyuan.workspace.definitions import Indicator


def indicator(name: str, unit: str, one: str, many: str) -> Indicator:
    return INDICATOR.validate_python({
        "id": name, "type": "published", "unit": unit, "direction": "higher", "noun": {"one": one, "many": many},
        "name": {"en": name, "zh-Hans": "名", "zh-Hant": "名"}, "hk_mo": {"rule": "not_applicable"},
        "description": {"en": name, "zh-Hans": "名", "zh-Hant": "名"},
    })  # fmt: skip


DECLARED = {
    i.id: i
    for i in (
        indicator("firms", "万家", "high-tech enterprise", "high-tech enterprises"),
        indicator("joint_a", "家", "joint laboratory", "joint laboratories"),
        indicator("joint_b", "家", "joint laboratory", "joint laboratories"),
        indicator("fields", "个", "field", "fields"),
        indicator("posts", "人", "research post", "research posts"),
        indicator("places", "个", "research post", "research posts"),
    )
}


def only(text: str) -> Statement:
    (statement,) = with_units(read_text(text).statements, DECLARED)
    return statement


@pytest.mark.parametrize(("text", "unit", "subject"), [
    ("The area counts over 69,000 high-tech enterprises.", "家", "high-tech enterprises"),
    ("The area runs over 35 joint laboratories.", "家", None),
    ("They cover over 39 fields.", "个", None),
    ("It has over 120 research posts.", None, None),
    ("It has over 15 tea houses.", None, None),
])  # fmt: skip
def test_a_noun_stands_for_the_unit_where_it_is_one_and_for_the_subject_where_it_tells(
    text: str, unit: str | None, subject: str | None
) -> None:
    (plain,) = read_text(text).statements
    found = only(text)
    assert found.unit == (plain.unit if unit is None else unit)
    assert found.subject == (plain.subject if subject is None else subject)
    assert (found.value, found.start, found.end, found.quote) == (
        plain.value,
        plain.start,
        plain.end,
        plain.quote,
    )


def test_other_figures_stay_as_they_were_read() -> None:
    statements = read_text("高新技术企业超过6.9万家，比上年增长8%。It grew by 8%.").statements
    assert with_units(statements, DECLARED) == tuple(statements)


def test_references_to_notes_are_no_part_of_a_text() -> None:
    noted = read_bytes(
        b"Industrial robots made 40%[^19] of it and 80%[^20] of that.\n\n[^19]: A note.\n", "a.md"
    )
    bare = read_bytes(
        b"Industrial robots made 40% of it and 80% of that.\n\n[^19]: A note.\n", "a.md"
    )
    assert (
        [s.quote for s in noted.statements] == [s.quote for s in bare.statements] == ["40%", "80%"]
    )
    assert [s.subject for s in noted.statements] == [s.subject for s in bare.statements]
