"""The full Jones polynomial against the tables, Regina, and the relations that define it."""

from __future__ import annotations

import random
import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from jones_oracles import Entry, bracket_jones, number, reduced, regina_link
from strategies import braids

import plait
from plait.knots import Braid, InputError, LaurentPolynomial, PlanarDiagram, ResourceError
from plait.tensornet import METHODS, bracket, jones, polynomial
from plait.tensornet.bracket import coefficient_bits
from plait.tensornet.sweep import find_sweep

HALF = Fraction(1, 2)
T = LaurentPolynomial({1: 1})
ROOT = LaurentPolynomial({HALF: 1})
UNLINK = LaurentPolynomial({HALF: -1, -HALF: -1})
ONE = LaurentPolynomial({0: 1})


def stated(entry: Entry) -> LaurentPolynomial:
    """The polynomial of a table; the variable of links is t^(1/2)."""
    step = 1 if entry.power == 1 else HALF
    return LaurentPolynomial({e * step: c for e, c in entry.polynomial.items()})


def regina_polynomial(regina: Any, b: Braid, closure: str = "markov") -> LaurentPolynomial:
    found = regina_link(regina, b, closure).jones()
    exponents = range(found.minExp(), found.maxExp() + 1)
    return LaurentPolynomial({e * HALF: int(str(found[e])) for e in exponents})


def to_crossings(entries: list[Entry], most: int) -> list[Entry]:
    found = []
    for entry in entries:
        match = re.match(r"L?(\d+)[_an]|K(\d+)", entry.name)
        assert match, entry.name
        if int(match[1] or match[2]) <= most:
            found.append(entry)
    return found


def check(entries: list[Entry]) -> None:
    for entry in entries:
        for b in entry.braids:
            assert polynomial(b) == stated(entry), (entry.name, b)


def test_knots_to_nine_crossings(knot_entries: list[Entry]) -> None:
    entries = to_crossings(knot_entries, 9)
    assert len(entries) == 85
    check(entries)


def test_links_to_eight_crossings(link_entries: list[Entry]) -> None:
    entries = to_crossings(link_entries, 8)
    assert len(entries) > 100
    check(entries)


def test_a_sample_of_the_tables(knot_entries: list[Entry], link_entries: list[Entry]) -> None:
    rng = random.Random(1)
    check(rng.sample(knot_entries, 100) + rng.sample(link_entries, 50))


@pytest.mark.slow
def test_all_knots(knot_entries: list[Entry]) -> None:
    check(knot_entries)


@pytest.mark.slow
def test_all_links(link_entries: list[Entry]) -> None:
    check(link_entries)


def codes(rows: list[dict[str, str]], key: str) -> list[PlanarDiagram]:
    found = []
    for row in rows:
        labels = [int(x) for x in re.findall(r"\d+", row[key])]
        found.append(PlanarDiagram([labels[k : k + 4] for k in range(0, len(labels), 4)]))
    return found


def check_codes(knots: list[Entry], links: list[Entry], rng: random.Random, size: int) -> None:
    data = pytest.importorskip("database_knotinfo")
    for entries, rows, key in (
        (knots, data.link_list()[1:], "pd_notation"),
        (links, data.link_list(True)[1:], "pd_notation_vector"),
    ):
        which = [k for k in rng.sample(range(len(rows)), size) if rows[k][key].strip("[]{} ")]
        for k, diagram in zip(which, codes([rows[k] for k in which], key), strict=True):
            assert entries[k].name == rows[k]["name"]
            assert polynomial(diagram) == stated(entries[k]), rows[k]["name"]


def test_codes_of_the_tables(knot_entries: list[Entry], link_entries: list[Entry]) -> None:
    check_codes(knot_entries, link_entries, random.Random(2), 150)


@pytest.mark.slow
def test_all_codes_of_the_tables(knot_entries: list[Entry], link_entries: list[Entry]) -> None:
    check_codes(knot_entries, link_entries, random.Random(2), 4000)


def test_random_closures_in_regina(regina: Any) -> None:
    rng = random.Random(20)
    large = 0
    for _ in range(60):
        strands = 2 * rng.randint(1, 4)
        length = rng.randint(0, 60)
        word = [rng.choice((1, -1)) * rng.randint(1, strands - 1) for _ in range(length)]
        b = Braid(word, strands=strands)
        for closure in ("markov", "plat"):
            found = polynomial(b, closure=closure)
            assert found == regina_polynomial(regina, b, closure), (b, closure)
            large = max(large, *(abs(c) for c in found.coefficients.values()))
    assert large > 1000


def test_the_fifth_root_of_the_polynomial_is_the_value() -> None:
    rng = random.Random(6)
    for _ in range(20):
        word = [rng.choice((1, -1)) * rng.randint(1, 6) for _ in range(70)]
        b = Braid(word, strands=7)
        v = jones(b, method="bracket")
        assert v.exact == polynomial(b).at_fifth_root().exact
        assert v.value == pytest.approx(jones(b, method="face").value, abs=1e-8)


def test_the_method_has_integers_where_the_others_have_none() -> None:
    b = Braid(list(range(1, 45)))
    assert jones(b).exact is None
    assert jones(b, method="bracket").exact == (1, 0, 0, 0)
    assert METHODS["bracket"].cost is not None
    assert METHODS["bracket"].cost(b, "markov", {}).seconds < 1


@given(braids(max_strands=6, max_crossings=14, even=True))
def test_small_braids(b: Braid) -> None:
    for closure in ("markov", "plat"):
        found = polynomial(b, closure=closure)
        assert found.at_fifth_root().exact == bracket_jones(b, closure)
        assert polynomial(PlanarDiagram.from_braid(b, closure)) == found
        # V(1) = (−2)^(components − 1)
        components = len(PlanarDiagram.from_braid(b, closure).components)
        assert found(1) == (-2) ** (components - 1)


@given(braids(min_strands=2, max_strands=5, max_crossings=14))
def test_skein_relation(b: Braid) -> None:
    plus, minus = Braid((*b.word, 1), b.strands), Braid((*b.word, -1), b.strands)
    left = T**-1 * polynomial(plus) - T * polynomial(minus)
    assert left == (ROOT - ROOT**-1) * polynomial(b)


@given(braids(min_strands=2, max_strands=5, max_crossings=14))
def test_markov_moves(b: Braid) -> None:
    v = polynomial(b)
    assert polynomial(b.conjugate([1])) == v
    assert polynomial(b.conjugate([-(b.strands - 1)])) == v
    n = b.strands
    for letter in (n, -n):
        assert polynomial(Braid((*b.word, letter), n + 1)) == v
    assert polynomial(b.with_strands(n + 1)) == v * UNLINK


@given(braids(max_strands=6, max_crossings=16, even=True))
def test_mirror_images(b: Braid) -> None:
    for closure in ("markov", "plat"):
        v = polynomial(b, closure=closure)
        assert polynomial(b.mirror(), closure=closure) == v.mirror()
        assert polynomial(PlanarDiagram.from_braid(b, closure).mirror()) == v.mirror()


def test_braid_relations() -> None:
    rng = random.Random(4)
    for _ in range(20):
        rest = [rng.choice((1, -1)) * rng.randint(1, 4) for _ in range(15)]
        assert polynomial(Braid([1, 2, 1, *rest], 5)) == polynomial(Braid([2, 1, 2, *rest], 5))
        assert polynomial(Braid([1, 3, *rest], 5)) == polynomial(Braid([3, 1, *rest], 5))


def test_sums() -> None:
    three, four = polynomial("3_1"), polynomial("4_1")
    # Connected sum: braids side by side that share a strand. Split union: that share none.
    assert polynomial([1, 1, 1, 2, -3, 2, -3]) == three * four
    assert polynomial([1, 1, 1, 3, -4, 3, -4]) == three * four * UNLINK
    assert polynomial(Braid([1, 1, 1, 3, 3, 3], strands=6)) == three**2 * UNLINK**3


def test_torus_knots() -> None:
    for p, q in ((2, 3), (2, 31), (3, 20), (4, 9), (5, 8)):
        power = (p - 1) * (q - 1) // 2
        numerator = T**power * (ONE - T ** (p + 1) - T ** (q + 1) + T ** (p + q))
        assert polynomial(Braid(list(range(1, p)) * q)) * (ONE - T**2) == numerator


def test_large_coefficients() -> None:
    # Alternating, so the sum of the coefficients' sizes is the number of spanning trees.
    b = Braid([1, -2, 3, -4] * 30)
    v = polynomial(b)
    trees = sum(abs(c) for c in v.coefficients.values())
    diagram = PlanarDiagram.from_braid(b)
    bits = coefficient_bits(diagram, diagram.parts[0])
    assert trees.bit_length() <= bits - 1 <= trees.bit_length() + 1
    assert max(abs(c) for c in v.coefficients.values()) > 2**64
    assert v.span == 120
    assert v(1) == (-2) ** (b.components - 1)
    assert v.at_fifth_root().value == pytest.approx(jones(b).value, rel=1e-8)


@given(braids(max_strands=6, max_crossings=16, even=True))
def test_bound_on_the_coefficients(b: Braid) -> None:
    diagram = PlanarDiagram.from_braid(b, "plat")
    if len(diagram.parts) == 1 and not diagram.circles:
        total = sum(abs(c) for c in polynomial(diagram).coefficients.values())
        assert total < 2 ** (coefficient_bits(diagram, diagram.parts[0]) - 1)


def test_the_bound_without_a_determinant(monkeypatch: pytest.MonkeyPatch) -> None:
    diagram = PlanarDiagram.from_braid(Braid([1, -2, 3, -4] * 20))
    exact = coefficient_bits(diagram, diagram.parts[0])
    expected = polynomial(diagram)
    monkeypatch.setattr(bracket, "_DENSE_FACES", 0)
    assert exact < coefficient_bits(diagram, diagram.parts[0]) <= 82
    assert polynomial(diagram) == expected


def test_long_twists() -> None:
    v = polynomial([1] * 2001)
    # The right-handed torus knot T(2, 2001).
    assert v * (ONE - T**2) == T**1000 * (ONE - T**3 - T**2002 + T**2003)


def test_circles() -> None:
    assert polynomial([]) == ONE
    assert polynomial([], strands=5) == UNLINK**4
    assert polynomial([], strands=6, closure="plat") == UNLINK**2
    assert polynomial(PlanarDiagram(circles=3)) == UNLINK**2
    assert polynomial(PlanarDiagram([(1, 1, 2, 2)], circles=1)) == UNLINK
    assert jones([], strands=6, method="bracket").exact == jones([], strands=6).exact


def test_orientation_of_a_diagram() -> None:
    b = Braid([2, 2], strands=4)
    assert polynomial(b, closure="plat") == polynomial("1 1").mirror()
    turned = PlanarDiagram.from_braid(b, "plat", reverse=[1])
    # Reversing a component multiplies by t^(−3 lk).
    assert polynomial(turned) == polynomial("1 1")


def test_a_sweep_takes_every_crossing_once() -> None:
    diagram = PlanarDiagram.from_braid(Braid([1, -2, 3, -4] * 12))
    sweep = find_sweep(diagram.mates, diagram.parts[0])
    assert sorted(sweep.order) == list(diagram.parts[0])
    assert sweep.widths[-1] == 0
    assert max(sweep.widths) <= 10
    assert find_sweep(diagram.mates, diagram.parts[0]) == sweep


def test_public_names() -> None:
    assert plait.polynomial is polynomial
    assert str(plait.polynomial("3_1")) == "t + t^3 - t^4"
    assert plait.LaurentPolynomial is LaurentPolynomial
    assert plait.PlanarDiagram is PlanarDiagram


def test_number_of_the_exact_value() -> None:
    v = jones("6_2", method="bracket")
    assert v.exact is not None
    assert number(v.exact) == pytest.approx(v.value)


def test_table_polynomials_at_the_fifth_root(knot_entries: list[Entry]) -> None:
    for entry in to_crossings(knot_entries, 8):
        assert polynomial(entry.name).at_fifth_root().exact == reduced(entry.polynomial)


# --- What is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"closure": "plat"}, "a planar diagram is closed already; leave out closure='plat'"),
        ({"strands": 4}, "leave out closure='markov' and strands=4"),
    ],
)
def test_a_diagram_has_no_closure(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        polynomial(PlanarDiagram(circles=1), **options)


def test_the_empty_link() -> None:
    with pytest.raises(InputError, match="the empty diagram has no Jones polynomial"):
        polynomial(PlanarDiagram())


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        ("1 2", {"closure": "plat"}, "even number of strands"),
        ("3_1", {"closure": "trace"}, "unknown closure 'trace'"),
        ("9_99", {}, "unknown knot or link"),
        (None, {}, "sequence of integers or text"),
    ],
)
def test_wrong_input(x: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        polynomial(x, **options)


def test_what_does_not_fit_is_refused() -> None:
    b = Braid([1, 2, 3, 4, 5, 6, 7, 8, 9] * 12)
    with pytest.raises(ResourceError, match=r"the Jones polynomial needs about .* 1 kB allowed"):
        polynomial(b, memory=1e3)
    rng = random.Random(1)
    wide = Braid([rng.choice((1, -1)) * rng.randint(1, 39) for _ in range(4000)])
    with pytest.raises(ResourceError, match=r"needs about [\d.e+]+ (GB|TB|PB|EB)"):
        polynomial(wide)
    with pytest.raises(ResourceError, match="the Kauffman bracket needs about"):
        jones(wide, method="bracket")


def test_too_many_crossings_are_refused() -> None:
    long = Braid([1, 2, -1, -2] * 5001)
    message = "this diagram has 20004 crossings; the bracket stops at 20000"
    with pytest.raises(ResourceError, match=message):
        polynomial(long)
    with pytest.raises(ResourceError, match=message):
        jones(long, method="bracket")


def test_more_matchings_than_predicted_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    b = Braid([1, -2, 3, -4, 5, -6] * 12)
    monkeypatch.setattr(bracket, "matchings", lambda _: 1.0)
    with pytest.raises(ResourceError, match="the Kauffman bracket needs about"):
        polynomial(b, memory=2e4)
