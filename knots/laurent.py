"""Laurent polynomials in t^(1/2) with integer coefficients, as the Jones polynomial is one."""

from __future__ import annotations

import cmath
import math
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

from .errors import InputError, RecordError
from .optional import require
from .values import zeta_value

__all__ = ["Exponent", "FifthRoot", "LaurentPolynomial", "digits"]

Exponent: TypeAlias = int | Fraction
"""An integer, or half of one as a Fraction."""

_VARIABLE = "t^(1/2)"


class FifthRoot(NamedTuple):
    """A polynomial's value at t = exp(2πi/5) with t^(1/2) = −exp(iπ/5).

    Attributes:
        exact: (a0, a1, a2, a3), the value being a0 + a1 ζ + a2 ζ² + a3 ζ³ with ζ = exp(2πi/5).
        value: the same as a complex number.
    """

    exact: tuple[int, int, int, int]
    value: complex


@dataclass(frozen=True, init=False, repr=False)
class LaurentPolynomial:
    """A polynomial in t^(1/2) and t^(−1/2) with integer coefficients; immutable and hashable.

    The Jones polynomial of a link is in t if its number of components is odd, and in t^(1/2) times
    that if it is even.

    Args:
        coefficients: {exponent of t: coefficient}; exponents are integers or halves of integers.

    Attributes:
        terms: pairs (twice the exponent of t, coefficient ≠ 0) by increasing exponent.

    Raises:
        InputError: an exponent that is not half of an integer, a coefficient that is no integer.

    Example:
        >>> t = LaurentPolynomial({1: 1})
        >>> t + t**3 - t**4
        LaurentPolynomial({1: 1, 3: 1, 4: -1})
        >>> print(LaurentPolynomial({Fraction(1, 2): -1, Fraction(5, 2): -1}))
        -t^(1/2) - t^(5/2)
    """

    terms: tuple[tuple[int, int], ...]

    def __init__(self, coefficients: Mapping[Exponent, int] | None = None) -> None:
        if not isinstance(coefficients, Mapping | None):
            raise InputError(
                f"coefficients={coefficients!r}: give {{exponent: coefficient}}, or use "
                f"LaurentPolynomial.from_coefficients(low, coefficients)"
            )
        pairs = (coefficients or {}).items()
        _set(self, {_twice(exponent): _integer(value) for exponent, value in pairs})

    @classmethod
    def from_coefficients(cls, low: Exponent, coefficients: Iterable[int]) -> LaurentPolynomial:
        """The polynomial with these coefficients at the exponents low, low + 1 and so on.

        Example:
            >>> print(LaurentPolynomial.from_coefficients(-1, [1, 0, -2]))
            t^(-1) - 2*t
        """
        start = _twice(low)
        return _make({start + 2 * k: _integer(c) for k, c in enumerate(coefficients)})

    @property
    def coefficients(self) -> dict[Exponent, int]:
        """{exponent of t: coefficient ≠ 0} by increasing exponent."""
        return {_half(twice): c for twice, c in self.terms}

    @property
    def span(self) -> Exponent:
        """The greatest exponent less the smallest; 0 for the polynomial 0.

        Example:
            >>> LaurentPolynomial({-2: 1, 3: -1}).span
            5
        """
        return _half(self.terms[-1][0] - self.terms[0][0]) if self.terms else 0

    def __repr__(self) -> str:
        return f"LaurentPolynomial({self.coefficients!r})"

    def __str__(self) -> str:
        if not self.terms:
            return "0"
        text = ""
        for twice, c in self.terms:
            sign = " - " if c < 0 else " + "
            power = _power_text(twice)
            size = str(abs(c))
            text += sign + (size if not power else power if size == "1" else f"{size}*{power}")
        return text[3:] if text.startswith(" + ") else "-" + text[3:]

    def __bool__(self) -> bool:
        """Whether this is not 0."""
        return bool(self.terms)

    def __neg__(self) -> LaurentPolynomial:
        return _make({e: -c for e, c in self.terms})

    def __add__(self, other: LaurentPolynomial | int) -> LaurentPolynomial:
        added = _coerce(other)
        if added is None:
            return NotImplemented
        total = dict(self.terms)
        for e, c in added.terms:
            total[e] = total.get(e, 0) + c
        return _make(total)

    __radd__ = __add__

    def __sub__(self, other: LaurentPolynomial | int) -> LaurentPolynomial:
        taken = _coerce(other)
        return NotImplemented if taken is None else self + -taken

    def __rsub__(self, other: int) -> LaurentPolynomial:
        return -self + other

    def __mul__(self, other: LaurentPolynomial | int) -> LaurentPolynomial:
        factor = _coerce(other)
        if factor is None:
            return NotImplemented
        if not self.terms or not factor.terms:
            return _make({})
        if min(len(self.terms), len(factor.terms)) < _PACK_FROM:
            product: dict[int, int] = {}
            for e, c in self.terms:
                for f, d in factor.terms:
                    product[e + f] = product.get(e + f, 0) + c * d
            return _make(product)
        # At a power of 2 that leaves room for each coefficient, one multiplication of integers.
        size = sum(max(abs(c) for _, c in p.terms).bit_length() for p in (self, factor))
        bits = size + min(len(self.terms), len(factor.terms)).bit_length() + 1
        bits += -bits % 4
        found = digits(_packed(self.terms, bits) * _packed(factor.terms, bits), bits)
        low = self.terms[0][0] + factor.terms[0][0]
        return _make({low + k: c for k, c in enumerate(found)})

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> LaurentPolynomial:
        """The power; a negative one only of a unit ±t^k.

        Raises:
            InputError: the exponent is no integer, or negative where there is no inverse.
        """
        try:
            count = operator.index(exponent)
        except TypeError:
            raise InputError(
                f"the power of a polynomial is an integer, not {exponent!r}"
            ) from None
        base = self
        if count < 0:
            if len(self.terms) != 1 or abs(self.terms[0][1]) != 1:
                raise InputError(
                    f"({self})^({count}) is no Laurent polynomial; negative powers are those of "
                    f"±t^k only"
                )
            base = _make({-self.terms[0][0]: self.terms[0][1]})
        result = _make({0: 1})
        for bit in bin(abs(count))[2:]:
            result = result * result
            if bit == "1":
                result = result * base
        return result

    def mirror(self) -> LaurentPolynomial:
        """With 1/t for t: V of the mirror image.

        Example:
            >>> print(LaurentPolynomial({1: 1, 3: 1, 4: -1}).mirror())
            -t^(-4) + t^(-3) + t^(-1)
        """
        return _make({-e: c for e, c in self.terms})

    def evaluate(
        self, t: complex | Fraction, *, sqrt: complex | Fraction | None = None
    ) -> complex | Fraction:
        """The value at t: a Fraction where t (and t^(1/2), if it occurs) is one, else complex.

        Args:
            t: an integer, Fraction, real or complex number.
            sqrt: which of its square roots t^(1/2) is, where halves of integers are among the
                exponents; by default the principal one. plait's convention at the fifth root of
                unity is the *other* one, t^(1/2) = A⁻² = −exp(iπ/5): use :meth:`at_fifth_root`.

        Returns:
            The value; a complex one is rounded, and where large coefficients cancel few of its
            digits count.

        Raises:
            InputError: t = 0 with negative exponents, ``sqrt`` whose square is not t, or
                coefficients beyond the range of floating point at a t that is not rational.

        Example:
            >>> LaurentPolynomial({1: 1, 3: 1, 4: -1}).evaluate(Fraction(1, 2))
            Fraction(9, 16)
            >>> LaurentPolynomial({Fraction(1, 2): -1}).evaluate(4, sqrt=-2)
            Fraction(2, 1)
        """
        x, odd = _number(t), any(e % 2 for e, _ in self.terms)
        if not x and self.terms and self.terms[0][0] < 0:
            raise InputError(f"{self} has no value at t = 0; choose another t")
        if not odd:
            return _sum_powers(((e // 2, c) for e, c in self.terms), x)
        root = _principal(x) if sqrt is None else _number(sqrt)
        if not cmath.isclose(complex(root) ** 2, complex(x), rel_tol=1e-9, abs_tol=1e-300):
            raise InputError(f"sqrt={sqrt!r} is no square root of t={t!r}; give one, or none")
        return _sum_powers(self.terms, root)

    __call__ = evaluate

    def at_fifth_root(self) -> FifthRoot:
        """The value at t = exp(2πi/5), t^(1/2) = −exp(iπ/5) = ζ³: exact integers, and as a number.

        Raises:
            InputError: the value is beyond the range of floating point.

        Example:
            >>> LaurentPolynomial({1: 1, 3: 1, 4: -1}).at_fifth_root().exact
            (1, 2, 1, 2)
        """
        five = [0] * 5
        for e, c in self.terms:
            five[3 * e % 5] += c
        a = [c - five[4] for c in five[:4]]
        exact = (a[0], a[1], a[2], a[3])
        value = zeta_value(exact)
        if not cmath.isfinite(value):
            raise InputError(
                f"the value at the fifth root is beyond the range of floating point "
                f"(coefficients of {max(map(abs, exact)).bit_length()} bits)"
            )
        return FifthRoot(exact, value)

    def to_sympy(self, symbol: Any = None) -> Any:
        """As a SymPy expression.

        Args:
            symbol: the SymPy symbol for t; by default a positive one, so that roots simplify.

        Raises:
            MissingExtraError: SymPy is not installed.
        """
        sympy = require("sympy", extra="symbolic", purpose="LaurentPolynomial.to_sympy")
        t = sympy.Symbol("t", positive=True) if symbol is None else symbol
        return sympy.Add(*(c * t ** sympy.Rational(e, 2) for e, c in self.terms))

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON: pairs of the exponent of t^(1/2) and the coefficient."""
        return {"variable": _VARIABLE, "terms": [list(term) for term in self.terms]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> LaurentPolynomial:
        """The polynomial that :meth:`to_json` wrote.

        Raises:
            RecordError: a key is missing or of the wrong kind.

        Example:
            >>> p = LaurentPolynomial({1: 1, 3: 1, 4: -1})
            >>> LaurentPolynomial.from_json(p.to_json()) == p
            True
        """
        try:
            if data["variable"] != _VARIABLE:
                raise ValueError(f"the variable is {data['variable']!r}, not {_VARIABLE!r}")
            pairs = [(operator.index(e), operator.index(c)) for e, c in data["terms"]]
        except (KeyError, TypeError, ValueError) as error:
            raise RecordError(f"not the record of a Laurent polynomial: {error}") from error
        if len(dict(pairs)) < len(pairs):
            raise RecordError("not the record of a Laurent polynomial: an exponent occurs twice")
        return _make(dict(pairs))


_PACK_FROM = 16


def digits(value: int, bits: int) -> list[int]:
    """The signed digits of an integer in base 2^bits, each in [−2^(bits−1), 2^(bits−1)).

    Args:
        value: any integer.
        bits: a multiple of 4.

    Returns:
        The digits, the lowest first, without leading zeros; [] for 0.

    Example:
        >>> digits(3 - 2 * 16 + 16**2, 4)
        [3, -2, 1]
    """
    count = abs(value).bit_length() // bits + 2
    width = bits // 4
    # Every digit plus 2^(bits−1) is an ordinary one; hexadecimal text is cut in linear time.
    half = int(("8" + "0" * (width - 1)) * count, 16)
    text = f"{value + half:0{width * count}x}"
    middle = 1 << (bits - 1)
    found = [int(text[k : k + width], 16) - middle for k in range(0, len(text), width)]
    found.reverse()
    while found and not found[-1]:
        found.pop()
    return found


def _packed(terms: tuple[tuple[int, int], ...], bits: int) -> int:
    """The polynomial in t^(1/2), from its lowest exponent on, at t^(1/2) = 2^bits."""
    if len(terms) == 1:
        return terms[0][1]
    # By halves: adding term by term would be quadratic.
    middle = len(terms) // 2
    shift = bits * (terms[middle][0] - terms[0][0])
    return _packed(terms[:middle], bits) + (_packed(terms[middle:], bits) << shift)


def _set(polynomial: LaurentPolynomial, coefficients: Mapping[int, int]) -> None:
    terms = tuple(sorted((e, c) for e, c in coefficients.items() if c))
    object.__setattr__(polynomial, "terms", terms)


def _make(coefficients: Mapping[int, int]) -> LaurentPolynomial:
    """The polynomial with these coefficients of powers of t^(1/2)."""
    made = object.__new__(LaurentPolynomial)
    _set(made, coefficients)
    return made


def _coerce(x: object) -> LaurentPolynomial | None:
    if isinstance(x, LaurentPolynomial):
        return x
    try:
        return _make({0: operator.index(x)})  # type: ignore[arg-type]
    except TypeError:
        return None


def _twice(exponent: object) -> int:
    if isinstance(exponent, (int, float, Fraction)) and not isinstance(exponent, bool):
        doubled = 2 * exponent
        if math.isfinite(doubled) and doubled == math.floor(doubled):
            return math.floor(doubled)
    raise InputError(
        f"exponent {exponent!r}: exponents of t are integers or halves of integers, such as "
        f"Fraction(1, 2)"
    )


def _half(twice: int) -> Exponent:
    return Fraction(twice, 2) if twice % 2 else twice // 2


def _power_text(twice: int) -> str:
    if twice == 0:
        return ""
    if twice == 2:
        return "t"
    exponent = str(_half(twice))
    return f"t^{exponent}" if exponent.isdigit() else f"t^({exponent})"


def _integer(value: object) -> int:
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise InputError(f"coefficient {value!r}: coefficients are integers") from None


def _number(x: object) -> Fraction | complex:
    if isinstance(x, (int, Fraction)):
        return Fraction(x)
    try:
        return complex(x)  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError):
        raise InputError(f"{x!r}: give t and its root as numbers") from None


def _principal(x: Fraction | complex) -> Fraction | complex:
    if isinstance(x, Fraction) and x >= 0:
        root = Fraction(math.isqrt(x.numerator), math.isqrt(x.denominator))
        if root * root == x:
            return root
    return cmath.sqrt(complex(x))


def _sum_powers(terms: Iterable[tuple[int, int]], x: Fraction | complex) -> Fraction | complex:
    if isinstance(x, Fraction):
        return sum((c * x**e for e, c in terms), Fraction(0))
    try:
        return sum((c * x**e for e, c in terms), 0j)
    except OverflowError:
        raise InputError(
            f"the terms exceed the range of floating point at t^(1/2) or t = {x}; evaluate at a "
            f"Fraction, or use at_fifth_root"
        ) from None
