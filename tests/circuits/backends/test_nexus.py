"""The adapter of Quantinuum Nexus against a stand-in for the service.

What this shows: qnexus's own calls, in the order the adapter makes them, and its own parsing of
the answers; that nothing is lost and nothing submitted twice whatever breaks in between; that the
shots that come back are those that were measured. What it does not show: that the service accepts
the payload, and that its machines draw the strings that PECOS draws. The stand-in was written from
the client's source; no test here has ever talked to Nexus.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

qnexus = pytest.importorskip("qnexus")
pytest.importorskip("pytket.extensions.quantinuum")
pytest.importorskip("pecos.engines.cvm.rng_model")

from nexus_stub import Fault, NexusStub, names, serving  # noqa: E402
from qnexus.client import get_nexus_client  # noqa: E402
from qnexus.config import CONFIG  # noqa: E402

from plait import device  # noqa: E402
from plait.circuits import Plan, read_outcome  # noqa: E402
from plait.circuits.backends import (  # noqa: E402
    AuthenticationError,
    JobError,
    NetworkError,
    Record,
    Runner,
    SubmissionError,
    Ticket,
    nexus,
)
from plait.circuits.backends.nexus import NexusAdapter  # noqa: E402
from plait.circuits.backends.quantinuum_programs import make_item  # noqa: E402
from plait.circuits.ondevice import device_paths  # noqa: E402
from plait.circuits.outcomes import read_outcomes  # noqa: E402
from plait.circuits.plan import REFERENCE_SERIES, SERIES  # noqa: E402
from plait.knots import Braid, InputError, PlaitError, paths  # noqa: E402
from plait.knots.conventions import Closure  # noqa: E402
from plait.mitigation.observations import observations_of_results  # noqa: E402
from plait.tensornet import representation  # noqa: E402

# One job per series and last bit.
PLAN = Plan(
    braid=Braid("1 2 3 -2 1 3"),
    closure="markov",
    kind="echo",
    series=("real", "imag"),
    shots=60,
    round_shots=20,
    seed=5,
)
JOBS = 4


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[NexusStub]:
    service = NexusStub()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("NEXUS_MANAGED_TOKENS", raising=False)
    with serving(service) as port:
        settings = {
            "protocol": "http",
            "domain": "127.0.0.1",
            "port": port,
            "store_tokens": False,
            # Certificates take long to load and are not used here.
            "httpx_verify": False,
        }
        for name, value in settings.items():
            monkeypatch.setattr(CONFIG, name, value)
        qnexus.login_with_token("fake")
        service.log.clear()
        yield service
        get_nexus_client().close()
    monkeypatch.undo()
    get_nexus_client(reload=True).close()


def runner(folder: Path, retries: int = 2, **options: object) -> Runner:
    adapter = NexusAdapter(**{"device_name": "H2-1E", **options})  # type: ignore[arg-type]
    return Runner(adapter, folder, retries=retries, sleep=lambda _: None, seed=1)


def check(record: Record, stub: NexusStub, jobs: int = JOBS) -> None:
    """All shots are here, none twice, with the strings of their seeds; every job ran once."""
    assert record.complete
    assert sum(len(shots) for shots in record.shots.values()) == PLAN.shots
    for entry in record.ticket.entries:
        data = entry.program.data
        shots = record.shots[entry.label]
        want = device_paths(4, last=data["last"], seed=data["seed"], shots=entry.program.shots)
        assert np.array_equal(shots.paths, want)
    assert len(stub.jobs) == jobs
    assert set(names(stub).values()) == {1}


def test_a_run_from_queue_to_shots(stub: NexusStub, tmp_path: Path) -> None:
    run = runner(tmp_path / "run")
    ticket = run.submit(PLAN, max_cost=500)
    assert ticket.status == "queued"
    assert names(stub) == {ticket.key(entry): 1 for entry in ticket.entries}
    assert [run.status(ticket) for _ in range(3)] == ["queued", "running", "running"]
    check(run.collect(ticket), stub)
    assert ticket.status == "done"
    # Nothing is asked for again.
    before = len(stub.log)
    check(run.collect(ticket), stub)
    assert len(stub.log) == before


def test_waiting_for_the_end(stub: NexusStub, tmp_path: Path) -> None:
    run = runner(tmp_path / "run")
    check(run.collect(run.submit(PLAN, max_cost=500), wait=True), stub)


def test_outcomes_are_those_of_the_braid(stub: NexusStub, tmp_path: Path) -> None:
    """Means over many shots, within five standard errors, and no impossible outcome."""
    plan = Plan(
        braid=PLAN.braid,
        closure="markov",
        kind="echo",
        series=("real", "imag"),
        shots=8000,
        round_shots=8000,
        seed=2,
    )
    run = runner(tmp_path / "run")
    record = run.collect(run.submit(plan, max_cost=1e4), wait=True)
    diagonal = np.diag(representation(plan.braid))
    for entry in record.ticket.entries:
        shots = record.shots[entry.label]
        read = [
            read_outcome("echo", path, "".join(map(str, outcome)))
            for path, outcome in zip(shots.paths.tolist(), shots.outcomes.tolist(), strict=True)
        ]
        assert all(r.kept for r in read)
        z = diagonal[paths(4)[:, -1] == entry.program.data["last"]].mean()
        want = z.real if entry.program.series == "real" else z.imag
        assert abs(np.mean([r.value for r in read]) - want) < 5 / np.sqrt(len(shots))


def test_what_is_sent(stub: NexusStub, tmp_path: Path) -> None:
    run = runner(tmp_path / "run", device_name="H2-2", project="knots")
    ticket = run.submit(PLAN, max_cost=400)
    (project,) = stub.projects.values()
    assert project["attributes"]["name"] == "knots"
    caps = []
    for job in stub.jobs.values():
        assert job["relationships"]["project"]["data"]["id"] == project["id"]
        definition = job["attributes"]["definition"]
        assert definition["backend_config"]["device_name"] == "H2-2"
        (item,) = definition["items"]
        caps.append(item["max_cost"])
    assert sum(caps) <= 400 + 1e-6
    assert [entry.program.shots for entry in ticket.entries] == [
        job["attributes"]["definition"]["items"][0]["n_shots"] for job in stub.jobs.values()
    ]
    text = (tmp_path / "run" / "ticket.json").read_text()
    assert "fake" not in text


def test_a_job_that_fails(stub: NexusStub, tmp_path: Path) -> None:
    stub.script, stub.error = ("QUEUED", "RUNNING", "ERROR"), "qubit 7 is on holiday"
    run = runner(tmp_path / "run")
    ticket = run.submit(PLAN, max_cost=500)
    record = run.collect(ticket, wait=True)
    assert not record.complete
    assert ticket.status == "failed"
    assert {entry.message for entry in ticket.entries} == {"qubit 7 is on holiday"}
    # Started again under other names; the failed jobs stay as they are.
    stub.script = ("COMPLETED",)
    again = runner(tmp_path / "run")
    check(again.collect(again.submit(PLAN, max_cost=1000, retry_failed=True)), stub, 2 * JOBS)


def test_no_credits_left(stub: NexusStub, tmp_path: Path) -> None:
    stub.script = ("DEPLETED",)
    run = runner(tmp_path / "run")
    ticket = run.submit(PLAN, max_cost=500)
    assert run.status(ticket) == "failed"
    assert ticket.entries[0].message == "job is DEPLETED"


def test_some_jobs_fail_and_the_others_count(stub: NexusStub, tmp_path: Path) -> None:
    run = runner(tmp_path / "run")
    ticket = run.submit(PLAN, max_cost=500)
    next(iter(stub.jobs.values()))["script"].append("ERROR")
    del next(iter(stub.jobs.values()))["script"][2]
    record = run.collect(ticket, wait=True)
    assert len(record.shots) == JOBS - 1
    assert [entry.state for entry in ticket.entries] == ["failed"] + ["done"] * (JOBS - 1)


BROKEN = {
    "cut before it counts": {},
    "cut after it counted": {"after": True},
    "overloaded": {"status": 503, "body": "<html>busy</html>"},
    "overloaded after it counted": {"status": 502, "after": True},
    "too many requests": {"status": 429},
    "nonsense for an answer": {"status": 202, "body": "[]", "after": True},
    "no message in the error": {"status": 500, "body": '{"detail": "?"}'},
}


@pytest.mark.parametrize(
    ("where", "skip"),
    [
        ("GET /api/projects", 0),
        ("POST /api/projects", 0),
        ("POST /api/circuits", 1),
        ("POST /api/jobs", 0),
        ("POST /api/jobs", 2),
    ],
)
@pytest.mark.parametrize("kind", BROKEN)
def test_faults_while_submitting(
    stub: NexusStub, tmp_path: Path, kind: str, where: str, skip: int
) -> None:
    fault = Fault(where, **BROKEN[kind], skip=skip)  # type: ignore[arg-type]
    stub.faults.append(fault)
    run = runner(tmp_path / "run")
    check(run.collect(run.submit(PLAN, max_cost=500), wait=True), stub)
    assert len(stub.projects) == 1


@pytest.mark.parametrize(
    ("where", "skip"),
    [
        ("GET /api/jobs", 0),
        ("GET /api/jobs", 5),
        ("GET /api/results", 1),
        ("GET /api/circuits", 0),
    ],
)
@pytest.mark.parametrize("kind", BROKEN)
def test_faults_while_collecting(
    stub: NexusStub, tmp_path: Path, kind: str, where: str, skip: int
) -> None:
    run = runner(tmp_path / "run")
    ticket = run.submit(PLAN, max_cost=500)
    fault = Fault(where, **BROKEN[kind], skip=skip)  # type: ignore[arg-type]
    fault.status = 200 if fault.status == 202 else fault.status
    stub.faults.append(fault)
    check(run.collect(ticket, wait=True), stub)


def test_network_away_for_long(stub: NexusStub, tmp_path: Path) -> None:
    """The first job counts, then nothing answers; later the same command goes on."""
    stub.faults.extend(Fault("POST /api/circuits", skip=1 if k == 0 else 0) for k in range(10))
    with pytest.raises(NetworkError, match="cannot reach Nexus"):
        runner(tmp_path / "run", retries=0).submit(PLAN, max_cost=500)
    assert len(stub.jobs) == 1
    stub.faults.clear()
    run = runner(tmp_path / "run")
    check(run.collect(run.submit(PLAN, max_cost=500), wait=True), stub)


def test_no_service_at_all(
    stub: NexusStub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CONFIG, "port", 9)
    get_nexus_client(reload=True)
    with pytest.raises(NetworkError, match="cannot reach Nexus"):
        runner(tmp_path / "run").submit(PLAN, max_cost=500)


def test_expired_token(stub: NexusStub, tmp_path: Path) -> None:
    """While submitting and while collecting; after another login the same command goes on."""
    run = runner(tmp_path / "run")
    stub.expired = True
    with pytest.raises(AuthenticationError, match="run `qnx login`, then repeat"):
        run.submit(PLAN, max_cost=500)
    stub.expired = False
    qnexus.login_with_token("fake")
    ticket = runner(tmp_path / "run").submit(PLAN, max_cost=500)
    stub.expired = True
    with pytest.raises(AuthenticationError, match="run `qnx login`"):
        run.collect(ticket)
    stub.expired = False
    qnexus.login_with_token("fake")
    check(run.collect(ticket, wait=True), stub)


@pytest.mark.parametrize("skip", range(3))
def test_forbidden(stub: NexusStub, tmp_path: Path, skip: int) -> None:
    """No access to a machine is a refusal, which another login does not mend."""
    stub.faults.append(Fault("POST /api/jobs", status=403, skip=skip))
    ticket = runner(tmp_path / "run").submit(PLAN, max_cost=500)
    assert [entry.state for entry in ticket.entries].count("failed") == 1
    assert "out of order" in ticket.entries[skip].message
    assert len(stub.jobs) == JOBS - 1


def test_a_login_that_is_not_renewed(stub: NexusStub) -> None:
    stub.expired = True
    stub.faults.append(Fault("POST /auth/tokens/refresh", status=403))
    with pytest.raises(AuthenticationError, match="run `qnx login`"):
        NexusAdapter("H2-1E").find("key")


class Killed(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("number", range(JOBS))
@pytest.mark.parametrize("before", [True, False])
def test_killed_while_a_job_starts(
    stub: NexusStub, tmp_path: Path, number: int, before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the call over the network and the write of its id, and just before the call."""
    start: Callable[..., str] = NexusAdapter.start
    calls = iter(range(JOBS))

    def dying(*args: object, **options: object) -> str:
        last = next(calls) == number
        if last and before:
            raise Killed
        job = start(*args, **options)
        if last:
            raise Killed
        return job

    monkeypatch.setattr(NexusAdapter, "start", dying)
    with pytest.raises(Killed):
        runner(tmp_path / "run").submit(PLAN, max_cost=500)
    monkeypatch.setattr(NexusAdapter, "start", start)
    assert len(stub.jobs) == number + (not before)
    run = runner(tmp_path / "run")
    check(run.collect(run.submit(PLAN, max_cost=500), wait=True), stub)


@pytest.mark.parametrize("number", range(JOBS))
def test_killed_while_shots_come_in(
    stub: NexusStub, tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is on disk stays and is not fetched again."""
    stub.script = ("COMPLETED",)
    runner(tmp_path / "run").submit(PLAN, max_cost=500)
    write = Ticket.write_shots
    calls = iter(range(JOBS))

    def dying(*args: object) -> None:
        if next(calls) == number:
            raise Killed
        write(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(Ticket, "write_shots", dying)
    with pytest.raises(Killed):
        runner(tmp_path / "run").collect(Ticket.load(tmp_path / "run"))
    monkeypatch.setattr(Ticket, "write_shots", write)
    assert len(Record.load(tmp_path / "run").shots) == number
    stub.log.clear()
    check(runner(tmp_path / "run").collect(Ticket.load(tmp_path / "run")), stub)
    fetched = sum(request.startswith("GET /api/results") for request in stub.log)
    assert fetched == JOBS - number


def test_a_job_is_found_by_its_whole_name(stub: NexusStub, tmp_path: Path) -> None:
    adapter = NexusAdapter("H2-1E")
    (program, *_) = adapter.programs(PLAN)
    job = adapter.start(PLAN, program, key="plait-1-real-1", max_cost=100)
    assert adapter.find("plait-1-real-1") == [job]
    assert adapter.find("plait-1-real") == []
    assert adapter.find("plait-1-real-11") == []


def test_all_jobs_of_a_name_are_found(stub: NexusStub) -> None:
    """The oldest first, although the service lists the newest first."""
    adapter = NexusAdapter("H2-1E")
    (program, *_) = adapter.programs(PLAN)
    jobs = [adapter.start(PLAN, program, key="key", max_cost=100) for _ in range(3)]
    assert adapter.find("key") == jobs


def test_another_active_project_hides_nothing(stub: NexusStub) -> None:
    adapter = NexusAdapter("H2-1E")
    (program, *_) = adapter.programs(PLAN)
    job = adapter.start(PLAN, program, key="key", max_cost=100)
    other = qnexus.projects.create(name="other")
    with qnexus.context.using_project(other):
        found = adapter.find("key")
    # Not inside, where the context swallows every error.
    assert found == [job]


def test_cancel(stub: NexusStub, tmp_path: Path) -> None:
    stub.script = ("QUEUED",)
    run = runner(tmp_path / "run")
    ticket = run.submit(PLAN, max_cost=500)
    assert run.cancel(ticket).status == "cancelled"
    assert sum(request.endswith("rpc/cancel") for request in stub.log) == JOBS


def test_a_job_that_is_gone(stub: NexusStub) -> None:
    missing = "00000000-0000-4000-8000-000000000000"
    with pytest.raises(JobError, match=f"job {missing}: there is no such thing in Nexus"):
        NexusAdapter("H2-1E").poll(missing)


def test_results_before_the_end(stub: NexusStub) -> None:
    stub.script = ("RUNNING",)
    adapter = NexusAdapter("H2-1E")
    (program, *_) = adapter.programs(PLAN)
    job = adapter.start(PLAN, program, key="key", max_cost=100)
    with pytest.raises(NetworkError, match="results are not there yet"):
        adapter.fetch(PLAN, program, job)


def test_results_after_the_end(stub: NexusStub, tmp_path: Path) -> None:
    """A job that is complete may show its results a little later."""
    stub.script = ("COMPLETED",)
    run = runner(tmp_path / "run")
    ticket = run.submit(PLAN, max_cost=500)
    # When the adapter polls, and twice when it fetches for the first time.
    stub.late = 3
    check(run.collect(ticket), stub)


def test_a_circuit_that_failed_in_a_complete_job(stub: NexusStub) -> None:
    stub.script, stub.item_status, stub.error = ("COMPLETED",), "ERROR", "the ion was lost"
    adapter = NexusAdapter("H2-1E")
    (program, *_) = adapter.programs(PLAN)
    job = adapter.start(PLAN, program, key="key", max_cost=100)
    with pytest.raises(JobError, match="its circuit is ERROR: the ion was lost"):
        adapter.fetch(PLAN, program, job)


def test_states_that_are_new(stub: NexusStub, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the client knows and the adapter does not is not an end."""
    monkeypatch.delitem(nexus._STATUS, "RETRYING")
    stub.script = ("RETRYING",)
    adapter = NexusAdapter("H2-1E")
    (program, *_) = adapter.programs(PLAN)
    job = adapter.start(PLAN, program, key="key", max_cost=100)
    assert adapter.poll(job) == ("running", "job is RETRYING")


def test_refused(stub: NexusStub, tmp_path: Path) -> None:
    stub.faults.append(
        Fault("POST /api/jobs", status=400, body='{"message": "the cost exceeds max_cost"}')
    )
    run = runner(tmp_path / "run")
    ticket = run.submit(PLAN, max_cost=500)
    assert ticket.entries[0].state == "failed"
    assert "the cost exceeds max_cost" in ticket.entries[0].message
    assert len(stub.jobs) == JOBS - 1


def test_strings_that_are_not_the_hosts(stub: NexusStub, tmp_path: Path) -> None:
    stub.script, stub.spoil = ("COMPLETED",), True
    run = runner(tmp_path / "run")
    ticket = run.submit(PLAN, max_cost=500)
    assert not run.collect(ticket).shots
    assert "1 of " in ticket.entries[0].message
    assert "another string" in ticket.entries[0].message
    # The shots are there: whoever trusts the device reads them, and pays for nothing again.
    trusting = runner(tmp_path / "run", trust_device=True)
    record = trusting.collect(Ticket.load(tmp_path / "run"))
    assert record.complete
    assert len(stub.jobs) == JOBS
    for entry in record.ticket.entries:
        data = entry.program.data
        host = device_paths(4, last=data["last"], seed=data["seed"], shots=entry.program.shots)
        assert (record.shots[entry.label].paths != host).any(axis=1).sum() == 1


def test_syntax_checker(stub: NexusStub, tmp_path: Path) -> None:
    """It needs no limit of the cost; a circuit that passes is a success, without shots."""
    stub.script = ("COMPLETED",)
    run = runner(tmp_path / "run", device_name="H2-1SC")
    ticket = run.submit(PLAN)
    assert run.adapter.dry_run(PLAN, run.adapter.programs(PLAN)).cost == 0
    assert not run.collect(ticket, wait=True).shots
    assert {(entry.state, entry.message) for entry in ticket.entries} == {
        ("done", "job is COMPLETED")
    }
    assert not any("results" in request for request in stub.log)


def explicit_plan(closure: Closure) -> Plan:
    return Plan(
        braid=Braid("1 2 3 -2 3 1 2", 4),
        closure=closure,
        kind="echo",
        series=("real", "imag"),
        shots=200,
        round_shots=200,
        seed=5,
    )


@pytest.mark.parametrize("closure", ["markov", "plat"])
def test_explicit_circuits(stub: NexusStub, tmp_path: Path, closure: Closure) -> None:
    stub.script = ("COMPLETED",)
    plan = explicit_plan(closure)
    run = runner(tmp_path / "run", way="circuits")
    ticket = run.submit(plan, max_cost=500)
    # Strings of four strands that begin with 01; the plat closure has one.
    assert len(stub.jobs) == (10 if closure == "markov" else 2)
    record = run.collect(ticket)
    assert record.complete
    wanted = {(job.series, job.path): job.shots for job in plan.jobs(0)}
    found = {(job.series, job.path): job.shots for job, _ in record.results}
    assert found == wanted
    for job, counts in record.results:
        assert all(read_outcome("echo", job.path, bits).kept for bits in counts)


@pytest.mark.parametrize("state", ["ERROR", "CANCELLED", "TERMINATED", "DEPLETED"])
def test_one_circuit_fails_and_the_others_count(
    stub: NexusStub, tmp_path: Path, state: str
) -> None:
    """Shots that are paid stay; the circuit that failed alone is started again."""
    stub.script = ("COMPLETED",)
    plan = explicit_plan("markov")
    run = runner(tmp_path / "run", way="circuits")
    ticket = run.submit(plan, max_cost=500)
    _, bad, *_ = stub.jobs.values()
    bad["script"] = deque([state])
    assert len(run.collect(ticket).shots) == 9
    again = runner(tmp_path / "run", way="circuits")
    ticket = again.submit(plan, max_cost=1000, retry_failed=True)
    assert len(stub.jobs) == 11
    record = again.collect(ticket)
    assert record.complete
    assert sum(len(shots) for shots in record.shots.values()) == plan.shots


@pytest.mark.parametrize("closure", ["markov", "plat"])
def test_the_ticket_alone_reads_explicit_circuits(
    stub: NexusStub, tmp_path: Path, closure: Closure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is compiled again, which another version could do otherwise."""
    stub.script = ("COMPLETED",)
    run = runner(tmp_path / "run", way="circuits")
    ticket = run.submit(explicit_plan(closure), max_cost=500)
    monkeypatch.delattr(Plan, "circuit")
    assert run.collect(ticket).complete


# Interleaved plans: all series in every shot

TOGETHER = Plan(
    braid=PLAN.braid,
    closure="markov",
    kind="echo",
    series=(*SERIES, *REFERENCE_SERIES),
    shots=8 * 600,
    round_shots=8 * 600,
    seed=5,
    interleaved=True,
    reference=Braid("1 2 3", 4),
)


def check_shots(record: Record, plan: Plan) -> None:
    """All are possible, and means per path are the matrix elements, within five errors."""
    assert record.complete
    elements = {s: np.diag(representation(plan.word(s))) for s in plan.series}
    row_of = {tuple(path): k for k, path in enumerate(paths(4).tolist())}
    for entry in record.ticket.entries:
        shots = record.shots[entry.label]
        assert len(shots) == entry.program.rows
        rows = [row_of[tuple(path)] for path in shots.paths.tolist()]
        for series, own in shots.split(entry.program.measured).items():
            values, kept = read_outcomes("echo", own.paths, own.outcomes)
            assert kept.all()
            z = elements[series][rows]
            want = z.imag if series.endswith("imag") else z.real
            assert abs(np.sum(values - want)) <= 5 * np.sqrt(np.sum(1 - want**2)) + 1e-9


def test_all_series_in_one_program(stub: NexusStub, tmp_path: Path) -> None:
    """The machine draws a string per shot and runs the circuits of all series on it."""
    stub.script = ("COMPLETED",)
    run = runner(tmp_path / "run")
    found = run.adapter.dry_run(TOGETHER, run.adapter.programs(TOGETHER))
    assert found.valid, found.problems
    ticket = run.submit(TOGETHER, max_cost=1000)
    # One job per last bit; a shot of the machine is a shot of every series.
    assert len(stub.jobs) == 2
    sent = [job["attributes"]["definition"]["items"][0]["n_shots"] for job in stub.jobs.values()]
    assert sent == [entry.program.rows for entry in ticket.entries]
    assert sum(sent) == 600
    record = run.collect(ticket)
    check_shots(record, TOGETHER)
    for entry in record.ticket.entries:
        data, shots = entry.program.data, record.shots[entry.label]
        want = device_paths(4, last=data["last"], seed=data["seed"], shots=len(shots))
        assert np.array_equal(shots.paths, want)
    observed = observations_of_results(TOGETHER, record.rounds)
    assert observed.paired
    assert observed.stretches is not None
    assert np.bincount(observed.stretches).tolist() == sent


def test_all_series_in_one_explicit_circuit(
    stub: NexusStub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job per string; read by the ticket alone, because nothing may be compiled again."""
    stub.script = ("COMPLETED",)
    run = runner(tmp_path / "run", way="circuits")
    plan = replace(TOGETHER, decoupling=2)
    assert run.adapter.dry_run(plan, run.adapter.programs(plan)).valid
    ticket = run.submit(plan, max_cost=1000)
    assert [entry.label for entry in ticket.entries] == [f"all-{k}" for k in range(1, 6)]
    monkeypatch.delattr(Plan, "circuit")
    check_shots(run.collect(ticket), plan)


def test_strings_of_all_series_that_are_not_the_hosts(stub: NexusStub, tmp_path: Path) -> None:
    stub.script, stub.spoil = ("COMPLETED",), True
    run = runner(tmp_path / "run")
    record = run.collect(run.submit(TOGETHER, max_cost=1000))
    assert not record.shots
    assert not record.rounds
    assert all("another string" in entry.message for entry in record.ticket.entries)


def test_series_of_a_lost_program(stub: NexusStub, tmp_path: Path) -> None:
    """Shots with one last bit are no experiment."""
    stub.script = ("COMPLETED",)
    run = runner(tmp_path / "run")
    ticket = run.submit(TOGETHER, max_cost=1000)
    next(iter(stub.jobs.values()))["script"] = deque(["ERROR"])
    record = run.collect(ticket)
    assert len(record.shots) == 1
    assert (record.series, record.rounds) == (set(), [])


def test_dry_run_of_all_series() -> None:
    """The sum of what the programs of single series need, with one price per circuit."""
    adapter = NexusAdapter("H2-1")
    programs = adapter.programs(TOGETHER)
    found = adapter.dry_run(TOGETHER, programs)
    singles = []
    for program in programs:
        for series in TOGETHER.series:
            single = replace(program, series=series, shots=program.rows, together=())
            singles.append(adapter.dry_run(TOGETHER, [single]))
    assert found.shots == 600
    gates = sum(one.two_qubit_gates * one.shots for one in singles)
    assert found.two_qubit_gates * 600 == pytest.approx(gates)
    costs = sum(one.cost or 0.0 for one in singles)
    assert found.cost == pytest.approx(costs - 5 * (len(singles) - len(programs)))
    assert "a shot runs the circuits of 8 series one after another" in found.notes[0]
    many = replace(TOGETHER, shots=8 * 25_000, round_shots=8 * 25_000)
    assert max(program.rows for program in adapter.programs(many)) <= 10_000
    assert sum(program.shots for program in adapter.programs(many)) == many.shots


@pytest.mark.parametrize("strands", [1, 2, 3, 8, pytest.param(55, marks=pytest.mark.slow)])
def test_all_series_are_native_to_h2(strands: int) -> None:
    """Valid as they are by the vendor's offline data, and unchanged by its compiler."""
    quantinuum = pytest.importorskip("pytket.extensions.quantinuum")
    backend = quantinuum.QuantinuumBackend("H2-1", api_handler=quantinuum.QuantinuumAPIOffline())
    word = Braid(list(range(1, strands)) * 2, strands)
    plan = replace(TOGETHER, braid=word, form=word, reference=word, shots=80, round_shots=80)
    adapter = NexusAdapter("H2-1")
    for program in adapter.programs(plan):
        circuit = make_item(plan, program, device("H2-1")).circuit
        assert backend.valid_circuit(circuit)
        compiled = backend.get_compiled_circuit(circuit, optimisation_level=0)
        assert compiled.get_commands() == circuit.get_commands()


def test_plat_closure_needs_no_random_numbers() -> None:
    plan = Plan(
        braid=Braid("1 2 3 -2", 4),
        closure="plat",
        kind="echo",
        series=("real", "imag"),
        shots=50_000,
        round_shots=50_000,
        seed=5,
    )
    programs = NexusAdapter("H2-1").programs(plan)
    assert [(p.label, p.shots) for p in programs[:3]] == [
        ("real-1", 8334),
        ("real-2", 8333),
        ("real-3", 8333),
    ]
    assert all("paths" in program.data for program in programs)


def test_programs_within_the_limits() -> None:
    plan = Plan(
        braid=PLAN.braid,
        closure="markov",
        kind="echo",
        series=("real", "imag"),
        shots=70_000,
        round_shots=7000,
        seed=5,
    )
    programs = NexusAdapter("H2-1").programs(plan)
    assert max(program.shots for program in programs) <= 10_000
    assert sum(program.shots for program in programs) == 70_000
    assert len({program.label for program in programs}) == len(programs)
    seeds = [program.data["seed"] for program in programs]
    assert len(set(seeds)) == len(seeds)
    ones = sum(p.shots for p in programs if p.data["last"])
    drawn = [job for number in range(plan.rounds) for job in plan.jobs(number)]
    assert ones == sum(job.shots for job in drawn if job.path[-1])


def test_dry_run() -> None:
    """Without network: the numbers against ones counted from the circuits of the paths."""
    adapter = NexusAdapter("H2-1")
    programs = adapter.programs(PLAN)
    found = adapter.dry_run(PLAN, programs)
    assert found.valid, found.problems
    assert (found.programs, found.circuits, found.shots, found.qubits) == (4, 4, 60, 3)
    assert found.cost is not None
    assert found.cost > 4 * 5
    assert found.cost == pytest.approx(sum(found.costs))
    for program, cost in zip(programs, found.costs, strict=True):
        assert cost == adapter.dry_run(PLAN, [program]).cost
    # Not by shots alone: every circuit has a price of its own.
    dear, cheap = found.costs[:2]
    assert dear / programs[0].shots != pytest.approx(cheap / programs[1].shots, rel=0.01)
    assert found.cost_formula.startswith("estimate: ")
    assert found.limits == {"qubits": 56, "shots per circuit": 10_000}
    explicit = NexusAdapter("H2-1", way="circuits")
    single = explicit.dry_run(PLAN, explicit.programs(PLAN))
    assert single.circuits > found.circuits
    assert single.cost is not None
    assert single.cost > found.cost


@pytest.mark.parametrize("name", ["H2-1", "H2-2E"])
def test_too_many_qubits(name: str) -> None:
    plan = Plan(
        braid=Braid([1], strands=60),
        closure="markov",
        kind="echo",
        series=("real",),
        shots=10,
        round_shots=10,
        seed=5,
    )
    adapter = NexusAdapter(name)
    found = adapter.dry_run(plan, adapter.programs(plan))
    assert not found.valid
    assert found.problems == [f"the circuits need 59 qubits and {name} has 56"]


def test_money_needs_a_limit(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="give the most that this one may cost"):
        runner(tmp_path / "run").submit(PLAN)
    with pytest.raises(SubmissionError, match="exceeds the 1 allowed"):
        runner(tmp_path / "run").submit(PLAN, max_cost=1)
    adapter = NexusAdapter("H2-1")
    with pytest.raises(SubmissionError, match="give max_cost"):
        adapter.start(PLAN, adapter.programs(PLAN)[0], key="key", max_cost=None)


@pytest.mark.parametrize("name", ["H1-1", "helios", "Helios-1LE", "h2-1", "H2-1LE", ""])
def test_other_machines(name: str) -> None:
    with pytest.raises(InputError, match="choose a machine of Quantinuum's, such as H2-1"):
        NexusAdapter(name)


def test_wrong_options() -> None:
    with pytest.raises(InputError, match="way='both': choose one of: device, circuits"):
        NexusAdapter(way="both")  # type: ignore[arg-type]
    assert issubclass(JobError, PlaitError)


# guppylang uses a name of its own that is deprecated when it is imported.
helios = pytest.mark.filterwarnings("ignore:QSystemExtension:DeprecationWarning")


@helios
def test_helios_takes_programs_of_guppy(stub: NexusStub, tmp_path: Path) -> None:
    """What is sent, and that shots in Helios's form come back as those of the program."""
    hugr = pytest.importorskip("hugr.package")
    pytest.importorskip("guppylang")
    run = runner(tmp_path / "run", device_name="Helios-1")
    waiting = iter(run.adapter.programs(PLAN))

    def machine(contents: bytes, shots: int) -> list[list[tuple[str, list[int]]]]:
        assert hugr.Package.from_bytes(contents).modules
        data = next(waiting).data
        drawn = device_paths(4, last=data["last"], seed=data["seed"], shots=shots)
        free = drawn[:, 2 : 3 + data["last"]].tolist()
        return [[("b", bits), ("m", [0, 0, 1])] for bits in free]

    stub.helios, stub.script = machine, ("COMPLETED",)
    ticket = run.submit(PLAN, max_cost=500)
    for job in stub.jobs.values():
        definition = job["attributes"]["definition"]
        assert definition["backend_config"]["type"] == "HeliosConfig"
        assert definition["backend_config"]["system_name"] == "Helios-1"
        assert "emulator_config" not in definition["backend_config"]
        assert definition["items"][0]["n_qubits"] == 3
    record = run.collect(ticket)
    check(record, stub)
    assert all((shots.outcomes == [0, 0, 1]).all() for shots in record.shots.values())


@helios
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:unclosed file .*selene:ResourceWarning")
@pytest.mark.parametrize("way", ["device", "circuits"])
def test_helios_emulated(stub: NexusStub, tmp_path: Path, way: str) -> None:
    """The uploaded programs run on Quantinuum's own emulator, which draws the strings."""
    selene = pytest.importorskip("selene_sim")
    hugr = pytest.importorskip("hugr.package")
    pytest.importorskip("guppylang")

    def machine(contents: bytes, shots: int) -> list[list[tuple[str, list[int]]]]:
        instance = selene.build(hugr.Package.from_bytes(contents))
        rows = instance.run_shots(selene.Quest(random_seed=1), n_qubits=3, n_shots=shots)
        return [[(tag, list(map(int, bits))) for tag, bits in row] for row in rows]

    stub.helios, stub.script = machine, ("COMPLETED",)
    run = runner(tmp_path / "run", device_name="Helios-1E", way=way)
    record = run.collect(run.submit(PLAN, max_cost=500))
    if way == "device":
        check(record, stub)
    assert record.complete
    for job, counts in record.results:
        assert all(read_outcome("echo", job.path, bits).kept for bits in counts)


@helios
def test_cost_on_helios_is_not_known_offline() -> None:
    pytest.importorskip("guppylang")
    adapter = NexusAdapter("Helios-1")
    found = adapter.dry_run(PLAN, adapter.programs(PLAN))
    assert found.valid
    assert found.cost is None
    # The weights of the programs are known: a limit is shared out by them.
    twin = NexusAdapter("H2-1").dry_run(PLAN, NexusAdapter("H2-1").programs(PLAN))
    assert found.costs == pytest.approx(twin.costs)
    assert "qnexus.hugr.cost_confidence" in found.cost_formula
    assert found.limits["qubits"] == 98
