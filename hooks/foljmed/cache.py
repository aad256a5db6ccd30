"""Results kept from one build to the next, in ``.cache/foljmed``.

A result is found again only by everything that decided it: whoever keeps one gives the bytes that it was made from,
and every name here also holds the versions of the libraries and our own code. The folder is safe to delete at any
time, also while builds use it: files appear whole, and what can't be read whole is made anew.
"""

import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from threading import get_ident
from typing import Any, Final, TypeVar

from foljmed.workers import Workers

T = TypeVar("T")

LIBRARIES: Final = (
    "mkdocs",
    "markdown",
    "nh3",
    "pydantic",
    "pydantic-core",
    "pyyaml",
    "pillow",
    "babel",
    "jinja2",
    "markupsafe",
    "feedgen",
    "icalendar",
    "lxml",
    "tzdata",
)
_CHECK: Final = 32  # bytes of a digest, before the content
_SPARE: Final = 4


@cache
def maker() -> bytes:
    """Return what of this program decides a result: Python, the libraries, every module of the package."""
    code = hashlib.sha256(sys.version.encode())
    for library in LIBRARIES:
        code.update(f"{library} {version(library)}\n".encode())
    for module in sorted(Path(__file__).parent.glob("*.py")):
        code.update(module.name.encode() + module.read_bytes())
    return code.digest()


class Cache:
    """Results by what they were made from."""

    def __init__(self, folder: Path, memory: dict[str, Any] | None = None) -> None:
        """Keep them in a folder, which is made when it is needed.

        A preview gives ``memory`` too, from one build to the next: what is in it need not be read again.
        """
        self._folder = folder
        self._memory = memory
        self._used: set[str] = set()

    def key(self, ingredients: Iterable[bytes]) -> str:
        """Return the name of a result."""
        name = hashlib.sha256(maker())
        for each in ingredients:
            name.update(len(each).to_bytes(8, "little") + each)
        self._used.add(name.hexdigest())
        return name.hexdigest()

    def get(self, key: str) -> memoryview | None:
        """Return what was kept, or None when there is nothing or it is damaged."""
        try:
            content = (self._folder / key).read_bytes()
        except OSError:
            return None
        kept = memoryview(content)[_CHECK:]
        return kept if hashlib.sha256(kept).digest() == content[:_CHECK] else None

    def has(self, key: str) -> bool:
        """Whether something is kept, which may be damaged."""
        return bool(key) and os.path.exists(self._folder / key)  # noqa: PTH110 - Path's minds a folder that is closed to us

    def put(self, key: str, content: bytes) -> None:
        """Keep a result; where that can't be done, the next build makes it again."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished = self._folder / f"_{os.getpid()}-{get_ident()}-{key}"
            with unfinished.open("wb") as file:
                file.write(hashlib.sha256(content).digest())
                file.write(content)
            unfinished.replace(self._folder / key)

    def remembered(self, key: str) -> Any:
        """Return a result that is in memory, or None."""
        return self._memory.get(key) if self._memory else None

    def use(self, keys: Iterable[str]) -> None:
        """Note that results are of use, wherever their names were made."""
        self._used.update(filter(None, keys))

    def remember(self, key: str, result: object) -> None:
        """Note that a result is of use, and in a preview keep it in memory."""
        self.use([key])
        if self._memory is not None:
            self._memory[key] = result

    def tidy(self) -> None:
        """Forget what this build had no use for; remove the oldest from the folder once it is many times the rest."""
        if self._memory is not None:
            for key in self._memory.keys() - self._used:
                self._memory.pop(key)
        with suppress(OSError):
            others = [file for file in self._folder.iterdir() if file.name not in self._used]
            if len(others) > _SPARE * max(len(self._used), 10):
                for file in sorted(others, key=lambda each: each.stat().st_mtime)[: -len(self._used) or None]:
                    file.unlink(missing_ok=True)

    def results(
        self, keys: Sequence[str], jobs: Sequence[Callable[[], object]], workers: Workers, doing: str
    ) -> list[Any]:
        """Return each job's result: kept under its key, or made now. Without a key it is always made."""
        found: dict[int, Any] = {}
        for number, key in enumerate(keys):
            if (result := self.remembered(key)) is not None:
                found[number] = result
            elif key and (content := self.get(key)) is not None:
                found[number] = pickle.loads(content)  # noqa: S301 - by us, checked to be whole
        missing = [number for number in range(len(jobs)) if number not in found]
        made = [partial(self._made, keys[number], jobs[number]) for number in missing]
        for place, result in workers.results(made, doing):
            number = missing[place]
            found[number] = pickle.loads(result) if keys[number] else result  # noqa: S301 - as above
        for number, key in enumerate(keys):
            if key:
                self.remember(key, found[number])
        return [found[number] for number in range(len(jobs))]

    def result(self, key: str, job: Callable[[], T]) -> T:
        """Return one job's result: kept under its key, or made now."""
        made: T = self.results([key], [job], Workers(), "")[0]
        return made

    def _made(self, key: str, job: Callable[[], object]) -> Any:
        """Return a job's result; one that is kept as it is kept, so that it is packed once."""
        if not key:
            return job()
        content = pickle.dumps(job(), pickle.HIGHEST_PROTOCOL)
        self.put(key, content)
        return content
