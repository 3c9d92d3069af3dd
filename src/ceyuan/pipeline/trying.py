"""Trying a file: what a declared table would make of it, and how its records differ from those that are there.

Nothing is kept. The file may be anybody's, so it is read in a process of its own with limits of time and memory.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

from cachetools import LRUCache
from pydantic_core import to_jsonable_python

from ceyuan.engine import Engine, EngineSettings, identifier
from ceyuan.errors import CeyuanError, Problem, fail
from ceyuan.indicators.types import INDICATOR
from ceyuan.limits import OVER, LimitError, OutOfTimeError, limit_here, limited_program
from ceyuan.pipeline.folder import BuildFolder
from ceyuan.pipeline.reading import record_fields
from ceyuan.places import Gazetteer
from ceyuan.records.columns import create_view, stored_columns
from ceyuan.records.ingest import Ingested, ingest
from ceyuan.records.store import Store, StoredPart
from ceyuan.workspace import Workspace, load_workspace
from ceyuan.workspace.clock import today
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.submissions import Submission, SubmissionFile
from ceyuan.workspace.walking import state_of

SHOWN = 100
"""How many quarantined rows and how many differences are told one by one; all are counted."""
_SECONDS, _MEGABYTES = 30, 1500
_AT_ONCE = BoundedSemaphore(2)
_KNOWN: LRUCache[Hashable, dict[str, Any]] = LRUCache(64)
_LOCK = Lock()
_PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that would go to quarantine.

    Attributes:
        file: the file, with its sheet and the column where the row was one cell.
        line: the line, or row of the sheet.
        reasons: reason codes of the error catalogue.
        cells: what stands in it, by the file's own names of columns.
    """

    file: str
    line: int
    reasons: tuple[str, ...]
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """A record of the file that is new or another one than there, or one that is there no more.

    Attributes:
        what: ``new``, ``changed`` or ``gone``.
        line: where it stands in the file; of what is gone, in the file that it stood in.
        there: its fields until now, empty for what is new.
        sent: its fields in the file, empty for what is gone.
    """

    what: str
    line: int
    there: Mapping[str, Any]
    sent: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a table's declaration makes of a file.

    Attributes:
        read, stored, quarantined: rows; ``read = stored + quarantined``.
        reasons: reason code → number of rows.
        set_aside: the first rows that would go to quarantine.
        unmapped: columns that no field takes.
        hidden: hidden sheets that are passed over.
        counts: how many records are ``new``, ``changed``, the ``same``, and ``gone`` with the submission that it replaces.
        differences: the first of them.
        warnings: what else a person should look at.
    """

    read: int
    stored: int
    quarantined: int
    reasons: Mapping[str, int]
    set_aside: tuple[SetAside, ...]
    unmapped: tuple[str, ...]
    hidden: tuple[str, ...]
    counts: Mapping[str, int]
    differences: tuple[Difference, ...]
    warnings: tuple[str, ...]


def try_file(root: Path, spec: SubmissionFile, shown_as: str, content: bytes) -> dict[str, Any]:
    """Try a file in a process of its own.

    Args:
        root: the workspace.
        spec: for which table, side and period it is, and what it is called.
        shown_as: how the file would be named in lineage, without its suffix.
        content: what stands in it.

    Returns:
        A :class:`Trial` as plain values; one that was made before where nothing that it rests on can have changed.

    Raises:
        CeyuanError: ``file-too-costly``, ``too-many-checks``, or why it cannot be read at all (``bad-xlsx``, ``bad-header``,
            ``missing-column`` and others).
    """
    # Whoever decides looks at the same file again, and again.
    ground = state_of(root), today(root)
    key = (str(root.absolute()), spec.model_dump_json(), shown_as, sha256(content).digest(), ground)
    with _LOCK:
        known = _KNOWN.get(key)
    if known is not None:
        return known
    answer = _tried(root, spec, shown_as, content)
    found: dict[str, Any] = answer["trial"]
    seen = {name for name, _ in ground[0]}
    # What stands elsewhere (a root's folder, a database), or is not there yet, changes unseen.
    if (
        answer["whole"]
        and seen.issuperset(answer["files"])
        and (state_of(root), today(root)) == ground
    ):
        with _LOCK:
            _KNOWN[key] = found
    return found


def _tried(root: Path, spec: SubmissionFile, shown_as: str, content: bytes) -> dict[str, Any]:
    if not _AT_ONCE.acquire(timeout=_PATIENCE_SECONDS):
        raise fail("too-many-checks", "other tables are being checked")
    try:
        with tempfile.TemporaryDirectory(prefix="ceyuan-trial-") as folder:
            path = Path(folder, f"file{spec.suffix}")
            path.write_bytes(content)
            said = (str(root.absolute()), spec.model_dump_json(), shown_as, str(path))
            found = limited_program(__name__, *said, seconds=_SECONDS, megabytes=_MEGABYTES)
    except LimitError:
        limits = f"{_SECONDS} seconds of processor time or {_MEGABYTES:,} MB of memory"
        raise fail("file-too-costly", f"checking the file takes more than {limits}") from None
    finally:
        _AT_ONCE.release()
    answer: dict[str, Any] = json.loads(found)
    if "problems" in answer:
        raise CeyuanError(Problem(**raw) for raw in answer["problems"])
    return answer


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial, and what it rests on.

    Attributes:
        trial: what came of it.
        files: the other files that were read for it, as lineage names them.
        whole: whether all that are declared could be read.
    """

    trial: Trial
    files: tuple[str, ...]
    whole: bool


def trial(root: Path, sent: Submission, folder: Path) -> Tried:
    """What a table's declaration makes of a file, beside the records that the workspace has.

    Args:
        root: the workspace.
        sent: the file, as if it were a submission of the workspace.
        folder: where to work; whoever made it removes it, also when this process is ended.

    Raises:
        CeyuanError: why it cannot be read at all, or every fault of the workspace.
    """
    workspace, problems = load_workspace(root, INDICATOR)
    if workspace is None:
        raise CeyuanError(problems)
    table = next((t for t in workspace.tables if t.id == sent.spec.table), None)
    if table is None:
        raise fail("not-submitted-here", f"there is no table {sent.spec.table!r}")
    kind = workspace.kinds[table.spec.kind]
    before = _concerned(workspace, kind)
    former = [one for one in before.submissions if _slot(one) == _slot(sent)]
    others = [one for one in before.submissions if one not in former]
    after = replace(before, submissions=(*others, sent))
    settings = EngineSettings(folder / "scratch", workspace.config.memory, 1)
    with Engine(settings) as engine:
        store = Store(folder / "store", BuildFolder(root).store)
        read = partial(_read, engine=engine, store=store, scratch=folder / "copies")
        there, then = read(before), read(after)
        part = _part_of(then, sent)
        known = [p for p in there.parts if p.kind == kind.kind]
        replaced = {one.shown_as for one in former}
        differences = _Differences(engine, store, kind, part, known, replaced)
        files = {p.file for p in (*there.parts, *then.parts)} - {sent.shown_as}
        whole = all(p.severity != "error" for p in (*there.problems, *then.problems))
        return Tried(_trial(engine, store, part, then, differences), tuple(sorted(files)), whole)


def _slot(one: Submission) -> tuple[str, str, str]:
    return one.spec.table, one.spec.party, one.spec.period


def _concerned(workspace: Workspace, kind: RecordKind) -> Workspace:
    """The workspace with the tables of a kind, and of the kinds that it refers to, alone."""
    wanted: set[str] = set()
    waiting = [kind.kind]
    while waiting:
        name = waiting.pop()
        if name in wanted or name not in workspace.kinds:
            continue
        wanted.add(name)
        waiting += [f.to for f in workspace.kinds[name].fields if f.to is not None]
    tables = tuple(t for t in workspace.tables if t.spec.kind in wanted)
    return replace(workspace, tables=tables)


def _read(workspace: Workspace, engine: Engine, store: Store, scratch: Path) -> Ingested:
    return ingest(workspace, Gazetteer.of(workspace.places), engine, store, scratch)


def _part_of(ingested: Ingested, sent: Submission) -> StoredPart:
    for part in ingested.parts:
        if part.file == sent.shown_as:
            return part
    of_file = [p for p in ingested.problems if p.file == sent.shown_as and p.severity == "error"]
    raise CeyuanError(of_file or [p for p in ingested.problems if p.severity == "error"])


def _trial(
    engine: Engine, store: Store, part: StoredPart, ingested: Ingested, differences: _Differences
) -> Trial:
    warnings = [
        p.message
        for p in ingested.problems
        if p.file == part.file and p.code not in ("rows-quarantined", "rows-excluded")
    ]
    return Trial(
        part.read,
        part.stored,
        part.quarantined,
        part.reasons,
        tuple(_set_aside(engine, store, part)),
        part.unmapped,
        part.hidden,
        differences.counts(),
        tuple(differences.first()),
        tuple(warnings),
    )


def _set_aside(engine: Engine, store: Store, part: StoredPart) -> Iterable[SetAside]:
    if not part.quarantined:
        return
    source = engine.parquet(store.quarantine(part.key))
    rows = engine.arrow(f"SELECT * FROM {source} ORDER BY _line, _file LIMIT {SHOWN}")
    for row in rows.to_pylist():
        file, line, reasons = row.pop("_file"), row.pop("_line"), row.pop("_reasons")
        yield SetAside(file, line, tuple(reasons.split("; ")), row)


class _Differences:
    """The records of a file beside those that are there, found by the key of their kind.

    Args:
        engine: where they are compared.
        store: where they stand.
        kind: their kind.
        part: the file.
        known: what is there without it.
        replaced: files of the submission that it would replace.
    """

    def __init__(
        self,
        engine: Engine,
        store: Store,
        kind: RecordKind,
        part: StoredPart,
        known: Sequence[StoredPart],
        replaced: set[str],
    ) -> None:
        self._engine, self._kind = engine, kind
        create_view(engine, kind, store, [part], "trial_sent")
        create_view(engine, kind, store, known, "trial_there")
        former = [p for p in known if p.file in replaced]
        create_view(engine, kind, store, former, "trial_former")
        fields = list(stored_columns(kind))
        by = (*kind.key, *(("_source",) if kind.per_source else ())) if kind.key else fields
        same = " AND ".join(f"s.{identifier(n)} IS NOT DISTINCT FROM t.{identifier(n)}" for n in by)
        other = " OR ".join(f"s.{identifier(n)} IS DISTINCT FROM t.{identifier(n)}" for n in fields)
        judged = f"CASE WHEN t._line IS NULL THEN 'new' WHEN {other} THEN 'changed' ELSE 'same' END"
        self._sent = f"SELECT {judged} AS what, s, t FROM trial_sent AS s LEFT JOIN trial_there AS t ON {same}"
        self._gone = f"SELECT t FROM trial_former AS t ANTI JOIN trial_sent AS s ON {same}"

    def counts(self) -> dict[str, int]:
        """How many records are new, changed, the same, gone."""
        found = dict.fromkeys(("new", "changed", "same", "gone"), 0)
        for what, number in self._engine.rows(
            f"SELECT what, count(*) FROM ({self._sent}) GROUP BY what"
        ):
            found[str(what)] = int(number)
        found["gone"] = int(self._engine.value(f"SELECT count(*) FROM ({self._gone})"))
        return found

    def first(self) -> Iterable[Difference]:
        """The first differences: what has changed, what is gone, what is new."""
        ask = self._engine.arrow
        changed = (
            f"SELECT * FROM ({self._sent}) WHERE what = 'changed' ORDER BY s._line LIMIT {SHOWN}"
        )
        for row in ask(changed).to_pylist():
            there, sent = self._fields(row["t"]), self._fields(row["s"])
            yield Difference("changed", row["s"]["_line"], there, sent)
        gone = f"SELECT * FROM ({self._gone}) ORDER BY t._line LIMIT {SHOWN}"
        for row in ask(gone).to_pylist():
            yield Difference("gone", row["t"]["_line"], self._fields(row["t"]), {})
        new = f"SELECT s FROM ({self._sent}) WHERE what = 'new' ORDER BY s._line LIMIT {SHOWN}"
        for row in ask(new).to_pylist():
            yield Difference("new", row["s"]["_line"], {}, self._fields(row["s"]))

    def _fields(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return record_fields(self._kind, row)


def main(said: Sequence[str]) -> int:
    """Try a file as this process alone, and write what was found to standard output."""
    seconds, megabytes, root, spec, shown_as, path = said
    limit_here(int(seconds), int(megabytes))
    asked = SubmissionFile.model_validate_json(spec)
    try:
        sent = Submission(asked, Path(path), f"{shown_as}{asked.suffix}")
        found: dict[str, Any] = asdict(trial(Path(root), sent, Path(path).parent))
    except CeyuanError as error:
        if error.problems[0].code == "out-of-memory":
            return OVER
        found = {"problems": [asdict(problem) for problem in error.problems]}
    except (OutOfTimeError, MemoryError):
        return OVER
    sys.stdout.write(json.dumps(to_jsonable_python(found), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
