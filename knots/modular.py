"""Arithmetic modulo primes: determinants and interpolation, for one matrix or many at once.

Arrays hold residues modulo primes below 2^31, so that products fit into 64 bits.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "Residues",
    "determinant",
    "determinants",
    "is_prime",
    "polynomial_through",
    "powers",
    "primes_for",
]

Residues = npt.NDArray[np.int64]
"""Integers 0 … p − 1."""

_PRIME_BITS: Final = 31


@cache
def is_prime(n: int) -> bool:
    """The test of Miller and Rabin: certain below 3.3e24, beyond it wrong with probability 4^−40.

    Source: J. Sorenson and J. Webster, Math. Comp. 86 (2017) 985 (the bound for 13 bases).
    """
    if n < 2 or any(n % q == 0 and n != q for q in (2, 3, 5, 7, 11, 13)):
        return False
    twos = ((n - 1) & (1 - n)).bit_length() - 1
    bases: Sequence[int] = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)
    if n >= 3_317_044_064_679_887_385_961_981:
        generator = random.Random(n)
        bases = [generator.randrange(2, n - 1) for _ in range(40)]
    for base in bases:
        if base % n == 0:
            continue
        power = pow(base, n >> twos, n)
        if power in (1, n - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % n
            if power == n - 1:
                break
        else:
            return False
    return True


def primes_for(bits: int) -> list[int]:
    """The greatest primes of 31 bits whose product exceeds 2^bits.

    Example:
        >>> primes_for(40)
        [2147483647, 2147483629]
    """
    found: list[int] = []
    candidate, total = 2**_PRIME_BITS - 1, 0.0
    while total <= bits + 1:
        if is_prime(candidate):
            found.append(candidate)
            total += math.log2(candidate)
        candidate -= 2
    return found


def powers(base: Residues, exponent: int, p: int) -> Residues:
    """Powers of each residue modulo p; negative ones are those of the inverse.

    Example:
        >>> powers(np.array([2, 3]), -1, 7)
        array([4, 5])
    """
    exponent %= p - 1
    result = np.ones_like(base)
    square = base % p
    while exponent:
        if exponent & 1:
            result = result * square % p
        square = square * square % p
        exponent >>= 1
    return result


def determinant(rows: list[list[int]], p: int) -> int:
    """The determinant modulo p, by elimination; the rows are used up.

    Example:
        >>> determinant([[1, 2], [3, 4]], 101)
        99
    """
    result = 1
    while rows:
        pivot = next((k for k, row in enumerate(rows) if row[-1] % p), None)
        if pivot is None:
            return 0
        if (len(rows) - 1 - pivot) % 2:
            result = -result
        # The pivot row goes to the end, past the ones after it.
        chosen = rows.pop(pivot)
        lead = chosen.pop()
        result = result * lead % p
        inverse = pow(lead, -1, p)
        for row in rows:
            factor = row.pop() * inverse % p
            if factor:
                row[:] = [(a - factor * c) % p for a, c in zip(row, chosen, strict=True)]
    return result % p


def determinants(matrix: Residues, p: int) -> Residues:
    """Determinants modulo p of the matrices ``matrix[:, :, k]``; the array is used up.

    Example:
        >>> determinants(np.array([[[1], [2]], [[3], [4]]]), 101)
        array([99])
    """
    size, _, count = matrix.shape
    result = np.ones(count, dtype=np.int64)
    for step in range(size):
        # The first row whose entry is not 0; row ``step`` itself where there is none.
        chosen = step + np.argmax(matrix[step:, step] != 0, axis=0)
        moved = np.flatnonzero(chosen != step)
        if len(moved):
            rows = chosen[moved]
            swap = matrix[rows, :, moved].copy()
            matrix[rows, :, moved] = matrix[step, :, moved]
            matrix[step, :, moved] = swap
            result[moved] = p - result[moved]
        lead = matrix[step, step]
        result = result * lead % p
        factors = matrix[step + 1 :, step] * powers(lead, -1, p) % p
        matrix[step + 1 :, step + 1 :] -= factors[:, None, :] * matrix[step, step + 1 :] % p
        matrix[step + 1 :, step + 1 :] %= p
    return result


def polynomial_through(x: Residues, values: Residues, p: int) -> Residues:
    """The polynomial modulo p that takes these values at these different points (Lagrange).

    Returns:
        As many coefficients as points, the lowest first.

    Example:
        >>> polynomial_through(np.array([1, 2, 3]), np.array([1, 4, 9]), 101)
        array([0, 0, 1])
    """
    size = len(x)
    master = np.zeros(size + 1, dtype=np.int64)
    master[0] = 1
    for k, root in enumerate(x):
        # master, of degree k, times (X − root).
        master[1 : k + 2] = (master[: k + 1] - root * master[1 : k + 2]) % p
        master[0] = -root * master[0] % p
    derivative = np.zeros(size, dtype=np.int64)
    for k in range(size, 0, -1):
        derivative = (derivative * x + k * master[k]) % p
    weights = values * powers(derivative, -1, p) % p
    result = np.zeros(size, dtype=np.int64)
    quotient = np.zeros(size, dtype=np.int64)
    for k in range(size, 0, -1):
        # The coefficient of X^(k−1) in master/(X − x_j), for all j at once.
        quotient = (quotient * x + master[k]) % p
        result[k - 1] = int((quotient * weights % p).sum()) % p
    return result
