"""Descriptions of devices: bundled ones, files, errors in files, noise arguments."""

from __future__ import annotations

import json
import math
import statistics
import tomllib
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from qiskit.quantum_info import SuperOp, average_gate_fidelity
from qiskit_aer.noise import depolarizing_error

from plait.circuits import Device, Errors, device, device_names
from plait.circuits.devices import Cost, Limits, Memory, Times, parse_device
from plait.knots import InputError, RecordError, UnknownNameError

NAMES = ["H1-1", "H2-1", "Helios-1", "ibm_fez", "ibm_sherbrooke", "ideal"]

FILE = """\
name = "lab"
summary = "a device in the lab"
qubits = 7
connectivity = "line"
entangler = "cz"

[errors]
unit = "infidelity"
one_qubit = 0.01
two_qubit = 0.02
two_qubit_slope = 0.004
preparation = 0.03
readout_0 = 0.05
readout_1 = 0.06

[memory]
dephasing = 0.001
field = -0.02
field_sd = 0.3
field_correlation = 8

[limits]
shots_per_circuit = 100

[times]
one_qubit = 1e-6
two_qubit = 2e-6
measurement = 3e-6

[cost]
formula = "seconds"
rate = 1.5
unit = "crowns"

[sources]
errors = "a notebook"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "lab.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_names() -> None:
    assert device_names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_bundled_devices_are_complete(name: str) -> None:
    d = device(name)
    assert d.name == name
    assert d.summary
    given = {key for key in ("gates", "times", "cost") if getattr(d, key)}
    given |= {"limits"} if d.limits != Limits() else set()
    assert set(d.sources) - {"name"} == {"qubits", "errors"} | given
    assert all(d.sources.values())
    assert d.qubits >= 20
    assert all(0 <= rate < 0.05 for rate in vars(d.errors).values())
    assert d.errors.none == (name == "ideal")
    if name != "ideal":
        # A model that does not say what it leaves out would promise too much.
        assert d.not_modelled
        assert d.gates
        assert 0 < d.errors.one_qubit < d.errors.zz(math.pi / 2)


@pytest.mark.parametrize("name", NAMES)
def test_bundled_numbers_are_those_of_the_file(name: str) -> None:
    folder = resources.files("plait.circuits") / "device_data"
    data = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    d = device(name)
    assert d.qubits == data["qubits"]
    factors = {"pauli": (1, 1), "infidelity": (3 / 2, 5 / 4)}[data["errors"]["unit"]]
    assert d.errors.one_qubit == pytest.approx(factors[0] * data["errors"]["one_qubit"])
    assert d.errors.two_qubit == pytest.approx(factors[1] * data["errors"]["two_qubit"])
    assert d.errors.readout_1 == data["errors"]["readout_1"]
    assert d.errors.preparation == data["errors"]["preparation"]


def test_published_numbers() -> None:
    """H1-1 emulator specification, and H2-1's two-qubit infidelity of 1.84e-3."""
    h1 = device("H1-1")
    assert h1.qubits == 20
    assert h1.errors.zz(0.5) == pytest.approx(2.415e-4 + 7.252e-4 * 0.5)
    assert h1.errors.readout_1 == 3.98e-3
    h2 = device("H2-1")
    assert (h2.qubits, h2.connectivity, h2.entangler) == (56, "all", "zzphase")
    assert h2.errors.two_qubit * 4 / 5 == pytest.approx(1.84e-3)
    fez = device("ibm_fez")
    assert (fez.qubits, fez.connectivity, fez.entangler) == (156, "line", "cz")


@pytest.mark.parametrize("infidelity", [1e-4, 3e-3, 0.05])
def test_infidelity_becomes_pauli_probability(tmp_path: Path, infidelity: float) -> None:
    """The depolarizing channel with the parsed rate has the average infidelity of the file."""
    text = FILE.replace("one_qubit = 0.01", f"one_qubit = {infidelity}")
    text = text.replace("two_qubit = 0.02", f"two_qubit = {infidelity}")
    errors = device(write(tmp_path, text)).errors
    for probability, qubits in ((errors.one_qubit, 1), (errors.two_qubit, 2)):
        paulis = 4**qubits
        channel = SuperOp(depolarizing_error(probability * paulis / (paulis - 1), qubits))
        assert 1 - average_gate_fidelity(channel) == pytest.approx(infidelity)


def test_pauli_unit_and_flips_are_taken_as_they_are(tmp_path: Path) -> None:
    errors = device(write(tmp_path, FILE.replace("infidelity", "pauli"))).errors
    assert (errors.one_qubit, errors.two_qubit, errors.two_qubit_slope) == (0.01, 0.02, 0.004)
    errors = device(write(tmp_path, FILE)).errors
    assert (errors.preparation, errors.readout_0, errors.readout_1) == (0.03, 0.05, 0.06)
    assert errors.two_qubit_slope == pytest.approx(0.005)


def test_device_from_file(tmp_path: Path) -> None:
    path = write(tmp_path, FILE)
    assert device(path) == device(str(path))
    d = device(path)
    assert (d.name, d.qubits) == ("lab", 7)
    assert (d.connectivity, d.entangler) == ("line", "cz")
    assert d.sources == {"errors": "a notebook"}
    assert d.not_modelled == ""
    assert device(d) is d


def test_tables_from_file(tmp_path: Path) -> None:
    d = device(write(tmp_path, FILE))
    assert d.memory == Memory(dephasing=0.001, field=-0.02, field_sd=0.3, field_correlation=8)
    assert d.limits == Limits(shots_per_circuit=100)
    assert d.times == Times(one_qubit=1e-6, two_qubit=2e-6, measurement=3e-6)
    assert d.cost == Cost(formula="seconds", rate=1.5, unit="crowns")
    bare = FILE[: FILE.index("[memory]")]
    d = device(write(tmp_path, bare))
    assert d.memory.none
    assert (d.limits, d.times, d.cost, d.gates) == (Limits(), None, None, ())


@pytest.mark.parametrize("name", NAMES)
def test_devices_survive_json(name: str) -> None:
    for d in (device(name), device(name).with_noise(0.5)):
        assert Device.from_json(json.loads(json.dumps(d.to_json()))) == d


def test_descriptions_of_earlier_versions_are_read() -> None:
    d = device("ibm_fez")
    new = ("memory", "gates", "limits", "times", "cost", "aliases")
    old = {key: value for key, value in d.to_json().items() if key not in new}
    kept = {key: getattr(Device.from_json(old), key) for key in old}
    assert kept == {key: getattr(d, key) for key in old}
    assert Device.from_json(old).memory.none


@pytest.mark.parametrize(
    ("key", "value"), [("colour", 3), ("errors", {"leak": 0.1}), ("errors", [1])]
)
def test_damaged_descriptions(key: str, value: object) -> None:
    with pytest.raises(RecordError, match=r"not a device: .*(colour|leak|mapping)"):
        Device.from_json({**device("H2-1").to_json(), key: value})


def test_aliases() -> None:
    assert device("Heron") is device("heron") is device("ibm_fez")
    assert device("eagle").name == "ibm_sherbrooke"
    assert device("HELIOS").qubits == 98
    every = [name.lower() for name in NAMES] + [
        alias.lower() for name in NAMES for alias in device(name).aliases
    ]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("name", ["H1-1", "H2-1"])
def test_numbers_of_the_offline_data_of_quantinuum(name: str) -> None:
    wrappers = pytest.importorskip("pytket.extensions.quantinuum.backends.api_wrappers")
    (data,) = [m for m in wrappers.OFFLINE_MACHINE_LIST if m["name"] == name]
    d = device(name)
    assert d.qubits == data["n_qubits"]
    assert d.limits.shots_per_circuit == data["max_n_shots"]
    assert {"RZZ", "Rz", "U1q"} <= set(data["gateset"])
    # The snapshot and our source are years apart, and mean the same quantities.
    noise = data["noise_specs"]
    assert 0.5 < d.errors.zz(math.pi / 2) * 4 / 5 / noise["2q_gate_error"]["p2"] < 2
    assert 0.5 < d.errors.one_qubit * 2 / 3 / noise["1q_gate_error"]["p1"] < 2


@pytest.mark.parametrize(
    ("name", "fake", "entangler"),
    [("ibm_fez", "FakeFez", "cz"), ("ibm_sherbrooke", "FakeSherbrooke", "ecr")],
)
def test_numbers_are_medians_of_the_snapshots_of_ibm(name: str, fake: str, entangler: str) -> None:
    backend = getattr(pytest.importorskip("qiskit_ibm_runtime.fake_provider"), fake)()
    d, target = device(name), backend.target
    assert d.qubits == backend.num_qubits
    assert set(d.gates) == {"rz", "sx", "x", entangler} <= set(target.operation_names)

    def median(gate: str, what: str) -> float:
        values = [getattr(entry, what) for entry in target[gate].values()]
        return statistics.median(v for v in values if v is not None and v < 1)

    def readout(what: str) -> float:
        qubits = backend.properties().qubits
        return statistics.median(n.value for q in qubits for n in q if n.name == what)

    assert d.times is not None
    for mine, theirs in (
        (d.errors.one_qubit / 1.5, median("sx", "error")),
        (d.errors.two_qubit / 1.25, median(entangler, "error")),
        (d.errors.readout_0, readout("prob_meas1_prep0")),
        (d.errors.readout_1, readout("prob_meas0_prep1")),
        (d.times.one_qubit, median("sx", "duration")),
        (d.times.two_qubit, median(entangler, "duration")),
        (d.times.measurement, median("measure", "duration")),
        (d.times.preparation, median("reset", "duration")),
        (d.times.shot, backend.configuration().default_rep_delay),
        (d.limits.shots_per_circuit, backend.configuration().max_shots),
    ):
        assert mine == pytest.approx(theirs, rel=0.01)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("qubits = 7", "", r"'qubits' is missing or not of type int"),
        ("qubits = 7", 'qubits = "7"', r"'qubits' is missing or not of type int"),
        ("qubits = 7", "qubits = 0", r"qubits = 0 must be positive"),
        ('"line"', '"grid"', r"connectivity = 'grid'; choose from \('all', 'line'\)"),
        ('"cz"', '"cnot"', r"entangler = 'cnot'; choose from \('zzphase', 'cz'\)"),
        ("qubits = 7", "qubits = 7\ncolour = 3", r"unknown key 'colour'; known: name"),
        ('"infidelity"', '"percent"', r"errors.unit = 'percent'; choose 'pauli' or"),
        ('unit = "infidelity"', "", r"errors.unit = None; choose 'pauli' or 'infidelity'"),
        ("readout_0 = 0.05", "", r"errors.readout_0 = None must be a number from 0 to 0.5"),
        ("readout_0 = 0.05", "readout_0 = 0.6", r"errors.readout_0 = 0.6 must be a number"),
        ("readout_0 = 0.05", "readout_0 = -0.1", r"errors.readout_0 = -0.1 must be a number"),
        ("readout_0 = 0.05", "readout_0 = nan", r"errors.readout_0 = nan must be a number"),
        ("readout_0 = 0.05", "readout_0 = true", r"errors.readout_0 = True must be a number"),
        ("readout_0 = 0.05", 'readout_0 = "5"', r"errors.readout_0 = '5' must be a number"),
        ("readout_1 = 0.06", "leak = 0", r"unknown key \['leak'\] in \[errors\]; known: unit"),
        ('name = "lab"', 'name = "lab"\naliases = ["a", 3]', r"aliases = \['a', 3\] must be a"),
        ('name = "lab"', 'name = "lab"\ngates = "cz"', r"'gates' is missing or not of type list"),
        ("dephasing = 0.001", "dephasing = 0.6", r"memory.dephasing = 0.6 must be a number from"),
        ("field = -0.02", "field = nan", r"memory.field = nan must be a number$"),
        ("field_sd = 0.3", "field_sd = -1", r"memory.field_sd = -1 must be a number ≥ 0"),
        ("field_correlation = 8", "field_corr = 8", r"unknown key \['field_corr'\] in \[memory\]"),
        ("circuit = 100", "circuit = 0", r"limits.shots_per_circuit = 0 must be a whole number"),
        ("circuit = 100", "circuit = 1.5", r"limits.shots_per_circuit = 1.5 must be a whole"),
        ("shots_per_circuit", "shots", r"unknown key \['shots'\] in \[limits\]; known: shots_per"),
        ("measurement = 3e-6", "", r"times.measurement = None must be a number ≥ 0"),
        ("measurement = 3e-6", "read = 3e-6", r"unknown key \['read'\] in \[times\]"),
        ("two_qubit = 2e-6", "two_qubit = inf", r"times.two_qubit = inf must be a number ≥ 0"),
        ('"seconds"', '"dollars"', r"cost.formula = 'dollars'; choose from \('hqc', 'seconds'\)"),
        ('"seconds"', '"hqc"', r"cost.rate and cost.unit are for formula = 'seconds'"),
        ("rate = 1.5", 'rate = "1"', r"cost.rate = '1' must be a number ≥ 0"),
        ("rate = 1.5", "price = 1", r"unknown key \['price'\] in \[cost\]; known: formula, rate"),
        ('"crowns"', "2", r"cost.unit = 2 must be a text"),
        ('"a notebook"', "2", r"sources.errors = 2 must be a text"),
        ("[errors]", "[error]", r"unknown key 'error'"),
        ('name = "lab"', "name = lab", r"cannot read the device file '.*lab.toml'"),
    ],
)
def test_errors_in_files(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert FILE.count(old) == 1
    path = write(tmp_path, FILE.replace(old, new))
    with pytest.raises(InputError, match=message) as caught:
        device(path)
    assert "lab.toml" in str(caught.value)


@pytest.mark.parametrize("old", ["[sources]", 'errors = "a notebook"'])
def test_sources_are_optional(tmp_path: Path, old: str) -> None:
    assert device(write(tmp_path, FILE[: FILE.index(old)])).sources == {}


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read the device file 'nowhere.toml'"):
        device("nowhere.toml")
    with pytest.raises(InputError, match="cannot read the device file"):
        device(tmp_path)
    path = tmp_path / "binary.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot read the device file"):
        device(path)


def test_upper_and_lower_case() -> None:
    assert device("h2-1") is device("H2-1")
    assert device("IBM_FEZ").name == "ibm_fez"


@pytest.mark.parametrize(
    ("given", "near"), [("H2-2", "H2-1"), ("ibm_fes", "ibm_fez"), ("IDEEL", "ideal")]
)
def test_near_names(given: str, near: str) -> None:
    with pytest.raises(
        UnknownNameError, match=rf"unknown device '{given}' \(did you mean '{near}"
    ):
        device(given)


def test_far_names() -> None:
    with pytest.raises(UnknownNameError, match=r"'abacus'; choose one of: H1-1, .*\.toml file"):
        device("abacus")
    with pytest.raises(LookupError, match="unknown device ''"):
        device("")


def test_zz_error_grows_with_the_angle_mod_half_turn() -> None:
    errors = Errors(
        one_qubit=0, two_qubit=0.1, two_qubit_slope=0.2, preparation=0, readout_0=0, readout_1=0
    )
    assert errors.zz(0) == pytest.approx(0.1)
    assert errors.zz(0.5) == errors.zz(-0.5) == pytest.approx(0.2)
    assert errors.zz(math.pi + 0.5) == pytest.approx(0.2)
    assert not errors.none


def test_noise_arguments(tmp_path: Path) -> None:
    h1, h2 = device("H1-1"), device("H2-1")
    assert h2.with_noise(None) is h2
    assert h2.with_noise(0).errors.none
    assert h2.with_noise(2.5).errors.two_qubit == pytest.approx(2.5 * h2.errors.two_qubit)
    assert h2.with_noise(3).errors.readout_0 == pytest.approx(3 * h2.errors.readout_0)
    assert h2.with_noise("H1-1").errors == h2.with_noise(h1).errors == h1.errors
    noisy = replace(h1, memory=Memory(dephasing=0.3, field=-0.1, field_sd=2, field_correlation=5))
    doubled = Memory(dephasing=0.5, field=-0.2, field_sd=4, field_correlation=5)
    assert noisy.with_noise(2).memory == doubled
    assert noisy.with_noise(0).memory.none
    assert h2.with_noise(noisy).memory == noisy.memory
    assert noisy.with_noise("H2-1").memory.none
    mixed = h2.with_noise("h1-1")
    assert (mixed.name, mixed.qubits, mixed.entangler) == ("H2-1", 56, "zzphase")
    path = write(tmp_path, FILE)
    assert h2.with_noise(str(path)).errors == device(path).errors


@pytest.mark.parametrize(
    ("noise", "message"),
    [
        (-1, r"noise factor -1.0: give a number ≥ 0"),
        (math.nan, r"noise factor nan: give a number ≥ 0"),
        (math.inf, r"noise factor inf: give a number ≥ 0"),
        (True, r"noise=True: give a factor ≥ 0, the name of a device, or None"),
        ([1], r"noise=\[1\]: give a factor ≥ 0"),
    ],
)
def test_noise_arguments_that_are_refused(noise: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        device("H2-1").with_noise(noise)  # type: ignore[arg-type]


def test_unknown_noise_device() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown device 'H2-9' \(did you mean 'H2-1'"):
        device("H2-1").with_noise("H2-9")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("factor", [1, 10, 1e3, 1e9])
def test_scaled_rates_stay_probabilities(name: str, factor: float) -> None:
    errors = device(name).errors.scaled(factor)
    for k in range(101):
        assert 0 <= errors.zz(math.pi / 2 * k / 100) <= 1
    assert all(0 <= rate <= 0.5 for rate in vars(errors).values())


def test_parse_device_names_its_origin() -> None:
    with pytest.raises(InputError, match="device here: 'name' is missing"):
        parse_device({}, "here")


def test_devices_are_records() -> None:
    d = device("H1-1")
    assert isinstance(d, Device)
    with pytest.raises(AttributeError, match="cannot assign"):
        d.qubits = 3  # type: ignore[misc]
