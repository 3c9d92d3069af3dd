"""The briefing pack as Markdown, in one language."""

from __future__ import annotations

from collections.abc import Iterator

from ceyuan.plan.briefing import Briefing, NextItem, PartyBrief, YearSummary
from ceyuan.plan.phrases import Part, in_language, phrase, state_words
from ceyuan.wording import Language, day_words, period_words


def briefing_markdown(pack: Briefing, language: Language) -> str:
    """The pack as a Markdown text.

    Args:
        pack: the pack.
        language: ``en``, ``zh-Hans`` or ``zh-Hant``.
    """

    def say(key: str, **parts: Part) -> str:
        return in_language(phrase(key, **parts), language)

    lines = [
        f"# {in_language(pack.title, language)}",
        "",
        say("brief.state_of", day=day_words(pack.status.day)),
        "",
    ]
    for summary in pack.summaries:
        lines += [
            f"## {say('brief.summary', year=period_words(str(summary.year)))}",
            "",
            *_summary(summary, language),
            "",
        ]
    lines += [f"## {say('brief.parties')}", ""]
    for party in pack.parties:
        lines += [*_party(pack, party, language), ""]
    lines += [
        f"## {say('brief.next')}",
        "",
        *(_next(pack, item, language) for item in pack.upcoming),
    ]
    lines += [] if pack.upcoming else [say("brief.nothing")]
    lines += ["", f"## {say('brief.questions')}", ""]
    names = {s.id: in_language(s.task.name, language) for s in pack.status.tasks}
    for number, question in enumerate(pack.questions, 1):
        lines.append(f"{number}. {in_language(question.text, language)}")
        lines += [f"   - {names[task]}" for task in question.tasks]
    lines += [] if pack.questions else [say("brief.nothing")]
    return "\n".join(lines) + "\n"


def _summary(summary: YearSummary, language: Language) -> Iterator[str]:
    words = state_words()
    counts = [
        f"{in_language(words[state], language)} {n}" for state, n in summary.states.items() if n
    ]
    if language != "en":
        counts = [
            f"{in_language(words[state], language)}{n}项"
            for state, n in summary.states.items()
            if n
        ]
        counts = [c.replace("项", "項") for c in counts] if language == "zh-Hant" else counts
    states = (", " if language == "en" else "、").join(counts) or in_language(
        phrase("brief.nothing"), language
    )
    lines = [
        phrase("brief.tasks_line", number=summary.tasks, states=states),
        phrase("brief.reports_line", awaited=summary.awaited, filed=summary.filed),
        phrase(
            "brief.milestones_line",
            number=summary.milestones,
            reached=summary.reached,
            overdue=summary.overdue,
        ),
        phrase(
            "brief.targets_line",
            number=summary.targets,
            met=summary.met,
            bad=summary.bad,
            monitored=summary.monitored,
        ),
    ]
    return (f"- {in_language(line, language)}" for line in lines)


def _party(pack: Briefing, party: PartyBrief, language: Language) -> list[str]:
    group, words = party.group, state_words()
    line = phrase(
        "brief.party_line", leads=group.leads, joins=group.tasks - group.leads, awaited=group.reports_awaited,
        filed=group.reports_filed,
    )  # fmt: skip
    lines = [f"### {in_language(group.name, language)}", "", in_language(line, language), ""]
    told = {t.task: t for t in party.told}
    colon = ": " if language == "en" else "："
    for status in (*party.led, *party.joined):
        state = in_language(words[status.state], language)
        joint = group.id not in status.task.leads
        lead = pack.status.figures.party_name(status.task.lead)
        part = in_language(phrase("brief.joint", party=lead), language) if joint else ""
        lines.append(f"- **{in_language(status.task.name, language)}**{part}{colon}{state}")
        said = told.get(status.id)
        # Why a task of another party stands as it does is said under that party.
        if not joint and (said is None or status.state in ("overdue", "at_risk")):
            lines.append(f"  - {in_language(status.reason, language)}")
        if said is not None:
            shown = phrase(
                "brief.reported", period=period_words(said.period), state=words[said.state],
                text=in_language(said.text, language),
            )  # fmt: skip
            lines.append(f"  - {in_language(shown, language)}")
            if said.difficulties is not None:
                wrong = phrase("brief.difficulties", text=in_language(said.difficulties, language))
                lines.append(f"  - {in_language(wrong, language)}")
    return lines


def _next(pack: Briefing, item: NextItem, language: Language) -> str:
    text = in_language(item.text, language)
    if item.kind in ("task", "proposal"):
        return f"- {text}"
    party = pack.status.figures.party_name(item.party)
    line = in_language(phrase("brief.next_step", party=party, text=text), language)
    if item.due is None:
        return f"- {line}"
    due = in_language(phrase("brief.due", day=day_words(item.due)), language)
    return f"- {line} ({due})" if language == "en" else f"- {line}（{due}）"
