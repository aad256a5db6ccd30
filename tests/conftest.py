import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

import building
import tools


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return a function that gives a site as built for a day; each is built once for all tests."""
    built: dict[tuple[str, str], Path] = {}

    def get(name: str, today: str = "") -> Path:
        day = today or building.TODAY[name]
        if (name, day) not in built:
            target = tmp_path_factory.mktemp("site") / f"{name}-{day}"
            built[name, day] = building.build(building.CONFIGS[name], target, day)
        return built[name, day]

    return get


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def address(site: Callable[..., Path]) -> Iterator[str]:
    """Return where a browser finds Exempelby."""
    handler = functools.partial(_Quiet, directory=site("exempelby"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser; one a module, since no two may be open in one thread."""
    program = tools.need("chromium", "chromium")
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()
