"""Emitted circuits: Qiskit, pytket, OpenQASM 2 and 3 must say the same, and be read back."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from pytket.circuit import OpType
from pytket.qasm import circuit_from_qasm_str
from qiskit import QuantumCircuit, qasm2, qasm3, transpile
from qiskit.quantum_info import Operator, Statevector

from plait.circuits import (
    Circuit,
    CircuitBuilder,
    Gate,
    build_circuit,
    hadamard_circuit,
    to_pytket,
    to_qasm,
    to_qiskit,
)
from plait.circuits.echo import PARTS
from plait.circuits.emit import to_qasm3
from plait.knots import Braid, paths

Complex = npt.NDArray[np.complex128]


def random_circuit(seed: int, *, right_angles: bool = False) -> Circuit:
    """Three qubits, all three kinds of gates, negative and large angles."""
    rng = np.random.default_rng(seed)
    builder = CircuitBuilder(3, right_angles=right_angles)
    for _ in range(12):
        matrix = rng.normal(size=(2, 2)) + 1j * rng.normal(size=(2, 2))
        builder.local(int(rng.integers(3)), np.linalg.qr(matrix)[0])
        a, b = rng.permutation(3)[:2].tolist()
        builder.zz(a, b, float(rng.normal() * 3))
    return builder.finish(keep_phases=True)


def loads(text: str) -> QuantumCircuit:
    """By Qiskit, whose plain qelib1.inc lacks rzz."""
    return qasm2.loads(text, custom_instructions=qasm2.LEGACY_CUSTOM_INSTRUCTIONS)


def of_qiskit(circuit: QuantumCircuit) -> Complex:
    """The unitary with qubit 0 as the most significant bit."""
    return np.asarray(Operator(circuit.reverse_bits()).data)


def dense(circuit: Circuit) -> Complex:
    """The product of Gate.matrix, qubit 0 as the most significant bit."""
    n = circuit.qubits
    state = np.eye(2**n, dtype=complex).reshape((2,) * n + (-1,))
    for gate in circuit.gates:
        k = len(gate.qubits)
        tensor = gate.matrix().reshape((2,) * (2 * k))
        state = np.tensordot(tensor, state, axes=(range(k, 2 * k), gate.qubits))
        state = np.moveaxis(state, range(k), gate.qubits)
    return state.reshape(2**n, 2**n)


def assert_equal_but_for_phase(got: Complex, want: Complex) -> None:
    overlap = np.vdot(want, got) / len(want)
    np.testing.assert_allclose(got / overlap, want, rtol=0, atol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_all_forms_are_the_same_unitary(seed: int) -> None:
    circuit = random_circuit(seed)
    assert {gate.name for gate in circuit.gates} == {"rz", "phasedx", "zzphase"}
    want = dense(circuit)
    text = to_qasm(circuit, measure=False)
    for got in (
        of_qiskit(to_qiskit(circuit, measure=False)),
        to_pytket(circuit, measure=False).get_unitary(),
        of_qiskit(loads(text)),
        of_qiskit(QuantumCircuit.from_qasm_str(text)),
        circuit_from_qasm_str(text).get_unitary(),
    ):
        assert_equal_but_for_phase(np.asarray(got), want)


@pytest.mark.parametrize("seed", range(5))
def test_cz_form_is_the_same_unitary(seed: int) -> None:
    circuit = random_circuit(seed, right_angles=True)
    emitted = to_qiskit(circuit, measure=False)
    assert emitted.count_ops()["cz"] == circuit.two_qubit_gates
    assert "rzz" not in emitted.count_ops()
    assert_equal_but_for_phase(of_qiskit(emitted), dense(circuit))


@pytest.mark.parametrize("seed", range(3))
def test_cz_forms_of_pytket_and_qasm(seed: int) -> None:
    circuit = random_circuit(seed, right_angles=True)
    by_pytket = to_pytket(circuit, measure=False)
    assert by_pytket.n_gates_of_type(OpType.CZ) == circuit.two_qubit_gates
    assert by_pytket.n_gates_of_type(OpType.ZZPhase) == 0
    assert_equal_but_for_phase(by_pytket.get_unitary(), dense(circuit))
    text = to_qasm(circuit, measure=False)
    assert "rzz" not in text
    assert_equal_but_for_phase(circuit_from_qasm_str(text).get_unitary(), dense(circuit))


@pytest.mark.parametrize("target", ["H2-1", "ibm_fez"])
def test_qasm_gives_the_same_probabilities(target: str) -> None:
    braid = Braid([1, -2, 3, -4, 2, 2, 3, -1, 4, 3], strands=5)
    for s in paths(5).tolist():
        for part in PARTS:
            circuit = build_circuit(braid, s, part=part, target=target)
            emitted = to_qiskit(circuit, measure=False)
            want = Statevector(emitted).probabilities_dict(decimals=12)
            read = loads(to_qasm(circuit))
            read.remove_final_measurements()
            got = Statevector(read).probabilities_dict(decimals=12)
            assert got.keys() == want.keys()
            np.testing.assert_allclose(list(got.values()), list(want.values()), atol=1e-10)
            state = circuit_from_qasm_str(to_qasm(circuit, measure=False)).get_statevector()
            by_pytket = abs(state.reshape((2,) * circuit.qubits).transpose().ravel()) ** 2
            np.testing.assert_allclose(
                by_pytket, Statevector(emitted).probabilities(), rtol=0, atol=1e-10
            )


@pytest.mark.parametrize("qubits", [1, 2, 12])
def test_qubit_j_is_measured_into_bit_j(qubits: int) -> None:
    circuit = hadamard_circuit(Braid([], strands=qubits + 1), "0" + "1" * (qubits + 1))
    emitted = to_qiskit(circuit)
    measured = [item for item in emitted.data if item.operation.name == "measure"]
    pairs = [
        (emitted.find_bit(m.qubits[0]).index, emitted.find_bit(m.clbits[0]).index)
        for m in measured
    ]
    assert pairs == [(j, j) for j in range(qubits)]
    for circuit_of_pytket in (to_pytket(circuit), circuit_from_qasm_str(to_qasm(circuit))):
        commands = circuit_of_pytket.get_commands()
        found = {
            (c.qubits[0].index[0], c.bits[0].index[0])
            for c in commands
            if c.op.type == OpType.Measure
        }
        assert found == {(j, j) for j in range(qubits)}
    read = loads(to_qasm(circuit))
    assert read.num_qubits == read.num_clbits == qubits


def test_without_measurement() -> None:
    circuit = random_circuit(3)
    assert to_qiskit(circuit, measure=False).num_clbits == 0
    assert to_pytket(circuit, measure=False).n_bits == 0
    assert "measure" not in to_qasm(circuit, measure=False)
    assert "creg" not in to_qasm(circuit, measure=False)


def test_native_gates_only() -> None:
    circuit = random_circuit(4)
    assert set(to_qiskit(circuit).count_ops()) <= {"rz", "r", "rzz", "measure"}
    types = {command.op.type for command in to_pytket(circuit).get_commands()}
    assert types <= {OpType.Rz, OpType.PhasedX, OpType.ZZPhase, OpType.Measure}
    assert to_pytket(circuit).n_2qb_gates() == circuit.two_qubit_gates
    assert to_qiskit(circuit).num_nonlocal_gates() == circuit.two_qubit_gates


def test_names_are_kept() -> None:
    circuit = build_circuit("4_1", "0111", part="imag")
    assert to_qiskit(circuit).name == to_pytket(circuit).name == "echo-imag-0111"


def test_tiny_and_negative_angles_survive_text() -> None:
    builder = CircuitBuilder(2)
    builder.h(0)
    builder.h(1)
    builder.zz(0, 1, -3e-7)
    circuit = builder.finish()
    (read,) = [i for i in loads(to_qasm(circuit)).data if i.operation.name == "rzz"]
    assert math.isclose(read.operation.params[0], -3e-7, rel_tol=1e-12)


# OpenQASM 3


def loads3(text: str) -> QuantumCircuit:
    pytest.importorskip("qiskit_qasm3_import")
    return qasm3.loads(text)


@pytest.mark.parametrize("right_angles", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_qasm3_is_the_same_unitary(seed: int, right_angles: bool) -> None:
    circuit = random_circuit(seed, right_angles=right_angles)
    text = to_qasm3(circuit, measure=False)
    assert "measure" not in text
    assert "bit[3] c" not in text
    assert ("gate rzz" in text) != right_angles
    read = loads3(text)
    assert read.count_ops()["cz" if right_angles else "rzz"] == circuit.two_qubit_gates
    assert_equal_but_for_phase(of_qiskit(read), dense(circuit))


@pytest.mark.parametrize("target", ["H2-1", "ibm_fez"])
def test_qasm3_gives_the_same_probabilities(target: str) -> None:
    braid = Braid([1, -2, 3, -4, 2, 2, 3, -1, 4, 3], strands=5)
    for s in paths(5).tolist():
        circuit = build_circuit(braid, s, part="imag", target=target)
        read = loads3(to_qasm3(circuit))
        measured = [item for item in read.data if item.operation.name == "measure"]
        assert [
            (read.find_bit(m.qubits[0]).index, read.find_bit(m.clbits[0]).index) for m in measured
        ] == [(j, j) for j in range(circuit.qubits)]
        read.remove_final_measurements()
        want = Statevector(to_qiskit(circuit, measure=False)).probabilities()
        np.testing.assert_allclose(Statevector(read).probabilities(), want, atol=1e-10)


def test_qasm3_defines_only_gates_that_it_uses() -> None:
    text = to_qasm3(Circuit(2, (Gate("rz", (1,), (-3e-7,)),)))
    assert "\ngate " not in text
    assert loads3(text).data[0].operation.params[0] == pytest.approx(-3e-7, rel=1e-10)
    assert "bit[2] c;" in text


# Positive angles


@pytest.mark.parametrize("seed", range(20))
def test_positive_rzz_is_the_same_unitary(seed: int) -> None:
    circuit = random_circuit(seed)
    # Angles beyond π/2 too, which the builder does not make.
    wide = tuple(
        Gate("zzphase", g.qubits, (g.angles[0] * (k - 3),)) if g.name == "zzphase" else g
        for k, g in enumerate(circuit.gates)
    )
    for given in (circuit, Circuit(3, wide)):
        emitted = to_qiskit(given, measure=False, positive_rzz=True)
        angles = [i.operation.params[0] for i in emitted.data if i.operation.name == "rzz"]
        assert len(angles) == given.two_qubit_gates
        assert all(0 <= angle <= math.pi / 2 for angle in angles)
        assert_equal_but_for_phase(of_qiskit(emitted), dense(given))


def test_positive_rzz_costs_little() -> None:
    """The X gates merge with the others where a compiler merges one-qubit gates."""
    braid = Braid([1, -2, 3, -4, 2, 2, 3, -1, 4, 3], strands=5)
    counts = [0, 0]
    for s in paths(5).tolist():
        circuit = build_circuit(braid, s)
        for positive in (False, True):
            emitted = to_qiskit(circuit, positive_rzz=positive)
            merged = transpile(emitted, basis_gates=["rz", "sx", "rzz"], optimization_level=1)
            counts[positive] += merged.count_ops()["sx"]
    assert counts[True] <= 1.1 * counts[False]


def test_positive_rzz_leaves_cz_alone() -> None:
    circuit = build_circuit("6_1", "01101", target="ibm_fez")
    assert to_qiskit(circuit, positive_rzz=True) == to_qiskit(circuit)
