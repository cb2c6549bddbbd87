"""Several circuits one after another on the same qubits, as one pytket circuit.

A shot of it runs them all, so that what drifts from shot to shot is common to them. Each is
measured into a register of its own, and the qubits are reset before the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..knots.errors import InputError
from .emit import to_pytket
from .ir import Circuit

if TYPE_CHECKING:
    import pytket

__all__ = ["joined_circuits", "measure_into", "register_of"]


def register_of(series: str) -> str:
    """The classical register of a series in circuits and programs of several.

    Example:
        >>> register_of("conjugate-real")
        'm_conjugate_real'
    """
    return f"m_{series.replace('-', '_')}"


def joined_circuits(circuits: Mapping[str, Circuit], *, name: str) -> pytket.Circuit:
    """Circuits one after another on the same qubits.

    Args:
        circuits: per register the circuit that is measured into it, qubit j into bit j.
        name: of the whole.

    Raises:
        InputError: none, or with different numbers of qubits.

    Example:
        >>> from plait.circuits import echo_circuit
        >>> one = echo_circuit([1, 2], "0111")
        >>> whole = joined_circuits({"a": one, "b": one}, name="both")
        >>> whole.n_qubits, [register.name for register in whole.c_registers]
        (2, ['a', 'b'])
    """
    from pytket.circuit import Circuit as PytketCircuit

    widths = {circuit.qubits for circuit in circuits.values()}
    if len(widths) != 1:
        raise InputError(f"circuits of {sorted(widths)} qubits: give some, all of the same number")
    whole = PytketCircuit(widths.pop(), name=name)
    for number, (register, circuit) in enumerate(circuits.items(), start=1):
        whole.append(to_pytket(circuit, measure=False))
        measure_into(whole, register, reset=number < len(circuits))
    return whole


def measure_into(circuit: pytket.Circuit, register: str, *, reset: bool) -> None:
    """Measure qubit j into bit j of a new register.

    Args:
        circuit: the circuit.
        register: name of the register.
        reset: reset the qubits after that, for what follows.
    """
    bits = circuit.add_c_register(register, circuit.n_qubits)
    for qubit, bit in zip(circuit.qubits, bits, strict=True):
        circuit.Measure(qubit, bit)
        if reset:
            circuit.Reset(qubit)
