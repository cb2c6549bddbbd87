"""The collective phase of a shot, as all *other* shots tell it.

A hidden Markov model (:mod:`.tracking`) gives m_i = E[e^{iφ_i} | all shots but i]. Given φ_i, m_i
is independent of what shot i measured, whether or not the model is right: for any outcomes b, v of
the shot E[b m*] / E[v m*] is E[b e^{−iφ}] / E[v e^{−iφ}] up to what φ and m share, a factor that
cancels. So the model serves as a filter only, and its flaws cost signal, not truth. Products of
outcomes of one shot, which have E_s[z_s²] where z² is wanted, do not come in.

Source: derived here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..circuits.plan import Series
from .observations import Floats, Observations

if TYPE_CHECKING:
    from .tracking import PhaseTrack
    from .tracking_model import Channel

__all__ = ["outside_directions", "unit_products"]

_POINTS = 144
_MOST_CONTRAST = 0.9995  # an outcome is never impossible


def outside_directions(
    track: PhaseTrack, observations: Observations, channels: Sequence[Channel]
) -> npt.NDArray[np.complex128]:
    """E[e^{iφ_i} | all shots but i] of the likeliest model with one mean phase; shape (shots,).

    The posterior of the phase over the probability of the shot's own outcomes.

    Args:
        track: the fit.
        observations: what it was fitted to.
        channels: of the series, as in the fit.
    """
    from .tracking_kernels import smooth
    from .tracking_model import grid_of, pieces_of

    o = observations
    values = np.stack([o.values[s] for s in o.series], axis=1)
    codes = np.where(values < 0, 2, values).astype(np.int8)
    zeros = np.zeros(len(codes), dtype=np.int64)
    stretches = zeros if o.stretches is None else o.stretches
    grid = grid_of(_POINTS)
    phases = track.means[0] + track.sigma * grid.states
    factors = _factors(track, channels, (codes != 0).mean(axis=0), phases)
    step = grid.step(track.tau)
    reverse = np.ascontiguousarray(step.T)
    found = np.zeros(len(codes), dtype=complex)
    for piece in pieces_of(codes, stretches, zeros):
        *_, others = smooth(piece.codes, piece.first, grid.stationary, step, reverse, factors)
        for k in range(codes.shape[1]):
            others /= factors[k, piece.codes[:, k]]
        others /= others.sum(axis=1, keepdims=True)
        found[piece.rows] = others @ np.exp(1j * phases)
    return found


def _factors(
    track: PhaseTrack, channels: Sequence[Channel], survival: Floats, phases: Floats
) -> Floats:
    """P(v | v ≠ 0, φ) · 2 for v = 0 (where it is 1), +1 and −1: (channels, 3, states)."""
    found = np.ones((len(channels), 3, len(phases)))
    for k, c in enumerate(channels):
        theta = c.turn * track.argument + c.skew * track.delta / 2 + c.offset
        contrast = track.amplitudes[c.group] / max(float(survival[k]), 1e-12)
        wave = min(contrast, _MOST_CONTRAST) * np.cos(phases + theta)
        found[k, 1] += wave
        found[k, 2] -= wave
    return found


def unit_products(
    observations: Observations,
    directions: npt.NDArray[np.complex128],
    pairs: Sequence[tuple[Series, Series]],
) -> npt.NDArray[np.complex128]:
    """Sums of (v_real + i v_imag) m* over the shots of each block; shape (blocks, pairs).

    Args:
        observations: with blocks, by which they are resampled.
        directions: m of every shot.
        pairs: the real and the imaginary series of each braid.
    """
    o = observations
    rows = np.arange(o.rows) if o.blocks is None else o.blocks
    _, where = np.unique(rows, return_inverse=True)
    found = np.zeros((int(where.max()) + 1, len(pairs)), dtype=complex)
    for column, (real, imag) in enumerate(pairs):
        product = (o.values[real] + 1j * o.values[imag]) * np.conj(directions)
        np.add.at(found[:, column], where, product)
    return found
