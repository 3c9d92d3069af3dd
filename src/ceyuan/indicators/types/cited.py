"""What indicators have in common that score works by the works that cite them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ceyuan.errors import Problem
from ceyuan.indicators.types.scored import ScoreTable, WorkScoreIndicator, window_problems
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.spec import FieldName, Id, spec_field


class CitedWorkIndicator(WorkScoreIndicator):
    """A statistic of scores that works have by what cites them within a window."""

    citations: Id = spec_field(
        "The kind of citations: its fields `citing` and `cited` hold identifiers of works.",
        good="citation",
        bad="Citations",
        default="citation",
    )
    window: str = spec_field(
        "Years after a work in which citing works count, or `open`.",
        good="5",
        bad="five",
        default="5",
    )
    author: FieldName | None = spec_field(
        "The field of the records that names the author: citations between works with an author in common are then left out.",
        good="contributor",
        bad="Author",
        default=None,
    )

    def tables(self, kinds: Mapping[str, RecordKind]) -> Mapping[str, ScoreTable]:
        """Works, citations, and authors where those of their own are left out."""
        found = {
            "works": self.compared_works(kinds),
            "citations": ScoreTable(self.citations, {"citing": "citing", "cited": "cited"}),
        }
        if self.author is not None:
            work = self.work_of(kinds[self.records]) or ""
            found["authors"] = ScoreTable(self.records, {"work": work, "author": self.author})
        return found

    def compared_works(self, kinds: Mapping[str, RecordKind]) -> ScoreTable:
        """The table of works, with what they are compared by."""
        return self.works_table(kinds)

    def _option_problems(self, file: str, line: int) -> Iterator[Problem]:
        yield from window_problems(self.window, file, line)
