"""What patents cite: other patents, and papers by the DOI in the text of a reference.

PatentsView: ``g_us_patent_citation`` (patent_id, citation_patent_id, citation_category) and ``g_other_reference`` (patent_id,
other_reference_text). PATSTAT: ``tls212_citation`` with ``tls211_pat_publn``, and ``tls214_npl_publn`` (npl_doi, npl_biblio).

A paper is cited by its DOI in small letters, or by its identifier where a table of papers knows the DOI. References without a DOI
are no citations of records: how many there are is noted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ceyuan.engine import literal
from ceyuan.hashes import file_sha256
from ceyuan.sources.accounts import FileAccount, TableAccount
from ceyuan.sources.outputs import ReaderRun
from ceyuan.sources.tables import Check, ForeignColumns, Loaded, load_table, numbered, sort_out

PATENTSVIEW = {"citation": "g_us_patent_citation", "reference": "g_other_reference"}
PATSTAT = {"publication": "tls211", "citation": "tls212", "npl": "tls214"}
_PAPERS = ForeignColumns({"id": ["id"], "number": ["number", "doi"]}, {})
_US_CITATION = ForeignColumns(
    {"patent_id": ["patent_id"], "cited": ["citation_patent_id"]},
    {"category": ["citation_category"]},
)
_US_REFERENCE = ForeignColumns({"patent_id": ["patent_id"], "text": ["other_reference_text"]}, {})
_PUBLICATION = ForeignColumns({"publication": ["pat_publn_id"], "appln_id": ["appln_id"]}, {})
_CITATION = ForeignColumns(
    {"publication": ["pat_publn_id"], "cited_publication": ["cited_pat_publn_id"]},
    {
        "cited_appln": ["cited_appln_id"],
        "npl": ["cited_npl_publn_id", "npl_publn_id"],
        "origin": ["citn_origin"],
    },
)
_NPL = ForeignColumns({"npl": ["npl_publn_id"], "text": ["npl_biblio"]}, {"doi": ["npl_doi"]})


def doi_sql(text: str) -> str:
    """SQL of the DOI in a text, in small letters; NULL where there is none.

    Full stops and brackets behind it belong to the text, unless the DOI has an opening bracket of its own.
    """
    found = rf"""regexp_extract({text}, '10\.[0-9]{{4,9}}/[^\s"<>]+')"""
    bare = rf"regexp_replace({found}, '[].,;:]+$', '')"
    closed = rf"CASE WHEN contains({bare}, '(') THEN {bare} ELSE regexp_replace({bare}, '[]).,;:]+$', '') END"
    return f"nullif(lower({closed}), '')"


def load_papers(run: ReaderRun, papers: Sequence[Path]) -> tuple[FileAccount, ...]:
    """Papers by DOI in the table ``papers``: tables with ``id`` and ``number`` (or ``doi``), as text or Parquet."""
    run.engine.run("CREATE TEMP TABLE known_papers (id VARCHAR, number VARCHAR)")
    files: list[FileAccount] = []
    for path in papers:
        source = "raw_papers"
        if path.suffix.lower() == ".parquet":
            source = f"read_parquet({literal(str(path))})"
            files.append(FileAccount(str(path), path.stat().st_size, file_sha256(path)))
        else:
            files += load_table(run, source, [path], _PAPERS).files
        run.engine.run(f"INSERT INTO known_papers SELECT id, number FROM {source}")
    run.engine.run(
        f"CREATE TEMP TABLE papers AS SELECT {doi_sql('number')} AS doi, min(id) AS id FROM known_papers "
        "WHERE number IS NOT NULL GROUP BY 1"
    )
    return tuple(files)


def us_citations(
    run: ReaderRun, found: Mapping[str, list[Path]], papers: Sequence[Path]
) -> tuple[dict[str, TableAccount], list[FileAccount], list[str]]:
    """The view ``citations`` of PatentsView's patents.

    Args:
        run: a run with the table ``patents``.
        found: which files hold which table.
        papers: tables of papers with DOI.

    Returns:
        Accounts, files, notes; without any where neither table is there.
    """
    if not {"citation", "reference"} & set(found):
        return {}, [], []
    files, notes, accounts, parts = list(load_papers(run, papers)), list[str](), {}, []
    if "citation" in found:
        loaded = load_table(run, "raw_cited", found["citation"], _US_CITATION)
        checks = [
            ("cited IS NULL", "missing-value", "'no citation_patent_id'"),
            ("_number > 1", "duplicate-key", "'the patent cites that one in an earlier row'"),
        ]
        accounts["g_us_patent_citation"] = _sorted(run, loaded, "cited", "NULL", checks, "us_cited")
        files += loaded.files
        parts.append(
            "SELECT 'US' || c.patent_id AS citing, 'US' || c.cited AS cited, 'US' || p.patent_id AS cited_document, "
            f"{_us_origin('c.category')} AS origin, CAST(NULL AS VARCHAR) AS quote "
            "FROM us_cited AS c LEFT JOIN patents AS p ON p.patent_id = c.cited"
        )
    if "reference" in found:
        loaded = load_table(run, "raw_references", found["reference"], _US_REFERENCE)
        checks = [
            ("text IS NULL", "missing-value", "'no other_reference_text'"),
            (
                "doi IS NOT NULL AND _number > 1",
                "duplicate-key",
                "'the patent cites that paper in an earlier row'",
            ),
        ]
        name = "us_references"
        accounts["g_other_reference"] = _sorted(run, loaded, "doi", doi_sql("text"), checks, name)
        files += loaded.files
        notes.append(_without_doi(run, name))
        parts.append(
            "SELECT 'US' || r.patent_id, coalesce(p.id, r.doi), p.id, CAST(NULL AS VARCHAR), r.text "
            f"FROM {name} AS r LEFT JOIN papers AS p ON p.doi = r.doi WHERE r.doi IS NOT NULL"
        )
    run.engine.run(f"CREATE TEMP VIEW citations AS {' UNION ALL '.join(parts)}")
    return accounts, files, notes


def _sorted(
    run: ReaderRun, loaded: Loaded, key: str, doi: str, checks: Sequence[Check], name: str
) -> TableAccount:
    """Good rows of a table of what patents cite; a row whose patent is not there is none."""
    query = (
        f"SELECT c.* EXCLUDE (rowid), d.patent_id AS known, {numbered('c', f'c.patent_id, c.{key}')} FROM "
        f"(SELECT *, rowid, rowid AS _row, {doi} AS doi FROM {loaded.name}) AS c "
        "LEFT JOIN patents AS d ON d.patent_id = c.patent_id"
    )
    first = [
        ("patent_id IS NULL", "missing-value", "'no patent_id'"),
        ("known IS NULL", "unknown-reference", "'there is no usable patent ' || patent_id"),
    ]
    return sort_out(run, loaded, query, [*first, *checks], name)


def _us_origin(category: str) -> str:
    return (
        f"CASE WHEN {category} IS NULL THEN NULL WHEN contains(lower({category}), 'applicant') THEN 'applicant' "
        f"WHEN contains(lower({category}), 'examiner') THEN 'examiner' ELSE 'other' END"
    )


def _without_doi(run: ReaderRun, table: str) -> str:
    count = run.engine.value(f"SELECT count(*) FROM {table} WHERE doi IS NULL")
    return f"{count:,} references beside patents name no DOI and are not among the citations"


def patstat_citations(
    run: ReaderRun, found: Mapping[str, list[Path]], papers: Sequence[Path]
) -> tuple[dict[str, TableAccount], list[FileAccount], list[str]]:
    """The view ``citations`` of PATSTAT's applications: once for each two, however many publications cite.

    Args:
        run: a run with the table ``applications``.
        found: which files hold which table.
        papers: tables of papers with DOI.

    Returns:
        Accounts, files, notes; without any where tls211 or tls212 is not there.
    """
    if not {"publication", "citation"} <= set(found):
        return {}, [], []
    files, notes = list(load_papers(run, papers)), list[str]()
    publications = load_table(run, "raw_publications", found["publication"], _PUBLICATION)
    accounts = {"tls211": _publications(run, publications)}
    if "npl" in found:
        loaded = load_table(run, "raw_npl", found["npl"], _NPL)
        accounts["tls214"] = _other_literature(run, loaded)
        files += loaded.files
        notes.append(_without_doi(run, "npl_texts"))
    else:
        run.engine.run("CREATE TEMP TABLE npl_texts (npl VARCHAR, text VARCHAR, doi VARCHAR)")
    cited = load_table(run, "raw_cited", found["citation"], _CITATION)
    accounts["tls212"] = _cited(run, cited)
    files += [*publications.files, *cited.files]
    run.engine.run(
        "CREATE TEMP VIEW citations AS SELECT citing, cited, any_value(cited_document) AS cited_document, "
        "min(origin) AS origin, min(text) AS quote FROM ("
        "SELECT c.citing, coalesce(c.cited_appln, p.id, n.doi) AS cited, coalesce(a.appln_id, p.id) AS cited_document, "
        f"{_patstat_origin('c.origin')} AS origin, n.text FROM cited_rows AS c "
        "LEFT JOIN applications AS a ON a.appln_id = c.cited_appln "
        "LEFT JOIN npl_texts AS n ON n.npl = c.npl AND c.cited_appln IS NULL LEFT JOIN papers AS p ON p.doi = n.doi) "
        "WHERE cited IS NOT NULL GROUP BY citing, cited"
    )
    return accounts, files, notes


def _publications(run: ReaderRun, loaded: Loaded) -> TableAccount:
    query = f"SELECT *, rowid AS _row, {numbered('raw_publications', 'publication')} FROM raw_publications"
    checks = [
        (
            "publication IS NULL OR appln_id IS NULL",
            "missing-value",
            "'no pat_publn_id or appln_id'",
        ),
        ("_number > 1", "duplicate-key", "'the publication stands in an earlier row'"),
    ]
    return sort_out(run, loaded, query, checks, "publications")


def _other_literature(run: ReaderRun, loaded: Loaded) -> TableAccount:
    doi = f"coalesce({doi_sql('n.doi')}, {doi_sql('n.text')})"
    query = f"SELECT n.* EXCLUDE (doi), {doi} AS doi, n.rowid AS _row, {numbered('n', 'n.npl')} FROM raw_npl AS n"
    checks = [
        ("npl IS NULL", "missing-value", "'no npl_publn_id'"),
        ("_number > 1", "duplicate-key", "'the publication stands in an earlier row'"),
    ]
    return sort_out(run, loaded, query, checks, "npl_texts")


def _cited(run: ReaderRun, loaded: Loaded) -> TableAccount:
    """PATSTAT writes 0 where there is nothing."""
    query = (
        "SELECT c.publication, c.origin, c.rowid AS _row, a.appln_id AS citing, nullif(c.npl, '0') AS npl, "
        "coalesce(nullif(c.cited_appln, '0'), to_.appln_id) AS cited_appln FROM raw_cited AS c "
        "LEFT JOIN publications AS from_ ON from_.publication = c.publication "
        "LEFT JOIN applications AS a ON a.appln_id = from_.appln_id "
        "LEFT JOIN publications AS to_ ON to_.publication = nullif(c.cited_publication, '0')"
    )
    checks = [
        ("publication IS NULL", "missing-value", "'no pat_publn_id'"),
        (
            "citing IS NULL",
            "unknown-reference",
            "'there is no usable application of publication ' || publication",
        ),
        ("cited_appln IS NULL AND npl IS NULL", "missing-value", "'nothing known is cited'"),
    ]
    return sort_out(run, loaded, query, checks, "cited_rows")


def _patstat_origin(origin: str) -> str:
    return (
        f"CASE WHEN {origin} IS NULL THEN NULL WHEN {origin} = 'APP' THEN 'applicant' "
        f"WHEN {origin} IN ('OPP', 'TPO') THEN 'opposition' "
        f"WHEN {origin} IN ('SEA', 'ISR', 'SUP', 'PRS', 'EXA', 'CH2', 'FOP') THEN 'examiner' ELSE 'other' END"
    )
