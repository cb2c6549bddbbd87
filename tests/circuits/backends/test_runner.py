"""The driver against a vendor in memory: order of writes, faults, kills, money."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from backend_fakes import PLAN, Clock, FakeAdapter, Killed, Vendor, lost

from plait import PlaitError, RecordError, device
from plait.circuits.backends import (
    AuthenticationError,
    JobError,
    NetworkError,
    Record,
    Runner,
    SimulatorAdapter,
    SubmissionError,
    Ticket,
)
from plait.circuits.backends.entries import Entry
from plait.circuits.backends.protocol import Program
from plait.circuits.backends.remote import _LISTING
from plait.knots.files import locked

LABELS = ["real-1", "imag-1"]


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ticket"


def runner(
    vendor: Vendor,
    folder: Path,
    clock: Clock,
    cost: float | None = None,
    costs: Sequence[float] = (),
) -> Runner:
    adapter = FakeAdapter(vendor, cost=cost, costs=costs)
    return Runner(adapter, folder, sleep=clock.sleep, clock=clock, seed=1)


def test_from_submission_to_shots(vendor: Vendor, folder: Path, clock: Clock) -> None:
    ticket = runner(vendor, folder, clock).submit(PLAN)
    assert ticket.status == "queued"
    assert vendor.labels == LABELS

    # Another process, which knows the folder only.
    ticket = Ticket.load(folder)
    assert [entry.job_id for entry in ticket.entries] == ["job-0", "job-1"]
    fresh = runner(vendor, folder, clock)
    assert fresh.status(ticket) == "queued"
    assert not fresh.collect(ticket).complete
    record = fresh.collect(ticket, wait=True)
    assert (record.complete, ticket.status) == (True, "done")
    assert sum(job.shots for job, _ in record.results) == PLAN.shots
    assert Record.load(folder) == record
    # The paths are those of the plan.
    drawn = sorted(
        (job.series, job.path) for k in range(PLAN.rounds) for job in PLAN.jobs(k) if job.shots
    )
    assert sorted((job.series, job.path) for job, _ in record.results) == sorted(set(drawn))


def test_ticket_is_on_disk_before_the_first_call(
    vendor: Vendor, folder: Path, clock: Clock
) -> None:
    vendor.fault("start", Killed())
    with pytest.raises(Killed):
        runner(vendor, folder, clock).submit(PLAN)
    data = json.loads((folder / "ticket.json").read_text(encoding="utf-8"))
    assert [entry["state"] for entry in data["programs"]] == ["starting", "planned"]
    assert data["plan"] == PLAN.to_json()
    assert data["versions"]["plait"]


@pytest.mark.parametrize("call", ["start", "start-reply", "find"])
@pytest.mark.parametrize("which", [0, 1])
def test_kill_anywhere_in_submission(
    vendor: Vendor, folder: Path, clock: Clock, call: str, which: int
) -> None:
    if call == "find":
        vendor.fault("start-reply", *[None] * which, NetworkError("reset"))
        vendor.fault("find", Killed())
    else:
        vendor.fault(call, *[None] * which, Killed())
    with pytest.raises(Killed):
        runner(vendor, folder, clock).submit(PLAN)
    runner(vendor, folder, clock).submit(PLAN)
    assert vendor.labels == LABELS
    record = runner(vendor, folder, clock).collect(Ticket.load(folder), wait=True)
    assert record.complete


@pytest.mark.parametrize("call", ["poll", "fetch"])
def test_kill_in_collection_keeps_what_is_there(
    vendor: Vendor, folder: Path, clock: Clock, call: str
) -> None:
    vendor.script = ("done",)
    ticket = runner(vendor, folder, clock).submit(PLAN)
    vendor.fault(call, None, Killed())
    with pytest.raises(Killed):
        runner(vendor, folder, clock).collect(ticket, wait=True)
    assert set(Record.load(folder).shots) == {"real-1"}
    before = (folder / "shots" / "real-1.json").stat().st_mtime_ns
    record = runner(vendor, folder, clock).collect(Ticket.load(folder), wait=True)
    assert record.complete
    assert (folder / "shots" / "real-1.json").stat().st_mtime_ns == before


def test_kill_between_shots_and_ticket(
    vendor: Vendor, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor.script = ("done",)
    ticket = runner(vendor, folder, clock).submit(PLAN)
    write = Ticket.write_shots

    def write_and_die(self: Ticket, *arguments: object) -> None:
        write(self, *arguments)  # type: ignore[arg-type]
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Ticket, "write_shots", write_and_die)
        with pytest.raises(Killed):
            runner(vendor, folder, clock).collect(ticket)
    assert runner(vendor, folder, clock).collect(Ticket.load(folder), wait=True).complete
    assert vendor.labels == LABELS


@pytest.mark.parametrize("call", ["start", "start-reply"])
def test_lost_connection_in_submission(
    vendor: Vendor, folder: Path, clock: Clock, call: str
) -> None:
    vendor.fault(call, *lost(3))
    vendor.fault("find", *lost(2))
    runner(vendor, folder, clock).submit(PLAN)
    assert vendor.labels == LABELS


def test_lost_connection_in_collection(vendor: Vendor, folder: Path, clock: Clock) -> None:
    ticket = runner(vendor, folder, clock).submit(PLAN)
    vendor.fault("poll", *lost(4))
    vendor.fault("fetch", *lost(5))
    assert runner(vendor, folder, clock).collect(ticket, wait=True).complete


def test_network_away_for_long(vendor: Vendor, folder: Path, clock: Clock) -> None:
    vendor.fault("start", None, *lost(6))
    with pytest.raises(NetworkError, match="connection reset"):
        runner(vendor, folder, clock).submit(PLAN)
    # The job may have started, so that it is looked for before each of five more attempts.
    assert clock.now == pytest.approx(5 * sum(_LISTING))
    assert runner(vendor, folder, clock).submit(PLAN).status == "queued"
    assert vendor.labels == LABELS


def test_pauses_of_retries(vendor: Vendor, folder: Path, clock: Clock) -> None:
    """Doubling from one second, with a jitter of a factor 1/2 to 1; and no more when in vain."""
    ticket = runner(vendor, folder, clock).submit(PLAN)
    vendor.fault("poll", *lost(7))
    with pytest.raises(NetworkError, match="connection reset"):
        runner(vendor, folder, clock).status(ticket)
    assert len(clock.slept) == 5
    for k, seconds in enumerate(clock.slept):
        assert 2.0**k / 2 <= seconds <= 2.0**k
    assert {entry.message for entry in ticket.entries} == {"connection reset"}


def test_outage_while_waiting(vendor: Vendor, folder: Path, clock: Clock) -> None:
    ticket = runner(vendor, folder, clock).submit(PLAN)
    vendor.fault("poll", *lost(40))
    assert runner(vendor, folder, clock).collect(ticket, wait=True).complete
    vendor.fault("poll", *lost(40))
    other = runner(vendor, folder / "other", clock)
    with pytest.raises(NetworkError):
        other.collect(other.submit(PLAN), wait=True, timeout=60)


def test_one_job_that_cannot_be_read_blocks_no_other(
    vendor: Vendor, folder: Path, clock: Clock
) -> None:
    vendor.script = ("done",)
    ticket = runner(vendor, folder, clock).submit(PLAN)
    vendor.fault("fetch", *lost(6))
    with pytest.raises(NetworkError):
        runner(vendor, folder, clock).collect(ticket)
    assert set(Record.load(folder).shots) == {"imag-1"}
    assert runner(vendor, folder, clock).collect(ticket).complete


def test_expired_token(vendor: Vendor, folder: Path, clock: Clock) -> None:
    vendor.fault("start", None, AuthenticationError("log in again"))
    with pytest.raises(AuthenticationError):
        runner(vendor, folder, clock).submit(PLAN)
    assert clock.slept == []
    ticket = runner(vendor, folder, clock).submit(PLAN)
    vendor.fault("poll", AuthenticationError("log in again"))
    with pytest.raises(AuthenticationError):
        runner(vendor, folder, clock).collect(ticket, wait=True)
    assert runner(vendor, folder, clock).collect(ticket, wait=True).complete
    assert vendor.labels == LABELS


def test_failed_job_and_another_attempt(vendor: Vendor, folder: Path, clock: Clock) -> None:
    vendor.failing = {"imag-1"}
    ticket = runner(vendor, folder, clock).submit(PLAN)
    record = runner(vendor, folder, clock).collect(ticket, wait=True)
    assert ticket.status == "failed"
    assert set(record.shots) == {"real-1"}
    assert [entry.message for entry in ticket.entries] == ["", "the ion was lost"]

    vendor.failing = set()
    assert runner(vendor, folder, clock).submit(PLAN).status == "failed"
    ticket = runner(vendor, folder, clock).submit(PLAN, retry_failed=True)
    assert vendor.labels == [*LABELS, "imag-1"]
    keys = [key for key, _ in vendor.jobs.values()]
    assert len(set(keys)) == 3
    # What it was called before is not forgotten.
    assert Ticket.load(folder).entries[1].past == ["job-1"]
    assert runner(vendor, folder, clock).collect(ticket, wait=True).complete


def test_results_that_are_not_the_program(vendor: Vendor, folder: Path, clock: Clock) -> None:
    vendor.script = ("done",)
    ticket = runner(vendor, folder, clock).submit(PLAN)
    vendor.fault("fetch", JobError("strings differ from those that the seed gives"))
    record = runner(vendor, folder, clock).collect(ticket, wait=True)
    assert set(record.shots) == {"imag-1"}
    assert "strings differ" in ticket.entries[0].message
    assert ticket.status == ticket.entries[0].state == "unread"
    # They are still there: nothing runs again, and the next collection may take them.
    ticket = runner(vendor, folder, clock).submit(PLAN, retry_failed=True)
    assert vendor.labels == LABELS
    assert runner(vendor, folder, clock).status(ticket) == "unread"
    assert "strings differ" in ticket.entries[0].message
    assert runner(vendor, folder, clock).collect(Ticket.load(folder)).complete


def test_too_few_shots(
    vendor: Vendor, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor.script = ("done",)
    ticket = runner(vendor, folder, clock).submit(PLAN)
    half = FakeAdapter.fetch

    def fetch(self: FakeAdapter, *arguments: object) -> object:
        shots = half(self, *arguments)  # type: ignore[arg-type]
        return type(shots)(shots.paths[1:], shots.outcomes[1:])

    monkeypatch.setattr(FakeAdapter, "fetch", fetch)
    assert not runner(vendor, folder, clock).collect(ticket).shots
    assert ticket.entries[0].message == "29 shots came back where 30 were asked for"


def test_refused_job(vendor: Vendor, folder: Path, clock: Clock) -> None:
    vendor.fault("start", SubmissionError("over the quota"))
    ticket = runner(vendor, folder, clock).submit(PLAN)
    assert (ticket.entries[0].state, ticket.entries[0].message) == ("failed", "over the quota")
    assert ticket.entries[1].state == "queued"


def test_cancel(vendor: Vendor, folder: Path, clock: Clock) -> None:
    vendor.fault("start", AuthenticationError("log in again"))
    with pytest.raises(AuthenticationError):
        runner(vendor, folder, clock).submit(PLAN)
    vendor.fault("start", None, Killed())
    with pytest.raises(Killed):
        runner(vendor, folder, clock).submit(PLAN)
    vendor.fault("stop", *lost(1))
    ticket = runner(vendor, folder, clock).cancel(Ticket.load(folder))
    assert vendor.stopped == ["job-0"]
    # Nobody knows whether it started.
    assert [entry.state for entry in ticket.entries] == ["cancelled", "starting"]
    assert "lists no such job" in ticket.entries[1].message
    runner(vendor, folder, clock).submit(PLAN)
    ticket = runner(vendor, folder, clock).cancel(Ticket.load(folder))
    assert ticket.status == "cancelled"
    assert runner(vendor, folder, clock).submit(PLAN).status == "cancelled"
    runner(vendor, folder, clock).submit(PLAN, retry_failed=True)
    assert vendor.labels == [*LABELS, *LABELS]


@pytest.mark.parametrize("error", [JobError("it has ended"), SubmissionError("409")])
def test_cancel_goes_on_after_a_refusal(
    vendor: Vendor, folder: Path, clock: Clock, error: PlaitError
) -> None:
    vendor.script = ("queued",)
    ticket = runner(vendor, folder, clock).submit(PLAN)
    vendor.fault("stop", error)
    with pytest.raises(JobError, match=f"1 of 2 jobs were not cancelled, first real-1: {error}"):
        runner(vendor, folder, clock).cancel(ticket)
    assert [entry.state for entry in ticket.entries] == ["queued", "cancelled"]
    assert ticket.entries[0].message == f"not cancelled: {error}"
    # A job that has ended cannot be cancelled, and need not be.
    vendor.script = ("done",)
    vendor.fault("stop", error)
    runner(vendor, folder, clock).cancel(ticket)
    assert runner(vendor, folder, clock).collect(ticket).shots


def test_cancel_goes_on_after_a_fault(vendor: Vendor, folder: Path, clock: Clock) -> None:
    ticket = runner(vendor, folder, clock).submit(PLAN)
    vendor.fault("stop", *lost(6))
    with pytest.raises(NetworkError):
        runner(vendor, folder, clock).cancel(ticket)
    assert vendor.stopped == ["job-1"]


# Vendors list a job some time after they took it.


def listed_after(vendor: Vendor, clock: Clock, seconds: float) -> None:
    start, find = vendor.begin, vendor.search
    born: dict[str, float] = {}

    def begin(key: str, program: Program) -> str:
        job_id = start(key, program)
        born[job_id] = clock.now
        return job_id

    def search(key: str) -> list[str]:
        return [job_id for job_id in find(key) if clock.now - born[job_id] > seconds]

    vendor.begin, vendor.search = begin, search  # type: ignore[method-assign]


def test_late_listing(vendor: Vendor, folder: Path, clock: Clock) -> None:
    listed_after(vendor, clock, 80)
    vendor.fault("start-reply", *lost(1), Killed())
    with pytest.raises(Killed):
        runner(vendor, folder, clock).submit(PLAN)
    runner(vendor, folder, clock).submit(PLAN)
    assert vendor.labels == LABELS


def test_later_listing(vendor: Vendor, folder: Path, clock: Clock) -> None:
    """Too late to be waited for: the job starts twice, which is noticed and mended."""
    listed_after(vendor, clock, 200)
    vendor.script = ("queued",)
    vendor.fault("start-reply", *lost(1))
    ticket = runner(vendor, folder, clock, 40.0).submit(PLAN, max_cost=50)
    assert vendor.labels == ["real-1", *LABELS]
    clock.now += 201
    runner(vendor, folder, clock, 40.0).status(ticket)
    assert vendor.stopped == ["job-0"]
    entry = Ticket.load(folder).entries[0]
    assert (entry.job_id, entry.past, entry.spent) == ("job-1", ["job-0"], 25)
    runner(vendor, folder, clock, 40.0).status(ticket)
    assert vendor.stopped == ["job-0"]


def test_cancel_before_the_listing(vendor: Vendor, folder: Path, clock: Clock) -> None:
    listed_after(vendor, clock, 200)
    vendor.fault("start-reply", Killed())
    with pytest.raises(Killed):
        runner(vendor, folder, clock).submit(PLAN)
    ticket = runner(vendor, folder, clock).cancel(Ticket.load(folder))
    assert [entry.state for entry in ticket.entries] == ["starting", "cancelled"]
    clock.now += 200
    assert runner(vendor, folder, clock).cancel(ticket).status == "cancelled"
    assert vendor.stopped == ["job-0"]


def test_refusal_of_a_job_that_was_taken(vendor: Vendor, folder: Path, clock: Clock) -> None:
    vendor.fault("start-reply", SubmissionError("413 by a proxy"))
    assert runner(vendor, folder, clock).submit(PLAN).entries[0].state == "failed"
    ticket = runner(vendor, folder, clock).submit(PLAN, retry_failed=True)
    assert vendor.labels == LABELS
    assert runner(vendor, folder, clock).collect(ticket, wait=True).complete


def test_job_that_the_vendor_forgets(vendor: Vendor, folder: Path, clock: Clock) -> None:
    ticket = runner(vendor, folder, clock).submit(PLAN)
    kept = vendor.jobs["job-0"]
    vendor.forgotten.add("job-0")
    record = runner(vendor, folder, clock).collect(ticket, wait=True)
    assert set(record.shots) == {"imag-1"}
    assert ticket.entries[0].message == "no job job-0"
    vendor.forgotten.clear()
    assert vendor.jobs["job-0"] == kept
    assert runner(vendor, folder, clock).collect(ticket, wait=True).complete


def test_checker(
    vendor: Vendor, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeAdapter, "measures", False)
    vendor.fault("fetch", Killed())
    ticket = runner(vendor, folder, clock).submit(PLAN)
    record = runner(vendor, folder, clock).collect(ticket, wait=True)
    assert (ticket.status, record.shots, record.complete) == ("done", {}, False)


def test_cancel_while_another_process_waits(
    vendor: Vendor, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor.script = ("queued",)
    ticket = runner(vendor, folder, clock).submit(PLAN)
    waiting = runner(vendor, folder, clock)
    slept = clock.sleep

    def cancel_meanwhile(seconds: float) -> None:
        slept(seconds)
        runner(vendor, folder, clock).cancel(Ticket.load(folder))

    monkeypatch.setattr(waiting, "_sleep", cancel_meanwhile)
    assert not waiting.collect(ticket, wait=True).shots
    assert ticket.status == "cancelled"


def test_timeout(vendor: Vendor, folder: Path, clock: Clock) -> None:
    vendor.script = ("queued",)
    ticket = runner(vendor, folder, clock).submit(PLAN)
    assert not runner(vendor, folder, clock).collect(ticket, wait=True, timeout=100).complete
    assert clock.now == pytest.approx(100)


@pytest.mark.parametrize(
    ("max_cost", "message"),
    [
        (None, r"give the most that this one may cost, in HQC \(its estimate is 40\)"),
        (39.0, r"estimated cost of 40 HQC exceeds the 39 allowed"),
        (0.0, "max_cost=0: give a positive number of HQC"),
        (-5.0, "max_cost=-5: give a positive"),
        (float("inf"), "max_cost=inf: give a positive"),
        (float("nan"), "max_cost=nan: give a positive"),
    ],
)
def test_money(
    vendor: Vendor, folder: Path, clock: Clock, max_cost: float | None, message: str
) -> None:
    with pytest.raises(SubmissionError, match=message):
        runner(vendor, folder, clock, 40.0).submit(PLAN, max_cost=max_cost)
    assert not (folder / "ticket.json").exists()
    runner(vendor, folder, clock, 40.0).submit(PLAN, max_cost=50.0)
    assert vendor.caps == [25.0, 25.0]
    with pytest.raises(SubmissionError, match="give a positive"):
        runner(vendor, folder, clock, 40.0).submit(PLAN, max_cost=-5)


def test_shares_by_estimates(vendor: Vendor, folder: Path, clock: Clock) -> None:
    run = runner(vendor, folder, clock, 40.0, [5.0, 35.0])
    run.submit(PLAN, max_cost=40)
    assert vendor.caps == [5.0, 35.0]


def test_shares_of_what_is_left(vendor: Vendor, folder: Path, clock: Clock) -> None:
    vendor.fault("start", None, Killed())
    with pytest.raises(Killed):
        runner(vendor, folder, clock, 40.0, [10.0, 30.0]).submit(PLAN, max_cost=60)
    with pytest.raises(SubmissionError, match="on top of the 15 that its other jobs were allowed"):
        runner(vendor, folder, clock, 40.0).submit(PLAN, max_cost=40)
    ticket = runner(vendor, folder, clock, 40.0).submit(PLAN)
    assert (vendor.caps, ticket.max_cost) == ([15.0, 45.0], 60)


def test_limit_holds_for_all_attempts(vendor: Vendor, folder: Path, clock: Clock) -> None:
    vendor.failing, vendor.script = set(LABELS), ("done",)
    run = runner(vendor, folder, clock, 40.0)
    run.collect(run.submit(PLAN, max_cost=50))
    with pytest.raises(SubmissionError, match=r"its estimate is 40 on top of the 50"):
        run.submit(PLAN, retry_failed=True)
    with pytest.raises(SubmissionError, match="exceeds the 80 allowed"):
        run.submit(PLAN, max_cost=80, retry_failed=True)
    assert vendor.caps == [25.0, 25.0]
    run.submit(PLAN, max_cost=90, retry_failed=True)
    assert vendor.caps == [25.0, 25.0, 20.0, 20.0]


def test_folder_of_another_plan_or_platform(vendor: Vendor, folder: Path, clock: Clock) -> None:
    runner(vendor, folder, clock).submit(PLAN)
    with pytest.raises(RecordError, match="ticket of another plan"):
        runner(vendor, folder, clock).submit(replace(PLAN, seed=6))
    with pytest.raises(RecordError, match=r"holds a ticket of fake .* not of simulator"):
        Runner(SimulatorAdapter(device("ideal")), folder).submit(PLAN)
    with pytest.raises(RecordError, match=r"no ticket\.json"):
        Ticket.load(folder / "nowhere")
    (folder / "ticket.json").write_text("{}", encoding="utf-8")
    with pytest.raises(RecordError, match="is not a ticket"):
        Ticket.load(folder)


def test_two_processes_at_once(vendor: Vendor, folder: Path, clock: Clock) -> None:
    pytest.importorskip("fcntl")
    with locked(folder), pytest.raises(RecordError, match="another process is working on"):
        runner(vendor, folder, clock).submit(PLAN)
    assert vendor.labels == []


def test_status_and_cancel_beside_another_process(
    vendor: Vendor, folder: Path, clock: Clock
) -> None:
    pytest.importorskip("fcntl")
    ticket = runner(vendor, folder, clock).submit(PLAN)
    script = (
        "import pathlib, sys, time; from plait.knots.files import locked\n"
        "with locked(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"held\n"
        assert runner(vendor, folder, clock).status(ticket) == "queued"
        assert vendor.polls == {}
        threading.Timer(0.2, other.stdin.close).start()
        assert runner(vendor, folder, clock).cancel(ticket).status == "cancelled"


def test_file_system_without_locks(
    vendor: Vendor, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")

    def flock(*arguments: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(RecordError, match=r"cannot lock .* \(.*No locks available\)"):
        runner(vendor, folder, clock).submit(PLAN)


@pytest.mark.parametrize(
    ("key", "value"),
    [("job_id", 5), ("attempt", "x"), ("past", None), ("cap", "1"), ("state", "lost"), ("n", 1)],
)
def test_damaged_entries(key: str, value: object) -> None:
    program = Program(label="real-1", series="real", shots=1)
    good = Entry(program=program).to_json()
    assert Entry.from_json(json.loads(json.dumps(good))) == Entry(program=program)
    with pytest.raises(RecordError, match=key):
        Entry.from_json(good | {key: value})


def test_damaged_shots(vendor: Vendor, folder: Path, clock: Clock) -> None:
    vendor.script = ("done",)
    ticket = runner(vendor, folder, clock).submit(PLAN)
    runner(vendor, folder, clock).collect(ticket)
    path = folder / "shots" / "real-1.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"shots": 30', '"shots": 31'))
    with pytest.raises(RecordError, match="30 shots where 31 were written"):
        Record.load(folder)


def test_local_runs_are_resumed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = SimulatorAdapter(device("ideal"))
    whole = Runner(adapter, folder / "whole")
    expected = whole.collect(whole.submit(PLAN))
    runs: list[str] = []
    simulate = SimulatorAdapter.run

    def run(self: SimulatorAdapter, plan: object, program: object) -> object:
        if len(runs) == 3:
            runs.append("killed")
            raise Killed
        runs.append(program.label)  # type: ignore[attr-defined]
        return simulate(self, plan, program)  # type: ignore[arg-type]

    monkeypatch.setattr(SimulatorAdapter, "run", run)
    seen: list[tuple[int, int]] = []
    with pytest.raises(Killed):
        Runner(adapter, folder / "torn", progress=lambda *p: seen.append(p)).submit(PLAN)
    # The first call says that the ticket is on disk.
    assert seen == [(0, 60), (10, 60), (20, 60), (30, 60)]
    torn = Runner(adapter, folder / "torn")
    record = torn.collect(torn.submit(PLAN))
    assert record.results == expected.results
    assert len(runs) == 7


def test_local_failure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(self: object, plan: object, program: object) -> object:
        raise PlaitError("out of order")

    monkeypatch.setattr(SimulatorAdapter, "run", run)
    ticket = Runner(SimulatorAdapter(device("ideal")), folder).submit(PLAN)
    assert ticket.status == "failed"
    assert ticket.entries[0].message == "out of order"


def test_killed_process_leaves_no_lock(folder: Path) -> None:
    script = (
        "import os, pathlib, sys; from plait.knots.files import locked\n"
        "with locked(pathlib.Path(sys.argv[1])): os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(folder)], check=False, timeout=60)
    with locked(folder):
        pass
