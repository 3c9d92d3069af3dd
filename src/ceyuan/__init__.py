"""Ceyuan (策源): an open observatory for international science and technology innovation centres."""

__version__ = "0.1.0"
