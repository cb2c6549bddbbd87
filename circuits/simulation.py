"""Noisy simulation by Pauli trajectories, with the error model of a device description."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..knots.conventions import ORDER, PHI
from ..knots.cores import available_cores
from ..knots.errors import InputError, ResourceError
from ..knots.memory import available_bytes
from .compile import pulses
from .devices import Device
from .forms import expected_cost
from .ir import PHASEDX, ZZPHASE, Circuit
from .oplog import IDENTITY, LOCAL, ZZ, Operation, OperationLog
from .patterns import PatternTable, Steps
from .plan import Job, Plan

if TYPE_CHECKING:
    from .units import Sites, Units

__all__ = [
    "Counts",
    "check_memory",
    "field_of_shots",
    "predicted_seconds",
    "run_round",
    "simulate",
]

Counts = dict[str, int]
"""Outcomes with their numbers; character j of an outcome is the bit of qubit j."""

_BYTES_PER_STATE = 2 * (16 + 4 + 4)  # of each thread: two sets of amplitude, state, place
_TASK = 250  # shots
_GATES_AT_ONCE = 500_000
_PER_CIRCUIT = 3e-4
_PER_STATE = 4e-9
_SPREAD = 4.0  # states that an error leads to, over those without


def simulate(
    circuits: Sequence[tuple[Circuit, int]],
    target: Device,
    seed: int,
    *,
    fields: npt.ArrayLike | None = None,
) -> list[Counts]:
    """Run compiled circuits with their shots, each with the device's errors.

    Two-qubit errors are depolarizing with the probability that the device gives for the angle of
    each gate; one-qubit gates depolarize; preparation and readout flip bits; qubits that wait
    dephase, and turn about Z in a field that is the same for all of them (``target.memory``).

    Args:
        circuits: (circuit, shots) pairs, compiled for the device.
        target: the device.
        seed: of the simulator; the same seed gives the same counts.
        fields: the field of every shot in radians per layer of two-qubit gates, in the order of
            the circuits; by default drawn from the device's distribution.

    Returns:
        The counts of each circuit.

    Raises:
        ResourceError: the state does not fit in memory.
        InputError: ``fields`` has not one number per shot, or a negative number was given.

    Example:
        >>> from plait.circuits import build_circuit, device
        >>> simulate([(build_circuit([], "01"), 10)], device("ideal"), seed=1)
        [{'0': 10}]
    """
    outcomes = simulate_shots(circuits, target, seed, fields=fields)
    return [
        {_text(x, circuit.qubits): n for x, n in sorted(Counter(row.tolist()).items())}
        for (circuit, _), row in zip(circuits, outcomes, strict=True)
    ]


def simulate_shots(
    circuits: Sequence[tuple[Circuit, int]],
    target: Device,
    seed: int,
    *,
    fields: npt.ArrayLike | None = None,
) -> list[npt.NDArray[np.int64]]:
    """Like :func:`simulate`, with the outcome of every shot as an integer (bit j is qubit j)."""
    if not circuits:
        return []
    if seed < 0 or any(count < 0 for _, count in circuits):
        raise InputError(f"seed {seed} and numbers of shots must not be negative")
    shots = [count for _, count in circuits]
    # Tasks have a fixed size, so that outcomes do not depend on the number of threads.
    tasks = [
        (k, begin, min(begin + _TASK, count))
        for k, count in enumerate(shots)
        for begin in range(0, count, _TASK)
    ]
    qubits = max(circuit.qubits for circuit, _ in circuits)
    check_memory(qubits, _BYTES_PER_STATE)
    most = int(available_bytes() / (_BYTES_PER_STATE * 2.0**qubits))
    threads = max(1, min(len(tasks), available_cores(), most))
    sequence = np.random.SeedSequence(seed)
    seeds = sequence.generate_state(len(tasks), np.uint32)
    if fields is None:
        fields = field_of_shots(target, sum(shots), np.random.default_rng(sequence.spawn(1)[0]))
    turns = np.asarray(fields, dtype=float)
    if turns.shape != (sum(shots),) or not np.isfinite(turns).all():
        raise InputError(
            f"fields has the shape {turns.shape}; give one finite number per shot, {sum(shots)}"
        )
    parts = np.split(turns, np.cumsum(shots)[:-1])
    model = _Model(target, exact_memory=bool(turns.any()))
    buffers: SimpleQueue[Any] = SimpleQueue()
    for _ in range(threads):
        buffers.put(_buffers(qubits))

    def run(number: int) -> npt.NDArray[np.int64]:
        k, begin, end = tasks[number]
        with _borrowed(buffers) as buffer:
            return model.run(circuits[k][0], int(seeds[number]), parts[k][begin:end], buffer)

    outcomes: list[list[npt.NDArray[np.int64]]] = [[] for _ in circuits]
    for (k, _, _), found in zip(tasks, _map(run, len(tasks), threads), strict=True):
        outcomes[k].append(found)
    return [np.concatenate(own) if own else np.zeros(0, dtype=np.int64) for own in outcomes]


def _map(
    run: Callable[[int], npt.NDArray[np.int64]], count: int, threads: int
) -> list[npt.NDArray[np.int64]]:
    if threads == 1:
        return [run(k) for k in range(count)]
    pool = ThreadPoolExecutor(threads)
    try:
        return list(pool.map(run, range(count)))
    finally:
        pool.shutdown(cancel_futures=True)


def check_memory(qubits: int, bytes_per_state: int) -> None:
    """Refuse a simulation whose states do not fit in memory.

    Raises:
        ResourceError: see above; the message has the numbers.
    """
    needed, allowed = bytes_per_state * 2.0 ** min(qubits, 500), available_bytes()
    if needed > allowed:
        raise ResourceError(
            f"simulating {qubits} qubits needs {needed / 1e9:.3g} GB of memory and "
            f"{allowed / 1e9:.3g} GB are allowed (half of what is free); use a braid on fewer "
            f"strands"
        )


def field_of_shots(
    target: Device, shots: int, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """The collective field of successive shots, in radians per layer: shape (shots,).

    A stationary Gaussian process with the device's mean and standard deviation whose correlation
    falls by a factor e in ``field_correlation`` shots (Ornstein–Uhlenbeck).

    Example:
        >>> from plait.circuits import device
        >>> field_of_shots(device("H1-1"), 2, np.random.default_rng(1)).tolist()
        [0.0, 0.0]
    """
    memory = target.memory
    mean, sd = memory.field, memory.field_sd
    if not sd:
        return np.full(shots, mean)
    noise = rng.standard_normal(shots)
    if memory.field_correlation:
        from scipy.signal import lfilter

        keep = float(np.exp(-1 / memory.field_correlation))
        first = noise[:1].copy()
        noise = np.sqrt(1 - keep**2) * noise
        noise[:1] = first
        noise = lfilter([1.0], [1.0, -keep], noise)
    return np.asarray(mean + sd * noise)


def run_round(plan: Plan, number: int, target: Device) -> list[tuple[Job, Counts]]:
    """Simulate one round of a plan; outcomes are in the normal form.

    The shots of the round are in a random order of time, as far as the field is concerned; those
    of an interleaved plan in the order of its jobs, with the same field for all series of a shot.
    """
    jobs = plan.jobs(number)
    seeds = plan.round_seed(number, 1)
    rng = np.random.default_rng(seeds.spawn(1)[0])
    total = sum(job.shots for job in jobs)
    if plan.interleaved:
        width = len(plan.series)
        fields = np.repeat(field_of_shots(target, total // width, rng), width)
    else:
        fields = rng.permutation(field_of_shots(target, total, rng))
    # Circuits of a part of the jobs at a time, because those of all can fill the memory.
    size = max(1, _GATES_AT_ONCE // (4 * len(plan.form.runs(ORDER)) + plan.form.strands))
    results: list[tuple[Job, Counts]] = []
    begin = 0
    for first in range(0, len(jobs), size):
        part = jobs[first : first + size]
        circuits = [(plan.circuit(job, target), job.shots) for job in part]
        end = begin + sum(job.shots for job in part)
        seed = int(seeds.spawn(1)[0].generate_state(1, np.uint64)[0])
        found = simulate_shots(circuits, target, seed, fields=fields[begin:end])
        begin = end
        for job, (circuit, _), outcomes in zip(part, circuits, found, strict=True):
            numbers = Counter(circuit.normal_numbers(outcomes).tolist())
            counts = {_text(x, circuit.qubits): n for x, n in sorted(numbers.items())}
            results.append((job, counts))
    return results


def predicted_seconds(plan: Plan, target: Device) -> float:
    """A rough prediction of the simulation time of a plan, within a factor of about three.

    Every distinct circuit is compiled and run once without errors, among the φⁿ paths; every shot
    with an error runs for about half of its circuit, among a few times as many states.
    """
    strands = plan.form.strands
    qubits = max(1, strands - 1)
    paths = PHI ** min(strands, 500)
    units = len(plan.form.runs(ORDER)) + 2 * qubits
    circuits = min(plan.shots, len(plan.series) * plan.rounds * paths)
    if plan.closure == "plat":
        circuits = len(plan.series) * plan.rounds
    states = min(_SPREAD * paths, 2.0 ** min(qubits, 500))
    if plan.kind == "hadamard":
        units, states = 20 * units, 2.0 ** min(qubits, 500)
        share = 0.0 if target.errors.none else 1.0
    else:
        cost = 0.0 if target.errors.none else expected_cost(plan.form, plan.closure, target)
        share = 1 - math.exp(-1.5 * cost)
    own = target.memory.field_sd > 0
    each = units * _PER_STATE
    if own or target.memory.field:
        share = 2.0  # in a field states leave the paths from the start
    return circuits * (_PER_CIRCUIT + 2e-6 * units + each * paths) + plan.shots * (
        share * each * states / 2
    )


class _Model:
    """The error model of a device, ready for the kernels."""

    def __init__(self, target: Device, *, exact_memory: bool) -> None:
        self.errors = target.errors
        self.readout = np.array([self.errors.readout_0, self.errors.readout_1])
        self.dephasing = float(target.memory.dephasing)
        # Waiting happens between the gates of a pattern too, so that none can be taken as a whole.
        self._apart = exact_memory or self.dephasing > 0

    def run(
        self, circuit: Circuit, seed: int, fields: npt.NDArray[np.float64], buffers: Any
    ) -> npt.NDArray[np.int64]:
        """Outcomes of the shots of one circuit."""
        from .trajectories import run_trajectories
        from .units import Units, draw_errors, units

        steps = circuit.steps or _steps(circuit)
        x = steps.table.arrays()
        unit = Units(
            *units(
                x.kind,
                x.slot_a,
                x.slot_b,
                x.offsets,
                np.full_like(x.target, -1) if self._apart else x.target,
                x.controls,
                steps.rows,
                circuit.qubits,
            )
        )
        rng = np.random.default_rng(seed)
        errors = draw_errors(self._sites(circuit, unit), len(fields), rng)
        return np.asarray(
            run_trajectories(
                int(rng.integers(1 << 32)),
                fields,
                circuit.qubits,
                unit.fields,
                (x.angle, x.matrix, x.multiplexed),
                steps.angle,
                errors.fields,
                *errors.order(),
                self.readout,
                buffers,
            )
        )

    def _sites(self, circuit: Circuit, unit: Units) -> Sites:
        """Where errors can happen."""
        from .units import Sites

        gates, errors = circuit.arrays, self.errors
        chance = np.select(
            [gates.code == ZZPHASE, gates.code == PHASEDX],
            [errors.zz(gates.theta), np.full(len(gates.code), errors.one_qubit)],
            0.0,
        )
        times = np.where(gates.code == PHASEDX, pulses(circuit), 1)
        random = np.zeros(int(times.sum()), dtype=np.int64)
        columns: list[Any] = [
            np.repeat(column, times)
            for column in (
                gates.position,
                gates.a,
                gates.b,
                gates.turn_a,
                gates.turn_b,
                chance,
            )
        ]
        parts = [Sites(*[*columns, random])]
        if errors.preparation:
            parts.append(
                _sites(np.zeros(circuit.qubits), range(circuit.qubits), errors.preparation, 1)
            )
        if self.dephasing:
            u, k = np.nonzero(unit.qubits)
            qubits = np.log2(unit.qubits[u, k]).astype(np.int64)
            flips = (1 - (1 - 2 * self.dephasing) ** unit.wait[u, k]) / 2
            parts.append(_sites(unit.start[u], qubits, flips, 3))
        return Sites.join(parts)


def _sites(
    position: npt.NDArray[Any], qubits: npt.ArrayLike, probability: npt.ArrayLike, pauli: int
) -> Sites:
    """Sites of one Pauli on one qubit each."""
    from .units import Sites

    size, zeros = len(position), np.zeros(len(position))
    return Sites(
        position.astype(np.int64),
        np.asarray(qubits, dtype=np.int64),
        np.full(size, -1),
        zeros,
        zeros,
        np.broadcast_to(probability, size),
        np.full(size, pauli),
    )


def _steps(circuit: Circuit) -> Steps:
    """The gates of a circuit as logical operations."""
    log = OperationLog(circuit.qubits)
    for gate in circuit.gates:
        a, b = (*gate.qubits, -1)[:2]
        log.operations.append(
            Operation(ZZ, a, b, gate.angles[0], IDENTITY)
            if gate.name == "zzphase"
            else Operation(LOCAL, a, -1, 0.0, gate.matrix())
        )
    table = PatternTable()
    row = (table.add("all", log, whole=False), *range(circuit.qubits))
    return Steps.of(table, [row], width=max(3, circuit.qubits))


def _buffers(qubits: int) -> tuple[Any, ...]:
    size = 2**qubits
    return tuple(
        array
        for _ in range(2)
        for array in (
            np.empty(size, dtype=complex),
            np.empty(size, dtype=np.int32),
            np.full(size, -1, dtype=np.int32),
        )
    )


@contextmanager
def _borrowed(queue: SimpleQueue[Any]) -> Iterator[Any]:
    item = queue.get()
    try:
        yield item
    finally:
        queue.put(item)


def _text(outcome: int, qubits: int) -> str:
    return format(outcome, f"0{qubits}b")[::-1]
