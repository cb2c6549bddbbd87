"""Moves and certificates: true moves keep the link, others are refused."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import braids, random_braid

from plait import jones, polynomial
from plait.knots import Braid
from plait.knots.alexander import alexander_fingerprint
from plait.knots.conventions import PHI
from plait.knots.dynnikov import braids_equal
from plait.knots.errors import InputError, RecordError
from plait.knots.laurent import LaurentPolynomial
from plait.knots.minimization import KINDS, Certificate, Move, minimize, objective_names
from plait.knots.minimization.certificates import moves_of, torus_value
from plait.knots.minimization.linked import linked_runs, word_of
from plait.knots.minimization.search import Keep

KEEPS: tuple[Keep, ...] = ("link", "value")
BY_VALUE = {"single", "join", "modulo"}
CIRCLE = LaurentPolynomial({Fraction(1, 2): -1, Fraction(-1, 2): -1})
SHORT = 1e-3
"""An effort at which certificates have some ten moves."""
POWERS = (-3, -1, 1, 2)
MEETING = [
    (x, y, z)
    for x, y, z in product(POWERS, repeat=3)
    if (x == -z and abs(x) == 1) or (x == y and abs(x) == 1) or (y == z and abs(y) == 1)
]


def power(generator: int, exponent: int) -> list[int]:
    return [generator if exponent > 0 else -generator] * abs(exponent)


def same_value(a: complex, b: complex) -> bool:
    return abs(a - b) <= 1e-9 * max(1.0, abs(a))


def check_steps(certificate: Certificate) -> None:
    """V and the Alexander polynomial, after each move."""
    start = certificate.start
    value, fingerprint = jones(start).value, alexander_fingerprint(start)
    loose, free = False, 0
    for number, b in enumerate(certificate.braids()):
        part = Certificate(start, certificate.moves[:number])
        end, circles, factor = part.check()
        assert end == b
        assert same_value(value, factor * jones(b).value)
        if number:
            kind = certificate.moves[number - 1].kind
            loose = loose or kind in BY_VALUE
            free += kind == "free"
        assert free == circles
        if not loose:
            whole = b.with_strands(b.strands + free)
            assert same_value(factor, PHI**free)
            assert whole.components == start.components
            assert alexander_fingerprint(whole) == fingerprint


# The rule of slides


@pytest.mark.parametrize(("i", "j"), [(1, 2), (2, 1)])
def test_exactly_the_true_powers_slide(i: int, j: int) -> None:
    side = 0 if i < j else 1
    for x, y, z in product(POWERS, repeat=3):
        old = Braid([*power(i, x), *power(j, y), *power(i, z)], 3)
        new = Braid([*power(j, z), *power(i, y), *power(j, x)], 3)
        move = Move("slide", run=1, other=0, third=2, side=side, x=x, z=z)
        true = braids_equal(old, new)
        assert true == ((x, y, z) in MEETING)
        if true:
            end, free, factor = Certificate(old, (move,)).check()
            assert (free, factor) == (0, 1)
            assert sorted(end.word) == sorted(new.word)
            assert jones(end, exact=True).exact == jones(old, exact=True).exact
        else:
            with pytest.raises(InputError, match=rf"the powers {x}, {y}, {z} do not slide"):
                Certificate(old, (move,)).check()


@given(
    braids(min_strands=4, max_strands=5, max_crossings=8),
    st.sampled_from(MEETING),
    st.sampled_from([-2, -1, 0, 1, 2]),
    st.sampled_from([-2, -1, 0, 1, 2]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_slides_of_parts_and_of_pairs_put_in(
    rest: Braid,
    powers: tuple[int, int, int],
    below: int,
    above: int,
    left: bool,
    with_a: bool,
    with_c: bool,
) -> None:
    """σ_i^(below+x) σ_j^y σ_i^(z+above): x and z slide, or with −1 are put in."""
    x, y, z = powers
    i, j = (2, 3) if left else (3, 2)
    p, r = below + x, z + above
    assume((with_a or with_c) and (p or not with_a) and (r or not with_c))
    # A letter on each side keeps the runs from merging with the rest.
    parts = [
        *([(j, 1), (i, p)] if with_a else [(i, 1)]),
        (j, y),
        *([(i, r), (j, 1)] if with_c else [(i, 1)]),
    ]
    word = [letter for part in parts for letter in power(*part)]
    b = Braid([*word, *rest.word], rest.strands)
    named: dict[tuple[int, int], list[int]] = {}
    for name, run in enumerate(b.runs()):
        named.setdefault(run, []).append(name)
    certificates = [
        accepted(b, Move("slide", v, a, c, side=0 if left else 1, x=x, z=z))
        for v in named[j, y]
        for a in (named[i, p] if with_a else [-1])
        for c in (named[i, r] if with_c else [-1])
    ]
    assert any(certificates)
    for certificate in filter(None, certificates):
        end, free, factor = certificate.check()
        assert (free, factor, end.strands) == (0, 1, b.strands)
        assert (end.components, end.writhe) == (b.components, b.writhe)
        assert jones(end, exact=True).exact == jones(b, exact=True).exact
        assert alexander_fingerprint(end) == alexander_fingerprint(b)


def accepted(b: Braid, move: Move) -> Certificate | None:
    certificate = Certificate(b, (move,))
    try:
        certificate.check()
    except InputError:
        return None
    return certificate


# Each kind of move


def test_merge_around_the_closure() -> None:
    b = Braid([1, 1, 2, 2, 1], 3)
    assert len(b.runs()) == 3
    for move in (Move("merge", 2, 0, side=0), Move("merge", 0, 2, side=1)):
        certificate = Certificate(b, (move,))
        assert sorted(map(tuple, certificate.check()[0].runs())) == [(1, 3), (2, 2)]
        check_steps(certificate)
    with pytest.raises(InputError, match="not next to each other"):
        Certificate(b, (Move("merge", 2, 0, side=1),)).check()


def test_merge_to_nothing() -> None:
    b = Braid([1, 2, 2, 3, 3, -1], 4)
    names = {tuple(run): k for k, run in enumerate(b.runs())}
    merge = Move("merge", names[1, -1], names[1, 1], side=0)
    certificate = Certificate(b, (merge, Move("free", 1)))
    end, free, _ = certificate.check()
    assert (sorted(end.word), end.strands, free) == ([1, 1, 2, 2], 3, 1)
    check_steps(certificate)


def test_exchange_of_any_generator() -> None:
    for strands, g in ((3, 2), (3, 1), (4, 2), (5, 3)):
        for seed in range(6):
            middle = [
                [k for k in random_braid(strands, 8, 10 * seed + part).word if abs(k) != g]
                for part in (0, 1)
            ]
            b = Braid([g, *middle[0], -g, *middle[1]], strands)
            runs = b.runs()
            pair = [k for k, run in enumerate(runs) if run.generator == g]
            if len(pair) == 2:
                certificate = Certificate(b, (Move("exchange", *pair),))
                assert certificate.check()[0].word != b.word
                check_steps(certificate)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("word", "only", "strands"),
    [
        ([1, 1, 1, 2], 2, 3),
        ([1, 2, 2, 2], 1, 3),
        ([1, 1, 1, 2, 3, 3, 3, 1], 2, 4),
        ([1, -2, 1, -2, 3, -4, 5, -4, 5], 3, 6),
        ([1], 1, 2),
        ([3, 2, 2], 3, 5),
    ],
)
def test_destabilise_anywhere(sign: int, word: list[int], only: int, strands: int) -> None:
    b = Braid([sign * k if k == only else k for k in word], strands)
    run = next(k for k, r in enumerate(b.runs()) if r.generator == only)
    certificate = Certificate(b, (Move("destabilise", run),))
    assert certificate.check()[0].strands == strands - 1
    check_steps(certificate)


def test_free() -> None:
    b = Braid([2, 2], 5)
    certificate = Certificate(b, (Move("free", 5), Move("free", 1), Move("free", 3)))
    assert certificate.check() == (Braid([1, 1], 2), 3, pytest.approx(PHI**3))
    check_steps(certificate)
    assert Certificate(Braid([], 2), (Move("free", 2),)).check()[:2] == (Braid([], 1), 1)


@pytest.mark.parametrize("k", [*range(-13, 14), 100, -47])
def test_the_value_of_torus_links(k: int) -> None:
    assert same_value(torus_value(k), jones(power(1, k), strands=2).value)
    if k:
        b = Braid(power(1, k), 2)
        end, free, factor = Certificate(b, (Move("single", 0),)).check()
        assert (end, free) == (Braid([], 1), 0)
        assert same_value(factor, jones(b).value)


@pytest.mark.parametrize("k", [-4, -2, 2, 3, 5, 7, 10, 11])
def test_single_in_the_middle(k: int) -> None:
    check_steps(Certificate(Braid([1, 1, 1, *power(2, k), -3, -3], 4), (Move("single", 1),)))


def test_join() -> None:
    for left, right in (([1, 1, 1], [3, 3, 3]), ([1, 1], [-3, 4, -3, 4]), ([1, -2] * 2, [4, 4])):
        gap = max(map(abs, left)) + 1
        b = Braid([*left, *right])
        runs = b.runs()
        one = next(k for k, run in enumerate(runs) if run.generator == gap - 1)
        other = next(k for k, run in enumerate(runs) if run.generator == gap + 1)
        certificate = Certificate(b, (Move("join", one, other),))
        end, free, factor = certificate.check()
        assert (end.strands, free) == (b.strands - 1, 0)
        assert same_value(factor, PHI)
        check_steps(certificate)


def test_modulo() -> None:
    b = Braid([*power(1, 12), 2, 2, *power(1, -7), 2, 2], 3)
    certificate = Certificate(b, (Move("modulo", 0, x=-10), Move("modulo", 2, x=10)))
    assert len(certificate.check()[0]) == 2 + 2 + 3 + 2
    check_steps(certificate)


# What the search finds


@settings(max_examples=40)
@given(
    braids(max_strands=5, max_crossings=14),
    st.sampled_from(objective_names()),
    st.sampled_from(KEEPS),
)
def test_every_step_of_what_is_found(b: Braid, objective: str, keep: Keep) -> None:
    found = minimize(b, objective=objective, effort=SHORT, keep=keep)
    certificate = found.certificate()
    end, free, factor = certificate.check()
    assert end == (found.braid if certificate.moves else word_of(linked_runs(b)))
    assert free == found.free
    assert same_value(factor, found.factor)
    if keep == "link":
        assert not BY_VALUE & {move.kind for move in certificate.moves}
    check_steps(Certificate(b, certificate.moves[:30]))


def test_every_kind_occurs() -> None:
    kinds: dict[str, set[str]] = {"link": set(), "value": set()}
    for keep in KEEPS:
        for seed in range(60):
            b = random_braid(2 + seed % 5, 14 + seed % 9, seed)
            certificate = minimize(b, effort=0.01, seed=seed, keep=keep).certificate()
            kinds[keep] |= {move.kind for move in certificate.moves}
            if any(move.kind == "exchange" for move in certificate.moves) and seed < 20:
                check_steps(Certificate(b, certificate.moves[:60]))
        split = Braid([1, -2, 1, -2, 4, -5, 4, -5], 6)
        moves = minimize(split, effort=SHORT, keep=keep).certificate().moves
        kinds[keep] |= {move.kind for move in moves}
    assert kinds["link"] == set(KINDS) - BY_VALUE
    assert kinds["value"] >= set(KINDS) - {"exchange"}


@pytest.mark.parametrize("keep", KEEPS)
@pytest.mark.parametrize("objective", objective_names())
def test_certificates_of_larger_braids(objective: str, keep: Keep) -> None:
    for strands, length in ((4, 30), (8, 60), (14, 140)):
        b = random_braid(strands, length, strands)
        found = minimize(b, objective=objective, effort=0.02, keep=keep)
        end, free, factor = found.certificate().check()
        assert (end, free) == (found.braid, found.free)
        assert same_value(factor, found.factor)


@settings(max_examples=100)
@given(braids(max_strands=8, max_crossings=40), st.sampled_from(objective_names()))
def test_the_polynomial_of_the_link_is_kept(b: Braid, objective: str) -> None:
    found = minimize(b, objective=objective, effort=SHORT)
    expected = polynomial(found.braid)
    for _ in range(found.free):
        expected = CIRCLE * expected
    assert polynomial(b) == expected
    assert same_value(found.factor, PHI**found.free)


@settings(max_examples=150)
@given(braids(max_strands=8, max_crossings=40), st.sampled_from(objective_names()))
def test_the_value_is_kept(b: Braid, objective: str) -> None:
    found = minimize(b, objective=objective, effort=SHORT, keep="value")
    assert same_value(jones(b).value, found.factor * jones(found.braid).value)


@pytest.mark.parametrize(
    "powers",
    [(10,), (20,), (-10, 2), (5, 1, 5, -3), (10, 2, 2, 2), (15, 20, -5, 10), (25, 25, 25, 25)],
)
def test_powers_of_ten_by_value(powers: tuple[int, ...]) -> None:
    word = [k for at, exponent in enumerate(powers) for k in power(1 + at % 2, exponent)]
    b = Braid(word)
    for seed in range(3):
        found = minimize(b, effort=0.01, seed=seed, keep="value")
        assert same_value(jones(b).value, found.factor * jones(found.braid).value)
        assert all(abs(run.power) <= 5 for run in found.braid.runs())
        end, free, factor = found.certificate().check()
        assert (end, free) == (found.braid, found.free)
        assert same_value(factor, found.factor)


# Refused moves

REFUSED = [
    ("1 2 1 2", Move("merge", 9, 0), "there is no run 9"),
    ("1 2 1 2", Move("merge", 0, -1), "there is no run -1"),
    ("1 2 1 2", Move("slide", -1, 0, 2, 0, 1, 1), "there is no run -1"),
    ("1 2 1 2", Move("slide", 1, 7, 2, 0, 1, 1), "there is no run 7"),
    ("1 2 1 2", Move("slide", 1, 0, 7, 0, 1, 1), "there is no run 7"),
    ("1 2 1 2", Move("slide", 1, 0, 2, 1, 1, 1), "there is no generator 3 on side 1 of σ_2"),
    ("1 2 1 2", Move("slide", 0, 3, 1, 0, 1, 1), "there is no generator 0 on side 0 of σ_1"),
    ("1 2 1 2", Move("slide", 1, 0, 2, 2, 1, 1), "on side 2 of σ_2"),
    ("1 2 1 2", Move("slide", 1, 0, 2, -1, 1, 1), "on side -1 of σ_2"),
    ("1 2 1 2", Move("slide", 1, 0, 2, 0, 2, 2), "the powers 2, 1, 2 do not slide"),
    ("1 2 1 2", Move("slide", 1, 0, 2, 0, 0, 1), "the powers 0, 1, 1 do not slide"),
    ("1 2 1 2", Move("slide", 1, 0, 2, 0, 2, -2), "the powers 2, 1, -2 do not slide"),
    ("1 2 2 1 2", Move("slide", 1, 0, 2, 0, 1, 1), "the powers 1, 2, 1 do not slide"),
    ("1 2 1 2", Move("slide", 1, -1, -1, 0, 1, 1), "neither a run below nor one above"),
    ("1 2 1 2", Move("slide", 1, 2, -1, 0, 1, -1), "run 2 is not σ_1 next below run 1"),
    ("1 2 1 2", Move("slide", 1, 3, 2, 0, 1, 1), "run 3 is not σ_1 next below run 1"),
    ("1 2 1 2", Move("slide", 1, 1, 2, 0, 1, 1), "run 1 is not σ_1 next below run 1"),
    ("1 2 1 2", Move("slide", 1, -1, 0, 0, 1, -1), "run 0 is not σ_1 next above run 1"),
    ("1 2 1 2", Move("slide", 1, 0, 3, 0, 1, 1), "run 3 is not σ_1 next above run 1"),
    ("1 2", Move("slide", 1, 0, 0, 0, 1, 1), "run 0 is not next above run 0 on the outer"),
    ("2 3 1 1 2 -1 3", Move("slide", 3, 1, 4, 0, 1, -1), r"is not .*next"),
    ("1 2 1 2", Move("merge", 0, 2), "not next to each other on both positions"),
    ("1 2 1 2", Move("merge", 0, 1), "not next to each other on both positions"),
    ("1 1", Move("merge", 0, 0), "not next to each other on both positions"),
    ("1 1 2 1", Move("merge", 0, 2, side=0), "not next to each other on both positions"),
    ("1 2 1 2", Move("exchange", 0, 2), "not the only two crossings of a generator"),
    ("1 2 -1 2 2", Move("exchange", 0, 1), "not the only two crossings of a generator"),
    ("1 2 -1 -2 1 2", Move("exchange", 0, 2), "not the only two crossings of a generator"),
    ("1 2 -1 2", Move("exchange", 0, 0), "not the only two crossings of a generator"),
    ("1 1 2 -1 -1 2", Move("exchange", 0, 2), "not the only two crossings of a generator"),
    ("1 1 2", Move("destabilise", 0), "more than one crossing"),
    ("1 2 -1 2", Move("destabilise", 0), "σ_1 has other runs"),
    ("1 2 -1 2", Move("single", 0), "σ_1 has other runs"),
    ("1 2", Move("free", 0), "there is no position 0 to give away"),
    ("1 2", Move("free", 4), "there is no position 4 to give away"),
    ("[]", Move("free", 1), "there is no position 1 to give away"),
    ("1 3", Move("free", 1), "position 1 has crossings"),
    ("1 4", Move("free", 2), "position 2 has crossings"),
    ("1 2 3", Move("join", 0, 2), "no generator is missing between"),
    ("1 3", Move("join", 1, 0), "no generator is missing between"),
    ("1 4", Move("join", 0, 1), "no generator is missing between"),
    ("1 3", Move("join", 0, 0), "no generator is missing between"),
    ("1 1 1", Move("modulo", 0, x=5), "changes by ten crossings"),
    ("1 1 1", Move("modulo", 0, x=20), "changes by ten crossings"),
    ("1 1 1", Move("modulo", 0, x=0), "changes by ten crossings"),
    ("1 1 1", Move("modulo", 3, x=10), "there is no run 3"),
]


@pytest.mark.parametrize(("word", "move", "reason"), REFUSED, ids=lambda x: None)
def test_moves_that_are_not_possible(word: str, move: Move, reason: str) -> None:
    certificate = Certificate(Braid(word), (move,))
    with pytest.raises(InputError, match=r"move 0, Move\(.*is not possible: .*" + reason):
        certificate.check()
    with pytest.raises(InputError, match=reason):
        list(certificate.braids())


@pytest.mark.parametrize("kind", ["", "nonsense", "run", "names", "slide_names", "take_out"])
def test_kinds_that_there_are_not(kind: str) -> None:
    with pytest.raises(InputError, match="kind"):
        Certificate(Braid("1 2 1 2"), (Move(kind, 0),)).check()


def test_tampering_is_noticed_or_harmless() -> None:
    """A move with one number changed is refused, or is another true move."""
    refused = accepted = 0
    for seed in range(5):
        start = random_braid(4, 16, seed)
        value = jones(start).value
        certificate = minimize(start, effort=SHORT, keep="value", seed=2).certificate()
        for at, move in enumerate(certificate.moves[:25]):
            for column, change in product(range(1, 7), (-1, 1)):
                kind, *row = move
                row[column - 1] += change
                moves = (*certificate.moves[:at], Move(kind, *row))
                try:
                    end, _, factor = Certificate(start, moves).check()
                except InputError as error:
                    refused += f"move {at}, Move" in str(error)
                else:
                    assert same_value(value, factor * jones(end).value)
                    accepted += 1
    assert refused > 100
    assert accepted > 20


def test_the_number_of_the_move_is_named() -> None:
    moves = (Move("merge", 2, 0), Move("merge", 2, 0))
    with pytest.raises(InputError, match=r"^move 1, Move\(kind='merge', run=2"):
        Certificate(Braid("1 1 2 1"), moves).check()


# JSON


@pytest.mark.parametrize("keep", KEEPS)
def test_json_and_back(keep: Keep) -> None:
    for seed in range(4):
        b = random_braid(6, 24, seed)
        certificate = minimize(b, effort=0.01, keep=keep).certificate()
        back = Certificate.from_json(json.loads(json.dumps(certificate.to_json())))
        assert back == certificate
        assert back.check() == certificate.check()
        assert len(back) == len(certificate.moves)


def record(**changes: Any) -> dict[str, Any]:
    moves = [[2, 2, 0, -1, 0, 0, 0]]
    return {"format": 1, "word": [1, 1, 2, 1], "strands": 3, "moves": moves} | changes


def test_the_record_that_the_bad_ones_are_made_from() -> None:
    assert Certificate.from_json(record()).moves == (Move("merge", 2, 0),)


@pytest.mark.parametrize(
    "data",
    [
        None,
        5,
        [],
        "text",
        {},
        record(format=2),
        record(format=None),
        {key: value for key, value in record().items() if key != "moves"},
        {key: value for key, value in record().items() if key != "word"},
        {key: value for key, value in record().items() if key != "strands"},
        record(word=None),
        record(word={}),
        record(word=[0]),
        record(word=[1.5]),
        record(word="3_1"),
        record(strands=1),
        record(strands="x"),
        record(strands=2.5),
        record(moves=7),
        record(moves=None),
        record(moves=[7]),
        record(moves=[None]),
        record(moves=[[]]),
        record(moves=[[2, 2, 0, -1, 0, 0]]),
        record(moves=[[2, 2, 0, -1, 0, 0, 0, 0]]),
        record(moves=[[0, 2, 0, -1, 0, 0, 0]]),
        record(moves=[[9, 2, 0, -1, 0, 0, 0]]),
        record(moves=[[-1, 2, 0, -1, 0, 0, 0]]),
        record(moves=[["merge", 2, 0, -1, 0, 0, 0]]),
        record(moves=[[2.7, 2, 0, -1, 0, 0, 0]]),
        record(moves=[["2", 2, 0, -1, 0, 0, 0]]),
        record(moves=["2200000"]),
        record(moves=[[float("inf"), 2, 0, -1, 0, 0, 0]]),
        record(moves=[[float("nan"), 2, 0, -1, 0, 0, 0]]),
    ],
    ids=lambda x: None,
)
def test_what_is_no_record(data: Any) -> None:
    with pytest.raises(RecordError, match="not the record of a certificate"):
        Certificate.from_json(data)


def test_rows_that_are_no_moves() -> None:
    with pytest.raises(ValueError, match="is no move"):
        moves_of([[1, 2, 3]])
    assert moves_of([]) == ()
