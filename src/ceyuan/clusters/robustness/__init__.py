"""How sure a ranking is: what becomes of each cluster when choices or data are a little different.

Families of scenarios: a *sweep* over radius and threshold (choices nobody can prove), a *bootstrap* over
records (another sample of the same world) and over *blocks* of records (those of one contributor), *blur* (geocoding
errors), metric *weights* (how much a patent counts beside a publication), and all of it *combined* in each draw.
In each scenario every cluster of the run is looked for (``match``) and its rank under every method noted (``tally``).
"""
