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
from typing import Any, Final

import numpy as np

from ..knots.errors import InputError, RecordError
from ..tensornet.resources import Cost
from .classical import Machine
from .quantum import DELTA, executions

__all__ = ["CLOCKS", "Clock", "Size", "extrapolated", "read_sizes", "window"]

_LONGEST_SEARCH: Final = 300.0


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
    Clock(name="trapped ions, all to all", device="H2-1", layer=0.03, shot=0.03),
)
"""The line: times of the description of ibm_fez, two √X after each CZ. Ions: 30 ms per layer and
per shot are assumptions."""


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
        return np.exp(np.log(np.maximum(values, 1e-300)).mean(axis=0))

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


def extrapolated(sizes: Sequence[Size], strands: int, *, least: int = 45) -> Size:
    """A larger size of the same shape, by the trend of those from ``least`` strands on.

    Logarithms of multiply-adds, memory and seconds grow linearly with the strands, as plans of a
    planar network do whose width grows with them; crossings and gates with their square, and depth
    linearly.

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
        logs = np.log(np.array(values, dtype=float))
        slopes, offsets = np.polyfit(n, logs, 1)
        return Cost(*np.exp(slopes * strands + offsets).tolist())

    def power(values: Sequence[float], exponent: int) -> float:
        return float(np.mean(np.array(values) / n**exponent) * float(strands) ** exponent)

    devices = list(used[0].gates)
    return Size(
        strands=strands,
        crossings=round(power([size.crossings for size in used], 2)),
        ratio=used[0].ratio,
        face=cost([size.face for size in used]),
        amplitude=cost([size.amplitude for size in used]),
        gates={d: power([size.gates[d] for size in used], 2) for d in devices},
        depth={d: power([size.depth[d] for size in used], 1) for d in devices},
    )


def window(
    crossings: Sequence[float], classical: Sequence[float], quantum: Sequence[float]
) -> tuple[float, float] | None:
    """The crossings between which the quantum side costs less.

    Args:
        crossings: of braids of one shape, all different.
        classical: time or energy of each, infinite where it cannot be done.
        quantum: the same of the other side.

    Returns:
        Least and most crossings, interpolated between sizes in logarithms; the first is 0 or the
        second infinite where the sizes end first. None where the quantum side never costs less.

    Example:
        >>> window([10, 1000], [1, 100], [10, 10])
        (100.0, inf)
    """
    order = np.argsort(crossings)
    pairs = [(_logarithm(classical[k]), _logarithm(quantum[k])) for k in order.tolist()]
    gain = [c - q for c, q in pairs]
    at = np.log(np.array(crossings, dtype=float)[order]).tolist()
    better = [k for k, g in enumerate(gain) if g > 0]
    if not better:
        return None
    first, last = better[0], better[-1]
    low = 0.0 if first == 0 else _crossing(at, gain, first - 1)
    high = math.inf if last == len(gain) - 1 else _crossing(at, gain, last)
    return low, high


def _logarithm(value: float) -> float:
    """Log10, large for what never ends."""
    return math.log10(value) if math.isfinite(value) else 60.0


def _crossing(at: Sequence[float], gain: Sequence[float], k: int) -> float:
    """Where the gain changes its sign between k and k + 1."""
    share = gain[k] / (gain[k] - gain[k + 1])
    return round(math.exp(at[k] + share * (at[k + 1] - at[k])), 6)
