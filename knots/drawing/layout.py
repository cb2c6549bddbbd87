"""Where letters go: columns of commuting letters, and rows of columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ..braids import Braid

__all__ = ["Placed", "Power", "place", "powers", "split_columns"]


class Placed(NamedTuple):
    """A letter and where it is drawn.

    Attributes:
        number: its position in the word.
        letter: ±i.
        column: its column, from 0; letters of one column commute.
    """

    number: int
    letter: int
    column: int


@dataclass(frozen=True)
class Power:
    """A maximal power of one generator: no letter of a neighbouring generator is in between.

    Attributes:
        generator: i ≥ 1.
        exponent: the sum of the signs of its letters.
        letters: its letters in the order of the word.
    """

    generator: int
    exponent: int
    letters: tuple[Placed, ...]


def place(braid: Braid) -> tuple[Placed, ...]:
    """Every letter in the first column after those of the letters that it must follow.

    Example:
        >>> [p.column for p in place(Braid("1 3 2 1"))]
        [0, 0, 1, 2]
    """
    free = [0] * braid.strands  # free[p]: the first column in which position p has no letter yet
    placed: list[Placed] = []
    for number, letter in enumerate(braid.word):
        i = abs(letter)
        column = max(free[i - 1], free[i])
        free[i - 1] = free[i] = column + 1
        placed.append(Placed(number, letter, column))
    return tuple(placed)


def powers(placed: tuple[Placed, ...]) -> tuple[Power, ...]:
    """The letters grouped into maximal powers, in the order of their first letters.

    Unlike :meth:`plait.knots.Braid.runs` nothing cancels, as every letter is drawn.

    Example:
        >>> [(p.generator, p.exponent) for p in powers(place(Braid("1 3 1 2 -1")))]
        [(1, 2), (3, 1), (2, 1), (1, -1)]
    """
    groups: list[list[Placed]] = []
    open_group: dict[int, list[Placed]] = {}
    for each in placed:
        i = abs(each.letter)
        group = open_group.get(i)
        if group is None:
            group = open_group[i] = []
            groups.append(group)
        group.append(each)
        for neighbour in (i - 1, i + 1):
            open_group.pop(neighbour, None)
    return tuple(
        Power(
            abs(group[0].letter),
            sum(1 if each.letter > 0 else -1 for each in group),
            tuple(group),
        )
        for group in groups
    )


def split_columns(columns: int, full: int, last: int) -> tuple[range, ...]:
    """As few rows as possible, of at most ``full`` columns each and ``last`` in the last one.

    Every row has at least one column (the only row can be empty); rows are about equally long.

    Example:
        >>> split_columns(10, 5, 3)
        (range(0, 3), range(3, 7), range(7, 10))
        >>> split_columns(4, 4, 3)
        (range(0, 2), range(2, 4))
    """
    full = max(1, full)
    last = max(1, min(full, last))
    if columns <= last:
        return (range(columns),)
    others = -(-(columns - last) // full)  # rows before the last one
    size = max(1, columns - others * full, min(last, columns // (others + 1)))
    rest = columns - size
    starts = [rest * row // others for row in range(others + 1)]
    return tuple(
        range(start, end) for start, end in zip(starts, [*starts[1:], columns], strict=True)
    )
