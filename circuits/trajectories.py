"""Compiled kernels of the noisy simulator: Pauli trajectories over a growing set of basis states.

A circuit is a list of *units*: a pattern as a whole, which is a 2×2 matrix on one qubit for each
value of at most two others, or a single operation. A state is a list of amplitudes and of the
basis states that they belong to, and tells where each basis state is in it (−1 for those whose
amplitude is zero); a unit adds the partners that it mixes. Without errors an echo circuit stays
among paths, of which there are about φⁿ; an error takes it to a few times as many.

An error after a native gate is, between the logical operations, a Pauli matrix turned about Z by
the rotation that is still held back there (:class:`plait.circuits.ir.GateArrays`). A unit in which
an error happens is run operation by operation.
"""

from __future__ import annotations

import cmath

import numpy as np
import numpy.typing as npt

from ..knots.jit import compiled
from .units import ErrorFields, UnitFields

__all__ = ["run_trajectories"]

# Probabilities below which a basis state is forgotten: zero but for rounding; and in a field,
# whose turns in the middle of a run take a little of every state out of the paths.
_FLOOR, _FIELD_FLOOR = 1e-26, 1e-10

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]
Indices = npt.NDArray[np.int32]


@compiled
def _multiplex(
    values: Complexes,
    states: Indices,
    place: Indices,
    count: int,
    target: int,
    first: int,
    second: int,
    matrices: Complexes,
) -> int:
    """A 2×2 matrix on the target for each value of two controls; masks, 0 for no control."""
    diagonal = np.zeros(4, np.bool_)
    for k in range(4):
        diagonal[k] = matrices[k, 0, 1] == 0 and matrices[k, 1, 0] == 0
    end = count
    for n in range(count):
        x = states[n]
        k = 2 * ((x & first) != 0) + ((x & second) != 0)
        if diagonal[k]:
            values[n] *= matrices[k, 1, 1] if x & target else matrices[k, 0, 0]
            continue
        m = place[x ^ target]
        if m < 0:
            # Its partner has not been reached before.
            m = end
            place[x ^ target] = m
            states[m] = x ^ target
            values[m] = 0
            end += 1
        elif x & target:
            continue  # the pair is done with the other one
        low, high = (m, n) if x & target else (n, m)
        a, b = values[low], values[high]
        values[low] = matrices[k, 0, 0] * a + matrices[k, 0, 1] * b
        values[high] = matrices[k, 1, 0] * a + matrices[k, 1, 1] * b
    return end


@compiled
def _operate(
    values: Complexes,
    states: Indices,
    place: Indices,
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
            values[n] *= same if ((x & mask_a) != 0) == ((x & mask_b) != 0) else other
        return count
    matrices = np.empty((4, 2, 2), np.complex128)
    for k in range(4):
        matrices[k] = matrix
    none = int(np.int64(0))
    return _multiplex(values, states, place, count, mask_a, none, none, matrices)


@compiled
def _pauli(
    values: Complexes,
    states: Indices,
    place: Indices,
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
    none = int(np.int64(0))
    return _operate(values, states, place, count, int(np.int64(1 << qubit)), none, 0.0, matrix)


@compiled
def _prune(
    values: Complexes,
    states: Indices,
    place: Indices,
    count: int,
    floor: float,
) -> int:
    """Forget basis states whose probability is below ``floor``."""
    end = 0
    for n in range(count):
        x = states[n]
        if values[n].real ** 2 + values[n].imag ** 2 < floor:
            place[x] = -1
        else:
            place[x] = end
            states[end] = x
            values[end] = values[n]
            end += 1
    return end


@compiled
def _field(
    values: Complexes,
    states: Indices,
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
        values[n] *= factors[k]


@compiled
def _sample(
    values: Complexes,
    states: Indices,
    count: int,
    qubits: int,
    readout: Floats,
    out: Ints,
    shots: Ints,
) -> None:
    """Measure, and write the outcomes of the given shots to ``out``."""
    total = 0.0
    cumulative = np.empty(count)
    for n in range(count):
        total += values[n].real ** 2 + values[n].imag ** 2
        cumulative[n] = total
    for shot in shots:
        level = np.random.random() * total
        low, high = 0, count - 1
        while low < high:
            middle = (low + high) // 2
            if cumulative[middle] > level:
                high = middle
            else:
                low = middle + 1
        x = np.int64(states[low])
        if readout[0] > 0 or readout[1] > 0:
            for q in range(qubits):
                if np.random.random() < readout[(x >> q) & 1]:
                    x ^= np.int64(1) << q
        out[shot] = x


@compiled
def _equal(errors: ErrorFields, one: int, other: int) -> bool:
    """Whether two shots have the same errors."""
    offsets, where, qubit, pauli, _ = errors
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
    values: Complexes,
    states: Indices,
    place: Indices,
    count: int,
    u: int,
    unit: UnitFields,
    table: tuple[Floats, Complexes, Complexes],
    closing: float,
    field: float,
    errors: ErrorFields,
    error: int,
    last: int,
) -> tuple[int, int]:
    """Run unit u with the errors from number ``error`` on that happen before its end.

    Returns:
        The number of basis states, and of the next error.
    """
    start, pattern, masks, members, wait, operation, mask_a, mask_b = unit
    angle, matrix, multiplexed = table
    _, where, qubit, pauli, turn = errors
    if field != 0.0 and wait[u, 0] > 0:
        _field(values, states, count, members[u], wait[u], field)
    p = pattern[u]
    if p >= 0 and (error >= last or where[error] >= start[u + 1]):
        count = _multiplex(
            values,
            states,
            place,
            count,
            masks[u, 0],
            masks[u, 1],
            masks[u, 2],
            multiplexed[p],
        )
        return count, error
    before = count
    for g in range(start[u], start[u + 1]):
        while error < last and where[error] <= g:
            count = _pauli(values, states, place, count, qubit[error], pauli[error], turn[error])
            error += 1
        op = operation[g]
        if op < 0:
            phase = np.zeros((2, 2), np.complex128)
            phase[0, 0], phase[1, 1] = 1, cmath.exp(1j * closing)
            count = _operate(values, states, place, count, mask_a[g], mask_b[g], 0.0, phase)
        else:
            count = _operate(
                values, states, place, count, mask_a[g], mask_b[g], angle[op], matrix[op]
            )
    if count > before:
        count = _prune(values, states, place, count, _FLOOR if field == 0.0 else _FIELD_FLOOR)
    return count, error


@compiled
def run_trajectories(
    seed: int,
    fields: Floats,
    qubits: int,
    unit: UnitFields,
    table: tuple[Floats, Complexes, Complexes],
    closing: float,
    errors: ErrorFields,
    order: Ints,
    first: Ints,
    readout: Floats,
    buffers: tuple[Complexes, Indices, Indices, Complexes, Indices, Indices],
) -> Ints:
    """Outcomes of the shots of one circuit, shape (S,); bit j is the outcome of qubit j.

    One state runs through the circuit without errors; where a shot has its first error, a copy
    goes on from there. Shots with equal errors share the copy. Where the field differs from shot
    to shot, every shot has a state of its own.

    Args:
        seed: of the measurement.
        fields: turn about Z of waiting qubits, in radians per layer, of each shot; (S,).
        qubits: number of qubits.
        unit: the fields of :class:`plait.circuits.units.Units`.
        table: angles, matrices and whole patterns of the table.
        closing: angle of pattern −1.
        errors: the fields of :class:`plait.circuits.units.DrawnErrors`.
        order: shots by their first error.
        first: position of that.
        readout: probability to misread a 0, and a 1.
        buffers: two sets of amplitudes, states and places, each of size 2^qubits; places are −1,
            and are left so.
    """
    np.random.seed(seed)
    base, base_states, base_place, work, work_states, work_place = buffers
    start = unit[0]
    offsets, _, qubit, pauli, turn = errors
    shots = len(fields)
    out = np.zeros(shots, np.int64)
    own_field = False
    for shot in range(1, shots):
        own_field = own_field or fields[shot] != fields[0]
    end = len(start) - 1
    # Plain 0 and 1 would be types of their own, and everything would be compiled for them again.
    none = int(np.int64(0))
    base[0], base_states[0], base_place[0] = 1, 0, 0
    count = int(np.int64(1))
    next_shot = int(np.int64(0))
    for u in range(end + 1):
        limit = start[u + 1] if u < end else 1 << 59
        while next_shot < shots and (own_field or first[order[next_shot]] < limit):
            shot = order[next_shot]
            same = next_shot + 1
            while same < shots and not own_field and _equal(errors, shot, order[same]):
                same += 1
            for n in range(count):
                x = base_states[n]
                work[n], work_states[n], work_place[x] = base[n], x, n
            copied = count
            error, last = offsets[shot], offsets[shot + 1]
            for v in range(u, end):
                copied, error = _advance(
                    work,
                    work_states,
                    work_place,
                    copied,
                    v,
                    unit,
                    table,
                    closing,
                    fields[shot],
                    errors,
                    error,
                    last,
                )
            while error < last:
                copied = _pauli(
                    work, work_states, work_place, copied, qubit[error], pauli[error], turn[error]
                )
                error += 1
            _sample(work, work_states, copied, qubits, readout, out, order[next_shot:same])
            for n in range(copied):
                work_place[work_states[n]] = -1
            next_shot = same
        if next_shot == shots or u == end:
            break
        count, _ = _advance(
            base,
            base_states,
            base_place,
            count,
            u,
            unit,
            table,
            closing,
            fields[0],
            errors,
            none,
            none,
        )
    if next_shot < shots:
        _sample(base, base_states, count, qubits, readout, out, order[next_shot:])
    for n in range(count):
        base_place[base_states[n]] = -1
    return out
