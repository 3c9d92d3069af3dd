"""Workspaces: folders of text and data files that a person can read, review and keep in git."""

from ceyuan.workspace.reader import DeclaredIndicator, Table, Workspace, load_workspace

__all__ = ["DeclaredIndicator", "Table", "Workspace", "load_workspace"]
