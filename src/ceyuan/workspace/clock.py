"""The workspace's day: which day it is where the observatory is, not in Greenwich."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from ceyuan.errors import did_you_mean
from ceyuan.workspace.settings import setting

_STAMP = "%Y%m%dT%H%M%S"


def zone_named(name: str) -> tzinfo | None:
    """A time zone by its IANA name; None where there is none.

    >>> zone_named("Asia/Hong_Kong") is not None, zone_named("Asia/Hongkong")
    (True, None)
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def zones_alike(name: str) -> str | None:
    """What a wrong name of a time zone may have meant.

    >>> zones_alike("Asia/Hongkong")
    "Did you mean 'Asia/Hong_Kong' or 'Hongkong' or 'Asia/Yangon'?"
    """
    return did_you_mean(name, sorted(available_timezones()))


def zone_of(root: Path) -> tzinfo:
    """The time zone that ``ceyuan.yaml`` declares; UTC where it declares none, or nothing that can be read."""
    name = setting(root, "timezone")
    return (zone_named(name) if isinstance(name, str) else None) or UTC


def today(root: Path) -> date:
    """The day that it is now in the workspace's time zone.

    Args:
        root: the workspace.
    """
    return datetime.now(zone_of(root)).date()


def day_of_moment(stamp: str, zone: tzinfo) -> date:
    """The day on which a build was made, by the moment in its name, which is in UTC.

    Raises:
        ValueError: if there is no moment in it.

    >>> day_of_moment("20260630T180000-ab12cd34", ZoneInfo("Asia/Hong_Kong"))
    datetime.date(2026, 7, 1)
    """
    return datetime.strptime(stamp[:15], _STAMP).replace(tzinfo=UTC).astimezone(zone).date()
