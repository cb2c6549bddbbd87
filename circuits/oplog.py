"""A log of logical operations: one-qubit unitaries and ZZ rotations."""

from __future__ import annotations

import cmath
import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .ir import Matrix

__all__ = [
    "HADAMARD",
    "IDENTITY",
    "LOCAL",
    "RIGHT_ANGLES",
    "ZZ",
    "Operation",
    "OperationLog",
    "Style",
]

LOCAL, ZZ = 0, 1
_EPS: Final = 1e-12
HADAMARD: Final[Matrix] = np.array([[1, 1], [1, -1]], dtype=complex) * complex(0.5**0.5)
PAULI_X: Final[Matrix] = np.array([[0, 1], [1, 0]], dtype=complex)
IDENTITY: Final[Matrix] = np.eye(2, dtype=complex)


class Operation(NamedTuple):
    """One logical operation.

    Attributes:
        kind: LOCAL or ZZ.
        a: the qubit, or the first one.
        b: the second one, −1 for LOCAL.
        angle: of exp(−i·angle·ZZ/2).
        matrix: of LOCAL.
    """

    kind: int
    a: int
    b: int
    angle: float
    matrix: Matrix


class Style(NamedTuple):
    """What two-qubit gates a device has, and what they cost there.

    Attributes:
        right_angles: only ZZ rotations by ±π/2 (devices whose entangler is CZ); others take two.
        base: probability of an error of a ZZ rotation, at angle 0.
        slope: its growth per radian.
    """

    right_angles: bool = False
    base: float = 1.0
    slope: float = 0.0

    def cost(self, angles: list[float]) -> float:
        """Expected errors of ZZ rotations; where these are equal fewer gates and angles win."""
        return sum(
            self.base + self.slope * abs(angle) + 1e-9 * (1 + abs(angle)) for angle in angles
        )


RIGHT_ANGLES: Final = Style(right_angles=True)


class OperationLog:
    """Records one-qubit unitaries and ZZ rotations.

    Args:
        qubits: number of qubits.
        style: which ZZ rotations there are.
    """

    def __init__(self, qubits: int, style: Style | None = None) -> None:
        self.qubits = qubits
        self.style = style or Style()
        self.operations: list[Operation] = []
        self._open: dict[int, int] = {}  # qubit → index of its last operation, if that is LOCAL

    @property
    def angles(self) -> list[float]:
        """Angles of the ZZ rotations."""
        return [op.angle for op in self.operations if op.kind == ZZ]

    def local(self, qubit: int, matrix: Matrix) -> None:
        """Apply a one-qubit unitary."""
        matrix = np.asarray(matrix, dtype=complex)
        if qubit in self._open:
            index = self._open[qubit]
            matrix = matrix @ self.operations[index].matrix
            self.operations[index] = Operation(LOCAL, qubit, -1, 0.0, matrix)
            return
        self._open[qubit] = len(self.operations)
        self.operations.append(Operation(LOCAL, qubit, -1, 0.0, matrix))

    def phase(self, qubit: int, angle: float) -> None:
        """Multiply |1⟩ of a qubit by exp(i·angle)."""
        self.local(qubit, np.diag([1, cmath.exp(1j * angle)]))

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
        if self.style.right_angles and abs(abs(angle) - math.pi / 2) > _EPS:
            self.cx(a, b)
            self.phase(b, angle)
            self.cx(a, b)
            return
        for qubit in (a, b):
            self._open.pop(qubit, None)
        self.operations.append(Operation(ZZ, a, b, angle, IDENTITY))

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

    def unitary(self) -> Matrix:
        """The dense matrix; qubit j is bit j of an index."""
        states = np.eye(2**self.qubits, dtype=complex)
        index = np.arange(2**self.qubits)
        for op in self.operations:
            if op.kind == LOCAL:
                bit = 1 << op.a
                low, high = states[index & ~bit], states[index | bit]
                one = ((index & bit) > 0).astype(int)
                states = op.matrix[one, 0][:, None] * low + op.matrix[one, 1][:, None] * high
            else:
                sign = 1 - 2 * (((index >> op.a) ^ (index >> op.b)) & 1)
                states = np.exp(-0.5j * op.angle * sign)[:, None] * states
        return np.asarray(states)


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
