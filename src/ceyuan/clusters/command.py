"""What the command line does, as a function: read, cluster, describe, write, and say what was done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ceyuan.clusters.describe import Described, describe
from ceyuan.clusters.editions import edition
from ceyuan.clusters.fields import field_sums
from ceyuan.clusters.geometry import like_radians
from ceyuan.clusters.merge import parse_rule
from ceyuan.clusters.names import City, read_cities
from ceyuan.clusters.parties import PartyRule
from ceyuan.clusters.points.columns import parse_renames
from ceyuan.clusters.points.doubts import Doubtful
from ceyuan.clusters.points.errors import parse_precision
from ceyuan.clusters.points.values import Counting
from ceyuan.clusters.run import ClusterRun, Options, cluster_points
from ceyuan.clusters.write import read_earlier, write_manifest, write_run
from ceyuan.compiled.announce import telling_of_compilation
from ceyuan.figures.page import PageSection, write_page

if TYPE_CHECKING:
    from ceyuan.clusters.robustness.study import StudyPlan

STEPS = {
    "read": "reading points",
    "weigh": "weighing sites",
    "cluster": "clustering",
    "count": "counting shares and ties",
    "edges": "measuring edges",
    "rank": "ranking",
}
TOP = 10


@dataclass(frozen=True)
class Request:
    """The options of ``ceyuan clusters``, as the command line names them.

    Attributes:
        points: the input files, or sources of points.
        out: the folder to write to.
        radius_km: see :class:`ceyuan.clusters.run.Options`.
        min_weight: the same.
        method: the same.
        border: the same.
        merge_rule: see :func:`ceyuan.clusters.merge.parse_rule`.
        merge_km: the same.
        columns: ``role=Column`` pairs.
        kinds: see :func:`ceyuan.clusters.points.read.read_points`.
        row_is_record: the same.
        years: the same.
        doubtful: the same.
        counting: the same.
        cities: where names come from: ``geonames``, ``none`` or a file; see :func:`cities_for`.
        previous: an earlier run.
        robustness: whether to write the report on robustness.
        replications: draws of each kind for it.
        seed: its seed.
        error_km: how far positions are off whose precision is not known.
        precision: ``class=km`` pairs, see :func:`ceyuan.clusters.points.errors.parse_precision`.
        edition: the edition whose parameters were taken as defaults.
        independent: classes of precision whose rows are off each by itself.
        threads: threads to use.
        parties: how points get their parties, where a workspace declares some.
        report: where to write an illustrated page, if wanted.
    """

    points: tuple[object, ...]
    out: Path
    radius_km: float = 15.0
    min_weight: float = 4500.0
    method: str = "gii2025"
    border: str = "nearest"
    merge_rule: str = "mutual"
    merge_km: float = 5.0
    columns: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    row_is_record: bool = False
    years: tuple[int, int] | None = None
    doubtful: Doubtful = "set_aside"
    counting: Counting = "records"
    cities: str = "geonames"
    previous: Path | None = None
    robustness: bool = False
    replications: int = 200
    seed: int = 1
    error_km: float = 1.0
    precision: tuple[str, ...] = ()
    independent: tuple[str, ...] = ()
    threads: int | None = None
    edition: str | None = None
    parties: PartyRule | None = None
    report: Path | None = None


def _preset(name: str | None, tell: Callable[[str], None]) -> dict[str, Any]:
    """Say what is known of an edition, and what of it is confirmed; the same for the manifest."""
    if name is None:
        return {}
    parameters = edition(name).parameters
    for parameter in parameters:
        tell(f"{name}: {parameter}")
    return {
        "edition": {"name": name, "parameters": [asdict(parameter) for parameter in parameters]}
    }


def run_command(request: Request, tell: Callable[[str], None]) -> list[str]:
    """Do what ``ceyuan clusters`` is asked for.

    Args:
        request: the options.
        tell: is given lines of talk.

    Returns:
        The lines of a short table of the first clusters.

    Raises:
        CeyuanError: for anything wrong with options or inputs, before anything is written.
    """
    options = Options(
        request.radius_km,
        request.min_weight,
        request.method,
        "first" if request.border == "first" else "nearest",
        parse_rule(request.merge_rule, request.merge_km),
        max(request.radius_km, request.merge_km),
        request.threads,
    )
    extra = {
        **_preset(request.edition, tell),
        **({"seed": request.seed} if request.robustness else {}),
    }
    plan = _study_plan(request)
    cities = cities_for(request.cities)
    earlier = read_earlier(request.previous) if request.previous else None
    steps = (lambda name: tell(f"{STEPS[name]} …")) if sys.stderr.isatty() else (lambda _: None)
    with telling_of_compilation(tell):
        run = cluster_points(
            *request.points,
            options=options,
            tell=steps,
            columns=parse_renames(request.columns),
            kinds=request.kinds,
            row_is_record=request.row_is_record,
            years=request.years,
            doubtful=request.doubtful,
            counting=request.counting,
            precision=parse_precision(request.precision) or None,
            independent=request.independent,
        )
        described = describe(run, cities, earlier)
        borders = request.parties.count(run) if request.parties else None
        files = write_run(run, described, request.out, borders=borders)
        sure: Sequence[PageSection] = ()
        if plan is not None:
            from ceyuan.clusters.robustness.report import write_report  # drawn only on demand  # noqa: PLC0415

            own, sure = write_report(run, described, request.out, plan, tell)
            files |= own
    if request.report is not None:
        from ceyuan.clusters.report import report_page  # drawn only on demand  # noqa: PLC0415

        write_page(request.report, report_page(run, described, summary(run, described), sure))
    write_manifest(request.out / "manifest.json", run, described, files, extra)
    for line in summary(run, described):
        tell(line)
    return table(described, run)


def _study_plan(request: Request) -> StudyPlan | None:
    """How much to try, where that is asked for."""
    if not request.robustness:
        return None
    from ceyuan.clusters.robustness.study import StudyPlan  # the kernel, only on demand  # noqa: PLC0415

    return StudyPlan(request.replications, request.seed, request.error_km)


def cities_for(choice: str, file: Path | None = None) -> Sequence[City]:
    """The gazetteer that is asked for.

    Args:
        choice: ``geonames`` for the shipped one, ``none``, or the name of a file.
        file: that file, where the name is not its path.

    Raises:
        CeyuanError: what :func:`ceyuan.clusters.names.read_cities` raises.
    """
    if choice == "none":
        return ()
    if choice != "geonames":
        return read_cities(file or Path(choice))
    from ceyuan.clusters.cities import shipped_cities  # a second or two, only where wanted  # noqa: PLC0415

    return shipped_cities()


def summary(run: ClusterRun, described: Described) -> list[str]:
    """What was read and what was left out, for the eye."""
    points, dirt = run.points, run.points.dirt
    flag = "SIMULATED data. " if points.simulated else ""
    lines = [
        f"{flag}{points.n_rows:,} rows of {points.n_records:,} records at {points.lat.size:,} places"
    ]
    lines.append(f"dirt: {dirt.said}")
    if dirt.in_doubt:
        fate = "kept" if dirt.doubtful == "keep" else "set aside"
        lines.append(f"{dirt.in_doubt:,} doubtful positions were {fate} (--doubtful)")
    if like_radians(points.lat, points.lon):
        lines.append(
            "every position is in the sea near (0, 0): latitudes and longitudes are read in degrees; are these radians?"
        )
    if described.crowded:
        first = described.crowded[0]
        centre = f", the centre of {first['centre_of']}" if first["centre_of"] else ""
        share = sum(place["share"] for place in described.crowded)
        lines.append(
            f"crowded: {share:.1%} of rows at {len(described.crowded)} places with 1 % or more each, most of them at "
            f"{first['lat']:g}, {first['lon']:g}{centre}"
        )
    if points.value is not None:
        lines.append(
            f"counted by citations ({points.counting}); {points.without_value:,} records without citations count nothing"
        )
    for k, kind in enumerate(run.counts.kinds):
        world = run.counts.world[k]
        if world:
            inside, noise, lost = (
                run.counts.clusters[:, k].sum(),
                run.counts.noise[k],
                run.counts.unlocated[k],
            )
            shares = f"{inside / world:.1%} in clusters, {noise / world:.1%} outside, {lost / world:.1%} unlocated"
            lines.append(f"{kind}: {world:,.0f} records, {shares}")
    for kind, sums in field_sums(described.fields).items() if described.fields else ():
        if sums["fields"]:
            without = sums["not_given"] / (sums["given"] + sums["not_given"])
            n = int(sums["fields"])
            lines.append(
                f"{kind}: {n:,} field{'s' * (n != 1)}, {without:.1%} of records without one"
            )
    clusters, regions = run.n_clusters, int(run.cluster_of_label.size)
    lines.append(
        f"{clusters:,} cluster{'s' * (clusters != 1)} from {regions:,} dense region{'s' * (regions != 1)}"
    )
    return lines


def table(described: Described, run: ClusterRun) -> list[str]:
    """The first clusters as lines of tab-separated values."""
    shown = [f"{kind}_share" for k, kind in enumerate(run.counts.kinds) if run.counts.world[k]]
    heads = ["rank", "id", "name", "score", *shown]
    rows = [
        [str(row["rank"]), row["id"], row["name"], *(f"{row[c]:.6f}" for c in ("score", *shown))]
        for row in described.rows[:TOP]
    ]
    return ["\t".join(cells) for cells in (heads, *rows)]
