"""Regina's Jones polynomial of random closed braids."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from jones_oracles import bracket_jones, number, regina_jones, regina_link

from plait.knots import Braid, closure_components, closure_writhe
from plait.tensornet import exact_coefficients, jones

Way = Callable[..., complex]


def random_braids() -> list[Braid]:
    """To 60 crossings and 10 strands, some strands free."""
    rng = random.Random(20)
    found = []
    for _ in range(60):
        strands = rng.randint(2, 10)
        used = rng.randint(1, strands - 1)
        first = rng.randint(1, strands - used)
        length = rng.randint(0, 60)
        word = [rng.choice((1, -1)) * rng.randint(first, first + used - 1) for _ in range(length)]
        found.append(Braid(word, strands=strands))
    return found


BRAIDS = random_braids()


def test_the_sample_is_varied() -> None:
    free = [b for b in BRAIDS if len({abs(x) for x in b.word}) < b.strands - 1]
    assert len(free) > 15
    assert sum(len(b) > 40 for b in BRAIDS) > 10
    assert {b.strands for b in BRAIDS} == set(range(2, 11))


@pytest.fixture(scope="module")
def values(regina: Any) -> list[tuple[Braid, str, complex]]:
    return [
        (b, closure, number(regina_jones(regina, b, closure)))
        for b in BRAIDS
        for closure in ("markov", "plat")
        if closure == "markov" or b.strands % 2 == 0
    ]


def test_values(way: Way, values: list[tuple[Braid, str, complex]]) -> None:
    for b, closure, expected in values:
        assert way(b, closure) == pytest.approx(expected, rel=1e-9, abs=1e-9), (b, closure)


def test_integers(regina: Any) -> None:
    for b in BRAIDS:
        assert exact_coefficients(b, "markov") == regina_jones(regina, b), b
        if b.strands % 2 == 0:
            expected = regina_jones(regina, b, "plat")
            assert exact_coefficients(b, "plat") == expected, b


def test_jones_gives_these_integers(regina: Any) -> None:
    for b in BRAIDS[:20]:
        assert jones(b).exact == regina_jones(regina, b), b


def test_writhe_and_components(regina: Any) -> None:
    for b in BRAIDS:
        for closure in ("markov", "plat") if b.strands % 2 == 0 else ("markov",):
            link = regina_link(regina, b, closure)
            assert link.writhe() == closure_writhe(b, closure)
            assert link.countComponents() == len(closure_components(b, closure))


def test_reversed_components(regina: Any) -> None:
    for b in BRAIDS:
        if b.strands % 2 == 0:
            components = range(len(closure_components(b, "plat")))
            for k in components:
                link = regina_link(regina, b, "plat", [k])
                assert link.isClassical()
                assert link.writhe() == closure_writhe(b, "plat", reverse=[k])


def test_regina_tells_the_mirror_image(regina: Any) -> None:
    chiral = [b for b in BRAIDS if regina_jones(regina, b) != regina_jones(regina, b.mirror())]
    assert len(chiral) > 40


def test_known_knots_in_regina(regina: Any) -> None:
    # The oracle itself: Regina's own diagrams, of which the left trefoil's signs are −1.
    trefoil = regina.ExampleLink.trefoilRight()
    assert trefoil.writhe() == 3
    assert trefoil.jones() == regina_link(regina, Braid("1 1 1"), "markov").jones()
    eight = regina.ExampleLink.figureEight()
    assert eight.jones() == regina_link(regina, Braid("1 -2 1 -2"), "markov").jones()
    torus = regina.ExampleLink.torus(5, 4)
    assert torus.jones() == regina_link(regina, Braid([1, 2, 3, 4] * 4), "markov").jones()
    assert bracket_jones(Braid([1, 2, 3, 4] * 4)) == regina_jones(regina, Braid([1, 2, 3, 4] * 4))
