"""What a source printed is written with the decimals that it printed: 2.00 beside 2.56, whatever an indicator's decimals say."""

from __future__ import annotations

from datetime import date

import pytest
from world import World

from ceyuan.engine import parquet
from ceyuan.indicators.observations import Observation, column_list
from ceyuan.pipeline.reading import lacking_columns
from ceyuan.web.resources.view import View
from ceyuan.wording import figure_text

SHARE = {"id": "share", "type": "published", "unit": "%", "decimals": 1}
FILINGS = {"id": "filings", "type": "published", "unit": "件"}
MONEY = {"id": "money", "type": "published", "unit": "亿元"}


@pytest.mark.parametrize(("indicator", "value", "unit", "decimals", "written"), [
    ("share", "2.00", "%", 2, "2.00%"),
    ("share", "2.56", "%", 2, "2.56%"),
    ("share", "2", "%", None, "2%"),
    ("share", "２.50", "%", 2, "2.50%"),
    ("filings", "2.50", "万件", -2, "2.50万件"),
    ("filings", "25000", "件", None, "2.5万件"),
    ("filings", "25,000", "件", None, "2.5万件"),
    ("money", "2344.0", "亿元", 1, "2344.0亿元"),
    ("money", "1.20", "万亿元", -2, "1.20万亿元"),
    ("money", "30", "亿元", None, "30亿元"),
])  # fmt: skip
def test_a_stated_figure_keeps_the_decimals_of_its_source(
    world: World, indicator: str, value: str, unit: str, decimals: int | None, written: str
) -> None:
    rows = [
        {
            "indicator": indicator,
            "place": "macao",
            "period": "2023",
            "value": value,
            "value_unit": unit,
            "modality": "actual",
        }
    ]
    with world.build([SHARE, FILINGS, MONEY], {"figure": rows}) as build:
        (shown,) = build.show(indicator)
        assert shown.decimals == decimals
        text = figure_text(shown.value, shown.unit, "zh-Hans", decimals=1, printed=shown.decimals)
        assert text == written


def test_a_build_without_decimals_is_read_as_one_that_knows_of_none(world: World) -> None:
    rows = [
        {
            "indicator": "share",
            "place": "macao",
            "period": "2023",
            "value": "2.00",
            "value_unit": "%",
            "modality": "actual",
        }
    ]
    with world.build([SHARE], {"figure": rows}) as build:
        older = build.path / "older.parquet"
        build.engine.copy_to_parquet("SELECT * EXCLUDE (decimals) FROM observations", older)
        source = parquet(older)
        read = f"SELECT *{lacking_columns(build.engine, source)} FROM {source}"
        (row,) = build.engine.arrow(f"SELECT {column_list()} FROM ({read}) AS older").to_pylist()
        assert (Observation.of(row).value, Observation.of(row).decimals) == (2, None)


def test_a_computed_figure_keeps_the_decimals_that_were_asked_for(world: World) -> None:
    rates = [("spent", 12), ("whole", 100), ("rate", 7)]
    rows = [{"indicator": i, "place": "macao", "period": "2023", "value": v, "value_unit": u, "modality": "actual"}
            for (i, v), u in zip(rates, ("亿元", "亿元", "%"), strict=True)]  # fmt: skip
    declared = [
        {"id": "spent", "type": "published", "unit": "亿元"},
        {"id": "whole", "type": "published", "unit": "亿元"},
        {"id": "rate", "type": "published", "unit": "%", "decimals": 1},
        {
            "id": "part",
            "type": "ratio",
            "numerator": "spent",
            "denominator": "whole",
            "unit": "%",
            "decimals": 1,
        },
    ]
    with world.build(declared, {"figure": rows}) as build:
        view = View(build, date(2026, 1, 31))
        texts = {o.indicator: view.figure(o).text for o in build.show() if o.place == "macao"}
    assert (texts["part"].en, texts["part"].zh_hans) == ("12.0%", "12.0%")
    assert texts["rate"].en == "7%", "its source printed no decimal, so none is made up"
