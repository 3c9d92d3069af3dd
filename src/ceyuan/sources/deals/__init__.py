"""Deals: tables of financing rounds with city names, located by a gazetteer."""

from ceyuan.sources.deals.points import deal_points

__all__ = ["deal_points"]
