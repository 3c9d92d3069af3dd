"""Simulated points for demonstrations, tests and measurements: *simulated*, and flagged so wherever they go.

The totals of the 34 largest clusters are those that WIPO published for 2023; everything else (where in a city, who with
whom, what lies in between) is made up. Nothing computed from such points says anything about the world.
"""
