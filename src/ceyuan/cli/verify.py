"""``ceyuan verify``: every figure of a text with its verdict."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ceyuan.cli.output import (
    as_of_option,
    language_option,
    open_build,
    print_table,
    say,
    workspace_option,
)
from ceyuan.errors import CeyuanError
from ceyuan.wording import Language

if TYPE_CHECKING:
    from ceyuan.claims import Verification
    from ceyuan.pipeline.reading import Build


@click.command("verify", short_help="Check every figure of a text against a build.")
@click.argument("text", type=click.Path(exists=True, path_type=Path))
@workspace_option
@language_option
@as_of_option
@click.option("--format", "style", type=click.Choice(["table", "json", "html", "docx", "pdf"]), default="table",
              show_default=True, help="How the claims are printed; docx, pdf: the file with a note on each figure.")  # fmt: skip
@click.option("--against", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="An older version of the text: which figures stayed, changed, were added or removed.")  # fmt: skip
@click.option(
    "--draft",
    is_flag=True,
    help="Print a file of decisions for the figures that are ambiguous, and nothing else.",
)
def verify_command(
    text: Path, workspace: Path, lang: Language, as_of: str | None, style: str, against: Path | None, draft: bool
) -> None:  # fmt: skip
    """Check every figure of TEXT, a file or a folder of files, against the build of a workspace.

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
              ceyuan verify report.docx -w gba --format docx > checked.docx
              ceyuan verify report.pdf -w gba --format pdf > checked.pdf
              ceyuan verify drafts/ -w gba
              ceyuan verify report-2.docx --against report-1.docx -w gba
              ceyuan verify communique.txt -w gba --draft > gba/communiques/communique.yaml
    """
    _require_fitting(text, style, against, draft=draft)
    if text.is_dir():
        _folder(text, workspace, lang, as_of, style)
        return
    with open_build(workspace, as_of) as build:
        # What is decided now counts for today's build; an earlier one has the decisions that it was made with.
        found = _verified(text, build, build.texts if as_of else workspace)
    for warning in found.warnings:
        say(str(warning))
    if draft:
        _draft(found, text)
        return
    if against is not None:
        _against(found, against, style, lang)
        sys.exit(1 if found.contradicted else 0)
    from ceyuan.claims import render  # noqa: PLC0415

    _print(found, text, style, lang)
    _summary([found], lang)
    for line in render.remarks(found, lang):
        say(line)
    if found.contradicted:
        sys.exit(1)


def _require_fitting(text: Path, style: str, against: Path | None, *, draft: bool) -> None:
    """Refuse options that make no sense of a text.

    Raises:
        UsageError: says which.
    """
    plain = style in ("table", "json")
    if text.is_dir() and (draft or against is not None or not plain):
        raise click.UsageError("a folder is reported as a table or as JSON")
    if against is not None and not plain:
        raise click.UsageError("two versions are compared as a table or as JSON")
    if style == "docx" and text.suffix.lower() not in (".docx", ".docm"):
        raise click.UsageError("only a Word file is given back with comments")
    if style == "pdf" and text.suffix.lower() != ".pdf":
        raise click.UsageError("only a PDF file is given back with highlights")


def _verified(text: Path, build: Build, texts: Path) -> Verification:
    from ceyuan.claims import verify  # noqa: PLC0415 - loaded when the command runs
    from ceyuan.reader import read_file  # noqa: PLC0415

    return verify(build, read_file(text), text.stem, texts=texts)


def _draft(found: Verification, text: Path) -> None:
    """A file of decisions for what is ambiguous."""
    from ceyuan.claims.decisions import draft as draft_of  # noqa: PLC0415

    unsettled = []
    for i, claim in enumerate(found.claims):
        if claim.ambiguous:
            unsettled.append((i, [k.indicator for k in claim.candidates[:4]]))
    click.echo(draft_of(found.reading, text.name, unsettled, found.own_sources), nl=False)
    say(f"{len(unsettled)} ambiguous")


def _against(found: Verification, older: Path, style: str, lang: Language) -> None:
    """The figures of two versions of a text; in the table those that stayed are only counted."""
    from ceyuan.claims import versions  # noqa: PLC0415
    from ceyuan.reader import read_file  # noqa: PLC0415

    changes = versions.compare(read_file(older).statements, found.claims)
    if style == "json":
        click.echo(
            json.dumps(
                [versions.as_json(change, lang) for change in changes], ensure_ascii=False, indent=2
            )
        )
    elif told := [versions.row(change, lang) for change in changes if change.kind != "same"]:
        print_table(told, versions.COLUMNS)
    say(f"Against {older.name}: {versions.counted(changes)}")


def _print(found: Verification, text: Path, style: str, lang: Language) -> None:
    """The claims in the format that was asked for."""
    from ceyuan.claims import render  # noqa: PLC0415

    match style:
        case "json":
            click.echo(render.as_json(found, text.name, lang))
        case "html":
            click.echo(render.as_page(found, text.name, lang), nl=False)
        case "docx":
            from ceyuan.claims.annotating import annotated  # noqa: PLC0415 - heavy, and only this needs it

            made, left_out = annotated(text.read_bytes(), found, lang)
            sys.stdout.buffer.write(made)
            if left_out:
                say(
                    f"{left_out} figures stand in headers, footers or notes, where Word has no comments"
                )
        case "pdf":
            from ceyuan.claims.annotating import highlighted  # noqa: PLC0415

            made, left_out = highlighted(text.read_bytes(), found, lang)
            sys.stdout.buffer.write(made)
            if left_out:
                say(f"{left_out} figures have no box on a page")
        case _ if found.claims:
            # The nearest counterpart fits a terminal; all of them stand in the JSON and on the page.
            print_table([render.row(c, lang, most=1) for c in found.claims], render.COLUMNS)


def _summary(found: list[Verification], lang: Language) -> None:
    """How many statements there are, by verdict and by what stands beside them."""
    from ceyuan.claims import render  # noqa: PLC0415
    from ceyuan.claims.saying import say as words  # noqa: PLC0415

    counts: Counter[str] = Counter()
    standings: Counter[str] = Counter()
    for one in found:
        counts.update(one.counts)
        standings.update(one.standings)
    number = sum(len(one.claims) for one in found)
    verdicts = render.counted(counts, "verdict", lang)
    say(words("summary.verdicts", number=number, counts=verdicts).get(lang))
    beside = render.counted(standings, "standing", lang)
    say(words("summary.standings", counts=beside).get(lang))


def _folder(folder: Path, workspace: Path, lang: Language, as_of: str | None, style: str) -> None:
    """One report over all texts of a folder; what cannot be read is listed, and never passed over in silence."""
    from ceyuan.claims import render  # noqa: PLC0415

    found: dict[str, Verification] = {}
    with open_build(workspace, as_of) as build:
        for path in _files(folder):
            name = path.relative_to(folder).as_posix()
            try:
                found[name] = _verified(path, build, build.texts if as_of else workspace)
            except CeyuanError as error:
                say(f"Not read: {error}")
    for name, one in found.items():
        for passage in one.reading.skipped:
            say(f"Not read: {name}: {passage}")
    if style == "json":
        documents = [json.loads(render.as_json(one, name, lang)) for name, one in found.items()]
        click.echo(json.dumps({"documents": documents}, ensure_ascii=False, indent=2))
    else:
        rows = [
            {"text": name, **render.row(claim, lang, most=1)}
            for name, one in found.items()
            for claim in one.claims
        ]
        if rows:
            print_table(rows, ("text", *render.COLUMNS))
    say(f"{len(found)} texts")
    _summary(list(found.values()), lang)
    if any(one.contradicted for one in found.values()):
        sys.exit(1)


def _files(folder: Path) -> Iterator[Path]:
    """The files of a folder and of the folders in it, without hidden ones, in order."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden:
            yield path
