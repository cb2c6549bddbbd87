"""Integer arithmetic in Z[ζ], against the bracket and against arithmetic modulo a prime."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from jones_oracles import all_paths, bracket_jones, number, reduced, writhe
from strategies import braids

from plait.knots import Braid
from plait.tensornet import dense_jones, exact_coefficients

PRIME = 100_000_081
"""A prime p with p ≡ 1 mod 5, so that the field of p elements has fifth roots of unity."""

Modular = np.ndarray[Any, np.dtype[np.int64]]


def fifth_roots() -> list[int]:
    """The four primitive ones."""
    root = next(r for r in (pow(g, (PRIME - 1) // 5, PRIME) for g in range(2, 50)) if r != 1)
    return [pow(root, k, PRIME) for k in (1, 2, 3, 4)]


def modular_jones(b: Braid, closure: str, zeta: int) -> int:
    """V at t = ζ, a fifth root modulo the prime, in the gauge without square roots."""
    a, inverse_a = -zeta % PRIME, -pow(zeta, -1, PRIME) % PRIME
    loop = (-a * a - inverse_a * inverse_a) % PRIME
    assert (loop * loop - loop - 1) % PRIME == 0
    d = (1, loop)
    basis = all_paths(b.strands)
    index = {path: k for k, path in enumerate(basis)}
    tables: dict[int, Modular] = {}
    for letter in {*b.word}:
        i = abs(letter)
        keep, cap = (a, inverse_a) if letter > 0 else (inverse_a, a)
        table = np.zeros((len(basis), len(basis)), dtype=np.int64)
        for x, column in index.items():
            table[column, column] += keep
            if x[i - 1] == x[i + 1]:
                for bit in (0, 1):
                    y = (*x[:i], bit, *x[i + 1 :])
                    if y in index:
                        ratio = d[bit] * pow(d[x[i - 1]], -1, PRIME)
                        table[index[y], column] += cap * ratio % PRIME
        tables[letter] = table % PRIME
    total = np.eye(len(basis), dtype=np.int64)
    for letter in b.word:
        total = tables[letter] @ total % PRIME
    inverse_loop = pow(loop, -1, PRIME)
    if closure == "markov":
        bracket = sum(int(total[k, k]) * d[x[-1]] for x, k in index.items()) * inverse_loop
    else:
        k = index[(0, *(1, 0) * (b.strands // 2))]
        bracket = int(total[k, k]) * pow(loop, b.strands // 2 - 1, PRIME)
    return bracket * pow(zeta, -3 * writhe(b, closure), PRIME) % PRIME


def residue(exact: tuple[int, int, int, int], zeta: int) -> int:
    return sum(a * zeta**k for k, a in enumerate(exact)) % PRIME


def test_the_modulus_is_a_prime_with_fifth_roots() -> None:
    assert all(PRIME % k for k in range(2, 10_001))
    for zeta in fifth_roots():
        assert zeta != 1
        assert pow(zeta, 5, PRIME) == 1


@given(braids(max_strands=6, max_crossings=14))
def test_markov_closures_are_exact(b: Braid) -> None:
    assert exact_coefficients(b, "markov") == bracket_jones(b)


@given(braids(max_strands=6, max_crossings=14, even=True))
def test_plat_closures_are_exact(b: Braid) -> None:
    assert exact_coefficients(b, "plat") == bracket_jones(b, "plat")


@pytest.mark.parametrize("length", [30, 60, 100, 200, 700])
@pytest.mark.parametrize("strands", [2, 3, 4, 6])
def test_long_words_modulo_a_prime(strands: int, length: int) -> None:
    # The coefficients outgrow 64 bits at about a hundred crossings.
    rng = random.Random(strands * length)
    word = [rng.choice((1, -1)) * rng.randint(1, strands - 1) for _ in range(length)]
    b = Braid(word, strands=strands)
    for closure in ("markov", "plat") if strands % 2 == 0 else ("markov",):
        exact = exact_coefficients(b, closure)
        if exact is None:
            continue
        for zeta in fifth_roots():
            assert residue(exact, zeta) == modular_jones(b, closure, zeta)


def test_positive_words_modulo_a_prime() -> None:
    # Without cancellation the coefficients grow fastest.
    for b in (Braid([1, -2] * 150), Braid([1, 2, -3] * 60), Braid([1, -2, 3, -4] * 20)):
        exact = exact_coefficients(b, "markov")
        assert exact is not None
        assert max(map(abs, exact)) > 2**20
        for zeta in fifth_roots():
            assert residue(exact, zeta) == modular_jones(b, "markov", zeta)


def test_the_results_are_plain_integers() -> None:
    for b in (Braid("1 1 1"), Braid([1, -2] * 200)):
        exact = exact_coefficients(b, "markov")
        assert exact is not None
        assert all(type(a) is int for a in exact)


@pytest.mark.parametrize(
    ("word", "strands", "closure", "expected"),
    [
        ([], 1, "markov", (1, 0, 0, 0)),
        ([1, 1, 1], 2, "markov", (1, 2, 1, 2)),
        ([-1, -1, -1], 2, "markov", reduced({-1: 1, -3: 1, -4: -1})),
        ([1, -2, 1, -2], 3, "markov", reduced({-2: 1, -1: -1, 0: 1, 1: -1, 2: 1})),
        ([1, 1], 2, "markov", reduced({1: -1, 5: -1}, 3)),
        ([], 2, "markov", reduced({1: -1, -1: -1}, 3)),
        ([], 4, "plat", reduced({1: -1, -1: -1}, 3)),
        ([2, 2, 2], 4, "plat", (1, 2, 1, 2)),
    ],
)
def test_examples(word: list[int], strands: int, closure: Any, expected: tuple[int, ...]) -> None:
    assert exact_coefficients(Braid(word, strands=strands), closure) == expected


def test_fibonacci_numbers_of_the_unlink() -> None:
    # φ^k = F_k φ + F_{k−1} with φ = −ζ² − ζ³.
    previous, current = 1, 0
    for n in range(1, 10):
        exact = exact_coefficients(Braid([], strands=n), "markov")
        assert exact == (previous, 0, -current, -current)
        previous, current = current, previous + current


@given(braids(min_strands=7, max_strands=9, max_crossings=30))
def test_more_strands_agree_with_floating_point(b: Braid) -> None:
    exact = exact_coefficients(b, "markov")
    assert exact is not None
    assert number(exact) == pytest.approx(dense_jones(b, "markov"), abs=1e-8)


@pytest.mark.parametrize(
    ("word", "strands"), [([], 41), (list(range(1, 30)), 30), ([1, -2] * 10_001, 3)]
)
def test_none_where_it_would_take_long(word: list[int], strands: int) -> None:
    assert exact_coefficients(Braid(word, strands=strands), "markov") is None
