"""Evaluating a smaller braid of the same link in place of the one given."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from ..knots.braids import Braid
from ..knots.closed import ClosedBraid
from ..knots.conventions import Closure, zeta_power
from ..knots.diagrams import PlanarDiagram
from ..knots.values import JonesValue, times_zeta

if TYPE_CHECKING:
    from ..knots.minimization.search import Minimized

__all__ = ["of_original", "smaller"]


def smaller(
    given: Braid | PlanarDiagram, kind: Closure, effort: str | float, seed: int
) -> Minimized:
    """The braid with the fewest runs that is found, for the default orientation of a closure.

    Raises:
        InputError: an effort that is none.
    """
    if isinstance(given, PlanarDiagram):
        b = given.to_braid()
    else:
        b = given if kind == "markov" else ClosedBraid(given, kind).to_markov().braid
    return b.minimize(objective="runs", effort=effort, seed=seed)


def of_original(
    value: JonesValue,
    small: Minimized,
    given: Braid | PlanarDiagram,
    kind: Closure,
    power: int,
    start: float,
) -> JonesValue:
    """The value of what was given, from that of the minimised braid.

    ``power`` is that of t by which the orientation changes V; ``start`` when the clock began.
    """
    exact = value.exact
    if exact is not None:
        for _ in range(small.free):
            # Times φ = −ζ² − ζ³.
            parts = zip(times_zeta(exact, 2), times_zeta(exact, 3), strict=True)
            a0, a1, a2, a3 = (-a - b for a, b in parts)
            exact = a0, a1, a2, a3
        exact = times_zeta(exact, power)
    return replace(
        value,
        value=value.value * small.factor * zeta_power(power),
        error=None if value.error is None else value.error * abs(small.factor),
        exact=exact,
        closure=kind,
        strands=given.strands if isinstance(given, Braid) else None,
        crossings=len(given.crossings) if isinstance(given, PlanarDiagram) else given.crossings,
        seconds=time.perf_counter() - start,
        details={
            **value.details,
            "minimized": {
                "strands": small.braid.strands,
                "crossings": small.length,
                "runs": small.runs,
                "free": small.free,
                "seconds": small.seconds,
            },
        },
    )
