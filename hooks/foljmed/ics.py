"""Occurrences → a calendar file (RFC 5545, with RFC 7986's properties for the calendar as such), as bytes.

Every date and id is an argument. One VEVENT an occurrence and no rules of repetition, so that a moved or cancelled
date is an ordinary change in every client. icalendar writes and folds; what clients need beyond it is set by hand.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from icalendar import Calendar, Event, vDuration, vText, vUri

from foljmed.spans import STOCKHOLM, Span

# icalendar's own rendering of the zone starts summer time an hour late in several clients; this one is right in all.
_ZONE: Final = """\
BEGIN:VTIMEZONE
TZID:Europe/Stockholm
X-LIC-LOCATION:Europe/Stockholm
BEGIN:DAYLIGHT
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""


@dataclass(frozen=True)
class Happening:
    """An event. ``span`` is a day, a clock time or an interval of at most ``MOST_DAYS``; ``page`` is absolute."""

    uid: str
    title: str
    span: Span
    page: str
    description: str
    place: str
    categories: tuple[str, ...]
    created: date
    changed: date
    decisions: int
    is_cancelled: bool


@dataclass(frozen=True)
class CalendarFile:
    """A calendar as such: its own address, the page it follows, and what it says of itself."""

    address: str
    page: str
    name: str
    description: str


def event(happening: Happening) -> bytes:
    """Return a VEVENT."""
    changed, cancelled = _instant(happening.changed), happening.is_cancelled
    made = Event()
    made.add("uid", happening.uid)
    made.add("dtstamp", changed)
    made.add("last-modified", changed)
    made.add("created", _instant(happening.created))
    made.add("sequence", happening.decisions)
    made.add("summary", happening.title)
    _add_time(made, happening.span)
    # Clients ignore URL, so the address stands in the text too, on a line of its own.
    made.add("description", "\n".join(filter(None, (happening.description, happening.page))))
    if happening.place:
        made.add("location", happening.place)
    made.add("url", happening.page)
    if happening.categories:
        made.add("categories", list(happening.categories))
    made.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT")
    made.add("class", "PUBLIC")
    return bytes(made.to_ical(sorted=False))


def write(events: Iterable[bytes], about: CalendarFile | None) -> bytes:
    """Return a calendar of ready events. Without ``about`` it is a file to be added once, not subscribed to."""
    head = Calendar()
    head.add("version", "2.0")
    head.add("prodid", "-//Folj med//foljmed//SV")
    head.add("calscale", "GREGORIAN")
    if about:
        _describe(head, about)
    begin, end = bytes(head.to_ical(sorted=False)).split(b"END:VCALENDAR", 1)
    zone = _ZONE.replace("\n", "\r\n").encode()
    return begin + zone + b"".join(events) + b"END:VCALENDAR" + end


def _describe(head: Calendar, about: CalendarFile) -> None:
    for name in ("name", "x-wr-calname"):
        head.add(name, vText(about.name))
    for name in ("description", "x-wr-caldesc"):
        head.add(name, vText(about.description))
    head.add("x-wr-timezone", vText("Europe/Stockholm"))
    head.add("refresh-interval", vDuration(timedelta(hours=6)), parameters={"VALUE": "DURATION"})
    head.add("x-published-ttl", vDuration(timedelta(hours=6)))
    head.add("source", vUri(about.address), parameters={"VALUE": "URI"})
    head.add("url", vUri(about.page))


def _add_time(made: Event, span: Span) -> None:
    """Add start and end: all-day with an exclusive end, or by the clock, without an end where none is known."""
    if span.start is None:
        made.add("dtstart", span.first)
        made.add("dtend", span.last + timedelta(days=1))
        return
    times = [datetime.combine(span.first, clock, STOCKHOLM) for clock in (span.start, span.end) if clock]
    # Clients disagree on which is meant of the hour that comes twice when summer time ends; UTC leaves no choice.
    if any(each.utcoffset() != each.replace(fold=1).utcoffset() for each in times):
        times = [each.astimezone(UTC) for each in times]
    for name, when in zip(("dtstart", "dtend"), times, strict=False):
        made.add(name, when)


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), STOCKHOLM).astimezone(UTC)
