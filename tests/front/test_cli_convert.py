"""plait convert."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from plait import polynomial
from plait.cli import cli
from plait.knots.errors import PlaitError
from plait.knots.inputs import link


def convert(*arguments: str) -> str:
    result = CliRunner().invoke(cli, ["convert", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output.removesuffix("\n")


@pytest.mark.parametrize("x", ["3_1", "8_19", "L6a4{0}", "L5a1{1}", "{4, {1,1}}"])
def test_what_is_written_is_read_as_the_same_link(x: str) -> None:
    expected = polynomial(x)
    assert polynomial(link(convert(x, "--to", "dt"))) == expected
    assert polynomial(link(convert(x, "--to", "extended-gauss"))) == expected
    assert polynomial(link(convert(x, "--to", "word", "--spelling", "knottheory"))) == expected
    for name in ("knotinfo", "snappy", "regina", "sage", "sage-10.0"):
        code = convert(x, "--to", "pd", "--convention", name, "--kinks")
        assert polynomial(link(f"pd-{name}: {code}")) == expected


def test_words() -> None:
    assert convert("4_1", "--to", "word") == "1 -2 1 -2"
    assert convert("4_1", "--to", "word", "--spelling", "sage") == "s0*s1^-1*s0*s1^-1"
    assert convert("2 2 2", "--strands", "4", "--closure", "plat", "--to", "word") == "1 1 1"
    assert convert("pd-snappy: [(0,3,1,2),(3,0,2,1)]", "--to", "word") == "1 1"
    assert convert("{4,{1,1}}", "--to", "word") == "{4, {1, 1}}"
    assert convert("unlink(3)", "--to", "word") == "{3, {}}"


def test_codes() -> None:
    assert convert("1 1 1", "--to", "gauss") == "[-1, 2, -3, 1, -2, 3]"
    assert convert("1 1", "--to", "extended-gauss") == "U1+O2+,O1+U2+"
    assert convert("dt: 4 6 2", "--to", "dt") == "DT:[(4,6,2)],[0,0,1]"
    assert convert("1 1", "--to", "pd", "--convention", "regina") == (
        "PD[X[1, 4, 2, 3], X[4, 1, 3, 2]]"
    )


def test_json() -> None:
    data = json.loads(convert("1 1", "--to", "json"))
    assert data["word"] == [1, 1]
    assert (data["strands"], data["crossings"], data["components"], data["writhe"]) == (2, 2, 2, 2)
    assert data["pd"] == [[1, 4, 2, 3], [4, 1, 3, 2]]
    assert data["linking_matrix"] == [[0, 1], [1, 0]]
    assert len(data["dt"]) == len(data["gauss"]) == len(data["signs"]) == len(data["flips"]) == 2
    with_circle = json.loads(convert("{3, {1,1}}", "--to", "json"))
    assert (with_circle["pd"], with_circle["circles"]) == (None, 1)


def test_files_of_the_reference(tmp_path: Path) -> None:
    file = tmp_path / "k3_1.json"
    assert convert("3_1", "--to", "reference-json", "--out", str(file)) == ""
    assert json.loads(file.read_text())["original"]["word"] == [-1, -1, -1]
    assert convert(f"@{file}", "--to", "word") == "1 1 1"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["[[1,5,2,4],[3,1,4,6],[5,3,6,2]]", "--to", "word"], "name it: pd-knotinfo"),
        (["dt: 4 6 2", "--to", "word", "--closure", "plat"], "closed already"),
        (["dt: 4 6 2", "--to", "word", "--strands", "3"], "strands=3 are those of a braid"),
        (["{3,{1,1}}", "--to", "pd", "--convention", "sage"], "kinks"),
        (["{3,{1,1}}", "--to", "word", "--spelling", "sage"], "would be lost"),
        (["PD[]", "--to", "dt"], "this diagram has no components"),
        (["PD[]", "--to", "gauss"], "this diagram has no components"),
        (["PD[]", "--to", "extended-gauss"], "this diagram has no components"),
        (["dt:", "--to", "word"], "empty text"),
        (["{3,{1,1}}", "--to", "reference-json"], "do not state the strands"),
    ],
)
def test_what_is_refused(arguments: list[str], message: str) -> None:
    with pytest.raises(PlaitError, match=message):
        CliRunner().invoke(cli, ["convert", *arguments], catch_exceptions=False)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (["--convention", "snappy"], "--convention is for --to pd and json, not for dt"),
        (["--spelling", "sage"], "--spelling is for --to word, not for dt"),
        (["--named"], "--named is for --to pd and gauss, not for dt"),
        (["--kinks"], "--kinks is for --to pd and json, not for dt"),
    ],
)
def test_options_of_other_targets(option: list[str], message: str) -> None:
    result = CliRunner().invoke(cli, ["convert", "3_1", "--to", "dt", *option])
    assert isinstance(result.exception, PlaitError)
    assert str(result.exception) == message


@pytest.mark.parametrize("x", ["4_1", "8_19", "L4a1{1}", "{3, {1,1}}"])
def test_what_can_be_read_back(x: str) -> None:
    """By its name, or as JSON; a Gauss code up to the mirror image."""
    expected = polynomial(x)
    for name in ("knotinfo", "snappy", "sage-10.0"):
        text = convert(x, "--to", "pd", "--convention", name, "--named", "--kinks")
        assert text.startswith(f"pd-{name}: ")
        assert polynomial(link(text)) == expected
    assert polynomial(link(convert(x, "--to", "json"))) == expected
    if x != "L4a1{1}":
        found = polynomial(link(convert(x, "--to", "gauss", "--named")))
        assert found in (expected, expected.mirror())
