"""The conventions of plait, stated once; everything else imports them from here.

* **Braids.** A braid on n strands is a word of non-zero integers in ±1..±(n−1). A positive letter
  i is σ_i, a positive (right-handed) crossing when all strands run in the same direction. This is
  KnotInfo's convention: ``[1, 1, 1]`` is its 3_1, with V(t) = t + t³ − t⁴.
* **Variable.** Kauffman's A with t = A⁻⁴. At the fifth root A = exp(−3πi/5), hence
  t = exp(2πi/5) = ζ, t^(1/2) = A⁻² = −exp(iπ/5) = ζ³, and a loop is worth
  δ = −A² − A⁻² = φ = (1 + √5)/2.
* **Skein.** σ_i ↦ A·1 + A⁻¹·E_i with E_i² = φ E_i, and V(L) = (−A)^(−3w) ⟨L⟩ / φ with w the
  writhe of the oriented closed link and ⟨unknot⟩ = φ, so V(unknot) = 1 and
  V(n-component unlink) = φ^(n−1).
* **Eigenvalues.** σ_i has the eigenvalues A and −A⁻³; σ_i¹⁰ = 1, so exponents count mod 10 for
  the value at the fifth root (not for the link).
* **Paths.** Bit strings x_0 x_1 … x_n over the regions between the strands, 0 the vacuum and
  1 = τ, x_0 = 0 and no two adjacent zeros; quantum dimensions d_0 = 1, d_1 = φ.
* **Mirror.** The published reference code uses the mirror image: its values are the complex
  conjugates of ours for the same word.

Source: arXiv:2503.05625; the face model and the checks are described in the documentation.
"""

from __future__ import annotations

import cmath
import math
from typing import Final, Literal

import numpy as np

from .errors import InputError

__all__ = [
    "CLOSURES",
    "DIMENSIONS",
    "ORDER",
    "PHI",
    "ZETA",
    "A",
    "Closure",
    "T",
    "bracket_to_jones",
    "check_closure",
    "eigenvalues",
    "zeta_power",
]

Closure = Literal["markov", "plat"]
CLOSURES: Final[tuple[Closure, ...]] = ("markov", "plat")

PHI: Final = (1 + math.sqrt(5)) / 2
A: Final = cmath.exp(-3j * math.pi / 5)
T: Final = cmath.exp(2j * math.pi / 5)
ZETA: Final = T
ORDER: Final = 10
"""σ_i to this power is the identity in the Fibonacci representation."""


def zeta_power(numerator: int, denominator: int = 5) -> complex:
    """exp(2πi·numerator/denominator) with the argument reduced exactly first.

    Example:
        >>> abs(zeta_power(5 * 10**20 + 1) - ZETA) < 1e-15
        True
    """
    return cmath.exp(2j * math.pi * (numerator % denominator) / denominator)


def eigenvalues(power: int) -> tuple[complex, complex]:
    """The eigenvalues (A^k, (−A⁻³)^k) of σ_i^k, for k = ``power``.

    The second belongs to the cup-cap direction (the image of E_i).

    Example:
        >>> a, b = eigenvalues(10)
        >>> round(abs(a - 1) + abs(b - 1), 12)
        0.0
    """
    # A = exp(2πi·(−3)/10); −A⁻³ = exp(2πi·(5 + 9)/10) = exp(2πi·4/10).
    return zeta_power(-3 * power, 10), zeta_power(4 * power, 10)


def bracket_to_jones(bracket: complex, writhe: int) -> complex:
    """V = (−A)^(−3w) ⟨L⟩ / φ, with ⟨unknot⟩ = φ.

    Example:
        >>> bracket_to_jones(PHI, 0)
        (1+0j)
    """
    # −A = exp(2πi·2/10), hence (−A)^(−3w) = exp(2πi·(−6w)/10).
    return zeta_power(-6 * writhe, 10) * bracket / PHI


def check_closure(closure: str, strands: int) -> Closure:
    """Return ``closure`` if it is known and possible for this number of strands.

    Raises:
        InputError: unknown closure, or a plat closure of an odd number of strands.
    """
    if closure == "markov":
        return "markov"
    if closure == "plat":
        if strands % 2:
            raise InputError(
                f"a plat closure joins neighbouring strands in pairs and needs an even number of "
                f"strands, but this braid has {strands}; add a strand or use closure='markov'"
            )
        return "plat"
    raise InputError(f"unknown closure {closure!r}; choose one of: {', '.join(CLOSURES)}")


DIMENSIONS: Final = np.array([1.0, PHI])
"""Quantum dimensions (d_0, d_1) of the vacuum and of τ."""
