"""Points in the compact form in which they are counted: distinct sites, and rows that are contiguous by record."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from dataclasses import field as field_

import numpy as np

from ceyuan.clusters.arrays import Bytes, Floats, Ints, Labels

KINDS = ("patent", "publication", "deal")
"""The kinds that rankings know; others are clustered and counted, but enter no ranking."""


@dataclass(frozen=True, slots=True)
class InputReport:
    """One input and its rows.

    Attributes:
        name: file or table.
        first_row: number of its first row among the rows of all inputs, from 0.
        rows: how many rows it has.
        unreadable: lines that could not be read as rows.
        columns: which column plays which part.
        simulated: whether the input says of itself that it is simulated.
    """

    name: str
    first_row: int
    rows: int
    unreadable: int
    columns: dict[str, str]
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Dirt:
    """Rows that are not as they should be, by reason.

    Attributes:
        missing: no latitude or longitude, or not a number: the contributor is unlocated.
        outside: outside −90 … 90, −180 … 180: unlocated.
        zero: at (0, 0), the usual sign of a failed geocoding: unlocated.
        near_zero: near (0, 0), in the sea.
        country_middle: on the middle of a country.
        swapped: outside the country that the row claims, and inside it with latitude and longitude exchanged.
        sign_lost: outside it, and inside with another sign.
        other_country: outside it in any case.
        doubtful: whether rows of these five kinds are ``set_aside``, that is unlocated, or ``keep``.
        turned: with a longitude of 180 to 360, in an input without negative ones: 360 less.
        no_record: without a record id: each such row is a record of its own.
        no_kind: without a kind: kind ``unknown``.
        no_such_country: claiming a country that is not known by that name: whether they are in it was not checked.
        bad_weight: with a weight that is negative or not a number: the row is left out.
        other_year: outside the years asked for, or without a year then: left out.
        unreadable: lines of text that are no rows: left out.
    """

    missing: int = 0
    outside: int = 0
    zero: int = 0
    near_zero: int = 0
    country_middle: int = 0
    swapped: int = 0
    sign_lost: int = 0
    other_country: int = 0
    doubtful: str = "set_aside"
    turned: int = 0
    no_record: int = 0
    no_kind: int = 0
    no_such_country: int = 0
    bad_weight: int = 0
    other_year: int = 0
    unreadable: int = 0

    @property
    def unlocated(self) -> int:
        """Rows without a usable position."""
        return (
            self.missing
            + self.outside
            + self.zero
            + (self.in_doubt if self.doubtful == "set_aside" else 0)
        )

    @property
    def in_doubt(self) -> int:
        """Rows at hardly credible positions."""
        return (
            self.near_zero
            + self.country_middle
            + self.swapped
            + self.sign_lost
            + self.other_country
        )

    def as_dict(self) -> dict[str, int]:
        """The counts by reason."""
        return {name: count for name, count in asdict(self).items() if name != "doubtful"}

    @property
    def said(self) -> str:
        """What there is, in words.

        >>> Dirt(near_zero=3, outside=1200).said
        'outside 1,200, near zero 3'
        """
        there = {name: count for name, count in self.as_dict().items() if count}
        words = (f"{reason.replace('_', ' ')} {count:,}" for reason, count in there.items())
        return ", ".join(words) or "none"


@dataclass(frozen=True)
class PointTable:
    """Rows of points, ready to be counted.

    Attributes:
        lat: latitudes of the distinct sites in degrees.
        lon: their longitudes.
        site: for each row its site, −1 where it has no usable position.
        kind: for each row its kind, an index into ``kinds``.
        start: first row of each record, and one more: rows of a record are contiguous.
        kinds: names of the kinds.
        row: for each row its number in the input, from 0 over all inputs; None where that is the same.
        weight: for each row its weight; None for 1 each.
        divisor: for each row into how many parts its record is cut for it; None for the number of the record's rows.
        contributor: for each row its contributor (index into ``contributors``, −1 where missing); None if not given.
        contributors: the contributors' ids.
        field: for each row its field of science or technology (index into ``fields``, −1 where missing); None if not given.
        fields: the fields' names, sorted.
        dirt: what was wrong.
        inputs: where the rows came from.
        counting: what a record counts: ``records``, ``citations`` or ``normalised``.
        value: for each row what its record counts; None for 1 each. Density does not know it.
        without_value: records that count nothing, because what is counted of them is missing.
        error_km: how far the position of each site is off, as a standard deviation to the east and to the north in km, NaN
            where unknown; None if not given.
        own_error_km: the same for each row whose position is off by itself, NaN for those that are off with their site; None
            if no row is.
    """

    lat: Floats
    lon: Floats
    site: Labels
    kind: Bytes
    start: Ints
    kinds: tuple[str, ...]
    row: Ints | None = None
    weight: Floats | None = None
    divisor: Ints | None = None
    contributor: Ints | None = None
    contributors: list[str] = field_(default_factory=list)
    field: Labels | None = None
    fields: tuple[str, ...] = ()
    dirt: Dirt = field_(default_factory=Dirt)
    inputs: tuple[InputReport, ...] = ()
    counting: str = "records"
    value: Floats | None = None
    without_value: int = 0
    error_km: Floats | None = None
    own_error_km: Floats | None = None

    @property
    def counted(self) -> Floats | None:
        """What each row counts before its record is divided: its weight and its record's value; None for 1 each."""
        if self.weight is None or self.value is None:
            return self.weight if self.value is None else self.value
        return self.weight * self.value

    @property
    def n_rows(self) -> int:
        """How many rows are counted."""
        return int(self.site.size)

    @property
    def n_records(self) -> int:
        """How many records they belong to."""
        return int(self.start.size - 1)

    @property
    def simulated(self) -> bool:
        """Whether any input is simulated: then everything computed from it is."""
        return any(i.simulated for i in self.inputs)

    def rows(self) -> Ints:
        """The input row of each row."""
        return np.arange(self.n_rows) if self.row is None else self.row

    def record_of_row(self) -> Ints:
        """The record of each row."""
        return np.repeat(np.arange(self.n_records), np.diff(self.start))
