"""The command line: thin wrappers over functions that a Python user can call as well.

stdout is data, stderr is talk. Exit codes: 0 done, 1 problems were found (they are listed), 2 the command was used
wrongly, 3 what was asked for does not exist. What nobody foresaw is a problem like any other; ``CEYUAN_TRACEBACK=1`` shows
where the program failed.
"""

from __future__ import annotations

import gc
import importlib
import sys

import click

from ceyuan.errors import CeyuanError, shows_tracebacks, unforeseen
from ceyuan.version import __version__

_NOT_THERE = frozenset(
    {
        "no-workspace",
        "no-build",
        "no-plan",
        "no-team",
        "no-observation",
        "unknown-indicator",
        "unknown-place",
        "unknown-composite",
        "unknown-bulletin",
        "unknown-edition",
    }
)

# Commands are loaded when they are asked for, so that `ceyuan --help` and small commands start at once.
COMMANDS: dict[str, str] = {
    "init": "ceyuan.cli.workspace:init",
    "suggest": "ceyuan.cli.suggest:suggest",
    "check": "ceyuan.cli.workspace:check",
    "fetch": "ceyuan.cli.fetch:fetch",
    "points": "ceyuan.cli.points:points",
    "build": "ceyuan.cli.build:build",
    "show": "ceyuan.cli.figures:show",
    "export": "ceyuan.cli.figures:export",
    "trace": "ceyuan.cli.figures:trace_command",
    "list": "ceyuan.cli.figures:list_command",
    "schema": "ceyuan.cli.workspace:schema",
    "clusters": "ceyuan.cli.clusters:clusters",
    "simulate-points": "ceyuan.cli.clusters:simulate_points",
    "knowledge": "ceyuan.cli.knowledge:knowledge",
    "compose": "ceyuan.cli.compose:compose",
    "read": "ceyuan.cli.read:read",
    "verify": "ceyuan.cli.verify:verify_command",
    "plan": "ceyuan.cli.plan:plan",
    "bulletin": "ceyuan.cli.bulletin:bulletin",
    "team": "ceyuan.cli.team:team",
    "serve": "ceyuan.cli.site:serve",
    "publish": "ceyuan.cli.site:publish",
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names of all commands, in the order of the flow."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, imported now; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name]} is not a command")
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ceyuan")
def cli() -> None:
    """Ceyuan 策源: from records to figures that can be traced.

    \b
    Start with:   ceyuan init --template gba gba && ceyuan build -w gba
    Then:         ceyuan show rd_intensity -w gba --place gba9
                  ceyuan trace rd_intensity -w gba --place gba9
    """


def main() -> None:
    """Entry point: problems become lines on stderr and an exit code, never a traceback."""
    # Loading modules and reading files makes objects that stay: to look for unreachable ones all the time costs a tenth.
    gc.set_threshold(50_000)
    try:
        cli(standalone_mode=True)
    except CeyuanError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        sys.exit(3 if all(p.code in _NOT_THERE for p in error.problems) else 1)
    except BrokenPipeError:
        # The reader of a pipe went away (head, less): no fault of ours.
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if shows_tracebacks():
            raise
        click.echo(str(unforeseen(error)), err=True)
        sys.exit(1)
