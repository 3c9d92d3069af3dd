"""``ceyuan serve`` and ``ceyuan publish``: the site."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ceyuan.cli.output import as_of_option, progress, say, say_what_is_newer, workspace_option
from ceyuan.errors import fail

if TYPE_CHECKING:
    from ceyuan.teams.database import Team


@click.command()
@workspace_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port; 0 takes a free one.",
)
@click.option("--open", "open_", is_flag=True, help="Open the site in a browser.")
@click.option("--no-site", is_flag=True, help="Serve the HTTP interface without the pages.")
@click.option(
    "--allow-host",
    multiple=True,
    metavar="NAME",
    help="A name that the server is reached by, beside its address and this machine's name; * for any. Repeatable.",
)
@click.option(
    "--root-path",
    default="",
    metavar="PATH",
    help="What stands before all addresses behind a proxy, such as /observatory.",
)
@click.option(
    "--proxy",
    multiple=True,
    metavar="ADDRESS",
    help="Address or network of a proxy that is believed who it asks for (X-Forwarded-For, -Proto). Repeatable.",
)
@click.option(
    "--team", is_flag=True, help="Let the sides of the workspace's team sign in and write."
)
@click.option("--access-log", is_flag=True, help="Write a line for each request to standard error.")
def serve(
    workspace: Path,
    host: str,
    port: int,
    open_: bool,
    no_site: bool,
    allow_host: tuple[str, ...],
    root_path: str,
    proxy: tuple[str, ...],
    access_log: bool,
    team: bool,
) -> None:
    """Serve the site and the HTTP interface of a workspace, and print their address.

    The site follows the workspace: a new build is served as soon as it is there, and every answer is wholly of one build.
    Only this machine can reach it unless --host says otherwise. Ctrl-C ends it.

    \b
    Example:  ceyuan serve -w gba
              ceyuan serve -w gba --port 8080 --open
              ceyuan serve -w gba --host 0.0.0.0 --allow-host observatory.example --access-log
              ceyuan serve -w gba --team --allow-host observatory.example --proxy 127.0.0.1
    """
    from ceyuan.web import serving  # noqa: PLC0415 - loaded when the command runs
    from ceyuan.web.site_files import SITE  # noqa: PLC0415

    def ready(address: str) -> None:
        click.echo(address)
        sys.stdout.flush()
        say(f"The HTTP interface is explained at {address}api/v1/. Ctrl-C ends it.")
        if open_:
            click.launch(address)

    if not serving.is_loopback(host):
        what = (
            "passwords go there without encryption"
            if team
            else "there are no accounts and no encryption"
        )
        say(f"Anybody who reaches {host} can read this workspace: {what}.")
    front = serving.Front(host, port, allow_host, root_path, proxy)
    log = say if access_log else None
    with _team_of(workspace) if team else nullcontext() as opened:
        serving.serve(
            workspace,
            front,
            site=None if no_site else SITE,
            tell=say,
            ready=ready,
            log=log,
            team=opened,
        )


def _team_of(workspace: Path) -> AbstractContextManager[Team]:
    from ceyuan.teams.database import open_team  # noqa: PLC0415 - only a team needs a database

    return open_team(workspace, pool_size=20, max_overflow=20)


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@workspace_option
@click.option(
    "--single-file",
    is_flag=True,
    help="Write one page, OUT, that holds everything and opens from disk.",
)
@click.option("--data-only", is_flag=True, help="Write the data without the pages.")
@click.option(
    "--address",
    default="",
    metavar="URL",
    help="Where readers will find it: for link previews and the list of addresses for search engines.",
)
@as_of_option
def publish(
    out: Path,
    workspace: Path,
    single_file: bool,
    data_only: bool,
    address: str,
    as_of: str | None,
) -> None:
    """Write the site of a build into OUT: a folder for any file server, or one page.

    The folder is written whole or not at all. A folder that was published before is replaced; any other folder is left
    alone.

    \b
    Example:  ceyuan publish public -w gba
              ceyuan publish public -w gba --address https://example.org/observatory
              ceyuan publish gba.html --single-file -w gba
    """
    from ceyuan.web import publishing  # noqa: PLC0415 - loaded when the command runs
    from ceyuan.web.resources.view import View  # noqa: PLC0415

    if single_file and data_only:
        raise click.UsageError("--single-file and --data-only exclude each other")
    view = View.open(workspace, as_of)
    try:
        if as_of is None:
            say_what_is_newer(view.build)
        with progress("Publishing") as tell:
            if single_file:
                made = publishing.publish_single(view, out, progress=tell)
            else:
                made = publishing.publish(
                    view, out, pages=not data_only, address=address, progress=tell
                )
    except OSError as error:
        raise fail(
            "unwritable-file", f"cannot be written: {error.strerror or error}", file=str(out)
        ) from None
    finally:
        view.close()
    files = f" and {made.files:,} files of bulletins" if made.files else ""
    say(f"{made.resources:,} resources{files} of build {made.build}, {made.size / 1e6:.1f} MB")
    click.echo(str(made.path))
