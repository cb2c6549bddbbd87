"""Contraction trees of face networks: start from cotengra's greedy paths, then anneal.

A tree over m tensors has the nodes 0 … 2m − 2, of which the first m are the leaves; ``left`` and
``right`` hold the children of the others. ``legs`` holds the open faces of each node (those that
occur both inside and outside) as rows of bits. An intermediate with w open faces has about φ^w
entries, and merging two has about φ^u products, u the number of faces that they have together.

Annealing by rotations of the tree, ((a, b), c) → ((a, c), b), is that of cotengra
(Gray and Kourtis, Quantum 5, 410 (2021)); here compiled, with sizes φ^w.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..knots.jit import compiled
from ..knots.randomness import random_bits
from .bits import population

__all__ = ["anneal", "fill_legs", "postorder", "spans", "totals"]

_Ints = npt.NDArray[np.int64]
_Words = npt.NDArray[np.uint64]
_Floats = npt.NDArray[np.float64]

_NONE = -1


@compiled
def postorder(left: _Ints, right: _Ints) -> _Ints:
    """The nodes, children before parents, the left child's first."""
    nodes = left.shape[0]
    child = np.zeros(nodes, np.bool_)
    for i in range(nodes):
        if left[i] >= 0:
            child[left[i]] = True
            child[right[i]] = True
    root = 0
    for i in range(nodes):
        if not child[i]:
            root = i
    out = np.empty(nodes, np.int64)
    stack = np.empty(nodes, np.int64)
    stack[0] = root
    height = 1
    n = nodes
    while height:
        height -= 1
        i = stack[height]
        n -= 1
        out[n] = i
        if left[i] >= 0:
            stack[height] = left[i]
            stack[height + 1] = right[i]
            height += 2
    return out


@compiled
def spans(left: _Ints, right: _Ints) -> tuple[_Ints, _Ints]:
    """The positions of each node's first and last leaf in the order of :func:`postorder`."""
    first = np.zeros(left.shape[0], np.int64)
    last = np.zeros(left.shape[0], np.int64)
    position = 0
    for i in postorder(left, right):
        if left[i] < 0:
            first[i] = position
            last[i] = position
            position += 1
        else:
            first[i] = first[left[i]]
            last[i] = last[right[i]]
    return first, last


@compiled
def fill_legs(left: _Ints, right: _Ints, leaves: _Ints, faces: int) -> _Words:
    """The open faces of every node.

    Args:
        left: left children, −1 for leaves; shape (2m − 1,).
        right: right children.
        leaves: faces of each leaf, −1 where there is none; shape (m, 4).
        faces: number of faces.
    """
    nodes = left.shape[0]
    parent = np.full(nodes, _NONE, np.int64)
    for i in range(nodes):
        if left[i] >= 0:
            parent[left[i]] = i
            parent[right[i]] = i
    first, last = spans(left, right)
    low = np.full(faces, nodes, np.int64)
    high = np.full(faces, _NONE, np.int64)
    for i in range(leaves.shape[0]):
        for f in leaves[i]:
            if f >= 0:
                low[f] = min(low[f], first[i])
                high[f] = max(high[f], first[i])
    legs = np.zeros((nodes, (faces + 63) // 64 + 1), np.uint64)
    for i in range(leaves.shape[0]):
        for f in leaves[i]:
            if f < 0:
                continue
            bit = np.uint64(1) << np.uint64(f & 63)
            at = i
            # Upwards until the subtree holds all of the face's leaves.
            while first[at] > low[f] or last[at] < high[f]:
                if legs[at, f >> 6] & bit:
                    break
                legs[at, f >> 6] |= bit
                at = parent[at]
    return legs


@compiled
def _union(a: _Words, b: _Words) -> int:
    n = 0
    for w in range(a.shape[0]):
        n += population(a[w] | b[w])
    return n


@compiled
def totals(left: _Ints, right: _Ints, legs: _Words, products: _Floats, sizes: _Floats) -> _Floats:
    """Cost of a tree: (sum of products, sum of sizes, largest width).

    Args:
        left: left children, −1 for leaves.
        right: right children.
        legs: open faces.
        products: cost of a merge by the number of faces that its children have together.
        sizes: cost of an intermediate by the number of its open faces.
    """
    out = np.zeros(3)
    for i in range(left.shape[0]):
        if left[i] < 0:
            continue
        width = 0
        for w in range(legs.shape[1]):
            width += population(legs[i, w])
        out[0] += products[_union(legs[left[i]], legs[right[i]])]
        out[1] += sizes[width]
        out[2] = max(out[2], width)
    return out


@compiled
def anneal(
    left: _Ints,
    right: _Ints,
    legs: _Words,
    products: _Floats,
    sizes: _Floats,
    moves: int,
    hot: float,
    cold: float,
    state: _Words,
) -> None:
    """Anneal a tree in place.

    A move replaces ((a, b), c) by ((a, c), b); only two merges change. It is accepted by the ratio
    of their new cost to the old one, r, with probability min(1, r^(−1/T)); T falls geometrically.

    Args:
        left: left children, −1 for leaves.
        right: right children.
        legs: open faces.
        products: as in :func:`totals`.
        sizes: as in :func:`totals`.
        moves: number of proposals.
        hot: first temperature.
        cold: last temperature.
        state: of the random numbers, shape (1,), not 0.
    """
    nodes = left.shape[0]
    leaves = (nodes + 1) // 2
    inner = nodes - leaves
    words = legs.shape[1]
    if inner < 2:
        return
    widths = np.zeros(nodes, np.int64)
    unions = np.zeros(nodes, np.int64)
    for i in range(nodes):
        for w in range(words):
            widths[i] += population(legs[i, w])
        if left[i] >= 0:
            unions[i] = _union(legs[left[i]], legs[right[i]])
    fresh = np.empty(words, np.uint64)
    temperature = hot
    step = 1000
    for move in range(moves):
        if move % step == 0:
            temperature = hot * (cold / hot) ** (move / moves)
        r = random_bits(state)
        p = leaves + np.int64((r >> np.uint64(33)) % np.uint64(inner))
        x, c = left[p], right[p]
        if r & np.uint64(1):
            x, c = c, x
        if x < leaves:
            x, c = c, x
            if x < leaves:
                continue
        a, b = left[x], right[x]
        if r & np.uint64(2):
            a, b = b, a
        union_x = 0
        union_p = 0
        width = 0
        for w in range(words):
            together = legs[a, w] | legs[c, w]
            fresh[w] = together & (legs[b, w] | legs[p, w])
            union_x += population(together)
            width += population(fresh[w])
            union_p += population(fresh[w] | legs[b, w])
        old = products[unions[x]] + products[unions[p]] + sizes[widths[x]]
        new = products[union_x] + products[union_p] + sizes[width]
        if new > old:
            chance = np.float64(random_bits(state) >> np.uint64(11)) / 9007199254740992.0
            if chance >= (old / new) ** (1 / temperature):
                continue
        left[x], right[x] = a, c
        left[p], right[p] = x, b
        for w in range(words):
            legs[x, w] = fresh[w]
        widths[x] = width
        unions[x] = union_x
        unions[p] = union_p
