"""One file of a table into the store: its cells typed and checked, good rows and bad rows written, each with its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path

import duckdb

from ceyuan.engine import Engine, identifier, literal, parquet
from ceyuan.expressions import fields_of, parse_filter
from ceyuan.records import raw as raw_tables
from ceyuan.records.columns import create_view, stored_columns
from ceyuan.records.files import RecordFile
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
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.submissions import FOLDER as SUBMITTED
from ceyuan.workspace.tables import column_of

_DUPLICATE = "duplicate-key"
REPLACED = "replaced"
"""The reason of rows of a table's own file that a submission has, too."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What files are read with, and what has been read.

    Attributes:
        workspace: a workspace without faults in its references.
        engine: where the work is done, with a view for each kind that the file's kind refers to.
        store: where records are kept.
        scratch: a folder for copies that are thrown away.
        resolvers: what the workspace says of the texts in cells.
        parts: what has been read.
    """

    workspace: Workspace
    engine: Engine
    store: Store
    scratch: Path
    resolvers: Resolvers
    parts: list[StoredPart] = field(default_factory=list)

    def keys(self, kinds: Iterable[str]) -> list[str]:
        """The stored parts of some kinds."""
        wanted = set(kinds)
        return [p.key for p in self.parts if p.kind in wanted]


def key_columns(kind: RecordKind) -> list[str]:
    """The columns that tell records of a kind apart, as SQL."""
    return [identifier(n) for n in (*kind.key, *(("_source",) if kind.per_source else ()))]


def read_part(
    reading: Reading, table: Table, file: RecordFile, before: Sequence[StoredPart] = ()
) -> StoredPart:
    """Read a file into the store, or find it there.

    Args:
        reading: what is known so far.
        table: the table.
        file: the file.
        before: stored parts of its kind whose keys it may not repeat.
    """
    kind = reading.workspace.kinds[table.spec.kind]
    sha256 = fingerprint(file)
    own = own_key(reading, table, file, sha256, before)
    asked = reading.store.texts(own)
    if asked is not None:
        found = reading.store.find(part_key(reading, own, asked))
        if found is not None:
            return found
    reading.resolvers.asked.clear()
    try:
        named = named_columns(table, kind)
        raw = named_loosely(_load(reading, table, file, kind), named)
        if file.member is not None:
            raw = replace(raw, sheet=file.member)
        unmapped = unmapped_columns(raw, named)
        check_columns(raw, table, file, kind)
        raw, changed = _correct(reading.engine, raw, table)
        raw = split_rows(reading.engine, raw, table.spec)
        shape = shape_table(reading.engine, raw, table, reading.workspace.kinds, reading.resolvers)
        key = part_key(reading, own, reading.resolvers.asked)
        counts = _write(reading, shape, raw, table, file, key, before)
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
    reading.store.keep_texts(own, reading.resolvers.asked)
    reading.store.keep(part)
    forget(reading.engine)
    return part


def own_key(
    reading: Reading, table: Table, file: RecordFile, sha256: str, before: Sequence[StoredPart]
) -> str:
    """A name of all that decides what a file's cells mean, but what the workspace says of places, parties and the like."""
    kind = reading.workspace.kinds[table.spec.kind]
    targets = {f.to for f in kind.fields if f.type == "ref" and f.to}
    units = {
        name: unit.model_dump(mode="json") for name, unit in reading.workspace.config.units.items()
    }
    return store_key({
        "file": file.shown_as, "sha256": sha256, "table": table.id, "spec": table.spec.model_dump(mode="json"),
        "kind": kind.model_dump(mode="json"), "columns": stored_columns(kind), "units": units,
        "targets": reading.keys(targets), "before": [part.key for part in before],
    })  # fmt: skip


def part_key(reading: Reading, own: str, asked: Mapping[str, Iterable[str]]) -> str:
    """A name of a stored part: its file, and what the workspace answers to the texts in it.

    So a name that no record uses, or a new indicator, costs no reading.
    """
    return store_key({"own": own, "answers": reading.resolvers.answers(asked)})


def _load(reading: Reading, table: Table, file: RecordFile, kind: RecordKind) -> RawTable:
    forget(reading.engine)
    if file.format == "parquet":
        return raw_tables.load_parquet(reading.engine, file)
    if file.format in ("xlsx", "xls", "ods"):
        return raw_tables.load_sheet(reading.engine, file, table.spec)
    if file.format == "jsonl":
        return raw_tables.load_jsonl(reading.engine, file, named_columns(table, kind))
    if file.format == "sdmx-ml":
        return raw_tables.load_sdmx(reading.engine, file)
    copy = reading.scratch / "plain.txt"
    try:
        facts, plain = scan(file, encoding_of(file, table.spec.encoding), copy)
        return raw_tables.load_csv(reading.engine, file, table.spec, facts, plain)
    finally:
        copy.unlink(missing_ok=True)


def forget(engine: Engine) -> None:
    """Drop the cells of the file that was read last."""
    engine.drop(RAW)
    engine.drop("duplicates")


def named_columns(table: Table, kind: RecordKind) -> list[str]:
    """The columns of the file that a declaration names, and those that are taken by the names of fields."""
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


def unmapped_columns(raw: RawTable, named: Iterable[str]) -> tuple[str, ...]:
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
        raw,
        columns=columns,
        row="raw._row",
        line="raw._line",
        correction="raw._correction",
        padded=True,
    ), changed


def _equals(columns: Mapping[str, tuple[str, str]], name: str, value: object) -> str:
    return f"coalesce({trimmed_text(identifier(columns[name][0]), 'VARCHAR')}, '') = {literal(plain(value))}"


def _source_sql(shape: Shape, table: Table) -> str:
    """SQL for a row's source: its own where the kind has a field for it, else the table's."""
    declared = literal(table.spec.source)
    return (
        f"coalesce({shape.values['source']}, {declared})" if "source" in shape.values else declared
    )


def stored_sql(kind: RecordKind, table: Table, shape: Shape) -> str:
    """SQL for the columns of a stored record."""
    fields = ", ".join(
        f"CAST({shape.values[n]} AS {t}) AS {identifier(n)}"
        for n, t in stored_columns(kind).items()
    )
    return (
        f"{fields}, {literal(table.id)} AS _table, cell._file AS _file, cell._line AS _line, "
        f"{_source_sql(shape, table)} AS _source, cell._correction AS _correction"
    )


def _write(
    reading: Reading,
    shape: Shape,
    raw: RawTable,
    table: Table,
    file: RecordFile,
    key: str,
    before: Sequence[StoredPart],
) -> tuple[int, int, int, dict[str, int]]:
    """Write good rows and bad rows; returns rows read, stored, quarantined, and the reasons."""
    engine = reading.engine
    kind = reading.workspace.kinds[table.spec.kind]
    source = shape.source(raw, file.shown_as)
    records, quarantine = reading.store.incoming(key)
    stored = engine.copy_to_parquet(
        f"SELECT {stored_sql(kind, table, shape)} {source} WHERE {shape.good_sql()}", records
    )
    duplicates = _set_duplicates_aside(reading, kind, records, file, before)
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
            f"CASE WHEN duplicates._line IS NOT NULL THEN duplicates._reason ELSE {reasons} END"
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
    reading: Reading,
    kind: RecordKind,
    records: Path,
    file: RecordFile,
    before: Sequence[StoredPart],
) -> int:
    """Take rows out of a written file whose key an earlier row of it, or a part before it, has.

    Their lines are left in the table ``duplicates``, each with its reason. Written files are looked at because reading back
    the key's columns costs far less than typing all cells twice.
    """
    if not kind.key:
        return 0
    engine = reading.engine
    names = key_columns(kind)
    written = parquet(records)
    whole = ", ".join(f"coalesce(CAST({n} AS VARCHAR), '')" for n in names)
    total, different = engine.rows(
        f"SELECT count(*), count(DISTINCT hash({whole})) FROM {written}"
    )[0]
    if total == different and not before:
        return 0
    order = f"PARTITION BY {', '.join(names)} ORDER BY _line, _file"
    numbered = f"SELECT _file, _line, row_number() OVER ({order}) AS n FROM {written}"
    duplicate = f"{literal(_DUPLICATE)} AS _reason"
    twice = [f"SELECT _file, _line, {duplicate} FROM ({numbered}) WHERE n > 1"]
    for position, (reason, parts) in enumerate(_by_reason(file, before).items()):
        earlier = f"earlier_{position}"
        create_view(engine, kind, reading.store, parts, earlier)
        same = " AND ".join(f"fresh.{n} IS NOT DISTINCT FROM earlier.{n}" for n in names)
        twice.append(
            f"SELECT _file, _line, {literal(reason)} FROM {written} AS fresh "
            f"SEMI JOIN {earlier} AS earlier ON {same}"
        )
    # Of two reasons the submission is the one that says why.
    engine.run(
        "CREATE OR REPLACE TEMP TABLE duplicates AS SELECT _file, _line, max(_reason) AS _reason "
        f"FROM ({' UNION ALL '.join(twice)}) GROUP BY _file, _line"
    )
    found = int(engine.value("SELECT count(*) FROM duplicates"))
    if found:
        rest = records.with_suffix(".unique")
        engine.copy_to_parquet(
            f"SELECT written.* FROM {written} AS written ANTI JOIN duplicates USING (_file, _line)",
            rest,
        )
        rest.replace(records)
    return found


def _by_reason(file: RecordFile, before: Sequence[StoredPart]) -> dict[str, list[StoredPart]]:
    """Earlier parts by what it means that a row of a file repeats one of theirs."""
    found: dict[str, list[StoredPart]] = {}
    for part in before:
        is_replaced = part.file.startswith(f"{SUBMITTED}/") and not file.is_submitted
        found.setdefault(REPLACED if is_replaced else _DUPLICATE, []).append(part)
    return found


def _free(name: str, taken: set[str]) -> str:
    """The name, or one like it that no column has: the engine does not tell ID from id."""
    candidates = chain([name], (f"{name} ({i})" for i in count(2)))
    free = next(n for n in candidates if n.casefold() not in taken)
    taken.add(free.casefold())
    return free
