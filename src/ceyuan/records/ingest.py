"""Ingest: every table of a workspace, in the order that references need, into the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, count
from pathlib import Path

import duckdb

from ceyuan.engine import Engine, identifier, literal, parquet
from ceyuan.errors import CeyuanError, Problem
from ceyuan.expressions import fields_of, parse_filter
from ceyuan.places import Gazetteer
from ceyuan.records import raw as raw_tables
from ceyuan.records.columns import create_view, stored_columns
from ceyuan.records.files import RecordFile, record_files
from ceyuan.records.lookups import Resolvers
from ceyuan.records.quantities import MULTIPLIER_COLUMNS, UNIT_COLUMNS
from ceyuan.records.raw import RAW, RawTable, named_loosely
from ceyuan.records.shape import check_columns, shape_table
from ceyuan.records.shaping import Shape, trimmed_text
from ceyuan.records.splitting import split_rows
from ceyuan.records.store import Store, StoredPart, store_key
from ceyuan.records.values import plain
from ceyuan.tabular.layout import find_name
from ceyuan.tabular.opening import encoding_of, fingerprint, scan
from ceyuan.workspace import Table, Workspace
from ceyuan.workspace.clock import today
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.tables import column_of

_DUPLICATE = "duplicate-key"


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


@dataclass(slots=True)
class _State:
    workspace: Workspace
    engine: Engine
    store: Store
    scratch: Path
    resolvers: Resolvers
    parts: list[StoredPart] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def keys(self, kinds: Iterable[str]) -> list[str]:
        wanted = set(kinds)
        return [p.key for p in self.parts if p.kind in wanted]


def ingest(
    workspace: Workspace,
    gazetteer: Gazetteer,
    engine: Engine,
    store: Store,
    scratch: Path,
    progress: Callable[[str], None] = lambda _: None,
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
    """
    scratch.mkdir(parents=True, exist_ok=True)
    state = _State(workspace, engine, store, scratch, Resolvers(workspace, gazetteer))
    for kind in _reading_order(workspace.kinds):
        read: list[_Read] = []
        for table in (t for t in workspace.tables if t.spec.kind == kind):
            read += _read_table(state, table, progress)
        for one in _set_repeated_aside(state, workspace.kinds[kind], read):
            state.parts.append(one.part)
            state.problems += _hidden_warning(one.part)
            state.problems += _quarantine_warning(one.part, _first_quarantined(state, one.part))
        create_view(engine, workspace.kinds[kind], store, state.parts)
    return Ingested(tuple(state.parts), tuple(state.problems))


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


def _read_table(state: _State, table: Table, progress: Callable[[str], None]) -> list[_Read]:
    """Read the files of a table, each for itself."""
    try:
        table, files = record_files(state.workspace, table)
    except CeyuanError as error:
        state.problems += error.problems
        return []
    read: list[_Read] = []
    for file in files:
        progress(file.shown_as)
        try:
            read.append(_Read(table, file, _ingest_file(state, table, file)))
        except CeyuanError as error:
            state.problems += error.problems
    if len(read) == len(files):
        state.problems += _correction_problems(
            table, [one.part for one in read], today(state.workspace.root)
        )
    return read


def _set_repeated_aside(state: _State, kind: RecordKind, read: list[_Read]) -> list[_Read]:
    """Set rows aside whose key stands in an earlier file of the kind.

    All files are looked at together, once; only one that repeats a key is read again, beside those before it.
    """
    stored = [one.part for one in read if one.part.stored]
    if not kind.key or len(stored) < 2 or state.store.is_distinct(stored):
        return read
    repeating = _repeating(state, kind, stored)
    if not repeating:
        state.store.keep_distinct(stored)
        return read
    settled: list[_Read] = []
    for one in read:
        before = [other.part for other in settled if other.part.stored]
        if one.part.key not in repeating:
            settled.append(one)
            continue
        part = _ingest_file(state, one.table, one.file, before)
        # The part that it was for itself stays, so that it is known next time which rows repeat others.
        settled.append(
            replace(one, part=replace(part, beside=(*part.beside, one.part.key, *one.part.beside)))
        )
    return settled


def _repeating(state: _State, kind: RecordKind, parts: list[StoredPart]) -> set[str]:
    """Stored parts with a key that an earlier one of them has."""
    names = ", ".join(_key_columns(kind))
    together = " UNION ALL ".join(
        f"SELECT {position} AS position, {names} FROM {parquet(state.store.records(part.key))}"
        for position, part in enumerate(parts)
    )
    first = f"SELECT position, min(position) OVER (PARTITION BY {names}) AS first FROM ({together})"
    rows = state.engine.rows(f"SELECT DISTINCT position FROM ({first}) WHERE position > first")
    return {parts[position].key for (position,) in rows}


def _key_columns(kind: RecordKind) -> list[str]:
    """The columns that tell records of a kind apart, as SQL."""
    return [identifier(n) for n in (*kind.key, *(("_source",) if kind.per_source else ()))]


def _ingest_file(
    state: _State, table: Table, file: RecordFile, before: Sequence[StoredPart] = ()
) -> StoredPart:
    """Read a file into the store, or find it there.

    Args:
        state: what is known so far.
        table: the table.
        file: the file.
        before: stored parts of its kind whose keys it may not repeat.
    """
    kind = state.workspace.kinds[table.spec.kind]
    sha256 = fingerprint(file)
    own = _own_key(state, table, file, sha256, before)
    asked = state.store.texts(own)
    if asked is not None:
        found = state.store.find(_part_key(state, own, asked))
        if found is not None:
            return found
    state.resolvers.asked.clear()
    try:
        named = _named_columns(table, kind)
        raw = named_loosely(_load(state, table, file, kind), named)
        if file.member is not None:
            raw = replace(raw, sheet=file.member)
        unmapped = _unmapped(raw, named)
        check_columns(raw, table, file, kind)
        raw, changed = _correct(state.engine, raw, table)
        raw = split_rows(state.engine, raw, table.spec)
        shape = shape_table(state.engine, raw, table, state.workspace.kinds, state.resolvers)
        key = _part_key(state, own, state.resolvers.asked)
        counts = _write(state, shape, raw, table, file, key, before)
    except duckdb.Error as error:
        # The pages of a Parquet file are read only now, so it is only now that damage in them shows.
        if file.format != "parquet" or isinstance(error, duckdb.OutOfMemoryException):
            raise
        raise raw_tables.bad_parquet(file, error) from None
    part = StoredPart(
        key,
        table.id,
        kind.kind,
        file.shown_as,
        sha256,
        *counts,
        tuple(changed),
        raw.hidden,
        (own,),
        unmapped,
    )
    state.store.keep_texts(own, state.resolvers.asked)
    state.store.keep(part)
    _forget(state.engine)
    return part


def _own_key(
    state: _State, table: Table, file: RecordFile, sha256: str, before: Sequence[StoredPart]
) -> str:
    """A name of all that decides what a file's cells mean, but what the workspace says of places, parties and the like."""
    kind = state.workspace.kinds[table.spec.kind]
    targets = {f.to for f in kind.fields if f.type == "ref" and f.to}
    units = {
        name: unit.model_dump(mode="json") for name, unit in state.workspace.config.units.items()
    }
    return store_key({
        "file": file.shown_as, "sha256": sha256, "table": table.id, "spec": table.spec.model_dump(mode="json"),
        "kind": kind.model_dump(mode="json"), "columns": stored_columns(kind), "units": units,
        "targets": state.keys(targets), "before": [part.key for part in before],
    })  # fmt: skip


def _part_key(state: _State, own: str, asked: Mapping[str, Iterable[str]]) -> str:
    """A name of a stored part: its file, and what the workspace answers to the texts in it.

    So a name that no record uses, or a new indicator, costs no reading.
    """
    return store_key({"own": own, "answers": state.resolvers.answers(asked)})


def _load(state: _State, table: Table, file: RecordFile, kind: RecordKind) -> RawTable:
    _forget(state.engine)
    if file.format == "parquet":
        return raw_tables.load_parquet(state.engine, file)
    if file.format == "xlsx":
        return raw_tables.load_xlsx(state.engine, file, table.spec)
    if file.format == "jsonl":
        return raw_tables.load_jsonl(state.engine, file, _named_columns(table, kind))
    if file.format == "sdmx-ml":
        return raw_tables.load_sdmx(state.engine, file)
    copy = state.scratch / "plain.txt"
    try:
        facts, plain = scan(file, encoding_of(file, table.spec.encoding), copy)
        return raw_tables.load_csv(state.engine, file, table.spec, facts, plain)
    finally:
        copy.unlink(missing_ok=True)


def _forget(engine: Engine) -> None:
    engine.drop(RAW)
    engine.drop("duplicates")


def _named_columns(table: Table, kind: RecordKind) -> list[str]:
    paths: dict[str, None] = {}
    for spec in kind.fields:
        if spec.id in table.spec.constants:
            continue
        column = column_of(table.spec, spec.id)
        paths |= dict.fromkeys(column.used())
        if spec.type == "quantity":
            paths[f"{spec.id}_unit"] = None
    for rule in table.spec.corrections:
        paths |= dict.fromkeys([*rule.match, *rule.expect, *rule.set])
    for exclusion in table.spec.exclude:
        paths |= dict.fromkeys(used.name for used in fields_of(parse_filter(exclusion.when)))
    return list(paths)


def _unmapped(raw: RawTable, named: Iterable[str]) -> tuple[str, ...]:
    """Columns that no field takes and no rule names, apart from those that may state a unit or a multiplier."""
    taken = {raw.columns[name] for name in named if name in raw.columns}
    stated = (*UNIT_COLUMNS, *MULTIPLIER_COLUMNS, "_raw")
    left = (name for name, column in raw.columns.items() if column not in taken)
    return tuple(name for name in left if find_name(name, stated) is None)


def _correct(engine: Engine, raw: RawTable, table: Table) -> tuple[RawTable, list[int]]:
    """Apply the declared corrections to the raw cells; returns the corrected table and how many rows each changed."""
    if not table.spec.corrections:
        return raw, []
    # Cells get names of ours, since those of a Parquet file may be anything.
    renamed = {name: f"c{i}" for i, name in enumerate(raw.columns)}
    cells = ", ".join(
        f"{trimmed_text(f'raw.{identifier(c)}', kind)} AS {renamed[name]}"
        for name, (c, kind) in raw.columns.items()
    )
    fault = ", raw._fault" if raw.has_faults else ""
    fault += ", raw._at" if raw.at else ""
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE corrected AS SELECT {raw.row} AS _row, {raw.line} AS _line{fault}, "
        f"CAST(NULL AS VARCHAR) AS _correction, {cells} FROM raw"
    )
    engine.drop(RAW)
    engine.run("ALTER TABLE corrected RENAME TO raw")
    columns = {name: (column, "VARCHAR") for name, column in renamed.items()}
    changed = []
    for index, rule in enumerate(table.spec.corrections):
        where = " AND ".join(
            _equals(columns, name, value)
            for name, value in [*rule.match.items(), *rule.expect.items()]
        )
        sets = ", ".join(
            f"{identifier(columns[n][0])} = {literal(plain(v))}" for n, v in rule.set.items()
        )
        changed.append(int(engine.value(f"SELECT count(*) FROM raw WHERE {where}")))
        engine.run(
            f"UPDATE raw SET {sets}, _correction = concat_ws(',', _correction, '{index}') WHERE {where}"
        )
    return replace(
        raw, columns=columns, row="raw._row", line="raw._line", correction="raw._correction"
    ), changed


def _equals(columns: Mapping[str, tuple[str, str]], name: str, value: object) -> str:
    return f"coalesce({trimmed_text(identifier(columns[name][0]), 'VARCHAR')}, '') = {literal(plain(value))}"


def _source_sql(shape: Shape, table: Table) -> str:
    """SQL for a row's source: its own where the kind has a field for it, else the table's."""
    declared = literal(table.spec.source)
    return (
        f"coalesce({shape.values['source']}, {declared})" if "source" in shape.values else declared
    )


def _first_quarantined(state: _State, part: StoredPart) -> int | None:
    path = state.store.quarantine(part.key)
    if not part.quarantined or not path.is_file():
        return None
    return int(state.engine.value(f"SELECT min(_line) FROM {parquet(path)}"))


def _write(
    state: _State,
    shape: Shape,
    raw: RawTable,
    table: Table,
    file: RecordFile,
    key: str,
    before: Sequence[StoredPart],
) -> tuple[int, int, int, dict[str, int]]:
    """Write good rows and bad rows; returns rows read, stored, quarantined, and the reasons."""
    engine = state.engine
    kind = state.workspace.kinds[table.spec.kind]
    source = shape.source(raw, file.shown_as)
    system = (
        f"{literal(table.id)} AS _table, cell._file AS _file, cell._line AS _line, "
        f"{_source_sql(shape, table)} AS _source, cell._correction AS _correction"
    )
    fields = ", ".join(
        f"CAST({shape.values[n]} AS {t}) AS {identifier(n)}"
        for n, t in stored_columns(kind).items()
    )
    records, quarantine = state.store.incoming(key)
    stored = engine.copy_to_parquet(
        f"SELECT {fields}, {system} {source} WHERE NOT ({shape.bad_sql()})", records
    )
    duplicates = _set_duplicates_aside(state, kind, records, before)
    stored -= duplicates
    read = int(engine.value("SELECT count(*) FROM raw"))
    if read == stored:
        return read, stored, 0, {}
    taken = {"_file", "_line", "_reasons"}
    cells = ", ".join(
        f"raw.{identifier(c)} AS {identifier(_free(n, taken))}" for n, (c, _) in raw.columns.items()
    )
    reasons = shape.fault_sql()
    bad = shape.bad_sql()
    if duplicates:
        source += " LEFT JOIN duplicates ON duplicates._line = cell._line AND duplicates._file = cell._file"
        reasons = (
            f"CASE WHEN duplicates._line IS NOT NULL THEN {literal(_DUPLICATE)} ELSE {reasons} END"
        )
        bad = f"duplicates._line IS NOT NULL OR {bad}"
    quarantined = engine.copy_to_parquet(
        f"SELECT cell._file AS _file, cell._line AS _line, {reasons} AS _reasons, {cells} {source} "
        f"JOIN raw ON {raw.row} = cell._row WHERE {bad} ORDER BY cell._line",
        quarantine,
    )
    if read != stored + quarantined:
        raise AssertionError(
            f"{file.shown_as}: {read} rows read, {stored} stored, {quarantined} quarantined"
        )
    return read, stored, quarantined, _count_reasons(engine, quarantine)


def _count_reasons(engine: Engine, quarantine: Path) -> dict[str, int]:
    found = engine.rows(f"SELECT _reasons, count(*) FROM {parquet(quarantine)} GROUP BY 1")
    reasons: Counter[str] = Counter()
    for text, rows in found:
        for reason in str(text).split("; "):
            reasons[reason] += int(rows)
    return dict(sorted(reasons.items()))


def _set_duplicates_aside(
    state: _State, kind: RecordKind, records: Path, before: Sequence[StoredPart]
) -> int:
    """Take rows out of a written file whose key an earlier row of it, or a part before it, has.

    Their lines are left in the table ``duplicates``. Written files are looked at because reading back the key's columns
    costs far less than typing all cells twice.
    """
    if not kind.key:
        return 0
    engine = state.engine
    names = _key_columns(kind)
    written = parquet(records)
    whole = ", ".join(f"coalesce(CAST({n} AS VARCHAR), '')" for n in names)
    total, different = engine.rows(
        f"SELECT count(*), count(DISTINCT hash({whole})) FROM {written}"
    )[0]
    if total == different and not before:
        return 0
    order = f"PARTITION BY {', '.join(names)} ORDER BY _line, _file"
    numbered = f"SELECT _file, _line, row_number() OVER ({order}) AS n FROM {written}"
    twice = f"SELECT _file, _line FROM ({numbered}) WHERE n > 1"
    if before:
        create_view(engine, kind, state.store, before)
        same = " AND ".join(f"fresh.{n} IS NOT DISTINCT FROM earlier.{n}" for n in names)
        twice += f" UNION SELECT _file, _line FROM {written} AS fresh SEMI JOIN {identifier(kind.kind)} AS earlier ON {same}"
    engine.run(f"CREATE OR REPLACE TEMP TABLE duplicates AS {twice}")
    found = int(engine.value("SELECT count(*) FROM duplicates"))
    if found:
        rest = records.with_suffix(".unique")
        engine.copy_to_parquet(
            f"SELECT written.* FROM {written} AS written ANTI JOIN duplicates USING (_file, _line)",
            rest,
        )
        rest.replace(records)
    return found


def _free(name: str, taken: set[str]) -> str:
    """The name, or one like it that no column has: the engine does not tell ID from id."""
    candidates = chain([name], (f"{name} ({i})" for i in count(2)))
    free = next(n for n in candidates if n.casefold() not in taken)
    taken.add(free.casefold())
    return free


def _hidden_warning(part: StoredPart) -> list[Problem]:
    if not part.hidden:
        return []
    message = f"hidden sheets are passed over: {', '.join(part.hidden)}"
    return [Problem("hidden-sheet", message, part.file, None, None, "warning")]


def _quarantine_warning(part: StoredPart, first: int | None) -> list[Problem]:
    if not part.quarantined:
        return []
    reasons = ", ".join(f"{reason} {count}" for reason, count in part.reasons.items())
    only_excluded = set(part.reasons) == {"excluded"}
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
