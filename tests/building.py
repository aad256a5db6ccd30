"""Builds whole sites the way people do: ``mkdocs build`` in a process of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONFIGS = {"salem": ROOT / "mkdocs.yml", "exempelby": ROOT / "tests/sites/exempelby/mkdocs.yml"}
TODAY = {"salem": "2026-11-23", "exempelby": "2025-05-15"}


def environment(today: str, **more: str) -> dict[str, str]:
    """Return a process's environment in which the site speaks for a day."""
    return {**os.environ, "NO_MKDOCS_2_WARNING": "1", "FOLJMED_TODAY": today, **more}


def mkdocs(*arguments: str | Path, env: dict[str, str], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run mkdocs and return what it printed."""
    command = [sys.executable, "-m", "mkdocs", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


def build(config: Path, target: Path, today: str, **more: str) -> Path:
    """Build a site, warnings as errors, and return its folder."""
    done = mkdocs("build", "--strict", "-f", config, "-d", target, env=environment(today, **more))
    assert done.returncode == 0, done.stdout + done.stderr
    return target


def copy_exempelby(folder: Path) -> Path:
    """Copy Exempelby and what it is built with into a folder, to be written in, and return its mkdocs.yml."""
    for part in ("hooks", "overrides", "tests/sites/exempelby", "mkdocs.yml"):
        copy_part(ROOT / part, folder / part)
    return folder / CONFIGS["exempelby"].relative_to(ROOT)


def copy_part(source: Path, target: Path) -> None:
    """Copy a file or folder of the project, without what was made from it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("site", "__pycache__"), dirs_exist_ok=True)
    else:
        shutil.copy(source, target)
