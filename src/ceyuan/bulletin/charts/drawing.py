"""From the declaration of a chart to its drawing."""

from __future__ import annotations

from itertools import chain

from ceyuan.bulletin.charts.bars import bars
from ceyuan.bulletin.charts.lines import lines
from ceyuan.bulletin.charts.maps import point_map
from ceyuan.bulletin.charts.marks import ChartPoint
from ceyuan.bulletin.declaration import ChartFigure, ChartSpec
from ceyuan.bulletin.document import Chart, ChartRow
from ceyuan.bulletin.vocabulary import Vocabulary, written
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail
from ceyuan.indicators.observations import Observation
from ceyuan.periods import parse_period
from ceyuan.places import Gazetteer
from ceyuan.wording import Language, period_text


def draw(chart: ChartSpec, vocabulary: Vocabulary, gazetteer: Gazetteer) -> Chart:
    """Draw a chart from the figures of the build.

    Raises:
        CeyuanError: with every figure that is not there, cannot be drawn with the others, or has no position.
    """
    found = _all_series(chart, vocabulary, gazetteer)
    marks = list(chain.from_iterable(found))
    language = vocabulary.language
    title = chart.title.get(language)
    if chart.kind == "lines":
        svg = lines([list(map(_point, one)) for one in found], title, language)
        rows = [ChartRow(_dated(point, language), key, point.text) for point, key in marks]
    else:
        drawn = bars if chart.kind == "bars" else point_map
        svg = drawn(list(map(_point, marks)), title, language)
        rows = [ChartRow(point.label, key, point.text) for point, key in marks]
    note = chart.note.get(language) if chart.note is not None else ""
    return Chart(chart.id, chart.kind, title, svg, tuple(rows), note)


def _all_series(
    chart: ChartSpec, vocabulary: Vocabulary, gazetteer: Gazetteer
) -> list[list[tuple[ChartPoint, str]]]:
    """The marks of all declared figures, which are in one unit.

    Raises:
        CeyuanError: see :func:`draw`.
    """
    found: list[list[tuple[ChartPoint, str]]] = []
    problems: list[Problem] = []
    for wanted in chart.figures:
        try:
            found.append(_series(chart, wanted, vocabulary, gazetteer))
        except CeyuanError as error:
            problems += error.problems
    if problems:
        raise CeyuanError(problems)
    units = sorted({point.unit for point, _ in chain.from_iterable(found)})
    if len(units) > 1:
        raise fail("bad-value", f"the chart {chart.id!r} mixes the units {', '.join(units)}")
    return found


def _point(mark: tuple[ChartPoint, str]) -> ChartPoint:
    return mark[0]


def _dated(point: ChartPoint, language: Language) -> str:
    return f"{point.label}, {point.when}" if language == "en" else f"{point.label}（{point.when}）"


def _series(
    chart: ChartSpec, wanted: ChartFigure, vocabulary: Vocabulary, gazetteer: Gazetteer
) -> list[tuple[ChartPoint, str]]:
    """The marks of one declared figure: one, or for lines those of all its years up to the period."""
    spec, series = vocabulary.declaration.spec, vocabulary.series
    place = gazetteer.resolve(wanted.place or spec.place)
    if place is None:
        raise fail(
            "unknown-place",
            f"there is no place {wanted.place!r}",
            hint=gazetteer.suggest(wanted.place or ""),
        )
    if wanted.indicator not in series.indicators:
        hint = did_you_mean(wanted.indicator, series.indicators)
        raise fail("unknown-indicator", f"there is no indicator {wanted.indicator!r}", hint=hint)
    period = parse_period(wanted.period or spec.period).text
    o = series.observations.get((wanted.indicator, place, period, ""))
    if o is None or o.value is None:
        raise fail(
            "no-observation",
            f"the chart {chart.id!r}: {wanted.indicator} has no value for {place}, {period}",
        )
    chain = [*series.earlier(o), o] if chart.kind == "lines" else [o]
    label = (
        wanted.label.get(vocabulary.language)
        if wanted.label is not None
        else _label(chart, o, vocabulary, gazetteer)
    )
    return [_mark(one, label, vocabulary, gazetteer, chart.kind == "map") for one in chain]


def _mark(
    o: Observation, label: str, vocabulary: Vocabulary, gazetteer: Gazetteer, placed: bool
) -> tuple[ChartPoint, str]:
    place = gazetteer.places[o.place]
    where = None if place.lat is None or place.lon is None else (place.lat, place.lon)
    if placed and where is None:
        raise fail(
            "bad-value", f"{o.place} has no position in places.csv, so it cannot stand on a map"
        )
    figure = vocabulary.series.figure(o)
    vocabulary.figures.setdefault(figure.key, figure)
    text = written(figure, vocabulary.language)
    end = parse_period(o.period).end.year
    when = period_text(o.period, vocabulary.language)
    point = ChartPoint(
        label,
        text,
        o.value or 0.0,
        o.value_max,
        o.unit,
        o.bound,
        o.modality != "actual",
        when,
        end,
        where,
    )
    return point, figure.key


def _label(chart: ChartSpec, o: Observation, vocabulary: Vocabulary, gazetteer: Gazetteer) -> str:
    """The indicator's name; the place's where one indicator is drawn for several places, and on maps."""
    several = len({f.indicator for f in chart.figures}) == 1 and len(chart.figures) > 1
    if several or chart.kind == "map":
        return gazetteer.places[o.place].name.get(vocabulary.language)
    return vocabulary.series.indicators[o.indicator].name.get(vocabulary.language)
