"""Sets of exponents: training on exact moments, held-out braids, records."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plait import Braid, device
from plait.circuits import Plan
from plait.knots.errors import InputError, RecordError, UnknownNameError
from plait.mitigation.exponents import (
    Exponents,
    exponents,
    exponents_names,
    read_exponents,
    write_exponents,
)
from plait.mitigation.inversion import survival_magnitude
from plait.mitigation.known_runs import KnownRun, append_run, read_runs
from plait.mitigation.training import fit_exponents, leave_one_out, predictions, train

TRUE = (2.9, 2.1, 0.3, 0.4)
DESCRIBED: dict[str, Any] = {
    "name": "mine",
    "entangler": "zzphase",
    "circuits": "some",
    "least_gates": 30,
    "noise": "some",
    "source": "a test",
}


def runs(
    braids: Iterable[int],
    values: tuple[float, float, float, float] = TRUE,
    *,
    scatter: float = 0.0,
) -> list[KnownRun]:
    """Runs that follow the model, with exponents that scatter from braid to braid."""
    found = []
    for braid in braids:
        rng = np.random.default_rng(braid)
        z = rng.uniform(0.4, 0.95)
        power = min(1.0, z**2 * rng.uniform(1.0, 1.3))
        g, a, b, c = np.array(values) * (1 + scatter * rng.normal(size=4))
        for k in (0.92, 0.8, 0.67):
            for y in (1.0, 0.8, 0.5):
                survival = k**a * (1 + k**b * y**c * power) / 2
                found.append(
                    KnownRun(
                        braid=f"b{braid}",
                        strands=10 + braid % 3,
                        magnitude=z,
                        power=power,
                        keep=k,
                        survival=survival,
                        amplitude=k**g * y * z,
                        shots=6000,
                        dephased=y < 1,
                        noise=f"{k} {y}",
                        device="H1-1",
                        coherence=z**2 / power,
                    )
                )
    return found


def test_training_recovers_the_model() -> None:
    made = train(runs(range(8)), seed=1, resamples=5, **DESCRIBED)
    assert made.values == pytest.approx(TRUE, abs=1e-5)
    assert np.abs(made.covariance).max() < 1e-8
    assert made.coherent_scatter < 1e-5 < made.scatter
    assert (made.braids, made.strands, made.kind) == (8, (10, 12), "echo")


def test_training_tells_its_uncertainty() -> None:
    """Exponents of many trainings scatter as the covariance of one says."""
    many = [fit_exponents(runs(range(20 * k, 20 * k + 20), scatter=0.05)) for k in range(15)]
    made = train(runs(range(20), scatter=0.05), seed=2, resamples=60, **DESCRIBED)
    predicted = np.sqrt(np.diag(np.array(made.covariance)))
    seen = np.std(many, axis=0)
    assert (np.abs(np.mean(many, axis=0) - TRUE) < 3 * seen / np.sqrt(15)).all()
    assert ((seen / predicted > 0.5) & (seen / predicted < 2)).all()
    assert 0.005 < made.coherent_scatter < 0.1


def test_left_out_braids_are_not_in_the_training() -> None:
    """One odd braid is predicted by the others alone."""
    odd = runs([99], (4.0, 2.1, 0.3, 0.4))
    given = runs(range(6)) + odd
    left = leave_one_out(given)
    expected = predictions(odd, TRUE)
    for column, known in zip(left, expected, strict=True):
        np.testing.assert_allclose(column[-len(odd) :], known, rtol=1e-4)
    # The others suffer from it in their training.
    assert np.abs(left.keep[: -len(odd)][0] - 1) > 1e-3


def test_what_each_way_leaves() -> None:
    given = runs(range(6))
    left = leave_one_out(given)
    still = ~np.array([r.dephased for r in given])
    np.testing.assert_allclose(left.keep[still], 1, atol=1e-5)
    assert (left.keep[~still] < 0.85).all()
    np.testing.assert_allclose(left.coherent, 1, atol=1e-5)
    np.testing.assert_allclose(left.measured, left.coherent)
    assert (left.detection < left.keep + 1e-9).all()
    # Survival alone tells the root mean square over paths, which is larger.
    assert (left.survival >= left.coherent - 1e-9).all()
    assert left.survival.max() > 1.03
    unknown = leave_one_out([replace(r, coherence=None) for r in given])
    assert np.isnan(unknown.measured).all()


def test_progress() -> None:
    seen: list[tuple[int, int]] = []
    leave_one_out(runs(range(4)), progress=lambda *step: seen.append(step))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_refused_runs() -> None:
    good = runs(range(4))
    with pytest.raises(InputError, match="2 braids are too few to train with; give 3 at least"):
        fit_exponents(good[:10])
    with pytest.raises(InputError, match="no run without dephasing lost a shot"):
        fit_exponents([r for r in good if r.dephased])
    with pytest.raises(InputError, match="no run with dephasing lost a shot"):
        fit_exponents([r for r in good if not r.dephased])
    for wrong in ({"keep": 1.5}, {"magnitude": np.nan}, {"survival": 0.0}, {"shots": 0}):
        with pytest.raises(InputError, match=r"a run has a \|z\|, E\|z\|², K, S or number of"):
            fit_exponents([*good, replace(good[0], **wrong)])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="resamples=1: give an integer from 2"):
        train(good, seed=1, resamples=1, **DESCRIBED)


def test_runs_survive_a_kill(tmp_path: Path) -> None:
    given = runs(range(1))[:3]
    path = tmp_path / "runs.jsonl"
    for run in given[:2]:
        append_run(run, path)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"braid": "cut sho')
    assert read_runs(path) == given[:2]
    append_run(given[2], path)
    assert read_runs(path) == given


def test_damaged_runs(tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    with pytest.raises(RecordError, match="cannot read runs from"):
        read_runs(path)
    with pytest.raises(RecordError, match="cannot write runs to"):
        append_run(runs([1])[0], tmp_path)
    for line, message in (
        ("{", "line 1: Expecting"),
        ("[1]", "line 1: not a run of a known braid"),
        ('{"braid": "x"}', "line 1: not a run of a known braid"),
    ):
        path.write_text(line + "\n\n", encoding="utf-8")
        with pytest.raises(RecordError, match=message):
            read_runs(path)


@pytest.mark.parametrize("name", exponents_names())
def test_sets_of_plait(name: str) -> None:
    found = exponents(name)
    assert found.name == name
    assert Exponents.from_json(json.loads(json.dumps(found.to_json()))) == found
    g, a, b, c = found.values
    # A run that follows them is inverted.
    k, y, z = 0.8, 0.7, 0.6
    result = survival_magnitude(
        k**g * y * z, k**a * (1 + k**b * y**c * z**2) / 2, k, g=g, a=a, b=b, c=c
    )
    assert result.magnitude == pytest.approx(z)


def test_published_numbers() -> None:
    found = exponents("published-circuits")
    assert found.values == (2.54, 1.81, 0.33, 0.27)
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx([0.04, 0.04, 0.13, 0.04])


def test_replicas() -> None:
    found = exponents("plait")
    drawn = found.replicas(4000, np.random.default_rng(1))
    matrix = np.array(list(drawn.values()))
    assert matrix.mean(axis=1) == pytest.approx(found.values, abs=0.02)
    np.testing.assert_allclose(np.cov(matrix), found.covariance, atol=2e-3)
    wide = replace(found, covariance=tuple(map(tuple, np.eye(4).tolist())))
    c = wide.replicas(1000, np.random.default_rng(1))["c"]
    assert (c.min(), c.max()) == (0.0, 1.9)


def plan(strands: int, **changed: Any) -> Plan:
    given: dict[str, Any] = {
        "braid": Braid([*range(1, strands)] * 6, strands),
        "closure": "markov",
        "kind": "echo",
        "series": ("real", "imag"),
        "shots": 100,
        "round_shots": 100,
        "seed": 1,
    }
    return Plan(**(given | changed))


def test_outside() -> None:
    found = exponents("plait")
    assert found.outside(plan(12)) == found.outside(plan(12), device("H2-1")) == ()
    assert found.outside(plan(30)) == (
        f"the exponents are of {found.strands[0]} to {found.strands[1]} strands, and this braid "
        f"has 30",
    )
    assert found.outside(plan(12, closure="plat")) == ("the exponents are of Markov closures",)
    (few,) = found.outside(plan(12, braid=Braid("5 6", 12)))
    assert few.startswith("the exponents are of circuits with 30 two-qubit gates at least, and")
    (wrong,) = found.outside(plan(12, kind="hadamard"))
    assert wrong == "the exponents are of echo circuits, and these are hadamard"
    (cz,) = found.outside(plan(12), device("ibm_fez"))
    assert cz == "the exponents are of circuits with zzphase gates, and ibm_fez has cz"


def test_unknown_set() -> None:
    with pytest.raises(UnknownNameError, match="unknown exponents 'x'; choose from: plait, publ"):
        exponents("x")


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    write_exponents(exponents("plait"), path)
    assert read_exponents(path) == exponents("plait")
    with pytest.raises(RecordError, match="cannot read exponents from"):
        read_exponents(tmp_path / "none.json")
    with pytest.raises(RecordError, match="cannot write exponents to"):
        write_exponents(exponents("plait"), tmp_path)
    for text, message in (("{", "cannot read"), ("[]", "it holds no object"), ("{}", "not expo")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(RecordError, match=message):
            read_exponents(path)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"g": float("nan")}, "'plait': g, a, b, c and scatter must be finite"),
        ({"c": 2.5}, r"c=2.5; g and a must be positive and c in \[0, 2\)"),
        ({"g": -1.0}, "have g=-1"),
        ({"scatter": -0.1}, "a scatter is not negative"),
        ({"covariance": ((1.0,),)}, "the covariance must be a 4×4 matrix, symmetric"),
    ],
)
def test_refused_exponents(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        replace(exponents("plait"), **changed)


@pytest.mark.parametrize(
    "damage",
    [{"g": "x"}, {"strands": [1]}, {"strands": None}, {"covariance": 3}, {"more": 1}],
)
def test_damaged_exponents(damage: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match="not exponents"):
        Exponents.from_json(exponents("plait").to_json() | damage)
