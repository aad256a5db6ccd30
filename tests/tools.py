"""Programs from the system that some tests need. They are fetched where that is possible, else the test says so."""

import functools
import os
import shutil
import subprocess
from ctypes.util import find_library

import pytest


@functools.cache
def _install(package: str) -> str:
    """Install a Debian package and return why that failed, empty when it did not."""
    if os.name != "posix" or not shutil.which("apt-get"):
        return "there is no apt-get here"
    if os.geteuid() != 0:
        return "only root may install it"
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", package]):
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **_QUIET})
        if done.returncode:
            return done.stderr.strip()[-300:]
    return ""


_QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


def need(program: str, package: str) -> str:
    """Return a program's path; skip the test, saying why, where it is missing and can't be had."""
    found = shutil.which(program)
    if not found:
        why = _install(package)
        found = shutil.which(program)
        if not found:
            pytest.skip(f"{program} (Debian: {package}) is missing: {why}")
    return found


def need_library(name: str, package: str) -> str:
    """Return a shared library's name; skip the test, saying why, where it is missing and can't be had."""
    found = find_library(name)
    if not found:
        why = _install(package)
        found = find_library(name)
        if not found:
            pytest.skip(f"the library {name} (Debian: {package}) is missing: {why}")
    return found
