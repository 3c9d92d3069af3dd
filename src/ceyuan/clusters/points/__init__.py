"""Rows of points: where they come from, what is wrong with them, and the compact form in which they are counted."""
