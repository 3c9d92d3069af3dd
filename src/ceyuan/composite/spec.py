"""The declarative specification of an index: every step by name, every choice written down.

The models only say what can be written. Reading a file (with lines for messages) is for
:mod:`~ceyuan.composite.specfile`, doing it for :mod:`~ceyuan.composite.pipeline`. COINr's names of methods
(``n_minmax``, ``a_amean``, ``i_mean_grp``, ``log_CT`` ...) are understood everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from ceyuan.composite.model import SpecModel
from ceyuan.composite.uncertainty.spec import Uncertainty

Step = Literal["denominate", "screen", "impute", "treat", "normalise", "aggregate"]
STEPS: tuple[Step, ...] = ("denominate", "screen", "impute", "treat", "normalise", "aggregate")


def _alias(names: Mapping[str, str]) -> BeforeValidator:
    """Other programs' names of a choice."""
    return BeforeValidator(
        lambda value: names.get(value, value) if isinstance(value, str) else value
    )


class Denominate(SpecModel):
    """Divide indicators by other columns.

    Attributes:
        by: denominator column by indicator; the structure table's ``denominator`` column where left out.
        scale: factor to multiply each quotient by.
        table: a CSV with the denominators by unit, where they are not in the data.
    """

    by: dict[str, str] | None = None
    scale: dict[str, float] = Field(default_factory=dict)
    table: str | None = None


class Screen(SpecModel):
    """Leave out units with too little data.

    Attributes:
        by: ``missing`` (too few values), ``zeros`` (too few non-zero values) or ``missing_or_zeros``.
        min_available: smallest share of indicators with a value.
        min_nonzero: smallest share of non-zero values among those present.
        include: units kept whatever the data says.
        exclude: units left out whatever the data says.
    """

    by: Annotated[
        Literal["missing", "zeros", "missing_or_zeros"],
        _alias({"byNA": "missing", "byzeros": "zeros", "byNAandzeros": "missing_or_zeros"}),
    ] = "missing"
    min_available: float = Field(default=2 / 3, ge=0, le=1)
    min_nonzero: float = Field(default=0.05, ge=0, le=1)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


ImputeMethod = Annotated[
    Literal["mean", "median", "knn", "em", "latest", "constant", "linear", "none"],
    _alias(
        {"i_mean": "mean", "i_median": "median", "i_mean_grp": "mean", "i_median_grp": "median"}
    ),
]


class Impute(SpecModel):
    """Fill in missing values.

    Attributes:
        method: ``mean`` or ``median`` of the indicator (within ``group``, where given); in a panel ``latest`` (last
            value before), ``constant`` (last value before, else the next one) or ``linear`` (interpolated over
            periods, ends held); ``knn`` the mean of the nearest units, ``em`` the expectation given the unit's other
            values, see :mod:`~ceyuan.composite.neighbours`.
        group: the attribute of units within which means and medians are taken.
        by: ``column``: over the units of an indicator; ``row``: over the indicators of a unit, scaled to 0-1 first.
        level: with ``by: row``, the level of groups within which rows are imputed; the whole row where left out.
        neighbours: how many units ``knn`` takes.
        draw: with ``em``, the number of a multiple imputation: gaps are drawn, not expected. As a factor of the uncertainty
            (``of: impute.draw``, ``alternatives: [1, 2, 3, …]``) it says what the gaps are worth.
        max_periods: how many periods back ``latest`` looks.
        indicators: another method for single indicators.
    """

    method: ImputeMethod = "mean"
    group: str | None = None
    by: Literal["column", "row"] = "column"
    level: int | None = Field(default=None, ge=2)
    neighbours: int = Field(default=5, ge=1)
    draw: int | None = Field(default=None, ge=1)
    max_periods: int | None = Field(default=None, ge=1)
    indicators: dict[str, ImputeMethod] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _draws_are_of_em(self) -> Impute:
        if self.draw is not None and "em" not in (self.method, *self.indicators.values()):
            raise ValueError("draw belongs to the method em")
        return self


class Check(SpecModel):
    """When an indicator counts as having outliers: its absolute skewness and its kurtosis both reach these.

    Attributes:
        skew: absolute skewness.
        kurtosis: excess kurtosis.
    """

    skew: float = Field(default=2.0, gt=0)
    kurtosis: float = 3.5


class Winsorise(SpecModel):
    """Give the most extreme points the next value.

    Attributes:
        max_points: at most so many points; no limit where null. 0 does nothing.
        force: go on up to the limit whatever the check says.
    """

    max_points: int | None = Field(default=5, ge=0)
    force: bool = False


TransformMethod = Annotated[
    Literal["log_ct", "log_ct_plus", "log_ct_orig", "log_gii", "log", "box_cox", "none"],
    _alias(
        {
            "log_CT": "log_ct",
            "log_CT_plus": "log_ct_plus",
            "log_CT_orig": "log_ct_orig",
            "log_GII": "log_gii",
            "boxcox": "box_cox",
        }
    ),
]


class Transform(SpecModel):
    """Bend the scale of an indicator.

    Attributes:
        method: see :mod:`~ceyuan.composite.transforms`.
        exponent: lambda of Box-Cox.
        shift: Box-Cox: move the minimum to 1 first.
    """

    method: TransformMethod = "log_ct"
    exponent: float = 0.0
    shift: bool = True


class TreatOne(SpecModel):
    """The treatment of one indicator: as for all, with these differences.

    Attributes:
        check: another test for outliers.
        winsorise: another first treatment.
        transform: another second treatment.
    """

    check: Check | None = None
    winsorise: Winsorise | None = None
    transform: Transform | None = None


class Treat(SpecModel):
    """Treat outliers: check, winsorise, check again, transform.

    Attributes:
        check: the test for outliers.
        winsorise: the first treatment; null leaves it out.
        transform: the second treatment, where the first has not helped; null leaves it out.
        combine: apply the transformation to the winsorised values, not to the original ones.
        over: in a panel, whether an indicator is tested and treated over the whole ``panel`` or in each ``period``.
        indicators: ``none`` or another treatment for single indicators.
    """

    check: Check = Check()
    winsorise: Winsorise | None = Winsorise()
    transform: Transform | None = Transform()
    combine: bool = False
    over: Literal["period", "panel"] = "panel"
    indicators: dict[str, Literal["none"] | TreatOne] = Field(default_factory=dict)


NormaliseMethod = Annotated[
    Literal[
        "minmax",
        "scaled",
        "zscore",
        "rank",
        "percent_rank",
        "borda",
        "dist_to_max",
        "dist_to_reference",
        "dist_to_target",
        "fraction_of_max",
        "goalposts",
        "none",
    ],
    _alias(
        {
            "n_minmax": "minmax",
            "n_scaled": "scaled",
            "n_zscore": "zscore",
            "n_rank": "rank",
            "n_prank": "percent_rank",
            "n_borda": "borda",
            "n_dist2max": "dist_to_max",
            "n_dist2ref": "dist_to_reference",
            "n_dist2targ": "dist_to_target",
            "n_fracmax": "fraction_of_max",
            "n_goalposts": "goalposts",
        }
    ),
]

PARAMETERS_OF: dict[str, frozenset[str]] = {
    "minmax": frozenset({"lower", "upper"}),
    "scaled": frozenset({"lower", "upper", "factor"}),
    "zscore": frozenset({"mean", "sd"}),
    "dist_to_reference": frozenset({"reference", "cap"}),
    "dist_to_target": frozenset({"target", "cap"}),
    "goalposts": frozenset({"lower", "upper", "factor", "truncate"}),
}


class NormaliseOne(SpecModel):
    """A method of normalisation with its parameters.

    Attributes:
        method: see :mod:`~ceyuan.composite.normalise`.
        lower: lower bound (min-max 0, scaled 0, goalposts).
        upper: upper bound (min-max 100, scaled 100, goalposts).
        factor: what the result is multiplied by (scaled 100, goalposts 1).
        mean: wanted mean of z-scores (0).
        sd: wanted standard deviation of z-scores (1).
        reference: the unit that distances are taken to.
        target: the value that distances are taken to.
        cap: whether scores beyond reference or target are cut to 1.
        truncate: whether scores beyond the goalposts are cut.
        from_structure: take the parameters from the structure table's columns.
    """

    method: NormaliseMethod = "minmax"
    lower: float | None = None
    upper: float | None = None
    factor: float | None = Field(default=None, gt=0)
    mean: float | None = None
    sd: float | None = Field(default=None, gt=0)
    reference: str | None = None
    target: float | None = None
    cap: bool | None = None
    truncate: bool | None = None
    from_structure: bool = False

    @model_validator(mode="after")
    def _only_its_own(self) -> NormaliseOne:
        given = {name for name in _ALL_PARAMETERS if getattr(self, name) is not None}
        foreign = given - PARAMETERS_OF.get(self.method, frozenset())
        if foreign:
            raise ValueError(f"{self.method} has no parameter {', '.join(sorted(foreign))}")
        default_lower, default_upper = (
            (0.0, 100.0) if self.method in ("minmax", "scaled") else (-inf, inf)
        )
        lower = default_lower if self.lower is None else self.lower
        upper = default_upper if self.upper is None else self.upper
        if not self.from_structure and not lower < upper:
            raise ValueError(
                f"lower ({lower:g}) is not below upper ({upper:g}): the best would become the worst"
            )
        return self


_ALL_PARAMETERS = frozenset().union(*PARAMETERS_OF.values())


class Normalise(NormaliseOne):
    """Bring indicators onto one scale, more being better.

    Attributes:
        over: in a panel, whether minima, means and ranks are taken over each ``period`` or over the whole ``panel``.
        indicators: another method for single indicators.
    """

    over: Literal["period", "panel"] = "panel"
    indicators: dict[str, NormaliseOne] = Field(default_factory=dict)


WeightMethod = Literal["given", "equal", "pca", "balanced"]


class Weights(SpecModel):
    """Where weights come from.

    Attributes:
        method: ``given`` (the structure table), ``equal``, ``pca`` (first principal component of each group) or
            ``balanced`` (optimised so that all members of a level have the same influence on the top).
        levels: another method for single levels (1: indicators).
        values: the weights of single codes.
        table: a CSV of weight sets with columns ``code``, ``weight`` and, for several sets, ``set``.
        set: which set of the table to use.
        importance: with ``balanced``, the wanted relative influence of single codes (1 each).
    """

    method: WeightMethod = "given"
    levels: dict[int, WeightMethod] = Field(default_factory=dict)
    values: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    table: str | None = None
    set: str | None = None
    importance: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)


AGGREGATORS = {
    "a_amean": "arithmetic",
    "a_gmean": "geometric",
    "a_hmean": "harmonic",
    "a_genmean": "generalised",
    "a_copeland": "copeland",
}
PROFILE = ("mazziotta_pareto", "owa", "benefit_of_doubt")
"""Aggregations of a unit's whole profile, see :mod:`~ceyuan.composite.aggregators`."""


class AggregateOne(SpecModel):
    """A method of aggregation.

    Attributes:
        method: ``arithmetic``, ``geometric``, ``harmonic``, ``generalised`` mean, ``copeland``, ``mazziotta_pareto``,
            ``owa`` (ordered weighted mean), ``benefit_of_doubt``, or the name of a function handed over in Python.
        power: exponent of the generalised mean.
        orness: of the ordered weighted mean: 0 the worst member, 0.5 the arithmetic mean, 1 the best member.
        penalty: of Mazziotta and Pareto: imbalance is subtracted, or added where more is worse.
        least_share: benefit of the doubt: the smallest part of a member in the score.
        most_share: the largest one.
        min_share: smallest share of members with a value; below it the group has no score.
    """

    method: Annotated[str, _alias(AGGREGATORS)] = "arithmetic"
    power: float | None = None
    orness: float | None = Field(default=None, ge=0, le=1)
    penalty: Literal["subtract", "add"] | None = None
    least_share: float | None = Field(default=None, ge=0, le=1)
    most_share: float | None = Field(default=None, gt=0, le=1)
    min_share: float = Field(default=0.0, ge=0, le=1)

    @model_validator(mode="after")
    def _power_fits(self) -> AggregateOne:
        if (self.method == "generalised") != (self.power is not None):
            raise ValueError("power belongs to the generalised mean, and only to it")
        if (self.method == "owa") != (self.orness is not None):
            raise ValueError("orness belongs to the ordered weighted mean (owa), and only to it")
        if self.penalty is not None and self.method != "mazziotta_pareto":
            raise ValueError("penalty belongs to mazziotta_pareto")
        if (self.least_share, self.most_share) != (
            None,
            None,
        ) and self.method != "benefit_of_doubt":
            raise ValueError("least_share and most_share belong to benefit_of_doubt")
        if self.power == 0:
            raise ValueError("power 0 is the geometric mean: use that")
        return self


class Aggregate(AggregateOne):
    """Combine members into groups, level by level.

    Attributes:
        levels: another method for all groups of a level (2: the groups of indicators).
        groups: another method for single groups.
    """

    levels: dict[int, AggregateOne] = Field(default_factory=dict)
    groups: dict[str, AggregateOne] = Field(default_factory=dict)


class Spec(SpecModel):
    """The whole index.

    Attributes:
        composite: the index's identifier.
        title: its title.
        compatibility: ``coinr`` repeats the known oddities of COINr 1.1.14, see the documentation of methods.
        order: the order of the steps; steps that are not described are left out.
        denominate: see :class:`Denominate`.
        screen: see :class:`Screen`.
        impute: see :class:`Impute`.
        treat: see :class:`Treat`.
        normalise: see :class:`Normalise`.
        weights: see :class:`Weights`.
        aggregate: see :class:`Aggregate`.
        scenarios: other choices by name, each as dotted paths with their values, to be shown side by side.
        uncertainty: see :class:`~ceyuan.composite.uncertainty.spec.Uncertainty`.
    """

    composite: str = "index"
    title: str | None = None
    compatibility: Literal["none", "coinr"] = "none"
    order: tuple[Step, ...] = STEPS
    denominate: Denominate | None = None
    screen: Screen | None = None
    impute: Impute | None = None
    treat: Treat | None = None
    normalise: Normalise = Normalise()
    weights: Weights = Weights()
    aggregate: Aggregate = Aggregate()
    scenarios: dict[str, dict[str, Any]] = Field(default_factory=dict)
    uncertainty: Uncertainty | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_steps(cls, data: Any) -> Any:
        """``treat:`` with nothing behind it is the step with its defaults; ``treat: none`` is no such step."""
        if not isinstance(data, dict):
            return data
        bare = {key: {} if value is None and key in STEPS else value for key, value in data.items()}
        return {key: value for key, value in bare.items() if not (key in STEPS and value == "none")}

    @model_validator(mode="after")
    def _order_is_possible(self) -> Spec:
        missing = set(STEPS) - set(self.order)
        if len(set(self.order)) < len(self.order) or missing:
            raise ValueError(f"order names every step once: {', '.join(STEPS)}")
        if self.order[-1] != "aggregate":
            raise ValueError("aggregate is the last step")
        return self
