"""What classical methods need for z = E_s⟨s|U|s⟩ to an additive error: time, memory, energy."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ..knots.braids import Braid
from ..knots.conventions import PHI
from ..knots.errors import ResourceError
from ..knots.fibonacci import sample_paths
from ..tensornet.amplitude import level_diagram
from ..tensornet.face import FaceDiagram, face_diagram
from ..tensornet.methods import METHODS
from ..tensornet.plan import make_plan
from ..tensornet.resources import Cost

__all__ = ["ClassicalCost", "Machine", "classical_costs", "deep_magnitude", "forecast"]

_REAL_FLOPS: Final = 8  # of a complex multiply-add
_PER_PRODUCT: Final = 1.1e-10
_LONG, _HOPELESS, _PATIENCE = 300.0, 1e7, 20.0  # seconds at which the search stops growing
# Crossings from which the prediction of a method takes longer than it is worth.
_PREDICTABLE: Final = {"dense": 10**6, "bracket": 600, "tn-proj": 1500}
_SINGLE: Final = 1e-5  # error of z allowed to single precision; 1e-6 at most was measured
_FULL: Final = 2**62  # a bond dimension that nothing reaches


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A classical computer for estimates.

    Attributes:
        name: as tables show it.
        watts: electric power.
        memory: bytes.
        flops: real floating-point operations per second, all of which are taken to be useful;
            None for the measured speed of the machine that runs this.
    """

    name: str
    watts: float
    memory: float
    flops: float | None = None

    def seconds(self, cost: Cost) -> float:
        """Time of a computation; without limit where it does not fit.

        Example:
            >>> Machine(name="a", watts=1, memory=1e9, flops=8e9).seconds(Cost(1e9, 1e6, 5))
            1.0
        """
        if cost.memory > self.memory:
            return math.inf
        return cost.seconds if self.flops is None else _REAL_FLOPS * cost.flops / self.flops


@dataclass(frozen=True, kw_only=True)
class ClassicalCost:
    """What a method needs for an error of z.

    Attributes:
        method: its name.
        error: what remains of the error, on z: 0 for rounding only, else the root mean square.
        cost: all of it; the seconds are those of the machine that runs this.
        samples: of a Monte Carlo method, else 1.
        note: what goes into the numbers.
    """

    method: str
    error: float
    cost: Cost
    samples: float = 1.0
    note: str = ""

    def to_json(self, here: Machine) -> dict[str, Any]:
        """As a dictionary for JSON; what does not fit has no seconds."""
        seconds = here.seconds(self.cost)
        fits = math.isfinite(seconds)
        return {
            "method": self.method,
            "error": self.error,
            "flops": self.cost.flops,
            "memory": self.cost.memory,
            "seconds_with_memory": self.cost.seconds,
            "fits": fits,
            "seconds": seconds if fits else None,
            "joules": seconds * here.watts if fits else None,
            "samples": self.samples,
            "note": self.note,
        }


def deep_magnitude(strands: int) -> float:
    """Root mean square of |z| over deep random braids: √(1 + φ²)/φⁿ.

    The representation has two sectors, by x_n, with weights d_{x_n}/φⁿ; the traces of random
    unitaries of each have mean square 1.

    Example:
        >>> f"{deep_magnitude(20):.1e}"
        '1.3e-04'
    """
    return math.sqrt(1 + PHI**2) / PHI ** min(strands, 1400)


def forecast(diagram: FaceDiagram, *, seconds: float = 4.0, seed: int = 0) -> Cost:
    """What the contraction of a face model costs, from a search of about this many seconds.

    Memory is not limited: no slices. The search takes no longer than the contraction would.

    Example:
        >>> forecast(face_diagram(Braid("1 -2 1 -2"))).memory < 1e4
        True
    """
    first = make_plan(diagram, seed=seed, effort=0.01).cost
    second = make_plan(diagram, seed=seed, effort=_effort(first, seconds)).cost
    return min(first, second)


def _effort(cost: Cost, seconds: float) -> float:
    """The effort, at most 1, with which a search for a plan of this cost takes so many seconds."""
    needed = _PER_PRODUCT * cost.flops
    spent = _PATIENCE if needed > _HOPELESS else min(needed, _LONG)
    return min(1.0, seconds / max(spent, 1e-9))


def classical_costs(
    b: Braid, error: float, *, search: float = 4.0, seed: int = 0, integers: bool = True
) -> list[ClassicalCost]:
    """All methods that give z of a Markov closure to an error, from the least time on.

    Methods whose cost cannot be predicted for this braid in a few seconds are left out; they
    are far behind the method ``face`` there.

    Args:
        b: the braid.
        error: root mean square of |ẑ − z| allowed, for whatever z is.
        search: seconds of the search for a plan.
        seed: of the search, and of the path whose amplitude is planned.
        integers: also the exact integers of V, which is more than an error asks for.

    Example:
        >>> costs = classical_costs(Braid([1, -2, 3] * 6), 0.01)
        >>> "face" in [c.method for c in costs]
        True
    """
    path = sample_paths(b.strands, 1, np.random.default_rng(seed))[0].tolist()
    diagram = face_diagram(b)
    whole = forecast(diagram, seconds=search, seed=seed)
    found = _faces(whole, error)
    one = forecast(level_diagram(b, path), seconds=search, seed=seed)
    found.append(_strings(one, error))
    if integers:
        found += _predicted(_integers, b, _effort(whole, search))
    for name, most in _PREDICTABLE.items():
        if len(b) <= most:
            found += _predicted(_of_method, b, name, {})
    found += _predicted(_of_method, b, "mpo", {"bond_dimension": _FULL})
    found += [_sampled(b, error, estimator) for estimator in ("strings", "trace")]
    return sorted(found, key=lambda c: c.cost.seconds)


def _predicted(how: Callable[..., ClassicalCost], *arguments: Any) -> Iterable[ClassicalCost]:
    try:
        return (how(*arguments),)
    except (ResourceError, OverflowError):
        return ()


def _faces(cost: Cost, error: float) -> list[ClassicalCost]:
    # The search takes up to as long again.
    whole = cost._replace(seconds=cost.seconds + min(cost.seconds, _LONG))
    double = ClassicalCost(method="face", error=0.0, cost=whole, note="exact, double precision")
    single = ClassicalCost(
        method="face, single precision",
        error=_SINGLE,
        cost=whole._replace(memory=whole.memory / 2),
        note="half the memory; the time is taken to be that of double precision",
    )
    return [double] if error < _SINGLE else [double, single]


def _strings(one: Cost, error: float) -> ClassicalCost:
    samples = math.ceil(1 / error**2)
    return ClassicalCost(
        method="face, sampled paths",
        error=error,
        cost=Cost(
            one.flops * samples, one.memory, one.seconds * samples + min(one.seconds, _LONG)
        ),
        samples=samples,
        note="mean of ⟨s|U|s⟩ over random paths, each by contraction; variance at most 1",
    )


def _integers(b: Braid, effort: float) -> ClassicalCost:
    from ..tensornet.facevalue import FACE, integers_cost

    cost = integers_cost(b, "markov", FACE.complete({"effort": effort}))
    return ClassicalCost(
        method="face, integers", error=0.0, cost=cost, note="V as four integers, certain"
    )


def _of_method(b: Braid, name: str, options: dict[str, Any]) -> ClassicalCost:
    method = METHODS[name]
    assert method.cost is not None  # noqa: S101 - checked by whoever asks
    cost = method.cost(b, "markov", method.complete(options))
    note = "bonds not cut off" if name == "mpo" else method.summary
    return ClassicalCost(method=name, error=0.0, cost=cost, note=note)


def _sampled(b: Braid, error: float, estimator: str) -> ClassicalCost:
    variance = 1.0 if estimator == "strings" else PHI ** (1 - b.strands)
    samples = max(2, math.ceil(variance / error**2))
    method = METHODS["statevector"]
    assert method.cost is not None  # noqa: S101 - it has one
    options = method.complete({"samples": samples, "estimator": estimator})
    what = "paths" if estimator == "strings" else "states"
    return ClassicalCost(
        method=f"statevector, random {what}",
        error=error,
        cost=method.cost(b, "markov", options),
        samples=samples,
        note=f"mean over random {what}; variance at most {variance:.3g}",
    )
