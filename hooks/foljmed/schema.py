"""The content format as data: every key with what it may hold, and from that the JSON Schemas that editors read.

Draft-07, which is what VS Code's YAML extension knows best. A value is text as written, but an editor sees ``2021``,
``25.5`` and ``true`` as numbers and booleans, so those are let through wherever a text of that look would be. Null is
not: a key without a value is a problem. What a regular expression can't tell (an interval's order, a 53rd week, an id
of something else) is left to ``foljmed check``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from foljmed import model, values

DRAFT: Final = "http://json-schema.org/draft-07/schema#"

Schema = dict[str, Any]


@dataclass(frozen=True)
class FileKind:
    """A kind of file: its model, what people call it and what the file is called."""

    model: type[BaseModel]
    id: str
    title: str
    file: str


UPDATE: Final = FileKind(model.UpdateFile, "uppdatering", "Uppdatering", "ÅÅÅÅ-MM-DD-namn.md")
KINDS: Final = (
    UPDATE,
    FileKind(model.PledgeFile, "lofte", "Löfte", "lofte.md"),
    FileKind(model.PeriodFile, "period", "Period", "period.md"),
    FileKind(model.PlanFile, "kommunikationsplan", "Kommunikationsplan", "kommunikationsplan.yml"),
)

# --- Values


@dataclass(frozen=True)
class Shape:
    """What a value may be: its schema, the words for it, a link to where the guide says more, and the keys below it.

    ``choices`` pairs each fixed value with its meaning, empty where the word says it all.
    """

    schema: Schema
    words: str
    more: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    inner: type[BaseModel] | None = None


_YEAR = "(?:19|2[01])[0-9]{2}"
_LEAP_YEAR = "(?:(?:19|2[01])(?:0[48]|[2468][048]|[13579][26])|2000)"
_DAY = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    f"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP_YEAR}-02-29)"
)
_UNITS = (
    _DAY,
    f"{_YEAR}-W(?:0[1-9]|[1-4][0-9]|5[0-3])",
    f"{_YEAR}-Q[1-4]",
    f"{_YEAR}-H[12]",
    f"{_YEAR}-(?:0[1-9]|1[0-2])",
    _YEAR,
)
_SLASH = r"\s*/\s*"
_SPAN = rf"\s*(?:{'|'.join(f'{unit}(?:{_SLASH}{unit})?' for unit in _UNITS)})\s*"
_TIME = "(?:[01]?[0-9]|2[0-3])[:.][0-5][0-9]"
_CLOCK = rf"{_DAY}[ T]+{_TIME}(?:\s*[-–]\s*{_TIME})?"
_GROUPS = "(?:[ \u00a0\u202f][0-9]{3})*"
_NUMBER = rf"(?![-\u2212]?[1-9][0-9]{{0,2}}\.[0-9]{{3}}$)[-\u2212]?[0-9]+{_GROUPS}(?:[.,][0-9]+{_GROUPS})?"
_URL = r"\s*[Hh][Tt][Tt][Pp][Ss]?://(?!.*\s\s\S)[^/?#\s<>\"{}|\\^`][^<>\"{}|\\^`]*"
_TEXT: Schema = {"type": ["string", "number", "boolean"], "pattern": values.SAYING}


def _matching(pattern: str, types: list[str], words: str, more: str = "") -> Shape:
    return Shape({"type": types, "pattern": f"^(?:{pattern})$", "patternErrorMessage": words}, words, more)


_ID: Final = r"\s*[a-z0-9-]{1,60}\s*"
_ANY_CASE_TRUE_OR_FALSE: Final = "[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]"
_VALUES: Final[Mapping[object, Shape]] = {
    values.Line: Shape(_TEXT, "En text på en rad."),
    values.Text: Shape(_TEXT, "En text. Den får ha flera rader."),
    values.Ref: Shape(_TEXT, ""),
    values.Id: _matching(
        _ID, ["string", "integer", "boolean"], "Ett id: bara a–z, 0–9 och bindestreck, högst 60 tecken."
    ),
    values.Day: _matching(
        _DAY, ["string"], "En dag, skriven ÅÅÅÅ-MM-DD.", "[Så skriver du dagar](datum.md#bara-dagar)."
    ),
    values.SpanValue: _matching(
        _SPAN,
        ["string", "integer"],
        "En tid: en dag, en vecka, en månad, ett kvartal, ett halvår, ett år, eller två med snedstreck mellan.",
        "[Så skriver du tider](datum.md#tider).",
    ),
    values.WhenValue: _matching(
        f"{_SPAN}|{_CLOCK}",
        ["string", "integer"],
        "En tid: en dag, med eller utan klockslag, en vecka, en månad eller längre.",
        "[Så skriver du tider](datum.md#tider).",
    ),
    values.Number: _matching(
        _NUMBER,
        ["string", "number"],
        "Ett tal, till exempel 7, 25,5 eller 5 616.",
        "[Så skriver du tal](datum.md#tal).",
    ),
    values.Whole: Shape(
        {
            "type": ["string", "integer"],
            "pattern": "^[0-9]{1,4}$",
            "minimum": 0,
            "maximum": 9999,
            "patternErrorMessage": "Ett heltal från 0 till 9999.",
        },
        "Ett heltal från 0 till 9999.",
    ),
    values.Flag: Shape(
        {"type": ["boolean", "string"], "pattern": f"^(?:{_ANY_CASE_TRUE_OR_FALSE})$"},
        "Skrivs true (ja) eller false (nej). Utan nyckeln är det nej.",
    ),
    values.Url: _matching(_URL, ["string"], "En hel webbadress, som börjar med https:// eller http://."),
    model.Why: Shape(
        {
            "type": ["string", "number"],
            "pattern": rf"^(?!\s*(?:{_ANY_CASE_TRUE_OR_FALSE}|[Jj][Aa]|[Nn][Ee][Jj])\s*$)[\s\S]*{values.SAYING}",
            "patternErrorMessage": "Skriv skälet, till exempel: Snöoväder.",
        },
        "En text på en rad. Skriv varför, inte bara ja.",
    ),
}


# --- Fixed values

_MEANINGS: Final[Mapping[type[StrEnum], Mapping[StrEnum, str]]] = {
    values.Kind: {
        values.Kind.ACTIVITY: "något har gjorts.",
        values.Kind.RESULT: "vad det ledde till. Då krävs källor.",
        values.Kind.DECISION: "något har bestämts.",
        values.Kind.INFORMATION: "något som är bra att veta. Får handla om framtiden.",
        values.Kind.BACKGROUND: "det som hjälper läsaren att förstå. Ändrar aldrig löftets status.",
    },
    values.Status: {
        values.Status.NOT_STARTED: "inget är gjort, och det är inte bestämt när det börjar.",
        values.Status.PLANNED: "det är bestämt hur eller när, men arbetet har inte börjat.",
        values.Status.UNDER_WAY: "arbetet har börjat och kommer att bli klart.",
        values.Status.ONGOING: "arbetet görs hela tiden och har inget slut.",
        values.Status.PAUSED: "arbetet ligger nere men ska fortsätta. Då krävs skäl.",
        values.Status.KEPT: "allt som lovades är gjort.",
        values.Status.PARTLY: "en del är gjord, och mer blir det inte nu. Då krävs skäl.",
        values.Status.NOT_KEPT: "det som lovades blev inte av. Då krävs skäl.",
    },
    values.MeasureKind: {
        values.MeasureKind.COUNT: "läggs ihop från uppdatering till uppdatering.",
        values.MeasureKind.LEVEL: "ersätter den förra.",
    },
    values.ActivityKind: {
        values.ActivityKind.PUBLICATION: "något skrivs eller visas.",
        values.ActivityKind.MEETING: "människor träffas och talar.",
        values.ActivityKind.ACTIVITY: "något görs, till exempel en vandring.",
        values.ActivityKind.CAMPAIGN: "flera insatser om samma sak under en tid.",
    },
}


# --- Keys


@dataclass(frozen=True)
class Key:
    """A key of a kind of file. ``path`` leads to it from the top, ``example`` is a value as in JSON."""

    path: tuple[str, ...]
    is_required: bool
    description: str
    shape: Shape
    example: Any
    inner: tuple["Key", ...]


def keys(kind: type[BaseModel], above: tuple[str, ...] = ()) -> tuple[Key, ...]:
    """Return the keys of a model in its order, what every file may carry last."""
    hints = get_type_hints(kind, include_extras=True)
    names = sorted(kind.model_fields, key=lambda name: name in model.ContentFile.model_fields)
    return tuple(_key(kind.model_fields[name], hints[name], (*above, _written(kind, name))) for name in names)


def _key(of: FieldInfo, hint: object, path: tuple[str, ...]) -> Key:
    shape = _shape(hint)
    if shape.schema.get("type") == "object" and of.metadata:
        shape = replace(shape, schema={**shape.schema, "minProperties": 1})
    inner = keys(shape.inner, path) if shape.inner else ()
    example = of.examples[0] if of.examples else _example(shape, inner)
    return Key(path, of.is_required(), of.description or "", shape, example, inner)


def _example(shape: Shape, inner: tuple[Key, ...]) -> Any:
    """Return an example made of the keys that must stand below a key."""
    one = {key.path[-1]: key.example for key in inner if key.is_required}
    return [one] if shape.schema.get("type") == "array" else one


def _written(kind: type[BaseModel], name: str) -> str:
    return kind.model_fields[name].alias or name


# --- From annotations to shapes


def _shape(hint: Any) -> Shape:
    if hint in _VALUES:
        return _VALUES[hint]
    if hint in (model.Titled, model.Times):
        return _titled() if hint == model.Titled else _times()
    arguments = get_args(hint)
    if get_origin(hint) is Annotated:
        return _one_or_more(*arguments)
    if get_origin(hint) in (Union, UnionType):
        return _shape(arguments[0])
    if get_origin(hint) is tuple:
        return _list(arguments[0])
    return _by_id(*map(_shape, arguments)) if get_origin(hint) is dict else _own(hint)


def _own(kind: type[StrEnum] | type[BaseModel]) -> Shape:
    """Return the shape of one of our own types: fixed values, or keys."""
    if issubclass(kind, BaseModel):
        return Shape(_object(kind), "Innehåller nycklarna nedan.", inner=kind)
    meanings = _MEANINGS.get(kind, {})
    choices = tuple((str(choice), meanings.get(choice, "")) for choice in kind)
    schema: Schema = {"enum": [choice for choice, _ in choices]}
    if meanings:
        schema["enumDescriptions"] = [meaning for _, meaning in choices]
    return Shape(schema, "Ett av:", choices=choices)


def _one_or_more(of: Any, *validators: object) -> Shape:
    """Return the shape of ``Some`` or ``Many``: a single text may stand without its list."""
    inside = get_args(of)[0]
    at_least = {"minItems": 1} if validators == get_args(values.Some[str])[1:] else {}
    if isinstance(inside, type) and issubclass(inside, BaseModel):
        several = _list(inside)
        return replace(several, schema={**several.schema, **at_least})
    one = _shape(inside)
    several = Shape({"type": "array", "items": one.schema, **at_least}, "")
    return replace(
        one, schema={"anyOf": [one.schema, several.schema]}, words=f"{one.words} Flera skrivs som en lista.".strip()
    )


def _list(inside: type[BaseModel]) -> Shape:
    return Shape({"type": "array", "items": _object(inside)}, "En lista. Varje del har nycklarna nedan.", inner=inside)


def _by_id(name: Shape, value: Shape) -> Shape:
    schema = {"type": "object", "propertyNames": name.schema, "additionalProperties": value.schema}
    words = (
        "Ett id för varje, och under det nycklarna nedan."
        if value.inner
        else f"På varje rad ett id och ett värde. {value.words}"
    )
    return Shape(schema, words, value.more, inner=value.inner)


def _titled() -> Shape:
    text, whole = _VALUES[values.Line].schema, _object(model.Reference)
    return Shape({"anyOf": [text, whole]}, "Bara en text, eller nycklarna nedan.", inner=model.Reference)


def _times() -> Shape:
    one = _VALUES[values.WhenValue].schema
    ongoing, several = {"const": model.ONGOING}, {"type": "array", "items": one, "minItems": 1}
    return Shape(
        {"anyOf": [one, ongoing, several, _object(model.Recurrence)]},
        "En tid, en lista av tider, löpande, eller nycklarna nedan.",
        "[Så skriver du tider](datum.md#tider).",
        inner=model.Recurrence,
    )


def _object(kind: type[BaseModel]) -> Schema:
    every = keys(kind)
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {key.path[-1]: _property(key) for key in every},
        "required": [key.path[-1] for key in every if key.is_required],
    }


def _property(key: Key) -> Schema:
    name = key.path[-1]
    about = {"title": name.replace("_", " ").capitalize(), "description": key.description, "examples": [key.example]}
    return {**about, **key.shape.schema}


def schemas() -> dict[str, Schema]:
    """Return each kind of file's JSON Schema, by the id of the kind."""
    made = {
        kind.id: {"$schema": DRAFT, "title": f"{kind.title} ({kind.file})", **_object(kind.model)} for kind in KINDS
    }
    update = made[UPDATE.id]
    update["required"].remove("titel")
    update["anyOf"] = [{"required": ["titel"]}, {"required": ["tillbakadraget"]}]
    return made
