"""Moves: what each keeps, by the word problem, by V and by the Alexander polynomial."""

from __future__ import annotations

import contextlib
import itertools
import random
from collections.abc import Callable
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import braids, letters, random_braid

from plait.knots import Braid, InputError, LaurentPolynomial
from plait.knots.alexander import alexander_fingerprint, alexander_polynomial
from plait.knots.closures import closure_linking
from plait.knots.dynnikov import braids_equal
from plait.knots.moves import (
    braid_relation,
    cancel_pair,
    commute,
    conjugate,
    connected_sum,
    destabilise,
    disjoint_union,
    exchange,
    flip,
    flype,
    insert_pair,
    reduce_freely,
    remove_crossing,
    reverse,
    rotate,
    split_parts,
    stabilise,
    summands,
)
from plait.tensornet import polynomial

LOOP = LaurentPolynomial({Fraction(1, 2): -1, Fraction(-1, 2): -1})


def linking(b: Braid) -> list[int]:
    return sorted(itertools.chain(*closure_linking(b)))


def same_link(a: Braid, b: Braid) -> bool:
    """As far as V, Δ, components and linking numbers tell."""
    return (
        a.components == b.components
        and sorted(x for x in linking(a) if x) == sorted(x for x in linking(b) if x)
        and alexander_polynomial(a) == alexander_polynomial(b)
        and polynomial(a) == polynomial(b)
    )


def words(low: int, high: int, size: int) -> st.SearchStrategy[list[int]]:
    """Words in the generators low … high."""
    if high < low:
        return st.just([])
    letter = st.integers(low, high).flatmap(lambda i: st.sampled_from([i, -i]))
    return st.lists(letter, max_size=size)


def test_the_invariants_see_a_mirror_image_and_a_changed_crossing() -> None:
    # Otherwise this file could not notice a wrong move.
    rng = random.Random(1)
    mirrored = changed = 0
    for _ in range(60):
        b = random_braid(4, 12, rng.randrange(10**6))
        at = rng.randrange(12)
        other = Braid((*b.word[:at], -b.word[at], *b.word[at + 1 :]), 4)
        mirrored += not same_link(b, b.mirror())
        changed += not same_link(b, other)
    assert mirrored > 40
    assert changed > 40


# --- The braid stays ----------------------------------------------------------------------------


@given(braids(min_strands=2, max_strands=6), st.data())
def test_pairs(b: Braid, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(b)))
    letter = data.draw(letters(b.strands))
    longer = insert_pair(b, at, letter)
    assert len(longer) == len(b) + 2
    assert braids_equal(longer, b)
    assert cancel_pair(longer, at) == b


@given(braids(min_strands=2, max_strands=3, max_crossings=20))
def test_free_reduction(b: Braid) -> None:
    short = reduce_freely(b)
    assert braids_equal(short, b)
    assert all(x != -y for x, y in itertools.pairwise(short.word))
    cyclic = reduce_freely(b, cyclic=True)
    assert all(x != -y for x, y in itertools.pairwise(cyclic.word))
    assert len(cyclic) < 2 or cyclic.word[0] != -cyclic.word[-1]
    assert same_link(cyclic, b)
    assert reduce_freely(cyclic, cyclic=True) == cyclic


def test_free_reduction_of_everything() -> None:
    assert reduce_freely(Braid("1 2 -2 -1")) == Braid([], strands=3)
    assert reduce_freely(Braid("1 2 -1"), cyclic=True) == Braid([2], strands=3)
    assert reduce_freely(Braid("1 1"), cyclic=True) == Braid("1 1")


@given(braids(min_strands=2, max_strands=6, max_crossings=20))
def test_commutation_in_every_place(b: Braid) -> None:
    for at in range(len(b) - 1):
        one, other = b.word[at : at + 2]
        if abs(abs(one) - abs(other)) == 1:
            with pytest.raises(InputError, match="do not commute"):
                commute(b, at)
        else:
            moved = commute(b, at)
            assert braids_equal(moved, b)
            assert commute(moved, at) == b


def test_braid_relations_of_all_signs() -> None:
    allowed = set()
    for p, q, r in itertools.product((1, -1), repeat=3):
        for i, j in ((1, 2), (2, 1), (3, 2)):
            b = Braid([3, p * i, q * j, r * i, -1], 5)
            swapped = [
                Braid([3, s * j, t * i, u * j, -1], 5)
                for s, t, u in itertools.product((1, -1), repeat=3)
            ]
            if any(braids_equal(b, other) for other in swapped):
                allowed.add((p, q, r))
                moved = braid_relation(b, 1)
                assert braids_equal(moved, b)
                assert moved in swapped
                assert braid_relation(moved, 1) == b
            else:
                with pytest.raises(InputError, match="no side of a braid relation"):
                    braid_relation(b, 1)
    assert len(allowed) == 6


@pytest.mark.parametrize("word", [[1, 3, 1], [1, 1, 1], [1, 2, 3], [1, 2, 2], [1, 1, 2]])
def test_no_braid_relation(word: list[int]) -> None:
    with pytest.raises(InputError, match="the form i, j, i with neighbouring i and j"):
        braid_relation(Braid(word, strands=4), 0)


# --- The link stays -----------------------------------------------------------------------------


@given(braids(min_strands=2, max_strands=5, max_crossings=10), st.data())
def test_conjugation_rotation_flip_and_stabilisation(b: Braid, data: st.DataObject) -> None:
    by = Braid(data.draw(words(1, b.strands - 1, 3)), b.strands)
    count = data.draw(st.integers(-15, 15))
    moved = rotate(conjugate(b, by), count)
    assert rotate(moved, -count) == conjugate(b, by)
    assert flip(flip(b)) == b
    sign = data.draw(st.sampled_from([1, -1]))
    side = data.draw(st.sampled_from(["left", "right"]))
    higher = stabilise(flip(moved), sign, side=side)
    assert higher.strands == b.strands + 1
    assert higher.writhe == b.writhe + sign
    assert same_link(higher, b)
    turned = rotate(higher, data.draw(st.integers(0, 20)))
    lower = destabilise(turned, side=side)
    assert lower.strands == b.strands
    assert len(lower) == len(b) + 2 * len(by)
    assert same_link(lower, b)


def test_flip_is_the_conjugation_by_the_half_twist() -> None:
    twist = Braid("1 2 3 1 2 1")
    b = Braid("1 -2 3 3 -1")
    assert braids_equal(flip(b), b.conjugate(twist))


@given(st.data())
def test_a_single_crossing_in_the_middle(data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 6))
    i = data.draw(st.integers(1, n - 1))
    sign = data.draw(st.sampled_from([1, -1]))
    rest = data.draw(st.lists(letters(n), max_size=12)) if n > 2 else []
    word = [x for x in rest if abs(x) != i]
    at = data.draw(st.integers(0, len(word)))
    b = Braid([*word[:at], sign * i, *word[at:]], n)
    short = remove_crossing(b, i)
    assert (short.strands, len(short)) == (n - 1, len(b) - 1)
    assert same_link(short, b)
    one, other = summands(b, i)
    assert connected_sum(one, other) == short
    assert polynomial(one) * polynomial(other) == polynomial(b)
    if i in (1, n - 1):
        assert same_link(destabilise(b, side="left" if i == 1 else "right"), short)


@given(st.data())
def test_exchange_of_every_generator(data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 6))
    i = data.draw(st.integers(1, n - 1))
    parts = [
        [x for x in data.draw(st.lists(letters(n), max_size=7)) if abs(x) != i] for _ in range(3)
    ]
    b = Braid([*parts[0], i, *parts[1], -i, *parts[2]], n)
    moved = exchange(b, i)
    assert moved != b
    assert exchange(moved, i) == b
    assert same_link(moved, b)


@given(st.data())
def test_flypes(data: st.DataObject) -> None:
    n = data.draw(st.integers(3, 5))
    i, inner = n - 1, words(1, n - 2, 5)
    power = data.draw(st.integers(-4, 4).filter(bool))
    sign = data.draw(st.sampled_from([1, -1]))
    one, other = data.draw(inner), data.draw(inner)
    assume({n - 2} <= set(map(abs, one)) & set(map(abs, other)))
    run = [i if power > 0 else -i] * abs(power)
    # Letters that commute may stand within the power, and the word may begin anywhere.
    spread = [x for letter in run for x in (letter, *data.draw(words(1, n - 3, 1)))]
    b = rotate(Braid([*one, *spread, *other, sign * i], n), data.draw(st.integers(0, 9)))
    moved = flype(b)
    assert len(moved) == len(b)
    assert sorted(moved.word) == sorted(b.word)
    assert same_link(moved, b)
    assert same_link(flype(flip(b), side="left"), b)
    assert same_link(flype(moved), b)


def test_the_flype_of_three_strands() -> None:
    b = Braid([1] * 3 + [2] * 4 + [1] * 2 + [-2])
    assert flype(b) == Braid([1] * 3 + [-2] + [1] * 2 + [2] * 4)
    # Not conjugate in general: the exponents are in another cyclic order.
    assert same_link(flype(b), b)
    # A power of two crossings is no single one, and nothing is claimed.
    with pytest.raises(InputError, match=r"occurs with the powers \[2, 3\]"):
        flype(Braid("1 2 2 1 2 2 2"))


@pytest.mark.parametrize("kind", ["flype", "exchange"])
def test_complements_of_hyperbolic_links(kind: str) -> None:
    # V and Δ do not see mutation, and both moves look like it; the complement does.
    snappy = pytest.importorskip("snappy")

    def complement(b: Braid) -> object:
        found = snappy.Link(braid_closure=list(b.word)).exterior()
        for _ in range(30):
            if found.solution_type() == "all tetrahedra positively oriented":
                return found
            found.randomize()
        return None

    rng = random.Random(2)
    seen = 0
    for _ in range(60):
        if kind == "flype":
            one, other = (random_braid(3, 7, rng.randrange(10**6)).word for _ in range(2))
            power = rng.choice([[3, 3], [-3, -3], [3, 3, 3]])
            b = Braid([*one, *power, *other, rng.choice((3, -3))], 4)
            move: Callable[[Braid], Braid] = flype
        else:
            rest = [
                [rng.choice((1, -1)) * rng.choice((1, 3, 4)) for _ in range(8)] for _ in range(2)
            ]
            b = Braid([2, *rest[0], -2, *rest[1]], 5)
            move = partial(exchange, generator=2)
        if len(set(map(abs, b.word))) < b.strands - 1:
            continue
        try:
            first, second = complement(b), complement(move(b))
        except InputError:
            continue
        if first is not None and second is not None:
            assert first.is_isometric_to(second), b  # type: ignore[attr-defined]
            seen += 1
            if seen == 5:
                return
    assert seen > 3


# --- Known changes ------------------------------------------------------------------------------


@given(braids(max_strands=5, max_crossings=12))
def test_reversal(b: Braid) -> None:
    assert reverse(reverse(b)) == b
    assert same_link(reverse(b), b)
    assert reverse(b).mirror() == b.inverse()


@given(braids(max_strands=4, max_crossings=8), braids(max_strands=4, max_crossings=8))
def test_sums_and_unions(a: Braid, b: Braid) -> None:
    total = connected_sum(a, b)
    assert total.strands == a.strands + b.strands - 1
    assert polynomial(total) == polynomial(a) * polynomial(b)
    assert alexander_polynomial(total) == alexander_polynomial(a) * alexander_polynomial(b)
    union = disjoint_union(a, b)
    assert union.components == a.components + b.components
    assert polynomial(union) == polynomial(a) * polynomial(b) * LOOP
    assert alexander_polynomial(union) == LaurentPolynomial()
    assert split_parts(union) == (*split_parts(a), *split_parts(b))


@given(braids(max_strands=8, max_crossings=8))
def test_split_parts(b: Braid) -> None:
    parts = split_parts(b)
    assert sum(part.strands for part in parts) == b.strands
    assert sum(len(part) for part in parts) == len(b)
    union = parts[0]
    for part in parts[1:]:
        union = disjoint_union(union, part)
    assert braids_equal(union, b)
    assert all(len(set(map(abs, part.word))) == part.strands - 1 for part in parts)


def test_many_moves_on_a_large_braid() -> None:
    rng = random.Random(5)
    b = random_braid(20, 300, 9)
    value, word = alexander_fingerprint(b), b
    for _ in range(400):
        at = rng.randrange(len(word) - 2)
        letter = rng.choice((1, -1)) * rng.randint(1, word.strands - 1)
        step = rng.choice(
            [partial(insert_pair, position=at, letter=letter)]
            + [partial(move, position=at) for move in (commute, braid_relation)]
            + [partial(rotate, count=at)]
        )
        with contextlib.suppress(InputError):
            word = step(word)
    assert word.word != b.word
    assert alexander_fingerprint(stabilise(flip(word), -1)) == value


# --- What is refused ----------------------------------------------------------------------------

TREFOIL = Braid("1 1 1")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: insert_pair(TREFOIL, 4, 1), r"can be at the positions 0\.\.3"),
        (lambda: insert_pair(TREFOIL, -1, 1), r"can be at the positions 0\.\.3"),
        (lambda: insert_pair(TREFOIL, 0, 2), r"letters of a braid on 2 strands are ±1\.\.±1"),
        (lambda: insert_pair(TREFOIL, 0, 0), "letter=0"),
        (lambda: insert_pair(Braid([]), 0, 1), "a braid on one strand has no generators"),
        (lambda: insert_pair(TREFOIL, 0.5, 1), r"position=0\.5: give an integer"),
        (lambda: insert_pair([1], 0, 1), r"\[1\] is no braid; give Braid"),
        (lambda: cancel_pair(TREFOIL, 0), "1 and 1 at position 0 are not inverse"),
        (lambda: cancel_pair(Braid("1"), 0), "a word of 1 letters is too short for two letters"),
        (lambda: commute(Braid("1 2"), 0), "1 and 2 at position 0 do not commute"),
        (lambda: commute(Braid("1 2"), 1), r"two letters can be at the positions 0\.\.0"),
        (lambda: braid_relation(TREFOIL, 1), r"three letters can be at the positions 0\.\.0"),
        (lambda: rotate(TREFOIL, "1"), "count='1': give an integer"),
        (lambda: rotate(TREFOIL, True), "count=True: give an integer"),
        (lambda: stabilise(TREFOIL, 2), "sign of the added crossing is 1 or -1"),
        (lambda: stabilise(TREFOIL, 1.0), r"sign=1\.0: give an integer"),
        (lambda: stabilise(TREFOIL, side="top"), "unknown side 'top'; choose one of: right, left"),
        (lambda: destabilise(TREFOIL), "generator 1 exactly once, but it occurs 3 times"),
        (lambda: destabilise(Braid([], strands=2)), "it occurs 0 times"),
        (lambda: destabilise(Braid([])), "needs at least two strands, but this braid has one"),
        (lambda: remove_crossing(Braid("1 2 1"), 1), "exactly once, but it occurs 2 times"),
        (lambda: remove_crossing(TREFOIL, 2), r"generators of a braid on 2 strands are 1\.\.1"),
        (lambda: summands(TREFOIL, 0), r"generators of a braid on 2 strands are 1\.\.1"),
        (lambda: summands(Braid([]), 1), "a braid on one strand has no generators"),
        (lambda: exchange(Braid("1 2 1"), 1), r"it occurs with the signs \[1, 1\]"),
        (lambda: exchange(Braid("1 2 -1 1"), 1), r"it occurs with the signs \[1, -1, 1\]"),
        (lambda: flype(Braid("1 2")), r"it occurs with the powers \[1\]"),
        (lambda: flype(Braid([])), r"it occurs with the powers \[\]"),
        (lambda: flype(TREFOIL, side="up"), "unknown side 'up'"),
        (lambda: connected_sum(TREFOIL, "3_1"), "'3_1' is no braid"),
        (lambda: disjoint_union(None, TREFOIL), "None is no braid"),
        (lambda: split_parts(7), "7 is no braid"),
        (lambda: flip("1"), "'1' is no braid"),
        (lambda: reverse("1"), "'1' is no braid"),
        (lambda: conjugate(TREFOIL, [2]), "letter 2 needs 3 strands"),
        (lambda: reduce_freely("1"), "'1' is no braid"),
    ],
)
def test_errors(call: Callable[[], Braid], message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()
