"""Circuits as dense matrices, gate by gate: an oracle for simulators and rewriters."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from plait.circuits import Circuit


def run(circuit: Circuit, field: float = 0.0, start: int | None = 0) -> npt.NDArray[Any]:
    """Final states, gate by gate, with qubits that turn by ``field`` per layer that they wait.

    From one basis state, or from all as columns: the unitary. Bit j of an index is qubit j.
    """
    size = 2**circuit.qubits
    index = np.arange(size)
    states = np.eye(size, dtype=complex) if start is None else np.eye(size, dtype=complex)[:, [0]]
    signs = [1 - 2 * ((index >> q) & 1)[:, None] for q in range(circuit.qubits)]
    clock = [0] * circuit.qubits

    def wait(qubits: Any, until: int) -> None:
        nonlocal states
        for q in qubits:
            states = np.exp(-0.5j * field * (until - clock[q]) * signs[q]) * states
            clock[q] = until

    for k, gate in enumerate(circuit.gates):
        if k in circuit.barriers:
            wait(range(circuit.qubits), max(clock))
        if gate.name == "zzphase":
            a, b = gate.qubits
            wait(gate.qubits, max(clock[a], clock[b]) + 1)
            states = np.exp(-0.5j * gate.angles[0] * signs[a] * signs[b]) * states
        else:
            bit = 1 << gate.qubits[0]
            one = ((index & bit) > 0).astype(int)
            m = gate.matrix()
            low, high = states[index & ~bit], states[index | bit]
            states = m[one, 0][:, None] * low + m[one, 1][:, None] * high
    return states
