"""Scale steps: from a damped amplitude to |z|, by what else the same shots tell.

Every shot of an echo circuit has a value v ∈ {+1, −1, 0} and may be rejected by the Fibonacci
check. What is left of z = E_s⟨s|U|s⟩ after its phase was dealt with is a damped amplitude
A = T|z|, T ≤ 1; in the same shots are

* K, the share of shots that are kept, and
* S = P(v ≠ 0), the survival: (1 + |z|²)/2 without errors.

A scale step replaces A by |z|. Each function here is one, acts element by element on arrays
(leading axes are resamples), and never returns NaN: where its equations have no solution it takes
the nearest point at which they have one, and says so in ``clipped``.

**Detection only rescales.** The all-zero outcome is the path s itself, so it is always kept: a
rejected shot has v = 0. Hence E[v | kept] = E[v]/K, P(v ≠ 0 | kept) = S/K, and for products of
values of two circuits D → D/K² if their flags are independent. No finer use of the bits of the
same circuit can do more.

Source: derived here; the circuits are those of arXiv:2503.05625.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from ..knots.errors import InputError

__all__ = [
    "Scaled",
    "after_detection",
    "depolarizing_magnitude",
    "finite_array",
    "keep_magnitude",
    "survival_magnitude",
    "with_magnitude",
]

Floats: TypeAlias = npt.NDArray[np.float64]

_ROUNDING = 1e-9


class Scaled(NamedTuple):
    """What a scale step found.

    Attributes:
        magnitude: the estimate of |z|, in [0, 1].
        damping: A/|z|, the contrast T that is left of it; 0 where |z| = 0.
        clipped: where the equations have no solution with 0 ≤ |z| ≤ 1, so that ``magnitude`` is
            the nearest point at which they have one.
    """

    magnitude: Floats
    damping: Floats
    clipped: npt.NDArray[np.bool_]


def after_detection(
    amplitude: npt.ArrayLike, survival: npt.ArrayLike, keep: npt.ArrayLike
) -> tuple[Floats, Floats]:
    """A/K and S/K: amplitude and survival among the kept shots.

    Both are 0 where K is.

    Args:
        amplitude: A, over all shots.
        survival: S, over all shots.
        keep: K.

    Raises:
        InputError: not finite, A < 0, or K outside [0, 1].

    Example:
        >>> a, s = after_detection(0.2, 0.4, 0.8)
        >>> a.item(), s.item()
        (0.25, 0.5)
    """
    a, s, k = np.broadcast_arrays(_amplitude(amplitude), finite_array(survival, "S"), _keep(keep))
    zeros = np.zeros(k.shape)
    return (
        np.divide(a, k, out=zeros.copy(), where=k > 0),
        np.divide(s, k, out=zeros, where=k > 0),
    )


def depolarizing_magnitude(amplitude: npt.ArrayLike, survival: npt.ArrayLike) -> Scaled:
    """|z| under global depolarization: |z| = A/f with f = S + √(S² − A²).

    A circuit that keeps its state with probability f and loses it otherwise has A = f|z| and
    S = f (1 + |z|²)/2. So f² − 2 S f + A² = 0, of whose two roots, f and f|z|², f is the larger
    one. With S/K and A/K instead f becomes f/K and |z| stays: detection before or after makes no
    difference.

    Dephasing spoils it: errors of Z on the branch of the path leave the other branch, an
    eigenstate, alone, so that S stays above what f says of A, and |z| comes out too small.

    Where A > S there is no root; f = S is the nearest, where |z| = 1. Values of f above 1, which
    shot noise makes, are left alone.

    Args:
        amplitude: A.
        survival: S, of the same shots (all, or the kept ones).

    Returns:
        With f as ``damping``, or A where it is clipped.

    Raises:
        InputError: not finite, or A < 0.

    Example:
        >>> f, z = 0.6, 0.8
        >>> depolarizing_magnitude(f * z, f * (1 + z**2) / 2).magnitude.round(12).item()
        0.8
    """
    a, s = np.broadcast_arrays(_amplitude(amplitude), finite_array(survival, "S"))
    s = np.maximum(s, 0.0)
    impossible = a > s
    f = s + np.sqrt(np.maximum(s**2 - a**2, 0.0))
    z = np.divide(a, f, out=np.where(impossible, 1.0, 0.0), where=~impossible & (f > 0))
    return _scaled(a, z, impossible)


def keep_magnitude(amplitude: npt.ArrayLike, keep: npt.ArrayLike, *, g: npt.ArrayLike) -> Scaled:
    """|z| = A/K^g: the damping by gate errors, from the shots that they made detectable.

    If errors come as a Poisson process of mean λ, each is detected with probability q and kills
    the interference with probability 1 − ε, then K = e^(−λq) and T = e^(−λ(1−ε)), so T = K^g with
    g = (1 − ε)/q whatever λ is. Dephasing, which detection hardly sees, is not covered.

    Args:
        amplitude: A, over all shots.
        keep: K. Where it is 0 nothing was measured: |z| = 0, clipped.
        g: see :class:`plait.mitigation.exponents.Exponents`.

    Raises:
        InputError: not finite, A < 0, or K outside [0, 1].

    Example:
        >>> keep_magnitude(0.2, 0.5, g=2).magnitude.item()
        0.8
    """
    a, k, power = np.broadcast_arrays(_amplitude(amplitude), _keep(keep), finite_array(g, "g"))
    some = k**power > 0
    with np.errstate(over="ignore"):
        z = np.divide(a, k**power, out=np.zeros(a.shape), where=some)
    return _scaled(a, z, ~some)


def survival_magnitude(
    amplitude: npt.ArrayLike,
    survival: npt.ArrayLike,
    keep: npt.ArrayLike,
    *,
    g: npt.ArrayLike,
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    c: npt.ArrayLike,
    coherence: npt.ArrayLike = 1.0,
) -> Scaled:
    """|z| from survival and keep rate, with the contrast for the dephasing.

    The model has three unknowns, the gate errors (seen in K), the dephasing Y and |z|:

        A = K^g Y |z|,    S = ½ K^a (1 + K^b Y^c |z|²/r²).

    Undetected gate errors take survival like K^a; those on the branch of the path alone take K^b
    more of its share. A dephasing error, a Z on that branch, multiplies its amplitude by a weak
    value, so the power |z|² falls more slowly (Y^c) than the coherent amplitude (Y). With

        U = r² (2S/K^a − 1)/K^b = Y^c |z|²,    V = A/K^g = Y |z|

    V²/U = Y^(2−c), hence Y = min[1, (V²/U)^(1/(2−c))] and |z| = V/Y. If Y < 1 this is
    |z| = U^(1/(2−c)) V^(−c/(2−c)): mostly the survival. Since survival tells E_s|z_s|², the path
    coherence r² = |z|²/E_s|z_s|² is needed where z_s depends on the path; without it |z| comes out
    up to 1/r too large (see :mod:`plait.mitigation.coherence`).

    Where U ≤ 0 less survives than at |z| = 0; the boundary U → 0 has Y = 1, so |z| = V, clipped.
    Where V = 0 < U and c > 0 the limit is |z| = ∞, clipped to 1; so is whatever else exceeds 1.
    Where K = 0 nothing was measured: |z| = 0, clipped.

    Args:
        amplitude: A, over all shots.
        survival: S, over all shots.
        keep: K.
        g: exponents, see :class:`plait.mitigation.exponents.Exponents`; numbers, or arrays with
            one for each resample.
        a: the same.
        b: the same.
        c: the same, in [0, 2).
        coherence: r², in [0, 1].

    Raises:
        InputError: not finite, A < 0, K or r² outside [0, 1], or c outside [0, 2).

    Example:
        >>> k, y, z = 0.8, 0.9, 0.7
        >>> A, S = k**2.5 * y * z, k**1.8 * (1 + k**0.3 * y**0.27 * z**2) / 2
        >>> survival_magnitude(A, S, k, g=2.5, a=1.8, b=0.3, c=0.27).magnitude.round(12).item()
        0.7
    """
    powers = (finite_array(x, name) for x, name in ((g, "g"), (a, "a"), (b, "b"), (c, "c")))
    r2 = _share(coherence, "the path coherence r²")
    A, S, K, gs, as_, bs, cs, r2 = np.broadcast_arrays(
        _amplitude(amplitude), finite_array(survival, "S"), _keep(keep), *powers, r2
    )
    if not ((cs >= 0) & (cs < 2)).all():
        raise InputError("the exponent c must lie in [0, 2)")
    some = K > 0
    k = np.where(some, K, 1.0)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        u = r2 * (2 * S / k**as_ - 1) / k**bs
        v = A / k**gs
        dephased = u ** (1 / (2 - cs)) * v ** (-cs / (2 - cs))
        z = np.where(v**2 >= u, v, dephased)
    z = np.where(some, np.nan_to_num(z, nan=1.0, posinf=1e300), 0.0)
    return _scaled(A, z, ~some | (u <= 0))


def with_magnitude(value: npt.ArrayLike, magnitude: npt.ArrayLike) -> npt.NDArray[np.complex128]:
    """Complex numbers of the phases of some and the magnitudes of others; the phase of 0 is 0.

    Example:
        >>> with_magnitude([3j, 0], [0.5, 0.25]).tolist()
        [0.5j, (0.25+0j)]
    """
    found = np.asarray(value, dtype=complex)
    size = np.abs(found)
    phase = np.divide(found, size, out=np.ones(found.shape, dtype=complex), where=size > 0)
    return np.asarray(phase * np.asarray(magnitude, dtype=float))


def finite_array(value: npt.ArrayLike, name: str) -> Floats:
    """Finite real numbers as an array.

    Raises:
        InputError: they are something else; the message has the name.

    Example:
        >>> finite_array([1, 2], "S").tolist()
        [1.0, 2.0]
    """
    try:
        found = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f"{name}={value!r}: give real numbers") from None
    if not np.isfinite(found).all():
        raise InputError(f"{name} must be finite; {int((~np.isfinite(found)).sum())} are not")
    return found


def _scaled(a: Floats, z: Floats, outside: npt.NDArray[np.bool_]) -> Scaled:
    magnitude = np.clip(z, 0.0, 1.0)
    with np.errstate(over="ignore"):
        damping = np.divide(a, magnitude, out=np.zeros(a.shape), where=magnitude > 0)
    damping = np.minimum(damping, np.finfo(float).max)
    return Scaled(magnitude, damping, np.asarray(outside | (z > 1 + _ROUNDING)))


def _amplitude(value: npt.ArrayLike) -> Floats:
    found = finite_array(value, "A")
    if (found < 0).any():
        raise InputError(f"the amplitude A is {found.min():g}; it is a magnitude, at least 0")
    return found


def _keep(value: npt.ArrayLike) -> Floats:
    return _share(value, "the keep rate K")


def _share(value: npt.ArrayLike, name: str) -> Floats:
    found = finite_array(value, name)
    if ((found < -_ROUNDING) | (found > 1 + _ROUNDING)).any():
        raise InputError(
            f"{name} reaches from {found.min():g} to {found.max():g}; give numbers from 0 to 1"
        )
    return np.clip(found, 0.0, 1.0)
