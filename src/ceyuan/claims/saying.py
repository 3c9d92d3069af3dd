"""What claims say, in three languages: sentences of ``words.toml``, with names instead of identifiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ceyuan.bounds import exact
from ceyuan.claims.comparison import ANOTHER, AVERAGE, PERIOD_BEFORE, YEAR_BEFORE
from ceyuan.claims.model import Claim, Measure
from ceyuan.pipeline.reading import Build
from ceyuan.places import Gazetteer
from ceyuan.wording import InLanguages, Language, Phrase, Phrases, figure_text, period_text

_PHRASES = Phrases("ceyuan.claims")
_MEASURES: Mapping[Measure, str] = {
    "places above": "measure.above",
    "mean growth": "measure.mean_growth",
}
_BASES = {
    YEAR_BEFORE: "basis.year_before", PERIOD_BEFORE: "basis.period_before", AVERAGE: "basis.average",
    ANOTHER: "basis.another",
}  # fmt: skip
say = _PHRASES.phrase
"""A sentence of ``words.toml`` by its key, with its parts."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value with its unit, as each language writes it.

    Attributes:
        value, value_max, unit, bound: as in :class:`ceyuan.claims.model.Evidence`.
        noun: what English counts, one and many; the unit's word if None.
        printed: how many decimals are written, whatever they are; as many as the size of the value asks for if None.
    """

    value: float
    unit: str
    bound: str = "eq"
    value_max: float | None = None
    noun: tuple[str, str] | None = None
    printed: int | None = None

    def get(self, language: Language, /) -> str:
        """The text in one language."""
        value = (
            exact(self.value) if self.printed is None else round(exact(self.value), self.printed)
        )
        return figure_text(
            value,
            self.unit,
            language,
            bound=self.bound,
            value_max=self.value_max,
            decimals=self.decimals,
            printed=self.printed,
            noun=self.noun,
        )

    @property
    def decimals(self) -> int:
        """The decimals that are written: four, and fewer where there are eight digits without them.

        >>> Value(3_248_071_030_305.0, "元").get("en"), Value(69_775.0, "家").get("en")
        ('3,248.071 billion yuan', '69,775 organisations')
        """
        digits = len(str(abs(int(self.value))))
        return min(4, max(8 - digits, -digits))


@dataclass(frozen=True, slots=True)
class When:
    """A period, as each language writes it."""

    period: str

    def get(self, language: Language, /) -> str:
        """The text in one language."""
        return period_text(self.period, language)


@dataclass(frozen=True, slots=True)
class Listed:
    """Several texts in a row."""

    items: tuple[str | InLanguages, ...]

    def get(self, language: Language, /) -> str:
        """The list in one language."""
        texts = [item if isinstance(item, str) else item.get(language) for item in self.items]
        return (", " if language == "en" else "、").join(texts)


@dataclass(frozen=True, slots=True)
class Together:
    """Several sentences, one after the other."""

    items: tuple[InLanguages, ...]

    def get(self, language: Language, /) -> str:
        """All of them in one language."""
        return "".join(item.get(language) for item in self.items)


def where(gazetteer: Gazetteer, place: str | None) -> InLanguages:
    """A place, or that it is open."""
    return say("open.place") if place is None else gazetteer.places[place].name


def when(period: str | None) -> InLanguages:
    """A period, or that it is open."""
    return say("open.period") if period is None else When(period)


def measure(of: Measure) -> Phrase:
    """What of an indicator is stated."""
    return say(_MEASURES.get(of, f"measure.{of}"))


def verdict_words(claim: Claim) -> Phrase:
    """A verdict as it is read, with the number of independent origins that support the figure."""
    number = len(claim.origins)
    if claim.verdict != "supported" or not number:
        return say(f"verdict.{claim.verdict}")
    return (
        say("verdict.supported_by_one")
        if number == 1
        else say("verdict.supported_by", number=number)
    )


def basis_words(compared_with: str) -> InLanguages:
    """What a growth rate or a change is reckoned from; see :mod:`ceyuan.claims.comparison`."""
    return say(_BASES[compared_with]) if compared_with in _BASES else When(compared_with)


def titles(build: Build, sources: tuple[str, ...]) -> Listed:
    """Titles of sources."""
    return Listed(tuple(build.sources[s].title if s in build.sources else s for s in sources))
