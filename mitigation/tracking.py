"""Tracking of a phase that drifts from shot to shot, by a hidden Markov model.

A collective field turns the amplitudes of all circuits of a shot by one phase φ, which wanders in
time. Averages over many shots lose the part of the amplitude that φ's spread takes; products of
two outcomes of a shot do not, but use one shot at a time. The likelihood of a model in which φ is
an Ornstein–Uhlenbeck process uses the neighbours in time as well: see :mod:`.tracking_model`.

Source of the likelihood's recursions: L. E. Baum et al., Ann. Math. Stat. 41, 164 (1970).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..circuits.plan import REFERENCE_SERIES, SERIES, Series
from ..knots.checks import check_count, check_size
from ..knots.errors import InputError
from .observations import Floats, Observations
from .tracking_checks import (
    angle,
    check_channels,
    codes_of,
    default_blocks,
    labels_of,
)
from .tracking_fit import fitted
from .tracking_model import Channel, Model, grid_of, pieces_of
from .tracking_result import PhaseTrack, result_of

__all__ = ["Channel", "PhaseTrack", "phase_channels", "track_observations", "track_phase"]

_MOST_MEANS: Final = 100


def phase_channels(
    series: Sequence[Series], *, reference_argument: float | None = None
) -> tuple[Channel, ...]:
    """The channels of the series of an interleaved experiment.

    Args:
        series: in the order of the columns.
        reference_argument: arg z of the braid of known value, needed for its series.

    Raises:
        InputError: an unknown series, or one of the known braid and no argument.

    Example:
        >>> [(c.turn, round(c.offset, 2)) for c in phase_channels(["real", "conjugate-imag"])]
        [(1, 0.0), (-1, -1.57)]
    """
    found = []
    for name in series:
        if name not in (choice := (*SERIES, *REFERENCE_SERIES)):
            raise InputError(f"unknown series {name!r}; choose from: {', '.join(choice)}")
        mirrored = -1 if "conjugate-" in name else 1
        offset = 0.0 if name.endswith("real") else -math.pi / 2
        if not name.startswith("reference-"):
            channel = Channel(group="target", turn=mirrored, offset=offset, skew=mirrored)
        elif reference_argument is None:
            raise InputError(f"give reference_argument, arg z of the known braid of {name!r}")
        else:
            known = offset + mirrored * angle(reference_argument, "reference_argument")
            channel = Channel(group="reference", turn=0, offset=known, skew=mirrored)
        found.append(channel)
    return tuple(found)


def track_observations(
    observations: Observations, *, reference_argument: float | None = None, **options: Any
) -> PhaseTrack:
    """:func:`track_phase` of an interleaved experiment, with its stretches and blocks.

    Args:
        observations: of paired shots.
        reference_argument: arg z of the braid of known value, needed for its series.
        options: of :func:`track_phase`.

    Raises:
        InputError: shots that are not paired, and what :func:`track_phase` raises.
    """
    o = observations
    if not o.paired or not o.rows:
        raise InputError(
            "tracking a phase needs shots of all circuits on the same path at the same time: an "
            "interleaved experiment"
        )
    return track_phase(
        np.stack([o.values[s] for s in o.series], axis=1),
        phase_channels(o.series, reference_argument=reference_argument),
        o.stretches,
        blocks=o.blocks,
        **options,
    )


def track_phase(
    values: npt.ArrayLike,
    channels: Sequence[Channel],
    stretches: npt.ArrayLike | None = None,
    *,
    blocks: npt.ArrayLike | None = None,
    means: npt.ArrayLike | None = None,
    delta: float = 0.0,
    fit_delta: bool = False,
    points: int = 144,
) -> PhaseTrack:
    """Fit the hidden Markov model of a drifting phase to shots in order of time.

    Args:
        values: shape (shots, channels): outcomes +1, −1, or 0, which tells nothing about the
            phase but takes its time. Not the real numbers that readout correction makes.
        channels: what the columns are, see :func:`phase_channels`. Those with turn ≠ 0 belong to
            one group, the one whose value is wanted.
        stretches: shape (shots,): the number of the stretch of time that each shot is from, where
            phases of different stretches are independent. By default, all are from one.
        blocks: shape (shots,): the unit of resampling of each shot. By default the stretches, or
            parts of them if there are fewer than twenty.
        means: shape (shots,): the number of the mean phase of each shot's stretch (its job, say),
            each of which is fitted. By default, there is one.
        delta: phase of the braids less that of the mirror images, where it is not fitted.
        fit_delta: fit it; needs a known braid with its mirror image.
        points: states of the phase.

    Raises:
        InputError: arrays that do not fit, outcomes other than +1, −1, 0, or channels that cannot
            tell arg z (or δ) from the phase.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> phase = np.repeat(rng.normal(0.3, 1, 100), 20)[:, None]  # constant for 20 shots
        >>> theta = np.array([1.2, 1.2 - np.pi / 2, -1.2, -1.2 - np.pi / 2])
        >>> signs = np.where(rng.random((2000, 4)) < (1 + 0.7 * np.cos(phase + theta)) / 2, 1, -1)
        >>> values = signs * (rng.random((2000, 4)) < 0.5)  # amplitude 0.7 · 0.5
        >>> channels = phase_channels(["real", "imag", "conjugate-real", "conjugate-imag"])
        >>> track = track_phase(values, channels)
        >>> round(track.amplitude, 2), round(track.argument, 1), track.sign_known
        (0.35, 1.2, False)
    """
    codes = codes_of(values, channels)
    chunks, _ = labels_of(stretches, len(codes), "stretches")
    jobs, numbers = labels_of(means, len(codes), "means")
    check_size(len(numbers), "mean phases", most=_MOST_MEANS)
    if len(np.unique(np.stack([chunks, jobs]), axis=1).T) > chunks.max() + 1:
        raise InputError("means: give all shots of a stretch the same number")
    units, labels = labels_of(
        default_blocks(chunks) if blocks is None else blocks, len(codes), "blocks"
    )
    held = None if fit_delta else angle(delta, "delta")
    grid = grid_of(check_count(points, "points", least=8, most=2000))
    target = check_channels(channels, codes, fit_delta)

    survival = (codes != 0).mean(axis=0)
    groups = tuple(dict.fromkeys(c.group for c in channels))
    model = Model(
        channels=tuple(channels),
        groups=groups,
        scales=_scales(channels, survival),
        means=int(jobs.max()) + 1,
        pieces=pieces_of(codes, chunks, jobs),
        grid=grid,
    )
    fit = fitted(model, groups.index(target), fixed_delta=held)
    return result_of(model, fit, target, codes, units, labels)


def _scales(channels: Sequence[Channel], survival: Floats) -> Floats:
    """Mean survival of each channel's group over its own; 0 where nothing survives."""
    found = np.zeros(len(channels))
    for group in {c.group for c in channels}:
        own = [k for k, c in enumerate(channels) if c.group == group and survival[k] > 0]
        if own:
            found[own] = survival[own].mean() / survival[own]
    return found
