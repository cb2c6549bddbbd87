"""The rows of KnotInfo and LinkInfo as data: codes and polynomials."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

_TERM = re.compile(
    r"(?P<sign>[+-]?)"
    r"(?:(?P<coefficient>\d+)(?:(?P<operator>[*/])(?=[tx]))?)?"
    r"(?P<variable>[tx](?:\^(?:\((?P<bracketed>-?\d+)\)|(?P<exponent>-?\d+)))?)?"
)


def parse_polynomial(text: str) -> dict[int, int]:
    """Read a Laurent polynomial such as ``"-3/x^9 + 2*x^(-7) - x + 1"``.

    Raises:
        ValueError: a character is left over.
    """
    compact = text.replace(" ", "")
    found: dict[int, int] = {}
    at = 0
    while at < len(compact):
        match = _TERM.match(compact, at)
        if match is None or not (match["coefficient"] or match["variable"]):
            raise ValueError(f"cannot read {compact[at:]!r} of {text!r}")
        if at and not match["sign"]:
            raise ValueError(f"two terms without a sign at {compact[at:]!r} of {text!r}")
        if match["variable"] and match["coefficient"] and not match["operator"]:
            raise ValueError(f"coefficient without operator at {compact[at:]!r} of {text!r}")
        exponent = 0
        if match["variable"]:
            exponent = int(match["bracketed"] or match["exponent"] or 1)
            if match["operator"] == "/":
                exponent = -exponent
        coefficient = int(match["coefficient"] or 1) * (-1 if match["sign"] == "-" else 1)
        if exponent in found:
            raise ValueError(f"the power {exponent} twice in {text!r}")
        found[exponent] = coefficient
        at = match.end()
    if not found:
        raise ValueError("an empty polynomial")
    return found


class Row(NamedTuple):
    """What a row of a table states.

    The polynomial is {power of t^(1/2): coefficient}; ``anchor`` is the number of the crossing of
    the Dowker-Thistlethwaite code that is positive or, with a minus sign, negative.
    """

    name: str
    words: list[tuple[list[int], int | None]]
    pd: list[list[int]]
    dt: list[list[int]]
    anchor: int
    gauss: list[list[int]]
    linking: list[list[int]] | None
    polynomial: dict[int, int]


def integers(text: str) -> list[int]:
    """All integers in a text."""
    return [int(found) for found in re.findall(r"-?\d+", text)]


def innermost(text: str) -> list[list[int]]:
    """The integers in each innermost pair of brackets."""
    return [integers(part) for part in re.findall(r"[\[({]([^\[\](){}]*)[\])}]", text)]


def knot_rows() -> list[Row]:
    """KnotInfo without the unknot, which has no codes."""
    data = pytest.importorskip("database_knotinfo")
    rows = []
    for row in data.link_list()[2:]:
        crossings = int(row["crossing_number"])
        polynomial = parse_polynomial(row["jones_polynomial"])
        rows.append(
            Row(
                name=row["name"],
                words=[(word, None) for word in innermost(row["braid_notation"])],
                pd=innermost(row["pd_notation"]),
                dt=[integers(row["dt_notation"])] if row["dt_notation"].strip() else [],
                anchor=1 if crossings <= 12 else 2 * crossings,
                gauss=[integers(row["gauss_notation"])],
                linking=None,
                polynomial={2 * e: c for e, c in polynomial.items()},
            )
        )
    return rows


def link_rows() -> list[Row]:
    """LinkInfo."""
    data = pytest.importorskip("database_knotinfo")
    rows = []
    for row in data.link_list(True)[1:]:
        strands, *word = integers(row["braid_notation"])
        rows.append(
            Row(
                name=row["name"],
                words=[(word, strands)],
                pd=innermost(row["pd_notation_vector"]),
                dt=innermost(row["dt_code"]),
                anchor=-1 if integers(row["orientation"])[0] == 0 else 1,
                gauss=innermost(row["gauss_notation"]),
                linking=innermost(row["linking_matrix"]),
                polynomial=parse_polynomial(row["jones_polynomial"]),
            )
        )
    return rows
