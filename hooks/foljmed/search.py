"""Pages → what the search knows of them: a record for each heading that has an address, as Material's own would be.

They come in parts, so that a search loads what its words need and not all that was ever written.

Material's plugin parses every page as HTML, tag by tag, which took a quarter of a large build. Our own HTML is known to
be well formed, so that cutting it at its headings is enough.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cache
from html import escape, unescape
from itertools import chain
from json.encoder import encode_basestring
from operator import itemgetter, sub
from pathlib import Path
from typing import Final, NamedTuple

from foljmed.pages import Page
from foljmed.spans import day_in_words

# By what elements are known that are not the page's own words. One that is left out holds none of its own kind.
_UNSAID: Final = ("data-search-exclude", 'aria-hidden="true"', "<script", "<style", "<object")
_NAME = re.compile(r"\w+")
_HEADING = re.compile(r'<h([1-6])\b[^>]*?\bid="([^"]*)"[^>]*>(.*?)</h\1>', re.DOTALL)
_INLINE = re.compile(r"</?(?:a|b|em|i|span|strong|time|abbr|q|cite|sub|sup|del|mark)\b[^>]*>|<!--.*?-->", re.DOTALL)
# A paragraph that does not end as a sentence does: "Gäller: hela landet".
_OPEN_END = re.compile(r"</p>(?<=[\w)]</p>)")
_TAG = re.compile(r"<[^>]*>")
_DAY = re.compile(r"#(\d{4}-\d\d-\d\d)-")
_WORD = re.compile(r"\w\w+")
_SIGNS: Final = bytes(range(256)).decode("latin-1")
# Each of these as it stands in a lower-case word, or a space: as quick to look up as a pattern is slow to match.
_LETTERS: Final = "".join(sign.lower() if sign.isalnum() else " " for sign in _SIGNS).encode("latin-1")
AT_ONCE: Final = 20
TITLE: Final = "^"
_SLICE: Final = 40_000  # characters, about


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
    html, name, address = _own(page.html), _name(page), page.same_as or page.address
    headings = list(_HEADING.finditer(html))
    starts = [heading.start() for heading in headings]
    if before := _words(html[: starts[0]] if starts else html):
        yield Record(address, name, before, name)
    for heading, end in zip(headings, [*starts, len(html)][1:], strict=True):
        anchor = "" if heading[1] == "1" else f"#{heading[2]}"  # the first is the page's own
        text = _words(html[heading.end() : end])
        if anchor or not page.same_as:
            yield Record(address + anchor, _words(heading[3]) if anchor else name, text, name)


def _own(html: str) -> str:
    """Return HTML without the elements that are not the page's own words.

    Looking for their marks takes a quarter of the time that a pattern takes, which tries at every element.
    """
    for mark in _UNSAID:
        parts, kept, at = [], 0, html.find(mark)
        while at >= 0:
            start = html.rfind("<", kept, at + 1)
            name = _NAME.match(html, start + 1)
            end = html.find(f"</{name[0]}>", at) if name and ">" not in html[start:at] else -1
            if start >= 0 and name and end >= 0:
                parts.append(html[kept:start])
                kept = end + len(f"</{name[0]}>")
            at = html.find(mark, max(kept, at + 1))
        html = "".join((*parts, html[kept:])) if parts else html
    return html


def _name(page: Page) -> str:
    """Return a page's title, with its period's where it names no year: two periods may have a pledge of one name."""
    title = page.trail[-1].title if page.same_as else page.title
    is_clear = len(page.trail) < 2 or re.search(r"\d{4}", title)  # noqa: PLR2004 - Start, and what it belongs to
    return escape(title if is_clear else f"{title} – {page.trail[1].title}")


def _words(html: str) -> str:
    """Return the text of HTML on one line, signs still written as HTML writes them, without those about line breaks."""
    parted = _OPEN_END.sub(" · ", _INLINE.sub("", html))
    told = _TAG.sub(" ", parted).replace("\u2060", "").replace("\u00ad", "")
    return " ".join(told.split()).removesuffix(" ·")


class Share(NamedTuple):
    """What the search knows of some pages, made once and kept with them.

    ``days``, ``records`` as JSON and ``own`` stand in the same order; ``own`` are each record's words that stand in no
    other of them, sorted, one in the title behind a ``TITLE``. ``words`` are the others, and in their order ``places``
    the records that each stands in, as differences of 2 × place among them + 1 if in the title. Words are parted by
    spaces: many short strings take long to keep.
    """

    days: tuple[str, ...]
    records: tuple[str, ...]
    own: tuple[str, ...]
    words: str
    places: str


def share(found: Iterable[Record], undated: str = "9999") -> Share:
    """Return the share of some pages' records; those without a day count as of ``undated``, newer than all days."""
    every = tuple(found)
    days = [_day(record) for record in every]
    places: dict[str, list[int]] = defaultdict(list)
    for place, (record, day) in enumerate(zip(every, days, strict=True)):
        in_title, in_text = set(_tokens(record.title)), set(_tokens(f"{record.text} {_said(day)}"))
        in_text -= in_title
        for its, number in ((in_title, 2 * place + 1), (in_text, 2 * place)):
            for of_word in map(places.__getitem__, its):
                of_word.append(number)
    for sign in places.keys() & _SIGNS:
        places.pop(sign)
    own: list[list[str]] = [[] for _ in every]
    # Each number is written many times.
    numbers, words = tuple(map(str, range(2 * len(every)))), dict[str, str]()
    for word, of_word in places.items():
        if len(of_word) > 1:
            words[word] = ",".join(map(numbers.__getitem__, _steps(of_word)))
        else:
            own[of_word[0] // 2].append(TITLE + word if of_word[0] % 2 else word)
    return Share(
        days=tuple(day or undated for day in days),
        records=tuple(_listed(map(encode_basestring, record)) for record in every),
        own=tuple(" ".join(sorted(each)) for each in own),
        words=" ".join(words),
        places=" ".join(words.values()),
    )


class Known(NamedTuple):
    """What a search must know before it looks for a word.

    ``rare`` are each record's words that stand nowhere else, one in the title behind a ``TITLE``: most words are such,
    and listed so they need no numbers. ``often`` are the others, in slices that are each sorted. ``order`` are the
    numbers of each share's records, as differences. ``days`` are the newest of each part of records.
    """

    rare: tuple[str, ...] = ()
    often: tuple[str, ...] = ()
    order: tuple[tuple[int, ...], ...] = ()
    days: tuple[str, ...] = ()


NOTHING: Final = Known()


class Parts:
    """What a search loads of shares: gathered first, and then written in parts beside those already there."""

    def __init__(self, known: Known = NOTHING) -> None:
        """Begin after what is ``known`` of others."""
        self._known = known
        self._shares: list[Share] = []
        self._places: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._seen = set[str]()
        self._again = set[str]()

    def add(self, share: Share) -> None:
        """Take one share more."""
        number, words = len(self._shares), share.words.split()
        self._shares.append(share)
        for word, places in zip(words, share.places.split(), strict=True):
            self._places[word].append((number, places))
        words += _bare(" ".join(share.own))
        self._again.update(self._seen.intersection(words))
        self._seen.update(words)

    def write(self, folder: Path) -> Known:
        """Write the parts; return what a search must know of all.

        ``records/<n>.json`` holds ``AT_ONCE`` records, newest first: address, title, text, the page's title.
        ``words/<n>.json`` holds for each word of a slice its shares: their number and in which of their records it
        stands. ``overrides/assets/javascripts/search.js`` reads them.
        """
        known, shares = self._known, self._shares
        days = [(day, number, place) for number, each in enumerate(shares) for place, day in enumerate(each.days)]
        newest = sorted(days, key=itemgetter(0), reverse=True)
        first = len(known.rare)
        numbers = [[0] * len(each.days) for each in shares]
        for at, (_, number, place) in enumerate(newest, first):
            numbers[number][place] = at
        every = [shares[number].records[place] for _, number, place in newest]
        pieces = (every[at : at + AT_ONCE] for at in range(0, len(every), AT_ONCE))
        _write(folder / "records", first // AT_ONCE, map(_listed, pieces))

        rare = [self._rare(number, place) for _, number, place in newest]
        slices = list(_slices(self._often()))
        _write(folder / "words", len(known.often), (_listed(each.values()) for each in slices))
        return Known(
            (*known.rare, *rare, *[""] * (-len(every) % AT_ONCE)),
            (*known.often, *map(" ".join, slices)),
            (*known.order, *(tuple(_steps(each)) for each in numbers)),
            (*known.days, *(day for day, _, _ in newest[::AT_ONCE])),
        )

    def _rare(self, number: int, place: int) -> str:
        """Return the words of a record that stand nowhere else; note where those are that do."""
        own = self._shares[number].own[place]
        again = self._again.intersection(_bare(own))
        if not again:  # as mostly
            return own
        words = own.split()
        for word in again:
            self._places[word].append((number, str(2 * place + (TITLE + word in words))))
        return " ".join(word for word in words if word.removeprefix(TITLE) not in again)

    def _often(self) -> dict[str, str]:
        """Return where each of the other words stands, as JSON."""
        first = len(self._known.order)
        return {
            word: _listed(f"[{number + first},{places}]" for number, places in found)
            for word, found in self._places.items()
        }


def _bare(own: str) -> list[str]:
    """Return records' own words without the marks of those in a title."""
    return own.replace(TITLE, "").split()


def finish(index: Path, known: Known) -> None:
    """Put what a search must know into the index that Material's plugin has written, and what that holds into parts."""
    written = json.loads(index.read_bytes())
    parts = Parts(known)
    by_hand = share(_hand_written(written["docs"]))
    # A heading may begin with a day there too; as of that day it would come after older updates.
    parts.add(by_hand._replace(days=("",) * len(by_hand.days)))
    every = parts.write(index.parent)
    config = {**written["config"], **every._asdict(), "rare": "\n".join(every.rare), "at_once": AT_ONCE}
    whole = index.with_suffix(".new")  # somebody may be reading a preview
    whole.write_text(_json({**written, "config": config, "docs": []}), "utf-8")
    whole.replace(index)


def _hand_written(docs: list[dict[str, str]]) -> Iterator[Record]:
    """Yield what Material's plugin knows of the pages that are written by hand."""
    titles = {doc["location"]: _words(doc["title"]) for doc in docs if "#" not in doc["location"]}
    for doc in docs:
        title = _words(doc["title"])
        yield Record(doc["location"], title, _words(doc["text"]), titles.get(doc["location"].split("#")[0], title))


def _steps(numbers: Sequence[int]) -> Iterable[int]:
    """Return the first of some numbers, and how much each is more than the one before it."""
    return map(sub, numbers, chain((0,), numbers))


def _day(record: Record) -> str:
    """Return the day that an address begins with, if any."""
    match = _DAY.search(record.location)
    return match[1] if match and _said(match[1]) else ""


@cache
def _said(day: str) -> str:
    """Return an update's day as people look for it: its page and its line in the results both show it so.

    A heading of a hand-written page may begin with one that is none.
    """
    with suppress(ValueError):
        return day_in_words(date.fromisoformat(day)) if day else ""
    return ""


def _tokens(text: str) -> list[str]:
    """Return the words of a text, and perhaps single signs."""
    text = unescape(text)
    try:
        return text.encode("latin-1").translate(_LETTERS).decode("latin-1").split()
    except UnicodeEncodeError:  # in other alphabets, and beside signs such as dashes
        return _WORD.findall(text.lower().replace("_", " "))


def _slices(lists: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield slices of the sorted vocabulary that cost about as much to load."""
    found: dict[str, str] = {}
    size = 0
    for word in sorted(lists):
        found[word] = lists[word]
        size += 1 + len(found[word])
        if size > _SLICE:
            yield found
            found, size = {}, 0
    if found:
        yield found


def _write(folder: Path, first: int, written: Iterable[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, part in enumerate(written, first):
        (folder / f"{number}.json").write_bytes(part.encode())


def _listed(parts: Iterable[str]) -> str:
    return f"[{','.join(parts)}]"


# Not json.dump: writing piece by piece takes seven times as long.
_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
