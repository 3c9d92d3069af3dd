"""``specialisation``: what places are good at compared with each other, how near and how complex that is.

Made of an indicator with parts: patents by class, employment by industry, exports by product. With $x_{cp}$ the value of
place $c$ in field $p$, $RCA = (x_{cp} / x_c) / (x_p / x)$; a place has a field where it reaches ``threshold``. Relatedness,
density and complexity follow from who has what (:mod:`ceyuan.knowledge.specialisation`). A cell without a value counts as 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal, assert_never, get_args

import pyarrow as pa

from ceyuan.engine import literal, literals
from ceyuan.errors import Problem
from ceyuan.indicators.observations import Observation
from ceyuan.indicators.remarks import remark_sql
from ceyuan.indicators.sql import MODALITIES, STATUSES, number, say, text_list, weakest
from ceyuan.indicators.types.among import Among
from ceyuan.indicators.types.derived import (
    DerivedIndicator,
    DerivedInputs,
    Timeline,
    place_problems,
)
from ceyuan.indicators.types.records import RecordIndicator
from ceyuan.places import Gazetteer
from ceyuan.units import Unit, parse_unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Names
from ceyuan.workspace.spec import FieldName, Id, spec_field

if TYPE_CHECKING:
    from ceyuan.workspace import Workspace

OfCell = Literal["rca", "density", "option"]
OfPlace = Literal["complexity", "diversity"]
OfField = Literal["field_complexity", "ubiquity"]
OfChange = Literal["entry_slope", "exit_slope"]
SpecialisationFigure = OfCell | OfPlace | OfField | OfChange
_COUNTS = ("diversity", "ubiquity")
_WORDS: dict[SpecialisationFigure, Trilingual] = {
    "rca": Trilingual(
        en="Location quotient (revealed comparative advantage)",
        zh_hans="区位熵（显性比较优势）",
        zh_hant="區位熵（顯性比較優勢）",
    ),
    "density": Trilingual(en="Relatedness density", zh_hans="关联密度", zh_hant="關聯密度"),
    "option": Trilingual(
        en="Relatedness density of fields that the place has not, that are near and more complex than what it has",
        zh_hans="尚不具优势、关联较近且复杂度高于现有优势领域者的关联密度",
        zh_hant="尚不具優勢、關聯較近且複雜度高於現有優勢領域者的關聯密度",
    ),
    "complexity": Trilingual(
        en="Complexity index (ECI)", zh_hans="复杂度指数（ECI）", zh_hant="複雜度指數（ECI）"
    ),
    "diversity": Trilingual(
        en="Number of fields with an advantage", zh_hans="优势领域数", zh_hant="優勢領域數"
    ),
    "field_complexity": Trilingual(
        en="Complexity of the field (PCI)",
        zh_hans="领域复杂度（PCI）",
        zh_hant="領域複雜度（PCI）",
    ),
    "ubiquity": Trilingual(
        en="Number of places with an advantage", zh_hans="具优势地区数", zh_hant="具優勢地區數"
    ),
    "entry_slope": Trilingual(
        en="Slope of entries on the earlier relatedness density (logistic, per standard deviation)",
        zh_hans="新进入对此前关联密度的斜率（逻辑回归，每标准差）",
        zh_hant="新進入對此前關聯密度的斜率（邏輯迴歸，每標準差）",
    ),
    "exit_slope": Trilingual(
        en="Slope of exits on the earlier relatedness density (logistic, per standard deviation)",
        zh_hans="退出对此前关联密度的斜率（逻辑回归，每标准差）",
        zh_hant="退出對此前關聯密度的斜率（邏輯迴歸，每標準差）",
    ),
}


class SpecialisationIndicator(DerivedIndicator):
    """What places are specialised in, and what follows from it."""

    over_parts: ClassVar[bool] = True
    type: Literal["specialisation"]
    of: Id = spec_field(
        "The indicator whose parts are fields.", good="patents_by_class", bad="Patents"
    )
    by: FieldName = spec_field("Which of its parts are fields.", good="field", bad="Field")
    figure: SpecialisationFigure = spec_field(
        "Of a place in a field: `rca`, `density`, `option` (density of what it could become good at); of a place: `complexity`, "
        "`diversity`; of a field: `field_complexity`, `ubiquity`; of all: `entry_slope`, `exit_slope`.",
        good="rca",
        bad="lq",
    )
    among: Among = spec_field(
        "The places that are compared.", good={"kind": "city", "within": "gba"}, bad="city"
    )
    place: Id | None = spec_field(
        "For figures of fields and of all: the place that they are stated for.",
        good="gba",
        bad="GBA",
        default=None,
    )
    relatedness: Literal["conditional", "cosine", "association"] = spec_field(
        "How near two fields are, from the places that have both.",
        good="conditional",
        bad="proximity",
        default="conditional",
    )
    threshold: float = spec_field(
        "From which quotient on a place has a field.", good=1, bad=0, default=1.0, gt=0
    )
    intervals: bool = spec_field(
        "For `rca` of counts of independent events (patents, firms; not money): show its limits (95 %, Poisson, totals taken as "
        "known).",
        good=True,
        bad="95%",
        default=False,
    )
    least_place: float = spec_field(
        "Places with a smaller total over all periods are left out.",
        good=100,
        bad=-1,
        default=0.0,
        ge=0,
    )
    least_field: float = spec_field(
        "Then fields with a smaller total are left out.", good=10, bad=-1, default=0.0, ge=0
    )

    @property
    def inputs(self) -> tuple[str, ...]:
        """The values by field."""
        return (self.of,)

    @property
    def over_places(self) -> bool:  # type: ignore[override]  # a field is one of all places
        """Whether values of several places make one value."""
        return self.figure in get_args(OfField)

    @property
    def of_all(self) -> bool:
        """Whether it is stated for a place that holds the others."""
        return self.figure in (*get_args(OfField), *get_args(OfChange))

    def formula(self, names: Names) -> Trilingual:
        """Which figure, of what, and the rules."""
        what, of = _WORDS[self.figure], names.indicators[self.of]
        return Trilingual(
            en=f"{what.en} of {of.en} by {self.by} (advantage from {self.threshold:g}; relatedness: {self.relatedness})",
            zh_hans=f"按{self.by}计算的{of.zh_hans}的{what.zh_hans}（优势阈值{self.threshold:g}；关联度：{self.relatedness}）",
            zh_hant=f"按{self.by}計算的{of.zh_hant}的{what.zh_hant}（優勢閾值{self.threshold:g}；關聯度：{self.relatedness}）",
        )

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> str | None:
        """Fields and places are counted; all else is a ratio."""
        right = unit.is_count if self.figure in _COUNTS else unit.dimension == "ratio"
        return None if right else f"{self.figure} is not measured in {self.unit}"

    def problems(self, workspace: Workspace, file: str, line: int) -> Iterator[Problem]:
        """Places that are not there, and one that is needed or has no use."""
        yield from self.among.problems(workspace, file, line)
        if self.place is not None:
            yield from place_problems((self.place,), (p.id for p in workspace.places), file, line)
        if self.intervals and self.figure != "rca":
            yield Problem("bad-value", f"{self.id}: {self.figure} has no `intervals`", file, line)
        if (self.place is not None) != self.of_all:
            needs = "needs" if self.place is None else "has no use for"
            yield Problem("missing-key", f"{self.id}: {self.figure} {needs} `place`", file, line)
        base = workspace.definitions.get(self.of)
        if base is None or not isinstance(base.indicator, RecordIndicator):
            return
        if self.by not in base.indicator.by:
            message = f"{self.id}: {self.of} has no parts by {self.by!r}"
            yield Problem("bad-value", message, file, line)

    def _cells(self, gazetteer: Gazetteer) -> str:
        """The condition of the values that are compared: parts of one field alone, of the chosen places."""
        places = literals(self.among.of(gazetteer))
        start = literal(f"{self.by}=")
        return (
            f"value >= 0 AND place IN ({places}) AND starts_with(breakdown, {start}) "
            "AND NOT contains(breakdown, ';')"
        )

    def computed(self, ask: Callable[[str], pa.Table], inputs: DerivedInputs) -> pa.Table:
        """The values of all places, fields and periods."""
        # Only a build that compares fields waits for what does it.
        from ceyuan.indicators.specialised import specialised  # noqa: PLC0415

        cells = ask(
            f"SELECT place, period, substr(breakdown, {len(self.by) + 2}) AS field, value "
            f"FROM a WHERE {self._cells(inputs.gazetteer)} ORDER BY period, place, field"
        )
        return specialised(self, cells)

    def sql(self, inputs: DerivedInputs) -> str:
        """What was computed, with the weakest word of all that a period was made of."""
        count = parse_unit(self.unit).is_count
        factor = "1" if count else number(parse_unit(self.unit).factor)
        value = "value" if count else f"round(value / {factor}, 10)"
        sizes = {"places": "made.places", "fields": "made.fields"}
        ends = {end: f"round({end} / {factor}, 4)" for end in ("low", "high")}
        size = (
            f"CASE WHEN low IS NULL THEN {remark_sql('note.matrix', **sizes)} "
            f"ELSE {remark_sql('note.matrix_limits', **sizes, **ends)} END"
        )
        return f"""WITH used AS (
            SELECT period, CASE WHEN count(CASE WHEN bound <> 'eq' THEN 1 END) = 0 THEN 'eq' ELSE 'approx' END AS bound,
                {weakest(MODALITIES, "modality")} AS modality, {weakest(STATUSES, "status")} AS status,
                {text_list("source")} AS source
            FROM a WHERE {self._cells(inputs.gazetteer)} GROUP BY period)
        SELECT made.place, made.period, made.breakdown, {value} AS value, used.bound, used.modality, used.status, used.source,
            CASE WHEN value IS NULL THEN {say("missing.undefined")} END AS reason,
            CASE WHEN value IS NOT NULL THEN {size} END AS note
        FROM computed AS made JOIN used ON used.period = made.period"""

    def used(
        self,
        observation: Observation,
        series: Sequence[Observation],
        timeline: Timeline,
        gazetteer: Gazetteer,
    ) -> list[Observation]:
        """Of a cell the value in it and the total; of a place its values in all fields; of a field those of all places.

        A slope is made of all values there are: the lineage names their indicator.
        """
        match self.figure:
            case "rca" | "density" | "option":
                return [v for v in series if v.breakdown in (observation.breakdown, "")]
            case "complexity" | "diversity":
                return [v for v in series if v.breakdown.startswith(f"{self.by}=")]
            case "field_complexity" | "ubiquity":
                same = [v for v in series if v.breakdown == observation.breakdown]
                return self.among.pick(gazetteer, same)
            case "entry_slope" | "exit_slope":
                return []
            case _:
                assert_never(self.figure)
