"""Closed braids as runs that are linked along the strand positions, and back to words.

A half-edge is the number 2·run + side; side 0 of a run of σ_g is on position g, side 1 on
position g + 1. ``up[h]`` is the half-edge that follows h upwards around the closure.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..braids import Braid, Run

__all__ = ["LinkedRuns", "linked_runs", "named_runs", "word_of"]


class LinkedRuns(NamedTuple):
    """A closed braid without a beginning.

    Attributes:
        strands: the number of positions.
        runs: powers of generators, in any order.
        up: for each half-edge 2·run + side the next one on its position.
    """

    strands: int
    runs: tuple[Run, ...]
    up: tuple[int, ...]


def linked_runs(b: Braid) -> LinkedRuns:
    """The maximal runs of a braid and how its Markov closure links them.

    Example:
        >>> linked_runs(Braid("1 1 2")).up
        (0, 2, 1, 3)
    """
    runs = b.runs()
    up = [0] * (2 * len(runs))
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for number, run in enumerate(runs):
        for side in (0, 1):
            position, half = run.generator + side, 2 * number + side
            if position in last:
                up[last[position]] = half
            else:
                first[position] = half
            last[position] = half
    for position, half in last.items():
        up[half] = first[position]
    return LinkedRuns(b.strands, runs, tuple(up))


def named_runs(strands: int, runs: Mapping[int, Run], up: Mapping[int, int]) -> LinkedRuns:
    """Runs by names, and half-edges 2·name + side, with the names in order as numbers.

    Example:
        >>> named_runs(2, {7: Run(1, 3)}, {14: 14, 15: 15}).up
        (0, 1)
    """
    names = sorted(runs)
    number = {name: k for k, name in enumerate(names)}
    links = (up[2 * name + side] for name in names for side in (0, 1))
    return LinkedRuns(
        strands,
        tuple(runs[name] for name in names),
        tuple(2 * number[half >> 1] + (half & 1) for half in links),
    )


def word_of(linked: LinkedRuns) -> Braid:
    """A braid with this closure; no run is cut in two.

    Where a position is cut, the run above the cut is the lowest one of its generator. The next
    position is cut just below that run, and so on to the right: then no run is below on one of its
    positions and above the cut on the other.

    Example:
        >>> word_of(linked_runs(Braid("1 1 2 -1 2")))
        Braid([1, 1, 2, -1, 2], strands=3)
    """
    strands, runs, up = linked
    lowest: dict[int, int] = {}  # by position, the half-edge just above the cut
    some: dict[int, int] = {}
    for number, run in reversed(tuple(enumerate(runs))):
        some[run.generator] = 2 * number
    for position in range(1, strands):
        if position not in some:
            continue
        if position not in lowest:
            lowest[position] = some[position]
        half = lowest[position]
        while half & 1:
            half = up[half]
        lowest[position + 1] = half | 1
    order = _bottom_up(len(runs), up, set(lowest.values()))
    letters: list[int] = []
    for number in order:
        generator, power = runs[number]
        letters += [generator if power > 0 else -generator] * abs(power)
    return Braid(letters, strands)


def _bottom_up(count: int, up: Sequence[int], lowest: set[int]) -> list[int]:
    """The runs in an order in which each follows what is below it, by layers."""
    waits = [(2 * run not in lowest) + (2 * run + 1 not in lowest) for run in range(count)]
    ready = deque(run for run in range(count) if not waits[run])
    order: list[int] = []
    while ready:
        run = ready.popleft()
        order.append(run)
        for half in (up[2 * run], up[2 * run + 1]):
            if half not in lowest:
                waits[half >> 1] -= 1
                if not waits[half >> 1]:
                    ready.append(half >> 1)
    return order
