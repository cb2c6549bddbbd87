"""Exact ways to V: every registered method, other arithmetic, and other pictures of the link.

**Rounding.** With V = (−A)^(−3w) φ^(n−1) z, z is a mean of matrix elements of a product of m
unitary gates, so |z| ≤ 1 and a computation in double precision changes z by a few ε (m + n),
ε = 2.2e-16, at worst; V by φ^(n−1) times that. Tolerances are 16 ε (m + n) φ^(n−1) for m crossings
on n strands (φ^(n/2−1) for a plat closure). The errors that were measured against integers, on
random braids from 4 strands and 20 crossings to 20 strands and 190 crossings, are below one
sixteenth of that for every method of plait. A method that states more rounding than double
precision needs (``Evaluation.rounding`` above its default, as for single precision) gets what it
states; one with an ``error`` that bounds what it cut off has that added. Integers are exact, and
the complex number that they make is to 4 ε |V|.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final, Literal, TypeAlias

from ..knots.braids import Braid
from ..knots.conventions import Closure
from ..knots.errors import InputError, ResourceError
from ..knots.fibonacci import path_count
from ..knots.memory import available_bytes
from ..knots.tables import is_name, lookup
from ..knots.values import times_zeta, zeta_value
from ..tensornet.bracket import bracket_cost, polynomial
from ..tensornet.facevalue import face_cost
from ..tensornet.integer import exact_coefficients
from ..tensornet.methods import METHODS, Evaluation, Method, Request
from ..tensornet.resources import Cost, size_text
from ..tensornet.smaller import smaller
from .verification_noise import Noise
from .verification_subjects import Subject
from .verification_tables import tabled_polynomial

__all__ = [
    "EPSILON",
    "UNSEEN",
    "Kind",
    "Limits",
    "Measured",
    "Way",
    "exact_ways",
    "rounding",
]

Kind: TypeAlias = Literal["exact", "sampled", "circuits", "noisy"]
"""What a way is: an exact computation; one whose error is statistical; noiseless circuits, which
are compared path by path; or shots with noise."""

EPSILON: Final = 2.0**-52
_ROUNDINGS = 16
_DEFAULT_ROUNDING = Evaluation(value=0j).rounding
_SAMPLES = 2000
# What a sample can have missed: an event of probability q/m is unseen in m draws with probability
# e^(−q), here 1e-6, and changes a mean of numbers of size 1 by 2 q/m.
UNSEEN: Final = 28.0
_EVALUATORS = ("face", "dense", "bracket")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one way may take.

    Attributes:
        memory: bytes; None for half of what is free.
        seconds: predicted wall time.
        seed: of everything random in the ways.
    """

    memory: float | None = None
    seconds: float = 10.0
    seed: int = 0

    def check(self, cost: Cost) -> None:
        """Refuse what does not fit.

        Raises:
            ResourceError: predicted memory or time are beyond the limits.

        Example:
            >>> Limits(memory=1e6).check(Cost(1e12, 3e12, 1.0))
            Traceback (most recent call last):
            plait.knots.errors.ResourceError: does not fit: needs 3 TB of memory, 1 MB allowed
        """
        allowed = available_bytes() if self.memory is None else self.memory
        if cost.memory > allowed:
            raise ResourceError(
                f"does not fit: needs {size_text(cost.memory)} of memory, {size_text(allowed)} "
                f"allowed"
            )
        if cost.seconds > self.seconds:
            raise ResourceError(
                f"does not fit: takes about {_duration(cost.seconds)}, "
                f"{_duration(self.seconds)} allowed"
            )

    def fits(self, cost: Cost) -> bool:
        """Whether :meth:`check` lets it pass."""
        try:
            self.check(cost)
        except ResourceError:
            return False
        return True


def _duration(seconds: float) -> str:
    for unit, size in (("years", 31_557_600), ("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= size:
            return f"{seconds / size:.2g} {unit}"
    return f"{seconds:.2g} s"


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a way gives.

    Attributes:
        value: V; None where a way compares by itself, see ``deviation``.
        exact: the four integers of V, where the way works with integers.
        tolerance: how far V can be off without a defect: rounding, and what was cut off.
        sigma: standard errors of the real and the imaginary part of V, of a sample.
        deviation: the largest difference that the way has found by itself.
        noise: what else is known of a noisy estimate; ``tolerance`` is not used then.
        approximate: more than rounding is in the tolerance.
        reason: what a reader should know.
    """

    value: complex | None = None
    exact: tuple[int, int, int, int] | None = None
    tolerance: float = 0.0
    sigma: tuple[float, float] | None = None
    deviation: float | None = None
    noise: Noise | None = None
    approximate: bool = False
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way to V that has not run yet.

    Attributes:
        name: as the table shows it.
        run: computes.
        kind: see :data:`Kind`.
        cost: predicts the cost; None where ``run`` refuses by itself what is too large, by a
            ``ResourceError``.
    """

    name: str
    run: Callable[[], Measured]
    kind: Kind = "exact"
    cost: Callable[[], Cost] | None = field(default=None)


def rounding(subject: Subject, size: int | None = None) -> float:
    """How far double precision can be off, see the module.

    Args:
        subject: the link.
        size: crossings plus strands, where they are not the subject's.

    Example:
        >>> from plait.verify.verification_subjects import read_subject
        >>> rounding(read_subject("3_1")) < 1e-13
        True
    """
    return _ROUNDINGS * EPSILON * (subject.size if size is None else size) * subject.scale


def exact_ways(subject: Subject, limits: Limits) -> Iterator[Way]:
    """All of them, in the order of the table."""
    for method in list(METHODS.values()):
        yield _registered(method, subject, limits)
    yield Way(name="face, integers", run=lambda: _face_integers(subject, limits))
    yield Way(name="dense, integers", run=lambda: _dense_integers(subject))
    yield Way(
        name="polynomial",
        run=lambda: _polynomial(subject, limits),
        cost=lambda: _polynomial_cost(subject),
    )
    yield Way(name="minimised word", run=lambda: _minimised(subject, limits))
    yield Way(name="mirror image", run=lambda: _mirrored(subject, limits))
    if subject.closure == "markov":
        yield Way(name="conjugated word", run=lambda: _conjugated(subject, limits))
    if _is_tabled(subject):
        yield Way(name="KnotInfo", run=lambda: _tabled(subject))


def _registered(method: Method, subject: Subject, limits: Limits) -> Way:
    """A method of the registry, on the diagram where it takes one."""
    # Not before it runs: they depend on the cost that the method predicts, which may break.
    options = cache(lambda: _options(method, subject, limits))

    def run() -> Measured:
        request = Request(memory=limits.memory, seed=limits.seed, options=options())
        if subject.diagram is not None and method.evaluate_diagram is not None:
            return _measured(subject, method.evaluate_diagram(subject.diagram, request))
        found = method.evaluate(subject.braid, subject.closure, request)
        return _measured(subject, found)

    predict = method.cost
    if predict is None:
        return Way(name=method.name, run=run)

    def cost() -> Cost:
        if method.name == "face":
            # It cuts itself into slices that fit in memory.
            found = face_cost(subject.diagram or subject.braid, subject.closure, method.options)
            return found._replace(memory=0)
        return predict(subject.braid, subject.closure, options())

    return Way(name=method.name, run=run, cost=cost)


def _options(method: Method, subject: Subject, limits: Limits) -> dict[str, object]:
    """The options of a method; an approximate one becomes as exact as fits."""
    options = dict(method.options)
    if "max_hours" in options:
        options["max_hours"] = limits.seconds / 3600
    if "samples" in options:
        options["samples"] = _SAMPLES
    if "bond_dimension" in options and method.cost is not None:
        exact = 2 * path_count(min(subject.braid.strands, 20))
        for dimension in (exact, 1024, 512, 256, 128):
            wider = options | {"bond_dimension": dimension}
            if limits.fits(method.cost(subject.braid, subject.closure, wider)):
                return wider
    return options


def _measured(subject: Subject, found: Evaluation) -> Measured:
    """The result of a method, with the tolerance that it deserves."""
    stated = found.rounding if found.rounding > _DEFAULT_ROUNDING else 0.0
    discarded = float(found.details.get("discarded_weight", 0.0))
    tolerance = rounding(subject) if found.exact is None else 4 * EPSILON * abs(found.value)
    tolerance += stated * max(1.0, abs(found.value))
    # Every cut takes away a norm; the sum of so many of them is at most this.
    tolerance += subject.scale * math.sqrt(2 * subject.size * discarded)
    measured = Measured(
        value=subject.oriented(found.value),
        exact=subject.oriented_exactly(found.exact),
        tolerance=tolerance,
    )
    if found.error is None:
        return measured
    samples = found.details.get("samples")
    if samples is None:
        if found.error >= subject.scale:
            raise ResourceError(
                f"does not fit: the bound on what is cut off, {found.error:.2g}, says nothing, as "
                f"|V| is at most {subject.scale:.2g}"
            )
        return replace(
            measured,
            tolerance=tolerance + found.error,
            approximate=True,
            reason=f"cut off: error at most {found.error:.2g}",
        )
    return replace(
        measured,
        tolerance=tolerance + UNSEEN * subject.scale / float(samples),
        sigma=(found.error, found.error),
        approximate=True,
        reason=f"{samples} samples",
    )


def _of_integers(exact: tuple[int, int, int, int]) -> Measured:
    value = zeta_value(exact)
    return Measured(value=value, exact=exact, tolerance=4 * EPSILON * abs(value))


def _face_integers(subject: Subject, limits: Limits) -> Measured:
    face = METHODS["face"]
    request = Request(
        memory=limits.memory,
        seed=limits.seed + 1,  # not the plan of the method face
        exact=True,
        options=_options(face, subject, limits),
    )
    if subject.diagram is not None and face.evaluate_diagram is not None:
        found = face.evaluate_diagram(subject.diagram, request)
    else:
        found = face.evaluate(subject.braid, subject.closure, request)
    if found.exact is None:
        raise InputError("the method gives no integers")
    return _of_integers(times_zeta(found.exact, subject.power))


def _dense_integers(subject: Subject) -> Measured:
    found = exact_coefficients(subject.braid, subject.closure)
    if found is None:
        raise ResourceError("does not fit: the matrices or their integers are too large")
    return _of_integers(times_zeta(found, subject.power))


def _polynomial(subject: Subject, limits: Limits) -> Measured:
    closure = "markov" if subject.given is not subject.braid else subject.closure
    found = polynomial(subject.given, closure=closure, memory=limits.memory)
    return _of_integers(found.at_fifth_root().exact)


def _polynomial_cost(subject: Subject) -> Cost:
    """That of the bracket at the fifth root; integers are longer, by a fifth of the crossings."""
    longer = max(1.0, len(subject.braid) / 5)
    flops, memory, seconds = bracket_cost(subject.braid, subject.closure)
    return Cost(flops * longer, memory * longer, seconds * longer)


def _evaluated(braid: Braid, closure: Closure, limits: Limits) -> tuple[Evaluation, str]:
    """V of another braid by the first method that fits, and the name of the method."""
    for name in _EVALUATORS:
        method = METHODS[name]
        if method.cost is None or not limits.fits(method.cost(braid, closure, method.options)):
            continue
        request = Request(memory=limits.memory, seed=limits.seed + 2, options=method.options)
        return method.evaluate(braid, closure, request), name
    raise ResourceError(f"does not fit: none of {', '.join(_EVALUATORS)} does")


def _minimised(subject: Subject, limits: Limits) -> Measured:
    given = subject.braid if subject.diagram is None else subject.diagram
    small = smaller(given, subject.closure, "low", limits.seed)
    found, name = _evaluated(small.braid, "markov", limits)
    # Free circles are in the factor.
    value = subject.oriented(found.value * small.factor)
    reason = f"{name} on {small.braid.strands} strands, {len(small.braid)} crossings"
    return Measured(value=value, tolerance=rounding(subject), reason=reason)


def _mirrored(subject: Subject, limits: Limits) -> Measured:
    found, name = _evaluated(subject.braid.mirror(), subject.closure, limits)
    value = subject.oriented(found.value.conjugate())
    return Measured(value=value, tolerance=rounding(subject), reason=f"conjugate, by {name}")


def _conjugated(subject: Subject, limits: Limits) -> Measured:
    word, n = subject.braid.word, subject.braid.strands
    half = len(word) // 2
    rotated = Braid(word[half:] + word[:half], n)
    turned = rotated.conjugate([n // 2]) if n > 1 else rotated
    found, name = _evaluated(turned, subject.closure, limits)
    return Measured(
        value=subject.oriented(found.value),
        tolerance=rounding(subject, subject.size + 2),
        reason=f"by {name}",
    )


def _is_tabled(subject: Subject) -> bool:
    """Whether the name is one of a table, and the link the one of that name."""
    if subject.closure != "markov" or subject.diagram is not None or not is_name(subject.name):
        return False
    return Braid(*lookup(subject.name)) == subject.braid and not subject.reverse


def _tabled(subject: Subject) -> Measured:
    return _of_integers(tabled_polynomial(subject.name).at_fifth_root().exact)
