"""``bulletin/<name>.yaml``: what a bulletin is about, its sections and charts, once for all languages.

Beside it stand the templates ``<name>.<language>.md.j2``, each with one block for each section.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail
from ceyuan.wording import Language, Trilingual
from ceyuan.workspace.definitions import PeriodText
from ceyuan.workspace.settings import languages_of
from ceyuan.workspace.spec import Id, Spec, parse_spec, spec_field
from ceyuan.workspace.walking import plain_files
from ceyuan.workspace.yamlfile import YamlDocument, read_yaml

FOLDER = "bulletin"
_LARGEST = 1_000_000
"""Bytes of a template."""


class Allowance(Spec):
    """A name that holds a number and is no figure."""

    text: str = spec_field(
        "The name, as the templates write it.", good="1+1+1", bad="", min_length=1
    )
    why: str = spec_field("Why it is no figure.", good="name of the scheme", bad="", min_length=1)


class ChartFigure(Spec):
    """One figure of a chart."""

    indicator: Id = spec_field("Its indicator.", good="consumer_drone_share", bad="Drones")
    place: str | None = spec_field(
        "Its place; the bulletin's if none.", good="gba", bad="", default=None
    )
    period: PeriodText | None = spec_field(
        "Its period; the bulletin's if none.", good=2025, bad="now", default=None
    )
    label: Trilingual | None = spec_field(
        "What stands beside it; the indicator's name if none.",
        good={"en": "Consumer drones"},
        bad="Drones",
        default=None,
    )


class ChartSpec(Spec):
    """A chart: horizontal bars, a line over the periods, or a map of the clusters' and places' positions."""

    id: Id = spec_field('Identifier, for `{{ chart("…") }}`.', good="drones", bad="Drones!")
    kind: Literal["bars", "lines", "map"] = spec_field("What it draws.", good="bars", bad="pie")
    title: Trilingual = spec_field(
        "What it shows.", good={"en": "World market shares"}, bad="Shares"
    )
    figures: tuple[ChartFigure, ...] = spec_field(
        "The figures: of bars and maps each one, of lines the indicators and places whose recorded periods are drawn.",
        good=[{"indicator": "consumer_drone_share"}], bad=[], min_length=1,
    )  # fmt: skip
    note: Trilingual | None = spec_field(
        "What stands below it.", good={"en": "Shares of 2025"}, bad="", default=None
    )


class SectionSpec(Spec):
    """A section: one block in every template."""

    id: Id = spec_field("Name of the block.", good="industry", bad="Section 1")
    title: Trilingual | None = spec_field(
        "Its heading; none for the opening.", good={"en": "Industry"}, bad="", default=None
    )


class BulletinFile(Spec):
    """A file ``bulletin/<name>.yaml``."""

    bulletin: Literal[1] = spec_field("The version of this format.", good=1, bad="latest")
    title: Trilingual = spec_field(
        "Its title.", good={"en": "Progress of the centre in 2025"}, bad="Bulletin"
    )
    subtitle: Trilingual | None = spec_field(
        "A line below it.", good={"en": "Bulletin"}, bad="", default=None
    )
    issuer: Trilingual | None = spec_field(
        "Who issues it.", good={"en": "Secretariat"}, bad="", default=None
    )
    date: dt.date = spec_field("Day of issue.", good="2026-06-18", bad="June")
    period: PeriodText = spec_field(
        "The period of all figures that name none.", good=2025, bad="now"
    )
    place: str = spec_field("The place of all figures that name none.", good="gba", bad="here")
    sections: tuple[SectionSpec, ...] = spec_field(
        "Its sections in order.", good=[{"id": "lead"}], bad=[], min_length=1
    )
    charts: tuple[ChartSpec, ...] = Field(
        default=(), description="Charts that the templates may place."
    )
    allowed: tuple[Allowance, ...] = Field(
        default=(), description="Names that hold numbers and are no figures."
    )


@dataclass(frozen=True, slots=True)
class Declaration:
    """A bulletin as a workspace declares it.

    Attributes:
        id: name of its file without suffix.
        spec: what the file says.
        document: the file, for lines.
        templates: text of every file ``*.md.j2`` of the folder, by name; those of this bulletin are among them.
    """

    id: str
    spec: BulletinFile
    document: YamlDocument
    templates: Mapping[str, str]

    def template(self, language: Language) -> str:
        """Name of the template of a language."""
        return f"{self.id}.{language}.md.j2"


def bulletin_names(root: Path) -> list[str]:
    """Names of the bulletins of a workspace."""
    return [path.stem for path in _own_files(root) if path.suffix == ".yaml"]


def _own_files(root: Path) -> list[Path]:
    return [path for path in plain_files(root, FOLDER) if path.parent.name == FOLDER]


def _read_templates(root: Path) -> tuple[dict[str, str], list[Problem]]:
    """The text of every template by name, and what is wrong with those that cannot be read."""
    templates: dict[str, str] = {}
    problems: list[Problem] = []
    for path in _own_files(root):
        if not path.name.endswith(".md.j2"):
            continue
        file = f"{FOLDER}/{path.name}"
        if path.stat().st_size > _LARGEST:
            problems.append(
                Problem("template-limits", f"it has more than {_LARGEST:,} bytes", file)
            )
            continue
        try:
            templates[path.name] = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem("unreadable-file", f"cannot be read: {error}", file))
    return templates, problems


def read_declaration(root: Path, name: str) -> Declaration:
    """Read the declaration and the templates of one bulletin.

    Raises:
        CeyuanError: ``unknown-bulletin``, and with every fault of the files.
    """
    known = bulletin_names(root)
    if name not in known:
        hint = did_you_mean(name, known) or (f"Known: {', '.join(known)}" if known else None)
        raise fail("unknown-bulletin", f"the workspace has no bulletin {name!r}", hint=hint)
    file = f"{FOLDER}/{name}.yaml"
    document = read_yaml(root / file, file, languages_of(root))
    spec = parse_spec(BulletinFile, document, document.data)
    templates, problems = _read_templates(root)
    needed = [f"{name}.{language}.md.j2" for language in document.languages]
    missing = [template for template in needed if template not in templates]
    unread = {p.file for p in problems}
    for template in missing:
        if f"{FOLDER}/{template}" not in unread:
            line = document.line(("bulletin",))
            problems += fail(
                "bulletin-template", f"there is no template {template}", file=file, line=line
            ).problems
    if problems:
        raise CeyuanError(problems)
    return Declaration(name, spec, document, templates)
