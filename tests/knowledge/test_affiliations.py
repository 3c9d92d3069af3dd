"""Places of affiliations: the known traps, what is uncertain, and fourteen thousand real ones beside another reading."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ceyuan.cli import cli
from ceyuan.knowledge.affiliations.rules import Affiliations, Organisation
from ceyuan.knowledge.affiliations.run import place_affiliations
from ceyuan.pipeline.reading import Build

VIS = Path(__file__).resolve().parents[3] / "shared/data/knowledge/vis_authorships.csv.gz"


@pytest.fixture(scope="module")
def rules(gba: Build) -> Affiliations:
    known = [
        organisation
        for record in gba.records("organisation")
        if (organisation := Organisation.of(record))
    ]
    return Affiliations(gba.gazetteer, known)


CERTAIN = [
    ("HKUST (Guangzhou)", "guangzhou", "address"),
    ("香港科技大学（广州）", "guangzhou", "organisation"),
    ("香港科技大学(广州)", "guangzhou", "organisation"),
    (
        "The Hong Kong University of Science and Technology (Guangzhou), Guangzhou, China",
        "guangzhou",
        "organisation",
    ),
    (
        "Dept. of Physics, The University of Hong Kong, Pokfulam Road, Hong Kong SAR, China",
        "hongkong",
        "organisation",
    ),
    ("Hong Kong Institute of Nothing, CN", "hongkong", "name"),
    ("Sun Yat-sen University, CN", "guangzhou", "organisation"),
    ("School of Medicine, Sun Yat-Sen University", "guangzhou", "organisation"),
    ("中山大学附属第八医院，中国深圳", "shenzhen", "organisation"),
    ("National Sun Yat-sen University, Kaohsiung, Taiwan", "taiwan", "address"),
    ("Macau University of Science and Technology, Taipa, Macau", "macao", "organisation"),
    ("Rua de Luis G. Gomes, Macau, MO", "macao", "address"),
    ("University of Missouri, Columbia, MO, USA", "us", "address"),
    ("City University of Hong Kong", "hongkong", "organisation"),
    ("Shenzhen University, China", "shenzhen", "name"),
    (
        "Southern University of Science and Technology, 518055 Shenzhen, Guangdong Province, P.R. China",
        "shenzhen",
        "organisation",
    ),
    ("South China University of Technology, Guangzhou 510640, Guangdong", "guangzhou", "address"),
    ("Harbin Institute of Technology (Shenzhen)", "shenzhen", "address"),
    ("Some Firm Ltd., Zhongshan, Guangdong, China", "zhongshan", "address"),
    ("GUANGZHOU", "guangzhou", "address"),
    ("深圳市某某科技有限公司", "shenzhen", "name"),
]


@pytest.mark.parametrize(("text", "place", "rule"), CERTAIN, ids=[c[0][:30] for c in CERTAIN])
def test_known_traps(rules: Affiliations, text: str, place: str, rule: str) -> None:
    found = rules.read(text)
    assert (found.place, found.rule, found.certain, found.also) == (place, rule, True, ())


UNCERTAIN = [
    ("University of Macau, Hengqin, Zhuhai, China", "hengqin", ("macao",)),
    ("Shenzhen Research Institute, City University of Hong Kong", "hongkong", ("shenzhen",)),
    ("Huawei, Hong Kong and Shenzhen", "hongkong", ("shenzhen",)),
    (
        "Hong Kong University of Science and Technology, San Diego, United States",
        "us",
        ("hongkong",),
    ),
    ("Guangzhou, Shenzhen", "guangzhou", ("shenzhen",)),
]


@pytest.mark.parametrize(("text", "place", "also"), UNCERTAIN, ids=[c[0][:30] for c in UNCERTAIN])
def test_several_places_are_listed_and_not_decided_in_silence(
    rules: Affiliations, text: str, place: str, also: tuple[str, ...]
) -> None:
    found = rules.read(text)
    assert (found.place, found.certain, found.also) == (place, False, also)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "St. Louis, MO 63130",
        "Zhongshan Hospital, Fudan University",
        "MO",
        "University of Lyon",
        "Columbia, MO",
    ],
)
def test_what_names_no_place_has_none(rules: Affiliations, text: str) -> None:
    assert rules.read(text).place is None


def test_register_goes_before_coordinates_and_these_before_text(rules: Affiliations) -> None:
    ror = "https://ror.org/00q4vv597"
    assert rules.read("Guangzhou", ror, 22.5, 114.1) == rules.read("", "00Q4VV597")
    assert rules.read("Guangzhou", ror).place == "hongkong"
    assert rules.read("Guangzhou", "https://ror.org/000000000", 22.2, 113.55).place == "macao"
    assert rules.read("Guangzhou", lat=48.1, lon=11.6).rule == "address"  # nothing is near


def test_a_shared_name_of_two_organisations_decides_nothing(gba: Build) -> None:
    twins = [Organisation(("Provincial Institute",), place) for place in ("guangzhou", "shenzhen")]
    assert Affiliations(gba.gazetteer, twins).read("Provincial Institute").place is None
    assert Affiliations(gba.gazetteer, twins[:1]).read("Provincial Institute").place == "guangzhou"


def test_rows_keep_their_works_and_uncertain_ones_are_counted_once(rules: Affiliations) -> None:
    table = {
        "doi": ["a", "a", "b", "c", "d"],
        "where": ["Shenzhen", "Guangzhou, Shenzhen", "Guangzhou, Shenzhen", "nowhere", None],
    }
    found = place_affiliations(table, rules, ["work=doi", "affiliation=where"])
    assert [
        (r["work"], r["side"], r["certain"]) for r in found.rows.frame("arrow").to_pylist()
    ] == [
        ("a", "guangdong", "true"),
        ("a", "guangdong", "false"),
        ("b", "guangdong", "false"),
        ("c", "", "false"),
        ("d", "", "false"),
    ]
    assert [(r["affiliation"], r["rows"]) for r in found.uncertain.frame("arrow").to_pylist()] == [
        ("Guangzhou, Shenzhen", 2),
        ("nowhere", 1),
    ]
    assert found.facts["rows"] == {"read": 5, "placed": 3, "uncertain": 2}


@pytest.mark.skipif(not VIS.is_file(), reason="the shared data are not here")
def test_real_affiliations_agree_with_another_reading_but_where_they_name_two_sides(
    rules: Affiliations,
) -> None:
    """IEEE VIS: 308 authorships of Hong Kong, 82 of Guangdong and 2 of Macao by a reading of somebody else."""
    with gzip.open(VIS, "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["affiliation"]]
    sides = {"hongkong": "Hong Kong", "guangdong": "Guangdong", "macao": "Macao"}
    agree, apart = 0, []
    for row in rows:
        found = rules.read(row["affiliation"])
        own = sides.get(
            (rules.gazetteer.places[found.place].party or "") if found.place else "", ""
        )
        other = row["china_place_by_rule"] if row["china_place_by_rule"] in sides.values() else ""
        agree += own == other != ""
        if own != other:
            apart.append((row["affiliation"], found))
    assert agree >= 385
    assert len(apart) <= 8
    # in the register at Shenzhen
    assert [text for text, found in apart if found.certain] == ["Tencent, China"]


def test_the_command_feeds_flows(gba: Build, tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text(
        'work,affiliation\np1,"University of Hong Kong"\np1,"Shenzhen University, China"\np2,"Sun Yat-sen University"\np3,MIT\n',
        encoding="utf-8",
    )
    arguments = ["affiliations", str(table), "-w", str(gba.root), "--out", str(tmp_path / "placed")]
    done = CliRunner().invoke(cli, ["knowledge", *arguments], catch_exceptions=False)
    assert done.stdout.splitlines() == ["side\trows", "guangdong\t2", "hongkong\t1", "none\t1"]
    manifest = json.loads((tmp_path / "placed/manifest.json").read_text(encoding="utf-8"))
    assert manifest["by_rule"] == {"organisation": 2, "name": 1, "none": 1}
    arguments = [
        "flows",
        str(tmp_path / "placed/affiliations.csv"),
        "--column",
        "unit=side",
        "--out",
        str(tmp_path / "f"),
    ]
    flows = (
        CliRunner()
        .invoke(cli, ["knowledge", *arguments], catch_exceptions=False)
        .stdout.splitlines()
    )
    assert flows[1].split("\t")[:4] == ["guangdong", "hongkong", "1", "0.5"]
