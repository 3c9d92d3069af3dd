"""`match` rules of a column: what a text stands for by how it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

import ceyuan
from ceyuan.engine import Engine, EngineSettings, literal
from ceyuan.indicators.types import INDICATOR
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.checking import check_workspace
from ceyuan.records.values import mapped_sql, unnamed_sql
from ceyuan.workspace.reader import builtin_kinds, load_workspace
from ceyuan.workspace.schemas import schemas
from ceyuan.workspace.tables import ColumnSpec, MatchRule

NAMES = ("en", "zh-Hans", "zh-Hant")
HEAD = "id,kind,parents,party,name_en,name_zh_hans,name_zh_hant,aliases,iso3166,gbt2260,geonames,lat,lon\n"
TYPES = ColumnSpec(
    column="lead",
    map={"眼科中心": "hospital"},
    match=(
        MatchRule(ends=("医院",), contains=("医院（",), value="hospital"),
        MatchRule(ends=("研究院",), value="institute"),
        MatchRule(contains=("公司",), starts=("集团",), value="firm"),
        MatchRule(contains=("%_'",), value="odd"),
    ),
)


def answers(
    column: ColumnSpec, texts: list[str | None], tmp_path: Path
) -> list[tuple[str | None, bool]]:
    """What a column makes of texts, and whether it names each of them."""
    with Engine(EngineSettings(tmp_path / "scratch")) as engine:
        rows = engine.rows(
            f"SELECT {mapped_sql('t', column)}, coalesce({unnamed_sql('t', column)}, FALSE) FROM "
            f"(VALUES {', '.join(f'({literal(t)})' for t in texts)}) AS texts(t)"
        )
    return [(row[0], not row[1]) for row in rows]


def meaning(column: ColumnSpec, text: str) -> object:
    """The rule in plain Python: map first, then the first rule with any text that fits."""
    if text in column.map:
        return column.map[text]
    for rule in column.match:
        if (
            text.startswith(rule.starts)
            or text.endswith(rule.ends)
            or any(part in text for part in rule.contains)
        ):
            return rule.value
    return text if column.otherwise is None else column.otherwise


@pytest.mark.parametrize("otherwise", [None, "other"])
def test_rules_mean_the_same_in_sql_and_in_python(tmp_path: Path, otherwise: str | None) -> None:
    parts = ["医院", "医院（", "研究院", "公司", "集团", "大学", "眼科中心", "%_'"]
    texts = [*parts, *(a + b for a in parts for b in parts), "研究院有限公司", "甲乙丙"]
    column = TYPES.model_copy(update={"otherwise": otherwise})
    found = answers(column, list(texts), tmp_path)
    assert [value for value, _ in found] == [meaning(column, text) for text in texts]
    named = [
        meaning(TYPES.model_copy(update={"otherwise": "nothing"}), text) != "nothing"
        for text in texts
    ]
    assert [n for _, n in found] == named


def test_a_missing_text_stays_missing(tmp_path: Path) -> None:
    column = TYPES.model_copy(update={"otherwise": "other"})
    assert answers(column, [None], tmp_path) == [(None, True)]


def workspace(tmp_path: Path, columns: str, rows: str, kind: str = "") -> Path:
    """A workspace with one table of projects."""
    text = "{" + ", ".join(f"{n}: x" for n in NAMES) + "}"
    files = {
        "ceyuan.yaml": f"ceyuan: 1\nid: test\nname: {text}\n",
        "places.csv": HEAD + "cn,economy,,,China,中国,中國,,CN,,,,\n",
        "sources.yaml": f"sources:\n  s: {{title: {text}, publisher: {text}}}\n",
        "records/t.csv": "id,date,lead\n" + rows,
        "records/t.yaml": f"kind: project\nfile: t.csv\nsource: s\nconstants: {{place: cn}}\ncolumns:\n{columns}",
        "indicators/i.yaml": (
            f"indicators:\n  - {{id: n, type: count, records: project, by: [lead_type], unit: 项, name: {text}, "
            f"description: {text}, hk_mo: {{rule: not_applicable}}}}\n"
        ),
    }
    if kind:
        files["kinds/k.yaml"] = kind
    for name, content in files.items():
        path = tmp_path / "w" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path / "w"


ROWS = "a,2020,甲医院\nb,2020,乙公司\nc,2020,丙大学\nd,2020,\n"
RULES = """  lead_type:
    column: lead
    match:
      - {ends: [医院], value: hospital}
      - {contains: [公司], value: firm}
"""


def test_a_field_can_be_derived_from_another_ones_column(tmp_path: Path) -> None:
    root = workspace(tmp_path, RULES + "    otherwise: other\n", ROWS)
    report = build_workspace(root)
    assert [(p.read, p.stored, p.quarantined) for p in report.parts] == [(4, 4, 0)]
    with ceyuan.open(root).open() as build:
        found = {o.breakdown: o.value for o in build.show("n", place="cn", period="2020")}
    assert found == {
        "": 4, "lead_type=hospital": 1, "lead_type=firm": 1, "lead_type=other": 1, "lead_type=": 1,
    }  # fmt: skip


def test_what_no_rule_names_is_quarantined_where_only_named_values_count(tmp_path: Path) -> None:
    report = build_workspace(workspace(tmp_path, RULES + "    map_only: true\n", ROWS))
    (part,) = report.parts
    assert (part.read, part.stored, part.quarantined) == (4, 3, 1)
    assert part.reasons["unmapped-value:lead_type"] == 1


@pytest.mark.parametrize(
    ("columns", "code", "words"),
    [
        (
            "  lead_type: {column: lead, match: [{ends: [院], value: hosptal}]}\n",
            "bad-value",
            "hosptal",
        ),
        ("  lead_type: {column: lead, map: {x: nowhere}}\n", "bad-value", "nowhere"),
        ("  lead_type: {column: lead, otherwise: unknown}\n", "bad-value", "unknown"),
        ("  lead_type: {column: lead, match: [{value: firm}]}\n", "missing-key", "starts"),
        (
            "  lead_type: {column: lead, map_only: true, otherwise: other}\n",
            "bad-value",
            "contradict",
        ),
    ],
)
def test_faults_of_rules_are_found_before_rows_are_read(
    tmp_path: Path, columns: str, code: str, words: str
) -> None:
    _, problems = check_workspace(workspace(tmp_path, columns, ROWS))
    assert [(p.code, p.file) for p in problems] == [(code, "records/t.yaml")]
    assert words in problems[0].message
    assert problems[0].line is not None


def test_a_misspelt_part_of_a_rule_is_named_with_its_line(tmp_path: Path) -> None:
    columns = "  lead_type: {column: lead, match: [{end: [院], value: firm}]}\n"
    _, problems = check_workspace(workspace(tmp_path, columns, ROWS))
    assert ("unknown-key", "records/t.yaml", 6) in [(p.code, p.file, p.line) for p in problems]


def test_an_excluded_row_has_no_other_reason(tmp_path: Path) -> None:
    columns = RULES + "exclude:\n  - {when: \"id = 'total'\", why: a total}\n"
    report = build_workspace(
        workspace(tmp_path, columns, "total,not a year,丁公司\ne,nor this,丁公司\n" + ROWS)
    )
    assert dict(report.parts[0].reasons) == {
        "bad-period:date": 1,
        "excluded": 1,
        "unknown-choice:lead_type": 1,
    }


def test_only_declared_exclusions_do_not_stop_a_strict_build(tmp_path: Path) -> None:
    columns = RULES + "    otherwise: other\nexclude:\n  - {when: \"id = 'total'\", why: a total}\n"
    report = build_workspace(
        workspace(tmp_path, columns, "total,not a year,丁公司\n" + ROWS), strict=True
    )
    assert dict(report.parts[0].reasons) == {"excluded": 1}


def test_an_extension_replaces_what_it_says_and_keeps_the_rest(tmp_path: Path) -> None:
    kind = "kind: share\nextends: project\nkey: [id, lead]\nperiod: start\nfractional: {over: id}\nper_source: true\n"
    loaded, problems = load_workspace(
        workspace(tmp_path, RULES + "    otherwise: other\n", ROWS, kind), INDICATOR
    )
    assert loaded is not None
    assert not problems
    share, base = loaded.kinds["share"], builtin_kinds()["project"]
    assert (share.key, share.period, share.per_source) == (("id", "lead"), "start", True)
    assert share.fractional is not None
    assert share.fractional.over == "id"
    assert (share.fields, share.checks, share.place, share.name) == (
        base.fields,
        base.checks,
        base.place,
        base.name,
    )


def test_the_schema_for_editors_explains_the_rules() -> None:
    column = schemas()["records"]["$defs"]["ColumnSpec"]["properties"]
    rule = schemas()["records"]["$defs"]["MatchRule"]["properties"]
    for field in (column["match"], column["otherwise"], *rule.values()):
        assert field["description"]
        assert field["examples"]
        assert field["badExamples"]
