"""Specialisation as an indicator, against its definitions in plain Python over small random matrices."""

from __future__ import annotations

import csv
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2
from world import World, said

from ceyuan.errors import CeyuanError
from ceyuan.pipeline.exporting import export
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import trace

Row = dict[str, Any]
Cell = tuple[str, str, str]
CITIES = ("guangzhou", "shenzhen", "zhuhai", "hongkong", "macao")
FIELDS = ("chips", "drugs", "ships", "toys")
AMONG = {"kind": "city", "within": "gba"}
PAPERS = {"id": "papers", "type": "count", "records": "document", "unit": "篇", "by": ["field"], "hk_mo": {"rule": "separate"}}  # fmt: skip


def special(figure: str, **more: Any) -> Row:
    unit = "个" if figure in ("diversity", "ubiquity") else "1"
    of_all = {"place": "gba"} if figure in WHOLE else {}
    return {"id": figure, "type": "specialisation", "of": "papers", "by": "field", "figure": figure, "unit": unit,
            "among": AMONG, **of_all, "hk_mo": {"rule": "separate"}, **more}  # fmt: skip


WHOLE = ("field_complexity", "ubiquity", "entry_slope", "exit_slope")
FIGURES = ("rca", "density", "option", "complexity", "diversity", *WHOLE)


def build_of(indicators: list[Row], counts: dict[Cell, int]) -> Build:
    """A build of so many papers of each place, field and year."""
    rows = [
        {"id": f"{place}-{field}-{year}-{n}", "type": "paper", "date": year, "place": place, "field": field}
        for (place, field, year), count in counts.items()
        for n in range(count)
    ]  # fmt: skip
    world = World(Path(tempfile.mkdtemp(prefix="ceyuan-test-")) / "world")
    return world.build([PAPERS, *indicators], {"document": rows} if rows else {})


class Matrix:
    """The measures of one year, word by word."""

    def __init__(self, counts: dict[Cell, int], year: str) -> None:
        every = [cell for cell, count in counts.items() if count]
        self.places = sorted({place for place, _, _ in every})
        self.fields = sorted({field for _, field, _ in every})
        self.x = {(p, f): counts.get((p, f, year), 0) for p in self.places for f in self.fields}
        self.has = {cell for cell in self.x if (self.rca(*cell) or 0) >= 1}

    def total(self, place: str | None = None, field: str | None = None) -> int:
        return sum(x for (p, f), x in self.x.items() if place in (None, p) and field in (None, f))

    def rca(self, place: str, field: str) -> Fraction | None:
        bottom = self.total(place) * self.total(field=field)
        return Fraction(self.x[place, field] * self.total(), bottom) if bottom else None

    def related(self, a: str, b: str) -> Fraction:
        having = {f: {p for p in self.places if (p, f) in self.has} for f in (a, b)}
        most = max(len(having[a]), len(having[b]))
        return Fraction(len(having[a] & having[b]), most) if most else Fraction(0)

    def density(self, place: str, field: str) -> Fraction | None:
        others = [f for f in self.fields if f != field]
        whole = sum(self.related(field, f) for f in others)
        near = sum(self.related(field, f) for f in others if (place, f) in self.has)
        return Fraction(near) / whole if whole else None

    def eci(self) -> dict[str, float]:
        """The second eigenvector of the plain matrix, where there is one answer."""
        m = np.array([[(p, f) in self.has for f in self.fields] for p in self.places], float)
        k, u = m.sum(axis=1), m.sum(axis=0)
        walk = (m / k[:, None]) @ (m / u).T
        values, vectors = np.linalg.eig(walk)
        order = np.argsort(-values.real)
        if values.real[order[1]] > 1 - 1e-9 or values.real[order[1]] - values.real[order[2]] < 1e-9:
            return {}
        v = vectors[:, order[1]].real
        z = (v - v.mean()) / v.std()
        z = z if z @ k >= 0 else -z
        return dict(zip(self.places, z.tolist(), strict=True))


matrices = st.dictionaries(
    st.tuples(st.sampled_from(CITIES), st.sampled_from(FIELDS), st.sampled_from(["2021", "2022"])),
    st.integers(1, 6),
    min_size=4,
)


def as_float(value: Fraction | None) -> Any:
    return None if value is None else pytest.approx(float(value), abs=1e-9)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(matrices)
def test_every_cell_is_what_the_definitions_say(counts: dict[Cell, int]) -> None:
    years = sorted({year for _, _, year in counts})
    with build_of([special(figure) for figure in FIGURES], counts) as build:
        shown = {
            figure: {(o.place, o.breakdown, o.period): o.value for o in build.show(figure)}
            for figure in FIGURES
        }
        for year in years:
            right = Matrix(counts, year)
            for place in right.places:
                for field in right.fields:
                    at = (place, f"field={field}", year)
                    assert shown["rca"][at] == as_float(right.rca(place, field)), at
                    assert shown["density"][at] == as_float(right.density(place, field)), at
                    if at in shown["option"]:
                        assert (place, field) not in right.has
                had = sum((place, f) in right.has for f in right.fields)
                assert shown["diversity"][place, "", year] == had
            for field in right.fields:
                have = sum((p, field) in right.has for p in right.places)
                assert shown["ubiquity"]["gba", f"field={field}", year] == have


def test_quotients_have_poisson_limits_where_they_are_asked_for(tmp_path: Path) -> None:
    counts = {("guangzhou", "chips", "2021"): 4, ("guangzhou", "toys", "2021"): 6,
              ("macao", "chips", "2021"): 2, ("macao", "drugs", "2021"): 8}  # fmt: skip
    with build_of([special("rca", intervals=True), special("density")], counts) as build:
        found = {(o.place, o.breakdown): o for o in build.show("rca")}
        assert all(o.limits is None for o in build.show("density"))
        export(build, tmp_path / "rca.csv", "csv", "rca")
    for (place, part), shown in found.items():
        x = counts.get((place, part.removeprefix("field="), "2021"), 0)
        expected = sum(n for (p, _, _), n in counts.items() if p == place) / 20
        expected *= sum(n for (_, f, _), n in counts.items() if part == f"field={f}")
        # Garwood's limits by the chi-square distribution.
        low = chi2.ppf(0.025, 2 * x) / 2 if x else 0
        ends = (low / expected, chi2.ppf(0.975, 2 * x + 2) / 2 / expected)
        assert shown.limits == pytest.approx(ends, abs=1e-4)
    assert said(found["guangzhou", "field=chips"].note) == "compared among 2 places and 3 fields; 95% limits 0.3633 to 3.4139"  # fmt: skip
    with (tmp_path / "rca.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {(row["place"], row["breakdown"]): row for row in csv.DictReader(file)}
    assert rows["guangzhou", "field=chips"]["high"] == "3.4139"
    meanings = (tmp_path / "rca.columns.csv").read_text(encoding="utf-8-sig")
    assert ",low,number," in meanings


def test_complexity_is_the_second_eigenvector_and_slopes_need_two_periods() -> None:
    rows = {"guangzhou": (9, 5, 3, 0), "shenzhen": (6, 5, 4, 1), "zhuhai": (9, 1, 0, 0), "hongkong": (1, 0, 6, 7), "macao": (0, 0, 1, 6)}  # fmt: skip
    counts = {
        (place, field, year): n
        for year in ("2021", "2022")
        for place, cells in rows.items()
        for field, n in zip(FIELDS, cells if year == "2021" else cells[::-1], strict=True)
    }
    with build_of([special(figure) for figure in FIGURES], counts) as build:
        right = Matrix(counts, "2021").eci()
        found = {o.place: o.value for o in build.show("complexity", period="2021")}
        assert right
        assert found == {place: pytest.approx(value) for place, value in right.items()}
        assert {o.period for o in build.show("entry_slope")} == {"2022"}
        (cell,) = build.show("rca", place="macao", period="2021", breakdown="field=toys")
        assert said(cell.note) == "compared among 5 places and 4 fields"


def test_a_cell_is_traced_to_its_own_works_and_to_the_total_of_the_place() -> None:
    counts = {
        ("macao", "toys", "2021"): 2,
        ("macao", "ships", "2021"): 1,
        ("zhuhai", "ships", "2021"): 3,
    }
    with build_of([special("rca"), special("diversity"), special("ubiquity")], counts) as build:
        (made,) = trace(build, "rca", place="macao", period="2021", breakdown="field=toys")
        below = {(b.observation.breakdown, b.record_count) for b in made.below}
        assert below == {("", 3), ("field=toys", 2)}
        (of_place,) = trace(build, "diversity", place="macao", period="2021")
        assert {b.observation.breakdown for b in of_place.below} == {"field=toys", "field=ships"}
        (of_field,) = trace(build, "ubiquity", place="gba", period="2021", breakdown="field=ships")
        assert {b.observation.place for b in of_field.below} == {"macao", "zhuhai"}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"place": "gba"}, "missing-key"),
        ({"figure": "ubiquity", "unit": "个", "place": None}, "missing-key"),
        ({"by": "type"}, "bad-value"),
        ({"unit": "亿元"}, "wrong-unit"),
        ({"of": "patents"}, "unknown-indicator"),
        ({"threshold": 0}, "bad-value"),
        ({"figure": "density", "intervals": True}, "bad-value"),
        ({"relatedness": "near"}, "bad-value"),
        ({"among": {"places": ["atlantis"]}}, "unknown-place"),
    ],
)
def test_faults_of_a_definition_are_told(more: Row, code: str) -> None:
    with pytest.raises(CeyuanError) as caught:
        build_of([{**special("rca"), **more}], {("macao", "toys", "2021"): 1})
    assert code in {p.code for p in caught.value.problems}


def test_without_values_there_is_nothing() -> None:
    with build_of([special("rca"), special("complexity")], {}) as build:
        assert build.show("rca") == build.show("complexity") == []
