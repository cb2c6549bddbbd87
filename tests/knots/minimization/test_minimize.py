"""Minimisation: the same link, never worse, as small as is known."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from disguises import disguised
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import braids, random_braid

from plait import PlaitError, jones
from plait.circuits.forms import mean_two_qubit_gates
from plait.knots import Braid
from plait.knots.alexander import alexander_fingerprint
from plait.knots.conventions import PHI
from plait.knots.errors import InputError, UnknownNameError
from plait.knots.minimization import (
    EFFORTS,
    Minimized,
    Objective,
    Weights,
    find_objective,
    minimize,
    objective_names,
    register_objective,
    spherogram_start,
    state,
)
from plait.knots.minimization.search import Keep
from plait.knots.moves import conjugate, disjoint_union

KEEPS: tuple[Keep, ...] = ("link", "value")
SHORT = 1e-3
OBJECTIVES = pytest.mark.parametrize("objective", objective_names())
SET = Path(__file__).parents[4] / "shared" / "data" / "minimize_set.jsonl"


def torus(p: int, q: int) -> Braid:
    return Braid([*range(1, p)] * q, p)


def same_value(a: complex, b: complex) -> bool:
    return abs(a - b) <= 1e-9 * max(1.0, abs(a))


def check_link(found: Minimized) -> None:
    """V, the Alexander polynomial and the components are those of the original."""
    whole = found.braid.with_strands(found.braid.strands + found.free)
    assert same_value(found.factor, PHI**found.free)
    assert whole.components == found.original.components
    assert alexander_fingerprint(whole) == alexander_fingerprint(found.original)
    value = jones(found.original, seed=0).value
    assert same_value(value, found.factor * jones(found.braid).value)


# Random braids


@settings(max_examples=80)
@given(braids(max_strands=6, max_crossings=20), st.sampled_from(objective_names()))
def test_never_worse_than_the_input(b: Braid, objective: str) -> None:
    rank = find_objective(objective).ranked()
    for keep in KEEPS:
        found = minimize(b, objective=objective, effort=SHORT, keep=keep)
        assert rank(found.braid) <= rank(b)
        assert found.braid.strands + found.free <= b.strands
        if keep == "link":
            check_link(found)


@OBJECTIVES
def test_the_seed_decides(objective: str) -> None:
    b = random_braid(8, 70, 4)
    first, again = (minimize(b, objective=objective, effort=0.01, seed=3) for _ in range(2))
    assert (first.braid, first.free, first.factor) == (again.braid, again.free, again.factor)
    assert first.certificate() == again.certificate()
    words = {
        minimize(b, objective=objective, effort=0.01, seed=seed).braid.word for seed in range(5)
    }
    assert len(words) > 1


def test_more_effort_finds_less() -> None:
    runs = {
        effort: sum(minimize(random_braid(8, 60, k), effort=effort).runs for k in range(5))
        for effort in (SHORT, 0.2)
    }
    assert runs[0.2] < runs[SHORT]


def test_what_is_recorded() -> None:
    found = minimize("1 2 -1 2 3 3 -2 -3 4 4", effort="low", seed=2, keep="value")
    data = json.loads(json.dumps(found.to_json()))
    assert Braid(data["word"], data["strands"]) == found.braid
    assert complex(*data["factor"]) == found.factor
    assert (data["length"], data["runs"]) == (len(found.braid), len(found.braid.runs()))
    assert (data["free"], data["effort"], data["seed"]) == (found.free, EFFORTS["low"], 2)
    assert (data["objective"], data["keep"]) == ("runs", "value")
    assert data["seconds"] >= 0
    assert Braid("1 2 1 2").minimize(effort=SHORT, seed=1).braid == Braid("1 1 1")
    assert minimize("3_1", effort=SHORT).original == Braid("1 1 1")


# Links of which the answer is known


@pytest.mark.parametrize("circles", [1, 2, 5])
def test_unlinks_in_disguise_collapse(circles: int) -> None:
    for seed in range(8):
        b = disguised(Braid([], circles), rounds=4 + seed % 3, seed=seed)
        assert b.strands > circles
        for objective in ("runs", "length", "strands"):
            found = minimize(b, objective=objective, effort="low")
            assert (found.braid, found.free) == (Braid([], 1), circles - 1)
            assert same_value(found.factor, PHI ** (circles - 1))


def test_an_unknot_that_conjugation_does_not_destabilise() -> None:
    """H. R. Morton, Math. Proc. Camb. Phil. Soc. 93 (1983) 247."""
    b = Braid([-3, -3, 2, -3, 2, 1, 1, 1, -2, 1, -2], 4)
    assert b.components == 1
    for seed in range(4):
        found = minimize(b, effort="low", seed=seed)
        assert (found.braid, found.free) == (Braid([], 1), 0)


@pytest.mark.parametrize(("p", "q"), [(2, 5), (3, 4), (3, 5), (4, 5)])
def test_torus_links_in_disguise(p: int, q: int) -> None:
    for seed in range(3):
        b = disguised(torus(p, q), rounds=3, seed=seed)
        found = minimize(b, objective="length", effort=0.2)
        assert (found.length, found.braid.strands, found.free) == ((p - 1) * q, p, 0)
        check_link(found)
        assert minimize(b, objective="strands", effort=0.2).braid.strands == p


def knots(count: int) -> list[tuple[Braid, int, int]]:
    """Braids of KnotInfo with the braid index and the length of the shortest braid."""
    data = pytest.importorskip("database_knotinfo")
    rows = [
        row
        for row in data.link_list()[2:]
        if int(row["crossing_number"]) <= 10 and str(row["braid_length"]).isdigit()
    ]
    chosen = random.Random(5).sample(rows, count)
    return [
        (
            Braid(json.loads(row["braid_notation"].replace("{", "[").replace("}", "]"))),
            int(row["braid_index"]),
            int(row["braid_length"]),
        )
        for row in chosen
    ]


def known(found: Callable[[Braid], Minimized], count: int) -> tuple[float, float]:
    """The fractions that come back to the braid index and to the length of the shortest braid."""
    index = length = 0
    for seed, (b, strands, shortest) in enumerate(knots(count)):
        result = found(disguised(b, rounds=3, seed=seed))
        check_link(result)
        assert result.braid.strands >= strands
        assert result.length >= shortest
        index += result.braid.strands == strands
        length += result.length == shortest
    return index / count, length / count


@pytest.mark.parametrize("objective", ["strands", "length"])
def test_knots_in_disguise(objective: str) -> None:
    index, length = known(lambda b: minimize(b, objective=objective, effort=0.2), 25)
    assert index >= 0.9 if objective == "strands" else length >= 0.9


@pytest.mark.slow
@pytest.mark.parametrize("objective", ["strands", "length"])
def test_many_knots_in_disguise(objective: str) -> None:
    index, length = known(lambda b: minimize(b, objective=objective), 100)
    assert index >= 0.9 if objective == "strands" else length >= 0.9


def test_split_links() -> None:
    pair = disjoint_union(Braid("1 1 1"), Braid("1 1 1"))
    trefoil = jones("3_1").value
    for seed in range(4):
        rng = random.Random(seed)
        by = [rng.choice([1, -1]) * rng.randint(1, 3) for _ in range(6)]
        b = conjugate(pair, by)
        link = minimize(b, effort="low", seed=seed)
        assert (link.braid.strands, link.length, link.runs, link.free) == (4, 6, 2, 0)
        assert {abs(k) for k in link.braid.word} == {1, 3}
        check_link(link)
        # With the objective runs a connected sum of single runs goes on to nothing.
        value = minimize(b, effort="low", seed=seed, keep="value")
        assert value.braid == Braid([], 1)
        assert same_value(value.factor, PHI * trefoil**2)


def test_split_links_by_value_become_a_connected_sum() -> None:
    eight = Braid("1 -2 1 -2")
    found = minimize(disjoint_union(eight, eight), effort=SHORT, keep="value")
    assert (found.braid.strands, found.length, found.free) == (5, 8, 0)
    assert same_value(found.factor, PHI)
    kinds = [move.kind for move in found.certificate().moves]
    assert kinds.count("join") == 1
    assert same_value(jones(found.braid).value, jones("4_1").value ** 2)


def test_strands_that_nothing_touches() -> None:
    found = minimize(Braid([3, 3, 3], 7), effort=SHORT)
    assert (found.braid, found.free) == (Braid("1 1 1"), 5)
    assert minimize(Braid([], 1), effort=SHORT).free == 0
    assert minimize(Braid([], 6), effort=SHORT).free == 5
    many = minimize(Braid([], 1000), effort=SHORT)
    assert (many.braid, many.free) == (Braid([], 1), 999)


def test_more_circles_than_floating_point_holds() -> None:
    """φ^free is not a number then, and nothing must pretend that it is."""
    with pytest.raises(PlaitError, match="strands"):
        minimize(Braid([1], 5000), effort=SHORT)


# Starts


def test_a_start_can_win() -> None:
    b = random_braid(9, 80, 1)
    small = minimize(b, effort=0.2).braid
    alone = minimize(b, effort=1e-6)
    found = minimize(b, effort=1e-6, starts=(small,))
    assert found.runs <= len(small.runs()) < alone.runs
    assert found.original == b
    check_link(found)
    certificate = found.certificate()
    assert certificate.start in (small, b)
    if certificate.moves:
        assert certificate.check()[0] == found.braid


def test_each_start_is_annealed_once() -> None:
    calls: list[tuple[int, int]] = []
    b = Braid("1 2 1 2")
    minimize(b, effort=SHORT, starts=(b, b, b), progress=lambda *both: calls.append(both))
    assert calls[-1] == (700, 700)


@pytest.mark.parametrize(
    "start",
    [Braid("-1 -1 -1 -1 1 1"), Braid("1 1 1 1 1"), Braid("1 1 1", 3), Braid("1 1"), Braid([], 1)],
)
def test_starts_that_are_another_link(start: Braid) -> None:
    with pytest.raises(InputError, match=r"a start, .* is not the link of \[1, 1, 1\]"):
        minimize("1 1 1", effort=SHORT, starts=(start,))


@pytest.mark.parametrize("starts", [("1 1 1",), (3,), (None,), Braid("1 1 1"), None, 5])
def test_starts_that_are_no_braids(starts: Any) -> None:
    with pytest.raises(InputError, match="start"):
        minimize("1 1 1", effort=SHORT, starts=starts)


@pytest.mark.parametrize(
    "b",
    [
        Braid("1 2 3 1 -2 1 3"),
        Braid("1 1 2 2 3 3"),
        Braid("1 1 1 3 3 3"),
        Braid("1 -1 2 -2"),
        Braid("1 2 -1 -2", 4),
        Braid([], 3),
        Braid([], 1),
        Braid("1 1 1", 5),
        Braid("1 2 3 4 -2 -3 1 1"),
        *(random_braid(5, 16, seed) for seed in range(6)),
    ],
    ids=str,
)
def test_spherogram_finds_the_same_link(b: Braid) -> None:
    pytest.importorskip("spherogram")
    start = spherogram_start(b, seed=1)
    assert start.components == b.components
    assert alexander_fingerprint(start) == alexander_fingerprint(b)
    assert same_value(jones(b).value, jones(start).value)
    check_link(minimize(b, effort=SHORT, starts=(start,)))


def test_spherogram_leaves_the_random_numbers_alone() -> None:
    pytest.importorskip("spherogram")
    state = random.getstate()
    b = random_braid(6, 30, 2)
    assert spherogram_start(b, seed=4) == spherogram_start(b, seed=4)
    assert random.getstate() == state


# Progress


def test_progress_rises_to_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    b = random_braid(8, 60, 1)
    alone = minimize(b, effort="low").braid
    monkeypatch.setattr(state, "_PART", 1 << 10)
    calls: list[tuple[int, int]] = []
    found = minimize(b, effort="low", progress=lambda *both: calls.append(both))
    assert found.braid == alone
    assert {whole for _, whole in calls} == {400}
    done = [part for part, _ in calls]
    assert all(0 < early <= late <= 400 for early, late in itertools.pairwise(done))
    assert done[-1] == 400
    assert len(done) > 20


def test_progress_can_stop_the_search() -> None:
    def stop(done: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        minimize(random_braid(8, 60, 1), effort=SHORT, progress=stop)


# Objectives


def test_weights_are_checked() -> None:
    for bad in ({"crossing": 0}, {"bulk": -1}, {"strand": 1e6}, {"first": float("nan")}):
        with pytest.raises(InputError, match="weights are numbers from 0"):
            Weights(**bad)


@pytest.mark.parametrize("value", ["1", None, 1j, [1]])
def test_weights_are_numbers(value: Any) -> None:
    with pytest.raises(InputError, match="weights are numbers from 0"):
        Weights(bulk=value)


def test_an_objective_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from plait.knots.minimization import objectives

    monkeypatch.setattr(objectives, "_OBJECTIVES", dict(objectives._OBJECTIVES))
    negative = Objective(
        name="negative",
        summary="negative letters",
        weights=Weights(crossing=0.5),
        rank=lambda b: (sum(k < 0 for k in b.word), len(b)),
    )
    register_objective(negative)
    assert find_objective("negative") is find_objective(negative) is negative
    assert objective_names()[-1] == "negative"
    found = minimize("1 2 -1 2 2", objective="negative", effort=SHORT)
    assert min(found.braid.word) > 0
    assert found.objective == "negative"
    with pytest.raises(InputError, match="objective named 'negative' already"):
        register_objective(negative)


def test_weights_with_which_braids_grow() -> None:
    """Runs cost nothing and crossings next to nothing: the table runs full."""
    wild = Objective(
        name="wild",
        summary="nothing",
        weights=Weights(bulk=0, first=0, second=0, last=0, last_but_one=0, crossing=1e-9),
        rank=lambda b: (len(b),),
    )
    for strands, length in ((3, 10), (6, 40)):
        b = random_braid(strands, length, 7)
        for keep in KEEPS:
            found = minimize(b, objective=wild, effort=0.05, keep=keep)
            assert same_value(jones(b).value, found.factor * jones(found.braid).value)
            assert found.length <= length


def test_gates_and_contraction_are_what_is_ranked() -> None:
    b = random_braid(8, 60, 11)
    by_runs = minimize(b, effort=0.05)
    by_gates = minimize(b, effort=0.05, objective="gates")
    assert mean_two_qubit_gates(by_gates.braid) <= mean_two_qubit_gates(by_runs.braid)
    rank = find_objective("contraction").ranked()
    assert rank(minimize(b, effort=0.05, objective="contraction").braid) < rank(b)


@pytest.mark.parametrize("rank", ["math", "nosuchmodule:rank", "math:nosuch"])
def test_ranks_that_are_not_there(rank: str) -> None:
    odd = Objective(name="odd", summary="", weights=Weights(), rank=rank)
    with pytest.raises(InputError, match="rank"):
        minimize("1 1 1", effort=SHORT, objective=odd)


# What is refused


@pytest.mark.parametrize(
    "effort", ["", "lowest", 0, -1, 1e5, float("nan"), float("inf"), None, True, [1], 1j]
)
def test_efforts(effort: Any) -> None:
    with pytest.raises(InputError, match=r"effort=.*: give low, medium, high, or a number"):
        minimize("1 1 1", effort=effort)


def test_efforts_that_are_next_to_nothing() -> None:
    for effort in (5e-324, 1e-300, 1e-9):
        assert minimize("1 2 1 2", effort=effort).braid == Braid("1 1 1")


@pytest.mark.parametrize("seed", [-1, 1.0, "1", None, True, [1]])
def test_seeds(seed: Any) -> None:
    with pytest.raises(InputError, match=r"seed=.*: give an integer from 0 on"):
        minimize("1 1 1", effort=SHORT, seed=seed)


def test_a_large_seed() -> None:
    assert minimize("1 2 1 2", effort=SHORT, seed=10**40).braid == Braid("1 1 1")


@pytest.mark.parametrize("keep", ["", "links", None, 1, ["link"]])
def test_keeps(keep: Any) -> None:
    with pytest.raises(InputError, match=r"keep=.*: keep the 'link', or only the 'value'"):
        minimize("1 1 1", effort=SHORT, keep=keep)


def test_unknown_objectives() -> None:
    with pytest.raises(UnknownNameError, match=r"'run'; choose one of: .* did you mean 'runs'\?"):
        minimize("1 1 1", effort=SHORT, objective="run")
    with pytest.raises(UnknownNameError, match="unknown objective None"):
        minimize("1 1 1", objective=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("objective", [["runs"], {"runs": 1}, 3])
def test_objectives_of_other_types(objective: Any) -> None:
    with pytest.raises(PlaitError, match="objective"):
        minimize("1 1 1", effort=SHORT, objective=objective)


@pytest.mark.parametrize("x", [None, 3.5, [0], ["a"], {1}, float("nan")])
def test_what_is_no_braid(x: Any) -> None:
    with pytest.raises(InputError, match=r"braid|letter"):
        minimize(x)


def test_an_unknown_knot() -> None:
    with pytest.raises(PlaitError, match="99_99"):
        minimize("99_99")


# Next to the published minimiser


def families(effort: str) -> dict[tuple[str, int, int], tuple[list[int], list[dict[str, Any]]]]:
    """By family the runs that are found, and what earlier searches found."""
    if not SET.exists():
        pytest.skip(f"{SET.name} is not there")
    found: dict[tuple[str, int, int], tuple[list[int], list[dict[str, Any]]]] = {}
    for line in SET.read_text().splitlines():
        row = json.loads(line)
        b = Braid(row["word"], row["strands"])
        result = minimize(b, effort=effort)
        check_link(result)
        runs, best = found.setdefault((row["kind"], row["strands"], row["layers"]), ([], []))
        runs.append(result.runs)
        best.append({name: values["runs"] for name, values in row["best"].items()})
    return found


def test_low_effort_is_as_good_as_a_short_annealing() -> None:
    for family, (runs, best) in families("low").items():
        assert sum(runs) <= sum(other["sa_0.2M"] for other in best), family


@pytest.mark.slow
def test_medium_effort_is_better_than_three_long_annealings() -> None:
    better = []
    for family, (runs, best) in families("medium").items():
        others = sum(other["sa_4Mx3"] for other in best)
        assert sum(runs) <= others, family
        better.append(sum(runs) < others)
    assert any(better)
