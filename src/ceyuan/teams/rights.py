"""Who may do what: the roles of a side, the states of a report, and the decisions that lead from one to another.

::

    draft ──→ submitted ──→ approved ──→ accepted
      ↑          │  own side   │            │
      └─ returned ←────────────┴────────────┘
                       by the level above, with a reason

A side's own approver approves or returns what is submitted; the level above accepts it or returns it. Where nothing is
above a side, ``approved`` is the end. What is at its end is locked and in force: only the level above takes it back, and a
later report supersedes it.

A proposed key task goes the same way to ``approved``: from then on all sides see and comment it. Its coordinator, or that of
the level above, agrees it, which makes it a task of the plan, or returns it::

    draft ──→ submitted ──→ approved ──→ agreed
      ↑          │  own side   │ coordinator  │
      └─ returned ←────────────┘              │
      └──────────── proposed anew ────────────┘
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

from ceyuan.errors import CeyuanError, fail

Role = Literal["reader", "drafter", "submitter", "approver", "coordinator", "administrator"]
TeamState = Literal["draft", "submitted", "returned", "approved", "accepted", "agreed", "public"]
Decision = Literal["submit", "return", "approve", "accept", "unapprove", "agree"]
ROLES: tuple[Role, ...] = get_args(Role)
DECISIONS: tuple[Decision, ...] = get_args(Decision)
EDITABLE: tuple[TeamState, ...] = ("draft", "returned")
_SHOWN: tuple[TeamState, ...] = ("approved", "agreed")
"""The states in which all sides see a proposed task."""
WITH_REASON: tuple[Decision, ...] = ("return", "unapprove")
_MEMBERS: tuple[Role, ...] = ("reader", "drafter", "submitter", "approver", "coordinator")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks.

    Attributes:
        name: the account.
        display: the person's name, which stands in reports.
        side: the party that she belongs to.
        unit: her department.
        roles: what she may do for her side.
        reads_only: whether she came with a token that only reads.
    """

    name: str
    display: str
    side: str
    unit: str = ""
    roles: tuple[Role, ...] = ()
    reads_only: bool = False

    @property
    def is_member(self) -> bool:
        """Whether she sees reports: an administrator sees accounts."""
        return any(role in _MEMBERS for role in self.roles)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about a report or a proposed task.

    Attributes:
        party: whose it is.
        state: its state.
        in_force: whether it is what a build holds.
        wrote: accounts that drafted, changed or submitted it.
        is_proposal: whether it is a proposed task.
    """

    party: str
    state: TeamState
    in_force: bool = False
    wrote: Collection[str] = ()
    is_proposal: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    """A decision: who makes it on which states, on the side itself and on the level above, and what follows."""

    role: Role
    own: tuple[TeamState, ...]
    above: tuple[TeamState, ...]
    then: TeamState
    four_eyes: bool = False
    reason: bool = False


_OF_REPORTS: dict[Decision, tuple[_Rule, ...]] = {
    "submit": (_Rule("submitter", EDITABLE, (), "submitted"),),
    "return": (_Rule("approver", ("submitted",), ("approved",), "returned", reason=True),),
    "approve": (_Rule("approver", ("submitted",), (), "approved", four_eyes=True),),
    "accept": (_Rule("approver", (), ("approved",), "accepted", four_eyes=True),),
    "unapprove": (_Rule("approver", (), ("approved", "accepted"), "returned", reason=True),),
}
_OF_PROPOSALS: dict[Decision, tuple[_Rule, ...]] = {
    "submit": (_Rule("submitter", EDITABLE, (), "submitted"),),
    "return": (
        _Rule("approver", ("submitted",), (), "returned", reason=True),
        _Rule("coordinator", (), ("approved",), "returned", reason=True),
    ),
    "approve": (_Rule("approver", ("submitted",), (), "approved", four_eyes=True),),
    "agree": (_Rule("coordinator", (), ("approved",), "agreed", four_eyes=True),),
}


def roles_of(names: Collection[str]) -> tuple[Role, ...]:
    """Roles in their order.

    Raises:
        CeyuanError: ``team-bad-account`` for a role that is none, no role, or an administrator with a part in reports.

    >>> roles_of(["submitter", "drafter"])
    ('drafter', 'submitter')
    """
    unknown = sorted(set(names) - set(ROLES))
    if unknown or not names:
        raise fail(
            "team-bad-account",
            f"there is no role {', '.join(unknown) or 'named'}",
            hint=f"Known: {', '.join(ROLES)}",
        )
    if "administrator" in names and len(set(names)) > 1:
        raise fail("team-bad-account", "an administrator keeps accounts and has no part in reports")
    return tuple(role for role in ROLES if role in names)


def may_see(actor: Actor, report: Standing, above: str | None) -> bool:
    """Whether somebody sees a report or a proposed task.

    Her own side's in every state, others' reports when they are in force; and the level above sees what a side has approved.
    What a side proposes all sides see once it has approved it itself.

    >>> li = Actor("li", "Li", "guangdong", roles=("reader",))
    >>> may_see(li, Standing("hongkong", "draft"), None), may_see(li, Standing("guangdong", "draft"), None)
    (False, True)
    """
    if not actor.is_member:
        return False
    if report.in_force or actor.side == report.party:
        return True
    if report.is_proposal:
        return report.state in _SHOWN
    return actor.side == above and report.state in ("approved", "accepted")


def may_write(actor: Actor, report: Standing) -> bool:
    """Whether somebody may change the text of a report or a proposed task as it stands; an agreed task is proposed anew."""
    own = actor.side == report.party and "drafter" in actor.roles
    states = (*EDITABLE, "agreed") if report.is_proposal else EDITABLE
    return own and not actor.reads_only and report.state in states


def decide(
    actor: Actor, decision: Decision, report: Standing, above: str | None, reason: str | None = None
) -> TeamState:
    """The state that a decision leads to.

    Args:
        actor: who decides.
        decision: what.
        report: how the report stands.
        above: the side that stands above the others, if any.
        reason: why, for what is returned or taken back.

    Raises:
        CeyuanError: ``team-forbidden``, ``team-illegal-state``, ``team-four-eyes`` or ``team-reason``.

    >>> zhou = Actor("zhou", "Zhou", "guangdong", roles=("approver",))
    >>> decide(zhou, "approve", Standing("guangdong", "submitted", wrote=["li"]), None)
    'approved'
    """
    rule = _rule(actor, decision, report, above)
    if rule is None or actor.reads_only:
        raise fail("team-forbidden", f"{actor.name} may not {decision} what {report.party} writes")
    fits = report.state in _states(rule, actor, report, above)
    if not fits or (report.in_force and decision != "unapprove"):
        raise fail(
            "team-illegal-state", f"it is {report.state}: {actor.side} cannot {decision} it now"
        )
    if rule.four_eyes and actor.name in report.wrote:
        raise fail("team-four-eyes", f"{actor.name} has written or submitted it herself")
    if rule.reason != bool(reason and reason.strip()):
        said = "needs a reason" if rule.reason else "has no reason"
        raise fail("team-reason", f"to {decision} {said}")
    return rule.then


def _rule(actor: Actor, decision: Decision, report: Standing, above: str | None) -> _Rule | None:
    """The rule by which somebody makes a decision: of several that are hers, one that fits the state."""
    rules = (_OF_PROPOSALS if report.is_proposal else _OF_REPORTS).get(decision, ())
    hers = [one for one in rules if one.role in actor.roles and _states(one, actor, report, above)]
    fitting = (one for one in hers if report.state in _states(one, actor, report, above))
    return next(fitting, hers[0] if hers else None)


def _states(
    rule: _Rule, actor: Actor, report: Standing, above: str | None
) -> tuple[TeamState, ...]:
    """The states on which somebody's side decides by a rule."""
    own = rule.own if actor.side == report.party else ()
    if report.is_proposal:
        # Where nothing is above a side, its own coordinator agrees.
        return (*own, *rule.above) if actor.side == (above or report.party) else own
    is_above = above is not None and actor.side == above != report.party
    return rule.above if is_above else own


def possible(actor: Actor, report: Standing, above: str | None) -> tuple[Decision, ...]:
    """The decisions that somebody can make about a report now."""

    def can(decision: Decision) -> bool:
        reason = "why" if decision in WITH_REASON else None
        try:
            decide(actor, decision, report, above, reason)
        except CeyuanError:
            return False
        return True

    return tuple(decision for decision in DECISIONS if can(decision))
