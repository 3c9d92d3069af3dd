"""Indices of a workspace: declared, checked, built, shown, taken apart down to observations."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from click.testing import CliRunner
from composite_workspace import CITIES, INDEX, UNCERTAINTY, VALUES, figures, write

import ceyuan
from ceyuan.cli import cli
from ceyuan.composite import compose
from ceyuan.errors import CeyuanError
from ceyuan.pipeline.composites.reading import IndexReader
from ceyuan.pipeline.schemas import all_schemas
from ceyuan.pipeline.tracing import trace


def built(root: Path, *args: Any, **kwargs: Any) -> IndexReader:
    return IndexReader.open(ceyuan.open(str(write(root, *args, **kwargs))).build(), "science")


def with_entries(**changes: Mapping[str, Any]) -> dict[str, Any]:
    """The index with other keys for some of its codes."""
    return {**INDEX, "structure": [{**e, **changes.get(e["code"], {})} for e in INDEX["structure"]]}


def found(root: Path, index: Mapping[str, Any] | str) -> dict[str, str]:
    return {p.code: str(p) for p in ceyuan.open(str(write(root, index))).check()}


def test_scores_are_those_of_two_tables(tmp_path: Path) -> None:
    """The same numbers as from the tables, so that the room computes alike with and without a workspace."""
    data = {"unit": CITIES, **{name: [own[c] for c in CITIES] for name, own in VALUES.items()}}
    tree = {
        "code": ["papers", "cost", "top"],
        "parent": ["top", "top", None],
        "weight": [3, 1, 1],
        "direction": [1, -1, 1],
        "denominator": ["people", None, None],
    }
    expected = compose(data, tree, {"denominate": {}})
    index = built(tmp_path)
    for code in ("top", "papers", "cost"):
        own = {row["place"]: (row["score"], row["rank"]) for row in index.scores(code)}
        for i, city in enumerate(CITIES):
            assert own[city] == pytest.approx(
                (expected.column(code)[i], expected.rank(code)[i]), abs=1e-12
            )
    assert {row["status"] for row in index.scores()} == {"computed"}


def test_every_score_leads_down_to_observations_and_records(tmp_path: Path) -> None:
    index = built(tmp_path)
    for city in CITIES:
        top = index.explain(city)
        assert sum(part.contribution or 0 for part in top.parts) == pytest.approx(top.value)
        assert sum(part.share or 0 for part in top.parts) == pytest.approx(1)
        papers, cost = top.parts
        assert [o.indicator for o in papers.observations] == ["papers", "people"]
        value, heads = (o.value for o in papers.observations)
        assert papers.stages["raw"] == value == VALUES["papers"][city]
        assert papers.stages["denominated"] == pytest.approx((value or 0) / (heads or 1))
        assert papers.stages["normalised"] == papers.value
        for part in (papers, cost):
            for o in part.observations:
                [traced] = trace(index.build, o.indicator, place=o.place, period=o.period)
                assert [r.value for r in traced.records] == [o.value]
                assert traced.records[0].file == "records/s.csv"


def test_the_build_keeps_which_version_of_what_a_score_is_made_of(tmp_path: Path) -> None:
    index = built(tmp_path)
    entry = index.lineage()
    assert entry["file"] == "composites/index.yaml"
    assert {row["lineage"] for row in index.scores()} == {entry["id"]}
    known = {row[0] for row in index.build.engine.rows("SELECT id FROM lineage")}
    used = {item.split(":")[1] for item in json.loads(entry["inputs"])}
    assert used == {row["lineage"] for row in index.inputs()} <= known
    heavier = built(tmp_path, with_entries(papers={"weight": 5}))
    assert heavier.build.id != index.build.id
    assert heavier.lineage()["version"] != entry["version"]
    assert (
        IndexReader.open(ceyuan.open(str(tmp_path)).open("previous"), "science").lineage() == entry
    )


def test_a_simulated_input_makes_the_index_simulated(tmp_path: Path) -> None:
    """One made-up value stretches the scale of all: no score of the group may look like an outcome."""
    published = [row for row in figures() if (row["indicator"], row["place"]) != ("papers", "bb")]
    made_up = [row for row in figures() if (row["indicator"], row["place"]) == ("papers", "bb")]
    index = built(tmp_path, rows=published, simulated=made_up)
    assert {row["status"] for row in index.scores()} == {"simulated"}
    assert {row["status"] for row in index.scores("papers")} == {"simulated"}
    assert {row["status"] for row in index.scores("cost")} == {"computed"}
    shown = CliRunner().invoke(cli, ["compose", "science", "-w", str(tmp_path)]).output
    assert shown.count("simulated") == len(CITIES)


@pytest.mark.parametrize(
    "change", [{"bound": "gt"}, {"modality": "expected"}, {"status": "estimated"}]
)
def test_what_is_not_exact_makes_its_own_place_estimated(
    tmp_path: Path, change: dict[str, str]
) -> None:
    rows = [{**row, **(change if row["place"] == "bb" else {})} for row in figures()]
    statuses = {row["place"]: row["status"] for row in built(tmp_path, rows=rows).scores()}
    assert statuses == {"aa": "computed", "bb": "estimated", "cc": "computed", "dd": "computed"}


@pytest.mark.parametrize("table", ["scores", "inputs"])
def test_csv_names_places_beside_their_identifiers(tmp_path: Path, table: str) -> None:
    index = built(tmp_path)
    words = ["compose", "science", "-w", str(tmp_path), "--show", table, "--format", "csv"]
    rows = list(csv.DictReader(io.StringIO(CliRunner().invoke(cli, words).stdout)))
    names = {row["place"]: row["place_name"] for row in rows}
    assert set(names) == {row["place"] for row in index.scores()}
    assert all(name and name != place for place, name in names.items())


def test_what_is_filled_in_is_estimated_and_says_why_it_was_missing(tmp_path: Path) -> None:
    rows = [row for row in figures() if (row["indicator"], row["place"]) != ("papers", "bb")]
    index = built(
        tmp_path, {**INDEX, "spec": {**INDEX["spec"], "impute": {"method": "median"}}}, rows
    )
    assert {row["place"] for row in index.scores() if row["status"] == "estimated"} == {"bb"}
    papers = index.explain("bb").parts[0]
    assert {name: why and why.zh_hans for name, why in papers.missing.items()} == {
        "papers": "无此数据"
    }
    assert [o.indicator for o in papers.observations] == ["people"]
    assert papers.stages["raw"] is None
    assert papers.stages["imputed"] == pytest.approx(np.median([10, 5, 10]))


def test_places_without_a_value_are_kept_left_out_or_refused(tmp_path: Path) -> None:
    rows = [row for row in figures() if (row["indicator"], row["place"]) != ("cost", "cc")]
    kept = built(tmp_path / "keep", rows=rows)
    assert {row["place"] for row in kept.scores()} == set(CITIES)
    out = built(tmp_path / "out", {**INDEX, "missing": "leave_out"}, rows)
    assert {row["place"] for row in out.scores()} == {"aa", "bb", "dd"}
    assert {row["among"] for row in out.scores()} == {3}
    assert out.left_out() == {"cc 2022": ["cost"]}
    with pytest.raises(CeyuanError, match="cost has no value for cc, 2022: no observation"):
        built(tmp_path / "no", {**INDEX, "missing": "refuse"}, rows)
    with pytest.raises(CeyuanError, match="cc in 2022"):
        out.explain("cc")


def test_a_panel_keeps_years_apart_and_a_pinned_period_does_not(tmp_path: Path) -> None:
    later = {
        name: {c: v * (2 if c == "aa" else 1) for c, v in own.items()}
        for name, own in VALUES.items()
    }
    index = {**with_entries(cost={"period": "2022"}), "periods": [2022, 2023]}
    reader = built(
        tmp_path, index, [*figures(), *figures({k: later[k] for k in ("papers", "people")}, 2023)]
    )
    assert [row["period"] for row in reader.scores()] == ["2023"] * 4
    assert len(reader.scores(period="all")) == 8
    assert {row["observed"] for row in reader.inputs() if row["code"] == "cost"} == {"2022"}
    assert reader.explain("aa", "papers").stages["raw"] == 200
    assert reader.explain("aa", "papers", "2022").stages["raw"] == 100
    with pytest.raises(CeyuanError, match="not computed for 2021"):
        reader.scores(period="2021")


def test_a_unit_of_measure_changes_nothing_in_a_panel(tmp_path: Path) -> None:
    """Logarithms in some years only would mix scales, and make ranks depend on the unit of measurement."""
    units = [f"u{i}" for i in range(12)]
    rows = [
        {"unit": u, "period": p, "x": float(i + 1), "y": float(i % 5)}
        for p in (1, 2)
        for i, u in enumerate(units)
    ]
    rows[-1]["x"] = 5000.0  # an outlier in the second period
    tree = {"code": ["x", "y", "top"], "parent": ["top", "top", None]}
    spec: dict[str, Any] = {"treat": {"winsorise": None}}
    scores = []
    for scale in (1.0, 1e-3):
        data = {
            name: [row[name] * (scale if name == "x" else 1) for row in rows]
            for name in ("unit", "period", "x", "y")
        }
        data["unit"] = [row["unit"] for row in rows]
        scores.append(compose(data, tree, spec).column("top"))
    np.testing.assert_allclose(*scores, rtol=1e-9)
    with pytest.raises(CeyuanError, match="'x' is transformed in some periods and not in others"):
        compose(data, tree, {"treat": {"winsorise": None, "over": "period"}})
    by_year = {"treat": {"winsorise": None, "over": "period"}, "normalise": {"over": "period"}}
    assert np.isfinite(compose(data, tree, by_year).column("top")).all()


def test_errors_of_fixed_reach_stay_within_it() -> None:
    data = {"unit": ["A", "B", "C"], "x": [1.0, 2.0, 3.0]}
    factors = {"rounding": {"errors": {"absolute": {"x": 0.05}, "shape": "uniform"}}}
    spec = {
        "normalise": {"method": "none"},
        "uncertainty": {"seed": 1, "factors": factors, "code": "x"},
    }
    run = ceyuan_assess(data, spec)
    assert np.abs(run.scores - [1, 2, 3]).max() <= 0.05
    assert np.abs(run.scores - [1, 2, 3]).max() > 0.04
    wrong = {
        **spec,
        "uncertainty": {
            **spec["uncertainty"],
            "factors": {"r": {"errors": {"absolute": {"z": 1}}}},
        },
    }
    with pytest.raises(CeyuanError, match="errors: there is no indicator 'z'"):
        ceyuan_assess(data, wrong)


def ceyuan_assess(data: dict[str, Any], spec: dict[str, Any]) -> Any:
    from ceyuan.composite import assess  # noqa: PLC0415

    return assess(compose(data, {"code": ["x", "top"], "parent": ["top", None]}, spec))


def test_intervals_and_sensitivity_are_kept(tmp_path: Path) -> None:
    index = {
        **INDEX,
        "spec": {**INDEX["spec"], "uncertainty": {**UNCERTAINTY, "above": [["aa", "bb"]]}},
    }
    first, again = (built(tmp_path / name, index) for name in ("a", "b"))
    for row in first.scores():
        assert 1 <= row["rank_q5"] <= row["median_rank"] <= row["rank_q95"] <= 4
    assert first.scores() == again.scores()
    assert {row["factor"] for row in first.sensitivity()} == {"scale", "weights"}
    assert all(row["rank_q5"] is None for row in first.scores("papers"))


SCENARIOS = {
    "ranks only": {"normalise.method": "rank"},
    "one counts": {"weights.values": {"cost": 0}},
}


def test_scenarios_of_a_build_are_those_of_two_tables(tmp_path: Path) -> None:
    """Each scenario is the index declared with that choice in place of its own, also where periods differ."""
    spec = {**INDEX["spec"], "scenarios": SCENARIOS}
    index = built(tmp_path / "all", {**INDEX, "spec": spec})
    alone = {
        "ranks only": {
            **INDEX["spec"],
            "normalise": {**INDEX["spec"].get("normalise", {}), "method": "rank"},
        },
        "one counts": {**INDEX["spec"], "weights": {"values": {"cost": 0}}},
    }
    found = {(row["scenario"], row["place"]): row for row in index.scenarios()}
    assert list(dict.fromkeys(name for name, _ in found)) == list(SCENARIOS)
    nominal = {row["place"]: row["rank"] for row in index.scores()}
    for name, own in alone.items():
        declared = built(tmp_path / name.split()[0], {**INDEX, "spec": own})
        for row in declared.scores():
            beside = found[name, row["place"]]
            assert (beside["score"], beside["rank"]) == (row["score"], row["rank"])
            assert beside["nominal_rank"] == nominal[row["place"]]
    assert [row["rank"] for row in index.scenarios()][:4] == sorted(
        row["rank"] for row in index.scenarios()[:4]
    )


def test_pairs_of_factors_and_shapley_effects_are_kept(tmp_path: Path) -> None:
    sensitivity = {
        "replications": 64,
        "bootstrap": 20,
        "second_order": True,
        "shapley": 60,
        "targets": [{"mean_rank_shift": True}],
    }
    uncertainty = {**UNCERTAINTY, "sensitivity": sensitivity}
    index = built(tmp_path, {**INDEX, "spec": {**INDEX["spec"], "uncertainty": uncertainty}})
    assert {(row["factor"], row["other"]) for row in index.second_order()} == {("scale", "weights")}
    effects = {row["factor"]: row["shapley"] for row in index.shapley()}
    assert set(effects) == {"scale", "weights"}
    assert sum(effects.values()) == pytest.approx(1)
    for table, column in (("second_order", "second"), ("shapley", "shapley")):
        words = ["compose", "-w", str(tmp_path), "science", "--show", table, "--format", "json"]
        rows = json.loads(CliRunner().invoke(cli, words, catch_exceptions=False).stdout)
        assert [row[column] for row in rows] == [row[column] for row in getattr(index, table)()]


FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({**INDEX, "unit": 1}, "unknown-key", "Did you mean 'units'"),
    ({**INDEX, "units": {"kind": "town"}}, "bad-value", "'town' is not known"),
    ({**INDEX, "units": {"places": ["aa", "xx"]}}, "unknown-place", "'xx' is not declared"),
    ({**INDEX, "units": {"places": ["aa"]}}, "composite-no-units", "two places at least"),
    ({**INDEX, "units": {"places": ["aa", "aa", "bb"]}}, "composite-duplicate-unit", "'aa' is named twice"),
    ({**INDEX, "units": {}}, "missing-key", "names no places"),
    ({**INDEX, "periods": ["soon"]}, "bad-period", "soon"),
    ({**INDEX, "periods": [2022, "2022年"]}, "bad-value", "2022 is named twice"),
    (with_entries(papers={"indicator": "paper"}), "unknown-indicator", "Did you mean 'papers'"),
    (with_entries(papers={"unit": "件"}), "bad-value", "is in 篇, not in 件"),
    (with_entries(cost={"direction": None}), "missing-key", "does not say which way is better"),
    (with_entries(papers={"denominator": "head"}), "composite-denominator-invalid", "Did you mean 'heads'"),
    ({**INDEX, "spec": {}}, "composite-denominator-invalid", "no step divides by them"),
    ({**INDEX, "denominators": {"heads": "persons"}}, "unknown-indicator", "'persons' is not declared"),
    (with_entries(top={"period": "2022"}), "bad-value", "`period` belongs to an indicator"),
    (with_entries(papers={"parent": "tops"}), "composite-structure-orphan", "Did you mean 'top'"),
    (with_entries(top={"parent": "top"}), "composite-structure-cycle", "top → top"),
    (with_entries(cost={"parent": "papers"}), "composite-structure-invalid", "both members and an indicator"),
    ({**INDEX, "spec": {**INDEX["spec"], "title": "t"}}, "bad-value", "spec.title is not used"),
    ({**INDEX, "spec": {**INDEX["spec"], "normalise": {"method": "min"}}}, "bad-value", "Did you mean 'minmax'"),
    ({**INDEX, "spec": {**INDEX["spec"], "treat": {"indicators": {"paper": "none"}}}}, "composite-unknown-code", "treat"),
    ({**INDEX, "spec": {**INDEX["spec"], "screen": {"exclude": ["land"]}}}, "composite-unknown-code", "'land' is not"),
    ({**INDEX, "spec": {**INDEX["spec"], "aggregate": {"groups": {"tip": {}}}}}, "composite-unknown-code", "'tip'"),
    ({**INDEX, "spec": {**INDEX["spec"], "weights": {"values": {"tip": 1}}}}, "composite-unknown-code", "'tip'"),
    ({**INDEX, "spec": {**INDEX["spec"], "weights": {"table": "w.csv"}}}, "composite-table-unreadable", "w.csv"),
    ({**INDEX, "spec": {**INDEX["spec"], "weights": {"table": "../w.csv"}}}, "bad-value", "not in the folder"),
    (
        {**INDEX, "spec": {**INDEX["spec"], "uncertainty": {"seed": 1, "factors": {"f": {"of": "trea", "alternatives": [1]}}}}},
        "composite-factor-unknown",
        "'trea'",
    ),
    ({**INDEX, "spec": {**INDEX["spec"], "scenarios": {"s": {"normalise.methods": 1}}}}, "composite-factor-unknown", "'s'"),
    ({**INDEX, "spec": {**INDEX["spec"], "scenarios": {"s": {"normalise.method": "min"}}}}, "composite-spec-invalid", "min"),
    (
        {**INDEX, "names": {"rank": {"en": "a", "zh-Hans": "b", "zh-Hant": "c"}},
         "spec": {**INDEX["spec"], "scenarios": {"ranks": {"normalise.method": "rank"}}}},
        "bad-value",
        "no scenario or factor 'rank'. Did you mean 'ranks'?",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("index", "code", "words"), FAULTS, ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_fault_of_a_declaration_is_found_before_anything_is_built(
    tmp_path: Path, index: dict[str, Any], code: str, words: str
) -> None:
    problem = found(tmp_path, index)[code]
    assert words in problem
    assert problem.startswith(
        ("composites/index.yaml:", "w.csv", str(tmp_path / "composites/w.csv"))
    )


def test_faults_stand_at_their_lines(tmp_path: Path) -> None:
    text = json.dumps(with_entries(papers={"indicator": "paper"}), indent=1)
    line = 1 + next(i for i, line in enumerate(text.splitlines()) if '"paper"' in line)
    assert found(tmp_path, text)["unknown-indicator"].startswith(
        f"composites/index.yaml:{line}: error"
    )


def test_two_files_cannot_declare_one_index(tmp_path: Path) -> None:
    root = write(tmp_path)
    (root / "composites/twice.yaml").write_text((root / "composites/index.yaml").read_text())
    assert {p.code for p in ceyuan.open(str(root)).check()} == {"duplicate-id"}


def test_what_the_data_do_not_allow_stops_the_build_and_leaves_the_old_one(tmp_path: Path) -> None:
    index = built(tmp_path)
    constant = {**VALUES, "cost": dict.fromkeys(CITIES, 5.0)}
    with pytest.raises(
        CeyuanError, match=r"composites/index\.yaml:\d+: error .*'cost' is 5 for all of 4 units"
    ):
        built(tmp_path, rows=figures(constant))
    assert ceyuan.open(str(tmp_path)).open().id == index.build.id


def test_a_table_of_weights_belongs_to_the_build(tmp_path: Path) -> None:
    index = {**INDEX, "spec": {**INDEX["spec"], "weights": {"table": "weights.csv"}}}
    write(tmp_path, index)
    table = tmp_path / "composites/weights.csv"
    table.write_text("code,weight\npapers,1\ncost,1\n")
    equal = ceyuan.open(str(tmp_path)).build()
    table.write_text("code,weight\npapers,1\ncost,0\n")
    papers = ceyuan.open(str(tmp_path)).build()
    assert equal.id != papers.id
    top = IndexReader.open(papers, "science").scores()
    assert {r["place"]: r["score"] for r in top} == {
        r["place"]: r["score"] for r in IndexReader.open(papers, "science").scores("papers")
    }


def test_the_command_lists_shows_and_explains(tmp_path: Path) -> None:
    built(tmp_path, {**INDEX, "spec": {**INDEX["spec"], "uncertainty": UNCERTAINTY}})

    def run(*words: str) -> str:
        done = CliRunner().invoke(
            cli, ["compose", "-w", str(tmp_path), *words], catch_exceptions=False
        )
        assert done.exit_code == 0, done.output
        return done.stdout

    assert json.loads(run("--format", "json"))[0]["id"] == "science"
    table = list(csv.DictReader(io.StringIO(run("science", "--format", "csv"))))
    assert [row["rank"] for row in table] == ["1.0", "2.0", "3.0", "4.0"]
    assert {"rank_q5", "rank_q95", "status", "lineage"} <= set(table[0])
    assert "interval" in run("science")
    assert "scale" in run("science", "--show", "sensitivity")
    assert len(json.loads(run("science", "--show", "inputs", "--format", "json"))) == 12
    tree = run("science", "--explain", "某aa")
    assert "ceyuan trace papers --place aa --period 2022" in tree
    parts = json.loads(run("science", "--explain", "aa", "--format", "json"))["parts"]
    assert parts[0]["observations"][0]["lineage"]["record"] == "records/s.csv:2"


def test_the_command_says_what_does_not_exist(tmp_path: Path) -> None:
    built(tmp_path)
    for words, message in (
        (["scence"], "Did you mean 'science'"),
        (["science", "--code", "papre"], "Did you mean 'papers'"),
        (["science", "--explain", "nowhere"], "no place 'nowhere'"),
    ):
        done = CliRunner().invoke(cli, ["compose", "-w", str(tmp_path), *words])
        assert message in str(done.exception)
    assert CliRunner().invoke(cli, ["compose", "science", "--data", "x.csv"]).exit_code == 2


def test_the_schema_accepts_what_is_shipped_and_describes_every_key() -> None:
    schema = all_schemas()["composites"]
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(INDEX, schema)
    for name, model in {"": schema, **schema["$defs"]}.items():
        for key, about in model.get("properties", {}).items():
            assert about.get("description") or name == "Trilingual", f"{name}.{key}"
