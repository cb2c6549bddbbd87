"""Noisy simulation: frequencies of known errors, reproducibility, limits.

Tolerances are five standard deviations of the binomial distribution; seeds are fixed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import psutil
import pytest

from plait.circuits import (
    SERIES,
    Circuit,
    CircuitBuilder,
    Counts,
    Device,
    Errors,
    Gate,
    Plan,
    build_circuit,
    device,
    expected_fidelity,
    predicted_seconds,
    run_round,
    simulate,
)
from plait.circuits.devices import Entangler, Memory
from plait.knots import Braid, ResourceError

SHOTS = 20_000
HALF_TURN = Gate("phasedx", (0,), (math.pi, 0.0))


def noisy(entangler: Entangler = "zzphase", **rates: float) -> Device:
    names = Errors.__dataclass_fields__
    return Device(
        name="noisy",
        summary="for tests",
        qubits=30,
        connectivity="all",
        entangler=entangler,
        errors=Errors(**(dict.fromkeys(names, 0.0) | rates)),
    )


def frequency(counts: Counts, event: Callable[[str], bool]) -> float:
    return sum(n for bits, n in counts.items() if event(bits)) / sum(counts.values())


def flipped(counts: Counts, qubits: slice) -> float:
    """Frequency of a 1 among some qubits."""
    return frequency(counts, lambda bits: "1" in bits[qubits])


def assert_rate(got: float, want: float, shots: int = SHOTS) -> None:
    assert abs(got - want) <= 5 * math.sqrt(max(want * (1 - want), 1 / shots) / shots)


def measure(circuit: Circuit, target: Device, seed: int = 1) -> Counts:
    (counts,) = simulate([(circuit, SHOTS)], target, seed)
    assert sum(counts.values()) == SHOTS
    return counts


@pytest.mark.parametrize("rate", [0.03, 0.3])
def test_one_qubit_gates_depolarize(rate: float) -> None:
    """Of the three Paulis, two flip the bit."""
    counts = measure(Circuit(1, (HALF_TURN,)), noisy(one_qubit=rate))
    assert_rate(counts["0"] / SHOTS, 2 / 3 * rate)


def test_errors_of_one_qubit_gates_add_up() -> None:
    """After m gates the bit has decayed by (1 − 4p/3)^m."""
    rate, gates = 0.05, 7
    turns = tuple(Gate("phasedx", (0,), (2 * math.pi, 0.3 * k)) for k in range(gates))
    counts = measure(Circuit(1, turns), noisy(one_qubit=rate))
    assert_rate(counts["1"] / SHOTS, (1 - (1 - 4 * rate / 3) ** gates) / 2)


def test_rotations_about_z_have_no_errors() -> None:
    gates = tuple(Gate("rz", (0,), (0.1 * k,)) for k in range(30))
    counts = measure(Circuit(1, gates), noisy(one_qubit=0.4, two_qubit=0.4))
    assert counts == {"0": SHOTS}


ANGLES = [0.1, 0.8, -1.5, math.pi / 2]


def test_two_qubit_errors_grow_with_the_angle() -> None:
    """Of the 15 Paulis, 8 flip a given bit and 3 flip none; one pair of qubits per angle."""
    gates = tuple(Gate("zzphase", (2 * k, 2 * k + 1), (t,)) for k, t in enumerate(ANGLES))
    counts = measure(Circuit(8, gates), noisy(two_qubit=0.05, two_qubit_slope=0.3))
    for k, theta in enumerate(ANGLES):
        rate = 0.05 + 0.3 * abs(theta)
        assert_rate(flipped(counts, slice(2 * k, 2 * k + 1)), 8 / 15 * rate)
        assert_rate(flipped(counts, slice(2 * k + 1, 2 * k + 2)), 8 / 15 * rate)
        assert_rate(flipped(counts, slice(2 * k, 2 * k + 2)), 12 / 15 * rate)


def test_every_circuit_gets_the_error_of_its_own_angles() -> None:
    pairs = [(Circuit(2, (Gate("zzphase", (0, 1), (theta,)),)), SHOTS) for theta in ANGLES]
    results = simulate(pairs, noisy(two_qubit_slope=0.4), seed=2)
    for theta, counts in zip(ANGLES, results, strict=True):
        assert_rate(1 - counts["00"] / SHOTS, 12 / 15 * 0.4 * abs(theta))


def test_angle_independent_errors() -> None:
    pairs = [(Circuit(2, (Gate("zzphase", (0, 1), (theta,)),)), SHOTS) for theta in ANGLES]
    for counts in simulate(pairs, noisy(two_qubit=0.2), seed=3):
        assert_rate(1 - counts["00"] / SHOTS, 12 / 15 * 0.2)


def bell() -> Circuit:
    builder = CircuitBuilder(2, right_angles=True)
    builder.h(0)
    builder.cx(0, 1)
    return builder.finish()


def test_cz_gates_depolarize() -> None:
    """8 of 15 Paulis change the parity of a Bell pair."""
    counts = measure(bell(), noisy("cz", two_qubit=0.25))
    assert_rate(frequency(counts, lambda bits: bits in ("01", "10")), 8 / 15 * 0.25)


def test_cz_devices_take_the_error_at_a_right_angle() -> None:
    counts = measure(bell(), noisy("cz", two_qubit=0.1, two_qubit_slope=0.2))
    rate = 0.1 + 0.2 * math.pi / 2
    assert_rate(frequency(counts, lambda bits: bits in ("01", "10")), 8 / 15 * rate)


def test_one_qubit_gates_of_cz_devices_depolarize() -> None:
    counts = measure(Circuit(1, (HALF_TURN,)), noisy("cz", one_qubit=0.3))
    assert_rate(counts["0"] / SHOTS, 2 / 3 * 0.3)


@pytest.mark.parametrize("entangler", ["zzphase", "cz"])
def test_readout_errors_have_their_direction(entangler: Entangler) -> None:
    target = noisy(entangler, readout_0=0.1, readout_1=0.3)
    circuit = Circuit(2, (HALF_TURN,))
    counts = measure(circuit, target)
    assert_rate(frequency(counts, lambda bits: bits[0] == "0"), 0.3)
    assert_rate(frequency(counts, lambda bits: bits[1] == "1"), 0.1)
    assert_rate(counts["01"] / SHOTS, 0.3 * 0.1)


@pytest.mark.parametrize("entangler", ["zzphase", "cz"])
def test_preparation_errors_come_before_the_gates(entangler: Entangler) -> None:
    """A control that starts as 1 flips its target too; a readout error would not."""
    builder = CircuitBuilder(2, right_angles=True)
    builder.cx(0, 1)
    counts = measure(builder.finish(), noisy(entangler, preparation=0.2))
    # Before the gate 00, 10, 01, 11 with 0.64, 0.16, 0.16, 0.04; then the CNOT.
    for bits, want in (("00", 0.64), ("11", 0.16), ("01", 0.16), ("10", 0.04)):
        assert_rate(counts[bits] / SHOTS, want)


def test_idle_qubits_can_be_badly_prepared() -> None:
    counts = measure(Circuit(2, ()), noisy(preparation=0.1))
    assert_rate(frequency(counts, lambda bits: bits[1] == "1"), 0.1)


def test_no_errors_without_noise() -> None:
    counts = measure(bell(), noisy("cz"))
    assert set(counts) == {"00", "11"}
    assert_rate(counts["00"] / SHOTS, 0.5)


def test_scaled_noise_scales_the_frequency() -> None:
    target = noisy(one_qubit=0.02)
    for factor in (0, 5, 10):
        counts = measure(Circuit(1, (HALF_TURN,)), target.with_noise(factor))
        assert_rate(counts.get("0", 0) / SHOTS, 2 / 3 * 0.02 * factor)


@pytest.mark.parametrize("name", ["H1-1", "H2-1", "ibm_fez"])
def test_expected_fidelity_bounds_the_success(name: str) -> None:
    """The plat echo of b b⁻¹ always gives 0…0, unless an error happens (and is seen)."""
    word = [1, -2, 3, -2, 2, -3, 2, -1, 3, -2, 1]
    braid = Braid([*word, *(-k for k in reversed(word))], strands=4)
    target = device(name).with_noise(10)
    circuit = build_circuit(braid, "01011", target=target)
    success = measure(circuit, target).get("000", 0) / SHOTS
    fidelity = expected_fidelity(circuit, target)
    slack = 5 / math.sqrt(SHOTS)
    assert fidelity - slack < success < fidelity + (1 - fidelity) * 2 / 3 + slack
    assert fidelity < 0.99


@pytest.mark.parametrize("name", ["H1-1", "H2-1", "ibm_fez"])
@pytest.mark.parametrize("factor", [1e3, 1e6])
def test_huge_noise_is_still_noise(name: str, factor: float) -> None:
    target = device(name).with_noise(factor)
    circuit = build_circuit([1, 2, 3, 2, 1, 2, 3, 3, 2], "01111", target=target)
    (counts,) = simulate([(circuit, 100)], target, seed=1)
    assert sum(counts.values()) == 100


def test_shots_add_up_whatever_the_grouping() -> None:
    """Circuits come back in the order given, each with its own shots and width."""
    shots = [5, 1, 17, 5, 1, 1, 300, 17]
    circuits = [
        (Circuit(1 + k % 3, (HALF_TURN,) if k % 2 else ()), n) for k, n in enumerate(shots)
    ]
    for target in (noisy(), noisy(readout_0=0.2), noisy("cz", preparation=0.1)):
        results = simulate(circuits, target, seed=1)
        assert [sum(counts.values()) for counts in results] == shots
        assert [{len(bits) for bits in counts} for counts in results] == [
            {circuit.qubits} for circuit, _ in circuits
        ]
    for k, counts in enumerate(simulate(circuits, noisy(), seed=1)):
        assert set(counts) == {"01"[k % 2] + "0" * (k % 3)}


def test_character_j_is_qubit_j() -> None:
    gates = tuple(Gate("phasedx", (q,), (math.pi, 0.0)) for q in (0, 3))
    for target in (noisy(), noisy("cz")):
        assert simulate([(Circuit(5, gates), 3)], target, seed=1) == [{"10010": 3}]


@pytest.mark.parametrize("name", ["ideal", "H1-1", "ibm_fez"])
def test_same_seed_same_counts(name: str) -> None:
    target = device(name)
    pairs = [
        (build_circuit("6_1", s, target=target), n)
        for s, n in (("01111", 50), ("01101", 50), ("01010", 31))
    ]
    first = simulate(pairs, target, seed=7)
    assert simulate(pairs, target, seed=7) == first
    assert simulate(pairs, target, seed=8) != first


def test_copies_of_a_circuit_are_independent() -> None:
    """The spread of equal circuits in one call is that of independent shots."""
    builder = CircuitBuilder(1)
    builder.h(0)
    copies, shots = 150, 25
    for target in (noisy(), noisy(one_qubit=0.1)):
        results = simulate([(builder.finish(), shots)] * copies, target, seed=5)
        ones = np.array([counts.get("1", 0) for counts in results])
        assert abs(ones.mean() - shots / 2) < 5 * math.sqrt(shots / 4 / copies)
        # The variance of a sample variance is about 2σ⁴/copies.
        assert abs(ones.var() / (shots / 4) - 1) < 5 * math.sqrt(2 / copies)


def test_groups_of_circuits_are_independent() -> None:
    """So are equal circuits with different numbers of shots."""
    builder = CircuitBuilder(1)
    builder.h(0)
    shots = [1000 + k for k in range(40)]
    results = simulate([(builder.finish(), n) for n in shots], noisy(), seed=5)
    ones = np.array([counts["1"] for counts in results])
    scores = (ones - np.array(shots) / 2) / np.sqrt(np.array(shots) / 4)
    assert abs(scores.var() - 1) < 0.9
    assert abs(scores.mean()) < 5 / math.sqrt(40)


def test_no_circuits() -> None:
    assert simulate([], device("H2-1"), seed=1) == []


def test_too_many_qubits_for_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1e6))
    circuit = build_circuit(Braid([], strands=21), "0" + "1" * 21)
    with pytest.raises(ResourceError, match=r"simulating 20 qubits needs 0.0503 GB .* fewer str"):
        simulate([(circuit, 1)], device("ideal"), seed=1)


def make_plan(**changes: Any) -> Plan:
    values: dict[str, Any] = {
        "braid": Braid([1, -2, 3, -2, 1, 2], strands=4),
        "closure": "markov",
        "kind": "echo",
        "series": SERIES,
        "shots": 103,
        "round_shots": 30,
        "seed": 1,
    }
    return Plan(**(values | changes))


@pytest.mark.parametrize("kind", ["echo", "hadamard"])
def test_rounds(kind: str) -> None:
    plan, target = make_plan(kind=kind), device("H1-1")
    total: Counter[str] = Counter()
    for number in range(plan.rounds):
        results = run_round(plan, number, target)
        assert [job for job, _ in results] == plan.jobs(number)
        for job, counts in results:
            assert sum(counts.values()) == job.shots
            assert {len(bits) for bits in counts} == {3}
            total[job.series] += job.shots
        assert run_round(plan, number, target) == results
    assert sum(total.values()) == 103
    assert run_round(make_plan(kind=kind, seed=2), 0, target) != run_round(plan, 0, target)


def test_rounds_are_not_copies() -> None:
    plan = make_plan(closure="plat", shots=400, round_shots=100)
    results = [run_round(plan, number, device("ideal")) for number in range(4)]
    assert all(results[0] != other for other in results[1:])


@pytest.mark.parametrize("interleaved", [True, False])
def test_series_of_an_interleaved_shot_have_the_same_field(
    interleaved: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[np.ndarray] = []

    def record(circuits: Any, target: Device, seed: int, *, fields: np.ndarray) -> Any:
        seen.append(fields)
        return [np.zeros(shots, dtype=np.int64) for _, shots in circuits]

    monkeypatch.setattr("plait.circuits.simulation.simulate_shots", record)
    target = replace(noisy(), memory=Memory(field_sd=3.0))
    run_round(make_plan(interleaved=interleaved, shots=80, round_shots=80), 0, target)
    fields = np.concatenate(seen).reshape(20, 4)
    same = (fields == fields[:, :1]).all(axis=1)
    assert same.tolist() == [interleaved] * 20
    assert len(set(fields[:, 0].tolist())) == 20
    assert 1 < fields[:, 0].std() < 6


def test_interleaved_rounds_are_reproducible() -> None:
    plan = make_plan(interleaved=True, shots=80, round_shots=40)
    target = replace(device("H1-1"), memory=Memory(field_sd=0.1, field_correlation=5))
    first = run_round(plan, 1, target)
    assert [job for job, _ in first] == plan.jobs(1)
    assert run_round(plan, 1, target) == first
    assert run_round(plan, 0, target) != first


def test_predicted_time_grows_with_the_work() -> None:
    h1, ideal = device("H1-1"), device("ideal")

    def seconds(strands: int, layers: int, shots: int, target: Device = h1) -> float:
        word = [k for _ in range(layers) for k in (*range(1, strands, 2), *range(2, strands, 2))]
        plan = make_plan(braid=Braid(word, strands=strands), shots=shots, round_shots=shots)
        return predicted_seconds(plan, target)

    assert 0 < seconds(4, 3, 100) < 1
    assert seconds(10, 6, 10_000) > 1.2 * seconds(10, 6, 1000) > 0
    assert seconds(18, 6, 100) > 10 * seconds(10, 6, 100)
    assert seconds(14, 9, 10_000) > seconds(14, 9, 10_000, ideal)
