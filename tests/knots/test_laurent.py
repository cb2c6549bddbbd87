"""Laurent polynomials: ring laws, text, evaluation, records, errors."""

from __future__ import annotations

import cmath
import json
import math
import sys
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait.knots import InputError, LaurentPolynomial, MissingExtraError, RecordError
from plait.knots.laurent import digits

HALF = Fraction(1, 2)
TREFOIL = LaurentPolynomial({1: 1, 3: 1, 4: -1})
HOPF = LaurentPolynomial({HALF: -1, 5 * HALF: -1})
ZETA = cmath.exp(2j * math.pi / 5)
ROOT = -cmath.exp(1j * math.pi / 5)

polynomials = st.dictionaries(
    st.integers(-40, 40).map(lambda e: Fraction(e, 2)), st.integers(-(10**25), 10**25), max_size=30
).map(LaurentPolynomial)
few = st.dictionaries(st.integers(-4, 4), st.integers(-9, 9), max_size=4).map(LaurentPolynomial)
ONE, ZERO = LaurentPolynomial({0: 1}), LaurentPolynomial()


@given(polynomials, polynomials, polynomials)
def test_ring_laws(p: LaurentPolynomial, q: LaurentPolynomial, r: LaurentPolynomial) -> None:
    assert p + q == q + p
    assert p * q == q * p
    assert (p + q) + r == p + (q + r)
    assert (p * q) * r == p * (q * r)
    assert p * (q + r) == p * q + p * r
    assert p + ZERO == p * ONE == p == p - ZERO
    assert p - p == ZERO == p * ZERO
    assert ZERO - (-p) == p
    assert p - q == p + -q
    assert hash(p + q) == hash(q + p)


@given(polynomials, polynomials)
def test_products_are_sums_over_pairs(p: LaurentPolynomial, q: LaurentPolynomial) -> None:
    expected: dict[Any, int] = {}
    for e, c in p.coefficients.items():
        for f, d in q.coefficients.items():
            expected[e + f] = expected.get(e + f, 0) + c * d
    assert p * q == LaurentPolynomial(expected)


@given(polynomials, st.integers(-5, 5))
def test_integers_are_constants(p: LaurentPolynomial, n: int) -> None:
    constant = LaurentPolynomial({0: n})
    assert p + n == n + p == p + constant
    assert p * n == n * p == p * constant
    assert p - n == p - constant
    assert n - p == constant - p


@given(few, st.integers(0, 6))
def test_powers(p: LaurentPolynomial, n: int) -> None:
    product = ONE
    for _ in range(n):
        product = product * p
    assert p**n == product


def test_powers_of_units() -> None:
    unit = LaurentPolynomial({3 * HALF: -1})
    assert unit**-3 == LaurentPolynomial({-9 * HALF: -1})
    assert unit**-2 * unit**2 == ONE == unit**0


@given(polynomials, polynomials)
def test_evaluation_is_a_homomorphism(p: LaurentPolynomial, q: LaurentPolynomial) -> None:
    for t in (1, 4, Fraction(4, 9)):
        assert (p * q)(t) == p(t) * q(t)
        assert (p + q)(t) == p(t) + q(t)
        assert p.mirror()(t) == p(1 / Fraction(t))


@given(polynomials)
def test_the_mirror_twice_is_the_same(p: LaurentPolynomial) -> None:
    assert p.mirror().mirror() == p
    assert p.mirror().span == p.span


@given(polynomials)
def test_records(p: LaurentPolynomial) -> None:
    assert LaurentPolynomial.from_json(json.loads(json.dumps(p.to_json()))) == p
    assert eval(repr(p)) == p
    assert LaurentPolynomial(p.coefficients) == p
    assert bool(p) == bool(p.coefficients)


@given(polynomials)
def test_the_fifth_root(p: LaurentPolynomial) -> None:
    exact, value = p.at_fifth_root()
    scale = 1 + sum(map(abs, p.coefficients.values()))
    assert abs(sum(a * ZETA**k for k, a in enumerate(exact)) - value) < 1e-13 * scale
    assert abs(p.evaluate(ZETA, sqrt=ROOT) - value) < 1e-12 * scale


@given(st.lists(st.integers(-8, 7), max_size=40), st.sampled_from([4, 8, 12, 40]))
def test_digits(found: list[int], bits: int) -> None:
    value = sum(d << (bits * k) for k, d in enumerate(found))
    while found and not found[-1]:
        found.pop()
    assert digits(value, bits) == found


@pytest.mark.parametrize("value", [-8, 7, -128, 127])
def test_digits_at_the_ends_of_their_range(value: int) -> None:
    bits = 4 if -8 <= value <= 7 else 8
    assert digits(value * (1 + (1 << bits) + (1 << 3 * bits)), bits) == [value, value, 0, value]


@pytest.mark.parametrize(
    ("coefficients", "text"),
    [
        ({1: 1, 3: 1, 4: -1}, "t + t^3 - t^4"),
        ({HALF: -1, 5 * HALF: -1}, "-t^(1/2) - t^(5/2)"),
        ({-2: 1, -1: -1, 0: 1, 1: -1, 2: 1}, "t^(-2) - t^(-1) + 1 - t + t^2"),
        ({-3 * HALF: -2, 0: -5, 10: 12}, "-2*t^(-3/2) - 5 + 12*t^10"),
        ({0: 1}, "1"),
        ({0: -1}, "-1"),
        ({1: -3}, "-3*t"),
        ({}, "0"),
        ({2: 0}, "0"),
    ],
)
def test_text(coefficients: Any, text: str) -> None:
    assert str(LaurentPolynomial(coefficients)) == text


def test_values() -> None:
    assert TREFOIL(1) == 1
    assert HOPF(1) == -2
    assert HOPF(1, sqrt=-1) == 2
    assert TREFOIL.at_fifth_root().exact == (1, 2, 1, 2)
    assert TREFOIL.evaluate(2) == Fraction(-6)
    assert isinstance(TREFOIL.evaluate(2), Fraction)
    assert TREFOIL(0.5) == pytest.approx(0.5625)
    assert TREFOIL(1j) == pytest.approx(1j**3 + 1j - 1)
    # The principal root is not plait's at the fifth root of unity.
    assert HOPF(ZETA) == pytest.approx(-HOPF.at_fifth_root().value)
    assert HOPF(2) == pytest.approx(-(2**0.5) - 2**2.5)
    assert HOPF(-1) == pytest.approx(-1j - 1j)
    assert HOPF(Fraction(1, 4)) == -HALF - Fraction(1, 32)
    assert ZERO(0) == 0
    assert TREFOIL(0) == 0
    # Exact where floating point would overflow.
    assert LaurentPolynomial({1: 10**400})(Fraction(1, 10**400)) == 1


def test_coefficients_and_span() -> None:
    assert HOPF.coefficients == {HALF: -1, 5 * HALF: -1}
    assert all(isinstance(e, int) for e in TREFOIL.coefficients)
    assert (HOPF.span, TREFOIL.span, ZERO.span) == (2, 3, 0)
    assert LaurentPolynomial({0: 1, HALF: 1}).span == HALF
    assert LaurentPolynomial.from_coefficients(HALF, [-1, 0, -1]) == HOPF
    assert LaurentPolynomial.from_coefficients(1, [1, 0, 1, -1]) == TREFOIL
    assert LaurentPolynomial.from_coefficients(1, []) == ZERO
    assert LaurentPolynomial({0.5: -1, 2.5: -1}) == HOPF  # type: ignore[dict-item]


def test_sympy() -> None:
    sympy = pytest.importorskip("sympy")
    t = sympy.Symbol("t", positive=True)
    assert TREFOIL.to_sympy() == t + t**3 - t**4
    assert sympy.expand(HOPF.to_sympy() ** 2) == t + 2 * t**3 + t**5
    x = sympy.Symbol("x")
    assert TREFOIL.to_sympy(x) == x + x**3 - x**4
    assert ZERO.to_sympy() == 0


def test_sympy_is_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sympy", None)
    with pytest.raises(
        MissingExtraError, match=r'to_sympy needs .*pip install "plait\[symbolic\]"'
    ):
        TREFOIL.to_sympy()


@pytest.mark.parametrize(
    ("coefficients", "message"),
    [
        ({Fraction(1, 3): 1}, r"exponent Fraction\(1, 3\): .* halves of integers"),
        ({0.3: 1}, r"exponent 0\.3"),
        ({"1": 1}, "exponent '1'"),
        ({True: 1}, "exponent True"),
        ({math.inf: 1}, "exponent inf"),
        ({1: 0.5}, r"coefficient 0\.5: coefficients are integers"),
        ({1: Fraction(2)}, "coefficients are integers"),
        ([1, 2], r"give \{exponent: coefficient\}, or use LaurentPolynomial.from_coefficients"),
        ("t + t^3", r"give \{exponent: coefficient\}"),
    ],
)
def test_what_is_no_polynomial(coefficients: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        LaurentPolynomial(coefficients)


def test_powers_are_checked() -> None:
    with pytest.raises(InputError, match=r"\(t \+ t\^3 - t\^4\)\^\(-1\) is no Laurent polynomial"):
        TREFOIL**-1
    with pytest.raises(InputError, match="is no Laurent polynomial"):
        LaurentPolynomial({1: 2}) ** -1
    with pytest.raises(InputError, match=r"power of a polynomial is an integer, not 0\.5"):
        TREFOIL**0.5  # type: ignore[operator]


@pytest.mark.parametrize("other", ["t", 0.5, None])
def test_other_types_are_no_operands(other: Any) -> None:
    for operation in ("__add__", "__sub__", "__mul__"):
        assert getattr(TREFOIL, operation)(other) is NotImplemented
    assert other != TREFOIL


def test_evaluation_is_checked() -> None:
    with pytest.raises(InputError, match=r"no value at t = 0"):
        TREFOIL.mirror()(0)
    with pytest.raises(InputError, match=r"sqrt=2 is no square root of t=3"):
        HOPF.evaluate(3, sqrt=2)
    with pytest.raises(InputError, match="as numbers"):
        TREFOIL("t")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="range of floating point"):
        LaurentPolynomial({1: 10**400})(0.5)
    with pytest.raises(InputError, match="beyond the range of floating point"):
        LaurentPolynomial({1: 10**400}).at_fifth_root()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "not the record of a Laurent polynomial"),
        ({"variable": "t", "terms": []}, r"the variable is 't', not 't\^\(1/2\)'"),
        ({"variable": "t^(1/2)", "terms": [[1]]}, "not the record"),
        ({"variable": "t^(1/2)", "terms": [[1, 0.5]]}, "not the record"),
        ({"variable": "t^(1/2)", "terms": [[1, 1], [1, 2]]}, "an exponent occurs twice"),
    ],
)
def test_what_is_no_record(data: Any, message: str) -> None:
    with pytest.raises(RecordError, match=message):
        LaurentPolynomial.from_json(data)
