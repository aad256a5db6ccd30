"""The pages written by hand in ``docs/`` and the settings that are shown: what must not be public, where links lead.

MkDocs itself turns them to HTML, and would say what it minds in English, in the middle of a build.
"""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from foljmed import guard
from foljmed.links import Links, page_html
from foljmed.problems import Fault, InvalidContent, Problem
from foljmed.prose import Text, link, plain
from foljmed.settings import Project
from foljmed.source import Source, read_page, read_settings
from foljmed.tree import Tree

_TARGET = re.compile(r'<(a|img)\b[^>]*?\s(?:href|src)="([^"]*)"')


def check(project: Project, tree: Tree, links: Links, domains: tuple[str, ...]) -> Iterator[Problem]:
    """Yield what is wrong with the pages and images in docs/, and what of the settings may be personal data."""
    allowed: list[str] = []
    for path in sorted(tree.docs):
        try:
            source = read_page(tree.root / path, path)
        except InvalidContent as invalid:
            yield from invalid.problems
            continue
        allowed += guard.allowed_in(source)
        yield from _check_page(source, links, domains)
    for image in tree.docs_images:
        yield from _check_image(image, tree.shown(image), allowed)
    yield from _check_settings(project, domains)


def _check_page(source: Source, links: Links, domains: tuple[str, ...]) -> Iterator[Problem]:
    html = page_html(source.body)
    yield from guard.check_file(source, [Text(html, plain(html))], domains)
    yield from guard.check_name(source.path, source.path, guard.allowed_in(source))
    for kind, written in dict.fromkeys(_TARGET.findall(html)):
        target = unescape(written)
        try:
            if kind == "a":
                link(target, lambda within: links.from_page(source.path, within))
            elif "://" not in target:
                links.image_of_page(source.path, target)
        except Fault as fault:
            yield source.body_problem(fault, target)


def _check_image(image: Path, path: str, allowed: list[str]) -> Iterator[Problem]:
    from foljmed.images import has_position, versions  # most sites have none here, and Pillow's import costs 50 ms

    yield from guard.check_name(path, path, allowed)
    try:
        versions(path, image)
    except Fault as fault:
        yield fault.at(path, 1)
    if image.name not in allowed and has_position(image):
        yield Fault("image-position", name=image.name).at(path, 1)


def _check_settings(project: Project, domains: tuple[str, ...]) -> Iterator[Problem]:
    """Yield what may be personal data in those texts of mkdocs.yml that are shown."""
    source = Source(project.config.name, *read_settings(project.config))
    ours = source.values["extra"]["foljmed"]
    shown = {key: source.values.get(key) for key in ("site_name", "site_description", "copyright")}
    for place, text in guard.values_in({**shown, "extra": {"foljmed": ours}}):
        for problem in guard.check_text(text, project.settings.allowed, domains):
            yield problem.at(source.path, source.line(*place))
