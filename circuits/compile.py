"""Compiling neutral circuits for a device, and what they cost there."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from ..knots.errors import InputError
from ..knots.inputs import BraidLike, braid
from .builder import CircuitBuilder
from .devices import Device, device
from .echo import Part, echo_circuit
from .hadamard import hadamard_circuit
from .ir import PHASEDX, ZZPHASE, Circuit

__all__ = [
    "CircuitKind",
    "CircuitStatistics",
    "build_circuit",
    "compile_circuit",
    "expected_fidelity",
    "one_qubit_gates",
    "pulses",
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
        1
    """
    b, d = braid(x), device(target)
    if kind == "echo":
        line = d.connectivity == "line"
        circuit = echo_circuit(b, path, part=part, line=line, style=d.style)
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
    x = circuit.arrays
    pairs = x.code == ZZPHASE
    if target.connectivity == "line" and (abs(x.a[pairs] - x.b[pairs]) > 1).any():
        raise InputError(
            f"{target.name} is used as a line of qubits, and this circuit has gates between "
            f"qubits that are not neighbours on it"
        )
    if target.entangler == "zzphase" or circuit.entangler == "cz":
        return circuit
    builder = CircuitBuilder(circuit.qubits, right_angles=True)
    for gate in circuit.gates:
        if gate.name == "zzphase":
            a, b = gate.qubits
            builder.zz(a, b, gate.angles[0])
        else:
            builder.local(gate.qubits[0], gate.matrix())
    return replace(builder.finish(name=circuit.name), undo=circuit.undo)


def expected_fidelity(circuit: Circuit, target: Device) -> float:
    """Probability that no error happens anywhere, by the device's error rates.

    Dephasing of waiting qubits counts for every qubit and layer of two-qubit gates; a field, which
    turns all qubits alike, does not.

    Example:
        >>> expected_fidelity(build_circuit("8_19", "0111"), device("ideal"))
        1.0
    """
    errors = target.errors
    x = circuit.arrays
    readout = (errors.readout_0 + errors.readout_1) / 2
    fidelity = ((1 - errors.preparation) * (1 - readout)) ** circuit.qubits
    fidelity *= np.prod(1 - errors.zz(x.theta[x.code == ZZPHASE]))
    if dephasing := target.memory.dephasing:
        fidelity *= (1 - dephasing) ** (circuit.qubits * circuit.two_qubit_depth)
    return float(fidelity * (1 - errors.one_qubit) ** one_qubit_gates(circuit))


def pulses(circuit: Circuit) -> npt.NDArray[np.int64]:
    """Physical one-qubit gates of each gate: with CZ, a general ``phasedx`` is two √X."""
    x = circuit.arrays
    count = (x.code == PHASEDX).astype(np.int64)
    if circuit.entangler == "cz":
        general = np.minimum(abs(x.theta - math.pi / 2), abs(x.theta - math.pi)) > 1e-9
        count += (x.code == PHASEDX) & general
    return np.asarray(count)


def one_qubit_gates(circuit: Circuit) -> int:
    """Number of one-qubit gates, without rotations about Z."""
    return int(pulses(circuit).sum())


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
        """Statistics of (circuit, weight) pairs.

        Raises:
            InputError: there is none with a weight.
        """
        pairs = [(circuit, weight) for circuit, weight in circuits if weight]
        if not pairs:
            raise InputError("statistics need one circuit at least, with a weight other than 0")
        total = sum(weight for _, weight in pairs)

        def mean(values: Iterable[float]) -> float:
            return sum(v * weight for v, (_, weight) in zip(values, pairs, strict=True)) / total

        return cls(
            qubits=max(c.qubits for c, _ in pairs),
            two_qubit_gates=mean(c.two_qubit_gates for c, _ in pairs),
            two_qubit_depth=mean(c.two_qubit_depth for c, _ in pairs),
            one_qubit_gates=mean(one_qubit_gates(c) for c, _ in pairs),
            expected_fidelity=mean(expected_fidelity(c, target) for c, _ in pairs),
        )

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return dict(vars(self))
