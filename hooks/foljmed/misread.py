"""Markdown that is read otherwise than it was meant: lists, tables and links that are running text, or code."""

import html
import re
from collections.abc import Iterator
from typing import Final

from foljmed.conversion import holds
from foljmed.plain_yaml import BULLETS
from foljmed.problems import Fault

# What points of lists begin with in other programs; also hyphens of all lengths that nothing parts from a word. But
# "-3" is a number, and a single line with "–" is what somebody says.
_ODD: Final = rf"(?:[{BULLETS}]|o\t|\d+\)|[a-zåäö](?:\)|\.\t)|[–—][ \t]|[-–—](?=[^\W\d]))"
# A paragraph with a line that begins as a point of a list does: a list needs an empty line before it.
_POINTS: Final = (
    *("\n-", "\n* ", "\n*\t", "\n+ ", "\n+\t", "\n–", "\n—", "\no\t", "\n1.", "\n1)", "\n2)", "\nb)", "\nb.\t"),
    *(f"\n{bullet}" for bullet in BULLETS),
)
_LISTED = re.compile(rf"(?![ \t]|[-*+#>|]|\d+\.)[^\n]+(?:\n[^\n]+)*?\n((?:[-*+{BULLETS}][ \t]|1[.)][ \t])[^\n]+)")
# Several lines that begin as points do in other programs; several that have a tabulator or a line between their cells.
_ODD_POINTS = re.compile(rf"^({_ODD}[^\n]+)(?:\n{_ODD}[^\n]+)+", re.MULTILINE)
# What may be what somebody says, or a point: a dash, and words that end as a sentence does.
_SAYING = re.compile(r"[–—][ \t].*[.!?…][”\"’)]?[ \t]*", re.DOTALL)
_SAID_NEXT = re.compile(r"\n(?=[–—])")
_CELLS = re.compile(
    rf"((?!{_ODD}|(?:[-*+]|\d+\.)[ \t])[^\s|][^\t\n]*\t[^\n]*\S|\|[^\n]*\|)[ \t]*\n"
    r"(?:[^\s|][^\n]*?\t|\|(?![ :]*-)[^\n]*\|[ \t]*(?:\n|\Z))"
)
_ROWS = re.compile(r"(?:[^|\n][^\n]*\n)+(\|[^\n]*\|)[ \t]*\n\|[ :|-]*-[ :|-]*\|[ \t]*(?:\n|\Z)")
# Words and an address with a space between their brackets, with the brackets the other way round, of one kind only,
# left out or not closed. A mark before them makes an image of it.
_ADDRESS: Final = r"[^\s()\[\]]+(?<![.,;!?])"
_LED: Final = rf"((?:https?:|www\.|mailto:|tel:){_ADDRESS}|[^\s()\[\]]+\.(?i:md|jpe?g|png|webp|gif))"
_WORDS: Final = r"(!?)\[([^\[\]\n]+)\]"
_PARTED_LINKS = (
    *(
        re.compile(rf"{_WORDS}{form}")
        for form in (rf"[ \t]\({_LED}\)", rf"\[{_LED}\]", rf"\({_LED}(?![^\s()\[\],;!?]|[^\n]*\))")
    ),
    re.compile(rf"{_WORDS}(https?:{_ADDRESS})"),
    re.compile(rf"(!?)\(([^()\n]+)\)\[{_LED}\]"),
)
# What any of them has: most texts have links, and to look for each form in all of them took a tenth of a build.
_PARTED: Final = ("] (", "]\t(", ")[", "][", "]http")
_OPEN_LINK = re.compile(r"\]\([^\s()\[\]]*(?![^\s()\[\]]|\))")
# A point below another. Markdown counts levels by four spaces; two or three, as elsewhere, are none.
_INDENTED_POINT: Final = re.compile(r"^ *(?=(?:[-*+]|\d{1,2}[.)])[ \t]+\S)")
_LEVEL: Final = 4
_CODE = re.compile(r"<pre><code>([^\n]*)")
_POINT = re.compile(rf"\s*(?:[-*+–—{BULLETS}]|\d+[.)])\s")
# Where it has lines of its own, it parts what is around it. To look for many ends that are not there would take long.
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_IN_CODE = re.compile(r"`[^`\n]*`")


def misread(text: str, raw: str) -> Iterator[tuple[Fault, str]]:
    """Yield what of a text was meant otherwise than it is shown, each with the words to find it by.

    ``raw`` is the HTML that it became.
    """
    seen = _COMMENT.sub("", text) if "<!--" in text else text
    yield from (*_parted_links(seen), *_code(raw), *_crowded(seen), *_uncelled(seen), *_flattened(seen))


def _parted_links(text: str) -> Iterator[tuple[Fault, str]]:
    """Yield what was meant as a link and is shown as it is written, each with the words to find it by."""
    for form in _PARTED_LINKS if holds(text, _PARTED) or _OPEN_LINK.search(text) else ():
        for match in form.finditer(_IN_CODE.sub("", text)):
            start = "https://" if match[3].startswith("www.") else ""
            kind = "bild" if match[1] else "länk"
            yield Fault("link-in-text", kind=kind, mended=f"{match[1]}[{match[2]}]({start}{match[3]})"), match[0]


def _code(raw: str) -> Iterator[tuple[Fault, str]]:
    """Yield what is shown as code since it is indented: nobody here means that."""
    for match in _CODE.finditer(raw) if "<pre><code>" in raw else ():
        if raw.count("<li>", 0, match.start()) == raw.count("</li>", 0, match.start()):  # or it stands under a point
            first = html.unescape(match[1])
            yield Fault("indented-list" if _POINT.match(first) else "code-in-text"), first


def _crowded(text: str) -> Iterator[tuple[Fault, str]]:
    """Yield the fault of each list that Markdown takes for running text, with its first point.

    It has no empty line before it, or its points begin as in other programs.
    """
    for block in text.split("\n\n") if holds(text, _POINTS) else ():
        if holds(block, _POINTS):
            lines = block.lstrip("\n")
            if match := _ODD_POINTS.search(lines):
                is_said = all(map(_SAYING.fullmatch, _SAID_NEXT.split(lines[match.start() :].rstrip())))
                yield Fault("dialogue-in-text" if is_said else "list-in-text"), match[1]
            elif match := _LISTED.match(lines):
                yield Fault("list-after-text" if match[1].startswith("1.") else "list-in-text"), match[1]


def _uncelled(text: str) -> Iterator[tuple[Fault, str]]:
    """Yield the fault of each table that Markdown takes for running text, with its first row.

    It has no line under its headings, tabulators between its cells, or a text just before it.
    """
    for block in text.split("\n\n") if "\t" in text or "|\n|" in text else ():
        if match := _CELLS.match(block.lstrip("\n")):
            yield Fault("table-in-text"), match[1]
        elif match := _ROWS.match(block.lstrip("\n")):
            yield Fault("table-after-text"), match[1]


def _flattened(text: str) -> Iterator[tuple[Fault, str]]:
    """Yield the fault of each point of a list that belongs to the one above, but is shown beside it or in its text."""
    above: list[int] = []  # how far in the points stand that this one may belong to
    is_after_blank = False
    for line in text.split("\n") if "\n  " in text else ():
        if point := _INDENTED_POINT.match(line):
            above = [each for each in above if each + 1 < point.end()]
            if point.end() < (room := len(above) * _LEVEL):
                yield Fault("flat-list", room=room), line
            above.append(point.end())
        elif is_after_blank and line[:1].strip():
            above = []
        is_after_blank = not line.strip()


# How lists and tables begin their lines, those too that end up in running text; a list with a year begins with it.
_LINE_START: Final = re.compile(
    rf"^ {{0,3}}(?:[-*+][ \t]+|(?P<number>\d{{1,2}})[.)][ \t]+|{_ODD}[ \t]*)(?=\S)", re.MULTILINE
)
_RULE: Final = re.compile(r"^(?=[^|\n]*\|)(?=[^-\n]*-)[ \t:|-]+$", re.MULTILINE)
_CELL: Final = re.compile(r"[ \t]*\|[ \t]*")


def as_meant(text: str) -> str:
    """Return Markdown in which lists, tables and links that are warned of are the same as when they are mended."""
    for form in _PARTED_LINKS:
        text = form.sub(r"\1[\2](\3)", text)
    text = _LINE_START.sub(lambda point: f"\n{point['number'] + '.' if point['number'] else '-'} ", _RULE.sub("", text))
    return _CELL.sub(" ", text)
