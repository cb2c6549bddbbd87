"""Our own noisy simulator, and Qiskit Aer with the same error model, as platforms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from ..aer import simulate_aer
from ..devices import Device
from ..ir import Circuit
from ..plan import Plan
from ..simulation import Counts, simulate
from .explicit import explicit_dry_run, explicit_jobs, explicit_programs, read_counts
from .protocol import DryRun, Program, Shots

__all__ = ["AerAdapter", "SimulatorAdapter", "program_seed"]


class SimulatorAdapter:
    """The simulator of :func:`plait.circuits.simulate`, with the errors of a device.

    A program is a series of one round, so that an interrupted run keeps the rounds that are done.

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
        """A program per series and round."""
        return explicit_programs(plan, by_round=True)

    def dry_run(self, plan: Plan, programs: Sequence[Program]) -> DryRun:
        """Circuits and their statistics."""
        return explicit_dry_run(plan, programs, self.target)

    def run(self, plan: Plan, program: Program) -> Shots:
        """Simulate a program; the same plan gives the same shots.

        Raises:
            ResourceError: the state does not fit in memory.
        """
        jobs = explicit_jobs(plan, program, self.target)
        circuits = [(circuit, job.shots) for job, circuit in jobs]
        return read_counts(jobs, self._simulate(circuits, program_seed(plan, program)))

    def _simulate(self, circuits: Sequence[tuple[Circuit, int]], seed: int) -> list[Counts]:
        return simulate(circuits, self.target, seed)


class AerAdapter(SimulatorAdapter):
    """Qiskit Aer, with the errors of a device.

    Args:
        target: the device.
    """

    name = "aer"

    def _simulate(self, circuits: Sequence[tuple[Circuit, int]], seed: int) -> list[Counts]:
        return simulate_aer(circuits, self.target, seed)


def program_seed(plan: Plan, program: Program) -> int:
    """A seed of the program's own, from the plan's."""
    key = (4, *program.label.encode())
    sequence = np.random.SeedSequence(plan.seed, spawn_key=key)
    return int(sequence.generate_state(1, np.uint64)[0])
