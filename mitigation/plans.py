"""Plan steps: what a method changes of an experiment before it runs.

Each gives its own plans unchanged when it is taken again on them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ..circuits.devices import Device
from ..circuits.plan import Plan
from .folding import extrapolation_weights

__all__ = ["FOLDS", "PULSES", "decoupled_plan", "folded_plans", "folding_mixture"]

FOLDS: Final = (1, 3, 5)
"""How often circuits are folded for zero-noise extrapolation."""

PULSES: Final = 8
"""Echo pulses of a decoupled circuit."""


def decoupled_plan(plan: Plan, target: Device | None) -> tuple[Plan, ...]:
    """The plan with echo pulses in its circuits; see :mod:`plait.circuits.decoupling`."""
    del target
    return (replace(plan, decoupling=plan.decoupling or PULSES),)


def folded_plans(plan: Plan, target: Device | None) -> tuple[Plan, ...]:
    """The plan with circuits folded 1, 3 and 5 times, and the shots shared out.

    Raises:
        MissingExtraError: mitiq is not installed.
    """
    del target
    folding_mixture()  # before shots are spent
    share = max(len(plan.series), plan.shots // len(FOLDS))
    least = max(len(plan.series), plan.round_shots // len(FOLDS))
    return tuple(
        replace(plan, fold=fold, shots=share, round_shots=least, seed=plan.seed + k)
        for k, fold in enumerate(FOLDS)
    )


def folding_mixture() -> tuple[float, ...]:
    """The coefficients by which a straight line through the folded estimates meets zero noise."""
    return tuple(float(x) for x in extrapolation_weights("linear", FOLDS))
