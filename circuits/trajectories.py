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
    none = int(np.int64(0))
    return _multiplex(amplitude, mark, states, count, mask_a, none, none, matrices)


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
    none = int(np.int64(0))
    return _operate(amplitude, mark, states, count, int(np.int64(1 << qubit)), none, 0.0, matrix)


@compiled
def _prune(
    amplitude: Complexes,
    mark: npt.NDArray[np.uint8],
    states: npt.NDArray[np.int32],
    count: int,
    floor: float,
) -> int:
    """Forget basis states whose probability is below ``floor``."""
    end = 0
    for n in range(count):
        x = states[n]
        if amplitude[x].real ** 2 + amplitude[x].imag ** 2 < floor:
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
    out: Ints,
    shots: Ints,
) -> None:
    """Measure, and write the outcomes of the given shots to ``out``."""
    total = 0.0
    cumulative = np.empty(count)
    for n in range(count):
        a = amplitude[states[n]]
        total += a.real * a.real + a.imag * a.imag
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
    amplitude: Complexes,
    mark: npt.NDArray[np.uint8],
    states: npt.NDArray[np.int32],
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
        _field(amplitude, states, count, members[u], wait[u], field)
    p = pattern[u]
    if p >= 0 and (error >= last or where[error] >= start[u + 1]):
        count = _multiplex(
            amplitude,
            mark,
            states,
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
            count = _pauli(amplitude, mark, states, count, qubit[error], pauli[error], turn[error])
            error += 1
        op = operation[g]
        if op < 0:
            phase = np.zeros((2, 2), np.complex128)
            phase[0, 0], phase[1, 1] = 1, cmath.exp(1j * closing)
            count = _operate(amplitude, mark, states, count, mask_a[g], mask_b[g], 0.0, phase)
        else:
            count = _operate(
                amplitude, mark, states, count, mask_a[g], mask_b[g], angle[op], matrix[op]
            )
    if count > before:
        count = _prune(amplitude, mark, states, count, _FLOOR if field == 0.0 else _FIELD_FLOOR)
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
        buffers: two sets of amplitudes (zero), marks (zero) and states, each of size 2^qubits;
            they are left clean.
    """
    np.random.seed(seed)
    base, base_mark, base_states, work, work_mark, work_states = buffers
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
    base[0] = 1
    base_mark[0] = 1
    base_states[0] = 0
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
                work[x] = base[x]
                work_mark[x] = 1
                work_states[n] = x
            copied = count
            error, last = offsets[shot], offsets[shot + 1]
            for v in range(u, end):
                copied, error = _advance(
                    work,
                    work_mark,
                    work_states,
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
                    work, work_mark, work_states, copied, qubit[error], pauli[error], turn[error]
                )
                error += 1
            _sample(work, work_states, copied, qubits, readout, out, order[next_shot:same])
            for n in range(copied):
                work[work_states[n]] = 0
                work_mark[work_states[n]] = 0
            next_shot = same
        if next_shot == shots or u == end:
            break
        count, _ = _advance(
            base,
            base_mark,
            base_states,
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
        base[base_states[n]] = 0
        base_mark[base_states[n]] = 0
    return out
