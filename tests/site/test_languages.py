"""One language to a page: no English sentence on a Chinese page, no Chinese on an English one, unless it is marked as such.

What is foreign (the title of a foreign source, the words of a Chinese text) has a `lang` of its own, which a reader's software
needs as well; code, addresses and identifiers are nobody's language. The pages of `test_pages` are looked at there.
"""

from __future__ import annotations

from collections.abc import Callable

from visiting import Visit

MORE = [
    "indicators/rd_intensity",
    "indicators/high_tech_firms",
    "indicators/found_cluster_cross_border",
    "?trace=cluster_rank/tokyo-yokohama/2025",
    "?trace=strategic_clusters_scale/gba/2025",
    "plan/basic-research-layout",
]
CLAIMS = [
    "communiques/observed",
    "communiques/observed?view=table",
    "communiques/bulletin-gba_2025?claim=3",
]
CLAIMS += [f"communiques/observed?claim={i}" for i in range(6)]


def strays(opened: Visit, language: str, pages: list[str]) -> dict[str, list[str]]:
    """What stands in another language on each page without being marked."""
    found = {}
    for page in pages:
        opened.go(f"{language}/{page}")
        found[page] = opened.strays(language)
    return {page: texts for page, texts in found.items() if texts}


def test_no_english_sentence_stands_on_a_chinese_page(
    served: str, lively_site: str, visit: Callable[..., Visit]
) -> None:
    assert strays(visit(served), "zh-Hans", MORE) == {}
    assert strays(visit(lively_site), "zh-Hans", CLAIMS) == {}


def test_no_chinese_stands_on_an_english_page(served: str, visit: Callable[..., Visit]) -> None:
    assert strays(visit(served), "en", MORE) == {}
