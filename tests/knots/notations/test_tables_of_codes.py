"""KnotInfo and LinkInfo: braid, planar-diagram and Dowker-Thistlethwaite code are one link."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from knot_tables import Row, knot_rows, link_rows

from plait import polynomial
from plait.knots import Braid, PlanarDiagram
from plait.knots.notations.dt import from_dt, parse_dt, to_dt
from plait.knots.notations.gauss import from_gauss
from plait.knots.notations.pd import from_pd, to_pd
from plait.tensornet import exact_coefficients


def terms(diagram: PlanarDiagram) -> dict[int, int]:
    return dict(polynomial(diagram).terms)


def at_fifth_root(coefficients: dict[int, int]) -> tuple[int, ...]:
    """The integers a with V = Σ a_k ζ^k, where t^(1/2) = ζ³."""
    five = [0] * 5
    for power, c in coefficients.items():
        five[3 * power % 5] += c
    return tuple(value - five[4] for value in five[:4])


def check(rows: list[Row]) -> Counter[str]:
    """Every notation leads to the polynomial of the table."""
    count: Counter[str] = Counter()
    for row in rows:
        value = at_fifth_root(row.polynomial)
        for word, strands in row.words:
            assert exact_coefficients(Braid(word, strands=strands), "markov") == value, row.name
            count["braid"] += 1
        if row.pd:
            assert terms(from_pd(row.pd, "knotinfo")) == row.polynomial, row.name
            count["pd"] += 1
        if row.dt:
            diagram = from_dt(row.dt, anchor=row.anchor)
            assert terms(diagram) == row.polynomial, row.name
            count["dt"] += 1
        count["rows"] += 1
    return count


@pytest.fixture(scope="module")
def knots() -> list[Row]:
    return knot_rows()


@pytest.fixture(scope="module")
def links() -> list[Row]:
    return link_rows()


@pytest.mark.parametrize("seed", [1])
def test_a_sample_of_knots(knots: list[Row], seed: int) -> None:
    rows = random.Random(seed).sample(knots, 120)
    assert check(rows)["dt"] == 120


@pytest.mark.parametrize("seed", [2])
def test_a_sample_of_links(links: list[Row], seed: int) -> None:
    rows = random.Random(seed).sample(links, 120)
    assert check(rows)["dt"] == 120


@pytest.mark.slow
def test_all_knots(knots: list[Row]) -> None:
    count = check(knots)
    assert count["rows"] == count["pd"] == count["dt"] == 12_965


@pytest.mark.slow
def test_all_links(links: list[Row]) -> None:
    count = check(links)
    assert count["rows"] == count["pd"] == count["dt"] == count["braid"] == 4_188


def test_linking_numbers(links: list[Row]) -> None:
    for row in links[::40]:
        stated = sorted(x for line in row.linking or [] for x in line)
        matrix = from_pd(row.pd, "knotinfo").linking_matrix
        assert sorted(x for line in matrix for x in line) == stated, row.name


def test_round_trips_keep_the_polynomial(knots: list[Row], links: list[Row]) -> None:
    for row in [*random.Random(3).sample(knots, 15), *random.Random(4).sample(links, 15)]:
        diagram = from_pd(row.pd, "knotinfo")
        assert terms(from_dt(parse_dt(str(to_dt(diagram))))) == row.polynomial
        for convention in ("snappy", "regina", "sage", "sage-10.0"):
            assert terms(from_pd(to_pd(diagram, convention), convention)) == row.polynomial


def test_gauss_codes_of_knots_up_to_the_mirror_image(knots: list[Row]) -> None:
    for row in random.Random(5).sample(knots, 40):
        mirrored = {-e: c for e, c in row.polynomial.items()}
        assert terms(from_gauss(row.gauss)) in (row.polynomial, mirrored), row.name


def test_the_braids_of_the_diagrams(knots: list[Row], links: list[Row]) -> None:
    for row in [*random.Random(6).sample(knots, 10), *random.Random(7).sample(links, 10)]:
        b = from_pd(row.pd, "knotinfo").to_braid()
        assert exact_coefficients(b, "markov") == at_fifth_root(row.polynomial), row.name
