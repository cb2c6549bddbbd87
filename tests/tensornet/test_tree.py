"""Contraction trees and the annealer."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from face_oracles import (
    D,
    contracted,
    leaves_below,
    open_faces,
    random_braid,
    random_tree,
    twist_value,
)

from plait.knots import Braid, PlanarDiagram
from plait.tensornet.annealing import anneal, fill_legs, postorder, totals
from plait.tensornet.face import FaceNetwork, face_diagram
from plait.tensornet.tree import (
    Tree,
    anneal_tree,
    costs,
    find_tree,
    free_corners,
    path_of,
    predicted_products,
    predicted_seconds,
)


def network_of(strands: int, length: int, seed: int = 1) -> FaceNetwork:
    (network,) = face_diagram(random_braid(strands, length, seed)).networks
    return network


def legs_of(network: FaceNetwork, tree: Tree) -> Any:
    leaves = free_corners(network, network.pins)
    return fill_legs(tree.left, tree.right, leaves, network.faces)


def cost_of(network: FaceNetwork, tree: Tree) -> float:
    """What the search minimises."""
    found = totals(tree.left, tree.right, legs_of(network, tree), *costs())
    return float(found[:2].sum())


def members(row: Any) -> set[int]:
    bits = np.unpackbits(row.astype("<u8").view(np.uint8), bitorder="little")
    return set(np.flatnonzero(bits).tolist())


def check(tree: Tree, leaves: int) -> None:
    """A binary tree whose first nodes are the leaves."""
    assert len(tree.left) == len(tree.right) == 2 * leaves - 1
    assert (tree.left[:leaves] == -1).all()
    assert (tree.right[:leaves] == -1).all()
    children = np.concatenate([tree.left[leaves:], tree.right[leaves:]]).tolist()
    assert len(set(children)) == len(children) == 2 * leaves - 2
    assert set(children) < set(range(2 * leaves - 1))
    order = postorder(tree.left, tree.right).tolist()
    assert sorted(order) == list(range(2 * leaves - 1))
    at = {node: k for k, node in enumerate(order)}
    for node in range(leaves, 2 * leaves - 1):
        # The left child's subtree first, then the right one's, then the node.
        assert at[int(tree.left[node])] < at[int(tree.right[node])] == at[node] - 1


def same(one: Tree, other: Tree) -> bool:
    return bool((one.left == other.left).all() and (one.right == other.right).all())


def test_legs_are_the_open_faces() -> None:
    rng = random.Random(1)
    for seed in range(6):
        network = network_of(4 + seed % 3, 40, seed)
        tree = random_tree(len(network.powers), rng)
        legs = legs_of(network, tree)
        for node, below in enumerate(leaves_below(tree)):
            assert members(legs[node]) == open_faces(network, below, network.pins)


@pytest.mark.parametrize(("strands", "length"), [(2, 1), (3, 3), (3, 40), (8, 120), (16, 400)])
def test_annealing_keeps_a_tree_and_its_legs(strands: int, length: int) -> None:
    word = [1 - 3 * (k % 2) if strands == 3 else 1 for k in range(length)]
    b = Braid(word, strands=strands) if strands < 4 else random_braid(strands, length, 1)
    (network,) = face_diagram(b).networks
    tree = random_tree(len(network.powers), random.Random(4))
    before = cost_of(network, tree)
    legs = legs_of(network, tree)
    products, sizes = costs()
    state = np.array([12345], np.uint64)
    for _ in range(3):
        anneal(tree.left, tree.right, legs, products, sizes, 20_000, 1.0, 0.05, state)
        check(tree, len(network.powers))
        assert (legs == legs_of(network, tree)).all()
    if length > 100:
        assert cost_of(network, tree) < before / 100


def test_totals_by_hand() -> None:
    network = network_of(5, 30)
    tree = random_tree(len(network.powers), random.Random(3))
    legs = legs_of(network, tree)
    products, sizes = costs()
    expected = np.zeros(3)
    for node in range(len(network.powers), len(tree.left)):
        a, b = members(legs[tree.left[node]]), members(legs[tree.right[node]])
        width = len(members(legs[node]))
        expected += [products[len(a | b)], sizes[width], 0]
        expected[2] = max(expected[2], width)
    assert totals(tree.left, tree.right, legs, products, sizes) == pytest.approx(expected)
    golden = D[1]
    assert products[7] / products[6] == pytest.approx(golden)
    assert sizes[7] / sizes[6] == pytest.approx(golden)
    penalised = costs(largest=golden**10)[1]
    assert penalised[:10] == pytest.approx(sizes[:10])
    assert penalised[12] == pytest.approx(sizes[12] * golden**4)
    assert np.isfinite(penalised).all()


@pytest.mark.parametrize("diagram", [PlanarDiagram([(1, 1, 2, 2)]), Braid("1 1 -2 3 3 2")])
def test_small_networks(diagram: Any) -> None:
    for network in face_diagram(diagram).networks:
        check(find_tree(network), len(network.powers))


def test_seeds_reproduce_the_search() -> None:
    network = network_of(16, 400)
    trees = [find_tree(network, seed=seed) for seed in (0, 0, 1)]
    for tree in trees:
        check(tree, len(network.powers))
    assert same(trees[0], trees[1])
    assert not same(trees[0], trees[2])


def test_more_effort_is_not_worse() -> None:
    network = network_of(16, 400)
    start = random_tree(len(network.powers), random.Random(0))
    leaves = free_corners(network, network.pins)
    found = [
        cost_of(network, anneal_tree(start, leaves, network.faces, seed=3, effort=effort))
        for effort in (1e-9, 1, 20, 200)
    ]
    assert found == sorted(found, reverse=True)
    assert found[-1] < found[0] < cost_of(network, start)


def test_a_limit_steers_the_search() -> None:
    network = network_of(24, 800)
    leaves = free_corners(network, network.pins)
    free = random_tree(len(network.powers), random.Random(2))
    free = anneal_tree(free, leaves, network.faces, seed=0, effort=5)
    limited = anneal_tree(free, leaves, network.faces, seed=0, effort=30, largest=1000)

    def penalised(tree: Tree) -> float:
        found = totals(tree.left, tree.right, legs_of(network, tree), *costs(1000))
        return float(found[:2].sum())

    assert penalised(limited) < penalised(free)


def test_predictions() -> None:
    network = network_of(10, 100)
    tree = find_tree(network)
    legs = legs_of(network, tree)
    expected = 0.0
    for node in range(len(network.powers), len(tree.left)):
        union = members(legs[tree.left[node]]) | members(legs[tree.right[node]])
        expected += D[1] ** len(union)
    assert predicted_products(tree, legs) == pytest.approx(expected)
    assert predicted_seconds(tree, legs) > 0


def test_as_a_tree_of_cotengra() -> None:
    network = network_of(6, 60)
    tree = find_tree(network)
    legs = legs_of(network, tree)
    m = len(network.powers)
    path = path_of(tree)
    assert sorted(i for pair in path for i in pair) == list(range(2 * m - 2))
    theirs = tree.to_cotengra(network)
    assert m == theirs.N
    alone = [set(c) - set(network.pins) for c in network.corners.tolist()]
    shared = all(sum(f in c for c in alone) > 1 for f in set[int]().union(*alone))
    assert shared, "the comparison of costs is for faces with two corners or more"
    unions = [
        members(legs[tree.left[node]]) | members(legs[tree.right[node]])
        for node in range(m, 2 * m - 1)
    ]
    assert theirs.contraction_cost() == sum(2 ** len(union) for union in unions)
    widths = [len(members(row)) for row in legs]
    assert theirs.contraction_width() == max(widths)
    # And it contracts: with each face's weight in the first tensor that has it.
    owned: set[int] = set()
    arrays = []
    around = [set(pair) for pair in network.edges[:, 2:].tolist()]
    for corners, power in zip(network.corners.tolist(), network.powers.tolist(), strict=True):
        free = list(dict.fromkeys(f for f in corners if f not in network.pins))
        array = np.zeros((2,) * len(free), complex)
        for index in np.ndindex(*array.shape):
            labels = {**network.pins, **dict(zip(free, index, strict=True))}
            if any(
                {corners[k - 1], corners[k]} in around
                and not (labels[corners[k - 1]] or labels[corners[k]])
                for k in range(4)
            ):
                continue
            value = twist_value(power, *(labels[f] for f in corners))
            for f in set(corners) - owned:
                value *= D[labels[f]]
            array[index] = value
        owned |= set(corners)
        arrays.append(array)
    value = complex(theirs.contract(arrays))
    assert value == pytest.approx(contracted(face_diagram(random_braid(6, 60, 1))))
