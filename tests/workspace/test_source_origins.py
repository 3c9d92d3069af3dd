"""Independence of sources: by the bodies that made the figures and by what they were taken from."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceyuan.indicators.types import INDICATOR, AnyIndicator
from ceyuan.pipeline.checking import check_workspace
from ceyuan.workspace.config import Body, Source
from ceyuan.workspace.origins import Provenance
from small_workspace import MakeWorkspace

NAME = {"en": "x", "zh-Hans": "x", "zh-Hant": "x"}


def indicator(name: str, **more: object) -> AnyIndicator:
    common = {
        "id": name,
        "name": NAME,
        "description": NAME,
        "unit": "%",
        "hk_mo": {"rule": "separate"},
    }
    return INDICATOR.validate_python({**common, **more})


def source(**more: object) -> Source:
    return Source.model_validate({"title": "t", "publisher": "p", **more})


def origin(**more: object) -> Body:
    return Body.model_validate({"name": NAME, **more})


KNOWN = Provenance(
    {
        "report": source(origin="department"),
        "reprint": source(publisher="daily", reprints="report"),
        "speech": source(origin="governor"),
        "bulletin": source(origin=["bureau", "ministry"]),
        "digest": source(origin="institute", derived_from="bulletin"),
        "press": source(publisher="daily"),
        "press-again": source(publisher="daily"),
        "survey": source(origin="oecd"),
    },
    {
        "government": origin(),
        "department": origin(part_of="government"),
        "governor": origin(part_of="government"),
    },
)


def test_a_reprint_is_no_witness_for_what_it_reprints() -> None:
    assert not KNOWN.independent("report", "reprint")
    assert KNOWN.origin("reprint") == ("department",)


def test_a_department_is_no_witness_for_its_government() -> None:
    assert not KNOWN.independent("report", "speech")


def test_what_is_derived_from_a_source_is_no_witness_for_it_nor_for_its_makers() -> None:
    assert not KNOWN.independent("digest", "bulletin")
    assert KNOWN.independent("digest", "report")


def test_two_texts_of_one_publisher_without_origin_count_once() -> None:
    assert not KNOWN.independent("press", "press-again")
    assert KNOWN.witnesses(["press", "press-again", "survey"]) == (
        ("press", "press-again"),
        ("survey",),
    )


def test_joint_figures_meet_each_of_their_makers() -> None:
    joint = Provenance({**KNOWN.sources, "ministry-page": source(origin="ministry")}, KNOWN.origins)
    assert not joint.independent("bulletin", "ministry-page")


BODIES = st.lists(st.sampled_from("abcd"), max_size=2).map(tuple)
ENTRIES = st.lists(
    st.tuples(BODIES, st.lists(st.integers(0, 5), max_size=2)), min_size=1, max_size=6
)


@given(ENTRIES)
def test_independence_is_symmetric_and_groups_are_independent_of_each_other(
    entries: list[tuple[tuple[str, ...], list[int]]],
) -> None:
    names = [f"s{i}" for i in range(len(entries))]
    known = Provenance(
        {
            name: source(publisher=name, origin=bodies, derived_from=[f"s{j}" for j in before])
            for name, (bodies, before) in zip(names, entries, strict=True)
        },
        {},
    )
    for one, other in combinations(names, 2):
        assert known.independent(one, other) == known.independent(other, one)
        if set(known.sources[one].origin) & set(known.sources[other].origin):
            assert not known.independent(one, other)
    groups = known.witnesses(names)
    assert sorted(name for group in groups for name in group) == sorted(names)
    for first, second in combinations(groups, 2):
        assert all(known.independent(one, other) for one in first for other in second)


MEASURED = Provenance(
    {
        "bulletin": source(origin="city-bureau"),
        "yearbook": source(origin="bureau"),
        "speech": source(origin="governor"),
        "press": source(origin="daily"),
        "survey": source(origin="oecd", measures="rd"),
    },
    {"bureau": origin(), "city-bureau": origin(part_of="bureau")},
    {
        "rd": indicator("rd", type="published", measured_by="bureau"),
        "gdp": indicator("gdp", type="published"),
        "growth": indicator("growth", type="growth", of="rd", against="previous"),
    },
)


@pytest.mark.parametrize("name", ["rd", "growth"])
def test_whoever_tells_a_measurement_is_one_witness_with_who_measures(name: str) -> None:
    assert not MEASURED.independent("speech", "press", name)
    assert not MEASURED.independent("speech", "yearbook", name)
    assert not MEASURED.independent("bulletin", "yearbook", name)
    assert {name for name in MEASURED.sources if MEASURED.retells(name, "rd")} == {
        "speech",
        "press",
    }


def test_without_a_measurer_sources_stand_for_themselves() -> None:
    assert MEASURED.independent("speech", "press")
    assert MEASURED.independent("speech", "press", "gdp")
    assert not MEASURED.retells("speech", "gdp")


def test_a_source_that_measures_itself_is_a_witness_of_its_own() -> None:
    assert MEASURED.independent("survey", "yearbook", "rd")
    assert MEASURED.measurers("survey", "rd") == ()


def test_measurers_and_what_a_source_measures_must_be_declared(
    make_workspace: MakeWorkspace,
) -> None:
    root = make_workspace()
    with (root / "sources.yaml").open("a", encoding="utf-8") as sources:
        sources.write("    measures: [nothing]\n")
    path = next((root / "indicators").glob("*.yaml"))
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("    type:", "    measured_by: nobody\n    type:", 1), encoding="utf-8"
    )
    _, problems = check_workspace(root)
    assert {p.code for p in problems if p.severity == "error"} == {
        "unknown-origin",
        "unknown-indicator",
    }


def test_bodies_and_sources_must_be_declared_and_not_circular(tmp_path: Path) -> None:
    name = "{en: x, zh-Hans: x, zh-Hant: x}"
    (tmp_path / "ceyuan.yaml").write_text(f"ceyuan: 1\nid: w\nname: {name}\n", encoding="utf-8")
    (tmp_path / "places.csv").write_text(
        "id,kind,name_en,name_zh_hans,name_zh_hant\n", encoding="utf-8"
    )
    (tmp_path / "sources.yaml").write_text(
        f"""origins:
  bureau: {{name: {name}}}
  ring-a: {{name: {name}, part_of: ring-b}}
  ring-b: {{name: {name}, part_of: ring-a}}
sources:
  one: {{title: t, publisher: p, origin: burau}}
  two: {{title: t, publisher: p, derived_from: [three]}}
  three: {{title: t, publisher: p, reprints: two}}
  four: {{title: t, publisher: p, derived_from: nowhere}}
""",
        encoding="utf-8",
    )
    _, problems = check_workspace(tmp_path)
    found = {(p.code, p.line) for p in problems if p.file == "sources.yaml"}
    assert found == {
        ("unknown-origin", 6), ("circular-source", 3), ("circular-source", 4), ("circular-source", 7), ("circular-source", 8),
        ("unknown-source", 9),
    }  # fmt: skip
    assert any(p.hint and "bureau" in p.hint for p in problems if p.code == "unknown-origin")


SOURCES = ("a", "b", "c", "d", "e")
BODIES = ("p", "q", "r")


@given(st.data())
def test_kin_are_those_that_are_not_independent(data: st.DataObject) -> None:
    sources = {
        name: source(
            publisher=data.draw(st.sampled_from(["x", "y"])),
            origin=data.draw(st.lists(st.sampled_from(BODIES), max_size=2)),
            derived_from=data.draw(
                st.lists(st.sampled_from(SOURCES[:i] or ("elsewhere",)), max_size=1)
            ),
        )
        for i, name in enumerate(SOURCES)
    }
    known = Provenance(sources, {"q": origin(part_of="p")})
    for name, found in known.kin().items():
        assert found == {other for other in SOURCES if not known.independent(name, other)}


def test_what_a_newspaper_or_a_reprint_tells_is_retold() -> None:
    known = Provenance(
        {**KNOWN.sources, "paper": source(nature="press", origin="bureau")}, KNOWN.origins
    )
    assert {name for name in known.sources if known.retold(name)} == {"reprint", "digest", "paper"}
