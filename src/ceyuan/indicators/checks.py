"""What definitions of indicators must satisfy before anything is computed: names, fields, units, no cycles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from graphlib import TopologicalSorter
from typing import get_args

from ceyuan.errors import Problem, did_you_mean
from ceyuan.units import parse_unit
from ceyuan.workspace import DeclaredIndicator, Workspace
from ceyuan.workspace.definitions import Status
from ceyuan.workspace.faults import check_unit, unknown


def check_definitions(workspace: Workspace) -> list[Problem]:
    """All faults of the indicators of a workspace."""
    problems: list[Problem] = []
    for definition in workspace.definitions.values():
        problems += _check_one(workspace, definition)
    return problems + list(_cycles(workspace.definitions))


def evaluation_levels(definitions: Mapping[str, DeclaredIndicator]) -> list[list[str]]:
    """Indicators in levels, so that each is made of those of earlier levels alone.

    The definitions must be free of cycles.
    """
    inputs = {
        name: {i for i in definition.indicator.inputs if i in definitions}
        for name, definition in definitions.items()
    }
    sorter = TopologicalSorter(inputs)
    sorter.prepare()
    levels: list[list[str]] = []
    while sorter.is_active():
        ready = set(sorter.get_ready())
        levels.append([name for name in definitions if name in ready])
        sorter.done(*ready)
    return levels


def _check_one(workspace: Workspace, definition: DeclaredIndicator) -> Iterator[Problem]:
    indicator, file, line = definition.indicator, definition.file, definition.line
    yield from check_unit(indicator.unit, file, line)
    for name in indicator.inputs:
        if name not in workspace.definitions:
            yield unknown("unknown-indicator", "indicator", name, workspace.definitions, file, line)
    topics = {topic.id for topic in workspace.config.topics}
    if indicator.topic is not None and indicator.topic not in topics:
        yield unknown("unknown-topic", "topic", indicator.topic, topics, file, line)
    for name in indicator.shown:
        if name not in get_args(Status) and name not in workspace.sources:
            hint = did_you_mean(name, [*get_args(Status), *workspace.sources])
            yield Problem(
                "unknown-source", f"{name!r} is neither a status nor a source", file, line, hint
            )
    yield from indicator.problems(workspace, file, line)
    # A unit or an input that is not known is reported already.
    with suppress(KeyError, ValueError):
        inputs = tuple(
            parse_unit(workspace.definitions[name].indicator.unit) for name in indicator.inputs
        )
        message = indicator.unit_fault(parse_unit(indicator.unit), inputs)
        if message is not None:
            yield Problem("wrong-unit", message, file, line)


def _cycles(definitions: Mapping[str, DeclaredIndicator]) -> Iterator[Problem]:
    done: set[str] = set()
    for start in definitions:
        trail: list[str] = []
        stack = [start]
        while stack:
            name = stack[-1]
            if name in done:
                stack.pop()
                continue
            if not trail or trail[-1] != name:
                trail.append(name)
            following = [
                i for i in definitions[name].indicator.inputs if i in definitions and i not in done
            ]
            loop = next((i for i in following if i in trail), None)
            if loop is not None:
                circle = [*trail[trail.index(loop) :], loop]
                place = definitions[loop]
                yield Problem("indicator-cycle", " → ".join(circle), place.file, place.line)
                done.update(circle)
            if following and loop is None:
                stack.append(following[0])
            else:
                done.add(name)
                stack.pop()
                trail.pop()
