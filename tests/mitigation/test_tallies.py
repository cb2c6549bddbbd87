"""Counting shots, and that dropping detected errors is exactly a rescaling."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from plait.circuits import SERIES, Counts, Job, Plan, device, read_outcome, run_round
from plait.circuits.compile import CircuitKind
from plait.circuits.plan import Series
from plait.knots import Braid, path_probability, paths
from plait.mitigation import estimator, tally
from plait.mitigation.tallies import MINUS, PLUS, REJECTED, ZERO
from plait.tensornet import representation


def test_kinds_of_shots() -> None:
    jobs = [
        (Job("real", (0, 1, 0, 1, 1), 12), {"000": 5, "100": 4, "010": 3}),
        (Job("real", (0, 1, 1, 0, 1), 6), {"000": 1, "010": 2, "100": 3}),
        (Job("imag", (0, 1, 1, 1, 1), 2), {"100": 2}),
    ]
    tallies = tally("echo", jobs)
    assert set(tallies) == {"real", "imag"}
    expected = {PLUS: 6, MINUS: 7, ZERO: 3, REJECTED: 2}
    assert {k: tallies["real"][k] for k in range(4)} == expected
    assert tallies["imag"].tolist() == [0, 2, 0, 0]
    assert tallies["real"].dtype.kind == "i"


def test_hadamard_tests_say_something_in_every_kept_shot() -> None:
    job = Job("imag", (0, 1, 0, 1, 1), 10)
    tallies = tally("hadamard", [(job, {"001": 4, "111": 3, "000": 2, "100": 1})])
    assert tallies["imag"].tolist() == [4, 3, 0, 3]


def test_nothing_measured() -> None:
    assert tally("echo", []) == {}


def noisy_results(name: str, kind: CircuitKind, strands: int) -> list[tuple[Job, Counts]]:
    plan = Plan(
        braid=Braid([1, -2, 1, 2, 2, -1, 2], strands=strands),
        closure="markov",
        kind=kind,
        series=SERIES,
        shots=400,
        round_shots=400,
        seed=6,
    )
    return run_round(plan, 0, device(name).with_noise(150 if name == "H1-1" else 60))


@pytest.mark.parametrize("name", ["H1-1", "ibm_fez"])
def test_detection_is_exactly_a_rescaling(name: str) -> None:
    """E[v | kept] = E[v]/K in each series of echoes: every rejected shot has the value 0."""
    results = noisy_results(name, "echo", 4)
    values: Counter[Series] = Counter()
    kept: Counter[Series] = Counter()
    for job, counts in results:
        for bits, count in counts.items():
            values[job.series] += count * (0 if "1" in bits[1:] else 1 - 2 * int(bits[0]))
            kept[job.series] += count * read_outcome("echo", job.path, bits).kept
    tallies = tally("echo", results)
    # The noise is strong enough for this to say something.
    assert all(30 < kept[s] < 95 for s in SERIES)
    raw, detected = (complex(estimator(name)(tallies)) for name in ("none", "detection"))
    assert abs(raw - complex(values["real"], values["imag"]) / 100) < 1e-12
    want = complex(values["real"] / kept["real"], values["imag"] / kept["imag"])
    assert abs(detected - want) < 1e-12


def test_detection_of_hadamard_tests_is_the_mean_of_the_kept_shots() -> None:
    results = noisy_results("H1-1", "hadamard", 4)
    found = {}
    for series in ("real", "imag"):
        shots = [
            1 - 2 * int(bits[0])
            for job, counts in results
            if job.series == series
            for bits, count in counts.items()
            for _ in range(count)
            if read_outcome("hadamard", job.path, bits).kept
        ]
        assert 30 < len(shots) < 95
        found[series] = np.mean(shots)
    got = complex(estimator("detection")(tally("hadamard", results)))
    assert abs(got - complex(found["real"], found["imag"])) < 1e-12


@pytest.mark.parametrize("kind", ["echo", "hadamard"])
@pytest.mark.parametrize("name", ["ideal", "ibm_fez"])
@pytest.mark.parametrize("strands", [2, 3, 4, 5, 6])
def test_every_shot_is_kept_without_noise(name: str, kind: CircuitKind, strands: int) -> None:
    if (kind, name) == ("hadamard", "ibm_fez") and strands > 3:
        pytest.skip("Hadamard tests do not fit a line")
    rng = np.random.default_rng(strands)
    word = rng.integers(1, strands, 20) * rng.choice([-1, 1], 20)
    plan = Plan(
        braid=Braid(word.tolist(), strands=strands),
        closure="markov",
        kind=kind,
        series=SERIES,
        shots=2000,
        round_shots=2000,
        seed=1,
    )
    target = device(name).with_noise(0)
    tallies = tally(kind, run_round(plan, 0, target))
    assert {s: row[REJECTED] for s, row in tallies.items()} == dict.fromkeys(SERIES, 0)
    # And the frequencies of +1 are those of the theory, to five standard deviations.
    z = np.diag(representation(plan.braid))
    weights = [path_probability(s) for s in paths(strands).tolist()]
    for series, turn in (("real", 1), ("imag", -1j)):
        conjugates = {series: z, f"conjugate-{series}": z.conj()}
        for key, values in conjugates.items():
            w = turn * values
            clean = kind == "hadamard"
            p = np.dot(weights, (1 + w.real) / 2 if clean else abs(1 + w) ** 2 / 4)
            sigma = np.sqrt(p * (1 - p) * 500) + 1e-9
            assert abs(tallies[key][PLUS] - 500 * p) < 5 * sigma  # type: ignore[index]
