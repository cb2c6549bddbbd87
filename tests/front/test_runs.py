"""Runs on disk: interruption and resumption, damage, other experiments, records."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import plait
from plait import RecordError, ResourceError, RunRecord, load_run, run
from plait.circuits import run_round
from plait.mitigation import estimator
from plait.pipeline import Experiment, make_plan, summarise
from plait.verify import CircuitCheck

# Three strands, so that every shot is kept; ten rounds of 20 shots.
OPTIONS: dict[str, Any] = {"shots": 200, "device": "H1-1", "noise": 10, "seed": 7}


def start(folder: Path | None = None, x: str = "4_1", **changes: Any) -> RunRecord:
    return run(x, **(OPTIONS | {"out": folder} | changes))


def content(record: RunRecord) -> dict[str, Any]:
    """All that a record says, but for its time and place."""
    data = record.to_json()
    assert data.pop("seconds") >= 0
    data.pop("folder")
    exact = data["exact"]
    if exact:
        assert exact.pop("seconds") >= 0
    return data


def stop_after(rounds: int) -> Callable[[int, int], None]:
    calls = 0

    def progress(done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        if calls == rounds:
            raise KeyboardInterrupt

    return progress


def interrupted(folder: Path, rounds: int, **changes: Any) -> None:
    with pytest.raises(KeyboardInterrupt):
        start(folder, progress=stop_after(rounds), **changes)
    assert not (folder / "record.json").exists()
    assert len((folder / "shots.jsonl").read_bytes().splitlines()) == rounds


@pytest.fixture(scope="module")
def whole() -> RunRecord:
    """The run without interruption, and without a folder."""
    return start()


def test_a_run_is_an_estimate_and_a_comparison(whole: RunRecord) -> None:
    alone = plait.estimate("4_1", **OPTIONS)
    assert whole.estimate.value == alone.value
    assert whole.estimate.interval == alone.interval
    assert whole.exact is not None
    assert whole.exact.value == plait.jones("4_1").value
    assert whole.check is not None
    assert whole.check.error == abs(alone.value - plait.jones("4_1").value)
    assert whole.circuit_check is not None
    assert whole.circuit_check.error < 1e-10
    assert whole.circuit_check.agree
    assert whole.passed == whole.check.covered
    assert whole.complete
    assert whole.folder is None
    assert whole.name == "4_1"
    assert {"python", "plait", "qiskit", "qiskit-aer", "quimb"} <= set(whole.versions)
    assert whole.versions["plait"] == plait.__version__


def test_a_run_on_disk_is_the_same(tmp_path: Path, whole: RunRecord) -> None:
    folder = tmp_path / "deep" / "run"
    record = start(folder)
    assert content(record) == content(whole)
    assert record.folder == folder
    assert sorted(p.name for p in folder.iterdir()) == ["plan.json", "record.json", "shots.jsonl"]
    assert load_run(folder) == record
    assert load_run(str(folder)) == record


def test_shots_on_disk_are_those_of_the_record(tmp_path: Path, whole: RunRecord) -> None:
    start(tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "shots.jsonl").read_text().splitlines()]
    assert [line["round"] for line in lines] == list(range(10))
    jobs = [result for line in lines for result in line["results"]]
    assert sum(sum(counts.values()) for *_, counts in jobs) == whole.estimate.shots == 200
    assert all(shots == sum(counts.values()) for _, _, shots, counts in jobs)


@pytest.mark.parametrize("rounds", [1, 4, 9, 10])
def test_resuming_gives_the_same_as_never_stopping(
    tmp_path: Path, whole: RunRecord, rounds: int
) -> None:
    interrupted(tmp_path, rounds)
    measured = (tmp_path / "shots.jsonl").read_bytes()
    seen: list[int] = []
    record = start(tmp_path, progress=lambda done, total: seen.append(done))
    assert content(record) == content(whole)
    # What was measured is not measured again.
    assert (tmp_path / "shots.jsonl").read_bytes().startswith(measured)
    assert seen == list(range(20 * rounds, 201, 20))


def test_resuming_more_than_once(tmp_path: Path, whole: RunRecord) -> None:
    interrupted(tmp_path, 2)
    for extra in (2, 3):
        with pytest.raises(KeyboardInterrupt):
            # The first call reports the rounds on disk.
            start(tmp_path, progress=stop_after(extra))
    assert len((tmp_path / "shots.jsonl").read_bytes().splitlines()) == 5
    assert content(start(tmp_path)) == content(whole)


def test_resuming_takes_the_seed_over(tmp_path: Path, whole: RunRecord) -> None:
    interrupted(tmp_path, 3)
    assert content(start(tmp_path, seed=None)) == content(whole)


def test_a_drawn_seed_is_on_disk_before_the_first_shot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("plait.pipeline.run_round", stop)
        with pytest.raises(KeyboardInterrupt):
            start(tmp_path, seed=None)
    seed = json.loads((tmp_path / "plan.json").read_text())["plan"]["seed"]
    with pytest.raises(RecordError, match=r"before its first round .* --out .* to go on"):
        load_run(tmp_path)
    record = start(tmp_path, seed=None)
    assert record.estimate.seed == seed
    assert content(record) == content(start(seed=seed))


@pytest.mark.parametrize(
    "torn", [b'{"round": 4, "resu', b"{", b"\x00\x00\x00", b'{"round": 4, "results": []}']
)
def test_a_torn_last_line_is_dropped(tmp_path: Path, whole: RunRecord, torn: bytes) -> None:
    interrupted(tmp_path, 4)
    with (tmp_path / "shots.jsonl").open("ab") as file:
        file.write(torn)
    assert load_run(tmp_path).estimate.shots == 80
    with (tmp_path / "shots.jsonl").open("ab") as file:
        file.write(torn)
    assert content(start(tmp_path)) == content(whole)
    lines = (tmp_path / "shots.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["round"] for line in lines] == list(range(10))


def test_reading_a_run_changes_nothing(tmp_path: Path) -> None:
    """Another process may be writing the last line just now."""
    interrupted(tmp_path, 4)
    with (tmp_path / "shots.jsonl").open("ab") as file:
        file.write(b'{"round": 4, "res')
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    load_run(tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_an_unfinished_run_can_be_read(tmp_path: Path) -> None:
    interrupted(tmp_path, 6)
    record = load_run(tmp_path)
    assert record.estimate.shots == 120
    assert record.planned_shots == 200
    assert not record.complete
    assert record.name == "4_1"
    assert record.exact is not None
    # The same as an experiment of those six rounds alone.
    methods, target = estimator("detection,conjugate"), plait.device("H1-1").with_noise(10)
    plan = make_plan(
        plait.braid("4_1"),
        target,
        closure="markov",
        shots=200,
        circuit="echo",
        mitigation=methods,
        seed=7,
    )
    results = [run_round(plan, number, target) for number in range(6)]
    alone = summarise(Experiment(plan, methods), results, target, methods, 0.0)
    assert record.estimate == alone
    assert content(load_run(tmp_path)) == content(record)


def edit(line: bytes, change: Callable[[dict[str, Any]], Any]) -> bytes:
    data = json.loads(line)
    changed = change(data)
    return json.dumps(data if changed is None else changed).encode() + b"\n"


def set_round(data: dict[str, Any]) -> None:
    data["round"] = 5


def drop_result(data: dict[str, Any]) -> None:
    data["results"].pop()


def other_path(data: dict[str, Any]) -> None:
    data["results"][0][1] = [0, 1, 0, 1]
    data["results"][1][1] = [0, 1, 0, 1]


def more_shots(data: dict[str, Any]) -> None:
    data["results"][0][2] += 1


def more_counts(data: dict[str, Any]) -> None:
    counts = data["results"][0][3]
    counts[next(iter(counts))] += 1


def negative_counts(data: dict[str, Any]) -> None:
    counts = data["results"][0][3]
    data["results"][0][3] = {"00": sum(counts.values()) + 3, "10": -3}


def short_bits(data: dict[str, Any]) -> None:
    counts = data["results"][0][3]
    data["results"][0][3] = {"0": sum(counts.values())}


def no_bits(data: dict[str, Any]) -> None:
    counts = data["results"][0][3]
    data["results"][0][3] = {"2x": sum(counts.values())}


@pytest.mark.parametrize(
    "change",
    [
        lambda line: b"garbage\n",
        lambda line: b"\n",
        lambda line: b"\xff\xfe\n",
        lambda line: b"[]\n",
        lambda line: b"null\n",
        lambda line: b'{"round": 2}\n',
        lambda line: line[: len(line) // 2] + b"\n",
        lambda line: edit(line, lambda data: data | {"results": [1, 2]}),
        lambda line: edit(line, lambda data: data | {"results": None}),
        lambda line: edit(line, set_round),
        lambda line: edit(line, drop_result),
        lambda line: edit(line, other_path),
        lambda line: edit(line, more_shots),
        lambda line: edit(line, more_counts),
        lambda line: edit(line, negative_counts),
        lambda line: edit(line, short_bits),
        lambda line: edit(line, no_bits),
    ],
    ids=[
        "garbage", "empty", "binary", "list", "null", "no-results", "half", "numbers", "nothing",
        "round", "dropped", "path", "shots", "counts", "negative", "short-bits", "no-bits",
    ],
)  # fmt: skip
def test_a_damaged_line_is_an_error(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    interrupted(tmp_path, 4)
    path = tmp_path / "shots.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2] = change(lines[2])
    path.write_bytes(b"".join(lines))
    message = r"shots.jsonl, line 3 (is damaged|does not belong to the plan)"
    with pytest.raises(RecordError, match=message):
        start(tmp_path)
    with pytest.raises(RecordError, match=message):
        load_run(tmp_path)
    assert path.read_bytes() == b"".join(lines)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"shots": 400}, r"plan differs: shots was 200, now 400"),
        ({"seed": 8}, r"plan differs: seed was 7, now 8"),
        ({"x": "5_2"}, r"plan differs: braid was .*word.* now "),
        ({"strands": 4}, r'plan differs: braid was .*"strands": 3.* now .*"strands": 4'),
        ({"circuit": "hadamard"}, r'plan differs: kind was "echo", now "hadamard"'),
        ({"mitigation": "detection"}, r"plan differs: series was"),
        (
            {"mitigation": "conjugate"},
            r'mitigation differs: was \["detection", "conjugate"\], now',
        ),
        ({"device": "H2-1"}, r'device differs: name was "H1-1", now "H2-1"'),
        ({"noise": 11}, r"device differs: errors was"),
        ({"noise": None}, r"device differs: errors was"),
        ({"closure": "plat", "strands": 4}, r"plan differs: braid was"),
    ],
    ids=str,
)
def test_another_experiment_is_refused(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    interrupted(tmp_path, 1)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(RecordError, match=rf"another experiment \({message}.*choose another"):
        start(tmp_path, **changes)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_a_finished_run_is_not_run_again(tmp_path: Path) -> None:
    start(tmp_path)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    for changes in ({}, {"seed": None}, {"shots": 400}):
        with pytest.raises(RecordError, match=r"already holds a finished run; .*plait show"):
            start(tmp_path, **changes)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("something else")
    with pytest.raises(RecordError, match=f"cannot write to {path}"):
        start(path)
    with pytest.raises(RecordError, match=r"file"):
        load_run(path)
    assert path.read_text() == "something else"


def test_bad_input_leaves_no_folder(tmp_path: Path) -> None:
    for changes in ({"shots": 1}, {"device": "H7"}, {"mitigation": "magic"}, {"seed": -1}):
        with pytest.raises(plait.InputError, match=r"shots=1|'H7'|'magic'|seed=-1"):
            start(tmp_path / "run", **changes)
    assert not (tmp_path / "run").exists()


def test_folders_without_a_run(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"holds no run: there is no plan.json in it"):
        load_run(tmp_path)
    with pytest.raises(RecordError, match=r"nowhere holds no run"):
        load_run(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["plan.json", "record.json"])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "cannot read"),
        (b"{", "cannot read"),
        (b"\xff", "cannot read"),
        (b"[1]", "is not the record of a run"),
        (b"{}", "is not the plan of a run|not the record of a"),
    ],
)
def test_damaged_files(tmp_path: Path, name: str, text: bytes, message: str) -> None:
    interrupted(tmp_path, 1)
    (tmp_path / name).write_bytes(text)
    with pytest.raises(RecordError, match=message):
        load_run(tmp_path)


@pytest.mark.parametrize("key", ["name", "plan", "device", "mitigation"])
def test_plans_with_a_key_missing(tmp_path: Path, key: str) -> None:
    interrupted(tmp_path, 1)
    path = tmp_path / "plan.json"
    data = json.loads(path.read_text())
    del data[key]
    path.write_text(json.dumps(data))
    with pytest.raises(RecordError, match=rf"plan.json is not the plan of a run: .*{key}"):
        load_run(tmp_path)


def test_plans_with_a_damaged_braid_name_their_file(tmp_path: Path) -> None:
    interrupted(tmp_path, 1)
    path = tmp_path / "plan.json"
    data = json.loads(path.read_text())
    data["plan"]["braid"] = {"word": "?", "strands": 3}
    path.write_text(json.dumps(data))
    with pytest.raises(RecordError, match=r"plan.json is not the plan of a run"):
        load_run(tmp_path)


def test_a_damaged_record_is_made_again(tmp_path: Path) -> None:
    start(tmp_path)
    path = tmp_path / "record.json"
    good = load_run(tmp_path)
    path.write_text('{"name": "4_1"}', encoding="utf-8")
    with pytest.raises(RecordError, match=r"record\.json: .*; the shots are in other files"):
        load_run(tmp_path)
    path.unlink()
    again = start(tmp_path)
    assert again.estimate.value == good.estimate.value


def test_json_round_trip(whole: RunRecord, tmp_path: Path) -> None:
    data = json.loads(json.dumps(whole.to_json()))
    assert RunRecord.from_json(data) == whole
    assert RunRecord.from_json(data, tmp_path).folder == tmp_path


@pytest.mark.parametrize(
    "key", ["name", "exact", "exact_value", "circuit_check", "planned_shots", "versions", "value"]
)
def test_records_with_a_key_missing(whole: RunRecord, key: str) -> None:
    data = whole.to_json()
    del data[key]
    with pytest.raises(RecordError, match=f"not the record of an? .*{key}"):
        RunRecord.from_json(data)


@pytest.mark.parametrize(
    "changes",
    [{"versions": "1.0"}, {"versions": 3}, {"exact": {"value": 1}}, {"exact": [1]}],
    ids=str,
)
def test_records_of_something_else(whole: RunRecord, changes: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match="not the record of a"):
        RunRecord.from_json(whole.to_json() | changes)


def test_without_an_exact_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_reach(*_: object, **__: object) -> None:
        raise ResourceError("too large")

    monkeypatch.setattr("plait.runs.jones", out_of_reach)
    record = start(tmp_path)
    assert record.exact is None
    assert record.check is None
    assert not record.passed
    data = record.to_json()
    assert (data["exact_value"], data["covered"]) == (None, None)
    assert load_run(tmp_path) == record


def test_hadamard_tests_have_no_contraction(tmp_path: Path) -> None:
    record = start(tmp_path, circuit="hadamard")
    assert record.circuit_check is None
    assert load_run(tmp_path) == record


def test_wrong_circuits_do_not_pass(whole: RunRecord) -> None:
    """Whatever the interval covers."""
    check = replace(whole.check, covered=True)  # type: ignore[type-var]
    wrong = CircuitCheck(paths=3, error=0.2)
    assert replace(whole, check=check).passed
    assert not replace(whole, check=check, circuit_check=wrong).passed
    assert not replace(whole, check=check, circuit_check=replace(wrong, error=math.nan)).passed
    assert replace(whole, check=check, circuit_check=None).passed


def test_names_of_runs() -> None:
    assert start(x="1 -2 1 -2", shots=8).name == "1 -2 1 -2"
    assert run([1, 1, 1], shots=8, seed=1).name == "1 1 1"
    assert run([1, 1, 1], shots=8, seed=1, name="trefoil").name == "trefoil"


def test_devices_from_files_can_be_resumed(tmp_path: Path, whole: RunRecord) -> None:
    """The plan holds the device itself, so its file may change or go."""
    text = """
name = "lab [1]"
summary = "a device in the lab"
qubits = 5
connectivity = "all"
entangler = "zzphase"
[errors]
unit = "pauli"
one_qubit = 0.0
two_qubit = 0.1
two_qubit_slope = 0.0
preparation = 0.0
readout_0 = 0.0
readout_1 = 0.0
[sources]
errors = "a notebook"
"""
    path = tmp_path / "lab.toml"
    path.write_text(text)
    interrupted(tmp_path / "run", 2, device=path, noise=None)
    assert load_run(tmp_path / "run").estimate.device == "lab [1]"
    path.write_text(text.replace("two_qubit = 0.1", "two_qubit = 0.2"))
    with pytest.raises(RecordError, match="device differs: errors was"):
        start(tmp_path / "run", device=path, noise=None)
    path.write_text(text)
    record = start(tmp_path / "run", device=path, noise=None)
    assert content(record) == content(start(device=path, noise=None))
    assert record.estimate.value != whole.estimate.value
