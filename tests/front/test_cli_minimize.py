"""plait minimize."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from plait import jones
from plait.circuits.forms import mean_two_qubit_gates
from plait.cli import cli, main
from plait.knots import Braid
from plait.knots.conventions import PHI
from plait.knots.minimization import Certificate, minimize, objective_names

WORD = "1 2 3 -2 1 4 3 2 -1 4 -3 2 5 -4 3"
KEYS = {
    "word",
    "strands",
    "free",
    "factor",
    "length",
    "runs",
    "two_qubit_gates",
    "seconds",
}


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, ["minimize", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def data_of(*arguments: str) -> dict[str, Any]:
    """The JSON, which is alone on standard output."""
    result = run(*arguments, "--effort", "low", "--json")
    assert result.stderr == ""
    assert result.stdout.count("\n") == 1
    data: dict[str, Any] = json.loads(result.stdout)
    return data


def value_of(data: dict[str, Any]) -> complex:
    return complex(*data["factor"]) * jones(Braid(data["word"], data["strands"])).value


def test_the_table() -> None:
    lines = run(WORD, "--strands", "7", "--effort", "low", "--seed", "1").stdout.splitlines()
    rows = {line.split("  ")[0]: line.split("  ")[-1].strip() for line in lines if line.strip()}
    found = minimize(Braid(WORD, 7), effort="low", seed=1)
    cells = {line.rsplit(maxsplit=2)[0].strip(): line.split()[-2:] for line in lines[1:5]}
    assert lines[0].split() == ["before", "after"]
    assert cells["strands"] == ["7", str(found.braid.strands)]
    assert cells["crossings"] == ["15", str(found.length)]
    assert cells["runs"][1] == str(found.runs)
    assert cells["two-qubit gates"][1] == f"{mean_two_qubit_gates(found.braid):.1f}"
    assert rows["word"] == str(found.braid)
    assert rows["free circles"] == str(found.free)
    assert "1.6180339887" in rows["factor of V"]
    assert rows["search"].startswith("runs, seed 1, ")
    assert "kept" not in rows


def test_the_table_says_less_where_there_is_less() -> None:
    output = run("1 1 1", "--effort", "low").stdout
    assert "free circles" not in output
    assert "factor" not in output
    assert "only V at exp(2πi/5)" in run("1 1 1", "--effort", "low", "--keep", "value").stdout
    assert "[]" in run("1", "--effort", "low").stdout


def test_long_words_are_not_counted_before() -> None:
    output = run(" ".join(["1 -2"] * 110), "--effort", "0.001").stdout
    row = next(line for line in output.splitlines() if line.startswith("two-qubit gates"))
    assert row.removeprefix("two-qubit gates").split()[:-1] == ["not", "counted"]


def test_json() -> None:
    data = data_of(WORD, "--strands", "7", "--seed", "1")
    assert set(data) >= KEYS
    b = Braid(data["word"], data["strands"])
    assert (data["length"], data["runs"]) == (len(b), len(b.runs()))
    assert data["factor"] == [pytest.approx(PHI ** data["free"]), 0]
    assert data["two_qubit_gates"] == pytest.approx(mean_two_qubit_gates(b))
    assert data["seconds"] >= 0
    assert (data["seed"], data["objective"], data["keep"]) == (1, "runs", "link")
    assert value_of(data) == pytest.approx(jones(WORD, strands=7).value)
    again = data_of(WORD, "--strands", "7", "--seed", "1")
    assert {**again, "seconds": 0} == {**data, "seconds": 0}


@pytest.mark.parametrize("objective", objective_names())
def test_objectives(objective: str) -> None:
    data = data_of(WORD, "--objective", objective)
    assert data["objective"] == objective
    assert value_of(data) == pytest.approx(jones(WORD).value)


def test_keep_value() -> None:
    data = data_of("1 1 1 2 2 2", "--keep", "value")
    assert (data["word"], data["strands"]) == ([], 1)
    assert value_of(data) == pytest.approx(jones("1 1 1 2 2 2").value)


@pytest.mark.parametrize("word", ["2 1 3 -2 2 2", "2 2 2", "1 2 -3 2 2 1", "2 4 -3 1 2 4 -5 4 2"])
def test_plat_closures(word: str) -> None:
    strands = str(max(abs(int(k)) for k in word.split()) // 2 * 2 + 2)
    data = data_of(word, "--closure", "plat", "--strands", strands)
    expected = jones(word, closure="plat", strands=int(strands)).value
    assert value_of(data) == pytest.approx(expected)


@pytest.mark.parametrize("keep", ["link", "value"])
def test_the_certificate(tmp_path: Path, keep: str) -> None:
    path = tmp_path / "moves.json"
    data = data_of(
        WORD, "--strands", "7", "--keep", keep, "--certificate", str(path), "--seed", "1"
    )
    certificate = Certificate.from_json(json.loads(path.read_text()))
    assert certificate.start == Braid(WORD, 7)
    end, free, factor = certificate.check()
    assert (end, free) == (Braid(data["word"], data["strands"]), data["free"])
    assert factor == pytest.approx(complex(*data["factor"]))


def test_efforts() -> None:
    assert json.loads(run("1 2", "--effort", "low", "--json").stdout)["effort"] == 0.04
    assert json.loads(run("1 2", "--effort", "0.5", "--json").stdout)["effort"] == 0.5


def test_spherogram() -> None:
    pytest.importorskip("spherogram")
    data = data_of(WORD, "--strands", "7", "--spherogram")
    assert value_of(data) == pytest.approx(jones(WORD, strands=7).value)


def test_words_from_files_and_names(tmp_path: Path) -> None:
    path = tmp_path / "braid.txt"
    path.write_text("1 2 1 2\n")
    assert data_of(f"@{path}")["word"] == [1, 1, 1]
    assert data_of("3_1")["word"] == [1, 1, 1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["1 2", "--effort", "lots"], "effort='lots': give low, medium, high"),
        (["1 2", "--effort", "nan"], "effort=nan: give low"),
        (["1 2", "--effort", "-1"], "effort=-1.0: give low"),
        (["1 2", "--seed", "-1"], "seed=-1"),
        (["1 0 2"], "0"),
        (["99_99"], "99_99"),
        (["1 2", "--closure", "plat"], "even"),
        (["1 2", "--strands", "2"], "strands"),
        (["@no-such-file"], "cannot read the braid"),
        (["1 2", "--effort", "low", "--certificate", "no/such/folder/x.json"], "cannot write"),
    ],
)
def test_what_is_refused(
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line on standard error, and the exit code 2."""
    monkeypatch.setattr(sys, "argv", ["plait", "minimize", *arguments, "--json"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert message in output.err
    assert len(output.err.strip().splitlines()) == 1


@pytest.mark.parametrize("option", ["--objective", "--keep", "--closure"])
def test_choices(option: str) -> None:
    result = CliRunner().invoke(cli, ["minimize", "1 2", option, "nonsense"])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "nonsense" in result.stderr
