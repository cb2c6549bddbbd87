"""A face network, a tree and fixed labels, compiled to products over lists of addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from ..knots.cores import available_cores
from .face import FaceNetwork
from .rings import Ring
from .tree import Tree, free_corners

__all__ = [
    "Program",
    "Step",
    "build_program",
    "free_edges",
    "program_bytes",
    "single_threaded_blas",
]

_Ints = npt.NDArray[np.int64]
_Array = npt.NDArray[Any]

# Faces in the lists of a, m and b: N(14) = 987 strings. Buffers of that size would not be small
# beside small intermediates.
_BLOCK = np.array([14, 14, 14])
_SMALL_BLOCK = np.array([12, 12, 12])
_LARGE = 2**24
_FEW = np.array([16, 14, 14])
# A matrix product pays when a block of B has more entries than those of this many faces.
_FEW_FACES = 5
_PARALLEL = 2e6


@dataclass(frozen=True, eq=False)
class Step:
    """One product.

    Attributes:
        left: node of A, the larger factor.
        right: node of B.
        node: node of C.
        few: whether the lists of m and b are so short that a matrix product does not pay.
        lists: from :func:`plait.tensornet.layout.lists`.
        products: multiply-adds.
    """

    left: int
    right: int
    node: int
    few: bool
    lists: tuple[Any, ...]
    products: float

    def ranges(self, parts: int) -> list[tuple[int, int]]:
        """The outer strings in parts that write to different entries of C."""
        outer = len(self.lists[0])
        in_c = self.lists[2]
        cuts = [0]
        for k in range(1, parts):
            cut = outer * k // parts
            while 0 < cut < outer and in_c[cut] == in_c[cut - 1]:
                cut += 1
            if cut > cuts[-1]:
                cuts.append(cut)
        return [(a, b) for a, b in zip(cuts, [*cuts[1:], outer], strict=True) if a < b]


@dataclass(frozen=True, eq=False)
class Program:
    """All products of a contraction, in order.

    Attributes:
        steps: the products.
        entries: number of entries of each node.
        offsets: where each leaf begins in the array of all leaves.
        addresses: which entries of that array are filled,
        sources: and from which entries of the tables of twists.
        peak: most entries held at a time.
    """

    steps: tuple[Step, ...]
    entries: _Ints
    offsets: _Ints
    addresses: _Ints
    sources: _Ints
    peak: int

    @cached_property
    def products(self) -> float:
        """Multiply-adds of all steps."""
        return sum(step.products for step in self.steps)

    def leaves(self, ring: Ring) -> list[_Array]:
        """The leaves over a ring."""
        table = ring.tables().reshape(-1, *ring.trailing)
        flat = np.zeros((int(self.offsets[-1]), *ring.trailing), ring.dtype)
        np.add.at(flat, self.addresses, table[self.sources])
        ring.reduce(flat)
        m = len(self.offsets) - 1
        return [flat[self.offsets[i] : self.offsets[i + 1]] for i in range(m)]

    def run(
        self,
        ring: Ring,
        *,
        threads: int | None = None,
        advanced: Callable[[float], None] | None = None,
    ) -> _Array:
        """Contract over a ring.

        Args:
            ring: of the numbers.
            threads: at most so many; all cores by default.
            advanced: called with what has been done, from 0 to 1, after the larger steps.

        Returns:
            The scalar, shape ``ring.trailing``.
        """
        held: dict[int, Any] = dict(enumerate(self.leaves(ring)))
        threads = threads or available_cores()
        done = 0.0
        largest = max((step.products for step in self.steps), default=0.0)
        with _workers(threads if ring.threads and largest > _PARALLEL else 1) as pool:
            for step in self.steps:
                A, B = held.pop(step.left), held.pop(step.right)
                C = ring.zeros(int(self.entries[step.node]))
                if pool is None or step.products < _PARALLEL:
                    ring.multiply(step, A, B, C, 0, len(step.lists[0]))
                else:
                    jobs = [
                        pool.submit(ring.multiply, step, A, B, C, low, high)
                        for low, high in step.ranges(4 * threads)
                    ]
                    for job in jobs:
                        job.result()
                held[step.node] = C
                done += step.products
                if advanced is not None and step.products >= _PARALLEL:
                    advanced(done / self.products)
        (result,) = held.values()
        return np.asarray(result[0].item() if ring.trailing == () else result[0])


@contextmanager
def _workers(threads: int) -> Iterator[ThreadPoolExecutor | None]:
    """Threads of our own, each with one thread of BLAS."""
    with single_threaded_blas():
        if threads == 1:
            yield None
        else:
            with ThreadPoolExecutor(threads) as pool:
                yield pool


def single_threaded_blas() -> AbstractContextManager[Any]:
    """A context in which BLAS uses one thread; its own threads get in the way of each other."""
    return cast(AbstractContextManager[Any], _blas().limit(limits=1, user_api="blas"))


@cache
def _blas() -> Any:
    """The BLAS libraries of this process; finding them takes a while."""
    import scipy.linalg.cython_blas  # noqa: F401  (that of the kernels, if not loaded yet)
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def build_program(
    network: FaceNetwork, tree: Tree, labels: Mapping[int, int] | None = None
) -> Program:
    """Compile a contraction.

    Args:
        network: of a connected diagram.
        tree: over its twists.
        labels: fixed labels of faces besides those of ``network.pins``.

    Raises:
        PlaitError: an intermediate has more than 86 open faces.
    """
    from .annealing import fill_legs, postorder
    from .layout import fill_leaves, layouts, lists, peak_entries, sort_children

    pins = {**network.pins, **(labels or {})}
    leaves = free_corners(network, pins)
    left, right = tree.left.copy(), tree.right.copy()
    legs = fill_legs(left, right, leaves, network.faces)
    width = int(np.bitwise_count(legs).sum(axis=1).max())
    faces, weights, linked, counts, entries = layouts(
        left, right, legs, free_edges(network, pins), max(width, 1)
    )
    sort_children(left, right, entries)
    offsets = np.concatenate([[0], np.cumsum(entries[: len(leaves)])])
    fixed = np.full(network.faces, -1, np.int64)
    fixed[list(pins)] = list(pins.values())
    addresses, sources = fill_leaves(
        network.corners, fixed, network.powers, faces, weights, linked, counts, offsets
    )
    peak = int(peak_entries(left, right, entries).max())
    block = _BLOCK if peak > _LARGE else _SMALL_BLOCK
    steps = []
    for node in postorder(left, right).tolist():
        a, b = int(left[node]), int(right[node])
        if a < 0:
            continue
        if entries[a] < entries[b]:
            a, b = b, a
        apart = np.bitwise_count(legs[b] & ~(legs[a] & legs[node])).sum()
        few = bool(apart <= _FEW_FACES)
        layout: list[Any] = []
        for x in (a, b, node):
            layout += [array[x, : counts[x]] for array in (faces, weights, linked)]
        found = lists(*layout, _FEW if few else block)  # type: ignore[call-arg]
        steps.append(Step(a, b, node, few, found, _products(found)))
    return Program(tuple(steps), entries, offsets, addresses, sources, peak)


def program_bytes(program: Program, itemsize: int, threads: int | None = None) -> float:
    """Memory of a run: intermediates at the peak, lists of addresses, and buffers."""
    lists = sum(part.nbytes for step in program.steps for part in step.lists[:-1])
    buffers = 0.0
    for step in program.steps:
        if not step.few:
            a, m, b = (float(np.diff(step.lists[k]).max()) for k in (4, 7, 10))
            buffers = max(buffers, a * m + m * b + a * b)
    return float(itemsize * (program.peak + buffers * (threads or available_cores())) + lists)


def free_edges(network: FaceNetwork, pins: Mapping[int, int]) -> _Ints:
    """The strands between two twists whose two faces are both free."""
    free = np.ones(network.faces, bool)
    free[list(pins)] = False
    e = network.edges
    return np.ascontiguousarray(e[free[e[:, 2]] & free[e[:, 3]] & (e[:, 0] != e[:, 1])])


def _products(lists: tuple[Any, ...]) -> float:
    pattern = lists[3]
    lengths = [np.diff(lists[k])[pattern[g]].astype(float) for g, k in enumerate((4, 7, 10))]
    return float((lengths[0] * lengths[1] * lengths[2]).sum())
