"""The points of a declared run of clusters: from records of the workspace, from files, from the simulator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ceyuan.clusters.arrays import Labels
from ceyuan.clusters.declaration import DeclaredRun, Points
from ceyuan.clusters.points.columns import ROLES
from ceyuan.clusters.points.sources import RolesSource, Source, TableSource, open_source
from ceyuan.clusters.write import Rows
from ceyuan.engine import Engine, literal
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail
from ceyuan.hashes import file_sha256
from ceyuan.indicators.lineage import LineageInput
from ceyuan.indicators.measures import RecordPaths
from ceyuan.pipeline.clusters.found import SIMULATOR
from ceyuan.records.files import named_files
from ceyuan.records.store import StoredPart, store_key
from ceyuan.workspace import Workspace
from ceyuan.workspace.kinds import RecordKind


@dataclass(frozen=True)
class PointOrigin:
    """One origin of points, ready to be read.

    Attributes:
        source: the rows, with columns named by the parts that they play.
        stands: where each row stands: columns ``table``, ``file`` and ``line``.
        party: the party of each row's place, empty where none is known.
        sources: identifiers of the workspace's sources.
    """

    source: Source
    stands: pa.Table
    party: Any
    sources: tuple[str, ...]


def points_inputs(
    workspace: Workspace, declared: DeclaredRun, parts: Iterable[StoredPart]
) -> list[tuple[LineageInput, ...]]:
    """What the points of each origin are made of, with hashes; nothing is read yet but files that are hashed.

    Raises:
        CeyuanError: ``no-such-file``, ``unreadable-file``.
    """
    parts = tuple(parts)
    return [
        _inputs(workspace, declared, i, points, parts)
        for i, points in enumerate(declared.run.points)
    ]


def _inputs(
    workspace: Workspace,
    declared: DeclaredRun,
    number: int,
    points: Points,
    parts: tuple[StoredPart, ...],
) -> tuple[LineageInput, ...]:
    if points.records is not None:
        kinds = kinds_read(workspace.kinds, points)
        return tuple(LineageInput.of(p) for p in parts if p.kind in kinds)
    if points.file is not None:
        found = named_files(
            workspace,
            points.file,
            declared.file,
            declared.document.line(("points", number, "file")),
        )
        return tuple(
            LineageInput("points", points.source or "", name, file_sha256(path))
            for path, name in found
        )
    made = points.simulate.model_dump() if points.simulate else {}
    return (LineageInput("points", points.source or "", SIMULATOR, store_key(made)),)


def kinds_read(kinds: Mapping[str, RecordKind], points: Points) -> list[str]:
    """The record kinds that points of records need: their own, and those that their columns and filter lead to."""
    paths = RecordPaths(points.records or "", kinds)
    for field in roles_of(kinds[points.records or ""], points).values():
        paths.column(field)
    if points.where is not None:
        paths.where(points.where)
    return [paths.kind.kind, *paths.joined]


def roles_of(kind: RecordKind, points: Points) -> dict[str, str]:
    """Which field of a kind plays which part, defaults included."""
    roles = {"lat": "lat", "lon": "lon"}
    key = kind.fractional.over if kind.fractional else kind.key[0] if len(kind.key) == 1 else None
    if key is not None and not points.row_is_record:
        roles["record_id"] = key
    if kind.field("contributor") is not None:
        roles["contributor_id"] = "contributor"
    if kind.field("field") is not None:
        roles["field"] = "field"
    return {**roles, **points.columns}


def gather(workspace: Workspace, declared: DeclaredRun, engine: Engine) -> list[PointOrigin]:
    """Open all origins of a run's points.

    Args:
        workspace: a workspace whose declarations have passed their checks.
        declared: the run.
        engine: with a view of each record kind.

    Raises:
        CeyuanError: ``no-such-file``, ``cluster-unreadable`` or ``cluster-bad-column``.
    """
    found: list[PointOrigin] = []
    problems: list[Problem] = []
    for number, points in enumerate(declared.run.points):
        try:
            found += _open(workspace, declared, engine, number, points)
        except CeyuanError as error:
            problems += _at(declared, error, number)
    if problems:
        raise CeyuanError(problems)
    return found


def _at(declared: DeclaredRun, error: CeyuanError, number: int) -> list[Problem]:
    """Problems of an origin at the line where it is declared; the file that they are about goes into the message."""
    line = declared.document.line(("points", number))
    return [
        Problem(
            p.code,
            f"{Path(p.file).name if p.file else 'points'}: {p.message}",
            declared.file,
            line,
            p.hint,
            p.severity,
        )
        if p.file != declared.file
        else p
        for p in error.problems
    ]


def _open(
    workspace: Workspace, declared: DeclaredRun, engine: Engine, number: int, points: Points
) -> list[PointOrigin]:
    if points.records is not None:
        return [_records(workspace, engine, points)]
    made_up = points.source is not None and workspace.sources[points.source].simulated
    if points.file is not None:
        line = declared.document.line(("points", number, "file"))
        files = named_files(workspace, points.file, declared.file, line)
        return [_whole(points, open_source(path), name, made_up) for path, name in files]
    from ceyuan.clusters.simulation.world import make_world, tables  # noqa: PLC0415 - only where points are made up

    made = points.simulate
    world = (
        make_world(made.scale, made.places, made.seed, fields=made.fields) if made else make_world()
    )
    table = pa.concat_tables(list(tables(world)))
    return [_whole(points, TableSource(table, SIMULATOR), SIMULATOR, made_up)]


def _whole(points: Points, inner: Source, name: str, made_up: bool) -> PointOrigin:
    """All rows of a source that is no table of records."""
    roles = {role: points.columns.get(role, role) for role in ROLES}
    missing = [column for column in points.columns.values() if column not in inner.columns]
    if missing:
        hint = did_you_mean(missing[0], inner.columns)
        message = (
            f"there is no column {', '.join(map(repr, missing))}, only {', '.join(inner.columns)}"
        )
        raise fail("cluster-bad-column", message, file=name, hint=hint)
    named = {role: column for role, column in roles.items() if column in inner.columns}
    source = RolesSource(
        inner, named, name, points.kinds, points.row_is_record, points.kind, made_up
    )
    rows = sum(inner.sizes)
    stands = pa.table(
        {
            "table": _constant("", rows),
            "file": _constant(name, rows),
            "line": pa.array(np.arange(1, rows + 1)),
        }
    )
    return PointOrigin(source, stands, _constant("", rows), (points.source or "",))


def _constant(text: str, rows: int) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([text]))


def _records(workspace: Workspace, engine: Engine, points: Points) -> PointOrigin:
    query, roles = records_sql(workspace, points)
    table = engine.arrow(query)
    columns = {role: table.column(f"_{role}_") for role in roles}
    sources = tuple(sorted({str(s) for s in table.column("_source").unique().to_pylist()}))
    name = points.records or ""
    source = RolesSource(
        TableSource(pa.table(columns), name),
        {role: role for role in roles},
        name,
        points.kinds,
        "record_id" not in roles,
        points.kind,
        any(workspace.sources[s].simulated for s in sources),
    )
    stands = pa.table(
        {name: table.column(f"_{name}").dictionary_encode() for name in ("table", "file")}
    )
    return PointOrigin(
        source,
        stands.append_column("line", table.column("_line")),
        table.column("_party_"),
        sources,
    )


def records_sql(workspace: Workspace, points: Points) -> tuple[str, list[str]]:
    """The query of a run's records: a column ``_role_`` for each part, where each row stands, and its place's party.

    Returns:
        The query and the parts.
    """
    paths = RecordPaths(points.records or "", workspace.kinds)
    roles = roles_of(paths.kind, points)
    sql = {role: paths.column(field) for role, field in roles.items()}
    conditions = [paths.where(points.where)] if points.where is not None else []
    place = paths.column(paths.kind.place) if paths.kind.place else "CAST(NULL AS VARCHAR)"
    joined = ""
    if points.at_place:
        joined = f" LEFT JOIN ({_place_positions(workspace)}) AS at_place ON at_place.id = {place}"
        unplaced = f"({sql['lat']} IS NULL OR {sql['lon']} IS NULL)"
        for role in ("lat", "lon"):
            sql[role] = (
                f"CASE WHEN {unplaced} THEN at_place.{role} ELSE CAST({sql[role]} AS DOUBLE) END"
            )
        told = (
            f"CAST({sql['precision']} AS VARCHAR)"
            if "precision" in sql
            else "CAST(NULL AS VARCHAR)"
        )
        sql["precision"] = f"CASE WHEN {unplaced} THEN 'at_place' ELSE {told} END"
    numbers = ("lat", "lon", "weight", "year", "citations")
    columns = [
        f"CAST({c} AS {'DOUBLE' if role in numbers else 'VARCHAR'}) AS _{role}_"
        for role, c in sql.items()
    ]
    cases = " ".join(
        f"WHEN {literal(p.id)} THEN {literal(p.party)}" for p in workspace.places if p.party
    )
    party = f"CASE {place} {cases} ELSE '' END" if cases else "''"
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    query = (
        f"SELECT r._table, r._file, r._line, r._source, {party} AS _party_, {', '.join(columns)} {paths.source}{joined}"
        f"{where} ORDER BY r._table, r._file, r._line"
    )
    return query, list(sql)


def _place_positions(workspace: Workspace) -> str:
    rows = [
        f"({literal(p.id)}, CAST({p.lat} AS DOUBLE), CAST({p.lon} AS DOUBLE))"
        for p in workspace.places
        if p.lat is not None
    ]
    none = "SELECT CAST(NULL AS VARCHAR) AS id, CAST(NULL AS DOUBLE) AS lat, CAST(NULL AS DOUBLE) AS lon WHERE FALSE"
    return f"SELECT * FROM (VALUES {', '.join(rows)}) AS positions(id, lat, lon)" if rows else none


def rows_of(gathered: Sequence[PointOrigin]) -> Rows:
    """Where the rows of all origins stand, one after the other."""
    table = pa.concat_tables([_plain(g.stands) for g in gathered])
    where, file = (_encoded(table.column(name)) for name in ("table", "file"))
    return Rows(where, file, table.column("line").combine_chunks())


def _plain(stands: pa.Table) -> pa.Table:
    return stands.cast(
        pa.schema([("table", pa.string()), ("file", pa.string()), ("line", pa.int64())])
    )


def _encoded(column: Any) -> Any:
    chunk = column.combine_chunks()
    chunk = chunk.chunk(0) if isinstance(chunk, pa.ChunkedArray) else chunk
    return chunk.dictionary_encode()


def parties_of(gathered: Sequence[PointOrigin], parties: Sequence[str]) -> Labels:
    """The party that each row's place declares, as an index into ``parties``, −1 where it declares none."""
    code = {party: i for i, party in enumerate(parties)}
    found = [np.array([code.get(p, -1) for p in _texts(g.party)], np.int32) for g in gathered]
    return np.concatenate(found) if found else np.empty(0, np.int32)


def _texts(column: Any) -> list[str]:
    return [str(text) for text in column.to_pylist()]
