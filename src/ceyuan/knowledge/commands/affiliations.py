"""``ceyuan knowledge affiliations``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ceyuan.knowledge.affiliations.rules import Affiliations
from ceyuan.knowledge.affiliations.run import place_affiliations
from ceyuan.knowledge.commands.lines import Tell
from ceyuan.knowledge.outputs import write_results


@dataclass(frozen=True)
class AffiliationsRequest:
    """The options of ``ceyuan knowledge affiliations``.

    Attributes:
        table: the table of affiliations.
        out: the folder to write to.
        columns: other names of columns.
    """

    table: Path
    out: Path
    columns: tuple[str, ...] = ()


def run_affiliations(request: AffiliationsRequest, rules: Affiliations, tell: Tell) -> list[str]:
    """Do what ``ceyuan knowledge affiliations`` is asked for; the lines of a short table.

    Raises:
        CeyuanError: for anything wrong with options or inputs, before anything is written.
    """
    found = place_affiliations(request.table, rules, request.columns)
    results = {"affiliations": found.rows.columns(), "uncertain": found.uncertain.columns()}
    said = {
        "order": "register, coordinates, address, organisation, name",
        "within_km": rules.within_km,
        "organisations": len(rules.organisations),
        "uncertain": "a text that names several places, none of which contains the other, or none",
    }
    write_results(
        request.out,
        {"affiliations": found.table},
        results,
        {"measure": "affiliations", "rules": said, **found.facts},
    )
    tell(repr(found))
    return ["side\trows", *(f"{side}\t{rows}" for side, rows in found.facts["by_side"].items())]
