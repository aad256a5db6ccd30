"""The content as it was at a commit, read out of git without the network.

Files are taken from git's own storage, not from ``git archive``, which leaves out what ``export-ignore`` names, and
not by a checkout. What is no ordinary file is not followed. The site may have lain elsewhere in the repository then,
and its content in a folder of another name.
"""

import os
import posixpath
import re
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from foljmed.catalog import Catalog
from foljmed.problems import Fault, InvalidContent, Problem
from foljmed.reader import read_as_written
from foljmed.settings import Project
from foljmed.source import read_settings

# What git sets for its hooks: where the repository is. It holds for the folder the hook runs in, not for ours.
_PLACES: Final = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
)
_QUIET: Final = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"}
_INHERITS = re.compile(rb"^INHERIT:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)


@dataclass(frozen=True)
class Past:
    """The content at a commit: what can be read of it, the tagging authority (empty: unknown), and what to be told."""

    catalog: Catalog = field(default_factory=Catalog)
    authority: str = ""
    problems: tuple[Problem, ...] = ()


def read_past(project: Project, revision: str) -> Past:
    """Return a project's content at a commit; its paths are those that the files would have today.

    Raises Fault where git, the repository or the commit is missing.
    """
    git = _open(project.root)
    commit = git.commit(revision)
    if commit and git.is_ahead(commit):
        raise Fault("newer-elsewhere", value=revision)
    files = git.files(commit) if commit else {}
    nothing = Past(problems=(Fault("nothing-published", value=revision).at(project.config.name, 1),))
    with tempfile.TemporaryDirectory() as temporary:
        settings = _find_settings(git, files, project, Path(temporary, "settings"))
        site = Path(temporary, "site")
        then = replace(project, root=site, docs=site / "docs")
        if settings is None or not _lay_content(git, files, settings, then.content):
            return nothing
        catalog, problems = read_as_written(then)
    unread = {problem.path for problem in problems} - set(_sources(catalog))
    unread |= {project.config.name} if settings.is_unreadable else set()
    told = tuple(Fault("unreadable-then", revision=revision).at(path, 1) for path in sorted(unread))
    return Past(catalog, settings.authority, told)


def _sources(catalog: Catalog) -> Iterator[str]:
    """Yield the path of every file that could be read."""
    for period in catalog.periods:
        yield period.source.path
        yield from (pledge.source.path for pledge in period.pledges)
        yield from (update.source.path for update in period.all_updates())
        if period.plan:
            yield period.plan.source.path


# --- Git


@dataclass(frozen=True)
class _Git:
    """A repository, and the project's folder in it: empty, or with ``/`` at its end; None where that is unknown.

    ``is_hooks``: one of its hooks has laid the project out somewhere else.
    """

    program: str
    folder: Path
    environment: Mapping[str, str]
    prefix: str | None = None
    is_hooks: bool = False

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """Return what git prints. Raises Fault with git's own words."""
        done = subprocess.run(  # noqa: S603 - git itself, and nothing of the arguments is an option but what stands here
            [self.program, *arguments],
            cwd=self.folder,
            env=self.environment,
            input=given,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            words = done.stderr.decode("utf-8", "replace").strip().split("\n")[0]
            raise Fault("git-refuses", found=words.removeprefix("fatal: ") or arguments[0])
        return done.stdout

    def commit(self, rev: str) -> str | None:
        """Return a commit's full name; None for all noughts, by which git's hooks mean nothing. Raises Fault."""
        if re.fullmatch(r"0{40}|0{64}", rev):
            return None
        # Options and what can't be a name never reach git.
        if rev and rev.isprintable() and not rev.startswith("-"):
            with suppress(Fault):
                found = self.run("rev-parse", "--verify", "--quiet", f"{rev}^{{commit}}").decode().strip()
                if re.fullmatch(r"[0-9a-f]{40,64}", found):
                    return found
        raise Fault("shallow-repository" if self.is_shallow() else "unknown-revision", value=rev)

    def is_ahead(self, commit: str) -> bool:
        """Whether a commit holds something that is not in the project's folder: of a colleague, not yet fetched.

        What a hook has laid out elsewhere is no commit yet, and a shallow clone does not know what came before what.
        """
        if self.is_hooks or self.is_shallow():
            return False
        with suppress(Fault):  # there may be no commit here yet
            return bool(self.run("rev-list", "--max-count=1", commit, "^HEAD"))
        return False

    def is_shallow(self) -> bool:
        """Whether only a part of the history has been fetched."""
        return self.run("rev-parse", "--is-shallow-repository").strip() == b"true"

    def files(self, commit: str) -> dict[str, str]:
        """Return the object of every ordinary file, by its path in the repository, composed to NFC."""
        found = {}
        for entry in self.run("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
            about, _, path = entry.partition(b"\t")
            name = _composed(path)
            # Neither symbolic links nor other repositories, nor what a forged commit would have written elsewhere.
            if about.startswith(b"100") and ".." not in name.split("/"):
                found[name] = about.split()[2].decode()
        return found

    def contents(self, objects: Iterable[str]) -> Iterator[bytes]:
        """Yield the bytes of objects, in their order. Raises Fault when one is missing."""
        names = list(objects)
        rest = self.run("cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode())
        for _ in names:
            header, _, rest = rest.partition(b"\n")
            if header.endswith(b" missing"):
                raise Fault("git-refuses", found=header.decode())
            size = int(header.split()[2])
            yield rest[:size]
            rest = rest[size + 1 :]


def _composed(path: bytes) -> str:
    return unicodedata.normalize("NFC", path.decode("utf-8", "surrogateescape"))


def _open(folder: Path) -> _Git:
    """Return the repository that a folder lies in, else the one whose hook this runs in. Raises Fault."""
    program = shutil.which("git")
    if program is None:
        raise Fault("no-git")
    around = {key: value for key, value in os.environ.items() if key not in _PLACES}
    git = _Git(program, folder, {**around, **_QUIET})
    try:
        return replace(git, prefix=_prefix(git))
    except Fault as fault:
        if "GIT_DIR" in os.environ:
            place = {"GIT_DIR": str(Path(os.environ["GIT_DIR"]).absolute())}
            laid = replace(git, environment={**git.environment, **place}, is_hooks=True)
            return replace(laid, prefix=_laid_prefix(folder))
        if "not a git repository" in str(fault.details["found"]):
            raise Fault("no-repository") from None
        raise


def _laid_prefix(folder: Path) -> str | None:
    """Return where a project lies in what a hook has laid out and calls its work tree; None where it does not say."""
    tree = os.environ.get("GIT_WORK_TREE")
    with suppress(ValueError):
        below = folder.resolve().relative_to(Path(tree).resolve()).as_posix() if tree else None
        return below and ("" if below == "." else f"{below}/")
    return None


def _prefix(git: _Git) -> str:
    return _composed(git.run("rev-parse", "--show-prefix").removesuffix(b"\n"))


# --- The site in the repository


@dataclass(frozen=True)
class _Settings:
    """What a mkdocs.yml in the repository said: the content folder's path there, and the tagging authority."""

    content: str
    authority: str = ""
    is_unreadable: bool = False


def _find_settings(git: _Git, files: Mapping[str, str], project: Project, folder: Path) -> _Settings | None:
    """Return the settings of the site: of the mkdocs.yml in the same place, else of that with the same authority."""
    name = project.config.name
    if git.prefix is not None and (here := f"{git.prefix}{name}") in files:
        return _read_settings(git, files, here, project, folder)
    for path in sorted(path for path in files if posixpath.basename(path) == name):
        found = _read_settings(git, files, path, project, folder)
        if found and found.authority == project.settings.id_authority:
            return found
    return None


def _read_settings(git: _Git, files: Mapping[str, str], path: str, project: Project, folder: Path) -> _Settings | None:
    """Return what a mkdocs.yml said; None where it was another site's than ours."""
    step = path
    while step in files and not (folder / step).exists():
        (text,) = git.contents([files[step]])
        _write(folder / step, text)
        inherited = _INHERITS.search(text)
        if inherited:
            step = posixpath.normpath(posixpath.join(posixpath.dirname(step), inherited[1].decode("utf-8", "replace")))
    top = posixpath.dirname(path)
    try:
        values: Any = read_settings(folder / path).values
        ours = values["extra"]["foljmed"]
        authority, content = str(ours["id_authority"]), str(ours.get("content", "pledges"))
    except InvalidContent:
        return _Settings(posixpath.normpath(posixpath.join(top, project.settings.content)), is_unreadable=True)
    except (KeyError, TypeError, AttributeError):
        return None
    return _Settings(posixpath.normpath(posixpath.join(top, content)), authority)


def _lay_content(git: _Git, files: Mapping[str, str], settings: _Settings, folder: Path) -> bool:
    """Write the texts of the content into a folder, and return whether there were any."""
    top = "" if settings.content == "." else f"{settings.content}/"
    found = {path[len(top) :]: object_ for path, object_ in files.items() if path.startswith(top)}
    found = {path: object_ for path, object_ in found.items() if _is_content(path)}
    for path, text in zip(found, git.contents(found.values()), strict=True):
        _write(folder / path, text)
    return bool(found)


def _is_content(path: str) -> bool:
    """Whether a path within the content folder is a text of it; nothing that leads out of a folder is."""
    return bool(re.fullmatch(r"(?![_.])[^/\\]+(/(?![_.])[^/\\]+){1,2}\.(md|yml)", path))


def _write(file: Path, text: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text)
