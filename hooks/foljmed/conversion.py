"""Markdown to HTML as its library makes it, in a fraction of the time; what it drops on the way is told.

What comes out is not yet safe to show: see ``prose``.
"""

import html
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache, partial
from itertools import chain
from typing import TYPE_CHECKING, Final

import markdown
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import LinkInlineProcessor
from markdown.preprocessors import NormalizeWhitespace
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString

from foljmed.plain_yaml import deepest
from foljmed.problems import Fault

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from markdown.blockparser import BlockParser
    from markdown.blockprocessors import BlockProcessor
    from markdown.inlinepatterns import Pattern

# By the names that Markdown registers its inline patterns with: what none of a pattern's matches is without.
_SIGNS: Final = {
    "backtick": ("`",),
    "escape": ("\\",),
    "reference": ("[",),
    "link": ("[",),
    "image_link": ("![",),
    "image_reference": ("![",),
    "short_reference": ("[",),
    "short_image_ref": ("![",),
    "autolink": ("<",),
    "automail": ("<",),
    "linebreak": ("  \n",),
    "html": ("<",),
    "entity": ("&",),
    "em_strong": ("*", "_"),
}
_REFERENCES: Final = ("reference", "image_reference", "short_reference", "short_image_ref")
# A target as most are written: without a title, brackets or anything that Markdown has put aside.
_TARGET = re.compile(r"\(([^()<>'\"\s\\\x02\x03]*)\)")
# The same of its kinds of blocks.
_BLOCK_SIGNS: Final = {
    "table": ("|",),
    "hashheader": ("#",),
    "ulist": ("- ", "* ", "+ "),
    "setextheader": ("\n=", "\n-"),
    "hr": ("--", "- -", "-  -", "__", "_ _", "_  _", "**", "* *", "*  *"),
    "quote": (">",),
    "abbr": ("*[",),
    "reference": ("[",),
}
# Any of what they are made of.
_BLOCK_SIGN: Final = re.compile(f"[{re.escape(''.join(sorted(set(''.join(chain(*_BLOCK_SIGNS.values()))))).strip())}]")
# Around what Markdown puts aside while it reads; where they are written, it takes them out of a text first.
_PUT_ASIDE: Final = ("\x02", "\x03")
# What a text must hold to need all steps: HTML or a reference, an escape, an attribute list, an abbreviation, or what
# is taken out of it, which may part such signs.
_RARE: Final = ("<", "&", "\\", "{", "*[", *_PUT_ASIDE)
# What Markdown puts in order before it reads.
_DISORDER: Final = (" \n", "\t", "\r", *_PUT_ASIDE)
# What a text must not hold to be converted together with others: any of that, what stands between them, or what means
# something further down too: where a reference leads, code by its indentation. And tables, whose rows may be lost.
_BETWEEN: Final = "\n\n\ue000\n\n"
_BETWEEN_HTML: Final = "<p>\ue000</p>"
_APART: Final = (*_RARE, *_DISORDER, "\ue000", "]:", "    ", "|")
_TOGETHER: Final = 25


class _Inline(InlineProcessor):
    """Markdown's own, but a pattern is tried only where its sign occurs: such tries were half of a conversion.

    References are looked for only in a text that defines any. The names of two parts are Markdown's, private ones: a
    test compares with the unchanged library.
    """

    _InlineProcessor__applyPattern: Callable[["Pattern", str, int, int], tuple[str, bool, int]]

    def __init__(self, md: markdown.Markdown) -> None:
        super().__init__(md)
        signs = {md.inlinePatterns.get_index_for_name(name): sign for name, sign in _SIGNS.items()}
        references = {md.inlinePatterns.get_index_for_name(name) for name in _REFERENCES}
        self._every: list[tuple[int, Pattern, tuple[str, ...]]] = [
            (index, pattern, signs.get(index, ("",))) for index, pattern in enumerate(md.inlinePatterns)
        ]
        self._others = [each for each in self._every if each[0] not in references]
        self._signs = tuple(dict.fromkeys(sign for *_, signs in self._every for sign in signs))
        for _, pattern, _ in self._every:
            if isinstance(pattern, LinkInlineProcessor):
                pattern.getText = partial(_text_of_link, pattern.getText)  # type: ignore[method-assign]  # as a subclass would
                pattern.getLink = partial(_link_of_link, pattern.getLink)  # type: ignore[method-assign]  # as above

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803 - Markdown's
        if isinstance(data, AtomicString) or not holds(data, self._signs):
            return data
        for index, pattern, signs in self._every if self.md.references else self._others:
            if index < patternIndex:
                continue
            start, matched = 0, holds(data, signs)
            while matched:
                data, matched, start = self._InlineProcessor__applyPattern(pattern, data, index, start)
        return data


def _text_of_link(whole: Callable[[str, int], tuple[str, int, bool]], data: str, index: int) -> tuple[str, int, bool]:
    """Return what stands in brackets, where it ends, and that it does; Markdown goes from sign to sign for that."""
    end = data.find("]", index)
    return whole(data, index) if end < 0 or "[" in data[index:end] else (data[index:end], end + 1, True)


def _link_of_link(
    whole: Callable[[str, int], tuple[str, str | None, int, bool]], data: str, index: int
) -> tuple[str, str | None, int, bool]:
    """Return a link's target, its title, where it ends, and that it does, as above."""
    match = _TARGET.match(data, index)
    return (match[1], None, match.end(), True) if match else whole(data, index)


class _Normal(NormalizeWhitespace):
    """Markdown's own, for a text in which there is anything to put in order."""

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join((*lines, ""))
        return super().run(lines) if holds(text, _DISORDER) else [*lines, "", ""]


class _Tables(TableProcessor):
    """Markdown's own, but rows are noted in which something has no column: Markdown drops it."""

    _split_row: Callable[[str], list[str]]

    def __init__(self, parser: "BlockParser", lost: list[str]) -> None:
        super().__init__(parser, {"use_align_attribute": True})
        self._lost = lost

    def _build_row(self, row: str, parent: "Element", align: Sequence[str | None]) -> None:
        if any(cell.strip() for cell in self._split_row(row)[len(align) :]):
            self._lost.append(row.strip())
        super()._build_row(row, parent, align)  # type: ignore[misc]  # left out of the stubs


class Converter:
    """Turns Markdown into HTML: CommonMark's habits plus tables, abbreviations and attribute lists.

    ``faults`` are, for each text that was converted last, what Markdown drops or can't make anything of: rows of tables
    that have more cells than there are headings, and lists in lists in lists. Each with the words to find it by.
    """

    def __init__(self) -> None:
        """Have nothing converted yet."""
        self.faults: list[tuple[tuple[Fault, str], ...]] = []
        self._rows: list[str] = []
        self._prepare()

    def _prepare(self) -> None:
        """Prepare the library twice: whole, and without the steps that hardly any text needs."""
        self._whole, self._plain = _library(self._rows), _library(self._rows)
        self._plain.preprocessors.deregister("html_block")
        for step in ("unescape", "attr_list", "abbr"):
            self._plain.treeprocessors.deregister(step)

    def convert(self, text: str) -> str:
        """Return a text as HTML. Raises Fault for one with too many levels."""
        return self._convert(self._whole if holds(text, _RARE) else self._plain, text)

    def _convert(self, library: markdown.Markdown, text: str) -> str:
        try:
            return library.reset().convert(text)
        except RecursionError:
            self._prepare()  # what has given up half-way goes on from there
            raise Fault("too-deep") from None

    def every(self, texts: Sequence[str]) -> list[str]:
        """Return several texts as HTML: most of them as one, since each text by itself takes a quarter longer."""
        made: dict[int, str] = {}
        plain = [number for number, text in enumerate(texts) if not holds(text, _APART)]
        for at in range(0, len(plain), _TOGETHER):
            some = plain[at : at + _TOGETHER]
            with suppress(Fault):  # of one of them, which each by itself will tell
                whole = self._convert(self._plain, _BETWEEN.join(texts[number] for number in some))
                parts = whole.split(_BETWEEN_HTML)
                # What Markdown fails to put back in its place is left with a number that counts from the first text.
                if len(parts) == len(some) and not holds(whole, _PUT_ASIDE):
                    made.update(zip(some, map(str.strip, parts), strict=True))
        self.faults.clear()
        found = []
        for number, text in enumerate(texts):
            self._rows.clear()
            try:
                found.append(made[number] if number in made else self.convert(text))
                self.faults.append(tuple((Fault("dropped-cell"), row) for row in self._rows))
            except Fault as fault:
                found.append(f"<p>{html.escape(text)}</p>")  # so that the rest of what is wrong with it is told too
                self.faults.append(((fault, deepest(text).strip()),))
        return found


def _library(lost: list[str]) -> markdown.Markdown:
    made = markdown.Markdown(extensions=["tables", "sane_lists", "abbr", "attr_list"], output_format="html")
    made.parser.blockprocessors.register(_Tables(made.parser, lost), "table", 75)
    return quicker(made)


def quicker(made: markdown.Markdown) -> markdown.Markdown:
    """Return an instance of the library that does the same in two fifths of the time."""
    made.preprocessors.register(_Normal(made), "normalize_whitespace", 30)
    made.treeprocessors.register(_Inline(made), "inline", 20)
    for name, signs in _BLOCK_SIGNS.items():
        kind = made.parser.blockprocessors[name]
        kind.test = partial(_may_be, signs, kind.test)  # type: ignore[method-assign]  # as a subclass would
    # They are gone through for each block; the registry would sort them each time.
    kinds = made.parser.blockprocessors = tuple(made.parser.blockprocessors)  # type: ignore[assignment]  # which is as good here
    plain = tuple(kind for kind in kinds if not isinstance(kind.test, partial))
    made.parser.parseBlocks = partial(_parse, kinds, plain)  # type: ignore[method-assign]  # as above
    # Asked several times for each element, of a handful of kinds.
    made.is_block_level = cache(made.is_block_level)  # type: ignore[method-assign]  # as above
    return made


def _parse(
    kinds: Sequence["BlockProcessor"], plain: Sequence["BlockProcessor"], parent: "Element", blocks: list[str]
) -> None:
    """Parse blocks as Markdown does. Those without any of the signs, as most are, can be of ``plain`` kinds only."""
    while blocks:
        for kind in kinds if _BLOCK_SIGN.search(blocks[0]) else plain:
            if kind.test(parent, blocks[0]) and kind.run(parent, blocks) is not False:
                break


def _may_be(signs: tuple[str, ...], test: Callable[["Element", str], bool], parent: "Element", block: str) -> bool:
    """Whether a block is of a kind, asked only where a sign of the kind occurs, as with ``_Inline``."""
    return holds(block, signs) and test(parent, block)


def holds(text: str, signs: tuple[str, ...]) -> bool:
    """Whether one of the signs occurs."""
    for sign in signs:  # noqa: SIM110 - any() takes three times as long
        if sign in text:
            return True
    return False
