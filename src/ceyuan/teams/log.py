"""The log: entries are added, each with the hash of the one before, and never changed."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from ceyuan.teams.tables import ACCOUNT, ATTACHMENT, BODY, DOCUMENT, EVENT, FILE, HEAD

START = "0" * 64
"""The hash before the first entry."""
_OF_ATTACHMENT = ("name", "media", "size")


@dataclass(frozen=True, slots=True)
class Happened:
    """What is to be written down.

    Attributes:
        account: who does it.
        side: on behalf of which side; empty for whoever runs the server.
        what: what is done (``submit``).
        subject: to what: a file of the plan, or ``account/NAME``.
        version: the subject's version from then on; 0 where it has none.
        detail: anything else that must be known.
        body: what was written, which can be erased later; None for nothing.
    """

    account: str
    side: str
    what: str
    subject: str
    version: int = 0
    detail: Mapping[str, Any] = field(default_factory=dict)
    body: str | None = None


def append(connection: sa.Connection, happened: Happened) -> datetime:
    """Add an entry at the end of the log, within the caller's transaction.

    Whatever else the transaction locks must be locked before: every writer locks the end of the log last.

    Returns:
        When it happened, by the clock of this machine.
    """
    seq, before = lock_head(connection)
    # After the lock, so that times rise along the log; a clock that is set back does not turn them round.
    last = connection.scalar(sa.select(EVENT.c.at).where(EVENT.c.seq == seq))
    now = datetime.now(UTC)
    at = now if last is None else max(now, last)
    salt = secrets.token_hex(16)
    row: dict[str, Any] = {
        "seq": seq + 1, "at": at, "account": happened.account, "side": happened.side, "what": happened.what,
        "subject": happened.subject, "version": happened.version,
        "detail": json.dumps(happened.detail, ensure_ascii=False, sort_keys=True),
        "body_hash": None if happened.body is None else body_hash(salt, happened.body), "before": before,
    }  # fmt: skip
    row["hash"] = entry_hash(row)
    connection.execute(sa.insert(EVENT).values(row))
    if happened.body is not None:
        connection.execute(sa.insert(BODY).values(seq=seq + 1, salt=salt, text=happened.body))
    connection.execute(sa.update(HEAD).where(HEAD.c.id == 1).values(seq=seq + 1, hash=row["hash"]))
    return at


def lock_head(connection: sa.Connection) -> tuple[int, str]:
    """The end of the log, held for this transaction."""
    head = connection.execute(
        sa.select(HEAD.c.seq, HEAD.c.hash).where(HEAD.c.id == 1).with_for_update()
    ).one()
    return int(head.seq), str(head.hash)


def head_of(connection: sa.Connection) -> dict[str, Any]:
    """The end of the log, as a build's manifest keeps it."""
    head = connection.execute(sa.select(HEAD.c.seq, HEAD.c.hash).where(HEAD.c.id == 1)).one()
    return {"seq": int(head.seq), "hash": str(head.hash)}


def body_hash(salt: str, text: str) -> str:
    """The hash of what an entry said; the salt goes with the text, so that nobody can guess what was erased."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def entry_hash(row: Mapping[str, Any]) -> str:
    """The hash of an entry, over the hash of the one before."""
    parts = (
        row["before"], row["seq"], row["at"].astimezone(UTC).isoformat(timespec="microseconds"), row["account"], row["side"],
        row["what"], row["subject"], row["version"], row["detail"], row["body_hash"],
    )  # fmt: skip
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of the log found.

    Attributes:
        entries: how many entries there are.
        hash: of the last one.
        erased: how many of them have lost their text by an entry that says so.
        faults: what is wrong, in words.
    """

    entries: int
    hash: str
    erased: int
    faults: tuple[str, ...]


def verify(
    connection: sa.Connection, anchors: Mapping[str, Mapping[str, Any]] | None = None
) -> Verified:
    """Check the log from its first entry to its end, and the present state against it.

    Args:
        connection: a transaction that sees one state.
        anchors: ends of the log that were written down elsewhere (by builds), by what holds them: who rewrites the whole log
            cannot rewrite these.
    """
    faults: list[str] = []
    hashes = {0: START}
    erasable = _erased_by_entry(connection)
    erased, before, expected = 0, START, 1
    latest: dict[str, dict[str, Any]] = {}
    columns = sa.select(EVENT, BODY.c.salt, BODY.c.text).outerjoin(BODY, BODY.c.seq == EVENT.c.seq)
    for row in connection.execute(columns.order_by(EVENT.c.seq)).mappings():
        faults += _faults_of(row, expected, before)
        if row["body_hash"] is not None and row["text"] is None:
            if row["seq"] in erasable:
                erased += 1
            else:
                faults.append(f"entry {row['seq']}: its text is gone and no entry erases it")
        before, expected = row["hash"], row["seq"] + 1
        hashes[row["seq"]] = before
        if row["version"]:
            known = latest.setdefault(row["subject"], {})
            known |= {"version": row["version"], **_detail(row["detail"]).get("state", {})}
            if row["body_hash"] is not None:
                known["text"] = row["text"]
    head = head_of(connection)
    if head != {"seq": expected - 1, "hash": before}:
        faults.append(
            f"the log ends with entry {expected - 1}, and its end is written down as {head['seq']}"
        )
    faults += _against_state(connection, latest)
    faults += _attached(connection)
    for holder, anchor in (anchors or {}).items():
        if hashes.get(anchor["seq"]) != anchor["hash"]:
            faults.append(f"{holder} was made when entry {anchor['seq']} was another one")
    return Verified(expected - 1, before, erased, tuple(faults))


def _erased_by_entry(connection: sa.Connection) -> set[int]:
    found = connection.scalars(sa.select(EVENT.c.detail).where(EVENT.c.what == "erase"))
    return {entry for detail in found if isinstance(entry := _detail(detail).get("entry"), int)}


def _detail(text: str) -> dict[str, Any]:
    """What an entry adds; nothing where somebody has put something else there."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _faults_of(row: Mapping[Any, Any], expected: int, before: str) -> Iterator[str]:
    name = f"entry {row['seq']}"
    if row["seq"] != expected:
        yield f"{name}: entry {expected} is missing"
    if row["before"] != before:
        yield f"{name}: it does not follow on the one before"
    if row["hash"] != entry_hash(row):
        yield f"{name}: it was changed"
    if row["text"] is not None and row["body_hash"] != body_hash(row["salt"], row["text"]):
        yield f"{name}: its text was changed"


def _attached(connection: sa.Connection) -> Iterator[str]:
    """Reports must have the attachments that the log says, and files the content that their hash says."""
    said: dict[tuple[str, str], Any] = {}
    erased: set[str] = set()
    changes = sa.select(EVENT).where(EVENT.c.what.in_(("attach", "detach", "erase")))
    for row in connection.execute(changes.order_by(EVENT.c.seq)):
        detail = _detail(row.detail)
        about = detail.get("attachment", {})
        if row.what == "attach":
            said[row.subject, about.get("hash")] = tuple(map(about.get, _OF_ATTACHMENT))
            erased.discard(about.get("hash"))
        elif row.what == "detach":
            said.pop((row.subject, about.get("hash")), None)
        elif "file" in detail:
            erased.add(detail["file"])
    there = {
        (row.path, row.hash): (row.name, row.media, row.size)
        for row in connection.execute(sa.select(ATTACHMENT).where(~ATTACHMENT.c.removed))
    }
    for path, digest in sorted(said.items() ^ there.items(), key=str):
        yield f"{path[0]}: the attachment {digest!r} does not stand as the log says"
    known = set()
    for row in connection.execute(sa.select(FILE).execution_options(yield_per=10)):
        known.add(row.hash)
        if hashlib.sha256(row.content).hexdigest() != row.hash:
            yield f"file {row.hash}: its content was changed"
    kept = set(connection.scalars(sa.select(ATTACHMENT.c.hash)))
    for digest in sorted(kept - known - erased):
        yield f"file {digest}: its content is gone and no entry erases it"


def _against_state(
    connection: sa.Connection, latest: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    """Everything that has a version must stand as its last entry says."""
    state = {}
    for row in connection.execute(sa.select(DOCUMENT)):
        said = {
            "version": row.version,
            "text": row.text,
            "state": row.state,
            "in_force": row.in_force,
        }
        state[row.path] = said
    for row in connection.execute(sa.select(ACCOUNT)):
        said = {"version": row.version, "text": row.display, "side": row.side, "unit": row.unit}
        state[f"account/{row.name}"] = said | {"roles": row.roles, "active": row.active}
    for subject in sorted(state.keys() | latest.keys()):
        if state.get(subject) != latest.get(subject):
            yield f"{subject}: it does not stand as the log says"
