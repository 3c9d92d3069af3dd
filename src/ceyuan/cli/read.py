"""``ceyuan read``: every figure that a text states."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("read", short_help="List every figure that a text states.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "style",
    type=click.Choice(["json", "table", "html"]),
    default="table",
    show_default=True,
    help="How to show it.",
)
def read(file: Path, style: str) -> None:
    r"""List every figure that FILE states, with its value, unit, bound, kind, subject, place and period.

    FILE is plain text, Markdown, HTML, DOCX or PDF, in UTF-8, UTF-16, GB18030 or Big5. No workspace is needed.

    \b
    Example:  ceyuan read communique.txt --format json
    """
    from ceyuan.reader import read_file, render  # noqa: PLC0415 - loaded when the command runs

    reading = read_file(file)
    if style == "json":
        click.echo(render.as_json(reading))
    elif style == "html":
        click.echo(render.as_page(reading, file.name))
    elif reading.statements:
        click.echo(render.as_table(reading))
    for what in reading.skipped:
        click.echo(f"Not read: {what}", err=True)
    count = len(reading.statements)
    click.echo(
        f"{count} statement{'' if count == 1 else 's'} in {reading.characters:,} characters",
        err=True,
    )
