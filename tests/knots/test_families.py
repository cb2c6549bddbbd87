"""Torus, pretzel, two-bridge and rational links, and their names."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import plait
from plait.knots import Braid, InputError, PlanarDiagram, UnknownNameError, tables
from plait.knots.families import (
    MAX_DIAGRAM_CROSSINGS,
    pretzel_link,
    rational_link,
    torus_link,
    two_bridge_link,
)
from plait.knots.family_names import family_braid, is_family_name
from plait.knots.laurent import LaurentPolynomial


def table_rows(column: str, crossings: int = 10) -> list[dict[str, Any]]:
    """The rows of knots to so many crossings that have an entry in a column."""
    data = pytest.importorskip("database_knotinfo")
    rows = data.link_list()[1:]
    return [row for row in rows if int(row["crossing_number"]) <= crossings and row[column]]


def integers(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"-?\d+", text)]


def compare(diagram: PlanarDiagram, name: str) -> str:
    """Whether V is that of the named knot, of its mirror image, or both."""
    value, other = plait.polynomial(diagram), plait.polynomial(diagram.mirror())
    wanted = plait.polynomial(name)
    if value == wanted:
        return "either" if other == wanted else "same"
    return "mirror" if other == wanted else "different"


def linking_number(diagram: PlanarDiagram) -> int:
    component = {label: k for k, labels in enumerate(diagram.components) for label in labels}
    signs = zip(diagram.crossings, diagram.signs, strict=True)
    return sum(sign for (a, b, _, _), sign in signs if component[a] != component[b]) // 2


COPRIME = [(p, q) for p in range(2, 7) for q in range(p + 1, 9) if math.gcd(p, q) == 1]


@pytest.mark.parametrize(("p", "q"), COPRIME)
def test_torus_knots_have_the_known_polynomial(p: int, q: int) -> None:
    t = LaurentPolynomial({1: 1})
    # Jones 1987: (1 - t^2) V = t^((p-1)(q-1)/2) (1 - t^(p+1) - t^(q+1) + t^(p+q)).
    right = t ** ((p - 1) * (q - 1) // 2) * (1 - t ** (p + 1) - t ** (q + 1) + t ** (p + q))
    assert (1 - t**2) * plait.polynomial(torus_link(p, q)) == right
    assert torus_link(q, p) == torus_link(-p, -q) == torus_link(p, q)
    assert torus_link(p, -q) == torus_link(-q, p) == torus_link(p, q).mirror()


@pytest.mark.parametrize(
    ("p", "q", "name"),
    [
        (2, 3, "3_1"),
        (2, 5, "5_1"),
        (3, 4, "8_19"),
        (3, 5, "10_124"),
        (2, 2, "L2a1{1}"),
        (2, 4, "L4a1{1}"),
        (3, -3, "L6n1{0,1}"),
    ],
)
def test_torus_links_of_the_tables(p: int, q: int, name: str) -> None:
    wanted = plait.polynomial(name)
    assert plait.polynomial(torus_link(p, q)) == wanted


def test_torus_links_are_parallel() -> None:
    for p in range(1, 7):
        for q in range(1, 9):
            link = torus_link(p, q)
            assert link.components == math.gcd(p, q)
            assert link.writhe == (min(p, q) - 1) * max(p, q)


def test_degenerate_torus_links() -> None:
    assert torus_link(0, 3) == torus_link(-3, 0) == Braid([], 3)
    assert torus_link(1, 10**30) == torus_link(7, -1) == Braid([], 1)


def test_two_bridge_knots_are_those_of_the_table() -> None:
    rows = table_rows("two_bridge_notation")
    found = Counter(
        compare(two_bridge_link(*integers(row["two_bridge_notation"])), row["name"])
        for row in rows
    )
    # The table's fractions have the table's chirality, without exception.
    assert found == {"same": 85, "either": 10}


def test_conway_notation_up_to_the_mirror_image() -> None:
    rows = table_rows("two_bridge_notation")
    found = Counter(
        compare(rational_link(*map(int, row["conway_notation"].strip("[]"))), row["name"])
        for row in rows
    )
    # The table's Conway notation does not tell mirror images apart.
    assert found == {"same": 73, "either": 10, "mirror": 12}


def test_pretzel_knots_are_those_of_the_table() -> None:
    rows = [row for row in table_rows("pretzel_notation") if row["pretzel_notation"][0] == "P"]
    rows = [row for row in rows if row["name"] != "0_1"]
    found = Counter(
        compare(pretzel_link(*integers(row["pretzel_notation"])), row["name"]) for row in rows
    )
    assert found == {"same": 49, "either": 4}


@pytest.mark.parametrize("p", range(2, 25))
def test_two_bridge_links_by_schubert(p: int) -> None:
    modulus = p if p % 2 else 2 * p
    for q in (q for q in range(1 - p, p) if math.gcd(p, q) == 1):
        link = two_bridge_link(p, q)
        value = plait.polynomial(link)
        assert len(link.components) == 2 - p % 2
        assert value == plait.polynomial(two_bridge_link(p, pow(q, -1, modulus)))
        assert value == plait.polynomial(two_bridge_link(-p, -q))
        assert plait.polynomial(link.mirror()) == plait.polynomial(two_bridge_link(p, -q))
        assert link == two_bridge_link(p, q + 2 * p)
        # The determinant is |V(-1)|: put t^(1/2) = i.
        assert abs(sum(c * 1j**e for e, c in value.terms)) == pytest.approx(p)
        if p % 2 == 0:
            signs = ((-1) ** ((2 * i - 1) * q // p % 2) for i in range(1, p // 2 + 1))
            assert linking_number(link) == sum(signs)
            assert linking_number(two_bridge_link(p, q + p)) == -linking_number(link)


def test_simple_two_bridge_links() -> None:
    for n in range(1, 8):
        assert plait.polynomial(two_bridge_link(n, 1)) == plait.polynomial(torus_link(2, n))
        assert plait.polynomial(two_bridge_link(n, -1)) == plait.polynomial(torus_link(2, -n))
    assert two_bridge_link(0, 1) == two_bridge_link(0, -1) == PlanarDiagram([], 2)
    assert two_bridge_link(1, 0) == two_bridge_link(-1, 5) == PlanarDiagram([], 1)


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=4))
def test_rational_links(numbers: list[int]) -> None:
    link = rational_link(*numbers)
    # The empty turn at the end, and the mirror image.
    assert rational_link(*numbers, 0, 0) == link
    mirror = rational_link(*(-number for number in numbers))
    assert plait.polynomial(mirror) == plait.polynomial(link.mirror())


def test_rational_links_with_the_fraction_of_conway() -> None:
    assert rational_link(3) == two_bridge_link(3, 1)
    assert rational_link(4, 3) == two_bridge_link(13, 4)
    assert rational_link(3, 1, 2) == two_bridge_link(11, 4)
    assert rational_link(2, 0, 3) == two_bridge_link(5, 1)


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=4), st.data())
def test_pretzel_links(numbers: list[int], data: st.DataObject) -> None:
    link = pretzel_link(*numbers)
    even = sum(number % 2 == 0 for number in numbers)
    assert len(link.components) == (even or 2 - len(numbers) % 2)
    mirror = pretzel_link(*(-number for number in numbers))
    assert plait.polynomial(mirror) == plait.polynomial(link.mirror())
    if len(link.components) == 1:
        turn = data.draw(st.integers(0, len(numbers) - 1))
        turned = pretzel_link(*numbers[turn:], *numbers[:turn])
        assert plait.polynomial(turned) == plait.polynomial(link)


def test_pretzel_links_that_have_other_names() -> None:
    assert plait.polynomial(pretzel_link(-1, -1, -1)) == plait.polynomial("3_1")
    assert plait.polynomial(pretzel_link(5)) == plait.polynomial("0_1")
    # Zero makes a connected sum of the others.
    square = plait.polynomial("3_1") * plait.polynomial("3_1")
    assert plait.polynomial(pretzel_link(3, 0, 3)) == square
    # Two columns are one, and both components run upwards in the first.
    assert plait.polynomial(pretzel_link(1, 1)) == plait.polynomial("hopf+")
    assert plait.polynomial(pretzel_link(-1, -3)) == plait.polynomial("T(2,-4)")
    assert pretzel_link(-2, 3, 7).signs == (1,) * 12


def test_the_pretzel_knot_beyond_the_bundled_table() -> None:
    pytest.importorskip("database_knotinfo")
    assert plait.polynomial(pretzel_link(-2, 3, 7)) == plait.polynomial("12n_242")


@pytest.mark.parametrize(
    ("spellings", "braid"),
    [
        (
            ["T(3,5)", " t( 3 , 5 )", "T(3 5)", "T_{3,5}", "T_(3,5)", "Torus(5,3)", "T(+3,5)"],
            torus_link(3, 5),
        ),
        (["T(2,-3)", "T(2,\u22123)"], torus_link(2, -3)),
        (["T(4,6)"], torus_link(4, 6)),
        (["5/2", "K(5/2)", "k_{5/2}", "S(5,2)", "b(5, 2)", " 5 / 2 "], family_braid("K(5/2)")),
        (["P(-2,3,7)", "p(-2 3 7)", "Pretzel(-2, 3, 7)"], family_braid("P(-2,3,7)")),
        (["C(3 1 2)", "C(3,1,2)", "c( 3  1  2 )", "11/4"], family_braid("C(3 1 2)")),
        (["unlink(3)", "Unlink( 3 )", "T(0,3)"], Braid([], 3)),
        (["1/0", "1/1"], Braid([], 1)),
        (["0/1"], Braid([], 2)),
    ],
)
def test_names(spellings: list[str], braid: Braid) -> None:
    for spelling in spellings:
        assert is_family_name(spelling)
        assert tables.is_name(spelling)
        assert plait.braid(spelling) == family_braid(spelling) == braid


def test_names_stand_for_the_diagrams() -> None:
    for name, link in [
        ("P(-2,3,7)", pretzel_link(-2, 3, 7)),
        ("P(2,2,-4)", pretzel_link(2, 2, -4)),
        ("12/5", two_bridge_link(12, 5)),
        ("-12/5", two_bridge_link(12, -5)),
        ("C(2 1 -3)", rational_link(2, 1, -3)),
    ]:
        assert plait.polynomial(name) == plait.polynomial(link)


@pytest.mark.parametrize(
    "text",
    [
        *("T(3)", "T(3,4,5)", "T(3,5", "T3,5", "T{3,5}", "T(3,5}", "T()", "T(3;5)", "T(3,,5)"),
        *("P()", "P(2.5,3)", "C()", "5/", "/2", "5/2/3", "5//2", "K()", "K(1/3;1/3;1/2)"),
        *("Q(3,5)", "unlink()", "unlink(-1)", "unlink(1,2)", "hopf++", "T(3,5) T(3,5)"),
        *("(3,5)", "[3,5]", "{3, {1,-2}}", "1 -2", "s1 s2^-1", "C", "K", f"T(3,{'9' * 5000})"),
    ],
)
def test_not_a_name(text: str) -> None:
    assert not is_family_name(text)
    with pytest.raises(InputError, match=r"is not the name of a family of links; such names"):
        family_braid(text)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("T(0,0)", "T(0, 0) is not a link; give T(p, q) with p and q not both zero"),
        ("T(2000,2001)", "T(2000, 2001) has 3999999 crossings, more than the 1000000"),
        ("unlink(999999999)", "is an unlink of 999999999 components, more than the 100000"),
        ("unlink(0)", "unlink(0) has no components, and a link has at least one"),
        ("6/4", "K(6/4): numerator and denominator of a two-bridge link have no common divisor"),
        ("0/0", "K(0/0): numerator and denominator of a two-bridge link have no common divisor"),
        ("2/5", "2/5 is no two-bridge link by name: the numerator is the determinant"),
        ("K(1/3)", "1/3 is no two-bridge link by name"),
        ("1001/1", "K(1001/1) has more than the 500 crossings that are written out"),
        ("P(300,300)", "P(300, 300) has more than the 500 crossings"),
        ("C(300 300)", "C(300 300) has more than the 500 crossings"),
        (f"C({'1 ' * 600})", "C(1 1 1 1 1 1 1"),
    ],
)
def test_parameters_that_are_not_allowed(name: str, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        plait.braid(name)


@pytest.mark.parametrize("wrong", [2.0, "2", None, float("nan"), True, [2]])
def test_parameters_that_are_not_integers(wrong: Any) -> None:
    for call in (
        lambda: torus_link(wrong, 3),
        lambda: torus_link(3, wrong),
        lambda: two_bridge_link(wrong, 1),
        lambda: two_bridge_link(5, wrong),
        lambda: pretzel_link(3, wrong),
        lambda: rational_link(wrong),
    ):
        with pytest.raises(InputError, match="the parameters of a link are integers"):
            call()


def test_numbers_that_are_not_written_out() -> None:
    for call in (
        lambda: torus_link(10**5000, 3),
        lambda: two_bridge_link(10**5000, 3),
        lambda: pretzel_link(10**5000),
        lambda: rational_link(10**5000),
    ):
        with pytest.raises(InputError, match="has more than 1000 digits"):
            call()
    for wrong in (None, 5, ["T(2,3)"]):
        with pytest.raises(InputError, match="not the name of a family"):
            family_braid(wrong)  # type: ignore[arg-type]


def test_no_parameters() -> None:
    with pytest.raises(InputError, match="a pretzel link needs at least one column"):
        pretzel_link()
    with pytest.raises(InputError, match="Conway's notation needs at least one number"):
        rational_link()


def test_the_largest_diagrams_are_written_out() -> None:
    assert len(two_bridge_link(MAX_DIAGRAM_CROSSINGS, 1).crossings) == MAX_DIAGRAM_CROSSINGS
    assert family_braid("499/2").components == 1


def test_rolfsen_link_names_with_an_orientation() -> None:
    for name, linkinfo in [
        ("4^2_1{0}", "L4a1{0}"),
        ("4^2_1{1}", "L4a1{1}"),
        ("6^3_2{1, 0}", "L6a4{1,0}"),
        ("6^3_2{1}", "L6a4{1,0}"),
        ("5^2_1{0}", "L5a1{0}"),
    ]:
        assert tables.lookup(name) == tables.lookup(linkinfo)
    with pytest.raises(UnknownNameError, match=r"has no valid orientation; use: L4a1\{0\}"):
        tables.lookup("4^2_1{0,0}")
    assert tables.lookup("hopf+") == ((1, 1), 2)
    assert tables.lookup("Hopf-") == ((-1, -1), 2)
