"""The parts of OpenAlex records that are used here, and how one record becomes rows.

OpenAlex records have dozens of fields; a decoder that knows these few skips the rest without building it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

LATEST_YEAR = date.max.year
Row = tuple[Any, ...]


class Geo(msgspec.Struct, gc=False):
    """Where an institution is."""

    city: str | None = None
    country_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class Institution(msgspec.Struct, gc=False):
    """An institution of its own file."""

    id: str
    country_code: str | None = None
    geo: Geo | None = None


class Affiliated(msgspec.Struct, gc=False):
    """An institution as a work names it."""

    id: str | None = None
    display_name: str | None = None
    country_code: str | None = None
    type: str | None = None


class Author(msgspec.Struct, gc=False):
    """An author as a work names them."""

    id: str | None = None


class Authorship(msgspec.Struct, gc=False):
    """One author of a work with their institutions."""

    author: Author | None = None
    institutions: list[Affiliated] | None = None
    countries: list[str | None] | None = None
    is_corresponding: bool | None = None


class NamedRecord(msgspec.Struct, gc=False):
    """Something with a name."""

    id: str | None = None
    display_name: str | None = None


class TopicRecord(msgspec.Struct, gc=False):
    """A topic with its field."""

    id: str | None = None
    display_name: str | None = None
    field: NamedRecord | None = None


class PercentileRecord(msgspec.Struct, gc=False):
    """Where a work stands among those of its year, type and subfield, from 0 to 1."""

    value: float | None = None


class Work(msgspec.Struct, gc=False):
    """A work."""

    id: str
    doi: str | None = None
    title: str | None = None
    publication_year: int | None = None
    publication_date: str | None = None
    type: str | None = None
    cited_by_count: int | None = None
    primary_topic: TopicRecord | None = None
    authorships: list[Authorship] | None = None
    referenced_works: list[str | None] | None = None
    topics: list[TopicRecord] | None = None
    keywords: list[NamedRecord] | None = None
    citation_normalized_percentile: PercentileRecord | None = None


ORGANISATION_TYPES = {
    "education": "university",
    "company": "firm",
    "healthcare": "hospital",
    "government": "government",
    "facility": "institute",
    "nonprofit": "association",
    "funder": "fund",
    "archive": "other",
    "other": "other",
}
"""OpenAlex's types of institutions (those of ROR) as types of organisations here."""


def short_id(text: str, letter: str) -> str | None:
    """An OpenAlex identifier without its address, or None if it is none of that letter.

    >>> short_id("https://openalex.org/W2181906270", "W"), short_id("A1", "W")
    ('W2181906270', None)
    """
    name = text.rsplit("/", 1)[-1]
    return name if name[:1] == letter and name[1:].isascii() and name[1:].isdigit() else None


class UnusableError(Exception):
    """A record that cannot be used.

    Attributes:
        code: code of the catalogue.
        message: what is wrong.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Site:
    """Where an institution is: degrees WGS 84, or None where not known; country code and city."""

    lat: float | None
    lon: float | None
    country: str | None
    city: str | None


def institution_site(record: Institution) -> tuple[str, Site]:
    """The identifier and place of an institution.

    Raises:
        UnusableError: without a proper identifier, or with an impossible position.
    """
    name = short_id(record.id, "I")
    if name is None:
        raise UnusableError("bad-record", f"{record.id!r} is no identifier of an institution")
    geo = record.geo or Geo()
    lat, lon = geo.latitude, geo.longitude
    if (lat is None) != (lon is None):
        raise UnusableError("bad-record", "the position has a latitude or a longitude, not both")
    if lat is not None and lon is not None and not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise UnusableError(
            "out-of-range", f"latitude {lat}, longitude {lon} is no position on Earth"
        )
    return name, Site(lat, lon, geo.country_code or record.country_code, geo.city)


def work_identity(work: Work) -> tuple[str, int, str]:
    """Identifier, year and date of a work (the date if it lies in that year, else the year).

    Raises:
        UnusableError: without a proper identifier or a possible year.
    """
    name = short_id(work.id, "W")
    if name is None:
        raise UnusableError("bad-record", f"{work.id!r} is no identifier of a work")
    year = work.publication_year
    if year is None:
        raise UnusableError("missing-value", "the work has no publication_year")
    if not 1000 <= year <= LATEST_YEAR:
        raise UnusableError("out-of-range", f"publication_year {year} is no year of four digits")
    try:
        day = date.fromisoformat(work.publication_date or "")
    except ValueError:
        return name, year, str(year)
    return name, year, day.isoformat() if day.year == year else str(year)


def work_field(work: Work) -> str | None:
    """The field of science of a work: that of its primary topic."""
    topic = work.primary_topic.field if work.primary_topic else None
    return topic.display_name if topic else None


def document_row(work: Work, name: str, day: str) -> Row:
    """The row of a work in the documents."""
    doi = work.doi.removeprefix("https://doi.org/") if work.doi else None
    return (
        name,
        "paper",
        work.type,
        work.title,
        day,
        None,
        None,
        doi,
        work_field(work),
        work.cited_by_count,
        _percentile(work),
    )


def _percentile(work: Work) -> float | None:
    found = work.citation_normalized_percentile
    if found is None or found.value is None:
        return None
    if not 0 <= found.value <= 1:
        message = f"citation_normalized_percentile {found.value} is no part of 1"
        raise UnusableError("out-of-range", message)
    return found.value


def reference_rows(work: Work, name: str) -> tuple[list[Row], list[str]]:
    """The works that a work cites, each once, as tuples of citing and cited; and identifiers that are none."""
    found, bad = [], []
    for text in dict.fromkeys(work.referenced_works or ()):
        cited = short_id(text or "", "W")
        if cited is None:
            bad.append(str(text))
        else:
            found.append((name, cited))
    return found, bad


def class_rows(work: Work, name: str) -> list[Row]:
    """Topics and keywords of a work: tuples of document, scheme, class, label, and whether it is the primary topic."""
    primary = work.primary_topic.id if work.primary_topic else None
    rows: dict[tuple[str, str], Row] = {}
    for topic in work.topics or ():
        if topic.id is not None:
            code = topic.id.rsplit("/", 1)[-1]
            rows["topic", code] = (name, "topic", code, topic.display_name, topic.id == primary)
    for keyword in work.keywords or ():
        if keyword.id is not None:
            code = keyword.id.rsplit("/", 1)[-1]
            rows["keyword", code] = (name, "keyword", code, keyword.display_name, None)
    return list(rows.values())


def contribution_rows(work: Work, name: str, sites: dict[str, Site]) -> list[Row]:
    """The rows of a work's authors: one for each author and institution, one for an author without any.

    Returns:
        Tuples of position, contributor, organisation, corresponding, latitude, longitude, country, city, type of organisation. An
        author whom OpenAlex has not identified is named by work and position.
    """
    rows: list[Row] = []
    for position, authorship in enumerate(work.authorships or (), start=1):
        author = authorship.author
        who = (short_id(author.id, "A") if author and author.id else None) or f"{name}#{position}"
        places = _places(authorship, sites) or {None: (_nowhere(authorship), None)}
        mail = authorship.is_corresponding
        for organisation, (site, sort) in places.items():
            where = (site.lat, site.lon, site.country, site.city)
            rows.append((position, who, organisation, mail, *where, sort))
    return rows


def _places(
    authorship: Authorship, sites: dict[str, Site]
) -> dict[str | None, tuple[Site, str | None]]:
    """Institutions by name, with their place and type."""
    found = {}
    for institution in authorship.institutions or ():
        name = short_id(institution.id, "I") if institution.id else None
        site = sites.get(name) if name else None
        place = site or Site(None, None, institution.country_code, None)
        sort = ORGANISATION_TYPES.get(institution.type or "")
        found[name or institution.display_name] = (place, sort)
    return found


def _nowhere(authorship: Authorship) -> Site:
    countries = {c for c in authorship.countries or () if c}
    return Site(None, None, countries.pop() if len(countries) == 1 else None, None)
