"""A made-up municipality's project in git, the way people and servers have it: clones, a bare repository, its hooks."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import building

TODAY = "2025-05-15"
PLEDGES = "pledges/2024-2025"
_PARTS = (
    *("hooks", "overrides", "deploy", "Makefile", "requirements.lock", "pyproject.toml", ".gitignore"),
    *(".gitattributes", ".pre-commit-config.yaml"),
)
_SITE = building.ROOT / "tests/sites/exempelby"
_PROGRAMS = ("foljmed", "mkdocs", "python", "pre-commit")


def lay_project(folder: Path) -> None:
    """Lay this project in a folder, with Exempelby's content in place of the real."""
    for part in _PARTS:
        building.copy_part(building.ROOT / part, folder / part)
    for part in ("docs", "pledges"):
        building.copy_part(_SITE / part, folder / part)
    shutil.copy(building.ROOT / "mkdocs.yml", folder / "inherited.yml")
    config = (_SITE / "mkdocs.yml").read_text("utf-8").replace("../../../mkdocs.yml", "inherited.yml")
    (folder / "mkdocs.yml").write_text(config.replace("../../../", ""), "utf-8")


@dataclass(frozen=True)
class Repository:
    """A folder with a repository, and the environment that its commands run in."""

    folder: Path
    env: dict[str, str]

    def run(self, *command: str | Path, expect: int | None = 0, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command and return what it printed; ``expect`` is its exit code, None for any."""
        done = subprocess.run(
            list(map(str, command)),
            cwd=self.folder,
            env={**self.env, **more},
            capture_output=True,
            text=True,
            check=False,
        )
        if expect is not None:
            assert done.returncode == expect, done.stdout + done.stderr
        return done

    def git(self, *arguments: str | Path, expect: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Run git."""
        return self.run("git", *arguments, expect=expect)

    def foljmed(self, *arguments: str | Path, expect: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Run foljmed."""
        return self.run(".venv/bin/foljmed", *arguments, expect=expect)

    def commit(self, message: str = "Ny uppdatering") -> None:
        """Commit everything, whatever a hook would say."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--message", message)

    def head(self) -> str:
        """Return the id of the last commit."""
        return self.git("rev-parse", "HEAD").stdout.strip()

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace words that stand once in a file."""
        file = self.folder / path
        text = file.read_text("utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), "utf-8")


def environment(home: Path) -> dict[str, str]:
    """Return an environment in which git knows nobody's settings, and everything happens on one day."""
    home.mkdir(parents=True, exist_ok=True)
    (home / ".gitconfig").write_text(
        "[user]\nname = Prov\nemail = prov@foljmed.example\n[init]\ndefaultBranch = main\n", "utf-8"
    )
    own = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "PYTHON"))}
    day = {"FOLJMED_TODAY": TODAY, "NO_MKDOCS_2_WARNING": "1"}
    return {**own, **day, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "PRE_COMMIT_HOME": str(home / "pre-commit")}


def clone(source: Path, folder: Path, env: dict[str, str]) -> Repository:
    """Clone a repository and give it the programs that ``make`` would have installed."""
    subprocess.run(["git", "clone", "--quiet", source, folder], env=env, check=True)  # noqa: S607 - git, wherever it is
    programs = folder / ".venv/bin"
    programs.mkdir(parents=True)
    for name in _PROGRAMS:
        # Not a link to the folder: make may clear it.
        (programs / name).symlink_to(Path(sys.executable).parent / name)
    (folder / ".venv/ready").touch()
    return Repository(folder, {**env, "PYTHONPATH": str(folder / "hooks")})


def bare(home: Path, env: dict[str, str]) -> Path:
    """Make a bare repository that holds the project, and return its folder."""
    first = Repository(home / "first", env)
    lay_project(first.folder)
    first.git("init", "--quiet")
    first.commit("Det som redan är publicerat")
    remote = home / "remote.git"
    first.git("clone", "--quiet", "--bare", first.folder, remote)
    return remote
