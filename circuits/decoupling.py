"""Echo pulses against a field that turns all qubits about Z alike.

While a circuit runs, a slowly drifting field turns every qubit about Z by the same small angle per
layer of two-qubit gates. A π pulse, X on all qubits, turns the sign of what follows. The gates in
between do not commute with it and are conjugated by it: after an X on every qubit and until the
next one,

* ZZPhase(θ) stays;
* Rz(α) becomes Rz(−α), PhasedX(θ, ϕ) becomes PhasedX(θ, −ϕ).

With an even number of pulses the circuit is the same unitary with the same two-qubit gates. On a
qubit that has not begun yet, or is done, nothing is applied; on others a pulse merges with the
one-qubit gate that is there between two two-qubit gates, and costs one where there is none.

To first order in the field, what is left of it is Σ_q ∫ f(t) Z_q(t) dt, with f = ±1 between the
pulses and Z_q(t) in the Heisenberg picture. Were Z_q(t) constant, pulses at T/(2P), 3T/(2P), … of
the duration T would leave nothing (Carr, Purcell, Meiboom, Gill); here it changes within a few
layers, because the gates do not commute with Z, and more pulses leave less.

A pulse has to come at its time also on qubits that wait: barriers before and after it say so, to
the vendor's compiler and to the simulator.

Source: the toggling frame is average-Hamiltonian theory, Haeberlen and Waugh, Phys. Rev. 175
(1968) 453.
"""

from __future__ import annotations

import cmath
import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ..knots.checks import check_count
from ..knots.errors import InputError
from .ir import ZZPHASE, Circuit, Gate, Matrix
from .kernels import flush
from .oplog import IDENTITY, LOCAL, PAULI_X, ZZ, Operation, OperationLog
from .patterns import BARRIER, PatternTable, Steps

__all__ = ["decoupled", "layers_of", "pulse_times", "with_barriers"]

_MOST = 100_000
_EPS = 1e-12


def decoupled(circuit: Circuit, *, pulses: int, whole: bool = True) -> Circuit:
    """The same circuit with echo pulses on all qubits.

    Args:
        circuit: compiled for its device.
        pulses: how many, an even number; 0 for none. There is one for two layers of two-qubit
            gates at most.
        whole: the circuit begins with qubits in |0⟩ and ends with their measurement, so that those
            that wait for their first gate, or for the measurement, need no pulse. False for a part
            of a circuit, which then is the same unitary up to a phase; else rotations about Z that
            nothing but measurement follows are left out.

    Returns:
        A circuit with the same two-qubit gates, outcomes and normal form, with a barrier before
        and after every pulse.

    Raises:
        InputError: ``pulses`` is odd, negative or no integer, or the circuit has barriers already.

    Example:
        >>> from plait.circuits import build_circuit
        >>> circuit = build_circuit("1 2 3 1 2 3 -2 3 1 2", "01111", target="H2-1")
        >>> echoed = decoupled(circuit, pulses=2)
        >>> len(echoed.barriers), echoed.two_qubit_gates == circuit.two_qubit_gates
        (4, True)
    """
    if check_count(pulses, "pulses", least=0, most=_MOST) % 2:
        raise InputError(f"pulses={pulses}: give an even number of echo pulses, or 0 for none")
    if circuit.barriers:
        raise InputError("echo pulses are for circuits without barriers, and this one has some")
    layers = layers_of(circuit)
    times = pulse_times(int(layers.max(initial=0)), pulses)
    if not times:
        return circuit
    rewriter = _Rewriter(circuit, whole=whole)
    stretch = np.searchsorted(times, layers)  # pulses before each gate
    for number in range(len(times) + 1):
        if number:
            rewriter.pulse()
        for index in np.flatnonzero(stretch == number).tolist():
            rewriter.add(circuit.gates[index])
    gates, barriers = rewriter.finish()
    return with_barriers(replace(circuit, gates=gates, steps=None), barriers)


def layers_of(circuit: Circuit) -> npt.NDArray[np.int64]:
    """The layer in which each gate ends, from 0 for one-qubit gates before any two-qubit gate.

    Gates start as soon as their qubits are free; two-qubit gates take one layer and one-qubit
    gates none.

    Example:
        >>> gates = [Gate("zzphase", pair, (1.0,)) for pair in [(0, 1), (2, 3), (1, 2)]]
        >>> layers_of(Circuit(4, gates)).tolist()
        [1, 1, 2]
    """
    x = circuit.arrays
    clock = [0] * circuit.qubits
    found = np.zeros(len(x.code), dtype=np.int64)
    for k, (code, a, b) in enumerate(
        zip(x.code.tolist(), x.a.tolist(), x.b.tolist(), strict=True)
    ):
        if code == ZZPHASE:
            clock[a] = clock[b] = max(clock[a], clock[b]) + 1
        found[k] = clock[a]
    return found


def pulse_times(duration: int, pulses: int) -> list[int]:
    """Layers after which pulses come, such that the signed times in between add up to about 0.

    Args:
        duration: number of layers.
        pulses: how many, an even number; one for two layers at most.

    Example:
        >>> pulse_times(16, 4), pulse_times(10, 4), pulse_times(3, 8)
        ([2, 6, 10, 14], [1, 3, 6, 9], [])
    """
    pulses = min(pulses, duration // 4 * 2)
    found = []
    left = 0.0  # Σ ± (time − ideal time): half of the signed time so far that is not wanted
    for number in range(pulses):
        ideal = (2 * number + 1) * duration / (2 * pulses)
        sign = (-1) ** number
        time = min(
            (math.floor(ideal), math.ceil(ideal)), key=lambda t: abs(left + sign * (t - ideal))
        )
        left += sign * (time - ideal)
        found.append(time)
    return found


class _Rewriter:
    """Gates of a circuit one after another, in a frame that pulses turn round."""

    def __init__(self, circuit: Circuit, *, whole: bool) -> None:
        n, x = circuit.qubits, circuit.arrays
        self.whole = whole
        pairs = x.code == ZZPHASE
        # Two-qubit gates to come, of each qubit.
        self.left = np.bincount(np.concatenate([x.a[pairs], x.b[pairs]]), minlength=n).tolist()
        self.begun = [not whole] * n
        self.turned = False
        self.pending = [IDENTITY.copy() for _ in range(n)]
        self.gates: list[Gate] = []
        self.barriers: list[int] = []

    def add(self, gate: Gate) -> None:
        """The next gate, in the frame of its qubits."""
        if gate.name == "zzphase":
            # X on both qubits commutes with it.
            for qubit in gate.qubits:
                self._flush(qubit)
                self.left[qubit] -= 1
                self.begun[qubit] = True
            self.gates.append(gate)
        else:
            matrix = gate.matrix()
            self._apply(gate.qubits[0], PAULI_X @ matrix @ PAULI_X if self.turned else matrix)

    def pulse(self) -> None:
        """Turn all qubits round, at the same time."""
        live = [qubit for qubit, left in enumerate(self.left) if left or not self.whole]
        for qubit in set(range(len(self.left))).difference(live):
            # From here on it waits for its measurement.
            if self.begun[qubit]:
                self._close(qubit)
        self.barriers.append(len(self.gates))
        self.turned = not self.turned
        for qubit in live:
            self._apply(qubit, PAULI_X)
            if self.begun[qubit]:
                self._flush(qubit)
        self.barriers.append(len(self.gates))

    def finish(self) -> tuple[list[Gate], tuple[int, ...]]:
        """All gates, and the barriers."""
        for qubit in range(len(self.pending)):
            self._flush(qubit)
            rest = cmath.phase(self.pending[qubit][1, 1] / self.pending[qubit][0, 0])
            if not self.whole and abs(rest) > _EPS:
                self.gates.append(Gate("rz", (qubit,), (rest,)))
        return self.gates, tuple(self.barriers)

    def _apply(self, qubit: int, matrix: Matrix) -> None:
        self.pending[qubit] = matrix @ self.pending[qubit]

    def _close(self, qubit: int) -> None:
        """Back to its own frame, for good."""
        if self.turned:
            self._apply(qubit, PAULI_X)
        self._flush(qubit)
        self.begun[qubit] = False

    def _flush(self, qubit: int) -> None:
        """Emit what is pending but for a rotation about Z, which commutes with ZZ."""
        found, theta, phi = flush(self.pending[qubit])
        if found:
            self.gates.append(Gate("phasedx", (qubit,), (theta, phi)))


def with_barriers(circuit: Circuit, barriers: tuple[int, ...]) -> Circuit:
    """The circuit with barriers after these numbers of gates, and its steps for simulators.

    Example:
        >>> gates = [Gate("zzphase", (0, 1), (1.0,)), Gate("phasedx", (2,), (3.0, 0.0))]
        >>> with_barriers(Circuit(3, gates), (1,)).barriers
        (1,)
    """
    table = PatternTable()
    everywhere = tuple(range(circuit.qubits))
    rows: list[tuple[int, ...]] = []
    begin = 0
    for end in (*barriers, len(circuit.gates)):
        log = OperationLog(circuit.qubits)
        log.operations += map(_operation, circuit.gates[begin:end])
        rows.append((table.add((begin, end, len(rows)), log, whole=False), *everywhere))
        rows.append((BARRIER,))
        begin = end
    steps = Steps.of(table, rows[:-1], width=max(3, circuit.qubits))
    return replace(circuit, barriers=barriers, steps=steps)


def _operation(gate: Gate) -> Operation:
    a, b = (*gate.qubits, -1)[:2]
    if gate.name == "zzphase":
        return Operation(ZZ, a, b, gate.angles[0], IDENTITY)
    return Operation(LOCAL, a, -1, 0.0, gate.matrix())
