"""Work that is done by two processors, with the same results as by one.

Jobs are functions that change nothing but what they return. A second process is made by forking, so that it has all
that they need; only results travel, as bytes of pickle. Where that can't be done, or fails, one process does it all.
"""

import os
import pickle
from collections.abc import Callable, Sequence
from typing import IO, TypeVar

T = TypeVar("T")


def results(jobs: Sequence[Callable[[], T]], processes: int) -> list[T]:
    """Return each job's result, in the order of the jobs."""
    if not _can_share(jobs, processes):
        return [job() for job in jobs]
    return [pickle.loads(each) for each in _shared(jobs)]  # noqa: S301 - made a moment ago, by this program


def pickled(jobs: Sequence[Callable[[], object]], processes: int) -> list[bytes]:
    """Return each job's result as pickle, in the order of the jobs."""
    return _shared(jobs) if _can_share(jobs, processes) else [_dumped(job()) for job in jobs]


def _can_share(jobs: Sequence[object], processes: int) -> bool:
    return processes > 1 and len(jobs) > 1 and hasattr(os, "fork")


def _shared(jobs: Sequence[Callable[[], object]]) -> list[bytes]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(jobs[1::2], writing)
    os.close(writing)
    try:
        # Closed in any case, or the child would wait for ever to be heard.
        with os.fdopen(reading, "rb") as pipe:
            own = [_dumped(job()) for job in jobs[::2]]
            others = _received(pipe, len(jobs) // 2)
    finally:
        os.waitpid(child, 0)
    # A process that was killed, by lack of memory perhaps, leaves its share to this one.
    others += [_dumped(job()) for job in jobs[1::2][len(others) :]]
    every: list[bytes] = [b""] * len(jobs)
    every[::2], every[1::2] = own, others
    return every


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
