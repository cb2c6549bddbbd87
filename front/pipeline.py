"""The pipeline: braid → plan → circuits → noisy simulation → mitigation → estimate."""

from __future__ import annotations

import math
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias, cast

from .circuits.compile import CircuitKind, CircuitStatistics
from .circuits.devices import Device
from .circuits.devices import device as find_device
from .circuits.forms import cheapest_form
from .circuits.plan import SERIES, Job, Plan
from .circuits.simulation import Counts, predicted_seconds, run_round
from .knots.braids import Braid
from .knots.conventions import check_closure
from .knots.errors import ResourceError
from .knots.inputs import BraidLike, braid_to_close
from .knots.interrupts import interruptible
from .mitigation.estimate import JonesEstimate, estimate_from_observations
from .mitigation.methods import Estimator, estimator
from .mitigation.observations import observations_of_results

__all__ = [
    "DEFAULT_MITIGATION",
    "Experiment",
    "Progress",
    "Results",
    "estimate",
    "execute",
    "make_plan",
    "summarise",
]

DEFAULT_MITIGATION = "detection,conjugate"

Results: TypeAlias = list[tuple[Job, Counts]]
Progress: TypeAlias = Callable[[int, int], None]
"""Called after every round with the shots done and the shots in total."""

_ROUNDS = 10
_ROUND_SECONDS = 2.0
_MAX_SECONDS = 24 * 3600.0


class Experiment:
    """The plans that an estimate needs, as one sequence of rounds.

    Args:
        plan: of the braid.
        mitigation: the methods, which decide what runs for that.
        target: the device that circuits are made for; not needed for a plan of :func:`make_plan`.

    Attributes:
        plan: the plan that describes it.
        plans: those that run, in turns, so that all have their share when it stops early.

    Example:
        >>> plan = Plan(braid=Braid("1 1 1"), closure="markov", kind="echo",
        ...             series=("real", "imag"), shots=100, round_shots=50, seed=1)
        >>> Experiment(plan, estimator(None)).rounds
        2
    """

    def __init__(self, plan: Plan, mitigation: Estimator, target: Device | None = None) -> None:
        self.plans = mitigation.construct(plan, target)
        self.plan = self.plans[0] if len(self.plans) == 1 else plan

    @property
    def rounds(self) -> int:
        """Rounds of all plans."""
        return sum(plan.rounds for plan in self.plans)

    @property
    def shots(self) -> int:
        """Executions of circuits of all plans."""
        return sum(plan.shots for plan in self.plans)

    def round(self, number: int) -> tuple[Plan, int]:
        """The plan whose turn it is, and the number of its round."""
        return self.plans[number % len(self.plans)], number // len(self.plans)

    def jobs(self, number: int) -> list[Job]:
        """The circuits of a round."""
        plan, own = self.round(number)
        return plan.jobs(own)

    def shots_until(self, number: int) -> int:
        """Executions of the rounds before this one."""
        done = [len(range(k, number, len(self.plans))) for k in range(len(self.plans))]
        return sum(min(p.shots, n * p.round_shots) for p, n in zip(self.plans, done, strict=True))


@interruptible()
def make_plan(
    b: Braid,
    target: Device,
    *,
    closure: str,
    shots: int,
    circuit: str,
    mitigation: Estimator,
    seed: int | None,
) -> Plan:
    """The plan of an experiment; a missing seed is drawn, so that it can be recorded.

    Raises:
        InputError: bad input, or circuits that do not fit the device.
        ResourceError: the simulation would take longer than a day.
    """
    kind = check_closure(closure, b.strands)
    echo = circuit == "echo"
    least = len(mitigation.series)
    draft = Plan(
        braid=b,
        closure=kind,
        kind=cast(CircuitKind, circuit),
        # Those of a reference come with it.
        series=tuple(s for s in mitigation.series if s in SERIES),
        shots=shots,
        round_shots=least,
        seed=secrets.randbits(32) if seed is None else seed,
        form=cheapest_form(b, kind, target) if echo else b,
    )
    experiment = Experiment(draft, mitigation, target)
    seconds = sum(predicted_seconds(plan, target) for plan in experiment.plans)
    if seconds > _MAX_SECONDS:
        raise ResourceError(
            f"simulating {shots} shots of a braid on {b.strands} strands with {len(b)} crossings "
            f"takes about {seconds / 3600:.2g} hours, and {_MAX_SECONDS / 3600:.0f} are allowed; "
            f"take fewer shots or a braid on fewer strands"
        )
    rounds = max(_ROUNDS, math.ceil(seconds / _ROUND_SECONDS))
    for plan in experiment.plans:
        plan.circuit(plan.jobs(0)[0], target)  # whatever does not fit is refused here
    plan = experiment.plan
    return replace(plan, round_shots=max(least, -(-plan.shots // rounds)))


@interruptible()
def execute(
    experiment: Experiment,
    target: Device,
    *,
    done: int = 0,
    store: Callable[[int, Results], None] | None = None,
    progress: Progress | None = None,
) -> list[Results]:
    """Simulate the rounds of an experiment from number ``done`` on.

    Args:
        experiment: the experiment.
        target: the device.
        done: rounds to leave out because their results are already known.
        store: called with (round, results) as soon as a round has finished.
        progress: called after every round.

    Returns:
        The results of each round that ran here.
    """
    rounds: list[Results] = []
    for number in range(done, experiment.rounds):
        plan, own = experiment.round(number)
        fresh = run_round(plan, own, target)
        if store is not None:
            store(number, fresh)
        rounds.append(fresh)
        if progress is not None:
            progress(experiment.shots_until(number + 1), experiment.shots)
    return rounds


@interruptible()
def summarise(
    experiment: Experiment,
    rounds: Sequence[Results],
    target: Device,
    mitigation: Estimator,
    seconds: float,
) -> JonesEstimate:
    """The estimate from the results of an experiment, complete or not."""
    shots: list[Counter[Job]] = [Counter() for _ in experiment.plans]
    for number, results in enumerate(rounds):
        for job, _ in results:
            shots[number % len(shots)][job._replace(shots=0)] += job.shots
    circuits = (
        (plan.circuit(job, target), count)
        for plan, own in zip(experiment.plans, shots, strict=True)
        for job, count in own.items()
    )
    statistics = CircuitStatistics.of(circuits, target)
    corrected = target if "readout" in mitigation.names else None
    observations = [
        observations_of_results(plan, rounds[k :: len(experiment.plans)], target=corrected)
        for k, plan in enumerate(experiment.plans)
    ]
    return estimate_from_observations(
        observations,
        experiment.plan,
        mitigation=mitigation,
        target=target,
        statistics=statistics,
        seconds=seconds,
    )


@interruptible()
def estimate(
    x: BraidLike,
    *,
    closure: str = "markov",
    shots: int = 2000,
    device: str | Path | Device = "H2-1",
    noise: float | str | Device | None = None,
    mitigation: str | Iterable[str] | None = DEFAULT_MITIGATION,
    circuit: str = "echo",
    seed: int | None = None,
    strands: int | None = None,
    progress: Progress | None = None,
) -> JonesEstimate:
    """Estimate V(t) at t = exp(2πi/5) by the quantum algorithm on a noisy simulator.

    Args:
        x: anything that :func:`plait.braid` takes.
        closure: ``"markov"`` (every shot draws its own path from the trace) or ``"plat"``.
        shots: executions of circuits in total, split evenly between the series that the
            mitigation needs (real and imaginary part, of the braid and of its mirror image).
        device: name of a device (see :func:`plait.device_names`), a TOML file, or a Device.
        noise: None for the device's own error rates, a factor on them (0 for none), or the
            device whose rates to use.
        mitigation: methods, as a list or as text with commas; None for none.
        circuit: ``"echo"`` or ``"hadamard"``.
        seed: makes the estimate reproducible; by default one is drawn and recorded.
        strands: number of strands, where it is more than the word uses.
        progress: called with (shots done, shots in total).

    Returns:
        The estimate, with 95 % intervals for its real and imaginary part.

    Raises:
        InputError: bad input; the message says what is allowed.
        ResourceError: the simulation does not fit in memory or takes longer than a day.

    Example:
        >>> e = estimate("3_1", shots=400, device="ideal", seed=1)
        >>> e.shots, e.kept, e.qubits
        (400, 400, 1)

    Source: arXiv:2503.05625.
    """
    start = time.perf_counter()
    methods = estimator(mitigation)
    target = find_device(device).with_noise(noise)
    plan = make_plan(
        braid_to_close(x, closure, strands=strands),
        target,
        closure=closure,
        shots=shots,
        circuit=circuit,
        mitigation=methods,
        seed=seed,
    )
    experiment = Experiment(plan, methods)
    rounds = execute(experiment, target, progress=progress)
    return summarise(experiment, rounds, target, methods, time.perf_counter() - start)
