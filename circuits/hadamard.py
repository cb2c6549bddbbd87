"""Hadamard-test circuits, the textbook baseline: one clean qubit controls the whole braid.

Markov closure: one clean qubit and the register in |s⟩ with s drawn from the Markov trace (the
DQC1 algorithm of Shor and Jordan, arXiv:0707.2831, with the mixed state sampled). Plat closure:
the register in the plat state. E[(−1)^m] of the clean qubit's outcome m is Re or Im ⟨s|U|s⟩.

A controlled power of σ_i is diagonalised: W† · controlled phases · W, where W is the doubly
controlled reflection; only the phases need the clean qubit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from ..knots.conventions import ORDER
from ..knots.fibonacci import check_path
from ..knots.inputs import BraidLike, braid
from .builder import CircuitBuilder
from .echo import Part, check_part
from .ir import Circuit
from .synthesis import add_controlled_reflection, phases, reflection

__all__ = ["hadamard_circuit"]


def hadamard_circuit(x: BraidLike, path: Iterable[int] | str, *, part: Part = "real") -> Circuit:
    """The Hadamard test of one path and one part.

    Args:
        x: the braid U, as anything that :func:`plait.braid` takes.
        path: bits s_0 … s_n.
        part: ``"real"`` or ``"imag"``.

    Returns:
        A circuit on max(1, n−1) qubits: qubit 0 is the clean qubit, qubit j holds x_{j+1}
        (x_0, x_1 and x_n are constant and need none).

    Raises:
        InputError: not a path for this braid, or an unknown part.

    Example:
        >>> hadamard_circuit("1 2 1 2", "0111").qubits
        2
    """
    b = braid(x)
    s = check_path(path, b.strands)
    check_part(part)
    n = b.strands
    builder = CircuitBuilder(max(1, n - 1))
    for j in range(2, n):
        if s[j]:
            builder.x(j - 1)
    builder.h(0)
    if part == "imag":
        builder.phase(0, -math.pi / 2)
    for i, power in b.runs(ORDER):
        _add_controlled(builder, i, power, s)
    builder.h(0)
    return builder.finish(name=f"hadamard-{part}-{''.join(map(str, s))}")


def _add_controlled(builder: CircuitBuilder, i: int, power: int, s: Sequence[int]) -> None:
    n = len(s) - 1
    alpha, beta = phases(power)

    def constant(j: int) -> int | None:
        if j == 0 or j == n:
            return s[j]
        return 1 if j == 1 or (j == n - 1 and s[n] == 0) else None

    if constant(i) == 1:
        # A neighbour is 0 for good: a phase by the other neighbour.
        other = i + 1 if constant(i - 1) == 0 else i - 1
        bit = constant(other)
        if bit is None:
            builder.phase(0, beta)
            builder.controlled_phase(0, other - 1, alpha - beta)
        else:
            builder.phase(0, alpha if bit else beta)
        return
    target = i - 1
    qubits = [j - 1 for j in (i - 1, i + 1) if constant(j) is None]

    def diagonalise() -> None:
        if len(qubits) == 2:
            add_controlled_reflection(builder, qubits[0], target, qubits[1])
        elif len(qubits) == 1:
            builder.select(qubits[0], target, np.eye(2, dtype=complex), reflection())
        else:
            builder.local(target, reflection())

    # In the diagonal frame the phase is β for x_i = 0 and α for x_i = 1, but for neighbours 0, 0,
    # where x_i = 1 takes β.
    diagonalise()
    builder.phase(0, beta)
    builder.controlled_phase(0, target, alpha - beta)
    if len(qubits) == 2:
        _both_zero_phase(builder, qubits[0], qubits[1], beta - alpha)
    diagonalise()


def _both_zero_phase(builder: CircuitBuilder, a: int, b: int, angle: float) -> None:
    """Multiply by exp(i·angle) where qubit 0 is 1 and a = b = 0: five two-qubit gates.

    c ā b̄ = (1 − Z_c)(1 + Z_a)(1 + Z_b)/8, as rotations about the seven products of Z.
    """
    eighth = angle / 8
    for qubit in (a, b):
        builder.phase(qubit, -2 * eighth)
        builder.zz(0, qubit, 2 * eighth)
    builder.phase(0, 2 * eighth)
    builder.cx(a, b)
    builder.phase(b, -2 * eighth)
    builder.zz(0, b, 2 * eighth)
    builder.cx(a, b)
