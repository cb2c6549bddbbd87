"""plait verify."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import plait.cli_verify
import plait.pipeline
from plait import jones
from plait.cli import main
from plait.cli_verify import verify_command
from plait.knots import Braid
from plait.knots.conventions import Closure
from plait.knots.errors import InputError, RecordError, ResourceError
from plait.tensornet.methods import METHODS, Evaluation, Method, Request, register_method
from plait.verify import verification

CHIRAL = "1 1 1 2 -1 2"
KEYS = {"way", "value", "difference", "seconds", "verdict", "reason"}


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(verify_command, list(arguments), catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def wrong() -> Iterator[None]:
    """A method that is off by 1e-6."""

    def evaluate(b: Braid, closure: Closure, request: Request) -> Evaluation:
        found = METHODS["dense"].evaluate(b, closure, request)
        return Evaluation(value=found.value + 1e-6)

    register_method(Method(name="wrong", summary="for a test", evaluate=evaluate))
    yield
    del METHODS["wrong"]


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_table(tmp_path: Path) -> None:
    result = run(CHIRAL, "--strands", "4", "--shots", "200", "--seed", "1", "--device", "H1-1")
    lines = result.stdout.splitlines()
    assert lines[0] == f"{CHIRAL}: markov closure, 4 strands, 6 crossings"
    assert lines[2].split()[0] == "way"
    names = {line[:20].strip() for line in lines[3:-2]}
    assert {"face", "dense, integers", "mirror image", "circuits, by path"} <= names
    assert {"shots, no noise", "shots on H1-1"} <= names
    assert lines[-1].startswith("agree: ")
    assert result.stderr == ""
    assert not list(tmp_path.iterdir())


def test_json(tmp_path: Path) -> None:
    result = run("2 2 -1 2", "--closure", "plat", "--strands", "4", "--no-run", "--json")
    assert result.stdout.count("\n") == 1
    data = json.loads(result.stdout)
    assert (data["agree"], data["complete"], data["case"]) == (True, True, None)
    ways = {row["way"]: row for row in data["ways"]}
    assert all(set(row) >= KEYS for row in ways.values())
    value = jones("2 2 -1 2", closure="plat", strands=4).value
    assert complex(*ways["face"]["value"]) == pytest.approx(value)
    assert complex(*ways["circuits, all paths"]["value"]) == pytest.approx(value)
    assert not any("shots" in way for way in ways)
    assert data["repeat"].endswith("--strands 4 --no-run")
    assert (data["compared"], data["off"]) == (12, [])
    assert not list(tmp_path.iterdir())


def test_exact_only_and_the_seconds(tmp_path: Path) -> None:
    data = json.loads(run("1 -2 " * 30, "--exact-only", "--memory", "9kB", "--json").stdout)
    ways = {row["way"]: row for row in data["ways"]}
    assert "circuits, by path" not in ways
    assert ways["mpo"]["verdict"] == "skipped"
    assert "of memory, 9 kB allowed" in ways["mpo"]["reason"]


@pytest.mark.usefixtures("wrong")
def test_a_disagreement(tmp_path: Path) -> None:
    result = run(CHIRAL, "--exact-only", code=1)
    (path,) = tmp_path.iterdir()
    assert "DIFFERS (off by 1e-06, allowed" in " ".join(result.stdout.split())
    assert "error: ways to V of" in result.stderr
    assert f"plait verify {path.name}" in result.stderr
    again = run(path.name, "--json", code=1)
    data = json.loads(again.stdout)
    assert not data["agree"]
    assert data["case"] == path.name
    assert [row["way"] for row in data["ways"] if row["verdict"] == "differs"] == ["wrong"]
    assert data["settings"]["exact_only"]
    del METHODS["wrong"]
    assert "agree: " in run(path.name).stdout
    METHODS["wrong"] = METHODS["dense"]


def test_a_way_that_breaks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def breaks(*_: object) -> Evaluation:
        raise ZeroDivisionError("by zero")

    broken = Method(name="broken", summary="for a test", evaluate=breaks)
    monkeypatch.setitem(METHODS, "broken", broken)
    result = run(CHIRAL, "--exact-only", code=1)
    assert "FAILED (ZeroDivisionError: by zero)" in " ".join(result.stdout.split())
    assert "ways FAILED" in result.stdout
    assert "DISAGREE" not in result.stdout
    assert "failed: broken (ZeroDivisionError: by zero)" in " ".join(result.stderr.split())
    (path,) = tmp_path.iterdir()
    ways = {row["way"]: row for row in json.loads(path.read_text())["ways"]}
    assert ways["broken"]["verdict"] == "failed"
    assert ways["mirror image"]["verdict"] == "agrees"


def test_what_is_off_is_no_agreement(monkeypatch: pytest.MonkeyPatch) -> None:
    def far(*arguments: Any, **options: Any) -> Any:
        """The pipeline, and where it mitigates, off by more than its interval."""
        e = plait.estimate(*arguments, **options)
        if not e.mitigation:
            return e
        (a, b), imag = e.interval
        by = b - a
        return replace(e, value=e.value + by, interval=((a + by, b + by), imag))

    link = ("1 2 1 1 2", "--shots", "500", "--noise", "5")
    before = json.loads(run(*link, "--json").stdout)
    monkeypatch.setattr(plait.pipeline, "estimate", far)
    lines = run(*link).stdout.splitlines()
    assert lines[-2] == f"agree: {before['compared']} ways, compared with bracket"
    assert lines[-1] == "off: shots on H2-1, by no more than noise explains"
    data = json.loads(run(*link, "--json").stdout)
    assert (data["agree"], data["off"]) == (True, ["shots on H2-1"])
    assert data["compared"] == before["compared"] - 1


@pytest.mark.usefixtures("wrong")
def test_a_disagreement_by_the_entry_point(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(plait.cli._MODULES, "verify", "cli_verify")
    with pytest.raises(SystemExit) as stop:
        main(["verify", "-1 -1 -1 2 -1", "--exact-only", "--out", "deep/er"])
    assert stop.value.code == 1
    assert len(list((tmp_path / "deep" / "er").iterdir())) == 1


def test_cases_with_other_settings(tmp_path: Path) -> None:
    run(CHIRAL, "--shots", "100", "--seed", "3", "--noise", "0.5", "--out", "cases")
    (path,) = (tmp_path / "cases").iterdir()
    first = json.loads(path.read_text())
    assert first["settings"] | {"shots": 100, "seed": 3, "noise": 0.5} == first["settings"]
    again = json.loads(run(str(path), "--json").stdout)
    assert [row["value"] for row in again["ways"]] == [row["value"] for row in first["ways"]]
    other = json.loads(run(str(path), "--seed", "4", "--noise", "H1-1", "--json").stdout)
    assert other["settings"] == first["settings"] | {"seed": 4, "noise": "H1-1"}
    with pytest.raises(InputError, match="leave out --closure, --strands"):
        run(str(path), "--strands", "5")
    with pytest.raises(RecordError, match="No such file"):
        run("none.json")


def test_files_of_words_with_the_ending_of_cases(tmp_path: Path) -> None:
    (tmp_path / "word.json").write_text('{"word": [1, 1, 1], "strands": 2}')
    assert "2 strands, 3 crossings" in run("@word.json", "--exact-only").stdout
    with pytest.raises(RecordError, match="holds no case"):
        run("word.json")


@pytest.mark.parametrize("as_json", [False, True])
def test_interrupts_keep_what_is_done(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, as_json: bool
) -> None:
    attempt, ran = verification.attempt, []

    def until_stopped(*arguments: Any) -> Any:
        if len(ran) == 4:
            raise KeyboardInterrupt
        ran.append(1)
        return attempt(*arguments)

    monkeypatch.setattr(verification, "attempt", until_stopped)
    options = ["--json"] if as_json else []
    result = run(CHIRAL, "--out", "cases", *options, code=130)
    assert "stopped; not all ways were tried" in result.stderr
    (path,) = (tmp_path / "cases").iterdir()
    data = json.loads(path.read_text())
    assert [row["way"] for row in data["ways"]] == ["face", "dense", "bracket", "mpo"]
    assert not data["complete"]
    if as_json:
        assert json.loads(result.stdout) == data
    else:
        assert "bracket" in result.stdout


def test_what_cannot_be_written_shows_before_the_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(verification, "attempt", lambda *_: pytest.fail("it ran"))
    with pytest.raises(RecordError, match="cannot write the case"):
        run(CHIRAL, "--out", "file")


def test_nothing_to_compare() -> None:
    with pytest.raises(
        ResourceError, match="no two ways to compare fit; allow more --memory or --seconds"
    ):
        run(CHIRAL, "--exact-only", "--memory", "1", "--seconds", "1e-9")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["8_22"], "8_22"),
        (["1 2", "--shots", "1"], "shots=1"),
        (["1 2", "--seed", "-1"], "seed=-1"),
        (["1 2", "--device", "H9"], "H9"),
        (["1 2", "--noise", "-1"], "-1"),
        (["1 2", "--memory", "much"], "memory='much'"),
        (["1 2", "--seconds", "nan"], "seconds=nan"),
        (["1 2", "--closure", "plat"], "even"),
        (["@none"], "cannot read"),
    ],
    ids=str,
)
def test_bad_arguments(arguments: list[str], why: str) -> None:
    with pytest.raises((InputError, RecordError), match=why):
        run(*arguments)


def test_nothing_heavy_is_imported_for_the_help() -> None:
    assert not hasattr(plait.cli_verify, "estimate")
    assert "Exit code 1" in run("--help").output
