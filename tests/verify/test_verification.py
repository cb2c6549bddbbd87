"""Verification: that all ways agree on what is right, and that it sees what is wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import plait
from plait.circuits.devices import device
from plait.knots import Braid, plat_path
from plait.knots.closed import ClosedBraid
from plait.knots.conventions import PHI, Closure
from plait.knots.diagrams import PlanarDiagram
from plait.knots.errors import (
    DisagreementError,
    InputError,
    MissingExtraError,
    PlaitError,
    RecordError,
    ResourceError,
)
from plait.knots.generators import generate
from plait.mitigation.estimate import JonesEstimate, jones_factor
from plait.tensornet.dense import plat_amplitude
from plait.tensornet.methods import METHODS, Evaluation, Method, Request, register_method
from plait.tensornet.resources import Cost
from plait.verify import verification_circuits
from plait.verify.verification import (
    Settings,
    Verification,
    attempt,
    examine,
    judge,
    measure,
    verify,
)
from plait.verify.verification_cases import case_path, case_to_json, read_case, save_case
from plait.verify.verification_noise import Noise
from plait.verify.verification_subjects import Subject, read_subject
from plait.verify.verification_verdicts import Outcome, verdicts
from plait.verify.verification_ways import Limits, Measured, Way, rounding

CHIRAL = "1 1 1 2 -1 2"  # V is not real
EXACT = {
    "face",
    "dense",
    "bracket",
    "mpo",
    "statevector",
    "tn-proj",
    "face, integers",
    "dense, integers",
    "polynomial",
    "minimised word",
    "mirror image",
}


def rows_of(found: Verification) -> dict[str, Any]:
    return {row.way: row for row in found.rows}


@pytest.fixture
def registered() -> Iterator[Callable[[Method], None]]:
    """Registers methods for one test."""
    names: list[str] = []

    def add(method: Method) -> None:
        register_method(method)
        names.append(method.name)

    yield add
    for name in names:
        del METHODS[name]


def altered(change: Callable[[complex], complex], name: str = "altered") -> Method:
    """The dense method with another value."""
    dense = METHODS["dense"]

    def evaluate(b: Braid, closure: Closure, request: Request) -> Evaluation:
        return Evaluation(value=change(dense.evaluate(b, closure, request).value))

    return Method(name=name, summary="for a test", evaluate=evaluate, cost=dense.cost)


# What agrees


@pytest.mark.parametrize(
    ("x", "closure", "strands"),
    [
        ("1 1 1", "markov", None),
        (CHIRAL, "markov", 5),
        ("[]", "markov", 1),
        ("[]", "markov", 3),
        ("2 2 -1 2 3", "plat", 4),
        ("[]", "plat", 2),
        ("1 -2 3 -4 -2 1 3 2 4 -1 -3 2", "markov", None),
    ],
)
def test_all_exact_ways_agree(x: str, closure: str, strands: int | None) -> None:
    found = verify(x, closure=closure, strands=strands, exact_only=True)
    rows = rows_of(found)
    assert set(rows) >= EXACT
    assert ("conjugated word" in rows) == (closure == "markov")
    assert {rows[way].verdict for way in EXACT} == {"agrees"}
    value = plait.jones(x, closure=closure, strands=strands).value
    for way in EXACT - {"statevector"}:
        assert abs(rows[way].value - value) < 1e-12
    assert found.compared >= len(EXACT) - 1


def test_the_orientation_of_closed_braids_is_kept() -> None:
    for closed in (
        ClosedBraid(Braid("1 1 2 2 2 2"), "markov", (1,)),
        ClosedBraid(Braid("2 2 1 2 2 -3", 4), "plat", (1,)),
        ClosedBraid(Braid("2 2", strands=4), "plat", (0,)),
    ):
        found = verify(closed, estimate=plait.estimate, shots=4000, device="ideal", seed=2)
        value = plait.jones(closed).value
        rows = rows_of(found)
        for way in EXACT | {"circuits, all paths"}:
            if way != "statevector":
                assert abs(rows[way].value - value) < 1e-12, way
        assert rows["shots on ideal"].verdict == "covered"
        assert abs(rows["shots, no noise"].value - value) < 0.5


def test_diagrams_are_evaluated_as_they_are() -> None:
    diagram = PlanarDiagram.from_braid(Braid(CHIRAL))
    found = verify(diagram, exact_only=True)
    assert found.subject.diagram == diagram
    assert abs(rows_of(found)["face"].value - plait.jones(CHIRAL).value) < 1e-12
    assert verify(PlanarDiagram(circles=2), exact_only=True).agree


def test_circuits_and_shots_agree() -> None:
    found = verify(CHIRAL, estimate=plait.estimate, shots=2000, seed=3)
    rows = rows_of(found)
    value = plait.jones(CHIRAL).value
    assert abs(rows["circuits, all paths"].value - value) < 1e-12
    assert rows["circuits, by path"].value is None
    assert rows["circuits, by path"].difference < 1e-12
    assert rows["shots, no noise"].verdict == "agrees"
    assert 0 < abs(rows["shots, no noise"].value - value) < 0.4
    assert rows["shots on H2-1"].verdict in ("covered", "off")
    again = verify(CHIRAL, estimate=plait.estimate, shots=2000, seed=3)
    assert [row.value for row in again.rows] == [row.value for row in found.rows]


def test_knotinfo_is_an_oracle() -> None:
    pytest.importorskip("database_knotinfo")
    for name in ("8_19", "L6a4{0,1}", "K11n34", "hopf-"):
        row = rows_of(verify(name, exact_only=True))["KnotInfo"]
        assert row.verdict == "agrees"
        assert abs(row.value - plait.jones(name).value) < 1e-12
    for x, closure, strands in (("8_19", "markov", 4), ("4_1", "plat", 4), ("1 1 1", "markov", 2)):
        found = verify(x, closure=closure, strands=strands, exact_only=True)
        assert "KnotInfo" not in rows_of(found)


def test_knotinfo_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    from plait.verify import verification_ways

    def missing(name: str) -> None:
        raise MissingExtraError("pip install it")

    monkeypatch.setattr(verification_ways, "tabled_polynomial", missing)
    row = rows_of(verify("3_1", exact_only=True))["KnotInfo"]
    assert (row.verdict, row.reason, row.value) == ("skipped", "pip install it", None)


# What does not fit


def test_what_does_not_fit_is_left_out_with_the_reason() -> None:
    braid = generate("brickwall", strands=30, layers=10, seed=1).braid
    found = verify(braid, estimate=plait.estimate, seconds=5, memory="2GB")
    rows = rows_of(found)
    assert rows["dense"].reason.startswith("does not fit: needs ")
    assert rows["dense"].reason.endswith("of memory, 2 GB allowed")
    assert rows["dense"].verdict == "skipped"
    assert "paths, at most" in rows["circuits, all paths"].reason
    tiny = examine("1 2 3 4 5", device=replace(device("H2-1"), name="tiny", qubits=4))
    for way in ("circuits, by path", "circuits, all paths"):
        row = rows_of(tiny)[way]
        assert row.reason == "does not fit: the circuits need 5 qubits, tiny has 4"
        assert row.verdict == "skipped"
    assert "does not fit: takes about" in rows["shots, no noise"].reason
    assert rows["face"].verdict == rows["face, integers"].verdict == "agrees"
    assert found.agree


def test_one_path_of_circuits_where_the_representation_is_too_large() -> None:
    """Even and odd numbers of strands, against the plat path's own amplitude."""
    for strands in (31, 32):
        braid = generate("brickwall", strands=strands, layers=3, seed=1).braid
        row = rows_of(verify(braid))["circuits, by path"]
        assert row.verdict == "agrees"
        assert "the plat path against the face model" in row.reason


def test_the_plat_path_by_the_face_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made to go that way where the representation can tell, and with a wrong circuit."""
    braid = Braid("1 -2 3 -4 2 2 -3 1", strands=5)
    monkeypatch.setattr(verification_circuits, "check_circuits", lambda *_, **__: None)
    row = rows_of(verify(braid))["circuits, by path"]
    assert row.difference is not None
    assert row.difference < 1e-12
    even = braid.with_strands(6)
    expected = plat_amplitude(6, even.runs(10))
    found = verification_circuits._amplitude(even, plat_path(6), device("H2-1"))
    assert abs(found - expected) < 1e-12
    build = verification_circuits.build_circuit
    monkeypatch.setattr(
        verification_circuits, "build_circuit", lambda b, *a, **k: build(b.mirror(), *a, **k)
    )
    assert rows_of(examine(braid))["circuits, by path"].verdict == "differs"


def test_nothing_that_fits_is_an_error() -> None:
    with pytest.raises(ResourceError, match="no two ways to compare fit"):
        verify(CHIRAL, exact_only=True, memory=1, seconds=1e-9)


def vague(error: float) -> Method:
    """A method that is off by 0.1, and states a bound."""
    dense = METHODS["dense"]

    def evaluate(b: Braid, closure: Closure, request: Request) -> Evaluation:
        value = dense.evaluate(b, closure, request).value + 0.1
        return Evaluation(value=value, error=error)

    return Method(name="vague", summary="for a test", evaluate=evaluate, approximate=True)


def test_a_bound_that_says_nothing_is_no_agreement(registered: Any) -> None:
    registered(vague(PHI**3))
    row = rows_of(examine(CHIRAL, exact_only=True))["vague"]
    assert row.verdict == "skipped"
    assert "the bound on what is cut off, 4.2, says nothing, as |V| is at most 2.6" in row.reason


def test_a_bound_is_a_tolerance(registered: Any) -> None:
    registered(vague(0.5))
    rows = rows_of(examine(CHIRAL, exact_only=True))
    assert rows["vague"].verdict == "agrees"
    assert rows["vague"].tolerance == pytest.approx(0.5)
    registered(replace(vague(0.05), name="wrong"))
    rows = rows_of(examine(CHIRAL, exact_only=True))
    assert [way for way, row in rows.items() if row.wrong] == ["wrong"]


# What is wrong


@pytest.mark.parametrize(
    "change",
    [lambda v: v + 1e-6, lambda v: v - 1e-6j, lambda v: v.conjugate(), lambda v: -v],
    ids=["real", "imaginary", "conjugate", "sign"],
)
@pytest.mark.parametrize(
    "braid",
    [Braid(CHIRAL), generate("uniform", strands=12, crossings=100, seed=1).braid],
    ids=["small", "large"],
)
def test_a_wrong_method_is_found(
    registered: Any, tmp_path: Path, change: Callable[[complex], complex], braid: Braid
) -> None:
    registered(altered(change))
    with pytest.raises(
        DisagreementError, match=r"disagree with .*: altered \(off by .*, allowed .*verify-.*json"
    ):
        verify(braid, exact_only=True, out=tmp_path)
    (path,) = tmp_path.iterdir()
    data = json.loads(path.read_text())
    rows = {row["way"]: row for row in data["ways"]}
    assert not data["agree"]
    assert data["case"] == str(path)
    assert [way for way, row in rows.items() if row["verdict"] == "differs"] == ["altered"]
    assert set(rows["altered"]) >= {"way", "value", "difference", "seconds", "verdict", "reason"}
    wrong = change(METHODS["dense"].evaluate(braid, "markov", Request()).value)
    assert complex(*rows["altered"]["value"]) == wrong  # to the last bit
    assert data["repeat"] == f"plait verify {path}"
    subject, settings = read_case(path)
    assert (subject.braid, settings.exact_only) == (braid, True)
    again = judge(subject, settings, list(measure(subject, settings)))
    assert [row.way for row in again.rows if row.wrong] == ["altered"]


def test_the_tolerance_is_no_larger_than_it_must_be(registered: Any) -> None:
    """Right methods stay below a tenth of it, and twice of it is found."""
    subject = read_subject(generate("uniform", strands=8, crossings=80, seed=2).braid)
    tolerance = rounding(subject)
    registered(altered(lambda v: v + 2 * tolerance))
    rows = rows_of(examine(subject.braid, exact_only=True))
    assert rows["altered"].verdict == "differs"
    for way in ("face", "dense", "mpo", "tn-proj", "mirror image", "conjugated word"):
        assert rows[way].difference < tolerance / 10


@pytest.mark.parametrize("value", [math.nan, math.inf, complex(0, math.nan)])
def test_values_that_are_no_numbers(registered: Any, tmp_path: Path, value: complex) -> None:
    registered(altered(lambda _: complex(value)))
    with pytest.raises(DisagreementError, match=r"altered \(the value is no number\)"):
        verify(CHIRAL, exact_only=True, out=tmp_path)
    text = next(tmp_path.iterdir()).read_text()
    assert json.loads(text, parse_constant=pytest.fail)["agree"] is False


def test_wrong_integers_and_wrong_values_of_right_integers(
    registered: Any, tmp_path: Path
) -> None:
    bracket = METHODS["bracket"]

    def other(b: Braid, closure: Closure, request: Request) -> Evaluation:
        found = bracket.evaluate(b, closure, request)
        assert found.exact is not None
        return replace(found, exact=(found.exact[0] + 1, *found.exact[1:]))

    def shifted(b: Braid, closure: Closure, request: Request) -> Evaluation:
        found = bracket.evaluate(b, closure, request)
        return replace(found, value=found.value + 1e-6)

    for name, evaluate in (("other", other), ("shifted", shifted)):
        registered(Method(name=name, summary="for a test", evaluate=evaluate))
    rows = rows_of(examine(CHIRAL, exact_only=True))
    assert (rows["other"].verdict, rows["shifted"].verdict) == ("differs", "differs")
    assert rows["other"].reason == "the integers are others"
    assert "off by 1e-06" in rows["shifted"].reason


def test_defects_that_ways_report_themselves(registered: Any, tmp_path: Path) -> None:
    def fails(b: Braid, closure: Closure, request: Request) -> Evaluation:
        raise PlaitError("please report this")

    registered(Method(name="fails", summary="for a test", evaluate=fails))
    with pytest.raises(DisagreementError, match=r"fails \(please report this\)"):
        verify(CHIRAL, exact_only=True, out=tmp_path)


@pytest.mark.parametrize(
    "error",
    [
        InputError("broken"),
        ZeroDivisionError("by zero"),
        TypeError("no number"),
        IndexError("out of range"),
        NotImplementedError("later"),
        AttributeError("no such attribute"),
        ImportError("no such module"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_method_that_breaks_has_failed_and_the_others_run(
    registered: Any, tmp_path: Path, error: Exception
) -> None:
    def breaks(*_: object) -> Any:
        raise error

    registered(Method(name="run", summary="for a test", evaluate=breaks))
    registered(replace(METHODS["dense"], name="cost", cost=breaks))
    registered(replace(METHODS["mpo"], name="options", cost=breaks))
    with pytest.raises(
        DisagreementError, match=f"ways to V of {CHIRAL} failed: run .*{error}.*; this is a defect"
    ):
        verify(CHIRAL, exact_only=True, out=tmp_path)
    data = json.loads(next(tmp_path.iterdir()).read_text())
    rows = {row["way"]: row for row in data["ways"]}
    assert [way for way, row in rows.items() if row["verdict"] == "failed"] == [
        "run",
        "cost",
        "options",
    ]
    assert {rows[way]["verdict"] for way in EXACT} == {"agrees"}
    assert str(error) in rows["cost"]["reason"]


@pytest.mark.parametrize("error", [MissingExtraError("no"), ResourceError("no"), MemoryError()])
def test_refusals_are_no_defects(error: Exception) -> None:
    def run() -> Measured:
        raise error

    outcome = attempt(Way(name="a", run=run), Limits())
    assert (outcome.measured, outcome.failure) == (None, "skipped")
    assert outcome.reason in ("no", "out of memory")


def test_costs_are_checked_first() -> None:
    way = Way(name="a", run=lambda: pytest.fail("it ran"), cost=lambda: Cost(1, 3e12, 1))
    outcome = attempt(way, Limits(memory=1e9))
    assert outcome.reason == "does not fit: needs 3 TB of memory, 1 GB allowed"
    slow = replace(way, cost=lambda: Cost(1, 1, 86400 * 3))
    assert attempt(slow, Limits(memory=1e9, seconds=60)).reason == (
        "does not fit: takes about 3 days, 1 minutes allowed"
    )


def exact_outcome(name: str, value: complex, tolerance: float = 1e-12, **more: Any) -> Outcome:
    measured = Measured(value=value, tolerance=tolerance, **more)
    return Outcome(way=name, kind="exact", seconds=0.0, measured=measured)


def test_the_reference_is_where_most_agree() -> None:
    outcomes = [exact_outcome("a", 2, 1e-15), exact_outcome("b", 1), exact_outcome("c", 1 + 1e-13)]
    rows, reference = verdicts(outcomes)
    assert reference == "b"
    assert [row.verdict for row in rows] == ["differs", "agrees", "agrees"]
    # One whose bound is wide agrees with all, and decides nothing.
    wide = exact_outcome("wide", 5, 100, approximate=True)
    assert verdicts([wide, *outcomes])[1] == "b"
    assert verdicts([wide, *outcomes])[0][0].verdict == "agrees"
    assert verdicts([]) == ((), None)
    assert verdicts([wide])[1] == "wide"


# Shots


def estimate_with(change: Callable[[JonesEstimate], JonesEstimate]) -> Any:
    def estimate(*arguments: Any, **options: Any) -> JonesEstimate:
        return change(plait.estimate(*arguments, **options))

    return estimate


def moved(by: complex) -> Callable[[JonesEstimate], JonesEstimate]:
    def change(e: JonesEstimate) -> JonesEstimate:
        (a, b), (c, d) = e.interval
        (p, q), (r, s) = e.raw_interval
        x, y = by.real, by.imag
        return replace(
            e,
            value=e.value + by,
            raw_value=e.raw_value + by,
            interval=((a + x, b + x), (c + y, d + y)),
            raw_interval=((p + x, q + x), (r + y, s + y)),
        )

    return change


def mirrored(x: Braid, **options: Any) -> JonesEstimate:
    return plait.estimate(x.mirror(), **options)


def test_the_pipeline_of_the_mirror_image_is_found(tmp_path: Path) -> None:
    with pytest.raises(DisagreementError, match=r"shots, no noise \(.*standard errors"):
        verify("1 1 1", estimate=mirrored, shots=4000, out=tmp_path)
    rows = rows_of(
        judge(
            read_subject("1 1 1"),
            Settings(device="H2-1"),
            list(measure(read_subject("1 1 1"), Settings(shots=4000), estimate=mirrored)),
        )
    )
    assert rows["shots on H2-1"].verdict == "differs"
    assert "noise explains" in rows["shots on H2-1"].reason


def test_a_noisy_interval_that_misses_is_no_defect() -> None:
    found_all = verify(CHIRAL, estimate=estimate_with(moved(0)), shots=2000)
    found = rows_of(found_all)
    width = 4 * math.sqrt(2 / 2000) * PHI**2
    outcomes = list(
        measure(
            read_subject(CHIRAL), Settings(shots=2000), estimate=estimate_with(moved(width + 0j))
        )
    )
    judged = judge(read_subject(CHIRAL), Settings(), outcomes)
    off = rows_of(judged)["shots on H2-1"]
    assert judged.off == (off,)
    assert case_to_json(judged)["off"] == ["shots on H2-1"]
    assert judged.compared == found_all.compared - 1
    assert found["shots on H2-1"].verdict == "covered"
    assert off.verdict == "off"
    assert "standard errors" in off.reason
    assert not off.wrong


def mitigated(change: Callable[[complex], complex], *, interval: bool = True) -> Any:
    """The pipeline with another value where it mitigates, by a reflection or a shift."""

    def estimate(*arguments: Any, **options: Any) -> JonesEstimate:
        e = plait.estimate(*arguments, **options)
        if not e.mitigation:
            return e
        (a, b), (c, d) = e.interval
        low, high = change(complex(a, c)), change(complex(b, d))
        turned = tuple(
            (min(x, y), max(x, y)) for x, y in ((low.real, high.real), (low.imag, high.imag))
        )
        changed: Any = turned if interval else e.interval
        return replace(e, value=change(e.value), interval=changed)

    return estimate


def noisy(x: str, estimate: Any, **settings: Any) -> Any:
    """The row of the noisy estimate of a link, compared with the exact value."""
    subject, how = read_subject(x), Settings(**settings)
    *_, way = verification_circuits.shot_ways(
        subject, how.target(), estimate, shots=how.shots, limits=how.limits
    )
    outcomes = [exact_outcome("known", plait.jones(x).value), attempt(way, how.limits)]
    return judge(subject, how, outcomes).rows[1]


@pytest.mark.parametrize("x", ["1 1 1", "1 1 -2 1 1 -2 -2"])
@pytest.mark.parametrize(
    "change",
    [lambda v: v.conjugate(), lambda v: -v.conjugate(), lambda v: -v, lambda v: v + 1000],
    ids=["conjugate", "negative conjugate", "negative", "far"],
)
def test_a_wrong_mitigated_value_is_found(x: str, change: Callable[[complex], complex]) -> None:
    assert noisy(x, plait.estimate).verdict == "covered"
    row = noisy(x, mitigated(change))
    assert row.verdict == "differs"
    assert "agrees with" in row.reason or "noise explains" in row.reason


def test_a_mirror_image_is_found_where_noise_explains_much() -> None:
    """With a collective field, and with methods whose errors no bound is known for."""
    target = device("H2-1")
    turned = replace(target, name="turned", memory=replace(target.memory, field=0.05))
    conjugated = mitigated(lambda v: v.conjugate())
    for x, estimate, settings in (
        ("1 1 1", conjugated, {"device": turned}),
        ("1 1 1", lambda *a, **o: conjugated(*a, **{"mitigation": "survival"} | o), {}),
    ):
        assert noisy(x, estimate, **settings).reason.endswith("agrees with conj(V) and not with V")
    assert noisy("1 1 1", mitigated(lambda v: v + 50), device=turned).reason.endswith(
        "noise explains 16"
    )


def test_a_value_outside_its_own_interval_is_found() -> None:
    row = noisy(CHIRAL, mitigated(lambda v: v + 1, interval=False))
    assert row.verdict == "differs"
    assert "the value is not in its own interval" in row.reason


def reason(value: complex, **changed: Any) -> str:
    """Why noise cannot lead to a value where V is 1 + i."""
    noise = Noise(
        raw=1 + 1j,
        explained=0.1,
        damage=0.0,
        chance=2.0,
        fidelity=1.0,
        sign_known=True,
        contained=True,
        covered=lambda _: False,
    )
    return replace(noise, **changed).impossible(value, (0.02, 0.02), 1 + 1j, 0.0)


@pytest.mark.parametrize("value", [1 + 1j, 0, 0.5 + 0.5j, 0.6 + 0.5j, 1.1 + 1j, 1.2])
def test_what_noise_may_do(value: complex) -> None:
    """Less contrast, and errors; the last one agrees with nothing."""
    assert not reason(value)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (1 - 1j, "conj(V)"),
        (0.5 - 0.5j, "conj(V)"),
        (-1 - 1j, "−V"),
        (-1 + 1j, "−conj(V)"),
    ],
)
def test_mirror_images_are_named(value: complex, why: str) -> None:
    assert reason(value) == f"it agrees with {why} and not with V"


def test_what_noise_cannot_do() -> None:
    assert reason(9 + 9j) == "off by 11.3, noise explains 6"
    assert reason(1.9 + 1.9j, damage=0.1, chance=0.5) == "off by 1.27, noise explains 0.6"
    assert reason(1, raw=1.2 + 1j) == "the raw value is off by 0.2, noise explains 0.1"
    assert reason(1 + 1j, contained=False) == "the value is not in its own interval"


def test_a_sign_that_is_not_known_does_not_count() -> None:
    assert not reason(-1 - 1j, sign_known=False, damage=2.0)
    assert "conj(V)" in reason(1 - 1j, sign_known=False, damage=2.0)
    assert "−V" in reason(-1 - 1j, sign_known=False, damage=1.0)


def test_without_fidelity_only_much_of_a_mirror_image_is_one() -> None:
    assert not reason(0.4 - 0.4j, fidelity=0.0)
    assert reason(1 - 1j, fidelity=0.0)


def test_strong_noise_explains_much_and_no_noise_nothing() -> None:
    subject = read_subject(CHIRAL)

    def verdict(noise: float, by: complex) -> str:
        settings = Settings(noise=noise, shots=4000)
        outcomes = list(measure(subject, settings, estimate=estimate_with(moved(by))))
        return str(rows_of(judge(subject, settings, outcomes))["shots on H2-1"].verdict)

    assert verdict(0.0, 1 + 0j) == "differs"
    assert verdict(20.0, 1 + 0j) == "off"


def test_a_collective_field_leaves_only_the_largest_value(tmp_path: Path) -> None:
    target = device("H2-1").with_noise(0)
    turned = replace(target, name="turned", memory=replace(target.memory, field=0.3))
    found = rows_of(verify(CHIRAL, device=turned, estimate=plait.estimate, shots=2000))
    assert found["shots on turned"].verdict in ("covered", "off")
    assert found["shots on turned"].tolerance > 2 * PHI**2


def test_the_limit_of_samples_is_five_standard_errors_and_the_unseen_part() -> None:
    known = exact_outcome("known", 0)

    def verdict(value: complex, **more: Any) -> str:
        measured = Measured(value=value, sigma=(0.1, 0.2), approximate=True, **more)
        sampled = Outcome(way="s", kind="sampled", seconds=0.0, measured=measured)
        return verdicts([known, sampled])[0][1].verdict

    assert [verdict(v) for v in (0.49, 0.51, 0.99j, 1.01j, 0.49 + 0.99j)] == [
        "agrees",
        "differs",
        "agrees",
        "differs",
        "agrees",
    ]
    assert verdict(0.51, tolerance=0.02) == "agrees"


@pytest.mark.parametrize(
    ("x", "target", "noise", "runs"),
    [("1 1", "H2-1", 1, 12), ("1 2 1 1 2", "ibm_fez", 10, 8)],
)
def test_right_pipelines_rarely_fail(x: str, target: str, noise: float, runs: int) -> None:
    """On circuits with few outcomes, where intervals are delicate, and with strong noise."""
    subject = read_subject(x)
    for seed in range(runs):
        settings = Settings(shots=60, seed=seed, device=target, noise=noise)
        ways = verification_circuits.shot_ways(
            subject, settings.target(), plait.estimate, shots=60, limits=settings.limits
        )
        outcomes = [exact_outcome("known", plait.jones(x).value)]
        outcomes += [attempt(way, settings.limits) for way in ways]
        assert judge(subject, settings, outcomes).agree, seed


# Records


def test_subjects_and_settings_are_read_back() -> None:
    toml = device("H2-1").with_noise(0.5)
    for x in (
        "8_19",
        ClosedBraid(Braid("2 2", strands=4), "plat", (1,)),
        PlanarDiagram.from_braid(Braid("1 1 1")),
    ):
        subject = read_subject(x)
        assert Subject.from_json(json.loads(json.dumps(subject.to_json()))) == subject
    for settings in (
        Settings(),
        Settings(device=toml, noise="H1-1", memory="3GB", seed=5, shots=10, seconds=2),
        Settings(noise=0.25, exact_only=True),
    ):
        assert Settings.from_json(json.loads(json.dumps(settings.to_json()))) == settings


def test_a_device_file_is_in_the_case(tmp_path: Path) -> None:
    from importlib.resources import files

    text = (files("plait.circuits") / "device_data" / "H1-1.toml").read_text(encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(text.replace('"H1-1"', '"mine"'))
    settings = Settings(device=str(path))
    path.unlink()
    assert Settings.from_json(settings.to_json()).target().name == "mine"


def test_cases_repeat(tmp_path: Path) -> None:
    found = verify(CHIRAL, strands=4, estimate=plait.estimate, shots=500, seed=7)
    path = save_case(found, tmp_path / "deep" / "er")
    assert path == case_path(found, tmp_path / "deep" / "er")
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    data = json.loads(path.read_text())
    assert data["versions"]["plait"] == plait.__version__
    assert {"platform", "seed", "repeat", "settings", "link"} <= set(data)
    subject, settings = read_case(path)
    assert (subject, settings) == (found.subject, found.settings)
    again = judge(subject, settings, list(measure(subject, settings, estimate=plait.estimate)))
    assert [row.value for row in again.rows] == [row.value for row in found.rows]
    assert (
        case_to_json(found)["repeat"]
        == f"plait verify '{CHIRAL}' --strands 4 --shots 500 --seed 7"
    )
    diagram = examine(PlanarDiagram.from_braid(Braid("1 1 1")), exact_only=True)
    assert case_to_json(diagram)["repeat"] is None
    own = replace(device("H2-1"), name="own")
    for options, command in (
        ({}, "plait verify 3_1 --no-run"),
        ({"exact_only": True}, "plait verify 3_1 --exact-only"),
        ({"device": "H1-1"}, "plait verify 3_1 --device H1-1 --no-run"),
        ({"device": own, "exact_only": True}, None),
    ):
        assert case_to_json(examine("3_1", **options))["repeat"] == command
    silent = save_case(examine("3_1"), tmp_path)
    rows = measure(*read_case(silent), estimate=plait.estimate)
    assert not any("shots" in outcome.way for outcome in rows)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON from line 1"),
        ("[" * 100_000, "cannot read the case"),
        ("[]", "holds no case"),
        ('{"word": [1], "strands": 2}', "holds no case"),
        ('{"kind": "verification", "format": 99}', "format 99, and this plait reads 1"),
        ('{"kind": "verification", "format": 1}', "'link' is missing"),
        ('{"kind": "verification", "format": 1, "link": 3, "settings": {}}', "not the link"),
    ],
)
def test_damaged_cases(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "case.json"
    path.write_text(text)
    with pytest.raises(RecordError, match=why):
        read_case(path)


def test_damaged_keys_of_cases(tmp_path: Path) -> None:
    data = json.loads(save_case(examine("3_1", exact_only=True), tmp_path).read_text())
    path = tmp_path / "case.json"
    for part, key, value in (
        ("link", "word", "x"),
        ("link", "word", [0]),
        ("link", "strands", 1),
        ("link", "closure", "open"),
        ("link", "reverse", 4),
        ("link", "diagram", {"crossings": [[1]]}),
        ("settings", "shots", -1),
        ("settings", "shots", "many"),
        ("settings", "noise", [1]),
        ("settings", "device", {"name": "x"}),
        ("settings", "device", 5),
        ("settings", "device", "nowhere"),
        ("settings", "seconds", None),
        ("settings", "seconds", "long"),
        ("settings", "colour", "red"),
    ):
        path.write_text(json.dumps(data | {part: data[part] | {key: value}}))
        with pytest.raises(RecordError, match=f"not the {part}|not a device"):
            read_case(path)
    with pytest.raises(RecordError, match="No such file"):
        read_case(tmp_path / "none.json")


def test_folders_that_cannot_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(RecordError, match="cannot write the case"):
        save_case(examine("3_1", exact_only=True), blocked)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"shots": 2}, "shots=2: give an integer from 8"),
        ({"shots": "2"}, "shots='2'"),
        ({"seed": -1}, "seed=-1"),
        ({"seconds": 0}, "seconds=0: give a positive number"),
        ({"seconds": math.nan}, "seconds=nan"),
        ({"seconds": True}, "seconds=True"),
        ({"seconds": np.array([1, 2])}, "seconds="),
        ({"memory": "much"}, "memory='much'"),
        ({"memory": math.inf}, "memory=inf"),
        ({"device": "H9"}, "H9"),
        ({"device": None}, "None"),
        ({"noise": -1}, "-1"),
        ({"noise": []}, r"noise=\[\]"),
        ({"exact_only": "yes"}, "exact_only='yes'"),
        ({"closure": "open"}, "open"),
        ({"closure": "plat", "strands": 3}, "even"),
        ({"strands": 1}, "strands"),
    ],
    ids=str,
)
def test_bad_arguments(options: dict[str, Any], why: str) -> None:
    with pytest.raises(PlaitError, match=why):
        verify("1 -2 1 -2", **options)


def test_bad_links() -> None:
    with pytest.raises(InputError, match="8_22"):
        verify("8_22")
    with pytest.raises(InputError, match="empty"):
        verify(PlanarDiagram())
    with pytest.raises(InputError, match="closed already"):
        verify(PlanarDiagram.from_braid(Braid("1 1")), closure="plat")
    with pytest.raises(ResourceError, match="at most 1400 strands"):
        verify([1], strands=1401)


def test_the_factor_of_the_plat_path() -> None:
    """φ^(n/2−1) is the scale of plat closures."""
    subject = read_subject("2 2", closure="plat", strands=4)
    assert subject.scale == pytest.approx(abs(jones_factor(subject.braid, "plat")))
    assert read_subject("3_1").scale == pytest.approx(abs(jones_factor(Braid("1 1 1"), "markov")))
