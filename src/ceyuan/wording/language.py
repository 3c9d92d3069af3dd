"""The languages that Ceyuan writes."""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "zh-Hans", "zh-Hant"]
"""English, the Mainland's Chinese, Hong Kong's Chinese."""

LANGUAGES: tuple[Language, ...] = ("zh-Hans", "zh-Hant", "en")
"""All of them, the first is the main one."""
