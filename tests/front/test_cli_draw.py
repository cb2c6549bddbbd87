"""The command draw, in this process."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from plait.cli import main
from plait.knots import Braid
from plait.knots.drawing import draw_svg, draw_text


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def plait(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What a command prints: its output, or the message of one that must fail."""
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    out, err = capsys.readouterr()
    assert caught.value.code == code, err
    assert "\x1b" not in out + err
    if code:
        assert out == ""
        assert err.count("\n") == 1
        return err
    assert err == ""
    return out


def test_text_in_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert plait(capsys, "draw", "3_1") == draw_text("1 1 1") + "\n"
    out = plait(capsys, "draw", "4_1", "--closure", "markov", "--runs", "--labels", "--arrows")
    assert out == draw_text("4_1", closure="markov", runs=True, labels=True, arrows=True) + "\n"
    out = plait(capsys, "draw", "-1 2", "--ascii", "--strands", "4", "--closure", "plat")
    assert out == draw_text(Braid("-1 2", 4), closure="plat", ascii_only=True) + "\n"
    out = plait(capsys, "draw", "1 -2 1 -2 1 -2 1", "--width", "30", "--highlight", "0,3")
    assert out == draw_text("1 -2 1 -2 1 -2 1", width=30, highlight=[0, 3]) + "\n"


def test_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert plait(capsys, "draw", "4_1", "--out", "a.svg", "--upwards", "--width", "400") == ""
    expected = draw_svg("4_1", direction="up", width=400)
    assert Path("a.svg").read_text(encoding="utf-8") == expected
    assert plait(capsys, "draw", "3_1", "--out", "a.txt") == ""
    assert Path("a.txt").read_text(encoding="utf-8") == draw_text("3_1") + "\n"
    assert plait(capsys, "draw", "3_1", "--format", "svg") == draw_svg("3_1")


def test_images(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib")
    plait(capsys, "draw", "3_1", "--out", "a.png", "--background", "white")
    assert Path("a.png").read_bytes().startswith(b"\x89PNG")
    plait(capsys, "draw", "3_1", "--out", "a", "--format", "pdf")
    assert Path("a").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--out", "a.gif"], "cannot tell from 'a.gif' what to draw; end it in one of: .svg"),
        (["--out", "a.svg", "--format", "png"], "--format png contradicts --out a.svg"),
        (["--out", "none/a.svg"], "cannot write none/a.svg"),
        (["--closure", "plat"], "plat closure joins neighbouring strands in pairs"),
        (["--highlight", "x"], "--highlight 'x': give positions in the word from 0, such as 0,3"),
        (["--highlight", "99"], "position 99 is not in this word of 4 letters"),
        (["--width", "nan"], "width=nan"),
        (["--upwards"], "--upwards and --background are not for text"),
        (["--ascii", "--format", "svg"], "--ascii is for text"),
        (["--background", "?", "--format", "svg"], "background='?': give '#RRGGBB', one of"),
    ],
)
def test_errors(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert message in plait(capsys, "draw", "4_1", *arguments, code=2)


def test_images_without_matplotlib(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    message = plait(capsys, "draw", "3_1", "--out", "a.png", code=2)
    assert 'pip install "plait[plot]"' in message
    assert not Path("a.png").exists()
