"""The maximum of the likelihood of a drifting phase, and what surrounds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from .observations import Floats
from .tracking_model import Integers, Model

__all__ = ["Fit", "fitted", "influence"]

_COARSE: Final = 48  # states for searching
_SCREEN_SHOTS: Final = 4_000
_POLISHED: Final = 3
_TOP: Final = 0.9995  # of the contrast at which an outcome becomes impossible
_SPREADS: Final = ((0.5, 30.0), (1.3, 8.0))  # (σ, τ) to start from
_SIGMA: Final = (0.01, 2 * np.pi)
_TAU: Final = (0.1, 1e5)
_LEAST_INFORMATION: Final = 0.01
_STEP: Final = 1e-4

_Bounds: TypeAlias = list[tuple[float, float]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """A maximum of the likelihood.

    Attributes:
        parameters: see :class:`.tracking_model.Model`.
        bounds: where they were sought.
        likelihood: ln L, less that of outcomes that are ±1 by chance.
        gain: ln L over that of the best model in which the target has no signal.
        sign_gain: ln L over that of the best model with arg z + π; 0 where they are alike.
    """

    parameters: Floats
    bounds: _Bounds
    likelihood: float
    gain: float
    sign_gain: float

    @property
    def free(self) -> Integers:
        """The parameters that are neither fixed nor at a bound without meaning, as σ = 0 is.

        A contrast at its bound is free: it may vary on one side.
        """
        low, high = np.array(self.bounds).T
        margin = np.minimum(self.parameters - low, high - self.parameters)
        inside = margin > 1e-3
        contrasts = high - low < 1.5
        contrasts[-2:] = False
        return np.flatnonzero(inside | (contrasts & (high > low)))


def fitted(model: Model, target: int, *, fixed_delta: float | None) -> Fit:
    """The likeliest parameters: many starts on a coarse grid, the best ones polished.

    Args:
        model: with the shots.
        target: number of the group whose argument is wanted.
        fixed_delta: δ, or None to fit it.
    """
    bounds = _bounds(model, fixed_delta)
    coarse = model.with_points(_COARSE)
    starts = _starts(coarse, bounds)
    found = [_climb(coarse, start, bounds) for start in starts]
    best, height = max(found, key=lambda pair: pair[1])
    absent = _without(coarse, best, bounds, target) if model.sign_known else 0.0
    other = _other_sign(coarse, best, bounds) if model.sign_known else height
    parameters, likelihood = _climb(model, best, bounds)
    return Fit(
        parameters=parameters,
        bounds=bounds,
        likelihood=likelihood,
        gain=height - absent,
        sign_gain=height - other,
    )


def influence(model: Model, fit: Fit, units: Integers) -> Floats:
    """H⁻¹ s_u for every unit u: shape (units, parameters); 0 for parameters that are not free.

    H is the observed information, minus the derivative of the gradient, and s_u the sum over the
    unit's shots of the derivatives of ln P(shot | shots before it). Directions of which the shots
    tell next to nothing get the variance 1/0.01 at most.
    """
    shots, p, free = len(units), fit.parameters, fit.free
    scores = np.zeros((int(units.max()) + 1, len(free)))
    slopes = np.zeros((len(free), len(free)))
    for column, k in enumerate(free):
        shift = np.zeros(model.size)
        shift[k] = _STEP
        change = model.gains(p + shift, shots) - model.gains(p - shift, shots)
        np.add.at(scores[:, column], units, change / (2 * _STEP))
        up, down = (model.gain_and_slope(p + s)[1][free] for s in (shift, -shift))
        slopes[column] = (down - up) / (2 * _STEP)
    values, vectors = np.linalg.eigh((slopes + slopes.T) / 2)
    inverse = (vectors / np.maximum(values, _LEAST_INFORMATION)) @ vectors.T
    found = np.zeros((len(scores), model.size))
    found[:, free] = scores @ inverse
    return found


def _bounds(model: Model, fixed_delta: float | None) -> _Bounds:
    tops = []
    for group in model.groups:
        own = [s for s, c in zip(model.scales, model.channels, strict=True) if c.group == group]
        tops.append(_TOP / max(own) if max(own) > 0 else 0.0)
    delta = (-np.pi / 2, np.pi / 2) if fixed_delta is None else (fixed_delta, fixed_delta)
    spread = [(float(np.log(low)), float(np.log(high))) for low, high in (_SIGMA, _TAU)]
    free = (-np.inf, np.inf)
    return [*((0.0, top) for top in tops), free, delta, *[free] * model.means, *spread]


def _starts(model: Model, bounds: _Bounds) -> list[Floats]:
    """The likeliest of a lattice of arguments, mean phases and spreads."""
    groups = len(model.groups)
    top, shots = [high for _, high in bounds[:groups]], 0
    chosen = []
    for piece in model.pieces:
        if shots < _SCREEN_SHOTS:
            chosen.append(piece)
            shots += len(piece.rows)
    screen = model.with_points(_COARSE, chosen)
    delta = sum(bounds[groups + 1]) / 2
    candidates = []
    for sigma, tau in _SPREADS:
        for argument in np.arange(12 if model.sign_known else 6) * np.pi / 6:
            for mean in np.arange(8) * np.pi / 4:
                p = np.array(
                    [0.7 * t for t in top]
                    + [argument, delta]
                    + [mean] * model.means
                    + [np.log(sigma), np.log(tau)]
                )
                candidates.append((screen.gain(p), p))
    candidates.sort(key=lambda pair: -pair[0])
    # Not all from the same valley.
    kept: list[Floats] = []
    for _, p in candidates:
        if all(
            abs(np.exp(1j * p[groups]) - np.exp(1j * q[groups])) > 0.3 or p[-1] != q[-1]
            for q in kept
        ):
            kept.append(p)
    return [_aligned(model, p) for p in kept[:_POLISHED]]


def _aligned(model: Model, p: Floats) -> Floats:
    """With the likeliest of eight values of each mean phase, where there are several."""
    if model.means == 1:
        return p
    groups = len(model.groups)
    own = slice(groups + 2, groups + 2 + model.means)
    gains = np.zeros((8, model.means))
    for k in range(8):
        shifted = p.copy()
        shifted[own] += k * np.pi / 4
        for piece in model.pieces:
            gains[k, piece.mean] += model.with_points(_COARSE, [piece]).gain(shifted)
    found = p.copy()
    found[own] += gains.argmax(axis=0) * np.pi / 4
    return found


def _climb(
    model: Model, start: Floats, bounds: Sequence[tuple[float, float]]
) -> tuple[Floats, float]:
    from scipy.optimize import minimize

    def loss(p: Floats) -> tuple[float, Floats]:
        gain, slope = model.gain_and_slope(p)
        return -gain, -slope

    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 200}
    )
    return np.asarray(found.x, dtype=float), -float(found.fun)


def _other_sign(model: Model, best: Floats, bounds: _Bounds) -> float:
    """Like :func:`_without`, of the best model with the opposite value of z."""
    groups = len(model.groups)
    turned = best.copy()
    turned[groups] += np.pi
    held = list(bounds)
    held[groups] = (turned[groups], turned[groups])
    moved = turned.copy()
    moved[groups + 2 : groups + 2 + model.means] += np.pi
    return max(_climb(model, start, held)[1] for start in (turned, moved))


def _without(model: Model, best: Floats, bounds: _Bounds, target: int) -> float:
    """Ln L of the best model in which the target has no signal."""
    held = list(bounds)
    held[target] = (0.0, 0.0)
    start = best.copy()
    start[target] = 0.0
    return _climb(model, start, held)[1]
