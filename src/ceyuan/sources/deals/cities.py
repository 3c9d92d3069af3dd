"""City names → positions. A name that is unknown, or that could mean several cities, is never guessed."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from ceyuan.errors import CeyuanError, Problem, fail
from ceyuan.places.gazetteer import normalise_name, spellings
from ceyuan.tabular.tables import read_records
from ceyuan.workspace.placesfile import read_places

_GEONAMES_COLUMNS = 19
_NAMED = 5


@dataclass(frozen=True, slots=True)
class DealCity:
    """A city.

    Attributes:
        name: its name.
        lat: latitude in degrees, WGS 84.
        lon: longitude in degrees.
        country: ISO 3166 code, or empty.
        region: code of its state or province, or empty.
        place: identifier in a workspace's ``places.csv``, or None.
    """

    name: str
    lat: float
    lon: float
    country: str = ""
    region: str = ""
    place: str | None = None

    def __str__(self) -> str:
        where = ", ".join(x for x in (self.region, self.country) if x)
        return f"{self.name} ({where})" if where else self.name


@dataclass(frozen=True, slots=True)
class Match:
    """What a city name means.

    Attributes:
        city: the city, or None.
        candidates: what it might mean, where it means no single one.
        known: whether the gazetteer has the name there at all.
    """

    city: DealCity | None
    candidates: tuple[str, ...]
    known: bool


@dataclass(frozen=True)
class Cities:
    """A gazetteer of cities.

    Attributes:
        by_name: normalised name → all cities of that name.
    """

    by_name: Mapping[str, Sequence[DealCity]]
    _initials: dict[str, list[str]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, named: Iterator[tuple[str, DealCity]]) -> Cities:
        """A gazetteer of pairs of a name (each spelling on its own) and a city."""
        by_name: defaultdict[str, list[DealCity]] = defaultdict(list)
        for name, city in named:
            key = normalise_name(name)
            if key and city not in by_name[key]:
                by_name[key].append(city)
        return cls(dict(by_name))

    def find(self, name: str, region: str | None, country: str | None) -> Match:
        """The city of that name, in that region and country where these are given.

        >>> paris = [DealCity("Paris", 48.85, 2.35, "FR"), DealCity("Paris", 33.66, -95.56, "US", "TX")]
        >>> cities = Cities.of((c.name, c) for c in paris)
        >>> cities.find("PARIS", "TX", None).city.country, cities.find("Paris", None, None).candidates
        ('US', ('Paris (FR)', 'Paris (TX, US)'))
        >>> cities.find("Pariss", None, None).candidates
        ('Paris (FR)', 'Paris (TX, US)')
        """
        possible = [
            c for c in self.by_name.get(normalise_name(name), ()) if _fits(c, region, country)
        ]
        # Cities that say what is asked come before those of which the gazetteer does not say it.
        here = [c for c in possible if _says(c, region, country)] or possible
        if len({(c.lat, c.lon) for c in here}) == 1:  # two spellings of one place are no two places
            return Match(here[0], (), known=True)
        near = here or self._near(normalise_name(name))
        return Match(None, tuple(str(c) for c in near[:_NAMED]), known=bool(here))

    def _near(self, name: str) -> list[DealCity]:
        """Cities of similar names; only those with the same initial are compared, which keeps this fast."""
        if not self._initials:
            for known in self.by_name:
                self._initials.setdefault(known[0], []).append(known)
        if name in self.by_name:  # the name is known, but elsewhere
            return list(self.by_name[name])
        similar = difflib.get_close_matches(
            name, self._initials.get(name[:1], ()), n=3, cutoff=0.75
        )
        return [city for other in similar for city in self.by_name[other]]


def _fits(city: DealCity, region: str | None, country: str | None) -> bool:
    """Whether nothing that both sides say differs."""
    return all(
        not asked or not said or normalise_name(asked) == normalise_name(said)
        for asked, said in ((region, city.region), (country, city.country))
    )


def _says(city: DealCity, region: str | None, country: str | None) -> bool:
    """Whether the gazetteer says all that is asked."""
    return (not region or bool(city.region)) and (not country or bool(city.country))


def read_cities(path: Path) -> Cities:
    """Read a gazetteer, whose form is told by its header.

    - a workspace's ``places.csv``: places with a position, by every name, alias and code;
    - GeoNames' ``cities….txt`` (19 columns separated by tabs, no header), by every name;
    - a table with ``name, lat, lon`` and, where present, ``name_zh, country, region``.

    Raises:
        CeyuanError: ``unreadable-file``, ``bad-encoding``, or ``bad-gazetteer`` for every line that is no city.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
    except OSError as error:
        raise fail("unreadable-file", f"cannot be read: {error.strerror}", file=str(path)) from None
    except UnicodeDecodeError:
        raise fail("bad-encoding", "the file is not UTF-8", file=str(path)) from None
    if first.count("\t") == _GEONAMES_COLUMNS - 1:
        return Cities.of(_collect(_geonames(path), path))
    header = {cell.strip().lower() for cell in first.split(",")}
    if {"kind", "parents", "name_en"} <= header:
        return _from_places(path)
    return Cities.of(_collect(_plain(path), path))


def _from_places(path: Path) -> Cities:
    places, problems = read_places(path, str(path))
    if problems:
        raise CeyuanError(problems)
    named = (
        (name, DealCity(place.name.en, place.lat, place.lon, place.iso3166 or "", "", place.id))
        for place in places
        if place.lat is not None and place.lon is not None and place.kind in ("city", "district")
        for name in spellings(place)
        if name
    )
    return Cities.of(named)


Read = Iterator[tuple[int, list[str], DealCity | None]]
"""Line, names, and the city, or None where the line is none."""


def _collect(read: Read, path: Path) -> Iterator[tuple[str, DealCity]]:
    pairs: list[tuple[str, DealCity]] = []
    problems: list[Problem] = []
    try:
        for line, names, city in read:
            if city is None:
                problems.append(
                    Problem("bad-gazetteer", "no name, or no possible position", str(path), line)
                )
            else:
                pairs.extend((name, city) for name in names)
    except UnicodeDecodeError:
        raise fail("bad-encoding", "the file is not UTF-8", file=str(path)) from None
    if problems:
        raise CeyuanError(islice(problems, 100))
    return iter(pairs)


def _geonames(path: Path) -> Read:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            cells = line.rstrip("\n").split("\t")
            if len(cells) != _GEONAMES_COLUMNS:
                yield number, [], None
                continue
            names = [cells[1], cells[2], *cells[3].split(",")]
            yield number, names, _city(cells[1], cells[4], cells[5], cells[8], cells[10])


def _plain(path: Path) -> Read:
    columns, rows = read_records(path)
    missing = [c for c in ("name", "lat", "lon") if c not in columns]
    if missing:
        hint = "A gazetteer is a workspace's places.csv, a GeoNames file, or a table with name, lat, lon"
        raise fail(
            "missing-column",
            f"there is no column {', '.join(missing)}",
            file=str(path),
            line=1,
            hint=hint,
        )
    for line, row in rows:
        cells = {name: text.strip() for name, text in row.items()}
        names = [cells["name"], cells.get("name_zh", "")]
        city = _city(
            cells["name"],
            cells["lat"],
            cells["lon"],
            cells.get("country", ""),
            cells.get("region", ""),
        )
        yield line, names, city


def _city(name: str, lat: str, lon: str, country: str, region: str) -> DealCity | None:
    try:
        city = DealCity(name, float(lat), float(lon), country, region)
    except ValueError:
        return None
    return city if name and abs(city.lat) <= 90 and abs(city.lon) <= 180 else None
