"""``Estimated``: z = E_s⟨s|U|s⟩ from shots, with all that its uncertainty is known by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .moments import Complexes
from .observations import Floats
from .resampling import Interval, IntervalKind, bca_interval, check_kind, percentile_interval

__all__ = ["Estimated", "Systematic"]


@dataclass(frozen=True, kw_only=True)
class Systematic:
    """Errors that more shots do not make smaller, as one standard deviation.

    Attributes:
        magnitude: relative, of |z|.
        degrees: of arg z.
        why: where they come from.
    """

    magnitude: float
    degrees: float
    why: str

    @classmethod
    def joined(cls, several: Sequence[Systematic]) -> Systematic:
        """Independent ones together.

        Example:
            >>> a = Systematic(magnitude=0.03, degrees=0.0, why="a")
            >>> Systematic.joined([a, Systematic(magnitude=0.04, degrees=8.0, why="b")]).magnitude
            0.05
        """
        return cls(
            magnitude=float(np.hypot.reduce([s.magnitude for s in several])),
            degrees=float(np.hypot.reduce([s.degrees for s in several])),
            why="; ".join(s.why for s in several),
        )

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return {"magnitude": self.magnitude, "degrees": self.degrees, "why": self.why}


@dataclass(frozen=True, kw_only=True, eq=False)
class Estimated:
    """An estimate of z.

    Attributes:
        mitigation: names of the methods.
        value: z = E_s⟨s|U|s⟩.
        draws: shape (resamples,): the estimate from resampled experiments.
        shots: executions of circuits that went in.
        keep_rate: share of them whose bits a path allows.
        sign_known: whether z can be told from −z.
        assumes: what must hold for the value to be right.
        systematic: errors that ``draws`` do not show, where they are known.
        notes: what speaks against the value.
        jackknife: gives the estimates without one unit each and the units' numbers; None where
            there are several experiments.
    """

    mitigation: tuple[str, ...]
    value: complex
    draws: Complexes = field(repr=False)
    shots: int
    keep_rate: float
    sign_known: bool
    assumes: tuple[str, ...]
    systematic: Systematic | None = None
    notes: tuple[str, ...] = ()
    jackknife: Callable[[], tuple[Complexes, Floats]] | None = field(default=None, repr=False)

    def interval(
        self, level: float = 0.95, *, kind: IntervalKind = "percentile", factor: complex = 1.0
    ) -> Interval:
        """Intervals for the real and the imaginary part of factor · z that hold jointly.

        Args:
            level: joint coverage.
            kind: ``"percentile"``, or ``"bca"`` (bias-corrected and accelerated).
            factor: such as V/z.

        Raises:
            InputError: the level is not between 0 and 1, or another kind.
        """
        draws, point = factor * self.draws, factor * self.value
        if check_kind(kind) == "percentile" or self.jackknife is None:
            return percentile_interval(draws, point, level)
        estimates, numbers = self.jackknife()
        return bca_interval(draws, point, factor * estimates, numbers, level)

    def scaled(self, factor: complex) -> Complexes:
        """The resampled estimates of factor · z."""
        return np.asarray(factor * self.draws)
