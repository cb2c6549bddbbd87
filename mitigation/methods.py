"""Mitigation methods: a registry, and the rule by which they combine.

An estimate of z = E_s⟨s|U|s⟩ has two steps: from the counts of each series to the mean value of
its shots, and from these means to z. A method replaces one of the steps. A list of methods is an
estimator; two methods that replace the same step cannot be combined.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..circuits.plan import SERIES, Series
from ..knots.errors import InputError, UnknownNameError
from .tallies import MINUS, PLUS, REJECTED, Tallies

__all__ = ["METHODS", "Estimator", "Method", "estimator", "register_method"]

Means: TypeAlias = Mapping[Series, npt.NDArray[np.float64]]
MeanStep = Callable[[npt.NDArray[np.int64]], npt.NDArray[np.float64]]
CombineStep = Callable[[Means], npt.NDArray[np.complex128]]


@dataclass(frozen=True, kw_only=True)
class Method:
    """A mitigation method.

    Attributes:
        name: what users write.
        summary: one line for help texts.
        assumes: what must hold for the estimate to be right.
        source: where it comes from.
        series: the series of circuits that it needs, besides ``real`` and ``imag``.
        mean: counts (..., 4) of one series → mean values (...), or None to leave that step. The
            columns are the shots of value +1, −1, 0, and those whose bits no path allows.
        combine: mean values per series → z, or None to leave that step.
    """

    name: str
    summary: str
    assumes: str
    source: str
    series: tuple[Series, ...] = ()
    mean: MeanStep | None = None
    combine: CombineStep | None = None


METHODS: dict[str, Method] = {}


def register_method(method: Method) -> None:
    """Add a method to those that ``mitigation=…`` knows in this process.

    Raises:
        InputError: the name is taken or has a comma in it, or a series does not exist.
    """
    if method.name in METHODS or method.name == "none":
        raise InputError(f"there is a mitigation {method.name!r} already; choose another name")
    if not method.name or "," in method.name or method.name != method.name.strip():
        raise InputError(f"mitigation name {method.name!r}: use a word without commas")
    if unknown := set(method.series) - set(SERIES):
        raise InputError(f"unknown series {sorted(unknown)}; choose from: {', '.join(SERIES)}")
    METHODS[method.name] = method


def plain_mean(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Mean value over all shots, rejected ones counted as 0."""
    return _ratio(counts[..., PLUS] - counts[..., MINUS], counts.sum(axis=-1))


def detected_mean(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Mean value over the shots whose bits can come from a path."""
    kept = counts.sum(axis=-1) - counts[..., REJECTED]
    return _ratio(counts[..., PLUS] - counts[..., MINUS], kept)


def _ratio(
    numerator: npt.NDArray[np.int64], denominator: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    return np.divide(
        numerator, denominator, out=np.zeros(np.shape(numerator)), where=denominator > 0
    )


def plain_combine(means: Means) -> npt.NDArray[np.complex128]:
    """Z from the circuits of the braid alone."""
    return np.asarray(means["real"] + 1j * means["imag"], dtype=complex)


def conjugate_combine(means: Means) -> npt.NDArray[np.complex128]:
    """Z = ±√(b · conj(c)) from the means b of the braid and c of its mirror image.

    A phase e^{iϕ} common to both circuits (a collective field, say) leaves b = T z e^{iϕ} and
    c = T conj(z) e^{iϕ}, so b · conj(c) = T² z² has lost it; the relative sign of Re z and Im z
    comes from the imaginary part of the product. The overall sign, which the product cannot
    tell, is the one nearer to b + conj(c), right for |ϕ| < 90°.
    """
    b = means["real"] + 1j * means["imag"]
    c = means["conjugate-real"] + 1j * means["conjugate-imag"]
    root = np.sqrt(b * np.conj(c))
    nearer = (root * np.conj(b + np.conj(c))).real >= 0
    return np.asarray(np.where(nearer, root, -root), dtype=complex)


register_method(
    Method(
        name="detection",
        summary="Fibonacci error detection: drop shots whose bits no path allows",
        assumes="errors that detection misses do not bias the kept shots",
        source="arXiv:2503.05625; dropping only rescales, as every dropped shot has value 0",
        mean=detected_mean,
    )
)
register_method(
    Method(
        name="conjugate",
        summary="conjugate pair: also run the mirror image, which cancels a common phase",
        assumes="the same phase and damping on both circuits, and a phase below 90°",
        source="arXiv:2503.05625, with the relative sign taken from b · conj(c)",
        series=("conjugate-real", "conjugate-imag"),
        combine=conjugate_combine,
    )
)


@dataclass(frozen=True)
class Estimator:
    """A list of methods, ready to use.

    Attributes:
        methods: in the order given.
    """

    methods: tuple[Method, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the methods."""
        return tuple(method.name for method in self.methods)

    @property
    def series(self) -> tuple[Series, ...]:
        """The series of circuits that must be measured."""
        needed = {"real", "imag", *(s for method in self.methods for s in method.series)}
        return tuple(s for s in SERIES if s in needed)

    def __call__(self, tallies: Tallies) -> npt.NDArray[np.complex128]:
        """Z from counts; leading axes of the counts are kept.

        Raises:
            InputError: a series that a method needs was not measured.
        """
        if missing := [s for s in self.series if s not in tallies]:
            raise InputError(
                f"mitigation {','.join(self.names) or 'none'} needs shots of the series "
                f"{', '.join(missing)}, which were not measured"
            )
        mean = next((m.mean for m in self.methods if m.mean), plain_mean)
        combine = next((m.combine for m in self.methods if m.combine), plain_combine)
        return combine({s: mean(tallies[s]) for s in self.series})


def estimator(mitigation: str | Iterable[str] | None) -> Estimator:
    """The estimator of a list of methods.

    Args:
        mitigation: names, as a sequence or as text with commas; ``"none"``, ``""`` or None for
            the plain mean.

    Raises:
        UnknownNameError: no such method; the message lists those there are.
        InputError: two methods that exclude each other, or one named twice.

    Example:
        >>> estimator("detection,conjugate").names
        ('detection', 'conjugate')
        >>> estimator("none").series
        ('real', 'imag')
    """
    if mitigation is None:
        mitigation = ()
    if not isinstance(mitigation, Iterable):
        raise InputError(
            f"mitigation={mitigation!r}: give names, as text with commas or as a list"
        )
    names = mitigation.split(",") if isinstance(mitigation, str) else list(mitigation)
    names = [name for name in (str(name).strip() for name in names) if name and name != "none"]
    for name in names:
        if name not in METHODS:
            near = difflib.get_close_matches(name, METHODS, 1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise UnknownNameError(
                f"unknown mitigation {name!r}{hint}; choose from: none, {', '.join(METHODS)}"
            )
    if len(set(names)) < len(names):
        raise InputError(f"mitigation {','.join(names)} names a method twice")
    methods = tuple(METHODS[name] for name in names)
    for step in ("mean", "combine"):
        same = [m.name for m in methods if getattr(m, step)]
        if len(same) > 1:
            raise InputError(f"the mitigation methods {' and '.join(same)} exclude each other")
    return Estimator(methods)
