"""Bootstrap replicas and percentile intervals against the normal and binomial distributions."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from plait.knots import InputError
from plait.mitigation import Tallies, bootstrap, estimator, percentile_interval

COUNTS: Tallies = {
    "real": np.array([600, 200, 100, 100]),
    "imag": np.array([250, 250, 400, 100]),
}


def test_replicas_spread_like_the_mean_of_shots() -> None:
    """Var of the mean of v is (E[v²] − E[v]²)/N in each part, and the parts are independent."""
    draws = bootstrap(COUNTS, estimator(None), rng=np.random.default_rng(1), resamples=20_000)
    assert draws.shape == (20_000,)
    for part, mean, square in ((draws.real, 0.4, 0.8), (draws.imag, 0.0, 0.5)):
        sigma = math.sqrt((square - mean**2) / 1000)
        # Half a count per kind moves the mean by about 1e-3 and the variance by as little.
        assert abs(part.mean() - mean) < 2e-3
        assert abs(part.std() / sigma - 1) < 0.025
    correlation = np.corrcoef(draws.real, draws.imag)[0, 1]
    assert abs(correlation) < 5 / math.sqrt(20_000)


def test_replicas_allow_for_what_was_not_seen() -> None:
    counts: Tallies = {"real": np.array([50, 0, 0, 0]), "imag": np.array([20, 20, 10, 0])}
    draws = bootstrap(counts, estimator(None), rng=np.random.default_rng(1))
    assert draws.real.max() == 1
    assert draws.real.min() < 1


def test_replicas_keep_the_number_of_shots() -> None:
    seen = {}

    def remember(tallies: Tallies) -> np.ndarray:
        seen.update({s: counts.sum(axis=-1) for s, counts in tallies.items()})
        return np.zeros(7, dtype=complex)

    bootstrap(COUNTS, remember, rng=np.random.default_rng(1), resamples=7)
    assert {s: sums.tolist() for s, sums in seen.items()} == dict.fromkeys(COUNTS, [1000] * 7)


def test_same_generator_same_replicas() -> None:
    first, again, other = (
        bootstrap(COUNTS, estimator("detection"), rng=np.random.default_rng(seed), resamples=50)
        for seed in (3, 3, 4)
    )
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.99])
def test_intervals_of_normal_replicas(level: float) -> None:
    """Bonferroni: each part at level 1 − (1 − level)/2."""
    # Quantiles of the normal distribution themselves, so that nothing is random here.
    grid = [NormalDist().inv_cdf((k + 0.5) / 20_000) for k in range(20_000)]
    draws = np.array(grid) * (1 + 2j) + (3 - 1j)
    (a, b), (c, d) = percentile_interval(draws, 3 - 1j, level)
    x = NormalDist().inv_cdf(1 - (1 - level) / 4)
    np.testing.assert_allclose([a, b, c, d], [3 - x, 3 + x, -1 - 2 * x, -1 + 2 * x], atol=0.01)


def test_joint_level_of_the_box() -> None:
    rng = np.random.default_rng(5)
    draws = rng.normal(size=40_000) + 1j * rng.normal(size=40_000)
    (a, b), (c, d) = percentile_interval(draws, 0j, 0.95)
    inside = (a <= draws.real) & (draws.real <= b) & (c <= draws.imag) & (draws.imag <= d)
    # Independent parts: 0.975² = 0.9506.
    assert abs(inside.mean() - 0.9506) < 0.004


def test_intervals_hold_the_estimate() -> None:
    draws = np.linspace(0, 1, 101) * (1 + 1j)
    (a, b), (c, d) = percentile_interval(draws, -5 + 7j)
    assert (a, d) == (-5, 7)
    assert b < 1
    assert c > 0


@pytest.mark.parametrize("level", [0, 1, -0.1, 1.5, math.nan])
def test_levels_that_are_no_probability(level: float) -> None:
    with pytest.raises(InputError, match=r"level=.* must lie between 0 and 1"):
        percentile_interval(np.zeros(3, dtype=complex), 0j, level)
