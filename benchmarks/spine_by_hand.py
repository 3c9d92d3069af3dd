"""The hand-written side of the benchmark ``spine.py``: the same records and indicators in plain DuckDB SQL.

Usage: ``python spine_by_hand.py WORKSPACE OUT``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

from spine import MEMORY, RATIOS, RECORD_INDICATORS

# Table: columns of the file, typed fields, condition of a good row, key.
TABLES = {
    "document": (
        "id type date field citations place office",
        "id, type, CAST(date AS INTEGER) AS year, field, CAST(citations AS BIGINT) AS citations, place, office",
        "type IN ('paper', 'patent') AND TRY_CAST(date AS INTEGER) IS NOT NULL AND TRY_CAST(citations AS BIGINT) >= 0",
        "id",
    ),
    "payment": (
        "id from_party to_party amount date place scheme",
        "id, from_party, to_party, CAST(amount AS DECIMAL(38, 10)) AS amount, CAST(date AS DATE) AS date, place, scheme",
        "TRY_CAST(amount AS DECIMAL(38, 10)) >= 0 AND TRY_CAST(date AS DATE) IS NOT NULL "
        "AND from_party IN ('p0', 'p1', 'p2') AND to_party IN ('p0', 'p1', 'p2')",
        "id",
    ),
    "account": (
        "item category place period amount amount_unit",
        "item, category, place, CAST(period AS INTEGER) AS year, CAST(amount AS DECIMAL(28, 10)) * 10000 AS amount",
        "TRY_CAST(amount AS DECIMAL(28, 10)) IS NOT NULL AND TRY_CAST(period AS INTEGER) IS NOT NULL "
        "AND amount_unit = '万元'",
        "item, category, place, period",
    ),
}


def ingest(db: duckdb.DuckDBPyConnection, root: Path, out: Path, name: str) -> None:
    """Read, check and store one table."""
    columns, fields, good, key = TABLES[name]
    types = "{" + ", ".join(f"'{c}': 'VARCHAR'" for c in columns.split()) + "}"
    source = f"read_csv('{root}/records/{name}s.csv', header = true, auto_detect = false, columns = {types})"
    db.execute(f"CREATE OR REPLACE TABLE raw AS SELECT * FROM {source}")
    known = "place IN (SELECT id FROM places)"
    bad = db.execute(f"SELECT count(*) FROM raw WHERE NOT ({good}) OR NOT ({known})").fetchall()[0][
        0
    ]
    repeated = f"SELECT {key} FROM raw GROUP BY {key} HAVING count(*) > 1"
    twice = db.execute(f"SELECT count(*) FROM ({repeated})").fetchall()[0][0]
    if bad or twice:
        raise SystemExit(f"{name}: {bad} bad rows, {twice} keys twice")
    options = "COMPRESSION zstd, COMPRESSION_LEVEL 1"
    db.execute(
        f"COPY (SELECT {fields}, rowid + 2 AS line FROM raw) TO '{out}/{name}.parquet' ({options})"
    )
    db.execute("DROP TABLE raw")
    db.execute(f"CREATE VIEW {name} AS SELECT * FROM '{out}/{name}.parquet'")


def compute(db: duckdb.DuckDBPyConnection) -> None:
    """The twenty indicators, for every place that contains another."""
    db.execute(
        "CREATE TABLE observations (indicator VARCHAR, place VARCHAR, year INTEGER, value DOUBLE, records BIGINT)"
    )
    for name, type_, kind, where, value in RECORD_INDICATORS:
        table = kind.replace("bench_", "")
        year = "extract(year FROM date)" if table == "payment" else "year"
        what = {"count": "count(*)", "sum": f"sum({value})", "distinct": str(value)}[type_]
        filtered = f"FROM {table}" + (f" WHERE {where}" if where else "")
        total = "count(DISTINCT v)" if type_ == "distinct" else "sum(v)"
        leaf = f"SELECT place, {year} AS year, {what} AS v, count(*) AS n {filtered} GROUP BY ALL"
        db.execute(
            f"INSERT INTO observations SELECT '{name}', ancestor, year, {total}, sum(n) "
            f"FROM ({leaf}) JOIN closure USING (place) GROUP BY ALL"
        )
    for name, top, bottom in RATIOS:
        db.execute(
            f"INSERT INTO observations SELECT '{name}', a.place, a.year, 100 * a.value / nullif(b.value, 0), NULL "
            "FROM observations a JOIN observations b USING (place, year) "
            f"WHERE a.indicator = '{top}' AND b.indicator = '{bottom}'"
        )


def main() -> None:
    """Do the work and print the number of observations and their sum."""
    root, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir()
    db = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(out / "tmp")})
    db.execute(
        f"CREATE TABLE places AS SELECT id, parents FROM read_csv('{root}/places.csv', all_varchar = true)"
    )
    db.execute(
        "CREATE TABLE closure AS SELECT id AS place, id AS ancestor FROM places "  # the world is no sum of what is known
        "UNION SELECT id, parents FROM places WHERE parents IS NOT NULL AND parents <> 'world'"
    )
    for name in TABLES:
        ingest(db, root, out, name)
    compute(db)
    db.execute(f"COPY observations TO '{out}/observations.parquet'")
    # Of ratios Ceyuan has more: a share of nothing is nought, where here the row is missing.
    of_records = f"indicator IN {tuple(name for name, *_ in RECORD_INDICATORS)}"
    found = db.execute(
        f"SELECT count(*), sum(value) FROM observations WHERE {of_records}"
    ).fetchall()
    print(json.dumps(found[0]))


if __name__ == "__main__":
    main()
