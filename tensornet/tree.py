"""The search for a contraction tree, in proportion to the contraction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..knots.conventions import PHI
from .face import FaceNetwork

__all__ = [
    "Tree",
    "anneal_tree",
    "costs",
    "find_tree",
    "free_corners",
    "neighbours",
    "path_of",
    "predicted_products",
    "predicted_seconds",
]

_Ints = npt.NDArray[np.int64]
_Words = npt.NDArray[np.uint64]

# Reference speeds, measured on a machine of 2023; they only steer the search, so that its result
# depends on the seed alone. Seconds per product, per entry of an intermediate, per merge, and
# proposals of the annealer per second.
_PER_PRODUCT = 1.1e-10
_PER_ENTRY = 5e-9
_PER_MERGE = 3e-5
_MOVES = 1.2e7
_FIRST_MOVES = 100
_GREEDY = 8
_HOT, _COLD = 1.0, 0.05
# A contraction that long is out of reach unless a short search finds a far better tree.
_HOPELESS, _PATIENCE = 1e7, 20.0
_LONGEST = 300.0
_WIDEST = 4000


@dataclass(frozen=True, eq=False)
class Tree:
    """A binary contraction tree over the m twists of a face network.

    Attributes:
        left: first child of each of the 2m − 1 nodes, −1 for the leaves 0 … m − 1.
        right: second child.
    """

    left: _Ints
    right: _Ints

    def to_cotengra(self, network: FaceNetwork) -> Any:
        """As a ``cotengra.ContractionTree`` with legs of size 2, to look at or to compare."""
        import cotengra as ctg

        inputs = _inputs(network, network.pins)
        used = sorted({f for faces in inputs for f in faces})
        symbol = {f: ctg.get_symbol(k) for k, f in enumerate(used)}
        return ctg.ContractionTree.from_path(
            [tuple(symbol[f] for f in faces) for faces in inputs],
            (),
            dict.fromkeys(symbol.values(), 2),
            ssa_path=path_of(self),
        )


def path_of(tree: Tree) -> list[tuple[int, int]]:
    """The tree as a contraction path in static single assignment form."""
    from .annealing import postorder

    name: dict[int, int] = {i: i for i in range((len(tree.left) + 1) // 2)}
    path = []
    fresh = len(name)
    for i in postorder(tree.left, tree.right).tolist():
        if tree.left[i] >= 0:
            path.append((name[int(tree.left[i])], name[int(tree.right[i])]))
            name[i] = fresh
            fresh += 1
    return path


def _inputs(network: FaceNetwork, pins: dict[int, int]) -> list[list[int]]:
    return [
        list(dict.fromkeys(f for f in faces if f not in pins))
        for faces in network.corners.tolist()
    ]


def free_corners(network: FaceNetwork, pins: dict[int, int]) -> _Ints:
    """The corners with −1 in place of pinned faces."""
    name = np.arange(network.faces)
    name[list(pins)] = -1
    return np.ascontiguousarray(name[network.corners])


def costs(largest: float | None = None) -> tuple[npt.NDArray[np.float64], ...]:
    """Seconds of a product by the faces involved, and of an intermediate by its open faces.

    Args:
        largest: entries of an intermediate beyond which its cost grows steeply, so that the
            annealer avoids it.
    """
    sizes = PHI ** np.minimum(np.arange(_WIDEST, dtype=float), 600)
    entries = _PER_ENTRY * sizes
    if largest is not None:
        entries = entries * np.maximum(1.0, np.minimum(sizes / largest, 1e40)) ** 2
    return _PER_PRODUCT * sizes, entries


def neighbours(network: FaceNetwork) -> dict[int, set[int]]:
    """The faces that share a strand with each face."""
    near: dict[int, set[int]] = {f: set() for f in range(network.faces)}
    for _, _, a, b in network.edges.tolist():
        near[a].add(b)
        near[b].add(a)
    return near


def predicted_products(tree: Tree, legs: _Words) -> float:
    """Multiply-adds of a contraction."""
    from .annealing import totals

    return float(totals(tree.left, tree.right, legs, *costs())[0]) / _PER_PRODUCT


def predicted_seconds(tree: Tree, legs: _Words) -> float:
    """Seconds on the reference machine."""
    from .annealing import totals

    products, entries, _ = totals(tree.left, tree.right, legs, *costs())
    return float(products + entries) + _PER_MERGE * len(tree.left) / 2


def find_tree(
    network: FaceNetwork, *, seed: int = 0, effort: float = 1.0, largest: float | None = None
) -> Tree:
    """A good contraction tree, searched for about as long as the contraction will take.

    cotengra's random-greedy path is annealed in rounds of growing length, while what has been
    spent is less than what the best tree will cost. Time is counted in proposals, so the tree
    depends on the arguments alone.

    Args:
        network: of a connected diagram.
        seed: of the search.
        effort: time to spend, as a multiple of the predicted time of the contraction.
        largest: entries that an intermediate should not exceed.
    """
    left, right = _greedy(network, seed)
    return anneal_tree(
        Tree(left, right),
        free_corners(network, network.pins),
        network.faces,
        seed=seed,
        effort=effort,
        largest=largest,
    )


def anneal_tree(
    tree: Tree,
    leaves: _Ints,
    faces: int,
    *,
    seed: int,
    effort: float = 1.0,
    largest: float | None = None,
) -> Tree:
    """Anneal in rounds; see :func:`find_tree`."""
    from .annealing import anneal, fill_legs, totals

    state = np.random.SeedSequence(seed).generate_state(1, np.uint64) | np.uint64(1)
    products, sizes = costs(largest)
    legs = fill_legs(tree.left, tree.right, leaves, faces)
    best, score = tree, float(totals(tree.left, tree.right, legs, products, sizes)[:2].sum())
    spent = 0.0
    moves = _FIRST_MOVES * len(leaves)
    plain = costs()
    while True:
        # Without the penalty for large intermediates, which is not time that anybody will spend.
        seconds = float(totals(best.left, best.right, legs, *plain)[:2].sum())
        if seconds > _HOPELESS:
            seconds = _PATIENCE
        budget = effort * min(seconds + _PER_MERGE * len(leaves), _LONGEST)
        if spent + moves / _MOVES > budget and spent > 0:
            return best
        left, right, work = best.left.copy(), best.right.copy(), legs.copy()
        anneal(left, right, work, products, sizes, moves, _HOT, _COLD, state)
        spent += moves / _MOVES
        new = float(totals(left, right, work, products, sizes)[:2].sum())
        if new < score:
            gain = score / new
            best, score, legs = Tree(left, right), new, work
        else:
            gain = 1.0
        if gain < 1.02 and spent > 0.2 * budget and moves > 3000 * len(leaves):
            return best
        moves *= 2


def _greedy(network: FaceNetwork, seed: int) -> tuple[_Ints, _Ints]:
    """Cotengra's random-greedy tree; twists without free faces join at the end."""
    import cotengra as ctg

    inputs = _inputs(network, network.pins)
    m = len(inputs)
    left = np.full(2 * m - 1, -1, np.int64)
    right = np.full(2 * m - 1, -1, np.int64)
    alive = [i for i, faces in enumerate(inputs) if faces]
    roots = [i for i, faces in enumerate(inputs) if not faces]
    fresh = m
    if alive:
        used = sorted({f for i in alive for f in inputs[i]})
        symbol = {f: ctg.get_symbol(k) for k, f in enumerate(used)}
        optimizer = ctg.RandomGreedyOptimizer(max_repeats=_GREEDY, seed=seed, parallel=False)
        path = optimizer.ssa_path(
            [tuple(symbol[f] for f in inputs[i]) for i in alive],
            (),
            dict.fromkeys(symbol.values(), 2),
        )
        nodes = list(alive)
        for step in path:
            node = nodes[step[0]]
            for other in step[1:]:
                left[fresh], right[fresh] = node, nodes[other]
                node = fresh
                fresh += 1
            nodes.append(node)
        roots.insert(0, nodes[-1])
    node = roots[0]
    for other in roots[1:]:
        left[fresh], right[fresh] = node, other
        node = fresh
        fresh += 1
    return left, right
