"""OECD REGPAT's text files → points, documents, contributions.

Layout (pipes or semicolons; the letter case of headers differs between editions):

- ``…PCT_Inv_reg``: PCT_Nbr, PCT_App, Appln_id, Inv_name, Address, Reg_code, Ctry_code, Reg_share, Inv_share
- ``…PCT_App_reg``: the same with App_name, App_share
- ``…EPO_Inv_reg``, ``…EPO_App_reg``: Appln_id, Person_id … Reg_code, Ctry_code, Reg_share, Inv_share or App_share
- ``…PCT_IPC``: pct_nbr, prio_year, app_year, IPC; ``…EPO_IPC``: appln_id, prio_year, app_year, IPC

A person whose address lies in several regions has a row for each, with the region's share. A point's weight multiplies
the equal part that counting gives to each located row of a person, so it is share ÷ (sum of the shares of the person's
located rows) × (their number): a person's parts then add up to that of any other. Rows without a position are treated
likewise among themselves; counting uses them only where a person has no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from ceyuan.errors import fail
from ceyuan.sources.accounts import FileAccount, ReadingReport, TableAccount
from ceyuan.sources.outputs import About, ReaderRun, finish, open_run
from ceyuan.sources.patents.fields import NO_MORE, UNCITED, ipc_section
from ceyuan.sources.patents.regions import REGIONS_NOTE, load_regions, regions_without_position
from ceyuan.sources.tables import (
    ForeignColumns,
    Loaded,
    find_tables,
    load_table,
    numbered,
    sort_out,
)

Role = Literal["inventor", "applicant"]
Year = Literal["filing", "priority"]
_FILES: dict[Role, str] = {"inventor": "inv_reg", "applicant": "app_reg"}
_PERSON = {"inventor": ["person_id", "inv_name"], "applicant": ["person_id", "app_name"]}

_IPC = ForeignColumns(
    {},
    {
        "pct_nbr": ["pct_nbr"],
        "appln_id": ["appln_id"],
        "prio_year": ["prio_year"],
        "app_year": ["app_year"],
        "ipc": ["ipc"],
    },
    quoted=False,
)


def _people(role: Role) -> ForeignColumns:
    return ForeignColumns(
        {"region": ["reg_code"], "person": _PERSON[role]},
        {
            "pct_nbr": ["pct_nbr"],
            "appln_id": ["appln_id"],
            "country": ["ctry_code"],
            "share": ["reg_share"],
        },
        quoted=False,
    )


def regpat_points(
    inputs: Sequence[Path],
    out: Path,
    *,
    regions: Sequence[Path],
    role: Role = "inventor",
    year: Year = "filing",
    encoding: str = "utf-8",
    vintage: str | None = None,
    memory: str = "1GB",
) -> ReadingReport:
    """Turn REGPAT into points: one for each inventor (or applicant) and region, at the region's position.

    The field is the section of the IPC in which most of the patent's symbols are, of equal ones the first by letter.

    Args:
        inputs: ``…_Inv_reg`` (or ``…_App_reg``) and ``…_IPC`` files of one route (PCT or EPO), or their folder.
        out: the points file; the others are written beside it.
        regions: tables of region codes with latitude and longitude; REGPAT has none.
        role: who is counted.
        year: which year a patent counts in.
        encoding: of the text files.
        vintage: the edition; six digits at the beginning of the files' names if None.
        memory: how much the engine may use.

    Raises:
        CeyuanError: ``source-no-input``, ``source-missing-table``, ``missing-column`` and what reading files can raise.
    """
    found = find_tables(inputs, {"people": _FILES[role], "ipc": "_ipc"}, ["people", "ipc"])
    with open_run(out, memory) as run:
        people = load_table(run, "raw_people", found["people"], _people(role), encoding)
        ipc = load_table(run, "raw_ipc", found["ipc"], _IPC, encoding)
        key = _key(people, ipc)
        accounts = {"ipc": _years(run, ipc, key, year)}
        accounts["regions"], region_files = load_regions(run, regions)
        accounts[_FILES[role]] = _contributors(run, people, key)
        _views(run, key, role)
        note = regions_without_position(run, "people", "region")
        notes = (
            f"year is that of {year}",
            "field is the IPC section of most symbols",
            REGIONS_NOTE,
            *([note] if note else []),
        )
        files: tuple[FileAccount, ...] = (*people.files, *ipc.files, *region_files)
        about = About("regpat", vintage or _edition(found["people"]), files, accounts, notes)
        return finish(run, about, _POINTS, ("documents", "contributions"))


def _key(people: Loaded, ipc: Loaded) -> str:
    """The column by which contributors and years belong together."""
    for key in ("pct_nbr", "appln_id"):
        if key in people.columns and key in ipc.columns:
            return key
    message = "contributors and IPC file have neither pct_nbr nor appln_id in common"
    raise fail("missing-column", message, file=ipc.shown_as, line=1)


def _edition(paths: Sequence[Path]) -> str | None:
    digits = sorted(p.name[:6] for p in paths if p.name[:6].isdigit())
    return f"{digits[-1][:4]}-{digits[-1][4:]}" if digits else None


def _years(run: ReaderRun, ipc: Loaded, key: str, year: Year) -> TableAccount:
    column = "app_year" if year == "filing" else "prio_year"
    if column not in ipc.columns:
        raise fail("missing-column", f"there is no column {column}", file=ipc.shown_as, line=1)
    query = f"SELECT {key} AS key, {column} AS year, ipc, rowid AS _row FROM raw_ipc"
    checks = [
        ("key IS NULL", "missing-value", f"'no {key}'"),
        (
            "coalesce(TRY_CAST(year AS INTEGER), 0) NOT BETWEEN 1000 AND 9998",
            "bad-date",
            f"'{column} ' || coalesce(year, '') || ' is no year'",
        ),
    ]
    account = sort_out(run, ipc, query, checks, "ipc_rows")
    # A patent has a row for each class; they repeat its years.
    run.engine.run(
        "CREATE TEMP TABLE years AS SELECT key, min(CAST(year AS INTEGER)) AS year FROM ipc_rows GROUP BY key"
    )
    run.engine.run(
        "CREATE TEMP TABLE sections AS SELECT key, field FROM (SELECT key, field, count(*) AS symbols FROM "
        f"(SELECT key, {ipc_section('ipc')} AS field FROM ipc_rows) WHERE field IS NOT NULL GROUP BY key, field) "
        "QUALIFY row_number() OVER (PARTITION BY key ORDER BY symbols DESC, field) = 1"
    )
    return account


def _contributors(run: ReaderRun, people: Loaded, key: str) -> TableAccount:
    query = (
        f"SELECT p.{key} AS key, p.person, upper(p.region) AS region, p.country, p.share, years.year, sections.field, "
        "p.rowid AS _row, "
        f"{numbered('p', f'p.{key}, p.person, p.region')} "
        f"FROM raw_people AS p LEFT JOIN years ON years.key = p.{key} "
        f"LEFT JOIN sections ON sections.key = p.{key}"
    )
    checks = [
        ("key IS NULL", "missing-value", f"'no {key}'"),
        ("person IS NULL", "missing-value", "'no person'"),
        (
            "share IS NOT NULL AND coalesce(TRY_CAST(share AS DOUBLE), 0) NOT BETWEEN 1e-9 AND 1",
            "bad-number",
            "'the share ' || share || ' is not between 0 and 1'",
        ),
        ("year IS NULL", "unknown-reference", "'no year is known of ' || key"),
        ("_number > 1", "duplicate-key", "'the same person and region stand in an earlier row'"),
    ]
    return sort_out(run, people, query, checks, "people")


def _views(run: ReaderRun, key: str, role: Role) -> None:
    office = "PCT" if key == "pct_nbr" else "EPO"
    run.engine.run(
        "CREATE TEMP TABLE placed AS SELECT p.*, regions.lat, regions.lon, "
        "dense_rank() OVER (PARTITION BY p.key ORDER BY p.first_row) AS position, "
        "coalesce(CAST(p.share AS DOUBLE), 1) / sum(coalesce(CAST(p.share AS DOUBLE), 1)) OVER one "
        "* count(*) OVER one AS weight FROM "
        "(SELECT *, min(_row) OVER (PARTITION BY key, person) AS first_row FROM people) AS p "
        "LEFT JOIN regions ON regions.code = p.region WINDOW one AS (PARTITION BY p.key, p.person, regions.lat IS NULL)"
    )
    run.engine.run(
        "CREATE TEMP VIEW documents AS SELECT key AS id, 'patent' AS type, CAST(NULL AS VARCHAR) AS subtype, "
        "CAST(NULL AS VARCHAR) AS title, CAST(min(year) AS VARCHAR) AS date, CAST(NULL AS VARCHAR) AS granted, "
        f"'{office}' AS office, key AS number, min(field) AS field, {UNCITED} "
        "FROM people GROUP BY key"
    )
    run.engine.run(
        "CREATE TEMP VIEW point_rows AS SELECT *, "
        # A person without an identifier is the same person only within one patent.
        "CASE WHEN regexp_matches(person, '^[0-9]+$') THEN person ELSE key || '#' || position END AS contributor "
        "FROM placed"
    )
    # A record of a contribution has one place: that of the largest share.
    run.engine.run(
        f"CREATE TEMP VIEW contributions AS SELECT key AS document, '{role}' AS role, position, contributor, "
        f"CAST(NULL AS VARCHAR) AS organisation, {NO_MORE}, CAST(year AS VARCHAR) AS date, "
        "CAST(lat AS DOUBLE) AS lat, CAST(lon AS DOUBLE) AS lon, country, region AS city FROM point_rows "
        "QUALIFY row_number() OVER (PARTITION BY key, position ORDER BY weight DESC, region) = 1"
    )


_POINTS = """
    SELECT key AS record_id, 'patent' AS kind, contributor AS contributor_id, CAST(lat AS DOUBLE) AS lat,
           CAST(lon AS DOUBLE) AS lon, year, weight, CAST(NULL AS VARCHAR) AS institution_id, country,
           CAST(NULL AS VARCHAR) AS city, region AS place, field
    FROM point_rows ORDER BY record_id, position, region
"""
