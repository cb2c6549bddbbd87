"""Half-edges of planar diagrams: gluing, labelling and walking along the components.

Half-edge 4·c + k is the end of edge k at crossing c, where the edges of a crossing are counted
counterclockwise from the incoming lower strand. A strand that enters by half-edge h leaves by
h XOR 2; the upper strand enters by edge 3 of a positive and by edge 1 of a negative crossing.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import cast

from .braids import Braid
from .errors import InputError

__all__ = [
    "Crossing",
    "check_crossings",
    "close_braid",
    "labelled",
    "mates_of",
    "oriented_walks",
    "thread",
]

Crossing = tuple[int, int, int, int]
"""The labels of the four edges of a crossing."""

_Four = Sequence[int]


def check_crossings(crossings: Iterable[Iterable[int]]) -> tuple[Crossing, ...]:
    """The crossings as tuples of four integers.

    Raises:
        InputError: they are not.

    Example:
        >>> check_crossings([[1, 1, 2, 2]])
        ((1, 1, 2, 2),)
    """
    if isinstance(crossings, (str, bytes, bytearray, Mapping, Set)):
        raise InputError(
            f"crossings={crossings!r}: give a sequence of 4-tuples of edge labels, such as "
            f"[(1, 5, 2, 4), (3, 1, 4, 6), (5, 3, 6, 2)]"
        )
    found: list[Crossing] = []
    try:
        for crossing in crossings:
            found.append(cast("Crossing", tuple(map(operator.index, crossing))))
    except TypeError:
        raise InputError(
            f"crossing {len(found)} is not a tuple of integers; give each crossing as four edge "
            f"labels counterclockwise from the incoming lower strand"
        ) from None
    for number, four in enumerate(found):
        if len(four) != 4:
            raise InputError(
                f"crossing {number} is {list(four)}, with {len(four)} labels; a crossing has four"
            )
    return tuple(found)


def mates_of(crossings: Sequence[_Four]) -> tuple[int, ...]:
    """For each half-edge the other half of its edge.

    Raises:
        InputError: a label does not occur exactly twice.

    Example:
        >>> mates_of([(1, 1, 2, 2)])
        (1, 0, 3, 2)
    """
    mate = [-1] * (4 * len(crossings))
    waiting: dict[int, int] = {}
    done: set[int] = set()
    half = 0
    for crossing in crossings:
        for label in crossing:
            other = waiting.pop(label, -1)
            if other >= 0:
                mate[half], mate[other] = other, half
                done.add(label)
            elif label in done:
                raise InputError(
                    f"edge {label} occurs more than twice (again in crossing "
                    f"{list(crossing)}); each label of a planar diagram names one edge and "
                    f"occurs exactly twice"
                )
            else:
                waiting[label] = half
            half += 1
    if waiting:
        raise InputError(
            f"edge {next(iter(waiting))} occurs once; each label of a planar diagram names "
            f"one edge and occurs exactly twice"
        )
    return tuple(mate)


def oriented_walks(
    crossings: Sequence[_Four], mate: Sequence[int]
) -> tuple[list[list[int]], list[int]]:
    """The components of a diagram, and the edge by which the upper strand enters each crossing.

    Args:
        crossings: the labels of the edges.
        mate: as from :func:`mates_of`.

    Returns:
        Per component the half-edges by which it enters crossings, in the order of travel from its
        smallest label, ordered by their smallest labels; and per crossing 3 or 1.

    Raises:
        InputError: lower strands disagree about the direction of a component.

    Example:
        >>> oriented_walks([(1, 1, 2, 2)], (1, 0, 3, 2))
        ([[0, 3]], [3])
    """
    labels = [label for crossing in crossings for label in crossing]
    walks: list[list[int]] = []
    over = [0] * len(crossings)
    seen = bytearray(len(mate))
    # First from all lower strands, which fix the direction; then what is left.
    lower = range(0, len(mate), 4)
    for start in (*lower, *range(1, len(mate), 4)):
        if seen[start]:
            continue
        walk: list[int] = []
        half = start
        while not seen[half]:
            out = half ^ 2
            seen[half] = seen[out] = 1
            walk.append(half)
            if half & 3 == 2:
                raise InputError(
                    f"crossing {list(crossings[half >> 2])} and crossing "
                    f"{list(crossings[start >> 2])} disagree about the direction of "
                    f"their component; the first label of a crossing is the edge by which the "
                    f"lower strand comes in: write the other one first, as (c, d, a, b)"
                )
            half = mate[out]
        if start & 3:
            walk = _along_labels(walk, mate, labels)
        for half in walk:
            if half & 1:
                over[half >> 2] = half & 3
        least = min(range(len(walk)), key=lambda k: labels[walk[k]])
        walks.append(walk[least:] + walk[:least])
    walks.sort(key=lambda walk: labels[walk[0]])
    return walks, over


def _along_labels(walk: list[int], mate: Sequence[int], labels: Sequence[int]) -> list[int]:
    """A walk that is nowhere below, turned into the direction of increasing labels."""
    least = min(range(len(walk)), key=lambda k: labels[walk[k]])
    walk = walk[least:] + walk[:least]
    # walk[0] is where the smallest edge enters a crossing.
    forward = labels[walk[1]] < labels[walk[-1]]
    if len(walk) == 2:
        forward = walk[0] >> 2 < walk[1] >> 2
    return walk if forward else [mate[half] for half in reversed(walk)]


def close_braid(
    braid: Braid, upwards: Sequence[int], plat: bool
) -> tuple[list[int], list[int], int]:
    """The half-edges of a closed braid, one crossing per letter in the order of the word.

    Args:
        braid: the braid.
        upwards: for each strand 1 or −1, see :func:`plait.knots.closures.strand_directions`.
        plat: whether the closure is plat rather than Markov.

    Returns:
        The mates, the edge by which the upper strand enters each crossing, and the number of
        circles without crossings.

    Example:
        >>> close_braid(Braid("1"), (1, 1), False)
        ([1, 0, 3, 2], [3], 0)
    """
    n = braid.strands
    mate = [0] * (4 * len(braid.word))
    over_entry: list[int] = []
    first: list[int | None] = [None] * n
    last: list[int | None] = [None] * n
    at = list(range(n))
    for number, letter in enumerate(braid.word):
        right = abs(letter)
        left = right - 1
        # Half-edges counterclockwise: lower left, lower right, upper right, upper left.
        under, over = (at[right], at[left]) if letter > 0 else (at[left], at[right])
        corner = (1 if letter > 0 else 0) + (0 if upwards[under] > 0 else 2)
        over_entry.append(3 if (letter > 0) == (upwards[under] == upwards[over]) else 1)
        ends = [4 * number + (k - corner) % 4 for k in range(4)]
        for position, below, above in ((left, ends[0], ends[3]), (right, ends[1], ends[2])):
            previous = last[position]
            if previous is None:
                first[position] = below
            else:
                mate[below], mate[previous] = previous, below
            last[position] = above
        at[left], at[right] = at[right], at[left]
    circles = 0
    for one, other in _joins(first, last, plat):
        if one is None or other is None:
            circles += 1
        else:
            mate[one], mate[other] = other, one
    return mate, over_entry, circles


def _joins(
    first: Sequence[int | None], last: Sequence[int | None], plat: bool
) -> Iterable[tuple[int | None, int | None]]:
    """Pairs of half-edges that the closure joins; (None, None) for a circle."""
    if not plat:
        yield from zip(first, last, strict=True)
        return
    for p in range(0, len(first), 2):
        if first[p] is None or first[p + 1] is None:
            # A strand without crossings joins the two ends of its neighbour.
            q = p if first[p] is not None else p + 1
            yield first[q], last[q]
        else:
            yield first[p], first[p + 1]
            yield last[p], last[p + 1]


def labelled(mate: Sequence[int], over_entry: Sequence[int]) -> list[list[int]]:
    """Crossings with labels 1, 2, … along the components.

    Each component starts where it enters its first crossing, so that the labels orient a
    component that is nowhere below.

    Example:
        >>> labelled([3, 2, 1, 0], [3])
        [[1, 2, 2, 1]]
    """
    labels = [0] * len(mate)
    label = 0
    for number, over in enumerate(over_entry):
        for half in (4 * number, 4 * number + over):
            while not labels[half]:
                label += 1
                labels[half] = labels[mate[half]] = label
                half = mate[half ^ 2]
    return [labels[k : k + 4] for k in range(0, len(labels), 4)]


def thread(
    components: Sequence[Sequence[tuple[int, bool]]], signs: Sequence[int], *, turn: bool = True
) -> list[list[int]]:
    """Crossings with labels 1, 2, … along components that are given by what they pass.

    Args:
        components: for each component the crossings that it passes, in the order of travel, and
            whether it passes above; every crossing is passed once above and once below.
        signs: of the crossings, ±1.
        turn: begin a component that passes above twice and does nothing else with its lower
            crossing number, which is how the labels orient it.

    Returns:
        The labels of the edges of each crossing.

    Example:
        >>> thread([[(0, True), (1, False)], [(1, True), (0, False)]], [1, 1])
        [[4, 2, 3, 1], [2, 4, 1, 3]]
    """
    crossings = [[0] * 4 for _ in signs]
    label = 0
    for passages in components:
        count = len(passages)
        turned = turn and count == 2 and all(above for _, above in passages)
        turned = turned and passages[1] < passages[0]
        for k in range(count):
            crossing, above = passages[k - 1 if turned else k]
            entry = (2 + signs[crossing]) if above else 0
            crossings[crossing][entry] = label + k + 1
            crossings[crossing][entry ^ 2] = label + (k + 1) % count + 1
        label += count
    return crossings
