"""Circuits that do the same with more gates, to scale the noise up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..knots.checks import check_count
from ..knots.errors import InputError
from .decoupling import with_barriers
from .ir import Circuit, Gate

__all__ = ["folded_globally", "inverse_gates"]

_MOST = 1001


def folded_globally(circuit: Circuit, factor: int) -> Circuit:
    """U (U† U)^k instead of U: the same unitary, with 2k + 1 times the gates.

    Compiling again would cancel what this adds; vendors' compilers must leave gates as they are.

    Args:
        circuit: compiled for its device, with echo pulses if there shall be any.
        factor: 2k + 1.

    Raises:
        InputError: the factor is even, less than 1 or no integer.

    Example:
        >>> from plait.circuits import build_circuit
        >>> folded_globally(build_circuit("8_19", "0111"), 3).two_qubit_gates
        3
    """
    if check_count(factor, "factor", least=1, most=_MOST) % 2 == 0:
        raise InputError(f"factor={factor}: give an odd number, by which the gates are repeated")
    if factor == 1:
        return circuit
    gates = tuple(circuit.gates)
    size = len(gates)
    back = inverse_gates(gates)
    barriers = list(circuit.barriers)
    mirrored = [size - place for place in reversed(barriers)]
    copies = [(gates, barriers), *((back, mirrored), (gates, barriers)) * (factor // 2)]
    joined = tuple(gate for own, _ in copies for gate in own)
    places = tuple(k * size + place for k, (_, own) in enumerate(copies) for place in own)
    return with_barriers(replace(circuit, gates=joined, barriers=(), steps=None), places)


def inverse_gates(gates: Iterable[Gate]) -> tuple[Gate, ...]:
    """The gates of U†.

    Example:
        >>> inverse_gates([Gate("phasedx", (0,), (1.0, 0.5))])
        (Gate(name='phasedx', qubits=(0,), angles=(-1.0, 0.5)),)
    """
    return tuple(
        Gate(gate.name, gate.qubits, (-gate.angles[0], *gate.angles[1:]))
        for gate in reversed(tuple(gates))
    )
