"""Installs the readers from outside Python, once, from their lock file; node itself comes with the test packages."""

import os
import subprocess
import sys
from pathlib import Path

CLIENTS = Path(__file__).parent / "clients"
BIN = Path(sys.executable).parent
ENV = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}


def install(folder: Path = CLIENTS) -> None:
    """Bring what a folder's lock file names, unless it is there."""
    done = folder / "node_modules/.package-lock.json"
    if not done.exists() or done.stat().st_mtime < (folder / "package-lock.json").stat().st_mtime:
        subprocess.run([BIN / "npm", "ci", "--silent", "--ignore-scripts"], cwd=folder, env=ENV, check=True)


def node(script: str, *arguments: str | Path) -> str:
    """Run one of the scripts in ``clients/`` and return what it printed."""
    install()
    command = [BIN / "node", CLIENTS / script, *arguments]
    return subprocess.run(command, env=ENV, check=True, capture_output=True, text=True).stdout
