"""Drawings of characters."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest
from drawing_readers import components_of
from hypothesis import given, settings
from strategies import braids, random_braid

from plait.knots import Braid, closure_components
from plait.knots.drawing import draw_text
from plait.knots.drawing.layout import place, powers, split_columns
from plait.knots.drawing.notation import power_text
from plait.knots.drawing.palette import INK, PALETTE
from plait.knots.errors import InputError


def picture(text: str) -> str:
    return dedent(text).strip("\n")


def normal(braid: Braid) -> list[int]:
    placed = sorted(place(braid), key=lambda each: (each.column, abs(each.letter)))
    return [each.letter for each in placed]


def word_of(text: str, strands: int, signs: str = "╲╱") -> list[int]:
    """The word of an open braid without labels: a falling diagonal is a positive letter."""
    found = []
    for number, line in enumerate(text.split("\n")):
        row, within = divmod(number, 2 * strands)
        for column, character in enumerate(line):
            if character in signs:
                sign = 1 if character == signs[0] else -1
                found.append((row, column, sign * ((within + 1) // 2)))
    return [letter for _, _, letter in sorted(found, key=lambda f: (f[0], f[1], abs(f[2])))]


@settings(max_examples=30)
@given(braids(max_crossings=20))
def test_the_word_is_read_from_the_diagonals(braid: Braid) -> None:
    for width in (24, 10_000):
        text = draw_text(braid, width=width)
        assert word_of(text, braid.strands) == normal(braid)
        plain = draw_text(braid, width=width, ascii_only=True)
        assert plain.isascii()
        assert word_of(plain, braid.strands, "\\/") == normal(braid)


@settings(max_examples=30)
@given(braids(max_crossings=20, even=True, min_strands=2))
def test_curves_are_followed_to_components(braid: Braid) -> None:
    for closure in ("markov", "plat"):
        text = draw_text(braid, width=10_000, closure=closure)
        assert components_of(text) == len(closure_components(braid, closure))


def test_the_trefoil() -> None:
    assert draw_text("1 1 1", closure="markov", runs=True, arrows=True) == picture("""
             ┌┈┈┈σ₁³┈┈┈┐
        ╭──▸─╮ ╭─╮ ╭─╮ ╭─▸──╮
        │     ╲   ╲   ╲     │
        │╭─▸─╯ ╰─╯ ╰─╯ ╰─▸─╮│
        ││                 ││
        │╰─────────────────╯│
        ╰───────────────────╯
    """)


def test_the_figure_eight_as_plat() -> None:
    braid = Braid("2 2 -1 2", strands=4)
    assert draw_text(braid, closure="plat", ascii_only=True, labels=True) == picture(r"""
                        s1^-1
        .----------------. .----------.
        |    s2    s2     /    s2     |
        '----. .---. .---' '---. .----'
              \     \           \
        .----' '---' '---------' '----.
        |                             |
        '-----------------------------'
    """)


def test_wrapped_rows_of_a_closed_braid() -> None:
    assert draw_text("1 -2", closure="markov", width=18, highlight=[0]) == picture("""
        ╭──────────╮ ╭───┄┄ 1
        │          (╲)
        │╭─────────╯ ╰───┄┄ 2
        ││
        ││╭──────────────┄┄ 3
        │││
        │││ 1 ┄┄───────────╮
        │││                │
        │││ 2 ┄┄───╮ ╭────╮│
        │││         ╱     ││
        │││ 3 ┄┄───╯ ╰───╮││
        │││              │││
        ││╰──────────────╯││
        │╰────────────────╯│
        ╰──────────────────╯
    """)


def test_lines_are_as_wide_as_asked() -> None:
    for strands, length in ((4, 100), (15, 114), (30, 500)):
        braid = random_braid(strands, length, 1)
        for closure in (None, "markov"):
            for width in (40, 80, 200):
                text = draw_text(braid, closure=closure, width=width)
                least = 2 * strands + 24 if closure else 0
                assert max(map(len, text.splitlines())) <= max(width, least)
                assert not re.search(r" $", text, re.MULTILINE)


def test_labels_have_room() -> None:
    text = draw_text([12, -12, 11], labels=True, width=200)
    assert re.findall(r"σ\S*", text) == ["σ₁₁", "σ₁₂", "σ₁₂⁻¹"]
    text = draw_text([12, 12, 12], runs=True, width=200, ascii_only=True)
    assert "[" in text
    assert "s12^3" in text


def test_colours_are_escape_sequences_around_the_same_text() -> None:
    plain = draw_text("1 -2 1 -2", closure="markov", labels=True)
    colored = draw_text("1 -2 1 -2", closure="markov", labels=True, ansi=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain
    assert len(set(re.findall(r"38;5;(\d+)m", colored))) == 1
    assert len(set(re.findall(r"38;5;(\d+)m", draw_text("1 1 1", ansi=True)))) == 2
    codes = re.findall(r"38;5;(\d+)m", draw_text(Braid([], 7), ansi=True))
    assert len(set(codes)) == len(PALETTE)


def test_trivial_braids() -> None:
    assert draw_text([]) == "1 ───────── 1"
    assert draw_text(Braid([], 2), ascii_only=True) == "1 --------- 1\n\n2 --------- 2"
    assert components_of(draw_text(Braid([], 3), closure="markov")) == 3


def test_too_large_texts_are_refused() -> None:
    with pytest.raises(InputError, match=r"too many to draw with a width of 40 characters; give"):
        draw_text(Braid([1, -1] * 200, 400), closure="markov", width=40)


# What the drawings share


@pytest.mark.parametrize("columns", [0, 1, 2, 5, 17, 100])
def test_columns_are_split_into_rows(columns: int) -> None:
    for full in range(-1, 9):
        for last in range(-1, 9):
            rows = split_columns(columns, full, last)
            assert [c for row in rows for c in row] == list(range(columns))
            assert all(len(row) <= max(1, full) for row in rows)
            assert len(rows[-1]) <= max(1, min(full, last))
            assert len(rows) == 1 or all(rows)


@settings(max_examples=30)
@given(braids(max_crossings=20))
def test_powers_multiply_to_the_braid(braid: Braid) -> None:
    placed = place(braid)
    found = powers(placed)
    assert sorted(each.number for power in found for each in power.letters) == list(
        range(len(braid))
    )
    for power in found:
        signs = [1 if each.letter > 0 else -1 for each in power.letters]
        assert power.exponent == sum(signs)
        first, last = power.letters[0].number, power.letters[-1].number
        between = {abs(letter) for letter in braid.word[first : last + 1]}
        assert not between & {power.generator - 1, power.generator + 1}


def test_powers_are_written() -> None:
    assert [power_text(2, k) for k in (1, -1, 0, 12)] == ["σ₂", "σ₂⁻¹", "σ₂⁰", "σ₂¹²"]
    assert [power_text(12, k, ascii_only=True) for k in (1, -3)] == ["s12", "s12^-3"]


def luminance(color: str) -> float:
    parts = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("color", [*PALETTE, INK])
def test_colours_are_seen_on_white_and_on_dark(color: str) -> None:
    own = luminance(color) + 0.05
    assert 1.05 / own >= 3
    assert own / (luminance("#1E1E1E") + 0.05) >= 3
