"""Makes a project with as much content as asked for: the same every time, in Swedish, with all that an update may hold.

Words come from the guide and from Exempelby, as often as they stand there; every seventh is a compound of two of them,
so that the vocabulary grows with the text as it does in life.
"""

import random
import re
import sys
from collections import Counter
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

ROOT = Path(__file__).parents[2]
FIRST, DAYS = date(2001, 1, 2), 7000
TODAY = "2020-12-31"
PERIOD = """---
titel: Medborgarlöften i Provköping 2001–2020
börjar: 2001-01-01
slutar: 2030-12-31
parter:
  kommunen: {namn: Provköpings kommun, kort: kommunen, url: "https://kommun.example"}
  polisen: {namn: Polisen i Provköping, kort: polisen, url: "https://polis.example"}
platser: {provkoping: Provköping, riket: hela landet}
områden:
- {id: centrum, titel: Tryggt centrum}
- {id: hemma, titel: Tryggt hemma}
källa: {titel: Dokumentet, datum: 2001-01-01}
---
## Tillsammans

Vi hjälps åt.
"""
CONFIG = """site_name: Följ med i Provköping
site_url: https://prov.example/
theme: {{name: material, language: sv, font: false, custom_dir: "{root}/overrides", features: [search.highlight]}}
hooks: ["{root}/hooks/main.py"]
plugins: [{{search: {{lang: sv}}}}]
markdown_extensions: [abbr, admonition, attr_list, def_list, fenced_code, tables, {{toc: {{permalink: false}}}}]
nav: [Löften: index.md, Uppdateringar: uppdateringar.md]
validation: {{omitted_files: ignore}}
watch: [pledges]
extra: {{generator: false, foljmed: {{id_authority: "prov.example,2021", disclaimer: Påhittat.}}}}
"""


class Words:
    """Draws words as often as they stand in the project's own Swedish."""

    def __init__(self) -> None:
        """Count the words of the guide and of Exempelby."""
        files = [*sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "tests/sites/exempelby").rglob("*.md"))]
        text = "\n".join(re.sub(r"\A---\n.*?\n---\n", "", file.read_text("utf-8"), flags=re.DOTALL) for file in files)
        counts = Counter(each.lower() for each in re.findall(r"(?<![\w/.#-])[a-zåäöA-ZÅÄÖ]{2,}(?![\w/.-])", text))
        self.dice = random.Random(1)  # noqa: S311 - the same content each time, no secret
        self.words = sorted(counts)
        self.weights = list(accumulate(counts[word] for word in self.words))
        self.parts = [word for word in self.words if 4 <= len(word) <= 10]

    def some(self, count: int) -> list[str]:
        """Return so many words."""
        drawn = self.dice.choices(self.words, cum_weights=self.weights, k=count)
        return ["".join(self.dice.choices(self.parts, k=2)) if self.dice.random() < 1 / 7 else each for each in drawn]

    def line(self, count: int) -> str:
        """Return words that begin with a capital letter."""
        text = " ".join(self.some(count))
        return text[0].upper() + text[1:]

    def text(self, link: str) -> str:
        """Return about a hundred words with a list and two links, one of them within the site."""
        sentences = [self.line(self.dice.randint(6, 16)) + "." for _ in range(7)]
        items = "\n".join(f"- {' '.join(self.some(4))}" for _ in range(3))
        out = f"[{self.some(1)[0]}](https://kommun.example/{self.dice.randint(1, 999)})"
        last = f"{' '.join(sentences[4:])} Läs mer om {out} och **{self.some(1)[0]}**, eller om [{link[0]}]({link[1]})."
        return f"{' '.join(sentences[:4])}\n\n{items}\n\n{last}\n"


def make(folder: Path, pledges: int, updates: int, planned: int = 100) -> Path:
    """Write a project of ``pledges`` × ``updates`` and a plan of ``planned`` occurrences; return its mkdocs.yml."""
    words = Words()
    home = folder / "pledges/2001-2030"
    home.mkdir(parents=True)
    (home / "period.md").write_text(PERIOD, "utf-8")
    (folder / "docs").mkdir()
    for name in ("index", "uppdateringar"):
        (folder / f"docs/{name}.md").write_text(f"---\nupdated: 2021-01-01\n---\n\n# {name.capitalize()}\n", "utf-8")
    for number in range(1, pledges + 1):
        _pledge(home, number, pledges, updates, words)
    if planned:
        (home / "kommunikationsplan.yml").write_text(_plan(planned, pledges, words), "utf-8")
    config = folder / "mkdocs.yml"
    config.write_text(CONFIG.format(root=ROOT), "utf-8")
    return config


def _pledge(home: Path, number: int, pledges: int, updates: int, words: Words) -> None:
    """Write a pledge and its updates, spread over twenty years."""
    folder, dice = home / f"lofte-{number}", words.dice
    folder.mkdir()
    other = f"lofte-{dice.randint(1, pledges)}"
    (folder / "lofte.md").write_text(
        f'---\nnummer: {number}\ntitel: "Löfte {number}: {" ".join(words.some(3))}"\n'
        f"mål: {dice.choice(('centrum', 'hemma'))}\nansvariga: [kommunen, polisen]\n"
        f"sammanfattning: {words.line(15)}.\nredovisas_varje: kvartal\n"
        f"mått:\n- {{id: antal, namn: Gånger, enhet: gånger, typ: antal, per: år}}\n---\n"
        f"{words.text(('löftet', f'../{other}/lofte.md'))}",
        "utf-8",
    )
    for index in range(updates):
        (folder / f"{_stem(index, updates)}.md").write_text(_update(number, index, pledges, updates, words), "utf-8")


def _stem(index: int, updates: int) -> str:
    return f"{FIRST + timedelta(days=index * DAYS // updates)}-uppdatering-{index}"


def _update(number: int, index: int, pledges: int, updates: int, words: Words) -> str:
    dice = words.dice
    other = dice.randint(1, pledges)
    head = [f'titel: "{words.line(5)}"', f"av: {dice.choice(('kommunen', 'polisen'))}", "typ: aktivitet"]
    head += ["status: pågår"] if index % 10 == 0 else []
    head += [f"värden: {{antal: {dice.randint(1, 9)}}}"] if index % 3 == 0 else []
    head += ["källor:", f"- {{titel: Egen uppgift, datum: {FIRST}}}"] if index % 5 == 0 else []
    head += [f"även: [lofte-{other}]"] if index % 20 == 0 and other != number else []
    link = ("en tidigare uppdatering", f"../lofte-{other}/{_stem(dice.randrange(index + 1), updates)}.md")
    return "\n".join(["---", *head, "---", words.text(link)])


def _plan(planned: int, pledges: int, words: Words) -> str:
    """Return a plan whose activities stand for eight days each."""
    dice, lines = words.dice, ["titel: Planen", "antagen: 2001-01-01", "aktiviteter:"]
    for number in range(1, planned // 8 + 1):
        days = sorted(FIRST + timedelta(days=dice.randrange(DAYS)) for _ in range(8))
        lines += [
            f'- id: aktivitet-{number}\n  titel: "{words.line(3)}"',
            f"  ansvariga: [{dice.choice(('kommunen', 'polisen'))}]",
            f"  typ: aktivitet\n  när: [{', '.join(f'{each} 18:00-20:00' for each in sorted(set(days)))}]",
            f"  löften: [lofte-{dice.randint(1, pledges)}]\n  öppen: true\n  plats: Torget",
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), *map(int, sys.argv[2:])))
