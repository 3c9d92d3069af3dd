"""``ceyuan suggest``: a draft of a table's declaration."""

from __future__ import annotations

from pathlib import Path

import click

from ceyuan.cli.workspace import SCHEMA_FOLDER, schema_line


@click.command("suggest", short_help="Draft the declaration of a table for a person to edit.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def suggest(file: Path) -> None:
    r"""Look at FILE and print a draft of its declaration: header, columns, periods, units, and what is unclear.

    FILE is delimited text (also .gz or .zip), an XLSX workbook, SDMX-ML, JSON lines, Parquet or a Data Package. What is a guess
    says so; nothing is read by it.

    \b
    Example:  ceyuan suggest records/yearbook.xlsx > records/yearbook.yaml
    """
    from ceyuan.records.suggest import suggest as draft  # noqa: PLC0415 - loaded when the command runs

    root = file.resolve().parent.parent
    if (root / SCHEMA_FOLDER).is_dir():
        click.echo(schema_line(file.resolve(), root, "records"), nl=False)
    click.echo(draft(file).yaml(), nl=False)
