"""``Estimated``: z = E_s⟨s|U|s⟩ from shots, with all that its uncertainty is known by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .moments import Complexes
from .observations import Floats, Observations
from .resampling import Interval, IntervalKind, bca_interval, check_kind, percentile_interval

__all__ = ["Estimated", "Systematic", "doubts"]

_UNSURE_DEGREES = 60.0


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
        up_to_sign: whether intervals are to hold z or −z, whichever the value is nearer to.
        assumes: what must hold for the value to be right.
        systematic: errors that ``draws`` do not show, where they are known.
        notes: what speaks against the value.
        jackknife: gives the estimates without one unit each and the units' numbers.
    """

    mitigation: tuple[str, ...]
    value: complex
    draws: Complexes = field(repr=False)
    shots: int
    keep_rate: float
    sign_known: bool
    up_to_sign: bool = False
    assumes: tuple[str, ...]
    systematic: Systematic | None = None
    notes: tuple[str, ...] = ()
    jackknife: Callable[[], tuple[Complexes, Floats]] = field(repr=False)

    def interval(
        self, level: float = 0.95, *, kind: IntervalKind = "percentile", factor: complex = 1.0
    ) -> Interval:
        """Intervals for the real and the imaginary part of factor · z that hold jointly.

        Up to the sign they are those of the estimates with the sign of the value. Where more than
        a tenth of 1 − level of the squares of the estimates are turned by more than a right angle,
        the shots do not tell z from 0, and both signs of all of them count.

        Args:
            level: joint coverage.
            kind: ``"percentile"``, or ``"bca"`` (bias-corrected and accelerated).
            factor: such as V/z.

        Raises:
            InputError: the level is not between 0 and 1, or another kind.
        """
        check_kind(kind)
        draws, point = self.draws, factor * self.value
        if self.up_to_sign:
            draws = self._signed(draws)
            if self.near_zero(level):
                draws = np.concatenate([draws, -draws])
                return percentile_interval(factor * draws, point, level)
        if kind == "percentile":
            return percentile_interval(factor * draws, point, level)
        estimates, numbers = self.jackknife()
        if self.up_to_sign:
            estimates = self._signed(estimates)
        return bca_interval(factor * draws, point, factor * estimates, numbers, level)

    def near_zero(self, level: float = 0.95) -> bool:
        """Whether the square of z, which has no sign, may be 0 at this level."""
        turned = (self.draws * np.conj(self.value)) ** 2
        return bool(np.mean(turned.real <= 0) > (1 - level) / 10)

    def _signed(self, estimates: Complexes) -> Complexes:
        """With the sign of the value."""
        nearer = (estimates * np.conj(self.value)).real >= 0
        return np.asarray(np.where(nearer, estimates, -estimates))

    def scaled(self, factor: complex) -> Complexes:
        """The resampled estimates of factor · z."""
        return np.asarray(factor * self.draws)


def doubts(found: Estimated, experiments: Sequence[Observations]) -> tuple[str, ...]:
    """What the shots say against an estimate from them.

    Args:
        found: the estimate, with its resampled ones.
        experiments: the shots that it is from.
    """
    empty = [s for o in experiments for s, kept in o.kept.items() if not kept.any()]
    if empty:
        return (f"no shot of the series {', '.join(empty)} was kept: the value means nothing",)
    if found.sign_known:
        return ()
    least = min(int(kept.sum()) for o in experiments for kept in o.kept.values())
    noise = float(1 / np.sqrt(max(least, 1)))  # about the standard error of a mean
    if abs(found.value) < 3 * noise:
        return (
            f"|z| = {abs(found.value):.3g} is within three standard errors ({noise:.2g}) of zero: "
            f"its phase cannot be told; take more shots, or a mitigation that keeps more of the "
            f"contrast, as pairs and tracking do where the phase drifts",
        )
    if found.up_to_sign:
        if found.near_zero():
            return ("z may be 0 by these shots, and its phase anything; take more of them",)
        return ()
    values = experiments[0].values
    raw = complex(values["real"].mean(), values["imag"].mean())
    turned = abs(float(np.degrees(np.angle(raw / found.value)))) if raw else 180.0
    if turned > _UNSURE_DEGREES:
        return (
            f"the raw mean is turned by {turned:.0f}° from the mitigated one: the sign of the "
            f"value, which this mitigation cannot tell, may be wrong",
        )
    return ()
