"""Runs of clusters of a workspace: :mod:`~.checking` declarations, :mod:`~.building` finds, :mod:`~.reading` them from a build.

Nothing is imported here: only a workspace that has runs of clusters waits for what finds them.
"""
