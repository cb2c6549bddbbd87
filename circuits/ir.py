"""The neutral form of circuits: three native gates, built with virtual Z rotations.

* ``rz``(α) = exp(−iαZ/2);
* ``phasedx``(θ, ϕ) = Rz(ϕ) Rx(θ) Rz(−ϕ);
* ``zzphase``(θ) = exp(−iθ Z⊗Z/2).

Angles are in radians. Circuits are defined up to a global phase.
"""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

__all__ = ["Circuit", "CircuitBuilder", "Entangler", "Gate", "Matrix"]

Entangler = Literal["zzphase", "cz"]
GateName = Literal["rz", "phasedx", "zzphase"]
Matrix = npt.NDArray[np.complex128]

_EPS: Final = 1e-12
HADAMARD: Final[Matrix] = np.array([[1, 1], [1, -1]], dtype=complex) * complex(0.5**0.5)
PAULI_X: Final[Matrix] = np.array([[0, 1], [1, 0]], dtype=complex)


@dataclass(frozen=True, slots=True)
class Gate:
    """One native gate.

    Attributes:
        name: ``"rz"``, ``"phasedx"`` or ``"zzphase"``.
        qubits: one or two qubit numbers.
        angles: (α,), (θ, ϕ) or (θ,), in radians.
    """

    name: GateName
    qubits: tuple[int, ...]
    angles: tuple[float, ...]

    def matrix(self) -> Matrix:
        """The unitary; for two qubits the first one is the most significant bit.

        Example:
            >>> Gate("zzphase", (0, 1), (0.5,)).matrix().shape
            (4, 4)
        """
        if self.name == "rz":
            half = self.angles[0] / 2
            return np.diag([cmath.exp(-1j * half), cmath.exp(1j * half)])
        if self.name == "zzphase":
            half = self.angles[0] / 2
            same, other = cmath.exp(-1j * half), cmath.exp(1j * half)
            return np.diag([same, other, other, same])
        theta, phi = self.angles
        cos, sin = math.cos(theta / 2), math.sin(theta / 2)
        return np.array(
            [
                [cos, -1j * cmath.exp(-1j * phi) * sin],
                [-1j * cmath.exp(1j * phi) * sin, cos],
            ]
        )


@dataclass(frozen=True, slots=True)
class Circuit:
    """A circuit in the neutral form; every qubit is measured at the end, in the Z basis.

    Attributes:
        qubits: number of qubits.
        gates: in order of time.
        name: for labels in emitted circuits.
        entangler: ``"cz"`` if all ZZ rotations are by ±π/2, to be emitted as CZ.
    """

    qubits: int
    gates: tuple[Gate, ...]
    name: str = ""
    entangler: Entangler = "zzphase"

    @property
    def two_qubit_gates(self) -> int:
        """Number of two-qubit gates."""
        return sum(len(gate.qubits) == 2 for gate in self.gates)

    @property
    def two_qubit_depth(self) -> int:
        """Depth in two-qubit gates."""
        depth = [0] * self.qubits
        for gate in self.gates:
            if len(gate.qubits) == 2:
                a, b = gate.qubits
                depth[a] = depth[b] = max(depth[a], depth[b]) + 1
        return max(depth, default=0)


class CircuitBuilder:
    """Builds a circuit from one-qubit unitaries and ZZ rotations.

    One-qubit unitaries are held back until a ZZ rotation on their qubit, then emitted as at most
    one ``phasedx``; rotations about Z commute with ZZ, so they move on to the next ``phasedx`` or
    to the end. ZZ rotations with nothing but such rotations between them merge.

    Args:
        qubits: number of qubits.
        right_angles: emit only ZZ rotations by ±π/2 (for devices whose entangler is CZ); others
            take two of them.
    """

    def __init__(self, qubits: int, *, right_angles: bool = False) -> None:
        self.qubits = qubits
        self.right_angles = right_angles
        self._gates: list[Gate | None] = []
        self._pending: list[Matrix] = [np.eye(2, dtype=complex) for _ in range(qubits)]
        self._last: list[int] = [-1] * qubits  # index of the last gate on each qubit

    def local(self, qubit: int, matrix: Matrix) -> None:
        """Apply a one-qubit unitary."""
        self._pending[qubit] = matrix @ self._pending[qubit]

    def phase(self, qubit: int, angle: float) -> None:
        """Multiply |1⟩ of a qubit by exp(i·angle)."""
        self._pending[qubit] = np.diag([1, cmath.exp(1j * angle)]) @ self._pending[qubit]

    def h(self, qubit: int) -> None:
        """Hadamard gate."""
        self.local(qubit, HADAMARD)

    def x(self, qubit: int) -> None:
        """Pauli X gate."""
        self.local(qubit, PAULI_X)

    def zz(self, a: int, b: int, angle: float) -> None:
        """exp(−i·angle·Z⊗Z/2), with the angle brought to |angle| ≤ π/2 by local rotations."""
        turns = round(angle / math.pi)
        angle = float(angle) - turns * math.pi
        if turns % 2:
            # ZZ(π) = −i Z⊗Z.
            self.phase(a, math.pi)
            self.phase(b, math.pi)
        if abs(angle) < _EPS:
            return
        if self.right_angles and abs(abs(angle) - math.pi / 2) > _EPS:
            self.cx(a, b)
            self.phase(b, angle)
            self.cx(a, b)
            return
        flushed = [self._flush(a), self._flush(b)]
        last = self._last[a]
        if not any(flushed) and last >= 0 and last == self._last[b]:
            previous = self._gates[last]
            if previous is not None and previous.name == "zzphase":
                self._remove(last)
                for qubit in (a, b):
                    self._take_back(qubit)
                self.zz(a, b, previous.angles[0] + angle)
                return
        self._append(Gate("zzphase", (a, b), (angle,)))

    def controlled_phase(self, a: int, b: int, angle: float) -> None:
        """Multiply |11⟩ by exp(i·angle)."""
        self.phase(a, angle / 2)
        self.phase(b, angle / 2)
        self.zz(a, b, -angle / 2)

    def cx(self, control: int, target: int) -> None:
        """Controlled X."""
        self.h(target)
        self.controlled_phase(control, target, math.pi)
        self.h(target)

    def select(self, control: int, target: int, off: Matrix, on: Matrix) -> None:
        """Apply ``off`` or ``on`` (2×2 unitaries) to the target as the control is 0 or 1.

        Costs one ZZ rotation of at most π/2, none if the two differ by a phase.
        """
        # on·off† = e^{iγ} exp(−iω m·σ/2); its eigenvectors turn m into z.
        ratio = on @ off.conj().T
        values, vectors = _eigenbasis(ratio)
        first, second = cmath.phase(values[0]), cmath.phase(values[1])
        self.local(target, off)
        if abs(values[0] - values[1]) < _EPS:
            self.phase(control, first)
            return
        self.local(target, vectors.conj().T)
        self.phase(control, first)
        self.controlled_phase(control, target, second - first)
        self.local(target, vectors)

    def finish(self, *, name: str = "", keep_phases: bool = False) -> Circuit:
        """The circuit; rotations about Z that nothing but measurement follows are left out.

        Args:
            name: label of the circuit.
            keep_phases: emit those rotations too, so that the unitary is complete.
        """
        for qubit in range(self.qubits):
            self._flush(qubit)
            if keep_phases:
                angle = cmath.phase(self._pending[qubit][1, 1] / self._pending[qubit][0, 0])
                if abs(angle) > _EPS:
                    self._append(Gate("rz", (qubit,), (angle,)))
                self._pending[qubit] = np.eye(2, dtype=complex)
        gates = tuple(gate for gate in self._gates if gate is not None)
        return Circuit(self.qubits, gates, name, "cz" if self.right_angles else "zzphase")

    def _append(self, gate: Gate) -> None:
        self._gates.append(gate)
        for qubit in gate.qubits:
            self._last[qubit] = len(self._gates) - 1

    def _remove(self, index: int) -> None:
        gate = self._gates[index]
        self._gates[index] = None
        if gate is not None:
            for qubit in gate.qubits:
                earlier = (
                    k
                    for k in range(index - 1, -1, -1)
                    if (other := self._gates[k]) is not None and qubit in other.qubits
                )
                self._last[qubit] = next(earlier, -1)

    def _take_back(self, qubit: int) -> None:
        """Make a last ``phasedx`` pending again, so that it merges with what follows."""
        gate = self._gates[self._last[qubit]] if self._last[qubit] >= 0 else None
        if gate is not None and gate.name == "phasedx":
            self._remove(self._last[qubit])
            self._pending[qubit] = self._pending[qubit] @ gate.matrix()

    def _flush(self, qubit: int) -> bool:
        """Emit the part of the pending unitary that is not a rotation about Z."""
        matrix = self._pending[qubit]
        (a, b), (c, d) = matrix
        theta = 2 * math.atan2(abs(c), abs(a))
        if theta < _EPS:
            return False
        # U = e^{iγ} Rz(α) PhasedX(θ, ϕ) has arg d − arg a = α, arg c − arg b = α + 2ϕ and
        # arg a − arg b = ϕ + π/2; phases of small elements are inexact, but matter as little.
        if abs(a) < _EPS:
            phi, alpha = (cmath.phase(c) - cmath.phase(b)) / 2, 0.0
        else:
            alpha = cmath.phase(d) - cmath.phase(a)
            rough = cmath.phase(a) - cmath.phase(b) - math.pi / 2
            half = (cmath.phase(c) - cmath.phase(b) - alpha) / 2
            phi = half + math.pi * round((rough - half) / math.pi)
        self._append(Gate("phasedx", (qubit,), (theta, math.remainder(phi, 2 * math.pi))))
        self._pending[qubit] = np.diag([1, cmath.exp(1j * alpha)])
        return True


def _eigenbasis(unitary: Matrix) -> tuple[npt.NDArray[np.complex128], Matrix]:
    """Eigenvalues and orthonormal eigenvectors of a 2×2 unitary, the basis nearest to identity."""
    center = np.trace(unitary) / 2
    phase = cmath.exp(-1j * cmath.phase(np.linalg.det(unitary)) / 2)
    hermitian = 1j * (phase * unitary - phase * center * np.eye(2))
    vectors: Matrix = np.linalg.eigh((hermitian + hermitian.conj().T) / 2)[1]
    if abs(vectors[0, 0]) < abs(vectors[0, 1]):
        vectors = vectors[:, ::-1]
    phases = np.diag(vectors) / np.abs(np.diag(vectors))
    vectors = vectors / phases
    values = np.diag(vectors.conj().T @ unitary @ vectors)
    return values, vectors
