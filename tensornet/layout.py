"""Where the entries of an intermediate lie, and how two of them are multiplied.

An intermediate S holds one number for each admissible labelling of its open faces. Walking around
the boundary of S one crosses the strands that leave it; each has two open faces beside it, which
are not both vacuum. The layout covers the open faces by paths along such strands. A path of k
faces has N(k) = F_{k+2} admissible strings; with z_f = 1 for the vacuum, the string z_1 … z_k has
the Zeckendorf rank Σ z_i N(k − i). Paths are combined as a mixed radix, so the address of a
labelling is Σ_f z_f w_f with one weight per face: additive over any split of the faces.

A product C = Σ_M A·B splits the faces into the outer ones P (in A, B and C), those that are summed
M (in A and B), and those of one factor, a (in A and C) and b (in B and C). No strand of a boundary
has one side in a and the other in b or M, nor one in b and the other in M: the twist at its outer
end, or at its inner end, would touch both, and then one of them would be in P. So for fixed
labels of P, the strings of a, m and b are independent, and C is a matrix product over lists of
addresses. The lists depend on P only through the vacua next to their faces: they are kept once for
each such pattern. Faces of large weight go to P until the lists are short.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..knots.jit import compiled
from .annealing import postorder, spans
from .bits import members

__all__ = ["fill_leaves", "layouts", "lists", "peak_entries", "sort_children"]

_Ints = npt.NDArray[np.int64]
_Words = npt.NDArray[np.uint64]
_Bools = npt.NDArray[np.bool_]

MAX_WIDTH = 86  # N(86) < 2^63


@compiled
def _has(row: _Words, f: int) -> Any:
    return (row[f >> 6] >> np.uint64(f & 63)) & np.uint64(1) != np.uint64(0)


@compiled
def layouts(
    left: _Ints, right: _Ints, legs: _Words, edges: _Ints, width: int
) -> tuple[_Ints, _Ints, _Bools, _Ints, _Ints]:
    """Order and weights of the open faces of every node.

    Faces that stay open in the next product come last, where weights are small, so that its long
    lists run through memory in order.

    Args:
        left: left children, −1 for leaves.
        right: right children.
        legs: open faces of each node.
        edges: (leaf, leaf, face on the left, face on the right) of the strands, only those whose
            faces are both free.
        width: the largest number of open faces.

    Returns:
        Faces (nodes, width), their weights, whether the next one follows on the same path, the
        number of open faces of each node, and its number of entries.
    """
    nodes = left.shape[0]
    strands = edges.shape[0]
    order = postorder(left, right)
    sibling = np.full(nodes, -1, np.int64)
    for i in range(nodes):
        if left[i] >= 0:
            sibling[left[i]] = right[i]
            sibling[right[i]] = left[i]
    first, last = spans(left, right)
    boundary = np.zeros((nodes, strands // 64 + 1), np.uint64)
    for e in range(strands):
        bit = np.uint64(1) << np.uint64(e & 63)
        boundary[edges[e, 0], e >> 6] ^= bit
        boundary[edges[e, 1], e >> 6] ^= bit
    strings = np.ones(MAX_WIDTH + 1, np.int64)
    strings[1] = 2
    for k in range(2, MAX_WIDTH + 1):
        strings[k] = strings[k - 1] + strings[k - 2]

    faces = np.zeros((nodes, width), np.int64)
    weights = np.zeros((nodes, width), np.int64)
    linked = np.zeros((nodes, width), np.bool_)
    counts = np.zeros(nodes, np.int64)
    entries = np.ones(nodes, np.int64)
    most = 64 * legs.shape[1]
    after = np.empty(most, np.int64)
    before = np.empty(most, np.int64)
    stays = np.empty(most, np.bool_)
    open_faces = np.empty(most, np.int64)
    crossed = np.empty(strands + 1, np.int64)
    for i in order:
        if left[i] >= 0:
            boundary[i] = boundary[left[i]] ^ boundary[right[i]]
        k = members(legs[i], open_faces)
        counts[i] = k
        for j in range(k):
            f = open_faces[j]
            after[f] = -1
            before[f] = -1
            stays[f] = sibling[i] >= 0 and not _has(legs[sibling[i]], f)
        n = members(boundary[i], crossed)
        # Links between faces of one kind first; from faces that stay to others last.
        for kind in range(4):
            for j in range(n):
                e = crossed[j]
                # Counterclockwise around S: from the right to the left of a strand that leaves.
                x, y = edges[e, 3], edges[e, 2]
                if not first[i] <= first[edges[e, 0]] <= last[i]:
                    x, y = y, x
                if after[x] >= 0 or before[y] >= 0:
                    continue
                this = 0 if stays[x] == stays[y] else 3 if stays[x] else 2
                if this != kind:
                    continue
                end = y
                while after[end] >= 0:
                    end = after[end]
                if end != x:
                    after[x] = y
                    before[y] = x
        n = 0
        for late in range(2):
            for j in range(k):
                f = open_faces[j]
                if before[f] >= 0 or stays[f] != (late == 1):
                    continue
                while f >= 0:
                    faces[i, n] = f
                    linked[i, n] = after[f] >= 0
                    n += 1
                    f = after[f]
        radix = 1
        length = 0
        for j in range(k - 1, -1, -1):
            if not linked[i, j] and j < k - 1:
                radix *= strings[length]
                length = 0
            weights[i, j] = strings[length] * radix
            length += 1
        entries[i] = radix * strings[length]
    return faces, weights, linked, counts, entries


@compiled
def peak_entries(left: _Ints, right: _Ints, entries: _Ints) -> _Ints:
    """For each node, the most entries held at a time while it is computed."""
    out = entries.copy()
    for i in postorder(left, right):
        if left[i] >= 0:
            x, y = left[i], right[i]
            merging = entries[x] + entries[y] + entries[i]
            out[i] = max(out[x], entries[x] + out[y], merging)
    return out


@compiled
def sort_children(left: _Ints, right: _Ints, entries: _Ints) -> None:
    """Put first, as left child, the one that needs more memory beyond its result.

    Source: Sethi and Ullman, J. ACM 17, 715 (1970).
    """
    peak = entries.copy()
    for i in postorder(left, right):
        if left[i] < 0:
            continue
        x, y = left[i], right[i]
        if peak[y] - entries[y] > peak[x] - entries[x]:
            x, y = y, x
            left[i], right[i] = x, y
        peak[i] = max(peak[x], entries[x] + peak[y], entries[x] + entries[y] + entries[i])


@compiled
def fill_leaves(
    corners: _Ints,
    labels: _Ints,
    powers: _Ints,
    faces: _Ints,
    weights: _Ints,
    linked: _Bools,
    counts: _Ints,
    offsets: _Ints,
) -> tuple[_Ints, _Ints]:
    """Which entry of the tables of twists goes to which address, for all leaves.

    Args:
        corners: faces around each twist, shape (m, 4).
        labels: label of each face that is fixed, −1 for others.
        powers: powers of the twists.
        faces: from :func:`layouts`; so are ``weights``, ``linked``, ``counts``.
        weights: see there.
        linked: see there.
        counts: see there.
        offsets: where each leaf begins.

    Returns:
        Addresses, and indices into tables of shape (10, 5, 16): power, number of factors φ of
        faces that this leaf owns (the first that touches them), labels of the four corners as
        bits 0 to 3. An address can occur more than once: its entries are added.
    """
    m = corners.shape[0]
    owner = np.full(labels.shape[0], -1, np.int64)
    for i in range(m):
        for f in corners[i]:
            if owner[f] < 0:
                owner[f] = i
    addresses = np.empty(16 * m, np.int64)
    sources = np.empty(16 * m, np.int64)
    weight = np.zeros(labels.shape[0], np.int64)
    n = 0
    for i in range(m):
        for f in corners[i]:
            weight[f] = 0
        for j in range(counts[i]):
            weight[faces[i, j]] = weights[i, j]
        for pattern in range(16):
            fits = True
            address = offsets[i]
            factors = 0
            for k in range(4):
                f = corners[i, k]
                label = (pattern >> k) & 1
                if labels[f] >= 0 and labels[f] != label:
                    fits = False
                if label == 0 and not (pattern >> ((k + 1) & 3)) & 1:
                    fits = False
                repeated = False
                for q in range(k):
                    if corners[i, q] == f:
                        repeated = True
                        if (pattern >> q) & 1 != label:
                            fits = False
                if not repeated:
                    if label == 0:
                        address += weight[f]
                    elif owner[f] == i:
                        factors += 1
            for j in range(counts[i] - 1):
                if linked[i, j]:
                    x, y = faces[i, j], faces[i, j + 1]
                    zero_x = zero_y = False
                    for k in range(4):
                        if not (pattern >> k) & 1:
                            zero_x = zero_x or corners[i, k] == x
                            zero_y = zero_y or corners[i, k] == y
                    if zero_x and zero_y:
                        fits = False
            if fits:
                addresses[n] = address
                sources[n] = (powers[i] * 5 + factors) * 16 + pattern
                n += 1
    return addresses[:n], sources[:n]


@compiled
def _strings(
    near: _Words, first: _Ints, second: _Ints, third: _Ints, forbidden: np.uint64
) -> tuple[_Words, _Ints, _Ints, _Ints]:
    """All admissible strings over some faces, as bits, with their three addresses.

    Faces are added one by one, so with faces in ascending order of weight, addresses ascend.
    """
    masks = np.zeros(1, np.uint64)
    a = np.zeros(1, np.int64)
    b = np.zeros(1, np.int64)
    c = np.zeros(1, np.int64)
    for f in range(near.shape[0]):
        bit = np.uint64(1) << np.uint64(f)
        if forbidden & bit:
            continue
        old = masks.shape[0]
        new = old
        for k in range(old):
            if masks[k] & near[f] == np.uint64(0):
                new += 1
        masks_, a_, b_, c_ = (
            np.empty(new, np.uint64),
            np.empty(new, np.int64),
            np.empty(new, np.int64),
            np.empty(new, np.int64),
        )
        masks_[:old], a_[:old], b_[:old], c_[:old] = masks, a, b, c
        n = old
        for k in range(old):
            if masks[k] & near[f] == np.uint64(0):
                masks_[n] = masks[k] | bit
                a_[n] = a[k] + first[f]
                b_[n] = b[k] + second[f]
                c_[n] = c[k] + third[f]
                n += 1
        masks, a, b, c = masks_, a_, b_, c_
    return masks, a, b, c


@compiled
def _neighbours(local: _Ints, faces: _Ints, linked: _Bools, near: npt.NDArray[np.bool_]) -> None:
    for j in range(faces.shape[0] - 1):
        if linked[j]:
            x, y = local[faces[j]], local[faces[j + 1]]
            near[x, y] = True
            near[y, x] = True


@compiled
def lists(
    faces_a: _Ints,
    weights_a: _Ints,
    linked_a: _Bools,
    faces_b: _Ints,
    weights_b: _Ints,
    linked_b: _Bools,
    faces_c: _Ints,
    weights_c: _Ints,
    linked_c: _Bools,
    limits: _Ints,
) -> tuple[Any, ...]:
    """The lists of addresses of a product C = Σ_M A·B.

    Args:
        faces_a: open faces of A in the order of its layout; ``weights_a`` and ``linked_a`` as in
            :func:`layouts`; and so for B and C.
        weights_a: see there.
        linked_a: see there.
        faces_b: of B.
        weights_b: of B.
        linked_b: of B.
        faces_c: of C.
        weights_c: of C.
        linked_c: of C.
        limits: the most faces in the lists of a, m and b; shape (3,).

    Returns:
        Addresses of the outer strings in A, B and C; for each of them the numbers of its patterns
        in the groups a, m, b, shape (3, outer); then for each group where each pattern's list
        begins, and its two lists (a: in A and C, m: in A and B, b: in B and C); and whether
        entries of C are met more than once, so that products must be added.
    """
    n_a, n_b = faces_a.shape[0], faces_b.shape[0]
    most = 1
    for f in faces_a:
        most = max(most, f + 1)
    for f in faces_b:
        most = max(most, f + 1)
    local = np.full(most, -1, np.int64)
    weight = np.zeros((n_a + n_b, 3), np.int64)
    inside = np.zeros((n_a + n_b, 3), np.bool_)
    n = 0
    for j in range(n_a):
        local[faces_a[j]] = n
        weight[n, 0] = weights_a[j]
        inside[n, 0] = True
        n += 1
    for j in range(n_b):
        f = faces_b[j]
        if local[f] < 0:
            local[f] = n
            n += 1
        weight[local[f], 1] = weights_b[j]
        inside[local[f], 1] = True
    for j in range(faces_c.shape[0]):
        x = local[faces_c[j]]
        weight[x, 2] = weights_c[j]
        inside[x, 2] = True
    near = np.zeros((n, n), np.bool_)
    _neighbours(local, faces_a, linked_a, near)
    _neighbours(local, faces_b, linked_b, near)
    _neighbours(local, faces_c, linked_c, near)

    # Groups: 0 outer, 1 only in A and C, 2 summed, 3 only in B and C.
    group = np.empty(n, np.int64)
    for x in range(n):
        if inside[x, 0] and inside[x, 1]:
            group[x] = 0 if inside[x, 2] else 2
        else:
            group[x] = 1 if inside[x, 0] else 3
    # The first list of each group is in A, A and B; sorting goes by where it is written or read.
    key = np.array([2, 0, 0, 2])
    added = np.zeros(n, np.bool_)
    for g in range(1, 4):
        size = 0
        for x in range(n):
            size += group[x] == g
        while size > limits[g - 1]:
            heaviest = -1
            for x in range(n):
                if group[x] == g and (
                    heaviest < 0 or weight[x, key[g]] > weight[heaviest, key[g]]
                ):
                    heaviest = x
            added[heaviest] = g == 2
            group[heaviest] = 0
            size -= 1
    for x in range(n):
        for y in range(n):
            if near[x, y] and group[x] != group[y] and group[x] > 0 and group[y] > 0:
                raise ValueError("faces of different groups share a strand")

    order = np.empty(n, np.int64)
    for x in range(n):
        # Summed faces vary fastest among the outer ones: sums stay close together.
        order[x] = weight[x, 0] - (1 << 62) if added[x] else weight[x, key[group[x]]]
    rank = np.empty(n, np.int64)
    sorted_faces = np.argsort(order)
    sizes = np.zeros(4, np.int64)
    member = np.zeros((4, n), np.int64)
    for x in sorted_faces:
        g = group[x]
        rank[x] = sizes[g]
        member[g, sizes[g]] = x
        sizes[g] += 1
    if sizes[0] > 63:
        raise ValueError("more than 63 outer faces")

    outer = sizes[0]
    near_outer = np.zeros(outer, np.uint64)
    w = np.zeros((outer, 3), np.int64)
    for k in range(outer):
        x = member[0, k]
        w[k] = weight[x]
        for q in range(outer):
            if near[x, member[0, q]]:
                near_outer[k] |= np.uint64(1) << np.uint64(q)
    masks, in_a, in_b, in_c = _strings(
        near_outer, w[:, 0].copy(), w[:, 1].copy(), w[:, 2].copy(), np.uint64(0)
    )
    pattern = np.zeros((3, masks.shape[0]), np.int64)
    out_a = _group_lists(1, 0, 2, member, sizes, weight, near, masks, pattern)
    out_m = _group_lists(2, 0, 1, member, sizes, weight, near, masks, pattern)
    out_b = _group_lists(3, 1, 2, member, sizes, weight, near, masks, pattern)
    return (
        in_a,
        in_b,
        in_c,
        pattern,
        out_a[0],
        out_a[1],
        out_a[2],
        out_m[0],
        out_m[1],
        out_m[2],
        out_b[0],
        out_b[1],
        out_b[2],
        added.any(),
    )


@compiled
def _group_lists(
    g: int,
    one: int,
    two: int,
    member: _Ints,
    sizes: _Ints,
    weight: _Ints,
    near: _Bools,
    masks: _Words,
    pattern: _Ints,
) -> tuple[_Ints, _Ints, _Ints]:
    """The lists of one group for each pattern of vacua next to it; writes ``pattern[g − 1]``."""
    k = sizes[g]
    near_inside = np.zeros(k, np.uint64)
    first = np.zeros(k, np.int64)
    second = np.zeros(k, np.int64)
    blocks = np.zeros(64, np.uint64)
    touching = np.uint64(0)
    for q in range(k):
        x = member[g, q]
        first[q] = weight[x, one]
        second[q] = weight[x, two]
        for r in range(k):
            if near[x, member[g, r]]:
                near_inside[q] |= np.uint64(1) << np.uint64(r)
        for r in range(sizes[0]):
            if near[x, member[0, r]]:
                touching |= np.uint64(1) << np.uint64(r)
                blocks[r] |= np.uint64(1) << np.uint64(q)
    keys = np.empty(16, np.uint64)
    starts = np.zeros(17, np.int64)
    firsts = [np.empty(0, np.int64)]
    seconds = [np.empty(0, np.int64)]
    known = 0
    at = -1
    for i in range(masks.shape[0]):
        key = masks[i] & touching
        if at < 0 or keys[at] != key:
            at = 0
            while at < known and keys[at] != key:
                at += 1
        if at == known:
            if known == keys.shape[0]:
                keys = np.concatenate((keys, np.empty(known, np.uint64)))
                starts = np.concatenate((starts, np.empty(known, np.int64)))
            forbidden = np.uint64(0)
            for r in range(sizes[0]):
                if (key >> np.uint64(r)) & np.uint64(1):
                    forbidden |= blocks[r]
            _, a, b, _ = _strings(near_inside, first, second, second, forbidden)
            firsts.append(a)
            seconds.append(b)
            keys[known] = key
            starts[known + 1] = starts[known] + a.shape[0]
            known += 1
        pattern[g - 1, i] = at
    one_list = np.empty(starts[known], np.int64)
    two_list = np.empty(starts[known], np.int64)
    for q in range(known):
        one_list[starts[q] : starts[q + 1]] = firsts[q + 1]
        two_list[starts[q] : starts[q + 1]] = seconds[q + 1]
    return starts[: known + 1].copy(), one_list, two_list
