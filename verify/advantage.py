"""Where a quantum computer would be faster than the classical methods, from costs of many sizes.

A :class:`Size` has what both sides need of a braid: the costs of its exact contraction and of the
amplitude of one path, and the gates and depth of its echo circuits. From these follow the times
for any error of z, any two-qubit error and any machine, so that a map takes no new searches.

**Classical**: the faster of the exact contraction (with its search) and the mean over 1/error²
random paths, each by contraction; both only depend on the shape of the braid. **Quantum**: the
executions of :func:`plait.verify.quantum.executions`, with errors of two-qubit gates alone.
Neither side makes use of what z is: see docs/advantage.md for what that leaves out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..knots.errors import InputError, RecordError
from ..tensornet.resources import Cost
from .classical import Machine
from .quantum import DELTA, LAYER_SECONDS, executions

__all__ = [
    "CLOCKS",
    "Alternatives",
    "Clock",
    "Size",
    "between",
    "extrapolated",
    "read_sizes",
    "window",
]

_LONGEST_SEARCH: Final = 300.0
_LEAST: Final = 1e-300  # for logarithms
_STEPS: Final = 4  # sizes tried from one given to the next
_BISECTIONS: Final = 30


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How fast a quantum computer runs circuits.

    Attributes:
        name: as figures show it.
        device: the device description whose gates and connectivity are counted.
        layer: seconds of a layer of two-qubit gates.
        shot: seconds of anything else, per shot.
        watts: electric power.
    """

    name: str
    device: str
    layer: float
    shot: float
    watts: float = 25e3


CLOCKS: Final = (
    Clock(name="superconducting, on a line", device="ibm_fez", layer=1.32e-7, shot=2.53e-4),
    Clock(name="trapped ions, all to all", device="H2-1", layer=LAYER_SECONDS, shot=LAYER_SECONDS),
)
"""The line: times of the description of ibm_fez, two √X after each CZ. Ions: assumptions."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """Costs of a braid.

    Attributes:
        strands: of the braid.
        crossings: of the braid.
        ratio: layers per strand of the brickwall that it came from.
        face: exact contraction; seconds of the reference machine (two cores of 2023).
        amplitude: the same for one path.
        gates: mean two-qubit gates of the echo circuits, by device.
        depth: their mean depth.
    """

    strands: int
    crossings: int
    ratio: float
    face: Cost
    amplitude: Cost
    gates: Mapping[str, float]
    depth: Mapping[str, float]

    def classical_seconds(self, error: float, machine: Machine) -> float:
        """Of the faster classical method; infinite if none fits.

        Example:
            >>> size = _example()
            >>> size.classical_seconds(0.1, Machine(name="", watts=1, memory=1e9))
            2.0
        """
        search = (min(cost.seconds, _LONGEST_SEARCH) for cost in (self.face, self.amplitude))
        whole, one = search if machine.flops is None else (0.0, 0.0)
        samples = math.ceil(1 / error**2)
        paths = Cost(*(x * samples for x in self.amplitude))._replace(memory=self.amplitude.memory)
        return min(machine.seconds(self.face) + whole, machine.seconds(paths) + one)

    def quantum_seconds(
        self, error: float, clock: Clock, two_qubit_error: float, delta: float = DELTA
    ) -> float:
        """On a device with errors of two-qubit gates alone; infinite where no shots suffice.

        Example:
            >>> round(_example().quantum_seconds(0.1, CLOCKS[1], 0.0), 6)
            132.0
        """
        lost = -self.gates[clock.device] * math.log1p(-two_qubit_error)
        shots = executions(lost, error, delta)
        return shots * (clock.shot + self.depth[clock.device] * clock.layer)


def _example() -> Size:
    return Size(
        strands=10,
        crossings=31,
        ratio=1.0,
        face=Cost(1e3, 1e3, 1.0),
        amplitude=Cost(1e2, 1e2, 0.1),
        gates={"H2-1": 40.0},
        depth={"H2-1": 10.0},
    )


def read_sizes(data: Mapping[str, Any], which: str) -> list[Size]:
    """The sizes in a file of benchmarks/frontier_plans.py, means (of logarithms) over seeds.

    Args:
        data: the contents of the file.
        which: ``"given"`` or ``"minimized"``.

    Raises:
        RecordError: a key is missing or of the wrong kind.
    """
    groups: dict[tuple[int, int], list[Mapping[str, Any]]] = {}
    try:
        for row in data["rows"]:
            n, layers = row["size"]
            groups.setdefault((int(n), int(layers)), []).append(row[which])
        return [_mean(layers / n, rows) for (n, layers), rows in sorted(groups.items())]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RecordError(
            f"not a file of benchmarks/frontier_plans.py ({error!r}); make it again"
        ) from error


def _mean(ratio: float, rows: Sequence[Mapping[str, Any]]) -> Size:
    def mean(pick: Callable[[Mapping[str, Any]], Any]) -> Any:
        values = np.array([pick(row) for row in rows], dtype=float)
        return np.exp(np.log(np.maximum(values, _LEAST)).mean(axis=0))

    def of_circuits(what: str) -> dict[str, float]:
        names = list(rows[0]["circuits"])
        means = mean(lambda row: [row["circuits"][name][what] for name in names])
        return dict(zip(names, means.tolist(), strict=True))

    return Size(
        strands=round(float(mean(lambda row: row["strands"]))),
        crossings=round(float(mean(lambda row: row["crossings"]))),
        ratio=ratio,
        face=Cost(*mean(lambda row: row["face"]).tolist()),
        amplitude=Cost(*mean(lambda row: row["amplitude"]).tolist()),
        gates=of_circuits("gates"),
        depth=of_circuits("depth"),
    )


def extrapolated(
    sizes: Sequence[Size], strands: int, *, least: int = 45, side: float = 0.0
) -> Size:
    """A larger size of the same shape, by the trend of those from ``least`` strands on.

    Logarithms of multiply-adds, memory and seconds grow linearly with the strands, as plans of a
    planar network do whose width grows with them; crossings, gates and depth by a power of them.

    Args:
        sizes: to extrapolate from.
        strands: of the larger size.
        least: strands from which sizes are used.
        side: 0 for the trend. At 1 costs are at the upper ends of their 95 % prediction intervals,
            and gates and depth at the lower ones, all in favour of the quantum side; at −1 all
            are at the other ends. Crossings stay at their trend.

    Raises:
        InputError: fewer than three sizes to extrapolate from.

    Example:
        >>> from dataclasses import replace
        >>> trend = [replace(_example(), strands=n, face=Cost(2.0**n, 1, 1)) for n in (50, 60, 70)]
        >>> round(math.log2(extrapolated(trend, 80).face.flops), 6)
        80.0
    """
    used = [size for size in sizes if size.strands >= least]
    if len(used) < 3:
        raise InputError(
            f"{len(used)} sizes have {least} strands or more; give three at least to extrapolate"
        )
    n = np.array([size.strands for size in used], dtype=float)

    def cost(values: Sequence[Cost]) -> Cost:
        return Cost(*(_trend(n, column, strands, side) for column in zip(*values, strict=True)))

    def power(values: Sequence[float], at: float = -side) -> float:
        return _trend(np.log(n), values, math.log(strands), at)

    devices = list(used[0].gates)
    return Size(
        strands=strands,
        crossings=round(power([size.crossings for size in used], 0.0)),
        ratio=used[0].ratio,
        face=cost([size.face for size in used]),
        amplitude=cost([size.amplitude for size in used]),
        gates={d: power([size.gates[d] for size in used]) for d in devices},
        depth={d: power([size.depth[d] for size in used]) for d in devices},
    )


def _trend(x: npt.NDArray[np.float64], values: Sequence[float], at: float, side: float) -> float:
    """Values whose logarithms are linear in x, at another x.

    By ``side`` half-widths of the 95 % prediction interval of least squares above the line.
    """
    from scipy.stats import t as student

    y = np.log(np.array(values, dtype=float))
    count = len(x)
    spread = x - x.mean()
    square = float(spread @ spread)
    slope = float(spread @ y) / square
    rest = y - y.mean() - slope * spread
    variance = float(rest @ rest) / (count - 2)
    away = at - float(x.mean())
    half = float(student.ppf(0.975, count - 2)) * math.sqrt(
        variance * (1 + 1 / count + away**2 / square)
    )
    return math.exp(float(y.mean()) + slope * away + side * half)


def between(one: Size, other: Size, share: float) -> Size:
    """A size between two of the same shape: logarithms of all numbers are interpolated.

    Args:
        one: the size at share 0.
        other: the size at share 1.
        share: from 0 to 1.

    Example:
        >>> from dataclasses import replace
        >>> between(_example(), replace(_example(), gates={"H2-1": 90.0}), 0.5).gates
        {'H2-1': 60.0}
    """

    def mix(a: float, b: float) -> float:
        logs = (math.log(max(x, _LEAST)) for x in (a, b))
        return float(f"{math.exp(next(logs) * (1 - share) + next(logs) * share):.12g}")

    return Size(
        strands=round(mix(one.strands, other.strands)),
        crossings=round(mix(one.crossings, other.crossings)),
        ratio=one.ratio,
        face=Cost(*map(mix, one.face, other.face)),
        amplitude=Cost(*map(mix, one.amplitude, other.amplitude)),
        gates={d: mix(gates, other.gates[d]) for d, gates in one.gates.items()},
        depth={d: mix(depth, other.depth[d]) for d, depth in one.depth.items()},
    )


Alternatives = tuple[Size, ...]
"""Braids of one link. The first is the one whose crossings count."""


def window(
    shape: Sequence[Alternatives], better: Callable[[Alternatives], bool]
) -> tuple[float, float] | None:
    """The crossings between which one side is better.

    Args:
        shape: sizes of one shape, in the order of their crossings.
        better: whether the side is better at a size.

    Returns:
        Least and most crossings, found by bisection on sizes interpolated between those given; the
        first is 0 or the second infinite where the sizes end first. None where it never is better.

    Example:
        >>> from dataclasses import replace
        >>> sizes = [(replace(_example(), crossings=c),) for c in (10, 1000, 3000)]
        >>> window(sizes, lambda size: 100 <= size[0].crossings < 2000)
        (100, 1999)
    """
    points = [shape[0]]
    for one, other in pairwise(shape):
        points += [_mixed(one, other, k / _STEPS) for k in range(1, _STEPS)] + [other]
    inside = [k for k, point in enumerate(points) if better(point)]
    if not inside:
        return None
    first, last = inside[0], inside[-1]
    low = 0.0 if first == 0 else _edge(points[first], points[first - 1], better)
    high = math.inf if last == len(points) - 1 else _edge(points[last], points[last + 1], better)
    return low, high


def _mixed(one: Alternatives, other: Alternatives, share: float) -> Alternatives:
    return tuple(between(a, b, share) for a, b in zip(one, other, strict=True))


def _edge(
    inside: Alternatives, outside: Alternatives, better: Callable[[Alternatives], bool]
) -> float:
    """Crossings at which a side ceases to be better."""
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if better(_mixed(inside, outside, middle)):
            low = middle
        else:
            high = middle
    return _mixed(inside, outside, low)[0].crossings
