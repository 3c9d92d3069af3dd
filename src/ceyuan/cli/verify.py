"""``ceyuan verify``: every figure of a text with its verdict."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ceyuan.cli.output import as_of_option, language_option, open_build, print_table, say, workspace_option
from ceyuan.wording import Language


@click.command("verify", short_help="Check every figure of a text against a build.")
@click.argument("text", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@workspace_option
@language_option
@as_of_option
@click.option("--format", "style", type=click.Choice(["table", "json", "html"]), default="table", show_default=True,
              help="How the claims are printed.")  # fmt: skip
@click.option(
    "--draft", is_flag=True, help="Print a file of decisions for the figures that are ambiguous, and nothing else."
)
def verify_command(
    text: Path, workspace: Path, lang: Language, as_of: str | None, style: str, draft: bool
) -> None:  # fmt: skip
    """Check every figure of TEXT against the build of a workspace.

    Each figure is bound to an indicator, a place and a period and gets a verdict: supported by so many independent
    origins, stated by the same origin only, contradicted, consistent within the stated bound, no evidence, or not
    checkable. Beside a figure without independent evidence stands what else there is: a value of another period or
    place, a lower bound, or which record would settle it.

    \b
    Exit code: 0 nothing is contradicted, 1 something is, 2 wrong use, 3 there is no workspace or no build.
    Decisions of people are kept in the workspace's folder communiques/ and used again.

    \b
    Example:  ceyuan verify communique.txt -w gba
              ceyuan verify communique.txt -w gba --format html > verdicts.html
              ceyuan verify communique.txt -w gba --draft > gba/communiques/communique.yaml
    """
    from ceyuan.claims import render, verify  # noqa: PLC0415 - loaded when the command runs
    from ceyuan.claims.decisions import draft as draft_of  # noqa: PLC0415
    from ceyuan.reader import read_file  # noqa: PLC0415

    reading = read_file(text)
    with open_build(workspace, as_of) as build:
        # What is decided now counts for today's build; an earlier one has the decisions that it was made with.
        found = verify(build, reading, text.stem, texts=build.texts if as_of else workspace)
    for warning in found.warnings:
        say(str(warning))
    if draft:
        unsettled = [(i, [k.indicator for k in c.candidates[:4]]) for i, c in enumerate(found.claims) if c.ambiguous]
        click.echo(draft_of(reading, text.name, unsettled, found.own_sources), nl=False)
        say(f"{len(unsettled)} ambiguous")
        return
    if style == "json":
        click.echo(render.as_json(found, text.name, lang))
    elif style == "html":
        click.echo(render.as_page(found, text.name, lang), nl=False)
    elif found.claims:
        # The nearest counterpart fits a terminal; all of them stand in the JSON and on the page.
        print_table([render.row(c, lang, most=1) for c in found.claims], render.COLUMNS)
    say(f"{len(found.claims)} statements: " + render.counted(found.counts, "verdict", lang))
    say("Beside them: " + render.counted(found.standings, "standing", lang))
    for check in found.checks:
        if check.outcome == "contradicts":
            say(f"The text contradicts itself: {check.text.get(lang)}")
    if found.contradicted:
        sys.exit(1)
