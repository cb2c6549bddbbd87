"""Compiling neutral circuits for a device, and what they cost there."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from ..knots.errors import InputError
from ..knots.inputs import BraidLike, braid
from .devices import Device, device
from .echo import Part, echo_circuit
from .hadamard import hadamard_circuit
from .builder import CircuitBuilder
from .ir import Circuit

__all__ = [
    "CircuitKind",
    "CircuitStatistics",
    "build_circuit",
    "compile_circuit",
    "expected_fidelity",
]

CircuitKind = Literal["echo", "hadamard"]

# With three strands the clean qubit and x_2 are all there is.
_HADAMARD_ON_LINE = 3


def build_circuit(
    x: BraidLike,
    path: Iterable[int] | str,
    *,
    part: Part = "real",
    kind: CircuitKind = "echo",
    target: Device | str = "ideal",
) -> Circuit:
    """The circuit of one path, compiled for a device.

    Args:
        x: anything that :func:`plait.braid` takes.
        path: bits s_0 … s_n; for a plat closure :func:`plait.knots.plat_path`.
        part: ``"real"`` or ``"imag"`` part of ⟨s|U|s⟩.
        kind: ``"echo"`` (control-free) or ``"hadamard"`` (Hadamard test).
        target: the device or its name.

    Raises:
        InputError: unknown kind or part, not a path, or the circuit does not fit the device.

    Example:
        >>> build_circuit("8_19", "0111", target="H2-1").two_qubit_gates
        4
    """
    b, d = braid(x), device(target)
    if kind == "echo":
        circuit = echo_circuit(b, path, part=part, line=d.connectivity == "line")
    elif kind == "hadamard":
        if d.connectivity == "line" and b.strands > _HADAMARD_ON_LINE:
            raise InputError(
                f"{d.name} is used as a line of qubits, which a Hadamard test of more than "
                f"{_HADAMARD_ON_LINE} strands does not fit; choose another device, or echoes"
            )
        circuit = hadamard_circuit(b, path, part=part)
    else:
        raise InputError(
            f"unknown circuit {kind!r}; choose one of: {', '.join(get_args(CircuitKind))}"
        )
    return compile_circuit(circuit, d)


def compile_circuit(circuit: Circuit, target: Device) -> Circuit:
    """Rewrite a circuit in the gates that the device has.

    Raises:
        InputError: too many qubits, or gates between qubits that are not neighbours on a line.
    """
    if circuit.qubits > target.qubits:
        raise InputError(
            f"the circuit needs {circuit.qubits} qubits and {target.name} has {target.qubits}"
        )
    if target.connectivity == "line" and any(
        abs(gate.qubits[0] - gate.qubits[-1]) > 1 for gate in circuit.gates
    ):
        raise InputError(
            f"{target.name} is used as a line of qubits, and this circuit has gates between "
            f"qubits that are not neighbours on it"
        )
    if target.entangler == "zzphase":
        return circuit
    builder = CircuitBuilder(circuit.qubits, right_angles=True)
    for gate in circuit.gates:
        if gate.name == "zzphase":
            a, b = gate.qubits
            builder.zz(a, b, gate.angles[0])
        else:
            builder.local(gate.qubits[0], gate.matrix())
    return builder.finish(name=circuit.name)


def expected_fidelity(circuit: Circuit, target: Device) -> float:
    """Probability that no error happens anywhere, by the device's error rates.

    Example:
        >>> expected_fidelity(build_circuit("8_19", "0111"), device("ideal"))
        1.0
    """
    errors = target.errors
    readout = (errors.readout_0 + errors.readout_1) / 2
    fidelity = ((1 - errors.preparation) * (1 - readout)) ** circuit.qubits
    for gate in circuit.gates:
        if gate.name == "zzphase":
            fidelity *= 1 - errors.zz(gate.angles[0])
    return float(fidelity * (1 - errors.one_qubit) ** _one_qubit_gates(circuit))


def _one_qubit_gates(circuit: Circuit) -> int:
    """Number of one-qubit gates; with CZ, a general ``phasedx`` is two √X with Z rotations."""
    right = (math.pi / 2, math.pi)
    return sum(
        1
        if circuit.entangler == "zzphase" or any(abs(gate.angles[0] - r) < 1e-9 for r in right)
        else 2
        for gate in circuit.gates
        if gate.name == "phasedx"
    )


@dataclass(frozen=True, kw_only=True)
class CircuitStatistics:
    """Means over the circuits of an experiment, weighted by shots.

    Attributes:
        qubits: number of qubits.
        two_qubit_gates: per circuit, state preparation included.
        two_qubit_depth: per circuit.
        one_qubit_gates: per circuit, without rotations about Z.
        expected_fidelity: probability that no error happens, by the device's error rates.
    """

    qubits: int
    two_qubit_gates: float
    two_qubit_depth: float
    one_qubit_gates: float
    expected_fidelity: float

    @classmethod
    def of(cls, circuits: Iterable[tuple[Circuit, float]], target: Device) -> CircuitStatistics:
        """Statistics of (circuit, weight) pairs; there must be one at least."""
        pairs = [(circuit, weight) for circuit, weight in circuits if weight]
        total = sum(weight for _, weight in pairs)

        def mean(values: Iterable[float]) -> float:
            return sum(v * weight for v, (_, weight) in zip(values, pairs, strict=True)) / total

        return cls(
            qubits=max(c.qubits for c, _ in pairs),
            two_qubit_gates=mean(c.two_qubit_gates for c, _ in pairs),
            two_qubit_depth=mean(c.two_qubit_depth for c, _ in pairs),
            one_qubit_gates=mean(_one_qubit_gates(c) for c, _ in pairs),
            expected_fidelity=mean(expected_fidelity(c, target) for c, _ in pairs),
        )

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return dict(vars(self))
