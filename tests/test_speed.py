"""What is kept, shared or cut short to be fast changes not one byte."""

import errno
import filecmp
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import yaml
from jinja2 import DictLoader, Environment, TemplateSyntaxError
from PIL import Image

import building
from foljmed import cache as kept_results
from foljmed import checks, reader, shelf
from foljmed.cache import Cache
from foljmed.compiled import Compiled
from foljmed.pages import Page
from foljmed.problems import InvalidContent
from foljmed.prose import Prose
from foljmed.reader import read_catalog
from foljmed.search import records
from foljmed.settings import read_project
from foljmed.workers import Workers

sys.path.insert(0, str(Path(__file__).parent / "bench"))
import content

UPDATE = "pledges/2001-2030/lofte-2/2001-01-02-uppdatering-0.md"
BUILD = {"today": content.TODAY}


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """Return a project with enough in it for results to be kept and work to be shared, built once."""
    folder = tmp_path_factory.mktemp("large") / "project"
    content.make(folder, 4, 60, 40)
    building.build(folder / "mkdocs.yml", folder / "site", **BUILD)
    assert list((folder / ".cache/foljmed").iterdir())
    return folder


@pytest.fixture
def project(large, tmp_path):
    """Return a copy of it, with what was kept."""
    return Path(shutil.copytree(large, tmp_path / "project"))


def differences(one, other):
    """Return the files that two folders do not have in common byte by byte."""
    names = [{file.relative_to(each) for file in each.rglob("*") if file.is_file()} for each in (one, other)]
    _, *wrong = filecmp.cmpfiles(one, other, names[0] & names[1], shallow=False)
    return [*sorted(names[0] ^ names[1]), *wrong[0], *wrong[1]]


def assert_same_as_cold(project, today=""):
    """Build with what was kept and without; the sites must be the same. Return the site."""
    config, today = project / "mkdocs.yml", today or content.TODAY
    warm = building.build(config, project / "warm", today)
    shutil.rmtree(project / ".cache")
    cold = building.build(config, project / "cold", today, FOLJMED_PROCESSES="1")
    assert differences(warm, cold) == []
    return warm


def edit(file, old, new):
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


# --- Each ingredient


def test_nothing_changed(project, large):
    site = assert_same_as_cold(project)
    assert differences(site, large / "site") == []


def test_a_text_changed(project):
    edit(project / UPDATE, "\n\n- ", "\n\nNyss ändrad.\n\n- ")
    site = assert_same_as_cold(project)
    assert "Nyss ändrad." in (site / "2001-2030/lofte-2/index.html").read_text("utf-8")
    told = [site / "feed.xml", *(site / "search/records").iterdir()]
    assert any("Nyss ändrad." in each.read_text("utf-8") for each in told)


def test_an_update_added_and_one_removed(project):
    shutil.copy(project / UPDATE, project / "pledges/2001-2030/lofte-2/2020-12-30-ny.md")
    edit(project / "pledges/2001-2030/lofte-2/2020-12-30-ny.md", "status: pågår\n", "")
    site = assert_same_as_cold(project)
    assert 'id="2020-12-30-ny"' in (site / "2001-2030/lofte-2/index.html").read_text("utf-8")
    read(project, Cache(project / ".cache/foljmed"))
    (project / "pledges/2001-2030/lofte-2/2020-12-30-ny.md").unlink()
    assert whole(read(project, Cache(project / ".cache/foljmed"))) == whole(read(project))


# What a kept story shows of what lies outside its folder: the file, what is changed in it, a page that shows it.
OUTSIDE = {
    "another pledge's title": ("lofte-3/lofte.md", 'titel: "Löfte 3', 'titel: "Tredje löftet', "lofte-2"),
    "a measure's unit": ("lofte-3/lofte.md", "enhet: gånger", "enhet: tillfällen", "lofte-3"),
    "a party's name": ("period.md", "kort: polisen", "kort: lokalpolisen", "lofte-2"),
    "the period's title": ("period.md", "titel: ", "titel: Nya ", "lofte-2"),
    "the plan": ("kommunikationsplan.yml", "plats: Torget", "plats: Skolan", ""),
    "the settings": ("../../mkdocs.yml", "disclaimer: Påhittat.", "disclaimer: Också påhittat.", ""),
    "the site's address": ("../../mkdocs.yml", "https://prov.example/", "https://annan.example/", "lofte-2"),
    "a template": ("../../overrides/foljmed/pledge.html", "Så här har det gått", "Så gick det", "lofte-2"),
    "the theme's template": (
        "../../overrides/main.html",
        'alt" content="Följ med.',
        'alt" content="Följ här.',
        "lofte-2",
    ),
}


@pytest.mark.parametrize("what", OUTSIDE)
def test_what_many_pages_show_changed(project, large, what):
    file, old, new, page = OUTSIDE[what]
    shutil.copytree(building.ROOT / "overrides", project / "overrides")
    edit(project / "mkdocs.yml", str(building.ROOT / "overrides"), str(project / "overrides"))
    building.build(project / "mkdocs.yml", project / "site", **BUILD)
    edit(project / "pledges/2001-2030" / file, old, new)
    site = assert_same_as_cold(project)
    address = f"2001-2030/{page or 'kalender'}/index.html" if what != "the settings" else "feed.xml"
    assert new.split(": ")[-1].strip('"') in (site / address).read_text("utf-8")
    assert (site / address).read_bytes() != (large / "site" / address).read_bytes()


def test_what_others_tell_of_a_pledge_changed(project):
    home = project / "pledges/2001-2030"
    plan = yaml.safe_load((home / "kommunikationsplan.yml").read_text("utf-8"))
    activity = next(each for each in plan["aktiviteter"] if each["löften"] == ["lofte-2"])
    occurrence = f"{activity['id']}@{activity['när'][0].split()[0]}"
    other = home / "lofte-1/2020-12-30-ny.md"
    head = "---\ntitel: Gästen\nav: polisen\ntyp: aktivitet\n"
    shown = project / "warm/2001-2030/lofte-2/index.html"
    for keys, words in (
        ("även: [lofte-2]\n", "Gästen"),
        ("även: [lofte-2]\nrättat: [{datum: 2020-12-31, vad: Ett ord}]\n", "2020-12-31"),
        (f"uppfyller: [{occurrence}]\n", "Gästen"),
        ("", ""),
    ):
        other.write_text(f"{head}{keys}---\nText.\n", "utf-8")
        assert_same_as_cold(project)
        assert words in shown.read_text("utf-8")
    assert "Gästen" not in shown.read_text("utf-8")


def test_a_linked_update_becomes_a_draft(project):
    linked = project / "pledges/2001-2030/lofte-1/2020-12-30-ny.md"
    linked.write_text("---\ntitel: Målet\nav: polisen\ntyp: aktivitet\n---\nText.\n", "utf-8")
    edit(project / UPDATE, "\n\n- ", "\n\nSe [målet](../lofte-1/2020-12-30-ny.md).\n\n- ")
    shown = project / "warm/2001-2030/lofte-2/index.html"
    assert_same_as_cold(project)
    assert "lofte-1/#2020-12-30-ny" in shown.read_text("utf-8")
    edit(linked, "typ: aktivitet\n", "typ: aktivitet\nutkast: true\n")
    assert_same_as_cold(project)
    assert "lofte-1/#2020-12-30-ny" not in shown.read_text("utf-8")


def test_another_day(project):
    assert_same_as_cold(project, "2010-01-01")


def test_a_pledge_that_is_a_link_and_then_gone_is_missed_both_times(project):
    file = project / "pledges/2001-2030/lofte-2/lofte.md"
    file.rename(project / "lofte.md")
    file.symlink_to(project / "lofte.md")
    codes = []
    for _ in range(2):
        with pytest.raises(InvalidContent) as raised:
            read(project, Cache(project / ".cache/foljmed"))
        codes.append({problem.code for problem in raised.value.problems})
        file.unlink(missing_ok=True)
    assert "symlink" in codes[0]
    assert "missing-file" in codes[1]


def test_a_filter_of_somebody_elses_changed(project):
    shutil.copytree(building.ROOT / "overrides", project / "overrides")
    edit(project / "mkdocs.yml", str(building.ROOT / "overrides"), str(project / "overrides"))
    edit(project / "mkdocs.yml", "hooks: [", "hooks: [own.py, ")
    edit(project / "overrides/main.html", "{{ super() }}", "{{ super() }}<meta name=own content={{ 'v' | own }}>")
    own = "def on_env(env, **_):\n    env.filters['own'] = lambda text: text + '-{}'\n    return env\n"
    for version in ("ett", "nytt"):
        (project / "own.py").write_text(own.format(version), "utf-8")
        site = building.build(project / "mkdocs.yml", project / "site", **BUILD)
        assert f"content=v-{version}>" in (site / "index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("template", "settings", "expected"),
    [
        ("{{ [1, 2] | own }}", ("env.filters['own'] = max", "env.filters['own'] = min"), ("2", "1")),
        (
            "{{ 'en två tre' | truncate(8) }}",
            ("env.policies['truncate.leeway'] = 0", "env.policies['truncate.leeway'] = 5"),
            ("en...", "en två tre"),
        ),
    ],
)
def test_what_is_folded_into_a_template_changed(tmp_path, template, settings, expected):
    project = tmp_path / "project"
    content.make(project, 1, 4, 0)
    shutil.copytree(building.ROOT / "overrides", project / "overrides")
    edit(project / "mkdocs.yml", str(building.ROOT / "overrides"), str(project / "overrides"))
    edit(project / "mkdocs.yml", "hooks: [", "hooks: [own.py, ")
    edit(project / "overrides/main.html", "{{ super() }}", f"{{{{ super() }}}}<meta name=own content='{template}'>")
    for setting, shown in zip(settings, expected, strict=True):
        (project / "own.py").write_text(f"def on_env(env, **_):\n    {setting}\n    return env\n", "utf-8")
        made(project)
        assert f"content='{shown}'" in (project / "site/index.html").read_text("utf-8")


def test_no_template_is_compiled_twice(tmp_path):
    project = tmp_path / "project"
    content.make(project, 1, 4, 0)
    edit(project / "mkdocs.yml", "hooks: [", "hooks: [own.py, ")
    (project / "own.py").write_text(
        "import sys\n"
        "from jinja2 import Environment\n"
        "whole = Environment.compile\n"
        "def told(self, source, name=None, *args, **more):\n"
        "    print('compiled', name, file=sys.stderr)\n"
        "    return whole(self, source, name, *args, **more)\n"
        "Environment.compile = told\n",
        "utf-8",
    )
    compiled = re.compile(r"^compiled (.*)$", re.MULTILINE)
    cold = compiled.findall(made(project))
    assert {"partials/language.html", "main.html", "pledge.html"} <= set(cold)
    assert len(cold) == len(set(cold))
    assert compiled.findall(made(project)) == []


def test_every_template_that_a_build_needs_is_compiled_meanwhile(tmp_path):
    project = tmp_path / "project"
    content.make(project, 1, 4, 0)
    edit(project / "mkdocs.yml", "hooks: [", "hooks: [own.py, ")
    (project / "own.py").write_text(
        "from jinja2 import Environment\n"
        "from foljmed import site\n"
        "def on_config(config):\n"
        "    site._compile(config.theme)\n"
        "    Environment.compile = None\n",
        "utf-8",
    )
    made(project)


def test_templates_are_compiled_before_they_are_needed_with_all_that_they_name(tmp_path, monkeypatch):
    written = {
        "page": '{% extends "base" %}{% block b %}{% include "gone" ignore missing %}{{ 1 + 1 }}{% endblock %}',
        "base": '{% import "macros" as m %}{{ m.say("hej") }}{% block b %}{% endblock %}',
        "macros": "{% macro say(words) %}{{ words }}{% endmacro %}",
        "broken": "{% if %}",
    }

    def environment():
        return Environment(autoescape=True, loader=DictLoader(written), bytecode_cache=Compiled(Cache(tmp_path)))

    Compiled(Cache(tmp_path)).prepare(environment(), ["broken", "page"])
    assert len(list(tmp_path.iterdir())) == 3
    with monkeypatch.context() as patched:
        patched.setattr(Environment, "compile", lambda *_others, **_named: pytest.fail("compiled once more"))
        assert environment().get_template("page").render() == "hej2"
    with pytest.raises(TemplateSyntaxError):
        environment().get_template("broken")


def test_a_site_without_search_has_none_of_its_parts(project):
    edit(project / "mkdocs.yml", "{search: {lang: sv}}", "{search: {lang: sv, enabled: false}}")
    site = building.build(project / "mkdocs.yml", project / "nowhere", **BUILD)
    assert not (site / "search").exists()


def read(project, cache=None, processes=1):
    return read_catalog(read_project(project / "mkdocs.yml"), cache, Workers(processes))


def whole(catalog):
    """Return a catalog and what stands in its updates' files, which two equal updates need not have in common."""
    return catalog, [
        (each.source, each.text, each.written.summary, each.written.images) for each in catalog.all_updates()
    ]


@pytest.mark.skipif(os.name == "nt", reason="every name is Unicode there")
def test_an_image_whose_name_is_no_unicode_ends_no_build(project, tmp_path):
    folder = os.fsencode(project / "pledges/2001-2030/lofte-1")
    Path(os.fsdecode(folder + b"/\xe5.jpg")).write_bytes(b"")
    whole(read(project, Cache(tmp_path / "kept")))


def test_an_image_changed(project):
    shown = project / "pledges/2001-2030/lofte-2/bild.png"
    Image.new("RGB", (8, 8), "red").save(shown)
    edit(project / UPDATE, "\n\n- ", "\n\n![Torget](bild.png)\n\n- ")
    cache = Cache(project / ".cache/foljmed")
    read(project, cache)
    Image.new("RGB", (9, 7), "red").save(shown)
    warm = next(each.text.html for each in read(project, cache).all_updates() if "bild.png" in each.text.html)
    assert 'width="9" height="7"' in warm


def test_a_photograph_is_drawn_once_and_again_when_it_is_another(tmp_path):
    project = tmp_path / "project"
    content.make(project, 1, 4, 0)
    update = project / "pledges/2001-2030/lofte-1/2001-01-02-uppdatering-0.md"
    names = [f"bild-{number}.jpg" for number in range(5)]
    edit(update, "\n\n- ", "".join(f"\n\n![Torget {name}]({name})" for name in names) + "\n\n- ")
    for name in names:
        Image.effect_noise((900, 600), 90).convert("RGB").save(update.with_name(name))
    (project / "docs/om.md").write_text("# Om\n\n![Torget](torget.jpg)\n", "utf-8")
    Image.effect_noise((900, 600), 90).convert("RGB").save(project / "docs/torget.jpg")
    assert "Gör bilderna" in made(project)
    cold = {file: file.read_bytes() for file in (project / "site").rglob("*.*") if file.suffix in (".jpg", ".webp")}
    assert len(cold) > 2 * len(names)
    assert "Gör bilderna" not in made(project)
    assert {file: file.read_bytes() for file in cold} == cold
    for drawn in (update.with_name(names[0]), project / "docs/torget.jpg"):
        Image.new("RGB", (900, 600), "red").save(drawn)
    made(project)
    changed = {file.name for file in cold if file.read_bytes() != cold[file]}
    assert {names[0], "torget.jpg"} <= changed
    assert not {names[1], names[4]} & changed


def made(project):
    told = building.mkdocs("build", "-f", project / "mkdocs.yml", env=building.environment(content.TODAY))
    assert told.returncode == 0, told.stderr
    return told.stderr


def heading_gone(project, cache):
    """Read a project whose update leads to a heading, and take that away."""
    page = project / "docs/om.md"
    page.write_text("# Om\n\n## Syfte\n", "utf-8")
    edit(project / UPDATE, "\n\n- ", "\n\nSe [syftet](../../../docs/om.md#syfte).\n\n- ")
    read(project, cache)
    page.write_text("# Om\n\n## Mål\n", "utf-8")


def test_a_heading_that_a_link_leads_to_is_gone(project):
    cache = Cache(project / ".cache/foljmed")
    heading_gone(project, cache)
    with pytest.raises(InvalidContent, match="syfte"):
        read(project, cache)


def test_the_parties_address_changed(project):
    edit(project / UPDATE, "\n\n- ", "\n\nSkriv till info@kommun.example.\n\n- ")
    cache = Cache(project / ".cache/foljmed")
    assert read(project, cache).warnings == ()
    edit(project / "pledges/2001-2030/period.md", "https://kommun.example", "https://annan.example")
    warned = read(project, cache).warnings
    assert [each.code for each in warned] == ["private-email"]
    assert read(project, cache).warnings == warned == read(project).warnings


# What an update that is left alone is compared with: the file, what is changed in it, the problem that it then has.
COMPARED = {
    "a party": ("period.md", "  polisen: {namn", "  ordningsmakten: {namn", "unknown-reference"),
    "a place": ("period.md", "riket: hela landet", "landet: hela landet", "unknown-reference"),
    "the plan": ("kommunikationsplan.yml", "id: aktivitet-1\n", "id: aktivitet-hundra\n", "unknown-reference"),
    "when it was planned": (
        "kommunikationsplan.yml",
        "när: [2001-01-02]\n",
        "när: [2001-01-02]\n  ändringar: [{beslutad: 2001-01-01, flyttad_till: 2001-03-01}]\n",
        "fulfils-later",
    ),
    "the period's first day": ("period.md", "börjar: 2001-01-01", "börjar: 2005-01-01", "too-early"),
}


@pytest.mark.parametrize("what", COMPARED)
def test_what_an_unchanged_update_is_compared_with_changed(project, what):
    file, old, new, code = COMPARED[what]
    written = (project / UPDATE).read_text("utf-8")
    said = "typ: aktivitet\ngäller: riket\nuppfyller: [aktivitet-1@2001-01-02]"
    (project / UPDATE).write_text(re.sub("värden: .*\n", "", written.replace("typ: aktivitet", said)), "utf-8")
    plan = project / "pledges/2001-2030/kommunikationsplan.yml"
    plan.write_text(re.sub(r"när: \[.*?\]", "när: [2001-01-02]", plan.read_text("utf-8"), count=1), "utf-8")
    cache = Cache(project / ".cache/foljmed")
    assert read(project, cache).warnings == ()
    edit(project / "pledges/2001-2030" / file, old, new)
    told = []
    for each in (cache, cache, None):
        with pytest.raises(InvalidContent) as invalid:
            read(project, each)
        told.append(invalid.value.problems)
    assert code in {problem.code for problem in told[0]}
    assert told[0] == told[1] == told[2]


def converted(project, cache, monkeypatch):
    """Read a project and return the catalog, and the texts that were made into HTML for that."""
    texts = []
    every = Prose.every

    def counted(self, some, level):
        texts.extend(text for text, _ in some)
        return every(self, some, level)

    with monkeypatch.context() as patch:
        patch.setattr(Prose, "every", counted)
        return read(project, cache), texts


def test_of_a_changed_folder_only_the_changed_files_are_read_anew(project, monkeypatch):
    cache = Cache(project / ".cache/foljmed")
    read(project, cache)
    edit(project / UPDATE, "\n\n- ", "\n\nNyss ändrad.\n\n- ")
    for _ in range(2):
        found, texts = converted(project, cache, monkeypatch)
        assert whole(found) == whole(read(project))
    edit(project / UPDATE, "Nyss ändrad.", "Ändrad igen.")
    found, texts = converted(project, cache, monkeypatch)
    assert whole(found) == whole(read(project))
    of_updates = [text for text in texts if "Ändrad igen." in text]
    of_pledge = (project / UPDATE).with_name("lofte.md").read_text("utf-8").split("---\n")[-1]
    of_period = (project / "pledges/2001-2030/period.md").read_text("utf-8").split("---\n")[-1]
    assert len(of_updates) == 1
    assert set(filter(None, texts)) - {"Påhittat."} == {*of_updates, of_pledge, of_period}


def test_what_is_wrong_with_a_file_is_told_also_when_another_one_has_changed(project):
    cache, other = Cache(project / ".cache/foljmed"), (project / UPDATE).with_name("2020-12-30-070-1740605.md")
    shutil.copy(project / UPDATE, other)
    pledge = other.with_name("lofte.md")
    edit(pledge, "\nmål:", '\ntillåt: ["070-1740605"]\nmål:')
    edit(project / UPDATE, "\n\n- ", "\n\nSkriv till info@annan.example.\n\n- ")
    warned = read(project, cache).warnings
    assert [each.code for each in warned] == ["private-email"]
    edit(other, "\n\n- ", "\n\nNyss ändrad.\n\n- ")
    assert read(project, cache).warnings == warned
    edit(pledge, '\ntillåt: ["070-1740605"]', "")
    told = read(project, cache).warnings
    assert told == read(project).warnings
    assert [each.path for each in set(told) - set(warned)] == [other.relative_to(project).as_posix()]


def test_a_file_with_many_problems_is_looked_up_once(project, monkeypatch):
    looked_up = []
    for module, name in ((reader, "as_markdown"), (reader, "read_markdown"), (shelf, "read_markdown")):
        look_up = getattr(module, name)
        noting = lambda *given, look_up=look_up: looked_up.append(given[1]) or look_up(*given)  # noqa: E731 - it is short
        monkeypatch.setattr(module, name, noting)
    update = project / UPDATE
    update.write_text(
        re.sub("(?m)^av: .*", "av: [okand-1, okand-2, okand-3, okand-4]", update.read_text("utf-8")), "utf-8"
    )
    with pytest.raises(InvalidContent) as found:
        read(project)
    assert len(found.value.problems) == 4
    assert looked_up.count(UPDATE) == 2  # as all files are, and once more for the lines


def test_a_link_that_leads_nowhere_any_more_is_told_of_a_file_that_is_left_alone(project):
    cache = Cache(project / ".cache/foljmed")
    heading_gone(project, cache)
    edit((project / UPDATE).with_name("lofte.md"), "sammanfattning: ", "sammanfattning: Nytt. ")
    with pytest.raises(InvalidContent, match="syfte"):
        read(project, cache)


def test_a_library_or_our_own_code_changed(tmp_path, monkeypatch):
    names = {Cache(tmp_path).key([b"same"])}
    for library in kept_results.LIBRARIES:
        kept_results.maker.cache_clear()
        monkeypatch.setattr(kept_results, "version", lambda name, new=library: "new" if name == new else "old")
        names.add(Cache(tmp_path).key([b"same"]))
    copy = tmp_path / "cache.py"
    copy.write_text("", "utf-8")
    kept_results.maker.cache_clear()
    monkeypatch.setattr(kept_results, "__file__", str(copy))
    names.add(Cache(tmp_path).key([b"same"]))
    kept_results.maker.cache_clear()
    assert len(names) == len(kept_results.LIBRARIES) + 2


def test_every_library_that_converts_or_reads_content_is_counted():
    used = {
        "markdown",
        "nh3",
        "pydantic",
        "yaml",
        "PIL",
        "babel",
        "feedgen",
        "icalendar",
        "jinja2",
        "markupsafe",
        "lxml",
    }
    source = "".join(file.read_text("utf-8") for file in (building.ROOT / "hooks/foljmed").glob("*.py"))
    assert all(re.search(rf"^\s*(?:import|from) {name}\b", source, re.MULTILINE) for name in used)
    assert {"pyyaml", "pillow", *used - {"yaml", "PIL"}} <= set(kept_results.LIBRARIES)


def test_what_is_saved_while_it_is_read_is_not_kept_under_the_old_name(project):
    written = (project / UPDATE).read_text("utf-8")

    class Saved(Cache):
        def key(self, ingredients):
            name = super().key(ingredients)
            if "Nyss" not in (project / UPDATE).read_text("utf-8"):
                edit(project / UPDATE, "\n\n- ", "\n\nNyss ändrad.\n\n- ")
            return name

    shutil.rmtree(project / ".cache")
    before = whole(read(project))
    edited = whole(read(project, Saved(project / ".cache/foljmed")))
    assert edited != before
    (project / UPDATE).write_text(written, "utf-8")
    assert whole(read(project, Cache(project / ".cache/foljmed"))) == before


def test_what_is_noted_as_right_is_so_of_what_was_read_not_of_what_was_saved_meanwhile(project, monkeypatch):
    update = project / UPDATE
    front = update.read_text("utf-8").split("---\n")[1]
    cache = Cache(project / ".cache/foljmed")
    withdrawn = "typ: aktivitet\nav: polisen\ntillbakadraget: {datum: 2020-01-01, skäl: Fel.}\n"
    cases = (
        ("no-text", f"---\n{front}---\n***\n", f"---\n{front}---\n![x](y.png)\n"),
        ("withdrawn-text", f"---\n{withdrawn}---\nText.\n", f"---\n{withdrawn}---\n"),
    )
    for code, before, meanwhile in cases:
        update.write_text(before, "utf-8")
        check = checks.check

        def saved(*args, check=check, meanwhile=meanwhile):
            update.write_text(meanwhile, "utf-8")
            yield from check(*args)

        with monkeypatch.context() as patch:
            patch.setattr(checks, "check", saved)
            with pytest.raises(InvalidContent) as invalid:
                read(project, cache)
        assert code in {problem.code for problem in invalid.value.problems}
        update.write_text(before, "utf-8")
        with pytest.raises(InvalidContent) as invalid:
            read(project, cache)
        assert code in {problem.code for problem in invalid.value.problems}


def test_what_a_changed_folder_needs_of_the_last_build_is_not_tidied_away(project, monkeypatch):
    folder = project / ".cache/foljmed"
    read(project, Cache(folder))
    cache = Cache(folder)
    read(project, cache)
    for number in range(500):
        (folder / f"later-{number}").write_bytes(b"")
        os.utime(folder / f"later-{number}", (2e9, 2e9))
    cache.tidy()
    assert len(list(folder.iterdir())) < 500
    edit(project / UPDATE, "\n\n- ", "\n\nNyss ändrad.\n\n- ")
    _, texts = converted(project, Cache(folder), monkeypatch)
    assert len([text for text in texts if text.count("\n- ")]) == 2  # the update's, and its pledge's


# --- What was kept is damaged, gone, or made by two at once


def test_damaged_results_are_made_anew(project):
    for number, file in enumerate(sorted((project / ".cache/foljmed").iterdir())):
        whole = file.read_bytes()
        file.write_bytes((whole[:100], whole[:-1] + b"!", b"", whole[::-1])[number % 4])
    assert_same_as_cold(project)


def test_two_builds_at_once(project):
    shutil.rmtree(project / ".cache")
    builds = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "mkdocs",
                "build",
                "-q",
                "-f",
                project / "mkdocs.yml",
                "-d",
                project / f"site-{name}",
            ],
            env=building.environment(content.TODAY),
        )
        for name in "ab"
    ]
    assert [build.wait() for build in builds] == [0, 0]
    assert differences(project / "site-a", project / "site-b") == []
    assert_same_as_cold(project)


def test_a_folder_that_cant_be_written_stops_nothing(project):
    shutil.rmtree(project / ".cache")
    (project / ".cache").write_text("ingen mapp", "utf-8")
    building.build(project / "mkdocs.yml", project / "site", **BUILD)


def test_a_folder_that_cant_be_looked_into_holds_nothing(tmp_path, monkeypatch):
    def closed(*_, **__):
        raise PermissionError

    cache = Cache(tmp_path)
    key = cache.key([b"made"])
    cache.put(key, b"made")
    assert cache.has(key)
    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", closed)
        assert not cache.has(key)


def test_only_what_is_used_and_some_more_is_kept(tmp_path):
    for number in range(100):
        cache = Cache(tmp_path)
        cache.put(cache.key([bytes([number])]), b"content")
        cache.tidy()
    assert len(list(tmp_path.iterdir())) < 60
    assert cache.get(cache.key([bytes([99])])) == b"content"


# --- Several processes


def test_two_processes_give_the_same_bytes(project):
    shutil.rmtree(project / ".cache")
    two = building.build(project / "mkdocs.yml", project / "two", **BUILD, FOLJMED_PROCESSES="2")
    shutil.rmtree(project / ".cache")
    one = building.build(project / "mkdocs.yml", project / "one", **BUILD, FOLJMED_PROCESSES="1")
    assert differences(one, two) == []


def test_all_problems_are_told_by_several_processes(project):
    for number in (1, 2, 3):
        edit(project / f"pledges/2001-2030/lofte-{number}/2001-01-02-uppdatering-0.md", "typ: aktivitet", "typ: fel")
    told = []
    for processes in (1, 2):
        with pytest.raises(InvalidContent) as raised:
            read(project, processes=processes)
        told.append(raised.value.problems)
    assert told[0] == told[1]
    assert [problem.code for problem in told[0]] == ["bad-choice"] * 3


def test_every_result_comes_once_also_from_a_process_that_dies():
    first = os.getpid()

    def job(number):
        if number == 3 and os.getpid() != first:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    for count in range(8):
        found = list(Workers(2).results([partial(job, number) for number in range(count)], ""))
        assert sorted(found) == [(number, number) for number in range(count)]


def test_nobody_waits_until_a_large_result_is_taken(tmp_path):
    first, begun = os.getpid(), []

    def job(number):
        begun.append(number)
        if os.getpid() != first and len(begun) > 2:
            (tmp_path / "two are made").touch()
        until = time.monotonic() + 30
        while os.getpid() == first and not (tmp_path / "two are made").exists() and time.monotonic() < until:
            time.sleep(0.01)
        return f"{number}" * 300_000

    found = list(Workers(2).results([partial(job, number) for number in range(30)], ""))
    assert sorted(found) == [(number, f"{number}" * 300_000) for number in range(30)]
    assert len(begun) < 28
    assert {number for number, _ in found[1:3]}.isdisjoint(begun)  # these were there when the first was done here


def test_without_room_for_another_process_one_does_it_all(monkeypatch):
    def full(*_others, **_named):
        raise OSError(errno.EAGAIN, "no room")

    for name in ("os.fork", "foljmed.workers.TemporaryFile"):
        with monkeypatch.context() as patched:
            patched.setattr(name, full)
            assert list(Workers(2).results([int, str], "")) == [(0, 0), (1, "")]
            beside = Workers(2).beside(lambda told: told())
            beside.tell("heard")
            assert beside.result() == "heard"


def test_all_is_done_where_nobody_is_told_of_the_end_of_a_process():
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # as some servers begin what they run
    try:
        assert sorted(Workers(2).results([int, str], "")) == [(0, 0), (1, "")]
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_a_job_beside_is_done_whatever_becomes_of_its_process(tmp_path):
    first = os.getpid()

    def job(how, told):
        if how == "at once" and os.getpid() != first:
            os.kill(os.getpid(), signal.SIGKILL)
        heard = told() + told()
        if how == "later" and os.getpid() != first:
            os.kill(os.getpid(), signal.SIGKILL)
        (tmp_path / "made").write_text(heard, "utf-8")
        return f"{how} done"

    for how in ("well", "at once", "later"):
        for processes in (1, 2):
            (tmp_path / "made").unlink(missing_ok=True)
            beside = Workers(processes).beside(partial(job, how))
            time.sleep(0.1)
            assert not (tmp_path / "made").exists()  # it waits until it is told
            for _ in range(2):
                beside.tell("whole" * 50_000)
            assert beside.result() == f"{how} done"
            assert (tmp_path / "made").read_text("utf-8") == "whole" * 100_000


def test_other_processes_end_with_the_one_that_began_them(tmp_path):
    script = f"""
import sys, time
sys.path.insert(0, {str(building.ROOT / "hooks")!r})
from foljmed.workers import Workers

def job(told):
    print("begun", flush=True)
    told()
    open({str(tmp_path / "made")!r}, "w")

beside = Workers(2).beside(job)
end = Workers(2).meanwhile(lambda: time.sleep(60))
"""
    # Which waits for the end of every process that may still write to what it reads.
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=30)
    assert done.stdout == "begun\n"
    assert not (tmp_path / "made").exists()


def test_a_job_meanwhile_is_done_by_another_process_or_not_at_all(tmp_path):
    def job():
        (tmp_path / "process").write_text(f"{os.getpid()} {os.nice(0)}", "utf-8")

    Workers(1).meanwhile(job)()
    assert not (tmp_path / "process").exists()
    end = Workers(2).meanwhile(job)
    while not (tmp_path / "process").exists() or not (tmp_path / "process").read_text("utf-8"):
        time.sleep(0.01)
    end()
    end()  # as when a strict build fails after all has been made
    process, nice = map(int, (tmp_path / "process").read_text("utf-8").split())
    assert process != os.getpid()
    assert nice == 19 > os.nice(0)


def test_an_error_is_raised_wherever_it_happens():
    def fail():
        raise ZeroDivisionError

    for jobs in ([fail, int], [int, fail]):
        with pytest.raises(ZeroDivisionError):
            list(Workers(2).results(jobs, ""))


# --- What a preview remembers

# As `mkdocs serve` does it: builds each time into the folder that it is told, in one process.
PREVIEW = """
import sys, threading
from mkdocs.commands.build import build
from mkdocs.config import load_config

load_config(sys.argv[1]).plugins.on_startup(command="serve", dirty=False)
for target in sys.stdin:
    build(load_config(sys.argv[1], site_dir=target.strip()))
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            thread.join()
    print("done", flush=True)
"""


@contextmanager
def preview(project):
    command = [sys.executable, "-c", PREVIEW, project / "mkdocs.yml"]
    env = building.environment(content.TODAY)
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def build(target):
            print(target, file=process.stdin, flush=True)
            assert process.stdout.readline() == "done\n"
            return target

        yield build


def test_a_preview_shows_what_one_would_that_has_just_begun(project):
    home = project / "pledges/2001-2030"
    changes = (
        (project / UPDATE, "\n\n- ", "\n\n- Xylofon\n- "),
        (home / "lofte-3/lofte.md", 'titel: "Löfte 3', 'titel: "Tredje löftet'),
        (project / UPDATE, "typ: aktivitet\n", "typ: fel\n"),
        (project / UPDATE, "typ: fel\n", "typ: resultat\n"),
        (home / "period.md", "kort: polisen", "kort: lokalpolisen"),
    )
    with preview(project) as build:
        build(project / "first")
        for file, old, new in changes:
            edit(file, old, new)
            build(project / "remembered")
    shutil.rmtree(project / ".cache")
    with preview(project) as build:
        assert differences(project / "remembered", build(project / "fresh")) == []
    found = "".join(each.read_text("utf-8") for each in (project / "remembered/search/records").iterdir())
    assert all(words in found for words in ("Xylofon", "Tredje löftet", "lokalpolisen"))


def test_a_preview_that_begins_with_broken_content_has_a_search_too(project):
    edit(project / UPDATE, "typ: aktivitet\n", "typ: fel\n")
    (project / "docs/om.md").write_text("# Om\n\nXylofon.\n", "utf-8")
    with preview(project) as build:
        index = build(project / "broken") / "search/search_index.json"
        assert "xylofon" in json.loads(index.read_text("utf-8"))["config"]["rare"]
        edit(project / UPDATE, "typ: fel\n", "typ: aktivitet\n")
        mended = build(project / "mended")
    assert_same_as_cold(project)
    assert len(list((mended / "search/records").iterdir())) > len(list((index.parent / "records").iterdir()))


SAVED_TWICE = """
import sys, threading, time
import mkdocs.utils
from mkdocs.commands.build import build
from mkdocs.config import load_config
from foljmed import search

finish, empty = search.finish, mkdocs.utils.clean_directory

def finished(*args):
    time.sleep(1)
    finish(*args)
    print("search written", flush=True)

def emptied(folder):
    print("emptied", flush=True)
    empty(folder)

search.finish, mkdocs.utils.clean_directory = finished, emptied
load_config(sys.argv[1]).plugins.on_startup(command="serve", dirty=False)
for _ in range(2):
    build(load_config(sys.argv[1]))
for thread in threading.enumerate():
    if thread is not threading.main_thread():
        thread.join()
"""


def test_a_preview_empties_no_folder_that_the_search_of_the_last_is_still_written_to(project):
    command = [sys.executable, "-c", SAVED_TWICE, project / "mkdocs.yml"]
    done = subprocess.run(
        command, env=building.environment(content.TODAY), check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.splitlines() == ["emptied", "search written"] * 2


# --- What is told meanwhile


def test_a_long_build_says_what_it_does_and_a_short_one_does_not(project):
    shutil.rmtree(project / ".cache")
    told = building.mkdocs("build", "-f", project / "mkdocs.yml", env=building.environment(content.TODAY))
    assert [line for line in told.stderr.splitlines() if not line.startswith(("INFO", "  "))] == [
        *("Läser löftenas mappar", "Gör löftenas sidor", "Gör de andra sidorna och flödena"),
    ]
    quiet = building.mkdocs("build", "-q", "-f", project / "mkdocs.yml", env=building.environment(content.TODAY))
    assert quiet.stderr == ""
    short = building.mkdocs(
        "build", "-f", building.CONFIGS["salem"], "-d", project / "salem", env=building.environment("")
    )
    assert short.returncode == 0
    assert not any(line.startswith(("Läser", "Gör")) for line in short.stderr.splitlines())


def test_a_terminal_shows_how_far_a_long_build_has_come(project):
    shutil.rmtree(project / ".cache")
    seen, terminal = os.openpty()
    command = [sys.executable, "-m", "mkdocs", "build", "-f", project / "mkdocs.yml"]
    with subprocess.Popen(command, env=building.environment(content.TODAY), stderr=terminal) as process:
        os.close(terminal)
        shown = "".join(iter(partial(_read, seen), ""))
    os.close(seen)
    assert process.returncode == 0
    bars = re.findall(r"Läser löftenas mappar  \[[^]]*\] +(\d+)%", shown)
    assert bars == sorted(bars, key=int)
    assert (bars[0], bars[-1]) == ("0", "100")
    assert len(bars) > 2


def _read(terminal):
    try:
        return os.read(terminal, 4096).decode("utf-8", "replace")
    except OSError:  # as Linux ends it
        return ""


# --- The search's records


def test_a_page_is_cut_at_its_headings():
    html = (
        '<p>Före</p><h1 id="innehall">Ett &amp; <em>två</em></h1><p>Text<br>mer</p><script>nej</script>'
        '<h2>Utan adress</h2><p>ord</p><h3 id="a">A <a data-search-exclude href="#a">#</a></h3><h3 id="b">B</h3>'
    )
    found = list(records(Page("p/", "Titel <1>", "", html, None)))
    assert [each[:3] for each in found] == [
        ("p/", "Titel &lt;1&gt;", "Före"),
        ("p/", "Titel &lt;1&gt;", "Text mer · Utan adress ord"),
        ("p/#a", "A", ""),
        ("p/#b", "B", ""),
    ]
    assert {each.page for each in found} == {"Titel &lt;1&gt;"}
    assert [each.location for each in records(Page("q/", "T", "", "<p>bara text</p>", None))] == ["q/"]
