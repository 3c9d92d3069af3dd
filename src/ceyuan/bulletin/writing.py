"""From a declaration, its templates and a build to the bulletin in all languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ceyuan.bulletin.charts import draw
from ceyuan.bulletin.declaration import FOLDER, Declaration, bulletin_names, read_declaration
from ceyuan.bulletin.document import Block, Chart, Document, Figure, Heading, Inline, references
from ceyuan.bulletin.literals import judged
from ceyuan.bulletin.markdown import blocks_of
from ceyuan.bulletin.series import Series
from ceyuan.bulletin.templates import give_up, sections
from ceyuan.bulletin.vocabulary import Vocabulary
from ceyuan.errors import CeyuanError, Problem, fail
from ceyuan.pipeline.reading import Build
from ceyuan.places import Gazetteer
from ceyuan.plan.loading import has_plan
from ceyuan.plan.opening import load_year
from ceyuan.plan.outcome import PlanStatus
from ceyuan.plan.status import plan_status
from ceyuan.wording import Language, Trilingual
from ceyuan.workspace.faults import unknown
from ceyuan.workspace.yamlfile import YamlPath


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A bulletin as a build lets it be written.

    Attributes:
        id: its name.
        declaration: what it was made from.
        documents: the text by language.
        build: identifier of the build.
        plan: how the plan stands on the day of issue, None where the workspace has none.
        warnings: what a person should look at, such as a word of the Mainland in the text for Hong Kong.
    """

    id: str
    declaration: Declaration
    documents: Mapping[Language, Document]
    build: str
    plan: PlanStatus | None
    warnings: tuple[Problem, ...]

    @property
    def main(self) -> Document:
        """The text that is read for claims: the Mainland's Chinese, or else the workspace's first language."""
        first = self.declaration.document.languages[0]
        return self.documents["zh-Hans" if "zh-Hans" in self.documents else first]


def write_bulletin(build: Build, name: str | None = None, root: Path | None = None) -> Bulletin:
    """Write a bulletin in all languages.

    Args:
        build: the build that the figures come from.
        name: the bulletin; the workspace's only one if None.
        root: a workspace that declares it; the texts in the build if None.

    Raises:
        CeyuanError: with everything that is wrong in the declaration and in all templates.
    """
    folder = build.texts if root is None else root
    declaration = read_declaration(folder, _chosen(folder, name))
    series = Series.of(build.show(), build.indicators)
    problems = faults_of(declaration, build.gazetteer, build.indicators)
    if any(p.code == "unknown-place" for p in problems):
        give_up(problems)  # every figure of every template would be without a place
    plan, faults = _plan(folder, build, declaration.spec.date)
    problems += faults
    warnings = list(_judged_headings(declaration))
    documents: dict[Language, Document] = {}
    said: dict[Language, dict[str, Counter[str]]] = {}
    for language in declaration.document.languages:
        vocabulary = Vocabulary(series, build.gazetteer, declaration, language, plan, build.records)
        texts = sections(declaration, vocabulary)
        charts = {} if problems else _charts(declaration, vocabulary, build)
        problems += vocabulary.problems
        warnings += vocabulary.warnings
        if problems:
            continue
        documents[language], said[language] = _document(
            declaration, vocabulary, texts, charts, build.id
        )
    if not problems:
        problems += _uneven(declaration, said)
    if problems:
        give_up(problems)
    return Bulletin(declaration.id, declaration, documents, build.id, plan, tuple(warnings))


def _plan(root: Path, build: Build, day: date) -> tuple[PlanStatus | None, tuple[Problem, ...]]:
    """How the plan stands on the day of issue, and what is wrong with it; nothing where there is none."""
    if not has_plan(root):
        return None, ()
    try:
        return plan_status(load_year(root, day), build, day), ()
    except CeyuanError as error:
        return None, error.problems


def _chosen(root: Path, name: str | None) -> str:
    if name is not None:
        return name
    known = bulletin_names(root)
    if len(known) == 1:
        return known[0]
    hint = f"Name one of: {', '.join(known)}" if known else "Begin one with bulletin/NAME.yaml"
    raise fail(
        "unknown-bulletin",
        f"the workspace has {len(known) or 'no'} bulletins",
        file=str(root),
        hint=hint,
    )


def faults_of(
    declaration: Declaration, gazetteer: Gazetteer, indicators: Collection[str]
) -> list[Problem]:
    """What a declaration says wrongly: places and indicators that do not exist, allowances that nobody uses."""
    document, spec = declaration.document, declaration.spec
    problems = []
    named: list[tuple[YamlPath, str | None]] = [(("place",), spec.place)]
    for i, chart in enumerate(spec.charts):
        named += [
            (("charts", i, "figures", k, "place"), f.place) for k, f in enumerate(chart.figures)
        ]
    for path, place in named:
        if place is not None and gazetteer.resolve(place) is None:
            line, hint = document.line(path), gazetteer.suggest(place)
            problems.append(
                Problem("unknown-place", f"there is no place {place!r}", document.file, line, hint)
            )
    for i, chart in enumerate(spec.charts):
        for k, figure in enumerate(chart.figures):
            if figure.indicator not in indicators:
                line = document.line(("charts", i, "figures", k, "indicator"))
                problems.append(
                    unknown(
                        "unknown-indicator",
                        "indicator",
                        figure.indicator,
                        indicators,
                        document.file,
                        line,
                    )
                )
    texts = "".join(
        t for name, t in declaration.templates.items() if name.startswith(f"{declaration.id}.")
    )
    problems += [
        Problem("unused-allowance", f"{a.text!r} stands in no template", document.file, document.line(("allowed", i)))
        for i, a in enumerate(spec.allowed) if a.text not in texts
    ]  # fmt: skip
    return problems


def _judged_headings(declaration: Declaration) -> Iterator[Problem]:
    """Words in the title and the headings that judge: no rule stands behind a heading."""
    spec, document = declaration.spec, declaration.document
    texts: list[tuple[YamlPath, Trilingual | None]] = [
        (("title",), spec.title),
        (("subtitle",), spec.subtitle),
    ]
    texts += [(("sections", i, "title"), section.title) for i, section in enumerate(spec.sections)]
    for path, text in texts:
        if text is None:
            continue
        for language in document.languages:
            yield from judged(text.get(language), document.file, document.line(path), language)


def _charts(declaration: Declaration, vocabulary: Vocabulary, build: Build) -> dict[str, Chart]:
    found = {}
    for index, chart in enumerate(declaration.spec.charts):
        try:
            found[chart.id] = draw(chart, vocabulary, build.gazetteer)
        except CeyuanError as error:
            line = declaration.document.line(("charts", index))
            vocabulary.problems += [
                Problem(p.code, p.message, declaration.document.file, line, p.hint)
                for p in error.problems
            ]
    return found


def _document(
    declaration: Declaration,
    vocabulary: Vocabulary,
    texts: Mapping[str, str],
    charts: Mapping[str, Chart],
    build: str,
) -> tuple[Document, dict[str, Counter[str]]]:
    """The document of one language, and which figures each section refers to."""
    language, spec = vocabulary.language, declaration.spec
    blocks: list[Block] = []
    said: dict[str, Counter[str]] = {}
    for section in spec.sections:
        own = blocks_of(texts[section.id], vocabulary.marks, charts, language)
        # a section whose conditions all fail has no heading either
        if section.title is not None and own:
            blocks.append(Heading(1, (Inline(section.title.get(language)),)))
        blocks += own
        part = _assembled(declaration, vocabulary, own, build)
        said[section.id] = Counter(set(part.figures))
    return _assembled(declaration, vocabulary, tuple(blocks), build), said


def _assembled(
    declaration: Declaration, vocabulary: Vocabulary, blocks: tuple[Block, ...], build: str
) -> Document:
    spec, language = declaration.spec, vocabulary.language
    title, subtitle, issuer = (
        n.get(language) if n is not None else "" for n in (spec.title, spec.subtitle, spec.issuer)
    )
    figures: dict[str, Figure] = {key: vocabulary.figures[key] for key in references(blocks)}
    return Document(language, title, subtitle, issuer, spec.date, blocks, figures, build)


def _uneven(
    declaration: Declaration, said: Mapping[Language, Mapping[str, Counter[str]]]
) -> list[Problem]:
    """Figures that stand in a section in one language and not in another."""
    problems = []
    for section in declaration.spec.sections:
        everywhere = set().union(*(said[language][section.id] for language in said))
        for language in said:
            for key in sorted(everywhere - set(said[language][section.id])):
                file = f"{FOLDER}/{declaration.template(language)}"
                message = f"the section {section.id!r} does not refer to {key}, as it does in another language"
                problems.append(Problem("bulletin-uneven", message, file))
    return problems
