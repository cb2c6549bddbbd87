"""Braids: construction, identity, and the operations of the braid group."""

from __future__ import annotations

import copy
import pickle
import random
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from strategies import braids

from plait.knots import Braid, InputError


def test_attributes() -> None:
    b = Braid([1, -2, 1, -2])
    assert b.word == (1, -2, 1, -2)
    assert b.strands == 3
    assert b.crossings == len(b) == 4
    assert list(b) == [1, -2, 1, -2]
    assert str(b) == "1 -2 1 -2"
    assert str(Braid([])) == "[]"


@pytest.mark.parametrize(
    ("word", "strands", "expected"),
    [([], None, 1), ([1], None, 2), ([-4], None, 5), ([1], 2, 2), ([1], 7, 7), ([], 3, 3)],
)
def test_strands(word: list[int], strands: int | None, expected: int) -> None:
    assert Braid(word, strands=strands).strands == expected
    assert Braid(word, strands).strands == expected


@pytest.mark.parametrize("attribute", ["word", "strands", "writhe", "other"])
def test_immutable(attribute: str) -> None:
    b = Braid("1 2")
    with pytest.raises((FrozenInstanceError, AttributeError)):
        setattr(b, attribute, 5)
    assert b == Braid("1 2")


def test_a_list_given_as_word_can_change_afterwards() -> None:
    word = [1, 2]
    b = Braid(word)
    word.append(3)
    assert b.word == (1, 2)


def test_equality_is_that_of_words_and_strands() -> None:
    assert Braid([1, 2]) == Braid("1 2") == Braid((1, 2), strands=3)
    assert Braid([1]) != Braid([1], strands=3)
    assert Braid([1, -1]) != Braid([], strands=2)
    others: list[object] = [[1], (1,), "1", 1, None]
    assert all(Braid([1]) != other for other in others)
    assert hash(Braid([1, 2])) == hash(Braid("1 2"))
    assert len({Braid([1]), Braid("1"), Braid([1], strands=3), Braid([-1])}) == 3


def test_equality_ignores_what_was_computed_before() -> None:
    b, c = Braid("1 2 -1"), Braid("1 2 -1")
    assert b.permutation
    assert b.components
    assert b.writhe == 1
    assert b == c
    assert hash(b) == hash(c)


@given(braids())
def test_repr_evaluates_to_the_braid(b: Braid) -> None:
    assert eval(repr(b), {"Braid": Braid}) == b


@given(braids())
def test_copies(b: Braid) -> None:
    assert pickle.loads(pickle.dumps(b)) == b
    assert copy.copy(b) == copy.deepcopy(b) == b


def test_a_braid_without_letters_is_true() -> None:
    assert Braid([])
    assert len(Braid([])) == 0


@pytest.mark.parametrize("kind", [np.int8, np.int32, np.int64, np.uint8])
def test_numpy_integers(kind: Any) -> None:
    b = Braid(np.array([1, 2, 1], dtype=kind), strands=kind(4))
    assert b == Braid([1, 2, 1], strands=4)
    assert all(type(letter) is int for letter in (*b.word, b.strands))
    assert repr(b) == "Braid([1, 2, 1], strands=4)"


@pytest.mark.parametrize(
    "word", [iter([1, -2]), (x for x in (1, -2)), np.array([1, -2]), [np.int64(1), -2]]
)
def test_iterables(word: Any) -> None:
    assert Braid(word) == Braid([1, -2])


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ([0], "letter 0 at position 0: generators are numbered from 1"),
        ([1, 2, 0], "letter 0 at position 2"),
        ([1.0], "letter 1.0 at position 0 is not an integer"),
        ([1, 2.5], "letter 2.5 at position 1 is not an integer"),
        ([float("nan")], "letter nan at position 0 is not an integer"),
        ([float("inf")], "letter inf at position 0 is not an integer"),
        ([1, True], "letter True at position 1 is not an integer"),
        ([np.True_], "at position 0 is not an integer"),
        (["1"], "letter '1' at position 0 is not an integer"),
        ([1, None], "letter None at position 1 is not an integer"),
        ([[1], [2]], r"letter \[1\] at position 0 is not an integer"),
        (np.array([1.0, 2.0]), "at position 0 is not an integer"),
        ([1 + 0j], "at position 0 is not an integer"),
        (5, "sequence of integers or text, not 5"),
        (None, "sequence of integers or text, not None"),
        (2.5, "sequence of integers or text, not 2.5"),
        ([100_000], "100001 strands are more than the 100000 allowed"),
        ([-(10**30)], "more than the 100000 allowed"),
    ],
)
def test_words_that_are_refused(word: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Braid(word)


def test_a_letter_too_long_to_print_is_refused() -> None:
    with pytest.raises(InputError, match="allowed"):
        Braid([10**5000])


@pytest.mark.parametrize(
    ("word", "strands", "message"),
    [
        ([1, 2], 2, "letter 2 needs 3 strands, but strands=2; .* lie in ±1..±1"),
        ([1, -5], 4, "letter 5 needs 6 strands, but strands=4; .* lie in ±1..±3"),
        ([1], 1, "letter 1 needs 2 strands, but strands=1 has no generators"),
        ("1 -2", 2, "letter 2 needs 3 strands, but strands=2"),
        ([], 0, "strands=0: the number of strands is a positive integer"),
        ([1], 0, "strands=0: the number of strands is a positive integer"),
        ([1], -1, "strands=-1: the number of strands is a positive integer"),
        ([1], 2.5, "strands=2.5: the number of strands is a positive integer"),
        ([1], 2.0, "strands=2.0: the number of strands is a positive integer"),
        ([1], float("nan"), "strands=nan: the number of strands is a positive integer"),
        ([1], "2", "strands='2': the number of strands is a positive integer"),
        ([1], True, "strands=True: the number of strands is a positive integer"),
        ([1], [2], r"strands=\[2\]: the number of strands is a positive integer"),
        ([1], 100_001, "100001 strands are more than the 100000 allowed"),
    ],
)
def test_strands_that_are_refused(word: Any, strands: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Braid(word, strands=strands)


# --- Invariants of the word ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "strands", "writhe", "permutation", "components"),
    [
        ([], 1, 0, (0,), 1),
        ([], 4, 0, (0, 1, 2, 3), 4),
        ([1], 2, 1, (1, 0), 1),
        ([1], 4, 1, (1, 0, 2, 3), 3),
        ([1, 1, 1], 2, 3, (1, 0), 1),
        ([-1, -1], 2, -2, (0, 1), 2),
        ([1, 2], 3, 2, (2, 0, 1), 1),
        ([2, 1], 3, 2, (1, 2, 0), 1),
        ([1, -2, 1, -2], 3, 0, (1, 2, 0), 1),
        ([1, -2] * 3, 3, 0, (0, 1, 2), 3),
        ([1, 3], 4, 2, (1, 0, 3, 2), 2),
    ],
)
def test_invariants(
    word: list[int], strands: int, writhe: int, permutation: tuple[int, ...], components: int
) -> None:
    b = Braid(word, strands=strands)
    assert (b.writhe, b.permutation, b.components) == (writhe, permutation, components)


def as_matrix(b: Braid) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The matrix that moves the strand at position j to its place, letter by letter."""
    total = np.eye(b.strands, dtype=np.int64)
    for letter in b.word:
        i = abs(letter)
        swap = np.eye(b.strands, dtype=np.int64)
        swap[[i - 1, i]] = swap[[i, i - 1]]
        total = swap @ total
    return total


@given(braids(max_strands=7))
def test_permutation_is_the_product_of_transpositions(b: Braid) -> None:
    expected = as_matrix(b)
    for start, end in enumerate(b.permutation):
        assert expected[end, start] == 1


@given(braids(max_strands=7))
def test_components_are_the_cycles(b: Braid) -> None:
    # The eigenvalue 1 of a permutation matrix has one eigenvector per cycle.
    fixed = as_matrix(b) - np.eye(b.strands, dtype=np.int64)
    assert b.components == b.strands - np.linalg.matrix_rank(fixed)


# --- The group ----------------------------------------------------------------------------------


def burau(b: Braid, t: complex = 0.7 + 0.4j) -> np.ndarray[Any, np.dtype[np.complex128]]:
    """The unreduced Burau matrix at a generic t, the first letter acting first."""
    total = np.eye(b.strands, dtype=np.complex128)
    for letter in b.word:
        i = abs(letter)
        step = np.eye(b.strands, dtype=np.complex128)
        step[i - 1 : i + 1, i - 1 : i + 1] = [[1 - t, t], [1, 0]]
        total = (step if letter > 0 else np.linalg.inv(step)) @ total
    return total


def test_the_burau_matrices_are_a_representation() -> None:
    assert np.allclose(burau(Braid("1 2 1")), burau(Braid("2 1 2")))
    assert np.allclose(burau(Braid("1 3")), burau(Braid("3 1")))
    assert not np.allclose(burau(Braid("1 2")), burau(Braid("2 1")))


@given(braids())
def test_mirror(b: Braid) -> None:
    m = b.mirror()
    assert m.strands == b.strands
    assert m.word == tuple(-letter for letter in b.word)
    assert m.mirror() == b
    assert m.writhe == -b.writhe
    assert m.permutation == b.permutation


@given(braids())
def test_inverse(b: Braid) -> None:
    inverse = b.inverse()
    assert inverse.strands == b.strands
    assert inverse.inverse() == b
    assert np.allclose(burau(inverse) @ burau(b), np.eye(b.strands), atol=1e-6)


@given(braids(min_strands=4, max_strands=4), braids(min_strands=4, max_strands=4))
def test_product(a: Braid, b: Braid) -> None:
    product = a * b
    assert product.word == a.word + b.word
    assert product.strands == 4
    assert product.permutation == tuple(b.permutation[k] for k in a.permutation)
    assert product.writhe == a.writhe + b.writhe


def test_product_of_different_strands_is_refused() -> None:
    with pytest.raises(
        InputError, match=r"braids on 2 and 4 strands; write braid.with_strands\(4\)"
    ):
        Braid("1") * Braid("3")
    with pytest.raises(InputError, match=r"braids on 4 and 2 strands; write braid.with_strands"):
        Braid("3") * Braid("1")


@pytest.mark.parametrize("other", [2, [1], "1", None])
def test_product_with_something_else_is_a_type_error(other: Any) -> None:
    with pytest.raises(TypeError):
        Braid("1") * other


@pytest.mark.parametrize(
    ("exponent", "word"),
    [
        (0, ()),
        (1, (1, -2)),
        (2, (1, -2, 1, -2)),
        (-1, (2, -1)),
        (-2, (2, -1, 2, -1)),
        (np.int64(2), (1, -2, 1, -2)),
    ],
)
def test_power(exponent: Any, word: tuple[int, ...]) -> None:
    result = Braid("1 -2", strands=4) ** exponent
    assert result == Braid(word, strands=4)


@pytest.mark.parametrize("exponent", [2.0, 0.5, "2", None])
def test_power_that_is_not_an_integer(exponent: Any) -> None:
    with pytest.raises(InputError, match="the power of a braid is an integer, not"):
        Braid("1") ** exponent


@given(braids(min_strands=3, max_strands=3), braids(min_strands=3, max_strands=3))
def test_conjugate(b: Braid, g: Braid) -> None:
    expected = g * b * g.inverse()
    assert b.conjugate(g) == expected
    assert b.conjugate(list(g.word)) == expected
    assert b.conjugate(str(g)) == expected
    assert expected.components == b.components


def test_conjugate_by_what_does_not_fit() -> None:
    with pytest.raises(InputError, match="letter 3 needs 4 strands, but strands=3"):
        Braid("1 2").conjugate("3")
    with pytest.raises(InputError, match="cannot multiply braids on 2 and 3 strands"):
        Braid("1 2").conjugate(Braid("1"))


def test_with_strands() -> None:
    b = Braid("1 2")
    assert b.with_strands(5) == Braid("1 2", strands=5)
    assert b.with_strands(5).components == b.components + 2
    assert b.strands == 3
    with pytest.raises(InputError, match="letter 2 needs 3 strands, but strands=2"):
        b.with_strands(2)


def test_a_million_letters() -> None:
    rng = random.Random(5)
    word = [rng.choice((1, -1)) * rng.randint(1, 29) for _ in range(10**6)]
    b = Braid(word)
    text = Braid(str(b))
    facts = b.writhe, b.components, len(b.permutation), len(b.mirror()), len(b.inverse())
    assert b == text
    assert facts[0] == sum(np.sign(word))
    assert facts[2:] == (30, 10**6, 10**6)
