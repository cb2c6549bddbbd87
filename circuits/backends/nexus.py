"""Quantinuum machines, H2 and Helios, through Quantinuum Nexus and its client qnexus.

The name of a job is its key, so that a job whose id was lost is found again. Logging in is left to
the vendor's tool (``qnx login``); no token is read, stored or logged here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, Literal, get_args

from ...knots.errors import InputError
from ..devices import device
from ..plan import Plan
from .errors import JobError, SubmissionError
from .nexus_client import qnexus, vendor_errors
from .protocol import DryRun, Program, Shots, Status
from .quantinuum_programs import Item, Way, dry_run, make_items, make_programs, read_results

__all__ = ["NexusAdapter"]

_NAMES: Final = re.compile(r"(H2|Helios)-\d+(E|SC)?")
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
    """Runs plans on Quantinuum's machines, their emulators and syntax checkers.

    Args:
        device_name: ``"H2-1"``, ``"H2-2"``, ``"Helios-1"``, …; with ``E`` its emulator, with
            ``SC`` its syntax checker, which measures nothing.
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
                f"device {device_name!r}: choose a machine of Quantinuum's, such as H2-1 or "
                f"Helios-1, with E for its emulator (H2-1E) or SC for its syntax checker (H2-1SC)"
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
        self._helios = device_name.startswith("Helios")
        # All machines of a family take the same programs.
        self._model = device("Helios-1" if self._helios else "H2-1")

    def describe(self) -> dict[str, Any]:
        """The target and how it is used; JSON."""
        return {"device": self.device_name, "project": self.project, "way": self.way}

    def programs(self, plan: Plan) -> list[Program]:
        """One program per series, last bit and 10,000 shots; or explicit circuits."""
        return make_programs(
            plan, self._model, way=self.way, circuits_per_job=self.circuits_per_job
        )

    def dry_run(self, plan: Plan, programs: Sequence[Program]) -> DryRun:
        """Validity by the vendor's offline data, and an estimate of the cost in HQC."""
        return dry_run(plan, programs, self._model, free=not self.paid)

    def start(self, plan: Plan, program: Program, *, key: str, max_cost: float | None) -> str:
        """Upload the circuits and start a job; the id of the job."""
        if self.paid and max_cost is None:
            raise SubmissionError(f"jobs on {self.device_name} cost money: give max_cost")
        qnx = qnexus()
        items = make_items(plan, program, self._model)
        caps = [] if max_cost is None else _shares(items, max_cost)
        payloads = [item.program.compile() if self._helios else item.circuit for item in items]
        config = self._config(qnx)
        upload = qnx.hugr.upload if self._helios else qnx.circuits.upload
        with vendor_errors(SubmissionError):
            project = qnx.projects.get_or_create(name=self.project)
            references = [
                upload(payload, project=project, name=item.circuit.name)
                for payload, item in zip(payloads, items, strict=True)
            ]
            job = qnx.start_execute_job(
                programs=references,
                n_shots=[item.shots for item in items],
                backend_config=config,
                name=key,
                project=project,
                max_cost=caps,
                n_qubits=[item.circuit.n_qubits for item in items] if self._helios else [],
            )
        return str(job.id)

    def _config(self, qnx: Any) -> Any:
        if not self._helios:
            return qnx.QuantinuumConfig(device_name=self.device_name)
        emulated = self.device_name.endswith("E")
        return qnx.HeliosConfig(
            system_name=self.device_name,
            emulator_config=qnx.models.HeliosEmulatorConfig() if emulated else None,
        )

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
        return read_results(
            plan,
            program,
            self._model,
            {name: _as_pytket(result) for name, result in results.items()},
            trust_device=self.trust_device,
        )

    def stop(self, job_id: str) -> None:
        """Ask Nexus to cancel a job."""
        qnx = qnexus()
        with vendor_errors(JobError, f"job {job_id}"):
            qnx.jobs.cancel(qnx.jobs.get(id=job_id))


def _shares(items: Sequence[Item], max_cost: float) -> list[float]:
    """What each circuit of a job may cost, in proportion to its estimate."""
    estimates = [item.cost for item in items]
    return [max_cost * estimate / sum(estimates) for estimate in estimates]


def _as_pytket(result: Any) -> Any:
    """Results of guppy programs in the form that those of circuits have."""
    if not hasattr(result, "to_pytket"):
        return result
    try:
        return result.to_pytket()
    except ValueError as error:
        raise JobError(f"the shots of a program have different registers: {error}") from error
