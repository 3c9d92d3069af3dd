"""“My desk” for other programs: what waits for somebody as a feed (Atom, RFC 4287) and as a calendar (iCalendar, RFC 5545)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from icalendar import Calendar, Event, Todo

from ceyuan.plan.phrases import in_language, phrase
from ceyuan.teams.desk import Waiting
from ceyuan.version import __version__
from ceyuan.wording import Language, Trilingual, day_words

ATOM = "http://www.w3.org/2005/Atom"
# What neither XML 1.0 nor a calendar can hold.
_UNPRINTABLE = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\x7f")


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody's desk, ready to be told to other programs.

    Attributes:
        workspace: its identifier.
        account: whose desk it is.
        title: what the workspace is called.
        waits: what waits for her.
        tasks: names of tasks.
        parties: names of sides.
        warn_days: how long before its day something is due soon.
        now: the moment in which it was looked at.
        day: the same as a day in the workspace's time zone.
        address: the address of a page of the site, by the parts of its path.
        language: of titles and descriptions.
    """

    workspace: str
    account: str
    title: Trilingual
    waits: Sequence[Waiting]
    tasks: Mapping[str, Trilingual]
    parties: Mapping[str, Trilingual]
    warn_days: int
    now: datetime
    day: date
    address: Callable[[tuple[str, ...]], str]
    language: Language


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that waits, in words.

    Attributes:
        id: an identifier that stays while it waits, also when the report is changed meanwhile.
        updated: since when it waits; from the day on which it is due soon, that day.
        is_soon: whether it is due soon, or was due.
        title, said: what it is, and what more there is to say, line by line.
        page: where it is done.
        waiting: what it is about.
    """

    id: str
    updated: datetime
    is_soon: bool
    title: str
    said: str
    page: str
    waiting: Waiting


def notices(desk: Desk) -> list[Notice]:
    """What waits, in words and in the order of the desk."""
    return [_notice(desk, waiting) for waiting in desk.waits]


def _notice(desk: Desk, waiting: Waiting) -> Notice:
    key = "/".join(
        (
            desk.workspace,
            desk.account,
            waiting.why,
            waiting.party,
            waiting.task,
            waiting.report or waiting.proposal or waiting.figures or waiting.period,
        )
    )
    updated, is_soon = waiting.since, False
    if waiting.due is not None:
        warned = waiting.due - timedelta(days=desk.warn_days)
        is_soon = warned <= desk.day
        if is_soon:
            updated = max(updated, datetime.combine(warned, time(), UTC))
    title = phrase(
        "desk.entry",
        why=phrase(f"desk.{waiting.why}"),
        task=_name(desk.tasks, waiting.task),
        period=waiting.period,
    )
    at: tuple[str, ...] = ()
    if waiting.report is not None:
        at = tuple(waiting.report.split("/"))
    elif waiting.proposal is not None:
        at = ("tasks", *waiting.proposal.split("/"))
    elif waiting.figures is not None:
        at = ("figures", *waiting.figures.split("/"))
    return Notice(
        str(uuid5(NAMESPACE_URL, key)), updated, is_soon, _printable(in_language(title, desk.language)),
        _said(desk, waiting, is_soon=is_soon), desk.address(("team", *at)), waiting,
    )  # fmt: skip


def _said(desk: Desk, waiting: Waiting, *, is_soon: bool) -> str:
    lines = [phrase("desk.party", party=_name(desk.parties, waiting.party))]
    if waiting.due is not None:
        lines.append(
            phrase(_due_key(desk, waiting.due, is_soon=is_soon), day=day_words(waiting.due))
        )
    if waiting.reason is not None:
        lines.append(phrase("desk.reason", reason=waiting.reason))
    return _printable("\n".join(in_language(line, desk.language) for line in lines))


def _due_key(desk: Desk, due: date, *, is_soon: bool) -> str:
    if due < desk.day:
        return "desk.overdue"
    return "desk.due_soon" if is_soon else "desk.due"


def _name(names: Mapping[str, Trilingual], id_: str) -> Trilingual | str:
    return names.get(id_, id_)


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _title(desk: Desk) -> str:
    return _printable(in_language(phrase("desk.title", name=desk.title), desk.language))


def atom_feed(desk: Desk, address: str) -> bytes:
    """The desk as an Atom feed.

    Args:
        desk: the desk.
        address: where the feed was asked for.
    """
    found = notices(desk)
    feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": desk.language})
    _tell(feed, "id", uuid5(NAMESPACE_URL, f"{desk.workspace}/{desk.account}").urn)
    _tell(feed, "title", _title(desk))
    _tell(feed, "updated", _stamp(max((n.updated for n in found), default=desk.now)))
    _tell(ET.SubElement(feed, "author"), "name", _printable(in_language(desk.title, desk.language)))
    ET.SubElement(feed, "link", {"rel": "self", "href": address})
    ET.SubElement(feed, "link", {"rel": "alternate", "href": desk.address(("team",))})
    for notice in found:
        entry = ET.SubElement(feed, "entry")
        _tell(entry, "id", f"urn:uuid:{notice.id}")
        _tell(entry, "title", notice.title)
        _tell(entry, "updated", _stamp(notice.updated))
        ET.SubElement(entry, "link", {"rel": "alternate", "href": notice.page})
        for term in (notice.waiting.why, *(["due_soon"] if notice.is_soon else [])):
            ET.SubElement(entry, "category", {"term": term})
        _tell(entry, "summary", notice.said)
    content: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return content


def _tell(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def desk_calendar(desk: Desk) -> bytes:
    """The desk as a calendar: an entry on the day by which something is due, and a task where no day is named.

    Entries keep their identifier from one asking to the next, so that a calendar that is loaded again moves them.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Ceyuan//{__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _title(desk))
    for notice in notices(desk):
        due = notice.waiting.due
        entry = Todo() if due is None else Event()
        entry.add("uid", f"{notice.id}@{desk.workspace}.ceyuan")
        entry.add("dtstamp", notice.updated.astimezone(UTC))
        entry.add("summary", notice.title)
        entry.add("description", notice.said)
        entry.add("url", notice.page)
        entry.add("categories", [notice.waiting.why])
        if due is not None:
            entry.add("dtstart", due)
            entry.add("dtend", due + timedelta(days=1))
            entry.add("transp", "TRANSPARENT")
        calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content
