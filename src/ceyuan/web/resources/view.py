"""A build with what every resource needs: figures with their texts, names, and the order of periods and places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.parse import quote

import pyarrow as pa

from ceyuan.bulletin.declaration import bulletin_names
from ceyuan.bulletin.edition import Annotated, annotated, claims_of
from ceyuan.bulletin.writing import Bulletin, write_bulletin
from ceyuan.claims.model import Claim
from ceyuan.engine import identifier
from ceyuan.errors import did_you_mean, fail
from ceyuan.indicators.observations import ORDER, Observation, column_list, figure_key
from ceyuan.indicators.types import ChangeIndicator
from ceyuan.periods import period_order
from ceyuan.pipeline.reading import BUILD_TABLES, Build
from ceyuan.web.models.base import Figure
from ceyuan.web.models.communiques import Communique
from ceyuan.wording import Language, Trilingual, figure_words, period_words
from ceyuan.workspace.clock import today, zone_of
from ceyuan.workspace.definitions import Indicator

"""The order in which observations are listed; where one source states a figure twice, it numbers them."""
_HELD = 200_000


@dataclass(frozen=True)
class View:
    """A build, open for one reader at a time.

    Attributes:
        build: the build, with tables of its own for the order of periods and places.
        day: the day as of which the plan is looked at.
        team: whether the sides of a team sign in where this is served.
    """

    build: Build
    day: date
    team: bool = False

    @classmethod
    def open(
        cls, root: Path, build: str | None = None, day: date | None = None, *, team: bool = False
    ) -> Self:
        """Open a build by name, or the current one.

        Args:
            root: the workspace.
            build: which build, in any way that :meth:`BuildFolder.resolve` reads; the current one if None.
            day: the day as of which the plan is looked at; if None the one that ``build`` names, that on which the build
                was made where it names another one, and today for the current one.
            team: whether the sides of a team sign in where this is served.

        Raises:
            CeyuanError: ``no-workspace`` or ``no-build``.
        """
        opened = Build.open(root, build)
        view = cls(opened, day or _day(opened, build), team)
        view._hold()
        view._load_orders()
        return view

    def _hold(self) -> None:
        """Keep small tables in memory; only large ones are read from their files each time."""
        build = self.build
        stored: Counter[str] = Counter()
        for part in build.record_parts:
            stored[part.kind] += part.stored
        rows = {
            "observations": sum(build.manifest["counts"].values()),
            **{kind: stored[kind] for kind in build.kinds},
        }
        for name in (
            *(n for n in BUILD_TABLES if n not in rows),
            *(n for n, count in rows.items() if count <= _HELD),
        ):
            build.engine.hold(name)

    def _load_orders(self) -> None:
        """Tables that queries are ordered by: later periods first, headline and wide places first."""
        engine, gazetteer = self.build.engine, self.build.gazetteer
        periods = sorted(
            (str(p) for (p,) in engine.rows("SELECT DISTINCT period FROM observations")),
            key=period_order,
        )
        places = sorted(gazetteer.places, key=self._nearness)
        kinds = [gazetteer.places[p].kind for p in places]
        engine.load("web_periods", pa.table({"period": periods, "position": range(len(periods))}))
        engine.load(
            "web_places", pa.table({"place": places, "kind": kinds, "position": range(len(places))})
        )
        pairs = [(h.indicator, h.place) for h in self.build.config.headline]
        schema = pa.schema([("indicator", pa.string()), ("place", pa.string())])
        engine.load(
            "web_headline",
            pa.Table.from_arrays([*map(list, zip(*pairs, strict=True))] or [[], []], schema=schema),
        )

    @cached_property
    def home(self) -> tuple[str, ...]:
        """The places that the workspace is about, those of most headlines first."""
        named = Counter(h.place for h in self.build.config.headline)
        return tuple(place for place, _ in named.most_common())

    def _nearness(self, place: str) -> tuple[int, int]:
        """The workspace's own places in their order, then what lies in them, then all others; each time the widest first."""
        containing = self.build.gazetteer.containing[place]
        if place in self.home:
            return self.home.index(place), 0
        lies_within = any(home in containing for home in self.home)
        return len(self.home) + (not lies_within), len(containing)

    def close(self) -> None:
        """Close the build."""
        self.build.close()

    @cached_property
    def names(self) -> dict[str, Trilingual]:
        """Names of all indicators."""
        return {name: i.name for name, i in self.build.indicators.items()}

    @cached_property
    def place_names(self) -> dict[str, Trilingual]:
        """Names of all places."""
        return {p.id: p.name for p in self.build.gazetteer.places.values()}

    def economy_name(self, code: str) -> Trilingual:
        """Name of the place with an ISO 3166 code; the code itself where the workspace has no such place."""
        return self._economies.get(code) or Trilingual.same(code)

    @cached_property
    def _economies(self) -> dict[str, Trilingual]:
        places = self.build.gazetteer.places.values()
        return {p.iso3166: self.place_names[p.id] for p in places if p.iso3166}

    @cached_property
    def records_by_source(self) -> Counter[str]:
        """How many records each source states."""
        found: Counter[str] = Counter()
        for kind in sorted({p.kind for p in self.build.record_parts if p.stored}):
            rows = self.build.engine.rows(
                f"SELECT _source, count(*) FROM {identifier(kind)} GROUP BY 1"
            )
            found.update({str(source): int(count) for source, count in rows})
        return found

    def indicator(self, name: str) -> Indicator:
        """An indicator by its identifier alone, as addresses name it.

        Raises:
            CeyuanError: ``unknown-indicator``.
        """
        if name not in self.build.indicators:
            hint = did_you_mean(name, self.build.indicators)
            raise fail("unknown-indicator", f"there is no indicator {name!r}", hint=hint)
        return self.build.indicators[name]

    @cached_property
    def bulletin_names(self) -> tuple[str, ...]:
        """Names of the bulletins of the workspace."""
        return tuple(bulletin_names(self.build.texts))

    def bulletin(self, name: str) -> Bulletin:
        """A bulletin, written once for this build.

        Raises:
            CeyuanError: ``unknown-bulletin``, and with everything that is wrong in its declaration and templates.
        """
        if name not in self._bulletins:
            self._bulletins[name] = write_bulletin(self.build, name)
        return self._bulletins[name]

    @cached_property
    def _bulletins(self) -> dict[str, Bulletin]:
        return {}

    def bulletin_claims(self, name: str) -> Mapping[str, Claim]:
        """The claims on the figures of a bulletin, checked once for this build.

        Raises:
            CeyuanError: what :meth:`bulletin` raises.
        """
        if name not in self._bulletin_claims:
            self._bulletin_claims[name] = claims_of(self.build, self.bulletin(name))
        return self._bulletin_claims[name]

    @cached_property
    def _bulletin_claims(self) -> dict[str, Mapping[str, Claim]]:
        return {}

    def annotated(self, name: str, language: Language) -> Annotated:
        """A bulletin in one language with its notes, made once for this build.

        Raises:
            CeyuanError: what :meth:`bulletin` raises, and ``bad-value`` for a language that it is not written in.
        """
        key = name, language
        if key not in self._annotated:
            claims = self.bulletin_claims(name)
            self._annotated[key] = annotated(self.build, self.bulletin(name), language, claims)
        return self._annotated[key]

    @cached_property
    def _annotated(self) -> dict[tuple[str, Language], Annotated]:
        return {}

    @cached_property
    def checked(self) -> dict[str, Communique]:
        """Texts that were checked against this build already, by identifier."""
        return {}

    def select(self, sql: str) -> list[Observation]:
        """Observations of a query that yields all their columns."""
        rows = self.build.engine.arrow(sql).to_pylist()
        return [Observation.of(row) for row in rows]

    def shown(self, condition: str) -> list[Figure]:
        """The shown figures that fulfil a condition, in the usual order."""
        found = self.select(
            f"SELECT {column_list()} FROM observations WHERE shown AND {condition} ORDER BY {ORDER}"
        )
        return [self.figure(o) for o in found]

    @cached_property
    def latest_of_all(self) -> Mapping[str, Figure]:
        """The latest figure of each indicator of any place, asked once for this build."""
        return self.latest("true")

    def latest(self, condition: str) -> dict[str, Figure]:
        """The latest shown total of each indicator: outcomes before targets, of a headline's place, else the nearest."""
        near = f"CASE WHEN w.position < {len(self.home)} THEN w.position ELSE {len(self.home)} END"
        latest = "o.modality = 'target', coalesce(p.position, -1) DESC"
        order = f"h.place IS NULL, {near} NULLS LAST, {latest}, w.position NULLS LAST, o.place"
        ranked = (
            f"SELECT o.*, row_number() OVER (PARTITION BY o.indicator ORDER BY {order}) AS position FROM observations AS o "
            "LEFT JOIN web_headline AS h ON h.indicator = o.indicator AND h.place = o.place "
            "LEFT JOIN web_periods AS p ON p.period = o.period LEFT JOIN web_places AS w ON w.place = o.place "
            f"WHERE o.shown AND o.value IS NOT NULL AND o.breakdown = '' AND {condition}"
        )
        found = self.select(f"SELECT {column_list()} FROM ({ranked}) AS ranked WHERE position = 1")
        return {o.indicator: self.figure(o) for o in found}

    def figure(self, o: Observation, nth: int = 1) -> Figure:
        """An observation as the site shows it.

        Args:
            o: the observation.
            nth: where one source states the same figure several times and it is not shown, which of them.
        """
        text = self.text(
            o.indicator,
            o.value,
            o.unit,
            bound=o.bound,
            value_max=o.value_max,
            modality=o.modality,
            printed=o.decimals,
            fixed=o.fixed,
        )
        fields = {name: getattr(o, name) for name in _SAME}
        sources = tuple(s for s in o.source.split(";") if s)
        return Figure.model_construct(
            key=key_of(o, nth), source=sources, text=text, period_text=period_words(o.period), reason=o.reason,
            note=o.note, **fields,
        )  # fmt: skip

    def text(
        self,
        indicator: str,
        value: float | None,
        unit: str,
        *,
        bound: str = "eq",
        value_max: float | None = None,
        modality: str = "actual",
        printed: int | None = None,
        fixed: bool = False,
    ) -> Trilingual:
        """A value of an indicator as each language writes it: with its noun, and the decimals of its source or else its own."""
        declared = self.build.indicators.get(indicator)
        decimals = declared.decimals if declared else None
        return figure_words(
            value, unit, bound=bound, value_max=value_max, decimals=decimals, printed=printed, fixed=fixed, modality=modality,
            noun=self.noun(indicator), change=isinstance(declared, ChangeIndicator),
        )  # fmt: skip

    def noun(self, indicator: str) -> tuple[str, str] | None:
        """What English counts with an indicator, one and many; None where it declares nothing."""
        declared = self.build.indicators.get(indicator)
        return declared.counted if declared else None

    def keyed(self, observations: Iterable[Observation]) -> Iterator[tuple[Observation, Figure]]:
        """Observations in the usual order with their figures; those that are not shown are numbered by source."""
        seen: Counter[tuple[str, ...]] = Counter()
        for o in observations:
            identity = (o.indicator, o.place, o.period, o.breakdown, o.source)
            seen[identity] += not o.shown
            yield o, self.figure(o, seen[identity] or 1)


def _day(build: Build, as_of: str | None) -> date:
    if as_of is None:
        return today(build.texts)
    try:
        return date.fromisoformat(as_of)
    except ValueError:
        return (
            datetime.fromisoformat(build.manifest["created"])
            .astimezone(zone_of(build.texts))
            .date()
        )


_SAME = (
    "indicator", "place", "period", "breakdown", "value", "value_max", "unit", "bound", "modality", "status", "cumulative",
    "records", "rule", "shown",
)  # fmt: skip


def key_of(o: Observation, nth: int = 1) -> str:
    """The key of a figure: its parts percent-encoded, with its sources where it is not the one that is shown."""
    base = figure_key(o.indicator, o.place, o.period, o.breakdown)
    if o.shown:
        return base
    number = f".{nth}" if nth > 1 else ""
    return f"{base}@{quote('+'.join(s for s in o.source.split(';') if s), safe='+')}{number}"
