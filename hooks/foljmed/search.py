"""Pages → what the search knows of them: a record for each heading that has an address, as Material's own would be.

They come in parts, so that a search loads what its words need and not all that was ever written.

Material's plugin parses every page as HTML, tag by tag, which took a quarter of a large build. Our own HTML is known to
be well formed, so that cutting it at its headings is enough.
"""

import json
import re
from collections.abc import Iterable, Iterator
from html import escape, unescape
from itertools import pairwise
from pathlib import Path
from typing import Final

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


def records(page: Page) -> Iterator[dict[str, str]]:
    """Yield a page's records: address within the site, title and text, both as HTML without any tags."""
    html = _UNSAID.sub("", page.html)
    headings = list(_HEADING.finditer(html))
    starts = [heading.start() for heading in headings]
    if before := _words(html[: starts[0]] if starts else html):
        yield {"location": page.address, "title": _name(page), "text": before}
    for heading, end in zip(headings, [*starts, len(html)][1:], strict=True):
        anchor = "" if heading[1] == "1" else f"#{heading[2]}"  # the first is the page's own
        text = _words(html[heading.end() : end])
        title = _words(heading[3]) if anchor else _name(page)
        yield {"location": page.address + anchor, "title": title, "text": text}


def _name(page: Page) -> str:
    """Return a page's title, with its period's where it names no year: two periods may have a pledge of one name."""
    is_clear = len(page.trail) < 2 or re.search(r"\d{4}", page.title)  # noqa: PLR2004 - Start, and what it belongs to
    return escape(page.title if is_clear else f"{page.title} – {page.trail[-1].title}")


def _words(html: str) -> str:
    """Return the text of HTML on one line, signs still written as HTML writes them, free to break anywhere."""
    return " ".join(_TAG.sub(" ", _INLINE.sub("", html)).replace("\u2060", "").split())


def written(page: Page) -> str:
    """Return a page's records as they stand in the index, with commas between them."""
    return ",".join(map(_json, records(page)))


def split(index: Path, written_records: Iterable[str]) -> None:
    """Put all records into parts beside the index, of which a search loads only what its words need.

    The index holds the vocabulary, in slices. ``words/<n>.json`` tells of a slice's words in which records each stands,
    as differences of 2 × number + 1 if in the title. ``records/<n>.json`` holds records: address, title, text, the
    page's title. ``overrides/assets/javascripts/search.js`` reads them.
    """
    known = json.loads(index.read_bytes())
    ours = json.loads(f"[{','.join(filter(None, written_records))}]")
    docs = [{**each, "title": _words(each["title"]), "text": _words(each["text"])} for each in known["docs"]] + ours
    docs.sort(key=lambda doc: _day(doc["location"]), reverse=True)
    titles = {doc["location"]: doc["title"] for doc in docs if "#" not in doc["location"]}
    rows = [
        (doc["location"], doc["title"], doc["text"], titles.get(doc["location"].split("#")[0], doc["title"]))
        for doc in docs
    ]
    _write(index.parent / "records", (rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE)))
    slices = list(_slices(_vocabulary(rows)))
    _write(index.parent / "words", (lists for _, lists in slices))
    known["config"] |= {"words": [" ".join(words) for words, _ in slices], "at_once": AT_ONCE}
    index.write_text(_json({**known, "docs": []}), "utf-8")


def _day(location: str) -> str:
    """Return an update's day, and what sorts before all days for what has none."""
    match = _DAY.search(location)
    return match[1] if match else "9999"


def _vocabulary(rows: Iterable[tuple[str, str, str, str]]) -> dict[str, list[int]]:
    """Return each word's records: 2 × number, and one more where it stands in the title."""
    found: dict[str, list[int]] = {}
    for number, (_, title, text, _) in enumerate(rows):
        in_title = set(_tokens(title))
        for word in in_title:
            found.setdefault(word, []).append(2 * number + 1)
        for word in set(_tokens(text)) - in_title:
            found.setdefault(word, []).append(2 * number)
    return found


def _tokens(text: str) -> list[str]:
    return _WORD.findall(unescape(text).lower())


def _slices(vocabulary: dict[str, list[int]]) -> Iterator[tuple[list[str], list[list[int]]]]:
    """Yield slices of the sorted vocabulary that cost about as much to load."""
    words: list[str] = []
    lists: list[list[int]] = []
    size = 0
    for word in sorted(vocabulary):
        numbers = vocabulary[word]
        words.append(word)
        lists.append([after - before for before, after in pairwise((0, *numbers))])
        size += 1 + 2 * len(numbers)
        if size > _SLICE:
            yield words, lists
            words, lists, size = [], [], 0
    if words:
        yield words, lists


def _write(folder: Path, parts: Iterable[object]) -> None:
    folder.mkdir()
    for number, part in enumerate(parts):
        (folder / f"{number}.json").write_text(_json(part), "utf-8")


def _json(content: object) -> str:
    # Not json.dump: writing piece by piece takes seven times as long.
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
