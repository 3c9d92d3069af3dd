"""PatentsView's bulk tables of granted US patents → points, documents, contributions.

Layout: tab-separated, cells in double quotes, one ``g_….tsv.zip`` for each table. Columns are found by name, so that
editions with more or fewer of them can be read:

- ``g_patent``: patent_id, patent_type, patent_date, patent_title, withdrawn …
- ``g_inventor_disambiguated``: patent_id, inventor_sequence (from 0), inventor_id, location_id …
- ``g_assignee_disambiguated``: patent_id, assignee_sequence, assignee_id, location_id …
- ``g_location_disambiguated``: location_id, disambig_city, disambig_state, disambig_country, latitude, longitude …
- ``g_application``: patent_id, filing_date …
- ``g_wipo_technology``: patent_id, wipo_field_sequence (from 0), wipo_field_id, wipo_field_title …
- ``g_us_patent_citation``, ``g_other_reference``: what patents cite; see :mod:`ceyuan.sources.patents.cited`
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from ceyuan.sources.accounts import ReadingReport, TableAccount
from ceyuan.sources.outputs import About, ReaderRun, finish, open_run
from ceyuan.sources.patents.cited import PATENTSVIEW, us_citations
from ceyuan.sources.patents.fields import NO_MORE, UNCITED, wipo_name
from ceyuan.sources.tables import (
    ForeignColumns,
    Loaded,
    find_tables,
    load_table,
    numbered,
    position_checks,
    sort_out,
)

Contributors = Literal["inventor", "assignee"]

_PATENT = ForeignColumns(
    {"patent_id": ["patent_id"], "patent_date": ["patent_date"]},
    {"patent_type": ["patent_type"], "title": ["patent_title"], "withdrawn": ["withdrawn"]},
)
_LOCATION = ForeignColumns(
    {"location_id": ["location_id"], "lat": ["latitude"], "lon": ["longitude"]},
    {"city": ["disambig_city"], "country": ["disambig_country"]},
)
_APPLICATION = ForeignColumns({"patent_id": ["patent_id"], "filing_date": ["filing_date"]}, {})
_WIPO = ForeignColumns(
    {
        "patent_id": ["patent_id"],
        "sequence": ["wipo_field_sequence"],
        "title": ["wipo_field_title"],
    },
    {"number": ["wipo_field_id"]},
)
_SEQUENCE = (
    "coalesce(TRY_CAST(sequence AS INTEGER), -1) < 0",
    "bad-number",
    "'the sequence ' || coalesce(sequence, '') || ' is no number from 0'",
)


def _people(role: Contributors) -> ForeignColumns:
    return ForeignColumns(
        {
            "patent_id": ["patent_id"],
            "sequence": [f"{role}_sequence"],
            "person_id": [f"{role}_id"],
            "location_id": ["location_id"],
        },
        {},
    )


def patentsview_points(
    inputs: Sequence[Path],
    out: Path,
    *,
    contributors: Contributors = "inventor",
    papers: Sequence[Path] = (),
    vintage: str | None = None,
    memory: str = "1GB",
) -> ReadingReport:
    """Turn PatentsView's tables into points: one for each inventor (or assignee) of a granted patent.

    The year is that of filing where ``g_application`` is among the inputs, else that of the grant. The field is the first of
    WIPO's technology fields where ``g_wipo_technology`` is there, else none is given. Withdrawn patents are
    quarantined with their inventors.

    Args:
        inputs: the tables, as files or in folders; found by ``g_patent`` … in their names.
        out: the points file; the others are written beside it.
        contributors: who is counted.
        papers: tables of papers with ``id`` and DOI (``number``), to know cited papers by.
        vintage: the edition, as its publisher names it.
        memory: how much the engine may use.

    Raises:
        CeyuanError: ``source-no-input``, ``source-missing-table``, ``missing-column`` and what reading files can raise.
    """
    names = {
        "patent": "g_patent.", "people": f"g_{contributors}_disambiguated", "location": "g_location_disambiguated",
        "application": "g_application.", "wipo": "g_wipo_technology", **PATENTSVIEW,
    }  # fmt: skip
    found = find_tables(inputs, names, ["patent", "people", "location"])
    with open_run(out, memory) as run:
        loaded = {
            "patent": load_table(run, "raw_patent", found["patent"], _PATENT),
            "location": load_table(run, "raw_location", found["location"], _LOCATION),
            "people": load_table(run, "raw_people", found["people"], _people(contributors)),
        }
        if "application" in found:
            loaded["application"] = load_table(
                run, "raw_application", found["application"], _APPLICATION
            )
        if "wipo" in found:
            loaded["wipo"] = load_table(run, "raw_wipo", found["wipo"], _WIPO)
        accounts = _accounts(run, loaded, contributors)
        _views(run, contributors)
        cited, cited_files, cited_notes = us_citations(run, found, papers)
        accounts |= cited
        basis = (
            "filing, or of the grant where no filing date is known"
            if "application" in found
            else "the grant"
        )
        field = (
            "the first of WIPO's"
            if "wipo" in found
            else "not given: g_wipo_technology is not among the inputs"
        )
        notes = (
            f"year is that of {basis}", f"contributors are {contributors}s at their disambiguated location",
            f"field is {field}", *cited_notes,
        )  # fmt: skip
        files = [f for table in loaded.values() for f in table.files] + cited_files
        tables = ("documents", "contributions", *(("citations",) if cited else ()))
        about = About("patentsview", vintage, files, accounts, notes)
        return finish(run, about, _POINTS, tables)


def _accounts(
    run: ReaderRun, loaded: dict[str, Loaded], contributors: Contributors
) -> dict[str, TableAccount]:
    accounts = {"g_location_disambiguated": _locations(run, loaded["location"])}
    if "application" in loaded:
        query = f"SELECT *, rowid AS _row, {numbered('raw_application', 'patent_id')} FROM raw_application"
        bad_day = "filing_date IS NOT NULL AND TRY_CAST(filing_date AS DATE) IS NULL"
        checks = [
            ("patent_id IS NULL", "missing-value", "'no patent_id'"),
            (bad_day, "bad-date", "filing_date || ' is no date'"),
            ("_number > 1", "duplicate-key", "'the patent has a filing date already'"),
        ]
        accounts["g_application"] = sort_out(run, loaded["application"], query, checks, "filings")
    else:
        run.engine.run("CREATE TEMP TABLE filings (patent_id VARCHAR, filing_date VARCHAR)")
    if "wipo" in loaded:
        accounts["g_wipo_technology"] = _wipo(run, loaded["wipo"])
    else:
        run.engine.run("CREATE TEMP TABLE wipo_fields (patent_id VARCHAR, field VARCHAR)")
    accounts["g_patent"] = _patents(run, loaded["patent"])
    accounts[f"g_{contributors}_disambiguated"] = _contributors(run, loaded["people"])
    return accounts


def _wipo(run: ReaderRun, loaded: Loaded) -> TableAccount:
    query = f"SELECT *, rowid AS _row, {numbered('raw_wipo', 'patent_id, sequence')} FROM raw_wipo"
    checks = [
        (
            "patent_id IS NULL OR title IS NULL",
            "missing-value",
            "'no patent_id or no wipo_field_title'",
        ),
        _SEQUENCE,
        ("_number > 1", "duplicate-key", "'the field of that sequence stands in an earlier row'"),
    ]
    account = sort_out(run, loaded, query, checks, "wipo_rows")
    run.engine.run(
        f"CREATE TEMP TABLE wipo_fields AS SELECT patent_id, {wipo_name('number', 'title')} AS field FROM wipo_rows "
        "QUALIFY row_number() OVER (PARTITION BY patent_id ORDER BY CAST(sequence AS INTEGER)) = 1"
    )
    return account


def _locations(run: ReaderRun, loaded: Loaded) -> TableAccount:
    query = f"SELECT *, rowid AS _row, {numbered('raw_location', 'location_id')} FROM raw_location"
    checks = [
        ("location_id IS NULL", "missing-value", "'no location_id'"),
        *position_checks(),
        (
            "_number > 1",
            "duplicate-key",
            "'the location ' || location_id || ' stands in an earlier row'",
        ),
    ]
    return sort_out(run, loaded, query, checks, "locations")


def _patents(run: ReaderRun, loaded: Loaded) -> TableAccount:
    query = (
        "SELECT raw_patent.*, raw_patent.rowid AS _row, filings.filing_date, wipo_fields.field, "
        f"{numbered('raw_patent', 'raw_patent.patent_id')} FROM raw_patent "
        "LEFT JOIN filings ON filings.patent_id = raw_patent.patent_id "
        "LEFT JOIN wipo_fields ON wipo_fields.patent_id = raw_patent.patent_id"
    )
    checks = [
        ("patent_id IS NULL", "missing-value", "'no patent_id'"),
        ("patent_date IS NULL", "missing-value", "'no patent_date'"),
        ("TRY_CAST(patent_date AS DATE) IS NULL", "bad-date", "patent_date || ' is no date'"),
        ("withdrawn = '1'", "excluded", "'the patent has been withdrawn'"),
        (
            "_number > 1",
            "duplicate-key",
            "'the patent ' || patent_id || ' stands in an earlier row'",
        ),
    ]
    return sort_out(run, loaded, query, checks, "patents")


def _contributors(run: ReaderRun, loaded: Loaded) -> TableAccount:
    query = (
        "SELECT p.*, p.rowid AS _row, patents.patent_id AS known, "
        f"{numbered('p', 'p.patent_id, p.person_id, p.sequence')} "
        "FROM raw_people AS p LEFT JOIN patents ON patents.patent_id = p.patent_id"
    )
    checks = [
        ("patent_id IS NULL", "missing-value", "'no patent_id'"),
        _SEQUENCE,
        ("known IS NULL", "unknown-reference", "'there is no usable patent ' || patent_id"),
        ("_number > 1", "duplicate-key", "'the same contributor stands in an earlier row'"),
    ]
    return sort_out(run, loaded, query, checks, "people")


def _views(run: ReaderRun, role: Contributors) -> None:
    run.engine.run(
        "CREATE TEMP VIEW documents AS SELECT 'US' || patent_id AS id, 'patent' AS type, patent_type AS subtype, title, "
        "coalesce(filing_date, patent_date) AS date, patent_date AS granted, 'USPTO' AS office, patent_id AS number, "
        f"field, {UNCITED} FROM patents"
    )
    run.engine.run(
        "CREATE TEMP VIEW contributions AS SELECT 'US' || p.patent_id AS document, "
        f"'{'inventor' if role == 'inventor' else 'applicant'}' AS role, CAST(p.sequence AS INTEGER) + 1 AS position, "
        "coalesce(p.person_id, 'US' || p.patent_id || '#' || p.sequence) AS contributor, "
        f"{'CAST(NULL AS VARCHAR)' if role == 'inventor' else 'p.person_id'} AS organisation, "
        f"{NO_MORE}, coalesce(d.filing_date, d.patent_date) AS date, "
        "CAST(l.lat AS DOUBLE) AS lat, CAST(l.lon AS DOUBLE) AS lon, l.country, l.city, d.field "
        "FROM people AS p JOIN patents AS d ON d.patent_id = p.patent_id "
        "LEFT JOIN locations AS l ON l.location_id = p.location_id"
    )


_POINTS = """
    SELECT document AS record_id, 'patent' AS kind, contributor AS contributor_id, lat, lon,
           CAST(extract(year FROM CAST(date AS DATE)) AS INTEGER) AS year, CAST(1 AS DOUBLE) AS weight,
           organisation AS institution_id, country, city, CAST(NULL AS VARCHAR) AS place, field
    FROM contributions ORDER BY record_id, position
"""
