"""Programs of parameter rows: one template per last bit, a row of angles per shot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ...knots.errors import InputError
from ..devices import Device
from ..plan import Plan, Series, part_of
from ..template import Cat, Template, cat, template
from .errors import JobError, SubmissionError
from .explicit import check_plain, explicit_programs
from .protocol import Bits, DryRun, Program, Shots

if TYPE_CHECKING:
    import qiskit

__all__ = ["RowBlock", "read_rows", "row_blocks", "row_dry_run", "row_programs", "row_templates"]


class RowBlock(NamedTuple):
    """The shots of a program that share a template.

    Attributes:
        template: their circuit.
        places: which shots of the program they are, shape (R,).
        paths: their paths, shape (R, n+1).
    """

    template: Template
    places: npt.NDArray[np.intp]
    paths: Bits

    @property
    def values(self) -> npt.NDArray[np.float64]:
        """A row of angles per shot, shape (R, P) with P ≥ 1."""
        rows = self.template.rows(self.paths)
        return rows if rows.shape[1] else np.zeros((len(rows), 1))

    def to_qiskit(self) -> qiskit.QuantumCircuit:
        """The circuit that takes these values.

        Samplers differ in what they make of rows without parameters, so a circuit that needs none
        gets one that does nothing: a rotation of a fresh qubit about Z.
        """
        from qiskit import QuantumCircuit
        from qiskit.circuit import Parameter

        circuit = self.template.to_qiskit()
        if circuit.num_parameters:
            return circuit
        idle = QuantumCircuit(*circuit.qregs, *circuit.cregs, name=circuit.name)
        idle.rz(Parameter("idle"), 0)
        return idle.compose(circuit)


def row_programs(plan: Plan, target: Device, *, limit: int) -> list[Program]:
    """The programs of a plan, whose data hold the path of every shot, in order of time.

    They also hold, per last bit, how the cat state is made, by which outcomes are read: another
    version may make it otherwise.

    The order is drawn from the plan's seed, so that a drift of the machine does not fall on some
    paths more than on others.

    Args:
        plan: the experiment.
        target: the device.
        limit: most shots of a program.

    Raises:
        SubmissionError: the plan is of Hadamard tests or of circuits that are decoupled or
            folded, which have no template, or it is interleaved.

    Example:
        >>> from plait import Braid, device
        >>> plan = Plan(braid=Braid("1 1 1"), closure="markov", kind="echo",
        ...             series=("real", "imag"), shots=12, round_shots=12, seed=1)
        >>> programs = row_programs(plan, device("H2-1"), limit=5)
        >>> [(program.label, program.shots) for program in programs]
        [('real-1', 5), ('real-2', 1), ('imag-1', 5), ('imag-2', 1)]
        >>> programs[0].data["paths"]
        ['011', '010', '011', '010', '010']
    """
    if plan.kind != "echo":
        raise SubmissionError(
            f"{plan.kind} circuits have no form with a row of parameters per shot; choose "
            f"circuit='echo', or way='circuits' where the platform has it"
        )
    check_plain(plan)
    programs = []
    cats = {str(last): cat(plan.form.strands, last, target).to_json() for last in _lasts(plan)}
    for number, whole in enumerate(explicit_programs(plan)):
        texts = [path for path, shots in whole.data["paths"].items() for _ in range(shots)]
        seed = np.random.SeedSequence(plan.seed, spawn_key=(3, number))
        order = np.random.default_rng(seed).permutation(len(texts))
        for piece, first in enumerate(range(0, len(texts), limit), start=1):
            own = [texts[k] for k in order[first : first + limit]]
            programs.append(
                Program(
                    label=f"{whole.series}-{piece}",
                    series=whole.series,
                    shots=len(own),
                    data={"paths": own, "cats": cats},
                )
            )
    return programs


def row_templates(plan: Plan, target: Device) -> dict[tuple[Series, int], Template]:
    """The templates of a plan, by series and last bit of the path.

    Raises:
        InputError: the circuits do not fit the device.
    """
    return {
        (series, last): template(plan.word(series), last=last, part=part_of(series), target=target)
        for series in plan.series
        for last in _lasts(plan)
    }


def _lasts(plan: Plan) -> tuple[int, ...]:
    """The last bits of its paths."""
    if plan.closure == "plat":
        return (0,)
    return (1,) if plan.form.strands == 1 else (0, 1)


def row_blocks(program: Program, templates: dict[tuple[Series, int], Template]) -> list[RowBlock]:
    """The shots of a program, in blocks with one template each."""
    paths = _paths(program)
    return [
        RowBlock(templates[program.series, last], places, paths[places])
        for last, places in _places(paths)
    ]


def _places(paths: Bits) -> list[tuple[int, npt.NDArray[np.intp]]]:
    """The last bits that there are, and which shots have them."""
    found = ((last, np.flatnonzero(paths[:, -1] == last)) for last in (0, 1))
    return [(last, places) for last, places in found if len(places)]


def read_rows(program: Program, outcomes: Sequence[npt.NDArray[Any]]) -> Shots:
    """Shots from raw outcomes.

    Args:
        program: what ran.
        outcomes: per block, in the order of :func:`row_blocks`, the outcomes with shape (R, 1, q),
            one shot per row, qubit j in column j.

    Raises:
        JobError: the outcomes do not fit the program.
    """
    paths = _paths(program)
    blocks = _places(paths)
    if len(outcomes) != len(blocks):
        raise JobError(f"{len(outcomes)} results came back where {len(blocks)} were asked for")
    qubits = max(1, paths.shape[1] - 2)
    normal = np.zeros((len(paths), qubits), dtype=np.uint8)
    for (last, places), raw in zip(blocks, outcomes, strict=True):
        wanted = (len(places), 1, qubits)
        if raw.shape != wanted:
            raise JobError(
                f"results have the shape {raw.shape}, not {wanted} (rows, shots per row, qubits); "
                f"with twirling set num_randomizations=1 and shots_per_randomization=1, else the "
                f"sampler takes its own number of shots per row"
            )
        made = Cat.from_json(program.data["cats"][str(last)])
        own = paths[places, 1 : 1 + qubits]
        normal[places] = made.normal(own, raw[:, 0, :].astype(np.uint8))
    return Shots(paths, normal)


def row_dry_run(plan: Plan, programs: Sequence[Program], target: Device) -> DryRun:
    """What the programs need on a device where nothing is charged."""
    shots = sum(program.shots for program in programs)
    try:
        templates = row_templates(plan, target)
    except InputError as error:
        return DryRun.refused(str(error), programs=len(programs), shots=shots)
    gates = depth = 0.0
    for program in programs:
        for block in row_blocks(program, templates):
            gates += len(block.places) * block.template.two_qubit_gates
            depth += len(block.places) * block.template.two_qubit_depth
    return DryRun(
        valid=True,
        programs=len(programs),
        circuits=len(templates),
        shots=shots,
        qubits=max(made.qubits for made in templates.values()),
        two_qubit_gates=gates / shots,
        two_qubit_depth=depth / shots,
        cost_formula="nothing is charged",
        limits={"qubits": target.qubits},
    )


def _paths(program: Program) -> Bits:
    return np.array([[int(bit) for bit in path] for path in program.data["paths"]], np.uint8)
