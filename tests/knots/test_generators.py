"""Random braids, braids in disguise, and what is known of them by construction."""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.stats import chisquare, kstest

import plait
from plait.knots import PHI, Braid
from plait.knots.disguise import benchmark_braid, disguised_unlink
from plait.knots.dynnikov import braids_equal
from plait.knots.errors import InputError, RecordError, ResourceError, UnknownNameError
from plait.knots.families import torus_link
from plait.knots.generators import (
    FAMILIES,
    generate,
    random_alternating,
    random_braid,
    random_brickwall,
    random_homogeneous,
    random_positive,
    twisted_braid,
)
from plait.knots.instances import Bounds, Instance
from plait.knots.scrambling import depth, scrambled
from plait.knots.sectors import magnitude, product, sector_traces, small_value, torus_knot_value

# One instance of each family, with the id that it has had from the beginning.
STORED: dict[str, dict[str, Any]] = {
    "brickwall": {"strands": 8, "layers": 12},
    "uniform": {"strands": 5, "crossings": 20},
    "alternating": {"strands": 5, "crossings": 20},
    "homogeneous": {"strands": 5, "crossings": 20},
    "positive": {"strands": 5, "crossings": 20},
    "twisted": {"strands": 5, "crossings": 6},
    "torus": {"strands": 4, "turns": 6},
    "benchmark": {"strands": 10, "layers": 10},
    "unlink": {"strands": 8, "layers": 6, "components": 2},
}
IDS = {
    "brickwall": "brickwall-8x26-s3-11ee28427c54",
    "uniform": "uniform-5x20-s3-45a048a44041",
    "alternating": "alternating-5x20-s3-f7dd1af80fe4",
    "homogeneous": "homogeneous-5x20-s3-6d7193a73cd3",
    "positive": "positive-5x20-s3-4cce4b468d40",
    "twisted": "twisted-5x26-s3-5d5fd99c9990",
    "torus": "torus-4x18-8779335f23a8",
    "benchmark": "benchmark-10x17-s3-94a6e135a2db",
    "unlink": "unlink-8x36-s3-8bca64b286fd",
}


@pytest.mark.parametrize("family", STORED)
def test_a_seed_gives_the_same_braid_as_ever(family: str) -> None:
    assert generate(family, seed=3, **STORED[family]).id == IDS[family]


def test_all_families_are_looked_at() -> None:
    assert set(STORED) == set(FAMILIES) == set(IDS)


def test_published_brickwalls_come_out_letter_by_letter() -> None:
    """The published generator, with its seed."""
    assert random_brickwall(6, 12, seed=0).word == (
        (-5, 2, -4, -1, 5, -2, -4, -3, 5, -4, 1, 1, -4, 1, -3, -5)
    )
    assert random_brickwall(6, 12, seed=1).word == (
        (1, 2, -4, -1, -3, 2, 4, -3, 2, -4, 3, 4, 1, -3, -2, 4, -1, 3, 5, -2, -4)
    )


def test_sites_of_brickwalls_are_empty_positive_or_negative_alike() -> None:
    n, layers = 40, 60
    counts = Counter(random_brickwall(n, layers, seed=5).word)
    sites = dict.fromkeys(range(1, n), layers // 2)
    positive, negative = (sum(counts[s * i] for i in sites) for s in (1, -1))
    empty = sum(sites.values()) - positive - negative
    assert chisquare([empty, positive, negative]).pvalue > 0.01
    assert len(random_brickwall(n, layers, seed=5, density=1)) == sum(sites.values())
    assert len(random_brickwall(n, layers, seed=5, density=0)) == 0


def test_brickwalls_have_rows() -> None:
    """All sites taken: odd generators, then even ones."""
    word = random_brickwall(7, 3, density=1, seed=0).word
    assert [abs(letter) for letter in word] == [1, 3, 5, 2, 4, 6, 1, 3, 5]


@pytest.mark.parametrize("options", [{}, {"reduced": True}, {"positive": True}])
def test_letters_are_uniform(options: dict[str, bool]) -> None:
    letters = [i for i in range(-5, 6) if i > 0 or (i and not options.get("positive"))]
    counts = Counter(random_braid(6, 20_000, seed=2, **options).word)
    assert set(counts) == set(letters)
    assert chisquare([counts[i] for i in letters]).pvalue > 0.01


def test_reduced_words_do_not_backtrack() -> None:
    plain, reduced = (random_braid(5, 3000, seed=1, reduced=flag).word for flag in (False, True))
    assert any(a == -b for a, b in pairwise(plain))
    assert not any(a == -b for a, b in pairwise(reduced))
    # A letter follows each of the 2n − 3 others as often.
    followers = Counter(b for a, b in pairwise(reduced) if a == 2)
    assert len(followers) == 7
    assert chisquare(list(followers.values())).pvalue > 0.01


@pytest.mark.parametrize("seed", range(5))
def test_homogeneous_braids_have_a_sign_per_generator(seed: int) -> None:
    for draw in (random_homogeneous, random_alternating, random_positive):
        b = draw(8, 30, seed=seed)
        counts = Counter(b.word)
        assert all(counts[i] * counts[-i] == 0 and counts[i] + counts[-i] > 1 for i in range(1, 8))
        assert len(b) == 30
    assert set(random_alternating(8, 30, seed=seed).word) == {1, -2, 3, -4, 5, -6, 7}
    assert all(letter > 0 for letter in random_positive(8, 30, seed=seed))


def test_knots_on_demand() -> None:
    for b in (
        random_braid(7, 40, seed=1, knot=True),
        random_brickwall(7, 12, seed=1, knot=True),
        random_alternating(7, 40, seed=1, knot=True),
    ):
        assert b.components == 1
    with pytest.raises(InputError, match="7 strands with 41 crossings is a knot"):
        random_braid(7, 41, seed=1, knot=True)
    with pytest.raises(InputError, match="none of 10000 such braids closes to a knot"):
        random_brickwall(7, 1, seed=1, knot=True)


def polynomial_bounds(b: Braid) -> tuple[int, int]:
    """Lower bounds by Regina's polynomials: span of V for crossings, of HOMFLY for strands."""
    regina = pytest.importorskip("regina")
    link = regina.Link.fromPD([tuple(c) for c in plait.PlanarDiagram.from_braid(b).crossings])
    # In t^(1/2); and in a and z, written like x^-2 y^2 + 2 x^-2 - x^-4.
    jones = link.jones()
    text = re.sub(r"\bx\b(?!\^)", "x^1", str(link.homflyAZ()))
    terms = re.split(r" [+-] ", text.lstrip("- "))
    powers = [int(found[1]) if (found := re.search(r"x\^(-?\d+)", t)) else 0 for t in terms]
    return (jones.maxExp() - jones.minExp()) // 2, (max(powers) - min(powers)) // 2 + 1


@pytest.mark.parametrize("seed", range(4))
def test_bounds_of_alternating_braids_are_those_of_the_polynomials(seed: int) -> None:
    """The span of V is the number of crossings, that of HOMFLY gives all the strands."""
    one = generate("alternating", strands=3 + seed, crossings=14, seed=seed)
    assert (
        polynomial_bounds(one.braid)
        == (one.bounds.crossings, one.bounds.strands)
        == (14, 3 + seed)
    )


@pytest.mark.parametrize("strands", [2, 3, 4])
def test_bounds_of_twisted_braids_are_those_of_the_polynomials(strands: int) -> None:
    one = twisted_braid(strands, 3, seed=1)
    assert one.bounds == Bounds(crossings=len(one.braid), letters=len(one.braid), strands=strands)
    assert polynomial_bounds(one.braid)[1] == strands


def test_bounds_of_homogeneous_braids_hold_where_the_word_can_be_shorter() -> None:
    """T(3, 2) = T(2, 3): from four positive letters on three strands to three on two."""
    braid = torus_link(2, 3)
    found = next(
        one
        for one in (generate("positive", strands=3, crossings=4, seed=s) for s in range(50))
        if one.braid.word in ((1, 2, 1, 2), (2, 1, 2, 1))
    )
    assert found.bounds.letters == len(braid)
    assert found.bounds.crossings == 3


def test_twisted_braids_stay_positive_and_equal_the_product() -> None:
    one = twisted_braid(5, 6, twists=2, seed=4)
    assert all(letter > 0 for letter in one.braid)
    assert len(one.braid) == 6 + 2 * 20
    inner = one.centre
    assert inner is not None
    twist = torus_link(5, 5)
    # Rotated, so conjugate: V is that of the product.
    assert one.exact == plait.jones(inner * twist * twist, exact=True).exact
    # The twist does not stand there as written.
    assert "".join(map(str, twist.word)) not in "".join(map(str, one.braid.word * 2))


@pytest.mark.parametrize("seed", range(3))
def test_scrambling_keeps_the_element(seed: int) -> None:
    b = random_braid(6, 60, seed=seed)
    found = scrambled(b, 2000, seed=seed)
    assert found != b
    assert len(found) == len(b)
    assert braids_equal(found, b)


def test_depth() -> None:
    assert depth(Braid([], strands=3)) == 0
    assert depth(random_brickwall(8, 9, density=1, seed=0)) == 9
    assert depth(Braid([1, 5, 3, 2, 2])) == 3


@pytest.mark.parametrize(
    ("strands", "layers"), [(2, 4), (3, 9), (5, 1), (8, 12), (15, 15), (20, 16)]
)
@pytest.mark.parametrize("seed", range(2))
def test_values_of_braids_in_disguise(strands: int, layers: int, seed: int) -> None:
    one = benchmark_braid(strands, layers, seed=seed)
    assert one.braid.strands == strands
    assert depth(one.braid) <= layers
    assert one.exact == plait.jones(one.braid, exact=True).exact
    centre = one.centre
    assert centre is not None
    value = plait.jones(centre).value * PHI ** (strands - centre.strands)
    assert one.value == pytest.approx(value)
    assert one.magnitude == pytest.approx(abs(value) / PHI ** (strands - 1))


def test_disguises_use_the_layers() -> None:
    """Most letters remain after all that cancels up to far commutation is cancelled."""
    found = [benchmark_braid(20, 30, seed=s).braid for s in range(5)]
    assert all(depth(b) > 20 and len(b) > 120 for b in found)
    left = [sum(abs(run.power) for run in b.runs()) for b in found]
    assert np.mean(left) > 60


def test_magnitudes_are_uniform() -> None:
    found = [benchmark_braid(12, 4, seed=s).magnitude for s in range(150)]
    assert kstest(np.array(found, dtype=float), "uniform").pvalue > 0.1
    # And so between limits.
    some = [benchmark_braid(12, 4, seed=s, magnitude=(0.2, 0.6)).magnitude for s in range(80)]
    assert all(m is not None and 0.2 <= m <= 0.6 for m in some)
    assert kstest(np.array(some, dtype=float), "uniform", (0.2, 0.4)).pvalue > 0.1


def test_one_magnitude() -> None:
    for wanted in (0.1, 0.5, 0.8):
        assert benchmark_braid(12, 10, seed=0, magnitude=wanted).magnitude == pytest.approx(
            wanted, abs=0.02
        )
    with pytest.raises(
        InputError, match=r"no centre on at most 2 strands .* near 0\.5; allow more"
    ):
        benchmark_braid(2, 4, seed=0, magnitude=0.5)
    with pytest.raises(InputError, match=r"with a magnitude from 0\.97 to 0\.98"):
        benchmark_braid(4, 4, seed=0, magnitude=(0.97, 0.98))


@pytest.mark.parametrize(
    "wrong",
    [2, -0.1, math.nan, "half", (0.1,), (0.1, 0.2, 0.3), (0.5, 0.4), (0, math.inf), 10**400],
)
def test_wrong_magnitudes(wrong: Any) -> None:
    with pytest.raises(InputError, match="magnitude="):
        benchmark_braid(8, 8, seed=0, magnitude=wrong)


@pytest.mark.parametrize("components", [1, 3, 8])
def test_unlinks_in_disguise(components: int) -> None:
    one = disguised_unlink(8, 6, components, seed=2)
    assert one.braid.components == components
    assert one.value == pytest.approx(PHI ** (components - 1))
    assert one.exact == plait.jones(one.braid, exact=True).exact


def test_small_disguises() -> None:
    assert disguised_unlink(1, 0, seed=0).braid == Braid([], strands=1)
    assert disguised_unlink(2, 0, seed=0).exact == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("p", "q"), [(1, 1), (2, 3), (2, 4), (3, 3), (4, 6), (5, 3), (6, 4), (7, 8)]
)
def test_values_of_torus_links(p: int, q: int) -> None:
    one = generate("torus", strands=p, turns=q)
    assert one.seed is None
    assert one.exact == plait.jones(one.braid, exact=True).exact
    assert len(one.braid) == (min(p, q) - 1) * max(p, q)


def test_values_of_large_torus_links() -> None:
    """Knots at any size; links where the strands are few."""
    assert generate("torus", strands=3, turns=1001).exact == small_value(torus_link(3, 1001))
    assert generate("torus", strands=6, turns=300).known_by == ("construction",)
    assert generate("torus", strands=20, turns=21).known_by == ("construction",)
    assert generate("torus", strands=20, turns=22).exact is None


def test_exact_values_of_small_braids() -> None:
    rng = random.Random(4)
    for _ in range(40):
        n = rng.randint(1, 6)
        b = random_braid(n, rng.randint(0, 14) if n > 1 else 0, seed=rng.randrange(10**6))
        free, twists = rng.randint(0, 2), rng.randint(-1, 2)
        wide = b.with_strands(n + free)
        full = wide * torus_link(n + free, n + free) ** twists
        found = sector_traces(b).with_free_strands(free).with_full_twists(twists)
        assert (found.strands, found.writhe) == (full.strands, full.writhe)
        assert found.value() == plait.jones(full, exact=True).exact
    with pytest.raises(ResourceError, match="at most 10 strands, and this one has 11"):
        sector_traces(Braid([], strands=11))


def test_arithmetic_of_sectors() -> None:
    """Products against complex numbers, and the formula for torus knots against its limits."""
    assert product((1, 2, 3, 4), (0, 1, 0, 0)) == (-4, -3, -2, -1)
    assert magnitude(product((0, 0, -1, -1), (0, 0, -1, -1)), 3) == pytest.approx(1)
    with pytest.raises(InputError, match=r"T\(4,6\) is no torus knot"):
        torus_knot_value(4, 6)
    with pytest.raises(InputError, match=r"T\(0,1\) is no torus knot"):
        torus_knot_value(0, 1)


@pytest.mark.parametrize("family", STORED)
def test_instances_round_trip(family: str) -> None:
    one = generate(family, seed=3, **STORED[family])
    again = Instance.from_json(json.loads(json.dumps(one.to_json())))
    assert again.to_json() == one.to_json()
    assert again == one
    assert len({again, one}) == 1
    assert generate(family, seed=one.seed, **again.parameters) == one


def test_records_are_checked() -> None:
    data = generate("uniform", strands=3, crossings=5, seed=0).to_json()
    with pytest.raises(RecordError, match="holds another braid, whose id is 'uniform-3x5-s0-"):
        Instance.from_json({**data, "word": [1, 1, 2, 2, 1]})
    for wrong in (
        {"word": [9]}, {"word": None}, {"closure": "top"}, {"parameters": 3}, {"seed": "x"},
        {"exact": [1, 2]}, {"exact": [1, 2, 3, 4]}, {"known_by": ["hope"]}, {"centre": {}},
        {"bounds": {"height": 3}}, {"bounds": 3}, {"strands": []},
    ):  # fmt: skip
        with pytest.raises(RecordError, match="not the record of an instance"):
            Instance.from_json({**data, **wrong})
    del data["family"]
    with pytest.raises(RecordError, match="KeyError"):
        Instance.from_json(data)


def test_known_values_say_how_they_are_known() -> None:
    with pytest.raises(InputError, match="name the ways by which a known value is known"):
        Instance(family="f", parameters={}, seed=0, braid=Braid("1"), exact=(1, 0, 0, 0))
    one = generate("uniform", strands=3, crossings=5, seed=0)
    assert one.value is None
    assert one.magnitude is None
    done = one.evaluated((1, 0, 0, 0))
    assert done.known_by == ("evaluation",)
    with pytest.raises(InputError, match=r"known by evaluation is \[1, 0, 0, 0\], but this one"):
        done.evaluated((2, 0, 0, 0))


def test_plat_closures_have_magnitudes() -> None:
    """The largest value of a plat closure is that of the unlink of n/2 circles."""
    one = Instance(family="f", parameters={}, seed=0, braid=Braid([], 6), closure="plat")
    assert one.evaluated((1, 0, -1, -1)).magnitude == pytest.approx(1)  # φ² = 1 + φ
    with pytest.raises(InputError, match="even number"):
        Instance(family="f", parameters={}, seed=0, braid=Braid([], 3), closure="plat")


def test_unknown_families_and_parameters() -> None:
    with pytest.raises(UnknownNameError, match="unknown family 'wall'; choose one of: brickwall"):
        generate("wall")
    with pytest.raises(InputError, match="it has no layers; crossings is missing"):
        generate("uniform", strands=3, layers=2)


@pytest.mark.parametrize("wrong", [-1, 2.5, None, "5", math.nan, True, [], 10**30])
def test_wrong_counts(wrong: Any) -> None:
    with pytest.raises(InputError, match=r"strands=.*: give an integer from 1 to"):
        random_brickwall(wrong, 3, seed=0)
    with pytest.raises(InputError, match=r"crossings=.*: give an integer from 8 to"):
        random_alternating(5, wrong, seed=0)
    with pytest.raises(InputError, match=r"crossings=.*: give an integer from 0 to"):
        random_braid(4, wrong, seed=0)
    with pytest.raises(InputError, match=r"layers=.*: give an integer from 1 to"):
        benchmark_braid(4, wrong, seed=0)
    with pytest.raises(InputError, match=r"turns=.*: give an integer from 1 to"):
        generate("torus", strands=3, turns=wrong)
    if wrong != 10**30:
        with pytest.raises(InputError, match=r"seed=.*: give an integer from 0 on"):
            random_braid(4, 3, seed=wrong)


@pytest.mark.parametrize("wrong", [-0.1, 1.1, "x", "0.5", None, math.nan, 10**400])
def test_wrong_densities(wrong: Any) -> None:
    with pytest.raises(InputError, match=r"density=.*: give a number from 0 to 1"):
        random_brickwall(4, 3, density=wrong, seed=0)


def test_too_many_components() -> None:
    with pytest.raises(InputError, match="components=5: give an integer from 1 to 4"):
        disguised_unlink(4, 3, 5, seed=0)


def test_one_strand_has_no_letters() -> None:
    assert random_braid(1, 0, seed=0) == Braid([], strands=1)
    with pytest.raises(InputError, match="crossings=3: a braid on one strand has no letters"):
        random_braid(1, 3, seed=0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: random_brickwall(10**7, 10**7, seed=1),
        lambda: twisted_braid(10_000, 5, twists=1000, seed=1),
        lambda: twisted_braid(1000, 5, seed=1),
        lambda: benchmark_braid(10_000, 10_000, seed=1),
        lambda: disguised_unlink(10_000, 10_000, seed=1),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_built(make: Callable[[], object]) -> None:
    with pytest.raises(InputError, match=r"are more than the .* allowed; make it smaller"):
        make()


def test_a_knot_that_is_not_found_does_not_take_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plait.knots.random_braids._LETTERS_TRIED", 100)
    with pytest.raises(InputError, match="none of 2 such braids closes to a knot; about one of"):
        random_braid(51, 60, seed=1, knot=True)


def test_values_beyond_the_largest_float() -> None:
    one = disguised_unlink(2000, 0, 1990, seed=1)
    assert one.value is None
    assert one.magnitude == pytest.approx(PHI**-10, rel=1e-12)
    data = one.to_json()
    assert "value" not in data
    assert Instance.from_json(json.loads(json.dumps(data))) == one


@pytest.mark.parametrize("wrong", [["uniform"], None, 3])
def test_families_are_names(wrong: Any) -> None:
    with pytest.raises(UnknownNameError, match="unknown family"):
        generate(wrong)


def test_records_hold_braids_and_four_integers() -> None:
    def made(**given: Any) -> Instance:
        return Instance(family="a", parameters={}, seed=None, **given)

    one = made(braid=Braid("1"))
    for wrong in ((1, 2, 3), "abcd", 7, (1.5, 0, 0, 0)):
        with pytest.raises(InputError, match="give the four integers a0"):
            made(braid=Braid("1"), exact=wrong, known_by=("evaluation",))
        with pytest.raises(InputError, match="give the four integers a0"):
            one.evaluated(wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="known_by=3: give a tuple"):
        made(braid=Braid("1"), exact=(1, 0, 0, 0), known_by=3)
    with pytest.raises(InputError, match="'1' is no braid"):
        made(braid="1")
    for function in (depth, lambda b: scrambled(b, 3, seed=1)):
        with pytest.raises(InputError, match="'1 2' is no braid"):
            function("1 2")  # type: ignore[no-untyped-call]
