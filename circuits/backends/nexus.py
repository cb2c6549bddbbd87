"""Quantinuum machines, H2 and Helios, through Quantinuum Nexus and its client qnexus.

The name of a job is its key, so that a job whose id was lost is found again. Logging in is left to
the vendor's tool (``qnx login``); no token is read, stored or logged here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, Literal, get_args

from ...knots.errors import InputError
from ..devices import device
from ..plan import Plan
from .errors import JobError, NetworkError, SubmissionError
from .nexus_client import qnexus, vendor_errors
from .protocol import DryRun, Program, Shots, Status
from .quantinuum_programs import Strings, dry_run, make_item, make_programs, read_result

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
            circuit, and so a job, per distinct string.
        trust_device: take the strings that the machine says it drew even if they differ from
            those that the host computes. It matters at collection only, and may be another one
            there than at submission.

    Raises:
        InputError: another name or way.

    Example:
        >>> NexusAdapter("H2-1E").describe()["device"]
        'H2-1E'
    """

    name = "nexus"
    local: Literal[False] = False
    # Programs are split by last bit or by path.
    samples = False

    def __init__(
        self,
        device_name: str = "H2-1E",
        *,
        project: str = "plait",
        way: Strings = "device",
        trust_device: bool = False,
    ) -> None:
        if not _NAMES.fullmatch(device_name):
            raise InputError(
                f"device {device_name!r}: choose a machine of Quantinuum's, such as H2-1 or "
                f"Helios-1, with E for its emulator (H2-1E) or SC for its syntax checker (H2-1SC)"
            )
        if way not in get_args(Strings):
            raise InputError(f"way={way!r}: choose one of: {', '.join(get_args(Strings))}")
        self.device_name = device_name
        self.project = project
        self.way: Strings = way
        self.trust_device = trust_device
        self.measures = not device_name.endswith("SC")
        self.paid = self.measures
        self._helios = device_name.startswith("Helios")
        # All machines of a family take the same programs.
        family = device("Helios-1" if self._helios else "H2-1")
        self._model = replace(family, name=device_name)

    def describe(self) -> dict[str, Any]:
        """The target and how it is used; JSON."""
        return {"device": self.device_name, "project": self.project, "way": self.way}

    def programs(self, plan: Plan) -> list[Program]:
        """One program per series, last bit and 10,000 shots; or one per explicit circuit."""
        return make_programs(plan, self._model, way=self.way)

    def dry_run(self, plan: Plan, programs: Sequence[Program]) -> DryRun:
        """Validity by the vendor's offline data, and an estimate of the cost in HQC."""
        return dry_run(plan, programs, self._model, free=not self.paid)

    def start(self, plan: Plan, program: Program, *, key: str, max_cost: float | None) -> str:
        """Upload the circuit and start a job; the id of the job."""
        if self.paid and max_cost is None:
            raise SubmissionError(f"jobs on {self.device_name} cost money: give max_cost")
        qnx = qnexus()
        item = make_item(plan, program, self._model)
        payload = item.guppy.compile() if self._helios else item.circuit
        config = self._config(qnx)
        upload = qnx.hugr.upload if self._helios else qnx.circuits.upload
        with vendor_errors(SubmissionError):
            project = qnx.projects.get_or_create(name=self.project)
            job = qnx.start_execute_job(
                programs=[upload(payload, project=project, name=item.circuit.name)],
                n_shots=[item.shots],
                backend_config=config,
                name=key,
                project=project,
                max_cost=[] if max_cost is None else [max_cost],
                n_qubits=[item.circuit.n_qubits] if self._helios else [],
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

    def find(self, key: str) -> list[str]:
        """The ids of all jobs of this name, oldest first."""
        qnx = qnexus()
        with vendor_errors(JobError):
            # Named, because a project that is active elsewhere would hide the job.
            project = qnx.projects.get_or_create(name=self.project)
            found = qnx.jobs.get_all(name_exact=[key], project=project)
            jobs = sorted(found, key=lambda job: job.annotations.created)
        return [str(job.id) for job in jobs if job.annotations.name == key]

    def poll(self, job_id: str) -> tuple[Status, str]:
        """Where a job stands, with the vendor's message."""
        qnx = qnexus()
        with vendor_errors(JobError, f"job {job_id}"):
            detail = qnx.jobs.get(id=job_id).last_status_detail
        # A state that is new here is not an end.
        return _STATUS.get(detail.status.name, "running"), detail.error_detail or detail.message

    def fetch(self, plan: Plan, program: Program, job_id: str) -> Shots:
        """The shots of a job that is done.

        Raises:
            NetworkError: they are not there yet.
            JobError: there are none, or their strings are not the host's.
        """
        qnx = qnexus()
        with vendor_errors(JobError, f"job {job_id}"):
            (item,) = qnx.jobs.results(qnx.jobs.get(id=job_id), allow_incomplete=True)
            result = item.download_result() if hasattr(item, "download_result") else None
        if result is not None:
            return read_result(plan, program, _as_pytket(result), trust_device=self.trust_device)
        state = item.last_status.name
        if _STATUS.get(state) in ("failed", "cancelled"):
            raise JobError(f"job {job_id}: its circuit is {state}: {item.last_message}")
        raise NetworkError(f"job {job_id}: its results are not there yet; try again later")

    def stop(self, job_id: str) -> None:
        """Ask Nexus to cancel a job."""
        qnx = qnexus()
        with vendor_errors(JobError, f"job {job_id}"):
            qnx.jobs.cancel(qnx.jobs.get(id=job_id))


def _as_pytket(result: Any) -> Any:
    """Results of guppy programs in the form that those of circuits have."""
    if not hasattr(result, "to_pytket"):
        return result
    try:
        return result.to_pytket()
    except ValueError as error:
        raise JobError(f"the shots of a program have different registers: {error}") from error
