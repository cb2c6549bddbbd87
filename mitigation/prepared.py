"""``Prepared``: the steps of an estimator on one experiment, as one function of weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..circuits.plan import Plan
from .exponents import Exponents
from .moments import CHUNK, Complexes, Group, Units, Weights
from .observations import Floats, Observations
from .resampling import block_length, with_blocks
from .steps import Context, PhaseStep, ScaleStep

__all__ = ["Prepared", "in_blocks"]

_LEAST_BLOCK = 10  # shots, for phase steps that need the order of time
_BLOCKS = 8  # that there are at least, if so many shots


def in_blocks(observations: Observations, *, paired: bool, ordered: bool) -> Observations:
    """Paired shots in the blocks in which they are resampled, if they depend on one another.

    Args:
        observations: of the experiment.
        paired: whether it matters which shots of different series belong together.
        ordered: whether the order of time matters.
    """
    o = observations
    if not o.paired or o.blocks is not None:
        return o
    length = block_length(o)
    if ordered:
        length = max(length, min(_LEAST_BLOCK, o.rows // _BLOCKS))
    if length <= 1 and not paired:
        return replace(o, paired=False, stretches=None)
    return with_blocks(o, length)


class Prepared:
    """The steps of an estimator on an experiment.

    Args:
        observations: in blocks, where they are resampled so.
        plan: what was measured, where that is known.
        exponents: of the model of damping.
        phase: phase step.
        scale: scale step.
        detected: whether the phase step takes the moments of kept shots alone.
        groups: the braids that the amplitude comes from.
    """

    def __init__(
        self,
        observations: Observations,
        plan: Plan | None,
        exponents: Exponents,
        phase: PhaseStep,
        scale: ScaleStep,
        detected: bool,
        groups: tuple[Group, ...],
    ) -> None:
        damping = dict(zip("gabc", exponents.values, strict=True))
        self.context = Context(
            observations=observations, units=Units(observations), damping=damping, plan=plan
        )
        self._exponents = exponents
        self._statistic = phase(self.context)
        self._scale = scale
        self._detected = detected
        self._groups = groups

    def __call__(self, weights: Weights, damping: Mapping[str, Floats] | None = None) -> Complexes:
        """The estimates from the experiments with these weights."""
        context = self.context if damping is None else replace(self.context, damping=damping)
        moments = context.units.moments(weights)
        if self._detected:
            moments = moments.detected()
        amplitude = self._statistic(weights, moments)
        return self._scale(amplitude, moments, context, self._groups)

    def value(self) -> complex:
        """The estimate."""
        return complex(self(self.context.units.counts))

    def resampled(self, rng: np.random.Generator, resamples: int) -> Complexes:
        """The estimates of resampled experiments, with exponents of resampled trainings."""
        units = self.context.units
        size = max(1, CHUNK // max(len(counts) for counts in units.counts))
        draws = []
        for first in range(0, resamples, size):
            count = min(size, resamples - first)
            damping = self._exponents.replicas(count, rng)
            draws.append(self(units.draw(rng, count), damping))
        return np.concatenate(draws)

    def jackknife(self) -> tuple[Complexes, Floats]:
        """The estimates without one unit each, and the units' numbers."""
        parts = [(self(weights), n) for weights, n in self.context.units.leave_one_out()]
        return np.concatenate([e for e, _ in parts]), np.concatenate([n for _, n in parts])
