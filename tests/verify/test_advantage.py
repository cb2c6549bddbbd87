"""Times of both sides from costs, and where one is below the other."""

from __future__ import annotations

import math
from typing import Any

import pytest

from plait.knots import RecordError
from plait.tensornet import Cost
from plait.verify.advantage import CLOCKS, Clock, Size, read_sizes, window
from plait.verify.classical import Machine

FAST = Clock(name="fast", device="H2-1", layer=1e-3, shot=0.5)
HERE = Machine(name="here", watts=20.0, memory=1e9)
GREAT = Machine(name="great", watts=1.0, memory=1e15, flops=8e12)


def size(**changes: Any) -> Size:
    values: dict[str, Any] = {
        "strands": 30,
        "crossings": 300,
        "ratio": 1.0,
        "face": Cost(1e12, 1e8, 50.0),
        "amplitude": Cost(1e9, 1e6, 0.2),
        "gates": {"H2-1": 1000.0},
        "depth": {"H2-1": 500.0},
    }
    return Size(**(values | changes))


def test_the_faster_classical_method_counts() -> None:
    assert size().classical_seconds(0.1, HERE) == pytest.approx(100 * 0.2 + 0.2)
    assert size().classical_seconds(0.01, HERE) == 100.0
    assert size().classical_seconds(0.1, GREAT) == pytest.approx(0.1)


def test_what_does_not_fit_does_not_count() -> None:
    large = size(face=Cost(1e12, 1e10, 50.0))
    assert large.classical_seconds(0.01, HERE) == pytest.approx(10_000 * 0.2 + 0.2)
    assert size(
        face=Cost(1, 1e10, 1), amplitude=Cost(1, 1e10, 1)
    ).classical_seconds(0.1, HERE) == math.inf  # fmt: skip


def test_the_quantum_side() -> None:
    assert size().quantum_seconds(0.1, FAST, 0.0) == pytest.approx(400 * (0.5 + 0.5))
    noisy = [size().quantum_seconds(0.1, FAST, p, delta=0.0) for p in (1e-4, 1e-3)]
    assert 400 < noisy[0] < noisy[1] < math.inf
    assert size().quantum_seconds(0.1, FAST, 2e-3) == math.inf
    assert {clock.device for clock in CLOCKS} == {"H2-1", "ibm_fez"}


def test_windows() -> None:
    grows, rises = [1.0, 1e2, 1e4], [1e1, 1e1, 1e9]
    found = window([10, 1000, 100_000], grows, rises)
    assert found == pytest.approx((100.0, 1000 * 10 ** (2 * 1 / 6)))
    assert window([10, 1000, 100_000], rises, grows) == (0.0, math.inf)
    assert window([1000, 10], [1e2, 1.0], [1e1, 1e1]) == pytest.approx((100.0, math.inf))
    assert window([10, 1000], [math.inf, math.inf], [math.inf, math.inf]) is None
    assert window([10, 1000], [1.0, math.inf], [10.0, 10.0])[1] == math.inf  # type: ignore[index]


def row(crossings: int, seconds: float) -> dict[str, Any]:
    part = {
        "strands": 10,
        "crossings": crossings,
        "face": [1e3, 1e4, seconds],
        "amplitude": [1.0, 2.0, 3.0],
        "circuits": {"H2-1": {"qubits": 9, "gates": 10.0, "depth": 5.0}},
    }
    return {"size": [10, 12], "seed": 0, "given": part, "minimized": part}


def test_files_are_read_and_seeds_joined() -> None:
    (one,) = read_sizes({"rows": [row(30, 1.0), row(30, 4.0)]}, "given")
    assert (one.strands, one.crossings, one.ratio) == (10, 30, 1.2)
    assert one.face.seconds == pytest.approx(2.0)
    assert one.amplitude == pytest.approx(Cost(1.0, 2.0, 3.0))
    assert dict(one.gates) == {"H2-1": pytest.approx(10.0)}


@pytest.mark.parametrize(
    "data", [{}, {"rows": [{}]}, {"rows": 3}, {"rows": [{"size": [1]}]}, {"rows": [None]}]
)
def test_other_files_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match="not a file of benchmarks/frontier_plans"):
        read_sizes(data, "given")
