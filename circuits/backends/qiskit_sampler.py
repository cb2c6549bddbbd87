"""Any Qiskit sampler (``BaseSamplerV2``) as a platform."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from ...knots.errors import InputError
from ..devices import Device
from ..devices import device as find_device
from ..emit import to_qiskit
from ..plan import Plan
from .errors import JobError
from .explicit import explicit_dry_run, explicit_jobs, explicit_programs, read_counts
from .protocol import DryRun, Program, Shots
from .rows import read_rows, row_blocks, row_dry_run, row_programs, row_templates
from .simulator import program_seed

__all__ = ["QiskitSampler", "Way", "bits_of", "check_options", "check_way"]

Way: TypeAlias = Literal["rows", "circuits"]
"""How each shot gets its own path: a row of parameters, or a circuit per distinct path."""


class QiskitSampler:
    """A Qiskit V2 sampler, such as ``StatevectorSampler``, Aer's, or that of a provider.

    Args:
        sampler: it runs here and now, and its results are waited for; or a function that makes
            one from a seed, for shots that can be reproduced. A sampler with a seed of its own is
            refused: it draws the same numbers for every program.
        target: the device whose gates and connectivity the circuits are made for, or its name.
        pass_manager: brings circuits into the form that the sampler takes; None to pass them as
            they are (gates ``rz``, ``r``, ``rzz`` or ``cz``).
        way: ``"rows"``: one circuit per last bit of the path, and a row of parameters with one
            shot each. ``"circuits"``: a circuit per distinct path; fewer gates, but samplers must
            take PUBs with different numbers of shots.
        batch: most shots of a program, the unit of which partial results are kept.

    Twirling takes its own number of shots per row; if the sampler twirls, set
    ``num_randomizations=1`` and ``shots_per_randomization=1``: one random twirl per row.

    Raises:
        InputError: unknown way, no sampler, or one whose seed is fixed or shared by all rows.

    Example:
        >>> from qiskit_aer.primitives import SamplerV2
        >>> QiskitSampler(lambda seed: SamplerV2(seed=seed), target="H2-1").describe()
        {'sampler': 'SamplerV2', 'device': 'H2-1', 'way': 'rows'}
    """

    name = "qiskit"
    local: Literal[True] = True
    paid = False
    samples = True

    def __init__(
        self,
        sampler: Any,
        *,
        target: Device | str = "ideal",
        pass_manager: Any = None,
        way: Way = "rows",
        batch: int = 10_000,
    ) -> None:
        check_way(way)
        self.sampler = sampler
        made = self._sampler_of(0)
        if not callable(getattr(made, "run", None)):
            raise InputError(
                f"{sampler!r}: give a Qiskit V2 sampler, or a function that makes one from a "
                f"seed, such as lambda seed: SamplerV2(seed=seed)"
            )
        if made is sampler:
            _check_seed(sampler)
        if way == "rows":
            _check_rows(made)
        self.target = find_device(target)
        self.way = way
        self._pass_manager = pass_manager
        self._batch = batch

    def describe(self) -> dict[str, Any]:
        """Class of the sampler, the device that circuits are made for, and the way."""
        return {
            "sampler": type(self._sampler_of(0)).__name__,
            "device": self.target.name,
            "way": self.way,
        }

    def programs(self, plan: Plan) -> list[Program]:
        """A program per series and batch of shots (rows), or per series (circuits)."""
        if self.way == "rows":
            return row_programs(plan, self.target, limit=self._batch)
        return explicit_programs(plan)

    def dry_run(self, plan: Plan, programs: Sequence[Program]) -> DryRun:
        """Circuits and their statistics, before the pass manager."""
        make = row_dry_run if self.way == "rows" else explicit_dry_run
        return make(plan, programs, self.target)

    def run(self, plan: Plan, program: Program) -> Shots:
        """Run a program.

        Raises:
            JobError: the sampler failed, or did not return one shot per row.
        """
        from qiskit.exceptions import QiskitError

        try:
            return self._run(plan, program)
        except QiskitError as error:
            raise JobError(f"{self.describe()['sampler']}: {error.message}") from error

    def _sampler_of(self, seed: int) -> Any:
        return self.sampler(seed) if callable(self.sampler) else self.sampler

    def _run(self, plan: Plan, program: Program) -> Shots:
        sampler = self._sampler_of(program_seed(plan, program) >> 33)
        if self.way == "rows":
            blocks = row_blocks(program, row_templates(plan, self.target))
            circuits = self._compile([block.to_qiskit() for block in blocks])
            pubs = [(c, block.values) for c, block in zip(circuits, blocks, strict=True)]
            result = sampler.run(pubs, shots=1).result()
            return read_rows(program, [bits_of(one) for one in result])
        jobs = explicit_jobs(plan, program, self.target)
        circuits = self._compile([to_qiskit(circuit) for _, circuit in jobs])
        shots = [job.shots for job, _ in jobs]
        result = sampler.run(
            [(c, None, number) for c, number in zip(circuits, shots, strict=True)]
        ).result()
        outcomes = [bits_of(one) for one in result]
        if [len(bits) for bits in outcomes] != shots:
            raise JobError(
                f"the sampler returned {[len(bits) for bits in outcomes]} shots where {shots} "
                f"were asked for"
            )
        return read_counts(jobs, map(_counts, outcomes))

    def _compile(self, circuits: list[Any]) -> list[Any]:
        return circuits if self._pass_manager is None else self._pass_manager.run(circuits)


def check_way(way: str) -> None:
    """Refuse an unknown way.

    Raises:
        InputError: it is none of :data:`Way`.
    """
    if way not in get_args(Way):
        raise InputError(f"unknown way {way!r}; choose one of: {', '.join(get_args(Way))}")


def bits_of(result: Any) -> npt.NDArray[np.bool_]:
    """The bits of the only register in a PUB's result; classical bit j in column j.

    Returns:
        Shape (…, shots, bits).

    Raises:
        JobError: there is not exactly one register.
    """
    registers = list(result.data.values())
    if len(registers) != 1:
        raise JobError(f"results with the registers {list(result.data.keys())}, not with one")
    # Qiskit's default puts the last bit first.
    bits: npt.NDArray[np.bool_] = registers[0].to_bool_array(order="little")
    return bits


def check_options(options: Any) -> None:
    """Refuse sampler options with which a row would get more than one shot.

    Args:
        options: the options of a sampler of ``qiskit-ibm-runtime``.

    Raises:
        InputError: twirling is on, with its own numbers of shots.
    """
    twirling = getattr(options, "twirling", None)
    if twirling is None or not (twirling.enable_gates or twirling.enable_measure):
        return
    if (twirling.num_randomizations, twirling.shots_per_randomization) != (1, 1):
        raise InputError(
            "twirling takes its own number of shots per row of parameters; set "
            "num_randomizations=1 and shots_per_randomization=1 (one random twirl per row)"
        )


def _check_seed(sampler: Any) -> None:
    options = getattr(sampler, "options", None)
    for seed in (getattr(sampler, "seed", None), getattr(options, "seed_simulator", None)):
        if isinstance(seed, (int, np.integer)):
            raise InputError(
                f"{type(sampler).__name__} has the fixed seed {seed}, with which it draws the "
                f"same numbers in every call; leave it out, or give a function that makes the "
                f"sampler, such as lambda seed: SamplerV2(seed=seed)"
            )


def _check_rows(sampler: Any) -> None:
    from qiskit.primitives import StatevectorSampler

    if isinstance(sampler, StatevectorSampler) and isinstance(sampler.seed, (int, np.integer)):
        raise InputError(
            f"StatevectorSampler(seed={sampler.seed}) draws the same number for every row of "
            f"parameters; make it with seed=numpy.random.default_rng({sampler.seed})"
        )


def _counts(bits: Iterable[npt.NDArray[np.bool_]]) -> dict[str, int]:
    rows, numbers = np.unique(np.asarray(bits, dtype=np.uint8), axis=0, return_counts=True)
    return {
        "".join(map(str, row)): int(number)
        for row, number in zip(rows.tolist(), numbers, strict=True)
    }
