"""Matrix product operators: exact with large bonds, and errors within their bound with small."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from jones_oracles import GOLDEN, bracket_jones, number, torus_knot_jones
from strategies import braids

from plait.knots import Braid, InputError, ResourceError, path_count, paths
from plait.knots.braids import Run
from plait.knots.conventions import ORDER, Closure
from plait.tensornet import METHODS, Evaluation, Request, dense_jones, jones, representation
from plait.tensornet.chain import Chain, identity_chain, overlap, path_chain

PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "b_n15_l15.json"
# The order of the pairs (y, x) of labels on a bond.
PAIRS = [(0, 0), (1, 0), (1, 1), (0, 1)]


def mpo(b: Braid, closure: Closure = "markov", **options: Any) -> Evaluation:
    method = METHODS["mpo"]
    return method.evaluate(b, closure, Request(options=method.complete(options)))


def random_braid(strands: int, letters: int, seed: int) -> Braid:
    rng = random.Random(seed)
    word = [rng.choice((1, -1)) * rng.randint(1, strands - 1) for _ in range(letters)]
    return Braid(word, strands)


def brickwall(strands: int, layers: int, seed: int) -> Braid:
    """Crossings of random sign at every place, where operators need many states."""
    rng = random.Random(seed)
    word = [rng.choice((1, -1)) * i for a in range(layers) for i in range(1 + a % 2, strands, 2)]
    return Braid(word, strands)


def element(chain: Chain, y: tuple[int, ...], x: tuple[int, ...]) -> complex:
    """⟨y|X|x⟩ as the product of the matrices."""
    row = np.ones((1, 1), dtype=complex)
    for k, matrix in enumerate(chain.matrices, 1):
        states = chain.bonds[k].states[PAIRS.index((y[k], x[k]))]
        before = chain.bonds[k - 1].states[PAIRS.index((y[k - 1], x[k - 1]))]
        row = row @ matrix[before, states]
    return complex(row.sum())


def dense(chain: Chain) -> np.ndarray[Any, np.dtype[np.complex128]]:
    """The operator of a chain on all paths."""
    strings = [tuple(path) for path in paths(len(chain.matrices)).tolist()]
    return np.array([[element(chain, y, x) for x in strings] for y in strings])


def weights(strands: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    last = paths(strands)[:, -1]
    return np.sqrt(np.where(last == 1, GOLDEN, 1) / GOLDEN**strands)


# --- Chains -------------------------------------------------------------------------------------


@pytest.mark.parametrize("strands", range(1, 7))
def test_the_identity(strands: int) -> None:
    chain = identity_chain(strands)
    assert np.allclose(dense(chain), np.diag(weights(strands)))
    assert overlap(chain, chain) == pytest.approx(1)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_runs_act_as_in_the_dense_representation(seed: int, whole: bool) -> None:
    b = random_braid(6, 14, seed)
    chain = identity_chain(6)
    for run in b.runs(ORDER):
        if whole:
            chain.apply_exactly(run)
            chain.compress()
        else:
            chain.apply(run, towards=1 + seed)
    assert np.allclose(dense(chain), representation(b) @ np.diag(weights(6)), atol=1e-12)


def test_a_path_is_a_projector() -> None:
    path = (0, 1, 1, 0, 1)
    expected = np.zeros((path_count(4), path_count(4)))
    row = paths(4).tolist().index(list(path))
    expected[row, row] = 1
    assert np.allclose(dense(path_chain(path)), expected)


@pytest.mark.parametrize("limit", [1, 3, 6, 10])
def test_a_cut_is_the_best_one_and_its_norm_is_known(limit: int) -> None:
    chain = identity_chain(7)
    for run in random_braid(7, 20, 1).runs(ORDER):
        chain.apply(run)
    before = dense(chain)
    chain.limit = limit
    for run in (Run(3, 4), Run(2, 3), Run(4, 1)):
        exact = representation(Braid([run.generator] * run.power, strands=7)) @ before
        discarded = chain.discarded
        chain.apply(run)
        after = dense(chain)
        lost = np.linalg.norm(after - exact) ** 2
        assert chain.discarded - discarded == pytest.approx(lost, abs=1e-12)
        assert len(chain.bonds[run.generator].y) <= limit
        # Nothing that is cut off overlaps with what is kept.
        assert np.vdot(after, exact - after) == pytest.approx(0, abs=1e-12)
        before = after


def test_matrices_beside_the_centre_are_isometric() -> None:
    chain = identity_chain(8)
    chain.limit = 12
    for run in random_braid(8, 40, 2).runs(ORDER):
        chain.apply(run)
    for to in (0, 5, 7, 2):
        chain.move_centre(to)
        # States of different pairs are orthogonal already, by their labels.
        for k, matrix in enumerate(chain.matrices):
            for states in chain.bonds[k + 1].states if k < to else ():
                block = matrix[:, states]
                assert np.allclose(block.conj().T @ block, np.eye(block.shape[1]))
            for states in chain.bonds[k].states if k > to else ():
                block = matrix[states]
                assert np.allclose(block @ block.conj().T, np.eye(len(block)))
        norm = np.linalg.norm(chain.matrices[to])
        assert norm**2 == pytest.approx(overlap(chain, chain).real)


# --- V with bonds that hold everything ----------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"halves": False}, {"compression": "chain"}])
@settings(max_examples=30)
@given(b=braids(max_strands=8, max_crossings=24, even=True))
def test_large_bonds_give_the_exact_value(options: dict[str, Any], b: Braid) -> None:
    for closure in ("markov", "plat"):
        found = mpo(b, closure, **options)  # type: ignore[arg-type]
        assert found.value == pytest.approx(number(bracket_jones(b, closure)), abs=1e-9)
        assert found.error is None


@settings(max_examples=30)
@given(b=braids(max_strands=7, max_crossings=20))
def test_odd_numbers_of_strands(b: Braid) -> None:
    found = mpo(b)
    assert found.value == pytest.approx(number(bracket_jones(b)), abs=1e-9)


@pytest.mark.parametrize(("p", "q"), [(2, 31), (3, 100), (5, 24), (7, 12)])
def test_torus_knots(p: int, q: int) -> None:
    b = Braid(list(range(1, p)) * q)
    assert mpo(b).value == pytest.approx(torus_knot_jones(p, q), abs=1e-9)


@pytest.mark.parametrize("closure", ["markov", "plat"])
def test_more_strands_than_dense_matrices_allow(closure: Closure) -> None:
    # A row of crossings closes to one unknot, or with n/2 components less one in a plat.
    b = Braid([i if i % 3 else -i for i in range(1, 60)])
    assert mpo(b, closure, bond_dimension=8).value == pytest.approx(
        jones(b, closure=closure).value
    )
    conjugated = b.conjugate(random_braid(60, 30, 3))
    assert mpo(conjugated).value == pytest.approx(1, abs=1e-2)


@pytest.mark.parametrize("strands", [1, 2, 5, 40])
def test_unlinks(strands: int) -> None:
    found = mpo(Braid([], strands=strands))
    assert found.value == pytest.approx(GOLDEN ** (strands - 1), rel=1e-12)
    assert found.details["discarded_weight"] == 0
    assert found.details["bond_dimension"] == min(2, strands)


# --- V with bonds that are cut off --------------------------------------------------------------


@pytest.mark.parametrize("compression", ["local", "chain"])
@pytest.mark.parametrize("halves", [True, False])
@pytest.mark.parametrize("closure", ["markov", "plat"])
def test_the_error_bounds_the_error(closure: Closure, halves: bool, compression: str) -> None:
    cut = 0
    for seed in range(6):
        # The second family is close to the identity, where errors add up instead of averaging.
        core = random_braid(8, 3, seed)
        for b in (brickwall(8, 14, seed), core.conjugate(random_braid(8, 20, seed + 50))):
            exact = dense_jones(b, closure)
            for bond_dimension in (2, 3, 5, 8):
                found = mpo(
                    b,
                    closure,
                    bond_dimension=bond_dimension,
                    halves=halves,
                    compression=compression,
                )
                assert abs(found.value - exact) <= (found.error or 1e-10)
                assert found.details["bond_dimension"] <= bond_dimension
                cut += found.details["largest_discarded"] > 1e-3
    assert cut >= 15


def test_the_bound_is_not_only_the_trivial_one() -> None:
    # |V| ≤ φ^(n−1), so an error below that says something.
    b = brickwall(10, 10, 1)
    found = mpo(b, bond_dimension=33)
    assert found.details["largest_discarded"] > 1e-4
    assert found.error is not None
    assert found.error < 0.5 * GOLDEN**9


def test_the_bound_is_never_worse_than_the_trivial_one() -> None:
    # |V| ≤ φ^(n−1), however much is cut off.
    found = mpo(brickwall(8, 20, 1), bond_dimension=2)
    assert found.error == pytest.approx(GOLDEN**7 + abs(found.value))


def test_typical_errors_of_random_braids() -> None:
    ratios = []
    for seed in range(30):
        b = brickwall(9, 16, seed)
        found = mpo(b, bond_dimension=16)
        assert found.details["typical_error"] == pytest.approx(
            found.details["discarded_weight"] ** 0.5
        )
        ratios.append(abs(found.value - dense_jones(b, "markov")) / found.details["typical_error"])
    assert 0.5 < np.sqrt(np.mean(np.square(ratios))) < 2


@pytest.mark.parametrize("closure", ["markov", "plat"])
def test_larger_bonds_are_better_in_the_mean(closure: Closure) -> None:
    dimensions = (8, 16, 32, 80) if closure == "markov" else (1, 2, 3, 5)
    errors = np.zeros(len(dimensions))
    discarded = np.zeros(len(dimensions))
    for seed in range(16):
        b = brickwall(10, 8 if closure == "markov" else 12, seed)
        exact = dense_jones(b, closure)
        for k, bond_dimension in enumerate(dimensions):
            found = mpo(b, closure, bond_dimension=bond_dimension, halves=False)
            errors[k] += abs(found.value - exact) ** 2
            discarded[k] += found.details["discarded_weight"]
    assert (np.diff(discarded) < 0).all()
    assert errors[-1] < errors[0] / 2


def test_halves_are_better_in_the_mean() -> None:
    errors = np.zeros(2)
    for seed in range(12):
        b = brickwall(10, 8, seed)
        exact = dense_jones(b, "markov")
        for k, halves in enumerate((True, False)):
            errors[k] += abs(mpo(b, bond_dimension=16, halves=halves).value - exact) ** 2
    assert errors[0] < errors[1] / 2


def test_the_cutoff_drops_small_singular_values() -> None:
    b = brickwall(8, 16, 5)
    fine, coarse = mpo(b), mpo(b, cutoff=0.2)
    assert fine.error is None
    assert fine.details["largest_discarded"] < 1e-12
    assert 1e-3 < coarse.details["largest_discarded"] <= 0.2
    assert coarse.details["bond_dimension"] < fine.details["bond_dimension"]
    assert coarse.error is not None
    assert abs(coarse.value - fine.value) <= coarse.error


# --- The published braid ------------------------------------------------------------------------


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs the published braid")
@pytest.mark.parametrize("compression", ["local", "chain"])
def test_the_published_braid(compression: str) -> None:
    data = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    b = Braid(data["original"]["word"])
    assert (b.strands, b.crossings) == (15, 114)
    # The file is in the mirror convention.
    expected = complex(*data["jones"]).conjugate()
    assert mpo(b, compression=compression).value == pytest.approx(expected, rel=1e-9)


# --- Options and limits -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bond_dimension": 0}, "bond_dimension=0: give 1 or more"),
        ({"cutoff": -0.1}, r"cutoff=-0\.1 of method .mpo.: give a number from 0 on"),
        ({"cutoff": 1.0}, r"cutoff=1\.0: give a number from 0 up to"),
        ({"cutoff": float("nan")}, "cutoff=nan of method .mpo.: give a number from 0 on"),
        ({"compression": "whole"}, "compression='whole': choose one of: local, chain"),
        ({"bond_dimension": 2.5}, "option bond_dimension=2.5 .* of type int"),
        ({"bonds": 3}, "method 'mpo' has no option 'bonds'; its options: bond_dimension, cutoff"),
    ],
)
def test_wrong_options(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        jones("3_1", method="mpo", **options)


def test_what_does_not_fit_is_refused() -> None:
    b = random_braid(40, 2000, 1)
    with pytest.raises(ResourceError, match="operator of bond dimension 100000 needs about"):
        mpo(b, bond_dimension=100_000)


def test_predicted_costs() -> None:
    method = METHODS["mpo"]

    def seconds(b: Braid, closure: Closure = "markov", **options: Any) -> float:
        assert method.cost is not None
        return method.cost(b, closure, method.complete(options)).seconds

    b = brickwall(20, 60, 1)
    assert seconds(b, bond_dimension=128) > 5 * seconds(b, bond_dimension=32)
    assert seconds(b, compression="chain") == pytest.approx(20 * seconds(b))
    assert seconds(b, "plat", bond_dimension=200) < seconds(b, bond_dimension=200)
    assert seconds(b * b) > 1.5 * seconds(b)
