"""``jones``: the value of the Jones polynomial, by one of the registered methods."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real

from ..knots.braids import Braid
from ..knots.conventions import Closure, check_closure
from ..knots.errors import InputError, PlaitError, ResourceError, UnknownNameError
from ..knots.inputs import BraidLike, braid
from ..knots.memory import available_bytes
from ..knots.values import JonesValue, zeta_value
from .dense import dense_cost, dense_jones
from .face import face_cost, face_jones
from .integer import exact_coefficients
from .resources import MAX_OPERATIONS

__all__ = ["METHODS", "Method", "jones", "register_method"]

_DENSE_WORK = 3e7
_LONG = 5000
# φ^n is still a float.
_MAX_STRANDS = 1400


@dataclass(frozen=True)
class Method:
    """A way to compute V.

    Attributes:
        name: what users write in ``method=``.
        evaluate: (braid, closure, memory in bytes or None) → V.
        summary: one line for help texts.
    """

    name: str
    evaluate: Callable[[Braid, Closure, float | None], complex]
    summary: str


METHODS: dict[str, Method] = {}


def register_method(method: Method) -> None:
    """Add a method to those that ``jones(method=…)`` knows in this process.

    Raises:
        InputError: the name is taken.
    """
    if method.name in METHODS or method.name == "auto":
        raise InputError(f"there is a method {method.name!r} already; choose another name")
    METHODS[method.name] = method


register_method(
    Method("face", face_jones, "tensor network over the faces, contracted by cotengra")
)
register_method(Method("dense", dense_jones, "dense Fibonacci representation, few strands"))


def jones(
    x: BraidLike,
    *,
    closure: str = "markov",
    method: str = "auto",
    strands: int | None = None,
    memory: float | None = None,
) -> JonesValue:
    """V(t) of a link at t = exp(2πi/5).

    Args:
        x: anything that :func:`plait.braid` takes.
        closure: ``"markov"`` (trace closure) or ``"plat"`` (even number of strands; each component
            is oriented so that its strand with the lowest bottom position runs upwards).
        method: ``"auto"``, ``"face"`` or ``"dense"``.
        strands: number of strands, where it is more than the word uses.
        memory: bytes allowed; by default half of what is free.

    Returns:
        The value; its ``exact`` holds integers when integer arithmetic was cheap.

    Raises:
        InputError: unreadable input, unknown closure, plat with an odd number of strands.
        UnknownNameError: unknown knot, link or method.
        ResourceError: predicted memory or time are beyond the limits.

    Example:
        >>> v = jones("3_1")
        >>> v.exact
        (1, 2, 1, 2)
        >>> abs(jones("3_1", method="face").value - v.value) < 1e-12
        True

    Source: the representation is that of arXiv:2503.05625; see docs/explanation.md.
    """
    start = time.perf_counter()
    if memory is not None and not (isinstance(memory, Real) and memory > 0):
        raise InputError(
            f"memory={memory!r}: give a number of bytes, or None for half of what is free"
        )
    b = braid(x, strands=strands)
    kind = check_closure(closure, b.strands)
    if b.strands > _MAX_STRANDS:
        raise ResourceError(
            f"the Jones polynomial of a closed braid on {b.strands} strands can exceed the range "
            f"of floating point; at most {_MAX_STRANDS} strands are evaluated"
        )
    chosen = _choose(b, kind, memory) if method == "auto" else _named(method)
    value = chosen.evaluate(b, kind, memory)
    exact = exact_coefficients(b, kind)
    if exact is not None:
        _compare(value, exact, chosen.name, b)
    return JonesValue(
        value=value,
        closure=kind,
        strands=b.strands,
        crossings=b.crossings,
        method=chosen.name,
        seconds=time.perf_counter() - start,
        exact=exact,
    )


def _choose(b: Braid, closure: Closure, memory: float | None) -> Method:
    """The method with the smaller predicted cost, of those that fit."""
    dense = dense_cost(b, closure)
    allowed = available_bytes() if memory is None else memory
    dense_fits = dense.bytes <= allowed and dense.operations <= MAX_OPERATIONS
    # A long braid on few strands is cheap for its matrices and hopeless for a path search.
    if dense_fits and (dense.operations < _DENSE_WORK or len(b) > _LONG):
        return METHODS["dense"]
    if not dense_fits:
        return METHODS["face"]
    face = face_cost(b, closure)
    face_fits = face.bytes <= allowed and face.operations <= MAX_OPERATIONS
    return METHODS["face" if face_fits and face.operations < dense.operations else "dense"]


def _named(name: str) -> Method:
    if isinstance(name, str) and name in METHODS:
        return METHODS[name]
    near = difflib.get_close_matches(str(name), METHODS, 1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    raise UnknownNameError(
        f"unknown method {name!r}{hint}; choose one of: auto, {', '.join(METHODS)}"
    )


def _compare(value: complex, exact: tuple[int, int, int, int], method: str, b: Braid) -> None:
    """Raise if a method's value is not that of the integers."""
    reference = zeta_value(exact)
    if not abs(value - reference) <= 1e-6 * max(1.0, abs(reference)):
        raise PlaitError(
            f"method {method!r} gives {value:.12g} but integer arithmetic {reference:.12g} for "
            f"{b!r}; please report this"
        )
