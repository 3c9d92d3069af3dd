"""Record kinds: the schemas of records, as data.

The built-in kinds are YAML files of the package (``records/kinds``); a workspace adds its own in ``kinds/*.yaml`` or
extends a built-in one with ``extends``.
"""

from __future__ import annotations

from typing import Literal

from ceyuan.wording import Trilingual
from ceyuan.workspace.spec import Id, Spec, spec_field

FieldType = Literal[
    "text",
    "integer",
    "number",
    "quantity",
    "boolean",
    "date",
    "period",
    "place",
    "party",
    "unit",
    "choice",
    "ref",
    "url",
    "latitude",
    "longitude",
    "indicator",
    "source",
]


class FieldSpec(Spec):
    """One field of a record kind."""

    id: Id = spec_field(
        "Name of the field; also the default name of its column.", good="amount", bad="Amount (元)"
    )
    type: FieldType = spec_field(
        "What values it takes; see the reference of field types.", good="quantity", bad="float"
    )
    name: Trilingual = spec_field("What it is called.", good={"en": "Amount"}, bad="Amount")
    description: str | None = spec_field(
        "What it means.", good="Money paid out, before tax", bad="", default=None
    )
    required: bool = spec_field(
        "A row without it is quarantined.", good=True, bad="yes", default=False
    )
    values: tuple[str, ...] = spec_field(
        "For `choice`: what it may be.", good=["lead", "partner"], bad="lead", default=()
    )
    to: Id | None = spec_field(
        "For `ref`: the kind referred to.", good="project", bad="Project", default=None
    )
    dimension: str | None = spec_field(
        "For `quantity`: the dimension its unit must have (`money`, `count`, `person` …); any if absent.",
        good="money",
        bad="元",
        default=None,
    )
    unit: str | None = spec_field(
        "For `quantity`: the unit where a table states none.", good="元", bad="bucks", default=None
    )
    unit_of: Id | None = spec_field(
        "For `quantity`: another quantity of the row whose unit this one shares.",
        good="value",
        bad="%",
        default=None,
    )
    min: float | None = spec_field(
        "Smallest value that is possible, in the base unit.",
        good=0,
        bad="zero",
        default=None,
        allow_inf_nan=False,
    )
    max: float | None = spec_field(
        "Largest value that is possible, in the base unit.",
        good=100,
        bad="much",
        default=None,
        allow_inf_nan=False,
    )


class RowCheck(Spec):
    """A condition over several fields of a row."""

    id: Id = spec_field(
        "The reason code's second half, after `check:`.", good="ends-after-start", bad="c 1"
    )
    when: str = spec_field(
        "A filter that every row meets; a missing value does not break it.",
        good="end >= start",
        bad="end",
    )
    message: str = spec_field(
        "What is wrong where it does not.", good="ends before it starts", bad=""
    )


class Fractional(Spec):
    """How rows of this kind share one unit of what they contribute to."""

    within: tuple[Id, ...] = spec_field(
        "Roles that share separately: authors share the paper, applicants share it once more.",
        good=["role"],
        bad="role",
        default=(),
    )
    over: Id = spec_field(
        "The reference whose target is shared: each row weighs 1/n of its n rows.",
        good="document",
        bad="id",
    )


class RecordKind(Spec):
    """The schema of one table of records."""

    kind: Id = spec_field("Identifier of the kind.", good="payment", bad="Payments")
    extends: Id | None = spec_field(
        "A built-in kind that this one adds fields and checks to.",
        good="payment",
        bad="x y",
        default=None,
    )
    name: Trilingual | None = spec_field(
        "What one record is called.", good={"en": "Payment"}, bad="Payment", default=None
    )
    description: str | None = spec_field(
        "What one row stands for.",
        good="Research money sent across the border",
        bad="",
        default=None,
    )
    fields: tuple[FieldSpec, ...] = spec_field(
        "Its fields.", good=[{"id": "amount", "type": "quantity"}], bad="amount", default=()
    )
    key: tuple[Id, ...] = spec_field(
        "Fields that identify a record; two rows with one key are duplicates.",
        good=["id"],
        bad="id",
        default=(),
    )
    place: Id | None = spec_field(
        "The field that says where a record counts.", good="place", bad="Place", default=None
    )
    period: Id | None = spec_field(
        "The field that says when it counts (date or period).",
        good="date",
        bad="Date",
        default=None,
    )
    per_source: bool = spec_field(
        "Rows are figures, not events: two sources that state the same one are kept side by side, never added up.",
        good=True,
        bad="no",
        default=False,
    )
    fractional: Fractional | None = spec_field(
        "For kinds that share a unit.", good={"over": "document"}, bad="document", default=None
    )
    checks: tuple[RowCheck, ...] = spec_field(
        "Conditions over several fields.", good=[{"when": "end >= start"}], bad="end", default=()
    )

    @property
    def of_figures(self) -> bool:
        """Whether a record is a figure of its place and period, rather than one of the events there."""
        return self.place in self.key and self.period in self.key

    def field(self, name: str) -> FieldSpec | None:
        """The field of that name, if there is one."""
        return next((f for f in self.fields if f.id == name), None)
