"""Drawings as SVG, and those by Matplotlib from the same curves."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from drawing_readers import samples, subpaths, word_of
from hypothesis import given, settings
from strategies import braids, random_braid

from plait.knots import Braid
from plait.knots.closed import ClosedBraid
from plait.knots.drawing import draw_matplotlib, draw_svg, notebook_svg, save_drawing
from plait.knots.drawing.layout import place
from plait.knots.errors import InputError, MissingExtraError

SVG = "{http://www.w3.org/2000/svg}"


def normal(braid: Braid) -> list[int]:
    """The word ordered by columns, from the top: that of any drawing in columns."""
    placed = sorted(place(braid), key=lambda each: (each.column, abs(each.letter)))
    return [each.letter for each in placed]


def curves(svg: str) -> list[list[tuple[float, float]]]:
    root = ElementTree.fromstring(svg)
    strands = root.find(f"{SVG}g")
    assert strands is not None
    return [curve for path in strands for curve in subpaths(path.attrib["d"])]


@settings(max_examples=30)
@given(braids(max_crossings=20))
def test_the_word_is_read_from_the_gaps(braid: Braid) -> None:
    assert word_of(curves(draw_svg(braid, width=1e6))) == normal(braid)


@settings(max_examples=30)
@given(braids(max_crossings=20))
def test_columns_hold_the_same_braid(braid: Braid) -> None:
    """Sorting by columns swaps only commuting letters, and no column has neighbours."""
    placed = place(braid)
    for one in placed:
        for other in placed[one.number + 1 :]:
            near = abs(abs(one.letter) - abs(other.letter)) <= 1
            assert not near or one.column < other.column


@pytest.mark.parametrize("closure", [None, "markov", "plat"])
@pytest.mark.parametrize("direction", ["right", "up"])
def test_it_is_a_document_on_its_own(closure: str | None, direction: str) -> None:
    svg = draw_svg(
        random_braid(4, 60, 1),
        closure=closure,
        direction=direction,  # type: ignore[arg-type]
        runs=True,
        labels=True,
        arrows=True,
        highlight=[3],
        title="<b> & \x00",
    )
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert root.attrib["viewBox"] == f"0 0 {root.attrib['width']} {root.attrib['height']}"
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert root.attrib["aria-labelledby"].split() == ids
    assert root.findtext(f"{SVG}title") == "<b> &  "
    assert "4 strands, 60 crossings" in (root.findtext(f"{SVG}desc") or "")
    assert not re.search(r"href|url\(|<script|<style|<image", svg)
    assert "nan" not in svg.lower()


def test_ids_of_different_drawings_differ() -> None:
    found = {re.findall(r'id="([^"]*)-title"', draw_svg(word))[0] for word in ("1", "-1", "1 1")}
    assert len(found) == 3


def test_titles_say_what_is_drawn() -> None:
    assert "<title" in draw_svg("1 1 1")
    assert ">Braid 1 1 1</title>" in draw_svg("1 1 1")
    assert ">Markov closure of the braid 1 1</title>" in draw_svg("1 1", closure="markov")
    assert "2 strands, 2 crossings, 2 components. " in draw_svg("1 1", closure="markov")
    long = re.findall("<title[^>]*>(.*)</title>", draw_svg([1, -2] * 100))[0]
    assert long.startswith("Braid 1 -2 1 -2")
    assert long.endswith(" …")
    assert len(long) < 80


def test_long_braids_of_many_strands_are_not_too_large() -> None:
    svg = draw_svg(random_braid(30, 500, 1), closure="markov")
    assert len(svg) < 80_000
    width, height = map(float, re.findall(r'viewBox="0 0 (\S+) (\S+)"', svg)[0])
    assert height < 1.5 * width


def test_the_background_is_transparent_unless_given() -> None:
    assert "<rect" not in draw_svg("1")
    assert '<rect width="100%" height="100%" fill="#1E1E1E"/>' in draw_svg(
        "1", background="#1E1E1E"
    )


def test_trivial_braids() -> None:
    for strands in (1, 3):
        for closure in (None, "markov"):
            found = curves(draw_svg(Braid([], strands), closure=closure))
            assert len(found) == strands * (1 if closure is None else 2)


def test_closed_braids_are_drawn_as_they_are_closed() -> None:
    braid = Braid("2 2", strands=4)
    closed = ClosedBraid(braid, "plat", (1,))
    assert draw_svg(closed, arrows=True) == draw_svg(
        braid, closure="plat", reverse=[1], arrows=True
    )
    assert draw_svg(closed, reverse=[1], arrows=True) == draw_svg(
        braid, closure="plat", arrows=True
    )
    assert draw_svg(closed, closure="markov") == draw_svg(braid, closure="markov")


def test_notebooks() -> None:
    assert notebook_svg(Braid("1 1")) == draw_svg("1 1")
    assert notebook_svg(Braid([1] * 30_000)) is None


def test_wrong_arguments() -> None:
    for options, message in (
        ({"closure": "knot"}, "unknown closure 'knot'; choose one of: markov, plat"),
        ({"closure": "plat"}, "plat closure joins neighbouring strands in pairs"),
        ({"color": "red"}, "color='red': choose one of: component, strand, none"),
        ({"width": 0}, "width=0: the width of a drawing is a positive number"),
        ({"width": float("nan")}, "width=nan: the width"),
        ({"width": "wide"}, "width='wide': the width"),
        ({"width": True}, "width=True: the width"),
        ({"direction": "left"}, "direction='left': choose one of: right, up"),
        (
            {"background": 'red"/>'},
            "give '#RRGGBB', one of the 16 basic names of colours such as 'white'",
        ),
        ({"background": 3}, "background=3: give '#RRGGBB'"),
        ({"background": "beige-ish"}, "background='beige-ish': give '#RRGGBB'"),
        ({"background": "foo"}, "background='foo': give '#RRGGBB'"),
        ({"width": 10**5000}, "width=an integer of 16610 bits"),
        ({"color": ["component"]}, "color=['component']: choose one of"),
        ({"highlight": [10**5000]}, "position an integer of 16610 bits is not in"),
        ({"highlight": [7]}, "position 7 is not in this word of 4 letters; positions count"),
        ({"highlight": [-1]}, "position -1 is not in this word"),
        ({"highlight": 1}, "highlight=1: give a sequence of positions of letters, from 0"),
        ({"highlight": "ab"}, "highlight='ab': give a sequence of positions"),
        ({"reverse": [0]}, "an open braid has no components to reverse; give a closure, too"),
        ({"reverse": 0}, "reverse=0: give a sequence of numbers of components, from 0"),
        ({"closure": "markov", "reverse": [4]}, "this link has the components 0..0"),
    ):
        with pytest.raises(InputError, match=re.escape(message)):
            draw_svg("4_1" if "width" in options else "1 -2 1 -2", **options)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="30000 letters on 2 strands is too large to draw; up to"):
        draw_svg([1] * 30_000)
    with pytest.raises(InputError, match="0 letters on 600 strands is too large to draw"):
        draw_svg(Braid([], 600))


# Matplotlib


def test_matplotlib_draws_the_same_curves() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.patches import PathPatch

    braid = random_braid(6, 40, 4)
    axes = draw_matplotlib(braid, width=1e6)
    found = []
    for patch in axes.patches:
        if isinstance(patch, PathPatch):
            for points, code in patch.get_path().iter_segments(curves=True, simplify=False):
                pairs = [(float(x), float(y)) for x, y in points.reshape(-1, 2)]
                if code == 1:
                    found.append(pairs)
                else:
                    found[-1].extend(samples([found[-1][-1], *pairs])[1:])
    assert word_of(found) == normal(braid)
    assert axes.yaxis_inverted()  # as those curves are read with y downwards
    pyplot.close("all")


def test_matplotlib_draws_into_given_axes() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure

    assert matplotlib
    axes = Figure().add_subplot(1, 2, 2)
    options = {"runs": True, "labels": True, "arrows": True, "highlight": [0]}
    assert draw_matplotlib("1 1 -2", ax=axes, direction="up", **options) is axes  # type: ignore[arg-type]
    assert {text.get_text() for text in axes.texts} == {"1", "2", "3", "σ₁²", "σ₂⁻¹"}
    with pytest.raises(InputError, match="ax=3: give the axes of a Matplotlib figure, or None"):
        draw_matplotlib("1", ax=3)  # type: ignore[arg-type]


def test_without_matplotlib(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for module in ("matplotlib", "matplotlib.figure", "matplotlib.pyplot"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=r'run: pip install "plait\[plot\]"'):
        draw_matplotlib("1")
    with pytest.raises(MissingExtraError, match=r"drawing with Matplotlib needs the optional"):
        save_drawing("1", tmp_path / "a.png")
    save_drawing("1", tmp_path / "a.svg")


# Files


def test_files_by_suffix(tmp_path: Path) -> None:
    svg = save_drawing("1 1", tmp_path / "a.SVG", closure="markov")
    assert svg.read_text(encoding="utf-8") == draw_svg("1 1", closure="markov")
    text = save_drawing("1 1", tmp_path / "a.txt").read_text(encoding="utf-8")
    assert text.splitlines()[0] == "1 ───╮ ╭─╮ ╭─── 1"
    pytest.importorskip("matplotlib")
    png = save_drawing("1 1", str(tmp_path / "a.png"), background="white").read_bytes()
    assert png.startswith(b"\x89PNG")
    pdf = save_drawing("1 1", tmp_path / "a.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert save_drawing("1 1", tmp_path / "b.pdf").read_bytes() == pdf


def test_wrong_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"end it in one of: \.svg, \.png, \.pdf, \.txt"):
        save_drawing("1", tmp_path / "a.gif")
    with pytest.raises(InputError, match="cannot write"):
        save_drawing("1", tmp_path / "none" / "a.svg")
    with pytest.raises(InputError, match="path=3: give the path of a file"):
        save_drawing("1", 3)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="text has no background, and is drawn from left"):
        save_drawing("1", tmp_path / "a.txt", background="white")
    pytest.importorskip("matplotlib")
    with pytest.raises(InputError, match=r"a PNG of .* pixels is too large; draw SVG or PDF"):
        save_drawing([1] * 2000, tmp_path / "a.png", width=1e6)


def test_png_of_too_many_pixels(tmp_path: Path) -> None:
    # Neither side is too long alone.
    word = list(range(1, 400)) * 2
    with pytest.raises(InputError, match=r"a PNG of \d+ x \d+ pixels is too large"):
        save_drawing(Braid(word), tmp_path / "large.png", width=20_000)


def test_names_of_files_have_no_null_character(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot write"):
        save_drawing("1 1", tmp_path / "a\0.svg")


def test_labels_are_between_the_strands_where_time_runs_upwards() -> None:
    text = ElementTree.fromstring(draw_svg("1 -2", labels=True, direction="up"))
    label = next(each for each in text.iter(f"{SVG}text") if each.text == "σ₂⁻¹")
    lines = [p.get("d", "") for p in text.iter(f"{SVG}path")]
    starts = sorted(float(d[1:].split()[0]) for d in lines if d.startswith("M"))
    # Text of four characters of 7 units each ends at x, right of the first strand.
    assert float(label.get("x", "0")) - 28 > starts[0]
