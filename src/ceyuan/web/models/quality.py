"""What was read, what was left out, what was corrected, what changed."""

from __future__ import annotations

from typing import Any, Literal

from ceyuan.web.models.base import Model, Resource
from ceyuan.web.models.overview import BuildInfo, Change
from ceyuan.wording import Trilingual


class Part(Model):
    """A file of records; `read = stored + quarantined`."""

    table: str
    """The table."""
    kind: str
    """The record kind."""
    kind_name: Trilingual
    """Its name."""
    file: str
    """The file."""
    source: str
    """Identifier of the source of the table."""
    sha256: str
    """Hash of the file."""
    read: int
    """Rows read."""
    stored: int
    """Rows stored."""
    quarantined: int
    """Rows quarantined."""
    reasons: dict[str, int]
    """Reason code → number of rows."""


class QuarantinedRow(Model):
    """A row that broke a check."""

    file: str
    """The file it stands in."""
    line: int
    """The line in it."""
    reasons: tuple[str, ...]
    """Codes of what is wrong with it."""
    row: dict[str, Any]
    """Its cells as they were."""


class Correction(Model):
    """A declared correction of a source's error."""

    table: str
    """The table."""
    match: dict[str, Any]
    """Columns and values that find the row."""
    expect: dict[str, Any]
    """The wrong values as the source has them."""
    set: dict[str, Any]
    """The right values."""
    why: Trilingual
    """How it is known."""
    who: Trilingual
    """Who decided."""
    until: str | None
    """Last day that it may be used."""
    rows: int
    """How many rows it changed in this build."""


class Warned(Model):
    """What a person should look at."""

    code: str
    """Code of the catalogue of errors."""
    title: str
    """The fault in a few words."""
    message: str
    """What is wrong here."""
    where: str
    """File and line."""
    hint: str
    """What would mend it."""
    severity: Literal["error", "warning"]
    """How bad it is."""


class Coverage(Model):
    """How many records an indicator could use."""

    indicator: str
    """The indicator."""
    grain: str
    """The grain of its periods."""
    matched: int
    """Records that its filter found."""
    unplaced: int
    """Of these, without a place."""
    undated: int
    """Of these, without a date."""


class Quality(Resource):
    """The report on the data of a build."""

    parts: tuple[Part, ...]
    """Every file of records with its counts."""
    quarantined: tuple[QuarantinedRow, ...]
    """Rows that broke a check, at most 1,000."""
    quarantined_count: int
    """How many there are."""
    reasons: dict[str, str]
    """Titles of the reason codes, in English as in the catalogue of errors."""
    corrections: tuple[Correction, ...]
    """Declared corrections."""
    warnings: tuple[Warned, ...]
    """What the build warned of."""
    coverage: tuple[Coverage, ...]
    """Records without a place or date, by indicator."""
    builds: tuple[BuildInfo, ...]
    """All builds, newest first."""
    changes: tuple[Change, ...]
    """What changed since the build before, at most 1,000."""
    changes_count: int
    """How many changes there are."""
