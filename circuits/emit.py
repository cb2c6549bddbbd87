"""Neutral circuits as Qiskit and pytket circuits and as OpenQASM 2 and 3."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .ir import Circuit, Gate

if TYPE_CHECKING:
    import pytket
    import qiskit

__all__ = ["to_pytket", "to_qasm", "to_qasm3", "to_qiskit"]

# Not in stdgates.inc; compilers that know a gate of this name may use their own.
_QASM3_RZZ = "gate rzz(theta) a, b { cx a, b; rz(theta) b; cx a, b; }"


def to_qiskit(
    circuit: Circuit, *, measure: bool = True, positive_rzz: bool = False
) -> qiskit.QuantumCircuit:
    """As a Qiskit circuit of ``rz``, ``r`` and ``rzz`` gates (``cz`` if compiled for CZ).

    Args:
        circuit: the neutral circuit.
        measure: measure qubit j into classical bit j at the end.
        positive_rzz: only ``rzz`` by 0 to π/2, as IBM's fractional gates need it, with ``x`` gates
            that merge with the others where a compiler merges one-qubit gates.

    Example:
        >>> from plait.circuits import echo_circuit
        >>> to_qiskit(echo_circuit([1, 2], "0111")).num_qubits
        2
    """
    from qiskit import QuantumCircuit

    out = QuantumCircuit(circuit.qubits, circuit.qubits if measure else 0, name=circuit.name)
    turn = positive_rzz and circuit.entangler == "zzphase"
    items = _items(circuit)
    for gate in _with_positive_rzz(circuit.qubits, items) if turn else items:
        if gate is None:
            out.barrier()
        elif gate.name == "rz":
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


def _items(circuit: Circuit) -> Iterator[Gate | None]:
    """The gates in order of time, and None for each barrier."""
    done = 0
    for barrier in circuit.barriers:
        yield from circuit.gates[done:barrier]
        yield None
        done = barrier
    yield from circuit.gates[done:]


def _with_positive_rzz(qubits: int, items: Iterable[Gate | None]) -> Iterator[Gate | None]:
    """The same circuit with ZZ rotations by 0 to π/2: X on one qubit turns a rotation round.

    The X is carried on, Rz(α) X = X Rz(−α) and so on, until another one meets it or the end.
    """
    flipped = [False] * qubits
    turned = [False] * qubits  # whether a one-qubit gate came since the last ZZ

    def flip(qubit: int) -> Gate:
        flipped[qubit] = not flipped[qubit]
        return Gate("phasedx", (qubit,), (math.pi, 0.0))

    for gate in items:
        if gate is None:
            yield None
            continue
        if gate.name != "zzphase":
            (qubit,) = gate.qubits
            turned[qubit] |= gate.name == "phasedx"
            # Rz(α) turns round as a whole, PhasedX(θ, ϕ) in its second angle.
            angles = (*gate.angles[:-1], -gate.angles[-1])
            yield Gate(gate.name, gate.qubits, angles) if flipped[qubit] else gate
            continue
        a, b = gate.qubits
        angle = math.remainder(gate.angles[0], 2 * math.pi)
        if abs(angle) > math.pi / 2:
            # ZZ(π) = −i Z⊗Z.
            angle -= math.copysign(math.pi, angle)
            yield from (Gate("rz", (qubit,), (math.pi,)) for qubit in (a, b))
        if (angle < 0) != (flipped[a] != flipped[b]):
            yield flip(b if turned[b] and not turned[a] else a)
        turned[a] = turned[b] = False
        yield Gate("zzphase", (a, b), (abs(angle),))
    for qubit in range(qubits):
        if flipped[qubit]:
            yield flip(qubit)


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
    for gate in _items(circuit):
        if gate is None:
            out.add_barrier(list(range(circuit.qubits)))
            continue
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
    for gate in _items(circuit):
        if gate is None:
            lines.append("barrier q;")
        elif gate.name == "rz":
            lines.append(f"rz({gate.angles[0]:.17f}) q[{gate.qubits[0]}];")
        elif gate.name == "phasedx":
            lines.append(f"u3({_u3_angles(gate)}) q[{gate.qubits[0]}];")
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


def to_qasm3(circuit: Circuit, *, measure: bool = True) -> str:
    """As OpenQASM 3 over ``stdgates.inc``: ``rz``, ``u3`` and ``rzz`` (``cz`` if compiled for CZ).

    ``rzz`` is not in ``stdgates.inc``, so the program defines it.

    Args:
        circuit: the neutral circuit.
        measure: measure qubit j into bit j at the end.

    Example:
        >>> from plait.circuits import echo_circuit
        >>> print(to_qasm3(echo_circuit([], "01")).splitlines()[0])
        OPENQASM 3.0;
    """
    lines = ["OPENQASM 3.0;", 'include "stdgates.inc";']
    cz = circuit.entangler == "cz"
    if circuit.two_qubit_gates and not cz:
        lines.append(_QASM3_RZZ)
    lines.append(f"qubit[{circuit.qubits}] q;")
    if measure:
        lines.append(f"bit[{circuit.qubits}] c;")
    for gate in _items(circuit):
        if gate is None:
            lines.append("barrier q;")
            continue
        where = ", ".join(f"q[{qubit}]" for qubit in gate.qubits)
        if gate.name == "phasedx":
            lines.append(f"u3({_u3_angles(gate)}) {where};")
        elif gate.name == "zzphase" and cz:
            lines.append(f"cz {where};")
            lines += [f"rz({gate.angles[0]:.17f}) q[{qubit}];" for qubit in gate.qubits]
        else:
            name = "rz" if gate.name == "rz" else "rzz"
            lines.append(f"{name}({gate.angles[0]:.17f}) {where};")
    if measure:
        lines += [f"c[{j}] = measure q[{j}];" for j in range(circuit.qubits)]
    return "\n".join(lines) + "\n"


def _u3_angles(gate: Gate) -> str:
    """Rz(ϕ) Rx(θ) Rz(−ϕ) = Rz(ϕ − π/2) Ry(θ) Rz(π/2 − ϕ), in fixed-point numbers."""
    theta, phi = gate.angles
    turn = phi - math.pi / 2
    return f"{theta:.17f},{turn:.17f},{-turn:.17f}"
