"""What a single value of the content may be: the text that was written → an id, a number, a day, a choice.

Attributes are English, the fixed values that people write Swedish.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from foljmed.plain_yaml import EMPTY, is_in_quotes, with_hyphen, without_quotes
from foljmed.problems import Fault, fold
from foljmed.spans import Span, Unit, parse_day, parse_span, parse_when

ID = re.compile(r"[a-z0-9-]{1,60}")
T = TypeVar("T")


def found(value: object) -> str:
    """Return what stands in the place of a value, in words."""
    if value is EMPTY:
        return "inget"
    if isinstance(value, str):
        return f"texten ”{value}”"
    if isinstance(value, Mapping):
        return "nycklar med värden"
    return "en lista" if isinstance(value, list | tuple) else f"”{value}”"


def slug(text: str) -> str:
    """Return the nearest text that may be an id: ``[a-z0-9-]``, at most 60 characters."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:60].strip("-") or "namn"


def check_id(text: str) -> str:
    """Return an id as it is. Raises Fault."""
    if not ID.fullmatch(text):
        raise Fault("bad-id", value=text, suggestion=slug(text))
    return text


# Where a preview is shown, which no reader reaches.
OWN_MACHINE: Final = {"localhost", "127.0.0.1", "::1"}
_MOST_DIGITS: Final = 25  # as many as a number can be written out with


def parse_number(text: str) -> Decimal:
    """Return the number written as ``7``, ``25,5``, ``5 616`` or ``25.5``. Raises Fault, also where it is unclear."""
    plain = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))", "", text).replace("\u2212", "-")
    if re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", plain):
        thousands, decimals = plain.replace(".", " "), plain.replace(".", ",")
        raise Fault("unclear-number", value=text, thousands=thousands, decimals=decimals)
    if re.fullmatch(r"-?[1-9]\d{0,2}([.,]\d{3}){2,}", plain):
        raise Fault("bad-number", value=text, example=re.sub("[.,]", " ", plain))
    if with_unit := re.fullmatch(r"(-?\d+(?:[.,]\d+)?)\s*(?:%|[^\W\d]\D*)", plain):
        parse_number(with_unit[1])  # or of the number itself
        raise Fault("bad-number", value=text, example=text[: text.rindex(plain[with_unit.end(1) - 1]) + 1])
    if not re.fullmatch(r"-?\d+([.,]\d+)?", plain):
        raise Fault("bad-number", value=text, example="7, 25,5 eller 5 616")
    if len(plain) > _MOST_DIGITS:
        raise Fault("long-number", value=text, most=_MOST_DIGITS)
    return Decimal(plain.replace(",", "."))


def parse_whole_number(text: str) -> int:
    """Return a number without decimals, from 0 to 9999. Raises Fault."""
    if not re.fullmatch(r"\d{1,4}", text):
        raise Fault("bad-whole-number", value=text)
    return int(text)


def _flag(value: object) -> object:
    if isinstance(value, str):
        if value.lower() not in ("true", "false"):
            raise Fault("bad-flag", value=value)
        return value.lower() == "true"
    return value


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        (parts.hostname or "").encode("idna")
    except (ValueError, UnicodeError):
        whole = False
    if not whole or re.search(r"[<>\"{}|\\^`]|\s{2}", text):
        raise Fault("bad-url", value=text)
    if parts.hostname in OWN_MACHINE:
        raise Fault("own-machine", value=text)
    return text


def _one_or_more(value: object) -> object:
    """Let a single text stand without its list. Raises Fault for a list whose parts all begin with a dash or bullet."""
    if not isinstance(value, str):
        return value
    if not value[:1].isalnum() and (item := with_hyphen(value)) and re.search(rf"\s{re.escape(value[0])}", value):
        raise Fault("yaml-item", mended=item)  # which is told at each line
    return [value]


def _not_empty(value: tuple[T, ...]) -> tuple[T, ...]:
    if not value:
        raise Fault("empty-list")
    return value


def _texts_only(parse: Any) -> Any:
    """Return a validator that hands texts to ``parse`` and refuses all else."""

    def read(value: object) -> object:
        if not isinstance(value, str):
            raise PydanticCustomError("not_text", "not a text")
        return parse(value)

    return read


def _reference(text: str) -> str:
    """Return the name of something else as it is. Raises Fault for what can be no name, which ``validation`` mends."""
    if text[0].isalnum():  # as all are
        return text
    if is_in_quotes(text):
        raise Fault("typographic-quotes", mended=without_quotes(text))
    if item := with_hyphen(text):
        raise Fault("yaml-item", mended=item)
    return text


# Any sign but those that people put where they have nothing to say. "%" and the like may be a unit.
SAYING: Final = r"[^\s.…?!_*/–—-]"


def _says_something(text: str) -> str:
    if not re.search(SAYING, text):
        raise Fault("empty-value")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_says_something)]
# A no-break space is somebody's choice and stays.
_BLANKS = re.compile(r"[ \t\n]{2,}|[\t\n]")
Line = Annotated[Text, AfterValidator(partial(_BLANKS.sub, " "))]
Id = Annotated[Line, AfterValidator(check_id)]
# The same to pydantic; the mark tells those who describe the format (``schema``) that it names something else.
Ref = Annotated[Line, AfterValidator(_reference), "reference"]
Day = Annotated[date, BeforeValidator(_texts_only(parse_day))]
SpanValue = Annotated[Span, BeforeValidator(_texts_only(parse_span))]
WhenValue = Annotated[Span, BeforeValidator(_texts_only(parse_when))]
Number = Annotated[Decimal, BeforeValidator(_texts_only(parse_number))]
Whole = Annotated[int, BeforeValidator(_texts_only(parse_whole_number))]
Flag = Annotated[bool, BeforeValidator(_flag)]
Url = Annotated[Line, AfterValidator(_url)]
Some = Annotated[tuple[T, ...], BeforeValidator(_one_or_more), AfterValidator(_not_empty)]
Many = Annotated[tuple[T, ...], BeforeValidator(_one_or_more)]


class Status(StrEnum):
    """How a pledge is going, by its latest update that says so. Order: as people would tell it."""

    NOT_STARTED = "inte påbörjat"
    PLANNED = "planerat"
    UNDER_WAY = "pågår"
    ONGOING = "pågår löpande"
    PAUSED = "pausat"
    KEPT = "genomfört"
    PARTLY = "delvis genomfört"
    NOT_KEPT = "inte genomfört"

    @property
    def closes(self) -> bool:
        """Whether the pledge is over with this."""
        return self in (Status.KEPT, Status.PARTLY, Status.NOT_KEPT)

    @property
    def needs_reason(self) -> bool:
        """Whether readers are owed a reason."""
        return self in (Status.PAUSED, Status.PARTLY, Status.NOT_KEPT)


class Kind(StrEnum):
    """What an update tells."""

    ACTIVITY = "aktivitet"
    RESULT = "resultat"
    DECISION = "beslut"
    INFORMATION = "information"
    BACKGROUND = "bakgrund"


class MeasureKind(StrEnum):
    """A count adds up over updates; a level replaces the one before."""

    COUNT = "antal"
    LEVEL = "nivå"


class ActivityKind(StrEnum):
    """What an activity of the plan is."""

    PUBLICATION = "publicering"
    MEETING = "möte"
    ACTIVITY = "aktivitet"
    CAMPAIGN = "kampanj"


class Every(StrEnum):
    """How often something recurs."""

    MONTH = "månad"
    QUARTER = "kvartal"
    HALF = "halvår"
    YEAR = "år"

    @property
    def unit(self) -> Unit:
        """The calendar's unit of this."""
        return Unit[self.name]


class Per(StrEnum):
    """The time that a measure's value is for."""

    MONTH = "månad"
    QUARTER = "kvartal"
    YEAR = "år"
    PERIOD = "period"

    @property
    def unit(self) -> Unit | None:
        """The unit of time that values are for; None for the period as a whole."""
        return _PER_UNITS.get(self)


_PER_UNITS = {Per.MONTH: Unit.MONTH, Per.QUARTER: Unit.QUARTER, Per.YEAR: Unit.YEAR}
