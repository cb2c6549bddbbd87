"""V is an invariant of links: the moves of Markov, Reidemeister and Hilden."""

from __future__ import annotations

import cmath
import itertools
import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jones_oracles import GOLDEN
from strategies import braids

from plait.knots import Braid, closure_components, closure_writhe

Way = Callable[..., complex]


def near(value: complex) -> object:
    return pytest.approx(value, abs=1e-9)


@given(braids(min_strands=4, max_strands=4), braids(min_strands=4, max_strands=4, max_crossings=5))
def test_conjugation(way: Way, b: Braid, g: Braid) -> None:
    assert way(b.conjugate(g)) == near(way(b))


@given(braids(min_strands=4, max_strands=4), braids(min_strands=4, max_strands=4))
def test_products_commute_under_the_closure(way: Way, a: Braid, b: Braid) -> None:
    assert way(a * b) == near(way(b * a))


@given(
    braids(min_strands=5, max_strands=5, max_crossings=7),
    st.sampled_from(
        [
            ([1, 2, 1], [2, 1, 2]),
            ([-3, -2, -3], [-2, -3, -2]),
            ([4, -3, -4], [-3, -4, 3]),
            ([2, 3, -2], [-3, 2, 3]),
            ([1, 3], [3, 1]),
            ([-1, 4], [4, -1]),
            ([2, -2], []),
            ([-4, 4], []),
        ]
    ),
    braids(min_strands=5, max_strands=5, max_crossings=7),
)
def test_braid_relations(
    way: Way, before: Braid, relation: tuple[list[int], list[int]], after: Braid
) -> None:
    one, other = (Braid((*before, *middle, *after), 5) for middle in relation)
    assert way(one) == near(way(other))


@pytest.mark.parametrize("sign", [1, -1])
@given(b=braids())
def test_stabilisation(way: Way, b: Braid, sign: int) -> None:
    stabilised = Braid((*b.word, sign * b.strands), strands=b.strands + 1)
    assert way(stabilised) == near(way(b))


@pytest.mark.parametrize("sign", [1, -1])
@given(b=braids(max_strands=5))
def test_stabilisation_on_the_left(way: Way, b: Braid, sign: int) -> None:
    shifted = [letter + (1 if letter > 0 else -1) for letter in b.word]
    assert way(Braid([*shifted, sign], strands=b.strands + 1)) == near(way(b))


@given(braids())
def test_mirror_image(way: Way, b: Braid) -> None:
    assert way(b.mirror()) == near(way(b).conjugate())
    if b.strands % 2 == 0:
        assert way(b.mirror(), "plat") == near(way(b, "plat").conjugate())


@given(braids())
def test_reversed_word(way: Way, b: Braid) -> None:
    # Reading the word backwards turns the link around and reverses all orientations.
    assert way(Braid(b.word[::-1], b.strands)) == near(way(b))


@given(braids())
def test_turned_around_the_vertical_axis(way: Way, b: Braid) -> None:
    turned = [(b.strands - abs(x)) * (1 if x > 0 else -1) for x in b.word]
    assert way(Braid(turned, b.strands)) == near(way(b))


@given(braids(max_strands=5))
def test_a_free_strand_is_a_circle(way: Way, b: Braid) -> None:
    assert way(b.with_strands(b.strands + 1)) == near(GOLDEN * way(b))
    assert way(b.with_strands(b.strands + 3)) == near(GOLDEN**3 * way(b))
    if b.strands % 2 == 0:
        wider = b.with_strands(b.strands + 2)
        assert way(wider, "plat") == near(GOLDEN * way(b, "plat"))


@given(braids(max_strands=3, max_crossings=8), braids(max_strands=3, max_crossings=8))
def test_split_and_connected_sums(way: Way, a: Braid, b: Braid) -> None:
    def beside(shift: int) -> Braid:
        moved = [x + shift * (1 if x > 0 else -1) for x in b.word]
        return Braid((*a.word, *moved), strands=shift + b.strands)

    assert way(beside(a.strands)) == near(GOLDEN * way(a) * way(b))
    # One strand in common joins the strands at the border of the two braids.
    assert way(beside(a.strands - 1)) == near(way(a) * way(b))


@given(braids(min_strands=2, max_strands=5), st.integers(0, 6), st.sampled_from([1, -1]))
def test_powers_of_a_generator_count_mod_ten_but_for_the_writhe(
    way: Way, b: Braid, position: int, sign: int
) -> None:
    at = min(position, len(b))
    longer = Braid((*b.word[:at], *[sign] * 10, *b.word[at:]), b.strands)
    # σ¹⁰ = 1 in the representation, and (−A)^(−30) = 1.
    assert way(longer) == near(way(b))


# --- Plat closures ------------------------------------------------------------------------------


def orientations(way: Way, b: Braid) -> list[complex]:
    """V of the plat closure for all orientations, up to order.

    Only the factor (−A)^(−3w) = exp(−6πi w/5) depends on the orientation.
    """
    value, w = way(b, "plat"), closure_writhe(b, "plat")
    components = range(1, len(closure_components(b, "plat")))
    return [
        value * cmath.exp(-6j * math.pi / 5 * (closure_writhe(b, "plat", reverse=reverse) - w))
        for count in range(len(components) + 1)
        for reverse in itertools.combinations(components, count)
    ]


def same_up_to_order(one: list[complex], other: list[complex]) -> bool:
    rest = list(other)
    for value in one:
        match = next((k for k, found in enumerate(rest) if abs(found - value) < 1e-8), None)
        if match is None:
            return False
        rest.pop(match)
    return not rest


HILDEN = [[1], [-1], [3], [-5], [2, 1, 3, 2], [-4, -3, -5, -4], [2, 1, -3, -2], [4, 3, -5, -4]]


@pytest.mark.parametrize("move", HILDEN)
@settings(max_examples=25)
@given(b=braids(min_strands=6, max_strands=6, max_crossings=10))
def test_hilden_moves_at_the_top(way: Way, b: Braid, move: list[int]) -> None:
    # The strands keep their bottom ends, hence all components their orientations.
    assert way(Braid((*b.word, *move), 6), "plat") == near(way(b, "plat"))


@pytest.mark.parametrize("move", HILDEN)
@settings(max_examples=25)
@given(b=braids(min_strands=6, max_strands=6, max_crossings=10))
def test_hilden_moves_at_the_bottom(way: Way, b: Braid, move: list[int]) -> None:
    moved = Braid((*move, *b.word), 6)
    assert same_up_to_order(orientations(way, moved), orientations(way, b))
    if len(closure_components(b, "plat")) == 1:
        assert way(moved, "plat") == near(way(b, "plat"))


def test_a_crossing_between_two_cups_is_no_hilden_move(way: Way) -> None:
    b = Braid("2 2 2", strands=4)
    assert abs(way(Braid((*b.word, 2), 4), "plat") - way(b, "plat")) > 0.1


@pytest.mark.parametrize("sign", [1, -1])
@given(b=braids(min_strands=2, max_strands=4, even=True))
def test_plat_stabilisation(way: Way, b: Braid, sign: int) -> None:
    # A cup and a cap more, joined to the last pair by one crossing.
    assert way(Braid((*b.word, sign * b.strands), b.strands + 2), "plat") == near(way(b, "plat"))


@given(b=braids(max_strands=3, max_crossings=8))
def test_markov_closure_as_plat_closure(way: Way, b: Braid) -> None:
    # The closing arcs are nested: strand k comes back at position 2n−1−k. Pulling each of them
    # over the ones inside it sets the two ends of every arc side by side.
    n = b.strands
    comb = Braid([i for k in range(n - 1) for i in range(2 * n - 1, 2 * k + 1, -1)], 2 * n)
    plat = comb.inverse() * b.with_strands(2 * n) * comb
    # One of the orientations of the plat closure is that of the Markov closure.
    assert min(abs(value - way(b)) for value in orientations(way, plat)) < 1e-8
