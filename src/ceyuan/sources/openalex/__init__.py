"""OpenAlex: works and institutions, from the official snapshot or from the API, as points and records."""

from ceyuan.sources.openalex.points import openalex_points

__all__ = ["openalex_points"]
