"""How long the views of a large plan take: simulated tasks, parties and reports.

Run ``python benchmarks/plan.py`` (or with ``--tasks``, ``--parties``, ``--years``, ``--yearly``). Everything in the workspace
that it makes is simulated, and says so. A view is to take less than a second; the load of the machine is printed, because on
a busy one the clock says more of the others than of Ceyuan. Two shapes are measured:

* each task runs through all years (the default): every view needs all reports;
* ``--yearly``: each task belongs to one year, as yearly key tasks do: a view needs the reports of its year.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from ceyuan.plan import kept, load_plan, plan_status, status_export
from ceyuan.plan.briefing import briefing, briefing_export
from ceyuan.plan.briefing_text import briefing_markdown
from ceyuan.plan.changes import compare_plans
from ceyuan.plan.dependencies import cycles
from ceyuan.plan.iati import iati_activities
from ceyuan.plan.views import by_field, by_mechanism, by_party, timeline
from ceyuan.plan.workbook import workbook_bytes
from ceyuan.wording import Trilingual

FIRST = 2021
T3 = "{{en: Simulated {0}, zh-Hans: 模拟{0}, zh-Hant: 模擬{0}}}"


def write(root: Path, tasks: int, parties: int, years: int, *, yearly: bool) -> int:
    """Write a simulated workspace with a plan; returns the number of reports."""
    rng = random.Random(20261125)  # noqa: S311 - made-up data
    names = [f"party{n}" for n in range(parties)]
    fields, mechanisms = [f"field{n}" for n in range(12)], [f"mechanism{n}" for n in range(10)]
    listed = "".join(f"  - {{id: {p}, name: {T3.format(p)}}}\n" for p in names)
    (root / "plan" / "tasks").mkdir(parents=True)
    (root / "ceyuan.yaml").write_text(
        f"ceyuan: 1\nid: simulated\nname: {T3.format('plan')}\nparties:\n{listed}", encoding="utf-8"
    )
    (root / "places.csv").write_text(
        "id,kind,parents,party,name_en,name_zh_hans,name_zh_hant\n"
        + "".join(f"place{n},city,,,Simulated place {n},模拟地点{n},模擬地點{n}\n" for n in range(20)), encoding="utf-8",
    )  # fmt: skip
    (root / "sources.yaml").write_text(
        "sources:\n  sim: {title: Simulated figures, publisher: Benchmark, simulated: true}\n",
        encoding="utf-8",
    )
    _figures(root, rng, years)
    topics = [f"{key}:\n" + "".join(f"  - {{id: {t}, name: {T3.format(t)}}}\n" for t in ids)
              for key, ids in (("fields", fields), ("mechanisms", mechanisms))]  # fmt: skip
    listed_years = "".join(
        f"  - {{year: {y}, reporting: [{y}], duty: {{document: Notice}}, report_due_days: 20}}\n"
        for y in range(FIRST, FIRST + years)
    )
    (root / "plan" / "plan.yaml").write_text(
        "".join(topics) + f"years:\n{listed_years}", encoding="utf-8"
    )
    count = 0
    for year in range(FIRST, FIRST + years):
        (root / "plan" / "reports" / str(year)).mkdir(parents=True)
    for number in range(tasks):
        first = FIRST + number % years if yearly else FIRST
        last = first if yearly else FIRST + years - 1
        order = rng.sample(names, parties)
        _task(
            root, rng, number, first, last, order, fields, mechanisms, step=years if yearly else 1
        )
        for year in range(first, last + 1):
            for party in order:
                if rng.random() < 0.95:
                    _report(root, rng, number, year, party, lead=party == order[0])
                    count += 1
    return count


def _figures(root: Path, rng: random.Random, years: int) -> None:
    (root / "records").mkdir()
    (root / "indicators").mkdir()
    (root / "records" / "figures.yaml").write_text(
        "kind: figure\nfile: figures.csv\nsource: sim\n", encoding="utf-8"
    )
    rows = [
        f"indicator{i},place{p},{y},{round(rng.uniform(1, 100), 1)},%,eq"
        for i in range(50) for p in range(20) for y in range(FIRST - 1, FIRST + years)
    ]  # fmt: skip
    (root / "records" / "figures.csv").write_text(
        "indicator,place,period,value,value_unit,bound\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    entries = [
        f"  - {{id: indicator{i}, type: published, unit: '%', hk_mo: {{rule: not_applicable}}, name: {T3.format(i)}, "
        f"description: {T3.format(i)}}}\n" for i in range(50)
    ]  # fmt: skip
    (root / "indicators" / "all.yaml").write_text(
        "indicators:\n" + "".join(entries), encoding="utf-8"
    )


def _task(
    root: Path, rng: random.Random, number: int, first: int, last: int, parties: list[str], fields: list[str],
    mechanisms: list[str], *, step: int,
) -> None:  # fmt: skip
    depends = sorted(
        {f"task{number - step * rng.randint(1, 20)}" for _ in range(2) if number >= 20 * step}
    )
    targets = "".join(
        f"  - {{indicator: indicator{rng.randrange(50)}, place: place{rng.randrange(20)}, period: {year}, value: 50, unit: '%', "
        f"bound: ge, baseline: {{value: 20, unit: '%', period: {FIRST - 1}}}}}\n"
        for year in range(first, last + 1)
    )
    milestones = "".join(
        f"  - {{id: m{year}, name: {T3.format(f'milestone {year}')}, due: {year}-{rng.randint(1, 12):02d}-28}}\n"
        for year in range(first, last + 1)
    )
    text = (
        f"id: task{number}\nnumber: '{number}'\nyear: {first}\nthrough: {last}\nname: {T3.format(f'task {number}')}\n"
        f"lead: {parties[0]}\npartners: [{', '.join(parties[1:])}]\nfield: {rng.choice(fields)}\n"
        f"mechanism: {rng.choice(mechanisms)}\ndepends: [{', '.join(depends)}]\ntargets:\n{targets}milestones:\n{milestones}"
    )
    (root / "plan" / "tasks" / f"task{number}.yaml").write_text(text, encoding="utf-8")


def _report(
    root: Path, rng: random.Random, number: int, year: int, party: str, *, lead: bool
) -> None:
    reached = ""
    if lead and rng.random() < 0.8:
        on = f"{year}-{rng.randint(1, 12):02d}-20"
        reached = (
            f"reached:\n  - {{milestone: m{year}, on: {on}, evidence: {{document: simulated}}}}\n"
        )
    value = (
        f"values:\n  - {{indicator: indicator{rng.randrange(50)}, place: place{rng.randrange(20)}, period: {year}, value: 50, "
        f"unit: '%', evidence: {{source: sim}}}}\n"
    )
    text = (
        f"task: task{number}\nparty: {party}\nperiod: {year}\ntext: {{zh-Hans: 模拟进展{number}, en: Simulated progress}}\n"
        f"{value}{reached}difficulties: {{zh-Hans: 模拟问题}}\nnext_steps: {{zh-Hans: 模拟下一步}}\nhistory:\n"
        f"  - {{state: draft, by: simulated, on: {year}-12-01}}\n  - {{state: submitted, by: simulated, on: {year}-12-20}}\n"
    )
    (root / "plan" / "reports" / str(year) / f"task{number}.{party}.yaml").write_text(
        text, encoding="utf-8"
    )


def timed(what: str, work: Callable[[], object], *, times: int = 3) -> None:
    """Print the best time of a piece of work: what the processor worked, and what passed on the clock.

    On a machine that others use as well the first is the one to compare; on an idle one both are the same.
    """
    found = []
    for _ in range(times):
        start, cpu = time.perf_counter(), _cpu()
        work()
        found.append((_cpu() - cpu, time.perf_counter() - start))
    print(
        f"  {what:58} {min(c for c, _ in found):8.2f} s  {min(w for _, w in found):8.2f} s",
        flush=True,
    )


def _cpu() -> float:
    """Processor time of this process and of those that it started and that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def main() -> None:
    """Make the workspace and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("tasks", 2000), ("parties", 8), ("years", 10)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--yearly", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ceyuan-plan-") as folder:
        root = Path(folder) / "simulated"
        root.mkdir()
        count = write(root, given.tasks, given.parties, given.years, yearly=given.yearly)
        print(
            f"{given.tasks:,} tasks, {given.parties} parties, {given.years} years, {count:,} reports (all simulated)"
        )
        time.sleep(2 * kept.REST / 1e9)  # files are kept once they have rested
        print(f"  {'':58} {'processor':>10}  {'clock':>10}")
        before = os.getloadavg()[0]
        measure(root, FIRST + given.years - 1)
        print(
            f"load of the machine {before:.1f} before, {os.getloadavg()[0]:.1f} after, on {os.cpu_count()} cores"
        )


def measure(root: Path, year: int) -> None:
    """Measure every step and view."""
    import ceyuan  # noqa: PLC0415

    day, before = date(year, 12, 30), date(year, 6, 30)
    timed("read all YAML files, check, and keep (first time)", lambda: load_plan(root), times=1)
    timed("read all again from what was kept", lambda: load_plan(root))
    timed(f"read what bears on {year}", lambda: load_plan(root, [year]))
    plan = load_plan(root, [year - 1, year])
    name = Trilingual.model_validate({"en": "Simulated", "zh-Hans": "模拟", "zh-Hant": "模擬"})
    with ceyuan.open(str(root)).build() as build:
        print("views, from a plan in memory")
        timed(
            "status of the year (figures read, all states derived)",
            lambda: plan_status(plan, build, day, year),
        )
        status = plan_status(plan, build, day, year)
        timed(
            "by party, field, mechanism",
            lambda: (by_party(status), by_field(status), by_mechanism(status)),
        )
        timed("one party's tasks", lambda: status.only(party="party0"))
        timed("timeline", lambda: timeline(status))
        timed(
            "circles of dependencies",
            lambda: cycles({t.id: t.depends for t in plan.tasks.values()}),
        )
        timed("export for the site", lambda: status_export(status))
        old = plan_status(plan, build, before, year)
        timed("changes between two days that are derived", lambda: compare_plans(old, status))
        timed("briefing pack with the year before", lambda: briefing(status, name))
        pack = briefing(status, name)
        timed("briefing as Markdown", lambda: briefing_markdown(pack, "zh-Hans"))
        timed("briefing as plain values", lambda: briefing_export(pack))
        timed("IATI-shaped results", lambda: iati_activities(status, "simulated"))
        timed("workbook", lambda: workbook_bytes(status), times=1)
        size = len(json.dumps(status_export(status), ensure_ascii=False).encode())
        print(
            f"  export for the site: {size / 1e6:.1f} MB; tasks in the year: {len(status.tasks):,}"
        )
    web_resource(root, day)
    print("commands, each a new process")
    on = ["--as-of", day.isoformat()]
    for words in (
        ["status", *on],
        ["status", "--party", "party0", *on],
        ["status", "--field", "field0", *on],
        ["status", "--by", "party", *on],
        ["status", "--format", "json", *on],
        ["status", "--as-of", before.isoformat()],
        ["brief", *on],
        ["diff", before.isoformat(), day.isoformat()],
    ):
        command = [
            str(Path(sys.executable).parent / "ceyuan"),
            "plan",
            *words,
            "-w",
            str(root),
            "--year",
            str(year),
        ]
        timed(
            f"ceyuan plan {' '.join(words)}",
            lambda c=command: subprocess.run(c, capture_output=True, check=True),
        )  # type: ignore[misc]
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")


def web_resource(root: Path, day: date) -> None:
    """Measure what the site asks for."""
    from ceyuan.web.resources.planning import plan  # noqa: PLC0415 - not to be counted among the other steps
    from ceyuan.web.resources.view import View  # noqa: PLC0415

    view = View.open(root, day=day)
    timed(
        "resource plan/YEAR of the site, in an open view",
        lambda: plan(view, str(day.year)).model_dump_json(by_alias=True),
    )
    view.close()


if __name__ == "__main__":
    main()
