"""Estimates of cost and run time: formulas by hand, limits, what is not known."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from plait.circuits import CircuitStatistics, build_circuit, device, to_qiskit
from plait.circuits.devices import Cost, Limits, Times
from plait.circuits.estimates import Estimate, estimate_run, hqc
from plait.knots import InputError

MEANS = CircuitStatistics(
    qubits=10,
    two_qubit_gates=50.5,
    two_qubit_depth=30,
    one_qubit_gates=100,
    expected_fidelity=0.9,
)


def value(estimate: Estimate | None) -> float:
    assert estimate is not None
    return estimate.value


def test_hqc_by_hand() -> None:
    assert hqc(0, 0, 0, shots=10**6) == 5
    assert hqc(100, 0, 0, shots=50) == 6
    assert hqc(0, 10, 0, shots=50) == 6
    assert hqc(0, 0, 20, shots=50) == 6
    assert hqc(100, 50, 10, shots=1000) == pytest.approx(5 + 1000 * (100 + 500 + 50) / 5000)


def test_credits_have_one_constant_per_circuit() -> None:
    """The sum over circuits of the formula for one, in whatever way the shots are split."""
    target = device("H2-1")
    for circuits in (1, 7, 1000):
        each = 1000 / circuits
        want = circuits * hqc(100, 50.5, 10, shots=each)
        run = estimate_run(MEANS, target, 1000, circuits=circuits)
        assert value(run.hqc) == pytest.approx(want)
        assert run.cost == run.hqc
        assert run.seconds is None
    assert run.hqc is not None
    assert run.hqc.unit == "HQC"
    for part in ("circuits = 1000", "shots = 1000", "N1q = 100", "N2q = 50.5", "Nm = 10"):
        assert part in run.hqc.formula


def test_limits_make_more_circuits_and_jobs() -> None:
    target = replace(
        device("H2-1"),
        limits=Limits(shots_per_circuit=400, circuits_per_job=2, executions_per_job=700),
    )
    run = estimate_run(MEANS, target, 2000, circuits=1)
    # 5 pieces of 400 shots are 3 jobs of 2 circuits; 2000 executions are 3 jobs too.
    assert run.jobs == 3
    assert value(run.hqc) == pytest.approx(5 * 5 + 2000 * (100 + 505 + 50) / 5000)
    assert estimate_run(MEANS, target, 2000, circuits=20).jobs == 10
    assert estimate_run(MEANS, device("ibm_fez"), 10_000_001).jobs == 2
    assert estimate_run(MEANS, device("ibm_fez"), 10_000_000).jobs == 1


def test_seconds_by_hand() -> None:
    times = Times(
        one_qubit=1e-6, two_qubit=2e-6, measurement=3e-6, preparation=4e-6, shot=5e-6, job=6
    )
    target = replace(device("H2-1"), times=times, cost=None)
    run = estimate_run(MEANS, target, 1000)
    want = 6 + 1000 * (5e-6 + 4e-6 + 30 * 2e-6 + 31 * 1e-6 + 3e-6)
    assert value(run.seconds) == pytest.approx(want)
    assert run.hqc is run.cost is None
    cz = replace(target, entangler="cz", cost=Cost(formula="seconds", rate=1.6, unit="USD"))
    run = estimate_run(MEANS, cz, 1000)
    assert value(run.seconds) == pytest.approx(want + 1000 * 31e-6)
    assert value(run.cost) == pytest.approx(1.6 * value(run.seconds))
    assert run.cost is not None
    assert (run.cost.unit, run.cost.formula) == ("USD", "seconds × 1.6 USD per second")
    assert estimate_run(MEANS, replace(cz, times=None), 1000).cost is None


def test_nothing_is_known_of_the_ideal_device() -> None:
    run = estimate_run(MEANS, device("ideal"), 1000)
    assert run.hqc is run.seconds is run.cost is None


def test_estimates_are_marked_in_json() -> None:
    for name in ("H1-1", "ibm_fez", "Helios", "ideal"):
        run = estimate_run(MEANS, device(name), 10, circuits=2.5)
        data = json.loads(json.dumps(run.to_json()))
        assert set(data) == {"shots", "circuits", "jobs", "hqc", "seconds", "cost"}
        assert (data["shots"], data["circuits"]) == (10, 2.5)
        for key in ("hqc", "seconds", "cost"):
            if data[key] is not None:
                assert set(data[key]) == {"value", "unit", "formula", "estimate"}
                assert data[key]["estimate"] is True
                assert data[key]["formula"]


@pytest.mark.parametrize(("shots", "circuits"), [(0, 1), (10, 11), (10, 0.5), (10, math.nan)])
def test_numbers_that_are_refused(shots: int, circuits: float) -> None:
    with pytest.raises(InputError, match=r"circuits=.*, shots=.*: give 1 circuit at least"):
        estimate_run(MEANS, device("H2-1"), shots, circuits=circuits)


def test_seconds_of_a_circuit_agree_with_the_compiler_of_ibm() -> None:
    """The duration that IBM's own scheduling finds, on the couplings that it chooses."""
    provider = pytest.importorskip("qiskit_ibm_runtime.fake_provider")
    from qiskit.transpiler import generate_preset_pass_manager

    target = device("ibm_fez")
    circuit = build_circuit("1 -2 3 -4 2 2 3 -1 4 3", "011111", target=target)
    backend = provider.FakeFez()
    passes = generate_preset_pass_manager(1, backend, seed_transpiler=1)
    compiled = passes.run(to_qiskit(circuit))
    measured = compiled.estimate_duration(backend.target)
    assert target.times is not None
    bare = replace(target, times=replace(target.times, preparation=0, shot=0, job=0))
    means = CircuitStatistics.of([(circuit, 1)], target)
    assert value(estimate_run(means, bare, 1).seconds) == pytest.approx(measured, rel=0.15)
