"""Recorded shots again: the published experiment to its known digits, runs, damaged files."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytket.backends.backendresult import BackendResult
from pytket.circuit import Bit
from pytket.utils.outcomearray import OutcomeArray

import plait
from plait import reanalysis
from plait.circuits import SERIES
from plait.jobs import collect, prepare, submit
from plait.knots import Braid, InputError, RecordError, UnknownNameError
from plait.mitigation import Observations, estimator, jones_factor
from plait.reanalysis import CANDIDATES, Reanalysis, Recorded, mitigate, read_recorded

DATA = Path(__file__).parents[3] / "shared" / "data"
published = pytest.mark.skipif(not (DATA / "h2-2").is_dir(), reason="no published shots")

# E_s⟨s|U|s⟩ of the published braid in its own convention.
TRUTH = -0.13274 - 0.81708j


def word() -> str:
    data = json.loads((DATA / "b_n15_l15.json").read_text(encoding="utf-8"))
    return " ".join(map(str, data["original"]["word"]))


def reference_file() -> str:
    return (DATA / "b_n15_l15.json").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def machine() -> Recorded:
    return read_recorded(DATA / "h2-2", braid=reference_file())


@pytest.fixture(scope="module")
def emulator() -> Recorded:
    return read_recorded(DATA / "h1-1e", braid=reference_file())


# |z|, arg z modulo 180°, and the relative error up to the sign, as printed: |z| to three digits,
# whole degrees, whole per cent.
MACHINE = {
    "none": (0.215, 141, 90),
    "detection": (0.283, 141, 88),
    "published-average": (0.270, 82, 67),
    "published-shots": (0.472, 90, 45),
    "pairs": (0.328, 89, 61),
    "pairs,detection": (0.432, 89, 49),
    "pairs,depolarizing": (0.427, 89, 49),
    "pairs,keep": (0.660, 89, 24),
    "pairs,survival": (0.749, 89, 16),
}
EMULATOR = {
    "none": (0.453, 165, 109),
    "conjugate": (0.466, 74, 44),
    "conjugate,depolarizing": (0.565, 74, 33),
    "conjugate,keep": (0.821, 74, 11),
    "conjugate,survival": (0.823, 74, 11),
}


def assert_row(found: Reanalysis, name: str, row: tuple[float, int, int]) -> None:
    size, degrees, percent = row
    z = found.estimates[name].value
    # Values of the JSON file are in the convention of the files.
    assert abs(z) == pytest.approx(size, abs=6.1e-4)
    turned = (np.degrees(np.angle(z)) - degrees + 90) % 180 - 90
    assert abs(turned) <= 0.55
    error = min(abs(z - TRUTH), abs(z + TRUTH)) / abs(TRUTH)
    assert 100 * error == pytest.approx(percent, abs=0.55)
    if not found.estimates[name].sign_known:
        assert found.error(name) == pytest.approx(error, abs=1e-4)


@published
def test_published_machine(machine: Recorded) -> None:
    found = mitigate(machine, MACHINE)
    for name, row in MACHINE.items():
        assert_row(found, name, row)
    assert found.recommended == "pairs,survival"
    assert found.exact == pytest.approx(TRUTH, abs=1e-5)
    # Of the circuits that a method uses.
    assert {n: e.shots for n, e in found.estimates.items()} == {
        n: 8000 if "pairs" in n or "published" in n else 4000 for n in MACHINE
    }


@published
def test_published_emulator(emulator: Recorded) -> None:
    found = mitigate(emulator)
    for name, row in EMULATOR.items():
        assert_row(found, name, row)
    # Nothing here is interleaved.
    assert not any(n.startswith(("pairs", "tracking", "published")) for n in found.estimates)
    assert found.recommended == "conjugate,survival"


@published
def test_published_intervals(machine: Recorded) -> None:
    """Error bars by files, row 10 as printed: errors of 8 to 30 %."""
    found = mitigate(machine, ["pairs,survival"])
    e = found.estimates["pairs,survival"]
    errors = np.minimum(abs(e.draws - TRUTH), abs(e.draws + TRUTH)) / abs(TRUTH)
    low, high = np.quantile(errors, [0.025, 0.975])
    assert low == pytest.approx(0.08, abs=0.02)
    assert high == pytest.approx(0.30, abs=0.03)
    assert e.systematic is not None
    assert 0.02 < e.systematic.magnitude < 0.2


@published
@pytest.mark.slow
def test_published_machine_tracked(machine: Recorded) -> None:
    rows = {
        "tracking": (0.294, 89, 65),
        "tracking,keep": (0.591, 89, 31),
        "tracking,survival": (0.762, 89, 15),
    }
    found = mitigate(machine, rows)
    for name, (size, degrees, percent) in rows.items():
        z = found.estimates[name].value
        assert abs(z) == pytest.approx(size, abs=0.01)
        assert (np.degrees(np.angle(z)) - degrees + 90) % 180 - 90 == pytest.approx(0, abs=1.5)
        error = min(abs(z - TRUTH), abs(z + TRUTH)) / abs(TRUTH)
        assert 100 * error == pytest.approx(percent, abs=2)


@published
def test_values_of_a_word_are_conjugated(emulator: Recorded) -> None:
    """The published circuits of a word are those of its mirror image here."""
    names = ["none", "conjugate,survival"]
    of_file = mitigate(emulator, names, interval="bca")
    recorded = read_recorded(DATA / "h1-1e", braid=word())
    of_word = mitigate(recorded, names, interval="bca")
    assert (recorded.conjugated, emulator.conjugated) == (True, False)
    assert recorded.braid is not None
    assert emulator.braid == recorded.braid.mirror()
    assert of_word.exact == pytest.approx(TRUTH.conjugate(), abs=1e-5)
    assert of_file.exact == pytest.approx(TRUTH, abs=1e-5)
    for name in names:
        assert of_word.estimates[name].value == of_file.estimates[name].value.conjugate()
        assert of_word.error(name) == pytest.approx(of_file.error(name))
        (real, (low, high)) = of_file.interval(name)
        assert np.ravel(of_word.interval(name)) == pytest.approx([*real, -high, -low])


@published
def test_shots_of_an_unknown_braid() -> None:
    found = mitigate(read_recorded(DATA / "h1-1e"), ["conjugate"])
    assert found.exact is None
    assert found.error("conjugate") is None
    data = found.to_json()
    assert (data["braid"], data["exact"]) == (None, None)
    assert "jones" not in data["methods"]["conjugate"]


@published
def test_files_that_do_not_go_together() -> None:
    with pytest.raises(InputError, match="files with all four circuits and with one do not go"):
        read_recorded(DATA / "h2-2", DATA / "h1-1e")
    with pytest.raises(InputError, match=r"the braid has 3 strands, and the paths .* are of 15"):
        read_recorded(DATA / "h1-1e", braid="1 2 1")
    found = mitigate(read_recorded(DATA / "h1-1e" / "normal"), ["none"])
    assert found.estimates["none"].shots == 1000
    with pytest.raises(InputError, match="conjugate needs circuits of the series conjugate-real"):
        mitigate(read_recorded(DATA / "h1-1e" / "normal"), ["conjugate"])


@published
def test_files_are_read_once(emulator: Recorded) -> None:
    folder, same = DATA / "h1-1e", DATA / "h1-1e" / "normal" / ".." / "conj"
    again = read_recorded(folder, same, *sorted(folder.glob("conj/*.json")))
    assert again.source == emulator.source
    assert again.experiments[0].shots == emulator.experiments[0].shots == 2000


@published
def test_files_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = []
    parse = BackendResult.from_dict

    def counted(data: dict[str, Any]) -> BackendResult:
        parsed.append(data)
        return parse(data)

    monkeypatch.setattr(BackendResult, "from_dict", counted)
    read_recorded(DATA / "h2-2")
    assert len(parsed) == 20


@published
def test_which_files_are_of_the_mirror_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of a file says it, however the path is written, and no folder above it."""
    copies = tmp_path / "conjectures" / "conj"
    for part in ("normal", "conj"):
        (copies / part).mkdir(parents=True)
        for file in (DATA / "h1-1e" / part).glob("*.json"):
            (copies / part / file.name).write_bytes(file.read_bytes())
    whole = read_recorded(copies)
    assert whole.source == "4 files of recorded shots, 2 of them of the mirror image"
    assert set(whole.experiments[0].series) == set(SERIES)
    (copies / "conj").rename(copies / "conjugate")
    monkeypatch.chdir(copies / "conjugate")
    inside = read_recorded(".")
    assert inside.experiments[0].series == ("conjugate-real", "conjugate-imag")
    assert inside.source == "2 files of recorded shots, 2 of them of the mirror image"
    (imag,) = Path().glob("imag*.json")
    assert read_recorded(imag).experiments[0].series == ("conjugate-imag",)
    assert read_recorded(imag).source == "1 file of recorded shots, 1 of them of the mirror image"


@published
def test_shots_without_the_braid_itself() -> None:
    recorded = read_recorded(DATA / "h1-1e" / "conj")
    with pytest.raises(InputError, match=r"of the series conjugate-real, .* needs real and imag"):
        mitigate(recorded)


@published
def test_what_did_not_run_is_refused(machine: Recorded) -> None:
    for name in ("decoupling", "zne", "reference"):
        with pytest.raises(InputError, match=f"mitigation {name} changes what runs, and these"):
            mitigate(machine, [f"{name},detection" if name == "decoupling" else name])


@published
def test_what_is_known_of_circuits_of_others(machine: Recorded, emulator: Recorded) -> None:
    """Their braid is unlike those of the training, which says nothing for other methods."""
    found = mitigate(emulator, ["none", "conjugate,keep", "conjugate,survival"])
    assert not found.estimates["none"].notes
    (note,) = found.estimates["conjugate,survival"].notes
    assert "this braid has 15" in note
    assert found.recommended == "conjugate,survival"
    assert machine.plan is not None
    assert (machine.plan.interleaved, machine.plan.shots) == (True, 8000)
    assert emulator.plan is not None
    assert not emulator.plan.interleaved


@published
def test_random_paths_are_no_plat_closure(tmp_path: Path) -> None:
    result = json.loads(next((DATA / "h1-1e" / "normal").glob("*.json")).read_text())
    # Without the last strand.
    kept = [k for k, (name, index) in enumerate(result["bits"]) if index != [14] or name != "c"]
    kept = [k for k in kept if result["bits"][k] != ["r", [15]]]
    shots = BackendResult.from_dict(result).get_shots()[:, kept]
    bits = [Bit(*result["bits"][k]) for k in kept]
    fewer = BackendResult(shots=OutcomeArray.from_readouts(shots.tolist()), c_bits=bits)
    (tmp_path / "a.json").write_text(json.dumps(fewer.to_dict()))
    assert read_recorded(tmp_path, braid="1 3 5 7 9 11 13").plan is not None
    with pytest.raises(InputError, match="random, which is the Markov closure; leave --closure"):
        read_recorded(tmp_path, braid="1 3 5 7 9 11 13", closure="plat")
    (tmp_path / "b.json").write_text(json.dumps(result))
    with pytest.raises(InputError, match=r"a\.json has paths of 14 strands and .*b\.json of 15"):
        read_recorded(tmp_path)


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="give the folder of a run, or files with recorded"):
        read_recorded()
    with pytest.raises(RecordError, match="there are no JSON files in"):
        read_recorded(tmp_path)
    with pytest.raises(RecordError, match=r"cannot read .*gone\.json"):
        read_recorded(tmp_path / "gone.json")


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("", RecordError, r"cannot read .*file\.json"),
        ("{", RecordError, r"cannot read .*file\.json"),
        ("[1]", InputError, r"file\.json is no pytket BackendResult"),
        ("{}", InputError, r"file\.json is no pytket BackendResult"),
        ('{"bits": 3, "shots": 1}', RecordError, r"cannot read .*file\.json"),
        ('{"bits": [[]], "shots": 1}', RecordError, r"cannot read .*file\.json"),
        ('{"bits": [["c", [0]]], "shots": 1}', InputError, r"file\.json: not a pytket Backend"),
        ('{"bits": [["r_br", [0]]], "shots": null}', InputError, r"file\.json: not a pytket"),
        (
            '{"qubits": [], "bits": [["c", [0]]], "shots": {"width": 1, "array": []}}',
            InputError,
            r"file\.json: not a pytket BackendResult with at least one shot",
        ),
        (
            '{"qubits": [], "bits": [["c", [0]]], "shots": {"width": 1}}',
            InputError,
            r"file\.json: .*'array' is missing",
        ),
        (
            '{"qubits": [], "bits": [["c", [0]]], "shots": {"width": 1, "array": [[128]]}}',
            InputError,
            r"file\.json: no register 'r_br' in the result; it has c",
        ),
    ],
)
def test_damaged_files(tmp_path: Path, text: str, kind: type[Exception], message: str) -> None:
    (tmp_path / "file.json").write_text(text)
    with pytest.raises(kind, match=message):
        read_recorded(tmp_path / "file.json")


def test_files_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "file.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecordError, match=r"cannot read .*file\.json"):
        read_recorded(tmp_path)


BRAID = "1 -2 3 -2 1 2"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of an interleaved run."""
    path = tmp_path_factory.mktemp("runs") / "run"
    plait.run(
        BRAID, shots=800, mitigation="pairs,depolarizing", device="H1-1", noise=3, seed=5, out=path
    )
    return path


def test_a_run(folder: Path) -> None:
    recorded = read_recorded(folder)
    (o,) = recorded.experiments
    assert o.paired
    assert o.shots == 800
    assert recorded.braid == Braid(BRAID)
    assert not recorded.conjugated
    names = [n for n in CANDIDATES if "tracking" not in n and "reference" not in n]
    found = mitigate(recorded, names)
    assert list(found.estimates) == names
    # What the run itself found.
    record = plait.load_run(folder)
    assert found.recommended == "pairs,depolarizing"
    assert found.estimates["pairs,depolarizing"].value == pytest.approx(record.estimate.z)
    assert record.exact is not None
    factor = jones_factor(Braid(BRAID), "markov")
    assert found.exact == pytest.approx(record.exact.value / factor)
    row = found.to_json()["methods"]["pairs,depolarizing"]
    assert complex(*row["jones"]) == pytest.approx(record.estimate.value)


def test_json(folder: Path) -> None:
    found = mitigate(read_recorded(folder), ["none", "pairs"], level=0.9, interval="bca", seed=3)
    data = json.loads(json.dumps(found.to_json()))
    assert data["kind"] == "mitigation"
    assert (data["level"], data["interval_kind"], data["seed"]) == (0.9, "bca", 3)
    assert data["braid"] == {"word": list(Braid(BRAID).word), "strands": 4}
    assert set(data["methods"]) == {"none", "pairs"}
    for name, row in data["methods"].items():
        assert complex(*row["value"]) == found.estimates[name].value
        (a, b), (c, d) = row["interval"]
        assert a < row["value"][0] < b
        assert c < row["value"][1] < d
        assert row["shots"] == (400 if name == "none" else 800)
        assert row["sign_known"] == (name == "none")
        assert row["error"] == found.error(name)


def test_same_seed_same_intervals(folder: Path) -> None:
    recorded = read_recorded(folder)
    first, again, other = (mitigate(recorded, ["pairs"], seed=seed) for seed in (1, 1, 2))
    assert first.interval("pairs") == again.interval("pairs") != other.interval("pairs")


def test_an_interrupted_run(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done >= total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plait.run(BRAID, shots=400, mitigation="pairs", seed=5, out=tmp_path, progress=stop)
    (o,) = read_recorded(tmp_path).experiments
    assert 200 <= o.shots < 400
    (tmp_path / "shots.jsonl").write_text("")
    with pytest.raises(RecordError, match="no round of shots was finished; repeat its command"):
        read_recorded(tmp_path)


def test_a_submission(tmp_path: Path) -> None:
    path = tmp_path / "job"
    submit(prepare(BRAID, backend="simulator", device="H1-1", shots=80, seed=3), path)
    job = collect(path)
    assert job.record is not None
    recorded = read_recorded(path)
    found = mitigate(recorded, ["none", "detection,conjugate"])
    assert set(recorded.experiments[0].series) == set(SERIES)
    assert found.estimates["detection,conjugate"].value == pytest.approx(job.record.estimate.z)


def test_runs_stand_alone(folder: Path) -> None:
    with pytest.raises(InputError, match="is a run of its own; give one at a time"):
        read_recorded(folder, folder)
    with pytest.raises(InputError, match=r"is a run of its own; .* and no files beside it"):
        read_recorded(folder / "no.json", folder)
    with pytest.raises(InputError, match="says itself which braid it is of; leave --braid out"):
        read_recorded(folder, braid="1 1 1")


def test_damaged_runs(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("{}")
    with pytest.raises(RecordError, match=r"plan\.json is not the plan of a run"):
        read_recorded(tmp_path)
    (tmp_path / "ticket.json").write_text("[]")
    with pytest.raises(RecordError, match=r"ticket|submission"):
        read_recorded(tmp_path)


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"seed": -1}, InputError, "seed=-1: give an integer from 0 on"),
        ({"mitigation": ["magic"]}, UnknownNameError, "unknown mitigation 'magic'"),
        ({"mitigation": ["conjugate,pairs"]}, InputError, "exclude each other"),
        ({"interval": "normal"}, InputError, "interval='normal': choose one of: percentile, bca"),
        ({"exponents": "nowhere.json"}, plait.PlaitError, r"nowhere\.json"),
    ],
    ids=str,
)
def test_arguments_that_are_refused(
    folder: Path, options: dict[str, Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        mitigate(read_recorded(folder), **({"mitigation": ["none"]} | options))


@pytest.mark.parametrize("level", [0, 1, 2.0, float("nan")])
def test_levels_that_are_refused(folder: Path, level: float) -> None:
    with pytest.raises(InputError, match=r"level=.*: give a number between 0 and 1"):
        mitigate(read_recorded(folder), ["none"], level=level).to_json()


def test_text_is_one_list(folder: Path) -> None:
    assert list(mitigate(read_recorded(folder), "pairs,keep").estimates) == ["pairs,keep"]


def test_no_list_at_all(folder: Path) -> None:
    with pytest.raises(InputError, match=r"mitigation=\[\]: give one list of methods at least"):
        mitigate(read_recorded(folder), [])


def without_rows_that_are_kept() -> Recorded:
    """Of every shot some circuit was rejected."""
    kept = {s: np.arange(24) % 4 != k for k, s in enumerate(SERIES)}
    values = {s: k * 1.0 for s, k in kept.items()}
    o = Observations(values=values, kept=kept, paired=True, stretches=np.zeros(24, dtype=int))
    return Recorded(experiments=(o,), source="made up", braid=None)


def test_defaults_that_fail_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reanalysis, "CANDIDATES", ("none", "pairs", "published-average"))
    recorded = without_rows_that_are_kept()
    found = mitigate(recorded)
    assert list(found.estimates) == ["none", "pairs"]
    assert list(found.impossible) == ["published-average"]
    assert found.to_json()["not_possible"] == found.impossible
    with pytest.raises(InputError, match=re.escape(found.impossible["published-average"])):
        mitigate(recorded, "published-average")
    monkeypatch.setattr(reanalysis, "CANDIDATES", ("published-average",))
    with pytest.raises(InputError, match=r"no mitigation is possible .*; published-average: "):
        mitigate(recorded)


def test_defaults_have_what_the_run_changed(tmp_path: Path) -> None:
    options: dict[str, Any] = {"shots": 40, "seed": 1}
    plait.run(BRAID, mitigation="decoupling", out=tmp_path / "decoupled", **options)
    recorded = read_recorded(tmp_path / "decoupled")
    found = mitigate(recorded)
    assert set(found.estimates) == {
        "decoupling",
        *(f"decoupling,{scale}" for scale in ("detection", "depolarizing", "keep", "survival")),
    }
    assert found.recommended == "decoupling"
    assert mitigate(recorded, "detection,decoupling").estimates.keys() == {"detection,decoupling"}
    # Of what nobody asked for, the preferred one.
    assert mitigate(replace(recorded, mitigation=None), found.estimates).recommended


def test_the_list_of_the_run_is_a_default(tmp_path: Path) -> None:
    plait.run(BRAID, mitigation="readout,conjugate", shots=40, seed=1, out=tmp_path)
    found = mitigate(read_recorded(tmp_path))
    assert found.recommended == "readout,conjugate"
    assert "conjugate,detection" in found.estimates
    assert not any("decoupling" in name for name in found.estimates)


def test_folded_runs(tmp_path: Path) -> None:
    pytest.importorskip("mitiq")
    plait.run(BRAID, mitigation="zne,detection", shots=60, seed=1, out=tmp_path)
    recorded = read_recorded(tmp_path)
    assert [plan.fold for plan in recorded.plans] == [1, 3, 5]
    found = mitigate(recorded)
    assert found.recommended == "zne,detection"
    assert "detection" in found.estimates
    assert "zne" in mitigate(recorded, "zne").estimates
    with pytest.raises(InputError, match="decoupling changes what runs"):
        mitigate(recorded, "decoupling,zne")


def test_readout_of_a_submission(tmp_path: Path) -> None:
    """The device is known there too, as plait collect knows it."""
    options: dict[str, Any] = {"backend": "simulator", "device": "ibm_fez", "shots": 80, "seed": 3}
    submission = prepare("1 2 1 2", mitigation="readout", **options)
    submit(submission, tmp_path / "d")
    recorded = read_recorded(tmp_path / "d")
    assert recorded.target == submission.target
    found = mitigate(recorded, ["none", "readout"]).estimates
    assert 0 < abs(found["readout"].value - found["none"].value) < 0.1


def test_hadamard_tests_have_no_survival(tmp_path: Path) -> None:
    plait.run("3_1", circuit="hadamard", shots=80, seed=1, out=tmp_path)
    recorded = read_recorded(tmp_path)
    found = mitigate(recorded)
    assert set(found.estimates) == {"none", "detection", "conjugate", "conjugate,detection"}
    with pytest.raises(InputError, match="survival is for echo circuits, and these are hadamard"):
        mitigate(recorded, "survival")


def test_candidates_are_methods() -> None:
    assert len(set(CANDIDATES)) == len(CANDIDATES)
    for name in CANDIDATES:
        assert ",".join(estimator(name).names) == name or name == "none"
