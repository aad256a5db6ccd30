"""Feed items → RSS 2.0, as bytes.

Every date and id is an argument; nothing is computed here. feedgen writes the XML; two small extensions of its own
kind add what it lacks: ``atom:updated`` in items and, for browsers that style the feed, its language, a title of the
document and a link that works (RSS 2.0; RFC 4287 for the Atom elements; Dublin Core for the creator).
"""

from collections.abc import Iterable
from datetime import UTC
from html import escape
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.dc import DcEntryExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from foljmed.items import Built, Channel, Item

_ATOM = "http://www.w3.org/2005/Atom"
_XHTML = "http://www.w3.org/1999/xhtml"
_XML = "http://www.w3.org/XML/1998/namespace"
_DC = "http://purl.org/dc/elements/1.1/"


class _Updated:
    """feedgen knows no time of change in RSS; validators and readers know Atom's."""

    def __init__(self) -> None:
        self.when = ""

    def extend_rss(self, entry: Any) -> Any:
        etree.SubElement(entry, f"{{{_ATOM}}}updated", nsmap={"atom": _ATOM}).text = self.when
        return entry


class _Help:
    """Names all namespaces once, and tells a browser the language, what to call the page, and where help is.

    Of XHTML, validators let only ``div`` stand in a channel. Within it, no reader takes a title for the channel's.
    """

    def __init__(self) -> None:
        self.address = ""
        self.title = ""
        self.language = ""

    def extend_ns(self) -> dict[str, str]:
        return {"dc": _DC, "xhtml": _XHTML}

    def extend_rss(self, feed: Any) -> Any:
        feed.set(f"{{{_XML}}}lang", self.language)
        box = etree.SubElement(feed[0], f"{{{_XHTML}}}div")
        etree.SubElement(box, f"{{{_XHTML}}}title").text = self.title
        etree.SubElement(box, f"{{{_XHTML}}}a", href=self.address).text = "Så prenumererar du"
        return feed


class _Entry:
    """An item as feedgen asks for it; its XML is ready."""

    def __init__(self, built: Built) -> None:
        self._built = built

    def rss_entry(self) -> Any:
        return etree.fromstring(self._built.xml)  # an element can stand in one document only

    def register_extension(self, *_: object) -> None:
        """Take no extensions."""


def build(item: Item) -> Built:
    """Return an item's XML. Raises ValueError for characters that XML forbids."""
    entry = FeedEntry()
    entry.register_extension("dc", DcEntryExtension)
    entry.register_extension("changed", _Updated)
    entry.id(item.id)
    entry.guid(item.id, permalink=False)
    entry.title(item.title)
    entry.link(href=item.link)
    # Readers take a description for HTML: a text that speaks of "<b>" must not become bold.
    entry.description(escape(item.summary or item.title, quote=False))
    entry.content(item.html)
    entry.published(item.published)
    entry.updated(item.updated)
    entry.dc.dc_creator(list(item.creators))
    for domain, term in item.categories:
        entry.category(term=term, scheme=domain)
    entry.changed.when = item.updated.isoformat()
    return Built(item.id, item.published, item.updated, etree.tostring(entry.rss_entry(), encoding="utf-8"))


def write(items: Iterable[Built], channel: Channel) -> bytes:
    """Return a feed of items that are in order already. An empty one is valid."""
    entries = list(items)
    feed = FeedGenerator()
    feed.register_extension("help", _Help, None)
    feed.help.address, feed.help.title, feed.help.language = channel.help, channel.title, channel.language
    feed.id(channel.address)
    feed.title(channel.title)
    # Only the first rel=self reaches RSS, and the channel's own link is the last of any kind.
    feed.link(href=channel.address, rel="self", type="application/rss+xml")
    feed.link(href=channel.page, rel="alternate")
    # Some readers take this for HTML, others for text, which would show more than this sign as it is escaped.
    feed.description(channel.description.replace("<", "&lt;"))
    feed.language(channel.language)
    feed.generator("")
    instants = [each.updated for each in entries] or [channel.since]
    feed.lastBuildDate(max(instants, key=lambda instant: instant.astimezone(UTC)))  # feedgen would ask the clock
    for each in entries:
        feed.add_entry(_Entry(each), order="append")
    xml: bytes = feed.rss_str(pretty=False)
    style = f'<?xml-stylesheet type="text/css" href="{channel.style}"?>'
    return xml.replace(b"?>\n", f"?>\n{style}\n".encode(), 1)
