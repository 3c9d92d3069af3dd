"""The workspace of China's provinces: every row accounted for, figures equal to plain Python over the same files.

Expected values are computed here with the csv module alone, straight from the published tables.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from fractions import Fraction

import pyarrow.parquet as pq
import pytest

from ceyuan.pipeline.checking import check_workspace
from ceyuan.pipeline.folder import BuildFolder
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import trace
from china_tables import (
    CHINA,
    DATA,
    EAST,
    PATENTS,
    PLACES,
    PROVINCES,
    SHARED,
    Row,
    bends,
    first_mentions,
    lead_type,
    rows,
)  # fmt: skip

needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the public tables (../shared/data/china_st) are not here"
)


def values(
    china: Build, indicator: str, breakdown: str | None = ""
) -> dict[tuple[str, ...], float | None]:
    """Shown values by place and period (and breakdown, where all are asked for)."""
    found = china.show(indicator, breakdown=breakdown)
    return {
        (o.place, o.period, *([o.breakdown] if breakdown is None else [])): o.value for o in found
    }


def stored(china: Build, table: str) -> list[dict[str, object]]:
    """The stored records of a table."""
    (part,) = [p for p in china.record_parts if p.table == table]
    records: list[dict[str, object]] = pq.read_table(
        BuildFolder(china.root).store / f"{part.key}.parquet"
    ).to_pylist()
    return records


def test_the_declarations_are_sound_without_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    # Where the repository lies must not decide: its root for data may be a link, or far up.
    monkeypatch.setenv("CEYUAN_ROOT_SHARED", str(SHARED))
    workspace, problems = check_workspace(CHINA)
    assert workspace is not None
    assert problems == []
    provinces = [p for p in workspace.places if p.kind == "province"]
    assert len(provinces) == 31
    assert all(re.fullmatch(r"CN-[A-Z]{2}", p.iso3166 or "") for p in provinces)
    assert len({p.iso3166 for p in provinces}) == len({p.gbt2260 for p in provinces}) == 31
    assert all(p.gbt2260 and p.gbt2260.endswith("0000") for p in provinces)


# Every row is accounted for


ACCOUNTS = {
    "bulletin_2018_expenditure": (32, 32, {}),
    "bulletin_2018_intensity": (32, 32, {}),
    "bulletin_2020_expenditure": (32, 32, {}),
    "bulletin_2020_intensity": (32, 32, {}),
    "bulletin_2022_expenditure": (32, 32, {}),
    "bulletin_2022_intensity": (32, 32, {}),
    "hitech_firms": (217, 217, {}),
    "laboratories": (509, 478, {"duplicate-key": 31}),
    "laboratory_hosts": (509, 509, {}),
    "national_projects": (2579, 2149, {"duplicate-key": 430}),
    "open_sharing": (2453, 2453, {}),
    "paper_ranks": (2496, 1209, {"excluded": 1287}),
    "papers": (2496, 1246, {"excluded": 1248, "missing-value:amount": 2}),
    "patent_applications": (1791, 1791, {}),
    "patent_grants": (1792, 1792, {}),
    "patents_valid": (1796, 1796, {}),
    "rd_activities": (1792, 1792, {}),
    "rd_expenditure": (832, 416, {"excluded": 416}),
    "rd_intensity": (832, 416, {"excluded": 416}),
    "tech_contracts_in": (960, 960, {}),
    "tech_contracts_out": (960, 940, {"missing-value:amount": 20}),
}


@needs_data
def test_every_row_is_stored_or_quarantined(china: Build) -> None:
    assert {p.table: (p.read, p.stored, dict(p.reasons)) for p in china.record_parts} == ACCOUNTS
    for part in china.record_parts:
        assert part.read == part.stored + part.quarantined
        with (SHARED / part.file.partition(":")[2]).open(
            encoding="utf-8-sig", newline=""
        ) as stream:
            lines = sum(1 for _ in csv.reader(stream))
        assert part.read == lines - (2 if part.file.endswith("2018_table2.csv") else 1)


@needs_data
@pytest.mark.parametrize(("file", "table"), PATENTS.items())
def test_patents_come_through_value_by_value(china: Build, file: str, table: str) -> None:
    category = {
        "合计": None,
        "发明": "invention",
        "实用新型": "utility_model",
        "外观设计": "design",
    }
    expected = Counter(
        (PLACES[r["province"]], r["year"], category[r["chn_block4"]], float(r["value"]))
        for r in rows(file)
    )
    found = Counter(
        (r["place"], r["period"], r["category"], float(str(r["amount"])))
        for r in stored(china, table)
    )
    assert found == expected


@needs_data
def test_the_dirty_names_of_the_applications_are_these() -> None:
    with (DATA / "RDPatentAccept.csv").open(encoding="utf-8-sig", newline="") as stream:
        spelt = Counter(r["province"] for r in csv.DictReader(stream))
    assert len(spelt) == 65
    blanks = {name for name in spelt if " " in name}
    assert len(blanks) == 32
    assert set(spelt) - blanks - set(PLACES) == {"江两"}


@needs_data
@pytest.mark.parametrize("file", PATENTS)
def test_a_misread_name_stands_where_its_region_is_missing(file: str) -> None:
    """With the names corrected, every region has each type once in each year, but for one lost row and one region."""
    found = Counter((r["province"], r["year"], r["chn_block4"]) for r in rows(file))
    assert set(found.values()) == {1}
    regions = {*PROVINCES, "全国"}
    every = {
        (p, y, c)
        for p in regions
        for _, y, _ in found
        for c in ("合计", "发明", "实用新型", "外观设计")
    }
    lost = {("吉林", "2019", "外观设计")} if file == "RDPatentAccept" else set()
    assert every - set(found) == lost
    assert {key[:2] for key in set(found) - every} == (
        {("东部地区", "2014")} if file == "RDPatentValid" else set()
    )


@needs_data
def test_the_misread_region_is_the_east() -> None:
    table = {
        (r["province"], r["chn_block4"]): float(r["value"])
        for r in rows("RDPatentValid")
        if r["year"] == "2014"
    }
    for category in ("合计", "发明", "实用新型", "外观设计"):
        assert table["东部地区", category] == sum(table[p, category] for p in EAST)


# Research and development


@needs_data
def test_intensity_and_expenditure_equal_the_bulletins_value_by_value(china: Build) -> None:
    """Every region of every bulletin, in the collected series and in what is shown; there is no difference."""
    bulletins = {"2018": "2018_table2", "2020": "2020_table3", "2022": "2022_table3"}
    compared = 0
    differences = []
    for indicator, column in (("rd_expenditure", 1), ("rd_intensity", 2)):
        found = china.show(indicator, all_sources=True)
        series = {(o.place, o.period): o.value for o in found if o.source == "nbs-rd-series"}
        shown = {(o.place, o.period): o.value for o in found if o.shown}
        for year, name in bulletins.items():
            with (DATA / "nbs_tables" / f"{name}.csv").open(
                encoding="utf-8-sig", newline=""
            ) as stream:
                table = [r for r in csv.reader(stream) if r and r[0] in PLACES]
            assert len(table) == 32
            for cells in table:
                key = (PLACES[cells[0]], year)
                compared += 1
                if not series[key] == shown[key] == float(cells[column]):
                    differences.append((indicator, *key, cells[column], series[key], shown[key]))
    assert compared == 192
    assert differences == []


@needs_data
def test_intensity_of_every_year_is_the_one_of_the_series(china: Build) -> None:
    expected = {
        (PLACES[r["province"]], r["year"]): float(r["value"])
        for r in rows("RDIntense")
        if r["chn_block4"] == "RD强度"
    }
    assert len(expected) == 416
    assert values(china, "rd_intensity") == expected


@needs_data
def test_the_revision_of_gdp_shows_as_a_jump_of_intensity(china: Build) -> None:
    """Intensity of 2019 over 2018 against the growth of expenditure: what is left is the change of the GDP behind it."""
    money, intensity = values(china, "rd_expenditure"), values(china, "rd_intensity")
    change = values(china, "rd_intensity_change")

    def implied(place: str, year: str) -> float:
        return (money[place, year] or 0) / (intensity[place, year] or 1)

    assert implied("tianjin", "2019") / implied("tianjin", "2018") == pytest.approx(
        0.751, abs=0.001
    )
    assert (money["tianjin", "2019"] or 0) < (money["tianjin", "2018"] or 0)
    assert change["tianjin", "2019"] == pytest.approx(0.66, abs=1e-9)


@needs_data
def test_the_yearbook_confirms_the_series_to_its_rounding(china: Build) -> None:
    found = china.show("rd_expenditure", all_sources=True)
    by_source: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
    for o in found:
        assert o.value is not None or o.reason
        if o.value is not None:
            by_source[o.source][o.place, o.period] = o.value
    series, yearbook = by_source["nbs-rd-series"], by_source["st-yearbook"]
    # Sums over a region of several provinces carry the rounding of each.
    common = {key for key in set(series) & set(yearbook) if not key[0].startswith("cn-")}
    assert len(common) == 416
    assert max(abs(series[key] - yearbook[key]) for key in common) < 0.0501


@needs_data
def test_the_country_is_the_sum_of_its_provinces_in_rd(china: Build) -> None:
    country = {o.period: o.value for o in china.show("rd_expenditure", place="cn")}
    provinces = {o.period: o.value for o in china.show("rd_expenditure_of_provinces", place="cn")}
    assert set(country) == set(provinces) == {str(y) for y in range(2010, 2024)}
    # 31 figures rounded to 0.1 亿元 can be off by 1.55 at most; they are off by far less.
    assert max(abs((country[y] or 0) - (provinces[y] or 0)) for y in country) < 0.31


@needs_data
def test_shares_of_activities(china: Build) -> None:
    table = {
        (r["province"], r["year"], r["chn_block4"]): float(r["value"]) for r in rows("RDActivity")
    }
    basic, names = values(china, "rd_basic_share"), ("基础研究", "应用研究", "试验发展")
    for province in [*PROVINCES, "全国"]:
        for year in range(2010, 2024):
            parts = [table[province, str(year), name] for name in names]
            assert basic[PLACES[province], str(year)] == pytest.approx(
                100 * parts[0] / sum(parts), abs=1e-6
            )
    assert basic["cn", "2023"] == pytest.approx(6.7726, abs=1e-4)


@needs_data
def test_where_activities_do_not_add_up_to_the_total() -> None:
    """More than 0.005 亿元 apart in two cases only, each with the same gap in the country's own row: the source's, kept."""
    table: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for r in rows("RDActivity"):
        table[r["province"], r["year"]][r["chn_block4"]] = float(r["value"])
    gaps = {key: round(sum(v.values()) - 2 * v["合计"], 1) for key, v in table.items()}
    assert max(abs(gap) for gap in gaps.values() if abs(gap) <= 50) <= 10
    assert {key: gap for key, gap in gaps.items() if abs(gap) > 50} == {
        ("全国", "2021"): 19672.0, ("上海", "2021"): 19671.0, ("全国", "2015"): 117.6, ("浙江", "2015"): 117.4,
    }  # fmt: skip


# Papers


@needs_data
def test_papers_of_provinces_add_up_to_the_country(china: Build) -> None:
    """Each paper is counted for one region. Where the country has more, the source ranks a 32nd unit that it does not list."""
    gaps = {}
    for index, name in (("sci", "篇数SCI"), ("ei", "篇数EI"), ("cpcis", "篇数cpcis")):
        shown = values(china, f"{index}_papers")
        table = {
            (r["province"], r["year"]): r["value"]
            for r in rows("RDPaperInternational")
            if r["chn_block4"] == name
        }
        for (province, year), value in table.items():
            assert shown.get((PLACES[province], year)) == (float(value) if value else None)
        for year in {y for _, y in table}:
            total = sum(float(v) for (p, y), v in table.items() if y == year and p != "全国" and v)
            if gap := float(table["全国", year]) - total:
                gaps[index, year] = gap
    assert gaps == {
        ("sci", "2011"): 54, ("cpcis", "2011"): 28, ("sci", "2012"): 14, ("ei", "2012"): 3, ("cpcis", "2012"): 15,
        ("sci", "2013"): 15, ("ei", "2013"): 982, ("cpcis", "2013"): 3,
    }  # fmt: skip


@needs_data
def test_published_ranks_are_the_computed_ones(china: Build) -> None:
    off = {}
    compared = 0
    for index in ("sci", "ei", "cpcis"):
        found = china.show(f"{index}_papers_rank", all_sources=True)
        computed = {(o.place, o.period): o.value for o in found if o.status == "computed"}
        for o in (o for o in found if o.status == "published"):
            mine = computed.get((o.place, o.period))
            compared += 1
            if mine != o.value:
                off[index, o.period, o.place] = (o.value, mine)
    assert compared == 1209
    gone = {key for key, (_, mine) in off.items() if mine is None}
    # the yearbook gives a rank and no number
    assert gone == {
        ("ei", "2011", "xizang"),
        ("cpcis", "2010", "xizang"),
    }
    assert all(
        mine is not None and stated == mine + 1
        for key, (stated, mine) in off.items()
        if key not in gone
    )
    assert Counter(key[:2] for key in set(off) - gone) == {
        ("sci", "2012"): 1, ("cpcis", "2012"): 1, ("sci", "2013"): 1, ("ei", "2013"): 8,
    }  # fmt: skip

    # Behind a 32nd unit that has the papers the country has more, every province is one place further down.
    for index, name in (("sci", "篇数SCI"), ("ei", "篇数EI"), ("cpcis", "篇数cpcis")):
        for year in ("2012", "2013"):
            table = {r["province"]: float(r["value"]) for r in rows("RDPaperInternational")
                     if (r["chn_block4"], r["year"]) == (name, year)}  # fmt: skip
            gap = 2 * table["全国"] - sum(table.values())
            behind = {PLACES[p] for p, n in table.items() if n < gap}
            assert behind == {place for i, y, place in off if (i, y) == (index, year)}


# Patents


@needs_data
def test_types_add_up_to_the_total_wherever_no_row_is_lost(china: Build) -> None:
    off = {}
    for indicator in PATENTS.values():
        shares = values(china, f"{indicator}_type_share")
        assert len(shares) == 14 * 36
        off |= {(indicator, *key): value for key, value in shares.items() if value != 100}
    assert set(off) == {
        ("patent_applications", "jilin", "2019"),
        ("patent_applications", "cn-northeast", "2019"),
    }
    assert off["patent_applications", "jilin", "2019"] == pytest.approx(
        100 * (31052 - 2503) / 31052, abs=1e-6
    )


@needs_data
def test_the_lost_row_is_missing_and_not_zero(china: Build) -> None:
    design = values(china, "patent_applications_by_type", None)
    assert ("jilin", "2019", "category=design") not in design
    (region,) = china.show(
        "patent_applications_by_type",
        place="cn-northeast",
        period="2019",
        breakdown="category=design",
    )
    assert region.value is None
    assert region.reason
    assert region.reason.en == "only 2 of 3 parts (province) have a value"


@needs_data
@pytest.mark.parametrize(("file", "indicator"), PATENTS.items())
def test_the_country_has_more_patents_than_its_provinces(
    china: Build, file: str, indicator: str
) -> None:
    """The country's row includes applicants of Hong Kong, Macao and Taiwan: 0.3 to 5.2 % that no province has."""
    shown = values(china, indicator)
    for year in map(str, range(2010, 2024)):
        total = [float(r["value"]) for r in rows(file) if r["year"] == year and r["chn_block4"] == "合计"
                 and r["province"] in PROVINCES]  # fmt: skip
        assert len(total) == 31
        country = shown["cn", year]
        assert country is not None
        assert 0.003 < 1 - sum(total) / country < 0.052


@needs_data
@pytest.mark.parametrize("file", PATENTS)
def test_no_block_of_a_year_stands_under_another_province(file: str) -> None:
    """A shifted block makes provinces jump up and back by more than a factor 1.6 (√2.6); no total does."""
    series: dict[str, dict[int, float]] = defaultdict(dict)
    for r in rows(file):
        if r["chn_block4"] == "合计" and r["province"] in PROVINCES:
            series[r["province"]][int(r["year"])] = float(r["value"])
    assert {key: bend for key, bend in bends(series).items() if not 1 / 2.6 < bend < 2.6} == {}
    # The check can see what it looks for: rows of a year pushed down by one province, from each row on.
    seen = 0
    for year in range(2011, 2023):
        block = [series[p][year] for p in PROVINCES]
        for start in range(30):
            pushed = [*block[:start], block[-1], *block[start:-1]]
            shifted = {
                p: {**series[p], year: value} for p, value in zip(PROVINCES, pushed, strict=True)
            }
            seen += any(not 1 / 2.6 < bend < 2.6 for bend in bends(shifted).values())
    assert seen >= 359  # of 360


# Firms and contracts


@needs_data
def test_firms_and_contracts(china: Build) -> None:
    firms: dict[str, float] = defaultdict(float)
    for r in rows("HitechFirmsPub"):
        firms[r["year"][:4]] += float(r["num"])
    assert {o.period: o.value for o in china.show("hitech_firms", place="cn")} == firms
    pushed = {(r["province"], r["year"], r["units"]): r["value"] for r in rows("MarketPush")}
    pulled = {(r["province"], r["year"], r["units"]): r["value"] for r in rows("MarketPull")}
    mean, balance = values(china, "tech_contract_mean_out"), values(china, "tech_contract_balance")
    for (province, year, unit), value in pushed.items():
        key = (PLACES[province], year)
        if unit == "项" and value:
            money = float(pushed[province, year, "万元"])
            assert mean[key] == pytest.approx(money / float(value), rel=1e-9)
            assert balance[key] == pytest.approx(
                money / float(pulled[province, year, "万元"]), rel=1e-8, abs=1e-9
            )
    assert ("xizang", "2016") not in values(china, "tech_contract_value_out")


@needs_data
@pytest.mark.parametrize(("file", "most"), [("MarketPush", 0.094), ("MarketPull", 0.222)])
def test_the_country_has_more_contracts_than_its_provinces(file: str, most: float) -> None:
    table = {
        (r["province"], r["year"]): float(r["value"] or 0)
        for r in rows(file)
        if r["units"] == "万元"
    }
    years = {y for _, y in table}
    missing = [1 - sum(table[p, y] for p in PROVINCES) / table["全国", y] for y in years]
    assert min(missing) > -1e-7
    assert most - 0.002 < max(missing) < most


@needs_data
def test_what_is_sold_equals_what_is_bought_in_the_country(china: Build) -> None:
    sold, bought = (
        {o.period: o.value for o in china.show(name, place="cn")}
        for name in ("tech_contract_value_out", "tech_contract_value_in")
    )
    assert len(sold) == 15
    assert sold == pytest.approx(bought, rel=1e-7)


# Laboratories


@needs_data
def test_laboratories_by_place_field_and_host(china: Build) -> None:
    table = rows("PubSKLMost")
    hosts: dict[str, list[Row]] = defaultdict(list)
    for r in table:
        hosts[r["name"]].append(r)
    assert (len(table), len(hosts)) == (509, 478)
    # Repeats are the same laboratory with another host: one number, one field, never the same host twice.
    for same in hosts.values():
        assert len({(r["NO"], r["area"], r["type"]) for r in same}) == 1
        assert len({r["institution"] for r in same}) == len(same)
    shown = values(china, "key_labs")
    assert shown["cn", "all"] == 478
    for province in {r["province"] for r in table}:
        assert shown[PLACES[province], "all"] == len(
            {r["name"] for r in table if r["province"] == province}
        )
    fields = Counter(same[0]["area"] for same in hosts.values())
    by_field = {
        k[2]: v
        for k, v in values(china, "key_labs_by_field", None).items()
        if k[0] == "cn" and k[2]
    }
    assert by_field == {f"laboratory.field={field}": n for field, n in fields.items()}
    by_host = {
        k[2]: v for k, v in values(china, "key_labs_by_host", None).items() if k[0] == "cn" and k[2]
    }
    assert by_host == {
        f"host={host}": n for host, n in Counter(r["institution"] for r in table).items()
    }


@needs_data
def test_shared_laboratories_add_up(china: Build) -> None:
    table = rows("PubSKLMost")
    n = Counter(r["name"] for r in table)
    expected: dict[str, Fraction] = defaultdict(Fraction)
    for r in table:
        expected[PLACES[r["province"]]] += Fraction(1, n[r["name"]])
    shown = values(china, "key_labs_fractional")
    assert shown["cn", "all"] == pytest.approx(478, abs=1e-6)
    for place, share in expected.items():
        assert shown[place, "all"] == pytest.approx(float(share), abs=1e-6)


# Projects


@needs_data
def test_only_repeats_of_one_notice_are_quarantined() -> None:
    mentions: dict[str, list[Row]] = defaultdict(list)
    for r in rows("PubNKRDP"):
        mentions[r["NO"]].append(r)
    repeated = [same for same in mentions.values() if len(same) > 1]
    assert len(repeated) == 430
    assert Counter(tuple(r["date"] for r in same) for same in repeated) == {
        ("20201127", "20201223"): 430
    }

    def plain(name: str) -> str:
        # 硏 and 研 are one character to a scanner, and one name was cut off by a column.
        return name.replace("硏", "研").replace(" ", "").removesuffix("限公司")

    assert [
        same[0]["NO"]
        for same in repeated
        if plain(same[0]["institution"]) != plain(same[1]["institution"])
    ] == []
    assert not any(r["funds"] for same in repeated for r in same)


@needs_data
def test_projects_by_type_of_lead(china: Build) -> None:
    expected = Counter((r["year"], lead_type(r["institution"])) for r in first_mentions())
    assert sum(expected.values()) == 2149
    assert not any(kind == "other" for _, kind in expected)
    found = {(k[1], k[2]): v for k, v in values(china, "national_projects", None).items() if k[2]}
    assert found == {(year, f"lead_type={kind}"): n for (year, kind), n in expected.items()}
    share = values(china, "national_projects_firm_led_share")
    for year in ("2018", "2019", "2020"):
        whole = sum(n for (y, _), n in expected.items() if y == year)
        assert share["cn", year] == pytest.approx(100 * expected[year, "firm"] / whole, abs=1e-6)


@needs_data
def test_money_of_projects(china: Build) -> None:
    money = [(r, Fraction(r["funds"])) for r in first_mentions() if r["funds"] not in ("", "*")]
    by_lead: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for r, amount in money:
        by_lead[r["year"], f"lead_type={lead_type(r['institution'])}"] += amount
    found = {
        (k[1], k[2]): v
        for k, v in values(china, "national_project_money_by_lead", None).items()
        if k[2]
    }
    assert found == pytest.approx(
        {key: float(amount / 10000) for key, amount in by_lead.items()}, abs=1e-9
    )
    # A programme keeps one name through commissioned projects, special tasks and misread characters.
    disasters = [
        amount for r, amount in money if "重大自然灾害监测" in r["type"] and r["year"] == "2018"
    ]
    by_programme = values(china, "national_project_money", None)
    key = ("cn", "2018", "programme_name=重大自然灾害监测预警与防范")
    assert by_programme[key] == pytest.approx(float(sum(disasters) / 10000), abs=1e-9)
    known = values(china, "national_projects_money_known")
    assert known["cn", "2018"] == pytest.approx(
        100 * sum(r["year"] == "2018" for r, _ in money) / 1373, abs=1e-6
    )
    # No project of 2020 has stated money: none of them is 0 %, and the sum of money is missing, not 0.
    assert known["cn", "2020"] == 0
    assert ("cn", "2020", "") not in by_programme


# Open sharing


@needs_data
def test_open_sharing(china: Build) -> None:
    result = {"优秀": "excellent", "良好": "good", "合格": "qualified", "较差": "poor"}
    table = rows("PubOpenShare")
    expected = Counter(
        (PLACES[r["province"]], r["year"][:4], f"result={result[r['result']]}") for r in table
    )
    found = {k: v for k, v in values(china, "open_sharing_assessed", None).items() if k[2]}
    assert {k: v for k, v in found.items() if not k[0].startswith("cn")} == expected
    assert sum(v or 0 for k, v in found.items() if k[0] == "cn") == 2453
    # Where institutions are assessed and none is excellent, the share is 0; where none is assessed, there is none.
    share = values(china, "open_sharing_excellent_share")
    assessed = Counter(k[:2] for k in expected.elements())
    for key, n in assessed.items():
        assert share[key] == pytest.approx(100 * expected[*key, "result=excellent"] / n, abs=1e-6)
    assert {key for key in share if not key[0].startswith("cn")} == set(assessed)
    assert share["gansu", "2024"] == 0
    assert share["cn", "2024"] == pytest.approx(100 * 50 / 344, abs=1e-6)


# The whole


@needs_data
def test_every_indicator_has_a_value_and_three_names(china: Build) -> None:
    for name, indicator in china.indicators.items():
        assert any(o.value is not None for o in china.show(name)), name
        assert all(indicator.name.get(language) for language in ("en", "zh-Hans", "zh-Hant"))
        assert indicator.description.zh_hans.endswith(("。", "）"))


@needs_data
def test_a_figure_traces_to_the_line_that_states_it(china: Build) -> None:
    (found,) = trace(china, "rd_intensity", place="广东", period="2022")
    (record,) = found.records
    assert record.file == "shared:china_st/nbs_tables/2022_table3.csv"
    lines = (DATA / "nbs_tables" / "2022_table3.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[record.line - 1] == "广东,4411.9,3.42"


@needs_data
def test_a_mapped_row_traces_to_the_misread_one(china: Build) -> None:
    (found,) = trace(china, "patent_applications", place="jiangxi", period="2014")
    (record,) = found.records
    line = (
        (DATA / "RDPatentAccept.csv").read_text(encoding="utf-8-sig").splitlines()[record.line - 1]
    )
    assert line.startswith("江两,2014,合计,")
