"""Notes: for every figure of a document what it is, where it comes from and whether it was checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ceyuan.bulletin import planned
from ceyuan.bulletin.document import Document, Figure
from ceyuan.bulletin.vocabulary import written
from ceyuan.bulletin.words import colon, joined, quoted, word
from ceyuan.claims.model import Claim
from ceyuan.claims.render import counterpart
from ceyuan.claims.saying import verdict_words
from ceyuan.errors import address
from ceyuan.indicators.observations import Observation
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import Trace, traces_of
from ceyuan.plan.model import Report
from ceyuan.plan.outcome import PlanStatus
from ceyuan.plan.spec import day_of
from ceyuan.wording import Language, date_text, period_text

_MOST_RECORDS = 3


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One thing that is known of a figure.

    Attributes:
        label: what it is: definition, kind, source, wording of the source, what it wants the reader to know, lineage,
            verdict, what else there is.
        text: in words.
    """

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """What stands behind a figure, in words.

    Attributes:
        number: its number in the document.
        key: the key of the figure.
        heading: indicator, place and period.
        text: the figure as it is written.
        lines: what is known of it.
        simulated: whether it is made of simulated data.
        independent: whether it has independent evidence; None where it was not checked.
    """

    number: int
    key: str
    heading: str
    text: str
    lines: tuple[NoteLine, ...]
    simulated: bool
    independent: bool | None = None


def notes_of(
    build: Build, document: Document, claims: Mapping[str, Claim], plan: PlanStatus | None = None
) -> tuple[Note, ...]:
    """The notes of all figures of a document, in order.

    Args:
        build: the build that the figures come from.
        document: the document.
        claims: the claims on the figures by key, as :func:`ceyuan.bulletin.checking.check` found them.
        plan: how the plan stood, where the document counts its tasks.
    """
    language = document.language
    shown = [f.observation for f in document.figures.values() if f.observation is not None]
    traces = dict(zip(shown, traces_of(build, shown, _MOST_RECORDS), strict=True))
    notes = []
    for number, (key, figure) in enumerate(document.figures.items(), start=1):
        if figure.observation is not None:
            traced = traces[figure.observation]
            notes.append(_note(build, figure, traced, number, language, claims.get(key)))
        elif plan is not None and figure.report is not None:
            said = claims.get(key)
            notes.append(_reported(plan, figure, figure.report, number, language, said))
        elif plan is not None and figure.how == "plan":
            notes.append(_counted(plan, figure, number, language))
        else:
            notes.append(_computed(build, figure, number, language))
    return tuple(notes)


def _note(
    build: Build,
    figure: Figure,
    traced: Trace,
    number: int,
    language: Language,
    claim: Claim | None,
) -> Note:
    o = traced.observation
    indicator = build.indicators[o.indicator]
    stop = "." if language == "en" else "。"
    lines = [
        _line("definition", language, indicator.description.get(language).rstrip("。.") + stop),
        _line("status", language, _kind(o, language)),
        _line("source", language, joined(_sources(build, o, language), language)),
    ]  # fmt: skip
    if quotes := _quotes(traced, language):
        lines.append(_line("stated", language, quotes))
    if o.note is not None:
        lines.append(_line("remark", language, o.note.get(language)))
    lines.append(_line("lineage", language, _lineage(traced, language)))
    if claim is not None:
        lines += _checked(claim, language)
    return Note(
        number, figure.key, _heading(build, o, language), written(figure, language), tuple(lines),
        simulated=o.status == "simulated", independent=None if claim is None else claim.standing == "independent",
    )  # fmt: skip


def _line(name: str, language: Language, text: str) -> NoteLine:
    return NoteLine(word(name, language), text)


def _checked(claim: Claim, language: Language) -> Iterator[NoteLine]:
    """The verdict in words; other values that say otherwise, and what else there is."""
    yield _line("verdict", language, verdict_words(claim).get(language))
    otherwise = [e for e in claim.evidence if e.outcome == "contradicts"]
    beside = [counterpart(e, language) for e in (*otherwise, *claim.counterparts)]
    if beside:
        yield _line("beside", language, joined(beside, language))


def _counted(plan: PlanStatus, figure: Figure, number: int, language: Language) -> Note:
    """The note of a count of the plan's tasks: the files that were counted."""
    listed = planned.files(plan, figure)
    lines = (_line("counted", language, joined(listed, language) or "plan/"),)
    return Note(
        number,
        figure.key,
        planned.heading(plan, figure, language),
        written(figure, language),
        lines,
        simulated=False,
    )


def _reported(
    plan: PlanStatus,
    figure: Figure,
    report: Report,
    number: int,
    language: Language,
    claim: Claim | None,
) -> Note:
    """The note of a party's own words: of which report, who approved it and when, and what checking found of them."""
    approved = word(
        "approved_on",
        language,
        by=report.entry.by,
        date=date_text(day_of(report.entry.on), language),
    )
    lines = [
        _line("source", language, planned.report_heading(plan, report, language)),
        _line("stands", language, approved),
        _line("lineage", language, report.file),
    ]
    if claim is not None:
        lines += _checked(claim, language)
    return Note(
        number,
        figure.key,
        planned.report_heading(plan, report, language),
        written(figure, language),
        tuple(lines),
        simulated=False,
        independent=None if claim is None else claim.standing == "independent",
    )


def _computed(build: Build, figure: Figure, number: int, language: Language) -> Note:
    """The note of a figure that the bulletin computed: from which others."""
    observed = [i.observation for i in figure.inputs if i.observation is not None]
    made = [
        f"{_heading(build, o, language)}{colon(language)}{written(i, language)}"
        for i, o in zip(figure.inputs, observed, strict=True)
    ]
    name = build.indicators[observed[0].indicator].name.get(language)
    heading = (
        f"{name}, {word(figure.how, language)}"
        if language == "en"
        else f"{name}{word(figure.how, language)}"
    )
    lines = (_line("made", language, joined(made, language)),)
    simulated = any(o.status == "simulated" for o in observed)
    return Note(number, figure.key, heading, written(figure, language), lines, simulated)


def _heading(build: Build, o: Observation, language: Language) -> str:
    name = build.indicators[o.indicator].name.get(language)
    place, period = (
        build.gazetteer.places[o.place].name.get(language),
        period_text(o.period, language),
    )
    part = f" ({o.breakdown})" if o.breakdown else ""
    return (
        f"{name}{part}, {place}, {period}"
        if language == "en"
        else f"{name}{part}（{place}，{period}）"
    )


def _kind(o: Observation, language: Language) -> str:
    parts = [word(o.status, language)]
    parts += [word(o.modality, language)] if o.modality != "actual" else []
    parts += [word("cumulative", language)] if o.cumulative else []
    return (", " if language == "en" else "，").join(parts)


def _sources(build: Build, o: Observation, language: Language) -> list[str]:
    return [build.sources[s].label(language).replace(": ", "：" if language != "en" else ": ", 1)
            for s in o.source.split(";") if s in build.sources]  # fmt: skip


def _quotes(traced: Trace, language: Language) -> str:
    """The words of the source, with where they stand in it; quotes stay in the language of the source."""
    found = []
    for record in traced.records:
        quote, locator = record.fields.get("quote"), record.fields.get("locator")
        if quote:
            where = (f" ({locator})" if language == "en" else f"（{locator}）") if locator else ""
            found.append(f"{quoted(str(quote), language)}{where}")
    return joined(dict.fromkeys(found), language)


def _lineage(traced: Trace, language: Language) -> str:
    parts = [traced.definition]
    if traced.record_count > _MOST_RECORDS:
        parts.append(word("records", language, n=traced.record_count))
    parts += [address(r.file, r.line) for r in traced.records]
    parts += [f"{t.observation.indicator} {t.observation.period}" for t in traced.below]
    return joined(parts, language)
