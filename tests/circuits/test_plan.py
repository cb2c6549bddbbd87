"""Plans: how shots are split, seeds, records."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import numpy as np
import pytest

from plait.circuits import SERIES, Job, Plan, device
from plait.circuits.plan import REFERENCE_SERIES, Series
from plait.knots import Braid, InputError, RecordError, path_probability, paths, plat_path

BRAID = Braid([1, -2, 3, -2, 1, 2], strands=4)
AWKWARD = [(4, 4), (5, 4), (7, 7), (97, 10), (100, 7), (101, 101), (1009, 123), (2000, 199)]
BOTH: list[tuple[Series, ...]] = [SERIES, ("real", "imag")]


def make(**changes: Any) -> Plan:
    values: dict[str, Any] = {
        "braid": BRAID,
        "closure": "markov",
        "kind": "echo",
        "series": SERIES,
        "shots": 100,
        "round_shots": 30,
        "seed": 1,
    }
    return Plan(**(values | changes))


def rounds(plan: Plan) -> list[list[Job]]:
    return [plan.jobs(number) for number in range(plan.rounds)]


def shots_of(jobs: list[Job]) -> Counter[Series]:
    total: Counter[Series] = Counter()
    for job in jobs:
        total[job.series] += job.shots
    return total


@pytest.mark.parametrize("closure", ["markov", "plat"])
@pytest.mark.parametrize("series", BOTH)
@pytest.mark.parametrize(("shots", "round_shots"), AWKWARD)
def test_shots_are_exact_and_even(
    shots: int, round_shots: int, series: tuple[Series, ...], closure: str
) -> None:
    plan = make(shots=shots, round_shots=round_shots, series=series, closure=closure)
    per_round = [shots_of(jobs) for jobs in rounds(plan)]
    sizes = [sum(counts.values()) for counts in per_round]
    assert sizes[:-1] == [round_shots] * (plan.rounds - 1)
    assert 0 < sizes[-1] <= round_shots
    so_far: Counter[Series] = Counter()
    for counts in per_round:
        assert set(counts) <= set(series)
        assert max(counts.values()) - min(counts[s] for s in series) <= 1
        # After every round, because a run can stop there.
        so_far += counts
        assert max(so_far.values()) - min(so_far[s] for s in series) <= 1
    assert so_far.total() == shots


def test_each_shot_draws_its_path_from_the_trace() -> None:
    """Pearson's χ² of the paths against P(s) = d/φⁿ, in each series."""
    plan = make(shots=40_000, round_shots=3000, seed=5)
    total: dict[Series, Counter[tuple[int, ...]]] = {s: Counter() for s in SERIES}
    for jobs in rounds(plan):
        for job in jobs:
            total[job.series][job.path] += job.shots
    basis = [tuple(path) for path in paths(4).tolist()]
    for counts in total.values():
        assert set(counts) <= set(basis)
        expected = np.array([path_probability(s) for s in basis]) * counts.total()
        seen = np.array([counts[s] for s in basis])
        # Four degrees of freedom: beyond 25 with probability 5e-5.
        assert ((seen - expected) ** 2 / expected).sum() < 25
    assert total["real"] != total["imag"]


def test_plat_closure_has_one_path() -> None:
    plan = make(closure="plat", series=("real", "imag"), shots=10, round_shots=10)
    assert plan.jobs(0) == [
        Job("real", plat_path(4), 5),
        Job("imag", plat_path(4), 5),
    ]


def test_same_seed_same_plan() -> None:
    assert rounds(make(seed=3)) == rounds(make(seed=3))
    assert rounds(make(seed=3)) != rounds(make(seed=4))
    # Rounds can be asked for in any order, and are not copies of each other.
    plan = make(seed=3, shots=2000, round_shots=500)
    last, first = plan.jobs(3), plan.jobs(0)
    assert [first, last] == [rounds(plan)[0], rounds(plan)[3]]
    assert first != last


def test_seeds_of_rounds_and_streams_differ() -> None:
    plan = make()
    states = {
        tuple(plan.round_seed(number, stream).generate_state(2).tolist())
        for number in range(20)
        for stream in range(3)
    }
    states |= {tuple(make(seed=2).round_seed(0, 0).generate_state(2).tolist())}
    assert len(states) == 61


def test_series_are_parts_of_the_braid_and_of_its_mirror_image() -> None:
    plan = make()
    target = device("ideal")
    path = (0, 1, 1, 1, 1)
    found = {s: plan.circuit(Job(s, path, 1), target) for s in SERIES}
    mirror = make(braid=Braid([-letter for letter in BRAID.word], strands=4))
    assert found["real"].name == found["conjugate-real"].name == "echo-real-01111"
    assert found["imag"].name == found["conjugate-imag"].name == "echo-imag-01111"
    assert found["real"].gates != found["conjugate-real"].gates
    assert found["conjugate-real"] == mirror.circuit(Job("real", path, 1), target)
    assert found["conjugate-imag"] == mirror.circuit(Job("imag", path, 1), target)


@pytest.mark.parametrize("changes", [{}, {"closure": "plat"}, {"series": ("real", "imag")}])
def test_json_round_trip(changes: dict[str, Any]) -> None:
    plan = make(**changes)
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"braid": None}, "not a plan"),
        ({"braid": {"word": [5], "strands": 3}}, "not a plan: letter 5 needs 6 strands"),
        ({"shots": 0}, "not a plan: shots=0"),
        ({"extra": 1}, "not a plan: .*unexpected keyword argument 'extra'"),
        ({"kind": "loop"}, "not a plan: unknown circuit 'loop'"),
        ({"closure": "knot"}, "not a plan: unknown closure 'knot'"),
    ],
)
def test_json_of_something_else(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(RecordError, match=message):
        Plan.from_json(make().to_json() | changes)


@pytest.mark.parametrize("key", ["braid", "closure", "kind", "series", "shots", "seed"])
def test_json_with_a_key_missing(key: str) -> None:
    data = make().to_json()
    del data[key]
    with pytest.raises(RecordError, match=f"not a plan: .*{key}"):
        Plan.from_json(data)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"shots": 3}, r"shots=3: this experiment has 4 series .* and needs 4 to 100000000"),
        ({"shots": 0}, r"shots=0: this experiment has 4 series"),
        ({"shots": -5}, r"shots=-5: this experiment has 4 series"),
        ({"shots": 10**9}, r"shots=1000000000: this experiment"),
        ({"shots": 2.0}, r"shots=2.0 must be an integer"),
        ({"shots": True}, r"shots=True must be an integer"),
        ({"round_shots": 3}, r"round_shots=3 is less than one shot per series"),
        ({"round_shots": 7.5}, r"round_shots=7.5 must be an integer"),
        ({"seed": -1}, r"seed=-1 must not be negative"),
        ({"seed": "1"}, r"seed='1' must be an integer"),
        ({"seed": None}, r"seed=None must be an integer"),
        ({"kind": "loop"}, r"unknown circuit 'loop'; choose one of: echo, hadamard"),
        ({"closure": "knot"}, r"unknown closure 'knot'; choose one of: markov, plat"),
        ({"closure": "plat", "braid": Braid("1 2")}, r"needs an even number of strands"),
    ],
)
def test_plans_that_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        make(**changes)


@pytest.mark.parametrize("series", [(), ("real", "real"), ("real", "imaginary")])
def test_series_are_known_and_named_once(series: tuple[Any, ...]) -> None:
    with pytest.raises(InputError, match=r"series"):
        make(series=series)


def test_the_form_is_of_the_same_link() -> None:
    form = Braid([2, 1, -2, 3, -2, 1], strands=4)
    plan = make(form=form)
    assert plan.word("real") == form
    assert plan.word("conjugate-imag") == form.mirror()
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan
    assert make().form == BRAID
    for wrong in (Braid([1], strands=4), BRAID.with_strands(5)):
        with pytest.raises(InputError, match="as many strands and the same writhe"):
            make(form=wrong)


@pytest.mark.parametrize("closure", ["markov", "plat"])
def test_interleaved_jobs_are_in_order_of_time(closure: str) -> None:
    """All series of a shot on the same path, one after another, each once."""
    plan = make(interleaved=True, closure=closure, shots=1000, round_shots=300)
    drawn = []
    for jobs in rounds(plan):
        assert {job.shots for job in jobs} == {1}
        for first in range(0, len(jobs), 4):
            shot = jobs[first : first + 4]
            assert [job.series for job in shot] == list(SERIES)
            assert len({job.path for job in shot}) == 1
            drawn.append(shot[0].path)
    assert len(drawn) == 250
    if closure == "plat":
        assert set(drawn) == {plat_path(4)}
        return
    # Drawn from the trace in order of time, not sorted: Pearson's χ² of four degrees of freedom.
    basis = [tuple(path) for path in paths(4).tolist()]
    expected = np.array([path_probability(s) for s in basis]) * 250
    seen = np.array([drawn.count(s) for s in basis])
    assert ((seen - expected) ** 2 / expected).sum() < 25
    assert drawn != sorted(drawn)
    assert len(set(drawn[:75])) > 1


@pytest.mark.parametrize(
    ("shots", "round_shots", "sizes"), [(103, 30, [28, 28, 28, 16]), (7, 6, [4])]
)
def test_interleaved_shots_are_whole(shots: int, round_shots: int, sizes: list[int]) -> None:
    """A shot is one execution of every series: what does not make a whole one is not run."""
    plan = make(interleaved=True, shots=shots, round_shots=round_shots)
    assert [len(jobs) for jobs in rounds(plan)] == sizes
    assert plan.shots == sum(sizes)
    assert make(interleaved=True, shots=plan.shots, round_shots=plan.round_shots) == plan


REFERENCE = Braid([1, 2, 3, -1], strands=4)


def test_reference_series_are_of_the_reference() -> None:
    series = (*SERIES, *REFERENCE_SERIES)
    plan = make(series=series, reference=REFERENCE, interleaved=True, shots=80, round_shots=40)
    assert plan.word("reference-imag") == REFERENCE
    assert plan.word("reference-conjugate-real") == REFERENCE.mirror()
    assert plan.word("conjugate-real") == BRAID.mirror()
    assert [job.series for job in plan.jobs(0)[:8]] == list(series)
    target, path = device("ideal"), (0, 1, 1, 1, 1)
    alone = make(braid=REFERENCE).circuit(Job("imag", path, 1), target)
    assert plan.circuit(Job("reference-imag", path, 1), target) == alone


@pytest.mark.parametrize(
    "changes",
    [
        {"interleaved": True},
        {"decoupling": 4},
        {"fold": 3},
        {"series": ("real", "imag", "reference-real"), "reference": REFERENCE},
    ],
    ids=str,
)
def test_json_of_options(changes: dict[str, Any]) -> None:
    plan = make(**changes)
    again = Plan.from_json(json.loads(json.dumps(plan.to_json())))
    assert again == plan
    assert again != make()
    assert rounds(again) == rounds(plan)


def test_json_of_earlier_versions() -> None:
    """Without the keys of options there are none."""
    data = make().to_json()
    for key in ("interleaved", "reference", "decoupling", "fold"):
        del data[key]
    assert Plan.from_json(data) == make()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fold": 2}, "fold=2: give an odd number from 1 on"),
        ({"fold": -1}, "fold=-1: give an odd number from 1 on"),
        ({"fold": 1.5}, r"fold=1.5 must be an integer"),
        ({"decoupling": 3}, "decoupling=3: give an even number of pulses, or 0"),
        ({"decoupling": -2}, "decoupling=-2: give an even number of pulses"),
        ({"decoupling": "2"}, "decoupling='2' must be an integer"),
        ({"fold": 3, "kind": "hadamard"}, "only echo circuits are folded or decoupled"),
        ({"decoupling": 2, "kind": "hadamard"}, "only echo circuits are folded or decoupled"),
        ({"reference": REFERENCE}, "need a reference, and a reference needs such series"),
        ({"series": ("real", "reference-real")}, "the series reference-… need a reference"),
        (
            {"series": ("real", "reference-real"), "reference": REFERENCE.with_strands(5)},
            "the reference has 5 strands and the braid 4",
        ),
    ],
    ids=str,
)
def test_options_that_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        make(**changes)
