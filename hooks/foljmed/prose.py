"""Markdown as people write it → HTML that is safe to show anywhere.

A text is converted once. Addresses inside the site are written with the prefix ``HERE``; whoever shows the text
replaces it with the way to the site's root (a page) or the site's whole address (a feed).
"""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

import nh3

from foljmed.conversion import Converter
from foljmed.misread import misread
from foljmed.problems import Fault
from foljmed.source import FORBIDDEN
from foljmed.values import OWN_MACHINE

HERE: Final = "/~/"
# As wide as the column of text (--fm-measure), in the size of letters that a browser begins with.
_COLUMN: Final = "(max-width: 36em) 100vw, 36em"
_SCHEMES: Final = {"http", "https", "mailto", "tel"}
# A whole web address that is as it has to be: in ASCII, with no port, query or place.
_WEB: Final = re.compile(r"https?://(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}(?:/[A-Za-z0-9/._~-]*)?")
# What people write for an address without its beginning: a web address, an e-mail address, a telephone number.
_BARE_LINKS: Final = (
    ("https://", re.compile(r"www\.\S+")),
    ("mailto:", re.compile(r"(?!.*\.(?:jpe?g|png|gif|webp|md)\Z)[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("tel:", re.compile(r"[+0][0-9 ()/–-]{4,20}[0-9]|1[0-9]{2}(?: ?[0-9]{2,3})?")),
)
# The nought that is dialled within a country only: +46 (0)8.
_NATIONAL: Final = re.compile(r"^((?:\+|00)[ 0-9-]+)\(0\)")
_MOST_SHOWN: Final = 60  # characters of an address
_TAGS: Final = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("em", "strong", "b", "i", "del", "sub", "sup", "abbr", "span", "q", "cite", "a", "img"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES: Final = {
    "*": {"lang", "dir"},
    "a": {"href"},
    "abbr": {"title"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
}
_HEADING = re.compile(r"<(/?)h([1-6])\b")
_IMAGE = re.compile(r"<img ([^>]*)>")
_TAG = re.compile(r"<([a-zA-ZåäöÅÄÖ][\w-]*)")
_WORDLESS = re.compile(r"""<a\b[^>]*?\bhref=["']([^"'>]*)["'][^>]*>\s*</a>""")
# What editors put where a description is to stand, and our own message.
_ANY_IMAGE: Final = {
    "image",
    "img",
    "alt",
    "alt text",
    "photo",
    "picture",
    "bild",
    "foto",
    "fotografi",
    "vad bilden visar",
}
_FILE_NAME = re.compile(r"[\w-]*\d{3}[\w-]*|[\w.-]+\.(?:jpe?g|png|webp|gif|heic)", re.IGNORECASE)
_SOURCE = re.compile(r"""<img\b[^>]*?\bsrc=["']([^"']*)["']""")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_TITLE = re.compile(r"""<(?:a|img)\b[^>]*?\stitle=(?:"([^"]*)"|'([^']*)')""")
# "[x]: y" on a line of its own, which says where "[x]" leads and is not shown: y is one word, and perhaps a title. The
# same of an abbreviation, whose words may be several.
_DEFINITION = re.compile(
    r"""^ {0,3}(\*)?\[([^\[\]\n]+)\]:(?(1)[^\n]*| *\n? *\S+ *(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\))? *$)""", re.MULTILINE
)
_BRACKETED = re.compile(r"\[[^\[\]]+\]")
_SOURCELESS = re.compile(r"<img(?![^>]* src=)")
_UNLINKED = re.compile(r"<a>(.*?)</a>", re.DOTALL)
# How HTML lets be written what no file here may hold: "&#x1F;".
_REFERENCE = re.compile(r"&#(?:[xX]0*([0-9a-fA-F]{1,6})|0*([0-9]{1,7}))")
_SETS = re.compile(r' srcset="[^"]*"')
_WITHIN = re.compile(rf'<a href="{HERE}([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_CHOICES = re.compile(r'</?picture>|<source [^>]*>| srcset="[^"]*"| sizes="[^"]*"')
_FRAMES = re.compile(r'<div class="fm-table"[^>]*>|(?<=</table>)</div>')
# Which cells a heading is for; the corner above a table's names is no heading of anything (WCAG 1.3.1).
_HEAD = re.compile(r"<thead>.*?</thead>", re.DOTALL)
_HEADING_CELL = re.compile(r"<th(?![^>]*\bscope=)(?=[ >])")
_EMPTY_HEADING = re.compile(r"<th([^>]*)>\s*</th>")
_ALIGN = re.compile(r'(<t[dh][^>]*?) align="(left|right|center)"')
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_TABLE_START = re.compile(r"<table\b[^>]*>\s*(?:<thead>(.*?)</thead>)?", re.DOTALL)
_NAME_OF_COLUMN = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
# A row's first cell, where it says something and has others beside it.
_NAME_OF_ROW = re.compile(r"(<tr[^>]*>\s*)<td([^>]*)>(?!\s*</td>)([^<]*(?:<(?!/td>)[^<]*)*)</td>(?=\s*<td)")
_SPAN = re.compile(r"<t[dh][^>]* (?:row|col)span=")
_BLOCK = re.compile(r"</?(?:p|br|hr|h[1-6]|ul|ol|li|blockquote|pre|table|caption|thead|tbody|tr|th|td|div)\b[^>]*>")
_BARE: Final = nh3.Cleaner(tags=set())
# The end of a point or a heading that does not end as a sentence does. Begins with one sign, which is quicker found.
_OPEN_END = re.compile(r"<(?:(?<=[\w)”]<)|(?<=[\w)”]\s<))(?:/(?:p|em|strong|a|code)>\s*<)*(?:/(?:li|h[1-6])|[uo]l)>")
# Of cleaned HTML; a description of an image may hold the sign ">".
_ANY_TAG = re.compile(r'<[^<>"]*(?:"[^"]*"[^<>"]*)*>')


@dataclass(frozen=True)
class Picture:
    """An image that a text shows: its address within the site and its size in pixels.

    ``sizes`` are the addresses and widths to choose from, ``webp`` the same in a format that not all readers know.
    """

    address: str
    width: int
    height: int
    sizes: tuple[tuple[str, int], ...] = ()
    webp: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Text:
    """A converted text: its HTML, the same in plain words, and the addresses of its images.

    In the plain words "…" stands for a table, and "·" after points and headings that do not end as a sentence does.
    """

    html: str = ""
    plain: str = ""
    images: tuple[str, ...] = ()


@dataclass
class Surroundings:
    """What a text's links and images mean where it stands.

    Both functions take the target as written and raise Fault. ``link`` returns an address within the site.
    """

    link: Callable[[str], str]
    image: Callable[[str], Picture]
    faults: list[tuple[Fault, str]] = field(default_factory=list)


class _Addresses:
    """Puts the addresses of a text's links and images in order while it is cleaned.

    The cleaner holds it, which Python does not see. So nothing that it holds between two texts may lead back to the
    cleaner: both would stay for good, with all that a preview's build had read.
    """

    def __init__(self) -> None:
        self.around = nowhere()
        self.pictures: dict[str, Picture] = {}

    def __call__(self, tag: str, name: str, value: str) -> str | None:
        if (tag, name) not in (("a", "href"), ("img", "src")):
            return value
        try:
            if tag == "img":
                picture = self.around.image(value)
                self.pictures[picture.address] = picture
                return HERE + quote(picture.address)
            return link(value, self.around.link)
        except Fault as fault:
            self.around.faults.append((fault, value))
            return HERE  # what has no address at all afterwards was dropped for its scheme


class Prose:
    """Converts Markdown. One instance serves a whole build."""

    def __init__(self) -> None:
        """Make what converts a text, and what cleans the result."""
        self._markdown = Converter()
        self._addresses = _Addresses()
        # Made once: what is allowed takes as long to say as a text takes to clean.
        self._cleaner = nh3.Cleaner(
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            attribute_filter=self._addresses,
            url_schemes=_SCHEMES,
            link_rel=None,
        )

    def convert(self, text: str, level: int, around: Surroundings) -> Text:
        """Return a text as HTML whose headings begin at ``level``; what is wrong goes into ``around.faults``."""
        return self.every([(text, around)], level)[0]

    def every(self, texts: Sequence[tuple[str, Surroundings]], level: int) -> list[Text]:
        """Return several texts as HTML.

        Each step is taken for all of them before the next: step by step for each took a third longer, since a processor
        keeps what it has just used at hand.
        """
        raws = self._markdown.every([text for text, _ in texts])
        cleaned = [self._clean(raw, around) for raw, (_, around) in zip(raws, texts, strict=True)]
        self._addresses.around = nowhere()
        for raw, faults, (clean, _), (text, around) in zip(raws, self._markdown.faults, cleaned, texts, strict=True):
            around.faults.extend((*_lost(raw, clean), *_lost_of_addresses(raw, clean), *_unwritable(raw, clean)))
            around.faults.extend(_undefined(text) if "]:" in text else ())
            around.faults.extend(faults)
            around.faults.extend(misread(text, raw))
        shown = [
            _shift_headings(_dressed(clean, pictures, around), level)
            for (clean, pictures), (_, around) in zip(cleaned, texts, strict=True)
        ]
        plains = [_on_one_line(each) for each in shown]
        return [
            Text(each, words, tuple(pictures))
            for each, words, (_, pictures) in zip(shown, plains, cleaned, strict=True)
        ]

    def _clean(self, raw: str, around: Surroundings) -> tuple[str, dict[str, Picture]]:
        """Return HTML with what is allowed in it, its links and images resolved, and the pictures that it shows."""
        self._addresses.around, self._addresses.pictures = around, {}
        return self._cleaner.clean(raw), self._addresses.pictures


def _on_one_line(shown: str) -> str:
    """Return a text in plain words, parted by signs where what it shows in lines would run together."""
    if "</li>" in shown or "</h" in shown:
        shown = _OPEN_END.sub(r" ·\g<0>", shown)
    words = plain(_TABLE.sub(" … ", shown)).strip("… ") if "<table" in shown else plain(shown)
    return words.removesuffix(" ·")


def _dressed(clean: str, pictures: dict[str, Picture], around: Surroundings) -> str:
    """Return cleaned HTML with its images and tables as the site shows them."""
    if "<img" in clean:
        clean = _IMAGE.sub(lambda match: _image(match[1], pictures, around), clean)
    if "<table" in clean:
        clean = tables(_ALIGN.sub(r'\1 class="\2"', clean))
    return clean


def _lost(raw: str, clean: str) -> Iterator[tuple[Fault, str]]:
    """Yield what the cleaning would drop in silence, each with the words to find it by."""
    for tag in dict.fromkeys(_TAG.findall(raw)):
        if tag.lower() not in _TAGS:
            yield Fault("dropped-tag", tag=tag), f"<{tag}"
    for words in _UNLINKED.findall(clean):
        yield Fault("unsafe-link", target=plain(words)), plain(words)
    if wordless := _WORDLESS.findall(clean):
        for target in _WORDLESS.findall(raw) or wordless:  # rather as it was written
            yield Fault("link-without-words", target=html.unescape(target)), html.unescape(target)


def _lost_of_addresses(raw: str, clean: str) -> Iterator[tuple[Fault, str]]:
    """Yield what of images and links the cleaning would drop: addresses that it does not let through, and titles."""
    if _SOURCELESS.search(clean):
        # "C:\\bild.jpg", "cid:bild" from an e-mail, "data:": addresses that the cleaning does not let through.
        for written in map(html.unescape, _SOURCE.findall(raw)):
            if _SCHEME.match(written) and not written.startswith(("http:", "https:")):
                yield Fault("image-elsewhere", target=shorten(written, _MOST_SHOWN)), written
    if "title=" in raw:
        for words in filter(None, chain.from_iterable(_TITLE.findall(raw))):
            yield Fault("dropped-title", text=html.unescape(words)), html.unescape(words)


def _undefined(text: str) -> Iterator[tuple[Fault, str]]:
    """Yield lines that Markdown reads as a definition, and drops, of something that is nowhere used."""
    lowered = text.lower()
    bracketed = Counter(_BRACKETED.findall(_spaced(lowered)))
    for line in _DEFINITION.finditer(text):
        name, own = _spaced(line[2]).lower(), line[0].lower()
        if line[1]:
            used = lowered.count(name) > own.count(name)
        else:
            used = bracketed[f"[{name}]"] > _spaced(own).count(f"[{name}]")
        if not used:
            yield Fault("dropped-line", line=line[0].strip()), line[0].strip()


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _unwritable(raw: str, clean: str) -> Iterator[tuple[Fault, str]]:
    """Yield the signs that no file may hold, each with the reference that it was written as."""
    if "&#" not in raw and raw.replace("\n", "").isprintable():  # which they are not; to look for each takes longer
        return
    found = dict.fromkeys(FORBIDDEN.findall(clean))
    written = {chr(min(int(m[1] or m[2], 16 if m[1] else 10), 0x10FFFF)): m[0] for m in _REFERENCE.finditer(raw)}
    for sign in found:
        yield Fault("bad-character", point=f"{ord(sign):04X}"), written.get(sign, sign)


def nowhere() -> Surroundings:
    """Return the surroundings of a text that stands on every page and so can lead only out of the site."""

    def link(target: str) -> str:
        raise Fault("broken-link", target=target, hint="Skriv en hel webbadress.")

    def image(target: str) -> Picture:
        raise Fault("image-elsewhere", target=target)

    return Surroundings(link, image)


def link(target: str, within_site: Callable[[str], str]) -> str:
    """Return a link's address as it stands in the HTML. Raises Fault."""
    if _WEB.fullmatch(target):  # as most are
        return target
    if absolute := re.match(r"/|[A-Za-z]:\\", target):
        raise Fault("absolute-link", target=target, start=absolute[0])
    parts = parted_url(target)
    scheme = parts.scheme
    if scheme in ("http", "https"):
        if parts.hostname in OWN_MACHINE:
            raise Fault("own-machine", value=target)
        return ascii_url(target)
    if scheme in _SCHEMES:
        return target
    if scheme:
        raise Fault("unsafe-link", target=target)
    try:
        return HERE + within_site(target)
    except Fault as fault:
        start = next((start for start, form in _BARE_LINKS if form.fullmatch(target)), "")
        raise bare_link(target, start) if start and fault.code == "broken-link" else fault from None


def bare_link(target: str, start: str) -> Fault:
    """Return the fault of an address without its beginning."""
    address = re.sub("[^0-9+]", "", _NATIONAL.sub(r"\1", target)) if start == "tel:" else target
    return Fault("bare-link", target=target, start=start, suggestion=start + address)


def parted_url(url: str) -> SplitResult:
    """Return the parts of an address. Raises Fault for one that can't be taken apart, as ``https://[x].se``."""
    try:
        return urlsplit(url)
    except ValueError:
        raise Fault("bad-url", value=url) from None


def domain_of(url: str) -> str:
    """Return the domain of a web address, "salem.se", as in its owner's e-mail addresses; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def ascii_url(url: str) -> str:
    """Return a web address in ASCII: percent-encoded path and query, the host in punycode (RFC 3986, RFC 3490)."""
    parts = parted_url(url)
    try:
        host = _ascii_host(parts.hostname or "")
        port = f":{parts.port}" if parts.port else ""
    except (UnicodeError, ValueError):
        raise Fault("bad-url", value=url) from None
    if not host:
        raise Fault("bad-url", value=url)
    safe = "%/:@!$&'()*+,;=~-._?[]"
    return urlunsplit(
        (parts.scheme, host + port, quote(parts.path, safe), quote(parts.query, safe), quote(parts.fragment, safe))
    )


@lru_cache
def _ascii_host(host: str) -> str:
    return host.encode("idna").decode("ascii")


def _image(attributes: str, pictures: dict[str, Picture], around: Surroundings) -> str:
    """Return an image with its size, which spares the reader a jumping page."""
    source = re.search(r'src="([^"]*)"', attributes)
    picture = next((p for p in pictures.values() if source and source[1] == HERE + quote(p.address)), None)
    alt = re.search(r'alt="([^"]*)"', attributes)
    if picture is None:
        return ""
    name = picture.address.rsplit("/", 1)[-1]
    around.faults.extend(undescribed(html.unescape(alt[1]) if alt else "", name))
    size = f'width="{picture.width}" height="{picture.height}"'
    shown = f'<img {attributes} {size} loading="lazy"{_choice(picture.sizes)}>'
    return f'<picture><source type="image/webp"{_choice(picture.webp)}>{shown}</picture>' if picture.webp else shown


def undescribed(alt: str, target: str) -> Iterator[tuple[Fault, str]]:
    """Yield that an image has no words, or the name of its file or of any image, with the words to find it by."""
    words = alt.strip()
    if not words:
        yield Fault("missing-alt", target=target), target
    elif words.lower() in _ANY_IMAGE or _FILE_NAME.fullmatch(words):
        yield Fault("empty-alt", alt=words, target=target), f"![{alt}]"


def _choice(sizes: tuple[tuple[str, int], ...]) -> str:
    """Return the attributes that let a browser choose the file that is no larger than needed."""
    if not sizes:
        return ""
    return f' srcset="{", ".join(f"{HERE}{quote(address)} {width}w" for address, width in sizes)}" sizes="{_COLUMN}"'


def tables(text: str) -> str:
    """Return HTML whose tables say which cells a heading is for, each in a box of its own to scroll sideways in."""
    named = _TABLE.sub(_rows, _HEAD.sub(_headings, text))
    return _TABLE_START.sub(_framed, named).replace("</table>", "</table></div>")


def _headings(head: re.Match[str]) -> str:
    return _HEADING_CELL.sub('<th scope="col"', _EMPTY_HEADING.sub(r"<td\1></td>", head[0]))


def _rows(table: re.Match[str]) -> str:
    """Return a table whose rows are named by their first cells; as it was where that cell may be another row's."""
    is_plain = "<thead>" in table[0] and table[0].count("<table") == 1 and not _SPAN.search(table[0])
    return _NAME_OF_ROW.sub(r'\1<th scope="row"\2>\3</th>', table[0]) if is_plain else table[0]


def _framed(start: re.Match[str]) -> str:
    """Return a table's beginning behind that of its box, which has a name since the keyboard stops there.

    The box is no landmark: a page may have many of them with the same headings.
    """
    columns = ", ".join(filter(None, map(plain, _NAME_OF_COLUMN.findall(start[1] or ""))))
    name = html.escape(f"Tabell: {columns}" if columns else "Tabell")
    return f'<div class="fm-table" role="group" aria-label="{name}" tabindex="0">{start[0]}'


def _shift_headings(clean: str, level: int) -> str:
    """Return the text with its headings one after another from ``level``, none skipped."""
    used = sorted({int(match[2]) for match in _HEADING.finditer(clean)}) if "<h" in clean else ()
    levels = {old: min(level + index, 6) for index, old in enumerate(used)}
    return _HEADING.sub(lambda match: f"<{match[1]}h{levels[int(match[2])]}", clean) if used else clean


def is_blank(written: str, text: Text) -> bool:
    """Whether nobody would see or hear anything of a text. An image that does not exist is a problem by itself."""
    if text.plain:
        return False
    return not re.search(r"!\[|<img", written) and not re.sub(r"<[^>]*>|&nbsp;|\s", "", text.html)


def plain_of_any(text: str) -> str:
    """Return HTML that has not been cleaned as text on one line."""
    return plain(_BARE.clean(_BLOCK.sub(" ", text)))


def plain(text: str) -> str:
    """Return cleaned HTML as text on one line."""
    bare = _ANY_TAG.sub("", _BLOCK.sub(" ", text)) if "<" in text else text
    line = html.unescape(bare).replace("\n", " ").replace("\t", " ")
    while "  " in line:  # a pattern would put a space in the place of each space
        line = line.replace("  ", " ")
    return line.strip()


_SAID = re.compile(r'\b(?:alt|title)="([^"]*)"')


def blocks(text: str) -> str:
    """Return HTML as text with an empty line between what stands apart: paragraphs, cells, texts of images."""
    parts = (*_BLOCK.split(text), *_SAID.findall(text))
    return "\n\n".join(filter(None, map(plain, parts)))


def shorten(text: str, most: int) -> str:
    """Return a text of at most ``most`` characters that ends at a word, with "…" where something is left out."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    kept = cut.rsplit(" ", 1)[0].rstrip(" ,;:·–-") if " " in cut else cut
    return f"{kept} …" if kept.endswith((".", "!", "?")) and len(kept) < most - 1 else f"{kept}…"


def place(text: str, root: str, is_known: Callable[[str], bool]) -> str:
    """Return a converted text for one place: ``root`` leads to the site's root; links to what is not there yet go.

    ``is_known`` tells whether an address within the site exists in this build. Where ``root`` is a whole web address,
    the place is a feed: its readers get images as one plain file, and tables without their boxes.
    """
    is_feed = "://" in root
    if is_feed and "<table" in text:
        text = _FRAMES.sub("", text)
    if HERE not in text:
        return text
    if is_feed:
        text = _CHOICES.sub("", text)
    return settle(_WITHIN.sub(lambda match: match[0] if is_known(html.unescape(match[1])) else match[2], text), root)


def settle(text: str, root: str) -> str:
    """Return HTML with the prefix ``HERE`` of its addresses replaced."""
    if " srcset=" in text:
        text = _SETS.sub(lambda match: match[0].replace(HERE, root), text)
    return text.replace(f'"{HERE}', f'"{root}')
