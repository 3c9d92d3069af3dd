"""Where figures come from."""

from __future__ import annotations

from typing import Any, Literal

from ceyuan.web.models.base import Figure, Model, Resource
from ceyuan.wording import Trilingual


class TraceInput(Model):
    """A table, file, run or indicator that was used."""

    kind: str
    """`records` for a file of records, `indicator` for another indicator, or what else was read."""
    name: str
    """The table or the indicator."""
    file: str | None
    """The file, for records."""
    hash: str
    """SHA-256 of the file, or the version of the indicator's definition."""


class TracedRecord(Model):
    """A record that a figure was made of."""

    table: str
    """Its table."""
    file: str
    """The file it stands in."""
    line: int
    """The line in it."""
    source: str
    """Identifier of its source."""
    value: float | None
    """What it contributed, in the base unit; for a published figure the value itself in the figure's unit."""
    fields: dict[str, Any]
    """Its fields that have a value."""
    correction: Trilingual | None
    """What declared corrections changed in it, why, and who decided."""


class Trace(Model):
    """One figure with everything below it."""

    figure: Figure
    """The figure."""
    origin: Literal["records", "indicators", "figures", "clusters"]
    """Made of records, of other indicators, stated, or of a found cluster."""
    definition: str
    """``file:line`` of the definition."""
    version: str
    """Version of the definition."""
    query: str
    """The SQL that made it."""
    inputs: tuple[TraceInput, ...]
    """Tables and files that were read, or indicators used."""
    records: tuple[TracedRecord, ...]
    """The contributing records, up to a limit."""
    record_count: int
    """How many there are."""
    total: float | None
    """Sum of all contributions in the figure's unit, where the figure is such a sum; it equals the value."""
    below: tuple[str, ...]
    """Keys of the figures that it was made of; their traces stand in the same answer, or in those of their indicators and
    places where only a place was asked for in the address."""


class Lineage(Resource):
    """Where the figures of an indicator come from."""

    indicator: str
    """Identifier of the indicator."""
    roots: tuple[str, ...]
    """Keys of the figures that were asked for."""
    traces: dict[str, Trace]
    """Traces of these figures and, unless a place stands in the address, of everything below them, by the key of the
    figure."""
    labels: dict[str, dict[str, Trilingual]]
    """Names of the fields of the records, by table and field."""
    complete: bool
    """Whether all figures are traced; of an indicator with very many figures only the latest are, ask for the others by
    place and period."""


class Observations(Resource):
    """A page of observations."""

    page: int
    """Number of the page, from 1."""
    size: int
    """Observations on a full page."""
    total: int
    """How many there are on all pages."""
    pages: int
    """How many pages there are."""
    items: tuple[Figure, ...]
    """The observations."""


class RecordRow(Model):
    """A record."""

    file: str
    """The file it stands in."""
    line: int
    """The line in it."""
    source: str
    """Identifier of its source."""
    fields: dict[str, Any]
    """Its fields that have a value."""


class Records(Resource):
    """A page of records of a kind."""

    kind: str
    """The record kind."""
    page: int
    """Number of the page, from 1."""
    size: int
    """Records on a full page."""
    total: int
    """How many there are on all pages."""
    pages: int
    """How many pages there are."""
    items: tuple[RecordRow, ...]
    """The records."""
