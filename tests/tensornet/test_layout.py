"""Addresses of entries, and products over lists of them, against dictionaries."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
from face_oracles import (
    D,
    Labels,
    boundary,
    face_sum,
    labellings,
    leaves_below,
    open_faces,
    random_braid,
    random_tree,
    twist_value,
)

from plait.knots import PlanarDiagram
from plait.tensornet.annealing import fill_legs, postorder
from plait.tensornet.face import FaceNetwork, face_diagram
from plait.tensornet.layout import layouts, lists, peak_entries, sort_children
from plait.tensornet.plan import spread
from plait.tensornet.products import (
    multiply_blocks,
    multiply_blocks_modular,
    multiply_few,
    multiply_few_modular,
)
from plait.tensornet.program import build_program, free_edges
from plait.tensornet.rings import Complex, Residues
from plait.tensornet.tree import Tree, free_corners


class Case(NamedTuple):
    """A network, a tree over it, fixed labels, and the layout of all nodes."""

    network: FaceNetwork
    tree: Tree
    labels: dict[int, int]
    below: list[set[int]]
    faces: Any
    weights: Any
    linked: Any
    counts: Any
    entries: Any

    @property
    def pinned(self) -> dict[int, int]:
        return {**self.network.pins, **self.labels}

    def node(self, i: int) -> tuple[list[int], list[int], list[bool]]:
        k = self.counts[i]
        return (
            self.faces[i, :k].tolist(),
            self.weights[i, :k].tolist(),
            self.linked[i, :k].tolist(),
        )

    def address(self, i: int, labels: Labels) -> int:
        """Σ z_f w_f with z = 1 for the vacuum."""
        faces, weights, _ = self.node(i)
        return sum(w for f, w in zip(faces, weights, strict=True) if labels[f] == 0)


def case(network: FaceNetwork, tree: Tree, labels: dict[int, int]) -> Case:
    pinned = {**network.pins, **labels}
    legs = fill_legs(tree.left, tree.right, free_corners(network, pinned), network.faces)
    width = max(int(np.bitwise_count(legs).sum(axis=1).max()), 1)
    found = layouts(tree.left, tree.right, legs, free_edges(network, pinned), width)
    return Case(network, tree, labels, leaves_below(tree), *found)


def networks() -> Iterator[FaceNetwork]:
    for seed in range(10):
        strands = 3 + seed % 4
        b = random_braid(strands, 13, seed)
        yield from face_diagram(b).networks
        if strands % 2 == 0:
            yield from face_diagram(b, "plat").networks
    # Curls: faces with one corner, twists that meet a face twice, strands from a twist to itself.
    yield from face_diagram(PlanarDiagram([(1, 1, 2, 4), (2, 3, 3, 4)])).networks
    yield from face_diagram(PlanarDiagram([(1, 1, 2, 2)])).networks


def slices_of(network: FaceNetwork, rng: random.Random) -> dict[int, int]:
    """A few faces that are fixed, without two vacua side by side."""
    rule = {(f, g) for f, g in network.edges[:, 2:].tolist()}
    free = [f for f in range(network.faces) if f not in network.pins]
    chosen = rng.sample(free, min(len(free), rng.randint(0, 2)))
    return spread(network, rng.choice(list(labellings(chosen, rule))))


def cases() -> list[Case]:
    rng = random.Random(11)
    return [
        case(network, random_tree(len(network.powers), rng), slices_of(network, rng))
        for network in networks()
        for _ in range(2)
    ]


CASES = cases()


def test_the_sample_is_varied() -> None:
    assert sum(len(c.network.powers) for c in CASES) > 150
    assert max(int(c.counts.max()) for c in CASES) >= 5
    assert any(0 in c.labels.values() for c in CASES)
    assert sum(bool(c.labels) for c in CASES) > 5


# --- Addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize("c", CASES, ids=range(len(CASES)))
def test_every_admissible_string_has_its_own_address(c: Case) -> None:
    for i in range(len(c.counts)):
        faces, weights, linked = c.node(i)
        assert set(faces) == open_faces(c.network, c.below[i], c.pinned)
        assert len(set(faces)) == len(faces)
        real = boundary(c.network, c.below[i], c.pinned)
        links = {p for p, link in zip(itertools.pairwise(faces), linked, strict=False) if link}
        # The layout knows some of the rules of the boundary and invents none.
        assert links <= real | {(g, f) for f, g in real}
        assert not linked or not linked[-1]
        addresses = [c.address(i, labels) for labels in labellings(faces, links)]
        assert sorted(addresses) == list(range(c.entries[i]))
        # Additive: the weight of a face is the address of the string with this vacuum only.
        for f, w in zip(faces, weights, strict=True):
            assert c.address(i, {**dict.fromkeys(faces, 1), f: 0}) == w


def test_a_circle_of_faces_is_one_path() -> None:
    # A single twist has four faces around it; if all are free, one link of the circle is left out.
    (network,) = face_diagram(random_braid(8, 60, 1)).networks
    c = case(network, random_tree(len(network.powers), random.Random(1)), {})
    free = [i for i in range(len(network.powers)) if c.counts[i] == 4]
    assert free
    for i in free:
        assert c.linked[i, :4].tolist() == [True, True, True, False]
        assert c.entries[i] == 8  # F_6


# --- Products ------------------------------------------------------------------------------------


def dense(c: Case, node: int, values: dict[tuple[int, ...], Any], shape: tuple[int, ...]) -> Any:
    faces, _, _ = c.node(node)
    out = np.zeros((int(c.entries[node]), *shape))
    for key, value in values.items():
        out[c.address(node, dict(zip(faces, key, strict=True)))] = value
    return out


def product_of(c: Case, a: int, b: int, node: int, A: Any, B: Any) -> dict[tuple[int, ...], Any]:
    """C = Σ_M A·B, labelling by labelling."""
    faces = {x: c.node(x)[0] for x in (a, b, node)}
    union = list(dict.fromkeys(faces[a] + faces[b]))
    rule = boundary(c.network, c.below[a], c.pinned) | boundary(c.network, c.below[b], c.pinned)
    out: dict[tuple[int, ...], Any] = {}
    for labels in labellings(union, rule):
        key = tuple(labels[f] for f in faces[node])
        out[key] = (
            out.get(key, 0)
            + A[tuple(labels[f] for f in faces[a])] * B[tuple(labels[f] for f in faces[b])]
        )
    return out


def random_values(c: Case, node: int, rng: Any, modulus: int | None) -> dict[tuple[int, ...], Any]:
    faces = c.node(node)[0]
    rule = boundary(c.network, c.below[node], c.pinned)
    return {
        tuple(labels[f] for f in faces): rng.standard_normal()
        if modulus is None
        else rng.integers(modulus, size=4).astype(object)
        for labels in labellings(faces, rule)
    }


@pytest.mark.parametrize("limits", [(14, 14, 14), (2, 1, 2), (0, 0, 0), (1, 3, 0)])
@pytest.mark.parametrize("modular", [False, True])
def test_products_are_those_of_dictionaries(limits: tuple[int, int, int], modular: bool) -> None:
    rng = np.random.default_rng(3)
    prime = 2097131
    ring: Any = Residues((prime,)) if modular else Complex()
    extra = (ring.moduli,) if modular else ()
    kernels: list[Any] = (
        [multiply_few_modular, multiply_blocks_modular]
        if modular
        else [multiply_few, multiply_blocks]
    )
    shape = (4,) if modular else ()
    added = 0
    for c in CASES:
        for node in postorder(c.tree.left, c.tree.right).tolist():
            a, b = int(c.tree.left[node]), int(c.tree.right[node])
            if a < 0:
                continue
            layout = [
                x[i, : c.counts[i]] for i in (a, b, node) for x in (c.faces, c.weights, c.linked)
            ]
            found = lists(*layout, np.array(limits))
            added += bool(found[-1])
            A = random_values(c, a, rng, prime if modular else None)
            B = random_values(c, b, rng, prime if modular else None)
            expected = product_of(c, a, b, node, A, B)
            if modular:
                expected = {key: value % prime for key, value in expected.items()}
            wanted = dense(c, node, expected, shape)
            x, y = (dense(c, i, v, shape).astype(ring.dtype) for i, v in ((a, A), (b, B)))
            outer = len(found[0])
            for kernel in kernels:
                got = np.zeros((int(c.entries[node]), *shape), ring.dtype)
                # In two ranges, as threads do it.
                for low, high in ((0, outer // 2), (outer // 2, outer)):
                    kernel(x, y, got, *extra, *found, low, high)
                if modular:
                    assert (got == wanted).all()
                else:
                    assert np.allclose(got, wanted)
    assert (added > 0) == (limits[1] < 14)


def test_ranges_write_to_different_entries() -> None:
    (network,) = face_diagram(random_braid(12, 160, 1)).networks
    tree = random_tree(len(network.powers), random.Random(0))
    fixed = {f: 1 for f in range(20, network.faces) if f not in network.pins}
    split = 0
    for step in build_program(network, tree, fixed).steps:
        for parts in (1, 2, 7):
            ranges = step.ranges(parts)
            flat = [i for low, high in ranges for i in range(low, high)]
            assert flat == list(range(len(step.lists[0])))
            split += len(ranges) > 1
            written = [set(step.lists[2][low:high].tolist()) for low, high in ranges]
            assert sum(map(len, written)) == len(set[int]().union(*written))
    assert split


# --- Leaves --------------------------------------------------------------------------------------


@pytest.mark.parametrize("c", CASES, ids=range(len(CASES)))
def test_leaves_are_those_of_the_definition(c: Case) -> None:
    network, pinned = c.network, c.pinned
    program = build_program(network, c.tree, c.labels)
    leaves = program.leaves(Complex())
    owner: dict[int, int] = {}
    for u, corners in enumerate(network.corners.tolist()):
        for f in corners:
            owner.setdefault(f, u)
    for u, corners in enumerate(network.corners.tolist()):
        faces = sorted(set(corners))
        expected = np.zeros(len(leaves[u]), complex)
        rule = {(corners[k - 1], corners[k]) for k in range(4)}
        for labels in labellings(faces, rule):
            if any(pinned.get(f, label) != label for f, label in labels.items()):
                continue
            value = twist_value(int(network.powers[u]), *(labels[f] for f in corners))
            for f, label in labels.items():
                value *= D[label] if owner[f] == u else 1
            # The children's order does not change a layout.
            expected[c.address(u, labels)] += value
        assert leaves[u] == pytest.approx(expected)


def test_programs_of_random_trees_give_the_sum() -> None:
    rng = random.Random(5)
    for network in networks():
        if network.faces > 13:
            continue
        vacuum = next(f for f, label in network.pins.items() if label == 0)
        expected = face_sum(network, vacuum)
        for _ in range(3):
            program = build_program(network, random_tree(len(network.powers), rng))
            assert complex(program.run(Complex())) == pytest.approx(expected, abs=1e-9)


# --- Memory --------------------------------------------------------------------------------------


def simulated_peak(left: Any, right: Any, entries: Any) -> int:
    """Entries held while the nodes are computed in postorder, leaves made when they are needed."""
    held: dict[int, int] = {}
    peak = 0
    for i in postorder(left, right).tolist():
        held[i] = int(entries[i])
        peak = max(peak, sum(held.values()))
        if left[i] >= 0:
            del held[int(left[i])], held[int(right[i])]
    return peak


def test_the_peak_and_the_best_order_of_children() -> None:
    rng = random.Random(2)
    lowered = 0
    for leaves in (1, 2, 3, 5, 8, 9):
        for _ in range(10):
            tree = random_tree(leaves, rng)
            left, right = tree.left, tree.right
            entries = np.array([rng.randint(1, 100) for _ in left])
            peak = simulated_peak(left, right, entries)
            assert peak_entries(left, right, entries).max() == peak
            best = peak
            inner = range(leaves, 2 * leaves - 1)
            for swaps in itertools.product((False, True), repeat=len(inner)):
                x, y = left.copy(), right.copy()
                for i, swap in zip(inner, swaps, strict=True):
                    if swap:
                        x[i], y[i] = y[i], x[i]
                best = min(best, simulated_peak(x, y, entries))
            sort_children(left, right, entries)
            assert simulated_peak(left, right, entries) == best
            lowered += best < peak
    assert lowered > 20
