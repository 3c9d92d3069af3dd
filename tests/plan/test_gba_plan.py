"""The plan of the GBA workspace says what the articles say, and no more."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import ceyuan
from ceyuan.errors import CeyuanError
from ceyuan.periods import parse_period
from ceyuan.plan import Plan, load_plan
from ceyuan.plan.figures import Figures
from ceyuan.plan.filing import add_report, find_report, move_report, read_report
from ceyuan.plan.outcome import PartyReport
from ceyuan.plan.questions import open_questions
from ceyuan.plan.spec import Evidence, ReportFile
from ceyuan.plan.status import derive
from ceyuan.plan.targets import target_status
from ceyuan.units import parse_unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.yamlfile import read_yaml
from plan_world import check_plan_files, figure, figures_of
from shipped import copy_of

GBA = Path(ceyuan.__file__).parent / "workspaces" / "gba"
TEXT = Path(__file__).parents[2].parent / "shared" / "data" / "communiques" / "gba_2026.txt"

# What the articles say will be done or is being carried on, written down from the text: words, line, who acts, task.
SAID = [
    ("强化广东牵头推进作用", 27, "central", "central-coordination"),
    ("着力加强基础研究和原始创新", 29, "central", "central-basic-research"),
    ("着力推动科技创新和产业创新深度融合", 29, "central", "central-industry"),
    ("着力培养和吸引全球科技人才", 29, "central", "central-talent"),
    ("着力构建支持全面创新体制机制", 29, "central", "central-institutions"),
    ("着力扩大高水平开放合作", 29, "central", "central-opening"),
    ("加强基础研究体系化布局", 13, "guangdong", "basic-research-layout"),
    ("推动科技基础设施集群式建设", 13, "guangdong", "research-facilities"),
    ("一流实验室体系", 13, "guangdong", "laboratories"),
    ("高水平研究型大学", 13, "guangdong", "institutes-universities"),
    ("科技领军企业的建设和培育", 13, "guangdong", "leading-enterprises"),
    ("技术攻关", 17, "guangdong", "key-technologies"),
    ("加快生物制造、量子、脑机接口高地建设", 45, "guangdong", "frontier-fields"),
    ("推动新兴产业、未来产业加速成长", 17, "guangdong", "emerging-industries"),
    ("加快打造成果转化平台体系", 51, "guangdong", "transfer-platforms"),
    ("金融赋能", 17, "guangdong", "science-finance"),
    ("全球人工智能产业创新引领地", 19, "guangdong", "ai-industry"),
    ("持续筑牢智能算力底座", 19, "guangdong", "computing-power"),
    ("吸引集聚国际高端科创人才和企业", 23, "guangdong", "talent-attraction"),
    ("深入推进教育科技人才一体改革", 69, "guangdong", "education-reform"),
    ("规划协同、机制协同和开放协同", 23, "guangdong", "coordination-three-places"),
    ("高水平办好大湾区科学论坛", 23, "guangdong", "science-forum"),
    ("重大合作平台改革探索作用", 23, "guangdong", "cooperation-platforms"),
    ("加强科技创新规则机制“软联通”", 69, "guangdong", "cross-border-flows"),
    ("启动实施“1+1+1”联合资助计划", 71, "guangdong", "joint-funding"),
]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan(GBA)


def evidence(plan: Plan) -> Iterator[tuple[str, Evidence]]:
    for year in plan.config.years:
        if year.evidence is not None and year.year == 2026:
            yield str(year.year), year.evidence
    for task in plan.of_year(2026):
        yield from ((task.id, e) for e in task.evidence)
        yield from ((task.id, m.evidence) for m in task.milestones if m.evidence is not None)
    for report in plan.reports:
        yield from ((report.id, v.evidence) for v in report.spec.values)


def test_nothing_is_wrong_with_the_plan() -> None:
    assert check_plan_files(GBA) == []


def test_every_task_is_one_that_the_articles_name_and_no_other(plan: Plan) -> None:
    assert [(t.lead, t.id) for t in plan.of_year(2026)] == [
        (lead, name) for _, _, lead, name in SAID
    ]
    for words, line, _, name in SAID:
        lines = [n for e in plan.tasks[name].evidence for n in _lines(e)]
        assert line in lines, (name, words)


def _lines(evidence: Evidence) -> range:
    numbers = [int(n) for n in re.findall(r"(?<=[L–])\d+", evidence.locator or "")]
    return range(min(numbers), max(numbers) + 1)


def test_quotes_stand_at_their_lines_in_the_text(plan: Plan) -> None:
    if not TEXT.is_file():
        pytest.skip(f"{TEXT} is not there")
    lines = TEXT.read_text(encoding="utf-8").split("\n")
    for words, line, _, _ in SAID:
        assert words in lines[line - 1]
    for name, found in evidence(plan):
        text = "".join(lines[n - 1] for n in _lines(found))
        assert found.quote is not None
        assert found.quote in text, (name, found.quote)


def test_no_sentence_of_the_articles_is_copied(plan: Plan) -> None:
    if not TEXT.is_file():
        pytest.skip(f"{TEXT} is not there")
    text = "".join(TEXT.read_text(encoding="utf-8").split())
    own = [
        t
        for task in plan.tasks.values()
        for t in (task.name.zh_hans, task.why.zh_hans if task.why else "")
    ]
    own += [r.spec.text.zh_hans or "" for r in plan.reports]
    for said in own:
        longest = max((len(p) for p in re.split(r"[，；。：、]", said) if p in text), default=0)
        assert longest <= 22, said


def test_no_target_no_date_and_no_approval_is_invented(plan: Plan) -> None:
    assert all(
        t.value is None and t.baseline is None for task in plan.of_year(2026) for t in task.targets
    )
    assert all(m.due is None for task in plan.of_year(2026) for m in task.milestones)
    assert {e.state for r in plan.reports for e in r.spec.history} == {"public"}
    assert all(y.duty is None and y.report_due_days is None for y in plan.config.years)
    assert {r.spec.party for r in plan.reports} == {"guangdong"}
    assert all(
        not r.spec.difficulties and not r.spec.next_steps and not r.spec.reached
        for r in plan.reports
    )


def test_targets_for_2025_are_those_that_records_state(plan: Plan) -> None:
    with (GBA / "records" / "targets.csv").open(encoding="utf-8") as stream:
        stated = {(r["indicator"], r["place"], r["period"]): r for r in csv.DictReader(stream)}
    targets = [t for task in plan.of_year(2025) for t in task.targets]
    assert len(targets) == 31
    for found in targets:
        row = stated[found.figure]
        assert found.evidence is not None
        assert (found.value, found.evidence.source) == (float(row["value"]), row["source"])
        assert found.evidence.quote == row["quote"]


def firms_were(value: float) -> Figures:
    found = figure(value, "2024", indicator="high_tech_firms", place="guangdong")
    return replace(figures_of(), observations={("high_tech_firms", "guangdong"): (found,)})


def test_a_level_that_was_reached_before_is_met(plan: Plan) -> None:
    firms, _, share, *_ = plan.tasks["fyp14-guangdong"].targets
    known = firms_were(78076)
    assert target_status(firms, known, date(2026, 6, 1)).state == "met"
    assert target_status(share, known, date(2026, 6, 1)).state == "awaited"
    below = firms_were(59999)
    assert target_status(firms, below, date(2026, 6, 1)).state == "awaited"


def test_reported_values_are_those_of_the_second_article(plan: Plan) -> None:
    with (GBA / "records" / "communique_figures.csv").open(encoding="utf-8") as stream:
        stated = {(r["indicator"], r["place"], r["period"]): r for r in csv.DictReader(stream)}
    values = [v for r in plan.reports for v in r.spec.values]
    for v in values:
        row = stated[v.indicator, v.place, v.period]
        assert (v.value, parse_unit(v.unit), v.bound) == (
            float(row["value"]),
            parse_unit(row["value_unit"]),
            row["bound"],
        )
    assert len({(v.indicator, v.place, v.period) for v in values}) == len(values) == 25


def test_nobody_is_asked_for_a_report_that_no_source_asks_for(plan: Plan) -> None:
    status = derive(plan, figures_of(), date(2027, 9, 1), 2026)
    assert {s.state for s in status.tasks if s.task.lead == "guangdong"} == {"in_progress"}
    assert {s.state for s in status.tasks if s.task.lead == "central"} == {"no_account"}
    reports = [r for s in status.tasks for r in s.reports]
    assert not any(r.awaited or r.missing for r in reports)
    states = {(r.party, r.state) for r in reports}
    assert states == {(p, "presented") for p in ("guangdong", "hongkong", "macao")} | {
        ("central", "none")
    }
    assert not [
        q
        for q in open_questions(status)
        if q.kind in ("report_missing", "not_approved", "one_source")
    ]


def test_an_account_of_a_newspaper_is_no_report_and_counts_from_its_month(plan: Plan) -> None:
    told = {r.spec.task for r in plan.reports}
    after = derive(plan, figures_of(), date(2026, 6, 30))
    for status in after.tasks:
        (own,) = [r for r in status.reports if r.party == status.task.lead]
        assert own.in_force is None
        assert bool(own.accounts) == (status.id in told)
        assert ("公开报道" in status.reason.zh_hans) == (status.id in told)
    # The article is dated by its month alone, so that it counts from the last day of June; the meeting was on the 18th.
    before = derive(plan, figures_of(), date(2026, 6, 29))
    assert not any(r.accounts for s in before.tasks for r in s.reports)
    assert {s.state for s in before.tasks if s.task.lead == "guangdong"} == {"in_progress"}
    assert derive(plan, figures_of(), date(2026, 6, 17), 2026).tasks == ()
    assert parse_period("2026-06").end == date(2026, 6, 30)


def test_a_party_reports_itself_where_a_newspaper_told_of_it(tmp_path: Path) -> None:
    root = copy_of("gba", tmp_path / "gba")
    account = root / "plan" / "reports" / "2026" / "laboratories.guangdong.yaml"
    before = account.read_bytes()
    said = {"task": "laboratories", "party": "guangdong", "period": "2026", "text": {"en": "Own"}}
    entry = {"state": "submitted", "by": "Office", "on": "2026-07-02"}
    own = ReportFile.model_validate({**said, "history": [entry]})
    assert add_report(root, own) == "plan/reports/2026/laboratories.guangdong.2.yaml"
    assert check_plan_files(root) == []
    assert account.read_bytes() == before

    def on(day: str) -> PartyReport:
        status = derive(load_plan(root), figures_of(), date.fromisoformat(day), 2026)
        return next(r for r in status.task("laboratories").reports if r.party == "guangdong")

    told, filed = on("2026-07-01"), on("2026-07-02")
    assert (told.state, told.in_force) == ("presented", None)  # at the meeting of June
    assert filed.in_force is not None
    assert (filed.state, filed.in_force.id) == ("submitted", "2026/laboratories.guangdong.2")
    assert [r.id for r in filed.accounts] == [r.id for r in told.accounts]
    assert [r.id for r in told.accounts] == ["2026/laboratories.guangdong"]
    # From then on all rules of a report hold for the party's own; the account is nothing to decide on or to replace.
    with pytest.raises(CeyuanError, match="plan-duplicate-report"):
        add_report(root, own)
    assert find_report(root, "laboratories", "guangdong", "2026") == filed.in_force.id
    move_report(root, filed.in_force.id, "approved", "Office", "2026-07-03")
    with pytest.raises(CeyuanError, match="plan-report-locked"):
        add_report(root, own)
    again = add_report(root, own, supersede="Counted twice")
    new = next(r for r in load_plan(root).reports if r.file == again)
    assert new.spec.supersedes is not None
    assert (new.id, new.spec.supersedes.report) == (
        "2026/laboratories.guangdong.3",
        filed.in_force.id,
    )
    with pytest.raises(CeyuanError, match="plan-illegal-state"):
        move_report(root, told.accounts[0].id, "submitted", "Office", "2026-07-03")
    assert account.read_bytes() == before


def test_an_account_may_come_after_the_report_and_changes_nothing_of_it(tmp_path: Path) -> None:
    root = copy_of("gba", tmp_path / "gba")
    file = root / "plan" / "reports" / "2026" / "science-forum.guangdong.yaml"
    account = read_report(read_yaml(file, "account.yaml"))
    file.unlink()
    entry = {"state": "submitted", "by": "Office", "on": "2026-06-02"}
    own = ReportFile.model_validate({**account.model_dump(mode="json"), "history": [entry]})
    assert add_report(root, own) == "plan/reports/2026/science-forum.guangdong.yaml"
    assert add_report(root, account) == "plan/reports/2026/science-forum.guangdong.2.yaml"
    with pytest.raises(CeyuanError, match="plan-duplicate-report"):
        add_report(root, account)
    status = derive(load_plan(root), figures_of(), date(2026, 7, 1), 2026)
    (filed,) = [r for r in status.task("science-forum").reports if r.party == "guangdong"]
    assert filed.in_force is not None
    assert filed.in_force.id == "2026/science-forum.guangdong"
    assert [r.id for r in filed.accounts] == ["2026/science-forum.guangdong.2"]


def test_names_are_in_three_languages_of_their_own(plan: Plan) -> None:
    texts = [n for t in plan.tasks.values() for n in (t.name, t.why, t.note) if n is not None]
    texts += [t.name for t in (*plan.config.fields, *plan.config.mechanisms)]
    texts += [
        Trilingual.model_validate(r.spec.text.model_dump(by_alias=True)) for r in plan.reports
    ]
    simplified = set("产业资发设实为与这里点办关学时说见东车长门问间风飞马鸟龙齐")
    for text in texts:
        assert not re.search(r"[\u4e00-\u9fff]", text.en), text.en
        assert re.search(r"[\u4e00-\u9fff]", text.zh_hant), text
        assert not set(text.zh_hant) & (simplified - set("里")), text.zh_hant
