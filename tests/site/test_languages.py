"""One language to a page: no English sentence on a Chinese page, no Chinese on an English one, unless it is marked as such.

What is foreign (the title of a foreign source, the words of a Chinese text) has a `lang` of its own, which a reader's software
needs as well; code, addresses and identifiers are nobody's language.
"""

from __future__ import annotations

from collections.abc import Callable

from test_pages import PAGES
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
ENGLISH = r"[A-Za-z][A-Za-z’'-]*(?:[ ,;:\u00a0]+[A-Za-z][A-Za-z’'-]*){3,}"
# English notes name single words of Chinese sources; a sentence or the name of a body is longer than that.
CHINESE = r"\p{Script=Han}{6,}"
FOREIGN = """([pattern, own]) => {
  const foreign = new RegExp(pattern, 'u')
  const apart = (element) => {
    for (let e = element; e && e !== document.documentElement; e = e.parentElement) {
      if (['CODE', 'PRE', 'KBD', 'SCRIPT', 'STYLE', 'NOSCRIPT'].includes(e.tagName)) return true
      if (e.lang) return !e.lang.startsWith(own)
    }
    return false
  }
  document.querySelectorAll('details').forEach((d) => { d.open = true })
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    const [element, texts] = node.nodeType === Node.TEXT_NODE
      ? [node.parentElement, [node.data]]
      : [node, ['title', 'aria-label', 'aria-description', 'placeholder', 'alt'].map((name) => node.getAttribute(name) ?? '')]
    for (const text of texts) if (foreign.test(text) && !apart(element)) found.push(text.trim().slice(0, 200))
  }
  return foreign.test(document.title) ? [...found, document.title] : found
}"""


def strays(opened: Visit, language: str, pages: list[str]) -> dict[str, list[str]]:
    """What stands in another language on each page without being marked."""
    pattern, own = (CHINESE, "en") if language == "en" else (ENGLISH, "zh")
    return {
        page: found
        for page in pages
        if (found := opened.go(f"{language}/{page}").evaluate(FOREIGN, [pattern, own]))
    }


def test_no_english_sentence_stands_on_a_chinese_page(
    served: str, lively_site: str, visit: Callable[..., Visit]
) -> None:
    assert strays(visit(served), "zh-Hans", PAGES + MORE) == {}
    assert strays(visit(lively_site), "zh-Hans", CLAIMS) == {}


def test_no_chinese_stands_on_an_english_page(served: str, visit: Callable[..., Visit]) -> None:
    # A page on a Chinese text says of it what only Chinese words can: those pages are left out.
    pages = [page for page in PAGES + MORE if not page.startswith("communiques/")]
    assert strays(visit(served), "en", pages) == {}
