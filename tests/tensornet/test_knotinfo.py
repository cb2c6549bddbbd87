"""KnotInfo and LinkInfo: V of their braids is their polynomial at the fifth root."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from jones_oracles import Entry, number, reduced

from plait.knots import braid
from plait.tensornet import METHODS, Request, exact_coefficients, jones

Way = Callable[..., complex]


def of_few_strands(entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if max(b.strands for b in entry.braids) <= 8]


def sample(entries: list[Entry], size: int, seed: int) -> list[Entry]:
    few = of_few_strands(entries)
    assert len(few) > 10 * size
    return random.Random(seed).sample(few, size)


def check_values(way: Way, entries: list[Entry]) -> None:
    for entry in entries:
        expected = number(reduced(entry.polynomial, entry.power))
        for b in entry.braids:
            assert abs(way(b) - expected) < 1e-8, (entry.name, b)


def check_integers(entries: list[Entry]) -> None:
    for entry in entries:
        expected = reduced(entry.polynomial, entry.power)
        for b in entry.braids:
            assert exact_coefficients(b, "markov") == expected, (entry.name, b)


def test_a_sample_of_knots(way: Way, knot_entries: list[Entry]) -> None:
    check_values(way, sample(knot_entries, 300, 1))


def test_a_sample_of_links(way: Way, link_entries: list[Entry]) -> None:
    check_values(way, sample(link_entries, 200, 2))


def test_the_sample_in_integers(knot_entries: list[Entry], link_entries: list[Entry]) -> None:
    check_integers(sample(knot_entries, 300, 1))
    check_integers(sample(link_entries, 200, 2))


def test_names_have_the_polynomials_of_the_tables(
    knot_entries: list[Entry], link_entries: list[Entry]
) -> None:
    for entry in sample(knot_entries, 50, 3) + sample(link_entries, 50, 4):
        assert jones(entry.name).exact == reduced(entry.polynomial, entry.power), entry.name
        assert braid(entry.name) in entry.braids


def test_all_polynomials_are_read(knot_entries: list[Entry], link_entries: list[Entry]) -> None:
    # The rows state the polynomials twice, the long ones only once.
    stated = [entry for entry in (*knot_entries, *link_entries) if entry.vector is not None]
    assert len(stated) > 7000
    for entry in stated:
        assert entry.polynomial == entry.vector, entry.name
    # V(1) = (−2)^(components − 1), so V(1) = 1 for a knot; and V is not the mirror's by accident.
    for entry in knot_entries:
        assert sum(entry.polynomial.values()) == 1, entry.name
    for entry in link_entries:
        components = entry.braids[0].components
        assert sum(entry.polynomial.values()) == (-2) ** (components - 1), entry.name


def test_the_tables_tell_a_link_from_its_mirror_image(
    knot_entries: list[Entry], link_entries: list[Entry]
) -> None:
    # Otherwise this file could not notice a wrong convention.
    chiral = 0
    for entry in sample(knot_entries, 300, 1) + sample(link_entries, 200, 2):
        mirrored = {-exponent: c for exponent, c in entry.polynomial.items()}
        chiral += reduced(entry.polynomial, entry.power) != reduced(mirrored, entry.power)
    assert chiral > 400


@pytest.fixture(scope="module", params=["knots", "links"])
def table(
    request: pytest.FixtureRequest, knot_entries: list[Entry], link_entries: list[Entry]
) -> list[Entry]:
    """All that have a braid on at most eight strands: 12,966 knots and 4,188 links or more."""
    knots = request.param == "knots"
    entries = of_few_strands(knot_entries if knots else link_entries)
    assert len(entries) >= (12_966 if knots else 4_188)
    return entries


@pytest.mark.slow
@pytest.mark.parametrize("method", [n for n, m in METHODS.items() if not m.approximate])
def test_all_values(method: str, table: list[Entry]) -> None:
    check_values(lambda b: METHODS[method].evaluate(b, "markov", Request()).value, table)


@pytest.mark.slow
def test_all_integers(table: list[Entry]) -> None:
    check_integers(table)
