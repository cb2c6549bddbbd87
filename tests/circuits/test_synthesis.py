"""Powers of a braid generator as gates, against the matrix that defines the generator."""

from __future__ import annotations

import cmath
import math
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest

from plait.circuits import CircuitBuilder, echo_circuit, to_pytket
from plait.circuits.oplog import RIGHT_ANGLES, OperationLog, Style
from plait.circuits.synthesis import (
    add_branch,
    add_bulk,
    add_controlled_reflection,
    add_fresh,
    add_one_sided,
    phases,
    reflection,
)
from plait.knots import Braid, paths
from plait.knots.fibonacci import mixing_block

PHI = (1 + math.sqrt(5)) / 2
A = cmath.exp(-3j * math.pi / 5)
POWERS = [*range(1, 10), -1, -3, 11, 17]


def generator(a: int, b: int) -> npt.NDArray[np.complex128]:
    """⟨x'|σ|x⟩ = A δ(x,x') + A⁻¹ δ(a,b) √(d_x d_x')/d_a on the bits x that a and b allow."""
    allowed = [x for x in (0, 1) if (a or x) and (x or b)]
    d = (1.0, PHI)
    matrix = np.zeros((2, 2), dtype=complex)
    for x, y in product(allowed, allowed):
        matrix[y, x] = A * (x == y) + (a == b) * math.sqrt(d[x] * d[y]) / d[a] / A
    return matrix


def embedded(power: int, sides: list[tuple[int, int]]) -> npt.NDArray[np.complex128]:
    """Blocks of σ^power on the middle bit, for each (a, b); zero where no path is."""
    blocks = []
    for a, b in sides:
        block = generator(a, b)
        allowed = np.flatnonzero(np.diag(block))
        inner = np.linalg.matrix_power(block[np.ix_(allowed, allowed)], power)
        blocks.append(np.zeros((2, 2), dtype=complex))
        blocks[-1][np.ix_(allowed, allowed)] = inner
    return np.array(blocks)


def unitary(builder: CircuitBuilder) -> npt.NDArray[np.complex128]:
    """With all rotations about Z, by pytket; qubit 0 is the most significant bit."""
    circuit = builder.finish(keep_phases=True)
    return np.asarray(to_pytket(circuit, measure=False).get_unitary())


def assert_equal_but_for_phase(
    got: npt.NDArray[np.complex128], want: npt.NDArray[np.complex128]
) -> None:
    overlap = np.vdot(want, got)
    assert abs(overlap) > 0.1
    np.testing.assert_allclose(got * abs(overlap) / overlap, want, rtol=0, atol=1e-12)


@pytest.mark.parametrize("power", POWERS)
def test_bulk(power: int) -> None:
    builder = CircuitBuilder(3)
    theta = add_bulk(builder, 0, 1, 2, power)
    got = unitary(builder)
    # Indices 4a + 2x + b of the local paths, and of the all-zero state.
    want = np.zeros((8, 8), dtype=complex)
    sides = list(product((0, 1), (0, 1)))
    for (a, b), block in zip(sides, embedded(power, sides), strict=True):
        rows = [4 * a + b, 4 * a + 2 + b]
        want[np.ix_(rows, rows)] = block
    want[0, 0] = cmath.exp(1j * theta)
    known = [k for k in range(8) if abs(want[k, k]) > 1e-9 or k in (5, 7)]
    assert known == [0, 2, 3, 5, 6, 7]
    # Whole columns, so that nothing leaves these states.
    assert_equal_but_for_phase(got[:, known], want[:, known])
    assert 1 <= builder.finish().two_qubit_gates <= 3


@pytest.mark.parametrize("power", POWERS)
def test_bulk_acts_on_a_line(power: int) -> None:
    builder = CircuitBuilder(3)
    add_bulk(builder, 0, 1, 2, power)
    pairs = {frozenset(g.qubits) for g in builder.finish().gates if len(g.qubits) == 2}
    assert pairs <= {frozenset((0, 1)), frozenset((1, 2))}


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize(("control", "target"), [(0, 1), (1, 0)])
def test_one_sided(power: int, control: int, target: int) -> None:
    builder = CircuitBuilder(2)
    theta = add_one_sided(builder, control, target, power)
    got = unitary(builder)
    want = np.zeros((4, 4), dtype=complex)
    weight = {control: 2 if control == 0 else 1, target: 2 if target == 0 else 1}
    for a, block in zip((0, 1), embedded(power, [(0, 1), (1, 1)]), strict=True):
        rows = [a * weight[control], a * weight[control] + weight[target]]
        want[np.ix_(rows, rows)] = block
    want[0, 0] = cmath.exp(1j * theta)
    assert_equal_but_for_phase(got, want)
    assert builder.finish().two_qubit_gates == 1


def angles(builder: CircuitBuilder) -> list[float]:
    return [abs(g.angles[0]) for g in builder.finish().gates if g.name == "zzphase"]


@pytest.mark.parametrize("power", range(1, 10))
def test_one_sided_takes_the_smallest_angle(power: int) -> None:
    """Over the phase of the all-zero state, which is free."""
    alpha, _ = phases(power)
    on = embedded(power, [(1, 1)])[0]
    builder = CircuitBuilder(2)
    add_one_sided(builder, 0, 1, power)
    (chosen,) = angles(builder)
    for free in np.linspace(0, 2 * np.pi, 300):
        other = CircuitBuilder(2)
        other.select(0, 1, np.diag([cmath.exp(1j * free), cmath.exp(1j * alpha)]), on)
        assert chosen <= angles(other)[0] + 1e-12


@pytest.mark.parametrize("power", range(1, 10))
def test_first_generator_costs_nothing(power: int) -> None:
    for s in paths(4).tolist():
        preparation = 2 * (sum(s[1:-1]) - 1)
        braided = echo_circuit(Braid([1] * power, strands=4), s)
        assert braided.two_qubit_gates <= preparation


@pytest.mark.parametrize("power", range(-12, 13))
def test_phases_are_those_of_the_eigenvalues(power: int) -> None:
    first, second = phases(power)
    assert abs(cmath.exp(1j * first) - A**power) < 1e-12
    assert abs(cmath.exp(1j * second) - (-(A**-3)) ** power) < 1e-12


def test_reflection_diagonalises_all_powers() -> None:
    w = reflection()
    np.testing.assert_allclose(w @ w, np.eye(2), atol=1e-14)
    for power in range(1, 10):
        want = np.diag([(-(A**-3)) ** power, A**power])
        block = embedded(power, [(1, 1)])[0]
        np.testing.assert_allclose(w @ block @ w, want, rtol=0, atol=1e-12)


def test_controlled_reflection() -> None:
    builder = CircuitBuilder(3)
    add_controlled_reflection(builder, 0, 1, 2)
    got = unitary(builder).reshape((2,) * 6)
    z = np.diag([1, -1])
    blocks = {(0, 0): np.eye(2), (0, 1): np.eye(2), (1, 0): z, (1, 1): reflection()}
    want = np.zeros((2,) * 6, dtype=complex)
    for (a, b), block in blocks.items():
        want[a, :, b, a, :, b] = block
    assert_equal_but_for_phase(got.reshape(8, 8), want.reshape(8, 8))
    assert builder.finish().two_qubit_gates == 3
    twice = CircuitBuilder(3)
    add_controlled_reflection(twice, 0, 1, 2)
    add_controlled_reflection(twice, 0, 1, 2)
    assert_equal_but_for_phase(unitary(twice), np.eye(8, dtype=complex))


@pytest.mark.parametrize("power", range(1, 10))
def test_right_angles_take_three_or_four(power: int) -> None:
    """As CZ: three for ±1 and 5, else four; one wherever a neighbour is known."""
    log = OperationLog(3, RIGHT_ANGLES)
    theta = add_bulk(log, 0, 1, 2, power)
    assert len(log.angles) == (3 if power in (1, 5, 9) else 4)
    for add in (add_one_sided, add_branch):
        short = OperationLog(2, RIGHT_ANGLES)
        add(short, 0, 1, power)
        assert len(short.angles) == 1
    # Entries of σ^power between two 1s, and the phases elsewhere, against the reference's phase.
    whole = log.unitary() * np.exp(-1j * np.angle(log.unitary()[0, 0])) * np.exp(1j * theta)
    both = np.ix_([0b101, 0b111], [0b101, 0b111])
    np.testing.assert_allclose(whole[both], mixing_block(power), atol=1e-12)
    alpha, beta = np.exp(1j * np.array(phases(power)))
    for index, want in ((0b010, beta), (0b011, alpha), (0b110, alpha)):
        assert abs(whole[index, index] - want) < 1e-12


@pytest.mark.parametrize("bit", [0, 1])
@pytest.mark.parametrize("style", [Style(), RIGHT_ANGLES])
def test_fresh_qubits_are_prepared_and_turned_at_once(bit: int, style: Style) -> None:
    for power in range(1, 10):
        log = OperationLog(2, style)
        add_fresh(log, 0, 1, power, bit)
        assert len(log.angles) == 1
        whole = log.unitary()
        phase = whole[0, 0]
        assert abs(abs(phase) - 1) < 1e-12
        np.testing.assert_allclose(
            whole[[1, 3], 1] / phase, mixing_block(power)[:, bit], atol=1e-12
        )
