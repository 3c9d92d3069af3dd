"""Small files of one table read together: what is done once for a file is done once for many.

Only files that are alike and clean are read so: plain UTF-8 text under the same line of column names, in which every row is
good and no key stands twice, and whose cells do not decide how the others are read. Each gets the part that it would have
got alone. All others are left to :func:`~ceyuan.records.part.read_part`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from ceyuan.engine import literal
from ceyuan.errors import CeyuanError
from ceyuan.records.files import RecordFile
from ceyuan.records.part import (
    Reading,
    forget,
    key_columns,
    named_columns,
    own_key,
    part_key,
    stored_sql,
    unmapped_columns,
)
from ceyuan.records.raw import RAW, RawTable, layout_of, named_loosely, reader_sql
from ceyuan.records.shape import check_columns, shape_table
from ceyuan.records.shaping import Shape
from ceyuan.records.store import StoredPart
from ceyuan.tabular.delimited import TextRows
from ceyuan.tabular.opening import encoding_of, fingerprint, is_packed, scan
from ceyuan.workspace import Table

_FILE_BYTES = 1 << 24
_BATCH_BYTES = 1 << 26
_LOADED, _TYPED = "together_loaded", "together_typed"


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A file that is not in the store.

    Attributes:
        file: the file.
        sha256: its hash.
        own: its name in the store, as far as it depends on itself.
        rows: its rows.
        has_quotes: whether a cell may be quoted.
        above, names, delimiter: what stands on top of it.
    """

    file: RecordFile
    sha256: str
    own: str
    rows: int
    has_quotes: bool
    above: tuple[str, ...]
    names: tuple[str, ...]
    delimiter: str


def read_together(
    reading: Reading, table: Table, files: Sequence[RecordFile]
) -> dict[RecordFile, StoredPart]:
    """Read those files of a table into the store that can be read together; the others are not in the answer."""
    spec = table.spec
    splits = any(not isinstance(c, str) and c.split for c in spec.columns.values())
    has_key = bool(reading.workspace.kinds[spec.kind].key)
    if len(files) < 2 or spec.corrections or splits or not has_key:
        return {}
    found: dict[RecordFile, StoredPart] = {}
    for batch in _batches(_fresh(reading, table, files)):
        try:
            found |= _read_batch(reading, table, batch)
        except (CeyuanError, duckdb.Error):
            continue  # whoever reads them one by one says what is wrong, and with which of them
        finally:
            forget(reading.engine)
            for name in (_LOADED, _TYPED):
                reading.engine.drop(name)
    return found


def _fresh(reading: Reading, table: Table, files: Sequence[RecordFile]) -> Iterator[_Fresh]:
    """The files that are small, plain text, and not in the store."""
    for file in files:
        layout = layout_of(table.spec, file)
        small = file.path.stat().st_size <= _FILE_BYTES
        if file.format not in ("csv", "tsv") or is_packed(file.path) or not small:
            continue
        try:
            fresh = _look_at(reading, table, file) if layout.is_plain else None
        except CeyuanError:
            continue
        if fresh is not None:
            yield fresh


def _look_at(reading: Reading, table: Table, file: RecordFile) -> _Fresh | None:
    """A file that is not in the store and has nothing that could shift lines; None for others."""
    sha256 = fingerprint(file)
    own = own_key(reading, table, file, sha256, ())
    if reading.store.texts(own) is not None:
        return None
    layout = layout_of(table.spec, file)
    encoding = encoding_of(file, table.spec.encoding)
    copy = reading.scratch / "together.txt"
    try:
        facts, plain = scan(file, encoding, copy)
        rows = TextRows(file, layout, plain)
    finally:
        copy.unlink(missing_ok=True)
    header = layout.header[0]
    strange = facts.has_nul or facts.blank_lines or facts.lone_returns
    if plain != file.path or strange or rows.next_line != header + 1:
        return None
    return _Fresh(
        file,
        sha256,
        own,
        facts.lines - header,
        facts.quotes,
        rows.above,
        rows.names,
        rows.delimiter,
    )


def _batches(fresh: Iterator[_Fresh]) -> Iterator[list[_Fresh]]:
    """Files that follow each other and are alike on top, as many as fit into a batch; single ones are left out."""
    batch: list[_Fresh] = []
    size = 0
    for one in fresh:
        weight = one.file.path.stat().st_size
        alike = batch and _top(batch[0]) == _top(one)
        if batch and not (alike and size + weight <= _BATCH_BYTES):
            if len(batch) > 1:
                yield batch
            batch, size = [], 0
        batch.append(one)
        size += weight
    if len(batch) > 1:
        yield batch


def _top(one: _Fresh) -> tuple[tuple[str, ...], tuple[str, ...], str, str]:
    return one.above, one.names, one.delimiter, one.file.format


def _read_batch(
    reading: Reading, table: Table, batch: Sequence[_Fresh]
) -> dict[RecordFile, StoredPart]:
    engine = reading.engine
    kind = reading.workspace.kinds[table.spec.kind]
    loaded = _load(reading, table, batch)
    if loaded is None:
        return {}
    named = named_columns(table, kind)
    raw = named_loosely(loaded, named)
    left = unmapped_columns(raw, named)
    check_columns(raw, table, batch[0].file, kind)
    shape = shape_table(engine, raw, table, reading.workspace.kinds, reading.resolvers)
    if shape.told_by_cells:
        return {}
    asked = _asked(reading, shape)
    good = _type(reading, table, shape, raw)
    found: dict[RecordFile, StoredPart] = {}
    for one in batch:
        if one.file.shown_as not in good:
            continue
        texts = asked.get(one.file.shown_as, {})
        key = part_key(reading, one.own, texts)
        records, _ = reading.store.incoming(key)
        whose = f"_file = {literal(one.file.shown_as)}"
        engine.copy_to_parquet(f"SELECT * EXCLUDE (_bad) FROM {_TYPED} WHERE {whose}", records)
        part = StoredPart(
            key, table.id, kind.kind, one.file.shown_as, one.sha256, one.rows, one.rows, 0, {},
            (), (), (one.own,), left,
        )  # fmt: skip
        reading.store.keep_texts(one.own, texts)
        reading.store.keep(part)
        found[one.file] = part
    return found


def _load(reading: Reading, table: Table, batch: Sequence[_Fresh]) -> RawTable | None:
    """The rows of all files as the relation ``raw``; None where the engine's reader did not give one row for each line."""
    engine = reading.engine
    forget(engine)
    first = batch[0]
    header = layout_of(table.spec, first.file).header[0]
    quotes = any(one.has_quotes for one in batch)
    paths = [one.file.path for one in batch]
    source = reader_sql(paths, len(first.names), header, first.delimiter, quotes)
    engine.run(f"CREATE OR REPLACE TEMP TABLE {_LOADED} AS SELECT * FROM {source}")
    found = engine.rows(
        f"SELECT filename, count(*), min(rowid), max(rowid) FROM {_LOADED} GROUP BY filename"
    )
    lies = {str(path): (rows, begin, end) for path, rows, begin, end in found}
    values = []
    for one in batch:
        rows, begin, end = lies.get(str(one.file.path), (0, 0, 0))
        if rows != one.rows or end - begin + 1 != rows:
            return None
        shown = literal(one.file.shown_as)
        values.append(f"({literal(str(one.file.path))}, {shown}, {begin - header - 1})")
    engine.run(
        f"CREATE OR REPLACE TEMP VIEW {RAW} AS SELECT loaded.*, loaded.rowid AS _row, files._place, "
        f"loaded.rowid - files._before AS _line FROM {_LOADED} AS loaded "
        f"LEFT JOIN (VALUES {', '.join(values)}) AS files(filename, _place, _before) USING (filename)"
    )
    columns = {name: (f"c{i}", "VARCHAR") for i, name in enumerate(first.names)}
    return RawTable(
        columns,
        "raw._row",
        "raw._line",
        has_faults=False,
        above=first.above,
        delimiter=first.delimiter,
        place="raw._place",
    )


def _asked(reading: Reading, shape: Shape) -> dict[str, dict[str, set[str]]]:
    """By file and type of field, the texts that only the workspace can answer."""
    asked: dict[str, dict[str, set[str]]] = {}
    for of, text in shape.asked:
        found = reading.engine.rows(
            f"SELECT DISTINCT raw._place, {text} FROM {RAW} WHERE {text} IS NOT NULL"
        )
        for place, said in found:
            asked.setdefault(place, {}).setdefault(of, set()).add(said)
    return asked


def _type(reading: Reading, table: Table, shape: Shape, raw: RawTable) -> set[str]:
    """Type all rows; returns the files in which every row is good and no key stands twice."""
    kind = reading.workspace.kinds[table.spec.kind]
    engine = reading.engine
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {_TYPED} AS SELECT {stored_sql(kind, table, shape)}, "
        f"({shape.bad_sql()}) AS _bad {shape.source(raw, '')}"
    )
    whole = ", ".join(f"coalesce(CAST({name} AS VARCHAR), '')" for name in key_columns(kind))
    different = f"count(DISTINCT hash({whole}))" if whole else "count(*)"
    found = engine.rows(
        f"SELECT _file FROM {_TYPED} GROUP BY _file "
        f"HAVING NOT bool_or(_bad) AND count(*) = {different}"
    )
    return {str(file) for (file,) in found}
