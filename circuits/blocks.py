"""Merging neighbouring steps on one pair of qubits.

Whatever happens on two qubits alone takes three ZZ rotations at most (Cartan decomposition,
arXiv:quant-ph/0011050), by angles that are often smaller than those of its steps. Steps on three
qubits are looked at in their parts on two; those that merge with nothing are kept whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .ir import Matrix
from .oplog import HADAMARD, OperationLog, Style
from .patterns import PatternTable

__all__ = ["merge_blocks"]

Row = tuple[int, ...]

_EXACT = 1e-12
# Rx(π/2): turns Z into −Y.
_QUARTER = np.array([[1, -1j], [-1j, 1]], dtype=complex) * complex(0.5**0.5)


@dataclass
class _Block:
    """Items on one pair of qubits, or on one qubit, with nothing else on these in between."""

    qubits: tuple[int, ...]
    items: list[int] = field(default_factory=list)


@dataclass
class _Item:
    row: Row
    parent: int  # number of the row that it is a part of


def merge_blocks(rows: Sequence[Row], table: PatternTable) -> list[Row]:
    """Replace runs of steps on one pair of qubits by merged ones where that is cheaper.

    Args:
        rows: steps (pattern, qubits …), in order of time; pattern −1 is left alone.
        table: their patterns; merged ones are added to it.
    """
    items = _expand(rows, table)
    merged: dict[int, Row] = {}  # last item of a block → its new row
    gone: set[int] = set()
    for block in _blocks(items):
        new = _merge([items[k].row for k in block.items], block.qubits, table)
        if new is not None:
            merged[block.items[-1]] = new
            gone.update(block.items)
    dissolved = {items[k].parent for k in gone}
    out: list[Row] = []
    written: set[int] = set()
    for k, item in enumerate(items):
        if k in merged:
            out.append(merged[k])
        elif k in gone:
            continue
        elif item.parent in dissolved:
            out.append(item.row)
        elif item.parent not in written:
            written.add(item.parent)
            out.append(rows[item.parent])
    return out


def _expand(rows: Sequence[Row], table: PatternTable) -> list[_Item]:
    items = []
    for number, (pattern, *qubits) in enumerate(rows):
        parts = table.parts(pattern) if len(qubits) > 2 else None
        if parts is None:
            items.append(_Item((pattern, *qubits), number))
            continue
        items += [_Item((p, *(qubits[s] for s in slots)), number) for p, *slots in parts]
    return items


def _blocks(items: Sequence[_Item]) -> list[_Block]:
    """Blocks with two items on a pair at least."""
    last: dict[int, _Block | None] = {}
    found: list[_Block] = []
    for number, item in enumerate(items):
        pattern, *qubits = item.row
        blocks = [last.get(q) for q in qubits]
        block = blocks[0]
        mergeable = pattern >= 0 and len(qubits) <= 2
        if mergeable and block is not None and all(b is block for b in blocks):
            block.items.append(number)
            continue
        fresh = None
        if mergeable and len(qubits) == 2:
            fresh = _Block(tuple(qubits), [number])
            found.append(fresh)
        # A block ends on both of its qubits.
        for ended in blocks:
            if ended is not None:
                last.update(dict.fromkeys(ended.qubits))
        last.update(dict.fromkeys(qubits, fresh))
    return [b for b in found if sum(len(items[k].row) == 3 for k in b.items) > 1]


def _merge(rows: list[Row], qubits: tuple[int, ...], table: PatternTable) -> Row | None:
    """One row for all of them, if that is cheaper."""
    a, b = qubits
    members = tuple((p, *(0 if q == a else 1 for q in rest)) for p, *rest in rows)
    key = ("merged", members)
    number = table.find(key)
    if number is None:
        log = OperationLog(2, table.style)
        for p, *slots in members:
            table.replay(p, log, slots)
        short = _cartan(log)
        cheaper = table.style.cost(short.angles) < table.style.cost(log.angles) - 1e-12
        if not cheaper or _distance(short.unitary(), log.unitary()) > _EXACT:
            table.mark(key, -1)
            return None
        number = table.add(key, short)
    return None if number < 0 else (number, a, b)


def _distance(one: Matrix, other: Matrix) -> float:
    """Largest difference of two unitaries, but for a global phase."""
    overlap = np.vdot(one, other)
    return float(abs(one * overlap / abs(overlap) - other).max())


def _cartan(log: OperationLog) -> OperationLog:
    """The same two-qubit unitary by as few ZZ rotations as it takes."""
    unitary = log.unitary()
    return _with_cz(unitary, log.style) if log.style.right_angles else _with_zz(unitary, log.style)


def _with_zz(unitary: Matrix, style: Style) -> OperationLog:
    from qiskit.synthesis import TwoQubitWeylDecomposition

    # By default it rounds to special cases nearby.
    weyl = TwoQubitWeylDecomposition(unitary, fidelity=1.0)
    log = OperationLog(2, style)
    # Qubit 0 of Qiskit is the least significant bit, as slot 0 is.
    log.local(0, weyl.K2r)
    log.local(1, weyl.K2l)
    for angle, turn in ((weyl.a, HADAMARD), (weyl.b, _QUARTER), (weyl.c, np.eye(2))):
        # exp(i·angle·P⊗P) with P = turn† Z turn up to a sign, which P⊗P does not see.
        if abs(angle) < 1e-9:
            continue
        for slot in (0, 1):
            log.local(slot, turn)
        log.zz(0, 1, -2 * angle)
        for slot in (0, 1):
            log.local(slot, np.conj(turn).T)
    log.local(0, weyl.K1r)
    log.local(1, weyl.K1l)
    return log


def _with_cz(unitary: Matrix, style: Style) -> OperationLog:
    from qiskit.circuit.library import CXGate
    from qiskit.synthesis import TwoQubitBasisDecomposer

    log = OperationLog(2, style)
    circuit = TwoQubitBasisDecomposer(CXGate(), euler_basis="U")(unitary)
    for instruction in circuit.data:
        qubits = [circuit.find_bit(q).index for q in instruction.qubits]
        if len(qubits) == 2:
            log.cx(*qubits)
        else:
            log.local(qubits[0], instruction.operation.to_matrix())
    return log
