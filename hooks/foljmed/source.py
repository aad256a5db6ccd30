"""Files as written: front matter, body, and the line of every value. Meaning is given later, by the models."""

import re
import unicodedata
from codecs import BOM_UTF8
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from foljmed.plain_yaml import lines_of, load, load_settings
from foljmed.problems import Fault, InvalidContent, Problem

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
# What word processors and telephones make of the three hyphens.
_LONG_DASH = re.compile("-*[\u2013-\u2015\u2212][-\u2013-\u2015\u2212]*[ \t]*")
_DASHED = re.compile("^-*[\u2013-\u2015\u2212]", re.MULTILINE)
# What git leaves where two people have changed the same lines.
_CONFLICT = re.compile(r"^<{7} .*?(?:^>{7} [^\n]*|\Z)|^>{7} [^\n]*", re.DOTALL | re.MULTILINE)
# What XML 1.0 forbids, what breaks lines for some readers but not for others, and what turns the direction of words.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
# Keys of an update after the text of another.
_SECOND = re.compile(
    r"^---[ \t]*\n(?:(?:titel|av|typ|hände|status|skäl|gäller|värden|källor|uppfyller|utkast):.*\n(?:[ \t-].*\n)*){2,}?"
    r"(?:.*\n)*?---[ \t]*$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Source:
    """A file as written.

    ``values`` holds dicts, lists and texts only (and ``EMPTY``); ``body`` is the Markdown below the front matter and
    begins on ``body_line``.
    """

    path: str
    yaml: str = ""
    first_line: int = 1
    values: dict[str, Any] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1

    def line(self, *place: str | int) -> int:
        """Return the line of the value at ``place``, or of the nearest thing around it that exists.

        Lines are wanted only when something is wrong, and then often many of them.
        """
        lines = lines_of(self.yaml)
        around = (place[:steps] for steps in range(len(place), 0, -1))
        return self.first_line + next((lines[each] for each in around if each in lines), 0)

    def written(self, line: int) -> str:
        """Return a line of the file as it stands there, without its end."""
        lines = self.yaml.split("\n")
        index = line - self.first_line
        return lines[index] if 0 <= index < len(lines) else ""

    def problem(self, code: str, *place: str | int, **details: object) -> Problem:
        """Return the problem ``code`` at the value that stands at ``place``."""
        return Fault(code, **details).at(self.path, self.line(*place))

    def body_problem(self, fault: Fault, near: str | None = None) -> Problem:
        """Return a fault of the body, or of a text above it, at the first line that holds ``near``, a link's target.

        Without ``near``, or where it is written in some other way: at the line that ends the front matter.
        """
        for text, first_line in ((self.body, self.body_line), (self.yaml, self.first_line)):
            if near is not None and (at := _find(text, near)) >= 0:
                return fault.at(self.path, first_line + text.count("\n", 0, at))
        return fault.at(self.path, max(self.body_line - 1, 1))


def _find(text: str, near: str) -> int:
    """Return where a target stands in a text: rather in brackets or quotes than by itself or inside a word."""
    target = re.escape(near)
    for pattern in (rf"[(\[<\"'=]{target}[)\]>\"'\s]", rf"(?<!\S){target}(?!\S)"):
        if match := re.search(pattern, text):
            return match.start()
    return text.find(near) if near else -1


def must_be_writable(text: str) -> None:
    """Raise Fault for text with a character that no file here may hold."""
    if found := FORBIDDEN.search(text.replace("\r\n", "\n")):
        raise Fault("bad-character", point=f"{ord(found[0]):04X}")


def read_text(file: Path, path: str, expected: str = "") -> str:
    """Return a file's text. Raises InvalidContent for a file that can't be read, and as ``decoded`` does."""
    try:
        content = file.read_bytes()
    except OSError:
        raise InvalidContent([Fault("missing-file", about=[path], expected=expected).at(path, 1)]) from None
    return decoded(content, path)


def decoded(content: bytes, path: str) -> str:
    """Return the text of a file's bytes: UTF-8 with or without BOM, any line ends, composed to NFC.

    Raises InvalidContent for another encoding, or a character that no feed or calendar may carry.
    """
    try:
        text = content.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InvalidContent([Fault("not-utf8").at(path, line)]) from None
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if ("<<<<<<< " in text or ">>>>>>> " in text) and (conflicts := list(_CONFLICT.finditer(text))):
        places = [(text.count("\n", 0, m.start()) + 1, text.count("\n", 0, m.end()) + 1) for m in conflicts]
        raise InvalidContent(Fault("merge-conflict", last=last).at(path, first) for first, last in places)
    # Of what can be printed nothing is forbidden; looking for each sign takes longer.
    if text.replace("\n", "").isprintable():
        return text
    text = text.replace("\u200b", "")  # only a place where a line may break, which nobody knows of
    if found := list(FORBIDDEN.finditer(text)):
        raise InvalidContent(
            Fault("bad-character", point=f"{ord(m[0]):04X}").at(path, text.count("\n", 0, m.start()) + 1) for m in found
        )
    return text


def read_markdown(file: Path, path: str) -> Source:
    """Return a Markdown file with front matter. ``path`` is its name in problems."""
    if file.is_symlink():
        raise InvalidContent([])  # the tree complains of it
    expected = "Varje period har en period.md, och varje mapp i den är ett löfte med en lofte.md."
    return as_markdown(read_text(file, path, expected), path)


def as_markdown(text: str, path: str) -> Source:
    """Return the text of a Markdown file with its front matter. Raises InvalidContent."""
    if not text.strip():
        expected = "Den ska börja med en rad --- och nycklar."
        raise InvalidContent([Fault("empty-file", expected=expected).at(path, 1)])
    problems: list[Problem] = []
    match = _FRONT_MATTER.match(text)
    if match is None or _DASHED.search(match[1]):
        text, problems = _with_hyphens(text, path)
        match = _FRONT_MATTER.match(text)
    if match is None:
        code = "open-front-matter" if re.match(r"---[ \t]*\n", text) else "no-front-matter"
        raise InvalidContent([Fault(code).at(path, 1)])
    try:
        source = parted(text, path)
    except InvalidContent as invalid:
        raise InvalidContent([*problems, *invalid.problems]) from None
    if problems:
        raise InvalidContent(problems)
    if "\n---" in source.body and (second := _SECOND.search(source.body)):
        line = source.body_line + source.body.count("\n", 0, second.start())
        raise InvalidContent([Fault("second-front-matter").at(path, line)])
    return source


def _with_hyphens(text: str, path: str) -> tuple[str, list[Problem]]:
    """Return a text whose keys stand between lines of hyphens, and the problems of those that were long dashes."""
    lines = text.split("\n")
    fences = [number for number in range(len(lines)) if _is_fence(lines, number)][:2]
    if fences[:1] != [0] or len(fences) == 1:
        return text, []
    long = [number for number in fences if _LONG_DASH.fullmatch(lines[number])]
    mended = ["---" if number in long else line for number, line in enumerate(lines)]
    return "\n".join(mended), [Fault("long-dash").at(path, number + 1) for number in long]


def _is_fence(lines: list[str], number: int) -> bool:
    """Whether a line is one of hyphens, or of dashes just below a key: below an empty line it parts two texts."""
    is_long = _LONG_DASH.fullmatch(lines[number]) is not None
    return lines[number].rstrip(" \t") == "---" or (is_long and (number == 0 or lines[number - 1].strip() != ""))


def parted(text: str, path: str) -> Source:
    """Return a text with its front matter, if it has any, and its body. Raises InvalidContent."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return Source(path, body=text)
    values = load(match[1], path, 2)
    return Source(path, match[1], 2, values, text[match.end() :], text.count("\n", 0, match.end()) + 1)


def read_page(file: Path, path: str) -> Source:
    """Return a Markdown file that may do without front matter, as MkDocs' pages may."""
    return parted(read_text(file, path), path)


def read_yaml(file: Path, path: str) -> Source:
    """Return a file that is YAML from its first line."""
    text = read_text(file, path)
    if not text.strip():
        raise InvalidContent([Fault("empty-file", expected="Den ska innehålla nycklar med värden.").at(path, 1)])
    return Source(path, text, 1, load(text, path, 1))


def read_settings(file: Path, path: str = "", heirs: tuple[Path, ...] = ()) -> Source:
    """Return mkdocs.yml, its values with what it inherits (``INHERIT``).

    Unlike content it may carry comments anywhere, and tags, which are read as text. ``heirs`` are the files that
    inherit from it.
    """
    path = path or file.name
    text = read_text(file, path)
    source = Source(path, text, 1, load_settings(text, path))
    if "INHERIT" not in source.values:
        return source
    heirs, parent = (*heirs, file.resolve()), source.values.pop("INHERIT")
    if not isinstance(parent, str):
        raise InvalidContent([source.problem("not-text", "INHERIT", key="INHERIT", found="något annat")])
    if (file.parent / parent).resolve() in heirs:
        details = {"key": "INHERIT", "value": parent, "hint": "Skriv en annan fil, eller ta bort raden."}
        raise InvalidContent([source.problem("bad-choice", "INHERIT", **details)])
    inherited = read_settings(file.parent / parent, parent, heirs).values
    return replace(source, values=merged(inherited, source.values))


def merged(parent: dict[str, Any], child: dict[str, Any]) -> dict[str, Any]:
    """Return settings as MkDocs inherits them: mappings are merged, everything else is replaced."""
    result = dict(parent)
    for key, value in child.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result
