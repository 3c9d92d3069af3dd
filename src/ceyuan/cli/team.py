"""``ceyuan team``: the team's database, its accounts, its log; for whoever runs the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ceyuan.cli.output import (
    counted,
    format_option,
    json_text,
    language_option,
    print_rows,
    say,
    workspace_option,
    write_out,
)

if TYPE_CHECKING:
    from ceyuan.teams.database import Team


@contextmanager
def _opened(workspace: Path) -> Iterator[Team]:
    """The team of a workspace; what it needs is loaded when a command runs."""
    from ceyuan.teams.database import open_team  # noqa: PLC0415

    with open_team(workspace) as opened:
        yield opened


@click.group()
def team() -> None:
    """The team: sides that write and approve the plan's reports on one server, and the log of what they did.

    \b
    Example:  ceyuan team init -w gba --above central
              ceyuan team invite li -w gba --side guangdong --display 李明 --role drafter
              ceyuan serve -w gba --team
    """


@team.command("init")
@workspace_option
@click.option(
    "--database",
    help="A file of SQLite, or an address as the database's owner.  [default: team.db]",
)
@click.option(
    "--server-role",
    help="PostgreSQL: the role of the server, which gets the rights that it needs and no more.",
)
@click.option(
    "--above",
    metavar="PARTY",
    help="The side that accepts or returns what another side has approved.",
)
@click.option("--empty", is_flag=True, help="Read no plan, so that a backup can be restored.")
def init_command(
    workspace: Path, database: str | None, server_role: str | None, above: str | None, empty: bool
) -> None:
    """Make the team of a workspace and read its plan into the log; or bring the tables of a team up to date.

    \b
    Example:  ceyuan team init -w gba --above central
              ceyuan team init -w gba --database postgresql+psycopg://owner@localhost/ceyuan --server-role ceyuan_server
    """
    from ceyuan.teams.config import has_team, read_team  # noqa: PLC0415 - loaded when the command runs
    from ceyuan.teams.setup import make_team  # noqa: PLC0415

    if above is not None and has_team(workspace) and read_team(workspace).above != above:
        raise click.UsageError("the team is there already: which side is above stands in team.yaml")
    read = make_team(workspace, database, server_role, above, empty=empty)
    say(f"The team of {workspace} is ready; {counted(read, 'file')} of the plan read into the log")


@team.command("invite")
@click.argument("name")
@workspace_option
@click.option("--side", required=True, help="The party that she belongs to.")
@click.option("--display", required=True, help="The person's name, as it stands in reports.")
@click.option("--unit", default="", help="Her department.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    help="What she may do for her side. Repeatable.",
)
def invite_command(
    name: str, workspace: Path, side: str, display: str, unit: str, roles: tuple[str, ...]
) -> None:
    """Make an account NAME, and print the end of the link with which its owner chooses a password, once.

    Roles: reader, drafter, submitter, approver, coordinator; administrator keeps the accounts of a side and nothing else.

    \b
    Example:  ceyuan team invite li -w gba --side guangdong --display 李明 --role drafter --role submitter
    """
    from ceyuan.teams.accounts import Account, By, invite  # noqa: PLC0415
    from ceyuan.teams.config import check_side  # noqa: PLC0415
    from ceyuan.teams.rights import roles_of  # noqa: PLC0415

    check_side(workspace, side)
    account = Account(name, display, side, unit, roles_of(roles), active=True, invited=True)
    with _opened(workspace) as opened, opened.writing() as connection:
        secret = invite(connection, account, By())
    _show_link(workspace, name, secret)


def _show_link(workspace: Path, name: str, secret: str) -> None:
    from ceyuan.web.addresses.head import address_of  # noqa: PLC0415 - loaded when a command runs
    from ceyuan.workspace.settings import languages_of  # noqa: PLC0415

    page = address_of(("team",), languages_of(workspace)[0])
    say(f"Behind the site's address, with this {name} chooses a password, once and within 7 days:")
    click.echo(f"{page}#link={secret}")  # behind the #, which no log of a server holds


@team.command("accounts")
@workspace_option
@click.option("--reset", metavar="NAME", help="Make a link with which she chooses a new password.")
@click.option("--close", metavar="NAME", help="Close an account; what it did stays in the log.")
@format_option
def accounts_command(workspace: Path, reset: str | None, close: str | None, format_: str) -> None:
    """List the accounts; or make a link for a new password, or close an account.

    \b
    Example:  ceyuan team accounts -w gba
              ceyuan team accounts -w gba --reset li
    """
    from ceyuan.teams import accounts as account_store  # noqa: PLC0415

    with _opened(workspace) as opened, opened.writing() as connection:
        secret = account_store.reset(connection, reset, account_store.By()) if reset else None
        if close:
            account_store.change(connection, close, account_store.By(), active=False)
        rows = [asdict(account) for account in account_store.accounts(connection)]
    if reset and secret:
        _show_link(workspace, reset, secret)
        return
    shown = [row | {"roles": ", ".join(row["roles"])} for row in rows]
    print_rows(shown, ["name", "display", "side", "unit", "roles", "active", "invited"], format_)


@team.command("export")
@click.argument("out", type=click.Path(path_type=Path))
@workspace_option
@click.option(
    "--approved", is_flag=True, help="Leave out reports that are not in force, as a build does."
)
@click.option(
    "--git",
    "as_repository",
    is_flag=True,
    help="A git repository: each entry of the log that changed a text is a commit of its account.",
)
def export_command(out: Path, workspace: Path, approved: bool, as_repository: bool) -> None:
    """Write the plan as the team has it into a new folder OUT, as the files that a person would write.

    Without --approved, drafts are among them.

    \b
    Example:  ceyuan team export copy -w gba --approved
              ceyuan team export history -w gba --git
    """
    from ceyuan.teams.projection import export  # noqa: PLC0415
    from ceyuan.teams.repository import export_repository  # noqa: PLC0415

    if approved and as_repository:
        raise click.UsageError("--git has the whole history, drafts among it: leave --approved out")
    with _opened(workspace) as opened:
        if as_repository:
            said = counted(export_repository(opened, out), "commit")
        else:
            said = counted(export(opened, out, approved=approved), "file")
    say(f"Wrote {said} to {out}")


@team.command("record")
@workspace_option
@click.option(
    "--year", type=int, help="The programme year.  [default: the last one agreed by today]"
)
@language_option
@click.option("--format", "format_", type=click.Choice(["md", "html", "docx", "pdf", "json"]), default="md",
              show_default=True, help="A text in one language, or as json everything.")  # fmt: skip
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write.  [default: stdout]",
)
def record_command(
    workspace: Path, year: int | None, lang: Any, format_: str, out: Path | None
) -> None:
    """Write the record of what was agreed: each report in force, and who submitted, approved and accepted it when.

    What is not in force has no part in it. Each decision names its entry in the log, which ends at the hash at the end.

    \b
    Example:  ceyuan team record -w gba --lang zh-Hans > record.md
              ceyuan team record -w gba --lang en --format docx --out record.docx
    """
    from ceyuan.plan.export import as_plain  # noqa: PLC0415
    from ceyuan.teams.record import record_markdown, record_of  # noqa: PLC0415

    with _opened(workspace) as opened:
        found = record_of(opened, year)
    if format_ == "json":
        content = json_text(as_plain(found)).encode()
    elif format_ == "md":
        content = record_markdown(found, lang).encode()
    else:
        from ceyuan.bulletin.printing import printed  # noqa: PLC0415 - each format loads what it needs
        from ceyuan.bulletin.recording import record_document  # noqa: PLC0415
        from ceyuan.workspace.clock import today  # noqa: PLC0415

        content = printed(record_document(found, today(workspace), lang), format_)
    write_out(content, out, format_)


@team.command("import")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@workspace_option
def import_command(folder: Path | None, workspace: Path) -> None:
    """Read the folder plan of a workspace into the log: its own, or that of FOLDER.

    Tasks, years and proposals may change this way; a report that the team has is changed on the server.

    \b
    Example:  ceyuan team import -w gba
    """
    from ceyuan.teams.projection import import_plan  # noqa: PLC0415

    with _opened(workspace) as opened:
        changed, same = import_plan(opened, folder or workspace)
    say(f"{counted(changed, 'file')} read into the log, {same:,} as before")


@team.command("verify")
@workspace_option
def verify_command(workspace: Path) -> None:
    """Check the log from its first entry, the state against it, and both against what builds say of the log.

    \b
    Example:  ceyuan team verify -w gba
    """
    from ceyuan.errors import CeyuanError, Problem  # noqa: PLC0415
    from ceyuan.teams.backup import verify_team  # noqa: PLC0415

    with _opened(workspace) as opened:
        found = verify_team(opened)
    if found.faults:
        raise CeyuanError(Problem("team-log-broken", fault) for fault in found.faults)
    erased = f", {counted(found.erased, 'text')} erased" if found.erased else ""
    click.echo(f"{counted(found.entries, 'entry')}{erased}: sound, ends with {found.hash}")


@team.command("backup")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@workspace_option
def backup_command(out: Path, workspace: Path) -> None:
    """Write log, state and accounts into the file OUT, whatever the database; it is checked first.

    \b
    Example:  ceyuan team backup team-2026-11-30.gz -w gba
    """
    from ceyuan.teams.backup import backup  # noqa: PLC0415

    with _opened(workspace) as opened:
        entries = backup(opened, out)
    say(f"Wrote {out}: {entries:,} entries")


@team.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@workspace_option
def restore_command(file: Path, workspace: Path) -> None:
    """Read the backup FILE into an empty database, made by `ceyuan team init --empty`, and check it.

    \b
    Example:  ceyuan team restore team-2026-11-30.gz -w gba
    """
    from ceyuan.teams.backup import restore  # noqa: PLC0415

    with _opened(workspace) as opened:
        found = restore(opened, file)
    say(f"{found.entries:,} entries restored: sound, ends with {found.hash}")


@team.command("erase")
@click.argument("entry")
@workspace_option
@click.option("--reason", required=True, help="Why; it stays in the log.")
def erase_command(entry: str, workspace: Path, reason: str) -> None:
    """Erase the text of an ENTRY of the log, as its database's owner; that it was there, and its hash, stay.

    A hash (SHA-256) in place of the number erases the content of an attachment that no report has any more.

    \b
    Example:  ceyuan team erase 17 -w gba --reason "private telephone number"
    """
    from ceyuan.teams.attachments import erase_file  # noqa: PLC0415
    from ceyuan.teams.database import clear_faults  # noqa: PLC0415
    from ceyuan.teams.projection import erase  # noqa: PLC0415

    with _opened(workspace) as opened, clear_faults():
        if len(entry) == 64:
            erase_file(opened, entry, reason)
        elif entry.isdecimal():
            erase(opened, int(entry), reason)
        else:
            raise click.UsageError(f"{entry!r} is neither the number of an entry nor a hash")
    say(f"{entry}: erased")
