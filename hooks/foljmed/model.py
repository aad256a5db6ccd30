"""The content format: what each key of each kind of file may hold.

Attributes are English, keys Swedish; the aliases are the dictionary between them. Every value arrives as the text
that was written (``source``) and becomes what it means here. What needs more than one file is checked in ``checks``.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar, cast
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from foljmed.problems import Fault, Problem, fold, suggest
from foljmed.source import EMPTY, Source, quoted
from foljmed.spans import Span, Unit, parse_day, parse_span, parse_when

ID = re.compile(r"[a-z0-9-]{1,60}")
T = TypeVar("T")
F = TypeVar("F", bound=BaseModel)


# --- Values


def slug(text: str) -> str:
    """Return the nearest text that may be an id: ``[a-z0-9-]``, at most 60 characters."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:60].strip("-") or "namn"


def check_id(text: str) -> str:
    """Return an id as it is. Raises Fault."""
    if not ID.fullmatch(text):
        raise Fault("bad-id", value=text, suggestion=slug(text))
    return text


def parse_number(text: str) -> Decimal:
    """Return the number written as ``7``, ``25,5``, ``5 616`` or ``25.5``. Raises Fault, also where it is unclear."""
    plain = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))", "", text).replace("\u2212", "-")
    if re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", plain):
        thousands, decimals = plain.replace(".", " "), plain.replace(".", ",")
        raise Fault("unclear-number", value=text, thousands=thousands, decimals=decimals)
    if re.fullmatch(r"-?[1-9]\d{0,2}([.,]\d{3}){2,}", plain):
        raise Fault("bad-number", value=text, example=re.sub("[.,]", " ", plain))
    if not re.fullmatch(r"-?\d+([.,]\d+)?", plain):
        raise Fault("bad-number", value=text, example="7, 25,5 eller 5 616")
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
    return text


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


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


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
# A no-break space is somebody's choice and stays.
Line = Annotated[Text, AfterValidator(lambda text: re.sub(r"[ \t\n]+", " ", text))]
Id = Annotated[Line, AfterValidator(check_id)]
Ref = Line
Day = Annotated[date, BeforeValidator(_texts_only(parse_day))]
SpanValue = Annotated[Span, BeforeValidator(_texts_only(parse_span))]
WhenValue = Annotated[Span, BeforeValidator(_texts_only(parse_when))]
Number = Annotated[Decimal, BeforeValidator(_texts_only(parse_number))]
Flag = Annotated[bool, BeforeValidator(_flag)]
Url = Annotated[Line, AfterValidator(_url)]
Some = Annotated[tuple[T, ...], BeforeValidator(_one_or_more), AfterValidator(_not_empty)]
Many = Annotated[tuple[T, ...], BeforeValidator(_one_or_more)]


class Status(StrEnum):
    """How a pledge is going (design §4). Order: as people would tell it."""

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


# --- Files


class Content(BaseModel):
    """What every part of the format shares: nothing unknown, nothing changed afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ContentFile(Content):
    """What every file may carry."""

    allowed: Many[Line] = Field((), alias="tillåt")


class Party(Content):
    """A party that signed. ``short`` stands in running text and on labels."""

    name: Line = Field(alias="namn")
    short: Line = Field(alias="kort")
    url: Url = Field(alias="url")


class Goal(Content):
    """What an area's pledges are for."""

    id: Id
    title: Line = Field(alias="titel")


class Area(Content):
    """A part of the document, with its situation and its goals."""

    id: Id
    title: Line = Field(alias="titel")
    situation: Text | None = Field(None, alias="lägesbild")
    goals: tuple[Goal, ...] = Field((), alias="mål")


class Reference(Content):
    """A source: a title, and where and when it was published if that is known."""

    title: Line = Field(alias="titel")
    url: Url | None = None
    date: Day | None = Field(None, alias="datum")


def _titled(value: object) -> object:
    """Let a source be no more than its title."""
    return {"titel": value} if isinstance(value, str) else value


class Signature(Content):
    """Who signed the document for a party."""

    party: Ref = Field(alias="part")
    date: Day = Field(alias="datum")
    place: Line = Field(alias="ort")
    name: Line = Field(alias="namn")
    role: Line = Field(alias="roll")


class Afterwards(Content):
    """What came after the period."""

    text: Text
    url: Url | None = None


class PeriodFile(ContentFile):
    """``period.md``."""

    title: Line = Field(alias="titel")
    first: Day = Field(alias="börjar")
    last: Day = Field(alias="slutar")
    parties: dict[Id, Party] = Field(alias="parter", min_length=1)
    places: dict[Id, Line] = Field(alias="platser", min_length=1)
    areas: Some[Area] = Field(alias="områden")
    document: Reference | None = Field(None, alias="källa")
    signatures: tuple[Signature, ...] = Field((), alias="underskrifter")
    afterwards: Afterwards | None = Field(None, alias="efteråt")


class Measure(Content):
    """Something that is counted or gauged for a pledge."""

    id: Id
    name: Line = Field(alias="namn")
    unit: Line = Field(alias="enhet")
    kind: MeasureKind = Field(alias="typ")
    target: Number | None = Field(None, alias="målvärde")
    per: Per | None = None
    place: Ref | None = Field(None, alias="gäller")
    source: Annotated[Reference | None, BeforeValidator(_titled)] = Field(None, alias="källa")


class PledgeFile(ContentFile):
    """``lofte.md``."""

    number: Annotated[int, BeforeValidator(_texts_only(parse_whole_number))] = Field(alias="nummer")
    title: Line = Field(alias="titel")
    goal: Ref = Field(alias="mål")
    responsible: Some[Ref] = Field(alias="ansvariga")
    leads: Ref | None = Field(None, alias="leder")
    summary: Line = Field(alias="sammanfattning")
    easy: Text | None = Field(None, alias="lättläst")
    reported_every: Every | None = Field(None, alias="redovisas_varje")
    measures: tuple[Measure, ...] = Field((), alias="mått")
    criteria: Many[Line] = Field((), alias="kriterier")
    continues: Ref | None = Field(None, alias="fortsätter")


class Mending(Content):
    """A small fault mended in place."""

    date: Day = Field(alias="datum")
    what: Line = Field(alias="vad")


class Withdrawal(Content):
    """That an update was withdrawn, and why."""

    date: Day = Field(alias="datum")
    reason: Line = Field(alias="skäl")


class UpdateFile(ContentFile):
    """``YYYY-MM-DD-slug.md``."""

    title: Line | None = Field(alias="titel")
    by: Some[Ref] = Field(alias="av")
    kind: Kind = Field(alias="typ")
    happened: SpanValue | None = Field(None, alias="hände")
    status: Status | None = None
    reason: Line | None = Field(None, alias="skäl")
    place: Ref | None = Field(None, alias="gäller")
    values: dict[Ref, Number] = Field({}, alias="värden")
    sources: tuple[Reference, ...] = Field((), alias="källor")
    fulfils: Many[Ref] = Field((), alias="uppfyller")
    also: Many[Ref] = Field((), alias="även")
    corrects: Ref | None = Field(None, alias="rättar")
    mended: tuple[Mending, ...] = Field((), alias="rättat")
    withdrawn: Withdrawal | None = Field(None, alias="tillbakadraget")
    draft: Flag = Field(False, alias="utkast")  # noqa: FBT003 - pydantic's default comes first

    @model_validator(mode="before")
    @classmethod
    def _withdrawn_without_title(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Let only what is withdrawn go without a title."""
        return {"titel": None, **values} if "tillbakadraget" in values else values


class Recurrence(Content):
    """Once in each whole month, quarter, half-year or year between two times."""

    every: Every = Field(alias="varje")
    start: SpanValue = Field(alias="från")
    until: SpanValue = Field(alias="till")


def _why(text: str) -> str:
    if text.lower() in ("true", "false", "ja", "nej"):
        raise Fault("bare-cancellation", value=text)
    return text


class Change(Content):
    """A decision about an occurrence, or about all of an activity's."""

    occurrence: Ref | None = Field(None, alias="tillfälle")
    decided: Day = Field(alias="beslutad")
    moved_to: WhenValue | None = Field(None, alias="flyttad_till")
    cancelled: Annotated[Line, AfterValidator(_why)] | None = Field(None, alias="inställd")
    place: Line | None = Field(None, alias="plats")
    title: Line | None = Field(None, alias="titel")
    note: Line | None = Field(None, alias="not")


ONGOING: Literal["löpande"] = "löpande"
When = Literal["löpande"] | Recurrence | tuple[Span, ...]
_TIMES = TypeAdapter(tuple[WhenValue, ...])


def _when(value: object) -> object:
    if isinstance(value, Mapping):
        return Recurrence.model_validate(value)
    if isinstance(value, list) and value:
        return _TIMES.validate_python(value)
    if not isinstance(value, str):
        raise Fault("bad-when", found=found(value))
    if fold(value) == fold(ONGOING) and value != ONGOING:
        raise Fault("bad-choice", value=value, key="när", hint=suggest(value, [ONGOING]))
    if re.match(r"[\d-]+,", value):
        raise Fault("several-times", value=value)
    return value if value == ONGOING else (parse_when(value),)


class Activity(Content):
    """One row of the communication plan."""

    id: Id
    title: Line = Field(alias="titel")
    responsible: Some[Ref] = Field(alias="ansvariga")
    kind: ActivityKind = Field(alias="typ")
    when: Annotated[When, BeforeValidator(_when)] = Field(alias="när")
    reported: Flag = Field(False, alias="redovisas")  # noqa: FBT003 - pydantic's default comes first
    message: Text | None = Field(None, alias="budskap")
    audiences: Many[Line] = Field((), alias="målgrupper")
    channels: Many[Line] = Field((), alias="kanaler")
    pledges: Many[Ref] = Field((), alias="löften")
    place: Line | None = Field(None, alias="plats")
    open: Flag = Field(False, alias="öppen")  # noqa: FBT003 - pydantic's default comes first
    added: Day | None = Field(None, alias="tillagd")
    changes: tuple[Change, ...] = Field((), alias="ändringar")


class PlanFile(ContentFile):
    """``kommunikationsplan.yml``."""

    title: Line = Field(alias="titel")
    adopted: Day | None = Field(None, alias="antagen")
    purpose: Text | None = Field(None, alias="syfte")
    message: Text | None = Field(None, alias="budskap")
    waiting_days: Annotated[int, BeforeValidator(_texts_only(parse_whole_number))] = Field(14, alias="vänta_dagar")
    activities: tuple[Activity, ...] = Field((), alias="aktiviteter")


# --- From what was written to what it means


def validate(model: type[F], source: Source) -> tuple[F | None, list[Problem]]:
    """Return a file's front matter as meant, or None and every problem in it."""
    try:
        return model.model_validate(source.values), []
    except ValidationError as error:
        return None, [_problem(model, source, cast("Mapping[str, Any]", each)) for each in error.errors()]


def found(value: object) -> str:
    """Return what stands in the place of a value, in words."""
    if value is EMPTY:
        return "inget"
    if isinstance(value, str):
        return f"texten ”{value}”"
    if isinstance(value, Mapping):
        return "nycklar med värden"
    return "en lista" if isinstance(value, list | tuple) else f"”{value}”"


def _problem(model: type[BaseModel], source: Source, error: Mapping[str, Any]) -> Problem:
    """Turn one of pydantic's errors into ours, at the line it is about."""
    place = _written_place(source.values, error["loc"])
    key = next((str(step) for step in reversed(place) if isinstance(step, str)), "")
    fault = _fault(model, source, error, place, key)
    return fault.at(source.path, source.line(*place))


def _fault(
    model: type[BaseModel], source: Source, error: Mapping[str, Any], place: tuple[str | int, ...], key: str
) -> Fault:
    kind, value = error["type"], error["input"]
    cause = error.get("ctx", {}).get("error")
    if value is EMPTY or kind == "too_short" or (isinstance(value, str) and not value.strip()):
        return Fault("empty-value", key=key)
    if isinstance(cause, Fault):
        return Fault(cause.code, **{**cause.details, "key": key})
    if kind == "missing":
        return Fault("missing-key", key=key, expected=f"Lägg till raden: {key}: …")
    if kind == "extra_forbidden":
        return Fault("unknown-key", key=key, hint=suggest(key, _keys(_model_at(model, place[:-1]))))
    if kind in ("enum", "literal_error") and isinstance(value, str):
        return Fault("bad-choice", value=value, key=key, hint=suggest(value, _choices(error["ctx"]["expected"])))
    return _wrong_type(model, source, kind, place, value)


def _wrong_type(
    model: type[BaseModel], source: Source, kind: str, place: tuple[str | int, ...], value: object
) -> Fault:
    key = next((str(step) for step in reversed(place) if isinstance(step, str)), "")
    inner = _model_at(model, place)
    keys = _keys(inner)
    if kind in ("tuple_type", "list_type"):
        hint = f"Börja varje del med ett bindestreck: - {_first_required(inner)}: …" if inner else ""
        return Fault("not-list", key=key, found=found(value), hint=hint)
    if kind == "dict_type":
        expected = f"id: {', '.join(keys) or 'värde'}"
        return Fault("not-keys", key=key, expected=expected, found=found(value))
    if kind in ("model_type", "model_attributes_type"):
        return Fault("not-keys", key=key, expected=", ".join(keys), found=found(value))
    return _not_text(source, place, key, value)


def _not_text(source: Source, place: tuple[str | int, ...], key: str, value: object) -> Fault:
    """Return the fault of a list or keys where a text was meant: often an unquoted ``: `` in a list."""
    written = source.written(source.line(*place))
    if isinstance(value, Mapping) and (item := re.match(r"(\s*-\s+)([^{\[].*:\s.*)\Z", written)):
        return Fault("yaml-quote", mended=f"- {quoted(item[2].strip())}")
    return Fault("not-text", key=key, found=found(value))


def _written_place(values: Any, place: Iterable[str | int]) -> tuple[str | int, ...]:
    """Return only those steps of pydantic's location that stand in the file."""
    steps: list[str | int] = []
    steps_left = list(place)
    for index, step in enumerate(steps_left):
        if isinstance(values, Mapping) and step in values:
            values = values[str(step)]
        elif isinstance(values, list) and isinstance(step, int) and step < len(values):
            values = values[step]
        elif not (isinstance(step, str) and isinstance(values, Mapping) and index == len(steps_left) - 1):
            continue
        if step != "[key]":
            steps.append(step)
    return tuple(steps)


def _choices(expected: str) -> list[str]:
    return re.findall(r"'([^']+)'", expected)


def _keys(model: type[BaseModel] | None) -> list[str]:
    if model is None:
        return []
    names = [field.alias or name for name, field in model.model_fields.items()]
    return sorted(names, key=lambda name: name == "tillåt")  # the rarest of all last


def _first_required(model: type[BaseModel]) -> str:
    return next((field.alias or name for name, field in model.model_fields.items() if field.is_required()), "")


def _model_at(model: type[BaseModel], place: Iterable[str | int]) -> type[BaseModel] | None:
    """Return the model of the value at a place in a file, if keys of our own stand there."""
    current: type[BaseModel] | None = model
    for step in place:
        if isinstance(step, int) or current is None:
            continue
        fields = {field.alias or name: field for name, field in current.model_fields.items()}
        if step in fields:
            current = _inner(fields[step].annotation)
    return current


def _inner(annotation: Any) -> type[BaseModel] | None:
    """Return the first model inside an annotation such as ``tuple[Goal, ...]`` or ``Party | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inside = [getattr(annotation, "__value__", None), *getattr(annotation, "__args__", ())]
    return next((inner for each in inside if each is not None and (inner := _inner(each))), None)
