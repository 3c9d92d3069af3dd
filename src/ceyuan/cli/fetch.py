"""``ceyuan fetch``: from the network into dated folders."""

from __future__ import annotations

from pathlib import Path

import click

from ceyuan.cli.output import progress, say

_BASE_URL = "https://api.openalex.org"


@click.group()
def fetch() -> None:
    """Fetch from the network into dated folders that can be read again at any time.

    \b
    Example:  ceyuan fetch openalex institutions --out raw
    """


@fetch.command()
@click.argument("entity", type=click.Choice(["works", "institutions"]))
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder for the dated folder."
)
@click.option(
    "--filter",
    "filter_",
    help="The API's filter, as publication_year:2024,institutions.country_code:HK.",
)
@click.option("--search", help="The API's search.")
@click.option("--select", help="Only these fields, separated by commas (id is needed).")
@click.option(
    "--key",
    envvar="OPENALEX_API_KEY",
    help="API key; better in the environment, as OPENALEX_API_KEY.",
)
@click.option("--per-page", type=click.IntRange(1, 200), default=100, show_default=True,
              help="Records a page: the API takes 100 by its present documentation, 200 by the earlier one.")  # fmt: skip
@click.option("--base-url", default=_BASE_URL, show_default=True, help="The server.")
@click.option("--per-second", type=click.FloatRange(min=0, min_open=True), default=5.0, show_default=True,
              help="Requests a second at most.")  # fmt: skip
@click.option(
    "--attempts",
    type=click.IntRange(min=1),
    default=8,
    show_default=True,
    help="Attempts at one page.",
)
@click.option("--longest-wait", type=click.FloatRange(min=0), default=300.0, show_default=True,
              help="Seconds; a server that asks for a longer pause ends the command.")  # fmt: skip
def openalex(
    entity: str, out: Path, filter_: str | None, search: str | None, select: str | None, key: str | None,
    per_page: int, base_url: str, per_second: float, attempts: int, longest_wait: float,
) -> None:  # fmt: skip
    """Works or institutions from OpenAlex's API.

    A fetch that was cut off goes on where it stopped when the same command is run again. For all of OpenAlex, download
    the snapshot instead.

    \b
    Example:  ceyuan fetch openalex works --filter institutions.country_code:MO --out raw
    """
    from ceyuan.sources.openalex.client import Patience  # noqa: PLC0415 - loaded when used
    from ceyuan.sources.openalex.fetch import fetch_openalex  # noqa: PLC0415

    asked = {"filter": filter_, "search": search, "select": select, "per-page": str(per_page)}
    with progress("Fetching") as tell:
        fetched = fetch_openalex(
            entity,
            out,
            parameters={name: value for name, value in asked.items() if value},
            key=key or None,
            base_url=base_url,
            patience=Patience(attempts=attempts, longest_wait=longest_wait, per_second=per_second),
            progress=tell,
        )
    found = fetched.manifest
    say(
        f"{found.records:,} records, {found.quarantined:,} quarantined, {found.repeated:,} repeated; "
        f"{found.pages:,} pages, asked again {fetched.retries:,} times"
        + ("" if fetched.fresh else "; it had been complete already")
    )
    click.echo(str(fetched.folder))
