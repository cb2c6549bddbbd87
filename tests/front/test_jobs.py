"""Submitting from Python and from the command line: folders, records, errors of one line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from backend_fakes import FakeAdapter, Vendor, lost

import plait.jobs
from plait import InputError, MissingExtraError, RecordError, device, run
from plait.circuits import Plan
from plait.circuits.backends import (
    AuthenticationError,
    JobError,
    NetworkError,
    Program,
    Runner,
    SubmissionError,
)
from plait.circuits.backends.explicit import explicit_programs
from plait.circuits.backends.ibm import IBMAdapter
from plait.circuits.backends.simulator import SimulatorAdapter
from plait.circuits.devices import Device
from plait.cli import main
from plait.jobs import cancel, collect, job_status, prepare, submit
from plait.platforms import BACKENDS, connect, default_device
from plait.reanalysis import mitigate, read_recorded
from plait.report import run_table
from plait.runs import load_run
from plait.terminal import show


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Vendor:
    """A machine behind the name nexus:H2-1E, which costs 40 HQC whatever runs."""
    machine = Vendor()

    def fake(backend: str, target: Device, **options: Any) -> Any:
        if backend.startswith("nexus"):
            machine.connected = options
            return FakeAdapter(machine, cost=40.0, samples=machine.samples)
        return connect(backend, target, **options)

    monkeypatch.setattr(plait.jobs, "connect", fake)
    monkeypatch.setattr(plait.jobs, "Runner", partial(Runner, sleep=lambda seconds: None))
    return machine


class Shell:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys
        self.err = ""

    def __call__(self, *arguments: str | Path, code: int = 0) -> str:
        with pytest.raises(SystemExit) as caught:
            main([str(a) for a in arguments])
        out, self.err = self.capsys.readouterr()
        assert caught.value.code == code, self.err
        assert "Traceback" not in self.err
        return out

    def json(self, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
        out = self(*arguments, "--json", code=code)
        assert out.count("\n") == 1
        data = json.loads(out)
        assert isinstance(data, dict)
        return data

    def error(self, *arguments: str | Path) -> str:
        assert self(*arguments, code=2) == ""
        assert self.err.count("\n") == 1
        return self.err


@pytest.fixture
def shell(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(capsys)


# From Python


def test_record_of_a_simulator(tmp_path: Path) -> None:
    submission = prepare("4_1", backend="aer", shots=800, noise=0, seed=2, folder=tmp_path / "d")
    job = submit(submission, tmp_path / "d")
    assert (job.status, job.record) == ("done", None)
    record = collect(tmp_path / "d").record
    assert record is not None
    assert record.complete
    assert record.check is not None
    assert record.check.covered
    assert (record.backend, record.estimate.kept) == ("aer", 800)
    # What any run leaves behind, so that show and comparisons take it.
    assert load_run(tmp_path / "d").to_json() == record.to_json()


def test_rows_have_the_gates_of_their_templates(tmp_path: Path) -> None:
    pytest.importorskip("qiskit_ibm_runtime")
    folder = tmp_path / "d"
    submission = prepare("8_19", backend="ibm-local:FakeManilaV2", shots=40, noise=0, seed=2)
    found = submission.dry_run()
    submit(submission, folder)
    record = collect(folder).record
    assert record is not None
    statistics = record.estimate.statistics
    assert statistics.two_qubit_gates == found.two_qubit_gates
    assert statistics.two_qubit_depth == found.two_qubit_depth
    # No noise was asked for, and there was none.
    assert statistics.expected_fidelity == 1.0
    assert record.estimate.kept == 40


@pytest.mark.parametrize("mitigation", ["pairs,survival", "reference"])
def test_all_series_in_every_shot(tmp_path: Path, mitigation: str) -> None:
    """Pairs of shots and references on a platform, and from its folder once more."""
    folder = tmp_path / "d"
    submission = prepare(
        "8_19", backend="simulator", shots=1600, noise=0, seed=2, mitigation=mitigation
    )
    assert submission.plan.interleaved
    found = submission.dry_run()
    width = len(submission.plan.series)
    assert found.shots == submission.plan.shots // width
    submit(submission, folder)
    record = collect(folder).record
    assert record is not None
    assert record.complete
    statistics = record.estimate.statistics
    assert statistics.two_qubit_gates == pytest.approx(found.two_qubit_gates / width)
    assert statistics.expected_fidelity == 1.0
    again = mitigate(read_recorded(folder), [mitigation])
    value = again.estimates[",".join(submission.mitigation.names)].value
    assert value == pytest.approx(record.estimate.z)
    assert read_recorded(folder).experiments[0].paired


def test_all_series_of_a_submission_that_goes_on(tmp_path: Path) -> None:
    """Repeating the command changes nothing, and the methods of single series read it too."""
    folder = tmp_path / "d"
    options: Any = {"backend": "simulator", "shots": 80, "noise": 0, "mitigation": "pairs"}
    submit(prepare("8_19", seed=2, **options), folder)
    submit(prepare("8_19", folder=folder, **options), folder)
    found = mitigate(read_recorded(folder), ["pairs", "conjugate"])
    assert set(found.estimates) == {"pairs", "conjugate"}


def test_several_experiments() -> None:
    with pytest.raises(InputError, match="zne needs several experiments, which plait run does"):
        prepare("8_19", backend="simulator", mitigation="zne", seed=1)


def test_all_series_on_helios() -> None:
    submission = prepare("8_19", backend="nexus:Helios-1E", mitigation="pairs", seed=1)
    with pytest.raises(SubmissionError, match="choose simulator, aer, pytket:aer"):
        submission.dry_run()


def test_all_series_on_a_machine() -> None:
    """Without network: one program per last bit, of which a shot is a shot of all series."""
    pytest.importorskip("pytket.extensions.quantinuum")
    submission = prepare("8_19", backend="nexus:H2-1E", shots=400, mitigation="pairs", seed=1)
    found = submission.dry_run()
    assert found.valid, found.problems
    assert (found.programs, found.shots) == (2, 100)
    assert "a shot runs the circuits of 4 series" in found.notes[0]


def test_machine(tmp_path: Path, vendor: Vendor) -> None:
    folder = tmp_path / "d"
    submission = prepare("3_1", backend="nexus:H2-1E", shots=400, seed=2)
    with pytest.raises(SubmissionError, match="give the most that this one may cost, in HQC"):
        submit(submission, folder)
    assert not folder.exists()
    job = submit(submission, folder, max_cost=50)
    assert vendor.caps == [12.5] * 4
    assert job_status(folder).status == "queued"
    assert collect(folder).record is None
    job = collect(folder, wait=True)
    assert job.status == "done"
    assert job.record is not None
    assert job.record.complete
    assert len(job.to_json()["programs"]) == 4
    assert cancel(folder).status == "done"


def test_partial_results(tmp_path: Path, vendor: Vendor) -> None:
    vendor.failing = {"conjugate-imag-1"}
    folder = tmp_path / "d"
    plain = prepare("3_1", backend="nexus:H2-1E", shots=400, seed=2, mitigation="none")
    submit(plain, folder, max_cost=50)
    job = collect(folder, wait=True)
    assert job.record is not None
    assert job.record.complete

    folder = tmp_path / "e"
    vendor.failing = {"imag-1"}
    mitigated = prepare("3_1", backend="nexus:H2-1E", shots=400, seed=2)
    submit(mitigated, folder, max_cost=50)
    job = collect(folder, wait=True)
    assert (job.status, job.record) == ("failed", None)
    vendor.failing = set()
    submit(mitigated, folder, max_cost=100, retry_failed=True)
    job = collect(folder, wait=True)
    assert job.record is not None
    assert job.record.complete


@pytest.mark.parametrize("bad", ["real-1", "real-2", "imag-3"])
def test_programs_that_are_no_samples(
    tmp_path: Path, vendor: Vendor, monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    """Programs by last bit, say: without one of them the others are no experiment."""
    monkeypatch.setattr(FakeAdapter, "programs", lambda self, plan: split_by_path(plan))
    vendor.samples, vendor.script = False, ("done",)
    vendor.failing = {bad}
    plain = prepare("4_1", backend="nexus:H2-1E", shots=4000, seed=2, mitigation="none")
    submit(plain, tmp_path / "d", max_cost=50)
    job = collect(tmp_path / "d")
    assert job.ticket.lacking == [bad]
    assert job.record is None
    vendor.failing = set()
    submit(plain, tmp_path / "d", max_cost=100, retry_failed=True)
    record = collect(tmp_path / "d").record
    assert record is not None
    assert record.check is not None
    assert record.check.covered


def split_by_path(plan: Plan) -> list[Program]:
    programs = []
    for whole in explicit_programs(plan):
        for number, (path, shots) in enumerate(whole.data["paths"].items(), start=1):
            label = f"{whole.series}-{number}"
            programs.append(
                replace(whole, label=label, shots=shots, data={"paths": {path: shots}})
            )
    return programs


def test_seed_of_an_interrupted_submission(tmp_path: Path, vendor: Vendor) -> None:
    vendor.fault("start", None, AuthenticationError("log in again"))
    folder = tmp_path / "d"
    first = prepare("3_1", backend="nexus:H2-1E", shots=400, folder=folder)
    with pytest.raises(AuthenticationError):
        submit(first, folder, max_cost=50)
    again = prepare("3_1", backend="nexus:H2-1E", shots=400, folder=folder)
    assert again == first
    assert submit(again, folder, max_cost=50).status == "queued"
    assert len(vendor.jobs) == 4
    other = prepare("3_1", backend="nexus:H2-1E", shots=400, folder=folder, mitigation="conjugate")
    with pytest.raises(RecordError, match="holds a submission with another mitigation"):
        submit(other, folder, max_cost=50)


@pytest.mark.parametrize(
    ("backend", "message"),
    [
        ("H2-1", "unknown backend 'H2-1'; choose one such as: simulator, aer"),
        ("simulator:fast", "unknown backend"),
        ("ibm:", "unknown backend"),
        ("pytket:braket", "unknown backend pytket:braket; choose pytket:aer or a local emulator"),
        ("nexus:H1-1", "such as H2-1 or Helios-1, with E for its emulator"),
    ],
)
def test_unknown_platforms(backend: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        connect(backend, device("H2-1"), online=False)


def test_noise_of_machines_is_their_own() -> None:
    with pytest.raises(InputError, match="noise × 2: nexus:H2-1E has its own noise, leave it out"):
        connect("nexus:H2-1E", device("H2-1").with_noise(2))
    pytest.importorskip("qiskit_ibm_runtime")
    with pytest.raises(InputError, match=r"noise × 2: ibm-local:FakeFez .* or give 0 for none"):
        connect("ibm-local:FakeFez", device("ibm_fez").with_noise(2))
    with pytest.raises(InputError, match="not used as a line"):
        connect("ibm-local:FakeFez", device("H2-1"))
    with pytest.raises(InputError, match="no fake backend 'FakeNowhere'"):
        connect("ibm-local:FakeNowhere", device("ibm_fez"))


# pytket-qiskit's AerBackend lists Aer's old simulators.
@pytest.mark.filterwarnings(r"ignore:The `\w+Simulator` backend will:PendingDeprecationWarning")
def test_emulators_free_of_noise(tmp_path: Path) -> None:
    pytest.importorskip("pytket.extensions.qiskit")
    with pytest.raises(InputError, match="noise × 2: pytket:aer is free of noise; leave it out"):
        connect("pytket:aer", device("H2-1").with_noise(2))
    plain = prepare("4_1", backend="pytket:aer", shots=80, seed=1)
    assert plain == prepare("4_1", backend="pytket:aer", shots=80, seed=1, noise=0)
    submit(plain, tmp_path)
    record = collect(tmp_path).record
    assert record is not None
    assert record.estimate.kept == 80
    assert (record.estimate.noise, record.estimate.statistics.expected_fidelity) == ("× 0", 1.0)


def test_extra_of_local_emulators(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pytket.extensions.quantinuum")
    monkeypatch.setitem(sys.modules, "pytket_pecos", None)
    with pytest.raises(MissingExtraError, match=r'pip install "plait\[quantinuum,emulators\]"'):
        connect("pytket:H2-1LE", device("H2-1"))


@pytest.mark.parametrize(
    ("backend", "noise", "line"),
    [
        ("simulator", None, "ibm_fez (simulator), seed 1"),
        ("ibm-local:FakeFez", None, "ibm-local:FakeFez, circuits for ibm_fez, seed 1"),
        ("ibm-local:FakeManilaV2", None, "ibm-local:FakeManilaV2, circuits for ibm_fez, seed 1"),
        ("ibm-local:FakeManilaV2", 0, "ibm_fez, noise × 0, seed 1"),
    ],
)
def test_fidelity_is_that_of_what_ran(
    backend: str, noise: float | None, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    record = run("4_1", shots=80, device="ibm_fez", noise=noise, seed=1)
    show(run_table(replace(record, backend=backend)))
    out = capsys.readouterr().out
    assert line in out
    known = "Manila" not in backend or noise == 0
    assert ("expected fidelity" in out) == known


def test_devices_of_platforms() -> None:
    names = {backend: default_device(backend).name for backend in BACKENDS}
    assert names["ibm:ibm_fez"] == names["ibm-local:FakeFez"] == "ibm_fez"
    assert default_device("ibm:ibm_sherbrooke").name == "ibm_sherbrooke"
    assert names.pop("nexus:Helios-1E") == "Helios-1"
    assert {names[b] for b in names if not b.startswith("ibm")} == {"H2-1"}


def test_runs_and_submissions_do_not_overwrite_each_other(tmp_path: Path) -> None:
    submission = prepare("8_19", backend="simulator", shots=80, seed=1)
    run("4_1", shots=80, seed=1, out=tmp_path / "run")
    before = (tmp_path / "run" / "record.json").read_bytes()
    with pytest.raises(RecordError, match=r"run holds a run \(there is plan.json in it\)"):
        submit(submission, tmp_path / "run")
    assert (tmp_path / "run" / "record.json").read_bytes() == before
    assert not (tmp_path / "run" / "ticket.json").exists()

    submit(submission, tmp_path / "job")
    for collected in (False, True):
        if collected:
            collect(tmp_path / "job")
        with pytest.raises(RecordError, match="holds a submission; see it with: plait status"):
            run("4_1", shots=80, seed=1, out=tmp_path / "job")
    assert not (tmp_path / "job" / "plan.json").exists()
    record = collect(tmp_path / "job").record
    assert record is not None
    assert record.name == "8_19"


def test_limit_is_asked_for_before_the_login(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("qiskit_ibm_runtime")

    def away(*arguments: Any, **options: Any) -> None:
        raise NetworkError("away")

    monkeypatch.setattr(IBMAdapter, "connect", away)
    submission = prepare("3_1", backend="ibm:ibm_fez", shots=40, seed=1)
    with pytest.raises(SubmissionError, match=r"cost money: give the most .*--max-cost"):
        submit(submission, tmp_path)
    with pytest.raises(SubmissionError, match=r"exceeds the 1 allowed .*--max-cost"):
        submit(submission, tmp_path, max_cost=1)
    with pytest.raises(NetworkError, match="away"):
        submit(submission, tmp_path, max_cost=100)
    assert list(tmp_path.iterdir()) == []


def test_no_network_where_nothing_has_started(tmp_path: Path, vendor: Vendor) -> None:
    submission = prepare("3_1", backend="nexus:H2-1E", shots=400, seed=1)
    vendor.fault("start", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        submit(submission, tmp_path, max_cost=50)
    assert vendor.connected.get("online", True)
    # The first may have started, the others have not.
    job_status(tmp_path)
    assert vendor.connected["online"]
    path = tmp_path / "ticket.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"starting"', '"planned"'))
    for call in (job_status, collect, cancel):
        call(tmp_path)
        assert not vendor.connected["online"]
    assert job_status(tmp_path).status == "cancelled"


def test_interrupted_submission_that_runs_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    whole, left = SimulatorAdapter.run, [3]

    def dies(self: SimulatorAdapter, *arguments: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return whole(self, *arguments)

    arguments = ("submit", "3_1", "--backend", "simulator", "--shots", "400", "--out", "d")
    with monkeypatch.context() as patch:
        patch.setattr(SimulatorAdapter, "run", dies)
        shell(*arguments, code=130)
    data = shell.json("status", "d")
    assert data["status"] == "interrupted"
    assert {program["state"] for program in data["programs"]} == {"done", "interrupted"}
    out = shell("collect", "d")
    assert "no record without the shots of" in out
    assert "interrupted; to go on, repeat the command with --out d" in out
    shell(*arguments)
    assert shell.json("status", "d")["status"] == "done"
    assert shell.json("collect", "d")["shots"] == 400


# From the command line


@pytest.mark.parametrize(
    ("backend", "package"),
    [
        ("simulator", None),
        ("aer", None),
        ("ibm-local:FakeFez", "qiskit_ibm_runtime"),
        ("ibm:ibm_fez", "qiskit_ibm_runtime"),
        ("nexus:H2-1E", "pytket.extensions.quantinuum"),
        ("nexus:Helios-1E", "guppylang"),
    ],
)
def test_dry_runs_need_no_account(shell: Shell, backend: str, package: str | None) -> None:
    if package:
        pytest.importorskip(package)
    data = shell.json("submit", "8_19", "--backend", backend, "--shots", "100", "--dry-run")
    assert data["valid"]
    assert (data["shots"], data["qubits"]) == (100, 2)
    out = shell("submit", "8_19", "--backend", backend, "--shots", "100", "--dry-run")
    assert "dry run" in out
    assert list(Path().iterdir()) == []


def test_dry_run_of_a_plan_that_does_not_fit(shell: Shell) -> None:
    pytest.importorskip("qiskit_ibm_runtime")
    arguments = ("submit", "1 2 3 4 5 6 7", "--backend", "ibm-local:FakeManilaV2", "--dry-run")
    assert "refused" in shell(*arguments, code=2)
    assert "the circuits need 7 qubits and fake_manila has 5" in shell.err


def test_simulator(shell: Shell) -> None:
    arguments = ("submit", "3_1", "--backend", "simulator", "--device", "ideal", "--shots", "400")
    data = shell.json(*arguments, "--seed", "1", "--out", "d")
    assert (data["status"], data["backend"], data["folder"]) == ("done", "simulator", "d")
    assert shell.json("status", "d") == data
    record = shell.json("collect", "d")
    assert (record["shots"], record["covered"], record["backend"]) == (400, True, "simulator")
    out = shell("collect", "d")
    assert "device      ideal (simulator), seed 1" in out
    assert "record: d" in out
    assert "mitigated" in shell("show", "d")
    assert "done" in shell("cancel", "d")


def test_machine_from_the_command_line(shell: Shell, vendor: Vendor) -> None:
    arguments = ("submit", "3_1", "--backend", "nexus:H2-1E", "--shots", "400")
    message = shell.error(*arguments, "--out", "d")
    assert (
        "cost money: give the most that this one may cost, in HQC (its estimate is 40)" in message
    )
    assert "40 HQC exceeds the 30 allowed" in shell.error(*arguments, "--max-cost", "30")
    assert list(Path().iterdir()) == []
    vendor.fault("poll", *lost(2))
    data = shell.json(*arguments, "--max-cost", "60", "--out", "d")
    assert [program["state"] for program in data["programs"]] == ["queued"] * 4
    assert [program["job_id"] for program in data["programs"]] == [f"job-{k}" for k in range(4)]
    out = shell("status", "d")
    assert "job-3" in out
    assert "shots and record:  plait collect d" in out
    assert shell.json("collect", "d")["status"] == "running"
    assert shell.json("collect", "d", "--wait", "--timeout", "60")["shots"] == 400


def test_failed_job_from_the_command_line(shell: Shell, vendor: Vendor) -> None:
    vendor.failing = {"imag-1"}
    arguments = ("submit", "3_1", "--backend", "nexus:H2-1E", "--shots", "400", "--out", "d")
    shell(*arguments, "--max-cost", "60")
    out = shell("collect", "d", "--wait", code=2)
    assert "start them again: the same command with --out d --retry-failed" in out
    assert shell.err == "error: 1 of 4 jobs failed, first imag-1: the ion was lost\n"
    vendor.failing = set()
    message = shell.error(*arguments, "--retry-failed")
    assert "its estimate is 10 on top of the 60 that its other jobs were allowed" in message
    shell(*arguments, "--max-cost", "70", "--retry-failed")
    assert "other jobs: job-1" in shell("status", "d")
    assert "covered" in shell("collect", "d", "--wait")


def test_what_a_record_lacks(shell: Shell, vendor: Vendor) -> None:
    vendor.samples = False
    arguments = ("submit", "3_1", "--backend", "nexus:H2-1E", "--shots", "400", "--out", "d")
    shell(*arguments, "--max-cost", "60")
    out = shell("collect", "d")
    assert (
        "no record without the shots of real-1, imag-1, conjugate-real-1, conjugate-imag-1" in out
    )


def test_refused_shots_from_the_command_line(shell: Shell, vendor: Vendor) -> None:
    vendor.script = ("done",)
    arguments = ("submit", "3_1", "--backend", "nexus:H2-1E", "--shots", "400", "--out", "d")
    shell(*arguments, "--max-cost", "60")
    vendor.fault("fetch", JobError("1 of 100 shots came back with another string"))
    out = shell("collect", "d", code=2)
    assert "plait collect d fetches them again" in out
    assert "1 of 4 jobs have shots that were refused, first real-1: 1 of 100" in shell.err
    assert not vendor.connected["trust_device"]
    assert "covered" in shell("collect", "d", "--trust-device")
    assert vendor.connected["trust_device"]
    assert len(vendor.jobs) == 4


def test_what_to_do_when_the_network_is_away(
    shell: Shell, vendor: Vendor, caplog: pytest.LogCaptureFixture
) -> None:
    arguments = ("submit", "3_1", "--backend", "nexus:H2-1E", "--shots", "400", "--out", "d")
    shell(*arguments, "--max-cost", "60")
    for command in ("status", "collect", "cancel"):
        caplog.clear()
        vendor.fault("stop" if command == "cancel" else "poll", *lost(9))
        message = shell.error(command, "d")
        assert f"connection reset; nothing is lost: later repeat plait {command} d" in message
        assert "connection reset; trying again in" in caplog.messages[0]
        assert caplog.messages[-1].endswith("(5 of 5)")
        vendor.faults.clear()


def test_unknown_machine_of_ibm(shell: Shell) -> None:
    pytest.importorskip("qiskit_ibm_runtime")
    arguments = ("submit", "8_19", "--shots", "40", "--dry-run", "--backend")
    data = shell.json(*arguments, "ibm:ibm_nowhere")
    assert data["valid"]
    assert "no snapshot of a machine 'ibm_nowhere': check its name" in data["notes"][0]
    assert "check its name" in " ".join(shell(*arguments, "ibm:ibm_nowhere").split())
    assert shell.json(*arguments, "ibm:ibm_fez")["notes"] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "d/ticket.json is not a ticket: 'format' is missing; restore it from a copy"),
        ("{", "cannot read d/ticket.json: it is no JSON from line 1 on; restore it"),
        ("[]", "d/ticket.json is not a ticket: a value is of the wrong kind; restore it"),
    ],
)
def test_damaged_ticket_in_words(shell: Shell, text: str, message: str) -> None:
    Path("d").mkdir()
    Path("d/ticket.json").write_text(text, encoding="utf-8")
    assert message in shell.error("status", "d")


def test_lost_shots_in_words(shell: Shell) -> None:
    shell("submit", "3_1", "--backend", "simulator", "--shots", "40", "--out", "d")
    first = sorted(Path("d/shots").iterdir())[0]
    first.unlink()
    message = shell.error("collect", "d")
    assert f"cannot read {first}: No such file or directory; restore it from a copy" in message


def test_checker(shell: Shell, vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeAdapter, "measures", False)
    arguments = ("submit", "3_1", "--backend", "nexus:H2-1E", "--shots", "400", "--out", "d")
    shell(*arguments, "--max-cost", "60")
    assert "the circuits were accepted" in shell("collect", "d", "--wait")
    assert shell.json("collect", "d")["measures"] is False


def test_folder_of_a_submission_that_breaks_off(shell: Shell, vendor: Vendor) -> None:
    """Without --out too, what is said is enough to go on, and nothing starts twice."""
    arguments = ("submit", "3_1", "--backend", "nexus:H2-1E", "--shots", "400", "--max-cost", "60")
    vendor.fault("start-reply", AuthenticationError("log in, then repeat the same command"))
    assert shell(*arguments, code=2) == ""
    (folder,) = Path("plait-runs").iterdir()
    first, last = shell.err.splitlines()
    assert first.startswith(f"ticket in {folder}; if this is interrupted, go on with")
    assert last.endswith(f"repeat the same command; go on: the same command with --out {folder}")
    shell(*arguments, "--out", folder)
    assert len(vendor.jobs) == 4


@pytest.mark.parametrize(
    "value", [None, "x", *(pytest.param(v, marks=pytest.mark.slow) for v in (-1, [], {}, [1]))]
)
def test_damaged_tickets(shell: Shell, vendor: Vendor, value: Any) -> None:
    """Whatever one of its values becomes, there is no traceback."""
    vendor.script = ("done",)
    arguments = ("submit", "3_1", "--backend", "nexus:H2-1E", "--shots", "400", "--out", "d")
    shell(*arguments, "--max-cost", "60")
    ticket = Path("d/ticket.json")
    good = ticket.read_text(encoding="utf-8")
    for place in places(json.loads(good)):
        data = json.loads(good)
        inner = data
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = value
        ticket.write_text(json.dumps(data), encoding="utf-8")
        for command in ("status", "collect"):
            with pytest.raises(SystemExit):
                main([command, "d"])
            assert "Traceback" not in shell.capsys.readouterr().err


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(data, (dict, list)):
        for key in data if isinstance(data, dict) else range(len(data[:2])):
            yield (*path, key)
            yield from places(data[key], (*path, key))


def test_cancel(shell: Shell, vendor: Vendor) -> None:
    arguments = ("submit", "3_1", "--backend", "nexus:H2-1E", "--shots", "400", "--out", "d")
    shell(*arguments, "--max-cost", "60")
    assert shell.json("cancel", "d")["status"] == "cancelled"
    assert vendor.stopped == [f"job-{k}" for k in range(4)]


@pytest.mark.parametrize("command", ["status", "collect", "cancel"])
def test_folder_without_a_submission(shell: Shell, command: str) -> None:
    assert "holds no submitted plan" in shell.error(command, "nowhere")
    assert list(Path().iterdir()) == []


def test_interrupts(shell: Shell, vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("submit", "3_1", "--backend", "nexus:H2-1E", "--shots", "400", "--out", "d")
    vendor.fault("start", None, KeyboardInterrupt())
    shell(*arguments, "--max-cost", "60", code=130)
    assert "go on:  the same command with --out d" in shell.err
    assert "not all jobs have started" in shell("status", "d")
    shell(*arguments, "--max-cost", "60")
    assert len(vendor.jobs) == 4
    vendor.fault("fetch", None, KeyboardInterrupt())
    shell("collect", "d", "--wait", code=130)
    assert "go on:  plait collect d --wait" in shell.err
    assert shell.json("collect", "d", "--wait")["shots"] == 400


def test_killed_process_goes_on(tmp_path: Path) -> None:
    """SIGKILL in the middle of a local submission, then the same command again."""
    script = (
        "import os, sys\n"
        "from plait.circuits.backends.simulator import SimulatorAdapter\n"
        "from plait.cli import main\n"
        "whole, left = SimulatorAdapter.run, [3]\n"
        "def run(*arguments):\n"
        "    left[0] -= 1\n"
        "    if left[0] < 0: os.kill(os.getpid(), 9)\n"
        "    return whole(*arguments)\n"
        "SimulatorAdapter.run = run\n"
        "main(sys.argv[1:])\n"
    )
    arguments = ["submit", "3_1", "--backend", "simulator", "--shots", "400", "--out", "d"]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=tmp_path, check=False, timeout=120
    )
    assert done.returncode == -9
    assert len(list((tmp_path / "d" / "shots").glob("*.json"))) == 3
    submission = prepare("3_1", backend="simulator", shots=400, folder=tmp_path / "d")
    assert submit(submission, tmp_path / "d").status == "done"
    record = collect(tmp_path / "d").record
    assert record is not None
    assert record.complete
