"""Diagram to braid: Vogel's algorithm.

Smoothing every crossing of an oriented diagram along the orientation leaves Seifert circles. They
are the strands of a closed braid as soon as they are nested and run the same way, on the sphere;
as long as they are not, some face has two edges on different circles that run around it the same
way. A Reidemeister II move of one edge over the other, in that face, keeps the number of circles
and makes one pair of circles fewer run against each other, so the number of moves depends on the
diagram only, not on the choice of the edges.

Source: S. Yamada, The minimal number of Seifert circles equals the braid index of a link, Invent.
math. 89 (1987) 347-356; P. Vogel, Representation of links by braids: a new algorithm, Comment.
Math. Helv. 65 (1990) 104-113; P. Traczyk, A new proof of Markov's braid theorem, Banach Center
Publ. 42 (1998) 409-419 (the number of moves).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush

from .braids import Braid
from .diagrams import PlanarDiagram, check_diagram
from .errors import InputError

__all__ = ["seifert_circles", "vogel_braid"]

# The four ends of a crossing, counterclockwise, seen with both strands running upwards.
# End k of crossing c is the half-edge 4·c + k; the first two come in, the others go out.
_LEFT_IN, _RIGHT_IN, _RIGHT_OUT, _LEFT_OUT = range(4)


def vogel_braid(diagram: PlanarDiagram) -> Braid:
    """A braid whose Markov closure is the oriented link of a diagram.

    There is one strand per Seifert circle, and per pair of Seifert circles that run against each
    other two crossings more than in the diagram, less what cancels (inverse letters that meet
    along the closed braid). The writhe is that of the diagram. Connected parts stand side by
    side, in the order of their first crossings, and circles without crossings are free strands
    on the right. The same diagram always gives the same word.

    Args:
        diagram: the oriented diagram; without components there is no braid.

    Raises:
        InputError: not a diagram, or one without components.

    Example:
        >>> vogel_braid(PlanarDiagram([(1, 5, 2, 4), (3, 1, 4, 6), (5, 3, 6, 2)]))
        Braid([1, 1, 1], strands=2)
        >>> vogel_braid(PlanarDiagram([], circles=2))
        Braid([], strands=2)
    """
    check_diagram(diagram)
    word: list[int] = []
    strands = 0
    for map_ in _parts(diagram):
        map_.make_coherent()
        letters, columns = map_.read()
        word += [letter + (strands if letter > 0 else -strands) for letter in letters]
        strands += columns
    strands += diagram.circles
    if strands == 0:
        raise InputError("this diagram has no components, and a braid has at least one strand")
    return Braid(_without_inverses(word, strands), strands)


def seifert_circles(diagram: PlanarDiagram) -> int:
    """The number of Seifert circles of a diagram, which bounds the braid index from above.

    Raises:
        InputError: not a diagram.

    Example:
        >>> seifert_circles(PlanarDiagram([(1, 5, 2, 4), (3, 1, 4, 6), (5, 3, 6, 2)]))
        2
    """
    check_diagram(diagram)
    return sum(len(set(map_.circle)) for map_ in _parts(diagram)) + diagram.circles


class _SeifertMap:
    """A connected oriented diagram as a map on the sphere, with its Seifert circles.

    Attributes:
        mate: for each half-edge the other half of its edge.
        sign: for each crossing ±1.
        circle: for each half-edge a number that stands for its Seifert circle, see ``root``.
    """

    def __init__(self, mate: list[int], sign: list[int]) -> None:
        self.mate = mate
        self.sign = sign
        self.circle = [-1] * len(mate)
        count = 0
        for start in range(len(mate)):
            if start & 2 and self.circle[start] < 0:
                out = start
                while self.circle[out] < 0:
                    into = mate[out]
                    self.circle[out] = self.circle[into] = count
                    out = into ^ 3  # left in to left out, right in to right out
                count += 1
        self.parent = list(range(count))

    def root(self, half: int) -> int:
        """The Seifert circle of a half-edge, after all unions."""
        parent = self.parent
        circle = self.circle[half]
        while parent[circle] != circle:
            parent[circle] = parent[parent[circle]]
            circle = parent[circle]
        self.circle[half] = circle
        return circle

    def face(self, half: int) -> Iterator[int]:
        """The half-edges at which a walk around the face to their left begins each edge.

        The walk follows the edge where the half-edge goes out, and runs against it otherwise.
        """
        here = half
        while True:
            yield here
            end = self.mate[here]
            here = end + 3 if end & 3 == 0 else end - 1
            if here == half:
                return

    def make_coherent(self) -> None:
        """Reidemeister II moves until no face has two edges to move."""
        waiting = list(range(len(self.mate)))
        while waiting:
            start = waiting[-1]
            pair = self._incoherent_pair(start)
            if pair is None:
                waiting.pop()
            else:
                waiting += self._move(*pair)

    def _incoherent_pair(self, start: int) -> tuple[int, int] | None:
        """Two half-edges of a face that run the same way around it on different circles."""
        seen: list[tuple[int, int] | None] = [None, None]
        for half in self.face(start):
            way = (half & 2) >> 1
            circle = self.root(half)
            before = seen[way]
            if before is not None and before[1] != circle:
                return before[0], half
            seen[way] = half, circle
        return None

    def _move(self, over: int, under: int) -> list[int]:
        """Push the edge ``over`` over the edge ``under``; half-edges of the faces that changed."""
        mate, circle = self.mate, self.circle
        x = len(mate)
        y = x + 4
        small = len(self.parent)
        self.parent.append(small)
        merged = self.root(over)
        self.parent[self.root(under)] = merged
        mate += [-1] * 8
        circle += [merged] * 8
        outwards = bool(over & 2)
        # With the face on the left the upper edge enters x on the left and leaves on the right;
        # otherwise everything is reflected.
        li, ri, ro, lo = (0, 1, 2, 3) if outwards else (1, 0, 3, 2)
        self.sign += [1, -1] if outwards else [-1, 1]
        for edge, first, second, enter in ((over, x, y, li), (under, y, x, li)):
            tail, head = (edge, mate[edge]) if outwards else (mate[edge], edge)
            for out, into in (
                (tail, first + enter),
                (first + ro, second + ri),
                (second + lo, head),
            ):
                mate[out], mate[into] = into, out
            circle[first + ro] = circle[second + ri] = small
        beyond = [x + ro, y + ro] if outwards else [mate[x + ro], mate[y + ro]]
        return [over, under, *beyond]

    def read(self) -> tuple[list[int], int]:
        """The word of a map whose circles are nested, and its number of strands."""
        order = self._nested_circles()
        column = {circle: number for number, circle in enumerate(order)}
        after, degree = self._precedence(self._cut(order[0]))
        letters: list[int] = []
        ready = [crossing for crossing, count in enumerate(degree) if count == 0]
        heapify(ready)
        while ready:
            crossing = heappop(ready)
            letters.append((column[self.root(4 * crossing)] + 1) * self.sign[crossing])
            for following in after[crossing]:
                degree[following] -= 1
                if degree[following] == 0:
                    heappush(ready, following)
        return letters, len(order)

    def _nested_circles(self) -> list[int]:
        """The circles from the leftmost to the rightmost one."""
        right_of = {
            self.root(4 * crossing + _LEFT_IN): self.root(4 * crossing + _RIGHT_IN)
            for crossing in range(len(self.sign))
        }
        first = next(iter(right_of.keys() - set(right_of.values())))
        order = [first]
        while order[-1] in right_of:
            order.append(right_of[order[-1]])
        return order

    def _cut(self, leftmost: int) -> set[int]:
        """One edge of each circle, as its half-edge that goes out, along a line across all."""
        here: int | None = next(
            half for half in range(len(self.mate)) if half & 2 and self.root(half) == leftmost
        )
        cut: set[int] = set()
        while here is not None:
            cut.add(here)
            # The face to the right of the edge; its edges on the next circle run forwards.
            here = next((half for half in self.face(self.mate[here]) if half & 2), None)
        return cut

    def _precedence(self, cut: set[int]) -> tuple[list[list[int]], list[int]]:
        """Which crossings come after each one, and after how many each one comes."""
        after: list[list[int]] = [[] for _ in self.sign]
        degree = [0] * len(self.sign)
        for half, end in enumerate(self.mate):
            if half & 2 and half not in cut:
                after[half >> 2].append(end >> 2)
                degree[end >> 2] += 1
        return after, degree


def _parts(diagram: PlanarDiagram) -> Iterator[_SeifertMap]:
    """The connected parts that have crossings."""
    # The ends of a crossing (a, b, c, d) from the left one that comes in: d, a, b, c or, where
    # the crossing is negative, a, b, c, d.
    turn = [1 if sign > 0 else 0 for sign in diagram.signs]
    for part in diagram.parts:
        number = {crossing: k for k, crossing in enumerate(part)}
        mate = [0] * (4 * len(part))
        for crossing in part:
            for k in range(4):
                other = diagram.mates[4 * crossing + k]
                there = other >> 2
                mate[4 * number[crossing] + (k + turn[crossing]) % 4] = (
                    4 * number[there] + ((other & 3) + turn[there]) % 4
                )
        yield _SeifertMap(mate, [diagram.signs[crossing] for crossing in part])


def _without_inverses(word: Sequence[int], strands: int) -> list[int]:
    """The closed word without inverse letters that meet, also across the end of the word."""
    # following[side][k]: the next letter on the left or right one of the two positions of k.
    count = len(word)
    following = [[0] * count, [0] * count]
    preceding = [[0] * count, [0] * count]
    places: list[list[int]] = [[] for _ in range(strands + 1)]
    for k, letter in enumerate(word):
        places[abs(letter)].append(k)
        places[abs(letter) - 1].append(k)

    def side(k: int, position: int) -> int:
        return position - abs(word[k]) + 1

    for position, letters in enumerate(places):
        for k, following_k in zip(letters, letters[1:] + letters[:1], strict=True):
            following[side(k, position)][k] = following_k
            preceding[side(following_k, position)][following_k] = k
    alive = [True] * count
    waiting = list(range(count - 1, -1, -1))
    while waiting:
        k = waiting.pop()
        other = following[0][k]
        if not alive[k] or other != following[1][k] or word[other] != -word[k]:
            continue
        alive[k] = alive[other] = False
        for s in (0, 1):
            before, behind = preceding[s][k], following[s][other]
            if before == other:
                continue
            position = abs(word[k]) - 1 + s
            following[side(before, position)][before] = behind
            preceding[side(behind, position)][behind] = before
            waiting.append(before)
    return [letter for k, letter in enumerate(word) if alive[k]]
