"""The desk as a feed and as a calendar, read again by other programs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from ceyuan.teams.database import Team
from ceyuan.teams.desk import Waiting, my_desk
from ceyuan.teams.notices import ATOM, Desk, atom_feed, desk_calendar, notices
from ceyuan.teams.reports import draft, move
from ceyuan.wording import LANGUAGES, Language, Trilingual
from team_world import APPROVER, DRAFTER, LABS1, MINISTER, SAID, SUBMITTER

SINCE = datetime(2026, 1, 5, 8, 30, 15, tzinfo=UTC)
NAME = Trilingual.of({"en": "Laboratories", "zh-Hans": "实验室", "zh-Hant": "實驗室"})
SELF = "https://observatory.example/api/team/desk.atom"
TAG = f"{{{ATOM}}}"


def desk(*waits: Waiting, language: Language = "en", day: date = date(2026, 1, 20)) -> Desk:
    parties = {
        "guangdong": Trilingual.of({"en": "Guangdong", "zh-Hans": "广东", "zh-Hant": "廣東"})
    }
    return Desk(
        "small", "li", Trilingual.of({"en": "Small", "zh-Hans": "小", "zh-Hant": "小"}), waits, {"labs": NAME}, parties, 30,
        datetime(2026, 1, 20, 12, tzinfo=UTC), day, lambda path: "/".join(("https://observatory.example", language, *path, "")), language,
    )  # fmt: skip


def waiting(due: date | None = None, reason: str | None = None) -> Waiting:
    return Waiting(
        "returned", "labs", "2025-H2", "guangdong", SINCE, "2025-H2/labs.guangdong", due, reason
    )


def parsed(content: bytes) -> ET.Element:
    return ET.fromstring(content)  # noqa: S314 - written just now


def entries(content: bytes) -> list[ET.Element]:
    return parsed(content).findall(f"{TAG}entry")


def told(entry: ET.Element, name: str) -> str:
    return entry.findtext(f"{TAG}{name}") or ""


def components(content: bytes) -> list[tuple[str, str, str]]:
    calendar = Calendar.from_ical(content)
    return [(c.name, str(c["summary"]), str(c["description"])) for c in calendar.subcomponents]


@pytest.mark.parametrize(
    ("language", "title", "said"),
    [
        (
            "en",
            "Returned: Laboratories (2025-H2)",
            "Side: Guangdong\nDue soon: 1 February 2026\nReason: No evidence",
        ),
        (
            "zh-Hans",
            "已退回：实验室（2025-H2）",
            "共建方：广东\n临近截止：2026年2月1日\n理由：No evidence",
        ),
        (
            "zh-Hant",
            "已退回：實驗室（2025-H2）",
            "共建方：廣東\n臨近截止：2026年2月1日\n理由：No evidence",
        ),
    ],
)
def test_feed_and_calendar_say_what_waits_and_by_when(
    language: Language, title: str, said: str
) -> None:
    made = desk(waiting(date(2026, 2, 1), "No evidence"), language=language)
    (entry,) = entries(atom_feed(made, SELF))
    assert (told(entry, "title"), told(entry, "summary")) == (title, said)
    assert components(desk_calendar(made)) == [("VEVENT", title, said)]
    (event,) = Calendar.from_ical(desk_calendar(made)).subcomponents
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (
        date(2026, 2, 1),
        date(2026, 2, 2),
    )
    assert (
        str(event["url"]) == f"https://observatory.example/{language}/team/2025-H2/labs.guangdong/"
    )


def test_the_feed_has_what_atom_asks_for() -> None:
    feed = parsed(atom_feed(desk(waiting(), waiting(date(2026, 9, 1))), SELF))
    assert feed.tag == f"{TAG}feed"
    for element in (feed, *feed.findall(f"{TAG}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{TAG}{name}")) == 1
        assert UUID(told(element, "id").removeprefix("urn:uuid:"))
        assert datetime.fromisoformat(told(element, "updated")).tzinfo is not None
        links = {link.get("rel"): str(link.get("href")) for link in element.findall(f"{TAG}link")}
        assert urlsplit(links["alternate"]).hostname == "observatory.example"
    assert feed.findtext(f"{TAG}author/{TAG}name") == "Small"
    assert told(feed, "updated") == "2026-01-05T08:30:15Z"


@pytest.mark.parametrize(
    ("day", "updated", "word"),
    [
        (date(2026, 1, 20), "2026-01-05T08:30:15Z", "Due: "),
        # thirty days before: readers hear of it again
        (
            date(2026, 2, 1),
            "2026-01-31T00:00:00Z",
            "Due soon: ",
        ),
        (date(2026, 3, 2), "2026-01-31T00:00:00Z", "Due soon: "),
        (date(2026, 3, 3), "2026-01-31T00:00:00Z", "Overdue since "),
    ],
)
def test_what_is_due_soon_is_told_again(day: date, updated: str, word: str) -> None:
    made = desk(waiting(date(2026, 3, 2)), day=day)
    (entry,) = entries(atom_feed(made, SELF))
    assert told(entry, "updated") == updated
    assert f"{word}2 March 2026" in told(entry, "summary")
    terms = [category.get("term") for category in entry.findall(f"{TAG}category")]
    assert terms == (["returned"] if word == "Due: " else ["returned", "due_soon"])
    # The identifier stays, so that an entry moves and is not doubled.
    assert told(entry, "id") == f"urn:uuid:{notices(desk(waiting()))[0].id}"


def test_without_a_day_it_is_a_task_of_the_calendar() -> None:
    assert [name for name, _, _ in components(desk_calendar(desk(waiting())))] == ["VTODO"]
    assert components(desk_calendar(desk())) == []
    assert entries(atom_feed(desk(), SELF)) == []


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_reason_can_be_told(reason: str, language: Language) -> None:
    made = desk(waiting(date(2026, 2, 1), reason), language=language)
    (notice,) = notices(made)
    (entry,) = entries(atom_feed(made, SELF))
    assert told(entry, "summary") == notice.said
    content = desk_calendar(made)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    ((_, _, said),) = components(content)
    assert said == notice.said


def test_lines_are_folded_at_75_octets_and_signs_stay_whole() -> None:
    content = desk_calendar(
        desk(waiting(date(2026, 2, 1), "没有依据；数字不符，请补充\\n, ;" * 20))
    )
    assert max(map(len, content.split(b"\r\n"))) <= 75
    for line in content.split(b"\r\n"):
        line.decode()
    assert "没有依据；数字不符，请补充\\n, ;" * 20 in components(content)[0][2]


def test_the_desk_of_a_team_is_told_also_to_a_token_that_only_reads(team: Team) -> None:
    draft(team, DRAFTER, {"task": "labs", "period": "2025-H2", **SAID})
    before = datetime.now(UTC)
    move(team, APPROVER, LABS1, 1, "return", "why")
    with team.reading() as connection:
        for actor in (DRAFTER, SUBMITTER, APPROVER, MINISTER):
            reading = type(actor)(
                actor.name, actor.display, actor.side, "", actor.roles, reads_only=True
            )
            assert my_desk(team, connection, reading) == my_desk(team, connection, actor)
        found = {w.why: w for w in my_desk(team, connection, DRAFTER)}
    assert set(found) == {"returned", "draft"}
    assert found["returned"].since >= before
