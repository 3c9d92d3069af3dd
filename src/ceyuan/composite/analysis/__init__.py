"""Looking at indicators and indices: statistics, correlations, reliability, influence, profiles, comparison, trends."""
