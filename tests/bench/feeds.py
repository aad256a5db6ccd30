"""Prints what all feeds of 10,000 updates cost beside converting the updates' Markdown once ."""

import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import content

from foljmed.feeds import Feeds
from foljmed.pages import Pages
from foljmed.prose import Prose, nowhere
from foljmed.reader import read_catalog
from foljmed.settings import read_project
from foljmed.views import Views

ROUNDS = 3


def main(pledges: int, updates: int) -> None:
    """Time both, alternating, in one process."""
    with tempfile.TemporaryDirectory() as folder:
        project = read_project(content.make(Path(folder) / "project", pledges, updates))
        catalog = read_catalog(project)
        views = Views(catalog, date(2021, 1, 1))
        every = list(views.catalog.all_updates())
        for _ in range(ROUNDS):
            prose, start = Prose(), time.perf_counter()
            for update in every:
                prose.convert(update.source.body, 5, nowhere())
            markdown, start = time.perf_counter() - start, time.perf_counter()
            pages = Pages(views, project, Path(__file__).parents[2] / "overrides/foljmed")
            feeds = Feeds(views, project, pages.item)
            size = sum(len(feeds.write(feed)) for feed in feeds.every)
            took = time.perf_counter() - start
            print(
                f"{len(every)} updates: Markdown once {markdown:.2f} s; {len(feeds.every)} feeds, {size / 1e6:.1f} MB, "
                f"{took:.2f} s; ratio {took / markdown:.2f}"
            )


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3] or ("40", "250")))
