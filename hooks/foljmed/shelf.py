"""What a pledge's folder holds, packed: as it is kept from one build to the next, and told between processes.

In three pieces, so that a build unpacks no more than it uses: what has to be looked up to know whether the rest still
holds, what every build needs of the updates, and their texts.
"""

import hashlib
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from foljmed.catalog import Pledge, Update
from foljmed.problems import InvalidContent, Problem
from foljmed.prose import Picture, Text
from foljmed.source import Source, read_markdown
from foljmed.tree import PledgeFolder, Tree


@dataclass(frozen=True)
class Part:
    """What one folder holds, by itself: anything else that decided it is in ``targets``, which must still hold.

    ``targets`` are the links and images that were looked up: the file's path, the target as written, what it means.
    ``digests`` are those of its updates' files, by id, of a part that was packed.
    """

    pledge: Pledge | None
    problems: tuple[Problem, ...]
    targets: tuple[tuple[str, str, str | Picture], ...]
    digests: Callable[[], Mapping[str, bytes]] = dict


def pack(part: Part, digests: Mapping[str, bytes]) -> bytes:
    """Return what another process, or a later build, can make the part of.

    First what has to be looked up for that; then what every build needs of the updates; last their texts, and of their
    files the digests, by which it can be seen which have changed.
    """
    updates = part.pledge.updates if part.pledge else ()
    pledge = replace(part.pledge, updates=()) if part.pledge else None
    briefs = [
        (each.file, each.id, each.day, each.written.summary, each.written.is_blank, each.written.images)
        for each in updates
    ]
    texts = {each.id: each.text for each in updates}
    every = (part.targets, (pledge, part.problems, briefs), (texts, digests))
    return b"".join(pickle.dumps(each, pickle.HIGHEST_PROTOCOL) for each in every)


def unpacked(key: str, packed: bytes | memoryview, tree: Tree, folder: PledgeFolder) -> Part:
    """Return a part again, whose texts are unpacked when somebody asks for one."""
    file = BytesIO(packed)
    targets = pickle.load(file)  # noqa: S301 - from memory or the project's own .cache, checked to be whole
    pledge, problems, briefs = pickle.load(file)  # noqa: S301 - as above
    shelf = _Shelf(tree, folder.file.parent, memoryview(packed)[file.tell() :])
    if pledge:
        pledge = replace(
            pledge,
            updates=tuple(
                Update(read, id_, day, pledge.period, pledge.id, _OnShelf(shelf, id_, *brief))
                for read, id_, day, *brief in briefs
            ),
            digest=hashlib.sha256(key.encode() + pickle.dumps(targets)).hexdigest() if key else "",
            targets=tuple(sorted({found for *_, found in targets if isinstance(found, str)})),
        )
    return Part(pledge, problems, targets, lambda: shelf.content[1])


class _Shelf:
    """The texts of a folder's updates, and the digests of their files, as they are kept."""

    def __init__(self, tree: Tree, folder: Path, packed: memoryview) -> None:
        self._tree, self._folder, self._packed = tree, folder, packed
        self._latest = Source("")

    @cached_property
    def content(self) -> tuple[Mapping[str, Text], Mapping[str, bytes]]:
        content: tuple[Mapping[str, Text], Mapping[str, bytes]] = pickle.loads(self._packed)  # noqa: S301 - as in unpacked
        return content

    def source(self, update: str) -> Source:
        """Return an update's file as it is now: it is wanted only for the lines of what is wrong."""
        file = self._folder / f"{update}.md"
        path = self._tree.shown(file)
        if self._latest.path != path:  # its problems come one after another
            try:
                self._latest = read_markdown(file, path)
            except InvalidContent:  # it was another one when it was read
                self._latest = Source(path)
        return self._latest


class _OnShelf(NamedTuple):
    """What stands in an update's file, most of it on a shelf."""

    shelf: _Shelf
    id: str
    summary: str
    is_blank: bool
    images: tuple[str, ...]

    @property
    def source(self) -> Source:
        return self.shelf.source(self.id)

    @property
    def text(self) -> Text:
        return self.shelf.content[0][self.id]
