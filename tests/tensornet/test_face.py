"""The face model: the network itself, and its contraction in parts and in pieces."""

from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from jones_oracles import FIFTH_A, GOLDEN, bracket_jones, number, torus_knot_jones
from strategies import braids

from plait.knots import Braid, InputError, ResourceError, closure_writhe
from plait.tensornet import FaceNetwork, contract, dense_jones, face_jones, face_network
from plait.tensornet.face import find_tree, run_tensor


def brute_sum(network: FaceNetwork) -> complex:
    """The sum over all values of all faces."""
    faces = sorted({face for faces in network.inputs for face in faces})
    assert len(faces) <= 16
    total = 0j
    for bits in itertools.product((0, 1), repeat=len(faces)):
        value = dict(zip(faces, bits, strict=True))
        term = 1 + 0j
        for own, array in zip(network.inputs, network.arrays, strict=True):
            term *= complex(array[tuple(value[face] for face in own)])
        total += term
    return total * network.scalar


def element(power: int, L: int, B: int, R: int, T: int) -> complex:
    """⟨T|σ^power|B⟩ between L and R in the gauge d_T/d_L, by powers of the 2×2 block."""
    d = (1.0, GOLDEN)
    if not ((L or B) and (B or R) and (R or T) and (T or L)):
        return 0j
    middle = [x for x in (0, 1) if (L or x) and (x or R)]
    block = np.array(
        [[FIFTH_A * (x == y) + (L == R) * d[y] / d[L] / FIFTH_A for x in middle] for y in middle]
    )
    return complex(np.linalg.matrix_power(block, power % 10)[middle.index(T), middle.index(B)])


@pytest.mark.parametrize("power", [1, -1, 2, 3, 7, -4, 10])
def test_the_tensor_of_a_run(power: int) -> None:
    W = run_tensor(power)
    for faces in np.ndindex(2, 2, 2, 2):
        assert W[faces] == pytest.approx(element(power, *faces), abs=1e-12)


def test_a_run_is_the_product_of_its_letters() -> None:
    # Crossings on top of each other share left and right and sum over the face between them.
    one, three = run_tensor(1), run_tensor(3)
    product = np.einsum("lbrx,lxry,lyrt->lbrt", one, one, one)
    assert np.allclose(product, three)


@given(braids(max_strands=4, max_crossings=9))
def test_contraction_is_the_sum_over_all_faces(b: Braid) -> None:
    network = face_network(b, "markov")
    assert contract(network) == pytest.approx(brute_sum(network), abs=1e-9)


@given(braids(max_strands=6, max_crossings=9, even=True))
def test_contraction_of_the_plat_network_is_the_sum_over_all_faces(b: Braid) -> None:
    network = face_network(b, "plat")
    assert contract(network) == pytest.approx(brute_sum(network), abs=1e-9)


@given(braids(max_strands=5, max_crossings=10))
def test_the_network_is_the_kauffman_bracket(b: Braid) -> None:
    # ⟨L⟩ = φ (−A)^(3w) V, with ⟨unknot⟩ = φ.
    bracket = GOLDEN * (-FIFTH_A) ** (3 * b.writhe) * number(bracket_jones(b))
    assert contract(face_network(b, "markov")) == pytest.approx(bracket, abs=1e-9)
    if b.strands % 2 == 0:
        w = closure_writhe(b, "plat")
        bracket = GOLDEN * (-FIFTH_A) ** (3 * w) * number(bracket_jones(b, "plat"))
        scaled = contract(face_network(b, "plat")) * GOLDEN ** (b.strands // 2)
        assert scaled == pytest.approx(bracket, abs=1e-9)


@given(braids(max_strands=6, max_crossings=20))
def test_shapes(b: Braid) -> None:
    network = face_network(b, "markov")
    for faces, array in zip(network.inputs, network.arrays, strict=True):
        assert array.shape == (2,) * len(faces)
        assert array.dtype == np.complex128
        assert len(set(faces)) == len(faces)


def random_braid(strands: int, length: int, seed: int) -> Braid:
    rng = random.Random(seed)
    word = [rng.choice((1, -1)) * rng.randint(1, strands - 1) for _ in range(length)]
    return Braid(word, strands=strands)


def test_the_memory_limit_is_the_size_of_the_contraction() -> None:
    b = random_braid(12, 160, 1)
    network = face_network(b, "markov")
    needed = 16 * find_tree(network).peak_size()
    bracket = GOLDEN * (-FIFTH_A) ** (3 * b.writhe) * dense_jones(b, "markov")
    assert contract(network, memory=1.01 * needed) == pytest.approx(bracket, abs=1e-8)
    with pytest.raises(ResourceError, match=r"needs about .* kB of memory, more than the .* kB"):
        contract(network, memory=0.1 * needed)


@pytest.mark.parametrize("seed", [0, 1, 17])
def test_the_seed_of_the_search_does_not_matter(seed: int) -> None:
    b = random_braid(7, 50, 2)
    bracket = GOLDEN * (-FIFTH_A) ** (3 * b.writhe) * dense_jones(b, "markov")
    assert contract(face_network(b, "markov"), seed=seed) == pytest.approx(bracket, abs=1e-9)


@pytest.mark.parametrize(
    ("strands", "length"), [(3, 700), (4, 600), (9, 150), (12, 100), (10, 60)]
)
def test_random_braids_agree_with_the_dense_method(strands: int, length: int) -> None:
    # More than 300 runs are contracted along an annealed tree.
    b = random_braid(strands, length, strands + length)
    assert face_jones(b, "markov") == pytest.approx(dense_jones(b, "markov"), abs=1e-8)
    if strands % 2 == 0:
        assert face_jones(b, "plat") == pytest.approx(dense_jones(b, "plat"), abs=1e-8)


def test_wide_torus_knot() -> None:
    # T(30, 7) = T(7, 30): 203 crossings on 30 strands.
    assert face_jones(Braid([*range(1, 30)] * 7), "markov") == pytest.approx(
        torus_knot_jones(30, 7), abs=1e-7
    )


def test_wide_random_braid(regina: Any) -> None:
    from jones_oracles import regina_jones

    b = random_braid(30, 90, 3)
    expected = number(regina_jones(regina, b))
    assert face_jones(b, "markov") == pytest.approx(expected, rel=1e-9, abs=1e-7)
    expected = number(regina_jones(regina, b, "plat"))
    assert face_jones(b, "plat") == pytest.approx(expected, rel=1e-9, abs=1e-7)


def test_many_strands_without_crossings() -> None:
    value = face_jones(Braid("1 1 1", strands=400), "markov")
    trefoil = torus_knot_jones(2, 3)
    assert value == pytest.approx(trefoil * GOLDEN**398, rel=1e-9)


def test_too_many_runs() -> None:
    b = Braid([1, -2] * 10_001)
    with pytest.raises(ResourceError, match=r"has 20002 .* stops at 20000; .*method='dense'"):
        face_jones(b, "markov")


@pytest.mark.parametrize("memory", [100.0, 1e3])
def test_memory_that_is_too_small(memory: float) -> None:
    b = random_braid(12, 120, 4)
    message = r"the face model with \d+ twist regions needs about [\d.]+ .*B of memory, more than"
    with pytest.raises(ResourceError, match=message):
        face_jones(b, "markov", memory)


def test_too_many_operations() -> None:
    b = random_braid(40, 3000, 5)
    with pytest.raises(ResourceError, match=r"needs about \d\.\de\+\d+ "):
        face_jones(b, "markov", 1e30)


@pytest.mark.parametrize(
    ("closure", "message"), [("plat", "even number of strands"), ("trace", "unknown closure")]
)
def test_closures_that_are_refused(closure: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        face_jones(Braid("1 2"), closure)
