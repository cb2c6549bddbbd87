"""The word of a link whose circuits are cheapest.

The circuits of a word depend on where the closed braid is cut open (a Markov closure is the same
for all rotations of the word), and on which side is x_0: turning a closed braid about the axis in
its plane maps σ_i to σ_{n−i} and gives the same link. A rotation brings runs together across the
cut and changes which of them act on known bits.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..knots.braids import Braid
from ..knots.conventions import Closure
from ..knots.fibonacci import path_count, path_probability, paths, plat_path, sample_paths
from .devices import Device, device
from .echo import runs_of
from .oplog import OperationLog, Style
from .reach import mean_cost
from .synthesis import add_bulk, add_fresh, add_one_sided

__all__ = ["cheapest_form", "expected_cost", "mean_two_qubit_gates", "rank_by_gates"]

_SAMPLES = 64
_RANKED = 24  # rotations that a comparison looks at
_PASSES = 400_000_000  # bits of paths that a search may look at


def cheapest_form(b: Braid, closure: Closure, target: Device) -> Braid:
    """The rotation or mirror rotation σ_i ↔ σ_{n−i} of a word with the cheapest echo circuits.

    Rotations are tried for Markov closures only: all of them on words of up to some 700 letters,
    evenly spaced ones on longer words. The cost is that of :func:`expected_cost`; the word as
    given wins ties.

    Returns:
        A word of the same link, on as many strands, with the same number of letters.

    Example:
        >>> from plait.circuits import device
        >>> cheapest_form(Braid("1 2 3 3 -2 1"), "markov", device("ideal"))
        Braid([3, 3, -2, 1, 1, 2], strands=4)
    """
    return _cheapest(b, closure, target, len(b))[0]


def _cheapest(b: Braid, closure: Closure, target: Device, most: int) -> tuple[Braid, float]:
    """The cheapest of some rotations, ``most`` of them at most, and its cost."""
    flipped = Braid([(1 if k > 0 else -1) * (b.strands - abs(k)) for k in b.word], b.strands)
    words = [b, flipped]
    if closure == "markov":
        count = max(1, min(len(b), most, _PASSES // (_SAMPLES * max(1, len(b)) * 12)))
        starts = range(0, len(b), -(-len(b) // count)) if len(b) else range(1)
        words = [Braid(word.word[k:] + word.word[:k], b.strands) for word in words for k in starts]
    costs = [expected_cost(word, closure, target) for word in words]
    least = int(np.argmin(np.round(costs, 12)))
    return words[least], costs[least]


def expected_cost(b: Braid, closure: Closure, target: Device) -> float:
    """Mean number of errors of two-qubit gates of an echo circuit, by the device's rates.

    A device without errors counts gates. The mean is over all paths if they are few, else over
    the same sample of paths for all words.

    Example:
        >>> from plait.circuits import device
        >>> round(expected_cost(Braid("1 2 1 2"), "markov", device("ideal")), 6)
        1.90983
    """
    style = target.style
    runs = runs_of(b)
    sample, weights = _paths(b.strands, closure)
    one_sided, bulk, *fresh = (
        np.array([_cost(style, kind, power) for _, power in runs.pairs])
        for kind in ("one-sided", "bulk", "fresh 0", "fresh 1")
    )
    costs = (
        one_sided,
        np.stack(fresh, axis=1),
        bulk,
        _cost(style, "cx", 1),
        target.connectivity == "line",
    )
    if weights is None:
        return float(mean_cost(runs.generators, *costs, sample))
    return float(
        sum(
            weight * mean_cost(runs.generators, *costs, path[None])
            for path, weight in zip(sample, weights, strict=True)
        )
    )


def mean_two_qubit_gates(b: Braid, closure: Closure = "markov") -> float:
    """Mean two-qubit gates of the echo circuits of a link, with ZZPhase between all qubits.

    Of the cheapest rotation of the word; gates of the cat state and its inverse included, and
    what merging of steps saves left out.

    Example:
        >>> round(mean_two_qubit_gates(Braid("1 2 -3 2 1 -3")), 3)
        2.854
    """
    target = device("ideal")
    return expected_cost(cheapest_form(b, closure, target), closure, target)


def rank_by_gates(b: Braid) -> tuple[float, ...]:
    """How the minimisation compares braids by gates: the mean over some rotations' cheapest.

    Example:
        >>> rank_by_gates(Braid("1 2 1")) < rank_by_gates(Braid("1 2 2 1 2"))
        True
    """
    return (round(_cheapest(b, "markov", device("ideal"), _RANKED)[1], 9), len(b.runs()), len(b))


@lru_cache(maxsize=8)
def _paths(
    strands: int, closure: Closure
) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.uint8]], tuple[float, ...] | None]:
    if closure == "plat":
        return np.array([plat_path(strands)], dtype=np.uint8), None
    if path_count(strands) <= _SAMPLES:
        every = paths(strands)
        return every, tuple(path_probability(path) for path in every.tolist())
    return sample_paths(strands, _SAMPLES, np.random.default_rng(0)), None


@lru_cache(maxsize=512)
def _cost(style: Style, kind: str, power: int) -> float:
    log = OperationLog(3, style)
    if kind == "cx":
        log.cx(0, 1)
    elif kind == "bulk":
        add_bulk(log, 0, 1, 2, power)
    elif kind == "one-sided":
        add_one_sided(log, 0, 1, power)
    else:
        add_fresh(log, 0, 1, power, int(kind[-1]))
    return style.cost(log.angles)
