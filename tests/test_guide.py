"""What the guide tells people to run, open and look at is there, as it says."""

import re
import shlex

import click
import pytest
import yaml
from lxml import etree

import building
from foljmed.cli import main

GUIDE = building.ROOT / "docs/guide"
PAGES = {path.name: path.read_text("utf-8") for path in sorted(GUIDE.glob("*.md"))}
BLOCKS = re.compile(r"```text\n(.*?)```", re.DOTALL)
PICTURES = sorted((GUIDE / "bilder").glob("*.svg"))
SMALLEST = 14  # px, as body text on a telephone
EMPHASISED = re.compile(r"(?<!\*)\*([^*\n]+)\*(?!\*)(?!\{ lang=en \})")
# Words that buttons and menus have in English alone.
ENGLISH = re.compile(
    r"\b(add|allow|build|changes|commit|encoding|environments|files?|folder|general|manage|merge|new|open|pages"
    r"|permission|pipelines?|problems|project|request|rules|run|save|settings|token|upload|workflow)\b",
    re.IGNORECASE,
)


def commands():
    """Yield what the guide asks to be typed, a page's name and the words after the program's name."""
    for name, text in PAGES.items():
        for block in BLOCKS.findall(text):
            for line in block.replace("\\\n", " ").splitlines():
                if "foljmed " in line and not line.startswith(("git", "cp", "/")):
                    yield name, shlex.split(line.split("foljmed ", 1)[1])


def test_every_command_of_the_guide_is_understood():
    found = list(commands())
    assert {words[0] for _, words in found} >= {"new", "check", "due"}
    for name, (word, *arguments) in found:
        command = main.get_command(click.Context(main), word)
        assert command, f"{name}: {word}"
        command.make_context(word, arguments, resilient_parsing=False)


def test_the_guide_for_whoever_runs_the_site_names_files_and_workflows_that_exist():
    text = PAGES["drift.md"]
    named = set(re.findall(r"`([a-z-]+\.(?:conf|sh)|(?:pre|post)-receive)`", text))
    assert named == {
        path.name for path in (building.ROOT / "deploy").iterdir() if path.suffix in {".conf", ".sh", ""}
    } - {"__pycache__"}
    flows = [yaml.safe_load(path.read_text("utf-8")) for path in (building.ROOT / ".github/workflows").glob("*.yml")]
    assert all(f"**{flow['name']}**" in text for flow in flows)
    assert all(
        f"*{job['name']}*" in text for flow in flows if flow["name"] == "Kontrollera" for job in flow["jobs"].values()
    )


def test_what_a_button_is_called_in_english_is_marked_to_be_read_aloud_so():
    named = [(name, words) for name, text in PAGES.items() for words in EMPHASISED.findall(text)]
    assert [each for each in named if ENGLISH.search(each[1])] == []
    assert sum(text.count("*{ lang=en }") for text in PAGES.values()) > 30


def test_no_commands_in_a_list_stand_between_fences_which_markdown_knows_only_at_the_edge():
    assert [name for name, text in PAGES.items() if re.search(r"^[ \t]+```", text, re.MULTILINE)] == []


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_a_picture_is_described_says_that_it_is_simplified_and_can_be_read_on_a_telephone(picture):
    alt = re.search(rf"!\[([^\]]{{40,}})\]\(bilder/{picture.name}\)", PAGES["publicera.md"])
    assert alt
    drawn = etree.parse(picture).getroot()
    assert float(drawn.get("width")) <= 328
    words = [each for each in drawn if each.tag.endswith("}text")]
    assert "Förenklad bild" in [each.text for each in words]
    assert min(float(each.get("font-size")) for each in words) >= SMALLEST
    # Scripts, styles and addresses would be stopped by the pages' policy, or call somebody.
    assert not [each for each in drawn.iter() if each.tag.endswith(("}style", "}script", "}image", "}a"))]
