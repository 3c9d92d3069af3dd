"""The facts of a workspace for the checks between sources, and the problems that it has looked at and declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from ceyuan.engine import Engine, EngineSettings, LocalRecords
from ceyuan.engine.scratch import scratch_folder
from ceyuan.errors import Problem
from ceyuan.indicators.measures import compile_measure
from ceyuan.indicators.timeline import Timeline
from ceyuan.indicators.types import (
    CumulativeIndicator,
    GrowthIndicator,
    RatioIndicator,
    ShareIndicator,
    SumIndicator,
)
from ceyuan.pipeline.checking import sound_workspace
from ceyuan.pipeline.facts import Fact, KnownWorkspace, check_facts
from ceyuan.places import Gazetteer
from ceyuan.records.ingest import ingest
from ceyuan.records.store import Store
from ceyuan.units import parse_unit
from ceyuan.workspace import Workspace
from ceyuan.workspace.settings import languages_of
from ceyuan.workspace.spec import FreeText, Id, Spec, parse_spec, spec_field
from ceyuan.workspace.yamlfile import read_yaml

FACTS_FILE = "facts.yaml"
# A place may have parts of several levels that overlap; within one they do not.
_LEVELS = ("province", "city")


class AcknowledgedFinding(Spec):
    """Something that the checks between sources find and that the workspace has looked at."""

    check: str = spec_field("The code of the problem.", good="fact-two-values", bad="two values")
    indicator: Id = spec_field("The indicator.", good="rd_intensity", bad="R&D")
    place: Id = spec_field("The place.", good="guangzhou", bad="Guangzhou")
    periods: tuple[str, ...] = spec_field(
        "The periods; all if absent.", good=["2017"], bad="2017", default=()
    )
    why: FreeText = spec_field(
        "Why it stands.", good="On gross domestic product before its revision", bad=""
    )


class FactsFile(Spec):
    """The file ``facts.yaml``."""

    acknowledged: tuple[AcknowledgedFinding, ...] = spec_field(
        "What the checks find and is known.",
        good=[{"check": "fact-ratio"}],
        bad="fact-ratio",
        default=(),
    )


def check_facts_of(root: Path) -> list[Problem]:
    """What the sources of a workspace contradict each other in, without what ``facts.yaml`` acknowledges.

    Raises:
        CeyuanError: with every fault, if the workspace cannot be read.
    """
    workspace, _ = sound_workspace(root)
    scratch = scratch_folder()
    with Engine(
        EngineSettings(scratch, workspace.config.memory, workspace.config.threads)
    ) as engine:
        gazetteer = Gazetteer.of(workspace.places)
        ingest(workspace, gazetteer, engine, Store(scratch / "store"), scratch / "copies")
        Timeline(engine).add_from_records(LocalRecords(engine), workspace.kinds.values())
        facts = [*_figures(workspace, engine), *_recorded(workspace, engine)]
    found = check_facts(facts, _known(workspace, gazetteer, {fact.place for fact in facts}))
    return list(_without(found, facts, acknowledged(root)))


def acknowledged(root: Path) -> tuple[AcknowledgedFinding, ...]:
    """What a workspace declares as looked at; nothing where it has no such file."""
    if not (root / FACTS_FILE).is_file():
        return ()
    document = read_yaml(root / FACTS_FILE, FACTS_FILE, languages_of(root))
    return parse_spec(FactsFile, document, document.data).acknowledged


def _without(
    found: Iterable[Problem], facts: list[Fact], known: tuple[AcknowledgedFinding, ...]
) -> Iterator[Problem]:
    at: dict[tuple[str, int], list[Fact]] = {}
    for fact in facts:
        at.setdefault((fact.file, fact.line), []).append(fact)
    used: set[AcknowledgedFinding] = set()
    for problem in found:
        here = at.get((problem.file or "", problem.line or 0), [])
        entry = next((a for a in known for f in here if _covers(a, problem, f)), None)
        if entry is None:
            yield problem
        else:
            used.add(entry)
    for entry in known:
        if entry not in used:
            message = f"{entry.check} of {entry.indicator} at {entry.place} is acknowledged and not found any more"
            yield Problem("fact-not-found", message, FACTS_FILE, None, None, "warning")


def _covers(entry: AcknowledgedFinding, problem: Problem, fact: Fact) -> bool:
    same = (entry.check, entry.indicator, entry.place) == (problem.code, fact.indicator, fact.place)
    return same and (not entry.periods or fact.period in entry.periods)


def _figures(workspace: Workspace, engine: Engine) -> Iterator[Fact]:
    """What figures state as outcomes, neither estimated nor doubted."""
    rows = engine.rows(
        "SELECT indicator, place, period, value, coalesce(bound, 'eq'), _source, _file, _line FROM figure "
        "WHERE coalesce(breakdown, '') = '' AND coalesce(modality, 'actual') = 'actual' AND doubt IS NULL "
        "AND coalesce(status, 'published') = 'published' AND value_max IS NULL"
    )
    for indicator, place, period, value, bound, source, file, line in rows:
        if indicator in workspace.definitions:
            yield _fact(
                workspace,
                str(indicator),
                str(place),
                str(period),
                value,
                str(bound),
                str(source),
                str(file),
                int(line),
            )


def _recorded(workspace: Workspace, engine: Engine) -> Iterator[Fact]:
    """What accounts and other figures of offices record, by the indicators that take them as they are."""
    for definition in workspace.definitions.values():
        indicator = definition.indicator
        if (
            not isinstance(indicator, SumIndicator)
            or not workspace.kinds[indicator.records].per_source
        ):
            continue
        if indicator.by:
            # Its values are of several kinds: two of one place and period need not be one figure.
            continue
        measure = compile_measure(indicator, "given", workspace.kinds)
        picked = f"SELECT place, {measure.period_text} AS period, v, _source, _file, _line FROM ({measure.picked}) AS picked"
        for place, period, value, source, file, line in engine.rows(picked):
            if place is not None and period is not None and value is not None:
                yield _fact(
                    workspace, indicator.id, place, period, value, "eq", source, file, int(line)
                )


def _fact(
    workspace: Workspace,
    indicator: str,
    place: str,
    period: str,
    value: object,
    bound: str,
    source: str,
    file: str,
    line: int,
) -> Fact:
    factor = parse_unit(workspace.definitions[indicator].indicator.unit).factor
    return Fact(indicator, place, period, Decimal(str(value)) / factor, bound, source, file, line)


def _known(workspace: Workspace, gazetteer: Gazetteer, places: set[str]) -> KnownWorkspace:
    definitions = [d.indicator for d in workspace.definitions.values()]
    unit = {i.id: parse_unit(i.unit) for i in definitions}
    adds_up = {name for name, u in unit.items() if u.adds_up}
    ratios: dict[str, tuple[str, str, str | None, Decimal]] = {}
    for i in definitions:
        if isinstance(i, RatioIndicator | ShareIndicator):
            over, under = i.inputs
            where = i.whole_place if isinstance(i, ShareIndicator) else None
            ratios[i.id] = (
                over,
                under,
                where,
                unit[over].factor / unit[under].factor / unit[i.id].factor,
            )
    return KnownWorkspace(
        adds_up,
        {i.id for i in definitions if i.cumulative or isinstance(i, CumulativeIndicator)},
        ratios,
        {
            i.id: i.of
            for i in definitions
            if isinstance(i, GrowthIndicator) and i.against == "previous"
        },
        {place: gazetteer.inside(place) - {place} - _apart(gazetteer, place) for place in places},
        {place: _parts(gazetteer, place) for place in places},
    )


def _parts(gazetteer: Gazetteer, place: str) -> list[frozenset[str]]:
    """The parts of a place, level by level."""
    apart = _apart(gazetteer, place)
    return [gazetteer.parts(place, level) - apart for level in _LEVELS]


def _apart(gazetteer: Gazetteer, place: str) -> frozenset[str]:
    """Places of Hong Kong and Macao, which most figures for the economy CN leave out."""
    if gazetteer.places[place].iso3166 != "CN":
        return frozenset()
    return frozenset(p for p in gazetteer.inside(place) if gazetteer.economy_of(p) & {"HK", "MO"})
