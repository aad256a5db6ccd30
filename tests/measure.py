"""Prints what a reader's phone makes of the site, a line for each kind of page, and how Lighthouse rates some of them.

The tests hold what is the same every time; speed is not, and Lighthouse is too slow for every day (make measure).
"""

import argparse
import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

import building
import clients_setup
import tools
from served import KINDS, served, served_file
from viewed import ARGUMENTS, viewed

LIGHTHOUSE = Path(__file__).parent / "lighthouse"
RATED = ("start", "period", "long pledge", "updates", "calendar", "subscribe")
PHOTOGRAPHS = (".jpg", ".jpeg", ".webp")
WIDE = 160
COLUMNS = ("axe", "review", "html", "bytes", "requests", "blocking", "moved", "hosts", "stored", "complaints")


@dataclass(frozen=True)
class Page:
    """What one kind of page costs, a figure for each of COLUMNS, and what is wrong with it: text → how often."""

    kind: str
    figures: tuple[float, ...]
    wrong: Counter[str]


def measured(browser: Browser, address: str, kind: str, invalid: list[str]) -> Page:
    """Return a kind of page as a phone meets it: the first view, then the search in use."""
    with viewed(browser, address + KINDS[kind]) as view:
        view.settle()
        first = {url: size for url, size in view.loaded.items() if not url.endswith(PHOTOGRAPHS)}
        blocking, moved = len(view.blocking()), round(view.moved(), 4)
        closed = view.axe()
        view.search("vandring")
        opened = view.axe()
        found = {name: closed[name] + opened[name] for name in closed}
        other, stored = view.hosts() - {address.split("/")[2]}, view.stored()
        complaints = view.complaints
    wrong = Counter(f"{name}: {rule}: {why}" for name, nodes in found.items() for rule, _, why in nodes)
    wrong.update(map("html: {}".format, invalid))
    wrong.update(map("complaint: {}".format, complaints))
    counts = map(len, (found["violations"], found["incomplete"], invalid))
    costs = (sum(first.values()), len(first), blocking, moved)
    return Page(kind, (*counts, *costs, len(other), len(stored), len(complaints)), wrong)


def invalid_html(folder: Path) -> dict[str, list[str]]:
    """Return kind → what html-validate says of it."""
    files = {str(served_file(folder, path)): kind for kind, path in KINDS.items()}
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for each in json.loads(clients_setup.node("html.mjs", *files)):
        found[files[each["file"]]].append(f"{each['rule']}: {each['message']}")
    return found


def rated(url: str, program: str) -> dict[str, float]:
    """Return category → points of 100 that Lighthouse gives a page on a slow phone, once."""
    flags = " ".join(["--headless", *ARGUMENTS])
    command = [LIGHTHOUSE / "node_modules/.bin/lighthouse", url, "--quiet", "--output=json", f"--chrome-flags={flags}"]
    env = {**clients_setup.ENV, "CHROME_PATH": program}
    done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
    report = json.loads(done.stdout)
    if error := report.get("runtimeError"):
        raise RuntimeError(error["message"])
    return {name: round(100 * each["score"]) for name, each in report["categories"].items()}


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print rows in columns, the first to the left and figures to the right."""
    lines = [[str(each) for each in line] for line in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for first, *others in lines:
        figures = "  ".join(each.rjust(width) for each, width in zip(others, widths[1:], strict=True))
        print(first.ljust(widths[0]), figures, sep="  ")


def print_pages(browser: Browser, address: str, folder: Path) -> None:
    """Print a line for each kind of page, and below what is wrong with any."""
    invalid = invalid_html(folder)
    pages = [measured(browser, address, kind, invalid[kind]) for kind in KINDS]
    table(("page", *COLUMNS), ([page.kind, *page.figures] for page in pages))
    for wrong, count in sum((page.wrong for page in pages), Counter[str]()).most_common():
        print(f"{count:6} × {wrong[:WIDE]}")


def print_ratings(address: str, rounds: int, program: str) -> None:
    """Print Lighthouse's points: the median of some runs, and the lowest and highest where they differ."""
    clients_setup.install(LIGHTHOUSE)
    rows = []
    for kind in RATED:
        runs = [rated(address + KINDS[kind], program) for _ in range(rounds)]
        columns = {name: sorted(run[name] for run in runs) for name in runs[0]}
        rows.append([kind, *(_spread(points) for points in columns.values())])
    table(("Lighthouse, mobile", *columns), rows)


def _spread(points: list[float]) -> str:
    middle = f"{median(points):g}"
    return middle if points[0] == points[-1] else f"{middle} ({points[0]}–{points[-1]})"


def main() -> None:
    """Build Exempelby, serve it with gzip and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="runs of Lighthouse on each page; 0 leaves it out")
    rounds = parser.parse_args().rounds
    program = tools.need("chromium", "chromium")
    with tempfile.TemporaryDirectory() as temporary:
        folder = building.build(building.CONFIGS["exempelby"], Path(temporary) / "site", building.TODAY["exempelby"])
        with served(folder) as address:
            with sync_playwright() as play, play.chromium.launch(executable_path=program, args=ARGUMENTS) as browser:
                print_pages(browser, address, folder)
            if rounds:
                print_ratings(address, rounds, program)


if __name__ == "__main__":
    main()
