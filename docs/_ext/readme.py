"""The results in the READMEs: shortened lines of what the demo prints, written by ``python docs/_ext/readme.py``.

A line that ends in … goes on; a line that is only … stands for lines left out.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from runnable import HASH, blocks, run_line

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh-Hans.md")
DEMO = "build/demo/gba"
_WIDTH = 118
_TREE = ("├", "│", "└", "    ")
_SHOWN = ("name ", "R&D intensity", "PCT", "Rank of", "Years in", "High-tech", "Share of provincial projects with",
          "Equity", "Foreign talent")  # fmt: skip


def build_demo(folder: Path) -> str:
    """What ``make demo`` does, in another folder; returns what the build prints."""
    run_line(f"ceyuan init --template gba {folder / 'gba'}", folder)
    return run_line(f"ceyuan build -w {folder / 'gba'}", folder)


def printed(command: str, folder: Path, built: str) -> list[str]:
    """The lines that a command of a README prints, without empty ones."""
    text = (
        built
        if command == "make demo"
        else run_line(command.replace(DEMO, str(folder / "gba")), folder)
    )
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def agrees(shown: list[str], real: list[str]) -> str | None:
    """The first line that a README shows and the command does not print in that order, or None."""
    position = 0
    # Spaces only align columns, and hashes change with every definition.
    shown, real = (
        [HASH.sub("HASH", " ".join(line.split())) for line in lines] for lines in (shown, real)
    )
    for line in (text for text in shown if text.strip() not in ("", "…")):
        start = line.removesuffix("…").rstrip()
        found = next(
            (
                i
                for i in range(position, len(real))
                if real[i] == line or (line.endswith("…") and real[i].startswith(start))
            ),
            None,
        )
        if found is None:
            return line
        position = found + 1
    return None


def sessions(readme: Path) -> list[tuple[str, list[str]]]:
    """The commands of a README with the lines shown below them."""
    found = (
        block for block in blocks(readme.read_text(encoding="utf-8")) if isinstance(block, tuple)
    )
    return [
        (command.line, command.printed.splitlines()) for session in found for command in session
    ]


def _shortened(lines: list[str]) -> list[str]:
    return [
        line
        if len(line) <= _WIDTH or not line.startswith(_TREE)
        else f"{line[: _WIDTH - 2].rstrip()} …"
        for line in lines
    ]


def _closer(lines: list[str]) -> list[str]:
    """A table without the space that only the rows left out needed."""
    for column in ("place", "period"):
        at = lines[0].index(column)
        used = max(len(line[:at].rstrip()) for line in lines)
        lines = [line[: used + 3] + line[at:] for line in lines]
    return lines


def main() -> None:
    """Write the results into both READMEs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        built = build_demo(folder)
        for readme in (ROOT / name for name in READMES):
            text = readme.read_text(encoding="utf-8")
            for command, _ in sessions(readme):
                lines = printed(command, folder, built)
                if command == "make demo":
                    lines = [
                        "…",
                        *_closer([line for line in lines if line.strip().startswith(_SHOWN)]),
                    ]
                body = "\n".join(_shortened(lines))
                pattern = rf"(```console\n\$ {re.escape(command)}\n).*?(^```$)"
                text = re.sub(
                    pattern,
                    lambda m, body=body: f"{m[1]}{body}\n{m[2]}",
                    text,
                    flags=re.DOTALL | re.MULTILINE,
                )
            readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
