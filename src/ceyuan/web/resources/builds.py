"""What the site says about builds and the workspace: ``meta``, ``overview``, ``quality``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ceyuan.errors import Problem, catalogue
from ceyuan.indicators.observations import figure_key
from ceyuan.indicators.types.records import kind_name
from ceyuan.pipeline.clusters.reading import cluster_runs
from ceyuan.pipeline.composites.reading import composites_of
from ceyuan.pipeline.folder import BuildFolder
from ceyuan.plan.loading import has_plan
from ceyuan.records.store import StoredPart
from ceyuan.version import __version__
from ceyuan.web.models.base import worded
from ceyuan.web.models.overview import (
    BuildInfo,
    BulletinLine,
    Change,
    Counts,
    Features,
    Meta,
    Named,
    Overview,
    WorkspaceInfo,
)
from ceyuan.web.models.quality import Correction, IndicatorCoverage, Part, Quality, QuarantinedRow
from ceyuan.web.resources.bulletins import bulletins
from ceyuan.web.resources.headlines import headlines
from ceyuan.web.resources.planning import plan_state
from ceyuan.web.resources.view import View
from ceyuan.web.resources.words import WHY
from ceyuan.wording import Trilingual

_CHANGES_FIRST = 100
_CHANGES_LISTED = (
    200  # more of them than anybody reads make a page slow; `ceyuan list changes` has them all
)
_ROWS_FIRST = 1000


def meta(view: View) -> Meta:
    """Who answers, from which build, with what."""
    build, config = view.build, view.build.config
    return Meta(
        build=build.id,
        version=__version__,
        created=build.manifest["created"],
        workspace=WorkspaceInfo(
            id=config.id,
            name=config.name,
            description=config.description,
            languages=config.languages,
            parties=tuple(Named(id=p.id, name=p.name) for p in config.parties),
            home=view.home,
            docs=config.docs,
        ),
        builds=builds(view),
        features=Features(
            clusters=bool(cluster_runs(build))
            or any(p.kind == "cluster" for p in build.gazetteer.places.values()),
            claims=True,
            composites=bool(composites_of(build)),
            plan=has_plan(build.texts),
            bulletins=bool(view.bulletin_names),
            team=view.team,
        ),
        simulated=any(s.simulated for s in build.sources.values()),
    )


def builds(view: View) -> tuple[BuildInfo, ...]:
    """All builds of the workspace, newest first; the one that is shown is the current one."""
    folder = BuildFolder(view.build.root)
    found = []
    for name in reversed([b for b in folder.builds() if b <= view.build.id]):
        manifest = view.build.manifest if name == view.build.id else folder.manifest(name)
        found.append(BuildInfo(
            id=name, created=manifest["created"], ceyuan=manifest["ceyuan"], current=name == view.build.id,
            observations=_not_simulated(manifest["counts"]), changes=len(manifest["changes"]),
        ))  # fmt: skip
    return tuple(found)


def _not_simulated(counts: Mapping[str, int]) -> int:
    return sum(count for status, count in counts.items() if status != "simulated")


def overview(view: View) -> Overview:
    """The centre at a glance."""
    manifest = view.build.manifest
    latest = next(iter(bulletins(view).items), None)
    return Overview(
        build=view.build.id,
        headlines=tuple(headlines(view)),
        plan=plan_state(view),
        bulletin=None
        if latest is None
        else BulletinLine(id=latest.id, title=latest.title, date=latest.date),
        changes=changes(view, manifest["changes"][:_CHANGES_FIRST]),
        changes_count=len(manifest["changes"]),
        counts=_counts(view),
    )


def _counts(view: View) -> Counts:
    """How much there is; what is simulated is no knowledge of the world and is counted apart."""
    build = view.build
    real = {name for name, source in build.sources.items() if not source.simulated}
    known, missing, simulated = build.engine.rows(
        "SELECT count(value) FILTER (status <> 'simulated'), count(*) FILTER (value IS NULL AND status <> 'simulated'), "
        "count(value) FILTER (status = 'simulated') FROM observations WHERE shown"
    )[0]
    return Counts(
        indicators=len(build.indicators),
        observations=known,
        missing=missing,
        records=sum(count for source, count in view.records_by_source.items() if source in real),
        sources=len(real),
        simulated=simulated,
        quarantined=sum(p.quarantined for p in build.record_parts),
    )


def changes(view: View, rows: Sequence[Mapping[str, Any]]) -> tuple[Change, ...]:
    """Differences to the build before, in words."""
    return tuple(_change(view, row) for row in rows)


def _change(view: View, row: Mapping[str, Any]) -> Change:
    indicator, place = row["indicator"], row["place"]

    def text(value: float | None) -> Trilingual | None:
        return None if value is None else view.text(indicator, value, row["unit"])

    return Change(
        what=row["what"],
        key=figure_key(indicator, place, row["period"], row["breakdown"]),
        indicator=indicator,
        name=view.names.get(indicator) or Trilingual.same(indicator),
        place=place,
        place_name=view.place_names.get(place) or Trilingual.same(place),
        period=row["period"],
        breakdown=row["breakdown"],
        unit=row["unit"],
        before=row["old"],
        after=row["new"],
        before_text=text(row["old"]),
        after_text=text(row["new"]),
        why=WHY.get(row["reason"]),
    )


def quality(view: View) -> Quality:
    """The report on the data of a build."""
    build, manifest = view.build, view.build.manifest
    quarantined = build.quarantined()
    reasons = sorted({code for part in build.record_parts for code in part.reasons})
    return Quality(
        build=build.id,
        parts=tuple(_part(view, p) for p in build.record_parts),
        quarantined=tuple(
            QuarantinedRow(**{**row, "reasons": tuple(str(row["reasons"]).split("; "))})
            for row in quarantined[:_ROWS_FIRST]
        ),
        quarantined_count=len(quarantined),
        reasons={code: catalogue()[code].title for code in reasons if code in catalogue()},
        corrections=_corrections(view),
        warnings=tuple(Problem(**w).in_full() for w in manifest["warnings"]),
        coverage=tuple(IndicatorCoverage(**c) for c in manifest["coverage"]),
        builds=builds(view),
        changes=changes(view, manifest["changes"][:_CHANGES_LISTED]),
        changes_count=len(manifest["changes"]),
    )


def _part(view: View, part: StoredPart) -> Part:
    source = view.build.tables[part.table].source
    return worded(Part, part, kind_name=kind_name(view.build.kinds[part.kind]), source=source)


def _corrections(view: View) -> tuple[Correction, ...]:
    """All declared corrections, each with the rows that it changed in all files of its table."""
    changed: Counter[tuple[str, int]] = Counter()
    for part in view.build.record_parts:
        for number, rows in enumerate(part.corrections):
            changed[part.table, number] += rows
    return tuple(
        Correction(table=table, rule=rule, rows=changed[table, number])
        for table, spec in view.build.tables.items()
        for number, rule in enumerate(spec.corrections)
    )
