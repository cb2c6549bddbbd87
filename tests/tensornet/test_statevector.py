"""Sampling: unbiased, errors that shrink as they should, and error bars that cover."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from jones_oracles import GOLDEN, all_paths, bracket_jones, number, word_matrix
from strategies import braids

from plait.knots import Braid, InputError, ResourceError, path_count, paths
from plait.knots.conventions import Closure
from plait.tensornet import METHODS, Evaluation, Request, dense_jones, jones
from plait.tensornet.statevector import statevector_cost

ESTIMATORS = ("strings", "trace")


def sampled(b: Braid, closure: Closure = "markov", seed: int = 1, **options: Any) -> Evaluation:
    method = METHODS["statevector"]
    return method.evaluate(b, closure, Request(seed=seed, options=method.complete(options)))


def random_braid(strands: int, letters: int, seed: int) -> Braid:
    rng = random.Random(seed)
    word = [rng.choice((1, -1)) * rng.randint(1, strands - 1) for _ in range(letters)]
    return Braid(word, strands)


def variances(b: Braid) -> dict[str, float]:
    """The variance of one sample of V, from the matrix of the braid."""
    matrix = word_matrix(b)
    p = np.array([GOLDEN ** (path[-1] - b.strands) for path in all_paths(b.strands)])
    diagonal = np.diag(matrix)
    strings = np.sum(p * np.abs(diagonal) ** 2) - abs(np.sum(p * diagonal)) ** 2
    off = np.abs(matrix - np.diag(diagonal)) ** 2
    scale = GOLDEN ** (2 * b.strands - 2)
    return {"strings": scale * float(strings), "trace": scale * float(p @ off @ p)}


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("seed", range(3))
def test_the_mean_and_the_error_are_the_right_ones(estimator: str, seed: int) -> None:
    b = random_braid(6, 25, seed)
    n = 40_000
    found = sampled(b, samples=n, estimator=estimator, seed=seed)
    expected = math.sqrt(variances(b)[estimator] / n)
    assert found.error == pytest.approx(expected, rel=0.05)
    # Four standard errors: a bias would have to be smaller than that.
    assert abs(found.value - dense_jones(b, "markov")) < 4 * expected


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_errors_shrink_with_the_square_root_of_the_samples(estimator: str) -> None:
    b = random_braid(7, 30, 4)
    exact = dense_jones(b, "markov")
    spread, bars = [], []
    for samples in (16, 64, 256):
        found = [sampled(b, samples=samples, estimator=estimator, seed=s) for s in range(60)]
        spread.append(np.sqrt(samples * np.mean([abs(v.value - exact) ** 2 for v in found])))
        bars.append(np.sqrt(samples * np.mean([(v.error or 0) ** 2 for v in found])))
    # The mean of 60 squares of complex numbers is known to about 13 %, its root to 7 %.
    assert spread == pytest.approx([math.sqrt(variances(b)[estimator])] * 3, rel=0.25)
    assert bars == pytest.approx([math.sqrt(variances(b)[estimator])] * 3, rel=0.1)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("strands", [5, 8])
def test_error_bars_cover(estimator: str, strands: int) -> None:
    b = random_braid(strands, 30, strands)
    exact = dense_jones(b, "markov")
    found = [sampled(b, samples=50, estimator=estimator, seed=s) for s in range(300)]
    within = np.array([abs(v.value - exact) / (v.error or 0) for v in found])
    # For a complex Gaussian 63 % (round) to 68 % (flat) are within one, 95 % to 98 % within two.
    assert 0.55 < np.mean(within < 1) < 0.76
    assert np.mean(within < 2) > 0.92
    assert np.mean(within < 3) > 0.985


def test_the_trace_is_better_near_diagonal_matrices() -> None:
    b = Braid([1, 1, 3, 3, -5], strands=8)
    strings, trace = (sampled(b, estimator=each).error for each in ESTIMATORS)
    assert strings is not None
    assert trace is not None
    assert trace < strings / 3


@pytest.mark.parametrize("estimator", ESTIMATORS)
@settings(max_examples=30)
@given(b=braids(max_strands=7, max_crossings=16))
def test_all_strings_and_closures(estimator: str, b: Braid) -> None:
    exact = number(bracket_jones(b))
    found = sampled(b, samples=200, estimator=estimator)
    limit = math.sqrt(variances(b)[estimator] / 200)
    assert abs(found.value - exact) <= 5 * limit + 1e-9


@settings(max_examples=30)
@given(b=braids(max_strands=8, max_crossings=20, even=True))
def test_a_plat_closure_is_one_amplitude(b: Braid) -> None:
    found = sampled(b, "plat")
    assert found.value == pytest.approx(number(bracket_jones(b, "plat")), abs=1e-9)
    assert found.error is None


def test_diagonal_braids_have_no_error_by_the_trace() -> None:
    # σ_1 is diagonal, and a row of other strands only multiplies.
    b = Braid([1, 1, 1], strands=6)
    found = sampled(b, samples=2, estimator="trace")
    assert found.value == pytest.approx(dense_jones(b, "markov"))
    assert found.error == pytest.approx(0, abs=1e-12)
    assert sampled(b, samples=50, estimator="strings").error > 0.1  # type: ignore[operator]


def test_many_strands_at_once_and_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from plait.tensornet import statevector

    b = random_braid(8, 30, 2)
    together = [sampled(b, samples=30, estimator=each) for each in ESTIMATORS]
    monkeypatch.setattr(statevector, "_TOGETHER", 1)
    alone = [sampled(b, samples=30, estimator=each) for each in ESTIMATORS]
    for one, other in zip(together, alone, strict=True):
        assert one.value == pytest.approx(other.value)
        assert one.error == pytest.approx(other.error)


@pytest.mark.slow
def test_twenty_five_strands() -> None:
    # The letters on the right multiply the diagonal elements of the ones on the left only.
    assert len(paths(25)) == path_count(25) == 121_393
    b = Braid([1, -2, 1, -2], strands=25)
    found = sampled(b, samples=3000, estimator="strings")
    expected = dense_jones(Braid("1 -2 1 -2"), "markov") * GOLDEN**22
    assert found.error is not None
    assert abs(found.value - expected) < 4 * found.error
    assert found.error < abs(expected) / 10


# --- Seeds, records, options --------------------------------------------------------------------


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_seeds(estimator: str) -> None:
    values = [
        jones("8_20", method="statevector", seed=seed, estimator=estimator)
        for seed in (3, 3, 4, None, None)
    ]
    assert values[0].value == values[1].value
    assert len({v.value for v in values}) == 4
    again = jones(
        "8_20", method="statevector", seed=values[3].details["seed"], estimator=estimator
    )
    assert again.value == values[3].value
    assert values[0].details == {"estimator": estimator, "samples": 100, "seed": 3}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"samples": 1}, "samples=1: give 2 or more"),
        ({"samples": 10.0}, r"option samples=10\.0 of method 'statevector': .* type int"),
        ({"estimator": "paths"}, "estimator='paths': choose one of: strings, trace"),
        ({"shots": 5}, "no option 'shots'; its options: samples, estimator"),
    ],
)
def test_wrong_options(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        jones("3_1", method="statevector", **options)


@pytest.mark.parametrize("closure", ["markov", "plat"])
def test_what_does_not_fit_is_refused(closure: Closure) -> None:
    b = random_braid(60, 200, 1)
    with pytest.raises(ResourceError, match="statevector method on 60 strands needs about"):
        sampled(b, closure)


def test_too_many_samples_are_refused() -> None:
    with pytest.raises(ResourceError, match=r"on 26 strands needs about .* minutes"):
        sampled(random_braid(26, 500, 1), samples=10**5)
    with pytest.raises(ResourceError, match=r"on 2 strands needs about .* of memory"):
        sampled(Braid([1, 1, 1]), samples=10**12)


def test_predicted_costs() -> None:
    b = random_braid(20, 200, 1)
    options = METHODS["statevector"].options
    few = statevector_cost(b, "markov", options)
    many = statevector_cost(b, "markov", {**options, "samples": 1000})
    assert many.flops == pytest.approx(10 * few.flops)
    # The word is read once.
    assert many.seconds == pytest.approx(10 * few.seconds, rel=0.01)
    larger = statevector_cost(b.with_strands(25), "markov", options)
    assert larger.flops == pytest.approx(GOLDEN**5 * few.flops, rel=0.1)
    plat = statevector_cost(b, "plat", options)
    assert plat.flops < few.flops / 50
    assert plat.seconds < few.seconds / 10
