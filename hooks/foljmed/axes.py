"""The axes of a chart: where a day and a value stand, which round numbers and which times are written out.

Lengths are in the picture's own units, ``WIDTH`` of them wide; the page scales it. The letters of the style sheet are
16 of them, and so at least 12 px where the picture is no narrower than 280 px.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from math import ceil
from typing import Final

from foljmed.shown import Mark, number
from foljmed.spans import MONTHS, Span, Unit, month_name, whole, within

WIDTH: Final = 360
HEIGHT: Final = 214  # with two rows of words below
LINE: Final = 18  # from one row of words to the next
_TOP, _BOTTOM, _LEFT, _RIGHT = 10, 44, 10, 8
_DIGIT: Final = 9.0  # how wide a digit is
_LETTER: Final = 8.0  # and a letter of a short word, in the mean
_BETWEEN: Final = 5  # between two words
_YEAR: Final = 4 * _DIGIT + _BETWEEN  # room for a year
_MOST_STEPS: Final = 5  # on the axis of values
_MOST_LEFT: Final = WIDTH / 3  # for the words on the axis of values
_MOST_TURNS: Final = 24
_SCALES = ((12, "biljoner"), (9, "miljarder"), (6, "miljoner"))


@dataclass(frozen=True)
class Axes:
    """Days from ``first`` to ``last``, values from the first of ``ticks`` to their last; zero is one of them.

    ``scale`` is what the numbers on the axis are to be multiplied by, "miljoner", or empty.
    """

    first: date
    last: date
    ticks: tuple[Decimal, ...]
    scale: str
    power: int
    left: float

    @property
    def right(self) -> float:
        """Where the axis of time ends."""
        return float(WIDTH - _RIGHT)

    @property
    def top(self) -> float:
        """Where the axis of values ends."""
        return float(_TOP)

    @property
    def words(self) -> int:
        """Where the first row of words stands."""
        return HEIGHT - _BOTTOM + LINE

    def before(self, of: date) -> float:
        """Return where a day begins."""
        days = (self.last - self.first).days + 1
        return round(self.left + (of - self.first).days / days * (self.right - self.left), 1)

    def after(self, of: date) -> float:
        """Return where a day ends."""
        return self.before(of + timedelta(days=1))

    def middle(self, span: Span) -> float:
        """Return the middle of what is seen of a span."""
        return round((max(self.before(span.first), self.left) + min(self.after(span.last), self.right)) / 2, 1)

    def length(self, span: Span) -> float:
        """Return how wide a whole span is."""
        return self.after(span.last) - self.before(span.first)

    def y(self, value: Decimal) -> float:
        """Return where a value stands; zero is at the bottom unless something lies below it."""
        low, high = self.ticks[0], self.ticks[-1]
        return round(_TOP + float((high - value) / (high - low)) * (HEIGHT - _TOP - _BOTTOM), 1)

    def values(self) -> Iterator[Mark]:
        """Yield the words on the axis of values."""
        for tick in self.ticks:
            yield Mark(self.y(tick), number(tick.scaleb(-self.power)))


def axes(amounts: Iterable[Decimal], spans: Iterable[Span]) -> Axes | None:
    """Return axes that hold all amounts, zero, and all spans; None where the numbers are too long to be written."""
    found = [*amounts, Decimal()]
    is_whole = all(amount == amount.to_integral_value() for amount in found)
    ticks = tuple(_ticks(min(found), max(found), is_whole=is_whole))
    longest = max(abs(ticks[0]), abs(ticks[-1])).adjusted()
    power, scale = next(((power, name) for power, name in _SCALES if longest >= power), (0, ""))
    left = _LEFT + _DIGIT * max(len(number(tick.scaleb(-power))) for tick in ticks)
    if left > _MOST_LEFT:
        return None
    every = list(spans)
    first, last = min(each.first for each in every), max(each.last for each in every)
    return Axes(first, last, ticks, scale, power, round(left, 1))


def _ticks(low: Decimal, high: Decimal, *, is_whole: bool) -> Iterator[Decimal]:
    """Yield round numbers from below ``low`` to above ``high``, zero among them, evenly apart; whole ones if asked."""
    step = max(_step((high - low) or Decimal(1)), Decimal(is_whole))
    tick = step * (low / step).to_integral_value(ROUND_FLOOR)
    yield tick
    while tick < high or tick <= low:
        tick += step
        yield tick


def _step(length: Decimal) -> Decimal:
    """Return 1, 2 or 5 times a power of ten, such that a length holds two to five of it."""
    power = Decimal(10) ** (length.adjusted() - 1)
    return next(power * each for each in (2, 5, 10, 20, 50) if length <= power * each * _MOST_STEPS)


# --- Times


def times(on: Axes, grain: Unit) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """Return the words below, and a second row with the years where the first says months or quarters.

    The finest of ``grain`` and years that has room; where each has none, every second, third … stands out, always the
    same ones of every year.
    """
    for unit, each_nth in _GRAINS[grain]:
        spans = _spans(on, unit)
        room = max(len(_name(span)) for span in spans) * _LETTER + _BETWEEN
        if each_nth * on.length(spans[len(spans) // 2]) >= room:
            named = [span for span in spans if (span.first.month - 1) // MONTHS[unit] % each_nth == 0]
            return _marks(on, named, room), _marks(on, _spans(on, Unit.YEAR), _YEAR)
    years = _spans(on, Unit.YEAR)
    each_nth = ceil(_YEAR / max(min(on.length(span) for span in years), 0.1))
    return _marks(on, years[::each_nth], _YEAR), ()


def turns(on: Axes) -> tuple[float, ...]:
    """Return where new years begin, unless they are too many to be seen apart."""
    found = tuple(on.before(date(year, 1, 1)) for year in range(on.first.year + 1, on.last.year + 1))
    return found if len(found) <= _MOST_TURNS else ()


_GRAINS: dict[Unit, Collection[tuple[Unit, int]]] = {
    Unit.MONTH: [(Unit.MONTH, 1), (Unit.MONTH, 2), (Unit.MONTH, 3), (Unit.MONTH, 6)],
    Unit.QUARTER: [(Unit.QUARTER, 1), (Unit.QUARTER, 2)],
    Unit.YEAR: [],
}


def _marks(on: Axes, spans: Iterable[Span], room: float) -> tuple[Mark, ...]:
    """Return the spans' names at the middles of what is seen of them, unless one at an end has no room."""
    marks = [Mark(on.middle(span), _name(span)) for span in spans if _is_seen(on, span, room)]
    if len(marks) > 1 and marks[1].at - marks[0].at < room:
        del marks[0]
    if len(marks) > 1 and marks[-1].at - marks[-2].at < room:
        del marks[-1]
    return tuple(marks)


def _is_seen(on: Axes, span: Span, room: float) -> bool:
    seen = min(on.after(span.last), on.right) - max(on.before(span.first), on.left)
    return seen >= min(on.length(span) / 2, room)


def _name(span: Span) -> str:
    if span.unit is Unit.YEAR:
        return str(span.first.year)
    return month_name(span.first.month)[:3] if span.unit is Unit.MONTH else f"kv {(span.first.month + 2) // 3}"


def _spans(on: Axes, unit: Unit) -> list[Span]:
    """Return the whole units that the axis of time touches."""
    return within(whole(on.first, unit).first, whole(on.last, unit).last, unit)
