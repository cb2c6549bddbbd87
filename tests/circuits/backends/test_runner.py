"""The driver against a vendor in memory: order of writes, faults, kills, money."""

from __future__ import annotations

import json
import subprocess
import sys
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


def runner(vendor: Vendor, folder: Path, clock: Clock, cost: float | None = None) -> Runner:
    adapter = FakeAdapter(vendor, cost=cost)
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
    # Five retries, doubling from one second, each with a jitter of a factor 1/2 to 1.
    assert len(clock.slept) == 5
    for k, seconds in enumerate(clock.slept):
        assert 2.0**k / 2 <= seconds <= 2.0**k
    assert runner(vendor, folder, clock).submit(PLAN).status == "queued"
    assert vendor.labels == LABELS


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
    assert runner(vendor, folder, clock).collect(ticket, wait=True).complete


def test_results_that_are_not_the_program(vendor: Vendor, folder: Path, clock: Clock) -> None:
    vendor.script = ("done",)
    ticket = runner(vendor, folder, clock).submit(PLAN)
    vendor.fault("fetch", JobError("strings differ from those that the seed gives"))
    record = runner(vendor, folder, clock).collect(ticket)
    assert set(record.shots) == {"imag-1"}
    assert "strings differ" in ticket.entries[0].message


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
    vendor.fault("start", None, Killed())
    with pytest.raises(Killed):
        runner(vendor, folder, clock).submit(PLAN)
    vendor.fault("stop", *lost(1))
    ticket = runner(vendor, folder, clock).cancel(Ticket.load(folder))
    assert vendor.stopped == ["job-0"]
    assert ticket.status == "cancelled"
    assert runner(vendor, folder, clock).submit(PLAN).status == "cancelled"
    runner(vendor, folder, clock).submit(PLAN, retry_failed=True)
    assert vendor.labels == ["real-1", *LABELS]


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
        (0.0, r"exceeds the 0 allowed"),
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
    assert seen == [(10, 60), (20, 60), (30, 60)]
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
