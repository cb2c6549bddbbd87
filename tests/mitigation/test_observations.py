"""What was measured: reading shots and results, pairing, and that detection only rescales."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from plait.circuits import SERIES, Counts, Job, Plan, device, read_outcome, run_round
from plait.circuits.backends import Shots
from plait.circuits.compile import CircuitKind
from plait.circuits.plan import Series
from plait.knots import Braid, InputError, RecordError, path_probability, paths
from plait.mitigation import (
    Observations,
    estimator,
    observations_of_results,
    observations_of_shots,
)
from plait.tensornet import representation


def make_plan(**changes: object) -> Plan:
    values = {
        "braid": Braid([1, -2, 1, 2, 2, -1, 2], strands=4),
        "closure": "markov",
        "kind": "echo",
        "series": SERIES,
        "shots": 400,
        "round_shots": 400,
        "seed": 6,
    }
    return Plan(**(values | changes))  # type: ignore[arg-type]


def read(kind: CircuitKind, jobs: list[tuple[Job, Counts]]) -> Observations:
    """Of one round of independent series."""
    series = tuple(dict.fromkeys(job.series for job, _ in jobs))
    return observations_of_results(make_plan(kind=kind, series=series), [jobs])


def kinds(o: Observations, series: Series) -> dict[str, int]:
    values, kept = o.values[series], o.kept[series]
    return {
        "plus": int((kept & (values == 1)).sum()),
        "minus": int((kept & (values == -1)).sum()),
        "zero": int((kept & (values == 0)).sum()),
        "rejected": int((~kept).sum()),
    }


def test_kinds_of_shots() -> None:
    jobs: list[tuple[Job, Counts]] = [
        (Job("real", (0, 1, 0, 1, 1), 12), {"000": 5, "100": 4, "010": 3}),
        (Job("real", (0, 1, 1, 0, 1), 6), {"000": 1, "010": 2, "100": 3}),
        (Job("imag", (0, 1, 1, 1, 1), 2), {"100": 2}),
    ]
    o = read("echo", jobs)
    assert o.series == ("real", "imag")
    assert kinds(o, "real") == {"plus": 6, "minus": 7, "zero": 3, "rejected": 2}
    assert kinds(o, "imag") == {"plus": 0, "minus": 2, "zero": 0, "rejected": 0}
    assert (o.rows, o.shots, o.keep_rate) == (18, 20, 18 / 20)
    assert not o.paired


def test_hadamard_tests_say_something_in_every_shot() -> None:
    job = Job("imag", (0, 1, 0, 1, 1), 10)
    o = read("hadamard", [(job, {"001": 4, "111": 3, "000": 2, "100": 1})])
    assert kinds(o.rejecting(), "imag") == {"plus": 4, "minus": 3, "zero": 0, "rejected": 3}
    assert o.values["imag"].sum() == 2
    assert o.rejecting().values["imag"].sum() == 1
    assert o.rejecting().alive("imag").sum() == 7
    # Echoes have nothing to reject that has a value.
    echo = read("echo", [(Job("real", (0, 1, 1, 0, 1), 3), {"010": 2, "100": 1})])
    assert echo.rejecting() is echo


def test_nothing_measured() -> None:
    o = observations_of_results(make_plan(), [])
    assert (o.series, o.rows, o.shots, o.keep_rate) == ((), 0, 0, 0.0)


def test_shots_that_were_not_planned() -> None:
    plan = make_plan(series=("real", "imag"))
    job = Job("conjugate-real", (0, 1, 1, 1, 1), 1)
    with pytest.raises(RecordError, match="series conjugate-real, which is not planned"):
        observations_of_results(plan, [[(job, {"000": 1})]])


def test_interleaved_rounds_are_stretches_of_paired_shots() -> None:
    plan = make_plan(shots=80, round_shots=24, interleaved=True)
    rounds = [run_round(plan, number, device("ideal")) for number in range(plan.rounds)]
    o = observations_of_results(plan, rounds)
    assert o.paired
    assert {s: len(v) for s, v in o.values.items()} == dict.fromkeys(SERIES, 20)
    assert o.stretches is not None
    assert o.stretches.tolist() == [0] * 6 + [1] * 6 + [2] * 6 + [3] * 2
    # Row by row the order of time.
    flat = [(job, counts) for results in rounds for job, counts in results]
    for row in range(20):
        for k, series in enumerate(SERIES):
            job, counts = flat[4 * row + k]
            (bits,) = counts
            assert job.series == series
            assert o.values[series][row] == read_outcome("echo", job.path, bits).value


def test_interleaved_plans_that_stopped_early() -> None:
    plan = make_plan(shots=80, round_shots=24, interleaved=True)
    o = observations_of_results(plan, [run_round(plan, 0, device("ideal"))])
    assert (o.rows, o.shots, o.paired) == (6, 24, True)


def test_paired_shots_have_one_path() -> None:
    one = Shots(np.array([[0, 1, 1, 1]]), np.array([[0, 0]]))
    other = Shots(np.array([[0, 1, 0, 1]]), np.array([[0, 0]]))
    found = observations_of_shots("echo", {"real": one, "imag": one}, stretches=[4])
    assert found.paired
    with pytest.raises(InputError, match="paired shots of different series have different paths"):
        observations_of_shots("echo", {"real": one, "imag": other}, stretches=[0])


def arrays(*lengths: int) -> dict[str, np.ndarray]:
    return {s: np.zeros(n) for s, n in zip(SERIES, lengths, strict=False)}


def test_arrays_that_do_not_fit() -> None:
    def kept(*lengths: int) -> dict[str, np.ndarray]:
        return {s: v == 0 for s, v in arrays(*lengths).items()}

    with pytest.raises(InputError, match="series imag have different shapes"):
        Observations(values=arrays(3, 3), kept=kept(3, 2))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="series real have different shapes"):
        Observations(values=arrays(3), kept=kept(3), survived=arrays(4))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="paired series have the same number of shots"):
        Observations(values=arrays(3, 2), kept=kept(3, 2), paired=True)  # type: ignore[arg-type]
    for name in ("stretches", "blocks"):
        for paired, size in ((True, 2), (False, 3)):
            with pytest.raises(InputError, match=f"{name} are numbers of paired shots"):
                Observations(
                    values=arrays(3, 3),  # type: ignore[arg-type]
                    kept=kept(3, 3),  # type: ignore[arg-type]
                    paired=paired,
                    **{name: np.zeros(size, dtype=np.int64)},
                )


def test_parts_of_observations() -> None:
    rng = np.random.default_rng(1)
    values = {s: rng.integers(-1, 2, 9).astype(float) for s in SERIES}
    kept = {s: (v != 0) | (rng.random(9) < 0.5) for s, v in values.items()}
    o = Observations(
        values=values,
        kept=kept,
        paired=True,
        stretches=np.arange(9) // 3,
        blocks=np.arange(9) // 2,
    )
    some = o.where(np.arange(9) % 2 == 0)
    assert some.rows == 5
    assert some.stretches is not None
    assert some.blocks is not None
    assert some.stretches.tolist() == [0, 0, 1, 2, 2]
    assert some.blocks.tolist() == [0, 1, 2, 3, 4]
    for s in SERIES:
        assert some.values[s].tolist() == values[s][::2].tolist()
        assert some.kept[s].tolist() == kept[s][::2].tolist()
        assert some.alive(s).tolist() == abs(values[s][::2]).tolist()
    less = o.only(("imag", "real"))
    assert less.series == ("imag", "real")
    assert less.shots == 18
    assert o.only(SERIES) is o
    with pytest.raises(InputError, match="no shots of the series conjugate-imag; measure more"):
        less.only(("real", "conjugate-imag"))
    empty = replace(less, values=arrays(0, 9), kept={s: v == 0 for s, v in arrays(0, 9).items()},  # type: ignore[arg-type]
                    survived=None, paired=False, stretches=None, blocks=None)  # fmt: skip
    with pytest.raises(InputError, match="no shots of the series real"):
        empty.only(("real", "imag"))


def noisy_results(name: str, kind: CircuitKind) -> list[tuple[Job, Counts]]:
    target = device(name).with_noise(150 if name == "H1-1" else 60)
    return run_round(make_plan(kind=kind), 0, target)


@pytest.mark.parametrize("name", ["H1-1", "ibm_fez"])
def test_detection_is_exactly_a_rescaling(name: str) -> None:
    """E[v | kept] = E[v]/K in each series of echoes: every rejected shot has the value 0."""
    results = noisy_results(name, "echo")
    values: Counter[Series] = Counter()
    kept: Counter[Series] = Counter()
    for job, counts in results:
        for bits, count in counts.items():
            values[job.series] += count * (0 if "1" in bits[1:] else 1 - 2 * int(bits[0]))
            kept[job.series] += count * read_outcome("echo", job.path, bits).kept
    o = read("echo", results)
    # The noise is strong enough for this to say something.
    assert all(30 < kept[s] < 95 for s in SERIES)
    raw, detected = (
        estimator(name).combine([o], resamples=2).value for name in ("none", "detection")
    )
    assert abs(raw - complex(values["real"], values["imag"]) / 100) < 1e-12
    want = complex(values["real"] / kept["real"], values["imag"] / kept["imag"])
    assert abs(detected - want) < 1e-12


def test_detection_of_hadamard_tests_is_the_mean_of_the_kept_shots() -> None:
    results = noisy_results("H1-1", "hadamard")
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
    got = estimator("detection").combine([read("hadamard", results)], resamples=2).value
    assert abs(got - complex(found["real"], found["imag"])) < 1e-12


@pytest.mark.parametrize("kind", ["echo", "hadamard"])
@pytest.mark.parametrize("name", ["ideal", "ibm_fez"])
@pytest.mark.parametrize("strands", [2, 3, 4, 5, 6])
def test_every_shot_is_kept_without_noise(name: str, kind: CircuitKind, strands: int) -> None:
    if (kind, name) == ("hadamard", "ibm_fez") and strands > 3:
        pytest.skip("Hadamard tests do not fit a line")
    rng = np.random.default_rng(strands)
    word = rng.integers(1, strands, 20) * rng.choice([-1, 1], 20)
    braid = Braid(word.tolist(), strands=strands)
    plan = make_plan(braid=braid, kind=kind, shots=2000, round_shots=2000, seed=1)
    o = observations_of_results(plan, [run_round(plan, 0, device(name).with_noise(0))])
    assert o.keep_rate == 1
    # And the frequencies of +1 are those of the theory, to five standard deviations.
    z = np.diag(representation(braid))
    weights = [path_probability(s) for s in paths(strands).tolist()]
    for series, turn in (("real", 1), ("imag", -1j)):
        conjugates = {series: z, f"conjugate-{series}": z.conj()}
        for key, values in conjugates.items():
            w = turn * values
            clean = kind == "hadamard"
            p = np.dot(weights, (1 + w.real) / 2 if clean else abs(1 + w) ** 2 / 4)
            sigma = np.sqrt(p * (1 - p) * 500) + 1e-9
            assert abs((o.values[key] == 1).sum() - 500 * p) < 5 * sigma  # type: ignore[index]
