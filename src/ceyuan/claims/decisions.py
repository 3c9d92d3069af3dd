"""What people decided about a text: ``communiques/<name>.yaml``, kept in the workspace and used again.

::

    text: {file: gba_2026.txt, sha256: 6c1f…}
    sources: [gba-2026]         # the sources that are this very text
    period: 2025                # where the text names no period
    place: gba                  # where it names no place
    decisions:
      - {start: 2530, end: 2533, quote: 76%, indicator: enterprise_led_amount_share, place: guangdong, note: 省级 is Guangdong}
      - {start: 2710, end: 2712, quote: 三种, not_checkable: a definition}

A file belongs to the text whose bytes have its ``sha256``. Where the text was changed since, decisions still hold whose
quote stands once in it; the others are reported and left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pydantic import Field

from ceyuan.claims.model import Measure
from ceyuan.errors import CeyuanError, Problem, did_you_mean
from ceyuan.periods import parse_period
from ceyuan.pipeline.reading import Build
from ceyuan.places import Gazetteer
from ceyuan.reader import Reading
from ceyuan.workspace.settings import languages_of
from ceyuan.workspace.spec import FreeText, Id, Spec, parse_spec, spec_field
from ceyuan.workspace.walking import plain_files
from ceyuan.workspace.yamlfile import YamlDocument, read_yaml

FOLDER = "communiques"
TEXTS = (".txt", ".md", ".docx", ".odt", ".pdf", ".html", ".htm")
"""How files of texts end."""


class TextSpec(Spec):
    """Which text a file of decisions is about."""

    file: str = spec_field("Name of the text, for people.", good="gba_2026.txt", bad="")
    sha256: str = spec_field(
        "Hash of its bytes.", good="6c1f…", bad="unknown", pattern=r"^[0-9a-f]{64}$"
    )


class Ruling(Spec):
    """What a person decided: what a figure is a value of, or why it cannot be checked."""

    indicator: Id | None = spec_field(
        "What it is a value of.", good="high_tech_firms", bad="firms?", default=None
    )
    measure: Measure = spec_field(
        "What of the indicator it gives.", good="growth", bad="rate", default="level"
    )
    place: str | None = spec_field("Where.", good="gba", bad="somewhere", default=None)
    period: str | None = spec_field(
        "When.", good="2025", bad="recently", default=None, coerce_numbers_to_str=True
    )
    sources: tuple[Id, ...] = spec_field(
        "Sources that the text took this figure from; they and what is of their origin are no evidence for it.",
        good=["nbs-rd-2022"], bad="NBS", default=(),
    )  # fmt: skip
    not_checkable: FreeText | None = spec_field(
        "Why it cannot be checked, once or in three languages.",
        good="a definition",
        bad="",
        default=None,
    )
    note: FreeText | None = spec_field(
        "Anything a reader must know, once or in three languages.",
        good={"en": "2021 was revised", "zh-Hans": "2021年已修订"},
        bad="",
        default=None,
    )


class Decision(Ruling):
    """What a person decided about one figure."""

    quote: str = spec_field("The figure as written.", good="6.9万家", bad="69000")
    start: int = spec_field("Offset of its first character.", good=2500, bad=-1, ge=0)
    end: int = spec_field("Offset behind its last character.", good=2505, bad=0, ge=1)


class DecisionsFile(Spec):
    """A file ``communiques/<name>.yaml``."""

    text: TextSpec = Field(description="The text.")
    sources: tuple[Id, ...] = spec_field(
        "Sources that are this very text; what they state is no evidence for it.",
        good=["gba-2026"],
        bad="gba",
        default=(),
    )
    period: str | None = spec_field(
        "The period of figures for which the text names none.", good=2025, bad="now", default=None,
        coerce_numbers_to_str=True,
    )  # fmt: skip
    place: str | None = spec_field(
        "The place of figures for which it names none.", good="gba", bad="", default=None
    )
    sample: bool = spec_field(
        "Whether the text is a made-up sample that shows what checking does; it is marked as one wherever it is shown.",
        good=True,
        bad="some",
        default=False,
    )
    decisions: tuple[Decision, ...] = Field(default=(), description="Decisions on single figures.")


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions on one text.

    Attributes:
        file: where they stand, None where there are none.
        sources: sources that are the text itself.
        period: canonical period for figures without one.
        place: identifier of the place for figures without one.
        by_span: decisions by start and end in the text as it is now.
        warnings: decisions that no longer fit.
        sample: whether the text is a made-up sample.
    """

    file: str | None
    sources: frozenset[str]
    period: str | None
    place: str | None
    by_span: dict[tuple[int, int], Decision]
    warnings: tuple[Problem, ...]
    sample: bool = False


NO_DECISIONS = Decisions(None, frozenset(), None, None, {}, ())


class Known(Protocol):
    """What decisions may name: a build has it, and so has a workspace that is not built yet."""

    @property
    def gazetteer(self) -> Gazetteer:
        """Places."""

    @property
    def sources(self) -> Mapping[str, Any]:
        """Sources by identifier."""

    @property
    def indicators(self) -> Mapping[str, Any]:
        """Indicators by identifier."""


def text_files(root: Path) -> list[Path]:
    """The texts of a workspace, in order of their names."""
    return [
        p
        for p in plain_files(root, FOLDER)
        if p.suffix.lower() in TEXTS and p.parent.name == FOLDER
    ]


def decision_files(root: Path) -> list[Path]:
    """The files of decisions of a workspace, in order of their names."""
    found = (
        p
        for p in plain_files(root, FOLDER)
        if p.suffix in (".yaml", ".yml") and p.parent.name == FOLDER
    )
    return [p for p in found if p.stem not in ("rates", "rules")]


def read_decisions_file(root: Path, path: Path) -> tuple[DecisionsFile, YamlDocument] | None:
    """One file of decisions; None where it is empty and decides nothing (the shell makes one for ``--draft``).

    Raises:
        CeyuanError: with every fault of the file in itself.
    """
    document = read_yaml(path, path.relative_to(root).as_posix(), languages_of(root))
    if document.data is None:
        return None
    return parse_spec(DecisionsFile, document, document.data), document


def read_decisions(build: Build, reading: Reading, name: str, texts: Path) -> Decisions:
    """The decisions of people on a text.

    Args:
        build: the build of the workspace.
        reading: the text.
        name: name of the text without suffix; a file of that name is taken for an older state of the text.
        texts: the folder that holds ``communiques/``: that of the build, or the workspace.

    Raises:
        CeyuanError: with every fault of the file (unknown indicators, places, sources; a quote that was never there).
    """
    older: tuple[DecisionsFile, YamlDocument] | None = None
    for path in decision_files(texts):
        found = read_decisions_file(texts, path)
        if found is None:
            continue
        if found[0].text.sha256 == reading.sha256:
            return decisions_on(build, reading, *found, same=True)
        if path.stem == name:
            older = found
    return decisions_on(build, reading, *older, same=False) if older else NO_DECISIONS


def decisions_on(
    known: Known, reading: Reading, spec: DecisionsFile, document: YamlDocument, *, same: bool
) -> Decisions:
    """The decisions of a file on a text.

    Args:
        known: what they may name.
        reading: the text.
        spec: the file.
        document: its lines.
        same: whether the file was written for the text as it is now.

    Raises:
        CeyuanError: with every name that is not known, and, for the same text, every quote that does not stand in it.
    """
    problems = list(unknown_names(known, spec, document))
    by_span: dict[tuple[int, int], Decision] = {}
    warnings: list[Problem] = []
    for index, decision in enumerate(spec.decisions):
        line = document.line(("decisions", index))
        span = _span(reading, decision)
        if span is not None:
            by_span[span] = decision
            continue
        message = (
            f"the figure {decision.quote!r} does not stand at {decision.start} to {decision.end}"
        )
        if same:
            problems.append(Problem("decision-misplaced", message, document.file, line))
        else:
            message += ", and the text was changed since"
            warnings.append(
                Problem("decision-misplaced", message, document.file, line, severity="warning")
            )
    if problems:
        raise CeyuanError(problems)
    period = parse_period(spec.period).text if spec.period else None
    place = known.gazetteer.resolve(spec.place) if spec.place else None
    return Decisions(
        document.file,
        frozenset(spec.sources),
        period,
        place,
        by_span,
        tuple(warnings),
        spec.sample,
    )


def _span(reading: Reading, decision: Decision) -> tuple[int, int] | None:
    """Where a decision's figure stands now: where it was, or the only place where the same words are a figure."""
    spans = {(s.start, s.end): "".join(s.quote.split()) for s in reading.statements}
    quote = "".join(decision.quote.split())
    if spans.get((decision.start, decision.end)) == quote:
        return decision.start, decision.end
    alike = [span for span, found in spans.items() if found == quote]
    return alike[0] if len(alike) == 1 else None


def unknown_names(known: Known, spec: DecisionsFile, document: YamlDocument) -> Iterator[Problem]:
    """Sources, places, periods and indicators of a file of decisions that do not exist."""
    file = document.file
    yield from _unknown_sources(known, spec.sources, file, document.line(("sources",)))
    yield from _place_and_period(known, spec.place, spec.period, file, document.line(()))
    for index, decision in enumerate(spec.decisions):
        line = document.line(("decisions", index))
        yield from unknown_in_ruling(known, decision, file, line)


def unknown_in_ruling(known: Known, ruling: Ruling, file: str, line: int) -> Iterator[Problem]:
    """What a decision or a rule names and does not exist."""
    yield from _unknown_sources(known, ruling.sources, file, line)
    yield from _place_and_period(known, ruling.place, ruling.period, file, line)
    if (ruling.indicator is None) == (ruling.not_checkable is None):
        message = "a decision has either an indicator or a reason why it is not checkable"
        yield Problem("bad-value", message, file, line)
    if ruling.indicator is not None and ruling.indicator not in known.indicators:
        hint = did_you_mean(ruling.indicator, known.indicators)
        yield Problem(
            "unknown-indicator", f"there is no indicator {ruling.indicator!r}", file, line, hint
        )


def _unknown_sources(
    known: Known, sources: Iterable[str], file: str, line: int
) -> Iterator[Problem]:
    for source in sources:
        if source not in known.sources:
            hint = did_you_mean(source, known.sources)
            yield Problem("unknown-source", f"there is no source {source!r}", file, line, hint)


def _place_and_period(
    known: Known, place: str | None, period: str | None, file: str, line: int
) -> Iterator[Problem]:
    if place is not None and known.gazetteer.resolve(place) is None:
        hint = known.gazetteer.suggest(place)
        yield Problem("unknown-place", f"there is no place {place!r}", file, line, hint)
    if period is not None:
        try:
            parse_period(period)
        except ValueError as error:
            yield Problem("bad-period", str(error), file, line)


def draft(
    reading: Reading,
    name: str,
    open_figures: Sequence[tuple[int, Sequence[str]]],
    sources: Sequence[str],
) -> str:
    """A file of decisions to be completed by a person: one entry for each figure that is ambiguous.

    Args:
        reading: the text.
        name: its file name.
        open_figures: positions of the statements to decide, each with the indicators it may be about.
        sources: sources that are taken for the text itself.
    """
    lines = [
        f"text: {{file: {_quoted(name)}, sha256: {reading.sha256}}}",
        f"sources: [{', '.join(sources)}]",
        "decisions:",
    ]
    for position, candidates in open_figures:
        statement = reading.statements[position]
        quote = "".join(statement.quote.split())
        lines.append(f"  # {' '.join(statement.sentence.split())}")
        lines.append(f"  - start: {statement.start}")
        lines.append(f"    end: {statement.end}")
        lines.append(f"    quote: {_quoted(quote)}")
        lines.append(
            f"    indicator: {candidates[0] if candidates else ''}  # or: {', '.join(candidates[1:]) or 'another'}"
        )
    return "\n".join(lines if open_figures else [*lines[:-1], "decisions: []"]) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
