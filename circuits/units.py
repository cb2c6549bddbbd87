"""Circuits as units for the simulator, and the errors that happen in their shots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from ..knots.jit import compiled
from .oplog import LOCAL
from .patterns import BARRIER

__all__ = ["NO_ERROR", "DrawnErrors", "Sites", "Units", "draw_errors", "units"]

NO_ERROR: Final = 1 << 60
"""Position of the first error of a shot that has none."""

_AT_ONCE = 1 << 22  # random numbers

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
UnitFields: TypeAlias = tuple[Ints, Ints, Ints, Ints, Floats, Ints, Ints, Ints]
ErrorFields: TypeAlias = tuple[Ints, Ints, Ints, Ints, Floats]


class Units(NamedTuple):
    """What :func:`run_trajectories` runs; masks have the bit j of qubit j.

    Attributes:
        start: first operation of each unit, and the number of operations at the end; (U + 1,).
        pattern: of the unit as a whole, −1 for a single operation; (U,).
        masks: target, first and second control of a whole pattern; (U, 3).
        qubits: masks of its qubits for noise that grows with time, 0 for none; (U, 3).
        wait: layers of two-qubit gates for which these qubits waited, until its end; (U, 3).
        operation: number of each operation in the table of patterns, −1 for the closing phase.
        mask_a: mask of the qubit of each operation, or of its first one.
        mask_b: mask of the second one, 0 for one-qubit operations.
    """

    start: Ints
    pattern: Ints
    masks: Ints
    qubits: Ints
    wait: Floats
    operation: Ints
    mask_a: Ints
    mask_b: Ints

    @property
    def fields(self) -> UnitFields:
        """As a plain tuple, for compiled code."""
        return (*self,)


@compiled
def units(
    kind: npt.NDArray[np.uint8],
    slot_a: npt.NDArray[np.int32],
    slot_b: npt.NDArray[np.int32],
    offsets: Ints,
    target: npt.NDArray[np.int32],
    controls: npt.NDArray[np.int32],
    steps: npt.NDArray[np.int32],
    qubits: int,
) -> tuple[Ints, Ints, Ints, Ints, Floats, Ints, Ints, Ints]:
    """The units of the steps of a circuit: the fields of :class:`Units`."""
    total = 0
    room = 0
    for s in range(len(steps)):
        p = steps[s, 0]
        if p == BARRIER:
            room += (qubits + 2) // 3
            continue
        size = 1 if p < 0 else offsets[p + 1] - offsets[p]
        total += size
        room += 1 if p >= 0 and target[p] >= 0 else size
    start = np.zeros(room + 1, np.int64)
    pattern = np.full(room, -1, np.int64)
    masks = np.zeros((room, 3), np.int64)
    members = np.zeros((room, 3), np.int64)
    wait = np.zeros((room, 3))
    operation = np.full(total, -1, np.int64)
    mask_a = np.zeros(total, np.int64)
    mask_b = np.zeros(total, np.int64)
    clock = np.zeros(qubits)
    u = 0
    done = 0
    for s in range(len(steps)):
        p = steps[s, 0]
        if p == BARRIER:
            # All qubits wait for the last one: units without operations, three qubits each.
            now = clock.max()
            start[u : u + (qubits + 2) // 3] = done
            late = 0
            for q in range(qubits):
                if clock[q] < now:
                    members[u + late // 3, late % 3] = 1 << q
                    wait[u + late // 3, late % 3] = now - clock[q]
                    clock[q] = now
                    late += 1
            u += (qubits + 2) // 3
            continue
        whole = p >= 0 and target[p] >= 0
        size = 1 if p < 0 else offsets[p + 1] - offsets[p]
        if whole:
            start[u] = done
            pattern[u] = p
            masks[u, 0] = 1 << steps[s, 1 + target[p]]
            for k in range(2):
                if controls[p, k] >= 0:
                    masks[u, 1 + k] = 1 << steps[s, 1 + controls[p, k]]
        layers = 0
        for k in range(size):
            pair = False
            if p < 0:
                mask_a[done] = 1 << steps[s, 1]
            else:
                op = offsets[p] + k
                operation[done] = op
                mask_a[done] = 1 << steps[s, 1 + slot_a[op]]
                if kind[op] != LOCAL:
                    pair = True
                    layers += 1
                    mask_b[done] = 1 << steps[s, 1 + slot_b[op]]
            if not whole:
                start[u] = done
                if pair:
                    a, b = steps[s, 1 + slot_a[op]], steps[s, 1 + slot_b[op]]
                    now = max(clock[a], clock[b]) + 1
                    members[u, 0], members[u, 1] = 1 << a, 1 << b
                    wait[u, 0], wait[u, 1] = now - clock[a], now - clock[b]
                    clock[a] = clock[b] = now
                u += 1
            done += 1
        if whole:
            if layers:
                now = 0.0
                for k in range(1, steps.shape[1]):
                    if steps[s, k] >= 0:
                        now = max(now, clock[steps[s, k]])
                now += layers
                for k in range(3):
                    if steps[s, 1 + k] >= 0:
                        q = steps[s, 1 + k]
                        members[u, k] = 1 << q
                        wait[u, k] = now - clock[q]
                        clock[q] = now
            u += 1
    start[room] = done
    return start, pattern, masks, members, wait, operation, mask_a, mask_b


class Sites(NamedTuple):
    """Where errors can happen in a circuit, in order of time; arrays of one length.

    Attributes:
        position: number of operations before the error.
        a: the qubit, or the first one.
        b: the second one, −1 for errors on one.
        turn_a: angle by which a Pauli on ``a`` is turned about Z.
        turn_b: the same on ``b``.
        probability: of an error.
        pauli: 1 or 3 if the error is X or Z, 0 if it is a random Pauli other than the identity.
    """

    position: Ints
    a: Ints
    b: Ints
    turn_a: Floats
    turn_b: Floats
    probability: Floats
    pauli: Ints

    @classmethod
    def join(cls, parts: Sequence[Sites]) -> Sites:
        """All sites of several sets, those of probability 0 left out."""
        columns: list[Any] = [np.concatenate(column) for column in zip(*parts, strict=True)]
        joined = cls(*columns)
        kept = np.nonzero(joined.probability > 0)[0]
        order = kept[np.argsort(joined.position[kept], kind="stable")]
        return cls(*(column[order] for column in columns))


class DrawnErrors(NamedTuple):
    """Errors of all shots, of each in order of time.

    Attributes:
        offsets: shot s has the errors offsets[s] … offsets[s + 1] − 1; shape (S + 1,).
        position: number of operations before each error.
        qubit: where.
        pauli: 1, 2, 3 for X, Y, Z.
        turn: angle by which it is turned about Z.
    """

    offsets: Ints
    position: Ints
    qubit: Ints
    pauli: Ints
    turn: Floats

    @property
    def fields(self) -> ErrorFields:
        """As a plain tuple, for compiled code."""
        return (*self,)

    def order(self) -> tuple[Ints, Ints]:
        """Shots by the position of their first error, equal patterns together; these positions."""
        shots = len(self.offsets) - 1
        first = np.full(shots, NO_ERROR, dtype=np.int64)
        some = np.nonzero(np.diff(self.offsets))[0]
        if not some.size:
            return np.arange(shots), first
        first[some] = self.position[self.offsets[some]]
        # A hash of the pattern; that equal ones are equal is checked later.
        mixed = ((self.position * 512 + self.qubit * 4 + self.pauli) ** 2 + 7919) * 0x9E3779B1
        key = np.zeros(shots, dtype=np.int64)
        key[some] = np.add.reduceat(mixed & 0xFFFFFFFFFF, self.offsets[some])
        return np.lexsort((key, first)), first


def draw_errors(sites: Sites, shots: int, rng: np.random.Generator) -> DrawnErrors:
    """Draw the errors of all shots of a circuit."""
    size = len(sites.position)
    chunk = max(1, _AT_ONCE // max(1, size))
    found = []
    for begin in range(0, shots if size else 0, chunk):
        hits = rng.random((min(chunk, shots - begin), size)) < sites.probability
        shot, site = np.nonzero(hits)
        found.append((shot + begin, site))
    shot = np.concatenate([s for s, _ in found]) if found else np.zeros(0, dtype=np.int64)
    site = np.concatenate([k for _, k in found]) if found else np.zeros(0, dtype=np.int64)
    pair = sites.b[site] >= 0
    single = np.where(sites.pauli[site] > 0, sites.pauli[site], rng.integers(1, 4, len(site)))
    both = rng.integers(1, 16, len(site))
    # Two columns: the first and the second qubit of each site.
    pauli = np.stack([np.where(pair, both >> 2, single), np.where(pair, both & 3, 0)], axis=1)
    real = pauli.ravel() > 0

    def column(first: npt.NDArray[Any], second: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.stack([first[site], second[site]], axis=1).ravel()[real]

    counts = np.bincount(np.repeat(shot, 2)[real], minlength=shots)
    return DrawnErrors(
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        position=column(sites.position, sites.position),
        qubit=column(sites.a, sites.b),
        pauli=pauli.ravel()[real],
        turn=column(sites.turn_a, sites.turn_b),
    )
