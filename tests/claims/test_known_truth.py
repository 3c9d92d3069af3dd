"""Sentences of known truth, written from what a build holds: a true one is never contradicted, a wrong one never supported.

Each is written from one observation: as it is, off by more than its rounding, for a place or a year of which nothing is known,
as a difference, a part or an amount a head, as a forecast. The reader and the binding have seen none of them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ceyuan.claims import Claim, verify
from ceyuan.claims.wording import for_each
from ceyuan.indicators.observations import Observation
from ceyuan.pipeline.reading import Build
from ceyuan.reader import read_text
from ceyuan.wording import LANGUAGES, Language, figure_text

AGREES = {"supported", "consistent", "same_origin"}
OPEN = {"no_evidence", "not_checkable"}
TEMPLATES: dict[Language, str] = {
    "zh-Hans": "{year}年，{place}{name}为{value}。",
    "zh-Hant": "{year}年，{place}{name}為{value}。",
    "en": "In {year}, the {name} of {place} was {value}.",
}
FORECASTS: dict[Language, str] = {
    "zh-Hans": "预计{year}年{place}{name}达到{value}。",
    "zh-Hant": "預計{year}年{place}{name}達到{value}。",
    "en": "The {name} of {place} is expected to reach {value} in {year}.",
}
SOMEWHERE: dict[Language, str] = {"zh-Hans": "宁波市", "zh-Hant": "寧波市", "en": "Fairland"}
FACTS = 25


@dataclass(frozen=True)
class Fact:
    """A value that a build holds, and how it is said."""

    build: Build
    observation: Observation

    def said(
        self,
        template: str,
        language: Language,
        *,
        value: float | None = None,
        year: str = "",
        place: str = "",
    ) -> str:
        o = self.observation
        indicator = self.build.indicators[o.indicator]
        amount = o.value if value is None else value
        written = figure_text(
            amount or 0, o.unit, language, decimals=indicator.decimals or 1, noun=indicator.counted
        )
        return template.format(
            year=year or o.period, place=place or self.build.gazetteer.places[o.place].name.get(language),
            name=indicator.name.get(language), value=written,
        )  # fmt: skip

    @property
    def forecast(self) -> bool:
        """Whether somebody has forecast the very same figure."""
        o = self.observation
        same = self.build.show(o.indicator, place=o.place, period=o.period, all_sources=True)
        return any(other.modality == "expected" for other in same)

    def claims(self, text: str) -> tuple[Claim, ...]:
        return verify(self.build, read_text(text)).claims


def facts(build: Build) -> list[Fact]:
    """Plain yearly levels of amounts and numbers, chosen at random and the same each time."""
    found = [
        o for o in build.show(breakdown="")
        if o.value and abs(o.value) >= 2 and o.period.isdigit() and o.bound == "eq" and o.value_max is None
        and o.modality == "actual" and o.status != "simulated" and not o.cumulative
        and not any(for_each(build.indicators[o.indicator].name.get(x)) for x in LANGUAGES)
        and build.indicators[o.indicator].type not in ("rank", "membership", "streak", "cluster", "growth", "change")
    ]  # fmt: skip
    return [Fact(build, o) for o in random.Random(13).sample(found, min(FACTS, len(found)))]  # noqa: S311 - a choice, no secret


@pytest.fixture(scope="module", params=["gba", "china"])
def known(request: pytest.FixtureRequest) -> list[Fact]:
    return facts(request.getfixturevalue(request.param))


def _each(known: list[Fact]) -> Iterator[tuple[Fact, Language]]:
    return ((fact, language) for fact in known for language in LANGUAGES)


def test_a_true_sentence_is_never_contradicted_and_mostly_decided(known: list[Fact]) -> None:
    verdicts: Counter[str] = Counter()
    for fact, language in _each(known):
        for claim in fact.claims(text := fact.said(TEMPLATES[language], language)):
            assert claim.verdict != "contradicted", (text, claim.reason)
            verdicts[claim.verdict] += 1
    assert sum(verdicts[v] for v in AGREES) >= 0.6 * sum(verdicts.values()), verdicts


@pytest.mark.parametrize("factor", [1.31, 0.57, -1.0, 100.0])
def test_a_wrong_value_unit_or_sign_is_never_supported(known: list[Fact], factor: float) -> None:
    for fact, language in _each(known):
        text = fact.said(
            TEMPLATES[language], language, value=(fact.observation.value or 0) * factor
        )
        for claim in fact.claims(text):
            other = (
                claim.binding is not None and claim.binding.indicator != fact.observation.indicator
            )
            assert other or claim.verdict not in AGREES, (text, claim.reason)


def test_a_place_that_nobody_knows_is_held_against_nothing(known: list[Fact]) -> None:
    for fact, language in _each(known):
        for claim in fact.claims(
            text := fact.said(TEMPLATES[language], language, place=SOMEWHERE[language])
        ):
            assert claim.verdict in OPEN, (text, claim.reason)


def test_a_year_of_which_nothing_is_known_is_held_against_nothing(known: list[Fact]) -> None:
    for fact, language in _each(known):
        for claim in fact.claims(text := fact.said(TEMPLATES[language], language, year="1987")):
            assert claim.verdict in OPEN, (text, claim.reason)


def test_what_came_out_does_not_contradict_what_was_expected(known: list[Fact]) -> None:
    # One forecast may contradict another; here only outcomes are known.
    outcomes = [fact for fact in known if not fact.forecast]
    for fact, language in _each(outcomes):
        text = fact.said(FORECASTS[language], language, value=(fact.observation.value or 0) * 1.2)
        for claim in fact.claims(text):
            assert claim.verdict != "contradicted", (text, claim.reason)
