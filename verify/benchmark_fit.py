"""Fits for benchmarks: power laws with prediction intervals, and decays with the gates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..knots.checks import check_level
from ..knots.errors import InputError
from .regression import extremes, hc3, huber, least_squares, leverage

__all__ = [
    "LEAST_POINTS",
    "Decay",
    "Fitted",
    "PowerLaw",
    "fit_decay",
    "fit_power_law",
]

LEAST_POINTS: Final = 3  # for two parameters and their intervals
_SPREAD: Final = 0.1  # of the numbers of gates, relative, below which they are taken as one
_NARROW: Final = 0.2  # of ln x: over less the scatter decides on the exponent
_WIDEST: Final = 1e6  # from the lower end of a prediction to the upper one, in charts
_FARTHEST: Final = 700.0  # a logarithm whose exponential is a number still
_MIXED: Final = 15 / 16  # probability that a Pauli of the 15 mixes two qubits fully

_Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A fitted number with its interval.

    Attributes:
        value: the best one.
        low: lower end of the interval.
        high: upper end.
    """

    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        """As a dictionary for JSON."""
        return {"value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True, kw_only=True)
class PowerLaw:
    """y = factor · x^exponent, with scatter that is the same everywhere on a logarithmic scale.

    Attributes:
        factor: y at x = 1, which may be far from all points; ends beyond e^±700 are given as that.
        middle: y at the centre of the points.
        exponent: the power.
        scatter: standard deviation of ln y around the law; with ``robust`` that of the bulk.
        count: points that were fitted.
        level: coverage of the intervals of factor, middle and exponent.
        coverage: of the prediction interval: ``level``, or less with ``robust`` and few points.
        robust: whether far points count less.
        centre: mean of ln x.
        spread: Σ (ln x − centre)².
        residuals: (low, high) quantiles of ln y around the law for one more point at the centre.
    """

    factor: Fitted
    middle: Fitted
    exponent: Fitted
    scatter: float
    count: int
    level: float
    coverage: float
    robust: bool
    centre: float
    spread: float
    residuals: tuple[float, float]

    def __call__(self, x: npt.ArrayLike) -> _Array:
        """The law at positive x."""
        return _exponential(self._logarithm(np.log(np.asarray(x, dtype=float))))

    def _logarithm(self, lx: _Array) -> _Array:
        middle = float(np.log(self.middle.value))
        return np.asarray(middle + self.exponent.value * (lx - self.centre))

    def prediction(self, x: npt.ArrayLike) -> tuple[_Array, _Array]:
        """Between which values one more point at x lies, with probability ``coverage``.

        Without ``robust``: ln y ± t s √(1 + 1/n + (ln x − centre)²/spread), with Student's t of
        n − 2 degrees of freedom. With it: quantiles of the residuals themselves, studentised, so
        that the scatter need not be normal; with fewer than 2/(1 − level) − 1 points they are the
        extremes, and the coverage is (n − 1)/(n + 1).
        """
        lx = np.log(np.asarray(x, dtype=float))
        wider = np.sqrt(1 + 1 / self.count + (lx - self.centre) ** 2 / self.spread)
        wider /= np.sqrt(1 + 1 / self.count)
        law, (low, high) = self._logarithm(lx), self.residuals
        return _exponential(law + low * wider), _exponential(law + high * wider)

    def band(self, x: npt.ArrayLike) -> tuple[_Array, _Array] | None:
        """:meth:`prediction`, or None where it is so wide that a chart of it shows nothing."""
        low, high = self.prediction(x)
        return (low, high) if bool(np.all(high < _WIDEST * low)) else None

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return {
            "factor": self.factor.to_json(),
            "middle": self.middle.to_json(),
            "exponent": self.exponent.to_json(),
            "scatter": self.scatter,
            "count": self.count,
            "level": self.level,
            "coverage": self.coverage,
            "robust": self.robust,
            "centre": self.centre,
            "spread": self.spread,
            "residuals": list(self.residuals),
        }


def fit_power_law(
    x: Sequence[float] | npt.ArrayLike,
    y: Sequence[float] | npt.ArrayLike,
    *,
    level: float = 0.95,
    robust: bool = False,
) -> PowerLaw:
    """Fit y = factor · x^exponent by least squares of ln y against ln x.

    Args:
        x: positive numbers.
        y: positive numbers, one for each x.
        level: coverage of the intervals.
        robust: Huber's estimator in place of least squares, so that a few far points change
            little; the prediction interval then comes from quantiles of the residuals.

    Raises:
        InputError: fewer than three points, x that are all alike (the largest less than 1.22
            times the smallest), numbers that are not positive and finite, or a level that is not
            between 0 and 1.

    Example:
        >>> law = fit_power_law([1, 2, 4, 8], [3, 6, 12, 24])
        >>> round(law.exponent.value, 12), round(law.factor.value, 12)
        (1.0, 3.0)

    Source: N. R. Draper, H. Smith, Applied Regression Analysis, chapters 1 and 26.
    """
    from scipy.stats import t as student

    lx, ly = _logarithms(x, "x"), _logarithms(y, "y")
    if len(lx) != len(ly):
        raise InputError(f"{len(lx)} numbers x and {len(ly)} numbers y: give as many of each")
    if len(lx) < LEAST_POINTS:
        raise InputError(f"a power law needs {LEAST_POINTS} points or more; there are {len(lx)}")
    if np.ptp(lx) < _NARROW:
        first, last = np.exp([lx.min(), lx.max()])
        raise InputError(
            f"all x are between {first:.4g} and {last:.4g}: for a power law the largest must be "
            f"{np.exp(_NARROW):.3g} times the smallest or more; take several sizes"
        )
    check_level(level)
    design = np.column_stack([np.ones_like(lx), lx - lx.mean()])
    weights = np.ones_like(lx)
    solution, scale, inflation = least_squares(design, ly, weights)
    if robust:
        solution, scale, inflation = huber(design, ly, solution)
    residuals = ly - design @ solution
    tail, count = (1 - level) / 2, len(lx)
    quantile = float(student.ppf(1 - tail, count - 2))
    spread = float(((lx - lx.mean()) ** 2).sum())
    half = quantile * inflation / np.sqrt(spread)
    at_one = float(solution[0] - solution[1] * lx.mean())
    half_at_one = quantile * inflation * np.sqrt(1 / count + lx.mean() ** 2 / spread)
    half_in_middle = quantile * inflation / np.sqrt(count)
    low, high, coverage = -quantile * scale, quantile * scale, float(level)
    if robust:
        low, high, reached = extremes(residuals / np.sqrt(1 - leverage(design)), tail)
        coverage = min(coverage, reached)
    wider = float(np.sqrt(1 + 1 / count))
    return PowerLaw(
        factor=_exponentials(at_one, half_at_one),
        middle=_exponentials(float(solution[0]), half_in_middle),
        exponent=_around(float(solution[1]), half),
        scatter=scale,
        count=count,
        level=level,
        coverage=coverage,
        robust=robust,
        centre=float(lx.mean()),
        spread=spread,
        residuals=(low * wider, high * wider),
    )


@dataclass(frozen=True, kw_only=True)
class Decay:
    """What is measured falls with the gates: y = amplitude · e^(−rate · gates) · x.

    Attributes:
        rate: per two-qubit gate.
        amplitude: what errors that do not grow with the gates leave, such as those of readout.
        amplitude_fitted: False where all numbers of gates are alike, so that the amplitude is
            taken as 1 and all loss counts as that of gates.
        count: points that were fitted.
        level: coverage of the intervals.
    """

    rate: Fitted
    amplitude: Fitted
    amplitude_fitted: bool
    count: int
    level: float

    @property
    def error(self) -> Fitted | None:
        """The rate as the probability of a uniformly random Pauli error per two-qubit gate.

        A device whose gates depolarize with probability p loses the contrast at the rate
        −ln(1 − 16p/15): see ``docs`` on benchmarks for why. Other errors of the device count
        towards it. Meaningful for decays of contrast. What is below 0 of the interval is cut off,
        as no error is negative; None where nothing of it would be left.
        """
        if self.rate.high < 0:
            return None

        def convert(rate: float) -> float:
            return float(-_MIXED * np.expm1(-max(0.0, rate)))

        return Fitted(
            value=convert(self.rate.value),
            low=convert(self.rate.low),
            high=convert(self.rate.high),
        )

    def __call__(self, gates: npt.ArrayLike) -> _Array:
        """The factor amplitude · e^(−rate · gates)."""
        return self.amplitude.value * _exponential(
            -self.rate.value * np.asarray(gates, dtype=float)
        )

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return {
            "rate": self.rate.to_json(),
            "amplitude": self.amplitude.to_json(),
            "amplitude_fitted": self.amplitude_fitted,
            "count": self.count,
            "level": self.level,
        }


def fit_decay(
    gates: Sequence[float] | npt.ArrayLike,
    x: Sequence[float] | npt.ArrayLike,
    y: Sequence[float] | npt.ArrayLike,
    *,
    level: float = 0.95,
) -> Decay:
    """Fit y = amplitude · e^(−rate · gates) · x by least squares.

    No logarithm is taken: points whose y is noise around 0, or negative, are as good as others.
    Intervals use Student's t and the covariance HC3, which does not need equal scatter.

    Args:
        gates: two-qubit gates of each point.
        x: what y is without errors.
        y: what was measured.
        level: coverage of the intervals.

    Raises:
        InputError: fewer than three points, numbers that are not finite, or so little left of y
            that it has no rate.

    Example:
        >>> gates = np.array([10.0, 50.0, 100.0, 200.0])
        >>> decay = fit_decay(gates, np.ones(4), 0.9 * np.exp(-0.01 * gates))
        >>> round(decay.rate.value, 9), round(decay.amplitude.value, 9)
        (0.01, 0.9)

    Source: J. G. MacKinnon, H. White, J. Econometrics 29 (1985) 305, for HC3.
    """
    from scipy import optimize
    from scipy.stats import t as student

    g, x, y = (_finite(v, name) for v, name in ((gates, "gates"), (x, "x"), (y, "y")))
    if not len(g) == len(x) == len(y):
        raise InputError(
            f"{len(g)} numbers of gates, {len(x)} of x and {len(y)} of y: give as many of each"
        )
    if len(g) < LEAST_POINTS:
        raise InputError(f"a decay needs {LEAST_POINTS} points or more; there are {len(g)}")
    if (g < 0).any() or not g.any():
        raise InputError("a decay needs numbers of gates that are not negative, and some gates")
    check_level(level)
    free = bool(np.ptp(g) > _SPREAD * g.mean())
    unit = float(g.mean())

    def model(parameters: _Array) -> _Array:
        # The bound keeps trial steps finite.
        amplitude = parameters[1] if free else 1.0
        return np.asarray(amplitude * x * np.exp(np.clip(-parameters[0] * g / unit, -700, 50)))

    def jacobian(parameters: _Array) -> _Array:
        found = model(parameters)
        columns = [-found * g / unit]
        if free:
            columns.append(model(np.array([parameters[0], 1.0])))
        return np.column_stack(columns)

    begin = np.array([0.1, 1.0] if free else [0.1])
    fit = optimize.least_squares(lambda p: model(p) - y, begin, jac=jacobian, x_scale="jac")
    slopes = jacobian(fit.x)
    if not fit.success or np.linalg.matrix_rank(slopes) < len(begin):
        raise InputError("so little is left of what was measured that its decay has no rate")
    covariance = hc3(slopes, y - model(fit.x))
    half = student.ppf((1 + level) / 2, len(g) - len(begin)) * np.sqrt(np.diag(covariance))
    amplitude = _around(float(fit.x[1]), float(half[1])) if free else _around(1.0, 0.0)
    # Without an amplitude, e^(−rate · gates) itself must be clear of zero where the points are.
    if amplitude.low <= 0 or (not free and half[0] >= 1):
        raise InputError(
            "what was measured is not told from zero, so that its decay has no rate; take more "
            "shots, more instances, or smaller ones"
        )
    return Decay(
        rate=_around(float(fit.x[0]) / unit, float(half[0]) / unit),
        amplitude=amplitude,
        amplitude_fitted=free,
        count=len(g),
        level=level,
    )


def _finite(values: Any, name: str) -> _Array:
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        array = np.array([np.nan])
    if array.ndim != 1 or not np.isfinite(array).all():
        raise InputError(f"{name}: give a list of finite numbers")
    return array


def _logarithms(values: Any, name: str) -> _Array:
    array = _finite(values, name)
    if (array <= 0).any():
        raise InputError(f"{name}: a power law is fitted to positive numbers only")
    return np.asarray(np.log(array))


def _around(value: float, half: float) -> Fitted:
    return Fitted(value=value, low=value - half, high=value + half)


def _exponential(x: npt.ArrayLike) -> _Array:
    """The exponential, of numbers that are too far away that of the farthest."""
    return np.asarray(np.exp(np.clip(x, -_FARTHEST, _FARTHEST)))


def _exponentials(value: float, half: float) -> Fitted:
    low, best, high = map(float, _exponential([value - half, value, value + half]))
    return Fitted(value=best, low=low, high=high)
