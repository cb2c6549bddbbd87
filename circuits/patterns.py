"""Patterns: short sequences of logical operations that circuits are made of.

A circuit is a list of *steps*, each a pattern and the qubits that its slots stand for. The gates
of a circuit follow from the operations of its steps (:mod:`plait.circuits.kernels`). As a whole
a pattern is a 2×2 matrix on one slot for each value of the others, so that a simulator need not
look at its operations unless an error happens within.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from threading import Lock
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .ir import GateArrays
from .oplog import LOCAL, ZZ, Operation, OperationLog, Style

__all__ = ["BARRIER", "Multiplexed", "PatternArrays", "PatternTable", "Steps"]

BARRIER: Final = -2
"""Number of the pattern that stands for a barrier in :class:`Steps`."""


class Multiplexed(NamedTuple):
    """A pattern as a whole.

    Attributes:
        target: the slot that the matrices act on, −1 if the pattern has no such form.
        controls: the other slots, −1 for none.
        matrices: shape (4, 2, 2), by 2·(first control) + (second control).
    """

    target: int
    controls: tuple[int, int]
    matrices: npt.NDArray[np.complex128]


_NO_WHOLE = Multiplexed(-1, (-1, -1), np.zeros((4, 2, 2), dtype=complex))


class PatternArrays(NamedTuple):
    """All patterns of a table, for compiled code."""

    kind: npt.NDArray[np.uint8]
    slot_a: npt.NDArray[np.int32]
    slot_b: npt.NDArray[np.int32]
    angle: npt.NDArray[np.float64]
    matrix: npt.NDArray[np.complex128]
    offsets: npt.NDArray[np.int64]
    target: npt.NDArray[np.int32]
    controls: npt.NDArray[np.int32]
    multiplexed: npt.NDArray[np.complex128]
    layers: npt.NDArray[np.int32]
    parts: npt.NDArray[np.int32]


class _Column:
    """Rows of one shape in a buffer that grows by doubling; what was handed out stays valid."""

    def __init__(self, dtype: npt.DTypeLike, *shape: int) -> None:
        self._buffer = np.zeros((64, *shape), dtype=dtype)
        self._size = 0

    def extend(self, rows: Sequence[Any]) -> None:
        """Append rows."""
        end = self._size + len(rows)
        if end > len(self._buffer):
            grown = np.zeros((2 * end, *self._buffer.shape[1:]), dtype=self._buffer.dtype)
            grown[: self._size] = self._buffer[: self._size]
            self._buffer = grown
        if rows:
            self._buffer[self._size : end] = rows
        self._size = end

    def rows(self) -> npt.NDArray[Any]:
        """All rows so far."""
        return self._buffer[: self._size]


class _Columns(NamedTuple):
    """The fields of :class:`PatternArrays`."""

    kind: _Column
    slot_a: _Column
    slot_b: _Column
    angle: _Column
    matrix: _Column
    offsets: _Column
    target: _Column
    controls: _Column
    multiplexed: _Column
    layers: _Column
    parts: _Column


class PatternTable:
    """A growing list of patterns, each under a key; several threads may use it at once.

    Args:
        style: which ZZ rotations the patterns have.
    """

    def __init__(self, style: Style | None = None) -> None:
        self.style = style or Style()
        self._lock = Lock()
        self._numbers: dict[Hashable, int] = {}
        self._operations: list[list[Operation]] = []
        self._references: list[float] = []
        self._columns = _Columns(
            kind=_Column(np.uint8),
            slot_a=_Column(np.int32),
            slot_b=_Column(np.int32),
            angle=_Column(np.float64),
            matrix=_Column(np.complex128, 2, 2),
            offsets=_Column(np.int64),
            target=_Column(np.int32),
            controls=_Column(np.int32, 2),
            multiplexed=_Column(np.complex128, 4, 2, 2),
            layers=_Column(np.int32),
            parts=_Column(np.int32, 3, 3),
        )
        self._columns.offsets.extend([0])

    def __len__(self) -> int:
        return len(self._operations)

    def find(self, key: Hashable) -> int | None:
        """The number of the pattern under a key, if there is one."""
        return self._numbers.get(key)

    def add(
        self,
        key: Hashable,
        log: OperationLog,
        *,
        whole: bool = True,
        parts: Sequence[tuple[int, int, int]] | None = None,
        reference: float = 0.0,
    ) -> int:
        """Add a pattern of the operations of a log, whose qubits become slots.

        Args:
            key: to find it again; if there is a pattern under it already, that one stays.
            log: the operations.
            whole: whether simulators may take it as one.
            parts: three patterns on two slots that make up one on three: rows of pattern and
                slots.
            reference: the phase that |0…0⟩ takes.
        """
        form = _multiplexed(log) if whole else _NO_WHOLE
        operations = log.operations
        with self._lock:
            if key in self._numbers:
                return self._numbers[key]
            number = len(self._operations)
            columns = self._columns
            columns.kind.extend([op.kind for op in operations])
            columns.slot_a.extend([op.a for op in operations])
            columns.slot_b.extend([op.b for op in operations])
            columns.angle.extend([op.angle for op in operations])
            columns.matrix.extend([op.matrix for op in operations])
            columns.offsets.extend([columns.offsets.rows()[-1] + len(operations)])
            columns.target.extend([form.target])
            columns.controls.extend([form.controls])
            columns.multiplexed.extend([form.matrices])
            columns.layers.extend([sum(op.kind == ZZ for op in operations)])
            columns.parts.extend([parts or [(-1, -1, -1)] * 3])
            self._references.append(reference)
            self._operations.append(operations)
            # Last, because others look for it without the lock.
            self._numbers[key] = number
        return number

    def mark(self, key: Hashable, number: int) -> None:
        """Let a key stand for another number, such as −1 for none."""
        self._numbers[key] = number

    def reference(self, number: int) -> float:
        """The phase that |0…0⟩ takes in a pattern."""
        return self._references[number]

    def replay(self, number: int, log: OperationLog, slots: Sequence[int]) -> None:
        """Record the operations of a pattern, with its slots standing for ``slots``."""
        for op in self._operations[number]:
            if op.kind == LOCAL:
                log.local(slots[op.a], op.matrix)
            else:
                log.zz(slots[op.a], slots[op.b], op.angle)

    def arrays(self) -> PatternArrays:
        """All patterns so far."""
        with self._lock:
            return PatternArrays(*(column.rows() for column in self._columns))


@dataclass(frozen=True, eq=False)
class Steps:
    """The logical operations of a circuit.

    Attributes:
        table: the patterns.
        rows: shape (steps, 1 + slots), int32: pattern number, then the qubits of its slots (−1
            where it has fewer). Pattern −1 multiplies |1⟩ of its qubit by exp(i·angle); BARRIER,
            −2, has no qubits, and all wait for the last one there.
        angle: see ``rows``.
    """

    table: PatternTable
    rows: npt.NDArray[np.int32]
    angle: float = 0.0

    @classmethod
    def of(
        cls,
        table: PatternTable,
        rows: Sequence[tuple[int, ...]],
        *,
        width: int = 3,
        angle: float = 0.0,
    ) -> Steps:
        """Steps from (pattern, qubit, …) tuples."""
        padding = (-1,) * width
        array = np.array([(row + padding)[: 1 + width] for row in rows], dtype=np.int32)
        return cls(table, array.reshape(-1, 1 + width), angle)

    def scheduled(self, qubits: int) -> Steps:
        """The same steps in an order with little depth."""
        from .kernels import schedule

        x = self.table.arrays()
        return replace(self, rows=self.rows[schedule(self.rows, x.target, x.layers, qubits)])

    def gates(self, qubits: int, *, keep_phases: bool = False) -> GateArrays:
        """The native gates."""
        from .kernels import emit_gates

        x = self.table.arrays()
        fields, alive, end = emit_gates(
            x.kind,
            x.slot_a,
            x.slot_b,
            x.angle,
            x.matrix,
            x.offsets,
            self.rows,
            self.angle,
            qubits,
            keep_phases,
        )
        kept = np.nonzero(alive[:end])[0]
        columns: list[Any] = [column[kept] for column in fields]
        return GateArrays(*columns)


def _multiplexed(log: OperationLog) -> Multiplexed:
    whole = log.unitary()
    for target in range(log.qubits):
        others = [slot for slot in range(log.qubits) if slot != target]
        matrices = np.zeros((4, 2, 2), dtype=complex)
        for values in product((0, 1), repeat=len(others)):
            base = sum(value << slot for value, slot in zip(values, others, strict=True))
            pair = [base, base | 1 << target]
            number = int("".join(map(str, (*values, 0, 0)[:2])), 2)
            matrices[number] = whole[np.ix_(pair, pair)]
            if len(others) < 2:
                matrices[number + 1] = matrices[number]
            if not others:
                matrices[2:] = matrices[:2]
        # All of the norm is in the blocks if the pattern has this form.
        blocks = (np.abs(matrices) ** 2).sum() / 2 ** (3 - log.qubits)
        if abs(blocks - len(whole)) < 1e-9:
            matrices[np.abs(matrices) < 1e-15] = 0
            first, second = (*others, -1, -1)[:2]
            return Multiplexed(target, (first, second), matrices)
    return _NO_WHOLE
