"""Resources of instances: both sides, and what is refused."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from plait.circuits import device
from plait.knots import Braid, InputError
from plait.knots.conventions import PHI
from plait.knots.generators import generate
from plait.tensornet import Cost, jones
from plait.tensornet.face import face_diagram
from plait.verify.classical import Machine, classical_costs, deep_magnitude, forecast
from plait.verify.resources import Assumptions, Resources, resources, scaled_device

BRAID = generate("brickwall", strands=10, layers=20, seed=2).braid


def found(**options: Any) -> Resources:
    return resources(BRAID, **({"error": 0.1, "search": 0.1} | options))


def test_every_method_is_there_and_sorted_by_time() -> None:
    costs = classical_costs(BRAID, 0.05, search=0.1)
    assert {c.method for c in costs} == {
        "face",
        "face, single precision",
        "face, integers",
        "face, sampled paths",
        "dense",
        "bracket",
        "mpo",
        "tn-proj",
        "statevector, random paths",
        "statevector, random states",
    }
    seconds = [c.cost.seconds for c in costs]
    assert seconds == sorted(seconds)
    by_name = {c.method: c for c in costs}
    assert by_name["face, integers"].cost.flops > by_name["face"].cost.flops
    assert by_name["face, sampled paths"].samples == 400
    assert by_name["statevector, random paths"].samples == 400
    # Variance φ^(1−n), far below 1.
    assert by_name["statevector, random states"].samples == math.ceil(400 * PHI**-9)
    long = generate("uniform", strands=3, crossings=700).braid
    assert "bracket" not in {c.method for c in classical_costs(long, 0.1, search=0.1)}


def test_monte_carlo_pays_for_the_error() -> None:
    costs = [
        {c.method: c for c in classical_costs(BRAID, error, search=0.1)} for error in (0.1, 0.01)
    ]
    one, other = (c["face, sampled paths"] for c in costs)
    assert other.cost.flops == pytest.approx(100 * one.cost.flops, rel=0.2)
    assert costs[0]["face"].cost.flops == costs[1]["face"].cost.flops


def test_a_longer_search_finds_no_worse_a_plan() -> None:
    diagram = face_diagram(generate("brickwall", strands=24, layers=30).braid)
    assert forecast(diagram, seconds=0.2).flops <= 1.3 * forecast(diagram, seconds=0.01).flops


def test_a_machine_without_the_memory_takes_forever() -> None:
    assert Machine(name="small", watts=1, memory=10).seconds(Cost(1, 11, 1)) == math.inf


def test_deep_random_braids_have_a_mean_square_of_v_near_one() -> None:
    values = [
        abs(jones(generate("uniform", strands=6, crossings=150, seed=k).braid).value) ** 2
        for k in range(40)
    ]
    mean = sum(values) / len(values)
    expected = (deep_magnitude(6) * PHI**5) ** 2
    assert mean == pytest.approx(expected, rel=0.35)
    assert expected == pytest.approx((1 + PHI**2) / PHI**2)


def test_both_sides_and_both_braids() -> None:
    r = found(two_qubit_error=1e-4)
    assert r.minimized is not None
    assert len(r.minimized.braid) < len(BRAID)
    assert r.best is r.minimized
    assert r.given.magnitude == pytest.approx(abs(jones(BRAID).value) / PHI**9)
    link = r.minimized.magnitude
    assert link is not None
    assert link * PHI ** (r.minimized.braid.strands - 1 + r.minimized.free) == pytest.approx(
        abs(jones(BRAID).value)
    )
    assert r.given.faster(r.here) == "classical"
    assert found(minimize=False).minimized is None


def test_few_shots_do_not_win() -> None:
    """What leaves a larger error than asked for is not compared."""
    few = found(shots=2, target="ibm_fez", memory=10, minimize=False)
    assert few.given.quantum.error is not None
    assert few.given.quantum.error > few.error
    assert few.given.fastest(few.here) is None
    assert few.faster is few.given.faster(few.here) is None
    enough = found(shots=10**6, target="ideal", memory=10, minimize=False)
    assert enough.faster == "quantum"


def test_a_device_with_too_few_qubits_does_not_win() -> None:
    wide = resources(Braid([1, -2] * 3, 70), minimize=False, memory=10, search=0.1)
    assert wide.given.quantum.shots is not None
    assert not wide.given.quantum.fits
    assert wide.given.quantum_seconds == math.inf
    assert wide.faster is wide.given.faster(wide.here) is None


def test_the_faster_circuits_count() -> None:
    """Minimisation saves gates, and can cost depth."""
    both = found(two_qubit_error=0, memory=10)
    assert both.minimized is not None
    quantum = [one.quantum_seconds for one in (both.given, both.minimized)]
    assert quantum[0] < math.inf > quantum[1]
    fast = min(both.minimized.classical, key=lambda c: c.cost.seconds)

    def verdict(given: float, minimized: float) -> str | None:
        parts = []
        for one, seconds in ((both.given, given), (both.minimized, minimized)):
            assert one is not None
            assert one.quantum.run is not None
            assert one.quantum.run.seconds is not None
            time = replace(one.quantum.run.seconds, value=seconds * fast.cost.seconds)
            quantum = replace(one.quantum, run=replace(one.quantum.run, seconds=time))
            parts.append(replace(one, quantum=quantum))
        here = replace(both.here, memory=1e9)
        return replace(both, given=parts[0], minimized=parts[1], here=here).faster

    assert verdict(0.5, 2.0) == verdict(2.0, 0.5) == "quantum"
    assert verdict(2.0, 2.0) == "classical"


def test_single_precision_is_not_for_small_errors() -> None:
    single = "face, single precision"
    kept = {c.method: c.error for c in classical_costs(BRAID, 1e-5, search=0.1)}
    assert kept[single] == 1e-5
    assert single not in {c.method for c in classical_costs(BRAID, 9e-6, search=0.1)}


def test_json_is_whole() -> None:
    data = found(two_qubit_error=1e-3).to_json()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["two_qubit_error"] == pytest.approx(1e-3)
    assert set(data) >= {"error", "device", "given", "minimized", "assumptions", "machine"}
    assert data["faster"] == "classical"
    assert data["given"]["quantum"]["reached"] is True
    assert data["given"]["fastest_classical"] in {c["method"] for c in data["given"]["classical"]}
    assert data["given"]["quantum"]["shots"] > 0


def test_methods_that_do_not_fit_have_no_time() -> None:
    data = found(memory=2000).to_json()["given"]
    assert [c["fits"] for c in data["classical"]].count(False) > 3
    assert all((c["seconds"] is None) == (not c["fits"]) for c in data["classical"])


def test_a_device_is_scaled_to_an_error() -> None:
    own = scaled_device("H2-1", device("H2-1").errors.two_qubit / 10)
    assert own.errors.readout_0 == pytest.approx(device("H2-1").errors.readout_0 / 10)
    assert scaled_device("ideal", 1e-3).errors.two_qubit == 1e-3
    assert scaled_device("ideal", 1e-3).errors.one_qubit == 0
    assert scaled_device("H2-1", None) == device("H2-1")


def test_given_shots() -> None:
    assert found(shots=1000).given.quantum.shots == 1000
    exact = found(shots=1000, two_qubit_error=0).given.quantum.error
    assert exact is not None
    assert exact > math.sqrt(4 / 1000) * 0.99


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"error": 0}, "error=0: give a number from 1e-09"),
        ({"error": 1e-200}, "error=1e-200"),
        ({"error": -1}, "error=-1"),
        ({"error": math.nan}, "error=nan"),
        ({"error": 1.0}, "error=1.0"),
        ({"error": "a"}, "error='a'"),
        ({"two_qubit_error": 1.0}, "two_qubit_error=1.0: give a probability from 0 to 0.5"),
        ({"two_qubit_error": -1e-3}, "two_qubit_error=-0.001"),
        ({"two_qubit_error": math.nan}, "two_qubit_error=nan"),
        ({"shots": 1}, "shots=1: give an integer from 2"),
        ({"shots": 1.5}, "shots=1.5"),
        ({"seed": -1}, "seed=-1"),
        ({"search": 0}, "search=0: give seconds"),
        ({"memory": "a lot"}, "memory='a lot'"),
        ({"target": "H9"}, "unknown device"),
    ],
)
def test_nonsense_is_refused(options: dict[str, Any], match: str) -> None:
    with pytest.raises(InputError, match=match):
        found(**options)


def test_braids_that_are_none_or_too_small_are_refused() -> None:
    with pytest.raises(InputError, match="strands=1: give an integer from 2"):
        resources(Braid([], 1))
    with pytest.raises(InputError, match="is no braid"):
        resources("1 2")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["layer_seconds", "quantum_watts", "classical_watts", "delta"])
def test_assumptions_are_positive(name: str) -> None:
    with pytest.raises(InputError, match=f"{name}=-1: give a"):
        Assumptions(**{name: -1})
    with pytest.raises(InputError, match=f"{name}=nan"):
        Assumptions(**{name: math.nan})


@pytest.mark.parametrize("b", [Braid([1], 1400), Braid([1, -2, 700, 701] * 3, 1000)], ids=str)
def test_braids_on_many_strands(b: Braid) -> None:
    found = resources(b, error=1e-9, minimize=False, search=0.1).to_json()
    json.dumps(found, allow_nan=False)
    assert found["given"]["quantum"]["fits"] is False


def test_a_braid_without_crossings() -> None:
    r = resources(Braid([], 4), error=0.1, search=0.1)
    assert r.given.magnitude == pytest.approx(1.0)
    assert r.trivial is False
