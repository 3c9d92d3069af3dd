"""Counts of places: 研发经费超过千亿元的省有12个 is checked by counting the provinces above the threshold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ceyuan.bounds import exact
from ceyuan.claims.binding import Binder
from ceyuan.claims.candidates import Catalogue
from ceyuan.claims.evidence import Archive
from ceyuan.claims.model import Binding, Evidence, Outcome
from ceyuan.claims.saying import Value, When, say, where
from ceyuan.claims.wording import Wording
from ceyuan.indicators.observations import Observation
from ceyuan.reader import Statement
from ceyuan.reader.fold import fold
from ceyuan.units import parse_unit
from ceyuan.wording import InLanguages

_COUNTED = re.compile(
    r"(?P<name>.+?)(?:超过|超|高于|大于|突破)(?P<threshold>.{1,12}?)以?上?的(?:省|直辖市|自治区|地区|城市|市)"
)
_AVERAGE = re.compile(r"全国平均|平均水平")
_KINDS = {"省": "province", "直": "province", "自": "province", "地": "province", "城": "city", "市": "city"}


def count_above(
    archive: Archive, catalogue: Catalogue, binder: Binder, statements: Sequence[Statement], i: int, wording: Wording
) -> tuple[Binding, list[Evidence]] | None:
    """The number of places above a threshold, where that is what a statement counts; None where it is not.

    The threshold is the figure before (千亿元) or the value of the place itself (全国平均水平). Each source is counted on
    its own, and only if it has a value for every place of that kind.
    """
    statement = statements[i]
    match = _COUNTED.match(wording.subject)
    if match is None or statement.kind != "level" or statement.unit != "个":
        return None
    average = bool(_AVERAGE.search(match["threshold"]))
    limit = statements[i - 1] if i and statements[i - 1].sentence == statement.sentence else None
    unit = "%" if average else limit.unit if limit is not None else ""
    asked = replace(statement, subject=match["name"], unit=unit, kind="level", value=Decimal(0))
    named = replace_subject(wording, match["name"])
    bound = binder.bind(asked, named, catalogue.candidates(asked, named))
    if bound.binding is None or not (average or (limit is not None and _stands_in(match["threshold"], limit))):
        return None
    binding = replace(bound.binding, measure="places above")
    kind = _KINDS.get(wording.subject[match.end() - 1], "province")
    if average or limit is None:
        return binding, _counts(archive, statement, binding, kind, None, say("how.own_value"))
    threshold = limit.value * parse_unit(limit.unit).factor
    return binding, _counts(archive, statement, binding, kind, threshold, Value(float(limit.value), limit.unit))


def _stands_in(threshold: str, limit: Statement) -> bool:
    """Whether the threshold of a count is the figure before it."""
    return fold("".join(limit.quote.split())) in fold("".join(threshold.split()))


def replace_subject(wording: Wording, subject: str) -> Wording:
    """The same surroundings with another subject."""
    return replace(wording, subject=subject, full=subject, near="", clause="", previous="")


def _counts(
    archive: Archive, statement: Statement, binding: Binding, kind: str, threshold: Decimal | None, against: InLanguages
) -> list[Evidence]:
    if binding.place is None or binding.period is None:
        return []
    parts = archive.build.gazetteer.parts(binding.place, kind)
    if not parts:
        return []
    by_source: dict[str, dict[str, Observation]] = {}
    for o in archive.of(binding.indicator):
        if o.period == binding.period and (o.place in parts or o.place == binding.place):
            by_source.setdefault(o.source, {}).setdefault(o.place, o)
    made = []
    for values in by_source.values():
        if parts - values.keys() or (threshold is None and binding.place not in values):
            continue
        level = threshold if threshold is not None else _base(values[binding.place])
        above = Counter(_base(values[p]) > level for p in parts)[True]
        some = values[next(iter(parts))]
        outcome: Outcome = "supports" if above == statement.value else "contradicts"
        how = say(
            "how.above", kind=say(f"kind.{kind}"), place=where(archive.build.gazetteer, binding.place), limit=against,
            indicator=archive.build.indicators[binding.indicator].name, period=When(binding.period),
        )  # fmt: skip
        made.append(archive.entry(some, Decimal(above), statement.unit, outcome, how))
    return made


def _base(observation: Observation) -> Decimal:
    return exact(observation.value or 0) * parse_unit(observation.unit).factor
