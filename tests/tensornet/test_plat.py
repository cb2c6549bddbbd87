"""Plat closures: known knots, and what a reversed component does to V."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jones_oracles import (
    GOLDEN,
    ZETA,
    bracket_jones,
    diagram,
    number,
    reduced,
    regina_jones,
    writhe,
)
from strategies import braids

from plait.knots import Braid, closure_components, closure_writhe
from plait.tensornet import exact_coefficients

Way = Callable[..., complex]


@pytest.mark.parametrize(
    ("word", "strands", "polynomial"),
    [
        ([2, 2, 2], 4, {1: 1, 3: 1, 4: -1}),  # 3_1
        ([-2, -2, -2], 4, {-1: 1, -3: 1, -4: -1}),
        ([2, 2, -1, 2], 4, {2: 1, 1: -1, 0: 1, -1: -1, -2: 1}),  # 4_1
        ([2, 2, -3, 2], 4, {2: 1, 1: -1, 0: 1, -1: -1, -2: 1}),
        ([2] * 5, 4, {2: 1, 4: 1, 5: -1, 6: 1, 7: -1}),  # 5_1
        ([1, 1, 1], 2, {0: 1}),
        ([], 2, {0: 1}),
        ([2], 4, {0: 1}),
        ([2, 4], 6, {0: 1}),
    ],
)
def test_knots(way: Way, word: list[int], strands: int, polynomial: dict[int, int]) -> None:
    b = Braid(word, strands=strands)
    assert len(closure_components(b, "plat")) == 1
    expected = reduced(polynomial)
    assert way(b, "plat") == pytest.approx(number(expected), abs=1e-11)
    assert exact_coefficients(b, "plat") == expected


def test_links(way: Way) -> None:
    assert way(Braid([], strands=4), "plat") == pytest.approx(GOLDEN)
    # Strands 1 and 2 run opposite ways, so the crossings of [2, 2] are negative.
    negative_hopf = -(ZETA ** (-3)) - ZETA ** (-15 % 5)
    assert way(Braid([2, 2], strands=4), "plat") == pytest.approx(negative_hopf)
    assert way(Braid([-2, -2], strands=4), "plat") == pytest.approx(negative_hopf.conjugate())


def linking_number(b: Braid, component: int) -> int:
    """Of one component with all others together, from the signs of their common crossings."""
    found = diagram(b, "plat")
    owners: dict[int, list[int]] = {}
    for number_, visits in enumerate(found.components):
        for visit in visits:
            owners.setdefault(visit.crossing, []).append(number_)
    shared = [k for k, own in owners.items() if own.count(component) == 1]
    total = sum(found.signs[k] for k in shared)
    assert total % 2 == 0
    return total // 2


@given(braids(min_strands=4, max_strands=6, max_crossings=12, even=True), st.data())
def test_reversing_a_component_multiplies_v_by_a_power_of_t(
    way: Way, b: Braid, data: st.DataObject
) -> None:
    count = len(closure_components(b, "plat"))
    assume(count > 1)
    component = data.draw(st.integers(0, count - 1))
    linking = linking_number(b, component)
    # The shared crossings change sign: w' = w − 4 lk, and (−A)^(12 lk) = t^(−3 lk).
    reverse = closure_writhe(b, "plat", reverse=[component])
    assert reverse == closure_writhe(b, "plat") - 4 * linking
    assert reverse == writhe(b, "plat", [component])
    a = cmath.exp(-3j * math.pi / 5)
    factor = (-a) ** (-3 * (reverse - closure_writhe(b, "plat")))
    assert factor == pytest.approx(ZETA ** (-3 * linking))
    expected = number(bracket_jones(b, "plat", [component]))
    assert way(b, "plat") * ZETA ** (-3 * linking) == pytest.approx(expected, abs=1e-9)


@given(braids(min_strands=2, max_strands=8, max_crossings=20, even=True))
def test_regina(regina: Any, b: Braid) -> None:
    assert exact_coefficients(b, "plat") == regina_jones(regina, b, "plat")


@given(braids(min_strands=4, max_strands=8, max_crossings=16, even=True), st.data())
def test_regina_with_reversed_components(regina: Any, b: Braid, data: st.DataObject) -> None:
    components = range(len(closure_components(b, "plat")))
    reverse = data.draw(st.sets(st.sampled_from(components)))
    exact = exact_coefficients(b, "plat")
    assert exact is not None
    change = closure_writhe(b, "plat", reverse=reverse) - closure_writhe(b, "plat")
    # (−A)^(−3 change) = ζ^(−3 change)
    rotated = reduced({k - 3 * change: c for k, c in enumerate(exact)})
    assert rotated == regina_jones(regina, b, "plat", reverse)
