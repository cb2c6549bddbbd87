"""JonesEstimate: from tallies to a record, and back from JSON."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from synthetic import Counts, of_counts, of_means

import plait
from plait.circuits import SERIES, CircuitStatistics, Plan, device
from plait.knots import (
    Braid,
    InputError,
    RecordError,
    closure_writhe,
    path_probability,
    paths,
    plat_path,
)
from plait.mitigation import (
    JonesEstimate,
    Observations,
    estimate_from_observations,
    estimator,
    jones_factor,
)
from plait.tensornet import representation

PHI = (1 + math.sqrt(5)) / 2
TREFOIL = Braid([1, 1, 1])
STATISTICS = CircuitStatistics(
    qubits=1,
    two_qubit_gates=1.25,
    two_qubit_depth=1.0,
    one_qubit_gates=2.0,
    expected_fidelity=0.99,
)
COUNTS: Counts = {
    "real": (160, 20, 10, 10),
    "imag": (170, 10, 10, 10),
    "conjugate-real": (150, 20, 10, 20),
    "conjugate-imag": (10, 160, 10, 20),
}
OBSERVED = of_counts(COUNTS)


def make_plan(**changes: Any) -> Plan:
    values: dict[str, Any] = {
        "braid": TREFOIL,
        "closure": "markov",
        "kind": "echo",
        "series": SERIES,
        "shots": 800,
        "round_shots": 80,
        "seed": 3,
    }
    return Plan(**(values | changes))


def make(
    mitigation: str = "detection,conjugate", observed: Observations = OBSERVED, **changes: Any
) -> JonesEstimate:
    return estimate_from_observations(
        [observed],
        make_plan(**changes),
        mitigation=estimator(mitigation),
        target=device("H2-1"),
        statistics=STATISTICS,
        seconds=1.5,
    )


@pytest.mark.parametrize("name", ["3_1", "4_1", "6_2", "8_19", "L4a1{0}", "L6a5{0,0}"])
def test_factor_of_markov_closures(name: str) -> None:
    """V / Σ_s P(s) ⟨s|U|s⟩, from the dense matrix and the value of the face model."""
    braid = plait.braid(name)
    weights = [path_probability(s) for s in paths(braid.strands).tolist()]
    z = np.dot(weights, np.diag(representation(braid)))
    value = complex(plait.jones(name, method="face"))
    assert abs(jones_factor(braid, "markov") * z - value) < 1e-9


@pytest.mark.parametrize("word", ["2 2 2", "2 2 -1 2", "1 2 3 3 -2 1", "2 1 3 2"])
def test_factor_of_plat_closures(word: str) -> None:
    braid = Braid(word, strands=4)
    row = paths(4).tolist().index(list(plat_path(4)))
    z = representation(braid)[row, row]
    value = complex(plait.jones(braid, closure="plat", method="face"))
    assert abs(jones_factor(braid, "plat") * z - value) < 1e-9


@pytest.mark.parametrize("strands", range(1, 7))
def test_factor_without_crossings_is_the_unlink(strands: int) -> None:
    braid = Braid([], strands=strands)
    assert jones_factor(braid, "markov") == pytest.approx(PHI ** (strands - 1))
    if strands % 2 == 0:
        assert jones_factor(braid, "plat") == pytest.approx(PHI ** (strands // 2 - 1))


def test_factor_turns_with_the_writhe() -> None:
    a = np.exp(-3j * np.pi / 5)
    for word in ([1, 1, 1], [-1, -1], [1, -1, 1]):
        braid = Braid(word, strands=2)
        want = (-a) ** (-3 * closure_writhe(braid)) * PHI
        assert abs(jones_factor(braid, "markov") - want) < 1e-12


def test_values_from_counts() -> None:
    e = make()
    factor = jones_factor(TREFOIL, "markov")
    b = complex(140 / 190, 160 / 190)
    c = complex(130 / 180, -150 / 180)
    root = np.sqrt(b * c.conjugate())
    assert e.z == pytest.approx(root)
    assert e.value == pytest.approx(factor * root)
    assert complex(e) == e.value
    assert e.raw_value == pytest.approx(factor * complex(140 / 200, 160 / 200))
    assert (e.shots, e.kept) == (800, 740)
    assert (e.closure, e.circuit, e.device, e.seed) == ("markov", "echo", "H2-1", 3)
    assert e.mitigation == ("detection", "conjugate")
    assert (e.qubits, e.two_qubit_gates, e.seconds, e.level) == (1, 1.25, 1.5, 0.95)
    assert e.braid == TREFOIL


def test_interval_has_the_width_of_shot_noise() -> None:
    """Without mitigation: 2·2.2414 standard errors of each part, turned by the factor."""
    e = make("none")
    factor = jones_factor(TREFOIL, "markov")
    variances = [
        ((plus + minus) / 200 - ((plus - minus) / 200) ** 2) / 200
        for plus, minus in ((160, 20), (170, 10))
    ]
    # V = factor · (x + iy): parts mix by the rotation of the factor.
    c, s = factor.real, factor.imag
    want = [
        math.sqrt(c**2 * variances[0] + s**2 * variances[1]),
        math.sqrt(s**2 * variances[0] + c**2 * variances[1]),
    ]
    for (low, high), sigma in zip(e.interval, want, strict=True):
        assert (high - low) / (2 * 2.2414) == pytest.approx(sigma, rel=0.06)
    for (low, high), part in zip(e.interval, (e.value.real, e.value.imag), strict=True):
        assert low < part < high


def test_level_widens_the_interval() -> None:
    widths = []
    for level in (0.5, 0.95, 0.999):
        e = estimate_from_observations(
            [OBSERVED],
            make_plan(),
            mitigation=estimator("detection"),
            target=device("ideal"),
            statistics=STATISTICS,
            level=level,
        )
        assert e.level == level
        widths.append(e.interval[0][1] - e.interval[0][0])
    assert widths[0] < widths[1] < widths[2]


def test_same_seed_same_interval() -> None:
    assert make() == make()
    assert make().interval != make(seed=4).interval
    assert make().value == make(seed=4).value


def test_series_without_shots() -> None:
    few = OBSERVED.only(SERIES[:2])
    with pytest.raises(
        InputError, match="needs circuits of the series conjugate-real, conjugate-imag"
    ):
        make("conjugate", few)
    empty = of_counts({**COUNTS, "imag": (0, 0, 0, 0)})
    with pytest.raises(InputError, match="no shots of the series imag; measure more shots"):
        make("none", empty)


@pytest.mark.parametrize("kind", ["percentile", "bca"])
def test_kinds_of_intervals(kind: Any) -> None:
    """Of V: those of z, turned; with a jackknife for the second kind."""
    e = estimate_from_observations(
        [OBSERVED],
        make_plan(),
        mitigation=estimator("detection,conjugate"),
        target=device("ideal"),
        statistics=STATISTICS,
        interval=kind,
    )
    for (low, high), part in zip(e.interval, (e.value.real, e.value.imag), strict=True):
        assert low < part < high
    other = make()
    assert (e.interval == other.interval) == (kind == "percentile")
    # Shots are many enough for both kinds to be about the same.
    assert np.ravel(e.interval) == pytest.approx(np.ravel(other.interval), abs=0.04)


def test_notes_warn_of_a_sign_that_is_uncertain() -> None:
    z = 0.5 + 0.3j
    for degrees, warned in ((0, False), (50, False), (70, True), (-85, True)):
        turn = np.exp(1j * np.radians(degrees))
        e = make("conjugate", of_means(turn * z, turn * z.conjugate()))
        found = [note for note in e.notes if "turned by" in note]
        assert bool(found) == warned
        if warned:
            assert f"{abs(degrees)}°" in found[0]


def test_notes_warn_of_values_near_zero() -> None:
    e = make("conjugate", of_means(0.02 + 0j, 0.02 + 0j))
    assert any("three standard errors" in note for note in e.notes)
    e = make("conjugate", of_means(0.2 + 0j, 0.2 + 0j))
    assert e.notes == ()
    assert make("detection", of_means(0.02 + 0j, 0.02 + 0j)).notes == ()


@pytest.mark.parametrize("mitigation", ["none", "detection", "conjugate", "detection,conjugate"])
@pytest.mark.parametrize("closure", ["markov", "plat"])
def test_json_round_trip(mitigation: str, closure: str) -> None:
    e = make(mitigation, closure=closure)
    data = json.loads(json.dumps(e.to_json()))
    assert JonesEstimate.from_json(data) == e
    # Readers may add keys.
    assert JonesEstimate.from_json(data | {"comment": "fine"}) == e


def test_json_of_notes() -> None:
    e = make("conjugate", of_means(0.02 + 0j, 0.02 + 0j))
    assert JonesEstimate.from_json(json.loads(json.dumps(e.to_json()))).notes == e.notes


KEYS = [
    "value", "interval", "level", "raw_value", "raw_interval", "z", "shots", "kept", "closure",
    "braid", "circuit", "device", "mitigation", "statistics", "seed", "seconds", "notes",
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_json_with_a_key_missing(key: str) -> None:
    data = make().to_json()
    del data[key]
    with pytest.raises(RecordError, match=f"not the record of an estimate: .*{key}"):
        JonesEstimate.from_json(data)


@pytest.mark.parametrize(
    "changes",
    [
        {"value": "1+2j"},
        {"value": None},
        {"value": [1, 2, 3]},
        {"interval": [[0, 1]]},
        {"interval": [[0, 1], [0, "x"]]},
        {"braid": {"word": [0], "strands": 2}},
        {"braid": [1, 1, 1]},
        {"statistics": {"qubits": 1}},
        {"notes": None},
    ],
    ids=str,
)
def test_json_of_something_else(changes: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match="not the record of an estimate"):
        JonesEstimate.from_json(make().to_json() | changes)


def test_covers() -> None:
    e = replace(make(), interval=((-1.0, 2.0), (0.5, 0.75)))
    for inside in (0 + 0.6j, -1 + 0.5j, 2 + 0.75j, 2 + 1e-10 + 0.6j):
        assert e.covers(inside)
    for outside in (-1.001 + 0.6j, 2.001 + 0.6j, 0.499j, 0.751j, 3 + 3j):
        assert not e.covers(outside)
    assert e.covers(2.05 + 0.6j, tolerance=0.1)
