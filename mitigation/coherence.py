"""Path coherence: how much of E_s|z_s|² is |E_s z_s|².

What is wanted of a braid is z = E_s z_s with z_s = ⟨s|U|s⟩. The survival of echo circuits tells
E_s|z_s|² instead, which is larger where z_s depends on the path s. Their ratio is the path
coherence

    r² = |E_s z_s|² / E_s|z_s|² ≤ 1.

It can be measured in the same shots, whatever the damping T is: two shots on different paths have
E[v v'] = T² (E_s z_s)², and two on the same path T² E_s[z_s²], for the real and the imaginary part
each; T cancels in the ratio. A phase that drifts takes the same part of both, so it costs only
signal. Paths must be drawn more than once: n shots have about n²/(2 · number of paths) pairs on
one path, where there are about φⁿ paths on n strands; so this is for few strands, or for
experiments that repeat each path.

Source: derived here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from ..knots.conventions import PHI
from ..knots.errors import InputError

__all__ = ["PathCoherence", "path_coherence"]

Floats: TypeAlias = npt.NDArray[np.float64]

_ENTRIES = 4_000_000  # of weights × shots at a time


class PathCoherence(NamedTuple):
    """The path coherence, estimated.

    Attributes:
        value: the estimate of r², in [0, 1]; 1 where no path was drawn twice.
        error: its relative standard error by the noise of the shots; infinite where no path was
            drawn twice.
    """

    value: Floats
    error: Floats


def path_coherence(
    parts: Sequence[tuple[npt.ArrayLike, npt.ArrayLike]],
    weights: Sequence[npt.ArrayLike] | None = None,
) -> PathCoherence:
    """The path coherence r² from the values of shots and their paths, in a Markov closure.

    For each part (real, imaginary) with values v_i on paths s_i of weights w_i

        numerator:   Σ_{i≠j} w_i w_j v_i v_j / Σ_{i≠j} w_i w_j,
        denominator: the same over pairs on equal paths, each divided by P(s),

    summed over the parts. The division makes up for likely paths being drawn together more often,
    so that both are unbiased, of T² |E_s z_s|² and T² E_s|z_s|².

    Args:
        parts: (values, paths) of the series, such as those of ``"real"`` and ``"imag"`` (of the
            braid and of its mirror image, if both are there): shapes (shots,) and (shots, n+1).
        weights: of the shots per part, shape (…, shots); leading axes are resamples.

    Raises:
        InputError: shapes that do not fit.

    Example:
        >>> paths = [[0, 1, 1]] * 4 + [[0, 1, 0]] * 4
        >>> one = ([1, 1, 1, 1, 1, 1, 1, 1], paths)  # the same on both paths
        >>> path_coherence([one]).value.item()
        1.0
        >>> other = ([1, 1, 1, 1, 0, 0, 0, 0], paths)
        >>> path_coherence([other]).value.round(2).item()
        0.56
    """
    given = [None] * len(parts) if weights is None else list(weights)
    if not parts or len(given) != len(parts):
        raise InputError(f"{len(given)} weights for {len(parts)} parts; give one for each part")
    across: Floats = np.zeros(())
    along: Floats = np.zeros(())
    noise: Floats = np.zeros(())
    for (values, paths), own in zip(parts, given, strict=True):
        found = _pairs(*_sorted(values, paths, own))
        across, along, noise = across + found[0], along + found[1], noise + found[2]
    some = (along > 0) & np.isfinite(noise)
    ratio = np.divide(across, along, out=np.ones(along.shape), where=some)
    error = np.divide(np.sqrt(noise), along, out=np.full(along.shape, np.inf), where=some)
    return PathCoherence(np.clip(ratio, 0.0, 1.0), error)


def _sorted(
    values: npt.ArrayLike, paths: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[Floats, npt.NDArray[np.intp], Floats, Floats]:
    """Values in order of paths, where each path begins, 1/P of each up to a factor, weights."""
    v, s = np.asarray(values, dtype=float), np.asarray(paths, dtype=np.uint8)
    w = np.ones(v.shape) if weights is None else np.asarray(weights, dtype=float)
    if v.ndim != 1 or s.ndim != 2 or s.shape[0] != len(v) or not len(v):
        raise InputError(
            f"values of shape {v.shape} and paths of shape {s.shape}: give one path to each value"
        )
    if w.shape[-1:] != v.shape:
        raise InputError(f"weights of shape {w.shape} do not fit {len(v)} shots")
    order = np.lexsort(s.T)
    first = np.ones(len(v), dtype=bool)
    first[1:] = (s[order][1:] != s[order][:-1]).any(axis=1)
    starts = np.flatnonzero(first)
    rarity = np.where(s[order][starts, -1] == 1, 1 / PHI, 1.0)
    return v[order], starts, rarity, w[..., order]


def _pairs(
    v: Floats, starts: npt.NDArray[np.intp], rarity: Floats, w: Floats
) -> tuple[Floats, Floats, Floats]:
    """Mean products over all pairs, over pairs on one path, and the variance of the latter."""
    rows = w.reshape(-1, len(v))
    step = max(1, _ENTRIES // len(v))
    found = [_of_rows(v, starts, rarity, rows[k : k + step]) for k in range(0, len(rows), step)]
    return tuple(np.concatenate(x).reshape(w.shape[:-1]) for x in zip(*found, strict=True))  # type: ignore[return-value]


def _of_rows(
    v: Floats, starts: npt.NDArray[np.intp], rarity: Floats, w: Floats
) -> tuple[Floats, Floats, Floats]:
    def per_path(x: Floats) -> Floats:
        return np.asarray(np.add.reduceat(x, starts, axis=-1))

    number, numbers = per_path(w), per_path(w**2)
    total, squares = per_path(w * v), per_path((w * v) ** 2)
    pairs = number**2 - numbers
    count = pairs @ rarity
    everywhere = number.sum(axis=-1) ** 2 - numbers.sum(axis=-1)
    across = total.sum(axis=-1) ** 2 - squares.sum(axis=-1)
    along = (total**2 - squares) @ rarity
    # Ordered pairs come twice, and products of two independent values have the variance E[v²]².
    spread = squares.sum(axis=-1) / np.maximum(numbers.sum(axis=-1), 1e-300)
    noise = 2 * (pairs @ rarity**2) * spread**2
    some = (count > 1e-9) & (everywhere > 0)
    n, all_ = np.where(some, count, 1.0), np.where(some, everywhere, 1.0)
    return (
        np.where(some, across / all_, 0.0),
        np.where(some, along / n, 0.0),
        np.where(some, noise / n**2, np.inf),
    )
