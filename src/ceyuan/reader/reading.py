"""Text in, statements out: the steps of reading in their order."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from decimal import Decimal

from ceyuan.bounds import Bound
from ceyuan.reader.bounds import bound_after, bound_before, english_bound
from ceyuan.reader.candidates import quantities
from ceyuan.reader.carried import adds_up, bracketed, is_the_figure, opens_list, takes_up
from ceyuan.reader.english_predicates import english_predicate
from ceyuan.reader.fold import fold
from ceyuan.reader.groups import QuantityGroup, groups
from ceyuan.reader.heal import Source, as_given, heal
from ceyuan.reader.layout import Layout
from ceyuan.reader.mentions import Mentions, inside, places
from ceyuan.reader.periods import (
    aligned_years,
    closing_period,
    is_of_year_before,
    period_behind,
    periods,
    year_before,
)
from ceyuan.reader.predicates import Predicate, goes_on, predicate
from ceyuan.reader.quantity import Quantity
from ceyuan.reader.scope import cumulative, modality
from ceyuan.reader.statement import Kind, Statement
from ceyuan.reader.subjects import as_written, subjects
from ceyuan.reader.tables import table_statements
from ceyuan.reader.written import Skipped, Written

_PART_OF = re.compile(r"(?:以上|左右)?(?:来自|位于|属于|源于|出自)")
_PARTS = {"%", "‰"}
_NEAR = 4  # how many figures back a list of shares may have begun, with amounts between
_OF_GOAL = re.compile(
    r"(?:完成|实现|达到?|占)[^，。；\d]{0,14}(?:目标|计划|任务|预算|预期)(?:任务)?[数值量]?的$"
)
_AMOUNT_BEFORE = re.compile(
    r"\d ?(?:[十百千万亿]{0,3}(?!个?百分)[一-鿿]{1,3}"
    r"|(?:[mb]n?|k|(?:[mb]|tr)illion|thousand)?(?: ?[a-z]{3,})?) ?(?:[（(]|[;；] ?)$"
)
# Women in leadership: 31%; researchers from abroad: 18%
_PEOPLE_LABEL = re.compile(
    r"(?i:(?:^|[.;\n•·|–-] ?)(?:female|women|men|male|girls|staff|employees|researchers|students|graduates|firms"
    r"|companies|scientists|professors|academics|inventors|founders|authors|respondents|foreign|international|enterprises|start-ups)"
    r"(?: (?!growth|rate|change|turnover)[a-z&’'-]+){0,8}: (?:about |around |over |nearly )?"
    r"|(?:^|[.;\n•·|–-] ?)(?:(?!growth|rate|change)[a-z&’'-]+ ){1,5}"
    r"(?:(?:to|for|by|from|led by) (?:women|men)|abroad|funding): )$"
)
_FRACTION_BEFORE = re.compile(r"\b(?:half|thirds?|quarters?|fifths?|tenths?) \($")
# an increase of £1.9 billion (3.5%), 比上年增加38.2亿元（10.2%）: the bracket says how much that is of what was before
_MOVED_AMOUNT = re.compile(r"[$£€¥]?(?:[A-Z]{1,3}[$ ]?)?\d[^；;，。(（]{0,20} ?[(（]$")
_LATIN_BEFORE, _LATIN_AFTER = re.compile(r"[A-Za-z] ?$"), re.compile(r" \(?[A-Za-z]")
_HAN = re.compile(r"[一-鿿]")
# That a percentage is a rate of growth may stand behind it: 8%的增速, 5%以上的年均增长.
_RATE_BEHIND = re.compile(
    r"(?:以上|左右)?[的之](?:同比|按年|平均|年均|快速|较快|高速|正|实际|名义|经济)?(增速|增长|增幅|涨幅|降幅|跌幅)"
)
_COMPARED_BEFORE = re.compile(r"高于|低于|超过|快于|慢于")
_SIGNED = re.compile(
    r"(?:(?:[A-Za-z\d%] \(|[a-z\d][,:;=] |\b(?:at|by|to|was|were|of) )-|(?:^|[^\w.)%])\+\d)$"
)
_AMOUNT_OR = re.compile(
    r"(?:[$£€¥₩\d]\d*[\d.,]*(?: (?:[a-z]+ ){0,3}?[a-z]+)?, or (?:about |some |nearly )?"
    r"|[$£€¥₩]\d[\d.,]* ?(?:[mb]n?|(?:[mb]|tr)illion|thousand)(?:, | \(or )(?:an estimated |about |some |nearly |roughly )?)$"
)
# was the top class, with 11%
_FOREMOST_WITH = re.compile(
    r"\b(?:top|largest|leading|biggest|main|first|second|third)\b[^.;,]*, with $"
)
_STOPS = re.compile(r"[.,;)](?!\d)|$")
_COORDINATE = re.compile(
    r"\s*(?:[\w ]{0,20},?\s*)?(?:and )?by (?:about |some |nearly |over )?"
    r"|,? or (?:about |some |nearly |over )?"
    r"| (?:in|for|at|among) [\w .'’-]{2,40},? and by (?:about |some |nearly |over )?"
    r"| and (?:the|its|their) [a-z ]{2,30} by (?:about |some |nearly |over )?"
)
_OR_FIGURE = re.compile(r"[^\s\d]*\d(?:[\d.,]*\d)?[^\s,;]*(?: [a-z]+){0,2},? or (?:[a-z]+ )?$")
_SHARE_CARRIED = re.compile(
    r"\b(?:and|while|,) [^.;\d]{2,60} for (?:[a-z]+ )?$|\b(?:and|while) (?:[A-Z][\w’']* ?){1,4}$"
    r"|^ (?:[A-Z][\w’']* )(?:(?:and )?[A-Z][\w’']* ){0,3}for $"
    r"|^ (?:in|for|among) [^.;,\d]{2,40} to (?:[a-z]+ ){0,2}$"
    r"|\b(?:and|while) that of [A-Z][A-Za-z ]+$"
    r"|\band [A-Z][a-z]+[’']s (?:[a-z]+ ){1,3}to (?:[a-z]+ ){0,2}$|^ to (?:[a-z]+ ){0,2}$"
)
# 4.8%设有研发部门: a rate that opens its clause, of which something is told
_OPENING = re.compile(
    r"(?:而?[仅只]有?|约|近|逾|超过?|不足|不到|另有|还有|有|也有|以及|和|及|并|且)*"
)
_TOLD = re.compile(
    r"(?:以上|左右)?(?:表示|认为|设有|设立|计划|打算|预计|反映|选择|拥有|没有|持有|具有|来自|从事|开展|采用|使用|出现|获得|用于|投向|流向|拨[予给]|给予)"
)
# 样本中六成以上为民营企业
_IN_THEM = re.compile(r"(?:[中里]|^)(?:约|近|逾|超过?|不足|不到)?$")
_ARE_WHAT = re.compile(r"(?:以上|左右)?[为是][一-鿿]{2}")
_AMONG = re.compile(r"(?<=[中里])[，,](?:约|近|超过?|逾|不足)?$")  # 受访厂商中，62.4%表示
_SOME_OF = re.compile(r"(?<![没所])有(?:约|近|超过?|逾|不足|不到)?$")  # 上市公司中，有三成
_EACH_HAS = re.compile(
    r"(?:分别|各|也|亦|另)有(?:约|近|超过?|逾|不足|不到)?$"
)  # 则分别有44%和六成二
_NOUN_BEHIND = re.compile(
    r"(?:以上|左右|多)?的?(?!以[上下]|左右|水平|关口|[是为在和与及或而并])[一-鿿]"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as read.

    Attributes:
        sha256: hash of the file's bytes.
        characters: Unicode code points of the file as given (of the extracted text for PDF and DOCX).
        text: those characters; offsets of statements refer to it.
        statements: what it states, in order.
        plain: whether ``text`` is what a person reads, rather than markup.
        skipped: what the file holds besides and was not read (pictures, comments).
    """

    sha256: str
    characters: int
    text: str
    statements: tuple[Statement, ...]
    plain: bool = True
    skipped: tuple[Skipped, ...] = ()


def read_text(text: str) -> Reading:
    """Read a plain text.

    Example:
        >>> [(s.quote, s.bound) for s in read_text("大湾区高新技术企业超过6.9万家。").statements]
        [('6.9万家', 'gt')]
    """
    written = Written(as_given(text), text)
    return read_written(written, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())


def read_written(written: Written, sha256: str) -> Reading:
    """Read a document that was taken apart: its running text, then the cells of its tables."""
    statements = _running(written)
    for number, grid in enumerate(written.grids, start=1):
        cells = table_statements(written, number, grid)
        spans = sorted((cell.start, cell.end) for cell in cells)
        statements = [one for one in statements if not inside(spans, one.start)] + cells
    statements.sort(key=lambda one: (one.start, one.end))
    addressed = tuple(_addressed(written, one) for one in statements)
    given = written.given
    return Reading(sha256, len(given), given, addressed, written.plain, written.skipped)


def _confined(written: Written, healed: Source) -> list[tuple[int, int]]:
    """Where the cells of tables stand in the healed text."""
    made = []
    for cell in sorted((cell.start, cell.end) for grid in written.grids for cell in grid.cells):
        if cell[0] < cell[1]:
            first, last = written.source.span(*cell)
            made.append((bisect_left(healed.starts, first), bisect_left(healed.starts, last)))
    return made


def _addressed(written: Written, statement: Statement) -> Statement:
    mark = written.mark(statement.start)
    if mark is None:
        return statement
    return replace(statement, page=mark.page, address=statement.address or mark.address)


def _running(written: Written) -> list[Statement]:
    """The statements of the running text."""
    healed, given = heal(written.source), written.given
    layout = Layout(fold(healed.text))
    confined = _confined(written, healed)
    where, when = places(layout, confined), periods(layout, confined)
    told: list[_Told] = []
    aligned = 0
    for group in groups(layout, quantities(layout.text)):
        aligned += group.aligned
        number = aligned if group.aligned else None
        last = next((one for one in reversed(told[-_NEAR:]) if one.quantity.unit in _PARTS), None)
        before = told[-1] if told else None
        told += _Reader(layout, healed, given, where, when, last, before).statements(group, number)
    return [one.statement for one in told]


@dataclass(frozen=True, slots=True)
class _Told:
    """A quantity with its statement, and what a rate that goes on with it is told to be."""

    quantity: Quantity
    statement: Statement
    governing: Predicate


@dataclass(frozen=True, slots=True)
class _Reader:
    """What is needed to turn the quantities of one text into statements."""

    layout: Layout
    healed: Source
    given: str
    where: Mentions
    when: Mentions
    last: _Told | None  # the rate before
    before: _Told | None  # the figure before

    def statements(self, group: QuantityGroup, number: int | None) -> list[_Told]:
        """The statements of one list of quantities."""
        names = subjects(self.layout, group)
        head = group.members[0].start
        floor = group.floor if group.head == head else self._former_end(group)
        before = self.layout.before(head, floor)
        lead = bound_before(before) if _spread(before, group) else None
        if group.aligned and not lead and not self._bounded_apart(group):
            lead = bound_after(self.layout.text[group.members[-1].end : group.members[-1].end + 10])
        years = self._years(group)
        made = []
        for i, quantity in enumerate(group.members):
            bound = self._bound(quantity, group.floor if i == 0 else group.members[i - 1].end)
            if bound == "eq" and lead:
                bound = lead
            governing = self._predicate(before, group.members[-1].end, quantity)
            if governing == Predicate():
                governing = self._carried(group, quantity, before)
            settled, kind = _settle(quantity, governing)
            former = group.former[i] if group.former else None
            statement = self._statement(
                settled,
                bound,
                "change" if group.former else kind,
                former,
                as_written(self.layout, self.healed.text, names[i], head),
                number,
                years[i] if years else self._period(settled),
            )
            made.append(_Told(quantity, statement, _carrying(kind, settled)))
        return made

    def _years(self, group: QuantityGroup) -> list[str]:
        """The year of each member where as many years are listed as figures; else none."""
        if not group.aligned or group.former:
            return []
        first, last = group.members[0].start, group.members[-1].end
        sentence = self.layout.sentence(first)
        years = aligned_years(self.layout.text, sentence, first, last)
        return years if len(years) == len(group.members) else []

    def _bounded_apart(self, group: QuantityGroup) -> bool:
        """Whether a member before the last has a bound of its own; then the last one's holds for that one alone."""
        floors = [group.floor, *(q.end for q in group.members)]
        return any(
            self._bound(q, floor) != "eq"
            for q, floor in zip(group.members[:-1], floors, strict=False)
        )

    def _former_end(self, group: QuantityGroup) -> int:
        return self.layout.clause_start(group.members[0].start)

    def _bound(self, quantity: Quantity, floor: int) -> Bound:
        text = self.layout.text
        if quantity.bound is not None:
            return quantity.bound
        before = text[
            max(
                self.layout.clause_start(quantity.start), floor, quantity.start - 26
            ) : quantity.start
        ]
        after = text[quantity.end : quantity.end + 30]
        return (
            bound_after(after)
            or english_bound(before, after)
            or bound_before(before, text[quantity.start])
            or "eq"
        )

    def _predicate(self, before: str, end: int, quantity: Quantity) -> Predicate:
        after = self.layout.text[end : end + 40]
        labelled = self._labelled(quantity)
        if labelled is not None:
            return labelled
        latin = _LATIN_BEFORE.search(before) or (not before.strip() and _LATIN_AFTER.match(after))
        if latin and not _HAN.search(before[-6:]):
            return self._english_predicate(before, after, quantity)
        return self._han_predicate(before, after, quantity)

    def _labelled(self, quantity: Quantity) -> Predicate | None:
        """What a percentage is by its sign in a bracket or by the label before it; None where neither stands there."""
        if quantity.unit != "%":
            return None
        text, start = self.layout.text, quantity.start
        if _SIGNED.search(text, max(0, start - 4), start + 1):
            return Predicate("down" if quantity.value < 0 else "up")  # the US (-0.8%)
        if _PEOPLE_LABEL.search(text, max(0, start - 100), start):
            return Predicate(share=True)
        if text.endswith(", with ", 0, start) and _STOPS.match(text, quantity.end):
            foremost = _FOREMOST_WITH.search(text, max(0, start - 80), start)
            return Predicate(share=True) if foremost else None
        opened = start - 4 if text.endswith("(at ", 0, start) else start - 1
        if text[opened : opened + 1] != "(":
            return None
        first, end = self.layout.sentence(start)
        return bracketed(text[max(first, start - 140) : opened], text[quantity.end : end])

    def _english_predicate(self, before: str, after: str, quantity: Quantity) -> Predicate:
        if _COORDINATE.fullmatch(before) or _SHARE_CARRIED.search(before):
            # rose to 5 billion yuan, and by 8.9%: its verb stands before the figure before it
            before = self.layout.text[self.layout.sentence(quantity.start)[0] : quantity.start]
            before = _OR_FIGURE.sub("", before)
        told = english_predicate(before, after, quantity.unit)
        part = told == Predicate() and self._or_rate(quantity, after)
        return Predicate(share=True) if part else told

    def _han_predicate(self, before: str, after: str, quantity: Quantity) -> Predicate:
        found = self._of_amount_before(quantity) or predicate(before, quantity.unit)
        if found.move is None and quantity.unit in _PARTS:
            if _PART_OF.match(after) or self._is_part(quantity, before, after):
                return Predicate(share=True)
            behind = _RATE_BEHIND.match(after)
            if behind and not _COMPARED_BEFORE.search(before):
                return Predicate("down" if behind[1] in ("降幅", "跌幅") else "up")
        return found

    def _carried(self, group: QuantityGroup, quantity: Quantity, before: str) -> Predicate:
        """What a rate is that goes on with what its sentence tells: one more share, the growth of another year."""
        text, start, behind = self.layout.text, group.members[0].start, group.members[-1].end
        if quantity.unit not in _PARTS:
            one = self.before
            alike = one is not None and one.quantity.unit == quantity.unit
            adds = one and alike and adds_up(text, one.quantity.end, start, behind)
            return one.governing if one and adds else Predicate()
        if self.last is not None and self._goes_on(self.last, start, behind, before):
            return self.last.governing
        return Predicate(share=opens_list(before, text[behind : behind + 40]))

    def _goes_on(self, last: _Told, start: int, behind: int, before: str) -> bool:
        """Whether a list of rates takes its kind from the rate before."""
        text, end, share = self.layout.text, last.quantity.end, last.governing.share
        if last.quantity.start < self.layout.sentence(start)[0]:
            return is_the_figure(text, end, start)
        if _HAN.search(text, end, behind + 4) is None:
            return takes_up(text, end, start, behind, share=share)
        return share and goes_on(before, text[max(0, start - 2) : start])

    def _or_rate(self, quantity: Quantity, after: str) -> bool:
        """Whether a rate says what part an amount is: performed $693.0 billion, or 78%."""
        if quantity.unit != "%" or after.startswith(" of "):
            return False
        return (
            _AMOUNT_OR.search(self.layout.text, max(0, quantity.start - 40), quantity.start)
            is not None
        )

    def _of_amount_before(self, quantity: Quantity) -> Predicate | None:
        """The predicate of the amount that a rate in brackets stands behind, if that is the size of a move."""
        if quantity.unit not in _PARTS:
            return None
        text, first = self.layout.text, max(0, quantity.start - 30)
        amount = _MOVED_AMOUNT.search(text, first, quantity.start)
        if amount is None or not _AMOUNT_BEFORE.search(text, first, quantity.start):
            return None
        before = text[self.layout.clause_start(amount.start()) : amount.start()]
        latin = re.search(r"[A-Za-z] $", before)
        found = english_predicate(before, "") if latin else predicate(before, "元")
        return found if found.move is not None and not found.compared else None

    def _is_part(self, quantity: Quantity, before: str, after: str) -> bool:
        """Whether a rate is a part of a whole though nothing says 占: 近八成企业, 完成目标的92%, 812亿元（78.2%）."""
        text = self.layout.text
        if _OF_GOAL.search(before) or _AMONG.search(
            text, max(0, quantity.start - 8), quantity.start
        ):
            return True
        if _FRACTION_BEFORE.search(text, max(0, quantity.start - 16), quantity.start):
            return True
        if _OPENING.fullmatch(before) and _TOLD.match(after):
            return True
        if _IN_THEM.search(before) and _ARE_WHAT.match(after):
            return True
        if _AMOUNT_BEFORE.search(text, max(0, quantity.start - 16), quantity.start) and after[
            :1
        ] in {*"）)，,；;"}:
            return True
        if text[quantity.start : quantity.end].endswith(("%", "‰", "cent")):
            return _EACH_HAS.search(before) is not None
        return _NOUN_BEHIND.match(after) is not None or _SOME_OF.search(before) is not None

    def _statement(
        self,
        quantity: Quantity,
        bound: Bound,
        kind: Kind,
        former: Decimal | None,
        subject: str,
        group: int | None,
        period: str | None,
    ) -> Statement:
        start, end = self.healed.span(quantity.start, quantity.end)
        first, last = self.layout.sentence(quantity.start)
        if (
            kind == "change"
            and quantity.unit in ("个百分点", "个基点")
            and bound in ("lt", "gt")
            and quantity.bound is None
        ):
            bound = self._difference(quantity, bound)
        return Statement(
            start,
            end,
            self.given[start:end],
            quantity.value,
            quantity.value_max,
            quantity.unit,
            bound,
            modality(self.layout, quantity.start, quantity.end),
            kind,
            cumulative(self.layout, quantity.start),
            former,
            subject,
            self.where.behind(quantity.end) or self.where.at(quantity.start),
            period,
            self.healed.text[first:last],
            group,
            quantity.step,
        )

    def _period(self, quantity: Quantity) -> str | None:
        text = self.layout.text
        behind = period_behind(text, quantity.end)
        if behind is None and not self.when.named(
            self.layout.sentence(quantity.start)[0], quantity.start
        ):
            behind = period_behind(text, quantity.end, apart=True)
        if behind is None:
            held = self.when.at(quantity.start) or closing_period(
                text, *self.layout.sentence(quantity.start)
            )
            earlier = held and is_of_year_before(text, quantity.start, quantity.end)
            return year_before(held) if held and earlier else held
        return behind

    def _difference(self, quantity: Quantity, bound: Bound) -> Bound:
        """高于2个百分点 is a difference, not a bound."""
        before = self.layout.text[max(0, quantity.start - 3) : quantity.start]
        return "eq" if before.endswith(("高于", "低于")) else bound


def _spread(before: str, group: QuantityGroup) -> bool:
    """Whether a bound before the first of a list holds for all of it: 分别超过5000亿元、3000亿元."""
    return len(group.members) > 1 and (
        group.aligned or before.find("均") >= 0 or before.find("都") >= 0
    )


def _carrying(kind: Kind, settled: Quantity) -> Predicate:
    """What a figure that goes on with a quantity is told to be: of its kind, and moving as it does."""
    if kind in ("growth", "change"):
        return Predicate("down" if settled.value < 0 else "up")
    return Predicate(share=kind == "share")


def _settle(quantity: Quantity, governing: Predicate) -> tuple[Quantity, Kind]:
    """The quantity with the sign that its predicate gives it, and its kind."""
    kind = _kind(quantity, governing)
    if quantity.unit == "年" and quantity.kind == "streak":
        return quantity, "streak"
    if kind == "share" and governing.move is not None and not governing.share:
        kind = "growth"  # 成本降低近一半
    if governing.move == "down" and kind in ("change", "growth", "multiple") and quantity.value > 0:
        top = -quantity.value_max if quantity.value_max is not None else None
        return replace(quantity, value=-quantity.value, value_max=top), kind
    return quantity, kind


def _kind(quantity: Quantity, governing: Predicate) -> Kind:
    if quantity.kind is not None:
        return quantity.kind
    if quantity.unit in ("个百分点", "个基点"):
        return "change"
    if quantity.unit == "倍":
        return "multiple"
    if governing.move is not None:
        return "growth" if quantity.unit in _PARTS else "change"
    return "share" if governing.share and quantity.unit in _PARTS else "level"
