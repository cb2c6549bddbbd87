"""``jones``: the value of the Jones polynomial, by one of the registered methods."""

from __future__ import annotations

import time
from numbers import Real
from typing import Any

from ..knots.braids import Braid
from ..knots.conventions import Closure, check_closure
from ..knots.errors import InputError, PlaitError, ResourceError
from ..knots.inputs import BraidLike, braid
from ..knots.memory import available_bytes
from ..knots.values import JonesValue, zeta_value
from .bracket import bracket_cost, bracket_jones
from .dense import dense_cost, dense_jones
from .face import face_cost, face_jones
from .integer import exact_coefficients
from .methods import METHODS, Evaluation, Method, Request, find_method, register_method
from .resources import MAX_SECONDS

__all__ = ["jones"]

_DENSE_WORK = 3e7
_LONG = 5000
# φ^n is still a float.
_MAX_STRANDS = 1400


register_method(
    Method(
        name="face",
        summary="tensor network over the faces, contracted by cotengra",
        evaluate=lambda b, closure, request: Evaluation(
            value=face_jones(b, closure, request.memory)
        ),
        cost=lambda b, closure, _: face_cost(b, closure),
    )
)
register_method(
    Method(
        name="dense",
        summary="dense Fibonacci representation, few strands",
        evaluate=lambda b, closure, request: Evaluation(
            value=dense_jones(b, closure, request.memory)
        ),
        cost=lambda b, closure, _: dense_cost(b, closure),
    )
)
register_method(
    Method(
        name="bracket",
        summary="Kauffman bracket over planar matchings, in integers",
        evaluate=bracket_jones,
        cost=lambda b, closure, _: bracket_cost(b, closure),
    )
)


def jones(
    x: BraidLike,
    *,
    closure: str = "markov",
    method: str = "auto",
    strands: int | None = None,
    memory: float | None = None,
    seed: int | None = None,
    **options: Any,
) -> JonesValue:
    """V(t) of a link at t = exp(2πi/5).

    Args:
        x: anything that :func:`plait.braid` takes.
        closure: ``"markov"`` (trace closure) or ``"plat"`` (even number of strands; each component
            is oriented so that its strand with the lowest bottom position runs upwards).
        method: ``"auto"``, ``"face"``, ``"dense"`` or ``"bracket"``.
        strands: number of strands, where it is more than the word uses.
        memory: bytes allowed; by default half of what is free.
        seed: of everything random in the method; None for a fresh one.
        **options: the method's own options (see ``METHODS[name].options``).

    Returns:
        The value; its ``exact`` holds integers when integer arithmetic was cheap, and with
        ``method="bracket"`` always (to 300 digits).

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
    chosen = _choose(b, kind, memory) if method == "auto" else find_method(method)
    request = Request(memory=memory, seed=seed, options=chosen.complete(options))
    result = chosen.evaluate(b, kind, request)
    exact = exact_coefficients(b, kind)
    if exact is None:
        exact = result.exact
    elif not chosen.approximate:
        _compare(result.value, exact, chosen.name, b)
    return JonesValue(
        value=result.value,
        closure=kind,
        strands=b.strands,
        crossings=b.crossings,
        method=chosen.name,
        seconds=time.perf_counter() - start,
        exact=exact,
        error=result.error,
        details=result.details,
    )


def _choose(b: Braid, closure: Closure, memory: float | None) -> Method:
    """The method with the smaller predicted cost, of those that fit."""
    dense = dense_cost(b, closure)
    allowed = available_bytes() if memory is None else memory
    dense_fits = dense.memory <= allowed and dense.seconds <= MAX_SECONDS
    # A long braid on few strands is cheap for its matrices and hopeless for a path search.
    if dense_fits and (dense.flops < _DENSE_WORK or len(b) > _LONG):
        return METHODS["dense"]
    if not dense_fits:
        return METHODS["face"]
    face = face_cost(b, closure)
    face_fits = face.memory <= allowed and face.seconds <= MAX_SECONDS
    return METHODS["face" if face_fits and face.seconds < dense.seconds else "dense"]


def _compare(value: complex, exact: tuple[int, int, int, int], method: str, b: Braid) -> None:
    """Raise if a method's value is not that of the integers."""
    reference = zeta_value(exact)
    if not abs(value - reference) <= 1e-6 * max(1.0, abs(reference)):
        raise PlaitError(
            f"method {method!r} gives {value:.12g} but integer arithmetic {reference:.12g} for "
            f"{b!r}; please report this"
        )
