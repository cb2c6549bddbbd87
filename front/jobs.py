"""Submitting a plan to a platform, and what comes back: tickets and records in a folder.

The folder holds the ticket and the shots (see :mod:`plait.circuits.backends.ticket`), and as
``record.json`` the result from the shots that are there, like that of a run.
"""

from __future__ import annotations

import json
import math
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from .circuits.backends.entries import State
from .circuits.backends.protocol import DryRun
from .circuits.backends.runner import Runner
from .circuits.backends.ticket import Record, Ticket
from .circuits.compile import CircuitKind
from .circuits.devices import Device
from .circuits.devices import device as find_device
from .circuits.forms import cheapest_form
from .circuits.plan import SERIES, Plan
from .knots.conventions import check_closure
from .knots.errors import InputError, RecordError
from .knots.files import write_json
from .knots.inputs import BraidLike, braid_to_close
from .knots.interrupts import interruptible
from .mitigation.estimate import JonesEstimate
from .mitigation.methods import Estimator, estimator
from .pipeline import DEFAULT_MITIGATION, Experiment, Progress, make_plan, summarise
from .platforms import calls_vendor, connect, default_device, noise_free
from .record import RunRecord
from .runs import conclude
from .store import make_header, parse_header

__all__ = ["Job", "Submission", "cancel", "collect", "job_status", "prepare", "submit"]

_SIMULATED = ("simulator", "aer")


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What is to be measured, and where; :func:`prepare` makes it.

    Attributes:
        name: what records call the link.
        backend: the platform, see :mod:`plait.platforms`.
        plan: the experiment.
        target: the device that circuits are made for.
        mitigation: the methods.
    """

    name: str
    backend: str
    plan: Plan
    target: Device
    mitigation: Estimator

    def dry_run(self) -> DryRun:
        """What it would be on the platform, without network, account and cost.

        Example:
            >>> prepare("8_19", backend="simulator", shots=100, seed=1).dry_run().qubits
            2
        """
        adapter = connect(self.backend, self.target, online=False)
        return adapter.dry_run(self.plan, adapter.programs(self.plan))


@dataclass(frozen=True, kw_only=True)
class Job:
    """A submitted plan in a folder.

    Attributes:
        submission: what was submitted.
        ticket: where it stands.
        record: the result from the shots that are here; None while a series that it needs has
            none, or not all of them where its jobs are no samples.
    """

    submission: Submission
    ticket: Ticket
    record: RunRecord | None = None

    @property
    def status(self) -> State:
        """Where it stands as a whole."""
        return self.ticket.status

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return {
            "name": self.submission.name,
            "backend": self.submission.backend,
            "folder": str(self.ticket.folder),
            "status": self.status,
            "ticket": self.ticket.id,
            "created": self.ticket.created,
            "max_cost": self.ticket.max_cost,
            "shots": self.submission.plan.shots,
            "measures": self.ticket.measures,
            "programs": [
                {
                    "label": entry.label,
                    "shots": entry.program.shots,
                    "state": entry.state,
                    "job_id": entry.job_id,
                    "past": entry.past,
                    "key": self.ticket.key(entry),
                    "message": entry.message,
                }
                for entry in self.ticket.entries
            ],
        }


@interruptible()
def prepare(
    x: BraidLike,
    *,
    backend: str,
    closure: str = "markov",
    shots: int = 2000,
    device: str | Path | Device | None = None,
    noise: float | str | Device | None = None,
    mitigation: str | Iterable[str] | None = DEFAULT_MITIGATION,
    circuit: str = "echo",
    seed: int | None = None,
    strands: int | None = None,
    name: str | None = None,
    folder: str | Path | None = None,
) -> Submission:
    """The plan of an experiment on a platform; nothing runs yet.

    Args:
        x: anything that :func:`plait.braid` takes.
        backend: the platform, such as ``"nexus:H2-1E"``; see :mod:`plait.platforms`.
        closure: see :func:`plait.estimate`.
        shots: see :func:`plait.estimate`.
        device: the device that circuits are made for; by default the platform's own.
        noise: of simulators, see :func:`plait.estimate`; ``0`` for ``ibm-local`` too, and always
            for ``pytket``, which has none.
        mitigation: see :func:`plait.estimate`.
        circuit: see :func:`plait.estimate`.
        seed: see :func:`plait.estimate`.
        strands: see :func:`plait.estimate`.
        name: what records call the link; by default ``x`` itself where it is text.
        folder: where it will be submitted; if no seed is given, that of a submission in it is
            taken over.

    Raises:
        InputError: bad input; the message says what is allowed.
        ResourceError: a simulation that takes longer than a day.
    """
    b = braid_to_close(x, closure, strands=strands)
    methods = _one_experiment(estimator(mitigation))
    if seed is None and folder is not None and (Path(folder) / "ticket.json").exists():
        seed = Ticket.load(folder).plan.seed
    target = default_device(backend) if device is None else find_device(device)
    target = target.with_noise(0 if noise is None and noise_free(backend) else noise)
    kind = check_closure(closure, b.strands)
    if backend in _SIMULATED:
        plan = make_plan(
            b, target, closure=kind, shots=shots, circuit=circuit, mitigation=methods, seed=seed
        )
    else:
        # Those of a reference come with it.
        series = tuple(s for s in methods.series if s in SERIES)
        plan = Plan(
            braid=b,
            closure=kind,
            kind=cast(CircuitKind, circuit),
            series=series,
            shots=shots,
            # Machines take the shots of a series as one.
            round_shots=max(shots, len(series)),
            seed=secrets.randbits(32) if seed is None else seed,
            form=cheapest_form(b, kind, target) if circuit == "echo" else b,
        )
    (plan,) = methods.construct(plan, target)
    if name is None:
        name = x if isinstance(x, str) else str(b)
    return Submission(name=name, backend=backend, plan=plan, target=target, mitigation=methods)


@interruptible()
def submit(
    submission: Submission,
    folder: str | Path,
    *,
    max_cost: float | None = None,
    retry_failed: bool = False,
    progress: Progress | None = None,
) -> Job:
    """Submit a plan, or go on with a submission that was interrupted.

    Simulators and other local platforms run it here.

    Args:
        submission: from :func:`prepare`.
        folder: for the ticket, the shots and the record.
        max_cost: the most that it may cost over its life, in the unit of the dry run; must be
            given where jobs cost money, and again with ``retry_failed``.
        retry_failed: start those programs again that failed or were cancelled; what they were
            allowed before counts as spent.
        progress: called with (shots that are here, shots in total).

    Raises:
        SubmissionError: the platform cannot run the plan, or it may cost too much.
        RecordError: the folder holds another submission.
        NetworkError: the network was away for longer than the retries; repeat the call.
        AuthenticationError: log in with the vendor's tool, and repeat the call.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     submission = prepare("3_1", backend="simulator", device="ideal", shots=400, seed=1)
        ...     job = submit(submission, folder)
        ...     record = collect(folder).record
        >>> job.status, record.check.covered
        ('done', True)
    """
    folder, note = Path(folder), _note(submission)
    if (folder / "ticket.json").exists():
        _check_note(Ticket.load(folder), note)
    else:
        _check_folder(folder)
        if calls_vendor(submission.backend):
            offline = connect(submission.backend, submission.target, online=False)
            Runner(offline, folder).check_cost(submission.plan, max_cost)
    runner = Runner(connect(submission.backend, submission.target), folder, progress=progress)
    ticket = runner.submit(
        submission.plan, max_cost=max_cost, retry_failed=retry_failed, note=note
    )
    return Job(submission=submission, ticket=ticket)


def job_status(folder: str | Path) -> Job:
    """Ask the platform where a submission stands.

    Raises:
        RecordError: the folder holds no submission.
        NetworkError: the network was away for longer than the retries; repeat the call.
        AuthenticationError: log in with the vendor's tool, and repeat the call.
    """
    job = _load(folder)
    if any(not entry.ended for entry in job.ticket.entries):
        _runner(job).status(job.ticket)
    return job


@interruptible()
def collect(
    folder: str | Path,
    *,
    wait: bool = False,
    timeout: float | None = None,
    trust_device: bool = False,
    progress: Progress | None = None,
) -> Job:
    """Fetch the shots that are there, and conclude from them.

    Args:
        folder: of the submission.
        wait: until all programs have ended.
        timeout: seconds after which waiting ends.
        trust_device: take the strings that a machine says it drew even if they differ from those
            that the host computes, see ``"unread"`` jobs.
        progress: called with (shots that are here, shots in total).

    Returns:
        The job, whose record is None while a series that the mitigation needs is lacking, and
        where nothing is measured.

    Raises:
        RecordError: the folder holds no submission, or is damaged.
        NetworkError: the network was away for longer than the retries; repeat the call.
        AuthenticationError: log in with the vendor's tool, and repeat the call.
    """
    start = time.perf_counter()
    job = _load(folder)
    if any(not entry.ended for entry in job.ticket.entries):
        runner = _runner(job, progress, trust_device=trust_device)
        runner.collect(job.ticket, wait=wait, timeout=timeout)
    shots = Record.load(folder)
    submission = job.submission
    if not set(submission.mitigation.series) <= shots.series:
        return job
    estimate = summarise(
        Experiment(submission.plan, submission.mitigation),
        shots.rounds,
        submission.target,
        submission.mitigation,
        time.perf_counter() - start,
    )
    plan, target = submission.plan, submission.target
    circuits = len(plan.series) if plan.interleaved else 1
    record = conclude(
        submission.name,
        plan,
        target,
        _as_run(estimate, job.ticket.dry_run, target, circuits),
        Path(folder),
        job.ticket.versions,
    )
    record = replace(record, backend=submission.backend)
    write_json(Path(folder) / "record.json", record.to_json())
    return replace(job, record=record)


def _one_experiment(mitigation: Estimator) -> Estimator:
    """Refuse methods that need several plans."""
    if mitigation.experiments > 1:
        raise InputError(
            f"mitigation {','.join(mitigation.names)} needs several experiments, which plait run "
            f"does and plait submit does not; choose other methods"
        )
    return mitigation


def cancel(folder: str | Path) -> Job:
    """Cancel what has not ended; shots that are here stay.

    Raises:
        RecordError: the folder holds no submission.
        NetworkError: the network was away for longer than the retries; repeat the call.
        AuthenticationError: log in with the vendor's tool, and repeat the call.
    """
    job = _load(folder)
    if any(not entry.ended for entry in job.ticket.entries):
        _runner(job).cancel(job.ticket)
    return job


def _note(submission: Submission) -> dict[str, Any]:
    header = make_header(
        submission.name, submission.plan, submission.target, submission.mitigation.names
    )
    # The ticket has its own.
    del header["plan"], header["versions"]
    return header | {"backend": submission.backend}


def _check_folder(folder: Path) -> None:
    for name in ("plan.json", "shots.jsonl", "record.json"):
        if (folder / name).exists():
            raise RecordError(
                f"{folder} holds a run (there is {name} in it), which a submission would "
                f"overwrite; choose another folder"
            )


def _check_note(ticket: Ticket, note: dict[str, Any]) -> None:
    for key in ("backend", "device", "mitigation"):
        if ticket.note.get(key) != json.loads(json.dumps(note[key])):
            raise RecordError(
                f"{ticket.folder} holds a submission with another {key}; choose another folder, "
                f"or repeat its command to go on with it"
            )


def _load(folder: str | Path) -> Job:
    ticket = Ticket.load(folder)
    header = ticket.note | {"plan": ticket.plan.to_json()}
    name, plan, target, methods = parse_header(header, ticket.folder / "ticket.json")
    submission = Submission(
        name=name,
        backend=str(ticket.note.get("backend")),
        plan=plan,
        target=target,
        mitigation=methods,
    )
    return Job(submission=submission, ticket=ticket)


def _runner(job: Job, progress: Progress | None = None, *, trust_device: bool = False) -> Runner:
    submission = job.submission
    # A vendor that has nothing of it need not be reached.
    online = any(e.state != "planned" and not e.ended for e in job.ticket.entries)
    adapter = connect(
        submission.backend, submission.target, online=online, trust_device=trust_device
    )
    return Runner(adapter, job.ticket.folder, progress=progress)


def _as_run(
    estimate: JonesEstimate, dry_run: DryRun, target: Device, circuits: int = 1
) -> JonesEstimate:
    """The statistics of what ran: templates have more gates than circuits for one path."""
    explicit = estimate.statistics
    # Shots of interleaved plans have the circuits of all series.
    gates, depth = dry_run.two_qubit_gates / circuits, dry_run.two_qubit_depth / circuits
    more = gates - explicit.two_qubit_gates
    if abs(more) < 1e-9:
        return estimate
    right_angle = 1 - target.errors.zz(math.pi / 2)
    statistics = replace(
        explicit,
        qubits=dry_run.qubits,
        two_qubit_gates=gates,
        two_qubit_depth=depth,
        expected_fidelity=min(1.0, explicit.expected_fidelity * right_angle**more),
    )
    return replace(estimate, statistics=statistics)
