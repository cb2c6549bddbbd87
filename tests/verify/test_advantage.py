"""Times of both sides from costs, and where one is below the other."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from plait.circuits import device
from plait.knots import InputError, RecordError
from plait.tensornet import Cost
from plait.verify.advantage import (
    CLOCKS,
    Alternatives,
    Clock,
    Size,
    between,
    extrapolated,
    read_sizes,
    window,
)
from plait.verify.classical import Machine
from plait.verify.quantum import DAMPING, LAYER_SECONDS

FAST = Clock(name="fast", device="H2-1", layer=1e-3, shot=0.5)
HERE = Machine(name="here", watts=20.0, memory=1e9)
MEDIUM = Machine(name="medium", watts=20.0, memory=4e6)
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


def test_clocks_are_those_of_the_descriptions_and_of_the_resources() -> None:
    line, ions = CLOCKS
    times = device(line.device).times
    assert times is not None
    assert line.layer == pytest.approx(times.two_qubit + 2 * times.one_qubit)
    assert line.shot == pytest.approx(times.shot + times.preparation + times.measurement, rel=1e-3)
    assert device(ions.device).times is None
    assert (ions.layer, ions.shot) == (LAYER_SECONDS, LAYER_SECONDS)


def squares(*crossings: int) -> list[Alternatives]:
    """Sizes whose costs and gates grow with the square of their crossings."""
    return [
        (
            size(
                crossings=c,
                face=Cost(1.0 * c**2, 1.0 * c**2, 1e-6 * c**2),
                amplitude=Cost(1e99, 1e99, 1e99),
                gates={"H2-1": 0.001 * c**2},
            ),
        )
        for c in crossings
    ]


def test_windows() -> None:
    def near(size: Alternatives) -> bool:
        return 100 < size[0].crossings < 2000

    shape = squares(10, 1000, 100_000)
    assert window(shape, near) == pytest.approx((100, 2000), rel=0.02)
    assert window(shape, lambda _: True) == (0.0, math.inf)
    assert window(shape, lambda _: False) is None
    assert window(shape, lambda size: size[0].crossings > 50_000) == pytest.approx(
        (50_000, math.inf), rel=1e-3
    )


def test_a_window_within_one_step_is_found() -> None:
    found = window(squares(10, 1000), lambda size: 50 < size[0].crossings < 300)
    assert found == pytest.approx((50, 300), rel=0.02)


@pytest.mark.parametrize("largest", [4_000, 20_000, 100_000])
def test_an_end_next_to_what_cannot_be_done_is_where_it_cannot(largest: int) -> None:
    """The ends do not depend on which sizes are given, and are none of them."""
    shape = squares(1_500, largest)
    limit = math.log(1.1) / (0.07 * DAMPING) / -math.log1p(-1e-4)  # gates that leave β = 0.1

    def possible(pair: Alternatives) -> bool:
        return math.isfinite(pair[0].quantum_seconds(0.1, FAST, 1e-4, delta=0.07))

    found = window(shape, possible)
    assert found is not None
    assert found[1] == pytest.approx(math.sqrt(limit / 0.001), rel=0.002)
    memory = window(shape, lambda pair: not pair[0].classical_seconds(0.1, MEDIUM) < math.inf)
    assert memory is not None
    assert memory[0] == pytest.approx(2_000, rel=0.002)


def test_between_sizes_logarithms_are_interpolated() -> None:
    (one,), (other,) = squares(100, 10_000)
    middle = between(one, other, 0.5)
    assert middle.crossings == 1000
    assert middle.face.memory == pytest.approx(1e6)
    assert middle.gates["H2-1"] == pytest.approx(1e3)


def trend(noise: float, seed: int) -> list[Size]:
    """Sizes of 45 to 130 strands whose logarithms scatter around a law, and one of 250."""
    rng = np.random.default_rng(seed)

    def cost(n: int) -> Cost:
        return Cost(*(math.exp(0.2 * n + noise * x) for x in rng.normal(size=3)))

    return [
        size(
            strands=n,
            crossings=round(0.3 * n**2),
            face=cost(n),
            amplitude=cost(n),
            gates={"H2-1": 0.7 * n**2.1 * math.exp(noise * rng.normal())},
            depth={"H2-1": 10.0 * n * math.exp(noise * rng.normal())},
        )
        for n in (45, 60, 75, 85, 100, 115, 130, 250)
    ]


def test_a_law_is_extrapolated_exactly() -> None:
    *used, true = trend(0.0, 0)
    for side in (-1, 0, 1):
        found = extrapolated(used, 250, side=side)
        assert found.face == pytest.approx(true.face)
        assert found.gates == pytest.approx(true.gates)
        assert found.strands == 250
        assert found.crossings == pytest.approx(true.crossings, rel=1e-3)


def test_the_interval_of_a_trend_holds_the_truth_as_often_as_it_says() -> None:
    hits = []
    for seed in range(200):
        *used, true = trend(0.3, seed)
        low, high = (extrapolated(used, 250, side=side) for side in (-1, 1))
        hits.append(low.face.flops <= true.face.flops <= high.face.flops)
        # Fewer gates favour the quantum side.
        hits.append(high.gates["H2-1"] <= true.gates["H2-1"] <= low.gates["H2-1"])
    assert 0.92 <= np.mean(hits) <= 0.98


def test_two_sizes_make_no_trend() -> None:
    with pytest.raises(InputError, match="2 sizes have 45 strands or more; give three"):
        extrapolated(trend(0.0, 0)[:2], 250)


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
