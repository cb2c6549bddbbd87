"""Arithmetic modulo primes, against integers and exact fractions."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import pytest

from plait.knots.modular import (
    determinant,
    determinants,
    is_prime,
    polynomial_through,
    powers,
    primes_for,
)


def leibniz(matrix: list[list[int]]) -> int:
    total = 0
    for permutation in itertools.permutations(range(len(matrix))):
        pairs = itertools.combinations(permutation, 2)
        sign = (-1) ** sum(a > b for a, b in pairs)
        total += sign * math.prod(row[k] for row, k in zip(matrix, permutation, strict=True))
    return total


def test_primes() -> None:
    sieve = [n for n in range(2000) if n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1))]
    assert [n for n in range(2000) if is_prime(n)] == sieve
    assert is_prime(2**61 - 1)
    assert is_prime(2**127 - 1)
    # Carmichael numbers, a strong pseudoprime to the bases 2, 3, 5, 7, and a composite Mersenne.
    for composite in (561, 41041, 3215031751, 2**67 - 1, (2**61 - 1) * (2**89 - 1)):
        assert not is_prime(composite)


@pytest.mark.parametrize("bits", [1, 31, 32, 500])
def test_enough_primes(bits: int) -> None:
    found = primes_for(bits)
    assert len(set(found)) == len(found)
    assert all(is_prime(p) and p < 2**31 for p in found)
    assert math.prod(found) > 2**bits


@pytest.mark.parametrize("p", [3, 101, 2**31 - 1])
def test_determinants(p: int) -> None:
    rng = random.Random(p)
    # Few different entries, so that pivots vanish and matrices are singular often.
    many = [
        [[rng.choice((0, 0, 1, p - 1, 2, p // 2)) for _ in range(4)] for _ in range(4)]
        for _ in range(200)
    ]
    expected = [leibniz(matrix) % p for matrix in many]
    assert [determinant([row[:] for row in matrix], p) for matrix in many] == expected
    stacked = np.moveaxis(np.array(many, dtype=np.int64) % p, 0, 2).copy()
    assert determinants(stacked, p).tolist() == expected
    assert 0 in expected
    assert len(set(expected)) > 1


def test_powers_and_polynomials() -> None:
    p = 2**31 - 1
    base = np.array([2, 3, p - 1, 123456789])
    assert powers(base, 5, p).tolist() == [pow(int(x), 5, p) for x in base]
    assert powers(base, -3, p).tolist() == [pow(int(x), -3, p) for x in base]
    rng = random.Random(1)
    x = np.array(rng.sample(range(p), 40))
    coefficients = [rng.randrange(p) for _ in range(40)]
    values = np.array(
        [sum(c * pow(int(t), k, p) for k, c in enumerate(coefficients)) % p for t in x]
    )
    assert polynomial_through(x, values, p).tolist() == coefficients
