"""The Jones polynomial as KnotInfo and LinkInfo print it: an oracle that is not ours.

The tables come with the extra ``tables`` (the package database_knotinfo) and are only read.

Source: C. Livingston and A. H. Moore, KnotInfo and LinkInfo, https://knotinfo.org.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

from ..knots.errors import InputError, RecordError
from ..knots.laurent import Exponent, LaurentPolynomial
from ..knots.optional import require
from ..knots.tables import is_name, lookup, names

__all__ = ["read_printed_polynomial", "tabled_polynomial"]

_TERM = re.compile(
    r"(?P<sign>[+-]?)(?P<factor>\d*)(?P<divided>/?)\*?"
    r"(?P<variable>[tx]?)(?:\^\(?(?P<power>-?\d+)\)?)?"
)


def read_printed_polynomial(text: str, *, half: bool = False) -> LaurentPolynomial:
    """A Laurent polynomial as the tables print it.

    Args:
        text: such as ``"t+ t^3-t^4"`` or ``"-1/x^5-x^(-1)"``.
        half: the variable is t^(1/2), as in LinkInfo.

    Raises:
        RecordError: the text is no polynomial.

    Example:
        >>> print(read_printed_polynomial("1/t^2-2*t^(-1)+ t"))
        t^(-2) - 2*t^(-1) + t
        >>> print(read_printed_polynomial("-x-x^5", half=True))
        -t^(1/2) - t^(5/2)
    """
    compact = "".join(text.split())
    found: dict[Exponent, int] = {}
    at = 0
    while at < len(compact):
        term = _TERM.match(compact, at)
        if term is None or not (term["factor"] or term["variable"]) or (at and not term["sign"]):
            raise RecordError(f"{text!r} in a table is no polynomial from {compact[at:]!r} on")
        power = int(term["power"] or 1) if term["variable"] else 0
        factor = int(term["factor"] or 1) * (-1 if term["sign"] == "-" else 1)
        exponent = Fraction(-power if term["divided"] else power, 2 if half else 1)
        found[exponent] = found.get(exponent, 0) + factor
        at = term.end()
    return LaurentPolynomial(found)


def tabled_polynomial(name: str) -> LaurentPolynomial:
    """The Jones polynomial of a knot or link as the tables print it.

    Args:
        name: as for :func:`plait.knots.tables.lookup`.

    Raises:
        InputError: not a name, or no row of the tables has its braid word.
        MissingExtraError: the extra ``tables`` is not installed.

    Example:
        >>> print(tabled_polynomial("3_1"))
        t + t^3 - t^4
    """
    if not is_name(name):
        raise InputError(f"{name!r} is no name of a table")
    entry = lookup(name)
    for row, printed in _printed().items():
        # A name has several spellings, but one word.
        if _plausible(row, name) and lookup(row) == entry:
            return read_printed_polynomial(printed, half=row.startswith("L"))
    raise InputError(f"no row of KnotInfo or LinkInfo is {name!r}")


@cache
def _printed() -> dict[str, str]:
    """The polynomial of every row, as printed; the rows themselves take much memory."""
    module = require(
        "database_knotinfo", extra="tables", purpose="the Jones polynomial of KnotInfo"
    )
    return {
        row["name"]: row["jones_polynomial"]
        for proper_links in (False, True)
        for row in module.link_list(proper_links=proper_links)[1:]
    }


def _plausible(row: str, name: str) -> bool:
    """Whether a row can be the one of a name: it has the same number of crossings in it."""
    numbers = re.findall(r"\d+", name)[:1]
    if not numbers:
        return row in names()  # names in words are those of small links
    return re.findall(r"\d+", row)[:1] == numbers
