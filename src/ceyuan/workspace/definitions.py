"""``indicators/*.yaml``: declared definitions of indicators."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, WithJsonSchema

from ceyuan.wording import Trilingual
from ceyuan.workspace.spec import FieldName, FreeText, Id, Spec, spec_field

PlaceRule = Literal["own", "total", "complete"]
PeriodRule = Literal["sum", "last", "exact"]
GrainName = Literal["given", "day", "month", "quarter", "half", "year", "fiscal", "plan", "all"]
PeriodText = Annotated[
    str, Field(coerce_numbers_to_str=True), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "integer"}]})
]
"""A period; YAML reads a bare year as a number."""
Status = Literal["computed", "published", "estimated", "simulated"]


class HongKongMacao(Spec):
    """How Hong Kong and Macao are treated.

    Sources differ: some map both to China before counting, so that Guangdong–Hong Kong work looks domestic.
    """

    rule: Literal["in_china", "separate", "not_applicable"] = spec_field(
        "`in_china`: a figure for the economy CN includes them; `separate`: it does not; `not_applicable`.",
        good="separate",
        bad="HK",
    )
    note: FreeText | None = spec_field(
        "Anything special to this indicator, once or in three languages.",
        good={"en": "The source counts HK as CN", "zh-Hans": "来源将香港计入中国"},
        bad="",
        default=None,
    )


class OverPlaces(Spec):
    """How values of places make the value of a place that contains them."""

    rule: PlaceRule = spec_field(
        "`own`: only records of that very place; `total`: all records in it; `complete`: the sum over its parts of one "
        "level, missing unless every part has a value.",
        good="total",
        bad="average",
    )
    level: str | tuple[str, ...] | None = spec_field(
        "For `complete`: the kind of place that is summed; of several, the first that a place has parts of.",
        good=["province", "city"],
        bad="small",
        default=None,
    )

    @property
    def levels(self) -> tuple[str, ...]:
        """The kinds of place that are summed, the first that a place has parts of."""
        if self.level is None:
            return ()
        return (self.level,) if isinstance(self.level, str) else self.level


class Covers(Spec):
    """What part of all that an indicator means its records hold."""

    part: Literal["all", "some"] = spec_field(
        "`all`: the records are complete; `some`: there are more, so that what is counted or added up is a lower bound.",
        good="some",
        bad="most",
    )
    note: Trilingual = spec_field(
        "Which part that is, in three languages.",
        good={"en": "Firms found by name", "zh-Hans": "可查到名称的企业", "zh-Hant": "可查到名稱的企業"},
        bad="Firms found by name",
    )


class CountNoun(Spec):
    """What English counts with an indicator."""

    one: str = spec_field("One of it.", good="enterprise", bad="", min_length=1)
    many: str = spec_field("Several of it.", good="enterprises", bad="", min_length=1)


class _Base(Spec):
    id: Id = spec_field("Identifier, unique in the workspace.", good="rd_intensity", bad="R&D intensity")
    name: Trilingual = spec_field("Its name in three languages.", good={"en": "R&D intensity"}, bad="R&D intensity")
    description: Trilingual = spec_field(
        "What it measures, in one or two sentences.", good={"en": "R&D over GDP"}, bad="intensity"
    )
    aliases: tuple[str, ...] = spec_field(
        "Other names found in texts.", good=["R&D投入强度"], bad="R&D投入强度", default=()
    )
    unit: str = spec_field("Unit of its values.", good="%", bad="per cent of GDP")
    noun: CountNoun | None = spec_field(
        "What English counts; the unit's word if none.", good={"one": "enterprise", "many": "enterprises"},
        bad="enterprises", default=None,
    )  # fmt: skip
    direction: Literal["higher", "lower", "neutral"] = spec_field(
        "Which way is better.", good="higher", bad="up", default="neutral"
    )
    decimals: int | None = spec_field("Decimals shown.", good=2, bad="two", default=None, ge=0, le=12)
    topic: Id | None = spec_field("The mechanism or field it belongs to.", good="funding", bad="Funding!", default=None)
    hk_mo: HongKongMacao = spec_field("Treatment of Hong Kong and Macao.", good={"rule": "separate"}, bad="separate")
    shown: tuple[Status | Id, ...] = spec_field(
        "Which value is shown where there are several: the first of these statuses or sources that exists, then the "
        "source of higher priority, then the later vintage.",
        good=["published", "computed"],
        bad="best",
        default=("computed", "published", "estimated", "simulated"),
    )
    cumulative: bool = spec_field(
        "Its values are totals since a beginning (累计), not of one period.", good=True, bad="累计", default=False
    )
    note: FreeText | None = spec_field(
        "Anything a reader must know, once or in three languages.",
        good={"en": "Breaks in 2009", "zh-Hans": "2009年口径有变"},
        bad="",
        default=None,
    )

    @property
    def counted(self) -> tuple[str, str] | None:
        """What English counts with it, one and many; None where it declares nothing."""
        return None if self.noun is None else (self.noun.one, self.noun.many)


class _FromRecords(_Base):
    """An indicator that is counted from records."""

    records: Id = spec_field("The record kind it is made of.", good="payment", bad="Payments")
    where: str | None = spec_field("Filter on the records.", good="type = 'firm'", bad="type == firm", default=None)
    zero_where: str | None = spec_field(
        "For counts over complete lists: a filter on the records that show that a place and period was looked at. Where "
        "some of them are there and none is counted, the value is 0; without them it is missing.",
        good="result is not null",
        bad="yes",
        default=None,
    )
    place: FieldName | None = spec_field(
        "The field that says where, if not the kind's own.", good="to_place", bad="To", default=None
    )
    period: FieldName | None = spec_field(
        "The field that says when, if not the kind's own.", good="filed", bad="Filed", default=None
    )
    periods: tuple[GrainName, ...] = spec_field(
        "For which periods it is computed; `given` takes the records' own.",
        good=["year", "plan"],
        bad="yearly",
        default=("year",),
        min_length=1,
    )
    covers: Covers | None = spec_field(
        "What part of the whole the records cover, where they are not complete: the values are then lower bounds.",
        good={"part": "some", "note": {"en": "Found by name", "zh-Hans": "可查到名称的", "zh-Hant": "可查到名稱的"}},
        bad="some",
        default=None,
    )
    by: tuple[FieldName, ...] = spec_field("Fields that break it down.", good=["field"], bad="field", default=())
    over_places: OverPlaces = spec_field(
        "How it adds up over places.", good={"rule": "total"}, bad="total", default=OverPlaces(rule="total")
    )
    over_periods: PeriodRule | None = spec_field(
        "How records make a period's value: `sum` of all events in it (the rule for events), `exact`: only figures stated "
        "for that very period (the rule for accounts), `last`: of stocks, the last one stated within the period.",
        good="last",
        bad="mean",
        default=None,
    )
    counting: Literal["full", "fractional"] = spec_field(
        "Bibliometric counting: `full` gives each contributor 1, `fractional` shares 1 among them.",
        good="fractional",
        bad="half",
        default="full",
    )


class CountIndicator(_FromRecords):
    """Number of records."""

    type: Literal["count"]


class SumIndicator(_FromRecords):
    """Sum of a quantity over records."""

    type: Literal["sum"]
    value: FieldName = spec_field("The quantity that is summed.", good="amount", bad="sum(amount)")


class DistinctIndicator(_FromRecords):
    """Number of different values of a field."""

    type: Literal["distinct"]
    value: FieldName = spec_field("The field whose values are counted.", good="organisation", bad="count(organisation)")


class RatioIndicator(_Base):
    """One indicator over another, recomputed for every place and period, never summed or averaged."""

    type: Literal["ratio"]
    numerator: Id = spec_field("Indicator on top.", good="rd_expenditure", bad="R&D")
    denominator: Id = spec_field("Indicator below.", good="gdp", bad="GDP")


class ShareIndicator(_Base):
    """A part over its whole: another indicator, or the same one for a place that contains it."""

    type: Literal["share"]
    part: Id = spec_field("The part.", good="pct_filings", bad="PCT")
    whole: Id | None = spec_field("The whole; the same indicator if absent.", good="pct_all", bad="PCT", default=None)
    whole_place: Id | None = spec_field("The place whose value is the whole.", good="cn", bad="China", default=None)


class CumulativeIndicator(_Base):
    """Running total over periods (累计)."""

    type: Literal["cumulative"]
    of: Id = spec_field("The indicator that is accumulated.", good="payments", bad="Payments")
    since: PeriodText | None = spec_field("First period that counts.", good=2019, bad="the beginning", default=None)


class RollingIndicator(_Base):
    """Sum or mean of the last periods, this one included (近三年)."""

    type: Literal["rolling"]
    of: Id = spec_field("The indicator whose periods are taken together.", good="firms_announced", bad="Firms")
    window: int = spec_field(
        "How many periods, this one included; missing unless all of them have a value.", good=3, bad=1, ge=2, le=100
    )
    aggregate: Literal["sum", "mean"] = spec_field(
        "What is made of them; a ratio is not added up.", good="sum", bad="total", default="sum"
    )


class _Compared(_Base):
    of: Id = spec_field(
        "The indicator that is compared with itself at an earlier time.", good="rd_expenditure", bad="R&D"
    )
    against: PeriodText = spec_field(
        "Compared with: `previous`, `first`, or a period.", good="previous", bad="before", default="previous"
    )


class ChangeIndicator(_Compared):
    """Difference to an earlier value, in the unit itself (percentage points for a percentage)."""

    type: Literal["change"]


class GrowthIndicator(_Compared):
    """Relative change to an earlier value, in per cent."""

    type: Literal["growth"]


class Among(Spec):
    """The places that are ranked together."""

    kind: str | None = spec_field("All places of this kind …", good="province", bad="prov", default=None)
    within: Id | None = spec_field("… inside this place.", good="cn", bad="China", default=None)
    places: tuple[Id, ...] = spec_field("Or exactly these.", good=["gba", "beijing"], bad="gba", default=())


class RankIndicator(_Base):
    """Position among places, 1 is best."""

    type: Literal["rank"]
    of: Id = spec_field("The indicator that is ranked.", good="rd_intensity", bad="R&D")
    among: Among = spec_field("The places ranked together.", good={"kind": "province"}, bad="province")
    round: int = spec_field("Decimals at which two values count as equal.", good=6, bad="six", default=9, ge=0, le=12)
    ties: Literal["min", "dense", "max"] = spec_field("Rank of equal values.", good="min", bad="first", default="min")


class MembershipIndicator(_Base):
    """Whether a rank is within the first N (百强)."""

    type: Literal["membership"]
    of: Id = spec_field("The rank.", good="cluster_rank", bad="rank 1")
    top: int = spec_field("N.", good=100, bad=0, ge=1, le=1_000_000)


class StreakIndicator(_Base):
    """Number of periods in a row, up to this one, in which a membership held (连续…年)."""

    type: Literal["streak"]
    of: Id = spec_field("The membership.", good="cluster_top100", bad="top 100")


class PublishedIndicator(_Base):
    """Known only from what others state: its values are `figure` records."""

    type: Literal["published"]


ClusterFigure = Literal[
    "rank", "score", "count", "share", "per_million", "population", "weight", "cross_border_share", "p_exists", "p_first",
    "p_top100", "rank_p05", "rank_median", "rank_p95",
]  # fmt: skip


class ClusterIndicator(_Base):
    """What a run of ``clusters/`` says of the clusters that it found."""

    type: Literal["cluster"]
    runs: tuple[Id, ...] = spec_field(
        "The runs whose clusters get values; all runs if absent.", good=["world"], bad="world", default=()
    )
    figure: ClusterFigure = spec_field(
        "`rank`, `score` (sum of shares), `count`, `share` of the world and `per_million` inhabitants of a kind, "
        "`population`, `weight` (points), `cross_border_share` (ties between parties), and from the bootstrap `p_exists`, "
        "`p_first`, `p_top100`, `rank_p05`, `rank_median`, `rank_p95`.",
        good="rank",
        bad="first",
    )
    kind: str | None = spec_field(
        "The kind of points, for `count`, `share` and `per_million`.", good="patent", bad="", default=None, min_length=1
    )
    method: str | None = spec_field(
        "For `rank`: under this ranking method instead of the run's.", good="gii2017", bad="wipo", default=None
    )


Indicator = Annotated[
    CountIndicator
    | SumIndicator
    | DistinctIndicator
    | RatioIndicator
    | ShareIndicator
    | CumulativeIndicator
    | RollingIndicator
    | ChangeIndicator
    | GrowthIndicator
    | RankIndicator
    | MembershipIndicator
    | StreakIndicator
    | ClusterIndicator
    | PublishedIndicator,
    Field(discriminator="type"),
]
INDICATOR: TypeAdapter[Indicator] = TypeAdapter(Indicator)
RecordIndicator = CountIndicator | SumIndicator | DistinctIndicator
RECORD_TYPES = (CountIndicator, SumIndicator, DistinctIndicator)


class IndicatorsFile(Spec):
    """A file of ``indicators/``."""

    indicators: tuple[Indicator, ...] = Field(description="Definitions of indicators.")


def inputs_of(indicator: Indicator) -> tuple[str, ...]:
    """Identifiers of the indicators that one is made of.

    >>> # a ratio is made of its numerator and its denominator
    """
    if isinstance(indicator, RatioIndicator):
        return (indicator.numerator, indicator.denominator)
    if isinstance(indicator, ShareIndicator):
        return (indicator.part, indicator.whole or indicator.part)
    if isinstance(indicator, (*RECORD_TYPES, ClusterIndicator, PublishedIndicator)):
        return ()
    return (indicator.of,)
