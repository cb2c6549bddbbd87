"""The oracles against each other: no test here calls the code under test."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jones_oracles import (
    ZETA,
    bracket_jones,
    number,
    parse_polynomial,
    reduced,
    regina_jones,
    torus_knot_jones,
    word_matrix,
)
from strategies import braids

from plait.knots import Braid


def test_the_trefoil() -> None:
    # V = t + t³ − t⁴ at t = ζ, and 1 + ζ + … + ζ⁴ = 0.
    assert reduced({1: 1, 3: 1, 4: -1}) == (1, 2, 1, 2)
    assert number((1, 2, 1, 2)) == pytest.approx(ZETA + ZETA**3 - ZETA**4)
    assert bracket_jones(Braid("1 1 1")) == (1, 2, 1, 2)
    assert torus_knot_jones(2, 3) == pytest.approx(number((1, 2, 1, 2)))


def test_regina_has_our_chirality(regina: Any) -> None:
    assert regina_jones(regina, Braid("1 1 1")) == (1, 2, 1, 2)
    # −t^(1/2) − t^(5/2) for the positive Hopf link, −t^(1/2) − t^(−1/2) for two circles.
    assert regina_jones(regina, Braid("1 1")) == reduced({1: -1, 5: -1}, 3)
    assert regina_jones(regina, Braid("-1 -1")) == reduced({-1: -1, -5: -1}, 3)
    assert regina_jones(regina, Braid([], strands=2)) == reduced({1: -1, -1: -1}, 3)
    assert regina_jones(regina, Braid("2 2 2", strands=4), "plat") == (1, 2, 1, 2)


@given(st.data(), braids(max_strands=6, max_crossings=9))
def test_regina_agrees_with_the_bracket(regina: Any, data: st.DataObject, b: Braid) -> None:
    closure = "plat" if b.strands % 2 == 0 and data.draw(st.booleans()) else "markov"
    reverse = data.draw(st.sets(st.sampled_from(range(b.components)))) if closure != "plat" else ()
    expected = bracket_jones(b, closure, reverse)
    assert regina_jones(regina, b, closure, reverse) == expected


@given(braids(max_strands=4, max_crossings=8))
def test_the_bracket_agrees_with_the_fibonacci_representation(b: Braid) -> None:
    t = ZETA
    golden = -(t**2) - t**3
    from jones_oracles import all_paths

    weights = [(1, golden)[path[-1]] for path in all_paths(b.strands)]
    bracket = np.sum(weights * np.diag(word_matrix(b)))
    value = (t ** (-3 * b.writhe)) * bracket / golden
    assert number(bracket_jones(b)) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", {0: 1}),
        ("t", {1: 1}),
        ("-x", {1: -1}),
        ("t+ t^3-t^4", {1: 1, 3: 1, 4: -1}),
        ("-t^(-8)+ 2*t^(-7)-2+ t", {-8: -1, -7: 2, 0: -2, 1: 1}),
        ("x^(-11)-3/x^9 + 4/x-6*x^12", {-11: 1, -9: -3, -1: 4, 12: -6}),
    ],
)
def test_parse_polynomial(text: str, expected: dict[int, int]) -> None:
    assert parse_polynomial(text) == expected


@pytest.mark.parametrize("text", ["", "2t", "t t", "t^", "t+", "(1+t)/x", "t^1.5", "t+t", "y"])
def test_polynomials_that_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"cannot read|without|twice|empty"):
        parse_polynomial(text)
