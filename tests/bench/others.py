"""The same content for two generators that know nothing of pledges: bare MkDocs with Material, and Hugo.

A program of its own: what measures builds must stay small, since a process begins with its parent's peak of memory.
"""

import math
import posixpath
import re
import shutil
import sys
from pathlib import Path

from foljmed.calendars import Calendars
from foljmed.catalog import Catalog, Pledge, Update
from foljmed.feeds import Feeds
from foljmed.pages import Page, Pages
from foljmed.reader import read_catalog
from foljmed.settings import Project, read_project
from foljmed.source import Source
from foljmed.spans import parse_day
from foljmed.tree import Tree, read_tree
from foljmed.views import Views

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BARE = """site_name: {name}
site_url: {url}
theme: {{name: material, language: sv, font: false, features: [search.highlight]}}
plugins: [{{search: {{lang: sv}}}}]
markdown_extensions: [abbr, admonition, attr_list, def_list, fenced_code, tables, {{toc: {{permalink: false}}}}]
nav: [index.md]
validation: {{omitted_files: ignore}}
"""
_BLOCK = re.compile(r"<(h[2-6]|li|p|td|summary)\b[^>]*>(.*?)(?=</?(?:h[2-6]|li|p|td|summary)\b)", re.DOTALL)
_TARGET = re.compile(r"\]\(([^)\s:#]+\.md)(#[^)\s]*)?\)")


def bare(project: Project, catalog: Catalog, folder: Path, pages: tuple[Page, ...] = ()) -> Path:
    """Write the pledges' pages as ready Markdown, and the text of ``pages``; return the mkdocs.yml."""
    docs = folder / "docs"
    if pages:
        shutil.copytree(project.docs, docs)
    docs.mkdir(parents=True, exist_ok=True)
    tree = read_tree(project)
    for period in catalog.periods:
        for pledge in period.pledges:
            _write(docs / pledge.address / "index.md", _page(pledge, tree))
    for page in pages:
        file = docs / page.address / "index.md"
        if not file.exists() and not (docs / f"{page.address.rstrip('/')}.md").exists():
            _write(file, _markdown(page))
    if not (docs / "index.md").exists():
        _write(docs / "index.md", f"# {project.site_name}\n")
    for address, image in tree.images.items():
        (docs / address).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(image, docs / address)
    config = folder / "mkdocs.yml"
    _write(config, BARE.format(name=project.site_name, url=project.site_url))
    return config


def _page(pledge: Pledge, tree: Tree) -> str:
    parts = [f"# {pledge.file.title}", pledge.file.summary, _body(pledge.source, tree)]
    parts += [
        f"## {_title(each)} {{#{each.id}}}\n\n{each.day}\n\n{_body(each.source, tree)}" for each in pledge.updates
    ]
    return "\n\n".join(parts)


def _title(update: Update) -> str:
    return update.file.title or "Tillbakadragen"


def _body(source: Source, tree: Tree) -> str:
    """Return a text whose links lead to the pages that these generators make."""
    here, home = posixpath.dirname(source.path), tree.pages[source.path].split("#")[0]

    def link(match: re.Match[str]) -> str:
        address = tree.pages.get(posixpath.normpath(posixpath.join(here, match[1])), "")
        page, _, anchor = address.partition("#")
        target = posixpath.relpath(f"{page}index.md", home)
        return f"]({target}{f'#{anchor}' if anchor else match[2] or ''})"

    return _TARGET.sub(link, source.body)


def _markdown(page: Page) -> str:
    """Return a made page's text as Markdown: headings, items and paragraphs."""
    lines = [f"# {page.title}"]
    for tag, text in _BLOCK.findall(page.html):
        words = " ".join(re.sub(r"<[^>]*>", " ", text).split())
        lead = "#" * int(tag[1]) + " " if tag[0] == "h" else "- " if tag == "li" else ""
        lines += [lead + words] if words else []
    return "\n\n".join(lines)


def hugo(project: Project, catalog: Catalog, folder: Path) -> Path:
    """Copy the content as it is written to a site of Hugo's, a bundle for each pledge; return its folder.

    Updates are the bundle's resources: they have no pages of their own, and so Hugo has less to do. Its templates show
    all that the benchmark's updates hold. Its feeds hold as many items as ours.
    """
    shutil.copytree(HERE / "hugo", folder)
    pledges = sum(len(period.pledges) for period in catalog.periods)
    feeds = 1 + pledges + sum(1 + len(each.file.areas) + len(each.file.parties) for each in catalog.periods)
    limit = math.ceil(project.settings.feed_items * feeds / (1 + len(catalog.periods) + pledges))
    _write(folder / "hugo.toml", re.sub(r"limit = \d+", f"limit = {limit}", (folder / "hugo.toml").read_text("utf-8")))
    shutil.copytree(project.content, folder / "content", ignore=shutil.ignore_patterns("*.yml"))
    for ours, its in (("period.md", "_index.md"), ("lofte.md", "index.md")):
        for file in (folder / "content").rglob(ours):
            file.rename(file.with_name(its))
    return folder


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def _every_page(project: Project, views: Views) -> tuple[Page, ...]:
    pages = Pages(views, project, ROOT / "overrides/foljmed")
    return tuple(pages.every(Feeds(views, project, pages.item), (view for view, _ in Calendars(views, project).every)))


def main(kind: str, config: str, folder: str, today: str) -> None:
    """Write a project in another form: ``empty``, ``bare`` (pledges only), ``every`` (all our pages) or ``hugo``."""
    project = read_project(Path(config))
    views = Views(read_catalog(project), parse_day(today))
    if kind == "hugo":
        hugo(project, views.catalog, Path(folder))
    else:
        catalog = Catalog(()) if kind == "empty" else views.catalog
        bare(project, catalog, Path(folder), _every_page(project, views) if kind == "every" else ())


if __name__ == "__main__":
    main(*sys.argv[1:])
