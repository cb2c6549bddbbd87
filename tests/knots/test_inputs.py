"""plait.braid: whatever a user has, as a Braid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import plait
from plait.knots import Braid, InputError, MissingExtraError, PlaitError, UnknownNameError, braid


class Linklike:
    """Like Spherogram's Link."""

    def __init__(self, word: Any) -> None:
        self.word = word

    def braid_word(self) -> Any:
        return self.word


def test_it_is_the_public_function() -> None:
    assert plait.braid is braid


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Braid([1, 2], strands=5), Braid([1, 2], strands=5)),
        ([1, 1, 1], Braid([1, 1, 1])),
        ((1, -2), Braid([1, -2])),
        (np.array([1, -2]), Braid([1, -2])),
        ([], Braid([], strands=1)),
        ("1 1 1", Braid([1, 1, 1])),
        ("s1^3", Braid([1, 1, 1])),
        ("[]", Braid([], strands=1)),
        ("{4, {1,-2}}", Braid([1, -2], strands=4)),
        ("3_1", Braid([1, 1, 1])),
        ("4_1", Braid([1, -2, 1, -2])),
        ("8_19", Braid([1, 1, 1, 2, 1, 1, 1, 2])),
        ("K8n3", Braid([1, 1, 1, 2, 1, 1, 1, 2])),
        (" Trefoil ", Braid([1, 1, 1])),
        ("0_1", Braid([], strands=1)),
        ("L2a1{1}", Braid([1, 1])),
        ("L2a1{0}", Braid([-1, -1])),
        (Linklike([1, 1, 1]), Braid([1, 1, 1])),
        (Linklike((-1, 2)), Braid([-1, 2])),
    ],
)
def test_inputs(given: Any, expected: Braid) -> None:
    assert braid(given) == expected


@pytest.mark.parametrize(
    "given", [Braid([1, 1, 1]), [1, 1, 1], "1 1 1", "s1^3", "3_1", "{2, {1,1,1}}",
              Linklike([1, 1, 1])]
)  # fmt: skip
def test_strands(given: Any) -> None:
    assert braid(given).strands == 2
    assert braid(given, strands=2) == Braid([1, 1, 1])
    assert braid(given, strands=4) == Braid([1, 1, 1], strands=4)
    with pytest.raises(InputError, match="letter 1 needs 2 strands, but strands=1"):
        braid(given, strands=1)
    with pytest.raises(InputError, match="strands=0"):
        braid(given, strands=0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (5, "sequence of integers or text, not 5"),
        (None, "sequence of integers or text, not None"),
        ([1, 0], "letter 0 at position 1"),
        ([1.5], "letter 1.5 at position 0"),
        ([[1, 2]], r"letter \[1, 2\] at position 0"),
        ("", "the braid is empty text"),
        ("1 x", r"cannot read 'x' in '1 x'.* or a knot or link name such as '8_19'"),
        ("link", "cannot read 'link'.* or a knot or link name"),
        ("½", "cannot read '½'"),
        (Linklike([0]), "letter 0 at position 0"),
        (Linklike(None), "sequence of integers or text, not None"),
    ],
)
def test_what_is_refused(given: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        braid(given)


def test_the_hint_shows_a_name_that_can_be_copied() -> None:
    with pytest.raises(InputError, match=r"'L6a4\{0\}'"):
        braid("no such thing")
    assert braid("L6a4{0}").components == 3


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("8_22", "8_21"),
        ("3_2", "3_1"),
        ("10_166", "10_165"),
        ("L6a6{0}", "L6a5"),
        ("hopf", r"L2a1\{0\}, L2a1\{1\}"),
        ("L2a1", r"L2a1\{0\}, L2a1\{1\}"),
    ],
)
def test_unknown_names_have_a_hint(name: str, near: str) -> None:
    with pytest.raises(UnknownNameError, match=near):
        braid(name)


def test_names_are_of_the_right_error_classes() -> None:
    with pytest.raises(LookupError, match="8_22"):
        braid("8_22")
    with pytest.raises(ValueError, match="8_22"):
        braid("8_22")


def test_names_beyond_the_bundled_table_need_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    from plait.knots import tables

    monkeypatch.setitem(__import__("sys").modules, "database_knotinfo", None)
    tables._database.cache_clear()
    with pytest.raises(MissingExtraError, match=r'pip install "plait\[tables\]"') as caught:
        braid("K11n34")
    assert isinstance(caught.value, PlaitError)
    tables._database.cache_clear()


def test_errors_of_braid_word_are_not_hidden() -> None:
    class Broken:
        def braid_word(self) -> list[int]:
            raise RuntimeError("no braid for this one")

    with pytest.raises(RuntimeError, match="no braid for this one"):
        braid(Broken())


@pytest.mark.parametrize(
    ("text", "near"),
    [("8-19", "8_19"), ("trefoyl", "trefoil"), ("m3_1", "3_1"), ("8_20x", "8_20")],
)
def test_typing_errors_in_names(text: str, near: str) -> None:
    with pytest.raises(InputError, match=rf"neither a braid nor the name .* did you mean.*{near}"):
        braid(text)
