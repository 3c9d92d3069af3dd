"""The last step of reading: leave rows out that cannot count, group the rest by record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ceyuan.clusters.amounts import check_size
from ceyuan.clusters.arrays import Bools, Bytes, Floats, Ints, Labels
from ceyuan.clusters.points.doubts import REASONS, Doubtful
from ceyuan.clusters.points.errors import errors_of_sites
from ceyuan.clusters.points.records import Grouping, divisors, group_rows
from ceyuan.clusters.points.sites import SMALL_ROWS
from ceyuan.clusters.points.table import KINDS, Dirt, InputReport, PointTable
from ceyuan.clusters.points.values import Counting, record_values
from ceyuan.errors import fail

NO_KIND = 255


@dataclass(frozen=True)
class Collected:
    """All rows as read, in input order.

    Attributes:
        lat: latitudes of the distinct sites.
        lon: their longitudes.
        site: site of each row.
        kind: kind of each row, ``NO_KIND`` where missing.
        kinds: names of the kinds.
        record: record of each row, −1 where missing.
        weight: weight of each row, or None.
        year: year of each row, NaN where missing, or None.
        citations: citations of each row's record, NaN where missing, or None.
        contributor: contributor of each row, or None.
        contributors: their ids.
        field: field of each row, −1 where missing, or None.
        fields: their names.
        error_km: how far the position of each row is off, NaN where unknown, or None.
        alone: whether each row is off by itself, or None if no row is.
        tally: how many rows are missing, outside, zero, with longitudes through 360°.
        no_such_country: how many rows claim a country that is not known.
        site_doubts: why each site is in doubt, see :mod:`ceyuan.clusters.points.doubts`.
        doubts: why the position of each row is in doubt, where rows claim to be in countries; else None.
        spare_sites: whether there may be sites without rows.
        inputs: the inputs.
    """

    lat: Floats
    lon: Floats
    site: Labels
    kind: Bytes
    kinds: tuple[str, ...]
    record: Ints
    weight: Floats | None
    year: Floats | None
    citations: Floats | None
    contributor: Ints | None
    contributors: list[str]
    field: Labels | None
    fields: tuple[str, ...]
    error_km: Floats | None
    alone: Bools | None
    tally: Ints
    no_such_country: int
    site_doubts: Bytes
    doubts: Bytes | None
    spare_sites: bool
    inputs: tuple[InputReport, ...]


def finish_table(
    rows: Collected,
    years: tuple[int, int] | None,
    doubtful: Doubtful = "set_aside",
    counting: Counting = "records",
    threads: int | None = None,
) -> PointTable:
    """Drop what cannot count, set aside what is in doubt, then group by record.

    Raises:
        CeyuanError: ``cluster-no-points`` if no located row is left; ``cluster-bad-option`` if years are asked for and
            there is no year column, or citations and there are none.
    """
    if years is not None and rows.year is None:
        raise fail("cluster-bad-option", "years are asked for, but no input has a year column")
    if counting != "records" and rows.citations is None:
        raise fail(
            "cluster-bad-option", "citations are to be counted, but no input has a column citations"
        )
    rows, kept, dirt = _drop(rows, years, doubtful, threads)
    kind, kinds, no_kind = _name_kinds(rows.kind, rows.kinds)
    grouping = group_rows(rows.record, kind, threads)
    order, site, row, weight, contributor = (
        grouping.order,
        rows.site,
        kept,
        rows.weight,
        rows.contributor,
    )
    field, fields = _name_fields(rows.field, rows.fields)
    if order is not None:
        site, kind = site[order], kind[order]
        row = order if row is None else row[order]
        weight = _at(weight, order)
        contributor = _at(contributor, order)
        field = _at(field, order)
    if not (site >= 0).any():
        message = f"none of {site.size} rows has a usable position (dirt: {dirt.said})"
        raise fail("cluster-no-points", message)
    error_km, own_error_km = _errors(rows, grouping)
    return PointTable(
        rows.lat,
        rows.lon,
        site,
        kind,
        grouping.start,
        kinds,
        row,
        weight,
        None if contributor is None else divisors(grouping.start, contributor, site),
        contributor,
        rows.contributors,
        field,
        fields,
        replace(
            dirt, no_kind=no_kind, no_record=int((rows.record < 0).sum()) if rows.record.size else 0
        ),
        rows.inputs,
        counting,
        *_counted(rows, counting, grouping, kind, field),
        error_km=error_km,
        own_error_km=own_error_km,
    )


def _errors(rows: Collected, grouping: Grouping) -> tuple[Floats | None, Floats | None]:
    """How far sites are off, and rows that are so by themselves."""
    together, own = rows.error_km, None
    if rows.error_km is not None and rows.alone is not None:
        together = np.where(rows.alone, np.nan, rows.error_km)
        own = np.where(rows.alone, rows.error_km, np.nan)
        own = own if grouping.order is None else own[grouping.order]
    return errors_of_sites(together, rows.site, rows.weight, rows.lat.size), own


def _counted(
    rows: Collected, counting: Counting, grouping: Grouping, kind: Bytes, field: Labels | None
) -> tuple[Floats | None, int]:
    """What the record of each row counts (None for 1 each), and how many records count nothing for want of a value."""
    if counting == "records" or rows.citations is None:
        return None, 0
    order = slice(None) if grouping.order is None else grouping.order
    year = _at(rows.year, order)
    values, without = record_values(
        counting, rows.citations[order], grouping.start, kind, field, year
    )
    return np.repeat(values, np.diff(grouping.start)), without


def _drop(
    rows: Collected, years: tuple[int, int] | None, doubtful: Doubtful, threads: int | None
) -> tuple[Collected, Ints | None, Dirt]:
    """Leave out rows with impossible weights or in other years; which rows are kept (None for all), and the dirt."""
    missing, outside, zero, turned = rows.tally.tolist()
    unreadable = sum(i.unreadable for i in rows.inputs)
    dirt = Dirt(
        missing,
        outside,
        zero,
        turned=turned,
        no_such_country=rows.no_such_country,
        unreadable=unreadable,
    )
    keep: Bools | None = None
    rows, often = _set_aside(rows, doubtful, threads)
    if often.any():
        dirt = replace(dirt, **dict(zip(REASONS, often.tolist(), strict=True)), doubtful=doubtful)
    if rows.weight is not None:
        good = np.isfinite(rows.weight) & (rows.weight >= 0)
        dirt = replace(dirt, bad_weight=int((~good).sum()))
        check_size(rows.weight[good])
        keep = good
    if years is not None and rows.year is not None:
        inside = (rows.year >= years[0]) & (rows.year <= years[1])
        dirt = replace(dirt, other_year=int((~inside).sum()))
        keep = inside if keep is None else keep & inside
    if keep is None or keep.all():
        return _without_spare_sites(rows) if rows.spare_sites else rows, None, dirt
    kept = replace(
        rows,
        site=rows.site[keep],
        kind=rows.kind[keep],
        record=rows.record[keep],
        weight=_at(rows.weight, keep),
        contributor=_at(rows.contributor, keep),
        field=_at(rows.field, keep),
        year=_at(rows.year, keep),
        citations=_at(rows.citations, keep),
        error_km=_at(rows.error_km, keep),
        alone=_at(rows.alone, keep),
    )
    return _without_spare_sites(kept), np.flatnonzero(keep), dirt


def _set_aside(rows: Collected, doubtful: Doubtful, threads: int | None) -> tuple[Collected, Ints]:
    """The rows without the positions that are in doubt, unless those are kept, and how many are, by reason."""
    reasons = len(REASONS)
    if rows.doubts is None and not rows.site_doubts.any():
        return rows, np.zeros(reasons, np.int64)
    if rows.doubts is None and doubtful == "set_aside":
        return _without_sites(rows, threads)
    doubts = rows.doubts
    if doubts is None:
        doubts = np.append(rows.site_doubts, np.uint8(0))[rows.site]  # site −1 is the last entry
    often = np.bincount(doubts, minlength=reasons + 1)[1:]
    if doubtful == "set_aside" and often.any():
        site = rows.site.copy()
        site[np.flatnonzero(doubts)] = -1
        rows = replace(rows, site=site, spare_sites=True)
    return rows, often


def _without_sites(rows: Collected, threads: int | None) -> tuple[Collected, Ints]:
    """The rows without the sites that are in doubt, and how many rows stand there, by reason."""
    good, reasons = rows.site_doubts == 0, len(REASONS)
    number = np.where(good, np.cumsum(good) - 1, -1 - rows.site_doubts.astype(np.int64))
    numbers = np.append(number, -1).astype(np.int32)
    if rows.site.size > SMALL_ROWS:
        from ceyuan.clusters.kernel.passes import leave_out_sites  # numba only where it is used  # noqa: PLC0415

        site = rows.site
        often = leave_out_sites(site, numbers, reasons, threads)
    else:
        site = numbers[rows.site]
        often = np.bincount(-2 - site[site < -1], minlength=reasons)
        site = np.maximum(site, np.int32(-1))
    return replace(rows, lat=rows.lat[good], lon=rows.lon[good], site=site), often


def _without_spare_sites(rows: Collected) -> Collected:
    """The rows with only those sites that they stand at: a site without rows must not connect what is around it."""
    # the last entry is for −1
    used, many = (
        np.zeros(rows.lat.size + 1, np.bool_),
        rows.site.size > SMALL_ROWS,
    )
    if many:
        from ceyuan.clusters.kernel.hash import mark_used, renumber  # numba only where it is used  # noqa: PLC0415

        mark_used(rows.site, used)
    else:
        used[rows.site] = True
    used[-1] = False
    if used[:-1].all():
        return rows
    number = np.where(used, np.cumsum(used) - 1, -1).astype(np.int32)
    if many:
        renumber(rows.site, number, 0, rows.site.size)
    site = rows.site if many else number[rows.site]
    return replace(rows, lat=rows.lat[used[:-1]], lon=rows.lon[used[:-1]], site=site)


def _at(values: Any, places: Any) -> Any:
    """Values at some places; None where there are no values at all."""
    return None if values is None else values[places]


def _name_kinds(kind: Bytes, kinds: tuple[str, ...]) -> tuple[Bytes, tuple[str, ...], int]:
    """The known kinds, then the others by name, then ``unknown``: independent of the order of reading."""
    missing = int(np.count_nonzero(kind == NO_KIND))
    if not missing and len(kinds) == len(KINDS):
        return kind, kinds, 0
    names = (
        *KINDS,
        *sorted(set(kinds) - set(KINDS) - {"unknown"}),
        *(("unknown",) if missing else ()),
    )
    if "unknown" in kinds and "unknown" not in names:
        names = (*names, "unknown")
    if len(names) > NO_KIND:
        raise fail(
            "cluster-bad-column",
            f"there are {len(names)} different kinds; is that the right column?",
        )
    table = np.zeros(256, np.uint8)
    for code, name in enumerate(kinds[:NO_KIND]):
        table[code] = names.index(name)
    table[NO_KIND] = names.index("unknown") if missing else 0
    return table[kind], names, missing


def _name_fields(
    field: Labels | None, fields: tuple[str, ...]
) -> tuple[Labels | None, tuple[str, ...]]:
    """The fields that rows still have, by name: independent of the order of reading. None where no row has one."""
    if field is None:
        return None, ()
    table = np.full(len(fields) + 1, -1, np.int32)  # the last entry is for −1
    used = np.zeros(table.size, np.bool_)
    used[field] = True
    names = sorted(name for name, here in zip(fields, used[:-1].tolist(), strict=True) if here)
    number = {name: i for i, name in enumerate(names)}
    table[:-1] = [number.get(name, -1) for name in fields]
    return (table[field], tuple(names)) if names else (None, ())
