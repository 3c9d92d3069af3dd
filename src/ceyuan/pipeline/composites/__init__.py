"""Composite indices of a workspace: :mod:`~.checking` declarations, :mod:`~.building` tables, :mod:`~.reading` them from a build.

Nothing is imported here: only a workspace that has indices waits for what computes them.
"""
