"""Control-free echo circuits: E[v] = Re or Im ⟨s|U|s⟩ without controlling U.

Prepare (|0…0⟩ + |s⟩)/√2, apply the braid U, undo the preparation, measure everything. With
v = (−1)^m for the branch qubit's outcome m if every other bit reads 0, and v = 0 otherwise,
E[v] = Re(e^{−iθ}⟨s|U|s⟩), where θ is the known phase that the reference |0…0⟩ takes; the circuit
undoes θ by a rotation of the branch qubit. For the imaginary part the branch qubit is rotated by
−π/2 first. Source: arXiv:2503.05625.

Qubit j holds the bit x_{j+1}. x_0 is always 0 and x_n never changes, so neither needs a qubit: the
circuit is compiled for the given s, on n−1 qubits. x_1 is 1 in every path, so on the branch of s
its qubit is the branch qubit; the same holds for x_{n−1} when s_n = 0. Neighbours of such bits
need no control by them, which makes σ_1 free and σ_2 and σ_{n−1} one ZZ rotation each.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, Literal, get_args

from ..knots.braids import Braid
from ..knots.conventions import ORDER
from ..knots.errors import InputError
from ..knots.fibonacci import check_path
from ..knots.inputs import BraidLike, braid
from .builder import CircuitBuilder
from .ir import Circuit
from .synthesis import add_bulk, add_one_sided, phases

__all__ = ["PARTS", "Part", "add_braid", "cat_links", "echo_circuit"]

Part = Literal["real", "imag"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)


def echo_circuit(
    x: BraidLike, path: Iterable[int] | str, *, part: Part = "real", line: bool = False
) -> Circuit:
    """The echo circuit of one path and one part.

    Args:
        x: the braid U, as anything that :func:`plait.braid` takes.
        path: bits s_0 … s_n, see :func:`plait.knots.paths`.
        part: ``"real"`` or ``"imag"``.
        line: use only gates between neighbouring qubits (for devices with few couplings).

    Returns:
        A circuit on max(1, n−1) qubits; qubit 0 is the branch qubit.

    Raises:
        InputError: not a path for this braid, or an unknown part.

    Example:
        >>> c = echo_circuit("1 2 1 2", "0111")
        >>> c.qubits, c.two_qubit_gates
        (2, 4)
    """
    b = braid(x)
    s = check_path(path, b.strands)
    if part not in ("real", "imag"):
        raise InputError(f"unknown part {part!r}; choose 'real' or 'imag'")
    builder = CircuitBuilder(max(1, b.strands - 1))
    bits = s[1:-1] if b.strands > 1 else (1,)
    links = cat_links(bits, line=line)
    builder.h(0)
    if part == "imag":
        builder.phase(0, -math.pi / 2)
    for control, target in links:
        builder.cx(control, target)
    reference = add_braid(builder, b, s)
    builder.phase(0, reference)
    for control, target in reversed(links):
        builder.cx(control, target)
    builder.h(0)
    return builder.finish(name=f"echo-{part}-{''.join(map(str, s))}")


def add_braid(builder: CircuitBuilder, b: Braid, s: Sequence[int]) -> float:
    """Apply the braid to the qubits of the branches |0…0⟩ and |s⟩.

    Returns:
        The phase θ of the reference: U|0…0⟩ = e^{iθ}|0…0⟩.
    """
    n = b.strands

    def always_one(j: int) -> bool:
        """Whether x_j is 1 all along the branch of s."""
        return (j == n and s[n] == 1) or j == 1 or (j == n - 1 and s[n] == 0)

    theta = 0.0
    for i, power in b.runs(ORDER):
        if always_one(i):
            # A neighbour is 0 for good: the gate is a phase that depends on the other neighbour.
            other = i + 1 if i == 1 else i - 1
            _add_phase(builder, i, other, power, s)
            continue
        controls = [j for j in (i - 1, i + 1) if not always_one(j)]
        if len(controls) == 2:
            theta += add_bulk(builder, i - 2, i - 1, i, power)
        else:
            # With 1s on both sides the branch qubit on one of them keeps the reference apart.
            j = controls[0] if controls else (i - 1 if always_one(i - 1) else i + 1)
            theta += add_one_sided(builder, j - 1, i - 1, power)
    return theta


def _add_phase(builder: CircuitBuilder, i: int, other: int, power: int, s: Sequence[int]) -> None:
    """The phase α or β of x_i = 1 between a 0 and ``other``, as that one is 1 or 0."""
    n = len(s) - 1
    alpha, beta = phases(power)
    if other in (0, n):
        builder.phase(i - 1, alpha if s[other] else beta)
    else:
        builder.phase(i - 1, beta)
        builder.phase(other - 1, alpha - beta)


def cat_links(bits: Sequence[int], *, line: bool) -> list[tuple[int, int]]:
    """CNOTs (control, target) that copy qubit 0 to the ones of ``bits``.

    All-to-all: a fan-out tree of depth log₂. On a line: a ladder that passes single zeros.
    """
    ones = [qubit for qubit, bit in enumerate(bits) if bit]
    if not line:
        return [
            (ones[k - width], ones[k])
            for width in (2**e for e in range(len(ones).bit_length()))
            for k in range(width, min(2 * width, len(ones)))
        ]
    links: list[tuple[int, int]] = []
    for a, b in pairwise(ones):
        if b == a + 1:
            links.append((a, b))
        else:
            links += [(a, a + 1), (a + 1, b), (a, a + 1)]
    return links
