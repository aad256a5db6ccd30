"""Times at the precision they were written: day, week, month, quarter, half-year, year, or an interval of one kind.

A span keeps its precision wherever it is shown: "juni–augusti 2021", never "1 juni". The wording follows the Swedish
writing rules for dates (always the year, months in lower case, en dash in intervals); names of months are Babel's.
"""

import calendar
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import get_day_names, get_month_names
from dateutil.relativedelta import relativedelta

from foljmed.problems import Fault

STOCKHOLM = ZoneInfo("Europe/Stockholm")
_LOCALE = "sv_SE"


class Unit(StrEnum):
    """How precisely a span is known. The values are for classes and data, not for readers."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


# How many months each of them is that begins with a month.
MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.HALF: 6, Unit.YEAR: 12}
_LENGTHS = {
    Unit.DAY: relativedelta(days=1),
    Unit.WEEK: relativedelta(weeks=1),
    **{unit: relativedelta(months=months) for unit, months in MONTHS.items()},
}
_FORMS = (
    (Unit.DAY, re.compile(r"(\d{4})-(\d\d)-(\d\d)")),
    (Unit.WEEK, re.compile(r"(\d{4})-W(\d\d)")),
    (Unit.QUARTER, re.compile(r"(\d{4})-Q([1-4])")),
    (Unit.HALF, re.compile(r"(\d{4})-H([12])")),
    (Unit.MONTH, re.compile(r"(\d{4})-(\d\d)")),
    (Unit.YEAR, re.compile(r"(\d{4})")),
)
_LONGER_FORMS = _FORMS[1:]
_CLOCK = re.compile(r"(\d{4}-\d\d-\d\d)[ T]+(\d{1,2}[:.]\d\d)(?:\s*[-–]\s*(\d{1,2}[:.]\d\d))?")
# Days as people write them, each only where it can be no other day: "10-12-2026" may have its month first.
_SAID = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})(?P<sign>[-_./\u2010-\u2014\u2212])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",
        r"(?P<day>\d{1,2})/(?P<month>\d{1,2})[\s-](?P<year>\d{4})",
        r"(?P<day>1[3-9]|2\d|3[01])(?P<sign>[-_/])(?P<month>\d{1,2})(?P=sign)(?P<year>\d{4})",
        r"(?:den\s)?(?P<day>\d{1,2})(?::[ae])?\s(?P<month>[a-zåäö]{3,})\.?\s(?P<year>\d{4})",
    )
)
_SAID_WITH_CLOCK = re.compile(
    r"(.+?)(?:,\s*|(?<!\s)\s+)(?:kl\.?\s*|klockan\s+)?(\d{1,2}[:.]\d\d)(?:\s*[-–]\s*(\d{1,2}[:.]\d\d))?", re.IGNORECASE
)
# Longer times as people write them: "2025-w20", "v. 20 2025", "Q1 2025", "första halvåret 2025", "maj 2025".
_SAID_LONGER = tuple(
    (unit, re.compile(form, re.IGNORECASE))
    for unit, short, long in (
        (Unit.WEEK, r"w|v\.?|vecka", "veckan"),
        (Unit.QUARTER, r"q|k|kv\.?|kvartal", "kvartalet"),
        (Unit.HALF, "h|halvår", "halvåret"),
        (Unit.MONTH, "månad", ""),
    )
    for form in (
        rf"(?P<year>\d{{4}})[ -]?(?:{short}) ?(?P<number>\d{{1,2}})",
        rf"(?:{short}) ?(?P<number>\d{{1,2}})(?:,? |-)(?P<year>\d{{4}})",
        rf"(?P<number>[a-zåäö]{{3,}})\.?{long and ' '}{long} (?P<year>\d{{4}})",
        *([] if long else [r"(?P<year>\d{4}) (?P<number>[a-zåäö]{3,})", r"(?P<year>\d{4})-(?P<number>\d)"]),
    )
)
# Between the two ends of an interval; a hyphen only where it can't belong to a day.
_TO = re.compile(
    r" ?[–—/] ?| (?:-|till(?: och med)?|t\.?o\.?m\.?) |(?<=\d{4})-(?=\d{4}\Z)"
    r"|(?<!\d{4})--?(?=\d{4}-\d|(?:\d{1,2} )?[a-zåäö]{3,}\.? \d{4})",
    re.IGNORECASE,
)
# Days from one year into the next; in what is nearly a year, the two ends have rather changed places.
_MOST_OVER_NEW_YEAR = 300
_ORDINALS = ("första", "andra", "tredje", "fjärde")


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of whole days, ``last`` included. Sorts by its first day, then its last."""

    first: date
    last: date
    unit: Unit
    start: time | None = None
    end: time | None = None

    def __str__(self) -> str:
        """Return the span as it is written in the content, without a clock: also an occurrence's key."""
        first, last = _write(self.first, self.unit), _write(_floor(self.last, self.unit), self.unit)
        return first if first == last else f"{first}/{last}"

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.last - self.first).days + 1

    def contains(self, other: "Span") -> bool:
        """Whether every day of ``other`` lies within."""
        return self.first <= other.first and other.last <= self.last


@cache
def day(of: date) -> Span:
    """Return the span of a single day."""
    return Span(of, of, Unit.DAY)


@cache
def whole(of: date, unit: Unit) -> Span:
    """Return the whole week, month, quarter … that a day lies in."""
    first = _floor(of, unit)
    return Span(first, first + _LENGTHS[unit] - timedelta(days=1), unit)


def following(span: Span) -> Span:
    """Return the whole unit after a span."""
    return whole(span.last + timedelta(days=1), span.unit)


def within(first: date, last: date, unit: Unit) -> list[Span]:
    """Return the whole units that begin on or after ``first`` and end on or before ``last``, in order."""
    span = whole(first, unit)
    if span.first < first:
        span = following(span)
    found = []
    while span.last <= last:
        found.append(span)
        span = following(span)
    return found


def parse_day(text: str) -> date:
    """Return the day written as ``2021-04-15``. Raises Fault."""
    match = _FORMS[0][1].fullmatch(text)
    if match is None:
        raise _unread("bad-day", text)
    return _date(text, *map(int, match.groups()))


def parse_span(text: str) -> Span:
    """Return the span that a text means. Raises Fault: no span, no such day, two kinds, or its end before its start."""
    if _CLOCK.fullmatch(text):
        raise Fault("clock-not-here", value=text, day=text[:10])
    parts = [_one(part.strip(), text) for part in text.split("/")]
    if len(parts) == 1:
        return parts[0]
    if len(parts) > 2:  # noqa: PLR2004 - an interval has two ends
        raise _unread("bad-span", text)
    begin, end = parts
    if begin.unit != end.unit:
        raise Fault("mixed-span", value=text)
    if end == begin:
        raise Fault("same-span", value=text, once=begin)
    if end.first < begin.first:
        raise Fault("reversed-span", value=text)
    return Span(begin.first, end.last, begin.unit)


def parse_when(text: str) -> Span:
    """Return a span that may carry a clock: ``2021-06-15 18:00`` or ``2021-06-15 18:00-20:00``. Raises Fault."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        said = _SAID_WITH_CLOCK.fullmatch(text)
        if said and (meant := _meant_day(said[1])):
            mended = f"{meant} {'-'.join(filter(None, said.group(2, 3))).replace('.', ':')}"
            parse_when(mended)
            raise Fault("mended-time", value=text, mended=mended)
        if re.match(r"\d{4}-\d\d-\d\d[^\d/]*[ T][^/]*\d", text):
            raise _unread("bad-clock", text)
        return parse_span(text)
    on = parse_day(match[1])
    if match[3] in ("24:00", "24.00"):
        raise Fault("late-end", value=text, start=f"{on} {match[2]}")
    start, end = (_time(part, text, on) if part else None for part in match.group(2, 3))
    if start is not None and start == end:
        raise Fault("same-span", value=text, once=f"{on} {match[2]}")
    if start is not None and end is not None and end < start:
        raise Fault("late-end", value=text, start=f"{on} {start:%H:%M}")
    return Span(on, on, Unit.DAY, start, end)


def meant_when(text: str) -> str:
    """Return what ``parse_when`` reads, or says to write instead, as it is to be written. Raises Fault."""
    try:
        parse_when(text)
    except Fault as fault:
        if fault.code != "mended-time":
            raise
        return str(fault.details["mended"])
    return text


def leading_day(text: str) -> tuple[date, str] | None:
    """Return the day that a text begins with, however it is written, and what follows; None if it may be another."""
    for form in _SAID:
        if match := form.match(text):
            with suppress(Fault):
                found = _date(text, int(match["year"]), _month(match["month"]), int(match["day"]))
                return found, text[match.end() :]
    return None


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    return next((month for month in range(1, 13) if month_name(month).startswith(text.lower())), 0)


def _meant_day(text: str) -> str:
    """Return a day in whatever form as it is to be written; empty for anything else."""
    found = leading_day(text)
    return str(found[0]) if found and not found[1] else ""


def _meant(text: str) -> str:
    """Return a time in whatever form as it is to be written; empty where that is not clear. Raises Fault."""
    if single := _said(text):
        return str(single)
    begin, *ends = _TO.split(text)
    if len(ends) != 1:
        return ""
    last = _said(ends[0]) or _said(f"{begin.split(' ')[0]} {ends[0]}")  # vecka 20–22 2025
    words = ends[0].split(" ")
    for shared in range(len(words), -1, -1):  # 12–14 maj 2025
        first = _said(" ".join((begin, *words[shared:])))
        if first and last:
            is_year_alone = shared == len(words) - 1
            before = _said(f"{begin} {last.last.year - 1}") if is_year_alone and last.first < first.first else None
            if before and (last.last - before.first).days <= _MOST_OVER_NEW_YEAR:  # 30 december–2 januari 2022
                first = before
            return _joined(first, last, text)
    return ""


def _joined(first: Span, last: Span, text: str) -> str:
    """Return an interval as it is to be written. Raises Fault where it is none, with the text that stands there."""
    try:
        parse_span(f"{first}/{last}")
    except Fault as fault:
        raise Fault(fault.code, **{**fault.details, "value": text}) from None
    return f"{first}/{last}"


def _said(text: str) -> Span | None:
    """Return the day, week, month … that a text means, however it is written; None where that is not clear."""
    if written := _meant_day(text):
        return day(date.fromisoformat(written))
    for unit, form in (*_LONGER_FORMS, *_SAID_LONGER):
        if match := form.fullmatch(text):
            said = match.groupdict() or dict(zip(("year", "number"), match.groups(), strict=False))
            with suppress(Fault):
                return whole(_first(unit, text, [int(said["year"]), _number(said.get("number", "1"), unit)]), unit)
    return None


def _number(text: str, unit: Unit) -> int:
    """Return which of a year's units is meant; 0 where that is not clear."""
    if unit in (Unit.QUARTER, Unit.HALF) and text.lower() in _ORDINALS:
        return _ORDINALS.index(text.lower()) + 1
    if text.lower() == "jul":  # Christmas, unless there is a day before it
        return 0
    return _month(text) if unit is Unit.MONTH or text.isdigit() else 0


def _unread(code: str, text: str) -> Fault:
    """Return the fault of a text that can't be read: what to write instead, where that is clear."""
    flat = " ".join(text.split())
    mended = _meant_day(flat) if code == "bad-day" else _meant(flat)
    return Fault("mended-time", value=text, mended=mended) if mended else Fault(code, value=text, more="")


def _one(text: str, whole_text: str) -> Span:
    for unit, form in _FORMS:
        if match := form.fullmatch(text):
            return whole(_first(unit, text, [int(group) for group in match.groups()]), unit)
    raise _unread("bad-span", whole_text)


def _first(unit: Unit, text: str, numbers: list[int]) -> date:
    year, number = numbers[0], numbers[1] if len(numbers) > 1 else 1
    if unit is Unit.DAY:
        return _date(text, *numbers)
    if unit is Unit.WEEK:
        _date(text, year, 1, 1)
        try:
            return date.fromisocalendar(year, number, 1)
        except ValueError:
            weeks = date(year, 12, 28).isocalendar().week
            raise Fault("impossible-day", value=text, hint=f"Året {year} har {weeks} veckor.") from None
    return _date(text, year, (number - 1) * MONTHS[unit] + 1, 1)


def _date(text: str, year: int, month: int, number: int) -> date:
    if not 1900 <= year <= 2199:  # noqa: PLR2004 - beyond lie slips of the pen, and the calendar's ends
        raise Fault("impossible-day", value=text, hint="Året ska ligga mellan 1900 och 2199.")
    try:
        return date(year, month, number)
    except ValueError:
        if not 1 <= month <= 12:  # noqa: PLR2004 - months of a year
            raise Fault("impossible-day", value=text, hint="Månaden ska vara 01–12.") from None
        last = calendar.monthrange(year, month)[1]
        hint = f"{month_name(month).capitalize()} {year} har {last} dagar."
        raise Fault("impossible-day", value=text, hint=hint) from None


def _time(text: str, whole_text: str, on: date) -> time:
    hours, minutes = map(int, re.split(r"[:.]", text))
    try:
        clock = time(hours, minutes)
    except ValueError:
        raise Fault("bad-clock", value=whole_text) from None
    local = datetime.combine(on, clock, STOCKHOLM)
    if local.astimezone(UTC).astimezone(STOCKHOLM).time() != clock:
        raise Fault("skipped-clock", value=f"{on} {clock:%H:%M}")
    return clock


def _floor(of: date, unit: Unit) -> date:
    if unit is Unit.DAY:
        return of
    if unit is Unit.WEEK:
        return of - timedelta(days=of.weekday())
    return date(of.year, (of.month - 1) // MONTHS[unit] * MONTHS[unit] + 1, 1)


@cache
def _write(first: date, unit: Unit) -> str:
    if unit is Unit.WEEK:
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02}"
    return {
        Unit.DAY: f"{first:%Y-%m-%d}",
        Unit.MONTH: f"{first:%Y-%m}",
        Unit.QUARTER: f"{first:%Y}-Q{(first.month + 2) // 3}",
        Unit.HALF: f"{first:%Y}-H{1 if first.month == 1 else 2}",
        Unit.YEAR: f"{first:%Y}",
    }[unit]


# --- Swedish wording


@cache
def month_name(month: int) -> str:
    """Return "april" for 4."""
    return str(get_month_names("wide", locale=_LOCALE)[month])


@cache
def day_in_words(of: date) -> str:
    """Return "15 april 2021"."""
    return f"{of.day} {month_name(of.month)} {of.year}"


@cache
def in_words(span: Span) -> str:
    """Return a span as it stands in running text, at its own precision: "6–9 april 2021", "vecka 20, 2021"."""
    words = _WORDS[span.unit](span)
    if span.start is None:
        return words
    until = f"–{_clock(span.end)}" if span.end else ""
    return f"{words} kl. {_clock(span.start)}{until}"


def with_weekday(span: Span) -> str:
    """Return a span in words, the weekday before a single day: "tisdag 20 maj 2025 kl. 18.00"."""
    if span.unit is not Unit.DAY or span.first != span.last:
        return in_words(span)
    return f"{get_day_names('wide', locale=_LOCALE)[span.first.weekday()]} {in_words(span)}"


def _clock(of: time | None) -> str:
    return f"{of.hour}.{of.minute:02}" if of else ""


def _days(span: Span) -> str:
    # Babel's intervals of days abbreviate the months, in months they do not; one wording serves both.
    return _interval(span, (f"{span.first.day} ", f"{span.last.day} "))


def _months(span: Span) -> str:
    return _interval(span, ("", ""))


def _interval(span: Span, numbers: tuple[str, str]) -> str:
    """Return first and last with what they share said once, at the end."""
    first = (numbers[0], month_name(span.first.month), f" {span.first.year}")
    last = (numbers[1], month_name(span.last.month), f" {span.last.year}")
    if first == last:
        return "".join(last)
    shown = 3 if first[2] != last[2] else 2 if first[1] != last[1] else 1
    return f"{''.join(first[:shown]).rstrip()}–{''.join(last)}"


def _weeks(span: Span) -> str:
    (first_year, first, _), (last_year, last, _) = span.first.isocalendar(), span.last.isocalendar()
    if (first_year, first) == (last_year, last):
        return f"vecka {first}, {first_year}"
    if first_year == last_year:
        return f"vecka {first}–{last}, {first_year}"
    return f"vecka {first}, {first_year}–vecka {last}, {last_year}"


def _parts(span: Span, months: int, name: str) -> str:
    """Return "första kvartalet 2021" or "första–andra kvartalet 2021" for parts of a year, ``months`` long each."""
    first, last = ((of.month - 1) // months for of in (span.first, span.last))
    if span.first.year != span.last.year:
        return f"{_ORDINALS[first]} {name} {span.first.year}–{_ORDINALS[last]} {name} {span.last.year}"
    ordinal = _ORDINALS[first] if first == last else f"{_ORDINALS[first]}–{_ORDINALS[last]}"
    return f"{ordinal} {name} {span.last.year}"


def years_in_words(first: date, last: date) -> str:
    """Return the years from one day to another: "2021", "2021–2022"."""
    return f"{first.year}" if first.year == last.year else f"{first.year}–{last.year}"


_WORDS: Mapping[Unit, Callable[[Span], str]] = {
    Unit.DAY: _days,
    Unit.WEEK: _weeks,
    Unit.MONTH: _months,
    Unit.QUARTER: lambda span: _parts(span, 3, "kvartalet"),
    Unit.HALF: lambda span: _parts(span, 6, "halvåret"),
    Unit.YEAR: lambda span: years_in_words(span.first, span.last),
}


# Both begin with one sign, which is found in less than half the time that a choice of signs takes.
_NUMBER = re.compile(
    rf" (?<=[0-9] )(?=\d{{3}}(?![\d.,]*\d)|(?:{'|'.join(month_name(month) for month in range(1, 13))})\b)"
)
_INTERVAL = re.compile(r"–(?<=[0-9a-zåäö]–)(?=[0-9])|–(?<=[a-zåäö]–)(?=[a-zåäö])")


def kept_together(html: str) -> str:
    """Return HTML in which no number, day or interval breaks over two lines: "5 616", "15 april", "6–9 april"."""
    html = _NUMBER.sub("\u00a0", html)  # no-break space
    return _INTERVAL.sub("\u2060–\u2060", html) if "–" in html else html  # word joiner


def fills_years(first: date, last: date) -> bool:
    """Whether a period is of whole years, as documents without any days have it."""
    return (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)


def period_in_words(first: date, last: date) -> str:
    """Return a period's time: years where it fills them ("2021–2022"), else its days."""
    if fills_years(first, last):
        return years_in_words(first, last)
    return _days(Span(first, last, Unit.DAY))
