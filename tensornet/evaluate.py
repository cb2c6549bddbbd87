"""``jones``: the value of the Jones polynomial, by one of the registered methods."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..knots.braids import Braid
from ..knots.closed import ClosedBraid
from ..knots.closures import closure_writhe
from ..knots.conventions import Closure, check_closure, zeta_power
from ..knots.diagrams import PlanarDiagram
from ..knots.errors import InputError, PlaitError, ResourceError
from ..knots.inputs import BraidLike, link
from ..knots.interrupts import interruptible
from ..knots.memory import available_bytes
from ..knots.values import JonesValue, times_zeta, zeta_value
from .bracket import BRACKET
from .dense import DENSE, dense_cost
from .facevalue import FACE, face_cost, integers_cost
from .integer import exact_coefficients
from .methods import METHODS, Evaluation, Method, Request, find_method, register_method
from .mpo import MPO
from .projected import PROJECTED
from .resources import MAX_SECONDS, Cost, parse_memory
from .smaller import of_original, smaller
from .statevector import STATEVECTOR

if TYPE_CHECKING:
    from .contraction import Monitor
    from .plan import ContractionPlan

__all__ = ["cost", "jones", "rank_by_contraction"]

_DENSE_WORK = 3e7
_SMALL_DIAGRAM = 60  # crossings up to which a diagram may be made a braid
_LONG = 5000
_SEARCH = 5e-5
# φ^n is still a float.
_MAX_STRANDS = 1400

for _method in (FACE, DENSE, BRACKET, MPO, STATEVECTOR, PROJECTED):
    register_method(_method)


@interruptible()
def jones(
    x: BraidLike | PlanarDiagram | ClosedBraid,
    *,
    closure: str = "markov",
    method: str = "auto",
    strands: int | None = None,
    memory: float | str | None = None,
    exact: bool = False,
    seed: int | None = None,
    plan: ContractionPlan | None = None,
    scheduler: str | None = None,
    folder: str | Path | None = None,
    monitor: Monitor | None = None,
    minimize: str | float | None = None,
    **options: Any,
) -> JonesValue:
    """V(t) of a link at t = exp(2πi/5).

    Args:
        x: anything that :func:`plait.braid` takes, a :class:`plait.PlanarDiagram`, or a
            :class:`plait.knots.closed.ClosedBraid`, which says itself how it is closed.
        closure: ``"markov"`` (trace closure) or ``"plat"`` (even number of strands; each component
            is oriented so that its strand with the lowest bottom position runs upwards).
        method: ``"auto"`` (``"face"`` or ``"dense"``, whichever should be faster), or one of
            ``METHODS``; ``"bracket"``, ``"mpo"``, ``"statevector"`` and ``"tn-proj"`` are there to
            compare with.
        strands: number of strands, where it is more than the word uses.
        memory: bytes allowed, as a number or as text such as ``"8GB"``; by default half of what
            is free.
        exact: compute the four integers of ``exact`` at any size, without rounding.
        seed: of everything random in the method; None for a fresh one. Exact methods use it for
            the search of a plan only, where None is 0.
        plan: of the method ``face``, from :func:`plait.tensornet.plan_contraction`.
        scheduler: address of a Dask scheduler, or ``"local"``: slices of the method ``face`` run
            on its workers.
        folder: for the plan and the partial sums of the method ``face``; a later call with the
            same folder goes on from there. By default a folder in the user's cache, deleted in the
            end.
        monitor: hears of the progress of the method ``face``.
        minimize: an effort, as of :meth:`plait.Braid.minimize`, with which the braid is made small
            first; the value is that of the braid given. ``"low"`` is worth it where the evaluation
            takes more than a second. The seed is that of the search, too.
        **options: the method's own options (see ``METHODS[name].options``).

    Returns:
        The value; its ``exact`` holds integers when asked for, and where they are cheap.

    Raises:
        InputError: unreadable input, unknown closure, plat with an odd number of strands, or an
            argument that the method does not have.
        UnknownNameError: unknown knot, link or method.
        ResourceError: predicted memory or time are beyond the limits.

    Example:
        >>> v = jones("3_1")
        >>> v.exact
        (1, 2, 1, 2)
        >>> abs(jones("3_1", method="face").value - v.value) < 1e-12
        True
        >>> jones([1, -2, 3, -4] * 12, exact=True).exact
        (1466475774, 0, 906331871, 906331871)

    Source: the representation is that of arXiv:2503.05625; see docs/explanation.md.
    """
    start = time.perf_counter()
    given, kind = _read(x, closure, strands)
    if minimize is not None:
        small = smaller(given, kind, minimize, 0 if seed is None else seed)
        value = jones(
            small.braid,
            method=method,
            memory=memory,
            exact=exact,
            seed=seed,
            plan=plan,
            scheduler=scheduler,
            folder=folder,
            monitor=monitor,
            **options,
        )
        return of_original(value, small, given, kind, _orientation_power(x), start)
    allowed = parse_memory(memory)
    _check_arguments(seed, plan, scheduler, folder)
    needs_face = exact or plan is not None or scheduler is not None or folder is not None
    target = given
    if method == "auto" and not needs_face and isinstance(given, PlanarDiagram):
        target = _as_braid_where_easy(given)
    chosen = (
        _choose(target, kind, allowed, needs_face) if method == "auto" else find_method(method)
    )
    if chosen.name != "face" and not (plan is None and scheduler is None and folder is None):
        raise InputError(
            f"plan, scheduler and folder are for the method 'face', not for {chosen.name!r}"
        )
    request = Request(
        memory=allowed,
        seed=seed,
        exact=exact,
        plan=plan,
        scheduler=scheduler,
        folder=None if folder is None else Path(folder),
        monitor=monitor,
        options=chosen.complete(options),
    )
    if isinstance(target, PlanarDiagram):
        if chosen.evaluate_diagram is None:
            able = [m.name for m in METHODS.values() if m.evaluate_diagram is not None]
            raise InputError(
                f"method {chosen.name!r} needs a braid; for a planar diagram choose one of: "
                f"{', '.join(able)}"
            )
        result = chosen.evaluate_diagram(target, request)
    else:
        result = chosen.evaluate(target, kind, request)
    integers = _integers(target, kind, chosen, result)
    if exact and integers is None:
        raise InputError(
            f"method {chosen.name!r} gives no integers for this link; leave method='auto' or "
            f"choose 'face' for exact=True"
        )
    power = _orientation_power(x)
    return JonesValue(
        value=result.value * zeta_power(power) if power else result.value,
        closure=kind,
        strands=given.strands if isinstance(given, Braid) else None,
        crossings=len(given.crossings) if isinstance(given, PlanarDiagram) else given.crossings,
        method=chosen.name,
        seconds=time.perf_counter() - start,
        exact=times_zeta(integers, power) if integers else integers,
        error=result.error,
        details=result.details,
    )


def cost(
    x: BraidLike | PlanarDiagram | ClosedBraid,
    *,
    closure: str = "markov",
    method: str = "face",
    strands: int | None = None,
    exact: bool = False,
    **options: Any,
) -> Cost:
    """What :func:`jones` would need, without running it: multiply-adds, memory and seconds.

    The seconds are those of this machine, whose speed is measured once in a process.

    Args:
        x: as for :func:`jones`.
        closure: as for :func:`jones`.
        method: as for :func:`jones`; ``"auto"`` is the method that it would choose.
        strands: as for :func:`jones`.
        exact: as for :func:`jones`: the four integers, by the method ``"face"``.
        **options: the method's own options.

    Raises:
        InputError: the method needs a braid, cannot predict its cost, or gives no integers.
        UnknownNameError: unknown knot, link or method.

    Example:
        >>> bool(cost([1, -2] * 30, method="tn-proj").flops > cost([1, -2] * 30).flops)
        True
    """
    given, kind = _read(x, closure, strands)
    chosen = _choose(given, kind, None, exact) if method == "auto" else find_method(method)
    complete = chosen.complete(options)
    if exact:
        if chosen.name != "face":
            raise InputError(
                f"the cost of integers is that of the method 'face', not of {chosen.name!r}"
            )
        return integers_cost(given, kind, complete)
    if isinstance(given, PlanarDiagram):
        if chosen.name != "face":
            raise InputError(f"the cost of method {chosen.name!r} is predicted for braids only")
        return face_cost(given, "markov", complete)
    if chosen.cost is None:
        raise InputError(f"method {chosen.name!r} does not predict its cost")
    return chosen.cost(given, kind, complete)


def rank_by_contraction(b: Braid) -> tuple[float, ...]:
    """How the minimisation compares braids by contraction: multiply-adds of the method face.

    Example:
        >>> rank_by_contraction(Braid("1 2 1")) < rank_by_contraction(Braid("1 -2 1 -2 1 -2"))
        True
    """
    return (cost(b, method="face").flops, len(b.runs()), len(b))


def _read(
    x: BraidLike | PlanarDiagram | ClosedBraid, closure: str, strands: int | None
) -> tuple[Braid | PlanarDiagram, Closure]:
    if isinstance(x, ClosedBraid):
        _refuse_more(f"a ClosedBraid is closed already ({x.closure})", closure, strands)
        return _read(x.braid, x.closure, None)
    if isinstance(x, PlanarDiagram):
        _refuse_more("a planar diagram is closed already", closure, strands)
        if not x.crossings and not x.circles:
            raise InputError("the empty link has no Jones polynomial; give at least a circle")
        return x, "markov"
    b = link(x, strands=strands)
    if not isinstance(b, Braid):
        return _read(b, closure, None)
    kind = check_closure(closure, b.strands)
    if b.strands > _MAX_STRANDS:
        raise ResourceError(
            f"the Jones polynomial of a closed braid on {b.strands} strands can exceed the range "
            f"of floating point; at most {_MAX_STRANDS} strands are evaluated"
        )
    return b, kind


def _refuse_more(what: str, closure: str, strands: int | None) -> None:
    extra = [f"closure={closure!r}"] if closure != "markov" else []
    extra += [f"strands={strands!r}"] if strands is not None else []
    if extra:
        raise InputError(f"{what}; leave out {' and '.join(extra)}")


def _orientation_power(x: object) -> int:
    """The power of t by which reversed components change V, which sees them in the writhe only."""
    if not isinstance(x, ClosedBraid):
        return 0
    # V = (−A)^(−3w) ⟨L⟩/φ with t = A⁻⁴, and writhes of one link differ by multiples of 4.
    return 3 * (x.writhe - closure_writhe(x.braid, x.closure)) // 4


def _check_arguments(seed: object, plan: object, scheduler: object, folder: object) -> None:
    from .plan import ContractionPlan

    if seed is not None and not (isinstance(seed, int) and seed >= 0):
        raise InputError(f"seed={seed!r}: give an integer from 0 on, or None")
    if plan is not None and not isinstance(plan, ContractionPlan):
        raise InputError(
            f"plan={plan!r}: give a plan from plan_contraction, or ContractionPlan.load(file)"
        )
    if scheduler is not None and not isinstance(scheduler, str):
        raise InputError(f"scheduler={scheduler!r}: give an address as text, or 'local'")
    if folder is not None and not isinstance(folder, (str, Path)):
        raise InputError(f"folder={folder!r}: give a path")


def _as_braid_where_easy(diagram: PlanarDiagram) -> Braid | PlanarDiagram:
    """A braid of the link if its dense evaluation takes no time, else the diagram."""
    if len(diagram.crossings) <= _SMALL_DIAGRAM:
        b = diagram.to_braid()
        if dense_cost(b, "markov").flops < _DENSE_WORK:
            return b
    return diagram


def _choose(
    link: Braid | PlanarDiagram, closure: Closure, memory: float | None, needs_face: bool
) -> Method:
    """The method with the smaller predicted cost, of those that fit."""
    if isinstance(link, PlanarDiagram):
        return METHODS["face"]
    dense = dense_cost(link, closure)
    if needs_face:
        return METHODS["face"]
    allowed = available_bytes() if memory is None else memory
    dense_fits = dense.memory <= allowed and dense.seconds <= MAX_SECONDS
    # Where it takes no time, dense has no search and nothing to compile; and a long braid on few
    # strands is cheap for its matrices and hopeless for a search.
    if dense_fits and (dense.flops < _DENSE_WORK or len(link) > _LONG):
        return METHODS["dense"]
    if not dense_fits:
        return METHODS["face"]
    face = face_cost(link, closure, FACE.options)
    face_fits = face.memory <= allowed and face.seconds <= MAX_SECONDS
    # The search takes as long as the contraction, and its first step in proportion to the length.
    face_seconds = 2 * face.seconds + _SEARCH * len(link)
    return METHODS["face" if face_fits and face_seconds < dense.seconds else "dense"]


def _integers(
    link: Braid | PlanarDiagram, closure: Closure, method: Method, result: Evaluation
) -> tuple[int, int, int, int] | None:
    """The integers of V where they are known; every value with integers is compared with them."""
    found = [result.exact]
    if isinstance(link, Braid):
        found.append(exact_coefficients(link, closure))
    elif len(link.crossings) <= _SMALL_DIAGRAM:
        found.append(exact_coefficients(link.to_braid(), "markov"))
    known = [integers for integers in found if integers is not None]
    for integers in known:
        reference = zeta_value(integers)
        close = abs(result.value - reference) <= result.rounding * max(1.0, abs(reference))
        if integers != known[0] or not (close or method.approximate):
            raise PlaitError(
                f"method {method.name!r} gives {result.value:.12g} but integer arithmetic "
                f"{reference:.12g} for {link!r}; please report this"
            )
    return known[0] if known else None
