"""V of a link by way of a smaller braid: the same value and integers, of the link as given."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import braids, random_braid

from plait.knots import Braid, ClosedBraid, InputError, PlanarDiagram
from plait.knots.disguise import disguised_unlink
from plait.knots.values import times_zeta, zeta_value
from plait.tensornet import jones


@settings(deadline=None, max_examples=60)
@given(braids(max_strands=6, max_crossings=20))
def test_markov_closures(b: Braid) -> None:
    direct, small = jones(b), jones(b, minimize=0.01)
    assert small.exact == direct.exact
    assert small.value == pytest.approx(direct.value, abs=1e-9)
    assert (small.strands, small.crossings, small.closure) == (b.strands, len(b), "markov")
    assert small.details["minimized"]["strands"] <= b.strands


@settings(deadline=None, max_examples=30)
@given(braids(min_strands=2, max_strands=6, max_crossings=12, even=True), st.data())
def test_plat_closures_and_their_orientations(b: Braid, data: st.DataObject) -> None:
    count = len(ClosedBraid(b, "plat").components)
    turned = data.draw(st.sets(st.integers(0, count - 1)))
    link = ClosedBraid(b, "plat", tuple(sorted(turned)))
    assert jones(link, minimize=0.01).exact == jones(link).exact
    assert jones(link, minimize=0.01).closure == "plat"
    assert jones(link.diagram(), minimize=0.01).exact == jones(link).exact


def test_integers_of_many_free_circles() -> None:
    b = random_braid(5, 30, seed=1).with_strands(12)
    direct, small = jones(b, exact=True), jones(b, exact=True, minimize="low")
    assert small.details["minimized"]["free"] >= 7
    assert small.exact == direct.exact
    assert small.exact is not None
    assert small.value == pytest.approx(zeta_value(small.exact))


def test_a_link_whose_disguise_is_wide() -> None:
    """What takes seconds as it stands is nothing when the disguise is off."""
    b = disguised_unlink(30, 40, 3, seed=0).braid
    small = jones(b, minimize="low")
    assert small.details["minimized"]["crossings"] == 0
    assert small.value == pytest.approx(((1 + 5**0.5) / 2) ** 2)


def test_errors_of_methods_that_sample_grow_with_the_factor() -> None:
    b = Braid("1 2 1 -2 1 2 2 1").with_strands(6)
    value = jones(b, minimize="low", method="statevector", seed=1)
    assert value.error is not None
    assert abs(value.value - jones(b).value) < 6 * value.error


def test_text_and_diagrams() -> None:
    trefoil = PlanarDiagram([(1, 5, 2, 4), (3, 1, 4, 6), (5, 3, 6, 2)])
    assert jones(trefoil, minimize="low").exact == (1, 2, 1, 2)
    assert jones("dt: 4 6 2", minimize="low").exact == (1, 2, 1, 2)
    assert jones("8_19", minimize="low").exact == jones("8_19").exact


def test_powers_of_zeta() -> None:
    exact = (3, -1, 4, 1)
    for power in range(-6, 7):
        turned = zeta_value(times_zeta(exact, power))
        assert turned == pytest.approx(zeta_value(exact) * zeta_value((0, 1, 0, 0)) ** power)


def test_efforts_that_are_none_are_refused() -> None:
    with pytest.raises(InputError, match=r"effort='lots': give low, medium, high, or a number"):
        jones("3_1", minimize="lots")
