"""The published estimators, for comparison with what they are meant to be.

The signs of the published inversion of depolarization are swapped, and the quadrant of the value
is chosen by hand; each function says what is wrong. :mod:`plait.mitigation.inversion` and the
phase steps have the right forms.

Source: arXiv:2503.05625.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..knots.errors import InputError
from .inversion import finite_array

__all__ = ["published_average_value", "published_least_loss", "published_shot_value"]

Floats: TypeAlias = npt.NDArray[np.float64]


def published_average_value(
    braid: npt.ArrayLike, mirror: npt.ArrayLike
) -> npt.NDArray[np.complex128]:
    """The published conjugate average, for comparison: |b + c|/2 + i |b − c|/2.

    With b = T z e^{iϕ} and c = T conj(z) e^{iϕ} the two are T|Re z| and T|Im z|. The quadrant,
    which is chosen by hand in the published analysis, is the first here; a difference between the
    phases or damping of b and c mixes the parts, and each has the bias of a magnitude. The
    published analysis takes the means over shots with all four circuits kept.

    Args:
        braid: b, mean values of the braid's circuits.
        mirror: c, of its mirror image's.

    Example:
        >>> z, damped = 0.6 - 0.3j, 0.5j
        >>> published_average_value(damped * z, damped * z.conjugate()).round(12).item()
        (0.3+0.15j)
    """
    b, c = np.asarray(braid, dtype=complex), np.asarray(mirror, dtype=complex)
    return np.asarray((np.abs(b + c) + 1j * np.abs(b - c)) / 2)


def published_shot_value(
    survival: npt.ArrayLike, product: npt.ArrayLike, loss: npt.ArrayLike
) -> npt.NDArray[np.complex128]:
    """The published estimate from the shots themselves, for comparison: with its signs.

    With the values v of a shot's four circuits, x = E[(v_br + v_cr)² + (v_bi + v_ci)²] and
    y = E[(v_br − v_cr)² + (v_bi − v_ci)²] are 4S ± 2 Re D, and without errors 2 + 4 (Re z)² and
    2 + 4 (Im z)². Under a global depolarization of strength f = 1 − d the sum x + y = 8S falls
    by f and the difference x − y = 4 Re D by f², which undone is
    x₀ = [(2 − d) x − d y]/(2 (1 − d)²), and the same for y₀. The published inversion has + d in
    place of − d: it swaps f and f². See
    :func:`plait.mitigation.inversion.depolarizing_magnitude` for the right one.

    Args:
        survival: S; in the published analysis of shots with all four circuits kept.
        product: D = E[(v_br + i v_bi)(v_cr − i v_ci)] of the same shots, or its real part.
        loss: d, such as :func:`published_least_loss` has it.

    Returns:
        |Re z| + i |Im z|, each 0 where its square is negative.

    Raises:
        InputError: not finite, or d outside [0, 1).

    Example:
        >>> z = 0.6 - 0.3j
        >>> S, D = (1 + abs(z)**2) / 2, z**2
        >>> published_shot_value(S, D, 0.0).round(12).item()
        (0.6+0.3j)
    """
    s, d = finite_array(survival, "S"), finite_array(loss, "the loss d")
    if not ((d >= 0) & (d < 1)).all():
        raise InputError("the loss d must lie in [0, 1)")
    real = np.asarray(product).real
    x, y = 4 * s + 2 * real, 4 * s - 2 * real
    squares = (
        (((2 - d) * first + d * second) / (2 * (1 - d) ** 2) - 2) / 4
        for first, second in ((x, y), (y, x))
    )
    re, im = (np.sqrt(np.maximum(square, 0.0)) for square in squares)
    return np.asarray(re + 1j * im)


def published_least_loss(survival: npt.ArrayLike, product: npt.ArrayLike) -> Floats:
    """The published choice of d: the least at which both squares above are not negative.

    With the published signs that is 1 − d = f where f² + |Re D| f − 2S = 0, and d = 0 where f
    would exceed 1. (With the right signs f = S + √(S² − |Re D|).) One of the squares is then 0:
    the choice always makes z real or imaginary, unless d = 0.

    Raises:
        InputError: S is not finite.

    Example:
        >>> published_least_loss(0.25, 0.1).round(3).item()
        0.341
    """
    s, size = np.maximum(finite_array(survival, "S"), 0.0), np.abs(np.asarray(product).real)
    f = (np.sqrt(size**2 + 8 * s) - size) / 2
    return np.asarray(np.clip(1 - f, 0.0, np.nextafter(1.0, 0.0)))
