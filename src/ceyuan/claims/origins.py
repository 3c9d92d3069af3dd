"""Who made a figure: which sources are the text itself or of its origin, and how many independent origins agree.

A text is no witness for itself, nor is a reprint of it or anything that the same body made. Which sources are the very text
is declared (``communiques/*.yaml``) or recognised by their words; what meets them in origin or derivation is of the same
origin and supports nothing. A text that tells what another body measures is borne out by that body, and by nobody who only
tells the same measurement.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

from ceyuan.claims.model import Binding, Evidence
from ceyuan.pipeline.reading import Build
from ceyuan.reader import Reading, Statement
from ceyuan.reader.fold import fold
from ceyuan.wording import LANGUAGES, Language, Trilingual
from ceyuan.workspace.config import Source

_FEWEST_QUOTES = 3
_FEWEST_OF_A_PART = 2
_MOST_OF_QUOTES = 0.8
_SHORTEST_QUOTE = 4
_SHORTEST_TITLE = 8
_HEAD = 400  # a text that bears a source's title bears it at its head


@dataclass(frozen=True)
class Origins:
    """The sources of a build, asked who made them.

    Attributes:
        build: the build.
    """

    build: Build

    @cached_property
    def _quotes(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """Words that records quote, in one form, by source and indicator."""
        found: dict[str, dict[str, set[str]]] = {}
        if "figure" in self.build.kinds:
            query = "SELECT _source, indicator, quote FROM figure WHERE quote IS NOT NULL"
            for source, indicator, quote in self.build.engine.rows(query):
                found.setdefault(str(source), {}).setdefault(str(indicator), set()).add(
                    squeezed(str(quote))
                )
        return {source: _frozen(by_indicator) for source, by_indicator in found.items()}

    @cached_property
    def _titles(self) -> Mapping[str, frozenset[str]]:
        """Titles by which sources are known at the head of a text, in one form."""
        return {name: frozenset(_titles_of(source)) for name, source in self.build.sources.items()}

    def text(self, reading: Reading) -> frozenset[str]:
        """Sources that are this very text or that it reprints.

        Their title stands at its head, nearly all of their quotes stand in it, or their quotes are most of its figures.
        """
        text = squeezed(reading.text)
        figures = len(reading.statements)
        head = text[:_HEAD]
        named = {name for name, titles in self._titles.items() if _has_one(head, titles)}
        for source, by_indicator in self._quotes.items():
            quotes = [q for found in by_indicator.values() for q in found]
            hits = sum(q in text for q in quotes)
            nearly_all = hits >= _FEWEST_QUOTES and hits >= _MOST_OF_QUOTES * len(quotes)
            if nearly_all or (hits >= _FEWEST_OF_A_PART and 2 * hits > figures):
                named.add(source)
        return frozenset(named)

    def retold(self, statement: Statement, binding: Binding) -> frozenset[str]:
        """Sources whose words on the very indicator stand in the sentence: it tells them again."""
        sentence = squeezed(statement.sentence)
        figure = squeezed(statement.quote)
        return frozenset(
            source
            for source, by_indicator in self._quotes.items()
            for quote in by_indicator.get(binding.indicator, ())
            if len(quote) >= _SHORTEST_QUOTE and figure in quote and quote in sentence
        )

    def weighed(
        self, evidence: Iterable[Evidence], own: frozenset[str], indicator: str
    ) -> list[Evidence]:
        """The evidence with whether it is independent of the text: independent values first, and the measurer's own first."""
        found = [replace(e, independent=self._bears_out(e, own, indicator)) for e in evidence]
        return sorted(
            found, key=lambda e: (not e.independent, self._told_again(e.sources, indicator))
        )

    def agreeing(self, evidence: Iterable[Evidence], indicator: str) -> tuple[Trilingual, ...]:
        """Who made those values that are independent of each other, in order; what several made together counts once."""
        taken: list[Evidence] = []
        for entry in evidence:
            if all(self._apart(entry.sources, other.sources, indicator) for other in taken):
                taken.append(entry)
        return tuple(Trilingual.made(partial(_together, entry.origins)) for entry in taken)

    def _bears_out(self, evidence: Evidence, own: frozenset[str], indicator: str) -> bool:
        """Whether a value is a witness for a text: independent of its sources, or of the body whose figure the text tells."""
        if not evidence.sources or self._apart(evidence.sources, own, indicator):
            return bool(evidence.sources)
        first_hand = self._told_again(own, indicator) and not self._told_again(
            evidence.sources, indicator
        )
        return first_hand and self._apart(evidence.sources, own)

    def _told_again(self, sources: Collection[str], indicator: str) -> bool:
        """Whether sources only tell what another body measured."""
        return bool(sources) and all(
            self.build.provenance.retells(source, indicator) for source in sources
        )

    def _apart(
        self, ones: Iterable[str], others: Collection[str], indicator: str | None = None
    ) -> bool:
        """Whether no source of the one side meets one of the other."""
        return all(self.build.provenance.independent_of(one, others, indicator) for one in ones)


def _frozen(quotes: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {indicator: frozenset(found) for indicator, found in quotes.items()}


def _together(names: Iterable[Trilingual], language: Language) -> str:
    return " + ".join(name.get(language) for name in names)


def _has_one(head: str, titles: Iterable[str]) -> bool:
    return any(title in head for title in titles)


def _titles_of(source: Source) -> Iterator[str]:
    for language in LANGUAGES:
        title = squeezed(source.title.get(language))
        if len(title) >= _SHORTEST_TITLE:
            yield title


def squeezed(text: str) -> str:
    """A text in one form, without white space and letter case, as quotes are looked for."""
    return "".join(fold(text).split()).casefold()
