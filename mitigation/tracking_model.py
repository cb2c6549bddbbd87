"""The hidden Markov model of a drifting phase: channels, likelihood and its gradient.

The hidden state of a shot is φ = μ + σx, x a stationary Ornstein–Uhlenbeck process of unit
variance and correlation time τ (in shots), which begins anew in every stretch of time. Channel k
measures v_k ∈ {+1, −1, 0} with

    P(v_k = ±1 | v_k ≠ 0, φ) = [1 ± (A_g/S_k) cos(φ + θ_k)]/2,   θ_k = turn_k arg z + skew_k δ/2
                                                                        + offset_k,

independently of the others given φ. S_k is the channel's survival, P(v_k ≠ 0), which tells nothing
about φ, and A_g the amplitude of the channel's group.

x lives on an equidistant grid of [−4.5, 4.5], unwrapped: a circle would forget on which side of μ
the phase is, and so where the process pulls it. The steps are those of a birth–death process with
the Gaussian's weights and detailed balance, which is a Markov chain for every τ, however near to a
static phase; its matrix exp(−Λ/τ) needs one diagonalisation for all τ.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from ..knots.errors import InputError
from .observations import Floats

__all__ = ["Channel", "Grid", "Integers", "Model", "Piece", "grid_of", "pieces_of"]

_REACH: Final = 4.5
_PIECE_SHOTS: Final = 5_000  # whose posterior is in memory at a time, unless a stretch is longer
Integers: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One circuit of a shot: its phase is φ + turn · arg z + skew · δ/2 + offset.

    The real part of T z e^{iφ} has turn 1 and offset 0; the imaginary part offset −π/2; the
    mirror image, whose value is T conj(z) e^{iφ}, turn −1. A braid of known value z_V has turn 0
    and offset arg z_V.

    Attributes:
        group: channels with the same amplitude.
        turn: 1, −1, or 0 for a known value.
        offset: known phase, in radians.
        skew: 1 for a braid and −1 for its mirror image, for the phase δ between them.

    Raises:
        InputError: the group is no name, turn or skew not 1, 0 or −1, or the offset no angle.

    Example:
        >>> Channel(group="target", turn=-1, offset=-np.pi / 2, skew=-1).turn
        -1
    """

    group: str
    turn: int
    offset: float = 0.0
    skew: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.group, str):
            raise InputError(f"group={self.group!r}: give a name")
        if self.turn not in (-1, 0, 1) or self.skew not in (-1, 0, 1):
            raise InputError(f"turn={self.turn!r}, skew={self.skew!r}: give 1, 0 or -1")
        if not isinstance(self.offset, (int, float)) or not math.isfinite(self.offset):
            raise InputError(f"offset={self.offset!r}: give an angle, in radians")


@dataclass(frozen=True, eq=False)
class Grid:
    """States x of the process of unit variance, with its steps.

    Attributes:
        states: shape (J,).
        stationary: probabilities.
        rates: eigenvalues of the generator; the first two are 0 and 1.
        left, right: its eigenvectors.
    """

    states: Floats
    stationary: Floats
    rates: Floats
    left: Floats
    right: Floats

    def step(self, tau: float) -> Floats:
        """Transition probabilities from one shot (row) to the next (column)."""
        return np.maximum((self.left * np.exp(-self.rates / tau)) @ self.right, 0.0)

    def step_slope(self, tau: float) -> Floats:
        """The derivative of :meth:`step` with respect to ln τ."""
        decay = self.rates / tau
        return np.asarray((self.left * (decay * np.exp(-decay))) @ self.right)


@lru_cache(maxsize=4)
def grid_of(points: int) -> Grid:
    """The grid of so many states.

    Example:
        >>> grid = grid_of(144)
        >>> ones = grid.step(8.0) @ np.ones(144)
        >>> bool(abs(ones - 1).max() < 1e-9)
        True
        >>> x = grid.step(8.0) @ grid.states / grid.states  # E[x'|x] = exp(-1/8) x
        >>> bool(abs(x[40:60] - np.exp(-1 / 8)).max() < 2e-3)
        True
    """
    x = np.linspace(-_REACH, _REACH, points)
    stationary = np.exp(-(x**2) / 2)
    stationary /= stationary.sum()
    # Rate j → j+1 ∝ √(w_{j+1}/w_j): detailed balance; √w Q /√w is symmetric with unit couplings.
    root = np.sqrt(stationary)
    out = np.zeros(points)
    out[:-1] += root[1:] / root[:-1]
    out[1:] += root[:-1] / root[1:]
    generator = np.diag(out) - np.eye(points, k=1) - np.eye(points, k=-1)
    rates, vectors = np.linalg.eigh(generator)
    rates = np.maximum(rates / rates[1], 0.0)
    rates[0] = 0.0
    return Grid(x, stationary, rates, vectors / root[:, None], vectors.T * root)


@dataclass(frozen=True, eq=False)
class Piece:
    """Whole stretches with the same mean phase, in order of time.

    Attributes:
        rows: where the shots are in the experiment.
        codes: shape (shots, channels): 0, 1, 2 for outcomes 0, +1, −1.
        first: whether a shot begins a stretch.
        mean: number of the mean phase.
        indicators: shape (2 channels, shots): whether channel k gave +1; then, whether −1.
    """

    rows: Integers
    codes: npt.NDArray[np.int8]
    first: npt.NDArray[np.bool_]
    mean: int
    indicators: Floats


def pieces_of(
    codes: npt.NDArray[np.int8], stretches: Integers, means: Integers
) -> tuple[Piece, ...]:
    """Shots in pieces of bounded size."""
    order = np.lexsort((np.arange(len(codes)), stretches, means))
    begins = np.flatnonzero(np.diff(stretches[order], prepend=-1) != 0)
    ends = np.append(begins[1:], len(order))
    bounds: list[tuple[int, int]] = []
    for low, high in zip(begins.tolist(), ends.tolist(), strict=True):
        same = bounds and means[order[bounds[-1][0]]] == means[order[low]]
        if same and high - bounds[-1][0] <= _PIECE_SHOTS:
            bounds[-1] = (bounds[-1][0], high)
        else:
            bounds.append((low, high))
    found = []
    for low, high in bounds:
        rows = order[low:high]
        own = codes[rows]
        first = np.diff(stretches[rows], prepend=-1) != 0
        marks = np.concatenate([own == 1, own == 2], axis=1).T.astype(float)
        found.append(Piece(rows, np.ascontiguousarray(own), first, int(means[rows[0]]), marks))
    return tuple(found)


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """Likelihood of all shots as a function of a vector of parameters.

    The parameters are, in this order: per group the contrast c_g = A_g over the mean survival of
    its channels; arg z; δ; the means μ; ln σ; ln τ.

    Attributes:
        channels: of the columns.
        groups: names in the order of the parameters.
        scales: per channel the mean survival of its group over its own; 0 without any signal.
        means: number of mean phases.
        pieces: the shots.
        grid: the states.
    """

    channels: tuple[Channel, ...]
    groups: tuple[str, ...]
    scales: Floats
    means: int
    pieces: tuple[Piece, ...]
    grid: Grid

    @property
    def size(self) -> int:
        """Number of parameters."""
        return len(self.groups) + 2 + self.means + 2

    @property
    def sign_known(self) -> bool:
        """Whether a known value with some signal tells arg z from arg z + π."""
        return any(
            c.turn == 0 and scale > 0 for c, scale in zip(self.channels, self.scales, strict=True)
        )

    def with_points(self, points: int, pieces: Sequence[Piece] | None = None) -> Model:
        """The same model on another grid, or of other shots."""
        own = self.pieces if pieces is None else tuple(pieces)
        return replace(self, pieces=own, grid=grid_of(points))

    def _tables(self, p: Floats, mean: int) -> tuple[Floats, Floats, Floats]:
        """Factors (channels, 3, states), and ∂/∂contrast and ∂/∂φ of ln P(v = 1), ln P(v = −1).

        The latter have the shape (2, channels, states).
        """
        g = len(self.groups)
        contrast = p[[self.groups.index(c.group) for c in self.channels]] * self.scales
        theta = np.array([c.turn * p[g] + c.skew * p[g + 1] / 2 + c.offset for c in self.channels])
        phase = p[g + 2 + mean] + np.exp(p[-2]) * self.grid.states + theta[:, None]
        cosine, sine = np.cos(phase), np.sin(phase)
        factors = np.ones((len(theta), 3, len(self.grid.states)))
        factors[:, 1] += contrast[:, None] * cosine
        factors[:, 2] -= contrast[:, None] * cosine
        sign = np.array([1.0, -1.0])[:, None, None]
        inverse = sign / factors[:, 1:].transpose(1, 0, 2)
        return factors, inverse * cosine, -inverse * sine * contrast[:, None]

    def gains(self, p: Floats, shots: int) -> Floats:
        """Per shot, ln P(shot | shots before it) less that without a signal."""
        from .tracking_kernels import forward

        found = np.zeros(shots)
        transition = self.grid.step(float(np.exp(p[-1])))
        for piece in self.pieces:
            factors, _, _ = self._tables(p, piece.mean)
            found[piece.rows] = np.log(
                forward(piece.codes, piece.first, self.grid.stationary, transition, factors)
            )
        return found

    def gain(self, p: Floats) -> float:
        """Sum of :meth:`gains`."""
        from .tracking_kernels import forward

        transition = self.grid.step(float(np.exp(p[-1])))
        total = 0.0
        for piece in self.pieces:
            factors, _, _ = self._tables(p, piece.mean)
            found = forward(piece.codes, piece.first, self.grid.stationary, transition, factors)
            total += float(np.log(found).sum())
        return total

    def gain_and_slope(self, p: Floats) -> tuple[float, Floats]:
        """The gain with its gradient, by Fisher's identity: ∂ ln L = E[∂ ln L(v, x) | v]."""
        from .tracking_kernels import smooth

        tau = float(np.exp(p[-1]))
        step, change = self.grid.step(tau), self.grid.step_slope(tau)
        reverse = np.ascontiguousarray(step.T)
        total, slope = 0.0, np.zeros(self.size)
        for piece in self.pieces:
            factors, by_contrast, by_phase = self._tables(p, piece.mean)
            found, filtered, ahead, posterior = smooth(
                piece.codes, piece.first, self.grid.stationary, step, reverse, factors
            )
            total += float(np.log(found).sum())
            occupied = (piece.indicators @ posterior).reshape(by_phase.shape)
            self._add_slope(slope, p, piece.mean, occupied * by_contrast, occupied * by_phase)
            follows = np.flatnonzero(~piece.first)
            pairs = filtered[follows - 1].T @ ahead[follows]
            slope[-1] += float((pairs * change).sum())
        return total, slope

    def _add_slope(
        self, slope: Floats, p: Floats, mean: int, by_contrast: Floats, by_phase: Floats
    ) -> None:
        g = len(self.groups)
        contrasts = by_contrast.sum(axis=(0, 2)) * self.scales
        phases = by_phase.sum(axis=(0, 2))
        for channel, contrast, phase in zip(self.channels, contrasts, phases, strict=True):
            slope[self.groups.index(channel.group)] += contrast
            slope[g] += channel.turn * phase
            slope[g + 1] += channel.skew * phase / 2
        slope[g + 2 + mean] += phases.sum()
        slope[-2] += np.exp(p[-2]) * float((by_phase.sum(axis=(0, 1)) * self.grid.states).sum())

    def directions(self, p: Floats, shots: int) -> npt.NDArray[np.complex128]:
        """E[e^{iφ} | all shots] for every shot."""
        from .tracking_kernels import smooth

        step = self.grid.step(float(np.exp(p[-1])))
        reverse = np.ascontiguousarray(step.T)
        found = np.zeros(shots, dtype=complex)
        for piece in self.pieces:
            factors, _, _ = self._tables(p, piece.mean)
            *_, posterior = smooth(
                piece.codes, piece.first, self.grid.stationary, step, reverse, factors
            )
            phase = p[len(self.groups) + 2 + piece.mean] + np.exp(p[-2]) * self.grid.states
            found[piece.rows] = posterior @ np.exp(1j * phase)
        return found
