"""Our own noisy simulator, and Qiskit Aer with the same error model, as platforms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..aer import simulate_aer
from ..devices import Device
from ..ir import Circuit
from ..plan import Plan
from ..simulation import Counts, field_of_shots, simulate, simulate_shots
from .explicit import explicit_dry_run, explicit_jobs, explicit_programs, read_counts
from .interleaved import interleaved_dry_run, pieces, read_pieces, round_programs
from .protocol import DryRun, Program, Shots

__all__ = ["AerAdapter", "SimulatorAdapter", "program_seed"]


class SimulatorAdapter:
    """The simulator of :func:`plait.circuits.simulate`, with the errors of a device.

    A program is a series of one round, so that an interrupted run keeps the rounds that are done.
    Of an interleaved plan it is a whole round, whose shots are in order of time: all series of a
    shot are in the same collective field.

    Args:
        target: the device.

    Example:
        >>> from plait import device
        >>> SimulatorAdapter(device("H2-1").with_noise(0)).describe()
        {'device': 'H2-1', 'noise': '× 0'}
    """

    name = "simulator"
    local: Literal[True] = True
    paid = False
    samples = True

    def __init__(self, target: Device) -> None:
        self.target = target

    def describe(self) -> dict[str, Any]:
        """Device and noise."""
        return {"device": self.target.name, "noise": self.target.noise}

    def programs(self, plan: Plan) -> list[Program]:
        """A program per series and round; of an interleaved plan one per round."""
        if plan.interleaved:
            return round_programs(plan)
        return explicit_programs(plan, by_round=True)

    def dry_run(self, plan: Plan, programs: Sequence[Program]) -> DryRun:
        """Circuits and their statistics."""
        make = interleaved_dry_run if plan.interleaved else explicit_dry_run
        return make(plan, programs, self.target)

    def run(self, plan: Plan, program: Program) -> Shots:
        """Simulate a program; the same plan gives the same shots.

        Raises:
            ResourceError: the state does not fit in memory.
        """
        seed = program_seed(plan, program)
        if program.together:
            return self._interleaved(plan, program, seed)
        jobs = explicit_jobs(plan, program, self.target)
        circuits = [(circuit, job.shots) for job, circuit in jobs]
        return read_counts(jobs, self._simulate(circuits, seed))

    def _interleaved(self, plan: Plan, program: Program, seed: int) -> Shots:
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0,)))
        field = field_of_shots(self.target, program.rows, rng)
        found = pieces(plan, program, self.target)
        circuits = [(piece.circuit, len(piece.rows)) for piece in found]
        fields = np.concatenate([field[piece.rows] for piece in found])
        return read_pieces(program, found, self._simulate_shots(circuits, seed, fields))

    def _simulate(self, circuits: Sequence[tuple[Circuit, int]], seed: int) -> list[Counts]:
        return simulate(circuits, self.target, seed)

    def _simulate_shots(
        self, circuits: Sequence[tuple[Circuit, int]], seed: int, fields: npt.NDArray[np.float64]
    ) -> list[npt.NDArray[np.int64]]:
        return simulate_shots(circuits, self.target, seed, fields=fields)


class AerAdapter(SimulatorAdapter):
    """Qiskit Aer, with the errors of a device.

    Args:
        target: the device.
    """

    name = "aer"

    def _simulate(self, circuits: Sequence[tuple[Circuit, int]], seed: int) -> list[Counts]:
        return simulate_aer(circuits, self.target, seed)

    def _simulate_shots(
        self, circuits: Sequence[tuple[Circuit, int]], seed: int, fields: npt.NDArray[np.float64]
    ) -> list[npt.NDArray[np.int64]]:
        del fields  # Aer refuses memory noise
        # It gives counts, whose order must not be that of another series.
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1,)))
        found = self._simulate(circuits, seed)
        return [
            rng.permutation(
                np.repeat([int(bits[::-1], 2) for bits in counts], list(counts.values()))
            )
            for counts in found
        ]


def program_seed(plan: Plan, program: Program) -> int:
    """A seed of the program's own, from the plan's."""
    key = (4, *program.label.encode())
    sequence = np.random.SeedSequence(plan.seed, spawn_key=key)
    return int(sequence.generate_state(1, np.uint64)[0])
