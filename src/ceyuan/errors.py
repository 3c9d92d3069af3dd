"""What can be wrong, said so that a person can mend it.

Every fault that Ceyuan reports is a :class:`Problem`: a stable code, one sentence, the place (``file:line``) and, where
one helps, a hint. The catalogue of codes (title, meaning, what to do) is the data file ``error_codes.toml`` beside this
module; a code that is not in it cannot be reported. Validation collects problems and raises one :class:`CeyuanError`
with all of them.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning"]


def address(file: str | None, line: int | None) -> str:
    """Where something stands: ``file:line``, or sheet and cell where the file names a column, and which part of a cell.

    >>> address("deals.csv", 7), address("yearbook.xlsx!表1!D", 7)
    ('deals.csv:7', 'yearbook.xlsx!表1!D7')
    >>> address("papers.csv!#2", 7), address("yearbook.xlsx!表1!D!#2", 7)
    ('papers.csv:7#2', 'yearbook.xlsx!表1!D7#2')
    """
    cell, mark, part = (file or "").rpartition("!#")
    if mark and part.isdigit():
        return f"{address(cell, line)}#{part}"
    return f"{file}{line}" if re.search("![A-Z]{1,3}$", file or "") else f"{file}:{line}"


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """An entry of the catalogue: what a code means and what to do about it.

    Attributes:
        code: the stable identifier, in kebab-case (``unknown-place``).
        title: the fault in a few words.
        meaning: why it is a fault.
        remedy: what to do.
    """

    code: str
    title: str
    meaning: str
    remedy: str


@cache
def catalogue() -> dict[str, ErrorCode]:
    """All error codes by name.

    >>> catalogue()["unknown-place"].title
    'Unknown place'
    """
    raw = tomllib.loads(
        resources.files("ceyuan").joinpath("error_codes.toml").read_text(encoding="utf-8")
    )
    return {
        code: ErrorCode(code, entry["title"], entry["meaning"], entry["remedy"])
        for code, entry in raw.items()
    }


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault at one place.

    Attributes:
        code: a code of the :func:`catalogue`.
        message: what is wrong, in one sentence without a full stop.
        file: the file as the user knows it, or None where no file is to blame.
        line: the line in it, from 1.
        hint: what would mend it here, beyond the code's general remedy ("did you mean …").
        severity: ``error`` stops a build, ``warning`` does not.

    Raises:
        KeyError: if the code is not in the catalogue.
    """

    code: str
    message: str
    file: str | None = None
    line: int | None = None
    hint: str | None = None
    severity: Severity = "error"

    def __post_init__(self) -> None:
        if self.code not in catalogue():
            raise KeyError(f"error code {self.code!r} is not in error_codes.toml")

    @property
    def where(self) -> str:
        """``file:line``, ``file``, or an empty string."""
        if self.file is None:
            return ""
        return self.file if self.line is None else address(self.file, self.line)

    @property
    def advice(self) -> str:
        """The hint, or the code's general remedy where there is none."""
        return self.hint or catalogue()[self.code].remedy

    def in_full(self, file: str | None = None) -> Problem:
        """The same with all that can be said of it: its file, or the one that is being read, and what would mend it.

        >>> Problem("unknown-place", "there is no place 'x'").in_full("records/a.csv").file
        'records/a.csv'
        """
        return replace(self, file=self.file or file, hint=self.advice)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.severity} [{self.code}] {self.message}. {self.advice}"


class CeyuanError(Exception):
    """One or more problems that stop the work.

    Attributes:
        problems: all that was found, in file order.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))

    def __reduce__(self) -> tuple[type[CeyuanError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)  # it may be said in another process


def fail(
    code: str,
    message: str,
    *,
    file: str | None = None,
    line: int | None = None,
    hint: str | None = None,
) -> CeyuanError:
    """A :class:`CeyuanError` of a single problem, to be raised by the caller."""
    return CeyuanError([Problem(code, message, file, line, hint)])


def shows_tracebacks() -> bool:
    """Whether a developer wants to see where the program failed (``CEYUAN_TRACEBACK=1``)."""
    return os.environ.get("CEYUAN_TRACEBACK", "") not in ("", "0")


def unforeseen(error: Exception) -> Problem:
    """The problem that something happened which nobody foresaw: what, and where in Ceyuan's code.

    >>> unforeseen(FileNotFoundError(2, "No such file or directory", "a.csv")).where
    'a.csv'
    """
    if isinstance(error, OSError) and error.strerror:
        file = None if error.filename is None else str(error.filename)
        return Problem("system-refused", f"the operating system says: {error.strerror}", file)
    if isinstance(error, MemoryError):
        return Problem("out-of-memory", "a step needs more memory than there is")
    said = (str(error).splitlines() or [""])[0][:200]
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return Problem("internal-error", f"{what} (in {_place_in_code(error)})")


def _place_in_code(error: Exception) -> str:
    """File and line of the innermost step that is Ceyuan's own."""
    package = Path(__file__).parent
    steps = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if Path(f.filename).is_relative_to(package)
    ]
    if not steps:
        return "no code of Ceyuan's"
    return f"ceyuan/{Path(steps[-1].filename).relative_to(package).as_posix()}:{steps[-1].lineno}"


def problems_of(part: Callable[[], Iterable[Problem]]) -> list[Problem]:
    """What a check found; a check that itself fails is a problem, so that the checks after it still run.

    >>> [p.code for p in problems_of(lambda: [Problem("no-plan", "there is none")])]
    ['no-plan']
    """
    try:
        return list(part())
    except CeyuanError as error:
        return list(error.problems)
    except Exception as error:
        if shows_tracebacks():
            raise
        return [unforeseen(error)]


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """A hint that names the nearest candidates, or None where none is near.

    >>> did_you_mean("numerater", ["numerator", "denominator"])
    "Did you mean 'numerator'?"
    """
    near = difflib.get_close_matches(word, list(candidates), n=3, cutoff=0.6)
    if not near:
        return None
    return "Did you mean " + " or ".join(repr(n) for n in near) + "?"
