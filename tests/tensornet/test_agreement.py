"""The oracle table: every way to get V gives the value of the Kauffman bracket."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from jones_oracles import GOLDEN, ZETA, bracket_jones, number, torus_knot_jones
from strategies import braids

from plait.knots import Braid

Way = Callable[..., complex]

SPECIAL = [
    pytest.param([], 1, id="one strand"),
    pytest.param([], 2, id="two circles"),
    pytest.param([], 6, id="six circles"),
    pytest.param([1], 2, id="one crossing"),
    pytest.param([-1], 2, id="one negative crossing"),
    pytest.param([1], 4, id="free strands on the right"),
    pytest.param([3], 4, id="free strands on the left"),
    pytest.param([2], 4, id="free strands on both sides"),
    pytest.param([3, 3, 3], 6, id="a trefoil between free strands"),
    pytest.param([1, 3], 4, id="split unknots"),
    pytest.param([1, 1, 1, 3, 3], 4, id="split trefoil and Hopf link"),
    pytest.param([1, 1, -4, -4, -4], 6, id="split with a free strand between"),
    pytest.param([1, 2, 3, 4, 5], 6, id="columns of one crossing"),
    pytest.param([1, -2, 3, -4, 5], 6, id="columns of one crossing, signs mixed"),
    pytest.param([1, 2, 2, 3], 4, id="columns of one and two crossings"),
    pytest.param([1] * 10, 2, id="the representation's identity"),
    pytest.param([1] * 10 + [2], 3, id="a column that vanishes mod 10"),
    pytest.param([2] * 10, 4, id="only a column that vanishes mod 10"),
    pytest.param([1, 2, 3, -3, -2, -1], 4, id="a word that cancels"),
    pytest.param([1, 2] * 3, 3, id="full twist"),
    pytest.param([1, -2] * 3, 3, id="Borromean rings"),
]


@pytest.mark.parametrize(("word", "strands"), SPECIAL)
@pytest.mark.parametrize("closure", ["markov", "plat"])
def test_special_diagrams(way: Way, word: list[int], strands: int, closure: str) -> None:
    b = Braid(word, strands=strands)
    if closure == "plat" and strands % 2:
        b = b.with_strands(strands + 1)
    assert way(b, closure) == pytest.approx(number(bracket_jones(b, closure)), abs=1e-10)


@given(braids(max_strands=6, max_crossings=12))
def test_markov_closures(way: Way, b: Braid) -> None:
    assert way(b) == pytest.approx(number(bracket_jones(b)), abs=1e-9)


@given(braids(max_strands=6, max_crossings=12, even=True))
def test_plat_closures(way: Way, b: Braid) -> None:
    assert way(b, "plat") == pytest.approx(number(bracket_jones(b, "plat")), abs=1e-9)


@settings(max_examples=20)
@given(braids(min_strands=7, max_strands=8, max_crossings=18))
def test_more_strands(way: Way, b: Braid) -> None:
    assert way(b) == pytest.approx(number(bracket_jones(b)), abs=1e-9)
    if b.strands % 2 == 0:
        assert way(b, "plat") == pytest.approx(number(bracket_jones(b, "plat")), abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_random_words_of_forty_crossings(way: Way, seed: int) -> None:
    rng = random.Random(seed)
    strands = 4 + 2 * (seed % 2)
    word = [rng.choice((1, -1)) * rng.randint(1, strands - 1) for _ in range(40)]
    b = Braid(word, strands=strands)
    for closure in ("markov", "plat"):
        assert way(b, closure) == pytest.approx(number(bracket_jones(b, closure)), abs=1e-8)


@pytest.mark.parametrize(
    ("p", "q"),
    [(2, 1), (2, 3), (2, 31), (3, 2), (3, 100), (4, 3), (5, 3), (5, 24), (7, 2), (7, 5), (8, 3)],
)
def test_torus_knots(way: Way, p: int, q: int) -> None:
    b = Braid(list(range(1, p)) * q)
    assert way(b) == pytest.approx(torus_knot_jones(p, q), abs=1e-9)
    assert way(b.mirror()) == pytest.approx(torus_knot_jones(p, q).conjugate(), abs=1e-9)


@pytest.mark.parametrize("strands", range(1, 11))
def test_unlinks(way: Way, strands: int) -> None:
    assert way(Braid([], strands=strands)) == pytest.approx(GOLDEN ** (strands - 1), rel=1e-12)
    if strands % 2 == 0:
        b = Braid([], strands=strands)
        assert way(b, "plat") == pytest.approx(GOLDEN ** (strands // 2 - 1), rel=1e-12)


@given(braids(min_strands=2, max_strands=5, max_crossings=12))
def test_skein_relation(way: Way, b: Braid) -> None:
    # t⁻¹ V(L₊) − t V(L₋) = (t^(1/2) − t^(−1/2)) V(L₀), with t^(1/2) = ζ³.
    t, root = ZETA, ZETA**3
    plus, minus = Braid((*b.word, 1), b.strands), Braid((*b.word, -1), b.strands)
    difference = way(plus) / t - way(minus) * t
    assert difference == pytest.approx((root - 1 / root) * way(b), abs=1e-9)


def test_the_mirror_image_matters(way: Way) -> None:
    for b in (Braid("1 1 1"), Braid("1 1"), Braid([1, 1, 1, 2, -1, 2])):
        assert abs(way(b) - way(b.mirror())) > 0.1
    figure_eight = Braid("1 -2 1 -2")
    assert way(figure_eight) == pytest.approx(way(figure_eight.mirror()))
