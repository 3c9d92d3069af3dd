"""Places: the hierarchy, the parties, and which place a name or code means."""

from ceyuan.places.gazetteer import Gazetteer

__all__ = ["Gazetteer"]
