from collections.abc import Callable
from pathlib import Path

import pytest

import building


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
