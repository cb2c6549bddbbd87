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
from math import atan2, cos, hypot, sin
from typing import Final, Literal, NamedTuple, TypeAlias

from ..errors import InputError
from .layout import Placed, Power, place, powers, split_columns
from .notation import power_text
from .options import Subject

__all__ = [
    "STROKE",
    "Arrow",
    "Box",
    "Label",
    "Picture",
    "Piece",
    "Point",
    "Stub",
    "Thread",
    "picture",
    "turned",
    "visible",
]

Point: TypeAlias = tuple[float, float]
Side = Literal["above", "below", "left", "right"]

STROKE: Final = 3.2
_LANE = 26.0  # between neighbouring positions
_LEAST_LANE = 7.0  # between neighbouring arcs of the closure of many strands
_MANY = 6  # strands, from which on the arcs of the closure are closer
_COLUMN = 34.0
_LEAD = 22.0  # straight part at both ends of a row
_STUB = 11.0  # dotted part where a row is cut
_MARGIN = 10.0
_BETWEEN = 26.0  # between rows
_FONT = 11.0
_RAISE = 4.0  # of labels above the upper strand
_CLEARANCE = 3.2  # between the edge of the upper strand and the ends of the lower one
_ARROW = 9.0
_QUARTER = 0.5522847498  # control points of a quarter circle
_WIDTH = 900.0
_STEEPEST = 1.3  # ratio of height to width
_MAX_PARTS = 200_000


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
    """An arrow head on a strand: its middle, its direction in degrees (clockwise from the right)
    and the number of its colour.
    """  # noqa: D205

    point: Point
    angle: float
    color: int


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
        placed: its letters in columns.
        rows: the columns of each row.
        left: x of the begin of the rows.
        top: y of position 0 in row 0.
        step: from a row to the next.
        lane: between neighbouring arcs of the closure.
    """

    drawn: Subject
    placed: tuple[Placed, ...]
    rows: tuple[range, ...]
    left: float
    top: float
    step: float
    lane: float

    @property
    def strands(self) -> int:
        return self.drawn.braid.strands

    def y(self, row: int, position: int) -> float:
        return self.top + row * self.step + position * _LANE

    def x(self, row: int, column: int) -> float:
        return self.left + _LEAD + (column - self.rows[row].start) * _COLUMN

    def end(self, row: int) -> float:
        """The x at which the row ends; rows without letters are not all margin."""
        return self.x(row, self.rows[row].start + max(1, len(self.rows[row]))) + _LEAD

    def row_of(self, column: int) -> int:
        return bisect_right(self.rows, column, key=lambda row: row.start) - 1

    def cut(self, row: int, *, at_end: bool) -> bool:
        """Whether the row is joined to the one after (before) it."""
        return row < len(self.rows) - 1 if at_end else row > 0

    @property
    def arcs(self) -> float:
        """How far the arcs of a Markov closure reach beyond the strands that they join."""
        return _LANE / 2 + (self.strands - 1) * self.lane

    @property
    def width(self) -> float:
        """Of the whole picture."""
        numbers = _number_width(self.strands)
        last = {"markov": self.arcs, "plat": _LANE / 2, None: numbers}[self.drawn.closure]
        right = self.end(len(self.rows) - 1) + last
        if len(self.rows) > 1:
            longest = max(self.end(row) for row in range(len(self.rows) - 1))
            right = max(right, longest + _STUB + numbers)
        return right + _MARGIN

    @property
    def height(self) -> float:
        """Of the whole picture."""
        below = self.arcs + _LANE / 2 if self.drawn.closure == "markov" else 0.0
        return self.y(len(self.rows) - 1, self.strands - 1) + below + _MARGIN


def picture(drawn: Subject, width: float | None = None) -> Picture:
    """Lay out curves for a picture that is at most as wide as asked.

    Rows have as many columns as fit, and at least one: with many strands the arcs of the closure
    can make the picture wider. Without a width it is 900, or as much more as it takes to be not
    much higher than wide.

    Raises:
        InputError: so many rows and strands that nobody could look at it.
    """
    placed = place(drawn.braid)
    frame = _fitting_frame(drawn, placed) if width is None else _frame(drawn, placed, width)
    parts = len(frame.rows) * frame.strands + len(drawn.braid)
    if parts > _MAX_PARTS:
        raise InputError(
            f"{len(frame.rows)} rows of {frame.strands} strands are too many to draw; give a "
            f"larger width, or draw a part of the word"
        )
    canvas = _Canvas()
    _add_strands(canvas, frame)
    _add_ends(canvas, frame)
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
            ((1 - t) * a[0] + t * b[0], (1 - t) * a[1] + t * b[1])
            for a, b in zip(points, points[1:], strict=False)
        )
        head.append(points[0])
        tail.append(points[-1])
    return tuple(head), tuple(reversed(tail))


def _number_width(strands: int) -> float:
    return 4 + 0.62 * _FONT * len(str(strands))


def _fitting_frame(drawn: Subject, placed: tuple[Placed, ...]) -> _Frame:
    width = _WIDTH
    frame = _frame(drawn, placed, width)
    while len(frame.rows) > 1 and frame.height > _STEEPEST * frame.width:
        width *= 1.15
        frame = _frame(drawn, placed, width)
    return frame


def _frame(drawn: Subject, placed: tuple[Placed, ...], width: float) -> _Frame:
    columns = 1 + max((each.column for each in placed), default=-1)
    strands = drawn.braid.strands
    lane = min(_LANE, max(_LEAST_LANE, _MANY * _LANE / strands))
    arcs = _LANE / 2 + (strands - 1) * lane
    numbers = _number_width(strands)
    closing = {"markov": arcs, "plat": _LANE / 2, None: numbers}[drawn.closure]
    # A markov closure runs up at the left of all rows, which begin with a cut and its number.
    inner = numbers + _STUB

    def split(left: float) -> tuple[range, ...]:
        free = width - 2 * _MARGIN - left - 2 * _LEAD
        return split_columns(
            columns, int((free - inner) // _COLUMN), int((free - closing) // _COLUMN)
        )

    rows = split(closing)
    left = closing
    if len(rows) > 1:
        left = arcs + inner if drawn.closure == "markov" else max(closing, inner)
        rows = split(left)
    text = _FONT if drawn.runs or drawn.labels else 0.0
    height = (strands - 1) * _LANE
    return _Frame(
        drawn=drawn,
        placed=placed,
        rows=rows,
        left=_MARGIN + left,
        top=_MARGIN + text,
        step=height + _BETWEEN + text,
        lane=lane,
    )


def _line(start: Point, end: Point) -> Piece:
    return Piece((start, end))


def _add_strands(canvas: _Canvas, frame: _Frame) -> None:
    """The strands within the rows."""
    n = frame.strands
    at = list(range(n))
    by_row: list[list[Placed]] = [[] for _ in frame.rows]
    for each in frame.placed:
        by_row[frame.row_of(each.column)].append(each)
    for row, letters in enumerate(by_row):
        pen = [(frame.left, frame.y(row, p)) for p in range(n)]  # by position
        pieces: list[list[Piece]] = [[] for _ in range(n)]
        begins = list(at)
        _add_row_marks(canvas, frame, row, at, at_end=False)
        for each in sorted(letters, key=lambda each: each.column):
            i = abs(each.letter)
            x = frame.x(row, each.column)
            ends = []
            for p, q in ((i - 1, i), (i, i - 1)):
                over = (each.letter > 0) == (p < q)
                own = pieces[at[p]]
                start = (x, frame.y(row, p))
                if pen[p][0] < x:
                    own.append(_line(pen[p], start))
                ends.append((x + _COLUMN, frame.y(row, q)))
                middle = x + _COLUMN / 2
                controls = ((middle, start[1]), (middle, ends[-1][1]))
                own.append(Piece((start, *controls, ends[-1]), each.index, over))
            pen[i], pen[i - 1] = ends
            at[i - 1], at[i] = at[i], at[i - 1]
        for p in range(n):
            pieces[at[p]].append(_line(pen[p], (frame.end(row), frame.y(row, p))))
        for strand in begins:
            color = frame.drawn.colors[strand]
            canvas.threads.append(Thread(color, tuple(pieces[strand])))
        _add_row_marks(canvas, frame, row, at, at_end=True)


def _add_row_marks(
    canvas: _Canvas, frame: _Frame, row: int, at: list[int], *, at_end: bool
) -> None:
    """Arrows, dotted ends and numbers of positions at one end of a row."""
    drawn = frame.drawn
    cut = frame.cut(row, at_end=at_end)
    x = frame.end(row) if at_end else frame.left
    outer = x + (_STUB if at_end else -_STUB) * cut
    for position, strand in enumerate(at):
        y = frame.y(row, position)
        color = drawn.colors[strand]
        if cut:
            canvas.stubs.append(Stub(color, (min(x, outer), y), (max(x, outer), y), strand))
        if cut or drawn.closure is None:
            side: Side = "right" if at_end else "left"
            beside = outer + (4 if at_end else -4)
            canvas.labels.append(Label((beside, y), str(position + 1), side))
        if drawn.arrows and (cut or drawn.closure is not None or at_end) and not (cut and at_end):
            middle = x + (-_LEAD / 2 if at_end else _LEAD / 2)
            angle = 0.0 if drawn.directions[strand] > 0 else 180.0
            canvas.arrows.append(Arrow((middle, y), angle, color))


def _add_ends(canvas: _Canvas, frame: _Frame) -> None:
    """The arcs of the closure."""
    drawn = frame.drawn
    n = frame.strands
    last = len(frame.rows) - 1
    at_end = [0] * n
    for strand, position in enumerate(drawn.braid.permutation):
        at_end[position] = strand
    if drawn.closure == "plat":
        for p in range(0, n, 2):
            for row, x, side, strand in (
                (0, frame.left, -1, p),
                (last, frame.end(last), 1, at_end[p]),
            ):
                radius = _LANE / 2
                top, bottom = (x, frame.y(row, p)), (x, frame.y(row, p + 1))
                far = (x + side * radius, (top[1] + bottom[1]) / 2)
                pieces = (_quarter(top, far, True), _quarter(far, bottom, False))
                canvas.threads.append(Thread(drawn.colors[strand], pieces))
    elif drawn.closure == "markov":
        for p in range(n):
            canvas.threads.append(Thread(drawn.colors[at_end[p]], _loop(frame, p)))


def _loop(frame: _Frame, position: int) -> tuple[Piece, ...]:
    """The arc from the end of a position round below the rows to its begin."""
    last = len(frame.rows) - 1
    n = frame.strands
    nested = (n - 1 - position) * frame.lane
    reach = _LANE / 2 + nested
    middle = frame.y(last, n - 1) + _LANE / 2
    below = frame.y(last, n - 1) + _LANE + nested
    right, left = frame.end(last), _MARGIN + _LANE / 2 + (n - 1) * frame.lane
    start, goal = (right, frame.y(last, position)), (frame.left, frame.y(0, position))
    turn, turn_back = (right + reach, middle), (left - reach, middle)
    up = (left - reach, frame.y(0, n - 1) + _LANE / 2)
    corner = (left, goal[1])
    pieces = [
        _quarter(start, turn, True),
        _quarter(turn, (right, below), False),
        _line((right, below), (left, below)),
        _quarter((left, below), turn_back, True),
        _line(turn_back, up),
        _quarter(up, corner, False),
        _line(corner, goal),
    ]
    return tuple(piece for piece in pieces if piece.points[0] != piece.points[-1])


def _quarter(start: Point, end: Point, level_first: bool) -> Piece:
    """A quarter of an ellipse, which begins level or upright."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    if level_first:
        controls = (
            (start[0] + _QUARTER * dx, start[1]),
            (end[0], end[1] - _QUARTER * dy),
        )
    else:
        controls = (
            (start[0], start[1] + _QUARTER * dy),
            (end[0] - _QUARTER * dx, end[1]),
        )
    return Piece((start, *controls, end))


def _add_boxes_and_labels(canvas: _Canvas, frame: _Frame) -> None:
    drawn = frame.drawn
    grouped = powers(frame.placed)
    in_bands: set[int] = set()
    if drawn.runs:
        for power in grouped:
            if len(power.letters) > 1:
                in_bands.update(each.index for each in power.letters)
                _add_band(canvas, frame, power)
    for each in frame.placed:
        row = frame.row_of(each.column)
        x, y = frame.x(row, each.column), frame.y(row, abs(each.letter) - 1)
        if each.index in drawn.highlight:
            canvas.boxes.append(Box(x + 3, y - 3, _COLUMN - 6, _LANE + 6, True))
        if drawn.labels and each.index not in in_bands:
            text = power_text(abs(each.letter), 1 if each.letter > 0 else -1)
            canvas.labels.append(Label((x + _COLUMN / 2, y - _RAISE), text, "above"))


def _add_band(canvas: _Canvas, frame: _Frame, power: Power) -> None:
    """The band behind a run, in every row that it reaches; each part has the label."""
    rows: dict[int, list[int]] = {}
    for each in power.letters:
        rows.setdefault(frame.row_of(each.column), []).append(each.column)
    text = power_text(power.generator, power.exponent)
    for row, columns in rows.items():
        left, right = frame.x(row, columns[0]), frame.x(row, columns[-1]) + _COLUMN
        y = frame.y(row, power.generator - 1)
        top = y - 0.55 * _LANE
        height = 1.75 * _LANE
        canvas.boxes.append(Box(left, top, right - left, height, False))
        canvas.labels.append(Label(((left + right) / 2, y - _RAISE), text, "above"))
