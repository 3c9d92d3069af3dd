"""Pages whose commands are run: the files they show are written, the commands executed, the printed results compared.

A page is read block by block, in order:

* ``{code-block}`` with a ``:caption:`` is a file, written under that name;
* a ``console`` block is a session: lines that begin with ``$`` are commands, the others what they print;
* a comment line ``% after: tutorial.md`` says that the page goes on where another one ends.

``python docs/_ext/runnable.py docs/tutorial.md`` runs pages and writes what really was printed into them, so that no
result in the documentation is typed by hand. The tests do the same and compare.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path

from ceyuan.cli import main as main_of_ceyuan

_FENCE = re.compile(
    r"^(?P<ticks>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=ticks)[ ]*$", re.MULTILINE | re.DOTALL
)
_CAPTION = re.compile(r"^:caption: (\S+)\n", re.MULTILINE)
_OPTION = re.compile(r"^:[a-z-]+:.*\n", re.MULTILINE)
_AFTER = re.compile(r"^% after: (\S+)$", re.MULTILINE)
# What differs between two runs that are both right.
_FILLING = re.compile(r" {3,}|─{3,}")
_BUILD = re.compile(r"\b\d{8}T\d{6}(?:\.\d{3})?-[0-9a-f]{8}\b")
HASH = re.compile(r"\b[0-9a-f]{16}\b")


@dataclass(frozen=True, slots=True)
class FileBlock:
    """A file that a page shows.

    Attributes:
        name: its path in the reader's folder.
        text: its content.
    """

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command that a page shows, with what it prints.

    Attributes:
        line: the command.
        printed: what the page says it prints, standard output and error as on a terminal.
    """

    line: str
    printed: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a command.

    Attributes:
        command: the command.
        printed: what it really printed.
    """

    command: Command
    printed: str


def blocks(text: str) -> Iterator[FileBlock | tuple[Command, ...]]:
    """The files and sessions of a page, in order."""
    for fence in _FENCE.finditer(text):
        info, body = fence["info"].strip(), fence["body"]
        caption = _CAPTION.search(body)
        if info.startswith("{code-block}") and caption is not None:
            yield FileBlock(caption[1], _OPTION.sub("", body).lstrip("\n"))
        elif info == "console":
            yield tuple(_commands(body))


def _commands(body: str) -> Iterator[Command]:
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        line, _, printed = part.partition("\n")
        yield Command(line, printed)


def run_page(page: Path, folder: Path, finished: dict[Path, Path] | None = None) -> list[Result]:
    """Do in a folder what a page says.

    Args:
        page: the Markdown file.
        folder: where to begin: empty.
        finished: pages that have been run already, each with its folder, so that many pages can go on from one.
    """
    text = page.read_text(encoding="utf-8")
    after = _AFTER.search(text)
    here = folder
    if after is not None:
        before = (page.parent / after[1]).resolve()
        if finished is not None and before in finished:
            shutil.copytree(finished[before], folder, dirs_exist_ok=True)
        else:
            run_page(before, folder)
        here = _resume(folder)
    results: list[Result] = []
    for block in blocks(text):
        if isinstance(block, FileBlock):
            path = here / block.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
            continue
        for command in block:
            if command.line.startswith("cd "):
                here = here / command.line.removeprefix("cd ")
                results.append(Result(command, ""))
            else:
                results.append(Result(command, run_line(command.line, here)))
    return results


def _resume(folder: Path) -> Path:
    """The workspace that the page before has made."""
    return next(path.parent for path in sorted(folder.glob("*/ceyuan.yaml")))


def run_line(line: str, folder: Path) -> str:
    """Run one command line in a folder and return what it prints, standard output and error together."""
    # The command itself is called without a new process for each line: its imports take longer than its work.
    if line.startswith("ceyuan ") and not re.search(r"[|<>;&$]", line):
        return _call(shlex.split(line), folder)
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    environment |= {"PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(  # noqa: S602 - the commands are those of our own pages
        line, shell=True, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, check=False, timeout=600,
    )  # fmt: skip
    return done.stdout.decode()


def _call(words: list[str], folder: Path) -> str:
    printed = io.StringIO()
    before = sys.argv
    sys.argv = words
    try:
        with (
            chdir(folder),
            redirect_stdout(printed),
            redirect_stderr(printed),
            suppress(SystemExit),
        ):
            main_of_ceyuan()
    finally:
        sys.argv = before
    return printed.getvalue()


def normalised(printed: str) -> list[str]:
    """Printed lines without what may differ: build names and how wide they are, hashes, empty lines around tables."""
    lines = [HASH.sub("HASH", _BUILD.sub("BUILD", line.rstrip())) for line in printed.splitlines()]
    # The second build of one second has a longer name, and its column in a table is wider.
    return [_FILLING.sub(lambda filled: filled[0][:2], line) for line in lines if line]


def refreshed(text: str, results: list[Result]) -> str:
    """The page with what its commands really printed."""
    waiting = iter(results)

    def session(fence: re.Match[str]) -> str:
        if fence["info"].strip() != "console":
            return fence[0]
        said = []
        for _ in _commands(fence["body"]):
            result = next(waiting)
            # What differs only in names of builds stays as it is, so that a refresh shows real changes alone.
            same = normalised(result.printed) == normalised(result.command.printed)
            chosen = result.command.printed if same else result.printed
            printed = "\n".join(line.rstrip() for line in chosen.strip("\n").splitlines()).strip(
                "\n"
            )
            end = "\n" if printed else ""  # a backslash in an f-string needs Python 3.12
            said.append(f"$ {result.command.line}\n{printed}{end}")
        return f"{fence['ticks']}{fence['info']}\n{''.join(said)}{fence['ticks']}"

    return _FENCE.sub(session, text)


def runs(page: Path) -> bool:
    """Whether a page is run: it shows the files that its commands work on."""
    return any(isinstance(block, FileBlock) for block in blocks(page.read_text(encoding="utf-8")))


def main(pages: list[str]) -> None:
    """Run those of some pages that are run, and write their results into them."""
    finished: dict[Path, Path] = {}
    for page in filter(runs, map(Path, pages)):
        folder = Path(tempfile.mkdtemp(prefix="ceyuan-page-"))
        results = run_page(page, folder, finished)
        finished[page.resolve()] = folder
        page.write_text(refreshed(page.read_text(encoding="utf-8"), results), encoding="utf-8")
    for folder in finished.values():
        shutil.rmtree(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
