"""Runs: the word as powers of generators, merged across commuting letters."""

from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import braids

from plait.knots import Braid, InputError, Run


def expand(runs: tuple[Run, ...], strands: int) -> Braid:
    word = [i if k > 0 else -i for i, k in runs for _ in range(abs(k))]
    return Braid(word, strands=strands)


def burau(b: Braid, t: complex) -> np.ndarray[Any, np.dtype[np.complex128]]:
    """The unreduced Burau matrix, the first letter acting first."""
    total = np.eye(b.strands, dtype=np.complex128)
    block = np.array([[1 - t, t], [1, 0]], dtype=np.complex128)
    inverse = np.linalg.inv(block)
    for letter in b.word:
        i = abs(letter)
        total[i - 1 : i + 1] = (block if letter > 0 else inverse) @ total[i - 1 : i + 1]
    return total


def catalan(b: Braid, a: complex) -> dict[tuple[int, ...], complex]:
    """The braid in the Temperley-Lieb algebra at a generic A, as weights of planar matchings."""
    n = b.strands
    state: dict[tuple[int, ...], complex] = {(*range(n, 2 * n), *range(n)): 1}
    for letter in b.word:
        keep, cap = (a, 1 / a) if letter > 0 else (1 / a, a)
        left, right = n + abs(letter) - 1, n + abs(letter)
        new: dict[tuple[int, ...], complex] = {}
        for matching, weight in state.items():
            new[matching] = new.get(matching, 0) + keep * weight
            capped = list(matching)
            p, q = matching[left], matching[right]
            factor = -(a**2) - a**-2 if p == right else 1
            if p != right:
                capped[p], capped[q] = q, p
            capped[left], capped[right] = right, left
            key = tuple(capped)
            new[key] = new.get(key, 0) + factor * cap * weight
        state = new
    return state


def is_maximal(runs: tuple[Run, ...]) -> bool:
    """Between two runs of one generator there is always one of a neighbour."""
    return all(
        any(abs(between.generator - first.generator) == 1 for between in runs[k + 1 : m])
        for k, first in enumerate(runs)
        for m in range(k + 1, len(runs))
        if runs[m].generator == first.generator
    )


@pytest.mark.parametrize(
    ("word", "modulus", "expected"),
    [
        ("[]", None, []),
        ("1", None, [(1, 1)]),
        ("1 1 1", None, [(1, 3)]),
        ("-1 -1", None, [(1, -2)]),
        ("1 -1", None, []),
        ("1 3 1", None, [(1, 2), (3, 1)]),
        ("1 3 1 2 -2", None, [(1, 2), (3, 1)]),
        ("1 2 1", None, [(1, 1), (2, 1), (1, 1)]),
        ("1 2 -2 1", None, [(1, 2)]),
        ("1 2 3 -3 -2 -1", None, []),
        ("1 2 4 -2 4 1", None, [(1, 2), (4, 2)]),
        ("1 3 2 3 1", None, [(1, 1), (3, 1), (2, 1), (3, 1), (1, 1)]),
        ("2 1 3 -1 -3 2", None, [(2, 2)]),
        ("s1^10", None, [(1, 10)]),
        ("s1^10", 10, []),
        ("s1^13", 10, [(1, 3)]),
        ("-1", 10, [(1, 9)]),
        ("s1^-20", 10, []),
        ("s1^5 s2^10 s1^5", 10, []),
        ("s1^5 s2^10 s1^5", None, [(1, 5), (2, 10), (1, 5)]),
        ("s1^4 s2^3 s1^4", 4, [(2, 3)]),
    ],
)
def test_examples(word: str, modulus: int | None, expected: list[tuple[int, int]]) -> None:
    runs = Braid(word).runs(modulus)
    assert list(runs) == expected
    assert all(isinstance(run, Run) for run in runs)


@given(braids(max_strands=6, max_crossings=30))
def test_the_product_of_the_runs_is_the_braid(b: Braid) -> None:
    product = expand(b.runs(), b.strands)
    assert product.permutation == b.permutation
    assert product.writhe == b.writhe
    t = 0.9 + 0.3j
    assert np.allclose(burau(product, t), burau(b, t), rtol=1e-8, atol=1e-8)


@given(braids(min_strands=2, max_strands=4, max_crossings=12))
def test_the_product_of_the_runs_is_the_braid_in_the_temperley_lieb_algebra(b: Braid) -> None:
    a = 0.96 + 0.21j
    one, other = catalan(expand(b.runs(), b.strands), a), catalan(b, a)
    for matching in one.keys() | other.keys():
        assert one.get(matching, 0) == pytest.approx(other.get(matching, 0), abs=1e-8)


def test_the_temperley_lieb_weights_tell_braids_apart() -> None:
    a = 0.96 + 0.21j
    assert catalan(Braid("1 2 1"), a) == pytest.approx(catalan(Braid("2 1 2"), a))
    assert catalan(Braid("1 2"), a) != pytest.approx(catalan(Braid("2 1"), a))
    assert catalan(Braid("s1^10"), a) != pytest.approx(catalan(Braid("1 -1"), a))


@given(braids(max_strands=6, max_crossings=30), st.sampled_from([None, 2, 3, 10]))
def test_runs_are_maximal_and_powers_reduced(b: Braid, modulus: int | None) -> None:
    runs = b.runs(modulus)
    assert is_maximal(runs)
    for _, power in runs:
        assert power != 0
        assert modulus is None or 0 < power < modulus


@given(braids(max_strands=6, max_crossings=30))
def test_runs_of_the_product_of_the_runs(b: Braid) -> None:
    runs = b.runs()
    assert expand(runs, b.strands).runs() == runs


@given(braids(max_strands=5, max_crossings=20))
def test_a_braid_times_its_inverse_has_no_runs(b: Braid) -> None:
    assert (b * b.inverse()).runs() == ()
    assert (b.inverse() * b).runs() == ()


@pytest.mark.parametrize("modulus", [1, 0, -10])
def test_a_modulus_is_at_least_two(modulus: int) -> None:
    with pytest.raises(InputError, match=f"modulus={modulus} must be at least 2"):
        Braid("1 2 1").runs(modulus)


@pytest.mark.slow
def test_a_million_letters() -> None:
    rng = random.Random(6)
    word = [rng.choice((1, -1)) * rng.randint(1, 2) for _ in range(10**6)]
    b = Braid(word)
    runs = b.runs()
    assert sum(power for _, power in runs) == b.writhe
    # On three strands all runs are those of a freely reduced word: neighbours alternate.
    assert all(x.generator != y.generator for x, y in itertools.pairwise(runs))
