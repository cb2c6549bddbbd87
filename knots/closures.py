"""Closures of braids: components, orientation, writhe and linking numbers of the closed link."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator

from .braids import Braid
from .checks import check_braid, shown
from .conventions import check_closure
from .errors import InputError

__all__ = ["closure_components", "closure_linking", "closure_writhe", "strand_directions"]


def closure_components(braid: Braid, closure: str = "markov") -> tuple[tuple[int, ...], ...]:
    """The components of the closed link, each as the strands it is made of.

    Args:
        braid: the braid.
        closure: ``"markov"`` joins the top of each position to its bottom; ``"plat"`` joins the
            positions 1–2, 3–4, … at the bottom and at the top.

    Returns:
        One tuple per component: the strands (numbered from 0 by their bottom position) in the
        order of travel, ordered by their smallest strand.

    Raises:
        InputError: unknown closure, or plat with an odd number of strands.

    Example:
        >>> closure_components(Braid("1 1"))
        ((0,), (1,))
        >>> closure_components(Braid("2 2 2", strands=4), "plat")
        ((0, 2, 3, 1),)
    """
    return tuple(tuple(strand for strand, _ in travel) for travel in _travels(braid, closure))


def closure_writhe(braid: Braid, closure: str = "markov", *, reverse: Iterable[int] = ()) -> int:
    """The writhe of the oriented closed link.

    In a Markov closure all strands run upwards, so this is the sum of signs. In a plat closure
    each component is oriented so that its strand with the lowest bottom position runs upwards;
    components listed in ``reverse`` (numbered as in :func:`closure_components`) run the other way.

    Raises:
        InputError: unknown closure, plat with an odd number of strands, or no such component.

    Example:
        >>> closure_writhe(Braid("2 2 2", strands=4), "plat")
        3
        >>> closure_writhe(Braid("1 1"))
        2
    """
    upwards = strand_directions(braid, closure, reverse=reverse)
    return sum(sign for sign, _, _ in _signed_crossings(braid, upwards))


def closure_linking(
    braid: Braid, closure: str = "markov", *, reverse: Iterable[int] = ()
) -> tuple[tuple[int, ...], ...]:
    """The linking numbers of the components: half the sum of the signs of their crossings.

    Args:
        braid: the braid.
        closure: as for :func:`closure_components`, which numbers the components.
        reverse: as for :func:`closure_writhe`; reversing one of two components changes the sign.

    Returns:
        A symmetric matrix as rows, with 0 on the diagonal.

    Raises:
        InputError: as for :func:`closure_writhe`.

    Example:
        >>> closure_linking(Braid("1 1"))
        ((0, 1), (1, 0))
        >>> closure_linking(Braid("2 2", strands=4), "plat", reverse=[1])
        ((0, 1), (1, 0))
    """
    components = closure_components(braid, closure)
    upwards = strand_directions(braid, closure, reverse=reverse)
    component_of = [0] * braid.strands
    for number, strands in enumerate(components):
        for strand in strands:
            component_of[strand] = number
    twice = [[0] * len(components) for _ in components]
    for sign, left, right in _signed_crossings(braid, upwards):
        one, other = component_of[left], component_of[right]
        if one != other:
            twice[one][other] += sign
            twice[other][one] += sign
    return tuple(tuple(value // 2 for value in row) for row in twice)


def strand_directions(
    braid: Braid, closure: str = "markov", *, reverse: Iterable[int] = ()
) -> tuple[int, ...]:
    """Whether each strand of the closed braid runs upwards (1) or downwards (−1).

    Strands are numbered from 0 by their bottom position; the orientation is that of
    :func:`closure_writhe`.

    Raises:
        InputError: unknown closure, plat with an odd number of strands, or no such component.

    Example:
        >>> strand_directions(Braid("2 2 2", strands=4), "plat")
        (1, -1, -1, 1)
    """
    travels = _travels(braid, closure)
    flipped = _check_reverse(reverse, len(travels))
    upwards = [0] * braid.strands
    for number, travel in enumerate(travels):
        for strand, direction in travel:
            upwards[strand] = -direction if number in flipped else direction
    return tuple(upwards)


def _signed_crossings(braid: Braid, upwards: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
    """Per letter the sign of the oriented crossing and the two strands, the left one first."""
    at = list(range(braid.strands))
    for letter in braid.word:
        i = abs(letter)
        left, right = at[i - 1], at[i]
        yield (1 if letter > 0 else -1) * upwards[left] * upwards[right], left, right
        at[i - 1], at[i] = right, left


def _check_reverse(reverse: Iterable[int], count: int) -> frozenset[int]:
    try:
        numbers = [operator.index(number) for number in reverse]
    except TypeError:
        raise InputError(
            f"reverse={reverse!r}: give the numbers of the components to reverse, such as [0, 2]"
        ) from None
    if not set(numbers) <= set(range(count)):
        given = ", ".join(map(shown, sorted(set(numbers))))
        raise InputError(f"reverse=[{given}]: this link has the components 0..{count - 1}")
    return frozenset(numbers)


def _travels(braid: Braid, closure: str) -> list[list[tuple[int, int]]]:
    """Per component, the (strand, direction) pairs met along it, direction ±1 for up or down."""
    kind = check_closure(closure, check_braid(braid).strands)
    top_of = braid.permutation
    strand_at_top = [0] * braid.strands
    for strand, position in enumerate(top_of):
        strand_at_top[position] = strand
    travels: list[list[tuple[int, int]]] = []
    seen = [False] * braid.strands
    for start in range(braid.strands):
        if seen[start]:
            continue
        travel: list[tuple[int, int]] = []
        strand, direction = start, 1
        while not seen[strand]:
            seen[strand] = True
            travel.append((strand, direction))
            if kind == "markov":
                strand = top_of[strand]
            elif direction == 1:
                strand, direction = strand_at_top[top_of[strand] ^ 1], -1
            else:
                strand, direction = strand ^ 1, 1
        travels.append(travel)
    return travels
