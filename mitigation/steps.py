"""The steps that estimates of z are made of: functions of moments, one line of theory each.

A *phase step* gives the damped amplitude T z, with or without its sign; a *scale step* undoes the
damping. See :mod:`plait.mitigation.methods` for how they combine.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ..circuits.plan import Plan
from ..knots.errors import InputError
from .inversion import (
    depolarizing_magnitude,
    keep_magnitude,
    survival_magnitude,
    with_magnitude,
)
from .moments import Complexes, Group, Moments, Units, Weights
from .observations import Floats, Observations
from .published import published_average_value, published_least_loss, published_shot_value

if TYPE_CHECKING:
    from .tracking import PhaseTrack

__all__ = [
    "Context",
    "PhaseStep",
    "ScaleStep",
    "Statistic",
    "all_kept",
    "conjugate_phase",
    "corrected",
    "depolarizing_scale",
    "detection_scale",
    "keep_scale",
    "no_scale",
    "pairs_phase",
    "plain_phase",
    "published_average_phase",
    "published_shot_phase",
    "raw_direction",
    "remembered",
    "survival_scale",
    "toward",
    "tracking_phase",
    "tracking_remarks",
]


@dataclass(frozen=True, kw_only=True)
class Context:
    """What steps work on.

    Attributes:
        observations: the experiment.
        units: of resampling.
        damping: exponents g, a, b and c of the model of damping: numbers, or one per resample.
        plan: what was measured, None for recorded shots of others.
    """

    observations: Observations
    units: Units
    damping: Mapping[str, float | Floats]
    plan: Plan | None = None


Statistic: TypeAlias = Callable[[Weights, Moments], Complexes]
"""The damped amplitude of experiments with these weights, and so with these moments."""

PhaseStep: TypeAlias = Callable[[Context], Statistic]
ScaleStep: TypeAlias = Callable[[Complexes, Moments, Context, tuple[Group, ...]], Complexes]
"""Amplitude, moments, context and the braids that the amplitude comes from → z."""


def toward(root: Complexes, direction: Complexes) -> Complexes:
    """The one of ±root that is nearer to a direction.

    Example:
        >>> toward(np.array([1j]), np.array([0.1 - 1j])).tolist()
        [(-0-1j)]
    """
    nearer = (root * np.conj(direction)).real >= 0
    return np.asarray(np.where(nearer, root, -root), dtype=complex)


def raw_direction(moments: Moments) -> Complexes:
    """B + conj(c): where the mean values themselves point, right for phases below 90°."""
    return moments.amplitude() + np.conj(moments.amplitude("conjugate-"))


def plain_phase(context: Context) -> Statistic:
    """T z e^{iϕ}: the mean of the braid's own circuits, with whatever phase it has."""
    del context
    return lambda _, moments: moments.amplitude()


def conjugate_phase(context: Context) -> Statistic:
    """±√(b · conj(c)) from the means b of the braid and c of its mirror image.

    A phase e^{iϕ} common to both circuits (a collective field, say) leaves b = T z e^{iϕ} and
    c = T conj(z) e^{iϕ}, so b · conj(c) = T² z² has lost it; the relative sign of Re z and Im z
    comes from the imaginary part of the product. The overall sign, which the product cannot
    tell, is the one nearer to b + conj(c), right for |ϕ| < 90°.
    """
    del context

    def statistic(_: Weights, moments: Moments) -> Complexes:
        root = np.sqrt(moments.amplitude() * np.conj(moments.amplitude("conjugate-")))
        return toward(root, raw_direction(moments))

    return statistic


def pairs_phase(context: Context) -> Statistic:
    """±√D, D = E[(v_br + i v_bi)(v_cr − i v_ci)] over shots of all four circuits.

    Given the phase ϕ of a shot, the four outcomes are independent, with means Re and Im of
    b = T z e^{iϕ} and c = T conj(z) e^{iϕ}: E[D] = T² E_s[z_s²] for any distribution of ϕ, where
    the product of averages has lost the part of T that ϕ's spread takes.
    """
    del context

    def statistic(_: Weights, moments: Moments) -> Complexes:
        root = np.sqrt(moments.pair("", "conjugate-"))
        return toward(root, raw_direction(moments))

    return statistic


def tracking_phase(context: Context) -> Statistic:
    """A e^{i arg z} of the likeliest hidden Markov model of the phase, see :mod:`.tracking`."""
    track = _track(context.observations)

    def statistic(weights: Weights, moments: Moments) -> Complexes:
        return toward(track.resampled(weights[0]), raw_direction(moments))

    return statistic


def tracking_remarks(context: Context) -> tuple[str, ...]:
    """What the fit of the phase says against the estimate."""
    return _track(context.observations).notes


def _track(observations: Observations) -> PhaseTrack:
    from .tracking import track_observations

    return remembered(track_observations, observations)


_TRACKS: OrderedDict[tuple[object, ...], PhaseTrack] = OrderedDict()
_MOST_TRACKS = 8


def remembered(
    fit: Callable[..., PhaseTrack], observations: Observations, *arguments: float
) -> PhaseTrack:
    """A fit of the phase, which takes seconds, once for all scale steps that follow it."""
    key = (fit.__name__, observations.fingerprint(), *arguments)
    if key not in _TRACKS:
        _TRACKS[key] = fit(observations, *arguments)
        if len(_TRACKS) > _MOST_TRACKS:
            _TRACKS.popitem(last=False)
    return _TRACKS[key]


def corrected(observations: Observations) -> Observations:
    """The shots after readout correction.

    Raises:
        InputError: the readout errors of these shots are not known.
    """
    if observations.corrected is None:
        raise InputError(
            "readout correction needs shots of circuits that plait made, on a device whose error "
            "rates are known"
        )
    return observations.corrected


def all_kept(observations: Observations) -> Observations:
    """The shots of which all circuits are kept, as the published analysis selects them."""
    return observations.where(np.all(list(observations.kept.values()), axis=0))


def published_average_phase(context: Context) -> Statistic:
    """The published estimate from averages; see :mod:`.published`."""
    del context
    return lambda _, m: published_average_value(m.amplitude(), m.amplitude("conjugate-"))


def published_shot_phase(context: Context) -> Statistic:
    """The published estimate from single shots; see :mod:`.published`."""
    del context

    def statistic(_: Weights, moments: Moments) -> Complexes:
        survival = moments.mean_survival(("", "conjugate-"))
        product = moments.pair("", "conjugate-")
        loss = published_least_loss(survival, product)
        return published_shot_value(survival, product, loss)

    return statistic


def no_scale(
    amplitude: Complexes, moments: Moments, context: Context, groups: tuple[Group, ...]
) -> Complexes:
    """The damped amplitude as it is."""
    del moments, context, groups
    return amplitude


def detection_scale(
    amplitude: Complexes, moments: Moments, context: Context, groups: tuple[Group, ...]
) -> Complexes:
    """A/K; phase steps that use moments have those of kept shots alone, with K = 1."""
    del context
    keep = moments.mean_keep(groups)
    return np.asarray(amplitude / np.where(keep > 0, keep, np.inf))


def depolarizing_scale(
    amplitude: Complexes, moments: Moments, context: Context, groups: tuple[Group, ...]
) -> Complexes:
    """The inversion of global depolarization, from the survival."""
    del context
    found = depolarizing_magnitude(np.abs(amplitude), moments.mean_survival(groups))
    return with_magnitude(amplitude, found.magnitude)


def keep_scale(
    amplitude: Complexes, moments: Moments, context: Context, groups: tuple[Group, ...]
) -> Complexes:
    """A/K^g."""
    g = context.damping["g"]
    found = keep_magnitude(np.abs(amplitude), moments.mean_keep(groups), g=g)
    return with_magnitude(amplitude, found.magnitude)


def survival_scale(
    amplitude: Complexes, moments: Moments, context: Context, groups: tuple[Group, ...]
) -> Complexes:
    """The inversion of keep rate, survival and contrast together."""
    found = survival_magnitude(
        np.abs(amplitude),
        moments.mean_survival(groups),
        moments.mean_keep(groups),
        **context.damping,
    )
    return with_magnitude(amplitude, found.magnitude)
