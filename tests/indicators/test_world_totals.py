"""What happens to be recorded makes no total of the world: only records that are declared complete do."""

from __future__ import annotations

import pytest
from world import PLACES, World, values

from ceyuan.pipeline.tracing import trace

EVERYWHERE = PLACES.replace("cn,economy,,", "earth,world,,,World,全球,全球,\ncn,economy,earth,")
ROWS = [
    {"item": "rd", "place": place, "period": "2023", "amount": amount, "amount_unit": "亿元"}
    for place, amount in (
        ("guangzhou", 3),
        ("shenzhen", 4),
        ("zhuhai", 5),
        ("hongkong", 6),
        ("macao", 7),
    )
]
SUM = {"id": "rd", "type": "sum", "records": "account", "value": "amount", "unit": "亿元"}
COMPLETE = {**SUM, "id": "rd_complete", "over_places": {"rule": "complete", "level": "city"}}
ALL = {
    "covers": {"part": "all", "note": {"en": "All there are", "zh-Hans": "全部", "zh-Hant": "全部"}}
}


@pytest.fixture(autouse=True)
def _with_the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("world.PLACES", EVERYWHERE)


def test_what_is_recorded_in_places_is_no_total_of_the_world(world: World) -> None:
    with world.build([SUM, COMPLETE], {"account": ROWS}) as build:
        for name in ("rd", "rd_complete"):
            found = values(build, name)
            assert ("earth", "2023") not in found
            assert found["gba", "2023"] == 25
            assert found["cn", "2023"] == 12  # Hong Kong and Macao apart


def test_records_that_are_declared_complete_make_a_total_of_the_world(world: World) -> None:
    with world.build([{**SUM, **ALL}, {**COMPLETE, **ALL}], {"account": ROWS}) as build:
        assert (
            values(build, "rd")["earth", "2023"]
            == values(build, "rd_complete")["earth", "2023"]
            == 25
        )


def test_a_record_of_the_world_itself_counts_alone_and_is_traced_alone(world: World) -> None:
    own = {**ROWS[0], "place": "earth", "amount": 900}
    with world.build([SUM], {"account": [*ROWS, own]}) as build:
        assert values(build, "rd")["earth", "2023"] == 900
        (found,) = trace(build, "rd", place="earth")
        assert [dict(r.fields)["place"] for r in found.records] == ["earth"]
