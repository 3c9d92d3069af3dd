"""Each fault of a declaration has its code, its file and its line, and all faults are found at once."""

from __future__ import annotations

import pytest

from ceyuan.pipeline.checking import check_workspace
from ceyuan.workspace.yamlfile import parse_yaml
from small_workspace import (
    CONFIG,
    INDICATORS,
    NOTE_KIND,
    PAYMENTS_TABLE,
    PLACES,
    SOURCES,
    Content,
    MakeWorkspace,
    read_records,
)

Cases = list[tuple[dict[str, Content], str, str]]
CASES: Cases = [
    ({"ceyuan.yaml": CONFIG + "colour: red\n"}, "unknown-key", "ceyuan.yaml:14"),
    ({"ceyuan.yaml": CONFIG.replace("indicator: paid,", "indicator: pay,")}, "unknown-indicator", "ceyuan.yaml:6"),
    ({"ceyuan.yaml": CONFIG + "peers: [gz, shenzen]\n"}, "unknown-place", "ceyuan.yaml:14"),
    ({"ceyuan.yaml": CONFIG.replace("id: hongkong", "id: guangdong")}, "duplicate-id", "ceyuan.yaml:11"),
    ({"ceyuan.yaml": CONFIG + "memory: 1MB\n"}, "bad-value", "ceyuan.yaml:14"),
    ({"ceyuan.yaml": CONFIG.replace("threads: 2", "threads: " + "9" * 30)}, "bad-value", "ceyuan.yaml:13"),
    ({"ceyuan.yaml": CONFIG + "id: again\n"}, "bad-yaml", "ceyuan.yaml:14"),
    ({"ceyuan.yaml": CONFIG + "name: *x\n"}, "bad-yaml", "ceyuan.yaml:14"),
    ({"ceyuan.yaml": CONFIG.encode() + b"# \xb0\xa1\n"}, "bad-encoding", "ceyuan.yaml:14"),
    ({"ceyuan.yaml": CONFIG + "x: \x07\n"}, "bad-yaml", "ceyuan.yaml:14"),
    ({"ceyuan.yaml": CONFIG + 'x: "\\0"\n'}, "bad-yaml", "ceyuan.yaml:14"),
    ({"ceyuan.yaml": CONFIG + "x: " + "[" * 3000 + "\n"}, "bad-yaml", "ceyuan.yaml:"),
    ({"ceyuan.yaml": None}, "no-workspace", ""),
    ({"sources.yaml": None}, "unreadable-file", "sources.yaml"),
    ({"sources.yaml": SOURCES.replace("https://", "")}, "bad-value", "sources.yaml:8"),
    ({"sources.yaml": SOURCES.replace("priority: 5", "priority: " + "9" * 40)}, "bad-value", "sources.yaml:9"),
    ({"sources.yaml": SOURCES.replace("publisher: Office\n", "publsher: Office\n")}, "unknown-key", "sources.yaml:4"),
    ({"places.csv": None}, "unreadable-file", "places.csv"),
    ({"places.csv": PLACES.replace("sz,city,gd", "sz,city,gdd")}, "unknown-place", "places.csv:5"),
    ({"places.csv": PLACES.replace("gd,province,cn", "gd,province,sz")}, "place-cycle", "places.csv:"),
    ({"places.csv": PLACES.replace("gz,city", "sz,city")}, "duplicate-id", "places.csv:6"),
    ({"places.csv": PLACES.replace("广州市", "深圳市")}, "ambiguous-name", "places.csv:6"),
    ({"places.csv": PLACES.replace("guangdong,Guangz", "guangxi,Guangz")}, "unknown-party", "places.csv:6"),
    ({"places.csv": PLACES.replace("22.5,114.1", "92.5,114.1")}, "bad-value", "places.csv:5"),
    ({"places.csv": PLACES.replace("22.5,114.1", "22.5")}, "bad-csv", "places.csv:5"),
    ({"places.csv": PLACES.replace("中华人民共和国", '"a\nb"').replace("22.5,", "x,")}, "bad-value", "places.csv:6"),
    ({"places.csv": PLACES.replace("深圳市", '"深圳市')}, "bad-csv", "places.csv:5"),
    ({"places.csv": PLACES.replace(",iso3166", ",aliases")}, "bad-header", "places.csv:1"),
    ({"places.csv": PLACES.replace("kind", "kin", 1)}, "bad-header", "places.csv:1"),
    ({"places.csv": PLACES.replace("深圳市", "深\0圳")}, "nul-byte", "places.csv:5"),
    ({"places.csv": ""}, "bad-header", "places.csv:1"),
    ({"places.csv": PLACES.replace("440300", "４４０３００")}, "bad-value", "places.csv:5"),
    ({"records/payments.yaml": PAYMENTS_TABLE.replace("office", "offce")}, "unknown-source", "records/payments.yaml:3"),
    ({"records/payments.yaml": PAYMENTS_TABLE.replace("kind: payment", "kind: paymnt")}, "unknown-kind", "records/payments.yaml:1"),
    ({"records/payments.yaml": PAYMENTS_TABLE.replace("date: day", "dte: day")}, "unknown-field", "records/payments.yaml:5"),
    ({"records/payments.yaml": PAYMENTS_TABLE.replace("万元", "wan")}, "unknown-unit", "records/payments.yaml:6"),
    ({"records/payments.yaml": PAYMENTS_TABLE.replace("payments.csv", "x:payments.csv")}, "unknown-root", "records/payments.yaml:2"),
    ({"records/payments.yaml": PAYMENTS_TABLE + "delimiter: '\"'\n"}, "bad-value", "records/payments.yaml:7"),
    ({"records/payments.yml": PAYMENTS_TABLE}, "duplicate-id", "records/payments.yml:1"),
    ({"records/lonely.csv": "a\n"}, "undeclared-table", "records/lonely.csv"),
    ({"kinds/note.yaml": NOTE_KIND.replace("kind: note", "kind: payment")}, "duplicate-id", "kinds/note.yaml:1"),
    ({"kinds/note.yaml": NOTE_KIND.replace("kind: note", "kind: raw")}, "bad-value", "kinds/note.yaml:1"),
    ({"kinds/note.yaml": NOTE_KIND + "extends: paymnt\n"}, "unknown-kind", "kinds/note.yaml:13"),
    ({"kinds/note.yaml": NOTE_KIND.replace("key: [id]", "key: [idd]")}, "unknown-field", "kinds/note.yaml:3"),
    ({"kinds/note.yaml": NOTE_KIND.replace("place: place", "place: when")}, "bad-value", "kinds/note.yaml:4"),
    ({"kinds/note.yaml": NOTE_KIND.replace("type: integer, min: 0", "type: text, min: 0")}, "bad-value", "kinds/note.yaml:10"),
    ({"kinds/note.yaml": NOTE_KIND.replace("min: 0", "min: 1e999")}, "bad-value", "kinds/note.yaml:10"),
    ({"kinds/note.yaml": NOTE_KIND.replace("{id: count, type: integer, min: 0", "{id: count, type: ref, to: note")}, "bad-value", "kinds/note.yaml:10"),
    ({"kinds/note.yaml": NOTE_KIND.replace("{id: count, type: integer, min: 0", "{id: count, type: ref, to: figure")}, "bad-value", "kinds/note.yaml:10"),
    ({"kinds/note.yaml": NOTE_KIND.replace("{id: count, type: integer, min: 0", "{id: when_start, type: text")}, "duplicate-id", "kinds/note.yaml:10"),
    ({"kinds/note.yaml": NOTE_KIND.replace("when.year <", "wen.year <")}, "bad-filter", "kinds/note.yaml:12"),
    ({"kinds/note.yaml": NOTE_KIND.replace("when.year < 2100", "count contains 5")}, "bad-filter", "kinds/note.yaml:12"),
    ({"indicators/all.yaml": INDICATORS.replace("where: from_party =", "where: from_prty =")}, "bad-filter", "indicators/all.yaml:"),
    ({"indicators/all.yaml": INDICATORS.replace("type: ratio", "type: ration")}, "bad-value", "indicators/all.yaml:"),
    ({"indicators/all.yaml": INDICATORS.replace("- id: gdp", "- id: paid")}, "duplicate-id", "indicators/all.yaml:"),
    ({"indicators/all.yaml": INDICATORS.replace("numerator: paid", "numerator: paid_of_gdp")}, "indicator-cycle", "indicators/all.yaml:"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "code", "where"), CASES, ids=[f"{i}-{code}" for i, (_, code, _) in enumerate(CASES)]
)
def test_a_fault_has_its_code_and_place(
    make_workspace: MakeWorkspace, files: dict[str, Content], code: str, where: str
) -> None:
    _, problems = check_workspace(make_workspace(files))
    places = [p.where for p in problems if p.code == code]
    assert any(
        p == where
        or (where.endswith((":", "")) and not where[-1:].isdigit() and p.startswith(where))
        for p in places
    ), [str(p) for p in problems]


def test_all_faults_are_found_at_once(make_workspace: MakeWorkspace) -> None:
    files = {
        "sources.yaml": SOURCES.replace("priority: 5", "priority: high"), "places.csv": PLACES.replace("22.5,", "x,"),
        "kinds/note.yaml": NOTE_KIND + "x: 1\n", "records/notes.yaml": "kind: note\n", "indicators/all.yaml": INDICATORS + "  - id: broken\n",
    }  # fmt: skip
    _, problems = check_workspace(make_workspace(files))
    assert {
        "sources.yaml",
        "places.csv",
        "kinds/note.yaml",
        "records/notes.yaml",
        "indicators/all.yaml",
    } <= {p.file for p in problems}


def test_a_kind_that_extends_another_keeps_what_it_does_not_change(
    make_workspace: MakeWorkspace,
) -> None:
    kind = """\
kind: grant
extends: payment
place: to_place
fields:
  - {id: panel, type: text, required: true, name: {en: Panel, zh-Hans: 组, zh-Hant: 組}}
"""
    files = {
        "kinds/grant.yaml": kind, "records/grants.yaml": PAYMENTS_TABLE.replace("payment", "grant").replace("grants.csv", "grants.csv"),
        "records/grants.csv": "id,day,from_party,to_party,amount,panel\na,2024,粤,香港,1,x\nb,2024,粤,香港,1,\n",
    }  # fmt: skip
    root = make_workspace(files)
    workspace, problems = check_workspace(root)
    assert problems == []
    assert workspace is not None
    grant, payment = workspace.kinds["grant"], workspace.kinds["payment"]
    assert (grant.place, grant.period, grant.key) == ("to_place", payment.period, payment.key)
    assert len(grant.fields) == len(payment.fields) + 1
    assert read_records(root).part("grants").reasons == {"missing-value:panel": 1}


def test_a_chain_of_thousands_of_places_is_no_trouble(make_workspace: MakeWorkspace) -> None:
    from ceyuan.places import Gazetteer  # noqa: PLC0415

    rows = [
        f"p{i},other,{f'p{i - 1}' if i else ''},,n{i},名{i},名{i}a,,,,,,\n" for i in range(3000)
    ]
    header = PLACES.splitlines(keepends=True)[0]
    workspace, _ = check_workspace(make_workspace({"places.csv": header + "".join(reversed(rows))}))
    assert workspace is not None
    assert len(Gazetteer.of(workspace.places).containing["p2999"]) == 3000


def test_words_of_yaml_1_1_and_codes_stay_text() -> None:
    document = parse_yaml(
        "%YAML 1.1\n---\na: yes\nb: 0123\nc: 1_000\nd: 2024-01-02\ne: 3\nf: 1.5\n", "x.yaml"
    )
    assert document.data == {
        "a": "yes",
        "b": "0123",
        "c": "1_000",
        "d": "2024-01-02",
        "e": 3,
        "f": 1.5,
    }
