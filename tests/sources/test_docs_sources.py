"""The page on sources names commands, options, columns and files that there are."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from ceyuan.cli.fetch import fetch
from ceyuan.cli.points import points
from ceyuan.sources.deals.points import ROLES
from ceyuan.sources.outputs import POINT_COLUMNS

TEXT = (Path(__file__).parents[2] / "docs" / "howto" / "sources.md").read_text(encoding="utf-8")
GROUPS = {"points": points, "fetch": fetch}
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("ceyuan")
]


def options(command: click.Command) -> set[str]:
    return {
        option
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--")
    }


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_page_is_accepted(line: str) -> None:
    _, group, name, *rest = shlex.split(line)
    command = GROUPS[group].commands[name]
    assert command.make_context(name, rest).params


def test_every_format_has_a_command_on_the_page_and_every_option_exists() -> None:
    assert {shlex.split(line)[2] for line in COMMANDS} == set(points.commands) | set(fetch.commands)
    known = {
        o
        for group in GROUPS.values()
        for command in group.commands.values()
        for o in options(command)
    }
    assert set(re.findall(r"`(--[a-z-]+)", TEXT)) <= known


def test_every_column_is_explained() -> None:
    assert all(f"`{column}`" in TEXT for column in POINT_COLUMNS)
    assert all(re.search(rf"\b{role}\b", TEXT) for role in ROLES)


@pytest.mark.parametrize("group", list(GROUPS))
def test_every_command_has_an_example_in_its_help(group: str) -> None:
    for name, command in GROUPS[group].commands.items():
        text = command.get_help(click.Context(command, info_name=name))
        assert f"ceyuan {group} {name}" in text.split("Example:")[1]
