"""Waits for files to be saved."""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

_PAUSE = 0.5  # seconds between two looks


def changes(paths: Sequence[Path]) -> Iterator[None]:
    """Yield once at first and then each time a file has changed, come or gone. ``paths`` are files and folders."""
    seen: dict[Path, tuple[int, int]] | None = None
    while True:
        now = _state(paths)
        if now != seen:
            seen = now
            yield
        time.sleep(_PAUSE)


def _state(paths: Sequence[Path]) -> dict[Path, tuple[int, int]]:
    """Return when each file was saved and how long it is."""
    found = {}
    for path in paths:
        for file in (path, *path.rglob("*")):
            with suppress(OSError):  # gone in the meantime
                about = file.stat()
                found[file] = (about.st_mtime_ns, about.st_size)
    return found
