"""A workspace declares units of its own, and they are good wherever a unit may stand."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import ceyuan
from ceyuan import units
from ceyuan.claims import verify
from ceyuan.pipeline.checking import check_workspace
from ceyuan.pipeline.reading import Build
from ceyuan.reader import read_text
from ceyuan.units import parse_unit
from ceyuan.wording.figures import figure_text, unit_text
from small_workspace import CONFIG, MakeWorkspace
from small_workspace import write_workspace as write

UNITS = """\
units:
  PFLOPS:
    name: {en: petaFLOPS, zh-Hans: P算力, zh-Hant: P算力}
    dimension: computing
  EFLOPS:
    name: {en: exaFLOPS, zh-Hans: E算力, zh-Hant: E算力}
    dimension: computing
    factor: 1000
  标准箱:
    name: {en: containers, zh-Hans: 标准箱, zh-Hant: 標準箱}
    one: container
    aliases: [TEU]
"""
ACCOUNTS = "item,place,period,amount,u\ncompute,sz,2024,2.5,EFLOPS\ncompute,gz,2024,300,P算力\nbox,sz,2024,30.5,万TEU\n"
TABLE = """\
kind: account
file: a.csv
source: yearbook
columns: {amount: {column: amount, unit_column: u}}
"""
NAMED = "name: {en: %s, zh-Hans: %s, zh-Hant: %s}\n    description: {en: x, zh-Hans: 某, zh-Hant: 某}\n    hk_mo: {rule: separate}"
INDICATORS = f"""\
indicators:
  - id: compute
    type: sum
    records: account
    where: item = 'compute'
    value: amount
    unit: PFLOPS
    {NAMED % ("Computing power", "算力规模", "算力規模")}
  - id: boxes
    type: sum
    records: account
    where: item = 'box'
    value: amount
    unit: 万标准箱
    {NAMED % ("Container throughput", "集装箱吞吐量", "集裝箱吞吐量")}
  - id: per_box
    type: ratio
    numerator: compute
    denominator: boxes
    unit: PFLOPS/万标准箱
    {NAMED % ("Power per box", "每箱算力", "每箱算力")}
"""


@pytest.fixture(autouse=True)
def _units_of_this_test_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(units, "_OWN", {})
    yield
    for known in (units.parse_unit, units._base_of, units.own_spellings):
        known.cache_clear()


def build(root: Path, declared: str = UNITS) -> Build:
    root.mkdir(exist_ok=True)
    config = CONFIG.replace("headline:\n  - {indicator: paid, place: gd}\n", "") + declared
    files = {
        "ceyuan.yaml": config,
        "records/a.yaml": TABLE,
        "records/a.csv": ACCOUNTS,
        "indicators/all.yaml": INDICATORS,
    }
    gone = dict.fromkeys(["records/figures.yaml", "records/figures.csv"])
    return ceyuan.open(str(write(root, {**files, **gone}))).build()


def test_tables_indicators_and_the_words_of_figures(tmp_path: Path) -> None:
    with build(tmp_path / "w") as made:
        values = {(o.indicator, o.place): o for o in made.show("compute")}
        assert values["compute", "gd"].value == 2800
        (boxes,) = made.show("boxes", place="sz")
        assert boxes.value == 30.5
        (ratio,) = made.show("per_box", place="sz")
        assert round(ratio.value or 0, 6) == round(2500 / 30.5, 6)
    assert figure_text(30.5, "万标准箱", "zh-Hant") == "30.5萬標準箱"
    assert (figure_text(1, "TEU", "en"), figure_text(305000, "TEU", "en")) == (
        "1 container",
        "305,000 containers",
    )
    assert unit_text("EFLOPS", "zh-Hans") == "E算力"


@pytest.mark.parametrize(("text", "verdict"), [
    ("2024年，深圳算力规模达到2.5EFLOPS。", "supported"), ("2024年，深圳算力规模达到2500P算力。", "supported"),
    ("2024年，深圳算力规模达到4EFLOPS。", "contradicted"), ("2024年，深圳集装箱吞吐量为30.5万标准箱。", "supported"),
    ("In 2024, Shenzhen's container throughput was 305,000 TEU.", "supported"),
])  # fmt: skip
def test_texts_and_their_verdicts(tmp_path: Path, text: str, verdict: str) -> None:
    with build(tmp_path / "w") as made:
        (claim,) = verify(made, read_text(text)).claims
        assert verdict in str(claim.verdict), claim


def test_a_changed_factor_reads_the_records_again(tmp_path: Path) -> None:
    with build(tmp_path / "w") as made:
        assert [o.value for o in made.show("compute", place="sz")] == [2500]
    with build(tmp_path / "w", UNITS.replace("1000", "2000")) as made:
        assert [o.value for o in made.show("compute", place="sz")] == [5000]
    with build(tmp_path / "w"):
        assert parse_unit("EFLOPS").factor == Decimal(1000)


@pytest.mark.parametrize(("declared", "code"), [
    ("units: {D1: {name: {en: D1, zh-Hans: 元, zh-Hant: 元}}}\n", "duplicate-id"),
    ("units: {万: {name: {en: D2, zh-Hans: D2, zh-Hant: D2}}}\n", "bad-value"),
    ("units: {A1: {dimension: thing, factor: 2, name: {en: A1, zh-Hans: A1, zh-Hant: A1}}}\n", "missing-key"),
    ("units: {a/b: {name: {en: a/b, zh-Hans: a/b, zh-Hant: a/b}}}\n", "bad-value"),
    ("units: {B1: {factor: 0, name: {en: B1, zh-Hans: B1, zh-Hant: B1}}}\n", "bad-value"),
    ("units: {C1: {name: {en: C1, zh-Hans: C1, zh-Hant: C1}}, C2: {name: {en: C1, zh-Hans: C2, zh-Hant: C2}}}\n", "duplicate-id"),
])  # fmt: skip
def test_what_cannot_be_a_unit(make_workspace: MakeWorkspace, declared: str, code: str) -> None:
    _, problems = check_workspace(make_workspace({"ceyuan.yaml": CONFIG + declared}))
    assert code in [p.code for p in problems if p.severity == "error"]
