"""Closed-form synthesis of powers of braid generators on the qubits of a path.

σ_i^k acts on the bit x_i, given its neighbours a = x_{i−1} and b = x_{i+1}:

* a = b = 1: the 2×2 matrix M with eigenvalues α = A^k and β = (−A⁻³)^k;
* a ≠ b, x_i = 1: the phase α;     a = b = 0, x_i = 1: the phase β.

States with x_i = 0 next to another 0 do not occur in paths, so their phases are free; they are
chosen to make the gate cheap. The all-zero state only takes a known phase, because it is the
reference branch of the echo circuits.
"""

from __future__ import annotations

import cmath
import math
from functools import lru_cache
from typing import Final

import numpy as np

from ..knots.conventions import eigenvalues
from ..knots.fibonacci import CUP, mixing_block
from .ir import CircuitBuilder, Matrix

__all__ = ["add_bulk", "add_one_sided", "phases", "reflection"]


def phases(power: int) -> tuple[float, float]:
    """The arguments of α = A^k and β = (−A⁻³)^k."""
    first, second = eigenvalues(power)
    return cmath.phase(first), cmath.phase(second)


@lru_cache(maxsize=64)
def _one_sided(power: int) -> tuple[Matrix, Matrix]:
    """(off, on) of :func:`add_one_sided`, the free phase of ``off`` chosen for the least angle."""
    alpha, _ = phases(power)
    on = mixing_block(power)
    free = cmath.phase(on[0, 0]) - cmath.phase(on[1, 1]) + alpha
    return np.diag([cmath.exp(1j * free), cmath.exp(1j * alpha)]), on


def add_one_sided(builder: CircuitBuilder, control: int, target: int, power: int) -> float:
    """σ^power where one neighbour is a qubit and the other is 1: one ZZ rotation.

    Returns:
        The phase of the all-zero state.
    """
    off, on = _one_sided(power)
    builder.select(control, target, off, on)
    return cmath.phase(off[0, 0])


@lru_cache(maxsize=64)
def _bulk(power: int) -> tuple[Matrix, ...]:
    """Factors (F₁, R₁, L₀, L₁) with U(a, b) = L_b F_a R_b, F₀ = R₀ = 1.

    With a = 0 this is L_b R_b, which must be diagonal with the right phase of x_i = 1; with
    (a, b) = (1, 1) it must be M. Let D = L₁R₁ = diag(D₀, α), F₁ = diag(f₀, α/β): then
    D†M = R₁†F₁R₁ fixes D₀ through the trace, which always has a solution of modulus one: with
    r = β/α, p = ⟨0|cup⟩², q = 1 − p,

        D₀* = α⁻¹ (1 − p r − q r²) / (r (q + p r − r²)),

    since numerator and denominator are conjugate up to a phase. R₁ diagonalises D†M.
    """
    alpha, beta = eigenvalues(power)
    r = beta / alpha
    p, q = CUP[0] ** 2, CUP[1] ** 2
    d0 = np.conj((1 - p * r - q * r**2) / (alpha * r * (q + p * r - r**2)))
    diagonal = np.diag([d0 / abs(d0), alpha])
    product = diagonal.conj().T @ mixing_block(power)
    f1 = alpha / beta
    # Eigenvector of eigenvalue f1, then its orthogonal complement.
    column = np.linalg.svd(product - f1 * np.eye(2))[2][1].conj()
    other = np.array([-column[1].conj(), column[0].conj()])
    basis = np.column_stack([other, column])
    basis = basis * np.exp(-1j * np.angle(np.diag(basis)))
    f0 = (basis[:, 0].conj() @ product @ basis[:, 0]).item()
    right = basis.conj().T
    # The free phase D'₀ of L₀ = diag(D'₀, β) that makes the rotation from L₀ to L₁ smallest.
    left_off = np.diag([diagonal[0, 0] * beta / alpha, beta])
    left_on = diagonal @ basis
    return np.diag([f0, f1]), right, left_off, left_on


_IDENTITY: Final[Matrix] = np.eye(2, dtype=complex)


def add_bulk(builder: CircuitBuilder, a: int, target: int, b: int, power: int) -> float:
    """σ^power with qubits on both sides: three ZZ rotations on the line a – target – b.

    Returns:
        The phase of the all-zero state.
    """
    middle, right, left_off, left_on = _bulk(power)
    builder.select(b, target, _IDENTITY, right)
    builder.select(a, target, _IDENTITY, middle)
    builder.select(b, target, left_off, left_on)
    return cmath.phase(left_off[0, 0])


@lru_cache(maxsize=1)
def reflection() -> Matrix:
    """The real reflection that exchanges |0⟩ and the cup vector.

    It diagonalises every power of σ between two 1s: W M W = diag(β, α).
    """
    axis = CUP - np.array([1.0, 0.0])
    axis /= math.hypot(*axis)
    return np.asarray(np.eye(2) - 2 * np.outer(axis, axis), dtype=complex)


def add_controlled_reflection(builder: CircuitBuilder, a: int, target: int, b: int) -> None:
    """The reflection W if a = b = 1, else a diagonal gate: three ZZ rotations; self-inverse.

    With R₀ = 1, R₁† Z R₁ = W and U = R_b† Z^a R_b it is 1, 1, Z, W for ab = 00, 01, 10, 11.
    """
    # W = cos 2h Z + sin 2h X is Z turned by h.
    half = math.atan2(reflection()[0, 1].real, reflection()[0, 0].real) / 2
    right = np.array(
        [[math.cos(half), math.sin(half)], [-math.sin(half), math.cos(half)]], dtype=complex
    )
    builder.select(b, target, _IDENTITY, right)
    builder.select(a, target, _IDENTITY, np.diag([1, -1]).astype(complex))
    builder.select(b, target, _IDENTITY, right.conj().T)
