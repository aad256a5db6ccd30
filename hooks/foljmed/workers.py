"""Work that is done by several processors, with the same results as by one.

Jobs are functions that change nothing but what they return. Other processes are made by forking, so that they have
all that they need; only results travel, as bytes of pickle. Where that can't be done, or fails, one process does it
all.
"""

import atexit
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from struct import Struct
from tempfile import TemporaryFile
from typing import IO, Any, Final, Generic, TypeVar, cast

import click

T = TypeVar("T")

_NUMBER: Final = 8  # bytes
# So many fit into a pipe that nobody has read from yet, whatever the system.
_TICKETS: Final = 512
_LAST: Final = 19  # whose turn comes when nobody else asks for the processor
_HEAD: Final = Struct("=4Q")  # process, number of the job, where its result lies, its length


@dataclass(frozen=True)
class Workers:
    """How many processes may share the work, and whether whoever waits is told how it goes."""

    processes: int = 1
    is_told: bool = False

    def results(self, jobs: Sequence[Callable[[], T]], doing: str) -> Iterator[tuple[int, T]]:
        """Yield the place of each job among them and its result, another process's as soon as it is there.

        ``doing`` is what is told meanwhile.
        """
        left = set(range(len(jobs)))
        with self._told(doing, len(jobs)) as told:
            for number, result in self._shared(jobs) if self._may_fork and len(jobs) > 1 else ():
                left.remove(number)
                told(1)
                yield number, result
            # A process that was killed, by lack of memory perhaps, leaves its share to this one.
            for number in sorted(left):
                result = jobs[number]()
                told(1)
                yield number, result

    def beside(self, job: Callable[[Callable[[], Any]], T]) -> "Beside[T]":
        """Begin a job in another process, if there may be one: rather early, since a large process is slow to fork.

        It is given what waits until it is told something. Unlike other jobs it may write files, which nothing else
        reads or writes between what it was told last and its result.
        """
        return Beside(job, is_alone=not self._may_fork)

    def meanwhile(self, job: Callable[[], object]) -> Callable[[], None]:
        """Begin a job in another process, if there may be one, in the time that all others leave; return what ends it.

        For what is done where it is needed, too, if it is not done by then.
        """
        return _Helpers([partial(_modestly, job)], 1).end if self._may_fork else lambda: None

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

    def _shared(self, jobs: Sequence[Callable[[], T]]) -> Iterator[tuple[int, T]]:
        helpers = _Helpers(jobs, min(self.processes, len(jobs)) - 1)
        try:
            for number in helpers.tickets.drawn():
                yield number, jobs[number]()
                yield from helpers.results(waiting=False)
            yield from helpers.results(waiting=True)
        finally:
            helpers.end()


class Beside(Generic[T]):
    """A job that goes on beside all else, as far as it has been told what it asks for, until its result is wanted."""

    def __init__(self, job: Callable[[Callable[[], Any]], T], *, is_alone: bool) -> None:
        """Begin it in another process, or (``is_alone``) do it in this one once its result is wanted."""
        self._job = job
        self._messages: list[object] = []
        self._helper: _Helpers | None = None
        if is_alone:
            return
        hearing, telling = os.pipe()
        self._telling = os.fdopen(telling, "wb")
        self._helper = _Helpers([partial(self._done, hearing)], 1)
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
        if self._helper:
            with suppress(BrokenPipeError):
                self._telling.close()
            try:
                for _, result in self._helper.results(waiting=True):
                    return cast("T", result)
            finally:
                self._helper.end()
        return self._job(iter(self._messages).__next__)

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


class _Helpers:
    """Other processes that share jobs, and tell each result once it is there."""

    def __init__(self, jobs: Sequence[Callable[[], object]], count: int) -> None:
        """Begin so many of them, or as many as there is room for."""
        self._ending = ExitStack()
        # A build that fails ends them, too: whoever reads what it says would wait for the last of them.
        atexit.register(self.end)
        self.tickets = _Tickets(len(jobs))
        self._ending.callback(self.tickets.close)
        # Results lie in a file of each process: a pipe has room for little until somebody reads, and only says where.
        self._contents: list[IO[bytes]] = []
        self._pipe, writing = os.pipe()
        self._ending.callback(os.close, self._pipe)
        with suppress(OSError):
            for number in range(count):
                self._contents.append(self._ending.enter_context(TemporaryFile()))  # noqa: SIM115 - it is one
                process = os.fork()
                if process == 0:
                    os.close(self._pipe)
                    _work(jobs, self.tickets, number, self._contents[number], writing)
                self._ending.callback(_end, process)
        os.close(writing)

    def results(self, *, waiting: bool) -> Iterator[tuple[int, Any]]:
        """Yield the number of each job that they did, and its result: as far as they came, or (``waiting``) all."""
        os.set_blocking(self._pipe, waiting)
        with suppress(BlockingIOError):
            while len(head := os.read(self._pipe, _HEAD.size)) == _HEAD.size:
                process, number, at, length = _HEAD.unpack(head)
                result = os.pread(self._contents[process].fileno(), length, at)
                yield number, pickle.loads(result)  # noqa: S301 - made a moment ago, by us

    def end(self) -> None:
        """Wait for their end, once; a share that nobody waits for any more is not finished."""
        self._ending.close()


def _end(process: int) -> None:
    with suppress(ProcessLookupError, ChildProcessError):  # gone at once where whoever began this one ignores such
        os.kill(process, signal.SIGTERM)
        os.waitpid(process, 0)


def _modestly(job: Callable[[], object]) -> None:
    os.nice(_LAST)
    job()


def _work(
    jobs: Sequence[Callable[[], object]], tickets: _Tickets, process: int, content: IO[bytes], writing: int
) -> None:
    """Do a share of the jobs and end the process, whatever happens."""
    try:
        for number in tickets.drawn():
            result, at = pickle.dumps(jobs[number](), pickle.HIGHEST_PROTOCOL), content.tell()
            content.write(result)
            content.flush()
            os.write(writing, _HEAD.pack(process, number, at, len(result)))
    finally:
        os._exit(0)  # nothing of the first process may be closed or written twice
