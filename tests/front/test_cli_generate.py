"""The command ``plait generate``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plait.cli import main
from plait.knots import Braid
from plait.knots.generators import FAMILIES, generate
from plait.knots.inputs import braid
from plait.knots.instances import Instance


class Shell:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str | Path, code: int = 0) -> tuple[str, str]:
        with pytest.raises(SystemExit) as caught:
            main(["generate", *map(str, arguments)])
        out, err = self.capsys.readouterr()
        assert caught.value.code == code, err
        return out, err


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


def test_words_are_read_again_with_their_strands(shell: Shell) -> None:
    out, _ = shell("brickwall", "--strands", "6", "--layers", "4", "--count", "20")
    found = [braid(line) for line in out.splitlines()]
    expected = [generate("brickwall", seed=s, strands=6, layers=4).braid for s in range(20)]
    assert found == expected
    assert any(max(map(abs, b.word)) < 5 for b in found)


def test_json_lines(shell: Shell) -> None:
    out, _ = shell(
        "benchmark", "--strands", "8", "--layers", "10", "--magnitude", "0.2,0.5", "--count", "2",
        "--seed", "5", "--values", "--json",
    )  # fmt: skip
    found = [Instance.from_json(json.loads(line)) for line in out.splitlines()]
    assert [one.seed for one in found] == [5, 6]
    assert all(one.known_by == ("construction", "evaluation") for one in found)
    assert all(one.magnitude is not None and 0.2 <= one.magnitude <= 0.5 for one in found)


def test_flags_reach_the_family(shell: Shell) -> None:
    out, _ = shell("uniform", "--strands", "5", "--crossings", "30", "--positive", "--knot")
    word = Braid(out)
    assert word.components == 1
    assert min(word) > 0


def test_list(shell: Shell) -> None:
    out, _ = shell("--list")
    assert all(name in out for name in FAMILIES)
    out, _ = shell("--list", "--json")
    assert set(json.loads(out)) == set(FAMILIES)


def test_files_go_on(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "set.jsonl"
    base = ("uniform", "--strands", "4", "--crossings", "12", "--values", "--out", out)
    _, err = shell(*base, "--count", "2")
    assert "2 instances in" in err
    text = out.read_text(encoding="utf-8")
    # A run that was stopped within a line.
    out.write_text(text + text[:40], encoding="utf-8")
    _, err = shell(*base, "--count", "4")
    assert "4 instances in" in err
    assert "2 of them from before" in err
    lines = out.read_text(encoding="utf-8").splitlines()
    assert "\n".join(lines[:2]) + "\n" == text
    found = [Instance.from_json(json.loads(line)) for line in lines]
    assert [one.seed for one in found] == [0, 1, 2, 3]
    assert all(one.known_by == ("evaluation",) for one in found)


def test_other_files_are_left_alone(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "set.jsonl"
    shell("uniform", "--strands", "4", "--crossings", "12", "--out", out)
    before = out.read_bytes()
    for wrong, message in (
        (("--crossings", "13"), "holds other instances"),
        (("--crossings", "12", "--seed", "1"), "holds other instances"),
        (("--crossings", "12", "--values"), "was written without --values"),
    ):
        _, err = shell("uniform", "--strands", "4", *wrong, "--out", out, code=2)
        assert message in err
        assert out.read_bytes() == before
    out.write_text("notes\n", encoding="utf-8")
    _, err = shell("uniform", "--strands", "4", "--crossings", "12", "--out", out, code=2)
    assert "holds no instances" in err
    assert out.read_text(encoding="utf-8") == "notes\n"
    _, err = shell("uniform", "--strands", "4", "--crossings", "9", "--out", tmp_path, code=2)
    assert "cannot read" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name a family; plait generate --list"),
        (["wall"], "unknown family 'wall'"),
        (["uniform", "--strands", "4"], "crossings is missing"),
        (["uniform", "--strands", "4", "--crossings", "5", "--turns", "2"], "it has no turns"),
        (["torus", "--strands", "3", "--turns", "4", "--count", "2"], "nothing about the family"),
        (["uniform", "--strands", "4", "--crossings", "5", "--count", "0"], "count=0"),
        (["uniform", "--strands", "4", "--crossings", "5", "--seed", "-1"], "seed=-1"),
        (["uniform", "--strands", "4", "--crossings", "5", "--values"], "add --json or --out"),
        (["brickwall", "--strands", "4", "--layers", "5", "--density", "nan"], "density=nan"),
        (["benchmark", "--strands", "4", "--layers", "5", "--magnitude", "a"], "write one number"),
        (["benchmark", "--strands", "4", "--layers", "5", "--magnitude", "1,2,3"], "write one"),
    ],
)
def test_mistakes(shell: Shell, arguments: list[Any], message: str) -> None:
    out, err = shell(*arguments, code=2)
    assert out == ""
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("data", [b'{"my": "data"}', b"text", b'{"i'])
def test_files_of_one_unfinished_line_are_kept_unless_it_is_an_instance(
    shell: Shell, tmp_path: Path, data: bytes
) -> None:
    out = tmp_path / "some.json"
    out.write_bytes(data)
    ours = data == b'{"i'
    arguments = ("uniform", "--strands", "3", "--crossings", "4", "--out", out)
    _, err = shell(*arguments, code=0 if ours else 2)
    assert ours or out.read_bytes() == data
    assert ours or "is no instance" in err


def test_a_file_that_holds_more_is_not_miscounted(shell: Shell, tmp_path: Path) -> None:
    arguments = ("uniform", "--strands", "3", "--crossings", "4", "--out", tmp_path / "x")
    shell(*arguments, "--count", "3")
    _, err = shell(*arguments, "--count", "2")
    assert "3 instances in" in err
