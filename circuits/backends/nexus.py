"""Quantinuum machines through Quantinuum Nexus and its client qnexus.

The name of a job is its key, so that a job whose id was lost is found again. Logging in is left to
the vendor's tool (``qnx login``); no token is read, stored or logged here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, Literal, get_args

from ...knots.errors import InputError
from ..plan import Plan
from .errors import JobError, SubmissionError
from .h2_programs import Item, Way, dry_run, h2_items, h2_programs, read_results
from .nexus_client import qnexus, vendor_errors
from .protocol import DryRun, Program, Shots, Status

__all__ = ["NexusAdapter"]

_NAMES: Final = re.compile(r"H2-\d+(E|SC)?")
_STATUS: Final[dict[str, Status]] = {
    "SUBMITTED": "queued",
    "QUEUED": "queued",
    "RETRYING": "queued",
    "RUNNING": "running",
    "CANCELLING": "running",
    "COMPLETED": "done",
    "CANCELLED": "cancelled",
    "ERROR": "failed",
    "DEPLETED": "failed",
    "TERMINATED": "failed",
}


class NexusAdapter:
    """Runs plans on machines of the H2 family, their emulators and syntax checkers.

    Args:
        device_name: ``"H2-1"``, ``"H2-2"``, …; with ``E`` its emulator, with ``SC`` its syntax
            checker, which measures nothing.
        project: name of the project in Nexus; made if there is none.
        way: ``"device"``: the machine draws the strings of Markov closures; ``"circuits"``: a
            circuit per distinct string.
        circuits_per_job: most circuits that go into one job.
        trust_device: take the strings that the machine says it drew even if they differ from
            those that the host computes.

    Raises:
        InputError: another name or way.

    Example:
        >>> NexusAdapter("H2-1E").describe()["device"]
        'H2-1E'
    """

    name = "nexus"
    local: Literal[False] = False

    def __init__(
        self,
        device_name: str = "H2-1E",
        *,
        project: str = "plait",
        way: Way = "device",
        circuits_per_job: int = 100,
        trust_device: bool = False,
    ) -> None:
        if not _NAMES.fullmatch(device_name):
            raise InputError(
                f"device {device_name!r}: choose H2-1 or another machine of the H2 family, with E "
                f"for its emulator (H2-1E) or SC for its syntax checker (H2-1SC)"
            )
        if way not in get_args(Way):
            raise InputError(f"way={way!r}: choose one of: {', '.join(get_args(Way))}")
        if circuits_per_job < 1:
            raise InputError(f"circuits_per_job={circuits_per_job} must be positive")
        self.device_name = device_name
        self.project = project
        self.way: Way = way
        self.circuits_per_job = circuits_per_job
        self.trust_device = trust_device
        self._checks_only = device_name.endswith("SC")
        self.paid = not self._checks_only

    def describe(self) -> dict[str, Any]:
        """The target and how it is used; JSON."""
        return {"device": self.device_name, "project": self.project, "way": self.way}

    def programs(self, plan: Plan) -> list[Program]:
        """One program per series, last bit and 10,000 shots; or explicit circuits."""
        return h2_programs(plan, way=self.way, circuits_per_job=self.circuits_per_job)

    def dry_run(self, plan: Plan, programs: Sequence[Program]) -> DryRun:
        """Validity by the vendor's offline data, and an estimate of the cost in HQC."""
        return dry_run(plan, programs, free=not self.paid)

    def start(self, plan: Plan, program: Program, *, key: str, max_cost: float | None) -> str:
        """Upload the circuits and start a job; the id of the job."""
        if self.paid and max_cost is None:
            raise SubmissionError(f"jobs on {self.device_name} cost money: give max_cost")
        qnx = qnexus()
        items = h2_items(plan, program)
        caps = [] if max_cost is None else _shares(items, max_cost)
        config = qnx.QuantinuumConfig(device_name=self.device_name)
        with vendor_errors(SubmissionError):
            project = qnx.projects.get_or_create(name=self.project)
            references = [
                qnx.circuits.upload(item.circuit, project=project, name=item.circuit.name)
                for item in items
            ]
            job = qnx.start_execute_job(
                programs=references,
                n_shots=[item.shots for item in items],
                backend_config=config,
                name=key,
                project=project,
                max_cost=caps,
            )
        return str(job.id)

    def find(self, key: str) -> str | None:
        """The id of the job of this name."""
        qnx = qnexus()
        with vendor_errors(JobError):
            # Named, because a project that is active elsewhere would hide the job.
            project = qnx.projects.get_or_create(name=self.project)
            jobs = list(qnx.jobs.get_all(name_exact=[key], project=project))
        return next((str(job.id) for job in jobs if job.annotations.name == key), None)

    def poll(self, job_id: str) -> tuple[Status, str]:
        """Where a job stands, with the vendor's message."""
        qnx = qnexus()
        with vendor_errors(JobError, f"job {job_id}"):
            detail = qnx.jobs.get(id=job_id).last_status_detail
        return _STATUS[detail.status.name], detail.error_detail or detail.message

    def fetch(self, plan: Plan, program: Program, job_id: str) -> Shots:
        """The shots of a job that is done.

        Raises:
            JobError: they are missing, or their strings are not the host's.
        """
        if self._checks_only:
            raise JobError(
                f"{self.device_name} has accepted the circuits; it only checks them and has no "
                f"shots to give"
            )
        qnx = qnexus()
        results = {}
        with vendor_errors(JobError, f"job {job_id}"):
            for item in qnx.jobs.results(qnx.jobs.get(id=job_id)):
                result = item.download_result()
                # Circuits are told apart by their names, not by the order of results.
                results[item.get_input().annotations.name] = result
        return read_results(plan, program, results, trust_device=self.trust_device)

    def stop(self, job_id: str) -> None:
        """Ask Nexus to cancel a job."""
        qnx = qnexus()
        with vendor_errors(JobError, f"job {job_id}"):
            qnx.jobs.cancel(qnx.jobs.get(id=job_id))


def _shares(items: Sequence[Item], max_cost: float) -> list[float]:
    """What each circuit of a job may cost, in proportion to its estimate."""
    estimates = [item.cost for item in items]
    return [max_cost * estimate / sum(estimates) for estimate in estimates]
