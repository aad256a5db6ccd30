"""Reads the cases under ``tests/cases`` and lays them out as projects. The README there says how to write one."""

import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

from building import ROOT

CASES = ROOT / "tests/cases"
BASE = CASES / "base"
_HEADER = re.compile(r"-- (?P<path>\S.*?)(?: -> (?P<target>\S+))?(?: \((?P<how>[a-z0-9, -]+)\))? --")
_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|t)")
_TEXTS: dict[str, Callable[[str], str]] = {
    "escaped": partial(_ESCAPE.sub, lambda match: chr(int(match[1], 16)) if match[1] else "\t"),
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "nfd": partial(unicodedata.normalize, "NFD"),
}
_BYTES: dict[str, Callable[[str], bytes]] = {
    "bom": lambda text: text.encode("utf-8-sig"),
    "hex": bytes.fromhex,
    "latin-1": lambda text: text.encode("latin-1"),
    "utf-16": lambda text: text.encode("utf-16"),
}


@dataclass(frozen=True)
class Part:
    """One file that a case adds, changes or takes away."""

    path: str
    text: str
    target: str = ""
    how: frozenset[str] = frozenset()

    def put(self, root: Path) -> None:
        """Do to the project in ``root`` what the part says."""
        file = root / (_TEXTS["nfd"](self.path) if "nfd" in self.how else self.path)
        if "delete" in self.how:
            shutil.rmtree(file) if file.is_dir() else file.unlink()
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        if self.target:
            file.unlink(missing_ok=True)
            file.symlink_to(self.target)
        elif "folder" in self.how:
            file.mkdir()
        elif "changed" in self.how:
            file.write_text(changed(file.read_text("utf-8"), self.text), "utf-8")
        else:
            file.write_bytes(self.encoded())

    def encoded(self) -> bytes:
        """Return the file's bytes."""
        text = self.text
        for name, change in _TEXTS.items():
            text = change(text) if name in self.how else text
        return next((encode(text) for name, encode in _BYTES.items() if name in self.how), text.encode())


@dataclass(frozen=True)
class Case:
    """A case: what it is about, its parts, and the lines that are expected.

    ``later`` are the parts after ``-- published --``: what was done to the content since a commit.
    """

    name: str
    about: str
    parts: tuple[Part, ...]
    expected: tuple[str, ...]
    later: tuple[Part, ...] = ()

    def lay(self, root: Path) -> Path:
        """Make ``root`` the valid base site with the case's parts laid over it, and return its mkdocs.yml."""
        shutil.copytree(BASE, root, dirs_exist_ok=True)
        for folder in ("hooks", "overrides"):
            (root / folder).symlink_to(ROOT / folder)
        for part in self.parts:
            part.put(root)
        return root / "mkdocs.yml"


def changed(text: str, change: str) -> str:
    """Return a text after a change written as in a diff; a line ``@@`` parts one place from the next."""
    text = f"\n{text}"  # so that the first line too follows a line's end
    for is_mark, group in groupby(change.splitlines(), key=lambda line: line == "@@"):
        if is_mark:
            continue
        lines = list(group)
        old = "".join(f"\n{line[1:]}" for line in lines if line[0] in " -")
        new = "".join(f"\n{line[1:]}" for line in lines if line[0] in " +")
        assert text.count(f"{old}\n") == 1, f"not there, or several times: {old}"
        text = text.replace(f"{old}\n", f"{new}\n")
    return text[1:]


def read_case(file: Path) -> Case:
    """Return the case that a file holds."""
    (_, about), *sections = _sections(file.read_text("utf-8"))
    *parts, (last, expected) = [
        (Part(match["path"], text, match["target"] or "", frozenset((match["how"] or "").split(", "))), text)
        for match, text in sections
    ]
    assert last.path == "expect", f"{file} does not end with what is expected"
    found = [part for part, _ in parts]
    paths = [part.path for part in found]
    cut = paths.index("published") if "published" in paths else len(found)
    return Case(file.stem, about.strip(), tuple(found[:cut]), tuple(expected.splitlines()), tuple(found[cut + 1 :]))


def _sections(text: str) -> Iterator[tuple[re.Match[str] | None, str]]:
    header, lines = None, []
    for line in text.removesuffix("\n").split("\n"):
        if match := _HEADER.fullmatch(line):
            yield header, "".join(f"{each}\n" for each in lines)
            header, lines = match, []
        else:
            lines.append(line)
    yield header, "".join(f"{each}\n" for each in lines)


def read_cases(folder: str) -> list[Case]:
    """Return the cases of a folder, in the order of their names."""
    return [read_case(file) for file in sorted((CASES / folder).glob("*.txt"))]
