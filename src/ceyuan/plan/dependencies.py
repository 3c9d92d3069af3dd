"""Which task waits for which: circles, and everything that a task waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ceyuan.plan.spec import TaskFile


def cycles(depends: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Circles of dependencies, each as the trail from one task back to itself; found one for each way back.

    >>> cycles({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]})
    [('a', 'b', 'c', 'a')]
    """
    found: list[tuple[str, ...]] = []
    done: set[str] = set()
    for start in depends:
        trail: dict[str, Iterator[str]] = {} if start in done else {start: iter(depends[start])}
        while trail:
            here, waiting = next(reversed(trail.items()))
            following = next((n for n in waiting if n in depends and n not in done), None)
            if following is None:
                done.add(here)
                del trail[here]
            elif following in trail:
                names = list(trail)
                found.append((*names[names.index(following) :], following))
            else:
                trail[following] = iter(depends[following])
    return found


def in_turn(tasks: Mapping[str, TaskFile]) -> list[str]:
    """Tasks in an order in which each stands after all that it waits for; in a circle, somewhere it does not."""
    order: dict[str, None] = {}
    seen: set[str] = set()
    for start in tasks:
        stack = [start]
        while stack:
            seen.add(stack[-1])
            waiting = [d for d in tasks[stack[-1]].depends if d in tasks and d not in seen]
            if waiting:
                stack += waiting
            else:
                order.setdefault(stack.pop())
    return list(order)


def chain(tasks: Mapping[str, TaskFile], task: str) -> tuple[str, ...]:
    """Everything that a task waits for, directly and through others, nearest first."""
    found: dict[str, None] = {}
    layer = [task]
    while layer:
        layer = [
            d
            for t in layer
            for d in tasks[t].depends
            if d in tasks and d not in found and d != task
        ]
        found |= dict.fromkeys(layer)
    return tuple(found)
