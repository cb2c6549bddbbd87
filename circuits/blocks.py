"""Merging neighbouring steps on one pair of qubits.

Whatever happens on two qubits alone takes three ZZ rotations at most (Cartan decomposition,
arXiv:quant-ph/0011050), by angles that are often smaller than those of its steps. Steps on three
qubits are looked at in their parts on two; those that merge with nothing are kept whole.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from .cartan import shortest
from .oplog import OperationLog
from .patterns import PatternTable, Steps

__all__ = ["merge_blocks"]

Row: TypeAlias = tuple[int, ...]


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
        short = shortest(log)
        cost = table.style.cost
        if short is None or cost(short.angles) > cost(log.angles) - 1e-12:
            table.mark(key, -1)
            return None
        number = table.add(key, short)
    return None if number < 0 else (number, a, b)
