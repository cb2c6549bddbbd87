"""The Cartan decomposition against the matrices that it decomposes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.stats import unitary_group

from plait.circuits.cartan import cartan, shortest
from plait.circuits.oplog import HADAMARD, RIGHT_ANGLES, OperationLog, Style

X, Y, Z = (
    np.array(m, dtype=complex) for m in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])
)
SPECIAL = [HADAMARD, X, np.diag([1, 1j]), np.eye(2)]


def random_log(seed: int, style: Style) -> OperationLog:
    """Up to five ZZ rotations, often by special angles, between random or special local gates."""
    rng = np.random.default_rng(seed)
    log = OperationLog(2, style)
    for _ in range(rng.integers(1, 6)):
        for qubit in (0, 1):
            kinds = [unitary_group.rvs(2, random_state=rng), *SPECIAL]
            log.local(qubit, kinds[rng.integers(len(kinds))])
        log.zz(0, 1, [3 * rng.random(), math.pi / 2, math.pi / 4][rng.integers(3)])
    return log


def distance(one: np.ndarray, other: np.ndarray) -> float:  # type: ignore[type-arg]
    overlap = np.vdot(one, other)
    return float(abs(one * overlap / abs(overlap) - other).max())


@pytest.mark.parametrize("seed", range(60))
def test_the_factors_multiply_to_the_unitary(seed: int) -> None:
    unitary = random_log(seed, Style()).unitary()
    found = cartan(unitary)
    inner = sum(c * np.kron(p, p) for c, p in zip(found.coefficients, (X, Y, Z), strict=True))
    # Slot 0 is the lowest bit.
    product = np.kron(*found.left[::-1]) @ expm(1j * inner) @ np.kron(*found.right[::-1])
    assert distance(product, unitary) < 1e-10
    assert max(map(abs, found.coefficients)) <= math.pi / 4 + 1e-12


@pytest.mark.parametrize("style", [Style(), RIGHT_ANGLES])
@pytest.mark.parametrize("seed", range(100))
def test_three_gates_do(seed: int, style: Style) -> None:
    log = random_log(seed, style)
    short = shortest(log)
    assert short is not None
    assert distance(short.unitary(), log.unitary()) < 1e-10
    assert len(short.angles) <= min(3, len(log.angles))


def test_counts_of_special_gates() -> None:
    """As many ZZ rotations, or CZ, as the coefficients ask for."""
    for coefficients, rotations, cz in (
        ((0, 0, 0), 0, 0),
        ((0, 0, math.pi / 4), 1, 1),
        ((0.3, 0, 0), 1, 2),
        ((0.3, 0, 0.2), 2, 2),
        ((0, 0.3, 0.2), 2, 2),
        ((0.3, 0.1, 0), 2, 2),
        ((0.3, 0.1, 0.2), 3, 3),
        ((math.pi / 4, math.pi / 4, math.pi / 4), 3, 3),
    ):
        for style, want in ((Style(), rotations), (RIGHT_ANGLES, cz)):
            log = OperationLog(2, style)
            turns = (HADAMARD, expm(-0.25j * math.pi * X), np.eye(2))
            for c, turn in zip(coefficients, turns, strict=True):
                for slot in (0, 1):
                    log.local(slot, turn)
                log.zz(0, 1, -2 * c)
                for slot in (0, 1):
                    log.local(slot, turn.conj().T)
            short = shortest(log)
            assert short is not None
            assert len(short.angles) == want
