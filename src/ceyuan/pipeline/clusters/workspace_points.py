"""Points of a workspace for a search that nobody declared: ``ceyuan clusters -w``, or from Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ceyuan.clusters.command import Request
from ceyuan.clusters.declaration import ClusterFile, DeclaredRun, Points
from ceyuan.clusters.points.columns import parse_renames
from ceyuan.errors import CeyuanError, did_you_mean, fail
from ceyuan.pipeline.checking import sound_workspace
from ceyuan.pipeline.clusters.building import declared_runs, party_rule
from ceyuan.pipeline.clusters.checking import check_points
from ceyuan.pipeline.clusters.points import PointOrigin, gather
from ceyuan.pipeline.reading import Build
from ceyuan.wording import Trilingual
from ceyuan.workspace import Workspace
from ceyuan.workspace.spec import parse_spec
from ceyuan.workspace.yamlfile import YamlDocument

_NAMES = Trilingual.model_validate({"en": "points", "zh-Hans": "点位", "zh-Hant": "點位"})


def workspace_request(
    root: Path, names: Sequence[str], party_km: float | None, request: Request
) -> Request:
    """A request over points of a workspace, as its current build has them.

    Args:
        root: the workspace; it must have been built.
        names: record kinds whose records have positions, or declared runs, whose points are taken as declared.
        party_km: how near the nearest city with a party must be; None if ties between parties are not wanted.
        request: everything else; its columns, kinds and ``row_is_record`` are for record kinds.

    Raises:
        CeyuanError: ``no-workspace``, ``no-build``, ``unknown-kind``, or what is wrong with columns and kinds.
    """
    workspace, _ = sound_workspace(root)
    gathered: list[PointOrigin] = []
    with Build.open(root) as build:
        for number, name in enumerate(names):
            gathered += gather(
                workspace, _declared(workspace, name, number, len(names), request), build.engine
            )
    return replace(
        request,
        points=tuple(g.source for g in gathered),
        columns=(),
        kinds=(),
        row_is_record=False,
        parties=party_rule(workspace, party_km, gathered),
    )


def _declared(
    workspace: Workspace, name: str, number: int, of: int, request: Request
) -> DeclaredRun:
    runs = declared_runs(workspace)
    if name in runs:
        return runs[name]
    if name not in workspace.kinds:
        known = [*runs, *workspace.kinds]
        hint = did_you_mean(name, known) or (f"Runs: {', '.join(runs)}" if runs else None)
        raise fail(
            "unknown-kind", f"the workspace has no run and no record kind {name!r}", hint=hint
        )
    if request.kinds and len(request.kinds) not in (1, of):
        message = f"there are {len(request.kinds)} kinds for {of} inputs; give one, or one for each"
        raise fail("cluster-bad-option", message)
    kind = request.kinds[number if len(request.kinds) > 1 else 0] if request.kinds else None
    columns = {role: fields[0] for role, fields in parse_renames(request.columns).items()}
    said = {
        "records": name,
        "kind": kind,
        "columns": columns,
        "row_is_record": request.row_is_record,
    }
    points = parse_spec(Points, None, said)
    run = ClusterFile(id="points", name=_NAMES, points=(points,), period="all", years=request.years)
    declared = DeclaredRun(YamlDocument(f"record kind {name}", None, {(): 1}), "", run)
    problems = list(check_points(workspace, declared, 0, points))
    if problems:
        raise CeyuanError([replace(p, line=None) for p in problems])
    return declared
