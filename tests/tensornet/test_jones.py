"""plait.jones: methods, records, limits, and very long words."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from jones_oracles import (
    FIFTH_A,
    GOLDEN,
    all_paths,
    bracket_jones,
    generator,
    number,
    torus_knot_jones,
)
from strategies import braids

import plait
from plait.knots import (
    Braid,
    InputError,
    JonesValue,
    PlaitError,
    ResourceError,
    UnknownNameError,
)
from plait.tensornet import (
    METHODS,
    Evaluation,
    Method,
    Request,
    evaluate,
    jones,
    register_method,
)
from plait.tensornet import methods as registry

KEYS = ["value", "t", "closure", "strands", "crossings", "method", "seconds", "exact"]


def test_it_is_the_public_function() -> None:
    assert plait.jones is jones


def test_the_record() -> None:
    v = jones("2 2 2 2", strands=4, closure="plat", method="dense")
    assert v.exact == bracket_jones(Braid("2 2 2 2", strands=4), "plat")
    assert v.value == pytest.approx(number(v.exact))
    assert (v.closure, v.strands, v.crossings, v.method) == ("plat", 4, 4, "dense")
    assert v.seconds > 0
    assert complex(v) == v.value
    assert abs(v) == abs(v.value)


@given(braids(max_strands=6, max_crossings=14))
def test_integers_and_value(b: Braid) -> None:
    for closure in ("markov", "plat") if b.strands % 2 == 0 else ("markov",):
        v = jones(b, closure=closure)
        assert v.exact == bracket_jones(b, closure)
        assert v.value == pytest.approx(number(v.exact), abs=1e-9)


@pytest.mark.parametrize(
    "given", ["3_1", "1 1 1", "s1^3", [1, 1, 1], Braid([1, 1, 1]), "trefoil", "{2, {1,1,1}}"]
)
def test_inputs(given: Any) -> None:
    assert jones(given).exact == (1, 2, 1, 2)
    assert jones(given, strands=3).value == pytest.approx(GOLDEN * number((1, 2, 1, 2)))


@pytest.mark.parametrize("strands", range(1, 13))
def test_unlinks(strands: int) -> None:
    v = jones([], strands=strands)
    assert v.value == pytest.approx(GOLDEN ** (strands - 1))
    if strands % 2 == 0:
        plat = jones([], strands=strands, closure="plat")
        assert plat.value == pytest.approx(GOLDEN ** (strands // 2 - 1))


# --- Records ------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["auto", *METHODS])
def test_json(method: str) -> None:
    v = jones("4_1", method=method)
    data = json.loads(json.dumps(v.to_json()))
    assert [key for key in data if key not in ("error", "details")] == KEYS
    assert ("error" in data) == (v.error is not None)
    assert data.get("details", {}) == v.details
    assert data["value"] == [v.value.real, v.value.imag]
    assert data["t"] == "exp(2πi/5)"
    assert (data["closure"], data["strands"], data["crossings"]) == ("markov", 3, 4)
    assert data["method"] == v.method
    assert data["exact"] == list(bracket_jones(Braid("1 -2 1 -2")))
    assert JonesValue.from_json(data) == v


def test_json_without_integers() -> None:
    v = jones(Braid(list(range(1, 45))))
    assert v.exact is None
    assert v.value == pytest.approx(1)
    data = json.loads(json.dumps(v.to_json()))
    assert list(data) == [*KEYS[:-1], "details"]
    assert JonesValue.from_json(data) == v


def test_every_record_of_a_long_braid_is_json() -> None:
    # Integers of more than 4300 digits cannot be written as decimals by default.
    for word in ([1, -2] * 300, [1, -2] * 2000, [*[1] * 5, *[2] * 5] * 5000):
        v = jones(word)
        assert JonesValue.from_json(json.loads(json.dumps(v.to_json()))) == v


# --- Methods ------------------------------------------------------------------------------------


@pytest.fixture
def methods(monkeypatch: pytest.MonkeyPatch) -> dict[str, Method]:
    """The table of methods, restored afterwards."""
    table = dict(METHODS)
    monkeypatch.setattr(registry, "METHODS", table)
    monkeypatch.setattr(evaluate, "METHODS", table)
    return table


@pytest.mark.parametrize("method", METHODS)
def test_methods_by_name(method: str) -> None:
    assert METHODS[method].name == method
    assert METHODS[method].summary
    v = jones("8_20", method=method, seed=1)
    assert v.method == method
    if not METHODS[method].approximate:
        assert v.error is None
    # An approximate method may find that only rounding was lost.
    assert abs(v.value - jones("8_20").value) < 4 * (v.error or 1e-9)


def test_auto_says_what_it_took() -> None:
    assert jones("3_1").method == "dense"
    assert jones(Braid(list(range(1, 30)))).method == "face"
    assert jones([1, -2] * 50_000).method == "dense"


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("fcae", r"unknown method 'fcae' \(did you mean 'face'\?\); choose one of: auto, face"),
        ("Dense", r"unknown method 'Dense' \(did you mean 'dense'\?\)"),
        ("quantum", r"unknown method 'quantum'; choose one of: auto, face, dense"),
        ("", r"unknown method ''; choose one of: auto, face, dense"),
    ],
)
def test_unknown_methods(method: str, message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        jones("3_1", method=method)


def test_a_registered_method(methods: dict[str, Method]) -> None:
    def by_states(b: Braid, closure: str, request: Request) -> Evaluation:
        assert request.memory == 1e6
        assert request.seed == 5
        assert request.options == {"depth": 3, "width": 2.0}
        return Evaluation(value=number(bracket_jones(b, closure)), details={"states": 8})

    register_method(
        Method(
            name="states",
            summary="sum over states",
            evaluate=by_states,
            options={"depth": 1, "width": 2.0},
        )
    )
    v = jones("3_1", method="states", memory=1e6, seed=5, depth=3)
    assert (v.method, v.exact) == ("states", (1, 2, 1, 2))
    assert v.details == {"states": 8}
    assert "states" not in METHODS
    with pytest.raises(UnknownNameError, match="did you mean 'states'"):
        jones("3_1", method="sttes")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"widht": 2}, "method 'own' has no option 'widht'; its options: depth, width, fast"),
        ({"depth": 2.5}, "option depth=2.5 of method 'own': give a value of type int"),
        ({"depth": True}, "option depth=True of method 'own'"),
        ({"fast": 1}, "option fast=1 of method 'own': give a value of type bool"),
    ],
)
def test_wrong_options(
    methods: dict[str, Method], options: dict[str, object], message: str
) -> None:
    register_method(
        Method(
            name="own",
            summary="an example",
            evaluate=lambda *_: Evaluation(value=1 + 0j),
            options={"depth": 1, "width": 2.0, "fast": False},
        )
    )
    with pytest.raises(InputError, match=message):
        jones("3_1", method="own", **options)
    with pytest.raises(
        InputError, match="method 'dense' has no option 'depth'; its options: none"
    ):
        jones("3_1", method="dense", depth=1)


def test_an_approximate_method_is_not_compared(methods: dict[str, Method]) -> None:
    register_method(
        Method(
            name="rough",
            summary="an example",
            evaluate=lambda *_: Evaluation(value=1 + 0j, error=0.5),
            approximate=True,
        )
    )
    v = jones("3_1", method="rough")
    assert (v.value, v.error) == (1, 0.5)
    assert JonesValue.from_json(json.loads(json.dumps(v.to_json()))) == v


def test_a_wrong_method_is_noticed(methods: dict[str, Method]) -> None:
    register_method(
        Method(
            name="mirror",
            summary="wrong",
            evaluate=lambda b, *_: Evaluation(value=number(bracket_jones(b.mirror()))),
        )
    )
    with pytest.raises(
        PlaitError, match=r"method 'mirror' gives .* integer .* please report this"
    ):
        jones("3_1", method="mirror")
    assert jones("4_1", method="mirror").method == "mirror"  # is its own mirror image


# --- What is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        ("1 2", {"closure": "plat"}, "even number of strands, but this braid has 3"),
        ("3_1", {"closure": "plat", "strands": 5}, "even number of strands, but this braid has 5"),
        ("3_1", {"closure": "trace"}, "unknown closure 'trace'; choose one of: markov, plat"),
        ("3_1", {"strands": 1}, "letter 1 needs 2 strands, but strands=1"),
        ("", {}, "the braid is empty text"),
        ("1 x", {}, "cannot read 'x'"),
        ("9_99", {}, "unknown knot or link '9_99'"),
        ([0], {}, "letter 0 at position 0"),
        (None, {}, "sequence of integers or text, not None"),
    ],
)
def test_wrong_input(x: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        jones(x, **options)


def test_the_input_is_read_before_the_method_is_looked_up() -> None:
    with pytest.raises(PlaitError, match=r"unknown method|cannot read"):
        jones("1 x", method="fcae")


@pytest.mark.parametrize("method", ["auto", *METHODS])
@pytest.mark.parametrize("closure", ["markov", "plat"])
def test_memory_limit(method: str, closure: str) -> None:
    b = Braid([1, 2, 3, 4, 5, 6, 7, 8, 9] * 6)
    with pytest.raises(
        ResourceError, match=r"needs about [\d.]+ [kM]B of memory.* than the 1 kB allowed"
    ):
        jones(b, closure=closure, method=method, memory=1e3)
    assert jones(b, closure=closure, method=method, memory=1e9).crossings == 54


def test_the_message_does_not_blame_the_machine_for_a_limit_of_the_user() -> None:
    with pytest.raises(ResourceError, match="1 kB") as caught:
        jones(Braid([1, 2, 3, 4, 5, 6, 7, 8, 9] * 12), memory=1e3)
    assert "half of what is free" not in str(caught.value)


@pytest.mark.slow
def test_a_million_letters_on_thirty_strands_are_refused() -> None:
    rng = random.Random(30)
    b = Braid([rng.choice((1, -1)) * rng.randint(1, 29) for _ in range(10**6)])
    with pytest.raises(ResourceError, match=r"\d{5,} "):
        jones(b)


# --- Long words ---------------------------------------------------------------------------------


def power_jones(word: list[int], strands: int, count: int, base: complex = FIFTH_A) -> complex:
    """V of the Markov closure of word^count by powers of its matrix."""
    unit = np.eye(len(all_paths(strands)), dtype=complex)
    for letter in word:
        step = generator(abs(letter), strands)
        unit = (step if letter > 0 else np.linalg.inv(step)) @ unit
    # Powers by eigenvalues, which lie on the unit circle.
    values, vectors = np.linalg.eig(unit)
    values /= np.abs(values)
    total = vectors @ np.diag(values**count) @ np.linalg.inv(vectors)
    weights = np.array([(1, GOLDEN)[path[-1]] for path in all_paths(strands)])
    writhe = count * sum(1 if letter > 0 else -1 for letter in word)
    return complex((-base) ** (-3 * writhe % 5) * np.sum(weights * np.diag(total)) / GOLDEN)


@pytest.mark.parametrize(
    ("word", "strands", "count"),
    [
        ([1, -2], 3, 50),
        ([1, -2], 3, 1500),
        ([1, -2], 3, 5000),
        ([1, 2, -1, -2], 3, 1001),
        ([1, 1, 2, -3], 4, 1234),
        ([1, -2, 3, -4], 5, 700),
    ],
)
def test_periodic_words(word: list[int], strands: int, count: int) -> None:
    # In the other embeddings of Z[ζ] these values grow without bound, so the integers are huge.
    v = jones(Braid(word * count, strands=strands))
    assert v.value == pytest.approx(power_jones(word, strands, count), abs=1e-7)


@pytest.mark.slow
def test_a_million_letters_of_a_periodic_word() -> None:
    v = jones([1, 2, -1, -2] * 250_000)
    assert v.crossings == 10**6
    assert v.value == pytest.approx(power_jones([1, 2, -1, -2], 3, 250_000), abs=1e-6)


@pytest.mark.slow
def test_torus_knot_with_a_million_letters() -> None:
    # gcd(3, 500000) = 1
    v = jones([1, 2] * 500_000)
    assert v.value == pytest.approx(torus_knot_jones(3, 500_000), abs=1e-6)
    assert jones([1] * 1_000_001).value == pytest.approx(torus_knot_jones(2, 1_000_001), abs=1e-9)


def test_a_trefoil_conjugated_by_a_long_word() -> None:
    rng = random.Random(8)
    g = Braid([rng.choice((1, -1)) * rng.randint(1, 2) for _ in range(200_000)], strands=3)
    b = Braid("1 1 1", strands=3).conjugate(g)
    assert len(b) == 400_003
    assert jones(b).value == pytest.approx(GOLDEN * torus_knot_jones(2, 3), abs=1e-6)


def test_a_word_that_cancels() -> None:
    rng = random.Random(9)
    g = Braid([rng.choice((1, -1)) * rng.randint(1, 29) for _ in range(50_000)], strands=30)
    v = jones(g * g.inverse())
    assert v.value == pytest.approx(GOLDEN**29, rel=1e-9)
    assert v.crossings == 100_000


# --- Many strands -------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["auto", "face"])
def test_thirty_strands(method: str) -> None:
    assert jones([*range(1, 30)], method=method).value == pytest.approx(1)
    trefoil = [1, 1, 1, *range(2, 30)]
    expected = torus_knot_jones(2, 3)
    assert jones(trefoil, method=method).value == pytest.approx(expected, abs=1e-9)
    # Every column twice: a chain of 29 links, each a positive Hopf link with the next.
    chain = [i for i in range(1, 30) for _ in (1, 2)]
    hopf = number(bracket_jones(Braid("1 1")))
    assert jones(chain, method=method).value == pytest.approx(hopf**29, abs=1e-9)


@pytest.mark.parametrize("strands", [41, 300])
@pytest.mark.parametrize("closure", ["markov", "plat"])
def test_unlinks_of_many_components(strands: int, closure: str) -> None:
    components = strands if closure == "markov" else strands // 2
    if closure == "plat" and strands % 2:
        strands += 1
        components = strands // 2
    v = jones([], strands=strands, closure=closure)
    assert v.value == pytest.approx(GOLDEN ** (components - 1), rel=1e-9)


@pytest.mark.parametrize(("strands", "closure"), [(1600, "markov"), (4000, "plat")])
def test_values_beyond_floating_point_are_refused(strands: int, closure: str) -> None:
    # φ^1475 is larger than the largest float, so these values cannot be returned.
    with pytest.raises(PlaitError, match=r"\d"):
        jones([], strands=strands, closure=closure)
