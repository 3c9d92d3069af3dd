"""``flow``: what passes between two sides: works in common, projects of several partners, payments from one to another.

A matrix of sides. With works in common, a work that has $k_a$ of its $n$ records at side $a$ counts 1 for every two sides that it
joins (full counting), or $2 k_a k_b / n^2$ (fractional). Where some records of a work are its beginning and others its end
(inventors and applicants, universities and firms), it goes from $a$ to $b$: 1, or $k_a l_b / (n m)$ with $k_a$ of $n$ records of
the one sort at $a$ and $l_b$ of $m$ of the other at $b$. What itself goes from one side to another is counted or added up by
its two ends. A side with itself is no flow.

Where sides are places, the value of place $a$ with the part ``to=b`` is the flow between them, and its total is what $a$ has with
all others. For the place ``within`` the parts are ``from=a;to=b``, and the total is everything between any two sides: documents
with authors of at least two parties, say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from ceyuan.errors import Problem
from ceyuan.indicators.types.among import Among
from ceyuan.indicators.types.derived import place_problems
from ceyuan.indicators.types.records import OverPlaces, RecordIndicator, field_name
from ceyuan.units import Unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Names
from ceyuan.workspace.faults import check_filter
from ceyuan.workspace.fieldpaths import UnknownFieldError, find_field
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.spec import FieldName, Id, spec_field

if TYPE_CHECKING:
    from ceyuan.workspace import Workspace


class FlowIndicator(RecordIndicator):
    """What passes between two sides: places, parties or organisations."""

    divided: ClassVar[bool] = True
    stands: ClassVar[bool] = False
    type: Literal["flow"]
    side: FieldName | None = spec_field(
        "Works in common: the field that says which side a record belongs to; records of one work are told by `of`.",
        good="party",
        bad="Party",
        default=None,
    )
    of: FieldName | None = spec_field(
        "The field that names the work that several records belong to; what the kind shares out if absent.",
        good="document",
        bad="Document",
        default=None,
    )
    from_where: str | None = spec_field(
        "With `side`: a filter on the records of a work that it comes from …",
        good="organisation_type = 'university'",
        bad="university",
        default=None,
    )
    to_where: str | None = spec_field(
        "… and on those that it goes to.",
        good="organisation_type = 'firm'",
        bad="firm",
        default=None,
    )
    from_: FieldName | None = spec_field(
        "What goes from one side to another: the field of where it comes from …",
        good="from_place", bad="From", default=None, alias="from",
    )  # fmt: skip
    to: FieldName | None = spec_field(
        "… and of where it goes.", good="to_place", bad="To", default=None
    )
    both_ways: bool = spec_field(
        "Whether every record of `from` and `to` goes both ways, as collaboration does.",
        good=True,
        bad="x",
        default=False,
    )
    value: FieldName | None = spec_field(
        "With `from` and `to`: the quantity that is added up; records are counted if absent.",
        good="amount",
        bad="sum(amount)",
        default=None,
    )
    among: Among | None = spec_field(
        "Where sides are places: which ones; a record counts for the one that its place lies in.",
        good={"kind": "city", "within": "gba"},
        bad="city",
        default=None,
    )
    within: Id = spec_field(
        "The place that the matrix as a whole is stated for.", good="gba", bad="GBA"
    )
    over_places: OverPlaces = spec_field(
        "Sides are taken as they are.",
        good={"rule": "own"},
        bad="own",
        default=OverPlaces(rule="own"),
    )

    @property
    def distinct(self) -> bool:  # type: ignore[override]  # full counting counts works
        """Whether different works are counted."""
        return self.side is not None and self.counting == "full"

    @property
    def measured(self) -> str | None:
        """The quantity that is added up."""
        return self.value

    @property
    def mutual(self) -> bool:
        """Whether what passes between two sides has no direction."""
        return self.both_ways or (self.side is not None and self.from_where is None)

    @property
    def ends(self) -> tuple[str, ...]:
        """The fields that tell the sides."""
        return tuple(name for name in (self.side, self.from_, self.to) if name is not None)

    def work_of(self, kind: RecordKind) -> str | None:
        """The field that names the work of a record."""
        return self.of or (kind.fractional.over if kind.fractional else None)

    def made_of(self, kind: Trilingual, field: Trilingual) -> Trilingual:
        """What is counted between two sides."""
        what = "Sum of" if self.value else "Number of"
        return Trilingual(
            en=f"{what} records “{kind.en}” between each two sides",
            zh_hans=f"“{kind.zh_hans}”记录在每两方之间的{'合计' if self.value else '数量'}",
            zh_hant=f"「{kind.zh_hant}」紀錄在每兩方之間的{'合計' if self.value else '數量'}",
        )

    def formula(self, names: Names) -> Trilingual:
        """Also which fields tell the sides."""
        said = super().formula(names)
        sides = [field_name(names.kinds[self.records], name) for name in self.ends]
        if self.from_where is not None:
            way = f"{self.from_where} → {self.to_where}"
            sides.append(Trilingual(en=way, zh_hans=way, zh_hant=way))
        return Trilingual(
            en=f"{said.en} ({', '.join(s.en for s in sides)})",
            zh_hans=f"{said.zh_hans}（{'、'.join(s.zh_hans for s in sides)}）",
            zh_hant=f"{said.zh_hant}（{'、'.join(s.zh_hant for s in sides)}）",
        )

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> str | None:
        """Works and records are counted; of a quantity any unit may be right."""
        return None if self.value else super().unit_fault(unit, inputs)

    def problems(self, workspace: Workspace, file: str, line: int) -> Iterator[Problem]:
        """Also sides that are not told, or told twice, and places that lie in each other."""
        yield from super().problems(workspace, file, line)
        yield from place_problems((self.within,), (p.id for p in workspace.places), file, line)
        kind = workspace.kinds.get(self.records)
        if kind is None:
            return  # reported already
        if (self.side is None) == (self.from_ is None) or (self.from_ is None) != (self.to is None):
            message = f"{self.id}: sides are told by `side`, or by `from` and `to`"
            yield Problem("missing-key", message, file, line)
        if self.side is not None and self.work_of(kind) is None:
            yield Problem(
                "missing-key",
                f"{self.id}: `of` must name the field of what has several sides",
                file,
                line,
            )
        yield from self._direction_problems(workspace, file, line)
        if self.side is not None and (self.value or self.both_ways):
            yield Problem(
                "bad-value",
                f"{self.id}: `value` and `both_ways` go with `from` and `to`",
                file,
                line,
            )
        if self.of is not None and self.side is None:
            yield Problem("bad-value", f"{self.id}: `of` goes with `side`", file, line)
        yield from self._place_problems(workspace, kind, file, line)

    def _direction_problems(self, workspace: Workspace, file: str, line: int) -> Iterator[Problem]:
        """Filters that tell where a work comes from and goes to are two, and go with `side`."""
        filters = [text for text in (self.from_where, self.to_where) if text is not None]
        if filters and (self.side is None or len(filters) == 1):
            message = f"{self.id}: `from_where` and `to_where` go together, with `side`"
            yield Problem("missing-key", message, file, line)
        for condition in filters:
            yield from check_filter(workspace, self.records, condition, file, line)

    def _place_problems(
        self, workspace: Workspace, kind: RecordKind, file: str, line: int
    ) -> Iterator[Problem]:
        """Where sides are places, it is said which ones, and none of them lies in another."""
        types = set()
        for name in self.ends:
            try:
                types.add(find_field(workspace.kinds, kind.kind, tuple(name.split("."))).type)
            except UnknownFieldError:
                return  # reported already
        if ("place" in types) != (self.among is not None):
            message = f"{self.id}: `among` names the places that are sides, where sides are places"
            yield Problem("missing-key", message, file, line)
        if self.among is None:
            return
        yield from self.among.problems(workspace, file, line)
        if not self.among.places and not (self.among.kind and self.among.within):
            yield Problem(
                "missing-key",
                f"{self.id}: `among` needs `places`, or `kind` and `within`",
                file,
                line,
            )
        if self.within in self.among.places:
            yield Problem(
                "bad-value",
                f"{self.id}: {self.within!r} is the whole and one of the sides",
                file,
                line,
            )
        above = {place.id: place.parents for place in workspace.places}
        for place in self.among.places:
            if _ancestors(place, above) & set(self.among.places):
                yield Problem(
                    "bad-aggregation",
                    f"{self.id}: {place!r} lies in another of the sides",
                    file,
                    line,
                )

    def _fields(self, kind: RecordKind) -> Iterator[tuple[str | None, str, tuple[str, ...]]]:
        for name, role, types in super()._fields(kind):
            if role != "place":
                yield name, role, types
        for name in self.ends:
            yield name, "side", ("place", "party", "text", "choice", "ref")
        if self.of is not None:
            yield self.of, "of", ()

    def _value_types(self) -> tuple[str, ...]:
        return ("quantity", "number", "integer")

    def _misfits(self, kind: RecordKind) -> Iterator[tuple[str, str, str | None]]:
        if self.over_places.rule != "own":
            yield "bad-aggregation", "sides are taken as they are", "Name larger ones in `among`"
        if self.by or self.zero_where:
            yield (
                "bad-aggregation",
                "a flow is divided by its sides, and has no `by` or `zero_where`",
                None,
            )
        if self.over_periods == "last":
            yield (
                "bad-aggregation",
                "flows are added up over a period, not taken from its end",
                None,
            )
        if kind.per_source and self.over_periods == "sum":
            yield (
                "bad-aggregation",
                f"{kind.kind} records are figures, not events: they are not summed over periods",
                None,
            )
        if self.counting == "fractional" and self.side is None:
            yield "bad-counting", "fractional counting is for works in common", None


def _ancestors(place: str, above: dict[str, tuple[str, ...]]) -> set[str]:
    found: set[str] = set()
    waiting = list(above.get(place, ()))
    while waiting:
        parent = waiting.pop()
        if parent not in found:
            found.add(parent)
            waiting += above.get(parent, ())
    return found
