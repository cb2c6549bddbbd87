"""Closed-form synthesis of powers of braid generators on the qubits of a path.

σ_i^k acts on the bit x_i, given its neighbours a = x_{i−1} and b = x_{i+1}:

* a = b = 1: the 2×2 matrix M with eigenvalues α = A^k and β = (−A⁻³)^k;
* a ≠ b, x_i = 1: the phase α;     a = b = 0, x_i = 1: the phase β.

States with x_i = 0 next to another 0 do not occur in paths, so their phases are free; they are
chosen to make the gate cheap. The all-zero state only takes a known phase, because it is the
reference branch of the echo circuits. Where there are several decompositions, the one with the
smallest expected error in the builder's style is taken.
"""

from __future__ import annotations

import cmath
import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ..knots.conventions import eigenvalues
from ..knots.fibonacci import CUP, mixing_block
from .ir import Matrix
from .oplog import IDENTITY, OperationLog, Style

__all__ = [
    "add_branch",
    "add_bulk",
    "add_bulk_part",
    "add_controlled_reflection",
    "add_fresh",
    "add_one_sided",
    "phases",
    "reflection",
]


@lru_cache(maxsize=256)
def phases(power: int) -> tuple[float, float]:
    """The arguments of α = A^k and β = (−A⁻³)^k."""
    first, second = eigenvalues(power)
    return cmath.phase(first), cmath.phase(second)


class _Select(NamedTuple):
    """A pair of 2×2 matrices, selected by a qubit."""

    off: Matrix
    on: Matrix


@lru_cache(maxsize=256)
def _one_sided(power: int, right_angles: bool) -> _Select:
    """``off`` has a free phase of |0⟩; it makes the angle least, or a right angle."""
    alpha, _ = phases(power)
    on = mixing_block(power)
    free = cmath.phase(on[0, 0]) - cmath.phase(on[1, 1]) + alpha + math.pi * right_angles
    return _Select(np.diag([cmath.exp(1j * free), cmath.exp(1j * alpha)]), on)


def add_one_sided(builder: OperationLog, control: int, target: int, power: int) -> float:
    """σ^power where one neighbour is a qubit and the other is 1: one ZZ rotation.

    Returns:
        The phase of the all-zero state.
    """
    off, on = _one_sided(power, builder.style.right_angles)
    builder.select(control, target, off, on)
    return cmath.phase(off[0, 0])


@lru_cache(maxsize=256)
def _branch(power: int, right_angles: bool) -> _Select:
    on = mixing_block(power)
    second = cmath.phase(on[1, 1]) + math.pi * right_angles
    return _Select(np.diag([on[0, 0] / abs(on[0, 0]), cmath.exp(1j * second)]), on)


def add_branch(builder: OperationLog, control: int, target: int, power: int) -> float:
    """σ^power where both neighbours are 1 on the branch of s: one ZZ rotation.

    Args:
        builder: where to add it.
        control: a qubit that is 1 on the branch of s and 0 on the reference.
        target: the qubit of x_i, which is 0 on the reference.
        power: of the generator.

    Returns:
        The phase of the reference.
    """
    off, on = _branch(power, builder.style.right_angles)
    builder.select(control, target, off, on)
    return cmath.phase(off[0, 0])


@lru_cache(maxsize=256)
def _fresh(power: int, bit: int, right_angles: bool) -> Matrix:
    """A unitary whose first column is M|bit⟩, with the least angle or a right one to 1."""
    first, second = mixing_block(power)[:, bit]
    phase = first / abs(first)
    size, other = abs(first), second / phase
    if right_angles:
        return np.asarray(phase * np.array([[size, np.conj(other)], [other, -size]]))
    return np.asarray(phase * np.array([[size, -np.conj(other)], [other, size]]))


def add_fresh(builder: OperationLog, control: int, target: int, power: int, bit: int) -> float:
    """Like :func:`add_branch`, and the preparation of x_i = ``bit`` before, on a qubit in |0⟩.

    One ZZ rotation. Returns the phase of the reference, which is 0.
    """
    on = _fresh(power, bit, builder.style.right_angles)
    builder.select(control, target, IDENTITY, on)
    return 0.0


class _Bulk(NamedTuple):
    """Factors of U(a, b) = L_b F_a R_b."""

    right: _Select
    middle: _Select
    left: _Select


@lru_cache(maxsize=64)
def _bulk(power: int) -> _Bulk:
    """The decomposition with the least angles: F₀ = R₀ = 1.

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
    return _Bulk(
        _Select(IDENTITY, right),
        _Select(IDENTITY, np.diag([f0, f1])),
        _Select(left_off, diagonal @ basis),
    )


@lru_cache(maxsize=64)
def _bulk_right_angles(power: int) -> _Bulk:
    """The decomposition whose first and last rotation are right angles.

    R_b = N^b, F_a = diag(f₀, α/β)^a, L_b = D (vN)^b with D = diag(d₀, β), v = α/β and a
    reflection N = n·σ. For ab = 00, 01, 10 this is diagonal with the right phase of x_i = 1. For
    ab = 11 it is v D N F N, so N must turn |1⟩ into an eigenvector of D†M with the eigenvalue
    λ = (α/β)²; such a one exists if

        d₀* = (λ β* M₁₁ − λ²) / (α − λ M₀₀),

    which has modulus one. The middle rotation is a right angle too for k = 1, 5, 9 mod 10.
    """
    alpha, beta = eigenvalues(power)
    block = mixing_block(power)
    v = alpha / beta
    d0 = np.conj((v**2 * np.conj(beta) * block[1, 1] - v**4) / (alpha - v**2 * block[0, 0])).item()
    diagonal = np.diag([d0 / abs(d0), beta])
    product = diagonal.conj().T @ block
    column = np.linalg.svd(product - v**2 * np.eye(2))[2][1].conj()
    column = column * np.exp(-1j * np.angle(column[1]))
    # The reflection that exchanges |1⟩ and the column, whose second element is real.
    normal = column - np.array([0, 1])
    normal = normal / np.linalg.norm(normal)
    flip = np.eye(2) - 2 * np.outer(normal, normal.conj())
    f0 = (flip @ product @ flip / v)[0, 0].item()
    return _Bulk(
        _Select(IDENTITY, flip),
        _Select(IDENTITY, np.diag([f0, v])),
        _Select(diagonal, v * diagonal @ flip),
    )


@lru_cache(maxsize=256)
def _cheapest_bulk(power: int, style: Style) -> _Bulk:
    def cost(bulk: _Bulk) -> float:
        log = OperationLog(3, style)
        _apply(log, bulk, 0, 1, 2)
        return style.cost(log.angles)

    return min((_bulk(power), _bulk_right_angles(power)), key=cost)


def _apply(builder: OperationLog, bulk: _Bulk, a: int, target: int, b: int) -> None:
    builder.select(b, target, *bulk.right)
    builder.select(a, target, *bulk.middle)
    builder.select(b, target, *bulk.left)


def add_bulk_part(builder: OperationLog, control: int, target: int, power: int, part: int) -> None:
    """Part 0, 1 or 2 of :func:`add_bulk`, controlled by b, a and b."""
    builder.select(control, target, *_cheapest_bulk(power, builder.style)[part])


def add_bulk(builder: OperationLog, a: int, target: int, b: int, power: int) -> float:
    """σ^power with qubits on both sides: three ZZ rotations on the line a – target – b.

    In a style of right angles these are three for powers ±1 and 5 (mod 10), else four.

    Returns:
        The phase of the all-zero state.
    """
    bulk = _cheapest_bulk(power, builder.style)
    _apply(builder, bulk, a, target, b)
    return cmath.phase(bulk.left.off[0, 0])


@lru_cache(maxsize=1)
def reflection() -> Matrix:
    """The real reflection that exchanges |0⟩ and the cup vector.

    It diagonalises every power of σ between two 1s: W M W = diag(β, α).
    """
    axis = CUP - np.array([1.0, 0.0])
    axis /= math.hypot(*axis)
    return np.asarray(np.eye(2) - 2 * np.outer(axis, axis), dtype=complex)


def add_controlled_reflection(builder: OperationLog, a: int, target: int, b: int) -> None:
    """The reflection W if a = b = 1, else a diagonal gate: three ZZ rotations; self-inverse.

    With R₀ = 1, R₁† Z R₁ = W and U = R_b† Z^a R_b it is 1, 1, Z, W for ab = 00, 01, 10, 11.
    """
    # W = cos 2h Z + sin 2h X is Z turned by h.
    half = math.atan2(reflection()[0, 1].real, reflection()[0, 0].real) / 2
    right = np.array(
        [[math.cos(half), math.sin(half)], [-math.sin(half), math.cos(half)]], dtype=complex
    )
    builder.select(b, target, IDENTITY, right)
    builder.select(a, target, IDENTITY, np.diag([1, -1]).astype(complex))
    builder.select(b, target, IDENTITY, right.conj().T)
