"""Resampled estimates, intervals and blocks against known distributions."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from synthetic import of_counts

from plait.knots import InputError
from plait.mitigation import (
    Estimated,
    Observations,
    bca_interval,
    estimator,
    percentile_interval,
)
from plait.mitigation.resampling import block_length, check_kind, with_blocks

OBSERVED = of_counts({"real": (600, 200, 100, 100), "imag": (250, 250, 400, 100)})


def combine(names: str | None, o: Observations, seed: int = 1, resamples: int = 2000) -> Estimated:
    return estimator(names).combine([o], seed=seed, resamples=resamples)


def test_draws_spread_like_the_mean_of_shots() -> None:
    """Var of the mean of v is (E[v²] − E[v]²)/N in each part, and the parts are independent."""
    draws = combine(None, OBSERVED, resamples=20_000).draws
    assert draws.shape == (20_000,)
    for part, mean, square in ((draws.real, 0.4, 0.8), (draws.imag, 0.0, 0.5)):
        sigma = math.sqrt((square - mean**2) / 1000)
        # Half a shot per kind moves the mean by about 1e-3 and the variance by as little.
        assert abs(part.mean() - mean) < 2e-3
        assert abs(part.std() / sigma - 1) < 0.025
    correlation = np.corrcoef(draws.real, draws.imag)[0, 1]
    assert abs(correlation) < 5 / math.sqrt(20_000)


def test_draws_allow_for_what_was_not_seen() -> None:
    o = of_counts({"real": (50, 0, 0, 0), "imag": (20, 20, 10, 0)})
    draws = combine(None, o).draws
    assert draws.real.max() == 1
    assert draws.real.min() < 1


def test_same_seed_same_draws() -> None:
    first, again, other = (
        combine("detection", OBSERVED, seed, resamples=50).draws for seed in (3, 3, 4)
    )
    assert (first == again).all()
    assert (first != other).any()


# Quantiles of the normal distribution themselves, so that nothing is random here.
NORMAL = np.array([NormalDist().inv_cdf((k + 0.5) / 20_000) for k in range(20_000)])


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.99])
def test_intervals_of_normal_draws(level: float) -> None:
    """Bonferroni: each part at level 1 − (1 − level)/2."""
    draws = NORMAL * (1 + 2j) + (3 - 1j)
    x = NormalDist().inv_cdf(1 - (1 - level) / 4)
    want = [3 - x, 3 + x, -1 - 2 * x, -1 + 2 * x]
    (a, b), (c, d) = percentile_interval(draws, 3 - 1j, level)
    np.testing.assert_allclose([a, b, c, d], want, atol=0.01)
    # Without bias and skewness both kinds are the same.
    even = np.array([-1.0, 0.0, 1.0]) * (1 + 1j)
    (a, b), (c, d) = bca_interval(draws, 3 - 1j, even, level=level)
    np.testing.assert_allclose([a, b, c, d], want, atol=0.01)


def test_joint_level_of_the_box() -> None:
    rng = np.random.default_rng(5)
    draws = rng.normal(size=40_000) + 1j * rng.normal(size=40_000)
    (a, b), (c, d) = percentile_interval(draws, 0j, 0.95)
    inside = (a <= draws.real) & (draws.real <= b) & (c <= draws.imag) & (draws.imag <= d)
    # Independent parts: 0.975² = 0.9506.
    assert abs(inside.mean() - 0.9506) < 0.004


def test_accelerated_percentiles() -> None:
    """Φ(z₀ + (z₀ + z)/(1 − a(z₀ + z))), with z₀ and a by hand, in each part its own."""
    cdf, inverse = NormalDist().cdf, NormalDist().inv_cdf
    draws = NORMAL + 1j * NORMAL
    point = 0.2 - 0.1j
    jackknife = np.array([0.0, 0.0, 3.0]) + 1j * np.array([1.0, 1.0, 1.0])
    numbers = np.array([2.0, 3.0, 1.0])
    real, imag = bca_interval(draws, point, jackknife, numbers, 0.9)
    # Deviations (mean − value): 0.5 five times and −2.5 once.
    skew = (5 * 0.5**3 - 2.5**3) / (6 * (5 * 0.5**2 + 2.5**2) ** 1.5)
    for got, bias, a in ((real, 0.2, skew), (imag, -0.1, 0.0)):
        want = []
        for tail in (0.025, 0.975):
            shifted = bias + inverse(tail)
            want.append(inverse(cdf(bias + shifted / (1 - a * shifted))))
        np.testing.assert_allclose(got, want, atol=0.01)


def test_units_that_were_measured_more_than_once_count_so_often() -> None:
    draws = NORMAL * (1 + 1j)
    few = np.array([0.3, -1.0, 2.0]) * (1 + 0.5j)
    numbers = np.array([3, 1, 2])
    assert bca_interval(draws, 0.1j, few, numbers.astype(float)) == pytest.approx(
        np.array(bca_interval(draws, 0.1j, np.repeat(few, numbers))), abs=1e-9
    )


@pytest.mark.parametrize("kind", ["percentile", "bca"])
def test_intervals_of_something_constant(kind: str) -> None:
    draws = np.full(100, 0.5 + 0.25j)
    interval = (
        percentile_interval(draws, 0.5 + 0.25j)
        if kind == "percentile"
        else bca_interval(draws, 0.5 + 0.25j, np.full(9, 0.5 + 0.25j))
    )
    assert interval == ((0.5, 0.5), (0.25, 0.25))


def test_intervals_hold_the_estimate() -> None:
    draws = np.linspace(0, 1, 101) * (1 + 1j)
    for interval in (
        percentile_interval(draws, -5 + 7j),
        bca_interval(draws, -5 + 7j, np.array([1j, 2])),
    ):
        (a, b), (c, d) = interval
        assert (a, d) == (-5, 7)
        assert b <= 1
        assert c >= 0


@pytest.mark.parametrize("level", [0, 1, -0.1, 1.5, math.nan, "high", None])
def test_levels_that_are_no_probability(level: float) -> None:
    with pytest.raises(InputError, match=r"level=.*: give a number between 0 and 1"):
        percentile_interval(np.zeros(3, dtype=complex), 0j, level)
    with pytest.raises(InputError, match=r"level=.*: give a number between 0 and 1"):
        bca_interval(np.zeros(3, dtype=complex), 0j, np.zeros(2, dtype=complex), level=level)


def test_kinds_of_intervals() -> None:
    assert check_kind("bca") == "bca"
    with pytest.raises(InputError, match="interval='normal': choose one of: percentile, bca"):
        check_kind("normal")
    found = combine(None, OBSERVED)
    with pytest.raises(InputError, match="interval='normal': choose one of: percentile, bca"):
        found.interval(kind="normal")  # type: ignore[arg-type]


def test_intervals_of_multiples() -> None:
    """Of factor · z: not the multiple of a box, but the box of multiples."""
    found = combine("detection", OBSERVED)
    for kind in ("percentile", "bca"):
        box = found.interval(kind=kind)  # type: ignore[arg-type]
        turned = found.interval(kind=kind, factor=-2j)  # type: ignore[arg-type]
        (a, b), (c, d) = box
        assert turned[0] == pytest.approx((2 * c, 2 * d), abs=2e-3)
        assert turned[1] == pytest.approx((-2 * b, -2 * a), abs=2e-3)


def autocorrelated(shots: int, time: float, seed: int) -> Observations:
    """±1 with correlation e^(−l/time) after l shots, the same in real and imaginary part."""
    rng = np.random.default_rng(seed)
    flips = rng.random(shots) < (1 - math.exp(-1 / time)) / 2 if time else rng.random(shots) < 0.5
    values = (-1.0) ** np.cumsum(flips)
    kept = np.ones(shots, dtype=bool)
    return Observations(
        values={"real": values, "imag": values}, kept={"real": kept, "imag": kept}, paired=True
    )


def test_block_length_of_independent_shots() -> None:
    """1 nearly always: correlations seem to be there at a level of some percent."""
    lengths = [block_length(autocorrelated(2000, 0, seed)) for seed in range(50)]
    assert np.mean(np.array(lengths) == 1) >= 0.8
    assert max(lengths) <= 10


def test_block_length_grows_with_the_correlation() -> None:
    means = []
    for time in (1, 4, 16, 64):
        lengths = [block_length(autocorrelated(8000, time, seed)) for seed in range(8)]
        means.append(np.mean(lengths))
    assert means == sorted(means)
    assert means[0] > 3
    assert means[-1] > 4 * means[0]
    # The optimum for γ_l = e^(−l/τ): G = 2 Σ l γ_l and g = Σ γ_l.
    lags = np.arange(1, 2000)
    gamma = np.exp(-lags / 4)
    optimum = (2 * (lags * gamma).sum() / (1 + 2 * gamma.sum())) ** (2 / 3) * 8000 ** (1 / 3)
    assert means[1] == pytest.approx(optimum, rel=0.3)


def test_block_length_leaves_some_blocks() -> None:
    # A single step: the whole experiment is one correlation.
    o = autocorrelated(400, 100_000, 1)
    step = np.repeat([1.0, -1.0], 200)
    o = replace(o, values={"real": step, "imag": step}, survived=None)
    assert block_length(o) <= 400 // 20


@pytest.mark.parametrize("shots", [1, 2, 5, 7])
def test_block_length_of_few_shots(shots: int) -> None:
    assert block_length(autocorrelated(shots, 3, 1)) == 1


def test_block_length_of_constant_shots() -> None:
    o = autocorrelated(100, 0, 1)
    o = replace(o, values=dict.fromkeys(o.values, np.ones(100)), survived=None)
    assert block_length(o) == 1


def test_blocks_of_successive_shots() -> None:
    o = autocorrelated(103, 3, 1)
    assert with_blocks(o, 1) is o
    blocks = with_blocks(o, 10).blocks
    assert blocks is not None
    assert (np.diff(blocks) >= 0).all()
    sizes = np.bincount(blocks)
    assert len(sizes) == 10
    assert sizes.min() >= 10
    assert sizes.max() <= 11


def test_blocks_end_where_stretches_end() -> None:
    stretches = np.repeat([0, 1, 5], [25, 3, 12])
    o = replace(autocorrelated(40, 3, 1), stretches=stretches)
    blocks = with_blocks(o, 10).blocks
    assert blocks is not None
    for number in np.unique(blocks):
        assert len(set(stretches[blocks == number])) == 1
    assert np.bincount(blocks).tolist() == [13, 12, 3, 12]


def test_estimates_take_blocks_by_themselves() -> None:
    """Var of the mean of autocorrelated shots: (1 + 2 Σ ρ_l)/N, where shots alone say 1/N."""
    o = autocorrelated(20_000, 5, 2)
    rho = math.exp(-1 / 5)
    want = math.sqrt((1 + rho) / (1 - rho) / 20_000)
    assert combine(None, o).draws.real.std() == pytest.approx(want, rel=0.25)
    alone = replace(o, blocks=np.arange(20_000))
    assert combine(None, alone, resamples=200).draws.real.std() == pytest.approx(
        1 / math.sqrt(20_000), rel=0.25
    )
