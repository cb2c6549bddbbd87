"""Paths of the Fibonacci representation, their distribution, and the block that mixes."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from typing import Any

import numpy as np
import pytest

from plait.knots import (
    InputError,
    ResourceError,
    path_count,
    path_probability,
    paths,
    plat_path,
    sample_paths,
)
from plait.knots.fibonacci import CUP, check_path, mixing_block

GOLDEN = (1 + math.sqrt(5)) / 2


def brute(strands: int) -> list[list[int]]:
    strings = itertools.product((0, 1), repeat=strands + 1)
    return [list(s) for s in strings if s[0] == 0 and "00" not in "".join(map(str, s))]


@pytest.mark.parametrize("strands", range(1, 13))
def test_paths_are_all_strings_in_order(strands: int) -> None:
    found = paths(strands)
    assert found.tolist() == brute(strands)
    assert found.dtype == np.uint8
    assert path_count(strands) == len(found)


def test_path_count_is_a_fibonacci_number() -> None:
    # Binet's formula, in integers: F_{n+1} is the integer next to φ^(n+1)/√5.
    for n in range(1, 60):
        assert path_count(n) == round(GOLDEN ** (n + 1) / math.sqrt(5))
    assert path_count(200) == path_count(199) + path_count(198)


@pytest.mark.parametrize("strands", [60, 500])
def test_too_many_paths(strands: int) -> None:
    with pytest.raises(ResourceError, match=rf"{strands} strands have .* paths, too many to list"):
        paths(strands)


def test_far_too_many_paths() -> None:
    with pytest.raises(ResourceError, match=r"2000 strands have .* paths, too many to list"):
        paths(2000)


@pytest.mark.parametrize("strands", range(1, 13))
def test_probabilities_are_those_of_the_markov_trace(strands: int) -> None:
    total = 0.0
    for path in brute(strands):
        expected = (1, GOLDEN)[path[-1]] / GOLDEN**strands
        assert path_probability(path) == pytest.approx(expected, rel=1e-12)
        total += expected
    assert total == pytest.approx(1, rel=1e-12)


def test_probability_of_a_long_path() -> None:
    path = [0, 1] * 500
    expected = math.exp((1 - 999) * math.log(GOLDEN))
    assert path_probability(path) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("strands", [1, 2, 3, 6])
def test_samples_have_these_probabilities(strands: int) -> None:
    size = 40_000
    samples = sample_paths(strands, size, np.random.default_rng(strands))
    assert samples.shape == (size, strands + 1)
    assert samples.dtype == np.uint8
    counts = Counter(map(tuple, samples.tolist()))
    cells = brute(strands)
    assert set(counts) <= set(map(tuple, cells))
    chi_square = 0.0
    for path in cells:
        expected = size * (1, GOLDEN)[path[-1]] / GOLDEN**strands
        chi_square += (counts[tuple(path)] - expected) ** 2 / expected
    freedom = len(cells) - 1
    # Mean `freedom`, variance twice that: four standard deviations.
    assert chi_square <= freedom + 4 * math.sqrt(2 * freedom)


def test_long_samples_have_the_right_marginals() -> None:
    size, strands = 20_000, 150
    samples = sample_paths(strands, size, np.random.default_rng(9))
    assert (samples[:, 0] == 0).all()
    assert (samples[:, 1] == 1).all()
    assert not ((samples[:, 1:] == 0) & (samples[:, :-1] == 0)).any()
    # Far along the path P(1) = d_1²/(d_0² + d_1²); errors of five standard deviations.
    stationary = GOLDEN**2 / (1 + GOLDEN**2)
    tolerance = 5 * math.sqrt(stationary * (1 - stationary) / size)
    assert np.abs(samples[:, 40:].mean(axis=0) - stationary).max() < tolerance


def test_samples_follow_the_generator() -> None:
    one = sample_paths(8, 50, np.random.default_rng(3))
    assert (one == sample_paths(8, 50, np.random.default_rng(3))).all()
    assert (one != sample_paths(8, 50, np.random.default_rng(4))).any()
    assert sample_paths(3, 0, np.random.default_rng(3)).shape == (0, 4)


@pytest.mark.parametrize("strands", [2, 4, 10])
def test_plat_path(strands: int) -> None:
    path = plat_path(strands)
    assert path == (0, *(1, 0) * (strands // 2))
    assert list(path) in brute(strands)


# --- The mixing block ---------------------------------------------------------------------------


def formula_block() -> np.ndarray[Any, np.dtype[np.complex128]]:
    """⟨x'|σ|x⟩ = A δ + A⁻¹ √(d_x d_x')/φ between two 1s."""
    a = np.exp(-0.6j * np.pi)
    roots = np.sqrt([1, GOLDEN])
    block: np.ndarray[Any, np.dtype[np.complex128]] = np.eye(2) * a
    block += np.outer(roots, roots) / GOLDEN / a
    return block


@pytest.mark.parametrize("power", [-11, -3, -1, 0, 1, 2, 5, 9, 10, 27, 10**20 + 7])
def test_mixing_block_is_the_power_of_the_formula(power: int) -> None:
    expected = np.linalg.matrix_power(formula_block(), power % 10)
    assert np.allclose(mixing_block(power), expected, atol=1e-13)


def test_mixing_block_has_order_ten() -> None:
    assert np.allclose(np.linalg.matrix_power(formula_block(), 10), np.eye(2))
    for power in range(1, 10):
        assert not np.allclose(mixing_block(power), np.eye(2), atol=1e-3)


def test_cup_is_an_eigenvector() -> None:
    assert np.linalg.norm(CUP) == pytest.approx(1)
    a = np.exp(-0.6j * np.pi)
    assert np.allclose(formula_block() @ CUP, -(a**-3) * CUP)


# --- Paths from users ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "strands", "expected"),
    [
        ("01", 1, (0, 1)),
        ("01011", 4, (0, 1, 0, 1, 1)),
        ([0, 1, 1], 2, (0, 1, 1)),
        ((0, 1, 0), 2, (0, 1, 0)),
        (np.array([0, 1, 1, 0], dtype=np.uint8), 3, (0, 1, 1, 0)),
    ],
)
def test_check_path(path: Any, strands: int, expected: tuple[int, ...]) -> None:
    assert check_path(path, strands) == expected


@pytest.mark.parametrize(
    ("path", "strands", "message"),
    [
        ("010", 3, "3 strands?.* 4 bits"),
        ("01011", 3, "3 strands?.* 4 bits"),
        ("", 1, "1 strands?.* 2 bits"),
        ("0x1", 2, "2 strands?.* 3 bits"),
        ("0２1", 2, "2 strands?.* 3 bits"),
        ([0, 2, 1], 2, "2 strands?.* 3 bits"),
        ([0, -1, 1], 2, "2 strands?.* 3 bits"),
        ("110", 2, "begins with 0 and has no two adjacent zeros"),
        ("0100", 3, "begins with 0 and has no two adjacent zeros"),
        ([0, 0], 1, "begins with 0 and has no two adjacent zeros"),
    ],
)
def test_paths_that_are_refused(path: Any, strands: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_path(path, strands)


@pytest.mark.parametrize(
    ("path", "strands"),
    [([0, 10, 1], 3), ([0, 1.5], 1), ([0, None], 1), (["0", "x"], 1), (5, 1)],
)
def test_paths_that_are_not_bits(path: Any, strands: int) -> None:
    with pytest.raises(InputError, match="path"):
        check_path(path, strands)
