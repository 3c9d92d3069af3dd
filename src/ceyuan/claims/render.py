"""A verification as JSON, as a table, as a page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from html import escape
from typing import Any

from ceyuan.claims.intervals import amount
from ceyuan.claims.model import (
    VERDICTS,
    Binding,
    Candidate,
    Check,
    Claim,
    Evidence,
    Verdict,
    Verification,
)
from ceyuan.claims.saying import Value, say, verdict_words
from ceyuan.wording import Language, Phrase, Trilingual

SIGNS: dict[Verdict, str] = {
    "supported": "✓",
    "contradicted": "✗",
    "consistent": "≈",
    "same_origin": "=",
    "no_evidence": "?",
    "not_checkable": "–",
}
_CLASSES = dict(zip(VERDICTS, ("yes", "same", "no", "fits", "open", "none"), strict=True))
COLUMNS = (
    "verdict",
    "quote",
    "subject",
    "indicator",
    "place",
    "period",
    "origins",
    "beside",
    "reason",
)
_STYLE = """
body{font:16px/1.7 system-ui,"Noto Sans CJK SC",sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
body{color:#1b1b1b;background:#fff}.text{white-space:pre-wrap}
mark{color:inherit;border-radius:.2em;padding:0 .1em;border-bottom:3px solid}mark sup{font-weight:700;padding-left:.1em}
.yes{background:#dff3e3;border-color:#1c7c3a}.no{background:#fbdcdc;border-color:#b3261e}
.fits{background:#dcebfb;border-color:#1f5fa8}.same{background:#efe3f7;border-color:#6a3d8f}.open{background:#fdf0c4;border-color:#8a6d00}
.none{background:#ececec;border-color:#5f5f5f}
table{border-collapse:collapse;width:100%;font-size:.9rem}caption{text-align:left;font-weight:600;padding:.5rem 0}
th,td{border-bottom:1px solid #ccc;padding:.25rem .5rem;text-align:left;vertical-align:top}
td.v{white-space:nowrap}td.v span{border-bottom:3px solid;padding:0 .2em}ul.k{list-style:none;padding:0}
@media(prefers-color-scheme:dark){body{background:#161616;color:#eee}.yes{background:#123d1f}.no{background:#551414}
.fits{background:#12304f}.same{background:#3b2350}.open{background:#4a3c00}.none{background:#3a3a3a}}
"""


def claim_json(claim: Claim, language: Language = "en") -> dict[str, Any]:
    """One claim as the documented JSON object: the statement with binding, verdict, evidence and checks."""
    return {
        **claim.statement.as_json(),
        "verdict": claim.verdict,
        "verdict_text": verdict_words(claim).get(language),
        "origins": _plain(claim.origins, language),
        "standing": claim.standing,
        "reason": claim.reason.get(language),
        "reason_code": claim.reason.key,
        "note": claim.note and claim.note.get(language),
        "rule": claim.rule,
        "reread": claim.reread,
        "binding": _said(claim.binding, language) if claim.binding else None,
        "ambiguous": claim.ambiguous,
        "candidates": [_said(c, language) for c in claim.candidates[:5]],
        "evidence": [_said(e, language) for e in claim.evidence],
        "counterparts": [_said(e, language) for e in claim.counterparts],
        "settled_by": claim.settled_by and claim.settled_by.get(language),
        "checks": [_said(c, language) for c in claim.checks],
    }


def _said(part: Binding | Candidate | Evidence | Check, language: Language) -> dict[str, Any]:
    """A part of a claim as plain values, what it says in one language."""
    return {f.name: _plain(getattr(part, f.name), language) for f in fields(part)}


def _plain(value: Any, language: Language) -> Any:
    if isinstance(value, tuple):
        return [_plain(v, language) for v in value]
    return value.get(language) if isinstance(value, Phrase | Trilingual) else value


def as_json(verification: Verification, file: str = "", language: Language = "en") -> str:
    """The documented JSON object, indented, with Chinese as it is."""
    reading = verification.reading
    body = {
        "document": {"file": file, "sha256": reading.sha256, "characters": reading.characters},
        "build": verification.build,
        "own_sources": list(verification.own_sources),
        "decisions": verification.decisions,
        "rules": verification.rules,
        "counts": verification.counts,
        "standings": verification.standings,
        "statements": [claim_json(c, language) for c in verification.claims],
        "checks": [_said(c, language) for c in verification.checks],
    }
    return json.dumps(body, ensure_ascii=False, indent=2)


def row(claim: Claim, language: Language = "en", most: int | None = None) -> dict[str, str]:
    """One claim as a line of the ledger, its reason in one language.

    Args:
        claim: the claim.
        language: of its words.
        most: how many counterparts are written out, all if None; of the others the number is said.
    """
    statement, binding = claim.statement, claim.binding
    others = beside(claim, language)
    told = others[:most]
    if len(others) > len(told):
        told.append(say("beside.more", number=len(others) - len(told)).get(language))
    measure = "" if binding is None or binding.measure == "level" else f" ({binding.measure})"
    # Of a text that alone says something the verdict tells the reason already.
    short = most is not None and claim.reason.key == "reason.only_itself"
    reason = (
        ""
        if short
        else claim.reason.get(language) + (f" [{claim.note.get(language)}]" if claim.note else "")
    )
    return {
        "verdict": f"{SIGNS[claim.verdict]} {verdict_words(claim).get(language)}",
        "quote": "".join(statement.quote.split()),
        "subject": statement.subject,
        "indicator": f"{binding.indicator}{measure}" if binding else "",
        "place": (binding.place or "") if binding else "",
        "period": (binding.period or "") if binding else "",
        "origins": "; ".join(_origins(claim.evidence, language)),
        "beside": "; ".join(told),
        "reason": reason,
    }


def counted(counts: Mapping[Any, int], topic: str, language: Language) -> str:
    """Numbers of claims by verdict or standing, in words."""
    words = {key: say(f"{topic}.{key}").get(language) for key in counts}
    if language == "en":
        return ", ".join(f"{number} {words[key]}" for key, number in counts.items())
    return "；".join(f"{words[key]} {number}" for key, number in counts.items())


def remarks(found: Verification, language: Language) -> Iterator[str]:
    """What rules decided, and where figures of the text cannot all be right."""
    for name, number in found.rules.items():
        yield say("summary.rule", name=name, number=number).get(language)
    for check in found.checks:
        if check.outcome == "contradicts":
            yield say("summary.itself", text=check.text).get(language)


def _origins(evidence: Iterable[Evidence], language: Language) -> list[str]:
    """Who made the values of the very same thing; those of the text's own origin say so."""
    own = say("verdict.own").get(language)
    names = [(made_by(e, language) or "–") + ("" if e.independent else own) for e in evidence]
    return list(dict.fromkeys(names))


def made_by(evidence: Evidence, language: Language) -> str:
    """Who made a value."""
    return " + ".join(name.get(language) for name in evidence.origins)


def beside(claim: Claim, language: Language) -> list[str]:
    """What else there is beside a figure that nothing independent supports: counterparts, or what would settle it."""
    if claim.counterparts:
        return [counterpart(e, language) for e in claim.counterparts]
    return [claim.settled_by.get(language)] if claim.settled_by else []


def counterpart(evidence: Evidence, language: Language) -> str:
    """A counterpart in one line: its value, what is different about it, who made it."""
    value = Value(
        evidence.value, evidence.unit, evidence.bound, evidence.value_max, None, evidence.decimals
    ).get(language)
    parts = [*(phrase.get(language) for phrase in evidence.differs), made_by(evidence, language)]
    return (
        f"{value} ({', '.join(p for p in parts if p)})"
        if language == "en"
        else f"{value}（{'，'.join(parts)}）"
    )


def as_page(verification: Verification, title: str, language: Language = "en") -> str:
    """A self-contained HTML page: the text with every figure marked by its verdict, the ledger, the arithmetic.

    Verdicts are told by a sign and words, not by colour alone. Everything is escaped.
    """
    counts = verification.counts
    key = "".join(
        f'<li><mark class="{_CLASSES[v]}">{SIGNS[v]}</mark> {_verdict(v, language)}: {counts[v]}</li>'
        for v in VERDICTS
    )
    text = (
        f'<h2>Text</h2><div class="text">{_marked(verification, language)}</div>'
        if verification.reading.plain
        else ""
    )
    head = "".join(f'<th scope="col">{c}</th>' for c in (*COLUMNS, "evidence"))
    rows = "\n".join(_row(c, i, language) for i, c in enumerate(verification.claims))
    sums = "".join(
        f"<li>{SIGNS[_OUTCOMES[c.outcome]]} {escape(c.text.get(language))}</li>"
        for c in verification.checks
    )
    arithmetic = f'<h2>Arithmetic within the text</h2><ul class="k">{sums}</ul>' if sums else ""
    return (
        f'<!doctype html>\n<html lang="zh"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>\n'
        f'<body><main><h1>{escape(title)}</h1><ul class="k">{key}</ul>{text}\n<h2>Ledger</h2><table>'
        f"<caption>{len(verification.claims)} statements held against build {escape(verification.build)}; sha256 "
        f"{escape(verification.reading.sha256)}</caption><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table>"
        f"{arithmetic}</main></body></html>\n"
    )


_OUTCOMES: dict[str, Verdict] = {
    "supports": "supported",
    "contradicts": "contradicted",
    "consistent": "consistent",
    "undecided": "no_evidence",
}


def _verdict(verdict: Verdict, language: Language) -> str:
    return say(f"verdict.{verdict}").get(language)


def _row(claim: Claim, position: int, language: Language) -> str:
    cells = row(claim, language)
    first = f'<td class="v"><span class="{_CLASSES[claim.verdict]}">{escape(cells["verdict"])}</span></td>'
    rest = "".join(f"<td>{escape(cells[c])}</td>" for c in COLUMNS[1:])
    evidence = "; ".join(
        f"{amount(e.value, e.unit)}, {e.status}, {', '.join(e.sources) or 'no source'}"
        + ("" if e.independent else " (of the same origin as the text)")
        for e in claim.evidence
    )
    return f'<tr id="s{position}">{first}{rest}<td>{escape(evidence)}</td></tr>'


def _marked(verification: Verification, language: Language) -> str:
    text, pieces, at = verification.reading.text, [], 0
    for position, claim in enumerate(verification.claims):
        statement, sign = claim.statement, SIGNS[claim.verdict]
        pieces.append(escape(text[at : statement.start]))
        verdict = verdict_words(claim).get(language)
        label = escape(f"{verdict}: {claim.reason.get(language)}")
        pieces.append(
            f'<mark class="{_CLASSES[claim.verdict]}" title="{label}">{escape(statement.quote)}'
            f'<sup><a href="#s{position}" aria-label="{escape(verdict)}">{sign}</a></sup></mark>'
        )
        at = statement.end
    return "".join(pieces) + escape(text[at:])
