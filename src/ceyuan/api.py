"""Ceyuan from Python: a workspace, its builds, its figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ceyuan.bulletin.checks import check_bulletins
from ceyuan.claims.checks import check_communiques
from ceyuan.errors import Problem, fail, problems_of
from ceyuan.pipeline.builder import BuildReport, build_workspace
from ceyuan.pipeline.checking import check_records, check_workspace, in_order
from ceyuan.pipeline.folder import BuildFolder
from ceyuan.pipeline.reading import Build
from ceyuan.plan import PlanStatus, load_plan
from ceyuan.plan.opening import plan_as_of
from ceyuan.plan.references import check_plan_files
from ceyuan.teams import projected


@dataclass(frozen=True, slots=True)
class Observatory:
    """A workspace, ready to be checked, built and asked.

    Attributes:
        root: its folder.
    """

    root: Path

    def check(self, *, rows: bool = False) -> list[Problem]:
        """Everything that is wrong with its files; see :func:`check`."""
        return check(self.root, rows=rows)

    def plan(self, as_of: str | None = None, year: int | None = None) -> PlanStatus:
        """How the plan stands, as of a day (YYYY-MM-DD), with all its reports; see :func:`ceyuan.plan.opening.plan_as_of`.

        Raises:
            CeyuanError: ``no-plan``, ``bad-date``, or every fault of the plan.
        """
        return plan_as_of(self.root, as_of, year, load_plan(self.root))

    def build(
        self,
        *,
        strict: bool = False,
        keep: int | None = None,
        progress: Callable[[str, str], None] = lambda *_: None,
    ) -> Build:
        """Build it and open the build; see :func:`ceyuan.pipeline.builder.build_workspace`.

        Raises:
            CeyuanError: with every problem; the previous build is left as it was.
        """
        self.make(strict=strict, keep=keep, progress=progress)
        return self.open()

    def make(
        self,
        *,
        strict: bool = False,
        keep: int | None = None,
        progress: Callable[[str, str], None] = lambda *_: None,
    ) -> BuildReport:
        """Build it and report what was done."""
        team = projected(self.root)
        return build_workspace(self.root, strict=strict, keep=keep, progress=progress, team=team)

    def open(self, as_of: str | None = None) -> Build:
        """Open the current build, or an earlier one by name, day or ``previous``.

        Raises:
            CeyuanError: ``no-build``.
        """
        return Build.open(self.root, as_of)

    def builds(self) -> list[str]:
        """Identifiers of all builds, oldest first."""
        return BuildFolder(self.root).builds()


def check(root: Path, *, rows: bool = True) -> list[Problem]:
    """Everything that is wrong with a workspace: definitions, records, indices, clusters, plan, texts, bulletins.

    Nothing is written into the workspace, and no fault hides another: where one part cannot be checked, that is a problem in
    the list, and the others are checked all the same. Rows are read only where the definitions have no error.

    Args:
        root: the workspace.
        rows: whether the rows of tables are read.
    """
    workspace, problems = check_workspace(root)
    if workspace is None:
        return problems
    if rows and not any(p.severity == "error" for p in problems):
        problems += problems_of(partial(check_records, workspace))
    for part in (check_plan_files, check_communiques, check_bulletins):
        problems += problems_of(partial(part, workspace))
    return in_order(workspace.config.unacknowledged(problems))


def open_workspace(path: str | Path) -> Observatory:
    """The workspace in a folder.

    Raises:
        CeyuanError: ``no-workspace`` if the folder holds no ``ceyuan.yaml``.
    """
    root = Path(path)
    if not (root / "ceyuan.yaml").is_file():
        raise fail("no-workspace", f"{str(root)!r} holds no ceyuan.yaml", file=str(root))
    return Observatory(root)
