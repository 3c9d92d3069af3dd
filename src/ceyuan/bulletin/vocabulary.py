"""What a template may say: figures, names, conditions. Every answer comes from the build; nothing is typed."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jinja2 import Undefined

from ceyuan.bulletin.declaration import Declaration
from ceyuan.bulletin.document import Figure
from ceyuan.bulletin.literals import HOLE
from ceyuan.bulletin.marks import Marked, MarkMeaning, Marks, escaped
from ceyuan.bulletin.planned import counted_tasks, report_in_force, reported_words
from ceyuan.bulletin.series import Move, Series, change_of, growth_of, is_exact, streak_of
from ceyuan.bulletin.words import quoted
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail
from ceyuan.indicators.observations import Observation
from ceyuan.periods import parse_period
from ceyuan.places import Gazetteer
from ceyuan.plan.model import Report
from ceyuan.plan.outcome import PlanStatus
from ceyuan.plan.phrases import in_language
from ceyuan.wording import (
    Language,
    figure_text,
    from_to_text,
    listed,
    period_text,
    reached_text,
    unchanged_text,
)
from ceyuan.wording.numbers import exact


def _no_records(kind: str, where: str | None) -> list[dict[str, Any]]:
    raise fail("unknown-kind", f"there are no records of {kind!r} to ask for {where!r}")


class Stop(Exception):  # noqa: N818 - no error: the problem is noted already
    """A function of a template has no answer; why was noted."""


@dataclass(slots=True)
class Vocabulary:
    """The functions of one template, and what they find.

    Attributes:
        series: the shown figures of the build.
        gazetteer: its places.
        declaration: the bulletin.
        language: the language of the template.
        plan: how the workspace's plan stands on the day of issue, None where it has none.
        records: answers with the records of a kind that a filter picks.
        marks: what is referred to, in order.
        figures: the figures that are referred to, by key.
        problems: everything that is wrong, with file and line.
        warnings: what a person should look at.
    """

    series: Series
    gazetteer: Gazetteer
    declaration: Declaration
    language: Language
    plan: PlanStatus | None = None
    records: Callable[[str, str | None], list[dict[str, Any]]] = _no_records
    marks: Marks = field(default_factory=Marks)
    figures: dict[str, Figure] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def functions(self) -> dict[str, Callable[..., Any]]:
        """All of them, by the name that templates use. One that cannot answer notes why, and the text goes on."""
        texts = (
            self.figure, self.from_to, self.change, self.growth, self.years_in_a_row, self.names, self.name, self.place_name,
            self.period_name, self.chart, self.plan_tasks, self.plan_year, self.reported,
        )  # fmt: skip
        conditions = (
            self.has_plan,
            self.has_report,
            self.known,
            self.rose,
            self.fell,
            self.unchanged,
            self.first_time,
        )
        answers: dict[str, Callable[..., Any]] = {
            f.__name__: self._guarded(f, Marked(HOLE)) for f in texts
        }
        answers |= {f.__name__: self._guarded(f, otherwise=False) for f in conditions}
        return {**answers, "value": self._guarded(self.value, 0.0)}

    def _guarded(self, function: Callable[..., Any], otherwise: object) -> Callable[..., Any]:
        signature = inspect.signature(function)

        def call(*args: object, **named: object) -> object:
            try:
                signature.bind(*args, **named)
            except TypeError as error:
                self._stop("bulletin-template", f"{function.__name__}(…): {error}")
                return otherwise
            try:
                return function(*args, **named)
            except Stop:
                return otherwise

        return call

    # Figures that are written

    def figure(
        self, indicator: str, place: str | None = None, period: object = None, breakdown: str = "", *,
        verb: str | None = None, decimals: int | None = None,
    ) -> Marked:  # fmt: skip
        """A figure with unit, bound and rounding in the language's way.

        Args:
            indicator: its identifier.
            place: the bulletin's place if None.
            period: the bulletin's period if None.
            breakdown: a part of it.
            verb: what is said of a level that is reached (达到); a forecast and a bound change it (预计达到, 超过).
            decimals: how many are written at most; the indicator's if None.
        """
        o = self._observation(indicator, place, period, breakdown)
        figure = self.series.figure(o, decimals)
        if verb is None:
            return self._written(figure)
        try:
            words, bound = reached_text(verb, o.bound, o.modality, self.language)
        except ValueError as error:
            raise self._stop("bulletin-template", str(error)) from None
        return Marked(escaped(words) + self._written(figure, bound=bound, modality="actual"))

    def from_to(
        self, indicator: str, place: str | None = None, period: object = None, *, since: object
    ) -> Marked:
        """A change by both of its ends: 从5%提升至100%."""
        new, old = self._pair(indicator, place, period, since)
        texts = (self._written(self.series.figure(o)) for o in (old, new))
        first, last = texts
        falling = (new.value or 0) < (old.value or 0)
        return Marked(from_to_text(first, last, self.language, falling=falling))

    def change(self, indicator: str, place: str | None = None, period: object = None, *, since: object = None,
               up: str = "", down: str = "", same: str = "") -> Marked:  # fmt: skip
        """The difference to the period before or a named one, with the word for its direction where words are given."""
        new, old = self._pair(indicator, place, period, since)
        found = change_of(self.series.figure(new), self.series.figure(old))
        return self._moved(found, up, down, same)

    def growth(self, indicator: str, place: str | None = None, period: object = None, *, since: object = None,
               decimals: int = 1, up: str = "", down: str = "", same: str = "") -> Marked:  # fmt: skip
        """The growth in per cent over the period before or a named one, likewise."""
        new, old = self._pair(indicator, place, period, since)
        try:
            found = growth_of(self.series.figure(new), self.series.figure(old), decimals)
        except ZeroDivisionError:
            raise self._stop(
                "bulletin-undetermined", f"{indicator} was not above zero, so it has no growth"
            ) from None
        return self._moved(found, up, down, same)

    def years_in_a_row(
        self,
        indicator: str,
        place: str | None = None,
        period: object = None,
        *,
        move: Move = "rose",
    ) -> Marked:
        """For how many years in a row a figure has moved one way: 三年."""
        o = self._observation(indicator, place, period)
        if parse_period(o.period).grain not in ("year", "fiscal"):
            raise self._stop(
                "bulletin-undetermined", f"{o.period} is no year, so that no years can be counted"
            )
        chain = self.series.streak(o, move)
        if not chain:
            raise self._stop(
                "bulletin-undetermined", f"{indicator} has not {move} up to that period"
            )
        return self._written(streak_of(self.series.figure(o) for o in chain))

    # Conditions

    def known(
        self, indicator: str, place: str | None = None, period: object = None, breakdown: str = ""
    ) -> bool:
        """Whether there is a value."""
        o = self._found(indicator, place, period, breakdown)
        return o is not None and o.value is not None

    def rose(
        self,
        indicator: str,
        place: str | None = None,
        period: object = None,
        *,
        since: object = None,
    ) -> bool:
        """Whether a figure certainly rose since the period before or a named one."""
        return self._move(indicator, place, period, since) == "rose"

    def fell(
        self,
        indicator: str,
        place: str | None = None,
        period: object = None,
        *,
        since: object = None,
    ) -> bool:
        """Whether it certainly fell."""
        return self._move(indicator, place, period, since) == "fell"

    def unchanged(
        self,
        indicator: str,
        place: str | None = None,
        period: object = None,
        *,
        since: object = None,
    ) -> bool:
        """Whether it certainly stayed as it was."""
        return self._move(indicator, place, period, since) == "unchanged"

    def first_time(
        self,
        indicator: str,
        place: str | None = None,
        period: object = None,
        *,
        level: float | None = None,
    ) -> bool:
        """Whether a level is reached that no earlier recorded period reached; see :meth:`Series.first_time`."""
        return self.series.first_time(self._observation(indicator, place, period), level)

    def value(
        self, indicator: str, place: str | None = None, period: object = None, breakdown: str = ""
    ) -> float:
        """The bare number, for conditions; it cannot be written out."""
        return self._observation(indicator, place, period, breakdown).value or 0.0

    # The plan

    def has_plan(self) -> bool:
        """Whether the workspace has a plan."""
        return self.plan is not None

    def has_report(self, task: str, *, party: str | None = None, period: object = None) -> bool:
        """Whether there is an approved report on a task; see :meth:`reported`."""
        return self._report(task, party, period) is not None

    def reported(self, task: str, *, party: str | None = None, period: object = None) -> Marked:
        """What a party reported on a task, in its own words and in quotation marks: the report in force on the day of issue.

        Args:
            task: the task.
            party: who reports; the first that leads the task if None.
            period: the reporting period; the last one with an approved report if None.
        """
        report = self._report(task, party, period)
        if report is None:
            message = f"no approved report on {task!r} is in force on the day of issue"
            raise self._stop("no-report", message, "Ask `has_report(…)` first")
        return self._written(reported_words(report))

    def _report(self, task: str, party: str | None, period: object) -> Report | None:
        when = None if period is None else self._period(period)
        try:
            return report_in_force(self._status(), task, party, when)
        except CeyuanError as error:
            problem = error.problems[0]
            raise self._stop(problem.code, problem.message, problem.hint) from None

    def plan_tasks(self, *, state: str | None = None, lead: str | None = None) -> Marked:
        """How many tasks the programme year has on the day of issue, in a state or led by a party where one is named."""
        try:
            return self._written(counted_tasks(self._status(), state, lead))
        except CeyuanError as error:
            problem = error.problems[0]
            raise self._stop(problem.code, problem.message, problem.hint) from None

    def plan_year(self) -> Marked:
        """The programme year."""
        return self.marks.add(MarkMeaning(period_text(str(self._status().year), self.language)))

    def _status(self) -> PlanStatus:
        if self.plan is None:
            raise self._stop("no-plan", "the workspace has no plan", "Ask `has_plan()` first")
        return self.plan

    # Names

    def name(self, indicator: str) -> Marked:
        """The name of an indicator."""
        if indicator not in self.series.indicators:
            hint = did_you_mean(indicator, self.series.indicators)
            raise self._stop("unknown-indicator", f"there is no indicator {indicator!r}", hint)
        return self.marks.add(
            MarkMeaning(self.series.indicators[indicator].name.get(self.language))
        )

    def place_name(self, place: str) -> Marked:
        """The name of a place."""
        return self.marks.add(
            MarkMeaning(self.gazetteer.places[self._place(place)].name.get(self.language))
        )

    def period_name(self, period: object = None) -> Marked:
        """A period in words; the bulletin's if None."""
        return self.marks.add(MarkMeaning(period_text(self._period(period), self.language)))

    def names(self, kind: str, where: str | None = None) -> Marked:
        """The names of the records that a filter picks, in the order of their file; there must be one at least.

        Args:
            kind: the record kind.
            where: a filter as indicators write it; all records of the kind if None.
        """
        try:
            found = self.records(kind, where)
        except CeyuanError as error:
            problem = error.problems[0]
            raise self._stop(problem.code, problem.message, problem.hint) from None
        if not found:
            raise self._stop(
                "no-record", f"no record of {kind!r} fits {where!r}, so that nothing can be named"
            )
        return self.marks.add(
            MarkMeaning(listed((_record_name(r, self.language) for r in found), self.language))
        )

    def chart(self, identifier: str) -> Marked:
        """The place of a chart, in a line of its own."""
        known = [chart.id for chart in self.declaration.spec.charts]
        if identifier not in known:
            hint = did_you_mean(identifier, known) or f"Declared: {', '.join(known) or 'none'}"
            raise self._stop(
                "bulletin-template", f"the declaration has no chart {identifier!r}", hint
            )
        return self.marks.add(MarkMeaning("", chart=identifier))

    def output(self, value: object) -> str:
        """What an expression writes: marks as they are, words escaped, bare numbers refused."""
        if isinstance(value, Marked):
            return value
        if isinstance(value, str):
            return escaped(value)
        if isinstance(value, Undefined):
            return str(value)  # raises, and says which name it is
        if value is None or isinstance(value, bool):
            self._stop("bulletin-template", f"the expression yields {value}, which is no text")
        else:
            self._stop(
                "typed-figure", f"a bare {value!r} would be written, which nothing stands behind"
            )
        return HOLE

    # How

    def _written(
        self, figure: Figure, *, bound: str | None = None, modality: str | None = None
    ) -> Marked:
        self.figures.setdefault(figure.key, figure)
        return self.marks.add(
            MarkMeaning(written(figure, self.language, bound=bound, modality=modality), figure.key)
        )

    def _moved(self, figure: Figure, up: str, down: str, same: str) -> Marked:
        value = figure.value or 0.0
        if not (up or down or same):
            return self._written(figure)
        if exact(value, figure.decimals) == 0:
            # What would be written as 0 did not grow by anything that a reader could see.
            self.figures.setdefault(figure.key, figure)
            said = same or unchanged_text(self.language, exactly=value == 0)
            return self.marks.add(MarkMeaning(said, figure.key))
        word, gap = (up if value > 0 else down), " " if self.language == "en" else ""
        return Marked(f"{escaped(word)}{gap}{self._written(replace(figure, value=abs(value)))}")

    def _pair(
        self, indicator: str, place: str | None, period: object, since: object
    ) -> tuple[Observation, Observation]:
        new = self._observation(indicator, place, period)
        old = self.series.before(new, None if since is None else self._period(since))
        if old is None or not is_exact(new) or not is_exact(old):
            when = f"since {since}" if since is not None else "since the period before"
            message = f"the change of {indicator} {when} is not determined: {'no value' if old is None else 'a bound'} is there"
            raise self._stop("bulletin-undetermined", message)
        return new, old

    def _move(
        self, indicator: str, place: str | None, period: object, since: object
    ) -> Move | None:
        o = self._observation(indicator, place, period)
        return self.series.move(o, None if since is None else self._period(since))

    def _observation(
        self, indicator: str, place: str | None, period: object, breakdown: str = ""
    ) -> Observation:
        found = self._found(indicator, place, period, breakdown)
        where, when = self._place(place), self._period(period)
        if found is None:
            known = [
                p
                for (i, w, p, b) in self.series.observations
                if (i, w, b) == (indicator, where, breakdown)
            ]
            places = sorted({w for (i, w, _, _) in self.series.observations if i == indicator})
            hint = (
                f"Periods: {', '.join(sorted(known)[-8:])}"
                if known
                else f"Places: {', '.join(places[:8])}"
                if places
                else None
            )
            raise self._stop(
                "no-observation", f"{indicator} has no value for {where}, {when}", hint
            )
        if found.value is None:
            message = f"{indicator} has no value for {where}, {when}: {found.reason.en if found.reason else 'it is missing'}"
            raise self._stop("no-observation", message)
        return found

    def _found(
        self, indicator: str, place: str | None, period: object, breakdown: str
    ) -> Observation | None:
        if indicator not in self.series.indicators:
            hint = did_you_mean(indicator, self.series.indicators)
            raise self._stop("unknown-indicator", f"there is no indicator {indicator!r}", hint)
        return self.series.observations.get(
            (indicator, self._place(place), self._period(period), breakdown)
        )

    def _place(self, place: str | None) -> str:
        text = self.declaration.spec.place if place is None else place
        found = self.gazetteer.resolve(text)
        if found is None:
            raise self._stop(
                "unknown-place", f"there is no place {text!r}", self.gazetteer.suggest(text)
            )
        return found

    def _period(self, period: object) -> str:
        text = self.declaration.spec.period if period is None else str(period)
        try:
            return parse_period(text).text
        except ValueError as error:
            raise self._stop("bad-period", str(error)) from None

    def _stop(self, code: str, message: str, hint: str | None = None) -> Stop:
        file, line = template_line()
        self.problems.append(Problem(code, message, file, line, hint))
        return Stop(message)


def _record_name(record: Mapping[str, Any], language: Language) -> str:
    """What a record is called in a language; as its source writes it where no other name is known."""
    own = {"en": "name_en", "zh-Hant": "name_zh_hant"}.get(language, "name")
    return str(record.get(own) or record.get("name") or record["id"])


def written(
    figure: Figure, language: Language, *, bound: str | None = None, modality: str | None = None
) -> str:
    """A figure as a language writes it; the words of a report in quotation marks, in the nearest language it is written in."""
    if figure.report is not None:
        text = in_language(figure.report.spec.text, language)
        return quoted(" ".join(text.split()), language)
    return figure_text(
        figure.value, figure.unit, language,
        bound=figure.bound if bound is None else bound,
        value_max=figure.value_max, decimals=figure.decimals, printed=figure.printed, fixed=figure.fixed,
        modality=figure.modality if modality is None else modality, noun=figure.noun,
    )  # fmt: skip


def template_line() -> tuple[str | None, int | None]:
    """File and line of the template that is being written out right now."""
    frame = inspect.currentframe()
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            return template.filename, template.get_corresponding_lineno(frame.f_lineno)
        frame = frame.f_back
    return None, None
