"""``composites`` and ``composites/{id}``: indices with all that is needed to put them together again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from ceyuan.composite.declaration import CompositeFile, StructureEntry
from ceyuan.indicators.observations import figure_key
from ceyuan.pipeline.composites.reading import IndexReader, composites_of
from ceyuan.web.models.composites import (
    CompositeItem,
    CompositePage,
    Composites,
    Node,
    Pair,
    PeriodResult,
    RankInterval,
    ScenarioResult,
    Sensitivity,
)
from ceyuan.web.resources.view import View
from ceyuan.wording import Trilingual

Rows = Iterable[Mapping[str, Any]]
T = TypeVar("T")


def composites(view: View) -> Composites:
    """The indices of the workspace."""
    items = []
    for name, declared in composites_of(view.build).items():
        reader = IndexReader.open(view.build, name)
        scores = reader.scores(period="all")
        periods = tuple(dict.fromkeys(str(r["period"]) for r in scores))
        items.append(CompositeItem(
            id=name, name=declared.name, n_units=sum(r["period"] == periods[-1] for r in scores),
            n_indicators=sum(e.indicator is not None for e in declared.structure), periods=periods,
            simulated=any(r["status"] == "simulated" for r in scores),
        ))  # fmt: skip
    return Composites(build=view.build.id, items=tuple(items))


def composite(view: View, name: str) -> CompositePage:
    """An index with everything that it was made of.

    Raises:
        CeyuanError: ``unknown-composite``.
    """
    reader = IndexReader.open(view.build, name)
    declared, lineage = reader.composite, reader.lineage()
    periods = tuple(dict.fromkeys(str(r["period"]) for r in reader.scores(period="all")))
    uncertainty = declared.spec.uncertainty
    units = {str(r["place"]) for r in reader.inputs("all")}
    return CompositePage(
        build=view.build.id,
        id=name,
        name=declared.name,
        description=declared.description,
        note=declared.note,
        definition=f"{lineage['file']}:{lineage['line']}",
        version=lineage["version"],
        top=reader.top,
        normalisation=declared.spec.normalise.method,
        missing=declared.missing,
        structure=_structure(view, reader),
        units={place: view.place_names[place] for place in sorted(units)},
        periods=tuple(_period(view, reader, period) for period in periods),
        replications=uncertainty.replications if uncertainty else None,
        factors=tuple(uncertainty.factors) if uncertainty else (),
        names=declared.names,
        sensitivity=tuple(Sensitivity.of(r) for r in reader.sensitivity()),
        pairs=tuple(Pair.of(r) for r in reader.pairs()),
    )


def _structure(view: View, reader: IndexReader) -> tuple[Node, ...]:
    """The tree; levels follow from the scores, which know them for every code."""
    declared = reader.composite
    weights = _weights(reader)
    rules = {
        entry.code: _rule(declared, entry.code, reader.level(entry.code))
        for entry in declared.structure
    }
    return tuple(
        _node(view, reader, entry, weights, rules[entry.code]) for entry in declared.structure
    )


def _node(
    view: View,
    reader: IndexReader,
    entry: StructureEntry,
    weights: Mapping[str, float],
    rule: Mapping[str, Any],
) -> Node:
    known = view.build.indicators[entry.indicator] if entry.indicator else None
    name = entry.name or (known.name if known else Trilingual.same(entry.code))
    divided = (
        reader.composite.denominators.get(entry.denominator or "")
        if reader.composite.spec.denominate
        else None
    )
    return Node(
        code=entry.code,
        name=name,
        parent=entry.parent,
        level=reader.level(entry.code),
        weight=weights.get(entry.code, entry.weight),
        declared_weight=entry.weight,
        direction=entry.direction
        or ("lower" if known and known.direction == "lower" else "higher"),
        indicator=entry.indicator,
        breakdown=entry.breakdown,
        denominator=divided,
        method=None if entry.indicator else rule["method"],
        power=None if entry.indicator else rule["power"],
        min_share=None if entry.indicator else rule["min_share"],
    )


def _rule(declared: CompositeFile, code: str, level: int) -> dict[str, Any]:
    """How a group is put together: its own rule, else its level's, else the one of the index."""
    aggregate = declared.spec.aggregate
    one = aggregate.groups.get(code) or aggregate.levels.get(level) or aggregate
    return {"method": one.method, "power": one.power, "min_share": one.min_share}


def _weights(reader: IndexReader) -> dict[str, float]:
    """Weights as used, told by the shares of a place that has a value for every member of a group.

    Where no place has all of them, the place with most of them tells theirs, and the others keep what is declared.
    """
    shares: dict[tuple[str, str, str], dict[str, float]] = defaultdict(dict)
    for row in reader.parts():
        if row["share"]:
            shares[str(row["code"]), str(row["place"]), str(row["period"])][str(row["member"])] = (
                float(row["share"])
            )
    fullest: dict[str, dict[str, float]] = {}
    for (group, _, _), members in shares.items():
        if len(members) > len(fullest.get(group, ())):
            fullest[group] = members
    return {member: share for members in fullest.values() for member, share in members.items()}


def _period(view: View, reader: IndexReader, period: str) -> PeriodResult:
    units = tuple(str(r["place"]) for r in reader.scores(period=period))
    by_code: dict[str, dict[str, Mapping[str, Any]]] = {}
    for entry in reader.composite.structure:
        by_code[entry.code] = {str(r["place"]): r for r in reader.scores(entry.code, period)}
    indicators = [e.code for e in reader.composite.structure if e.indicator]
    valued = (r for r in reader.inputs(period) if r["value"] is not None)
    inputs = {(str(r["code"]), str(r["place"])): r for r in valued}
    divided = _divided(reader)

    def column(field: str) -> Callable[[str], tuple[Any, ...]]:
        return lambda code: tuple(by_code[code][unit][field] for unit in units)

    def cells(code: str) -> list[Mapping[str, Any] | None]:
        return [inputs.get((code, unit)) for unit in units]

    def keys(code: str) -> tuple[str | None, ...]:
        return tuple(_cell_key(cell) for cell in cells(code))

    def texts(code: str) -> tuple[Trilingual | None, ...]:
        return tuple(_written(view, cell) for cell in cells(code))

    return PeriodResult(
        period=period,
        units=units,
        normalised=_of_each(indicators, column("score")),
        stages=_stages(reader, period, units),
        scores=_of_each([code for code in by_code if code not in indicators], column("score")),
        ranks=_of_each(by_code, column("rank")),
        statuses=_of_each(by_code, column("status")),
        figures=_of_each(indicators, keys),
        denominators={code: keys(name) for code, name in divided.items()},
        texts=_of_each(indicators, texts),
        denominator_texts={code: texts(name) for code, name in divided.items()},
        intervals=_intervals(by_code[reader.top].values()),
        scenarios=_scenarios(reader, period, units),
        left_out={
            key.rpartition(" ")[0]: tuple(lacks) for key, lacks in reader.left_out(period).items()
        },
    )


def _of_each(codes: Iterable[str], made: Callable[[str], T]) -> dict[str, T]:
    """What is made of each code, by code."""
    return {code: made(code) for code in codes}


def _divided(reader: IndexReader) -> dict[str, str]:
    """The denominators of an index by code; none where it does not divide."""
    if not reader.composite.spec.denominate:
        return {}
    return {e.code: e.denominator for e in reader.composite.structure if e.denominator}


def _intervals(scores: Iterable[Mapping[str, Any]]) -> tuple[RankInterval, ...]:
    """The ranks of the places over all simulations, where there are any."""
    return tuple(RankInterval.of(row) for row in scores if row["median_rank"] is not None)


def _cell_key(cell: Mapping[str, Any] | None) -> str | None:
    """The address of the figure that went into an index; None where there is none."""
    if cell is None:
        return None
    return figure_key(cell["indicator"], cell["place"], cell["observed"], cell["breakdown"])


def _scenarios(
    reader: IndexReader, period: str, units: tuple[str, ...]
) -> tuple[ScenarioResult, ...]:
    """Scores and ranks of the places under each scenario."""
    declared = reader.composite
    rows = {(r["scenario"], r["place"]): r for r in reader.scenarios(period)}
    found = []
    for key in declared.spec.scenarios:
        name = declared.names.get(key) or Trilingual.same(key)
        own = [rows[key, unit] for unit in units]
        scores, ranks = tuple(row["score"] for row in own), tuple(row["rank"] for row in own)
        found.append(ScenarioResult(id=key, name=name, scores=scores, ranks=ranks))
    return tuple(found)


def _written(view: View, cell: Mapping[str, Any] | None) -> Trilingual | None:
    """A value that went into an index, as it is written; None where there is none."""
    if cell is None:
        return None
    return view.text(
        cell["indicator"],
        cell["value"],
        cell["unit"],
        bound=cell["bound"],
        modality=cell["modality"],
    )


def _stages(
    reader: IndexReader, period: str, units: tuple[str, ...]
) -> dict[str, dict[str, tuple[float | None, ...]]]:
    values: dict[str, dict[str, dict[str, float | None]]] = defaultdict(lambda: defaultdict(dict))
    for row in sorted(reader.stages(period), key=lambda r: int(r["step"])):
        values[str(row["code"])][str(row["stage"])][str(row["place"])] = row["value"]
    return {
        code: {stage: tuple(cells.get(unit) for unit in units) for stage, cells in stages.items()}
        for code, stages in values.items()
    }
