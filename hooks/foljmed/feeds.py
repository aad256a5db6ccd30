"""Which feeds there are, and what stands in each.

An update's item is made once and put into every feed it belongs to. Its id is minted from its place in the content
and never changes; what must reach subscribers anew – a correction, a withdrawal – is an item of its own.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from heapq import nlargest
from html import escape

from foljmed.catalog import SUMMARY_LENGTH, Period, Pledge, Update, party_updates
from foljmed.items import Built, Channel, Item, midnight, newest_first
from foljmed.prose import plain, shorten
from foljmed.settings import Project
from foljmed.shown import Link, UpdateView
from foljmed.spans import day_in_words, period_in_words
from foljmed.views import Views

STYLE = "assets/stylesheets/feed.css"
HELP = "prenumerera/"


class FeedKind(StrEnum):
    """What a feed follows. Order and headings: as ``/prenumerera/`` lists them."""

    SITE = "Hela webbplatsen"
    PERIOD = "Perioder"
    AREA = "Områden"
    PARTY = "Parter"
    PLEDGE = "Löften"


@dataclass(frozen=True)
class Feed:
    """A feed before it is written: its address, and the page and updates it follows, all within the site.

    ``since`` dates it while it is empty; ``ended`` are the periods whose end it tells of.
    """

    kind: FeedKind
    address: str
    title: str
    page: str
    since: date
    updates: tuple[Update, ...]
    ended: tuple[Period, ...] = ()
    years: str = ""


class Feeds:
    """Makes the feeds of one build. ``render`` turns an update as shown into an item's HTML."""

    def __init__(self, views: Views, project: Project, render: Callable[[UpdateView, Link, str], str]) -> None:
        """Prepare; items are built when a feed first needs them."""
        self._views = views
        self._project = project
        self._render = render
        self._built: dict[str, tuple[Built, ...]] = {}
        self.every = tuple(sorted(self._every(), key=lambda feed: list(FeedKind).index(feed.kind)))

    # --- Which there are

    def _every(self) -> Iterator[Feed]:
        periods = self._views.catalog.periods
        every = self._published(self._views.catalog.all_updates())
        since = periods[0].dated if periods else self._views.today
        ended = tuple(period for period in periods if self._views.is_ended(period))
        yield Feed(FeedKind.SITE, "feed.xml", self._project.site_name, "", since, every, ended)
        for period in reversed(periods):
            yield from self._of_period(period, (period,) if period in ended else ())
        for id_, name in self._views.catalog.parties.items():
            found = tuple(update for update in every if any(id_ in each.file.by for each in self._told_of(update)))
            page = party_updates(id_)
            yield Feed(FeedKind.PARTY, f"{page}feed.xml", name, page, since, found)

    def _of_period(self, period: Period, ended: tuple[Period, ...]) -> Iterator[Feed]:
        updates, dated = self._published(period.all_updates()), period.dated
        yield Feed(FeedKind.PERIOD, f"{period.id}/feed.xml", period.file.title, period.address, dated, updates, ended)
        homes = {pledge.id: period.areas[pledge.file.goal].id for pledge in period.pledges}
        by_pledge: dict[str, list[Update]] = {}
        by_area: dict[str, list[Update]] = {}
        for update in updates:
            # Whoever was sent what is wrong is sent its correction.
            about = {id_ for each in self._told_of(update) for id_ in (each.pledge, *each.file.also)}
            for id_ in about:
                by_pledge.setdefault(id_, []).append(update)
            for id_ in {homes[id_] for id_ in about if id_ in homes}:
                by_area.setdefault(id_, []).append(update)
        for area in period.file.areas:
            address, page = f"{period.id}/omraden/{area.id}/feed.xml", f"{period.address}#{area.id}"
            found = tuple(by_area.get(area.id, ()))
            yield Feed(FeedKind.AREA, address, area.title, page, dated, found, ended, period.years)
        for pledge in period.pledges:
            found, address = tuple(by_pledge.get(pledge.id, ())), f"{pledge.address}feed.xml"
            yield Feed(FeedKind.PLEDGE, address, pledge.file.title, pledge.address, dated, found, ended, period.years)

    def _told_of(self, update: Update) -> Iterable[Update]:
        """Return an update and what it corrects, which few do."""
        return self._views.chain(update) if update.file.corrects else (update,)

    def _published(self, updates: Iterable[Update]) -> tuple[Update, ...]:
        """Leave out what only a preview shows: a feed may not hold drafts or dates to come."""
        return tuple(update for update in updates if not (self._views.preview and self._views.mark(update)))

    # --- What stands in them

    def write(self, feed: Feed) -> bytes:
        """Return a feed with its latest items."""
        return write(*self.contents(feed))

    def contents(self, feed: Feed) -> tuple[tuple[Built, ...], Channel]:
        """Return what a feed is written from: its latest items in their order, and what stands above them."""
        most = self._project.settings.feed_items
        built = {each.id: each for update in self._fitting(feed.updates) for each in self._items(update)}
        built |= {each.id: each for each in map(self._closing, feed.ended)}
        root = "../" * feed.address.count("/")
        channel = Channel(
            address=self._project.absolute(feed.address),
            page=self._project.absolute(feed.page),
            title=self.title(feed),
            description=self._description(feed),
            since=midnight(feed.since),
            help=self._project.absolute(HELP),
            style=root + STYLE,
        )
        return tuple(newest_first(built.values())[:most]), channel

    def title(self, feed: Feed) -> str:
        """Return a feed's name, which tells it from the others in a reader's list."""
        years = f" {feed.years}" if feed.years else ""
        return feed.title if feed.kind is FeedKind.SITE else f"{feed.title}{years} – {self._project.site_name}"

    def _description(self, feed: Feed) -> str:
        what = {
            FeedKind.SITE: "Alla uppdateringar om medborgarlöftena.",
            FeedKind.PERIOD: f"Alla uppdateringar om {feed.title}.",
            FeedKind.AREA: f"Uppdateringar om löftena i området ”{feed.title}”.",
            FeedKind.PARTY: f"Uppdateringar som hör till {feed.title}, och rättelser av dem.",
            FeedKind.PLEDGE: f"Uppdateringar om löftet {feed.title}.",
        }
        return " ".join(filter(None, (what[feed.kind], plain(self._project.disclaimer))))

    def tag(self, ref: str) -> str:
        """Return the id of something on the site (RFC 4151)."""
        return f"tag:{self._project.settings.id_authority}:{ref}"

    def keep(self, built: Mapping[str, tuple[Built, ...]]) -> None:
        """Take items that are built already, by their updates' refs."""
        self._built |= built

    def items(self, pledge: Pledge) -> dict[str, tuple[Built, ...]]:
        """Return the items of a pledge's updates that may stand in a feed, by their updates' refs."""
        published = self._published(pledge.updates)
        return {update.ref: self._items(update) for update in self._fitting(published)}

    def _fitting(self, updates: Collection[Update]) -> list[Update]:
        """Return the updates that have room in a feed. However old one is, its withdrawal is news."""
        newest = nlargest(self._project.settings.feed_items, updates, key=lambda update: (update.day, update.ref))
        return [*newest, *(update for update in updates if update.file.withdrawn and update not in newest)]

    def _items(self, update: Update) -> tuple[Built, ...]:
        if update.ref not in self._built:
            self._built[update.ref] = tuple(map(_build, self._make(update)))
        return self._built[update.ref]

    def _make(self, update: Update) -> Iterator[Item]:
        """Yield an update's item and, when it was withdrawn, the one that tells of it."""
        view, home = self._views.update(update, self._project.address), self._views.home(update)
        corrected = f"{view.corrected}. " if view.corrected else ""
        # Many readers show no more than the summary.
        kind = f"{view.kind}. " if view.is_background else ""
        place = f"Gäller: {view.place}. " if view.place else ""
        item = Item(
            id=self.tag(update.ref),
            title=view.title,
            link=self._project.absolute(update.address),
            summary=shorten(view.withdrawn or f"{corrected}{kind}{place}{view.summary}", SUMMARY_LENGTH),
            html=self._render(view, home, self._project.address),
            published=midnight(update.day),
            updated=midnight(self._views.changed(update)),
            creators=self._creators(update),
            categories=self._categories(update),
        )
        yield item
        withdrawn = update.file.withdrawn
        if withdrawn and withdrawn.date <= self._views.today:
            yield replace(
                item,
                id=self.tag(f"{update.ref}#withdrawn"),
                title=f"Tillbakadragen: uppdateringen från {day_in_words(update.day)} om {home.title}",
                published=midnight(withdrawn.date),
                updated=midnight(withdrawn.date),
            )

    def _creators(self, update: Update) -> tuple[str, ...]:
        parties = self._views.periods[update.period].file.parties
        return tuple(parties[party].name for party in update.file.by)

    def _categories(self, update: Update) -> tuple[tuple[str, str], ...]:
        period = self._views.periods[update.period]
        pledge = self._views.pledges.get(f"{update.period}/{update.pledge}")
        terms = (period.areas[pledge.file.goal].title, pledge.file.title) if pledge else (period.file.title,)
        return tuple((self._project.absolute(period.address), term) for term in terms)

    def _closing(self, period: Period) -> Built:
        """Return the item that tells of a period's end and leads on."""
        ref = f"{period.id}#ended"
        if ref not in self._built:
            following = self._views.period_after(period)
            html = self._closing_html(period, following)
            ended = period.file.last + timedelta(days=1)
            years = period_in_words(period.file.first, period.file.last)
            item = Item(
                id=self.tag(ref),
                title=f"Perioden {years} är avslutad",
                link=self._project.absolute(period.address),
                summary=shorten(plain(html), SUMMARY_LENGTH),
                html=html,
                published=midnight(ended),
                # It leads on to the next period from the day on which that one is known.
                updated=midnight(max(ended, following.dated) if following else ended),
                categories=((self._project.absolute(period.address), period.file.title),),
            )
            self._built[ref] = (_build(item),)
        return self._built[ref][0]

    def _closing_html(self, period: Period, following: Period | None) -> str:
        notice = self._views.notice(period, self._project.address)
        parts = [f"<p>{escape(notice.text)}</p>{notice.afterwards}"] if notice else []
        if notice and notice.url:
            parts.append(f'<p><a href="{escape(notice.url)}">Mer om det som kom efteråt: {notice.site}</a></p>')
        if following:
            address = self._project.absolute(following.address)
            parts.append(f'<p>Läs vidare: <a href="{address}">{escape(following.file.title)}</a></p>')
        return "".join(parts)


def _build(item: Item) -> Built:
    from foljmed.rss import build  # only where something is to be made: see items.py

    return build(item)


def write(items: Iterable[Built], channel: Channel) -> bytes:
    """Return a feed of items that are in order already."""
    from foljmed import rss  # as above

    return rss.write(items, channel)
