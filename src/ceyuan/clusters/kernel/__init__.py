"""The compiled kernel: exact weighted DBSCAN on the sphere for millions of distinct coordinates.

How it works, in the order of the modules:

``sphere``  what "within the radius" means, and the two chords outside which rounding cannot matter
``grid``    latitude bands cut into columns; two points of one cell are always neighbours
``tree``    in each cell a shallow quadtree whose nodes carry tight bounding balls and weights
``core``    which points have enough weight around them, by lower and upper bounds that split only what is undecided
``union``   cells that hold neighbouring core points belong together
``border``  points that are not core but within reach of one
``index``   the pieces put together: build once, aim at a radius, ask for several thresholds

Every function here that is compiled runs without the interpreter's lock over a range of cells; ``threads`` hands the
ranges out. All sums are integers, so neither the order of the rows nor the number of threads can change a result.
"""

from pathlib import Path

from ceyuan.compiled.jit import drop_stale_cache

drop_stale_cache(Path(__file__).parent)
