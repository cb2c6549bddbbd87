"""Values of instances by the exact evaluator, against those by construction."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

import plait
from plait.knots import alexander
from plait.knots.errors import InputError, PlaitError, ResourceError
from plait.knots.generators import generate
from plait.knots.instances import Instance
from plait.verify.instances import with_value


@pytest.mark.parametrize(
    ("family", "parameters"),
    [
        ("twisted", {"strands": 12, "crossings": 20}),
        ("twisted", {"strands": 6, "crossings": 20, "twists": 3}),
        ("torus", {"strands": 9, "turns": 10}),
        ("torus", {"strands": 7, "turns": 21}),
        ("benchmark", {"strands": 20, "layers": 30}),
        ("benchmark", {"strands": 20, "layers": 16, "magnitude": 0.4}),
        ("unlink", {"strands": 16, "layers": 10, "components": 3}),
    ],
)
def test_values_by_construction_are_right(family: str, parameters: dict[str, Any]) -> None:
    one = generate(family, seed=1, **parameters)
    assert one.known_by == ("construction",)
    done = with_value(one)
    assert done.known_by == ("construction", "evaluation")
    assert (done.exact, done.id, done.bounds) == (one.exact, one.id, one.bounds)


@pytest.mark.parametrize(
    ("family", "parameters"),
    [
        ("brickwall", {"strands": 16, "layers": 20}),
        ("uniform", {"strands": 20, "crossings": 150}),
        ("alternating", {"strands": 20, "crossings": 120}),
        ("homogeneous", {"strands": 14, "crossings": 100}),
        ("positive", {"strands": 12, "crossings": 100}),
    ],
)
def test_values_of_random_braids(family: str, parameters: dict[str, Any]) -> None:
    """The integers against floating point by another method or in another order."""
    one = generate(family, seed=2, **parameters)
    done = with_value(one)
    assert done.known_by == ("evaluation",)
    method = "dense" if one.braid.strands < 13 else "face"
    found = plait.jones(one.braid, method=method, seed=5).value
    assert done.value == pytest.approx(found, abs=1e-6 * abs(found) + 1e-6)
    assert Instance.from_json(done.to_json()) == done


def test_alternating_braids_have_the_polynomials_of_alternating_links() -> None:
    """V at t = −1 is Δ(−1), the determinant, and the coefficients of V alternate."""
    one = generate("alternating", strands=5, crossings=20, seed=1, knot=True)
    polynomial = plait.polynomial(one.braid)
    signs = [value > 0 for _, value in polynomial.terms]
    assert all(a != b for a, b in pairwise(signs))
    size = sum(abs(value) for _, value in polynomial.terms)
    assert size == alexander.link_determinant(one.braid)
    (low, _), (high, _) = polynomial.terms[0], polynomial.terms[-1]
    assert (high - low) // 2 == one.bounds.crossings


def test_a_wrong_value_by_construction_is_a_defect() -> None:
    one = generate("torus", strands=3, turns=4)
    wrong = replace(one, exact=(2, 0, 0, 0))
    with pytest.raises(PlaitError, match=r"known by construction is \[2, 0, 0, 0\].*report this"):
        with_value(wrong)


def test_limits_and_wrong_kinds() -> None:
    with pytest.raises(ResourceError, match="at most 1400 strands"):
        with_value(generate("brickwall", strands=1500, layers=1))
    with pytest.raises(InputError, match="give an Instance, such as"):
        with_value(plait.Braid("1 1 1"))  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("family", "parameters"),
    [
        ("benchmark", {"strands": 40, "layers": 60}),
        ("twisted", {"strands": 16, "crossings": 40}),
        ("unlink", {"strands": 30, "layers": 40, "components": 3}),
    ],
)
def test_large_values_by_construction(family: str, parameters: dict[str, Any]) -> None:
    assert len(with_value(generate(family, seed=1, **parameters)).known_by) == 2


@pytest.mark.slow
def test_values_of_thousands_of_crossings() -> None:
    """Against a method without contraction orders, on few strands."""
    one = with_value(generate("uniform", strands=8, crossings=4000, seed=1))
    assert one.value == pytest.approx(plait.jones(one.braid, method="dense").value, rel=1e-9)
    wide = with_value(generate("brickwall", strands=60, layers=70, seed=1))
    assert len(wide.braid) > 1300
    assert wide.known_by == ("evaluation",)
