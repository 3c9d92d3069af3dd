"""The types of indicators, one file each: model, checks, SQL, inputs, formula in words, and how a value is traced.

A type is found by its key ``type``. It belongs to one of four families: made of records, made of other indicators, found by a
run of clusters, or only published. Whoever treats them differently matches :data:`AnyIndicator` to its end (see :func:`known`),
and everything else asks the type itself, so that a type that lacks a part does not pass the type checker.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from ceyuan.indicators.types.among import Among
from ceyuan.indicators.types.change import ChangeIndicator
from ceyuan.indicators.types.cluster import ClusterIndicator
from ceyuan.indicators.types.compared import ComparedIndicator
from ceyuan.indicators.types.count import CountIndicator
from ceyuan.indicators.types.cumulative import CumulativeIndicator
from ceyuan.indicators.types.derived import DerivedIndicator
from ceyuan.indicators.types.disruption import DisruptionIndicator
from ceyuan.indicators.types.distinct import DistinctIndicator
from ceyuan.indicators.types.distribution import DistributionIndicator
from ceyuan.indicators.types.expression import ExpressionIndicator
from ceyuan.indicators.types.flow import FlowIndicator
from ceyuan.indicators.types.growth import GrowthIndicator
from ceyuan.indicators.types.impact import ImpactIndicator
from ceyuan.indicators.types.membership import MembershipIndicator
from ceyuan.indicators.types.novelty import NoveltyIndicator
from ceyuan.indicators.types.published import PublishedIndicator
from ceyuan.indicators.types.rank import RankIndicator
from ceyuan.indicators.types.ratio import RatioIndicator
from ceyuan.indicators.types.records import RecordIndicator
from ceyuan.indicators.types.rolling import RollingIndicator
from ceyuan.indicators.types.scored import WorkScoreIndicator
from ceyuan.indicators.types.share import ShareIndicator
from ceyuan.indicators.types.specialisation import SpecialisationIndicator
from ceyuan.indicators.types.statistic import StatisticIndicator
from ceyuan.indicators.types.streak import StreakIndicator
from ceyuan.indicators.types.sum import SumIndicator
from ceyuan.workspace.definitions import Indicator
from ceyuan.workspace.spec import Spec

__all__ = [
    "INDICATOR",
    "Among",
    "AnyIndicator",
    "ChangeIndicator",
    "ClusterIndicator",
    "ComparedIndicator",
    "CountIndicator",
    "CumulativeIndicator",
    "DerivedIndicator",
    "DisruptionIndicator",
    "DistinctIndicator",
    "DistributionIndicator",
    "ExpressionIndicator",
    "FlowIndicator",
    "GrowthIndicator",
    "ImpactIndicator",
    "IndicatorsFile",
    "MembershipIndicator",
    "NoveltyIndicator",
    "PublishedIndicator",
    "RankIndicator",
    "RatioIndicator",
    "RecordIndicator",
    "RollingIndicator",
    "ShareIndicator",
    "SpecialisationIndicator",
    "StatisticIndicator",
    "StreakIndicator",
    "SumIndicator",
    "WorkScoreIndicator",
    "known",
]  # fmt: skip

AnyIndicator = (
    CountIndicator
    | SumIndicator
    | DistinctIndicator
    | StatisticIndicator
    | FlowIndicator
    | DisruptionIndicator
    | ImpactIndicator
    | NoveltyIndicator
    | RatioIndicator
    | ExpressionIndicator
    | ShareIndicator
    | CumulativeIndicator
    | RollingIndicator
    | ChangeIndicator
    | GrowthIndicator
    | DistributionIndicator
    | SpecialisationIndicator
    | RankIndicator
    | MembershipIndicator
    | StreakIndicator
    | ClusterIndicator
    | PublishedIndicator
)
"""An indicator of one of the types that there are."""


def _whole(*types: type[Indicator]) -> tuple[type[Indicator], ...]:
    """Types as they are; the type checker refuses one that lacks a part, because it is abstract."""
    return types


TYPES = _whole(
    CountIndicator, SumIndicator, DistinctIndicator, StatisticIndicator, FlowIndicator,
    DisruptionIndicator, ImpactIndicator, NoveltyIndicator,
    RatioIndicator, ExpressionIndicator, ShareIndicator,
    CumulativeIndicator, RollingIndicator, ChangeIndicator, GrowthIndicator, DistributionIndicator, RankIndicator,
    SpecialisationIndicator,
    MembershipIndicator,     StreakIndicator, ClusterIndicator, PublishedIndicator,
)  # fmt: skip
"""All types."""
INDICATOR: TypeAdapter[AnyIndicator] = TypeAdapter(
    Annotated[AnyIndicator, Field(discriminator="type")]
)
"""Reads a definition."""


class IndicatorsFile(Spec):
    """A file of ``indicators/``."""

    indicators: tuple[Annotated[AnyIndicator, Field(discriminator="type")], ...] = Field(
        description="Definitions of indicators."
    )


def known(indicator: Indicator) -> AnyIndicator:
    """An indicator as one of the types that there are; a workspace is read with no others.

    Raises:
        TypeError: for a type that is not in the list.
    """
    if isinstance(indicator, AnyIndicator):
        return indicator
    raise TypeError(f"{indicator.type} is no type of indicator")
