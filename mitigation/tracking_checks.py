"""What :mod:`.tracking` checks of what it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from ..knots.checks import check_size
from ..knots.errors import InputError
from .observations import Floats
from .tracking_model import Channel, Integers

__all__ = [
    "Codes",
    "angle",
    "check_channels",
    "codes_of",
    "default_blocks",
    "labels_of",
    "numbers",
]

Codes: TypeAlias = npt.NDArray[np.int8]

_MOST_SHOTS: Final = 1_000_000
_LEAST_UNITS: Final = 20


def check_channels(channels: Sequence[Channel], codes: Codes, fit_delta: bool) -> str:
    """The group that is wanted; arg z, and δ if fitted, must differ from a change of φ."""
    turning = {c.group for c in channels if c.turn}
    if len(turning) != 1 or turning & {c.group for c in channels if not c.turn}:
        raise InputError(
            f"channels with turn 1 or -1, of the wanted value, are those of one group; they are "
            f"of: {', '.join(sorted(turning)) or 'none'}"
        )
    own = [c for c, alive in zip(channels, (codes != 0).any(axis=0), strict=True) if alive]
    columns = [[1.0, c.turn, *([c.skew] if fit_delta else [])] for c in own]
    if not own:
        raise InputError("no outcome is +1 or -1: nothing to track; take more shots")
    if np.linalg.matrix_rank(np.array(columns)) < len(columns[0]):
        raise InputError(
            "the channels cannot tell arg z"
            + (" and delta" if fit_delta else "")
            + " from the phase: add the mirror image, or a braid of known value"
            + (" with its mirror image" if fit_delta else "")
        )
    return turning.pop()


def codes_of(values: npt.ArrayLike, channels: Sequence[Channel]) -> Codes:
    """0, 1, 2 for the outcomes 0, +1, −1."""
    if not isinstance(channels, Sequence):
        raise InputError(f"channels={channels!r}: give a sequence; see phase_channels")
    for channel in channels:
        if not isinstance(channel, Channel):
            raise InputError(f"{channel!r} is no channel; see phase_channels")
    v = numbers(values, "values")
    if v.ndim != 2 or v.shape[1] != len(channels) or not len(v):
        raise InputError(
            f"values of shape {v.shape}: give (shots, {len(channels)}), a column per channel"
        )
    check_size(len(v), "shots", most=_MOST_SHOTS)
    if not (good := np.isin(v, (-1.0, 0.0, 1.0))).all():
        raise InputError(
            f"values hold {v[~good][0]!r}: give outcomes +1, -1 or 0, without readout correction"
        )
    return np.where(v < 0, 2, v).astype(np.int8)


def labels_of(given: npt.ArrayLike | None, shots: int, name: str) -> tuple[Integers, Integers]:
    """Numbers from 0 in the order of the labels, and the labels."""
    labels = np.zeros(shots, dtype=np.int64) if given is None else np.asarray(given)
    if labels.shape != (shots,) or labels.dtype.kind not in "iu":
        raise InputError(
            f"{name} of shape {labels.shape} and type {labels.dtype}: give an integer for each of "
            f"the {shots} shots"
        )
    names, numbers = np.unique(labels, return_inverse=True)
    return numbers.astype(np.int64), names.astype(np.int64)


def default_blocks(stretches: Integers) -> Integers:
    """The stretches, or where they are few, about twenty parts of them."""
    pieces = -(-_LEAST_UNITS // (int(stretches.max()) + 1))
    found = stretches * pieces
    for number in range(int(stretches.max()) + 1 if pieces > 1 else 0):
        rows = np.flatnonzero(stretches == number)
        found[rows] += np.arange(len(rows)) * pieces // len(rows)
    return found


def numbers(given: Any, name: str) -> Floats:
    """An array of finite numbers."""
    try:
        if np.iscomplexobj(given):
            raise TypeError
        found = np.asarray(given, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{name}: give an array of numbers") from None
    if not np.isfinite(found).all():
        raise InputError(f"{name} hold {found[~np.isfinite(found)][0]}: give finite numbers")
    return found


def angle(value: object, name: str) -> float:
    """A finite number."""
    found = numbers(value, name)
    if found.ndim:
        raise InputError(f"{name}={value!r}: give one angle, in radians")
    return float(found)
