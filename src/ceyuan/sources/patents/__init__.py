"""Patents: PatentsView, OECD REGPAT, PATSTAT."""

from ceyuan.sources.patents.patentsview import patentsview_points
from ceyuan.sources.patents.patstat import patstat_points
from ceyuan.sources.patents.regpat import regpat_points

__all__ = ["patentsview_points", "patstat_points", "regpat_points"]
