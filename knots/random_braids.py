"""Seeded random braids: brickwalls, uniform words, alternating, homogeneous and positive ones.

What is proven about their closures is in :mod:`plait.knots.generators`, which makes instances for
benchmarks of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from .braids import Braid
from .checks import check_count, check_fraction, check_seed, check_size
from .errors import InputError
from .scrambling import brickwall_word

__all__ = [
    "random_alternating",
    "random_braid",
    "random_brickwall",
    "random_homogeneous",
    "random_positive",
]

DENSITY: Final = 2 / 3
_TRIES: Final = 10_000
_LETTERS_TRIED: Final = 30_000_000


def random_brickwall(
    strands: int, layers: int, *, density: float = DENSITY, seed: int, knot: bool = False
) -> Braid:
    """A random brickwall: rows of odd and of even generators in turn.

    Each site is empty with probability 1 − ``density``, else positive or negative with equal
    chances; with the default density the three cases are equally likely, as in arXiv:2503.05625.

    Args:
        strands: at least 1.
        layers: number of rows, the first of them of σ_1, σ_3, ….
        density: probability of a crossing at a site.
        seed: integer from 0 on.
        knot: draw again until the Markov closure is a knot.

    Raises:
        InputError: an argument is out of its range, or no knot was found.

    Example:
        >>> random_brickwall(6, 4, seed=1)
        Braid([1, 2, -4, -1, -3, 2, 4], strands=6)
    """
    n = check_count(strands, "strands", least=1)
    rows = check_count(layers, "layers", least=0)
    check_size(n * rows // 2, "sites")
    filled = check_fraction(density, "density")
    rng = random.Random(check_seed(seed))
    return _drawn(lambda: Braid(brickwall_word(n, rows, filled, rng), n), knot)


def random_braid(
    strands: int,
    crossings: int,
    *,
    seed: int,
    positive: bool = False,
    reduced: bool = False,
    knot: bool = False,
) -> Braid:
    """A word of independent letters, uniform among all ±σ_i.

    Args:
        strands: at least 1; one strand has no letters.
        crossings: number of letters.
        seed: integer from 0 on.
        positive: uniform among the positive letters.
        reduced: uniform among the letters that do not cancel the one before, a walk without
            backtracking.
        knot: draw again until the Markov closure is a knot.

    Raises:
        InputError: an argument is out of its range, or no knot was found.

    Example:
        >>> random_braid(4, 6, seed=1)
        Braid([-3, -2, -2, 2, 1, -2], strands=4)
    """
    n = check_count(strands, "strands", least=1)
    count = check_count(crossings, "crossings", least=0)
    if n == 1 and count:
        raise InputError(f"crossings={count}: a braid on one strand has no letters")
    _check_parity(n, count, knot)
    rng = random.Random(check_seed(seed))

    def draw() -> Braid:
        word: list[int] = []
        while len(word) < count:
            sign = 1 if positive else rng.choice([-1, 1])
            letter = sign * rng.randint(1, n - 1)
            if not (reduced and word and word[-1] == -letter):
                word.append(letter)
        return Braid(word, n)

    return _drawn(draw, knot)


def random_homogeneous(strands: int, crossings: int, *, seed: int, knot: bool = False) -> Braid:
    """A random braid in which each generator has one sign, drawn for each, and occurs twice.

    Two letters of each generator and uniform other ones, in random order.

    Args:
        strands: at least 2.
        crossings: at least 2 (strands − 1).
        seed: integer from 0 on.
        knot: draw again until the Markov closure is a knot.

    Raises:
        InputError: an argument is out of its range, or no knot was found.

    Example:
        >>> random_homogeneous(4, 7, seed=1)
        Braid([-2, 3, -1, -2, 3, -1, -1], strands=4)
    """
    rng = random.Random(check_seed(seed))
    n = check_count(strands, "strands", least=2)
    return _homogeneous([rng.choice((-1, 1)) for _ in range(1, n)], crossings, rng, knot)


def random_alternating(strands: int, crossings: int, *, seed: int, knot: bool = False) -> Braid:
    """A random braid of σ_1, σ_2⁻¹, σ_3, …, each at least twice.

    The closed braid is a reduced alternating diagram: no diagram of the link has fewer crossings.
    Arguments are those of :func:`random_homogeneous`.

    Raises:
        InputError: an argument is out of its range, or no knot was found.

    Example:
        >>> random_alternating(4, 7, seed=1)
        Braid([1, 1, -2, 3, 3, 1, -2], strands=4)
    """
    n = check_count(strands, "strands", least=2)
    signs = [1 if i % 2 else -1 for i in range(1, n)]
    return _homogeneous(signs, crossings, random.Random(check_seed(seed)), knot)


def random_positive(strands: int, crossings: int, *, seed: int, knot: bool = False) -> Braid:
    """A random positive braid with each generator at least twice.

    Arguments are those of :func:`random_homogeneous`.

    Raises:
        InputError: an argument is out of its range, or no knot was found.

    Example:
        >>> random_positive(4, 7, seed=1)
        Braid([1, 1, 2, 3, 3, 1, 2], strands=4)
    """
    n = check_count(strands, "strands", least=2)
    return _homogeneous([1] * (n - 1), crossings, random.Random(check_seed(seed)), knot)


def _homogeneous(signs: list[int], crossings: int, rng: random.Random, knot: bool) -> Braid:
    n = len(signs) + 1
    count = check_count(crossings, "crossings", least=2 * (n - 1))
    _check_parity(n, count, knot)

    def draw() -> Braid:
        letters = [sign * i for i, sign in enumerate(signs, 1)]
        word = letters * 2 + [rng.choice(letters) for _ in range(count - 2 * len(letters))]
        rng.shuffle(word)
        return Braid(word, n)

    return _drawn(draw, knot)


def _check_parity(strands: int, crossings: int, knot: bool) -> None:
    if knot and (crossings - strands) % 2 == 0:
        raise InputError(
            f"no closed braid on {strands} strands with {crossings} crossings is a knot, as the "
            f"permutation has the wrong sign; give one crossing more or less"
        )


def _drawn(draw: Callable[[], Braid], knot: bool) -> Braid:
    """A draw; where a knot is wanted, the first that is one."""
    if not knot:
        return draw()
    tries = letters = 0
    while tries < _TRIES and letters < _LETTERS_TRIED:
        braid = draw()
        if braid.components == 1:
            return braid
        tries, letters = tries + 1, letters + len(braid)
    raise InputError(
        f"none of {tries} such braids closes to a knot; about one of as many as there are strands "
        f"does where there are many crossings, so give fewer strands or more layers, or another "
        f"seed"
    )
