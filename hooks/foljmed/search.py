"""Pages → what the search knows of them: a record for each heading that has an address, as Material's own would be.

Material's plugin parses every page as HTML, tag by tag, which took a quarter of a large build. Our own HTML is known to
be well formed, so that cutting it at its headings is enough.
"""

import json
import re
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from foljmed.pages import Page

_UNSAID = re.compile(r"<(script|style|object)\b.*?</\1>|<(\w+)[^>]*\bdata-search-exclude\b.*?</\2>", re.DOTALL)
_HEADING = re.compile(r'<h([1-6])\b[^>]*?\bid="([^"]*)"[^>]*>(.*?)</h\1>', re.DOTALL)
_INLINE = re.compile(r"</?(?:a|b|em|i|span|strong|time|abbr|q|cite|sub|sup|del|mark)\b[^>]*>|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def records(page: Page) -> Iterator[dict[str, str]]:
    """Yield a page's records: address within the site, title and text, both as HTML without any tags."""
    html = _UNSAID.sub("", page.html)
    headings = list(_HEADING.finditer(html))
    starts = [heading.start() for heading in headings]
    if before := _words(html[: starts[0]] if starts else html):
        yield {"location": page.address, "title": escape(page.title), "text": before}
    for heading, end in zip(headings, [*starts, len(html)][1:], strict=True):
        anchor = "" if heading[1] == "1" else f"#{heading[2]}"  # the first is the page's own
        text = _words(html[heading.end() : end])
        yield {"location": page.address + anchor, "title": _words(heading[3]), "text": text}


def _words(html: str) -> str:
    """Return the text of HTML on one line, signs still written as HTML writes them."""
    return " ".join(_TAG.sub(" ", _INLINE.sub("", html)).split())


def written(page: Page) -> str:
    """Return a page's records as they stand in the index, with commas between them."""
    return ",".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in records(page))


def extend(index: Path, records: Iterable[str]) -> None:
    """Add written records to the index that Material's plugin has written."""
    known: dict[str, Any] = json.loads(index.read_bytes())
    docs = [json.dumps(known.pop("docs"), ensure_ascii=False, separators=(",", ":"))[1:-1], *records]
    head = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    index.write_text(f'{head[:-1]},"docs":[{",".join(filter(None, docs))}]}}', "utf-8")
