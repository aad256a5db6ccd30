"""Converts a project's updates with Python-Markdown as it is, shared by all cores, and does nothing else.

A build that uses the library as it is can't take less. A program of its own, so that it is timed like any build.
"""

import gc
import os
import sys
from functools import partial
from pathlib import Path

import markdown

from foljmed.workers import Workers


def converted(folder: Path) -> int:
    """Convert a folder's updates; return how long they are as HTML."""
    library = markdown.Markdown(extensions=["tables", "sane_lists", "abbr", "attr_list"], output_format="html")
    texts = (file.read_text("utf-8").split("\n---\n", 1)[1] for file in folder.glob("????-??-??-*.md"))
    return sum(len(library.reset().convert(text)) for text in texts)


def main(project: str) -> None:
    """Convert the updates of every pledge, a folder at a time."""
    gc.disable()  # as a build does
    folders = sorted(file.parent for file in Path(project).glob("pledges/*/*/lofte.md"))
    jobs = [partial(converted, folder) for folder in folders]
    print(sum(length for _, length in Workers(os.cpu_count() or 1).results(jobs, "")))


if __name__ == "__main__":
    main(sys.argv[1])
