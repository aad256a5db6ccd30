"""What is expected of the parties: by the plan, and by what they said of how often they report.

Pure: a catalog as known on a day, and the day. Weeks begin on Mondays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from foljmed.catalog import Catalog, Period, Pledge
from foljmed.plan import Standing, State
from foljmed.spans import Span, in_words
from foljmed.timeline import plan_standings, timeline

_WEEKS_AHEAD = 4
# For so long the reminder asks for what never came in a period; the site says it for good.
_WEEKS_AFTER = 8
_MONTH = 31


class When(StrEnum):
    """How near it is, in the order told. The value is for programs, the heading for people."""

    OVERDUE = "overdue"
    THIS_WEEK = "this-week"
    NEXT_WEEKS = "next-four-weeks"
    NEVER = "period-ended"

    @property
    def heading(self) -> str:
        """Its heading."""
        return _TITLES[self]


_TITLES = {
    When.OVERDUE: "Försenat",
    When.THIS_WEEK: "Den här veckan",
    When.NEXT_WEEKS: "De kommande fyra veckorna",
    When.NEVER: "Kom aldrig, och perioden är avslutad",
}


@dataclass(frozen=True)
class Due:
    """One thing that is expected. ``fulfils`` is what an update writes under ``uppfyller``, empty outside the plan.

    ``day`` is the last day on which an update about it is not late, or for what is not to be reported its first day.
    """

    when: When
    day: date
    what: str
    responsible: tuple[str, ...]
    period: str
    pledges: tuple[str, ...] = ()
    fulfils: str = ""
    is_report: bool = True

    @property
    def order(self) -> tuple[int, date, str]:
        """What it is sorted by."""
        return list(When).index(self.when), self.day, self.what


def due(catalog: Catalog, today: date) -> tuple[Due, ...]:
    """Return what is overdue, what this week asks for and the four after it, in that order and then by day.

    ``catalog`` holds what is known ``today``. What never came in a period that has ended
    stands last, for some weeks.
    """
    found = [each for period in catalog.periods for each in (*_planned(period, today), *_said(period, today))]
    return tuple(sorted(found, key=lambda each: each.order))


def _when(day: date, today: date, period: Period) -> When | None:
    """Return how near a day is, or None when it is further away than the next weeks or past hope."""
    monday = _monday(today)
    if day < today:
        if period.file.last >= today:
            return When.OVERDUE
        return When.NEVER if today <= max(period.file.last, day) + timedelta(weeks=_WEEKS_AFTER) else None
    if day < monday + timedelta(weeks=1):
        return When.THIS_WEEK
    return When.NEXT_WEEKS if day < monday + timedelta(weeks=1 + _WEEKS_AHEAD) else None


def _monday(of: date) -> date:
    return of - timedelta(days=of.weekday())


def _planned(period: Period, today: date) -> Iterator[Due]:
    for standing in plan_standings(period, today):
        occurrence = standing.occurrence
        days = [(standing.deadline, True)] if standing.is_awaited else []
        if standing.state in (State.PLANNED, State.UNDER_WAY) and _is_near(occurrence.span, today):
            days.append((max(occurrence.span.first, today), False))
        for day, is_report in days:
            if when := _when(day, today, period):
                yield Due(
                    when=when,
                    day=day,
                    what=_words(standing, is_report=is_report),
                    responsible=_names(period, occurrence.activity.responsible),
                    period=period.id,
                    pledges=occurrence.activity.pledges,
                    fulfils=occurrence.ref if is_report else "",
                    is_report=is_report,
                )


def _is_near(span: Span, today: date) -> bool:
    """Whether a span is not over before this week, nor so long that it would be told of every week till its last."""
    monday = _monday(today)
    is_between = span.days > _MONTH and span.first < monday and span.last >= monday + timedelta(weeks=1 + _WEEKS_AHEAD)
    return span.last >= monday and not is_between


def _words(standing: Standing, *, is_report: bool) -> str:
    occurrence = standing.occurrence
    return f"{'Uppdatering om: ' if is_report else ''}{occurrence.title}, {in_words(occurrence.span)}"


def _said(period: Period, today: date) -> Iterator[Due]:
    """Yield what ``redovisas_varje`` asks for."""
    for pledge in period.pledges:
        expected = timeline(pledge, period, today).expectation
        for span in (expected.overdue, expected.due):
            if span and (when := _when(span.last, today, period)):
                yield Due(
                    when=when,
                    day=span.last,
                    what=f"Uppdatering för {in_words(span)}: {pledge.file.title}",
                    responsible=_names(period, _responsible(pledge)),
                    period=period.id,
                    pledges=(pledge.id,),
                )


def _responsible(pledge: Pledge) -> tuple[str, ...]:
    return (pledge.file.leads,) if pledge.file.leads else pledge.file.responsible


def _names(period: Period, parties: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(period.file.parties[party].short for party in parties)
