"""Work that is done by several processors, with the same results as by one.

Jobs are functions that change nothing but what they return. Other processes are made by forking, so that they have
all that they need; only results travel, as bytes of pickle. Where that can't be done, or fails, one process does it
all.
"""

import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import IO, Final, Generic, TypeVar

import click

S = TypeVar("S")
T = TypeVar("T")

_NUMBER: Final = 8  # bytes
# So many fit into a pipe that nobody has read from yet, whatever the system.
_TICKETS: Final = 512


@dataclass(frozen=True)
class Workers:
    """How many processes may share the work, and whether whoever waits is told how it goes."""

    processes: int = 1
    is_told: bool = False

    def results(self, jobs: Sequence[Callable[[], T]], doing: str) -> list[T]:
        """Return each job's result, in the order of the jobs. ``doing`` is what is told meanwhile."""
        if self._may_fork and len(jobs) > 1:
            return self._shared(jobs, doing)
        with self._told(doing, len(jobs)) as told:
            return [_done(job, told) for job in jobs]

    def beside(self, job: Callable[[Callable[[], S]], T]) -> "Beside[S, T]":
        """Begin a job in another process, if there may be one.

        It is given what waits until it is told something. Unlike other jobs it may write files after that, which
        nothing else reads or writes before its result is waited for.
        """
        return Beside(job, is_alone=not self._may_fork)

    @property
    def _may_fork(self) -> bool:
        return self.processes > 1 and hasattr(os, "fork")

    @contextmanager
    def _told(self, doing: str, count: int) -> Iterator[Callable[[int], object]]:
        """Show a bar in a terminal and a line elsewhere; both on standard error, as MkDocs' own."""
        if not self.is_told or not count:
            yield int
            return
        with click.progressbar(length=count, label=doing, file=sys.stderr) as bar:
            yield bar.update

    def _shared(self, jobs: Sequence[Callable[[], T]], doing: str) -> list[T]:
        tickets = _Tickets(len(jobs))
        helpers = [_Helper(jobs, tickets) for _ in range(min(self.processes, len(jobs)) - 1)]
        done: dict[int, T] = {}
        try:
            with self._told(doing, len(jobs)) as told:
                for number in tickets.drawn():
                    done[number] = _done(jobs[number], told)
                for helper in helpers:
                    for number, result in helper.results():
                        done[number] = pickle.loads(result)  # noqa: S301 - made a moment ago, by us
                        told(1)
        finally:
            tickets.close()
            for helper in helpers:
                helper.end()
        # A process that was killed, by lack of memory perhaps, leaves its share to this one.
        return [done[number] if number in done else job() for number, job in enumerate(jobs)]


class Beside(Generic[S, T]):
    """A job that goes on beside all else, until it has been told something and its result is asked for."""

    def __init__(self, job: Callable[[Callable[[], S]], T], *, is_alone: bool) -> None:
        """Begin it in another process, or (``is_alone``) do it in this one once its result is asked for."""
        self._job = job
        self._message = b""
        self._helper: _Helper | None = None
        if is_alone:
            return
        hearing, self._telling = os.pipe()
        tickets = _Tickets(1)
        self._helper = _Helper([partial(self._done, hearing)], tickets)
        tickets.close()
        os.close(hearing)

    def tell(self, message: S) -> None:
        """Tell it what it waits for, once."""
        self._message = _dumped(message)
        if self._helper:
            with suppress(BrokenPipeError), os.fdopen(self._telling, "wb") as pipe:
                pipe.write(self._message)

    def result(self) -> T:
        """Return what it made; whatever becomes of its process, it is done."""
        if self._helper is None:
            return self._job(partial(pickle.loads, self._message))
        try:
            found = [pickle.loads(each) for _, each in self._helper.results()]  # noqa: S301 - made a moment ago, by us
        finally:
            self._helper.end()
        return found[0] if found else self._job(partial(pickle.loads, self._message))

    def _done(self, hearing: int) -> T:
        os.close(self._telling)

        def told() -> S:
            with os.fdopen(hearing, "rb") as pipe:
                message = pipe.read()
            if not message:  # whoever began it has ended
                os._exit(0)
            heard: S = pickle.loads(message)  # noqa: S301 - made a moment ago, by us
            return heard

        return self._job(told)


class _Tickets:
    """Numbers of jobs, each of which is drawn once, by whichever process is first."""

    def __init__(self, count: int) -> None:
        self._count, self._step = count, -(-count // _TICKETS)
        self._reading, writing = os.pipe()
        os.write(writing, b"".join(n.to_bytes(_NUMBER, "little") for n in range(0, count, self._step)))
        os.close(writing)

    def drawn(self) -> Iterator[int]:
        """Yield numbers until none is left."""
        while ticket := os.read(self._reading, _NUMBER):
            first = int.from_bytes(ticket, "little")
            yield from range(first, min(first + self._step, self._count))

    def close(self) -> None:
        """Draw no more."""
        os.close(self._reading)


class _Helper:
    """A process that does its share of the jobs and tells the results at the end."""

    def __init__(self, jobs: Sequence[Callable[[], object]], tickets: _Tickets) -> None:
        reading, writing = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(reading)
            _work(jobs, tickets, writing)
        os.close(writing)
        self._pipe: IO[bytes] = os.fdopen(reading, "rb")

    def results(self) -> Iterator[tuple[int, bytes]]:
        """Yield the number of each job it did, and the result, as far as it came."""
        while len(head := self._pipe.read(2 * _NUMBER)) == 2 * _NUMBER:
            number, length = (int.from_bytes(part, "little") for part in (head[:_NUMBER], head[_NUMBER:]))
            result = self._pipe.read(length)
            if len(result) < length:
                return
            yield number, result

    def end(self) -> None:
        """Wait for its end; a share that nobody waits for any more is not finished."""
        if not self._pipe.closed:
            self._pipe.close()
            os.kill(self._process, signal.SIGTERM)
        os.waitpid(self._process, 0)


def _done(job: Callable[[], T], told: Callable[[int], object]) -> T:
    result = job()
    told(1)
    return result


def _work(jobs: Sequence[Callable[[], object]], tickets: _Tickets, writing: int) -> None:
    """Do a share of the jobs and end the process, whatever happens."""
    try:
        done = [(number, _dumped(jobs[number]())) for number in tickets.drawn()]
        with os.fdopen(writing, "wb") as pipe:
            for number, result in done:
                pipe.write(number.to_bytes(_NUMBER, "little") + len(result).to_bytes(_NUMBER, "little"))
                pipe.write(result)
    finally:
        os._exit(0)  # nothing of the first process may be closed or written twice


def _dumped(result: object) -> bytes:
    return pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
