"""The face model: a tensor network over the faces of a link diagram.

Every face carries a label, 0 = vacuum or 1 = τ, and two faces that share an edge are not both 0
(the hard-core rule). A twist of k crossings with the faces L, B, R, T around it, counterclockwise,
has the tensor

    a_k δ(B,T)/d_B + c_k δ(L,R)/d_L,        c_k = (b_k − a_k)/φ,

with a_k, b_k the eigenvalues of σ^k, and every face f the factor d_f. With one face fixed to 0 the
sum over all labels is the bracket of a connected diagram. The weights follow from regions being
worth d^χ (χ the Euler characteristic): a smoothing joins two opposite faces by a band, which takes
1 from χ. So the model needs no height function and no square roots; all entries lie in Z[ζ]; and
it is that of any planar diagram, not of closed braids alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ..knots.braids import Braid
from ..knots.conventions import ORDER, Closure
from ..knots.diagrams import PlanarDiagram

__all__ = ["FaceDiagram", "FaceNetwork", "face_diagram"]

_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class FaceNetwork:
    """The faces of one connected diagram with at least one twist.

    Attributes:
        corners: faces around each twist (left, below, right, above), shape (m, 4).
        powers: crossings of each twist, signed, mod 10; shape (m,).
        edges: two twists, and the faces on the left and on the right when one goes from the first
            to the second; shape (2m, 4).
        faces: number of faces, m + 2.
    """

    corners: _Ints
    powers: _Ints
    edges: _Ints
    faces: int

    @cached_property
    def pins(self) -> dict[int, int]:
        """Labels of the faces that are fixed: one vacuum, hence its neighbours τ.

        The face with the most corners is the vacuum: that fixes the most labels.
        """
        vacuum = int(np.bincount(self.corners.ravel()).argmax())
        left, right = self.edges[:, 2], self.edges[:, 3]
        pins = dict.fromkeys(left[right == vacuum].tolist(), 1)
        pins |= dict.fromkeys(right[left == vacuum].tolist(), 1)
        pins[vacuum] = 0
        return pins

    @cached_property
    def shape(self) -> str:
        """A name for the diagram without its signs: plans for it serve all signs and powers."""
        content = np.concatenate([self.corners.ravel(), self.edges.ravel()])
        return hashlib.sha256(content.astype("<i8").tobytes()).hexdigest()[:16]


@dataclass(frozen=True)
class FaceDiagram:
    """A link diagram as face networks; the bracket is φ^circles times the product of theirs.

    Attributes:
        networks: one for each connected part of the diagram that has crossings.
        circles: components without crossings.
    """

    networks: tuple[FaceNetwork, ...]
    circles: int


def face_diagram(x: Braid | PlanarDiagram, closure: Closure = "markov") -> FaceDiagram:
    """The face networks of a closed braid, or of a planar diagram.

    In a braid, runs of one generator become one twist, their powers mod 10: the networks are those
    of the value at the fifth root. In a planar diagram each crossing is a twist.

    Args:
        x: braid or planar diagram.
        closure: of the braid.

    Example:
        >>> diagram = face_diagram(Braid("1 1 1 2 -1 2", strands=4))
        >>> [network.corners.shape for network in diagram.networks], diagram.circles
        ([(4, 4)], 1)
    """
    if isinstance(x, PlanarDiagram):
        return FaceDiagram(_networks(x.crossings, [1] * len(x.crossings)), x.circles)
    n = x.strands
    at = list(range(n))
    ends: list[tuple[int, int, int, int]] = []
    powers: list[int] = []
    fresh = n
    for i, power in x.runs(ORDER):
        # Counterclockwise from the upper left, so that corners are left, below, right, above.
        ends.append((fresh, at[i - 1], at[i], fresh + 1))
        at[i - 1], at[i] = fresh, fresh + 1
        fresh += 2
        powers.append(power)
    if closure == "markov":
        joins = [(j, at[j]) for j in range(n)]
    else:
        joins = [(a[j], a[j + 1]) for a in (list(range(n)), at) for j in range(0, n, 2)]
    name, circles = _identify(joins, fresh)
    renamed = [tuple(name[end] for end in four) for four in ends]
    return FaceDiagram(_networks(renamed, powers), circles)


def _identify(joins: Sequence[tuple[int, int]], count: int) -> tuple[list[int], int]:
    """Representatives after joining ends of strands, and how many joins closed a circle."""
    name = list(range(count))

    def find(a: int) -> int:
        while name[a] != a:
            name[a] = a = name[name[a]]
        return a

    circles = 0
    for a, b in joins:
        a, b = find(a), find(b)
        circles += a == b
        name[a] = b
    return [find(a) for a in range(count)], circles


def _networks(ends: Sequence[Sequence[int]], powers: Sequence[int]) -> tuple[FaceNetwork, ...]:
    """Networks of the connected parts of twists, given by the strands at their four ends."""
    mate = _mates(ends)
    part = _parts(mate, len(ends))
    networks = []
    for p in range(max(part, default=-1) + 1):
        members = [u for u, q in enumerate(part) if q == p]
        number = {u: k for k, u in enumerate(members)}
        mates = [
            4 * number[mate[4 * u + k] // 4] + mate[4 * u + k] % 4
            for u in members
            for k in range(4)
        ]
        networks.append(_network(mates, [powers[u] for u in members]))
    return tuple(networks)


def _mates(ends: Sequence[Sequence[int]]) -> list[int]:
    """For the end k of twist u, numbered 4u + k, the other end of its strand."""
    mate = [0] * (4 * len(ends))
    waiting: dict[int, int] = {}
    for u, four in enumerate(ends):
        for k, strand in enumerate(four):
            other = waiting.pop(strand, None)
            if other is None:
                waiting[strand] = 4 * u + k
            else:
                mate[4 * u + k], mate[other] = other, 4 * u + k
    return mate


def _parts(mate: Sequence[int], count: int) -> list[int]:
    part = [-1] * count
    parts = 0
    for start in range(count):
        if part[start] >= 0:
            continue
        part[start] = parts
        stack = [start]
        while stack:
            u = stack.pop()
            for end in range(4 * u, 4 * u + 4):
                v = mate[end] // 4
                if part[v] < 0:
                    part[v] = parts
                    stack.append(v)
        parts += 1
    return part


def _network(mate: Sequence[int], powers: Sequence[int]) -> FaceNetwork:
    """Corner k of a twist lies between its ends k and k + 1, counterclockwise."""
    corner = [-1] * len(mate)
    faces = 0
    for start in range(len(mate)):
        if corner[start] >= 0:
            continue
        at = start
        while corner[at] < 0:
            corner[at] = faces
            at = mate[at - 3 if at % 4 == 3 else at + 1]
        faces += 1
    edges = []
    for end, other in enumerate(mate):
        if end < other:
            before = end + 3 if end % 4 == 0 else end - 1
            edges.append((end // 4, other // 4, corner[end], corner[before]))
    return FaceNetwork(
        np.array(corner, np.int64).reshape(-1, 4),
        np.array(powers, np.int64),
        np.array(edges, np.int64).reshape(-1, 4),
        faces,
    )
