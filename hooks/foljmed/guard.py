"""Personal data in what people write: text → findings.

Whole files are read as written: keys, comments, texts, descriptions of images, and the names of files and folders; and
once more as readers see them, since markup and signs that nobody sees may part what is read as one. A number that can
only be somebody's stops the build; what may be in order is a warning. Both are answered by ``tillåt`` in the file
itself. A finding of a personnummer is told without the number: messages end up in logs. What a template
left to be written is no text for readers either.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from foljmed.conversion import holds
from foljmed.plain_yaml import Place
from foljmed.problems import Fault, Problem
from foljmed.prose import Text, blocks
from foljmed.source import Source

# What a template says where something is to be written.
TEMPLATE_MARK: Final = "SKRIV HÄR"

_SPACE: Final = r"[ \t\u00a0\u2007\u2009\u202f]"
# As many as anybody fills a line with; readers see one.
_SPACES: Final = f"{_SPACE}{{0,40}}"
# Behind a day that is written with signs: more, or a tabulator, part one column from the next.
_GAP: Final = r"[ \u00a0\u2007\u2009\u202f]{1,2}"
# What stands before the last four: hyphens of all lengths, a soft one from Word, a plus from 100 years on.
_DASH: Final = r"[-+\u00ad\u2010-\u2015\u2043\u2212]{1,2}"
# With SE before them, 12 digits are an organisation's number for VAT.
_NUMBER: Final = re.compile(
    rf"(?<![0-9])(?<!SE)(?P<date>(?:1[89]|20)?[0-9]{{6}})"
    rf"(?P<between>{_SPACES}{_DASH}{_SPACES}|{_SPACE}{_SPACES}|)(?P<last>[0-9]{{4}})(?![0-9])"
)
# Also written so, but then often a day with a clock or a counter behind it, or the number of a case.
_LOOSE_NUMBER: Final = re.compile(
    r"(?<![0-9])(?P<century>1[89]|20)?(?P<year>[0-9]{2})(?P<sep>[-. /]?)(?P<month>[0-9]{2})(?P=sep)(?P<day>[0-9]{2})"
    rf"(?:{_SPACES}(?P<sign>{_DASH}|[_./]){_SPACES}|{_GAP})(?P<last>[0-9]{{4}})(?![0-9]|[-./][0-9])"
)
# Before the last digits of a number such as 59.20261232385.
_DECIMALS: Final = re.compile("[0-9][.,]")
_CLOCK: Final = re.compile("(?:[01][0-9]|2[0-3])[0-5][0-9]")
_MOBILE: Final = re.compile(
    rf"(?<![\d+])(?:(?:\+|00)46{_SPACE}?(?:\(0\))?{_SPACE}?-?|0)7[02369](?:{_SPACE}?(?:{_DASH}|[/.])?{_SPACE}?[0-9]){{7}}(?![0-9])"
)
_SIX_DIGITS: Final = re.compile("[0-9]{6}")
_DAY: Final = "[0-9][0-9][-. /]?[0-9]{2}[-. /]?[0-9]{2}"
_LOOSE: Final = re.compile(rf"{_DAY}(?:{_SPACES}(?:{_DASH}|[_./]){_SPACES}|{_GAP})[0-9]{{4}}")
_MOBILE_START: Final = re.compile("7[02369]")
_COORDINATED: Final = 60  # added to the day of a samordningsnummer
_HIGHEST_DIGIT: Final = 9
# What people write for an at sign so that no machine finds it.
_AT_END: Final = r"(?i:at|a|snabel-?a)[)\]}]"
_AT: Final = re.compile(rf"[(\[{{]{_AT_END}")
_EMAIL: Final = re.compile(
    rf"(?<![\w.+-])[\w.+-]+(?:@|{_SPACE}?{_AT.pattern}{_SPACE}?)(?P<domain>(?:[\w-]+\.)+(?P<top>[^\W\d_]{{2,}}))"
)
_NO_DOMAINS: Final = ("jpg", "jpeg", "png", "webp", "gif")  # ``bild@2x.png``

# --- Age, sex and place: what singles out a person in a small place

_ONE: Final = (
    r"(?:pojke|pojken|flicka|flickan|man|mannen|kvinna|kvinnan|kille|killen|tjej|tjejen|grabb|grabben"
    r"|son|sonen|dotter|dottern|dam|damen|herre|herren)\b"
)
# How an age stands where no word such as "årig" tells of one (_BEHIND_ONE, _BEHIND).
_AGE_END: Final = r"(?<=[0-9])\s+år\b|(?<=,)\s+[0-9][0-9]?(?![0-9])|(?<=\()[0-9][0-9]?(?![0-9])"
_BARE_AGE: Final = re.compile(rf"[0-9,(](?:{_AGE_END})")
_AGED: Final = "årig"
_OF_AGE: Final = ("årsåldern", "född")
_SOME: Final = (
    r"(?:pojkar|pojkarna|flickor|flickorna|män|männen|kvinnor|kvinnorna|killar|killarna|tjejer|tjejerna"
    r"|grabbar|grabbarna|söner|sönerna|döttrar|döttrarna|damer|damerna|herrar|herrarna)\b"
)
_PEOPLE: Final = rf"(?:{_ONE}|{_SOME})"
_AGE: Final = "(?<![0-9–-])[0-9]{1,2}"
# What has lasted, and what is for everybody from an age on, is no one's age.
_NO_AGE: Final = r"(?! (?:sedan|(?:eller|och) (?:äldre|yngre|mer|uppåt|över|under))\b)"
_BEHIND_ONE: Final = (
    rf", {_AGE}(?:(?: år)?[,.)]| år\b{_NO_AGE}|(?= (?:från|ur|i|på|vid) ))",  # mannen, 34, från Salem
    rf" \({_AGE}(?: år)?\)",  # en kvinna (34) från Salem
    rf" om {_AGE} år\b{_NO_AGE}",  # en pojke om 17 år; but "fler kvinnor om 5 år" tells of a day to come
)
_BEHIND: Final = (
    rf"(?<!\bman) (?:är|var) {_AGE} år\b{_NO_AGE}",  # mannen är 34 år; but "man är 18 år" is anybody
    rf" (?:på|som är) {_AGE} år\b{_NO_AGE}",  # en pojke på 17 år
    r",? i (?:den )?(?:övre |nedre |yngre |äldre )?(?:\d{1,2}-?|[a-zåäö]{2,})årsåldern",  # en man i 30-årsåldern
    r",? (?:som är )?(?:född|födda) (?:år )?(?:18|19|20)\d\d",  # en man född 1987
)
# Words about somebody; behind a preposition stands somebody else: "en tvåårig satsning för flickor".
_BETWEEN: Final = r"(?:(?!(?:för|mellan|av|till)\b)\w+ ){0,2}"
_PERSONS: Final = tuple(
    re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE)
    for pattern in (
        # en 17-årig pojke; but "det fleråriga arbetet"
        rf"\b(?:\d{{1,2}}[-\u2011]?\s?|(?!fler|mång)[a-zåäö]{{2,}})årig[ae]? {_BETWEEN}{_PEOPLE}",
        rf"{_AGE} år gam(?:mal|la) {_PEOPLE}",  # en 17 år gammal pojke
        rf"\ben man (?:är|var) {_AGE} år\b{_NO_AGE}",
        rf"\b(?:(?P<one>{_ONE})|{_SOME})(?:(?(one)(?:{'|'.join(_BEHIND_ONE)})|(?!))|{'|'.join(_BEHIND)})",
    )
)
_PLACE: Final = re.compile(
    r"\b(?i:i|på|från|ur|vid|utanför|nära|kring|genom|norr om|söder om|öster om|väster om)\s+(?:[a-zåäö]+\s+)?"
    r"[A-ZÅÄÖ][\wåäö-]+"
)
# A place without any such word: Kvinna, 56, Rönninge.
_NEXT: Final = re.compile(r"(?:(?<=[,)])|,)\s+[A-ZÅÄÖ][\wåäö-]+")
# A sentence's end, or a new paragraph, item, row or key.
_END: Final = re.compile(r"[.!?:;](?=\s)|\n[ \t]*\n|\n(?=\s*(?:[-*#|>]|[\w-]+:))")
_NEAR: Final = 80  # characters between the words about a person and the place


@dataclass(frozen=True)
class Finding:
    """Something that may be personal data: a message's code and details, and where in the text it stands.

    ``about`` is the same wherever and however the same is written.
    """

    code: str
    start: int
    end: int
    about: str
    details: dict[str, Any] = field(default_factory=dict)


# Signs without a width. A soft hyphen that parts a number like a hyphen is one: Word writes it so.
_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)
_KEPT: Final = re.compile("(?<=[0-9]{6})\u00ad(?=[0-9]{4})")


def legible(text: str) -> str:
    """Return a text as it looks: wide digits and hard spaces as plain ones, without what nobody sees. Lines stay."""
    if text.isascii():
        return text
    text = text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)
    return _UNSEEN.sub("", _KEPT.sub("-", text)) if _UNSEEN.search(text) else text


def find(text: str, domains: Iterable[str] = (), *, is_name: bool = False) -> list[Finding]:
    """Return what may be personal data in a text that is legible, in the order of the text.

    ``domains`` are the parties' own; without any, e-mail addresses are not judged. ``is_name``: of a file or folder,
    in which a day and a counter may stand.
    """
    found: list[Finding] = []
    known = tuple(domains)
    if not may_hold_any(text):
        return found
    may_be_aged, may_have_age = may_name_age(text.lower())
    finders: tuple[tuple[bool, Callable[[], Iterator[Finding]]], ...] = (
        (may_hold_number(text), lambda: _numbers(text)),
        (may_hold_mobile(text), lambda: _mobiles(text)),
        (may_hold_loose_number(text), lambda: _loose_numbers(text, is_name=is_name)),
        ("@" in text or _AT.search(text) is not None, lambda: _emails(text, known)),
        (may_be_aged, lambda: _persons(text, _PERSONS[:1])),
        (may_have_age, lambda: _persons(text, _PERSONS[1:])),
    )
    for each in (each for may_hold, finder in finders if may_hold for each in finder()):
        if not any(each.start < other.end and other.start < each.end for other in found):
            found.append(each)
    return sorted(found, key=lambda finding: finding.start)


# --- What most texts lack: seen with patterns that begin with a choice of signs, which are fast


# What any of them has but words and mobiles, in one search: six digits in a row, a loose number, an age, an at sign.
_TRACE: Final = re.compile(
    rf"[0-9,(\[{{](?:(?<=[0-9])(?:[0-9]{{5}}|{_LOOSE.pattern.removeprefix('[0-9]')})"
    rf"|{_AGE_END}|(?<=[(\[{{]){_AT_END})"
)


def may_hold_any(text: str) -> bool:
    """Whether there is a trace of anything that is looked for."""
    lowered = text.lower()
    has_words = holds(lowered, (_AGED, *_OF_AGE))
    return has_words or "@" in text or may_hold_mobile(text) or _TRACE.search(text) is not None


def may_hold_number(text: str) -> bool:
    """Whether there are so many digits in a row as a date in a personnummer has."""
    return _SIX_DIGITS.search(text) is not None


def may_hold_loose_number(text: str) -> bool:
    """Whether there are digits and signs as in a personnummer that is written loosely."""
    return _LOOSE.search(text) is not None


def may_hold_mobile(text: str) -> bool:
    """Whether there is anything that a mobile number could begin with."""
    return _MOBILE_START.search(text) is not None


def may_name_age(lowered: str) -> tuple[bool, bool]:
    """Whether a text in small letters may say ``17-årig``, and whether it may give an age in any other way."""
    others = any(each in lowered for each in _OF_AGE) or _BARE_AGE.search(lowered) is not None
    return _AGED in lowered, others


# --- Numbers


def kind_of_number(digits: str) -> str:
    """Return what a number of ten or twelve digits is: ``personnummer``, ``samordningsnummer`` or nothing.

    Judged by its date and its check digit (Luhn's algorithm over the last ten). A samordningsnummer has 60 added to its
    day; its day, or day and month, may be unknown (00).
    """
    if digits[-4:-1] == "000" or not _has_check_digit(digits[-10:]):
        return ""
    year, month, day = digits[:-8], int(digits[-8:-6]), int(digits[-6:-4])
    if _exists(year, month, day):
        return "personnummer"
    return "samordningsnummer" if day >= _COORDINATED and _exists(year, month or 1, day - _COORDINATED or 1) else ""


def _has_check_digit(digits: str) -> bool:
    doubled = (int(digit) * (2 - index % 2) for index, digit in enumerate(digits))
    return sum(each - _HIGHEST_DIGIT if each > _HIGHEST_DIGIT else each for each in doubled) % 10 == 0


def _exists(year: str, month: int, day: int) -> bool:
    """Whether there is such a day; a year of two digits may be of any century with leap years like 2000's."""
    try:
        date(int(year) if len(year) > len("99") else 2000 + int(year), month, day)
    except ValueError:
        return False
    return True


def _numbers(text: str) -> Iterator[Finding]:
    """Yield numbers; first those that can be nothing else, then ten digits in a row, which can."""
    unsure: list[Finding] = []
    for match in _NUMBER.finditer(text):
        if not match["between"] and _DECIMALS.match(text, match.start() - 2):
            continue
        digits = match["date"] + match["last"]
        if kind := kind_of_number(digits):
            is_sure = match["between"] or len(digits) > len("YYMMDDNNNN")
            found = _number(match, digits, kind, is_sure=bool(is_sure))
            if is_sure:
                yield found
            else:
                unsure.append(found)
    yield from unsure


def _number(match: re.Match[str], digits: str, kind: str, *, is_sure: bool) -> Finding:
    code = "personal-number" if is_sure else "possible-personal-number"
    return Finding(code, *match.span(), digits[-10:], {"kind": kind, "start": digits[:4]})


def _loose_numbers(text: str, *, is_name: bool) -> Iterator[Finding]:
    """Yield numbers whose dates have signs of their own, or other signs behind them.

    Those are sure that have a whole date and no time of day.
    """
    for match in _LOOSE_NUMBER.finditer(text):
        digits = (match["century"] or "") + match["year"] + match["month"] + match["day"] + match["last"]
        is_whole = match["century"] and match["sep"] != "/" and (match["sign"] or "-") not in "_./"
        is_sure = bool(is_whole) and not is_name and not _CLOCK.fullmatch(match["last"])
        if (match["sign"] or match["sep"] in "-.") and (kind := kind_of_number(digits)):
            yield _number(match, digits, kind, is_sure=is_sure)


def _mobiles(text: str) -> Iterator[Finding]:
    for match in _MOBILE.finditer(text):
        yield Finding("mobile-number", *match.span(), _digits(match[0]), {"text": _flat(match[0])})


# --- E-mail and people


def _emails(text: str, domains: tuple[str, ...]) -> Iterator[Finding]:
    for match in _EMAIL.finditer(text) if domains else ():
        domain = match["domain"].lower()
        is_partys = any(domain == each or domain.endswith(f".{each}") for each in domains)
        if not is_partys and match["top"].lower() not in _NO_DOMAINS:
            details = {"text": match[0], "domains": ", ".join(domains)}
            yield Finding("private-email", *match.span(), match[0].lower(), details)


def _persons(text: str, patterns: Iterable[re.Pattern[str]]) -> Iterator[Finding]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            if span := _with_place(text, *match.span()):
                about = _flat(match[0]).lower()
                yield Finding("described-person", *span, about, {"text": _flat(text[slice(*span)])})


def _with_place(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where words about a person and a place in the same sentence stand; None without such a place."""
    after = _END.split(text[end : end + _NEAR], maxsplit=1)[0]
    if place := _PLACE.search(after):
        return start, end + place.end()
    if place := _NEXT.match(text, end):
        return start, place.end()
    before = _END.split(text[max(0, start - _NEAR) : start])[-1]
    if places := list(_PLACE.finditer(before)):
        return start - len(before) + places[-1].start(), end
    return None


def _flat(text: str) -> str:
    return " ".join(text.split())


def _digits(text: str) -> str:
    return re.sub("[^0-9]", "", text)


# --- Files


def allowed_in(source: Source) -> tuple[str, ...]:
    """Return the texts that a file says may stay; read before the file is known to be right."""
    written = source.values.get("tillåt")
    several = written if isinstance(written, list) else [written]
    return tuple(each for each in several if isinstance(each, str) and each.strip())


def check_file(source: Source, texts: Sequence[Text], domains: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for all in a file that may be personal data and that it does not allow.

    ``texts`` are those of the file as readers see them. What stands in them as it was written is told once.
    """
    allowed, known = allowed_in(source), tuple(domains)
    told: set[str] = set()
    for text, first_line in ((legible(source.yaml), source.first_line), (legible(source.body), source.body_line)):
        found = find(text, known)
        told.update(each.about for each in found)
        for finding in unanswered(found, text, allowed):
            yield _fault(finding, "Här").at(source.path, first_line + text.count("\n", 0, finding.start))
    for text in _as_read(source, texts, known):
        for finding in unanswered(find(text, known), text, allowed):
            if finding.about not in told:
                told.add(finding.about)
                # Where its beginning is written, if that can be found.
                yield source.body_problem(_fault(finding, "Här"), re.split(r"\W", text[finding.start :], maxsplit=1)[0])


_BROKEN: Final = re.compile(r"[0-9]\S?[ \t]*\n[\s>]*\S?[0-9]")  # over two lines, perhaps of a quote
_LINE_BREAK: Final = re.compile(r"<br ?/?>\s*")  # no end of what is read as one
_MARKUP: Final = re.compile(r"[\\&*_`~<\[]")


def _as_read(source: Source, texts: Sequence[Text], domains: tuple[str, ...]) -> Iterator[str]:
    """Yield what readers see of a file, in which something may be found that parted by markup or lines is not."""
    if _BROKEN.search(source.yaml):
        yield legible("\n\n".join(_flat(value) for _, value in values_in(source.values)))
    # Most texts are read as they are written, and need not be looked through twice.
    written = source.body if len(texts) == 1 else f"{source.body}\n{source.yaml}"
    for text in texts if _MARKUP.search(written) or _BROKEN.search(written) else ():
        if "alt=" in text.html or "title=" in text.html or find(legible(text.plain), domains):
            yield legible(blocks(_LINE_BREAK.sub(" ", text.html)))


def values_in(values: object, *place: str | int) -> Iterator[tuple[Place, str]]:
    """Yield every text in values as they are written, with its place."""
    if isinstance(values, str):
        yield place, values
    elif isinstance(values, dict | list):
        for key, value in values.items() if isinstance(values, dict) else enumerate(values):
            yield from values_in(value, *place, key)


def check_text(text: str, allowed: Sequence[str], domains: Iterable[str] = ()) -> Iterator[Fault]:
    """Yield a fault for all in a single text that may be personal data and is not allowed."""
    seen = legible(_flat(text))
    for finding in unanswered(find(seen, domains), seen, allowed):
        yield _fault(finding, "Här")


def check_lines(text: str, path: str, allowed: Sequence[str], domains: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for all in a text of many lines that may be personal data and is not allowed."""
    seen = legible(text)
    for finding in unanswered(find(seen, domains), seen, allowed):
        yield _fault(finding, "Här").at(path, seen.count("\n", 0, finding.start) + 1)


# What a file allows, as it is written, down to the next key.
_ALLOWED: Final = re.compile(r"^tillåt:(.*(?:\n[ \t-].*)*)", re.MULTILINE)


def check_unread(text: str, path: str, domains: Iterable[str]) -> Iterator[Problem]:
    """Yield the same for a file that is not understood, or not even read: what it allows is guessed."""
    written = _ALLOWED.search(legible(text))
    parts = re.split(r"[\n\[\]]|,\s", written[1]) if written else ()
    yield from check_lines(text, path, [each.strip(" \t-\"'") for each in parts if each.strip(" \t-\"'")], domains)


def check_template(source: Source) -> Iterator[Problem]:
    """Yield a problem for each line that still asks the writer for something; a draft may."""
    if source.values.get("utkast") == "true":
        return
    keys = unwritten(source.yaml, source.first_line)
    for line in (*keys, *unwritten(source.body, source.body_line, has_comments=False)):
        yield Fault("template-text", mark=TEMPLATE_MARK).at(source.path, line)


def unwritten(text: str, first_line: int = 1, *, has_comments: bool = True) -> list[int]:
    """Return the lines that ask for something; comments may, but a text below the keys has none."""
    lines = enumerate(text.split("\n"), first_line) if TEMPLATE_MARK in text else ()
    asking = ((number, line) for number, line in lines if TEMPLATE_MARK in line)
    return [number for number, line in asking if not (has_comments and line.lstrip().startswith("#"))]


def check_name(name: str, path: str, allowed: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for what may be personal data in the name of a file or folder; ``path`` is told."""
    text = legible(name)
    for finding in unanswered(find(text, is_name=True), text, tuple(allowed)):
        yield _fault(finding, "I namnet").at(path, 1)


def unanswered(found: list[Finding], text: str, allowed: Sequence[str]) -> list[Finding]:
    """Return the findings in a text that do not lie within a text that is allowed, whatever its line breaks."""
    if not found or not allowed:
        return found
    patterns = [r"\s+".join(map(re.escape, legible(each).split())) for each in allowed]
    spans = [match.span() for pattern in patterns for match in re.finditer(pattern, text)]
    return [each for each in found if not any(start <= each.start and each.end <= end for start, end in spans)]


def _fault(finding: Finding, where: str) -> Fault:
    return Fault(finding.code, where=where, **finding.details)
