"""How much of an index is method: Monte Carlo over its choices, and Sobol indices of what drives the result."""
