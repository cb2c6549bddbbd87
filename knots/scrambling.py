"""Random words and random moves on them: what braids are hidden with.

:func:`insert` and :func:`scramble` change a list of letters in place, as they are called often.
"""

from __future__ import annotations

import random
from typing import Final

from .braids import Braid
from .checks import check_braid, check_count, check_seed

__all__ = ["MOST_SCRAMBLED", "brickwall_word", "depth", "insert", "scramble", "scrambled"]

MOST_SCRAMBLED: Final = 500_000
"""Letters of a braid to scramble, which takes up to a minute for so many."""


def brickwall_word(n: int, layers: int, density: float, rng: random.Random) -> list[int]:
    """Rows of odd and of even generators in turn; each site is empty, positive or negative.

    The letters of :func:`plait.knots.generators.random_brickwall`, whose arguments are checked.

    Example:
        >>> brickwall_word(4, 2, 1.0, random.Random(1))
        [1, -3, -2]
    """
    word = []
    for layer in range(layers):
        for i in range(1 + layer % 2, n, 2):
            u = rng.random()
            if u < density:
                word.append(i if u < density / 2 else -i)
    return word


def scrambled(braid: Braid, moves: int, *, seed: int) -> Braid:
    """The same element of the braid group after random braid relations and far commutations.

    Relations are σ_i σ_j σ_i = σ_j σ_i σ_j for neighbours, with all signs that allow one; the
    number of letters stays, and so do the signs of a positive braid.

    Args:
        braid: the braid.
        moves: number of positions at which a move is tried.
        seed: of the positions.

    Raises:
        InputError: not a braid, or ``moves`` or ``seed`` is negative or not an integer.

    Example:
        >>> scrambled(Braid("1 2 1 3"), 3, seed=2)
        Braid([2, 1, 2, 3], strands=4)
    """
    word = list(check_braid(braid).word)
    scramble(
        word, check_count(moves, "moves", least=0, most=10**9), random.Random(check_seed(seed))
    )
    return Braid(word, braid.strands)


def depth(braid: Braid) -> int:
    """The least number of layers of letters on disjoint strands, by far commutations only.

    Raises:
        InputError: not a braid.

    Example:
        >>> depth(Braid("1 3 2")), depth(Braid("1 2 3"))
        (2, 3)
    """
    at = [0] * (check_braid(braid).strands + 1)
    for letter in braid.word:
        i = abs(letter)
        at[i - 1] = at[i] = max(at[i - 1], at[i]) + 1
    return max(at)


def insert(word: list[int], rng: random.Random) -> None:
    """Insert b^e b^−e before some a b, and turn b^−e a b, where there is such a relation."""
    if len(word) < 2:
        return
    at = rng.randrange(len(word) - 1)
    a, b = word[at : at + 2]
    if abs(abs(a) - abs(b)) == 1:
        signed = rng.choice((b, -b))
        turned = _turned(-signed, a, b)
        if turned != (-signed, a, b):
            word[at : at + 2] = signed, *turned


def scramble(word: list[int], moves: int, rng: random.Random) -> None:
    """Far commutations and braid relations at random places, in place."""
    if len(word) < 3:
        return
    for _ in range(moves):
        at = rng.randrange(len(word) - 2)
        a, b, c = word[at : at + 3]
        if abs(abs(a) - abs(b)) > 1:
            word[at : at + 2] = b, a
        elif abs(a) == abs(c) and abs(abs(a) - abs(b)) == 1:
            word[at : at + 3] = _turned(a, b, c)


def _turned(a: int, b: int, c: int) -> tuple[int, int, int]:
    """The other side of a braid relation; the same letters where there is none."""
    i, j = abs(a), abs(b)
    signs = (a > 0, b > 0, c > 0)
    if signs in ((True, False, True), (False, True, False)):
        return a, b, c
    x, y, z = signs[::-1]
    return (j if x else -j, i if y else -i, j if z else -j)
