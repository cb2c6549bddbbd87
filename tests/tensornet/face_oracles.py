"""The face model once more, from its definition, in slow Python; and braids to try it on."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from jones_oracles import FIFTH_A, GOLDEN

from plait.knots import Braid, PlanarDiagram
from plait.tensornet.contraction import contract_plan
from plait.tensornet.face import FaceDiagram, FaceNetwork
from plait.tensornet.plan import ContractionPlan, make_plan
from plait.tensornet.rings import Complex
from plait.tensornet.tree import Tree

D = (1.0, GOLDEN)
Labels = Mapping[int, int]


def random_braid(strands: int, length: int, seed: int) -> Braid:
    """Letters drawn one by one."""
    rng = random.Random(seed)
    word = [rng.choice((1, -1)) * rng.randint(1, strands - 1) for _ in range(length)]
    return Braid(word, strands=strands)


def random_tree(leaves: int, rng: random.Random) -> Tree:
    """Pairs of nodes merged at random."""
    left = np.full(2 * leaves - 1, -1, np.int64)
    right = left.copy()
    alive = list(range(leaves))
    for node in range(leaves, 2 * leaves - 1):
        rng.shuffle(alive)
        left[node], right[node] = alive.pop(), alive.pop()
        alive.append(node)
    return Tree(left, right)


def leaves_below(tree: Tree) -> list[set[int]]:
    """The leaves below each node; children have smaller numbers or not, as they like."""
    found: dict[int, set[int]] = {}

    def visit(node: int) -> set[int]:
        if node not in found:
            if tree.left[node] < 0:
                found[node] = {node}
            else:
                found[node] = visit(int(tree.left[node])) | visit(int(tree.right[node]))
        return found[node]

    return [visit(node) for node in range(len(tree.left))]


def open_faces(network: FaceNetwork, below: set[int], pinned: Labels) -> set[int]:
    """Free faces with corners both at these twists and at others."""
    inside, outside = set[int](), set[int]()
    for u, corners in enumerate(network.corners.tolist()):
        (inside if u in below else outside).update(corners)
    return (inside & outside) - set(pinned)


def boundary(network: FaceNetwork, below: set[int], pinned: Labels) -> set[tuple[int, int]]:
    """Pairs of free faces beside a strand that leaves these twists."""
    return {
        (f, g)
        for u, v, f, g in network.edges.tolist()
        if (u in below) != (v in below) and f not in pinned and g not in pinned
    }


def labellings(faces: Sequence[int], rule: set[tuple[int, int]]) -> Iterator[dict[int, int]]:
    """Labels of faces such that no pair of the rule is vacuum twice."""
    for bits in itertools.product((0, 1), repeat=len(faces)):
        labels = dict(zip(faces, bits, strict=True))
        if all(labels.get(f, 1) or labels.get(g, 1) for f, g in rule):
            yield labels


def twist_value(power: int, left: int, below: int, right: int, above: int) -> complex:
    """Powers of σ by its eigenvalues: A, and A + φ/A = −A⁻³ on the channel of E."""
    a, b = FIFTH_A**power, (-(FIFTH_A**-3)) ** power
    c = (b - a) / GOLDEN
    return a * (below == above) / D[below] + c * (left == right) / D[left]


def face_sum(network: FaceNetwork, vacuum: int) -> complex:
    """The sum over all labels with one face vacuum: the bracket of the network."""
    rule = {(f, g) for f, g in network.edges[:, 2:].tolist()}
    others = [f for f in range(network.faces) if f != vacuum]
    total = 0j
    for labels in labellings(others, rule):
        labels[vacuum] = 0
        if not all(labels[f] or labels[g] for f, g in rule):
            continue
        term = complex(np.prod([D[label] for label in labels.values()]))
        for corners, power in zip(network.corners.tolist(), network.powers.tolist(), strict=True):
            term *= twist_value(power, *(labels[f] for f in corners))
        total += term
    return total


def bracket_of(
    diagram: FaceDiagram, part: Callable[[FaceNetwork], complex] | None = None
) -> complex:
    """φ^circles times the brackets of the parts, by default by their sums over all labels."""
    value = complex(GOLDEN**diagram.circles)
    for network in diagram.networks:
        value *= part(network) if part else face_sum(network, int(network.corners[0, 0]))
    return value


def contracted(diagram: FaceDiagram, plan: ContractionPlan | None = None) -> complex:
    """The bracket by the program."""
    value = complex(GOLDEN**diagram.circles)
    for part in contract_plan(diagram, plan or make_plan(diagram), [Complex()]):
        value *= complex(part[0])
    return value


def state_sum(diagram: PlanarDiagram) -> complex:
    """Kauffman's bracket of a planar diagram, the unknot being φ, from all its smoothings."""
    total = 0j
    crossings = diagram.crossings
    for state in itertools.product((1, -1), repeat=len(crossings)):
        parent = {label: label for crossing in crossings for label in crossing}

        def find(x: int, parent: dict[int, int] = parent) -> int:
            while parent[x] != x:
                x = parent[x]
            return x

        for (a, b, c, d), s in zip(crossings, state, strict=True):
            for x, y in ((a, b), (c, d)) if s == 1 else ((a, d), (b, c)):
                parent[find(x)] = find(y)
        loops = len({find(x) for x in parent}) + diagram.circles
        total += FIFTH_A ** sum(state) * GOLDEN**loops
    return total
