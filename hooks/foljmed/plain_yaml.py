"""YAML as people mean it, and how it is written.

Every scalar stays the text that was written (``no``, ``12:30``, ``010`` and ``2026-02-30`` too), and what YAML would
drop in silence – a doubled key, text after `` #``, the second half of ``25,5`` inside ``{}`` – is a fault that shows
the mended line. So is what YAML gives up on: it is read on from there, so that all that is wrong is told at once.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

import yaml

from foljmed.problems import Fault, InvalidContent

try:
    from yaml import CBaseLoader as Loader
except ImportError:  # PyYAML built without libyaml: the same results, eight times slower
    from yaml import BaseLoader as Loader  # type: ignore[assignment]  # another class, the same interface

_COMMENT = re.compile(r"[ \t]+#")
_KEY_LINE = re.compile(
    r"""(?P<lead>[ \t]*(?:-[ ]+)?)(?P<key>[^\s:#"'{\[-][^:#]*?):(?:[ \t]+(?P<value>\S(?:.*[^ \t])?))?[ \t]*\Z"""
)
_ITEM_LINE = re.compile(r"(?P<lead>[ \t]*-[ ]+)(?P<value>\S(?:.*[^ \t])?)[ \t]*\Z")
_HARD = re.compile("[\u00a0\u202f]")
# A part of a list whose hyphen is followed by a space that only looks like one.
_HARD_ITEM = re.compile("[ \t]*-[ \t]*[\u00a0\u202f]")
# A value in brackets, from its first one on; not a text that only begins with some, like a link.
_BRACKETS = re.compile(r"(?::|-)[ \t]+([\[{](?:[^\]}]*|.*[\]}][ \t]*))\Z")
# Within brackets: a key whose value follows without a space, and what a comma splits: a number, a text after its key, a
# part of a list.
_UNSPACED = re.compile(r"([{,][ \t]*[^\W\d]\w*:)(?=[^\s/])")
_SPLIT_NUMBER = re.compile("([\\[:,][ \\t]*)([-\u2212]?\\d+(?:[ \u00a0\u202f]\\d{3})*(?:,\\d+)+)(?=[ \\t]*[],}])")
_SPLIT_TEXT = re.compile(r"(: )([^,{}\[\]:\"']+(?:,(?![^,{}]*:)[^,{}\[\]:\"']+)+)")
_SPLIT_PART = re.compile(r"([\[,][ \t]*)([^\s,{}\[\]:\"'][^,{}\[\]:\"']*\d,\d[^,{}\[\]:\"']*)(?=[],])")
# A line that YAML can make something of by itself: a key, an item, a comment.
_READABLE = re.compile(r"\s*(?:#|-(?:\s|\Z)|[^\s#][^:]*:(?:[ \t]|\Z))")
# Signs that YAML takes for its own, where there was nothing to say: quotes would only keep them.
_NOTHING_SAID = re.compile(r"[ \t]*(?:-[ \t]+)?([^\s:]+):[ \t]+[-?][ \t]*")
# What parts of lists begin with in other programs. Word's symbols lie among signs without a name.
BULLETS: Final = "•·●▪◦‣■➢\uf0a7\uf0b7\uf0d8\uf0fc"
_ODD_ITEM = re.compile(rf"([ \t]*)(?:[{BULLETS}][ \t]*|\*[ \t]+|[–—](?:[ \t]+|(?=[^\W\d])))(?=\S)")
_ODD_ITEM_WITH_KEY = re.compile(rf"{_ODD_ITEM.pattern}[^\W\d]\w*:(?:[ \t]|\Z)")
# Quotes as word processors and telephones make them, with a straight one at an end or not.
_TYPOGRAPHIC = re.compile("[”“„»«]([^\"”“„»«]+)[\"”“»«]|[\u2018\u2019]([^'\u2018\u2019]+)['\u2018\u2019]")
_HALF_TYPOGRAPHIC = re.compile("\"([^\"”“„]+)[”“]|'([^'\u2018\u2019]+)[\u2018\u2019]")
_MOST_FAULTS: Final = 20
_MANY_LEVELS: Final = 1000
# What needs no quotes: letters, digits and what people write between them, a colon only inside a word or an address.
_PLAIN = re.compile(r"\w(?:[\w .,()/%+@’”–-]|:(?=[\w/]))*")


class _Empty:
    """A key without a value. No type accepts it, so that nothing optional can swallow it."""

    def __repr__(self) -> str:
        return "tomt"

    def __reduce__(self) -> str:
        return "EMPTY"  # there is only one, in every process


EMPTY: Final = _Empty()
# The keys and numbers that lead to a value in a file.
Place = tuple[str | int, ...]


def load(text: str, path: str, first_line: int) -> dict[str, Any]:
    """Return front matter, or a file of YAML, as dicts, lists and texts. Raises InvalidContent with every fault."""
    with _in_levels(text, path, first_line):
        return _values(text, path, first_line)


def load_settings(text: str, path: str) -> dict[str, Any]:
    """Return what stands in a settings file, which may carry comments anywhere, and tags, which are read as text."""
    faults: list[tuple[int, Fault]] = []
    with _in_levels(text, path, 1):
        try:
            node = _compose(text)
        except yaml.YAMLError as error:
            line, fault, _ = _explain(error, text)
            raise InvalidContent([fault.at(path, line + 1)]) from None
        values = _Walk("", 1, faults).value(node) if node is not None else {}
    if not isinstance(values, dict):
        faults.append((0, Fault("not-a-mapping")))
    if faults:
        raise InvalidContent(fault.at(path, line + 1) for line, fault in faults)
    return values


def _values(text: str, path: str, first_line: int) -> dict[str, Any]:
    faults: list[tuple[int, Fault]] = []
    node: yaml.Node | None = None
    mended = text
    # YAML stops at its first fault; reading on from the mended line finds the rest too.
    for _ in range(_MOST_FAULTS):
        try:
            node = _compose(mended)
            break
        except yaml.YAMLError as error:
            line, fault, replacement = _explain(error, mended)
            if replacement is None:
                # What can't be explained after a mended line is often only that line's echo.
                faults.extend([(line, fault)] if not faults or fault.code != "yaml" else [])
                break
            if not _is_echo(line, fault, faults):
                faults.append((line, fault))
            lines = mended.split("\n")
            lines[line] = replacement
            mended = "\n".join(lines)
    values: Any = {}
    if signs := list(_signs(mended) if node is not None else ()):
        faults.extend(signs)
    elif node is not None:
        values = _Walk(mended, first_line, faults).value(node)
        if not isinstance(values, dict):
            faults.append((node.start_mark.line, Fault("not-a-mapping")))
    if faults:
        raise InvalidContent(fault.at(path, first_line + line) for line, fault in faults)
    return values if isinstance(values, dict) else {}


def _is_echo(line: int, fault: Fault, told: list[tuple[int, Fault]]) -> bool:
    """Whether a key stands wrong only beside what the line was mended to, or the hyphen that a line above was given."""
    last, before = told[-1] if told else (-1, fault)
    return fault.code == "yaml-lost-part" and (last == line or before.code == "yaml-lost-dash")


def _signs(text: str) -> Iterator[tuple[int, Fault]]:
    """Yield the anchors, aliases and tags of YAML: nobody means them, and an alias may even hold itself."""
    if not re.search(r"[&*!]", text):
        return
    lines, last = text.split("\n"), -1
    for event in yaml.parse(text, Loader=Loader):
        line = event.start_mark.line if event.start_mark else last
        if (getattr(event, "anchor", None) or getattr(event, "tag", None)) and line > last:
            last = line
            if isinstance(event, yaml.CollectionStartEvent):
                mended = re.sub(r"(^|\s)[&!]\S*", r"\1", lines[line])
            else:
                mended = _quoted_line(lines[line])
            yield line, _mended("yaml-sign", mended)


def _mended(code: str, line: str) -> Fault:
    """Return a fault that shows the mended line, or where there is none, what a line looks like."""
    return Fault(code, mended=line.strip()) if line.strip() else Fault("yaml")


def _with_soft_spaces(line: str) -> Fault:
    """Return the fault of a line with hard spaces."""
    return Fault("yaml-hard-space", mended=_HARD.sub(" ", line).strip())


class _Walk:
    """Turns nodes into dicts, lists and texts, and notes what YAML alone would lose."""

    def __init__(self, text: str, first_line: int, faults: list[tuple[int, Fault]]) -> None:
        self.text = text
        self.first_line = first_line
        self.lines = text.split("\n")
        self.faults = faults
        self.suspicious = any(sign in text for sign in (" #", "\t#", "\\", "-\u00a0", "-\u202f"))

    def value(self, node: yaml.Node) -> Any:
        """Return what a node holds, as written."""
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node)
        if isinstance(node, yaml.SequenceNode):
            if node.flow_style and self.text:
                self.check_list(node)
            is_list = not node.flow_style
            return [
                self.mapping(item, is_item=is_list) if isinstance(item, yaml.MappingNode) else self.value(item)
                for item in node.value
            ]
        is_long = node.end_mark.line > node.start_mark.line
        if isinstance(node, yaml.ScalarNode) and self.text and (self.suspicious or is_long):
            self.check(node)
        if getattr(node, "style", None):
            return node.value
        return node.value.strip() or EMPTY  # a hard space at a value's edge is nobody's choice

    def mapping(self, node: yaml.MappingNode, *, is_item: bool = False) -> dict[str, Any]:
        """Return a mapping, in the order written; ``is_item``: of a list with a line for each of its parts."""
        found: dict[str, Any] = {}
        lines: dict[str, int] = {}
        doubled: list[yaml.Node] = []
        for key, value in node.value:
            line, name = key.start_mark.line, key.value
            if not isinstance(name, str) or not name:
                self.faults.append((line, Fault("yaml")))
            elif self.text and (name != name.strip() or _HARD_ITEM.match(name)):
                self.faults.append((line, _with_soft_spaces(self.lines[line])))
            elif self.text and (item := with_hyphen(name)):
                self.faults.append((line, Fault("yaml-item", mended=with_hyphen(self.lines[line]).strip() or item)))
            elif name in found:
                doubled.append(key)
            elif self.text and node.flow_style and not self.text[key.end_mark.index :].lstrip().startswith(":"):
                self.faults.append((line, self.braces(node, name) or self.comma(line)))
            else:
                found[name], lines[name] = self.value(value), line
        self.faults.extend(self.doubled(doubled, lines, is_item=is_item))
        return found

    def doubled(self, keys: list[yaml.Node], lines: dict[str, int], *, is_item: bool) -> Iterator[tuple[int, Fault]]:
        """Yield the faults of keys that stand on one of ``lines`` already.

        If a part of a list begins here without its hyphen, or what belongs to an empty key without its spaces, all keys
        that follow may be that part's.
        """
        begins = False
        for key in keys:
            line, name = key.start_mark.line, key.value
            first, mended = self.first_line + lines[name], f"- {self.lines[line].strip()}" if self.text else ""
            is_under = bool(self.text) and self.lines[line - 1].rstrip().endswith(":")
            above = next((each for each, at in lines.items() if is_under and at == line - 1), "")
            is_part = is_item and name == next(iter(lines))
            if mended and (is_part or _begins_part(self.lines[:line], self.lines[line], name)):
                fault = Fault("yaml-lost-dash", key=name, mended=mended)
            elif mended and above:
                fault = Fault("yaml-lost-indent", key=name, first=first, above=above, mended=mended)
            elif begins:
                continue
            else:
                fault = Fault("yaml-doubled-key", key=name, first=first)
            begins |= fault.code != "yaml-doubled-key"
            yield line, fault

    def check(self, node: yaml.ScalarNode) -> None:
        """Note what YAML drops after a scalar or changes in it."""
        start, end = node.start_mark, node.end_mark
        if not node.style:
            self.check_lines(start.line, end.line)
        if not node.style and _COMMENT.match(self.lines[end.line], end.column):
            self.faults.append((end.line, _mended("yaml-comment", _quoted_line(self.lines[end.line]))))
        raw = self.text[start.index + 1 : end.index - 1]
        if node.style == '"' and "\\" in re.sub(r'\\["\\\n]', "", raw):
            mended = quoted(raw.replace('\\"', '"'))
            before = self.lines[start.line][: start.column].strip()
            self.faults.append((start.line, Fault("yaml-escape", mended=f"{before} {mended}")))

    def check_lines(self, first: int, last: int) -> None:
        """Note lines of a scalar that were meant as parts of a list, or as keys, but for a space."""
        spaced = [(line, mended) for line in range(first, last + 1) if (mended := _spaced(self.lines[line]))]
        if any(line > first for line, _ in spaced):  # the first by itself may be a text that begins so
            self.faults.extend((line, Fault("yaml-space", mended=mended.strip())) for line, mended in spaced)
        for line in range(first, last + 1):
            if _HARD_ITEM.match(self.lines[line]):
                self.faults.append((line, _with_soft_spaces(self.lines[line])))

    def check_list(self, node: yaml.SequenceNode) -> None:
        """Note a decimal comma that made two items of one number."""
        for before, after in zip(node.value, node.value[1:], strict=False):
            between = self.text[before.end_mark.index - 1 : after.start_mark.index + 1]
            if re.fullmatch(r"\d,\d", between):
                self.faults.append((before.start_mark.line, self.comma(before.start_mark.line)))

    def braces(self, node: yaml.MappingNode, name: str) -> Fault | None:
        """Return the fault of a list within ``{}``, or of a key there whose value follows without a space."""
        first, last, line = node.start_mark, node.end_mark, self.lines[node.start_mark.line]
        if _UNSPACED.match(f"{{{name}"):
            return Fault("yaml-space", mended=_UNSPACED.sub(r"\1 ", line).strip())
        within = line[first.column + 1 : last.column - 1]
        if first.line != last.line or ":" in within:
            return None
        return Fault("yaml-braces", mended=f"{line[: first.column]}[{within}]{line[last.column :]}".strip())

    def comma(self, line: int) -> Fault:
        """Return the fault of a comma inside ``{}`` or ``[]`` that splits a value."""
        written = _UNSPACED.sub(r"\1 ", self.lines[line])
        forms = (_SPLIT_NUMBER, _SPLIT_TEXT, _SPLIT_PART)
        mends = (mended for form in forms if (mended := form.sub(r'\1"\2"', written)) != written)
        mended = next(mends, written)
        return Fault("yaml-comma", mended=mended.strip())


def _explain(error: yaml.YAMLError, text: str) -> tuple[int, Fault, str | None]:
    """Return the line (from 0), the fault, and the line mended so that reading can go on."""
    lines = text.split("\n")
    for line in _suspects(error, lines):
        written = lines[line]
        if re.match(r"\s*(?:-[ ]*)?\t", written) or written.rstrip().endswith(":\t"):
            nested = line > 0 and (lines[line - 1].startswith((" ", "-")) or lines[line - 1].rstrip().endswith(":"))
            mended = re.sub(r"^(\s*-)[ \t]+", r"\1 ", written).replace("\t", "  ")
            fault = Fault("yaml-tab", mended=mended.strip()) if mended.strip() else Fault("yaml-tab-alone")
            return line, fault, mended if nested else mended.lstrip()
        if _HARD_ITEM.match(written):
            return line, _with_soft_spaces(written), _HARD.sub(" ", written)
        if (mended := with_hyphen(written)) and _is_item(written, lines[line - 1], error):
            return line, Fault("yaml-item", mended=mended.strip()), mended
        if (brackets := _BRACKETS.search(written)) and _needs_quotes(brackets[1].strip()):
            return line, Fault("yaml-brackets"), written[: brackets.start(1)] + '""'
        if mends := _quoted_line(written, only_if_needed=True):
            return line, _quotes(error, written, mends.strip()), mends
    mark = getattr(error, "problem_mark", None)
    return _explain_line(lines, min(mark.line, len(lines) - 1) if mark else 0)


def _is_item(written: str, above: str, error: yaml.YAMLError) -> bool:
    """Whether a line that begins with a dash or a bullet is a part of a list, and not of a text."""
    follows = re.match(r"[ \t]*- ", above) is not None and _indent(above) == _indent(written)
    return follows or _ODD_ITEM_WITH_KEY.match(written) is not None or "an alias" in str(error)


def _quotes(error: yaml.YAMLError, written: str, mended: str) -> Fault:
    """Return what a line is told whose value needs quotes, or says nothing."""
    if nothing := _NOTHING_SAID.fullmatch(written):
        return Fault("empty-value", key=nothing[1])
    if re.search(r"[:-]\s+([\"'])((?!\1).)*\Z", written):
        return Fault("yaml-open-quote", mended=mended)
    if "escape" in str(getattr(error, "problem", "")):
        return Fault("yaml-escape", mended=mended)
    return Fault("yaml-dash" if re.search(r":\s+-\s", written) else "yaml-quote", mended=mended)


def _explain_line(lines: list[str], last: int) -> tuple[int, Fault, str | None]:
    """Explain the likeliest of the lines down to where a parser gave up that are no ``key: value`` at all."""
    for line in range(last, 0, -1):
        if re.match(r"(---|\.\.\.)([ \t]|\Z)", lines[line]):
            return line, Fault("yaml-documents"), ""
    line = last
    while line and not lines[line].strip():
        line -= 1
    above = next((each for each in range(line - 1, -1, -1) if lines[each].strip()), line)
    if (
        _READABLE.match(lines[line])
        and not _READABLE.match(lines[above])
        and _indent(lines[above]) <= _indent(lines[line])
    ):
        line = above
    written = lines[line]
    if re.search("(?:^[\\s-]*|:)[\u00a0\u202f]", written):
        return line, _with_soft_spaces(written), _HARD.sub(" ", written)
    if mended := _spaced(written):
        return line, Fault("yaml-space", mended=mended.strip()), mended
    if (key := _KEY_LINE.match(written)) and _begins_part(lines[:line], written, key["key"]):
        mended = f"{key['lead']}- {written.strip()}"
        return line, Fault("yaml-lost-dash", key=key["key"], mended=mended.strip()), mended
    if mended := _under_part(lines[:line], written):
        return line, Fault("yaml-lost-part", key=mended.split(":")[0].strip(), mended=mended.strip()), mended
    return line, Fault("yaml"), None


def _under_part(before: list[str], written: str) -> str:
    """Return a line with a key that stands below the hyphen of a part of a list as far in as the part's own key."""
    part = re.match(rf" {{{_indent(written)}}}- +(?=[^\W\d]\w*:[ \t])", _line_around(before, written))
    is_key = _KEY_LINE.match(written) and not written.lstrip().startswith("-")
    return " " * part.end() + written.lstrip() if part and is_key else ""


def _begins_part(before: list[str], written: str, key: str) -> bool:
    """Whether a line stands as far in as the hyphen above it, behind which the same key stands."""
    return re.match(rf" {{{_indent(written)}}}- +{re.escape(key)}:", _line_around(before, written)) is not None


def _line_around(before: list[str], written: str) -> str:
    """Return the nearest line above that stands no further in than one, so that this one may be a part of it."""
    return next((line for line in reversed(before) if line.strip() and _indent(line) <= _indent(written)), "")


def _spaced(line: str) -> str:
    """Return a ``key:value`` or ``-value`` line with its space; empty if it is none."""
    mended = re.sub(r"^(\s*(?:- )?[^\W\d]+:)(?=[^\s/])|^(\s*-)(?=[^\W\d])", r"\1\2 ", line)
    return mended if mended != line else ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _suspects(error: yaml.YAMLError, lines: list[str]) -> Iterator[int]:
    """Yield the lines where the fault may be, likeliest first."""
    marks = [getattr(error, name, None) for name in ("problem_mark", "context_mark")]
    yield from (mark.line for mark in marks if mark is not None and mark.line < len(lines))
    # A parser that gives up on a line often tripped over one before it. Brackets may rightly go on over lines.
    last = marks[0].line if marks[0] is not None else 0
    yield from (line for line in range(min(last, len(lines)) - 1, -1, -1) if not re.search(r":\s+[\[{]", lines[line]))


def _quoted_line(written: str, *, only_if_needed: bool = False) -> str:
    """Return a ``key: value`` or ``- value`` line with its value in quotes; empty if nothing there needs them."""
    match = _KEY_LINE.match(written) or _ITEM_LINE.match(written)
    if match is None or not match["value"]:
        return ""
    value = match["value"]
    if only_if_needed and not _needs_quotes(value):
        return ""
    start = match.start("value")
    return written[:start] + quoted(_bare(value))


def _needs_quotes(value: str) -> bool:
    try:
        _compose(f"a: {value}")
    except yaml.YAMLError:
        return True
    return False


def _bare(value: str) -> str:
    """Return a value without quotes round it, of whatever kind, closed or not."""
    # Typographic quotes round the whole, or at its end, were meant as YAML's.
    if whole := _TYPOGRAPHIC.fullmatch(value) or _HALF_TYPOGRAPHIC.fullmatch(value):
        return str(whole[1] or whole[2])
    for sign in ('"', "'"):
        if value.startswith(sign) and sign not in value[1:]:
            return value[1:]
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


# --- What other programs make of hyphens and quotes


def with_hyphen(line: str) -> str:
    """Return a line that begins with a dash or a bullet with a hyphen instead; empty if it begins otherwise."""
    match = _ODD_ITEM.match(line)
    return f"{match[1]}- {line[match.end() :]}" if match else ""


def is_in_quotes(value: str) -> bool:
    """Whether a value stands within typographic quotes, which YAML takes for a part of it."""
    return _TYPOGRAPHIC.fullmatch(value) is not None


def without_quotes(line: str) -> str:
    """Return a line without typographic quotes round anything in it."""
    return _TYPOGRAPHIC.sub(lambda match: match[1] or match[2], line)


# --- Lines and levels


@lru_cache(maxsize=8)  # the problems of a file come one after another
def lines_of(text: str) -> Mapping[Place, int]:
    """Return the line, from 0, of each value of a text, by its place."""
    lines: dict[Place, int] = {}
    try:
        left: list[tuple[Place, yaml.Node | None]] = [((), _compose(text))]
    except yaml.YAMLError:
        return lines
    while left:
        place, node = left.pop()
        parts: Iterable[tuple[str | int, yaml.Node, yaml.Node]] = ()
        if isinstance(node, yaml.MappingNode):
            parts = ((key.value, key, value) for key, value in node.value if isinstance(key.value, str))
        elif isinstance(node, yaml.SequenceNode):
            parts = ((step, value, value) for step, value in enumerate(node.value))
        for step, marked, value in parts:
            if (*place, step) not in lines:
                lines[*place, step] = marked.start_mark.line
                left.append(((*place, step), value))
    return lines


def _compose(text: str) -> yaml.Node | None:
    """Return what YAML makes of a text. Raises YAMLError, and RecursionError for too many levels."""
    if sum(map(text.count, "[{-?")) > _MANY_LEVELS:  # libyaml goes on until the process ends
        depth = 0
        for event in yaml.parse(text, Loader=Loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _MANY_LEVELS:
                raise RecursionError
    node: yaml.Node | None = Loader(text).get_single_node()
    return node


@contextmanager
def _in_levels(text: str, path: str, first_line: int) -> Iterator[None]:
    """Raise InvalidContent in the place of RecursionError."""
    try:
        yield
    except RecursionError:
        line = text.count("\n", 0, text.index(deepest(text)))
        raise InvalidContent([Fault("too-deep").at(path, first_line + line)]) from None


def deepest(text: str) -> str:
    """Return the line of a text, of YAML or Markdown, that seems to lie in the most levels of lists and the like."""
    return max(text.split("\n"), key=lambda line: _indent(line) + sum(map(line.count, ("[", "{", "- ", "> "))))


# --- Writing


def quoted(value: str) -> str:
    """Return a text as a YAML scalar in quotes that reads back as the same text."""
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def write(values: Mapping[str, object]) -> str:
    """Return front matter, or a part of it, that reads back as the same texts, numbers, lists and mappings."""
    return "".join(f"{line}\n" for line in _lines(values))


def _lines(values: Mapping[str, object]) -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield f"{scalar(key)}:"
            yield from (f"  {line}" for line in _lines(value))
        elif isinstance(value, str):
            yield f"{scalar(key)}: {scalar(value)}"
        elif isinstance(value, Sequence) and all(isinstance(each, str) for each in value):
            yield f"{scalar(key)}: [{', '.join(scalar(each, inside=True) for each in value)}]"
        elif isinstance(value, Sequence):
            yield f"{scalar(key)}:"
            for each in value:
                first, *rest = _lines(each)
                yield from (f"  - {first}", *(f"    {line}" for line in rest))
        else:  # a number, or yes or no
            yield f"{scalar(key)}: {str(value).lower()}"


def scalar(value: str, *, inside: bool = False) -> str:
    """Return a text of one line as YAML, in quotes where it needs them; ``inside``: within ``[ ]``."""
    text = " ".join(re.split(r"[ \t\n]+", value.strip(" \t\n")))
    is_plain = _PLAIN.fullmatch(text) and not (inside and "," in text)
    return text if is_plain else quoted(text)
