"""Observations that were asked for, as a notebook and other programs take them: a list, a frame, a table, a drawing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ceyuan.errors import fail
from ceyuan.figures.courses import COLOURS, Point, courses
from ceyuan.figures.drawing import Drawing
from ceyuan.frames import Library, from_arrow, to_html
from ceyuan.indicators.observations import Observation
from ceyuan.periods import parse_period
from ceyuan.wording import Language, figure_text, unit_text

if TYPE_CHECKING:
    import pyarrow as pa

    from ceyuan.pipeline.reading import Build


class Figures(list[Observation]):
    """Observations of a build, in order, as :meth:`ceyuan.pipeline.reading.Build.show` finds them.

    It is a list. A notebook shows it as a table in which each value stands with its bound, unit and source. Frames are made as
    long as the build is open.

    >>> import ceyuan
    >>> with ceyuan.open(gba).open() as build:
    ...     figures = build.show("rd_intensity", place="gba9")
    ...     print(figures[-1].value, figures.frame("arrow").num_rows == len(figures), figures.plot())
    4.3 True Drawing('研发经费投入强度')
    """

    def __init__(self, observations: Iterable[Observation], build: Build, query: str) -> None:
        super().__init__(observations)
        self._build = build
        self._query = query

    def table(self) -> pa.Table:
        """The same as an Arrow table, with names and remarks in columns for each language."""
        return self._build.in_words(self._query)

    def frame(self, library: Library = "pandas") -> Any:
        """The same as a frame of pandas, polars or Arrow.

        Raises:
            CeyuanError: ``library-missing``.
        """
        return from_arrow(self.table(), library)

    def _repr_html_(self) -> str:
        return to_html(f"{len(self):,} figures of build {self._build.id}", self.columns())

    def columns(self) -> Mapping[str, Sequence[str]]:
        """What a reader sees of each figure, in the first language of the workspace; columns that say nothing are left out."""
        shown: defaultdict[str, list[str]] = defaultdict(list)
        for observation in self:
            for name, text in self._words(observation).items():
                shown[name].append(text)
        return {name: texts for name, texts in shown.items() if any(texts)}

    @property
    def _language(self) -> Language:
        return self._build.config.languages[0]

    def _words(self, o: Observation) -> dict[str, str]:
        language = self._language
        remarks = (remark.get(language) for remark in (o.note, o.reason) if remark is not None)
        return {
            "indicator": self._build.indicators[o.indicator].name.get(language),
            "place": self._place(o.place),
            "period": o.period,
            "breakdown": o.breakdown,
            "figure": self._figure(o),
            "status": o.status,
            "source": "; ".join(self._source(name) for name in o.source.split(";") if name),
            "note": "; ".join(remarks),
        }

    def _figure(self, o: Observation) -> str:
        """Value, bound and unit."""
        return figure_text(
            o.value,
            o.unit,
            self._language,
            bound=o.bound,
            value_max=o.value_max,
            decimals=self._build.indicators[o.indicator].decimals,
            printed=o.decimals,
            fixed=o.fixed,
            modality=o.modality,
        )

    def _place(self, name: str) -> str:
        place = self._build.gazetteer.places.get(name)
        return name if place is None else place.name.get(self._language)

    def _source(self, name: str) -> str:
        source = self._build.sources.get(name)
        return name if source is None else source.label(self._language)

    def plot(self) -> Drawing:
        """The values over time, a line for each place and part, of many the highest ones.

        A point is hollow where a value is a bound, an expectation or a target.

        Raises:
            CeyuanError: ``not-one-indicator`` where there is nothing to draw, or what has several units.
        """
        named = {o.indicator for o in self}
        lines: defaultdict[str, list[Point]] = defaultdict(list)
        periods: dict[float, str] = {}
        for o in sorted(self, key=lambda o: parse_period(o.period).end):
            if o.value is not None:
                exact = o.bound == "eq" and o.modality == "actual"
                time = float(parse_period(o.period).end.toordinal())
                periods.setdefault(time, o.period)
                name = " ".join(part for part in (self._place(o.place), o.breakdown) if part)
                lines[name].append(Point(time, o.value, exact))
        if len(named) != 1 or not lines:
            raise fail(
                "not-one-indicator", f"values of {len(named)} indicators cannot be one drawing"
            )
        indicator = self._build.indicators[named.pop()]
        note = unit_text(indicator.unit, self._language)
        highest = sorted(lines.items(), key=lambda line: -line[1][-1].value)[: len(COLOURS)]
        if len(lines) > len(highest):
            note += f" · {len(highest)} / {len(lines)}"
        return courses(indicator.name.get(self._language), dict(highest), periods, note)
