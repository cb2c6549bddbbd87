"""Bootstrap intervals for complex estimates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..knots.errors import InputError
from .tallies import Tallies

__all__ = ["RESAMPLES", "Interval", "bootstrap", "percentile_interval"]

Interval: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
"""((low, high) of the real part, (low, high) of the imaginary part)."""

RESAMPLES = 10_000


def bootstrap(
    tallies: Tallies,
    statistic: Callable[[Tallies], npt.NDArray[np.complex128]],
    *,
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
) -> npt.NDArray[np.complex128]:
    """The statistic of resampled experiments.

    Shots of one series are independent and identically distributed (each draws its own path), so
    resampling shots is drawing multinomial counts. Half a count is added to each kind of shot
    before that: a kind that was never seen may still have happened.

    Returns:
        Array of shape (resamples,).

    Example:
        >>> t = {"real": np.array([80, 20, 0, 0])}
        >>> draws = bootstrap(t, lambda t: (t["real"][..., 0] / 100).astype(complex),
        ...                   rng=np.random.default_rng(1))
        >>> draws.shape
        (10000,)
    """
    resampled: Tallies = {}
    for series, counts in tallies.items():
        weights = counts + 0.5
        resampled[series] = rng.multinomial(
            int(counts.sum()), weights / weights.sum(), size=resamples
        )
    return statistic(resampled)


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
    if not 0 < level < 1:
        raise InputError(f"level={level!r} must lie between 0 and 1")
    tail = (1 - level) / 4
    bounds = []
    for part, center in ((draws.real, point.real), (draws.imag, point.imag)):
        low, high = np.quantile(part, [tail, 1 - tail])
        bounds.append((min(float(low), center), max(float(high), center)))
    return bounds[0], bounds[1]
