"""``places.csv``: the places of a workspace as they are written."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail
from ceyuan.wording import LANGUAGES, Language, Trilingual

PlaceKind = Literal[
    "world",
    "region",
    "economy",
    "province",
    "city",
    "district",
    "centre",
    "group",
    "cluster",
    "other",
]
COLUMNS = (
    "id",
    "kind",
    "parents",
    "party",
    "name_en",
    "name_zh_hans",
    "name_zh_hant",
    "aliases",
    "iso3166",
    "gbt2260",
    "geonames",
    "lat",
    "lon",
)
_NAMES: dict[Language, str] = {
    "en": "name_en",
    "zh-Hans": "name_zh_hans",
    "zh-Hant": "name_zh_hant",
}
_PATTERNS = {
    "id": (r"[a-z][a-z0-9_-]*", "lower case letters, digits, _ and -"),
    "iso3166": (r"[A-Z]{2}(-[A-Z0-9]{1,3})?", "ISO 3166 code such as CN or CN-GD"),
    "gbt2260": (r"\d{6}", "six digits of GB/T 2260"),
    "geonames": (r"\d+", "GeoNames number"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the hierarchy of places.

    Attributes:
        id: identifier.
        kind: world, economy, province, city, centre, cluster …
        parents: identifiers of the places that directly contain it; there may be several (a province and a centre).
        party: the co-building side it belongs to, or None.
        name: its name.
        aliases: other spellings found in records.
        iso3166, gbt2260, geonames: codes, where it has them.
        lat, lon: degrees, WGS 84.
        line: where it is declared in places.csv; for a found cluster, in the declaration of its run.
        run: the run of ``clusters/`` that found it; None for a declared place.
    """

    id: str
    kind: PlaceKind
    parents: tuple[str, ...]
    party: str | None
    name: Trilingual
    aliases: tuple[str, ...]
    iso3166: str | None
    gbt2260: str | None
    geonames: str | None
    lat: float | None
    lon: float | None
    line: int
    run: str | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes it has."""
        return tuple(code for code in (self.iso3166, self.gbt2260, self.geonames) if code)


def read_places(
    path: Path, shown_as: str, languages: tuple[Language, ...] = LANGUAGES
) -> tuple[tuple[Place, ...], list[Problem]]:
    """Read places.csv; rows with faults are left out and reported.

    Args:
        path: the file.
        shown_as: how messages name it.
        languages: those in which places must be named; a name in another may be absent.

    Raises:
        CeyuanError: if the file cannot be read at all (``unreadable-file``, ``bad-encoding``, ``bad-header``).
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise fail("unreadable-file", f"cannot be read: {error.strerror}", file=shown_as) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise fail("bad-encoding", "the file is not UTF-8", file=shown_as, line=line) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise fail("nul-byte", "the file holds NUL bytes: it is no text", file=shown_as, line=line)
    required = (
        "id",
        "kind",
        *(column for language, column in _NAMES.items() if language in languages),
    )
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True, restkey="", restval=None)
    line = 1
    try:
        _check_header(rows.fieldnames or [], required, shown_as)
        places: list[Place] = []
        problems: list[Problem] = []
        line = rows.line_num + 1
        for row in rows:
            found = _row_problems(row, required, shown_as, line)
            problems += found
            if not found:
                places.append(_place(row, line, languages))
            line = rows.line_num + 1
    except csv.Error as error:
        raise fail("bad-csv", f"not valid CSV: {error}", file=shown_as, line=line) from None
    return tuple(places), problems


def _check_header(header: Sequence[str], required: Sequence[str], file: str) -> None:
    problems = [
        Problem("bad-header", f"the column {name!r} is missing", file, 1)
        for name in required
        if name not in header
    ]
    problems += [
        Problem(
            "bad-header", f"the column {name!r} is not known", file, 1, did_you_mean(name, COLUMNS)
        )
        for name in header
        if name not in COLUMNS
    ]
    problems += [
        Problem("bad-header", f"the column {name!r} stands twice", file, 1)
        for name in sorted({n for n in header if list(header).count(n) > 1})
    ]
    if problems:
        raise CeyuanError(problems)


def _row_problems(
    row: dict[str, str | None], required: Sequence[str], file: str, line: int
) -> list[Problem]:
    if "" in row or None in row.values():
        return [Problem("bad-csv", "the row has not as many columns as the header", file, line)]
    cells = {name: (value or "").strip() for name, value in row.items()}
    problems = [
        Problem("missing-key", f"{n} is required", file, line) for n in required if not cells[n]
    ]
    for name, (pattern, meaning) in _PATTERNS.items():
        if cells.get(name) and not re.fullmatch(pattern, cells[name], re.ASCII):
            problems.append(
                Problem("bad-value", f"{name}: {cells[name]!r} is not {meaning}", file, line)
            )
    kinds = get_args(PlaceKind)
    if cells["kind"] and cells["kind"] not in kinds:
        hint = did_you_mean(cells["kind"], kinds) or f"Known: {', '.join(kinds)}"
        problems.append(
            Problem("bad-value", f"kind: {cells['kind']!r} is not known", file, line, hint)
        )
    for name, limit in (("lat", 90.0), ("lon", 180.0)):
        if cells.get(name) and not _in_range(cells[name], limit):
            message = f"{name}: {cells[name]!r} is not a number of degrees between -{limit:g} and {limit:g}"
            problems.append(Problem("bad-value", message, file, line))
    if bool(cells.get("lat")) != bool(cells.get("lon")):
        problems.append(
            Problem("bad-value", "lat and lon stand together or not at all", file, line)
        )
    return problems


def _in_range(text: str, limit: float) -> bool:
    try:
        return -limit <= float(text) <= limit
    except ValueError:
        return False


def _place(row: dict[str, str | None], line: int, languages: tuple[Language, ...]) -> Place:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    kind = next(k for k in get_args(PlaceKind) if k == cells["kind"])
    names = {language: cells[column] for language, column in _NAMES.items() if cells[column]}
    return Place(
        id=cells["id"],
        kind=kind,
        parents=_list(cells["parents"]),
        party=cells["party"] or None,
        name=Trilingual.model_validate(names, context=languages),
        aliases=_list(cells["aliases"]),
        iso3166=cells["iso3166"] or None,
        gbt2260=cells["gbt2260"] or None,
        geonames=cells["geonames"] or None,
        lat=float(cells["lat"]) if cells["lat"] else None,
        lon=float(cells["lon"]) if cells["lon"] else None,
        line=line,
    )


def _list(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())
