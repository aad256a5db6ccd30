"""Work that is done by two processors, with the same results as by one.

Jobs are functions that change nothing but what they return. A second process is made by forking, so that it has all
that they need; only results travel, as bytes of pickle. Where that can't be done, or fails, one process does it all.
"""

import os
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TypeVar

import click

T = TypeVar("T")


@dataclass(frozen=True)
class Workers:
    """How many processes may share the work, and whether whoever waits is told how it goes."""

    processes: int = 1
    is_told: bool = False

    def results(self, jobs: Sequence[Callable[[], T]], doing: str) -> list[T]:
        """Return each job's result, in the order of the jobs. ``doing`` is what is told meanwhile."""
        if self._can_share(jobs):
            return [pickle.loads(each) for each in self._shared(jobs, doing)]  # noqa: S301 - made a moment ago, by us
        with self._told(doing, len(jobs)) as told:
            return [_done(job, told) for job in jobs]

    def pickled(self, jobs: Sequence[Callable[[], object]], doing: str) -> list[bytes]:
        """Return each job's result as pickle, in the order of the jobs."""
        if self._can_share(jobs):
            return self._shared(jobs, doing)
        with self._told(doing, len(jobs)) as told:
            return [_dumped(_done(job, told)) for job in jobs]

    def _can_share(self, jobs: Sequence[object]) -> bool:
        return self.processes > 1 and len(jobs) > 1 and hasattr(os, "fork")

    @contextmanager
    def _told(self, doing: str, count: int) -> Iterator[Callable[[int], object]]:
        """Show a bar in a terminal and a line elsewhere; both on standard error, as MkDocs' own."""
        if not self.is_told or not count:
            yield int
            return
        with click.progressbar(length=count, label=doing, file=sys.stderr) as bar:
            yield bar.update

    def _shared(self, jobs: Sequence[Callable[[], object]], doing: str) -> list[bytes]:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _work(jobs[1::2], writing)
        os.close(writing)
        try:
            # Closed in any case, or the child would wait for ever to be heard.
            with os.fdopen(reading, "rb") as pipe, self._told(doing, len(jobs[::2])) as told:
                own = [_dumped(_done(job, told)) for job in jobs[::2]]
                others = _received(pipe, len(jobs) // 2)
        finally:
            os.waitpid(child, 0)
        # A process that was killed, by lack of memory perhaps, leaves its share to this one.
        others += [_dumped(job()) for job in jobs[1::2][len(others) :]]
        every: list[bytes] = [b""] * len(jobs)
        every[::2], every[1::2] = own, others
        return every


def _done(job: Callable[[], T], told: Callable[[int], object]) -> T:
    result = job()
    told(1)
    return result


def _work(jobs: Sequence[Callable[[], object]], writing: int) -> None:
    """Do a share of the jobs and end the process, whatever happens."""
    try:
        done = [_dumped(job()) for job in jobs]
        with os.fdopen(writing, "wb") as pipe:
            pipe.writelines(len(each).to_bytes(8, "little") + each for each in done)
    finally:
        os._exit(0)  # nothing of the first process may be closed or written twice


def _received(pipe: IO[bytes], most: int) -> list[bytes]:
    found: list[bytes] = []
    while len(found) < most:
        length = int.from_bytes(pipe.read(8), "little")
        content = pipe.read(length)
        if not length or len(content) < length:
            break
        found.append(content)
    return found


def _dumped(result: object) -> bytes:
    return pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
