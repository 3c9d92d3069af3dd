"""Ingest: every table of a workspace, in the order that references need, into the store."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from ceyuan.engine import Cluster, Engine, RecordQuery, identifier
from ceyuan.errors import CeyuanError, Problem
from ceyuan.places import Gazetteer
from ceyuan.records.columns import create_view, kind_files
from ceyuan.records.elsewhere import Outcome, read_elsewhere, weight
from ceyuan.records.files import RecordFile, record_files
from ceyuan.records.lookups import Resolvers
from ceyuan.records.part import REPLACED, Reading, key_columns, read_part
from ceyuan.records.store import Store, StoredPart
from ceyuan.records.together import read_together
from ceyuan.workspace import Table, Workspace
from ceyuan.workspace.clock import today
from ceyuan.workspace.kinds import RecordKind


@dataclass(frozen=True, slots=True)
class Ingested:
    """What came of the tables.

    Attributes:
        parts: one for each file, in the order in which they were read.
        problems: files that could not be read, stale corrections, and a warning for each table with quarantined rows.
    """

    parts: tuple[StoredPart, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that has been read, and what came of it."""

    table: Table
    file: RecordFile
    part: StoredPart


def ingest(
    workspace: Workspace,
    gazetteer: Gazetteer,
    engine: Engine,
    store: Store,
    scratch: Path,
    progress: Callable[[str], None] = lambda _: None,
    cluster: Cluster | None = None,
) -> Ingested:
    """Read, type, check and store all tables of a workspace.

    Rows that break a check go to quarantine with their reasons; the others go on. A file that cannot be read at all is an
    error, and the work goes on with the next one, so that all problems are seen at once.

    Args:
        workspace: a workspace without faults in its references.
        gazetteer: its places.
        engine: where the work is done; afterwards it holds a view for each record kind.
        store: where records are kept.
        scratch: a folder for copies that are thrown away.
        progress: told which file is being read.
        cluster: whose workers read the files of heavy tables; None where all are read here.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    reading = Reading(workspace, engine, store, scratch, Resolvers(workspace, gazetteer))
    read_files = partial(_read_files, reading, gazetteer, cluster, progress)
    problems: list[Problem] = []
    for kind in _reading_order(workspace.kinds):
        read: list[_Read] = []
        tables = {table.id: table for table in workspace.tables if table.spec.kind == kind}
        for table in tables.values():
            found, told = _read_table(reading, table, read_files)
            read += found
            problems += told
        # What a side has handed in goes before the tables' own files, whose rows it replaces.
        read.sort(key=lambda one: not one.file.is_submitted)
        for one in _set_repeated_aside(reading, workspace.kinds[kind], read, cluster):
            reading.parts.append(one.part)
            problems += _hidden_warning(one.part)
            problems += _left_columns_warning(tables[one.part.table], one.part)
            problems += _quarantine_warning(one.part, _first_quarantined(reading, one.part))
        create_view(engine, workspace.kinds[kind], store, reading.parts)
    return Ingested(tuple(reading.parts), tuple(problems))


def _reading_order(kinds: Mapping[str, RecordKind]) -> list[str]:
    """Kinds so that each comes after those that it refers to; kinds that refer to each other keep their order."""
    order: list[str] = []

    def visit(kind: str, above: tuple[str, ...]) -> None:
        if kind in order or kind in above or kind not in kinds:
            return
        for spec in kinds[kind].fields:
            if spec.type == "ref" and spec.to is not None:
                visit(spec.to, (*above, kind))
        order.append(kind)

    for kind in kinds:
        visit(kind, ())
    return order


def _read_table(
    reading: Reading, table: Table, read_files: Callable[[Table, list[RecordFile]], list[Outcome]]
) -> tuple[list[_Read], list[Problem]]:
    """Read the files of a table, each for itself; what came of them, and what is wrong."""
    try:
        table, files = record_files(reading.workspace, table)
    except CeyuanError as error:
        return [], list(error.problems)
    read: list[_Read] = []
    problems: list[Problem] = []
    for file, outcome in zip(files, read_files(table, files), strict=True):
        if isinstance(outcome, CeyuanError):
            problems += outcome.problems
        else:
            read.append(_Read(table, file, outcome))
    if len(read) == len(files):
        problems += _correction_problems(
            table, [one.part for one in read], today(reading.workspace.root)
        )
    return read, problems


def _read_files(
    reading: Reading,
    gazetteer: Gazetteer,
    cluster: Cluster | None,
    progress: Callable[[str], None],
    table: Table,
    files: list[RecordFile],
) -> list[Outcome]:
    """What came of each file of a table: here, or by the workers of a cluster where together they are heavy."""
    most = reading.workspace.config.engine.local_bytes
    if cluster is not None and weight(files) > most:
        progress(f"{table.id}: {len(files)} files by the cluster")
        return read_elsewhere(reading, gazetteer, cluster, table, files)
    together = read_together(reading, table, files)
    return [together.get(file) or _read_here(reading, progress, table, file) for file in files]


def _read_here(
    reading: Reading, progress: Callable[[str], None], table: Table, file: RecordFile
) -> Outcome:
    progress(file.shown_as)
    try:
        return read_part(reading, table, file)
    except CeyuanError as error:
        return error


def _set_repeated_aside(
    reading: Reading, kind: RecordKind, read: list[_Read], cluster: Cluster | None
) -> list[_Read]:
    """Set rows aside whose key stands in an earlier file of the kind.

    All files are looked at together, once; only one that repeats a key is read again, beside those before it.
    """
    stored = [one.part for one in read if one.part.stored]
    if not kind.key or len(stored) < 2 or reading.store.is_distinct(stored):
        return read
    repeating = _repeating(reading, kind, stored, cluster)
    if not repeating:
        reading.store.keep_distinct(stored)
        return read
    settled: list[_Read] = []
    for one in read:
        before = [other.part for other in settled if other.part.stored]
        if one.part.key not in repeating:
            settled.append(one)
            continue
        part = read_part(reading, one.table, one.file, before)
        # The part that it was for itself stays, so that it is known next time which rows repeat others.
        settled.append(
            replace(one, part=replace(part, beside=(*part.beside, one.part.key, *one.part.beside)))
        )
    return settled


def _repeating(
    reading: Reading, kind: RecordKind, parts: list[StoredPart], cluster: Cluster | None
) -> set[str]:
    """Stored parts with a key that an earlier one of them has; the cluster looks where there are many records."""
    most = reading.workspace.config.engine.local_rows
    if cluster is None or sum(part.stored for part in parts) <= most:
        here = [reading.engine.parquet(reading.store.records(part.key)) for part in parts]
        rows = reading.engine.rows(_repeats(kind, here))
    else:
        files = {
            f"part_{position}": kind_files(kind, reading.store, [part])
            for position, part in enumerate(parts)
        }
        records = cluster.records(reading.engine, files, local_rows=0)
        rows = records.rows(RecordQuery(_repeats(kind, map(identifier, files)), tuple(files)))
    return {parts[position].key for (position,) in rows}


def _repeats(kind: RecordKind, relations: Iterable[str]) -> str:
    """SQL for the positions of relations with a key that an earlier one has."""
    names = ", ".join(key_columns(kind))
    together = " UNION ALL ".join(
        f"SELECT {position} AS position, {names} FROM {relation}"
        for position, relation in enumerate(relations)
    )
    first = f"SELECT position, min(position) OVER (PARTITION BY {names}) AS first FROM ({together})"
    return f"SELECT DISTINCT position FROM ({first}) WHERE position > first"


def _first_quarantined(reading: Reading, part: StoredPart) -> int | None:
    if not part.quarantined:
        return None
    rows = reading.engine.parquet(reading.store.quarantine(part.key))
    return int(reading.engine.value(f"SELECT min(_line) FROM {rows}"))


def _hidden_warning(part: StoredPart) -> list[Problem]:
    if not part.hidden:
        return []
    message = f"hidden sheets are passed over: {', '.join(part.hidden)}"
    return [Problem("hidden-sheet", message, part.file, None, None, "warning")]


_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def _left_columns_warning(table: Table, part: StoredPart) -> list[Problem]:
    """Columns that name a year and became no rows, beside others that did: their figures would be lost in silence."""
    if not any("{period}" in pattern for pattern in table.spec.unpivot):
        return []
    left = [name for name in part.unmapped if _YEAR.search(name)]
    if not left:
        return []
    message = f"nothing is made of {', '.join(map(repr, left))}: by `unpivot` they are no periods"
    hint = "Write the marks beside their years under `period`: {column: period, marks: {(r): revised}}, or another pattern"
    return [Problem("column-left", message, part.file, None, hint, "warning")]


def _quarantine_warning(part: StoredPart, first: int | None) -> list[Problem]:
    if not part.quarantined:
        return []
    reasons = ", ".join(f"{reason} {count}" for reason, count in part.reasons.items())
    only_excluded = set(part.reasons) <= {"excluded", REPLACED}
    message = f"{part.quarantined} of {part.read} rows are quarantined ({reasons})"
    code = "rows-excluded" if only_excluded else "rows-quarantined"
    return [Problem(code, message, part.file, first, None, "warning")]


def _correction_problems(table: Table, parts: list[StoredPart], day: date) -> list[Problem]:
    problems = []
    for index, rule in enumerate(table.spec.corrections):
        line = table.line("corrections", index)
        if sum(p.corrections[index] for p in parts) == 0:
            message = "no row matches and holds the expected wrong value any more"
            problems.append(Problem("stale-correction", message, table.file, line))
        if rule.until is not None and date.fromisoformat(rule.until) < day:
            problems.append(
                Problem(
                    "expired-correction",
                    f"the correction ended on {rule.until}",
                    table.file,
                    line,
                    None,
                    "warning",
                )
            )
    return problems
