"""``communiques``, ``communiques/{id}`` and ``read``: texts whose figures are held against the build."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ceyuan.bulletin.document import plain_text
from ceyuan.claims import Binding, Claim, Evidence, Verification, verify
from ceyuan.claims.decisions import text_files
from ceyuan.claims.saying import basis_words, verdict_words
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail
from ceyuan.indicators.observations import figure_key
from ceyuan.limits import LimitError, OutOfTimeError, limited, waited_for
from ceyuan.reader import Reading, read_bytes, read_file, read_text
from ceyuan.web.models.base import worded
from ceyuan.web.models.communiques import (
    BindingView,
    CandidateView,
    ClaimView,
    Communique,
    CommuniqueItem,
    Communiques,
    EvidenceView,
)
from ceyuan.web.resources.view import View
from ceyuan.wording import Trilingual, figure_words, in_all, period_words

LONGEST = 200_000
"""Characters of a text that may be sent to be read."""
MOST_FIGURES = 3_000
"""Figures of such a text: a dense report has one in sixty characters, a table of numbers has more than can be checked."""
_SECONDS = 20
"""Of processor time for reading it."""
_MEGABYTES = 1024
_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text that the site shows with verdicts.

    Attributes:
        id: its identifier.
        file: where it stands.
        generated: whether it is a bulletin written from the same build.
        read: reads it.
        date: when it was published, where that is known.
        title: what it is called, where that is declared; else its first line says it.
    """

    id: str
    file: str
    generated: bool
    read: Callable[[], Reading]
    date: Callable[[], str | None] = lambda: None
    title: Callable[[], Trilingual | None] = lambda: None


def documents(view: View) -> dict[str, ShownText]:
    """All texts by identifier: the name of the file without suffix, with it where two files share a name.

    The Simplified Chinese text of each bulletin that can be written is among them, so that a reader can see a text that was
    written from a build being read back and checked against it.
    """
    files = text_files(view.build.texts)
    stems = [p.stem for p in files]
    found = {}
    for path in files:
        name = path.stem if stems.count(path.stem) == 1 else path.name
        file = path.relative_to(view.build.texts).as_posix()
        found[name] = ShownText(name, file, False, partial(read_file, path))
    for name in view.bulletin_names:
        found[f"bulletin-{name}"] = ShownText(
            f"bulletin-{name}",
            f"bulletin/{name}.yaml",
            True,
            partial(_generated, view, name),
            partial(_issued, view, name),
            partial(_title, view, name),
        )
    return found


def _generated(view: View, name: str) -> Reading:
    return read_text(plain_text(view.bulletin(name).main)[0])


def _issued(view: View, name: str) -> str:
    return view.bulletin(name).declaration.spec.date.isoformat()


def _title(view: View, name: str) -> Trilingual:
    return view.bulletin(name).declaration.spec.title


def communiques(view: View) -> Communiques:
    """The texts of the workspace, each with its verdicts counted; a damaged one does not hide the others."""
    items, unreadable = [], []
    for name, document in documents(view).items():
        try:
            page = communique(view, name)
        except CeyuanError as error:
            unreadable += [_unreadable(p, document.file) for p in error.problems]
            continue
        items.append(CommuniqueItem(
            id=name, title=page.title, file=page.file, generated=page.generated, sample=page.sample, date=page.date,
            counts=page.counts, n=page.n,
        ))  # fmt: skip
    return Communiques(build=view.build.id, items=tuple(items), unreadable=tuple(unreadable))


def _unreadable(problem: Problem, file: str) -> Problem:
    """A problem of a text; the reader knows the name of a file only, the site says where it is."""
    where_known = problem.file is not None and "/" in problem.file
    return (problem if where_known else replace(problem, file=file, line=None)).in_full()


def communique(view: View, name: str) -> Communique:
    """A text with all its claims.

    Raises:
        CeyuanError: ``unknown-communique``, what reading the file raises, and what is wrong with its decisions.
    """
    if name in view.checked:
        return view.checked[name]
    known = documents(view)
    if name not in known:
        raise fail(
            "unknown-communique", f"there is no communiqué {name!r}", hint=did_you_mean(name, known)
        )
    document = known[name]
    # A bulletin may be called like a text of the workspace, whose decisions are not about it.
    decided = document.id if document.generated else Path(document.file).stem
    view.checked[name] = _page(view, verify(view.build, document.read(), decided), document)
    return view.checked[name]


def read(
    view: View, text: str, name: str | None = None, awaited: Callable[[], bool] = waited_for
) -> Communique:
    """A text that was sent, with all its claims; nothing of it is kept.

    Args:
        view: the build.
        text: the text.
        name: its title.
        awaited: whether somebody still waits for the answer.

    Raises:
        CeyuanError: ``text-too-long``, ``text-too-costly``, ``too-many-figures`` or ``document-empty``.
        GivenUpError: if nobody waits for the answer any more.
    """
    if len(text) > LONGEST:
        raise fail(
            "text-too-long", f"the text has {len(text):,} characters, {LONGEST:,} are the limit"
        )
    if not text.strip():
        raise fail("document-empty", "the text is empty")
    return _sent(view, partial(read_text, text), name or "", awaited)


def read_sent_file(
    view: View, data: bytes, name: str, awaited: Callable[[], bool] = waited_for
) -> Communique:
    """A file that was sent, with all its claims; nothing of it is kept.

    Raises:
        CeyuanError: ``text-too-costly``, ``too-many-figures``, and what :func:`ceyuan.reader.read_bytes` raises.
        GivenUpError: if nobody waits for the answer any more.
    """
    return _sent(view, partial(read_bytes, data, name, LONGEST), name, awaited)


def _sent(
    view: View, read: Callable[[], Reading], name: str, awaited: Callable[[], bool]
) -> Communique:
    """Read in a process of its own, since anybody may send what costs most; checked here, where the build is open."""
    try:
        reading = limited(lambda _: read(), seconds=_SECONDS, megabytes=_MEGABYTES, awaited=awaited)
    except (LimitError, OutOfTimeError, MemoryError):
        limits = f"{_SECONDS} seconds of processor time or {_MEGABYTES:,} MB of memory"
        raise fail("text-too-costly", f"reading the text takes more than {limits}") from None
    return _page(view, verify(view.build, bounded(reading)), ShownText("", name, False, read))


def bounded(reading: Reading) -> Reading:
    """A reading that was sent, if it has no more figures than may be checked while others wait.

    Raises:
        CeyuanError: ``too-many-figures``.
    """
    found = len(reading.statements)
    if found > MOST_FIGURES:
        raise fail(
            "too-many-figures", f"the text states {found:,} figures, {MOST_FIGURES:,} are the limit"
        )
    return reading


def _page(view: View, found: Verification, document: ShownText) -> Communique:
    reading = found.reading
    units = _Utf16(reading.text)
    checks = {check: position for position, check in enumerate(found.checks)}
    first = next((line.strip() for line in reading.text.splitlines() if line.strip()), "")
    return Communique(
        build=found.build,
        id=document.id,
        title=document.title()
        or Trilingual.same(
            first if len(first) <= _LONGEST_TITLE else f"{first[: _LONGEST_TITLE - 1]}…"
        ),
        file=document.file,
        generated=document.generated,
        sample=found.sample,
        date=document.date() or _published(view, found),
        sha256=reading.sha256,
        text=reading.text,
        plain=reading.plain,
        skipped=reading.skipped,
        claims=tuple(
            _claim(view, c, i, units, tuple(checks[k] for k in c.checks))
            for i, c in enumerate(found.claims)
        ),
        checks=found.checks,
        counts=found.counts,
        standings=found.standings,
        n=len(found.claims),
        own_sources=found.own_sources,
        warnings=tuple(str(w) for w in found.warnings),
    )


def _published(view: View, found: Verification) -> str | None:
    """The day on which one of the sources that the text is was published; a sample is none of them."""
    if found.sample:
        return None
    dates = (view.build.sources[source].published for source in found.own_sources)
    return next((day for day in dates if day), None)


class _Utf16:
    """Offsets in UTF-16 code units, as JavaScript counts: characters beyond the basic plane are two."""

    def __init__(self, text: str) -> None:
        self._wide = [i for i, character in enumerate(text) if ord(character) > 0xFFFF]

    def of(self, offset: int) -> int:
        return offset + bisect_left(self._wide, offset)


def _claim(view: View, claim: Claim, i: int, units: _Utf16, checks: tuple[int, ...]) -> ClaimView:
    statement = claim.statement
    noun = None if claim.binding is None else view.noun(claim.binding.indicator)
    return ClaimView(
        i=i,
        start=units.of(statement.start),
        end=units.of(statement.end),
        quote=statement.quote,
        statement=statement,
        verdict=claim.verdict,
        verdict_text=in_all(verdict_words(claim)),
        origins=claim.origins,
        standing=claim.standing,
        reason=in_all(claim.reason),
        reason_code=claim.reason.key,
        binding=None if claim.binding is None else _binding(view, claim.binding),
        candidates=tuple(
            worded(CandidateView, c, name=view.names[c.indicator]) for c in claim.candidates[:5]
        ),
        ambiguous=claim.ambiguous,
        evidence=tuple(_evidence(e, noun) for e in claim.evidence),
        counterparts=tuple(_evidence(e, noun) for e in claim.counterparts),
        settled_by=None if claim.settled_by is None else in_all(claim.settled_by),
        checks=checks,
        note=claim.note,
        rule=claim.rule,
        reread=claim.reread,
    )


def _binding(view: View, binding: Binding) -> BindingView:
    key = None
    if binding.place and binding.period and binding.measure == "level":
        found = view.build.show(
            binding.indicator, place=binding.place, period=binding.period, breakdown=""
        )
        key = figure_key(binding.indicator, binding.place, binding.period) if found else None
    return worded(
        BindingView,
        binding,
        name=view.names[binding.indicator],
        place_name=view.place_names[binding.place] if binding.place else None,
        period_text=period_words(binding.period) if binding.period else None,
        compared_text=in_all(basis_words(binding.compared_with)) if binding.compared_with else None,
        key=key,
    )


def _evidence(evidence: Evidence, noun: tuple[str, str] | None) -> EvidenceView:
    e = evidence
    value = e.value if e.decimals is None else round(e.value, e.decimals)
    text = figure_words(
        value, e.unit, bound=e.bound, value_max=e.value_max, printed=e.decimals, noun=noun
    )
    return worded(EvidenceView, e, text=text)
