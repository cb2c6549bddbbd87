"""Components and writhe of closed braids, against union-find over the diagram's arcs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import braids

from plait.knots import Braid, InputError, closure_components, closure_writhe


class UnionFind:
    """Points with a direction relative to their root."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))
        self.sign = [1] * size

    def find(self, x: int) -> tuple[int, int]:
        sign = 1
        while self.parent[x] != x:
            sign *= self.sign[x]
            x = self.parent[x]
        return x, sign

    def join(self, x: int, y: int, relative: int) -> None:
        (a, s), (b, t) = self.find(x), self.find(y)
        if a != b:
            self.parent[a], self.sign[a] = b, s * t * relative
        else:
            assert s * t == relative, "a strand runs against itself"


def arcs(braid: Braid, closure: str) -> UnionFind:
    """Points (level, position), joined along strands and through the closure."""
    n, m = braid.strands, len(braid.word)
    union = UnionFind(n * (m + 1))
    for level, letter in enumerate(braid.word):
        i = abs(letter)
        for position in range(n):
            other = 2 * i - 1 - position if position in (i - 1, i) else position
            union.join(level * n + position, (level + 1) * n + other, 1)
    for position in range(n):
        if closure == "markov":
            union.join(position, m * n + position, 1)
        elif position % 2 == 0:
            union.join(position, position + 1, -1)
            union.join(m * n + position, m * n + position + 1, -1)
    return union


def brute_components(braid: Braid, closure: str) -> list[set[int]]:
    """Bottom positions of each component, ordered by the smallest."""
    union = arcs(braid, closure)
    by_root: dict[int, set[int]] = {}
    for position in range(braid.strands):
        by_root.setdefault(union.find(position)[0], set()).add(position)
    return sorted(by_root.values(), key=min)


def brute_writhe(braid: Braid, closure: str, reverse: Iterable[int] = ()) -> int:
    union, n = arcs(braid, closure), braid.strands
    flip: dict[int, int] = {}
    for number, component in enumerate(brute_components(braid, closure)):
        root, sign = union.find(min(component))
        flip[root] = sign * (-1 if number in reverse else 1)
    total = 0
    for level, letter in enumerate(braid.word):
        i = abs(letter)
        directions = 1
        for position in (i - 1, i):
            root, sign = union.find(level * n + position)
            directions *= sign * flip[root]
        total += directions * (1 if letter > 0 else -1)
    return total


@given(braids(max_strands=8, max_crossings=25))
def test_components_of_the_markov_closure(b: Braid) -> None:
    found = closure_components(b)
    assert [set(component) for component in found] == brute_components(b, "markov")
    assert sorted(itertools.chain(*found)) == list(range(b.strands))
    assert len(found) == b.components
    for component in found:
        for here, there in itertools.pairwise((*component, component[0])):
            assert b.permutation[here] == there


@given(braids(max_strands=8, max_crossings=25, even=True))
def test_components_of_the_plat_closure(b: Braid) -> None:
    found = closure_components(b, "plat")
    assert [set(component) for component in found] == brute_components(b, "plat")
    assert sorted(itertools.chain(*found)) == list(range(b.strands))
    for component in found:
        assert component[0] == min(component)
        # Travelling joins strands at the top, then at the bottom, and so on.
        for k, (here, there) in enumerate(itertools.pairwise((*component, component[0]))):
            if k % 2 == 0:
                assert b.permutation[here] ^ 1 == b.permutation[there]
            else:
                assert here ^ 1 == there


@given(braids(max_strands=8, max_crossings=25))
def test_writhe_of_the_markov_closure_is_the_sum_of_signs(b: Braid) -> None:
    assert (
        closure_writhe(b) == closure_writhe(b, "markov") == b.writhe == brute_writhe(b, "markov")
    )


@given(braids(max_strands=8, max_crossings=25, even=True), st.data())
def test_writhe_of_the_plat_closure(b: Braid, data: st.DataObject) -> None:
    assert closure_writhe(b, "plat") == brute_writhe(b, "plat")
    components = range(len(closure_components(b, "plat")))
    reverse = data.draw(st.sets(st.sampled_from(components)))
    assert closure_writhe(b, "plat", reverse=reverse) == brute_writhe(b, "plat", reverse)
    rest = set(components) - reverse
    assert closure_writhe(b, "plat", reverse=rest) == brute_writhe(b, "plat", reverse)


@given(braids(max_strands=8, max_crossings=25), st.data())
def test_writhe_of_the_markov_closure_with_reversed_components(
    b: Braid, data: st.DataObject
) -> None:
    reverse = data.draw(st.sets(st.sampled_from(range(b.components))))
    expected = brute_writhe(b, "markov", reverse)
    assert closure_writhe(b, "markov", reverse=iter(reverse)) == expected


@pytest.mark.parametrize(
    ("word", "strands", "closure", "components", "writhe"),
    [
        ([], 1, "markov", ((0,),), 0),
        ([], 3, "markov", ((0,), (1,), (2,)), 0),
        ([1], 2, "markov", ((0, 1),), 1),
        ([1, 2], 3, "markov", ((0, 2, 1),), 2),
        ([], 2, "plat", ((0, 1),), 0),
        ([], 4, "plat", ((0, 1), (2, 3)), 0),
        ([1], 2, "plat", ((0, 1),), -1),
        ([2], 4, "plat", ((0, 2, 3, 1),), 1),
        ([2, 2], 4, "plat", ((0, 1), (2, 3)), -2),
        ([2, 2, 2], 4, "plat", ((0, 3, 2, 1),), 3),
        ([2, 2, -1, 2], 4, "plat", None, None),
    ],
)
def test_examples(
    word: list[int],
    strands: int,
    closure: str,
    components: tuple[tuple[int, ...], ...] | None,
    writhe: int | None,
) -> None:
    b = Braid(word, strands=strands)
    expected = brute_writhe(b, closure)
    assert closure_writhe(b, closure) == expected
    if components is not None:
        assert expected == writhe
        found = closure_components(b, closure)
        assert [set(c) for c in found] == [set(c) for c in components]
        assert [c[0] for c in found] == [min(c) for c in components]


def test_one_reversed_component_of_a_clasp() -> None:
    clasp = Braid("2 2", strands=4)
    # Strand 1 runs down and strand 2, the lowest of its component, up.
    assert closure_writhe(clasp, "plat") == -2
    for reverse in ([0], [1], (1, 1), {0}):
        assert closure_writhe(clasp, "plat", reverse=reverse) == 2
    assert closure_writhe(clasp, "plat", reverse=[0, 1]) == -2


@pytest.mark.parametrize("reverse", [[2], [-1], [0, 5]])
def test_no_such_component(reverse: list[int]) -> None:
    with pytest.raises(InputError, match=r"this link has the components 0\.\.1"):
        closure_writhe(Braid("2 2", strands=4), "plat", reverse=reverse)


@pytest.mark.parametrize("function", [closure_components, closure_writhe])
def test_closures_that_are_refused(function: object) -> None:
    assert callable(function)
    with pytest.raises(InputError, match="even number of strands, but this braid has 3"):
        function(Braid("1 2"), "plat")
    with pytest.raises(InputError, match="unknown closure 'plait'; choose one of: markov, plat"):
        function(Braid("1"), "plait")
