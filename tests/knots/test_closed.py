"""Closed braids: both closures and every orientation are the same links as their diagrams."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import braids, random_braid

from plait.knots import Braid, InputError, LaurentPolynomial, RecordError, braid
from plait.knots.alexander import alexander_polynomial
from plait.knots.closed import ClosedBraid
from plait.knots.closures import closure_linking
from plait.tensornet import cost, jones, polynomial


@st.composite
def links(draw: st.DrawFn, *, closure: str | None = None, size: int = 9) -> ClosedBraid:
    """Closed braids with any components reversed."""
    kind = closure or draw(st.sampled_from(["markov", "plat"]))
    b = draw(braids(max_strands=4, max_crossings=size, even=kind == "plat"))
    count = len(ClosedBraid(b, kind).components)
    reverse = draw(st.sets(st.integers(0, count - 1)))
    return ClosedBraid(b, kind, tuple(reverse))


def linking(link: ClosedBraid) -> list[int]:
    return sorted(itertools.chain(*link.linking_matrix))


def diagram_linking(link: ClosedBraid) -> list[int]:
    """From the diagram's own components and signs."""
    diagram = link.diagram()
    component = {label: k for k, walk in enumerate(diagram.components) for label in walk}
    count = len(diagram.components)
    twice = [[0] * count for _ in range(count)]
    for (a, b, _, _), sign in zip(diagram.crossings, diagram.signs, strict=True):
        one, other = component[a], component[b]
        if one != other:
            twice[one][other] += sign
            twice[other][one] += sign
    assert all(value % 2 == 0 for value in itertools.chain(*twice))
    return sorted(value // 2 for value in itertools.chain(*twice))


@given(links(size=14))
def test_properties_against_the_diagram(link: ClosedBraid) -> None:
    diagram = link.diagram()
    assert link.writhe == diagram.writhe
    assert len(link.components) == len(diagram.components)
    assert link.crossings == len(diagram.crossings)
    assert len(link.directions) == link.strands == link.braid.strands
    for number, component in enumerate(link.components):
        lowest = min(component)
        assert link.directions[lowest] == (-1 if number in link.reverse else 1)
    assert linking(link) == diagram_linking(link)
    matrix = link.linking_matrix
    assert all(matrix[k][k] == 0 for k in range(len(matrix)))
    assert [list(row) for row in zip(*matrix, strict=True)] == [list(row) for row in matrix]
    assert link.linking_number == sum(linking(link)) // 2


@given(links())
def test_conversions_keep_the_oriented_link(link: ClosedBraid) -> None:
    markov, plat = link.to_markov(), link.to_plat()
    assert (markov.closure, markov.reverse, plat.closure) == ("markov", (), "plat")
    back = plat.to_markov()
    expected = polynomial(link.diagram())
    conway = alexander_polynomial(link)
    for other in (markov, plat, back):
        assert len(other.components) == len(link.components)
        assert linking(other) == linking(link)
        assert polynomial(other.diagram()) == expected
        assert alexander_polynomial(other) == conway
    assert markov.writhe == markov.braid.writhe


@given(links(closure="markov", size=20))
def test_plats_have_few_crossings(link: ClosedBraid) -> None:
    plat = link.to_plat()
    n = link.strands
    assert plat.strands == 2 * n
    assert plat.crossings <= link.crossings + n * n / 2


def test_the_cheaper_of_two_ways_to_a_plat() -> None:
    # Few crossings: room is made where it is needed. Many: once for all.
    assert ClosedBraid(Braid([9], strands=20)).to_plat().crossings <= 3
    b = random_braid(12, 400, 3)
    assert ClosedBraid(b).to_plat().crossings <= 400 + 72


@given(links(), st.data())
def test_reversed_components(link: ClosedBraid, data: st.DataObject) -> None:
    count = len(link.components)
    chosen = data.draw(st.sets(st.integers(0, count - 1)))
    turned = link.reversed(chosen)
    rest = set(range(count)) - chosen
    between = sum(link.linking_matrix[j][k] for j in chosen for k in rest)
    # V(L') = t^(−3λ) V(L), exactly.
    factor = LaurentPolynomial({-3 * between: 1})
    assert polynomial(turned) == polynomial(link) * factor
    assert turned.writhe == link.writhe - 4 * between
    assert turned.reversed(chosen) == link
    everything = link.reversed()
    assert everything.reverse == tuple(sorted(set(range(count)) - set(link.reverse)))
    assert polynomial(everything) == polynomial(link)
    assert alexander_polynomial(everything) == alexander_polynomial(link)


@given(links())
def test_mirror(link: ClosedBraid) -> None:
    image = link.mirror()
    assert image.directions == link.directions
    assert image.writhe == -link.writhe
    assert polynomial(image) == polynomial(link).mirror()
    assert image.mirror() == link


@given(links())
def test_json(link: ClosedBraid) -> None:
    assert ClosedBraid.from_json(json.loads(json.dumps(link.to_json()))) == link
    assert eval(repr(link), {"ClosedBraid": ClosedBraid, "Braid": Braid}) == link
    assert hash(link) == hash(ClosedBraid.from_json(link.to_json()))


@pytest.mark.parametrize("name", ["3_1", "4_1", "5_2", "7_5", "8_19", "L5a1{0}", "L6a4{0,0}"])
def test_plats_of_named_links(name: str) -> None:
    b = braid(name)
    plat = ClosedBraid(b).to_plat()
    assert polynomial(plat) == polynomial(b)
    assert jones(plat).exact == jones(name).exact


def test_two_orientations_of_links_of_the_table() -> None:
    # LinkInfo has both as links of their own.
    for first, second in (("L2a1{0}", "L2a1{1}"), ("L4a1{0}", "L4a1{1}"), ("L7a1{0}", "L7a1{1}")):
        link = ClosedBraid(braid(first))
        found = polynomial(link.reversed([1]).to_markov().braid)
        assert found in (polynomial(second), polynomial(second).mirror())
        assert found == polynomial(link) * LaurentPolynomial({-3 * link.linking_number: 1})


def test_examples() -> None:
    clasp = ClosedBraid(Braid("2 2", strands=4), "plat")
    assert clasp.linking_matrix == ((0, -1), (-1, 0))
    assert clasp.reversed([0]).linking_matrix == ((0, 1), (1, 0))
    assert polynomial(clasp) == LaurentPolynomial({Fraction(-5, 2): -1, Fraction(-1, 2): -1})
    circles = ClosedBraid(Braid([], strands=3))
    assert circles.to_plat() == ClosedBraid(Braid([], strands=6), "plat")
    assert circles.reversed([1]).to_markov().braid == Braid([], strands=3)
    assert ClosedBraid(Braid("1 -2 -2")).reversed().to_markov().braid == Braid([-2, -2, 1])
    plain = ClosedBraid(Braid("1 1"))
    assert plain.to_markov() is plain
    assert clasp.to_plat() is clasp
    assert ClosedBraid(Braid("1 1"), reverse=(1, 0, 1)).reverse == (0, 1)


@given(links(size=7))
def test_values_at_the_fifth_root(link: ClosedBraid) -> None:
    expected = polynomial(link).at_fifth_root()
    found = jones(link)
    assert abs(found.value - expected.value) < 1e-9
    assert found.exact in (None, expected.exact)


def test_the_value_of_a_reversed_component_by_both_methods() -> None:
    link = ClosedBraid(random_braid(6, 24, 1), "plat")
    assert len(link.components) > 1
    turned = link.reversed([0])
    assert turned.writhe != link.writhe
    expected = polynomial(turned).at_fifth_root()
    for method in ("face", "bracket", "dense"):
        assert jones(turned, method=method).value == pytest.approx(expected.value, rel=1e-9)
    value = jones(turned, exact=True)
    assert value.exact == expected.exact
    assert value.closure == "plat"
    assert abs(jones(link).value - expected.value) > 1e-3
    assert cost(link).flops > 0


def test_linking_numbers_by_the_function() -> None:
    assert closure_linking(Braid("1 1 2 2")) == ((0, 1, 0), (1, 0, 1), (0, 1, 0))
    assert closure_linking(Braid("1 1"), reverse=[0]) == ((0, -1), (-1, 0))
    assert closure_linking(Braid("1 1 1")) == ((0,),)


TWO = Braid("1 1")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ClosedBraid("1 1"), "'1 1' is no braid; give Braid"),
        (lambda: ClosedBraid(TWO, "knot"), "unknown closure 'knot'; choose one of: markov, plat"),
        (lambda: ClosedBraid(Braid("1 2"), "plat"), "even number of strands"),
        (lambda: ClosedBraid(TWO, reverse=(2,)), r"this link has the components 0\.\.1"),
        (lambda: ClosedBraid(TWO, reverse=1), "reverse=1: give the numbers of the components"),
        (lambda: ClosedBraid(TWO, reverse=("0",)), "give the numbers of the components"),
        (lambda: ClosedBraid(TWO, reverse=(0.5,)), "give the numbers of the components"),
        (lambda: ClosedBraid(TWO).reversed([5]), r"this link has the components 0\.\.1"),
        (lambda: ClosedBraid(TWO).reversed(0), "components=0: give the numbers"),
        (lambda: closure_linking(TWO, reverse=3), "reverse=3: give the numbers"),
        (lambda: jones(ClosedBraid(TWO), closure="plat"), "a ClosedBraid is closed already"),
        (
            lambda: jones(ClosedBraid(TWO), strands=3),
            "closed already .markov.; leave out strands=3",
        ),
        (lambda: polynomial(ClosedBraid(TWO), strands=3), "a ClosedBraid is closed already"),
    ],
)
def test_errors(call: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"word": None}, "not the record of a closed braid"),
        ({"word": [5]}, "needs 6 strands"),
        ({"closure": "both"}, "unknown closure 'both'"),
        ({"closure": []}, r"unknown closure \[\]"),
        ({"reverse": 3}, "not the record of a closed braid"),
        ({"reverse": [7]}, r"this link has the components 0\.\.1"),
    ],
)
def test_records_that_are_refused(change: dict[str, Any], message: str) -> None:
    record = ClosedBraid(TWO).to_json() | change
    with pytest.raises(RecordError, match=message):
        ClosedBraid.from_json(record)


def test_records_with_less() -> None:
    record = ClosedBraid(TWO).to_json()
    for key in record:
        with pytest.raises(RecordError, match=f"'{key}' is missing"):
            ClosedBraid.from_json({k: v for k, v in record.items() if k != key})
    with pytest.raises(RecordError, match="not the record of a closed braid"):
        ClosedBraid.from_json([1, 2])  # type: ignore[arg-type]


def test_conversions_of_larger_links() -> None:
    rng = random.Random(4)
    for _ in range(5):
        b = random_braid(8, 40, rng.randrange(10**6))
        link = ClosedBraid(b)
        plat = link.to_plat()
        assert alexander_polynomial(plat.to_markov()) == alexander_polynomial(b)
        assert linking(plat) == linking(link)
