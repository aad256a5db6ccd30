"""How long a saved file takes until ``mkdocs serve`` shows it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

PATIENCE = 300.0


def waits(folder: Path, today: str, change: Callable[[Path, int], str], rounds: int) -> list[float]:
    """Return the seconds from saving an update to reading it on its page, for each round."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "FOLJMED_TODAY": today}
    command = [sys.executable, "-m", "mkdocs", "serve", "-q", "-a", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)
    file = max(folder.glob("pledges/*/*/????-??-??-*.md"))
    page = f"http://127.0.0.1:{port}/{file.parent.relative_to(folder / 'pledges').as_posix()}/"
    try:
        _wait(page, "")
        return [_one(folder, page, change, 1000 + number) for number in range(rounds)]
    finally:
        server.terminate()
        server.wait()


def _one(folder: Path, page: str, change: Callable[[Path, int], str], number: int) -> float:
    time.sleep(1)  # a person does not save twice at once
    start = time.perf_counter()
    _wait(page, change(folder, number))
    return time.perf_counter() - start


def _wait(page: str, words: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(page, timeout=PATIENCE) as answer:  # noqa: S310 - our own server
                if words in answer.read().decode():
                    return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.02)
    sys.exit(f"{page} never showed {words!r}")
