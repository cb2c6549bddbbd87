"""Plans as programs for Quantinuum machines of the H2 family, and what those would cost.

For the echoes of a Markov closure the machine draws the strings itself
(:mod:`plait.circuits.ondevice`): one circuit per series, last bit and 10,000 shots. Explicit
circuits, one per distinct string, are for what has few strings (a plat closure has one) and for
targets without random numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import numpy as np

from ...knots.errors import InputError
from ...knots.optional import require
from .. import ondevice
from ..devices import Device, device
from ..emit import to_pytket
from ..estimates import hqc
from ..plan import Plan, Series, part_of
from .errors import JobError
from .explicit import explicit_jobs, explicit_programs, read_counts
from .protocol import DryRun, Program, Shots

if TYPE_CHECKING:
    import pytket

__all__ = ["Item", "Way", "dry_run", "h2_items", "h2_programs", "read_results"]

Way = Literal["device", "circuits"]

_MODEL: Final = "H2-1"
_FORMULA: Final = (
    "estimate: per circuit 5 + shots × (N1q + 10 N2q + 5 Nm)/5000, conditional gates in full"
)


class Item(NamedTuple):
    """A circuit of a job and how often it runs.

    Attributes:
        circuit: in native gates; its name is its own within the job.
        shots: executions.
    """

    circuit: pytket.Circuit
    shots: int

    @property
    def cost(self) -> float:
        """Estimate in HQC."""
        size = _Size.of(self.circuit)
        return hqc(size.one_qubit, size.two_qubit, self.circuit.n_qubits, self.shots)


class _Size(NamedTuple):
    """Gates of a circuit; those under a condition count as if they ran in every shot."""

    one_qubit: int
    two_qubit: int
    depth: int

    @classmethod
    def of(cls, circuit: pytket.Circuit) -> _Size:
        from pytket.circuit import Conditional, OpType

        one = two = 0
        depth = dict.fromkeys(circuit.qubits, 0)
        for command in circuit.get_commands():
            op = command.op.op if isinstance(command.op, Conditional) else command.op
            one += op.type == OpType.PhasedX
            if op.type == OpType.ZZPhase:
                two += 1
                layer = 1 + max(depth[qubit] for qubit in command.qubits)
                depth.update(dict.fromkeys(command.qubits, layer))
        return cls(one, two, max(depth.values()))


def _model() -> Device:
    return device(_MODEL)


def _most_shots() -> int:
    return _model().limits.shots_per_circuit or 10_000


def h2_programs(plan: Plan, *, way: Way, circuits_per_job: int) -> list[Program]:
    """The programs of a plan.

    Args:
        plan: the experiment.
        way: ``"device"``: draw strings on the machine where there are many; ``"circuits"``: never.
        circuits_per_job: most circuits in one program.
    """
    if way == "circuits" or plan.closure == "plat" or plan.kind != "echo":
        explicit = explicit_programs(plan)
        return [part for whole in explicit for part in _split(whole, circuits_per_job)]
    shots: Counter[tuple[Series, int]] = Counter()
    for number in range(plan.rounds):
        for job in plan.jobs(number):
            shots[job.series, job.path[-1]] += job.shots
    programs = []
    seeds = _seeds(plan.seed)
    for series in plan.series:
        pieces = [(last, size) for last in (0, 1) for size in _pieces(shots[series, last])]
        programs += [
            Program(
                label=f"{series}-{number}",
                series=series,
                shots=size,
                data={"last": last, "seed": next(seeds)},
            )
            for number, (last, size) in enumerate(pieces, start=1)
        ]
    return programs


def _pieces(total: int) -> list[int]:
    """Shots in nearly equal pieces that a circuit may have."""
    count = -(-total // _most_shots())
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


def _split(program: Program, circuits_per_job: int) -> Iterator[Program]:
    """Parts of an explicit program within the limits; no path is twice in one part."""
    parts: list[dict[str, int]] = []
    for path, shots in program.data["paths"].items():
        for size in _pieces(shots):
            fitting = (p for p in parts if path not in p and len(p) < circuits_per_job)
            part = next(fitting, None)
            if part is None:
                parts.append(part := {})
            part[path] = size
    for number, part in enumerate(parts, start=1):
        yield Program(
            label=f"{program.series}-{number}",
            series=program.series,
            shots=sum(part.values()),
            data={"paths": part},
        )


def h2_items(plan: Plan, program: Program) -> list[Item]:
    """The circuits of a program."""
    if "paths" in program.data:
        jobs = explicit_jobs(plan, program, _model())
        return [Item(to_pytket(circuit), job.shots) for job, circuit in jobs]
    circuit = ondevice.device_program(
        plan.word(program.series),
        last=program.data["last"],
        part=part_of(program.series),
        seed=program.data["seed"],
    )
    return [Item(circuit, program.shots)]


def read_results(
    plan: Plan, program: Program, results: dict[str, Any], *, trust_device: bool
) -> Shots:
    """The shots of a program from the results by name of circuit (pytket ``BackendResult``).

    Raises:
        JobError: a result is missing, or not one of the program.
    """
    if "paths" in program.data:
        return _read_circuits(plan, program, results)
    if len(results) != 1:
        raise JobError(f"{len(results)} results came back for the one circuit of {program.label}")
    return ondevice.read_device_shots(
        next(iter(results.values())),
        plan.form.strands,
        last=program.data["last"],
        seed=program.data["seed"],
        trust_device=trust_device,
    )


def _read_circuits(plan: Plan, program: Program, results: dict[str, Any]) -> Shots:
    from pytket.circuit import Bit

    jobs = explicit_jobs(plan, program, _model())
    counts = []
    for _, circuit in jobs:
        if circuit.name not in results:
            raise JobError(f"the result of circuit {circuit.name} is missing")
        found = results[circuit.name]
        bits = [Bit("c", j) for j in range(circuit.qubits)]
        if not set(bits) <= set(found.c_bits):
            raise JobError(f"the result of {circuit.name} lacks bits: it is of another circuit")
        table = found.get_counts(cbits=bits)
        counts.append({"".join(map(str, row)): int(number) for row, number in table.items()})
    return read_counts(jobs, counts)


def dry_run(plan: Plan, programs: Sequence[Program], *, free: bool) -> DryRun:
    """Validity by the vendor's offline data, and an estimate of the cost in HQC.

    Args:
        plan: the experiment.
        programs: its programs.
        free: whether the target charges nothing.
    """
    quantinuum = require(
        "pytket.extensions.quantinuum", extra="quantinuum", purpose="a dry run for H2"
    )
    backend = quantinuum.QuantinuumBackend(_MODEL, api_handler=quantinuum.QuantinuumAPIOffline())
    total = sum(program.shots for program in programs)
    try:
        items = [(program, item) for program in programs for item in h2_items(plan, program)]
    except InputError as error:
        return DryRun.refused(str(error), programs=len(programs), shots=total)
    problems = [
        f"{program.label}: {item.circuit.name} is not a valid circuit for {_MODEL}"
        for program, item in items
        if not backend.valid_circuit(item.circuit)
    ]
    sizes = [(_Size.of(item.circuit), item.shots) for _, item in items]
    gates = sum(shots * size.two_qubit for size, shots in sizes)
    skipped = sum(program.shots * _skipped(plan, program) for program in programs)
    return DryRun(
        valid=not problems,
        problems=problems,
        programs=len(programs),
        circuits=len(items),
        shots=total,
        qubits=max(item.circuit.n_qubits for _, item in items),
        two_qubit_gates=(gates - skipped) / total,
        two_qubit_depth=sum(shots * size.depth for size, shots in sizes) / total,
        cost=0.0 if free else sum(item.cost for _, item in items),
        cost_unit="HQC",
        cost_formula="the syntax checker is free of charge" if free else _FORMULA,
        limits={"qubits": _model().qubits, "shots per circuit": _most_shots()},
    )


def _skipped(plan: Plan, program: Program) -> float:
    """Conditional two-qubit gates that do not run, mean over the strings of a program."""
    if "paths" in program.data:
        return 0.0
    strings = ondevice.device_paths(
        plan.form.strands,
        last=program.data["last"],
        seed=program.data["seed"],
        shots=program.shots,
    )
    return 2 * float(np.mean(np.sum(strings[:, 1:-1] == 0, axis=1)))
