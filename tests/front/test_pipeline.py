"""The pipeline from a name to an estimate, on the simulator."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

import plait
from plait import InputError, JonesEstimate, UnknownNameError
from plait.circuits import Plan, predicted_seconds
from plait.mitigation import estimator
from plait.pipeline import Experiment, execute, make_plan, summarise


def without_time(e: JonesEstimate) -> dict[str, Any]:
    return {k: v for k, v in e.to_json().items() if k != "seconds"}


@pytest.mark.parametrize("circuit", ["echo", "hadamard"])
@pytest.mark.parametrize("mitigation", [None, "detection", "detection,conjugate"])
@pytest.mark.parametrize("closure", ["markov", "plat"])
def test_noiseless_estimates_cover(closure: str, mitigation: str | None, circuit: str) -> None:
    word = [2, 2, -1, 2, 3, 3]
    e = plait.estimate(
        word,
        closure=closure,
        mitigation=mitigation,
        circuit=circuit,
        shots=1200,
        device="ideal",
        seed=11,
    )
    assert e.covers(complex(plait.jones(word, closure=closure)))
    assert e.kept == e.shots == 1200
    assert (e.closure, e.circuit, e.device) == (closure, circuit, "ideal")
    assert e.braid == plait.braid(word)
    assert e.qubits == 3
    assert e.statistics.expected_fidelity == 1


@pytest.mark.parametrize("circuit", ["echo", "hadamard"])
@pytest.mark.parametrize("device", ["H2-1", "ibm_fez"])
def test_detection_keeps_every_noiseless_shot(device: str, circuit: str) -> None:
    """Also where the preparation is a tree or a ladder of CNOTs."""
    if (circuit, device) == ("hadamard", "ibm_fez"):
        pytest.skip("Hadamard tests do not fit a line")
    word = [1, -2, 3, -4, 5, 2, -3, 4, -5, 1, -2, 3]
    for closure in ("markov", "plat"):
        e = plait.estimate(
            word, closure=closure, circuit=circuit, device=device, noise=0, shots=200, seed=3
        )
        assert e.kept == e.shots == 200


# In a plat closure all shots have one path, so that many seeds take little time.
PLAT = plait.braid([2, 2, -1, 2, 3, 1, -2, 3])


def test_real_simulation_has_the_rate_of_shot_noise() -> None:
    """Error × √shots stays the same from 200 to 12,800 shots."""
    exact = complex(plait.jones(PLAT, closure="plat"))
    sizes = [200, 1600, 12_800]
    errors = []
    for shots in sizes:
        found = [
            plait.estimate(PLAT, closure="plat", shots=shots, device="ideal", seed=seed)
            for seed in range(15)
        ]
        errors.append(math.sqrt(np.mean([abs(e.value - exact) ** 2 for e in found])))
    slope = np.polyfit(np.log(sizes), np.log(errors), 1)[0]
    # 15 complex errors give an rms to 13 %, and the slope to 0.05.
    assert abs(slope + 0.5) < 0.16


def test_real_simulation_covers() -> None:
    exact = complex(plait.jones(PLAT, closure="plat"))
    covered = [
        plait.estimate(PLAT, closure="plat", shots=400, noise=0, seed=seed).covers(exact)
        for seed in range(30)
    ]
    # At 95 %, fewer than 24 of 30 happen once in 2000 times.
    assert sum(covered) >= 24


def test_detection_reduces_the_error_of_a_noisy_device() -> None:
    rng = np.random.default_rng(0)
    word = (rng.integers(1, 8, 40) * rng.choice([-1, 1], 40)).tolist()
    braid = plait.Braid(word, strands=8)  # 42 two-qubit gates: a few detect nothing
    exact = complex(plait.jones(braid, closure="plat"))
    raw, mitigated, kept = [], [], []
    for seed in range(6):
        e = plait.estimate(
            braid, closure="plat", shots=4000, noise=5, mitigation="detection", seed=seed
        )
        raw.append(abs(e.raw_value - exact))
        mitigated.append(abs(e.value - exact))
        kept.append(e.kept / e.shots)
    assert max(kept) < 0.97
    assert np.mean(mitigated) < 0.8 * np.mean(raw)


def test_same_seed_same_estimate() -> None:
    first = plait.estimate("4_1", shots=300, seed=5)
    assert without_time(plait.estimate("4_1", shots=300, seed=5)) == without_time(first)
    assert plait.estimate("4_1", shots=300, seed=6).value != first.value


def test_a_drawn_seed_is_recorded() -> None:
    first = plait.estimate("3_1", shots=60)
    again = plait.estimate("3_1", shots=60, seed=first.seed)
    assert without_time(again) == without_time(first)
    assert plait.estimate("3_1", shots=60).seed != first.seed


def test_global_random_state_is_left_alone() -> None:
    def state() -> list[int]:
        return np.random.get_state(legacy=False)["state"]["key"].tolist()  # type: ignore[call-overload,no-any-return]

    before = state()
    plait.estimate("3_1", shots=40, seed=1)
    assert state() == before


@pytest.mark.parametrize("shots", [4, 5, 57, 1003])
def test_progress_and_number_of_shots(shots: int) -> None:
    seen: list[tuple[int, int]] = []
    e = plait.estimate(
        "3_1", shots=shots, seed=1, progress=lambda done, total: seen.append((done, total))
    )
    assert e.shots == shots
    assert seen[-1] == (shots, shots)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert {total for _, total in seen} == {shots}
    assert len(seen) >= min(10, shots // 4) - 1


def test_long_experiments_have_more_rounds() -> None:
    def rounds(shots: int, strands: int) -> Plan:
        return make_plan(
            plait.braid([*range(1, strands, 2), *range(2, strands, 2)] * 8, strands=strands),
            plait.device("H2-1"),
            closure="markov",
            shots=shots,
            circuit="echo",
            mitigation=estimator("none"),
            seed=1,
        )

    assert rounds(100, 3).rounds == 10
    long = rounds(100_000, 16)
    assert long.rounds > 100
    assert predicted_seconds(long, plait.device("H2-1")) / long.rounds < 3


def test_execution_can_be_continued() -> None:
    methods = estimator("detection,conjugate")
    target = plait.device("H1-1")
    plan = make_plan(
        plait.braid("4_1"),
        target,
        closure="markov",
        shots=200,
        circuit="echo",
        mitigation=methods,
        seed=9,
    )
    experiment = Experiment(plan, methods)
    stored: dict[int, Any] = {}
    whole = execute(experiment, target, store=stored.__setitem__)
    assert sorted(stored) == list(range(plan.rounds))
    assert [stored[number] for number in range(plan.rounds)] == whole
    assert whole[:4] + execute(experiment, target, done=4) == whole
    e = summarise(experiment, whole, target, methods, 0.0)
    assert without_time(e) == without_time(plait.estimate("4_1", shots=200, device="H1-1", seed=9))


def test_noise_arguments() -> None:
    quiet = plait.estimate("4_1", shots=200, noise=0, seed=1)
    assert quiet.statistics.expected_fidelity == 1
    own, loud, other = (
        plait.estimate("4_1", shots=40, noise=noise, seed=1).statistics.expected_fidelity
        for noise in (None, 5, "ibm_fez")
    )
    assert 1 > own > loud
    assert other not in (own, loud)


def test_free_strands() -> None:
    e = plait.estimate([1, 1, 1], strands=4, shots=40, seed=1)
    assert e.braid.strands == 4
    assert e.qubits == 3


def test_json_of_an_estimate() -> None:
    e = plait.estimate("5_2", shots=100, device="ibm_fez", seed=2)
    assert JonesEstimate.from_json(json.loads(json.dumps(e.to_json()))) == e


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"shots": 3}, InputError, "shots=3: this experiment has 4 series"),
        ({"shots": 0}, InputError, "shots=0: this experiment has 4 series"),
        ({"shots": 100.0}, InputError, r"shots=100.0 must be an integer"),
        ({"shots": True}, InputError, "shots=True must be an integer"),
        ({"shots": "100"}, InputError, "shots='100' must be an integer"),
        ({"seed": -4}, InputError, "seed=-4 must not be negative"),
        ({"seed": 1.5}, InputError, "seed=1.5 must be an integer"),
        ({"device": "H7"}, UnknownNameError, "unknown device 'H7'"),
        ({"noise": -1}, InputError, "noise factor -1.0: give a number ≥ 0"),
        ({"noise": "loud"}, UnknownNameError, "unknown device 'loud'"),
        ({"mitigation": "magic"}, UnknownNameError, "unknown mitigation 'magic'"),
        ({"closure": "plat"}, InputError, "needs an even number of strands"),
        ({"closure": "open"}, InputError, "unknown closure 'open'"),
        ({"circuit": "loop"}, InputError, "unknown circuit 'loop'"),
        ({"strands": 2}, InputError, "letter 2 needs 3 strands"),
        ({"strands": 30, "device": "H1-1"}, InputError, "needs 29 qubits and H1-1 has 20"),
    ],
    ids=str,
)
def test_arguments_that_are_refused(
    options: dict[str, Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        plait.estimate("4_1", **({"seed": 1, "shots": 40} | options))


def test_hadamard_tests_on_a_line() -> None:
    with pytest.raises(InputError, match="ibm_fez is used as a line of qubits"):
        plait.estimate("6_1", circuit="hadamard", device="ibm_fez", shots=40, seed=1)


def test_unknown_knots() -> None:
    with pytest.raises(UnknownNameError, match="unknown knot or link '1_7'"):
        plait.estimate("1_7")
