"""Neutral circuits as Qiskit and pytket circuits and as OpenQASM 2."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .ir import Circuit

if TYPE_CHECKING:
    import pytket
    import qiskit

__all__ = ["to_pytket", "to_qasm", "to_qiskit"]


def to_qiskit(circuit: Circuit, *, measure: bool = True) -> qiskit.QuantumCircuit:
    """As a Qiskit circuit of ``rz``, ``r`` and ``rzz`` gates (``cz`` if compiled for CZ).

    Args:
        circuit: the neutral circuit.
        measure: measure qubit j into classical bit j at the end.

    Example:
        >>> from plait.circuits import echo_circuit
        >>> to_qiskit(echo_circuit([1, 2], "0111")).num_qubits
        2
    """
    from qiskit import QuantumCircuit

    out = QuantumCircuit(circuit.qubits, circuit.qubits if measure else 0, name=circuit.name)
    for gate in circuit.gates:
        if gate.name == "rz":
            out.rz(gate.angles[0], gate.qubits[0])
        elif gate.name == "phasedx":
            out.r(gate.angles[0], gate.angles[1], gate.qubits[0])
        elif circuit.entangler == "cz":
            # exp(∓iπ/4 ZZ) = CZ · Rz(±π/2) ⊗ Rz(±π/2) up to a phase.
            out.cz(*gate.qubits)
            for qubit in gate.qubits:
                out.rz(gate.angles[0], qubit)
        else:
            out.rzz(gate.angles[0], *gate.qubits)
    if measure:
        out.measure(range(circuit.qubits), range(circuit.qubits))
    return out


def to_pytket(circuit: Circuit, *, measure: bool = True) -> pytket.Circuit:
    """As a pytket circuit of ``Rz``, ``PhasedX``, ``ZZPhase`` (``CZ`` if compiled for CZ).

    pytket's angles are in half-turns.

    Args:
        circuit: the neutral circuit.
        measure: measure qubit j into classical bit j at the end.

    Example:
        >>> from plait.circuits import echo_circuit
        >>> to_pytket(echo_circuit([1, 2], "0111")).n_qubits
        2
    """
    from pytket.circuit import Circuit as PytketCircuit

    out = PytketCircuit(circuit.qubits, circuit.qubits if measure else 0, name=circuit.name)
    for gate in circuit.gates:
        turns = [angle / math.pi for angle in gate.angles]
        if gate.name == "rz":
            out.Rz(turns[0], gate.qubits[0])
        elif gate.name == "phasedx":
            out.PhasedX(turns[0], turns[1], gate.qubits[0])
        elif circuit.entangler == "cz":
            out.CZ(*gate.qubits)
            for qubit in gate.qubits:
                out.Rz(turns[0], qubit)
        else:
            out.ZZPhase(turns[0], *gate.qubits)
    if measure:
        for qubit in range(circuit.qubits):
            out.Measure(qubit, qubit)
    return out


def to_qasm(circuit: Circuit, *, measure: bool = True) -> str:
    """As OpenQASM 2 over ``qelib1.inc``: ``rz``, ``u3`` and ``rzz`` (``cz`` if compiled for CZ).

    pytket reads it as it is, Qiskit by ``QuantumCircuit.from_qasm_str``: the ``rzz`` of today's
    ``qelib1.inc`` is not in the original one that ``qiskit.qasm2.loads`` assumes by default.

    Example:
        >>> from plait.circuits import echo_circuit
        >>> print(to_qasm(echo_circuit([], "01")).splitlines()[0])
        OPENQASM 2.0;
    """
    # Fixed-point numbers, because OpenQASM 2 knows no exponent without a decimal point.
    lines = ["OPENQASM 2.0;", 'include "qelib1.inc";', f"qreg q[{circuit.qubits}];"]
    if measure:
        lines.append(f"creg c[{circuit.qubits}];")
    for gate in circuit.gates:
        if gate.name == "rz":
            lines.append(f"rz({gate.angles[0]:.17f}) q[{gate.qubits[0]}];")
        elif gate.name == "phasedx":
            # Rz(ϕ) Rx(θ) Rz(−ϕ) = Rz(ϕ − π/2) Ry(θ) Rz(π/2 − ϕ).
            theta, phi = gate.angles
            turn = phi - math.pi / 2
            lines.append(f"u3({theta:.17f},{turn:.17f},{-turn:.17f}) q[{gate.qubits[0]}];")
        elif circuit.entangler == "cz":
            a, b = gate.qubits
            lines.append(f"cz q[{a}],q[{b}];")
            lines += [f"rz({gate.angles[0]:.17f}) q[{qubit}];" for qubit in gate.qubits]
        else:
            a, b = gate.qubits
            lines.append(f"rzz({gate.angles[0]:.17f}) q[{a}],q[{b}];")
    if measure:
        lines += [f"measure q[{j}] -> c[{j}];" for j in range(circuit.qubits)]
    return "\n".join(lines) + "\n"
