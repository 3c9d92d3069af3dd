"""Patents in the column layouts of PatentsView, OECD REGPAT and PATSTAT; the rows are made up (simulated)."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.sources.accounts import TableAccount
from ceyuan.sources.patents import patentsview_points, patstat_points, regpat_points

PATENTSVIEW = {
    "g_patent": """
"patent_id"	"patent_type"	"patent_date"	"patent_title"	"wipo_kind"	"num_claims"	"withdrawn"	"filename"
"10000001"	"utility"	"2018-06-19"	"A ""quoted"" title	with a tab"	"B2"	20	0	"ipg180619.xml"
"10000002"	"utility"	"2018-06-19"	"Over
two lines"	"B2"	20	0	"ipg180619.xml"
"10000003"	"utility"	"2018-06-19"	"Withdrawn"	"B2"	20	1	"ipg180619.xml"
"10000004"	"utility"	"2018-02-31"	"Impossible day"	"B2"	20	0	"ipg180619.xml"
"10000001"	"utility"	"2018-06-19"	"Again"	"B2"	20	0	"ipg180619.xml"
"D100005"	"design"	"2019-01-01"	"No inventor"	"S1"	1	0	"ipg190101.xml"
""",
    "g_inventor_disambiguated": """
"patent_id"	"inventor_sequence"	"inventor_id"	"disambig_inventor_name_first"	"disambig_inventor_name_last"	"gender_code"	"location_id"
"10000001"	0	"fl:a_ln:chan-1"	"A"	"Chan"	"M"	"loc-sz"
"10000001"	1	"fl:b_ln:li-2"	"B"	"Li"	"F"	"loc-hk"
"10000001"	2	"fl:c_ln:wu-1"	"C"	"Wu"	"U"	""
"10000002"	0	"fl:a_ln:chan-1"	"A"	"Chan"	"M"	"loc-bad"
"10000002"	0	"fl:a_ln:chan-1"	"A"	"Chan"	"M"	"loc-bad"
"10000002"	1	""	"No"	"Id"	"U"	"loc-hk"
"10000003"	0	"fl:d_ln:x-1"	"D"	"X"	"U"	"loc-hk"
"99999999"	0	"fl:e_ln:y-1"	"E"	"Y"	"U"	"loc-hk"
"10000002"	"two"	"fl:f_ln:z-1"	"F"	"Z"	"U"	"loc-hk"
"10000002"	3
""",
    "g_location_disambiguated": """
"location_id"	"disambig_city"	"disambig_state"	"disambig_country"	"latitude"	"longitude"	"county"	"state_fips"	"county_fips"
"loc-sz"	"Shenzhen"	""	"CN"	22.5431	114.0579	""	""	""
"loc-hk"	"Hong Kong"	""	"HK"	22.2783	114.1747	""	""	""
"loc-bad"	"Nowhere"	""	"CN"	122.5	114.0	""	""	""
"loc-text"	"Nowhere"	""	"CN"	"north"	114.0	""	""	""
""",
    "g_application": """
"application_id"	"patent_id"	"patent_application_type"	"filing_date"	"series_code"	"rule_47_flag"
"14/000001"	"10000001"	"14"	"2014-03-10"	"14"	0
"14/000003"	"10000003"	"14"	"not a day"	"14"	0
""",
}


def patentsview(folder: Path, *, without: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in PATENTSVIEW.items():
        if name != without:
            with zipfile.ZipFile(folder / f"{name}.tsv.zip", "w") as archive:
                archive.writestr(f"{name}.tsv", text.lstrip("\n"))
    return folder


def rows(path: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(path).to_pylist())


def reasons(out: Path) -> list[tuple[str, str]]:
    lines = out.with_name(f"{out.stem}.quarantine.jsonl").read_text().splitlines()
    return [(Path(entry["file"]).name, entry["code"]) for entry in map(json.loads, lines)]


def test_patentsview_inventors_stand_at_their_locations(tmp_path: Path) -> None:
    out = tmp_path / "p.parquet"
    report = patentsview_points([patentsview(tmp_path / "pv")], out)
    found = [
        (r["record_id"], r["contributor_id"], r["lat"], r["lon"], r["year"], r["country"])
        for r in rows(out)
    ]
    assert found == [
        ("US10000001", "fl:a_ln:chan-1", 22.5431, 114.0579, 2014, "CN"),
        ("US10000001", "fl:b_ln:li-2", 22.2783, 114.1747, 2014, "HK"),
        ("US10000001", "fl:c_ln:wu-1", None, None, 2014, None),
        ("US10000002", "fl:a_ln:chan-1", None, None, 2018, None),
        ("US10000002", "US10000002#1", 22.2783, 114.1747, 2018, "HK"),
    ]
    assert report.accounts == {
        "g_location_disambiguated": TableAccount(4, 2, 2),
        "g_application": TableAccount(2, 1, 1),
        "g_patent": TableAccount(6, 3, 3),
        "g_inventor_disambiguated": TableAccount(10, 5, 5),
    }
    assert Counter(reasons(out)) == {
        ("g_inventor_disambiguated.tsv.zip", "bad-number"): 1,
        ("g_inventor_disambiguated.tsv.zip", "duplicate-key"): 1,
        ("g_inventor_disambiguated.tsv.zip", "unknown-reference"): 2,
        ("g_inventor_disambiguated.tsv.zip", "ragged-row"): 1,
        ("g_location_disambiguated.tsv.zip", "out-of-range"): 1,
        ("g_location_disambiguated.tsv.zip", "bad-number"): 1,
        ("g_application.tsv.zip", "bad-date"): 1,
        ("g_patent.tsv.zip", "excluded"): 1,
        ("g_patent.tsv.zip", "bad-date"): 1,
        ("g_patent.tsv.zip", "duplicate-key"): 1,
    }


def test_patentsview_documents_keep_titles_and_both_dates(tmp_path: Path) -> None:
    out = tmp_path / "p.parquet"
    patentsview_points([patentsview(tmp_path / "pv")], out)
    documents = {d["id"]: d for d in rows(tmp_path / "p.documents.parquet")}
    assert documents["US10000001"]["title"] == 'A "quoted" title\twith a tab'
    assert documents["US10000002"]["title"] == "Over\ntwo lines"
    assert (documents["US10000001"]["date"], documents["US10000001"]["granted"]) == (
        "2014-03-10",
        "2018-06-19",
    )
    assert set(documents) == {"US10000001", "US10000002", "USD100005"}


def test_without_applications_the_year_is_that_of_the_grant(tmp_path: Path) -> None:
    out = tmp_path / "p.parquet"
    report = patentsview_points([patentsview(tmp_path / "pv", without="g_application")], out)
    assert {r["year"] for r in rows(out)} == {2018}
    assert report.notes[0] == "year is that of the grant"


def test_missing_tables_and_columns_are_all_told(tmp_path: Path) -> None:
    (tmp_path / "pv").mkdir()
    (tmp_path / "pv/g_patent.tsv").write_text("patent\tpatent_date\n1\t2020-01-01\n")
    with pytest.raises(CeyuanError) as error:
        patentsview_points([tmp_path / "pv"], tmp_path / "p.parquet")
    assert [p.code for p in error.value.problems] == ["source-missing-table"] * 2
    patentsview(tmp_path / "pv")
    (tmp_path / "pv/g_patent.tsv.zip").unlink()
    with pytest.raises(CeyuanError, match="there is no column patent_id, only patent, patent_date"):
        patentsview_points([tmp_path / "pv"], tmp_path / "p.parquet")
    assert [p.name for p in tmp_path.iterdir()] == ["pv"]


REGIONS = "reg_code,lat,lon\nCH011,46.6,6.6\nCH021,46.9,7.4\nFR101,48.86,2.35\nfr103,48.8,1.9\nBAD,91,0\nFR101,0,0\n"
PCT_INV = """PCT_Nbr|PCT_App|Appln_id|Inv_name|Address|Reg_code|Ctry_code|Reg_share|Inv_share
WO2010000001|EP2009000001|1|BRETON "Lion", Lionel|14, rue de Satory,F-78000 Versailles|FR103|FR|1|0.5
WO2010000001|EP2009000001|1|BAUR, Markus|3, route Petite Corniche,CH-1603 Aran|CH011|CH|0.75|0.5
WO2010000001|EP2009000001|1|BAUR, Markus|3, route Petite Corniche,CH-1603 Aran|CH021|CH|0.25|0.5
WO2010000002|EP2009000002|2|BAUR, Markus|"3, route",CH-1603 Aran|CHZZZ|CH|1|1
WO2010000003|EP2009000003|3|NO, Year|x|FR101|FR|1|1
WO2010000002|EP2009000002|2|SHARE, Bad|x|FR101|FR|1.5|1
WO2010000002|EP2009000002|2|BAUR, Markus|"3, route",CH-1603 Aran|CHZZZ|CH|1|1
WO2010000002|too short
"""
PCT_IPC = """pct_nbr|prio_year|app_year|IPC
WO2010000001|2008|2009|A01B001/00
WO2010000001|2008|2009|A01B003/00
WO2010000002|2007|2009|A01B001/00
WO2010000003|2007|none|A01B001/00
"""


def regpat(folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("202401_PCT_Inv_reg.txt", PCT_INV), ("202401_PCT_IPC.txt", PCT_IPC)):
        (folder / name).write_bytes(text.replace("\n", "\r\n").encode())
    (folder / "regions.csv").write_text(REGIONS)
    return [folder / "202401_PCT_Inv_reg.txt", folder / "202401_PCT_IPC.txt"]


def test_regpat_weights_conserve_each_inventors_part(tmp_path: Path) -> None:
    out = tmp_path / "p.parquet"
    inputs = regpat(tmp_path / "r")
    report = regpat_points(inputs, out, regions=[tmp_path / "r/regions.csv"])
    found = [
        (r["record_id"], r["contributor_id"], r["lat"], r["weight"], r["year"], r["place"])
        for r in rows(out)
    ]
    assert found == [
        ("WO2010000001", "WO2010000001#1", 48.8, 1.0, 2009, "FR103"),
        ("WO2010000001", "WO2010000001#2", 46.6, 1.5, 2009, "CH011"),
        ("WO2010000001", "WO2010000001#2", 46.9, 0.5, 2009, "CH021"),
        ("WO2010000002", "WO2010000002#1", None, 1.0, 2009, "CHZZZ"),
    ]
    # Equal sharing gives each of a person's k rows 1/k of the person's part; with weights the parts add up again.
    person: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows(out):
        person[row["record_id"], row["contributor_id"]].append(row["weight"])
    assert all(sum(weights) / len(weights) == pytest.approx(1.0) for weights in person.values())
    assert report.vintage == "2024-01"
    assert report.accounts["inv_reg"] == TableAccount(8, 4, 4)
    assert report.accounts["ipc"] == TableAccount(4, 3, 1)
    assert report.accounts["regions"] == TableAccount(6, 4, 2)
    assert "1 contributors of 1 regions have no position: CHZZZ (1)" in report.notes


def test_regpat_contributions_have_one_row_for_each_person(tmp_path: Path) -> None:
    regpat_points(
        regpat(tmp_path / "r"), tmp_path / "p.parquet", regions=[tmp_path / "r/regions.csv"]
    )
    found = [
        (c["document"], c["position"], c["city"])
        for c in rows(tmp_path / "p.contributions.parquet")
    ]
    assert sorted(found) == [
        ("WO2010000001", 1, "FR103"),
        ("WO2010000001", 2, "CH011"),
        ("WO2010000002", 1, "CHZZZ"),
    ]


def test_regpat_of_the_epo_joins_by_application_and_knows_persons(tmp_path: Path) -> None:
    (tmp_path / "201602_EPO_App_reg.txt").write_text(
        "Appln_id;Person_id;App_name;Address;Reg_code;Ctry_code;Reg_share;App_share\n"
        "16;100;L'OR\u00c9AL;14, rue Royale;FR101;FR;1;0.5\n17;100;L'OR\u00c9AL;14, rue Royale;FR101;FR;1;1\n",
        encoding="latin-1",
    )
    (tmp_path / "201602_EPO_IPC.txt").write_text(
        "Appln_id;Prio_Year;App_year;IPC\n16;1999;2000;A\n17;2000;2001;A\n"
    )
    (tmp_path / "regions.csv").write_text(REGIONS)
    out = tmp_path / "p.parquet"
    inputs = [tmp_path / "201602_EPO_App_reg.txt", tmp_path / "201602_EPO_IPC.txt"]
    regions = [tmp_path / "regions.csv"]
    regpat_points(
        inputs, out, regions=regions, role="applicant", year="priority", encoding="latin-1"
    )
    assert [(r["record_id"], r["contributor_id"], r["year"]) for r in rows(out)] == [
        ("16", "100", 1999),
        ("17", "100", 2000),
    ]
    assert {c["role"] for c in rows(tmp_path / "p.contributions.parquet")} == {"applicant"}
    assert {d["office"] for d in rows(tmp_path / "p.documents.parquet")} == {"EPO"}


def test_lines_in_another_encoding_are_kept_aside(tmp_path: Path) -> None:
    inputs = regpat(tmp_path / "r")
    inputs[0].write_bytes(
        inputs[0].read_bytes() + "WO2010000002|x|2|M\u00dcLLER|x|FR101|FR|1|1\r\n".encode("latin-1")
    )
    out = tmp_path / "p.parquet"
    report = regpat_points(inputs, out, regions=[tmp_path / "r/regions.csv"])
    assert report.reasons["bad-encoding"] == 1
    assert report.accounts["inv_reg"] == TableAccount(9, 4, 5)


PATSTAT = {
    "tls201_part01.csv": "appln_id,appln_auth,appln_nr,appln_kind,appln_filing_date,appln_filing_year\n"
    '1,"EP","09000001","A","2009-01-05",2009\n2,"WO","2009000002","W","2009-02-01",2009\n3,"CN","x","A","9999-12-31",9999\n',
    "tls206_part01.csv": "person_id,person_name,person_address,person_ctry_code,nuts,nuts_level\n"
    '10,"Breton, Lionel","14, rue de Satory","FR","FR103",3\n11,"L\'OREAL","","FR","FR101",3\n',
    "tls206_part02.csv": "person_id,person_name,person_address,person_ctry_code,nuts,nuts_level\n"
    '12,"Chan, A","","CN","",9\n',
    "tls207_part01.csv": "person_id,appln_id,applt_seq_nr,invt_seq_nr\n"
    "10,1,0,1\n11,1,1,0\n12,1,2,2\n10,2,0,1\n12,3,0,1\n13,2,0,2\n10,2,0,1\n12,2,0,x\n",
}


def patstat(folder: Path) -> Path:
    folder.mkdir()
    for name, text in PATSTAT.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
    return folder


def test_patstat_inventors_and_applicants_are_told_apart(tmp_path: Path) -> None:
    folder = patstat(tmp_path / "ps")
    (tmp_path / "nuts.csv").write_text(REGIONS)
    out = tmp_path / "p.parquet"
    report = patstat_points([folder], out, regions=[tmp_path / "nuts.csv"])
    assert [
        (r["record_id"], r["contributor_id"], r["lat"], r["year"], r["country"]) for r in rows(out)
    ] == [
        ("1", "10", 48.8, 2009, "FR"),
        ("1", "12", None, 2009, "CN"),
        ("2", "10", 48.8, 2009, "FR"),
        ("2", "13", None, 2009, None),
    ]
    assert report.accounts["tls201"] == TableAccount(3, 2, 1)
    assert report.accounts["tls206"] == TableAccount(3, 3, 0)
    assert report.accounts["tls207"] == TableAccount(8, 5, 3)
    assert Counter(code for _, code in reasons(out)) == {
        "bad-date": 1, "bad-number": 1, "duplicate-key": 2, "unknown-reference": 1, "out-of-range": 1,
    }  # fmt: skip
    patstat_points([folder], out, regions=[tmp_path / "nuts.csv"], role="applicant")
    assert [(r["record_id"], r["contributor_id"]) for r in rows(out)] == [("1", "11"), ("1", "12")]


def test_the_commands_tell_what_became_of_every_row(tmp_path: Path) -> None:
    inputs = [str(p) for p in regpat(tmp_path / "r")]
    arguments = [
        "points",
        "regpat",
        *inputs,
        "--regions",
        str(tmp_path / "r/regions.csv"),
        "--out",
        str(tmp_path / "p.parquet"),
    ]
    told = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert told.exit_code == 0
    assert ["inv_reg", "8", "4", "4"] in [line.split() for line in told.stdout.splitlines()]
    assert "p.quarantine.jsonl" in told.stderr
    arguments = [
        "points",
        "patentsview",
        str(patentsview(tmp_path / "pv")),
        "--out",
        str(tmp_path / "v.parquet"),
    ]
    assert (
        CliRunner().invoke(cli, [*arguments, "--format", "json"], catch_exceptions=False).exit_code
        == 0
    )
    (tmp_path / "nuts.csv").write_text(REGIONS)
    arguments = [
        "points",
        "patstat",
        str(patstat(tmp_path / "ps")),
        "--regions",
        str(tmp_path / "nuts.csv"),
    ]
    told = CliRunner().invoke(
        cli, [*arguments, "--out", str(tmp_path / "s.parquet")], catch_exceptions=False
    )
    assert told.exit_code == 0


WIPO = """
"patent_id"	"wipo_field_sequence"	"wipo_field_id"	"wipo_sector_title"	"wipo_field_title"
"10000001"	1	"8"	"Electrical engineering"	"Semiconductors"
"10000001"	0	"6"	"Electrical engineering"	"Computer tech"
"10000001"	0	"6"	"Electrical engineering"	"Computer tech"
"D100005"	0	"D06"	"Design"	"Furnishing"
"10000002"	"x"	"9"	"Instruments"	"Optics"
"""


def test_patentsview_fields_are_the_first_of_wipos_where_the_table_is_there(tmp_path: Path) -> None:
    folder, out = patentsview(tmp_path / "pv"), tmp_path / "p.parquet"
    report = patentsview_points([folder], out)
    assert {r["field"] for r in rows(out)} == {None}
    assert "field is not given: g_wipo_technology is not among the inputs" in report.notes
    without = [{**r, "field": None} for r in rows(out)]
    with zipfile.ZipFile(folder / "g_wipo_technology.tsv.zip", "w") as archive:
        archive.writestr("g_wipo_technology.tsv", WIPO.lstrip("\n"))
    report = patentsview_points([folder], out)
    assert [{**r, "field": None} for r in rows(out)] == without
    assert {r["record_id"]: r["field"] for r in rows(out)} == {
        "US10000001": "Computer technology",
        "US10000002": None,
    }
    fields = {d["id"]: d["field"] for d in rows(tmp_path / "p.documents.parquet")}
    assert fields["USD100005"] == "Furnishing"  # classes of designs have no number of WIPO's
    assert report.accounts["g_wipo_technology"] == TableAccount(5, 3, 2)


def test_patstat_fields_are_those_of_the_largest_weight(tmp_path: Path) -> None:
    folder, out = patstat(tmp_path / "ps"), tmp_path / "p.parquet"
    (tmp_path / "nuts.csv").write_text(REGIONS)
    (folder / "tls230_part01.csv").write_text(
        "appln_id,techn_field_nr,weight\n1,8,0.25\n1,35,0.5\n1,9,0.25\n2,13,0.5\n2,4,0.5\n2,99,1\n1,9,0.25\n"
    )
    report = patstat_points([folder], out, regions=[tmp_path / "nuts.csv"])
    assert {r["record_id"]: r["field"] for r in rows(out)} == {
        "1": "Civil engineering",
        "2": "Digital communication",
    }
    assert report.accounts["tls230"] == TableAccount(7, 5, 2)
    assert {d["id"]: d["field"] for d in rows(tmp_path / "p.documents.parquet")} == {
        "1": "Civil engineering", "2": "Digital communication",
    }  # fmt: skip


def test_regpat_fields_are_the_sections_of_most_symbols(tmp_path: Path) -> None:
    inputs = regpat(tmp_path / "r")
    more = "WO2010000002|2007|2009|H01L021/00\r\nWO2010000002|2007|2009|H04B001/00\r\nWO2010000001|2008|2009|G06F\r\n"
    inputs[1].write_bytes(inputs[1].read_bytes() + more.encode())
    out = tmp_path / "p.parquet"
    regpat_points(inputs, out, regions=[tmp_path / "r/regions.csv"])
    fields = {"WO2010000001": "IPC A", "WO2010000002": "IPC H"}
    assert {r["record_id"]: r["field"] for r in rows(out)} == fields
    assert {d["id"]: d["field"] for d in rows(tmp_path / "p.documents.parquet")} == fields
