"""Figures and pages of results: SVG and HTML that need no plotting library, no other file and no network."""
