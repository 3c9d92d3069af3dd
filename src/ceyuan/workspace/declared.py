"""A declaration that stands in a file of its own: its version, and how a fault in it gets its line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeVar

from ceyuan.errors import CeyuanError, Problem
from ceyuan.workspace.spec import Spec, parse_spec
from ceyuan.workspace.yamlfile import YamlDocument

S = TypeVar("S", bound=Spec)


@dataclass(frozen=True, slots=True)
class InFile:
    """Something declared in a file of its own.

    Attributes:
        document: the file it stands in, for lines.
        version: a hash of what it says; names and descriptions do not count.
    """

    document: YamlDocument
    version: str

    @property
    def file(self) -> str:
        """The file as shown to the user."""
        return self.document.file

    def problem(
        self, code: str, message: str, *path: str | int, hint: str | None = None
    ) -> Problem:
        """A problem at a path of the declaration."""
        return Problem(code, message, self.file, self.document.line(path), hint)

    def located(self, error: CeyuanError, *path: str | int) -> list[Problem]:
        """Problems of an error; those without a place are put at a path of the declaration."""
        return [
            Problem(
                p.code, p.message, self.file, p.line or self.document.line(path), p.hint, p.severity
            )
            if p.file in (None, self.file)
            else p
            for p in error.problems
        ]


D = TypeVar("D", bound=InFile)


def read_declared(
    documents: Iterable[YamlDocument], model: type[S], make: Callable[[YamlDocument, str, S], D],
    identifier: Callable[[S], str], what: str,
) -> tuple[dict[str, D], list[Problem]]:  # fmt: skip
    """What single files declare, by identifier, and what is wrong with them; of two with one identifier the first counts.

    Args:
        documents: the files.
        model: what each of them is.
        make: puts a declaration together with its file and version.
        identifier: of a declaration.
        what: what messages call it.
    """
    found: dict[str, D] = {}
    problems: list[Problem] = []
    for document in documents:
        try:
            spec = parse_spec(model, document, document.data)
        except CeyuanError as error:
            problems += error.problems
            continue
        one, name = make(document, version_of(spec), spec), identifier(spec)
        first = found.setdefault(name, one)
        if first is not one:
            message = f"the {what} {name!r} is declared already in {first.file}"
            problems.append(one.problem("duplicate-id", message, "id"))
    return found, problems


def version_of(
    spec: Spec, silent: AbstractSet[str] = frozenset({"name", "description", "note"})
) -> str:
    """A hash of what a declaration says, without its names and texts."""
    said = spec.model_dump(mode="json", exclude=set(silent))
    return hashlib.sha256(
        json.dumps(said, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()[:16]
