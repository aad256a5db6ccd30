"""What a template may see: plain data, in words, sorted and counted already.

Texts, tuples, ready HTML. Addresses are within the site, without a leading slash; the template puts the way to the
root before them.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from babel.numbers import format_decimal
from markupsafe import Markup

from foljmed.model import Measure, Reference
from foljmed.prose import ascii_url
from foljmed.spans import day_in_words
from foljmed.values import MeasureKind, Status

# A symbol for each status, so that none is told by colour alone.
_SYMBOLS = {
    Status.NOT_STARTED: ("not-started", "○"),
    Status.PLANNED: ("planned", "◔"),
    Status.UNDER_WAY: ("under-way", "◑"),
    Status.ONGOING: ("ongoing", "↻"),
    Status.PAUSED: ("paused", "‖"),
    Status.KEPT: ("kept", "✓"),
    Status.PARTLY: ("partly", "◕"),
    Status.NOT_KEPT: ("not-kept", "✕"),
}
_REASONS = {Status.PARTLY: "Det här återstår", Status.PAUSED: "Därför är det pausat"}


class StatusView(NamedTuple):
    """A status as shown: text and symbol; ``name`` is for the style sheet."""

    name: str
    label: str
    symbol: str


SILENT = StatusView("silent", "Ingen uppdatering publicerad", "–")
UNSTATED = StatusView("unstated", "Status inte angiven", "?")


class StatusCount(NamedTuple):
    """How many pledges have a status, and its part of a bar of them all.

    ``start`` and ``width`` are where the part lies, in percent of the bar; ``is_wide`` says that a symbol has room in
    it on a telephone.
    """

    status: StatusView
    pledges: int
    start: str
    width: str
    is_wide: bool


class ContactView(NamedTuple):
    """A way to reach somebody. ``tel`` is the number as a telephone wants it; both are empty where there is none."""

    title: str
    text: str
    phone: str
    tel: str
    url: str
    site: str
    is_urgent: bool


class Link(NamedTuple):
    """A title that leads somewhere. ``address`` may be empty, or a whole web address."""

    title: str
    address: str = ""
    note: str = ""


class CalendarView(NamedTuple):
    """A calendar as ``/prenumerera/`` shows it; ``whole`` is its https address, ``webcal`` and ``google`` ways in."""

    title: str
    address: str
    page: str
    whole: str
    webcal: str
    google: str
    is_empty: bool


class Share(NamedTuple):
    """A page as others show it who link to it: plain texts, and its whole address. ``kind`` is Open Graph's type."""

    kind: str
    site: str
    title: str
    description: str
    url: str


class Dated(NamedTuple):
    """A day for people and for machines; in a template both."""

    words: str
    iso: str

    def __html__(self) -> str:
        """Return the day as HTML."""
        return f'<time datetime="{self.iso}">{self.words}</time>'


class UpdateView(NamedTuple):
    """An update as shown in a timeline, whole."""

    id: str
    address: str
    title: str
    published: Dated
    happened: str
    kind: str
    by: str
    place: str
    is_changed: bool
    before: str
    status: StatusView | None
    reason_label: str
    reason: str
    html: Markup
    values: tuple[str, ...]
    sources: tuple[Link, ...]
    corrects: Link | None
    corrected: str
    corrected_by: tuple[Link, ...]
    mended: tuple[Link, ...]
    withdrawn: str
    also: tuple[Link, ...]
    mark: str
    is_background: bool
    summary: str
    home: Link | None = None


class UpdateLine(NamedTuple):
    """An update as shown in a list."""

    title: str
    address: str
    published: Dated
    kind: str
    by: str
    home: Link
    summary: str
    place: str
    mark: str
    corrected: str


class Row(NamedTuple):
    """An update's line in a list, ready; ``facets`` are what a filter in the browser knows it by.

    Sorts by the day, which its id begins with, and by the name of its file.
    """

    id: str
    ref: str
    facets: str
    html: Markup


class Expected(NamedTuple):
    """When the next word comes, and what did not come, in sentences; empty where nothing was said.

    ``missed`` are of what the parties said about reporting, ``lacking`` is of the plan; neither is told in ``overdue``.
    ``gaps`` is both in short.
    """

    next: str = ""
    overdue: str = ""
    missed: tuple[str, ...] = ()
    lacking: str = ""
    gaps: str = ""


class Card(NamedTuple):
    """A pledge in short.

    ``status_place`` is the place that the status is about, empty for the place itself. ``unfinished`` says that nobody
    has told how the pledge ended, though its period has.
    """

    title: str
    address: str
    summary: str
    responsible: str
    status: StatusView
    status_note: str
    status_place: str
    reason_label: str
    reason: str
    latest: UpdateLine | None
    expected: Expected
    unfinished: str


class Group(NamedTuple):
    """Things under a heading."""

    title: str
    items: tuple[object, ...]
    id: str = ""


class Mark(NamedTuple):
    """A word on an axis, at ``at``."""

    at: float
    words: str


class Bar(NamedTuple):
    """A bar of a chart, and what it says to who points at it.

    ``is_flat`` is one too low to be seen by its height, ``is_open`` one whose time has not ended.
    """

    x: float
    y: float
    width: float
    height: float
    words: str
    is_flat: bool
    is_open: bool


class Point(NamedTuple):
    """A point of a chart, and what it says to who points at it."""

    x: float
    y: float
    words: str


class Stretch(NamedTuple):
    """A stretch of time in a chart, at a height."""

    left: float
    right: float
    y: float


class Chart(NamedTuple):
    """A picture of a measure in units of its own, see ``charts``.

    ``kind`` is for the style sheet; ``unit`` stands above the axis of values, ``description`` says what kind of picture
    it is, ``summary`` what it shows. The axis of time goes from ``left`` to ``right``; its words stand at ``words``,
    the years at ``below``, or in the first row where ``years`` is empty; new years begin at ``turns``. The axis of
    values goes up to ``top``, zero is at ``base``. ``lines`` are points as SVG writes them, ``is_dense`` says that the
    points are many; ``lengths`` are the times that points are about, ``gaps`` those that nothing is known of.
    """

    kind: str
    width: int
    height: int
    unit: str
    description: str
    summary: str
    left: float
    right: float
    top: float
    base: float
    words: int
    below: int
    values: tuple[Mark, ...]
    times: tuple[Mark, ...]
    years: tuple[Mark, ...]
    turns: tuple[float, ...]
    bars: tuple[Bar, ...]
    lines: tuple[str, ...]
    points: tuple[Point, ...]
    is_dense: bool
    lengths: tuple[Stretch, ...]
    gaps: tuple[Stretch, ...]
    target: float | None
    target_words: str


class ValueRow(NamedTuple):
    """A value as an update told it: when, about what time, the sum so far then, and what became of it since."""

    published: str
    address: str
    about: str
    value: str
    total: str
    corrected: str
    sources: tuple[Link, ...]


class MeasureView(NamedTuple):
    """A measure with all its values, in the order of the times they are about."""

    name: str
    unit: str
    sentence: str
    note: str
    source: Link | None
    rows: tuple[ValueRow, ...]
    has_totals: bool
    has_sources: bool
    id: str
    place: str
    chart: Chart | None


class PledgeView(NamedTuple):
    """A pledge's page."""

    card: Card
    period: Link
    area: Link
    goal: str
    is_ended: bool
    unfinished: str
    silence: str
    wording: Markup
    easy: Markup
    criteria: tuple[str, ...]
    measures: tuple[MeasureView, ...]
    years: tuple[Group, ...]
    older: tuple[Group, ...]
    before: Link | None
    after: Link | None
    continues: Link | None
    continued_by: tuple[Link, ...]


class AreaView(NamedTuple):
    """An area of the document with its pledges, by goal."""

    id: str
    title: str
    situation: Markup
    goals: tuple[Group, ...]


class PeriodNotice(NamedTuple):
    """That a period is over, and what came after; ``site`` is the host that ``url`` leads to."""

    text: str
    afterwards: Markup
    url: str
    site: str


class SignatureView(NamedTuple):
    """Who signed, as what, where and when."""

    name: str
    role: str
    place: str
    when: Dated


class PeriodView(NamedTuple):
    """A period's page, and the body of the start page. ``plan`` is its plan's address, empty where there is none."""

    title: str
    address: str
    plan: str
    state: str
    when: str
    glance: str
    notice: PeriodNotice | None
    counts: tuple[StatusCount, ...]
    pledges: int
    areas: tuple[AreaView, ...]
    text: Markup
    updates: tuple[Group, ...]
    document: Link | None
    signatures: tuple[SignatureView, ...]
    parties: tuple[Link, ...]
    others: tuple[Link, ...]


class PledgeLine(NamedTuple):
    """A pledge as shown in a list."""

    title: str
    address: str
    status: StatusView
    latest: Dated | None
    note: str
    facets: str


class WayIn(NamedTuple):
    """One dimension to find things by; its groups have ids that are unique within it.

    ``others`` are the groups that nothing on the page belongs to; an address may still ask for them.
    """

    id: str
    title: str
    groups: tuple[Group, ...]
    others: tuple[Group, ...] = ()


class Month(NamedTuple):
    """A month's updates, as a list's lines that are ready."""

    title: str
    html: Markup


class UpdatesView(NamedTuple):
    """A page of updates: all of them or a party's, the newest years or one.

    ``first`` is the address of the page with the newest; ``is_all`` says that it holds every one. ``year`` is empty
    there, and ``party`` where all are meant. ``rows``, some of ``total``, are on the page, those of ``elsewhere`` are
    not; ``background`` of the total are no reports.
    """

    title: str
    address: str
    first: str
    is_all: bool
    year: str
    party: str
    total: int
    background: int
    rows: tuple[Row, ...]
    years: tuple[Link, ...]
    elsewhere: tuple[Link, ...]
    parties: tuple[Link, ...] = ()
    ways: tuple[WayIn, ...] = ()


class OccurrenceView(NamedTuple):
    """One row of the plan: an occurrence, or an ongoing activity without one.

    ``state`` is empty for what has none; ``moved_to`` and ``moved_from`` are times in words; ``file`` is the address of
    a small calendar file for those who want to come, empty where there is none.
    """

    id: str
    when: str
    title: str
    kind: str
    message: str
    audiences: str
    channels: str
    responsible: str
    pledges: tuple[Link, ...]
    is_open: bool
    address: str
    place: str = ""
    state: StatusView | None = None
    moved_from: str = ""
    moved_to: str = ""
    cancelled: str = ""
    notes: tuple[str, ...] = ()
    reports: tuple[Link, ...] = ()
    file: str = ""


class DayCell(NamedTuple):
    """A day of a month's grid; ``number`` is 0 for days of other months.

    An item has an address on its first day, in each week and month: what goes on for a week is one link and not seven.
    """

    number: int
    is_today: bool
    items: tuple[Link, ...]


class MonthGrid(NamedTuple):
    """A month as a table of weeks, for the eye."""

    title: str
    is_open: bool
    weeks: tuple[tuple[int, tuple[DayCell, ...]], ...]


class PlanView(NamedTuple):
    """The communication plan's page, or a party's part of it.

    ``adopted`` is None where nobody has said when, ``waiting`` empty where nobody has promised an update.
    """

    title: str
    period: Link
    whole: Link | None
    purpose: Markup
    message: str
    adopted: Dated | None
    waiting: str
    figure: str
    missing: tuple[Link, ...]
    untold: str
    now: tuple[OccurrenceView, ...]
    coming: tuple[Group, ...]
    past: tuple[Group, ...]
    ongoing: tuple[OccurrenceView, ...]
    ongoing_note: str
    grids: tuple[MonthGrid, ...]
    parties: tuple[Link, ...]
    pledges: tuple[Link, ...]


@cache
def dated(day: date) -> Dated:
    """Return a day for people and for machines."""
    return Dated(day_in_words(day), day.isoformat())


def source_link(source: Reference) -> Link:
    """Return where a fact comes from, with its day."""
    return Link(
        source.title, ascii_url(source.url) if source.url else "", day_in_words(source.date) if source.date else ""
    )


def number(value: Decimal) -> str:
    """Return a number as Swedes write it: "5 616", "25,5"."""
    return _number(str(value))


def amount(value: Decimal, measure: Measure) -> str:
    """Return a measure's value with its unit, which is known in the plural alone: of one thing there is only "1"."""
    return number(value) if value == 1 and measure.kind is MeasureKind.COUNT else f"{number(value)} {measure.unit}"


@lru_cache(4096)
def _number(written: str) -> str:
    return str(format_decimal(written, locale="sv_SE", decimal_quantization=False))


def joined(words: Iterable[str]) -> str:
    """Return "a", "a och b", "a, b och c"."""
    every = list(words)
    return f"{', '.join(every[:-1])} och {every[-1]}" if len(every) > 1 else "".join(every)


def status_view(status: Status) -> StatusView:
    """Return a status as shown."""
    name, symbol = _SYMBOLS[status]
    return StatusView(name, capital(status), symbol)


def reason_label(status: Status | None) -> str:
    """Return what the reason for a status is called; empty where there is no status."""
    return _REASONS.get(status, "Skäl") if status else ""


def capital(text: str) -> str:
    """Return a text with its first letter in upper case and the rest as it was."""
    return text[:1].upper() + text[1:]
