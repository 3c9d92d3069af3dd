"""Sphinx configuration."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from ceyuan import __version__

project = "Ceyuan 策源"
author = "The Ceyuan authors"
copyright = "The Ceyuan authors, Apache-2.0"  # noqa: A001 - Sphinx's own name
version = release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "reference", "chinese"]
exclude_patterns = ["methods/measured/*", "_build", "_ext", "README.md"]
templates_path: list[str] = []
html_theme = "furo"
html_title = f"Ceyuan 策源 {version}"
html_show_sourcelink = False
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "amsmath"]
myst_heading_anchors = 3
autodoc_default_options = {"members": True, "member-order": "bysource", "ignore-module-all": True}
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_attr_annotations = (
    False  # the signature has them; written out again they may be no reStructuredText
)
toc_object_entries = False
# Two classes may have attributes of one name; a link to such a name is no fault of the documentation.
suppress_warnings = ["ref.python"]
highlight_language = "text"
