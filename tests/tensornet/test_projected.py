"""The published network: its gates, its value, and its predicted cost.

That it gives the right value on many braids is in the table of ways to get V.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jones_oracles import GOLDEN, all_paths, bracket_jones, generator, number, word_matrix

from plait.knots import Braid, ResourceError
from plait.knots.conventions import Closure
from plait.tensornet import Request, dense_jones, jones
from plait.tensornet.facevalue import FACE, face_cost
from plait.tensornet.projected import projected_cost, projected_jones, projected_network

PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "published"


def brickwall(strands: int, crossings: int, seed: int) -> Braid:
    """Crossings of random sign, two of three places taken, until there are enough."""
    rng = random.Random(seed)
    word: list[int] = []
    layer = 0
    while len(word) < crossings:
        places = [i for i in range(1 + layer % 2, strands, 2) if rng.random() < 2 / 3]
        word += [rng.choice((1, -1)) * i for i in places]
        layer += 1
    return Braid(word[:crossings], strands)


def gates(b: Braid) -> list[Any]:
    network = projected_network(b, "markov")
    return [tensor for tensor in network.tensors if tensor.ndim == 6]


@pytest.mark.parametrize("letter", [1, -1])
def test_a_gate_is_the_generator_on_paths(letter: int) -> None:
    # On three strands σ_2 acts on x_1 x_2 x_3; x_0 = 0 leaves two of the five strings out, so
    # take four strands and σ_3 instead.
    (tensor,) = gates(Braid([3 * letter], strands=4))
    sigma = generator(3, 4) if letter > 0 else np.linalg.inv(generator(3, 4))
    rows = all_paths(4)
    for row, y in enumerate(rows):
        for column, x in enumerate(rows):
            if y[:2] == x[:2]:
                assert tensor.data[y[2:] + x[2:]] == pytest.approx(sigma[row, column])
    matrix = tensor.data.reshape(8, 8)
    assert np.allclose(matrix @ matrix.conj().T, np.eye(8))


def test_the_network_is_as_published() -> None:
    # Every letter is one gate with six legs, also where letters could be merged.
    b = Braid([1, 1, -2, 3, -3], strands=5)
    network = projected_network(b, "markov")
    assert len(gates(b)) == 5
    # Five projectors on neighbours, the weight of x_5, and the two ends of x_0.
    assert network.num_tensors == 5 + 5 + 1 + 2
    assert network.outer_inds() == ()
    assert all(network.ind_size(index) == 2 for index in network.ind_map)
    plat = projected_network(b.with_strands(6), "plat")
    assert plat.num_tensors == 5 + 2 * 5  # σ_4 and σ_5 do not occur, so x_5 and x_6 meet no gate
    assert plat.outer_inds() == ()


@pytest.mark.parametrize("closure", ["markov", "plat"])
@pytest.mark.parametrize(("strands", "crossings"), [(8, 40), (10, 40), (12, 40)])
def test_values(strands: int, crossings: int, closure: Closure) -> None:
    b = brickwall(strands, crossings, strands)
    found = projected_jones(b, closure, Request())
    assert found.value == pytest.approx(dense_jones(b, closure), abs=1e-9)
    assert found.details["flops"] > 1000


def test_the_contraction_is_the_bracket() -> None:
    b = brickwall(5, 9, 1)
    network = projected_network(b, "markov")
    weights = [(1, GOLDEN)[path[-1]] for path in all_paths(5)]
    assert network.contract(output_inds=()) == pytest.approx(weights @ np.diag(word_matrix(b)))
    found = projected_jones(b, "markov", Request(seed=3))
    assert found.value == pytest.approx(number(bracket_jones(b)))


# --- Costs --------------------------------------------------------------------------------------


def test_the_predicted_cost_is_that_of_the_contraction() -> None:
    b = brickwall(8, 30, 2)
    assert projected_jones(b, "markov", Request()).details["flops"] == pytest.approx(
        projected_cost(b, "markov").flops
    )


def test_a_cost_far_beyond_reach_is_predicted() -> None:
    b = brickwall(30, 520, 1)
    cost = projected_cost(b, "markov")
    assert 1e17 < cost.flops < 1e25
    assert cost.memory > 1e12
    assert cost.seconds > 1e6
    # The same braid by its faces.
    assert face_cost(b, "markov", FACE.options).flops < 1e-6 * cost.flops
    with pytest.raises(ResourceError, match="projected network of 520 gates needs about"):
        jones(b, method="tn-proj")


def test_very_long_words_are_refused_at_once() -> None:
    b = Braid([1, -2] * 6000)
    for use in (lambda: projected_cost(b, "markov"), lambda: jones(b, method="tn-proj")):
        with pytest.raises(ResourceError, match=r"has 12000 crossings; .* stops at 10000"):
            use()


def test_the_cost_grows_with_strands_and_crossings() -> None:
    def decades(strands: int, crossings: int) -> float:
        costs = [projected_cost(brickwall(strands, crossings, s), "markov") for s in range(3)]
        return float(np.mean([np.log10(cost.flops) for cost in costs]))

    assert decades(12, 60) + 1 < decades(12, 120) < decades(20, 240) - 1


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs the published costs")
def test_costs_follow_the_published_ones() -> None:
    published = np.load(PUBLISHED / "exact_contractions.npz")
    rng = np.random.default_rng(1)
    chosen = rng.choice(len(published["costs"]), 25, replace=False)
    ours, theirs = [], []
    for k in chosen:
        b = brickwall(int(published["strands"][k]), int(published["crossings"][k]), int(k))
        ours.append(np.log10(projected_cost(b, "markov").flops))
        theirs.append(np.log10(published["costs"][k]))
    assert np.corrcoef(ours, theirs)[0, 1] > 0.93
    slope, _ = np.polyfit(theirs, ours, 1)
    assert 0.85 < slope < 1.2
    assert abs(np.mean(np.subtract(ours, theirs))) < 1


def test_the_record_is_json() -> None:
    v = jones("5_2", method="tn-proj")
    assert json.loads(json.dumps(v.to_json()))["details"]["flops"] > 0
