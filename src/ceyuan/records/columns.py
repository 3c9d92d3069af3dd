"""The columns of stored records, and how the engine sees them.

Apart from how records are made, so that a build is read without loading what reads files.
"""

from __future__ import annotations

from collections.abc import Iterable

from ceyuan.engine import Engine, KindFiles, identifier
from ceyuan.errors import fail
from ceyuan.records.numbers import NUMBER
from ceyuan.records.store import Store, StoredPart
from ceyuan.workspace.kinds import RecordKind

SQL_TYPES = {"integer": "BIGINT", "number": "DOUBLE", "quantity": NUMBER, "boolean": "BOOLEAN", "date": "DATE",
             "latitude": "DOUBLE", "longitude": "DOUBLE"}  # fmt: skip
SYSTEM_COLUMNS = {
    "_table": "VARCHAR",
    "_file": "VARCHAR",
    "_line": "BIGINT",
    "_source": "VARCHAR",
    "_correction": "VARCHAR",
}


def stored_columns(kind: RecordKind) -> dict[str, str]:
    """The columns that a stored record of a kind has beside the system's own, with their SQL types."""
    columns: dict[str, str] = {}
    for spec in kind.fields:
        columns[spec.id] = SQL_TYPES.get(spec.type, "VARCHAR")
        if spec.type == "quantity":
            columns[f"{spec.id}_unit"] = "VARCHAR"
            # The last decimal of the base unit that the source printed, if any: 2.00 has 2, and 2.68 of 10,000 has -2.
            columns[f"{spec.id}_decimals"] = "SMALLINT"
        if spec.type == "period":
            columns |= {f"{spec.id}_start": "DATE", f"{spec.id}_end": "DATE"}
    return columns


def kind_files(kind: RecordKind, store: Store, parts: Iterable[StoredPart]) -> KindFiles:
    """The stored records of a kind, for the engine that is asked for them."""
    filled = [p for p in parts if p.kind == kind.kind and p.stored]
    files = tuple(store.records(p.key) for p in filled)
    return KindFiles(files, sum(p.stored for p in filled), stored_columns(kind) | SYSTEM_COLUMNS)


def create_view(
    engine: Engine,
    kind: RecordKind,
    store: Store,
    parts: Iterable[StoredPart],
    name: str | None = None,
) -> None:
    """Make the engine's view of all stored records of a kind, under the kind's name if no other is given.

    Raises:
        CeyuanError: ``store-missing`` where a file of them is gone.
    """
    filled = [part for part in parts if part.kind == kind.kind and part.stored]
    found = kind_files(kind, store, filled)
    gone = store.gone(part.key for part in filled)
    if gone is not None:
        raise fail("store-missing", f"there is no file {gone}")
    if found.files:
        source = f"SELECT * FROM {engine.parquet(*found.files)}"
    else:
        empty = ", ".join(
            f"CAST(NULL AS {kind_}) AS {identifier(name)}" for name, kind_ in found.columns.items()
        )
        source = f"SELECT {empty} WHERE FALSE"
    engine.run(f"CREATE OR REPLACE TEMP VIEW {identifier(name or kind.kind)} AS {source}")
