"""Tables of deals → points and records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from ceyuan.errors import CeyuanError, Problem, did_you_mean
from ceyuan.hashes import file_sha256
from ceyuan.sources.accounts import FileAccount, ReadingReport, TableAccount
from ceyuan.sources.deals.cities import Cities, Match, read_cities
from ceyuan.sources.outputs import About, ReaderRun, finish, open_run
from ceyuan.sources.tables import (
    ForeignColumns,
    Loaded,
    find_tables,
    load_table,
    numbered,
    position_checks,
    sort_out,
)

NEEDED = ("id", "date", "investee", "city")
OPTIONAL = ("region", "country", "type", "round", "amount", "currency", "field", "lat", "lon")
ROLES = NEEDED + OPTIONAL

_MATCHES = pa.schema(
    [
        ("city", pa.string()), ("region", pa.string()), ("country", pa.string()), ("found_lat", pa.float64()),
        ("found_lon", pa.float64()), ("found_country", pa.string()), ("place", pa.string()), ("fault", pa.string()),
        ("candidates", pa.string()),
    ]
)  # fmt: skip


def parse_columns(pairs: Sequence[str]) -> dict[str, str]:
    """Read ``role=Column`` pairs.

    Raises:
        CeyuanError: ``bad-value`` for every pair that is not of this form or names no role.

    >>> parse_columns(["city=company_city"])
    {'city': 'company_city'}
    """
    problems, columns = [], dict[str, str]()
    for pair in pairs:
        role, equals, name = pair.partition("=")
        if not equals or not name:
            problems.append(Problem("bad-value", f"{pair!r} is not of the form role=Column"))
        elif role not in ROLES:
            hint = did_you_mean(role, ROLES) or f"Known: {', '.join(ROLES)}"
            problems.append(Problem("bad-value", f"there is no role {role!r}", hint=hint))
        else:
            columns[role] = name
    if problems:
        raise CeyuanError(problems)
    return columns


def deal_points(
    inputs: Sequence[Path],
    out: Path,
    *,
    gazetteer: Path,
    columns: Mapping[str, str] | None = None,
    vintage: str | None = None,
    memory: str = "1GB",
) -> ReadingReport:
    """Turn tables of deals into points: one for each deal, at the investee's city.

    A row's own coordinates are taken where it has them; else its city is looked up. A city that the gazetteer does not
    know, or of which it knows several, puts the row into quarantine, with the candidates.

    Args:
        inputs: the tables (CSV, TSV, pipes or semicolons; plain, gzipped or zipped), or their folder.
        out: the points file; the others are written beside it.
        gazetteer: cities, in one of the forms of :func:`ceyuan.sources.deals.cities.read_cities`.
        columns: role → column, where a column is not called as its role; roles are :data:`ROLES`.
        vintage: the edition.
        memory: how much the engine may use.

    Raises:
        CeyuanError: ``source-no-input``, ``missing-column``, ``bad-gazetteer`` and what reading files can raise.
    """
    found = find_tables(inputs, {"deals": ""}, ["deals"])
    cities = read_cities(gazetteer)
    named = columns or {}
    layout = ForeignColumns(
        {r: [named.get(r, r)] for r in NEEDED}, {r: [named.get(r, r)] for r in OPTIONAL}
    )
    with open_run(out, memory) as run:
        loaded = load_table(run, "raw_deals", found["deals"], layout)
        _locate(run, cities)
        accounts = {"deals": _deals(run, loaded)}
        run.engine.run(
            "CREATE TEMP VIEW deals AS SELECT * EXCLUDE (lat, lon, country), "
            "coalesce(CAST(lat AS DOUBLE), found_lat) AS lat, coalesce(CAST(lon AS DOUBLE), found_lon) AS lon, "
            "coalesce(country, found_country) AS country FROM good_deals"
        )
        files = (
            *loaded.files,
            FileAccount(str(gazetteer), gazetteer.stat().st_size, file_sha256(gazetteer)),
        )
        notes = ("positions are the deals' own where given, else those of the investee's city",)
        return finish(run, About("deals", vintage, files, accounts, notes), _POINTS, ("deals",))


def _locate(run: ReaderRun, cities: Cities) -> None:
    """Look each distinct city up once, into the table ``located``."""
    asked = run.engine.rows(
        "SELECT DISTINCT city, region, country FROM raw_deals WHERE city IS NOT NULL ORDER BY ALL"
    )
    rows = [(*key, *_answer(cities.find(*key))) for key in asked]
    arrays = [[row[i] for row in rows] for i in range(len(_MATCHES))]
    run.engine.load("located", pa.table(arrays, schema=_MATCHES))


def _answer(
    match: Match,
) -> tuple[float | None, float | None, str | None, str | None, str | None, str]:
    if match.city is not None:
        return (
            match.city.lat,
            match.city.lon,
            match.city.country or None,
            match.city.place,
            None,
            "",
        )
    said = " or ".join(match.candidates)
    return None, None, None, None, "ambiguous-city" if match.known else "unknown-city", said


def _deals(run: ReaderRun, loaded: Loaded) -> TableAccount:
    query = (
        "SELECT d.*, d.rowid AS _row, l.found_lat, l.found_lon, l.found_country, l.place, l.fault, l.candidates, "
        f"{numbered('d', 'd.id')} FROM raw_deals AS d LEFT JOIN located AS l "
        "ON l.city = d.city AND l.region IS NOT DISTINCT FROM d.region AND l.country IS NOT DISTINCT FROM d.country"
    )
    said = "' of the gazetteer; candidates: ' || coalesce(nullif(candidates, ''), 'none')"
    checks = [
        (
            "id IS NULL OR investee IS NULL OR date IS NULL",
            "missing-value",
            "'no id, investee or date'",
        ),
        (
            "TRY_CAST(substr(date, 1, 4) AS INTEGER) IS NULL",
            "bad-date",
            "date || ' does not begin with a year'",
        ),
        (
            "amount IS NOT NULL AND coalesce(TRY_CAST(amount AS DOUBLE), -1) < 0",
            "bad-number",
            "'the amount ' || amount || ' is no number from 0'",
        ),
        *position_checks(),
        ("_number > 1", "duplicate-key", "'the deal ' || id || ' stands in an earlier row'"),
        ("lat IS NULL AND city IS NULL", "missing-value", "'no city and no position'"),
        (
            "lat IS NULL AND fault = 'unknown-city'",
            "unknown-city",
            f"city || ' is no city there {said[1:]}",
        ),
        (
            "lat IS NULL AND fault = 'ambiguous-city'",
            "ambiguous-city",
            f"city || ' means several cities {said[1:]}",
        ),
    ]
    return sort_out(run, loaded, query, checks, "good_deals")


_POINTS = """
    SELECT id AS record_id, 'deal' AS kind, investee AS contributor_id, lat, lon,
           CAST(substr(date, 1, 4) AS INTEGER) AS year, CAST(1 AS DOUBLE) AS weight,
           CAST(NULL AS VARCHAR) AS institution_id, country, city, place, field
    FROM deals ORDER BY record_id
"""
