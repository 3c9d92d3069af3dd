"""``composites/*.yaml``: an index over indicators of a workspace, declared with its structure and its specification."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, model_validator

from ceyuan.composite import spec as steps
from ceyuan.composite.structure import PARAMETERS, Structure, read_structure
from ceyuan.composite.tables import Table
from ceyuan.errors import Problem, did_you_mean
from ceyuan.indicators.types import Among
from ceyuan.wording import Trilingual
from ceyuan.workspace.declared import InFile, read_declared
from ceyuan.workspace.definitions import Indicator
from ceyuan.workspace.spec import FreeText, Id, Spec, spec_field
from ceyuan.workspace.yamlfile import YamlDocument, YamlPath

_KEPT_ELSEWHERE = ("composite", "title")


class StructureEntry(Spec):
    """An indicator of the index, or a group of its indicators."""

    code: Id = spec_field("Its identifier in the index.", good="papers", bad="Papers per capita")
    name: Trilingual | None = spec_field(
        "Its name; the indicator's own where absent.",
        good={"en": "Knowledge"},
        bad="Knowledge",
        default=None,
    )
    indicator: Id | None = spec_field(
        "The indicator whose values are taken; a group has none.",
        good="sci_papers",
        bad="SCI papers",
        default=None,
    )
    breakdown: str = spec_field(
        "The part of a breakdown that is taken (`field=value`); the total if empty.",
        good="type=invention",
        bad="invention",
        default="",
    )
    period: str | None = spec_field(
        "Take this period's value whatever period the index is of.",
        good="2022",
        bad="latest",
        default=None,
        coerce_numbers_to_str=True,
    )
    parent: Id | None = spec_field(
        "The group it belongs to; none at the top.", good="knowledge", bad="", default=None
    )
    level: int | None = spec_field(
        "Its level, 1 for indicators; follows from the tree if absent.",
        good=2,
        bad="top",
        default=None,
        ge=1,
    )
    weight: float = spec_field("Its weight among its siblings.", good=2, bad=-1, default=1, ge=0)
    direction: Literal["higher", "lower"] | None = spec_field(
        "Which way is better; the indicator's own if absent.", good="lower", bad="up", default=None
    )
    unit: str | None = spec_field(
        "The unit that its values are expected in; checked against the indicator's.",
        good="篇",
        bad="k",
        default=None,
    )
    denominator: Id | None = spec_field(
        "What its values are divided by, one of `denominators`.",
        good="gdp",
        bad="GDP",
        default=None,
    )
    parameters: dict[Literal[PARAMETERS], float] = spec_field(  # type: ignore[valid-type]
        "Its own parameters of normalisation: targets, goalposts, bounds.",
        good={"goalpost_lower": 0, "goalpost_upper": 10},
        bad={"goal": 3},
        default={},
    )


class CompositeFile(Spec):
    """A composite index over the indicators of a workspace."""

    id: Id = spec_field("The identifier of the index.", good="innovation", bad="Innovation 2022")
    name: Trilingual = spec_field(
        "Its name in three languages.", good={"en": "Provincial innovation"}, bad="innovation"
    )
    description: Trilingual = spec_field(
        "What it measures, and what it does not.", good={"en": "…"}, bad="…"
    )
    units: Among = spec_field(
        "The places that are compared: all of a kind, inside a place, or a list.",
        good={"kind": "province", "within": "cn"},
        bad=["beijing"],
    )
    periods: tuple[int | str, ...] = spec_field(
        "The period, or the periods of a panel.", good=[2021, 2022], bad="2021-2022", min_length=1
    )
    missing: Literal["keep", "leave_out", "refuse"] = spec_field(
        "What to do with a place that lacks a value: `keep` it for the steps (screen, impute, min_share), `leave_out` the "
        "place in that period, or `refuse` to compute the index.",
        good="leave_out",
        bad="zero",
        default="keep",
    )
    structure: tuple[StructureEntry, ...] = spec_field(
        "Indicators and groups, each with its parent.",
        good=[{"code": "papers", "indicator": "sci_papers", "parent": "top"}, {"code": "top"}],
        bad=["papers"],
        min_length=2,
    )
    denominators: dict[Id, Id] = spec_field(
        "What values are divided by: a name for the structure → the indicator.",
        good={"rd": "rd_expenditure"},
        bad=["rd_expenditure"],
        default={},
    )
    names: dict[str, Trilingual] = spec_field(
        "Names in three languages of what `spec` calls by a key: its scenarios, and the factors of its uncertainty.",
        good={"one_scale": {"en": "Both on one scale"}},
        bad={"one_scale": "Both on one scale"},
        default={},
    )
    spec: steps.Spec = Field(
        default=steps.Spec(),
        description="The steps from raw values to the index, and its uncertainty.",
        examples=[{"normalise": {"method": "minmax"}, "aggregate": {"method": "geometric"}}],
        json_schema_extra={"badExamples": ["minmax"]},
    )
    note: FreeText | None = spec_field(
        "Anything a reader must know, once or in three languages.",
        good={"en": "GDP is implied"},
        bad="",
        default=None,
    )

    @model_validator(mode="after")
    def _said_once(self) -> CompositeFile:
        said = [key for key in _KEPT_ELSEWHERE if key in self.spec.model_fields_set]
        if said:
            raise ValueError(f"spec.{said[0]} is not used in a workspace: `id` and `name` say it")
        if self.spec.uncertainty is not None and self.spec.uncertainty.keep:
            raise ValueError("spec.uncertainty.keep: a build does not keep single replications")
        return self

    @model_validator(mode="after")
    def _names_mean_something(self) -> CompositeFile:
        factors = self.spec.uncertainty.factors if self.spec.uncertainty is not None else {}
        known = [*self.spec.scenarios, *factors]
        unknown = [key for key in self.names if key not in known]
        if unknown:
            hint = did_you_mean(unknown[0], known) or ""
            raise ValueError(
                f"names: spec has no scenario or factor {unknown[0]!r}. {hint}".rstrip()
            )
        return self


@dataclass(frozen=True, slots=True)
class DeclaredIndex(InFile):
    """A declared index with its place.

    Attributes:
        composite: the declaration.
    """

    composite: CompositeFile


def read_declarations(
    documents: Iterable[YamlDocument],
) -> tuple[dict[str, DeclaredIndex], list[Problem]]:
    """Declared indices by identifier, and what is wrong with single files."""
    return read_declared(documents, CompositeFile, DeclaredIndex, lambda spec: spec.id, "index")


def structure_of(declared: DeclaredIndex, indicators: Mapping[str, Indicator]) -> Structure:
    """The tree of an index.

    Args:
        declared: the index.
        indicators: definitions of the workspace, for names, units and directions; all that the index names are there.

    Raises:
        CeyuanError: with every fault of the tree, at its line.
    """
    composite = declared.composite
    rows: list[dict[str, object]] = []
    lines: list[int] = []
    for i, entry in enumerate(composite.structure):
        rows.append(_structure_row(entry, indicators))
        lines.append(declared.document.line(("structure", i)))
    for code in composite.denominators:
        rows.append({"code": code, "type": "Denominator"})
        lines.append(declared.document.line(("denominators", code)))
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: [row.get(name) for row in rows] for name in names}
    structure, _ = read_structure(Table(columns, declared.file, tuple(lines)))
    return structure


def _structure_row(entry: StructureEntry, indicators: Mapping[str, Indicator]) -> dict[str, object]:
    """A code of an index as a row of a structure table; what it does not declare is its indicator's."""
    known = indicators[entry.indicator] if entry.indicator else None
    name = entry.name or (known.name if known else None)
    direction = entry.direction or (known.direction if known else "higher")
    return {
        "code": entry.code,
        "name": name.en if name else None,
        "parent": entry.parent,
        "level": entry.level,
        "weight": entry.weight,
        "direction": -1 if direction == "lower" else 1,
        "unit": known.unit if known else None,
        "denominator": entry.denominator,
        "type": "Indicator" if known else "Aggregate",
        **entry.parameters,
    }


def place_of(declared: DeclaredIndex, code: str) -> YamlPath:
    """Where a code stands in the declaration."""
    codes = [entry.code for entry in declared.composite.structure]
    return ("structure", codes.index(code)) if code in codes else ("denominators", code)
