"""Merging neighbouring steps on one pair of qubits.

Whatever happens on two qubits alone takes three ZZ rotations at most (Cartan decomposition,
arXiv:quant-ph/0011050), by angles that are often smaller than those of its steps. Steps on three
qubits are looked at in their parts on two; those that merge with nothing are kept whole.
"""

from __future__ import annotations

import numpy as np

from .ir import Matrix
from .oplog import HADAMARD, OperationLog, Style
from .patterns import PatternTable, Steps

__all__ = ["merge_blocks"]

Row = tuple[int, ...]

_EXACT = 1e-12
# Rx(π/2): turns Z into −Y.
_QUARTER = np.array([[1, -1j], [-1j, 1]], dtype=complex) * complex(0.5**0.5)


def merge_blocks(steps: Steps, qubits: int) -> Steps:
    """Replace runs of steps on one pair of qubits by merged ones where that is cheaper.

    Args:
        steps: in order of time; merged patterns are added to their table.
        qubits: number of qubits.
    """
    from .kernels import find_blocks

    table = steps.table
    items, parents, blocks, size = find_blocks(steps.rows, table.arrays().parts, qubits)
    merged: dict[int, Row] = {}  # last item of a block → its new row
    gone: set[int] = set()
    for block in np.nonzero(size > 1)[0]:
        members = np.nonzero(blocks == block)[0]
        rows = [tuple(q for q in row if q >= 0) for row in items[members].tolist()]
        new = _merge(rows, table)
        if new is not None:
            merged[int(members[-1])] = new
            gone.update(members.tolist())
    if not gone:
        return steps
    dissolved = set(parents[list(gone)].tolist())
    out: list[Row] = []
    written: set[int] = set()
    whole = steps.rows.tolist()
    for k, (item, parent) in enumerate(zip(items.tolist(), parents.tolist(), strict=True)):
        if k in merged:
            out.append(merged[k])
        elif k in gone:
            continue
        elif parent in dissolved:
            out.append(tuple(item))
        elif parent not in written:
            written.add(parent)
            out.append(tuple(whole[parent]))
    return Steps.of(table, out, angle=steps.angle)


def _merge(rows: list[Row], table: PatternTable) -> Row | None:
    """One row for all of these on two qubits, if that is cheaper."""
    a, b = rows[0][1:]
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
