"""Equality in the braid group, exactly and in polynomial time, by Dynnikov coordinates.

A braid on n strands acts on the curves in a disc with n punctures. Dynnikov's formulas describe
this action on the intersection numbers of a curve system with a triangulation, recoded as 2n
integers (a_1, b_1, …, a_n, b_n): with x⁺ = max(x, 0), x⁻ = min(x, 0), the letter σ_i changes
(x₁, y₁, x₂, y₂) = (a_i, b_i, a_{i+1}, b_{i+1}) to

    (x₁ + y₁⁺ + (y₂⁺ − z)⁺, y₂ − z⁺, x₂ + y₂⁻ + (y₁⁻ + z)⁻, y₁ + z⁺),   z = x₁ − y₁⁻ − x₂ + y₂⁺,

and its inverse to

    (x₁ − y₁⁺ − (y₂⁺ + z)⁺, y₂ + z⁻, x₂ − y₂⁻ − (y₁⁻ − z)⁻, y₁ − z⁻),   z = x₁ + y₁⁻ − x₂ − y₂⁺.

Only the trivial braid fixes (0, 1, …, 0, 1), so two braids are equal exactly if they take it to
the same integers. One letter lengthens the integers by a bounded number of bits: a word of m
letters takes O(m²) operations on bits. In practice the time is linear up to thousands of letters
per strand (100,000 letters on three strands take two seconds, four times as many half a minute).

Sources: I. A. Dynnikov, Russian Math. Surveys 57 (2002) 592; P. Dehornoy, I. Dynnikov, D. Rolfsen
and B. Wiest, Ordering Braids (2008), chapter XII; P. Dehornoy, Discrete Appl. Math. 156 (2008)
3091, section 3.
"""

from __future__ import annotations

from .braids import Braid
from .checks import check_braid

__all__ = ["braids_equal", "dynnikov_coordinates", "is_trivial"]


def dynnikov_coordinates(b: Braid) -> tuple[int, ...]:
    """The integers (a_1, b_1, …, a_n, b_n) to which the braid takes (0, 1, …, 0, 1).

    They are a normal form: equal for words of the same braid on n strands and for no others. They
    grow exponentially with the length of the word at most.

    Raises:
        InputError: not a braid.

    Example:
        >>> dynnikov_coordinates(Braid("1"))
        (1, 0, 0, 2)
        >>> dynnikov_coordinates(Braid("1 2 1")) == dynnikov_coordinates(Braid("2 1 2"))
        True

    Source: Dynnikov (2002); the formulas are at the top of the module.
    """
    check_braid(b)
    state = [0, 1] * b.strands
    for letter in b.word:
        k = 2 * (abs(letter) - 1)
        image = _positive if letter > 0 else _negative
        state[k : k + 4] = image(*state[k : k + 4])
    return tuple(state)


def braids_equal(a: Braid, b: Braid) -> bool:
    """Whether two words are the same braid, that is the same element of the braid group.

    Words on different numbers of strands are compared as braids on the greater number: the strands
    that are missing in one run straight (B_n lies in B_{n+1}). Mind that such braids are equal
    although their closures differ by free circles.

    Raises:
        InputError: not braids.

    Example:
        >>> braids_equal(Braid("1 2 1"), Braid("2 1 2"))
        True
        >>> braids_equal(Braid("1 2"), Braid("2 1"))
        False
        >>> braids_equal(Braid("1"), Braid("1 3 -3"))
        True

    Source: Dynnikov (2002).
    """
    check_braid(a)
    check_braid(b)
    if a.writhe != b.writhe:
        return False
    short, long = sorted((dynnikov_coordinates(a), dynnikov_coordinates(b)), key=len)
    return short + (0, 1) * ((len(long) - len(short)) // 2) == long


def is_trivial(b: Braid) -> bool:
    """Whether the word is the trivial braid.

    Raises:
        InputError: not a braid.

    Example:
        >>> is_trivial(Braid("1 2 1 -2 -1 -2"))
        True
        >>> is_trivial(Braid("1 1 2 2 -1 -1 -2 -2"))
        False
    """
    return braids_equal(b, Braid([], check_braid(b).strands))


def _positive(x1: int, y1: int, x2: int, y2: int) -> tuple[int, int, int, int]:
    """The action of σ_i."""
    z = x1 - min(y1, 0) - x2 + max(y2, 0)
    return (
        x1 + max(y1, 0) + max(max(y2, 0) - z, 0),
        y2 - max(z, 0),
        x2 + min(y2, 0) + min(min(y1, 0) + z, 0),
        y1 + max(z, 0),
    )


def _negative(x1: int, y1: int, x2: int, y2: int) -> tuple[int, int, int, int]:
    """The action of σ_i⁻¹."""
    z = x1 + min(y1, 0) - x2 - max(y2, 0)
    return (
        x1 - max(y1, 0) - max(max(y2, 0) + z, 0),
        y2 + min(z, 0),
        x2 - min(y2, 0) - min(min(y1, 0) - z, 0),
        y1 - min(z, 0),
    )
