"""The published tensor network: three-qubit gates, and projectors onto the paths.

One qubit for each face x_0 … x_n, so 2^(n+1) states, of which only the paths count. Every letter
is a gate on three qubits, an 8×8 matrix with six legs; a projector on each pair of neighbours
removes the strings with two adjacent zeros:

    V = (−A)^(−3w)/φ · tr(D P U),   P = |0⟩⟨0|_0 Π_i (1 − |00⟩⟨00|)_{i−1, i},   D = (d_x)_n,

or ⟨p|U|p⟩ for a plat closure, which needs no projectors. Contracted with quimb and cotengra, as
published: letters are not merged, and diagonal directions of the gates are not used. It is here
because its cost is what quantum computers are compared with; the face model does the same with
far less.

Source: the exact method ``tn-proj`` of arXiv:2503.05625.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ..knots.braids import Braid
from ..knots.closures import closure_writhe
from ..knots.conventions import DIMENSIONS, PHI, Closure, bracket_to_jones, eigenvalues
from ..knots.errors import ResourceError
from ..knots.fibonacci import mixing_block, plat_path
from .calibration import local_seconds
from .methods import Evaluation, Method, Request
from .resources import Cost, check_cost

__all__ = ["PROJECTED", "projected_cost", "projected_jones", "projected_network"]

# Seconds on the reference machine: per multiply-add, per entry of an intermediate (these are
# transposed in memory, which takes longer than the products), per contraction.
_PER_PRODUCT = 8e-11
_PER_ENTRY = 9.3e-9
_OVERHEAD = 1.2e-4
_REPEATS = 64
_MAX_GATES = 10_000


# On two neighbours, out and in.
_NEIGHBOURS = np.diag([0, 1, 1, 1]).astype(complex).reshape((2,) * 4)


@lru_cache(maxsize=4)
def _gate(letter: int) -> npt.NDArray[np.complex128]:
    """The unitary of σ^±1 on three qubits, shape (2,) * 6: the qubits out, then in.

    The three strings that occur in no path, 000, 001 and 100, are left alone.

    Example:
        >>> matrix = _gate(1).reshape(8, 8)
        >>> bool(np.allclose(matrix @ matrix.conj().T, np.eye(8)))
        True
    """
    first, second = eigenvalues(letter)
    U = np.eye(8, dtype=complex).reshape((2,) * 6)
    U[0, 1, 1, 0, 1, 1] = U[1, 1, 0, 1, 1, 0] = first
    U[0, 1, 0, 0, 1, 0] = second
    U[1, :, 1, 1, :, 1] = mixing_block(letter)
    return U


def projected_network(braid: Braid, closure: Closure) -> Any:
    """The closed network; its contraction is ⟨L⟩, or ⟨L⟩/φ^(n/2) for a plat closure.

    Returns:
        A ``quimb.tensor.TensorNetwork`` without open indices.

    Raises:
        ResourceError: more than 10,000 crossings.

    Example:
        >>> projected_network(Braid("1 2"), "markov").num_tensors
        8
    """
    import quimb.tensor as qtn

    if len(braid) > _MAX_GATES:
        raise ResourceError(
            f"this braid has {len(braid)} crossings; the search for a contraction path of "
            f"method='tn-proj' stops at {_MAX_GATES}; use method='face' or 'dense'"
        )
    n = braid.strands
    moment = [0] * (n + 1)
    tensors = []

    def add(data: npt.NDArray[np.complex128], *qubits: int) -> None:
        """Put a gate on top of those that these qubits have."""
        below = [f"q{j}.{moment[j]}" for j in qubits]
        for j in qubits:
            moment[j] += 1
        tensors.append(qtn.Tensor(data, (*(f"q{j}.{moment[j]}" for j in qubits), *below)))

    for letter in braid.word:
        i = abs(letter)
        add(_gate(1 if letter > 0 else -1), i - 1, i, i + 1)
    if closure == "plat":
        pinned = dict(enumerate(plat_path(n)))
    else:
        pinned = {0: 0}
        for i in range(n):
            add(_NEIGHBOURS, i, i + 1)
        add(np.diag(DIMENSIONS).astype(complex), n)
    for j, bit in pinned.items():
        ends = {f"q{j}.0", f"q{j}.{moment[j]}"} if moment[j] else ()
        tensors += [qtn.Tensor(np.eye(2, dtype=complex)[bit], (end,)) for end in sorted(ends)]
    network = qtn.TensorNetwork(tensors)
    network.reindex_({f"q{j}.{moment[j]}": f"q{j}.0" for j in range(n + 1) if j not in pinned})
    return network


def _tree(network: Any, seed: int) -> Any:
    import cotengra as ctg

    optimizer = ctg.RandomGreedyOptimizer(max_repeats=_REPEATS, seed=seed, parallel=False)
    return network.contraction_tree(optimizer, output_inds=())


def projected_cost(braid: Braid, closure: Closure) -> Cost:
    """Predicted cost of :func:`projected_jones`, by a search for a path without contraction.

    Raises:
        ResourceError: more than 10,000 crossings.

    Example:
        >>> projected_cost(Braid("1 2 -1 2"), "markov").flops > 1000
        True
    """
    network = projected_network(braid, closure)
    return _cost(_tree(network, 0)) if network.num_tensors > 1 else Cost(0, 0, 0)


def _cost(tree: Any) -> Cost:
    # These are integers of any size.
    flops, peak = float(tree.contraction_cost()), float(tree.peak_size())
    seconds = _PER_PRODUCT * flops + _PER_ENTRY * float(tree.total_write()) + _OVERHEAD * tree.N
    return Cost(flops, 16 * peak, local_seconds(seconds))


def projected_jones(braid: Braid, closure: Closure, request: Request) -> Evaluation:
    """V at the fifth root by contraction of the published network.

    ``details`` holds the ``flops`` (multiply-adds) of the contraction that was found.

    Raises:
        ResourceError: predicted memory or time are beyond the limits.

    Example:
        >>> from plait.knots.conventions import T
        >>> found = projected_jones(Braid("1 1 1"), "markov", Request())
        >>> abs(found.value - (T + T**3 - T**4)) < 1e-12
        True
    """
    network = projected_network(braid, closure)
    bracket, flops = 1 + 0j, 0.0
    if network.num_tensors:
        tree = _tree(network, request.seed or 0)
        cost = _cost(tree)
        check_cost(cost, f"the projected network of {len(braid)} gates", request.memory)
        bracket, flops = complex(network.contract(optimize=tree, output_inds=())), cost.flops
    if closure == "plat":
        bracket *= PHI ** (braid.strands // 2)
    value = bracket_to_jones(bracket, closure_writhe(braid, closure))
    return Evaluation(value=value, details={"flops": flops})


PROJECTED = Method(
    name="tn-proj",
    summary="the published tensor network of three-qubit gates, for comparison",
    evaluate=projected_jones,
    cost=lambda b, closure, _: projected_cost(b, closure),
)
