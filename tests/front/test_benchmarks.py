"""Benchmarks in folders: killed, resumed, in parallel, damaged, refused."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

import plait
from plait.benchmark_plan import BenchmarkPlan, parse_values
from plait.benchmarks import load_benchmark, report_benchmark, report_options, run_benchmark
from plait.circuits.devices import Errors, device
from plait.cli_benchmark import benchmark_command
from plait.knots.errors import InputError, MissingExtraError, RecordError, UnknownNameError

_FIFTY = [
    "run", "--strands", "3,4", "--layers", "4,8,10,12,14", "--count", "5", "--shots", "40",
    "--mitigation", "none", "--seed", "7",
]  # fmt: skip
_START = """
import signal
from plait.cli_benchmark import benchmark_command
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background of shells
benchmark_command()
"""


def _plan(**changes: object) -> BenchmarkPlan:
    settings: dict = {
        "family": "benchmark",
        "backend": "simulator",
        "device": device("H2-1"),
        "mitigation": "none",
        "strands": (3,),
        "layers": (8,),
        "count": 3,
        "shots": 20,
    }
    return BenchmarkPlan(**settings | changes)


def _call(*arguments: str) -> None:
    benchmark_command(list(arguments), standalone_mode=False)


def _wait_for(folder: Path, count: int, process: subprocess.Popen) -> None:
    for _ in range(6000):
        if len(list((folder / "records").glob("*.json"))) >= count:
            return
        assert process.poll() is None, "it ended before it was killed"
        time.sleep(0.01)
    raise AssertionError("no records were written")


def test_killed_and_resumed_gives_the_report_of_an_uninterrupted_run(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    with subprocess.Popen([sys.executable, "-c", _START, *_FIFTY, "--out", killed]) as process:
        _wait_for(killed, 12, process)
        process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    before = {p.name: p.stat().st_mtime_ns for p in (killed / "records").glob("*.json")}
    assert 12 <= len(before) < 50
    _call(*_FIFTY, "--out", str(killed), "--json")
    assert json.loads(capsys.readouterr().out)["measured"] == 50
    after = {p.name: p.stat().st_mtime_ns for p in (killed / "records").glob("*.json")}
    assert {name: after[name] for name in before} == before
    # In parallel and at once.
    _call(*_FIFTY, "--out", str(whole), "--jobs", "2")
    for folder in (killed, whole):
        _call("report", str(folder), "--no-plots")
    for name in ("report.json", "report.md"):
        assert (killed / name).read_bytes() == (whole / name).read_bytes()


def test_an_instance_goes_on_from_its_shots(tmp_path: Path) -> None:
    plan = _plan(count=1, shots=200)
    first = run_benchmark(plan, tmp_path / "b").records[0]
    shots = tmp_path / "b" / "shots" / "000000" / "shots.jsonl"
    lines = shots.read_bytes().splitlines(keepends=True)
    shots.write_bytes(b"".join(lines[:2]))
    (tmp_path / "b" / "records" / "000000.json").unlink()
    again = run_benchmark(plan, tmp_path / "b").records[0]
    assert replace(again, seconds=0.0) == replace(first, seconds=0.0)
    assert shots.read_bytes() == b"".join(lines)


def test_a_failing_instance_is_recorded_and_the_others_go_on(tmp_path: Path) -> None:
    plan = _plan(device=replace(device("H2-1"), qubits=3), strands=(4, 6), count=1)
    state = run_benchmark(plan, tmp_path / "b")
    assert (len(state.records), state.failed, state.open) == (2, 1, 0)
    assert "qubits" in state.records[1].error
    assert state.records[1].instance is not None
    assert load_benchmark(tmp_path / "b").records == state.records
    assert run_benchmark(plan, tmp_path / "b").records == state.records
    again = run_benchmark(plan, tmp_path / "b", retry_failed=True)
    assert again.records[0] == state.records[0]
    assert again.failed == 1


def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    import multiprocessing

    from plait.benchmark_workers import on_processes

    plan = _plan(count=1)
    running = on_processes(plan, [(task, tmp_path) for task in plan.tasks()], 1)
    assert next(running) is not None
    running.close()
    for child in multiprocessing.active_children():
        child.join(20)
    assert not multiprocessing.active_children()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
def test_ctrl_c_ends_well(tmp_path: Path) -> None:
    folder = tmp_path / "b"
    many = [*_FIFTY, "--count", "1000", "--jobs", "2"]  # so many that it cannot end before
    command = [sys.executable, "-c", _START, *many, "--out", str(folder)]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        _wait_for(folder, 1, process)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped" in said
    assert "Traceback" not in said
    assert load_benchmark(folder).open > 0


def test_values_that_no_construction_gives_are_computed(tmp_path: Path) -> None:
    plan = _plan(family="uniform", layers=(), crossings=(6,), count=2)
    for record in run_benchmark(plan, tmp_path / "b").records:
        assert record.instance is not None
        assert record.instance.known_by == ("evaluation",)


def test_other_backends_run(tmp_path: Path) -> None:
    pytest.importorskip("qiskit_aer")
    state = run_benchmark(_plan(backend="aer", count=1), tmp_path / "b")
    assert [record.error for record in state.records] == [""]
    assert (tmp_path / "b" / "shots" / "000000" / "ticket.json").exists()


def _fail(folder: Path, number: int) -> None:
    """Mark an instance of a submitted benchmark as failed at the vendor's."""
    record = folder / "records" / f"{number:06d}.json"
    ticket = folder / "shots" / f"{number:06d}" / "ticket.json"
    data = json.loads(record.read_text())
    record.write_text(json.dumps(data | {"measurement": None, "error": "it failed"}))
    data = json.loads(ticket.read_text())
    for entry in data["programs"]:
        entry |= {"state": "failed", "job_id": "a"}
    ticket.write_text(json.dumps(data))


def test_failed_jobs_that_cost_money_are_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("qiskit_aer")
    from plait import benchmarks
    from plait.circuits.backends.errors import SubmissionError
    from plait.circuits.backends.simulator import AerAdapter
    from plait.circuits.backends.ticket import Ticket

    monkeypatch.setattr(benchmarks, "_LOCAL", ())
    monkeypatch.setattr(AerAdapter, "paid", True)
    plan, folder = _plan(backend="aer"), tmp_path / "b"
    assert run_benchmark(plan, folder, max_cost=9).failed == 0
    for number in (0, 2):
        _fail(folder, number)
    with pytest.raises(SubmissionError, match=r"2 instances cost .* on top of the 9 that was"):
        run_benchmark(plan, folder, max_cost=9, retry_failed=True)
    assert run_benchmark(plan, folder, max_cost=15, retry_failed=True).failed == 0
    tickets = [Ticket.load(folder / "shots" / f"{number:06d}") for number in range(3)]
    assert [ticket.max_cost for ticket in tickets] == pytest.approx([6, 3, 6])
    assert tickets[0].entries[0].attempt == 2


@pytest.mark.slow
def test_failed_jobs_are_started_again_on_processes(tmp_path: Path) -> None:
    pytest.importorskip("qiskit_aer")
    plan, folder = _plan(backend="aer", count=2), tmp_path / "b"
    run_benchmark(plan, folder)
    _fail(folder, 1)
    assert run_benchmark(plan, folder, jobs=2, retry_failed=True).failed == 0


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::UserWarning:distributed")
def test_a_cluster_keeps_shots(tmp_path: Path) -> None:
    if find_spec("distributed") is None:
        pytest.skip("needs the extra distributed")
    plan, one, other = _plan(count=2), tmp_path / "one", tmp_path / "other"
    states = [run_benchmark(plan, one), run_benchmark(plan, other, scheduler="local")]
    first, second = ([replace(r, seconds=0.0) for r in state.records] for state in states)
    assert first == second
    for name in ("plan.json", "shots.jsonl"):
        place = Path("shots", "000001", name)
        assert (one / place).read_bytes() == (other / place).read_bytes()


@pytest.mark.parametrize("text", ["{}\n", "nonsense\n"])
def test_damaged_shots_are_the_failure_of_their_instance(tmp_path: Path, text: str) -> None:
    plan, folder = _plan(count=2), tmp_path / "b"
    whole = run_benchmark(plan, folder).records
    for place in (folder / "records").glob("*.json"):
        place.unlink()
    shots = folder / "shots" / "000000"
    (shots / "shots.jsonl").write_text(text)
    state = run_benchmark(plan, folder)
    assert [record.error == "" for record in state.records] == [False, True]
    assert f"delete {shots}, and repeat the command with --retry-failed" in state.records[0].error
    shutil.rmtree(shots)
    again = run_benchmark(plan, folder, retry_failed=True).records
    assert [replace(r, seconds=0.0) for r in again] == [replace(r, seconds=0.0) for r in whole]


def test_shots_that_cannot_be_written_stop_it(tmp_path: Path) -> None:
    from plait.knots.files import CannotWriteError

    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "shots").write_text("")
    (tmp_path / "b" / "benchmark.json").write_text(json.dumps(_plan().to_json()))
    with pytest.raises(CannotWriteError, match="cannot write to"):
        run_benchmark(_plan(), tmp_path / "b")
    assert load_benchmark(tmp_path / "b").records == ()


def test_mitigation_by_several_experiments_runs_on_the_simulator(tmp_path: Path) -> None:
    pytest.importorskip("mitiq")
    plan = _plan(mitigation="zne", count=1, shots=60)
    (record,) = run_benchmark(plan, tmp_path / "b").records
    assert record.error == ""
    assert record.measurement is not None
    # A third of the shots are those of the circuits as they are.
    assert record.measurement.shots == 20
    with pytest.raises(InputError, match="only the backend simulator does, and this is aer"):
        _plan(mitigation="zne", backend="aer", shots=60)


def test_too_many_instances_are_refused_before_they_are_listed() -> None:
    many = tuple(range(1, 100_001))
    with pytest.raises(InputError, match="number of instances=10000000000"):
        _plan(strands=many, layers=many, count=1)


@pytest.mark.slow
def test_effective_error_of_a_depolarizing_simulator(tmp_path: Path) -> None:
    rate = 0.01
    errors = Errors(
        one_qubit=0, two_qubit=rate, two_qubit_slope=0, preparation=0, readout_0=0, readout_1=0
    )
    plan = _plan(
        device=replace(device("ideal"), name="depolarizing", errors=errors),
        strands=(7,),
        layers=(20, 40, 80),
        parameters={"magnitude": (0.7, 1.0)},
        count=4,
        shots=2000,
    )
    run_benchmark(plan, tmp_path / "b")
    error = report_benchmark(tmp_path / "b").gate_error
    assert error is not None
    assert error.low <= rate <= error.high
    assert error.high - error.low < rate


def test_another_configuration_is_refused(tmp_path: Path) -> None:
    run_benchmark(_plan(count=1), tmp_path / "b")
    with pytest.raises(RecordError, match=r"other settings \(shots was 20, now 30\)"):
        run_benchmark(_plan(count=1, shots=30), tmp_path / "b")
    with pytest.raises(RecordError, match="device or its noise"):
        run_benchmark(_plan(count=1, device=device("H2-1").with_noise(2)), tmp_path / "b")
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "plan.json").write_text("{}")
    with pytest.raises(RecordError, match="holds something else"):
        run_benchmark(_plan(), tmp_path / "else")


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", "\ufeff{}", '{"number": 5}', "[" * 100_000])
def test_damaged_records_are_named(tmp_path: Path, text: str) -> None:
    run_benchmark(_plan(count=1), tmp_path / "b")
    place = tmp_path / "b" / "records" / "000000.json"
    place.write_text(text)
    for read in (load_benchmark, report_benchmark):
        with pytest.raises(RecordError, match=r"000000\.json.*delete it"):
            read(tmp_path / "b")


def test_a_record_in_another_place_is_refused(tmp_path: Path) -> None:
    run_benchmark(_plan(count=2), tmp_path / "b")
    records = tmp_path / "b" / "records"
    (records / "000001.json").write_bytes((records / "000000.json").read_bytes())
    with pytest.raises(RecordError, match="not the record of this number"):
        load_benchmark(tmp_path / "b")


def test_damaged_settings_are_named(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="holds no benchmark"):
        load_benchmark(tmp_path)
    for text in ("{}", "x", '{"format": 99}'):
        (tmp_path / "benchmark.json").write_text(text)
        with pytest.raises(RecordError, match=r"benchmark\.json: not the settings|no JSON"):
            load_benchmark(tmp_path)


def test_plans_survive_json() -> None:
    plan = _plan(parameters={"magnitude": [0.3, 0.5]})
    assert BenchmarkPlan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


@pytest.mark.parametrize(
    ("changes", "error", "what"),
    [
        ({"family": "knots"}, UnknownNameError, "unknown family"),
        ({"crossings": (5,)}, InputError, "it has no crossings"),
        ({"layers": ()}, InputError, "layers is missing"),
        ({"count": 0}, InputError, "count=0"),
        ({"shots": 1}, InputError, "shots=1"),
        ({"seed": -1}, InputError, "seed=-1"),
        ({"strands": (0,)}, InputError, "strands=0"),
        ({"mitigation": "magic"}, UnknownNameError, "unknown mitigation"),
        ({"family": "torus", "layers": (), "parameters": {"turns": 3}}, InputError, "random"),
    ],
)
def test_wrong_settings_are_refused(changes: dict, error: type, what: str) -> None:
    with pytest.raises(error, match=what):
        _plan(**changes)


def test_wrong_arguments_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not both"):
        run_benchmark(_plan(), tmp_path / "b", jobs=2, scheduler="local")
    with pytest.raises(InputError, match="jobs=0"):
        run_benchmark(_plan(), tmp_path / "b", jobs=0)
    with pytest.raises(InputError, match="runs elsewhere"):
        run_benchmark(_plan(backend="nexus:H2-1E"), tmp_path / "b", jobs=2)
    with pytest.raises(InputError, match="magnitude"):
        run_benchmark(_plan(parameters={"magnitude": 7.0}), tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_money_needs_a_limit(tmp_path: Path) -> None:
    from plait.circuits.backends.errors import SubmissionError

    try:
        with pytest.raises(SubmissionError, match=r"3 instances cost about .* HQC"):
            run_benchmark(_plan(backend="nexus:H2-1"), tmp_path / "b", max_cost=0.01)
    except MissingExtraError:
        pytest.skip("needs the extra quantinuum")


@pytest.mark.parametrize("text", ["", "5-", "7-5", "a", "1,,2", "5-9:0", "5:2", "3,3", "-4"])
def test_values_that_are_no_numbers_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="--strands"):
        parse_values(text, "--strands")


def test_failures_have_an_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    source = Path(plait.circuits.__file__).parent / "device_data" / "H2-1.toml"
    small = tmp_path / "small.toml"
    small.write_text(re.sub(r"(?m)^qubits = \d+", "qubits = 3", source.read_text()))
    command = ["--device", str(small), "--strands", "4,6", "--layers", "8", "--count", "1"]
    with pytest.raises(SystemExit) as caught:
        _call("run", *command, "--shots", "20", "--out", str(tmp_path / "b"), "--json")
    assert caught.value.code == 1
    assert json.loads(capsys.readouterr().out)["failed"] == 1


def test_families_without_anything_random_need_no_count(tmp_path: Path) -> None:
    _call(
        "run", "--family", "torus", "--strands", "3", "--turns", "4", "--shots", "40",
        "--out", str(tmp_path / "b"),
    )  # fmt: skip
    assert load_benchmark(tmp_path / "b").plan.count == 1


def test_the_page_is_fitted_as_the_report_is(tmp_path: Path) -> None:
    from plait.html.reports import report_page

    folder = tmp_path / "b"
    run_benchmark(_plan(layers=(8, 16, 32)), folder)
    assert report_options(folder) == {}
    assert "robust" not in str(report_page(folder))
    _call(
        "report", str(folder), "--robust", "--level", "0.8", "--least-magnitude", "0.05",
        "--no-plots",
    )  # fmt: skip
    assert report_options(folder) == {"robust": True, "level": 0.8, "least_magnitude": 0.05}
    page = str(report_page(folder))
    assert "robust" in page
    assert "|z| ≥ 0.05" in page
    for text in ("{", "{}", '{"robust": 1, "level": 0.8, "least_magnitude": 0.05}',
                 '{"robust": true, "level": "a", "least_magnitude": 0.05}'):  # fmt: skip
        (folder / "report.json").write_text(text)
        with pytest.raises(RecordError, match="make it again by: plait benchmark report"):
            report_page(folder)


def test_report_command_writes_and_prints(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    pytest.importorskip("matplotlib")
    out = tmp_path / "b"
    _call(
        "run",
        "--strands",
        "4",
        "--layers",
        "8",
        "--count",
        "3",
        "--shots",
        "40",
        "--out",
        str(out),
    )
    assert "3 of 3" in capsys.readouterr().out
    _call("report", str(out), "--json", "--format", "png", "--out", str(tmp_path))
    data = json.loads(capsys.readouterr().out)
    assert data == json.loads((tmp_path / "report.json").read_text())
    assert (tmp_path / "contrast.png").exists()
    assert "contrast.png" in (tmp_path / "report.md").read_text()
    _call("report", str(out), "--no-plots")
    assert "effective error" in capsys.readouterr().out or data["notes"]
    assert not list(out.glob("*.svg"))
