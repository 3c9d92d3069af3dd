"""What can be wrong, said so that a person can mend it.

Every fault that Ceyuan reports is a :class:`Problem`: a stable code, one sentence, the place (``file:line``) and, where
one helps, a hint. The catalogue of codes (title, meaning, what to do) is the data file ``error_codes.toml`` beside this
module; a code that is not in it cannot be reported. Validation collects problems and raises one :class:`CeyuanError`
with all of them.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

Severity = Literal["error", "warning"]


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
    raw = tomllib.loads(resources.files("ceyuan").joinpath("error_codes.toml").read_text(encoding="utf-8"))
    return {code: ErrorCode(code, entry["title"], entry["meaning"], entry["remedy"]) for code, entry in raw.items()}


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
        return self.file if self.line is None else f"{self.file}:{self.line}"

    @property
    def advice(self) -> str:
        """The hint, or the code's general remedy where there is none."""
        return self.hint or catalogue()[self.code].remedy

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


def fail(
    code: str, message: str, *, file: str | None = None, line: int | None = None, hint: str | None = None
) -> CeyuanError:
    """A :class:`CeyuanError` of a single problem, to be raised by the caller."""
    return CeyuanError([Problem(code, message, file, line, hint)])


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """A hint that names the nearest candidates, or None where none is near.

    >>> did_you_mean("numerater", ["numerator", "denominator"])
    "Did you mean 'numerator'?"
    """
    near = difflib.get_close_matches(word, list(candidates), n=3, cutoff=0.6)
    if not near:
        return None
    return "Did you mean " + " or ".join(repr(n) for n in near) + "?"
