"""What a device needs: the laws, the shots, and an estimate from simulated shots."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from plait.circuits import Plan, device
from plait.circuits.simulation import run_round
from plait.knots import Braid
from plait.knots.generators import generate
from plait.mitigation.estimate import jones_factor
from plait.mitigation.observations import observations_of_results
from plait.tensornet import jones
from plait.verify.quantum import (
    DAMPING,
    KEEPING,
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
    assert ions.seconds == pytest.approx(ions.shots * 0.5 * ions.means.two_qubit_depth)
    assert ions.joules == pytest.approx(10 * ions.seconds)
    fast = quantum_cost(b, device("ibm_fez"), 0.1, layer_seconds=0.5)
    assert fast.seconds is not None
    assert fast.seconds < 10  # by the description of the device, not by the time given


def test_what_no_shots_reach_has_neither_time_nor_error() -> None:
    found = quantum_cost(generate("brickwall", strands=20, layers=60).braid, device("H2-1"), 0.01)
    assert (found.shots, found.error, found.seconds, found.joules) == (None, None, None, None)
    assert found.to_json()["run"] is None
    fixed = quantum_cost(Braid("1 -2 1 -2"), device("H2-1"), 0.01, shots=100)
    assert fixed.shots == 100
    assert fixed.error == pytest.approx(0.2, rel=0.1)


def test_the_same_seed_gives_the_same_numbers() -> None:
    b = generate("brickwall", strands=12, layers=12).braid
    numbers = [circuit_means(b, device("H2-1"), seed=k).two_qubit_gates for k in (4, 4, 5)]
    assert numbers[0] == numbers[1] != numbers[2]
    assert np.isfinite(numbers).all()
