"""Programs of explicit circuits: one circuit per distinct path, with its number of shots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from ...knots.errors import InputError
from ..compile import CircuitStatistics
from ..devices import Device
from ..ir import Circuit, Undo
from ..plan import Job, Plan
from ..simulation import Counts
from .errors import JobError, SubmissionError
from .protocol import DryRun, Program, Shots

__all__ = [
    "INTERLEAVED",
    "ExplicitJob",
    "check_plain",
    "explicit_dry_run",
    "explicit_jobs",
    "explicit_programs",
    "read_counts",
    "read_mapped",
    "reading",
    "undo_of",
    "with_map",
]

INTERLEAVED: Final = (
    "circuits that run one after another in every shot (an interleaved plan) need a platform that "
    "measures and resets qubits within a circuit: choose simulator, aer, pytket:aer, "
    "pytket:H2-1LE or nexus:H2-1E, or methods of mitigation other than those of pairs of shots"
)
"""Why a platform refuses interleaved plans."""


def check_plain(plan: Plan) -> None:
    """Refuse what only explicit circuits have: echo pulses, and gates that are repeated.

    Raises:
        SubmissionError: the plan is decoupled or folded.
    """
    if plan.decoupling or plan.fold > 1:
        what = f"{plan.decoupling} echo pulses" if plan.decoupling else f"{plan.fold}-fold gates"
        raise SubmissionError(
            f"circuits with {what} are made for one path each, and this platform draws paths or "
            f"takes them as parameters; leave the method out, or send a circuit per path "
            f"(way='circuits' where the platform has it; simulator, aer and pytket:… always do)"
        )


class ExplicitJob(NamedTuple):
    """A circuit, what it is for, and how often it runs."""

    job: Job
    circuit: Circuit


def explicit_programs(plan: Plan, *, by_round: bool = False) -> list[Program]:
    """The programs of a plan, whose data hold the paths with their numbers of shots.

    Args:
        plan: the experiment.
        by_round: a program per series and round, so that an interrupted run keeps the rounds that
            are done; by default one per series, with fewer circuits in all.

    Raises:
        SubmissionError: the plan is interleaved, which circuits of one series each cannot be.

    Example:
        >>> from plait import Braid
        >>> plan = Plan(braid=Braid("1 1 1"), closure="markov", kind="echo",
        ...             series=("real", "imag"), shots=20, round_shots=10, seed=1)
        >>> [program.label for program in explicit_programs(plan)]
        ['real-1', 'imag-1']
        >>> explicit_programs(plan)[0].data
        {'paths': {'010': 6, '011': 4}}
    """
    if plan.interleaved:
        raise SubmissionError(INTERLEAVED)
    rounds = [[number] for number in range(plan.rounds)] if by_round else [range(plan.rounds)]
    programs = []
    for piece, numbers in enumerate(rounds, start=1):
        jobs = [job for number in numbers for job in plan.jobs(number)]
        for series in plan.series:
            paths: Counter[str] = Counter()
            for job in jobs:
                if job.series == series:
                    paths["".join(map(str, job.path))] += job.shots
            if paths:
                programs.append(
                    Program(
                        label=f"{series}-{piece}",
                        series=series,
                        shots=paths.total(),
                        data={"paths": dict(sorted(paths.items()))},
                    )
                )
    return programs


def explicit_jobs(plan: Plan, program: Program, target: Device) -> list[ExplicitJob]:
    """The circuits of a program, compiled for a device."""
    jobs = [
        Job(program.series, tuple(map(int, path)), int(shots))
        for path, shots in program.data["paths"].items()
    ]
    return [ExplicitJob(job, plan.circuit(job, target)) for job in jobs]


def read_counts(jobs: Sequence[ExplicitJob], counts: Iterable[Counts]) -> Shots:
    """Shots from the raw counts of explicit circuits."""
    normal: list[tuple[Sequence[int], Counts]] = []
    for (job, circuit), raw in zip(jobs, counts, strict=True):
        normal.append((job.path, _normal(circuit.undo, raw)))
    return Shots.of_counts(normal)


def _normal(undo: Undo, raw: Counts) -> Counts:
    own: Counts = {}
    for bits, number in raw.items():
        outcome = undo.normal(bits)
        own[outcome] = own.get(outcome, 0) + number
    return own


def with_map(plan: Plan, program: Program, target: Device) -> Program:
    """The program with all that reads its outcomes, for results that come back later.

    Another version may compile other circuits, whose outcomes mean something else.

    Returns:
        The program with ``data["map"]``: per path what :func:`reading` gives. Where the plan does
        not fit the device, without: its dry run says why.

    Example:
        >>> from plait import Braid, device
        >>> plan = Plan(braid=Braid("2 2 2", 4), closure="plat", kind="echo",
        ...             series=("real", "imag"), shots=20, round_shots=20, seed=1)
        >>> program = with_map(plan, explicit_programs(plan)[0], device("H2-1"))
        >>> read_mapped(program, {"01010": {"100": 10}}).outcomes[0].tolist()
        [1, 0, 0]
    """
    try:
        jobs = explicit_jobs(plan, program, target)
    except InputError:
        return program
    found = {"".join(map(str, job.path)): reading(circuit) for job, circuit in jobs}
    return replace(program, data=program.data | {"map": found})


def reading(circuit: Circuit) -> dict[str, Any]:
    """What reads the outcomes of a circuit; JSON.

    Returns:
        ``"name"`` of the circuit, its number of ``"qubits"``, and ``"links"`` and ``"ones"`` of
        :class:`plait.circuits.ir.Undo`.
    """
    return {
        "name": circuit.name,
        "qubits": circuit.qubits,
        "links": [list(link) for link in circuit.undo.links],
        "ones": list(circuit.undo.ones),
    }


def undo_of(data: Mapping[str, Any]) -> Undo:
    """How outcomes are brought to normal form, from what :func:`reading` gave."""
    return Undo(tuple((a, b) for a, b in data["links"]), tuple(data["ones"]))


def read_mapped(program: Program, counts: Mapping[str, Counts]) -> Shots:
    """Shots from the raw counts by path, by the program's own map.

    Raises:
        JobError: the counts of a path are missing.
    """
    normal: list[tuple[Sequence[int], Counts]] = []
    for path, data in program.data["map"].items():
        if path not in counts:
            raise JobError(f"the result of circuit {data['name']} is missing")
        normal.append((tuple(map(int, path)), _normal(undo_of(data), counts[path])))
    return Shots.of_counts(normal)


def explicit_dry_run(plan: Plan, programs: Sequence[Program], target: Device) -> DryRun:
    """What the programs need on a device where nothing is charged."""
    circuits = []
    try:
        for program in programs:
            circuits += [
                (circuit, float(job.shots))
                for job, circuit in explicit_jobs(plan, program, target)
            ]
    except InputError as error:
        shots = sum(program.shots for program in programs)
        return DryRun.refused(str(error), programs=len(programs), shots=shots)
    statistics = CircuitStatistics.of(circuits, target)
    return DryRun(
        valid=True,
        programs=len(programs),
        circuits=len(circuits),
        shots=sum(program.shots for program in programs),
        qubits=statistics.qubits,
        two_qubit_gates=statistics.two_qubit_gates,
        two_qubit_depth=statistics.two_qubit_depth,
        cost_formula="nothing is charged",
        limits={"qubits": target.qubits},
    )
