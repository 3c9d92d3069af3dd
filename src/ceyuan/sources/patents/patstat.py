"""PATSTAT Global's tables → points, documents, contributions.

Layout: comma-separated with a header, in parts (``tls206_part01.csv`` …), packed or not:

- ``tls201_appln``: appln_id, appln_auth, appln_nr, appln_kind, appln_filing_year …
- ``tls207_pers_appln``: person_id, appln_id, applt_seq_nr, invt_seq_nr
- ``tls206_person``: person_id, person_name, person_ctry_code, nuts …
- ``tls230_appln_techn_field``: appln_id, techn_field_nr (WIPO's technology fields, 1 … 35), weight
- ``tls211_pat_publn``, ``tls212_citation``, ``tls214_npl_publn``: what they cite; see :mod:`ceyuan.sources.patents.cited`

PATSTAT has no coordinates: positions come from a table of NUTS regions. 9999 stands for an unknown year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ceyuan.sources.accounts import FileAccount, ReadingReport, TableAccount
from ceyuan.sources.outputs import About, ReaderRun, finish, open_run
from ceyuan.sources.patents.cited import PATSTAT, patstat_citations
from ceyuan.sources.patents.fields import NO_MORE, UNCITED, wipo_name
from ceyuan.sources.patents.regions import REGIONS_NOTE, load_regions, regions_without_position
from ceyuan.sources.patents.regpat import Role
from ceyuan.sources.tables import (
    ForeignColumns,
    Loaded,
    find_tables,
    load_table,
    numbered,
    sort_out,
)

_APPLICATION = ForeignColumns(
    {"appln_id": ["appln_id"], "year": ["appln_filing_year"]},
    {"office": ["appln_auth"], "number": ["appln_nr"], "kind": ["appln_kind"]},
)
_PERSON = ForeignColumns(
    {"person_id": ["person_id"]}, {"country": ["person_ctry_code"], "region": ["nuts"]}
)
_LINK = ForeignColumns(
    {
        "person_id": ["person_id"],
        "appln_id": ["appln_id"],
        "applicant": ["applt_seq_nr"],
        "inventor": ["invt_seq_nr"],
    },
    {},
)
_FIELD = ForeignColumns(
    {"appln_id": ["appln_id"], "number": ["techn_field_nr"]}, {"weight": ["weight"]}
)


def patstat_points(
    inputs: Sequence[Path],
    out: Path,
    *,
    regions: Sequence[Path],
    role: Role = "inventor",
    papers: Sequence[Path] = (),
    vintage: str | None = None,
    memory: str = "1GB",
) -> ReadingReport:
    """Turn PATSTAT into points: one for each inventor (or applicant) of an application, at their region's position.

    The field is that of WIPO's technology fields with the largest weight in tls230, of equal ones the first by number;
    none is given where that table is not among the inputs.

    Args:
        inputs: tls201, tls206, tls207 and, for fields, tls230, as files or in folders.
        out: the points file; the others are written beside it.
        regions: tables of NUTS codes with latitude and longitude.
        role: who is counted; rows of ``tls207`` whose sequence number for that role is 0 are of the other role.
        papers: tables of papers with ``id`` and DOI (``number``), to know cited papers by.
        vintage: the edition.
        memory: how much the engine may use.

    Raises:
        CeyuanError: ``source-no-input``, ``source-missing-table``, ``missing-column`` and what reading files can raise.
    """
    needed = ["tls201", "tls206", "tls207"]
    found = find_tables(inputs, {t: t for t in (*needed, "tls230")} | PATSTAT, needed)
    with open_run(out, memory) as run:
        applications = load_table(run, "raw_applications", found["tls201"], _APPLICATION)
        persons = load_table(run, "raw_persons", found["tls206"], _PERSON)
        links = load_table(run, "raw_links", found["tls207"], _LINK)
        accounts, field_files = _fields(run, found)
        accounts |= {"tls201": _applications(run, applications), "tls206": _persons(run, persons)}
        accounts["regions"], region_files = load_regions(run, regions)
        accounts["tls207"] = _links(run, links)
        _views(run, role)
        cited, cited_files, cited_notes = patstat_citations(run, found, papers)
        accounts |= cited
        note = regions_without_position(run, "placed", "region")
        others = run.engine.value(f"SELECT count(*) FROM links WHERE CAST({role} AS INTEGER) = 0")
        notes = (
            "year is that of filing", REGIONS_NOTE, f"{others:,} links of tls207 are of another role",
            "field is that of the largest weight in tls230" if field_files else "field is not given: tls230 is not there",
            *([note] if note else []), *cited_notes,
        )  # fmt: skip
        files = (
            *applications.files,
            *persons.files,
            *links.files,
            *field_files,
            *region_files,
            *cited_files,
        )
        tables = ("documents", "contributions", *(("citations",) if cited else ()))
        return finish(
            run,
            About("patstat", vintage, files, accounts, notes),
            _POINTS,
            tables,
        )


def _fields(
    run: ReaderRun, found: Mapping[str, list[Path]]
) -> tuple[dict[str, TableAccount], tuple[FileAccount, ...]]:
    """The field of each application, in the table ``fields``; its account and files where there is a table of them."""
    if "tls230" not in found:
        run.engine.run("CREATE TEMP TABLE fields (appln_id VARCHAR, field VARCHAR)")
        return {}, ()
    loaded = load_table(run, "raw_fields", found["tls230"], _FIELD)
    query = f"SELECT *, rowid AS _row, {numbered('raw_fields', 'appln_id, number')} FROM raw_fields"
    checks = [
        ("appln_id IS NULL", "missing-value", "'no appln_id'"),
        (
            f"{wipo_name('number')} IS NULL",
            "bad-number",
            "coalesce(number, '') || ' is no technology field'",
        ),
        (
            "weight IS NOT NULL AND coalesce(TRY_CAST(weight AS DOUBLE), -1) < 0",
            "bad-number",
            "'the weight ' || weight || ' is no number from 0'",
        ),
        ("_number > 1", "duplicate-key", "'the same field stands in an earlier row'"),
    ]
    account = sort_out(run, loaded, query, checks, "field_rows")
    run.engine.run(
        f"CREATE TEMP TABLE fields AS SELECT appln_id, {wipo_name('number')} AS field FROM field_rows "
        "QUALIFY row_number() OVER (PARTITION BY appln_id ORDER BY coalesce(CAST(weight AS DOUBLE), 1) DESC, "
        "CAST(number AS INTEGER)) = 1"
    )
    return {"tls230": account}, loaded.files


def _applications(run: ReaderRun, loaded: Loaded) -> TableAccount:
    query = (
        f"SELECT a.*, f.field, a.rowid AS _row, {numbered('a', 'a.appln_id')} "
        "FROM raw_applications AS a LEFT JOIN fields AS f ON f.appln_id = a.appln_id"
    )
    checks = [
        ("appln_id IS NULL", "missing-value", "'no appln_id'"),
        (
            "coalesce(TRY_CAST(year AS INTEGER), 9999) NOT BETWEEN 1000 AND 9998",
            "bad-date",
            "'appln_filing_year ' || coalesce(year, '') || ' is no year'",
        ),
        ("_number > 1", "duplicate-key", "'the application stands in an earlier row'"),
    ]
    return sort_out(run, loaded, query, checks, "applications")


def _persons(run: ReaderRun, loaded: Loaded) -> TableAccount:
    query = f"SELECT *, rowid AS _row, {numbered('raw_persons', 'person_id')} FROM raw_persons"
    checks = [
        ("person_id IS NULL", "missing-value", "'no person_id'"),
        ("_number > 1", "duplicate-key", "'the person stands in an earlier row'"),
    ]
    return sort_out(run, loaded, query, checks, "persons")


def _links(run: ReaderRun, loaded: Loaded) -> TableAccount:
    query = (
        "SELECT l.*, l.rowid AS _row, a.appln_id AS known, "
        f"{numbered('l', 'l.appln_id, l.person_id, l.applicant, l.inventor')} "
        "FROM raw_links AS l LEFT JOIN applications AS a ON a.appln_id = l.appln_id"
    )
    checks = [
        ("appln_id IS NULL OR person_id IS NULL", "missing-value", "'no appln_id or no person_id'"),
        (
            "coalesce(TRY_CAST(applicant AS INTEGER), -1) < 0 OR coalesce(TRY_CAST(inventor AS INTEGER), -1) < 0",
            "bad-number",
            "'a sequence number is no number from 0'",
        ),
        ("known IS NULL", "unknown-reference", "'there is no usable application ' || appln_id"),
        ("_number > 1", "duplicate-key", "'the same link stands in an earlier row'"),
    ]
    return sort_out(run, loaded, query, checks, "links")


def _views(run: ReaderRun, role: Role) -> None:
    run.engine.run(
        "CREATE TEMP VIEW placed AS SELECT l.appln_id, l.person_id, "
        f"CAST(l.{role} AS INTEGER) AS position, upper(p.region) AS region, p.country, a.year, a.field, r.lat, r.lon "
        "FROM links AS l JOIN applications AS a ON a.appln_id = l.appln_id "
        "LEFT JOIN persons AS p ON p.person_id = l.person_id LEFT JOIN regions AS r ON r.code = upper(p.region) "
        f"WHERE CAST(l.{role} AS INTEGER) > 0"
    )
    run.engine.run(
        "CREATE TEMP VIEW documents AS SELECT appln_id AS id, 'patent' AS type, kind AS subtype, "
        "CAST(NULL AS VARCHAR) AS title, year AS date, CAST(NULL AS VARCHAR) AS granted, office, number, "
        f"field, {UNCITED} FROM applications"
    )
    run.engine.run(
        f"CREATE TEMP VIEW contributions AS SELECT appln_id AS document, '{role}' AS role, position, "
        f"person_id AS contributor, CAST(NULL AS VARCHAR) AS organisation, {NO_MORE}, "
        "year AS date, CAST(lat AS DOUBLE) AS lat, CAST(lon AS DOUBLE) AS lon, country, region AS city, field FROM placed"
    )


_POINTS = """
    SELECT document AS record_id, 'patent' AS kind, contributor AS contributor_id, lat, lon,
           CAST(date AS INTEGER) AS year, CAST(1 AS DOUBLE) AS weight, CAST(NULL AS VARCHAR) AS institution_id, country,
           CAST(NULL AS VARCHAR) AS city, city AS place, field
    FROM contributions ORDER BY record_id, position
"""
