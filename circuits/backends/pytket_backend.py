"""Any pytket ``Backend`` as a platform: explicit circuits, one per distinct path.

Of an interleaved plan a circuit runs those of all series one after another, with measurements and
resets in between, which the backend must take.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from ..devices import Device
from ..devices import device as find_device
from ..emit import to_pytket
from ..plan import Plan
from .errors import JobError, SubmissionError
from .explicit import explicit_dry_run, explicit_jobs, explicit_programs, read_counts
from .interleaved import (
    in_drawn_order,
    interleaved_dry_run,
    read_whole,
    round_programs,
    whole_circuits,
)
from .protocol import DryRun, Program, Shots
from .simulator import program_seed

__all__ = ["PytketBackend"]


class PytketBackend:
    """A pytket backend, such as pytket-qiskit's ``AerBackend`` or pytket-quantinuum's ``H2-1LE``.

    It is waited for. Machines of Quantinuum are no pytket backends any more; their adapter is
    :mod:`plait.circuits.backends.nexus`.

    Args:
        backend: the backend.
        target: the device whose gates and connectivity the circuits are made for, or its name.
        optimisation_level: of the backend's compiler; 0 keeps native gates as they are.
        seeded: pass the plan's seed to the backend, as far as it takes one.
    """

    name = "pytket"
    local: Literal[True] = True
    paid = False
    samples = True

    def __init__(
        self,
        backend: Any,
        *,
        target: Device | str = "H2-1",
        optimisation_level: int = 0,
        seeded: bool = True,
    ) -> None:
        self.backend = backend
        self.target = find_device(target)
        self.optimisation_level = optimisation_level
        self.seeded = seeded

    def describe(self) -> dict[str, Any]:
        """Class and machine of the backend, and the device that circuits are made for."""
        info = self.backend.backend_info
        return {
            "backend": type(self.backend).__name__,
            "machine": None if info is None else info.device_name,
            "device": self.target.name,
            "optimisation_level": self.optimisation_level,
        }

    def programs(self, plan: Plan) -> list[Program]:
        """A program per series; of an interleaved plan one per round."""
        if plan.interleaved:
            return round_programs(plan)
        return explicit_programs(plan)

    def dry_run(self, plan: Plan, programs: Sequence[Program]) -> DryRun:
        """Circuits and their statistics, before the backend's compiler."""
        make = interleaved_dry_run if plan.interleaved else explicit_dry_run
        return make(plan, programs, self.target)

    def run(self, plan: Plan, program: Program) -> Shots:
        """Run a program.

        Raises:
            SubmissionError: the backend does not take the circuits once it has compiled them.
            JobError: the backend failed.
        """
        from pytket.circuit import Bit

        seed = program_seed(plan, program) >> 33
        if program.together:
            return self._interleaved(plan, program, seed)
        jobs = explicit_jobs(plan, program, self.target)
        circuits = [to_pytket(circuit) for _, circuit in jobs]
        results = self._results(circuits, [job.shots for job, _ in jobs], seed)
        counts = []
        for result, (_, circuit) in zip(results, jobs, strict=True):
            # The bits are named: in results they are sorted, not in the order of the circuit.
            bits = [Bit("c", j) for j in range(circuit.qubits)]
            found = result.get_counts(cbits=bits)
            counts.append({"".join(map(str, row)): int(n) for row, n in found.items()})
        return read_counts(jobs, counts)

    def _interleaved(self, plan: Plan, program: Program, seed: int) -> Shots:
        whole = whole_circuits(plan, program, self.target)
        circuits = [one.to_pytket() for one in whole]
        results = self._results(circuits, [one.rows for one in whole], seed)
        parts = [
            read_whole(one.path, one.readings, result)
            for one, result in zip(whole, results, strict=True)
        ]
        return in_drawn_order(program, parts)

    def _results(self, circuits: Sequence[Any], shots: Sequence[int], seed: int) -> list[Any]:
        compiled = self.backend.get_compiled_circuits(
            list(circuits), optimisation_level=self.optimisation_level
        )
        if not all(map(self.backend.valid_circuit, compiled)):
            raise SubmissionError(
                f"{type(self.backend).__name__} does not take the circuits that its compiler "
                f"makes at level {self.optimisation_level}; take a higher level"
            )
        options = {"seed": seed} if self.seeded else {}
        try:
            handles = self.backend.process_circuits(compiled, n_shots=list(shots), **options)
            return [self.backend.get_result(handle) for handle in handles]
        except (RuntimeError, ValueError) as error:
            raise JobError(f"{type(self.backend).__name__}: {error}") from error
