"""The drawing as curves: the one model from which SVG and Matplotlib are made.

The unit is the user unit of the SVG; x grows to the right and y grows **downwards**. Time runs
from left to right and strand 1 begins at the top. This is the usual picture with time upwards and
strand 1 at the left, turned by a quarter, so a positive letter is still a right-handed crossing:
the strand that comes from position i passes over, downwards to i+1.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import atan2, cos, hypot, radians, sin
from typing import Final, Literal, NamedTuple, TypeAlias, Unpack

from ..errors import InputError
from .layout import Placed, Power, place, powers, split_columns
from .notation import power_text
from .options import (
    Direction,
    Drawable,
    DrawingOptions,
    Subject,
    check_direction,
    check_width,
    subject,
)

__all__ = [
    "STROKE",
    "Arrow",
    "Box",
    "Label",
    "Metrics",
    "Picture",
    "Piece",
    "Point",
    "Stub",
    "Thread",
    "laid_out",
    "picture",
    "turned",
    "visible",
]

Point: TypeAlias = tuple[float, float]
Side = Literal["above", "below", "left", "right"]

STROKE: Final = 3.2
_CLEARANCE = 3.2  # between the edge of the upper strand and the ends of the lower one
_QUARTER = 0.5522847498  # control points of a quarter circle
_HEAD = ((-5.0, -5.5), (6.0, 0.0), (-5.0, 5.5))  # of an arrow to the right
_LABEL = 26.0  # width of labels
_WIDTH = 900.0
_STEEPEST = 1.3  # ratio of height to width
_MAX_PARTS = 200_000


@dataclass(frozen=True)
class Metrics:
    """Distances in a drawing.

    Attributes:
        lane: between neighbouring positions.
        arc: between neighbouring arcs of the closure of few strands.
        least_arc: between those of many strands.
        column: width of a column.
        lead: straight part at both ends of a row.
        stub: dotted part where a row is cut.
        margin: around everything.
        between: between the last position of a row and the first of the next one.
        head: height of labels above a row.
        raised: of labels above the upper strand.
        digit: width of a digit.
        beside: between a strand and the number at its end.
        inset: of highlights within their column, and their excess in height.
        above: how far bands reach above the upper strand.
        below: how far bands reach below the lower strand.
        plain: labels in ASCII.
    """

    lane: float = 26.0
    arc: float = 26.0
    least_arc: float = 7.0
    column: float = 34.0
    lead: float = 22.0
    stub: float = 11.0
    margin: float = 10.0
    between: float = 26.0
    head: float = 11.0
    raised: float = 4.0
    digit: float = 6.8
    beside: float = 4.0
    inset: float = 3.0
    above: float = 14.3
    below: float = 5.2
    plain: bool = False

    def numbers(self, strands: int) -> float:
        """Width of the numbers of positions."""
        return self.beside + self.digit * len(str(strands))

    def between_arcs(self, strands: int) -> float:
        """From an arc of the closure to the next; up to six strands they need not be closer."""
        return min(self.arc, max(self.least_arc, 6 * self.arc / strands))


class Piece(NamedTuple):
    """A line (two points) or a cubic Bézier curve (four points).

    Attributes:
        points: the end points, and the control points between them.
        letter: position in the word of the crossing that the piece passes in its middle, or −1.
        over: whether it passes above the other strand there.
    """

    points: tuple[Point, ...]
    letter: int = -1
    over: bool = True


@dataclass(frozen=True)
class Thread:
    """A connected part of a strand: within a row with time, or an arc of the closure.

    Attributes:
        color: the number of its colour; −1 for none.
        pieces: each begins where the one before it ends.
    """

    color: int
    pieces: tuple[Piece, ...]


class Stub(NamedTuple):
    """A dotted end where a strand is cut by the end of a row.

    Attributes:
        color: the number of its colour.
        start: the end that joins the thread, or the outer end for the begin of a row.
        end: the other end, to the right.
        strand: the strand, from 0.
    """

    color: int
    start: Point
    end: Point
    strand: int


class Label(NamedTuple):
    """Text beside a point.

    Attributes:
        point: where.
        text: what.
        side: on which side of the point the text is.
    """

    point: Point
    text: str
    side: Side


class Box(NamedTuple):
    """A rectangle behind crossings; ``strong`` for highlighted letters, else a run."""

    left: float
    top: float
    width: float
    height: float
    strong: bool


class Arrow(NamedTuple):
    """An arrow head on a strand.

    Attributes:
        point: where.
        angle: its direction in degrees, clockwise from the right.
        color: the number of its colour.
    """

    point: Point
    angle: float
    color: int

    @property
    def corners(self) -> tuple[Point, Point, Point]:
        """The tip in the middle of the three."""
        x, y = self.point
        c, s = cos(radians(self.angle)), sin(radians(self.angle))
        one, tip, other = ((x + c * u - s * v, y + s * u + c * v) for u, v in _HEAD)
        return one, tip, other


@dataclass(frozen=True)
class Picture:
    """All there is to draw, in the order of drawing: boxes, threads, stubs, arrows, labels.

    Attributes:
        width: of the whole picture.
        height: of the whole picture.
        boxes: what is behind the strands.
        threads: parts of strands. Lower strands are whole here; :func:`visible` cuts them.
        stubs: dotted ends where rows are cut, those of one strand in the order of time, so that
            they join in pairs.
        arrows: directions.
        labels: text.
    """

    width: float
    height: float
    boxes: tuple[Box, ...]
    threads: tuple[Thread, ...]
    stubs: tuple[Stub, ...]
    arrows: tuple[Arrow, ...]
    labels: tuple[Label, ...]


@dataclass
class _Canvas:
    """The parts found so far."""

    boxes: list[Box] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    stubs: list[Stub] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)


@dataclass(frozen=True)
class _Frame:
    """Where the rows are.

    Attributes:
        drawn: what is drawn.
        metrics: distances.
        placed: the letters in columns.
        bands: the powers that get a band.
        rows: the columns of each row.
        left: x of the begin of the rows.
    """

    drawn: Subject
    metrics: Metrics
    placed: tuple[Placed, ...]
    bands: tuple[Power, ...]
    rows: tuple[range, ...]
    left: float

    @property
    def strands(self) -> int:
        return self.drawn.braid.strands

    @property
    def last(self) -> int:
        """The last row."""
        return len(self.rows) - 1

    @property
    def head(self) -> float:
        labels = self.bands or (self.drawn.labels and self.placed)
        return self.metrics.head if labels else 0.0

    def y(self, row: int, position: int) -> float:
        m = self.metrics
        step = (self.strands - 1) * m.lane + m.between + self.head
        return m.margin + self.head + row * step + position * m.lane

    def x(self, row: int, column: int) -> float:
        m = self.metrics
        return self.left + m.lead + (column - self.rows[row].start) * m.column

    def end(self, row: int) -> float:
        """The x at which the row ends; a row without letters is as long as one with a column."""
        columns = self.rows[row]
        return self.x(row, columns.start + max(1, len(columns))) + self.metrics.lead

    def row_of(self, column: int) -> int:
        return bisect_right(self.rows, column, key=lambda row: row.start) - 1

    def cut(self, row: int, *, at_end: bool) -> bool:
        """Whether the row is joined to the one after (before) it."""
        return row < self.last if at_end else row > 0

    @property
    def width(self) -> float:
        """Of the whole picture."""
        m = self.metrics
        right = self.end(self.last) + _closing(self.drawn, m)
        if self.last > 0:
            longest = max(map(self.end, range(self.last)))
            right = max(right, longest + m.stub + m.numbers(self.strands))
        return right + m.margin

    @property
    def height(self) -> float:
        """Of the whole picture."""
        m = self.metrics
        below = 0.0
        if self.drawn.closure == "markov":
            below = m.lane / 2 + _closing(self.drawn, m)
        return self.y(self.last, self.strands - 1) + below + m.margin


def picture(drawn: Subject, width: float | None = None, metrics: Metrics | None = None) -> Picture:
    """Lay out curves for a picture that is at most as wide as asked.

    Rows have as many columns as fit, and at least one: with many strands the arcs of the closure
    can make the picture wider. Without a width it is 900, or as much more as it takes to be not
    much higher than wide.

    Raises:
        InputError: so many rows and strands that nobody could look at it.
    """
    metrics = Metrics() if metrics is None else metrics
    placed = place(drawn.braid)
    if width is None:
        frame = _fitting_frame(drawn, metrics, placed)
    else:
        frame = _frame(drawn, metrics, placed, width)
    if len(frame.rows) * frame.strands + len(drawn.braid) > _MAX_PARTS:
        raise InputError(
            f"{len(frame.rows)} rows of {frame.strands} strands are too many to draw; give a "
            f"larger width, or draw a part of the word"
        )
    canvas = _Canvas()
    _add_rows(canvas, frame)
    _add_closure(canvas, frame)
    _add_boxes_and_labels(canvas, frame)
    return Picture(
        width=frame.width,
        height=frame.height,
        boxes=tuple(canvas.boxes),
        threads=tuple(canvas.threads),
        stubs=tuple(canvas.stubs),
        arrows=tuple(canvas.arrows),
        labels=tuple(canvas.labels),
    )


def laid_out(
    b: Drawable,
    width: float | None,
    direction: Direction,
    **options: Unpack[DrawingOptions],
) -> tuple[Subject, Picture]:
    """Check what is to be drawn and make its picture, turned where time runs upwards.

    Raises:
        InputError: not a braid, too large to draw, or an option with a wrong value.
    """
    drawn = subject(b, **options)
    check_direction(direction)
    extent = None if width is None else check_width(width)
    if direction == "up":
        return drawn, turned(picture(drawn, extent, Metrics(head=_LABEL)))
    return drawn, picture(drawn, extent)


def turned(flat: Picture) -> Picture:
    """The picture turned by a quarter: time runs upwards and strand 1 begins at the left."""

    def point(p: Point) -> Point:
        return p[1], flat.width - p[0]

    side: dict[Side, Side] = {"above": "left", "left": "below", "below": "right", "right": "above"}
    return Picture(
        width=flat.height,
        height=flat.width,
        boxes=tuple(
            Box(box.top, flat.width - box.left - box.width, box.height, box.width, box.strong)
            for box in flat.boxes
        ),
        threads=tuple(
            replace(
                thread,
                pieces=tuple(
                    piece._replace(points=tuple(map(point, piece.points)))
                    for piece in thread.pieces
                ),
            )
            for thread in flat.threads
        ),
        stubs=tuple(
            stub._replace(start=point(stub.start), end=point(stub.end)) for stub in flat.stubs
        ),
        arrows=tuple(
            Arrow(point(arrow.point), arrow.angle - 90, arrow.color) for arrow in flat.arrows
        ),
        labels=tuple(
            Label(point(label.point), label.text, side[label.side]) for label in flat.labels
        ),
    )


def visible(thread: Thread) -> Iterator[tuple[Piece, ...]]:
    """The parts of a thread that are seen: it has a gap where it passes below.

    Example:
        >>> s = ((0.0, 0.0), (5.0, 0.0), (5.0, 10.0), (10.0, 10.0))
        >>> [len(part) for part in visible(Thread(0, (Piece(s, 0, over=False),)))]
        [1, 1]
    """
    part: list[Piece] = []
    for piece in thread.pieces:
        if piece.over:
            part.append(piece)
            continue
        before, after = _cut(piece)
        yield (*part, before)
        part = [after]
    if part:
        yield tuple(part)


def _cut(piece: Piece) -> tuple[Piece, Piece]:
    """The two ends of an S-shaped piece, without its middle."""
    p0, p1, p2, p3 = piece.points
    # The derivative in the middle; the upper strand is its mirror image.
    dx = 0.75 * (p3[0] - p0[0] + p2[0] - p1[0])
    dy = 0.75 * (p3[1] - p0[1] + p2[1] - p1[1])
    speed = hypot(dx, dy)
    angle = 2 * atan2(min(abs(dx), abs(dy)), max(abs(dx), abs(dy)))
    gap = (STROKE / 2 * (1 + cos(angle)) + _CLEARANCE) / (sin(angle) * speed)
    gap = min(gap, 0.3)
    first, _ = _halves(piece.points, 0.5 - gap)
    _, second = _halves(piece.points, 0.5 + gap)
    return Piece(first), Piece(second)


def _halves(points: tuple[Point, ...], t: float) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """A Bézier curve in two at the parameter t (de Casteljau)."""
    head, tail = [points[0]], [points[-1]]
    while len(points) > 1:
        points = tuple(
            ((1 - t) * a[0] + t * b[0], (1 - t) * a[1] + t * b[1]) for a, b in pairwise(points)
        )
        head.append(points[0])
        tail.append(points[-1])
    return tuple(head), tuple(reversed(tail))


def _closing(drawn: Subject, metrics: Metrics) -> float:
    """How far what ends the last row reaches beyond it: arcs, caps or numbers."""
    strands = drawn.braid.strands
    if drawn.closure is None:
        return metrics.numbers(strands)
    if drawn.closure == "plat":
        return metrics.lane / 2
    return metrics.lane / 2 + (strands - 1) * metrics.between_arcs(strands)


def _fitting_frame(drawn: Subject, metrics: Metrics, placed: tuple[Placed, ...]) -> _Frame:
    width = _WIDTH
    frame = _frame(drawn, metrics, placed, width)
    while frame.last > 0 and frame.height > _STEEPEST * frame.width:
        width *= 1.15
        frame = _frame(drawn, metrics, placed, width)
    return frame


def _frame(drawn: Subject, metrics: Metrics, placed: tuple[Placed, ...], width: float) -> _Frame:
    columns = 1 + max((each.column for each in placed), default=-1)
    closing = _closing(drawn, metrics)
    mark = metrics.stub + metrics.numbers(drawn.braid.strands)

    def split(left: float) -> tuple[range, ...]:
        free = width - 2 * metrics.margin - left - 2 * metrics.lead
        return split_columns(
            columns,
            int((free - mark) // metrics.column),
            int((free - closing) // metrics.column),
        )

    left = closing
    rows = split(left)
    if len(rows) > 1:
        # The arcs of a Markov closure run up at the left of the marks of the other rows.
        closed = drawn.closure == "markov"
        left = closing + metrics.beside + mark if closed else max(closing, mark)
        rows = split(left)
    bands = tuple(power for power in powers(placed) if len(power.letters) > 1)
    return _Frame(drawn, metrics, placed, bands if drawn.runs else (), rows, metrics.margin + left)


def _line(start: Point, end: Point) -> Piece:
    return Piece((start, end))


def _add_rows(canvas: _Canvas, frame: _Frame) -> None:
    """The strands within the rows, and the marks at both ends of rows."""
    by_row: list[list[Placed]] = [[] for _ in frame.rows]
    for each in frame.placed:
        by_row[frame.row_of(each.column)].append(each)
    at = list(range(frame.strands))  # at[p]: the strand at position p
    for row, letters in enumerate(by_row):
        _add_marks(canvas, frame, row, at, at_end=False)
        begins = list(at)
        pieces = _strands_of_row(frame, row, letters, at)
        for strand in begins:
            color = frame.drawn.colors[strand]
            canvas.threads.append(Thread(color, tuple(pieces[strand])))
        _add_marks(canvas, frame, row, at, at_end=True)


def _strands_of_row(
    frame: _Frame, row: int, letters: list[Placed], at: list[int]
) -> dict[int, list[Piece]]:
    """The pieces of each strand in a row; moves the strands in ``at``."""
    pen = [(frame.left, frame.y(row, p)) for p in range(frame.strands)]  # by position
    pieces: dict[int, list[Piece]] = {strand: [] for strand in at}
    for each in sorted(letters, key=lambda each: each.column):
        i = abs(each.letter)
        x = frame.x(row, each.column)
        for p in (i - 1, i):
            if pen[p][0] < x:
                start = (x, pen[p][1])
                pieces[at[p]].append(_line(pen[p], start))
                pen[p] = start
        upper, lower = pen[i - 1], pen[i]
        over = each.letter > 0
        pen[i - 1] = (x + frame.metrics.column, upper[1])
        pen[i] = (x + frame.metrics.column, lower[1])
        pieces[at[i - 1]].append(Piece(_bend(upper, pen[i]), each.number, over))
        pieces[at[i]].append(Piece(_bend(lower, pen[i - 1]), each.number, not over))
        at[i - 1], at[i] = at[i], at[i - 1]
    for p, strand in enumerate(at):
        pieces[strand].append(_line(pen[p], (frame.end(row), pen[p][1])))
    return pieces


def _bend(start: Point, end: Point) -> tuple[Point, ...]:
    """The S from one level to another."""
    middle = (start[0] + end[0]) / 2
    return start, (middle, start[1]), (middle, end[1]), end


def _add_marks(canvas: _Canvas, frame: _Frame, row: int, at: list[int], *, at_end: bool) -> None:
    """Arrows, dotted ends and numbers of positions at one end of a row."""
    drawn, m = frame.drawn, frame.metrics
    cut = frame.cut(row, at_end=at_end)
    x = frame.end(row) if at_end else frame.left
    away = 1 if at_end else -1
    outer = x + away * m.stub if cut else x
    # One end of each part of a strand is enough.
    arrows = drawn.arrows and not (cut and at_end) and (at_end or cut or drawn.closure is not None)
    side: Side = "right" if at_end else "left"
    for position, strand in enumerate(at):
        y = frame.y(row, position)
        color = drawn.colors[strand]
        if cut:
            canvas.stubs.append(Stub(color, (min(x, outer), y), (max(x, outer), y), strand))
        if cut or drawn.closure is None:
            beside = (outer + away * m.beside, y)
            canvas.labels.append(Label(beside, str(position + 1), side))
        if arrows:
            angle = 0.0 if drawn.directions[strand] > 0 else 180.0
            canvas.arrows.append(Arrow((x - away * m.lead / 2, y), angle, color))


def _add_closure(canvas: _Canvas, frame: _Frame) -> None:
    """The arcs of the closure."""
    drawn = frame.drawn
    if drawn.closure is None:
        return
    at_end = [0] * frame.strands
    for strand, position in enumerate(drawn.braid.permutation):
        at_end[position] = strand
    if drawn.closure == "markov":
        for p, strand in enumerate(at_end):
            canvas.threads.append(Thread(drawn.colors[strand], _loop(frame, p)))
        return
    reach = frame.metrics.lane / 2
    for p in range(0, frame.strands, 2):
        caps = ((0, frame.left, -reach, p), (frame.last, frame.end(frame.last), reach, at_end[p]))
        for row, x, away, strand in caps:
            upper, lower = (x, frame.y(row, p)), (x, frame.y(row, p + 1))
            far = (x + away, (upper[1] + lower[1]) / 2)
            pieces = (
                _quarter(upper, far, level_first=True),
                _quarter(far, lower, level_first=False),
            )
            canvas.threads.append(Thread(drawn.colors[strand], pieces))


def _loop(frame: _Frame, position: int) -> tuple[Piece, ...]:
    """The arc from the end of a position round below the rows to its begin."""
    m = frame.metrics
    lowest = frame.strands - 1
    arc = m.between_arcs(frame.strands)
    nested = (lowest - position) * arc
    reach = m.lane / 2 + nested
    middle = frame.y(frame.last, lowest) + m.lane / 2
    below = middle + reach
    right, left = frame.end(frame.last), m.margin + m.lane / 2 + lowest * arc
    start, goal = (right, frame.y(frame.last, position)), (frame.left, frame.y(0, position))
    up = (left - reach, frame.y(0, lowest) + m.lane / 2)
    pieces = (
        _quarter(start, (right + reach, middle), level_first=True),
        _quarter((right + reach, middle), (right, below), level_first=False),
        _line((right, below), (left, below)),
        _quarter((left, below), (left - reach, middle), level_first=True),
        _line((left - reach, middle), up),
        _quarter(up, (left, goal[1]), level_first=False),
        _line((left, goal[1]), goal),
    )
    return tuple(piece for piece in pieces if piece.points[0] != piece.points[-1])


def _quarter(start: Point, end: Point, *, level_first: bool) -> Piece:
    """A quarter of an ellipse, which begins level or upright."""
    dx, dy = _QUARTER * (end[0] - start[0]), _QUARTER * (end[1] - start[1])
    if level_first:
        return Piece((start, (start[0] + dx, start[1]), (end[0], end[1] - dy), end))
    return Piece((start, (start[0], start[1] + dy), (end[0] - dx, end[1]), end))


def _add_boxes_and_labels(canvas: _Canvas, frame: _Frame) -> None:
    drawn, m = frame.drawn, frame.metrics
    in_bands = {each.number for power in frame.bands for each in power.letters}
    for power in frame.bands:
        _add_band(canvas, frame, power)
    for each in frame.placed:
        i = abs(each.letter)
        row = frame.row_of(each.column)
        x, y = frame.x(row, each.column), frame.y(row, i - 1)
        if each.number in drawn.highlight:
            width, height = m.column - 2 * m.inset, m.lane + 2 * m.inset
            canvas.boxes.append(Box(x + m.inset, y - m.inset, width, height, True))
        if drawn.labels and each.number not in in_bands:
            text = power_text(i, 1 if each.letter > 0 else -1, ascii_only=m.plain)
            canvas.labels.append(Label((x + m.column / 2, y - m.raised), text, "above"))


def _add_band(canvas: _Canvas, frame: _Frame, power: Power) -> None:
    """The band behind a run, in every row that it reaches; each part has the label."""
    m = frame.metrics
    rows: dict[int, list[int]] = {}
    for each in power.letters:
        rows.setdefault(frame.row_of(each.column), []).append(each.column)
    text = power_text(power.generator, power.exponent, ascii_only=m.plain)
    for row, columns in rows.items():
        left, right = frame.x(row, columns[0]), frame.x(row, columns[-1]) + m.column
        y = frame.y(row, power.generator - 1)
        height = m.above + m.lane + m.below
        canvas.boxes.append(Box(left, y - m.above, right - left, height, False))
        canvas.labels.append(Label(((left + right) / 2, y - m.raised), text, "above"))
