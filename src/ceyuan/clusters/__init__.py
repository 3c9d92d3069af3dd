"""Innovation clusters: dense regions of inventors, authors and deals, found on the sphere, ranked, put to the test.

The way through this room: rows of points (``points``) become distinct sites with weights (``distinct``), clusters
of sites (``dbscan``), shares of each cluster by fractional counting (``counting``), merged neighbours (``merge``),
and a ranking (``ranking``). ``robustness`` asks how much of it would stand if the choices or the data were a little
different.
"""

from ceyuan.clusters.dbscan import Clustering, dbscan
from ceyuan.clusters.estimator import SphericalDBSCAN

__all__ = ["Clustering", "SphericalDBSCAN", "dbscan"]
