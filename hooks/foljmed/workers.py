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
from typing import IO, Any, Final, Generic, TypeVar

import click

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

    def beside(self, job: Callable[[Callable[[], Any]], T]) -> "Beside[T]":
        """Begin a job in another process, if there may be one: rather early, since a large process is slow to fork.

        It is given what waits until it is told something. Unlike other jobs it may write files, which nothing else
        reads or writes between what it was told last and its result.
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


class Beside(Generic[T]):
    """A job that goes on beside all else, as far as it has been told what it asks for, until its result is wanted."""

    def __init__(self, job: Callable[[Callable[[], Any]], T], *, is_alone: bool) -> None:
        """Begin it in another process, or (``is_alone``) do it in this one once its result is wanted."""
        self._job = job
        self._messages: list[object] = []
        self._helper: _Helper | None = None
        if is_alone:
            return
        hearing, telling = os.pipe()
        self._telling = os.fdopen(telling, "wb")
        tickets = _Tickets(1)
        self._helper = _Helper([partial(self._done, hearing)], tickets)
        tickets.close()
        os.close(hearing)

    def tell(self, message: object, briefly: object | None = None) -> None:
        """Tell it what it asks for, or will ask for, in its turn.

        Another process is told ``briefly``, if given: where that turns out to be too little, it raises an error.
        """
        self._messages.append(message)
        if self._helper:
            with suppress(BrokenPipeError):
                pickle.dump(message if briefly is None else briefly, self._telling, pickle.HIGHEST_PROTOCOL)
                self._telling.flush()

    def result(self) -> T:
        """Return what it made; whatever becomes of its process, it is done, here if need be."""
        found = []
        if self._helper:
            with suppress(BrokenPipeError):
                self._telling.close()
            found = self._helper.result()
        return found[0] if found else self._job(iter(self._messages).__next__)

    def _done(self, hearing: int) -> T:
        os.close(self._telling.fileno())
        pipe = os.fdopen(hearing, "rb")

        def told() -> object:
            try:
                return pickle.load(pipe)  # noqa: S301 - made a moment ago, by us
            except (EOFError, pickle.UnpicklingError):  # whoever began it has ended
                os._exit(0)

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

    def result(self) -> list[Any]:
        """Wait for its end; return the results that came."""
        try:
            return [pickle.loads(each) for _, each in self.results()]  # noqa: S301 - made a moment ago, by us
        finally:
            self.end()

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
