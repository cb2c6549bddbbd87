"""The command line, in this process: output, exit codes, errors of one line."""

from __future__ import annotations

import io
import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytket.circuit import Circuit as PytketCircuit
from pytket.qasm import circuit_from_qasm_str
from qiskit import qasm2, qpy
from qiskit.quantum_info import Statevector

import plait
from plait.circuits import (
    CircuitStatistics,
    build_circuit,
    device,
    device_names,
    to_qasm,
    to_qiskit,
)
from plait.circuits.echo import PARTS
from plait.circuits.emit import to_qasm3
from plait.circuits.forms import cheapest_form
from plait.cli import main
from plait.knots import Braid, path_probability, paths, sample_paths
from plait.mitigation.methods import METHODS
from plait.runs import load_run

T = np.exp(2j * np.pi / 5)
TREFOIL = T + T**3 - T**4


@dataclass
class Answer:
    out: str
    err: str

    def json(self) -> dict[str, Any]:
        """The output, which must be one line of JSON and nothing else."""
        assert self.out.count("\n") == 1
        data = json.loads(self.out)
        assert isinstance(data, dict)
        return data


class Shell:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str | Path, code: int = 0) -> Answer:
        with pytest.raises(SystemExit) as caught:
            main([str(a) for a in arguments])
        out, err = self.capsys.readouterr()
        assert caught.value.code == code, err
        assert "\x1b" not in out + err
        assert "Traceback" not in err
        return Answer(out, err)

    def error(self, *arguments: str | Path) -> str:
        """The message of a command that must fail."""
        answer = self(*arguments, code=2)
        assert answer.out == ""
        assert answer.err.startswith("error: ")
        assert answer.err.endswith("\n")
        assert answer.err.count("\n") == 1
        return answer.err


@pytest.fixture
def shell(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(capsys)


def value_of(data: dict[str, Any], key: str = "value") -> complex:
    real, imag = data[key]
    return complex(real, imag)


# jones


@pytest.mark.parametrize("x", ["1 1 1", "[1,1,1]", "s1 s1^2", "σ1³", "3_1", " 1,1,1 "])
def test_trefoil(shell: Shell, x: str) -> None:
    data = shell("jones", x, "--json").json()
    assert abs(value_of(data) - TREFOIL) < 1e-12
    assert data["exact"] == [1, 2, 1, 2]
    assert (data["closure"], data["t"]) == ("markov", "exp(2πi/5)")


@pytest.mark.parametrize("x", ["-1 -1 -1", "-1,-1,-1", "\u22121 \u22121 \u22121", "[-1,-1,-1]"])
def test_words_that_begin_with_a_negative_letter(shell: Shell, x: str) -> None:
    assert abs(value_of(shell("jones", x, "--json").json()) - TREFOIL.conjugate()) < 1e-12
    assert abs(value_of(shell("jones", "--json", x).json()) - TREFOIL.conjugate()) < 1e-12


def test_trivial_braids(shell: Shell) -> None:
    phi = (1 + math.sqrt(5)) / 2
    for strands in (1, 2, 5):
        data = shell("jones", "[]", "--strands", str(strands), "--json").json()
        assert abs(value_of(data) - phi ** (strands - 1)) < 1e-9


def test_plat_closure(shell: Shell) -> None:
    data = shell("jones", "2 2 2", "--strands", "4", "--closure", "plat", "--json").json()
    assert abs(value_of(data) - TREFOIL) < 1e-12


def test_braid_from_a_file(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "word.txt").write_text("1 1\n1\n", encoding="utf-8")
    data = shell("jones", "@word.txt", "--json").json()
    assert abs(value_of(data) - TREFOIL) < 1e-12


def test_braid_from_standard_input(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("s1 s1\ns1\n"))
    assert abs(value_of(shell("jones", "-", "--json").json()) - TREFOIL) < 1e-12


def test_table_of_jones(shell: Shell) -> None:
    out = shell("jones", "3_1").out
    assert "3_1: markov closure of a braid on 2 strands with 3 crossings" in out
    assert "-0.8090169944 + 1.3143277803i" in out
    assert "1 + 2ζ + ζ² + 2ζ³" in out
    assert all(len(line) <= 100 for line in out.splitlines())


@pytest.mark.parametrize("method", ["face", "dense", "auto"])
def test_methods(shell: Shell, method: str) -> None:
    data = shell("jones", "8_19", "--method", method, "--json").json()
    assert method in (data["method"], "auto")
    assert abs(value_of(data) - complex(plait.jones("8_19"))) < 1e-9


# Errors

ERRORS: list[tuple[list[str], str]] = [
    (["jones", "1_7"], "unknown knot or link '1_7'"),
    (["jones", "8_91"], "unknown knot or link '8_91'"),
    (["jones", "nan"], "cannot read 'nan'"),
    (["jones", "1 nan"], "cannot read 'nan'"),
    (["jones", "inf"], "cannot read 'inf'"),
    (["jones", "1.5 2"], "cannot read '1.5'"),
    (["jones", "★"], "cannot read '★'"),
    (["jones", "1 \u202e2"], "cannot read"),
    (["jones", "\udcff"], "cannot read"),
    (["jones", "1 [red]2[/red]"], "cannot read"),
    (["jones", ""], "the braid is empty text"),
    (["jones", "  \n "], "the braid is empty text"),
    (["jones", "0"], "letter 0"),
    (["jones", "1 2", "--strands", "2"], "letter 2 needs 3 strands"),
    (["jones", "1", "--strands", "0"], "strands=0"),
    (["jones", "1", "--strands", "two"], "two"),
    (["jones", "1", "--closure", "open"], "open"),
    (["jones", "1 2", "--closure", "plat"], "even number of strands"),
    (["jones", "1", "--method", "magic"], "unknown method 'magic'"),
    (["jones", "@nowhere.txt"], "cannot read the braid from 'nowhere.txt'"),
    (["jones", "@."], "cannot read the braid from '.'"),
    (["jones", "1", "--bogus"], "--bogus"),
    (["jones"], "X"),
    (["jones", "1", "2"], "2"),
    (["bogus"], "bogus"),
    (["--bogus"], "--bogus"),
    (["run", "4_1", "--device", "H3-1"], "unknown device 'H3-1' (did you mean 'H2-1'?)"),
    (["run", "4_1", "--device", "nowhere.toml"], "cannot read the device file 'nowhere.toml'"),
    (["run", "4_1", "--shots", "0"], "shots=0"),
    (["run", "4_1", "--shots", "-5"], "shots=-5"),
    (["run", "4_1", "--shots", "many"], "many"),
    (["run", "4_1", "--shots", "1e3"], "1e3"),
    (["run", "4_1", "--seed", "-1"], "seed=-1"),
    (["run", "4_1", "--noise", "-1"], "noise factor -1.0"),
    (["run", "4_1", "--noise", "nan"], "noise factor nan"),
    (["run", "4_1", "--noise", "1e999"], "noise factor inf"),
    (["run", "4_1", "--noise", "loud"], "unknown device 'loud'"),
    (["run", "4_1", "--mitigation", "magic"], "unknown mitigation 'magic'"),
    (["run", "4_1", "--mitigation", "detection,detection"], "twice"),
    (["run", "4_1", "--circuit", "loop"], "loop"),
    (["run", "4_1", "--closure", "plat"], "even number of strands"),
    (["run", "1_7"], "unknown knot or link '1_7'"),
    (["run", "6_1", "--circuit", "hadamard", "--device", "ibm_fez"], "as a line of qubits"),
    (["run", "[]", "--strands", "22", "--device", "H1-1"], "needs 21 qubits and H1-1 has 20"),
    (["show", "nowhere"], "nowhere holds no run"),
    (["show"], "DIR"),
    (["compile", "4_1", "--target", "cirq"], "cirq"),
    (["compile", "4_1", "--part", "both"], "both"),
    (["compile", "4_1", "--path", "0011"], "no two adjacent zeros"),
    (["compile", "4_1", "--path", "01"], "has 4 bits"),
    (["compile", "4_1", "--stats", "--shots", "1"], "shots=1: real and imaginary part need 2"),
    (["compile", "4_1", "--json", "--circuits", "0"], "circuits=0, shots=2000: give 1 circuit"),
    (["compile", "4_1", "--json", "--circuits", "2001"], "circuits=2001, shots=2000: give 1"),
    (["compile", "4_1", "--seed", "-1"], "seed=-1"),
    (["compile", "4_1", "--seed", "-1", "--json"], "seed=-1"),
    (["compile", "4_1", "--device", "H3-1"], "unknown device 'H3-1'"),
    (["compile", "4_1", "--out", "no/such/folder/file"], "cannot write no/such/folder/file"),
    (["info", "more"], "more"),
]


@pytest.mark.parametrize(("arguments", "message"), ERRORS, ids=lambda v: str(v)[:40])
def test_errors_are_one_line(shell: Shell, arguments: list[str], message: str) -> None:
    assert message in shell.error(*arguments)


@pytest.mark.parametrize("arguments", [a for a, _ in ERRORS if a[0] == "run"], ids=str)
def test_errors_in_arguments_leave_nothing_behind(
    shell: Shell, tmp_path: Path, arguments: list[str]
) -> None:
    shell.error(*arguments)
    assert list(tmp_path.iterdir()) == []


def test_binary_files_are_no_braids(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "word").write_bytes(b"\xff\xfe\x00")
    assert "cannot read the braid from 'word'" in shell.error("jones", "@word")


def test_binary_input_is_no_braid(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe"), encoding="utf-8"))
    shell.error("jones", "-")


def test_empty_input_is_no_braid(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert "the braid is empty text" in shell.error("jones", "-")


def test_folder_that_is_a_file(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("something else")
    message = shell.error("run", "3_1", "--shots", "40", "--out", "file")
    assert "cannot write to file" in message
    assert "file" in shell.error("show", "file")


def test_folder_with_a_finished_or_another_run(shell: Shell) -> None:
    shell("run", "3_1", "--shots", "40", "--seed", "1", "--out", "a")
    message = shell.error("run", "3_1", "--shots", "40", "--seed", "1", "--out", "a")
    assert "already holds a finished run; see it with: plait show a" in message


@pytest.mark.parametrize("factor", ["1000", "1e6"])
@pytest.mark.parametrize("device", ["H1-1", "H2-1", "ibm_fez"])
def test_huge_noise(shell: Shell, device: str, factor: str) -> None:
    options = ["--shots", "40", "--seed", "1", "--device", device, "--noise", factor]
    data = shell("run", "6_1", *options, "--json").json()
    assert data["shots"] == 40


# run and show

RUN = ["run", "4_1", "--shots", "120", "--seed", "5"]


def test_json_of_a_run(shell: Shell) -> None:
    answer = shell(*RUN, "--out", "a", "--json")
    data = answer.json()
    assert answer.err == ""
    assert {
        "value", "interval", "raw_value", "exact_value", "shots", "kept", "two_qubit_gates",
        "qubits", "device", "seed", "covered",
    } <= set(data)  # fmt: skip
    for key in ("value", "raw_value", "exact_value", "z"):
        assert len(data[key]) == 2
        assert all(isinstance(part, float) for part in data[key])
    for key in ("interval", "raw_interval"):
        (a, b), (c, d) = data[key]
        assert a < b
        assert c < d
    assert (data["shots"], data["seed"], data["device"], data["qubits"]) == (120, 5, "H2-1", 2)
    assert 0 <= data["kept"] <= 120
    assert isinstance(data["kept"], int)
    assert data["two_qubit_gates"] > 0
    assert isinstance(data["covered"], bool)
    assert (data["name"], data["folder"]) == ("4_1", "a")
    assert abs(value_of(data, "exact_value") - complex(plait.jones("4_1"))) < 1e-12
    inside = [
        low <= part <= high
        for (low, high), part in zip(data["interval"], data["exact_value"], strict=True)
    ]
    assert data["covered"] == all(inside)
    alone = plait.estimate("4_1", shots=120, seed=5)
    assert value_of(data) == alone.value


def test_show_prints_the_same_again(shell: Shell) -> None:
    first = shell(*RUN, "--out", "a")
    assert first.err == ""
    assert shell("show", "a").out == first.out
    data = shell("show", "a", "--json").json()
    assert value_of(data) == load_run("a").estimate.value
    for text in ("4_1: markov closure", "echo, 2 qubits", "H2-1 (simulated), seed 5", "record: a"):
        assert text in first.out
    assert re.search(r"exact +-1\.2361 \+ 0\.0000i", first.out)
    assert re.search(r"(not )?covered: \|mitigated - exact\| = \d\.\d{4}", first.out)
    # Brackets are not markup.
    assert len(re.findall(r"\[-?\d\.\d{4}, -?\d\.\d{4}\]", first.out)) == 4


def test_default_folder(shell: Shell, tmp_path: Path) -> None:
    folders = [
        shell("run", "1 -2 1 -2", "--shots", "8", "--seed", "1", "--json").json()["folder"]
        for _ in range(2)
    ]
    assert len(set(folders)) == 2
    for folder in folders:
        assert re.fullmatch(r"plait-runs/1_-2_1_-2-\d{8}-\d{6}(-2)?", folder)
        assert (tmp_path / folder / "record.json").exists()


def test_seeds_are_drawn_and_recorded(shell: Shell) -> None:
    first = shell("run", "3_1", "--shots", "60", "--json").json()
    again = shell("run", "3_1", "--shots", "60", "--seed", str(first["seed"]), "--json").json()
    assert again["value"] == first["value"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--mitigation", "none"], {"mitigation": []}),
        (["--mitigation", "detection"], {"mitigation": ["detection"]}),
        (["--circuit", "hadamard"], {"circuit": "hadamard"}),
        (["--device", "ibm_fez"], {"device": "ibm_fez"}),
        (["--closure", "plat", "--strands", "4"], {"closure": "plat"}),
        (["--noise", "0"], {"kept": 40}),
        (["--noise", "H1-1"], {"device": "H2-1"}),
    ],
    ids=str,
)
def test_options_of_run(shell: Shell, options: list[str], expected: dict[str, Any]) -> None:
    data = shell("run", "4_1", "--shots", "40", "--seed", "1", *options, "--json").json()
    assert {key: data[key] for key in expected} == expected


def test_braids_with_negative_first_letter_run(shell: Shell) -> None:
    data = shell("run", "-1 -1 -1", "--shots", "40", "--seed", "1", "--json").json()
    assert abs(value_of(data, "exact_value") - TREFOIL.conjugate()) < 1e-12
    assert data["name"] == "-1 -1 -1"


def test_check_that_passes(shell: Shell) -> None:
    options = ["--shots", "400", "--seed", "1", "--device", "ideal", "--check"]
    answer = shell("run", "3_1", *options, code=0)
    assert "covered: " in answer.out
    assert answer.err == ""


DEEP = "2 2 -3 2 1 -2 3 -1 2 2 -3 1 2 -3 -1 2"
NOISY = [DEEP, "--closure", "plat", "--shots", "2000", "--seed", "3", "--noise", "25"]


def test_check_that_fails(shell: Shell) -> None:
    """Noise that mitigation does not remove: the interval, which is about shots, misses."""
    answer = shell("run", *NOISY, "--check", "--out", "a", code=1)
    assert "not covered: " in answer.out
    assert answer.err == "check failed: the interval does not cover the exact value\n"
    data = shell("show", "a", "--json").json()
    assert data["covered"] is False
    # The record is there, and without --check the same result is no failure.
    assert shell("run", *NOISY, "--out", "b", "--json").json()["value"] == data["value"]


def test_failed_checks_keep_json_clean(shell: Shell) -> None:
    answer = shell("run", *NOISY, "--check", "--json", code=1)
    assert answer.json()["covered"] is False
    assert "check failed" in answer.err


def test_unfinished_runs_are_shown_and_continued(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = shell(*RUN, "--out", "whole", "--json").json()
    real, rounds = plait.pipeline.run_round, iter(range(100))  # type: ignore[attr-defined]

    def interrupted(*arguments: Any) -> Any:
        if next(rounds) == 4:
            raise KeyboardInterrupt
        return real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr("plait.pipeline.run_round", interrupted)
        stopped = shell(*RUN, "--out", "a", code=130)
    assert stopped.out == ""
    assert "the shots measured so far are in a" in stopped.err
    assert "plait show a" in stopped.err
    shown = shell("show", "a").out
    assert "48 of 120 planned (unfinished run)" in shown
    assert shell("show", "a", "--json").json()["shots"] == 48
    data = shell(*RUN, "--out", "a", "--json").json()
    for key in set(whole) - {"seconds", "exact", "folder"}:
        assert data[key] == whole[key]


def test_interrupted_before_the_first_round(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("plait.pipeline.run_round", interrupted)
    stopped = shell(*RUN, "--out", "a", code=130)
    assert stopped.err == "stopped before the first round of shots was finished\n"
    assert "before its first round of shots was finished" in shell.error("show", "a")


@pytest.mark.parametrize("name", ["lab [1]", "[red]lab[/red]", "[/]"])
def test_names_are_not_markup(shell: Shell, tmp_path: Path, name: str) -> None:
    source = Path(plait.circuits.__file__).parent / "device_data" / "H1-1.toml"
    text = source.read_text(encoding="utf-8").replace('name = "H1-1"', f'name = "{name}"')
    (tmp_path / "lab.toml").write_text(text, encoding="utf-8")
    options = ["--shots", "8", "--seed", "1", "--device", "lab.toml"]
    out = shell("run", "3_1", *options, "--out", "[b]folder[/b]").out
    assert f"{name} (simulated)" in out
    assert "record: [b]folder[/b]" in out


def test_folders_are_not_markup_when_stopped(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, rounds = plait.pipeline.run_round, iter(range(100))  # type: ignore[attr-defined]

    def interrupted(*arguments: Any) -> Any:
        if next(rounds) == 2:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr("plait.pipeline.run_round", interrupted)
    stopped = shell(*RUN, "--out", "run[red]1", code=130)
    assert "plait show run[red]1" in stopped.err


# compile


def probabilities_of_qiskit(circuit: Any) -> Any:
    circuit.remove_final_measurements()
    return Statevector(circuit).probabilities()


@pytest.mark.parametrize("part", ["real", "imag"])
@pytest.mark.parametrize("device", ["H2-1", "ibm_fez"])
def test_compile_to_qasm(shell: Shell, device: str, part: str) -> None:
    options = ["--path", "01101", "--part", part, "--device", device, "--as-given"]
    answer = shell("compile", "6_1", *options)
    read = qasm2.loads(answer.out, custom_instructions=qasm2.LEGACY_CUSTOM_INSTRUCTIONS)
    circuit = build_circuit("6_1", "01101", part=part, target=device)  # type: ignore[arg-type]
    want = Statevector(to_qiskit(circuit, measure=False)).probabilities()
    np.testing.assert_allclose(probabilities_of_qiskit(read), want, atol=1e-10)
    assert circuit_from_qasm_str(answer.out).n_qubits == 3
    assert f"echo-{part}-01101 for {device}: 3 qubits" in answer.err
    assert f"{circuit.two_qubit_gates} two-qubit gates" in answer.err
    shell("compile", "6_1", *options, "--out", "c.qasm")
    assert Path("c.qasm").read_text(encoding="utf-8") == answer.out


def test_compile_to_pytket(shell: Shell) -> None:
    options = ["--target", "pytket", "--path", "01101", "--as-given"]
    answer = shell("compile", "6_1", *options)
    read = PytketCircuit.from_dict(json.loads(answer.out))
    circuit = build_circuit("6_1", "01101")
    assert read.n_qubits == 3
    assert read.n_bits == 3
    assert read.n_2qb_gates() == circuit.two_qubit_gates
    shell("compile", "6_1", *options, "--out", "c.json")
    text = Path("c.json").read_text(encoding="utf-8")
    assert PytketCircuit.from_dict(json.loads(text)) == read


@pytest.mark.parametrize(("device", "gate"), [("H2-1", "rzz"), ("ibm_fez", "cz")])
def test_compile_to_qiskit(shell: Shell, device: str, gate: str) -> None:
    options = ["--target", "qiskit", "--path", "01101", "--device", device, "--as-given"]
    answer = shell("compile", "6_1", *options, "--out", "c.qpy")
    assert answer.out == ""
    with Path("c.qpy").open("rb") as file:
        (read,) = qpy.load(file)
    circuit = build_circuit("6_1", "01101", target=device)
    assert read.count_ops()[gate] == circuit.two_qubit_gates
    want = Statevector(to_qiskit(circuit, measure=False)).probabilities()
    np.testing.assert_allclose(probabilities_of_qiskit(read), want, atol=1e-10)
    drawing = shell("compile", "6_1", *options).out
    assert "q_2" in drawing
    assert "c: 3/" in drawing


def test_compile_draws_a_path_by_its_seed(shell: Shell) -> None:
    names = [shell("compile", "6_1", "--seed", str(seed)).err.split()[0] for seed in range(12)]
    assert len(set(names)) > 2
    assert shell("compile", "6_1", "--seed", "3").err.split()[0] == names[3]
    plat = shell("compile", "2 2 2", "--strands", "4", "--closure", "plat").err
    assert plat.startswith("echo-real-01010 ")


def test_compile_hadamard_test(shell: Shell) -> None:
    answer = shell("compile", "4_1", "--circuit", "hadamard", "--path", "0111")
    assert answer.err.startswith("hadamard-real-0111 ")
    assert circuit_from_qasm_str(answer.out).n_qubits == 2


@pytest.mark.parametrize("target", ["qasm", "qasm2", "qasm3"])
def test_compile_to_versions_of_qasm(shell: Shell, target: str) -> None:
    answer = shell("compile", "6_1", "--target", target, "--path", "01101", "--as-given")
    circuit = build_circuit("6_1", "01101", target="H2-1")
    want = to_qasm3(circuit) if target == "qasm3" else to_qasm(circuit)
    assert answer.out == want


def test_compile_uses_the_cheapest_word(shell: Shell) -> None:
    braid = Braid([1, 2, 3, 3, -2, 1])
    form = cheapest_form(braid, "markov", device("H2-1"))
    assert form != braid
    options = ["--device", "H2-1", "--path", "01101"]
    answer = shell("compile", "1 2 3 3 -2 1", *options)
    assert answer.out == to_qasm(build_circuit(form, "01101", target="H2-1"))
    assert f"compiled as the word {' '.join(map(str, form.word))}" in answer.err
    given = shell("compile", "1 2 3 3 -2 1", *options, "--as-given")
    assert given.out == to_qasm(build_circuit(braid, "01101", target="H2-1"))
    assert "compiled as" not in given.err
    cheap, dear = (
        shell("compile", "1 2 3 3 -2 1", *options, "--json", *more).json()
        for more in ([], ["--as-given"])
    )
    assert (cheap["form"], dear["form"]) == (list(form.word), list(braid.word))
    assert cheap["two_qubit_gates"] < dear["two_qubit_gates"]
    textbook = shell("compile", "1 2 3 3 -2 1", "--circuit", "hadamard", *options)
    assert "compiled as" not in textbook.err


@pytest.mark.parametrize("closure", ["markov", "plat"])
def test_statistics_of_compiling(shell: Shell, closure: str) -> None:
    options = ["--strands", "4", "--closure", closure, "--device", "H1-1"]
    answer = shell("compile", "2 2 -1 2", *options, "--json")
    data = answer.json()
    assert answer.err == ""
    assert {
        "device", "circuit", "closure", "paths", "all_paths", "form", "qubits", "two_qubit_gates",
        "two_qubit_depth", "one_qubit_gates", "expected_fidelity", "estimates",
    } == set(data)  # fmt: skip
    assert (data["device"], data["closure"], data["qubits"]) == ("H1-1", closure, 3)
    assert 0.9 < data["expected_fidelity"] < 1
    assert shell("compile", "2 2 -1 2", *options, "--json").json() == data


def test_statistics_are_means_over_all_paths(shell: Shell) -> None:
    braid = Braid([1, -2, 1, -2])
    circuits = [
        (build_circuit(braid, s, part=part, target="ibm_fez"), path_probability(s))
        for s in paths(3).tolist()
        for part in PARTS
    ]
    options = ["--device", "ibm_fez", "--as-given", "--json"]
    data = shell("compile", "1 -2 1 -2", *options).json()
    for key, value in CircuitStatistics.of(circuits, device("ibm_fez")).to_json().items():
        assert data[key] == pytest.approx(value), key


def test_estimates_of_compiling(shell: Shell) -> None:
    """The HQC formula, by hand; circuits are counted by drawing as a run would."""
    options = ["--device", "H1-1", "--shots", "600", "--json"]
    data = shell("compile", "1 -2 1 -2 3 -4 3 -4", *options).json()
    run = data["estimates"]
    assert (run["shots"], run["jobs"], run["seconds"]) == (600, 1, None)
    assert run["hqc"]["estimate"]
    assert "circuits × 5 + shots × (N1q + 10 N2q + 5 Nm)/5000" in run["hqc"]["formula"]
    per_shot = data["one_qubit_gates"] + 10 * data["two_qubit_gates"] + 5 * data["qubits"]
    assert run["hqc"]["value"] == pytest.approx(5 * run["circuits"] + 600 * per_shot / 5000)
    rng = np.random.default_rng(1)
    draws = 200
    seen = [len(np.unique(sample_paths(5, 300, rng), axis=0)) for _ in range(draws)]
    # Four standard errors.
    assert abs(2 * np.mean(seen) - run["circuits"]) < 8 * np.std(seen) / draws**0.5 + 1e-9
    few = shell("compile", "1 -2 1 -2 3 -4 3 -4", *options, "--circuits", "4").json()
    assert few["estimates"]["circuits"] == 4
    assert few["estimates"]["hqc"]["value"] == pytest.approx(20 + 600 * per_shot / 5000)
    plat = shell("compile", "2 2 2", "--strands", "4", "--closure", "plat", *options).json()
    assert plat["estimates"]["circuits"] == 2


@pytest.mark.parametrize(
    ("device", "lines"),
    [
        ("H1-1", ["cost .* HQC", "circuits × 5", "run time +not known for this device"]),
        ("Heron", ["device +ibm_fez", "cost .* quantum seconds", "run time .* s", "jobs × 2 s"]),
        ("ideal", ["cost +not known", "expected fidelity +1.0000", "means over all 5 paths"]),
    ],
)
def test_table_of_compiling(shell: Shell, device: str, lines: list[str]) -> None:
    answer = shell("compile", "2 2 -1 2 3", "--device", device, "--stats")
    assert answer.err == ""
    for line in ("two-qubit gates +[0-9.]+", "two-qubit depth", "qubits +3", *lines):
        assert re.search(line, answer.out), line


def test_table_of_a_long_word(shell: Shell) -> None:
    word = "1 -2 3 " * 40
    assert re.search(r"word +of 120 letters", shell("compile", word, "--stats").out)


# info, help


def test_info(shell: Shell) -> None:
    data = shell("info", "--json").json()
    assert data["versions"]["plait"] == plait.__version__
    assert list(data["devices"]) == device_names()
    assert data["mitigation"] == ["none", *METHODS]
    assert {"detection", "conjugate", "pairs", "survival", "reference"} <= METHODS.keys()
    assert {"auto", "face", "dense"} <= set(data["methods"])
    assert {"tables", "plot", "ibm", "quantinuum", "all"} <= set(data["extras"])
    for extra, state in data["extras"].items():
        assert state["install"] == f'pip install "plait[{extra}]"'
    table = shell("info").out
    for name in ("qiskit", "platform", "device H2-1", "extra tables", "mitigation"):
        assert name in table


def test_version(shell: Shell) -> None:
    assert shell("--version").out == f"plait {plait.__version__}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["run", "--help"], ["jones", "-h"]])
def test_help(shell: Shell, arguments: list[str]) -> None:
    answer = shell(*arguments)
    assert "Usage: plait" in answer.out
    assert answer.err == ""


def test_help_names_all_commands(shell: Shell) -> None:
    out = shell("--help").out
    for command in ("jones", "run", "show", "compile", "info"):
        assert re.search(rf"\b{command}\b", out)


def test_runs_say_what_their_interval_does_not_hold(shell: Shell) -> None:
    run = ("run", "1 -2 1 -2", "--shots", "120", "--seed", "1", "--mitigation")
    with_scale = shell(*run, "conjugate,survival").out
    assert re.search(r"not in the interval: \d+% of \|V\| \(scatter of \d+ braids", with_scale)
    assert "not in the interval" not in shell(*run, "conjugate,detection").out
