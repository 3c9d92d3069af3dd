"""What a figure is reckoned from besides the value of its place: a second operand, several places, what is left out.

是北京的1.63倍 and 高于全国0.89个百分点 have a place compared with, 2012年的3.6倍 a year; 居全国第二 is a position among places;
广东、江苏合计 is a sum; 除广东外全国 is a whole without a part; 有6个省超过2000亿元 counts places above a threshold.

The grammar is that of the sentence: which words stand before and behind the figure. What it names and a workspace does not
declare is left alone, so that nothing is reckoned from another operand than the text's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from ceyuan.claims.model import Measure
from ceyuan.claims.placing import NamedPlace, PlaceNames
from ceyuan.reader import Statement


@dataclass(frozen=True, slots=True)
class Operation:
    """How a figure is made of several values.

    Attributes:
        measure: what of the indicator it gives.
        others: the other places: compared with, summed up, left out, or the whole of a rank or share, behind which stand
            those that share it with the first operand.
        period: the period compared with, None where it is the figure's own.
        limit: the threshold of a count and its unit, None where it is the value of the whole itself.
        kind: which kind of place is counted.
        down: whether the figure says how much less the first operand is.
        average: whether the other operand is called an average, which only a percentage of the whole is.
        apart: whether a share is of what another place has, which no indicator of a whole and its parts gives.
        place: the first operand, None where the text leaves it to the figure before.
        subject: the words that name the indicator; empty where they stand at the figure before.
    """

    measure: Measure
    others: tuple[str, ...] = ()
    period: str | None = None
    limit: tuple[Decimal, str] | None = None
    kind: str = ""
    down: bool = False
    average: bool = False
    apart: bool = False
    place: NamedPlace | None = None
    subject: str = ""

    @property
    def joint(self) -> bool:
        """Whether it is the share of several places together: the whole, and the places besides the first one."""
        return self.measure == "share" and len(self.others) > 1

    @property
    def kind_of_result(self) -> tuple[str, bool, bool, bool]:
        """All that the indicators which it makes sense of depend on."""
        return self.measure, self.average, self.joint, self.apart

    def unit(self, stated: str) -> str:
        """The unit of the values that a figure of some unit is made of: of a count of places, that of their threshold."""
        if self.measure != "places above":
            return stated
        # Above the average of the whole are percentages only.
        return "%" if self.limit is None else self.limit[1]


@dataclass(frozen=True, slots=True)
class OperationContext:
    """Where a figure stands, folded.

    Attributes:
        statement: the figure.
        before: the clause before it, from the figure before on.
        lead: the sentence before it, from the figure before on.
        opening: the whole sentence before it.
        behind: the sentence behind it.
        following: the next figure of the sentence, None where there is none.
        preceding: the one before.
        between: what stands between the figure and the next one.
    """

    statement: Statement
    before: str
    lead: str
    opening: str
    behind: str
    following: Statement | None
    preceding: Statement | None
    between: str


Finder = Callable[[OperationContext, PlaceNames], Operation | None]
"""Looks for one kind of operation around a figure; None where there is none, or one of unknown operands."""
