"""What noise can make of V: an estimate beyond that is wrong, whatever the device.

Let F be the probability that a shot has no error anywhere, K the share of shots that detection
keeps, and D = φ^(n−1) 2√2 (1 − F) (φ^(n/2−1) for a plat closure).

* **Unmitigated.** Shots without error have the right mean, the others some mean between −1 and 1.
  So the mean of each part of z is off by at most 2(1 − F), and V by at most D, and by chance.
* **Mitigated**, by detection and the conjugate pair. Shots without error are kept, so that the
  bound on means of kept shots is no larger. The pair takes the geometric mean of two estimates
  of z, each in a disc about z. If the disc does not contain 0, the logarithm maps it to a convex
  set, and the geometric mean is in the disc as well. If it does, the modulus is still at most
  |z| plus the radius, so three times the radius is enough. Chance is larger by 1/K. Other methods
  may do anything to the errors of shots: for them F is taken as 0.
* **Mirror images.** Noise that makes V smaller leaves it on the line from 0 to V, and what it does
  besides is no more than (1 − F)|V|/2 in practice. A value that is further from this line than
  that and five standard errors, but as near as that to the line from 0 to conj(V), to −V or to
  −conj(V), is one of these instead. The pair takes its sign from the unmitigated means, which
  are within 90° of z where D is less than |V|; beyond that, the sign does not count for methods
  that cannot tell it.
* **Its own interval** has the value in it.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

__all__ = ["SIGMAS", "Noise"]

SIGMAS: Final = 5.0
"""Standard errors that a sample may be off; each part is, with probability 6e-7."""


@dataclass(frozen=True, kw_only=True)
class Noise:
    """A noisy estimate besides its value.

    Attributes:
        raw: V without mitigation.
        explained: how far ``raw`` can be off.
        damage: how far shots with errors can move the mitigated V, where that is less than |V|.
        chance: how far chance can.
        fidelity: F, 0 where it is not known.
        sign_known: whether the methods can tell V from −V.
        contained: whether the value lies in its own interval.
        covered: whether the interval covers V, once that is known.
    """

    raw: complex
    explained: float
    damage: float
    chance: float
    fidelity: float
    sign_known: bool
    contained: bool
    covered: Callable[[complex], bool]

    def allowed(self, known: complex) -> float:
        """How far the mitigated value can be off.

        Args:
            known: V.
        """
        radius = self.damage + self.chance
        return radius if radius < abs(known) else 3 * radius

    def impossible(
        self, value: complex, sigma: tuple[float, float], known: complex, slack: float
    ) -> str:
        """Why no noise leads to a value; empty if it can.

        Args:
            value: the mitigated value.
            sigma: standard errors of its real and imaginary part.
            known: V.
            slack: how far V itself can be off.
        """
        off, beyond = abs(value - known), abs(self.raw - known)
        if not beyond <= self.explained + slack:
            return f"the raw value is off by {beyond:.3g}, noise explains {self.explained:.2g}"
        if not self.contained:
            return "the value is not in its own interval"
        if not off <= self.allowed(known) + slack:
            return f"off by {off:.3g}, noise explains {self.allowed(known):.2g}"
        near = SIGMAS * math.hypot(*sigma) + (1 - self.fidelity) * abs(known) / 2 + slack
        signs = (1,) if self.sign_known or self.damage < abs(known) else (1, -1)
        if min(_from_line(value, sign * known) for sign in signs) <= near:
            return ""
        mirror = known.conjugate()
        for name, other in (("conj(V)", mirror), ("−V", -known), ("−conj(V)", -mirror)):
            if _from_line(value, other) <= near:
                return f"it agrees with {name} and not with V"
        return ""


def _from_line(value: complex, end: complex) -> float:
    """The distance from the line between 0 and a number.

    Example:
        >>> _from_line(1 + 1j, 2), _from_line(3, 2)
        (1.0, 1.0)
    """
    length = abs(end)
    if not length:
        return abs(value)
    turned = value * cmath.exp(-1j * cmath.phase(end))
    return abs(turned - min(max(turned.real, 0.0), length))
