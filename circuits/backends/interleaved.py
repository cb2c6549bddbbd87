"""Programs of interleaved plans: a shot runs the circuits of all series on the same path.

Every row of their :class:`~plait.circuits.backends.protocol.Shots` has the outcomes of all series,
side by side. Simulators run the circuits apart and bring the outcomes of a shot together
(:func:`pieces`); platforms that measure and reset qubits within a circuit run one after another
in a single circuit per path (:func:`whole_circuits`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ...knots.errors import InputError
from ..compile import CircuitStatistics
from ..devices import Device
from ..ir import Circuit
from ..joined import joined_circuits, register_of
from ..plan import Job, Plan, Series
from .errors import JobError
from .explicit import reading, undo_of
from .protocol import DryRun, Program, Shots

if TYPE_CHECKING:
    import pytket

__all__ = [
    "LABEL",
    "Piece",
    "WholeCircuit",
    "in_drawn_order",
    "interleaved_dry_run",
    "note",
    "path_programs",
    "pieces",
    "read_pieces",
    "read_whole",
    "round_programs",
    "whole_circuits",
    "with_readings",
]

LABEL = "all"
"""What labels of interleaved programs begin with."""


def round_programs(plan: Plan) -> list[Program]:
    """A program per round, whose data hold the path of every row, in order of time.

    Example:
        >>> from plait import Braid
        >>> plan = Plan(braid=Braid("1 1 1"), closure="markov", kind="echo", interleaved=True,
        ...             series=("real", "imag"), shots=8, round_shots=4, seed=1)
        >>> [(p.label, p.shots, p.data) for p in round_programs(plan)]
        [('all-1', 4, {'paths': ['010', '011']}), ('all-2', 4, {'paths': ['010', '010']})]
    """
    return [
        _program(plan, number, drawn := _paths(plan, number - 1), {"paths": drawn})
        for number in range(1, plan.rounds + 1)
    ]


def path_programs(plan: Plan) -> list[Program]:
    """One program, whose data hold the paths with their numbers of rows."""
    drawn = [path for number in range(plan.rounds) for path in _paths(plan, number)]
    return [_program(plan, 1, drawn, {"paths": dict(sorted(Counter(drawn).items()))})]


def _paths(plan: Plan, number: int) -> list[str]:
    """The paths of a round, one per shot."""
    first = plan.series[0]
    return ["".join(map(str, job.path)) for job in plan.jobs(number) if job.series == first]


def _program(plan: Plan, number: int, drawn: Sequence[str], data: dict[str, Any]) -> Program:
    return Program(
        label=f"{LABEL}-{number}",
        series=plan.series[0],
        shots=len(drawn) * len(plan.series),
        data=data,
        together=plan.series,
    )


def note(plan: Plan) -> str:
    """How the numbers of a dry run are meant."""
    return (
        f"a shot runs the circuits of {len(plan.series)} series one after another "
        f"({', '.join(plan.series)}); gates and depth are of all of them"
    )


# Circuits apart, for simulators


class Piece(NamedTuple):
    """Executions of one circuit in an interleaved program.

    Attributes:
        series: what it measures.
        circuit: it.
        rows: in which rows of the program, shape (R,), in order of time.
    """

    series: Series
    circuit: Circuit
    rows: npt.NDArray[np.intp]


def pieces(plan: Plan, program: Program, target: Device) -> list[Piece]:
    """The circuits of a program of :func:`round_programs`, each once."""
    texts = np.array(program.data["paths"])
    found = []
    for text in np.unique(texts):
        path, rows = tuple(map(int, text)), np.flatnonzero(texts == text)
        for series in program.together:
            circuit = plan.circuit(Job(series, path, len(rows)), target)
            found.append(Piece(series, circuit, rows))
    return found


def read_pieces(
    program: Program, found: Sequence[Piece], outcomes: Sequence[npt.NDArray[np.int64]]
) -> Shots:
    """The shots of a program from the outcomes of its pieces.

    Args:
        program: what ran.
        found: from :func:`pieces`.
        outcomes: per piece the raw outcome of every execution, bit j of which is qubit j.
    """
    paths = np.array([list(map(int, text)) for text in program.data["paths"]], dtype=np.uint8)
    qubits = max(1, paths.shape[1] - 2)
    bits = np.zeros((len(paths), len(program.together), qubits), dtype=np.uint8)
    for piece, raw in zip(found, outcomes, strict=True):
        numbers = piece.circuit.normal_numbers(raw)
        place = program.together.index(piece.series)
        bits[piece.rows, place] = numbers[:, np.newaxis] >> np.arange(qubits) & 1
    return Shots(paths, bits.reshape(len(paths), -1))


# Circuits one after another, for machines


class WholeCircuit(NamedTuple):
    """The circuits of all series on one path.

    Attributes:
        path: bits s_0 … s_n.
        rows: how often it runs.
        circuits: per series.
    """

    path: tuple[int, ...]
    rows: int
    circuits: dict[Series, Circuit]

    def to_pytket(self) -> pytket.Circuit:
        """One after another; each is measured into the register of its series."""
        registers = {register_of(s): circuit for s, circuit in self.circuits.items()}
        text = "".join(map(str, self.path))
        return joined_circuits(registers, name=f"interleaved-{text}")

    @property
    def readings(self) -> dict[str, dict[str, Any]]:
        """Per series what reads its outcomes."""
        return {series: reading(circuit) for series, circuit in self.circuits.items()}


def whole_circuits(plan: Plan, program: Program, target: Device) -> list[WholeCircuit]:
    """The circuits of a program, one per path."""
    found = []
    for text, rows in sorted(Counter(program.data["paths"]).items()):
        path = tuple(map(int, text))
        circuits = {s: plan.circuit(Job(s, path, rows), target) for s in program.together}
        found.append(WholeCircuit(path, int(rows), circuits))
    return found


def with_readings(plan: Plan, program: Program, target: Device) -> Program:
    """The program with all that reads its outcomes, for results that come back later.

    Returns:
        The program with ``data["map"]``: per path and series what
        :func:`~plait.circuits.backends.explicit.reading` gives. Where the plan does not fit the
        device, without: its dry run says why.
    """
    try:
        found = whole_circuits(plan, program, target)
    except InputError:
        return program
    readings = {"".join(map(str, whole.path)): whole.readings for whole in found}
    return replace(program, data=program.data | {"map": readings})


def read_whole(
    path: Sequence[int], readings: Mapping[str, Mapping[str, Any]], result: Any
) -> Shots:
    """The shots of one path from its result (pytket ``BackendResult``), in order of time.

    Args:
        path: bits s_0 … s_n.
        readings: per series what reads its outcomes.
        result: with a register per series.

    Raises:
        JobError: it is of another circuit, or has no single shots.
    """
    from pytket.circuit import Bit

    parts = []
    for series, data in readings.items():
        bits = [Bit(register_of(series), j) for j in range(data["qubits"])]
        if not set(bits) <= set(result.c_bits):
            raise JobError(f"the result of {data['name']} lacks bits: it is of another circuit")
        if not result.contains_measured_results or result.get_result(bits).shots is None:
            raise JobError("the result has counts only: which series go together is not known")
        undo = undo_of(data)
        rows = ["".join(map(str, row)) for row in result.get_shots(cbits=bits).tolist()]
        outcomes = np.array([list(map(int, undo.normal(row))) for row in rows], dtype=np.uint8)
        parts.append(Shots(np.tile(np.array(path, dtype=np.uint8), (len(rows), 1)), outcomes))
    return Shots.together(parts)


def in_drawn_order(program: Program, parts: Sequence[Shots]) -> Shots:
    """The shots of a program of :func:`round_programs` from those of each path.

    The shots of a path are put where it was drawn: circuits run path after path, and rows in that
    order would look like a drift.

    Args:
        program: what ran.
        parts: shots of each of its :func:`whole_circuits`.
    """
    texts = np.array(program.data["paths"])
    order = np.argsort(texts, kind="stable")
    paths = np.concatenate([part.paths for part in parts])
    outcomes = np.concatenate([part.outcomes for part in parts])
    back = np.argsort(order)
    return Shots(paths[back], outcomes[back])


def interleaved_dry_run(plan: Plan, programs: Sequence[Program], target: Device) -> DryRun:
    """What the programs need on a device where nothing is charged."""
    rows = sum(program.rows for program in programs)
    counts: list[Counter[str]] = [Counter(program.data["paths"]) for program in programs]
    try:
        circuits = [
            (plan.circuit(Job(series, tuple(map(int, text)), 1), target), float(number))
            for paths in counts
            for text, number in paths.items()
            for series in plan.series
        ]
    except InputError as error:
        return DryRun.refused(str(error), programs=len(programs), shots=rows)
    mean, width = CircuitStatistics.of(circuits, target), len(plan.series)
    return DryRun(
        valid=True,
        notes=[note(plan)],
        programs=len(programs),
        circuits=sum(map(len, counts)),
        shots=rows,
        qubits=mean.qubits,
        two_qubit_gates=width * mean.two_qubit_gates,
        two_qubit_depth=width * mean.two_qubit_depth,
        cost_formula="nothing is charged",
        limits={"qubits": target.qubits},
    )
