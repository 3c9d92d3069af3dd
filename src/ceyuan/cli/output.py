"""Shared by all commands: options, formats, and how rows are printed. stdout is data, stderr is talk."""

from __future__ import annotations

import csv
import itertools
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec
from rich.console import Console

from ceyuan.cli.tables import table_lines
from ceyuan.workspace.walking import ALLOWED

if TYPE_CHECKING:
    from ceyuan.pipeline.reading import Build

F = TypeVar("F", bound=Callable[..., Any])

workspace_option = click.option(
    "-w", "--workspace", type=click.Path(path_type=Path), default=Path(), show_default="the current folder",
    help="Folder of the workspace.",
)  # fmt: skip
format_option = click.option(
    "--format", "format_", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True,
    help="How the result is printed.",
)  # fmt: skip
language_option = click.option(
    "--lang", type=click.Choice(["zh-Hans", "zh-Hant", "en"]), default="en", show_default=True,
    help="The language of names, notes and reasons.",
)  # fmt: skip
as_of_option = click.option(
    "--as-of", help="An earlier build: its name, a day (YYYY-MM-DD), or 'previous'."
)


def _allow(_: click.Context, __: click.Parameter, folders: tuple[Path, ...]) -> None:
    known = os.environ.get(ALLOWED)
    os.environ[ALLOWED] = os.pathsep.join([*([known] if known else []), *map(str, folders)])


allow_root_option = click.option(
    "--allow-root", type=click.Path(path_type=Path), multiple=True, expose_value=False, callback=_allow,
    help="A folder outside of the workspace from which it may read (absolute roots, links). May be repeated.",
)  # fmt: skip


def open_build(workspace: Path, as_of: str | None = None) -> Build:
    """Open a build, and say which later ones are damaged and passed over.

    Raises:
        CeyuanError: ``no-workspace``, ``no-build`` or ``damaged-build``.
    """
    from ceyuan.pipeline.folder import BuildFolder  # noqa: PLC0415 - `ceyuan --help` need not wait for the engine
    from ceyuan.pipeline.reading import Build  # noqa: PLC0415

    build = Build.open(workspace, as_of)
    for problem in BuildFolder(workspace).passed_over():
        say(str(problem))
    return build


def say_what_is_newer(build: Build) -> None:
    """Say that texts, plan or bulletins were changed since a build, which answers from its own copy of them."""
    from ceyuan.workspace.sealed import index_of, text_hashes  # noqa: PLC0415 - as above

    if index_of(build.path) != text_hashes(build.root):
        say(
            f"Texts, plan or bulletins were changed since build {build.id}: `ceyuan build` takes them in."
        )


def say(text: str) -> None:
    """Talk to the person, not to the next program."""
    click.echo(text, err=True)


def print_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], format_: str) -> None:
    """Print rows as a table for people, or as JSON or CSV for programs."""
    if format_ == "json":
        print_json(list(rows))
    elif format_ == "csv":
        _print_csv(rows, columns)
    else:
        print_table(rows, columns)


def named(
    build: Build,
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    types: Mapping[str, str] | None = None,
) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows and columns with the English names of indicators and places at the end: a sheet has room for them.

    Args:
        build: where names are looked up; what is gone from it has none.
        rows: the rows.
        columns: their columns.
        types: by column, whether it holds an ``indicator`` or a ``place``; those that are called so if None.
    """
    known: dict[str, Mapping[str, Any]] = {
        "indicator": build.indicators,
        "place": build.gazetteer.places,
    }
    of = {name: name for name in known} if types is None else types
    told = [column for column in columns if of.get(column) in known]
    filled = [dict(row) for row in rows]
    for row, column in itertools.product(filled, told):
        one = known[of[column]].get(row.get(column) or "")
        row[f"{column}_name"] = None if one is None else one.name.en
    return filled, [*columns, *(f"{column}_name" for column in told)]


def _print_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_flat(row.get(column)) for column in columns])


def stream_rows(rows: Iterator[Mapping[str, Any]], columns: Sequence[str], format_: str) -> None:
    """Print rows for programs one by one, however many there are.

    Args:
        rows: the rows, of one shape.
        columns: the header where there is no row.
        format_: ``json`` or ``csv``.
    """
    first = next(rows, None)
    rows = iter(()) if first is None else itertools.chain([first], rows)
    if format_ == "csv":
        _print_csv(rows, columns if first is None else list(first))
        return
    encode, between = msgspec.json.Encoder().encode, "[\n  "
    for row in rows:
        # A text in JSON holds no line break, so that each one is one of the layout.
        sys.stdout.write(
            between + msgspec.json.format(encode(row), indent=2).decode().replace("\n", "\n  ")
        )
        between = ",\n  "
    sys.stdout.write("[]\n" if first is None else "\n]\n")


def json_text(value: object) -> str:
    """JSON to be read by people, Chinese as it is."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    # Lines are broken afterwards: asked to do so, the encoder takes ten times as long.
    with suppress(msgspec.DecodeError):  # NaN, which is no JSON, stays as it is
        text = msgspec.json.format(text, indent=2)
    return f"{text}\n"


def print_json(value: object) -> None:
    """Print JSON, Chinese as it is."""
    click.echo(json_text(value), nl=False)


def print_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print a table as wide as it needs to be where nobody watches, and as the terminal is where somebody does."""
    width = Console().width if sys.stdout.isatty() else 200
    right, cells = [], []
    for column in columns:
        values = [row.get(column) for row in rows]
        right.append(all(isinstance(value, int | float | None) for value in values))
        cells.append([_shown(value) for value in values])
    click.echo("\n".join(table_lines(columns, list(zip(*cells, strict=True)), right, width)))


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "error"), counted(0, "warning"), counted(2, "entry")
    ('1 error', '0 warnings', '2 entries')
    """
    if number == 1:
        return f"1 {noun}"
    ends_in_ies = noun.endswith("y") and noun[-2] not in "aeiou"
    many = f"{noun[:-1]}ies" if ends_in_ies else f"{noun}s"
    return f"{number:,} {many}"


def _flat(value: Any) -> Any:
    """A cell of CSV or of a table: JSON for what has parts, true and false as JSON writes them."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str) if value else ""
    return json.dumps(value) if isinstance(value, bool) else value


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return number_text(value)
    return str(_flat(value))


def number_text(value: float, decimals: int | None = None) -> str:
    """A number as people read it: no exponent, no noise, thousands apart.

    Args:
        value: the number.
        decimals: how many are shown; as many as there are, up to six, if None.

    >>> number_text(33357068.8), number_text(4.3), number_text(69000.0), number_text(2.122016, 1)
    ('33,357,068.8', '4.3', '69,000', '2.1')
    """
    if decimals is not None:
        return f"{value:,.{decimals}f}"
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text if float(text.replace(",", "")) != 0 or value == 0 else f"{value:.3g}"


@contextmanager
def progress(title: str) -> Iterator[Callable[[str, str], None]]:
    """A line that says what is being done; silent where stderr is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _stage, _item: None
        return
    with console.status(title) as status:
        yield lambda stage, item: status.update(f"{title}: {stage} {item}")


def write_out(content: bytes, out: Path | None, style: str) -> None:
    """Write a document to a file, whole or not at all, or to standard output; say which file it was.

    Raises:
        CeyuanError: ``bulletin-output``.
        UsageError: if bytes that are no text would go to a terminal.
    """
    if out is None:
        binary = style in ("docx", "pdf")
        if binary and sys.stdout.isatty():
            raise click.UsageError(
                f"a {style} file is not for the terminal; name a file with --out"
            )
        click.echo(content if binary else content.decode(), nl=False)
        return
    from ceyuan.bulletin.printing import save  # noqa: PLC0415 - loaded when a command writes

    save(content, out)
    say(f"Wrote {out}")
