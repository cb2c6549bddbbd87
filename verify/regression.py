"""Least squares and Huber's estimator, and what their residuals say."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["extremes", "hc3", "huber", "least_squares", "leverage"]

_HUBER: Final = 1.345  # residuals beyond so many scales count less: 95 % efficiency
_MAD: Final = 0.6744897501960817  # of a normal distribution
_ROUNDS: Final = 100

_Array = npt.NDArray[np.float64]


def leverage(design: _Array) -> _Array:
    """How much each point decides on its own fitted value, below 1."""
    hat = design @ np.linalg.pinv(design)
    return np.asarray(np.minimum(np.diag(hat), 1 - 1e-9))


def hc3(slopes: _Array, residuals: _Array) -> _Array:
    """The covariance HC3 of a solution, which does not need equal scatter."""
    inverse = np.linalg.pinv(slopes)
    scaled = residuals / (1 - leverage(slopes))
    return np.asarray((inverse * scaled**2) @ inverse.T)


def least_squares(design: _Array, y: _Array, weights: _Array) -> tuple[_Array, float, float]:
    """Solution, scatter, and the scatter to use for intervals of the solution."""
    root = np.sqrt(weights)
    solution = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0]
    residuals = y - design @ solution
    scale = float(np.sqrt((residuals**2).sum() / (len(y) - design.shape[1])))
    return np.asarray(solution, dtype=float), scale, scale


def huber(design: _Array, y: _Array, solution: _Array) -> tuple[_Array, float, float]:
    """The same by Huber's estimator, from a solution on; its scale is the median residual's.

    Source: P. J. Huber, Robust Statistics, section 7.6, for the scatter of the solution.
    """
    scale = 0.0
    for _ in range(_ROUNDS):
        residuals = y - design @ solution
        scale = float(np.median(abs(residuals))) / _MAD
        if scale < 1e-12:
            return solution, scale, scale
        weights = np.minimum(1, _HUBER * scale / np.maximum(abs(residuals), 1e-300))
        before, (solution, *_) = solution, least_squares(design, y, weights)
        if np.abs(solution - before).max() < 1e-12 * (1 + np.abs(solution).max()):
            break
    pulled = np.clip((y - design @ solution) / scale, -_HUBER, _HUBER)
    inside = max(float((abs(pulled) < _HUBER).mean()), 1 / len(y))
    squares = float((pulled**2).sum()) / (len(y) - design.shape[1])
    return solution, scale, scale * float(np.sqrt(squares)) / inside


def extremes(residuals: _Array, tail: float) -> tuple[float, float, float]:
    """Between which of the residuals one more lies, by its rank, and how often."""
    ordered = np.sort(residuals)
    rank = max(1, int(np.floor((len(ordered) + 1) * tail)))
    reached = 1 - 2 * rank / (len(ordered) + 1)
    return float(ordered[rank - 1]), float(ordered[-rank]), reached
