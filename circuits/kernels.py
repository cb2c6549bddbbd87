"""Compiled kernels: from logical operations to native gates."""

from __future__ import annotations

import cmath
import math

import numpy as np
import numpy.typing as npt

from ..knots.jit import compiled
from .ir import PHASEDX, RZ, ZZPHASE
from .oplog import LOCAL

__all__ = ["emit_gates", "find_blocks", "flush", "schedule"]

_EPS = 1e-12


@compiled
def flush(matrix: npt.NDArray[np.complex128]) -> tuple[bool, float, float]:
    """Split a pending unitary into PhasedX(θ, ϕ) and a rotation about Z, which stays pending."""
    a, b, c, d = matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1]
    theta = 2 * math.atan2(abs(c), abs(a))
    if theta < _EPS:
        return False, 0.0, 0.0
    # U = e^{iγ} Rz(α) PhasedX(θ, ϕ) has arg d − arg a = α, arg c − arg b = α + 2ϕ and
    # arg a − arg b = ϕ + π/2; phases of small elements are inexact, but matter as little.
    if abs(a) < _EPS:
        phi, alpha = (cmath.phase(c) - cmath.phase(b)) / 2, 0.0
    else:
        alpha = cmath.phase(d) - cmath.phase(a)
        rough = cmath.phase(a) - cmath.phase(b) - math.pi / 2
        half = (cmath.phase(c) - cmath.phase(b) - alpha) / 2
        phi = half + math.pi * np.round((rough - half) / math.pi)
    matrix[0, 0], matrix[0, 1], matrix[1, 0] = 1, 0, 0
    matrix[1, 1] = cmath.exp(1j * alpha)
    return True, theta, phi - 2 * math.pi * np.round(phi / (2 * math.pi))


@compiled
def _last_on(
    code: npt.NDArray[np.uint8],
    a: npt.NDArray[np.int32],
    b: npt.NDArray[np.int32],
    alive: npt.NDArray[np.bool_],
    end: int,
    qubit: int,
) -> int:
    for k in range(end - 1, -1, -1):
        if alive[k] and (a[k] == qubit or (code[k] == ZZPHASE and b[k] == qubit)):
            return k
    return -1


@compiled
def emit_gates(
    kind: npt.NDArray[np.uint8],
    slot_a: npt.NDArray[np.int32],
    slot_b: npt.NDArray[np.int32],
    angle: npt.NDArray[np.float64],
    matrix: npt.NDArray[np.complex128],
    offsets: npt.NDArray[np.int64],
    steps: npt.NDArray[np.int32],
    closing: float,
    qubits: int,
    keep_phases: bool,
) -> tuple[
    tuple[
        npt.NDArray[np.uint8],
        npt.NDArray[np.int32],
        npt.NDArray[np.int32],
        npt.NDArray[np.float64],
        npt.NDArray[np.float64],
        npt.NDArray[np.int32],
        npt.NDArray[np.float64],
        npt.NDArray[np.float64],
    ],
    npt.NDArray[np.bool_],
    int,
]:
    """Native gates of a sequence of patterns of logical operations.

    One-qubit unitaries are held back until a ZZ rotation on their qubit, then emitted as at most
    one ``phasedx``; rotations about Z commute with ZZ, so they move on to the next ``phasedx`` or
    to the end. ZZ rotations with nothing but such rotations between them merge.

    Args:
        kind: of the operations of all patterns, LOCAL or ZZ.
        slot_a: the first slot of each operation.
        slot_b: the second slot, for ZZ.
        angle: for ZZ.
        matrix: for LOCAL, shape (operations, 2, 2).
        offsets: pattern p has the operations offsets[p] … offsets[p + 1] − 1.
        steps: rows of a pattern number and the qubits of its slots; number −1 multiplies |1⟩ of
            its qubit by exp(i·closing).
        closing: see ``steps``.
        qubits: number of qubits.
        keep_phases: emit the last rotations about Z too.

    Returns:
        The fields of :class:`plait.circuits.ir.GateArrays` with room to spare; which gates have
        not merged with others; the number of gates before the spare room.
    """
    total = 0
    for s in range(len(steps)):
        if steps[s, 0] >= 0:
            total += offsets[steps[s, 0] + 1] - offsets[steps[s, 0]]
    room = 3 * total + 2 * qubits
    code = np.zeros(room, np.uint8)
    qa, qb = np.zeros(room, np.int32), np.full(room, -1, np.int32)
    theta, phi = np.zeros(room), np.zeros(room)
    position = np.zeros(room, np.int32)
    turn_a, turn_b = np.zeros(room), np.zeros(room)
    alive = np.ones(room, np.bool_)
    pending = np.zeros((qubits, 2, 2), np.complex128)
    pending[:, 0, 0] = 1
    pending[:, 1, 1] = 1
    last = np.full(qubits, -1, np.int64)
    end = 0
    done = 0
    for s in range(len(steps)):
        pattern = steps[s, 0]
        if pattern < 0:
            pending[steps[s, 1], 1] *= cmath.exp(1j * closing)
            done += 1
            continue
        for op in range(offsets[pattern], offsets[pattern + 1]):
            a = steps[s, 1 + slot_a[op]]
            if kind[op] == LOCAL:
                m, p = matrix[op], pending[a]
                for column in range(2):
                    x, y = p[0, column], p[1, column]
                    p[0, column] = m[0, 0] * x + m[0, 1] * y
                    p[1, column] = m[1, 0] * x + m[1, 1] * y
                done += 1
                continue
            b = steps[s, 1 + slot_b[op]]
            turn = angle[op]
            while True:
                flushed = False
                for q in (a, b):
                    found, th, ph = flush(pending[q])
                    if found:
                        flushed = True
                        code[end], qa[end], theta[end], phi[end] = PHASEDX, q, th, ph
                        position[end] = done
                        turn_a[end] = cmath.phase(pending[q, 1, 1] / pending[q, 0, 0])
                        last[q] = end
                        end += 1
                previous = last[a]
                if flushed or previous < 0 or previous != last[b] or code[previous] != ZZPHASE:
                    break
                # Nothing but rotations about Z between two gates on the same qubits: merge.
                turn += theta[previous]
                alive[previous] = False
                for q in (a, b):
                    last[q] = _last_on(code, qa, qb, alive, end, q)
                    k = last[q]
                    if k >= 0 and code[k] == PHASEDX:
                        alive[k] = False
                        last[q] = _last_on(code, qa, qb, alive, end, q)
                        cos, sin = math.cos(theta[k] / 2), math.sin(theta[k] / 2)
                        off = -1j * cmath.exp(-1j * phi[k]) * sin
                        no = -1j * cmath.exp(1j * phi[k]) * sin
                        for row in range(2):
                            x, y = pending[q, row, 0], pending[q, row, 1]
                            pending[q, row, 0] = x * cos + y * no
                            pending[q, row, 1] = x * off + y * cos
                turns = int(np.round(turn / math.pi))
                turn -= turns * math.pi
                if turns % 2:
                    # ZZ(π) = −i Z⊗Z.
                    for q in (a, b):
                        pending[q, 1, 0] *= -1
                        pending[q, 1, 1] *= -1
                if abs(turn) < _EPS:
                    break
            done += 1
            if abs(turn) < _EPS:
                continue
            code[end], qa[end], qb[end], theta[end] = ZZPHASE, a, b, turn
            position[end] = done
            turn_a[end] = cmath.phase(pending[a, 1, 1] / pending[a, 0, 0])
            turn_b[end] = cmath.phase(pending[b, 1, 1] / pending[b, 0, 0])
            last[a] = end
            last[b] = end
            end += 1
    for q in range(qubits):
        found, th, ph = flush(pending[q])
        if found:
            code[end], qa[end], theta[end], phi[end] = PHASEDX, q, th, ph
            position[end] = done
            turn_a[end] = cmath.phase(pending[q, 1, 1] / pending[q, 0, 0])
            end += 1
    if keep_phases:
        for q in range(qubits):
            rest = cmath.phase(pending[q, 1, 1] / pending[q, 0, 0])
            if abs(rest) > _EPS:
                code[end], qa[end], theta[end], position[end] = RZ, q, rest, done
                end += 1
    return (code, qa, qb, theta, phi, position, turn_a, turn_b), alive, end


@compiled
def schedule(
    rows: npt.NDArray[np.int32],
    target: npt.NDArray[np.int32],
    layers: npt.NDArray[np.int32],
    qubits: int,
) -> npt.NDArray[np.int64]:
    """An order of steps with little depth: always one that can start earliest.

    Two steps commute unless one acts on the target of the other, because all other qubits only
    control. A pattern without a target (−1) commutes with nothing that shares a qubit.

    Args:
        rows: the steps, (pattern, qubits …); pattern −1 acts on its first qubit.
        target: slot of the target of each pattern.
        layers: two-qubit gates of each pattern, one after the other.
        qubits: number of qubits.

    Returns:
        The order, shape (steps,).
    """
    size, width = rows.shape
    order = np.zeros(size, np.int64)
    done = np.zeros(size, np.bool_)
    free = np.zeros(qubits, np.int64)
    begin = 0
    for place in range(size):
        # A qubit is closed as a target or as a control by the steps passed over so far.
        as_target = np.zeros(qubits, np.bool_)
        used = np.zeros(qubits, np.bool_)
        unused = qubits
        best, start = -1, np.int64(1) << 60
        while done[begin]:
            begin += 1
        for r in range(begin, size):
            if done[r]:
                continue
            p = rows[r, 0]
            ready = True
            earliest = np.int64(0)
            for k in range(1, width):
                q = rows[r, k]
                if q < 0:
                    continue
                acts = p < 0 or target[p] < 0 or target[p] == k - 1
                if as_target[q] or (acts and used[q]):
                    ready = False
                earliest = max(earliest, free[q])
            if ready and earliest < start:
                best, start = r, earliest
                if start == 0:
                    break
            for k in range(1, width):
                q = rows[r, k]
                if q >= 0:
                    unused -= not used[q]
                    used[q] = True
                    if p < 0 or target[p] < 0 or target[p] == k - 1:
                        as_target[q] = True
            if not unused:
                break  # whatever follows acts on a qubit that is in use
        order[place] = best
        done[best] = True
        p = rows[best, 0]
        end = start + (layers[p] if p >= 0 else 0)
        for k in range(1, width):
            if rows[best, k] >= 0:
                free[rows[best, k]] = end
    return order


@compiled
def find_blocks(
    rows: npt.NDArray[np.int32], parts: npt.NDArray[np.int32], qubits: int
) -> tuple[
    npt.NDArray[np.int32],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
]:
    """Items on the same pair of qubits with nothing else on these in between.

    Args:
        rows: steps, (pattern, qubits …) with three slots; pattern −1 is in no block.
        parts: of each pattern on three slots: up to three rows of pattern and two slots; −1 else.
        qubits: number of qubits.

    Returns:
        The items, which are steps or their parts, (pattern, qubit, qubit); the number of the step
        that each is of; the number of its block, −1 for none; the two-qubit items of each block.
    """
    room = 3 * len(rows)
    items = np.full((room, 3), -1, np.int32)
    parents = np.zeros(room, np.int64)
    count = 0
    for r in range(len(rows)):
        pattern = rows[r, 0]
        if rows[r, 3] >= 0:
            for k in range(3):
                items[count, 0] = parts[pattern, k, 0]
                items[count, 1] = rows[r, 1 + parts[pattern, k, 1]]
                items[count, 2] = rows[r, 1 + parts[pattern, k, 2]]
                parents[count] = r
                count += 1
        else:
            for k in range(3):
                items[count, k] = rows[r, k]
            parents[count] = r
            count += 1
    blocks = np.full(count, -1, np.int64)
    size = np.zeros(count, np.int64)
    ends = np.zeros((count, 2), np.int64)
    last = np.full(qubits, -1, np.int64)
    found = 0
    for k in range(count):
        pattern, a, b = items[k, 0], items[k, 1], items[k, 2]
        block = last[a]
        if pattern >= 0 and block >= 0 and (b < 0 or last[b] == block):
            blocks[k] = block
            size[block] += b >= 0
            continue
        fresh = -1
        if pattern >= 0 and b >= 0:
            fresh = found
            found += 1
            blocks[k] = fresh
            size[fresh] = 1
            ends[fresh, 0], ends[fresh, 1] = a, b
        # A block ends on both of its qubits.
        for q in (a, b):
            if q >= 0:
                if last[q] >= 0:
                    ended = last[q]
                    last[ends[ended, 0]] = -1
                    last[ends[ended, 1]] = -1
                last[q] = -1
        last[a] = fresh
        if b >= 0:
            last[b] = fresh
    return items[:count], parents[:count], blocks, size[:found]
