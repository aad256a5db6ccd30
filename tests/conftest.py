from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

import building
import tools
import workshop
from served import served
from viewed import ARGUMENTS


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


@pytest.fixture(scope="session")
def address(site: Callable[..., Path]) -> Iterator[str]:
    """Return where a browser finds Exempelby."""
    with served(site("exempelby")) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser; one a module, since no two may be open in one thread."""
    program = tools.need("chromium", "chromium")
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Return a bare repository with what has been published, to be cloned and never pushed to, and its environment."""
    home = tmp_path_factory.mktemp("origin")
    env = workshop.environment(home / "home")
    return workshop.bare(home, env), env
