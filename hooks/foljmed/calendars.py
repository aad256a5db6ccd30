"""Which calendars there are to subscribe to, and what stands in each.

An occurrence's event is built once and put into every calendar it belongs to. Its UID is minted from the plan and
never changes; a decision about it raises SEQUENCE, which is what makes clients take the change.
"""

from collections.abc import Iterator
from urllib.parse import quote

from foljmed import ics
from foljmed.agenda import notes
from foljmed.catalog import Period, Plan, party_updates
from foljmed.plan import Occurrence, can_be_added, fits
from foljmed.prose import plain
from foljmed.settings import Project
from foljmed.shown import CalendarView
from foljmed.spans import in_words
from foljmed.views import Views

FILE = "kalender.ics"


class Calendars:
    """Makes the calendars of one build."""

    def __init__(self, views: Views, project: Project) -> None:
        """Build every event once."""
        self._views = views
        self._project = project
        self._domain = project.settings.id_authority.split(",", 1)[0]
        self._events = {
            (period.id, each.ref): ics.event(happening)
            for period, plan, each in self._occurrences()
            if (happening := self._happening(period, plan, each))
        }
        self.every = tuple(self._every())

    def _occurrences(self) -> Iterator[tuple[Period, Plan, Occurrence]]:
        for period in self._views.catalog.periods:
            if period.plan:
                for occurrence in period.plan.occurrences:
                    yield period, period.plan, occurrence

    def _every(self) -> Iterator[tuple[CalendarView, bytes]]:
        """Yield each calendar with its bytes, in the order that ``/prenumerera/`` lists them."""
        name, catalog = self._project.site_name, self._views.catalog
        everything = [(period.id, each) for period, _, each in self._occurrences()]
        yield self._calendar(name, FILE, "kalender/", everything)
        for id_, party in catalog.parties.items():
            own = [(period, each) for period, each in everything if id_ in each.activity.responsible]
            yield self._calendar(f"{party} – {name}", f"{party_updates(id_)}{FILE}", "prenumerera/", own)
        for period in reversed(catalog.periods):
            for pledge in period.pledges:
                own = [(period.id, each.occurrence) for each in self._views.planned.get(pledge.ref, ())]
                title = f"{pledge.file.title} {period.years} – {name}"
                yield self._calendar(title, f"{pledge.address}{FILE}", pledge.address, own)

    def _calendar(
        self, title: str, address: str, page: str, own: list[tuple[str, Occurrence]]
    ) -> tuple[CalendarView, bytes]:
        whole = self._project.absolute(address)
        webcal = "webcal://" + whole.partition("://")[2]
        about = ics.CalendarFile(whole, self._project.absolute(page), title, self._description())
        events = [self._events[period, each.ref] for period, each in own if (period, each.ref) in self._events]
        google = f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}"
        view = CalendarView(title, address, page, whole, webcal, google, is_empty=not events)
        return view, ics.write(events, about)

    def _description(self) -> str:
        words = (
            "Ur kommunikationsplanen för medborgarlöftena. "
            "Det som saknar dag eller varar mer än två veckor står bara på webbplatsen."
        )
        return " ".join(filter(None, (words, plain(self._project.disclaimer))))

    def single(self) -> Iterator[tuple[str, bytes]]:
        """Yield the small files of what is to come and open to all: address within the site, and bytes."""
        today = self._views.today
        for period, _, each in self._occurrences():
            if can_be_added(each, today):
                yield f"{period.calendar}{each.anchor}.ics", ics.write([self._events[period.id, each.ref]], None)

    def _happening(self, period: Period, plan: Plan, occurrence: Occurrence) -> ics.Happening | None:
        """Return an occurrence as an event; None where it is told in months or more and always was."""
        # What was moved out of the calendar's reach must not stay on its old day as if nothing had happened.
        is_gone = not fits(occurrence.span)
        within_reach = [span for span in occurrence.times if fits(span)]
        if not within_reach:
            return None
        created = occurrence.activity.added or plan.adopted
        decisions = occurrence.decisions
        prefix = "INSTÄLLT: " if occurrence.cancelled else "FLYTTAT: " if is_gone else ""
        pledges = [self._views.pledges[f"{period.id}/{id_}"].file.title for id_ in occurrence.activity.pledges]
        return ics.Happening(
            uid=f"{period.id}.{occurrence.activity.id}.{occurrence.key}@{self._domain}",
            title=prefix + occurrence.title,
            span=within_reach[-1],
            page=self._project.absolute(f"{period.calendar}#{occurrence.anchor}"),
            description=self._text(period, occurrence, pledges),
            place=occurrence.place,
            categories=tuple(pledges),
            created=created,
            changed=max((change.decided for change in decisions), default=created),
            decisions=len(decisions),
            is_cancelled=bool(occurrence.cancelled) or is_gone,
        )

    def _text(self, period: Period, occurrence: Occurrence, pledges: list[str]) -> str:
        activity = occurrence.activity
        lines = (
            f"Skäl: {occurrence.cancelled}" if occurrence.cancelled else "",
            "" if fits(occurrence.span) else f"Flyttad till {in_words(occurrence.span)}.",
            *(f"Ändring: {note}" for note in notes(occurrence)),
            activity.message or "",
            "Öppet för alla." if activity.open and not occurrence.cancelled else "",
            f"Ansvarig: {self._views.names(period.id, activity.responsible)}",
            f"Löfte: {', '.join(pledges)}" if pledges else "",
        )
        return "\n".join(filter(None, lines))
