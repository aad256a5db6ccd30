"""A catalog → all that a build makes of it: by several processes, and from what earlier builds have kept.

Knows nothing of MkDocs, which lays out what is made here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

from foljmed.cache import Cache
from foljmed.compiled import Compiled
from foljmed.feeds import Feeds, write
from foljmed.items import ingredients
from foljmed.pages import Page, Pages
from foljmed.search import Known, Parts, Share
from foljmed.settings import Project
from foljmed.shown import CalendarView, Link
from foljmed.stories import Stories, searched, shared
from foljmed.views import Views
from foljmed.workers import Beside, Workers

# Images from which on it pays to share the work and to tell of it: each may take a second.
MANY_IMAGES: Final = 4


@dataclass(frozen=True)
class Made:
    """Every page and file by its address within the site; ``searched`` are the pages that the search knows already."""

    pages: Mapping[str, Page] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    searched: frozenset[str] = frozenset()
    site_feed: Link | None = None


@dataclass(frozen=True)
class Build:
    """What a build makes its pages and files of, and with. ``is_large``: it pays to keep each feed by itself."""

    project: Project
    views: Views
    templates: Path
    cache: Cache
    workers: Workers
    is_large: bool

    def make(self, parts: Beside[Known] | None) -> Made:
        """Return all pages, feeds and calendars; ``parts`` is told what the search is to know of pledges."""
        cache, pages = self.cache, Pages(self.views, self.project, self.templates, Compiled(self.cache))
        feeds = Feeds(self.views, self.project, pages.item)
        decides = shared(self.views, self.project, self.templates)
        keys, jobs = Stories(pages, feeds, cache).jobs(decides, self.workers)
        calendars, *stories = cache.results(
            [cache.key((b"calendars", decides)), *keys],
            [partial(_calendars, self.views, self.project), *jobs],  # a large plan's take longer than any pledge
            self.workers,
            "Gör löftenas sidor",
        )
        cache.use(story.search for story in stories)
        if parts:
            places = {period.id: place for place, period in enumerate(self.views.catalog.periods)}
            # Of results that answer as well, the search shows those of the newest period first.
            newest = sorted(stories, key=lambda each: places[each.pages[0].address.partition("/")[0]], reverse=True)
            shares = [(story.search, story.pages) for story in newest]
            parts.tell(shares, [(key, () if cache.has(key) else its) for key, its in shares])
        for story in stories:
            feeds.keep(story.items)
        rows = list(chain.from_iterable(story.rows for story in stories))
        others, written = self._others_and_feeds(pages.jobs(feeds, calendars.views, rows), feeds)
        every = (*others, *(pages.followed(page) for story in stories for page in story.pages))
        return Made(
            pages={page.address: page for page in every},
            files={**written, **calendars.files},
            searched=frozenset(story.pages[0].address for story in stories),
            site_feed=Link(feeds.title(feeds.every[0]), feeds.every[0].address),
        )

    def _others_and_feeds(
        self, jobs: list[Callable[[], tuple[Page, ...]]], feeds: Feeds
    ) -> tuple[list[Page], dict[str, bytes]]:
        """Return the pages that the jobs make, and every feed by its address within the site."""
        contents = [feeds.contents(feed) for feed in feeds.every]
        keys = [self.cache.key(ingredients(*each)) if self.is_large else "" for each in contents]
        # Where most are kept, what is left is not worth another process.
        are_new = sum(not self.cache.has(key) for key in keys) > len(keys) / 2
        made = self.cache.results(
            [*([""] * len(jobs)), *keys],
            [*jobs, *(partial(write, *each) for each in contents)],
            self.workers if are_new else Workers(),
            "Gör de andra sidorna och flödena",
        )
        others = list(chain.from_iterable(made[: len(jobs)]))
        return others, dict(zip((feed.address for feed in feeds.every), made[len(jobs) :], strict=True))


class _Calendars(NamedTuple):
    """Every calendar as shown, and the files of them all by address within the site."""

    views: tuple[CalendarView, ...]
    files: dict[str, bytes]


def _calendars(views: Views, project: Project) -> _Calendars:
    from foljmed.calendars import Calendars  # not where they are kept: its library takes time to import

    made = Calendars(views, project)
    every = {view.address: content for view, content in made.every}
    return _Calendars(tuple(view for view, _ in made.every), every | dict(made.single()))


def draw_images(wanted: Mapping[str, Path], cache: Cache, workers: Workers) -> dict[str, dict[str, bytes]]:
    """Return, by the address of each image, the files that it becomes, by theirs."""
    if not wanted:
        return {}
    from foljmed.images import draw  # only now: Pillow's import costs as much as a pledge's page

    keys = [cache.key((b"image", address.encode(), file.read_bytes())) for address, file in wanted.items()]
    drawn = cache.results(keys, [partial(draw, *each) for each in wanted.items()], workers, "Gör bilderna")
    return dict(zip(wanted, drawn, strict=True))


def write_search(folder: Path, cache: Cache, told: Callable[[], Any]) -> Known:
    """Write the search's parts of what it is told: the names of shares, with the pages of those that are not kept.

    And, once the folder has been emptied, the share of all other pages.
    """
    parts = Parts()
    shares: list[tuple[str, tuple[Page, ...]]] = told()
    jobs = [partial(_share, pages) for _, pages in shares]
    for share in cache.results([key for key, _ in shares], jobs, Workers(), ""):
        parts.add(share)
    parts.add(told())
    return parts.write(folder)


def _share(pages: tuple[Page, ...]) -> Share:
    if not pages:
        raise LookupError  # what was kept is gone or damaged
    return searched(pages)
