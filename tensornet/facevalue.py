"""The method ``face``: plan, contract, and turn brackets into V, as a float or as integers."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any

import numpy as np

from ..knots.braids import Braid
from ..knots.closures import closure_writhe
from ..knots.conventions import PHI, Closure, bracket_to_jones, check_closure
from ..knots.diagrams import PlanarDiagram
from ..knots.errors import InputError, PlaitError, RecordError, ResourceError
from ..knots.memory import available_bytes
from ..knots.values import zeta_value
from .contraction import contract_plan, fingerprint
from .face import FaceDiagram, face_diagram
from .methods import Evaluation, Method, Request
from .plan import ContractionPlan, make_plan
from .resources import Cost, parse_memory, size_text
from .rings import Complex, Residues

__all__ = ["FACE", "face_cost", "face_jones", "integers_cost", "plan_contraction"]

_OPTIONS: Mapping[str, Any] = {
    "precision": "double",
    "effort": 1.0,
    "max_hours": 24.0,
    "torch_device": "",
}
# Partial sums of a computation shorter than this are not worth a file.
_WORTH_KEEPING = 10.0
_MAX_TWISTS = 50_000
_MAX_CIRCLES = 1400
_PRIMES_AT_ONCE = 24
_FLOAT = 8
# Relative errors that rounding can make.
_DOUBLE, _SINGLE = 1e-6, 1e-2


def plan_contraction(
    x: Braid | PlanarDiagram,
    closure: Closure = "markov",
    *,
    memory: float | str | None = None,
    seed: int = 0,
    effort: float = 1.0,
    precision: str = "double",
) -> ContractionPlan:
    """A plan for the face model, to look at, to save, or to give to :func:`plait.jones`.

    Args:
        x: braid or planar diagram.
        closure: of the braid.
        memory: bytes allowed, as a number or as text such as ``"8GB"``; by default half of what
            is free.
        seed: of the search.
        effort: time for the search, as a multiple of the predicted time of the contraction.
        precision: ``"double"`` or ``"single"``.

    Raises:
        InputError: unknown precision or closure, or unreadable ``memory``.
        ResourceError: no plan fits.

    Example:
        >>> plan = plan_contraction(Braid([1, -2, 3] * 12))
        >>> plan.slices, plan.cost.memory < 1e6
        (1, True)
    """
    ring = _complex(precision)
    given = parse_memory(memory)
    allowed = available_bytes() if given is None else given
    return make_plan(
        _diagram(x, closure),
        memory=allowed,
        itemsize=np.dtype(ring.dtype).itemsize,
        seed=seed,
        effort=effort,
    )


def face_jones(
    x: Braid | PlanarDiagram, closure: Closure = "markov", request: Request | None = None
) -> Evaluation:
    """V at the fifth root by contraction of the face model.

    Args:
        x: braid or planar diagram.
        closure: of the braid.
        request: memory, seed, plan, exactness and so on.

    Raises:
        InputError: an option or the plan does not fit.
        ResourceError: predicted memory or time are beyond the limits.

    Example:
        >>> from plait.knots.values import zeta_value
        >>> v = face_jones(Braid("1 1 1"), request=Request(exact=True))
        >>> v.exact, abs(v.value - zeta_value(v.exact)) < 1e-12
        ((1, 2, 1, 2), True)
    """
    request = request or Request()
    options = FACE.complete(request.options)
    diagram = _diagram(x, closure)
    writhe = x.writhe if isinstance(x, PlanarDiagram) else closure_writhe(x, closure)
    allowed = available_bytes() if request.memory is None else request.memory
    if request.exact and (options["torch_device"] or options["precision"] != "double"):
        raise InputError(
            "exact=True works with residues on the processor: leave out torch_device and precision"
        )
    evaluate = _integers if request.exact else _number
    return evaluate(diagram, writhe, request, options, allowed)


def face_cost(x: Braid | PlanarDiagram, closure: Closure, options: Mapping[str, Any]) -> Cost:
    """Predicted cost of :func:`face_jones` with all the memory it wants."""
    ring = _complex(options["precision"])
    diagram = _diagram(x, closure)
    return make_plan(diagram, itemsize=np.dtype(ring.dtype).itemsize).cost


def integers_cost(x: Braid | PlanarDiagram, closure: Closure, options: Mapping[str, Any]) -> Cost:
    """Predicted cost of :func:`face_jones` with ``exact=True``, with all the memory it wants.

    Multiply-adds are those of complex numbers that take as long. With less memory fewer primes
    are handled at a time, which costs little: the time of a contraction for k primes is
    0.3 + 1.2 k times that for complex numbers.

    Example:
        >>> b, options = Braid([1, -2] * 30), FACE.options
        >>> integers_cost(b, "markov", options).flops > face_cost(b, "markov", options).flops
        True
    """
    from .exact import coefficient_bits, primes_for

    diagram = _diagram(x, closure)
    primes = len(primes_for(coefficient_bits(diagram) + 22))
    batch = min(primes, _PRIMES_AT_ONCE)
    plan = make_plan(diagram, itemsize=_FLOAT, effort=options["effort"])
    return _scaled(plan, 4 * batch * _FLOAT, -(-primes // batch) * _residue_work(batch))


def _details(plan: ContractionPlan, cost: Cost) -> dict[str, Any]:
    return {
        "slices": plan.slices,
        "predicted_flops": cost.flops,
        "predicted_memory": cost.memory,
        "predicted_seconds": cost.seconds,
    }


def _complex(precision: str, torch_device: str = "") -> Complex:
    if precision not in ("double", "single"):
        raise InputError(f"unknown precision {precision!r}; choose double or single")
    if torch_device:
        from .torchring import TorchComplex

        return TorchComplex(single=precision == "single", device=torch_device)
    return Complex(single=precision == "single")


def _diagram(x: Braid | PlanarDiagram, closure: Closure) -> FaceDiagram:
    diagram = face_diagram(x, closure if isinstance(x, PlanarDiagram) else _closure(x, closure))
    if diagram.circles > _MAX_CIRCLES:
        raise ResourceError(
            f"the Jones polynomial of a link with {diagram.circles} free circles can exceed the "
            f"range of floating point; at most {_MAX_CIRCLES} are evaluated"
        )
    twists = sum(len(network.powers) for network in diagram.networks)
    if twists > _MAX_TWISTS:
        raise ResourceError(
            f"this diagram has {twists} twist regions; the search for a contraction tree stops at "
            f"{_MAX_TWISTS}; method='dense' takes any length on up to about 12 strands"
        )
    return diagram


def _closure(x: Braid, closure: str) -> Closure:
    if not isinstance(x, Braid):
        raise InputError(f"{x!r} is no Braid and no PlanarDiagram; make one by plait.braid(...)")
    return check_closure(closure, x.strands)


def _integers(
    diagram: FaceDiagram,
    writhe: int,
    request: Request,
    options: Mapping[str, Any],
    allowed: float,
) -> Evaluation:
    """V as integers: see :mod:`plait.tensornet.exact`."""
    from .exact import coefficient_bits, combine, primes_for

    # One prime more than proven necessary: integers that change with it would show a defect.
    bits = coefficient_bits(diagram)
    primes = primes_for(bits + 22)
    with _workplace(diagram, "integers", request) as work:
        plan, batch = work.plan, work.batch
        if plan is None:
            plan, batch = _plan_residues(diagram, len(primes), request, options, allowed)
        rings = [Residues(primes[k : k + batch]) for k in range(0, len(primes), batch)]
        cost = _scaled(plan, 4 * batch * _FLOAT, len(rings) * _residue_work(batch))
        _check(cost, plan.slices, allowed, options)
        work.keep(plan, batch, cost.seconds)
        values = contract_plan(
            diagram,
            plan,
            rings,
            folder=work.folder,
            scheduler=request.scheduler,
            monitor=request.monitor,
            cost=cost,
        )
        work.done()
    residues = []
    for r, ring in enumerate(rings):
        for k, (p, roots) in enumerate(zip(ring.primes, ring.roots, strict=True)):
            brackets = [part[r][4 * k : 4 * k + 4] for part in values]
            residues.append(
                [
                    _jones_residue(p, z, [int(b[j]) for b in brackets], diagram.circles, writhe)
                    for j, z in enumerate(roots)
                ]
            )
    exact = combine(primes, residues)
    if exact != combine(primes[:-1], residues[:-1]) or max(map(abs, exact)) >> bits:
        raise PlaitError(
            "the integers of V differ between two sets of primes; please report this with the "
            "input"
        )
    details = {**_details(plan, cost), "bits": bits, "primes": len(primes)}
    return Evaluation(value=zeta_value(exact), exact=exact, details=details)


def _plan_residues(
    diagram: FaceDiagram,
    primes: int,
    request: Request,
    options: Mapping[str, Any],
    allowed: float,
) -> tuple[ContractionPlan, int]:
    """A plan, and the number of primes at a time: many if they fit, else one at a time, sliced."""
    seed = request.seed or 0
    plan = request.plan or make_plan(
        diagram, itemsize=_FLOAT, seed=seed, effort=options["effort"] * primes
    )
    needed = plan.cost.memory * 4 * _FLOAT / plan.itemsize
    batch = int(min(primes, _PRIMES_AT_ONCE, allowed / max(needed, 1.0)))
    if batch == 0 and request.plan is None:
        plan = make_plan(
            diagram, memory=allowed, itemsize=4 * _FLOAT, seed=seed, effort=options["effort"]
        )
    return plan, max(batch, 1)


def _residue_work(batch: int) -> float:
    """Time of a contraction for a batch of primes, complex numbers taking 1; measured."""
    return 0.3 + 1.2 * batch


def _jones_residue(p: int, z: int, brackets: Sequence[int], circles: int, writhe: int) -> int:
    """(−A)^(−3w) ⟨L⟩/φ mod p with −A = ζ."""
    phi = (1 + z + pow(z, 4, p)) % p
    value = pow(z, (-3 * writhe) % 5, p) * pow(phi, circles - 1, p)
    for bracket in brackets:
        value = value * bracket % p
    return value % p


def _number(
    diagram: FaceDiagram,
    writhe: int,
    request: Request,
    options: Mapping[str, Any],
    allowed: float,
) -> Evaluation:
    """V as a complex number."""
    ring = _complex(options["precision"], options["torch_device"])
    itemsize = np.dtype(ring.dtype).itemsize
    with _workplace(diagram, repr(ring), request) as work:
        plan = work.plan
        if plan is None:
            plan = request.plan or make_plan(
                diagram,
                memory=allowed,
                itemsize=itemsize,
                seed=request.seed or 0,
                effort=options["effort"],
            )
        cost = _scaled(plan, itemsize, 1.0)
        _check(cost, plan.slices, allowed, options)
        work.keep(plan, 1, cost.seconds)
        values = contract_plan(
            diagram,
            plan,
            [ring],
            folder=work.folder,
            scheduler=request.scheduler,
            monitor=request.monitor,
            cost=cost,
        )
        work.done()
    bracket = complex(PHI**diagram.circles)
    for part in values:
        bracket *= complex(part[0])
    return Evaluation(
        value=bracket_to_jones(bracket, writhe),
        rounding=_SINGLE if ring.single else _DOUBLE,
        details=_details(plan, cost),
    )


def _scaled(plan: ContractionPlan, itemsize: int, work: float) -> Cost:
    """The cost of a plan for numbers of another size, and so many times the work."""
    cost = plan.cost
    memory = cost.memory * itemsize / plan.itemsize
    return Cost(cost.flops * work, memory, cost.seconds * work)


def _check(cost: Cost, slices: int, allowed: float, options: Mapping[str, Any]) -> None:
    """Refuse what takes more memory or time than allowed."""
    if cost.memory > allowed:
        raise ResourceError(
            f"this plan needs {size_text(cost.memory)} of memory, more than the "
            f"{size_text(allowed)} allowed; allow more, or make a plan for less"
        )
    hours = cost.seconds / 3600
    if hours > options["max_hours"]:
        raise ResourceError(
            f"the contraction needs about {cost.flops:.1e} multiply-adds in {slices:.3g} slices "
            f"with {size_text(cost.memory)} of memory, that is {hours:.3g} hours on this machine, "
            f"and max_hours is {options['max_hours']:g}; allow more hours, more memory, use a "
            f"cluster (scheduler=...), or make the diagram smaller"
        )


@dataclass
class _Work:
    """A folder for the plan and the partial sums of one computation; None for none."""

    folder: Path | None
    temporary: bool
    computation: str
    plan: ContractionPlan | None = None
    batch: int = 1

    def keep(self, plan: ContractionPlan, batch: int, seconds: float) -> None:
        """Write the plan, if the computation is worth it or the caller named a folder."""
        if self.folder is None or self.plan is not None:
            return
        if self.temporary and seconds < _WORTH_KEEPING:
            self.folder = None
            return
        content = {
            "computation": self.computation,
            "plan": plan.to_json(),
            "primes_at_once": batch,
        }
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            partial = self.folder / "plan.json.part"
            partial.write_text(json.dumps(content), encoding="utf-8")
            partial.replace(self.folder / "plan.json")
            (self.folder / "slices.jsonl").touch()
        except OSError as error:
            if self.temporary:
                self.folder = None  # a machine without a cache
                return
            raise InputError(f"cannot use the folder {self.folder}: {error}") from error

    def done(self) -> None:
        """Remove what nobody asked to keep."""
        if self.folder is not None and self.temporary:
            rmtree(self.folder, ignore_errors=True)


@contextmanager
def _workplace(diagram: FaceDiagram, what: str, request: Request) -> Iterator[_Work]:
    """The folder of a computation, with the plan that an earlier try left in it."""
    given = None if request.plan is None else request.plan.to_json()
    name = fingerprint(diagram, f"{what} {given}", request.memory)
    folder = request.folder
    # The plan in a folder stands whatever memory is allowed now.
    computation = fingerprint(diagram, what, None)
    work = _Work(folder or _cache() / name, folder is None, computation)
    assert work.folder is not None  # noqa: S101 - for the type checker
    path = work.folder / "plan.json"
    if path.exists():
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            plan = ContractionPlan.from_json(content["plan"])
            plan.check(diagram)
            if content["computation"] != computation:
                raise InputError(
                    "it is for other signs or powers of the twists, or other numbers: exact or "
                    "not, double or single"
                )
            if given not in (None, content["plan"]):
                raise InputError("it is another plan than the one given")
            work.plan, work.batch = plan, max(1, int(content["primes_at_once"]))
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise RecordError(
                f"{path} is not the plan of this computation ({error}); name another folder, or "
                f"delete this one"
            ) from error
    yield work


def _cache() -> Path:
    """Where partial sums lie by default."""
    root = os.environ.get("PLAIT_CACHE") or os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "plait" / "contractions"


def _evaluate_diagram(diagram: PlanarDiagram, request: Request) -> Evaluation:
    return face_jones(diagram, request=request)


FACE = Method(
    name="face",
    summary="hard-core contraction of the network of faces; exact at any size that fits",
    evaluate=face_jones,
    evaluate_diagram=_evaluate_diagram,
    cost=face_cost,
    options=_OPTIONS,
)
