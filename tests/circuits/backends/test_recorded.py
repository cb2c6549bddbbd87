"""Shots that others recorded: published files against their known statistics, and our circuits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from qiskit.primitives import StatevectorSampler

from plait import Braid, InputError, device
from plait.circuits import Plan
from plait.circuits.backends import JobError, Program, QiskitSampler, Shots
from plait.circuits.backends.explicit import (
    explicit_jobs,
    explicit_programs,
    read_counts,
    read_mapped,
    with_map,
)
from plait.circuits.backends.recorded import (
    as_bits,
    published_shots,
    recorded_shots,
    register_bits,
)
from plait.circuits.backends.rows import row_blocks, row_programs, row_templates
from plait.circuits.plan import Series
from plait.circuits.simulation import simulate
from plait.mitigation import observations_of_shots
from plait.mitigation.estimate import jones_factor

DATA = Path(__file__).parents[4] / "shared" / "data"

# E_s⟨s|U|s⟩ of the published braid in its own convention.
TRUTH = -0.13274 - 0.81708j


def load(pattern: str) -> list[dict[str, Any]]:
    files = sorted(DATA.glob(pattern))
    if not files:
        pytest.skip(f"no {DATA / pattern}")
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def h1(conserved: bool) -> dict[Series, Shots]:
    plain = published_shots(load("h1-1e/normal/*.json"), conserved=conserved)
    mirrored = published_shots(load("h1-1e/conj/*.json"), conjugate=True, conserved=conserved)
    return plain | mirrored


def statistics(shots: dict[Series, Shots]) -> tuple[complex, float, float]:
    """Raw mean of B, rate of shots that are not 0, and rate of those that are kept."""
    o = observations_of_shots("echo", shots)
    survival = sum(np.abs(v).sum() for v in o.values.values()) / o.shots
    b = complex(o.values["real"].mean(), o.values["imag"].mean())
    return b, float(survival), o.keep_rate


def polar(value: complex) -> tuple[float, float]:
    return abs(value), float(np.degrees(np.angle(value)))


def test_published_machine() -> None:
    shots = published_shots(load("h2-2/*.json"), conserved=False)
    assert {series: len(own) for series, own in shots.items()} == dict.fromkeys(
        ("real", "imag", "conjugate-real", "conjugate-imag"), 2000
    )
    raw, survival, kept = statistics(shots)
    # The first half of the data: |b|, arg b and |b|/K as published.
    assert polar(raw) == (pytest.approx(0.215, abs=5e-4), pytest.approx(141, abs=0.5))
    assert abs(raw) / kept == pytest.approx(0.283, abs=5e-4)
    assert survival == pytest.approx(0.4545, abs=1e-9)


def test_published_emulator() -> None:
    raw, survival, kept = statistics(h1(conserved=False))
    assert polar(raw) == (pytest.approx(0.453, abs=5e-4), pytest.approx(165, abs=0.5))
    assert survival == pytest.approx(0.545, abs=6e-4)
    assert kept == pytest.approx(0.8005, abs=1e-9)


def test_conserved_bits_detect_more() -> None:
    raw, survival, kept = statistics(h1(conserved=True))
    same, same_survival, published = statistics(h1(conserved=False))
    assert (raw, survival) == (same, same_survival)
    assert published - 0.02 < kept < published


def test_convention_of_the_published_braid() -> None:
    if not (DATA / "b_n15_l15.json").exists():
        pytest.skip("no published braid")
    data, other = (
        json.loads((DATA / name).read_text(encoding="utf-8"))
        for name in ("b_n15_l15.json", "b_n15_l15_conj.json")
    )
    word = Braid(data["original"]["word"], 15)
    mirror = word.mirror()
    assert Braid(other["word"] if "word" in other else other["original"]["word"], 15) == mirror
    # z of the word here is the complex conjugate of the published one.
    assert jones_factor(mirror, "markov") * TRUTH == pytest.approx(
        complex(*data["jones"]), rel=1e-4
    )

    # Row 7 of the known table; the sign is what a conjugate pair cannot tell.
    shots = h1(conserved=False)
    b, _, kept = statistics(shots)
    c, _, _ = statistics({"real": shots["conjugate-real"], "imag": shots["conjugate-imag"]})
    size, angle = polar(b * c.conjugate())
    assert size**0.5 / kept == pytest.approx(0.582, abs=5e-4)
    assert angle / 2 == pytest.approx(74, abs=0.5)


def test_registers() -> None:
    result = load("h1-1e/normal/real*.json")[0]
    assert register_bits(result, "r").shape == (500, 16)
    with pytest.raises(InputError, match="no register 'x' in the result; it has c, e, r"):
        register_bits(result, "x")
    with pytest.raises(InputError, match="not a pytket BackendResult"):
        register_bits({"bits": [["c"]], "shots": 1}, "c")


PLAN = Plan(
    braid=Braid("1 2 -3 2 1 2"),
    closure="markov",
    kind="echo",
    series=("real", "imag", "conjugate-imag"),
    shots=120,
    round_shots=40,
    seed=3,
)


@pytest.mark.parametrize("target", ["H2-1", "ibm_fez"])
def test_rows_of_our_templates(target: str) -> None:
    """What somebody runs by hand gives what the adapter gives."""
    program = row_programs(PLAN, device(target), limit=1000)[2]
    blocks = row_blocks(program, row_templates(PLAN, device(target)))
    sampler = StatevectorSampler(seed=np.random.default_rng(4))
    pubs = [(block.template.to_qiskit(), block.values) for block in blocks]
    results = sampler.run(pubs, shots=1).result()
    paths = np.concatenate([block.paths for block in blocks])
    arrays = [result.data.c.to_bool_array(order="little") for result in results]
    shots = recorded_shots(PLAN, "conjugate-imag", paths, np.concatenate(arrays), target=target)
    again = QiskitSampler(StatevectorSampler(seed=np.random.default_rng(4)), target=target)
    expected = again.run(PLAN, program)
    assert shots.results("conjugate-imag") == expected.results("conjugate-imag")
    first = recorded_shots(
        PLAN, "conjugate-imag", blocks[0].paths, results[0].data.c, target=target
    )
    assert len(first) == len(blocks[0].paths)


def test_outcomes_of_our_circuits() -> None:
    target = device("H2-1")
    jobs = explicit_jobs(PLAN, explicit_programs(PLAN)[0], target)
    counts = simulate([(circuit, job.shots) for job, circuit in jobs], target, 7)
    paths = [job.path for (job, _), c in zip(jobs, counts, strict=True) for _ in range(job.shots)]
    raw = [list(map(int, bits)) for c in counts for bits, n in c.items() for _ in range(n)]
    shots = recorded_shots(PLAN, "real", paths, raw, target=target, way="circuits")
    assert shots == read_counts(jobs, counts)
    # By what a ticket keeps, without the circuits.
    program = with_map(PLAN, explicit_programs(PLAN)[0], target)
    program = Program.from_json(json.loads(json.dumps(program.to_json())))
    found = {"".join(map(str, job.path)): c for (job, _), c in zip(jobs, counts, strict=True)}
    assert read_mapped(program, found) == shots
    with pytest.raises(JobError, match=r"the result of circuit .* is missing"):
        read_mapped(program, {})


def test_shapes() -> None:
    with pytest.raises(InputError, match=r"give bits with shape \(shots, qubits\)"):
        as_bits(np.zeros((3, 2, 4)))
    with pytest.raises(InputError, match="recorded outcomes hold 2; give bits, 0 or 1"):
        as_bits([[0, 2]])
    one: tuple[Any, Any] = ([[0, 1, 1, 1, 1]], [[0, 0, 0]])
    with pytest.raises(InputError, match="unknown series 'reel'; choose one of: real, imag"):
        recorded_shots(PLAN, "reel", *one, target="ideal")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="unknown way 'x'; choose one of: rows, circuits"):
        recorded_shots(PLAN, "real", *one, target="ideal", way="x")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="2 outcomes do not fit 1 paths"):
        recorded_shots(PLAN, "real", [[0, 1, 1, 1, 1]], [[0, 0, 0]] * 2, target="ideal")
    with pytest.raises(InputError, match="do not fit"):
        recorded_shots(PLAN, "real", [[0, 1, 1, 1, 1]], [[0, 0]], target="ideal", way="circuits")
