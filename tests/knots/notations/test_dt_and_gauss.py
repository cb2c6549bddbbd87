"""Dowker-Thistlethwaite and Gauss codes: planarity, mirror images, spellings, other programs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from strategies import braids, random_braid

from plait import polynomial
from plait.knots import Braid, InputError, PlanarDiagram, braid
from plait.knots.notations.dt import DTCode, from_dt, parse_dt, to_dt
from plait.knots.notations.gauss import (
    extended_gauss_text,
    from_extended_gauss,
    from_gauss,
    gauss_text,
    parse_extended_gauss,
    parse_gauss,
    to_extended_gauss,
    to_gauss,
)
from plait.knots.notations.shadows import planar_diagram, summands

CLOSED = braids(min_strands=2, max_strands=6, max_crossings=12, even=True)


@given(CLOSED)
def test_round_trips(b: Braid) -> None:
    for closure in ("markov", "plat"):
        diagram = PlanarDiagram.from_braid(b, closure)
        expected = (polynomial(diagram), diagram.linking_matrix)
        for again in (
            from_dt(to_dt(diagram)),
            from_dt(parse_dt(str(to_dt(diagram)))),
            from_extended_gauss(*to_extended_gauss(diagram)),
            parse_extended_gauss(extended_gauss_text(diagram)),
        ):
            assert (polynomial(again), again.linking_matrix) == expected
        if len(b) and not diagram.circles:
            assert parse_dt(to_dt(diagram).letters()) == to_dt(diagram)
        if len(b):
            assert parse_gauss(gauss_text(diagram)) == from_gauss(to_gauss(diagram))


@given(CLOSED)
def test_planarity_leaves_the_reflection_of_summands_only(b: Braid) -> None:
    for closure in ("markov", "plat"):
        diagram = PlanarDiagram.from_braid(b, closure)
        anchors = {part[0]: diagram.signs[part[0]] for part in summands(diagram)}
        assert planar_diagram(diagram.passages, anchors).signs == diagram.signs
        chosen = planar_diagram(diagram.passages)
        assert all(chosen.signs[part[0]] == 1 for part in summands(diagram))


def test_summands_and_their_mirror_images() -> None:
    granny = PlanarDiagram.from_braid(Braid("1 1 1 2 2 2"))
    square = PlanarDiagram.from_braid(Braid("1 1 1 -2 -2 -2"))
    assert summands(square) == [[0, 1, 2], [3, 4, 5]]
    # Reflecting one summand of a connected sum of alternating knots can be seen in the signs only.
    code = to_dt(square)
    assert set(from_dt(code.components).signs) == {1}
    assert polynomial(from_dt(code)) == polynomial(square) != polynomial(granny)


def test_a_thousand_crossings_are_made_planar() -> None:
    """A method that tries reflections would never end."""
    diagram = PlanarDiagram.from_braid(random_braid(12, 1000, 1))
    again = from_gauss(to_gauss(diagram))
    assert len(again.faces) == len(diagram.faces)
    assert set(map(abs, again.signs)) == {1}


def test_the_rule_for_mirror_images() -> None:
    assert from_dt([4, 6, 2]).signs == from_dt([-4, -6, -2]).signs == (1, 1, 1)
    assert from_dt([4, 6, 2], anchor=-5).signs == (-1, -1, -1)
    eight_20 = parse_dt("[4, 8, -12, 2, -14, -6, -16, -10]")
    first, last = from_dt(eight_20), from_dt(eight_20, anchor=16)
    assert polynomial(first) == polynomial("8_20")
    assert polynomial(last) in (polynomial("8_20"), polynomial(braid("8_20").mirror()))
    assert from_gauss([1, -2, 3, -1, 2, -3], anchor=-2).writhe == -3


def test_spherogram_means_the_same_by_flips() -> None:
    spherogram = pytest.importorskip("spherogram")
    kinks = 0
    for seed in range(60):
        diagram = PlanarDiagram.from_braid(random_braid(4, 5 + seed % 8, seed))
        if diagram.circles or len(diagram.parts) > 1:
            continue
        components, flips = spherogram.Link(to_pd_of(diagram)).DT_code(flips=True)
        assert polynomial(from_dt(components, flips)) == polynomial(diagram)
        if any(len(set(four)) < 4 for four in diagram.crossings):
            kinks += 1
            continue
        code = to_dt(diagram)
        there = spherogram.DTcodec(list(code.components), list(map(int, code.flips or ())))
        link = spherogram.Link(there.PD_code())
        assert sum(c.sign for c in link.crossings) == diagram.writhe
    assert kinks > 3


def to_pd_of(diagram: PlanarDiagram) -> Any:
    from plait.knots.notations.pd import to_pd

    return to_pd(diagram, "snappy")


def test_snappy_chooses_the_same_mirror_image() -> None:
    spherogram = pytest.importorskip("spherogram")
    for name in ("3_1", "5_2", "7_4", "8_20", "9_42", "10_132"):
        code = spherogram.Link(name).DT_code()
        there = spherogram.Link(f"DT: {code}")
        assert sum(c.sign for c in there.crossings) == from_dt(code).writhe, name


def test_regina_reads_and_writes_the_same_knot() -> None:
    regina = pytest.importorskip("regina")
    found = 0
    for seed in range(80):
        diagram = PlanarDiagram.from_braid(random_braid(3, 10, seed))
        if len(diagram.components) == 1:
            found += 1
            there = regina.Link.fromSignedGauss(extended_gauss_text(diagram))
            assert there.writhe() == diagram.writhe
            for text in (there.signedGauss(), there.orientedGauss()):
                assert polynomial(parse_extended_gauss(text)) == polynomial(diagram)
    assert found > 10


@pytest.mark.parametrize(
    "text",
    ["[4, 6, 2]", "4 6 2", "(4,6,2)", "[(4,6,2)]", "DT:[(4,6,2)]", "DT: [(4, 6, 2)]", "bca",
     "DT[cacbca]", "DT:cacbca", "cacbca", "DTCode[4, 6, 2]"],
)  # fmt: skip
def test_spellings_of_dt(text: str) -> None:
    assert parse_dt(text) == DTCode(((4, 6, 2),))


@pytest.mark.parametrize(
    ("text", "flips"),
    [
        ("DT:[(4,6,2)],[0,0,1]", (0, 0, 1)),
        ("DT[cacbca.001]", (0, 0, 1)),
        ("cacbca.110", (1, 1, 0)),
    ],
)
def test_flips(text: str, flips: tuple[int, ...]) -> None:
    assert parse_dt(text) == DTCode(((4, 6, 2),), tuple(map(bool, flips)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("4 6 8", "holds 8; its numbers are the even ones from 2 to 6"),
        ("4 6 3", "holds 3"),
        ("4 6 0", "holds 0"),
        ("4 6 -4", "holds 4 twice"),
        ("abcx", "the letters 'abcx' are no Dowker-Thistlethwaite code"),
        ("4 6 x", "cannot read 'x'"),
        ("DT:[(4,6,2)],[0,1]", "3 crossings, but there are 2 flips"),
        ("DT:[(4,6,2)],[0,0,0]", "not planar"),
        ("4 6 8 10 2", "no link diagram in the plane has this code"),
        ("[(4),(2),(6]", "brackets that do not match"),
        ("9999999999999999999999", "a number of 22 characters"),
    ],
)
def test_what_is_no_dt_code(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        from_dt(parse_dt(text))


def test_what_is_no_code_in_python() -> None:
    with pytest.raises(InputError, match="list of integers, or of lists of them, not 5"):
        from_dt(5)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"holds 4\.5, which is not an integer"):
        from_dt([4.5, 6, 2])
    with pytest.raises(InputError, match="more than 18 digits"):
        from_dt([10**5000, 6, 2])
    with pytest.raises(InputError, match="list of flips is 5, which is not a list"):
        from_dt([4, 6, 2], 5)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="a flip is 0 or 1"):
        from_dt([4, 6, 2], [0, 0, 2])  # type: ignore[list-item]
    for anchor in (0, 7, -7):
        with pytest.raises(InputError, match="1 to 6, with the sign"):
            from_dt([4, 6, 2], anchor=anchor)
    with pytest.raises(InputError, match="1 to 26 crossings"):
        to_dt(PlanarDiagram.from_braid(Braid([1] * 27))).letters()
    with pytest.raises(InputError, match="no crossing 7"):
        from_gauss([1, -1], anchor=7)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("1 2 -1 -2", "no link diagram in the plane has this code"),
        ("1 -2 3 -1 2", "holds crossing 3 only once"),
        ("1 1", "holds 1 twice"),
        ("1 0 -1", "holds 0"),
        ("1 x", "cannot read 'x'"),
    ],
)
def test_what_is_no_gauss_code(code: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_gauss(code)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("O1+U1-", "gives crossing 1 both signs"),
        ("O1+U2+", "holds crossing 1 only once"),
        ("O1+ X", "cannot read 'X'"),
        ("O1+U1+,", "cannot read ''"),
        ("O0+U0+", "crossing 0"),
        ("[[1,-1]]", "no extended Gauss code"),
        ("[[[1,-1]],[1,1]]", "1 crossings, but there are 2 signs"),
        ("[[[1,-1]],[2]]", "sign of crossing 0 is 2"),
        ("O1+U2+O3-U1+O2+U3-", "not planar"),
        ("", "the extended Gauss code is empty text"),
    ],
)
def test_what_is_no_extended_gauss_code(code: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_extended_gauss(code)


@pytest.mark.parametrize("text", ["", " ", "DT:", "DT: "])
def test_empty_text_is_no_unknot(text: str) -> None:
    with pytest.raises(InputError, match="Dowker-Thistlethwaite code is empty text"):
        parse_dt(text)
    with pytest.raises(InputError, match="code is empty text"):
        braid(f"gauss: {text.removeprefix('DT:')}")
    assert from_dt(parse_dt("[]")) == parse_gauss("[]") == PlanarDiagram(circles=1)


@pytest.mark.parametrize("write", [to_dt, to_gauss, to_extended_gauss, extended_gauss_text])
def test_what_is_written_is_a_diagram(write: Any) -> None:
    for x in (Braid("1 1 1"), "3_1", None):
        with pytest.raises(InputError, match=f"a PlanarDiagram is needed, not {type(x).__name__}"):
            write(x)
    with pytest.raises(InputError, match="this diagram has no components"):
        write(PlanarDiagram())


@pytest.mark.parametrize("read", [parse_dt, parse_gauss, parse_extended_gauss])
@pytest.mark.parametrize("x", [None, 5, [4, 6, 2]])
def test_codes_are_read_from_text(read: Any, x: Any) -> None:
    with pytest.raises(InputError, match="code is read from text, not from"):
        read(x)


def test_circles() -> None:
    for text in ("()", "(),()", "O1+U1+,()"):
        assert extended_gauss_text(parse_extended_gauss(text)).endswith("()")
    assert from_dt([()]) == PlanarDiagram(circles=1)
    assert parse_extended_gauss("[[[1,-1],[]],[1]]").circles == 1
