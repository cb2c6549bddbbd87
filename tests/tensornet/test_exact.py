"""The integers of V by the Chinese remainder theorem: bounds, other ways, known values."""

from __future__ import annotations

import ast
import itertools
import random
from math import log2
from typing import Any

import networkx as nx
import numpy as np
import pytest
from face_oracles import random_braid
from hypothesis import given
from jones_oracles import Entry, bracket_jones, reduced, regina_jones
from strategies import braids

from plait.knots import Braid, PlaitError, PlanarDiagram, ResourceError
from plait.knots.values import zeta_value
from plait.tensornet import exact_coefficients, face_diagram, jones
from plait.tensornet.exact import coefficient_bits, combine, primes_for, spanning_tree_bits
from plait.tensornet.facevalue import plan_contraction
from plait.tensornet.rings import Residues

Exact = tuple[int, int, int, int]


def exact(b: Any, **options: Any) -> Exact:
    v = jones(b, exact=True, method="face", **options)
    assert v.exact is not None
    assert v.details["primes"] > 0
    return v.exact


# --- The Chinese remainder theorem ---------------------------------------------------------------


@pytest.mark.parametrize("bits", [1, 20, 63, 400, 3000])
def test_primes(bits: int) -> None:
    primes = primes_for(bits)
    assert len(set(primes)) == len(primes)
    for p in primes:
        assert p % 5 == 1
        assert p < 2**21
        assert all(p % q for q in range(2, int(p**0.5) + 1))
    product = 1
    for p in primes:
        product *= p
    assert product > 2**bits
    # The last one is needed, up to a margin of 0.01 bits.
    assert product // primes[-1] <= 2**bits * 101 // 100


def test_too_many_bits_for_the_primes() -> None:
    with pytest.raises(PlaitError, match="integers of 100000000 bits are beyond this method"):
        primes_for(10**8)


@pytest.mark.parametrize("bits", [4, 60, 500, 2500])
def test_combine(bits: int) -> None:
    rng = random.Random(bits)
    largest = 2 ** (bits - 1) - 1
    primes = primes_for(bits)
    samples = [tuple(rng.randint(-largest, largest) for _ in range(4)) for _ in range(5)]
    samples += [(largest, -largest, 0, 1), (0, 0, 0, 0), (-largest,) * 4]
    for integers in samples:
        residues = []
        for p, roots in zip(primes, Residues(primes).roots, strict=True):
            assert all(pow(z, 5, p) == 1 != z for z in roots)
            assert len(set(roots)) == 4
            residues.append(
                [sum(a * pow(z, k, p) for k, a in enumerate(integers)) % p for z in roots]
            )
        assert combine(primes, residues) == integers


# --- Spanning trees ------------------------------------------------------------------------------


def checkerboard(planar: PlanarDiagram) -> Any:
    """The graph of one colour of faces, an edge for each crossing; for a connected diagram."""
    (network,) = face_diagram(planar).networks
    sides = nx.Graph(network.edges[:, 2:].tolist())
    dark = {f for f, distance in nx.single_source_shortest_path_length(sides, 0).items()
            if distance % 2 == 0}  # fmt: skip
    graph = nx.MultiGraph()
    for corners in network.corners.tolist():
        graph.add_edge(*[corners[k] for k in ((0, 2) if corners[0] in dark else (1, 3))])
    return graph


def spanning_trees(graph: Any) -> int:
    """By trying all sets of edges."""
    nodes = graph.number_of_nodes()
    edges = list(graph.edges())
    count = 0
    for chosen in itertools.combinations(edges, nodes - 1):
        tree = nx.MultiGraph()
        tree.add_nodes_from(graph.nodes)
        tree.add_edges_from(chosen)
        count += nx.is_connected(tree)
    return count


@pytest.mark.parametrize("seed", range(12))
def test_spanning_trees_by_brute_force(seed: int) -> None:
    b = random_braid(3 + seed % 3, 9, seed)
    planar = PlanarDiagram.from_braid(b)
    networks = face_diagram(planar).networks
    if len(networks) == 1:
        bits = spanning_tree_bits(networks[0])
        graph = checkerboard(planar)
        expected = spanning_trees(graph)
        assert 2**bits == pytest.approx(expected)
        simple = nx.Graph(graph)
        for u, v in simple.edges:
            simple[u][v]["weight"] = graph.number_of_edges(u, v)
        simple.remove_edges_from(list(nx.selfloop_edges(simple)))
        if simple.number_of_nodes() > 1:
            assert expected == pytest.approx(nx.number_of_spanning_trees(simple, weight="weight"))


@pytest.mark.parametrize("word", ["1 1 1 -2 -2", "1 -2 -2 -2 1 1", "1 1 2 2 2 -3", "-1 2 2 -3 2"])
def test_spanning_trees_of_twists(word: str) -> None:
    # A twist as one tensor counts like its crossings one by one.
    b = Braid(word)
    twists = sum(spanning_tree_bits(network) for network in face_diagram(b).networks)
    assert 2**twists == pytest.approx(spanning_trees(checkerboard(PlanarDiagram.from_braid(b))))


def test_spanning_trees_of_powers_beyond_five() -> None:
    # 8 positive crossings are worth 2 negative ones; 10 none.
    def bits(power: int) -> float:
        (network,) = face_diagram(Braid([*[1] * power, 2, -1, 2])).networks
        return spanning_tree_bits(network)

    assert bits(8) == bits(12) == pytest.approx(bits(2))
    assert bits(9) == pytest.approx(bits(1))


def test_determinants_of_alternating_knots() -> None:
    data = pytest.importorskip("database_knotinfo")
    count = 0
    for row in data.link_list()[1:]:
        if row["alternating"] == "Y" and row["pd_notation"].startswith("[["):
            crossings = ast.literal_eval(row["pd_notation"])
            if len(crossings) <= 10:
                (network,) = face_diagram(PlanarDiagram(crossings)).networks
                assert 2 ** spanning_tree_bits(network) == pytest.approx(int(row["determinant"]))
                count += 1
    assert count == 196


def test_the_bound_holds_for_knots(knot_entries: list[Entry]) -> None:
    tightest = 100.0
    for entry in knot_entries:
        for b in entry.braids:
            if len(b) > 12 or not b.word:
                continue
            integers = reduced(entry.polynomial, entry.power)
            needed = max(abs(a) for a in integers)
            bits = coefficient_bits(face_diagram(b))
            # The sign takes a bit.
            assert 2 ** (bits - 1) > needed, entry.name
            tightest = min(tightest, bits - 1 - log2(needed))
    # It is no bound of the kind that always holds.
    assert tightest < 4


@given(braids(max_strands=6, max_crossings=12))
def test_the_bound_holds_for_random_braids(b: Braid) -> None:
    for closure in ("markov", "plat") if b.strands % 2 == 0 else ("markov",):
        bits = coefficient_bits(face_diagram(b, closure))  # type: ignore[arg-type]
        assert max(map(abs, bracket_jones(b, closure))) < 2 ** (bits - 1)


# --- Integers against other ways -----------------------------------------------------------------


@given(braids(max_strands=5, max_crossings=10))
def test_small_braids(b: Braid) -> None:
    for closure in ("markov", "plat") if b.strands % 2 == 0 else ("markov",):
        assert exact(b, closure=closure) == bracket_jones(b, closure)
    planar = PlanarDiagram.from_braid(b)
    assert exact(planar) == bracket_jones(b)


@pytest.mark.parametrize(("strands", "length"), [(3, 300), (5, 120), (8, 100), (9, 60)])
def test_against_integer_arithmetic(strands: int, length: int) -> None:
    b = random_braid(strands, length, length)
    assert exact(b) == exact_coefficients(b, "markov")
    if strands % 2 == 0:
        assert exact(b, closure="plat") == exact_coefficients(b, "plat")


@pytest.mark.parametrize("name", ["8_19", "10_124", "K11n34", "L6a4{0}", "9_42"])
def test_names(name: str) -> None:
    b = jones(name)
    assert exact(name) == b.exact


def test_the_record_of_integers() -> None:
    b = random_braid(10, 150, 3)
    v = jones(b, exact=True)
    assert v.method == "face"
    assert v.exact is not None
    assert v.value == zeta_value(v.exact)
    assert v.value == pytest.approx(jones(b, method="dense").value, rel=1e-9)
    assert v.details["bits"] > log2(max(map(abs, v.exact)))
    assert jones(b.mirror(), exact=True).value == pytest.approx(v.value.conjugate(), rel=1e-9)


def test_against_regina(regina: Any) -> None:
    rng = random.Random(6)
    for length in (20, 35, 50, 60):
        for _ in range(3):
            b = random_braid(rng.randint(4, 8), length, rng.randrange(10**6))
            assert exact(b) == regina_jones(regina, b)
            if b.strands % 2 == 0:
                assert exact(b, closure="plat") == regina_jones(regina, b, "plat")


@pytest.mark.slow
def test_against_regina_to_120_crossings(regina: Any) -> None:
    rng = random.Random(7)
    for length in (80, 100, 120):
        for strands in (4, 6, 8):
            b = random_braid(strands, length, rng.randrange(10**6))
            assert exact(b) == regina_jones(regina, b)
            assert exact(b, closure="plat") == regina_jones(regina, b, "plat")
            assert exact(PlanarDiagram.from_braid(b)) == exact(b)


@pytest.mark.parametrize("seed", range(3))
def test_markov_moves_of_a_long_braid(seed: int) -> None:
    rng = random.Random(seed)
    b = random_braid(9, 220, seed)
    value = exact(b)
    assert max(map(abs, value)) > 10**9
    conjugated = b.conjugate([rng.choice((1, -1)) * rng.randint(1, 8) for _ in range(10)])
    assert exact(conjugated) == value
    for sign in (1, -1):
        stabilised = Braid([*b.word, sign * 9], strands=10)
        assert exact(stabilised) == value
    assert exact(b.with_strands(10)) != value
    assert exact(disguised(b, 80, rng)) == value
    changed = Braid([-b.word[0], *b.word[1:]], strands=9)
    assert exact(changed) != value


# --- Slices --------------------------------------------------------------------------------------


def test_residues_in_slices() -> None:
    b = random_braid(16, 400, 1)
    whole = jones(b, exact=True)
    assert whole.details["slices"] == 1
    sliced = jones(b, exact=True, memory=0.9 * plan_contraction(b).cost.memory)
    assert sliced.details["slices"] > 1
    assert sliced.details["predicted_memory"] <= 0.9 * plan_contraction(b).cost.memory
    assert sliced.exact == whole.exact
    with pytest.raises(ResourceError, match="allow more memory"):
        jones(b, exact=True, memory=1e4)


def test_a_plan_for_residues() -> None:
    b = random_braid(16, 400, 1)
    plan = plan_contraction(b, memory=0.6 * plan_contraction(b).cost.memory)
    v = jones(b, exact=True, plan=plan)
    assert v.details["slices"] == plan.slices > 1
    assert v.exact == jones(b, exact=True).exact


# --- Values known by construction ----------------------------------------------------------------


def _rewrite(word: list[int], k: int, rng: random.Random) -> None:
    """One relation of the braid group near position k, where one applies."""
    if k + 1 < len(word) and abs(abs(word[k]) - abs(word[k + 1])) > 1:
        word[k], word[k + 1] = word[k + 1], word[k]
    elif k + 2 < len(word) and abs(abs(word[k]) - abs(word[k + 1])) == 1:
        x, y, z = word[k : k + 3]
        if abs(x) != abs(z):
            return
        s, t, u = (1 if letter > 0 else -1 for letter in (x, y, z))
        # a^s b^t a^u = b^u a^t b^s unless s = u ≠ t.
        if t in (s, u):
            word[k : k + 3] = [u * abs(y), t * abs(x), s * abs(y)]


def disguised(b: Braid, crossings: int, rng: random.Random) -> Braid:
    """Another word, about so much longer, for a conjugate of the braid."""
    word = list(b.word)
    length = len(word) + crossings
    while len(word) < length - 4:
        turn = rng.randrange(len(word))
        word = word[turn:] + word[:turn]
        # a b a B A B = 1 for neighbours a and b of any signs, from any of its letters on.
        a = rng.randint(1, b.strands - 1)
        near = [c for c in (a - 1, a + 1) if 1 <= c < b.strands]
        c = rng.choice(near)
        relator = [a, c, a, -c, -a, -c]
        turn = rng.randrange(6)
        relator = relator[turn:] + relator[:turn]
        if rng.random() < 0.5:
            relator = [-x for x in reversed(relator)]
        k = rng.randrange(len(word) + 1)
        word[k:k] = relator
    for _ in range(4 * len(word)):
        _rewrite(word, rng.randrange(len(word)), rng)
    return Braid(word, strands=b.strands)


def known_instance(strands: int, crossings: int, seed: int) -> tuple[Braid, Exact]:
    """A long braid whose closure is that of a short one, in disguise."""
    rng = random.Random(seed)
    core = random_braid(4, 14, seed)
    word = list(core.word)
    for new in range(4, strands):
        word.insert(rng.randint(0, len(word)), rng.choice((1, -1)) * new)
    b = Braid(word, strands=strands)
    length = crossings // 6
    w = [rng.choice((1, -1)) * rng.randint(1, strands - 1) for _ in range(length)]
    b = Braid(w, strands=strands) * b * Braid(w, strands=strands).inverse()
    b = disguised(b, crossings - len(b), rng)
    return b, bracket_jones(core)


def check_known(strands: int, crossings: int) -> None:
    b, expected = known_instance(strands, crossings, crossings)
    assert abs(len(b) - crossings) < 7
    reduced_word = len(list(b.runs(10)))
    assert reduced_word > 0.3 * crossings, "the word cancels"
    v = jones(b, exact=True)
    assert v.details["bits"] > 100
    assert v.exact == expected


def test_relations_keep_the_braid() -> None:
    rng = random.Random(1)
    for seed in range(30):
        b = random_braid(4, 8, seed)
        assert bracket_jones(disguised(b, 12, rng)) == bracket_jones(b)


@pytest.mark.parametrize(("strands", "crossings"), [(12, 500), (16, 1500), (14, 2500)])
def test_values_known_by_construction(strands: int, crossings: int) -> None:
    check_known(strands, crossings)


def test_bits_are_finite_for_every_part() -> None:
    diagram = face_diagram(Braid("1 1 1 3 3", strands=6))
    assert np.isfinite([spanning_tree_bits(network) for network in diagram.networks]).all()
    assert exact(Braid("1 1 1 3 3", strands=6)) == bracket_jones(Braid("1 1 1 3 3", strands=6))


def test_the_bound_of_many_faces_is_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(4)
    for _ in range(20):
        word = [rng.choice([-1, 1]) * rng.randrange(1, 6) for _ in range(40)]
        for network in face_diagram(Braid(word)).networks:
            trees = spanning_tree_bits(network)
            with monkeypatch.context() as patch:
                patch.setattr("plait.tensornet.exact._LARGEST_DETERMINANT", 0)
                assert spanning_tree_bits(network) >= trees - 1e-9
