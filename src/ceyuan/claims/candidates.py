"""Which indicators a statement may be about: every indicator that fits its unit and kind, scored by its names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import chain

from ceyuan.claims.fitting import Asked, unit_of
from ceyuan.claims.model import Candidate, Measure
from ceyuan.claims.names import (
    contained,
    core,
    in_pairs,
    pieces,
    plain,
    shared_for,
    similarity,
    turned,
)
from ceyuan.claims.placing import PlaceNames
from ceyuan.claims.saying import say, where
from ceyuan.claims.subjects import undated
from ceyuan.claims.wording import Wording, for_each
from ceyuan.indicators.types import (
    MembershipIndicator,
    RankIndicator,
    RatioIndicator,
    ShareIndicator,
    StreakIndicator,
)
from ceyuan.places import Gazetteer
from ceyuan.reader import Statement
from ceyuan.units import Unit, parse_unit
from ceyuan.wording import InLanguages, Phrase
from ceyuan.workspace.definitions import Indicator

LISTED = 0.45
# Where a text is about a cluster it need not say that applications are those of a cluster.
_OF_CLUSTER = re.compile(r"^(?:创新集群|創新集群)|(?: of)? innovation clusters?$")
_GROWS = re.compile(r"增长|增速|增幅|growth", re.IGNORECASE)
_SHARE = re.compile(r"占|佔|比重|份额|份額|share|proportion", re.IGNORECASE)
_STANDING = re.compile(r"累[计計](?:培育|建成|拥有|擁有|集聚|设立|設立|组建|組建)")
_COMPUTED = 0.94
_OF_ANY_UNIT = ("multiple", "relative", "growth", "rank")
_SAME_WHOLE = 0.9


@dataclass(frozen=True)
class Catalogue:
    """The indicators of a build as candidates.

    Attributes:
        indicators: definitions by identifier.
        gazetteer: the places.
        places: their names in running text.
    """

    indicators: Mapping[str, Indicator]
    gazetteer: Gazetteer
    places: PlaceNames

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        """The names of each indicator, of those that are the same in one form the first."""
        found: dict[str, list[str]] = {}
        nouns = Counter(
            noun for indicator in self.indicators.values() for noun in indicator.counted or ()
        )
        for indicator in self.indicators.values():
            name = indicator.name
            counted = [n for n in indicator.counted or () if " " in n and nouns[n] == 1]
            names = [
                name.zh_hans,
                name.zh_hant,
                name.en,
                *indicator.aliases,
                *counted,
                turned(name.en),
            ]
            by_core = {core(n): n for n in reversed(names) if n}
            found[indicator.id] = list(reversed(by_core.values()))
        return found

    @cached_property
    def _local(self) -> dict[str, tuple[str, list[str]]]:
        """Names that hold a place, by their indicators: the place, and the names without it (香港研发开支, GDP of Hong Kong).

        Where a text says which place it is about it need not say it again. Things that are counted keep their whole name:
        joint laboratories of the area are not any joint laboratories.
        """
        found: dict[str, tuple[str, list[str]]] = {}
        for indicator in self.indicators.values():
            if self._units[indicator.id].is_count:
                continue
            parted = [self.places.parted(name) for name in self._names[indicator.id]]
            places = {place for place, _ in parted if place is not None}
            if len(places) == 1:
                found[indicator.id] = (
                    places.pop(),
                    [rest for place, rest in parted if place is not None],
                )
        return found

    @cached_property
    def _of_clusters(self) -> dict[str, list[str]]:
        """The names of indicators of innovation clusters without these words."""
        found: dict[str, list[str]] = {}
        for indicator, names in self._names.items():
            short = {_OF_CLUSTER.sub("", name) for name in names}
            found[indicator] = sorted(short.difference(names))
        return found

    def _names_at(self, indicator: str, wording: Wording) -> list[str]:
        """The names of an indicator where a statement is about some place."""
        here = wording.place if wording.place_name else wording.carried
        names = self._names[indicator]
        place, short = self._local.get(indicator, ("", []))
        if here == place:
            return [*names, *short]
        if here is not None and self.gazetteer.places[here].kind == "cluster":
            return [*names, *self._of_clusters[indicator]]
        return names

    @cached_property
    def _pieces(self) -> dict[str, frozenset[str]]:
        """The pairs of characters of each name."""
        short = [*(names for _, names in self._local.values()), *self._of_clusters.values()]
        return {
            name: pieces(core(name)) for names in [*self._names.values(), *short] for name in names
        }

    def _alike(self, able: frozenset[str], indicator: str, wording: Wording) -> list[str]:
        """The names of an indicator that the words of a statement may mean."""
        return [name for name in self._names_at(indicator, wording) if name in able]

    @cached_property
    def _by_pair(self) -> dict[str, list[str]]:
        """Names by the pairs of characters that they hold."""
        found: dict[str, list[str]] = {}
        for name, parts in self._pieces.items():
            for pair in parts:
                found.setdefault(pair, []).append(name)
        return found

    def _sharing(self, pairs: Iterable[str]) -> Counter[str]:
        """How many of some pairs each name shares."""
        return Counter(chain.from_iterable(self._by_pair.get(pair, ()) for pair in pairs))

    def _able(self, wording: Wording, wanted: frozenset[str]) -> frozenset[str]:
        """The names that can be alike enough: that share enough with the words, or that can stand whole around the figure."""
        asked = _asked(wording)
        if not asked:
            whole = self._sharing(wanted).items()
            return frozenset(name for name, shared in whole if shared == len(self._pieces[name]))
        return frozenset().union(*(self._sharing_enough(words) for words in asked))

    @cached_property
    def _sharing_enough(self) -> Callable[[str], frozenset[str]]:
        """The names that share enough pairs with words, which one text says many times over."""

        @lru_cache(maxsize=4096)
        def found(words: str) -> frozenset[str]:
            least = shared_for(words, LISTED)
            shared = self._sharing(in_pairs(words)).items()
            return frozenset(name for name, pairs in shared if pairs >= least)

        return found

    @cached_property
    def _units(self) -> dict[str, Unit]:
        return {i.id: parse_unit(i.unit) for i in self.indicators.values()}

    @cached_property
    def _growing(self) -> frozenset[str]:
        """Indicators that are growth rates by their names."""
        return frozenset(i.id for i in self.indicators.values() if _grows(i))

    @cached_property
    def _each(self) -> frozenset[str]:
        """Indicators that are amounts for each of something, by their names."""
        named = (i for i, names in self._names.items() if any(for_each(name) for name in names))
        return frozenset((*named, *(i for i, unit in self._units.items() if unit.per is not None)))

    @cached_property
    def _by_piece(self) -> Mapping[str, frozenset[str]]:
        """Indicators by the pairs of characters of their names, and of the names of the indicators that they are made of."""
        found: dict[str, set[str]] = {}
        for indicator in self.indicators.values():
            for meant in (indicator.id, *self._behind(indicator)):
                for piece in (p for name in self._names[meant] for p in pieces(core(name))):
                    found.setdefault(piece, set()).add(indicator.id)
        return {piece: frozenset(names) for piece, names in found.items()}

    def _behind(self, indicator: Indicator) -> set[str]:
        """All indicators that one is made of, through others."""
        inputs = {name for name in indicator.inputs if name in self.indicators}
        return inputs.union(*(self._behind(self.indicators[name]) for name in inputs))

    def _wanted(self, wording: Wording) -> frozenset[str]:
        """The pairs of characters of the words that name what a statement is of."""
        passages = [wording.full, wording.subject, wording.previous + wording.subject]
        if wording.whole:
            passages += [wording.previous, wording.whole]
        if not wording.subject:
            passages += [wording.near, wording.clause, wording.lead]
        return frozenset().union(*(pieces(core(passage)) for passage in passages))

    @cached_property
    def _owners(self) -> dict[str, set[str]]:
        """Indicators by the names that they may be called by, those of the indicators behind ranks and shares among them."""
        found: dict[str, set[str]] = {}
        for indicator in self.indicators.values():
            for meant in (indicator.id, *_called_by(indicator, self.indicators)):
                short = self._local.get(meant, ("", []))[1]
                for name in (*self._names[meant], *short, *self._of_clusters[meant]):
                    found.setdefault(name, set()).add(indicator.id)
        return found

    def _named(
        self, wording: Wording, wanted: frozenset[str], able: frozenset[str]
    ) -> Iterator[Indicator]:
        """The indicators whose names have anything in common with the words; of a share, those of its parts too."""
        if wording.whole:
            found = set().union(*(self._by_piece.get(piece, ()) for piece in wanted))
        else:
            found = set().union(*(self._owners[name] for name in able))
        return (self.indicators[name] for name in found)

    def candidates(self, statement: Statement, wording: Wording) -> list[Candidate]:
        """All indicators that a statement may be about, best first; those that score too low are left out."""
        operation = wording.operation
        unit = unit_of(operation.unit(statement.unit) if operation is not None else statement.unit)
        if unit is None:
            return []
        best: dict[str, Candidate] = {}
        asked = Asked(statement, wording, unit)
        wanted = self._wanted(wording)
        able = self._able(wording, wanted)
        fitting = self._fitting.setdefault(asked.key, {})
        for indicator in self._named(wording, wanted, able):
            for measure in self._measures(asked, fitting, indicator):
                bases = self._bases(statement, indicator) if measure == "level" else ()
                candidate = self._scored(statement, wording, indicator, measure, bases, unit, able)
                if (
                    candidate.score >= LISTED
                    and candidate.score > best.get(indicator.id, _NONE).score
                ):
                    best[indicator.id] = candidate
        return sorted(best.values(), key=lambda c: (-c.score, c.indicator))

    @cached_property
    def _fitting(self) -> dict[Hashable, dict[str, tuple[Measure, ...]]]:
        """What of each indicator may be given, by what is asked; filled as it is asked."""
        return {}

    def _measures(
        self, asked: Asked, fitting: dict[str, tuple[Measure, ...]], indicator: Indicator
    ) -> tuple[Measure, ...]:
        """What of an indicator a statement may give."""
        if indicator.id not in fitting:
            own, grows = self._units[indicator.id], indicator.id in self._growing
            fitting[indicator.id] = tuple(asked.measures(indicator, own, grows=grows))
        return fitting[indicator.id]

    def _bases(self, statement: Statement, indicator: Indicator) -> tuple[str, ...]:
        """Indicators by whose names a text may call another; a share only where it says that it is one."""
        if isinstance(indicator, ShareIndicator) and statement.kind != "share":
            return ()
        return _called_by(indicator, self.indicators)

    def _whole(self, indicator: ShareIndicator, wording: Wording) -> Phrase | None:
        """Why a share is not of the whole that the text names; None where it is, or where the text names none."""
        here = wording.place if wording.place_name else wording.carried
        if indicator.whole_place is not None:
            if not wording.whole:
                itself = say("why.whole_itself", place=self._place(here), factor="0.4")
                return itself if here == indicator.whole_place else None
            named = wording.whole_place
            other = say(
                "why.other_whole",
                said=wording.whole,
                whole=self._place(indicator.whole_place),
                factor="0.4",
            )
            return None if named == indicator.whole_place else other
        if not wording.whole or indicator.whole is None:
            return None
        alike = max(similarity(wording.whole, n) for n in self._names[indicator.whole])
        # A name such as 基础研究经费占研发经费比重 holds the whole itself.
        own = any(plain(wording.whole) in plain(n) for n in self._names[indicator.id])
        fits = alike >= 0.5 or own or wording.whole_place is not None
        whole = self.indicators[indicator.whole].name
        return (
            None if fits else say("why.other_whole", said=wording.whole, whole=whole, factor="0.4")
        )

    def _place(self, place: str | None) -> InLanguages:
        return where(self.gazetteer, place)

    def _scored(
        self, statement: Statement, wording: Wording, indicator: Indicator, measure: Measure, bases: Sequence[str],
        unit: Unit, able: frozenset[str],
    ) -> Candidate:  # fmt: skip
        score, why = _by_names(wording, self._alike(able, indicator.id, wording))
        for base in bases:
            through, reason = _by_names(wording, self._alike(able, base, wording))
            if 0.97 * through > score:
                score, why = (
                    0.97 * through,
                    say("why.by_way", why=reason, base=self.indicators[base].name),
                )
        if wording.whole and not wording.subject:
            # 研发经费2640亿元，占地区生产总值的3.2%: a published share is called by both.
            part = undated(self.places.front(wording.previous)[1])
            through = max(
                0.97 * similarity(f"{part}占{wording.whole}", name)
                for name in self._names[indicator.id]
            )
            if through > score:
                score, why = (
                    through,
                    say("why.subject", subject=part, name=wording.whole, score=f"{through:.2f}"),
                )
        parts_of = _parts(indicator)
        if parts_of is not None and wording.whole:
            through, reason = self._of_whole(*parts_of, wording)
            if through > score:
                score, why = through, reason
        parts = [why]
        if score < LISTED:
            # what else there is only takes away from it
            return Candidate(indicator.id, measure, score, (why,))
        if measure in ("rank", "share"):
            score *= _COMPUTED  # an indicator that is this very rank or share goes before
        for factor, reason in self._factors(statement, wording, indicator, measure, unit):
            score *= factor
            parts.append(reason)
        return Candidate(indicator.id, measure, round(score, 3), tuple(parts))

    def _of_whole(self, part: str, of_which: str, wording: Wording) -> tuple[float, Phrase]:
        """How well a share is a declared ratio by what it is of: 研发经费…，占地区生产总值比重.

        What is divided stands at the figure, or at the figure before where the text leaves it out.
        """
        of = self.places.front(wording.whole)[1] or wording.whole
        whole = max((similarity(of, n) for n in self._names_at(of_which, wording)), default=0.0)
        if whole < _SAME_WHOLE:
            return 0.0, say("why.no_name")
        asked = [wording.full, wording.subject]
        if not wording.subject:
            asked = [wording.previous, undated(self.places.front(wording.previous)[1])]
        alike, name = max(
            (similarity(w, n), n) for w in asked for n in self._names_at(part, wording)
        )
        found = 0.97 * alike
        return found, say(
            "why.subject", subject=f"{asked[-1]} / {wording.whole}", name=name, score=f"{found:.2f}"
        )

    def _factors(
        self,
        statement: Statement,
        wording: Wording,
        indicator: Indicator,
        measure: Measure,
        unit: Unit,
    ) -> Iterator[tuple[float, Phrase]]:
        """What speaks against an indicator besides its names, each with what it costs."""
        own = self._units[indicator.id]
        said = _other_unit(own, measure, unit, unit_of(wording.unit_before))
        if said is not None:
            yield 0.9, say("why.counts", own=own.base, said=said.base, factor="0.9")
        if wording.each != (indicator.id in self._each):
            yield 0.4, say("why.each", factor="0.4")
        to_date = indicator.cumulative or indicator.type == "cumulative"
        standing = measure == "level" and own.is_count and _STANDING.search(wording.clause)
        if (
            measure not in ("growth", "change", "rank")
            and statement.cumulative != to_date
            and not standing
        ):
            yield 0.6, say("why.cumulative", factor="0.6")
        if isinstance(indicator, ShareIndicator):
            yield from self._share_factors(statement, wording, indicator)
        if isinstance(indicator, MembershipIndicator) and indicator.top != statement.value:
            yield 0.3, say("why.top", own=indicator.top, said=f"{statement.value:f}", factor="0.3")

    def _share_factors(
        self, statement: Statement, wording: Wording, indicator: ShareIndicator
    ) -> Iterator[tuple[float, Phrase]]:
        if statement.kind != "share" and not _SHARE.search(wording.clause):
            yield 0.8, say("why.share", factor="0.8")
        other = self._of_another_place(indicator, wording) or self._whole(indicator, wording)
        if other is not None:
            yield 0.4, other

    def _of_another_place(self, indicator: ShareIndicator, wording: Wording) -> Phrase | None:
        """Why a share is not of the place that the text names as the whole; None where it may be."""
        operation = wording.operation
        if (
            operation is None
            or operation.measure != "share"
            or indicator.whole_place in operation.others
        ):
            return None
        of, whole = self._place(operation.others[0]), self._place(indicator.whole_place)
        return say("why.other_whole", said=of, whole=whole, factor="0.4")


def _other_unit(own: Unit, measure: Measure, stated: Unit, before: Unit | None) -> Unit | None:
    """The unit by which a text counts something else than an indicator does; None where it does not.

    Args:
        own: the unit of the indicator.
        measure: what of it is stated.
        stated: the unit of the figure.
        before: the unit of the figure before, which is of the same: worth 853.7 billion yuan, 2.2 times those of Guangdong.
    """
    if measure == "level" and own.dimension == "count":
        return stated if own.base != stated.base and "个" not in (own.base, stated.base) else None
    return (
        before if before and measure in _OF_ANY_UNIT and before.dimension != own.dimension else None
    )


def _called_by(indicator: Indicator, indicators: Mapping[str, Indicator]) -> tuple[str, ...]:
    """Indicators behind a rank, a membership, a streak or a place's share, by whose names a text may call it."""
    if isinstance(indicator, RankIndicator | MembershipIndicator):
        return (indicator.of,)
    if isinstance(indicator, StreakIndicator):
        top = indicators[indicator.of]
        return (indicator.of, *((top.of,) if isinstance(top, MembershipIndicator) else ()))
    return (indicator.part,) if isinstance(indicator, ShareIndicator) else ()


def _parts(indicator: Indicator) -> tuple[str, str] | None:
    """What is divided by what in a ratio or a share of another indicator; None for all others."""
    if isinstance(indicator, RatioIndicator):
        return indicator.numerator, indicator.denominator
    if isinstance(indicator, ShareIndicator) and indicator.whole is not None:
        return indicator.part, indicator.whole
    return None


_NONE = Candidate("", "level", 0.0, ())


def _grows(indicator: Indicator) -> bool:
    return bool(_GROWS.search(f"{indicator.name.zh_hans} {indicator.name.en}"))


def _asked(wording: Wording) -> list[str]:
    """The words that a name is held against; none where the text names nothing at the figure."""
    if not wording.subject:
        return []
    asked = [wording.subject]
    if wording.full != wording.subject:
        asked.append(wording.full)
    if wording.previous:
        asked.append(wording.previous + wording.subject)
    return asked


@cache
def _no_name() -> Phrase:
    return say("why.no_name")


def _by_names(wording: Wording, names: Sequence[str]) -> tuple[float, Phrase]:
    """The best score of any of an indicator's names, with its explanation."""
    best, how, meant = 0.0, "", ""
    for name in names:
        score, told = _by_name(wording, name)
        if score > best:
            best, how, meant = score, told, name
    if not how:
        return 0.0, _no_name()
    return best, say(how, subject=wording.subject, name=meant, score=f"{best:.2f}")


def _by_name(wording: Wording, name: str) -> tuple[float, str]:
    if wording.subject:
        # A place may be a part of the name (粤港澳联合实验室), so the words with it go a little before those without.
        score = similarity(wording.full, name, wording.near, wording.clause)
        if wording.subject != wording.full and score < 0.97:
            score = max(
                score, 0.97 * similarity(wording.subject, name, wording.near, wording.clause)
            )
        # Words left out are those of the figure before: 高技术制造业研发经费6507.7亿元，投入强度为2.91%.
        if wording.previous and score < 0.9:
            score = max(score, 0.95 * similarity(wording.previous + wording.subject, name))
        return score, "why.subject"
    for passage, weight, how in (
        (wording.near, 1.0, "why.near"),
        (wording.clause, 0.99, "why.clause"),
        (wording.lead, 0.98, "why.lead"),
    ):
        if found := contained(name, passage):
            return weight * found, how
    return 0.0, ""
