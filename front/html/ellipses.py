"""Elliptic regions of confidence of complex numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..knots.checks import check_level
from ..knots.errors import InputError

__all__ = ["Ellipse", "confidence_ellipse"]


@dataclass(frozen=True, kw_only=True)
class Ellipse:
    """A region of confidence.

    Attributes:
        center: its centre.
        axes: lengths of the semi-axes.
        angle: of the first axis, in radians.
    """

    center: complex
    axes: tuple[float, float]
    angle: float

    @property
    def reach(self) -> tuple[float, float]:
        """Half the width and half the height of the box around it."""
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        a, b = self.axes
        return math.hypot(a * cos, b * sin), math.hypot(a * sin, b * cos)


def confidence_ellipse(draws: npt.ArrayLike, level: float = 0.95) -> Ellipse:
    """The ellipse with the shape of the covariance of draws that holds a part ``level`` of them.

    Args:
        draws: bootstrap replicas of a complex number, three at least.
        level: part of the draws that are inside.

    Raises:
        InputError: too few draws, draws that are not finite, or a level that is not between 0
            and 1.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> draws = rng.normal(size=10_000) + 3j * rng.normal(size=10_000)
        >>> [round(length, 1) for length in confidence_ellipse(draws).axes]
        [7.3, 2.5]
    """
    check_level(level)
    try:
        values = np.asarray(draws, dtype=complex).ravel()
    except (TypeError, ValueError):
        raise InputError("draws: give an array of complex numbers") from None
    if values.size < 3 or not np.isfinite(values).all():
        raise InputError(f"draws: give three finite numbers at least, not {values.size} of any")
    center = complex(values.mean())
    parts = np.stack([values.real - center.real, values.imag - center.imag])
    variances, vectors = np.linalg.eigh(np.cov(parts))
    variances = np.maximum(variances, 0.0)
    along = vectors.T @ parts
    scaled = np.divide(
        along**2, variances[:, None], out=np.zeros_like(along), where=variances[:, None] > 0
    )
    radius = math.sqrt(float(np.quantile(scaled.sum(axis=0), level)))
    small, large = (radius * math.sqrt(float(v)) for v in variances)
    angle = math.atan2(float(vectors[1, 1]), float(vectors[0, 1]))
    return Ellipse(center=center, axes=(large, small), angle=angle)
