"""Pages → what the search knows of them: a record for each heading that has an address, as Material's own would be.

They come in parts, so that a search loads what its words need and not all that was ever written.

Material's plugin parses every page as HTML, tag by tag, which took a quarter of a large build. Our own HTML is known to
be well formed, so that cutting it at its headings is enough.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape, unescape
from itertools import chain
from operator import sub
from pathlib import Path
from typing import Final, NamedTuple

from foljmed.pages import Page

# What is not the page's own words. An element that is left out holds none of its own kind.
_UNSAID = re.compile(
    r"<(script|style|object)\b.*?</\1>|<(\w+)[^>]*\b(?:data-search-exclude\b|aria-hidden=.true.).*?</\2>", re.DOTALL
)
_HEADING = re.compile(r'<h([1-6])\b[^>]*?\bid="([^"]*)"[^>]*>(.*?)</h\1>', re.DOTALL)
_INLINE = re.compile(r"</?(?:a|b|em|i|span|strong|time|abbr|q|cite|sub|sup|del|mark)\b[^>]*>|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_DAY = re.compile(r"#(\d{4}-\d\d-\d\d)-")
_WORD = re.compile(r"[^\W_]{2,}")
AT_ONCE: Final = 20
_SLICE: Final = 60_000  # characters, about


class Record(NamedTuple):
    """What the search knows of a heading: address within the site, title, text and the page's title, without any tags.

    Signs are still written as HTML writes them.
    """

    location: str
    title: str
    text: str
    page: str


def records(page: Page) -> Iterator[Record]:
    """Yield a page's records. What another page holds too is found there: its own heading is none of it."""
    if not page.is_searchable:
        return
    html, name, address = _UNSAID.sub("", page.html), _name(page), page.same_as or page.address
    headings = list(_HEADING.finditer(html))
    starts = [heading.start() for heading in headings]
    if before := _words(html[: starts[0]] if starts else html):
        yield Record(address, name, before, name)
    for heading, end in zip(headings, [*starts, len(html)][1:], strict=True):
        anchor = "" if heading[1] == "1" else f"#{heading[2]}"  # the first is the page's own
        text = _words(html[heading.end() : end])
        if anchor or not page.same_as:
            yield Record(address + anchor, _words(heading[3]) if anchor else name, text, name)


def _name(page: Page) -> str:
    """Return a page's title, with its period's where it names no year: two periods may have a pledge of one name."""
    title = page.trail[-1].title if page.same_as else page.title
    is_clear = len(page.trail) < 2 or re.search(r"\d{4}", title)  # noqa: PLR2004 - Start, and what it belongs to
    return escape(title if is_clear else f"{title} – {page.trail[1].title}")


def _words(html: str) -> str:
    """Return the text of HTML on one line, signs still written as HTML writes them, free to break anywhere."""
    return " ".join(_TAG.sub(" ", _INLINE.sub("", html)).replace("\u2060", "").split())


class Parts(NamedTuple):
    """Records newest first, and each word's: their numbers as they are written, and the last of them."""

    records: list[Record]
    words: dict[str, tuple[str, int]]


def parts(ours: Iterable[Record]) -> Parts:
    """Return what the search of a large site loads, to which the few records of other pages are added at the end."""
    return _added(Parts([], {}), sorted(ours, key=_day, reverse=True))


def split(index: Path, before: Parts, others: Iterable[Record]) -> None:
    """Put all records into parts beside the index, of which a search loads only what its words need.

    The index holds the vocabulary, in slices. ``words/<n>.json`` tells of a slice's words in which records each stands,
    as differences of 2 × number + 1 if in the title. ``records/<n>.json`` holds records: address, title, text, the
    page's title. ``overrides/assets/javascripts/search.js`` reads them.
    """
    known = json.loads(index.read_bytes())
    every, words = _added(before, [*others, *_hand_written(known.pop("docs"))])
    _write(index.parent / "records", (_json(every[at : at + AT_ONCE]) for at in range(0, len(every), AT_ONCE)))
    slices = list(_slices(words))
    _write(index.parent / "words", (f"[[{'],['.join(words[word][0] for word in each)}]]" for each in slices))
    known["config"] |= {"words": [" ".join(each) for each in slices], "at_once": AT_ONCE}
    index.write_text(_json({**known, "docs": []}), "utf-8")


def _hand_written(docs: list[dict[str, str]]) -> Iterator[Record]:
    """Yield what Material's plugin knows of the pages that are written by hand."""
    titles = {doc["location"]: _words(doc["title"]) for doc in docs if "#" not in doc["location"]}
    for doc in docs:
        title = _words(doc["title"])
        yield Record(doc["location"], title, _words(doc["text"]), titles.get(doc["location"].split("#")[0], title))


def _added(before: Parts, more: list[Record]) -> Parts:
    """Return parts with more records: a word's number is twice its record's, and one more where it is in the title."""
    found: dict[str, list[int]] = {}
    for number, record in enumerate(more, len(before.records)):
        in_title = set(_tokens(record.title))
        for word in in_title:
            found.setdefault(word, []).append(2 * number + 1)
        for word in set(_tokens(record.text)) - in_title:
            found.setdefault(word, []).append(2 * number)
    words = dict(before.words)
    for word, numbers in found.items():
        written, last = words.get(word, ("", 0))
        added = ",".join(map(str, map(sub, numbers, chain((last,), numbers))))
        words[word] = (f"{written},{added}" if written else added, numbers[-1])
    return Parts([*before.records, *more], words)


def _day(record: Record) -> str:
    """Return an update's day, and what sorts before all days for what has none."""
    match = _DAY.search(record.location)
    return match[1] if match else "9999"


def _tokens(text: str) -> list[str]:
    return _WORD.findall(unescape(text).lower())


def _slices(vocabulary: Mapping[str, tuple[str, int]]) -> Iterator[list[str]]:
    """Yield slices of the sorted vocabulary that cost about as much to load."""
    words: list[str] = []
    size = 0
    for word in sorted(vocabulary):
        words.append(word)
        size += 1 + len(vocabulary[word][0])
        if size > _SLICE:
            yield words
            words, size = [], 0
    if words:
        yield words


def _write(folder: Path, written: Iterable[str]) -> None:
    folder.mkdir()
    for number, part in enumerate(written):
        (folder / f"{number}.json").write_text(part, "utf-8")


def _json(content: object) -> str:
    # Not json.dump: writing piece by piece takes seven times as long.
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
