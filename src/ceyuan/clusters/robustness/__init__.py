"""How sure a ranking is: what becomes of each cluster when choices or data are a little different.

Four families of scenarios: a *sweep* over radius and threshold (choices nobody can prove), a *bootstrap* over
records (another sample of the same world), *blur* (geocoding errors), and metric *weights* (how much a patent
counts beside a publication). In each scenario every cluster of the run is looked for (``match``) and its rank under
every method noted (``tally``).
"""
