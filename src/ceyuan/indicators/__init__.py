"""Indicators: declared definitions become SQL, SQL becomes observations, every observation keeps its lineage."""
