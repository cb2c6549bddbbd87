"""V as four integers, by contraction modulo primes and the Chinese remainder theorem.

V = a0 + a1 ζ + a2 ζ² + a3 ζ³. For a prime p ≡ 1 mod 5 the four primitive fifth roots of unity
mod p give four residues of V, hence the a_k mod p. The integers follow from enough primes, and how
many are enough is proven, not guessed:

* The bracket of a connected diagram is a sum over the spanning trees of its checkerboard graph of
  ± one power of A each (Thistlethwaite, Topology 26, 297 (1987)), up to the value of the unknot.
  So |V| ≤ τ wherever |A| = 1, in particular at ζ and at its Galois conjugate ζ², with τ the number
  of spanning trees, a determinant. Twists may first be reduced mod 10 to at most 5 crossings.
* With the values σ_j = V(ζ^j), a_k = (1/5) Σ_j σ_j (ζ^(−jk) − ζ^(−4j)), so |a_k| is at most
  (4/5)(|V(ζ)| + |V(ζ²)|).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, log2

import numpy as np
import numpy.typing as npt

from ..knots.conventions import PHI
from ..knots.errors import PlaitError
from .face import FaceDiagram, FaceNetwork
from .rings import Residues

__all__ = ["coefficient_bits", "combine", "primes_for", "spanning_tree_bits"]

_LARGEST_PRIME = 2**21
_MARGIN = 0.01
_LARGEST_DETERMINANT = 4000


def spanning_tree_bits(network: FaceNetwork) -> float:
    """Log2 of the number of spanning trees of a network's checkerboard graph, or a bound on it.

    A twist of k crossings is k parallel edges, or a path of k edges, between two faces of one
    colour; trees are counted by the matrix-tree theorem, with a path of k edges as one of weight
    1/k and a factor k. Beyond 4,000 faces of a colour the product of their degrees bounds it.

    Example:
        >>> from plait.knots import Braid
        >>> from plait.tensornet.face import face_diagram
        >>> knot = face_diagram(Braid("1 -2 1 -2")).networks[0]  # 4_1, of determinant 5
        >>> round(2 ** spanning_tree_bits(knot), 6)
        5.0
    """
    colour = _colours(network)
    if 2 * int(colour.sum()) < network.faces:
        colour = 1 - colour
    dark = np.flatnonzero(colour == 0)
    name = np.full(network.faces, -1)
    name[dark] = np.arange(len(dark))
    ends: list[tuple[int, int]] = []
    weights: list[float] = []
    bits = 0.0
    for (left, below, right, above), power in zip(
        network.corners.tolist(), network.powers.tolist(), strict=True
    ):
        k = min(power % 10, -power % 10)
        if colour[left] == 0:
            a, b, weight = name[left], name[right], float(k)
        else:
            a, b, weight = name[below], name[above], 1.0 / k
            bits += log2(k)
        if a != b:
            ends.append((a, b))
            weights.append(weight)
    one, other = np.array(ends, np.int64).reshape(-1, 2).T
    degrees = np.bincount(one, weights, len(dark)) + np.bincount(other, weights, len(dark))
    if len(dark) > _LARGEST_DETERMINANT:
        # Hadamard: the determinant of a positive matrix is at most the product of its diagonal.
        return bits + float(np.log2(np.delete(degrees, degrees.argmax())).sum())
    laplacian = np.diag(degrees)
    np.subtract.at(laplacian, (one, other), weights)
    np.subtract.at(laplacian, (other, one), weights)
    _, logarithm = np.linalg.slogdet(laplacian[1:, 1:])
    return bits + float(logarithm) / float(np.log(2))


def _colours(network: FaceNetwork) -> npt.NDArray[np.int64]:
    """Faces coloured like a checkerboard."""
    colour = np.full(network.faces, -1)
    near: list[list[int]] = [[] for _ in range(network.faces)]
    for left, right in network.edges[:, 2:].tolist():
        near[left].append(right)
        near[right].append(left)
    colour[0] = 0
    stack = [0]
    while stack:
        f = stack.pop()
        for g in near[f]:
            if colour[g] < 0:
                colour[g] = 1 - colour[f]
                stack.append(g)
    return colour


def coefficient_bits(diagram: FaceDiagram) -> int:
    """Bits that are certainly enough for the integers of V, the sign included.

    Example:
        >>> from plait.knots import Braid
        >>> from plait.tensornet.face import face_diagram
        >>> coefficient_bits(face_diagram(Braid("1 1 1")))
        4
    """
    bits = sum(spanning_tree_bits(network) for network in diagram.networks)
    # The factors φ of further parts count at ζ; at ζ² they are less than 1.
    parts = diagram.circles + len(diagram.networks) - 1
    largest = bits + parts * log2(PHI)
    return ceil(largest + log2(8 / 5) + 1 + _MARGIN + 1e-9 * largest)


def primes_for(bits: int) -> tuple[int, ...]:
    """Primes p ≡ 1 mod 5 below 2²¹, the largest first, whose product has more than so many bits.

    Example:
        >>> primes_for(40)
        (2097131, 2097091)
    """
    found: list[int] = []
    total = 0.0
    for p in _candidates():
        found.append(p)
        total += log2(p)
        if total > bits + _MARGIN:
            return tuple(found)
    raise PlaitError(f"integers of {bits} bits are beyond this method")


def _candidates() -> Iterator[int]:
    sieve = np.ones(_LARGEST_PRIME, bool)
    sieve[:2] = False
    for p in range(2, int(_LARGEST_PRIME**0.5) + 1):
        if sieve[p]:
            sieve[p * p :: p] = False
    for p in np.flatnonzero(sieve)[::-1].tolist():
        if p % 5 == 1:
            yield p


def combine(primes: Sequence[int], residues: Sequence[Sequence[int]]) -> tuple[int, int, int, int]:
    """The integers of least magnitude with the given residues of V.

    Args:
        primes: the moduli.
        residues: for each of them V at ζ, ζ², ζ³, ζ⁴ in the order of :attr:`Residues.roots`.
    """
    modulus = 1
    integers = [0, 0, 0, 0]
    for p, values in zip(primes, residues, strict=True):
        roots = Residues((p,)).roots[0]
        fifth = pow(5, -1, p)
        inverse = pow(modulus, -1, p)
        for k in range(4):
            a = fifth * sum(
                value * (pow(z, 5 - k, p) - z) for value, z in zip(values, roots, strict=True)
            )
            integers[k] += modulus * ((a - integers[k]) * inverse % p)
        modulus *= p
    a0, a1, a2, a3 = (a - modulus if a > modulus // 2 else a for a in integers)
    return a0, a1, a2, a3
