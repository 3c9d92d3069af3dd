"""``ceyuan serve`` and ``ceyuan publish``: the site."""

from __future__ import annotations

from pathlib import Path

import click

from ceyuan.cli.output import as_of_option, progress, say, workspace_option


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@workspace_option
@click.option("--single-file", is_flag=True, help="Write one page, OUT, that holds everything and opens from disk.")
@click.option("--data-only", is_flag=True, help="Write the data without the pages.")
@as_of_option
def publish(out: Path, workspace: Path, single_file: bool, data_only: bool, as_of: str | None) -> None:
    """Write the site of a build into OUT: a folder for any file server, or one page.

    The folder is written whole or not at all. A folder that was published before is replaced; any other folder is left
    alone.

    \b
    Example:  ceyuan publish public -w gba
              ceyuan publish gba.html --single-file -w gba
    """
    from ceyuan.web import publishing  # noqa: PLC0415 - loaded when the command runs
    from ceyuan.web.resources.view import View  # noqa: PLC0415

    if single_file and data_only:
        raise click.UsageError("--single-file and --data-only exclude each other")
    view = View.open(workspace, as_of)
    try:
        with progress("Publishing") as tell:
            if single_file:
                made = publishing.publish_single(view, out, progress=tell)
            else:
                made = publishing.publish(view, out, pages=not data_only, progress=tell)
    finally:
        view.close()
    say(f"{made.resources:,} resources of build {made.build}, {made.size / 1e6:.1f} MB")
    click.echo(str(made.path))
