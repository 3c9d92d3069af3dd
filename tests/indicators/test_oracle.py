"""An oracle: random small tables, evaluated here by a few lines of plain Python, compared on values, bounds, status and choice.

Nothing here is taken from the program but the shape of its answers. What the true value may be, compared with what is stated,
is kept as a set of signs: ``ge`` is {0, +}, ``lt`` is {−}; the deviations of a sum are the sums of those of its parts.
"""

from __future__ import annotations

import itertools
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from world import INSIDE, World

Row = dict[str, Any]
CITIES = ["guangzhou", "shenzhen", "zhuhai"]
YEARS = [str(y) for y in range(2019, 2024)]
SIGNS = {"eq": {0}, "ge": {0, 1}, "gt": {1}, "le": {0, -1}, "lt": {-1}, "approx": {-1, 0, 1}}
STATUS = ["simulated", "estimated", "computed"]
MODALITY = ["target", "expected", "actual"]
SOURCES = {"s1": (0, "2020"), "s2": (5, ""), "s3": (0, "2022"), "dream": (0, "")}
MORE_SOURCES = """  s3: {title: Three, publisher: P, vintage: "2022"}
  dream: {title: Dream, publisher: P, simulated: true}
"""


@dataclass(frozen=True)
class Value:
    """What must come out: the value, None where it is missing, and what is known of it."""

    value: Fraction | None
    bound: str = "eq"
    modality: str = "actual"
    status: str = "computed"
    sources: frozenset[str] = frozenset()


Series = Mapping[tuple[str, str], Value]


def weakest(order: list[str], words: Iterable[str]) -> str:
    held = set(words)
    return next((word for word in order if word in held), order[-1])


def made(value: Fraction | None, bound: str, of: Iterable[Value]) -> Value:
    """A value made of others: as weak as the weakest of them."""
    inputs = list(of)
    return Value(
        value, bound, weakest(MODALITY, (v.modality for v in inputs)), weakest(STATUS, (v.status for v in inputs)),
        frozenset().union(*(v.sources for v in inputs)),
    )  # fmt: skip


def bound_of(parts: Iterable[tuple[str, int]]) -> str:
    """The bound of what moves with each part by a sign (0 where it does not move with it)."""
    signs = {0}
    for bound, way in parts:
        moved = {way * s for s in SIGNS[bound]}
        sums = [(a, b) for a in signs for b in moved]
        opposed = any(a * b < 0 for a, b in sums)
        signs = {-1, 0, 1} if opposed else {a or b for a, b in sums}
    return next(name for name, meant in SIGNS.items() if meant == signs)


def sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def shown(stated: Iterable[Row]) -> Series:
    """The one of several stated values that counts, by the rule of the documentation, from the last to the first criterion."""
    rows = sorted(stated, key=lambda r: r["source"])
    rows.sort(key=lambda r: SOURCES[r["source"]][1], reverse=True)
    rows.sort(key=lambda r: -SOURCES[r["source"]][0])
    rows.sort(key=lambda r: MODALITY[::-1].index(r["modality"]))
    rows.sort(key=lambda r: ["published", "estimated", "simulated"].index(r["status"]))
    rows.sort(key=lambda r: r["modality"] == "target")
    found: dict[tuple[str, str], Value] = {}
    for r in rows:
        value = Value(
            Fraction(r["value"]), r["bound"], r["modality"], r["status"], frozenset({r["source"]})
        )
        found.setdefault((r["place"], r["period"]), value)
    return found


def ratio(a: Series, b: Series) -> Series:
    found = {}
    for key in a.keys() | b.keys():
        inputs = [series[key] for series in (a, b) if key in series]
        value, bound = None, "eq"
        if len(inputs) == 2 and inputs[1].value:
            top, bottom = inputs
            value = top.value * 100 / bottom.value
            bound = bound_of([(top.bound, sign(bottom.value)), (bottom.bound, -sign(top.value))])
        found[key] = made(value, bound, inputs)
    return found


def before(year: str, years: int = 1) -> str:
    return str(int(year) - years)


def series_of(a: Series, place: str) -> list[tuple[str, Value]]:
    return sorted((year, value) for (where, year), value in a.items() if where == place)


def cumulative(a: Series) -> Series:
    found = {}
    for place in CITIES:
        series = series_of(a, place)
        for n, (year, _) in enumerate(series):
            past = [value for _, value in series[: n + 1]]
            whole = int(year) - int(series[0][0]) == n
            total = sum(v.value for v in past) if whole else None
            found[place, year] = made(total, bound_of((v.bound, 1) for v in past), past)
    return found


def rolling(a: Series, window: int) -> Series:
    found = {}
    for place, year in a:
        past = [a[place, before(year, n)] for n in range(window) if (place, before(year, n)) in a]
        total = sum(v.value for v in past) if len(past) == window else None
        found[place, year] = made(total, bound_of((v.bound, 1) for v in past), past)
    return found


def compared(a: Series, *, growth: bool) -> Series:
    found = {}
    for place in CITIES:
        for year, late in series_of(a, place)[1:]:
            early = a.get((place, before(year)))
            value, bound = None, "eq"
            if early is not None and not (growth and early.value <= 0):
                value = late.value - early.value
                bound = bound_of([(late.bound, 1), (early.bound, -1)])
            if growth and value is not None:
                value = value * 100 / early.value
                bound = bound_of([(late.bound, 1), (early.bound, -sign(late.value))])
            found[place, year] = made(value, bound, [late] + ([early] if early else []))
    return found


def expression(a: Series, b: Series) -> Series:
    """``(a - 2 * b) / lag(b) * (1 + year_ago(a) / b)``, whose bounds are those of each step in turn."""

    def join(
        one: tuple[Fraction, str], other: tuple[Fraction, str], sign_of: str
    ) -> tuple[Fraction, str]:
        (x, x_bound), (y, y_bound) = one, other
        match sign_of:
            case "+":
                return x + y, bound_of([(x_bound, 1), (y_bound, 1)])
            case "-":
                return x - y, bound_of([(x_bound, 1), (y_bound, -1)])
            case "*":
                return x * y, bound_of([(x_bound, sign(y)), (y_bound, sign(x))])
            case _:
                return x / y, bound_of([(x_bound, sign(y)), (y_bound, -sign(x))])

    found = {}
    for place, year in a.keys() | b.keys():
        earlier = before(year)
        inputs = [s.get(key) for s in (a, b) for key in ((place, year), (place, earlier))]
        now_a, before_a, now_b, before_b = inputs
        value, bound = None, "eq"
        if now_a and before_a and now_b and before_b and before_b.value and now_b.value:
            pairs = [
                (v.value, v.bound)
                for v in (now_a, before_a, now_b, before_b)
                if v.value is not None
            ]
            left = join(
                join(pairs[0], join((Fraction(2), "eq"), pairs[2], "*"), "-"), pairs[3], "/"
            )
            right = join((Fraction(1), "eq"), join(pairs[1], pairs[2], "/"), "+")
            value, bound = join(left, right, "*")
        # An earlier value of a makes the figure as well as one of b does; what is there counts, also where another lacks.
        found[place, year] = made(
            value, bound, [v for v in (now_a, now_b, before_b, before_a) if v]
        )
    return found


def statistic_of(statistic: str, values: list[Fraction]) -> Fraction:
    """A statistic of sorted values."""
    n, whole = len(values), sum(values)
    match statistic:
        case "mean":
            return whole / n
        case "median":
            return (values[(n - 1) // 2] + values[n // 2]) / 2
        case "quartile":
            at = Fraction(n - 1) * 3 / 4
            below = int(at)
            return values[below] + (at - below) * (values[min(below + 1, n - 1)] - values[below])
        case "smallest" | "largest":
            return values[0 if statistic == "smallest" else -1]
        case "hhi":
            return sum((v / whole) ** 2 for v in values)
        case _:
            return sum(abs(x - y) for x in values for y in values) / (2 * n * whole)


FAR = {
    "eq": (0,),
    "ge": (0, 1000),
    "gt": (0, 1000),
    "le": (0, -1000),
    "lt": (0, -1000),
    "approx": (-1000, 0, 1000),
}


def bound_of_statistic(statistic: str, parts: list[Value]) -> str:
    """What a statistic may be, found by trying all that its inputs may be; of three cities, so some may be lacking."""
    if statistic == "mean" and len(parts) == len(CITIES):
        return bound_of((v.bound, 1) for v in parts)
    if statistic in ("hhi", "gini", "mean"):
        exact = len(parts) == len(CITIES) and all(v.bound == "eq" for v in parts)
        return "eq" if exact else "approx"
    if statistic in ("median", "quartile") and len(parts) < len(CITIES):
        return "approx"
    ways = [[v.value + far for far in FAR[v.bound]] for v in parts]
    ways += [[Fraction(-1000), Fraction(1000)]] * (len(CITIES) - len(parts))
    said = statistic_of(statistic, sorted(v.value for v in parts))
    signs = {0} | {
        sign(statistic_of(statistic, sorted(way)) - said) for way in itertools.product(*ways)
    }
    return next(name for name, meant in SIGNS.items() if meant == signs)


def distribution(a: Series, statistic: str, needed: int) -> Series:
    """A statistic of three cities, for the place that holds them."""
    found = {}
    for year in {when for _, when in a}:
        parts = [v for (_, when), v in a.items() if when == year and v.value is not None]
        values = sorted(v.value for v in parts if v.value is not None)
        shares = statistic in ("hhi", "gini")
        defined = len(values) >= needed and (not shares or (sum(values) > 0 and values[0] >= 0))
        value = statistic_of(statistic, values) if defined else None
        found["gba9", year] = made(value, bound_of_statistic(statistic, parts), parts)
    return found


def weighted_mean(a: Series, b: Series) -> Series:
    """Of cities that have both, weighted by b; exact only with exact weights."""
    found = {}
    for year in {when for _, when in a}:
        pairs = [
            (v, b[place, when])
            for (place, when), v in a.items()
            if when == year and (place, when) in b and v.value is not None
        ]
        if not pairs:
            continue
        weight = sum(w.value for _, w in pairs)
        fair = all(w.value >= 0 for _, w in pairs) and weight > 0
        value = sum(v.value * w.value for v, w in pairs) / weight if fair else None
        sure = len(pairs) == len(CITIES) and all(w.bound == "eq" for _, w in pairs)
        bound = bound_of((v.bound, 1) for v, _ in pairs) if sure else "approx"
        weak = {"gt": "ge", "lt": "le"}.get(bound, bound)
        found["gba9", year] = made(value, weak, [one for pair in pairs for one in pair])
    return found


def rank(r: Series) -> Series:
    found = {}
    for (place, year), own in r.items():
        ranked = [v for (_, when), v in r.items() if when == year and v.value is not None]
        if own.value is None:
            found[place, year] = made(None, "eq", [own])
            continue
        position = Fraction(1 + sum(v.value > own.value for v in ranked))
        found[place, year] = made(
            position, "eq" if all(v.bound == "eq" for v in ranked) else "approx", ranked
        )
    return found


def membership(r: Series, top: int) -> Series:
    found = {}
    for key, own in r.items():
        decided = own.value is not None and own.bound == "eq"
        inside = decided and own.value <= top
        found[key] = made(
            Fraction(top) if decided else None, "le" if inside else "gt" if decided else "eq", [own]
        )
    return found


def streak(m: Series) -> Series:
    found = {}
    for place, year in m:
        own = m[place, year]
        run, at = [], year
        while (place, at) in m and m[place, at].value is not None and m[place, at].bound == "le":
            run.append(m[place, at])
            at = before(at)
        known = (place, at) in m and m[place, at].value is not None
        bound = "ge" if run and not known else "eq"
        value = None if own.value is None else Fraction(len(run))
        found[place, year] = made(value, bound, run or [own])
    return found


def checked(build: Any, indicator: str, expected: Series, *, scale: int = 10) -> None:
    found = {(o.place, o.period): o for o in build.show(indicator) if not o.breakdown}
    assert found.keys() == expected.keys(), indicator
    for key, want in expected.items():
        got = found[key]
        value = None if want.value is None else float(round(want.value, scale))
        sources = frozenset(got.source.split(";"))
        assert got.value == value, (indicator, key, got, want)
        assert (got.modality, got.status, sources) == (want.modality, want.status, want.sources), (
            indicator,
            key,
            got,
            want,
        )
        if value is not None:
            assert got.bound == want.bound, (indicator, key, got, want)
        else:
            assert got.reason is not None, (indicator, key)


VISITS = """kind: dated_visit
key: [id]
place: place
period: day
fields:
  - {id: id, type: text, required: true, name: {en: i, zh-Hans: i, zh-Hant: i}}
  - {id: day, type: date, name: {en: i, zh-Hans: i, zh-Hant: i}}
  - {id: place, type: place, name: {en: i, zh-Hans: i, zh-Hant: i}}
"""


def build_of(indicators: list[Row], tables: Mapping[str, list[Row]]) -> Any:
    world = World(Path(tempfile.mkdtemp(prefix="ceyuan-test-")) / "world")
    (world.root / "kinds").mkdir(parents=True)
    (world.root / "kinds" / "dated_visit.yaml").write_text(VISITS, encoding="utf-8")
    return world.build(indicators, tables, sources=MORE_SOURCES)


stated = st.fixed_dictionaries({
    "indicator": st.sampled_from("aab"),
    "place": st.sampled_from(CITIES),
    "period": st.sampled_from(YEARS),
    "source": st.sampled_from(sorted(SOURCES)),
    "value": st.integers(-2, 12),
    "bound": st.sampled_from(["eq", "eq", "eq", "eq", *SIGNS]),
    "modality": st.sampled_from(["actual", "actual", *MODALITY]),
    "estimated": st.booleans(),
})  # fmt: skip

DERIVED = [
    {"id": "a", "type": "published", "unit": "家", "direction": "higher"},
    {"id": "b", "type": "published", "unit": "家"},
    {
        "id": "ratio",
        "type": "ratio",
        "unit": "%",
        "numerator": "a",
        "denominator": "b",
        "direction": "higher",
    },
    {"id": "running", "type": "cumulative", "unit": "家", "of": "a"},
    {"id": "two_years", "type": "rolling", "unit": "家", "of": "a", "window": 2},
    {"id": "change", "type": "change", "unit": "家", "of": "a"},
    {"id": "growth", "type": "growth", "unit": "%", "of": "a"},
    {
        "id": "calculated",
        "type": "expression",
        "unit": "倍",
        "expression": "(a - 2 * b) / lag(b) * (1 + year_ago(a) / b)",
    },
    *(
        {
            "id": name,
            "type": "distribution",
            "unit": unit,
            "of": "a",
            "place": "gba9",
            "among": {"places": CITIES},
            "statistic": name,
            "min_coverage": 0.6,
        }
        for name, unit in (("mean", "家"), ("median", "家"), ("hhi", "倍"), ("gini", "倍"))
    ),
    *(
        {
            "id": name,
            "type": "distribution",
            "unit": "家",
            "of": "a",
            "place": "gba9",
            "among": {"places": CITIES},
            "statistic": statistic,
            "min_coverage": 0.3,
            **more,
        }
        for name, statistic, more in (
            ("smallest", "min", {}),
            ("largest", "max", {}),
            ("weighted", "weighted_mean", {"weights": "b"}),
        )
    ),
    {
        "id": "quartile",
        "type": "distribution",
        "unit": "家",
        "of": "a",
        "place": "gba9",
        "among": {"kind": "city", "within": "gba9"},
        "statistic": "percentile",
        "percentile": 75,
    },
    {"id": "rank", "type": "rank", "unit": "位", "of": "ratio", "among": {"kind": "city"}},
    {"id": "top", "type": "membership", "unit": "强", "of": "rank", "top": 2},
    {"id": "streak", "type": "streak", "unit": "年", "of": "top"},
]


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    st.lists(
        stated,
        min_size=12,
        max_size=60,
        unique_by=lambda r: (r["indicator"], r["place"], r["period"], r["source"]),
    )
)
def test_what_is_made_of_other_indicators_is_what_plain_python_makes_of_them(
    rows: list[Row],
) -> None:
    tables: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        estimated = row.pop("estimated")
        row["status"] = (
            "simulated" if row["source"] == "dream" else "estimated" if estimated else "published"
        )
        written = {**row, "value_unit": "家", "status": "estimated" if estimated else ""}
        tables[f"figure@{row['source']}"].append(
            {k: v for k, v in written.items() if k != "source"}
        )
    a, b = (shown(r for r in rows if r["indicator"] == name) for name in "ab")
    ratios = ratio(a, b)
    ranks = rank(ratios)
    memberships = membership(ranks, 2)
    with build_of(DERIVED, tables) as build:
        checked(build, "a", a)
        checked(build, "ratio", ratios)
        checked(build, "running", cumulative(a))
        checked(build, "two_years", rolling(a, 2))
        checked(build, "change", compared(a, growth=False))
        checked(build, "growth", compared(a, growth=True))
        checked(build, "calculated", expression(a, b))
        for statistic in ("mean", "median", "hhi", "gini"):
            checked(build, statistic, distribution(a, statistic, needed=2))
        checked(build, "quartile", distribution(a, "quartile", needed=3))
        for statistic in ("smallest", "largest"):
            checked(build, statistic, distribution(a, statistic, needed=1))
        checked(build, "weighted", weighted_mean(a, b))
        checked(build, "rank", ranks)
        checked(build, "top", memberships)
        checked(build, "streak", streak(memberships))


account = st.fixed_dictionaries({
    "place": st.sampled_from([*CITIES, *CITIES, "gba9", "guangdong"]),
    "period": st.sampled_from(YEARS[:2]),
    "source": st.sampled_from(["s1", "s2"]),
    "amount": st.integers(0, 9),
})  # fmt: skip


@settings(max_examples=10, deadline=None, derandomize=True)
@given(
    st.lists(
        account, min_size=4, max_size=20, unique_by=lambda r: (r["place"], r["period"], r["source"])
    )
)
def test_a_place_has_its_own_value_or_the_sum_of_its_parts_never_both(rows: list[Row]) -> None:
    total = {"id": "rd", "type": "sum", "records": "account", "value": "amount", "unit": "元",
             "over_places": {"rule": "complete", "level": "city"}}  # fmt: skip
    tables: dict[str, list[Row]] = defaultdict(list)
    amounts = {}
    for row in rows:
        tables[f"account@{row['source']}"].append(
            {
                "item": "rd",
                "place": row["place"],
                "period": row["period"],
                "amount": row["amount"],
                "amount_unit": "元",
            }
        )
        amounts[row["source"], row["place"], row["period"]] = Fraction(row["amount"])
    expected: dict[tuple[str, str], Value] = {}
    for place, inside in INSIDE.items():
        for period in YEARS[:2]:
            for source in ("s1", "s2"):  # the later one has the higher priority
                parts = [p for p in (*CITIES, "hongkong", "macao") if p in inside and p != place]
                if place == "cn":
                    parts = CITIES  # Hong Kong and Macao are kept apart from the economy
                known = [
                    amounts[source, p, period] for p in parts if (source, p, period) in amounts
                ]
                own = amounts.get((source, place, period))
                if own is None and not known:
                    continue
                value = own if own is not None else sum(known) if len(known) == len(parts) else None
                if value is not None or (place, period) not in expected:
                    expected[place, period] = Value(value, sources=frozenset({source}))
    for (place, period), value in list(expected.items()):
        if value.value is None and ("s2", place, period) not in amounts:
            named = [
                s
                for s in ("s2", "s1")
                if any((s, p, period) in amounts for p in INSIDE[place] if p in CITIES)
            ]
            expected[place, period] = Value(None, sources=frozenset(named[:1]))
    with build_of([total], tables) as build:
        checked(build, "rd", expected)
        each = [(o.place, o.period, o.source) for o in build.show("rd", all_sources=True)]
        assert len(each) == len(set(each))


def plan(year: int) -> str | None:
    """Five-year plans run from 1953 on, from 1966 on, and not in between."""
    if 1963 <= year <= 1965 or year < 1953:
        return None
    first = 1953 if year < 1963 else 1966
    start = year - (year - first) % 5
    return f"{start}..{start + 4}"


document = st.tuples(
    st.integers(1948, 1972),
    st.lists(st.sampled_from([*CITIES, "macao", ""]), min_size=1, max_size=7),
)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.lists(document, min_size=1, max_size=40))
def test_shares_of_documents_add_up_exactly_in_years_and_plans(
    documents: list[tuple[int, list[str]]],
) -> None:
    papers = {"id": "papers", "type": "count", "unit": "篇", "records": "contribution", "counting": "fractional",
              "period": "document.date", "periods": ["year", "plan", "all"]}  # fmt: skip
    # The same years as dates, which take another way to their plan than periods do.
    visits = {
        "id": "visits",
        "type": "count",
        "unit": "次",
        "records": "dated_visit",
        "periods": ["year", "plan", "all"],
    }
    tables: dict[str, list[Row]] = {"document": [], "contribution": [], "dated_visit": []}
    expected: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    visited: dict[tuple[str, str], int] = defaultdict(int)
    for i, (year, places) in enumerate(documents):
        tables["document"].append(
            {"id": f"d{i}", "type": "paper", "date": date(year, 5, 1).isoformat()}
        )
        for n, place in enumerate(places):
            tables["contribution"].append(
                {"document": f"d{i}", "position": n + 1, "contributor": f"p{n}", "place": place}
            )
            tables["dated_visit"].append(
                {"id": f"v{i}-{n}", "day": f"{year}-05-01", "place": place}
            )
            for area, inside in INSIDE.items():
                if place in inside and not (area == "cn" and place == "macao"):
                    for period in filter(None, (str(year), plan(year), "all")):
                        expected[area, period] += Fraction(1, len(places))
                        visited[area, period] += 1
    with build_of([papers, visits], tables) as build:
        assert {(o.place, o.period): o.value for o in build.show("visits")} == visited
        found = {(o.place, o.period): o.value for o in build.show("papers")}
        assert found == {key: float(value) for key, value in expected.items()}
