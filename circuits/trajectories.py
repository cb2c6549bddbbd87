"""Compiled kernels of the noisy simulator: Pauli trajectories over a growing set of basis states.

A circuit is a list of *units*: a pattern as a whole, which is a 2×2 matrix on one qubit for each
value of at most two others, or a single operation. A state is a full vector of amplitudes and the
list of the basis states that can be other than zero; a unit looks at these only, and adds the
partners that it mixes. Without errors an echo circuit stays among paths, of which there are about
φⁿ; an error takes it to a few times as many.

An error after a native gate is, between the logical operations, a Pauli matrix turned about Z by
the rotation that is still held back there (:class:`plait.circuits.ir.GateArrays`). A unit in which
an error happens is run operation by operation.
"""

from __future__ import annotations

import cmath
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..knots.jit import compiled
from .oplog import LOCAL

__all__ = ["Units", "run_trajectories", "units"]

_EPS = 1e-26

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]


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


@compiled
def _multiplex(
    amplitude: Complexes,
    mark: npt.NDArray[np.uint8],
    states: npt.NDArray[np.int32],
    count: int,
    target: int,
    first: int,
    second: int,
    matrices: Complexes,
) -> int:
    """A 2×2 matrix on the target for each value of two controls; masks, 0 for no control."""
    diagonal = np.zeros(4, np.bool_)
    mixing = False
    for k in range(4):
        diagonal[k] = matrices[k, 0, 1] == 0 and matrices[k, 1, 0] == 0
        mixing = mixing or not diagonal[k]
    end = count
    if mixing:
        for n in range(count):
            x = states[n]
            k = 2 * ((x & first) != 0) + ((x & second) != 0)
            if not diagonal[k]:
                y = x ^ target
                if not mark[y]:
                    mark[y] = 1
                    amplitude[y] = 0
                    states[end] = y
                    end += 1
    for n in range(end):
        x = states[n]
        k = 2 * ((x & first) != 0) + ((x & second) != 0)
        if diagonal[k]:
            if x & target:
                amplitude[x] *= matrices[k, 1, 1]
            else:
                amplitude[x] *= matrices[k, 0, 0]
        elif not x & target:
            y = x | target
            low, high = amplitude[x], amplitude[y]
            amplitude[x] = matrices[k, 0, 0] * low + matrices[k, 0, 1] * high
            amplitude[y] = matrices[k, 1, 0] * low + matrices[k, 1, 1] * high
    return end


@compiled
def _operate(
    amplitude: Complexes,
    mark: npt.NDArray[np.uint8],
    states: npt.NDArray[np.int32],
    count: int,
    mask_a: int,
    mask_b: int,
    angle: float,
    matrix: Complexes,
) -> int:
    """A single operation: a ZZ rotation, or a 2×2 matrix where there is no second mask."""
    if mask_b:
        same, other = cmath.exp(-0.5j * angle), cmath.exp(0.5j * angle)
        for n in range(count):
            x = states[n]
            amplitude[x] *= same if ((x & mask_a) != 0) == ((x & mask_b) != 0) else other
        return count
    matrices = np.empty((4, 2, 2), np.complex128)
    for k in range(4):
        matrices[k] = matrix
    return _multiplex(amplitude, mark, states, count, mask_a, 0, 0, matrices)


@compiled
def _pauli(
    amplitude: Complexes,
    mark: npt.NDArray[np.uint8],
    states: npt.NDArray[np.int32],
    count: int,
    qubit: int,
    pauli: int,
    turn: float,
) -> int:
    """X, Y, Z (1, 2, 3) turned about Z."""
    matrix = np.zeros((2, 2), np.complex128)
    if pauli == 3:
        matrix[0, 0], matrix[1, 1] = 1, -1
    else:
        factor = 1.0 + 0j if pauli == 1 else 1j
        matrix[1, 0] = factor * cmath.exp(1j * turn)
        matrix[0, 1] = np.conj(matrix[1, 0])
    return _operate(amplitude, mark, states, count, 1 << qubit, 0, 0.0, matrix)


@compiled
def _prune(
    amplitude: Complexes,
    mark: npt.NDArray[np.uint8],
    states: npt.NDArray[np.int32],
    count: int,
) -> int:
    """Forget basis states whose amplitude is zero but for rounding."""
    end = 0
    for n in range(count):
        x = states[n]
        if amplitude[x].real ** 2 + amplitude[x].imag ** 2 < _EPS:
            mark[x] = 0
            amplitude[x] = 0
        else:
            states[end] = x
            end += 1
    return end


@compiled
def _field(
    amplitude: Complexes,
    states: npt.NDArray[np.int32],
    count: int,
    qubits: Ints,
    wait: Floats,
    field: float,
) -> None:
    """Turn the qubits of a unit about Z, by ``field`` for each layer that they waited."""
    factors = np.empty(8, np.complex128)
    for k in range(8):
        layers = wait[0] * (k & 1) + wait[1] * ((k >> 1) & 1) + wait[2] * ((k >> 2) & 1)
        factors[k] = cmath.exp(1j * field * layers)
    for n in range(count):
        x = states[n]
        k = ((x & qubits[0]) != 0) + 2 * ((x & qubits[1]) != 0) + 4 * ((x & qubits[2]) != 0)
        amplitude[x] *= factors[k]


@compiled
def _sample(
    amplitude: Complexes,
    states: npt.NDArray[np.int32],
    count: int,
    qubits: int,
    readout: Floats,
    shots: int,
    out: Ints,
    order: Ints,
    begin: int,
) -> None:
    """Measure: write the outcomes of the shots order[begin] … into ``out``."""
    total = 0.0
    cumulative = np.empty(count)
    for n in range(count):
        a = amplitude[states[n]]
        total += a.real * a.real + a.imag * a.imag
        cumulative[n] = total
    for k in range(shots):
        place = np.searchsorted(cumulative, np.random.random() * total, side="right")
        x = np.int64(states[np.minimum(place, count - 1)])
        if readout[0] > 0 or readout[1] > 0:
            for q in range(qubits):
                if np.random.random() < readout[(x >> q) & 1]:
                    x ^= 1 << q
        out[order[begin + k]] = x


@compiled
def _draw_errors(
    shots: int,
    position: npt.NDArray[np.int32],
    a: npt.NDArray[np.int32],
    b: npt.NDArray[np.int32],
    turn_a: Floats,
    turn_b: Floats,
    probability: Floats,
    pulses: Ints,
    preparation: Floats,
    start: Ints,
    members: Ints,
    dephasing: Floats,
) -> tuple[Ints, Ints, Ints, Ints, Floats]:
    """Errors of all shots, in order of time: offsets, positions, qubits, Paulis, turns."""
    room = 64
    where, qubit, pauli = (
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
    )
    turn = np.empty(room)
    offsets = np.zeros(shots + 1, np.int64)
    end = 0
    noisy_memory = dephasing.max() > 0 if dephasing.size else False
    for shot in range(shots):
        first = end
        for source in range(3):
            if source == 0:
                size = len(preparation)
            elif source == 1:
                size = len(position)
            else:
                size = dephasing.size if noisy_memory else 0
            for g in range(size):
                times = pulses[g] if source == 1 else 1
                for _ in range(times):
                    if source == 0:
                        chance = preparation[g]
                    elif source == 1:
                        chance = probability[g]
                    else:
                        chance = dephasing[g // 3, g % 3]
                    if chance == 0.0 or np.random.random() >= chance:
                        continue
                    if end + 2 > room:
                        where = np.concatenate((where, np.empty(room, np.int64)))
                        qubit = np.concatenate((qubit, np.empty(room, np.int64)))
                        pauli = np.concatenate((pauli, np.empty(room, np.int64)))
                        turn = np.concatenate((turn, np.empty(room)))
                        room *= 2
                    if source == 0:
                        where[end], qubit[end], pauli[end], turn[end] = 0, g, 1, 0.0
                        end += 1
                    elif source == 2:
                        q = 0
                        while members[g // 3, g % 3] >> (q + 1):
                            q += 1
                        where[end], qubit[end], pauli[end] = start[g // 3], q, 3
                        turn[end] = 0.0
                        end += 1
                    elif b[g] < 0:
                        where[end], qubit[end], turn[end] = position[g], a[g], turn_a[g]
                        pauli[end] = 1 + int(np.random.random() * 3)
                        end += 1
                    else:
                        pair = 1 + int(np.random.random() * 15)
                        if pair >> 2:
                            where[end], qubit[end], turn[end] = position[g], a[g], turn_a[g]
                            pauli[end] = pair >> 2
                            end += 1
                        if pair & 3:
                            where[end], qubit[end], turn[end] = position[g], b[g], turn_b[g]
                            pauli[end] = pair & 3
                            end += 1
        offsets[shot + 1] = end
        # Insertion sort: the sources are in order already.
        for k in range(first + 1, end):
            j = k
            while j > first and where[j - 1] > where[j]:
                where[j - 1], where[j] = where[j], where[j - 1]
                qubit[j - 1], qubit[j] = qubit[j], qubit[j - 1]
                pauli[j - 1], pauli[j] = pauli[j], pauli[j - 1]
                turn[j - 1], turn[j] = turn[j], turn[j - 1]
                j -= 1
    return offsets, where[:end], qubit[:end], pauli[:end], turn[:end]


@compiled
def _order(offsets: Ints, where: Ints, qubit: Ints, pauli: Ints) -> tuple[Ints, Ints]:
    """Shots by their first error, equal patterns together; and the first error's position."""
    shots = len(offsets) - 1
    first = np.full(shots, np.int64(1) << 60, np.int64)
    key = np.zeros(shots, np.int64)
    for shot in range(shots):
        begin, end = offsets[shot], offsets[shot + 1]
        if begin < end:
            first[shot] = where[begin]
        value = np.int64(17)
        for k in range(begin, end):
            value = (value * 1000003 + where[k] * 512 + qubit[k] * 4 + pauli[k]) & 0xFFFFFFFFFF
        key[shot] = value
    by_key = np.argsort(key, kind="mergesort")
    order = by_key[np.argsort(first[by_key], kind="mergesort")]
    return order, first


@compiled
def _equal(offsets: Ints, where: Ints, qubit: Ints, pauli: Ints, one: int, other: int) -> bool:
    a, b = offsets[one], offsets[other]
    size = offsets[one + 1] - a
    if size != offsets[other + 1] - b:
        return False
    for k in range(size):
        if where[a + k] != where[b + k] or qubit[a + k] != qubit[b + k]:
            return False
        if pauli[a + k] != pauli[b + k]:
            return False
    return True


@compiled
def _advance(
    amplitude: Complexes,
    mark: npt.NDArray[np.uint8],
    states: npt.NDArray[np.int32],
    count: int,
    unit: int,
    start: Ints,
    pattern: Ints,
    masks: Ints,
    members: Ints,
    wait: Floats,
    operation: Ints,
    mask_a: Ints,
    mask_b: Ints,
    angle: Floats,
    matrix: Complexes,
    multiplexed: Complexes,
    closing: float,
    field: float,
    errors: tuple[Ints, Ints, Ints, Floats],
    error: int,
    last: int,
) -> tuple[int, int]:
    """Run one unit with the errors from number ``error`` on that happen before its end."""
    where, qubit, pauli, turn = errors
    if field != 0.0 and wait[unit, 0] > 0:
        _field(amplitude, states, count, members[unit], wait[unit], field)
    while error < last and where[error] <= start[unit]:
        count = _pauli(amplitude, mark, states, count, qubit[error], pauli[error], turn[error])
        error += 1
    p = pattern[unit]
    inside = error < last and where[error] < start[unit + 1]
    if p >= 0 and not inside:
        count = _multiplex(
            amplitude,
            mark,
            states,
            count,
            masks[unit, 0],
            masks[unit, 1],
            masks[unit, 2],
            multiplexed[p],
        )
        return count, error
    for g in range(start[unit], start[unit + 1]):
        while error < last and where[error] <= g:
            count = _pauli(amplitude, mark, states, count, qubit[error], pauli[error], turn[error])
            error += 1
        op = operation[g]
        if op < 0:
            phase = np.zeros((2, 2), np.complex128)
            phase[0, 0], phase[1, 1] = 1, cmath.exp(1j * closing)
            count = _operate(amplitude, mark, states, count, mask_a[g], 0, 0.0, phase)
        else:
            count = _operate(
                amplitude, mark, states, count, mask_a[g], mask_b[g], angle[op], matrix[op]
            )
    if inside:
        count = _prune(amplitude, mark, states, count)
    return count, error


@compiled
def run_trajectories(
    seed: int,
    fields: Floats,
    qubits: int,
    unit: tuple[Ints, Ints, Ints, Ints, Floats, Ints, Ints, Ints],
    table: tuple[Floats, Complexes, Complexes],
    closing: float,
    gates: tuple[
        npt.NDArray[np.int32],
        npt.NDArray[np.int32],
        npt.NDArray[np.int32],
        Floats,
        Floats,
        Floats,
        Ints,
    ],
    preparation: Floats,
    readout: Floats,
    dephasing: float,
    buffers: tuple[
        Complexes,
        npt.NDArray[np.uint8],
        npt.NDArray[np.int32],
        Complexes,
        npt.NDArray[np.uint8],
        npt.NDArray[np.int32],
    ],
) -> Ints:
    """Outcomes of the shots of one circuit, shape (S,); bit j is the outcome of qubit j.

    Shots are sorted by their first error. One state runs through the circuit without errors; where
    a shot has its first error, a copy goes on from there. Shots with equal errors share the copy.

    Args:
        seed: of everything random here.
        fields: turn about Z of waiting qubits, in radians per layer, of each shot; (S,).
        qubits: number of qubits.
        unit: the fields of :class:`Units`.
        table: angles, matrices and whole patterns of the table.
        closing: angle of pattern −1.
        gates: position, qubits a and b, turns of a and b, probability of an error, number of
            times that it can happen, of all native gates.
        preparation: probability of each qubit to start as 1; (qubits,).
        readout: probability to misread a 0, and a 1.
        dephasing: probability of a Z per waiting qubit and layer.
        buffers: two sets of amplitudes (zero), marks (zero) and states, each of size 2^qubits;
            they are left clean.
    """
    np.random.seed(seed)
    start, pattern, masks, members, wait, operation, mask_a, mask_b = unit
    angle, matrix, multiplexed = table
    position, a, b, turn_a, turn_b, probability, pulses = gates
    base, base_mark, base_states, work, work_mark, work_states = buffers
    shots = len(fields)
    flips = (1 - (1 - 2 * dephasing) ** wait) / 2
    offsets, where, qubit, pauli, turn = _draw_errors(
        shots, position, a, b, turn_a, turn_b, probability, pulses, preparation, start, members,
        flips,
    )  # fmt: skip
    errors = (where, qubit, pauli, turn)
    order, first = _order(offsets, where, qubit, pauli)
    out = np.zeros(shots, np.int64)
    own_field = False
    for shot in range(1, shots):
        own_field = own_field or fields[shot] != fields[0]
    end = len(pattern)
    base[0] = 1
    base_mark[0] = 1
    base_states[0] = 0
    count = 1
    next_shot = 0
    for u in range(end + 1):
        limit = start[u + 1] if u < end else np.int64(1) << 59
        while next_shot < shots:
            shot = order[next_shot]
            if not (own_field or first[shot] < limit):
                break
            same = next_shot + 1
            while (
                same < shots
                and not own_field
                and _equal(offsets, where, qubit, pauli, shot, order[same])
            ):
                same += 1
            for n in range(count):
                x = base_states[n]
                work[x] = base[x]
                work_mark[x] = 1
                work_states[n] = x
            copied = count
            error, last = offsets[shot], offsets[shot + 1]
            for v in range(u, end):
                copied, error = _advance(
                    work, work_mark, work_states, copied, v, start, pattern, masks, members, wait,
                    operation, mask_a, mask_b, angle, matrix, multiplexed, closing, fields[shot],
                    errors, error, last,
                )  # fmt: skip
            while error < last:
                copied = _pauli(
                    work, work_mark, work_states, copied, qubit[error], pauli[error], turn[error]
                )
                error += 1
            _sample(
                work, work_states, copied, qubits, readout, same - next_shot, out, order, next_shot
            )
            for n in range(copied):
                work[work_states[n]] = 0
                work_mark[work_states[n]] = 0
            next_shot = same
        if next_shot == shots:
            break
        if u < end:
            count, _ = _advance(
                base, base_mark, base_states, count, u, start, pattern, masks, members, wait,
                operation, mask_a, mask_b, angle, matrix, multiplexed, closing, fields[0],
                errors, 0, 0,
            )  # fmt: skip
    if next_shot < shots:
        _sample(
            base, base_states, count, qubits, readout, shots - next_shot, out, order, next_shot
        )
    for n in range(count):
        base[base_states[n]] = 0
        base_mark[base_states[n]] = 0
    return out
