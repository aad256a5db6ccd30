"""What is generated from the code: schemas, the guide's lists, the editor's snippets."""

import ast
import json
import re
from collections import Counter

import pytest
import yaml
from hypothesis import given, settings, strategies
from jsonschema import Draft7Validator
from pydantic import TypeAdapter, ValidationError

import building
import casefiles
from foljmed import guide, model, schema, validation, values
from foljmed.plain_yaml import EMPTY, write
from foljmed.problems import GROUPS, MESSAGES, Fault, InvalidContent
from foljmed.source import read_markdown, read_yaml

SCHEMAS = {name: Draft7Validator(made) for name, made in schema.schemas().items()}
KINDS = {kind.id: kind for kind in schema.KINDS}
# What a value alone does not show, or a regular expression can't tell.
UNSEEN = {"reversed-span", "late-end", "same-span", "skipped-clock", "long-number", "own-machine", "bad-url"}
UNSEEN |= {"typographic-quotes", "yaml-item", "yaml-dash"}  # round and before what only other files know


def all_keys():
    def below(keys):
        for key in keys:
            yield key
            yield from below(key.inner)

    return [
        pytest.param(key, id=f"{kind.id}:{'.'.join(key.path)}")
        for kind in schema.KINDS
        for key in below(schema.keys(kind.model))
    ]


# --- Stored and generated


@pytest.mark.parametrize("path", guide.generated())
def test_what_is_stored_is_what_the_code_gives(path):
    stored = (building.ROOT / path).read_text("utf-8") if (building.ROOT / path).is_file() else ""
    assert stored == guide.generated()[path], f"{path} is not what the code gives. Run: make generate"


def test_nothing_generated_is_left_behind():
    stored = {file.relative_to(building.ROOT).as_posix() for file in (building.ROOT / "docs/schema").iterdir()}
    assert stored == {path for path in guide.generated() if path.startswith("docs/schema/")}


@pytest.mark.parametrize("key", all_keys())
def test_every_key_is_described_and_its_example_is_valid(key):
    assert re.fullmatch(r"[A-ZÅÄÖ].*\.", key.description)
    value = yaml.load(write({"x": key.example}), core_loader())["x"]  # noqa: S506 - a safe loader
    assert list(Draft7Validator(key.shape.schema).iter_errors(value)) == []
    assert [value] == [key.example]


@pytest.mark.parametrize("kind", schema.KINDS, ids=lambda kind: kind.id)
def test_the_examples_together_are_a_valid_file(kind, tmp_path):
    lines = [line for key in schema.keys(kind.model) for line in write({key.path[-1]: key.example}).splitlines()]
    file = tmp_path / "file.yml"
    file.write_text("\n".join(lines), "utf-8")
    found, problems = validation.validate(kind.model, read_yaml(file, "file.yml"))
    assert problems == []
    assert found is not None


def test_every_fixed_value_has_a_meaning_or_none_of_its_kind_has():
    for param in all_keys():
        meanings = [bool(meaning) for _, meaning in param.values[0].shape.choices]
        assert all(meanings) or not any(meanings)


# --- Schemas


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_a_schema_that_names_no_address_of_its_own(name):
    Draft7Validator.check_schema(SCHEMAS[name].schema)
    assert "$id" not in SCHEMAS[name].schema
    assert re.findall(r"https?://[^\"/]+", json.dumps(SCHEMAS[name].schema["$schema"])) == ["http://json-schema.org"]


def core_loader():
    """Return a loader that types values as editors do: YAML 1.2's core schema."""

    class Core(yaml.SafeLoader):
        yaml_implicit_resolvers = {}  # noqa: RUF012 - as PyYAML wants it

    for tag, pattern, first in (
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
        ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
        ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
        ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
    ):
        Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)
    Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node)))
    return Core


def kind_of(path):
    name = path.rpartition("/")[2]
    fixed = {kind.file: kind for kind in schema.KINDS}
    return fixed.get(name) or (schema.UPDATE if re.match(r"\d{4}-\d\d-\d\d-.*\.md$", name) else None)


def sources(root):
    """Yield every file below a folder that can be read, with its kind."""
    content = root / "pledges"
    for file in sorted(content.rglob("*") if content.is_dir() and not content.is_symlink() else ()):
        path = file.relative_to(root).as_posix()
        kind = kind_of(path) if file.is_file() and not re.search(r"/[_.]", path) else None
        try:
            if kind:
                yield kind, (read_yaml if file.suffix == ".yml" else read_markdown)(file, path)
        except InvalidContent:
            continue


def written(values):
    """Return values as JSON has them: a key without a value is null."""
    if isinstance(values, dict):
        return {key: written(value) for key, value in values.items()}
    if isinstance(values, list):
        return [written(value) for value in values]
    return None if values is EMPTY else values


def refused(kind, values):
    return [error.message for error in SCHEMAS[kind.id].iter_errors(values)]


# Cases about what YAML alone takes for something else than the text that was meant.
READ_OTHERWISE = ("spaces-that-mean-nothing", "texts-that-yaml-takes-for-something-else")
GOOD = {
    "salem": building.ROOT,
    **{folder.name: folder for folder in sorted((building.ROOT / "tests/sites").iterdir()) if folder.is_dir()},
}


@pytest.mark.parametrize("name", GOOD)
def test_whole_sites_are_accepted(name):
    found = list(sources(GOOD[name]))
    assert found
    for kind, source in found:
        assert refused(kind, written(source.values)) == [], source.path
        typed = yaml.load(source.yaml, core_loader())  # noqa: S506 - a safe loader
        assert refused(kind, typed) == [], source.path


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.name)
        for folder in ("good", "broken", "warnings")
        for case in casefiles.read_cases(folder)
    ],
)
def test_a_schema_says_the_same_of_every_case_as_the_models(case, tmp_path):
    case.lay(tmp_path)
    for kind, source in sources(tmp_path):
        codes = {problem.code for problem in validation.validate(kind.model, source)[1]}
        errors = refused(kind, written(source.values))
        assert bool(errors) == bool(codes) or codes <= UNSEEN or "-W53" in source.yaml, (source.path, codes, errors)
        if not codes and case.name not in READ_OTHERWISE:
            assert refused(kind, yaml.load(source.yaml, core_loader())) == []  # noqa: S506 - a safe loader


TYPED = [
    ("lofte", "nummer: 3", True),
    ("lofte", "nummer: -3", False),
    ("lofte", "nummer: 3.5", False),
    ("lofte", "nummer: 10000", False),
    ("lofte", "titel: 2021", True),
    ("lofte", "titel: true", True),
    ("lofte", "titel:", False),
    ("lofte", "titel: [a]", False),
    ("period", "börjar: 2021-01-01", True),
    ("period", "börjar: 2021", False),
    ("period", "börjar: 2021-02-29", False),
    ("uppdatering", "värden: {a: 25.5}", True),
    ("uppdatering", "värden: {a: '25,5'}", True),
    ("uppdatering", "värden: {a: 25,5}", False),  # a comma parts them, and `foljmed check` says so too
    ("uppdatering", "värden:\n  a: 25,5", True),
    ("uppdatering", "värden:\n  a: 5 616", True),
    ("uppdatering", "värden:\n  a: många", False),
    ("uppdatering", "hände: 2021", True),
    ("uppdatering", "hände: 2021-Q2", True),
    ("uppdatering", "hände: 2021-Q5", False),
    ("uppdatering", "utkast: true", True),
    ("uppdatering", "utkast: 'true'", True),
    ("uppdatering", "utkast: ja", False),
    ("uppdatering", "av: kommunen", True),
    ("uppdatering", "av: [kommunen, polisen]", True),
    ("uppdatering", "av: []", False),
    ("uppdatering", "uppfyller: []", True),
    ("uppdatering", "typ: aktivitet", True),
    ("uppdatering", "typ: resultatt", False),
    ("kommunikationsplan", "vänta_dagar: 14", True),
    ("kommunikationsplan", "aktiviteter: [{id: 3, titel: x, ansvariga: y, typ: möte, när: 2021, öppen: true}]", True),
    ("kommunikationsplan", "aktiviteter: [{id: a, titel: x, ansvariga: y, typ: möte, när: [2021-04, 2022]}]", True),
    ("kommunikationsplan", "aktiviteter: [{id: a, titel: x, ansvariga: y, typ: möte, när: löpande}]", True),
    ("kommunikationsplan", "aktiviteter: [{id: a, titel: x, ansvariga: y, typ: möte, när: Löpande}]", False),
    ("kommunikationsplan", "aktiviteter: [{id: a, titel: x, ansvariga: y, typ: möte, när: [löpande]}]", False),
    ("kommunikationsplan", "aktiviteter: {id: a}", False),
]


@pytest.mark.parametrize(("kind", "line", "is_right"), TYPED, ids=[line for _, line, _ in TYPED])
def test_values_are_judged_as_an_editor_types_them(kind, line, is_right):
    errors = [
        error
        for error in SCHEMAS[kind].iter_errors(yaml.load(line, core_loader()))  # noqa: S506 - a safe loader
        if error.validator not in ("required", "anyOf") or error.path
    ]
    assert (not errors) == is_right


# --- Patterns

VALUES = {
    "day": values.Day,
    "span": values.SpanValue,
    "when": values.WhenValue,
    "number": values.Number,
    "whole": values.Whole,
    "flag": values.Flag,
    "id": values.Id,
    "url": values.Url,
    "line": values.Line,
    "why": model.Why,
}
# Near misses are made of these: what the formats are written with, and their neighbours.
PIECES = [
    *"0123456789-/., :T–WQH\u00a0\u2212x",
    *("2021", "1899", "1900", "2199", "2200", "2024", "2100", "02", "29", "30", "31", "12", "13", "53", "54"),
    *("18:00", "24:00", "9.5", "-W", "-Q", "-H", "true", "ja", "http://", "https://", "a.b", "616"),
]


def means(name, text):
    """Return the code of what is wrong with a text as a value, empty when nothing is."""
    try:
        TypeAdapter(VALUES[name]).validate_python(text)
    except ValidationError as error:
        cause = error.errors()[0].get("ctx", {}).get("error")
        return cause.code if isinstance(cause, Fault) else "pydantic"
    return ""


def agrees(name, text):
    is_matched = Draft7Validator(schema._VALUES[VALUES[name]].schema).is_valid(text)  # noqa: SLF001 - the patterns
    code = means(name, text)
    assert is_matched == (not code) or (is_matched and code in {*UNSEEN, "impossible-day"}), (text, code)
    if code == "impossible-day":
        assert not is_matched or "-W53" in text, text


@pytest.mark.parametrize("name", VALUES)
@settings(max_examples=300, deadline=None, derandomize=True)
@given(pieces=strategies.lists(strategies.sampled_from(PIECES), max_size=9))
def test_patterns_accept_what_the_code_accepts(name, pieces):
    agrees(name, "".join(pieces))


@pytest.mark.parametrize("name", [name for name in VALUES if name not in ("line", "why")])
@settings(max_examples=300, deadline=None, derandomize=True)
@given(data=strategies.data())
def test_what_a_pattern_accepts_the_code_accepts(name, data):
    pattern = schema._VALUES[VALUES[name]].schema["pattern"]  # noqa: SLF001 - the patterns
    text = data.draw(strategies.from_regex(pattern, fullmatch=True))
    if not re.search(r"[\x00-\x1f\x7f-\x9f]", text):  # no file may hold these
        agrees(name, text)


def test_every_day_of_three_centuries_is_judged_alike():
    is_day = re.compile(schema._VALUES[values.Day].schema["pattern"])  # noqa: SLF001 - the patterns
    for year in (1899, 1900, 1904, 1999, 2000, 2023, 2024, 2100, 2196, 2199, 2200):
        for month in range(14):
            for day in range(33):
                text = f"{year}-{month:02}-{day:02}"
                assert bool(is_day.search(text)) == (not means("day", text)), text


# --- Messages


def test_no_code_stands_in_two_groups():
    assert sum(map(len, GROUPS.values())) == len(MESSAGES)


def test_only_messages_are_explained():
    assert set(guide.EXPLANATIONS) <= set(MESSAGES)


def calls(*names):
    """Yield every call of a function or method by one of these names, with its file's name."""
    for file in sorted((building.ROOT / "hooks/foljmed").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and name_of(node.func) in names:
                yield file.name, node


def name_of(function):
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_every_message_that_the_code_can_give_is_in_the_list():
    texts = {
        each.value
        for _, call in calls("Fault", "problem", "complain", "_mended")
        for argument in call.args
        for each in ast.walk(argument)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }
    codes = {text for text in texts if re.fullmatch("[a-z]+(-[a-z]+)+", text)}
    assert len(codes) > 90
    assert codes <= set(MESSAGES)
    assert {name for name, _ in calls("Problem")} == {"problems.py"}  # nothing is said but by way of MESSAGES


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Nyckeln ”{key}” saknas. {expected}", "Nyckeln ”…” saknas. …"),
        ("[ ] eller {{ }}", r"\[ \] eller \{ \}"),
        ("<{tag}> skriv &lt;{tag}&gt;", "&lt;…&gt; skriv &amp;lt;…&amp;gt;"),
    ],
)
def test_a_message_is_shown_as_it_is_said(message, words):
    assert guide.shown(message) == words


def test_the_guide_has_a_place_for_every_message_and_every_key(site):
    built = site("salem")
    messages = (built / "guide/meddelanden/index.html").read_text("utf-8")
    ids = Counter(re.findall(r'\sid="?([^\s">]+)', messages))
    assert {code: ids[code] for code in MESSAGES} == dict.fromkeys(MESSAGES, 1)
    fields = (built / "guide/faltlista/index.html").read_text("utf-8")
    ids = Counter(re.findall(r'\sid="?([a-z]+-[a-z-]+)', fields))
    places = [f"{kind.id}-{'-'.join(key.path)}" for kind in schema.KINDS for key in schema.keys(kind.model)]
    assert {values.slug(place): ids[values.slug(place)] for place in places} == {
        values.slug(place): 1 for place in places
    }
    for kind in schema.KINDS:
        published = json.loads((built / f"schema/{kind.id}.json").read_text("utf-8"))
        assert published == SCHEMAS[kind.id].schema
