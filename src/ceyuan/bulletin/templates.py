"""Templates: Jinja, sandboxed and strict, with one block for each section of the declaration."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from typing import NoReturn, TypeVar

from jinja2 import (
    FunctionLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateSyntaxError,
    nodes,
)
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ceyuan.bulletin.declaration import FOLDER, Declaration
from ceyuan.bulletin.document import Figure
from ceyuan.bulletin.literals import HOLE, judgement_words, mainland_words, stated, typed_figures
from ceyuan.bulletin.marks import Marks, without_marks
from ceyuan.bulletin.vocabulary import Vocabulary
from ceyuan.errors import CeyuanError, Problem, did_you_mean
from ceyuan.limits import Ask, LimitError, OutOfTimeError, limited

_FAULTS = (
    TemplateError, SecurityError, ArithmeticError, TypeError, ValueError, LookupError, AttributeError, RecursionError,
)  # fmt: skip
"""What a template can be wrong with when it is written out."""
_SECONDS, _MEGABYTES = 20, 512
_LONGEST = 300_000
"""Characters of a section; a bulletin of a hundred pages has no more."""
T = TypeVar("T")


class _Environment(ImmutableSandboxedEnvironment):
    """Computes nothing before a template is written out, so that each step that takes too much has its line."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})


def environment(declaration: Declaration, vocabulary: Vocabulary) -> ImmutableSandboxedEnvironment:
    """The environment of one bulletin in one language: its own folder, its own functions, nothing else."""

    def load(name: str) -> tuple[str, str, None] | None:
        source = declaration.templates.get(name)
        return None if source is None else (source, f"{FOLDER}/{name}", None)

    made = _Environment(
        loader=FunctionLoader(load), undefined=StrictUndefined, finalize=vocabulary.output, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True, autoescape=False,
    )  # fmt: skip
    made.globals.clear()
    made.globals.update(vocabulary.functions())
    return made


def sections(declaration: Declaration, vocabulary: Vocabulary) -> dict[str, str]:
    """The Markdown of every section of a bulletin, with marks for its figures.

    What is wrong is added to the problems of the vocabulary; what could be written is returned all the same.
    """

    def written() -> dict[str, str]:
        template = sound_template(declaration, vocabulary)
        if template is None:
            return {}
        allowed = [a.text for a in declaration.spec.allowed]
        return {
            s.id: _section(template, s.id, vocabulary, allowed) for s in declaration.spec.sections
        }

    return within_limits(declaration, vocabulary, written) or {}


def within_limits(
    declaration: Declaration, vocabulary: Vocabulary, work: Callable[[], T]
) -> T | None:
    """Do something with a template in a process of its own, so that no template takes all time and memory; None if it would.

    Args:
        declaration: the bulletin.
        vocabulary: gets what the work found: figures, problems, warnings.
        work: the work.
    """
    file = f"{FOLDER}/{declaration.template(vocabulary.language)}"
    # they are asked of the engine, which does not work in a copied process
    outside = vocabulary.records

    def with_finds(ask: Ask) -> tuple[T, Marks, dict[str, Figure], list[Problem], list[Problem]]:
        vocabulary.records = ask
        return (
            work(),
            vocabulary.marks,
            vocabulary.figures,
            vocabulary.problems,
            vocabulary.warnings,
        )

    try:
        found = limited(with_finds, seconds=_SECONDS, megabytes=_MEGABYTES, outside=outside)
    except LimitError as error:
        vocabulary.problems.append(Problem("template-limits", f"it takes {error}", file))
        return None
    except RecursionError:
        vocabulary.problems.append(Problem("template-limits", "it is nested too deeply", file))
        return None
    done, vocabulary.marks, vocabulary.figures, vocabulary.problems, vocabulary.warnings = found
    return done


def sound_template(declaration: Declaration, vocabulary: Vocabulary) -> Template | None:
    """The template of a language, None where its text alone, before any figure is known, cannot be written out.

    What is wrong is added to the problems of the vocabulary.
    """
    made = environment(declaration, vocabulary)
    name = declaration.template(vocabulary.language)
    file = f"{FOLDER}/{name}"
    try:
        template = made.get_template(name)
        used = _templates_used(made, declaration, name)
    except TemplateSyntaxError as error:
        vocabulary.problems.append(
            Problem("bulletin-template", f"{error.message}", error.filename or file, error.lineno)
        )
        return None
    structure = _structure(made, declaration, name)
    vocabulary.problems += structure
    allowed = [a.text for a in declaration.spec.allowed]
    for each in used:
        vocabulary.problems += typed_figures(
            declaration.templates[each], f"{FOLDER}/{each}", allowed, made
        )
        vocabulary.warnings += judgement_words(
            declaration.templates[each], f"{FOLDER}/{each}", vocabulary.language, made
        )
        if vocabulary.language == "zh-Hant":
            vocabulary.warnings += mainland_words(
                declaration.templates[each], f"{FOLDER}/{each}", made
            )
    return None if structure else template


def _section(template: Template, block: str, vocabulary: Vocabulary, allowed: Iterable[str]) -> str:
    """The text of one block."""
    file = template.filename or ""
    before = len(vocabulary.problems)
    try:
        text = _rendered(template, block)
    except (MemoryError, OutOfTimeError, OverflowError) as error:
        where, line = _place_of(error, file)
        why = {MemoryError: f"more than {_MEGABYTES} MB", OutOfTimeError: f"more than {_SECONDS} s"}
        said = why.get(type(error)) or f"{error}"
        vocabulary.problems.append(Problem("template-limits", f"it takes {said}", where, line))
        return ""
    except _FAULTS as error:
        where, line = _place_of(error, file)
        vocabulary.problems.append(
            Problem("bulletin-template", f"{error or type(error).__name__}", where, line)
        )
        return ""
    if len(vocabulary.problems) == before:
        typed = {p.message for p in vocabulary.problems if p.code == "typed-figure"}
        for _, quote in stated(without_marks(text, HOLE), allowed):
            message = f"the figure {quote!r} is put together in the section {block!r}"
            if f"the figure {quote!r} is typed into the text" not in typed:
                vocabulary.problems.append(Problem("typed-figure", message, file))
    return text


def _rendered(template: Template, block: str) -> str:
    try:
        parts, size = [], 0
        for part in template.blocks[block](template.new_context()):
            parts.append(part)
            size += len(part)
            if size > _LONGEST:
                raise OverflowError(f"more than {_LONGEST:,} characters")
        return "".join(parts)
    except Exception:  # noqa: BLE001 - raised again: Jinja puts the lines of the template into the traceback
        template.environment.handle_exception()


def _structure(
    made: ImmutableSandboxedEnvironment, declaration: Declaration, name: str
) -> list[Problem]:
    """Whether a template has the declared sections and nothing outside of them."""
    file = f"{FOLDER}/{name}"
    body = made.parse(declaration.templates[name], name, file).body
    problems = []
    blocks: dict[str, int] = {}
    for node in body:
        if isinstance(node, nodes.Block):
            blocks[node.name] = node.lineno
        elif not isinstance(node, nodes.FromImport | nodes.Import) and not _is_blank(node):
            message = "there is text outside of the sections, which would not be written"
            problems.append(Problem("bulletin-section", message, file, _first_line(node)))
    wanted = [section.id for section in declaration.spec.sections]
    problems += [
        Problem("bulletin-section", f"the declaration has no section {block!r}", file, line, did_you_mean(block, wanted))
        for block, line in blocks.items() if block not in wanted
    ]  # fmt: skip
    return problems + [
        Problem("bulletin-section", f"the template has no block for the section {section!r}", file, 1)
        for section in wanted if section not in blocks
    ]  # fmt: skip


def _is_blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(part, nodes.TemplateData) and not part.data.strip() for part in node.nodes
    )


def _first_line(node: nodes.Node) -> int:
    """The line where a piece of text outside of all sections begins, blank lines before it left out."""
    data = next(node.find_all(nodes.TemplateData), None)
    blank = 0 if data is None else len(data.data) - len(data.data.lstrip())
    return node.lineno if data is None else node.lineno + data.data[:blank].count("\n")


def _templates_used(
    made: ImmutableSandboxedEnvironment, declaration: Declaration, name: str
) -> list[str]:
    """A template and what it includes or imports, as far as that is said by name."""
    found, waiting = [name], [name]
    while waiting:
        part_of = waiting.pop()
        tree = made.parse(declaration.templates[part_of], part_of, f"{FOLDER}/{part_of}")
        for node in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport)):
            part = getattr(node, "template", None)
            value = getattr(part, "value", None)
            if isinstance(value, str) and value in declaration.templates and value not in found:
                found.append(value)
                waiting.append(value)
    return found


def _place_of(error: BaseException, file: str) -> tuple[str, int | None]:
    """File and line of the template where an error came from: Jinja writes both into the traceback."""
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        if frame.filename.startswith(f"{FOLDER}/") and frame.filename.endswith(".md.j2"):
            return frame.filename, frame.lineno
    return file, None


def give_up(problems: Iterable[Problem]) -> NoReturn:
    """Report everything that is wrong, each thing once and in the order of the files."""
    unique = dict.fromkeys(problems)
    raise CeyuanError(sorted(unique, key=lambda p: (p.file or "", p.line or 0)))
