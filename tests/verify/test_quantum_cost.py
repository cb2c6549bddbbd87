"""What a device needs: the laws, the shots, and an estimate from simulated shots."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from plait.circuits import Plan, device, device_names
from plait.circuits.simulation import run_round
from plait.knots import Braid
from plait.knots.generators import generate
from plait.mitigation.estimate import jones_factor
from plait.mitigation.observations import observations_of_results
from plait.tensornet import jones
from plait.verify.quantum import (
    DAMPING,
    KEEPING,
    SURVIVING,
    circuit_means,
    executions,
    model_error,
    quantum_cost,
    shot_error,
)

GATES_ONLY = replace(
    device("H2-1"),
    errors=replace(device("H2-1").errors, preparation=0.0, readout_0=0.0, readout_1=0.0),
)


@pytest.mark.parametrize("lost", [0.0, 0.4, 1.3])
def test_the_shots_leave_the_error_and_fewer_do_not(lost: float) -> None:
    shots = executions(lost, 0.15)
    assert math.hypot(shot_error(lost, shots), model_error(lost)) <= 0.15 + 1e-12
    assert math.hypot(shot_error(lost, shots - 1), model_error(lost)) > 0.15 - 1e-9


def test_the_error_falls_as_the_root_of_the_shots() -> None:
    errors = [shot_error(0.7, n) * math.sqrt(n) for n in (100, 10_000, 1_000_000)]
    assert errors == pytest.approx([errors[0]] * 3)


def test_an_uncertain_damping_is_a_limit() -> None:
    assert executions(2.0, 0.1, delta=0.1) == math.inf
    assert executions(2.0, 0.1, delta=0.0) < math.inf
    assert model_error(0.0) == 0.0
    assert math.isfinite(model_error(1e9))
    assert executions(1e9, 0.1) == math.inf


def test_depolarizing_errors_take_all_of_the_amplitude() -> None:
    """15 Paulis, of which none is the identity, average to -1/15: T = F^(16/15) to first order."""
    assert pytest.approx(16 / 15, rel=0.01) == DAMPING


def test_simulated_shots_are_damped_and_kept_as_predicted() -> None:
    instance = generate("benchmark", strands=8, layers=40, seed=3, magnitude=(0.6, 0.9))
    b = instance.braid
    means = circuit_means(b, GATES_ONLY)
    target = GATES_ONLY.with_noise(0.8 / -math.log(means.expected_fidelity))
    plan = Plan(
        braid=b,
        closure="markov",
        kind="echo",
        series=("real", "imag"),
        shots=20_000,
        round_shots=20_000,
        seed=5,
    )
    seen = observations_of_results(plan, [run_round(plan, 0, target)])
    raw = complex(seen.values["real"].mean(), seen.values["imag"].mean())
    z = jones(b).value / jones_factor(b, "markov")
    predicted = quantum_cost(b, target, 0.1, shots=20_000)
    assert abs(raw / z) == pytest.approx(predicted.damping, abs=0.04)
    assert seen.keep_rate == pytest.approx(predicted.keep, abs=0.03)
    # And the estimate of the model is within what it says, at three standard deviations.
    estimate = raw / seen.keep_rate ** (DAMPING / KEEPING)
    assert predicted.error is not None
    assert abs(estimate - z) < 3 * predicted.error


def test_circuits_are_counted_on_more_qubits_than_the_device_has() -> None:
    b = Braid(list(range(1, 70)))
    found = quantum_cost(b, device("H2-1"), 0.1)
    assert (found.means.qubits, found.fits) == (69, False)
    assert quantum_cost(b, device("ibm_fez"), 0.1).fits


def test_time_credits_and_energy() -> None:
    b = Braid("1 -2 3 -2 1 -2 3 -2")
    ions = quantum_cost(b, device("H2-1"), 0.1, layer_seconds=0.5, watts=10.0)
    assert ions.run is not None
    assert ions.run.hqc is not None
    assert ions.seconds is not None
    assert ions.shots is not None
    assert ions.seconds == pytest.approx(ions.shots * 0.5 * (1 + ions.means.two_qubit_depth))
    assert ions.joules == pytest.approx(10 * ions.seconds)
    fast = quantum_cost(b, device("ibm_fez"), 0.1, layer_seconds=0.5)
    assert fast.seconds is not None
    assert fast.seconds < 10  # by the description of the device, not by the time given


@pytest.mark.parametrize("name", device_names())
def test_no_device_runs_a_shot_in_no_time(name: str) -> None:
    """Not even circuits without two-qubit gates."""
    found = quantum_cost(Braid("1 1 1"), device(name), 0.1)
    assert found.means.two_qubit_gates == 0
    assert found.seconds is not None
    assert found.shots is not None
    assert found.seconds > 1e-5 * found.shots
    assert found.joules is not None
    assert found.joules > 0


@pytest.mark.parametrize("keep", [1.0, 0.8, 0.5])
@pytest.mark.parametrize("z", [0.0, 0.6, 1.0])
def test_the_error_of_the_shots_is_that_of_drawn_shots(keep: float, z: float) -> None:
    """Shots are kept with the probability K, S = K² of them are of value, and T = K^p."""
    power, shots, repetitions = DAMPING / KEEPING, 4000, 3000
    rng = np.random.default_rng(1)
    survival, amplitude = keep**SURVIVING, keep**power * z
    kept, means = np.zeros(repetitions), []
    for part in (amplitude, 0.0):
        chances = [(survival + part) / 2, (survival - part) / 2, keep - survival, 1 - keep]
        counts = rng.multinomial(shots // 2, np.maximum(chances, 0.0), size=repetitions)
        kept += counts[:, :3].sum(axis=1) / shots
        means.append((counts[:, 0] - counts[:, 1]) / (shots // 2))
    estimates = (means[0] + 1j * means[1]) / kept**power
    square = float((abs(estimates - z) ** 2).mean()) * shots
    cross = power * (power - 2) * (1 - keep) / keep - 2
    assert square == pytest.approx(4 * survival / keep ** (2 * power) + z**2 * cross, rel=0.07)
    bound = shot_error(-math.log(keep) / KEEPING, shots) ** 2 * shots
    assert square < 1.07 * bound
    if z == (1.0 if cross > 0 else 0.0):
        assert square == pytest.approx(bound, rel=0.07)


@pytest.mark.parametrize("name", ["H2-1", "ibm_fez"])
@pytest.mark.parametrize("lost", [0.5, 2.0])
def test_values_of_simulated_shots_vary_no_more_than_promised(name: str, lost: float) -> None:
    target = replace(
        device(name),
        errors=replace(device(name).errors, preparation=0.0, readout_0=0.0, readout_1=0.0),
    )
    b = generate("benchmark", strands=8, layers=40, seed=3, magnitude=(0.6, 0.9)).braid
    means = circuit_means(b, target)
    noisy = target.with_noise(lost / -math.log(means.expected_fidelity))
    plan = Plan(
        braid=b,
        closure="markov",
        kind="echo",
        series=("real", "imag"),
        shots=4000,
        round_shots=4000,
        seed=2,
    )
    seen = observations_of_results(plan, [run_round(plan, 0, noisy)])
    survival = np.mean([(seen.values[part] != 0).mean() for part in ("real", "imag")])
    assert survival < seen.keep_rate**SURVIVING
    assert survival < math.exp(-SURVIVING * KEEPING * lost)
    assert sum(seen.values[part].var() for part in ("real", "imag")) < 2 * survival + 1e-9


def test_what_no_shots_reach_has_neither_time_nor_error() -> None:
    found = quantum_cost(generate("brickwall", strands=20, layers=60).braid, device("H2-1"), 0.01)
    assert (found.shots, found.error, found.seconds, found.joules) == (None, None, None, None)
    assert found.to_json()["run"] is None
    assert not found.reached
    fixed = quantum_cost(Braid("1 -2 1 -2"), device("H2-1"), 0.01, shots=100)
    assert fixed.shots == 100
    assert fixed.error == pytest.approx(0.2, rel=0.1)
    assert not fixed.reached
    assert quantum_cost(Braid("1 -2 1 -2"), device("H2-1"), 0.5, shots=100).reached
    for error in (0.9, 0.1, 0.03):
        assert quantum_cost(Braid("1 -2 1 -2"), device("H2-1"), error).reached


def test_the_same_seed_gives_the_same_numbers() -> None:
    b = generate("brickwall", strands=12, layers=12).braid
    numbers = [circuit_means(b, device("H2-1"), seed=k).two_qubit_gates for k in (4, 4, 5)]
    assert numbers[0] == numbers[1] != numbers[2]
    assert np.isfinite(numbers).all()
