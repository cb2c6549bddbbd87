"""Amplitudes of paths by contraction, against dense matrices and against V."""

from __future__ import annotations

import numpy as np
import pytest

from plait.knots import Braid, InputError, ResourceError
from plait.knots.conventions import ORDER, PHI
from plait.knots.fibonacci import path_probability, paths, sample_paths
from plait.knots.random_braids import random_braid, random_brickwall
from plait.tensornet import cost, jones
from plait.tensornet.amplitude import level_diagram, path_amplitude
from plait.tensornet.dense import DenseAction
from plait.tensornet.plan import make_plan

# Two parts, one that does not begin at the left, unused strands at the right, and a single twist.
BRAIDS = [
    random_braid(5, 16, seed=1),
    random_brickwall(6, 5, seed=2),
    Braid("1 1 -2 1 4 -5 4 4 -5", 8),
    Braid("3 -4 3 3 -4", 6),
    Braid("2 2 2"),
    Braid([], 3),
]


@pytest.mark.parametrize("b", BRAIDS, ids=str)
def test_they_are_the_diagonal_of_the_representation(b: Braid) -> None:
    basis = paths(b.strands)
    whole = DenseAction(basis).apply(b.runs(ORDER), np.eye(len(basis), dtype=complex))
    found = [path_amplitude(b, path) for path in basis.tolist()]
    assert np.allclose(found, np.diag(whole), atol=1e-12)


def test_their_mean_is_the_value() -> None:
    b = Braid("1 -2 3 1 -2 3 -1 2")
    z = sum(path_probability(path) * path_amplitude(b, path) for path in paths(b.strands).tolist())
    assert abs(z) * PHI ** (b.strands - 1) == pytest.approx(abs(jones(b).value), abs=1e-12)


def test_one_costs_less_than_the_value() -> None:
    b = random_brickwall(30, 60, seed=0)
    path = sample_paths(30, 1, np.random.default_rng(0))[0].tolist()
    assert make_plan(level_diagram(b, path)).cost.flops < cost(b, method="face").flops / 5


def test_what_is_no_path_is_refused() -> None:
    with pytest.raises(InputError, match="path"):
        path_amplitude(Braid("1 2"), "0110101")
    with pytest.raises(InputError, match="is no braid"):
        path_amplitude("1 2", "0111")  # type: ignore[arg-type]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ResourceError, match="the amplitude of a path needs about"):
        path_amplitude(random_brickwall(20, 20, seed=0), [0] + [1] * 20, memory=1000)


def test_integers_cost_more_and_are_those_of_one_method() -> None:
    b = random_brickwall(16, 32, seed=0)
    assert cost(b, exact=True).flops > 5 * cost(b, method="face").flops
    assert cost(b, method="auto", exact=True).memory == cost(b, exact=True).memory
    with pytest.raises(InputError, match="integers is that of the method 'face', not of 'mpo'"):
        cost(b, method="mpo", exact=True)
