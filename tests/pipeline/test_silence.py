"""What a build passes over in silence is told where somebody asks, and no more once it was acknowledged."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import ceyuan
from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.pipeline.silence import silences
from small_workspace import CONFIG, FILES, INDICATORS, PAYMENTS, write_workspace

ROWS = PAYMENTS.replace("purpose", "purpose,手机").replace("first", "first,1")
GROWTH = """\
  - id: gdp_growth
    type: growth
    of: gdp
    name: {en: GDP growth, zh-Hans: 增速, zh-Hant: 增速}
    description: {en: Growth, zh-Hans: 增速, zh-Hant: 增速}
    unit: "%"
    hk_mo: {rule: separate}
  - id: nothing
    type: count
    records: payment
    where: purpose = 'fifth'
    name: {en: Nothing, zh-Hans: 无, zh-Hant: 無}
    description: {en: Nothing, zh-Hans: 无, zh-Hant: 無}
    unit: 笔
    hk_mo: {rule: separate}
"""
EDITIONS = """\
  e24: {title: Yearbook 2024, publisher: Bureau, vintage: "2024"}
  e25: {title: Yearbook 2025, publisher: Bureau, vintage: "2025"}
"""
FIGURES = "indicator,place,period,value,value_unit,source\ngdp,gd,2024,14163,亿元,e24\ngdp,gd,2025,14500,亿元,e25\n"
LOOKED_AT = """\
acknowledged:
  - {code: unmapped-column, at: records/payments.csv, why: private}
  - {code: records-unused, at: "records/notes.jsonl", why: for later}
  - {code: no-value, at: nothing, why: to come}
  - {code: no-value, at: paid_growth, why: one year only}
  - {code: growth-across-vintages, at: gdp_growth, why: no other edition}
"""


def write(root: Path, config: str = CONFIG) -> Path:
    files = {
        "ceyuan.yaml": config, "records/payments.csv": ROWS, "indicators/all.yaml": INDICATORS + GROWTH,
        "records/figures.csv": FIGURES, "sources.yaml": FILES["sources.yaml"] + EDITIONS,
    }  # fmt: skip
    return write_workspace(root, files)


def test_columns_records_indicators_and_vintages_are_told(tmp_path: Path) -> None:
    root = write(tmp_path / "w")
    ceyuan.open(str(root)).make()
    found = [(p.code, p.where, p.message) for p in silences(root)]
    assert found == [
        ("unmapped-column", "records/payments.csv", "nothing is made of '手机'"),
        (
            "records-unused",
            "records/notes.jsonl:1",
            "2 records of note (table notes) enter no figure",
        ),
        (
            "no-value",
            "indicators/all.yaml:40",
            "paid_growth: it has no value for any place and period",
        ),
        ("no-value", "indicators/all.yaml:62", "nothing: it has no value for any place and period"),
        (
            "growth-across-vintages",
            "indicators/all.yaml:55",
            "gdp_growth: gd 2025 compare values of two vintages",
        ),
    ]
    said = CliRunner().invoke(cli, ["check", "-w", str(root), "--silence"])
    assert said.exit_code == 0
    assert "[unmapped-column] nothing is made of '手机'" in said.output
    assert "unmapped-column" not in CliRunner().invoke(cli, ["check", "-w", str(root)]).output


def test_what_was_acknowledged_is_told_no_more(tmp_path: Path) -> None:
    root = write(tmp_path / "w", CONFIG + LOOKED_AT)
    ceyuan.open(str(root)).make()
    assert silences(root) == []
    (root / "ceyuan.yaml").write_text(CONFIG, encoding="utf-8")
    assert len(silences(root)) == 5


def test_a_strict_build_stops_for_what_nobody_looked_at_and_for_nothing_else(
    tmp_path: Path,
) -> None:
    """Warnings and silences alike; whether the build is made anew or has been there before."""
    known = "  - {code: rows-quarantined, at: records/payments.csv, why: no sides}\n"
    root = write(tmp_path / "w", f"{CONFIG}acknowledged:\n{known}")
    observatory = ceyuan.open(str(root))
    first = observatory.make().build
    with pytest.raises(CeyuanError) as stopped:
        observatory.make(strict=True)
    assert {p.code for p in stopped.value.problems} == {p.code for p in silences(root)}
    assert len(stopped.value.problems) == 5
    for looked_at, said in [
        (LOOKED_AT, "rows-quarantined"),
        (LOOKED_AT.replace("at: nothing,", "at: other,") + known, "nothing: it has no value"),
    ]:
        (root / "ceyuan.yaml").write_text(CONFIG + looked_at, encoding="utf-8")
        with pytest.raises(CeyuanError, match=said):
            observatory.make(strict=True)
    assert observatory.builds() == [first]
    (root / "ceyuan.yaml").write_text(CONFIG + LOOKED_AT + known, encoding="utf-8")
    assert observatory.make(strict=True).warnings == ()
    (root / "records/notes.jsonl").write_text('{"id": "n1", "n": -3}\n', encoding="utf-8")
    with pytest.raises(CeyuanError):
        observatory.make(strict=True)
