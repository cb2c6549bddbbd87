"""Diagrams to braids: the oriented link is kept, with a strand per Seifert circle."""

from __future__ import annotations

import itertools
import random
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import braids, random_braid

import plait
from plait.knots import Braid, InputError, PlanarDiagram, closure_components
from plait.knots.alexander import alexander_fingerprint
from plait.knots.vogel import seifert_circles, vogel_braid

TREFOIL = [(1, 5, 2, 4), (3, 1, 4, 6), (5, 3, 6, 2)]


def circles_by_labels(diagram: PlanarDiagram) -> int:
    """Seifert circles, by merging the labels that a smoothing along the orientation joins."""
    parent = {label: label for crossing in diagram.crossings for label in crossing}

    def root(label: int) -> int:
        while parent[label] != label:
            label = parent[label]
        return label

    for (a, b, c, d), sign in zip(diagram.crossings, diagram.signs, strict=True):
        for one, other in ((a, b), (d, c)) if sign > 0 else ((a, d), (b, c)):
            parent[root(one)] = root(other)
    return len({root(label) for label in parent}) + diagram.circles


def linking_numbers(diagram: PlanarDiagram) -> list[int]:
    """The linking numbers of all pairs of components, in increasing order."""
    component = {label: k for k, labels in enumerate(diagram.components) for label in labels}
    pairs = itertools.combinations(range(len(diagram.components)), 2)
    twice = dict.fromkeys(map(frozenset, pairs), 0)
    for (a, b, _, _), sign in zip(diagram.crossings, diagram.signs, strict=True):
        if component[a] != component[b]:
            twice[frozenset((component[a], component[b]))] += sign
    return sorted(number // 2 for number in twice.values())


def check(diagram: PlanarDiagram) -> Braid:
    """What is cheap to check at any size; the braid."""
    braid = vogel_braid(diagram)
    assert braid.strands == circles_by_labels(diagram) == seifert_circles(diagram)
    assert braid.writhe == diagram.writhe
    assert braid.components == len(diagram.components)
    assert linking_numbers(PlanarDiagram.from_braid(braid)) == linking_numbers(diagram)
    return braid


def integers(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"-?\d+", text)]


def fours(text: str) -> list[list[int]]:
    numbers = integers(text)
    return [numbers[k : k + 4] for k in range(0, len(numbers), 4)]


def table_rows(*, links: bool, crossings: range) -> list[dict[str, Any]]:
    data = pytest.importorskip("database_knotinfo")
    rows = data.link_list(proper_links=links)[1:]
    return [row for row in rows if int(row["crossing_number"]) in crossings]


def check_row(row: dict[str, Any]) -> None:
    """V of the braid is that of the table's own braid."""
    code = row["pd_notation"] if "pd_notation" in row else row["pd_notation_vector"]
    braid = check(PlanarDiagram(fours(code)))
    table = plait.braid(row["name"])
    assert abs(plait.jones(braid).value - plait.jones(table).value) < 1e-8, row["name"]
    assert alexander_fingerprint(braid) == alexander_fingerprint(table), row["name"]


@pytest.mark.parametrize(
    ("diagram", "braid"),
    [
        (PlanarDiagram(TREFOIL), Braid([1, 1, 1])),
        (PlanarDiagram(TREFOIL).mirror(), Braid([-1, -1, -1])),
        (PlanarDiagram([(1, 1, 2, 2)]), Braid([1])),
        (PlanarDiagram([(1, 2, 2, 1)]), Braid([-1])),
        (PlanarDiagram([], circles=1), Braid([], 1)),
        (PlanarDiagram([], circles=3), Braid([], 3)),
        (PlanarDiagram(TREFOIL, circles=2), Braid([1, 1, 1], 4)),
        # A circle that lies above the other one: the crossings cancel, the strands stay.
        (PlanarDiagram.from_braid(Braid("1 -1")), Braid([], 2)),
    ],
)
def test_small(diagram: PlanarDiagram, braid: Braid) -> None:
    assert vogel_braid(diagram) == braid


def test_split_parts_stand_side_by_side() -> None:
    # Trefoil, figure-eight knot and a circle; the parts' crossings are interleaved.
    union = PlanarDiagram.from_braid(Braid("1 3 1 -4 1 3 -4", strands=6))
    braid = check(union)
    assert braid.strands == 6
    assert {abs(letter) for letter in braid} == {1, 3, 4}
    assert plait.polynomial(braid) == plait.polynomial(union)
    parts = [[i for i in braid if abs(i) in own] for own in ((1,), (3, 4))]
    assert plait.polynomial(Braid(parts[0])) == plait.polynomial("3_1")


def test_antiparallel_twists_need_moves() -> None:
    diagram = PlanarDiagram.from_braid(Braid([2] * 3 + [4] * 5, 6), "plat")
    braid = check(diagram)
    assert len(braid) > len(diagram.crossings)
    assert plait.polynomial(braid) == plait.polynomial(diagram)


def test_loops_inwards_and_outwards() -> None:
    # Four kinds of nugatory loops on an unknot, on either side and of either sign.
    for word in ([1], [-1], [1, 2], [1, -2], [2, -1, 3], [1, -2, 3, -4]):
        braid = check(PlanarDiagram.from_braid(Braid(word)))
        assert plait.polynomial(braid) == plait.polynomial("0_1")
    for word in ([1], [-1], [1, 3], [1, -3], [1, 1], [1, -1, 3]):
        diagram = PlanarDiagram.from_braid(Braid(word, 4), "plat")
        assert plait.polynomial(check(diagram)) == plait.polynomial(diagram)


@given(braids(max_strands=6, max_crossings=14))
def test_markov_closures(braid: Braid) -> None:
    # The Seifert circles are the strands, already nested and coherent.
    found = check(PlanarDiagram.from_braid(braid))
    assert found.strands == braid.strands
    assert len(found) <= len(braid)
    assert plait.polynomial(found) == plait.polynomial(braid)


@settings(max_examples=100)
@given(braids(max_strands=6, max_crossings=12, even=True), st.data())
def test_plat_closures_with_any_orientation(braid: Braid, data: st.DataObject) -> None:
    count = len(closure_components(braid, "plat"))
    reverse = data.draw(st.sets(st.integers(0, count - 1)))
    diagram = PlanarDiagram.from_braid(braid, "plat", reverse=reverse)
    found = check(diagram)
    assert plait.polynomial(found) == plait.polynomial(diagram)


@given(braids(min_strands=2, max_strands=6, max_crossings=12, even=True))
def test_mirror_image(braid: Braid) -> None:
    diagram = PlanarDiagram.from_braid(braid, "plat").mirror()
    assert plait.polynomial(check(diagram)) == plait.polynomial(diagram)


@given(braids(max_strands=5, max_crossings=10), st.randoms(use_true_random=False))
def test_the_order_of_crossings_does_not_matter_for_the_link(
    braid: Braid, rng: random.Random
) -> None:
    crossings = list(PlanarDiagram.from_braid(braid).crossings)
    circles = PlanarDiagram.from_braid(braid).circles
    rng.shuffle(crossings)
    diagram = PlanarDiagram(crossings, circles)
    assert plait.polynomial(check(diagram)) == plait.polynomial(diagram)


@given(braids(min_strands=2, max_strands=4, max_crossings=8, even=True))
def test_no_inverse_letters_are_left_next_to_each_other(braid: Braid) -> None:
    word = vogel_braid(PlanarDiagram.from_braid(braid, "plat")).word
    assert all(a != -b for a, b in itertools.pairwise((*word, *word[:1])) if len(word) > 1)


def test_the_result_is_deterministic() -> None:
    diagram = PlanarDiagram.from_braid(random_braid(8, 60, seed=3), "plat")
    assert vogel_braid(diagram) == vogel_braid(PlanarDiagram(diagram.crossings))


def test_large_diagrams() -> None:
    diagram = PlanarDiagram.from_braid(random_braid(12, 300, seed=5), "plat")
    assert check(diagram).strands > 100
    # The same link by mirroring before and after: other edges are pushed over each other.
    again = vogel_braid(diagram.mirror()).mirror()
    assert alexander_fingerprint(again) == alexander_fingerprint(vogel_braid(diagram))


def test_long_twists() -> None:
    braid = check(PlanarDiagram.from_braid(Braid([2] * 201, 4), "plat"))
    assert (len(braid), braid.strands) == (201, 2)
    link = PlanarDiagram.from_braid(Braid([2] * 200, 4), "plat")
    assert check(link).strands == 200


def test_small_knots_of_the_tables() -> None:
    rows = table_rows(links=False, crossings=range(3, 11))
    assert len(rows) == 249
    for row in rows:
        check_row(row)


def test_sample_of_small_links_of_the_tables() -> None:
    rows = table_rows(links=True, crossings=range(2, 10))
    assert len(rows) > 300
    for row in random.Random(1).sample(rows, 150):
        check_row(row)


@pytest.mark.slow
@pytest.mark.parametrize("links", [False, True])
def test_all_of_the_tables(links: bool) -> None:
    for row in table_rows(links=links, crossings=range(2, 14)):
        check_row(row)


def test_no_longer_than_spherogram() -> None:
    spherogram = pytest.importorskip("spherogram")
    rows = table_rows(links=False, crossings=range(3, 12))
    for row in random.Random(2).sample(rows, 40):
        code = fours(row["pd_notation"])
        braid = vogel_braid(PlanarDiagram(code))
        other = spherogram.Link([tuple(four) for four in code]).braid_word()
        assert len(braid) <= len(other), row["name"]
        assert braid.strands == max(map(abs, other)) + 1, row["name"]


@pytest.mark.parametrize("function", [vogel_braid, seifert_circles])
@pytest.mark.parametrize("given", [Braid("1 1 1"), "3_1", TREFOIL, None])
def test_not_a_diagram(function: Any, given: object) -> None:
    with pytest.raises(InputError, match=r"a PlanarDiagram is needed, not .*from_braid"):
        function(given)


def test_nothing_to_braid() -> None:
    assert seifert_circles(PlanarDiagram()) == 0
    with pytest.raises(InputError, match="no components, and a braid has at least one strand"):
        vogel_braid(PlanarDiagram())
