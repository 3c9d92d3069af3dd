"""Reading the composite indices of a build: scores, and what each is made of, down to observations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ceyuan.composite.declaration import CompositeFile
from ceyuan.errors import did_you_mean, fail
from ceyuan.indicators.observations import Observation
from ceyuan.indicators.remarks import remark_words
from ceyuan.periods import parse_period
from ceyuan.pipeline.reading import Build
from ceyuan.wording import Trilingual

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Explained:
    """A score, or a value that it was made of, with everything below.

    Attributes:
        code: the code in the index.
        name: its name in English.
        value: the score; for an indicator the normalised value; None where it is missing.
        rank, among: its rank and among how many places.
        status: ``computed``, ``estimated`` or ``simulated``.
        share: its share of the weight in its group; None at the top.
        contribution: what it adds to its group's score, where the mean is arithmetic.
        stages: for an indicator, its value after each step, ``raw`` first.
        observations: for an indicator, the observation that it was taken from, and its denominator's.
        missing: indicators without an observation, each with why, in three languages.
        parts: for a group, its members.
    """

    code: str
    name: str
    value: float | None
    rank: int | None
    among: int
    status: str
    share: float | None
    contribution: float | None
    stages: Mapping[str, float | None]
    observations: tuple[Observation, ...]
    missing: Mapping[str, Trilingual | None]
    parts: tuple[Explained, ...]


@dataclass(frozen=True)
class IndexReader:
    """One index of a build.

    Attributes:
        build: the build.
        composite: its declaration as it was.

    >>> with Build.open(gba) as build:
    ...     first = IndexReader.open(build, "cluster_output").scores()[0]
    >>> first["rank"]
    1.0
    """

    build: Build
    composite: CompositeFile

    @classmethod
    def open(cls, build: Build, name: str) -> IndexReader:
        """An index by its identifier.

        Raises:
            CeyuanError: ``unknown-composite``.
        """
        known = composites_of(build)
        if name not in known:
            hint = did_you_mean(name, known) or (f"Known: {', '.join(known)}" if known else None)
            raise fail("unknown-composite", f"the build has no index {name!r}", hint=hint)
        return cls(build, known[name])

    @property
    def top(self) -> str:
        """The code of the index itself."""
        return str(max(self._table("composite_scores"), key=lambda row: row["level"])["code"])

    def scores(self, code: str | None = None, period: str | None = None) -> list[Row]:
        """Scores with ranks, intervals and statuses, best first.

        Args:
            code: an indicator or group of the index; the index itself if None.
            period: a period in any spelling, ``all``, or None for the last one.

        Raises:
            CeyuanError: ``composite-unknown-code`` or ``no-observation``.
        """
        wanted = self._code(code)
        chosen = None if period == "all" else self._period(period)
        found = [
            r
            for r in self._table("composite_scores")
            if r["code"] == wanted and chosen in (None, r["period"])
        ]
        return sorted(found, key=_by_rank)

    def inputs(self, period: str | None = None) -> list[Row]:
        """Every value that was taken from an observation; arguments as for :meth:`scores`.

        The reason of a missing one is in three languages.
        """
        chosen = None if period == "all" else self._period(period)
        return [
            _in_words(r) for r in self._table("composite_inputs") if chosen in (None, r["period"])
        ]

    def left_out(self, period: str | None = None) -> dict[str, list[str]]:
        """Places that are not compared, each with what it lacks; arguments as for :meth:`scores`."""
        found: dict[str, list[str]] = {}
        for row in self.inputs(period):
            if not row["included"]:
                lacks = found.setdefault(f"{row['place']} {row['period']}", [])
                if row["value"] is None:
                    lacks.append(str(row["code"]))
        return found

    def sensitivity(self) -> list[Row]:
        """Sobol indices of every target and factor; empty where none were asked for."""
        return list(self._table("composite_sensitivity"))

    def second_order(self) -> list[Row]:
        """Sobol indices of pairs of factors; empty where none were asked for."""
        return list(self._table("composite_second_order"))

    def shapley(self) -> list[Row]:
        """Shapley effects of every target and factor; empty where none were asked for."""
        return list(self._table("composite_shapley"))

    def scenarios(self, period: str | None = None) -> list[Row]:
        """Score and rank of every place under each declared scenario, best first; arguments as for :meth:`scores`."""
        chosen = None if period == "all" else self._period(period)
        found = [r for r in self._table("composite_scenarios") if chosen in (None, r["period"])]
        names = list(dict.fromkeys(r["scenario"] for r in found))
        return sorted(found, key=lambda r: (names.index(r["scenario"]), *_by_rank(r)))

    def pairs(self) -> list[Row]:
        """How often one place ranks above another; empty where that was not asked for."""
        return list(self._table("composite_pairs"))

    def parts(self) -> list[Row]:
        """Every member's part in every group's score: value, share of the weight, contribution."""
        return list(self._table("composite_parts"))

    def stages(self, period: str | None = None) -> list[Row]:
        """The value of every indicator after each step; arguments as for :meth:`scores`."""
        chosen = None if period == "all" else self._period(period)
        return [r for r in self._table("composite_stages") if chosen in (None, r["period"])]

    def level(self, code: str) -> int:
        """The level of a code, 1 for indicators.

        Raises:
            CeyuanError: ``composite-unknown-code``.
        """
        wanted = self._code(code)
        return next(int(r["level"]) for r in self._table("composite_scores") if r["code"] == wanted)

    def lineage(self) -> Row:
        """The version and place of the declaration, and the lineage of every indicator that was used."""
        return self._table("composite_lineage")[0]

    def explain(self, place: str, code: str | None = None, period: str | None = None) -> Explained:
        """Takes a score apart, down to observations; arguments as for :meth:`scores`.

        Raises:
            CeyuanError: ``unknown-place``, ``composite-unknown-code`` or ``no-observation``.
        """
        unit, chosen = self.build.place(place), self._period(period)
        rows = {
            r["code"]: r
            for r in self._table("composite_scores")
            if (r["place"], r["period"]) == (unit, chosen)
        }
        if not rows:
            raise fail(
                "no-observation", f"{self.composite.id} does not compare {place} in {chosen}"
            )
        return self._explained(self._code(code), rows, None)

    def _explained(self, code: str, rows: Mapping[str, Row], part: Row | None) -> Explained:
        row = rows[code]
        here = (row["place"], row["period"])
        members = [
            r
            for r in self._table("composite_parts")
            if r["code"] == code and (r["place"], r["period"]) == here
        ]
        stages = [
            r
            for r in self._table("composite_stages")
            if r["code"] == code and (r["place"], r["period"]) == here
        ]
        cells = [] if members else self._cells(code, here)
        return Explained(
            code=code,
            name=self._name(code),
            value=row["score"],
            rank=None if row["rank"] is None else int(row["rank"]),
            among=row["among"],
            status=row["status"],
            share=part["share"] if part else None,
            contribution=part["contribution"] if part else None,
            stages={r["stage"]: r["value"] for r in sorted(stages, key=lambda r: r["step"])},
            observations=tuple(o for cell in cells for o in self._observation(cell)),
            missing={c["indicator"]: c["reason"] for c in cells if c["value"] is None},
            parts=tuple(self._explained(r["member"], rows, r) for r in members),
        )

    def _cells(self, code: str, here: tuple[str, str]) -> list[Row]:
        """The values that an indicator was made of: its own, and its denominator's."""
        entry = next(e for e in self.composite.structure if e.code == code)
        divided = (
            [entry.denominator] if entry.denominator and self.composite.spec.denominate else []
        )
        inputs = {
            r["code"]: r
            for r in self._table("composite_inputs")
            if (r["place"], r["period"]) == here
        }
        return [_in_words(inputs[name]) for name in (code, *divided)]

    def _observation(self, cell: Row) -> list[Observation]:
        return self.build.show(
            cell["indicator"],
            place=cell["place"],
            period=cell["observed"],
            breakdown=cell["breakdown"],
        )

    def _name(self, code: str) -> str:
        entry = next(e for e in self.composite.structure if e.code == code)
        if entry.name is not None:
            return entry.name.en
        return self.build.indicators[entry.indicator].name.en if entry.indicator else code

    def _code(self, code: str | None) -> str:
        codes = [entry.code for entry in self.composite.structure]
        if code is None:
            return self.top
        if code not in codes:
            message = f"{self.composite.id} has no code {code!r}"
            raise fail("composite-unknown-code", message, hint=did_you_mean(code, codes))
        return code

    def _period(self, period: str | None) -> str:
        periods = sorted({str(r["period"]) for r in self._table("composite_scores")}, key=_end)
        if period is None:
            return periods[-1]
        try:
            text = parse_period(period).text
        except ValueError as error:
            raise fail("bad-period", str(error)) from None
        if text not in periods:
            raise fail(
                "no-observation",
                f"{self.composite.id} is not computed for {text}",
                hint=f"Periods: {', '.join(periods)}",
            )
        return text

    def _table(self, name: str) -> list[Row]:
        return [
            r
            for r in _rows(self.build.path / f"{name}.parquet")
            if r["composite"] == self.composite.id
        ]


def composites_of(build: Build) -> dict[str, CompositeFile]:
    """Declarations of a build's indices as they were, by identifier."""
    languages = build.config.languages
    declared = build.declared.get("composites", ())
    found = (CompositeFile.model_validate(raw, context=languages) for raw in declared)
    return {composite.id: composite for composite in found}


@lru_cache(maxsize=32)
def _rows(path: Path) -> list[Row]:
    """The rows of a table; a finished build never changes."""
    rows: list[Row] = pq.read_table(path).to_pylist()
    return rows


def _by_rank(row: Row) -> tuple[tuple[str, str], bool, float, str]:
    return _end(row["period"]), row["rank"] is None, row["rank"] or 0, row["place"]


def _end(period: str) -> tuple[str, str]:
    return parse_period(period).end.isoformat(), period


def _in_words(cell: Row) -> Row:
    """A value with why it is missing in three languages."""
    return {**cell, "reason": remark_words(cell["reason"])}
