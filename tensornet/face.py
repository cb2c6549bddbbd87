"""The face model: the closed braid diagram as a tensor network over its faces.

Every face of the closed diagram carries a bit (0 the vacuum, 1 = τ). A run σ_i^k with the faces
L (left), B (below), R (right) and T (above) is the tensor

    W = a δ(B, T) + c δ(L, R) d_T / d_L,   a = A^k,  c = ((−A⁻³)^k − a) / φ,

zero where two faces that share an edge are both 0. The outer left face is 0 and the outer right
one carries its quantum dimension. The sum over all faces is the Kauffman bracket ⟨L⟩. The gauge
d_T/d_L has no square roots; it is similar to the unitary one and has the same trace and the same
diagonal elements.

The network is planar, so contracting it costs exp(O(√crossings)) at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..knots.braids import Braid
from ..knots.closures import closure_writhe
from ..knots.conventions import DIMENSIONS, ORDER, PHI, Closure, bracket_to_jones, eigenvalues
from ..knots.errors import ResourceError
from ..knots.fibonacci import plat_path
from .resources import Cost, check_cost

__all__ = ["FaceNetwork", "contract", "face_cost", "face_jones", "face_network", "find_tree"]

_MAX_RUNS = 20_000
_ANNEAL_FROM = 300
_HOPELESS = 1e22
_RATE = 1e9


@dataclass(frozen=True)
class FaceNetwork:
    """A network of tensors over face indices, all of size 2, with hyperindices.

    Attributes:
        inputs: the faces of each tensor.
        arrays: the tensors, complex128, shape (2,) * len(faces).
        scalar: factor from faces that are pinned.
    """

    inputs: tuple[tuple[str, ...], ...]
    arrays: tuple[npt.NDArray[np.complex128], ...]
    scalar: complex


def run_tensor(power: int) -> npt.NDArray[np.complex128]:
    """The tensor W[L, B, R, T] of a run σ_i^power.

    Example:
        >>> run_tensor(1).shape
        (2, 2, 2, 2)
    """
    first, second = eigenvalues(power)
    c = (second - first) / PHI
    d = DIMENSIONS
    W = np.zeros((2, 2, 2, 2), dtype=complex)
    for L, B, R, T in np.ndindex(2, 2, 2, 2):
        if (L or B) and (B or R) and (R or T) and (T or L):
            W[L, B, R, T] = first * (B == T) + c * (L == R) * d[T] / d[L]
    return W


_EDGE = np.array([[0, 1], [1, 1]], dtype=complex)


def face_network(braid: Braid, closure: Closure) -> FaceNetwork:
    """The face network of a closed braid, pinned faces removed.

    Contracting it and multiplying by ``scalar`` gives the Kauffman bracket ⟨L⟩ with ⟨unknot⟩ = φ
    for the Markov closure, and ⟨L⟩/φ^(n/2) for the plat closure. Runs are merged and powers
    reduced mod 10, so the network is that of the value at the fifth root.

    Raises:
        ResourceError: more than 20,000 runs of crossings.

    Example:
        >>> net = face_network(Braid("1 1 1"), "markov")
        >>> len(net.arrays)
        2
    """
    n = braid.strands
    runs = braid.runs(ORDER)
    if len(runs) > _MAX_RUNS:
        raise ResourceError(
            f"this braid has {len(runs)} runs of crossings; the search for a contraction path "
            f"stops at {_MAX_RUNS}; method='dense' takes any length on up to about 12 strands"
        )
    per_gap = [0] * (n + 1)
    for run in runs:
        per_gap[run.generator] += 1
    pinned: dict[str, int] = {_face(0, 0): 0}
    if closure == "plat":
        for gap, bit in enumerate(plat_path(n)):
            pinned[_face(gap, 0)] = pinned[_face(gap, per_gap[gap])] = bit
    builder = _Builder(pinned)
    current = [0] * (n + 1)
    for i, power in runs:
        left, below = _face(i - 1, current[i - 1]), _face(i, current[i])
        current[i] += 1
        if closure == "markov":
            current[i] %= per_gap[i]
        right, above = _face(i + 1, current[i + 1]), _face(i, current[i])
        builder.add((left, below, right, above), run_tensor(power))
    for gap in range(n):
        # A strand that meets no crossing: nothing else keeps its two sides from both being 0.
        if not per_gap[gap] and not per_gap[gap + 1]:
            builder.add((_face(gap, 0), _face(gap + 1, 0)), _EDGE)
    builder.add((_face(n, 0),), DIMENSIONS.astype(complex))
    return FaceNetwork(tuple(builder.inputs), tuple(builder.arrays), builder.scalar)


def _face(gap: int, number: int) -> str:
    return f"{gap}.{number}"


class _Builder:
    """Adds tensors, slicing pinned faces and taking diagonals of repeated ones."""

    def __init__(self, pinned: dict[str, int]) -> None:
        self.pinned = pinned
        self.inputs: list[tuple[str, ...]] = []
        self.arrays: list[npt.NDArray[np.complex128]] = []
        self.scalar = 1 + 0j

    def add(self, faces: Sequence[str], tensor: npt.NDArray[np.complex128]) -> None:
        tensor = tensor[tuple(self.pinned.get(face, slice(None)) for face in faces)]
        free = [face for face in faces if face not in self.pinned]
        distinct = tuple(dict.fromkeys(free))
        if len(distinct) < len(free):
            letters = ["abcd"[distinct.index(face)] for face in free]
            kept = "abcd"[: len(distinct)]
            tensor = np.einsum(f"{''.join(letters)}->{kept}", tensor)
        if distinct:
            self.inputs.append(distinct)
            self.arrays.append(tensor)
        else:
            self.scalar *= complex(tensor)


def find_tree(network: FaceNetwork, seed: int = 0) -> Any:
    """A contraction tree, searched for about as long as the contraction will take.

    Returns:
        A ``cotengra.ContractionTree``.
    """
    if len(network.arrays) < _ANNEAL_FROM:
        return _greedy(network, 32, seed)
    tree = _greedy(network, 8, seed)
    # Annealing gains a few decades, never this many: such a network is refused at once.
    if tree.contraction_cost() < _HOPELESS:
        tree = _greedy(network, 64, seed)
        tree.simulated_anneal_(minimize="flops", tsteps=10, numiter=10, seed=seed)
        tree.subtree_reconfigure_(8)
    return tree


def _greedy(network: FaceNetwork, repeats: int, seed: int) -> Any:
    import cotengra as ctg

    optimizer = ctg.RandomGreedyOptimizer(max_repeats=repeats, seed=seed, parallel=False)
    sizes = {face: 2 for faces in network.inputs for face in faces}
    return ctg.array_contract_tree(network.inputs, (), sizes, optimize=optimizer)


def face_cost(braid: Braid, closure: Closure) -> Cost:
    """Predicted cost of :func:`face_jones`, by a quick path (an annealed one is cheaper)."""
    network = face_network(braid, closure)
    if not network.arrays:
        return Cost(0, 0, 0)
    tree = _greedy(network, 8, 0)
    return _cost(tree)


def _cost(tree: Any) -> Cost:
    flops = tree.contraction_cost()
    return Cost(flops, 16 * tree.peak_size(), flops / _RATE)


def contract(network: FaceNetwork, *, memory: float | None = None, seed: int = 0) -> complex:
    """Contract a face network to its scalar.

    Args:
        network: from :func:`face_network`.
        memory: bytes allowed; by default half of what is free.
        seed: of the path search.

    Raises:
        ResourceError: predicted memory or time are beyond the limits.
    """
    if not network.arrays:
        return network.scalar
    tree = find_tree(network, seed)
    check_cost(
        _cost(tree),
        f"the face model with {len(network.arrays)} twist regions",
        memory,
    )
    return network.scalar * complex(tree.contract(network.arrays))


def face_jones(braid: Braid, closure: Closure, memory: float | None = None) -> complex:
    """V at the fifth root by contraction of the face model.

    Raises:
        ResourceError: predicted memory or time are beyond the limits.

    Example:
        >>> t = complex(np.exp(2j * np.pi / 5))
        >>> bool(abs(face_jones(Braid("1 1 1"), "markov") - (t + t**3 - t**4)) < 1e-12)
        True
    """
    bracket = contract(face_network(braid, closure), memory=memory)
    if closure == "plat":
        bracket *= PHI ** (braid.strands // 2)
    return bracket_to_jones(bracket, closure_writhe(braid, closure))
