"""The oracle table: every way to get V, and the knots and links of the public tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from jones_oracles import Entry, number, parse_polynomial

from plait.knots import Braid
from plait.knots.conventions import Closure
from plait.tensornet import METHODS, Request, exact_coefficients, jones


def _by_integers(braid: Braid, closure: Closure) -> complex:
    exact = exact_coefficients(braid, closure)
    assert exact is not None, "integer arithmetic gave up on a small braid"
    return number(exact)


def _by_method(name: str) -> Callable[[Braid, Closure], complex]:
    method = METHODS[name]
    request = Request(seed=1, options=method.complete({}))
    return lambda braid, closure: method.evaluate(braid, closure, request).value


WAYS: dict[str, Callable[[Braid, Closure], complex]] = {
    **{name: _by_method(name) for name, method in METHODS.items() if not method.approximate},
    "integers": _by_integers,
    "jones": lambda braid, closure: jones(braid, closure=closure).value,
}


@pytest.fixture(scope="session", params=WAYS)
def way(request: pytest.FixtureRequest) -> Callable[..., complex]:
    """One way to get V: a function of a braid and its closure ("markov" by default)."""
    evaluate = WAYS[request.param]
    return lambda braid, closure="markov": evaluate(braid, closure)


def _integers(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"-?\d+", text)]


def _vector(text: str) -> dict[int, int] | None:
    """The least exponent, the greatest, and the coefficients between them."""
    if not text.strip() or text == "1":  # the unknot's row is not in this format
        return None
    low, high, *coefficients = _integers(text)
    assert len(coefficients) == high - low + 1
    return {low + k: c for k, c in enumerate(coefficients) if c}


@pytest.fixture(scope="session")
def knot_entries() -> list[Entry]:
    """All of KnotInfo; the variable of the polynomials is t = ζ."""
    data = pytest.importorskip("database_knotinfo")
    entries = []
    for row in data.link_list()[1:]:
        words = [_integers(part) for part in re.findall(r"\[[^\[\]]+\]", row["braid_notation"])]
        entries.append(
            Entry(
                name=row["name"],
                braids=tuple(Braid(word) for word in words or [[]]),
                polynomial=parse_polynomial(row["jones_polynomial"]),
                vector=_vector(row["jones_polynomial_vector"]),
                power=1,
            )
        )
    return entries


@pytest.fixture(scope="session")
def link_entries() -> list[Entry]:
    """All of LinkInfo; the variable of the polynomials is t^(1/2) = ζ³."""
    data = pytest.importorskip("database_knotinfo")
    entries = []
    for row in data.link_list(True)[1:]:
        strands, *word = _integers(row["braid_notation"])
        entries.append(
            Entry(
                name=row["name"],
                braids=(Braid(word, strands=strands),),
                polynomial=parse_polynomial(row["jones_polynomial"]),
                vector=_vector(row["jones_polynomial_vector"]),
                power=3,
            )
        )
    return entries


@pytest.fixture(scope="session")
def regina() -> Any:
    """The package Regina."""
    return pytest.importorskip("regina")
