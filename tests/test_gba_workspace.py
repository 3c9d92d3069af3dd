"""The GBA workspace: what the communiqué says is all there, as it says it, and nothing contradicts its sources."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from click.testing import CliRunner

import ceyuan
from ceyuan.api import open_workspace
from ceyuan.claims import verify
from ceyuan.cli import cli
from ceyuan.engine import Engine, EngineSettings
from ceyuan.indicators.types import INDICATOR, PublishedIndicator
from ceyuan.periods import parse_period
from ceyuan.pipeline.clusters.reading import cluster_runs, cluster_table
from ceyuan.pipeline.composites.reading import IndexReader
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.silence import passed_over
from ceyuan.places import Gazetteer
from ceyuan.reader import read_file
from ceyuan.records.ingest import ingest
from ceyuan.records.store import Store
from ceyuan.units import parse_unit
from ceyuan.workspace import Workspace
from ceyuan.workspace.reader import builtin_kinds, load_workspace, read_config

GBA = Path(ceyuan.__file__).parent / "workspaces" / "gba"
DATA = Path(__file__).parents[1].parent / "shared" / "data"
Row = dict[str, str]
UNPAGED = {"gd-rd-bulletin-2019"}
NINE = (
    "guangzhou",
    "shenzhen",
    "zhuhai",
    "foshan",
    "huizhou",
    "dongguan",
    "zhongshan",
    "jiangmen",
    "zhaoqing",
)

# The figures of the second article, written down from the text and not from the workspace:
# indicator, place, value as written, unit, bound.
STATED = [
    ("rd_intensity", "gba9", "4.3", "%", "eq"),
    ("pct_applications", "gba9", "2.68", "万件", "eq"),
    ("cluster_rank", "shenzhen-hongkong-guangzhou", "1", "位", "eq"),
    ("cluster_top100_streak", "macao-zhuhai", "2", "年", "eq"),
    ("cluster_top100", "macao-zhuhai", "100", "强", "lt"),
    ("high_tech_firms", "gba", "6.9", "万家", "gt"),
    ("enterprise_led_amount_share", "guangdong", "76", "%", "gt"),
    ("enterprise_participation_share", "guangdong", "97", "%", "gt"),
    ("strategic_clusters", "gba", "10", "个", "eq"),
    ("strategic_clusters_scale", "gba", "1", "万亿元", "gt"),
    ("industrial_robot_share", "gba", "40", "%", "eq"),
    ("service_robot_share", "gba", "80", "%", "eq"),
    ("vehicle_chip_design_localisation", "gba", "100", "%", "eq"),
    ("vehicle_chip_manufacturing_localisation", "gba", "57", "%", "eq"),
    ("consumer_drone_share", "gba", "70", "%", "eq"),
    ("industrial_drone_share", "gba", "40", "%", "eq"),
    ("guidance_fund_size", "gba", "1", "千亿元", "order"),
    ("equity_funds_raised", "gba", "3.58", "万亿元", "eq"),
    ("national_facilities", "gba", "9", "个", "eq"),
    ("national_key_laboratories", "gba", "26", "家", "eq"),
    ("provincial_laboratories", "gba", "24", "家", "eq"),
    ("universities_top_fields", "guangdong", "11", "所", "eq"),
    ("fields_top_thousandth", "guangdong", "39", "个", "eq"),
    ("fields_top_ten_thousandth", "guangdong", "3", "个", "eq"),
    ("cross_border_funds_cumulative", "guangdong", "6", "亿元", "gt"),
    ("joint_laboratories_belt_road", "gba", "6", "家", "eq"),
    ("joint_laboratories_gba", "gba", "35", "家", "eq"),
    ("sister_universities", "gba", "8", "所", "eq"),
    ("listed_in_hongkong", "guangdong", "260", "家", "gt"),
    ("foreign_talent", "gba9", "5.2", "万人", "gt"),
]
# Values that the text gives as former ones, and the first of two years in a row.
EARLIER = [
    ("vehicle_chip_design_localisation", "gba", "5", "%", "eq"),
    ("vehicle_chip_manufacturing_localisation", "gba", "3", "%", "eq"),
    ("cluster_top100", "macao-zhuhai", "100", "强", "lt"),
]
NAMED = {
    "laboratory": ["广州国家实验室", "鹏城国家实验室"],
    "facility": ["中国散裂中子源", "天河二号"],
    "organisation": [
        "深圳理工大学", "大湾区大学", "中国科学院东莞材料科学与技术研究所", "国家人工智能学院", "科学技术部",
        "中央港澳工作办公室", "广东省科学技术厅", "国家超级计算广州中心", "横琴工委", "横琴办",
    ],
    "programme": [
        "重点领域研发计划", "广东强芯", "璀璨行动", "核心软件", "个人所得税优惠政策", "往来港澳人才", "生物制造、量子、脑机接口",
        "科研用物资跨境", "跨境拨付",
    ],
    "platform": [
        "横琴", "前海", "南沙", "河套", "Xbot Park", "国家技术创新中心", "概念验证中心", "战略性新兴产业引导基金",
        "大湾区投资引导基金",
    ],
    "joint_scheme": ["1+1+1", "央地共建", "大湾区科学论坛", "软联通"],
    "event": ["工作推进会", "大湾区科学论坛", "中央经济工作会议"],
}  # fmt: skip
# Characters that only simplified script has, among those that statistics use.
SIMPLIFIED_ONLY = set(
    "国产业经费专实验设区发数资机构项关单标额际间与书车张门图处术务总长时军无义华动问过还进远连选员广东难电阳马"
)


def rows(name: str) -> list[Row]:
    with (GBA / "records" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    loaded, problems = load_workspace(GBA, INDICATOR)
    assert loaded is not None
    assert problems == []
    return loaded


def table_of(workspace: Workspace, kind: str) -> list[Row]:
    return [
        {"source": t.spec.source, **{k: v for k, v in row.items() if v}}
        for t in workspace.tables
        if t.spec.kind == kind
        for row in rows(t.spec.file)
    ]


def shown(gba: Build, indicator: str, place: str, period: str) -> float:
    observations = gba.show(indicator, place=place, period=period, breakdown="")
    assert [o.value is not None for o in observations] == [True], f"{indicator} {place} {period}"
    return float(observations[0].value or 0)


# What is declared


def test_nothing_is_wrong_with_it() -> None:
    # Words of praise in its bulletin are warnings.
    assert {p.code for p in open_workspace(GBA).check()} <= {"judgement-word"}


OF_DOCUMENTS = {"citation", "document_class"}
"""Kinds that tell something of documents, which have the place and the time."""


@pytest.mark.parametrize("kind", sorted(builtin_kinds()))
def test_a_built_in_kind_has_a_key_a_place_a_time_and_room_for_its_source(kind: str) -> None:
    spec = builtin_kinds()[kind]
    assert spec.key
    if kind in OF_DOCUMENTS:
        assert "document" in {field.to for field in spec.fields}
    else:
        assert spec.place is not None
        assert spec.period is not None
    assert {"source", "locator", "note", "note_zh_hans"} <= {f.id for f in spec.fields} | (
        {"locator"} if kind == "account" else set()
    )


def test_the_built_in_kinds_cover_every_mechanism_of_the_communique() -> None:
    wanted = (
        "document contribution deal account organisation laboratory facility facility_use open_sharing platform programme "
        "project participation payment permit talent listing joint_scheme event figure flow exchange_rate supercomputer ai_model ranking "
        "citation document_class"
    )
    assert set(builtin_kinds()) == set(wanted.split())


def test_every_built_in_kind_takes_a_row_and_refuses_one_without_what_it_requires(
    tmp_path: Path,
) -> None:
    samples = {
        "text": "x", "integer": "1", "number": "1", "quantity": "1", "boolean": "true", "date": "2025-01-01",
        "period": "2025", "place": "gba9", "party": "guangdong", "unit": "元", "url": "https://example.org/",
        "latitude": "1", "longitude": "1", "indicator": "pct_applications", "source": "gba-2026", "ref": "x",
    }  # fmt: skip
    for name in ("ceyuan.yaml", "places.csv", "sources.yaml"):
        shutil.copy(GBA / name, tmp_path)
    shutil.copytree(GBA / "indicators", tmp_path / "indicators")
    (tmp_path / "records").mkdir()
    required = 0
    for kind in builtin_kinds().values():
        cells: Row = {}
        for field in kind.fields:
            cells[field.id] = field.values[0] if field.type == "choice" else samples[field.type]
            if field.type == "quantity":
                cells[f"{field.id}_unit"] = {"money": "元", "person": "人"}.get(
                    field.dimension or "", "件"
                )
        empty = dict.fromkeys(cells, "")
        required += any(f.required for f in kind.fields)
        with (tmp_path / "records" / f"{kind.kind}.csv").open(
            "w", encoding="utf-8", newline=""
        ) as file:
            writer = csv.DictWriter(file, list(cells))
            writer.writeheader()
            writer.writerows([cells, {**empty, "note": "all else missing"}])
        text = f"kind: {kind.kind}\nfile: {kind.kind}.csv\nsource: gba-2026\n"
        (tmp_path / "records" / f"{kind.kind}.yaml").write_text(text, encoding="utf-8")
    loaded, problems = load_workspace(tmp_path, INDICATOR)
    assert loaded is not None
    assert problems == []
    with Engine(EngineSettings(tmp_path / "engine")) as engine:
        store, gazetteer = Store(tmp_path / "store"), Gazetteer.of(loaded.places)
        parts = ingest(loaded, gazetteer, engine, store, tmp_path / "scratch").parts
    assert required == len(builtin_kinds()), "every kind requires something"
    assert {p.kind: (p.stored, p.quarantined) for p in parts} == dict.fromkeys(
        builtin_kinds(), (1, 1)
    )
    missing = [reason for part in parts for reason in part.reasons]
    assert missing
    assert all(reason.startswith("missing-value:") for reason in missing)


def test_every_indicator_says_how_it_is_shown_and_has_a_unit_and_three_languages(
    workspace: Workspace,
) -> None:
    for definition in workspace.definitions.values():
        indicator = definition.indicator
        assert parse_unit(indicator.unit)
        assert indicator.shown
        assert indicator.topic
        for text in (indicator.name, indicator.description):
            assert not re.search(r"[\u4e00-\u9fff]", text.en), indicator.id
            assert re.search(r"[\u4e00-\u9fff]", text.zh_hans), indicator.id
            assert not SIMPLIFIED_ONLY & set(text.zh_hant), indicator.id


def test_every_spelling_of_an_indicator_means_that_one_alone(workspace: Workspace) -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for definition in workspace.definitions.values():
        i = definition.indicator
        for name in (i.id, i.name.en, i.name.zh_hans, i.name.zh_hant, *i.aliases):
            meanings[name].add(i.id)
    assert {name: ids for name, ids in meanings.items() if len(ids) > 1} == {}


def test_traditional_names_of_places_and_records_hold_no_simplified_characters(
    workspace: Workspace,
) -> None:
    texts = [p.name.zh_hant for p in workspace.places]
    texts += [
        r["name_zh_hant"]
        for kind in NAMED
        for r in table_of(workspace, kind)
        if "name_zh_hant" in r
    ]
    texts += [
        name.zh_hant for kind in workspace.kinds.values() for name in (f.name for f in kind.fields)
    ]
    assert [t for t in texts if SIMPLIFIED_ONLY & set(t)] == []


def test_every_type_of_indicator_is_used(workspace: Workspace) -> None:
    used = {d.indicator.type for d in workspace.definitions.values()}
    assert used == {
        "count", "sum", "distinct", "ratio", "share", "cumulative", "change", "growth", "rank", "membership", "streak", "rolling",
        "published", "flow",
    }  # fmt: skip


def test_the_hierarchy_is_that_of_the_greater_bay_area(workspace: Workspace) -> None:
    gazetteer = Gazetteer.of(workspace.places)
    assert len(gazetteer.parts("gba", "city")) == 11
    assert gazetteer.parts("gba9", "city") == gazetteer.parts("gba", "city") - {"hongkong", "macao"}
    assert {"gba9", "gba", "guangdong", "cn", "world"} <= gazetteer.containing["guangzhou"]
    assert "guangdong" not in gazetteer.containing["hongkong"]
    assert "guangdong" not in gazetteer.containing["gba"]
    assert len(gazetteer.parts("cn", "province")) == 32
    by_id = {p.id: p for p in workspace.places}
    assert [by_id[p].party for p in ("shenzhen", "hongkong", "macao", "gba")] == [
        "guangdong",
        "hongkong",
        "macao",
        None,
    ]


def test_names_of_the_communique_lead_to_its_places(workspace: Workspace) -> None:
    gazetteer = Gazetteer.of(workspace.places)
    wanted = {
        "大湾区": "gba", "大湾区内地9市": "gba9", "大湾区内地九市": "gba9", "深圳—香港—广州": "shenzhen-hongkong-guangzhou",
        "澳门—珠海": "macao-zhuhai", "澳門—珠海": "macao-zhuhai", "广东": "guangdong", "全国": "cn",
        "全省": "guangdong", "河套": "hetao",
        "北京（京津冀）国际科技创新中心": "jingjinji", "上海（长三角）国际科技创新中心": "yangtze_delta", "香港": "hongkong",
    }  # fmt: skip
    assert {name: gazetteer.resolve(name) for name in wanted} == wanted


# The figures of the communiqué


def test_every_figure_of_the_second_article_is_there_and_no_other() -> None:
    found = Counter(
        (r["indicator"], r["place"], r["value"], r["value_unit"], r["bound"])
        for r in rows("communique_figures.csv")
    )
    assert found == Counter(STATED) + Counter(EARLIER)
    assert len(STATED) == 30


def test_the_intensity_of_the_nine_cities_is_one_expected_figure(workspace: Workspace) -> None:
    mine = [
        r
        for r in table_of(workspace, "figure")
        if r["indicator"] == "rd_intensity" and r["place"] == "gba9"
    ]
    assert [
        (r["value"], r["value_unit"], r["modality"], r["period"], r["source"]) for r in mine
    ] == [("4.3", "%", "expected", "2025", "gba-2026")]
    expected = [r["indicator"] for r in rows("communique_figures.csv") if r["modality"] != "actual"]
    assert expected == ["rd_intensity"]


def test_a_figure_of_the_communique_has_its_place_in_the_text_and_says_what_was_assumed() -> None:
    for row in rows("communique_figures.csv"):
        assert re.fullmatch(r"第二篇第[1-5]段 L\d\d(–\d\d)?", row["locator"])
        assert row["quote"]
        assert row["period_basis"] == "assumed"
        assert row["note_en"]


def test_former_values_lie_before_the_later_ones() -> None:
    periods: dict[str, list[str]] = defaultdict(list)
    for row in rows("communique_figures.csv"):
        if "localisation" in row["indicator"]:
            periods[row["indicator"]].append(row["period"])
    assert len(periods) == 2
    for earlier, later in periods.values():
        assert parse_period(earlier).grain == "open"
        assert parse_period(earlier).end <= parse_period(later).end


def test_quotes_and_lines_agree_with_the_text() -> None:
    path = DATA / "communiques" / "gba_2026.txt"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    lines = path.read_text(encoding="utf-8").split("\n")
    for name in ("communique_figures.csv", "organisations.csv", "laboratories.csv", "facilities.csv", "facility_use.csv",
                 "platforms.csv", "programmes.csv", "joint_schemes.csv", "events.csv"):  # fmt: skip
        for row in rows(name):
            numbers = [int(n) for n in re.findall(r"(?<=[L–])\d+", row["locator"])]
            text = "".join(lines[min(numbers) - 1 : max(numbers)])
            for part in row["quote"].split("…"):
                assert part in text, f"{name}: {part} is not at {row['locator']}"


@pytest.mark.parametrize("kind", sorted(NAMED))
def test_what_the_communique_names_is_on_record_with_its_source(
    workspace: Workspace, kind: str
) -> None:
    records = table_of(workspace, kind)
    for name in NAMED[kind]:
        assert any(name in r["name"] for r in records), f"{kind} {name}"
    named = [r for r in records if r["source"].startswith("gba-2026")]
    assert named
    assert all(r["locator"] and r["quote"] for r in named)


def test_both_facilities_are_open_to_both_hong_kong_and_macao() -> None:
    pairs = {(r["facility"], r["user_party"]) for r in rows("facility_use.csv")}
    assert pairs == {(f, p) for f in ("csns", "tianhe-2") for p in ("hongkong", "macao")}


def test_no_figure_is_entered_twice_and_every_one_has_a_declared_source(
    workspace: Workspace,
) -> None:
    figures = table_of(workspace, "figure")
    keys = Counter(
        (r["indicator"], r["place"], r["period"], r["source"], r["modality"]) for r in figures
    )
    assert [key for key, n in keys.items() if n > 1] == []
    assert {r["source"] for r in figures} <= set(workspace.sources)
    used = {r["source"] for kind in workspace.kinds for r in table_of(workspace, kind)}
    assert used == set(workspace.sources), "a source without a record"


def test_nothing_is_simulated(gba: Build) -> None:
    assert not any(source.simulated for source in gba.sources.values())
    assert cluster_runs(gba) == []
    assert [o for o in gba.show(all_sources=True) if o.status == "simulated"] == []


def test_the_demonstration_of_clusters_is_a_workspace_of_its_own_and_simulated(
    tmp_path: Path,
) -> None:
    shutil.copytree(GBA.parent / "clusters-demo", tmp_path / "demo")
    with open_workspace(tmp_path / "demo").build() as build:
        (run,) = cluster_runs(build)
        assert run.simulated
        assert run.n >= 34
        assert {o.status for o in build.show() if o.value is not None} == {"simulated"}
        names = [row["name"] for row in cluster_table(build, run.id)]
    assert names[1] == "Shenzhen–Hong Kong–Guangzhou"


def test_a_figure_fits_the_dimension_of_its_indicator(workspace: Workspace) -> None:
    for row in table_of(workspace, "figure"):
        unit = workspace.definitions[row["indicator"]].indicator.unit
        assert parse_unit(row["value_unit"]).dimension == parse_unit(unit).dimension, row


def test_a_published_indicator_has_a_figure_or_is_made_of_some(workspace: Workspace) -> None:
    stated = {r["indicator"] for r in table_of(workspace, "figure")}
    published = {
        i for i, d in workspace.definitions.items() if isinstance(d.indicator, PublishedIndicator)
    }
    assert published <= stated
    assert all(
        name in workspace.definitions
        for d in workspace.definitions.values()
        for name in d.indicator.inputs
    )


# Against the sources themselves


def test_expenditure_and_intensity_equal_the_tables_of_the_bulletins(workspace: Workspace) -> None:
    folder = DATA / "china_st" / "nbs_tables"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    gazetteer = Gazetteer.of(workspace.places)
    for year, table in ((2018, 2), (2020, 3), (2022, 3)):
        truth: dict[str, tuple[float, float]] = {}
        with (folder / f"{year}_table{table}.csv").open(encoding="utf-8", newline="") as file:
            for cells in csv.reader(file):
                place = gazetteer.resolve(cells[0])
                if place is not None and len(cells) == 3:
                    truth[place] = (float(cells[1]), float(cells[2]))
        accounts = {
            r["place"]: float(r["amount"])
            for r in rows("rd_accounts.csv")
            if r["period"] == str(year) and not r["category"]
        }
        intensities = {
            r["place"]: float(r["value"])
            for r in rows("rd_figures.csv")
            if (r["indicator"], r["period"]) == ("rd_intensity", str(year))
        }
        assert len(accounts) == 9
        assert {p: (accounts[p], intensities[p]) for p in accounts} == {
            p: truth[p] for p in accounts
        }


def test_all_published_facts_on_clusters_are_there() -> None:
    folder = DATA / "gii"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    wanted: Counter[tuple[str, float]] = Counter()
    with (folder / "gii2023_top_clusters_table.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in (
                "rank",
                "pct_applications",
                "scientific_publications",
                "share_pct_pct",
                "share_pubs_pct",
                "share_total_pct",
            ):
                if row[name]:
                    wanted["2023", float(row[name])] += 1
            if row["previous_rank_2022"]:
                wanted["2022", float(row["previous_rank_2022"])] += 1
    with (folder / "gii_cluster_facts_2017_2025.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for value in row["value"].split("/"):
                wanted[row["edition"], float(value.lstrip("~>"))] += 1
    wanted["2024", 56.0] += 1  # given in the note of another fact
    assert Counter((r["period"], float(r["value"])) for r in rows("cluster_figures.csv")) == wanted


def test_bounds_of_published_shares_are_kept() -> None:
    bounds = {
        r["indicator"]: r["bound"] for r in rows("cluster_figures.csv") if r["place"] == "world"
    }
    assert (
        bounds["top100_pct_deal_share"]
        == bounds["top100_publication_share"]
        == bounds["top10_pct_share"]
        == "approx"
    )
    assert bounds["top10_publication_share"] == "gt"
    assert bounds["top10_deal_share"] == "eq"


# After a build


def test_every_row_is_stored(gba: Build) -> None:
    assert gba.record_parts
    assert [p.file for p in gba.record_parts if p.quarantined] == []
    assert all(p.read == p.stored for p in gba.record_parts)


def test_every_stated_figure_comes_out_of_the_build_with_its_value_bound_and_row(
    gba: Build,
) -> None:
    for indicator, place, value, unit, bound in STATED:
        found = [
            o
            for o in gba.show(indicator, place=place, period="2025", all_sources=True)
            if o.source == "gba-2026" and o.status == "published"
        ]
        assert len(found) == 1, indicator
        base = float(value) * float(parse_unit(unit).factor / parse_unit(found[0].unit).factor)
        assert found[0].value == pytest.approx(base, rel=1e-12)
        assert found[0].bound == bound
        assert found[0].file == "records/communique_figures.csv"
        line = (
            (GBA / found[0].file)
            .read_text(encoding="utf-8")
            .split("\n")[int(found[0].line or 0) - 1]
        )
        assert line.startswith(f"{indicator},{place},")


def test_changes_are_computed_from_the_two_stated_values(gba: Build) -> None:
    assert shown(gba, "vehicle_chip_design_localisation_change", "gba", "2025") == 95
    assert shown(gba, "vehicle_chip_manufacturing_localisation_change", "gba", "2025") == 54


def test_the_computed_streak_equals_the_stated_one(gba: Build) -> None:
    found = gba.show("cluster_top100_streak", place="macao-zhuhai", period="2025", all_sources=True)
    assert {(o.status, o.value) for o in found} == {("computed", 2), ("published", 2)}


def test_the_first_cluster_rose_by_one_place(gba: Build) -> None:
    assert [
        shown(gba, "cluster_rank", "深圳—香港—广州", year)
        for year in ("2022", "2023", "2024", "2025")
    ] == [
        2,
        2,
        2,
        1,
    ]
    assert shown(gba, "cluster_rank_change", "shenzhen-hongkong-guangzhou", "2025") == -1


def test_shares_agree_with_what_the_bulletins_print(gba: Build) -> None:
    printed = [
        r
        for r in rows("rd_figures.csv")
        if r["indicator"].endswith("_share") or r["indicator"] == "rd_intensity_change"
    ]
    assert len(printed) == 14
    for row in printed:
        digits = len(row["value"].partition(".")[2])
        found = gba.show(
            row["indicator"], place=row["place"], period=row["period"], all_sources=True
        )
        computed = [o.value for o in found if o.status == "computed"]
        assert [round(v or 0, digits) for v in computed] == [float(row["value"])], row


def test_regions_are_sums_of_their_provinces_and_ratios_are_not_summed(gba: Build) -> None:
    assert shown(gba, "rd_expenditure", "jingjinji", "2022") == pytest.approx(
        2843.3 + 568.7 + 848.9
    )
    assert shown(gba, "rd_expenditure", "yangtze_delta", "2022") == pytest.approx(
        1981.6 + 3835.4 + 2416.8 + 1152.5
    )
    assert shown(gba, "rd_expenditure", "cn", "2022") == 30782.9
    assert {
        o.status for o in gba.show("rd_intensity", place="jingjinji") if o.value is not None
    } == {"published"}
    assert shown(gba, "rd_expenditure_growth_since_2018", "guangdong", "2022") == pytest.approx(
        (4411.9 / 2704.7 - 1) * 100
    )


def test_one_is_the_best_rank(gba: Build) -> None:
    assert shown(gba, "rd_expenditure_rank", "guangdong", "2022") == 1
    assert shown(gba, "rd_intensity_rank", "beijing", "2022") == 1
    assert shown(gba, "clusters_in_top100_rank", "cn", "2025") == 1


def test_what_is_on_record_is_counted_beside_the_published_numbers(gba: Build) -> None:
    assert shown(gba, "facilities_recorded", "gba", "all") == 10
    assert shown(gba, "national_facilities", "gba", "2025") == 9
    assert shown(gba, "national_laboratories_recorded", "gba", "all") == 2
    assert shown(gba, "institutions_founded_recorded", "gba", "all") == 4
    assert shown(gba, "cooperation_platforms", "gba", "all") == 4
    assert shown(gba, "facilities_open_to_hongkong_macao", "gba", "all") == 2


def test_money_across_the_border_is_known_in_one_payment_and_published_as_a_running_total(
    gba: Build,
) -> None:
    total = gba.show("cross_border_funds_cumulative", place="guangdong")
    stated = [(o.period, o.value, o.bound, o.source) for o in total if o.status == "published"]
    assert stated == [
        ("2022-06", 3, "gt", "national-press"),
        ("2024-11", 4.6, "gt", "gd-st-department"),
        ("2025", 6, "gt", "gba-2026"),
    ]
    assert shown(gba, "cross_border_funds", "guangdong", "2019") == pytest.approx(0.38)


def test_intensity_of_the_nine_cities_is_computed_where_expenditure_is_recorded(gba: Build) -> None:
    """2,962.36 over the sum of nine gross domestic products; no year after it has all nine cities."""
    series = {o.period: o for o in gba.show("rd_intensity", place="gba9")}
    cities = [gba.show("gdp", place=city, period="2019")[0].value or 0 for city in NINE]
    assert sum(cities) == pytest.approx(87213.01)
    assert series["2019"].value == pytest.approx(2962.36 / sum(cities) * 100)
    assert series["2019"].status == "computed"
    assert [p for p, o in series.items() if o.value is not None] == ["2019", "2025"]
    assert shown(gba, "rd_intensity", "shenzhen", "2024") == pytest.approx(6.67)
    computed = [
        o
        for o in gba.show("rd_intensity", place="shenzhen", period="2024", all_sources=True)
        if o.status == "computed"
    ]
    assert {round(o.value or 0, 2) for o in computed} == {6.67}


def test_the_command_line_shows_and_traces_the_headline_figure(gba: Build) -> None:
    where = ["-w", str(gba.root), "--place", "gba9", "--period", "2025", "--format", "json"]
    result = CliRunner().invoke(cli, ["show", "rd_intensity", *where])
    assert result.exit_code == 0, result.output
    observation = json.loads(result.stdout)[0]
    seen = {
        k: observation[k]
        for k in ("value", "unit", "modality", "status", "source", "bound", "period", "place")
    }
    assert seen == {
        "value": 4.3, "unit": "%", "modality": "expected", "status": "published", "source": "gba-2026", "bound": "eq",
        "period": "2025", "place": "gba9",
    }  # fmt: skip
    traced = CliRunner().invoke(cli, ["trace", "rd_intensity", *where])
    assert traced.exit_code == 0, traced.output
    assert "records/communique_figures.csv" in traced.stdout


def test_every_headline_indicator_has_a_value(gba: Build) -> None:
    assert len(gba.config.headline) >= 10
    for headline in gba.config.headline:
        assert any(
            o.value is not None for o in gba.show(headline.indicator, place=headline.place)
        ), headline


def test_the_centre_is_in_it(gba: Build) -> None:
    """Thousands of real records of many kinds, each from a source whose body, nature and publisher are declared."""
    result = CliRunner().invoke(cli, ["list", "sources", "-w", str(gba.root), "--format", "csv"])
    assert result.exit_code == 0, result.output
    said = re.search(
        r"(?P<records>[\d,]+) real records, (?P<kinds>\d+) kinds, (?P<sources>\d+) sources",
        result.stderr,
    )
    assert said is not None
    assert int(said["records"].replace(",", "")) >= 2500
    assert int(said["kinds"]) >= 15
    rows = list(csv.DictReader(result.stdout.splitlines()))
    assert sum(int(r["records"]) for r in rows) >= 2500
    assert [r["id"] for r in rows if not (r["origin"] and r["nature"])] == []


def test_quotes_are_short_and_every_stated_fact_says_where_it_was_read() -> None:
    for name in ("stated_figures.csv", "targets.csv", "statistics.csv"):
        for row in rows(name):
            assert len(row.get("quote") or "") <= 40, row
            assert row["source"], row
            assert row.get("locator") or row["source"] in UNPAGED, row


def test_a_doubted_figure_says_why(workspace: Workspace) -> None:
    doubted = [r for r in table_of(workspace, "figure") if r.get("doubt")]
    assert len(doubted) > 10
    assert [r for r in doubted if not r.get("note_en")] == []


@pytest.mark.parametrize(
    ("indicator", "place", "period", "at_least", "file"),
    [
        ("state_key_laboratories_named", "guangdong", "all", 28, "laboratories_listed.csv"),
        ("listed_in_hongkong", "guangdong", "all", 130, "listings.csv"),
        ("high_tech_firms", "guangdong", "2024", 78076, "high_tech_announcements.csv"),
    ],
)
def test_named_records_make_a_counterpart_beside_the_published_figure(
    gba: Build, indicator: str, place: str, period: str, at_least: int, file: str
) -> None:
    found = gba.show(indicator, place=place, period=period, all_sources=True)
    computed = [o for o in found if o.status == "computed"]
    assert [o.value for o in computed] == [at_least]
    assert computed[0].bound == ("eq" if indicator == "high_tech_firms" else "ge")
    assert len(rows(file)) >= 28


def test_the_three_centres_have_twenty_indicators_under_one_definition(gba: Build) -> None:
    index = IndexReader.open(gba, "three_centres")
    assert len([e for e in index.composite.structure if e.indicator]) >= 20
    assert {row["place"] for row in index.scores()} == {"guangdong", "jingjinji", "yangtze_delta"}
    for row in index.scores():
        assert row["rank_q5"] <= row["rank"] <= row["rank_q95"]


def test_what_part_of_a_side_s_papers_has_another_side_in_it(gba: Build) -> None:
    with (GBA / "records" / "ai_paper_places.csv").open(encoding="utf-8", newline="") as stream:
        listed = [row for row in csv.DictReader(stream) if row["date"] == "2024"]
    sides: dict[str, set[str]] = {}
    for row in listed:
        sides.setdefault(row["document"], set()).add(row["party"])
    own = [parties for parties in sides.values() if "hongkong" in parties]
    with_guangdong = sum("guangdong" in parties for parties in own)
    (share,) = gba.show(
        "ai_papers_joint_share", place="hongkong", period="2024", breakdown="to=guangdong"
    )
    assert share.value == pytest.approx(100 * with_guangdong / len(own))
    assert share.bound == "approx"  # both counts are lower bounds
    (mainland,) = gba.show("coauthored_mainland_share", place="hongkong", period="2023")
    assert mainland.value == pytest.approx(100 * 23519 / 28302)


def test_a_strict_build_passes_and_what_is_acknowledged_is_there(gba_root: Path) -> None:
    config = read_config(gba_root)
    with Build.open(gba_root) as build:
        # What a fresh strict build stops for, and what one stops for that has nothing to compute.
        assert build.manifest["warnings"] == []
        told = passed_over(build, config.model_copy(update={"acknowledged": ()}))
        assert passed_over(build, config) == []
    result = CliRunner().invoke(cli, ["build", "--strict", "-w", str(gba_root)])
    assert result.exit_code == 0, result.output
    silent = [known for known in config.acknowledged if known.code != "records-too-wide"]
    assert len(told) == len(silent) > 0
    assert [known for known in silent if not any(map(known.covers, told))] == []


def test_the_sample_text_earns_every_verdict_and_says_that_it_is_one(gba: Build) -> None:
    text = gba.texts / "communiques" / "sample.txt"
    found = verify(gba, read_file(text), "sample")
    assert found.sample
    assert found.warnings == ()
    assert [v for v, n in found.counts.items() if n == 0] == []
    assert text.read_text(encoding="utf-8").startswith("示例文稿")
