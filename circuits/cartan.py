"""The Cartan decomposition of two-qubit unitaries, and the fewest gates that they take."""

from __future__ import annotations

import cmath
import math
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from .ir import Matrix
from .oplog import HADAMARD, IDENTITY, OperationLog

__all__ = ["Cartan", "cartan", "shortest"]

Real: TypeAlias = npt.NDArray[np.float64]

_EXACT, _ZERO = 1e-11, 1e-10
# Rx(π/2): turns Z into −Y.
_QUARTER = np.array([[1, -1j], [-1j, 1]], dtype=complex) * complex(0.5**0.5)


def _distance(one: Matrix, other: Matrix) -> float:
    """Largest difference of two unitaries, but for a global phase."""
    overlap = np.vdot(one, other)
    return float(abs(one * overlap / abs(overlap) - other).max())


class Cartan(NamedTuple):
    """U = e^{iγ} (left₀ ⊗ left₁) exp(i Σ c_P P⊗P) (right₀ ⊗ right₁), P = X, Y, Z.

    Attributes:
        left: the matrices on slots 0 and 1, applied last.
        coefficients: c_X, c_Y, c_Z, each within ±π/4.
        right: the matrices applied first.
    """

    left: tuple[Matrix, Matrix]
    coefficients: tuple[float, float, float]
    right: tuple[Matrix, Matrix]


# Columns are Bell states: it turns SU(2) ⊗ SU(2) into SO(4), and P⊗P into diagonal matrices.
_MAGIC = np.array([[1, 1j, 0, 0], [0, 0, 1j, 1], [0, 0, 1j, -1], [1, -1j, 0, 0]]) / math.sqrt(2)
_PAULIS = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]], dtype=complex)
_DIAGONALS = np.array([np.diag(_MAGIC.conj().T @ np.kron(p, p) @ _MAGIC).real for p in _PAULIS])


def cartan(unitary: Matrix) -> Cartan:
    """The Cartan decomposition of a 4×4 unitary (slot 0 is the lowest bit of an index).

    Source: B. Kraus and J. I. Cirac, Phys. Rev. A 63, 062309 (2001), appendix A.

    Raises:
        ArithmeticError: the simultaneous diagonalisation failed.
    """
    m = _MAGIC.conj().T @ (unitary / np.linalg.det(unitary) ** 0.25) @ _MAGIC
    square = m.T @ m
    rotation = _common_eigenvectors(square.real, square.imag)
    phases = np.angle(np.diag(rotation.T @ square @ rotation)) / 2
    # The other factor must have determinant 1 too.
    other = m @ rotation @ np.diag(np.exp(-1j * phases))
    if np.linalg.det(other).real < 0:
        phases[0] += math.pi
        other[:, 0] *= -1
    coefficients = _DIAGONALS @ phases / 4
    # A shift by π/2 is a factor iP⊗P.
    turns = np.round(coefficients / (math.pi / 2)).astype(int)
    flips = np.linalg.multi_dot(
        [np.linalg.matrix_power(p, int(turn) % 2) for p, turn in zip(_PAULIS, turns, strict=True)]
    )
    x, y, z = (coefficients - turns * math.pi / 2).tolist()
    left = _factors(_MAGIC @ other @ _MAGIC.conj().T)
    right = _factors(_MAGIC @ rotation.T @ _MAGIC.conj().T)
    return Cartan((left[0] @ flips, left[1] @ flips), (x, y, z), right)


def _common_eigenvectors(a: Real, b: Real) -> Real:
    """An element of SO(4) that diagonalises two commuting symmetric matrices."""
    for k in range(1, 20):
        # Some combination has different eigenvalues wherever the two together do.
        vectors = np.linalg.eigh(math.cos(k) * a + math.sin(k) * b)[1]
        if all(abs(np.triu(vectors.T @ x @ vectors, 1)).max() < 1e-13 for x in (a, b)):
            vectors[:, 0] *= np.linalg.det(vectors).round()
            return np.asarray(vectors)
    raise ArithmeticError("no common eigenvectors")


def _factors(product: npt.NDArray[Any]) -> tuple[Matrix, Matrix]:
    """u₀ and u₁ of a product u₁ ⊗ u₀ of two unitaries, up to a phase."""
    blocks = product.reshape(2, 2, 2, 2)  # indices: slot 1, slot 0, slot 1, slot 0
    i, j = np.unravel_index(abs(blocks).max(axis=(1, 3)).argmax(), (2, 2))
    low = blocks[i, :, j, :]
    low = low / np.sqrt(np.linalg.det(low))
    high = np.einsum("iajb,ab->ij", blocks, low.conj()) / 2
    return low, high


def shortest(log: OperationLog) -> OperationLog | None:
    """The same two-qubit unitary by as few ZZ rotations as it takes; None if rounding spoils it.

    In a style of right angles these are two or three, or what their angles take.
    """
    unitary = log.unitary()
    try:
        found = cartan(unitary)
    except ArithmeticError:
        return None
    short = OperationLog(2, log.style)
    for slot in (0, 1):
        short.local(slot, found.right[slot])
    if log.style.right_angles and all(abs(c) > _ZERO for c in found.coefficients):
        _three_cnots(short, *found.coefficients)
    elif log.style.right_angles and sum(abs(c) > _ZERO for c in found.coefficients) == 2:
        _two_cnots(short, found.coefficients)
    else:
        _rotations(short, found.coefficients)
    for slot in (0, 1):
        short.local(slot, found.left[slot])
    return short if _distance(short.unitary(), unitary) < _EXACT else None


def _rotations(log: OperationLog, coefficients: tuple[float, float, float]) -> None:
    """One ZZ rotation for each P⊗P, with P = turn† Z turn up to a sign, which drops out."""
    for coefficient, turn in zip(coefficients, (HADAMARD, _QUARTER, IDENTITY), strict=True):
        if abs(coefficient) < _ZERO:
            continue
        for slot in (0, 1):
            log.local(slot, turn)
        log.zz(0, 1, -2 * coefficient)
        for slot in (0, 1):
            log.local(slot, turn.conj().T)


def _two_cnots(log: OperationLog, coefficients: tuple[float, float, float]) -> None:
    """A CNOT turns X⊗1 into X⊗X and 1⊗Z into Z⊗Z; the axis that is left out is turned to Y."""
    x, y, z = coefficients
    turn = IDENTITY
    if abs(x) < _ZERO:
        # Rz(π/2) exchanges X and Y up to signs.
        turn, x = np.diag([1, 1j]), y
    elif abs(z) < _ZERO:
        turn, z = _QUARTER, y
    for slot in (0, 1):
        log.local(slot, turn)
    log.cx(0, 1)
    log.local(0, HADAMARD @ np.diag([1, cmath.exp(-2j * x)]) @ HADAMARD)
    log.local(1, np.diag([1, cmath.exp(-2j * z)]))
    log.cx(0, 1)
    for slot in (0, 1):
        log.local(slot, turn.conj().T)


def _three_cnots(log: OperationLog, x: float, y: float, z: float) -> None:
    """F. Vatan and C. Williams, Phys. Rev. A 69, 032315 (2004), figure 6."""

    def ry(angle: float) -> Matrix:
        cos, sin = math.cos(angle / 2), math.sin(angle / 2)
        return np.array([[cos, -sin], [sin, cos]], dtype=complex)

    log.phase(1, -math.pi / 2)
    log.cx(1, 0)
    log.phase(0, math.pi / 2 - 2 * z)
    log.local(1, ry(2 * x - math.pi / 2))
    log.cx(0, 1)
    log.local(1, ry(math.pi / 2 - 2 * y))
    log.cx(1, 0)
    log.phase(0, math.pi / 2)
