"""Alexander and Conway polynomials, against KnotInfo, LinkInfo, Regina and the skein relation."""

from __future__ import annotations

import random
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import braids, random_braid

from plait.knots import Braid, InputError, LaurentPolynomial, PlanarDiagram, ResourceError
from plait.knots.alexander import (
    FINGERPRINT_PRIME,
    alexander_fingerprint,
    alexander_polynomial,
    alexander_value,
    conway_polynomial,
    link_determinant,
)
from plait.knots.closed import ClosedBraid
from plait.knots.closures import closure_linking

Z = LaurentPolynomial({Fraction(1, 2): 1, Fraction(-1, 2): -1})


def integers(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"-?\d+", text)]


def conway_of_table(text: str) -> dict[int, int]:
    """KnotInfo's and LinkInfo's spelling, such as ``1-2*z^2`` or ``-z``."""
    terms: dict[int, int] = {}
    pattern = r"([+-]?)(\d*)(z?)(?:\^\(?(\d+)\)?)?"
    for sign, size, z, power in re.findall(pattern, re.sub(r"[\s*]", "", text)):
        if size or z:
            terms[int(power or 1) if z else 0] = int(f"{sign}{size or 1}")
    return {power: terms[power] for power in sorted(terms) if terms[power]}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """The rows of KnotInfo and LinkInfo, without their headings."""
    data = pytest.importorskip("database_knotinfo")
    return [*data.link_list()[1:], *data.link_list(proper_links=True)[1:]]


def check_row(row: dict[str, str]) -> None:
    if row["name"].startswith("L"):
        strands, *word = integers(row["braid_notation"])
        b = Braid(word, strands)
        found = sorted(entry for row_ in closure_linking(b) for entry in row_)
        assert found == sorted(integers(row["linking_matrix"])), row["name"]
        words = [b]
    else:
        parts = re.findall(r"\[[^\[\]]+\]", row["braid_notation"]) or ["[]"]
        words = [Braid(integers(part)) for part in parts]
    for b in words:
        assert conway_polynomial(b) == conway_of_table(row["conway_polynomial"]), row["name"]
        assert link_determinant(b) == int(row["determinant"]), row["name"]


def test_a_sample_of_the_tables(rows: list[dict[str, str]]) -> None:
    for row in random.Random(1).sample(rows, 500):
        check_row(row)


@pytest.mark.slow
def test_all_of_the_tables(rows: list[dict[str, str]]) -> None:
    assert len(rows) > 17000
    for row in rows:
        check_row(row)


def test_the_alexander_polynomials_of_knotinfo(rows: list[dict[str, str]]) -> None:
    stated = [row for row in rows if integers(row.get("alexander_polynomial_vector", ""))]
    knots = [row for row in stated if row["name"] != "0_1"]
    for row in random.Random(2).sample(knots, 100):
        low, high, *coefficients = integers(row["alexander_polynomial_vector"])
        parts = re.findall(r"\[[^\[\]]+\]", row["braid_notation"])
        found = alexander_polynomial(integers(parts[0]))
        expected = LaurentPolynomial.from_coefficients(-(high - low) // 2, coefficients)
        # KnotInfo leaves the sign open.
        assert found in (expected, -expected), row["name"]
        assert found.evaluate(1) == 1


def test_regina() -> None:
    regina = pytest.importorskip("regina")
    rng = random.Random(3)
    seen = 0
    while seen < 40:
        b = random_braid(rng.randint(2, 7), rng.randint(1, 40), rng.randrange(10**6))
        if b.components > 1:
            continue
        seen += 1
        diagram = PlanarDiagram.from_braid(b)
        if not diagram.crossings:
            continue
        text = "PD[" + ",".join(f"X[{','.join(map(str, c))}]" for c in diagram.crossings) + "]"
        theirs = regina.Link.fromPD(text).alexander()
        coefficients = [int(str(theirs[k])) for k in range(theirs.degree() + 1)]
        expected = LaurentPolynomial.from_coefficients(-Fraction(theirs.degree(), 2), coefficients)
        assert alexander_polynomial(b) in (expected, -expected), b


@given(braids(min_strands=2), st.data())
def test_skein_relation(b: Braid, data: st.DataObject) -> None:
    i = data.draw(st.integers(1, b.strands - 1))
    at = data.draw(st.integers(0, len(b)))
    plus, minus, smooth = (
        alexander_polynomial(Braid((*b.word[:at], *middle, *b.word[at:]), b.strands))
        for middle in ((i,), (-i,), ())
    )
    assert plus - minus == Z * smooth


@given(braids(min_strands=1, max_strands=6, max_crossings=20))
def test_symmetry_parity_and_value_at_1(b: Braid) -> None:
    found = alexander_polynomial(b)
    sign = (-1) ** (b.components - 1)
    assert found.mirror() == found * sign
    assert all(e % 2 == (b.components - 1) % 2 for e, _ in found.terms)
    if b.components == 1:
        assert found.evaluate(1) == 1
    # Mirror images: ∇(−z), so a knot has the polynomial of its mirror image.
    assert alexander_polynomial(b.mirror()) == found * sign


@given(braids(max_crossings=20))
def test_conway_is_alexander_in_z(b: Braid) -> None:
    conway = conway_polynomial(b)
    total = sum((a * Z**k for k, a in conway.items()), LaurentPolynomial())
    assert total == alexander_polynomial(b)
    assert list(conway) == sorted(conway)
    if b.components == 2:
        assert conway.get(1, 0) == closure_linking(b)[0][1]


@given(braids(max_crossings=20), st.integers(0, 5))
def test_values_are_those_of_the_polynomial(b: Braid, seed: int) -> None:
    p = 1_000_003
    root = 10 + seed
    expected = sum(c * pow(root, e, p) for e, c in alexander_polynomial(b).terms) % p
    assert alexander_value(b, root=root, prime=p) == expected
    free = alexander_fingerprint(b.with_strands(b.strands + 1), seed=seed)
    assert free == 0
    assert 0 <= alexander_fingerprint(b, seed=seed) < FINGERPRINT_PRIME


@pytest.mark.parametrize(
    ("word", "strands", "text"),
    [
        ([], 1, "1"),
        ([], 2, "0"),
        ([1], 2, "1"),
        ([1, 1], 2, "-t^(-1/2) + t^(1/2)"),
        ([-1, -1], 2, "t^(-1/2) - t^(1/2)"),
        ([1, 1, 1], 2, "t^(-1) - 1 + t"),
        ([1, 1, 3, 3], 4, "0"),
        ([1, -2] * 3, 3, "t^(-2) - 4*t^(-1) + 6 - 4*t + t^2"),
    ],
)
def test_examples(word: list[int], strands: int, text: str) -> None:
    b = Braid(word, strands)
    assert str(alexander_polynomial(b)) == text
    assert (alexander_fingerprint(b) == 0) == (text == "0")


def test_a_split_link_with_all_generators() -> None:
    # A free circle pushed under the others.
    b = Braid("1 1 1", strands=3).conjugate("2 -1 2")
    assert set(map(abs, b.word)) == {1, 2}
    assert alexander_polynomial(b) == LaurentPolynomial()
    assert alexander_fingerprint(b) == 0


def test_diagrams_and_closures() -> None:
    plat = ClosedBraid(Braid("2 2 2", strands=4), "plat")
    assert alexander_polynomial(plat) == alexander_polynomial(plat.diagram())
    assert conway_polynomial(plat) == {0: 1, 2: 1}
    clasp = ClosedBraid(Braid("2 2", strands=4), "plat")
    assert conway_polynomial(clasp) == {1: -1}
    assert conway_polynomial(clasp.reversed([0])) == {1: 1}


def test_large_braids_in_integers() -> None:
    b = random_braid(12, 160, 5)
    found = alexander_polynomial(b)
    root = 12345
    expected = sum(c * pow(root, e, FINGERPRINT_PRIME) for e, c in found.terms)
    assert alexander_value(b, root=root) == expected % FINGERPRINT_PRIME
    assert max(abs(c) for _, c in found.terms) > 10**6
    torus = alexander_polynomial([*range(1, 11)] * 12)
    assert {abs(c) for _, c in torus.terms} == {1}
    assert torus.span == 10 * 11


def test_coefficients_beyond_a_machine_word() -> None:
    word = [1, -2] * 64
    assert max(abs(c) for _, c in alexander_polynomial(word).terms) > 2**63
    # The determinant of the closure of (σ₁σ₂⁻¹)^n is L_{2n} − 2 with the Lucas numbers L.
    lucas = [2, 1]
    while len(lucas) <= 128:
        lucas.append(lucas[-1] + lucas[-2])
    assert link_determinant(word) == lucas[128] - 2


def test_the_fingerprint_of_a_long_braid() -> None:
    b = random_braid(30, 1000, 7)
    value = alexander_fingerprint(b, seed=4)
    assert value == alexander_fingerprint(b.conjugate([3, -17, 29, 5]), seed=4)
    assert value != alexander_fingerprint(Braid(b.word[:-1], 30), seed=4)
    assert value != alexander_fingerprint(b, seed=5)


def test_errors() -> None:
    with pytest.raises(InputError, match="the empty link has no Alexander polynomial"):
        alexander_polynomial(PlanarDiagram([]))
    with pytest.raises(ResourceError, match="alexander_fingerprint gives its value"):
        alexander_polynomial(random_braid(200, 20000, 1))
    for prime in (15, 2, 1, 0, -7, 2**61, 2**2000 + 1):
        with pytest.raises(InputError, match="give an odd prime of at most 1024 bits"):
            alexander_value([1, 1, 1], root=2, prime=prime)
    for root in (0, 1, 100, 101):
        with pytest.raises(InputError, match="choose another root"):
            alexander_value([1, 1, 1], root=root, prime=101)
    with pytest.raises(InputError, match=r"seed=1\.5: give an integer"):
        alexander_fingerprint([1], seed=1.5)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="root=True: give an integer"):
        alexander_value([1], root=True)
    with pytest.raises(InputError, match="prime='7': give an integer"):
        alexander_value([1], root=3, prime="7")  # type: ignore[arg-type]
    with pytest.raises(InputError):
        alexander_polynomial(None)  # type: ignore[arg-type]
