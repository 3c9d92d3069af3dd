"""Which fonts the print layout uses: those of the package, else the machine's. Never one without the characters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import typst

from ceyuan.bulletin.assets import FONTS
from ceyuan.errors import fail
from ceyuan.wording import Language

# The first of each list that there is. A serif of the language's own forms, then any other font that has them.
_SERIF = {
    "zh-Hans": ("Noto Serif SC", "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", "SimSun", "FangSong"),
    "zh-Hant": ("Noto Serif HK", "Noto Serif CJK HK", "Source Han Serif HC", "Songti TC", "Noto Serif TC",
                "Noto Serif CJK TC", "PMingLiU"),
}  # fmt: skip
_SANS = {
    "zh-Hans": ("Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "SimHei",
                "WenQuanYi Micro Hei"),
    "zh-Hant": ("Noto Sans HK", "Noto Sans CJK HK", "Source Han Sans HC", "PingFang HK", "Noto Sans TC",
                "Noto Sans CJK TC", "Microsoft JhengHei"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typefaces:
    """The fonts of a print layout.

    Attributes:
        serif: families of the running text, in order of preference for each character.
        sans: families of headings.
        chinese: the family of the Chinese characters in the running text.
    """

    serif: tuple[str, ...]
    sans: tuple[str, ...]
    chinese: str


@cache
def fonts() -> typst.Fonts:
    """All fonts that can be set, of the package and of the machine."""
    return typst.Fonts(font_paths=[FONTS] if FONTS.is_dir() else [])


def typefaces(language: Language, there: frozenset[str] | None = None) -> Typefaces:
    """The fonts of a language.

    Args:
        language: the language; English needs Chinese characters too, for the words of its sources.
        there: the families that can be set; those of the package and the machine if None.

    Raises:
        CeyuanError: ``no-font`` if nothing there has Chinese characters.
    """
    known = frozenset(fonts().families()) if there is None else there
    script = "zh-Hant" if language == "zh-Hant" else "zh-Hans"
    other = "zh-Hans" if script == "zh-Hant" else "zh-Hant"
    order = (*_SERIF[script], *_SANS[script], *_SERIF[other], *_SANS[other])
    serif = next((f for f in order if f in known), None)
    sans = next((f for f in (*_SANS[script], *_SANS[other]) if f in known), serif)
    if serif is None or sans is None:
        raise fail("no-font", "no font with Chinese characters was found", hint=None)
    # Libertinus Serif comes with the typesetter itself.
    latin = ("Libertinus Serif",) if language == "en" else ()
    return Typefaces((*latin, serif), (*latin, sans) if language == "en" else (sans,), serif)
