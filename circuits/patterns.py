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
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .ir import GateArrays
from .oplog import LOCAL, ZZ, Operation, OperationLog, Style

__all__ = ["Multiplexed", "PatternArrays", "PatternTable", "Steps"]


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


class PatternTable:
    """A growing list of patterns, each under a key.

    Args:
        style: which ZZ rotations the patterns have.
    """

    def __init__(self, style: Style | None = None) -> None:
        self.style = style or Style()
        self._numbers: dict[Hashable, int] = {}
        self._patterns: list[tuple[list[Operation], Multiplexed]] = []
        self._parts: dict[int, list[tuple[int, int, int]]] = {}
        self._arrays: PatternArrays | None = None

    def __len__(self) -> int:
        return len(self._patterns)

    def find(self, key: Hashable) -> int | None:
        """The number of the pattern under a key, if there is one."""
        return self._numbers.get(key)

    def add(self, key: Hashable, log: OperationLog, *, whole: bool = True) -> int:
        """Add a pattern of the operations of a log, whose qubits become slots.

        Args:
            key: to find it again.
            log: the operations.
            whole: whether simulators may take it as one.
        """
        self._numbers[key] = len(self._patterns)
        self._patterns.append((log.operations, _multiplexed(log) if whole else _NO_WHOLE))
        self._arrays = None
        return self._numbers[key]

    def mark(self, key: Hashable, number: int) -> None:
        """Let a key stand for another number, such as −1 for none."""
        self._numbers[key] = number

    def split(self, number: int, parts: list[tuple[int, int, int]]) -> None:
        """Tell that a pattern on three slots has three parts: rows of pattern and two slots."""
        self._parts[number] = parts
        self._arrays = None

    def replay(self, number: int, log: OperationLog, slots: Sequence[int]) -> None:
        """Record the operations of a pattern, with its slots standing for ``slots``."""
        for op in self._patterns[number][0]:
            if op.kind == LOCAL:
                log.local(slots[op.a], op.matrix)
            else:
                log.zz(slots[op.a], slots[op.b], op.angle)

    def whole(self, number: int) -> Multiplexed:
        """A pattern as a whole."""
        return self._patterns[number][1]

    def arrays(self) -> PatternArrays:
        """All patterns so far."""
        if self._arrays is None:
            self._arrays = self._pack()
        return self._arrays

    def _pack(self) -> PatternArrays:
        operations = [op for ops, _ in self._patterns for op in ops]
        wholes = [whole for _, whole in self._patterns]
        sizes = [len(ops) for ops, _ in self._patterns]
        return PatternArrays(
            kind=np.array([op.kind for op in operations], dtype=np.uint8),
            slot_a=np.array([op.a for op in operations], dtype=np.int32),
            slot_b=np.array([op.b for op in operations], dtype=np.int32),
            angle=np.array([op.angle for op in operations], dtype=float),
            matrix=np.array([op.matrix for op in operations], dtype=complex).reshape(-1, 2, 2),
            offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            target=np.array([w.target for w in wholes], dtype=np.int32),
            controls=np.array([w.controls for w in wholes], dtype=np.int32).reshape(-1, 2),
            multiplexed=np.array([w.matrices for w in wholes], dtype=complex).reshape(-1, 4, 2, 2),
            layers=np.array(
                [sum(op.kind == ZZ for op in ops) for ops, _ in self._patterns], dtype=np.int32
            ),
            parts=np.array(
                [self._parts.get(k, [(-1, -1, -1)] * 3) for k in range(len(self))], dtype=np.int32
            ).reshape(-1, 3, 3),
        )


@dataclass(frozen=True, eq=False)
class Steps:
    """The logical operations of a circuit.

    Attributes:
        table: the patterns.
        rows: shape (steps, 1 + slots), int32: pattern number, then the qubits of its slots (−1
            where it has fewer). Pattern −1 multiplies |1⟩ of its qubit by exp(i·angle).
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
