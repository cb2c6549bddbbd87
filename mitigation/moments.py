"""Moments of what was measured, for one experiment or for many resampled ones at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..circuits.plan import Series
from ..knots.errors import InputError
from .observations import Floats, Observations

__all__ = ["CHUNK", "Complexes", "Group", "Moments", "Units", "Weights"]

Complexes: TypeAlias = npt.NDArray[np.complex128]
Group: TypeAlias = str
"""``""``, ``"conjugate-"``, ``"reference-"`` or ``"reference-conjugate-"``: real and imaginary
part of one braid."""

Weights: TypeAlias = tuple[Floats, ...]
"""How often each unit was drawn, shape (…, units), for every sample of a :class:`Units`."""

# Shots of each kind that every series has before resampling: one that was never seen may still
# have happened.
_PRIOR = 0.5
_KINDS = np.array([[1, 1, 1], [-1, 1, 1], [0, 1, 0], [0, 0, 0]], dtype=float)
"""Value, kept and survived of all kinds of shots of one series."""
CHUNK = 4_000_000
"""Weights of resampled experiments that are in memory at a time."""


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Means over shots; all arrays have the same leading axes (…): one entry per resample.

    Attributes:
        mean: of the values, per series.
        keep: share of the shots whose bits a path allows.
        survival: share of the shots whose value is not 0.
        product: of paired shots, the mean product of the values of two series.
    """

    mean: Mapping[Series, Floats]
    keep: Mapping[Series, Floats]
    survival: Mapping[Series, Floats]
    product: Mapping[tuple[Series, Series], Floats]

    def detected(self) -> Moments:
        """The moments of the kept shots: as others have the value 0, everything over K.

        Products are over the product of both keep rates, exact where series are kept
        independently of one another.
        """
        keep = self.keep
        return Moments(
            mean={s: _over(m, keep[s]) for s, m in self.mean.items()},
            keep={s: np.ones_like(k) for s, k in keep.items()},
            survival={s: _over(m, keep[s]) for s, m in self.survival.items()},
            product={(s, r): _over(m, keep[s] * keep[r]) for (s, r), m in self.product.items()},
        )

    def amplitude(self, group: Group = "") -> Complexes:
        """T z e^{iϕ} of one braid: the mean of its real and imaginary series."""
        return self.mean[_real(group)] + 1j * self.mean[_imag(group)]

    def pair(self, one: Group, other: Group) -> Complexes:
        """The mean of (v_real + i v_imag) of one braid times the conjugate of another's."""
        a, b, c, d = _real(one), _imag(one), _real(other), _imag(other)
        found = self._product(a, c) + self._product(b, d)
        return found + 1j * (self._product(b, c) - self._product(a, d))

    def _product(self, s: Series, r: Series) -> Floats:
        try:
            return self.product[s, r] if (s, r) in self.product else self.product[r, s]
        except KeyError:
            raise InputError(
                "this needs shots of all circuits on the same path at the same time: an "
                "interleaved experiment"
            ) from None

    def mean_keep(self, groups: Sequence[Group]) -> Floats:
        """The keep rate over the series of some braids."""
        return np.asarray(np.mean([self.keep[s] for s in _series(groups)], axis=0))

    def mean_survival(self, groups: Sequence[Group]) -> Floats:
        """The survival over the series of some braids."""
        return np.asarray(np.mean([self.survival[s] for s in _series(groups)], axis=0))


def _real(group: Group) -> Series:
    return f"{group}real"  # type: ignore[return-value]


def _imag(group: Group) -> Series:
    return f"{group}imag"  # type: ignore[return-value]


def _series(groups: Sequence[Group]) -> list[Series]:
    return [part(group) for group in groups for part in (_real, _imag)]


def _over(numerator: Floats, denominator: Floats) -> Floats:
    return np.divide(
        numerator, denominator, out=np.zeros(np.shape(numerator)), where=denominator > 0
    )


_Column: TypeAlias = str | tuple[Series, Series]
"""``"values:real"`` and so on, or the product of two series."""


@dataclass(frozen=True)
class _Sample:
    """Units that are resampled together: kinds of shots, or blocks of time."""

    series: tuple[Series, ...]
    columns: tuple[_Column, ...]
    features: Floats  # (units, columns), summed over the shots of a unit
    size: Floats  # (units,): shots of a unit
    counts: Floats  # (units,): how often it was measured
    prior: Floats  # (units,): added to the counts before resampling


class Units:
    """What is resampled: the distinct shots of each series, or of all paired ones, or blocks.

    Args:
        observations: of the experiment.

    Example:
        >>> o = Observations(values={"real": np.array([1.0, 1.0, -1.0])},
        ...                  kept={"real": np.ones(3, dtype=bool)})
        >>> units = Units(o)
        >>> round(float(units.moments(units.counts).mean["real"]), 6)
        0.333333
    """

    def __init__(self, observations: Observations) -> None:
        o = observations
        if not o.shots:
            raise InputError("no shots were measured")
        if o.paired:
            self._samples = [_paired(o)]
        else:
            self._samples = [_single(o, series) for series in o.series]

    @property
    def counts(self) -> Weights:
        """The weights of the experiment as it was measured."""
        return tuple(sample.counts for sample in self._samples)

    @property
    def number(self) -> int:
        """Units that were measured, at least."""
        return int(min(sample.counts.sum() for sample in self._samples))

    def draw(self, rng: np.random.Generator, resamples: int) -> Weights:
        """Resampled experiments: as many units, drawn with replacement.

        Of independent shots, half a one of each kind is added to every series before that.
        """
        drawn = []
        for sample in self._samples:
            chance = sample.counts + sample.prior
            drawn.append(
                rng.multinomial(
                    int(sample.counts.sum()), chance / chance.sum(), size=resamples
                ).astype(float)
            )
        return tuple(drawn)

    def leave_one_out(self) -> Iterator[tuple[Weights, Floats]]:
        """Experiments without one of the units that were measured, for jackknives.

        Yields:
            The weights of some of them, and how many units of the left out kind there are.
        """
        for k, sample in enumerate(self._samples):
            units = np.flatnonzero(sample.counts)
            size = max(1, CHUNK // max(len(own) for own in self.counts))
            for first in range(0, len(units), size):
                left = units[first : first + size]
                weights = [np.tile(own, (len(left), 1)) for own in self.counts]
                weights[k][np.arange(len(left)), left] -= 1
                yield tuple(weights), sample.counts[left]

    def moments(self, weights: Weights) -> Moments:
        """The moments of the experiments with these weights."""
        mean: dict[Series, Floats] = {}
        keep: dict[Series, Floats] = {}
        survival: dict[Series, Floats] = {}
        product: dict[tuple[Series, Series], Floats] = {}
        tables = {"values": mean, "kept": keep, "survived": survival}
        for sample, own in zip(self._samples, weights, strict=True):
            total = own @ sample.size
            means = _over(own @ sample.features, np.maximum(total, 1e-300)[..., None])
            for k, column in enumerate(sample.columns):
                if isinstance(column, tuple):
                    product[column] = means[..., k]
                else:
                    table, series = column.split(":")
                    tables[table][series] = means[..., k]  # type: ignore[index]
        return Moments(mean=mean, keep=keep, survival=survival, product=product)


def _columns(series: Sequence[Series]) -> tuple[str, ...]:
    return tuple(f"{table}:{s}" for table in ("values", "kept", "survived") for s in series)


def _features(o: Observations, series: Sequence[Series]) -> Floats:
    parts = [o.values[s] for s in series]
    parts += [o.kept[s].astype(float) for s in series]
    parts += [o.alive(s) for s in series]
    return np.stack(parts, axis=1)


def _distinct(rows: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Distinct rows and their numbers; much faster than sorting whole rows."""
    code = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        _, own = np.unique(column, return_inverse=True)
        _, code = np.unique(code * (own.max() + 1) + own, return_inverse=True)
    _, first, counts = np.unique(code, return_index=True, return_counts=True)
    return rows[first], counts


def _single(o: Observations, series: Series) -> _Sample:
    features = _features(o, [series])
    return _of_shots((series,), _columns([series]), features, _KINDS)


def _of_shots(
    series: tuple[Series, ...], columns: tuple[_Column, ...], features: Floats, kinds: Floats
) -> _Sample:
    """Independent shots, and as a prior ``kinds``, in which every kind is equally often."""
    units, counts = _distinct(np.vstack([kinds, features]))
    # Those that are in both; of the others the prior has, or the experiment.
    own = (kinds[:, None, :] == units[None, :, :]).all(axis=2).sum(axis=0)
    prior = _PRIOR * len(_KINDS) / len(kinds) * own
    return _Sample(
        series, columns, units, np.ones(len(units)), (counts - own).astype(float), prior
    )


def _paired(o: Observations) -> _Sample:
    pairs = list(combinations(o.series, 2))
    own = _features(o, o.series)
    features = np.hstack([own, _products(own, len(o.series))])
    columns: tuple[_Column, ...] = (*_columns(o.series), *pairs)
    if o.blocks is None:
        kinds = _kinds_of(len(o.series))
        kinds = np.hstack([kinds, _products(kinds, len(o.series))])
        return _of_shots(o.series, columns, features, kinds)
    numbers, where = np.unique(o.blocks, return_inverse=True)
    sums = np.zeros((len(numbers), features.shape[1]))
    np.add.at(sums, where, features)
    size = np.bincount(where).astype(float)
    return _Sample(o.series, columns, sums, size, np.ones(len(size)), 0 * size)


def _products(features: Floats, series: int) -> Floats:
    """Of the values of every pair of series."""
    pairs = list(combinations(range(series), 2))
    return features[:, [s for s, _ in pairs]] * features[:, [r for _, r in pairs]]


def _kinds_of(series: int) -> Floats:
    """Paired shots in which every two series have all kinds equally often.

    An orthogonal array of strength two: the products of a vector x over the field of four
    elements, all 64 of them, with points of its projective plane (Bush 1952).
    """
    field = range(4)
    points = [(1, y, z) for y in field for z in field] + [(0, 1, z) for z in field] + [(0, 0, 1)]
    logarithm, power = {1: 0, 2: 1, 3: 2}, (1, 2, 3)

    def times(a: int, b: int) -> int:
        return power[(logarithm[a] + logarithm[b]) % 3] if a and b else 0

    rows = [
        [times(x, a) ^ times(y, b) ^ times(z, c) for a, b, c in points[:series]]
        for x in field
        for y in field
        for z in field
    ]
    kinds = _KINDS[np.array(rows)]  # rows, series, (value, kept, survived)
    return np.concatenate([kinds[..., k] for k in range(3)], axis=1)
