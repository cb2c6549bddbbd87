"""One instance by one method, in a process of its own.

Run by benchmarks/run.py; prints one line of JSON. Imports, compiled kernels and the calibration
are warmed up first on small braids. The seconds are those of a whole evaluation: the search for a
plan, and what plait.jones does beside its method, which is to compare with integer arithmetic
where that is expected to take a second at most. Of other packages the construction of their link
is not counted. The memory is by how much the resident set grew above what the warm process held.

GPL packages (Regina, SnapPy) are used here, to compare with, and by no part of plait.
"""

from __future__ import annotations

import contextlib
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import psutil
from generate import Instance, brickwall, load

from plait.knots import Braid, LaurentPolynomial, PlanarDiagram
from plait.knots.errors import ResourceError
from plait.tensornet import jones, polynomial

RIVALS = ("regina", "spherogram")
METHODS = ("face", "exact", "polynomial", "bracket", "dense", "mpo", *RIVALS)
_REPEATS = 5
_ENOUGH = 2.0

Result = dict[str, Any]
Job = Callable[[], Result]


class UnavailableError(Exception):
    """What a method needs is not installed."""


def _value(value: complex, exact: tuple[int, ...] | None = None) -> Result:
    out: Result = {"value": [value.real, value.imag]}
    if exact is not None:
        out["integers"] = sha256(json.dumps(exact).encode()).hexdigest()[:16]
    return out


def _jones(braid: Braid, memory: float, method: str) -> Job:
    options: dict[str, Any] = {"method": method}
    if method == "exact":
        options = {"method": "face", "exact": True}

    def job() -> Result:
        found = jones(braid, memory=memory, seed=0, **options)
        out = _value(found.value, found.exact)
        if method == "mpo":
            out |= {"error": found.error, "bond_dimension": found.details["bond_dimension"]}
        return out

    return job


def _polynomial(braid: Braid, memory: float) -> Job:
    def job() -> Result:
        found = polynomial(braid, memory=memory)
        value = found.at_fifth_root()
        return _value(value.value, value.exact)

    return job


def _regina(braid: Braid) -> Job:
    try:
        import regina
    except ImportError as error:
        raise UnavailableError("pip install regina") from error
    link = regina.Link.fromPD(list(PlanarDiagram.from_braid(braid).crossings))

    def job() -> Result:
        return {"polynomial": regina.Link(link).jones()}

    return job


def _spherogram(braid: Braid) -> Job:
    try:
        import spherogram
    except ImportError as error:
        raise UnavailableError("pip install snappy spherogram") from error
    try:
        spherogram.Link(braid_closure=[1, 1, 1]).jones_polynomial()
    except Exception as error:
        raise UnavailableError(f"its Jones polynomial needs Sage ({error})") from error
    link = spherogram.Link(braid_closure=list(braid.word))

    def job() -> Result:
        link.jones_polynomial()
        return {}

    return job


def _finish(result: Result) -> Result:
    """Turn Regina's polynomial into a value; not timed."""
    found = result.pop("polynomial", None)
    if found is None:
        return result
    exponents = range(found.minExp(), found.maxExp() + 1)
    ours = LaurentPolynomial({Fraction(e, 2): int(str(found[e])) for e in exponents})
    value = ours.at_fifth_root()
    return result | _value(value.value, value.exact)


def prepare(braid: Braid, method: str, memory: float) -> Job:
    """The evaluation, ready to be timed."""
    if method == "regina":
        return _regina(braid)
    if method == "spherogram":
        return _spherogram(braid)
    if method == "polynomial":
        return _polynomial(braid, memory)
    return _jones(braid, memory, method)


def _resident() -> int:
    return int(psutil.Process().memory_info().rss)


def _reset_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak() -> int:
    """The largest resident set since the last reset; since the start where there is no reset."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return 1024 * int(line.split()[1])
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def measure(instance: Instance, method: str, memory: float) -> Result:
    """Seconds, memory and value, or why there are none."""
    try:
        small = [brickwall(8, 12), brickwall(10, 20)]
        if method in ("face", "exact"):
            small.append(brickwall(30, 60))
        for braid in small:
            prepare(braid, method, memory)()
        job = prepare(instance.braid, method, memory)
        before = _resident()
        _reset_peak()
        seconds: list[float] = []
        while not seconds or (len(seconds) < _REPEATS and sum(seconds) < _ENOUGH):
            start = time.perf_counter()
            result = job()
            seconds.append(time.perf_counter() - start)
            if len(seconds) == 1:
                used = max(0, _peak() - before)
    except UnavailableError as error:
        return {"status": "unavailable", "reason": str(error)}
    except ResourceError as error:
        return {"status": "refused", "reason": str(error)}
    except MemoryError:
        return {"status": "out of memory"}
    return {
        "status": "done",
        "seconds": statistics.median(seconds),
        "memory": used,
        "repeats": len(seconds),
        **_finish(result),
    }


def main() -> None:
    """Arguments: family, name, method, bytes of memory."""
    family, name, method, memory = sys.argv[1:]
    (instance,) = (i for i in load() if (i.family, i.name) == (family, name))
    allowed = float(memory)
    if method in RIVALS:
        resource.setrlimit(resource.RLIMIT_AS, (int(allowed), int(allowed)))
    print(json.dumps(measure(instance, method, allowed)))


if __name__ == "__main__":
    main()
