"""The words around a figure that say what it is of, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ceyuan.claims.operations import Operation

# 人均, 每万人: an amount for each of something.
_EACH = re.compile(
    r"人均|户均|亩均|家均|企均|院均|校均|日均|月均|平均每|每[万千百十]?(?:人|名|家|户|亩|平方公里|个|项|件|天|日|月)"
    r"|单位(?:GDP|面积|产值)|(?i: ?\bper (?:capita|head|person|inhabitant|day|month|firm|enterprise|million|10,000)\b"
    r"|\bper ten thousand\b|\ba head\b)"
)
EACH_BEHIND = re.compile(r"(?i: ?(?:per (?!cent|annum|year)|a head\b))|/")


@dataclass(frozen=True, slots=True)
class Wording:
    """A statement's surroundings.

    Attributes:
        subject: words that name what is stated, without a place at their front; empty where the text names only a place
            or nothing.
        full: the same with the place.
        near: from the figure before to the figure behind, within the clause.
        clause: the clause.
        lead: the sentence before the clause.
        previous: subject of the figure before in the sentence, for words left out.
        place: identifier of the place that the text names at the figure, None where it names none that is declared.
        place_name: its name in the text, also of a place that the workspace does not declare; empty where none is named.
        carried: identifier of the place that holds from before, None where there is none that is declared.
        carried_name: its name in the text, likewise.
        whole: what a share is of, as the text names it (占…的); empty where it does not.
        whole_place: identifier of that whole where it is a place.
        basis: what a growth rate or a change is reckoned from; see :mod:`ceyuan.claims.comparison`.
        beyond: key of the reason why no value answers the figure, whatever it is of: it is a threshold, a part, a difference
            to another place, an average; empty for all others.
        each: whether it is an amount for each of something (人均).
        operation: how it is made of several values, None where it is not.
        period: its period where the last one that is named is only compared with, else None.
        former: the year of the former end of a change from one value to another; empty where the text names none.
        yearly: whether it is the mean growth of each year of a span.
        unit_before: the unit of the figure before, where the words that name what is stated are those at that figure.
    """

    subject: str
    full: str
    near: str
    clause: str
    lead: str
    previous: str
    place: str | None
    place_name: str
    carried: str | None
    carried_name: str
    whole: str
    whole_place: str | None
    basis: str
    beyond: str
    each: bool
    operation: Operation | None = None
    period: str | None = None
    former: str = ""
    yearly: bool = False
    unit_before: str = ""


def for_each(words: str) -> bool:
    """Whether words say that an amount is for each of something.

    >>> for_each("全国人均研发经费"), for_each("研发经费")
    (True, False)
    """
    return bool(_EACH.search(words))
