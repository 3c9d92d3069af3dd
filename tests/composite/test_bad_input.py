"""Bad input makes clear errors that name the cell, never a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from ceyuan.cli import cli
from ceyuan.composite import assess, compose, parse_spec
from ceyuan.errors import CeyuanError, catalogue

Small = tuple[dict[str, Any], dict[str, Any]]
DATA = {"unit": ["A", "B", "C"], "x": [1.0, 2.0, 4.0], "y": [3.0, 1.0, 2.0]}
TREE = {"code": ["x", "y", "top"], "parent": ["top", "top", None]}


def problems(
    data: object, tree: object, spec: dict[str, Any] | None = None, **more: dict[str, Any]
) -> dict[str, str]:
    with pytest.raises(CeyuanError) as caught:
        compose(data, tree, spec, **more)
    return by_code(caught.value)


def by_code(error: CeyuanError) -> dict[str, str]:
    found: dict[str, str] = {}
    for problem in error.problems:
        found[problem.code] = found.get(problem.code, "") + f"{problem}\n"
    return found


@pytest.mark.parametrize(
    ("tree", "code", "words"),
    [
        ({"parent": ["top", "y", "y"], "code": ["x", "y", "top"]}, "structure-cycle", "y → y"),
        ({"parent": ["a", "a", "b", "a"], "code": ["x", "y", "a", "b"]}, "structure-cycle", "a → b → a"),
        ({"parent": ["top", "topp", None]}, "structure-orphan", "'topp' is not in the table. Did you mean 'top'?"),
        ({"code": ["x", "x", "top"]}, "structure-invalid", "code 'x' comes more than once"),
        ({"direction": [1, 2, 1]}, "structure-invalid", "'y': direction 2 is not 1 or -1"),
        ({"weight": [1, -2, 1]}, "weight-invalid", "'y': weight -2 is negative"),
        ({"weight": [0, 0, 1]}, "weight-invalid", "members of 'top' sum to 0"),
        ({"weight": ["heavy", 1, 1]}, "not-a-number", "'x', column 'weight': 'heavy' is not a number"),
        ({"level": [1, 2, 2]}, "structure-invalid", "code 'y' of level 2 has a parent 'top' of level 2"),
        ({"level": [1, 1, 1]}, "structure-invalid", "parent 'top' of level 1"),
        ({"type": ["Indicator", "Aggregate", "Aggregate"]}, "structure-invalid", "'y' is a group, but its level is 1"),
        ({"type": ["Indicator", "Thing", "Aggregate"]}, "structure-invalid", "unknown type 'thing'"),
        ({"code": ["x", "why", "top"]}, "column-missing", "indicator 'why' has no column"),
        ({"code": ["x", None, "top"]}, "structure-invalid", "a row without a code"),
        ({"goalpost_lower": [9, 0, None], "goalpost_upper": [1, 5, None]}, "structure-invalid",
         "'x': goalpost_lower (9) is not below goalpost_upper (1)"),
        ({"zscore_sd": [1, -1, None]}, "structure-invalid", "'y': zscore_sd is -1, not positive"),
    ],
)  # fmt: skip
def test_structures_that_cannot_be(tree: dict[str, Any], code: str, words: str) -> None:
    assert words in problems(DATA, {**TREE, **tree})[f"composite-{code}"]


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        ({"unit": ["A", "B", "A"]}, "duplicate-unit", "unit 'A' comes twice"),
        ({"unit": ["A", None, "C"]}, "duplicate-unit", "row 2 has no unit"),
        ({"x": [1, 1, 1]}, "indicator-constant", "indicator 'x' is 1 for all of 3 units"),
        (
            {"x": [0.1 + 0.2, 0.3, 0.3]},
            "indicator-constant",
            "indicator 'x' is 0.3 for all of 3 units",
        ),
        (
            {"x": [None, None, None]},
            "indicator-empty",
            "indicator 'x' has no value for any of 3 rows",
        ),
        ({"x": [1, "two", 3]}, "not-a-number", "'B', column 'x': 'two' is not a number"),
        ({"x": [1, float("inf"), 3]}, "not-a-number", "'B', column 'x': inf is not a number"),
        ({"x": [1, 2]}, "table-unreadable", "columns differ in length"),
        ({"unit": [], "x": [], "y": []}, "no-units", "no rows"),
    ],
)
def test_data_that_cannot_be(data: dict[str, Any], code: str, words: str) -> None:
    assert words in problems({**DATA, **data}, TREE)[f"composite-{code}"]


def test_all_faults_are_found_at_once() -> None:
    found = problems({**DATA, "x": ["?", 1, 2], "unit": ["A", "A", "C"]}, TREE)
    assert {"composite-not-a-number", "composite-duplicate-unit"} <= set(found)


@pytest.mark.parametrize("method", ["geometric", "harmonic"])
def test_values_that_a_mean_has_no_place_for(method: str) -> None:
    found = problems(DATA, TREE, {"aggregate": {"method": method}})
    assert (
        f"unit 'A', 'x' in group 'top': the {method} mean has no place for 0"
        in found["composite-value-undefined"]
    )


@pytest.mark.parametrize(
    ("spec", "code", "words"),
    [
        ({"treat": {"check": {"skew": 1e-9, "kurtosis": -99}, "winsorise": None, "transform": {"method": "log"}}},
         "value-undefined", "treat: unit 'B', indicator 'y': not defined for -1"),
        ({"impute": {"group": "regoin"}}, "unknown-group", "no column 'regoin'. Did you mean 'region'?"),
        ({"impute": {"by": "row", "level": 7}}, "unknown-group", "no level 7"),
        ({"impute": {"method": "linear"}}, "unknown-group", "'linear' needs more than one period"),
        ({"impute": {"indicators": {"z": "mean"}}}, "unknown-code", "no indicator 'z'"),
        ({"treat": {"indicators": {"z": "none"}}}, "unknown-code", "no indicator 'z'"),
        ({"normalise": {"indicators": {"z": {}}}}, "unknown-code", "no indicator 'z'"),
        ({"normalise": {"method": "goalposts"}}, "normalise-parameter", "'x' has no goalpost_lower"),
        ({"normalise": {"method": "dist_to_target"}}, "normalise-parameter", "'y' has no target"),
        ({"normalise": {"method": "minmax", "from_structure": True}}, "normalise-parameter", "'x' has no minmax_lower"),
        ({"normalise": {"method": "dist_to_reference", "reference": "Q"}}, "normalise-parameter", "reference unit 'Q'"),
        ({"screen": {"min_available": 1, "exclude": ["A", "B", "C", "D"]}}, "no-units", "none of 4"),
        ({"screen": {"include": ["Z"]}}, "unknown-code", "no unit 'Z'"),
        ({"denominate": {"by": {"x": "peple"}}}, "denominator-invalid", "'peple' is no column"),
        ({"denominate": {"by": {"x": "people"}}}, "denominator-invalid", "unit 'C', denominator 'people' of 'x' is 0"),
        ({"denominate": {"by": {"q": "region"}}}, "unknown-code", "no indicator 'q'"),
        ({"weights": {"values": {"q": 2}}}, "unknown-code", "no code 'q'"),
        ({"weights": {"levels": {5: "equal"}}}, "unknown-code", "no level 5"),
        ({"aggregate": {"method": "arithmtic"}}, "unknown-method", "Did you mean 'arithmetic'?"),
        ({"aggregate": {"groups": {"tip": {}}}}, "unknown-code", "no group 'tip'. Did you mean 'top'?"),
        ({"aggregate": {"levels": {9: {}}}}, "unknown-code", "no groups of level 9"),
    ],
)  # fmt: skip
def test_specifications_that_the_data_does_not_allow(
    spec: dict[str, Any], code: str, words: str
) -> None:
    data = {
        "unit": ["A", "B", "C", "D"],
        "x": [1.0, 2, 4, 3],
        "y": [3.0, -1, 2, 9],
        "region": ["N", "N", "S", "S"],
        "people": [1, 2, 0, 3],
    }
    tree = {"code": ["x", "y", "top"], "parent": ["top", "top", None]}
    assert words in problems(data, tree, spec)[f"composite-{code}"]


def test_an_indicator_that_screening_empties_is_named() -> None:
    data = {"unit": ["A", "B", "C"], "x": [1, None, None], "y": [None, 1, 2], "z": [None, 3, 4]}
    tree = {"code": ["x", "y", "z", "top"], "parent": ["top", "top", "top", None]}
    found = problems(data, tree, {"screen": {"min_available": 0.5}})
    assert (
        "'x' has no value for any of the 2 units that screening leaves"
        in found["composite-indicator-empty"]
    )


def test_denominators_that_a_table_lacks() -> None:
    table = {"unit": ["A", "B"], "people": [1, 2]}
    spec = {"denominate": {"by": {"x": "people"}, "table": "t"}}
    assert (
        "unit 'C' has no denominators"
        in problems(DATA, TREE, spec, tables={"t": table})["composite-denominator-invalid"]
    )


@pytest.mark.parametrize(
    ("factors", "code", "words"),
    [
        (
            {"f": {"of": "treat.winsorise.max_points", "alternatives": [1, 2]}},
            "factor-unknown",
            "has no step 'treat'",
        ),
        (
            {"f": {"of": "normalise.uper", "alternatives": [1, 2]}},
            "factor-unknown",
            "Did you mean 'normalise.upper'",
        ),
        ({"f": {"of": "normalise.upper", "alternatives": [0, 2]}}, "spec-invalid", "factor 'f': "),
        ({"f": {"noise": {8: 0.1}}}, "factor-unknown", "no level 8"),
        ({"f": {"weight_sets": "w"}}, "unknown-code", "no code 'q'"),
        (
            {"f": {"errors": {"table": "i"}}},
            "interval-invalid",
            "unit 'A', 'x': 1 is not within 2 to 3",
        ),
    ],
)
def test_factors_that_cannot_be(factors: dict[str, Any], code: str, words: str) -> None:
    tables = {
        "w": {"set": ["s"], "code": ["q"], "weight": [1]},
        "i": {"unit": ["A"], "indicator": ["x"], "lower": [2], "upper": [3]},
    }
    spec = {"normalise": {"lower": 0}, "uncertainty": {"seed": 1, "factors": factors}}
    index = compose(DATA, TREE, spec, tables=tables)
    with pytest.raises(CeyuanError) as caught:
        assess(index)
    found = by_code(caught.value)
    assert words in found[f"composite-{code}"]


def test_replays_that_do_not_fit() -> None:
    factors = {"f": {"of": "normalise.upper", "alternatives": [50, 100]}}
    table = {"f": [50, 70]}
    spec = {"uncertainty": {"seed": 1, "factors": factors, "replay": "r"}}
    with pytest.raises(CeyuanError, match="row 2: factor 'f' has no alternative '70'"):
        assess(compose(DATA, TREE, spec, tables={"r": table}))
    spec["uncertainty"] = {**spec["uncertainty"], "sensitivity": {"replications": 3}}
    with pytest.raises(CeyuanError, match="2 replications are not 3 x"):
        assess(compose(DATA, TREE, spec, tables={"r": {"f": [50, 100]}}))


SPEC = """\
composite: x
treat:
  winsorize: {max_points: 5}
normalise:
  method: min-max
  uper: 3
aggregate:
  method: generalised
uncertainty:
  factors:
    f:
      of: a
      alternatives: [1]
      noise: {1: 0.1}
"""


def test_faults_of_a_specification_come_with_their_lines() -> None:
    with pytest.raises(CeyuanError) as caught:
        parse_spec(SPEC, "index.yaml")
    lines = {problem.line: str(problem) for problem in caught.value.problems}
    assert lines[3].startswith("index.yaml:3: error [unknown-key] the key 'winsorize'")
    assert "Did you mean 'winsorise'?" in lines[3]
    assert "Did you mean 'minmax'?" in lines[5]
    assert "Did you mean 'upper'" in lines[6]
    assert "power belongs to the generalised mean" in lines[7]
    assert "seed" in lines[9]
    assert "exactly one way" in lines[11]


@pytest.mark.parametrize("text", ["a: [1", "- 1", "a: 1\na: 2", "\tx"])
def test_what_is_no_specification_is_said_so(text: str) -> None:
    with pytest.raises(CeyuanError, match=r"f\.yaml:"):
        parse_spec(text, "f.yaml")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b"unit,x,y\nA,1\n",
            "csv:2: error [composite-table-unreadable] 2 cells where the header has 3",
        ),
        (b"unit,x,x\nA,1,2\n", "column 'x' stands twice"),
        (b"", "the file is empty"),
        (b"unit,x\n\xff\xfe,1\n", "cannot be read"),
        (
            b"unit,x,y\nA,1,2\nB,one,2\n",
            "csv:3: error [composite-not-a-number] 'B', column 'x': 'one' is not a number",
        ),
        (b"place_id,x,y\nA,1,2\n", "column 'unit' or 'uCode'"),
    ],
)
def test_files_that_cannot_be(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "data.csv"
    file.write_bytes(content)
    assert any(words in text for text in problems(file, TREE).values())


def test_the_command_lists_problems_and_leaves_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "spec.yaml").write_text("composite: a\n")
    command = [
        "compose",
        "--data",
        "none.csv",
        "--meta",
        "none.csv",
        "--spec",
        str(tmp_path / "spec.yaml"),
    ]
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, [*command, "--out", "out"])
    assert isinstance(done.exception, CeyuanError)  # `main` turns it into lines and exit code 1
    assert "none.csv" in str(done.exception)
    assert not (tmp_path / "out").exists()


def test_results_go_only_where_they_do_no_harm(tmp_path: Path) -> None:
    data = tmp_path / "scores.csv"
    data.write_text("unit,x,y\nA,1,3\nB,2,1\nC,4,2\n")
    (tmp_path / "tree.csv").write_text("code,parent\nx,top\ny,top\ntop,\n")
    (tmp_path / "spec.yaml").write_text("composite: a\n")
    command = ["compose", "--data", str(data), "--meta", str(tmp_path / "tree.csv"), "--quiet"]
    command += ["--spec", str(tmp_path / "spec.yaml"), "--out"]
    done = CliRunner().invoke(cli, [*command, str(tmp_path)])
    assert "an input would be written over" in str(done.exception)
    assert data.read_text().startswith("unit,x,y")
    done = CliRunner().invoke(cli, [*command, str(data / "below")])
    assert "cannot be written" in str(done.exception)
    done = CliRunner().invoke(cli, [*command, str(tmp_path / "out")], catch_exceptions=False)
    assert (done.exit_code, done.output) == (0, "")
    scores = (tmp_path / "out/scores.csv").read_text().splitlines()
    assert scores[:2] == ["unit,top,x,y", "A,50,0,100"]


@pytest.mark.parametrize(
    ("spec", "codes"),
    [
        ({}, []),
        ({"normalise": {"method": "goalposts", "lower": 0, "upper": 10}}, []),
        ({"normalise": {"method": "goalposts", "lower": -10, "upper": -5}}, ["constant: 'x'", "constant: 'y'"]),
        ({"normalise": {"method": "rank", "indicators": {"x": {"method": "zscore"}}}}, ["differ: 'x'"]),
        ({"normalise": {"method": "none"}}, []),
        ({"normalise": {"method": "goalposts", "lower": 0, "upper": 10, "factor": 1,
                        "indicators": {"x": {"method": "percent_rank"}}}}, []),
    ],
)  # fmt: skip
def test_what_makes_an_index_say_less_is_named(spec: dict[str, object], codes: list[str]) -> None:
    index = compose({"unit": ["A", "B", "C"], "x": [1, 2, 4], "y": [3, 1, 2]}, TREE, spec)
    said = [str(problem) for problem in index.warnings]
    assert len(said) == len(codes), said
    for line, expected in zip(said, codes, strict=True):
        kind, name = expected.split(": ")
        assert kind in line
        assert name.strip("'") in line


BELOW_ZERO = {"unit": ["A", "B", "C"], "x": [-1.0, 2.0, 4.0], "y": [3.0, 1.0, 2.0]}


@pytest.mark.parametrize(
    "spec",
    [
        {"normalise": {"method": "goalposts", "lower": 5, "upper": 0}},
        {"normalise": {"method": "minmax", "lower": 200}},
        {"normalise": {"method": "scaled", "upper": -1}},
        {"normalise": {"method": "scaled", "factor": -1}},
        {"normalise": {"method": "dist_to_target", "target": -2}},
        {"normalise": {"method": "fraction_of_max"}},
        {"normalise": {"method": "none"}, "aggregate": {"method": "harmonic"}},
        {"normalise": {"method": "none"}, "aggregate": {"method": "generalised", "power": 2}},
        {"normalise": {"method": "zscore"}, "aggregate": {"method": "mazziotta_pareto"}},
    ],
)
def test_what_would_turn_the_best_into_the_worst_is_refused(spec: dict[str, Any]) -> None:
    with pytest.raises(CeyuanError):
        compose(BELOW_ZERO, TREE, spec)


def test_a_negative_denominator_is_refused() -> None:
    tree = {"code": ["x", "y", "top", "d"], "parent": ["top", "top", None, None], "denominator": ["d", None, None, None],
            "type": ["Indicator", "Indicator", "Aggregate", "Denominator"]}  # fmt: skip
    found = problems({**DATA, "d": [1, -2, 1]}, tree, {"denominate": {}})
    assert (
        "unit 'B', denominator 'd' of 'x' is -2, not positive"
        in found["composite-denominator-invalid"]
    )


def test_raw_values_of_other_lengths_are_on_different_scales() -> None:
    data = {"unit": ["A", "B", "C"], "x": [1, 2, 4], "y": [300, 100, 200]}
    (warning,) = compose(data, TREE, {"normalise": {"method": "none"}}).warnings
    assert warning.code == "composite-scales-differ"
    assert "'y' has 66.7 times the range of 'x'" in str(warning)


def test_a_missing_value_that_is_averaged_over_is_named() -> None:
    (warning,) = compose(
        {"unit": ["A", "B", "C"], "x": [1, None, 4], "y": [3, 1, 2]}, TREE
    ).warnings
    assert "indicator 'x' is missing for 1 of 3 units: 'B'" in str(warning)


def test_a_constant_rank_is_named() -> None:
    data = {"unit": ["A", "B", "C"], "x": [1, 1, 1], "y": [3, 1, 2]}
    (warning,) = compose(data, TREE, {"normalise": {"method": "rank"}}).warnings
    assert warning.code == "composite-indicator-constant"


def test_every_code_of_this_room_is_used() -> None:
    source = Path(__file__).parents[2] / "src/ceyuan"
    text = "".join(file.read_text(encoding="utf-8") for file in source.rglob("*.py"))
    own = [code for code in catalogue() if code.startswith("composite-")]
    assert own
    assert [code for code in own if f'"{code}"' not in text] == []


def test_what_stays_missing_is_said() -> None:
    data = {
        "unit": ["A", "B", "C", "D"],
        "x": [1, 2, None, 4],
        "y": [1, 2, None, 3],
        "region": ["N", "N", "S", "N"],
    }
    index = compose(data, TREE, {"impute": {"group": "region"}})
    said = [str(problem) for problem in index.warnings]
    assert any(
        "indicator 'x' is still missing after imputation for 1 of 4 units: 'C'" in line
        for line in said
    )
    assert any("unit 'C' has no score of 'top'" in line for line in said)
    assert np.isnan(index.rank("top")[2])


def test_an_index_of_texts_is_the_units_and_one_of_numbers_is_not() -> None:
    frame = pd.DataFrame({"x": [1.0, 2.0, 4.0], "y": [3.0, 1.0, 2.0]}, index=["A", "B", "C"])
    assert compose(frame, ["x", "y"]).units == ("A", "B", "C")
    assert compose(frame.rename_axis("country"), ["x", "y"]).units == ("A", "B", "C")
    assert compose(frame.rename_axis("country")).codes == ("x", "y", "index")
    with pytest.raises(CeyuanError, match="'unit'"):
        compose(frame.set_axis([3, 5, 7]), ["x", "y"])
