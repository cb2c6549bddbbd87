"""Planar diagrams: codes of the tables, closures of braids, faces, orientation, errors."""

from __future__ import annotations

import itertools
import random
import re
from typing import Any

import pytest
from hypothesis import given
from strategies import braids

from plait.knots import Braid, InputError, PlanarDiagram, closure_components, closure_writhe

TREFOIL = [(1, 5, 2, 4), (3, 1, 4, 6), (5, 3, 6, 2)]


def loops(diagram: PlanarDiagram, state: tuple[int, ...]) -> int:
    """Circles of a state of the bracket, by merging edges."""
    parent = {label: label for crossing in diagram.crossings for label in crossing}

    def root(x: int) -> int:
        while parent[x] != x:
            x = parent[x]
        return x

    count = len(parent)
    for (a, b, c, d), smoothing in zip(diagram.crossings, state, strict=True):
        for x, y in ((a, b), (c, d)) if smoothing == 1 else ((a, d), (b, c)):
            if root(x) != root(y):
                count -= 1
                parent[root(x)] = root(y)
    return count + diagram.circles


def jones_by_states(diagram: PlanarDiagram) -> dict[int, int]:
    """V as {exponent of t^(1/2): coefficient}: the sum over all 2^n states."""
    powers = [{0: 1}]  # of −A² − A⁻²
    for _ in range(len(diagram.crossings) + diagram.circles + 1):
        last = powers[-1]
        exponents = {e + s for e in last for s in (2, -2)}
        powers.append({e: -last.get(e - 2, 0) - last.get(e + 2, 0) for e in exponents})
    bracket: dict[int, int] = {}
    for state in itertools.product((1, -1), repeat=len(diagram.crossings)):
        for e, c in powers[loops(diagram, state) - 1].items():
            bracket[e + sum(state)] = bracket.get(e + sum(state), 0) + c
    w = diagram.writhe
    # (−A)^(−3w), and t^(1/2) = A⁻².
    found = {(3 * w - e): (-1) ** w * c for e, c in bracket.items() if c}
    assert all(e % 2 == 0 for e in found)
    return {e // 2: c for e, c in found.items()}


def integers(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"-?\d+", text)]


def vector(text: str, step: int) -> dict[int, int]:
    low, _, *coefficients = integers(text)
    return {step * (low + k): c for k, c in enumerate(coefficients) if c}


def code(text: str) -> PlanarDiagram:
    labels = integers(text)
    return PlanarDiagram([labels[k : k + 4] for k in range(0, len(labels), 4)])


def table(links: bool) -> list[dict[str, Any]]:
    data = pytest.importorskip("database_knotinfo")
    rows: list[dict[str, Any]] = data.link_list(links)[1:]
    return [row for row in rows if row["jones_polynomial_vector"] not in ("", "1")]


def check_knots(low: int, high: int) -> int:
    rows = [row for row in table(False) if low <= int(row["crossing_number"]) <= high]
    for row in rows:
        diagram = code(row["pd_notation"])
        assert len(diagram.components) == 1, row["name"]
        expected = vector(row["jones_polynomial_vector"], 2)
        assert jones_by_states(diagram) == expected, row["name"]
        mirrored = {-e: c for e, c in expected.items()}
        assert jones_by_states(diagram.mirror()) == mirrored, row["name"]
    return len(rows)


def check_links(low: int, high: int) -> int:
    # Two orientations of a link share most of its code: the signs come from the components.
    rows = [row for row in table(True) if low <= int(row["crossing_number"]) <= high]
    for row in rows:
        diagram = code(row["pd_notation_vector"])
        assert len(diagram.components) == int(row["components"]), row["name"]
        expected = vector(row["jones_polynomial_vector"], 1)
        assert jones_by_states(diagram) == expected, row["name"]
    return len(rows)


def test_knots_of_the_table() -> None:
    assert check_knots(3, 8) == 35


def test_links_of_the_table() -> None:
    assert check_links(2, 7) > 30


@pytest.mark.slow
def test_knots_to_ten_crossings() -> None:
    assert check_knots(9, 10) == 214


@pytest.mark.slow
def test_links_to_nine_crossings() -> None:
    assert check_links(8, 9) > 200


def test_signs_are_linking_numbers() -> None:
    for row in table(True)[:600]:
        diagram = code(row["pd_notation_vector"])
        part_of = {label: k for k, c in enumerate(diagram.components) for label in c}
        matrix = [[0] * len(diagram.components) for _ in diagram.components]
        for (a, b, _, _), sign in zip(diagram.crossings, diagram.signs, strict=True):
            one, other = part_of[a], part_of[b]
            if one != other:
                matrix[one][other] += sign
                matrix[other][one] += sign
        stated = integers(row["linking_matrix"])
        assert sorted(x // 2 for line in matrix for x in line) == sorted(stated), row["name"]


@given(braids(max_strands=7, max_crossings=20))
def test_markov_closures(b: Braid) -> None:
    diagram = PlanarDiagram.from_braid(b)
    assert diagram.writhe == b.writhe
    assert diagram.signs == tuple(1 if letter > 0 else -1 for letter in b.word)
    assert len(diagram.components) == b.components
    assert diagram.mirror() == PlanarDiagram(
        [(a, d, c, bb) for a, bb, c, d in diagram.crossings], diagram.circles
    )


@given(braids(max_strands=8, max_crossings=20, even=True))
def test_plat_closures(b: Braid) -> None:
    diagram = PlanarDiagram.from_braid(b, "plat")
    components = closure_components(b, "plat")
    assert diagram.writhe == closure_writhe(b, "plat")
    assert len(diagram.components) == len(components)
    for k in range(len(components)):
        turned = PlanarDiagram.from_braid(b, "plat", reverse=[k])
        assert turned.writhe == closure_writhe(b, "plat", reverse=[k])


@given(braids(max_strands=5, max_crossings=7, even=True))
def test_bracket_of_closures(b: Braid) -> None:
    # V at the fifth root against the published formula is in the tests of the methods.
    for closure in ("markov", "plat"):
        diagram = PlanarDiagram.from_braid(b, closure)
        mirrored = {-e: c for e, c in jones_by_states(diagram).items()}
        assert jones_by_states(diagram.mirror()) == mirrored
        other = PlanarDiagram.from_braid(b.mirror(), closure)
        assert jones_by_states(other) == mirrored


@given(braids(max_strands=8, max_crossings=24, even=True))
def test_faces_and_components_are_partitions(b: Braid) -> None:
    for closure in ("markov", "plat"):
        diagram = PlanarDiagram.from_braid(b, closure)
        n = len(b)
        corners = [corner for face in diagram.faces for corner in face]
        assert sorted(corners) == [(c, k) for c in range(n) for k in range(4)]
        assert len(diagram.faces) == n + 2 * len(diagram.parts)
        assert sorted(c for part in diagram.parts for c in part) == list(range(n))
        labels = [label for component in diagram.components for label in component]
        assert labels == list(range(1, 2 * n + 1))
        assert sum(not component for component in diagram.components) == diagram.circles
        # Corners of one face follow one another along an edge.
        for face in diagram.faces:
            for (c, k), (e, m) in zip(face, (*face[1:], face[0]), strict=True):
                assert diagram.crossings[c][(k + 1) % 4] == diagram.crossings[e][m]


@given(braids(max_strands=8, max_crossings=24, even=True))
def test_the_code_alone_is_the_diagram(b: Braid) -> None:
    # Orientation is read off the labels, also of components that are nowhere below.
    for closure in ("markov", "plat"):
        diagram = PlanarDiagram.from_braid(b, closure)
        again = PlanarDiagram([list(x) for x in diagram.crossings], diagram.circles)
        assert again == diagram
        assert hash(again) == hash(diagram)
        assert again.signs == diagram.signs
        assert eval(repr(diagram)) == diagram


def test_kinks() -> None:
    positive, negative = PlanarDiagram([(1, 1, 2, 2)]), PlanarDiagram([(1, 2, 2, 1)])
    assert (positive.signs, negative.signs) == ((1,), (-1,))
    for kink in (positive, negative, PlanarDiagram([(2, 2, 1, 1)])):
        assert jones_by_states(kink) == {0: 1}
        assert sorted(map(len, kink.faces)) == [1, 1, 2]
    assert PlanarDiagram.from_braid(Braid("1")).signs == (1,)


def test_a_component_that_is_nowhere_below() -> None:
    # One circle (1, 2) lying upon another (3, 4): it runs from 1 to 2 at the first crossing.
    upon = [(3, 2, 4, 1), (4, 2, 3, 1)]
    assert PlanarDiagram(upon).signs == (1, -1)
    assert PlanarDiagram(upon).components == ((1, 2), (3, 4))
    assert PlanarDiagram(upon[::-1]).signs == (1, -1)


def test_upper_components_keep_their_direction() -> None:
    rng = random.Random(5)
    found = 0
    for _ in range(2000):
        b = Braid([rng.choice((1, -1)) * rng.randint(1, 5) for _ in range(10)], strands=6)
        diagram = PlanarDiagram.from_braid(b, "plat")
        below = {crossing[0] for crossing in diagram.crossings}
        free = [c for c in diagram.components if c and not below & set(c)]
        found += bool(free)
        for k, _ in enumerate(closure_components(b, "plat")):
            turned = PlanarDiagram.from_braid(b, "plat", reverse=[k])
            assert turned.writhe == closure_writhe(b, "plat", reverse=[k])
    assert found > 20


def test_small_diagrams() -> None:
    assert PlanarDiagram() == PlanarDiagram([], 0)
    assert PlanarDiagram().components == PlanarDiagram().faces == PlanarDiagram().parts == ()
    assert PlanarDiagram(circles=2).components == ((), ())
    assert PlanarDiagram.from_braid(Braid([], strands=3)) == PlanarDiagram(circles=3)
    assert PlanarDiagram.from_braid(Braid([], strands=4), "plat") == PlanarDiagram(circles=2)
    assert PlanarDiagram.from_braid(Braid([2], strands=4)).circles == 2
    assert PlanarDiagram.from_braid(Braid([1], strands=4), "plat").circles == 1
    assert PlanarDiagram.from_braid(Braid([2], strands=4), "plat").circles == 0


def test_labels_may_be_any_integers() -> None:
    renamed = [tuple(10 * x - 35 for x in crossing) for crossing in TREFOIL]
    assert PlanarDiagram(renamed).signs == PlanarDiagram(TREFOIL).signs == (1, 1, 1)


@pytest.mark.parametrize(
    ("crossings", "message"),
    [
        ("[[1,5,2,4]]", "give a sequence of 4-tuples"),
        ({1: 2}, "give a sequence of 4-tuples"),
        ([1, 2, 3, 4], "crossing 0 is not a tuple of integers"),
        (5, "crossing 0 is not a tuple of integers"),
        ([(1, 1, 2, 2), (3, 3, 4, 4.5)], "crossing 1 is not a tuple of integers"),
        ([(1, 1, 2)], r"crossing 0 is \[1, 1, 2\], with 3 labels; a crossing has four"),
        ([(1, 1, 2, 3)], "edge 2 occurs once"),
        ([(1, 1, 2, 2), (2, 3, 3, 4)], r"edge 2 occurs more than twice \(again in crossing"),
        ([(1, 1, 1, 1)], "edge 1 occurs more than twice"),
        ([(1, 2, 1, 2)], "not planar: the part with crossing .* has 1 crossings and 1 faces"),
        ([(1, 5, 2, 4), (3, 1, 4, 6), (6, 2, 5, 3)], "disagree about the direction"),
        ([(1, 5, 2, 4), (4, 6, 3, 1), (5, 3, 6, 2)], r"write the other one first, as \(c, d,"),
    ],
)
def test_what_is_no_diagram(crossings: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        PlanarDiagram(crossings)


def test_the_part_that_is_not_planar_is_named() -> None:
    with pytest.raises(InputError, match=r"the part with crossing \[7, 8, 7, 8\] has 1"):
        PlanarDiagram([*TREFOIL, (7, 8, 7, 8)])


@pytest.mark.parametrize("circles", [-1, 1.5, True, "2", None])
def test_circles_are_counted(circles: Any) -> None:
    with pytest.raises(InputError, match=r"circles=.*is an integer from 0"):
        PlanarDiagram([], circles)


def test_closures_are_checked() -> None:
    with pytest.raises(InputError, match="even number of strands"):
        PlanarDiagram.from_braid(Braid("1 2"), "plat")
    with pytest.raises(InputError, match="unknown closure 'knot'"):
        PlanarDiagram.from_braid(Braid("1 2"), "knot")
    with pytest.raises(InputError, match=r"components 0\.\.0"):
        PlanarDiagram.from_braid(Braid("1 2"), reverse=[1])
