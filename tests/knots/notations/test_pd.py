"""Planar-diagram codes: each convention against the program that it is named after."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from strategies import braids, random_braid

from plait import polynomial
from plait.knots import Braid, InputError, PlanarDiagram
from plait.knots.notations.pd import PD_CONVENTIONS, from_pd, parse_pd, pd_text, to_pd

TREFOIL = [(1, 5, 2, 4), (3, 1, 4, 6), (5, 3, 6, 2)]


def without_circles(diagram: PlanarDiagram) -> PlanarDiagram:
    return PlanarDiagram.from_passages([part for part in diagram.passages if part], diagram.signs)


def diagrams(seed: int, count: int) -> list[PlanarDiagram]:
    """Of random closures, Markov and plat, with kinks and components above everything."""
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        n = rng.randint(2, 6)
        b = random_braid(n, rng.randint(1, 12), rng.randrange(10**6))
        closure = "plat" if n % 2 == 0 and rng.random() < 0.5 else "markov"
        found.append(without_circles(PlanarDiagram.from_braid(b, closure)))
    return found


@given(braids(min_strands=2, max_strands=6, max_crossings=10, even=True))
def test_round_trips(b: Braid) -> None:
    for closure in ("markov", "plat"):
        diagram = PlanarDiagram.from_braid(b, closure)
        for convention in PD_CONVENTIONS:
            again = from_pd(to_pd(diagram, convention, kinks=True), convention)
            assert polynomial(again) == polynomial(diagram)
            if not diagram.circles:
                assert again.linking_matrix == diagram.linking_matrix
                assert parse_pd(pd_text(diagram, convention), convention) == again
        kept = parse_pd(pd_text(diagram, "knotinfo"), "knotinfo")
        assert (kept.signs, kept.circles) == (diagram.signs, diagram.circles)


def test_regina_reads_and_writes_the_same_link() -> None:
    regina = pytest.importorskip("regina")
    upon = 0
    for diagram in diagrams(1, 150):
        there = regina.Link.fromPD([list(four) for four in to_pd(diagram, "regina")])
        assert there.writhe() == diagram.writhe
        if there.pdAmbiguous():
            upon += 1
        else:
            assert tuple(c.sign() for c in there.crossings()) == diagram.signs
        assert parse_pd(there.pd()).writhe == diagram.writhe
    assert upon > 3


def test_spherogram_reads_and_writes_the_same_link() -> None:
    spherogram = pytest.importorskip("spherogram")
    for diagram in diagrams(2, 150):
        there = spherogram.Link(to_pd(diagram, "snappy"))
        assert tuple(c.sign for c in there.crossings) == diagram.signs
        again = spherogram.Link(there.PD_code())
        back = from_pd(there.PD_code(), "snappy")
        assert back.signs == tuple(c.sign for c in again.crossings)
        # Either lower edge may come first there.
        turned = [four[2:] + four[:2] for four in to_pd(diagram, "snappy")]
        if all(len(part) > 2 for part in diagram.passages):
            assert from_pd(turned, "snappy").signs == diagram.signs


def test_sage_changed_from_clockwise_to_counterclockwise() -> None:
    # The documentation of SageMath 10.1: [[1,5,2,4],[5,3,6,2],[3,1,4,6]] is one with sign +1.
    assert from_pd(TREFOIL, "sage").signs == (1, 1, 1)
    assert from_pd(TREFOIL, "sage-10.0").signs == (-1, -1, -1)
    # Examples of Link.pd_code and Link.orientation in that documentation.
    figure = [[6, 2, 7, 1], [2, 6, 3, 5], [8, 3, 1, 4], [4, 7, 5, 8]]
    assert from_pd(figure, "sage").signs == (1, 1, -1, -1)
    loops = [[1, 3, 3, 2], [2, 5, 5, 4], [4, 7, 7, 1]]
    assert from_pd(loops, "sage").signs == (-1, -1, -1)


def test_a_component_above_everything() -> None:
    upon = PlanarDiagram([(3, 2, 4, 1), (4, 2, 3, 1)])
    assert to_pd(upon, "snappy") == [(2, 0, 3, 1), (3, 0, 2, 1)]
    for convention in PD_CONVENTIONS:
        again = from_pd(to_pd(upon, convention), convention)
        assert sorted(again.signs) == [-1, 1]
        assert again.linking_matrix == ((0, 0), (0, 0))


def test_loops_and_circles() -> None:
    kink = PlanarDiagram([(1, 1, 2, 2)], circles=1)
    assert to_pd(kink, "knotinfo", kinks=True) == [(1, 1, 2, 2), (3, 3, 4, 4)]
    with pytest.raises(InputError, match=r"1 components without crossings.*kinks=True"):
        to_pd(kink, "snappy")
    assert from_pd([(0, 0, 1, 1)], "snappy").signs == (1,)
    assert from_pd([(0, 1, 1, 0)], "snappy").signs == (-1,)
    assert from_pd([], "snappy", circles=2).circles == 2
    assert parse_pd("PD[Loop[1]]") == PlanarDiagram(circles=1)


@pytest.mark.parametrize(
    "text",
    [
        "PD[X[1,5,2,4],X[3,1,4,6],X[5,3,6,2]]",
        "PD[X[1, 5, 2, 4], X[3, 1, 4, 6],\n X[5, 3, 6, 2]]",
        "X[1,5,2,4] X[3,1,4,6] X[5,3,6,2]",
        " X[1,5,2,4],X[3,1,4,6],X[5,3,6,2] ",
    ],
)
def test_the_syntax_of_knottheory(text: str) -> None:
    assert parse_pd(text) == PlanarDiagram(TREFOIL)


@pytest.mark.parametrize(
    "text",
    ["[[1,5,2,4],[3,1,4,6],[5,3,6,2]]", "{{1,5,2,4},{3,1,4,6},{5,3,6,2}}",
     "[(1,5,2,4),(3,1,4,6),(5,3,6,2)]", "1 5 2 4 3 1 4 6 5 3 6 2",
     "PD[[1,5,2,4],[3,1,4,6],[5,3,6,2]]"],
)  # fmt: skip
def test_lists_need_a_convention(text: str) -> None:
    assert parse_pd(text, "knotinfo") == PlanarDiagram(TREFOIL)
    with pytest.raises(InputError, match=r"does not say in which convention.*pd-snappy: …"):
        parse_pd(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("PD[Y[1,5,2,4]]", r"cannot read 'Y\[1,5,2,4\]'"),
        ("PD[X[1,5,2]]", "with 3 labels; a crossing has four"),
        ("PD[X[1,a,2,3]]", "cannot read 'a,2,3'"),
        ("[[1,5,2,4],[3,1,4,6]", "brackets that do not match"),
        ("[1,5,2]", "has 3 labels; a crossing has four"),
        ("[[1,2,1,2]]", "not planar"),
        ("[[1,1,2,3]]", "edge 2 occurs once"),
        ("[[[1,5,2,4]],[[3,1,4,6]]]", "not an integer"),
    ],
)
def test_what_is_no_code(text: str, message: str) -> None:
    for convention in ("knotinfo", "snappy"):
        with pytest.raises(InputError, match=message):
            parse_pd(text, convention)


@pytest.mark.parametrize("code", [5, "abc", [[1, 2, 3, 4.5]], {1: 2}, [5], None])
def test_wrong_types(code: Any) -> None:
    for convention in PD_CONVENTIONS:
        with pytest.raises(InputError, match=r"4-tuples|not a tuple of integers"):
            from_pd(code, convention)


def test_what_is_read_and_written() -> None:
    for x in (Braid("1 1 1"), None):
        for write in (to_pd, pd_text):
            with pytest.raises(InputError, match="a PlanarDiagram is needed, not"):
                write(x, "knotinfo")  # type: ignore[arg-type,operator]
    for convention in PD_CONVENTIONS:
        for circles in (-1, "x", 1.5, None):
            with pytest.raises(InputError, match=r"circles=.*integer from 0"):
                from_pd(TREFOIL, convention, circles=circles)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="planar-diagram code is empty text"):
        parse_pd(" ", "snappy")
    with pytest.raises(InputError, match="planar-diagram code is read from text"):
        parse_pd(TREFOIL, "snappy")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="is no braid; give Braid"):
        PlanarDiagram.from_braid("1 1 1")  # type: ignore[arg-type]


def test_spherogram_writes_the_syntax_of_knottheory() -> None:
    spherogram = pytest.importorskip("spherogram")
    for diagram in diagrams(4, 40):
        there = spherogram.Link(to_pd(diagram, "snappy"))
        if any(all(above for _, above in part) for part in diagram.passages):
            continue  # the convention differs for components above all others
        text = there.PD_code(KnotTheory=True)
        assert parse_pd(text).signs == tuple(c.sign for c in there.crossings)


@pytest.mark.parametrize("convention", ["KnotInfo", "", None, 3, ["sage"]])
def test_unknown_conventions(convention: Any) -> None:
    with pytest.raises(InputError, match="choose one of: knotinfo, snappy, regina, sage"):
        from_pd(TREFOIL, convention)
