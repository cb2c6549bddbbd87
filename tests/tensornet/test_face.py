"""The face network of a diagram, and its sum over all labels."""

from __future__ import annotations

import ast
import itertools

import numpy as np
import pytest
from face_oracles import (
    bracket_of,
    contracted,
    face_sum,
    random_braid,
    state_sum,
    twist_value,
)
from hypothesis import given
from jones_oracles import FIFTH_A, GOLDEN, bracket_jones, number, torus_knot_jones, writhe
from strategies import braids

from plait.knots import Braid, PlanarDiagram, ResourceError
from plait.tensornet import FaceDiagram, FaceNetwork, dense_jones, face_diagram, jones
from plait.tensornet.rings import Complex

CURL = PlanarDiagram([(1, 1, 2, 2)])
TREFOIL = PlanarDiagram([(1, 5, 2, 4), (3, 1, 4, 6), (5, 3, 6, 2)])


def oracle(b: Braid, closure: str = "markov") -> complex:
    """⟨L⟩ = φ (−A)^(3w) V, with ⟨unknot⟩ = φ, by sums over planar matchings."""
    w = writhe(b, closure)
    return GOLDEN * (-FIFTH_A) ** (3 * w) * number(bracket_jones(b, closure))


def check(network: FaceNetwork) -> None:
    """What holds for every network of a connected diagram on the sphere."""
    m = len(network.corners)
    assert network.corners.shape == (m, 4)
    assert network.powers.shape == (m,)
    assert network.edges.shape == (2 * m, 4)
    # Euler: m − 2m + faces = 2.
    assert network.faces == m + 2
    assert sorted(set(network.corners.ravel().tolist())) == list(range(network.faces))
    corners = network.corners.tolist()
    ends = np.bincount(network.edges[:, :2].ravel(), minlength=m)
    assert ends.tolist() == [4] * m
    # A twist has its strands between corners that follow each other.
    beside: list[list[frozenset[int]]] = [[] for _ in range(m)]
    for u, v, f, g in network.edges.tolist():
        assert f != g
        beside[u].append(frozenset((f, g)))
        beside[v].append(frozenset((f, g)))
    for u in range(m):
        around = [frozenset(p) for p in itertools.pairwise([*corners[u], corners[u][0]])]
        assert sorted(map(sorted, beside[u])) == sorted(map(sorted, around))


def check_pins(network: FaceNetwork) -> None:
    vacuum = [f for f, label in network.pins.items() if label == 0]
    assert len(vacuum) == 1
    count = np.bincount(network.corners.ravel())
    assert count[vacuum[0]] == count.max()
    near = {f for pair in network.edges[:, 2:].tolist() if vacuum[0] in pair for f in pair}
    assert set(network.pins) == near | {vacuum[0]}


# --- Structure -----------------------------------------------------------------------------------


@given(braids(max_strands=7, max_crossings=24))
def test_structure_of_braids(b: Braid) -> None:
    for closure in ("markov", "plat") if b.strands % 2 == 0 else ("markov",):
        diagram = face_diagram(b, closure)
        powers = [p for _, p in b.runs(10)]
        assert sorted(p for net in diagram.networks for p in net.powers) == sorted(powers)
        for network in diagram.networks:
            check(network)
            check_pins(network)


@given(braids(max_strands=6, max_crossings=16))
def test_structure_of_planar_diagrams(b: Braid) -> None:
    planar = PlanarDiagram.from_braid(b)
    diagram = face_diagram(planar)
    assert diagram.circles == planar.circles
    assert len(diagram.networks) == len(planar.parts)
    assert sum(len(network.powers) for network in diagram.networks) == len(b)
    for network in diagram.networks:
        check(network)
        check_pins(network)
        assert (network.powers == 1).all()


def test_orientation_of_corners_and_edges() -> None:
    # Two twists in one column and the closing strands: left, two bigons, right of it.
    (network,) = face_diagram(Braid("1 2 1 -2")).networks
    left = set.intersection(*({c[0]} for c in network.corners[[0, 2]].tolist()))
    right = set.intersection(*({c[2]} for c in network.corners[[1, 3]].tolist()))
    assert len(left) == len(right) == 1
    # Around the braid, the left side of an upward strand is the face on its left.
    for u, v, f, g in network.edges.tolist():
        for twist, sides in ((u, (f, g)), (v, (g, f))):
            corners = network.corners[twist].tolist()
            # Leaving a twist through end k, corner k (counterclockwise) is on the left.
            pairs = [(corners[k], corners[k - 1]) for k in range(4)]
            assert sides in pairs


def test_powers_are_reduced_and_cancel() -> None:
    diagram = face_diagram(Braid([1] * 13 + [-2] * 3 + [1, -1] + [3] * 10, strands=4))
    (network,) = diagram.networks
    assert sorted(p % 10 for p in network.powers.tolist()) == [3, 7]
    assert diagram.circles == 1
    nothing = face_diagram(Braid([2, 2, -2, -2, *[1] * 20], strands=3))
    assert (nothing.networks, nothing.circles) == ((), 3)


@pytest.mark.parametrize(
    ("word", "strands", "closure", "parts", "circles"),
    [
        ("1 1 3 3 3", 4, "markov", [1, 1], 0),
        ("1 2 1 4 5 4", 7, "markov", [3, 3], 1),
        ("", 5, "markov", [], 5),
        ("", 6, "plat", [], 3),
        ("2", 4, "plat", [1], 0),
        ("1", 4, "plat", [1], 1),
        ("1 1 3 3 3 5", 8, "plat", [1, 1, 1], 1),
        ("2 4 2", 6, "plat", [2], 0),
    ],
)
def test_parts_and_circles(
    word: str, strands: int, closure: str, parts: list[int], circles: int
) -> None:
    b = Braid([int(x) for x in word.split()], strands=strands)
    diagram = face_diagram(b, closure)  # type: ignore[arg-type]
    assert [len(network.powers) for network in diagram.networks] == parts
    assert diagram.circles == circles
    assert bracket_of(diagram) == pytest.approx(oracle(b, closure))


def test_the_shape_names_the_diagram_without_signs() -> None:
    def shape(word: str, closure: str = "markov") -> str:
        (network,) = face_diagram(Braid(word), closure).networks  # type: ignore[arg-type]
        return network.shape

    assert shape("1 2 3 2") == shape("-1 -1 2 -3 2 2 2") == shape("1 1 1 1 1 1 -2 3 2")
    different = [shape("1 2 3 2"), shape("1 2 3 2", "plat"), shape("2 3 2 1"), shape("1 2 3")]
    assert len(set(different)) == len(different)


# --- The tensor ----------------------------------------------------------------------------------


@pytest.mark.parametrize("conjugate", [1, 2])
@pytest.mark.parametrize("power", range(10))
def test_tables_of_twists(power: int, conjugate: int) -> None:
    table = Complex(conjugate).tables()
    assert table.shape == (10, 5, 16)
    for pattern in range(16):
        corners = [pattern >> k & 1 for k in range(4)]
        for factors in range(5):
            if conjugate == 1:
                expected = twist_value(power, *corners) * GOLDEN**factors
                assert table[power, factors, pattern] == pytest.approx(expected)
            # Galois conjugates are equal where the entries are rational.
            if power == 0:
                phi = GOLDEN if conjugate == 1 else -1 / GOLDEN
                expected = (corners[1] == corners[3]) * phi ** (factors - corners[1])
                assert table[power, factors, pattern] == pytest.approx(expected)


def test_a_twist_is_the_product_of_its_crossings() -> None:
    # On top of each other crossings share left and right, and sum over the face between them,
    # where the hard-core rule forbids a vacuum next to a vacuum.
    table = Complex().tables()[:, 0]
    for left, right, below, above in itertools.product((0, 1), repeat=4):
        for j, k in itertools.product(range(10), repeat=2):

            def entry(power: int, bottom: int, top: int) -> complex:
                pattern = left | bottom << 1 | right << 2 | top << 3  # noqa: B023
                return complex(table[power, pattern])

            between = [1] if not (left and right) else [0, 1]
            if not all(x or (left and right) for x in (below, above)):
                continue
            product = sum(
                entry(j, below, x) * entry(k, x, above) * (1, GOLDEN)[x] for x in between
            )
            assert product == pytest.approx(entry((j + k) % 10, below, above), abs=1e-12)


# --- The sum over all labels ---------------------------------------------------------------------


@given(braids(max_strands=4, max_crossings=7))
def test_the_sum_is_the_bracket(b: Braid) -> None:
    for closure in ("markov", "plat") if b.strands % 2 == 0 else ("markov",):
        diagram = face_diagram(b, closure)
        expected = oracle(b, closure)
        assert bracket_of(diagram) == pytest.approx(expected, abs=1e-9)
        assert contracted(diagram) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    "diagram",
    [
        face_diagram(Braid("1 -2 1 -2 3")),
        face_diagram(Braid("2 1 -3 2 2", strands=4), "plat"),
        face_diagram(TREFOIL),
        face_diagram(CURL),
    ],
)
def test_any_face_can_be_the_vacuum(diagram: FaceDiagram) -> None:
    (network,) = diagram.networks
    values = [face_sum(network, vacuum) for vacuum in range(network.faces)]
    assert values == pytest.approx([values[0]] * network.faces)
    assert contracted(diagram) == pytest.approx(values[0])


@given(braids(max_strands=5, max_crossings=9))
def test_planar_diagrams_of_braids(b: Braid) -> None:
    planar = PlanarDiagram.from_braid(b)
    if planar.crossings or planar.circles:
        assert contracted(face_diagram(planar)) == pytest.approx(state_sum(planar), abs=1e-9)
        assert state_sum(planar) == pytest.approx(oracle(b), abs=1e-9)


@pytest.mark.parametrize(
    "planar",
    [
        CURL,
        CURL.mirror(),
        PlanarDiagram([(1, 2, 2, 1)]),
        PlanarDiagram([(1, 1, 2, 2)], circles=2),
        PlanarDiagram([(1, 1, 2, 2), (3, 3, 4, 4)]),
        PlanarDiagram([(1, 1, 2, 4), (2, 3, 3, 4)]),
        TREFOIL,
        PlanarDiagram([], circles=3),
    ],
    ids=str,
)
def test_curls_and_split_diagrams(planar: PlanarDiagram) -> None:
    diagram = face_diagram(planar)
    for network in diagram.networks:
        check(network)
    assert bracket_of(diagram) == pytest.approx(state_sum(planar))
    assert contracted(diagram) == pytest.approx(state_sum(planar))


def test_a_curl_is_a_factor() -> None:
    assert contracted(face_diagram(CURL)) / GOLDEN == pytest.approx(
        -(FIFTH_A ** (3 * CURL.writhe))
    )
    # Nugatory crossings in the middle of a diagram: a knot, a crossing, and a knot on its side.
    b = Braid("1 1 1 2 3 3 3")
    trefoil = torus_knot_jones(2, 3)
    assert jones(b, method="face").value == pytest.approx(trefoil**2)
    for sign in (1, -1):
        nugatory = Braid([1, 1, 1, 2 * sign, 3, 3, 3])
        (network,) = face_diagram(nugatory).networks
        assert any(len(set(corners)) < 4 for corners in network.corners.tolist())
        assert contracted(face_diagram(nugatory)) == pytest.approx(oracle(nugatory))


def test_knotinfo_planar_diagrams() -> None:
    data = pytest.importorskip("database_knotinfo")
    rows = [row for row in data.link_list()[1:] if row["pd_notation"].startswith("[[")]
    count = 0
    for row in rows:
        crossings = ast.literal_eval(row["pd_notation"])
        if len(crossings) > 8:
            continue
        planar = PlanarDiagram(crossings)
        assert contracted(face_diagram(planar)) == pytest.approx(state_sum(planar), abs=1e-9)
        braid = Braid(ast.literal_eval(row["braid_notation"].replace("{", "[").replace("}", "]")))
        v = jones(planar, method="face")
        assert (v.method, v.strands, v.crossings) == ("face", None, len(crossings))
        assert v.value == pytest.approx(number(bracket_jones(braid)), abs=1e-9), row["name"]
        count += 1
    assert count == 35


# --- Larger diagrams -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strands", "length"), [(3, 700), (4, 600), (9, 150), (12, 200), (10, 60)]
)
def test_random_braids_agree_with_the_dense_method(strands: int, length: int) -> None:
    b = random_braid(strands, length, strands + length)
    v = jones(b, method="face").value
    assert v == pytest.approx(dense_jones(b, "markov"), rel=1e-9, abs=1e-8)
    if strands % 2 == 0:
        v = jones(b, method="face", closure="plat").value
        assert v == pytest.approx(dense_jones(b, "plat"), rel=1e-9, abs=1e-8)


def test_wide_torus_knot() -> None:
    # T(30, 7) = T(7, 30): 203 crossings on 30 strands.
    v = jones(Braid([*range(1, 30)] * 7), method="face").value
    assert v == pytest.approx(torus_knot_jones(30, 7), abs=1e-7)


def test_single_precision() -> None:
    b = random_braid(12, 200, 3)
    double = jones(b, method="face").value
    single = jones(b, method="face", precision="single").value
    assert single != double
    assert single == pytest.approx(double, rel=1e-3, abs=1e-3)


def test_many_strands_without_crossings() -> None:
    v = jones(Braid("1 1 1", strands=400), method="face").value
    assert v == pytest.approx(torus_knot_jones(2, 3) * GOLDEN**398, rel=1e-9)


def test_too_many_twists() -> None:
    with pytest.raises(ResourceError, match=r"has 50002 twist .* stops at 50000; .*'dense'"):
        jones(Braid([1, -2] * 25_001), method="face")


@pytest.mark.parametrize(
    ("memory", "message"),
    [
        (1e40, r"needs about \d\.\de\+\d+ multiply-adds .* max_hours is 24; allow"),
        pytest.param(
            1e7,
            r"needs about [\d.e+]+ .B of memory even in \S+ slices, more than the 10 MB",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_too_much_work(memory: float, message: str) -> None:
    # The search, too, must end: it is as long as the contraction only where that is sensible.
    with pytest.raises(ResourceError, match=message):
        jones(random_braid(60, 9000, 5), method="face", memory=memory, effort=0.02)
