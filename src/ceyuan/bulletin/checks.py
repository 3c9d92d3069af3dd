"""What is wrong with the folder ``bulletin/`` before any figure is known: declarations, templates, published editions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from jinja2 import meta

from ceyuan.bulletin.archive import archive
from ceyuan.bulletin.declaration import FOLDER, Declaration, bulletin_names, read_declaration
from ceyuan.bulletin.series import Series
from ceyuan.bulletin.templates import environment, sound_template, within_limits
from ceyuan.bulletin.vocabulary import Vocabulary
from ceyuan.bulletin.writing import faults_of
from ceyuan.errors import Problem, did_you_mean, problems_of
from ceyuan.places import Gazetteer
from ceyuan.workspace import Workspace


def check_bulletins(workspace: Workspace) -> list[Problem]:
    """Everything that is wrong with the bulletins of a workspace in themselves.

    Whether every figure is there only a build can say; :func:`ceyuan.bulletin.writing.write_bulletin` does.
    """
    problems: list[Problem] = []
    for name in bulletin_names(workspace.root):
        problems += problems_of(partial(_bulletin, workspace, name))
    return problems + problems_of(partial(_editions, workspace.root))


def _bulletin(workspace: Workspace, name: str) -> Iterator[Problem]:
    declaration = read_declaration(workspace.root, name)
    gazetteer = Gazetteer.of(workspace.places)
    for problem in faults_of(declaration, gazetteer, workspace.definitions):
        # A place may be a cluster that only a build finds.
        if problem.code != "unknown-place" or not workspace.cluster_runs:
            yield problem
    indicators = {name: d.indicator for name, d in workspace.definitions.items()}
    for language in declaration.document.languages:
        vocabulary = Vocabulary(Series.of([], indicators), gazetteer, declaration, language)

        def check(vocabulary: Vocabulary = vocabulary) -> list[Problem]:
            return (
                list(_unknown_names(declaration, vocabulary))
                if sound_template(declaration, vocabulary)
                else []
            )

        yield from within_limits(declaration, vocabulary, check) or ()
        yield from vocabulary.problems
        yield from vocabulary.warnings


def _unknown_names(declaration: Declaration, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Names that a template uses and that nothing stands behind."""
    name = declaration.template(vocabulary.language)
    functions = vocabulary.functions()
    tree = environment(declaration, vocabulary).parse(declaration.templates[name], name)
    for used in sorted(meta.find_undeclared_variables(tree) - set(functions)):
        hint = did_you_mean(used, functions)
        yield Problem("bulletin-template", f"{used!r} is undefined", f"{FOLDER}/{name}", None, hint)


def _editions(root: Path) -> list[Problem]:
    return list(archive(root).damaged.values())
