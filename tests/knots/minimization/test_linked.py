"""Runs linked along the strands of a closed braid, and back to words."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from strategies import braids, random_braid

from plait import jones
from plait.knots import Braid, Run
from plait.knots.alexander import alexander_polynomial
from plait.knots.minimization.linked import LinkedRuns, linked_runs, named_runs, word_of


def merged_around(linked: LinkedRuns) -> int:
    """How many runs there are after merging those that are neighbours on both positions."""
    runs = dict(enumerate(linked.runs))
    up = dict(enumerate(linked.up))
    found = True
    while found:
        found = False
        for name in list(runs):
            above = up[2 * name] >> 1
            if above == name or (up[2 * name], up[2 * name + 1]) != (2 * above, 2 * above + 1):
                continue
            for side in (0, 1):
                up[2 * name + side] = up[2 * above + side]
                if up[2 * name + side] == 2 * above + side:
                    up[2 * name + side] = 2 * name + side
            power = runs[name].power + runs.pop(above).power
            runs[name] = Run(runs[name].generator, power)
            if not power:
                down = {upper: lower for lower, upper in up.items() if lower >> 1 in runs}
                for side in (0, 1):
                    up[down[2 * name + side]] = up[2 * name + side]
                runs.pop(name)
            found = True
            break
    return len(runs)


@given(braids(max_strands=7, max_crossings=18))
@example(Braid([], 1))
@example(Braid([], 4))
@example(Braid([1], 2))
@example(Braid([2, 2], 5))
@example(Braid([1, 1, -4, 4, 4], 6))
@example(Braid([1, -2, 3, -2, 1], 4))
@example(Braid([-3, 1, 3, -1], 4))
def test_a_word_comes_back_as_the_same_closed_braid(b: Braid) -> None:
    linked = linked_runs(b)
    back = word_of(linked)
    assert linked.strands == back.strands == b.strands
    assert sorted(linked.runs) == sorted(b.runs())
    assert sorted(linked.up) == list(range(2 * len(linked.runs)))
    assert len(back) == sum(abs(run.power) for run in b.runs())
    assert (back.components, back.writhe) == (b.components, b.writhe)
    assert alexander_polynomial(back) == alexander_polynomial(b)
    assert jones(back, exact=True).exact == jones(b, exact=True).exact


@given(braids(max_strands=7, max_crossings=24))
def test_no_run_is_cut_in_two(b: Braid) -> None:
    linked = linked_runs(b)
    back = word_of(linked)
    assert len(back.runs()) <= len(linked.runs)
    assert merged_around(linked_runs(back)) == merged_around(linked)
    again = word_of(linked_runs(back))
    assert len(again.runs()) <= len(back.runs())


@pytest.mark.parametrize(("strands", "length"), [(2, 30), (3, 200), (8, 120), (30, 500)])
def test_long_words(strands: int, length: int) -> None:
    for seed in range(3):
        b = random_braid(strands, length, seed)
        back = word_of(linked_runs(b))
        assert len(back.runs()) <= len(b.runs())
        assert back.components == b.components
        assert back.writhe == b.writhe


@given(braids(max_strands=6, max_crossings=16))
def test_links_follow_the_word(b: Braid) -> None:
    """Around each position, the runs come in the order of the word."""
    _, runs, up = linked_runs(b)
    for position in range(1, b.strands + 1):
        halves = [
            2 * number + position - run.generator
            for number, run in enumerate(runs)
            if position - run.generator in (0, 1)
        ]
        assert [up[half] for half in halves] == halves[1:] + halves[:1]


def test_names_in_any_order_become_numbers() -> None:
    linked = named_runs(
        3,
        {9: Run(2, 1), 4: Run(1, -2)},
        {8: 8, 9: 18, 18: 9, 19: 19},
    )
    assert linked == LinkedRuns(3, (Run(1, -2), Run(2, 1)), (0, 2, 1, 3))
    assert word_of(linked).components == 2


@given(braids(max_strands=6, max_crossings=20))
def test_names_do_not_matter(b: Braid) -> None:
    strands, runs, up = linked_runs(b)
    named = {7 * k + 3: run for k, run in enumerate(runs)}
    links = {
        2 * (7 * (half >> 1) + 3) + (half & 1): 2 * (7 * (above >> 1) + 3) + (above & 1)
        for half, above in enumerate(up)
    }
    assert named_runs(strands, named, links) == LinkedRuns(strands, runs, up)
