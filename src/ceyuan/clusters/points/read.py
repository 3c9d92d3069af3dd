"""Reading points: any number of inputs, whatever dirt is in them counted and reported, into one compact table."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ceyuan.clusters.arrays import Bools, Bytes, Floats, Ints, Labels
from ceyuan.clusters.points.columns import Renames, kinds_for, resolve, unused_names
from ceyuan.clusters.points.convert import Codes, as_codes, as_floats, as_integers, is_integer
from ceyuan.clusters.points.doubts import (
    Doubtful,
    doubts_of_rows,
    doubts_of_sites,
    unknown_countries,
)
from ceyuan.clusters.points.errors import alone_of_rows, errors_of_rows
from ceyuan.clusters.points.finish import Collected, finish_table
from ceyuan.clusters.points.sites import SMALL_ROWS, HashedSites, SiteTable, SortedSites
from ceyuan.clusters.points.sources import Source, open_source
from ceyuan.clusters.points.table import KINDS, InputReport, PointTable
from ceyuan.clusters.points.values import Counting
from ceyuan.errors import CeyuanError, Problem

NUMBERS = ("year", "citations")
"""Roles whose values are numbers, missing where they cannot be read as such."""


@dataclass(frozen=True)
class _Job:
    """A piece of a source, and where its rows go."""

    source: Source
    piece: int
    columns: dict[str, str]
    kind: str | None
    begin: int
    end: int


class _Rows:
    """Arrays for all rows, filled piece by piece."""

    def __init__(self, n: int, roles: set[str], pieces: int) -> None:
        self.site: Labels = np.empty(n, np.int32)
        self.kind: Bytes = np.empty(n, np.uint8)
        self.record: Ints | None = np.empty(n, np.int64) if "record_id" in roles else None
        self.weight: Floats | None = np.ones(n) if "weight" in roles else None
        self.numbers: dict[str, Floats] = {
            role: np.full(n, np.nan) for role in NUMBERS if role in roles
        }
        self.texts: dict[str, list[Any]] = {
            "record_id": [None] * pieces,
            "contributor_id": [None] * pieces,
        }
        self.texts_of: dict[str, Codes] = {
            "field": Codes(),
            "country": Codes(),
            "precision": Codes((), str.lower),
        }
        self.coded: dict[str, Labels] = {
            role: np.full(n, -1, np.int32) for role in self.texts_of if role in roles
        }
        self.turned: Bools | None = None
        self._lock = threading.Lock()
        self.westward: set[int] = set()
        self.kinds = Codes(KINDS, str.lower)

    def note_turned(self, span: slice, turned: Bools) -> None:
        """Remember the rows whose longitudes count through 360°."""
        with self._lock:
            if self.turned is None:
                self.turned = np.zeros(self.site.size, np.bool_)
        self.turned[span] = turned

    def names(self, role: str) -> tuple[str, ...]:
        """The texts of a role, by their codes."""
        return tuple(self.texts_of[role].number)

    def kind_codes(self, column: Any, fixed: str | None, n: int) -> Bytes:
        """Codes of a kind column or of a fixed kind; 255 where missing."""
        if fixed is not None:
            return np.full(n, self.kinds.of_text(fixed), np.uint8)
        return self.kinds.of(column).astype(np.uint8)


def read_points(
    *inputs: object,
    columns: Renames | None = None,
    kinds: Sequence[str] = (),
    row_is_record: bool = False,
    years: tuple[int, int] | None = None,
    doubtful: Doubtful = "set_aside",
    counting: Counting = "records",
    precision: Mapping[str, float] | None = None,
    independent: Collection[str] = (),
    threads: int | None = None,
) -> PointTable:
    """Read points from files and tables.

    Args:
        inputs: paths of Parquet or CSV files (``.csv``, ``.csv.gz`` …), or pandas, polars, Arrow or DuckDB tables, with
            columns ``record_id, kind, lat, lon`` and, where present, ``contributor_id, weight, year, field, country,
            citations, precision``.
        columns: other names of columns by role.
        kinds: the kind of all rows, or one kind for each input, instead of a column.
        row_is_record: take every row as a record of its own, whatever its id.
        years: first and last year to keep.
        doubtful: whether rows at hardly credible positions (see :mod:`ceyuan.clusters.points.doubts`) are set aside, that is
            unlocated, or kept; they are counted in any case.
        counting: what a record counts, see :mod:`ceyuan.clusters.points.values`.
        precision: how far positions of each class of precision are off, see :mod:`ceyuan.clusters.points.errors`; without
            it a column of that role is not read.
        independent: the classes of precision whose rows are off each by itself, instead of all rows of a place together.
        threads: threads to use, None for all.

    Raises:
        CeyuanError: ``cluster-unreadable``, ``cluster-bad-column``, ``cluster-bad-option`` or
        ``cluster-no-points``, all
            inputs' problems together.
    """
    sources = _open_all(inputs, columns or {}, kinds, row_is_record)
    for role in _unwanted(years, counting, precision):
        for _, found, _ in sources:
            found.pop(role, None)
    jobs, reports = _plan(sources)
    n = jobs[-1].end if jobs else 0
    roles = {role for job in jobs for role in job.columns}
    if row_is_record:
        roles.discard("record_id")
    rows = _Rows(n, roles, len(jobs))
    lat, lon, tally = _collect(jobs, rows, threads)
    tally = np.append(tally, _turned(jobs, rows, tally))
    country, of_site = rows.coded.get("country"), doubts_of_sites(lat, lon)
    of_row = None
    if country is not None:
        of_row = doubts_of_rows(lat, lon, of_site, rows.site, country, rows.names("country"))
    classes = rows.coded.get("precision"), rows.names("precision")
    error_km = errors_of_rows(*classes, precision)
    alone = alone_of_rows(*classes, independent, precision)
    record = rows.record
    if record is None:
        record = np.arange(n)
    elif any(text is not None for text in rows.texts["record_id"]):
        record = _codes_of(jobs, rows.texts["record_id"], rows.record)[0]
    contributor, names = None, list[str]()
    if "contributor_id" in roles:
        contributor, names = _codes_of(jobs, rows.texts["contributor_id"], None)
    collected = Collected(
        lat,
        lon,
        rows.site,
        rows.kind,
        tuple(rows.kinds.number),
        record,
        rows.weight,
        rows.numbers.get("year"),
        rows.numbers.get("citations"),
        contributor,
        names,
        rows.coded.get("field"),
        rows.names("field"),
        error_km,
        alone,
        tally,
        unknown_countries(country, rows.names("country")),
        of_site,
        of_row,
        rows.turned is not None,
        reports,
    )
    return finish_table(collected, years, doubtful, counting, threads)


def _unwanted(
    years: tuple[int, int] | None, counting: Counting, precision: Mapping[str, float] | None
) -> Iterator[str]:
    """Roles whose columns are not read, because nothing asks for them."""
    if years is None and counting != "normalised":
        yield "year"
    if counting == "records":
        yield "citations"
    if precision is None:
        yield "precision"


def _turned(jobs: list[_Job], rows: _Rows, tally: Ints) -> int:
    """How many rows count longitudes through 360°. In an input that also has negative ones they are faults, and outside."""
    if rows.turned is None:
        return 0
    for job in jobs:
        if id(job.source) in rows.westward:
            span = slice(job.begin, job.end)
            wrong = rows.turned[span] & (rows.site[span] >= 0)
            rows.site[span][wrong] = -1
            rows.turned[span][wrong] = False
            tally[1] += int(wrong.sum())
    return int(rows.turned.sum())


def _open_all(
    inputs: Sequence[object], columns: Renames, kinds: Sequence[str], row_is_record: bool
) -> list[tuple[Source, dict[str, str], str | None]]:
    """Open every input and find its columns, collecting the problems of all."""
    opened: list[tuple[Source, dict[str, str], str | None]] = []
    problems: list[Problem] = []
    for data, kind in zip(inputs, kinds_for(kinds, len(inputs)), strict=True):
        try:
            source = open_source(data)
            found = resolve(
                source.columns,
                columns,
                source.name,
                needs_kind=kind is None,
                needs_record=not row_is_record,
            )
            opened.append((source, found, kind))
        except CeyuanError as error:
            problems.extend(error.problems)
    problems = problems or unused_names(columns, [source.columns for source, _, _ in opened])
    if problems:
        raise CeyuanError(problems)
    return opened


def _plan(
    sources: Sequence[tuple[Source, dict[str, str], str | None]],
) -> tuple[list[_Job], tuple[InputReport, ...]]:
    """The pieces of all sources with the rows that they fill."""
    jobs, reports, begin = [], [], 0
    for source, columns, kind in sources:
        rows = sum(source.sizes)
        reports.append(
            InputReport(source.name, begin, rows, source.unreadable, columns, source.simulated)
        )
        for number, size in enumerate(source.sizes):
            jobs.append(_Job(source, number, columns, kind, begin, begin + size))
            begin += size
    return jobs, tuple(reports)


def _collect(jobs: list[_Job], rows: _Rows, threads: int | None) -> tuple[Floats, Floats, Ints]:
    """Read all pieces; few rows in NumPy, many in threads that each have a site table, put together at the end."""
    n = jobs[-1].end if jobs else 0
    if n <= SMALL_ROWS:
        small = SortedSites()
        for number, job in enumerate(jobs):
            _take(job, number, rows, small)
        return small.finish()
    from ceyuan.clusters.kernel.hash import renumber  # numba is imported only where it is used  # noqa: PLC0415
    from ceyuan.compiled.threads import cuts, in_threads, spread, thread_count  # noqa: PLC0415

    shares = cuts(len(jobs), min(thread_count(threads), len(jobs)))
    tables = [HashedSites(jobs[last - 1].end - jobs[first].begin) for first, last in shares]

    def work(table: HashedSites, first: int, last: int) -> None:
        for number in range(first, last):
            _take(jobs[number], number, rows, table)

    in_threads([partial(work, table, *share) for table, share in zip(tables, shares, strict=True)])
    for table, (first, last) in zip(tables[1:], shares[1:], strict=True):
        site = rows.site[jobs[first].begin : jobs[last - 1].end]
        spread(partial(renumber, site, tables[0].absorb(table)), site.size, threads)
    return tables[0].finish()


def _take(job: _Job, number: int, rows: _Rows, sites: SiteTable) -> None:
    """Read one piece into the arrays."""
    span = slice(job.begin, job.end)
    table = job.source.piece(job.piece, sorted(set(job.columns.values())))
    pick = {role: table.column(name) for role, name in job.columns.items()}
    lat, lon = as_floats(pick["lat"]), as_floats(pick["lon"])
    if lon.size and np.fmin.reduce(lon) < 0:
        rows.westward.add(id(job.source))
    if lon.size and np.fmax.reduce(lon) > 180.0:
        turned = (lon > 180.0) & (lon <= 360.0)
        rows.note_turned(span, turned)
        lon = np.where(turned, lon - 360.0, lon)
    sites.add(lat, lon, rows.site[span])
    rows.kind[span] = rows.kind_codes(pick.get("kind"), job.kind, job.end - job.begin)
    if rows.weight is not None and "weight" in pick:
        weight = as_floats(pick["weight"])
        rows.weight[span] = np.where(pick["weight"].is_null().to_numpy(), 1.0, weight)
    for role in rows.numbers.keys() & pick.keys():
        rows.numbers[role][span] = as_floats(pick[role])
    for role in rows.coded.keys() & pick.keys():
        rows.coded[role][span] = rows.texts_of[role].of(pick[role])
    if rows.record is not None and "record_id" in pick:
        if is_integer(pick["record_id"]):
            rows.record[span] = as_integers(pick["record_id"])
        else:
            rows.texts["record_id"][number] = pick["record_id"]
    if "contributor_id" in pick:
        rows.texts["contributor_id"][number] = pick["contributor_id"]


def _codes_of(jobs: list[_Job], texts: list[Any], numbers: Ints | None) -> tuple[Ints, list[str]]:
    """One numbering for a column that is text in some pieces, numbers in others, and absent in yet others."""
    import pyarrow as pa  # noqa: PLC0415 - already loaded by the sources

    columns = []
    for job, text in zip(jobs, texts, strict=True):
        if text is not None:
            columns.append(text)
        elif numbers is not None and "record_id" in job.columns:
            columns.append(pa.array(numbers[job.begin : job.end]))
        else:
            columns.append(pa.nulls(job.end - job.begin, pa.large_string()))
    return as_codes(columns)
