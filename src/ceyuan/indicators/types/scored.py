"""What all indicators have in common that score works by what cites them or by what they put together.

The works of a kind (papers, patents) get one score each, from citations or classes that are records too. Records that say where
a work is (its authors, its inventors) carry the score to places, and a statistic is made of the works of a place and period.
A work without a score, because the definition gives it none or its citation window is not over, counts for nothing; how many of
the works have one is said beside every value.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pyarrow as pa
import pyarrow.compute as pc

from ceyuan.errors import CeyuanError, Problem
from ceyuan.indicators.statistics import WORDS, Made
from ceyuan.indicators.types.records import RecordIndicator, check_field
from ceyuan.units import Unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Names
from ceyuan.workspace.faults import check_filter, unknown
from ceyuan.workspace.fieldpaths import UnknownFieldError, find_field
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.spec import FieldName, spec_field

if TYPE_CHECKING:
    from ceyuan.workspace import Workspace

WorkStatistic = Literal["mean", "median", "sum"]
_MADE = {
    "mean": WORDS["mean"],
    "median": WORDS["median"],
    "sum": Trilingual(en="Sum", zh_hans="合计", zh_hant="合計"),
}


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """A table that scores are computed from.

    Attributes:
        kind: the record kind that it is taken from.
        columns: its columns, each with the field that it holds.
        where: a filter on the records.
        types: for columns whose fields must be of certain types, these.
    """

    kind: str
    columns: Mapping[str, str]
    where: str | None = None
    types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class WorkScoreIndicator(RecordIndicator):
    """A statistic of the scores of works."""

    stands: ClassVar[bool] = False
    of: FieldName | None = spec_field(
        "The field that refers to the work; what the kind shares out if absent.",
        good="document",
        bad="Document",
        default=None,
    )
    works_where: str | None = spec_field(
        "Filter on the works that are looked at: they cite and are compared with each other.",
        good="type = 'paper'",
        bad="papers",
        default=None,
    )
    statistic: WorkStatistic = spec_field(
        "What is made of the scores of the works of a place and period.",
        good="mean",
        bad="average",
        default="mean",
    )
    min_works: int = spec_field(
        "With fewer works that have a score the value is missing.",
        good=10,
        bad=0,
        default=1,
        ge=1,
    )

    @property
    def measured(self) -> None:
        """No field of the records: the score of their work."""

    @property
    def made(self) -> Made:
        """The statistic; with fractional counting a mean is weighted by the shares of the works."""
        return "weighted_mean" if self.fractional and self.statistic == "mean" else self.statistic

    @property
    def fractional(self) -> bool:
        """Whether a work counts for a place by the share that it has in it."""
        return self.counting == "fractional"

    def work_of(self, kind: RecordKind) -> str | None:
        """The field that refers to the work of a record."""
        return self.of or (kind.fractional.over if kind.fractional else None)

    def works_kind(self, kinds: Mapping[str, RecordKind]) -> RecordKind:
        """The kind of the works.

        Raises:
            UnknownFieldError: if the field that refers to them is not there, or no reference.
        """
        path = self.work_of(kinds[self.records]) or ""
        found = find_field(kinds, self.records, tuple(path.split(".")))
        target = found.field.to
        if found.type != "ref" or target is None or target not in kinds:
            raise UnknownFieldError(f"{self.records}.{path} refers to no work", None)
        return kinds[target]

    @abstractmethod
    def tables(self, kinds: Mapping[str, RecordKind]) -> Mapping[str, ScoreTable]:
        """The tables that the scores are computed from, by what they are to the computation."""

    @abstractmethod
    def scores(self, tables: Mapping[str, pa.Table]) -> pa.Table:
        """The columns ``work`` and ``value`` of works that have a score; never called without works."""

    @abstractmethod
    def scored(self) -> Trilingual:
        """What the score of a work is, with its rules, in words."""

    @property
    @abstractmethod
    def counts_things(self) -> bool:
        """Whether the score is a number of things, not a ratio."""

    def made_of(self, kind: Trilingual, field: Trilingual) -> Trilingual:
        """A statistic of scores."""
        made, score = _MADE[self.statistic], self.scored()
        return Trilingual(
            en=f"{made.en} over the works of the records “{kind.en}” of: {score.en}",
            zh_hans=f"“{kind.zh_hans}”记录所属成果的{made.zh_hans}，每项成果取：{score.zh_hans}",
            zh_hant=f"「{kind.zh_hant}」紀錄所屬成果的{made.zh_hant}，每項成果取：{score.zh_hant}",
        )

    def formula(self, names: Names) -> Trilingual:
        """Also which works are looked at."""
        said = super().formula(names)
        if self.works_where is None:
            return said
        return Trilingual(
            en=f"{said.en}; compared works: {self.works_where}",
            zh_hans=f"{said.zh_hans}；参照成果：{self.works_where}",
            zh_hant=f"{said.zh_hant}；參照成果：{self.works_where}",
        )

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> str | None:
        """A sum of scores, or a number of things, may be counted; all else is a ratio."""
        if unit.dimension == "ratio" or (unit.is_count and self._may_count()):
            return None
        return f"a {self.statistic} of such scores is a ratio, not in {self.unit}"

    def _may_count(self) -> bool:
        return self.counts_things or self.statistic == "sum"

    def problems(self, workspace: Workspace, file: str, line: int) -> Iterator[Problem]:
        """Also works, citations and classes that are not there."""
        yield from super().problems(workspace, file, line)
        if self.records not in workspace.kinds:
            return  # reported already
        try:
            works = self.works_kind(workspace.kinds)
        except UnknownFieldError as error:
            yield Problem("unknown-field", f"of: {error}", file, line, error.hint)
            return
        if self.works_where is not None:
            yield from check_filter(workspace, works.kind, self.works_where, file, line)
        if works.period is None:
            yield Problem("missing-key", f"{works.kind} has no period of its own", file, line)
            return
        for table in self.tables(workspace.kinds).values():
            if table.kind not in workspace.kinds:
                yield unknown("unknown-kind", "kind", table.kind, workspace.kinds, file, line)
                continue
            for role, name in table.columns.items():
                types = table.types.get(role, ())
                yield from check_field(workspace, table.kind, name, role, types, file, line)
        yield from self._option_problems(file, line)

    def _option_problems(self, file: str, line: int) -> Iterator[Problem]:
        """Options that mean nothing."""
        yield from ()

    def _misfits(self, kind: RecordKind) -> Iterator[tuple[str, str, str | None]]:
        yield from super()._misfits(kind)
        if self.over_places.rule == "complete":
            yield "bad-aggregation", "scores of works are not added up over places", None
        if self.over_periods == "last":
            yield "bad-aggregation", "a statistic is of all works of a period", None
        if self.fractional and self.statistic == "median":
            yield "bad-counting", "a median of shares of works means nothing", None

    def _counts(self) -> bool:
        return False

    def works_table(self, kinds: Mapping[str, RecordKind], **more: str | None) -> ScoreTable:
        """The table of works: their identifier, their year, and what else is asked for."""
        works = self.works_kind(kinds)
        columns = {"id": works.key[0], "year": f"{works.period}.year"}
        columns |= {role: name for role, name in more.items() if name is not None}
        return ScoreTable(works.kind, columns, self.works_where)


def score_table(works: Any, value: Any, counts: Any) -> pa.Table:
    """Scores of works as a table, without those that do not count and those that have none.

    Args:
        works: identifiers.
        value: scores, NaN where there is none.
        counts: whether a score may be used: not before its citation window is over.

    >>> score_table([7, 8, 9], [0.5, float("nan"), 1.0], [True, True, False]).to_pylist()
    [{'work': '7', 'value': 0.5}]
    """
    table = pa.table({"work": pa.array(works).cast(pa.string()), "value": pa.array(value)})
    known = pc.invert(pc.is_nan(table["value"]))
    return table.filter(pc.and_(known, pa.array(counts)))


def window_problems(window: str, file: str, line: int) -> Iterator[Problem]:
    """A citation window that is none, or of days, where works have years."""
    # The measures wait for their compiler; only definitions that use them do.
    from ceyuan.knowledge.windows import parse_window  # noqa: PLC0415

    try:
        found = parse_window(window)
    except CeyuanError as error:
        yield from (Problem(p.code, p.message, file, line, p.hint) for p in error.problems)
        return
    if found.unit == "days":
        message = f"a window of {found} needs days, and works are taken by their years"
        yield Problem("knowledge-bad-option", message, file, line)


def window_words(window: str) -> Trilingual:
    """A citation window in words.

    >>> window_words("5").en, window_words("open").zh_hans
    ('within 5 years', '不限年限')
    """
    if window == "open":
        return Trilingual(en="until the end of the data", zh_hans="不限年限", zh_hant="不限年限")
    years = window.removesuffix("y")
    return Trilingual(en=f"within {years} years", zh_hans=f"{years}年内", zh_hant=f"{years}年內")
