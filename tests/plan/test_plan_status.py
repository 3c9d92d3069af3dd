"""How a task stands follows from its files, the figures and the day, and each state has its reason."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

import ceyuan
from ceyuan.errors import CeyuanError
from ceyuan.indicators.observations import Observation
from ceyuan.plan import load_plan, plan_status, status_export
from ceyuan.plan.questions import open_questions
from ceyuan.plan.spec import PlanTarget
from ceyuan.plan.status import derive
from ceyuan.plan.targets import expected_at, holds, target_status
from ceyuan.wording import period_words
from plan_world import day, figure, figures_of, plan_of, report, target, task, write_plan
from small_workspace import MakeWorkspace

NOTHING = figures_of()


def state(
    tasks: list[object], reports: list[object], on: str, figures: object = NOTHING, name: str = "a"
) -> tuple[str, str]:
    status = derive(plan_of(tasks, reports), figures, day(on), 2025).task(name)  # type: ignore[arg-type]
    return status.state, status.reason.en


def test_a_task_whose_year_has_not_begun_is_planned() -> None:
    plan = plan_of([task("a")], [])
    assert derive(plan, NOTHING, day("2024-12-01"), 2025).tasks == ()  # nothing is known of it yet
    agreed = plan_of(
        [task("a")], [], years=[{"year": 2025, "reporting": ["2025"], "agreed": "2024-11-01"}]
    )
    assert derive(agreed, NOTHING, day("2024-12-01"), 2025).task("a").state == "planned"


def test_without_a_report_that_counts_a_task_is_not_reported() -> None:
    assert state([task("a")], [], "2025-03-01") == ("not_reported", "No report by: guangdong.")
    draft = [report("a", "2025-H1", ("draft", "2025-02-01"))]
    assert state([task("a")], draft, "2025-03-01") == (
        "not_reported", "No report by: guangdong; one is draft since 1 February 2025.",
    )  # fmt: skip
    returned = [report("a", "2025-H1", ("submitted", "2025-02-01"), ("returned", "2025-02-03"))]
    assert state([task("a")], returned, "2025-02-02")[0] == "in_progress"
    assert state([task("a")], returned, "2025-03-01")[0] == "not_reported"
    partner = [report("a", "2025-H1", ("submitted", "2025-02-01"), party="hongkong")]
    assert state([task("a", partners=["hongkong"])], partner, "2025-03-01")[0] == "not_reported"


def test_a_forecast_of_its_own_period_takes_back_no_outcome_that_reached_the_level_before() -> None:
    aimed = PlanTarget.model_validate(target(40, "ge", period="2025", basis="level"))
    known = figures_of(figure(41, "2024"), figure(40, "2025", modality="expected", bound="approx"))
    assert target_status(aimed, known, day("2026-02-01")).state == "met"
    short = figures_of(figure(39, "2024"), figure(40, "2025", modality="expected"))
    assert target_status(aimed, short, day("2026-02-01")).state == "on_path"


def test_each_of_several_leads_is_asked_and_others_are_not() -> None:
    both = [task("a", co_leads=["hongkong"], partners=["macao"])]
    first = report("a", "2025-H1", ("submitted", "2025-02-01"))
    assert state(both, [first], "2025-03-01") == ("not_reported", "No report by: hongkong.")
    second = report("a", "2025-H1", ("submitted", "2025-02-02"), party="hongkong")
    assert state(both, [first, second], "2025-03-01")[0] == "in_progress"
    assert state(both, [second], "2025-03-01") == ("not_reported", "No report by: guangdong.")


def test_any_lead_may_say_that_a_milestone_is_reached_and_a_partner_may_not() -> None:
    name = {"en": "Call", "zh-Hans": "通知", "zh-Hant": "通知"}
    a = task(
        "a",
        co_leads=["hongkong"],
        partners=["macao"],
        milestones=[{"id": "call", "name": name, "due": "2025-01-31"}],
    )
    reached = [{"milestone": "call", "on": "2025-01-20", "evidence": {"document": "Notice"}}]
    for party, expected in (("hongkong", "reached"), ("macao", "overdue")):
        told = report("a", "2025-H1", ("submitted", "2025-02-01"), party=party, reached=reached)
        status = derive(plan_of([a], [told]), NOTHING, day("2025-03-01"), 2025).task("a")
        assert status.milestones[0].state == expected, party


def test_a_period_that_is_over_needs_a_report_of_its_own() -> None:
    first = [report("a", "2025-H1", ("submitted", "2025-06-01"))]
    assert state([task("a")], first, "2025-12-31")[0] == "in_progress"
    assert state([task("a")], first, "2026-01-01") == (
        "not_reported",
        "No report by: guangdong (second half of 2025).",
    )


def test_a_report_is_late_only_where_the_plan_says_when_it_is_due() -> None:
    plan = plan_of(
        [task("a")],
        [],
        years=[
            {
                "year": 2025,
                "reporting": ["2025-H1"],
                "report_due_days": 10,
                "duty": {"document": "Notice"},
            }
        ],
    )
    before = derive(plan, NOTHING, day("2025-07-10"), 2025).task("a")
    after = derive(plan, NOTHING, day("2025-07-11"), 2025).task("a")
    assert (before.reports[0].awaited, after.reports[0].awaited) == (False, True)
    assert (
        after.reason.en
        == "No report by: guangdong (first half of 2025); it was due on 10 July 2025."
    )


def test_without_a_stated_duty_nobody_is_asked_and_what_is_known_is_said() -> None:
    given = {"parties": ["guangdong"], "on": "2025-06-18", "evidence": {"document": "Minutes"}}
    free = {"year": 2025, "reporting": ["2025-H1"], "report_due_days": 10}
    silent = derive(plan_of([task("a")], [], years=[free]), NOTHING, day("2026-01-01"), 2025)
    assert (silent.task("a").state, silent.task("a").reports[0].missing) == ("no_account", False)
    assert open_questions(silent)[0].kind == "unmeasured"
    told = derive(
        plan_of([task("a")], [], years=[{**free, "presented": [given]}]),
        NOTHING,
        day("2026-01-01"),
        2025,
    )
    assert (told.task("a").state, told.task("a").reports[0].state) == ("in_progress", "presented")
    assert (
        told.task("a").reason.en
        == "Reported at a meeting on 18 June 2025: guangdong; the text is not published."
    )
    account = report("a", "2025-H1", ("public", "2025-06-30"))
    public = derive(
        plan_of([task("a")], [account], years=[free]), NOTHING, day("2026-01-01"), 2025
    ).task("a")
    assert (public.state, public.reports[0].state, public.reports[0].in_force) == (
        "in_progress",
        "public",
        None,
    )
    assert "it is no report by: guangdong" in public.reason.en


def test_a_milestone_is_held_against_its_day_and_the_reports() -> None:
    a = task(
        "a",
        milestones=[
            {"id": "m", "name": {"en": "M", "zh-Hans": "里", "zh-Hant": "里"}, "due": "2025-05-31"}
        ],
    )
    seen = {"milestone": "m", "on": "2025-05-20", "evidence": {"document": "Notice"}}
    silent = [report("a", "2025-H1", ("submitted", "2025-04-01"))]
    assert state([a], silent, "2025-04-15")[0] == "on_track"
    assert state([a], silent, "2025-05-02") == (
        "at_risk", "“M” is due on 31 May 2025 (in 29 days), and no report says that it is reached.",
    )  # fmt: skip
    assert state([a], silent, "2025-05-31")[0] == "at_risk"
    assert state([a], silent, "2025-06-01") == (
        "overdue", "“M” was due on 31 May 2025 (1 day ago), and no report says that it is reached.",
    )  # fmt: skip
    done = [report("a", "2025-H1", ("submitted", "2025-05-25"), reached=[seen])]
    assert state([a], done, "2025-06-01")[0] == "done"
    # for the 20th
    announced = [report("a", "2025-H1", ("submitted", "2025-05-15"), reached=[seen])]
    assert state([a], announced, "2025-05-19")[0] == "at_risk"
    assert state([a], announced, "2025-05-20")[0] == "done"
    late = [
        report("a", "2025-H1", ("submitted", "2025-06-25"), reached=[{**seen, "on": "2025-06-02"}])
    ]
    found = derive(plan_of([a], late), NOTHING, day("2025-07-01"), 2025).task("a")
    assert (found.state, found.milestones[0].state) == ("done", "reached_late")


def test_an_undated_milestone_is_never_overdue() -> None:
    a = task("a", milestones=[{"id": "m", "name": {"en": "M", "zh-Hans": "里", "zh-Hant": "里"}}])
    filed = [
        report("a", "2025-H1", ("submitted", "2025-04-01")),
        report("a", "2025-H2", ("submitted", "2025-12-01")),
    ]
    assert state([a], filed, "2029-01-01")[0] == "in_progress"


def test_a_task_that_waits_for_a_late_one_is_at_risk() -> None:
    late = task(
        "b",
        milestones=[
            {"id": "m", "name": {"en": "M", "zh-Hans": "里", "zh-Hant": "里"}, "due": "2025-02-01"}
        ],
    )
    filed = [report("a", "2025-H1", ("submitted", "2025-03-01"))]
    assert state([task("a", depends=["b"]), late], filed, "2025-03-02") == (
        "at_risk",
        "It waits for “b”, which is overdue.",
    )
    # Through a chain as well, whatever the order of the files.
    chain = [task("a", depends=["c"]), task("c", depends=["b"]), late]
    both = [*filed, report("c", "2025-H1", ("submitted", "2025-03-01"))]
    assert state(chain, both, "2025-03-02") == ("at_risk", "It waits for “c”, which is at risk.")


@pytest.mark.parametrize(
    ("observation", "bound", "aim", "kept"),
    [
        (figure(40, "2025"), "ge", 40, True), (figure(40, "2025"), "gt", 40, False), (figure(39, "2025"), "ge", 40, False),
        (figure(40, "2025", bound="gt"), "gt", 40, True), (figure(39, "2025", bound="gt"), "ge", 40, None),
        (figure(40, "2025", bound="lt"), "ge", 40, False), (figure(41, "2025", bound="lt"), "ge", 40, None),
        (figure(3, "2025"), "le", 5, True), (figure(6, "2025"), "le", 5, False), (figure(5, "2025", bound="lt"), "lt", 5, True),
        (figure(4, "2025", bound="gt"), "le", 5, None), (figure(5, "2025", bound="gt"), "le", 5, False),
        (figure(30, "2025", value_max=50), "ge", 40, None), (figure(30, "2025", value_max=39), "ge", 40, False),
        (figure(3, "2025", value_max=4), "le", 5, True), (figure(3, "2025", value_max=7), "le", 5, None),
        (figure(40, "2025"), "eq", 40, True), (figure(41, "2025"), "eq", 40, False), (figure(39, "2025", bound="gt"), "eq", 40, None),
        (figure(None, "2025"), "ge", 40, None),
    ],
)  # fmt: skip
def test_a_bounded_figure_decides_only_what_it_can(
    observation: Observation, bound: str, aim: float, kept: bool | None
) -> None:
    assert holds(observation, bound, aim) is kept  # type: ignore[arg-type]


def of(observations: list[Observation], on: str, **stated: object) -> tuple[str, str]:
    spec = PlanTarget.model_validate(target(**stated))  # type: ignore[arg-type]
    found = target_status(spec, figures_of(*observations), day(on))
    return found.state, found.reason.en


def test_the_figure_of_its_own_period_decides_a_target() -> None:
    assert of([figure(41, "2025")], "2026-02-01", value=40) == (
        "met", "Labs, gd, 2025: 41 organisations; the target is at least 40 organisations: met.",
    )  # fmt: skip
    assert of([figure(39, "2025")], "2026-02-01", value=40)[0] == "missed"
    assert of([figure(39, "2025", bound="gt")], "2026-02-01", value=40)[0] == "open"
    assert of([], "2026-02-01", value=40)[0] == "awaited"
    assert of([figure(41, "2025", modality="target")], "2026-02-01", value=40)[0] != "met"


def test_a_reason_counts_what_the_indicator_counts() -> None:
    figures = figures_of(figure(41, "2025"), noun={"one": "laboratory", "many": "laboratories"})
    found = target_status(PlanTarget.model_validate(target(40)), figures, day("2026-02-01"))
    assert (
        found.reason.en
        == "Labs, gd, 2025: 41 laboratories; the target is at least 40 laboratories: met."
    )


def test_what_somebody_else_aims_at_is_no_figure() -> None:
    aimed = figure(41, "2025", modality="target")
    assert of([aimed], "2025-02-01", value=40)[0] == "no_figure"
    assert of([aimed], "2026-02-01", value=40)[0] == "awaited"


def test_a_forecast_meets_nothing() -> None:
    assert of([figure(41, "2025", modality="expected")], "2025-02-01", value=40) == (
        "on_path", "Labs, gd, 2025: 41 organisations, a forecast; it would meet the target of at least 40 organisations.",
    )  # fmt: skip
    assert of([figure(39, "2025", modality="expected")], "2026-02-01", value=40)[0] == "behind"


def test_before_its_period_is_over_a_target_is_held_against_the_straight_line() -> None:
    # From 20 at the end of 2020 to 40 at the end of 2025: 32.0 at the end of 2023 (1,095 of 1,826 days).
    line = {"value": 40, "baseline": {"value": 20, "unit": "家", "period": "2020"}}
    spec = PlanTarget.model_validate(target(**line))  # type: ignore[arg-type]
    assert expected_at(spec, figures_of(), day("2023-12-31")) == pytest.approx(
        20 + 20 * 1095 / 1826
    )
    assert of([figure(32, "2023")], "2024-06-01", **line)[0] == "on_path"
    assert of([figure(31, "2023")], "2024-06-01", **line)[0] == "behind"
    assert of([figure(31, "2023", bound="gt")], "2024-06-01", **line)[0] == "open"
    assert of([figure(20, "2020")], "2024-06-01", **line)[0] == "open"  # no news since the baseline
    assert of([figure(40, "2023")], "2024-06-01", **line)[0] == "on_path"
    # nothing to draw a line from
    assert of([figure(39, "2023")], "2024-06-01", value=40)[0] == "open"
    falling = {
        "value": 10,
        "bound": "le",
        "baseline": {"value": 20, "unit": "家", "period": "2020"},
    }
    assert of([figure(14, "2023")], "2024-06-01", **falling)[0] == "on_path"
    assert of([figure(15, "2023")], "2024-06-01", **falling)[0] == "behind"


def test_units_are_converted() -> None:
    spec = PlanTarget.model_validate({**target(0.4), "unit": "万家"})
    assert target_status(spec, figures_of(figure(4000, "2025")), day("2026-02-01")).state == "met"
    assert (
        target_status(spec, figures_of(figure(3999, "2025")), day("2026-02-01")).state == "missed"
    )


def test_an_indicator_without_a_target_value_is_monitored_and_never_bad() -> None:
    assert of([figure(35, "2024")], "2025-06-01") == (
        "monitored",
        "Labs, gd, 2024: 35 organisations; no target is stated.",
    )
    assert of([], "2030-01-01")[0] == "monitored"
    a = task("a", targets=[target()])
    assert (
        state([a], [report("a", "2025-H1", ("submitted", "2025-03-01"))], "2025-03-02")[0]
        == "in_progress"
    )


def test_targets_decide_the_task() -> None:
    a = task("a", targets=[target(40, baseline={"value": 30, "unit": "家", "period": "2023"})])
    filed = [
        report("a", "2025-H1", ("submitted", "2025-03-01")),
        report("a", "2025-H2", ("submitted", "2026-01-01")),
    ]
    assert state([a], filed, "2025-03-02", figures_of(figure(36, "2024")))[0] == "on_track"
    assert state([a], filed, "2025-03-02", figures_of(figure(31, "2024")))[0] == "at_risk"
    assert state([a], filed, "2026-03-02", figures_of(figure(39, "2025")))[0] == "overdue"
    assert state([a], [], "2026-03-02", figures_of(figure(40, "2025")))[0] == "done"


def test_values_that_a_report_states_are_held_against_the_build() -> None:
    def agreement(value: float, unit: str, source: str, *seen: Observation) -> str:
        said = {
            "indicator": "labs",
            "place": "gd",
            "period": 2025,
            "value": value,
            "unit": unit,
            "evidence": {"source": source},
        }
        filed = [report("a", "2025-H1", ("submitted", "2025-03-01"), values=[said])]
        status = derive(plan_of([task("a")], filed), figures_of(*seen), day("2025-04-01"), 2025)
        return status.task("a").stated[0].agreement

    assert agreement(0.0036, "万家", "party", figure(36, "2025")) == "agrees"
    assert agreement(36, "家", "office", figure(36, "2025")) == "same_source"
    assert agreement(37, "家", "office", figure(36, "2025")) == "differs"
    assert agreement(36, "家", "party", figure(36, "2025", bound="gt")) == "differs"
    assert agreement(36, "家", "party", figure(36, "2024")) == "no_figure"


def test_a_plan_is_held_against_a_real_build(make_workspace: MakeWorkspace) -> None:
    root = write_plan(make_workspace())
    plan = load_plan(root)
    with ceyuan.open(str(root)).build() as build:
        status = plan_status(plan, build, date(2025, 7, 10))
        late = plan_status(plan, build, date(2026, 2, 1))
        export = status_export(status)
        assert export["build"] == build.id
        (paid,) = status.task("labs").targets
        # 1,200 + 7 万元 were paid in 2025; 150.5 in 2024 to 1,500 makes 860 by 10 July.
        assert paid.current is not None
        assert (paid.current.value, paid.state) == (1207.0, "on_path")
        assert paid.current.lineage in build.lineage
    assert (status.task("labs").state, status.task("rules").state) == ("on_track", "not_reported")
    assert (late.task("labs").state, late.task("labs").targets[0].state) == ("overdue", "missed")
    assert status.task("labs").stated[0].agreement == "agrees"
    text = json.dumps(export, ensure_ascii=False)
    assert json.loads(text) == export
    (labs, _) = export["tasks"]
    assert labs["targets"][0]["target"]["indicator"] == "paid"
    assert set(labs["reason"]) == {"en", "zh-Hans", "zh-Hant"}
    assert [(e["on"], e["kind"]) for e in export["timeline"]] == [
        ("2025-05-20", "milestone_reached"), ("2025-05-31", "milestone_due"), ("2025-07-15", "report_due"),
        ("2025-12-31", "target_period_ends"), ("2026-01-15", "report_due"),
    ]  # fmt: skip
    assert export["summaries"]["states"]["on_track"] == 1
    assert [(g["id"], g["tasks"], g["leads"]) for g in export["summaries"]["party"]] == [
        ("guangdong", 1, 1),
        ("hongkong", 2, 1),
    ]


def test_views_refuse_names_that_are_not_there(make_workspace: MakeWorkspace) -> None:
    status = plan_status(load_plan(write_plan(make_workspace())), None, date(2025, 7, 10))
    assert [s.id for s in status.only(party="hongkong").tasks] == ["labs", "rules"]
    # Each alone: either would find the task for the other.
    assert [s.id for s in status.only(field="research").tasks] == ["labs"]
    assert [s.id for s in status.only(mechanism="funding").tasks] == ["labs"]
    for wrong in ({"party": "hongkon"}, {"field": "reserch"}, {"mechanism": "x"}):
        with pytest.raises(CeyuanError, match="there is no"):
            status.only(**wrong)  # type: ignore[arg-type]
    with pytest.raises(CeyuanError, match="Did you mean 'labs'"):
        status.task("lab")
    with pytest.raises(CeyuanError, match="the plan has no year 2031"):
        plan_status(status.plan, None, date(2025, 7, 10), 2031)


def test_as_of_a_past_day_the_build_of_that_day_counts(
    make_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    root = write_plan(make_workspace())
    observatory = ceyuan.open(str(root))
    assert observatory.plan("2025-07-10").figures.build is None
    made = observatory.make()
    assert observatory.plan().figures.build == observatory.builds()[-1]
    # No build had been made by 2025, so no target has a figure, and reports count as they were then.
    then = observatory.plan("2025-07-02")
    assert (then.figures.build, then.task("labs").targets[0].state) == (None, "no_figure")
    assert then.task("labs").reason.en.startswith("“Call opened” was due")
    assert made is not None
    with pytest.raises(CeyuanError, match="is no day"):
        observatory.plan("yesterday")


def test_the_whole_of_time_is_said_as_a_person_would() -> None:
    said = period_words("all")
    assert (said.en, said.zh_hans, said.zh_hant) == ("all years to date", "迄今", "至今")
    assert period_words("2025").zh_hans == "2025年"
