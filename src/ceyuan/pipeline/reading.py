"""Reading a build: observations, what they are called, and where they come from."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

from pydantic import TypeAdapter

from ceyuan.engine import Engine, EngineSettings, RecordEngine, identifier, literal, parquet
from ceyuan.engine.scratch import scratch_folder
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail
from ceyuan.expressions import FilterSyntaxError, parse_filter
from ceyuan.frames import Library, from_arrow
from ceyuan.indicators.found import TABLES, empty_sql
from ceyuan.indicators.lineage import Lineage, LineageInput
from ceyuan.indicators.measures import RecordPaths
from ceyuan.indicators.observations import (
    FLOW_ENDS,
    OBSERVATION_COLUMNS,
    ORDER,
    Observation,
    column_list,
    with_ends,
    with_limits,
)
from ceyuan.indicators.remarks import in_words
from ceyuan.indicators.types import INDICATOR, AnyIndicator
from ceyuan.periods import parse_period
from ceyuan.pipeline.engines import records_of_build
from ceyuan.pipeline.figures import Figures
from ceyuan.pipeline.folder import MANIFEST, BuildFolder
from ceyuan.places import Gazetteer
from ceyuan.records.columns import create_view, kind_files
from ceyuan.records.store import Store, StoredPart, stored_part
from ceyuan.units import declare_units
from ceyuan.workspace.config import Body, Source, WorkspaceConfig
from ceyuan.workspace.fieldpaths import filter_faults
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.origins import Provenance
from ceyuan.workspace.placesfile import Place
from ceyuan.workspace.reader import read_config
from ceyuan.workspace.sealed import TEXTS
from ceyuan.workspace.submissions import SubmissionFile
from ceyuan.workspace.tables import TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

BUILD_TABLES = (
    "observations",
    "closure",
    "parts",
    "period_within",
    "periods",
    "lineage",
    "lineage_inputs",
)
"""The tables of a build, beside those of record kinds."""

_PLACES = TypeAdapter(tuple[Place, ...])
_AT_ONCE = 10_000
"""Observations that are held at once when they are streamed."""


class Selection(TypedDict, total=False):
    """Which observations of an indicator are asked for; see :meth:`Build.show`."""

    place: str | None
    period: str | None
    breakdown: str | None
    all_sources: bool


def lacking_columns(engine: Engine, source: str) -> str:
    """Columns of observations that a build of an earlier Ceyuan does not have, as SQL without values."""
    there = {str(row[0]) for row in engine.rows(f"DESCRIBE SELECT * FROM {source}")}
    return "".join(
        f", CAST(NULL AS {t}) AS {identifier(n)}"
        for n, t in OBSERVATION_COLUMNS.items()
        if n not in there
    )


def workspace_build(root: Path, as_of: str | None = None) -> str:
    """Identifier of the current build of a workspace, or of an earlier one.

    Raises:
        CeyuanError: ``no-workspace`` or ``no-build``.
    """
    if not (root / "ceyuan.yaml").is_file():
        raise fail("no-workspace", f"{str(root)!r} holds no ceyuan.yaml", file=str(root))
    return BuildFolder(root).resolve(as_of)


@dataclass(frozen=True)
class Build:
    """A finished build, open for reading.

    Attributes:
        id: its identifier.
        path: its folder.
        root: the workspace that it was made from.
        engine: a connection with a view of each of its tables and of each record kind.

    >>> with Build.open(gba) as build:
    ...     build.show("rd_intensity", place="gba9", period="2025")[0].value
    4.3
    """

    id: str
    path: Path
    root: Path
    engine: Engine

    @classmethod
    def open(cls, root: Path, as_of: str | None = None) -> Self:
        """Open the current build of a workspace, or an earlier one.

        Raises:
            CeyuanError: ``no-workspace`` or ``no-build``.
        """
        name = workspace_build(root, as_of)
        return cls.at(BuildFolder(root).of(name), root, name)

    @classmethod
    def at(cls, path: Path, root: Path, name: str) -> Self:
        """Open the build in a folder, which need not be published yet."""
        # of an old build, or a file that is broken now: figures are read all the same
        with suppress(CeyuanError):
            declare_units(read_config(path / TEXTS).unit_words())
        engine = Engine(EngineSettings(scratch_folder()))
        for table in BUILD_TABLES:
            source = parquet(path / f"{table}.parquet")
            lacking = lacking_columns(engine, source) if table == "observations" else ""
            engine.run(f"CREATE TEMP VIEW {identifier(table)} AS SELECT *{lacking} FROM {source}")
        for table in TABLES:
            file = path / f"{table}.parquet"
            # A build of a Ceyuan that found no clusters has none of these files.
            found = f"SELECT * FROM {parquet(file)}" if file.is_file() else empty_sql(table)
            engine.run(f"CREATE TEMP VIEW {identifier(table)} AS {found}")
        build = cls(name, path, root, engine)
        store = Store(BuildFolder(root).store)
        for kind in build.kinds.values():
            create_view(engine, kind, store, build.record_parts)
        if (path / "record_clusters.parquet").is_file():
            build._take_over_members(parquet(path / "record_clusters.parquet"))
        return build

    def _take_over_members(self, by_record: str) -> None:
        """The members of clusters as an earlier Ceyuan wrote them: by records, not by their positions."""
        kinds = [kind for kind, _ in self.engine.rows(f"SELECT DISTINCT kind, 0 FROM {by_record}")]
        same = "r._table = m._table AND r._file = m._file AND r._line = m._line"
        found = [
            f"SELECT DISTINCT m.run, m.kind, CAST(r.lat AS DOUBLE) AS lat, CAST(r.lon AS DOUBLE) AS lon, m.cluster "
            f"FROM {by_record} AS m JOIN {identifier(kind)} AS r ON {same} WHERE m.kind = {literal(kind)}"
            for kind in kinds
        ]
        if found:
            self.engine.drop("site_clusters")
            self.engine.run(f"CREATE TEMP TABLE site_clusters AS {' UNION ALL '.join(found)}")

    @property
    def texts(self) -> Path:
        """Texts, plan and bulletins as they were when it was built, in a folder laid out as the workspace is."""
        return self.path / TEXTS

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self.engine.close()

    @cached_property
    def asked(self) -> RecordEngine:
        """The engine that records are asked of; a cluster is connected with when this is first used."""
        store = Store(BuildFolder(self.root).store)
        files = {
            name: kind_files(kind, store, self.record_parts) for name, kind in self.kinds.items()
        }
        return records_of_build(self.config.engine, self.engine, files)

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """The build's manifest: when, from what, with which counts, warnings and changes."""
        manifest: dict[str, Any] = json.loads((self.path / MANIFEST).read_text(encoding="utf-8"))
        return manifest

    @cached_property
    def declared(self) -> Mapping[str, Any]:
        """What the workspace declared when it was built, as plain values."""
        declared: dict[str, Any] = json.loads(
            (self.path / "declarations.json").read_text(encoding="utf-8")
        )
        return declared

    @cached_property
    def config(self) -> WorkspaceConfig:
        """``ceyuan.yaml`` as it was."""
        return WorkspaceConfig.model_validate(self.declared["config"])

    @cached_property
    def indicators(self) -> Mapping[str, AnyIndicator]:
        """Definitions of indicators as they were."""
        return {raw["id"]: INDICATOR.validate_python(raw) for raw in self.declared["indicators"]}

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Sources as they were."""
        return {name: Source.model_validate(raw) for name, raw in self.declared["sources"].items()}

    @cached_property
    def submissions(self) -> Mapping[str, SubmissionFile]:
        """Tables that sides have submitted, by the file, with who approved them."""
        found = self.declared.get("submissions", {})
        return {file: SubmissionFile.model_validate(raw) for file, raw in found.items()}

    @cached_property
    def provenance(self) -> Provenance:
        """Who made the figures of each source, and which sources are independent of each other."""
        origins = {
            name: Body.model_validate(raw) for name, raw in self.declared.get("origins", {}).items()
        }
        return Provenance(self.sources, origins, self.indicators)

    @cached_property
    def kinds(self) -> Mapping[str, RecordKind]:
        """Record kinds as they were."""
        return {
            name: RecordKind.model_validate(raw) for name, raw in self.declared["kinds"].items()
        }

    @cached_property
    def tables(self) -> Mapping[str, TableSpec]:
        """Declarations of tables as they were."""
        return {
            name: TableSpec.model_validate(raw) for name, raw in self.declared["tables"].items()
        }

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Places as they were."""
        return Gazetteer.of(
            _PLACES.validate_python([_named(raw) for raw in self.declared["places"]])
        )

    @cached_property
    def lineage(self) -> Mapping[str, Lineage]:
        """How observations came about, by the identifier that they carry; read once for all of them."""
        used: dict[str, list[LineageInput]] = defaultdict(list)
        for entry, *cells in self.engine.rows(
            "SELECT lineage, kind, name, file, hash FROM lineage_inputs"
        ):
            used[entry].append(LineageInput(*cells))
        entries = self.engine.arrow(
            "SELECT id, indicator, origin, version, file, line, query FROM lineage"
        ).to_pylist()
        return {entry["id"]: Lineage(**entry, inputs=tuple(used[entry["id"]])) for entry in entries}

    @cached_property
    def timeline(self) -> Mapping[str, tuple[int, str | None]]:
        """Every period that occurs: its position in time, and the period before it."""
        rows = self.engine.rows("SELECT period, ordinal, previous FROM periods")
        return {str(period): (int(ordinal), previous) for period, ordinal, previous in rows}

    @cached_property
    def record_parts(self) -> tuple[StoredPart, ...]:
        """The stored files of records."""
        return tuple(stored_part(p) for p in self.manifest["parts"])

    def indicator(self, name: str) -> AnyIndicator:
        """An indicator by its identifier.

        Raises:
            CeyuanError: ``unknown-indicator``, with what was probably meant.
        """
        if name in self.indicators:
            return self.indicators[name]
        names = {spelling: i.id for i in self.indicators.values() for spelling in _spellings(i)}
        if name in names:
            return self.indicators[names[name]]
        raise fail(
            "unknown-indicator", f"there is no indicator {name!r}", hint=did_you_mean(name, names)
        )

    def place(self, text: str) -> str:
        """The identifier of a place from its id, name, alias or code.

        Raises:
            CeyuanError: ``unknown-place``.
        """
        found = self.gazetteer.resolve(text)
        if found is None:
            raise fail(
                "unknown-place", f"there is no place {text!r}", hint=self.gazetteer.suggest(text)
            )
        return found

    def table(self, indicator: str | None = None, **selection: Unpack[Selection]) -> pa.Table:
        """Observations as an Arrow table; see :meth:`show`.

        Columns for each language hold what is said of them and, at the end, the names of indicator and place; where flows are
        among them, ``from`` and ``to`` tell their two sides; where values have limits (95 %), ``low`` and ``high`` do.
        """
        return self.in_words(self._query(indicator, **selection))

    def in_words(self, query: str) -> pa.Table:
        """Observations that a query finds, with remarks and names in columns for each language."""
        places = {name: place.name for name, place in self.gazetteer.places.items()}
        names = {
            "indicator": {name: one.name for name, one in self.indicators.items()},
            "place": places,
        }
        table = with_limits(with_ends(self.engine.arrow(query)))
        if FLOW_ENDS[0] in table.column_names:
            sides = {party.id: party.name for party in self.config.parties} | places
            names |= dict.fromkeys(FLOW_ENDS, sides)
        return in_words(table, names)

    def frame(
        self,
        indicator: str | None = None,
        library: Library = "pandas",
        **selection: Unpack[Selection],
    ) -> Any:
        """Observations as a frame of pandas, polars or Arrow; see :meth:`table`.

        Raises:
            CeyuanError: as :meth:`show`, and ``library-missing``.

        >>> with Build.open(gba) as build:
        ...     build.frame("rd_intensity", place="gba9", period="2025")[["value", "unit", "place_en"]].values.tolist()
        [[4.3, '%', 'Nine Mainland cities of the Greater Bay Area']]
        """
        return from_arrow(self.table(indicator, **selection), library)

    def _query(self, indicator: str | None, **selection: Unpack[Selection]) -> str:
        """SQL of observations as the build keeps them, in order."""
        place, period, breakdown = (
            selection.get("place"),
            selection.get("period"),
            selection.get("breakdown"),
        )
        conditions = [] if selection.get("all_sources") else ["shown"]
        if indicator is not None:
            conditions.append(f"indicator = {literal(self.indicator(indicator).id)}")
        if place is not None:
            conditions.append(f"place = {literal(self.place(place))}")
        if period is not None:
            conditions.append(f"period = {literal(_period(period))}")
        if breakdown is not None:
            conditions.append(f"breakdown = {literal(breakdown)}")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT {column_list()} FROM observations{where} ORDER BY {ORDER}"

    def show(
        self,
        indicator: str | None = None,
        *,
        place: str | None = None,
        period: str | None = None,
        breakdown: str | None = None,
        all_sources: bool = False,
    ) -> Figures:
        """Observations of an indicator: a list that a notebook shows as a table, and that can be framed and drawn.

        Args:
            indicator: its identifier or one of its names; all indicators if None.
            place: a place by id, name, alias or code; all places if None.
            period: a period in any spelling; all periods if None.
            breakdown: ``field=value`` parts; all breakdowns and the total if None, the total alone if empty.
            all_sources: also the values that are not shown because another source goes first.

        Raises:
            CeyuanError: ``unknown-indicator``, ``unknown-place`` or ``bad-period``.
        """
        query = self._query(
            indicator, place=place, period=period, breakdown=breakdown, all_sources=all_sources
        )
        found = map(Observation.of, self.engine.arrow(query).to_pylist())
        return Figures(found, self, query)

    def stream(
        self, indicator: str | None = None, **selection: Unpack[Selection]
    ) -> Iterator[Observation]:
        """Observations one by one, for who does not want to hold millions of them; see :meth:`show`.

        Nothing else may be asked of the build before the last one is taken.

        Raises:
            CeyuanError: as :meth:`show`.
        """
        for batch in self.engine.batches(self._query(indicator, **selection), _AT_ONCE):
            yield from map(Observation.of, batch.to_pylist())

    def records(self, kind: str, where: str | None = None) -> list[dict[str, Any]]:
        """The records of a kind: ``file``, ``line`` and every field that has a value.

        Args:
            kind: the kind.
            where: a filter as indicators write it; all records if None.

        Raises:
            CeyuanError: ``unknown-kind`` or ``bad-filter``.
        """
        if kind not in self.kinds:
            raise fail(
                "unknown-kind", f"there is no kind {kind!r}", hint=did_you_mean(kind, self.kinds)
            )
        paths = RecordPaths(kind, self.kinds)
        condition = "TRUE" if where is None else self._condition(paths, where)
        query = f"SELECT r.* {paths.source} WHERE {condition} ORDER BY r._file, r._line"
        table = self.engine.arrow(query).to_pylist()
        return [
            {"file": row["_file"], "line": row["_line"], **record_fields(self.kinds[kind], row)}
            for row in table
        ]

    def _condition(self, paths: RecordPaths, where: str) -> str:
        try:
            faults = filter_faults(self.kinds, paths.kind.kind, parse_filter(where))
        except FilterSyntaxError as error:
            raise fail(
                "bad-filter", f"{error} (character {error.position + 1} of {where!r})"
            ) from None
        problems = [Problem("bad-filter", message, hint=hint) for message, hint in faults]
        if problems:
            raise CeyuanError(problems)
        return paths.where(where)

    def quarantined(self) -> list[dict[str, Any]]:
        """Every quarantined row: file, line, reason codes, and its cells as they were."""
        store = Store(BuildFolder(self.root).store)
        rows: list[dict[str, Any]] = []
        for part in (p for p in self.record_parts if p.quarantined):
            source = (
                f"SELECT * FROM {self.engine.parquet(store.quarantine(part.key))} ORDER BY _line"
            )
            for row in self.engine.arrow(source).to_pylist():
                file, line, reasons = row.pop("_file"), row.pop("_line"), row.pop("_reasons")
                rows.append({"file": file, "line": line, "reasons": reasons, "row": row})
        return rows


def _named(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """A place as it was declared; builds of an earlier Ceyuan keep each of its names by itself."""
    if "name" in raw:
        return raw
    name = {"en": raw["name_en"], "zh-Hans": raw["name_zh_hans"], "zh-Hant": raw["name_zh_hant"]}
    return {
        **{field: cell for field, cell in raw.items() if not field.startswith("name_")},
        "name": name,
    }


def record_fields(kind: RecordKind, row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a stored row that have a value, quantities with their units, decimals as plain numbers."""
    names = [
        n
        for f in kind.fields
        for n in ((f.id, f"{f.id}_unit") if f.type == "quantity" else (f.id,))
    ]
    return {name: _plain(row[name]) for name in names if row.get(name) is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _spellings(indicator: AnyIndicator) -> tuple[str, ...]:
    return (
        indicator.id,
        indicator.name.en,
        indicator.name.zh_hans,
        indicator.name.zh_hant,
        *indicator.aliases,
    )


def _period(text: str) -> str:
    try:
        return parse_period(text).text
    except ValueError as error:
        raise fail("bad-period", str(error)) from None
