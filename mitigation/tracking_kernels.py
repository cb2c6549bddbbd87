"""Compiled recursions of a hidden Markov model: forward, and forward with backward."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..knots.jit import compiled

__all__ = ["forward", "smooth"]

_Floats = npt.NDArray[np.float64]
_Codes = npt.NDArray[np.int8]
_Flags = npt.NDArray[np.bool_]


@compiled
def forward(
    codes: _Codes, first: _Flags, stationary: _Floats, transition: _Floats, factors: _Floats
) -> _Floats:
    """The probability of every shot given those before it, over that without a signal.

    Args:
        codes: shape (shots, channels): 0, 1 or 2 for the outcomes 0, +1, −1.
        first: shape (shots,): whether a shot begins a stretch.
        stationary: shape (states,).
        transition: shape (states, states), from row to column.
        factors: shape (channels, 3, states), by code.
    """
    shots, channels = codes.shape
    states = stationary.size
    found = np.empty(shots)
    filtered = np.empty(states)
    predicted = np.empty(states)
    for i in range(shots):
        if first[i]:
            predicted[:] = stationary
        else:
            predicted[:] = 0.0
            for j in range(states):
                weight = filtered[j]
                row = transition[j]
                for m in range(states):
                    predicted[m] += weight * row[m]
        for k in range(channels):
            if codes[i, k]:
                factor = factors[k, codes[i, k]]
                for m in range(states):
                    predicted[m] *= factor[m]
        norm = predicted.sum()
        found[i] = norm
        for m in range(states):
            filtered[m] = predicted[m] / norm
    return found


@compiled
def smooth(
    codes: _Codes,
    first: _Flags,
    stationary: _Floats,
    transition: _Floats,
    reverse: _Floats,
    factors: _Floats,
) -> tuple[_Floats, _Floats, _Floats, _Floats]:
    """Forward and backward recursion.

    Args:
        codes: as for :func:`forward`, like all but ``reverse``.
        first: the same.
        stationary: the same.
        transition: the same.
        reverse: the transposed of ``transition``, with contiguous rows.
        factors: the same.

    Returns:
        What :func:`forward` does; and with shape (shots, states) the distribution of the state of
        a shot given the shots up to it; the likelihood of the shot and those after it, over that
        of the shots given the ones before it; and the distribution given all shots.
    """
    shots, channels = codes.shape
    states = stationary.size
    found = np.empty(shots)
    filtered = np.empty((shots, states))
    ahead = np.ones((shots, states))
    posterior = np.empty((shots, states))
    for i in range(shots):
        now = filtered[i]
        if first[i]:
            now[:] = stationary
        else:
            now[:] = 0.0
            for j in range(states):
                weight = filtered[i - 1, j]
                row = transition[j]
                for m in range(states):
                    now[m] += weight * row[m]
        emission = ahead[i]
        for k in range(channels):
            if codes[i, k]:
                factor = factors[k, codes[i, k]]
                for m in range(states):
                    emission[m] *= factor[m]
        norm = 0.0
        for m in range(states):
            now[m] *= emission[m]
            norm += now[m]
        found[i] = norm
        for m in range(states):
            now[m] /= norm
            emission[m] /= norm
    message = np.ones(states)
    for i in range(shots - 1, -1, -1):
        for m in range(states):
            posterior[i, m] = filtered[i, m] * message[m]
            ahead[i, m] *= message[m]
        if first[i]:
            message[:] = 1.0
        else:
            message[:] = 0.0
            for j in range(states):
                weight = ahead[i, j]
                row = reverse[j]
                for m in range(states):
                    message[m] += weight * row[m]
    return found, filtered, ahead, posterior
