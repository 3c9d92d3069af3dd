"""Is a place a source of innovation: impact, disruption, flows, specialisation and what a place could become good at.

Tables in, tables out. ``disruption`` measures on a citation graph in order of time (``graph``, ``kernel``). What a
definition leaves without an answer is undefined, never 0, and every result says what it was computed from.
"""

from ceyuan.knowledge.disruption import Disruption, disruption
from ceyuan.knowledge.flows import Flows, flows
from ceyuan.knowledge.impact import Impact, impact
from ceyuan.knowledge.movers import Movers, movers
from ceyuan.knowledge.novelty.run import Novelty, novelty
from ceyuan.knowledge.specialisation.run import Specialisation, specialisation
from ceyuan.knowledge.synergy import Synergy, synergy

__all__ = [
    "Disruption",
    "Flows",
    "Impact",
    "Movers",
    "Novelty",
    "Specialisation",
    "Synergy",
    "disruption",
    "flows",
    "impact",
    "movers",
    "novelty",
    "specialisation",
    "synergy",
]
