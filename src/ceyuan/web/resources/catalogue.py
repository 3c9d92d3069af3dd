"""``places``, ``sources``, ``indicators`` and ``indicators/{id}``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ceyuan.claims.counterparts import records_wanted
from ceyuan.engine import literal
from ceyuan.indicators.lineage import Lineage
from ceyuan.indicators.observations import ORDER, column_list
from ceyuan.indicators.types import FlowIndicator, RecordIndicator
from ceyuan.pipeline.composites.reading import composites_of
from ceyuan.units import parse_unit
from ceyuan.web.models.base import worded
from ceyuan.web.models.catalogue import (
    BreakdownPart,
    Definition,
    HongKongMacao,
    IndicatorItem,
    IndicatorPage,
    Indicators,
    PlaceItem,
    Places,
    Related,
    SourceItem,
    Sources,
)
from ceyuan.web.models.overview import Named
from ceyuan.web.resources.search import search_key
from ceyuan.web.resources.standing import standings
from ceyuan.web.resources.view import View
from ceyuan.web.resources.words import HK_MO
from ceyuan.wording import Trilingual, unit_words
from ceyuan.workspace.definitions import Indicator, Names
from ceyuan.workspace.origins import Provenance
from ceyuan.workspace.placesfile import Place


def places(view: View) -> Places:
    """All places of the workspace."""
    rows = view.build.engine.rows(
        "SELECT place, count(value) FROM observations WHERE shown GROUP BY 1"
    )
    figures = {str(place): int(count) for place, count in rows}
    items = (place_item(p, figures.get(p.id, 0)) for p in view.build.gazetteer.places.values())
    return Places(build=view.build.id, items=tuple(items))


def place_item(place: Place, figures: int) -> PlaceItem:
    """A place with what it may be found by."""
    name = place.name
    texts = (place.id, name.en, name.zh_hans, name.zh_hant, *place.aliases)
    return worded(
        PlaceItem, place, search=search_key(*texts, chinese=(name.zh_hans,)), figures=figures
    )


def sources(view: View) -> Sources:
    """All sources of the workspace."""
    build = view.build
    rows = build.engine.rows("SELECT source, count(value) FROM observations GROUP BY 1")
    figures: dict[str, int] = {}
    for joined, count in rows:
        for name in str(joined).split(";"):
            figures[name] = figures.get(name, 0) + int(count)
    known = build.provenance
    kin = known.kin()
    items = (
        SourceItem(
            **dict(source),
            id=name,
            makers=tuple(_body(known, body) for body in known.origin(name)),
            retold=known.retold(name),
            kin=tuple(sorted(kin[name] - {name})),
            records=view.records_by_source[name],
            tables=tuple(
                sorted(table for table, spec in build.tables.items() if spec.source == name)
            ),
            figures=figures.get(name, 0),
        )
        for name, source in build.sources.items()
    )
    return Sources(build=build.id, items=tuple(items))


def _body(known: Provenance, body: str) -> Trilingual:
    declared = known.origins.get(body)
    return declared.name if declared else Trilingual.same(body)


def indicators(view: View) -> Indicators:
    """The catalogue."""
    items = standings(view)
    topics = tuple(Named(id=topic.id, name=topic.name) for topic in view.build.config.topics)
    listed = tuple(
        IndicatorItem(
            **_head(view, indicator),
            topic=indicator.topic,
            search=_search(indicator),
            **items[name],
        )
        for name, indicator in _in_order(view)
    )
    return Indicators(build=view.build.id, topics=topics, items=listed)


def _in_order(view: View) -> list[tuple[str, Indicator]]:
    """The headlines as they stand, then the others by topic; in a topic, as the workspace declares them."""
    config, declared = view.build.config, view.build.indicators
    leads = dict.fromkeys(headline.indicator for headline in config.headline)
    topics = {topic.id: n for n, topic in enumerate(config.topics)}
    ahead: list[tuple[str, Indicator]] = [(name, declared[name]) for name in leads]
    others = [pair for pair in declared.items() if pair[0] not in leads]
    return ahead + sorted(others, key=lambda pair: topics.get(pair[1].topic or "", len(topics)))


def _head(view: View, indicator: Indicator) -> dict[str, Any]:
    """What the catalogue and the page of an indicator both say."""
    declared = {
        key: getattr(indicator, key)
        for key in ("id", "description", "type", "unit", "direction", "aliases")
    }
    return {**declared, "name": view.names[indicator.id], "unit_text": unit_words(indicator.unit)}


def _search(indicator: Indicator) -> str:
    name = indicator.name
    texts = (indicator.id, name.en, name.zh_hans, name.zh_hant, *indicator.aliases)
    return search_key(*texts, chinese=(name.zh_hans, *indicator.aliases))


def indicator(view: View, name: str) -> IndicatorPage:
    """Everything about one indicator.

    Raises:
        CeyuanError: ``unknown-indicator``.
    """
    declared, build = view.indicator(name), view.build
    query = f"SELECT {column_list()} FROM observations WHERE indicator = {literal(name)} ORDER BY {ORDER}"
    observations = view.select(query)
    figures = [figure for _, figure in view.keyed(observations)]
    entries = [build.lineage[key] for key in dict.fromkeys(o.lineage for o in observations)]
    counted = declared if isinstance(declared, RecordIndicator) else None
    return IndicatorPage(
        build=build.id,
        **_head(view, declared),
        topic=next(
            (Named(id=t.id, name=t.name) for t in build.config.topics if t.id == declared.topic),
            None,
        ),
        decimals=declared.decimals,
        cumulative=declared.cumulative,
        adds_up=parse_unit(declared.unit).adds_up,
        hk_mo=HongKongMacao(
            rule=declared.hk_mo.rule, text=HK_MO[declared.hk_mo.rule], note=declared.hk_mo.note
        ),
        note=declared.note,
        measured_by=tuple(
            _body(build.provenance, body) for body in build.provenance.measured_by(name)
        ),
        settled_by=Trilingual.made(records_wanted(build, name).get),
        formula=declared.formula(Names(view.names, view.place_names, build.kinds)),
        filter=counted.where if counted else None,
        counting=counted.counting if counted else None,
        shown_rule=declared.shown,
        definition=_definition(entries),
        breakdowns=_breakdowns(view, declared, {o.breakdown for o in observations}),
        uses=_related(view, declared.inputs),
        used_by=_related(view, _made_of(view, name)),
        composites=tuple(_indices_with(view, name)),
        citation=_citation(view, name),
        figures=tuple(f for f in figures if f.shown),
        others=tuple(f for f in figures if not f.shown),
    )


def _related(view: View, names: Iterable[str]) -> tuple[Related, ...]:
    return tuple(Related(id=name, name=view.names[name]) for name in dict.fromkeys(names))


def _made_of(view: View, name: str) -> Iterator[str]:
    """The other indicators that are made of one."""
    for other, indicator in view.build.indicators.items():
        if other != name and name in indicator.inputs:
            yield other


def _indices_with(view: View, name: str) -> Iterator[str]:
    """The indices that take the values of an indicator."""
    for index in composites_of(view.build).values():
        if name in {entry.indicator for entry in index.structure}:
            yield index.id


def _definition(entries: list[Lineage]) -> Definition | None:
    return (
        Definition(file=entries[0].file, line=entries[0].line, version=entries[0].version)
        if entries
        else None
    )


_ENDS = {
    "from": Trilingual(en="From", zh_hans="起点", zh_hant="起點"),
    "to": Trilingual(en="To", zh_hans="终点", zh_hant="終點"),
}


def _breakdowns(view: View, declared: Indicator, breakdowns: set[str]) -> tuple[BreakdownPart, ...]:
    """Fields and values of the breakdowns that occur; the names of the fields are those of the record kind."""
    values: dict[str, set[str]] = {}
    for text in sorted(breakdowns):
        for part in filter(None, text.split(";")):
            field, _, value = part.partition("=")
            values.setdefault(field, set()).add(value)
    kind = view.build.kinds[declared.records] if isinstance(declared, RecordIndicator) else None
    names = {f.id: f.name for f in kind.fields} if kind else {}
    if isinstance(declared, FlowIndicator):
        names |= _ENDS
    return tuple(
        BreakdownPart(
            field=f, field_name=names.get(f) or Trilingual.same(f), values=tuple(sorted(v))
        )
        for f, v in values.items()
    )


def _citation(view: View, name: str) -> Trilingual:
    """How to cite an indicator: the observatory, the indicator and the build."""
    build, title, config = view.build, view.names[name], view.build.config.name
    day = str(build.manifest["created"])[:10]
    return Trilingual(
        en=f"{config.en}: {title.en}. Ceyuan, build {build.id}, {day}.",
        zh_hans=f"{config.zh_hans}：{title.zh_hans}。策源（Ceyuan），数据版本{build.id}，{day}。",
        zh_hant=f"{config.zh_hant}：{title.zh_hant}。策源（Ceyuan），數據版本{build.id}，{day}。",
    )
