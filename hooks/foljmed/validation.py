"""Front matter as written → as meant, or every problem in it, in our words and at its line."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import count, takewhile
from operator import itemgetter
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from foljmed.plain_yaml import EMPTY, Place, is_in_quotes, quoted, scalar, with_hyphen, without_quotes
from foljmed.problems import Fault, Problem, nearest, suggest
from foljmed.source import Source
from foljmed.values import found

F = TypeVar("F", bound=BaseModel)

_CLOCKS = "Med klockslag: 2021-04-15 18:00 eller 2021-04-15 18:00-20:00."
# What a key takes beside what every time may be.
_MORE = {
    "när": f"{_CLOCKS} Återkommer det: {{varje: månad, från: 2021-01, till: 2022-12}}. Utan bestämd tid: löpande.",
    "flyttad_till": _CLOCKS,
}


def validate(model: type[F], source: Source) -> tuple[F | None, list[Problem]]:
    """Return a file's front matter as meant, or None and every problem in it."""
    try:
        return model.model_validate(source.values), []
    except ValidationError as error:
        errors = [cast("Mapping[str, Any]", each) for each in error.errors()]
        below = dict(_below_empty(model, source, errors))
        misspelt = {_meant(model, source, each) for each in errors if each["type"] == "extra_forbidden"}
        # Of a key that is there, but misspelt, only that is told.
        told = (each for each in errors if each["type"] != "missing" or each["loc"] not in misspelt)
        # Of an empty key and the lines that belong to it, only that they do.
        silent = {*below, *(place for followers, _ in below.values() for place in followers)}
        problems = [
            problem
            for each in told
            if silent.isdisjoint(_ways(_written_place(source.values, each["loc"])))
            for problem in _problems(model, source, each)
        ]
        return None, [*problems, *(fault.at(source.path, source.line(*place)) for place, (_, fault) in below.items())]


def _ways(place: Place) -> Iterator[Place]:
    """Yield a place and all that it lies in."""
    return (place[:steps] for steps in range(1, len(place) + 1))


def _below_empty(
    model: type[BaseModel], source: Source, errors: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[Place, tuple[list[Place], Fault]]]:
    """Yield the place of each empty key whose own keys follow at its level, with their places and what to say."""
    places = [(each, _written_place(source.values, each["loc"])) for each in errors]
    unknown = {place for each, place in places if each["type"] == "extra_forbidden"}
    for error, place in places:
        is_key = place and isinstance(place[-1], str) and place not in unknown
        if error["input"] is not EMPTY or not is_key:
            continue
        around, key = place[:-1], place[-1]
        followers = [(*around, each) for each in _followers(model, source, place, is_free=error["type"] == "dict_type")]
        if followers and not unknown.isdisjoint(followers):
            more = " till" if around else ""
            hint = f"Sätt två mellanslag{more} före var och en av dem."
            if error["type"] in ("tuple_type", "list_type"):
                first = f"Sätt två mellanslag{more} och ett bindestreck före den första: - {followers[0][-1]}: …"
                hint = f"Den är en lista. {first} – och fyra mellanslag{more} före de andra."
            yield place, (followers, Fault("lost-indent", key=key, hint=hint))


def _followers(model: type[BaseModel], source: Source, place: Place, *, is_free: bool) -> Iterator[str]:
    """Yield the keys just below an empty one, at its level, that it may hold; ``is_free``: it may hold any.

    Of those no key that may stand at its level, or was meant as one that may, is its own.
    """
    beside: Any = source.values
    for step in place[:-1]:
        beside = beside[step]
    names, inner, around = list(beside), _keys(_model_at(model, place)), _keys(_model_at(model, place[:-1]))
    after = names[names.index(place[-1]) + 1 :]
    if after and source.line(*place[:-1], after[0]) == source.line(*place) + 1:
        yield from takewhile(lambda name: not nearest(name, around) if is_free else name in inner, after)


def partly(model: type[F], source: Source, instead: Mapping[str, Any]) -> F | None:
    """Return a file's front matter without its values that are wrong, ``instead`` for those that have to be there."""
    try:
        return model.model_validate(source.values)
    except ValidationError as error:
        wrong = {each["loc"][0] for each in error.errors()}
    try:
        return model.model_validate(
            {**instead, **{key: source.values[key] for key in source.values if key not in wrong}}
        )
    except ValidationError:
        return None


def _meant(model: type[BaseModel], source: Source, error: Mapping[str, Any]) -> Place:
    """Return the place of the key that an unknown one was meant as."""
    *around, key = error["loc"]
    return (*around, nearest(str(key), _keys(_model_at(model, _written_place(source.values, around)))))


def _problems(model: type[BaseModel], source: Source, error: Mapping[str, Any]) -> Iterator[Problem]:
    """Turn one of pydantic's errors into ours, at the line it is about."""
    place = _written_place(source.values, error["loc"])
    key = next((str(step) for step in reversed(place) if isinstance(step, str)), "")
    is_value = error["type"] not in ("missing", "extra_forbidden")
    misread = list(_misread(source, place, key, error["input"])) if is_value else []
    if misread and error["type"] in ("enum", "literal_error"):
        bare = without_quotes(error["input"])
        if bare not in _choices(error["ctx"]["expected"]):  # nor without its quotes
            misread, error = [], {**error, "input": bare}
    yield from misread or [_fault(model, source, error, place, key).at(source.path, source.line(*place))]


def _misread(source: Source, place: Place, key: str, value: object) -> Iterator[Problem]:
    """Yield the problems of a value that is what was meant, but for quotes or dashes of a word processor."""
    line = source.line(*place)
    written = source.written(line)
    faults: dict[int, Fault] = {}
    if isinstance(value, str) and is_in_quotes(value):
        mended = without_quotes(written)
        mended = mended.strip() if mended != written else f"{key}: {without_quotes(value)}"
        faults[line] = Fault("typographic-quotes", mended=mended)
    elif isinstance(value, str) and (item := with_hyphen(value)):
        start = len(written) - len(written.lstrip(" -"))
        lines = takewhile(itemgetter(1), ((each, source.written(each)[start:]) for each in count(line + 1)))
        within = takewhile(lambda each: each[1].startswith(" "), lines)  # a part may go on over lines
        items = ((each, with_hyphen(text)) for each, text in within)
        faults |= {each: Fault("yaml-item", mended=mended.strip()) for each, mended in items if mended}
        if not faults:
            faults[line] = Fault("yaml-dash", mended=written.replace(value, item.removeprefix("- ")).strip())
    yield from (fault.at(source.path, each) for each, fault in faults.items())


def _fault(model: type[BaseModel], source: Source, error: Mapping[str, Any], place: Place, key: str) -> Fault:
    kind, value = error["type"], error["input"]
    cause = error.get("ctx", {}).get("error")
    if value is EMPTY or kind == "too_short" or (isinstance(value, str) and not value.strip()):
        return Fault("empty-value", key=key)
    if isinstance(cause, Fault):
        return Fault(cause.code, **{**cause.details, "key": key, "more": _MORE.get(key, "")})
    if kind == "missing":
        return Fault("missing-key", key=key, expected=f"Lägg till raden: {key}: …")
    if kind == "extra_forbidden":
        return Fault("unknown-key", key=key, hint=suggest(key, _keys(_model_at(model, place[:-1]))))
    if kind in ("enum", "literal_error") and isinstance(value, str):
        return Fault("bad-choice", value=value, key=key, hint=suggest(value, _choices(error["ctx"]["expected"])))
    return _wrong_type(_model_at(model, place), source, error, place, key)


def _wrong_type(
    inner: type[BaseModel] | None, source: Source, error: Mapping[str, Any], place: Place, key: str
) -> Fault:
    """Return the fault of a value of another kind than is meant: than a list, keys or a text."""
    kind, value = error["type"], error["input"]
    keys = _keys(inner)
    if kind in ("tuple_type", "list_type"):
        hint = f"Börja varje del med ett bindestreck: - {_required(inner)[0]}: …" if inner else ""
        return Fault("not-list", key=key, found=found(value), hint=hint)
    if kind == "dict_type":
        expected = f"id: {', '.join(keys) or 'värde'}"
        return Fault("not-keys", key=key, expected=expected, found=found(value), hint="")
    if kind in ("model_type", "model_attributes_type"):
        hint = _as_keys(inner, source, place, value) if inner and isinstance(value, str) else ""
        return Fault("not-keys", key=key, expected=", ".join(keys), found=found(value), hint=hint)
    return _not_text(source, place, key, value)


def _as_keys(inner: type[BaseModel], source: Source, place: Place, value: str) -> str:
    """Return how to write a text that stands where keys are meant, if it can be the value of only one of them."""
    required = _required(inner)
    if len(required) != 1 or not isinstance(place[-1], int):
        return ""
    is_line = source.written(source.line(*place)).lstrip().startswith("-")
    pair = f"{required[0]}: {scalar(value, inside=not is_line)}"
    return f"Skriv: - {pair}" if is_line else f"Skriv: {{{pair}}}"


def _not_text(source: Source, place: Place, key: str, value: object) -> Fault:
    """Return the fault of a list or keys where a text was meant: often an unquoted ``: `` in a list."""
    written = source.written(source.line(*place))
    if isinstance(value, Mapping) and (item := re.match(r"(\s*-\s+)([^{\[].*:\s.*)\Z", written)):
        return Fault("yaml-quote", mended=f"- {quoted(item[2].strip())}")
    return Fault("not-text", key=key, found=found(value))


def _written_place(values: Any, place: Iterable[str | int]) -> Place:
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
    # The rarest of all last.
    return sorted(_fields(model), key=lambda key: key == "tillåt") if model else []


def _required(model: type[BaseModel]) -> list[str]:
    return [key for key, field in _fields(model).items() if field.is_required()]


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return a model's fields by their keys."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model_at(model: type[BaseModel], place: Iterable[str | int]) -> type[BaseModel] | None:
    """Return the model of the value at a place in a file, if keys of our own stand there."""
    current: type[BaseModel] | None = model
    for step in place:
        if isinstance(step, int) or current is None:
            continue
        if field := _fields(current).get(step):
            current = _inner(field.annotation)
    return current


def _inner(annotation: Any) -> type[BaseModel] | None:
    """Return the first model inside an annotation such as ``tuple[Goal, ...]`` or ``Party | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inside = getattr(annotation, "__args__", ())
    return next((inner for each in inside if (inner := _inner(each))), None)
