"""Where figures come from."""

from __future__ import annotations

from typing import Any

from ceyuan.pipeline.tracing import Making
from ceyuan.web.models.base import Figure, Model, Resource, with_words
from ceyuan.wording import Trilingual


@with_words
class Trace(Making):
    """One figure with everything below it.

    Attributes:
        figure: the figure.
        below: keys of the figures that it was made of; their traces stand in the same answer, or in those of their
            indicators and places where only a place was asked for in the address.
    """

    figure: Figure
    below: tuple[str, ...]


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
