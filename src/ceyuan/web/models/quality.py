"""What was read, what was left out, what was corrected, what changed."""

from __future__ import annotations

from typing import Any

from ceyuan.errors import Problem
from ceyuan.indicators.aggregate import Coverage
from ceyuan.records.store import StoredPart
from ceyuan.web.models.base import Model, Resource, with_words
from ceyuan.web.models.overview import BuildInfo, Change
from ceyuan.wording import Trilingual
from ceyuan.workspace.tables import CorrectionSpec


@with_words
class Part(StoredPart):
    """A file of records; `read = stored + quarantined`.

    Attributes:
        kind_name: name of the record kind.
        source: identifier of the source of the table.
    """

    kind_name: Trilingual
    source: str


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
    rule: CorrectionSpec
    """Which rows it changes, how, and why."""
    rows: int
    """How many rows it changed in this build."""


@with_words
class IndicatorCoverage(Coverage):
    """How many records an indicator could use.

    Attributes:
        indicator: the indicator.
        grain: the grain of its periods.
    """

    indicator: str
    grain: str


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
    warnings: tuple[Problem, ...]
    """What the build warned of."""
    coverage: tuple[IndicatorCoverage, ...]
    """Records without a place or date, by indicator."""
    builds: tuple[BuildInfo, ...]
    """All builds, newest first."""
    changes: tuple[Change, ...]
    """What changed since the build before, at most 1,000."""
    changes_count: int
    """How many changes there are."""
