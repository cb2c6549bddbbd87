"""The dense representation, against matrices built element by element from the formula."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given
from jones_oracles import FIFTH_A, GOLDEN, all_paths, generator, word_matrix
from strategies import braids

from plait.knots import Braid, ResourceError, closure_writhe, paths
from plait.tensornet import dense_jones, representation


@pytest.mark.parametrize("strands", range(2, 8))
def test_generators_have_the_elements_of_the_formula(strands: int) -> None:
    for i in range(1, strands):
        b = Braid([i], strands=strands)
        assert np.allclose(representation(b), generator(i, strands), atol=1e-13)
        inverse = np.linalg.inv(generator(i, strands))
        assert np.allclose(representation(b.inverse()), inverse, atol=1e-13)


def test_the_basis_is_that_of_paths() -> None:
    for strands in range(1, 8):
        assert [tuple(path) for path in paths(strands).tolist()] == all_paths(strands)


@pytest.mark.parametrize("strands", [3, 4, 5, 6])
def test_relations(strands: int) -> None:
    sigma = {i: representation(Braid([i], strands=strands)) for i in range(1, strands)}
    one = np.eye(len(paths(strands)))
    for i, s in sigma.items():
        assert np.allclose(s @ s.conj().T, one)
        assert np.allclose(np.linalg.matrix_power(s, 10), one)
        assert not np.allclose(np.linalg.matrix_power(s, 5), one)
        # (σ − A)(σ + A⁻³) = 0, and σ = A + A⁻¹ E with E² = φ E.
        assert np.allclose((s - FIFTH_A * one) @ (s + FIFTH_A**-3 * one), 0)
        cup = FIFTH_A * (s - FIFTH_A * one)
        assert np.allclose(cup @ cup, GOLDEN * cup)
        for j, other in sigma.items():
            if abs(i - j) == 1:
                assert np.allclose(s @ other @ s, other @ s @ other)
                assert not np.allclose(s @ other, other @ s)
            elif abs(i - j) > 1:
                assert np.allclose(s @ other, other @ s)


@given(braids(max_strands=6, max_crossings=20))
def test_words(b: Braid) -> None:
    assert np.allclose(representation(b), word_matrix(b), atol=1e-11)


def test_the_first_letter_acts_first() -> None:
    a, b = Braid("1", strands=3), Braid("2")
    product = representation(a * b)
    assert np.allclose(product, representation(b) @ representation(a))
    assert not np.allclose(product, representation(a) @ representation(b))


@given(braids(max_strands=6, max_crossings=30))
def test_the_runs_keep_the_matrix(b: Braid) -> None:
    for modulus in (None, 10, 20):
        total = np.eye(len(paths(b.strands)), dtype=complex)
        for i, power in b.runs(modulus):
            s = generator(i, b.strands)
            total = np.linalg.matrix_power(s, power) @ total
        assert np.allclose(total, word_matrix(b), atol=1e-10)


@pytest.mark.parametrize(
    ("strands", "length"),
    [(3, 63), (3, 200), (4, 4097), (3, 9001), (5, 12_289), (7, 150), (8, 150), (9, 90)],
)
def test_long_words(strands: int, length: int) -> None:
    # From 64 runs on few strands the letters are multiplied in batches of 4096.
    rng = random.Random(length)
    word = [rng.choice((1, -1)) * rng.randint(1, strands - 1) for _ in range(length)]
    b = Braid(word, strands=strands)
    assert np.allclose(representation(b), word_matrix(b), atol=1e-9)


@pytest.mark.parametrize("strands", [3, 5])
def test_words_around_the_length_of_a_batch(strands: int) -> None:
    # Alternating letters make as many runs as letters.
    for length in (4095, 4096, 4097, 8192, 8193):
        letters = itertools.islice(itertools.cycle(range(1, strands)), length)
        b = Braid(list(letters), strands=strands)
        assert np.allclose(representation(b), word_matrix(b), atol=1e-9)


@given(braids(max_strands=6, max_crossings=16))
def test_v_is_a_mean_over_random_paths(b: Braid) -> None:
    # V = (−A)^(−3w) φ^(n−1) E_s ⟨s|U|s⟩ with P(s) = d_{s_n}/φⁿ.
    matrix = word_matrix(b)
    weights = np.array([(1, GOLDEN)[p[-1]] for p in all_paths(b.strands)]) / GOLDEN**b.strands
    mean = np.sum(weights * np.diag(matrix))
    expected = (-FIFTH_A) ** (-3 * b.writhe) * GOLDEN ** (b.strands - 1) * mean
    assert dense_jones(b, "markov") == pytest.approx(expected, abs=1e-9)


@given(braids(max_strands=6, max_crossings=16, even=True))
def test_v_of_the_plat_closure_is_an_amplitude(b: Braid) -> None:
    plat = all_paths(b.strands).index((0, *(1, 0) * (b.strands // 2)))
    amplitude = word_matrix(b)[plat, plat]
    factor = (-FIFTH_A) ** (-3 * closure_writhe(b, "plat")) * GOLDEN ** (b.strands // 2 - 1)
    assert dense_jones(b, "plat") == pytest.approx(factor * amplitude, abs=1e-9)


@pytest.mark.parametrize("closure", ["markov", "plat"])
def test_memory_that_is_too_small(closure: str) -> None:
    b = Braid([1, 2, 3] * 5, strands=10)
    message = r"the dense method on 10 strands needs about [\d.]+ kB of memory, .* the 2 kB"
    with pytest.raises(ResourceError, match=message):
        dense_jones(b, closure, memory=2000.0)  # type: ignore[arg-type]
    assert np.isfinite(dense_jones(b, closure, memory=1e9))  # type: ignore[arg-type]


def test_too_many_strands() -> None:
    with pytest.raises(ResourceError, match=r"on 60 strands needs about .* of memory"):
        dense_jones(Braid(list(range(1, 60))), "markov")
    with pytest.raises(ResourceError, match=r"60 strands have .* paths"):
        representation(Braid(list(range(1, 60))))
