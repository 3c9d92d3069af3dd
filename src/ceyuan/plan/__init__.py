"""The plan: what the parties agreed to do, what each reported, and what the figures say of it.

A programme year has key tasks; a task has a lead, partners, milestones and targets bound to indicators; each party
reports on each of its tasks for each reporting period. Files say what was agreed and reported. How a task stands is
never written down: :func:`plan_status` derives it from the files and a build, as of any day, with the reason in words.
"""

from ceyuan.plan.export import status_export
from ceyuan.plan.loading import load_plan
from ceyuan.plan.model import Plan
from ceyuan.plan.outcome import PlanStatus, TaskStatus
from ceyuan.plan.status import plan_status

__all__ = ["Plan", "PlanStatus", "TaskStatus", "load_plan", "plan_status", "status_export"]
