"""The curves of drawings are the braids and links that they are drawings of."""

from __future__ import annotations

import pytest
from drawing_readers import diagram_of
from hypothesis import given, settings
from strategies import braids, random_braid

from plait.knots import Braid, PlanarDiagram, closure_components
from plait.knots.drawing.geometry import laid_out
from plait.knots.drawing.shapes import Picture, turned
from plait.knots.errors import InputError


def drawn(braid: Braid, width: float = 400, **options: object) -> Picture:
    return laid_out(braid, width, "right", arrows=True, **options)[1]  # type: ignore[arg-type]


def check(braid: Braid, closure: str, picture: Picture, reverse: tuple[int, ...] = ()) -> None:
    expected = PlanarDiagram.from_braid(braid, closure, reverse=reverse)
    found = diagram_of(picture)
    assert found.mates == expected.mates
    assert found.signs == expected.signs
    assert found.circles == expected.circles


@settings(max_examples=25)
@given(braids(max_crossings=16))
def test_markov_closures_with_wrapped_rows(braid: Braid) -> None:
    check(braid, "markov", drawn(braid, 250, closure="markov"))


@settings(max_examples=25)
@given(braids(max_crossings=16, even=True, min_strands=2))
def test_plat_closures_with_wrapped_rows(braid: Braid) -> None:
    check(braid, "plat", drawn(braid, 250, closure="plat"))


@pytest.mark.parametrize("closure", ["markov", "plat"])
@pytest.mark.parametrize("width", [1, 300, 10_000])
def test_upwards_is_the_same_link(closure: str, width: float) -> None:
    braid = random_braid(6, 25, seed=3)
    check(braid, closure, turned(drawn(braid, width, closure=closure)))


@pytest.mark.parametrize("closure", ["markov", "plat"])
def test_reversed_components(closure: str) -> None:
    braid = Braid("2 2 -1 3 2 2", strands=4)
    count = len(closure_components(braid, closure))
    assert count == 2
    for reverse in ((0,), (1,), (0, 1)):
        picture = drawn(braid, closure=closure, reverse=reverse)
        check(braid, closure, picture, reverse)


def test_a_positive_letter_is_a_right_handed_crossing() -> None:
    """Both strands to the right: the upper one turns counterclockwise to the lower one."""
    picture = drawn(Braid("1"), closure=None)
    over, under = (
        next(p for t in picture.threads for p in t.pieces if p.letter == 0 and p.over is above)
        for above in (True, False)
    )
    steps = [
        (p.points[-1][0] - p.points[0][0], p.points[0][1] - p.points[-1][1]) for p in (over, under)
    ]
    assert all(right > 0 for right, _ in steps)
    (a, b), (c, d) = steps  # y upwards
    assert a * d - b * c > 0


@pytest.mark.parametrize("closure", [None, "markov", "plat"])
def test_everything_is_inside_the_picture(closure: str | None) -> None:
    for width in (1, 300, 2000):
        picture = drawn(random_braid(8, 60, 5), width, closure=closure, runs=True, labels=True)
        points = [p for t in picture.threads for piece in t.pieces for p in piece.points]
        points += [p for stub in picture.stubs for p in (stub.start, stub.end)]
        points += [label.point for label in picture.labels]
        points += [(box.left, box.top) for box in picture.boxes]
        points += [(box.left + box.width, box.top + box.height) for box in picture.boxes]
        assert all(1 <= x <= picture.width - 1 for x, _ in points)
        assert all(1 <= y <= picture.height - 1 for _, y in points)


def test_rows_are_as_wide_as_asked() -> None:
    for closure in (None, "markov", "plat"):
        for width in (600, 900):
            picture = drawn(random_braid(6, 200, 2), width, closure=closure)
            assert 0.7 * width < picture.width <= width


def test_components_have_one_colour_each() -> None:
    picture = drawn(Braid("1 -2 1 -2 1 -2"), closure="markov")
    assert {thread.color for thread in picture.threads} == {0, 1, 2}
    picture = drawn(Braid("1 1 1"), closure="markov")
    assert {thread.color for thread in picture.threads} == {0}
    picture = drawn(Braid("1 1 1"), closure="markov", color="strand")
    assert {thread.color for thread in picture.threads} == {0, 1}
    picture = drawn(Braid("1 1 1"), color="none")
    assert {thread.color for thread in picture.threads} == {-1}


def test_runs_and_highlights_are_behind_their_letters() -> None:
    picture = drawn(Braid("1 3 3 1 2 -3"), runs=True, labels=True, highlight=[4])
    bands = [box for box in picture.boxes if not box.strong]
    (strong,) = (box for box in picture.boxes if box.strong)
    assert len(bands) == 2
    for box, letters in ((bands[0], {0, 3}), (bands[1], {1, 2}), (strong, {4})):
        inside = set()
        for piece in (p for thread in picture.threads for p in thread.pieces if p.letter >= 0):
            x = (piece.points[0][0] + piece.points[-1][0]) / 2
            y = (piece.points[0][1] + piece.points[-1][1]) / 2
            if box.left < x < box.left + box.width and box.top < y < box.top + box.height:
                inside.add(piece.letter)
        assert inside == letters
    texts = [label.text for label in picture.labels if "σ" in label.text]
    assert sorted(texts) == ["σ₁²", "σ₂", "σ₃²", "σ₃⁻¹"]


def test_a_run_that_is_cut_has_its_label_in_both_rows() -> None:
    picture = drawn(Braid([1] * 30), 500, runs=True)
    assert [label.text for label in picture.labels].count("σ₁³⁰") > 1


def test_too_many_rows_are_refused() -> None:
    braid = Braid([1, -1] * 9000, strands=400)
    with pytest.raises(
        InputError, match=r"rows of 400 strands are too many to draw; give a larger"
    ):
        drawn(braid, 100)
