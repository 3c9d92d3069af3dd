"""A workspace names things only in the languages that it declares."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

import plan_world
from ceyuan.errors import CeyuanError
from ceyuan.indicators.types import INDICATOR
from ceyuan.pipeline.checking import check_workspace
from ceyuan.plan.loading import load_plan
from ceyuan.workspace import load_workspace
from ceyuan.workspace.reader import Workspace
from ceyuan.workspace.settings import languages_of
from small_workspace import FILES, MakeWorkspace

CHINESE = re.compile(r", zh-Han[st]: [^,}]+")
HANT = re.compile(r", zh-Hant: [^,}]+")
PLAN_FILES = {"plan/plan.yaml": plan_world.PLAN, "plan/tasks/labs.yaml": plan_world.LABS}


def without(pattern: re.Pattern[str], languages: str) -> dict[str, str]:
    """The small workspace and its plan without names in some languages."""
    files: Mapping[str, object] = {**FILES, **PLAN_FILES}
    texts = {
        name: str(text) for name, text in files.items() if name.endswith((".yaml", "places.csv"))
    }
    cut = {name: pattern.sub("", text) for name, text in texts.items()}
    rows = [row.split(",") for row in texts["places.csv"].splitlines()]
    kept = [
        i
        for i, name in enumerate(rows[0])
        if not ((pattern is CHINESE and "_zh" in name) or name == "name_zh_hant")
    ]
    cut["places.csv"] = "".join(",".join(row[i] for i in kept) + "\n" for row in rows)
    cut["ceyuan.yaml"] = re.sub(r"languages: .*", f"languages: {languages}", cut["ceyuan.yaml"])
    return cut


def loaded(make_workspace: MakeWorkspace, files: dict[str, str], name: str = "w") -> Workspace:
    workspace, problems = load_workspace(make_workspace(files, name), INDICATOR)
    assert workspace is not None
    assert [str(p) for p in problems] == []
    return workspace


def test_english_alone_is_enough_and_stands_for_the_rest(make_workspace: MakeWorkspace) -> None:
    workspace = loaded(make_workspace, without(CHINESE, "[en]"))
    names = [d.indicator.name for d in workspace.definitions.values()] + [
        p.name for p in workspace.places
    ]
    assert all(name.en == name.zh_hans == name.zh_hant for name in names)
    assert load_plan(workspace.root).tasks["labs"].name.zh_hant == "Laboratories"
    assert [p for p in check_workspace(workspace.root)[1] if p.severity == "error"] == []


def test_an_absent_chinese_is_filled_from_the_other(make_workspace: MakeWorkspace) -> None:
    workspace = loaded(make_workspace, without(HANT, "[en, zh-Hans]"))
    name = workspace.definitions["paid"].indicator.name
    assert (name.en, name.zh_hant) == ("Paid", "拨付")


def test_what_is_declared_must_be_written(make_workspace: MakeWorkspace) -> None:
    root = make_workspace(without(CHINESE, "[en, zh-Hans]"))
    problems = check_workspace(root)[1]
    files = {p.file for p in problems if p.code in ("missing-key", "bad-header")}
    assert {"ceyuan.yaml", "places.csv", "indicators/all.yaml"} <= files
    with pytest.raises(CeyuanError, match="zh-Hans is required"):
        load_plan(root)
    assert not any("zh-Hant" in p.message or "name_zh_hant" in p.message for p in problems)


def test_a_name_in_a_language_that_is_not_declared_is_kept(make_workspace: MakeWorkspace) -> None:
    files = without(CHINESE, "[en]")
    files["indicators/all.yaml"] = str(FILES["indicators/all.yaml"])
    assert loaded(make_workspace, files).definitions["paid"].indicator.name.zh_hant == "撥付"


def test_the_version_of_a_definition_does_not_depend_on_languages(
    make_workspace: MakeWorkspace,
) -> None:
    one = loaded(make_workspace, without(CHINESE, "[en]"), "one")
    all_ = loaded(make_workspace, {}, "all")
    assert {n: d.version for n, d in one.definitions.items()} == {
        n: d.version for n, d in all_.definitions.items()
    }


@pytest.mark.parametrize(
    "said", ["languages: en", "languages: []", "languages: [en, de]", "languages: 3", "x: ["]
)
def test_what_is_declared_wrongly_asks_for_all(make_workspace: MakeWorkspace, said: str) -> None:
    assert languages_of(make_workspace({"ceyuan.yaml": said})) == ("zh-Hans", "zh-Hant", "en")
