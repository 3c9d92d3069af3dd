"""The version of Ceyuan."""

__version__ = "0.1.0"
