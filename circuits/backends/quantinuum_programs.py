"""Plans as programs for Quantinuum machines, and what those would cost.

For the echoes of a Markov closure the machine draws the strings itself
(:mod:`plait.circuits.ondevice`): one circuit per series, last bit and 10,000 shots. Explicit
circuits, one per distinct string, are for what has few strings (a plat closure has one) and for
targets without random numbers. H2 takes pytket circuits and Helios programs of guppy
(:mod:`plait.circuits.helios`), which have the same gates. Every circuit is a program and so a job
of its own: one that fails takes no others with it, and the vendor charges by the circuit anyway.

Of an interleaved plan a circuit for H2 runs those of all series one after another in every shot,
on the same string, with measurements and resets in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import numpy as np

from ...knots.errors import InputError
from ...knots.optional import require
from .. import ondevice
from ..devices import Device
from ..emit import to_pytket
from ..estimates import hqc
from ..helios import circuit_program, helios_program
from ..joined import register_of
from ..plan import Plan, Series, part_of
from .device_shots import read_device_shots
from .errors import JobError, SubmissionError
from .explicit import (
    INTERLEAVED,
    check_plain,
    explicit_jobs,
    explicit_programs,
    read_mapped,
    with_map,
)
from .interleaved import LABEL, note, path_programs, read_whole, whole_circuits, with_readings
from .protocol import DryRun, Program, Shots

if TYPE_CHECKING:
    import pytket

__all__ = ["Item", "Strings", "dry_run", "make_item", "make_programs", "read_result"]

Strings = Literal["device", "circuits"]
"""Who draws the strings: the device, or the host, which sends a circuit for each."""

_FORMULA: Final = (
    "estimate: per circuit 5 + shots × (N1q + 10 N2q + 5 Nm)/5000, conditional gates in full"
)
_NO_FORMULA: Final = (
    "Quantinuum gives no formula for this machine; what qnexus.hugr.cost_confidence says is "
    "asked of its syntax checker, with an account"
)

_OFFLINE: Final = "H2-1"
"""What the vendor's offline data know; all machines of the family take the same programs."""


class Item(NamedTuple):
    """The circuit of a job and how often it runs.

    Attributes:
        circuit: in native gates.
        shots: executions.
        guppy: the circuit as a guppy function, for Helios.
    """

    circuit: pytket.Circuit
    shots: int
    guppy: Any = None

    @property
    def cost(self) -> float:
        """Estimate in HQC by the formula of the H series."""
        size = _Size.of(self.circuit)
        return hqc(size.one_qubit, size.two_qubit, size.measurements, self.shots)


class _Size(NamedTuple):
    """Gates of a circuit; those under a condition count as if they ran in every shot."""

    one_qubit: int
    two_qubit: int
    depth: int
    measurements: int

    @classmethod
    def of(cls, circuit: pytket.Circuit) -> _Size:
        from pytket.circuit import Conditional, OpType

        one = two = measurements = 0
        depth = dict.fromkeys(circuit.qubits, 0)
        for command in circuit.get_commands():
            op = command.op.op if isinstance(command.op, Conditional) else command.op
            one += op.type == OpType.PhasedX
            measurements += op.type == OpType.Measure
            if op.type == OpType.ZZPhase:
                two += 1
                layer = 1 + max(depth[qubit] for qubit in command.qubits)
                depth.update(dict.fromkeys(command.qubits, layer))
        return cls(one, two, max(depth.values()), measurements)


def _most_shots(model: Device) -> int:
    return model.limits.shots_per_circuit or 10_000


def make_programs(plan: Plan, model: Device, *, way: Strings) -> list[Program]:
    """The programs of a plan.

    Args:
        plan: the experiment.
        model: the machine.
        way: ``"device"``: draw strings on the machine where there are many; ``"circuits"``: never.

    Raises:
        SubmissionError: an interleaved plan for Helios, or echo pulses or repeated gates in
            circuits that draw their strings, or in programs of guppy.
    """
    guppy = _takes_guppy(model)
    if guppy and plan.interleaved:
        raise SubmissionError(INTERLEAVED)
    drawing = way == "device" and plan.closure != "plat" and plan.kind == "echo"
    if drawing or guppy:
        # In guppy there are no barriers that keep a compiler from cancelling them.
        check_plain(plan)
    if drawing:
        return _drawing_programs(plan, model)
    make, read = (
        (path_programs, with_readings) if plan.interleaved else (explicit_programs, with_map)
    )
    return [read(plan, part, model) for whole in make(plan) for part in _split(whole, model)]


def _drawing_programs(plan: Plan, model: Device) -> list[Program]:
    """Programs that draw their strings: per series, or for all of an interleaved plan."""
    shots: Counter[tuple[Series, int]] = Counter()
    for number in range(plan.rounds):
        for job in plan.jobs(number):
            shots[job.series, job.path[-1]] += job.shots
    programs = []
    seeds = _seeds(plan.seed)
    together = plan.series if plan.interleaved else ()
    for series in plan.series[:1] if together else plan.series:
        pieces = [(last, size) for last in (0, 1) for size in _pieces(shots[series, last], model)]
        programs += [
            Program(
                label=f"{LABEL if together else series}-{number}",
                series=series,
                shots=size * max(1, len(together)),
                data={"last": last, "seed": next(seeds)},
                together=together,
            )
            for number, (last, size) in enumerate(pieces, start=1)
        ]
    return programs


def _pieces(total: int, model: Device) -> list[int]:
    """Shots in nearly equal pieces that a circuit may have."""
    count = -(-total // _most_shots(model))
    return [len(range(k, total, count)) for k in range(count)]


def _seeds(seed: int) -> Iterator[int]:
    """Distinct seeds for the machine, from the seed of the plan."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(2,)))
    used: set[int] = set()
    while True:
        drawn = int(rng.integers(ondevice.MAX_SEED + 1))
        if drawn not in used:
            used.add(drawn)
            yield drawn


def _split(program: Program, model: Device) -> Iterator[Program]:
    """An explicit program as programs of one circuit each, within the limit of its shots."""
    pieces = [
        (path, size)
        for path, shots in program.data["paths"].items()
        for size in _pieces(shots, model)
    ]
    stem = program.label.rpartition("-")[0]
    for number, (path, size) in enumerate(pieces, start=1):
        yield replace(
            program,
            label=f"{stem}-{number}",
            shots=size * len(program.measured),
            data={"paths": {path: size}},
        )


def make_item(plan: Plan, program: Program, model: Device) -> Item:
    """The circuit of a program."""
    guppy = _takes_guppy(model)
    if program.together:
        return _make_interleaved(plan, program, model)
    if "paths" in program.data:
        ((job, circuit),) = explicit_jobs(plan, program, model)
        return Item(to_pytket(circuit), job.shots, circuit_program(circuit) if guppy else None)
    word, part = plan.word(program.series), part_of(program.series)
    last, seed = program.data["last"], program.data["seed"]
    drawing = ondevice.device_program(word, last=last, part=part, seed=seed)
    same = helios_program(word, last=last, part=part, seed=seed) if guppy else None
    return Item(drawing, program.shots, same)


def _make_interleaved(plan: Plan, program: Program, model: Device) -> Item:
    if "paths" in program.data:
        (whole,) = whole_circuits(plan, program, model)
        return Item(whole.to_pytket(), whole.rows)
    circuits = {register_of(s): (plan.word(s), part_of(s)) for s in program.together}
    drawing = ondevice.interleaved_device_program(
        circuits, last=program.data["last"], seed=program.data["seed"]
    )
    return Item(drawing, program.rows)


def _takes_guppy(model: Device) -> bool:
    return model.name.startswith("Helios")


def read_result(plan: Plan, program: Program, result: Any, *, trust_device: bool) -> Shots:
    """The shots of a program from its result (pytket ``BackendResult``).

    Raises:
        JobError: it is not one of the program.
    """
    if "paths" in program.data:
        return _read_circuit(program, result)
    registers = [register_of(s) for s in program.together] or ["m"]
    return read_device_shots(
        result,
        plan.form.strands,
        last=program.data["last"],
        seed=program.data["seed"],
        registers=registers,
        trust_device=trust_device,
    )


def _read_circuit(program: Program, result: Any) -> Shots:
    from pytket.circuit import Bit

    ((path, circuit),) = program.data["map"].items()
    if program.together:
        return read_whole(tuple(map(int, path)), circuit, result)
    bits = [Bit("c", j) for j in range(circuit["qubits"])]
    if not set(bits) <= set(result.c_bits):
        raise JobError(f"the result of {circuit['name']} lacks bits: it is of another circuit")
    table = result.get_counts(cbits=bits)
    counts = {"".join(map(str, row)): int(number) for row, number in table.items()}
    return read_mapped(program, {path: counts})


def dry_run(plan: Plan, programs: Sequence[Program], model: Device, *, free: bool) -> DryRun:
    """Validity offline, and an estimate of the cost in HQC where there is a formula.

    Args:
        plan: the experiment.
        programs: its programs.
        model: the machine.
        free: whether the target charges nothing.
    """
    total = sum(program.rows for program in programs)
    try:
        items = [make_item(plan, program, model) for program in programs]
    except InputError as error:
        return DryRun.refused(str(error), programs=len(programs), shots=total)
    problems = _problems(items, model)
    sizes = [(_Size.of(item.circuit), item.shots) for item in items]
    gates = sum(shots * size.two_qubit for size, shots in sizes)
    skipped = sum(program.rows * _skipped(plan, program) for program in programs)
    # Where the price is not known, still the weights by which a limit is shared out.
    costs = [item.cost for item in items]
    cost, formula = None, _NO_FORMULA
    if free:
        costs, cost, formula = [], 0.0, "the syntax checker is free of charge"
    elif model.cost is not None and model.cost.formula == "hqc":
        cost, formula = sum(costs), _FORMULA
    return DryRun(
        valid=not problems,
        problems=problems,
        notes=[note(plan)] if plan.interleaved else [],
        programs=len(programs),
        circuits=len(items),
        shots=total,
        qubits=max(item.circuit.n_qubits for item in items),
        two_qubit_gates=(gates - skipped) / total,
        two_qubit_depth=sum(shots * size.depth for size, shots in sizes) / total,
        cost=cost,
        costs=costs,
        cost_unit="HQC",
        cost_formula=formula,
        limits={"qubits": model.qubits, "shots per circuit": _most_shots(model)},
    )


def _problems(items: Sequence[Item], model: Device) -> list[str]:
    """Why the circuits cannot run, by the vendor's offline data for H2."""
    widest = max(item.circuit.n_qubits for item in items)
    if widest > model.qubits:
        return [f"the circuits need {widest} qubits and {model.name} has {model.qubits}"]
    if _takes_guppy(model):
        return []
    quantinuum = require(
        "pytket.extensions.quantinuum", extra="quantinuum", purpose="a dry run for H2"
    )
    handler = quantinuum.QuantinuumAPIOffline()
    backend = quantinuum.QuantinuumBackend(_OFFLINE, api_handler=handler)
    return [
        f"{item.circuit.name} is not a valid circuit for {model.name}"
        for item in items
        if not backend.valid_circuit(item.circuit)
    ]


def _skipped(plan: Plan, program: Program) -> float:
    """Conditional two-qubit gates that do not run, mean over the strings of a program."""
    if "paths" in program.data:
        return 0.0
    strings = ondevice.device_paths(
        plan.form.strands,
        last=program.data["last"],
        seed=program.data["seed"],
        shots=program.rows,
    )
    return 2 * len(program.measured) * float(np.mean(np.sum(strings[:, 1:-1] == 0, axis=1)))
