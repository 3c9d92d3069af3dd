"""``observations`` and ``records/{kind}``: pages of everything, for programs."""

from __future__ import annotations

import pyarrow as pa

from ceyuan.engine import identifier
from ceyuan.errors import did_you_mean, fail
from ceyuan.indicators.observations import ORDER, Observation, column_list
from ceyuan.pipeline.reading import record_fields
from ceyuan.web.models.lineage import Observations, RecordRow, Records
from ceyuan.web.resources.query import ObservationQuery
from ceyuan.web.resources.view import View


def observations(view: View, query: ObservationQuery, page: int, size: int) -> Observations:
    """A page of observations.

    Args:
        view: the build.
        query: which ones.
        page: number of the page, from 1.
        size: observations on a page.

    Raises:
        CeyuanError: what :meth:`ObservationQuery.condition` raises, and ``no-page``.
    """
    condition = query.condition(view)
    total = int(view.build.engine.value(f"SELECT count(*) FROM observations WHERE {condition}"))
    pages = _pages(total, page, size)
    # Those of one source that are not shown are numbered over all of them, not over the page.
    same = "indicator, place, period, breakdown, source, shown"
    numbered = f"SELECT *, row_number() OVER (PARTITION BY {same} ORDER BY file, line, lineage) AS nth FROM observations"
    rows = view.build.engine.arrow(
        f"SELECT {column_list()}, nth FROM ({numbered}) AS numbered WHERE {condition} "
        f"ORDER BY {ORDER} LIMIT {size} OFFSET {(page - 1) * size}"
    ).to_pylist()
    items = tuple(view.figure(Observation.of(row), row["nth"]) for row in rows)
    return Observations(
        build=view.build.id, page=page, size=size, total=total, pages=pages, items=items
    )


def observation_table(view: View, query: ObservationQuery, limit: int) -> pa.Table:
    """All observations that are asked for, as a table; see :meth:`Build.table`.

    Args:
        view: the build.
        query: which ones.
        limit: at most so many.

    Raises:
        CeyuanError: what :meth:`ObservationQuery.condition` raises, and ``download-too-large``.
    """
    condition = query.condition(view)
    total = int(view.build.engine.value(f"SELECT count(*) FROM observations WHERE {condition}"))
    if total > limit:
        raise fail(
            "download-too-large",
            f"{total:,} observations are asked for, {limit:,} are the limit of one download",
        )
    return view.build.in_words(
        f"SELECT {column_list()} FROM observations WHERE {condition} ORDER BY {ORDER}"
    )


def records(view: View, kind: str, page: int, size: int) -> Records:
    """A page of records of a kind.

    Raises:
        CeyuanError: ``unknown-kind`` or ``no-page``.
    """
    build = view.build
    if kind not in build.kinds:
        raise fail(
            "unknown-kind", f"there is no kind {kind!r}", hint=did_you_mean(kind, build.kinds)
        )
    total = int(build.engine.value(f"SELECT count(*) FROM {identifier(kind)}"))
    pages = _pages(total, page, size)
    rows = build.engine.arrow(
        f"SELECT * FROM {identifier(kind)} ORDER BY _file, _line LIMIT {size} OFFSET {(page - 1) * size}"
    ).to_pylist()
    items = (
        RecordRow(
            file=r["_file"],
            line=r["_line"],
            source=r["_source"],
            fields=record_fields(build.kinds[kind], r),
        )
        for r in rows
    )
    return Records(
        build=build.id,
        kind=kind,
        page=page,
        size=size,
        total=total,
        pages=pages,
        items=tuple(items),
    )


def _pages(total: int, page: int, size: int) -> int:
    pages = max(1, -(-total // size))
    if page > pages:
        raise fail("no-page", f"page {page} was asked for", hint=f"The last page is {pages}")
    return pages
