"""What people decided about figures of a kind: ``communiques/rules.yaml``, which holds for every text of the workspace.

::

    rules:
      - name: led-by-enterprises
        near: [企业牵头, 金额]      # words at the figure: its subject, and what stands up to the figures beside it
        sentence: [省级]           # words anywhere in its sentence
        unit: "%"
        indicator: enterprise_led_amount_share
        place: guangdong
        note: 省级 is Guangdong
      - name: table-in-ten-thousands
        sentence: [单位：万元]
        unit: 元
        read: {times: 10000}       # what is read otherwise: the worth of the number, unit, kind, modality or period

The first rule whose words all stand there decides, unless a decision names the very figure. Script, width and case of letters
make no difference. Each claim says which rule was used for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from pydantic import Field

from ceyuan.bounds import Modality
from ceyuan.claims.decisions import Known, Ruling, unknown_in_ruling
from ceyuan.claims.fitting import unit_of
from ceyuan.claims.origins import squeezed
from ceyuan.claims.wording import Wording
from ceyuan.errors import CeyuanError, Problem
from ceyuan.periods import parse_period
from ceyuan.reader import Statement
from ceyuan.reader.statement import Kind
from ceyuan.workspace.settings import languages_of
from ceyuan.workspace.spec import Id, Spec, parse_spec, spec_field
from ceyuan.workspace.yamlfile import YamlDocument, read_yaml

RULES_FILE = "communiques/rules.yaml"


class Reread(Spec):
    """What is read otherwise than by the reader."""

    times: Decimal | None = spec_field(
        "How many times the number as read it is.", good=10000, bad=0, default=None, gt=0
    )
    unit: str | None = spec_field("Its unit.", good="元", bad=1, default=None, min_length=1)
    kind: Kind | None = spec_field("What sort of figure.", good="share", bad="x", default=None)
    modality: Modality | None = spec_field(
        "Whether it happened.", good="target", bad="maybe", default=None
    )
    period: str | None = spec_field(
        "Its period.", good="2025", bad="recently", default=None, coerce_numbers_to_str=True
    )

    def of(self, statement: Statement) -> Statement:
        """A statement as it is read with this."""
        times = self.times or Decimal(1)
        ends = (statement.value_max, statement.from_value)
        value_max, from_value = (None if end is None else end * times for end in ends)
        return replace(
            statement,
            value=statement.value * times,
            value_max=value_max,
            from_value=from_value,
            step=statement.step * times,
            unit=self.unit or statement.unit,
            kind=self.kind or statement.kind,
            modality=self.modality or statement.modality,
            period=parse_period(self.period).text if self.period else statement.period,
        )


class Rule(Ruling):
    """What holds for every figure that certain words stand around."""

    name: Id = spec_field("Its name, which claims tell.", good="led-by-enterprises", bad="led by?")
    near: tuple[str, ...] = spec_field(
        "Words that all stand at the figure: in its subject, or between the figures beside it.",
        good=["企业牵头", "金额"], bad=[""], default=(),
    )  # fmt: skip
    sentence: tuple[str, ...] = spec_field(
        "Words that all stand in its sentence.", good=["省级"], bad=[""], default=()
    )
    unit: str | None = spec_field(
        "Its unit, as the reader tells it.", good="%", bad="", default=None
    )
    kind: Kind | None = spec_field(
        "What sort of figure it is.", good="share", bad="ratio", default=None
    )
    read: Reread | None = Field(default=None, description="What is read otherwise, if anything.")

    @property
    def decides(self) -> bool:
        """Whether it says what a figure is about, rather than only how it is read."""
        return self.indicator is not None or self.not_checkable is not None


class RulesFile(Spec):
    """The file ``communiques/rules.yaml``."""

    rules: tuple[Rule, ...] = Field(description="Rules; the first that fits decides.")


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a workspace, in order."""

    rules: tuple[Rule, ...] = ()

    def on(self, statement: Statement, wording: Wording) -> Rule | None:
        """The first rule that fits a figure and says what it is about, None where none does."""
        return self._first(statement, wording, [rule for rule in self.rules if rule.decides])

    def rereading(self, statement: Statement, wording: Wording) -> Rule | None:
        """The first rule that fits a figure and changes how it is read, None where none does."""
        return self._first(statement, wording, [rule for rule in self.rules if rule.read])

    def _first(self, statement: Statement, wording: Wording, rules: list[Rule]) -> Rule | None:
        if not rules:
            return None
        near, sentence = (
            squeezed(f"{statement.subject} {wording.near}"),
            squeezed(statement.sentence),
        )
        return next((rule for rule in rules if _fits(rule, statement, near, sentence)), None)


def _fits(rule: Rule, statement: Statement, near: str, sentence: str) -> bool:
    if rule.unit not in (None, statement.unit) or rule.kind not in (None, statement.kind):
        return False
    return _all_in(rule.near, near) and _all_in(rule.sentence, sentence)


def _all_in(words: tuple[str, ...], text: str) -> bool:
    return all(squeezed(word) in text for word in words)


def read_rules(known: Known, root: Path) -> Rules:
    """The rules of a workspace; none where it has no file of them.

    Args:
        known: what they may name.
        root: the folder that holds ``communiques/``.

    Raises:
        CeyuanError: with every fault of the file (unknown indicators, places, sources; a rule without words).
    """
    path = root / RULES_FILE
    if not path.is_file():
        return Rules()
    document = read_yaml(path, RULES_FILE, languages_of(root))
    if document.data is None:
        return Rules()
    spec = parse_spec(RulesFile, document, document.data)
    if problems := list(_faults(known, spec, document)):
        raise CeyuanError(problems)
    return Rules(spec.rules)


def _unreadable(read: Reread, file: str, line: int) -> Iterator[Problem]:
    """A unit that is none, a period that is none, and a rule that changes nothing."""
    if read.unit is not None and unit_of(read.unit) is None:
        yield Problem("bad-value", f"there is no unit {read.unit!r}", file, line)
    if read.period is not None:
        try:
            parse_period(read.period)
        except ValueError as error:
            yield Problem("bad-period", str(error), file, line)
    if read == Reread():
        yield Problem("bad-value", "the key `read` changes nothing", file, line)


def _faults(known: Known, spec: RulesFile, document: YamlDocument) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, rule in enumerate(spec.rules):
        line = document.line(("rules", index))
        if rule.read is None or rule.decides:
            yield from unknown_in_ruling(known, rule, document.file, line)
        if rule.read is not None:
            yield from _unreadable(rule.read, document.file, line)
        if not any(squeezed(word) for word in (*rule.near, *rule.sentence)):
            message = f"the rule {rule.name!r} has no words, so that it would hold for every figure"
            yield Problem("bad-value", message, document.file, line)
        if rule.name in seen:
            yield Problem("bad-value", f"there are two rules {rule.name!r}", document.file, line)
        seen.add(rule.name)
