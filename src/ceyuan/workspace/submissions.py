"""``submitted/``: tables that a side has handed in and others have approved, each beside a file that says who did.

``submitted/2025-H1/payments.guangdong.yaml`` tells about ``payments.guangdong.xlsx`` in the same folder. A build reads that file
as the table ``payments`` declares, before the table's own files: where both have a record of one key, the submitted one holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from ceyuan.errors import CeyuanError, Problem, fail
from ceyuan.hashes import file_sha256
from ceyuan.workspace.spec import Id, Spec, parse_spec, spec_field
from ceyuan.workspace.tables import TableSpec
from ceyuan.workspace.yamlfile import YamlDocument

FOLDER = "submitted"
Decided = Literal["submit", "approve", "accept", "import"]
"""What is decided on a submission, or that it came approved from a file."""
SUFFIXES: Mapping[str, Literal["csv", "xlsx"]] = {".csv": "csv", ".xlsx": "xlsx"}
"""What can be submitted, by the end of a file's name."""


class LogEntry(Spec):
    """A decision on a submission that holds, and the entry of the team's log that says so."""

    what: Decided = spec_field("What was decided.", good="approve", bad="approved")
    by: str = spec_field("Who, by name.", good="周敏", bad=1, max_length=200)
    side: str = spec_field(
        "On behalf of which side; empty for whoever runs the server.", good="guangdong", bad=1
    )
    at: str = spec_field("When, by the server's clock.", good="2026-02-03T09:00:00+00:00", bad=1)
    entry: int = spec_field("Number of the log's entry.", good=17, bad=0, ge=1)
    hash: str = spec_field("Its hash.", good="0" * 64, bad="x", pattern=r"^[0-9a-f]{64}$")


class SubmissionFile(Spec):
    """A table that a side submits."""

    table: Id = spec_field("The table of records that it is read as.", good="payments", bad="P 1")
    party: Id = spec_field("The side that submits it.", good="guangdong", bad="Guangdong")
    period: str = spec_field(
        "The period that it is handed in for; a later one of the same replaces it.",
        good="2025-H1",
        bad="",
        min_length=1,
        max_length=40,
    )
    name: str = spec_field(
        "What the file was called.", good="拨付明细.xlsx", bad="payments.exe", max_length=200
    )
    sha256: str = spec_field(
        "Hash of its content.", good="0" * 64, bad="latest", pattern=r"^[0-9a-f]{64}$"
    )
    log: tuple[LogEntry, ...] = spec_field(
        "Who submitted, approved and accepted it; written by the team's server.", good=[], bad="x", default=()
    )  # fmt: skip

    @property
    def suffix(self) -> str:
        """The end of the file's name, which tells what it is."""
        return PurePosixPath(self.name).suffix.lower()


@dataclass(frozen=True, slots=True)
class Submission:
    """A submitted table, ready to be read.

    Attributes:
        spec: who submitted what.
        path: the file.
        shown_as: how it is named to the user and in lineage.
    """

    spec: SubmissionFile
    path: Path
    shown_as: str


def read_submission(root: Path, document: YamlDocument) -> Submission:
    """A submission from its YAML.

    Raises:
        CeyuanError: every fault of it, or ``submission-changed`` where the file beside it is missing or another one.
    """
    spec = parse_spec(SubmissionFile, document, document.data)
    if spec.suffix not in SUFFIXES:
        message = f"{spec.name!r} is neither CSV nor XLSX"
        raise fail("bad-value", message, file=document.file, line=document.line(("name",)))
    shown_as = str(PurePosixPath(document.file).with_suffix("")) + spec.suffix
    path = root / shown_as
    if not path.is_file() or path.is_symlink() or file_sha256(path) != spec.sha256:
        message = f"{shown_as} is not the file that was submitted"
        raise fail("submission-changed", message, file=document.file, line=document.line(("sha256",)))  # fmt: skip
    return Submission(spec, path, shown_as)


def check_submissions(
    submissions: Collection[Submission], tables: Mapping[str, TableSpec]
) -> Iterator[Problem]:
    """Submissions of a table that takes none of that side."""
    for one in submissions:
        table = tables.get(one.spec.table)
        if table is None or one.spec.party not in table.submitted_by:
            message = f"the table {one.spec.table!r} takes nothing from {one.spec.party}"
            hint = f"Write submitted_by: [{one.spec.party}] in records/{one.spec.table}.yaml"
            yield Problem("not-submitted-here", message, one.shown_as, None, hint)
    seen: dict[tuple[str, str, str], str] = {}
    for one in submissions:
        key = (one.spec.table, one.spec.party, one.spec.period)
        first = seen.setdefault(key, one.shown_as)
        if first != one.shown_as:
            message = f"{first} is of the same table, side and period"
            yield Problem("duplicate-id", message, one.shown_as)


def submission_of(
    submissions: Mapping[str, SubmissionFile], record_file: str
) -> SubmissionFile | None:
    """The submission that a record stands in; None where it stands in a file of the workspace.

    Args:
        submissions: by the file, as lineage names it.
        record_file: the record's file, maybe with its sheet (``submitted/2025/a.xlsx!Sheet1``).
    """
    return submissions.get(record_file.partition("!")[0])


def readable(documents: Collection[YamlDocument], root: Path) -> tuple[list[Submission], list[Problem]]:  # fmt: skip
    """Submissions that can be read, and what is wrong with the others."""
    found: list[Submission] = []
    problems: list[Problem] = []
    for document in documents:
        try:
            found.append(read_submission(root, document))
        except CeyuanError as error:
            problems += error.problems
    return found, problems
