"""A pledge's story: all that a build makes of one pledge by itself, made once and kept from one build to the next.

A story is found again only by everything that decides it: what was read of its folder (its digest), what is the same
for all (the day, the settings, the templates, the periods, every pledge's own file), and the little that it shows of
others' updates.
"""

import hashlib
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from foljmed.cache import Cache
from foljmed.catalog import Period, Pledge
from foljmed.feeds import Feeds
from foljmed.items import Built
from foljmed.pages import Page, Pages
from foljmed.search import Share, records, share
from foljmed.settings import Project
from foljmed.shown import Row
from foljmed.source import Source
from foljmed.views import Views
from foljmed.workers import Workers


@dataclass(frozen=True)
class Story:
    """A pledge's pages, its updates' lines, and by their refs their feed items.

    ``search`` is what its share of the search is kept under, by itself, since only one process has a use for its words.
    """

    pages: tuple[Page, ...]
    search: str
    rows: tuple[Row, ...]
    items: Mapping[str, tuple[Built, ...]]


class Stories:
    """Makes the stories of one build."""

    def __init__(self, pages: Pages, feeds: Feeds, cache: Cache) -> None:
        """Keep in a cache those whose folders have a digest."""
        self._pages, self._feeds, self._cache = pages, feeds, cache

    def jobs(self, shared: bytes, workers: Workers) -> tuple[list[str], list[Callable[[], Story]]]:
        """Return what every pledge's story is kept under and what makes it, in the order of the catalog.

        ``shared`` is what decides all of them.
        """
        pledges = [(pledge, period) for period in self._pages.views.catalog.periods for pledge in period.pledges]
        keys = [self._key(pledge, period, shared) for pledge, period in pledges]
        # One share more is no burden for the process that writes the search's parts; many are better shared.
        is_shared = sum(not self._cache.has(key) for key in keys) > workers.processes > 1
        jobs: list[Callable[[], Story]] = [
            partial(self._make, key, *each, is_shared=is_shared) for key, each in zip(keys, pledges, strict=True)
        ]
        return keys, jobs

    def _make(self, key: str, pledge: Pledge, period: Period, *, is_shared: bool) -> Story:
        pages = self._pages.pledge(pledge, period)
        search = self._cache.key((b"search", key.encode())) if key else ""
        if search and is_shared:
            self._cache.put(search, pickle.dumps(searched(pages), pickle.HIGHEST_PROTOCOL))
        rows = tuple(map(self._pages.row, pledge.updates))
        return Story(pages, search, rows, self._feeds.items(pledge))

    def _key(self, pledge: Pledge, period: Period, shared: bytes) -> str:
        """Return the name that a story is kept under; empty where its folder has no digest."""
        if not pledge.digest:
            return ""
        own = (pledge.ref, pledge.digest, *self._pages.around(pledge, period), *self._known(pledge))
        return self._cache.key((b"story", shared, *(each.encode() for each in own)))

    def _known(self, pledge: Pledge) -> Iterator[str]:
        """Yield which of the links within the site lead nowhere: to what is published later there is none yet."""
        yield from (target for target in pledge.targets if not self._pages.views.is_known(target))


def searched(pages: Iterable[Page]) -> Share:
    """Return what the search knows of a pledge's pages."""
    return share(record for page in pages for record in records(page))


def shared(views: Views, project: Project, templates: Path) -> bytes:
    """Return a digest of all that decides every story of a build."""
    parts = [str(views.today), str(views.preview), project.site_name, project.site_url, project.disclaimer]
    parts.append(project.settings.model_dump_json())
    parts += (file.read_text("utf-8") for file in sorted(templates.glob("*.html")))
    for period in views.catalog.periods:
        for source in _sources(period):
            parts += (source.path, source.yaml, source.body)
    return hashlib.sha256(repr(parts).encode()).digest()


def _sources(period: Period) -> Iterator[Source]:
    """Yield the files that more pages than one pledge's depend on."""
    yield period.source
    if period.plan:
        yield period.plan.source
    yield from (pledge.source for pledge in period.pledges)
    yield from (update.source for update in period.updates)
