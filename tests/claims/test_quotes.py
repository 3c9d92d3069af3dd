"""Quotations exist in the text that they are taken from."""

from __future__ import annotations

import pytest

from ceyuan.claims.quotes import missing_quotes
from ceyuan.pipeline.reading import Build
from china_tables import SHARED

OWN = {"gba-2026", "gba-2026-meeting"}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the public data are not beside the repository")
def test_every_quote_of_the_communique_stands_in_it(gba: Build) -> None:
    text = (SHARED / "communiques" / "gba_2026.txt").read_text(encoding="utf-8")
    assert list(missing_quotes(gba, OWN, text)) == []


def test_a_quote_that_is_not_there_is_named_with_its_record(gba: Build) -> None:
    found = list(missing_quotes(gba, OWN, "大湾区内地9市R&D投入强度预计达到4.3%"))
    assert {p.code for p in found} == {"quote-not-found"}
    places = {(p.file, p.line) for p in found}
    assert ("records/communique_figures.csv", 3) in places
    assert ("records/communique_figures.csv", 2) not in places
