"""What all indicators declare in ``indicators/*.yaml``, whatever their type.

The types themselves stand in :mod:`ceyuan.indicators.types`, one file each; a workspace is read with the adapter of that room.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, WithJsonSchema

from ceyuan.errors import Problem
from ceyuan.units import Unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.spec import FreeText, Id, OneOrMore, Spec, spec_field

if TYPE_CHECKING:
    from ceyuan.workspace.reader import Workspace

GrainName = Literal["given", "day", "month", "quarter", "half", "year", "fiscal", "plan", "all"]
PeriodText = Annotated[
    str,
    Field(coerce_numbers_to_str=True),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
]
"""A period; YAML reads a bare year as a number."""
Status = Literal["computed", "published", "estimated", "simulated", "doubtful"]
Direction = Literal["higher", "lower", "neutral"]


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


class CountNoun(Spec):
    """What English counts with an indicator."""

    one: str = spec_field("One of it.", good="enterprise", bad="", min_length=1)
    many: str = spec_field("Several of it.", good="enterprises", bad="", min_length=1)


@dataclass(frozen=True, slots=True)
class Names:
    """What things are called, for formulas in words.

    Attributes:
        indicators: names of all indicators.
        places: names of all places.
        kinds: all record kinds.
    """

    indicators: Mapping[str, Trilingual]
    places: Mapping[str, Trilingual]
    kinds: Mapping[str, RecordKind]


class Indicator(Spec, ABC):
    """An indicator of any type. What is abstract here each type must say for itself."""

    type: str
    id: Id = spec_field(
        "Identifier, unique in the workspace.", good="rd_intensity", bad="R&D intensity"
    )
    name: Trilingual = spec_field(
        "Its name in three languages.", good={"en": "R&D intensity"}, bad="R&D intensity"
    )
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
    direction: Direction = spec_field(
        "Which way is better.", good="higher", bad="up", default="neutral"
    )
    decimals: int | None = spec_field(
        "Decimals of computed values, all of which are written (12.0); of stated ones at most so many.",
        good=2,
        bad="two",
        default=None,
        ge=0,
        le=12,
    )
    topic: Id | None = spec_field(
        "What it is about: one of the `topics` of ceyuan.yaml.",
        good="funding",
        bad="Funding!",
        default=None,
    )
    hk_mo: HongKongMacao = spec_field(
        "Treatment of Hong Kong and Macao; needed where the workspace has places there.",
        good={"rule": "separate"},
        bad="separate",
        default=HongKongMacao(rule="not_applicable"),
    )
    shown: tuple[Status | Id, ...] = spec_field(
        "Which value is shown where there are several: the first of these statuses or sources that exists, then the "
        "source of higher priority, then the later vintage.",
        good=["published", "computed"],
        bad="best",
        default=("computed", "published", "estimated", "simulated"),
    )
    cumulative: bool = spec_field(
        "Its values are totals since a beginning (累计), not of one period.",
        good=True,
        bad="累计",
        default=False,
    )
    national_accounts: bool = spec_field(
        "Its values are output of national accounts (生产总值, 增加值): growth is told in real terms, which two amounts at "
        "current prices do not give, and a census changes the output of a year.",
        good=True, bad="GDP", default=False,
    )  # fmt: skip
    measured_by: OneOrMore = spec_field(
        "The bodies (of `origins`) that measure it: whoever else states a figure of it tells their measurement. Without one it "
        "is that of the indicators that it is made of; if they have none, each source stands for itself.",
        good="nbs", bad="National Bureau of Statistics", default=(),
    )  # fmt: skip
    counterparts: OneOrMore = spec_field(
        "Other indicators whose values a reader wants beside a stated figure of it; they support nothing.",
        good=["laboratories_recorded"], bad="laboratories", default=(),
    )  # fmt: skip
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

    @property
    @abstractmethod
    def inputs(self) -> tuple[str, ...]:
        """Identifiers of the indicators that it is made of."""

    @abstractmethod
    def formula(self, names: Names) -> Trilingual:
        """How it is made, in words."""

    @abstractmethod
    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> str | None:
        """Why its unit does not fit those of its inputs, None where it does."""

    def problems(self, workspace: Workspace, file: str, line: int) -> Iterator[Problem]:
        """What else is wrong with it in its workspace: fields, places and periods that it names."""
        yield from ()
