"""``run``: the whole job, with a record on disk whose shots are written as they come."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from pathlib import Path

from .circuits.devices import Device
from .circuits.devices import device as find_device
from .circuits.plan import Plan
from .knots.errors import PlaitError, RecordError
from .knots.inputs import BraidLike, braid_to_close
from .knots.interrupts import interruptible
from .knots.values import JonesValue
from .knots.versions import installed
from .mitigation.estimate import JonesEstimate
from .mitigation.methods import estimator
from .pipeline import (
    DEFAULT_MITIGATION,
    Experiment,
    Progress,
    execute,
    make_plan,
    summarise,
)
from .record import RunRecord, versions
from .store import Store, make_header, parse_header, read_json
from .tensornet.evaluate import jones
from .verify.crosscheck import CircuitCheck, check_circuits, cross_check

__all__ = ["load_run", "run"]


@interruptible()
def run(
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
    out: str | Path | None = None,
    name: str | None = None,
    progress: Progress | None = None,
) -> RunRecord:
    """The whole job: estimate, exact value and their comparison, with a record on disk.

    Takes the arguments of :func:`plait.estimate`, and

    Args:
        x: anything that :func:`plait.braid` takes.
        closure: see :func:`plait.estimate`.
        shots: see :func:`plait.estimate`.
        device: see :func:`plait.estimate`.
        noise: see :func:`plait.estimate`.
        mitigation: see :func:`plait.estimate`.
        circuit: see :func:`plait.estimate`.
        seed: see :func:`plait.estimate`.
        strands: see :func:`plait.estimate`.
        out: folder for the record. If it holds an unfinished run of the same experiment, that run
            goes on where it stopped (its seed is taken over if none is given). None writes
            nothing.
        name: what the record calls the link; by default ``x`` itself where it is text.
        progress: called with (shots done, shots in total).

    Raises:
        InputError: bad input; the message says what is allowed.
        RecordError: the folder holds another experiment, or cannot be written.

    Example:
        >>> run("3_1", shots=400, device="ideal", seed=1).check.covered
        True
    """
    start = time.perf_counter()
    methods = estimator(mitigation)
    target = find_device(device).with_noise(noise)
    folder = None if out is None else Path(out)
    if seed is None and folder is not None:
        seed = _seed_of(folder)
    b = braid_to_close(x, closure, strands=strands)
    plan = make_plan(
        b,
        target,
        closure=closure,
        shots=shots,
        circuit=circuit,
        mitigation=methods,
        seed=seed,
    )
    experiment = Experiment(plan, methods)
    plan = experiment.plan
    if name is None:
        name = x if isinstance(x, str) else str(b)
    store = None if folder is None else Store(folder)
    recorded = versions()
    if store is None:
        rounds = execute(experiment, target, progress=progress)
    else:
        recorded = store.begin(make_header(name, plan, target, methods.names))
        rounds = store.rounds(experiment, repair=True)
        done = len(rounds)
        if progress is not None and done:
            progress(experiment.shots_until(done), experiment.shots)
        rounds += execute(experiment, target, done=done, store=store.append, progress=progress)
    estimate = summarise(experiment, rounds, target, methods, time.perf_counter() - start)
    record = conclude(name, plan, target, estimate, folder, recorded)
    if store is not None:
        store.finish(record)
    return record


@interruptible()
def load_run(folder: str | Path) -> RunRecord:
    """The record of a run; of an unfinished one, the estimate from the shots measured so far.

    Raises:
        RecordError: the folder does not hold a run, or no round has finished.
    """
    path = Path(folder)
    record = path / "record.json"
    if record.exists():
        return _read_record(record)
    if (path / "ticket.json").exists():
        raise RecordError(
            f"{path} holds a submission that is not collected yet; run: plait collect {path}"
        )
    header = read_json(path / "plan.json")
    name, plan, target, methods = parse_header(header, path / "plan.json")
    experiment = Experiment(plan, methods)
    rounds = Store(path).rounds(experiment)
    if len(rounds) < len(experiment.plans):
        raise RecordError(
            f"{path}: this run was stopped before its first round of shots was finished; "
            f"repeat the command with --out {path} to go on"
        )
    estimate = summarise(experiment, rounds, target, methods, 0.0)
    return conclude(name, plan, target, estimate, path, dict(header["versions"]))


def conclude(
    name: str,
    plan: Plan,
    target: Device,
    estimate: JonesEstimate,
    folder: Path | None,
    recorded: dict[str, str],
) -> RunRecord:
    """The record of an estimate; what cannot be compared becomes a remark, not a failure."""
    remarks = []
    exact: JonesValue | None = None
    try:
        exact = jones(plan.braid, closure=plan.closure)
    except PlaitError as error:
        remarks.append(f"no exact value: {error}")
    circuits = _check_circuits(plan, target) if plan.kind == "echo" else None
    if circuits is None:
        remarks.append(
            "the circuits were not compared with the representation: "
            + ("it is too large" if plan.kind == "echo" else "only echo circuits are")
        )
    now = installed(package for package in recorded if package != "python")
    changed = [f"{p} {v}" for p, v in recorded.items() if now[p] != v]
    if changed:
        remarks.append(f"begun with other versions: {', '.join(changed)}")
    return RunRecord(
        name=name,
        estimate=estimate,
        exact=exact,
        check=cross_check(estimate, exact) if exact else None,
        circuit_check=circuits,
        planned_shots=plan.shots,
        versions=recorded,
        remarks=tuple(remarks),
        folder=folder,
    )


def _read_record(path: Path) -> RunRecord:
    data = read_json(path)
    try:
        return RunRecord.from_json(data, path.parent)
    except RecordError as error:
        raise RecordError(
            f"{path}: {error}; the shots are in other files, so delete it and repeat the command "
            f"that wrote it (plait run or plait collect)"
        ) from error


def _check_circuits(plan: Plan, target: Device) -> CircuitCheck | None:
    """Compare circuits of the braid and, where it is measured, of its mirror image."""
    mirrored = any(series.startswith("conjugate") for series in plan.series)
    checks = [
        check_circuits(b, plan.closure, seed=plan.seed, target=target)
        for b in (plan.form, plan.form.mirror())[: 1 + mirrored]
    ]
    known = [check for check in checks if check is not None]
    if len(known) < len(checks):
        return None
    errors = [check.error for check in known]
    return CircuitCheck(
        paths=sum(check.paths for check in known),
        error=max(errors, key=lambda e: (math.isnan(e), e)),
    )


def _seed_of(folder: Path) -> int | None:
    path = folder / "plan.json"
    if not path.exists() or (folder / "record.json").exists():
        return None
    seed = read_json(path).get("plan", {}).get("seed")
    return seed if isinstance(seed, int) else None
