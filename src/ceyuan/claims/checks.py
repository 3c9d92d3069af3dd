"""What is wrong with the folder ``communiques/``: texts that cannot be read, decisions and rates that do not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ceyuan.claims.decisions import (
    DecisionsFile,
    decision_files,
    decisions_on,
    read_decisions_file,
    text_files,
    unknown_names,
)
from ceyuan.claims.money import read_rates
from ceyuan.claims.rules import read_rules
from ceyuan.errors import CeyuanError, Problem, problems_of
from ceyuan.places import Gazetteer
from ceyuan.reader import Reading, read_file
from ceyuan.workspace import Workspace
from ceyuan.workspace.yamlfile import YamlDocument


@dataclass(frozen=True, slots=True)
class DeclaredNames:
    """What the decisions of a workspace may name before it is built; see :class:`ceyuan.claims.decisions.Known`."""

    gazetteer: Gazetteer
    sources: Mapping[str, Any]
    indicators: Mapping[str, Any]


def check_communiques(workspace: Workspace) -> list[Problem]:
    """Everything that is wrong with the texts of a workspace and with what people decided about them."""
    root, problems = workspace.root, list[Problem]()
    readings: dict[str, Reading] = {}
    for path in text_files(root):
        problems += problems_of(partial(_text, root, path, readings))
    known = DeclaredNames(Gazetteer.of(workspace.places), workspace.sources, workspace.definitions)
    for path in decision_files(root):
        problems += problems_of(partial(_decisions, workspace, known, path, readings))
    for problem in problems_of(partial(_rules, known, root)):
        # A place may be a cluster that only a build finds.
        if problem.code != "unknown-place" or not workspace.cluster_runs:
            problems.append(problem)
    return problems + problems_of(partial(_rates, root))


def _text(root: Path, path: Path, readings: dict[str, Reading]) -> list[Problem]:
    """Read a text; the reader knows its name only, here it is known where it stands."""
    file = path.relative_to(root).as_posix()
    try:
        reading = read_file(path)
    except CeyuanError as error:
        return [Problem(p.code, p.message, file, p.line, p.hint) for p in error.problems]
    readings[reading.sha256] = reading
    return []


def _decisions(
    workspace: Workspace, known: DeclaredNames, path: Path, readings: Mapping[str, Reading]
) -> Iterator[Problem]:
    found = read_decisions_file(workspace.root, path)
    if found is None:
        return
    for problem in _problems(known, *found, readings):
        # A place may be a cluster that only a build finds.
        if problem.code != "unknown-place" or not workspace.cluster_runs:
            yield problem


def _problems(
    known: DeclaredNames,
    spec: DecisionsFile,
    document: YamlDocument,
    readings: Mapping[str, Reading],
) -> list[Problem]:
    reading = readings.get(spec.text.sha256)
    if reading is None:
        return list(unknown_names(known, spec, document))
    return problems_of(lambda: decisions_on(known, reading, spec, document, same=True).warnings)


def _rules(known: DeclaredNames, root: Path) -> tuple[Problem, ...]:
    read_rules(known, root)
    return ()


def _rates(root: Path) -> tuple[Problem, ...]:
    read_rates(root)
    return ()
