"""Observations that were never measured: from counts, and from known distributions of shots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from plait.circuits import SERIES
from plait.circuits.plan import Series
from plait.mitigation import Observations

Counts = Mapping[Series, Sequence[int]]
"""Shots per series with the value +1, with −1, with 0, and rejected."""


def of_counts(counts: Counts) -> Observations:
    """Independent series with these numbers of shots."""
    values = {s: np.repeat([1.0, -1.0, 0.0, 0.0], row) for s, row in counts.items()}
    kept = {s: np.repeat([True, True, True, False], row) for s, row in counts.items()}
    return Observations(values=values, kept=kept)


def of_means(b: complex, c: complex, shots: int = 10_000) -> Observations:
    """Independent series without rejected shots that have these means, up to rounding."""
    parts = dict(zip(SERIES, (b.real, b.imag, c.real, c.imag), strict=True))
    return of_counts(
        {
            s: (round(shots * (1 + m) / 2), round(shots * (1 - m) / 2), 0, 0)
            for s, m in parts.items()
        }
    )


def draw_paired(
    z: complex,
    phases: npt.NDArray[np.float64],
    rng: np.random.Generator,
    *,
    damping: float = 1.0,
    keep: float = 1.0,
) -> Observations:
    """Shots of all four circuits on paths with ⟨s|U|s⟩ = z, with the phase of each shot.

    Depolarized, P(v = ±1) = f |1 ± w|²/4 with w = z e^{iϕ} for the braid, conj(z) e^{iϕ} for the
    mirror image, and −i times that for the imaginary part; a share ``keep`` of the shots without
    a value is kept such that the keep rate is ``keep``.
    """
    values: dict[Series, npt.NDArray[np.float64]] = {}
    kept: dict[Series, npt.NDArray[np.bool_]] = {}
    for series in SERIES:
        w = z.conjugate() if series.startswith("conjugate") else z
        w = w * np.exp(1j * phases) * (-1j if series.endswith("imag") else 1)
        plus, minus = (damping * np.abs(1 + sign * w) ** 2 / 4 for sign in (1, -1))
        chance = rng.random(len(phases))
        own = np.where(chance < plus, 1.0, np.where(chance < plus + minus, -1.0, 0.0))
        values[series] = own
        kept[series] = chance < keep
        if not (plus + minus <= keep + 1e-12).all():
            raise ValueError("more shots have a value than are kept")
    return Observations(values=values, kept=kept, paired=True)
