"""A text is no witness for itself: what its origin made supports nothing, and independent origins are counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from claims_world import small_workspace

import ceyuan
from ceyuan.claims import Claim, verify
from ceyuan.reader import read_text

SOURCES = """
origins:
  government: {name: {en: Government, zh-Hans: 政府, zh-Hant: 政府}}
  department: {name: {en: Department, zh-Hans: 科技厅, zh-Hant: 科技廳}, part_of: government}
  bureau: {name: {en: Bureau, zh-Hans: 统计局, zh-Hant: 統計局}}
sources:
  communique: {title: The text, publisher: Department, origin: department, nature: official_statement}
  reprint: {title: Newspaper, publisher: Daily, reprints: communique, nature: press}
  retold: {title: Review, publisher: Review, origin: government, derived_from: communique}
  report: {title: Work report, publisher: Government, origin: government}
  bureau: {title: Yearbook, publisher: Bureau, origin: bureau, nature: official_statistics, priority: 9}
  survey: {title: Survey, publisher: Institute, nature: research, priority: 5}
  paper: {title: Paper, publisher: Paper, nature: press}
  count: {title: Count, publisher: Institute, measures: rd_intensity}
  digest: {title: Digest, publisher: Press, derived_from: [bureau, survey]}
"""
HEAD = "indicator,place,period,value,value_unit,bound,modality,source,quote\n"
QUOTES = [
    "high_tech_firms,gba,2025,6.9,万家,gt,actual,communique,高新技术企业超过6.9万家",
    "talent,gba,2025,5.2,万人,gt,actual,communique,外国人才超5.2万人",
    "rd_intensity,gba,2025,4.3,%,eq,actual,communique,研发投入强度达到4.3%",
    "cluster_rank,delta,2025,1,位,eq,actual,communique,跃居全球创新集群榜首",
]
TEXT = "2025年，大湾区高新技术企业超过6.9万家，外国人才超5.2万人，研发投入强度达到4.3%。"


@pytest.fixture
def world(tmp_path: Path) -> _World:
    return _World(small_workspace(tmp_path / "small"))


class _World:
    """A workspace whose figures a test writes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "sources.yaml").write_text(SOURCES, encoding="utf-8")

    def measured(self, indicator: str, body: str) -> None:
        """Say in the definition of an indicator who measures it."""
        path = self.root / "indicators" / "all.yaml"
        said = f"- id: {indicator}\n    measured_by: {body}\n"
        path.write_text(
            path.read_text(encoding="utf-8").replace(f"- id: {indicator}\n", said), encoding="utf-8"
        )

    def claims(self, text: str, *rows: str) -> dict[str, Claim]:
        (self.root / "records" / "figures.csv").write_text(
            HEAD + "\n".join(rows) + "\n", encoding="utf-8"
        )
        with ceyuan.open(str(self.root)).build() as build:
            return {c.statement.quote: c for c in verify(build, read_text(text)).claims}


def test_a_reprint_is_of_the_origin_of_the_text_that_it_prints(world: _World) -> None:
    """Four sentences of a longer text: most of what is sent are its words, so none of them is supported by it."""
    claims = world.claims(TEXT, *QUOTES)
    assert {c.verdict for c in claims.values()} == {"same_origin"}
    assert {c.standing for c in claims.values()} == {"none"}


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("reprint", "same_origin"),
        ("retold", "same_origin"),
        ("report", "same_origin"),
        ("bureau", "supported"),
    ],
)
def test_what_derives_from_the_text_or_is_of_its_government_supports_nothing(
    world: _World, source: str, verdict: str
) -> None:
    claim = world.claims(TEXT, *QUOTES, f"rd_intensity,gba,2025,4.3,%,eq,actual,{source},")["4.3%"]
    assert claim.verdict == verdict
    assert [o.en for o in claim.origins] == (["Bureau"] if verdict == "supported" else [])


@pytest.mark.parametrize(
    ("sources", "number"),
    [(("bureau",), 1), (("bureau", "survey"), 2), (("bureau", "digest"), 1), (("bureau", "survey", "digest"), 2),
     (("bureau", "reprint"), 1)],
)  # fmt: skip
def test_origins_that_meet_are_counted_once(
    world: _World, sources: tuple[str, ...], number: int
) -> None:
    rows = [f"rd_intensity,gba,2025,4.3,%,eq,actual,{source}," for source in sources]
    claim = world.claims(TEXT, *QUOTES, *rows)["4.3%"]
    assert (claim.verdict, len(claim.origins)) == ("supported", number)
    assert all(
        e.independent == (e.sources[0] not in ("communique", "reprint")) for e in claim.evidence
    )


@pytest.mark.parametrize(
    ("sources", "verdict", "origins"),
    [
        # the text tells what the bureau measured, and so it does
        (
            ("bureau",),
            "supported",
            ["Bureau"],
        ),
        (("paper",), "same_origin", []),  # as the paper does
        (("paper", "bureau"), "supported", ["Bureau"]),
        # the survey's figure is that of the bureau
        (
            ("bureau", "survey"),
            "supported",
            ["Bureau"],
        ),
        (("bureau", "count"), "supported", ["Bureau", "Institute"]),
    ],
)
def test_a_measurement_that_others_tell_again_is_one_origin(
    world: _World, sources: tuple[str, ...], verdict: str, origins: list[str]
) -> None:
    world.measured("rd_intensity", "bureau")
    rows = [f"rd_intensity,gba,2025,4.3,%,eq,actual,{source}," for source in sources]
    claim = world.claims(TEXT, *QUOTES, *rows)["4.3%"]
    assert (claim.verdict, [o.en for o in claim.origins]) == (verdict, origins)
    assert {o.en for e in claim.evidence for o in e.origins} == {"Bureau", *origins}


def test_a_text_of_no_known_origin_is_borne_out_once_by_all_who_tell_a_measurement(
    world: _World,
) -> None:
    world.measured("rd_intensity", "bureau")
    rows = [f"rd_intensity,gba,2025,4.3,%,eq,actual,{source}," for source in ("paper", "survey")]
    claim = world.claims("2025年，大湾区研发投入强度达到4.3%。", *rows)["4.3%"]
    assert (claim.verdict, [o.en for o in claim.origins]) == ("supported", ["Bureau"])


def test_who_measures_contradicts_a_text_that_tells_it_wrongly(world: _World) -> None:
    world.measured("rd_intensity", "bureau")
    claim = world.claims(TEXT, *QUOTES, "rd_intensity,gba,2025,3.3,%,eq,actual,bureau,")["4.3%"]
    assert claim.verdict == "contradicted"


def test_natures_and_origins_of_a_value_are_told(world: _World) -> None:
    claim = world.claims(TEXT, *QUOTES, "rd_intensity,gba,2025,4.3,%,eq,actual,bureau,")["4.3%"]
    first = claim.evidence[0]
    assert (first.sources, first.natures, [o.zh_hans for o in first.origins]) == (
        ("bureau",), ("official_statistics",), ["统计局"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "verdict", "reason"),
    [
        (4.4, "no_evidence", "reason.same_origin_revised"),
        (4.0, "contradicted", "reason.same_origin_otherwise"),
    ],
)
def test_an_origin_that_says_otherwise_is_told_apart_from_a_revision(
    world: _World, value: float, verdict: str, reason: str
) -> None:
    rows = [QUOTES[0], QUOTES[1], QUOTES[3], f"rd_intensity,gba,2025,{value},%,eq,actual,report,"]
    claim = world.claims(TEXT, *rows)["4.3%"]
    assert (claim.verdict, claim.reason.key) == (verdict, reason)


COUNTERPARTS = [
    ("talent,gba,2024,5.0,万人,eq,actual,bureau,", "other_period", "for 2024, not 2025"),
    (
        "talent,cn,2025,90,万人,eq,actual,bureau,",
        "containing_place",
        "for China, which contains Greater Bay Area",
    ),
    (
        "talent,gba,2025,6,万人,eq,target,bureau,",
        "other_modality",
        "a target, where the text states an outcome",
    ),
]


@pytest.mark.parametrize(("row", "relation", "differs"), COUNTERPARTS)
def test_a_counterpart_says_what_is_different_and_supports_nothing(
    world: _World, row: str, relation: str, differs: str
) -> None:
    claim = world.claims(TEXT, *QUOTES, row)["5.2万人"]
    assert (claim.verdict, claim.standing) == ("same_origin", "counterpart")
    (found,) = claim.counterparts
    assert (found.relation, [d.get("en") for d in found.differs], found.independent) == (
        relation,
        [differs],
        True,
    )
    assert all(d.get("zh-Hans") and d.get("zh-Hant") for d in found.differs)


def test_a_declared_counterpart_is_told_as_of_another_indicator(world: _World) -> None:
    path = world.root / "indicators" / "all.yaml"
    said = "- id: rd_intensity\n    counterparts: chip_share\n"
    path.write_text(
        path.read_text(encoding="utf-8").replace("- id: rd_intensity\n", said), encoding="utf-8"
    )
    rows = [f"chip_share,{place},2025,7,%,eq,actual,bureau," for place in ("gba", "jiangsu", "cn")]
    claim = world.claims(TEXT, *QUOTES, *rows)["4.3%"]
    (found,) = claim.counterparts
    assert (claim.verdict, found.relation, found.place) == ("same_origin", "related", "gba")
    assert [d.get("en") for d in found.differs] == ["of another indicator: chip share"]


def test_where_there_is_nothing_the_record_is_named_that_would_settle_it(world: _World) -> None:
    claim = world.claims(TEXT, *QUOTES)["5.2万人"]
    assert claim.standing == "none"
    assert claim.settled_by is not None
    assert claim.settled_by.get("en") == (
        "It would be settled by a record of kind `figure` with indicator = talent for Greater Bay Area, 2025, "
        "from another origin."
    )
    assert "`figure`" in claim.settled_by.get("zh-Hans")
