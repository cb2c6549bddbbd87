"""Templates in the gates and couplings of a Qiskit backend, without a single SWAP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...knots.errors import InputError
from ..compile import CircuitStatistics
from ..devices import Device
from ..estimates import estimate_run
from ..plan import Plan
from .errors import SubmissionError
from .protocol import DryRun, Program
from .rows import row_blocks, row_dry_run, row_templates

__all__ = ["compile_isa", "isa_dry_run"]


def compile_isa(
    circuits: Sequence[Any], backend: Any, *, optimization_level: int, seed: int | None
) -> list[Any]:
    """Bring circuits on a line into the gates and onto the couplings of a backend.

    The layout is a line of good couplings; routing is switched off, so that no SWAP can be added.

    Args:
        circuits: Qiskit circuits, with gates between neighbours on a line only.
        backend: a ``BackendV2``.
        optimization_level: of Qiskit's preset pass managers; from 2 on they find the line.
        seed: of the transpiler.

    Raises:
        SubmissionError: the backend has no such line.
    """
    from qiskit.transpiler import TranspilerError, generate_preset_pass_manager

    manager = generate_preset_pass_manager(
        optimization_level=optimization_level,
        backend=backend,
        seed_transpiler=seed,
        routing_method="none",
    )
    widest = max(circuit.num_qubits for circuit in circuits)
    if backend.num_qubits is not None and widest > backend.num_qubits:
        raise SubmissionError(
            f"the circuits need {widest} qubits and {backend.name} has {backend.num_qubits}"
        )
    try:
        return list(manager.run(list(circuits)))
    except TranspilerError as error:
        raise SubmissionError(
            f"{backend.name} has no line of {widest} coupled qubits that the transpiler finds at "
            f"optimization level {optimization_level}, and SWAPs are not added; take level 3, "
            f"another backend, or a braid on fewer strands ({error.message})"
        ) from error


def isa_dry_run(
    plan: Plan,
    programs: Sequence[Program],
    target: Device,
    backend: Any,
    *,
    optimization_level: int,
    seed: int | None,
) -> DryRun:
    """Gates after transpilation, and time and cost by the device's description.

    Args:
        plan: the experiment.
        programs: from :func:`row_programs`.
        target: the description.
        backend: what to transpile for; None to count the gates of the templates as they are.
        optimization_level: see :func:`compile_isa`.
        seed: see :func:`compile_isa`.
    """
    found = row_dry_run(plan, programs, target)
    if not found.valid:
        return found
    templates = row_templates(plan, target)
    if backend is not None:
        try:
            circuits = compile_isa(
                [made.to_qiskit() for made in templates.values()],
                backend,
                optimization_level=optimization_level,
                seed=seed,
            )
        except (SubmissionError, InputError) as error:
            return replace(found, valid=False, problems=[str(error)])
        numbers = dict.fromkeys(templates, 0)
        for program in programs:
            for block in row_blocks(program, templates):
                numbers[program.series, block.template.last] += len(block.places)
        weights = [numbers[key] / found.shots for key in templates]
        gates, depth = (
            sum(w * value for w, value in zip(weights, map(count, circuits), strict=True))
            for count in (_two_qubit_gates, _two_qubit_depth)
        )
        found = replace(found, two_qubit_gates=gates, two_qubit_depth=depth)
    statistics = CircuitStatistics(
        qubits=found.qubits,
        two_qubit_gates=found.two_qubit_gates,
        two_qubit_depth=found.two_qubit_depth,
        # Neither enters time and cost by seconds.
        one_qubit_gates=0.0,
        expected_fidelity=0.0,
    )
    estimates = [estimate_run(statistics, target, program.shots) for program in programs]
    cost = [e.cost.value for e in estimates if e.cost is not None]
    seconds = [e.seconds.value for e in estimates if e.seconds is not None]
    known = estimates[0].cost
    return replace(
        found,
        cost=sum(cost) if len(cost) == len(programs) else None,
        costs=cost if len(cost) == len(programs) else [],
        cost_unit="" if known is None else known.unit,
        cost_formula="not known for this device"
        if known is None
        else (
            f"estimate per job: {known.formula}"
            + (
                ""
                if estimates[0].seconds is None
                else f"; seconds = {estimates[0].seconds.formula}"
            )
        ),
        seconds=sum(seconds) if len(seconds) == len(programs) else None,
        limits={"qubits": target.qubits, "executions_per_job": target.limits.executions_per_job},
    )


def _two_qubit_gates(circuit: Any) -> float:
    return float(sum(len(item.qubits) == 2 for item in circuit.data))


def _two_qubit_depth(circuit: Any) -> float:
    return float(circuit.depth(lambda item: len(item.qubits) == 2))
