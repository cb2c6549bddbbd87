"""Equality of braids, against Artin's action on the free group and the Burau matrices of B_3."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import braids, random_braid

from plait.knots import Braid, InputError, LaurentPolynomial
from plait.knots.dynnikov import braids_equal, dynnikov_coordinates, is_trivial

Word = tuple[int, ...]


def reduced(word: Word) -> Word:
    out: list[int] = []
    for x in word:
        if out and out[-1] == -x:
            out.pop()
        else:
            out.append(x)
    return tuple(out)


def inverse(word: Word) -> Word:
    return tuple(-x for x in reversed(word))


def artin(b: Braid) -> list[Word]:
    """The images of the generators of the free group: faithful, of exponential length."""
    images: list[Word] = [(k,) for k in range(1, b.strands + 1)]
    for letter in b.word:
        i = abs(letter)
        x, y = images[i - 1], images[i]
        if letter > 0:
            images[i - 1], images[i] = reduced((*x, *y, *inverse(x))), x
        else:
            images[i - 1], images[i] = y, reduced((*inverse(y), *x, *y))
    return images


def burau(b: Braid) -> list[list[LaurentPolynomial]]:
    """The unreduced Burau matrix, which is faithful on three strands."""
    t, one, zero = (LaurentPolynomial(c) for c in ({1: 1}, {0: 1}, {}))
    n = b.strands
    rows = [[one if j == k else zero for k in range(n)] for j in range(n)]
    for letter in b.word:
        i = abs(letter)
        for row in rows:
            left, right = row[i - 1], row[i]
            if letter > 0:
                row[i - 1], row[i] = left * (1 - t) + right, left * t
            else:
                row[i - 1], row[i] = right * t**-1, left + right * (1 - t**-1)
    return rows


def half_twist(n: int) -> list[int]:
    return [i for top in range(n - 1, 0, -1) for i in range(1, top + 1)]


def same_artin(a: Braid, b: Braid) -> bool:
    return artin(a) == artin(b)


def test_all_pairs_of_short_words() -> None:
    words = [w for k in range(5) for w in itertools.product((1, -1, 2, -2), repeat=k)]
    by_coordinates: dict[tuple[int, ...], set[int]] = {}
    classes: dict[tuple[Word, ...], int] = {}
    for word in words:
        b = Braid(word, strands=3)
        number = classes.setdefault(tuple(artin(b)), len(classes))
        by_coordinates.setdefault(dynnikov_coordinates(b), set()).add(number)
    # One class of words for each value of the coordinates, and the other way round.
    assert all(len(numbers) == 1 for numbers in by_coordinates.values())
    assert len(by_coordinates) == len(classes) > 100


@given(braids(min_strands=2, max_strands=5, max_crossings=8), st.randoms(use_true_random=False))
def test_against_the_free_group(a: Braid, rng: random.Random) -> None:
    word = [rng.choice((1, -1)) * rng.randint(1, a.strands - 1) for _ in range(len(a))]
    b = Braid(word, a.strands)
    assert braids_equal(a, b) == same_artin(a, b)
    # A commutator is trivial exactly if the two commute.
    assert is_trivial(a * b * a.inverse() * b.inverse()) == same_artin(a * b, b * a)


@given(braids(min_strands=3, max_strands=3, max_crossings=12), st.data())
def test_against_the_burau_matrices_of_three_strands(a: Braid, data: st.DataObject) -> None:
    b = data.draw(braids(min_strands=3, max_strands=3, max_crossings=12))
    assert braids_equal(a, b) == (burau(a) == burau(b))
    commutator = a * b * a.inverse() * b.inverse()
    assert is_trivial(commutator) == (burau(commutator) == burau(Braid([], strands=3)))


@pytest.mark.parametrize("n", [3, 5, 8])
def test_relations_in_every_place(n: int) -> None:
    for i, j in itertools.product(range(1, n), repeat=2):
        for e in (1, -1):
            one = Braid([i, e * j], n)
            other = Braid([e * j, i], n)
            assert braids_equal(one, other) == (abs(i - j) != 1)
            cubes = Braid([e * i, e * j, e * i], n), Braid([e * j, e * i, e * j], n)
            assert braids_equal(*cubes) == (abs(i - j) == 1 or i == j)


@given(braids(min_strands=2, max_strands=7, max_crossings=30), st.data())
def test_relations_within_words(b: Braid, data: st.DataObject) -> None:
    n = b.strands
    at = data.draw(st.integers(0, len(b)))
    i = data.draw(st.integers(1, n - 1))
    pair = Braid((*b.word[:at], i, -i, *b.word[at:]), n)
    assert braids_equal(b, pair)
    assert is_trivial(b * pair.inverse())
    assert not braids_equal(b, Braid((*b.word[:at], i, *b.word[at:]), n))
    twist = Braid(half_twist(n), n)
    assert braids_equal(twist**2 * b, b * twist**2)
    flipped = Braid([n - x if x > 0 else -n - x for x in b.word], n)
    assert braids_equal(twist * b, flipped * twist)


def test_a_pure_braid_in_the_kernel_of_burau() -> None:
    # Bigelow's braid on five strands, of 120 letters: a commutator.
    psi1 = Braid([-3, 2, 1, 1, 2, 4, 4, 4, 3, 2], 5)
    psi2 = Braid([-4, 3, 2, -1, -1, 2, 1, 1, 2, 2, 1, 4, 4, 4, 4, 4], 5)
    x = psi1.inverse() * Braid([4], 5) * psi1
    y = psi2.inverse() * Braid([4, 3, 2, 1, 1, 2, 3, 4], 5) * psi2
    commutator = x * y * x.inverse() * y.inverse()
    assert burau(commutator) == burau(Braid([], strands=5))
    assert commutator.permutation == (0, 1, 2, 3, 4)
    assert commutator.writhe == 0
    assert not is_trivial(commutator)
    assert not braids_equal(x * y, y * x)


def test_numbers_of_strands() -> None:
    assert braids_equal(Braid([]), Braid([], strands=9))
    assert braids_equal(Braid("1 2 1"), Braid("2 1 2 5 -5"))
    assert not braids_equal(Braid("1"), Braid("2"))
    assert not braids_equal(Braid("1 1", strands=2), Braid("1 2", strands=3))
    assert dynnikov_coordinates(Braid([], strands=2)) == (0, 1, 0, 1)
    assert dynnikov_coordinates(Braid("1", strands=3))[4:] == (0, 1)


def test_long_words() -> None:
    b = random_braid(50, 10_000, 1)
    # An exponential or cubic method takes hours.
    assert is_trivial(b * b.inverse())
    assert not is_trivial(b * Braid([7], 50) * b.inverse())
    assert not is_trivial(b * Braid([7, 8, -7, -8], 50) * b.inverse())
    # The integers do grow: a pseudo-Anosov braid.
    assert max(map(abs, dynnikov_coordinates(Braid([1, -2] * 1000)))) > 10**400


def test_errors() -> None:
    for wrong in ("1 2", [1, 2], None):
        with pytest.raises(InputError, match=r"is no braid; give Braid\(word, strands\)"):
            is_trivial(wrong)  # type: ignore[arg-type]
        with pytest.raises(InputError, match="is no braid"):
            braids_equal(Braid("1"), wrong)  # type: ignore[arg-type]
        with pytest.raises(InputError, match="is no braid"):
            dynnikov_coordinates(wrong)  # type: ignore[arg-type]
