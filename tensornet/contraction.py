"""Running a plan: slice by slice, in this process or on a cluster, with partial sums on disk."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol, TextIO

import numpy as np
import numpy.typing as npt

from ..knots.errors import RecordError, ResourceError
from .face import FaceDiagram, FaceNetwork
from .plan import FORMAT, MOST_SLICES, ContractionPlan, spread
from .program import build_program
from .resources import Cost
from .rings import Ring
from .tree import Tree

__all__ = ["Monitor", "PartialSums", "Unit", "contract_plan", "contract_unit", "fingerprint"]

_Array = npt.NDArray[Any]


class Monitor(Protocol):
    """Who wants to hear of a long contraction."""

    def planned(self, cost: Cost, slices: int) -> None:
        """Called once, before the contraction."""

    def advanced(self, fraction: float) -> None:
        """Called now and then with what has been done, from 0 to 1."""


@dataclass(frozen=True, eq=False)
class Unit:
    """One slice of one part over one ring: what is computed, or lost, as a whole.

    Attributes:
        part: number of the part.
        slice: number of the slice.
        ring: number of the ring.
        network: the network of the part.
        tree: its contraction tree.
        labels: fixed labels of faces.
        over: the ring.
        weight: share of the whole work.
    """

    part: int
    slice: int
    ring: int
    network: FaceNetwork
    tree: Tree
    labels: Mapping[int, int]
    over: Ring
    weight: float

    @property
    def key(self) -> str:
        """Names the unit in the file of partial sums."""
        return f"{self.part}.{self.slice}.{self.ring}"


def contract_unit(
    unit: Unit,
    advanced: Callable[[float], None] | None = None,
    threads: int | None = None,
) -> _Array:
    """The value of one unit, shape ``unit.over.trailing``."""
    program = build_program(unit.network, unit.tree, unit.labels)
    return program.run(unit.over, threads=threads, advanced=advanced)


def _units(diagram: FaceDiagram, plan: ContractionPlan, rings: Sequence[Ring]) -> Iterator[Unit]:
    """The units of a plan."""
    seconds = plan.cost.seconds * len(rings) or 1.0
    for p, (network, part) in enumerate(zip(diagram.networks, plan.parts, strict=True)):
        weight = part.cost.seconds / part.slices / seconds
        for s, labels in enumerate(part.labels()):
            fixed = spread(network, labels)
            for r, ring in enumerate(rings):
                yield Unit(p, s, r, network, part.tree, fixed, ring, weight)


class PartialSums:
    """The values of finished units, in a file to which each is added at once.

    A line that was cut off by a kill is dropped when the file is read again.

    Args:
        folder: where the file and the plan lie; None keeps values in memory only.
    """

    def __init__(self, folder: Path | None) -> None:
        self.values: dict[str, _Array] = {}
        self._file: TextIO | None = None
        if folder is None:
            return
        path = folder / "slices.jsonl"
        good = 0
        if path.exists():
            content = path.read_bytes()
            for line in content.splitlines(keepends=True):
                if not line.endswith(b"\n"):
                    break
                try:
                    entry = json.loads(line)
                    self.values[entry["unit"]] = _decode(entry["value"])
                except (ValueError, KeyError, TypeError) as error:
                    raise RecordError(
                        f"{path} is damaged ({error!r}); delete it to start again"
                    ) from error
                good += len(line)
            with path.open("r+b") as file:
                file.truncate(good)
        self._file = path.open("a", encoding="utf-8")

    def add(self, key: str, value: _Array) -> None:
        """Keep a value, on disk before this returns."""
        self.values[key] = value
        if self._file is not None:
            self._file.write(json.dumps({"unit": key, "value": _encode(value)}) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def _encode(value: _Array) -> Any:
    if np.iscomplexobj(value):
        return [float(value.real), float(value.imag)]
    return [int(x) for x in value]


def _decode(data: Any) -> _Array:
    value = np.asarray(complex(*data)) if len(data) == 2 else np.array(data, float)
    if not np.isfinite(value).all():
        raise ValueError("a value is not finite")
    return value


def fingerprint(diagram: FaceDiagram, what: str, memory: float | None) -> str:
    """Names a computation: the diagram with its powers, what is computed, the memory allowed."""
    content = [network.shape + str(network.powers.tolist()) for network in diagram.networks]
    content.append(f"{diagram.circles} circles, format {FORMAT}")
    return sha256(repr((content, what, memory)).encode()).hexdigest()[:24]


def contract_plan(
    diagram: FaceDiagram,
    plan: ContractionPlan,
    rings: Sequence[Ring],
    *,
    folder: Path | None = None,
    scheduler: str | None = None,
    monitor: Monitor | None = None,
    cost: Cost | None = None,
) -> list[list[_Array]]:
    """Contract all parts over all rings.

    Args:
        diagram: what to contract.
        plan: for a diagram of this shape.
        rings: the rings.
        folder: for partial sums, from which a later call goes on; None for none.
        scheduler: ``"local"`` or the address of a Dask scheduler; None for this process.
        monitor: hears of the progress.
        cost: what to announce; that of the plan by default.

    Returns:
        For each part and each ring the value, shape ``ring.trailing``.

    Raises:
        InputError: the plan is for another shape.
        ResourceError: more slices than can be listed.
        RecordError: the file of partial sums is damaged.
    """
    plan.check(diagram)
    if plan.slices * len(rings) > MOST_SLICES:
        raise ResourceError(
            f"the contraction would take {plan.slices * len(rings)} slices, more than the "
            f"{MOST_SLICES} that are run; allow more memory for fewer slices"
        )
    if monitor is not None:
        monitor.planned(cost or plan.cost, plan.slices)
    done = 0.0
    with closing(PartialSums(folder)) as sums:
        for unit in _units(diagram, plan, rings):
            value = sums.values.get(unit.key)
            if value is None:
                continue
            if value.shape == unit.over.trailing:
                done += unit.weight
            else:
                raise RecordError(
                    f"{folder}/slices.jsonl is damaged (slice {unit.key} is no value of this "
                    f"computation); delete it to start again"
                )
        finished = frozenset(sums.values)
        rest = (unit for unit in _units(diagram, plan, rings) if unit.key not in finished)
        for unit, value in _run(rest, scheduler, done, monitor):
            sums.add(unit.key, value)
            done += unit.weight
            if monitor is not None:
                monitor.advanced(min(done, 1.0))
    return [
        [
            _total(
                ring,
                [sums.values[f"{p}.{s}.{r}"] for s in range(part.slices)],
            )
            for r, ring in enumerate(rings)
        ]
        for p, part in enumerate(plan.parts)
    ]


def _run(
    rest: Iterable[Unit], scheduler: str | None, done: float, monitor: Monitor | None
) -> Iterator[tuple[Unit, _Array]]:
    if scheduler is not None:
        from .distributed import contract_units

        yield from contract_units(rest, scheduler)
        return
    for unit in rest:
        at, weight = done, unit.weight

        def advanced(fraction: float, at: float = at, weight: float = weight) -> None:
            if monitor is not None:
                monitor.advanced(min(at + weight * fraction, 1.0))

        yield unit, contract_unit(unit, advanced)
        done += weight


def _total(ring: Ring, values: Sequence[_Array]) -> _Array:
    # Residues are below 2^21 and there are at most 10^6 slices: the sum is exact.
    total = np.sum(np.stack(values), axis=0)[None]
    ring.reduce(total)
    return np.asarray(total[0])
