"""One instance of a benchmark from its seed to its record, in whatever process."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TypeAlias

from .benchmark_plan import BenchmarkPlan, Task
from .circuits.backends.errors import AuthenticationError, NetworkError
from .circuits.backends.ticket import Record
from .circuits.outcomes import read_outcome
from .circuits.plan import Plan
from .jobs import Submission, collect, prepare, submit
from .knots.errors import MissingExtraError, PlaitError, RecordError
from .knots.files import CannotWriteError, FolderBusyError
from .knots.instances import Instance
from .mitigation.estimate import JonesEstimate, jones_factor
from .mitigation.methods import estimator
from .pipeline import Experiment, Results, execute, make_plan, summarise
from .record import versions
from .store import Store, make_header
from .verify.benchmark_record import BenchmarkRecord, Measurement, Reading
from .verify.instances import with_value

__all__ = ["prepare_task", "run_task"]

# Whoever runs the benchmark must do something about these; the instance cannot help it.
_STOP = (
    AuthenticationError, CannotWriteError, FolderBusyError, MissingExtraError, NetworkError,
)  # fmt: skip
_Measured: TypeAlias = tuple[Plan, JonesEstimate, Results]


def run_task(
    plan: BenchmarkPlan,
    task: Task,
    folder: Path,
    *,
    max_cost: float | None = None,
    wait: bool = False,
    retry_failed: bool = False,
) -> BenchmarkRecord | None:
    """Generate an instance, run it, and compare.

    Args:
        plan: the benchmark.
        task: the instance.
        folder: for its shots, so that one that was stopped goes on.
        max_cost: what its jobs may cost, where they cost money.
        wait: until a remote machine has ended.
        retry_failed: start its failed jobs again.

    Returns:
        The record, of a failure too; None while a remote machine has not ended.

    Raises:
        NetworkError: repeat it.
        AuthenticationError: log in and repeat it.
        MissingExtraError: install what is missing and repeat it.
        CannotWriteError: the folder cannot be written.
        FolderBusyError: another process works on it.
    """
    start = time.perf_counter()
    instance: Instance | None = None
    measurement: Measurement | None = None
    error = ""
    try:
        instance = plan.instance(task)
        if instance.exact is None:
            instance = with_value(instance)
        if instance.value is None:
            raise PlaitError("its exact value is beyond 1.8e308")
        try:
            if plan.backend == "simulator":
                measured: _Measured | None = _simulated(plan, task, instance, folder)
            else:
                submission = prepare_task(plan, task, instance)
                submit(submission, folder, max_cost=max_cost, retry_failed=retry_failed)
                measured = _collected(submission, folder, wait=wait)
        except _STOP:
            raise
        except RecordError as damage:
            raise PlaitError(
                f"{damage}; or delete {folder}, and repeat the command with --retry-failed"
            ) from damage
        if measured is None:
            return None
        measurement = _measurement(instance, *measured)
    except _STOP:
        raise
    except (PlaitError, MemoryError) as reason:
        error = " ".join(str(reason).split()) or "out of memory"
    return BenchmarkRecord(
        number=task.number,
        size=task.size,
        seed=task.seed,
        instance=instance,
        measurement=measurement,
        error=error,
        seconds=time.perf_counter() - start,
        versions=versions(),
    )


def prepare_task(plan: BenchmarkPlan, task: Task, instance: Instance) -> Submission:
    """What is submitted of an instance; nothing runs yet."""
    return prepare(
        instance.braid,
        backend=plan.backend,
        closure=instance.closure,
        shots=plan.shots,
        device=plan.device,
        mitigation=plan.mitigation,
        circuit=plan.circuit,
        seed=task.seed,
        name=instance.id,
    )


def _simulated(plan: BenchmarkPlan, task: Task, instance: Instance, folder: Path) -> _Measured:
    target, methods = plan.device, estimator(plan.mitigation)
    draft = make_plan(
        instance.braid,
        target,
        closure=instance.closure,
        shots=plan.shots,
        circuit=plan.circuit,
        mitigation=methods,
        seed=task.seed,
    )
    experiment = Experiment(draft, methods)
    store = Store(folder)
    store.begin(make_header(instance.id, experiment.plan, target, methods.names))
    rounds = store.rounds(experiment, repair=True)
    rounds += execute(experiment, target, done=len(rounds), store=store.append)
    estimate = summarise(experiment, rounds, target, methods, 0.0)
    # Of several plans the first has the noise as it is.
    own = rounds[:: len(experiment.plans)]
    return experiment.plans[0], estimate, [result for results in own for result in results]


def _collected(submission: Submission, folder: Path, *, wait: bool) -> _Measured | None:
    job = collect(folder, wait=wait)
    if any(not entry.ended for entry in job.ticket.entries):
        return None
    if job.record is None or not job.record.complete:
        reasons = [entry.message for entry in job.ticket.entries if entry.message]
        raise PlaitError("; ".join(dict.fromkeys(reasons)) or f"its jobs are {job.status}")
    return submission.plan, job.record.estimate, Record.load(folder).results


def _measurement(
    instance: Instance, plan: Plan, estimate: JonesEstimate, results: Results
) -> Measurement:
    factor = jones_factor(instance.braid, instance.closure)
    shots, kept, survived = _counts(plan, results)
    exact = complex(instance.value or 0.0)
    return Measurement(
        raw=Reading(
            value=estimate.raw_value,
            interval=estimate.raw_interval,
            z=estimate.raw_value / factor,
        ),
        mitigated=Reading(
            value=estimate.value, interval=estimate.interval, z=estimate.value / factor
        ),
        exact_z=exact / factor,
        qubits=estimate.qubits,
        crossings_run=len(plan.form),
        two_qubit_gates=estimate.statistics.two_qubit_gates,
        two_qubit_depth=estimate.statistics.two_qubit_depth,
        shots=shots,
        kept=kept,
        survived=survived,
        notes=estimate.notes,
    )


def _counts(plan: Plan, results: Results) -> tuple[int, int, int]:
    """Shots of the braid and its mirror image; those kept, and those whose value is not 0."""
    shots = kept = survived = 0
    for job, counts in results:
        if job.series.startswith("reference"):
            continue
        for bits, count in counts.items():
            outcome = read_outcome(plan.kind, job.path, bits)
            shots += count
            kept += count * outcome.kept
            survived += count * (outcome.value != 0)
    return shots, kept, survived
