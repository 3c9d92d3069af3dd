"""What works and patents cite, and what they are about, out of foreign formats; files by hand (simulated)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

import ceyuan
from ceyuan.sources.accounts import TableAccount
from ceyuan.sources.openalex import openalex_points
from ceyuan.sources.patents import patentsview_points, patstat_points, regpat_points
from ceyuan.sources.patents.cited import doi_sql

Row = dict[str, Any]
OA = "https://openalex.org/"


def rows(path: Path) -> list[Row]:
    return list(pq.read_table(path).to_pylist())


def reasons(out: Path) -> list[str]:
    lines = out.with_name(f"{out.stem}.quarantine.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["code"] for line in lines]


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.lstrip("\n"), encoding="utf-8")
    return path


def work(number: int, **more: Any) -> Row:
    people = [
        {"author": {"id": f"{OA}A1"}, "institutions": [{"id": f"{OA}I1", "type": "education"}]},
        {"author": {"id": f"{OA}A2"}, "institutions": [{"id": f"{OA}I2", "type": "company"}]},
        {"author": {"id": f"{OA}A3"}, "institutions": [{"id": f"{OA}I3", "type": "new"}]},
    ]
    return {
        "id": f"{OA}W{number}", "doi": f"https://doi.org/10.1000/w{number}", "publication_year": 2020,
        "publication_date": "2020-05-01", "type": "article", "authorships": people, **more,
    }  # fmt: skip


TOPICS = [
    {"id": f"{OA}T10", "display_name": "Catalysis", "field": {"display_name": "Chemistry"}},
    {"id": f"{OA}T11", "display_name": "Optics"},
]


def openalex(folder: Path, *works: Row) -> Path:
    lines = "\n".join(json.dumps(one) for one in works)
    places = [{"id": f"{OA}I{n}", "geo": {"latitude": 22.0, "longitude": 114.0}} for n in (1, 2, 3)]
    institutions = written(folder / "i.jsonl", "\n".join(json.dumps(one) for one in places))
    out = folder / "p.parquet"
    openalex_points([written(folder / "w.jsonl", lines)], out, institutions=[institutions])
    return out


def test_openalex_works_bring_references_topics_keywords_and_percentiles(tmp_path: Path) -> None:
    out = openalex(
        tmp_path,
        work(1, referenced_works=[f"{OA}W2", f"{OA}W9", f"{OA}W2", "https://x.org/V3", None], topics=TOPICS,
             primary_topic=TOPICS[0], keywords=[{"id": f"{OA}keywords/lasers", "display_name": "Lasers"}, {}],
             citation_normalized_percentile={"value": 0.97, "is_in_top_10_percent": True}),
        work(2),
        work(3, citation_normalized_percentile={"value": 97.0}),
    )  # fmt: skip
    cited = rows(out.with_name("p.citations.parquet"))
    assert [(r["citing"], r["cited"], r["cited_document"], r["origin"]) for r in cited] == [
        ("W1", "W2", "W2", "author"),
        ("W1", "W9", None, "author"),
    ]
    classes = rows(out.with_name("p.classes.parquet"))
    assert [tuple(r.values()) for r in classes] == [
        ("W1", "topic", "T10", "Catalysis", True),
        ("W1", "topic", "T11", "Optics", False),
        ("W1", "keyword", "lasers", "Lasers", None),
    ]
    documents = rows(out.with_name("p.documents.parquet"))
    assert [(r["id"], r["citation_percentile"]) for r in documents] == [("W1", 0.97), ("W2", None)]
    people = rows(out.with_name("p.contributions.parquet"))
    assert [r["organisation_type"] for r in people[:3]] == ["university", "firm", None]
    # Two references are none, and a percentile of 97 is no part of 1.
    assert sorted(reasons(out)) == ["bad-record", "bad-record", "out-of-range"]
    manifest = json.loads(out.with_name("p.manifest.json").read_text(encoding="utf-8"))
    assert manifest["accounts"]["references"] == {"read": 4, "kept": 2, "quarantined": 2}


def test_references_of_a_superseded_version_do_not_count(tmp_path: Path) -> None:
    out = openalex(tmp_path, work(1, referenced_works=[f"{OA}W5"]), work(1, referenced_works=[f"{OA}W6"]))  # fmt: skip
    assert [r["cited"] for r in rows(out.with_name("p.citations.parquet"))] == ["W5"]


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("Li et al., Nature 2019, doi:10.1038/S41586-019-1666-5.", "10.1038/s41586-019-1666-5"),
        ("(https://doi.org/10.1000/182)", "10.1000/182"),
        ("Lancet, 10.1016/S0140-6736(05)17709-5; accessed", "10.1016/s0140-6736(05)17709-5"),
        ('"10.1109/5.771073", 1999', "10.1109/5.771073"),
        ("Version 10.12 of the manual / 2009", None),
    ],
)
def test_a_doi_is_found_in_the_text_of_a_reference(text: str, doi: str | None) -> None:
    query = f"SELECT {doi_sql('t')} FROM (SELECT ? AS t)"
    assert duckdb.execute(query, [text]).fetchall() == [(doi,)]


PATENTSVIEW = {
    "g_patent": "patent_id\tpatent_date\n1\t2018-06-19\n2\t2019-06-18\n",
    "g_inventor_disambiguated": "patent_id\tinventor_sequence\tinventor_id\tlocation_id\n1\t0\ta\tl\n2\t0\tb\tl\n",
    "g_location_disambiguated": "location_id\tlatitude\tlongitude\nl\t22.3\t114.2\n",
    "g_us_patent_citation": """
patent_id\tcitation_sequence\tcitation_patent_id\tcitation_category
2\t0\t1\tcited by applicant
2\t1\t77\tcited by examiner
2\t2\t1\tcited by examiner
9\t0\t1\tcited by applicant
2\t3\t\tcited by other
""",
    "g_other_reference": """
patent_id\tother_reference_sequence\tother_reference_text
2\t0\tLi, Nature 2019, doi: 10.1000/W2.
2\t1\tLi, again, https://doi.org/10.1000/w2
2\t2\tWang, Science 2018, 10.5555/none
1\t0\tInstruction manual of 1999
9\t0\t10.1000/w2
""",
}


def test_patentsview_cites_patents_and_papers_by_doi(tmp_path: Path) -> None:
    for name, text in PATENTSVIEW.items():
        written(tmp_path / "pv" / f"{name}.tsv", text)
    papers = written(tmp_path / "papers.csv", "id,number\nW2,10.1000/W2\n")
    out = tmp_path / "p.parquet"
    report = patentsview_points([tmp_path / "pv"], out, papers=[papers])
    found = rows(out.with_name("p.citations.parquet"))
    assert [(r["citing"], r["cited"], r["cited_document"], r["origin"]) for r in found] == [
        ("US2", "10.5555/none", None, None),
        ("US2", "US1", "US1", "applicant"),
        ("US2", "US77", None, "examiner"),
        ("US2", "W2", "W2", None),
    ]
    assert found[3]["quote"] == "Li, Nature 2019, doi: 10.1000/W2."
    assert report.accounts["g_us_patent_citation"] == TableAccount(5, 2, 3)
    assert report.accounts["g_other_reference"] == TableAccount(5, 3, 2)
    assert "1 references beside patents name no DOI and are not among the citations" in report.notes
    # Without these tables there are no citations, and none of an earlier run stay.
    for name in ("g_us_patent_citation", "g_other_reference"):
        (tmp_path / "pv" / f"{name}.tsv").unlink()
    patentsview_points([tmp_path / "pv"], out)
    assert not out.with_name("p.citations.parquet").exists()


PATSTAT = {
    "tls201": "appln_id,appln_auth,appln_nr,appln_filing_year\n1,EP,01,2009\n2,WO,02,2010\n",
    "tls206": "person_id,person_ctry_code,nuts\n10,FR,FR103\n",
    "tls207": "person_id,appln_id,applt_seq_nr,invt_seq_nr\n10,1,1,1\n10,2,1,1\n",
    "tls211_pat_publn": "pat_publn_id,appln_id\n100,1\n200,2\n201,2\n300,3\n",
    "tls212_citation": """
pat_publn_id,citn_id,citn_origin,cited_pat_publn_id,cited_appln_id,cited_npl_publn_id
200,1,SEA,100,0,0
201,1,APP,0,1,0
200,2,APP,300,0,0
200,3,APP,0,0,7
200,4,SEA,0,0,8
200,5,SEA,0,0,0
300,1,APP,100,0,0
""",
    "tls214_npl_publn": 'npl_publn_id,npl_biblio,npl_doi\n7,"LI, Nature",10.1000/W2\n8,"Manual, 1999",\n9,"x, doi:10.5/zz",\n',
}


def test_patstat_cites_once_for_each_two_applications(tmp_path: Path) -> None:
    for name, text in PATSTAT.items():
        written(tmp_path / "ps" / f"{name}.csv", text)
    regions = written(tmp_path / "nuts.csv", "reg_code,lat,lon\nFR103,48.8,1.9\n")
    papers = tmp_path / "papers.parquet"
    pq.write_table(
        pq.read_table(openalex(tmp_path, work(2)).with_name("p.documents.parquet")), papers
    )
    out = tmp_path / "q.parquet"
    report = patstat_points([tmp_path / "ps"], out, regions=[regions], papers=[papers])
    found = [
        (r["citing"], r["cited"], r["cited_document"], r["origin"], r["quote"])
        for r in rows(out.with_name("q.citations.parquet"))
    ]
    assert found == [
        ("2", "1", "1", "applicant", None),
        ("2", "3", None, "applicant", None),
        ("2", "W2", "W2", "applicant", "LI, Nature"),
    ]
    assert report.accounts["tls212"] == TableAccount(7, 5, 2)
    assert report.accounts["tls211"] == TableAccount(4, 4, 0)
    assert report.accounts["tls214"] == TableAccount(3, 3, 0)


PEOPLE = "PCT_Nbr|{0}_name|Reg_code|Ctry_code|Reg_share\n"
REGPAT = {
    "202401_PCT_Inv_reg.txt": PEOPLE.format("Inv")
    + "WO1|A|HK0|HK|1\nWO1|B|CN44|CN|1\nWO2|C|CN44|CN|1\nWO9|D|CN44|CN|1\n",
    "202401_PCT_App_reg.txt": PEOPLE.format("App") + "WO1|Firm|CN44|CN|1\nWO2|Firm|CN44|CN|1\n",
    "202401_PCT_IPC.txt": "pct_nbr|prio_year|app_year|IPC\nWO1|2008|2009|A01B\nWO2|2008|2009|A01B\n",
}
NAMES = "{en: X, zh-Hans: X, zh-Hant: X}"
WORKSPACE = {
    "ceyuan.yaml": f"ceyuan: 1\nid: rp\nname: {NAMES}\n",
    "places.csv": "id,kind,parents,name_en,name_zh_hans,name_zh_hant\nworld,world,,World,全球,全球\n"
    "hk,economy,world,HK0,HK0,HK0\ngd,economy,world,CN44,CN44,CN44\n",
    "sources.yaml": "sources:\n  regpat: {title: REGPAT, publisher: OECD}\n  papers: {title: W, publisher: O}\n",
    "records/documents.yaml": "kind: document\nfile: inventors.documents.parquet\nsource: regpat\n",
    "records/inventors.yaml": "kind: contribution\nfile: inventors.contributions.parquet\nsource: regpat\n"
    "columns: {place: city}\n",
    "records/applicants.yaml": "kind: contribution\nfile: applicants.contributions.parquet\nsource: regpat\n"
    "columns: {place: city}\n",
    "indicators/owned.yaml": f"""
indicators:
  - id: owned
    type: flow
    records: contribution
    side: place
    from_where: role = 'inventor'
    to_where: role = 'applicant'
    among: {{kind: economy, within: world}}
    within: world
    counting: fractional
    unit: 件
    hk_mo: {{rule: separate}}
    name: {NAMES}
    description: {NAMES}
""",
}


def test_inventors_and_applicants_of_regpat_make_one_panel_of_flows(tmp_path: Path) -> None:
    for name, text in REGPAT.items():
        written(tmp_path / "rp" / name, text)
    regions = written(tmp_path / "tl3.csv", "reg_code,lat,lon\nHK0,22.3,114.2\nCN44,23.1,113.3\n")
    root = tmp_path / "w"
    for name, text in WORKSPACE.items():
        written(root / name, text)
    for role in ("inventor", "applicant"):
        out = root / "records" / f"{role}s.parquet"
        regpat_points([tmp_path / "rp"], out, regions=[regions], role=role)
        out.unlink()
    (root / "records" / "applicants.documents.parquet").unlink()
    with ceyuan.open(str(root)).build() as build:
        found = {(o.place, o.breakdown): o.value for o in build.show("owned")}
    # Of WO1 half is invented in Hong Kong and owned in Guangdong; what stays there is no flow.
    assert found == {
        ("hk", ""): 0.5, ("hk", "to=gd"): 0.5, ("world", ""): 0.5, ("world", "from=hk;to=gd"): 0.5
    }  # fmt: skip
