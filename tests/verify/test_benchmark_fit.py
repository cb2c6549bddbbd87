"""Fits of benchmarks, against exact data and by their coverage."""

import math

import numpy as np
import pytest

from plait.knots.errors import InputError
from plait.verify.benchmark_fit import Decay, Fitted, fit_decay, fit_power_law


@pytest.mark.parametrize("robust", [False, True])
def test_exact_power_law_is_found(robust: bool) -> None:
    x = np.array([20.0, 45.0, 110.0, 300.0])
    law = fit_power_law(x, 0.013 * x**0.72, robust=robust)
    assert law.exponent.value == pytest.approx(0.72, abs=1e-12)
    assert law.factor.value == pytest.approx(0.013, rel=1e-12)
    assert law.prediction(100.0)[1] == pytest.approx(float(law(100.0)), rel=1e-9)


def test_least_squares_agree_with_scipy() -> None:
    from scipy.stats import linregress, t

    rng = np.random.default_rng(3)
    x = rng.uniform(20, 300, 25)
    y = 0.02 * x**0.5 * np.exp(0.4 * rng.standard_normal(25))
    law, other = fit_power_law(x, y), linregress(np.log(x), np.log(y))
    half = t.ppf(0.975, 23) * other.stderr
    assert law.exponent.value == pytest.approx(other.slope)
    assert law.exponent.high == pytest.approx(other.slope + half)
    assert math.log(law.factor.high) == pytest.approx(
        other.intercept + t.ppf(0.975, 23) * other.intercept_stderr
    )


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("count", [40, 100])
def test_intervals_cover(robust: bool, count: int) -> None:
    rng = np.random.default_rng(count)

    def draw(size: int) -> tuple[np.ndarray, np.ndarray]:
        x = rng.uniform(20, 300, size)
        return x, 0.01 * x**0.7 * np.exp(0.3 * rng.standard_normal(size))

    predicted, exponent = [], []
    for _ in range(200):
        law = fit_power_law(*draw(count), robust=robust)
        x, y = draw(20)
        low, high = law.prediction(x)
        predicted.append(float(np.mean((low <= y) & (y <= high))))
        exponent.append(law.exponent.low <= 0.7 <= law.exponent.high)
    # Four standard errors of the mean over fits, whose coverage scatters by about 0.06.
    assert np.mean(predicted) == pytest.approx(0.95, abs=4 * 0.06 / math.sqrt(200))
    assert np.mean(exponent) == pytest.approx(0.95, abs=4 * math.sqrt(0.05 * 0.95 / 200))


def test_few_points_far_away_change_only_least_squares() -> None:
    rng = np.random.default_rng(1)
    x = np.geomspace(20, 300, 40)
    y = 0.01 * x**0.7 * np.exp(0.05 * rng.standard_normal(40))
    y[:3] *= 100
    assert fit_power_law(x, y, robust=True).exponent.value == pytest.approx(0.7, abs=0.05)
    assert abs(fit_power_law(x, y).exponent.value - 0.7) > 0.3


@pytest.mark.parametrize(
    ("x", "y", "level", "what"),
    [
        ([1, 2], [1, 2], 0.95, "needs 3 points or more; there are 2"),
        ([2, 2, 2], [1, 2, 3], 0.95, r"between 2 and 2: .* 1\.22 times"),
        ([68.5, 70, 71.1], [1, 2, 3], 0.95, r"between 68\.5 and 71\.1"),
        ([1, 2, 3], [1, 2], 0.95, "give as many of each"),
        ([1, 2, 3], [1, 0, 2], 0.95, "positive numbers only"),
        ([1, 2, 3], [1, math.nan, 2], 0.95, "finite numbers"),
        ([1, 2, 3], ["a", 1, 2], 0.95, "finite numbers"),
        ([1, 2, 3], [1, 2, 3], 1.0, "between 0 and 1"),
        ([1, 2, 3], [1, 2, 3], True, "between 0 and 1"),
    ],
)
def test_power_laws_refuse(x: list, y: list, level: float, what: str) -> None:
    with pytest.raises(InputError, match=what):
        fit_power_law(x, y, level=level)


def test_exact_decay_is_found() -> None:
    gates, z = np.array([5.0, 40.0, 90.0, 200.0]), np.array([0.9, 0.3, 0.0, 0.7])
    decay = fit_decay(gates, z, 0.93 * np.exp(-0.004 * gates) * z)
    assert decay.rate.value == pytest.approx(0.004, rel=1e-6)
    assert decay.amplitude.value == pytest.approx(0.93, rel=1e-6)


def test_intervals_of_decays_cover_with_noise_around_zero() -> None:
    rng = np.random.default_rng(7)
    hits = []
    for _ in range(300):
        gates, z = rng.uniform(20, 300, 20), rng.uniform(0, 1, 20)
        noisy = 0.95 * z * np.exp(-0.003 * gates) + 0.02 * rng.standard_normal(20)
        rate = fit_decay(gates, z, noisy).rate
        hits.append(rate.low <= 0.003 <= rate.high)
    assert np.mean(hits) == pytest.approx(0.95, abs=4 * math.sqrt(0.05 * 0.95 / 300))


def test_equal_numbers_of_gates_leave_no_amplitude() -> None:
    decay = fit_decay([100.0, 101.0, 99.0], [1, 1, 1], [0.9, 0.9, 0.9])
    assert not decay.amplitude_fitted
    assert decay.rate.value == pytest.approx(-math.log(0.9) / 100, rel=1e-3)


def test_rate_of_full_depolarization_is_the_pauli_rate() -> None:
    # Each gate mixes fully with probability 16p/15, which is a Pauli with probability p.
    rate = -math.log1p(-16 * 0.003 / 15)
    fitted = Fitted(value=rate, low=rate, high=rate)
    decay = Decay(rate=fitted, amplitude=fitted, amplitude_fitted=True, count=3, level=0.95)
    assert decay.error is not None
    assert decay.error.value == pytest.approx(0.003, rel=1e-12)


@pytest.mark.parametrize(
    ("low", "high", "error"), [(-1e3, 1e3, (0, 0.9375)), (-0.1, 0.0, (0, 0)), (-0.2, -0.1, None)]
)
def test_errors_stay_within_what_is_possible(
    low: float, high: float, error: tuple[float, float] | None
) -> None:
    rate = Fitted(value=(low + high) / 2, low=low, high=high)
    decay = Decay(rate=rate, amplitude=rate, amplitude_fitted=True, count=3, level=0.95)
    found = decay.error
    assert (None if found is None else (found.low, found.high)) == error


def test_noise_at_equal_numbers_of_gates_has_no_rate() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        noise = 0.05 * rng.standard_normal(6)
        with pytest.raises(InputError, match=r"has no rate"):
            fit_decay(np.full(6, 800.0), rng.uniform(0.1, 1, 6), noise - noise.mean())


def test_points_far_from_one_leave_finite_numbers() -> None:
    x = 5000 * np.exp([0.0, 0.1, 0.21])
    law = fit_power_law(x, [1.0, 1e-3, 1e3], level=0.9999)
    ends = [v for fitted in (law.factor, law.middle) for v in fitted.to_json().values()]
    assert np.isfinite(ends).all()
    assert np.isfinite([law(x), *law.prediction(x)]).all()
    assert law.middle.value == pytest.approx(1.0, rel=1e-9)
    assert law.band(x) is None


@pytest.mark.parametrize(("count", "coverage"), [(4, 0.6), (10, 9 / 11), (39, 0.95), (100, 0.95)])
def test_robust_predictions_say_what_they_cover(count: int, coverage: float) -> None:
    rng = np.random.default_rng(count)
    x = np.geomspace(20, 300, count)
    y = np.exp(0.3 * rng.standard_normal(count))
    assert fit_power_law(x, y, robust=True).coverage == pytest.approx(coverage)
    assert fit_power_law(x, y).coverage == 0.95


@pytest.mark.parametrize(
    ("gates", "y", "what"),
    [
        ([1, 2, 3], [1, 1], "give as many of each"),
        ([0, 0, 0], [1, 1, 1], "some gates"),
        ([-1, 2, 3], [1, 1, 1], "not negative"),
        ([1, 20], [1, 1], "3 points or more; there are 2"),
        ([10, 100, 300], [0.0, 0.0, 0.0], "has no rate"),
        ([10, 100, 200, 300], [0.01, -0.01, 0.01, -0.01], "has no rate"),
    ],
)
def test_decays_refuse(gates: list, y: list, what: str) -> None:
    with pytest.raises(InputError, match=what):
        fit_decay(gates, [1.0] * len(gates), y)
