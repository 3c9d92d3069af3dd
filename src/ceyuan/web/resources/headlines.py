"""The figures that are shown first, each beside its peers and with the number of its witnesses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ceyuan.engine import literal
from ceyuan.periods import parse_period, period_order
from ceyuan.web.models.base import Figure
from ceyuan.web.models.overview import Compared, Headline, Named
from ceyuan.web.resources.view import View
from ceyuan.wording import Trilingual, figure_words


def headlines(view: View) -> Iterator[Headline]:
    """The headlines that have a value, in the workspace's order."""
    for declared in view.build.config.headline:
        found = _headline(view, declared.indicator, declared.place)
        if found is not None:
            yield found


def _headline(view: View, indicator: str, place: str) -> Headline | None:
    figures = _course(view, indicator, place)
    latest = _latest(figures)
    if latest is None:
        return None
    grain = parse_period(latest.period).grain
    return Headline(
        figure=latest,
        name=view.names[indicator],
        place_name=view.place_names[place],
        direction=view.build.indicators[indicator].direction,
        series=tuple(f for f in figures if parse_period(f.period).grain == grain),
        compared=(_compared(view, latest), *_peers(view, latest)),
        sources=tuple(
            Named(id=name, name=view.build.sources[name].title) for name in latest.source
        ),
        witnesses=witnesses(view, latest),
    )


def _course(view: View, indicator: str, place: str) -> list[Figure]:
    """All shown totals of an indicator for a place, oldest first."""
    condition = f"indicator = {literal(indicator)} AND place = {literal(place)} AND breakdown = ''"
    return sorted(view.shown(condition), key=lambda f: period_order(f.period))


def _latest(figures: Sequence[Figure]) -> Figure | None:
    """The latest with a value; a target only where there is no outcome."""
    valued = [f for f in figures if f.value is not None]
    return max(valued, key=lambda f: (f.modality != "target", period_order(f.period)), default=None)


def _peers(view: View, of: Figure) -> Iterator[Compared]:
    """The declared peers that have a value of the same grain, each of the period asked for or of the last one before it."""
    grain, until = parse_period(of.period).grain, period_order(of.period)
    for place in view.build.config.peers:
        course = [
            f for f in _course(view, of.indicator, place) if parse_period(f.period).grain == grain
        ]
        found = _latest([f for f in course if period_order(f.period) <= until])
        if found is not None and place != of.place:
            yield _compared(view, found)


def _compared(view: View, figure: Figure) -> Compared:
    # English alone names what an indicator counts; the heading has said it.
    noun = ("", "") if view.noun(figure.indicator) else None
    words = figure_words(
        figure.value, figure.unit, bound=figure.bound, value_max=figure.value_max, modality=figure.modality,
        decimals=view.build.indicators[figure.indicator].decimals, fixed=figure.status == "computed", noun=noun,
    )  # fmt: skip
    short = Trilingual(en=words.en.strip(), zh_hans=words.zh_hans, zh_hant=words.zh_hant)
    return Compared(name=view.place_names[figure.place], figure=figure, short=short)


def witnesses(view: View, of: Figure) -> int:
    """How many origins that are independent of each other state or make up a figure's place and period."""
    wanted = {
        "indicator": of.indicator,
        "place": of.place,
        "period": of.period,
        "breakdown": of.breakdown,
    }
    condition = " AND ".join(f"{column} = {literal(value)}" for column, value in wanted.items())
    query = f"SELECT DISTINCT source FROM observations WHERE {condition} AND value IS NOT NULL ORDER BY source"
    sources = [
        name
        for (joined,) in view.build.engine.rows(query)
        for name in str(joined).split(";")
        if name
    ]
    return len(view.build.provenance.witnesses(sources, of.indicator))
