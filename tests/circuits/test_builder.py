"""The circuit builder against products of dense matrices; pytket multiplies the gates."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit.circuit.library import RGate, RZGate, RZZGate

from plait.circuits import Circuit, CircuitBuilder, Gate, to_pytket

Complex = npt.NDArray[np.complex128]
Step = tuple[str, tuple[int, ...], tuple[float, ...]]

QUBITS = 3
SPECIAL = [k * math.pi / 4 for k in range(-12, 13)]
# Multiples of 1/1000: angles near 0 have their own test.
ANGLES = st.one_of(
    st.sampled_from([*SPECIAL, math.pi / 2 + 1e-13]),
    st.integers(-20_000, 20_000).map(lambda k: k / 1000),
)
PAIRS = st.permutations(range(QUBITS)).map(lambda order: tuple(order[:2]))
SINGLE = st.integers(0, QUBITS - 1).map(lambda qubit: (qubit,))
STEPS = st.one_of(
    st.tuples(st.just("local"), SINGLE, st.tuples(ANGLES, ANGLES, ANGLES)),
    st.tuples(st.just("phase"), SINGLE, st.tuples(ANGLES)),
    st.tuples(st.sampled_from(["h", "x"]), SINGLE, st.just(())),
    st.tuples(st.sampled_from(["zz", "controlled_phase"]), PAIRS, st.tuples(ANGLES)),
    st.tuples(st.just("cx"), PAIRS, st.just(())),
    st.tuples(st.just("select"), PAIRS, st.tuples(*[ANGLES] * 6)),
)
PROGRAMS = st.lists(STEPS, max_size=12)
fixed = settings(derandomize=True, deadline=None, max_examples=150)


def turn(angles: tuple[float, ...]) -> Complex:
    """An arbitrary element of U(2), a phase included."""
    a, b, c = angles
    rz = [np.diag([np.exp(-0.5j * t), np.exp(0.5j * t)]) for t in (a, c)]
    ry = np.array([[math.cos(b / 2), -math.sin(b / 2)], [math.sin(b / 2), math.cos(b / 2)]])
    return np.asarray(np.exp(1j * (a - c)) * rz[0] @ ry @ rz[1], dtype=complex)


def embed(matrix: Complex, qubits: tuple[int, ...]) -> Complex:
    """A gate on all qubits; qubit 0 is the most significant bit."""
    rest = [q for q in range(QUBITS) if q not in qubits]
    big = np.kron(matrix, np.eye(2 ** len(rest))).reshape((2,) * (2 * QUBITS))
    order = np.argsort([*qubits, *rest])
    axes = [*order, *(order + QUBITS)]
    return np.asarray(big.transpose(axes).reshape(2**QUBITS, 2**QUBITS))


def step_matrix(step: Step) -> Complex:
    name, _, angles = step
    if name == "local":
        return turn(angles)
    if name == "phase":
        return np.diag([1, np.exp(1j * angles[0])])
    if name == "h":
        return np.array([[1, 1], [1, -1]], dtype=complex) / math.sqrt(2)
    if name == "x":
        return np.array([[0, 1], [1, 0]], dtype=complex)
    if name == "zz":
        return np.diag(np.exp(-0.5j * angles[0] * np.array([1, -1, -1, 1])))
    if name == "controlled_phase":
        return np.diag([1, 1, 1, np.exp(1j * angles[0])])
    zero, one = np.diag([1, 0]).astype(complex), np.diag([0, 1]).astype(complex)
    if name == "cx":
        return np.kron(zero, np.eye(2)) + np.kron(one, step_matrix(("x", (0,), ())))
    return np.kron(zero, turn(angles[:3])) + np.kron(one, turn(angles[3:]))


def build(program: list[Step], *, right_angles: bool = False) -> tuple[CircuitBuilder, Complex]:
    builder = CircuitBuilder(QUBITS, right_angles=right_angles)
    dense = np.eye(2**QUBITS, dtype=complex)
    for step in program:
        name, qubits, angles = step
        if name == "local":
            builder.local(qubits[0], turn(angles))
        elif name == "select":
            builder.select(*qubits, turn(angles[:3]), turn(angles[3:]))
        else:
            getattr(builder, name)(*qubits, *angles)
        dense = embed(step_matrix(step), qubits) @ dense
    return builder, dense


def unitary(circuit: Circuit) -> Complex:
    return np.asarray(to_pytket(circuit, measure=False).get_unitary())


def assert_equal_but_for_phase(got: Complex, want: Complex, tolerance: float = 1e-9) -> None:
    overlap = np.vdot(want, got) / len(want)
    assert abs(abs(overlap) - 1) < tolerance
    np.testing.assert_allclose(got / overlap, want, rtol=0, atol=tolerance)


@given(PROGRAMS)
@fixed
def test_any_program(program: list[Step]) -> None:
    builder, dense = build(program)
    circuit = builder.finish(keep_phases=True)
    assert_equal_but_for_phase(unitary(circuit), dense)
    angles = [abs(g.angles[0]) for g in circuit.gates if g.name == "zzphase"]
    assert all(0 < angle <= math.pi / 2 + 1e-12 for angle in angles)


@given(PROGRAMS)
@fixed
def test_right_angles(program: list[Step]) -> None:
    builder, dense = build(program, right_angles=True)
    circuit = builder.finish(keep_phases=True)
    assert_equal_but_for_phase(unitary(circuit), dense)
    angles = [g.angles[0] for g in circuit.gates if g.name == "zzphase"]
    np.testing.assert_allclose(np.abs(angles), math.pi / 2, atol=1e-9)


@given(PROGRAMS)
@fixed
def test_leaving_out_final_phases_keeps_probabilities(program: list[Step]) -> None:
    builder, dense = build(program)
    short = builder.finish()
    np.testing.assert_allclose(abs(unitary(short)) ** 2, abs(dense) ** 2, atol=1e-9)
    full = builder.finish(keep_phases=True)
    assert full.gates[: len(short.gates)] == short.gates
    assert {gate.name for gate in full.gates[len(short.gates) :]} <= {"rz"}


@given(PROGRAMS)
@fixed
def test_rotations_about_z_are_virtual(program: list[Step]) -> None:
    assert "rz" not in {gate.name for gate in build(program)[0].finish().gates}


def test_local_gates_are_held_back() -> None:
    builder = CircuitBuilder(2)
    for k in range(5):
        builder.local(0, turn((0.3, k, -0.7)))
        builder.phase(0, 0.2 * k)
    builder.zz(0, 1, 0.4)
    assert [gate.name for gate in builder.finish().gates] == ["phasedx", "zzphase"]


@pytest.mark.parametrize("angle", [1e-7, 1e-9, 1e-11])
def test_tiny_rotations_keep_their_phase(angle: float) -> None:
    # A rotation about X by a tiny angle, whose direction rounding errors make uncertain, must
    # not turn what comes after it.
    program: list[Step] = [
        ("h", (0,), ()),
        ("phase", (0,), (angle,)),
        ("h", (0,), ()),
        ("zz", (0, 1), (0.5,)),
        ("phase", (0,), (0.9,)),
        ("h", (0,), ()),
    ]
    builder, dense = build(program)
    assert_equal_but_for_phase(unitary(builder.finish(keep_phases=True)), dense, 1e-11)


def test_finishing_twice_gives_the_same_circuit() -> None:
    builder = CircuitBuilder(1)
    builder.phase(0, 0.7)
    first = builder.finish(keep_phases=True)
    assert builder.finish(keep_phases=True) == first


@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize(("a", "b"), [(0.3, 0.5), (-1.2, 0.7), (1.5, 1.5), (0.1, -1.1)])
def test_adjacent_rotations_merge(a: float, b: float, swap: bool) -> None:
    builder = CircuitBuilder(3)
    builder.zz(0, 1, a)
    builder.phase(0, 0.77)
    builder.phase(1, -2.0)
    builder.zz(*((1, 0) if swap else (0, 1)), b)
    circuit = builder.finish()
    assert circuit.two_qubit_gates == 1
    angle = circuit.gates[0].angles[0]
    assert math.isclose(math.remainder(angle - a - b, math.pi), 0, abs_tol=1e-12)


def test_inverse_rotations_cancel() -> None:
    builder = CircuitBuilder(3)
    builder.zz(1, 2, 0.4)
    builder.zz(0, 1, 0.9)
    builder.zz(0, 1, -0.9)
    builder.zz(1, 2, 0.2)
    circuit = builder.finish()
    assert [(g.name, g.qubits) for g in circuit.gates] == [("zzphase", (1, 2))]
    assert math.isclose(circuit.gates[0].angles[0], 0.6)


def hadamard(builder: CircuitBuilder) -> None:
    builder.h(1)


def local_turn(builder: CircuitBuilder) -> None:
    builder.local(0, turn((0.0, 0.8, 0.0)))


@pytest.mark.parametrize("between", [hadamard, local_turn])
def test_rotations_do_not_merge_across(between: Callable[[CircuitBuilder], None]) -> None:
    builder = CircuitBuilder(3)
    builder.zz(0, 1, 0.3)
    between(builder)
    builder.zz(0, 1, 0.3)
    pairs = [g.qubits for g in builder.finish().gates if g.name == "zzphase"]
    assert pairs.count((0, 1)) == 2


@pytest.mark.parametrize("angle", [0.0, math.pi, -math.pi, 2 * math.pi, 7 * math.pi])
def test_multiples_of_half_turns_are_local(angle: float) -> None:
    builder = CircuitBuilder(2)
    builder.zz(0, 1, angle)
    assert builder.finish().gates == ()


def test_select_between_equal_gates_is_local() -> None:
    builder = CircuitBuilder(2)
    gate = turn((0.3, 1.1, -0.4))
    builder.select(0, 1, gate, np.exp(0.7j) * gate)
    assert builder.finish().two_qubit_gates == 0


@given(st.tuples(*[ANGLES] * 6))
@fixed
def test_select_takes_one_rotation(angles: tuple[float, ...]) -> None:
    builder = CircuitBuilder(2)
    builder.select(0, 1, turn(angles[:3]), turn(angles[3:]))
    assert builder.finish().two_qubit_gates <= 1


@pytest.mark.parametrize("theta", [-2.0, 0.0, 0.4, math.pi])
@pytest.mark.parametrize("phi", [-1.0, 0.0, 2.5])
def test_matrices_of_gates_are_those_of_qiskit(theta: float, phi: float) -> None:
    rz = Gate("rz", (0,), (theta,)).matrix()
    np.testing.assert_allclose(rz, RZGate(theta).to_matrix(), atol=1e-15)
    phasedx = Gate("phasedx", (0,), (theta, phi)).matrix()
    np.testing.assert_allclose(phasedx, RGate(theta, phi).to_matrix(), atol=1e-15)
    zz = Gate("zzphase", (0, 1), (theta,)).matrix()
    np.testing.assert_allclose(zz, RZZGate(theta).to_matrix(), atol=1e-15)


def test_depth_and_number_of_two_qubit_gates() -> None:
    pairs = [(0, 1), (2, 3), (1, 2), (0, 3), (0, 1)]
    gates = [Gate("zzphase", pair, (0.1,)) for pair in pairs]
    circuit = Circuit(5, (Gate("rz", (0,), (0.1,)), *gates))
    assert circuit.two_qubit_gates == 5
    assert circuit.two_qubit_depth == 3
    assert Circuit(1, ()).two_qubit_depth == 0
