"""``ceyuan bulletin``: a text in which every figure is a reference, in any format; its editions, and what changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ceyuan.cli.output import (
    as_of_option,
    counted,
    format_option,
    open_build,
    print_rows,
    say,
    workspace_option,
    write_out,
)
from ceyuan.wording import LANGUAGES, Language

if TYPE_CHECKING:
    from ceyuan.bulletin.differences import Difference

_CURRENT = "current"


@click.group(
    "bulletin",
    invoke_without_command=True,
    short_help="Write a bulletin from a build; list, compare editions.",
)
@workspace_option
@click.option("--name", help="The bulletin, if the workspace has several.")
@click.option("--lang", type=click.Choice(LANGUAGES),
              help="Its language, the main one if none is named; zh-Hant is Hong Kong's.")  # fmt: skip
@click.option("--format", "style", type=click.Choice(["html", "md", "docx", "pdf", "json"]), default="html", show_default=True,
              help="How it is written; json is the structured text.")  # fmt: skip
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write.  [default: stdout]",
)
@click.option(
    "--publish", is_flag=True, help="Keep it as an edition, with all that its figures were made of."
)
@as_of_option
@click.pass_context
def bulletin(
    ctx: click.Context, workspace: Path, name: str | None, lang: Language | None, style: str, out: Path | None, as_of: str | None,
    *, publish: bool,
) -> None:  # fmt: skip
    """Write a bulletin of the workspace from its build.

    Every figure in it refers to an observation; what is typed by hand, or has no observation, is reported with file and
    line, and nothing is written.

    \b
    Example:  ceyuan bulletin -w gba --lang zh-Hans --format pdf --out gba.pdf
              ceyuan bulletin -w gba --publish --format html --out gba.html
              ceyuan bulletin list -w gba
              ceyuan bulletin diff gba_2025/2026-06-30 current -w gba
    """
    if ctx.invoked_subcommand is not None:
        return
    from ceyuan.bulletin import archive  # noqa: PLC0415 - loaded when the command runs
    from ceyuan.bulletin.edition import annotate  # noqa: PLC0415
    from ceyuan.bulletin.printing import printed  # noqa: PLC0415
    from ceyuan.bulletin.writing import write_bulletin  # noqa: PLC0415

    with open_build(workspace, as_of) as build:
        # An author sees what the files say now; an earlier build has the texts that it was made with.
        written = write_bulletin(build, name, build.texts if as_of else workspace)
        language = lang or written.main.language
        content = printed(annotate(build, written, language), style)
        edition = archive.publish(build, written) if publish else None
    for warning in written.warnings:
        say(str(warning))
    write_out(content, out, style)
    say(f"{counted(len(written.documents[language].figures), 'figure')} of build {written.build}")
    if edition is not None:
        say(f"Published {edition.id} in {edition.path}")


@bulletin.command("list", short_help="The bulletins of a workspace and their editions.")
@workspace_option
@format_option
def list_bulletins(workspace: Path, format_: str) -> None:
    """List the bulletins of a workspace and their published editions.

    \b
    Example:  ceyuan bulletin list -w gba --format json
    """
    from ceyuan.bulletin.archive import archive  # noqa: PLC0415
    from ceyuan.bulletin.declaration import bulletin_names, read_declaration  # noqa: PLC0415

    published = archive(workspace)
    rows: list[dict[str, object]] = []
    for name in bulletin_names(workspace):
        spec = read_declaration(workspace, name).spec
        rows.append(
            {
                "bulletin": name,
                "edition": None,
                "date": spec.date.isoformat(),
                "build": None,
                "title": spec.title.en,
            }
        )
    rows += [
        {
            "bulletin": e.bulletin,
            "edition": e.id,
            "date": e.date,
            "build": e.build,
            "title": e.title.en,
        }
        for e in published.editions
    ]
    for problem in published.damaged.values():
        say(str(problem))
    print_rows(rows, ["bulletin", "edition", "date", "build", "title"], format_)


@bulletin.command("diff", short_help="Which figures changed between two editions, and why.")
@click.argument("before")
@click.argument("after", default=_CURRENT)
@workspace_option
@click.option("--lang", type=click.Choice(["zh-Hans", "zh-Hant", "en"]), default="zh-Hans", show_default=True,
              help="The language in which the figures are written.")  # fmt: skip
@format_option
def diff(before: str, after: str, workspace: Path, lang: Language, format_: str) -> None:
    """Compare the edition BEFORE with AFTER, or with the text as the current build would have it.

    \b
    Exit code: 0, whether or not figures differ.
    Example:  ceyuan bulletin diff gba_2025/2026-06-30 -w gba
    """
    from ceyuan.bulletin.archive import edition, figures_of  # noqa: PLC0415
    from ceyuan.bulletin.differences import compare  # noqa: PLC0415
    from ceyuan.bulletin.writing import write_bulletin  # noqa: PLC0415

    old = edition(workspace, before)
    if after == _CURRENT:
        with open_build(workspace) as build:
            new = figures_of(build, write_bulletin(build, old.bulletin, workspace))
    else:
        new = edition(workspace, after).figures()
    found = compare(old.figures(), new, lang)
    rows = [_difference_row(d, format_) for d in found]
    print_rows(rows, ["figure", "what", "old", "new", "why", "details"], format_)
    say(f"{counted(len(found), 'figure')} changed")


def _difference_row(found: Difference, format_: str) -> dict[str, Any]:
    """How a figure differs, for people; JSON keeps the details apart."""
    from ceyuan.bulletin.differences import WHY  # noqa: PLC0415

    details: list[str] | str = list(found.details)
    return {
        "figure": found.key,
        "what": found.what,
        "old": found.old,
        "new": found.new,
        "why": "; ".join(WHY[reason] for reason in found.why),
        "details": details if format_ == "json" else "; ".join(details),
    }
