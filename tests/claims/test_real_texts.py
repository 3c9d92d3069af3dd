"""The communiqué and the bulletins, held against the workspaces that were made for them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from claims_world import ROOT, real_text, verified

import ceyuan
from ceyuan.claims import Verification, verify
from ceyuan.claims.render import beside
from ceyuan.cli.listings import sources_in_short
from ceyuan.pipeline.reading import Build
from ceyuan.reader import read_file, read_text

# Every figure of the communiqué's second article in order, with what it is about: written down by reading the text.
GBA = [
    ("4.3%", "rd_intensity", "gba9"),
    ("2.68万件", "pct_applications", "gba9"),
    ("榜首", "cluster_rank", "shenzhen-hongkong-guangzhou"),
    ("两年", "cluster_top100_streak", "macao-zhuhai"),
    ("百强", "cluster_top100", "macao-zhuhai"),
    ("6.9万家", "high_tech_firms", "gba"),
    ("76%", "enterprise_led_amount_share", "guangdong"),
    ("97%", "enterprise_participation_share", "guangdong"),
    ("10个", "strategic_clusters", "gba"),
    ("万亿元", "strategic_clusters_scale", "gba"),
    ("40%", "industrial_robot_share", "gba"),
    ("80%", "service_robot_share", "gba"),
    ("100%", "vehicle_chip_design_localisation", "gba"),
    ("57%", "vehicle_chip_manufacturing_localisation", "gba"),
    ("70%", "consumer_drone_share", "gba"),
    ("40%", "industrial_drone_share", "gba"),
    ("千亿级", "guidance_fund_size", "gba"),
    ("3.58万亿元", "equity_funds_raised", "gba"),
    ("9个", "national_facilities", "gba"),
    ("26家", "national_key_laboratories", "gba"),
    ("24家", "provincial_laboratories", "gba"),
    ("11所", "universities_top_fields", "guangdong"),
    ("39个", "fields_top_thousandth", "guangdong"),
    ("3个", "fields_top_ten_thousandth", "guangdong"),
    ("6亿元", "cross_border_funds_cumulative", "guangdong"),
    ("6家", "joint_laboratories_belt_road", "gba"),
    ("35家", "joint_laboratories_gba", "gba"),
    ("8所", "sister_universities", "gba"),
    ("260家", "listed_in_hongkong", "guangdong"),
    ("5.2万人", "foreign_talent", "gba9"),
]
COMMUNIQUE = "gba_2026.txt"
BULLETINS = {
    "nbs_rd_bulletin_2018.txt": (0, 21, 0, 0, 2, 23),
    "nbs_rd_bulletin_2020.txt": (0, 24, 0, 0, 1, 33),
    "nbs_rd_bulletin_2022.txt": (0, 36, 0, 0, 1, 30),
}
# Where the series of the same office says otherwise: intensities that a bulletin gives as revised, and the change that is reckoned from one.
REVISED = {
    "nbs_rd_bulletin_2018.txt": {"2.15%", "0.04个百分点"},
    "nbs_rd_bulletin_2020.txt": {"2.24%"},
    "nbs_rd_bulletin_2022.txt": {"2.43%"},
}


def bindings(found: Verification) -> list[tuple[str, str | None, str | None]]:
    return [
        (
            c.statement.quote,
            c.binding.indicator if c.binding else None,
            c.binding.place if c.binding else None,
        )
        for c in found.claims
    ]


def test_every_figure_of_the_communique_is_bound_to_its_indicator(gba: Build) -> None:
    assert bindings(verified(gba, COMMUNIQUE)) == GBA


def test_the_communique_is_bound_the_same_without_any_decision_but_for_places(
    gba: Build, tmp_path: Path
) -> None:
    path = real_text(COMMUNIQUE)
    found = verify(gba, read_file(path), path.stem, texts=tmp_path)
    assert found.decisions is None
    assert found.own_sources == ("gba-2026",)
    # 省级项目 and 高校 name no place, and the text is about the area: that these figures are the province's, people know.
    known_to_people = {"76%", "97%", "11所", "39个", "3个"}
    assert [b[:2] for b in bindings(found)] == [b[:2] for b in GBA]
    assert {
        b[0] for b, expected in zip(bindings(found), GBA, strict=True) if b != expected
    } == known_to_people


def test_the_communique_is_no_evidence_for_itself(gba: Build) -> None:
    found = verified(gba, COMMUNIQUE)
    by_verdict = {v: n for v, n in found.counts.items() if n}
    assert by_verdict == {"supported": 1, "same_origin": 29}
    (supported,) = (c for c in found.claims if c.verdict == "supported")
    assert supported.statement.quote == "榜首"
    assert supported.evidence[0].independent
    for claim in found.claims:
        assert claim.evidence
        assert claim.verdict == "supported" or claim.reason.key == "reason.only_itself"


def test_every_figure_without_independent_evidence_says_what_else_there_is(gba: Build) -> None:
    for claim in verified(gba, COMMUNIQUE).claims:
        assert (claim.standing == "independent") == (claim.verdict == "supported")
        if claim.standing == "independent":
            continue
        assert claim.settled_by is not None
        assert (claim.standing == "counterpart") == bool(claim.counterparts)
        assert all(
            e.differs and e.outcome == "undecided" and e.relation != "same"
            for e in claim.counterparts
        )


@pytest.fixture(scope="module")
def rebuilt(gba_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """The workspace with figures of a second source, one that fits the communiqué and some that do not."""
    root = tmp_path_factory.mktemp("other") / "gba"
    shutil.copytree(gba_root, root)
    with (root / "sources.yaml").open("a", encoding="utf-8") as sources:
        sources.write(
            "\n  other:\n    title: Made up\n    publisher: The test\n    measures: high_tech_firms\n"
        )
    (root / "records" / "other.yaml").write_text(
        "kind: figure\nfile: other.csv\nsource: other\n", encoding="utf-8"
    )
    rows = ["high_tech_firms,gba,2025,69800,家", "national_facilities,gba,2025,8,个", "foreign_talent,gba9,2025,5.1,万人",
            "equity_funds_raised,gba,2025,35790,亿元"]  # fmt: skip
    text = "indicator,place,period,value,value_unit\n" + "\n".join(rows) + "\n"
    (root / "records" / "other.csv").write_text(text, encoding="utf-8")
    with ceyuan.open(str(root)).build() as build:
        yield build


def test_an_exact_value_decides_before_bounds_that_leave_room(gba: Build) -> None:
    """Reports tell more than 75,000 firms in 2023; the register counts 76,477."""
    text = "2023年广东高新技术企业达到9万家。2023年广东高新技术企业超过7.5万家。2023年广东高新技术企业76477家。"
    found = verify(gba, read_text(text)).claims
    assert [c.verdict for c in found] == ["contradicted", "supported", "supported"]


@pytest.mark.parametrize(
    ("text", "verdict", "reason"),
    [
        ("到2025年建成40家粤港澳联合实验室。", "no_evidence", "reason.as_planned"),
        ("2025年已建成40家粤港澳联合实验室。", "contradicted", "reason.contradicts"),
        ("2017年香港研发开支222.13亿港元。", "no_evidence", "reason.as_doubted"),
        ("2017年香港研发开支232.13亿港元。", "contradicted", "reason.contradicts"),
        ("2018年香港研发总开支为244.97亿港元。", "supported", "reason.supports"),
        ("2017年末大湾区总人口约7000万人。", "supported", "reason.supports"),
        ("2017年末大湾区总人口约9500万人。", "contradicted", "reason.contradicts"),
        (
            "截至2025年6月，香港高才通计划累计批出13.5万宗申请。",
            "contradicted",
            "reason.contradicts",
        ),
    ],
)
def test_a_target_a_doubted_value_and_a_first_release_accuse_nobody(
    gba: Build, text: str, verdict: str, reason: str
) -> None:
    (claim,) = verify(gba, read_text(text)).claims
    assert (claim.verdict, claim.reason.key) == (verdict, reason)


def test_counterparts_have_the_decimals_of_their_source_or_their_indicator(gba: Build) -> None:
    written = {c.statement.quote: beside(c, "en") for c in verified(gba, COMMUNIQUE).claims}
    assert [t.split(" (")[0] for t in written["4.3%"]] == [
        "3.40%",
        "3.60%",
        "about 3.6%",
        "2.68%",
        "6.67%",
        "3.29%",
    ]
    # One payment of Guangzhou is not told again for the nine cities, the area and the nation.
    assert [t.split(" (")[0] for t in written["6亿元"]] == [
        "over 460 million yuan",
        "at least 38 million yuan",
    ]
    assert "`account`" in written["57%"][0]


def test_the_scheme_of_national_laboratories_names_no_place(gba: Build) -> None:
    (claim,) = verify(gba, read_text("2025年香港共有15所全国重点实验室。")).claims
    assert claim.binding is not None
    assert (claim.binding.indicator, claim.binding.place) == (
        "national_key_laboratories",
        "hongkong",
    )


def test_another_source_decides_before_the_text_itself(rebuilt: Build) -> None:
    found = {c.statement.quote: c for c in verified(rebuilt, COMMUNIQUE).claims}
    assert found["6.9万家"].verdict == "consistent"
    assert found["9个"].verdict == "contradicted"
    assert found["5.2万人"].verdict == "contradicted"
    assert found["3.58万亿元"].verdict == "supported"
    assert [e.independent for e in found["9个"].evidence] == [True, False]


@pytest.mark.parametrize("name", BULLETINS)
def test_the_bulletins_have_the_verdicts_that_the_documentation_counts(
    china: Build, name: str
) -> None:
    found = verified(china, name)
    assert tuple(found.counts.values()) == BULLETINS[name]
    otherwise = [c for c in found.claims if c.reason.key == "reason.same_origin_revised"]
    assert {c.statement.quote for c in otherwise} == REVISED[name]
    assert {c.verdict for c in otherwise} == {"no_evidence"}
    assert all(c.note and "first published" in c.note.en for c in otherwise)


@pytest.mark.parametrize("name", BULLETINS)
def test_every_figure_on_a_province_is_that_of_its_origin(china: Build, name: str) -> None:
    claims = [
        c for c in verified(china, name).claims if c.statement.place and c.statement.place != "全国"
    ]
    assert len(claims) >= 6
    assert {c.verdict for c in claims} == {"same_origin"}
    assert all(
        c.binding and c.binding.place == china.place(c.statement.place or "") for c in claims
    )


@pytest.mark.parametrize("name", BULLETINS)
def test_activities_and_totals_are_those_of_their_origin(china: Build, name: str) -> None:
    claims = verified(china, name).claims
    about = re.compile(r"^(?:全国共投入|全国基础|基础研究|应用研究|试验发展)")
    own = [c for c in claims if about.match(c.statement.subject) and c.statement.unit != "个百分点"]
    assert len(own) == 12
    assert {c.verdict for c in own} == {"same_origin"}


@pytest.mark.parametrize("name", BULLETINS)
def test_the_bulletins_do_not_contradict_themselves(china: Build, name: str) -> None:
    checks = verified(china, name).checks
    assert len(checks) >= 10
    assert {c.outcome for c in checks} == {"supports"}


@pytest.mark.parametrize("name", BULLETINS)
def test_no_figure_survives_a_changed_digit(china: Build, name: str) -> None:
    reading = read_file(real_text(name))
    before = verify(china, reading, Path(name).stem)
    supported = {i for i, c in enumerate(before.claims) if c.verdict == "same_origin"}
    text = reading.text
    for i in sorted(supported, reverse=True):
        statement = before.claims[i].statement
        digit = re.search(r"\d", statement.quote)
        assert digit is not None
        at = statement.start + digit.start()
        text = f"{text[:at]}{9 if digit.group() != '9' else 8}{text[at + 1 :]}"
    after = verify(china, read_text(text), Path(name).stem)
    assert len(after.claims) == len(before.claims)
    assert {after.claims[i].verdict for i in supported} == {"contradicted"}


@pytest.mark.parametrize("readme", ["README.md", "README.zh-Hans.md"])
def test_the_readmes_say_what_is_real_and_what_stands_behind_the_figures(
    gba: Build, readme: str
) -> None:
    said = (ROOT / readme).read_text(encoding="utf-8")
    paragraph = next(p for p in said.split("\n\n") if "verify" in p)
    numbers = [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", paragraph)]
    records, kinds, sources, *_ = (
        int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", sources_in_short(gba))
    )
    assert {round(records, -2), kinds, sources} <= set(numbers)
    found = verified(gba, COMMUNIQUE)
    assert {
        len(found.claims),
        found.standings["independent"],
        found.standings["counterpart"],
    } <= set(numbers)
