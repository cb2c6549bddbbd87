"""Records are neither lost nor mixed up, and say how they came about."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import plait
from plait.circuits import CircuitStatistics, Job, Plan, build_circuit
from plait.knots import PlaitError, RecordError
from plait.knots.values import zeta_value
from plait.mitigation import Observations, estimate_from_observations, estimator
from plait.pipeline import Experiment, summarise
from plait.tensornet import jones


def start(folder: Path | None = None, **options: Any) -> plait.RunRecord:
    return plait.run("4_1", **({"shots": 80, "seed": 1, "out": folder} | options))


def stop_after(rounds: int) -> Any:
    left = iter(range(rounds))

    def progress(done: int, total: int) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    return progress


def test_shots_without_a_plan_are_not_touched(tmp_path: Path) -> None:
    shots = tmp_path / "shots.jsonl"
    shots.write_bytes(b"somebody's data")
    with pytest.raises(RecordError, match=r"holds shots but no plan\.json"):
        start(tmp_path)
    assert shots.read_bytes() == b"somebody's data"


def test_two_processes_do_not_mix_their_rounds(tmp_path: Path) -> None:
    rounds = iter(range(100))

    def intrude(done: int, total: int) -> None:
        if next(rounds) == 2:
            with (tmp_path / "shots.jsonl").open("ab") as file:
                file.write(b'{"round": 3}\n')

    with pytest.raises(RecordError, match="another process is writing"):
        start(tmp_path, progress=intrude)


def test_a_submission_is_not_a_run(tmp_path: Path) -> None:
    (tmp_path / "ticket.json").write_text("{}")
    with pytest.raises(RecordError, match="not collected yet; run: plait collect"):
        plait.load_run(tmp_path)


def test_other_formats_are_named(tmp_path: Path) -> None:
    start(tmp_path)
    path = tmp_path / "record.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))
    with pytest.raises(RecordError, match="has format 99, and this version of plait reads 3"):
        plait.load_run(tmp_path)


def test_a_run_begun_with_other_versions_says_so(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        start(tmp_path, progress=stop_after(3))
    path = tmp_path / "plan.json"
    header = json.loads(path.read_text())
    header["versions"]["qiskit-aer"] = "0.1"
    header["device"]["summary"] = "better words about the same device"
    path.write_text(json.dumps(header))
    record = start(tmp_path)
    assert record.versions["qiskit-aer"] == "0.1"
    assert "begun with other versions: qiskit-aer 0.1" in record.remarks
    assert plait.load_run(tmp_path) == record


def test_a_failed_comparison_does_not_cost_the_estimate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise PlaitError("the methods disagree")

    monkeypatch.setattr("plait.runs.jones", broken)
    record = start(tmp_path)
    assert record.remarks == ("no exact value: the methods disagree",)
    assert not record.passed
    assert plait.load_run(tmp_path) == record


def test_noise_is_on_record() -> None:
    for noise, told in ((None, "own"), (3, "× 3"), (0.0, "× 0"), ("ibm_fez", "of ibm_fez")):
        record = start(noise=noise)
        data = record.to_json()
        assert (data["device"], data["noise"]) == ("H2-1", told)


def test_mirror_image_circuits_are_compared_too() -> None:
    with_mirror, without = start().circuit_check, start(mitigation="none").circuit_check
    assert with_mirror is not None
    assert without is not None
    assert with_mirror.paths == 2 * without.paths


def test_nothing_kept_is_said() -> None:
    """With every shot rejected there is no value, however small its interval."""
    methods, circuit = estimator("detection"), build_circuit("5_2", "0111")
    plan = Plan(
        braid=plait.braid("5_2"),
        closure="markov",
        kind="echo",
        series=methods.series,
        shots=20,
        round_shots=20,
        seed=1,
    )
    kept = {"real": np.zeros(10, dtype=bool), "imag": np.arange(10) < 6}
    values = {"real": np.zeros(10), "imag": np.repeat([1.0, -1.0, 0.0], [1, 2, 7])}
    e = estimate_from_observations(
        [Observations(values=values, kept=kept)],  # type: ignore[arg-type]
        plan,
        mitigation=methods,
        target=plait.device("ideal"),
        statistics=CircuitStatistics.of([(circuit, 1)], plait.device("ideal")),
    )
    assert e.kept == 6
    assert e.notes == ("no shot of the series real was kept: the value means nothing",)


def test_raw_hadamard_tests_use_every_shot() -> None:
    """The clean qubit has a value in every shot; only detection may look at the register."""
    target, methods = plait.device("ideal"), estimator("none")
    plan = Plan(
        braid=plait.braid("6_1"),
        closure="markov",
        kind="hadamard",
        series=methods.series,
        shots=20,
        round_shots=20,
        seed=1,
    )
    counts = {"000": 6, "100": 2, "001": 2}  # bits x_2 x_3 = 00 are in no path
    results = [(Job(series, (0, 1, 0, 1, 1), 10), counts) for series in methods.series]
    experiment = Experiment(plan, methods)
    raw = summarise(experiment, [results], target, methods, 0.0)
    detected = summarise(experiment, [results], target, estimator("detection"), 0.0)
    assert abs(raw.z - (0.6 + 0.6j)) < 1e-12
    assert abs(detected.z - (1 + 1j)) < 1e-12
    assert (raw.kept, detected.kept) == (4, 4)
    assert abs(detected.raw_value - raw.value) < 1e-12


def test_huge_integers_are_compared_with_the_value() -> None:
    value = jones([1, -2] * 100)
    assert value.exact is not None
    assert max(map(abs, value.exact)) > 10**30
    assert abs(zeta_value(value.exact) - value.value) < 1e-9
    # Here a1 = 0 and a2 = a3, so V = a0 − a2 (1 + √5)/2.
    assert (value.exact[1], value.exact[2]) == (0, value.exact[3])
    with localcontext() as context:
        context.prec = 120
        x = 2 * Decimal(value.exact[0]) - Decimal(value.exact[2]) * (1 + Decimal(5).sqrt())
    assert abs(float(x) / 2 - value.value.real) < 1e-9


def test_a_wrong_value_of_a_long_braid_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from plait.tensornet import METHODS, Evaluation, Method

    for wrong in (0j, complex("nan")):
        method = Method(
            name="wrong",
            summary="wrong",
            evaluate=lambda *_, wrong=wrong: Evaluation(value=wrong),
        )
        monkeypatch.setitem(METHODS, "wrong", method)
        with pytest.raises(PlaitError, match="method 'wrong' gives"):
            jones([1, -2] * 100, method="wrong")


@pytest.mark.parametrize(
    ("strands", "repeats", "method"), [(10, 20, "dense"), (17, 20, "face"), (9, 500, "dense")]
)
def test_auto_takes_the_cheaper_method(strands: int, repeats: int, method: str) -> None:
    word = [i if i % 2 else -i for i in range(1, strands)] * repeats
    assert jones(word).method == method


def test_subpackages_are_attributes() -> None:
    code = "import plait; print(plait.knots.plat_path(4), 'verify' in dir(plait))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "(0, 1, 0, 1, 0) True\n"
