"""What a feed holds, before it is XML.

Apart from ``rss``, since where every feed is kept nobody needs its libraries, which take long to import.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from foljmed.spans import STOCKHOLM


@dataclass(frozen=True)
class Item:
    """One item. Addresses are absolute and ASCII; ``categories`` are (domain, term); both instants know their zone."""

    id: str
    title: str
    link: str
    summary: str
    html: str
    published: datetime
    updated: datetime
    creators: tuple[str, ...] = ()
    categories: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Channel:
    """A feed as such.

    ``address`` is its own, ``page`` the page it follows; ``since`` dates it while it is empty; ``help`` and ``style``
    are for people who open it in a browser.
    """

    address: str
    page: str
    title: str
    description: str
    since: datetime
    help: str
    style: str
    language: str = "sv-se"


def midnight(day: date) -> datetime:
    """Return the first instant of a day in Stockholm."""
    return datetime.combine(day, time(), STOCKHOLM)


class Built(NamedTuple):
    """An item's XML, which is made once and put into every feed that the item belongs to, and what orders it there."""

    id: str
    published: datetime
    updated: datetime
    xml: bytes


def newest_first(items: Iterable[Built]) -> list[Built]:
    """Return items by instant, newest first, ties by id.

    In UTC: instants of one zone compare by the wall clock, which is wrong in the night that clocks change.
    """
    by_id = sorted(items, key=lambda item: item.id)
    return sorted(by_id, key=lambda item: item.published.astimezone(UTC), reverse=True)


def ingredients(items: Iterable[Built], channel: Channel) -> Iterator[bytes]:
    """Yield all that decides a feed."""
    yield from (b"feed", repr(channel).encode())
    yield from (each.xml for each in items)
