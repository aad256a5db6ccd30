"""Views → pages: ready HTML for each address of the site that is made from the content.

Knows Jinja and the templates in ``overrides/foljmed/``, nothing of MkDocs. Templates are autoescaped and strict: a
name that does not exist is an error, not an empty place.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from itertools import groupby, product
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from foljmed.agenda import Agenda
from foljmed.catalog import UPDATES, Period, Pledge, Update, party_updates
from foljmed.feeds import HELP, Feed, FeedKind, Feeds
from foljmed.prose import HERE, settle, shorten
from foljmed.settings import Project
from foljmed.shown import CalendarView, Group, Link, PeriodNotice, PledgeView, Row, UpdatesView, UpdateView, dated
from foljmed.spans import kept_together
from foljmed.views import Views, contact_view, touched
from foljmed.ways import facets, months, pledge_ways, update_pages

DESCRIPTION_LENGTH = 155
CALENDAR = "kalender/"
# Below a pledge's page: what its folded years say.
OLDER = "aldre/"
# As the header calls it.
START = Link("Löften")


@dataclass(frozen=True)
class Page:
    """One page, or the moving part of a hand-written one with the same address.

    ``address`` is within the site (``2021-2022/``, empty for the start page); ``updated`` is when its content last
    changed; ``same_as`` is the address of a page with the same content, which is the one to be linked and found.
    """

    address: str
    title: str
    description: str
    html: str
    updated: date | None
    trail: tuple[Link, ...] = ()
    feeds: tuple[Link, ...] = ()
    calendars: tuple[Link, ...] = ()
    is_searchable: bool = True
    same_as: str = ""


class Pages:
    """Renders the pages of one build."""

    def __init__(
        self,
        views: Views,
        project: Project,
        templates: Path,
        compiled: BytecodeCache | None = None,
    ) -> None:
        """Prepare the templates in a folder; ``compiled`` are those that need not be compiled again."""
        self.views = views
        self.project = project
        self._contacts = tuple(map(contact_view, project.settings.contacts))
        self._agendas = {
            period.id: Agenda(views, period, period.plan) for period in views.catalog.periods if period.plan
        }
        self._links: dict[str, list[Link]] = {}
        self._dates: dict[str, list[Link]] = {}
        self._templates = environment(templates, compiled)

    @cached_property
    def _macros(self) -> Any:
        return self._templates.get_template("macros.html").module

    def every(self, feeds: Feeds, calendars: Iterable[CalendarView]) -> Iterator[Page]:
        """Yield all pages in a fixed order, each with the feeds and calendars that follow it."""
        pledges = [
            page for period in self.views.catalog.periods for p in period.pledges for page in self.pledge(p, period)
        ]
        rows = [self.row(update) for pledge in self.views.pledges.values() for update in pledge.updates]
        for job in self.jobs(feeds, calendars, rows):
            yield from job()
        yield from map(self.followed, pledges)

    def jobs(
        self, feeds: Feeds, calendars: Iterable[CalendarView], rows: Iterable[Row]
    ) -> list[Callable[[], tuple[Page, ...]]]:
        """Return what makes all pages but the pledges', in a fixed order, in pieces that need nothing of each other.

        ``rows`` are the lines of all pledges' updates.
        """
        views = [view for view in calendars if not view.is_empty]
        for feed in feeds.every:
            self._links.setdefault(_followed(feed), []).append(Link(feeds.title(feed), feed.address))
        for view in views:
            self._dates.setdefault(view.page, []).append(Link(view.title, view.address))

        def made(make: Callable[[], Page | Iterable[Page]]) -> tuple[Page, ...]:
            found = make()
            return tuple(map(self.followed, (found,) if isinstance(found, Page) else found))

        return [partial(made, make) for make in self._makers(feeds, views, rows)]

    def followed(self, page: Page) -> Page:
        """Return a page with the feeds and calendars that follow it."""
        links, dates = self._links.get(page.address, ()), self._dates.get(page.address, ())
        return replace(page, feeds=tuple(links if page.address else ()), calendars=tuple(dates))

    def _makers(
        self, feeds: Feeds, calendars: list[CalendarView], rows: Iterable[Row]
    ) -> Iterator[Callable[[], Page | Iterable[Page]]]:
        yield self._start
        for period in self.views.catalog.periods:
            yield partial(self._period, period)
            yield partial(self._ways, period)
            yield partial(self._plan, period)
        yield self._current_plan
        yield from self._updates(rows)
        yield partial(self._subscribe, feeds, calendars)

    def item(self, update: UpdateView, home: Link, root: str) -> str:
        """Return a feed item's HTML; ``root`` is the site's whole address."""
        return self._templates.get_template("item.html").render(update=update, home=home, root=root)

    def row(self, update: Update) -> Row:
        """Return an update's line in a list; addresses within the site begin with ``HERE``."""
        known_by = facets(update)
        html = str(self._macros.line(self.views.line(update), HERE, 3, known_by))
        return Row(update.id, update.ref, known_by, Markup(kept_together(html)))  # noqa: S704 - the template has escaped it

    def _placed(self, template: str, address: str, **names: object) -> str:
        """Return a page of views whose addresses within the site still begin with ``HERE``."""
        return settle(self._render(template, address, **names), root_from(address))

    def _render(self, template: str, address: str, **names: object) -> str:
        return kept_together(self._filled(template, address, **names))

    def _filled(self, template: str, address: str, **names: object) -> str:
        return self._templates.get_template(template).render(
            root=root_from(address), contacts=self._contacts, today=dated(self.views.today), **names
        )

    def _start(self) -> Page:
        period = self.views.current()
        view = self.views.period(period, root_from("")) if period else None
        agenda = self._agendas.get(period.id) if period else None
        days = (*self._changed.values(), agenda.changed_next() if agenda else None)
        newest = max(filter(None, days), default=None)
        names = {
            "next": agenda.next_ones() if agenda else (),
            "awaited": agenda.awaited() if agenda else "",
            "has_days": agenda.has_days() if agenda else False,
            "latest": self.views.latest(),
        }
        return Page("", "", "", self._render("start.html", "", period=view, **names), newest)

    def _period(self, period: Period) -> Page:
        view = self.views.period(period, root_from(period.address))
        return Page(
            address=period.address,
            title=period.file.title,
            description=f"{period.file.title}: vad som har lovats, och vad som har berättats om det.",
            html=self._render("period.html", period.address, period=view),
            updated=self._changed[period.id],
            trail=(START,),
        )

    def _ways(self, period: Period) -> Page:
        """Return a period's pledges by area, status and party."""
        address = period.ways
        names = {"title": f"Hitta ett löfte {period.years}", "notice": self.views.notice(period, root_from(address))}
        return Page(
            address=address,
            title=str(names["title"]),
            description=f"{period.file.title}: löftena efter område, status och part.",
            html=self._render("ways.html", address, ways=pledge_ways(self.views, period), **names),
            updated=self._changed[period.id],
            trail=(START, Link(period.file.title, period.address)),
            is_searchable=False,
        )

    def pledge(self, pledge: Pledge, period: Period) -> tuple[Page, ...]:
        """Return a pledge's page, and where it folds older years, the page with what they say in full."""
        view, notice = self.views.pledge(pledge, HERE), self.views.notice(period, HERE)
        guests, agenda = self.views.mentions(pledge), self._agendas.get(period.id)
        names = {
            "planned": agenda.of_pledge(pledge.id) if agenda else (),
            "next": agenda.next_of_pledge(pledge.id) if agenda else None,
            "has_days": agenda.has_days(pledge.id) if agenda else False,
        }
        planned = agenda.changed_of(pledge.id) if agenda else None
        is_alone = self._names[pledge.file.title] == 1
        page = Page(
            address=pledge.address,
            title=pledge.file.title if is_alone else f"{pledge.file.title} {period.years}",
            description=shorten(pledge.file.summary, DESCRIPTION_LENGTH),
            html=self._placed("pledge.html", pledge.address, pledge=view, notice=notice, whole=OLDER, **names),
            updated=max((planned or period.dated, *map(self._touched, (*pledge.updates, *guests)))),
            trail=(START, Link(period.file.title, period.address)),
        )
        return (page, self._older(view, notice, page)) if view.older else (page,)

    def _older(self, view: PledgeView, notice: PeriodNotice | None, page: Page) -> Page:
        address, title = page.address + OLDER, f"Äldre uppdateringar: {page.title}"
        return replace(
            page,
            address=address,
            title=title,
            description=f"{title}, i sin helhet.",
            html=self._placed("older.html", address, pledge=view, notice=notice, title=title),
            trail=(*page.trail, Link(page.title, page.address)),
            same_as=page.address,
        )

    def around(self, pledge: Pledge, period: Period) -> Iterator[str]:
        """Yield all that a pledge's page shows of others' updates: guests, what they fulfil of the plan, a notice."""
        agenda = self._agendas.get(period.id)
        yield repr((agenda.of_pledge(pledge.id), agenda.changed_of(pledge.id)) if agenda else ())
        yield repr(self.views.card(pledge).expected)
        yield repr(self.views.notice(period, root_from(pledge.address)))
        for guest in self.views.mentions(pledge):
            view = self.views.update(guest, root_from(pledge.address), home=self.views.home(guest))
            yield repr((view, self._touched(guest)))

    def _plan(self, period: Period) -> Iterator[Page]:
        """Yield the plan's page and each party's part of it."""
        if (agenda := self._agendas.get(period.id)) and period.plan:
            yield self._plan_page(agenda, period, period.calendar)
            for party in filter(period.plan.has_part, period.file.parties):
                yield self._plan_page(agenda, period, period.part_address(party), party)

    def _current_plan(self) -> Page:
        """Return ``/kalender/``: the plan of the period that the start page tells of, or that there is none."""
        period = self.views.current()
        agenda = self._agendas.get(period.id) if period else None
        if period and agenda:
            page = self._plan_page(agenda, period, CALENDAR)
            return replace(page, is_searchable=False, same_as=period.calendar)
        words = "Ingen kommunikationsplan är publicerad."
        html = self._render("no-plan.html", CALENDAR, words=words)
        return Page(CALENDAR, "Kommunikationsplan", words, html, None, (START,), is_searchable=False)

    def _plan_page(self, agenda: Agenda, period: Period, address: str, party: str | None = None) -> Page:
        root, title = root_from(address), _plan_title(period)
        if party:
            title = f"{title}: {period.file.parties[party].name}"
        names = {
            "view": agenda.page(party, title, root),
            "notice": self.views.notice(period, root),
            "has_days": party is None and agenda.has_days(),
        }
        return Page(
            address=address,
            title=title,
            description=f"{title}: vad som är planerat och vad som har redovisats.",
            html=self._render("calendar.html", address, **names),
            updated=agenda.changed,
            trail=(START, Link(period.file.title, period.address)),
        )

    def _subscribe(self, feeds: Feeds, calendars: list[CalendarView]) -> Page:
        groups = [
            Group(
                f"{kind} {years}{' (avslutad period)' if is_ended else ''}".strip(),
                tuple(Link(feed.title, feed.address, self.project.absolute(feed.address)) for feed in found),
            )
            for (kind, years, is_ended), found in groupby(feeds.every, _heading)
        ]
        return Page(
            address=HELP,
            title="Prenumerera",
            description="Få veta när något händer med ett löfte. Så prenumererar du med en flödesläsare (RSS).",
            html=self._render(
                "subscribe.html", HELP, groups=groups, calendars=calendars, most=self.project.settings.feed_items
            ),
            updated=None,
            trail=(START,),
        )

    def _updates(self, rows: Iterable[Row]) -> Iterator[Callable[[], Page]]:
        by_senders: dict[tuple[tuple[str, ...], int], date] = {}
        for update in self.views.catalog.all_updates():
            of, day = (update.file.by, update.day.year), self._touched(update)
            by_senders[of] = max(by_senders.get(of, day), day)
        newest: dict[tuple[str, str], date] = {}
        for (senders, year), day in by_senders.items():
            for place in product((UPDATES, *map(party_updates, senders)), ("", str(year))):
                newest[place] = max(newest.get(place, day), day)
        others = (self.row(update) for period in self.views.catalog.periods for update in period.updates)
        every = (*rows, *others)
        for address, view in update_pages(self.views, every).items():
            yield partial(self._list, address, view, newest.get((view.first, view.year)))

    def _list(self, address: str, view: UpdatesView, newest: date | None) -> Page:
        names = {"view": view, "months": months(view.rows), "is_first": address == UPDATES}
        html = self._filled("updates.html", address, **names)
        return Page(
            address=address,
            title=view.title,
            description=f"{view.title}: vad som har berättats om löftena, det nyaste först.",
            html=settle(html, root_from(address)),
            updated=newest,
            trail=(START,) if address == UPDATES else (START, Link("Uppdateringar", UPDATES)),
            is_searchable=False,
        )

    def _touched(self, update: Update) -> date:
        return touched(update, self.views.today)

    @cached_property
    def _names(self) -> Counter[str]:
        """How many pledges have the same title, as in two periods."""
        return Counter(pledge.file.title for pledge in self.views.pledges.values())

    @cached_property
    def _changed(self) -> Mapping[str, date]:
        """When each period last changed, by id."""
        return {
            period.id: max([period.dated, *map(self._touched, period.all_updates())])
            for period in self.views.catalog.periods
        }


def _plan_title(period: Period) -> str:
    """Return the plan's own title, with the years where it names none: two periods' plans must be told apart."""
    title = period.plan.file.title if period.plan else "Kommunikationsplan"
    return title if re.search(r"\d{4}", title) else f"{title} {period.years}"


def _heading(feed: Feed) -> tuple[FeedKind, str, bool]:
    """Return what stands above a feed in the list of all: its kind and period, and whether that is over."""
    return feed.kind, feed.years, bool(feed.years and feed.ended)


def _followed(feed: Feed) -> str:
    """Return the page that a feed follows."""
    return feed.page.split("#")[0]


def root_from(address: str) -> str:
    """Return the way from a page to the site's root: ``../../`` from ``2021-2022/tobak/``."""
    return "../" * address.count("/") or "./"


def environment(templates: Path, compiled: BytecodeCache | None = None) -> Environment:
    """Return what makes pages of the templates in a folder; ``compiled`` are those that need not be compiled again."""
    found = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=compiled,
        auto_reload=False,  # these serve one build; looking at the files for each line took as long as the feeds
    )
    # Views have attributes only; Jinja's own tries items too, and templates ask for 75 things of each update.
    found.getattr = getattr  # type: ignore[assignment]  # as a subclass would
    return found
