"""The preview survives what the communicator writes, and says what is wrong."""

import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

import building
import html_text
from served import free_port

UPDATE = "pledges/2021-2022/grannsamverkan/2023-01-26-bostadsinbrott-i-salem-2022.md"
PATIENCE = 30


@pytest.fixture
def preview(tmp_path):
    """Return a project's copy, and a function that starts its preview and waits for words on a page."""
    for part in ("docs", "hooks", "overrides", "pledges"):
        shutil.copytree(building.ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(building.ROOT / "mkdocs.yml", tmp_path)
    port = free_port()
    started = []

    def start():
        command = [sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}"]
        env = building.environment("2026-11-23")
        with (tmp_path / "log.txt").open("w") as log:
            started.append(subprocess.Popen(command, cwd=tmp_path, env=env, stdout=log, stderr=log))

    def page(address, words, absent=""):
        until = time.monotonic() + PATIENCE
        text = ""
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/{address}", timeout=5) as answer:
                    text = answer.read().decode("utf-8")
            except OSError:
                text = ""
            if words in text and not (absent and absent in text):
                return text
            time.sleep(0.2)
        log = (tmp_path / "log.txt").read_text("utf-8")
        pytest.fail(f"{words!r} not on {address!r} within {PATIENCE} s\n{log}")

    yield tmp_path, start, page
    for process in started:
        process.terminate()
        process.wait()


ADDRESS = "2021-2022/grannsamverkan/"
PROBLEM = "”resultatt” går inte att välja för ”typ”. Menade du ”resultat”?"


def test_a_broken_file_is_told_on_the_page_and_the_last_good_one_stays(preview):
    folder, start, page = preview
    start()
    page(ADDRESS, "17 bostadsinbrott")
    file = folder / UPDATE
    good = file.read_text("utf-8")
    file.write_text(good.replace("typ: resultat", "typ: resultatt"), "utf-8")
    broken = page(ADDRESS, PROBLEM)
    assert "Förhandsvisning för 23 november 2026." in broken
    assert "Inget är fel just nu." not in broken
    assert "Sidorna visar det senaste som gick att läsa." in broken
    assert "Innehållet går inte att publicera än" in broken
    assert f"{UPDATE}:" in broken
    assert "17 bostadsinbrott" in broken
    file.write_text(good.replace("17 bostadsinbrott anmäldes", "Sjutton inbrott anmäldes"), "utf-8")
    mended = page(ADDRESS, "Sjutton inbrott", absent="resultatt")
    assert "går inte att publicera" not in mended


def test_a_preview_that_starts_on_broken_content_shows_the_problems_and_recovers(preview):
    folder, start, page = preview
    file = folder / UPDATE
    good = file.read_text("utf-8")
    file.write_text(good.replace("typ: resultat", "typ: resultatt"), "utf-8")
    start()
    broken = page("", PROBLEM)
    assert "Traceback" not in broken
    assert "Därför syns inga löften." in broken
    assert "Sidorna visar det senaste" not in broken
    file.write_text(good, "utf-8")
    page(ADDRESS, "17 bostadsinbrott", absent="resultatt")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("plugins:", "plugins: ["), "Raden går inte att läsa. En rad skrivs"),
        (("id_authority:", "id_authorty:"), "Nyckeln ”id_authorty” finns inte. Menade du ”id_authority”?"),
        (("- tables", "- tabels"), "”tabels” under ”markdown_extensions” är inte installerat. Menade du ”tables”?"),
        (("name: material", "name: materia"), "MkDocs kan inte använda inställningarna."),
    ],
)
def test_a_preview_survives_settings_that_cannot_be_read(wrong, told, preview):
    folder, start, page = preview
    start()
    page(ADDRESS, "17 bostadsinbrott")
    config = folder / "mkdocs.yml"
    good = config.read_text("utf-8")
    assert wrong[0] in good
    config.write_text(good.replace(*wrong), "utf-8")
    broken = page(ADDRESS, told)
    assert "mkdocs.yml:" in broken
    assert "17 bostadsinbrott" in broken
    if "MkDocs" in told:  # which says more where it runs
        assert "Unrecognised theme name: 'materia'" in (folder / "log.txt").read_text("utf-8")
    config.write_text(good.replace("site_name: ", "site_name: Nya "), "utf-8")
    assert "går inte att publicera" not in page(ADDRESS, "Nya Följ med", absent=told)
    assert "Traceback" not in (folder / "log.txt").read_text("utf-8")


def test_a_preview_survives_inherited_settings_that_cannot_be_read(preview):
    folder, start, page = preview
    whole = folder / "inherited.yml"
    (folder / "mkdocs.yml").rename(whole)
    (folder / "mkdocs.yml").write_text("INHERIT: inherited.yml\nsite_name: Ärvd\n", "utf-8")
    start()
    page(ADDRESS, "17 bostadsinbrott")
    good = whole.read_text("utf-8")
    whole.write_text(good.replace("plugins:", "plugins: ["), "utf-8")
    (folder / "docs/om.md").touch()
    assert "17 bostadsinbrott" in page(ADDRESS, "inherited.yml:")
    whole.write_text(good, "utf-8")
    (folder / "mkdocs.yml").write_text("INHERIT: finns-inte.yml\nsite_name: Ärvd\n", "utf-8")
    assert "17 bostadsinbrott" in page(ADDRESS, "finns-inte.yml:", absent="inherited.yml:")
    (folder / "mkdocs.yml").write_text("INHERIT: inherited.yml\nsite_name: Mera\n", "utf-8")
    page(ADDRESS, "Mera", absent="finns-inte.yml")
    assert "Traceback" not in (folder / "log.txt").read_text("utf-8")


def test_a_preview_waits_for_folders_that_are_gone_for_a_while(preview):
    folder, start, page = preview
    start()
    page(ADDRESS, "17 bostadsinbrott")
    (folder / "pledges").rename(folder / "others")
    assert "17 bostadsinbrott" in page(ADDRESS, "Mappen finns inte. Där ska innehållet ligga")
    (folder / "docs").rename(folder / "pages")
    (folder / "others").rename(folder / "pledges")
    time.sleep(2)
    assert "Traceback" not in (folder / "log.txt").read_text("utf-8")
    (folder / "pages").rename(folder / "docs")
    page(ADDRESS, "17 bostadsinbrott", absent="går inte att publicera")
    file = folder / UPDATE
    file.write_text(file.read_text("utf-8").replace("17 bostadsinbrott anmäldes", "Sjutton inbrott anmäldes"), "utf-8")
    page(ADDRESS, "Sjutton inbrott")
    (folder / "docs/om.md").write_text("# Nytt om oss\n", "utf-8")
    page("om/", "Nytt om oss")
    assert "Traceback" not in (folder / "log.txt").read_text("utf-8")


def test_a_preview_survives_a_hand_written_page_in_another_encoding(preview):
    folder, start, page = preview
    start()
    page("om/", "</h1>")
    file = folder / "docs/om.md"
    good = file.read_bytes()
    file.write_bytes(good.decode().encode("latin-1", "replace"))
    assert "docs/om.md:" in page("om/", "Filen är inte sparad som UTF-8.")
    file.write_bytes(good)
    page("om/", "</h1>", absent="inte sparad som UTF-8")
    assert "Traceback" not in (folder / "log.txt").read_text("utf-8")


def test_a_preview_shows_drafts_and_later_updates_marked(preview):
    folder, start, page = preview
    good = (folder / UPDATE).read_text("utf-8")
    home = (folder / UPDATE).parent
    (home / "2027-04-15-senare.md").write_text(good, "utf-8")
    (home / "2023-02-01-utkast.md").write_text(good.replace("typ: resultat", "typ: resultat\nutkast: true"), "utf-8")
    start()
    text = page(ADDRESS, "2027-04-15-senare")
    assert "Förhandsvisning för 23 november 2026." in text
    assert "Inget är fel just nu." in text
    assert "Publiceras 15 april 2027" in html_text.Document(text).text
    assert "Utkast" in text
    assert Path(folder / "site").exists() is False


def test_a_preview_shows_what_may_be_in_order_and_the_content_too(preview):
    folder, start, page = preview
    file = folder / UPDATE
    good = file.read_text("utf-8")
    file.write_text(good.replace("17 bostadsinbrott anmäldes", "Ring 070-174 06 05. Sjutton inbrott anmäldes"), "utf-8")
    start()
    warned = page(ADDRESS, "Sjutton inbrott")
    assert "Inget är fel just nu." not in warned
    assert "Innehållet går att publicera ändå" in warned
    assert "Här står ett mobilnummer, 070-174 06 05." in warned
    file.write_text(good, "utf-8")
    page(ADDRESS, "17 bostadsinbrott", absent="mobilnummer")


def test_a_build_says_nothing_of_a_preview(site):
    pages = [path.read_text("utf-8") for path in site("exempelby").rglob("*.html")]
    assert pages
    assert not [text for text in pages if "fm-preview" in text or "fm-problems" in text]
