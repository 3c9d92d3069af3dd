"""Places, sources, indicators and their figures."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict

from ceyuan.web.models.base import Figure, Model, Resource, with_words
from ceyuan.web.models.overview import Named
from ceyuan.wording import Trilingual
from ceyuan.workspace.config import Source
from ceyuan.workspace.definitions import Direction
from ceyuan.workspace.placesfile import Place


@with_words
class PlaceItem(Place):
    """A place.

    Attributes:
        search: everything it may be found by: names, aliases, pinyin in full and as initials, in lower case.
        figures: number of shown figures with a value.
    """

    search: str
    figures: int


class Places(Resource):
    """All places of the workspace."""

    items: tuple[PlaceItem, ...]
    """The places, in the order of places.csv."""


class SourceItem(Source):
    """Where records come from, and what comes from there."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    """Identifier."""
    makers: tuple[Trilingual, ...]
    """Names of the bodies of `origin`; empty where nobody is named and the publisher is taken."""
    retold: bool
    """Whether it tells what another published: as a newspaper, a reprint, or by derivation."""
    kin: tuple[str, ...]
    """The other sources that it is not independent of: figures of any source that is not listed are witnesses of their own."""
    tables: tuple[str, ...]
    """Tables of records that come from it."""
    records: int
    """Number of records that it states."""
    figures: int
    """Number of figures with a value that it has a part in."""


class Sources(Resource):
    """All sources of the workspace."""

    items: tuple[SourceItem, ...]
    """The sources, in the order of sources.yaml."""


class Ranked(Model):
    """How a value stands among others of its period."""

    rank: int
    """1 for the best; equal values share the better rank."""
    among: int
    """Number of places of the same kind that have a value, itself among them."""
    kind: str
    """The kind of place."""


class IndicatorHead(Model):
    """What is declared of an indicator of any type."""

    id: str
    """Identifier."""
    name: Trilingual
    """Name."""
    description: Trilingual
    """What it measures."""
    type: str
    """How it is made: count, sum, ratio, share, published …"""
    unit: str
    """Unit of its values."""
    unit_text: Trilingual
    """The unit as each language writes it."""
    direction: Direction
    """Which way is better."""
    aliases: tuple[str, ...]
    """Other names found in texts."""


class IndicatorItem(IndicatorHead):
    """An indicator as the catalogue lists it."""

    topic: str | None
    """The mechanism or field it belongs to."""
    search: str
    """Everything it may be found by: identifier, names, aliases, pinyin in full and as initials, in lower case."""
    places: tuple[str, ...]
    """Identifiers of the places with a value."""
    sources: tuple[str, ...]
    """Identifiers of the sources of its values."""
    periods: tuple[str, str] | None
    """First and last period with a value."""
    latest: Figure | None
    """The latest value: of a headline's place if it is one, else of a place that the workspace is about, else of the widest."""
    course: tuple[tuple[str, float], ...]
    """Periods and values of that place in the grain of the latest one, oldest first."""
    rank: Ranked | None
    """How the latest value stands among places of the same kind; null where none of them has one, or neither way is better."""


class Indicators(Resource):
    """The catalogue."""

    topics: tuple[Named, ...]
    """What indicators are about, in the order of the workspace."""
    items: tuple[IndicatorItem, ...]
    """All indicators: the headlines first, the others by topic."""


class HongKongMacao(Model):
    """How Hong Kong and Macao are treated."""

    rule: Literal["in_china", "separate", "not_applicable"]
    """Whether a figure for the economy CN includes them."""
    text: Trilingual
    """The rule in words."""
    note: Trilingual | None
    """Anything special to this indicator."""


class Definition(Model):
    """Where an indicator is declared."""

    file: str
    """File of the workspace."""
    line: int
    """Line in it."""
    version: str
    """Hash of what it says; names and descriptions do not count."""


class Related(Model):
    """Another indicator."""

    id: str
    """Its identifier."""
    name: Trilingual
    """Its name."""


class BreakdownPart(Model):
    """A part that values are broken down into."""

    field: str
    """The field."""
    field_name: Trilingual
    """Its name."""
    values: tuple[str, ...]
    """The values that occur."""


class IndicatorPage(Resource, IndicatorHead):
    """Everything about one indicator."""

    topic: Named | None
    """The mechanism or field it belongs to."""
    decimals: int | None
    """Decimals shown; as many as there are if null."""
    cumulative: bool
    """Whether its values are totals since a beginning."""
    adds_up: bool
    """Whether its values are amounts, which add up over places, rather than shares, ratios, scores or ranks."""
    hk_mo: HongKongMacao
    """Treatment of Hong Kong and Macao."""
    note: Trilingual | None
    """Anything a reader must know."""
    measured_by: tuple[Trilingual, ...]
    """Who measures it: whoever else states a figure of it tells that measurement; empty where each source stands for itself."""
    settled_by: Trilingual
    """Which records would settle a figure that nothing independent stands beside."""
    formula: Trilingual
    """How it is made, in words."""
    filter: str | None
    """The filter on records, as declared."""
    counting: Literal["full", "fractional"] | None
    """Bibliometric counting, for what is counted from records."""
    shown_rule: tuple[str, ...]
    """Which value is shown where there are several: the first of these statuses or sources that exists."""
    definition: Definition | None
    """Where it is declared; null where the build holds no figure of it."""
    breakdowns: tuple[BreakdownPart, ...]
    """Fields that break it down."""
    uses: tuple[Related, ...]
    """Indicators that it is made of."""
    used_by: tuple[Related, ...]
    """Indicators that are made of it."""
    composites: tuple[str, ...]
    """Composite indices that it is part of."""
    citation: Trilingual
    """How to cite it: observatory, indicator and build. The sources of the figures that are cited follow it."""
    figures: tuple[Figure, ...]
    """The figures that are shown, by place and period."""
    others: tuple[Figure, ...]
    """Figures of other sources, kept beside them."""
