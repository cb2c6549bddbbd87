"""Training of exponents on runs of braids whose values are known, and what it leaves unexplained.

See :mod:`plait.mitigation.exponents` for the model. The training never sees the braid of interest:
each :class:`~plait.mitigation.known_runs.KnownRun` is of another braid, small enough to know
E_s z_s and E_s|z_s|² exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from ..knots.checks import check_count, check_seed
from ..knots.errors import InputError
from .exponents import Exponents
from .inversion import keep_magnitude, survival_magnitude
from .known_runs import KnownRun

__all__ = [
    "LeftOut",
    "fit_exponents",
    "leave_one_out",
    "predictions",
    "train",
]

Floats: TypeAlias = npt.NDArray[np.float64]

_SCATTER = 0.1  # relative, of A/K^g from braid to braid, for the weights
_LEAST_Y = 0.01
_START = (1.8, 0.3, 0.3)
_BOUNDS = ((0.0, -5.0, 0.0), (20.0, 20.0, 1.9))
_LEAST_BRAIDS = 3
_ROUNDING = 1e-9


class _Columns(NamedTuple):
    magnitude: Floats
    power: Floats
    keep: Floats
    survival: Floats
    amplitude: Floats
    shots: Floats
    dephased: npt.NDArray[np.bool_]
    braid: npt.NDArray[np.str_]

    def rows(self, which: npt.NDArray[Any]) -> _Columns:
        return _Columns(*(column[which] for column in self))


def _columns(runs: Iterable[KnownRun]) -> _Columns:
    given = list(runs)
    braids = {run.braid for run in given}
    if len(braids) < _LEAST_BRAIDS:
        raise InputError(f"{len(braids)} braids are too few to train with; give 3 at least")
    x = _Columns(*(np.array([getattr(r, name) for r in given]) for name in _Columns._fields))
    numbers = np.array(x[:6], dtype=float)
    good = np.isfinite(numbers).all(axis=0) & (numbers[[0, 1, 2, 3, 5]] > 0).all(axis=0)
    if not (good & (x.keep <= 1) & (x.magnitude <= 1 + _ROUNDING)).all():
        raise InputError("a run has a |z|, E|z|², K, S or number of shots that none can have")
    for name, own in (("without", ~x.dephased), ("with", x.dephased)):
        if not own.any() or (x.keep[own] == 1).all():
            raise InputError(f"no run {name} dephasing lost a shot; give runs with more noise")
    return x


def fit_exponents(runs: Iterable[KnownRun]) -> tuple[float, float, float, float]:
    """(g, a, b, c) by least squares.

    First g from A/|z| = K^g on runs without dephasing, then a, b and c from the relative residuals
    of S on all runs, with Y = A/(K^g |z|) (1 without dephasing).

    Raises:
        InputError: fewer than three braids, no runs with or without dephasing, or impossible
            numbers.

    Example:
        >>> def run(braid, k, y, z=0.7):
        ...     survival = k**2 * (1 + k**0.3 * y**0.4 * z**2) / 2
        ...     return KnownRun(braid=braid, strands=10, magnitude=z, power=z**2, keep=k,
        ...                     survival=survival, amplitude=k**3 * y * z, shots=1000,
        ...                     dephased=y < 1, noise="", device="H1-1")
        >>> runs = [run(name, k, y) for name in "xyz" for k in (0.9, 0.7) for y in (1, 0.6)]
        >>> [round(value, 3) for value in fit_exponents(runs)]
        [3.0, 2.0, 0.3, 0.4]
    """
    return _fit(_columns(runs))


def _fit(x: _Columns) -> tuple[float, float, float, float]:
    from scipy.optimize import least_squares

    contrast = x.amplitude / x.magnitude
    still = x.rows(~x.dephased)
    seen = contrast[~x.dephased]
    # Half of the shots measure each part.
    noise = np.sqrt(2 * still.survival / still.shots) / still.magnitude
    g = 2.5
    for _ in range(3):
        weights = 1 / np.hypot(noise, _SCATTER * still.keep**g)
        found = least_squares(lambda y, w=weights: w * (still.keep ** y[0] - seen), [g])
        g = float(found.x[0])
    y = np.where(x.dephased, np.clip(contrast / x.keep**g, _LEAST_Y, 1.0), 1.0)

    def residuals(abc: Floats) -> Floats:
        a, b, c = abc
        predicted = 0.5 * x.keep**a * (1 + x.keep**b * y**c * x.power)
        return np.asarray(predicted / x.survival - 1)

    a, b, c = least_squares(residuals, _START, bounds=_BOUNDS).x
    return g, float(a), float(b), float(c)


class LeftOut(NamedTuple):
    """Estimates of |z| of braids with exponents that were trained without them, over |z|.

    Attributes:
        detection: A/K.
        keep: A/K^g.
        survival: from (K, S, A), with r² = 1.
        coherent: the same with the exact path coherence.
        measured: the same with the estimated one; NaN where there is none.

    Each has the shape (runs,).
    """

    detection: Floats
    keep: Floats
    survival: Floats
    coherent: Floats
    measured: Floats


def predictions(runs: Sequence[KnownRun], values: tuple[float, float, float, float]) -> LeftOut:
    """Estimates of |z| over |z| of runs with given exponents.

    Raises:
        InputError: impossible numbers.
    """
    return _predictions(_table(runs), _coherences(runs), values)


def _table(runs: Sequence[KnownRun]) -> _Columns:
    return _Columns(*(np.array([getattr(r, name) for r in runs]) for name in _Columns._fields))


def _coherences(runs: Sequence[KnownRun]) -> Floats:
    return np.array([np.nan if r.coherence is None else r.coherence for r in runs], dtype=float)


def _predictions(
    x: _Columns, measured: Floats, values: tuple[float, float, float, float]
) -> LeftOut:
    powers = dict(zip("gabc", values, strict=True))
    a = np.maximum(x.amplitude, 0.0)

    def survival(r2: npt.ArrayLike) -> Floats:
        found = survival_magnitude(a, x.survival, x.keep, **powers, coherence=r2)
        return found.magnitude / x.magnitude

    known = np.isfinite(measured)
    return LeftOut(
        detection=a / x.keep / x.magnitude,
        keep=keep_magnitude(a, x.keep, g=values[0]).magnitude / x.magnitude,
        survival=survival(1.0),
        coherent=survival(np.minimum(x.magnitude**2 / x.power, 1.0)),
        measured=np.where(known, survival(np.where(known, measured, 1.0)), np.nan),
    )


def leave_one_out(
    runs: Sequence[KnownRun],
    progress: Callable[[int, int], None] | None = None,
) -> LeftOut:
    """Estimates of |z| over |z|, each braid by exponents of the training without it.

    Args:
        runs: of the training.
        progress: called with the braids done and their number.

    Raises:
        InputError: see :func:`fit_exponents`; without each braid the training must be possible.
    """
    x, measured = _columns(runs), _coherences(runs)
    found = LeftOut(*(np.full(len(runs), np.nan) for _ in LeftOut._fields))
    braids = np.unique(x.braid)
    for number, braid in enumerate(braids, 1):
        own = x.braid == braid
        values = fit_exponents([run for run, mine in zip(runs, own, strict=True) if not mine])
        part = _predictions(x.rows(own), measured[own], values)
        for column, piece in zip(found, part, strict=True):
            column[own] = piece
        if progress is not None:
            progress(number, len(braids))
    return found


def train(
    runs: Sequence[KnownRun],
    *,
    seed: int,
    resamples: int = 200,
    **described: Any,
) -> Exponents:
    """Exponents from runs of braids of known value.

    Args:
        runs: several of each of many braids, with and without dephasing.
        seed: of the drawing of braids.
        resamples: trainings on braids drawn with replacement, for the covariance.
        **described: ``name``, ``entangler``, ``circuits``, ``least_gates``, ``noise`` and
            ``source`` of :class:`Exponents`.

    Raises:
        InputError: see :func:`fit_exponents`.
    """
    check_count(resamples, "resamples", least=2)
    rng = np.random.default_rng(check_seed(seed))
    x = _columns(runs)
    g, a, b, c = _fit(x)
    left = leave_one_out(runs)
    braids = np.unique(x.braid)
    rows = {braid: np.flatnonzero(x.braid == braid) for braid in braids}
    draws = [
        _fit(x.rows(np.concatenate([rows[braid] for braid in rng.choice(braids, len(braids))])))
        for _ in range(resamples)
    ]
    covariance = np.cov(np.array(draws).T)
    return Exponents(
        g=g,
        a=a,
        b=b,
        c=c,
        covariance=tuple(tuple(map(float, row)) for row in (covariance + covariance.T) / 2),
        scatter=_rms(left.survival - 1),
        coherent_scatter=_rms(left.coherent - 1),
        keep_scatter=_rms(left.keep[~x.dephased] - 1),
        braids=len(braids),
        strands=(min(r.strands for r in runs), max(r.strands for r in runs)),
        kind="echo",
        **described,
    )


def _rms(errors: Floats) -> float:
    return float(np.sqrt(np.mean(errors**2)))
