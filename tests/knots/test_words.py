"""Reading braid words from text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from strategies import braids

from plait.knots import Braid, InputError
from plait.knots.words import check_word, parse_word

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("1 -2 1 -2", (1, -2, 1, -2)),
        ("1,-2,1,-2", (1, -2, 1, -2)),
        (" 1 , -2 ;1\t-2\n", (1, -2, 1, -2)),
        ("[1,-2,1,-2]", (1, -2, 1, -2)),
        ("[ 1, -2 ]", (1, -2)),
        ("(1, -2)", (1, -2)),
        ("{1,-2}", (1, -2)),
        ("+1 -2", (1, -2)),
        ("\u22121 2", (-1, 2)),
        ("\u20131 2", (-1, 2)),
        ("s1 s2^-1", (1, -2)),
        ("s1*s2^-1", (1, -2)),
        ("s_1 s_2^{-1}", (1, -2)),
        ("s_{1} s_{12}^{2}", (1, 12, 12)),
        ("σ1 σ2⁻¹", (1, -2)),
        ("σ_1 σ_2⁻¹", (1, -2)),
        ("σ1^-2 σ2^3", (-1, -1, 2, 2, 2)),
        ("σ1^\u22122", (-1, -1)),
        ("s1^0 s2", (2,)),
        ("σ10⁻²", (-10, -10)),
        ("7", (7,)),
        ("[]", ()),
        ("()", ()),
        ("{}", ()),
        ("[ ]", ()),
    ],
)
def test_forms(text: str, word: tuple[int, ...]) -> None:
    assert parse_word(text) == (word, None)
    assert Braid(text).word == word
    assert Braid(text).strands == max(map(abs, word), default=0) + 1


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("σ1²", (1, 1)),
        ("σ2³ σ1", (2, 2, 2, 1)),
        ("s1²", (1, 1)),
        ("σ_1¹⁰", (1,) * 10),
        ("σ12²", (12, 12)),
        ("σ1⁺²", None),
    ],
)
def test_positive_superscripts_are_powers(text: str, word: tuple[int, ...] | None) -> None:
    if word is None:
        with pytest.raises(InputError, match="cannot read"):
            parse_word(text)
    else:
        assert parse_word(text) == (word, None)


@pytest.mark.parametrize("text", ["1²", "²", "¹ ²", "-1²", "1⁻¹"])
def test_a_superscript_without_a_generator_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="cannot read"):
        parse_word(text)


@pytest.mark.parametrize(
    ("text", "word", "strands"),
    [
        ("{3, {1,-2}}", (1, -2), 3),
        (" {4,{-1, 2}} ", (-1, 2), 4),
        ("{2, {}}", (), 2),
        ("{6,{1}}", (1,), 6),
    ],
)
def test_linkinfo_states_the_strands(text: str, word: tuple[int, ...], strands: int) -> None:
    assert parse_word(text) == (word, strands)
    assert Braid(text) == Braid(word, strands=strands)
    assert Braid(text, strands=strands + 1) == Braid(word, strands=strands + 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{2, {1,-2}}", "letter 2 needs 3 strands, but strands=2"),
        ("{0, {}}", "strands=0: the number of strands is a positive integer"),
        ("{-1, {}}", "cannot read"),
    ],
)
def test_linkinfo_with_wrong_strands(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Braid(text)


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u00a0"])
def test_empty_text(text: str) -> None:
    with pytest.raises(InputError, match=re.escape("or '[]' for the trivial braid")):
        Braid(text)


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("½ ∞", "½"),
        ("1 x 2", "x"),
        ("1 2.5", "2.5"),
        ("nan", "nan"),
        ("1e3", "1e3"),
        ("1 - 2", "-"),
        ("1 --2", "--2"),
        ("s", "s"),
        ("σ", "σ"),
        ("s-1", "s-1"),
        ("s1^", "s1^"),
        ("s1^x", "s1^x"),
        ("s1^2.5", "s1^2.5"),
        ("t1", "t1"),
        ("aBaB", "aBaB"),
        ("[1,2", "[1"),
        ("[1,2)", "[1"),
        ("[[1,2],[3]]", "[1"),
        ("1 \x00 2", "\x00"),
        ("1\u200b2", "1\u200b2"),
        ("Ⅷ", "Ⅷ"),
        ("①", "①"),
        ("१/२", "१/२"),
        ("🪢", "🪢"),
    ],
)
def test_text_that_is_not_a_word(text: str, token: str) -> None:
    with pytest.raises(InputError, match=re.escape(f"cannot read {token!r}")):
        Braid(text)


@pytest.mark.parametrize("text", [",", ";", "*", ", ,"])
def test_separators_alone_are_not_a_word(text: str) -> None:
    with pytest.raises(InputError, match="braid"):
        Braid(text)


def test_digits_of_other_scripts_are_read_by_their_value_or_refused() -> None:
    for text, value in (("１２", 12), ("-٣", -3), ("s१^२", None)):
        try:
            word, _ = parse_word(text)
        except InputError:
            continue
        assert word == ((1, 1) if value is None else (value,))


@pytest.mark.parametrize("text", ["0", "1 0", "-0", "s0", "[0]", "σ0⁻¹"])
def test_zero_is_not_a_generator(text: str) -> None:
    with pytest.raises(InputError, match="generators are numbered from 1"):
        Braid(text)


@pytest.mark.parametrize(
    "text", ["s1^10000001", "s1^-10000001", "s1^99999999999999999999", "s2^{123456789}"]
)
def test_a_power_too_large(text: str) -> None:
    with pytest.raises(InputError, match="is larger than 10000000"):
        Braid(text)


@pytest.mark.parametrize("text", ["9" * 5000, "-" + "9" * 5000, "s" + "1" * 5000])
def test_a_letter_with_too_many_digits(text: str) -> None:
    with pytest.raises(InputError, match=r"braid|strands"):
        Braid(text)


def test_a_power_with_too_many_digits() -> None:
    with pytest.raises(InputError, match=r"power|braid"):
        Braid("s1^" + "9" * 5000)


def test_long_text_is_shortened_in_the_message() -> None:
    with pytest.raises(InputError, match="cannot read 'oops'") as caught:
        Braid("1 " * 10_000 + "oops")
    assert len(str(caught.value)) < 300


@given(braids(max_strands=15))
def test_every_form_of_a_word_is_read_back(b: Braid) -> None:
    if not b.word:
        return
    plain = " ".join(map(str, b.word))
    powers = [f"s{abs(x)}" + ("" if x > 0 else "^-1") for x in b.word]
    forms = [
        plain,
        str(list(b.word)),
        plain.replace(" ", ","),
        plain.replace("-", "\u2212"),
        " ".join(powers),
        "*".join(powers),
        " ".join(f"σ{abs(x)}" + ("" if x > 0 else "⁻¹") for x in b.word),
        " ".join(f"s_{{{abs(x)}}}^{{{1 if x > 0 else -1}}}" for x in b.word),
    ]
    for form in forms:
        assert parse_word(form) == (b.word, None), form
    stated = "{" + f"{b.strands}, {{{plain.replace(' ', ', ')}}}" + "}"
    assert Braid(stated) == b


@given(braids(max_strands=12))
def test_powers_are_read_back(b: Braid) -> None:
    runs = [(abs(x), k * (1 if x > 0 else -1)) for k, x in enumerate(b.word, start=2)]
    word = tuple(i if k > 0 else -i for i, k in runs for _ in range(abs(k)))
    if not word:
        return
    assert parse_word(" ".join(f"s{i}^{k}" for i, k in runs))[0] == word
    superscripts = " ".join(f"σ{i}{str(k).translate(SUPERSCRIPTS)}" for i, k in runs)
    assert parse_word(superscripts)[0] == word


def test_check_word_gives_plain_integers() -> None:
    assert check_word(iter([3, -1])) == (3, -1)
    assert check_word([]) == ()
    with pytest.raises(InputError, match="letter 0 at position 1"):
        check_word([1, 0])
