"""Bootstrap intervals for complex estimates, and blocks for shots that depend on one another."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from ..knots.checks import check_level
from ..knots.errors import InputError
from .observations import Observations

__all__ = [
    "RESAMPLES",
    "Interval",
    "IntervalKind",
    "bca_interval",
    "block_length",
    "percentile_interval",
    "with_blocks",
]

Interval: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
"""((low, high) of the real part, (low, high) of the imaginary part)."""

IntervalKind = Literal["percentile", "bca"]

RESAMPLES = 10_000
_LEAST_BLOCKS = 20  # for a bootstrap that says anything


def percentile_interval(
    draws: npt.NDArray[np.complex128], point: complex, level: float = 0.95
) -> Interval:
    """Intervals for the real and the imaginary part that hold jointly with probability ``level``.

    Each is the percentile interval at level 1 − (1 − level)/2 (Bonferroni's inequality), widened
    to the point estimate if that lies outside.

    Args:
        draws: bootstrap replicas.
        point: the estimate.
        level: joint coverage.

    Raises:
        InputError: the level is not between 0 and 1.

    Example:
        >>> draws = np.linspace(0, 1, 1001) * (1 + 2j)
        >>> real, _ = percentile_interval(draws, 0.5 + 1j)
        >>> [round(bound, 6) for bound in real]
        [0.0125, 0.9875]
    """
    tail = _tail(level)
    return (
        _bounds(draws.real, point.real, tail, 1 - tail),
        _bounds(draws.imag, point.imag, tail, 1 - tail),
    )


def bca_interval(
    draws: npt.NDArray[np.complex128],
    point: complex,
    jackknife: npt.NDArray[np.complex128],
    numbers: npt.NDArray[np.float64] | None = None,
    level: float = 0.95,
) -> Interval:
    """Like :func:`percentile_interval`, bias-corrected and accelerated.

    The percentiles are Φ(z₀ + (z₀ + z_α)/(1 − a (z₀ + z_α))) with z₀ from the share of the draws
    below the estimate and the acceleration a = Σ d³/(6 (Σ d²)^{3/2}), d the deviations of the
    jackknife estimates from their mean, with opposite sign. Source: B. Efron, J. Am. Stat. Assoc.
    82, 171 (1987).

    Args:
        draws: bootstrap replicas.
        point: the estimate.
        jackknife: estimates without one unit each.
        numbers: how many such units there are; by default one each.
        level: joint coverage.

    Raises:
        InputError: the level is not between 0 and 1.
    """
    tail = _tail(level)
    counts = np.ones(len(jackknife)) if numbers is None else numbers
    return (
        _accelerated(draws.real, point.real, jackknife.real, counts, tail),
        _accelerated(draws.imag, point.imag, jackknife.imag, counts, tail),
    )


def _accelerated(
    draws: npt.NDArray[np.float64],
    center: float,
    jackknife: npt.NDArray[np.float64],
    numbers: npt.NDArray[np.float64],
    tail: float,
) -> tuple[float, float]:
    from scipy.special import ndtr, ndtri

    # Ties count half, so that a constant statistic has no bias.
    below = (np.mean(draws < center) + np.mean(draws <= center)) / 2
    bias = ndtri(np.clip(below, 1 / (2 * len(draws)), 1 - 1 / (2 * len(draws))))
    deviation = np.average(jackknife, weights=numbers) - jackknife
    spread = float(numbers @ deviation**2)
    skew = float(numbers @ deviation**3) / (6 * spread**1.5) if spread > 0 else 0.0
    shifted = bias + ndtri([tail, 1 - tail])
    low, high = ndtr(bias + shifted / (1 - skew * shifted))
    return _bounds(draws, center, float(low), float(high))


def _tail(level: float) -> float:
    return (1 - check_level(level)) / 4


def _bounds(
    part: npt.NDArray[np.float64], center: float, low: float, high: float
) -> tuple[float, float]:
    a, b = np.quantile(part, [low, high])
    return min(float(a), center), max(float(b), center)


def check_kind(kind: str) -> IntervalKind:
    """The kind of an interval.

    Raises:
        InputError: there is no such kind.
    """
    kinds = get_args(IntervalKind)
    if kind not in kinds:
        raise InputError(f"interval={kind!r}: choose one of: {', '.join(kinds)}")
    found: IntervalKind = kinds[kinds.index(kind)]
    return found


def block_length(observations: Observations) -> int:
    """How many successive shots to resample together.

    1 unless the shots are autocorrelated. Else (G²/g²)^{1/3} N^{1/3}, the optimum for the mean
    and blocks that do not overlap, with G = Σ |l| γ_l and g = Σ γ_l over the lags l up to which
    the autocovariance γ_l is seen; the largest of all series' values and survivals.

    Source: D. N. Politis, H. White, Econometric Reviews 23, 53 (2004), with the constant of
    S. N. Lahiri, Ann. Stat. 27, 386 (1999).

    Example:
        >>> slow = np.repeat(np.random.default_rng(1).choice([1.0, -1.0], 100), 10)
        >>> values = {"real": slow, "imag": np.zeros(1000)}
        >>> kept = {s: np.ones(1000, dtype=bool) for s in values}
        >>> o = Observations(values=values, kept=kept, paired=True)
        >>> block_length(o) > 5
        True
    """
    length = 1.0
    for values in observations.values.values():
        for part in (values, np.abs(values)):
            length = max(length, _politis_white(_centred(part, observations.stretches)))
    return min(round(length), max(1, observations.rows // _LEAST_BLOCKS))


def _centred(
    values: npt.NDArray[np.float64], stretches: npt.NDArray[np.int64] | None
) -> npt.NDArray[np.float64]:
    """Less the mean of each stretch: steps between stretches are no autocorrelation."""
    if stretches is None:
        return np.asarray(values - values.mean())
    _, where, counts = np.unique(stretches, return_inverse=True, return_counts=True)
    return np.asarray(values - (np.bincount(where, values) / counts)[where])


def _politis_white(x: npt.NDArray[np.float64]) -> float:
    n = len(x)
    variance = float(x @ x) / n if n else 0.0
    if n < 8 or variance == 0:
        return 1.0
    span = max(5, int(np.ceil(np.log10(n))))
    most = min(n - 1, int(np.ceil(np.sqrt(n))) + span)
    size = 1 << (2 * n - 1).bit_length()
    power = np.abs(np.fft.rfft(x, size)) ** 2
    gamma = np.fft.irfft(power, size)[: most + 1] / n
    seen = np.abs(gamma[1:] / variance) > 2 * np.sqrt(np.log10(n) / n)
    # The first lag after which a whole span of correlations is noise.
    last = next((k for k in range(len(seen)) if not seen[k : k + span].any()), len(seen))
    if last == 0:
        return 1.0
    lags = np.arange(1, min(2 * last, most) + 1)
    window = np.clip(2 * (1 - lags / (2 * last)), 0, 1)
    moment = 2 * float(np.sum(window * lags * gamma[lags]))
    total = variance + 2 * float(np.sum(window * gamma[lags]))
    if total <= 0:
        return 1.0
    return float((moment**2 / total**2) ** (1 / 3) * n ** (1 / 3))


def with_blocks(observations: Observations, length: int) -> Observations:
    """The experiment with its shots in blocks of about so many successive ones.

    Blocks do not reach over the ends of stretches. Length 1 leaves shots independent.
    """
    if length <= 1:
        return observations
    rows = observations.rows
    stretches = observations.stretches
    if stretches is None:
        stretches = np.zeros(rows, dtype=np.int64)
    blocks = np.zeros(rows, dtype=np.int64)
    next_block = 0
    for number in np.unique(stretches):
        where = np.flatnonzero(stretches == number)
        pieces = max(1, round(len(where) / length))
        blocks[where] = next_block + np.arange(len(where)) * pieces // len(where)
        next_block += pieces
    return replace(observations, blocks=blocks)
