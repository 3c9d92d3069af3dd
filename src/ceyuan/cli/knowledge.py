"""``ceyuan knowledge``: is a place a source of innovation, measured on tables of works, citations, authors and counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ceyuan.cli.output import open_build, say, workspace_option

_PATH = click.Path(path_type=Path, dir_okay=False)
_OUT = click.Path(path_type=Path, file_okay=False)
_columns = click.option("--column", "columns", multiple=True, metavar="ROLE=NAME",
                        help="Column that plays a part, e.g. id=doi.")  # fmt: skip
_threads = click.option(
    "--threads", type=click.IntRange(min=1), default=None, help="Threads to use.  [default: all]"
)
_memory = click.option("--memory", help="How much the graph and its counts may take, e.g. 4GB: what is more is kept on disk, "
                       "where TMPDIR says, and the results are the same.  [default: ¾ of the machine's]")  # fmt: skip


@click.group()
def knowledge() -> None:
    """Measure how new works are, who takes them up, what flows between places, and what places are good at.

    \b
    Example:  ceyuan knowledge disruption citations.csv --works works.csv --out disruption
    """


def _print(lines: list[str]) -> None:
    for line in lines:
        click.echo(line)


@knowledge.command()
@click.argument("citations", type=_PATH)
@click.option("--works", type=_PATH, required=True, help="Table of works: id, and year or date.")
@click.option("--window", default="5", show_default=True, help="Years (5), days (1825d), or open.")
@click.option("--ties", type=click.Choice(["later", "same"]), default="later", show_default=True,
              help="Citers must be later than the work, or may be of the same year or day.")  # fmt: skip
@click.option("--min-references", type=click.IntRange(min=0), default=0, show_default=True,
              help="Works with fewer known references are undefined; those with none always are.")  # fmt: skip
@click.option(
    "--authors",
    type=_PATH,
    help="Table of authors (work, author): leaves out citations by the same authors.",
)
@click.option(
    "--outside", is_flag=True, help="Keep cited works that are not in WORKS, as references."
)
@click.option(
    "--until", help="Last year or day of the data, for `complete`.  [default: the latest work]"
)
@click.option(
    "--family", is_flag=True, help="Also write family.csv: mCD, DI_1 … DI_5 and their counts."
)
@_columns
@_memory
@_threads
@click.option("--out", type=_OUT, required=True, help="Folder to write to.")
def disruption(**chosen: Any) -> None:
    """Disruption (CD, DI5, dependence) of every work, exact: do later works cite it instead of its references?

    CITATIONS has columns citing and cited. Writes disruption.csv and manifest.json. What is undefined is empty.

    \b
    Example:  ceyuan knowledge disruption citations.csv.gz --works works.csv.gz --out disruption
              ceyuan knowledge disruption refs.parquet --works works.parquet --column id=doi --window open --out cd
    """
    from ceyuan.knowledge.commands.disruption import DisruptionRequest, run_disruption  # noqa: PLC0415 - heavy, only when used

    _print(run_disruption(DisruptionRequest(**chosen), say))


@knowledge.command()
@click.argument("counts", type=_PATH)
@click.option("--relatedness", "measure", type=click.Choice(["conditional", "cosine", "association"]),
              default="conditional", show_default=True, help="How near fields are, by the places that have both.")  # fmt: skip
@click.option("--threshold", type=click.FloatRange(min=0, min_open=True), default=1.0, show_default=True,
              help="RCA from which a place has a field.")  # fmt: skip
@click.option(
    "--min-place",
    "least_place",
    type=float,
    default=0.0,
    help="Leave out places with a smaller total.",
)
@click.option(
    "--min-field",
    "least_field",
    type=float,
    default=0.0,
    help="Leave out fields with a smaller total.",
)
@click.option(
    "--intervals",
    is_flag=True,
    help="Add limits of RCA, where values are counts of independent events.",
)
@_columns
@click.option("--out", type=_OUT, required=True, help="Folder to write to.")
def specialisation(**chosen: Any) -> None:
    """What places are good at (RCA), what is near to it (density), and how complex places and fields are (ECI, PCI).

    COUNTS has columns place, field, value and, where there is one, period. Writes places.csv, fields.csv, cells.csv,
    options.csv, relatedness.csv, with periods changes.csv (entry and exit against density), and manifest.json.

    \b
    Example:  ceyuan knowledge specialisation patents.csv --column field=ipc --column value=n --out specialisation
    """
    from ceyuan.knowledge.commands.specialisation import SpecialisationRequest, run_specialisation  # noqa: PLC0415

    _print(run_specialisation(SpecialisationRequest(**chosen), say))


@knowledge.command()
@click.argument("authorships", type=_PATH)
@click.option(
    "--citations", type=_PATH, help="Table of citations (citing, cited): adds flows of citations."
)
@click.option("--by-year", is_flag=True, help="Flows by the column year of AUTHORSHIPS.")
@click.option("--baseline", type=click.Choice(["configuration", "gravity"]), default="configuration", show_default=True,
              help="Compare with sizes and chance, or with sizes and distances.")  # fmt: skip
@click.option(
    "--places",
    type=_PATH,
    help="For gravity: table of place (the unit), lat, lon and, if not the works, size.",
)
@_columns
@click.option("--out", type=_OUT, required=True, help="Folder to write to.")
def flows(**chosen: Any) -> None:
    """Works in common and citations between places, sides, organisations or fields, beside what size, or distance, explains.

    AUTHORSHIPS has columns work and unit, a row for each authorship. Writes flows.csv, units.csv, with citations
    citations.csv, with gravity gravity.csv, and manifest.json. Fractional flows add up to the works exactly.

    \b
    Example:  ceyuan knowledge flows authorships.csv --column unit=side --by-year --out flows
              ceyuan knowledge flows authorships.csv --column unit=city --baseline gravity --places cities.csv --out flows
    """
    from ceyuan.knowledge.commands.flows import FlowsRequest, run_flows  # noqa: PLC0415 - heavy, only when used

    _print(run_flows(FlowsRequest(**chosen), say))


@knowledge.command()
@click.argument("authorships", type=_PATH)
@click.option("--longest-gap", type=click.IntRange(min=1), default=5, show_default=True,
              help="Works that are more years apart say nothing of when the author moved.")  # fmt: skip
@_columns
@click.option("--out", type=_OUT, required=True, help="Folder to write to.")
def movers(**chosen: Any) -> None:
    """Authors whose works name another place, side or organisation than their works before.

    AUTHORSHIPS has columns author, unit and year, a row for each authorship. Writes moves.csv and manifest.json. A second
    affiliation is half a move; every step of an author adds up to 1.

    \b
    Example:  ceyuan knowledge movers authorships.csv --column author=orcid --column unit=side --out movers
    """
    from ceyuan.knowledge.commands.movers import MoversRequest, run_movers  # noqa: PLC0415 - heavy, only when used

    _print(run_movers(MoversRequest(**chosen), say))


@knowledge.command()
@click.argument("organisations", type=_PATH)
@click.option("--samples", type=click.IntRange(min=1), default=200, show_default=True,
              help="How often the dimensions are shuffled, for the limits of chance.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the shuffles.")
@_columns
@click.option("--out", type=_OUT, required=True, help="Folder to write to.")
def synergy(**chosen: Any) -> None:
    """What place, type and field of organisations tell together beyond what pairs of them tell, in the whole and in its sides.

    ORGANISATIONS has columns place, type, field and part (the side), a row for each organisation or each of its works. Writes
    synergy.csv and manifest.json. Below 0 is read as synergy, above 0 as redundancy.

    \b
    Example:  ceyuan knowledge synergy firms.csv --column part=side --column field=nace --out synergy
    """
    from ceyuan.knowledge.commands.synergy import SynergyRequest, run_synergy  # noqa: PLC0415 - heavy, only when used

    _print(run_synergy(SynergyRequest(**chosen), say))


@knowledge.command()
@click.argument("items", type=_PATH)
@click.option("--works", type=_PATH, required=True, help="Table of works: id, and year or date.")
@click.option(
    "--units",
    type=_PATH,
    help="Table of work and unit: adds units, and who takes up what started where.",
)
@click.option(
    "--window", default="5", show_default=True, help="Years in which later uses count, or open."
)
@click.option(
    "--since", type=int, help="First year that is judged.  [default: 5 years after the first work]"
)
@click.option("--history", type=click.IntRange(min=1), default=3, show_default=True,
              help="Years before a new pair in which the partners of its items are compared.")  # fmt: skip
@click.option("--most-items", type=click.IntRange(min=2), default=100, show_default=True,
              help="Set aside works with more items.")  # fmt: skip
@_columns
@click.option("--out", type=_OUT, required=True, help="Folder to write to.")
def novelty(**chosen: Any) -> None:
    """New and atypical combinations of classes, keywords, topics or cited journals, and who used them later.

    ITEMS has columns work and item. Writes works.csv, pairs.csv, items.csv, with units units.csv and uptake.csv, and
    manifest.json. What is undefined is empty.

    \b
    Example:  ceyuan knowledge novelty keywords.csv --works works.csv --units affiliations.csv --out novelty
              ceyuan knowledge novelty ipc.csv --column work=patent --column item=ipc4 --works patents.csv --since 2000 --out new
    """
    from ceyuan.knowledge.commands.novelty import NoveltyRequest, run_novelty  # noqa: PLC0415 - heavy, only when used

    _print(run_novelty(NoveltyRequest(**chosen), say))


@knowledge.command()
@click.argument("table", type=_PATH)
@workspace_option
@click.option("--within-km", type=click.FloatRange(min=0, min_open=True), default=30.0, show_default=True,
              help="How near the nearest city must be to coordinates.")  # fmt: skip
@_columns
@click.option("--out", type=_OUT, required=True, help="Folder to write to.")
def affiliations(workspace: Path, within_km: float, **chosen: Any) -> None:
    """Which place and side each affiliation means, by register, coordinates, address and names; never by country code.

    TABLE has a column affiliation and, where known, ror, lat, lon and work. Places and organisations are those of the
    workspace's build. Writes affiliations.csv, uncertain.csv and manifest.json.

    \b
    Example:  ceyuan knowledge affiliations authorships.csv -w gba --out placed
              ceyuan knowledge flows placed/affiliations.csv --column unit=side --out flows
    """
    from ceyuan.knowledge.affiliations.rules import Affiliations, Organisation  # noqa: PLC0415 - only when used
    from ceyuan.knowledge.commands.affiliations import AffiliationsRequest, run_affiliations  # noqa: PLC0415

    with open_build(workspace) as build:
        records = build.records("organisation") if "organisation" in build.kinds else []
        known = [organisation for record in records if (organisation := Organisation.of(record))]
        rules = Affiliations(build.gazetteer, known, within_km)
        _print(run_affiliations(AffiliationsRequest(**chosen), rules, say))


@knowledge.command()
@click.argument("citations", type=_PATH)
@click.option(
    "--works",
    type=_PATH,
    required=True,
    help="Table of works: id, year or date, and field, type if known.",
)
@click.option(
    "--units",
    type=_PATH,
    help="Table of work and unit: adds impact by place, side or organisation.",
)
@click.option("--window", default="5", show_default=True, help="Years (5), days (730d), or open.")
@click.option("--ties", type=click.Choice(["later", "same"]), default="same", show_default=True,
              help="Whether citers of the same year or day count.")  # fmt: skip
@click.option(
    "--authors",
    type=_PATH,
    help="Table of authors (work, author): leaves out citations by the same authors.",
)
@click.option("--until", help="Last year or day of the data.  [default: the latest work]")
@click.option(
    "--replications",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    help="Bootstrap samples.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the samples.")
@_columns
@_threads
@click.option("--out", type=_OUT, required=True, help="Folder to write to.")
def impact(**chosen: Any) -> None:
    """Citations normalised by year, field and type (MNCS), percentiles, and parts in the most cited 10, 1 and 0.1 %.

    WORKS is the reference set. Writes impact.csv, with units units.csv, and manifest.json.

    \b
    Example:  ceyuan knowledge impact citations.csv --works works.csv --units affiliations.csv --out impact
    """
    from ceyuan.knowledge.commands.impact import ImpactRequest, run_impact  # noqa: PLC0415 - heavy, only when used

    _print(run_impact(ImpactRequest(**chosen), say))
