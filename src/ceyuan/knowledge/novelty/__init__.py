"""Novelty: combinations that nobody had made before, how far apart their parts were, how unusual they are, who took them up."""
