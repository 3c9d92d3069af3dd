"""Affiliations: which place, and which side, a work's authors were at."""
