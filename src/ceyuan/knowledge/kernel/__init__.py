"""The compiled kernel: passes over citation graphs of tens of millions of edges.

``lists``   citations as compressed lists in order of time, and what is counted on the way
``shared``  for each work its citers, those that also cite its references, and those that cite its references only
"""

from pathlib import Path

from ceyuan.compiled.jit import drop_stale_cache

drop_stale_cache(Path(__file__).parent)
