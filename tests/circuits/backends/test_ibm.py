"""IBM Quantum: job life cycle against a service in memory, and the vendor's local mode.

The service here returns what qiskit-ibm-runtime returns, from its own exception and result
classes; it does not prove that the real service takes the jobs.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
from backend_fakes import Clock, Killed
from qiskit.providers.fake_provider import GenericBackendV2
from qiskit_aer.primitives import SamplerV2

from plait import Braid, InputError
from plait.circuits import Plan
from plait.circuits.backends import (
    AuthenticationError,
    IBMAdapter,
    IBMLocal,
    JobError,
    NetworkError,
    Record,
    Runner,
    SubmissionError,
    Ticket,
)
from plait.circuits.backends.qiskit_sampler import check_options

pytest.importorskip("qiskit_ibm_runtime")
from qiskit_ibm_runtime.api.exceptions import RequestsApiError
from qiskit_ibm_runtime.exceptions import (
    IBMNotAuthorizedError,
    IBMRuntimeError,
    RuntimeInvalidStateError,
    RuntimeJobNotFound,
)
from qiskit_ibm_runtime.fake_provider import FakeFez, FakeManilaV2
from qiskit_ibm_runtime.options_models import SamplerOptions


def plan_of(word: str, *, shots: int = 60) -> Plan:
    return Plan(
        braid=Braid(word),
        closure="markov",
        kind="echo",
        series=("real", "imag"),
        shots=shots,
        round_shots=20,
        seed=5,
    )


PLAN = plan_of("1 2 1 -2")


class FakeJob:
    def __init__(self, number: int, result: Any) -> None:
        self._id = f"d{number:04}"
        self._result = result
        self.script = deque(["INITIALIZING", "QUEUED", "RUNNING", "DONE"])
        self.error = ""

    def job_id(self) -> str:
        return self._id

    def status(self) -> str:
        return self.script.popleft() if len(self.script) > 1 else self.script[0]

    def error_message(self) -> str | None:
        return self.error or None

    def result(self) -> Any:
        assert self.script[0] == "DONE", "result() blocks until the job is done"
        return self._result

    def cancel(self) -> None:
        if self.script[0] == "DONE":
            raise RuntimeInvalidStateError("Job cannot be cancelled")
        self.script = deque(["CANCELLED"])


class FakeService:
    """Stands for QiskitRuntimeService; jobs have the tags that their sampler was given."""

    def __init__(self) -> None:
        self.all: dict[str, FakeJob] = {}
        self.tags: dict[str, list[str]] = {}
        self.options: list[dict[str, Any]] = []
        self.instances: list[str | None] = []
        self.faults: dict[str, deque[BaseException | None]] = {}

    def fault(self, call: str, *errors: BaseException | None) -> None:
        self.faults.setdefault(call, deque()).extend(errors)

    def pass_through(self, call: str) -> None:
        waiting = self.faults.get(call)
        if waiting and (error := waiting.popleft()) is not None:
            raise error

    def job(self, job_id: str) -> FakeJob:
        self.pass_through("job")
        if job_id not in self.all:
            raise RuntimeJobNotFound(f"Job not found: {job_id}")
        return self.all[job_id]

    def jobs(
        self, *, job_tags: list[str], limit: None, descending: bool, instance: str | None
    ) -> list[FakeJob]:
        self.pass_through("jobs")
        self.instances.append(instance)
        return [self.all[i] for i, tags in self.tags.items() if set(job_tags) <= set(tags)]

    def sampler(self, backend: Any, options: dict[str, Any]) -> Any:
        return FakeSampler(self, options)


class FakeSampler:
    def __init__(self, service: FakeService, options: dict[str, Any]) -> None:
        self.service, self.options = service, options

    def run(self, pubs: list[Any], *, shots: int) -> FakeJob:
        self.service.pass_through("run")
        number = len(self.service.all)
        # No noise: the ISA circuits on Aer.
        result = SamplerV2(seed=number).run(pubs, shots=shots).result()
        job = FakeJob(number, result)
        self.service.all[job.job_id()] = job
        self.service.tags[job.job_id()] = self.options["environment"]["job_tags"]
        self.service.options.append(self.options)
        self.service.pass_through("run-reply")
        return job


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ticket"


def runner(service: FakeService, folder: Path, **options: Any) -> Runner:
    clock = Clock()
    adapter = IBMAdapter(service, FakeManilaV2(), sampler=service.sampler, **options)
    return Runner(adapter, folder, sleep=clock.sleep, clock=clock, seed=1)


def refused(code: int) -> IBMRuntimeError:
    """As the vendor's client wraps an answer of the server."""
    try:
        try:
            raise RequestsApiError("no", code)
        except RequestsApiError as error:
            raise IBMRuntimeError(f"Failed to run program: {error}") from None
    except IBMRuntimeError as wrapped:
        return wrapped


def test_life_of_a_job(service: FakeService, folder: Path) -> None:
    ticket = runner(service, folder).submit(PLAN, max_cost=30)
    assert [entry.state for entry in ticket.entries] == ["queued", "queued"]
    assert service.tags["d0000"] == [f"plait-{ticket.id}-real-1-1"]
    assert [options["max_execution_time"] for options in service.options] == [15, 15]
    # The vendor's own model of options takes them.
    taken = SamplerOptions(**service.options[0])
    assert taken.environment.job_tags == service.tags["d0000"]
    ticket = Ticket.load(folder)
    fresh = runner(service, folder)
    assert [fresh.status(ticket) for _ in range(3)] == ["queued", "queued", "running"]
    assert fresh.collect(ticket, wait=True).complete


@pytest.mark.parametrize("call", ["run", "run-reply"])
@pytest.mark.parametrize(
    "error",
    [
        requests.exceptions.ConnectionError("reset by peer"),
        RequestsApiError("timed out", -1),
        refused(503),
        refused(429),
        Killed(),
    ],
)
def test_nothing_lost_and_nothing_twice(
    service: FakeService, folder: Path, call: str, error: BaseException
) -> None:
    service.fault(call, None, error)
    service.fault("jobs", requests.exceptions.ConnectionError("reset by peer"))
    if isinstance(error, Killed):
        with pytest.raises(Killed):
            runner(service, folder).submit(PLAN, max_cost=30)
    ticket = runner(service, folder).submit(PLAN, max_cost=30)
    assert len(service.all) == 2
    service.fault("job", requests.exceptions.Timeout("slow"), refused(502))
    assert runner(service, folder).collect(ticket, wait=True).complete


@pytest.mark.parametrize("error", [IBMNotAuthorizedError("token expired"), refused(401)])
def test_expired_token(service: FakeService, folder: Path, error: Exception) -> None:
    service.fault("run", None, error)
    with pytest.raises(AuthenticationError, match="log in with QiskitRuntimeService"):
        runner(service, folder).submit(PLAN, max_cost=30)
    runner(service, folder).submit(PLAN, max_cost=30)
    assert len(service.all) == 2


def test_refused_and_failed_jobs(service: FakeService, folder: Path) -> None:
    service.fault("run", refused(400))
    ticket = runner(service, folder).submit(PLAN, max_cost=30)
    assert ticket.entries[0].message.startswith("IBM Quantum refuses (400): ")
    assert "Failed to run program" in ticket.entries[0].message
    job = service.all["d0000"]
    job.script, job.error = deque(["ERROR"]), "Error code 1517; the circuit is too long"
    record = runner(service, folder).collect(ticket, wait=True)
    assert (record.shots, ticket.status) == ({}, "failed")
    assert ticket.entries[1].message == "Error code 1517; the circuit is too long"
    ticket = runner(service, folder).submit(PLAN, max_cost=45, retry_failed=True)
    assert runner(service, folder).collect(ticket, wait=True).complete
    assert service.tags["d0002"] == [f"plait-{ticket.id}-imag-1-2"]


def test_partial_results_and_a_job_that_is_not_known(service: FakeService, folder: Path) -> None:
    ticket = runner(service, folder).submit(PLAN, max_cost=30)
    lost = service.all.pop("d0000")
    record = runner(service, folder).collect(ticket, wait=True, timeout=600)
    assert set(record.shots) == {"imag-1"}
    assert "Job not found: d0000" in ticket.entries[0].message
    service.all["d0000"] = lost
    assert runner(service, folder).collect(ticket, wait=True).complete


def test_cancel(service: FakeService, folder: Path) -> None:
    ticket = runner(service, folder).submit(PLAN, max_cost=30)
    service.all["d0001"].script = deque(["DONE"])
    runner(service, folder).cancel(ticket)
    assert [entry.state for entry in ticket.entries] == ["cancelled", "running"]
    record = runner(service, folder).collect(ticket, wait=True)
    assert set(record.shots) == {"imag-1"} == set(Record.load(folder).shots)


def test_cancel_goes_on_after_a_refusal(service: FakeService, folder: Path) -> None:
    ticket = runner(service, folder).submit(PLAN, max_cost=30)
    service.fault("job", refused(404))
    with pytest.raises(JobError, match=r"1 of 2 jobs were not cancelled.*refuses \(404\)"):
        runner(service, folder).cancel(ticket)
    assert [entry.state for entry in ticket.entries] == ["queued", "cancelled"]


def test_a_refused_question_keeps_no_other_job(service: FakeService, folder: Path) -> None:
    ticket = runner(service, folder).submit(PLAN, max_cost=30)
    for job in service.all.values():
        job.script = deque(["DONE"])
    service.fault("job", refused(410))
    record = runner(service, folder).collect(ticket)
    assert set(record.shots) == {"imag-1"}
    assert "refuses (410)" in ticket.entries[0].message
    assert runner(service, folder).collect(ticket).complete


@pytest.mark.parametrize("result", [None, [5], ValueError("decoder")])
def test_results_that_cannot_be_read(
    service: FakeService, folder: Path, monkeypatch: pytest.MonkeyPatch, result: Any
) -> None:
    def fetch(self: FakeJob) -> Any:
        if isinstance(result, Exception):
            raise result
        return result

    ticket = runner(service, folder).submit(PLAN, max_cost=30)
    for job in service.all.values():
        job.script = deque(["DONE"])
    with monkeypatch.context() as patch:
        patch.setattr(FakeJob, "result", fetch)
        assert not runner(service, folder).collect(ticket, wait=True).shots
        assert "results of job d0000 cannot be read" in ticket.entries[0].message
    # They may be read by another version of the vendor's package.
    assert ticket.status == "unread"
    assert runner(service, folder).collect(ticket).complete


def test_costs_are_whole_seconds(service: FakeService, folder: Path) -> None:
    """A limit that equals the estimate gives every job at least its own."""
    plan = plan_of("1 2 1 -2", shots=61)
    run = runner(service, folder)
    found = run.dry_run(plan)
    assert found.costs == [float(int(cost)) for cost in found.costs]
    assert found.cost == sum(found.costs)
    run.submit(plan, max_cost=found.cost)
    assert [options["max_execution_time"] for options in service.options] == found.costs


def test_jobs_are_looked_for_in_the_instance_of_the_backend(service: FakeService) -> None:
    backend = FakeManilaV2()
    backend._instance = "crn:1"  # type: ignore[attr-defined]
    assert IBMAdapter(service, backend).find("key") == []
    assert service.instances == ["crn:1"]


def test_time_that_an_answer_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    from qiskit_ibm_runtime.api.session import RetrySession

    session = RetrySession("http://127.0.0.1")

    class Client:
        _session = session

    class Service(FakeService):
        def backend(self, name: str) -> Any:
            return FakeManilaV2()

        def _get_api_clients(self) -> dict[str, Any]:
            return {"crn:1": Client()}

    monkeypatch.setattr("qiskit_ibm_runtime.QiskitRuntimeService", Service)
    IBMAdapter.connect("ibm_manila")
    assert session._timeout == (5.0, 120.0)


def test_results_are_read_by_the_ticket(
    service: FakeService, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another version may make other circuits; those of the job are in its ticket."""
    ticket = runner(service, folder).submit(plan_of("1 2 3 -4 2 1 3"), max_cost=30)
    whole = runner(service, folder).collect(ticket, wait=True)
    text = (folder / "ticket.json").read_text(encoding="utf-8")

    def compile_nothing(*arguments: Any) -> None:
        raise AssertionError("something was compiled")

    for name in ("template.template", "template.cat", "backends.rows.template"):
        monkeypatch.setattr(f"plait.circuits.{name}", compile_nothing)
    (folder / "ticket.json").write_text(text.replace('"state": "done"', '"state": "running"'))
    assert runner(service, folder).collect(Ticket.load(folder)).shots == whole.shots
    # What the ticket says is what counts.
    text = text.replace('"state": "done"', '"state": "running"').replace(
        '"start": 1', '"start": 0'
    )
    (folder / "ticket.json").write_text(text)
    assert runner(service, folder).collect(Ticket.load(folder)).shots != whole.shots


def test_options_with_tuples(service: FakeService, folder: Path) -> None:
    options = {"environment": {"job_tags": ("mine",)}}
    runner(service, folder, options=options).submit(PLAN, max_cost=30)
    ticket = Ticket.load(folder)
    assert runner(service, folder, options=options).collect(ticket, wait=True).complete


def test_results_of_another_shape(service: FakeService, folder: Path) -> None:
    adapter = IBMAdapter(service, FakeManilaV2(), sampler=service.sampler)
    program = adapter.programs(PLAN)[0]
    job_id = adapter.start(PLAN, program, key="k", max_cost=None)
    job = service.all[job_id]
    job.script = deque(["DONE"])
    job._result = list(job._result)[:1]
    with pytest.raises(JobError, match="1 results came back where 2 were asked for"):
        adapter.fetch(PLAN, program, job_id)
    job._result = (
        SamplerV2(seed=1).run(adapter._pubs(adapter._blocks(PLAN, program)), shots=2).result()
    )
    with pytest.raises(JobError, match="num_randomizations=1 and shots_per_randomization=1"):
        adapter.fetch(PLAN, program, job_id)


def test_options() -> None:
    twirling: dict[str, Any] = {"enable_gates": True}
    with pytest.raises(InputError, match="num_randomizations=1"):
        check_options(SamplerOptions(twirling=twirling))
    twirling |= {"num_randomizations": 1, "shots_per_randomization": 1}
    check_options(SamplerOptions(twirling=twirling))
    with pytest.raises(InputError, match="private job can be read once only"):
        IBMAdapter(None, "ibm_fez", options={"environment": {"private": True}})
    with pytest.raises(InputError, match="not used as a line of qubits"):
        IBMAdapter(None, "ibm_fez", target="H2-1")


def test_dry_run_without_a_service(folder: Path) -> None:
    wide = plan_of("1 2 3 4 5 6 7 8 9", shots=1000)
    bare = IBMAdapter(None, "ibm_somewhere")
    modelled = IBMAdapter(None, "ibm_fez", model=FakeFez())
    runs = [a.dry_run(wide, a.programs(wide)) for a in (bare, modelled)]
    for found in runs:
        assert found.valid
        assert (found.programs, found.circuits, found.shots, found.qubits) == (2, 4, 1000, 9)
        assert found.cost_unit == "quantum seconds"
        assert found.cost is not None
        assert found.limits["executions_per_job"] == 10_000_000
    # A line of the machine: no SWAP has been added.
    assert runs[0].two_qubit_gates == pytest.approx(runs[1].two_qubit_gates)
    with pytest.raises(SubmissionError, match=r"jobs on ibm cost money: .* in quantum seconds"):
        Runner(modelled, folder).submit(wide)
    assert not folder.exists()


def test_backend_without_a_line() -> None:
    wide = plan_of("1 2 3 4 5 6 7")
    adapter = IBMLocal(FakeManilaV2())
    found = adapter.dry_run(wide, adapter.programs(wide))
    assert not found.valid
    assert found.problems == ["the circuits need 7 qubits and fake_manila has 5"]
    # Four qubits around a fifth are no line of five.
    star = GenericBackendV2(
        6,
        basis_gates=["rz", "sx", "x", "cz"],
        coupling_map=[[0, k] for k in range(1, 6)] + [[k, 0] for k in range(1, 6)],
        seed=1,
    )
    adapter = IBMLocal(star)
    five = plan_of("1 2 3 4 5")
    found = adapter.dry_run(five, adapter.programs(five))
    assert "no line of 5 coupled qubits" in found.problems[0]


def test_hadamard_tests_have_no_rows() -> None:
    with pytest.raises(SubmissionError, match="no form with a row of parameters"):
        IBMAdapter(None, "ibm_fez").programs(replace(PLAN, kind="hadamard"))


def test_local_mode_with_noise_of_a_fake_backend(folder: Path) -> None:
    run = Runner(IBMLocal(FakeManilaV2()), folder)
    record = run.collect(run.submit(PLAN))
    again = Runner(IBMLocal(FakeManilaV2()), folder / "again")
    assert again.collect(again.submit(PLAN)).shots == record.shots
    assert record.complete


def test_network_away_for_long(service: FakeService, folder: Path) -> None:
    service.fault("run", *[requests.exceptions.ConnectionError("reset")] * 6)
    with pytest.raises(NetworkError, match="IBM Quantum was not reached"):
        runner(service, folder).submit(PLAN, max_cost=30)
    assert np.isclose(Ticket.load(folder).max_cost or 0, 30)
