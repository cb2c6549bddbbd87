"""Plans: a contraction tree for each part of a diagram, and the faces to slice so that it fits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..knots.conventions import PHI
from ..knots.errors import InputError, RecordError, ResourceError
from .calibration import local_seconds
from .face import FaceDiagram, FaceNetwork
from .program import build_program, program_bytes
from .resources import Cost, size_text
from .tree import (
    Tree,
    anneal_tree,
    costs,
    find_tree,
    free_corners,
    neighbours,
    predicted_products,
    predicted_seconds,
)

__all__ = ["FORMAT", "ContractionPlan", "PartPlan", "make_plan"]

FORMAT = 1
_MOST_SLICED = 28
_CANDIDATES = 24
_SAMPLES = 16
# Entries of an intermediate beyond which lists of addresses take too long to make.
_TOO_MANY = 2e10
# The slices of a plan are a list once it runs.
MOST_SLICES = 10**5


@dataclass(frozen=True, eq=False)
class PartPlan:
    """How to contract the network of one connected part.

    Attributes:
        shape: of the network, :attr:`plait.tensornet.face.FaceNetwork.shape`.
        tree: the contraction tree.
        sliced: faces whose labels are fixed in each slice.
        forbidden: pairs of sliced faces that are not both vacuum, as positions in ``sliced``.
        cost: predicted cost of all slices.
    """

    shape: str
    tree: Tree
    sliced: tuple[int, ...]
    forbidden: tuple[tuple[int, int], ...]
    cost: Cost

    @cached_property
    def slices(self) -> int:
        """Number of slices: admissible labellings of the sliced faces."""
        # Independent sets, by the vacuum or not of each face in turn.
        ahead = {0: 1}
        near = self._near
        for k in range(len(self.sliced)):
            new: dict[int, int] = {}
            for mask, count in ahead.items():
                kept = mask & _still(near, k + 1)
                new[kept] = new.get(kept, 0) + count
                if not mask & near[k]:
                    kept = (mask | 1 << k) & _still(near, k + 1)
                    new[kept] = new.get(kept, 0) + count
            ahead = new
        return sum(ahead.values())

    @cached_property
    def _near(self) -> list[int]:
        near = [0] * len(self.sliced)
        for a, b in self.forbidden:
            near[a] |= 1 << b
            near[b] |= 1 << a
        return near

    def labels(self) -> Iterator[dict[int, int]]:
        """The labels of the sliced faces in each slice; the first is all τ."""

        def extend(k: int, mask: int) -> Iterator[int]:
            if k == len(self.sliced):
                yield mask
                return
            yield from extend(k + 1, mask)
            if not mask & self._near[k]:
                yield from extend(k + 1, mask | 1 << k)

        for mask in extend(0, 0):
            yield {f: 1 - (mask >> k & 1) for k, f in enumerate(self.sliced)}


def _still(near: list[int], k: int) -> int:
    """The faces that matter to those from k on."""
    out = 0
    for mask in near[k:]:
        out |= mask
    return out


def spread(network: FaceNetwork, labels: Mapping[int, int]) -> dict[int, int]:
    """The labels of a slice with those that follow from them: neighbours of a vacuum are τ."""
    near = neighbours(network)
    out = dict(labels)
    for f, label in labels.items():
        if label == 0:
            out.update(dict.fromkeys(near[f], 1))
    for f in network.pins:
        out.pop(f, None)
    return out


@dataclass(frozen=True, eq=False)
class ContractionPlan:
    """How to contract all parts of a diagram; serves every diagram of the same shape.

    Attributes:
        parts: one plan for each connected part with crossings.
        itemsize: bytes of a number.

    Example:
        >>> from plait.knots import Braid
        >>> from plait.tensornet.face import face_diagram
        >>> plan = make_plan(face_diagram(Braid("1 -2 1 -2")))
        >>> plan.slices, ContractionPlan.from_json(plan.to_json()).slices
        (1, 1)
    """

    parts: tuple[PartPlan, ...]
    itemsize: int = 16

    @property
    def cost(self) -> Cost:
        """Predicted cost of the contraction of all parts, all slices, on this machine."""
        return Cost(
            sum(part.cost.flops for part in self.parts),
            max((part.cost.memory for part in self.parts), default=0.0),
            sum(part.cost.seconds for part in self.parts),
        )

    @property
    def slices(self) -> int:
        """Number of slices of all parts."""
        return sum(part.slices for part in self.parts)

    def check(self, diagram: FaceDiagram) -> None:
        """Refuse a diagram of another shape.

        Raises:
            InputError: the plan is not for this diagram, or damaged.
        """
        shapes = [network.shape for network in diagram.networks]
        if shapes != [part.shape for part in self.parts]:
            raise InputError(
                "this plan is for a diagram of another shape; a plan serves diagrams that differ "
                "in the signs and powers of their twists only: make a new one"
            )
        for network, part in zip(diagram.networks, self.parts, strict=True):
            near = neighbours(network)
            pairs = {
                (a, b)
                for b, f in enumerate(part.sliced)
                for a, g in enumerate(part.sliced[:b])
                if g in near.get(f, ())
            }
            if (
                len(part.tree.left) != 2 * len(network.powers) - 1
                or not all(0 <= f < network.faces and f not in network.pins for f in part.sliced)
                or set(part.forbidden) != pairs
            ):
                raise InputError(
                    "this plan does not fit the diagram that it names: make a new one"
                )

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return {
            "format": FORMAT,
            "kind": "contraction plan",
            "itemsize": self.itemsize,
            "parts": [
                {
                    "shape": part.shape,
                    "left": part.tree.left.tolist(),
                    "right": part.tree.right.tolist(),
                    "sliced": list(part.sliced),
                    "forbidden": [list(pair) for pair in part.forbidden],
                    "cost": list(part.cost),
                }
                for part in self.parts
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ContractionPlan:
        """The plan that :meth:`to_json` wrote.

        Raises:
            RecordError: it is not one, or of another format.
        """
        try:
            if data["kind"] != "contraction plan" or data["format"] != FORMAT:
                raise RecordError(
                    f"this is {data['kind']!r} of format {data['format']}; needed is a "
                    f"contraction plan of format {FORMAT}: make it again"
                )
            itemsize = int(data["itemsize"])
            if itemsize not in (4, 8, 16, 32):
                raise ValueError("itemsize is not the size of a number")
            return cls(tuple(_part(part) for part in data["parts"]), itemsize)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise RecordError(f"not a contraction plan: {error!r}") from error

    def save(self, path: str | Path) -> None:
        """Write the plan to a file, as JSON.

        Raises:
            RecordError: the file cannot be written.
        """
        try:
            Path(path).write_text(json.dumps(self.to_json()), encoding="utf-8")
        except OSError as error:
            raise RecordError(f"cannot write the plan {path}: {error}") from error

    @classmethod
    def load(cls, path: str | Path) -> ContractionPlan:
        """Read a plan from a file.

        Raises:
            RecordError: the file cannot be read, or holds no plan.
        """
        try:
            data = json.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise RecordError(f"cannot read the plan {path}: {error}") from error
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise RecordError(f"{path} is no JSON: {error}") from error
        return cls.from_json(data)


def _part(data: Mapping[str, Any]) -> PartPlan:
    left, right = (np.array(data[side], np.int64) for side in ("left", "right"))
    if not _is_tree(left, right):
        raise ValueError("the tree is not a binary tree")
    sliced = tuple(map(int, data["sliced"]))
    forbidden = tuple((int(a), int(b)) for a, b in data["forbidden"])
    if len(set(sliced)) < len(sliced) or not all(0 <= a < b < len(sliced) for a, b in forbidden):
        raise ValueError("the sliced faces are not a list of faces and pairs of them")
    cost = Cost(*map(float, data["cost"]))
    if not all(0 <= value < np.inf for value in cost):
        raise ValueError("the cost is not a cost")
    return PartPlan(str(data["shape"]), Tree(left, right), sliced, forbidden, cost)


def _is_tree(left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> bool:
    """Whether each leaf hangs, once, below the one root."""
    nodes = left.size
    leaves = (nodes + 1) // 2
    if left.shape != (nodes,) or right.shape != (nodes,) or nodes % 2 == 0:
        return False
    if (left[:leaves] != -1).any() or (right[:leaves] != -1).any():
        return False
    children = np.concatenate([left[leaves:], right[leaves:]])
    root = np.setdiff1d(np.arange(nodes), children)
    if len(root) != 1 or (np.sort(children) != np.delete(np.arange(nodes), root)).any():
        return False
    reached = 0
    stack = [int(root[0])]
    while stack:
        node = stack.pop()
        reached += 1
        if node >= leaves:
            stack += [int(left[node]), int(right[node])]
    return reached == nodes


def make_plan(
    diagram: FaceDiagram,
    *,
    memory: float | None = None,
    itemsize: int = 16,
    seed: int = 0,
    effort: float = 1.0,
) -> ContractionPlan:
    """Search trees, and slice faces until the contraction fits into ``memory``.

    Args:
        diagram: from :func:`plait.tensornet.face.face_diagram`.
        memory: bytes allowed; None for no limit.
        itemsize: bytes of a number.
        seed: of the search.
        effort: time for the search, as a multiple of the predicted time of the contraction.

    Raises:
        ResourceError: no plan fits.
    """
    parts = []
    for network in diagram.networks:
        tree = find_tree(network, seed=seed, effort=effort)
        parts.append(_plan_part(network, tree, memory, itemsize, seed, effort))
    return ContractionPlan(tuple(parts), itemsize)


def _plan_part(
    network: FaceNetwork,
    tree: Tree,
    memory: float | None,
    itemsize: int,
    seed: int,
    effort: float,
) -> PartPlan:
    sliced: list[int] = []
    narrowed = False
    near = neighbours(network)
    while True:
        labels = dict.fromkeys(sliced, 1)
        needed = _bytes(network, tree, labels, itemsize)
        if memory is None or needed <= memory:
            break
        if not narrowed:
            # A tree of smaller intermediates, if one can be had, costs less than slices.
            narrowed = True
            leaves = free_corners(network, network.pins)
            tree = anneal_tree(
                tree,
                leaves,
                network.faces,
                seed=seed,
                effort=effort,
                largest=memory / itemsize / 4,
            )
            continue
        face = _best_face(network, tree, labels, memory / itemsize / 4)
        if face is None or len(sliced) == _MOST_SLICED:
            raise ResourceError(
                f"the contraction needs about {size_text(needed)} of memory even in "
                f"{PHI ** len(sliced):.1g} slices, more than the {size_text(memory)} allowed; "
                f"allow more memory, or make the diagram smaller"
            )
        sliced.append(face)
        tree = anneal_tree(
            tree,
            free_corners(network, {**network.pins, **dict.fromkeys(sliced, 1)}),
            network.faces,
            seed=seed + len(sliced),
            effort=0.2 * effort,
            largest=memory / itemsize / 4,
        )
    forbidden = tuple(
        (a, b) for b in range(len(sliced)) for a in range(b) if sliced[a] in near[sliced[b]]
    )
    part = PartPlan(network.shape, tree, tuple(sliced), forbidden, Cost(0, needed, 0))
    if part.slices > MOST_SLICES:
        raise ResourceError(
            f"the contraction would take {part.slices} slices to fit in {size_text(memory or 0)}, "
            f"more than the {MOST_SLICES} that are run; allow more memory"
        )
    flops, seconds = _all_slices(network, part)
    return PartPlan(network.shape, tree, tuple(sliced), forbidden, Cost(flops, needed, seconds))


def _bytes(network: FaceNetwork, tree: Tree, labels: Mapping[int, int], itemsize: int) -> float:
    """Memory of a slice; estimated where it is far too much."""
    entries, width = _entries(network, tree, labels)
    if width > 60 or entries > _TOO_MANY:
        return itemsize * entries
    return program_bytes(build_program(network, tree, labels), itemsize)


def _entries(network: FaceNetwork, tree: Tree, labels: Mapping[int, int]) -> tuple[float, int]:
    legs = _legs(network, tree, labels)
    width = int(np.bitwise_count(legs).sum(axis=1).max())
    return 3 * PHI ** float(width), width


def _legs(network: FaceNetwork, tree: Tree, labels: Mapping[int, int]) -> npt.NDArray[np.uint64]:
    from .annealing import fill_legs

    pins = {**network.pins, **labels}
    return fill_legs(tree.left, tree.right, free_corners(network, pins), network.faces)


def _best_face(
    network: FaceNetwork, tree: Tree, labels: Mapping[int, int], largest: float
) -> int | None:
    """The face whose two slices, τ and vacuum, cost least together; None if there is none."""
    from .annealing import totals

    legs = _legs(network, tree, labels)
    widths = np.bitwise_count(legs).sum(axis=1)
    row = np.unpackbits(legs[int(widths.argmax())].astype("<u8").view(np.uint8), bitorder="little")
    candidates = np.flatnonzero(row).tolist()
    candidates = candidates[:: max(1, len(candidates) // _CANDIDATES)]
    near = neighbours(network)
    tables = costs(largest)
    best, least = None, np.inf
    for f in candidates:
        cost = 0.0
        for gone in ([f], [f, *near[f]]):
            mask = np.zeros(legs.shape[1], np.uint64)
            for g in gone:
                mask[g >> 6] |= np.uint64(1) << np.uint64(g & 63)
            cost += float(totals(tree.left, tree.right, legs & ~mask, *tables)[:2].sum())
        if cost < least:
            best, least = f, cost
    return best


def _all_slices(network: FaceNetwork, part: PartPlan) -> tuple[float, float]:
    """Multiply-adds and seconds of all slices, from a sample of them."""
    rng = np.random.default_rng(0)
    flops, seconds = [], []
    count = part.slices
    for _ in range(1 if count == 1 else _SAMPLES):
        labels = spread(network, _random_labels(part, rng))
        legs = _legs(network, part.tree, labels)
        flops.append(predicted_products(part.tree, legs))
        seconds.append(predicted_seconds(part.tree, legs))
    return count * float(np.mean(flops)), local_seconds(count * float(np.mean(seconds)))


def _random_labels(part: PartPlan, rng: np.random.Generator) -> dict[int, int]:
    """Labels of a slice, by a few sweeps of heat bath."""
    label = dict.fromkeys(range(len(part.sliced)), 1)
    near: dict[int, list[int]] = {k: [] for k in label}
    for a, b in part.forbidden:
        near[a].append(b)
        near[b].append(a)
    for _ in range(8):
        for k in label:
            free = all(label[j] for j in near[k])
            label[k] = 0 if free and rng.random() < 0.5 else 1
    return {f: label[k] for k, f in enumerate(part.sliced)}
